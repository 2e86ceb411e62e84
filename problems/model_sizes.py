"""Sizes of models: a transformer block, a bottleneck of a ResNet, orders of a product of three matrices."""

from sympy import MatrixSymbol, symbols

from symderiv import activation, association_orders, conv, declare, linear, norm, product_cost

p = declare(
    "Sizes of models", r"How many parameters do the building blocks of networks have, and what do products cost?"
)
d = p.size("d", "width of the model")
C = p.size("C", "channels inside the bottleneck")
H, W = p.size("H W", "height and width")

attention = [p.layer(name, linear(d), input=d) for name in ("query", "key", "value", "output")]
up, down = p.layer("up", linear(4 * d), input=d), p.layer("down", linear(d), input=4 * d)
norms = [p.layer(name, norm(), input=d) for name in ("norm_a", "norm_b")]
block = p.part(
    "transformer", "A transformer block",
    text=r"Four linear layers $d\to d$ for the attention, $d\to4d\to d$ after it, two layer normalisations, all with biases.",
)  # fmt: skip
block.count("params", sum(layer.parameters for layer in (*attention, up, down, *norms)), expected=12 * d**2 + 13 * d)

net = p.network(
    "bottleneck",
    [
        conv(C, 1, bias=False), norm(), activation(), conv(C, 3, padding=1, bias=False), norm(), activation(),
        conv(4 * C, 1, bias=False), norm(),
    ],
    input=(4 * C, H, W),
)  # fmt: skip
bottleneck = p.part(
    "bottleneck", "A bottleneck of a ResNet",
    text=r"$4C$ channels are reduced to $C$ by $1\times1$, convolved by $3\times3$ and expanded to $4C$, without biases, "
    r"each followed by a batch normalisation.",
)  # fmt: skip
bottleneck.table("params", net.parameters(), expected=[4 * C**2, 2 * C, 0, 9 * C**2, 2 * C, 0, 4 * C**2, 8 * C])
bottleneck.count("total", net.total(), expected=17 * C**2 + 12 * C)
bottleneck.count("mults", net.multiplications(), expected=17 * C**2 * H * W)

T = p.size("T", "length of the sequence")
a, b, c = symbols("a b c")
cost = p.function("cost", (a, b, c), a * b * c, r"an $a\times b$ by a $b\times c$ matrix", latex=r"\operatorname{cost}")
Q, K, V = MatrixSymbol("Q", T, d), MatrixSymbol("K", T, d), MatrixSymbol("V", T, d)
right, left = (product_cost(order, cost) for order in association_orders(Q, K.T, V))
orders = p.part(
    "attention", "The order of a product", text=r"In which order should $QK^\top V$ be calculated, for $T\times d$ matrices?",
)  # fmt: skip
orders.count("from_the_left", left, expected=2 * T**2 * d)
orders.count("from_the_right", right, expected=2 * T * d**2)
orders.count("ratio", left / right, expected=T / d)
orders.when("left_is_cheaper", left < right, expected=d > T)
