"""A side that is proved to have no value anywhere equals nothing; one that has none where it was tried may."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.language.text import from_text

REALS = declared(reals="x y", positive="p")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("log((x - 1)/(1 - x))", "-log((1 - x)/(x + 1))"),
        ("(19601 - 13861*sqrt(2))**(7/4)", "(5*sqrt(2) - 7)**7"),
        ("log(-x**2 - 1)", "x"),
        ("x", "log(-exp(x))"),
        ("1/(sin(x)**2 + cos(x)**2 - 1)", "3"),
        ("sqrt(-p)", "p"),
    ],
)
def test_refuted(left, right):
    verdict = decide(from_text(left, REALS), from_text(right, REALS), REALS)
    assert verdict.word == "refuted"
    assert "defined nowhere" in verdict.reason
    assert [verdict.witness.left, verdict.witness.right][left == "x"].startswith("undefined")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("log(-x - 1000)", "log((x + 1000)**2)/2"),
        ("log(-x - 10**9)", "x"),
        ("log(log(log(log(log(p)))))", "log(log(log(log(log(p)))))*1"),
        ("(-8)**(1/3)", "-2"),
        ("log(-1) + x", "log(-1) + y"),
        ("Piecewise((log(-1), x > 1000), (x, x > 2000))", "x"),
    ],
)
def test_not_refuted(left, right):
    assert decide(from_text(left, REALS), from_text(right, REALS), REALS).word != "refuted"
