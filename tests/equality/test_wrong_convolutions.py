"""Wrong statements that homework on convolutions contains: each is refuted at sizes that fit on a line."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.language.text import from_text

VALID = declared(
    sizes="d k", indices={"i": ("1", "d - k + 1"), "n": ("1", "d"), "l": ("1", "k")},
    arrays={"x": "d", "w": "k", "g": "d-k+1"}, assume=("k <= d",),
)  # fmt: skip
FULL = declared(
    sizes="d k", indices={"i": ("1", "d + k - 1"), "n": ("1", "d"), "l": ("1", "k")},
    arrays={"x": "d", "w": "k", "g": "d+k-1"}, padded="x w g",
)  # fmt: skip
PLANE = declared(
    sizes="n k", indices={"a": ("1", "n"), "b": ("1", "n"), "p": ("1", "k"), "q": ("1", "k")},
    arrays={"x": "n n", "w": "k k", "g": "n-k+1 n-k+1"}, padded="g", assume=("k <= n",),
)  # fmt: skip
STRIDED = declared(
    sizes="S m k N", indices={"n": ("1", "N"), "l": ("1", "k")}, arrays={"x": "N", "w": "k", "g": "m"},
    padded="w", assume=("S*(m - 1) + k <= N",),
)  # fmt: skip
CIRCULAR = declared(sizes="N", indices={"n": ("0", "N - 1"), "m": ("0", "N - 1")}, arrays={"x": "0:N-1", "h": "0:N-1"})

Y = "Sum(x[i + j - 1]*w[j], (j, 1, k))"
LOSS = f"Sum(g[i]*{Y}, (i, 1, d - k + 1))"
Z = "Sum(x[i + j - k]*w[j], (j, 1, k))"
FULL_LOSS = f"Sum(g[i]*{Z}, (i, 1, d + k - 1))"
IMAGE = "Sum(g[i, j]*x[i + h - 1, j + l - 1]*w[h, l], (h, 1, k), (l, 1, k), (i, 1, n - k + 1), (j, 1, n - k + 1))"
BY_STRIDE = "Sum(g[i]*x[S*(i - 1) + j]*w[j], (j, 1, k), (i, 1, m))"
ROUND = "Sum(x[Mod(n - j, N)]*h[j], (j, 0, N - 1))"

WRONG = [
    # (what is wrong, context, left, right)
    ("the support is one too long at its end", VALID, f"Derivative({Y}, x[n])",
     "Piecewise((w[n - i + 1], And(i <= n, n <= i + k)), (0, True))"),
    ("0 if n > k + i: the support of ones is one too long", VALID, f"Derivative({Y}, x[n])*0 + Sum(Piecewise((1, Eq(i + j - 1, n)), (0, True)), (j, 1, k))",
     "Piecewise((0, n > k + i), (0, n < i), (1, True))"),
    ("the support is one too short at its end", VALID, f"Derivative({Y}, x[n])",
     "Piecewise((w[n - i + 1], And(i <= n, n <= i + k - 2)), (0, True))"),
    ("the support is one too short at its beginning", VALID, f"Derivative({Y}, x[n])",
     "Piecewise((w[n - i + 1], And(i < n, n <= i + k - 1)), (0, True))"),
    ("w_{n-i} for w_{n-i+1}", VALID, f"Derivative({Y}, x[n])",
     "Piecewise((w[n - i], And(i + 1 <= n, n <= i + k)), (0, True))"),
    ("the kernel is flipped where none is flipped", VALID, f"Derivative({Y}, x[n])",
     "Piecewise((w[k - (n - i)], And(i <= n, n <= i + k - 1)), (0, True))"),
    ("the weight gradient is one place off", VALID, f"Derivative({LOSS}, w[l])", "Sum(g[i]*x[i + l - 2], (i, 2, d - k + 1))"),
    ("the weight gradient is flipped", VALID, f"Derivative({LOSS}, w[l])", "Sum(g[i]*x[i + k - l], (i, 1, d - k + 1))"),
    ("the weight gradient is one term short", VALID, f"Derivative({LOSS}, w[l])", "Sum(g[i]*x[i + l - 1], (i, 1, d - k))"),
    ("w_{k-j} for w_{k-j+1}", FULL, f"Derivative({FULL_LOSS}, x[n])", "Sum(g[n + j - 1]*w[k - j], (j, 1, k))"),
    ("the flip is missing", FULL, f"Derivative({FULL_LOSS}, x[n])", "Sum(g[n + j - 1]*w[j], (j, 1, k))"),
    ("a range one too short", FULL, f"Derivative({FULL_LOSS}, x[n])", "Sum(g[n + j - 1]*w[k - j + 1], (j, 1, k - 1))"),
    ("a range that begins one too late", FULL, f"Derivative({FULL_LOSS}, x[n])", "Sum(g[n + j - 1]*w[k - j + 1], (j, 2, k))"),
    ("the output gradient is one place off", FULL, f"Derivative({FULL_LOSS}, x[n])", "Sum(g[n + j]*w[k - j + 1], (j, 1, k))"),
    ("a sign", FULL, f"Derivative({FULL_LOSS}, x[n])", "-Sum(g[n + j - 1]*w[k - j + 1], (j, 1, k))"),
    ("the borders of the padded gradient are not flipped", PLANE, f"Derivative({IMAGE}, x[a, b])",
     "Sum(g[a + h - 1, b + l - 1]*w[h, l], (h, 1, k), (l, 1, k))"),
    ("one axis is flipped, the other is not", PLANE, f"Derivative({IMAGE}, x[a, b])",
     "Sum(g[a - h + 1, b + l - k]*w[h, l], (h, 1, k), (l, 1, k))"),
    ("the axes of the kernel are swapped", PLANE, f"Derivative({IMAGE}, x[a, b])",
     "Sum(g[a - h + 1, b - l + 1]*w[l, h], (h, 1, k), (l, 1, k))"),
    ("the axes of the input are swapped", PLANE, f"Derivative({IMAGE}, w[p, q])",
     "Sum(g[i, j]*x[j + p - 1, i + q - 1], (i, 1, n - k + 1), (j, 1, n - k + 1))"),
    ("the stride is forgotten", STRIDED, f"Derivative({BY_STRIDE}, x[n])", "Sum(g[i]*w[n - i + 1], (i, 1, m))"),
    ("the stride counts from 1", STRIDED, f"Derivative({BY_STRIDE}, x[n])", "Sum(g[i]*w[n - S*i], (i, 1, m))"),
    ("the stride of the weight gradient is forgotten", STRIDED, f"Derivative({BY_STRIDE}, w[l])", "Sum(g[i]*x[i + l - 1], (i, 1, m))"),
    ("the circular kernel is not reversed", CIRCULAR, f"Derivative({ROUND}, x[m])", "h[Mod(m - n, N)]"),
    ("the circular convolution is a correlation", CIRCULAR, ROUND, "Sum(x[Mod(n + j, N)]*h[j], (j, 0, N - 1))"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "context", "left", "right"), WRONG, ids=[w[0] for w in WRONG])
def test_a_wrong_statement_is_refuted_at_small_sizes(what, context, left, right):
    verdict = decide(from_text(left, context), from_text(right, context), context)
    assert verdict.word == "refuted", verdict
    assert verdict.witness is not None
    sizes = {n: int(v) for n, v in verdict.witness.values.items() if n in context.variables}
    assert max(sizes.values()) <= 3, sizes
