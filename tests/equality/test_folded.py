"""Derivatives with names left folded: what holds for every function holds for the declared one, and nothing else."""

from __future__ import annotations

import pytest
from sympy import Sum, exp, sqrt

from symderiv import declare, sigmoid
from symderiv.equality import decide
from symderiv.equality.congruence import abstract
from symderiv.equality.folded import NotFolded, without_derivatives
from symderiv.language.text import from_text, to_text

P = declare("batch normalisation")
B, C = P.size("B"), P.size("C")
b, b2 = P.index("b b2", 1, B)
c, c2 = P.index("c c2", 1, C)
eps, t = P.symbol("eps", positive=True), P.symbol("t")
Z, gamma, dO = P.array("Z", (B, C)), P.array("gamma", C), P.array("dO", (B, C))
mu = P.define("mu", (c,), Sum(Z[b, c], (b, 1, B)) / B)
var = P.define("var", (c,), Sum((Z[b, c] - mu[c]) ** 2, (b, 1, B)) / B)
zh = P.define("zh", (b, c), (Z[b, c] - mu[c]) / sqrt(var[c] + eps))
s = P.define("s", sigmoid(t))
r = P.define("r", exp(s) + t)
P.function("f", (t,), t**2)
CONTEXT = P.context


@pytest.mark.parametrize(
    ("left", "right", "word"),
    [
        ("Derivative(Sum(dO[b, c2]*zh[b, c2], (b, 1, B)), Z[b2, c2])",
         "Sum(dO[b, c2]*Derivative(zh[b, c2], Z[b2, c2]), (b, 1, B))", "proved"),
        ("Derivative(Sum(Sum(dO[b, c]*gamma[c]*zh[b, c], (b, 1, B)), (c, 1, C)), gamma[c2])",
         "Sum(dO[b, c2]*zh[b, c2], (b, 1, B))", "proved"),
        ("Derivative(s*r, t)", "s*Derivative(r, t) + r*Derivative(s, t)", "proved"),
        ("Derivative(s*r, t)", "s*Derivative(r, t) - r*Derivative(s, t)", "refuted"),
        ("Derivative(s**2, t)", "2*s*Derivative(s, t)", "proved"),
        ("Derivative(s**2, t)", "s*Derivative(s, t)", "refuted"),
        ("Derivative(s, t)", "s*(1 - s)", "proved"),
        ("Derivative(s, t)", "s*(1 + s)", "refuted"),
        ("Derivative(f(s), t)", "2*s*Derivative(s, t)", "proved"),
        ("Derivative(Derivative(s, t), t)", "Derivative(s*(1 - s), t)", "proved"),
        ("Derivative(Sum(dO[b, c2]*zh[b, c2], (b, 1, B)), Z[b2, c2])",
         "Sum(dO[b, c2]*Derivative(zh[b, c2], Z[b, c2]), (b, 1, B))", "refuted"),
    ],
)  # fmt: skip
def test_lines_with_derivatives_of_names(left, right, word):
    assert decide(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT).word == word


def test_the_derivative_of_a_name_is_an_array_of_its_own():
    left = from_text("Derivative(zh[b, c]*gamma[c], Z[b2, c2])", CONTEXT)
    right = from_text("gamma[c]*Derivative(zh[b, c], Z[b2, c2])", CONTEXT)
    a, d, slopes = without_derivatives(left, right, CONTEXT)
    assert [x.name for x in slopes] == ["zh'Z"]
    assert len(slopes[0].axes) == 4
    assert to_text(a) == "zh'Z[b, c, b2, c2]*gamma[c]" and to_text(d) == "gamma[c]*zh'Z[b, c, b2, c2]"


@pytest.mark.parametrize("text", ["Derivative(Derivative(s, t), t)", "Derivative(f(t)*s, t)"])
def test_what_cannot_be_folded_is_refused(text):
    term = from_text(text, CONTEXT)
    with pytest.raises(NotFolded):
        without_derivatives(term, term, CONTEXT)
    assert abstract(term, term, CONTEXT) is None
