"""Two valid convolutions in one dimension: sizes, Jacobian and gradient, for all lengths."""

from sympy import And, Derivative, Piecewise, Sum

from symderiv import declare

p = declare(
    "Gradients of valid convolutions",
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

V1, V2 = d - k1 + 1, d - k1 - k2 + 2
fits = d >= k1 + k2 - 1
h = p.array("h1", V1, "hidden layer, valid", latex="h^1")
g = p.array("g", V2, r"gradient of $L$ with respect to $a^2$, valid; 0 outside", padded=True)
hidden, output = And(1 <= n, n <= V1), And(1 <= i, i <= V2)
a2 = Sum(h[i + j - 1] * w2[j], (j, 1, k2))
L = Sum(g[i] * a2, (i, 1, V2))

p.notation("*", "valid correlation")
p.notation(r"\tilde{*}", "full correlation")
p.notation(r"\nabla_{a^2} L", g)
p.notation(r"\frac{\partial L}{\partial a^2}", g)

sizes = p.part(
    "C5.1",
    "Sizes, valid",
    alias="sizes_valid",
    text="How long are $a^1$ and $a^2$? A window fits if its last entry does.",
    conditions=[fits],
)
sizes.derive("a1", Sum(Piecewise((1, n + k1 - 1 <= d), (0, True)), (n, 1, d)), expected=V1)
sizes.derive("a2", Sum(Piecewise((1, n + k2 - 1 <= V1), (0, True)), (n, 1, V1)), expected=V2)

jacobian = p.part(
    "C5.2",
    "Jacobian, valid",
    alias="jacobian_valid",
    text=r"Derive $\partial a^2_i/\partial h^1_n$.",
    conditions=[fits, hidden, output],
)
jacobian.derive(
    "J_in", Derivative(a2, h[n]), expected=Piecewise((w2[n - i + 1], And(n >= i, n <= i + k2 - 1)), (0, True))
)

gradient = p.part(
    "C5.3", "Gradient, valid", alias="gradient_valid", conditions=[fits, hidden],
    text=r"Show that $\nabla_{h^1}L=\nabla_{a^2}L\,\tilde*\,\operatorname{flip}(w^2)$.",
)  # fmt: skip
gradient.derive("grad_n", Derivative(L, h[n]), expected=Sum(g[n - j + 1] * w2[j], (j, 1, k2)))
gradient.show("full_convolution", Sum(g[n - j + 1] * w2[j], (j, 1, k2)), Sum(g[n + j - k2] * flip[j], (j, 1, k2)))
