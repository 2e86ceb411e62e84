"""Plain SymPy expressions: what their assumptions and places say about the symbols."""

from __future__ import annotations

import pytest
import sympy
from sympy import Derivative, IndexedBase, KroneckerDelta, MatrixSymbol, S, Sum, exp, log, sqrt, symbols, tanh

from symderiv import decide
from symderiv.errors import DeclarationError
from symderiv.language.border import from_sympy
from symderiv.language.context import NONNEGATIVE, POSITIVE, REAL, Range
from symderiv.language.inference import UNBOUNDED, infer_context
from symderiv.language.terms import ONE, ZERO
from symderiv.language.text import to_text

x, y, n, k, i, j = symbols("x y n k i j")
a = IndexedBase("a")


def test_assumptions_become_ranges():
    p, q = symbols("p", positive=True), symbols("q", nonnegative=True)
    m, c = symbols("m", integer=True), symbols("c", integer=True, positive=True)
    context = infer_context(x + p + q, m * c)
    assert {name: v.range for name, v in context.variables.items()} == {
        "x": REAL, "p": POSITIVE, "q": NONNEGATIVE, "m": Range(integer=True), "c": Range(ONE, integer=True),
    }  # fmt: skip


def test_parity_and_zero():
    context = infer_context(symbols("e", even=True) + symbols("o", odd=True, positive=True))
    assert [to_text(c) for c in context.assumptions] == ["Eq(Mod(e, 2), 0)", "Eq(Mod(o, 2), 1)"]
    assert infer_context(sympy.Add(symbols("z", zero=True), x, evaluate=False)).variables["z"].range.upper == ZERO


def test_places_say_what_is_an_integer():
    context = infer_context(Sum(a[k] * KroneckerDelta(i, j), (k, x, n)))
    assert {name: (v.range, v.role) for name, v in context.variables.items()} == {
        "n": (Range(ZERO, integer=True), "size"),
        "i": (Range(integer=True), "index"),
        "j": (Range(integer=True), "index"),
        "x": (Range(integer=True), "index"),
    }
    assert context.arrays["a"].axes == (UNBOUNDED,)


def test_matrices_count_from_zero():
    W = MatrixSymbol("W", 2, n)
    context = infer_context(W[0, i])
    assert [(str(p), str(q)) for p, q in context.arrays["W"].axes] == [("<0>", "<1>"), ("<0>", "<n - 1>")]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (sympy.Symbol("z", imaginary=True), "z is not real by its assumptions; all quantities are real"),
        (a[i] + a[i, j], "a has 2 and 1 indices; use two names"),
        (a[sympy.Symbol("r", integer=False)], "r stands for an index but is no integer; declare it with integer=True"),
        (sympy.Symbol("z", prime=True), "z is prime by its assumptions, which means nothing here; leave it out"),
        (
            sympy.Symbol("z", irrational=True),
            "z is irrational by its assumptions, which means nothing here; leave it out",
        ),
        (float("inf"), "inf is no real number; all quantities are real and finite"),
        (1.5, "1.5 is a float; write Rational(3, 2)"),
        ("x", "'x' is text; write the SymPy expression itself, without quotes"),
    ],
)
def test_what_has_no_meaning_is_refused(expression, message):
    with pytest.raises(DeclarationError) as error:
        infer_context(expression)
    assert str(error.value) == message


def test_what_does_not_commute_is_refused():
    p, q = symbols("p q", commutative=False)
    with pytest.raises(DeclarationError, match=r"^p is not real by its assumptions"):
        decide(p * q, q * p)
    with pytest.raises(DeclarationError, match=r"^p does not commute; all quantities are real numbers$"):
        from_sympy(p * q)


even, odd, nil = symbols("even", even=True), symbols("odd", odd=True), symbols("nil", zero=True)
DECISIONS = [
    (sympy.Mod(even, 2), sympy.Integer(0), "proved"),
    (sympy.Mod(odd, 2), sympy.Integer(1), "proved"),
    (sympy.floor(odd / 2), odd / 2, "refuted"),
    (sympy.floor(symbols("m", integer=True) / 2), symbols("m", integer=True) / 2, "refuted"),
    (1 / (1 + exp(-2 * x)), tanh(x) / 2 + S.Half, "proved"),
    (Sum(k, (k, 1, n)), n * (n + 1) / 2, "proved"),
    (Sum(a[k], (k, 1, n)), Sum(a[n + 1 - k], (k, 1, n)), "proved"),
    (Sum(a[k], (k, 0, n - 1)), Sum(a[k - 1], (k, 1, n)), "proved"),
    (Sum(a[k], (k, 0, n)), Sum(a[k - 1], (k, 1, n)), "refuted"),
    (sqrt(x**2), x, "refuted"),
    (log(exp(x)), x, "proved"),
    (Derivative(x**2 * y, x), 2 * x * y, "proved"),
    (KroneckerDelta(i, j) * a[i], KroneckerDelta(i, j) * a[j], "proved"),
]


@pytest.mark.parametrize(("left", "right", "word"), DECISIONS)
def test_decide_takes_plain_sympy(left, right, word):
    assert decide(left, right).word == word
