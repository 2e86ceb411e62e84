"""Factorials and binomial coefficients, in the functions that terms have.

    n! = gamma(n + 1)        C(n, k) = n!/(k! (n - k)!) for 0 <= k <= n, 0 for other k        for whole numbers n >= 0
    C(x, k) = x (x - 1) … (x - k + 1)/k!                                                    for a number k that is given

Source: Graham, Knuth & Patashnik, *Concrete Mathematics*, 5.1 and 5.5.
"""

from __future__ import annotations

import math
from fractions import Fraction

from symderiv.language.context import Context
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Apply,
    Cases,
    Mul,
    Number,
    Power,
    Relation,
    Symbol,
    Term,
    free_names,
)

__all__ = ["COUNTING", "binomial", "factorial"]

COUNTING = {
    "factorial": "a factorial is read for a whole number, such as a declared size",
    "binomial": "a binomial coefficient is read for whole numbers n >= 0 and k, or for a given small number k",
}
"""What is said where ``factorial`` or ``binomial`` gives None."""

_WRITTEN = 34
"""The largest number whose factorial is written out: it has 39 digits."""
_LARGEST = 10_000
_LONGEST = 12
"""The longest product x (x - 1) … that is written out."""


def factorial(n: Term, context: Context) -> Term | None:
    """``n!``; None unless ``n`` is known to be a whole number, and small enough if it is given."""
    if isinstance(n, Number):
        if n.value.denominator != 1 or not 0 <= n.value <= _LARGEST:
            return None
        return Number(math.factorial(int(n.value))) if n.value <= _WRITTEN else _factorial(n)
    return _factorial(n) if free_names(n) and _is_integer(n, context) else None


def binomial(n: Term, k: Term, context: Context) -> Term | None:
    """The binomial coefficient n over k; None where these rules do not say what it is."""
    if isinstance(k, Number):
        if k.value.denominator != 1 or not 0 <= k.value <= _LONGEST:
            return None
        return _falling(n, int(k.value))
    low = _lower(n, context) if free_names(n) and free_names(k) else None
    if low is None or low < 0 or not (_is_integer(n, context) and _is_integer(k, context)):
        return None
    rest = Add(n, -k)
    value = Mul(_factorial(n), Power(_factorial(k), MINUS_ONE), Power(_factorial(rest), MINUS_ONE))
    return Cases((value, And(Relation("<=", ZERO, k), Relation("<=", k, n))), (ZERO, TRUE))


def _factorial(n: Term) -> Term:
    return Apply("gamma", n + ONE)


def _falling(x: Term, k: int) -> Term:
    if isinstance(x, Number):
        return Number(math.prod((x.value - j for j in range(k)), start=Fraction(1)) / math.factorial(k))
    factors = [x, *(x - Number(j) for j in range(1, k))][:k]
    if k < 2:
        return factors[0] if factors else ONE
    return Mul(*factors, Number(Fraction(1, math.factorial(k))))


def _is_integer(term: Term, context: Context) -> bool:
    """Also with the placeholders of a binder that is just being read: an index is an integer."""
    if isinstance(term, Symbol) and term.name.startswith("\0"):
        return True
    if isinstance(term, (Add, Mul)):
        return all(_is_integer(a, context) for a in term.args)
    return context.is_integer(term)


def _lower(term: Term, context: Context) -> Fraction | None:
    """A bound from below that the declared ranges give at once."""
    if isinstance(term, Number):
        return term.value
    if isinstance(term, Symbol):
        variable = context.variables.get(term.name)
        low = variable.range.lower if variable is not None else None
        return low.value if isinstance(low, Number) else None
    if isinstance(term, Add):
        parts = [_lower(a, context) for a in term.args]
        return None if None in parts else sum((p for p in parts if p is not None), start=Fraction(0))
    if isinstance(term, Mul):
        parts = [_lower(a, context) for a in term.args]
        known = [p for p in parts if p is not None and p >= 0]
        return math.prod(known, start=Fraction(1)) if len(known) == len(parts) else None
    return None
