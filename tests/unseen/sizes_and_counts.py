"""Sizes, counts, recurrences and truth tables that no problem file has."""

from sympy import Abs, MatrixSymbol, Rational, Sum, ceiling, oo, symbols

from symderiv import (
    activation,
    association_orders,
    conv,
    declare,
    how_many,
    linear,
    norm,
    pool,
    product_cost,
    relu,
)  # fmt: skip

p = declare("Unseen sizes and counts")

# ---- models
d = p.size("d", "width of the model")
C, H, W = p.size("C", "channels"), p.size("H", "height"), p.size("W", "width")
attention = [p.layer(name, linear(d), input=d) for name in ("query", "key", "value", "output")]
block_layers = [
    *attention, p.layer("up", linear(4 * d), input=d), p.layer("down", linear(d), input=4 * d),
    p.layer("norm_a", norm(), input=d), p.layer("norm_b", norm(), input=d),
]  # fmt: skip
block = p.part("transformer", "A transformer block")
block.count("params", sum(layer.parameters for layer in block_layers), expected=12 * d**2 + 13 * d)

net = p.network(
    "bottleneck",
    [conv(C, 1), norm(), activation(), conv(C, 3, padding=1), norm(), activation(), conv(4 * C, 1), norm()],
    input=(4 * C, H, W),
)  # fmt: skip
bottleneck = p.part("bottleneck", "A bottleneck of a ResNet with biases")
bottleneck.table(
    "params", net.parameters(), expected=[4 * C**2 + C, 2 * C, 0, 9 * C**2 + C, 2 * C, 0, 4 * C**2 + 4 * C, 8 * C]
)
bottleneck.count("total", net.total(), expected=17 * C**2 + 18 * C)
bottleneck.count("mults", net.multiplications(), expected=17 * C**2 * H * W)

# ---- orders of a product
a, b, c, e, f = p.size("a b c e f", "sizes of matrices")
x, y, z = symbols("x y z")
cost = p.function("cost", (x, y, z), x * y * z, "one product")
M1, M2, M3, M4 = MatrixSymbol("M1", a, b), MatrixSymbol("M2", b, c), MatrixSymbol("M3", c, e), MatrixSymbol("M4", e, f)
three = [product_cost(order, cost) for order in association_orders(M1, M2, M3)]
four = [product_cost(order, cost) for order in association_orders(M1, M2, M3, M4)]
orders = p.part("orders", "Products in every order")
orders.count("right", three[0], expected=b * c * e + a * b * e)
orders.count("left", three[1], expected=a * b * c + a * c * e)
for number, (value, expected) in enumerate(
    zip(
        four,
        [
            c * e * f + b * c * f + a * b * f, b * c * e + b * e * f + a * b * f, a * b * c + c * e * f + a * c * f,
            b * c * e + a * b * e + a * e * f, a * b * c + a * c * e + a * e * f,
        ],
        strict=True,
    )
):  # fmt: skip
    orders.count(f"four_{number}", value, expected=expected)
orders.when("left_wins", three[1] < three[0], expected=a * c * (b + e) < b * e * (a + c))

# ---- receptive field
K, S = p.size("K", "kernel"), p.size("S", "stride", lower=2)
L = p.size("L", "number of layers", lower=0)
l = p.index("l", 0, L, meaning="layer")
R, J = p.recurrence(
    "R J", l, start={0: (1, 1)}, step=lambda R, J: (R[l] + (K - 1) * J[l], S * J[l]), meaning="field and jump"
)
field = p.part("receptive_field", "Receptive field with kernel K and stride S")
field.closed_form("J", J[L], expected=S**L)
field.closed_form("R", R[L], expected=1 + (K - 1) * (S**L - 1) / (S - 1))
R2, J2 = p.recurrence(
    "R2 J2", l, start={0: (1, 1)}, step=lambda r, j: (r[l] + (K - 1) * j[l], 2 * j[l]), meaning="stride 2"
)
field.closed_form("stride_2", R2[L], expected=1 + (K - 1) * (2**L - 1))

# ---- pooling that rounds up
N, P = p.size("N", "input"), p.symbol("P", "padding", integer=True, nonnegative=True)
p.assume(K <= N + 2 * P)
t = p.index("t", meaning="window")
ceil = p.part("ceil", "Pooling that rounds up")
ceil.derive(
    "outputs", how_many(t * S + K < N + 2 * P + S, (t, 0, N + 2 * P)), expected=ceiling((N + 2 * P - K) / S) + 1
)
halves = p.network("halves", [pool(3, stride=2, ceil=True)], input=(C, 32, 32))
ceil.table("shapes", halves.shapes(), expected=((C, 16, 16),))

# ---- optimisers
T = p.size("T", "number of steps", lower=0)
u = p.index("u", 0, oo, meaning="step")
i = p.index("i", 1, T)
mu = p.symbol("mu", "momentum", unit=True)
eta = p.symbol("eta", "learning rate", positive=True)
curvature = p.symbol("h", "curvature", positive=True)
G, theta0, vertex = p.symbol("G theta0 vertex", "a constant gradient, start, minimum")
g = p.array("g", ((1, oo),), "gradients")
v = p.recurrence("v", u, start={0: 0}, step=lambda v: mu * v[u] + g[u + 1], meaning="velocity")
vc = p.recurrence("vc", u, start={0: 0}, step=lambda v: mu * v[u] + G, meaning="velocity, constant gradient")
momentum = p.part("momentum", "Heavy ball")
momentum.closed_form("v", v[T], expected=Sum(mu ** (T - i) * g[i], (i, 1, T)))
momentum.closed_form("constant", vc[T], expected=G * (1 - mu**T) / (1 - mu))
first, second = p.recurrence(
    "first second", u, start={0: (0, 0)},
    step=lambda m, w: (mu * m[u] + (1 - mu) * G, mu * w[u] + (1 - mu) * G**2), meaning="moments of Adam",
)  # fmt: skip
adam = p.part("adam", "Bias correction", conditions=[T >= 1])
adam.closed_form("m", first[T], expected=G * (1 - mu**T))
adam.closed_form("v", second[T], expected=G**2 * (1 - mu**T))
adam.derive("m_hat", G * (1 - mu**T) / (1 - mu**T), expected=G)
descent = p.part("descent", "Gradient descent on a quadratic")
theta = p.recurrence(
    "theta", u, start={0: theta0}, step=lambda q: q[u] - eta * curvature * (q[u] - vertex), meaning="iterates"
)
descent.closed_form("theta", theta[T], expected=vertex + (1 - eta * curvature) ** T * (theta0 - vertex))
descent.when("closer", Abs(1 - eta * curvature) < 1, expected=eta < 2 / curvature)

# ---- gates
row = p.index("row", 1, 4)
row3 = p.index("row3", 1, 8)
w1, w2, w3, bias = p.symbol("w1 w2 w3 bias", "weights and bias")
X = p.numbers("X", [[0, 0], [0, 1], [1, 0], [1, 1]], "inputs")
X3 = p.numbers("X3", [[q, r, o] for q in (0, 1) for r in (0, 1) for o in (0, 1)], "inputs")
gates = p.part("gates", "XNOR, AND, majority")
rows = [(0, 0), (0, 1), (1, 0), (1, 1)]
gates.separate(
    "xnor", rows, [1, 0, 0, 1], unknowns=(w1, w2, bias), expected=bias + (w1 + w2 + bias) - (w1 + bias) - (w2 + bias)
)
gates.separate("and", rows, [0, 0, 0, 1], unknowns=(w1, w2, bias), expected=[1, 1, Rational(-3, 2)])
gates.separate(
    "majority", [(q, r, o) for q in (0, 1) for r in (0, 1) for o in (0, 1)], [0, 0, 0, 1, 0, 1, 1, 1],
    unknowns=(w1, w2, w3, bias), expected=[1, 1, 1, Rational(-3, 2)],
)  # fmt: skip
xnor = p.define("xnor", (row,), relu(1 - X[row, 1] - X[row, 2]) + relu(X[row, 1] + X[row, 2] - 1), "XNOR by two units")
gates.evaluate("xnor_table", xnor[row], columns=(row, 1, 4), expected=[1, 0, 0, 1], beside=[X[row, 1], X[row, 2]])
gate = p.define("gate", (row,), relu(X[row, 1] + X[row, 2] - 1), "AND by one unit")
gates.evaluate("and_table", gate[row], columns=(row, 1, 4), expected=[0, 0, 0, 1], beside=[X[row, 1], X[row, 2]])
total = X3[row3, 1] + X3[row3, 2] + X3[row3, 3]
vote = p.define("vote", (row3,), relu(total - 1) - relu(total - 2), "majority by two units")
gates.evaluate(
    "majority_table", vote[row3], columns=(row3, 1, 8), expected=[0, 0, 0, 1, 0, 1, 1, 1],
    beside=[X3[row3, 1], X3[row3, 2], X3[row3, 3]],
)  # fmt: skip
