"""A sigmoid network written as a tanh network: which parameters give the same function."""

from sympy import Sum, tanh

from symderiv import declare, sigmoid

p = declare(
    "Sigmoid and tanh networks",
    r"The two-layer network $y(x,\Theta,\sigma)_k=\sum_{j=1}^M\omega^{(2)}_{kj}\,\sigma\big(\sum_{i=1}^D\omega^{(1)}_{ji}x_i+\omega^{(1)}_{j0}\big)+\omega^{(2)}_{k0}$"
    " has hidden units with activation $\\sigma$.",
)
D, M, K = p.size("D", "number of inputs"), p.size("M", "number of hidden units"), p.size("K", "number of outputs")
i, j, k = p.index("i", 0, D), p.index("j", 1, M), p.index("k", 1, K)
x = p.array("x", D, "input")
a = p.symbol("a", "a pre-activation")
w1 = p.array("omega1", ((1, M), (0, D)), "first layer, biases in column 0", latex=r"\omega^{(1)}")
w2 = p.array("omega2", ((1, K), (0, M)), "second layer, biases in column 0", latex=r"\omega^{(2)}")
u1 = p.array("u1", ((1, M), (0, D)), "first layer of the tanh network", latex=r"\tilde\omega^{(1)}")
u2 = p.array("u2", ((1, K), (0, M)), "second layer of the tanh network", latex=r"\tilde\omega^{(2)}")

part = p.part(
    "C3", "Sigmoid network = tanh network", alias="reparametrisation",
    text=r"Find parameters $\Theta'$ such that $y(x,\Theta,\sigma)=y(x,\Theta',\tanh)$ for every $x$.",
    remarks=[r"The output bias is not halved: it takes up half the sum of the second layer's weights."],
)  # fmt: skip
part.show("sigma_tanh", sigmoid(a), (tanh(a / 2) + 1) / 2)
hidden = sigmoid(Sum(w1[j, i] * x[i], (i, 1, D)) + w1[j, 0])
network = Sum(w2[k, j] * hidden, (j, 1, M)) + w2[k, 0]
target = Sum(u2[k, j] * tanh(Sum(u1[j, i] * x[i], (i, 1, D)) + u1[j, 0]), (j, 1, M)) + u2[k, 0]
part.find("w1_new", network, target, unknown=u1[j, i], expected=w1[j, i] / 2)
part.find("w2_new", network, target, unknown=u2[k, j], expected=w2[k, j] / 2)
part.find("bias2_new", network, target, unknown=u2[k, 0], expected=w2[k, 0] + Sum(w2[k, j], (j, 1, M)) / 2)
