"""Functions that a positive factor passes through: max(ca, cb) = c max(a, b), |cx| = c |x|, sign(cx) = sign(x).

This is why the layers of a ReLU network may be rescaled against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symderiv.language.context import Context
from symderiv.language.terms import MINUS_ONE, ONE, ZERO, Apply, Number, Term
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules.conditions import is_positive
from symderiv.rules.structure import build_power, build_product, factors_of, monomial

__all__ = ["RULES"]

_DEGREE = {"Max": 1, "Min": 1, "relu": 1, "Abs": 1, "sign": 0, "Heaviside": 0}
"""By which power of the factor the value is multiplied."""


def _factor_out(term: Term, context: Context) -> Iterator[Rewrite]:
    """The largest positive factor that all arguments share; a 0 among them shares any."""
    if not isinstance(term, Apply) or term.function not in _DEGREE:
        return
    known = [a for a in term.args if a != ZERO]
    if not known:
        return
    shared = [f for f in factors_of(known[0]) if f != ONE and is_positive(f, context)]
    shared = [f for f in shared if all(_holds_factor(a, f) for a in known[1:])]
    if not shared or any(isinstance(a, Number) for a in known):
        return
    factor = build_product(shared)
    inverse = build_power(factor, MINUS_ONE)
    args = [a if a == ZERO else monomial(build_product((a, inverse))).term() for a in term.args]
    rest = term.with_args(tuple(args))
    yield Rewrite(build_product((factor, rest)) if _DEGREE[term.function] else rest)


def _holds_factor(term: Term, factor: Term) -> bool:
    if isinstance(factor, Number):
        return factor.value != Fraction(1) and factor in factors_of(term)
    return factor in factors_of(term)


RULES = (
    Rule(
        "positive factor out of a maximum", r"\max(ca, cb) = c\max(a,b),\quad c>0", _factor_out, "algebra",
        "Hardy, Littlewood & Polya, Inequalities, 2nd ed., sec. 1.6", "c > 0", DETAIL,
        (("relu(r*x)", "r*relu(x)"), ("Max(r*x, r*y)", "r*Max(x, y)"), ("Abs(r*x)", "r*Abs(x)"), ("sign(r*x)", "sign(x)")),
    ),
)  # fmt: skip
