"""Convolutions of given numbers: Sobel with padding and stride, transposed, dilated, one-dimensional."""

from sympy import Matrix

from symderiv import convolve, correlate, declare, transposed

p = declare(
    "Convolutions by hand",
    "Every entry of an output is a window of the input times the kernel. In the Sobel filter and the one-dimensional"
    " example the kernel is flipped (true convolution); the dilated convolution is a cross-correlation,"
    " and the transposed one adds copies of the kernel, both without a flip. What lies outside the input counts as 0.",
)

# ---- a ramp and the Sobel filter, counted from 0
r, c = p.index("r c", 0, 4, meaning="row and column of the input")
i, j = p.index("i j", 0, 2, meaning="row and column of a small output")
ramp = p.define("X", (r, c), 5 * r + c + 1, "ramp, from 1 to 25")
sobel = p.numbers("s", [[-1, -2, -1], [0, 0, 0], [1, 2, 1]], "Sobel kernel", start=0)
valid = p.define("V", (i, j), convolve(ramp, sobel, (i, j)), "valid convolution, kernel flipped")
padded = p.define("P", (r, c), convolve(ramp, sobel, (r, c), padding=1), "padded by 1, kernel flipped")
strided = p.define(
    "Q", (i, j), convolve(ramp, sobel, (i, j), padding=1, stride=2), "padded by 1 with stride 2, kernel flipped"
)

text = r"Convolve the $5\times5$ ramp with the Sobel kernel, {}."
part = p.part("A3c", "Ramp and Sobel filter", alias="sobel_valid", text=text.format("without padding, with stride 1"))
part.evaluate(
    "y",
    valid[i, j],
    rows=(i, 0, 2),
    columns=(j, 0, 2),
    expected=Matrix([[-40, -40, -40], [-40, -40, -40], [-40, -40, -40]]),
    plot=True,
)
part = p.part(
    "A3d.i", "With padding 1", alias="sobel_padded", text=text.format("padded by 1 on each side, with stride 1")
)
part.evaluate(
    "y", padded[r, c], rows=(r, 0, 4), columns=(c, 0, 4),
    expected=Matrix([
        [-19, -28, -32, -36, -29],
        [-30, -40, -40, -40, -30],
        [-30, -40, -40, -40, -30],
        [-30, -40, -40, -40, -30],
        [49, 68, 72, 76, 59],
    ]),
)  # fmt: skip
part = p.part(
    "A3d.ii", "With padding 1 and stride 2", alias="sobel_strided", text=text.format("padded by 1 on each side, with stride 2"),
    remarks=["Every second row and column of the result with stride 1."],
)  # fmt: skip
part.evaluate(
    "y",
    strided[i, j],
    rows=(i, 0, 2),
    columns=(j, 0, 2),
    expected=Matrix([[-19, -32, -29], [-30, -40, -30], [49, 72, 59]]),
    plot=True,
)

# ---- transposed convolutions, counted from 1
a, b = p.index("a b", 1, 3, meaning="row and column of an output of size 3")
u, v = p.index("u v", 1, 7, meaning="row and column of a larger output")
Y = p.numbers("Y", [[4, 3], [2, 1]], "input of part 1")
W = p.numbers("W", [[-1, 2], [3, -4]], "kernel of part 1")
T = p.define("T", (a, b), transposed(Y, W, (a, b)), "transposed convolution, stride 1")
Z = p.numbers("Z", [[9, 8, 7], [6, 5, 4], [3, 2, 1]], "input of part 2")
w = p.numbers("w", [[-1, 2, -3], [1, -2, 3], [3, 2, -1]], "kernel of part 2, and of the dilated convolution")
full = p.define(
    "F", (u, v), transposed(Z, w, (u, v), stride=2), "transposed convolution with stride 2, before cropping"
)
U = p.define(
    "U", (u, v), transposed(Z, w, (u, v), stride=2, padding=1), "transposed convolution with stride 2, cropped by 1"
)

part = p.part(
    "B3.3.1",
    "Transposed convolution",
    alias="transposed",
    text=r"Stride 1, no padding: $H=1\cdot(2-1)+2=3$. Give the output.",
)
part.evaluate(
    "X",
    T[a, b],
    rows=(a, 1, 3),
    columns=(b, 1, 3),
    expected=Matrix([[-4, 5, 6], [10, -4, -10], [6, -5, -4]]),
    plot=True,
)
part = p.part(
    "B3.3.2", "Transposed convolution with stride 2", alias="transposed_strided",
    text=r"Stride 2, padding 1, output padding 1: $H=2\cdot(3-1)-2+3+1=6$. The output padding adds a row and a column of zeros below and to the right before one entry is cropped on every side. Give the output before and after it.",
)  # fmt: skip
part.evaluate(
    "full_7x7", full[u, v], rows=(u, 1, 7), columns=(v, 1, 7),
    expected=Matrix([
        [-9, 18, -35, 16, -31, 14, -21],
        [9, -18, 35, -16, 31, -14, 21],
        [21, 30, -8, 26, -6, 22, -19],
        [6, -12, 23, -10, 19, -8, 12],
        [15, 18, -2, 14, 0, 10, -7],
        [3, -6, 11, -4, 7, -2, 3],
        [9, 6, 3, 4, 1, 2, -1],
    ]),
)  # fmt: skip
part.evaluate(
    "X", U[u, v], rows=(u, 1, 6), columns=(v, 1, 6),
    expected=Matrix([
        [-18, 35, -16, 31, -14, 21],
        [30, -8, 26, -6, 22, -19],
        [-12, 23, -10, 19, -8, 12],
        [18, -2, 14, 0, 10, -7],
        [-6, 11, -4, 7, -2, 3],
        [6, 3, 4, 1, 2, -1],
    ]),
)  # fmt: skip

# ---- a dilated cross-correlation, counted from 1
A = p.numbers(
    "A",
    [[3, 1, 2, 6, 5], [6, 8, 1, 7, 9], [2, 7, 4, 2, 3], [8, 3, 5, 4, 1], [1, 5, 2, 7, 6]],
    "input of the dilated convolution",
)
D = p.define(
    "D", (a, b), correlate(A, w, (a, b), stride=2, padding=2, dilation=2), "dilation 2, stride 2, padding 2, no flip"
)
part = p.part(
    "B4.1",
    "Dilated convolution",
    alias="dilated",
    text=r"Dilation 2, stride 2, padding 2: $H'=\lfloor(5+4-5)/2\rfloor+1=3$. Give the output.",
)
part.evaluate(
    "Y",
    D[a, b],
    rows=(a, 1, 3),
    columns=(b, 1, 3),
    expected=Matrix([[0, 25, 10], [8, -10, 24], [-4, 12, -8]]),
    plot=True,
)

# ---- one dimension, counted from 0
f = p.numbers("f", [1, 2, 3, 4], "signal", start=0)
g = p.numbers("g", [1, 0, 2], "kernel", start=0)
modes = {
    "valid": ("q", "both windows that fit", [5, 8]),
    "full": ("t", "all shifts that overlap", [1, 2, 5, 8, 6, 8]),
    "same": ("l", "one zero on each side keeps the length", [2, 5, 8, 6]),
}
for mode, (letter, words, expected) in modes.items():
    t = p.index(letter, 0, len(expected) - 1, meaning=f"position in the {mode} output")
    out = p.define(
        f"y_{mode}",
        (t,),
        convolve(f, g, t, mode=mode),
        f"{mode} convolution, kernel flipped",
        latex=rf"y^{{\text{{{mode}}}}}",
    )
    part = p.part(
        f"C4.3.{mode}",
        f"{mode.capitalize()} convolution",
        alias=f"{mode}_1d",
        text=rf"$[1,2,3,4]*[1,0,2]$ with the kernel flipped: {words}.",
    )
    part.evaluate("y", out[t], columns=(t, 0, len(expected) - 1), expected=expected)
