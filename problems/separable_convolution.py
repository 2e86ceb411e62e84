"""When a depthwise-separable convolution has fewer parameters and needs fewer operations than an ordinary one."""

from sympy import false

from symderiv import declare

p = declare(
    "When separable convolutions pay",
    r"An ordinary convolution with $N$ filters of size $K\times K\times C$ against one $K\times K$ filter for each of the"
    r" $C$ channels followed by $N$ filters of size $1\times1\times C$; no biases, output of the same height and width.",
)
N = p.size("N", "channels of the output")
C = p.size("C", "channels of the input")
K = p.size("K", "side of the kernel")
B = p.size("B", "inputs in a batch")
H, W = p.size("H", "height"), p.size("W", "width")

vanilla, separable = N * C * K**2, C * K**2 + C * N
part = p.part(
    "B6.1b", "Parameters", alias="parameters",
    text=r"Is $NCK^2>CK^2+CN$? For which sizes?",
    remarks=[r"For $N=1$ or $K=1$ the ordinary convolution has fewer parameters, by $C$."],
)  # fmt: skip
part.show("identity", separable, N * C * K**2 * (1 / N + 1 / K**2))
part.show("difference", vanilla - separable, C * ((N - 1) * (K**2 - 1) - 1))
part.when("condition", vanilla > separable, expected=(N - 1) * (K**2 - 1) > 1, equality=false)

vanilla = 2 * B * N * H * W * C * K**2 - B * N * H * W
separable = 2 * B * H * W * C * K**2 - B * H * W * C + 2 * B * N * H * W * C - B * N * H * W
part = p.part(
    "B6.1c", "Operations", alias="operations",
    text="Multiplications and additions together: when does the ordinary convolution need more?",
    remarks=[r"For $N=1$ or $K=1$ it needs fewer, by $BHWC$."],
)  # fmt: skip
part.show("identity", separable, 2 * B * N * H * W * C * K**2 * (1 / N - 1 / (2 * N * K**2) + 1 / K**2) - B * N * H * W)
part.show("difference", vanilla - separable, B * H * W * C * (2 * (N - 1) * (K**2 - 1) - 1))
part.when("condition", vanilla > separable, expected=2 * (N - 1) * (K**2 - 1) > 1, equality=false)
