"""Limits as a size grows: the leading terms decide."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symderiv.language.context import Context
from symderiv.language.terms import ONE, ZERO, Add, Apply, Mul, Number, Power, Term, walk
from symderiv.records import Rewrite, Rule
from symderiv.rules.algebra import expand
from symderiv.rules.conditions import is_positive
from symderiv.rules.structure import build_power, build_product, build_sum, monomial

__all__ = ["LIMIT", "RULES", "leading_term"]

LIMIT = "LimitAtInfinity"
Leading = tuple[Fraction, Term]


def leading_term(term: Term, n: Term, context: Context) -> Leading | None:
    """(exponent, coefficient) of the leading power of n; None if that is not known."""
    if not any(t == n for t in walk(term)):
        return Fraction(0), term
    if term == n:
        return Fraction(1), ONE
    if isinstance(term, Mul):
        parts = [leading_term(f, n, context) for f in term.args]
        if any(p is None for p in parts):
            return None
        known = [p for p in parts if p is not None]
        return sum((e for e, _ in known), Fraction(0)), monomial(build_product(c for _, c in known)).term()
    if isinstance(term, Power) and isinstance(term.exponent, Number):
        base = leading_term(term.base, n, context)
        whole = term.exponent.value.denominator == 1
        if base is None or not (whole or is_positive(base[1], context)):
            return None
        return base[0] * term.exponent.value, build_power(base[1], term.exponent)
    if isinstance(term, Add):
        return _of_sum(term, n, context)
    return None


def _of_sum(term: Add, n: Term, context: Context) -> Leading | None:
    parts = [leading_term(s, n, context) for s in term.args]
    if any(p is None for p in parts):
        return None
    known = [p for p in parts if p is not None]
    highest = max(e for e, _ in known)
    total = build_sum(c for e, c in known if e == highest)
    expanded = expand(total)
    return None if expanded is None or expanded == ZERO else (highest, total)


def _limit(term: Term, context: Context) -> Iterator[Rewrite]:
    if not (isinstance(term, Apply) and term.function == LIMIT):
        return
    found = leading_term(term.args[0], term.args[1], context)
    if found is not None and found[0] <= 0:
        yield Rewrite(ZERO if found[0] < 0 else found[1])


RULES = (
    Rule(
        "limit by the leading terms",
        r"\lim_{n\to\infty} \frac{a\,n^p + \dots}{b\,n^p + \dots} = \frac ab", _limit, "limits",
        "Stewart, Calculus: Early Transcendentals, 8th ed., sec. 2.6", "the other names are fixed",
        examples=(("LimitAtInfinity((x*n + r)/(2*n - 1), n)", "x/2"), ("LimitAtInfinity(x/n, n)", "0")),
    ),
)  # fmt: skip
