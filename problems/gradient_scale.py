"""When the scale of backpropagated gradients does not matter, and when it explodes or vanishes with depth."""

from sympy import Ne, Product, Sum, sign, sqrt

from symderiv import E, declare, frobenius_norm, l2_norm, rms_norm, spectral_norm, supremum

p = declare(
    "The scale of backpropagated gradients",
    r"Layers $x_{n+1}=c_nW_nx_n$ for $n=0,\dots,N-1$; backwards $g_n=c_nW_n^\top g_{n+1}$, and the gradient by $W_n$ is "
    r"$c_ng_{n+1}x_n^\top$.",
)
N = p.size("N", "number of layers")
d = p.size("d", "width of the layers")
m, n = p.index("m n", 0, N - 1, meaning="layer")
k = p.index("k", 0, N - 1)
i, j, h = p.index("i j h", 1, d)
c = p.array("c", ((0, N - 1),), "scales of the layers", entries="nonzero")
lam = p.array("lam", ((0, N - 1),), r"factor on $g_{n+1}$ before it is used and passed on", entries="positive")
W = p.array("W", ((0, N - 1), (1, d), (1, d)), "weights")
g = p.array("g", ((0, N), (1, d)), "true gradients")
x = p.array("x", ((0, N - 1), (1, d)), "inputs of the layers")
cascade = p.part(
    "A2f", "Which scales can be ignored", alias="cascade",
    text=r"Every $g_{n+1}$ is replaced by $\lambda_ng_{n+1}$, $\lambda_n>0$, before it is used and passed on. By which "
    r"factor does that change the gradient by $W_m$, and when do the updates not change?",
    answer_text=r"The updates stay the same for all $\lambda$ exactly if the update of each layer is positively "
    r"homogeneous of degree 0 in the gradient of that layer: $f(\lambda G)=f(G)$. So it is for SignSGD, for normalised "
    r"gradients and for $UV^\top$, not for SGD, whose update is scaled by $\lambda$.",
)  # fmt: skip
later = Product(lam[k], (k, m + 1, N - 1))
passed = c[m] * Sum(W[m, h, i] * (lam[m] * (later * g[m + 1, h])), (h, 1, d))
cascade.show("no_layer_above", Product(lam[k], (k, N, N - 1)), 1)
cascade.show(
    "one_layer_more", passed, Product(lam[k], (k, m, N - 1)) * (c[m] * Sum(W[m, h, i] * g[m + 1, h], (h, 1, d)))
)
cascade.derive(
    "scale_of_grad_Wm",
    c[m] * (lam[m] * (later * g[m + 1, j])) * x[m, i] / (c[m] * g[m + 1, j] * x[m, i]),
    expected=Product(lam[k], (k, m, N - 1)),
)

d_out = p.size("d_out", "number of outputs", latex=r"d_{\text{out}}")
d_in = p.size("d_in", "number of inputs", latex=r"d_{\text{in}}")
r = p.size("r", "rank")
q = p.symbol("q", "a positive factor", positive=True)
eta = p.symbol("eta", "step size", positive=True)
G = p.matrix("G", (d_out, d_in), "gradient of a layer")
U = p.matrix("U", (d_out, r), "left singular vectors", law="orthonormal")
V = p.matrix("V", (d_in, r), "right singular vectors", law="orthonormal")
S = p.matrix("S", (r, r), "singular values on the diagonal", latex=r"\Sigma")

invariance = p.part(
    "A2f.invariance", "Updates of degree 0", alias="invariance",
    text=r"Which updates stay the same when the gradient is multiplied by $q>0$?",
)  # fmt: skip
invariance.show("sign_sgd", (q * G).applyfunc(sign), G.applyfunc(sign))
invariance.show("normalised", q * G / frobenius_norm(q * G), G / frobenius_norm(G))
invariance.show("muon", U * (q * S) * V.T, q * (U * S * V.T))
invariance.show("sgd", eta * (q * G), q * (eta * G))

c_n = p.symbol("c_n", "scale of layer n", positive=True)
beta = p.symbol("beta", "stabilising factor", positive=True)
s = p.symbol(
    "s", r"the singular value of $W_n$, $\sqrt{d_{\text{out}}d_{\text{in}}}$ for entries of size 1", positive=True
)
u = p.matrix("u", d_out, "left singular vector, of length 1", law="orthonormal")
v = p.matrix("v", d_in, "right singular vector, of length 1", law="orthonormal")
y = p.matrix("y", d_out, r"gradient $g_{n+1}$", latex="g_{n+1}")
A = p.define("A", s * u * v.T, "weights of rank 1", latex="W_n")
unit = {s: sqrt(d_out * d_in)}

explosion = p.part(
    "A2g", "Explosion and vanishing", alias="explosion",
    text=r"$W_n$ has rank 1 and entries of size 1, so that $\|W_n\|_F=\sqrt{d_{\text{out}}d_{\text{in}}}$. By which factor "
    r"can the gradient grow in a layer, with which constant $\beta_n$ does it not, and what happens over many layers?",
    remarks=[
        r"The factor is attained where the gradient is parallel to $u$; other gradients grow less.",
        r"It explodes for $d_{\text{out}}>1$: over $N-m$ layers by $d_{\text{out}}^{(N-m)/2}$.",
    ],
)  # fmt: skip
growth = supremum(l2_norm(c_n * A.T * y) / l2_norm(y), y, Ne(l2_norm(y), 0))
growth_rms = supremum(rms_norm(c_n * A.T * y) / rms_norm(y), y, Ne(rms_norm(y), 0))
explosion.show("one_singular_value", spectral_norm(A), frobenius_norm(A))
explosion.derive("factor", growth, expected=c_n * s)
explosion.derive("factor_l2", growth, given=unit, expected=c_n * sqrt(d_out * d_in))
explosion.derive("factor_l2_with_c", growth, given={**unit, c_n: 1 / sqrt(d_in)}, expected=sqrt(d_out))
explosion.bound("beta", beta * growth, 1, unknown=beta, given=unit, expected=1 / (c_n * sqrt(d_out * d_in)))
explosion.derive("factor_rms", growth_rms, given=unit, expected=c_n * d_out)
explosion.bound("beta_rms", beta * growth_rms, 1, unknown=beta, given=unit, expected=1 / (c_n * d_out))
explosion.derive("over_layers", Product(q, (k, m, N - 1)), expected=q ** (N - m))

a, b = p.index("a", 1, d_out), p.index("b", 1, d_in)
R = p.random("R", (d_out, d_in), "independent weights of unit variance", mean=0, variance=1, independent=True)
z = p.array("z", d_out, r"gradient $g_{n+1}$")
length = Sum(z[a] ** 2, (a, 1, d_out))
explosion.derive(
    "iid_expected_l2_sq", E(Sum((c_n * Sum(R[a, b] * z[a], (a, 1, d_out))) ** 2, (b, 1, d_in))) / length,
    assuming=length > 0, expected=c_n**2 * d_in,
)  # fmt: skip
