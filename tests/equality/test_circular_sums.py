"""Indices modulo the size of an axis: sums over a full period, circular convolutions, their gradients and shifts."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.language.text import from_text

CONTEXT = declared(
    sizes="N M K J",
    indices={"n": ("0", "N - 1"), "m": ("0", "N - 1"), "p": ("0", "M - 1"), "k": ("0", "K - 1"), "a": ("1", "J"), "b": ("1", "J")},
    arrays={
        "x": "0:N-1", "y": "0:N-1", "h": "0:N-1", "g": "0:N-1", "w": "0:K-1", "X": "0:N-1 0:M-1", "W": "0:K-1 0:K-1",
        "u": "J", "v": "J", "e": "0:7", "f": "0:7", "c": "0:2",
    },
    variables={},
    assume=("K <= N", "K <= M"),
).with_index("s", from_text("-1000000", declared()), from_text("1000000", declared())).with_index(
    "t", from_text("-1000000", declared()), from_text("1000000", declared())
)  # fmt: skip

CIRCULAR = "Sum(x[Mod({n} - k, N)]*h[k], (k, 0, N - 1))"
SHORT = "Sum(x[Mod({n} + k, N)]*w[k], (k, 0, K - 1))"
PLANE = "Sum(X[Mod({n} + k, N), Mod({p} + q, M)]*W[k, q], (k, 0, K - 1), (q, 0, K - 1))"
POOLED = "Sum(Max(0, Sum(X[Mod({n} + i + k, N), Mod({p} + j + q, M)]*W[k, q], (k, 0, K - 1), (q, 0, K - 1))), (i, 0, N - 1), (j, 0, M - 1))"

TRUE = [
    ("x[Mod(n, N)]", "x[n]"),
    ("x[Mod(n + N, N)]", "x[n]"),
    ("x[Mod(Mod(n + s, N) + t, N)]", "x[Mod(n + s + t, N)]"),
    ("x[Mod(s - 3*N, N)]", "x[Mod(s, N)]"),
    # a full period
    ("Sum(x[Mod(i + s, N)], (i, 0, N - 1))", "Sum(x[i], (i, 0, N - 1))"),
    ("Sum(x[Mod(s - i, N)], (i, 0, N - 1))", "Sum(x[i], (i, 0, N - 1))"),
    ("Sum(x[Mod(i, N)], (i, s, s + N - 1))", "Sum(x[i], (i, 0, N - 1))"),
    ("Sum(x[Mod(i, N)], (i, 1, N))", "Sum(x[i], (i, 0, N - 1))"),
    ("Sum(exp(x[Mod(i + s, N)])*y[Mod(i + s, N)], (i, 0, N - 1))", "Sum(exp(x[i])*y[i], (i, 0, N - 1))"),
    ("Sum(x[Mod(i + s, N)]*y[Mod(i + t, N)], (i, 0, N - 1))", "Sum(x[i]*y[Mod(i + t - s, N)], (i, 0, N - 1))"),
    ("Sum(x[Mod(i + s, N)]*x[Mod(i + t, N)], (i, 0, N - 1))", "Sum(x[i]*x[Mod(i + s - t, N)], (i, 0, N - 1))"),
    ("Sum(u[Mod(i - 1 + s, J) + 1], (i, 1, J))", "Sum(u[i], (i, 1, J))"),
    ("Sum(u[Mod(i + s, J) + 1]*v[i], (i, 1, J))", "Sum(u[i]*v[Mod(i - s - 2, J) + 1], (i, 1, J))"),
    ("Sum(X[Mod(i + s, N), Mod(j + t, M)], (i, 0, N - 1), (j, 0, M - 1))", "Sum(X[i, j], (i, 0, N - 1), (j, 0, M - 1))"),
    ("Sum(X[Mod(i + s, N), Mod(j + i, M)], (i, 0, N - 1), (j, 0, M - 1))", "Sum(X[i, j], (i, 0, N - 1), (j, 0, M - 1))"),
    ("Sum(e[Mod(i + s, 8)], (i, 0, 7))", "Sum(e[i], (i, 0, 7))"),
    ("Sum(e[Mod(i + s, 8)], (i, 0, 7))", "e[0] + e[1] + e[2] + e[3] + e[4] + e[5] + e[6] + e[7]"),
    ("Sum(e[Mod(i + s, 8)]*f[i], (i, 0, 7))", "Sum(e[i]*f[Mod(i - s, 8)], (i, 0, 7))"),
    # circular convolution
    (CIRCULAR.format(n="n"), "Sum(h[Mod(n - k, N)]*x[k], (k, 0, N - 1))"),
    (f"Sum({CIRCULAR.format(n='m')}, (m, 0, N - 1))", "Sum(x[k], (k, 0, N - 1))*Sum(h[k], (k, 0, N - 1))"),
    ("Sum(Sum(x[Mod(Mod(n - l, N) - k, N)]*h[k], (k, 0, N - 1))*y[l], (l, 0, N - 1))",
     "Sum(x[Mod(n - l, N)]*Sum(h[Mod(l - k, N)]*y[k], (k, 0, N - 1)), (l, 0, N - 1))"),
    (CIRCULAR.format(n="Mod(n - s, N)"), "Sum(x[Mod(Mod(n - k, N) - s, N)]*h[k], (k, 0, N - 1))"),
    (SHORT.format(n="Mod(n + s, N)"), "Sum(x[Mod(Mod(n + k, N) + s, N)]*w[k], (k, 0, K - 1))"),
    (PLANE.format(n="Mod(n + s, N)", p="Mod(p + t, M)"),
     "Sum(X[Mod(Mod(n + k, N) + s, N), Mod(Mod(p + q, M) + t, M)]*W[k, q], (k, 0, K - 1), (q, 0, K - 1))"),
    (POOLED.format(n="s", p="t"), POOLED.format(n="0", p="0")),
    ("Sum(Max(0, Sum(x[Mod(i + s + k, N)]*w[k], (k, 0, K - 1))), (i, 0, N - 1))",
     "Sum(Max(0, Sum(x[Mod(i + k, N)]*w[k], (k, 0, K - 1))), (i, 0, N - 1))"),
    # gradients
    (f"Derivative({CIRCULAR.format(n='n')}, x[m])", "h[Mod(n - m, N)]"),
    (f"Derivative({CIRCULAR.format(n='n')}, h[m])", "x[Mod(n - m, N)]"),
    (f"Derivative(Sum(g[i]*{CIRCULAR.format(n='i')}, (i, 0, N - 1)), x[m])", "Sum(g[i]*h[Mod(i - m, N)], (i, 0, N - 1))"),
    (f"Derivative(Sum(g[i]*{CIRCULAR.format(n='i')}, (i, 0, N - 1)), h[m])", "Sum(g[i]*x[Mod(i - m, N)], (i, 0, N - 1))"),
    (f"Derivative(Sum(g[i]*{SHORT.format(n='i')}, (i, 0, N - 1)), x[m])", "Sum(g[Mod(m - k, N)]*w[k], (k, 0, K - 1))"),
    (f"Derivative(Sum(g[i]*{SHORT.format(n='i')}, (i, 0, N - 1)), w[k])", "Sum(g[i]*x[Mod(i + k, N)], (i, 0, N - 1))"),
    (f"Derivative({SHORT.format(n='n')}, x[m])", "Piecewise((w[Mod(m - n, N)], Mod(m - n, N) <= K - 1), (0, True))"),
    ("Derivative(Sum(c[q]*e[Mod(i + q, 8)]*f[i], (q, 0, 2), (i, 0, 7)), e[5])", "c[0]*f[5] + c[1]*f[4] + c[2]*f[3]"),
]  # fmt: skip

FALSE = [
    ("x[Mod(n + 1, N)]", "x[n]"),
    ("x[Mod(s, N)]", "x[Mod(s + 1, N)]"),
    ("Sum(x[Mod(i + s, N)], (i, 0, N - 2))", "Sum(x[i], (i, 0, N - 2))"),
    ("Sum(x[Mod(i + s, N)], (i, 0, N))", "Sum(x[i], (i, 0, N - 1))"),
    ("Sum(x[Mod(2*i, N)], (i, 0, N - 1))", "Sum(x[i], (i, 0, N - 1))"),
    ("Sum(x[Mod(i + s, N)]*i, (i, 0, N - 1))", "Sum(x[i]*i, (i, 0, N - 1))"),
    ("Sum(x[Mod(i + s, N)]*y[i], (i, 0, N - 1))", "Sum(x[i]*y[i], (i, 0, N - 1))"),
    ("Sum(x[Mod(i + s, N)]*y[Mod(i + t, N)], (i, 0, N - 1))", "Sum(x[i]*y[Mod(i + s - t, N)], (i, 0, N - 1))"),
    ("Sum(Piecewise((x[Mod(i + s, N)], i <= n), (0, True)), (i, 0, N - 1))", "Sum(x[i], (i, 0, n))"),
    ("Sum(Sum(x[Mod(i + s, N)], (i, 0, j)), (j, 0, N - 1))", "Sum(Sum(x[i], (i, 0, j)), (j, 0, N - 1))"),
    ("Sum(u[Mod(i + s, J) + 1]*v[i], (i, 1, J))", "Sum(u[i]*v[Mod(i - s - 1, J) + 1], (i, 1, J))"),
    (CIRCULAR.format(n="n"), "Sum(h[Mod(n + k, N)]*x[k], (k, 0, N - 1))"),
    (CIRCULAR.format(n="Mod(n - s, N)"), "Sum(x[Mod(n - k, N)]*h[Mod(k + s, N)], (k, 0, N - 1))"),
    (f"Derivative({CIRCULAR.format(n='n')}, x[m])", "h[Mod(m - n, N)]"),
    (f"Derivative(Sum(g[i]*{SHORT.format(n='i')}, (i, 0, N - 1)), x[m])", "Sum(g[Mod(m + k, N)]*w[k], (k, 0, K - 1))"),
    (POOLED.format(n="s", p="t"), POOLED.format(n="0", p="0").replace("Max(0, ", "Max(1, ")),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), TRUE)
def test_what_is_true_is_proved(left: str, right: str) -> None:
    verdict = decide(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT)
    assert verdict.word == "proved", verdict


@pytest.mark.parametrize(("left", "right"), FALSE)
def test_what_is_false_is_refuted(left: str, right: str) -> None:
    verdict = decide(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT)
    assert verdict.word == "refuted", verdict
