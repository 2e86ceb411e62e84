"""Algebraic numbers are proved equal by a separation bound, and never where they only lie near to each other."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.equality.separation import are_equal_numbers
from symderiv.language.text import from_text

NUMBERS = declared(reals="x")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("(sqrt(108) + 10)**(1/3) - (sqrt(108) - 10)**(1/3)", "2"),
        ("(77 + 20*sqrt(13))**(1/6) - (77 - 20*sqrt(13))**(1/6)", "1"),
        ("(2 + sqrt(5))**(1/3) - (sqrt(5) - 2)**(1/3)", "1"),
        ("sin(pi/10)", "(sqrt(5) - 1)/4"),
        ("cos(pi/7) - cos(2*pi/7) + cos(3*pi/7)", "1/2"),
        ("(7 + 5*sqrt(2))**(-1/3)", "sqrt(2) - 1"),
    ],
)
def test_equal(left, right):
    sides = from_text(left, NUMBERS), from_text(right, NUMBERS)
    assert are_equal_numbers(*sides, NUMBERS)
    assert decide(*sides, NUMBERS).word == "proved"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("sin(pi/10)", "(sqrt(5) - 1)/4 + 1/10**140"),
        ("sqrt(10**200 + 1)", "10**100 + 1/(2*10**100)"),
        ("(2 + sqrt(5))**(1/3) - (sqrt(5) - 2)**(1/3)", "1 - 1/10**300"),
        ("exp(pi*sqrt(163))", "262537412640768744"),
        ("sqrt(x**2)", "x"),
        ("(-8)**(1/3)", "-2"),
    ],
)
def test_not_proved(left, right):
    sides = from_text(left, NUMBERS), from_text(right, NUMBERS)
    assert not are_equal_numbers(*sides, NUMBERS)
    assert decide(*sides, NUMBERS).word != "proved"
