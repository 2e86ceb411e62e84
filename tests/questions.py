"""Questions for the solver beyond the problem files, and the derivations of all of them, solved once a session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from contexts import declared

from symderiv.language.context import Context, Range
from symderiv.language.randomness import Family
from symderiv.language.terms import ONE, ZERO, Symbol, Term
from symderiv.language.text import from_text
from symderiv.loading import load
from symderiv.records import Derivation, Question, Step
from symderiv.solver import solve_problem, solve_question

PROBLEMS = Path(__file__).parent.parent / "problems"
SPINE = ("losses", "softmax", "tanh_sigmoid")

SOFTMAX = declared(
    positive="T",
    sizes="K>=2",
    indices={"i": ("1", "K"), "j": ("1", "K"), "m": ("1", "K")},
    arrays={"a": "K", "y": "K", "q": "K", "h": "K"},
    laws={"y": "one_hot", "q": "simplex"},
    variables={"eps": Range(ZERO, ONE, lower_open=True, upper_open=True)},
    definitions={
        "Z": "Sum(exp(a[k]), (k, 1, K))",
        "S[i]": "exp(a[i])/Sum(exp(a[k]), (k, 1, K))",
        "P[i]": "exp(a[i]/T)/Sum(exp(a[k]/T), (k, 1, K))",
    },
)
SCALARS = declared(
    reals="x y z a b",
    positive="r s",
    sizes="n",
    arrays={"v": "n", "c": "n"},
    indices={"i": ("1", "n"), "j": ("1", "n")},
)
NETWORK = declared(
    sizes="D M K",
    indices={"d": ("1", "D"), "h": ("1", "M"), "c": ("1", "K"), "e": ("1", "K")},
    arrays={"x": "D", "v": "M D", "w": "K M", "t": "K"},
    definitions={
        "f[h]": "tanh(Sum(v[h, q]*x[q], (q, 1, D)))",
        "o[c]": "Sum(w[c, q]*f[q], (q, 1, M))",
        "E": "Sum((o[q] - t[q])**2, (q, 1, K))/2",
    },
)
PADDED = declared(
    sizes="n k",
    indices={"i": ("1", "n"), "j": ("1", "n + k - 1"), "l": ("1", "k")},
    arrays={"x": "n", "w": "k", "g": "1:n+k-1"},
    padded="x w",
    definitions={"y[j]": "Sum(x[j - m + 1]*w[m], (m, 1, k))"},
)


VALID = declared(
    sizes="n k",
    indices={"i": ("1", "n - k + 1"), "j": ("1", "n"), "l": ("1", "k")},
    arrays={"x": "n", "w": "k", "g": "1:n-k+1"},
    definitions={"y[i]": "Sum(x[i + m - 1]*w[m], (m, 1, k))"},
    assume=("k <= n",),
)
SCALE = declared(
    reals="mu", positive="s", sizes="n", indices={"i": ("1", "n")}, arrays={"x": "n"},
    definitions={"z[i]": "(x[i] - mu)/s"},
)  # fmt: skip

BATCH = declared(
    positive="eps", sizes="B", indices={"b": ("1", "B"), "c": ("1", "B")}, arrays={"x": "B", "g": "B"},
    definitions={
        "mu": "Sum(x[k], (k, 1, B))/B",
        "var": "Sum((x[k] - mu)**2, (k, 1, B))/B",
        "z[b]": "(x[b] - mu)/sqrt(var + eps)",
    },
)  # fmt: skip

GIVEN = declared(reals="x", numbers={"W": (2, -1), "b": (1, 0)})
STRIDED = declared(
    sizes="H K S n",
    variables={
        "P": Range(ZERO, integer=True),
        "r": Range(ZERO, Symbol("S") - 1, integer=True),
        "h": Range(integer=True),
    },
    assume=("K <= H + 2*P",),
)
CIRCULAR = declared(
    sizes="N", indices={"i": ("0", "N - 1"), "j": ("0", "N - 1")}, arrays={"x": "0:N-1", "h": "0:N-1", "g": "0:N-1"},
    variables={"s": Range(integer=True)}, definitions={"y[i]": "Sum(x[Mod(i - k, N)]*h[k], (k, 0, N - 1))"},
)  # fmt: skip
STRIDING = declared(
    sizes="S D m k N", indices={"i": ("1", "m"), "t": ("1", "N"), "l": ("1", "k")},
    arrays={"x": "N", "w": "k", "g": "m"}, assume=("S*(m - 1) + k <= N", "m + D*(k - 1) <= N"),
    definitions={"y[i]": "Sum(w[j]*x[S*(i - 1) + j], (j, 1, k))", "z[i]": "Sum(w[j]*x[i + D*(j - 1)], (j, 1, k))"},
)  # fmt: skip
WINDOWS = declared(
    sizes="n", indices={"i": ("1", "n"), "j": ("1", "2*n"), "t": ("-1000000", "1000000")},
    arrays={"x": "n", "g": "n", "w": "2", "X": "2*n", "G": "2*n", "z": "-1000000:1000000"}, padded="x G",
    definitions={
        "pool[i]": "(X[2*i - 1] + X[2*i])/2",
        "near[j]": "x[ceiling(j/2)]",
        "between[j]": "(x[ceiling(j/2)] + x[floor(j/2) + 1])/2",
        "up[j]": "Sum(Sum(Piecewise((g[k]*w[l], Eq(2*k + l - 2, j)), (0, True)), (l, 1, 2)), (k, 1, n))",
        "average[t]": "Sum(z[t - k], (k, 0, n - 1))/n",
        "total[i]": "Sum(x[k], (k, 1, i))",
    },
)  # fmt: skip
FILTER = declared(
    positive="r", sizes="L M", variables={"t": Range(integer=True)}, assume=("Ne(r, 1)", "M <= L"),
)  # fmt: skip

RANDOM = declared(
    reals="mu t f X R eps fh", positive="s c", sizes="n d", indices={"i": ("1", "d"), "j": ("1", "n"), "j2": ("1", "n")},
    arrays={"w": "n d", "x": "d", "z": "d", "u": "d", "m": "d", "G": "d"},
    variables={"rho": Range(ZERO, ONE), "q": Range(ZERO, ONE, lower_open=True)},
    random=(
        Family("w", ("a", "b"), ZERO, ONE, "free", "independent"),
        Family("x", ("a",), ZERO, Symbol("s") ** 2),
        Family("z", ("a",), ZERO, Symbol("s") ** 2, "symmetric"),
        Family("u", ("a",), Symbol("mu"), Symbol("s") ** 2, covariance=Symbol("rho") * Symbol("s") ** 2),
        Family("m", ("a",), Symbol("q"), Symbol("q") * (ONE - Symbol("q")), "bernoulli", "independent"),
        Family("G", ("a",), ZERO, Symbol("s") ** 2, "gaussian", "independent"),
        Family("X", (), Symbol("mu"), Symbol("s") ** 2, "gaussian"),
        Family("R"),
        Family("eps", (), ZERO, Symbol("s") ** 2),
        Family("fh"),
    ),
    independent=("w x", "w z", "m u", "eps fh", "R X"),
    definitions={"y[j]": "c*Sum(w[j, k]*x[k], (k, 1, d))"},
    assume=("Ne(j, j2)",),
)  # fmt: skip


@dataclass(frozen=True)
class Extra:
    """A question as text; ``goal`` for "show" and "find", ``unknown`` for "find"."""

    name: str
    context: Context
    subject: str
    expected: str
    goal: str = ""
    unknown: str = ""

    @property
    def question(self) -> Question:
        def read(text: str) -> Term | None:
            return from_text(text, self.context) if text else None

        kind = "find" if self.unknown else "show" if self.goal else "derive"
        subject, expected = read(self.subject), read(self.expected)
        assert subject is not None and expected is not None
        return Question(self.name, kind, subject, expected, read(self.goal), read(self.unknown))


def _show(name: str, context: Context, left: str, right: str) -> Extra:
    return Extra(name, context, left, right, right)


Z = "Sum(exp(a[k]), (k, 1, K))"
SQUARE = "exp(-(x - a)**2/(2*s**2))/(s*sqrt(2*pi))"
EXTRA = (
    Extra("exponentials joined", SCALARS, "exp(x)*exp(y)", "exp(x + y)"),
    Extra("sigmoids of opposite signs", SCALARS, "sigmoid(-x) + sigmoid(x)", "1"),
    _show("softplus of opposite signs", SCALARS, "softplus(x) - softplus(-x)", "x"),
    # softmax and its relatives, with a symbolic number of classes
    Extra("log-softmax Jacobian", SOFTMAX, "Derivative(log(S[i]), a[j])", "KroneckerDelta(i, j) - S[j]"),
    Extra("logsumexp gradient", SOFTMAX, "Derivative(log(Z), a[i])", "S[i]"),
    Extra("logsumexp Hessian", SOFTMAX, "Derivative(Derivative(log(Z), a[i]), a[j])", "S[i]*(KroneckerDelta(i, j) - S[j])"),
    Extra("softmax in its temperature", SOFTMAX, "Derivative(P[i], T)", "P[i]*(Sum(P[k]*a[k], (k, 1, K)) - a[i])/T**2"),
    Extra("softmax with temperature", SOFTMAX, "Derivative(P[i], a[j])", "P[i]*(KroneckerDelta(i, j) - P[j])/T"),
    Extra("cross-entropy of one-hot labels", SOFTMAX, "Derivative(-Sum(y[k]*log(S[k]), (k, 1, K)), a[j])", "S[j] - y[j]"),
    Extra("cross-entropy of soft labels", SOFTMAX, "Derivative(-Sum(q[k]*log(S[k]), (k, 1, K)), a[j])", "S[j] - q[j]"),
    Extra("cross-entropy Hessian", SOFTMAX, "Derivative(Derivative(-Sum(y[k]*log(S[k]), (k, 1, K)), a[i]), a[j])", "S[i]*(KroneckerDelta(i, j) - S[j])"),
    Extra("label smoothing", SOFTMAX, "Derivative(-Sum(((1 - eps)*y[k] + eps/K)*log(S[k]), (k, 1, K)), a[j])", "S[j] - (1 - eps)*y[j] - eps/K"),
    Extra("entropy of a softmax", SOFTMAX, "Derivative(-Sum(S[k]*log(S[k]), (k, 1, K)), a[j])", "-S[j]*(log(S[j]) - Sum(S[k]*log(S[k]), (k, 1, K)))"),
    Extra("the other classes", SOFTMAX, "Sum(Piecewise((a[k], Ne(k, i)), (0, True)), (k, 1, K)) + a[i]", "Sum(a[k], (k, 1, K))"),
    _show("rows of the Jacobian add up to 0", SOFTMAX, "Sum(S[i]*(KroneckerDelta(i, k) - S[k]), (k, 1, K))", "0"),
    _show("a number added to all", SOFTMAX, "log(Sum(exp(a[k] + T), (k, 1, K)))", "T + log(Sum(exp(a[k]), (k, 1, K)))"),
    # batch normalisation
    Extra("batch norm Jacobian", BATCH, "Derivative(z[b], x[c])", "(KroneckerDelta(b, c) - (1 + z[b]*z[c])/B)/sqrt(var + eps)"),
    Extra("batch norm input gradient", BATCH, "Derivative(Sum(g[k]*z[k], (k, 1, B)), x[c])",
          "(g[c] - Sum(g[k]*(1 + z[c]*z[k]), (k, 1, B))/B)/sqrt(var + eps)"),
    # activations
    Extra("sigmoid", SCALARS, "Derivative(sigmoid(x), x)", "sigmoid(x)*(1 - sigmoid(x))"),
    Extra("softplus", SCALARS, "Derivative(log(1 + exp(x)), x)", "sigmoid(x)"),
    Extra("softplus by name", SCALARS, "Derivative(softplus(a*x), x)", "a*sigmoid(a*x)"),
    Extra("SiLU", SCALARS, "Derivative(silu(x), x)", "sigmoid(x)*(1 + x*(1 - sigmoid(x)))"),
    Extra("tanh", SCALARS, "Derivative(tanh(a*x + b), x)", "a*(1 - tanh(a*x + b)**2)"),
    Extra("GELU", SCALARS, "Derivative(gelu(x), x)", "(1 + erf(x/sqrt(2)))/2 + x*exp(-x**2/2)/sqrt(2*pi)"),
    Extra("ReLU", SCALARS, "Derivative(relu(a*x), x)", "a*Piecewise((1, a*x > 0), (0, True))"),
    Extra("maximum", SCALARS, "Derivative(Max(x**2, y), x)", "2*x*Piecewise((1, x**2 > y), (0, True))"),
    Extra("absolute value", SCALARS, "Derivative(Abs(x - y), x)", "sign(x - y)"),
    Extra("logit", SCALARS, "Derivative(logit(sigmoid(x)), x)", "1"),
    Extra("inverse functions", SCALARS, "Derivative(asinh(x) + atan(x) + asin(x/2) - acos(x/2) + atanh(x/3), x)", "1/sqrt(1 + x**2) + 1/(1 + x**2) + 1/sqrt(1 - x**2/4) + 1/(3*(1 - x**2/9))"),
    Extra("circular functions", SCALARS, "Derivative(sin(x)*cos(x) + tan(x), x)", "cos(x)**2 - sin(x)**2 + 1 + tan(x)**2"),
    Extra("hyperbolic functions", SCALARS, "Derivative(sinh(x)*cosh(y) - cosh(x), x)", "cosh(x)*cosh(y) - sinh(x)"),
    Extra("power with variable exponent", SCALARS, "Derivative(r**x, x)", "log(r)*r**x"),
    Extra("reciprocal", SCALARS, "Derivative(1/(1 + x**2), x)", "-2*x/(1 + x**2)**2"),
    Extra("quotient", SCALARS, "Derivative(x/(1 + x**2), x)", "(1 - x**2)/(1 + x**2)**2"),
    Extra("Gaussian", SCALARS, f"Derivative(log({SQUARE}), s)", "(x - a)**2/s**3 - 1/s"),
    Extra("case by case", SCALARS, "Derivative(Piecewise((x**2, i < j), (3*x, True)), x)", "Piecewise((2*x, i < j), (3, True))"),
    # strides and dilations that are symbols
    Extra("any stride, gradient of the kernel", STRIDING, "Derivative(Sum(g[i]*y[i], (i, 1, m)), w[l])", "Sum(g[i]*x[S*(i - 1) + l], (i, 1, m))"),
    Extra("any stride, gradient of the input", STRIDING, "Derivative(Sum(g[i]*y[i], (i, 1, m)), x[t])",
          "Sum(Piecewise((g[i]*w[t - S*(i - 1)], And(1 <= t - S*(i - 1), t - S*(i - 1) <= k)), (0, True)), (i, 1, m))"),
    Extra("any dilation, gradient of the input", STRIDING, "Derivative(Sum(g[i]*z[i], (i, 1, m)), x[t])",
          "Sum(Piecewise((g[t - D*(j - 1)]*w[j], And(1 <= t - D*(j - 1), t - D*(j - 1) <= m)), (0, True)), (j, 1, k))"),
    # windows that move by more than one place
    Extra("gradient of average pooling", WINDOWS, "Derivative(Sum(g[i]*pool[i], (i, 1, n)), X[j])", "g[ceiling(j/2)]/2"),
    Extra("gradient of upsampling by repetition", WINDOWS, "Derivative(Sum(G[j]*near[j], (j, 1, 2*n)), x[i])", "G[2*i - 1] + G[2*i]"),
    Extra("gradient of upsampling by interpolation", WINDOWS, "Derivative(Sum(G[j]*between[j], (j, 1, 2*n)), x[i])", "G[2*i - 1] + (G[2*i] + G[2*i - 2])/2"),
    Extra("transposed convolution without overlap", WINDOWS, "up[2*i]", "g[i]*w[2]"),
    Extra("stuffed zeros", WINDOWS, "Sum(Piecewise((g[k], Eq(2*k, 2*i - 1)), (0, True)), (k, 1, n))", "0"),
    _show("energy by even and odd terms", WINDOWS, "Sum(X[k]**2, (k, 1, 2*n))", "Sum(X[2*k - 1]**2 + X[2*k]**2, (k, 1, n))"),
    Extra("difference of moving averages", WINDOWS, "average[t] - average[t - 1]", "(z[t] - z[t - n])/n"),
    _show("summation by parts", WINDOWS, "Sum(g[k]*total[k], (k, 1, n))", "Sum(x[k]*Sum(g[l], (l, k, n)), (k, 1, n))"),
    Extra("sum of squared differences", SCALARS, "Sum(Sum((v[k] - v[l])**2, (l, 1, n)), (k, 1, n))", "2*n*Sum(v[k]**2, (k, 1, n)) - 2*Sum(v[k], (k, 1, n))**2"),
    Extra("length of a turned vector", SCALARS, "(x*cos(a) - y*sin(a))**2 + (x*sin(a) + y*cos(a))**2", "x**2 + y**2"),
    # round the corner
    Extra("gradient of a circular convolution", CIRCULAR, "Derivative(Sum(g[k]*y[k], (k, 0, N - 1)), x[j])", "Sum(g[k]*h[Mod(k - j, N)], (k, 0, N - 1))"),
    _show("a circular convolution of a shifted input", CIRCULAR, "Sum(x[Mod(Mod(i - k, N) - s, N)]*h[k], (k, 0, N - 1))", "y[Mod(i - s, N)]"),
    _show("a circular convolution commutes", CIRCULAR, "y[i]", "Sum(h[Mod(i - k, N)]*x[k], (k, 0, N - 1))"),
    _show("the mean of a shifted input", CIRCULAR, "Sum(x[Mod(k + s, N)], (k, 0, N - 1))/N", "Sum(x[k], (k, 0, N - 1))/N"),
    Extra("boxcar through a finite exponential filter", FILTER, "Sum(Piecewise((r**(t - k), And(0 <= t - k, t - k <= M - 1)), (0, True)), (k, 0, L - 1))",
          "Piecewise((0, t < 0), ((1 - r**(t + 1))/(1 - r), t <= M - 1), ((1 - r**M)/(1 - r), t <= L - 1), ((r**(t - L + 1) - r**M)/(1 - r), t <= L + M - 2), (0, True))"),
    # sums and products over an index
    Extra("mean squared error", SCALARS, "Derivative(Sum((v[k] - x*c[k])**2, (k, 1, n))/n, x)", "2*Sum((x*c[k] - v[k])*c[k], (k, 1, n))/n"),
    Extra("product over an index", SCALARS, "Derivative(Product(x + v[k], (k, 1, n)), x)", "Sum(Product(Piecewise((x + v[k], Ne(k, l)), (1, True)), (k, 1, n)), (l, 1, n))"),
    Extra("value of a sum over two indices", SCALARS, "Sum(v[k]*KroneckerDelta(k, i), (k, 1, n)) - v[i]", "0"),
    Extra("delta beyond the range", SCALARS, "Sum(v[k]*KroneckerDelta(k, i + 1), (k, 1, n))", "Piecewise((v[i + 1], i + 1 <= n), (0, True))"),
    _show("sum of squares", SCALARS, "Sum((v[k] + 1)**2, (k, 1, n))", "Sum(v[k]**2, (k, 1, n)) + 2*Sum(v[k], (k, 1, n)) + n"),
    _show("shifted sum", SCALARS, "Sum(v[k - 1], (k, 2, n + 1))", "Sum(v[k], (k, 1, n))"),
    _show("last term", SCALARS, "Sum(v[k], (k, 1, n - 1)) + v[n]", "Sum(v[k], (k, 1, n))"),
    _show("first term", SCALARS, "v[1] + Sum(v[k], (k, 2, n))", "Sum(v[k], (k, 1, n))"),
    _show("three terms", SCALARS, "Sum(x**k, (k, 0, 2))", "1 + x + x**2"),
    _show("swapped sums", SCALARS, "Sum(Sum(sin(v[k]*c[l]), (l, 1, n)), (k, 1, n))", "Sum(Sum(sin(v[k]*c[l]), (k, 1, n)), (l, 1, n))"),
    _show("likelihood of independent examples", SCALARS, "exp(Sum(v[k], (k, 1, n)))", "Product(exp(v[k]), (k, 1, n))"),
    # algebra with names that stay
    _show("sigmoid by tanh", SCALARS, "sigmoid(2*x)", "(1 + tanh(x))/2"),
    _show("tanh by the sigmoid", SCALARS, "tanh(x)", "2*sigmoid(2*x) - 1"),
    _show("symmetry of the sigmoid", SCALARS, "1 - sigmoid(x)", "sigmoid(-x)"),
    _show("definition of tanh", SCALARS, "tanh(x)", "(exp(x) - exp(-x))/(exp(x) + exp(-x))"),
    _show("definition of cosh", SCALARS, "cosh(x) + sinh(x)", "exp(x)"),
    _show("log of the sigmoid", SCALARS, "log(sigmoid(x))", "-softplus(-x)"),
    _show("difference of squares", SCALARS, "(x**2 - y**2)/(x - y)", "x + y"),
    _show("square of a sum", SCALARS, "x**2 + 2*x*y + y**2", "(x + y)**2"),
    _show("root of a square", SCALARS, "sqrt(x**2)", "Abs(x)"),
    _show("root of a product", SCALARS, "sqrt(r*s)", "sqrt(r)*sqrt(s)"),
    _show("logarithms", SCALARS, "log(r*s/r**2)", "log(s) - log(r)"),
    _show("power by exp", SCALARS, "exp(y*log(r))", "r**y"),
    _show("common denominator", SCALARS, "1/r + 1/s", "(r + s)/(r*s)"),
    _show("odd and even", SCALARS, "tanh(-x) + cosh(-x)", "cosh(x) - tanh(x)"),
    Extra("hyperbolic tangent", SCALARS, "sinh(x)/cosh(x)", "tanh(x)"),
    Extra("square of a negative", SCALARS, "(-x)**2 + x", "x*(x + 1)"),
    _show("softplus by its definition", SCALARS, "log(1 + exp(x))", "softplus(x)"),
    _show("stable softplus", SCALARS, "log(1 + exp(x))", "Max(0, x) + log(1 + exp(-Abs(x)))"),
    _show("logarithm of a quotient", SCALARS, "log(1 + x**2) - log(1 + exp(x))", "log((1 + x**2)/(1 + exp(x)))"),
    _show("tanh of the double", SCALARS, "tanh(x) + 1", "2*sigmoid(2*x)"),
    _show("sigmoid of the opposite", SCALARS, "1 - sigmoid(x - y)", "sigmoid(y - x)"),
    # kinks and brackets
    Extra("leaky kink", SCALARS, "Derivative(Piecewise((x**2, x > 0), (y*x, True)), x)", "Piecewise((2*x, x > 0), (y, True))"),
    Extra("larger of two", SCALARS, "Derivative(Max(x**2, x), x)", "Piecewise((2*x, x**2 > x), (1, x > x**2))"),
    Extra("slope of |x| times x", SCALARS, "x*Derivative(Abs(x), x)", "Abs(x)"),
    Extra("half the square of |x|", SCALARS, "Derivative(Abs(x)**2/2, x)", "x"),
    Extra("square of ReLU", SCALARS, "Derivative(relu(x)**2, x)", "2*relu(x)"),
    Extra("leaky ReLU", SCALARS, "Derivative(Max(x/100, x), x)", "Piecewise((1/100, x < 0), (1, x > 0))"),
    _show("rescaled ReLU", SCALARS, "relu(r*x)/r", "relu(x)"),
    _show("maximum by the absolute value", SCALARS, "Max(x, y)", "(x + y + Abs(y - x))/2"),
    Extra("bracket of indices", SCALARS, "Derivative(x*KroneckerDelta(i, j) + y*Piecewise((1, i <= n), (0, True)), x)", "KroneckerDelta(i, j)"),
    Extra("delta out of range", SCALARS, "KroneckerDelta(i, n + 1)*x + y", "y"),
    Extra("true bracket", SCALARS, "Piecewise((1, i <= n), (0, True))*x", "x"),
    Extra("index under a delta", SCALARS, "KroneckerDelta(i, j)*v[i] - KroneckerDelta(i, j)*v[j]", "0"),
    # closed forms
    Extra("sum of the first numbers", SCALARS, "Sum(k, (k, 1, n))", "n*(n + 1)/2"),
    Extra("sum from 3", SCALARS, "Sum(k, (k, 3, n + 2))", "(n + 2)*(n + 3)/2 - 3"),
    Extra("geometric series of two decays", SCALARS, "Sum(r**(n - k)*s**k, (k, 0, n))", "(r**(n + 1) - s**(n + 1))/(r - s)"),
    Extra("powers times the index", SCALARS, "Sum(k/2**k, (k, 1, n))", "2 - (n + 2)/2**n"),
    Extra("geometric series", SCALARS, "Sum(x**k, (k, 0, n))", "(1 - x**(n + 1))/(1 - x)"),
    _show("two terms", SCALARS, "Sum(sin(x*k), (k, 1, 2))", "sin(x) + sin(2*x)"),
    _show("reversed sum", SCALARS, "Sum(v[k]*c[n - k + 1], (k, 1, n))", "Sum(v[n - k + 1]*c[k], (k, 1, n))"),
    Extra("part of a sum", SCALARS, "Derivative(Sum(Piecewise((v[k]**2, k <= i), (0, True)), (k, 1, n)), v[j])", "Piecewise((2*v[j], j <= i), (0, True))"),
    Extra("valid correlation by its input", VALID, "Derivative(y[i], x[j])", "Piecewise((w[j - i + 1], And(i <= j, j <= i + k - 1)), (0, True))"),
    Extra("loss of a valid correlation", VALID, "Derivative(Sum(g[i]*y[i], (i, 1, n - k + 1)), w[l])", "Sum(g[i]*x[i + l - 1], (i, 1, n - k + 1))"),
    Extra("loss by the input", VALID, "Derivative(Sum(g[i]*y[i], (i, 1, n - k + 1)), x[j])", "Sum(Piecewise((g[j - m + 1]*w[m], And(1 <= j - m + 1, j - m + 1 <= n - k + 1)), (0, True)), (m, 1, k))"),
    Extra("step", SCALARS, "Derivative(x*sign(y) + sign(x), x)", "sign(y)"),
    _show("sum times difference", SCALARS, "y*(1 + x)*(1 - x)", "y*(1 - x**2)"),
    Extra("square of a label", SOFTMAX, "Sum(y[k]**2, (k, 1, K))", "1"),
    Extra("a constant", SCALARS, "Derivative(exp(y), x)", "0"),
    Extra("square of |x|", SCALARS, "Abs(x)**2 + y", "x**2 + y"),
    _show("first indices", SCALARS, "Sum(Piecewise((v[k], k <= i), (0, True)), (k, 1, n))", "Sum(v[k], (k, 1, i))"),
    _show("adjoint of a full convolution", PADDED, "Sum(g[j]*w[j - i + 1], (j, 1, n + k - 1))", "Sum(g[i + m - 1]*w[m], (m, 1, k))"),
    _show("a convolution is symmetric", PADDED, "Sum(x[j - m + 1]*w[m], (m, 1, k))", "Sum(w[j - m + 1]*x[m], (m, 1, n))"),
    Extra("standardised values in a sum", SCALE, "Sum((x[k] - mu)*x[k], (k, 1, n))/s", "Sum(z[k]*x[k], (k, 1, n))"),
    Extra("standardised value", SCALE, "Derivative(z[i], s)", "-z[i]/s"),
    # unknowns
    Extra("a shift", SCALARS, "exp(x)/(exp(x) + exp(y))", "x - y", "sigmoid(z)", "z"),
    Extra("linear equation", SCALARS, "x", "(x - b)/r", "r*z + b", "z"),
    # a network with symbolic widths
    Extra("output layer", NETWORK, "Derivative(E, w[c, h])", "(o[c] - t[c])*f[h]"),
    Extra("hidden layer", NETWORK, "Derivative(E, v[h, d])", "Sum((o[q] - t[q])*w[q, h], (q, 1, K))*(1 - f[h]**2)*x[d]"),
    Extra("input", NETWORK, "Derivative(o[c], x[d])", "Sum(w[c, q]*(1 - f[q]**2)*v[q, d], (q, 1, M))"),
    # exact ranges
    Extra("full convolution by its kernel", PADDED, "Derivative(y[j], w[l])", "x[j - l + 1]"),
    Extra("full convolution by its input", PADDED, "Derivative(y[j], x[i])", "w[j - i + 1]"),
    Extra("loss of a full convolution", PADDED, "Derivative(Sum(g[j]*y[j], (j, 1, n + k - 1)), x[i])", "Sum(g[i + m - 1]*w[m], (m, 1, k))"),
    # given numbers
    Extra("a network with given weights", GIVEN, "Sum(W[k]*Abs(x - b[k]), (k, 1, 2))", "2*Abs(x - 1) - Abs(x)"),
    # sizes with a symbolic stride
    Extra("positions of a window", STRIDED, "Sum(Piecewise((1, t*S + K <= H + 2*P), (0, True)), (t, 0, H + 2*P - 1))", "floor((H + 2*P - K)/S) + 1"),
    Extra("positions with one more stride", STRIDED, "floor((H + S + 2*P - K)/S) - floor((H + 2*P - K)/S)", "1"),
    _show("pooling twice", STRIDED, "floor(floor(H/2)/2)", "floor(H/4)"),
    _show("same padding with a stride", STRIDED, "floor((H - 1)/S) + 1", "ceiling(H/S)"),
    _show("what fills a last batch", STRIDED, "S*ceiling(H/S) - H", "Mod(-H, S)"),
    _show("what a last batch drops", STRIDED, "H - Mod(H, S)", "S*floor(H/S)"),
    Extra("padding of the output", STRIDED, "floor((S*n + r)/S)", "n"),
    Extra("remainder", STRIDED, "H - S*floor(H/S)", "Mod(H, S)"),
    Extra("size of the input", STRIDED, "n", "S*(n - 1) + r - 2*P + K", "floor((H + 2*P - K)/S) + 1", "H"),
    # expectations
    Extra("variance of a layer", RANDOM, "Var(y[j])", "c**2*d*s**2"),
    Extra("deviation of a layer", RANDOM, "Std(y[j])", "c*s*sqrt(d)"),
    Extra("standard error", RANDOM, "Std(Sum(G[k], (k, 1, d))/d)", "s/sqrt(d)"),
    Extra("covariance of two outputs", RANDOM, "Cov(y[j], y[j2])", "0"),
    Extra("mean of a layer", RANDOM, "E(y[j])", "0"),
    Extra("layer after ReLU", RANDOM, "Var(Sum(w[j, k]*relu(z[k]), (k, 1, d)))", "d*s**2/2"),
    Extra("mean of correlated values", RANDOM, "Var(Sum(u[k], (k, 1, d))/d)", "s**2*(rho + (1 - rho)/d)"),
    Extra("dropout", RANDOM, "Var(m[i]*u[i]/q)", "(s**2 + mu**2)/q - mu**2"),
    Extra("sum of two quantities", RANDOM, "Var(R + 2*fh + t)", "Var(R) + 4*Var(fh) + 4*Cov(R, fh)"),
    Extra("covariance of a sum", RANDOM, "Cov(R + X, X)", "s**2"),
    Extra("covariance with a sum", RANDOM, "Cov(x[i] + R, x[i])", "s**2 + Cov(R, x[i])"),
    Extra("bias and variance", RANDOM, "E((f + eps - fh)**2)", "s**2 + (f - E(fh))**2 + Var(fh)"),
    Extra("squared norm of a normal vector", RANDOM, "E(Sum(G[k]**2, (k, 1, d))**2)", "s**4*d*(d + 2)"),
    Extra("log-normal mean", RANDOM, "E(exp(t*X))", "exp(mu*t + s**2*t**2/2)"),
    Extra("normal interval", RANDOM, "E(Piecewise((1, Abs(X - mu) <= c), (0, True)))", "erf(c/(s*sqrt(2)))"),
    Extra("normal half-line", RANDOM, "E(Piecewise((1, X <= t), (0, True)))", "(1 + erf((t - mu)/(s*sqrt(2))))/2"),
    Extra("mean of a constant", RANDOM, "E(t) + Var(t)", "t"),
    Extra("gradient of a risk", RANDOM, "Derivative(E((X - t)**2), t)", "2*(t - mu)"),
    Extra("size of the input, rounded up", STRIDED, "n", "S*(n - 1) - r - 2*P + K", "ceiling((H + 2*P - K)/S) + 1", "H"),
)  # fmt: skip


@dataclass(frozen=True)
class Solved:
    """A derivation with the context in which its lines are read."""

    name: str
    context: Context
    derivation: Derivation

    def __repr__(self) -> str:
        return self.name


@cache
def solved_problem(name: str) -> tuple[Solved, ...]:
    """All derivations of a problem file."""
    problem = load(PROBLEMS / f"{name}.py")
    out = []
    for part in solve_problem(problem).parts:
        inner = problem.context.with_assumptions(*part.part.conditions)
        for d in part.derivations:
            out.append(Solved(f"{part.part.id}.{d.question.name}", inner, d))
    return tuple(out)


@cache
def solved(name: str) -> Solved:
    """The derivation with this name, made when it is first asked for."""
    if name in _EXTRA:
        e = _EXTRA[name]
        return Solved(e.name, e.context, solve_question(e.question, e.context))
    return next(s for s in solved_problem(_HOMES[name]) if s.name == name)


def all_steps(steps: tuple[Step, ...], context: Context) -> Iterator[tuple[Step, Context]]:
    """Every step and substep with the context in which it is read."""
    for s in steps:
        yield s, context
        inner = context
        for letter in s.letters:
            inner = inner.with_variable(letter)
        yield from all_steps(s.substeps, inner)


def rule_names(step: Step) -> tuple[str, ...]:
    return tuple(step.rule.split("; "))


_EXTRA = {e.name: e for e in EXTRA}
_HOMES = {
    f"{part.id}.{q.name}": name
    for name in SPINE
    for part in load(PROBLEMS / f"{name}.py").parts
    for q in part.questions
}  # fmt: skip
NAMES = (*_HOMES, *_EXTRA)
"""The derivations of the problem files (``C2.4.J_ij``) and of the extra questions."""
