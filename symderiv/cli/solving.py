"""``symderiv solve``: from declarations to files, and the exit code that says how much of it holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symderiv.answers.addresses import find_part
from symderiv.cli.inputs import Progress, load_all, say
from symderiv.errors import AnswerError, suggest
from symderiv.records import Part, Problem, Solution, SolvedPart

if TYPE_CHECKING:
    from symderiv.writing.document import Detail

__all__ = ["holds", "solve_all", "summary"]

OK, NOT_ALL, UNUSABLE, NO_PDF = 0, 1, 2, 3


def solve_all(
    paths: Sequence[str], keys: Sequence[str], out: Path, formats: Sequence[str], detail: Detail, quiet: bool
) -> int:
    """Solve, show and write every problem at ``paths``; the worst of their exit codes."""
    problems, failures = load_all(paths)
    if failures and not problems:
        return UNUSABLE
    chosen = _choose(problems, keys)
    codes = [UNUSABLE] if failures else []
    codes += [_solve_one(problem, parts, out, formats, detail, quiet) for problem, parts in chosen]
    # A line that does not hold is worse news than a missing PDF.
    return next(code for code in (UNUSABLE, NOT_ALL, NO_PDF, OK) if code in codes or code == OK)


def _choose(problems: Sequence[Problem], keys: Sequence[str]) -> list[tuple[Problem, list[str] | None]]:
    if not keys:
        return [(problem, None) for problem in problems]
    if len(problems) == 1:
        return [(problems[0], [find_part(problems[0], key).id for key in keys])]
    for key in keys:
        if not any(problem.part(key) for problem in problems):
            known = [name for problem in problems for part in problem.parts for name in (part.id, part.alias)]
            raise AnswerError(f"these {len(problems)} problems have no part {key!r}; {suggest(key, known)}")
    chosen = [(problem, [part.id for key in keys if (part := problem.part(key))]) for problem in problems]
    return [(problem, ids) for problem, ids in chosen if ids]


def _solve_one(
    problem: Problem, parts: list[str] | None, out: Path, formats: Sequence[str], detail: Detail, quiet: bool
) -> int:
    from symderiv.solver import solve_problem
    from symderiv.verification import verify_solution
    from symderiv.writing import write

    progress = Progress(problem.name)

    def report(part: object) -> None:
        progress(f"deriving {part.id} {part.title}" if isinstance(part, Part) else f"deriving {part}")

    try:
        solution = solve_problem(problem, parts=parts, on_progress=report)
        progress("verifying every line")
        solution = verify_solution(solution)
        progress(f"writing {', '.join(formats)}")
        files = [Path(file) for file in write(solution, out, formats, detail, report=say)]
    finally:
        progress()
    if not quiet:
        from symderiv.writing.terminal import show

        show(solution, detail)
    click.echo(summary(solution))
    for file in files:
        click.echo(f"  {file}")
    if not all(holds(part) for part in solution.parts):
        return NOT_ALL
    return NO_PDF if "pdf" in formats and not any(file.suffix == ".pdf" for file in files) else OK


def holds(part: SolvedPart) -> bool:
    """Derived to the end, every line proved or checked, every expected form met."""
    counts = part.counts()
    return not part.stop_reason and part.expected_met and not (counts["refuted"] or counts["undecided"])


def summary(solution: Solution) -> str:
    """One line for each part: what the evidence is, and what is missing."""
    problem = solution.problem
    width = max((len(p.part.id) for p in solution.parts), default=0)
    lines = [click.style(f"{problem.name}: {problem.title}", bold=True)]
    for solved in solution.parts:
        counts = ", ".join(f"{n} {word}" for word, n in solved.counts().items() if n) or "no line"
        faults = [solved.stop_reason] if solved.stop_reason else []
        faults += [
            f"{d.question.name}: expected form {d.expected.word if d.expected is not None else 'not compared'}"
            for d in solved.derivations
            if d.expected is None or d.expected.word not in ("proved", "checked")
        ]
        mark = click.style("ok", fg="green") if holds(solved) else click.style("not ok", fg="red")
        lines.append(f"  {solved.part.id:<{width}}  {mark}  {counts}" + "".join(f"; {fault}" for fault in faults))
    return "\n".join(lines)
