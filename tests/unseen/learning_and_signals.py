"""Losses, embeddings, signals and pooling that no problem file has, from the textbooks of a course.

Goodfellow et al., Bishop, Murphy, Oppenheim & Schafer, Dumoulin & Visin.
"""

from sympy import (
    Abs,
    Derivative,
    KroneckerDelta,
    Max,
    Min,
    Mod,
    Piecewise,
    Sum,
    ceiling,
    cos,
    exp,
    floor,
    log,
    oo,
    sign,
    sin,
    sqrt,
)  # fmt: skip

from symderiv import average_pool, convolve, correlate, declare, max_pool, sigmoid, softmax, softplus, transposed

p = declare("Unseen losses and signals")

# ---- classification
z, r = p.symbol("z r", "score, residual")
K, N, D = p.size("K N D", "classes, examples, features")
i, j, k = p.index("i j k", K)
n, n2 = p.index("n n2", N)
d, e = p.index("d e", D)
a = p.array("a", K, "scores")
T = p.symbol("T", "temperature", positive=True)
P = p.define("P", (i,), softmax(lambda q: a[q] / T, i, over=(1, K)), "softmax with temperature")
F = p.define("F", T * log(Sum(exp(a[k] / T), (k, 1, K))), "free energy")
part = p.part("free_energy", "Log-partition function")
part.derive("da", Derivative(F, a[j]), expected=P[j])
part.derive("dT", Derivative(F, T), expected=log(Sum(exp(a[k] / T), (k, 1, K))) - Sum(P[k] * a[k], (k, 1, K)) / T)

gamma = p.symbol("gamma", "focus", positive=True)
g = p.define("g", sigmoid(z), "probability of the true class")
part = p.part("focal", "Focal loss")
part.derive("dz", Derivative(-((1 - g) ** gamma) * log(g), z), expected=(1 - g) ** gamma * (gamma * g * log(g) + g - 1))

delta = p.symbol("delta", "threshold", positive=True)
H = p.define("H", Piecewise((r**2 / 2, Abs(r) <= delta), (delta * (Abs(r) - delta / 2), True)), "Huber loss")
part = p.part("huber", "Huber loss")
part.derive("dr", Derivative(H, r), expected=Piecewise((r, Abs(r) <= delta), (delta * sign(r), True)))

u, v = p.array("u v", D, "context, word")
R = p.size("R", "negative words")
rr, r2 = p.index("rr r2", R)
neg = p.array("neg", (R, D), "negative words")
w2v = p.define(
    "w2v", -log(sigmoid(Sum(u[d] * v[d], (d, 1, D)))) - Sum(log(sigmoid(-Sum(neg[rr, d] * v[d], (d, 1, D)))), (rr, 1, R))
)  # fmt: skip
part = p.part("word2vec", "Negative sampling")
part.derive("dneg", Derivative(w2v, neg[r2, e]), expected=sigmoid(Sum(neg[r2, d] * v[d], (d, 1, D))) * v[e])

tau = p.symbol("tau", "temperature", positive=True)
ss = p.array("ss", (N, N), "similarities")
Q = p.define("Q", (n, n2), softmax(lambda q: ss[n, q] / tau, n2, over=(1, N)), "probabilities")
m1, m2 = p.index("m1 m2", N)
part = p.part("info_nce", "InfoNCE")
part.derive(
    "ds", Derivative(-Sum(log(Q[n, n]), (n, 1, N)) / N, ss[m1, m2]),
    expected=(Q[m1, m2] - KroneckerDelta(m1, m2)) / (N * tau),
)  # fmt: skip

W, c, vis = p.array("W", (K, D), "weights"), p.array("c", K, "hidden biases"), p.array("vis", D, "visible units")
pre = p.define("pre", (i,), c[i] + Sum(W[i, d] * vis[d], (d, 1, D)), "inputs of the hidden units")
part = p.part("rbm", "Free energy of a Boltzmann machine")
part.derive("dW", Derivative(-Sum(softplus(pre[i]), (i, 1, K)), W[j, e]), expected=-sigmoid(pre[j]) * vis[e])

x = p.array("x", N, "points")
part = p.part("pairs", "Squared distances of all pairs")
part.derive(
    "sum", Sum((x[n] - x[n2]) ** 2, (n2, 1, N), (n, 1, N)),
    expected=2 * N * Sum(x[n] ** 2, (n, 1, N)) - 2 * Sum(x[n], (n, 1, N)) ** 2,
)  # fmt: skip

edges = p.array("edges", (N, N), "weights of directed edges")
both = p.define("both", (n, n2), edges[n, n2] + edges[n2, n], "weights both ways")
n3 = p.index("n3", N)
part = p.part("laplacian", "Quadratic form of a graph Laplacian")
part.show(
    "form",
    Sum(x[n] * (KroneckerDelta(n, n2) * Sum(both[n, n3], (n3, 1, N)) - both[n, n2]) * x[n2], (n2, 1, N), (n, 1, N)),
    Sum(both[n, n2] * (x[n] - x[n2]) ** 2, (n2, 1, N), (n, 1, N)) / 2,
)

# ---- pooling and upsampling by 2
M = p.size("M", "length")
s, s2 = p.index("s s2", M)
t = p.index("t", 2 * M)
up, big = p.array("up", M, "gradient of the outputs"), p.array("big", 2 * M, "input")
means = p.define("means", (s,), average_pool(big, s, size=2, stride=2), "average pooling")
tops = p.define("tops", (s,), max_pool(big, s, size=2, stride=2), "maximum pooling")
part = p.part("pooling", "Pooling")
part.derive("average", Derivative(Sum(up[s] * means[s], (s, 1, M)), big[t]), expected=up[ceiling(t / 2)] / 2)
part.derive(
    "maximum", Derivative(Sum(up[s] * tops[s], (s, 1, M)), big[2 * s2]),
    expected=Piecewise((up[s2], big[2 * s2] > big[2 * s2 - 1]), (0, True)),
)  # fmt: skip
small = p.array("small", M, "signal", padded=True)
G = p.array("G", 2 * M, "gradient of the outputs", padded=True)
near = p.define("near", (t,), small[ceiling(t / 2)], "by repetition")
between = p.define("between", (t,), (small[ceiling(t / 2)] + small[floor(t / 2) + 1]) / 2, "by interpolation")
part = p.part("upsampling", "Upsampling")
part.derive("repeated", Derivative(Sum(G[t] * near[t], (t, 1, 2 * M)), small[s]), expected=G[2 * s - 1] + G[2 * s])
part.derive(
    "interpolated", Derivative(Sum(G[t] * between[t], (t, 1, 2 * M)), small[s]),
    expected=G[2 * s - 1] + (G[2 * s] + G[2 * s - 2]) / 2,
)  # fmt: skip
two = p.array("two", 2, "kernel")
wide = p.define("wide", (t,), transposed(up, two, t, stride=2), "transposed convolution")
part.derive("transposed", wide[2 * s], expected=up[s] * two[2])

# ---- filters
S = p.size("S", "samples")
f, f2 = p.index("f f2", S)
dil, L = p.size("dil L", "dilation, length of the kernel")
l = p.index("l", L)
w = p.array("w", L, "kernel")
y, gy = p.array("y gy", S, "signal, gradient", padded=True)
causal = p.define("causal", (f,), Sum(w[l] * y[f - dil * (l - 1)], (l, 1, L)), "causal dilated convolution")
part = p.part("causal", "Dilated causal convolution")
part.derive(
    "dw", Derivative(Sum(gy[f] * causal[f], (f, 1, S)), w[l]), expected=Sum(gy[f] * y[f - dil * (l - 1)], (f, 1, S))
)
lag, time = p.index("lag", meaning="lag"), p.index("time", meaning="time")
part = p.part("signals", "Signals")
part.show("autocorrelation", Sum(y[f] * y[f + lag], (f, 1, S)), Sum(y[f] * y[f - lag], (f, 1, S)))
q = p.array("q", ((-oo, oo),), "signal")
h = p.index("h", 0, M - 1)
ma = p.define("ma", (time,), Sum(q[time - h], (h, 0, M - 1)) / M, "moving average")
part.derive("moving_average", ma[time] - ma[time - 1], expected=(q[time] - q[time - M]) / M)
yr, gr = p.array("yr gr", S, "signal, gradient")
cum = p.define("cum", (f,), Sum(yr[f2], (f2, 1, f)), "cumulative sum")
part.show("by_parts", Sum(gr[f] * cum[f], (f, 1, S)), Sum(yr[f2] * Sum(gr[f], (f, f2, S)), (f2, 1, S)))
hf = p.array("hf", ((0, M),), "impulse response")
o = p.index("o", 0, M)
part.derive(
    "step_response", Sum(hf[o] * Piecewise((1, time - o >= 0), (0, True)), (o, 0, M)),
    expected=Piecewise((Sum(hf[o], (o, 0, Min(time, M))), time >= 0), (0, True)),
)  # fmt: skip
per = p.size("per", "period")
m, b = p.index("m b", 0, per - 1)
xc, hc = p.array("xc hc", ((0, per - 1),), "periodic")
yc = p.define("yc", (m,), convolve(xc, hc, m, mode="circular"), "circular convolution")
part.derive("total", Sum(yc[m], (m, 0, per - 1)), expected=Sum(xc[m], (m, 0, per - 1)) * Sum(hc[b], (b, 0, per - 1)))
part.show(
    "energy", Sum(xc[m] * xc[Mod(m - lag, per)], (m, 0, per - 1)), Sum(xc[m] * xc[Mod(m + lag, per)], (m, 0, per - 1))
)
rho = p.symbol("rho", "decay")
beta, h0 = p.symbol("beta h0", "gain, first state")
now = p.index("now", 0, S)
state = p.recurrence("state", now, start={0: h0}, step=lambda state: rho * state[now] + beta * yr[now + 1])
part = p.part("recurrent", "A linear recurrent unit")
part.closed_form("state", state[S], expected=rho**S * h0 + beta * Sum(rho ** (S - f) * yr[f], (f, 1, S)))
pad = p.size("pad", "zeros on each side", lower=0)
p.assume(L <= S + 2 * pad)
go = p.array("go", S + 2 * pad - L + 1, "gradient", padded=True)
place = p.index("place", 1, S + 2 * pad - L + 1)
padded = p.define("padded", (place,), correlate(yr, w, place, padding=pad), "padded correlation")
part = p.part("padding", "A padded correlation")
part.derive(
    "dx", Derivative(Sum(go[place] * padded[place], (place, 1, S + 2 * pad - L + 1)), yr[f]),
    expected=Sum(go[f + pad - l + 1] * w[l], (l, 1, L)),
)  # fmt: skip

# ---- attention
th, q1, q2 = p.symbol("th q1 q2", "angle, two features")
part = p.part("rotary", "Rotary positions")
part.show("length", (q1 * cos(th) - q2 * sin(th)) ** 2 + (q1 * sin(th) + q2 * cos(th)) ** 2, q1**2 + q2**2)
Z, V, dO = p.array("Z", (S, S), "scores"), p.array("V", (S, D), "values"), p.array("dO", (S, D), "gradient")
f3, f4 = p.index("f3 f4", S)
C = p.define(
    "C", (f, f2), Piecewise((exp(Z[f, f2]) / Sum(exp(Z[f, f3]), (f3, 1, f)), f2 <= f), (0, True)), "causal weights"
)  # fmt: skip
part = p.part("causal_attention", "Causal attention")
part.derive(
    "dV", Derivative(Sum(dO[f, d] * Sum(C[f, f2] * V[f2, d], (f2, 1, S)), (d, 1, D), (f, 1, S)), V[f4, e]),
    expected=Sum(C[f, f4] * dO[f, e], (f, f4, S)),
)  # fmt: skip
norm = p.define("norm", sqrt(Sum(v[d] ** 2, (d, 1, D))), "length")
gain = p.symbol("gain", "length of the weights")
wn = p.define("wn", (d,), gain * v[d] / norm, "normalised weights")
part = p.part("weight_norm", "Weight normalisation", conditions=[norm > 0])
part.derive(
    "dv", Derivative(Sum(u[d] * wn[d], (d, 1, D)), v[e]),
    expected=gain / norm * (u[e] - v[e] * Sum(u[d] * v[d], (d, 1, D)) / norm**2),
)  # fmt: skip
hinge = p.define("hinge", 1 - z * Sum(u[d] * v[d], (d, 1, D)), "what is missing of the margin")
part = p.part("hinge", "Squared hinge loss")
part.derive("du", Derivative(Max(0, hinge) ** 2, u[e]), expected=-2 * z * v[e] * Max(0, hinge))
part = p.part("rows", "A window of the cumulative sum")
part.derive("dx", Derivative(Sum(gr[f] * cum[f], (f, 1, S)), yr[f2]), expected=Sum(gr[f], (f, f2, S)))
