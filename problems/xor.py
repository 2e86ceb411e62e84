"""XOR: no linear unit computes it, two small networks do."""

from sympy import Abs, Max, Sum

from symderiv import declare

p = declare(
    "Exclusive or",
    r"The labels of the inputs $(0,1),(0,0),(1,0),(1,1)$ are $1,0,1,0$. A network with one hidden layer of two units"
    r" computes $f(x)=W_2\,\sigma(W_1x+b_1)+b_2$.",
)
n = p.index("n", 1, 4, meaning="input")
i, j = p.index("i j", 1, 2, meaning="component, hidden unit")
x1, x2 = p.symbol("x1:3", "components of an input", binary=True)
w1, w2, b = p.symbol("w1 w2 b", "weights and bias of a linear unit")
X = p.numbers("X", [[0, 1], [0, 0], [1, 0], [1, 1]], "inputs", latex="x")
b1 = p.numbers("b1", [0, 0], "hidden biases", latex="b_1")
b2 = p.define("b2", 0, "output bias", latex="b_2")


def network(letter, first, second, activation):
    """The hidden values and the output for the input with number n, and the output for any input."""
    mark = "'" if letter else ""
    W1 = p.numbers(f"W1{letter}", first, "hidden weights", latex=f"W_1{mark}")
    W2 = p.numbers(f"W2{letter}", second, "output weights", latex=f"W_2{mark}")
    hidden = p.define(
        f"h{letter}", (n, j), activation(Sum(W1[j, i] * X[n, i], (i, 1, 2)) + b1[j]), "hidden values", latex=f"h{mark}"
    )
    output = p.define(f"y{letter}", (n,), Sum(W2[j] * hidden[n, j], (j, 1, 2)) + b2, "output", latex=f"y{mark}")
    units = [activation(W1[k, 1] * x1 + W1[k, 2] * x2 + b1[k]) for k in (1, 2)]
    return hidden, output, W2[1] * units[0] + W2[2] * units[1] + b2


part = p.part(
    "B1.1", "No linear unit computes it", alias="not_separable",
    text=r"A threshold unit answers 1 where $w_1x_1+w_2x_2+b>0$ and 0 elsewhere. Show that no $w_1,w_2,b$ give these labels.",
    remarks=[r"The two inequalities that are strict add up to $w_1+w_2+2b>0$, the other two to $w_1+w_2+2b\le0$."],
)  # fmt: skip
part.separate(
    "certificate", [(1, 0), (0, 1), (1, 1), (0, 0)], [1, 1, 0, 0], unknowns=(w1, w2, b),
    expected=(w1 + b) + (w2 + b) - (w1 + w2 + b) - b,
)  # fmt: skip

h, y, f = network("", [[1, -1], [1, 1]], [1, 0], Abs)
part = p.part(
    "B1.2", "Absolute value", alias="absolute_value",
    text=r"$W_1=\begin{pmatrix}1&-1\\1&1\end{pmatrix}$, $b_1=0$, $W_2=(1,0)$, $b_2=0$, $\sigma(z)=|z|$. Which function is it, and does it give the labels?",
)  # fmt: skip
part.derive("f", f, expected=Abs(x1 - x2))
part.evaluate(
    "table_01_00_10_11", y[n], columns=(n, 1, 4), expected=[1, 0, 1, 0], beside=[X[n, 1], X[n, 2], h[n, 1], h[n, 2]]
)

h, y, f = network("r", [[1, -1], [-1, 1]], [1, 1], lambda z: Max(0, z))
part = p.part(
    "B1.3", "ReLU", alias="relu",
    text=r"$W_1'=\begin{pmatrix}1&-1\\-1&1\end{pmatrix}$, $b_1=0$, $W_2'=(1,1)$, $b_2=0$, $\sigma(z)=\max(0,z)$. Which function is it now, and does it give the labels?",
)  # fmt: skip
part.derive("f", f, expected=Max(0, x1 - x2) + Max(0, x2 - x1))
part.evaluate(
    "table_01_00_10_11", y[n], columns=(n, 1, 4), expected=[1, 0, 1, 0], beside=[X[n, 1], X[n, 2], h[n, 1], h[n, 2]]
)
part.show("absolute_value", f, Abs(x1 - x2))
