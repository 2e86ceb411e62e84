"""Real numbers for evaluation: exact rationals (``fmpq``) where possible, else balls (``arb``) that contain the number.

Every operation is rigorous: a ball that comes out contains the true value, and a comparison answers only if the balls
decide it; otherwise ``Imprecise`` asks for more bits. Nothing here ever looks at a midpoint.

Source: F. Johansson, *Arb: Efficient Arbitrary-Precision Midpoint-Radius Interval Arithmetic*, 2017.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import isqrt

from flint import arb, ctx, fmpq

__all__ = [
    "FUNCTIONS", "PRECISIONS", "Imprecise", "OutOfRange", "OverBudget", "Real", "Undefined", "apply_real",
    "compare_reals", "decimal", "exact", "extreme_real", "power_real", "precision", "sign_of", "to_ball",
]  # fmt: skip

Real = fmpq | arb
PRECISIONS = (64, 160, 400)
"""Working precisions in bits, tried in turn."""

_LARGEST_EXACT_BITS = 20_000


class Undefined(ArithmeticError):
    """The term has no value here: 1/0, the logarithm of a number that is not positive, the derivative at a kink."""


class OutOfRange(Undefined):
    """An array or definition is read outside its axes."""


class Imprecise(ArithmeticError):
    """The balls at this precision are too wide to decide a comparison."""


class OverBudget(ArithmeticError):
    """Evaluating takes more work than allowed."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Balls computed inside carry ``bits`` bits."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def exact(value: object) -> Real:
    """A Python or FLINT number as a value; floats are refused, since they aren't what their author meant."""
    if isinstance(value, (fmpq, arb)):
        return value
    if isinstance(value, int):
        return fmpq(value)
    if isinstance(value, Fraction):
        return fmpq(value.numerator, value.denominator)
    raise TypeError(f"{value!r} is no exact number; give an int, a Fraction or an fmpq")


def to_ball(value: Real) -> arb:
    return value if isinstance(value, arb) else arb(value)


def sign_of(value: Real) -> int:
    """-1, 0 or 1; 0 only for an exact zero. Raises ``Imprecise`` if the ball does not decide."""
    if isinstance(value, fmpq):
        return (value > 0) - (value < 0)
    if value > 0:
        return 1
    if value < 0:
        return -1
    if value.is_zero():
        return 0
    raise Imprecise


def compare_reals(left: Real, right: Real) -> int:
    """The sign of left - right."""
    return sign_of(left - right)


def extreme_real(left: Real, right: Real, largest: bool) -> Real:
    """The larger (smaller) of two numbers; for balls the ball of the maximum, which needs no decision."""
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return max(left, right) if largest else min(left, right)
    a, b = to_ball(left), to_ball(right)
    return a.max(b) if largest else a.min(b)


def decimal(value: Real, digits: int = 12) -> str:
    """A rational as it is (if it is short), a ball as a decimal with ``digits`` digits, all zeros if it may be 0."""
    if isinstance(value, fmpq):
        text = str(value)
        return text if len(text) <= 40 else arb(value).str(digits, radius=False)
    return "0." + "0" * digits if value.contains(0) else value.str(digits, radius=False)


# ---------------------------------------------------------------- powers


def power_real(base: Real, exponent: Real) -> Real:
    """base ** exponent over the reals: 0**0 = 1, 0**negative and (negative)**(not an integer) are undefined."""
    if isinstance(exponent, fmpq):
        if exponent.q == 1:
            return _integer_power(base, int(exponent.p))
        sign = sign_of(base)
        if sign == 0 and exponent > 0:
            return fmpq(0)
        if sign <= 0:
            raise Undefined("a power of a number that is not positive")
        root = _exact_root(base, int(exponent.q)) if isinstance(base, fmpq) else None
        if root is not None:
            return _integer_power(root, int(exponent.p))
        if exponent.q == 2:
            return _integer_power(to_ball(base).sqrt(), int(exponent.p))
        return (to_ball(base).log() * arb(exponent)).exp()
    sign = sign_of(base)
    if sign < 0:
        raise Imprecise  # the ball of the exponent may hold an integer
    if sign == 0:
        if sign_of(exponent) > 0:
            return fmpq(0)
        raise Undefined("0 to a power that is not positive")
    return (to_ball(base).log() * exponent).exp()


def _integer_power(base: Real, n: int) -> Real:
    if n == 0:
        return fmpq(1)
    if n < 0 and sign_of(base) == 0:
        raise Undefined("division by zero")
    if isinstance(base, fmpq):
        if abs(n) * max(int(base.p).bit_length(), int(base.q).bit_length()) <= _LARGEST_EXACT_BITS:
            return base**n
        base = arb(base)
    return base**n if n > 0 else (1 / base) ** (-n)


def _exact_root(value: fmpq, degree: int) -> fmpq | None:
    """The positive root of a positive rational if that is rational and its degree is small."""
    top, below = _integer_root(int(value.p), degree), _integer_root(int(value.q), degree)
    return fmpq(top, below) if top is not None and below is not None else None


def _integer_root(n: int, degree: int) -> int | None:
    if degree == 2:
        root = isqrt(n)
    elif degree > 64 or n.bit_length() > 900:
        return None
    else:
        root = round(n ** (1 / degree))  # only a guess, tested exactly below
    return root if root**degree == n else None


# ---------------------------------------------------------------- functions


def _through(name: str, at_zero: int | None) -> Callable[[Real], Real]:
    """Arb's function of that name, exact at 0 where the value there is rational."""

    def function(v: Real) -> Real:
        if at_zero is not None and isinstance(v, fmpq) and v == 0:
            return fmpq(at_zero)
        return getattr(to_ball(v), name)()

    return function


def _abs(v: Real) -> Real:
    return exact(abs(v))


def _log(v: Real) -> Real:
    if isinstance(v, fmpq) and v == 1:
        return fmpq(0)
    if sign_of(v) <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    return to_ball(v).log()


def _tan(v: Real) -> Real:
    if isinstance(v, fmpq) and v == 0:
        return v
    if to_ball(v).cos().contains(0):
        raise Imprecise
    return to_ball(v).tan()


def _inside(name: str) -> Callable[[Real], Real]:
    """asin, acos on [-1, 1]."""

    def function(v: Real) -> Real:
        if isinstance(v, fmpq):
            if abs(v) > 1:
                raise Undefined(f"{name} outside [-1, 1]")
            if v == (0 if name == "asin" else 1):
                return fmpq(0)
        elif sign_of(1 - abs(v)) < 0:
            raise Undefined(f"{name} outside [-1, 1]")
        return getattr(to_ball(v), name)()

    return function


def _atanh(v: Real) -> Real:
    if sign_of(1 - _abs(v)) <= 0:
        raise Undefined("artanh outside (-1, 1)")
    return v if isinstance(v, fmpq) and v == 0 else to_ball(v).atanh()


def _acosh(v: Real) -> Real:
    sign = sign_of(v - 1)
    if sign < 0:
        raise Undefined("arcosh below 1")
    return fmpq(0) if sign == 0 else to_ball(v).acosh()


def _sigmoid(v: Real) -> Real:
    if isinstance(v, fmpq) and v == 0:
        return fmpq(1, 2)
    w = to_ball(v)
    # exp of a number that is not large, so that no digits are lost on either side
    if w.mid() > 0:
        return 1 / (1 + (-w).exp())
    e = w.exp()
    return e / (1 + e)


def _gamma(v: Real) -> Real:
    if isinstance(v, fmpq) and v.q == 1:
        if v <= 0:
            raise Undefined("a pole of Gamma")
        if v <= 200:
            out = 1
            for n in range(2, int(v.p)):
                out *= n
            return fmpq(out)
    result = to_ball(v).gamma()
    if not result.is_finite():
        raise Imprecise
    return result


def _sign(v: Real) -> Real:
    return fmpq(sign_of(v))


def _heaviside(v: Real) -> Real:
    sign = sign_of(v)
    if sign == 0:
        raise Undefined("the unit step at 0")
    return fmpq(1 if sign > 0 else 0)


def _floor(v: Real) -> Real:
    if isinstance(v, fmpq):
        return fmpq(v.p // v.q)
    if abs(v) > fmpq(2) ** _LARGEST_EXACT_BITS:
        raise OverBudget("the floor of a huge number")
    below = v.floor().unique_fmpz()
    if below is None:
        raise Imprecise
    return fmpq(below)


def _ceiling(v: Real) -> Real:
    return -_floor(-v)


FUNCTIONS: dict[str, Callable[[Real], Real]] = {
    "exp": _through("exp", 1),
    "log": _log,
    "sin": _through("sin", 0),
    "cos": _through("cos", 1),
    "tan": _tan,
    "asin": _inside("asin"),
    "acos": _inside("acos"),
    "atan": _through("atan", 0),
    "sinh": _through("sinh", 0),
    "cosh": _through("cosh", 1),
    "tanh": _through("tanh", 0),
    "asinh": _through("asinh", 0),
    "acosh": _acosh,
    "atanh": _atanh,
    "erf": _through("erf", 0),
    "gamma": _gamma,
    "Abs": _abs,
    "sign": _sign,
    "Heaviside": _heaviside,
    "floor": _floor,
    "ceiling": _ceiling,
    "sigmoid": _sigmoid,
}
"""The primitive functions of one argument; abbreviations are expanded before they get here."""


def apply_real(function: str, value: Real) -> Real:
    """A primitive function at a number. ``Undefined`` outside its domain, ``Imprecise`` if it is not known here."""
    if function not in FUNCTIONS:
        raise Imprecise
    result = FUNCTIONS[function](value)
    if isinstance(result, arb) and not result.is_finite():
        raise Imprecise
    return result
