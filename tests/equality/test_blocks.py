"""Sums over blocks and within them: one sum over all places, for every number of blocks, and what is no such sum."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.language.text import from_text

CONTEXT = declared(
    reals="x", sizes="n m>=0", indices={"i": ("1", "n")}, arrays={"v": "6*n+6*m+6", "w": "3", "u": "n+m"}
)


@pytest.mark.parametrize(
    ("blocks", "whole", "word"),
    [
        ("Sum(Sum(v[2*j + k - 1], (k, 0, 1)), (j, 1, n))", "Sum(v[t], (t, 1, 2*n))", "proved"),
        ("Sum(Sum(v[3*j + k], (k, 1, 3)), (j, 0, m))", "Sum(v[t], (t, 1, 3*m + 3))", "proved"),
        ("Sum(x*Sum(exp(v[2*j + k - 1]), (k, 0, 1)), (j, 1, n))", "x*Sum(exp(v[t]), (t, 1, 2*n))", "proved"),
        ("Sum(Sum(v[2*j + k - 1]*v[2*j + k], (k, 0, 1)), (j, 1, n))", "Sum(v[t]*v[t + 1], (t, 1, 2*n))", "proved"),
        ("Sum(Sum(v[2*j + k - 1], (k, 0, 1)), (j, 2, 1))", "0", "proved"),
        ("Sum(Sum(v[2*j + k - 1], (k, 0, 1)), (j, 1, m))", "Sum(v[t], (t, 1, 2*m))", "proved"),
        ("Sum(Sum(v[2*j + k - 1], (k, 0, 1)), (j, 1, n))", "Sum(v[t], (t, 1, 2*n + 1))", "refuted"),
        ("Sum(Sum(v[2*j + k - 1], (k, 0, 2)), (j, 1, n))", "Sum(v[t], (t, 1, 2*n + 1))", "refuted"),
        ("Sum(Sum(v[3*j + k - 2], (k, 0, 1)), (j, 1, n))", "Sum(v[t], (t, 1, 3*n))", "refuted"),
        ("Sum(u[j]*Sum(v[2*j + k - 1], (k, 0, 1)), (j, 1, n))", "u[1]*Sum(v[t], (t, 1, 2*n))", "refuted"),
        ("Sum(Sum(w[k + 1]*v[2*j + k - 1], (k, 0, 1)), (j, 1, n))", "w[1]*Sum(v[t], (t, 1, 2*n))", "refuted"),
    ],
)
def test_blocks(blocks, whole, word):
    assert decide(from_text(blocks, CONTEXT), from_text(whole, CONTEXT), CONTEXT).word == word
