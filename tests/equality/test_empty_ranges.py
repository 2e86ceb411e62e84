"""Denominators that may be 0 before sums over several ranges: where one of the ranges is empty, both sides are 0."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.equality.decision import prove_equal
from symderiv.language.context import Range
from symderiv.language.terms import Number
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


STEPS = declared(
    sizes="M", variables={"t": Range(integer=True), "e": Range(upper=Number(-1), integer=True)}, arrays={"h": "0:M"},
)  # fmt: skip
FILTERED = "Sum(Piecewise((h[k], t - k >= 0), (0, True)), (k, 0, M))"
EMPTY = [
    ("Sum(h[k], (k, 0, e))", "0"),
    ("Sum(Sum(h[k]*h[l], (l, 0, k)), (k, 0, e))", "0"),
    ("Sum(Sum(h[k]*h[l], (l, k, e)), (k, 0, M))", "0"),
    (FILTERED, "Piecewise((Sum(h[k], (k, 0, Min(t, M))), t >= 0), (0, True))"),
    (FILTERED, "Piecewise((0, t < 0), (Sum(h[k], (k, 0, t)), t <= M), (Sum(h[k], (k, 0, M)), True))"),
]
NOT_EMPTY = [
    ("Sum(h[k], (k, 0, e + 1))", "0"),
    ("Sum(h[k], (k, 0, -e - 1))", "0"),
    (FILTERED, "Piecewise((Sum(h[k], (k, 0, Min(t, M))), t >= 1), (0, True))"),
    (FILTERED, "Piecewise((0, t < 0), (Sum(h[k], (k, 0, t)), t <= M), (Sum(h[k], (k, 0, M - 1)), True))"),
    (FILTERED, "Piecewise((0, t < 0), (Sum(h[k], (k, 1, t)), t <= M), (Sum(h[k], (k, 0, M)), True))"),
]


@pytest.mark.parametrize(("left", "right"), EMPTY)
def test_a_sum_without_terms_is_0(left: str, right: str) -> None:
    verdict = decide(from_text(left, STEPS), from_text(right, STEPS), STEPS)
    assert verdict.word == "proved", verdict


@pytest.mark.parametrize(("left", "right"), NOT_EMPTY)
def test_a_sum_with_terms_is_not(left: str, right: str) -> None:
    a, b = from_text(left, STEPS), from_text(right, STEPS)
    assert prove_equal(a, b, STEPS).word != "proved"
    assert decide(a, b, STEPS).word == "refuted"


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_equal(left: str, right: str) -> None:
    verdict = decide(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT)
    assert verdict.word == "proved", verdict


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different(left: str, right: str) -> None:
    a, b = from_text(left, CONTEXT), from_text(right, CONTEXT)
    assert prove_equal(a, b, CONTEXT).word != "proved"
    assert decide(a, b, CONTEXT).word == "refuted"
