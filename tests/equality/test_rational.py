"""Rational functions, intervals and kernels: exact arithmetic, sound bounds, limits that hold."""

from __future__ import annotations

from fractions import Fraction

import pytest
from contexts import declared
from hypothesis import given, settings
from hypothesis import strategies as st

from symderiv.equality import prove_equal
from symderiv.equality.kernels import Interval
from symderiv.equality.rational import Field, Ratio, TooBig, Undefined
from symderiv.equality.signs import add, multiply, power
from symderiv.language.text import from_text

numbers = st.fractions(min_value=-3, max_value=3, max_denominator=4)
CONTEXT = declared(reals="x y", positive="p", sizes="n")


def field() -> tuple[Field, Ratio, Ratio]:
    f = Field(4)
    return f, f.generator(0), f.generator(1)


def test_fractions_are_in_lowest_terms() -> None:
    f, x, y = field()
    r = f.mul(f.sub(f.mul(x, x), f.mul(y, y)), f.inverse(f.sub(x, y)))
    assert r.den.is_one() and r.num == x.num + y.num


def test_division_by_what_reduces_to_zero_is_noticed() -> None:
    f, x, _ = field()
    f.relations[0] = (2, f.ring.constant(2))
    with pytest.raises(Undefined):
        f.inverse(f.sub(f.mul(x, x), f.constant(2)))


def test_products_of_pairs_are_reduced() -> None:
    f, x, y = field()
    f.relations[0] = (2, f.gens[0])
    f.pairs[0, 1] = f.zero_poly
    assert f.mul(f.add(x, f.one), y).num == y.num
    assert f.mul(f.mul(x, x), f.add(x, y)).num == x.num


@pytest.mark.parametrize("exponent", [10_000, 10**7])
def test_sums_are_not_raised_to_large_powers(exponent: int) -> None:
    f, x, y = field()
    with pytest.raises(TooBig):
        f.power(f.add(x, y), exponent)


def test_factors_are_primitive_with_a_positive_lead() -> None:
    f, x, y = field()
    c, factors = f.factor(f.mul(f.constant(Fraction(-3, 2)), f.mul(f.sub(y, x), f.inverse(x))))
    assert [(str(p), e) for p, e in factors] == [("g0 - g1", 1), ("g0", -1)] and c == Fraction(3, 2)


@st.composite
def intervals(draw: st.DrawFn) -> tuple[Interval, Fraction]:
    """An interval and a member of it."""
    member = draw(numbers)
    low, high = draw(st.none() | numbers), draw(st.none() | numbers)
    low = None if low is None else min(low, member)
    high = None if high is None else max(high, member)
    return Interval(low, low == member or draw(st.booleans()), high, high == member or draw(st.booleans())), member


def inside(i: Interval, v: Fraction) -> bool:
    above = i.low is None or v > i.low or (v == i.low and i.low_closed)
    return above and (i.high is None or v < i.high or (v == i.high and i.high_closed))


@settings(max_examples=300)
@given(intervals(), intervals(), st.integers(1, 30))
def test_intervals_contain_what_they_should(a: tuple[Interval, Fraction], b: tuple[Interval, Fraction], e: int) -> None:
    (i, v), (j, u) = a, b
    assert inside(i, v) and inside(j, u)
    assert inside(add(i, j), v + u)
    assert inside(multiply(i, j), v * u)
    assert inside(power(i, e), v**e)
    assert (v > 0) - (v < 0) in i.signs


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        ("exp(1000000*x) - exp(x)", "0", "an exponent is too large"),
        ("gamma(x + 100)", "gamma(x)", "gamma of a large shift"),
        ("(-2)**(n/2)", "1", "a power of a negative number whose exponent may be a fraction"),
        ("Product(x + k, (k, 1, n))", "1", "a product of factors of unknown sign"),
    ],
)
def test_what_is_beyond_the_limits_is_undecided_with_its_reason(left: str, right: str, reason: str) -> None:
    verdict = prove_equal(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT)
    assert verdict.word == "undecided" and verdict.reason.startswith(reason)
