"""The whole of symderiv in four functions: declaration -> derivation -> evidence, and the judge of answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symderiv.answers.judging import SECONDS, CheckResult
from symderiv.language.context import Context
from symderiv.language.terms import Term
from symderiv.records import Problem, Solution, Verdict

if TYPE_CHECKING:
    from symderiv.cache import Cache

__all__ = ["check", "decide", "solve", "verify"]

Source = Problem | str | PathLike[str]


def solve(
    problem: Source, *, parts: Sequence[str] | None = None, on_progress: Callable[[Any], None] | None = None,
    jobs: int = 1, cache: Cache | None = None,
) -> Solution:  # fmt: skip
    """Derive the parts of a problem (all of them, or those with these ids or aliases) and verify every line.

    ``problem`` is a ``Problem`` or the path of its file. A part that could not be derived to the end carries its
    ``stop_reason``; nothing is raised for it. ``jobs`` is the number of worker processes, ``cache`` keeps what was
    found, as the command does with ``symderiv.cache.user_cache()``.
    """
    from symderiv.cache import Cache
    from symderiv.jobs import Job, solve_jobs

    whole = _loaded(problem)
    chosen = whole.parts if parts is None else {p.id: p for p in map(whole.part, parts) if p is not None}.values()
    work = [Job(part, whole.context) for part in whole.parts if part in chosen]
    begin = None if on_progress is None else lambda n: on_progress(work[n].part)
    found = dict(solve_jobs(work, cache or Cache(None), jobs, begin))
    return Solution(whole, tuple(found[n] for n in range(len(work))))


def verify(solution: Solution | str | PathLike[str]) -> Solution:
    """The solution, or the one written to a JSON file, with fresh evidence on every line. No rule is used."""
    from symderiv.verification import verify_solution

    if not isinstance(solution, Solution):
        from symderiv.writing.json_out import read_solution

        solution = read_solution(Path(solution))
    return verify_solution(solution)


def check(problem: Source, part: str, answer: str, *, seconds: float = SECONDS) -> CheckResult:
    """Compare an answer, given as text, with the reference answer of a part (``C2.4``, ``jacobian``, ``A7b.var``)."""
    from symderiv.answers.judging import check as check_text

    return check_text(_loaded(problem), part, answer, seconds=seconds)


def decide(left: Any, right: Any, context: Context | None = None, *, seconds: float = SECONDS) -> Verdict:
    """Are two expressions equal wherever both are defined? Terms, or SymPy expressions.

    Without ``context``, SymPy's assumptions and ranges say what the symbols are: plain ones are real, those of
    ``Sum`` and of indices are integers.
    """
    from symderiv.equality import decide as decide_terms

    if not (isinstance(left, Term) and isinstance(right, Term)):
        from symderiv.language.border import from_sympy
        from symderiv.language.inference import infer_context

        if context is None:
            context = infer_context(*(side for side in (left, right) if not isinstance(side, Term)))
        left, right = (side if isinstance(side, Term) else from_sympy(side) for side in (left, right))
    return decide_terms(left, right, context or Context(), seconds=seconds)


def _loaded(problem: Source) -> Problem:
    if isinstance(problem, Problem):
        return problem
    from symderiv.loading import load

    return load(Path(problem))
