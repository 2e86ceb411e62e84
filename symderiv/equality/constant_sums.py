"""Sums of equal terms over ranges with floors, counted: sum over i = 1..floor(x) + 1 of c is (floor(x) + 1)*c.

Only where the range is known not to be reversed, which integer arithmetic tells, and not to be empty unless c is
defined everywhere. Ranges without floors are left to the normal form, which tells by itself.
"""

from __future__ import annotations

from symderiv.equality.definedness import always_defined
from symderiv.equality.integers import implied, real_names
from symderiv.language.context import Context
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    TRUE,
    ZERO,
    Add,
    Apply,
    Bound,
    Mul,
    Relation,
    Sum,
    Term,
    instantiate,
    walk,
)

__all__ = ["counted"]

_ROUNDING = ("floor", "ceiling")


def counted(term: Term, context: Context) -> Term:
    """The term with such sums as products; the same object if there are none."""
    if not any(isinstance(t, Sum) and _rounds(t) for t in walk(term)):
        return term
    from symderiv.equality.decision import holds

    known: dict[tuple[Term, Term], bool] = {}

    def go(t: Term) -> Term:
        t = t.with_args(tuple([go(a) for a in t.args])) if t.args else t
        if not isinstance(t, Sum) or t.guard != TRUE or not _rounds(t) or _uses_index(t.body, 0):
            return t
        if any(isinstance(b, Bound) for end in (t.lower, t.upper) for b in walk(end)):
            return t
        size, body = Add(t.upper, Mul(MINUS_ONE, t.lower), ONE), instantiate(t.body, ZERO)
        # Over nothing the sum is 0, also where its body has no value.
        least = ZERO if always_defined(body, context, holds) else ONE
        if (size, least) not in known:
            condition = Relation(">=", size, least)
            known[size, least] = implied(condition, context.integer_conditions(), reals=real_names(context)) is True
        return Mul(size, body) if known[size, least] else t

    return go(term)


def _rounds(t: Sum) -> bool:
    return any(isinstance(s, Apply) and s.function in _ROUNDING for end in (t.lower, t.upper) for s in walk(end))


def _uses_index(t: Term, level: int) -> bool:
    """Does the term use the index that is bound ``level`` binders further out?"""
    if isinstance(t, Bound):
        return t.level == level
    return any(_uses_index(a, level + (n in t.binds)) for n, a in enumerate(t.args))
