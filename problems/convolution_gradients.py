"""Two convolutional layers in one dimension: sizes, Jacobians and gradients, valid and full, for all lengths."""

from sympy import And, Derivative, Piecewise, Sum

from symderiv import declare

p = declare(
    "Gradients of one-dimensional convolutions",
    r"Two layers $a^1=x*w^1$, $h^1=\operatorname{ReLU}(a^1)$, $a^2=h^1*w^2$. The kernel is not flipped and indices count"
    r" from 1: valid $(x*w)_n=\sum_{j=1}^k x_{n+j-1}w_j$, full $(x\,\tilde*\,w)_n=\sum_{j=1}^k x_{n+j-k}w_j$, with entries"
    r" outside an array read as 0, and $\operatorname{flip}(w)_j=w_{k-j+1}$.",
)
d, k1, k2 = p.size("d", "length of the input"), p.size("k1", "length of $w^1$", latex="k_1"), p.size("k2", "length of $w^2$", latex="k_2")
valid = p.part(
    "C5.1", "Sizes, valid", alias="sizes_valid", text=r"How long are $a^1$ and $a^2$? A window fits if its last entry does.",
    conditions=[d >= k1 + k2 - 1],
)  # fmt: skip
n, i, j = p.index("n"), p.index("i"), p.index("j", 1, k2)
valid.derive("a1", Sum(Piecewise((1, n + k1 - 1 <= d), (0, True)), (n, 1, d)), expected=d - k1 + 1)
valid.derive("a2", Sum(Piecewise((1, n + k2 - 1 <= d - k1 + 1), (0, True)), (n, 1, d - k1 + 1)), expected=d - k1 - k2 + 2)
