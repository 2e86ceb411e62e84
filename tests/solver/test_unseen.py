"""Questions as a stranger would declare them, in no file of the repository: derived, proved line by line, as expected.

Each row is one line of a problem file below the declarations of its family. Wrong expected forms are refuted.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from symderiv.equality import decide
from symderiv.loading import load
from symderiv.records import Derivation, Problem, Step
from symderiv.solver import solve_part
from symderiv.verification import verify_part

FAMILIES = {
    "softmax": """
K = p.size("K", "number of classes")
i, j, k, t = p.index("i j k t", 1, K)
z, y = p.array("z", K, "logits"), p.array("y", K, "label", law="one_hot")
r = p.array("r", K, "soft label", law="simplex")
T, eps = p.symbol("T", "temperature", positive=True), p.symbol("epsilon", "smoothing", unit=True)
P = p.define("P", (i,), softmax(z, i), "probabilities")
Q = p.define("Q", (i,), exp(z[i]/T)/Sum(exp(z[k]/T), (k, 1, K)), "probabilities at temperature T")
""",
    "scalar": """
z, a, b, u = p.symbol("z a b u", "numbers")
y = p.symbol("y", "label", binary=True)
q, r = p.symbol("q r", "probabilities", unit=True)
alpha, beta, delta, gamma = p.symbol("alpha beta delta gamma", "parameters", positive=True)
w0, w1 = p.symbol("w0", "bias"), p.symbol("w1", "weight", nonzero=True)
""",
    "regression": """
N, D = p.size("N", "examples"), p.size("D", "features")
n, d, e = p.index("n", 1, N), *p.index("d e", 1, D)
X, w, t = p.array("X", (N, D), "inputs"), p.array("w", D, "weights"), p.array("t", N, "targets", entries="binary")
lam, b = p.symbol("lambda_", "regularisation", nonnegative=True), p.symbol("b", "bias")
g = p.define("g", (n,), sigmoid(Sum(X[n, d]*w[d], (d, 1, D)) + b), "outputs")
eta = p.define("eta", (n,), Sum(X[n, d]*w[d], (d, 1, D)), "linear predictor")
E = p.define("E", -Sum(t[n]*log(g[n]) + (1 - t[n])*log(1 - g[n]), (n, 1, N)), "cross-entropy")
""",
    "network": """
D, H, K = p.size("D", "inputs"), p.size("H", "hidden units"), p.size("K", "outputs")
d, e, h, m, k, l = *p.index("d e", 1, D), *p.index("h m", 1, H), *p.index("k l", 1, K)
x, V, U = p.array("x", D, "input"), p.array("V", (H, D), "first layer"), p.array("U", (K, H), "second layer")
t = p.array("t", K, "target", law="simplex")
f = p.define("f", (h,), tanh(Sum(V[h, d]*x[d], (d, 1, D))), "hidden units")
o = p.define("o", (k,), Sum(U[k, h]*f[h], (h, 1, H)), "logits")
s = p.define("s", (k,), softmax(o, k), "probabilities")
L = p.define("L", -Sum(t[k]*log(s[k]), (k, 1, K)), "cross-entropy")
""",
    "vectors": """
n, m = p.size("n", "dimension"), p.size("m", "queries")
i, j, k, l = p.index("i j k l", 1, n)
s, t = p.index("s t", 1, m)
x, y, v = p.array("x y v", n, "vectors")
A, C, g = p.array("A", (n, n), "matrix"), p.array("C", (m, n), "scores"), p.array("g", m, "upstream gradient")
ell, sigma = p.symbol("ell sigma", "scales", positive=True)
z, mu = p.symbol("z mu", "numbers")
kern = p.define("kern", exp(-Sum((x[i] - y[i])**2, (i, 1, n))/(2*ell**2)), "RBF kernel")
att = p.define("att", (s, j), exp(C[s, j])/Sum(exp(C[s, k]), (k, 1, n)), "attention weights")
out = p.define("out", (s,), Sum(att[s, j]*v[j], (j, 1, n)), "attention output")
""",
}  # fmt: skip

LSE, NORM2 = "logsumexp(z)", "Sum(x[k]**2, (k, 1, n))"
BCE = "-y*log(sigmoid(z)) - (1 - y)*log(1 - sigmoid(z))"
HUBER = "Piecewise((z**2/2, Abs(z) <= delta), (delta*(Abs(z) - delta/2), True))"
SMOOTHED = "-Sum(((1 - eps)*y[k] + eps/K)*log(P[k]), (k, 1, K))"

DERIVED = [
    # family, subject, variables, expected, wrong
    ("softmax", LSE, "z[i]", "P[i]", "P[i] - 1/K"),
    ("softmax", LSE, "z[i], z[j]", "P[i]*(KroneckerDelta(i, j) - P[j])", "P[i]*(1 - P[j])"),
    ("softmax", "log(softmax(z, i))", "z[j]", "KroneckerDelta(i, j) - softmax(z, j)", "1 - softmax(z, j)"),
    ("softmax", "Q[i]", "T", "Q[i]/T**2*(Sum(Q[k]*z[k], (k, 1, K)) - z[i])", "Q[i]/T*(Sum(Q[k]*z[k], (k, 1, K)) - z[i])"),
    ("softmax", "-T**2*Sum(r[k]*log(Q[k]), (k, 1, K))", "z[j]", "T*(Q[j] - r[j])", "Q[j] - r[j]"),
    ("softmax", "-Sum(P[k]*log(P[k]), (k, 1, K))", "z[j]", "-P[j]*(log(P[j]) - Sum(P[k]*log(P[k]), (k, 1, K)))", "-P[j]*(log(P[j]) + 1)"),
    ("softmax", SMOOTHED, "z[j]", "P[j] - (1 - eps)*y[j] - eps/K", "P[j] - (1 - eps)*y[j] - eps"),
    ("scalar", "z*tanh(softplus(z))", "z", "tanh(softplus(z)) + z*sigmoid(z)*(1 - tanh(softplus(z))**2)", ""),
    ("scalar", "z*(1 + erf(z/sqrt(2)))/2", "z", "(1 + erf(z/sqrt(2)))/2 + z*exp(-z**2/2)/sqrt(2*pi)", ""),
    ("scalar", "Piecewise((z, z > 0), (alpha*(exp(z) - 1), True))", "z", "Piecewise((1, z > 0), (alpha*exp(z), True))", "Piecewise((1, z > 0), (exp(z), True))"),
    ("scalar", "Max(z, z/100)", "z", "Piecewise((1, z > 0), (Rational(1, 100), z < 0))", ""),
    ("scalar", HUBER, "z", "Piecewise((z, Abs(z) <= delta), (delta*sign(z), True))", "Piecewise((z, Abs(z) <= delta), (delta, True))"),
    ("scalar", "-(1 - sigmoid(z))**gamma*log(sigmoid(z))", "z", "(1 - sigmoid(z))**gamma*(gamma*sigmoid(z)*log(sigmoid(z)) + sigmoid(z) - 1)", ""),
    ("scalar", "q*log(q/r) + (1 - q)*log((1 - q)/(1 - r))", "r", "(r - q)/(r*(1 - r))", "(q - r)/(r*(1 - r))"),
    ("scalar", "sigmoid(z)", "z, z", "sigmoid(z)*(1 - sigmoid(z))*(1 - 2*sigmoid(z))", "sigmoid(z)*(1 - sigmoid(z))"),
    ("regression", "E + lam/2*Sum(w[d]**2, (d, 1, D))", "w[e]", "Sum((g[n] - t[n])*X[n, e], (n, 1, N)) + lam*w[e]", "Sum((g[n] - t[n])*X[n, e], (n, 2, N)) + lam*w[e]"),
    ("regression", "E", "w[d], w[e]", "Sum(g[n]*(1 - g[n])*X[n, d]*X[n, e], (n, 1, N))", ""),
    ("regression", "Sum(exp(eta[n]) - t[n]*eta[n], (n, 1, N))/N", "w[e]", "Sum((exp(eta[n]) - t[n])*X[n, e], (n, 1, N))/N", "Sum((exp(eta[n]) - t[n])*X[n, e], (n, 1, N))"),
    ("network", "L", "V[m, e]", "(1 - f[m]**2)*x[e]*Sum((s[k] - t[k])*U[k, m], (k, 1, K))", "(1 - f[m])*x[e]*Sum((s[k] - t[k])*U[k, m], (k, 1, K))"),
    ("vectors", "Sum(x[i]*A[i, j]*x[j], (i, 1, n), (j, 1, n))", "x[k]", "Sum((A[k, j] + A[j, k])*x[j], (j, 1, n))", "2*Sum(A[k, j]*x[j], (j, 1, n))"),
    ("vectors", f"x[i]/sqrt({NORM2})", "x[j]", f"(KroneckerDelta(i, j) - x[i]*x[j]/{NORM2})/sqrt({NORM2})", f"(KroneckerDelta(i, j) - x[i]*x[j])/sqrt({NORM2})"),
    ("vectors", "kern", "x[k]", "kern*(y[k] - x[k])/ell**2", "kern*(x[k] - y[k])/ell**2"),
    ("vectors", "Sum(g[s]*out[s], (s, 1, m))", "C[t, l]", "g[t]*att[t, l]*(v[l] - out[t])", "g[t]*att[t, l]*(1 - out[t])"),
    ("vectors", "-(z - mu)**2/(2*sigma**2) - log(sigma)", "sigma", "(z - mu)**2/sigma**3 - 1/sigma", "(z - mu)**2/sigma**2 - 1/sigma"),
]  # fmt: skip

OTHER = [
    ("softmax", 'show("q", Sum(P[i]*(KroneckerDelta(i, j) - P[j]), (j, 1, K)), 0)'),
    ("softmax", 'derive("q", Sum(Derivative(P[i], z[j]), (j, 1, K)), expected=0)'),
    ("scalar", f'show("q", {BCE}, log(1 + exp(z)) - y*z)'),
    ("scalar", f'show("q", {BCE}, Max(z, 0) - z*y + log(1 + exp(-Abs(z))))'),
    ("scalar", 'show("q", tanh(a + b), (tanh(a) + tanh(b))/(1 + tanh(a)*tanh(b)))'),
    ("scalar", 'show("q", sigmoid(2*a), sigmoid(a)**2/(sigmoid(a)**2 + (1 - sigmoid(a))**2))'),
    ("scalar", 'show("q", Max(a, b), (a + b + Abs(a - b))/2)'),
    ("scalar", 'find("q", Rational(1, 2), sigmoid(w1*u + w0), unknown=u, expected=-w0/w1)'),
    ("scalar", 'find("q", beta, softplus(u), unknown=u, expected=log(exp(beta) - 1))'),
    ("scalar", 'find("q", q*exp(a)/(q*exp(a) + (1 - q)*exp(b)), sigmoid(u), unknown=u, expected=a - b + log(q/(1 - q)))'),
    ("vectors", 'show("q", Sum((x[i] - Sum(x[j], (j, 1, n))/n)**2, (i, 1, n))/n, Sum(x[i]**2, (i, 1, n))/n - (Sum(x[i], (i, 1, n))/n)**2)'),
]  # fmt: skip


def _load(family: str, line: str, folder: Path, wrong: str = "0") -> Problem:
    path = folder / "unseen.py"
    header = "from sympy import *\nfrom symderiv import declare, logsumexp, sigmoid, softmax, softplus\n"
    parts = f'p.part("1", "A question").{line}\np.part("2", "A wrong answer").show("w", 1, {wrong})\n'
    path.write_text(f'{header}p = declare("Unseen")\n{FAMILIES[family]}{parts}')
    return load(path)


def _answer(problem: Problem) -> Derivation:
    (derivation,) = verify_part(solve_part(problem.parts[0], problem.context), problem.context).derivations
    return derivation


def _unproved(steps: tuple[Step, ...]) -> list[Step]:
    return [u for s in steps for u in ([s] if not s.evidence else []) + _unproved(s.substeps)]


def _assert_proved(derivation: Derivation) -> None:
    assert not derivation.stop_reason
    assert not _unproved(derivation.steps)
    assert derivation.end_to_end


@pytest.mark.parametrize(("family", "subject", "variables", "expected", "wrong"), DERIVED, ids=[r[1] for r in DERIVED])
def test_derivative(family: str, subject: str, variables: str, expected: str, wrong: str, tmp_path: Path) -> None:
    line = f'derive("q", Derivative({subject}, {variables}), expected={expected})'
    problem = _load(family, line, tmp_path, wrong or "0")
    derivation = _answer(problem)
    _assert_proved(derivation)
    assert derivation.expected, derivation.result
    false = problem.parts[1].questions[0].goal
    assert false is not None
    assert decide(derivation.result, false, problem.context).word == "refuted"


@pytest.mark.parametrize(("family", "line"), OTHER, ids=[r[1] for r in OTHER])
def test_identity_or_unknown(family: str, line: str, tmp_path: Path) -> None:
    derivation = _answer(_load(family, line, tmp_path))
    _assert_proved(derivation)
    assert derivation.expected, derivation.result
