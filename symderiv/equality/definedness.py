"""Is a term defined nowhere, or wherever its entries are? Proved from its parts: logarithms, roots, divisions.

What is defined nowhere equals nothing. Only parts that are always evaluated count there, not those in a case, beside a
bracket or below a binder; odd roots of negative numbers do not, since many a reader takes them to be real.
What is defined everywhere may stand for a sum of it over a range that may be empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import (
    TRUE,
    ZERO,
    Add,
    And,
    Apply,
    Binder,
    Bound,
    Cases,
    Condition,
    Constant,
    Delta,
    Derivative,
    Entry,
    Iverson,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Product,
    Relation,
    Sum,
    Symbol,
    Term,
    walk,
)

__all__ = ["always_defined", "never_defined"]

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


def always_defined(term: Term, context: Context, holds: Holds) -> bool:
    """Is the term seen to have a value wherever the entries of arrays in it have one? False if that is open."""
    if not all(isinstance(t, _PLAIN) for t in walk(term)):
        return False
    for t in walk(term):
        if isinstance(t, Apply) and t.function not in _TOTAL and t.function != "Mod":
            return False
        if isinstance(t, Cases) and t.pieces[-1][1] != TRUE:
            return False
        needed = _needed_by(t, context)
        if needed is not None and (
            any(isinstance(b, Bound) for b in walk(needed)) or holds(needed, context) is not True
        ):
            return False
    return True


_PLAIN = (
    Add, And, Apply, Bound, Cases, Constant, Delta, Entry, Iverson, Mul, Not, Number, Or, Power, Product, Relation, Sum,
    Symbol,
)  # fmt: skip
_TOTAL = frozenset({
    "exp", "sin", "cos", "sinh", "cosh", "tanh", "atan", "asinh", "erf", "Abs", "sign", "floor", "ceiling", "Max",
    "Min", "sigmoid", "relu", "softplus", "silu", "gelu", "normal_pdf",
})  # fmt: skip


def _needed_by(term: Term, context: Context) -> Term | None:
    """What a power or a residue needs to have a value, its parts having theirs; None if it needs nothing."""
    if isinstance(term, Apply) and term.function == "Mod":
        return Relation("!=", term.args[1], ZERO)
    if not isinstance(term, Power):
        return None
    if not isinstance(term.exponent, Number):
        positive = Relation(">", term.base, ZERO)
        return Or(positive, Relation(">=", term.exponent, ZERO)) if context.is_integer(term.exponent) else positive
    p = term.exponent.value
    if p.denominator == 1:
        return (
            None if p >= 0 or (isinstance(term.base, Number) and term.base != ZERO) else Relation("!=", term.base, ZERO)
        )
    return Relation(">=" if p > 0 else ">", term.base, ZERO)


def _needed(term: Term) -> Iterator[Term]:
    """What has to hold for the parts to have values that are evaluated at every point."""
    if isinstance(term, (Binder, Cases, Condition, Derivative)):
        return
    if isinstance(term, Mul) and any(isinstance(a, (Delta, Iverson)) for a in term.args):
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
