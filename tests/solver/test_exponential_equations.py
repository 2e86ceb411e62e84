"""Equations between two exponentials are solved by their logarithms, where both sides are known to be positive."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.language.context import Range
from symderiv.language.terms import ONE, ZERO
from symderiv.language.text import from_text, to_text
from symderiv.records import Question
from symderiv.solver import solve_question

CONTEXT = declared(
    reals="u x y", positive="a b", variables={"q": Range(ZERO, ONE, lower_open=True, upper_open=True)},
)  # fmt: skip


def solved(subject: str, goal: str) -> tuple[str, str]:
    left, right = from_text(subject, CONTEXT), from_text(goal, CONTEXT)
    d = solve_question(Question("u", "find", left, ZERO, goal=right, unknown=from_text("u", CONTEXT)), CONTEXT)
    return to_text(d.result), d.stop_reason


@pytest.mark.parametrize(
    ("subject", "goal", "answer"),
    [
        ("0", "q*exp(u) - (1 - q)*exp(-u)", "log((1 - q)/q)/2"),
        ("a*exp(-u)", "b*exp(2*u)", "log(a/b)/3"),
        ("0", "Derivative(a*exp(u) + b*exp(-u), u)", "log(b/a)/2"),
        ("exp(u + x)", "exp(y - u)", "(y - x)/2"),
    ],
)
def test_solved(subject: str, goal: str, answer: str) -> None:
    found, reason = solved(subject, goal)
    assert not reason
    assert decide(from_text(found, CONTEXT), from_text(answer, CONTEXT), CONTEXT).word == "proved"


@pytest.mark.parametrize(
    ("subject", "goal"),
    [
        ("0", "x*exp(u) - y*exp(-u)"),  # x and y may differ in sign
        ("0", "a*exp(u) + b*exp(-u)"),  # no solution
        ("1", "a*exp(u) - b*exp(-u)"),  # quadratic in exp(u)
    ],
)
def test_left_alone(subject: str, goal: str) -> None:
    assert solved(subject, goal)[1]
