"""Mean, variance and growth of the weight gradient of a convolution whose input and output gradient are random."""

from sympy import Abs, Max, Ne, Or, Sum

from symderiv import Cov, E, Std, Var, declare

p = declare(
    "Variance of a convolution's weight gradient",
    r"A valid cross-correlation of an $n\times n$ input with a $k\times k$ kernel has an $m\times m$ output, $m=n-k+1$.",
)
n = p.size("n", "input size")
k = p.size("k", "kernel size")
p.assume(k <= n)
i, j = p.index("i j", 1, n - k + 1)
h, l, h2, l2 = p.index("h l h2 l2", 1, k)
sigma_x = p.symbol("sigma_x", "deviation of an input", positive=True)
sigma_g = p.symbol("sigma_g", "deviation of an output gradient", positive=True)
x = p.random("x", (n, n), "input", mean=0, variance=sigma_x**2, independent=True)
dy = p.random("dy", (n - k + 1, n - k + 1), "gradient of the output", mean=0, variance=sigma_g**2, independent=True)
p.independent(x, dy)
dw = p.define(
    "dw",
    (h, l),
    Sum(dy[i, j] * x[i + h - 1, j + l - 1], (j, 1, n - k + 1), (i, 1, n - k + 1)),
    "gradient of the kernel",
)
part = p.part(
    "A7b",
    "Mean, variance and growth of the gradient",
    alias="variance",
    conditions=[Or(Ne(h, h2), Ne(l, l2))],
)
part.derive("mean", E(dw[h, l]), expected=0)
part.derive("var", Var(dw[h, l]), expected=(n - k + 1) ** 2 * sigma_x**2 * sigma_g**2)
part.derive("cov_other", Cov(dw[h, l], dw[h2, l2]), expected=0)
part.derive("std", Std(dw[h, l]), expected=(n - k + 1) * sigma_x * sigma_g)
part.growth(
    "std_growth", Std(dw[h, l]), n, expected=sigma_x * sigma_g, note=r"So $\operatorname{Std}(\mathrm{dw})=\Theta(n)$."
)
size = n - k + 1
part.derive(
    "cov_squares_gaussian",
    Cov(dw[h, l] ** 2, dw[h2, l2] ** 2),
    assuming=p.has_law("gaussian", x, dy),
    expected=2 * sigma_x**4 * sigma_g**4 * (size**2 + Max(0, size - Abs(h - h2)) * Max(0, size - Abs(l - l2))),
    note=r"Entries of $\mathrm{dw}$ are uncorrelated and yet not independent: this covariance is positive.",
)
# Names that answers may use for what the formula is made of.
p.define("m", n - k + 1, "size of the output")
p.define("dh", h - h2, "rows between the two entries", latex=r"\Delta h")
p.define("dl", l - l2, "columns between the two entries", latex=r"\Delta l")
