"""Windows of convolutions as pictures: the cells that an entry reads are shaded, anything else has no picture."""

from __future__ import annotations

import re

import pytest
from sympy import Matrix, Piecewise

from symderiv import convolve, correlate, declare, transposed
from symderiv.language.matrices import Matrix as Table
from symderiv.language.terms import Number
from symderiv.records import Question
from symderiv.writing.windows import window_picture


def picture(make):
    """The picture of a 3 by 3 table, made from a declaration with its two indices."""
    p = declare("Windows")
    a, b = p.index("a b", 1, 3)
    subject = make(p, a, b)
    p.part("1", "One").evaluate(
        "y", subject, rows=(a, 1, 3), columns=(b, 1, 3), expected=Matrix(3, 3, range(9)), plot=True
    )
    problem = p.problem()
    question: Question = problem.parts[0].questions[0]
    table = Table([[Number(3 * r + c) for c in range(3)] for r in range(3)])
    return window_picture(question, table, problem.context)


def shaded(text):
    return [
        (float(x) / 6.4, float(y) / -6.4) for x, y in re.findall(r"\\fill\[accent!22\] \(([-\d.]+),([-\d.]+)\)", text)
    ]


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
    text = picture(lambda p, a, b: p.define("y", (a, b), make(p, a, b))[a, b])
    first = shaded(text)[:9]
    assert {round(y) for _, y in first} == rows and {round(x) for x, _ in first} == columns
    assert len(shaded(text)) == 9 + 9 + 1, "window, kernel, entry"
    assert "$A$" in text and "$w$" in text and "$y$" in text


def test_a_transposed_convolution_reads_what_it_scatters():
    text = picture(
        lambda p, a, b: p.define("y", (a, b), transposed(p.numbers("Y", [[4, 3], [2, 1]]), p.numbers("W", [[1, 2], [3, 4]]), (a, b)))[a, b]
    )  # fmt: skip
    assert len(shaded(text)) == 4 + 4 + 1


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
    assert picture(make) == ""
