"""Binary classification with a sigmoid output: cross-entropy against the squared error."""

from sympy import Derivative, Sum, log

from symderiv import declare, sigmoid

p = declare(
    "Losses for binary classification",
    r"A network with pre-activation $a(x,\theta)$ and output $f(x,\theta)=g(a)$ predicts a label $y\in\{0,1\}$.",
)
a = p.symbol("a", "pre-activation of the output unit")
y = p.symbol("y", "label", binary=True)
q = p.symbol("q", "probability that the label is 1", unit=True)

activation = p.part(
    "C1.1", "Output activation", alias="activation", text="Which output activation $g$ suits a binary label?",
    answer_text=r"The label is a Bernoulli variable. The pre-activation is its log-odds, so the output unit is a sigmoid.",
)  # fmt: skip
activation.find("g", a, log(q / (1 - q)), unknown=q, expected=sigmoid(a))

g = p.define("g", sigmoid(a), "output of the network")

meaning = p.part(
    "C1.2", "What the output means", alias="meaning", text=r"What does $g(a(x,\theta))$ represent?",
    answer_text=r"The probability of the label 1: $g = P(y=1\mid x)$, the value of the Bernoulli law $g^y(1-g)^{1-y}$ at $y=1$.",
)  # fmt: skip
meaning.derive("meaning", g**y * (1 - g) ** (1 - y), given={y: 1}, expected=g)

cross_entropy = p.part(
    "C1.3",
    "Cross-entropy loss",
    alias="cross_entropy",
    text="Give the negative log-likelihood $L_{CE}$ of one example.",
    conditions=[g > 0, g < 1],
)
cross_entropy.derive("L", -log(g**y * (1 - g) ** (1 - y)), expected=-(y * log(g) + (1 - y) * log(1 - g)))

L_CE = p.define("L_CE", -(y * log(g) + (1 - y) * log(1 - g)), "cross-entropy loss", latex="L_{CE}")
L_MSE = p.define("L_MSE", (y - g) ** 2, "squared error", latex="L_{MSE}")

gradient = p.part(
    "C1.4",
    "Gradient of the cross-entropy",
    alias="cross_entropy_gradient",
    conditions=[g > 0, g < 1],
    text=r"Derive $\partial L_{CE}/\partial a$.",
)
gradient.derive("dLda", Derivative(L_CE, a), expected=g - y)

N = p.size("N", "number of examples")
n = p.index("n", 1, N)
Y = p.array("Y", N, "labels")
F = p.array("F", N, "outputs")
f = p.define("f", g, "output for the one example")
squared = p.part(
    "C1.5", "Squared error", alias="squared_error", text="Give the mean squared error $L_{MSE}$ of a single example."
)
squared.derive("L", Sum((Y[n] - F[n]) ** 2, (n, 1, N)) / N, given={N: 1, Y[1]: y, F[1]: g}, expected=(y - g) ** 2)

squared_gradient = p.part(
    "C1.6",
    "Gradient of the squared error",
    alias="squared_error_gradient",
    text=r"Derive $\partial L_{MSE}/\partial a$.",
)
squared_gradient.derive("dLda", Derivative(L_MSE, a), expected=2 * (g - y) * g * (1 - g))

better = p.part(
    "C1.7", "Which loss is better", alias="comparison", text="Cross-entropy or squared error for binary classification?",
    answer_text=r"The cross-entropy. Its gradient $g-y$ does not vanish when the output saturates on the wrong side, and it is convex in $a$; the squared error is not.",
    remarks=[r"For $y=1$ the squared error is concave in $a$ where $g<1/3$, for $y=0$ where $g>2/3$."],
)  # fmt: skip
better.derive("CE_second_derivative", Derivative(L_CE, a, a), expected=g * (1 - g))
better.derive(
    "MSE_second_derivative", Derivative(L_MSE, a, a), expected=2 * g * (1 - g) * (g * (1 - g) + (g - y) * (1 - 2 * g))
)
better.derive(
    "MSE_y1",
    2 * g * (1 - g) * (g * (1 - g) + (g - y) * (1 - 2 * g)),
    given={y: 1},
    expected=2 * g * (1 - g) ** 2 * (3 * g - 1),
)
better.derive(
    "MSE_y0",
    2 * g * (1 - g) * (g * (1 - g) + (g - y) * (1 - 2 * g)),
    given={y: 0},
    expected=2 * g**2 * (1 - g) * (2 - 3 * g),
)
