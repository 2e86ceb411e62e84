"""A Newton-Schulz step: what its matrix products cost, from the left and through the Gram matrix."""

from sympy import MatrixSymbol, symbols

from symderiv import declare, product_cost

p = declare(
    "The cost of a Newton-Schulz step",
    r"The step $p(W)=\tfrac12(3I-WW^\top)W$ is taken for $W\in\mathbb{R}^{d_{\text{out}}\times d_{\text{in}}}$. "
    r"Multiplying an $n\times m$ by an $m\times q$ matrix costs $c\,n\,m\,q$; everything else is free.",
)
d_out = p.size("d_out", "number of rows", latex=r"d_{\text{out}}")
d_in = p.size("d_in", "number of columns", latex=r"d_{\text{in}}")
c = p.symbol("c", "cost of one multiplication", positive=True)
n, m, q = symbols("n m q")
cost = p.function(
    "cost",
    (n, m, q),
    c * n * m * q,
    r"an $n\times m$ by an $m\times q$ matrix",
    latex=r"\operatorname{cost}",
)
W = MatrixSymbol("W", d_out, d_in)
T_naive = p.define("T_naive", product_cost(((W, W.T), W), cost), r"the step as $(WW^\top)W$", latex=r"T_{\text{naive}}")
T_gram = p.define("T_gram", product_cost((W, (W.T, W)), cost), r"the step as $W(W^\top W)$", latex=r"T_{\text{Gram}}")

naive = p.part(
    "A1a", "Naive runtime", alias="naive_cost",
    text=r"Evaluate from the left: $A=WW^\top$, $B=3I-A$, $C=BW$, $p=C/2$. What does one step cost?",
)  # fmt: skip
naive.count("T_naive", T_naive, expected=2 * c * d_out**2 * d_in)

gram = p.part(
    "A1b", "The Gram form", alias="gram_cost",
    text=r"With $p(W)=\tfrac12\bigl(3W-W(W^\top W)\bigr)$: what does one step cost, how much faster is it, and when?",
    remarks=[r"Both cost the same if $d_{\text{out}}=d_{\text{in}}$; for $d_{\text{out}}<d_{\text{in}}$ the Gram form is slower."],
)  # fmt: skip
gram.count("T_gram", T_gram, expected=2 * c * d_out * d_in**2)
gram.count("speedup", T_naive / T_gram, expected=d_out / d_in)
gram.when("faster", T_gram < T_naive, expected=d_out > d_in)
