"""Two convolutional networks: depths of kernels, shapes, parameters with and without biases."""

from symderiv import conv, declare, linear, pool

p = declare(
    "Shapes and parameters of convolutional networks",
    r"A batch of 100 images $3\times512\times512$ goes through four convolutions, an average pooling and a linear layer "
    r"with 10 outputs. The convolutions have 128 kernels of $5\times5$ with stride 2 and padding 2; 64 of $5\times5$ with "
    r"stride 2 and padding 2; 32 of $3\times3$ with stride 2 and padding 1; 16 of $1\times1$. The pooling has windows of "
    r"$2\times2$ and stride 2. Sizes that are no whole number are rounded down.",
)
net = p.network(
    "net",
    [
        conv(128, 5, stride=2, padding=2, depth=3),
        conv(64, 5, stride=2, padding=2),
        conv(32, 3, stride=2, padding=1),
        conv(16, 1),
        pool(2),
        linear(10, flatten=True),
    ],
    input=(3, 512, 512),
    batch=100,
)

depths = p.part("B2.1", "Missing kernel depths", alias="depths", text="How deep are the kernels of layers 2, 3 and 4?")
depths.table("depths", net.depths(), expected=[128, 64, 32])

shapes = p.part("B2.2", "Activation shapes", alias="shapes", text=r"Give the shapes of $H_1,\dots,H_5$ and $Y$.")
shapes.table(
    "shapes",
    net.shapes(),
    expected=(
        (100, 128, 256, 256), (100, 64, 128, 128), (100, 32, 64, 64), (100, 16, 64, 64), (100, 16, 32, 32), (100, 10),
    ),
)  # fmt: skip

weights = p.part(
    "B2.3", "Parameters without biases", alias="weights", text="How many has each layer, and all together?"
)
weights.table("params", net.parameters(bias=False), expected=[9600, 204800, 18432, 512, 0, 163840])
weights.count("total", net.total(bias=False), expected=397184)

parameters = p.part("B2.4", "Parameters with biases", alias="parameters", text="How many now?")
parameters.table("params", net.parameters(bias=True), expected=[9728, 204864, 18464, 528, 0, 163850])
parameters.count("total", net.total(bias=True), expected=397434)
