"""The whole of symderiv in four functions: declaration -> derivation -> evidence, and the judge of answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from symderiv.answers.judging import SECONDS, CheckResult
from symderiv.language.context import Context
from symderiv.language.terms import Term
from symderiv.records import Problem, Solution, Verdict

__all__ = ["check", "decide", "solve", "verify"]

Source = Problem | str | PathLike[str]


def solve(
    problem: Source, *, parts: Sequence[str] | None = None, on_progress: Callable[[Any], None] | None = None
) -> Solution:
    """Derive the parts of a problem (all of them, or those with these ids or aliases) and verify every line.

    ``problem`` is a ``Problem`` or the path of its file. A part that could not be derived to the end carries its
    ``stop_reason``; nothing is raised for it.
    """
    from symderiv.solver import solve_problem

    return verify(solve_problem(_loaded(problem), parts=parts, on_progress=on_progress))


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
