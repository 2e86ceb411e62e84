"""A convolutional layer in two dimensions: the gradient of its kernel and one gradient step; time shifts of a filter."""

from sympy import Derivative, Sum

from symderiv import declare

p = declare(
    "Gradient of a convolutional layer",
    r"The layer $y_{i,j}=\sum_{h=1}^k\sum_{l=1}^k x_{i+h-1,j+l-1}w_{h,l}$ (cross-correlation, no flip, valid) maps an"
    r" $n\times n$ input to an $m\times m$ output with $m=n-k+1$; $dy=\partial L/\partial y$ is given.",
)
n = p.size("n", "side of the input")
k = p.size("k", "side of the kernel")
p.assume(k <= n)
m = p.define("m", n - k + 1, "side of the output")
i, j = p.index("i j", 1, n - k + 1, meaning="output position")
h, l = p.index("h l", 1, k, meaning="kernel position")
x = p.array("x", (n, n), "input")
w = p.array("w", (k, k), "kernel")
dy = p.array("dy", (n - k + 1, n - k + 1), r"$\partial L/\partial y$")
p.notation(r"\frac{\partial L}{\partial y}", dy)
eta = p.symbol("eta", "learning rate", positive=True)
y = p.define("y", (i, j), Sum(x[i + h - 1, j + l - 1] * w[h, l], (l, 1, k), (h, 1, k)), "output of the layer")
loss = Sum(dy[i, j] * y[i, j], (j, 1, m), (i, 1, m))

part = p.part(
    "A7a", "Gradient of the kernel and one step", alias="kernel_gradient",
    text=r"By the chain rule $\partial L/\partial w_{h,l}=\sum_{i,j}dy_{i,j}\,\partial y_{i,j}/\partial w_{h,l}$. Derive it, and the update by one step of gradient descent.",
    remarks=[r"All indices stay in range: $1\le i+h-1\le m+k-1=n$.", r"The gradient is the valid cross-correlation of $x$ with $dy$."],
)  # fmt: skip
part.derive("dw_hl", Derivative(loss, w[h, l]), expected=Sum(dy[i, j] * x[i + h - 1, j + l - 1], (j, 1, m), (i, 1, m)))
dw = p.define("dw", (h, l), Sum(dy[i, j] * x[i + h - 1, j + l - 1], (j, 1, m), (i, 1, m)), "gradient of the kernel")
part.derive("update", w[h, l] - eta * Derivative(loss, w[h, l]), expected=w[h, l] - eta * dw[h, l])
