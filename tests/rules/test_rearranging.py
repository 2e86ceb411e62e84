"""Telescoping sums, triangles summed by columns, squares of circular functions: fires, leaves alone, must refuse."""

from __future__ import annotations

import pytest
from rule_terms import CONTEXT

from symderiv.equality import decide
from symderiv.language.text import from_text, to_text
from symderiv.rules import find
from symderiv.rules.structure import same

# x, y real; r > 0; n >= 1, m >= 0; i, j, k, l in 1..n; e an integer; arrays v, w, u, z (zero-padded)
SWAP = "swap the sums of a triangle"

FIRES = [
    ("telescoping sum", "Sum(z[k] - z[k + 1], (k, 1, n))", "z[1] - z[n + 1]"),
    ("telescoping sum", "Sum(z[k] - z[k - 1], (k, 1, n))", "-z[0] + z[n]"),
    ("telescoping sum", "Sum(z[e - k] - z[e - 1 - k], (k, 0, n - 1))", "z[e] - z[e - n]"),
    ("telescoping sum", "Sum(x*z[k]**2 + k - x*z[k + 1]**2, (k, 1, n))", "x*z[1]**2 - x*z[n + 1]**2 + Sum(k, (k, 1, n))"),
    (SWAP, "Sum(Sum(v[i]*u[j], (j, 1, i)), (i, 1, n))", "Sum(Sum(v[i]*u[j], (i, j, n)), (j, 1, n))"),
    (SWAP, "Sum(Sum(w[i, j], (j, i + 1, n)), (i, 1, n))", "Sum(Sum(w[i, j], (i, 1, j - 1)), (j, 2, n))"),
    (SWAP, "Sum(Sum(v[k]*z[q], (q, k, k + m)), (k, 1, n))",
     "Sum(Sum(Piecewise((v[k]*z[q], And(k <= q, q - m <= k)), (0, True)), (k, 1, n)), (q, 1, m + n))"),
    ("squares of sine and cosine", "cos(x*y)**2 + y + sin(x*y)**2", "1 + y"),
    ("squares of sine and cosine", "x*v[i]*sin(r)**2 + x*v[i]*cos(r)**2", "x*v[i]"),
    ("squares of sine and cosine", "3*cosh(x)**2 - 3*sinh(x)**2", "3"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "before", "after"), FIRES)
def test_fires(rule: str, before: str, after: str) -> None:
    term, wanted = from_text(before, CONTEXT), from_text(after, CONTEXT)
    found = [w.term for r in find(rule) for w in r.apply(term, CONTEXT)]
    assert any(same(t, wanted) or to_text(t) == after for t in found), [to_text(t) for t in found]
    assert decide(term, wanted, CONTEXT).word == "proved"


NOT = [
    # leaves alone
    ("telescoping sum", "Sum(z[k] + z[k + 1], (k, 1, n))"),
    ("telescoping sum", "Sum(z[k] - z[k + 2], (k, 1, n))"),
    ("telescoping sum", "Sum(x - x, (k, 1, n))"),
    (SWAP, "Sum(Sum(v[i]*u[j], (j, 1, n)), (i, 1, n))"),
    ("squares of sine and cosine", "cos(x)**2 - sin(x)**2"),
    ("squares of sine and cosine", "cosh(x)**2 + sinh(x)**2"),
    # must refuse
    ("telescoping sum", "Sum(z[k] - z[k + 1], (k, 1, e))"),  # e < 0 leaves no terms, and yet z[1] - z[e + 1] is not 0
    ("telescoping sum", "Sum(2*z[k] - z[k + 1], (k, 1, n))"),
    ("telescoping sum", "Sum(Piecewise((z[k] - z[k + 1], k <= e), (0, True)), (k, 1, n))"),
    (SWAP, "Sum(Sum(v[k]*z[q], (q, 1, 2*k)), (k, 1, n))"),  # a slope of 2
    (SWAP, "Sum(Sum(v[k]*z[q], (q, 1, k*m)), (k, 1, n))"),
    ("squares of sine and cosine", "cos(x)**2 + sin(y)**2"),
    ("squares of sine and cosine", "2*cos(x)**2 + sin(x)**2"),
    ("squares of sine and cosine", "cos(x)**3 + sin(x)**2"),
]


@pytest.mark.parametrize(("rule", "text"), NOT)
def test_leaves_alone_and_refuses(rule: str, text: str) -> None:
    assert not [to_text(w.term) for r in find(rule) for w in r.apply(from_text(text, CONTEXT), CONTEXT)]
