"""Exact forward-mode differentiation: numbers that carry a derivative, nested for higher and mixed derivatives.

A ``Jet`` with tag t is value + slope*e_t with e_t**2 = 0. Tags grow inwards: the jet of an inner derivative carries a
larger tag than any jet inside its parts, so that derivatives of derivatives don't confuse their perturbations.
A number that is no jet does not depend on any perturbation; a jet may, even if its slope is 0. So a comparison of
equal numbers one of which is a jet is a kink, where the derivative is called undefined.

Nothing here looks at ``differentiation.py``: each checks the other.

Source: J. M. Siskind, B. A. Pearlmutter, *Perturbation Confusion and Referential Transparency*, IFL 2005.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, fmpq

from symderiv.equality.balls import (
    Real,
    Undefined,
    apply_real,
    compare_reals,
    extreme_real,
    power_real,
    sign_of,
)

__all__ = [
    "Jet",
    "Value",
    "add",
    "apply",
    "compare_values",
    "divide",
    "extreme",
    "modulo",
    "multiply",
    "power",
    "real_part",
]

ZERO, ONE, TWO = fmpq(0), fmpq(1), fmpq(2)


class Jet:
    """value + slope*e, where e is the perturbation number ``tag``."""

    __slots__ = ("slope", "tag", "value")

    def __init__(self, tag: int, value: Value, slope: Value):
        self.tag, self.value, self.slope = tag, value, slope


Value = Real | Jet


def real_part(v: Value) -> Real:
    """The number itself, without perturbations."""
    while isinstance(v, Jet):
        v = v.value
    return v


def _parts(v: Value, tag: int) -> tuple[Value, Value]:
    return (v.value, v.slope) if isinstance(v, Jet) and v.tag == tag else (v, ZERO)


def _tag(*values: Value) -> int:
    return max((v.tag for v in values if isinstance(v, Jet)), default=0)


def add(a: Value, b: Value) -> Value:
    if not isinstance(a, Jet) and not isinstance(b, Jet):
        return a + b
    tag = _tag(a, b)
    (u, du), (v, dv) = _parts(a, tag), _parts(b, tag)
    return Jet(tag, add(u, v), add(du, dv))


def multiply(a: Value, b: Value) -> Value:
    """a*b; an exact 0 that depends on nothing makes the product an exact 0."""
    if not isinstance(a, Jet) and not isinstance(b, Jet):
        if (isinstance(a, fmpq) and a == 0) or (isinstance(b, fmpq) and b == 0):
            return ZERO
        return a * b
    if (isinstance(a, fmpq) and a == 0) or (isinstance(b, fmpq) and b == 0):
        return ZERO
    tag = _tag(a, b)
    (u, du), (v, dv) = _parts(a, tag), _parts(b, tag)
    return Jet(tag, multiply(u, v), add(multiply(du, v), multiply(u, dv)))


def negate(a: Value) -> Value:
    return multiply(fmpq(-1), a)


def divide(a: Value, b: Value) -> Value:
    return multiply(a, power(b, fmpq(-1)))


def power(base: Value, exponent: Value) -> Value:
    """base**exponent. Perturbed, it needs a positive base, unless the exponent is an unperturbed integer."""
    if not isinstance(base, Jet) and not isinstance(exponent, Jet):
        return power_real(base, exponent)
    if isinstance(exponent, fmpq) and isinstance(base, Jet):
        if exponent.q != 1 and sign_of(real_part(base)) <= 0:
            raise Undefined("the derivative of a root at 0")
        slope = ZERO if exponent == 0 else multiply(exponent, multiply(power(base.value, exponent - 1), base.slope))
        return Jet(base.tag, power(base.value, exponent), slope)
    if sign_of(real_part(base)) <= 0:
        raise Undefined("a power with a variable exponent needs a positive base")
    return apply("exp", multiply(exponent, apply("log", base)))


def compare_values(a: Value, b: Value) -> int:
    """The sign of a - b; undefined where they are equal and a perturbation may change that."""
    sign = compare_reals(real_part(a), real_part(b))
    if sign == 0 and (isinstance(a, Jet) or isinstance(b, Jet)):
        raise Undefined("the derivative at a kink")
    return sign


def extreme(a: Value, b: Value, largest: bool) -> Value:
    """The maximum (minimum) of two numbers; its derivative is undefined where they are equal."""
    if not isinstance(a, Jet) and not isinstance(b, Jet):
        return extreme_real(a, b, largest)
    return a if (compare_values(a, b) > 0) == largest else b


def modulo(a: Value, m: Value) -> Value:
    """a - m*floor(a/m), with the sign of m."""
    if compare_values(m, ZERO) == 0:
        raise Undefined("division by zero")
    return add(a, negate(multiply(m, apply("floor", divide(a, m)))))


# ---------------------------------------------------------------- functions


def _polygamma(order: int, x: Value) -> Value:
    """The derivative number ``order`` of digamma at x > 0: (-1)**(order+1) * order! * zeta(order + 1, x)."""
    if isinstance(x, Jet):
        return Jet(x.tag, _polygamma(order, x.value), multiply(_polygamma(order + 1, x.value), x.slope))
    if sign_of(x) <= 0:
        raise Undefined("the derivative of Gamma is only taken for positive numbers")
    ball = x if isinstance(x, arb) else arb(x)
    if order == 0:
        return ball.digamma()
    return (-1) ** (order + 1) * arb.gamma(arb(order + 1)) * arb(order + 1).zeta(ball)


def _one_minus_square(x: Value) -> Value:
    return add(ONE, negate(multiply(x, x)))


def _gauss(x: Value) -> Value:
    """2/sqrt(pi) * exp(-x**2)."""
    return multiply(2 / arb.pi().sqrt(), apply("exp", negate(multiply(x, x))))


_SLOPES: dict[str, Callable[[Value], Value]] = {
    "exp": lambda x: apply("exp", x),
    "log": lambda x: divide(ONE, x),
    "sin": lambda x: apply("cos", x),
    "cos": lambda x: negate(apply("sin", x)),
    "tan": lambda x: power(apply("cos", x), fmpq(-2)),
    "asin": lambda x: power(_one_minus_square(x), fmpq(-1, 2)),
    "acos": lambda x: negate(power(_one_minus_square(x), fmpq(-1, 2))),
    "atan": lambda x: divide(ONE, add(ONE, multiply(x, x))),
    "sinh": lambda x: apply("cosh", x),
    "cosh": lambda x: apply("sinh", x),
    "tanh": lambda x: power(apply("cosh", x), fmpq(-2)),
    "asinh": lambda x: power(add(ONE, multiply(x, x)), fmpq(-1, 2)),
    "acosh": lambda x: power(add(multiply(x, x), fmpq(-1)), fmpq(-1, 2)),
    "atanh": lambda x: divide(ONE, _one_minus_square(x)),
    "erf": _gauss,
    "gamma": lambda x: multiply(apply("gamma", x), _polygamma(0, x)),
    "sigmoid": lambda x: multiply(apply("sigmoid", x), apply("sigmoid", negate(x))),
    "Abs": lambda x: apply("sign", x),
}
_STEPS = frozenset({"sign", "Heaviside", "floor", "ceiling"})
"""Constant around every point where they are continuous."""


def apply(function: str, x: Value) -> Value:
    """A primitive function of one argument, with its derivatives by the chain rule."""
    if not isinstance(x, Jet):
        return apply_real(function, x)
    if function in _STEPS:
        return _step(function, x)
    if function == "Abs":
        return x if compare_values(x, ZERO) > 0 else negate(x)
    slope = _SLOPES.get(function)
    if slope is None:
        raise Undefined(f"no derivative of {function} is known")
    return Jet(x.tag, apply(function, x.value), multiply(slope(x.value), x.slope))


def _step(function: str, x: Jet) -> Value:
    at = real_part(x)
    result = apply_real(function, at)
    if function in ("floor", "ceiling"):
        kink = compare_reals(at, result) == 0
    else:
        kink = sign_of(at) == 0
    if kink:
        raise Undefined(f"the derivative of {function} at a jump")
    # Still a jet: it is constant only near this point.
    return Jet(x.tag, apply(function, x.value), ZERO)
