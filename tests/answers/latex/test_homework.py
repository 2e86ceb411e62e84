"""Lines of worked homework in the problems that declare their names: signals, layers, statistics, losses."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from sympy import Sum

import symderiv
from symderiv import declare, sigmoid
from symderiv.answers.latex import read_statements
from symderiv.errors import AnswerError
from symderiv.language.text import to_text

PROBLEMS = Path(__file__).parents[3] / "problems"


def signals():
    p = declare("Signals")
    n_, m_ = p.size("N"), p.size("M")
    n, k = p.index("n"), p.index("k")
    h = p.array("h", ((0, m_ - 1),), padded=True)
    x = p.array("x", ((0, n_ - 1),), padded=True)
    p.array("image", ((0, 4), (0, 4)), latex="I", padded=True)
    p.array("kernel", ((0, 2), (0, 2)), latex="K", padded=True)
    p.index("i"), p.index("j")
    p.function("y", (n,), Sum(h[k] * x[n - k], (k, 0, m_ - 1)))
    p.notation("*", "full convolution")
    return p


def layer():
    p = declare("A layer")
    m, n = p.size("m"), p.size("n")
    i, j = p.index("i", 1, m), p.index("j", 1, n)
    w, x, g = p.array("W", (m, n)), p.array("x", n), p.array("g", m)
    a = p.define("a", (i,), Sum(w[i, j] * x[j], (j, 1, n)))
    o = p.define("o", (i,), sigmoid(a[i]))
    p.define("L", Sum(g[i] * o[i], (i, 1, m)))
    return p


@cache
def context(name):
    if name in ("signals", "layer"):
        p = {"signals": signals, "layer": layer}[name]()
        p.part("1", "One").derive("q", 1, expected=1)
        return p.problem().context
    return symderiv.load(PROBLEMS / f"{name}.py").context


def read(name, text):
    return "; ".join(
        " = ".join(to_text(side.term) for side in s.sides) for s in read_statements(text, context(name))
    )  # fmt: skip


@pytest.mark.parametrize(
    ("problem", "text", "meaning"),
    [
        ("signals", r"\sum_{k=-\infty}^{\infty} x(k)h(n-k)", "Sum(x[k]*h[n - k], (k, 0, N - 1))"),
        ("signals", r"\sum_{k=0}^{\infty} h(k)x(n-k)", "Sum(Piecewise((h[k]*x[n - k], 0 <= k), (0, True)), (k, 0, M - 1))"),
        ("signals", r"\sum_{i,j} I[4-i, n-j] K[i, j]",
         "Sum(Sum(image[4 - i, n - j]*kernel[i, j], (j, 0, 2)), (i, 0, 2))"),
        ("signals", r"y[n] = y(n)", "y(n) = y(n)"),
        ("layer", r"\frac{\partial L}{\partial o_i} = g_i", "Sum(g[i1]*KroneckerDelta(i1, i), (i1, 1, m)) = g[i]"),
        ("layer", r"\frac{\partial o_i}{\partial a_i} = o_i(1 - o_i)", "sigmoid(a[i])*(1 - sigmoid(a[i])) = o[i]*(1 - o[i])"),
        ("layer", r"\frac{\partial L}{\partial W_{ij}}", "Derivative(L, W[i, j])"),
        ("layer", r"\sum_i \frac{\partial L}{\partial o_i} \frac{\partial o_i}{\partial W_{ij}}",
         "Sum(Sum(g[i1]*KroneckerDelta(i1, i), (i1, 1, m))*Derivative(o[i], W[i, j]), (i, 1, m))"),
        ("layer", r"\sum_{j=1}^{|x|} x_j", "Sum(x[j], (j, 1, n))"),
        ("layer", r"|g| = m", "m = m"),
        ("batch_norm", r"\mu[c]", "mu_c[c]"),
        ("batch_norm", r"\mu[c,h,w] - \mu", "mu_chw[c, h, w] - mu_1"),
        ("batch_norm", r"\frac{X[b,c,h,w] - \mu[c]}{\sigma[c]}", "(X[b, c, h, w] - mu_c[c])/sigma_c[c]"),
        ("losses", r"\frac{\partial L_{CE}}{\partial g} = -\frac{y}{g} + \frac{1-y}{1-g}",
         "-(y/g + (1 - y)*(1/(1 - g)*(-1))) = -y/g + (1 - y)/(1 - g)"),
        ("losses", r"\frac{\partial L_{MSE}}{\partial a} = \frac{\partial (y - g)^2}{\partial g} \frac{\partial g}{\partial a}",
         "Derivative(L_MSE, a) = 2*(y - g)*(-1)*Derivative(g, a)"),
        ("losses", r"(y - f(\mathbf{x}, \boldsymbol{\theta}))^2", "(y - f)**2"),
        ("convolution_layer", r"\frac{\partial L}{\partial y_{i,j}} x_{i+h-1,j+l-1}", "dy[i, j]*x[i + h - 1, j + l - 1]"),
    ],
)  # fmt: skip
def test_read(problem, text, meaning):
    assert read(problem, text) == meaning


def test_a_convolution_at_a_place():
    """(x * h)(n) is the sum over one of the two signals."""
    from symderiv.equality import decide
    from symderiv.language.text import from_text

    c = context("signals")
    (statement,) = read_statements(r"(x * h)(n - 2)", c)
    reference = from_text("Sum(h[k]*x[n - 2 - k], (k, 0, M - 1))", c)
    assert decide(statement.sides[0].term, reference, c).word == "proved"
    other = from_text("Sum(h[k]*x[n + 2 - k], (k, 0, M - 1))", c)
    assert decide(statement.sides[0].term, other, c).word == "refuted"


@pytest.mark.parametrize(
    ("problem", "text", "message"),
    [
        ("signals", r"x_2(n) = x(n - 5)",
         "x_2 is no function here; write \\cdot before the bracket if a product is meant (at character 4)"),
        ("signals", r"(h * x_2)(n)", "this is an array; write one entry with its indices (at character 1)"),
        ("signals", r"\sum_{k=-\infty}^{\infty} (x(k) + 1)",
         "an infinite range is read only where a factor is an array that is 0 outside of its range (at character 19)"),
        ("signals", r"\sum_{n=-\infty}^{\infty} y(n)",
         "an infinite range is read only where a factor is an array that is 0 outside of its range (at character 19)"),
        ("layer", r"\frac{\partial o_i x_j}{\partial a_i}",
         "what is differentiated here depends on x beside a; write the derivative by x (at character 1)"),
        ("layer", r"\frac{\partial x_j}{\partial o_i}",
         "what is differentiated here does not depend on o by its declaration (at character 1)"),
        ("layer", r"\frac{x_j}{|x|}", "write \\|x\\| for a norm, or the number of entries (at character 13)"),
        ("batch_norm", r"\mu(c)", "\\mu is no function here; write \\cdot before the bracket if a product is meant (at character 4)"),
        ("batch_norm", r"\gamma[c, h]", "gamma has 1 index, not 2 (at character 7)"),
        ("convolution_layer", r"y_{i,j} = x_{i,j}. : reference[oaicite : 30]", "I can't read '.' here (at character 18)"),
    ],
)  # fmt: skip
def test_refused_with_its_place(problem, text, message):
    with pytest.raises(AnswerError) as caught:
        read(problem, text)
    assert str(caught.value) == message
