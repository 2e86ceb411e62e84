"""The Newton-Schulz step as a matrix identity, on one singular value, and where it stands still."""

from sympy import Identity, Rational

from symderiv import declare

p = declare(
    "The Newton-Schulz step",
    r"The step $p(W)=\tfrac12(3I-WW^\top)W$ drives the singular values of $W\in\mathbb{R}^{d_{\text{out}}\times "
    r"d_{\text{in}}}$ towards 1 without a singular value decomposition.",
)
d_out = p.size("d_out", "number of rows", latex=r"d_{\text{out}}")
d_in = p.size("d_in", "number of columns", latex=r"d_{\text{in}}")
W = p.matrix("W", (d_out, d_in), "weights")
s = p.symbol("s", "singular value", nonnegative=True)
u = p.matrix("u", d_out, "left singular vector, of length 1", law="orthonormal")
v = p.matrix("v", d_in, "right singular vector, of length 1", law="orthonormal")
Q = p.matrix("Q", (d_out, d_in), "weights with orthonormal columns", law="orthonormal")


def step(X):
    return Rational(1, 2) * (3 * Identity(d_out) - X * X.T) * X


identity = p.part(
    "A1b.identity", "Through the Gram matrix", alias="gram_identity",
    text=r"Write the step with the Gram matrix $W^\top W$, which is smaller when $d_{\text{in}}<d_{\text{out}}$.",
)  # fmt: skip
identity.show("p", step(W), Rational(1, 2) * (3 * W - W * (W.T * W)))

values = p.part(
    "A1b.values", "On singular values", alias="singular_values",
    text=r"What does the step do to $W=s\,uv^\top$, and where does it stand still?",
    remarks=[r"A singular value $s$ becomes $\tfrac12(3s-s^3)$; between 0 and $\sqrt3$ it stays positive, and 1 is fixed."],
)  # fmt: skip
values.show("rank_one", step(s * u * v.T), (3 * s - s**3) / 2 * u * v.T)
values.show("fixed_point", step(Q), Q)
