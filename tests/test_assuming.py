"""A condition of one question: used by its derivation, its verification and its judgement, and by no other question."""

from __future__ import annotations

import pytest
from sympy import Abs, Eq, Mod, floor

from symderiv import declare
from symderiv.answers.judging import check
from symderiv.pipeline import solve
from symderiv.writing.html import html_page
from symderiv.writing.json_out import solution_from_json, solution_to_json
from symderiv.writing.latex_page import latex_page
from symderiv.writing.markdown import markdown_page


def problem():
    p = declare("Conditions of a question")
    n, s, m = p.size("n"), p.size("s"), p.size("m")
    x, y = p.symbol("x y")
    part = p.part("1", "Two questions")
    part.derive("free", Abs(x - y), expected=Abs(x - y))
    part.derive("ordered", Abs(x - y), expected=x - y, assuming=x >= y)
    part.derive("rest", Mod(n, s), expected=Mod(n, s), assuming=Eq(m, floor(n / s)))
    return p.problem()


@pytest.mark.parametrize(
    ("name", "answer", "verdict"),
    [
        ("ordered", "x - y", "proved"),
        ("ordered", "y - x", "refuted"),
        ("free", "x - y", "refuted"),
        ("rest", "n - s*m", "proved"),
        ("rest", "n - s*m + s", "refuted"),
    ],
)
def test_answers_are_judged_under_the_condition_of_their_question(name, answer, verdict):
    assert check(problem(), f"1.{name}", answer).verdict == verdict


def test_the_condition_is_used_and_written_to_files():
    solution = solve(problem())
    (part,) = solution.parts
    assert part.expected_met
    again = solution_from_json(solution_to_json(solution))
    assert [d.question.assuming for d in again.parts[0].derivations] == [d.question.assuming for d in part.derivations]
    assert [len(d.question.assuming) for d in part.derivations] == [0, 1, 1]


@pytest.mark.parametrize("page", [latex_page, markdown_page, html_page])
def test_the_condition_stands_where_the_question_is_asked(page):
    """Once beside the question that assumes it; what an answer is valid for is said again in its box."""
    asked = [line for line in page(solve(problem())).splitlines() if ", assuming " in line]
    assert len(asked) == 2
    assert any("y" in line and "x" in line for line in asked)
