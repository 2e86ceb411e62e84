"""Matrices entry by entry, and proofs by exact arithmetic: what holds, what does not, and what is left alone."""

from __future__ import annotations

import pytest

from symderiv import declare
from symderiv.equality import decide
from symderiv.equality.tables import agree_exactly
from symderiv.language.terms import ONE, TWO, ZERO, Add, Mul
from symderiv.language.text import from_text


@pytest.fixture(scope="module")
def context():
    p = declare("a", "b")
    p.size("N", "any size")
    i, j = p.index("i j", 0, 2)
    p.symbol("x", "a real number")
    p.array("a", 3, "unknown entries")
    h = p.numbers("h", [[1, 2, 3], [4, 5, 6], [7, 8, 9]], start=0)
    p.numbers("z", [1, 2], padded=True)
    p.define("y", (i, j), 2 * h[i, j] - 1)
    p.index("e", 3, 2)
    return p.context


CASES = [
    ("h[1, 1]", "5", "proved"),
    ("h[1, 1] + h[0, 2]", "2**3", "proved"),
    ("h[1, 1]", "6", "refuted"),
    ("h[0, 3]", "3", "refuted"),  # outside: an error by declaration
    ("z[0] + z[3]", "0", "proved"),
    ("z[2]", "2", "proved"),
    ("h[i, j]", "3*i + j + 1", "proved"),
    ("h[i, j]", "3*j + i + 1", "refuted"),
    ("h[i, j] - h[j, i]", "2*(i - j)", "proved"),
    ("y[i, j]", "6*i + 2*j + 1", "proved"),
    ("Sum(h[i, k], (k, 0, 2))", "9*i + 6", "proved"),
    ("Sum(h[k, k]*a[1], (k, 0, 2))", "Sum(h[2 - k, 2 - k]*a[1], (k, 0, 2))", "proved"),
    ("a[1]", "a[2]", "refuted"),
    ("Sum(a[k]*h[0, k - 1], (k, 1, 3))", "a[1] + 2*a[2] + 3*a[3]", "proved"),
    ("Sum(a[k]*h[0, k - 1], (k, 1, 3))", "a[1] + 2*a[2] + 4*a[3]", "refuted"),
    ("Sum(Sum(h[k, l]*x, (l, 0, 2)), (k, 0, 2))", "45*x", "proved"),
    ("Sum(a[k]*z[k + 1], (k, 1, 3))", "2*a[1]", "proved"),  # 0 outside the two numbers
    ("Sum(Sum(h[k, l]*x, (l, 0, k)), (k, 0, N))", "46*x", "refuted"),
    ("h[1, 1]*x", "(h[0, 0] + 2**2)*x", "proved"),
    ("[h[0, 0], 2]", "[1, h[0, 1]]", "proved"),
    ("[[x + x, 1], [0, x]]", "[[2*x, 1], [0, x]]", "proved"),
    ("[[x + x, 1], [0, x]]", "[[2*x, 1], [0, -x]]", "refuted"),
    ("[1, 2]", "Matrix([1, 2])", "refuted"),
    ("[1, 2]", "3", "refuted"),
    ("-2*[1, 2]", "[-2, -4]", "proved"),
]


@pytest.mark.parametrize(("left", "right", "word"), CASES)
def test_decide(context, left, right, word):
    verdict = decide(from_text(left, context), from_text(right, context), context)
    assert verdict.word == word, verdict


def test_the_witness_names_the_entry(context):
    left, right = (from_text(t, context) for t in ("[[1, 2], [3, 4]]", "[[1, 2], [3, 5]]"))
    witness = decide(left, right, context).witness
    assert witness is not None
    assert dict(witness.values) == {"row": "2", "column": "2"} and (witness.left, witness.right) == ("4", "5")


def test_the_witness_names_the_shapes(context):
    left, right = (from_text(t, context) for t in ("[[1, 2], [3, 4]]", "[1, 2, 3, 4]"))
    witness = decide(left, right, context).witness
    assert witness is not None
    assert (witness.left, witness.right) == ("a 2 × 2 matrix", "a 1 × 4 matrix")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("x", "x"),  # a real number has no last value
        ("N", "N"),
        ("a[1]", "a[1]"),
        ("1/(1 - 1)", "1/(1 - 1)"),
        ("exp(1)", "exp(1)"),
        ("h[0, 0]", "2"),
        ("e", "e + 1"),  # no value at all proves nothing
    ],
)
def test_exact_arithmetic_leaves_alone(context, left, right):
    assert not agree_exactly(from_text(left, context), from_text(right, context), context, limit=100)


def test_the_number_of_index_values_is_limited(context):
    left, right = (from_text(t, context) for t in ("h[i, j]", "3*i + j + 1"))
    assert agree_exactly(left, right, context, limit=9)
    assert not agree_exactly(left, right, context, limit=8)


def test_a_matrix_inside_a_term_is_undecided(context):
    wrong = from_text("[1, 2]", context)
    assert decide(Add(wrong, ONE), Add(wrong, TWO), context).word == "undecided"
    assert decide(Mul(ZERO, wrong), ZERO, context).word == "undecided"
