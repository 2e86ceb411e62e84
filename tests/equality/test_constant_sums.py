"""Sums of equal terms over ranges with floors: counted where the range is known not to be reversed, and nowhere else."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.equality.constant_sums import counted
from symderiv.language.text import from_text, to_text

CONTEXT = declared(sizes="n m s", reals="x", assume=("m <= n",))


def read(text):
    return from_text(text, CONTEXT)


@pytest.mark.parametrize(
    ("left", "right", "word"),
    [
        ("Sum(1, (i, 1, floor(n/2) + 1))", "floor(n/2) + 1", "proved"),
        ("Sum(x, (i, 0, floor((n - m)/s)))", "x*(floor((n - m)/s) + 1)", "proved"),
        ("Sum(Sum(x, (j, 1, m)), (i, 1, floor((n - m)/s) + 1))", "x*m*(floor((n - m)/s) + 1)", "proved"),
        ("Sum(1, (i, 1, floor(n/2) - 2))", "floor(n/2) - 2", "refuted"),
        ("Sum(1, (i, 1, floor((m - n)/s)))", "floor((m - n)/s)", "refuted"),
        ("Sum(x, (i, 0, floor((n - m)/s)))", "x*floor((n - m)/s)", "refuted"),
    ],
)
def test_decided(left, right, word):
    assert decide(read(left), read(right), CONTEXT).word == word


@pytest.mark.parametrize(
    "text",
    ["Sum(1, (i, 1, n))", "Sum(i, (i, 1, floor(n/2) + 1))", "Sum(Piecewise((1, i < n), (0, True)), (i, 1, floor(n/2)))",
     "Sum(Sum(1, (j, 1, floor(i/2))), (i, 1, n))", "Sum(1, (i, 1, floor(n/2) - 2))"],
)  # fmt: skip
def test_left_alone(text):
    assert counted(read(text), CONTEXT) == read(text)


def test_an_index_further_out_keeps_its_place():
    found = counted(read("Sum(Sum(k, (i, 1, floor(n/2) + 1)), (k, 1, m))"), CONTEXT)
    assert to_text(found) == "Sum(((floor(n/2) + 1) - 1 + 1)*k, (k, 1, m))"
