"""Optimisers as recurrences: momentum, the correction of Adam, gradient descent on a quadratic, weight averages."""

from sympy import Sum, oo

from symderiv import declare

p = declare(
    "Optimisers as recurrences",
    r"An optimiser makes the next number from the last one. Unrolled from the start, its recurrence says how much of "
    r"every gradient is left after $T$ steps.",
)
T = p.size("T", "number of steps", lower=0)
t = p.index("t", 0, oo, meaning="step")
i = p.index("i", 1, T)
beta = p.symbol("b", "decay", unit=True, latex=r"\beta")
g = p.array("g", ((1, oo),), "gradients")
G = p.symbol("G", "a gradient that stays the same")
eta = p.symbol("eta", "learning rate", positive=True)
lam = p.symbol("lambda_", "curvature", positive=True, latex=r"\lambda")
x_0 = p.symbol("x_0", "where the descent starts")

m = p.recurrence("m", t, start={0: 0}, step=lambda m: beta * m[t] + (1 - beta) * g[t + 1], meaning="moving average")
momentum = p.part(
    "momentum", "Moving average of the gradients", text=r"Write $m_T$ as a weighted sum of the gradients.",
)  # fmt: skip
momentum.closed_form("m_T", m[T], expected=(1 - beta) * Sum(beta ** (T - i) * g[i], (i, 1, T)))

c = p.recurrence("c", t, start={0: 0}, step=lambda c: beta * c[t] + (1 - beta) * G, meaning="of a constant gradient")
corrected = p.define("c_hat", c[T] / (1 - beta**T), "corrected average", latex=r"\hat c_T")
adam = p.part(
    "adam", "The correction of Adam", conditions=[T >= 1],
    text=r"The average starts at 0 and is too small at first. By how much, if the gradient stays the same?",
)  # fmt: skip
adam.closed_form("c_T", c[T], expected=(1 - beta**T) * G)
adam.closed_form("c_hat", corrected, expected=G)

x = p.recurrence("x", t, start={0: x_0}, step=lambda x: x[t] - eta * lam * x[t], meaning="descent on a quadratic")
descent = p.part(
    "descent", "Gradient descent on a quadratic", text=r"The loss is $\tfrac12\lambda x^2$. Where is $x$ after $T$ steps?",
    remarks=[r"It tends to 0 exactly if $0<\eta\lambda<2$."],
)  # fmt: skip
descent.closed_form("x_T", x[T], expected=(1 - eta * lam) ** T * x_0)

y = p.recurrence("y", t, start={0: x_0}, step=lambda y: beta * y[t] + (1 - beta) * G, meaning="average of weights")
average = p.part(
    "average", "Exponential average of weights", text=r"The weights stand still at $G$ and the average starts at $x_0$.",
)  # fmt: skip
average.closed_form("y_T", y[T], expected=G + beta**T * (x_0 - G))
