"""Formulas of whole arrays: products by index sums, gradients, convolutions by declaration, matrices without entries."""

from __future__ import annotations

import pytest
from sympy import Derivative, Sum

from symderiv import declare, softmax
from symderiv.answers.judging import judge
from symderiv.answers.latex.statements import read_latex
from symderiv.errors import AnswerError, DeclarationError
from symderiv.language.limits import Limits
from symderiv.language.text import to_text


@pytest.fixture(scope="module")
def layer():
    """A linear layer with entries, a kernel, notations, and a random vector."""
    p = declare("Arrays")
    m, n, k = p.size("m n k")
    i, j, t = p.index("i", 1, m), p.index("j", 1, n), p.index("t")
    W, x, _ = p.array("W", (m, n)), p.array("x", n), p.array("w", n)
    g, b, h = p.array("g", m), p.array("b", m), p.array("h", k)
    s = p.symbol("s", latex=r"\|\Delta W\|_2")
    p.symbol("dLdy", latex=r"\frac{\partial L}{\partial y}")
    p.define("S", (j,), softmax(x, j))
    loss = p.define("L", Sum(g[i] * Sum(W[i, j] * x[j], (j, 1, n)), (i, 1, m)))
    p.random("z", n, mean=0, variance=1, independent=True)
    p.notation("*", "valid correlation")
    p.notation(r"\tilde{*}", "full correlation")
    p.notation(r"\nabla_{y} L", g)
    part = p.part("1", "Questions")
    part.derive("y_i", Sum(W[i, j] * x[j], (j, 1, n)) + b[i], expected=b[i] + Sum(W[i, j] * x[j], (j, 1, n)))
    part.derive("J_ij", Derivative(loss, W[i, j]), expected=g[i] * x[j])
    part.derive("c_t", t + h[1], expected=t + h[1])
    part.derive("s", s, expected=s)
    return p.problem()


def questions(problem):
    return {q.name: q for part in problem.parts for q in part.questions}


READ = [
    ("s", r"w^\top x + 1", "Sum(w[k]*x[k], (k, 1, n)) + 1"),
    ("s", r"\mathbf{w}^T\mathbf{x}", "Sum(w[k]*x[k], (k, 1, n))"),
    ("s", r"x \cdot w", "Sum(x[k]*w[k], (k, 1, n))"),
    ("s", r"g^\top W x", "Sum(Sum(g[k1]*W[k1, k], (k1, 1, m))*x[k], (k, 1, n))"),
    ("s", r"e^{w^\top x}", "exp(Sum(w[k]*x[k], (k, 1, n)))"),
    ("s", r"(w^\top x)^2", "Sum(w[k]*x[k], (k, 1, n))**2"),
    ("s", r"S^\top x", "Sum(S[k]*x[k], (k, 1, n))"),
    ("s", r"\|Wx\|_2^2", "sqrt(Sum(Sum(W[k, k1]*x[k1], (k1, 1, n))**2, (k, 1, m)))**2"),
    ("s", r"\|W\|_F", "sqrt(Sum(Sum(W[i, j]**2, (j, 1, n)), (i, 1, m)))"),
    ("s", r"2\|\Delta W\|_2", "2*s"),
    ("s", r"\frac{1}{n}\frac{\partial L}{\partial y}", "1/n*dLdy"),
    ("y_i", r"Wx + b", "Sum(W[i, k]*x[k], (k, 1, n)) + b[i]"),
    ("y_i", r"(Wx)_i + b_i", "Sum(W[i, k]*x[k], (k, 1, n)) + b[i]"),
    ("y_i", r"(Wx+b)_i", "Sum(W[i, k]*x[k], (k, 1, n)) + b[i]"),
    ("y_i", r"\sigma(Wx+b)_i", "sigmoid(Sum(W[i, k]*x[k], (k, 1, n)) + b[i])"),
    ("y_i", r"\sigma(Wx + b)", "sigmoid(Sum(W[i, k]*x[k], (k, 1, n)) + b[i])"),
    ("J_ij", r"2\operatorname{sign}(\nabla_W L)", "2*sign(Derivative(L, W[i, j]))"),
    ("y_i", r"(\nabla_y L)_i", "g[i]"),
    ("y_i", r"\frac{b}{2}", "b[i]/2"),
    ("J_ij", r"g x^\top", "g[i]*x[j]"),
    ("J_ij", r"\nabla_W L", "Derivative(L, W[i, j])"),
    ("J_ij", r"(\nabla_W L)_{ij}", "Derivative(L, W[i, j])"),
    ("J_ij", r"\operatorname{diag}(x) - xx^\top", "KroneckerDelta(i, j)*x[i] - x[i]*x[j]"),
    ("c_t", r"(x * h)_t", "Sum(x[t + j - 1]*h[j], (j, 1, k))"),
    ("c_t", r"(x \tilde{*} h)_t",
     "Sum(Piecewise((x[t + j - 1 - (k - 1)]*h[j], And(1 <= t + j - 1 - (k - 1), t + j - 1 - (k - 1) <= n)), (0, True)), "
     "(j, 1, k))"),
    ("s", r"\mathbb{E}[z_j^2]", "E(z[j]**2)"),
    ("s", r"\mathbb{E}[z_j]^2", "E(z[j])**2"),
    ("s", r"\operatorname{Var}\left(\sum_j w_j z_j\right)", "Var(Sum(w[j]*z[j], (j, 1, n)))"),
    ("s", r"\text{Cov}(z_1, z_2)", "Cov(z[1], z[2])"),
    ("s", r"P(z_1 \le 0)", "E(Piecewise((1, z[1] <= 0), (0, True)))"),
    ("s", r"(n + k) \bmod m", "Mod(n + k, m)"),
    ("s", r"\frac{1}{2} 2^{-n}", "1/2*2**(-n)"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "text", "understood"), READ, ids=lambda t: t[:30])
def test_read(layer, question, text, understood):
    reading = read_latex(text, questions(layer)[question], layer.context, Limits())
    assert to_text(reading.sides[-1].term).replace("Expectation", "E").replace("Variance", "Var").replace(
        "Covariance", "Cov") == understood  # fmt: skip


@pytest.mark.parametrize(
    ("question", "text", "message"),
    [
        ("y_i", r"W_{ij} x", "an index is missing: i stands here beside an array without one (at character 1)"),
        ("y_i", r"x_i w", "an index is missing: i stands here beside an array without one (at character 1)"),
        ("J_ij", "x", "x stands without its index; write one entry, such as x_i (at character 1)"),
        ("s", "x + 1", "a number and an array, or arrays of different kinds, can't be added (at character 5)"),
        ("s", r"x^\top W", "the sizes do not fit here by the declarations (at character 8)"),
        ("s", r"\mathbb{E}[x_1]", "nothing random stands here by its declaration (at character 1)"),
        ("s", r"\mathbb{E} z_1", "write what it is taken of in brackets, \\mathbb{E}[…] (at character 1)"),
        ("s", r"\mathbb{E}_z[z_1]", "the law is that of the declaration; leave the subscript out (at character 12)"),
        ("s", r"\mathbb{E}[z_1, z_2]", "E takes 1 argument, not 2 (at character 11)"),
    ],
)  # fmt: skip
def test_refused(layer, question, text, message):
    with pytest.raises(AnswerError) as caught:
        read_latex(text, questions(layer)[question], layer.context, Limits())
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("y_i", r"Wx + b", "proved"),
        ("y_i", r"y = Wx + b", "proved"),
        ("y_i", r"\sum_{j=1}^{n} W_{ij}x_j + b_i", "proved"),
        ("y_i", r"Wx - b", "refuted"),
        ("J_ij", r"gx^\top", "proved"),
        ("J_ij", r"\nabla_W L = gx^\top", "proved"),
        ("J_ij", r"\nabla_W L", "undecided"),
        ("J_ij", r"2gx^\top", "refuted"),
    ],
)
def test_judged(layer, question, text, verdict):
    assert judge(questions(layer)[question], layer.context, text).verdict == verdict


@pytest.fixture(scope="module")
def matrices():
    p = declare("Matrices")
    m, n, r = p.size("d_out"), p.size("d_in"), p.size("r")
    W, x, _ = p.matrix("W", (m, n)), p.matrix("x", n), p.matrix("g", m)
    p.matrix("U", (m, r)), p.matrix("V", (n, r)), p.matrix("Sigma", (r, r))
    p.matrix("DW", (m, n), latex=r"\Delta W")
    p.symbol("alpha")
    part = p.part("1", "Question")
    part.show("p", W * W.T * W, W * (W.T * W))
    part.derive("y", W * x, expected=W * x)
    return p.problem()


MATRICES = [
    (r"\frac{1}{2}(3I - WW^\top)W", "1/2*(3*Identity(d_out) - W*W.T)*W"),
    (r"(W W^\top)W", "(W*W.T)*W"),
    (r"W(W^\top W)", "W*(W.T*W)"),
    (r"\alpha U \Sigma V^\top", "alpha*U*Sigma*V.T"),
    (r"\alpha\operatorname{sign}(g x^\top)", "alpha*sign(g*x.T)"),
    (r"\|\Delta W\|_2 \|x\|_2", "spectral_norm(DW)*l2_norm(x)"),
    (r"\|W\|_F^2", "frobenius_norm(W)**2"),
    (r"\|x\|_{\text{RMS}}", "rms_norm(x)"),
    (r"g^\top W x + 1", "tr(g.T*W*x) + 1"),
    (r"\operatorname{tr}(W^\top W)", "tr(W.T*W)"),
    (r"W I_{d_{\text{in}}}", "W*Identity(d_in)"),
    (r"x^\top x\, W", "tr(x.T*x)*W"),
]


@pytest.mark.parametrize(("text", "understood"), MATRICES)
def test_matrices(matrices, text, understood):
    from symderiv.language.text import from_text

    context = matrices.context
    found = read_latex(text, questions(matrices)["p"], context, Limits()).sides[-1].term
    same = {"(W*W.T)*W": "MatMul(W*W.T, W)"}.get(understood, understood)
    if "tr(g" in same or "tr(x" in same:
        assert to_text(found).startswith(("Trace(", "MatMul(Trace("))
    else:
        assert to_text(found) == to_text(from_text(same, context))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"W + x", "x is d_in by 1 and cannot be added to W, which is d_out by d_in (at character 1)"),
        (r"W^\top x", "W.T is d_in by d_out and cannot be multiplied by x, which is d_in by 1 (at character 8)"),
        (r"W \cdot x", "it is not clear which product of matrices this is; write them side by side (at character 9)"),
        (r"\frac{g}{x}", "a matrix can't stand below a line (at character 1)"),
        (r"I + 1", "a number can't be added to a matrix (at character 5)"),
        (r"W^{-1}", "this power of a matrix can't be read (at character 3)"),
        (r"2I", "the size of I is not known here; write I_n (at character 1)"),
        (r"\exp(W)", "a matrix can't stand inside a formula; write one entry with its indices (at character 1)"),
        (r"\|W\|", "which norm of a matrix is this? write \\|…\\|_2 or \\|…\\|_F (at character 1)"),
    ],
)  # fmt: skip
def test_matrices_refused(matrices, text, message):
    with pytest.raises(AnswerError) as caught:
        read_latex(text, questions(matrices)["p"], matrices.context, Limits())
    assert str(caught.value) == message


def test_notations_are_declared(capsys):
    p = declare("N")
    with pytest.raises(DeclarationError, match=r"'valid' is no operation between arrays; there are: valid correlation"):
        p.notation("*", "valid")
    from sympy import Symbol

    with pytest.raises(DeclarationError, match=r"the notation 'q' stands for y, which is not declared"):
        p.notation("q", Symbol("y"))
