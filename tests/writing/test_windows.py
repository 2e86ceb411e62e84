"""Windows of convolutions as pictures: the cells that an entry reads are shaded, anything else has no picture."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from sympy import Matrix, Piecewise

from symderiv import convolve, correlate, declare, transposed
from symderiv.language.matrices import Matrix as Table
from symderiv.language.terms import Number
from symderiv.records import Question
from symderiv.writing.drawing import Area, Words, svg, tikz
from symderiv.writing.windows import window_of, window_shapes


def picture(make):
    """The shapes of the picture of a 3 by 3 table, made from a declaration with its two indices."""
    p = declare("Windows")
    a, b = p.index("a b", 1, 3)
    subject = make(p, a, b)
    p.part("1", "One").evaluate(
        "y", subject, rows=(a, 1, 3), columns=(b, 1, 3), expected=Matrix(3, 3, range(9)), plot=True
    )
    problem = p.problem()
    question: Question = problem.parts[0].questions[0]
    table = Table([[Number(3 * r + c) for c in range(3)] for r in range(3)])
    grids = window_of(question, table, problem.context)
    return window_shapes(grids, problem.context) if grids else []


def shaded(shapes):
    """(column, row) of the shaded cells, all grids side by side."""
    return [(s.points[0][0] / 6.4, s.points[0][1] / -6.4) for s in shapes if isinstance(s, Area)]


GRID = [[n + 5 * m for n in range(5)] for m in range(5)]
KERNEL = [[1, 0, 2], [0, 3, 0], [4, 0, 5]]


@pytest.mark.parametrize(
    ("make", "rows", "columns"),
    [
        (lambda p, a, b: correlate(p.numbers("A", GRID), p.numbers("w", KERNEL), (a, b)), {1, 2, 3}, {1, 2, 3}),
        (lambda p, a, b: convolve(p.numbers("A", GRID), p.numbers("w", KERNEL), (a, b)), {1, 2, 3}, {1, 2, 3}),
        (lambda p, a, b: correlate(p.numbers("A", GRID), p.numbers("w", KERNEL), (a, b), stride=2, padding=2, dilation=2), {0, 2, 4}, {0, 2, 4}),
    ],
    ids=["valid", "true", "dilated"],
)  # fmt: skip
def test_the_window_of_the_middle_entry(make, rows, columns):
    shapes = picture(lambda p, a, b: p.define("y", (a, b), make(p, a, b))[a, b])
    first = shaded(shapes)[:9]
    assert {round(y) for _, y in first} == rows and {round(x) for x, _ in first} == columns
    assert len(shaded(shapes)) == 9 + 9 + 1, "window, kernel, entry"
    words = [s.text for s in shapes if isinstance(s, Words)]
    assert [w for w in words if w.isalpha()] == ["A", "w", "y"]
    assert len(words) == 25 + 9 + 9 + 3 + 2, "every entry, the names, the signs between"
    assert "$A$" in tikz(shapes) and ElementTree.fromstring(svg(shapes, "a window")).tag.endswith("svg")


def test_a_transposed_convolution_reads_what_it_scatters():
    shapes = picture(
        lambda p, a, b: p.define("y", (a, b), transposed(p.numbers("Y", [[4, 3], [2, 1]]), p.numbers("W", [[1, 2], [3, 4]]), (a, b)))[a, b]
    )  # fmt: skip
    assert len(shaded(shapes)) == 4 + 4 + 1


@pytest.mark.parametrize(
    "make",
    [
        lambda p, a, b: a + b,
        lambda p, a, b: p.define("y", (a, b), 5 * a + b)[a, b],
        lambda p, a, b: p.define("y", (a, b), Piecewise((a, a > b), (b, True)))[a, b],
        lambda p, a, b: p.define("y", (a, b), p.array("x", (3, 3), "unknown numbers")[a, b])[a, b],
        lambda p, a, b: p.define("y", (a, b), p.numbers("A", [[1] * 12] * 12)[a, b])[a, b],
    ],
    ids=["no entry", "no array", "cases", "letters", "too large"],
)
def test_other_tables_have_no_picture(make):
    assert picture(make) == []
