"""Exact rationals and balls: domains, exact values, rigour of comparisons."""

from fractions import Fraction

import mpmath
import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from symderiv.equality.balls import (
    FUNCTIONS,
    Imprecise,
    Undefined,
    apply_real,
    decimal,
    exact,
    power_real,
    precision,
    sign_of,
)

Q = fmpq


@pytest.mark.parametrize(
    "base, exponent, value",
    [
        (0, 0, Q(1)),
        (0, Q(1, 2), Q(0)),
        (0, 3, Q(0)),
        (2, -3, Q(1, 8)),
        (-2, 3, Q(-8)),
        (-2, -3, Q(-1, 8)),
        (Q(9, 4), Q(1, 2), Q(3, 2)),
        (Q(9, 4), Q(-3, 2), Q(8, 27)),
        (8, Q(2, 3), Q(4)),
        (Q(1, 10**40), Q(1, 2), Q(1, 10**20)),
    ],
)
def test_rational_powers_stay_exact(base, exponent, value):
    assert power_real(Q(base), Q(exponent)) == value
    assert isinstance(power_real(Q(base), Q(exponent)), fmpq)


@pytest.mark.parametrize("base, exponent", [(0, -1), (0, Q(-1, 2)), (-1, Q(1, 2)), (-8, Q(1, 3))])
def test_powers_outside_the_reals_are_undefined(base, exponent):
    with pytest.raises(Undefined):
        power_real(Q(base), Q(exponent))


@pytest.mark.parametrize(
    "function, argument",
    [
        ("log", 0), ("log", -1), ("asin", 2), ("acos", -2), ("acosh", Q(1, 2)), ("atanh", 1), ("atanh", -1),
        ("gamma", 0), ("gamma", -3), ("Heaviside", 0),
    ],
)  # fmt: skip
def test_functions_outside_their_domain_are_undefined(function, argument):
    with pytest.raises(Undefined):
        apply_real(function, Q(argument))


@pytest.mark.parametrize("function", ["log", "acosh", "atanh", "asin", "sign", "Heaviside", "floor", "ceiling"])
def test_a_ball_around_the_edge_of_a_domain_decides_nothing(function):
    edge = {"acosh": 1, "atanh": 1, "asin": 1}.get(function, 0)
    with pytest.raises(Imprecise):
        apply_real(function, arb(edge, Q(1, 2**40)))


def test_only_an_exact_zero_has_sign_zero():
    assert sign_of(Q(0)) == 0 and sign_of(arb(0)) == 0
    with pytest.raises(Imprecise):
        sign_of(arb(0, 1e-30))
    with pytest.raises(Imprecise):
        sign_of(arb(1).log() + arb("nan"))


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
@given(n=st.integers(-60, 60), d=st.integers(1, 13))
def test_balls_contain_the_value_that_mpmath_computes(function, n, d):
    try:
        value = apply_real(function, Q(n, d))
    except Undefined:
        return
    other = {
        "Abs": abs,
        "Heaviside": lambda z: mpmath.mpf(z > 0),
        "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
        "floor": lambda z: mpmath.mpf(n // d),
        "ceiling": lambda z: mpmath.mpf(-(-n // d)),
    }.get(function) or getattr(mpmath, function)
    with mpmath.workdps(80):
        expected = other(mpmath.mpf(n) / d)
        text = mpmath.nstr(expected, 60)
    with precision(400):
        reference = arb(text)
        assert arb(value).overlaps(reference + arb(0, 1e-50) * (1 + abs(reference)))


def test_numbers_that_are_not_exact_are_refused():
    assert exact(3) == exact(Fraction(3)) == Q(3)
    with pytest.raises(TypeError, match=r"0\.5 is no exact number"):
        exact(0.5)


def test_more_bits_give_narrower_balls_and_the_old_precision_comes_back():
    with precision(64):
        wide = apply_real("exp", Q(1))
        with precision(400):
            narrow = apply_real("exp", Q(1))
        again = apply_real("exp", Q(1))
    assert narrow.rad() < wide.rad() and again.rad() == wide.rad()


def test_a_ball_that_may_be_zero_is_written_as_zero():
    assert decimal(arb(0, 1e-30), 4) == "0.0000"
    assert decimal(Q(1, 3)) == "1/3"
