"""How much of a normal weight distribution underflows in eight-bit floating point."""

from sympy import Abs, erf, sqrt

from symderiv import P, declare, float_grid

p = declare(
    "Weights in eight-bit floating point",
    r"Weights are rounded to the nearest number of an eight-bit format; those with $|w|\le t$ become 0, where $t$ is "
    r"half the smallest positive number: $2^{-10}$ for E4M3FN, $2^{-11}$ for E4M3FNUZ, $2^{-17}$ for E5M2, "
    r"$2^{-18}$ for E5M2FNUZ.",
)
d_in = p.size("d_in", "number of inputs", latex=r"d_{\text{in}}")
t = p.symbol("t", "half the smallest positive number of the format", positive=True)
w = p.random("w", None, "a weight with Xavier's variance", mean=0, variance=1 / d_in, law="gaussian")
u = p.random("u", None, "a weight with unit variance", mean=0, variance=1, law="gaussian")

part = p.part(
    "A2a", "Underflow of small weights", alias="underflow",
    text=r"Which fraction of the weights is rounded to 0, with $w\sim N(0,1/d_{\text{in}})$ and with $u\sim N(0,1)$?",
    answer_text=r"The fraction grows with the width under Xavier's variance and does not depend on it at unit variance. "
    r"It stays small at realistic widths: 2.49\% at $d_{\text{in}}=1024$, 4.98\% at 4096, 9.95\% at 16384 in E4M3FN; "
    r"so it is not true that most values underflow.",
    remarks=[r"The scale $c=1/\sqrt{d_{\text{in}}}$ is kept apart in higher precision, so the layer has the same law."],
)  # fmt: skip
part.derive("underflow_fraction", P(Abs(w) <= t), expected=erf(t * sqrt(d_in) / sqrt(2)))
part.draw("underflow_fraction", float_grid("E4M3FN", underflow=t, deviations=(w, u)), at={d_in: 1024})
part.derive("underflow_fraction_unit", P(Abs(u) <= t), expected=erf(t / sqrt(2)))
