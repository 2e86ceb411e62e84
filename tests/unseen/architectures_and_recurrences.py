"""Architectures, recurrences, inequalities and gates that no problem file has."""

from sympy import Abs, And, Eq, Max, Mod, Rational, Sum, ceiling, exp, floor, log, oo, sqrt, true

from symderiv import conv, declare, depthwise, how_many, linear, pointwise, relu, sigmoid

p = declare("Unseen architectures and recurrences")

# ---- sizes
H, K, S, D = p.size("H", "height"), p.size("K", "kernel"), p.size("S", "stride"), p.size("D", "dilation")
P, h, op = p.size("P", "padding", lower=0), p.size("h", "half width", lower=0), p.size("op", "output padding", lower=0)
n, B, N = p.size("n", "output size"), p.size("B", "batch"), p.size("N", "filters")
t = p.index("t", 0, oo, meaning="window, step")
transposed = p.part("output_padding", "Output padding of a transposed convolution", conditions=[op < S])
transposed.show("round_trip", floor(((n - 1) * S - 2 * P + D * (K - 1) + op + 1 + 2 * P - D * (K - 1) - 1) / S) + 1, n)
same = p.part("same", "Padding that keeps the size")
same.find("P", H, H + 2 * P - K + 1, unknown=P, expected=(K - 1) / 2)
same.derive("dilated", how_many(t + D * (2 * h) + 1 <= H + 2 * (D * h), (t, 0, H + 2 * D * h - 1)), expected=H)
same.show("strided", floor((H + 2 * h - (2 * h + 1)) / S) + 1, ceiling(H / S))
windows = p.part("windows", "Dilated windows with a stride", conditions=[D * (K - 1) + 1 <= H])
windows.derive(
    "count", how_many(t * S + D * (K - 1) + 1 <= H, (t, 0, H - 1)), expected=floor((H - D * (K - 1) - 1) / S) + 1
)
halving = p.part("halving", "Sizes that are rounded twice")
halving.show("twice", floor(floor(H / 2) / 2), floor(H / 4))
halving.derive("steps", how_many(t * B < N, (t, 0, N - 1)), expected=ceiling(N / B))
halving.show("drop_last", N - Mod(N, B), B * floor(N / B))

# ---- counts
m, d, hq, g, dh, T = p.size("m d hq g dh T", "widths, heads, groups, tokens")
xin, rec = p.layer("from_input", linear(m), input=d), p.layer("from_state", linear(m, bias=False), input=m)
cells = p.part("recurrent", "LSTM and GRU")
cells.count("lstm", 4 * (xin.parameters + rec.parameters), expected=4 * m * (d + m + 1))
cells.count("gru", 3 * (xin.parameters + rec.parameters), expected=3 * m * (d + m + 1))
shared = [
    p.layer("queries", linear(hq * dh, bias=False), input=d), p.layer("keys", linear(g * dh, bias=False), input=d),
    p.layer("values", linear(g * dh, bias=False), input=d), p.layer("out", linear(d, bias=False), input=hq * dh),
]  # fmt: skip
total = sum(layer.parameters for layer in shared)
gqa = p.part("gqa", "Grouped-query attention")
gqa.count("params", total, expected=2 * d * dh * (hq + g))
gqa.count("relative", total / (4 * d * hq * dh), expected=(hq + g) / (2 * hq))
gqa.when("smaller", total < 4 * d * hq * dh, expected=g < hq)
C = p.size("C", "channels")
std = p.layer("standard", conv(N, K, padding="same", bias=False), input=(C, H, H))
dw = p.layer("dw", depthwise(K, padding="same", bias=False), input=(C, H, H))
pw = p.layer("pw", pointwise(N, bias=False), input=(C, H, H))
mobile = p.part("mobilenet", "MobileNet")
mobile.count("ratio", (dw.multiplications + pw.multiplications) / std.multiplications, expected=1 / N + 1 / K**2)
r = p.size("r", "rank, reduction")
low = [p.layer("lowA", linear(r, bias=False), input=d), p.layer("lowB", linear(m, bias=False), input=r)]
full = p.layer("full", linear(m, bias=False), input=d)
lora = p.part("lora", "Low-rank adaptation")
lora.count("ratio", (low[0].parameters + low[1].parameters) / full.parameters, expected=r * (d + m) / (d * m))
L = p.size("L", "levels")
l = p.index("l", 1, L)
unet = p.part("unet", "Encoder of a U-Net")
widths = 9 * (C * 2 ** (l - 1)) * (C * 2**l) + 9 * (C * 2**l) ** 2
unet.derive("weights", Sum(widths, (l, 1, L)), expected=18 * C**2 * (4**L - 1))
stacks = p.part("vgg", "Three by three against one large kernel")
stacks.when("fewer", L * (9 * C**2) < (2 * L + 1) ** 2 * C**2, expected=L >= 2, equality=Eq(L, 1))

# ---- recurrences
U = p.size("U", "steps", lower=0)
eta, lam = p.symbol("eta lam", "rate, weight decay", positive=True)
beta, gamma = p.symbol("beta gamma", "decays", unit=True)
G, x0 = p.symbol("G x0", "gradient, start")
field = p.recurrence("field", t, start={0: 1}, step=lambda R: R[t] + (K - 1) * 2**t)
w = p.recurrence("w", t, start={0: x0}, step=lambda w: (1 - eta * lam) * w[t] - eta * G)
ema = p.recurrence("ema", t, start={0: 0}, step=lambda m: beta * m[t] + (1 - beta) * G * gamma**t)
strassen = p.recurrence("strassen", t, start={0: 0}, step=lambda s: 7 * s[t] + 18 * 4**t)
heap = p.recurrence("heap", t, start={0: 1}, step=lambda s: 2 * s[t] + t)
order_1 = p.part("first_order", "Recurrences of first order")
order_1.closed_form("wavenet", field[U], expected=1 + (K - 1) * (2**U - 1))
order_1.closed_form("weight_decay", w[U], expected=(1 - eta * lam) ** U * x0 - (1 - (1 - eta * lam) ** U) * G / lam)
order_1.closed_form("decaying", ema[U], expected=(1 - beta) * G * (beta**U - gamma**U) / (beta - gamma))
order_1.closed_form("strassen", strassen[U], expected=6 * (7**U - 4**U))
order_1.closed_form("heap", heap[U], expected=2 * 2**U - U - 1)
a = p.recurrence("a", t, start={0: 0, 1: 1}, step=lambda a: 5 * a[t] - 6 * a[t - 1])
b = p.recurrence("b", t, start={0: 1, 1: 3}, step=lambda b: 2 * b[t] - b[t - 1])
fib = p.recurrence("fib", t, start={0: 0, 1: 1}, step=lambda f: f[t] + f[t - 1])
stay, leave = p.recurrence(
    "stay leave", t, start={0: (1, 0)},
    step=lambda s, q: (Rational(9, 10) * s[t] + q[t] / 5, s[t] / 10 + Rational(4, 5) * q[t]),
)  # fmt: skip
order_2 = p.part("second_order", "Recurrences of second order")
order_2.closed_form("distinct", a[U], expected=3**U - 2**U)
order_2.closed_form("twice", b[U], expected=2 * U + 1)
order_2.closed_form("binet", fib[U], expected=(((1 + sqrt(5)) / 2) ** U - ((1 - sqrt(5)) / 2) ** U) / sqrt(5))
order_2.closed_form("two_states", stay[U], expected=(2 + Rational(7, 10) ** U) / 3)

# ---- inequalities
u, v = p.symbol("u v", "positive numbers", positive=True)
x, y, z, bias = p.symbol("x y z bias", "numbers")
s = p.symbol("s", "weight", unit=True)
q = p.symbol("q", "at least -1", lower=-1)
k = p.index("k", 1, K)
prob, other = p.array("prob other", K, "probabilities", law="simplex", entries="positive")
always = p.part("inequalities", "Inequalities")
always.when("means", (u + v) / 2 >= sqrt(u * v), expected=true, equality=Eq(u, v))
always.when("cauchy", (x * z + y * q) ** 2 <= (x**2 + y**2) * (z**2 + q**2), expected=true, equality=Eq(x * q, y * z))
always.when("jensen", (s * x + (1 - s) * y) ** 2 <= s * x**2 + (1 - s) * y**2, expected=true, equality=Eq(x, y))
always.when("young", x * y <= x**2 / (2 * u) + u * y**2 / 2, expected=true, equality=Eq(x, u * y))
always.when("slope", sigmoid(x) * (1 - sigmoid(x)) <= Rational(1, 4), expected=true, equality=Eq(x, 0))
always.when("bernoulli", (1 + q) ** U >= 1 + U * q, expected=true)
always.when("logarithm", log(u) <= u - 1, expected=true)
always.when("softplus", log(1 + exp(x)) >= x, expected=true)
always.when("gibbs", Sum(prob[k] * log(prob[k] / other[k]), (k, 1, K)) >= 0, expected=true)
always.when("entropy", -Sum(prob[k] * log(prob[k]), (k, 1, K)) <= log(K), expected=true)
bounds = p.part("boundaries", "Decision boundaries and half-lives")
bounds.when("logistic", sigmoid(u * x + bias) > Rational(1, 2), expected=u * x + bias > 0)
bounds.when("half_life", exp(-u * x) < Rational(1, 2), expected=u * x > log(2))
bounds.when("logistic_map", Abs(2 - u) < 1, expected=And(u > 1, u < 3))

# ---- gates
b1, b2 = p.symbol("b1 b2", "bits", binary=True)
w1, w2, w3, w0 = p.symbol("w1 w2 w3 w0", "weights and bias")
rows = [(0, 0), (0, 1), (1, 0), (1, 1)]
cube = [(i, j, o) for i in (0, 1) for j in (0, 1) for o in (0, 1)]
gates = p.part("gates", "NAND, implication, parity, half adder")
gates.separate("nand", rows, [1, 1, 1, 0], unknowns=(w1, w2, w0), expected=[-1, -1, Rational(3, 2)])
gates.separate("implies", rows, [1, 1, 0, 1], unknowns=(w1, w2, w0), expected=[-1, 1, Rational(1, 2)])
gates.separate(
    "parity", cube, [sum(c) % 2 for c in cube], unknowns=(w1, w2, w3, w0),
    expected=(w3 + w0) + (w2 + w0) - w0 - (w2 + w3 + w0),
)  # fmt: skip
gates.show("xor_square", (b1 - b2) ** 2, b1 + b2 - 2 * b1 * b2)
gates.show("xor_relu", relu(b1 + b2) - 2 * relu(b1 + b2 - 1), Abs(b1 - b2))
gates.show("or", Max(b1, b2), b1 + b2 - b1 * b2)
