"""False statements that look true: never proved, and refuted by an instance. Each has misled some system or person."""

from __future__ import annotations

import pytest
from contexts import declared
from random_terms import ASSUMING, CONTEXT

from symderiv.equality import compare, decide, holds, prove_equal
from symderiv.equality.balls import Imprecise, Undefined
from symderiv.equality.evaluation import Evaluator
from symderiv.equality.sampling import points
from symderiv.language.context import Range
from symderiv.language.terms import ZERO
from symderiv.language.text import from_text

CORRELATION = declared(
    reals="b",
    sizes="n k S",
    indices={"i": ("1", "n-k+1"), "m": ("1", "n"), "l": ("1", "k"), "c": ("0", "n-1")},
    arrays={"x": "n", "w": "k", "g": "1:n-k+1", "z": "0:n-1", "h": "0:n-1", "v": "n"},
    padded="x w g v",
    definitions={"y[i]": "Sum(x[i+j-1]*w[j], (j, 1, k))", "L": "Sum(g[i]*y[i], (i, 1, n-k+1))"},
    assume=("k <= n",),
)

FALSE = {
    "ranges that may be empty": (CONTEXT, """
        Sum(1, (k, 2, m)) == m - 1
        Sum(1, (k, i, j)) == j - i + 1
        Sum(k, (k, 2, m)) == m*(m + 1)/2 - 1
        Product(a[k], (k, 1, m)) == a[1]*Product(a[k], (k, 2, m))
        Sum(S[k], (k, 1, m)) == 1
        Sum(a[k], (k, i, j)) + Sum(a[k], (k, j + 1, n)) == Sum(a[k], (k, i, n))
        Sum(a[k], (k, i, j)) == Sum(a[k], (k, j, i))
    """),
    "deltas outside their range": (CONTEXT, """
        Sum(KroneckerDelta(k, i), (k, 1, m)) == 1
        Sum(KroneckerDelta(k, i)*a[i], (k, 1, m)) == a[i]
        Sum(a[k]*KroneckerDelta(k, i + 1), (k, 1, n)) == a[i + 1]
        KroneckerDelta(i, j) + KroneckerDelta(i, j + 1) == 1
        KroneckerDelta(i, j)*a[i] == a[j]
        Sum(KroneckerDelta(2*k, n), (k, 1, n)) == 1
        Derivative(Sum(p[k - 1], (k, 1, n)), p[j]) == 1
    """),
    "rounding": (CONTEXT, """
        floor(x) + floor(-x) == -1
        floor(n/2)*2 == n
        floor(2*x) == 2*floor(x)
        ceiling(x) == floor(x) + 1
        Mod(x, 1) == x
        Piecewise((1, floor(2*x) > 2*floor(x)), (0, True)) == 0
        Piecewise((1, floor(x) >= 1), (0, True)) == Piecewise((1, x > 0), (0, True))
        Piecewise((1, floor(x) <= n), (0, True)) == Piecewise((1, x <= n), (0, True))
        Sum(1, (k, 1, floor(T))) == T
    """),
    "signs and kinks": (CONTEXT, """
        sqrt(x**2) == x
        sign(x)**2 == 1
        (x**2)**(3/2) == x**3
        Abs(x + y) == Abs(x) + Abs(y)
        Max(x, y) == y
        atan(tan(x)) == x
        asin(sin(x)) == x
        acosh(cosh(x)) == x
        sqrt(1 - 2*x + x**2) == 1 - x
        Product(-a[k], (k, 1, n)) == -Product(a[k], (k, 1, n))
        Product(x**2, (k, 1, n)) == x**n
    """),
    "powers of zero": (CONTEXT, """
        0**m == 0
        Sum(x**k, (k, 0, m)) == 1 + Sum(x**k, (k, 1, n))
        Sum(x**k, (k, 0, n)) == Sum(x**k, (k, 1, n))
    """),
    "nested sums": (CONTEXT, """
        Sum(Sum(w[k, l], (l, 1, k)), (k, 1, n)) == Sum(Sum(w[k, l], (k, 1, l)), (l, 1, n))
        Sum(Sum(a[k]*a[l], (l, 1, n)), (k, 1, n)) == Sum(a[k]**2, (k, 1, n))
        Sum(1/k, (k, 1, n)) == n
    """),
    "laws": (ASSUMING, """
        Sum(q[k]**2, (k, 1, n)) == 1
        Sum(t[k]*a[k], (k, 1, n)) == a[i]
        q[i] == t[i]
        Max(q[i], 1/2) == 1/2
        u**2 == u
        Max(x, y) == x
        Sum(a[k], (k, 1, m)) == Sum(a[k], (k, 1, n))
        Derivative(Sum(q[k], (k, 1, n)), q[i]) == 0
    """),
    "correlations": (CORRELATION, """
        Derivative(L, x[m]) == Sum(g[i]*w[m - i], (i, 1, n - k + 1))
        Derivative(L, x[m]) == Sum(g[m - j + 1]*w[j], (j, 1, k - 1))
        Derivative(L, w[l]) == Sum(g[i]*x[i + l], (i, 1, n - k + 1))
        Derivative(y[i], x[m]) == w[i - m + 1]
        Derivative(y[i], x[m]) == Piecewise((w[m - i + 1], And(i < m, m <= i + k - 1)), (0, True))
        Sum(x[j], (j, 1, n - 1)) == Sum(x[j], (j, 1, n))
        Sum(x[2*j], (j, 1, n)) == Sum(x[j], (j, 1, n))
        Sum(x[2*j] + x[2*j + 1], (j, 1, n)) == Sum(x[j], (j, 1, n))
        floor(n/S) + 1 == ceiling(n/S)
        Sum(z[Mod(c - j, n)]*h[j], (j, 0, n - 1)) == Sum(z[Mod(c + j, n)]*h[j], (j, 0, n - 1))
        Sum(z[Mod(2*j, n)], (j, 0, n - 1)) == Sum(z[j], (j, 0, n - 1))
        Derivative(Sum(x[j + 1]**2, (j, 1, n)), x[m]) == 2*x[m]
        Derivative(Sum(Sum(x[p]*x[q]*w[p - q], (q, 1, n)), (p, 1, n)), x[m]) == 2*Sum(x[q]*w[m - q], (q, 1, n))
        Max(n - k, 1) == n - k
        Piecewise((1, k < n), (0, True)) == 1
    """),
}  # fmt: skip
STATEMENTS = [
    pytest.param(context, *line.strip().split(" == "), id=f"{topic}: {line.strip()}")
    for topic, (context, lines) in FALSE.items()
    for line in lines.strip().splitlines()
]


@pytest.mark.parametrize("context, left, right", STATEMENTS)
def test_what_is_false_is_refuted_and_never_proved(context, left, right):
    left, right = from_text(left, context), from_text(right, context)
    assert compare(left, right, context, 100).word == "refuted"
    assert prove_equal(left, right, context, seconds=1).word != "proved"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("a*x > a*y", "x > y"),  # not at a = 0
        ("2*x > 1", "x >= 1"),  # not between 1/2 and 1
        ("x > 100", "x >= 101"),
        ("x > -7", "x >= -6"),
        ("And(Eq(x, y), x > 2)", "x < x"),
        ("Eq(2*x, 3)", "x < x"),
    ],
)
def test_conditions_that_differ_in_a_small_region_are_not_checked(left, right):
    context = declared(reals="x y", variables={"a": Range(ZERO)})
    left, right = (from_text(f"Piecewise((1, {c}), (0, True))", context) for c in (left, right))
    assert decide(left, right, context).word == "refuted"


def test_a_real_exponent_is_not_an_integer_that_it_happens_to_be():
    """(x**2)**T = x**(2*T) is proved, for x > 0: x**(2*T) has no value at x = -3/2, T = 3/2."""
    left, right = from_text("(x**2)**T", CONTEXT), from_text("x**(2*T)", CONTEXT)
    assert compare(left, right, CONTEXT, 100).word == "undecided"


def test_a_last_case_without_an_opposite_is_no_obstacle():
    left, right = from_text("Derivative(sign(x), x)", CONTEXT), from_text("Piecewise((0, Ne(x, 0)))", CONTEXT)
    assert prove_equal(left, right, CONTEXT).word == "proved"


@pytest.mark.parametrize(
    "context, condition",
    [(CONTEXT, c) for c in (
        "x**2 > 0", "i < n", "m >= 1", "floor(x) < x", "floor(2*x) > 2*floor(x)", "x**2 + y**2 > 2*x*y",
        "Sum(exp(a[k]), (k, 1, m)) > 0", "Sum(a[k]**2, (k, 1, n)) > 0", "S[i] < 1", "n*m >= n", "log(T) > 0",
        "cosh(x) > 1", "Mod(n, 2) < 1", "n/2 >= 1", "1/n < 1", "Or(x > 0, x < 0)", "x*y > 0", "sigmoid(x) <= 1/2",
    )]
    + [(ASSUMING, c) for c in ("t[i] < 1", "q[i] > 0", "x <= y - 1", "b > 0", "z > 0", "m < n", "n > 2")],
)  # fmt: skip
def test_a_condition_that_holds_sometimes_is_neither_true_nor_false(context, condition):
    condition = from_text(condition, context)
    seen = set()
    for point in points((condition,), context, 100):
        try:
            seen.add(Evaluator(point, context).truth(condition))
        except (Undefined, Imprecise):
            continue
    assert seen == {True, False}
    assert holds(condition, context) is None


def test_bodies_equal_under_an_equation_may_have_different_derivatives():
    from contexts import declared

    from symderiv.equality.decision import prove_equal

    c = declared(
        reals="x y",
        sizes="n",
        indices={"j": ("1", "n")},
        arrays={"u": "n"},
        laws={"u": "simplex"},
        assume=("Eq(x, y)",),
    )
    for left, right in (
        ("Derivative(x, x)", "Derivative(y, x)"),
        ("Derivative(Sum(u[k], (k, 1, n)), u[j])", "Derivative(1, u[j])"),
    ):
        assert prove_equal(from_text(left, c), from_text(right, c), c).word != "proved"


@pytest.mark.parametrize(("left", "right"), [("a[ceiling(i/2)]", "a[i/2]"), ("p[i - floor(i/2)]", "p[i/2]")])
def test_between_two_entries_there_is_none(left, right):
    """Right for even i, and for odd i there is no such entry."""
    left, right = from_text(left, CONTEXT), from_text(right, CONTEXT)
    verdict = decide(left, right, CONTEXT)
    assert (verdict.word, verdict.method) == ("refuted", "index ranges")
