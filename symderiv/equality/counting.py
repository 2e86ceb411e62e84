"""Sums of powers over integer intervals: 1 + ... + 1 = n, 1 + 2 + ... + n = n(n + 1)/2, and so on (Faulhaber)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from math import comb

from symderiv.equality.affine import Affine
from symderiv.equality.index_sets import Constraint, normal_constraint
from symderiv.language.terms import Add, Mul, Number, Power, Symbol, Term

__all__ = ["faulhaber", "sum_of_powers"]


@lru_cache(maxsize=64)
def faulhaber(power: int) -> tuple[Fraction, ...]:
    """Coefficients (of n**0, n**1, ...) of the polynomial 1**power + ... + n**power.

    Source: Graham, Knuth & Patashnik, *Concrete Mathematics*, section 6.5 (Bernoulli numbers).
    """
    # B_0 ... B_power with B_1 = +1/2.
    numbers: list[Fraction] = []
    for m in range(power + 1):
        numbers.append(
            Fraction(1) if m == 0 else -sum((comb(m + 1, k) * numbers[k] for k in range(m)), Fraction(0)) / (m + 1)
        )
    if power >= 1:
        numbers[1] = Fraction(1, 2)
    out = [Fraction(0)] * (power + 2)
    for k in range(power + 1):
        out[power + 1 - k] = Fraction(comb(power + 1, k)) * numbers[k] / (power + 1)
    return tuple(out)


def _at(coefficients: tuple[Fraction, ...], n: Affine) -> list[Term]:
    base = n.term()
    return [Mul(Number(c), Power(base, Number(e))) for e, c in enumerate(coefficients) if c and e]


def sum_of_powers(
    power: int, name: str, constraints: Iterable[Constraint], others: frozenset[str]
) -> Iterator[tuple[frozenset[Constraint], Term]]:
    """The sum of ``name**power`` over an interval as pieces (conditions on the other names, value), disjoint.

    Only the constraints that contain ``name`` count, all of them inequalities with coefficient 1 or -1. Among several
    lower bounds the greatest holds, among several upper bounds the least: one piece for each choice. ``others`` are
    the remaining indices.
    """
    lower: list[Affine] = []
    upper: list[Affine] = []
    for form, _ in sorted(constraints, key=repr):
        c = form.coefficient(name)
        if c:
            rest = (form - Affine({Symbol(name): c})).scaled(-c)
            (lower if c > 0 else upper).append(rest)
    for a, low in enumerate(lower):
        for b, high in enumerate(upper):
            conditions = [low - other - (1 if n < a else 0) for n, other in enumerate(lower) if n != a]
            conditions += [other - high - (1 if n < b else 0) for n, other in enumerate(upper) if n != b]
            # An interval that ends just before it begins is empty, and the polynomial is 0 there: one case less. But
            # an index must not be let out of its range.
            length = high - low
            conditions.append(length if length.symbols() & others else length + 1)
            coefficients = faulhaber(power)
            value = Add(
                *_at(coefficients, high),
                *(Mul(Number(-1), t) for t in _at(coefficients, low - 1)),
            )
            yield frozenset(normal_constraint((c, False)) for c in conditions), value
