"""A plain convolution against a depthwise separable one: parameters, multiplications and additions."""

from symderiv import conv, declare, depthwise, pointwise

p = declare(
    "Depthwise separable convolutions",
    r"A batch of $B$ inputs $C\times H\times W$ is mapped to $B\times N\times H\times W$ (stride 1, padding that keeps the "
    r"size, no biases), by one convolution or by a depthwise and a pointwise one. Products with padded zeros count.",
)
B = p.size("B", "size of the batch")
N = p.size("N", "channels out")
C = p.size("C", "channels in")
H = p.size("H", "height")
W = p.size("W", "width")
K = p.size("K", "size of the kernels")

vanilla = p.layer("vanilla", conv(N, K, padding="same", bias=False), input=(C, H, W), batch=B)
deep = p.layer("depthwise", depthwise(K, padding="same", bias=False), input=(C, H, W), batch=B)
point = p.layer("pointwise", pointwise(N, bias=False), input=(C, H, W), batch=B)

part = p.part(
    "B6.1a", "Counts", alias="counts",
    text="Count parameters, multiplications and additions of the plain convolution and of both steps of the other one.",
    remarks=["An output that is a sum of products takes one addition less than it has products."],
)  # fmt: skip
part.count("params_vanilla", vanilla.parameters, expected=N * C * K**2)
part.count("mult_vanilla", vanilla.multiplications, expected=B * N * H * W * K**2 * C)
part.count("add_vanilla", vanilla.additions, expected=B * N * H * W * (K**2 * C - 1))
part.count("ops_vanilla", vanilla.operations, expected=2 * B * N * H * W * C * K**2 - B * N * H * W)
part.count("params_depthwise", deep.parameters, expected=C * K**2)
part.count("mult_depthwise", deep.multiplications, expected=B * C * H * W * K**2)
part.count("add_depthwise", deep.additions, expected=B * C * H * W * (K**2 - 1))
part.count("params_pointwise", point.parameters, expected=C * N)
part.count("mult_pointwise", point.multiplications, expected=B * H * W * N * C)
part.count("add_pointwise", point.additions, expected=B * H * W * N * (C - 1))
part.count("params_separable", deep.parameters + point.parameters, expected=C * K**2 + C * N)
part.count(
    "ops_separable",
    deep.operations + point.operations,
    expected=2 * B * H * W * C * K**2 - B * H * C * W + 2 * B * N * H * W * C - B * N * H * W,
)
