"""Every wrong variant of a right answer is refuted; variants that are right after all are listed with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from contexts import declared
from mutation import mutants

from symderiv.equality.instances import compare
from symderiv.language.context import Context
from symderiv.language.terms import Symbol
from symderiv.language.text import from_text

SOFTMAX = declared(
    sizes="K",
    indices={"i": ("1", "K"), "j": ("1", "K"), "m": ("1", "K")},
    arrays={"a": "K", "y": "K"},
    laws={"y": "one_hot"},
    definitions={"S[i]": "exp(a[i])/Sum(exp(a[k]), (k, 1, K))", "L": "-Sum(y[k]*log(S[k]), (k, 1, K))"},
)
# Kernel length k, input length n: valid cross-correlation and its adjoint.
CONVOLUTION = declared(
    sizes="k n",
    indices={"i": ("1", "n - k + 1"), "m": ("1", "n"), "l": ("1", "k")},
    arrays={"x": "n", "w": "k", "g": "1:n-k+1"},
    definitions={
        "y[i]": "Sum(x[i + j - 1]*w[j], (j, 1, k))",
        "L": "Sum(g[i]*y[i], (i, 1, n - k + 1))",
    },
    assume=("k <= n",),
)
PADDED = declared(
    sizes="k n",
    indices={"m": ("1", "n"), "i": ("1", "n - k + 1")},
    arrays={"x": "n", "w": "k", "g": "1:n-k+1"},
    padded="w g x",
    definitions={"L": "Sum(g[i]*Sum(x[i + j - 1]*w[j], (j, 1, k)), (i, 1, n - k + 1))"},
    assume=("k <= n",),
)
NETWORK = declared(
    sizes="D M K",
    indices={"d": ("1", "D"), "h": ("1", "M"), "c": ("1", "K")},
    arrays={"x": "D", "v": "M D", "w": "K M", "t": "K"},
    definitions={
        "z[h]": "tanh(Sum(v[h, q]*x[q], (q, 1, D)))",
        "o[c]": "Sum(w[c, q]*z[q], (q, 1, M))",
        "E": "Sum((o[q] - t[q])**2, (q, 1, K))/2",
    },
)
SAMPLE = declared(sizes="n", indices={"i": ("1", "n")}, arrays={"x": "n"}, definitions={"mu": "Sum(x[k], (k, 1, n))/n"})
REALS = declared(reals="x a b", positive="T s", sizes="n")
MATRIX = declared(
    sizes="n p", indices={"i": ("1", "n"), "j": ("1", "n")}, arrays={"A": "n n", "x": "n", "B": "n p", "C": "p n"}
)


@dataclass(frozen=True)
class Identity:
    """left = right, and the mutants of ``right`` that are still right: a piece of their text, and why."""

    name: str
    context: Context
    left: str
    right: str
    equivalent: dict[str, str] = field(default_factory=dict)


SYMMETRIC = {"KroneckerDelta(j, i)": "a delta is symmetric"}
BEYOND = "the sum only runs on into the padding"

IDENTITIES = [
    Identity("softmax Jacobian", SOFTMAX, "Derivative(S[i], a[j])", "S[i]*(KroneckerDelta(i, j) - S[j])", SYMMETRIC),
    Identity("cross-entropy gradient", SOFTMAX, "Derivative(L, a[j])", "S[j] - y[j]"),
    Identity(
        "cross-entropy Hessian",
        SOFTMAX,
        "Derivative(Derivative(L, a[i]), a[j])",
        "KroneckerDelta(i, j)*S[i] - S[i]*S[j]",
        {**SYMMETRIC, "KroneckerDelta(i, j)*S[j] -": "the delta makes the indices equal"},
    ),
    Identity("log-softmax", SOFTMAX, "log(S[i])", "a[i] - log(Sum(exp(a[k]), (k, 1, K)))"),
    Identity(
        "log-softmax Jacobian",
        SOFTMAX,
        "Derivative(log(S[i]), a[j])",
        "KroneckerDelta(i, j) - exp(a[j])/Sum(exp(a[k]), (k, 1, K))",
        SYMMETRIC,
    ),
    Identity(
        "weight gradient of a correlation",
        CONVOLUTION,
        "Derivative(L, w[l])",
        "Sum(g[i]*x[i + l - 1], (i, 1, n - k + 1))",
    ),
    Identity(
        "input gradient of a correlation",
        PADDED,
        "Derivative(L, x[m])",
        "Sum(g[i]*w[m - i + 1], (i, 1, n - k + 1))",
        {
            "(i, 1 - 1, n - k + 1)": BEYOND,
            "(i, 1, n - k + 1 + 1)": BEYOND,
            "(i, 1, n - k + 2)": BEYOND,
            "(i, 1, n + 1)": BEYOND,
            "(i, 1, n + k + 1)": BEYOND,
            "(i, 1, n - (-1)*k + 1)": BEYOND,
            "(i, 1, n - 1 + 1)": BEYOND,
        },
    ),
    Identity(
        "adjoint of a correlation",
        CONVOLUTION,
        "Sum(g[i]*y[i], (i, 1, n - k + 1))",
        "Sum(Sum(g[i]*x[i + j - 1]*w[j], (i, 1, n - k + 1)), (j, 1, k))",
    ),
    Identity(
        "hidden weights of a tanh network",
        NETWORK,
        "Derivative(E, v[h, d])",
        "Sum((o[c] - t[c])*w[c, h], (c, 1, K))*(1 - z[h]**2)*x[d]",
    ),
    Identity("output weights of a tanh network", NETWORK, "Derivative(E, w[c, h])", "(o[c] - t[c])*z[h]"),
    Identity("variance", SAMPLE, "Sum((x[k] - mu)**2, (k, 1, n))/n", "Sum(x[k]**2, (k, 1, n))/n - mu**2"),
    Identity(
        "gradient of the variance",
        SAMPLE,
        "Derivative(Sum((x[k] - mu)**2, (k, 1, n))/n, x[i])",
        "2*(x[i] - mu)/n",
    ),
    Identity(
        "quadratic form",
        MATRIX,
        "Derivative(Sum(Sum(x[k]*A[k, l]*x[l], (k, 1, n)), (l, 1, n)), x[i])",
        "Sum((A[i, k] + A[k, i])*x[k], (k, 1, n))",
    ),
    Identity(
        "trace of a product",
        MATRIX,
        "Sum(Sum(B[k, l]*C[l, k], (l, 1, p)), (k, 1, n))",
        "Sum(Sum(C[l, k]*B[k, l], (k, 1, n)), (l, 1, p))",
    ),
    Identity("tanh by sigmoid", REALS, "tanh(x)", "2*sigmoid(2*x) - 1"),
    Identity("softplus", REALS, "Derivative(log(1 + exp(x/T)), x)", "sigmoid(x/T)/T"),
    Identity(
        "geometric sum",
        REALS,
        "Sum(a**k, (k, 0, n - 1))",
        "Piecewise(((1 - a**n)/(1 - a), Ne(a, 1)), (n, True))",
        {"(1 - a**n)/(1 - 1)": "only defined at a = 1, and right there"},
    ),
    Identity("Gaussian score", REALS, "Derivative(-(x - b)**2/(2*s**2) - log(s), s)", "(x - b)**2/s**3 - 1/s"),
    Identity(
        "absolute value",
        REALS,
        "Abs(x - a)",
        "Piecewise((x - a, x > a), (a - x, True))",
        {"x >= a": "both pieces are 0 at the boundary"},
    ),
]
EACH = pytest.mark.parametrize("identity", IDENTITIES, ids=[i.name for i in IDENTITIES])


@EACH
def test_the_identity_itself_agrees_at_every_point(identity):
    context = identity.context
    verdict = compare(from_text(identity.left, context), from_text(identity.right, context), context)
    assert verdict.word == "undecided" and verdict.instances >= 30, verdict


@EACH
def test_every_mutant_that_is_not_equivalent_is_refuted(identity):
    context = identity.context
    left = from_text(identity.left, context)
    survivors = set()
    for description, mutant in mutants(from_text(identity.right, context)):
        if compare(left, mutant, context).word != "refuted":
            survivors.add(description)
    listed = {d for d in survivors if any(text in d for text in identity.equivalent)}
    assert survivors == listed
    assert len(listed) >= len(identity.equivalent), "an equivalent mutant is listed that does not occur or was refuted"


def test_mutants_are_different_and_many():
    term = from_text("S[i]*(KroneckerDelta(i, j) - S[j])", SOFTMAX)
    found = [m for _, m in mutants(term)]
    assert len(found) == len(set(found)) >= 12 and term not in found
    assert Symbol("x") in {m for _, m in mutants(from_text("x**2", REALS))}
