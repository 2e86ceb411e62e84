"""Where pages and lines may end: read off the LaTeX, with the reason that a designer would give."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from symderiv.language.context import Context, Variable
from symderiv.language.terms import TWO
from symderiv.language.text import from_text
from symderiv.loading import load
from symderiv.solver import solve_problem
from symderiv.verification import verify_solution
from symderiv.writing.breaking import break_lines
from symderiv.writing.composing import compose
from symderiv.writing.conditions import RELATIONS
from symderiv.writing.document import lay_out
from symderiv.writing.latex import latex_of
from symderiv.writing.latex_chains import _spell, align, conditions_text, relation_rows
from symderiv.writing.latex_page import _between
from symderiv.writing.notation import Row
from symderiv.writing.wording import verdict_sentence

CONTEXT = Context(variables={n: Variable(n) for n in "abcdxyz"})


def breaks(rows: list[str], **options: bool) -> str:
    """One sign for each row end: ``*`` where no page may end."""
    body = align(rows, **options)
    return "".join("*" if end == r"\\*" else "|" for end in re.findall(r"\\\\\*?", body))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["a &= b"], ""),
        (["a &= b", "&= c"], "|"),
        (["a &= b", "&= c", "&= d"], "|*"),
        (["a &= b", "&= c", "&= d", "&= e"], "*|*"),
        (["a &= b", "&= c", "&= d", "&= e", "&= f"], "*||*"),
        # the rows of one formula stay together, and a left-hand side of its own with them
        (["a &= b", r"&\hspace{2em} + c", "&= d", "&= e", "&= f"], "**|*"),
        (["&{} a", "&= b", "&= c", "&= d"], "*|*"),
        # high lines are not bound to each other; a very high one may end a page two rows from its ends
        (["a &= b", *[r"&\hspace{2em} + c"] * 4, "&= d"], "****|"),
        (["a &= b", *[r"&\hspace{2em} + c"] * 6, "&= d", "&= e", "&= f"], "*||||*||*"),
    ],
)
def test_page_breaks_in_a_chain(rows: list[str], expected: str) -> None:
    found = breaks(rows)
    assert len(found) == len(rows) - 1
    assert found == expected


def test_definitions_stay_together() -> None:
    assert breaks(["a &= b", "c &= d", "e &= f"], together=True) == "**"


class Loop:
    """What jinja2 says about a row of a table."""

    def __init__(self, index: int, length: int):
        self.index, self.length, self.revindex = index, length, length - index + 1


@pytest.mark.parametrize(("length", "expected"), [(4, "*" * 3), (10, "*" * 9), (14, "**" + "|" * 9 + "**")])
def test_short_tables_stay_together_and_long_ones_keep_their_ends(length: int, expected: str) -> None:
    found = "".join("*" if _between(Loop(n, length)) == r"\nobreak" else "|" for n in range(1, length))
    assert found == expected


def lines(text: str, room: float, **options: bool) -> list[str]:
    node = compose(from_text(text, CONTEXT), CONTEXT)
    return [latex_of(Row(line.nodes)).strip() for line in break_lines(node, room, room, spell=_spell, **options)]


def test_conditions_break_at_the_word_between_them() -> None:
    text = "(a + b > 0) & (b + c > 0) & (-(a + b + c) >= 0) & (-b >= 0)"
    found = lines(text, 22.0)
    assert len(found) > 1 and all(line.startswith(r"\text{ and }") for line in found[1:])


def test_a_sum_is_torn_from_its_body_only_as_a_last_resort() -> None:
    text = "Sum(Sum(Sum(Sum(a*b, (i, 1, x + y - z + 1)), (j, 1, x + y - z + 1)), (k, 1, x + y - z + 1)), (l, 1, x + y - z + 1))"
    assert len(lines(text, 40.0)) == 1
    torn = lines(text, 14.0)
    assert len(torn) > 1 and all(line.startswith((r"\sum", "ab")) for line in torn)
    assert len(lines(text, 14.0, tear=False)) == 1
    body = "Sum(a*b*c + x*y*z + a*b*c*d + x*y, (i, 1, x))"
    assert lines(body, 12.0)[0].startswith(r"\sum_{i=1}^{x} (abc"), "a sum in brackets breaks there"


def test_rows_leave_the_left_column_free() -> None:
    """Rows below a left-hand side begin beside it, so they have less room."""
    body = compose(from_text("a*b + c*d + x*y + a*x + b*y + c*x + d*y + a*y + b*x", CONTEXT), CONTEXT)
    left = compose(from_text("x + y + z", CONTEXT), CONTEXT)
    narrow = relation_rows(None, body, RELATIONS["="], 28.0, 9.0)
    wide = relation_rows(None, body, RELATIONS["="], 28.0, 0.0)
    assert len(narrow) > len(wide)
    assert len(relation_rows(left, body, RELATIONS["="], 28.0, 0.0)) == len(wide) + 1, "a line of its own"


def test_fractions_in_conditions_have_a_slash() -> None:
    assert conditions_text((from_text("Eq(x, 1/a)", CONTEXT),), CONTEXT) == "$x = 1/a$"


def test_unknowns_of_one_equation_share_a_derivation_where_their_values_agree() -> None:
    solution = verify_solution(solve_problem(load("problems/tanh_sigmoid.py"), parts=["C3"]))
    shown, found = lay_out(solution).parts[0].questions
    assert [q.name for q in shown.questions] == ["sigma_tanh"]
    assert [q.name for q in found.questions] == ["w1_new", "w2_new", "bias2_new"]
    assert found.expected is not None and found.expected.word == "proved"
    # With another value for the first unknown the derivations are two.
    part = solution.parts[0]
    first = part.derivations[1]
    pairs = tuple((u, TWO if u == first.question.unknown else v) for u, v in first.solution)
    changed = replace(part, derivations=(replace(first, solution=pairs), part.derivations[3]))
    assert len(lay_out(replace(solution, parts=(changed,))).parts[0].questions) == 2


def test_sides_that_are_the_same_as_they_stand_are_said_to_be() -> None:
    solution = verify_solution(solve_problem(load("problems/gradient_scale.py"), parts=["A2f.invariance"]))
    questions = lay_out(solution).parts[0].questions
    same = [q.question.name for q in questions if "the same as they stand" in verdict_sentence(q)]
    assert same == [q.question.name for q in questions if not q.chains and q.question.subject == q.question.goal]
