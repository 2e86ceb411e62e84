"""Probabilities of half-lines and intervals for a normal quantity, by the error function.

P(U <= t) = (1 + erf((t - m)/sqrt(2 v)))/2 for U normal with mean m and variance v > 0 (Abramowitz & Stegun, 26.2.29).
With v = 0, as x[i] - x[j] has at i = j, U is m, and the statement holds for m or does not.
"""

from __future__ import annotations

from collections.abc import Callable

from symderiv.language.terms import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Add,
    Apply,
    Cases,
    Iverson,
    Mul,
    Number,
    Power,
    Relation,
    Term,
)

__all__ = ["probability"]

Moments = Callable[[Term], tuple[Term, Term]]


def probability(condition: Term, moments: Moments, is_linear: Callable[[Term], bool]) -> Term | None:
    """The probability of u <= t, t <= u or |u| <= t for a normal u and a number t; None for other conditions."""
    if not isinstance(condition, Relation) or condition.op in ("=", "!="):
        return None
    small, large = condition.left, condition.right
    if condition.op in (">", ">="):
        small, large = large, small
    op = condition.op.replace(">", "<")
    for side, other, below in ((small, large, True), (large, small, False)):
        if not (isinstance(side, Apply) and side.function == "Abs"):
            continue
        if is_linear(side.args[0]) and _is_number(other, moments):
            if below:
                return _inside(side.args[0], op, other, moments)
            return Add(ONE, Mul(MINUS_ONE, _inside(side.args[0], "<" if op == "<=" else "<=", other, moments)))
    u = Add(small, Mul(MINUS_ONE, large))
    return _below(u, op, ZERO, moments) if is_linear(u) else None


def _is_number(t: Term, moments: Moments) -> bool:
    return moments(t)[1] == ZERO


def _below(u: Term, op: str, t: Term, moments: Moments) -> Term:
    """P(U op t) with op one of < and <=."""
    mean, variance = moments(u)
    value = Mul(HALF, Add(ONE, Apply("erf", _standard(t, mean, variance))))
    return _or_certain(value, Relation(op, mean, t), variance)


def _inside(u: Term, op: str, t: Term, moments: Moments) -> Term:
    """P(|U| op t), which is 0 for t < 0."""
    mean, variance = moments(u)
    high, low = (Apply("erf", _standard(end, mean, variance)) for end in (t, Mul(MINUS_ONE, t)))
    value = Mul(Iverson(Relation(">=", t, ZERO)), HALF, Add(high, Mul(MINUS_ONE, low)))
    return _or_certain(value, Relation(op, Apply("Abs", mean), t), variance)


def _or_certain(value: Term, at_mean: Term, variance: Term) -> Term:
    """The probability where there is a variance; where there is none the quantity is its mean."""
    if isinstance(variance, Number) and variance.value > 0:
        return value
    return Cases((value, Relation(">", variance, ZERO)), (Iverson(at_mean), Relation("=", variance, ZERO)))


def _standard(t: Term, mean: Term, variance: Term) -> Term:
    """(t - m)/sqrt(2 v)."""
    return Mul(Add(t, Mul(MINUS_ONE, mean)), Power(Power(Mul(TWO, variance), HALF), MINUS_ONE))
