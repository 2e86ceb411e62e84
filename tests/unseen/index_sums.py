"""Index sums that no problem file has: gradients of convolutions of every kind, their laws, normalisation layers."""

from sympy import And, Derivative, Mod, Piecewise, Sum, floor, sqrt

from symderiv import conv_layer, convolve, correlate, declare, mean, softmax, transposed, variance

p = declare("Unseen index sums")

# ---- strides and dilations
N, k = p.size("N", "length of the input"), p.size("k", "length of the kernel")
M = p.size("M", "number of outputs")
t, l, i = p.index("t", 1, N), p.index("l", 1, k), p.index("i", 1, M)
x, w, g = p.array("x", N, "input"), p.array("w", k, "kernel"), p.array("g", M, "gradient of the outputs")
p.assume(2 * (M - 1) + k <= N)
p.assume(M + 2 * (k - 1) <= N)
y2 = p.define("y2", (i,), correlate(x, w, i, stride=2), "stride 2")
stride = p.part("stride", "Stride 2")
loss2 = Sum(g[i] * y2[i], (i, 1, M))
stride.derive("dw", Derivative(loss2, w[l]), expected=Sum(g[i] * x[2 * i + l - 2], (i, 1, M)))
stride.derive(
    "dx", Derivative(loss2, x[t]),
    expected=Sum(Piecewise((g[i] * w[t - 2 * i + 2], And(t - 2 * i + 2 >= 1, t - 2 * i + 2 <= k)), (0, True)), (i, 1, M)),
)  # fmt: skip

z2 = p.define("z2", (i,), correlate(x, w, i, dilation=2), "dilation 2")
dilation = p.part("dilation", "Dilation 2")
lossd = Sum(g[i] * z2[i], (i, 1, M))
dilation.derive("dw", Derivative(lossd, w[l]), expected=Sum(g[i] * x[i + 2 * (l - 1)], (i, 1, M)))
dilation.derive(
    "dx", Derivative(lossd, x[t]),
    expected=Sum(Piecewise((g[t - 2 * (l - 1)] * w[l], And(t - 2 * (l - 1) >= 1, t - 2 * (l - 1) <= M)), (0, True)), (l, 1, k)),
)  # fmt: skip

# ---- two dimensions: the gradient of the input is the full correlation with the kernel flipped twice
H, W = p.size("H", "rows"), p.size("W", "columns")
K1, K2 = p.size("K1", "rows of the kernel"), p.size("K2", "columns of the kernel")
image, kernel = p.array("I", (H, W), "image"), p.array("F", (K1, K2), "kernel")
p.assume(K1 <= H)
p.assume(K2 <= W)
up = p.array("G", (H - K1 + 1, W - K2 + 1), "gradient of the outputs", padded=True)
r, s = p.index("r", 1, H - K1 + 1), p.index("s", 1, W - K2 + 1)
a, b = p.index("a", 1, H), p.index("b", 1, W)
u, v = p.index("u", 1, K1), p.index("v", 1, K2)
flat = p.define("flat", (r, s), correlate(image, kernel, (r, s)), "valid correlation")
flip2 = p.define("flip2", (u, v), kernel[K1 - u + 1, K2 - v + 1], "flipped on both axes")
plane = p.part("plane", "Gradient of an image")
plane.derive(
    "dI", Derivative(Sum(up[r, s] * flat[r, s], (s, 1, W - K2 + 1), (r, 1, H - K1 + 1)), image[a, b]),
    expected=Sum(up[a - u + 1, b - v + 1] * kernel[u, v], (v, 1, K2), (u, 1, K1)),
)  # fmt: skip
plane.show(
    "full_correlation", Sum(up[a - u + 1, b - v + 1] * kernel[u, v], (v, 1, K2), (u, 1, K1)),
    Sum(up[a + u - K1, b + v - K2] * flip2[u, v], (v, 1, K2), (u, 1, K1)),
)  # fmt: skip

# ---- depthwise and grouped
B, C, O = p.size("B", "batch"), p.size("C", "channels"), p.size("O", "filters of a group")
T = p.size("T", "length of a row")
p.assume(k <= T)
n, c = p.index("n", 1, B), p.index("c", 1, C)
q = p.index("q", 1, T - k + 1)
tt = p.index("tt", 1, T)
X3 = p.array("X", (B, C, T), "batch of rows")
D3 = p.array("D", (C, k), "a kernel for each channel")
G3 = p.array("Gd", (B, C, T - k + 1), "gradient of the outputs")
deep = p.define("deep", (n, c, q), Sum(X3[n, c, q + l - 1] * D3[c, l], (l, 1, k)), "depthwise")
depthwise = p.part("depthwise", "Depthwise convolution")
lossw = Sum(G3[n, c, q] * deep[n, c, q], (q, 1, T - k + 1), (c, 1, C), (n, 1, B))
depthwise.derive(
    "dD", Derivative(lossw, D3[c, l]), expected=Sum(G3[n, c, q] * X3[n, c, q + l - 1], (q, 1, T - k + 1), (n, 1, B))
)
depthwise.derive(
    "dX", Derivative(lossw, X3[n, c, tt]),
    expected=Sum(Piecewise((G3[n, c, tt - l + 1] * D3[c, l], And(1 <= tt - l + 1, tt - l + 1 <= T - k + 1)), (0, True)), (l, 1, k)),
)  # fmt: skip

D4 = p.array("D4", (C, 1, k), "a kernel for each channel")
layer = p.define("layer", (n, c, q), conv_layer(X3, D4, (n, c, q), groups=C), "depthwise, as a layer in C groups")
depthwise.derive(
    "dD_layer", Derivative(Sum(G3[n, c, q] * layer[n, c, q], (q, 1, T - k + 1), (c, 1, C), (n, 1, B)), D4[c, 1, l]),
    expected=Sum(G3[n, c, q] * X3[n, c, q + l - 1], (q, 1, T - k + 1), (n, 1, B)),
)  # fmt: skip

Xg = p.array("Xg", (B, 2 * C, T), "batch of rows with 2C channels")
Wg = p.array("Wg", (2 * O, C, k), "2O filters, each of C channels")
Gg = p.array("Gg", (B, 2 * O, T - k + 1), "gradient of the outputs")
o = p.index("o", 1, 2 * O)
grouped = p.part("grouped", "Two groups")
two = p.define("two", (n, o, q), conv_layer(Xg, Wg, (n, o, q), groups=2), "two groups")
grouped.derive(
    "dW", Derivative(Sum(Gg[n, o, q] * two[n, o, q], (q, 1, T - k + 1), (o, 1, 2 * O), (n, 1, B)), Wg[o, c, l]),
    expected=Sum(Gg[n, o, q] * Xg[n, floor((o - 1) / O) * C + c, q + l - 1], (q, 1, T - k + 1), (n, 1, B)),
)  # fmt: skip

# ---- transposed
S = p.size("S", "stride")
yt = p.array("yt", M, "input of the transposed layer")
Gt = p.array("Gt", S * (M - 1) + k, "gradient of the outputs")
j = p.index("j", 1, S * (M - 1) + k)
trans = p.define("trans", (j,), transposed(yt, w, j, stride=S), "transposed convolution")
turned = p.part("transposed", "Transposed convolution")
losst = Sum(Gt[j] * trans[j], (j, 1, S * (M - 1) + k))
turned.derive("dw", Derivative(losst, w[l]), expected=Sum(yt[i] * Gt[S * (i - 1) + l], (i, 1, M)))
turned_input = p.part("transposed_input", "Input of a transposed convolution")
turned_input.derive("dy", Derivative(losst, yt[i]), expected=Sum(w[l] * Gt[S * (i - 1) + l], (l, 1, k)))

# ---- circular
P = p.size("P", "period")
m, d, f = p.index("m d f", 0, P - 1)
shift = p.index("h", meaning="shift")
xc, hc, gc = p.array("xc hc gc", ((0, P - 1),), "periodic")
yc = p.define("yc", (m,), convolve(xc, hc, m, mode="circular"), "circular convolution")
ring = p.part("circular", "Circular convolution")
ring.derive(
    "dh", Derivative(Sum(gc[m] * yc[m], (m, 0, P - 1)), hc[d]), expected=Sum(gc[m] * xc[Mod(m - d, P)], (m, 0, P - 1))
)
ring.show("commutes", yc[m], Sum(hc[Mod(m - f, P)] * xc[f], (f, 0, P - 1)))
ring.show("shift", Sum(xc[Mod(m - f - shift, P)] * hc[f], (f, 0, P - 1)), yc[Mod(m - shift, P)])

# ---- laws of the full convolution
La, Lb, Lc = p.size("La Lb Lc", "lengths")
A = p.array("A", ((0, La - 1),), "signal", padded=True)
Bs = p.array("Bs", ((0, Lb - 1),), "signal", padded=True)
Cs = p.array("Cs", ((0, Lc - 1),), "signal", padded=True)
time, e1, e2 = p.index("time e1 e2", meaning="time")
laws = p.part("laws", "Laws of the full convolution")
laws.show("commutative", Sum(A[e1] * Bs[time - e1], (e1, 0, La - 1)), Sum(Bs[e1] * A[time - e1], (e1, 0, Lb - 1)))
laws.show(
    "associative", Sum(Sum(A[e2] * Bs[e1 - e2], (e2, 0, La - 1)) * Cs[time - e1], (e1, 0, La + Lb - 2)),
    Sum(A[e2] * Sum(Bs[e1] * Cs[time - e2 - e1], (e1, 0, Lb - 1)), (e2, 0, La - 1)),
)  # fmt: skip

# ---- a boxcar through a decaying filter
rho = p.symbol("rho", "ratio", unit=True)
box = p.part("boxcar", "A boxcar through a decaying filter")
box.derive(
    "y", Sum(Piecewise((rho ** (time - e1), e1 <= time), (0, True)), (e1, 0, La - 1)),
    expected=Piecewise(
        (0, time < 0), ((1 - rho ** (time + 1)) / (1 - rho), time <= La - 1),
        (rho ** (time - La + 1) * (1 - rho**La) / (1 - rho), True),
    ),
)  # fmt: skip

# ---- normalisation
eps = p.symbol("eps", "what keeps the root positive", positive=True)
dim = p.size("dim", "features")
ka, kb, kc = p.index("ka kb kc", 1, dim)
xf, gf, gam = p.array("xf gf gam", dim, "features, gradient, scale")
mu = p.define("mu", mean(xf[ka], over=ka), "mean")
var = p.define("var", variance(xf[ka], over=ka, about=mu), "variance")
hat = p.define("hat", (ka,), (xf[ka] - mu) / sqrt(var + eps), "normalised")
ln = p.part("layer_norm", "Layer normalisation")
ln.derive(
    "dx", Derivative(Sum(gf[ka] * gam[ka] * hat[ka], (ka, 1, dim)), xf[kb]),
    expected=(
        gf[kb] * gam[kb] - Sum(gf[ka] * gam[ka], (ka, 1, dim)) / dim
        - hat[kb] * Sum(gf[ka] * gam[ka] * hat[ka], (ka, 1, dim)) / dim
    ) / sqrt(var + eps),
)  # fmt: skip
ln.derive("dgamma", Derivative(Sum(gf[ka] * gam[ka] * hat[ka], (ka, 1, dim)), gam[kb]), expected=gf[kb] * hat[kb])
rms = p.define("rms", sqrt(Sum(xf[ka] ** 2, (ka, 1, dim)) / dim + eps), "root of the mean square")
rmsn = p.part("rms_norm", "RMS normalisation")
rmsn.derive(
    "dx", Derivative(Sum(gf[ka] * xf[ka] / rms, (ka, 1, dim)), xf[kb]),
    expected=gf[kb] / rms - xf[kb] * Sum(gf[ka] * xf[ka], (ka, 1, dim)) / (dim * rms**3),
)  # fmt: skip
Xb, Gb = p.array("Xb Gb", (B, C), "batch, gradient")
n2 = p.index("n2", 1, B)
mub = p.define("mub", (c,), mean(Xb[n, c], over=n), "mean of a channel")
varb = p.define("varb", (c,), variance(Xb[n, c], over=n, about=mub[c]), "variance of a channel")
hatb = p.define("hatb", (n, c), (Xb[n, c] - mub[c]) / sqrt(varb[c] + eps), "normalised batch")
bn = p.part("batch_norm", "Batch normalisation")
bn.derive(
    "dX", Derivative(Sum(Gb[n, c] * hatb[n, c], (c, 1, C), (n, 1, B)), Xb[n2, c]),
    expected=(
        Gb[n2, c] - Sum(Gb[n, c], (n, 1, B)) / B - hatb[n2, c] * Sum(Gb[n, c] * hatb[n, c], (n, 1, B)) / B
    ) / sqrt(varb[c] + eps),
)  # fmt: skip

# ---- attention, linear layer, bilinear form
Tq, Tk, dk = p.size("Tq Tk dk", "queries, keys, size of a key")
qa, qb = p.index("qa qb", 1, Tq)
ca, cb = p.index("ca cb", 1, Tk)
ea, eb = p.index("ea eb", 1, dk)
Q, Km, V = p.array("Q", (Tq, dk), "queries"), p.array("Km", (Tk, dk), "keys"), p.array("V", (Tk, dk), "values")
dO = p.array("dO", (Tq, dk), "gradient of the outputs")
score = p.define("score", (qa, ca), Sum(Q[qa, ea] * Km[ca, ea], (ea, 1, dk)) / sqrt(dk), "scores")
Pr = p.define("Pr", (qa, ca), softmax(lambda r: score[qa, r], ca, over=(1, Tk)), "attention weights")
out = p.define("out", (qa, ea), Sum(Pr[qa, ca] * V[ca, ea], (ca, 1, Tk)), "outputs")
dP = p.define("dP", (qa, ca), Sum(dO[qa, ea] * V[ca, ea], (ea, 1, dk)), "gradient of the weights")
losso = Sum(dO[qa, ea] * out[qa, ea], (ea, 1, dk), (qa, 1, Tq))
attention = p.part("attention", "Backward pass of attention")
attention.derive("dV", Derivative(losso, V[cb, eb]), expected=Sum(Pr[qa, cb] * dO[qa, eb], (qa, 1, Tq)))
attention.derive(
    "dQ", Derivative(losso, Q[qb, eb]),
    expected=Sum(Pr[qb, ca] * (dP[qb, ca] - Sum(Pr[qb, cb] * dP[qb, cb], (cb, 1, Tk))) * Km[ca, eb], (ca, 1, Tk)) / sqrt(dk),
)  # fmt: skip
Z, U = p.array("Z U", (Tq, Tk), "scores, gradient of the weights")
A2 = p.define("A2", (qa, ca), softmax(lambda r: Z[qa, r], ca, over=(1, Tk)), "weights")
attention.derive(
    "dZ", Derivative(Sum(U[qa, ca] * A2[qa, ca], (ca, 1, Tk), (qa, 1, Tq)), Z[qb, cb]),
    expected=A2[qb, cb] * (U[qb, cb] - Sum(A2[qb, ca] * U[qb, ca], (ca, 1, Tk))),
)  # fmt: skip

din, dout = p.size("din dout", "inputs and outputs")
ia, ib = p.index("ia ib", 1, din)
oa, ob = p.index("oa ob", 1, dout)
Xl, Wl, bl = p.array("Xl", (B, din), "batch"), p.array("Wl", (dout, din), "weights"), p.array("bl", dout, "bias")
Gl = p.array("Gl", (B, dout), "gradient of the outputs")
yl = p.define("yl", (n, oa), Sum(Wl[oa, ia] * Xl[n, ia], (ia, 1, din)) + bl[oa], "linear layer")
lossl = Sum(Gl[n, oa] * yl[n, oa], (oa, 1, dout), (n, 1, B))
linear = p.part("linear", "A linear layer")
linear.derive("dW", Derivative(lossl, Wl[ob, ib]), expected=Sum(Gl[n, ob] * Xl[n, ib], (n, 1, B)))
linear.derive("db", Derivative(lossl, bl[ob]), expected=Sum(Gl[n, ob], (n, 1, B)))
linear.derive("dX", Derivative(lossl, Xl[n2, ib]), expected=Sum(Gl[n2, oa] * Wl[oa, ib], (oa, 1, dout)))
left, right, Bil = p.array("left", dout), p.array("right", din), p.array("Bil", (dout, din))
form = Sum(left[oa] * Bil[oa, ia] * right[ia], (ia, 1, din), (oa, 1, dout))
bilinear = p.part("bilinear", "A bilinear form")
bilinear.derive("dleft", Derivative(form, left[ob]), expected=Sum(Bil[ob, ia] * right[ia], (ia, 1, din)))
bilinear.derive("dright", Derivative(form, right[ib]), expected=Sum(Bil[oa, ib] * left[oa], (oa, 1, dout)))
bilinear.derive("dB", Derivative(form, Bil[ob, ib]), expected=left[ob] * right[ib])
