"""SymPy functions that terms write in other functions: sec is 1/cos, erfc is 1 - erf, a binomial is a product.

Each expansion takes the SymPy object and its arguments as terms. The laws hold wherever both sides are defined.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import sympy

from symderiv.errors import DeclarationError
from symderiv.language.refusals import refusal
from symderiv.language.terms import HALF, MINUS_ONE, ONE, TRUE, ZERO, Apply, Cases, Mul, Number, Power, Relation, Term

__all__ = ["EXPANSIONS"]

Arguments = tuple[Term, ...]


def _extremum(e: Any, args: Arguments) -> Term:
    """SymPy forgets the order written: numbers come first, as in Max(0, x)."""
    keys = [sympy.default_sort_key(a) for a in e.args]
    ordered = [t for _, t in sorted(zip(keys, args, strict=True), key=lambda pair: pair[0])]
    return Apply(type(e).__name__, *ordered) if len(ordered) > 1 else ordered[0]


def _logarithm(e: Any, args: Arguments) -> Term:
    return Apply("log", args[0]) if len(args) == 1 else Apply("log", args[0]) / Apply("log", args[1])


def _step(e: Any, args: Arguments) -> Term:
    """Heaviside with a value at 0 of one's own; SymPy's usual 1/2 is left open."""
    x, *at_zero = args
    if not at_zero or at_zero[0] == HALF:
        return Apply("Heaviside", x)
    if at_zero[0] in (ZERO, ONE):
        return Cases((ZERO, Relation("<=" if at_zero[0] == ZERO else "<", x, ZERO)), (ONE, TRUE))
    return Cases((ZERO, Relation("<", x, ZERO)), (at_zero[0], Relation("=", x, ZERO)), (ONE, TRUE))


def _reciprocal(function: str) -> Callable[[Any, Arguments], Term]:
    return lambda e, args: Power(Apply(function, *args), MINUS_ONE)


def _quotient(above: str, below: str) -> Callable[[Any, Arguments], Term]:
    return lambda e, args: Apply(above, *args) / Apply(below, *args)


def _binomial(e: Any, args: Arguments) -> Term:
    """n (n - 1) ... (n - k + 1)/k! for a number k."""
    k = e.args[1]
    if not (k.is_Integer and 0 <= k <= 20):
        raise DeclarationError(refusal(e))
    n = args[0]
    factors = [n, *(Number(n.value - m) if isinstance(n, Number) else n - m for m in range(1, int(k)))][: int(k)]
    below = math.factorial(int(k))
    return Mul(*factors, Power(Number(below), MINUS_ONE)) if below > 1 else factors[0] if factors else ONE


EXPANSIONS: dict[type, Callable[[Any, Arguments], Term]] = {
    sympy.log: _logarithm,
    sympy.Max: _extremum,
    sympy.Min: _extremum,
    sympy.Heaviside: _step,
    sympy.sec: _reciprocal("cos"),
    sympy.csc: _reciprocal("sin"),
    sympy.sech: _reciprocal("cosh"),
    sympy.csch: _reciprocal("sinh"),
    sympy.cot: _quotient("cos", "sin"),
    sympy.coth: _quotient("cosh", "sinh"),
    sympy.factorial: lambda e, args: Apply("gamma", args[0] + 1),
    sympy.binomial: _binomial,
    sympy.frac: lambda e, args: args[0] - Apply("floor", args[0]),
    sympy.erfc: lambda e, args: 1 - Apply("erf", args[0]),
}
