"""Receptive fields: how they grow layer by layer, with pooling and with strides, and what pooling does to the cost."""

from sympy import symbols

from symderiv import conv, declare, pool, receptive_field, repeat

p = declare(
    "Receptive fields",
    r"An output of a layer depends on a window of inputs: its receptive field, counted along one axis and away from the "
    r"border. Neighbouring outputs have windows that are a jump apart.",
)
K = p.size("K", "size of the kernels")
L = p.size("L", "number of layers", lower=0)
l = p.index("l", 0, L, meaning="layer")

r = p.recurrence("r", l, start={0: 1}, step=lambda r: r[l] + (K - 1), meaning="receptive field at stride 1")
stack = p.part(
    "A4c", "A stack of convolutions", alias="stack",
    text=r"$L$ layers with kernels of size $K$ and stride 1: each adds $K-1$ inputs. How many inputs does an output see?",
)  # fmt: skip
stack.closed_form("R", r[L], expected=(K - 1) * L + 1)
stack.draw("R", receptive_field(repeat(L, conv(1, K))))

R = p.symbol("R", "receptive field before the layer", positive=True)
J = p.symbol("J", "jump before the layer", positive=True)
W, H = p.size("W H", "half the width, half the height before the pooling")
C_in = p.size("C_in", "channels in", latex=r"C_{\text{in}}")
C_out = p.size("C_out", "channels out", latex=r"C_{\text{out}}")
r_in = p.symbol("r_in", "growth of the channels in", positive=True, latex=r"r_{\text{in}}")
r_out = p.symbol("r_out", "growth of the channels out", positive=True, latex=r"r_{\text{out}}")
k, s, w, h, a, b = symbols("k s w h a b")
field = p.function(
    "field", (k,), R + (k - 1) * J, "a window of k outputs, the jump apart", latex=r"\operatorname{field}"
)
jump = p.function("jump", (s,), s * J, "every s-th output", latex=r"\operatorname{jump}")
cost = p.function(
    "cost", (w, h, a, b), w * h * K**2 * a * b, "multiplications of a convolution", latex=r"\operatorname{cost}"
)
m = p.size("m", "number of convolutions after the pooling", lower=0)
g = p.recurrence("g", l, start={0: R + J}, step=lambda g: g[l] + (K - 1) * (2 * J), meaning="after the pooling")

pooling = p.part(
    "A4d", r"Pooling $2\times2$ with stride 2", alias="pooling",
    text=r"A layer with kernel $K$ and stride $S$ maps $(R,J)$ to $(R+(K-1)J,\ S J)$. What does the pooling do to both, "
    r"to the receptive field after $m$ further convolutions, and to the cost of the next convolution, whose channels "
    r"grow by $r_{\text{in}}$ and $r_{\text{out}}$? Width and height are even.",
    remarks=[r"The cost falls to a half if the outputs double, and stays if inputs and outputs double."],
)  # fmt: skip
pooling.count("R_new", field(2), expected=R + J)
pooling.count("J_new", jump(2), expected=2 * J)
pooling.closed_form("R_after_m_convs", g[m], expected=R + J + 2 * J * (K - 1) * m)
pooling.draw("R_after_m_convs", receptive_field(pool(2), repeat(m, conv(1, K))), at={R: 1, J: 1, m: 2})
pooling.count(
    "cost_ratio", cost(W, H, r_in * C_in, r_out * C_out) / cost(2 * W, 2 * H, C_in, C_out), expected=r_in * r_out / 4
)

S = p.size("S", "stride of every layer")
field_S, jump_S = p.recurrence(
    ("F", "D"),
    l,
    start={0: (1, 1)},
    step=lambda F, D: (F[l] + (K - 1) * D[l], S * D[l]),
    meaning=("receptive field at stride S", "jump at stride S"),
)
strided = p.part(
    "strides", "Every layer with a stride", text=r"Kernel $K$ and stride $S$ at each of $L$ layers.",
    remarks=[r"At stride 1 the sum has $L$ equal terms, which gives the stack of convolutions again."],
)  # fmt: skip
strided.closed_form("J_L", jump_S[L], expected=S**L)
strided.closed_form("R_L", field_S[L], expected=1 + (K - 1) * (S**L - 1) / (S - 1))
strided.draw("R_L", receptive_field(repeat(L, conv(1, K, stride=S))))
strided.closed_form("R_L_at_stride_1", field_S[L], given={S: 1}, expected=1 + (K - 1) * L)
