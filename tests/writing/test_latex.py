"""LaTeX of terms: a table of (SymPy text, LaTeX), and properties that hold for every term."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symderiv.language.context import INTEGER, Array, Context, Definition, Range, Variable
from symderiv.language.terms import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Add,
    Apply,
    Bound,
    Delta,
    Derivative,
    Entry,
    Mul,
    Number,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
)
from symderiv.language.text import from_text
from symderiv.writing import pdf
from symderiv.writing.composing import compose
from symderiv.writing.latex import to_latex
from symderiv.writing.latex_page import environment
from symderiv.writing.names import latex_name

K = Symbol("K")
CONTEXT = Context(
    variables={
        **{n: Variable(n, INTEGER, "index") for n in ("i", "j", "k", "l", "n")},
        "K": Variable("K", Range(ONE, integer=True), "size"),
        **{
            n: Variable(n)
            for n in ("x", "y", "z", "g", "sigma_x", "omega1", "d_out", "lam", "x_hat", "theta_prime", "CE")
        },
    },
    arrays={
        "a": Array("a", ((ONE, K),)),
        "w": Array("w", ((ONE, K), (ZERO, K)), latex=r"\omega^{(1)}"),
        "b_out": Array("b_out", ((ONE, K),)),
        "X": Array("X", ((ONE, K), (ZERO, K))),
    },
    definitions={
        "S": Definition("S", ("i",), ONE, kind="array", axes=((ONE, K),)),
        "f": Definition("f", ("x",), Symbol("x"), kind="function"),
    },
)


def latex(text: str) -> str:
    return to_latex(from_text(text, CONTEXT), CONTEXT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # sums, products and signs
        ("x + y - z", "x + y - z"),
        ("-x + y", "-x + y"),
        ("x - (y + z)", "x - (y + z)"),
        ("-(x + y)", "-(x + y)"),
        ("x*(y + z)", "x(y + z)"),
        ("(x + y)*(-2)", "(x + y)(-2)"),
        ("2*(g - y)*g*(1 - g)", "2(g - y)g(1 - g)"),
        ("2*3*x*4", r"2 \cdot 3x \cdot 4"),
        ("x*(y*z)", "x(yz)"),
        ("x*CE*y", r"x\,\mathrm{CE}\,y"),
        # quotients: runs of factors over runs of divisors, in the order written
        ("x/y", r"\frac{x}{y}"),
        ("x*y/z", r"\frac{xy}{z}"),
        ("x/y*z", r"\frac{x}{y}z"),
        ("x/y/z", r"\frac{x}{yz}"),
        ("x/y*z/g", r"\frac{x}{y}\,\frac{z}{g}"),
        ("1/x", r"\frac{1}{x}"),
        ("-x/y", r"-\frac{x}{y}"),
        ("x**(-2)", r"\frac{1}{x^{2}}"),
        ("x/(y/z)", r"\frac{x}{y/z}"),
        ("(x + y)/(x - y)", r"\frac{x + y}{x - y}"),
        ("x/2", r"\frac{x}{2}"),
        ("(1/2)*x", r"\tfrac{1}{2}x"),
        ("-Rational(3, 2)*x/y", r"-\tfrac{3}{2}\frac{x}{y}"),
        ("x*Rational(1, 2)", r"x \cdot \tfrac{1}{2}"),
        # powers, roots, exponentials
        ("x**2", "x^{2}"),
        ("(x + 1)**n", "(x + 1)^{n}"),
        ("(x*y)**2", "(xy)^{2}"),
        ("(x/y)**2", r"\biggl(\frac{x}{y}\biggr)^{2}"),
        ("(x**2)**3", "(x^{2})^{3}"),
        ("(-x)**2", "(-x)^{2}"),
        ("sqrt(x + y)", r"\sqrt{x + y}"),
        ("1/sqrt(x)", r"\frac{1}{\sqrt{x}}"),
        ("x**(Rational(3, 2))", "x^{3/2}"),
        ("x**(-n)", "x^{-n}"),
        ("theta_prime**2", r"(\theta')^{2}"),
        ("exp(-x)", "e^{-x}"),
        ("exp(x)**2", "(e^{x})^{2}"),
        ("exp(Sum(a[k], (k, 1, K)))", r"\exp\Biggl(\sum_{k=1}^{K} a_{k}\Biggr)"),
        ("E", "e"),
        ("sqrt(2*pi)", r"\sqrt{2\pi}"),
        # functions
        ("log(g)", r"\log g"),
        ("log(1 - g)", r"\log(1 - g)"),
        ("y*log(g)*x", r"y\log(g)x"),
        ("log(x/y)", r"\log\frac{x}{y}"),
        ("log(x*y)", r"\log(xy)"),
        ("log(x**2)", r"\log(x^{2})"),
        ("log(x)**2", r"(\log x)^{2}"),
        ("tanh(x)**2", r"\tanh^{2}x"),
        ("tanh(x + y)**2", r"\tanh^{2}(x + y)"),
        ("1 - tanh(a[i])", r"1 - \tanh a_{i}"),
        ("sigmoid(z)", r"\sigma(z)"),
        ("sigmoid(z)**2", r"\sigma(z)^{2}"),
        ("f(x)*f(y)", "f(x)f(y)"),
        ("Abs(x)", "|x|"),
        ("floor((K + 1)/2)", r"\biggl\lfloor\frac{K + 1}{2}\biggr\rfloor"),
        ("Max(0, x)", r"\max(0, x)"),
        ("x*Mod(i, K)", r"x(i \bmod K)"),
        ("erf(x)", r"\operatorname{erf}(x)"),
        # entries, names, deltas, brackets
        ("w[i, j]", r"\omega^{(1)}_{ij}"),
        ("w[i, j]**2", r"\bigl(\omega^{(1)}_{ij}\bigr)^{2}"),
        ("X[i + 1, j]", "X_{i+1,j}"),
        ("X[1, 0]", "X_{10}"),
        ("X[12, 3]", "X_{12,3}"),
        ("b_out[i]", r"b_{\text{out},i}"),
        ("KroneckerDelta(i, j)", r"\delta_{ij}"),
        ("KroneckerDelta(i, j + 1)", r"\delta_{i,j+1}"),
        ("S[i]*(KroneckerDelta(i, j) - S[j])", r"S_{i}(\delta_{ij} - S_{j})"),
        ("x*Piecewise((1, i <= n), (0, True))", r"x\,[i \le n]"),
        # sums with ranges and guards; the index never takes a name that is in use
        ("Sum(a[k], (k, 1, K))", r"\sum_{k=1}^{K} a_{k}"),
        ("Sum(a[k] + x, (k, 1, K))", r"\sum_{k=1}^{K} (a_{k} + x)"),
        ("Sum(-a[k], (k, 1, K))", r"\sum_{k=1}^{K} (-a_{k})"),
        ("Sum(a[k], (k, 1, K))*x", r"\Biggl(\sum_{k=1}^{K} a_{k}\Biggr)x"),
        ("x*Sum(a[k], (k, 1, K))", r"x\sum_{k=1}^{K} a_{k}"),
        ("Sum(a[k], (k, 1, K)) + x", r"\sum_{k=1}^{K} a_{k} + x"),
        ("Sum(Piecewise((a[k], Ne(k, i)), (0, True)), (k, 1, K))", r"\sum_{\substack{k=1\\ k\ne i}}^{K} a_{k}"),
        ("a[k]*Sum(a[k], (k, 1, K))", r"a_{k}\sum_{m=1}^{K} a_{m}"),
        ("Sum(Sum(X[k, i], (k, 1, i)), (i, 1, K))", r"\sum_{i=1}^{K} \sum_{k=1}^{i} X_{ki}"),
        ("Product(a[k], (k, 1, K))**2", r"\Biggl(\prod_{k=1}^{K} a_{k}\Biggr)^{2}"),
        # derivatives
        ("Derivative(S[i], a[j])", r"\frac{\partial S_{i}}{\partial a_{j}}"),
        ("Derivative(S[i], a[j], a[k])", r"\frac{\partial^{2}S_{i}}{\partial a_{k}\partial a_{j}}"),
        ("Derivative(S[i], (a[j], 2))", r"\frac{\partial^{2}S_{i}}{\partial a_{j}^{2}}"),
        ("Derivative(x*y, x)", r"\frac{\partial}{\partial x}(xy)"),
        ("Derivative(x*y, x)*z", r"\frac{\partial(xy)}{\partial x}z"),
        ("Derivative(Sum(a[k], (k, 1, K)), a[j])", r"\frac{\partial}{\partial a_{j}}\sum_{k=1}^{K} a_{k}"),
        # conditions and cases
        ("Eq(x, y + 1)", "x = y + 1"),
        ("(1 <= i) & (i <= n)", r"1 \le i \le n"),
        ("(i < n) & Or(Eq(i, 0), i > 3)", r"i < n\text{ and }(i = 0\text{ or }i > 3)"),
        ("Not(i <= n)", r"\lnot(i \le n)"),
        (
            "Piecewise((x, i <= n), (0, True))",
            r"\begin{cases} x & \text{if }i \le n \\ 0 & \text{otherwise} \end{cases}",
        ),
        ("x*Piecewise((x, i <= n), (2, True))", None),
    ],
)  # fmt: skip
def test_latex(text: str, expected: str | None) -> None:
    if expected is None:
        assert latex(text).startswith(r"x\biggl(\begin{cases}") and latex(text).endswith(r"\end{cases}\biggr)")
    else:
        assert latex(text) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (Mul(MINUS_ONE, Add(Symbol("x"), MINUS_ONE)), "-(x - 1)"),
        (Mul(Symbol("x"), Mul(MINUS_ONE, Symbol("y"))), "x(-y)"),
        (Add(Symbol("x"), Add(Symbol("y"), Symbol("z"))), "x + (y + z)"),
        (Add(Symbol("x"), Number(-3)), "x - 3"),
        (Mul(Symbol("x"), Mul(Symbol("y"), Power(Symbol("z"), MINUS_ONE))), r"x\frac{y}{z}"),
        (Mul(MINUS_ONE, Mul(MINUS_ONE, Symbol("x"))), "-(-x)"),
        (Power(Number(-2), TWO), "(-2)^{2}"),
        (Power(HALF, TWO), r"\bigl(\tfrac{1}{2}\bigr)^{2}"), (Mul(TWO, HALF), r"2 \cdot \tfrac{1}{2}"),
        (Mul(Power(Symbol("x"), MINUS_ONE), Symbol("y")), r"\frac{1}{x}y"),
    ],
)  # fmt: skip
def test_terms_that_text_cannot_spell(term: Term, expected: str) -> None:
    assert to_latex(term, CONTEXT) == expected


def test_letters_that_are_taken_are_not_used_for_functions() -> None:
    context = Context(variables={n: Variable(n) for n in ("e", "sigma", "x")})
    term = from_text("sigma*sigmoid(x) + e*exp(x)", context)
    assert to_latex(term, context) == r"\sigma\operatorname{sigmoid}(x) + e\exp(x)"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sigma_x", r"\sigma_{x}"), ("omega1", r"\omega_{1}"), ("d_out", r"d_{\text{out}}"), ("x_hat", r"\hat{x}"),
        ("L_CE", r"L_{\text{CE}}"), ("lam", r"\lambda"), ("x_mu", r"x_{\mu}"), ("H_prime", "H'"), ("i'", "i'"),
        ("CE", r"\mathrm{CE}"), ("J_ij", "J_{ij}"), ("J_ab", r"J_{\text{ab}}"), ("w2_new", r"w_{2}^{\text{new}}"),
        ("T", "T"), ("x_1_2", "x_{1,2}"),
    ],
)  # fmt: skip
def test_names(name: str, expected: str) -> None:
    assert latex_name(name, frozenset("ij")) == expected


def test_unknown_nodes_raise() -> None:
    with pytest.raises(TypeError, match="no notation for Term"):
        compose(Term(None, ()))


LEAVES = st.sampled_from(
    [Symbol("x"), Symbol("y"), ONE, TWO, HALF, Number(-3), Entry("a", (Symbol("i"),)), Delta(Symbol("i"), Symbol("j"))]
)  # fmt: skip


def combine(children: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    return st.one_of(
        st.lists(children, min_size=2, max_size=3).map(lambda a: Add(*a)),
        st.lists(children, min_size=2, max_size=3).map(lambda a: Mul(*a)),
        st.tuples(children, st.sampled_from([TWO, MINUS_ONE, HALF, Symbol("n"), Number(-2)])).map(lambda a: Power(*a)),
        st.tuples(st.sampled_from(["log", "exp", "tanh", "sigmoid", "f", "Abs"]), children).map(lambda a: Apply(*a)),
        children.map(lambda a: Sum(Mul(Entry("a", (Bound(0),)), a), ONE, K, hint="k")),
        children.map(lambda a: Derivative(a, Entry("a", (Symbol("j"),)))),
    )


TERMS = st.recursive(LEAVES, combine, max_leaves=12)


def balanced(text: str) -> bool:
    stack: list[str] = []
    pairs = {"}": "{", ")": "(", "]": "["}
    for n, c in enumerate(text):
        if n and text[n - 1] == "\\" and c in "{}":
            continue
        if c in "{([":
            stack.append(c)
        elif c in pairs and (not stack or stack.pop() != pairs[c]):
            return False
    return not stack


@settings(max_examples=200, deadline=None)
@given(TERMS)
def test_brackets_balance_and_every_leaf_is_printed(term: Term) -> None:
    text = to_latex(term, CONTEXT)
    assert balanced(text)
    assert text.count(r"\delta") == sum(isinstance(t, Delta) for t in _nodes(term))
    assert text.count(r"\sum") == sum(isinstance(t, Sum) for t in _nodes(term))
    assert "^{}" not in text and "_{}" not in text


@settings(max_examples=200, deadline=None)
@given(TERMS, TERMS)
def test_different_terms_look_different(left: Term, right: Term) -> None:
    """Printing is one to one, up to spellings of the same quotient, sign or nested derivative."""
    if to_latex(left, CONTEXT) == to_latex(right, CONTEXT):
        assert _spelling(left) == _spelling(right)


def _nodes(term: Term) -> list[Term]:
    return [term, *(n for a in term.args for n in _nodes(a))]


def _spelling(term: Term) -> object:
    """The term with quotients and signs in one form: numbers as pairs, -n as -1 times n, powers of powers merged."""
    if isinstance(term, Number):
        return sorted([str(abs(term.value.numerator)), str(term.value.denominator), str(term.value < 0)])
    if isinstance(term, Relation):
        return term
    flat = [str(_spelling(a)) for a in term.args if a not in (ONE, MINUS_ONE)]
    return flat if isinstance(term, (Mul, Power, Add)) else (type(term).__name__, str(term.data), flat)


def test_every_printed_output_compiles(tmp_path: Path) -> None:
    """One document with the whole table and 150 random terms, in display, in a fraction and in an exponent."""
    if not pdf.find_engines():
        pytest.skip("no pdflatex here")
    found: list[Term] = []

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(TERMS)
    def collect(term: Term) -> None:
        found.append(term)

    collect()
    table = next(m for m in test_latex.pytestmark if m.name == "parametrize").args[1]
    found += [from_text(row[0], CONTEXT) for row in table]
    formulas = [rf"\setbox0=\hbox{{$\displaystyle {to_latex(t, CONTEXT)}$}}" for t in found]
    shapes = [rf"\setbox0=\hbox{{$x^{{{to_latex(t, CONTEXT)}}}$}}" for t in found[:40]]
    preamble = environment(CONTEXT).get_template("preamble.tex.j2").render(title_ascii="terms")
    source = preamble + "\\begin{document}\n" + "\n".join([*formulas, *shapes]) + "\nx\\end{document}\n"
    (tmp_path / "page.tex").write_text(source, encoding="utf-8")
    assert "Double" not in pdf._run(pdf.find_engines()[-1], tmp_path, 60)
