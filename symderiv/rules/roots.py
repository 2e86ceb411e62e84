"""Roots that are factors of one product are collected: sqrt(a) sqrt(b) = sqrt(a b) for a, b >= 0.

Every factor is written as a product of bases with whole or half exponents; those of equal bases are added, whole
exponents stand outside, half ones under one root: sqrt(m/n)/(sqrt(m) sqrt(n)) is 1/n. It ends, since at most one root is
left. Bases are known not to be negative; a root in a denominator is only defined where its base is positive.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symderiv.language.context import Context
from symderiv.language.terms import HALF, MINUS_ONE, ONE, ZERO, Apply, Mul, Number, Power, Relation, Term
from symderiv.records import Rewrite, Rule
from symderiv.rules.conditions import truth
from symderiv.rules.structure import build_power, build_product

__all__ = ["RULES"]


def _powers(f: Term, exponent: Fraction) -> Iterator[tuple[Term, Fraction]]:
    """The bases of a factor with their exponents; products and powers are taken apart."""
    if isinstance(f, Mul):
        for a in f.args:
            yield from _powers(a, exponent)
    elif isinstance(f, Power) and isinstance(f.exponent, Number) and (f.exponent.value * 2).denominator == 1:
        yield from _powers(f.base, exponent * f.exponent.value)
    elif isinstance(f, Number) and f.value > 0 and f.value.denominator != 1:
        yield Number(f.value.numerator), exponent
        yield Number(f.value.denominator), -exponent
    else:
        yield f, exponent


def _has_root(f: Term) -> bool:
    """Is the factor a root, or a product of roots in a denominator?"""
    return any(e.denominator == 2 for _, e in _powers(f, Fraction(1)))


def _is_root(f: Term) -> bool:
    return isinstance(f, Power) and isinstance(f.exponent, Number) and f.exponent.value.denominator == 2


def _absolute_value(term: Term, context: Context) -> Iterator[Rewrite]:
    """|a| = a for a >= 0."""
    if isinstance(term, Apply) and term.function == "Abs":
        if truth(Relation(">=", term.args[0], ZERO), context) is True:
            yield Rewrite(term.args[0])


def _collect_roots(term: Term, context: Context) -> Iterator[Rewrite]:
    factors = term.args if isinstance(term, Mul) else (term,)
    roots = [f for f in factors if _has_root(f)]
    if not roots:
        return
    under = {base for f in roots for base, _ in _powers(f, Fraction(1))}
    rest = []
    for f in factors:
        base, power = (f.base, f.exponent) if isinstance(f, Power) else (f, ONE)
        if base in under and isinstance(power, Number) and power.value.denominator == 1:
            roots.append(f)
        elif not _has_root(f):
            rest.append(f)
    halves: dict[Term, Fraction] = {}
    for f in roots:
        for base, e in _powers(f, Fraction(1)):
            halves[base] = halves.get(base, Fraction(0)) + e
    if any(truth(Relation(">=", base, ZERO), context) is not True for base in halves):
        return
    whole = [build_power(b, Number(e)) for b, e in halves.items() if e and e.denominator == 1]
    above = [build_power(b, Number(e * 2)) for b, e in halves.items() if e.denominator == 2 and e > 0]
    below = [build_power(b, Number(e * 2)) for b, e in halves.items() if e.denominator == 2 and e < 0]
    new: list[Term] = [*rest, *(w for w in whole if not _divides(w))]
    if above and below:
        new.append(build_power(build_product((*above, *below)), HALF))
    elif above:
        new.append(build_power(build_product(above), HALF))
    elif below:
        inverse = build_product(build_power(b, MINUS_ONE) for b in below)
        new.append(Power(build_power(inverse, HALF), MINUS_ONE))
    new += [w for w in whole if _divides(w)]
    out = build_product(new) if new else ONE
    if out != term and _roots_in(out) <= len(roots) and (len(roots) > 1 or whole or _is_reciprocal(roots[0])):
        yield Rewrite(out)


def _is_reciprocal(root: Term) -> bool:
    """1/sqrt(a/b), which is sqrt(b/a)"""
    return _divides(root) and isinstance(root, Power) and any(_divides(f) for f in _factors(root.base))


def _factors(t: Term) -> tuple[Term, ...]:
    return t.args if isinstance(t, Mul) else (t,)


def _divides(f: Term) -> bool:
    return isinstance(f, Power) and isinstance(f.exponent, Number) and f.exponent.value < 0


def _roots_in(term: Term) -> int:
    return sum(map(_is_root, term.args if isinstance(term, Mul) else (term,)))


RULES = (
    Rule(
        "absolute value of a positive number", r"|a| = a", _absolute_value, "algebra",
        "Stewart, Calculus: Early Transcendentals, 8th ed., appendix A, sec. A.1", condition="a >= 0",
        examples=(("Abs(r)", "r"), ("Abs(exp(x))", "exp(x)")),
    ),
    Rule(
        "collect roots", r"\sqrt a\sqrt b = \sqrt{ab},\ \sqrt a/\sqrt b = \sqrt{a/b}", _collect_roots, "algebra",
        "Stewart, Calculus: Early Transcendentals, 8th ed., appendix A, sec. A.1", condition="a >= 0, b >= 0",
        examples=(("sqrt(r)*sqrt(s)", "sqrt(r*s)"), ("sqrt(r/s)/(sqrt(r)*sqrt(s))", "1/s")),
    ),
)  # fmt: skip
