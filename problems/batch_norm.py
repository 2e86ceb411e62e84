"""Batch normalisation: which entries share a mean, and what normalising by these statistics achieves."""

from sympy import Derivative, KroneckerDelta, Sum, sqrt

from symderiv import declare, mean, standard_deviation, variance

p = declare(
    "Batch-norm statistics",
    r"A batch $X[b,c,h,w]$ of $B$ feature maps with $C$ channels, $H$ rows and $W$ columns, all counted from 1. A statistic"
    r" is a number for every value of the indices that it keeps and averages over the others. The divisor is the number"
    r" of averaged entries (biased), and deviations are taken from the mean with the same indices.",
)
B, C = p.size("B", "number of examples"), p.size("C", "number of channels")
H, W = p.size("H", "number of rows"), p.size("W", "number of columns")
b, q = p.index("b q", 1, B, meaning="example")
c, d = p.index("c d", 1, C, meaning="channel")
h, u = p.index("h u", 1, H, meaning="row")
w, v = p.index("w v", 1, W, meaning="column")
X = p.array("X", (B, C, H, W), "batch of feature maps")
m = p.symbol("m", "what is subtracted")
s = p.symbol("s", "what is divided by", positive=True)

entry = X[b, c, h, w]
mu_1 = p.define("mu_1", mean(entry, over=(b, c, h, w)), "one mean for all", latex=r"\mu")
mu_c = p.define("mu_c", (c,), mean(entry, over=(b, h, w)), "mean of a channel", latex=r"\mu^{C}")
mu_hw = p.define("mu_hw", (h, w), mean(entry, over=(b, c)), "mean of a position", latex=r"\mu^{HW}")
mu_chw = p.define("mu_chw", (c, h, w), mean(entry, over=b), "mean of an entry", latex=r"\mu^{CHW}")
sigma_c = p.define(
    "sigma_c", (c,), standard_deviation(entry, over=(b, h, w), about=mu_c[c]), "deviation of a channel",
    latex=r"\sigma^{C}",
)  # fmt: skip
sigma_chw = p.define(
    "sigma_chw", (c, h, w), standard_deviation(entry, over=b, about=mu_chw[c, h, w]), "deviation of an entry",
    latex=r"\sigma^{CHW}",
)  # fmt: skip

part = p.part(
    "B2.5", "Statistics over four sets of axes", alias="statistics",
    text=r"Write out the means for $\mu\in\mathbb{R}$, $\mathbb{R}^C$, $\mathbb{R}^{H\times W}$ and $\mathbb{R}^{C\times H\times W}$ and the"
    r" deviation of the last case. Which case suits a convolutional layer, whose positions share their operations while"
    r" its channels do not? Add a learnable scale and shift for each channel, and show what normalisation achieves.",
    answer_text="Case 2, a mean and a deviation per channel: positions share their operations, so they share their"
    " statistics; channels do not. That a statistic of a channel depends on all positions of this channel alike, and on"
    " no other channel, is its derivative below.",
    remarks=[
        r"All of this needs $\sigma>0$; in practice $\sqrt{\sigma^2+\varepsilon}$ is used. Case 4 with $B=1$ has $\sigma=0$.",
    ],
)  # fmt: skip
part.derive("mu_1", mu_1, expected=Sum(entry, (w, 1, W), (h, 1, H), (c, 1, C), (b, 1, B)) / (B * C * H * W))
part.derive("mu_c", mu_c[c], expected=Sum(entry, (w, 1, W), (h, 1, H), (b, 1, B)) / (B * H * W))
part.derive("mu_hw", mu_hw[h, w], expected=Sum(entry, (c, 1, C), (b, 1, B)) / (B * C))
part.derive("mu_chw", mu_chw[c, h, w], expected=Sum(entry, (b, 1, B)) / B)
part.derive("sigma_chw", sigma_chw[c, h, w], expected=sqrt(Sum((entry - mu_chw[c, h, w]) ** 2, (b, 1, B)) / B))
part.derive("which", Derivative(mu_c[c], X[q, d, u, v]), expected=KroneckerDelta(c, d) / (B * H * W),
            note="Case 2: only the entries of the same channel count, and all of them alike.")  # fmt: skip
part.find("centre", 0, mean(entry - m, over=(b, h, w)), unknown=m, expected=mu_c[c])
part.find("scale", 1, mean(((entry - mu_c[c]) / s) ** 2, over=(b, h, w)), unknown=s, expected=sigma_c[c])

gamma, beta = p.array("gamma", C, "scale of a channel"), p.array("beta", C, "shift of a channel")
Z = p.define("Z", (b, c, h, w), (entry - mu_c[c]) / sigma_c[c], "normalised batch", latex=r"\hat X")
Y = p.define("Y", (b, c, h, w), gamma[c] * (entry - mu_c[c]) / sigma_c[c] + beta[c], "output of the layer")
part.derive("affine", Y[b, c, h, w], expected=gamma[c] * (entry - mu_c[c]) / sigma_c[c] + beta[c])
part.show("mean_normalised", mean(Z[b, c, h, w], over=(b, h, w)), 0)
part.show("variance_normalised", variance(Z[b, c, h, w], over=(b, h, w), about=0), 1)
part.show("mean_output", mean(Y[b, c, h, w], over=(b, h, w)), beta[c])
part.show("variance_output", variance(Y[b, c, h, w], over=(b, h, w), about=beta[c]), gamma[c] ** 2)
