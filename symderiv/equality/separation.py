"""Equality of algebraic numbers by a separation bound: what is not 0 is not too near to 0.

A number built of integers by +, -, *, / and roots is U/L with algebraic integers U and L; u and l bound all their
conjugates, D the degree. If it is not 0 it is at least 1/(u**(D - 1) * l) (Burnikel, Funke, Mehlhorn, Schirra, Schmitt:
A separation bound for real algebraic expressions, ESA 2001). A ball below the bound is a proof of 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import log2

from symderiv.equality.balls import Imprecise, OverBudget, Undefined, precision, to_ball
from symderiv.language.context import Context
from symderiv.language.terms import Add, Apply, Constant, Mul, Number, Power, Term

__all__ = ["are_equal_numbers"]

_MOST_BITS = 60_000
_GUARD = 64
_SLACK = 1.0
"""Bits added to every bound, far more than the rounding of these few sums can take away."""


@dataclass(slots=True)
class _Degrees:
    """The degree of each different root in the expression; the degree of the whole is at most their product."""

    roots: dict[Term, int] = field(default_factory=dict)

    def product(self) -> int:
        out = 1
        for degree in self.roots.values():
            out *= degree
        return out


def are_equal_numbers(left: Term, right: Term, context: Context) -> bool:
    """Are these two constant terms, built of integers, roots and cosines of fractions of pi, proved to be equal?"""
    from symderiv.equality.instances import evaluate, points

    difference = left - right
    degrees = _Degrees()
    bounds = _bounds(difference, degrees)
    if bounds is None:
        return False
    above, below = max(bounds[0], 0.0), max(bounds[1], 0.0)
    needed = (degrees.product() - 1) * (above + _SLACK) + below + _SLACK
    if needed > _MOST_BITS:
        return False
    point = next(iter(points((difference,), context, 1)), None)
    if point is None:
        return False
    bits = int(needed) + _GUARD
    try:
        # The first digits of large summands cancel: some more bits than the bound asks for.
        with precision(bits + int(above + below) + _GUARD):
            value = to_ball(evaluate(difference, point, context))
    except (Imprecise, OverBudget, Undefined):
        return False
    if not value.is_finite():
        return False
    return bool(abs(value).upper() < type(value)(2) ** -bits)


def _bounds(term: Term, degrees: _Degrees) -> tuple[float, float] | None:
    """(log2 u, log2 l) for the term, all the roots in it noted; None if it is no such number."""
    if isinstance(term, Number):
        return _of_number(term.value)
    if isinstance(term, Add):
        total: tuple[float, float] | None = (float("-inf"), 0.0)
        for a in term.args:
            part = _bounds(a, degrees)
            if part is None or total is None:
                return None
            total = _log_sum(total[0] + part[1], part[0] + total[1]), total[1] + part[1]
        return total
    if isinstance(term, Mul):
        above = below = 0.0
        for a in term.args:
            part = _bounds(a, degrees)
            if part is None:
                return None
            above, below = above + part[0], below + part[1]
        return above, below
    if isinstance(term, Power) and isinstance(term.exponent, Number):
        return _of_power(term.base, term.exponent.value, degrees)
    if isinstance(term, Apply) and term.function in ("cos", "sin"):
        return _of_cosine(term, degrees)
    return None


def _of_number(value: Fraction) -> tuple[float, float]:
    return (log2(abs(value.numerator)) if value else 0.0), log2(value.denominator)


def _log_sum(a: float, b: float) -> float:
    high, low = max(a, b), min(a, b)
    return high if low == float("-inf") else high + log2(1 + 2.0 ** (low - high))


def _of_power(base: Term, exponent: Fraction, degrees: _Degrees) -> tuple[float, float] | None:
    part = _bounds(base, degrees)
    if part is None:
        return None
    above, below = part
    p, q = abs(exponent.numerator), exponent.denominator
    if q != 1:
        degrees.roots[Power(base, Number(Fraction(1, q)))] = q
    # The root of U/L is that of U*L**(q - 1), divided by L: one root, not two.
    above, below = p * (above + (q - 1) * below) / q, p * below
    return (above, below) if exponent > 0 else (below, above)


def _of_cosine(term: Apply, degrees: _Degrees) -> tuple[float, float] | None:
    """2*cos(pi*p/q) and 2*sin(pi*p/q) are algebraic integers of degree at most q and 2*q, with conjugates up to 2."""
    turn = _share_of_pi(term.args[0])
    if turn is None:
        return None
    degrees.roots[term] = turn.denominator * (2 if term.function == "sin" else 1)
    return 1.0, 1.0


def _share_of_pi(term: Term) -> Fraction | None:
    factors = term.args if isinstance(term, Mul) else (term,)
    share, seen = Fraction(1), 0
    for f in factors:
        if isinstance(f, Number):
            share *= f.value
        elif isinstance(f, Power) and isinstance(f.base, Number) and f.exponent == Number(-1):
            share /= f.base.value
        elif isinstance(f, Constant) and f.name == "pi":
            seen += 1
        else:
            return None
    return share if seen == 1 else None
