"""Minus signs: absorbed by differences, moved into sums, and cancelled in pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations

from symderiv.language.context import Context
from symderiv.language.terms import MINUS_ONE, Add, Mul, Number, Power, Sum, Term
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules.structure import build_product, build_sum, factors_of, is_negative_looking, negate, summands_of

__all__ = ["RULES"]

WAERDEN = "van der Waerden, Algebra I, sec. 1.3-1.6"


def _turned(term: Term) -> Term | None:
    """-term, written with every sign of a difference changed; None if there is no difference to turn round."""
    if isinstance(term, Add):
        return build_sum(negate(s) for s in term.args)
    if _is_odd_power(term):
        assert isinstance(term, Power)
        return Power(build_sum(negate(s) for s in summands_of(term.base)), term.exponent)
    if isinstance(term, Sum):
        factors = factors_of(term.body)
        for n, f in enumerate(factors):
            turned = _turned(f)
            if turned is not None:
                return term.with_args((build_product((*factors[:n], turned, *factors[n + 1 :])), *term.args[1:]))
    return None


def _is_odd_power(term: Term) -> bool:
    return (
        isinstance(term, Power)
        and isinstance(term.base, Add)
        and isinstance(term.exponent, Number)
        and term.exponent.value in (1, -1, 3, -3)
    )


def _difference(factor: Term) -> Term:
    """The sum whose signs change when the factor is turned round."""
    if isinstance(factor, Sum):
        return next((_difference(f) for f in factors_of(factor.body) if _turned(f) is not None), factor)
    return factor.base if isinstance(factor, Power) else factor


def _sign(term: Term, context: Context) -> Iterator[Rewrite]:
    """-(a - b) = b - a, also with further factors and inside a sum."""
    if not isinstance(term, Mul):
        return
    coefficient = term.args[0].value if isinstance(term.args[0], Number) else Fraction(1)
    for n, f in enumerate(term.args):
        turned = _turned(f)
        if turned is None:
            continue
        signs = [is_negative_looking(s) for s in summands_of(_difference(f))]
        if coefficient < 0 or sum(signs) * 2 > len(signs):
            rest = [negate(term.args[0]) if isinstance(term.args[0], Number) else MINUS_ONE]
            rest += [g for m, g in enumerate(term.args) if m != n and not (m == 0 and isinstance(g, Number))]
            rest.insert(min(n, len(rest)) if n else len(rest), turned)
            yield Rewrite(build_product(rest))


def _two_signs(term: Term, context: Context) -> Iterator[Rewrite]:
    """(a - b)(c - d) = (b - a)(d - c)."""
    if not isinstance(term, Mul):
        return
    turned = {n: t for n, f in enumerate(term.args) if (t := _turned(f)) is not None}
    for pair in combinations(turned, 2):
        yield Rewrite(build_product(turned[n] if n in pair else f for n, f in enumerate(term.args)))


def _even_power(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Power) and isinstance(term.exponent, Number) and term.exponent.value % 2 == 0:
        base = term.base
        if is_negative_looking(base) or (isinstance(base, Add) and is_negative_looking(base.args[0])):
            yield Rewrite(Power(build_sum(negate(s) for s in summands_of(base)), term.exponent))


Law = Callable[[Term, Context], Iterator[Rewrite]]


def _rule(name: str, law: str, apply: Law, *examples: tuple[str, str]) -> Rule:
    return Rule(name, law, apply, "algebra", WAERDEN, "", DETAIL, examples)


RULES = (
    _rule(
        "absorb the sign", r"-(a-b) = b-a", _sign,
        ("-(x - y)", "y - x"), ("-x*Sum(v[k]*(y - v[k]), (k, 1, n))", "x*Sum(v[k]*(v[k] - y), (k, 1, n))"),
    ),
    _rule("turn two differences round", r"(a-b)(c-d) = (b-a)(d-c)", _two_signs, ("(x - y)*(r - 1)", "(y - x)*(1 - r)")),
    _rule("square of a negative", r"(-a)^2 = a^2", _even_power, ("(-x)**2", "x**2")),
)  # fmt: skip
