"""Stacked pooling layers: the gradient that arrives at the input, for maximum and for average pooling."""

from sympy import And, Derivative, Eq, Max, Ne, Or, Piecewise, Product, Rational, oo

from symderiv import declare, maximum, mean

p = declare(
    "Gradients through stacked pooling layers",
    r"Pooling layers with $2\times2$ windows and stride 2 are stacked until one number $y$ is left of an $n\times n$ input,"
    r" $n=2^r$. The loss is $L(y)$, and $dX_{ij}=\partial L/\partial x_{ij}$.",
)
n = p.size("n", "side of the input", lower=2)
r = p.size("r", "number of layers")
m = p.size("m", "side of a block")
i, j = p.index("i j", 1, n, meaning="position in the input")
istar, jstar = p.index("i_star j_star", 1, n, meaning="position of the largest entry")
x = p.array("x", (n, n), "input")
dLdy = p.symbol("dLdy", "derivative of the loss with respect to $y$", latex=r"\frac{\partial L}{\partial y}")
z = p.array("z", ((1, oo), (1, oo)), "a map")
u, v = p.index("u v", 0, oo, meaning="entries before a block")
a, b = p.index("a b", 1, n)


def largest(u, v, side):
    return maximum(z[u + a, v + b], over=[(a, 1, side), (b, 1, side)])


def average(u, v, side):
    return mean(z[u + a, v + b], over=[(a, 1, side), (b, 1, side)])


def corners(block):
    return block(u, v, m), block(u, v + m, m), block(u + m, v, m), block(u + m, v + m, m)


levels = p.part(
    "A7c.levels", "Stacked pools are one large pool", alias="levels",
    text=r"Show by induction that a stack of $r$ layers pools blocks of side $2^r$: a block of side 1 is an entry, and"
    r" one more layer turns blocks of side $m$ into blocks of side $2m$, for every $m$.",
)  # fmt: skip
levels.show("max_start", largest(u, v, 1), z[u + 1, v + 1])
levels.show("max_step", Max(*corners(largest)), largest(u, v, 2 * m))
levels.show("average_start", average(u, v, 1), z[u + 1, v + 1])
levels.show("average_step", Rational(1, 4) * sum(corners(average)), average(u, v, 2 * m))

top = maximum(x[a, b], over=(a, b))
winner = p.part(
    "A7c.max", "Maximum pooling", alias="maximum",
    text=r"The input has a unique largest entry $x_{i^*j^*}$. Derive $dX_{ij}$.",
    conditions=[x[istar, jstar] > maximum(x[a, b], over=(a, b), where=Or(Ne(a, istar), Ne(b, jstar)))],
    remarks=[
        "Where two entries are both the largest, $y$ has no derivative; libraries choose one of the entries or share.",
        "If $n$ is no power of 2, rows and columns at the border are left out, and $y$ is not the maximum of all.",
    ],
)  # fmt: skip
winner.derive(
    "dX_ij", Derivative(dLdy * top, x[i, j]), expected=Piecewise((dLdy, And(Eq(i, istar), Eq(j, jstar))), (0, True))
)

N = p.define("N", n**2, "number of entries")
middle = mean(x[a, b], over=(a, b))
shared = p.part(
    "A7c.avg", "Average pooling", alias="average",
    text=r"Derive $dX_{ij}$, and the weight with which every entry counts after $r$ layers, each of which gives $\tfrac14$.",
)  # fmt: skip
shared.derive("dX_ij", Derivative(dLdy * middle, x[i, j]), expected=dLdy / N)
shared.derive("weight", Product(Rational(1, 4), (a, 1, r)), expected=Rational(1, 4) ** r)
shared.derive("share", 1 / n**2, given={n: 2**r}, expected=Rational(1, 4) ** r)
