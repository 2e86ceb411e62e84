"""Floors of quotients that leave no remainder by assumption: floor(N/M) is N/M where Mod(N, M) = 0 is assumed."""

from __future__ import annotations

from symderiv.language.context import Context
from symderiv.language.terms import ZERO, Apply, Relation, Term, walk

__all__ = ["exact_quotients"]


def exact_quotients(term: Term, context: Context) -> Term:
    """The term with such floors and ceilings as quotients; both sides are undefined at the same points."""
    exact = {
        (a.left.args[0], a.left.args[1])
        for a in context.assumptions
        if isinstance(a, Relation) and a.op == "=" and a.right == ZERO and _is(a.left, "Mod")
    }
    if not exact or not any(_is(t, "floor") or _is(t, "ceiling") for t in walk(term)):
        return term
    quotients = {over / below for over, below in exact}

    def go(t: Term) -> Term:
        t = t.with_args(tuple([go(a) for a in t.args])) if t.args else t
        if (_is(t, "floor") or _is(t, "ceiling")) and t.args[0] in quotients:
            return t.args[0]
        return t

    return go(term)


def _is(term: Term, function: str) -> bool:
    return isinstance(term, Apply) and term.function == function
