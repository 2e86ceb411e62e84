"""Square roots of products: what is a square comes out of the root."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context
from symderiv.language.terms import HALF, ONE, TWO, Apply, Mul, Number, Power, Term
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules.conditions import sign_of
from symderiv.rules.structure import build_power, build_product, factors_of

__all__ = ["RULES"]

_NONNEGATIVE = ("+", "0+", "0")


def _square_out(term: Term, context: Context) -> Iterator[Rewrite]:
    """sqrt(a**2 b) = a sqrt(b) for a >= 0, |a| sqrt(b) else, where b >= 0; sqrt(1/a**2) likewise."""
    if not (isinstance(term, Power) and term.exponent == HALF and isinstance(term.base, (Mul, Power))):
        return
    outside: list[Term] = []
    inside: list[Term] = []
    for f in factors_of(term.base):
        half = _half(f)
        if half is None:
            inside.append(f)
        else:
            outside.append(half if sign_of(half, context) in _NONNEGATIVE else Apply("Abs", half))
    # A product may be positive without its factors being so.
    if outside and all(sign_of(f, context) in _NONNEGATIVE for f in inside):
        yield Rewrite(build_product((*outside, build_power(build_product(inside), HALF) if inside else ONE)))


def _reciprocal(term: Term, context: Context) -> Iterator[Rewrite]:
    """sqrt(1/a) = 1/sqrt(a) for a > 0."""
    if not (isinstance(term, Power) and term.exponent == HALF and isinstance(term.base, Power)):
        return
    below = term.base
    if isinstance(below.exponent, Number) and below.exponent.value < 0 and sign_of(below.base, context) == "+":
        root = build_power(build_power(below.base, Number(-below.exponent.value)), HALF)
        yield Rewrite(build_power(root, Number(-1)))


def _half(factor: Term) -> Term | None:
    """a for a**2, a**2 for a**4, 1/a for 1/a**2, …"""
    if isinstance(factor, Power) and isinstance(factor.exponent, Number):
        e = factor.exponent.value
        if e.denominator == 1 and e % 2 == 0:
            return build_power(factor.base, Number(e / TWO.data))
    return None


RULES = (
    Rule(
        "square out of the root", r"\sqrt{a^2 b} = |a|\sqrt{b}", _square_out, "algebra",
        "Stewart, Calculus: Early Transcendentals, 8th ed., appendix A, sec. A.1", "b >= 0", DETAIL,
        (("sqrt(r**2*s)", "r*sqrt(s)"), ("sqrt(x**2*s)", "Abs(x)*sqrt(s)"), ("sqrt(1/r**2)", "1/r")),
    ),
    Rule(
        "root of a reciprocal", r"\sqrt{1/a} = 1/\sqrt{a}", _reciprocal, "algebra",
        "Stewart, Calculus: Early Transcendentals, 8th ed., appendix A, sec. A.1", "a > 0", DETAIL,
        (("sqrt(1/r)", "1/sqrt(r)"),),
    ),
)  # fmt: skip
