"""Denominators that may be 0 before sums over several ranges: where one of the ranges is empty, both sides are 0."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.equality.decision import prove_equal
from symderiv.language.text import from_text

CONTEXT = declared(
    reals="x y", sizes="n>=0 m>=0", arrays={"a": "n", "b": "m", "w": "n m"}, indices={"i": ("1", "n")},
)  # fmt: skip
BOTH = "Sum(Sum(w[k, l]/x, (l, 1, m)), (k, 1, n))"

EQUAL = [
    (BOTH, "Sum(Sum(w[k, l]/x, (k, 1, n)), (l, 1, m))"),
    (BOTH, "Sum(Sum(w[k, l], (l, 1, m)), (k, 1, n))/x"),
    (
        "Sum(Sum(Sum(w[k, l]/(x*y), (l, 1, m)), (k, 1, n)), (q, 1, n))",
        "n*Sum(Sum(w[k, l], (l, 1, m)), (k, 1, n))/(x*y)",
    ),
    ("Sum(Sum(KroneckerDelta(k, i)*w[k, l]/(x + b[l]), (l, 1, m)), (k, 1, n))", "Sum(w[i, l]/(x + b[l]), (l, 1, m))"),
]
DIFFERENT = [
    (BOTH, "-Sum(Sum(w[k, l], (l, 1, m)), (k, 1, n))/x"),
    (BOTH, "Sum(Sum(w[k, l], (l, 1, m - 1)), (k, 1, n))/x"),
    (BOTH, "n*Sum(Sum(w[k, l], (l, 1, m)), (k, 1, n))/x"),
    ("Sum(Sum(x/x, (l, 1, m)), (k, 1, n))", "1"),  # 0 where one of the ranges is empty
    ("Sum(Sum((x - y)/(x - y), (l, 1, m)), (k, 1, n))/(n*m)", "2"),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_equal(left: str, right: str) -> None:
    verdict = decide(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT)
    assert verdict.word == "proved", verdict


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different(left: str, right: str) -> None:
    a, b = from_text(left, CONTEXT), from_text(right, CONTEXT)
    assert prove_equal(a, b, CONTEXT).word != "proved"
    assert decide(a, b, CONTEXT).word == "refuted"
