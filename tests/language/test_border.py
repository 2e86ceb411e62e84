"""SymPy expressions as terms: what was written stays, artefacts go, binders bind, the rest is refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import hypothesis.strategies as st
import pytest
import sympy
from hypothesis import given, settings
from sympy import Dummy, Idx, IndexedBase, MatrixSymbol, Sum, exp, symbols

from symderiv.errors import DeclarationError
from symderiv.language import heads
from symderiv.language.border import from_sympy
from symderiv.language.context import Context
from symderiv.language.heads import DeclaredArray, sigmoid
from symderiv.language.inference import infer_context
from symderiv.language.notation import verbatim
from symderiv.language.terms import TRUE, Apply, Cases, Delta, Entry, Iverson, Number, Power, walk
from symderiv.language.terms import Mul as MulTerm
from symderiv.language.terms import Sum as SumTerm
from symderiv.language.terms import Symbol as SymbolTerm
from symderiv.language.text import from_text, to_text

x, y, z = symbols("x y z", real=True)
i, j, k, K, M = symbols("i j k K M", integer=True)
a, b, w = IndexedBase("a"), IndexedBase("b"), IndexedBase("w")
v = DeclaredArray("v", ((1, K),))
W = MatrixSymbol("W", 3, 4)
NAMES = {**vars(sympy), **vars(heads), "f": sympy.Function("f")}
NAMES.update({s.name: s for s in (x, y, z, i, j, k, K, M)}, a=a, b=b, w=w, v=v, W=W)


def written(source):
    with verbatim():
        return from_sympy(eval(source, NAMES))


WRITTEN = [
    # order and shape stay
    ("1 + x", "1 + x"), ("x + 1", "x + 1"), ("x - x", "x - x"), ("2*x + 3*x", "2*x + 3*x"), ("y*x", "y*x"),
    ("2*(x + y)", "2*(x + y)"), ("x - (y - z)", "x - (y - z)"), ("x*(y*z)", "x*(y*z)"), ("x*y*z", "x*y*z"),
    ("(x - 1)*(x + 1)", "(x - 1)*(x + 1)"), ("-(x - y)", "-(x - y)"), ("x*x", "x*x"), ("(x**2)**3", "(x**2)**3"),
    # signs and quotients
    ("-x", "-x"), ("-x*y", "-x*y"), ("-2*x", "-2*x"), ("x - 2*y", "x - 2*y"), ("x/y", "x/y"), ("1/x", "1/x"),
    ("x*y/z", "x*y/z"), ("x/(y*z)", "x/(y*z)"), ("x/y/z", "x/y/z"), ("x/y**2", "x/y**2"), ("1/x**2", "x**(-2)"),
    ("x/2", "x/2"), ("-x/2", "-x/2"), ("2*x/3", "2*x/3"), ("(1 - x)/2", "(1 - x)/2"), ("S(1)/2", "1/2"),
    ("S(1)/2*x", "1/2*x"), ("Rational(3, 4)*x", "3/4*x"), ("S(2)/3", "2/3"), ("x/(2*y)", "x/(2*y)"),
    ("-(x + y)/2", "-(x + y)/2"), ("1/(1 + exp(-x))", "1/(1 + exp(-x))"),
    # artefacts go
    ("1*x", "x"), ("x*1", "x"), ("x + 0", "x"), ("x**1", "x"), ("sum([x, y, z])", "x + y + z"), ("prod([x, y])", "x*y"),
    ("sum(a[n]*x**n for n in range(3))", "a[0] + a[1]*x + a[2]*x**2"),
    ("-(-x)", "x"), ("Sum(a[k], (k, 1, K))", "Sum(a[k], (k, 1, K))"), ("a[S(1) + 1]", "a[2]"),
    ("Sum(Piecewise((a[k], k <= i - 1), (0, True)), (k, 1, K))",
     "Sum(Piecewise((a[k], k <= i - 1), (0, True)), (k, 1, K))"),
    # constants and functions
    ("E", "exp(1)"), ("E**x", "exp(x)"), ("exp(0)", "exp(0)"), ("log(8, 2)", "log(8)/log(2)"),
    ("log(exp(x))", "log(exp(x))"),
    ("sqrt(x**2)", "sqrt(x**2)"), ("cbrt(x)", "x**(1/3)"), ("abs(x)", "Abs(x)"), ("Max(x, 0)", "Max(0, x)"),
    ("Max(x)", "x"),
    ("sec(x)", "1/cos(x)"), ("csch(x)", "1/sinh(x)"), ("cot(x)", "cos(x)/sin(x)"), ("coth(x)", "cosh(x)/sinh(x)"),
    ("factorial(i)", "gamma(i + 1)"), ("erfc(x)", "1 - erf(x)"),
    ("binomial(K, 2)", "K*(K - 1)/2"), ("binomial(K, 1)", "K"), ("binomial(K, 0)", "1"), ("binomial(5, 3)", "5*4*3/6"),
    ("Trace(MatrixSymbol('R', 3, 3))", 'Trace(MatrixSymbol("R", 3, 3))'),
 ("i//2", "floor(i/2)"), ("i % 2", "Mod(i, 2)"), ("frac(x)", "x - floor(x)"),
    ("floor((i - 1)/2)", "floor((i - 1)/2)"), ("Heaviside(x)", "Heaviside(x)"),
    ("Heaviside(x, 0)", "Piecewise((0, x <= 0), (1, True))"), ("Heaviside(x, 1)", "Piecewise((0, x < 0), (1, True))"),
    ("sigmoid(x)*relu(x) + softplus(x) - silu(x)", "sigmoid(x)*relu(x) + softplus(x) - silu(x)"), ("f(x)", "f(x)"),
    ("Function('sigmoid')(x)", "sigmoid(x)"), ("Lambda(x, x**2)(y)", "y**2"),
    # arrays
    ("a[i + 1] - a[K - i + 1]", "a[i + 1] - a[K - i + 1]"), ("w[i, j]", "w[i, j]"), ("W[0, 1]", "W[0, 1]"),
    ("v(i)", "v[i]"), ("sum(a[n] for n in range(3))", "a[0] + a[1] + a[2]"),
    # deltas, cases, conditions
    ("KroneckerDelta(j, i)", "KroneckerDelta(j, i)"), ("KroneckerDelta(i, i)", "KroneckerDelta(i, i)"),
    ("Piecewise((x, x < y), (y, True))", "Piecewise((x, x < y), (y, True))"), ("Piecewise((x, True))", "x"),
    ("1 < x", "x > 1"), ("(1 <= i) & (i <= K)", "And(i >= 1, i <= K)"), ("~(x < y)", "Not(x < y)"),
    ("Eq(x, x)", "Eq(x, x)"),
    ("Or(Ne(i, j), x >= y)", "Or(x >= y, Ne(i, j))"), ("true", "True"),
    ("Interval(0, 1).contains(x)", "And(0 <= x, x <= 1)"),
    # derivatives
    ("Derivative(x**2, x)", "Derivative(x**2, x)"), ("Derivative(x*y, y, x)", "Derivative(Derivative(x*y, y), x)"),
    ("Derivative(x**2, x, 2)", "Derivative(Derivative(x**2, x), x)"), ("diff(x*y, x)", "Derivative(x*y, x)"),
    ("(x*y).diff(x, y)", "Derivative(Derivative(x*y, x), y)"), ("Derivative(a[i], a[j])", "Derivative(a[i], a[j])"),
    # sums and products
    ("Sum(1, (k, 1, K))", "Sum(1, (k, 1, K))"), ("Sum(a[k], (k, 1, K))**2", "Sum(a[k], (k, 1, K))**2"),
    ("Sum(w[i, j], (i, 1, j), (j, 1, K))", "Sum(Sum(w[i, j], (i, 1, j)), (j, 1, K))"),
    ("Sum(Sum(w[i, j], (i, 1, j)), (j, 1, K))", "Sum(Sum(w[i, j], (i, 1, j)), (j, 1, K))"),
    ("Sum(a[k]*Sum(b[k], (k, 1, K)), (k, 1, 3))", "Sum(a[k]*Sum(b[k], (k, 1, K)), (k, 1, 3))"),
    ("Sum(Piecewise((1, k <= i), (0, True)), (k, 1, K))", "Sum(Piecewise((1, k <= i), (0, True)), (k, 1, K))"),
    ("Product(Piecewise((a[k], Ne(k, i)), (1, True)), (k, 1, K))",
     "Product(Piecewise((a[k], Ne(k, i)), (1, True)), (k, 1, K))"),
    ("softmax(v, i)", "exp(v[i])/Sum(exp(v[k]), (k, 1, K))"), ("logsumexp(v)", "log(Sum(exp(v[k]), (k, 1, K)))"),
    ("softmax(Lambda(k, a[k]/x), i, (1, K))", "exp(a[i]/x)/Sum(exp(a[k]/x), (k, 1, K))"),
    ("softmax(lambda m: w[j, m], i, over=(1, K))", "exp(w[j, i])/Sum(exp(w[j, k]), (k, 1, K))"),
    ("softmax(v, k)", "exp(v[k])/Sum(exp(v[k]), (k, 1, K))"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text"), WRITTEN, ids=[s for s, _ in WRITTEN])
def test_what_is_written_stays(source, text):
    assert to_text(written(source)) == text


EVALUATED = [
    ("-x + 1", "1 - x"), ("y - x", "-x + y"), ("1 + x", "x + 1"), ("-2*x/3", "-2*x/3"), ("x - 2*y", "x - 2*y"),
    ("x/2/y", "x/(2*y)"), ("-1/x", "-1/x"), ("1/(2*x)", "1/(2*x)"), ("exp(a[i])/Sum(exp(a[k]), (k, 1, K))",
     "exp(a[i])/Sum(exp(a[k]), (k, 1, K))"), ("3*x/4", "3*x/4"), ("-x*y", "-x*y"), ("x*y**-2*z", "x*z/y**2"),
    ("x**2 + 2*x*y + y**2", "x**2 + 2*x*y + y**2"), ("-3*x", "-3*x"), ("Rational(-1, 2)*x*y", "-x*y/2"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text"), EVALUATED)
def test_what_sympy_has_sorted_reads_as_sympy_prints_it(source, text):
    assert to_text(from_sympy(eval(source, NAMES))) == text


REFUSED = [
    ("0.5*x", "0.5 is a float; write Rational(1, 2)"),
    ("2.0*x", "2.0 is a float; write 2"),
    ("x**0.25", "0.25 is a float; write Rational(1, 4)"),
    ("I*x", "I is no real number; all quantities are real and finite"),
    ("zoo", "zoo is no real number; all quantities are real and finite"),
    ("nan", "nan is no real number; all quantities are real and finite"),
    ("Sum(a[k], (k, 1, oo))", "runs to infinity"),
    ("Integral(x, (x, 0, 1))", "is an integral; write its value"),
    ("Matrix([x])", "is a whole array; state one entry of it with index symbols"),
    ("exp(W)", "W is a matrix where a number is needed; take its trace, a norm, or one entry W[i, j]"),
    ("Tuple(x, y)", "(x, y) is a whole array; state one entry of it with index symbols"),
    ("a", "a is an array without its indices; write a[i]"),
    ("Lambda(x, x)", "is a rule; apply it to an index or declare it with p.function"),
    ("binomial(K, i)", "binomial in binomial(K, i) is not known here"),
    ("Subs(Derivative(x**2, x), x, 1)", "substitutes into a derivative"),
    ("Dummy('q')", "the Dummy _q stands outside its sum; use a declared symbol"),
    ("KroneckerDelta(i, j, (1, 3))", "has a range of its own; write KroneckerDelta(i, j) and a Piecewise for the range"),
    ("Piecewise((x, Symbol('c')), (y, True))", "c is a number where a condition is needed; write Eq(c, 1) or c > 0"),
    ("And(Symbol('c'), x < y)", "c is a number where a condition is needed; write Eq(c, 1) or c > 0"),
    ("Eq(x < y, y < z)", "compares conditions; write And, Or and Not"),
    ("IndexedBase(Matrix([1, 2]))[i, 0]", "only entries of declared arrays can be read"),
    ("EulerGamma", "EulerGamma in EulerGamma is not known here"),
    ("Sum(a[k], (k, 1, K)).doit", "is no SymPy expression; write a formula"),
    ("f", "is no SymPy expression; write a formula"),
    ("None", "None is no SymPy expression; write a formula"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text"), REFUSED, ids=[s for s, _ in REFUSED])
def test_what_has_no_term_is_refused(source, text):
    with pytest.raises(DeclarationError) as error:
        written(source)
    assert text in str(error.value)


@pytest.mark.parametrize("source", [s for s, t in WRITTEN if "f(" not in t or "diff" in s])
def test_verbatim_means_what_sympy_means(source):
    """What stays as written has the value that SymPy's own evaluation has, at instances."""
    from symderiv.equality import compare

    kept, evaluated = written(source), from_sympy(eval(source, NAMES))
    with verbatim():
        context = infer_context(eval(source, NAMES))
    context = replace(context, variables={**infer_context(eval(source, NAMES)).variables, **context.variables})
    verdict = compare(kept, evaluated, context, 12)
    assert verdict.word != "refuted", (kept, evaluated, verdict)


def test_python_numbers_and_truth_values():
    assert (
        from_sympy(3) == Number(3) and from_sympy(Fraction(1, 2)) == Number(Fraction(1, 2)) and from_sympy(True) == TRUE
    )


def test_a_body_that_is_zero_otherwise_becomes_a_guard():
    term = written("Sum(Piecewise((a[k], k <= i), (0, True)), (k, 1, K))")
    assert isinstance(term, SumTerm) and not any(isinstance(t, Cases) for t in walk(term))
    counted = written("Sum(Piecewise((1, Eq(k, i)), (0, True)), (k, 1, K))")
    assert counted.body == Number(1) and to_text(counted.guard) == "Eq(_bound0, i)"
    kept = written("Sum(Piecewise((a[k], k <= i), (1, True)), (k, 1, K))")
    assert isinstance(kept.body, Cases)
    assert isinstance(written("Piecewise((1, Eq(i, j)), (0, True))"), Iverson)


def test_indices_are_bound_by_name_whatever_their_assumptions():
    plain, positive = sympy.Symbol("k"), sympy.Symbol("k", positive=True)
    term = from_sympy(Sum(a[positive] * b[i], (plain, 1, K)))
    assert term == SumTerm.over(
        "k", 1, SymbolTerm("K"), Entry("a", (SymbolTerm("k"),)) * Entry("b", (SymbolTerm("i"),))
    )


def test_dummies_are_bound_one_by_one():
    first, second = Dummy("k"), Dummy("k")
    term = from_sympy(Sum(w[first, second], (first, 1, K), (second, 1, M)))
    assert to_text(term) == "Sum(Sum(w[k1, k], (k1, 1, K)), (k, 1, M))"


def test_a_ranged_idx_brings_its_range():
    index = Idx("q", (1, K))
    assert to_text(from_sympy(Sum(a[index], index))) == "Sum(a[q], (q, 1, K))"


def test_matrix_products_become_sums():
    p, q = MatrixSymbol("P", 3, K), MatrixSymbol("Q", K, 1)
    assert to_text(from_sympy((W * MatrixSymbol("u", 4, 1))[0, 0])) == (
        "W[0, 0]*u[0, 0] + W[0, 1]*u[1, 0] + W[0, 2]*u[2, 0] + W[0, 3]*u[3, 0]"
    )
    entry = from_sympy((p * q)[i, 0])
    assert entry == from_text("Sum(P[i, k]*Q[k, 0], (k, 0, K - 1))", infer_context(p[i, 0] * q[i, 0] * K))


def test_numerators_are_read_exactly():
    assert written("x/2") == MulTerm(SymbolTerm("x"), Power(Number(2), Number(-1)))
    assert written("log(x, 2)") == Apply("log", SymbolTerm("x")) / Apply("log", Number(2))
    assert written("KroneckerDelta(i, j + 1)") == Delta(SymbolTerm("i"), SymbolTerm("j") + 1)


atoms = st.sampled_from([x, y, z, sympy.Integer(2), sympy.Rational(1, 3), a[i], sigmoid(x), exp(y)])


def grow(children):
    pairs = st.tuples(children, children)
    return st.one_of(
        pairs.map(lambda p: p[0] + p[1]),
        pairs.map(lambda p: p[0] * p[1]),
        pairs.map(lambda p: p[0] - p[1]),
        children.map(lambda e: 1 / (e**2 + 1)),
        children.map(lambda e: exp(e)),
        children.map(lambda e: Sum(e * a[k], (k, 1, K))),
    )


@given(st.recursive(atoms, grow, max_leaves=8))
@settings(max_examples=80, deadline=None)
def test_evaluated_or_not_it_is_the_same_number(expression):
    """The two readings differ in order only; text read back gives the same value as well."""
    from symderiv.equality import compare

    context = infer_context(expression)
    plain, kept = from_sympy(expression, written=False), from_sympy(expression, written=True)
    assert compare(plain, kept, context, 6).word != "refuted"
    assert compare(plain, from_text(to_text(plain), context), context, 6).word != "refuted"


def test_conversion_needs_no_context():
    assert from_sympy(x + y) == from_text("x + y", infer_context(x + y))
    assert infer_context(sympy.Integer(3)) == Context()
