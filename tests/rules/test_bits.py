"""Bits: where the law fires, what it leaves alone, where it must refuse; tables of all cases."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.language.context import Range
from symderiv.language.terms import ONE, ZERO
from symderiv.language.text import from_text
from symderiv.records import Question
from symderiv.rules import find
from symderiv.solver import solve_question
from symderiv.verification import verify_derivation

BIT = Range(ZERO, ONE, integer=True)
CONTEXT = declared(
    reals="x", sizes="n", indices={"i": ("1", "n")}, arrays={"m": "n", "hot": "n", "u": "n"}, laws={"hot": "one_hot"},
    entries={"m": BIT}, variables={"b": BIT, "c": BIT, "q": Range(ZERO, ONE), "e": Range(ZERO, integer=True)},
)  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [("b**2", "b"), ("b**7", "b"), ("hot[i]**2", "hot[i]")])
def test_fires(before, after):
    (found,) = [r for law in find("power of a bit") for r in law.apply(from_text(before, CONTEXT), CONTEXT)]
    assert found.term == from_text(after, CONTEXT)
    assert decide(from_text(before, CONTEXT), found.term, CONTEXT).word == "proved"


@pytest.mark.parametrize(
    "text", ["b", "b*c", "q**2", "x**2", "u[i]**2", "e**2", "b**0", "b**(-1)", "b**(1/2)", "b**e", "2**b"]
)
def test_leaves_alone_or_refuses(text):
    assert not [r for law in find("power of a bit") for r in law.apply(from_text(text, CONTEXT), CONTEXT)]


def solved(left, right):
    a, b = from_text(left, CONTEXT), from_text(right, CONTEXT)
    return verify_derivation(solve_question(Question("q", "show", a, b, goal=b), CONTEXT), CONTEXT)


@pytest.mark.parametrize(
    ("left", "right", "rule"),
    [
        ("(b - c)**2", "b + c - 2*b*c", None),
        ("relu(b + c) - 2*relu(b + c - 1)", "Abs(b - c)", "check every case"),
        ("Max(b, c)", "b + c - b*c", "check every case"),
        ("Min(b, c)", "b*c", "check every case"),
        ("Max(0, b + c - 1)", "b*c", "check every case"),
    ],
)
def test_gates_are_shown(left, right, rule):
    d = solved(left, right)
    assert not d.stop_reason
    assert {s.evidence.word for step in d.steps for s in (step, *step.substeps)} == {"proved"}
    assert (d.end_to_end.word, d.expected.word) == ("proved", "proved")
    assert rule is None or [s.rule for s in d.steps] == [rule]


@pytest.mark.parametrize(("left", "right"), [("Max(b, c)", "b + c"), ("(b - c)**2", "b + c - b*c"), ("b*q", "b")])
def test_gates_that_differ_in_one_row_are_refuted(left, right):
    d = solved(left, right)
    assert d.stop_reason
    assert d.end_to_end.word == "refuted"
