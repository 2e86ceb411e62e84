"""Where a polynomial in one real letter is positive: the intervals between its real roots."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from symderiv.language.terms import FALSE, HALF, TRUE, And, Number, Or, Relation, Term, substitute
from symderiv.rules.structure import arrange, build_power, build_product, build_sum, monomial, summands_of

__all__ = ["sign_chart"]

Root = tuple[float, Term]


def sign_chart(letter: Term, op: str, whole: Term, factors: Sequence[tuple[Term, int]]) -> Term | None:
    """The letters for which ``whole op 0``, as intervals; None if a factor has a degree above 2.

    Roots of quadratic factors are written with a square root. Values between the roots decide; that the answer is
    right is left to who proves it.
    """
    roots: dict[Term, float] = {}
    for factor, _ in factors:
        found = _roots(factor, letter)
        if found is None:
            return None
        roots.update({term: value for value, term in found})
    ends = sorted(roots, key=lambda t: roots[t])
    values = [roots[e] for e in ends]
    middles = [values[0] - 1, *((a + b) / 2 for a, b in pairwise(values)), values[-1] + 1] if ends else [0.0]
    inside = [_true(op, _value(whole, letter, m)) for m in middles]
    with_ends = op in (">=", "<=", "=")
    parts: list[Term] = []
    n = 0
    while n < len(inside):
        if not inside[n]:
            alone = n > 0 and with_ends and not inside[n - 1]
            if alone:
                parts.append(Relation("=", letter, ends[n - 1]))
            n += 1
            continue
        start = n
        while n + 1 < len(inside) and inside[n + 1] and with_ends:
            n += 1
        parts.append(
            _interval(letter, ends[start - 1] if start else None, ends[n] if n < len(ends) else None, with_ends)
        )
        n += 1
    if not parts:
        return FALSE
    return TRUE if TRUE in parts else parts[0] if len(parts) == 1 else Or(*parts)


def _true(op: str, value: Fraction) -> bool:
    return value > 0 if op in (">", ">=") else value < 0 if op in ("<", "<=") else value != 0 if op == "!=" else False


def _interval(letter: Term, low: Term | None, high: Term | None, closed: bool) -> Term:
    parts = []
    if low is not None:
        parts.append(Relation(">=" if closed else ">", letter, low))
    if high is not None:
        parts.append(Relation("<=" if closed else "<", letter, high))
    return TRUE if not parts else parts[0] if len(parts) == 1 else And(*parts)


def _value(whole: Term, letter: Term, at: float) -> Fraction:
    value = arrange(substitute(whole, {letter: Number(Fraction(at))}))
    return value.value if isinstance(value, Number) else Fraction(0)


def _roots(factor: Term, letter: Term) -> list[Root] | None:
    coefficients = [Fraction(0)] * 3
    for s in summands_of(factor):
        m = monomial(s)
        exponent = next((e for b, e in m.powers.values() if b == letter), Number(0))
        if not isinstance(exponent, Number) or exponent.value not in (0, 1, 2) or len(m.powers) > (exponent.value > 0):
            return None
        coefficients[int(exponent.value)] += m.coefficient
    c, b, a = coefficients
    if a == 0:
        return [(float(-c / b), Number(-c / b))]
    square = b * b - 4 * a * c
    if square < 0:
        return []
    middle, spread = Number(-b / (2 * a)), Number(square / (4 * a * a))
    root = build_power(spread, HALF)
    low = build_sum((middle, build_product((Number(-1), root))))
    high = build_sum((middle, root))
    width = float(square) ** 0.5 / (2 * abs(float(a)))
    return [(float(middle.value) - width, low), (float(middle.value) + width, high)]
