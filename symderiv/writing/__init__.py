"""Solutions as files: LaTeX, PDF, HTML, JSON, Markdown; ``terminal`` shows them. Writing never simplifies."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from symderiv.records import Rule, Solution
    from symderiv.sets import SolvedSet
    from symderiv.writing.document import Detail

__all__ = ["FORMATS", "VARIANTS", "Store", "write", "write_set"]

FORMATS = ("tex", "pdf", "html", "json", "md")
VARIANTS = ("full", "hints", "handout")


class Store(Protocol):
    """Where set pages are kept between runs."""

    def get(self, key: str) -> bytes | None:
        """What was put under the key."""

    def put(self, key: str, content: bytes) -> None:
        """Keep the content under the key."""


def write(
    solution: Solution,
    out_dir: str | os.PathLike[str],
    formats: Sequence[str] = ("tex", "pdf"),
    detail: Detail = "normal",
    report: Callable[[str], None] | None = None,
    store: Store | None = None,
) -> list[Path]:
    """Write ``out_dir/<problem>.<format>`` for each format and return the files written.

    ``pdf`` writes the .tex file too. Where no PDF can be made the .tex file is still there, the list has no .pdf, and
    ``report`` (standard error if None) is told why in one sentence. Files appear whole or not at all. Raises
    ValueError for a format that is not in ``FORMATS``.
    """
    unknown = [f for f in formats if f not in FORMATS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no format; use one of {', '.join(FORMATS)}")
    base = Path(out_dir) / solution.problem.name
    files: list[Path] = []
    if "json" in formats:
        import json

        from symderiv.writing.json_out import solution_to_json

        text = json.dumps(solution_to_json(solution), indent=1, ensure_ascii=False)
        files.append(_put(base, "json", text + "\n"))
    if "md" in formats:
        from symderiv.writing.markdown import markdown_page

        files.append(_put(base, "md", markdown_page(solution, detail, catalogue())))
    if "html" in formats:
        from symderiv.writing.html import html_page

        files.append(_put(base, "html", html_page(solution, detail, catalogue())))
    if "tex" in formats or "pdf" in formats:
        from symderiv.writing.latex_page import latex_page

        tex = latex_page(solution, detail, catalogue())
        files.append(_put(base, "tex", tex))
        if "pdf" in formats:
            files += _pdf(tex, base, report or _complain, store)
    return files


def write_set(
    solved: SolvedSet,
    out_dir: str | os.PathLike[str],
    formats: Sequence[str] = ("tex", "pdf"),
    variants: Sequence[str] = ("full",),
    detail: Detail = "normal",
    report: Callable[[str], None] | None = None,
    store: Store | None = None,
) -> list[Path]:
    """Write a set as ``out_dir/<set>.<format>``, its variants as ``<set>-hints`` and ``<set>-handout``.

    Sets are written as tex, pdf and json; the JSON file has the solutions of all its problems. See ``write``.
    """
    base = Path(out_dir) / solved.problem_set.name
    files: list[Path] = []
    if "json" in formats:
        import json

        from symderiv.writing.json_out import set_to_json

        files.append(_put(base, "json", json.dumps(set_to_json(solved), indent=1, ensure_ascii=False) + "\n"))
    for name in [f for f in formats if f in ("html", "md")]:
        (report or _complain)(f"{base.name}.{name} was not made: a set is written as tex, pdf and json")
    if "tex" in formats or "pdf" in formats:
        from symderiv.writing.set_page import set_page

        for variant in variants:
            target = base if variant == "full" else base.with_name(f"{base.name}-{variant}")
            tex = set_page(solved, variant, detail, catalogue())
            files.append(_put(target, "tex", tex))
            if "pdf" in formats:
                files += _pdf(tex, target, report or _complain, store)
    return files


def catalogue() -> dict[str, Rule]:
    """The rules by name, for the appendix."""
    from symderiv.rules import CATALOGUE

    return {rule.name: rule for rule in CATALOGUE}


def _pdf(tex: str, base: Path, report: Callable[[str], None], store: Store | None) -> list[Path]:
    from symderiv.writing.pdf import LatexError, NoEngine, compile_pdf

    target = base.with_name(base.name + ".pdf")
    try:
        return [compile_pdf(tex, target, store=store)]
    except (NoEngine, LatexError) as error:
        # A PDF of an earlier run would pass for the one that could not be made.
        target.unlink(missing_ok=True)
        report(f"{base.name}.pdf was not made: {error}")
        return []


def _complain(message: str) -> None:
    print(message, file=sys.stderr)


def _put(base: Path, suffix: str, text: str) -> Path:
    """Write a file in one move, so that a run that is killed leaves no half of it."""
    target = base.with_name(f"{base.name}.{suffix}")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target
