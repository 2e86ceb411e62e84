"""Sizes of outputs: which positions of a window fit, for convolution, pooling and dilated convolution."""

from sympy import Sum, floor

from symderiv import declare, how_many

p = declare(
    "Output sizes",
    r"A window of $K$ entries slides over an input of $H\times W$ entries with $P$ zeros added on each side. Position $t$"
    r" counts from 0; its window covers the entries $tS,\dots,tS+K-1$ of the padded input and has to stay inside.",
)
W, H = p.size("W", "width of the input"), p.size("H", "height of the input")
C = p.size("C", "channels of the input")
K = p.size("K", "side of the kernel")
F = p.size("F", "filters")
S = p.size("S", "stride")
P = p.size("P", "padding on each side", lower=0)
D = p.size("D", "dilation")
i, j = p.index("i j", 1, K, meaning="row and column of the kernel")
c = p.index("c", 1, C, meaning="channel")
f = p.index("f", 1, F, meaning="filter")
t = p.index("t", meaning="position of the window")
s = p.index("s", meaning="place in the padded input")
g = p.index("g", 1, K - 1, meaning="gap between neighbours in the kernel")


def positions(size, kernel, padding=0):
    """How many positions of a window fit: they start inside the padded input and do not leave it."""
    padded = size + 2 * padding if padding != 0 else size
    return how_many(t * S + kernel <= padded, (t, 0, padded - 1))


part = p.part(
    "A4a", "Convolutional layer", alias="convolution", conditions=[K <= W + 2 * P, K <= H + 2 * P],
    text=r"$F$ filters of size $K\times K\times C$ with one bias each, padding $P$, stride $S$. How many parameters, and which output size?",
)  # fmt: skip
part.derive("params", Sum(Sum(1, (i, 1, K), (j, 1, K), (c, 1, C)) + 1, (f, 1, F)), expected=K**2 * C * F + F)
part.derive("W_out", positions(W, K, P), expected=floor((W - K + 2 * P) / S) + 1)
part.derive("H_out", positions(H, K, P), expected=floor((H - K + 2 * P) / S) + 1)
part.derive("channels", how_many((f, 1, F)), expected=F, note="Each filter gives one channel of the output.")

part = p.part(
    "A4b", "Max pooling", alias="pooling", conditions=[K <= W, K <= H],
    text="A window of $K$ by $K$ entries with stride $S$ and no padding, in each channel: which output size?",
)  # fmt: skip
part.derive("W_out", positions(W, K), expected=floor((W - K) / S) + 1)
part.derive("H_out", positions(H, K), expected=floor((H - K) / S) + 1)
part.derive("channels", how_many((c, 1, C)), expected=C, note="Each channel is pooled by itself.")

part = p.part(
    "B3.1", "Convolution", alias="output_size", conditions=[K <= H + 2 * P, K <= W + 2 * P],
    text="How many rows and columns has the output?",
)  # fmt: skip
part.derive("H_out", positions(H, K, P), expected=floor((H + 2 * P - K) / S) + 1)
part.derive("W_out", positions(W, K, P), expected=floor((W + 2 * P - K) / S) + 1)

part = p.part(
    "B4.2", "Dilated convolution", alias="dilated_size", conditions=[(K - 1) * D + 1 <= H + 2 * P],
    text=r"Between neighbouring entries of the kernel stand $D-1$ zeros. How many entries does it cover, and how many rows has the output?",
)  # fmt: skip
part.derive(
    "K_eff",
    how_many((s, 0, (K - 1) * D)),
    expected=(K - 1) * D + 1,
    note=r"The entries of the kernel stand at $0,D,\dots,(K-1)D$; it covers all places from the first to the last.",
)
part.show("gaps", K + Sum(D - 1, (g, 1, K - 1)), (K - 1) * D + 1, note="The entries and the zeros in the gaps.")
part.derive("H_out", positions(H, (K - 1) * D + 1, P), expected=floor((H + 2 * P - (K - 1) * D - 1) / S) + 1)
