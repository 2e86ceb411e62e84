"""A small convolutional network for digits: shapes, parameters and their total."""

from symderiv import conv, declare, flatten, linear, pool

p = declare(
    "A small convolutional network",
    r"Images of $28\times28\times1$ go through CONV3-10, POOL2, CONV3-10, POOL2, FLATTEN and FC-3. CONV3-$F$ has $F$ "
    r"filters of $3\times3$, padding 1, stride 1 and one bias each; POOL2 takes the maximum of $2\times2$ with stride 2.",
)
net = p.network(
    "net",
    [conv(10, 3, padding=1), pool(2), conv(10, 3, padding=1), pool(2), flatten(), linear(3)],
    input=(28, 28, 1),
    order="last",
)

table = p.part(
    "A4e", "Shapes and parameters", alias="table", text="Give the shape and the number of parameters, row by row."
)
table.table(
    "shapes",
    net.shapes(input=True),
    expected=((28, 28, 1), (28, 28, 10), (14, 14, 10), (14, 14, 10), (7, 7, 10), (490,), (3,)),
)
table.table("params", net.parameters(input=True), expected=[0, 100, 0, 910, 0, 0, 1473])
table.count("total", net.total(), expected=2483)
