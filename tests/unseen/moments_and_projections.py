"""Moments, estimators, projections and inverses that no problem file has."""

from sympy import Abs, Derivative, Eq, Identity, Ne, Rational, Sum, Trace, exp, log, pi, sign, sqrt

from symderiv import Cov, E, Std, Var, declare, frobenius_norm, l2_norm, number, relu, spectral_norm

p = declare("Unseen moments and projections")

# ---- samples
n, D = p.size("n", "examples", lower=2), p.size("D", "dimension")
i, j = p.index("i j", 1, n)
h = p.index("h", 1, D)
mu, nu, c = p.symbol("mu nu c", "means, coefficient")
sig, tau = p.symbol("sig tau", "deviations", positive=True)
X = p.random("X", n, "sample", mean=mu, variance=sig**2, independent=True)
M = p.define("M", Sum(X[i], (i, 1, n)) / n, "sample mean")
sample = p.part("sample", "Sample mean and variance")
sample.derive("mean", E(M), expected=mu)
sample.derive("variance", Var(M), expected=sig**2 / n)
sample.derive("standard_error", Std(M), expected=sig / sqrt(n))
sample.derive("unbiased", E(Sum((X[i] - M) ** 2, (i, 1, n)) / (n - 1)), expected=sig**2)
sample.derive("residual", Var(X[i] - M), expected=(n - 1) * sig**2 / n)
sample.derive("uncorrelated", Cov(M, X[i] - M), expected=0)
U, V = p.random("U", "a number", mean=mu, variance=sig**2), p.random("V", "a number", mean=nu, variance=tau**2)
p.independent(U, V)
a, b, d = p.symbol("a b d", "coefficients")
forms = p.part("forms", "Linear forms and products")
forms.derive("covariance", Cov(a * U + b * V, c * U + d * V), expected=a * c * sig**2 + b * d * tau**2)
forms.derive("product", Var(U * V), expected=sig**2 * tau**2 + sig**2 * nu**2 + tau**2 * mu**2)
forms.find("weighting", 0, Derivative(Var(a * U + (1 - a) * V), a), unknown=a, expected=tau**2 / (sig**2 + tau**2))
F, control = p.random("F", "estimator"), p.random("control", "control")
variates = p.part("control", "Control variates", conditions=[Var(control) > 0])
variates.derive("variance", Var(F - c * control), expected=Var(F) - 2 * c * Cov(F, control) + c**2 * Var(control))
variates.find("best", 0, Derivative(Var(F - c * control), c), unknown=c, expected=Cov(F, control) / Var(control))
est = p.random("est", "unbiased estimate", mean=mu, variance=sig**2)
shrink = p.part("shrinkage", "Shrinkage")
shrink.derive("risk", E((c * est - mu) ** 2), expected=c**2 * sig**2 + (1 - c) ** 2 * mu**2)

# ---- quadratic forms and projections
A = p.array("A", (n, n), "matrix")
m, point = p.array("m", n, "means"), p.array("point", D, "a point")
x = p.random("x", n, "vector", mean=m, variance=sig**2, independent=True)
z = p.random("z", n, "signs", law="rademacher", independent=True)
g = p.random("g", n, "standard normal", mean=0, variance=1, law="gaussian", independent=True)
R = p.random("R", (n, D), "random projection", mean=0, variance=1 / n, independent=True)
quadratic = p.part("quadratic", "Quadratic forms")
quadratic.derive(
    "mean", E(Sum(A[i, j] * x[i] * x[j], (j, 1, n), (i, 1, n))),
    expected=sig**2 * Sum(A[i, i], (i, 1, n)) + Sum(A[i, j] * m[i] * m[j], (j, 1, n), (i, 1, n)),
)  # fmt: skip
quadratic.derive("hutchinson", E(Sum(z[i] * A[i, j] * z[j], (j, 1, n), (i, 1, n))), expected=Sum(A[i, i], (i, 1, n)))
quadratic.derive("chi_square", Var(Sum(g[i] ** 2, (i, 1, n))), expected=2 * n)
quadratic.derive(
    "projection", E(Sum(Sum(R[i, h] * point[h], (h, 1, D)) ** 2, (i, 1, n))), expected=Sum(point[h] ** 2, (h, 1, D))
)
eps = p.random("eps", "noise", mean=0, variance=1, law="gaussian")
step = p.symbol("step", "step of a grid", positive=True)
rounding = p.random("rounding", "rounding error", mean=0, variance=step**2 / 12, law="uniform")
laws = p.part("laws", "Normal, log-normal, uniform")
laws.derive("fourth", E((mu + sig * eps) ** 4), expected=mu**4 + 6 * mu**2 * sig**2 + 3 * sig**4)
laws.derive("lognormal", Var(exp(mu + sig * eps)), expected=(exp(sig**2) - 1) * exp(2 * mu + sig**2))
laws.derive("antithetic", Cov(exp(sig * eps), exp(-sig * eps)), expected=1 - exp(sig**2))
laws.derive("reparameterised", Derivative(E((mu + sig * eps) ** 2), sig), expected=2 * sig)
laws.derive("quantisation", E(rounding**4), expected=step**4 / 80)
laws.derive(
    "entropy", E(log(2 * pi * sig**2) / 2 + (sig * eps) ** 2 / (2 * sig**2)),
    expected=Rational(1, 2) + log(2 * pi * sig**2) / 2,
)  # fmt: skip
K = p.size("K", "outcomes")
k = p.index("k", 1, K)
proposal, target = p.array("proposal target", K, "probabilities", law="simplex", entries="positive")
f = p.array("f", K, "values")
weights = p.part("importance", "Importance sampling")
weights.show(
    "unbiased", Sum(proposal[k] * (target[k] / proposal[k]) * f[k], (k, 1, K)), Sum(target[k] * f[k], (k, 1, K))
)
weights.show(
    "variance", Sum(proposal[k] * (target[k] / proposal[k] - 1) ** 2, (k, 1, K)),
    Sum(target[k] ** 2 / proposal[k], (k, 1, K)) - 1,
)  # fmt: skip
s, t = p.symbol("s t", "probabilities", unit=True)
kl = p.define("kl", s * log(s / t) + (1 - s) * log((1 - s) / (1 - t)), "divergence of two coins")
weights.derive("coins", Derivative(kl, t), expected=(t - s) / (t * (1 - t)))

# ---- matrices
N, q = p.size("N q", "rows, columns")
W, Y, S = p.matrix("W", (N, D), "weights"), p.matrix("Y", (N, D), "other"), p.matrix("S", (D, D), "square")
u, v, unit = p.matrix("u", D, "vector"), p.matrix("v", D, "vector"), p.matrix("unit", D, "unit", law="orthonormal")
B, Q = p.matrix("B", (D, q), "basis", law="orthonormal"), p.matrix("Q", (D, D), "rotation", law="orthonormal")
Si, Xi = p.matrix("Si", (D, D), "inverse of S"), p.matrix("Xi", (D, D), "inverse of W^T W")
factor = p.symbol("factor", "positive factor", positive=True)
projector = p.part("projectors", "Projectors, reflections, rotations")
projector.show("complement", (Identity(D) - B * B.T) * (Identity(D) - B * B.T), Identity(D) - B * B.T)
projector.show("pca", frobenius_norm(W - W * B * B.T) ** 2, frobenius_norm(W) ** 2 - frobenius_norm(W * B) ** 2)
mirror = Identity(D) - 2 * unit * unit.T
projector.show("householder", mirror.T * mirror, Identity(D))
projector.show("rows_too", Q * Q.T, Identity(D))
projector.show("rotated", spectral_norm(W * Q), spectral_norm(W))
inverse = p.part("inverses", "Sherman-Morrison and the hat matrix", conditions=[
    Eq(S * Si, Identity(D)), Eq(W.T * W * Xi, Identity(D)), Ne(1 + number(v.T * Si * u), 0),
])  # fmt: skip
inverse.show("sherman_morrison", (S + u * v.T) * (Si - Si * u * v.T * Si / (1 + number(v.T * Si * u))), Identity(D))
inverse.show("hat", (W * Xi * W.T) * (W * Xi * W.T), W * Xi * W.T)
norms = p.part("norms", "Norms and invariances")
norms.show("parallelogram", l2_norm(u + v) ** 2 + l2_norm(u - v) ** 2, 2 * l2_norm(u) ** 2 + 2 * l2_norm(v) ** 2)
norms.show("square", frobenius_norm(W + Y) ** 2, frobenius_norm(W) ** 2 + 2 * Trace(W.T * Y) + frobenius_norm(Y) ** 2)
norms.show("rank_one", frobenius_norm(u * v.T), l2_norm(u) * l2_norm(v))
norms.show("normalised", (factor * W) / frobenius_norm(factor * W), W / frobenius_norm(W))
norms.show("signs", (factor * W).applyfunc(sign), W.applyfunc(sign))
norms.show("relu", relu(factor * c) / factor, relu(c))
norms.show("multiple", frobenius_norm(c * W), Abs(c) * frobenius_norm(W))
