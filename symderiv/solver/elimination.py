"""Systems of linear inequalities over the rationals: a solution in small numbers, or multipliers that refute it.

Fourier-Motzkin elimination with exact fractions; every inequality that is derived keeps the multipliers of the given
ones that it is made of. By Farkas' lemma a system without solution has such a combination that says 0 > 0 or 0 >= 1.
Source: Schrijver, *Theory of Linear and Integer Programming*, 1986, sec. 7.3 and 12.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import gcd, lcm

__all__ = ["Row", "TooLarge", "refute", "solve_small"]

LIMIT = 3000
"""The most inequalities that one elimination may leave."""
_SMALL = 4


class TooLarge(Exception):
    """The elimination leaves too many inequalities."""


@dataclass(frozen=True, slots=True)
class Row:
    """coefficients . x + constant > 0 if ``strict``, else >= 0; ``weights`` say which given rows it is made of."""

    coefficients: tuple[Fraction, ...]
    constant: Fraction
    strict: bool
    weights: tuple[Fraction, ...] = ()

    def at(self, point: Sequence[Fraction | int]) -> Fraction:
        return sum((c * x for c, x in zip(self.coefficients, point, strict=True)), self.constant)

    def holds(self, point: Sequence[Fraction | int]) -> bool:
        value = self.at(point)
        return value > 0 or (value == 0 and not self.strict)


def solve_small(rows: Sequence[Row], unknowns: int) -> tuple[Fraction, ...] | None:
    """A solution in integers up to 4, the smallest first; else any solution; None if there is none."""
    if unknowns <= 4:
        for bound in range(_SMALL + 1):
            span = sorted(range(-bound, bound + 1), key=lambda v: (abs(v), v < 0))
            points = [p for p in product(span, repeat=unknowns) if max(map(abs, p), default=0) == bound]
            fitting = [p for p in points if all(r.holds(p) for r in rows)]
            if fitting:
                best = min(fitting, key=lambda p: (sum(map(abs, p)), sum(v < 0 for v in p)))
                return tuple(map(Fraction, best))
    return _back_substitute(rows, unknowns)


def _back_substitute(rows: Sequence[Row], unknowns: int) -> tuple[Fraction, ...] | None:
    """Eliminate the unknowns one by one, then choose values in the opposite order."""
    stages = [list(rows)]
    for n in range(unknowns):
        stages.append(_eliminate(stages[-1], n))
    if any(not r.holds((Fraction(0),) * unknowns) for r in stages[-1]):
        return None
    point = [Fraction(0)] * unknowns
    for n in reversed(range(unknowns)):
        low: tuple[Fraction, bool] | None = None
        high: tuple[Fraction, bool] | None = None
        for r in stages[n]:
            c = r.coefficients[n]
            if c == 0:
                continue
            end = -(r.at(point) - c * point[n]) / c
            if c > 0 and (low is None or (end, r.strict) > low):
                low = (end, r.strict)
            if c < 0 and (high is None or (end, not r.strict) < (high[0], not high[1])):
                high = (end, r.strict)
        point[n] = _between(low, high)
    return tuple(point)


def _between(low: tuple[Fraction, bool] | None, high: tuple[Fraction, bool] | None) -> Fraction:
    """A number in the interval, an integer if there is one."""
    if low is None and high is None:
        return Fraction(0)
    if low is None:
        assert high is not None
        return min(Fraction(0), Fraction(high[0].__ceil__() - 1))
    whole = Fraction(low[0].__floor__() + 1)
    if high is None:
        return max(Fraction(0), whole)
    if not low[1] and not high[1] and low[0] == high[0]:
        return low[0]
    return whole if whole < high[0] else (low[0] + high[0]) / 2


def refute(rows: Sequence[Row], unknowns: int) -> tuple[int, ...] | None:
    """Integers >= 0, without a common divisor, that combine the rows to a false statement; None if there are none."""
    current = [
        Row(r.coefficients, r.constant, r.strict, tuple(Fraction(int(n == m)) for m in range(len(rows))))
        for n, r in enumerate(rows)
    ]
    for n in range(unknowns):
        current = _eliminate(current, n)
    false = [r for r in current if r.constant < 0 or (r.constant == 0 and r.strict)]
    if not false:
        return None
    return min((_whole(r.weights) for r in false), key=lambda w: (sum(w), w))


def _whole(weights: tuple[Fraction, ...]) -> tuple[int, ...]:
    scale = lcm(*(w.denominator for w in weights))
    whole = [int(w * scale) for w in weights]
    divisor = gcd(*whole)
    return tuple(w // divisor for w in whole)


def _eliminate(rows: list[Row], n: int) -> list[Row]:
    """The rows without the unknown ``n``: every lower bound against every upper bound."""
    found: dict[tuple[tuple[Fraction, ...], bool], Row] = {}
    above = [r for r in rows if r.coefficients[n] > 0]
    below = [r for r in rows if r.coefficients[n] < 0]
    combined = [_combine(a, -b.coefficients[n], b, a.coefficients[n]) for a in above for b in below]
    for r in (*(r for r in rows if r.coefficients[n] == 0), *combined):
        r = _normalised(r)
        key = (r.coefficients, r.strict)
        if key not in found or r.constant < found[key].constant:
            found[key] = r
        if len(found) > LIMIT:
            raise TooLarge
    return list(found.values())


def _combine(a: Row, s: Fraction, b: Row, t: Fraction) -> Row:
    def mix(x: tuple[Fraction, ...], y: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        return tuple(s * p + t * q for p, q in zip(x, y, strict=True))

    constant = s * a.constant + t * b.constant
    return Row(mix(a.coefficients, b.coefficients), constant, a.strict or b.strict, mix(a.weights, b.weights))


def _normalised(r: Row) -> Row:
    """Divided by the first coefficient's size, so that multiples are the same row."""
    first = next((abs(c) for c in r.coefficients if c), Fraction(1))
    if first == 1:
        return r

    def scaled(values: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        return tuple(v / first for v in values)

    return Row(scaled(r.coefficients), r.constant / first, r.strict, scaled(r.weights))
