"""What stands between lines: bounds with their sign, conditions with iff, equations that are solved with nothing."""

from __future__ import annotations

import io

import pytest
from solutions import PROVED, solution, term

from symderiv.records import Derivation, Part, Question, SolvedPart, Step
from symderiv.writing.document import joined_relation, lay_out
from symderiv.writing.html import html_page
from symderiv.writing.latex_page import part_page
from symderiv.writing.markdown import markdown_page
from symderiv.writing.terminal import show


def part(kind, before, *lines):
    """A question whose derivation has these (relation, line)."""
    steps, last = [], term(before)
    for relation, text in lines:
        steps.append(Step("a rule", (), last, term(text), evidence=PROVED, relation=relation))
        last = steps[-1].after
    question = Question(
        "q",
        kind,
        term(before),
        last,
        goal=term("c") if kind == "find" else None,
        unknown=term("c") if kind == "find" else None,
    )
    return SolvedPart(Part("P", "A part", (question,)), (Derivation(question, tuple(steps), last, end_to_end=PROVED, expected=PROVED),))  # fmt: skip


BOUND = part("derive", "c", ("=", "c + 0"), ("<=", "c + 1"), ("<", "c + 2"))
CONDITION = part("when", "c + 1 > 1", ("=", "c > 0"), ("=", "(c > 0) & (c != 0)"))
SOLVED = part("find", "c + 1 > 1", ("=", "c > 0"))


@pytest.mark.parametrize(
    ("value", "latex", "text", "absent"),
    [
        (BOUND, [r"&\le c + 1", "&< c + 2", r"$\displaystyle c < c + 2$"], ["≤ c + 1", "< c + 2"], r"\iff"),
        (CONDITION, [r"&\iff c > 0", r"c + 1 > 1 \iff"], ["⟺ c > 0"], r"\le "),
        (SOLVED, ["c + 1 &> 1", "c &> 0"], ["c > 0"], r"\iff"),
    ],
    ids=["bound", "condition", "solved"],
)
def test_the_sign_between_lines(value, latex, text, absent):
    page = part_page(solution(value))
    assert [piece for piece in latex if piece not in page] == []
    assert absent not in page
    screen = io.StringIO()
    show(solution(value), file=screen, width=100)
    assert [piece for piece in text if piece not in " ".join(screen.getvalue().split())] == []
    sign = {r"&\le c + 1": "≤", r"&\iff c > 0": "⟺"}.get(latex[0])
    if sign is not None:
        assert sign in html_page(solution(value))
        assert latex[0][1:].split()[0] in markdown_page(solution(value))


@pytest.mark.parametrize(
    ("relations", "expected"),
    [([], "="), (["=", "="], "="), (["=", "<="], "<="), (["<=", "<", "="], "<"), ([">=", ">"], ">")],
)
def test_what_follows_for_first_and_last_line(relations, expected):
    assert joined_relation(relations) == expected


def test_merged_lines_keep_the_weaker_claim():
    page = lay_out(solution(BOUND), "brief").parts[0].questions[0]
    assert page.sign == "<"
