"""Circular convolutions and shifts: a small network whose output does not change when its input is shifted."""

from sympy import Mod, Rational, Sum

from symderiv import conv_layer, declare, global_average_pool, relu

p = declare(
    "Shifts through a network with circular padding",
    r"A network of two convolutional layers with ReLU, global average pooling and a fully connected layer sees images on"
    r" an $n\times n$ torus: kernels are not flipped, have stride 1 and read round the corner, so that maps keep their"
    r" size. Rows and columns count from 0, examples and channels from 1. The outputs for two images are"
    r" $g_1=(0.8,0,0)$ and $g_2=(0,0.8,0)$; the third image is a horizontal circular shift of the second, the fourth a"
    r" vertical one of the first.",
)
n, K = p.size("n", "side of the maps"), p.size("K", "side of the kernels")
C, D = p.size("C", "channels of a map"), p.size("D", "channels of the next map")
e, c, d = p.index("e", 1, 2, meaning="example"), p.index("c", 1, C), p.index("d", 1, D)
k = p.index("k", 1, 3, meaning="output of the network")
i, j = p.index("i j", 0, n - 1, meaning="row and column")
s, t = p.index("s", meaning="shift of the rows"), p.index("t", meaning="shift of the columns")
x = p.array("x", (2, C, (0, n - 1), (0, n - 1)), "maps before a layer")
w = p.array("w", (D, C, (0, K - 1), (0, K - 1)), "kernels")
b = p.array("b", D, "biases")
V, q = p.array("V", (3, C), "weights of the last layer"), p.array("q", 3, "biases of the last layer")
there = (Mod(i + s, n), Mod(j + t, n))

z = p.define("z", (e, c, i, j), x[e, c, there[0], there[1]], "the shifted maps")
a = p.define("a", (e, d, i, j), conv_layer(x, w, (e, d, i, j), bias=b, mode="circular"), "layer of the maps")
az = p.define("a_z", (e, d, i, j), conv_layer(z, w, (e, d, i, j), bias=b, mode="circular"), "layer of the shifted maps")
r = p.define("r", (e, c, i, j), relu(x[e, c, i, j]), "ReLU of the maps")
m = p.define("m", (e, c), global_average_pool(x, (e, c)), "means of the maps")
mz = p.define("m_z", (e, c), global_average_pool(z, (e, c)), "means of the shifted maps")
g = p.define("g", (e, k), Sum(V[k, c] * m[e, c], (c, 1, C)) + q[k], "outputs")
gz = p.define("g_z", (e, k), Sum(V[k, c] * mz[e, c], (c, 1, C)) + q[k], "outputs for the shifted maps")

part = p.part(
    "A4f.shift", "Shifts pass through every layer", alias="equivariance",
    text="Show that a shift of the maps before a convolutional layer, or before ReLU, shifts the maps behind it, and that"
    " it changes neither their means nor the output of the last layer. It holds for any maps, so for those of each layer.",
    remarks=["With one wrapped row and column on both sides the maps grow, wrapped rows count twice, and this fails."],
)  # fmt: skip
part.show("convolution", az[e, d, i, j], a[e, d, there[0], there[1]])
part.show("relu", relu(z[e, c, i, j]), r[e, c, there[0], there[1]])
part.show("pooling", mz[e, c], m[e, c])

G = p.numbers("G", [[Rational(4, 5), 0, 0], [0, Rational(4, 5), 0]], "outputs for the first two images")
same = p.part(
    "A4f", "The outputs for shifted images", alias="outputs",
    text="Give the outputs $g_3$ and $g_4$ for the shifted images.",
    answer_text="A shift of the image shifts all maps and changes neither the means nor the outputs, as shown above:"
    " $g_3=g_2$ and $g_4=g_1$.",
)  # fmt: skip
same.show("invariance", gz[e, k], g[e, k])
same.evaluate("g3", G[e, k], rows=(k, 1, 3), columns=(e, 2, 2), expected=[[0], [Rational(4, 5)], [0]])
same.evaluate("g4", G[e, k], rows=(k, 1, 3), columns=(e, 1, 1), expected=[[Rational(4, 5)], [0], [0]])
