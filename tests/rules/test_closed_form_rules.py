"""Geometric sums of two ratios and summation by parts: where they fire, what they leave alone, where they must refuse."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.language.context import Range
from symderiv.language.terms import ZERO
from symderiv.language.text import from_text, to_text
from symderiv.rules import find
from symderiv.rules.structure import arrange, same

CONTEXT = declared(
    reals="x", positive="r s", sizes="n m", variables={"e": Range(integer=True), "l": Range(ZERO, integer=True)}
)
TWO, PARTS = "geometric sum of two ratios", "summation by parts"
FIRES = [
    # (rule, before, after, conditions used)
    (TWO, "Sum(3**(n - k)*2**k, (k, 1, n))", "2*3**n - 2**(n + 1)", ()),
    (TWO, "Sum(2**(n - 1 - k)*3**k, (k, 0, n - 1))", "3**n - 2**n", ()),
    (TWO, "Sum(x*r**(n - k)*s**k, (k, 0, n))", "x*(r**(n + 1) - s**(n + 1))/(r - s)", ("Ne(r, s)",)),
    (TWO, "Sum(r**k*s**k, (k, 0, n))", "(1 - r**(n + 1)*s**(n + 1))/(1 - r*s)", ("Ne(r*s, 1)",)),
    (PARTS, "Sum(k*2**k, (k, 1, n))", "n*2**(n + 1) - Sum(2**k, (k, 1, n))", ()),
    (PARTS, "Sum(x*k*r**k, (k, 0, n))", "x*(n*r**(n + 1) + 1 - Sum(r**k, (k, 0, n)))/(r - 1)", ("Ne(r, 1)",)),
    (PARTS, "Sum(k*2**(n - k), (k, 1, n))", "Sum(2**(n - (k - 1)), (k, 1, n)) - n", ()),
]
SILENT = [
    # left alone
    (TWO, "Sum(2**k, (k, 0, n))"),
    (TWO, "Sum(k*2**k, (k, 0, n))"),
    (PARTS, "Sum(2**k, (k, 0, n))"),
    (PARTS, "Sum(k**2*2**k, (k, 0, n))"),
    (PARTS, "Sum(k, (k, 0, n))"),
    # refused
    (TWO, "Sum(r**(n - k)*r**k, (k, 0, n))"),  # all terms are the same
    (TWO, "Sum(r**(n - k)*s**(k**2), (k, 0, n))"),
    (TWO, "Sum(3**(n - k)*2**k, (k, 1, e))"),  # the range may be reversed
    (TWO, "Sum(Piecewise((3**(n - k)*2**k, k < m), (0, True)), (k, 1, n))"),
    (PARTS, "Sum(k*1**k, (k, 1, n))"),
    (PARTS, "Sum(k*2**k, (k, 1, e))"),
    (PARTS, "Sum(k*r**k*s**k, (k, 1, n))"),
]


def rewrites(rule, text):
    return [r for law in find(rule) for r in law.apply(from_text(text, CONTEXT), CONTEXT)]


@pytest.mark.parametrize(("rule", "before", "after", "conditions"), FIRES)
def test_fires(rule, before, after, conditions):
    wanted = arrange(from_text(after, CONTEXT))
    (found,) = rewrites(rule, before)
    assert tuple(map(to_text, found.conditions)) == conditions
    inner = CONTEXT.with_assumptions(*found.conditions)
    assert same(arrange(found.term), wanted) or decide(found.term, wanted, inner).word == "proved", to_text(found.term)
    assert decide(from_text(before, CONTEXT), wanted, inner).word == "proved"


@pytest.mark.parametrize(("rule", "text"), SILENT)
def test_leaves_alone_or_refuses(rule, text):
    assert not rewrites(rule, text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Sum(3**(n - k)*2**k, (k, 0, n - 1))", "3**n - 2**n"),  # 3 (3^n - 2^n)
        ("Sum(k*2**k, (k, 1, n))", "n*2**(n + 1)"),
        ("Sum(r**(n - k)*s**k, (k, 0, n))", "(r**n - s**n)/(r - s)"),
        ("Sum(k*2**(n - k), (k, 1, n))", "2**(n + 1) - n - 1"),
    ],
)
def test_a_sum_that_is_off_by_a_term_is_refuted(before, after):
    assert decide(from_text(before, CONTEXT), from_text(after, CONTEXT), CONTEXT).word == "refuted"
