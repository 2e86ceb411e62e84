"""Rounded quotients: where the laws fire, what they leave alone, where they must refuse."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.language.context import Range
from symderiv.language.terms import ZERO, Symbol
from symderiv.language.text import from_text, to_text
from symderiv.rules import find
from symderiv.rules.structure import arrange, same

BELOW = Range(ZERO, Symbol("S") - 1, integer=True)
FREE = declared(
    sizes="H K S", variables={"p": Range(ZERO, integer=True), "e": Range(integer=True), "r": BELOW}, reals="x"
)
CONTEXT = FREE.with_assumptions(from_text("p < K", FREE))

FIRES = [
    # (rule, before, after, assumptions used)
    ("floor of a proper fraction", "floor(r/S)", "0", ()),
    ("floor of a proper fraction", "floor(p/K)", "0", ("p < K",)),
    ("floor of a proper fraction", "ceiling((r + 1)/S)", "1", ()),
    ("floor of a proper fraction", "floor(H/(H + 1))", "0", ()),
    ("rounding twice", "floor(floor(H/2)/2)", "floor(H/4)", ()),
    ("rounding twice", "floor((floor(H/K) + e)/S)", "floor((H + K*e)/(K*S))", ()),
    ("rounding twice", "ceiling((ceiling(H/S) - 1)/2)", "ceiling((H - S)/(2*S))", ()),
    ("ceiling by the floor", "ceiling(H/S)", "floor((H - 1)/S) + 1", ()),
    ("rounding a negative number", "floor(-x)", "-ceiling(x)", ()),
    ("rounding a negative number", "ceiling(-H/S)", "-floor(H/S)", ()),
    ("definition of the remainder", "Mod(e, S)", "e - S*floor(e/S)", ()),
    ("ceiling by the floor", "ceiling(e/2)", "floor((e - 1)/2) + 1", ()),
]
LEAVES_ALONE = [
    ("floor of a proper fraction", "floor(H/S)"),
    ("floor of a proper fraction", "floor(p)"),
    ("rounding twice", "floor(H/S)"),
    ("rounding twice", "floor(ceiling(H/2)/2)"),
    ("ceiling by the floor", "floor(H/S)"),
    ("definition of the remainder", "floor(H/S)"),
    ("rounding a negative number", "floor(x)"),
    ("rounding a negative number", "floor(H - K)"),
]
REFUSES = [
    ("floor of a proper fraction", "floor(e/S)"),  # e may be negative
    ("floor of a proper fraction", "floor(p/S)"),  # p < K says nothing of S
    ("floor of a proper fraction", "ceiling(r/S)"),  # 0 for r = 0, else 1
    ("floor of a proper fraction", "floor((r + 1)/S)"),  # 1 for r = S - 1
    ("rounding twice", "floor(floor(H/2)/x)"),  # x is no integer
    ("rounding twice", "floor(floor(H/2)/e)"),  # e may be negative
    ("rounding twice", "floor((floor(H/2) + x)/2)"),
    ("ceiling by the floor", "ceiling(x/2)"),
    ("definition of the remainder", "Mod(H, e)"),  # e may be 0 or negative
    ("ceiling by the floor", "ceiling(H/e)"),
]


def rewrites(rule, text):
    return [r for law in find(rule) for r in law.apply(from_text(text, CONTEXT), CONTEXT)]


@pytest.mark.parametrize(("rule", "before", "after", "conditions"), FIRES)
def test_fires(rule, before, after, conditions):
    wanted = arrange(from_text(after, CONTEXT))
    (found,) = rewrites(rule, before)
    assert same(arrange(found.term), wanted), to_text(found.term)
    assert tuple(map(to_text, found.conditions)) == conditions
    assert decide(from_text(before, CONTEXT), wanted, CONTEXT).word == "proved"


@pytest.mark.parametrize(("rule", "text"), [*LEAVES_ALONE, *REFUSES])
def test_leaves_alone_or_refuses(rule, text):
    assert not rewrites(rule, text)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("floor(floor(H/2)/2)", "floor(H/2)"), ("ceiling(H/S)", "floor(H/S) + 1"), ("ceiling(r/S)", "1"),
        ("floor(ceiling(H/2)/2)", "floor(H/4)"), ("floor(-H/S)", "-floor(H/S)"),
    ],
)  # fmt: skip
def test_what_looks_like_a_law_is_refuted(left, right):
    assert decide(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT).word == "refuted"
