"""Verdicts on matrix expressions: identities of all sizes, norms, suprema, gradients, bounds, and what is wrong."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from symderiv.equality import decide, prove_equal
from symderiv.equality.instances import evaluate
from symderiv.equality.matrix_values import largest_singular_value
from symderiv.equality.orthonormal import orthonormal_columns
from symderiv.language.context import Array, Context, Range, Variable
from symderiv.language.matrix_terms import axes_of
from symderiv.language.terms import (
    ONE,
    TRUE,
    ZERO,
    MatrixIdentity,
    MatrixName,
    MatrixProduct,
    MatrixSum,
    Number,
    Relation,
    Supremum,
    Symbol,
    Term,
    Trace,
    Transpose,
)
from symderiv.language.text import from_text

SHAPES = {
    "W": "m n", "X": "m n", "A": "n n", "B": "n n", "x": "n 1", "y": "n 1", "v": "n 1", "u": "m 1", "w": "m 1",
    "U": "m r", "V": "n r", "e": "n 1",
}  # fmt: skip


def declared() -> Context:
    context = Context()
    for name in "mnr":
        context = context.with_variable(Variable(name, Range(ONE, integer=True), "size"))
    for name, span in (("a", Range()), ("c", Range(nonzero=True)), ("s", Range(ZERO, lower_open=True))):
        context = context.with_variable(Variable(name, span))
    for name, shape in SHAPES.items():
        rows, columns = (Number(1) if part == "1" else Symbol(part) for part in shape.split())
        law = "orthonormal" if name in "UVe" else "free"
        context = replace(context, arrays={**context.arrays, name: Array(name, axes_of(rows, columns), law=law)})
    return context.with_assumptions(from_text("r <= m", context), from_text("r <= n", context))


CONTEXT = declared()

IDENTITIES = [
    ("1/2*(3*Identity(m) - W*W.T)*W", "(3*W - W*(W.T*W))/2"),
    ("W*A*B", "W*(A*B)"),
    ("(A*B).T", "B.T*A.T"),
    ("trace(A*B)", "trace(B*A)"),
    ("trace(A*B*A.T)", "trace(A.T*A*B)"),
    ("U.T*U", "Identity(r)"),
    ("U*U.T*(U*U.T)", "U*U.T"),
    ("frobenius_norm(U)**2", "r"),
    ("trace(U*U.T)", "r"),
    ("frobenius_norm(W)**2", "trace(W*W.T)"),
    ("u*v.T*(x*y.T)", "number(v.T*x)*u*y.T"),
    ("rms_norm(a*x)", "Abs(a)*rms_norm(x)"),
    ("l2_norm(x + y)**2", "l2_norm(x)**2 + 2*number(x.T*y) + l2_norm(y)**2"),
    ("spectral_norm(u*v.T)", "l2_norm(u)*l2_norm(v)"),
    ("spectral_norm(s*u*e.T)", "s*l2_norm(u)"),
    ("spectral_norm(U*V.T)", "1"),
    ("spectral_norm(U*U.T)", "1"),
    ("spectral_norm(2*A - 2*B)", "2*spectral_norm(B - A)"),
    ("sign(a*u*v.T)", "sign(a)*sign(u)*sign(v).T"),
    ("sign(s*W)", "sign(W)"),
    ("s*W/frobenius_norm(s*W)", "W/frobenius_norm(W)"),
    ("sign(s*Identity(n))", "Identity(n)"),
    ("supremum(rms_norm(c*W*x), x, Eq(rms_norm(x), 1))", "Abs(c)*spectral_norm(W)*sqrt(n/m)"),
    ("supremum(l2_norm(W*x)/l2_norm(x), x, Ne(l2_norm(x), 0))", "spectral_norm(W)"),
    ("supremum(l2_norm(u*v.T*x), x, Eq(l2_norm(x), s))", "s*l2_norm(u)*l2_norm(v)"),
    ("supremum(l2_norm(W*x)**2, x, Eq(l2_norm(x), 1))", "spectral_norm(W)**2"),
    ("l2_norm(W*top_vector(W))", "spectral_norm(W)"),
    ("Derivative(l2_norm(W*x - u)**2, x)", "2*W.T*(W*x - u)"),
    ("Derivative(trace(A*B), B)", "A.T"),
    ("Derivative(number(x.T*A*x), x)", "(A + A.T)*x"),
    ("Derivative(frobenius_norm(W - X)**2, W)", "2*(W - X)"),
]


def term(text: str) -> Term:
    return from_text(text, CONTEXT)


@pytest.mark.parametrize(("left", "right"), IDENTITIES)
def test_an_identity_is_proved_for_all_sizes(left, right):
    assert decide(term(left), term(right), CONTEXT).word == "proved"


WRONG = [
    ("1/2*(3*Identity(m) - W*W.T)*W", "(3*W + W*(W.T*W))/2"),
    ("(A*B).T", "A.T*B.T"),
    ("A*B", "B*A"),
    ("A*B", "A.T*B"),
    ("trace(A*B)", "trace(A)*trace(B)"),
    ("trace(A*B*A)", "trace(A*B*A.T)"),
    ("U*U.T", "Identity(m)"),
    ("spectral_norm(u*v.T)", "l2_norm(u) + l2_norm(v)"),
    ("spectral_norm(W)", "frobenius_norm(W)"),
    ("spectral_norm(A*B)", "spectral_norm(A)*spectral_norm(B)"),
    ("spectral_norm(A + B)", "spectral_norm(A) + spectral_norm(B)"),
    ("rms_norm(a*x)", "a*rms_norm(x)"),
    ("sign(a*W)", "sign(W)"),
    ("s*W", "W"),
    ("supremum(rms_norm(c*W*x), x, Eq(rms_norm(x), 1))", "Abs(c)*spectral_norm(W)*sqrt(m/n)"),
    ("supremum(rms_norm(c*W*x), x, Eq(rms_norm(x), 1))", "Abs(c)*frobenius_norm(W)*sqrt(n/m)"),
    ("Derivative(l2_norm(W*x - u)**2, x)", "2*W.T*(W*x + u)"),
    ("Derivative(trace(A*B), B)", "A"),
    ("Derivative(number(x.T*A*x), x)", "2*A*x"),
]


@pytest.mark.parametrize(("left", "right"), WRONG)
def test_a_wrong_claim_is_refuted_with_a_witness(left, right):
    verdict = decide(term(left), term(right), CONTEXT)
    assert verdict.word == "refuted" and verdict.witness is not None


BOUNDS = [
    ("l2_norm(W*x)", "spectral_norm(W)*l2_norm(x)"),
    ("rms_norm(c*W*x)", "Abs(c)*spectral_norm(W)*l2_norm(x)/sqrt(m)"),
    ("spectral_norm(A*B)", "spectral_norm(A)*spectral_norm(B)"),
    ("spectral_norm(W)", "frobenius_norm(W)"),
    ("frobenius_norm(A*B)", "spectral_norm(A)*frobenius_norm(B)"),
    ("spectral_norm(A + B)", "spectral_norm(A) + spectral_norm(B)"),
    ("Abs(number(x.T*y))", "l2_norm(x)*l2_norm(y)"),
    ("l2_norm(x + y)", "l2_norm(x) + l2_norm(y)"),
]


@pytest.mark.parametrize(("small", "large"), BOUNDS)
def test_a_bound_is_proved_and_its_opposite_refuted(small, large):
    a, b = term(small), term(large)
    assert decide(Relation("<=", a, b), TRUE, CONTEXT).word == "proved"
    assert decide(Relation(">=", b, a), TRUE, CONTEXT).word == "proved"
    assert decide(Relation("<=", b, a), TRUE, CONTEXT).word == "refuted"


def test_a_supremum_is_below_a_bound_exactly_if_the_norm_is():
    sup = term("supremum(rms_norm(c*W*x), x, Eq(rms_norm(x), 1))")
    norm = term("spectral_norm(W)")
    right, wrong = term("sqrt(m/n)/Abs(c)"), term("sqrt(n/m)/Abs(c)")
    assert decide(Relation("<=", sup, ONE), Relation("<=", norm, right), CONTEXT).word == "proved"
    assert decide(Relation("<=", sup, ONE), Relation("<=", norm, wrong), CONTEXT).word == "refuted"


@pytest.mark.parametrize(
    "text",
    [
        "supremum(l2_norm(W*x + u), x, Eq(l2_norm(x), 1))",
        "supremum(a*l2_norm(W*x), x, Eq(l2_norm(x), 1))",
        "supremum(l2_norm(W*x), x, Eq(l2_norm(x), a))",
        "supremum(l2_norm(W*x), x, Ne(l2_norm(x), 0))",
        "supremum(l2_norm(W*x), x, Eq(l2_norm(y), 1))",
        "supremum(l2_norm(W*x), x, Eq(l2_norm(x)*l2_norm(x), 4))",
        "supremum(l2_norm(W*x), x, Eq(l2_norm(x), l2_norm(x)**2))",
    ],
)
def test_a_supremum_that_is_not_understood_is_undecided(text):
    sup = term(text)
    assert isinstance(sup, Supremum)
    assert decide(sup, term("spectral_norm(W)"), CONTEXT).word == "undecided"


def test_a_matrix_and_a_number_are_not_compared():
    assert decide(term("W"), ONE, CONTEXT).word == "undecided"


def test_matrices_of_different_shapes_are_different():
    assert decide(term("W"), term("W.T"), CONTEXT).word == "refuted"


@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 10**6))
def test_columns_of_sample_points_are_orthonormal(rows, less, seed):
    columns = max(rows - less, 0)
    table = orthonormal_columns(rows, columns, seed)
    for i in range(columns):
        for j in range(columns):
            assert sum((row[i] * row[j] for row in table), fmpq(0)) == (i == j)


@given(st.lists(st.lists(st.integers(-3, 3), min_size=2, max_size=2), min_size=1, max_size=4))
def test_the_spectral_norm_agrees_with_numpy(rows):
    table = [[fmpq(v) for v in row] for row in rows]
    value = largest_singular_value(table)
    found = float(value.p) / float(value.q) if isinstance(value, fmpq) else float(value.mid())
    assert abs(found - np.linalg.norm(rows, 2)) < 1e-9


@st.composite
def square(draw, depth: int = 3) -> Term:
    """A random n x n expression in A, B and the identity."""
    if depth == 0 or draw(st.booleans()):
        n = Symbol("n")
        return draw(st.sampled_from((MatrixName("A", n, n), MatrixName("B", n, n), MatrixIdentity(n))))
    kind = draw(st.integers(0, 3))
    left, right = draw(square(depth - 1)), draw(square(depth - 1))
    if kind == 0:
        return MatrixSum(left, right)
    if kind == 1:
        return Transpose(left)
    return MatrixProduct(draw(st.sampled_from((ONE, Number(-2), Symbol("a")))), left, right)


@settings(max_examples=40, deadline=None)
@given(square(), square())
def test_normal_forms_never_prove_what_values_refute(left, right):
    """The matrix normal form against entries at a point that no prover has seen."""
    point = {"n": fmpq(2), "a": fmpq(3, 7)}
    for name, numbers in (("A", (2, -3, 5, 7)), ("B", (1, 4, -2, 11))):
        point.update({(name, (k // 2, k % 2)): fmpq(v) for k, v in enumerate(numbers)})

    def table(t: Term) -> fmpq_mat:
        """The entries as traces of products with a matrix that has a single one."""
        cells = [evaluate(Trace(MatrixProduct(t, _unit(j, i))), point, PICKING) for i in range(2) for j in range(2)]
        return fmpq_mat(2, 2, cells)

    verdict = decide(left, right, CONTEXT, seconds=4)
    assert verdict.word != "proved" or table(left) == table(right)
    assert verdict.word != "refuted" or left != right


def _unit(row: int, column: int) -> MatrixName:
    return MatrixName(f"E{row}{column}", Number(2), Number(2))


def _picking() -> Context:
    arrays = dict(CONTEXT.arrays)
    for row in range(2):
        for column in range(2):
            values = tuple(Fraction(int(k == 2 * row + column)) for k in range(4))
            name = _unit(row, column).name
            arrays[name] = Array(name, axes_of(Number(2), Number(2)), values=values)
    return replace(CONTEXT, arrays=arrays)


PICKING = _picking()


@pytest.mark.parametrize(("span", "word"), [(Range(), "proved"), (Range(ZERO), "undecided")])
def test_a_supremum_over_restricted_vectors_is_no_singular_value(span, word):
    """Over x >= 0 the largest stretch of [[1, -1]] is 1, its largest singular value the root of 2."""
    arrays = {**CONTEXT.arrays, "x": replace(CONTEXT.arrays["x"], entries=span)}
    context = replace(CONTEXT, arrays=arrays)
    x = MatrixName("x", Symbol("n"), ONE)
    stretch = Supremum(from_text("l2_norm(A*x)", context), x, from_text("Eq(l2_norm(x), 1)", context))
    assert decide(stretch, from_text("spectral_norm(A)", context), context).word == word


def test_no_orthonormal_columns_have_norm_0():
    context = CONTEXT.with_variable(Variable("r", Range(ZERO, integer=True), "size"))
    for text in ("spectral_norm(U)", "spectral_norm(U*U.T)", "spectral_norm(U*V.T)"):
        assert decide(from_text(text, context), ONE, context).word == "refuted"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Abs(U[i, j])", "U[i, j]"),
        ("Max(U[i, j], 0)", "U[i, j]"),
        ("Sum(U[i, k], (k, 0, r - 1))", "1"),
        ("Sum(Abs(U[k, j]), (k, 0, m - 1))", "Sum(U[k, j], (k, 0, m - 1))"),
        ("Abs(U*U.T)", "U*U.T"),
    ],
)
def test_rows_of_orthonormal_columns_are_no_distributions(left, right):
    """They may be negative, and what adds up to 1 is their squares down a column."""
    context = CONTEXT.with_index("i", ZERO, Symbol("m") - 1).with_index("j", ZERO, Symbol("r") - 1)
    sides = from_text(left, context), from_text(right, context)
    assert prove_equal(*sides, context).word == "undecided"
    assert decide(*sides, context).word == "refuted"
