"""The softmax function: shift invariance, the two-class case, K - 1 parameters, the Jacobian."""

from sympy import Derivative, KroneckerDelta, Sum, exp

from symderiv import declare, sigmoid

p = declare(
    "The softmax function",
    r"For $x\in\mathbb{R}^K$ the softmax is $S(x)_i = e^{x_i}/\sum_j e^{x_j}$.",
)
K = p.size("K", "number of classes")
i, j, k, m = p.index("i j k m", 1, K)
x = p.array("x", K, "input of the softmax")
a = p.array("a", K, "pre-activations")
c = p.symbol("c", "the same number added to every component")
Z = p.define("Z", Sum(exp(x[k]), (k, 1, K)), "normaliser of the softmax of x")

shift = p.part(
    "C2.1", "Softmax is translation invariant", alias="shift", text="Show that $S(x+c)=S(x)$ for a scalar $c$."
)
shift.derive("S", exp(x[i] + c) / Sum(exp(x[j] + c), (j, 1, K)), expected=exp(x[i]) / Z)

x1, x2 = p.symbol("x1 x2", "the two inputs")
z0, z1 = p.symbol("z0 z1", "the two inputs, counted from 0")
z = p.symbol("z", "argument of the sigmoid for the first class")
zp = p.symbol("z_prime", "argument of the sigmoid for class 1, counted from 0", latex="z'")

two = p.part(
    "C2.2", "The softmax of two classes is a sigmoid", alias="two_classes",
    text=r"For $x\in\mathbb{R}^2$ show that $S(x)=[\sigma(z),\,1-\sigma(z)]$ for a scalar function $z$ of $x$.",
    remarks=[r"The components are $P(C_1)=\sigma(z')$ and $P(C_0)=1-\sigma(z')$ when the classes are counted from 0."],
)  # fmt: skip
two.find("z", exp(x1) / (exp(x1) + exp(x2)), sigmoid(z), unknown=z, expected=x1 - x2)
two.show("S_2", exp(x2) / (exp(x1) + exp(x2)), 1 - sigmoid(x1 - x2))
two.find("z_prime_doc", exp(z1) / (exp(z0) + exp(z1)), sigmoid(zp), unknown=zp, expected=z1 - z0)
two.show("S_0", exp(z0) / (exp(z0) + exp(z1)), 1 - sigmoid(z1 - z0))

b = p.symbol("b", "the shift that makes the first component 0")
v = p.define("v", (m,), x[m] - x[1], r"the shifted input, with $v_1 = 0$")
fewer = p.part(
    "C2.3", "Softmax of K classes needs K - 1 parameters", alias="fewer_parameters", conditions=[i <= K - 1],
    text=r"Show that $S(x)=S([0,y_1,\dots,y_{K-1}])$ for $x\in\mathbb{R}^K$, where $y_i=v_{i+1}$.",
    remarks=["The shift is minus the first component; the softmax does not change, by translation invariance."],
)  # fmt: skip
fewer.find("b", 0, x[1] + b, unknown=b, expected=-x[1])
fewer.derive("y_i", v[i + 1], expected=x[i + 1] - x[1])
fewer.show("invariance", exp(x[m]) / Sum(exp(x[j]), (j, 1, K)), exp(v[m]) / Sum(exp(v[j]), (j, 1, K)))
fewer.show("S_1", exp(v[1]) / Sum(exp(v[j]), (j, 1, K)), 1 / (1 + Sum(exp(x[j] - x[1]), (j, 2, K))))

S = p.define("S", (i,), exp(a[i]) / Sum(exp(a[k]), (k, 1, K)), "softmax of $a$")
jacobian = p.part("C2.4", "Jacobian of the softmax", alias="jacobian", text=r"Derive $\partial S_i/\partial a_j$.")
jacobian.derive("J_ij", Derivative(S[i], a[j]), expected=S[i] * (KroneckerDelta(i, j) - S[j]))
