"""Why terms are not SymPy expressions: what SymPy does wrong with binders, and that declarations do not inherit it.

Every trap is shown first (if SymPy mends it, the first assertion tells), then the same mathematics as terms.
"""

from __future__ import annotations

import pytest
import sympy
from sympy import (
    Derivative,
    Function,
    IndexedBase,
    KroneckerDelta,
    MatrixSymbol,
    Piecewise,
    Product,
    Sum,
    diff,
    exp,
    log,
    piecewise_fold,
    simplify,
    sqrt,
    symbols,
)
from sympy.stats import Variance

from symderiv.equality import compare
from symderiv.errors import DeclarationError
from symderiv.language.border import from_sympy
from symderiv.language.inference import infer_context
from symderiv.language.notation import verbatim
from symderiv.language.terms import Sum as SumTerm
from symderiv.language.terms import free_names
from symderiv.language.text import to_text

n, K, N = symbols("n K N", integer=True, positive=True)
i, j, k, m = symbols("i j k m", integer=True)
x, y, a = IndexedBase("x"), IndexedBase("y"), IndexedBase("a")


def same(left, right):
    """Do two SymPy expressions, read as terms, agree at instances?"""
    verdict = compare(from_sympy(left), from_sympy(right), infer_context(left, right))
    assert verdict.word == "refuted" or verdict.instances > 5
    return verdict.word != "refuted"


def test_a_reversed_range_is_not_empty_in_sympy():
    reversed_sum = Sum(1, (k, 5, 2))
    assert reversed_sum.doit() == -2  # Karr's convention
    assert same(reversed_sum, sympy.Integer(0))
    assert same(Product(7, (k, 5, 2)), sympy.Integer(1))


@pytest.mark.parametrize("fold", [piecewise_fold, simplify])
def test_a_bound_index_escapes_from_a_piecewise(fold):
    inner = Sum(Piecewise((x[k], k <= i), (0, True)), (k, 1, n))
    folded = fold(x[i] * inner)
    assert k in folded.free_symbols and k not in (x[i] * inner).free_symbols
    # At the border the condition becomes the guard of the sum, with the index bound.
    term = from_sympy(inner)
    assert isinstance(term, SumTerm) and to_text(term) == "Sum(Piecewise((x[k], i >= k), (0, True)), (k, 1, n))"
    assert free_names(term) == {"x", "i", "n"}


def test_a_bound_index_escapes_when_an_outer_sum_is_built():
    def nested():
        return Sum(x[i] * Sum(Piecewise((x[k], k <= i), (0, True)), (k, 1, n)), (i, 1, n))

    assert k in nested().free_symbols
    with verbatim():
        kept = nested()
    assert not {i, k} & kept.free_symbols
    assert to_text(from_sympy(kept)) == "Sum(x[i]*Sum(Piecewise((x[k], k <= i), (0, True)), (k, 1, n)), (i, 1, n))"


def test_a_mangled_sum_is_refused():
    mangled = Sum(x[i] * Sum(Piecewise((x[k], k <= i), (0, True)), (k, 1, n)), (i, 1, n))
    with pytest.raises(DeclarationError, match=r"^k is free in a condition and bound in a value of .*verbatim"):
        infer_context(mangled)


def test_a_sum_that_uses_an_index_twice_is_no_mangled_one():
    inner = Sum(Piecewise((x[k], k <= i), (0, True)), (k, 1, n))
    for fine in (Derivative(inner, x[k]), x[k] * inner, Piecewise((inner, i > 2), (0, True))):
        infer_context(fine)
    for mangled in (piecewise_fold(x[i] * inner), Sum(Piecewise((inner, i > 2), (0, True)), (i, 1, n))):
        with pytest.raises(DeclarationError, match="SymPy let an index escape"):
            infer_context(mangled)


def test_diff_captures_the_index():
    total = Sum(x[i] ** 2, (i, 1, n))
    assert diff(total, x[i]) == Sum(2 * x[i], (i, 1, n))  # the derivative is 2*x[i]
    with verbatim():
        kept = diff(total, x[i])
    assert isinstance(kept, Derivative)
    inside = (i >= 1) & (i <= n)
    assert same(kept, Piecewise((2 * x[i], inside), (0, True)))
    assert not same(kept, Sum(2 * x[i], (i, 1, n)))


def test_subs_captures_the_index():
    outer = Sum(x[i] * y[j], (i, 1, n))
    assert outer.subs(j, i) == Sum(x[i] * y[i], (i, 1, n))
    with verbatim():
        kept = Sum(x[i] * y[j], (i, 1, n)).subs(j, i)
    assert to_text(from_sympy(kept)) == "Sum(x[i1]*y[i], (i1, 1, n))"
    assert same(kept, y[i] * Sum(x[k], (k, 1, n)))


def test_simplify_of_the_softmax_jacobian_raises():
    softmax = exp(a[i]) / Sum(exp(a[k]), (k, 1, K))
    with pytest.raises((StopIteration, RuntimeError)):
        simplify(diff(softmax, a[j]))
    total = Sum(exp(a[k]), (k, 1, K))
    inside = Piecewise((1, (j >= 1) & (j <= K)), (0, True))
    jacobian = softmax * (KroneckerDelta(i, j) - inside * exp(a[j]) / total)
    assert same(Derivative(softmax, a[j]), jacobian)
    assert not same(Derivative(softmax, a[j]), -jacobian)


def test_doit_of_the_batch_norm_derivative_raises():
    mean = Sum(x[m], (m, 1, N)) / N
    variance = Sum((x[k] - mean) ** 2, (k, 1, N)) / N
    loss = Sum(y[i] * (x[i] - mean) / sqrt(variance + 1), (i, 1, N))
    with pytest.raises(TypeError):
        diff(loss, x[j]).doit()
    derivative = Derivative(loss, x[1])
    hat = (x[1] - mean) / sqrt(variance + 1)
    expected = (
        y[1] - Sum(y[k], (k, 1, N)) / N - hat * Sum(y[i] * (x[i] - mean), (i, 1, N)) / sqrt(variance + 1) / N
    ) / sqrt(variance + 1)
    assert same(derivative, expected)
    assert not same(derivative, expected + y[1] / N)


def test_the_variance_of_a_sum_expands_to_zero():
    assert Variance(Sum(x[i], (i, 1, n))).expand() == 0
    with pytest.raises(DeclarationError, match=r"^Variance in .* is not known here"):
        from_sympy(Variance(Sum(x[i], (i, 1, n))))


def test_a_matrix_derivative_is_zero():
    weights, vector = MatrixSymbol("W", 2, 2), MatrixSymbol("v", 2, 1)
    logit = log((weights * vector).applyfunc(exp)[0, 0])
    assert diff(logit, vector) == sympy.ZeroMatrix(2, 1) or diff(logit, vector) == 0
    entry = (weights * vector)[0, 0]
    assert same(Derivative(log(exp(entry)), vector[1, 0]), weights[0, 1])


@pytest.mark.parametrize(
    ("left", "right"),
    [(KroneckerDelta(i, j) * a[i], KroneckerDelta(i, j) * a[j]), (KroneckerDelta(i, j) * i, KroneckerDelta(i, j) * j)],
)
def test_equals_is_wrong_about_deltas(left, right):
    assert left.equals(right) is False
    assert same(left, right)


def test_evaluation_changes_what_is_written():
    g, t = symbols("g t", real=True)
    assert str(2 * (g - t)) == "2*g - 2*t" and sqrt(t**2) == abs(t)
    with verbatim():
        kept = from_sympy(2 * (g - t)), from_sympy(sqrt(t**2))
    assert [to_text(e) for e in kept] == ["2*(g - t)", "sqrt(t**2)"]


def test_diff_without_evaluation_is_garbage_in_sympy():
    t = symbols("t", real=True)
    with sympy.evaluate(False):
        assert diff(t**2, t) != Derivative(t**2, t) and diff(t**2, t).has(Piecewise)
    with verbatim():
        assert to_text(from_sympy(diff(t**2, t))) == "Derivative(t**2, t)"
        assert to_text(from_sympy((t**2).diff(t, 2))) == "Derivative(Derivative(t**2, t), t)"
        with sympy.evaluate(True):
            assert diff(t**2, t) == 2 * t
    assert diff(t**2, t) == 2 * t


def test_unknown_functions_are_refused():
    with pytest.raises(DeclarationError, match=r"^zeta in zeta"):
        from_sympy(sympy.zeta(symbols("s")))
    assert to_text(from_sympy(Function("f")(symbols("s")))) == "f(s)"
