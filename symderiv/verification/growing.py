"""What an answer about growth must satisfy: it is the limit of the subject over the rate."""

from __future__ import annotations

from collections.abc import Callable

from symderiv.language.context import Context
from symderiv.language.terms import Apply, Term
from symderiv.records import Derivation, Verdict

__all__ = ["judge"]


def judge(derivation: Derivation, context: Context, decide: Callable[[Term, Term, Context], Verdict]) -> Verdict:
    q = derivation.question
    assert q.goal is not None
    return decide(Apply("LimitAtInfinity", q.subject / q.goal, q.unknowns[0]), derivation.result, context)
