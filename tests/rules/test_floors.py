"""Floors: where the rules fire and by which assumptions, what they leave alone, where they must refuse."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.language.context import Range
from symderiv.language.terms import ZERO
from symderiv.language.text import from_text, to_text
from symderiv.rules import find
from symderiv.rules.floors import nonnegative
from symderiv.rules.structure import arrange, same

COUNT, ANY = Range(ZERO, integer=True), Range(integer=True)
FREE = declared(sizes="H K S D", variables={"P": COUNT, "p": COUNT, "e": ANY}, reals="x", positive="r")
FITS = FREE.with_assumptions(from_text("K <= H + 2*P", FREE), from_text("S < D", FREE))


def bracket(condition, low="0", high="H"):
    return f"Sum(Piecewise((1, {condition}), (0, True)), (t, {low}, {high}))"


FIRES = [
    # (rule, before, after, assumptions used)
    ("collect the index", bracket("t*S + K <= H"), bracket("t*S <= H - K"), ()),
    ("collect the index", bracket("H - 2*P >= S*t + K"), bracket("S*t <= H - 2*P - K"), ()),
    ("collect the index", bracket("H - S*t > K"), bracket("S*t < H - K"), ()),
    ("collect the index", bracket("(t - 1)*S + K < H"), bracket("t*S < H + S - K"), ()),
    ("floor of a quotient", bracket("t*S <= p"), bracket("t <= floor(p/S)"), ()),
    ("floor of a quotient", bracket("t*S < H + S"), bracket("t <= ceiling(H/S)"), ()),
    ("floor of a quotient", bracket("t*(D - S) <= p"), bracket("t <= floor(p/(D - S))"), ("S < D",)),
    ("floor of a quotient", bracket("t*S < p"), bracket("t <= ceiling(p/S) - 1"), ()),
    ("floor of a quotient", bracket("t*S >= p"), bracket("t >= ceiling(p/S)"), ()),
    ("floor of a quotient", bracket("t*S > p"), bracket("t >= floor(p/S) + 1"), ()),
    ("floor of a quotient", bracket("2*t*S <= p"), bracket("t <= floor(p/(2*S))"), ()),
    ("narrow the range", bracket("t <= floor(p/S)", high="p"), "Sum(1, (t, 0, floor(p/S)))", ()),
    ("narrow the range", bracket("t <= floor(p/2) - 1", high="p"), "Sum(1, (t, 0, floor(p/2) - 1))", ()),
    (
        "narrow the range",
        bracket("t <= floor((H + 2*P - K)/S)", high="H + 2*P - 1"),
        "Sum(1, (t, 0, floor((H + 2*P - K)/S)))",
        (),
    ),
    ("narrow the range", bracket("t >= ceiling(p/S)", high="p"), "Sum(1, (t, ceiling(p/S), p))", ()),
    ("number of integers in a range", "Sum(1, (t, 0, floor(p/S)))", "floor(p/S) + 1", ()),
    ("number of integers in a range", "Sum(x, (t, 1, floor(p/S)))", "floor(p/S)*x", ()),
    (
        "number of integers in a range",
        "Sum(1, (t, 0, floor((H + 2*P - K)/S)))",
        "floor((H + 2*P - K)/S) + 1",
        ("K <= H + 2*P",),
    ),
    ("number of integers in a range", "Sum(1, (t, 0, ceiling(p/S) - 1))", "ceiling(p/S)", ()),
    # without knowing that the range is not reversed, the number is a maximum
    ("number of integers in a range", "Sum(1, (t, 0, floor((H - K)/S)))", "Max(0, floor((H - K)/S) + 1)", ()),
    ("number of integers in a range", "Sum(1, (t, 0, floor(e/S)))", "Max(0, floor(e/S) + 1)", ()),
    ("whole part out of the floor", "floor((p + S)/S)", "floor(p/S) + 1", ()),
    ("whole part out of the floor", "ceiling((p + S*K - S)/S)", "ceiling(p/S) + K - 1", ()),
    ("whole part out of the floor", "floor(H + 2*P)", "H + 2*P", ()),
    ("division with remainder", "p - S*floor(p/S)", "Mod(p, S)", ()),
    ("division with remainder", "H - S*floor((H + 2*P - K)/S) + 2*P - K + 1", "1 + Mod(H + 2*P - K, S)", ()),
    ("division with remainder", "S*floor(p/S) - p", "-Mod(p, S)", ()),
]


def rewrites(rule, text):
    return [r for law in find(rule) for r in law.apply(from_text(text, FITS), FITS)]


@pytest.mark.parametrize(("rule", "before", "after", "conditions"), FIRES)
def test_fires(rule, before, after, conditions):
    wanted = arrange(from_text(after, FITS))
    found = [r for r in rewrites(rule, before) if same(arrange(r.term), wanted)]
    assert found, [to_text(r.term) for r in rewrites(rule, before)]
    assert [to_text(c) for c in found[0].conditions] == list(conditions)
    assert decide(from_text(before, FITS), wanted, FITS).word == "proved"


LEAVES_ALONE = [
    ("collect the index", bracket("t*S <= p")),
    ("collect the index", bracket("t <= p")),
    ("collect the index", "Sum(Piecewise((t, t*S + K <= H), (0, True)), (t, 0, H))"),  # not a sum of ones
    ("floor of a quotient", bracket("t <= p")),
    ("floor of a quotient", bracket("Eq(t*S, p)")),
    ("narrow the range", bracket("t*S <= p")),
    ("number of integers in a range", "Sum(1, (t, 0, p))"),
    ("whole part out of the floor", "floor(p/S)"),
    ("whole part out of the floor", "floor((p + K)/S)"),
    ("whole part out of the floor", "floor((p + S*x)/S)"),  # x is no integer
    ("division with remainder", "p - K*floor(p/S)"),
    ("division with remainder", "p + S*floor(p/S)"),
    ("division with remainder", "H - S*floor(p/S)"),
]


@pytest.mark.parametrize(("rule", "text"), LEAVES_ALONE)
def test_leaves_alone(rule, text):
    assert not rewrites(rule, text)


REFUSES = [
    ("floor of a quotient", bracket("t*(S - K) <= p")),  # the sign of S - K is not known
    ("floor of a quotient", bracket("t*e <= p")),
    ("floor of a quotient", bracket("t**2 <= p")),
    ("narrow the range", bracket("t <= floor(p/S)", high="K")),  # floor(p/S) may be above K
    ("narrow the range", bracket("t <= floor(p/r)", high="p")),  # r may be less than 1
    ("narrow the range", bracket("t >= ceiling(p/S)", low="K", high="p")),
]


@pytest.mark.parametrize(("rule", "text"), REFUSES)
def test_refuses(rule, text):
    assert not rewrites(rule, text)


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("H + 2*P - K", ("K <= H + 2*P",)),
        ("H + 2*P - K + S", ("K <= H + 2*P",)),
        ("p + S", ()),
        ("(K - 1)*D", ()),
        ("H - K", None),
        ("e", None),
    ],
)
def test_what_is_at_least_0_is_known_by_an_assumption_or_not_at_all(text, used):
    found = nonnegative(from_text(text, FITS), FITS)
    assert (None if found is None else tuple(map(to_text, found))) == used
