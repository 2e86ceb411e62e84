"""Sizes of transposed convolutions: the output size of a convolution solved for its input size."""

from sympy import Eq, Mod, floor

from symderiv import declare

p = declare(
    "Sizes of transposed convolutions",
    r"A convolution with kernel $K$, padding $P$ and stride $S$ maps $H$ entries to"
    r" $H'=\lfloor(H+2P-K)/S\rfloor+1$. A transposed convolution goes back: which $H$ belong to a given $H'$?"
    r" The output padding $P'$ says which of them is meant.",
)
H, W = p.size("H", "height of the input"), p.size("W", "width of the input")
K = p.size("K", "side of the kernel")
S = p.size("S", "stride")
P = p.size("P", "padding on each side", lower=0)
D = p.size("D", "dilation")
H_p = p.size("H_p", "height of the output", latex="H'")
W_p = p.size("W_p", "width of the output", latex="W'")
P_p = p.symbol("P_p", "output padding", integer=True, lower=0, upper=S - 1, latex="P'")
remarks = [
    r"For a given $H'$ exactly $S$ sizes $H$ are possible, one for each $P'$.",
    r"One output padding for both axes needs $H\equiv W\pmod S$: both remainders are the same.",
]

part = p.part(
    "B3.2", "Transposed convolution", alias="transposed_size", remarks=remarks,
    text=r"Solve the output size for the input size, and express the output padding by the sizes.",
)  # fmt: skip
part.find("H", H_p, floor((H + 2 * P - K) / S) + 1, unknown=H, expected=S * (H_p - 1) - 2 * P + K + P_p)
part.find("W", W_p, floor((W + 2 * P - K) / S) + 1, unknown=W, expected=S * (W_p - 1) - 2 * P + K + P_p)
part.find(
    "P_prime", H, S * floor((H + 2 * P - K) / S) - 2 * P + K + P_p, unknown=P_p, expected=Mod(H + 2 * P - K, S),
    assuming=Eq(H_p, floor((H + 2 * P - K) / S) + 1),
)  # fmt: skip

part = p.part(
    "B4.3", "Dilated transposed convolution", alias="dilated_transposed_size", remarks=remarks,
    text=r"The same with dilation $D$, where the kernel covers $(K-1)D+1$ entries: solve for the sizes.",
)  # fmt: skip
part.find(
    "H", H_p, floor((H + 2 * P - (K - 1) * D - 1) / S) + 1, unknown=H,
    expected=S * (H_p - 1) - 2 * P + (K - 1) * D + 1 + P_p,
)  # fmt: skip
part.find(
    "P_prime", H, S * floor((H + 2 * P - (K - 1) * D - 1) / S) - 2 * P + (K - 1) * D + 1 + P_p, unknown=P_p,
    expected=Mod(H + 2 * P - (K - 1) * D - 1, S), assuming=Eq(H_p, floor((H + 2 * P - (K - 1) * D - 1) / S) + 1),
)  # fmt: skip
