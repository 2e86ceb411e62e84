"""Two full convolutions in one dimension: sizes, Jacobian and gradient, for all lengths."""

from sympy import And, Derivative, Piecewise, Sum

from symderiv import declare

p = declare(
    "Gradients of full convolutions",
    r"Two layers $a^1=x*w^1$, $h^1=\operatorname{ReLU}(a^1)$, $a^2=h^1*w^2$. The kernel is not flipped and indices count"
    r" from 1: valid $(x*w)_n=\sum_{j=1}^k x_{n+j-1}w_j$, full $(x\,\tilde*\,w)_n=\sum_{j=1}^k x_{n+j-k}w_j$, with entries"
    r" outside an array read as 0, and $\operatorname{flip}(w)_j=w_{k-j+1}$.",
)
d = p.size("d", "length of the input")
k1 = p.size("k1", "length of $w^1$", latex="k_1")
k2 = p.size("k2", "length of $w^2$", latex="k_2")
i, n = p.index("i", meaning="output position"), p.index("n", meaning="position in the hidden layer")
j = p.index("j", 1, k2)
w2 = p.array("w2", k2, "second kernel", latex="w^2")
flip = p.define("flip", (j,), w2[k2 - j + 1], "the flipped kernel", latex=r"\operatorname{flip}")

F1, F2 = d + k1 - 1, d + k1 + k2 - 2
h = p.array("h1", F1, "hidden layer, full; 0 outside", latex="h^1", padded=True)
g = p.array("g", F2, r"gradient of $L$ with respect to $a^2$, full")
hidden, output = And(1 <= n, n <= F1), And(1 <= i, i <= F2)
b2 = Sum(h[i + j - k2] * w2[j], (j, 1, k2))
L = Sum(g[i] * b2, (i, 1, F2))

p.notation("*", "valid correlation")
p.notation(r"\tilde{*}", "full correlation")
p.notation(r"\nabla_{a^2} L", g)
p.notation(r"\frac{\partial L}{\partial a^2}", g)

sizes = p.part(
    "C5.4",
    "Sizes, full",
    alias="sizes_full",
    text="How long are $a^1$ and $a^2$ now? A window counts if its first entry is not past the end.",
)
sizes.derive("a1", Sum(Piecewise((1, n + 1 - k1 <= d), (0, True)), (n, 1, d + k1)), expected=F1)
sizes.derive("a2", Sum(Piecewise((1, n + 1 - k2 <= F1), (0, True)), (n, 1, F1 + k2)), expected=F2)

jacobian = p.part(
    "C5.5",
    "Jacobian, full",
    alias="jacobian_full",
    text=r"Derive $\partial a^2_i/\partial h^1_n$.",
    conditions=[hidden, output],
)
jacobian.derive(
    "J_in", Derivative(b2, h[n]), expected=Piecewise((w2[n - i + k2], And(n <= i, i <= n + k2 - 1)), (0, True))
)

gradient = p.part(
    "C5.6", "Gradient, full", alias="gradient_full", conditions=[hidden],
    text=r"Show that $\nabla_{h^1}L=\nabla_{a^2}L*\operatorname{flip}(w^2)$.",
)  # fmt: skip
gradient.derive("grad_n", Derivative(L, h[n]), expected=Sum(g[n + j - 1] * w2[k2 - j + 1], (j, 1, k2)))
gradient.show(
    "valid_convolution", Sum(g[n + j - 1] * w2[k2 - j + 1], (j, 1, k2)), Sum(g[n + j - 1] * flip[j], (j, 1, k2))
)
