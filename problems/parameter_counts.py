"""Parameters of convolutions, plain and grouped, and of a network of three layers."""

from sympy import Eq, Mod

from symderiv import conv, declare, pool

p = declare("Parameters of convolutions", r"A filter has one weight for each channel of its group and kernel position.")
N = p.size("N", "number of filters")
C = p.size("C", "number of channels")
K = p.size("K", "size of the kernels")
M = p.size("M", "number of groups")
p.assume(Eq(Mod(N, M), 0), Eq(Mod(C, M), 0))

plain = p.layer("plain", conv(N, K, bias=False), input=C)
whole = p.part(
    "B5.1", r"$N$ filters of size $K\times K\times C$", alias="plain", text="How many parameters, without biases?"
)
whole.count("params", plain.parameters, expected=N * K**2 * C)

grouped = p.layer("grouped", conv(N, K, groups=M, bias=False), input=C)
groups = p.part(
    "B5.2", "A grouped convolution", alias="grouped",
    text=r"The channels and the filters are parted into $M$ groups; $M$ divides $N$ and $C$. How many parameters are left?",
)  # fmt: skip
groups.count("params", grouped.parameters, expected=N * K**2 * C / M)

net = p.network(
    "net", [conv(32, 8, stride=2, padding=3), pool(2), conv(64, 3, padding=1)], input=(128, 128, 3), order="last"
)
three = p.part(
    "C4.1", "A network of three layers", alias="three_layers",
    text=r"Images of $128\times128\times3$: 32 kernels of $8\times8$ with stride 2 and padding 3, a maximum over "
    r"$2\times2$ with stride 2, 64 kernels of $3\times3$ with padding 1. How many numbers leave the last layer?",
)  # fmt: skip
three.table("shapes", net.shapes(), expected=((64, 64, 32), (32, 32, 32), (32, 32, 64)))
three.count("scalars", net.scalars(), expected=65536)

third = p.part(
    "C4.2", "Weights of the third layer", alias="third_layer", text="How many weights, without biases?",
    remarks=["With biases there are 18496."],
)  # fmt: skip
third.count("params", net.parameters(bias=False)[2], expected=18432)
