"""``symderiv solve``: from declarations to files, and the exit code that says how much of it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symderiv.answers.addresses import find_part
from symderiv.cli.inputs import Progress, load_sources, say
from symderiv.errors import AnswerError, suggest
from symderiv.jobs import Job, default_jobs, solve_jobs
from symderiv.records import Problem, Solution, SolvedPart
from symderiv.sets import ProblemSet, SetItem, SolvedSet
from symderiv.writing.outcome import holds, outcome

if TYPE_CHECKING:
    from symderiv.cache import Cache
    from symderiv.writing.document import Detail

__all__ = ["NOT_ALL", "OK", "Wishes", "solve_all", "summary"]

OK, NOT_ALL, UNUSABLE, NO_PDF = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of the command."""

    out: Path
    formats: tuple[str, ...]
    detail: Detail
    quiet: bool
    jobs: int | None
    cached: bool
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Document:
    """A problem or a set with the parts that are wanted of it."""

    source: Problem | ProblemSet
    items: tuple[SetItem, ...]

    @property
    def title(self) -> str:
        return f"{self.source.name}: {self.source.title}"


def solve_all(paths: Sequence[str], keys: Sequence[str], wishes: Wishes) -> int:
    """Solve, show and write every problem and set at ``paths``; the worst of their exit codes."""
    from symderiv.cache import Cache, user_cache

    sources, failures = load_sources(paths)
    if failures and not sources:
        return UNUSABLE
    documents = [_Document(s, tuple(_items(s))) for s in sources]
    if keys:
        documents = _choose(documents, keys)
    codes = {UNUSABLE} if failures else set()
    cache = user_cache() if wishes.cached else Cache(None)
    for document, parts, files in _work(documents, wishes, cache):
        codes.add(_report(document, parts, files, wishes))
    # A line that does not hold is worse news than a missing PDF.
    return next(code for code in (UNUSABLE, NOT_ALL, NO_PDF, OK) if code in codes or code == OK)


def _items(source: Problem | ProblemSet) -> Sequence[SetItem]:
    return source.items if isinstance(source, ProblemSet) else [SetItem(p.id, source, p) for p in source.parts]


def _choose(documents: Sequence[_Document], keys: Sequence[str]) -> list[_Document]:
    """The documents with the parts of these ids, aliases or numbers only."""

    def answers_to(item: SetItem) -> tuple[str, ...]:
        return tuple(key for key in (item.number, item.part.id, item.part.alias) if key)

    if len(documents) == 1 and isinstance(documents[0].source, Problem):
        keys = [find_part(documents[0].source, key).id for key in keys]
    for key in keys:
        known = [name for d in documents for item in d.items for name in answers_to(item)]
        if key not in known:
            where = "this set has" if len(documents) == 1 else f"these {len(documents)} problems have"
            raise AnswerError(f"{where} no part {key!r}; {suggest(key, known)}")
    chosen = [replace(d, items=tuple(item for item in d.items if set(keys) & set(answers_to(item)))) for d in documents]
    return [d for d in chosen if d.items]


def _work(
    documents: Sequence[_Document], wishes: Wishes, cache: Cache
) -> Iterator[tuple[_Document, list[SolvedPart], list[Path]]]:
    """Each document, in order, with its solved parts and the files written.

    Parts are solved by worker processes while a thread writes and sets the documents that are finished.
    """
    places = [(d, n) for d, document in enumerate(documents) for n in range(len(document.items))]
    jobs = [Job(documents[d].items[n].part, documents[d].items[n].problem.context) for d, n in places]
    solved: list[list[SolvedPart | None]] = [[None] * len(document.items) for document in documents]
    written: dict[int, Future[list[Path]]] = {}
    done = 0

    def finished(parts: Sequence[SolvedPart | None]) -> list[SolvedPart] | None:
        whole = [p for p in parts if p is not None]
        return whole if len(whole) == len(parts) else None

    with ThreadPoolExecutor(1) as writer, Progress(len(jobs)) as progress:

        def begin(n: int) -> None:
            progress(f"{documents[places[n][0]].source.name} {jobs[n].part.id} {jobs[n].part.title}")

        try:
            for n, part in solve_jobs(jobs, cache, wishes.jobs or default_jobs(), begin):
                d, place = places[n]
                solved[d][place] = part
                progress(done=1)
                if (parts := finished(solved[d])) is not None:
                    written[d] = writer.submit(_write, documents[d], parts, wishes, cache)
            progress(f"writing {', '.join(wishes.formats)}")
            for d in range(len(documents)):
                written[d].result()
        except BaseException:
            writer.shutdown(wait=False, cancel_futures=True)
            raise
    while done < len(documents):
        parts = finished(solved[done])
        assert parts is not None
        yield documents[done], parts, written[done].result()
        done += 1


def _write(document: _Document, parts: list[SolvedPart], wishes: Wishes, cache: Cache) -> list[Path]:
    from symderiv.writing import write, write_set

    source = document.source
    if isinstance(source, ProblemSet):
        solved = SolvedSet(source, {(i.problem.path, i.part.id): p for i, p in zip(document.items, parts, strict=True)})
        return write_set(solved, wishes.out, wishes.formats, wishes.variants, wishes.detail, report=say, store=cache)
    return write(Solution(source, tuple(parts)), wishes.out, wishes.formats, wishes.detail, report=say, store=cache)


def _report(document: _Document, parts: list[SolvedPart], files: list[Path], wishes: Wishes) -> int:
    """Show what was found; the exit code."""
    if not wishes.quiet and isinstance(document.source, Problem):
        from symderiv.writing.terminal import show

        show(Solution(document.source, tuple(parts)), wishes.detail)
    click.echo(summary(document.title, parts, [item.number for item in document.items]))
    for file in files:
        click.echo(f"  {file}")
    if not all(holds(part) for part in parts):
        return NOT_ALL
    return NO_PDF if "pdf" in wishes.formats and not any(file.suffix == ".pdf" for file in files) else OK


def summary(title: str, parts: Sequence[SolvedPart], numbers: Sequence[str] = ()) -> str:
    """The title and one line for each part: what the evidence is, and what is missing."""
    names = [p.part.id if n in ("", p.part.id) else f"{n} {p.part.id}" for n, p in _numbered(parts, numbers)]
    width = max(map(len, names), default=0)
    lines = [click.style(title, bold=True)]
    for name, solved in zip(names, parts, strict=True):
        mark = click.style("ok", fg="green") if holds(solved) else click.style("not ok", fg="red")
        lines.append(f"  {name:<{width}}  {mark}  {outcome(solved)}")
    return "\n".join(lines)


def _numbered(parts: Sequence[SolvedPart], numbers: Sequence[str]) -> list[tuple[str, SolvedPart]]:
    return list(zip(numbers or [""] * len(parts), parts, strict=True))
