"""Is a term defined nowhere? Proved from its parts: a logarithm or a root of what is never positive, a division by 0.

Such a side equals nothing. Only parts that are always evaluated count, not those in a case or below a binder; odd roots
of negative numbers do not, since many a reader takes them to be real.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import (
    ZERO,
    Apply,
    Binder,
    Cases,
    Condition,
    Derivative,
    Number,
    Power,
    Relation,
    Term,
)

__all__ = ["never_defined"]

Holds = Callable[[Term, Context], bool | None]
_MOST_PARTS = 8


def never_defined(term: Term, context: Context, holds: Holds) -> Term | None:
    """The condition that would have to hold for the term to have a value and holds nowhere; None if none is found."""
    for n, needed in enumerate(_needed(unfold_all(term, context))):
        if n == _MOST_PARTS:
            return None
        if holds(needed, context) is False:
            return needed
    return None


def _needed(term: Term) -> Iterator[Term]:
    """What has to hold for the parts to have values that are evaluated at every point."""
    if isinstance(term, (Binder, Cases, Condition, Derivative)):
        return
    for a in term.args:
        yield from _needed(a)
    if isinstance(term, Apply) and term.function == "log":
        yield Relation(">", term.args[0], ZERO)
    if isinstance(term, Power) and isinstance(term.exponent, Number):
        p = term.exponent.value
        if p.denominator % 2 == 0:
            yield Relation(">=" if p > 0 else ">", term.base, ZERO)
        elif p < 0 and not isinstance(term.base, Number):
            yield Relation("!=", term.base, ZERO)
