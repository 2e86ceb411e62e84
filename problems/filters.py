"""Discrete-time filters: a boxcar through a decaying exponential, and a shifted input."""

from sympy import And, Piecewise, Rational, Sum

from symderiv import declare

p = declare(
    "A boxcar through an exponential filter",
    r"True convolution $y(n)=\sum_k x(k)\,h(n-k)$ of signals that count from 0. The input is $x(k)=1$ for"
    r" $0\le k\le L-1$ and 0 elsewhere, the filter is $h(n)=(1/2)^n$ for $n\ge0$ and 0 before.",
)
L = p.size("L", "length of the boxcar")
n, k = p.index("n", meaning="time"), p.index("k", meaning="index of summation")
half = Rational(1, 2)

boxcar = p.part(
    "A3a", "Boxcar through an exponential filter", alias="boxcar",
    text=r"Give $y(n)$ in closed form, case by case, for $L=7$ and for any $L$; and for the filter cut off after 7 taps.",
    remarks=[r"Only $k\le n$ contributes, since $h(n-k)=0$ for $n<k$. Neighbouring cases agree at their boundary."],
)  # fmt: skip
boxcar.derive(
    "y", Sum(Piecewise((half ** (n - k), k <= n), (0, True)), (k, 0, 6)),
    expected=Piecewise((0, n < 0), (2 * (1 - half ** (n + 1)), n <= 6), (2 * (1 - half**7) * half ** (n - 6), True)),
)  # fmt: skip
boxcar.derive(
    "y_general_L", Sum(Piecewise((half ** (n - k), k <= n), (0, True)), (k, 0, L - 1)),
    expected=Piecewise((0, n < 0), (2 * (1 - half ** (n + 1)), n <= L - 1), (2 * (1 - half**L) * half ** (n - L + 1), True)),
)  # fmt: skip
boxcar.derive(
    "y_truncated_h", Sum(Piecewise((half ** (n - k), And(0 <= n - k, n - k <= 6)), (0, True)), (k, 0, 6)),
    expected=Piecewise(
        (0, n < 0), (2 * (1 - half ** (n + 1)), n <= 6), (2 * (half ** (n - 6) - half**7), n <= 12), (0, True)
    ),
    note=r"With the filter cut off after 7 taps, $h(n)=0$ for $n\ge7$.",
)  # fmt: skip
seven = p.define(
    "y_7", (n,), Sum(Piecewise((half ** (n - k), k <= n), (0, True)), (k, 0, 6)), "output for L = 7", latex="y"
)
rise, fall = [2 * (1 - half ** (t + 1)) for t in range(7)], [Rational(127, 64) * half ** (t - 6) for t in range(7, 13)]
boxcar.evaluate("table_0_12", seven[n], columns=(n, 0, 12), expected=[*rise, *fall])
boxcar.evaluate("table", seven[n], columns=(n, -6, 12), expected=[*[0] * 6, *rise, *fall], plot=True)

N = p.size("N", "length of the filter")
shift = p.index("s", meaning="shift")
h = p.array("h", ((0, N - 1),), "a filter of finite length")
x = p.array("x", ((0, L - 1),), "an input, 0 outside", padded=True)
y = p.function("y", (n,), Sum(h[k] * x[n - k], (k, 0, N - 1)), "output for the input x")
p.notation("*", "full convolution")
late = p.part(
    "A3b", "Shifted input", alias="shifted_input", text=r"The input is $x_2(n)=x(n-5)$. Express $y_2=h*x_2$ through $y$.",
    remarks=["Convolution is time invariant (shift equivariant)."],
)  # fmt: skip
late.show("y2", Sum(h[k] * x[(n - k) - 5], (k, 0, N - 1)), y(n - 5))
late.show("any_shift", Sum(h[k] * x[(n - k) - shift], (k, 0, N - 1)), y(n - shift))
