"""The tactic for growth: the closed form first, then the limit of its quotient with the rate as the size grows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symderiv.language.context import Context
from symderiv.language.terms import MINUS_ONE, Apply, Term
from symderiv.records import Question, Step
from symderiv.rules import limits
from symderiv.rules.structure import arrange, build_power, build_product
from symderiv.solver.rewriting import moves, step_of

__all__ = ["answer"]

Derive = Callable[[Term, Context], tuple[tuple[Step, ...], Term]]


def answer(question: Question, context: Context, derive: Derive) -> tuple[tuple[Step, ...], Term, str]:
    """Lines from lim subject/rate to its value."""
    assert question.goal is not None
    (n,), rate = question.unknowns, question.goal

    def around(t: Term) -> Term:
        return arrange(Apply(limits.LIMIT, build_product((t, build_power(rate, MINUS_ONE))), n))

    found, closed = derive(question.subject, context)
    steps = [replace(s, path=(), before=around(s.before), after=around(s.after), substeps=()) for s in found]
    line = around(closed)
    move = next(iter(moves(line, context, limits.RULES)), None)
    if move is None:
        return tuple(steps), line, "the limit is not that of a rational function, or it is not finite"
    return (*steps, step_of(line, move)), move.after, ""
