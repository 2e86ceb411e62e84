"""Accesses outside the declared ranges: found with small sizes, never where a guard or a range forbids them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from symderiv.language.ranges import Unknown, evaluate_integer, find_violation
from symderiv.language.text import from_text

_SPEC = importlib.util.spec_from_file_location("contexts", Path(__file__).parent.parent / "contexts.py")
contexts = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(contexts)

CONTEXT = contexts.declared(
    reals="t",
    sizes="K M S>=1 P>=0",
    indices={"i": ("1", "K"), "j": ("1", "K"), "m": ("1", "M"), "q": ("1", "i")},
    arrays={"x": "K", "w": "M K", "b": "0:K", "u": "3", "o": "floor((K+2*P-1)/S)+1", "e": "2*K"},
    padded="o",
    definitions={"H": "K + 1", "S1": "x[1]", "D[i]": "x[i]"},
)
INSIDE = [
    "x[i]", "x[1]", "x[K]", "Sum(x[k], (k, 1, K))", "Sum(x[k + 1], (k, 1, K - 1))", "Sum(x[k], (k, 2, K))", "w[m, i]",
    "Sum(Sum(w[a, c], (a, 1, M)), (c, 1, K))", "b[0]", "b[i - 1]", "x[K - i + 1]", "Sum(x[k - 1], (k, 2, K))",
    "Sum(Piecewise((x[k + 1], k < K), (0, True)), (k, 1, K))", "Piecewise((x[i - 1], i > 1), (0, True))",
    "Piecewise((0, Eq(i, 1)), (x[i - 1], True))", "Piecewise((x[i + 1], And(i >= 1, i + 1 <= K)), (x[i], True))",
    "KroneckerDelta(i, 1)*x[K - i + 1]", "KroneckerDelta(i, K)*x[i]", "o[K + 7]", "u[3]", "x[q]", "x[H - 1]", "D[i]",
    "Sum(Sum(x[c], (c, 1, a)), (a, 1, K))", "Sum(Sum(x[a - c + 1], (c, 1, a)), (a, 1, K))", "x[Max(1, i - 1)]",
    "x[floor((i + 1)/2)]", "x[Mod(i, K) + 1]", "Derivative(x[i]**2, x[j])", "Sum(x[k], (k, 1, 0))", "e[2*i]",
    "e[2*i - 1]",
]  # fmt: skip
OUTSIDE = [
    ("x[i + 1]", "x[i + 1] reads x[4], but x has indices 1..3 (for K = 3)"),
    ("x[0]", "x[0] reads x[0], but x has indices 1..3 (for K = 3)"),
    ("x[2]", "x[2] reads x[2], but x has indices 1..1 (for K = 1)"),
    ("x[m]", "x[m] reads x[4], but x has indices 1..3 (for K = 3, M = 4)"),
    ("w[i, i]", "w[i, i] reads w[3, ...], but w has first indices 1..2 (for K = 3, M = 2)"),
    ("Sum(x[k + 1], (k, 1, K))", "x[k + 1] reads x[4], but x has indices 1..3 (for K = 3)"),
    ("Sum(x[k], (k, 0, K))", "x[k] reads x[0], but x has indices 1..3 (for K = 3)"),
    ("Sum(x[k], (k, 1, K + 1))", "x[k] reads x[4], but x has indices 1..3 (for K = 3)"),
    ("Sum(x[i], (i, 0, K))", "x[i] reads x[0], but x has indices 1..3 (for K = 3)"),
    ("b[i + 1]", "b[i + 1] reads b[4], but b has indices 0..3 (for K = 3)"),
    ("u[4]", "u[4] reads u[4], but u has indices 1..3"),
    ("x[H]", "x[H] reads x[4], but x has indices 1..3 (for K = 3)"),
    ("D[i + 1]", "D[i + 1] reads D[4], but D has indices 1..3 (for K = 3)"),
    ("x[i - j + 1]", "x[i - j + 1] reads x[0], but x has indices 1..3 (for K = 3)"),
    ("Piecewise((x[i - 1], i >= 1), (0, True))", "x[i - 1] reads x[0], but x has indices 1..3 (for K = 3)"),
    ("Sum(Sum(x[a + c], (c, 1, a)), (a, 1, K))", "x[a + c] reads x[4], but x has indices 1..3 (for K = 3)"),
    ("KroneckerDelta(i, j)*x[i + 1]", "x[i + 1] reads x[4], but x has indices 1..3 (for K = 3)"),
    ("Derivative(x[i], x[i + 1])", "x[i + 1] reads x[4], but x has indices 1..3 (for K = 3)"),
    ("exp(Sum(w[m, k + 1]*x[k], (k, 1, K)))", "w[m, k + 1] reads w[..., 4], but w has second indices 1..3 (for K = 3)"),
]


@pytest.mark.parametrize("text", INSIDE)
def test_inside(text):
    assert find_violation(from_text(text, CONTEXT), CONTEXT) is None


@pytest.mark.parametrize(("text", "message"), OUTSIDE)
def test_outside(text, message):
    assert find_violation(from_text(text, CONTEXT), CONTEXT) == message


def test_assumptions_rule_sizes_out():
    term = from_text("x[2]", CONTEXT)
    assert find_violation(term, CONTEXT.with_assumptions(from_text("K >= 2", CONTEXT))) is None
    wide = CONTEXT.with_assumptions(from_text("M <= K", CONTEXT))
    assert find_violation(from_text("x[m]", CONTEXT), wide) is None


def test_what_cannot_be_computed_is_left_alone():
    assert find_violation(from_text("Piecewise((x[i], t > 0), (0, True))", CONTEXT), CONTEXT) is None
    assert find_violation(from_text("x[t]", CONTEXT), CONTEXT) is None
    with pytest.raises(Unknown):
        evaluate_integer(from_text("exp(1)", CONTEXT), {})


def test_many_indices_stay_within_the_budget():
    context = contexts.declared(
        sizes="N C H W D E",
        indices={"n": ("1", "N"), "c": ("1", "C"), "h": ("1", "H"), "v": ("1", "W"), "d": ("1", "D"), "e": ("1", "E")},
        arrays={"z": "N C H+D W+E"},
    )
    assert find_violation(from_text("z[n, c, h + d, v + e]", context), context) is None
    assert find_violation(from_text("z[n, c, h + d, v + e + 1]", context), context) is not None
