"""Declarations about random quantities that stand in no problem file: derived, every line proved; wrong claims refuted."""

from __future__ import annotations

import re

import pytest

from symderiv.errors import DeclarationError
from symderiv.language.text import to_text
from symderiv.loading import load
from symderiv.solver import solve_problem
from symderiv.verification import verify_solution

HEADER = """
from sympy import *
from symderiv import declare, E, Var, Cov, Std, P, relu, softmax
p = declare("a question")
n = p.size("n", "size", lower=2)
i, j = p.index("i j", 1, n)
mu, nu, t = p.symbol("mu nu t", "numbers")
s, r = p.symbol("s r", "deviations", positive=True)
q = p.symbol("q", "probability", unit=True)
"""
RIGHT = {
    "minibatch gradient": """
g = p.random("g", n, "gradients", mean=mu, variance=s**2, independent=True)
part.derive("mean", E(Sum(g[i], (i, 1, n))/n), expected=mu)
part.derive("var", Var(Sum(g[i], (i, 1, n))/n), expected=s**2/n)
part.derive("std", Std(Sum(g[i], (i, 1, n))/n), expected=s/sqrt(n))
""",
    "attention score": """
a = p.random("a", n, "query", mean=0, variance=1, independent=True)
b = p.random("b", n, "key", mean=0, variance=1)
p.independent(a, b)
part.derive("var", Var(Sum(a[i]*b[i], (i, 1, n))), expected=n)
part.derive("scaled", Var(Sum(a[i]*b[i], (i, 1, n))/sqrt(n)), expected=1)
""",
    "He initialisation": """
d = p.size("d", "outputs")
h = p.index("h", 1, d)
w = p.random("w", (d, n), "weights", mean=0, variance=2/n, independent=True)
z = p.random("z", n, "pre-activations", mean=0, variance=s**2, law="symmetric")
p.independent(w, z)
part.derive("var", Var(Sum(w[h, i]*relu(z[i]), (i, 1, n))), expected=s**2)
""",
    "dropout": """
m = p.random("m", n, "mask", mean=q, law="bernoulli", independent=True)
x = p.random("x", n, "activations", mean=mu, variance=s**2)
p.independent(m, x)
part.derive("mean", E(m[i]*x[i]/q), expected=mu)
part.derive("var", Var(m[i]*x[i]/q), expected=s**2/q + mu**2*(1 - q)/q)
""",
    "mean of correlated values": """
c = p.symbol("c", "correlation", lower=0, upper=1)
x = p.random("x", n, "members", mean=mu, variance=s**2, covariance=c*s**2)
part.derive("var", Var(Sum(x[i], (i, 1, n))/n), expected=s**2*(c + (1 - c)/n))
part.growth("limit", Var(Sum(x[i], (i, 1, n))/n), 1, variable=n, expected=c*s**2)
""",
    "score function": """
a = p.array("a", n, "scores")
S = p.define("S", (i,), softmax(a, i))
part.derive("score", Sum(S[i]*Derivative(log(S[i]), a[j]), (i, 1, n)), expected=0)
""",
    "divergence of normal laws": """
X = p.random("X", None, "sample", mean=mu, variance=s**2, law="gaussian")
KL = p.define("KL", E(log(exp(-(X - mu)**2/(2*s**2))/sqrt(2*pi*s**2)) - log(exp(-(X - nu)**2/(2*r**2))/sqrt(2*pi*r**2))))
part.derive("KL", KL, expected=log(r/s) + (s**2 + (mu - nu)**2)/(2*r**2) - Rational(1, 2))
part.derive("dmu", Derivative(KL, mu), expected=(mu - nu)/r**2)
part.derive("ds", Derivative(KL, s), expected=s/r**2 - 1/s)
""",
    "bias and variance": """
eps = p.random("eps", None, "noise", mean=0, variance=s**2)
f = p.random("f", None, "estimate")
p.independent(eps, f)
part.show("decomposition", E((t + eps - f)**2), s**2 + (t - E(f))**2 + Var(f))
""",
    "unbiased variance": """
X = p.random("X", n, "sample", mean=mu, variance=s**2, independent=True)
m = p.define("m", Sum(X[i], (i, 1, n))/n, "sample mean")
part.derive("unbiased", E(Sum((X[i] - m)**2, (i, 1, n))/(n - 1)), expected=s**2)
""",
    "reparametrised gradient": """
e = p.random("e", None, "noise", mean=0, variance=1, law="gaussian")
part.derive("grad", E(Derivative((mu + s*e)**2, mu)), expected=2*mu)
part.derive("other", Derivative(E((mu + s*e)**2), s), expected=2*s)
""",
    "random projection": """
R = p.random("R", (n, n), "signs", law="rademacher", independent=True)
v = p.array("v", n, "vector")
part.derive("norm", E(Sum((Sum(R[i, j]*v[j], (j, 1, n))/sqrt(n))**2, (i, 1, n))), expected=Sum(v[j]**2, (j, 1, n)))
""",
    "uniform initialisation": """
a = p.symbol("a", "half width", positive=True)
U = p.random("U", n, "weights", mean=0, variance=a**2/3, law="uniform", independent=True)
x = p.random("x", n, "inputs", mean=0, variance=s**2)
p.independent(U, x)
part.find("a", s**2, Var(Sum(U[i]*x[i], (i, 1, n))), unknown=a, expected=sqrt(3/n))
""",
}  # fmt: skip
CONVOLUTION = """
x = p.random("x", n, "input", mean=0, variance=s**2, independent=True)
g = p.random("g", n, "gradient", mean=0, variance=r**2, independent=True)
p.independent(x, g)
w = p.define("w", Sum(g[i]*x[i], (i, 1, n)))
"""
WRONG = {
    "variance without a square": CONVOLUTION + 'part.derive("v", Var(w), expected=n*s*r)',
    "deviation that grows like n": CONVOLUTION + 'part.growth("g", Std(w)**2, n**2, expected=s**2*r**2)',
    "mean square for variance": 'X = p.random("X", None, "x", mean=mu, variance=s**2)\npart.derive("v", E(X**2), expected=s**2)',
    "product without independence": 'X, Y = p.random("X Y", None, "x", mean=mu)\npart.show("p", E(X*Y), E(X)*E(Y))',
    "sum without covariance": 'X, Y = p.random("X Y", None, "x", mean=mu)\npart.show("v", Var(X + Y), Var(X) + Var(Y))',
    "correlated as if independent": """
x = p.random("x", n, "x", mean=0, variance=s**2, covariance=q*s**2)
part.derive("v", Var(Sum(x[i], (i, 1, n))/n), expected=s**2/n)
""",
}  # fmt: skip


def solved(tmp_path, source):
    path = tmp_path / "question.py"
    path.write_text(HEADER + 'part = p.part("1", "the question")\n' + source, encoding="utf-8")
    solution = verify_solution(solve_problem(load(path)))
    return [d for part in solution.parts for d in part.derivations]


@pytest.mark.parametrize("name", RIGHT)
def test_every_line_is_proved(tmp_path, name):
    for d in solved(tmp_path, RIGHT[name]):
        assert not d.stop_reason, (d.question.name, d.stop_reason)
        unproved = [(s.rule, to_text(s.after), s.evidence) for s in d.steps if s.evidence.word != "proved"]
        assert not unproved
        assert (d.end_to_end.word, d.expected.word) == ("proved", "proved"), d.question.name


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_claim_is_refuted(tmp_path, name):
    (d,) = solved(tmp_path, WRONG[name])
    assert d.expected.word == "refuted"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            'x = p.random("x", n, "x", mean=0, variance=1)\npart.derive("v", Var(Sum(x[i], (i, 1, n))), expected=n)',
            "Covariance",
        ),
        ('X, Y = p.random("X Y", None, "x", mean=mu)\npart.derive("v", E(X*Y), expected=mu**2)', "about X and Y"),
    ],
)
def test_what_does_not_follow_is_said_or_refuted(tmp_path, source, reason):
    (d,) = solved(tmp_path, source)
    assert d.expected.word != "proved"
    assert d.stop_reason == "" or reason in d.stop_reason or "does not follow" in d.stop_reason


def test_what_is_not_needed_is_found_by_proving_it_without(tmp_path):
    source = """
w = p.random("w", n, "weights", mean=0, variance=1, law="gaussian", independent=True)
x = p.random("x", n, "inputs", mean=0, variance=s**2, uncorrelated=True)
p.independent(w, x)
part.derive("var", Var(Sum(w[i]*x[i], (i, 1, n))), expected=n*s**2)
"""
    (d,) = solved(tmp_path, source)
    assert [to_text(p) for p in d.end_to_end.unneeded] == ["gaussian(w)", "uncorrelated(x)"]


FILTER = """
K = p.size("K", "length")
h, l = p.index("h l", 1, K)
x = p.random("x", n + K - 1, "input", mean=0, variance=s**2, independent=True)
g = p.random("g", n, "weights", mean=0, variance=r**2, independent=True)
p.independent(x, g)
y = p.define("y", (h,), Sum(g[i]*x[i + h - 1], (i, 1, n)))
p.assume(Ne(h, l))
part.derive("mean", E(y[h]), expected=0)
part.derive("var", Var(y[h]), expected=n*r**2*s**2)
"""
SQUARES = """
part.derive("squares", Cov(y[h]**2, y[l]**2), assuming=p.has_law("gaussian", x, g),
            expected=2*r**4*s**4*(n + Max(0, n - Abs(h - l))))
"""


def test_squares_of_sums_use_what_was_derived_before(tmp_path):
    *_, d = solved(tmp_path, FILTER + SQUARES)
    assert {s.evidence.word for s in d.steps} == {"proved"}
    assert (d.end_to_end.word, d.expected.word) == ("proved", "proved")
    assert [s.rule for s in d.steps][:3] == [
        "covariance by expectations", "second moment by the variance", "result of an earlier question",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    ["2*r**4*s**4*(n + Max(0, n - Abs(h - l) - 1))", "2*r**4*s**4*n", "r**4*s**4*(n + Max(0, n - Abs(h - l)))", "0"],
)
def test_wrong_covariances_of_squares_are_refuted(tmp_path, wrong):
    *_, d = solved(tmp_path, FILTER + SQUARES.replace("2*r**4*s**4*(n + Max(0, n - Abs(h - l)))", wrong))
    assert d.expected.word == "refuted"


def test_without_the_law_nothing_is_derived(tmp_path):
    *_, d = solved(tmp_path, FILTER + SQUARES.replace('assuming=p.has_law("gaussian", x, g),', ""))
    assert d.stop_reason
    assert d.expected.word in ("undecided", "refuted")


def test_what_holds_under_a_law_is_not_used_without_it(tmp_path):
    source = """
X = p.random("X", None, "x", mean=0, variance=s**2)
part.derive("fourth", E(X**4), assuming=p.has_law("gaussian", X), expected=3*s**4)
part.derive("again", E(X**4) + 1, expected=3*s**4 + 1)
"""
    first, again = solved(tmp_path, source)
    assert first.expected.word == "proved"
    assert again.stop_reason
    assert again.expected.word != "proved"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ('p.has_law("poisson", X)', "the law 'poisson' cannot be assumed; write one of symmetric, gaussian, uniform"),
        ('p.has_law("gaussan", X)', "the law 'gaussan' cannot be assumed; did you mean 'gaussian'?"),
        ('p.has_law("gaussian", n)', 'n is not random; declare it with p.random("n", ...)'),
        ('p.has_law("gaussian", B)', "B is declared with the law bernoulli; it cannot be gaussian too"),
        ('p.has_law("gaussian")', 'p.has_law("gaussian") names no random quantity; write p.has_law("gaussian", x)'),
    ],
)
def test_laws_that_cannot_be_assumed(tmp_path, call, message):
    source = 'X = p.random("X", None, "x", mean=0)\nB = p.random("B", None, "b", mean=q, law="bernoulli")\n' + call
    with pytest.raises(DeclarationError, match=re.escape(message)):
        solved(tmp_path, source)
