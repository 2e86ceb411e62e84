"""Strides and dilations that are symbols: products in indices and conditions, floors in ranges, for all sizes."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.language.text import from_text

CONTEXT = declared(
    sizes="S D m K N",
    indices={"i": ("1", "m"), "t": ("1", "N"), "l": ("1", "K")},
    arrays={"x": "N", "w": "K", "g": "m", "p": "N"},
    padded="p",
    assume=("S*(m - 1) + D*(K - 1) + 1 <= N", "S*(m - 1) + K <= N", "m + D*(K - 1) <= N"),
)
Y = "Sum(w[j]*x[S*(i - 1) + j], (j, 1, K))"
Z = "Sum(w[j]*x[i + D*(j - 1)], (j, 1, K))"
Q = "Sum(w[j]*x[S*(i - 1) + 1 + D*(j - 1)], (j, 1, K))"

TRUE = [
    (f"Derivative(Sum(g[i]*{Y}, (i, 1, m)), w[l])", "Sum(g[i]*x[S*(i - 1) + l], (i, 1, m))"),
    (f"Derivative(Sum(g[i]*{Y}, (i, 1, m)), x[t])", "Sum(Piecewise((g[i]*w[t - S*(i - 1)], And(1 <= t - S*(i - 1), t - S*(i - 1) <= K)), (0, True)), (i, 1, m))"),
    (f"Derivative(Sum(g[i]*{Y}, (i, 1, m)), x[t])", "Sum(g[i]*w[t - S*(i - 1)], (i, Max(1, ceiling((t - K)/S) + 1), Min(m, floor((t - 1)/S) + 1)))"),
    (f"Derivative(Sum(g[i]*{Y}, (i, 1, m)), x[t])", "Sum(g[i]*w[j]*KroneckerDelta(S*(i - 1) + j, t), (i, 1, m), (j, 1, K))"),
    (f"Derivative(Sum(g[i]*{Z}, (i, 1, m)), w[l])", "Sum(g[i]*x[i + D*(l - 1)], (i, 1, m))"),
    (f"Derivative(Sum(g[i]*{Z}, (i, 1, m)), x[t])", "Sum(Piecewise((w[j]*g[t - D*(j - 1)], And(1 <= t - D*(j - 1), t - D*(j - 1) <= m)), (0, True)), (j, 1, K))"),
    (f"Derivative(Sum(g[i]*{Q}, (i, 1, m)), x[t])", "Sum(g[i]*w[j]*KroneckerDelta(S*(i - 1) + 1 + D*(j - 1), t), (i, 1, m), (j, 1, K))"),
    (f"Derivative(Sum(g[i]*{Q}, (i, 1, m)), w[l])", "Sum(g[i]*x[S*(i - 1) + 1 + D*(l - 1)], (i, 1, m))"),
    ("Sum(Piecewise((g[i], S*i <= t), (0, True)), (i, 1, m))", "Sum(g[i], (i, 1, Min(m, floor(t/S))))"),
    ("Sum(x[S*(i - 1) + 1], (i, 1, m))", "Sum(x[S*(m - i) + 1], (i, 1, m))"),
    ("Sum(Sum(w[j]*x[S*(i - 1) + j]*g[i], (j, 1, K)), (i, 1, m))", "Sum(Sum(w[j]*x[S*(i - 1) + j]*g[i], (i, 1, m)), (j, 1, K))"),
    ("Sum(w[j]*p[S*(i - 1) + j], (j, 1, K))", "Sum(Piecewise((p[r]*w[r - S*(i - 1)], And(1 <= r - S*(i - 1), r - S*(i - 1) <= K)), (0, True)), (r, 1, N))"),
    ("Sum(p[2*i + 3], (i, 1, m))", "Sum(p[2*i + 1], (i, 2, m + 1))"),
    ("Sum(p[2*i], (i, 1, m))", "Sum(p[2*m - 2*i + 2], (i, 1, m))"),
    ("Sum(1, (i, 1, floor(N/S)))", "floor(N/S)"),
    ("Sum(Piecewise((1, S*i <= N), (0, True)), (i, 1, N))", "floor(N/S)"),
    ("floor((t - m)/S)", "-ceiling((m - t)/S)"),
    ("Sum(g[i], (i, 1, Min(m, floor((t - l)/S))))", "Sum(Piecewise((g[i], S*i + l <= t), (0, True)), (i, 1, m))"),
    ("Sum(Piecewise((g[i]*w[j], S*i + D*j <= t), (0, True)), (i, 1, m), (j, 1, K))", "Sum(Piecewise((g[i]*w[j], D*j + S*i < t + 1), (0, True)), (j, 1, K), (i, 1, m))"),
]  # fmt: skip

FALSE = [
    (f"Derivative(Sum(g[i]*{Y}, (i, 1, m)), x[t])", "Sum(Piecewise((g[i]*w[t - S*(i - 1)], And(1 <= t - S*(i - 1), t - S*(i - 1) <= K - 1)), (0, True)), (i, 1, m))"),
    (f"Derivative(Sum(g[i]*{Y}, (i, 1, m)), x[t])", "Sum(g[i]*w[t - S*(i - 1)], (i, Max(1, ceiling((t - K)/S) + 1), Min(m, floor(t/S) + 1)))"),
    ("Sum(Piecewise((g[i], S*i <= t), (0, True)), (i, 1, m))", "Sum(g[i], (i, 1, Min(m, floor((t - 1)/S))))"),
    ("Sum(Piecewise((1, S*i <= N), (0, True)), (i, 1, N))", "ceiling(N/S)"),
    (f"Derivative(Sum(g[i]*{Y}, (i, 1, m)), w[l])", "Sum(g[i]*x[S*i + l], (i, 1, m))"),
    (f"Derivative(Sum(g[i]*{Z}, (i, 1, m)), w[l])", "Sum(g[i]*x[i + D*l], (i, 1, m))"),
    ("Sum(x[S*(i - 1) + 1], (i, 1, m))", "Sum(x[S*(i - 1) + 1], (i, 1, m - 1))"),
    ("Sum(w[j]*p[S*(i - 1) + j], (j, 1, K))", "Sum(w[K - j + 1]*p[S*(i - 1) + j], (j, 1, K))"),
    ("Sum(Piecewise((1, S*i + D*l <= t), (0, True)), (i, 1, m))", "Sum(Piecewise((1, S*i + D*l < t), (0, True)), (i, 1, m))"),
    ("floor((t - m)/S)", "-floor((m - t)/S)"),
    ("Sum(p[2*i + 3], (i, 1, m))", "Sum(p[2*i], (i, 2, m + 1))"),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), TRUE)
def test_what_is_true_is_proved(left: str, right: str) -> None:
    verdict = decide(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT)
    assert verdict.word == "proved", verdict


@pytest.mark.parametrize(("left", "right"), FALSE)
def test_what_is_false_is_refuted(left: str, right: str) -> None:
    verdict = decide(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT)
    assert verdict.word == "refuted", verdict
