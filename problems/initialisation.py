"""Initialisation of a linear layer: the variance of its output and the scale that keeps it."""

from sympy import Sum, sqrt

from symderiv import Var, declare

p = declare(
    "Initialisation of a linear layer",
    r"A layer $y = c\,W x$ with weights of unit variance and a scale $c$ that is kept apart from them.",
)
d_in = p.size("d_in", "number of inputs", latex=r"d_{\text{in}}")
d_out = p.size("d_out", "number of outputs", latex=r"d_{\text{out}}")
i = p.index("i", 1, d_in)
j = p.index("j", 1, d_out)
c = p.symbol("c", "scale of the layer", positive=True)
v_x = p.symbol("v_x", "variance of an input", positive=True)
w = p.random("w", (d_out, d_in), "weights", mean=0, variance=1, law="gaussian", independent=True)
x = p.random("x", d_in, "inputs", mean=0, variance=v_x, independent=True)
p.independent(w, x)
y = p.define("y", (j,), c * Sum(w[j, i] * x[i], (i, 1, d_in)), "outputs")

part = p.part(
    "A2b", "The scale that keeps the variance", alias="fan_in",
    text=r"Which $c>0$ gives the outputs the variance of the inputs?",
)  # fmt: skip
part.derive("var_y", Var(y[j]), expected=c**2 * d_in * v_x)
part.find("c", v_x, Var(y[j]), unknown=c, expected=1 / sqrt(d_in))
