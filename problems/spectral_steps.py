"""How large a step may be so that no output moves by more than 1: a sharp bound, for SignSGD and for Muon."""

from sympy import Abs, Eq, Ne, Piecewise, Sum, sign, sqrt

from symderiv import declare, rms_norm, spectral_norm, supremum

p = declare(
    "Steps of bounded effect",
    r"A layer $y=c\,Wx$ takes a step $\Delta W$, so that its output moves by $\Delta y=c\,\Delta W\,x$. Sizes of vectors "
    r"are measured by $\|v\|_{\text{RMS}}=\|v\|_2/\sqrt{\dim v}$.",
)
d_out = p.size("d_out", "number of outputs", latex=r"d_{\text{out}}")
d_in = p.size("d_in", "number of inputs", latex=r"d_{\text{in}}")
r = p.size("r", "rank of the gradient")
k = p.index("k", 0, d_out - 1)
l = p.index("l", 0, d_in - 1)
c = p.symbol("c", "scale of the layer", nonzero=True)
alpha = p.symbol("alpha", "size of the step")
DW = p.matrix("DW", (d_out, d_in), "step", latex=r"\Delta W")
x = p.matrix("x", d_in, "input")
s = p.define("s", spectral_norm(DW), "spectral norm of the step")

bound = p.part(
    "A2c", "Spectral norm of the step", alias="spectral",
    text=r"For which steps is $\|\Delta y\|_{\text{RMS}}\le 1$ for every input with $\|x\|_{\text{RMS}}=1$?",
    remarks=["The condition is necessary and sufficient: the supremum is attained at the top right singular vector."],
)  # fmt: skip
stretch = supremum(rms_norm(c * DW * x), x, Eq(rms_norm(x), 1))
bound.derive("sup_rms", stretch, expected=Abs(c) * s * sqrt(d_in / d_out))
bound.bound("bound", stretch, 1, unknown=s, expected=sqrt(d_out / d_in) / Abs(c))

g = p.matrix("g", d_out, "gradient by the output")
z = p.matrix("z", d_in, "input of the batch, of size 1")
n_g = p.define(
    "n_g", Sum(Piecewise((1, Ne(g[k, 0], 0)), (0, True)), (k, 0, d_out - 1)), r"number of entries of $g$ that are not 0"
)
n_x = p.define(
    "n_x", Sum(Piecewise((1, Ne(z[l, 0], 0)), (0, True)), (l, 0, d_in - 1)), r"number of entries of $z$ that are not 0"
)
largest = sqrt(d_out / d_in) / Abs(c)

signs = p.part(
    "A2d", "SignSGD", alias="signsgd", conditions=[n_g >= 1, n_x >= 1],
    text=r"For one example the gradient is $g z^\top$, and $\Delta W=\alpha\operatorname{sign}(g z^\top)$. How large may "
    r"$|\alpha|$ be? Then without zeros among the entries, and for $c=1/\sqrt{d_{\text{in}}}$.",
    remarks=["With zeros among the entries the smaller step is safe, but not the largest."],
)  # fmt: skip
signed = (g * z.T).applyfunc(sign)
full = {n_g: d_out, n_x: d_in}
signs.derive("sign_norm", spectral_norm(signed), expected=sqrt(n_g * n_x))
signs.bound(
    "alpha_max_sparse", spectral_norm(alpha * signed), largest, unknown=Abs(alpha),
    expected=sqrt(d_out / d_in) / (Abs(c) * sqrt(n_g * n_x)),
)  # fmt: skip
signs.bound(
    "alpha_max", spectral_norm(alpha * signed), largest, unknown=Abs(alpha), given=full, expected=1 / (Abs(c) * d_in)
)
signs.bound(
    "alpha_with_c_of_b", spectral_norm(alpha * signed), largest, unknown=Abs(alpha),
    given={**full, c: 1 / sqrt(d_in)}, expected=1 / sqrt(d_in),
)  # fmt: skip

U = p.matrix("U", (d_out, r), "left singular vectors of the gradient", law="orthonormal")
V = p.matrix("V", (d_in, r), "right singular vectors of the gradient", law="orthonormal")

muon = p.part(
    "A2e", "Muon", alias="muon",
    text=r"The gradient has the compact singular value decomposition $U\Sigma V^\top$, and $\Delta W=\alpha\,UV^\top$. How "
    r"large may $|\alpha|$ be?",
)  # fmt: skip
muon.bound(
    "alpha_max", spectral_norm(alpha * U * V.T), largest, unknown=Abs(alpha), expected=sqrt(d_out / d_in) / Abs(c)
)
muon.bound(
    "alpha_with_c_of_b", spectral_norm(alpha * U * V.T), largest, unknown=Abs(alpha), given={c: 1 / sqrt(d_in)},
    expected=sqrt(d_out),
)  # fmt: skip
