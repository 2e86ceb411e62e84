"""Expectations, variances and matrices that no problem file has."""

from sympy import Derivative, KroneckerDelta, Rational, Sum, Trace, log, sqrt

from symderiv import E, Var, declare, number, relu, softmax

p = declare("Unseen probability and matrices")

# ---- initialisation and dropout
n, m = p.size("n", "inputs"), p.size("m", "outputs")
i, i2 = p.index("i i2", 1, n)
j = p.index("j", 1, m)
tau = p.symbol("tau", "deviation of what comes before the ReLU", positive=True)
c = p.symbol("c", "scale", positive=True)
w = p.random("w", (m, n), "weights", mean=0, variance=c**2, independent=True)
a = p.random("a", n, "values before the ReLU", mean=0, variance=tau**2, law="gaussian", independent=True)
p.independent(w, a)
z = p.define("z", (j,), Sum(w[j, i] * relu(a[i]), (i, 1, n)), "next values")
he = p.part("he", "He initialisation with ReLU")
he.derive("second_moment", E(relu(a[i]) ** 2), expected=tau**2 / 2)
he.derive("mean", E(z[j]), expected=0)
he.derive("variance", Var(z[j]), expected=n * c**2 * tau**2 / 2)
he.find("scale", tau**2, Var(z[j]), unknown=c, expected=sqrt(2 / n))
sym = p.random("sym", n, "values of a symmetric law", mean=0, variance=tau**2, law="symmetric")
he.derive("symmetric", E(relu(sym[i]) ** 2), expected=tau**2 / 2)

keep = p.symbol("q", "probability to keep", lower=0, upper=1)
p.assume(keep > 0)
mask = p.random("mask", n, "mask", mean=keep, law="bernoulli", independent=True)
h = p.array("h", n, "hidden values")
drop = p.define("drop", (i,), mask[i] * h[i] / keep, "inverted dropout")
dropout = p.part("dropout", "Dropout")
dropout.derive("mean", E(drop[i]), expected=h[i])
dropout.derive("variance", Var(drop[i]), expected=h[i] ** 2 * (1 - keep) / keep)

# ---- averages
B = p.size("B", "examples of a minibatch")
b = p.index("b", 1, B)
gamma = p.symbol("gamma", "mean gradient")
sigma = p.symbol("sigma", "deviation", positive=True)
rho = p.symbol("rho", "correlation", lower=0, upper=1)
grad = p.random("grad", B, "gradients of the examples", mean=gamma, variance=sigma**2, independent=True)
batch = p.part("minibatch", "Gradient of a minibatch")
average = p.define("average", Sum(grad[b], (b, 1, B)) / B, "gradient of the minibatch")
batch.derive("mean", E(average), expected=gamma)
batch.derive("variance", Var(average), expected=sigma**2 / B)
cor = p.random("cor", B, "predictions", mean=gamma, variance=sigma**2, covariance=rho * sigma**2)
correlated = p.part("correlated", "Mean of correlated variables")
correlated.derive("variance", Var(Sum(cor[b], (b, 1, B)) / B), expected=rho * sigma**2 + (1 - rho) * sigma**2 / B)
dk = p.size("dk", "size of a key")
e = p.index("e", 1, dk)
q, k = p.random("query key", dk, "query, key", mean=0, variance=1, independent=True)
p.independent(q, k)
dot = p.part("dot", "A query times a key")
dot.derive("mean", E(Sum(q[e] * k[e], (e, 1, dk))), expected=0)
dot.derive("variance", Var(Sum(q[e] * k[e], (e, 1, dk))), expected=dk)
dot.derive("scaled", Var(Sum(q[e] * k[e], (e, 1, dk)) / sqrt(dk)), expected=1)

# ---- score function
K = p.size("K", "number of classes")
s, t, r = p.index("s t r", 1, K)
theta = p.array("theta", K, "logits")
pi_ = p.define("pi_", (s,), softmax(theta, s), "probabilities", latex=r"\pi")
score = p.part("score", "The expected score is zero")
score.derive("score", Derivative(log(pi_[s]), theta[t]), expected=KroneckerDelta(s, t) - pi_[t])
score.show("zero", Sum(pi_[s] * Derivative(log(pi_[s]), theta[t]), (s, 1, K)), 0)
reward = p.array("reward", K, "rewards")
baseline = p.symbol("baseline", "a number")
score.show(
    "baseline", Sum(pi_[s] * (reward[s] - baseline) * Derivative(log(pi_[s]), theta[t]), (s, 1, K)),
    Derivative(Sum(pi_[s] * reward[s], (s, 1, K)), theta[t]),
)  # fmt: skip

# ---- Gaussians
mu1, mu2 = p.symbol("mu1 mu2", "means")
s1, s2 = p.symbol("s1 s2", "deviations", positive=True)
X = p.random("X", "a Gaussian number", mean=mu1, variance=s1**2, law="gaussian")
ratio = log(s2 / s1) - (X - mu1) ** 2 / (2 * s1**2) + (X - mu2) ** 2 / (2 * s2**2)
kl = p.define("kl", log(s2 / s1) + (s1**2 + (mu1 - mu2) ** 2) / (2 * s2**2) - Rational(1, 2), "divergence")
gauss = p.part("kl", "Divergence of two Gaussians")
gauss.derive("kl", E(ratio), expected=log(s2 / s1) + (s1**2 + (mu1 - mu2) ** 2) / (2 * s2**2) - Rational(1, 2))
gauss.derive("dmu1", Derivative(kl, mu1), expected=(mu1 - mu2) / s2**2)
gauss.derive("ds1", Derivative(kl, s1), expected=s1 / s2**2 - 1 / s1)
gauss.derive("dmu2", Derivative(kl, mu2), expected=(mu2 - mu1) / s2**2)
gauss.derive("ds2", Derivative(kl, s2), expected=1 / s2 - (s1**2 + (mu1 - mu2) ** 2) / s2**3)

# ---- bias and variance
truth = p.symbol("truth", "true value")
fhat = p.random("fhat", "prediction", mean=mu1, variance=s1**2)
noise = p.random("noise", "noise", mean=0, variance=s2**2)
p.independent(fhat, noise)
decomposition = p.part("bias_variance", "Bias and variance")
decomposition.derive("risk", E((truth + noise - fhat) ** 2), expected=(truth - mu1) ** 2 + s1**2 + s2**2)
decomposition.show("moments", E((truth + noise - fhat) ** 2), (truth - E(fhat)) ** 2 + Var(fhat) + Var(noise))
free = p.random("free", "prediction of any law")
decomposition.show("without_noise", E((free - truth) ** 2), (E(free) - truth) ** 2 + Var(free))

# ---- matrices
N, D = p.size("N D", "examples, features")
A, y, v = p.matrix("A", (N, D), "inputs"), p.matrix("y", N, "targets"), p.matrix("v", D, "weights")
lam = p.symbol("lam", "regularisation", positive=True)
ridge = p.part("ridge", "Ridge regression")
loss = number((A * v - y).T * (A * v - y) + lam * v.T * v)
ridge.derive("gradient", Derivative(loss, v), expected=2 * A.T * (A * v - y) + 2 * lam * v)

R, C = p.size("R", "rows"), p.size("C", "columns")
M = p.matrix("M", (R, C), "weights")
U, V = p.matrix("U", R, "left", law="orthonormal"), p.matrix("V", C, "right", law="orthonormal")
Q = p.matrix("Q", (R, C), "orthonormal columns", law="orthonormal")
sv = p.symbol("sv", "singular value", nonnegative=True)
alpha, beta_, gam = p.symbol("alpha beta_ gam", "coefficients")
newton = p.part("newton_schulz", "Quintic Newton-Schulz")


def step(Z):
    return alpha * Z + beta_ * Z * Z.T * Z + gam * Z * Z.T * Z * Z.T * Z


newton.show("singular_values", step(sv * U * V.T), (alpha * sv + beta_ * sv**3 + gam * sv**5) * U * V.T)
newton.show("orthogonal", step(Q), (alpha + beta_ + gam) * Q)
bil = p.matrix("bil", (R, C), "matrix")
uu, vv = p.matrix("uu", R, "vector"), p.matrix("vv", C, "vector")
outer = p.part("outer", "A bilinear form as a trace")
outer.show("outer", Trace(uu * vv.T * bil.T), number(uu.T * bil * vv))
