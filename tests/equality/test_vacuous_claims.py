"""Claims that hold for a wrong reason: assumptions that exclude each other, a divisor that a bracket excuses, a limit
whose leading term may vanish. None of them is proved; and what is true is not refuted by a law that was never declared.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from contexts import declared

from symderiv import declare
from symderiv.equality import decide, prove_equal
from symderiv.language.context import Range
from symderiv.language.randomness import Family
from symderiv.language.sequences import Recurrence
from symderiv.language.terms import ZERO, Apply, Entry, Number, Symbol
from symderiv.language.text import from_text

NO_INTEGERS = declared(sizes="n m", assume=("n < m", "m < n"))
NO_REALS = declared(reals="x y", sizes="n", assume=("Eq(x, y)", "Eq(x, y + 1)"))
QUOTIENTS = declared(sizes="a>=0 b>=0")
EXCUSED = [
    declared(sizes="n>=0 m>=0", assume=(a,))
    for a in (
        "Or(Eq(m, 0), n/m >= 1)",
        "Or(Eq(m, 0), floor(n/m) >= 1)",
        "Not(And(m > 0, floor(n/m) < 1))",
        "Piecewise((n/m, Ne(m, 0)), (0, True)) >= 0",
        "KroneckerDelta(m, 1)*floor(n/m) >= 0",
    )
]
NORMAL = declared(
    reals="c",
    sizes="n",
    indices={"i": ("1", "n"), "j": ("1", "n")},
    arrays={"g": "n"},
    random=(Family("g", ("i",), ZERO, Number(1), law="gaussian", entries="independent"),),
)
IDLE = declared(reals="x", sizes="m>=0", indices={"i": ("1", "m")}, arrays={"a": "m"})
EMPTY = declared(sizes="n m>=0")
NO_MAXIMA = declared(sizes="n m k", arrays={"a": "k"}, assume=("n < m", "m < n", "n <= k", "m <= k"))
GROWING = declared(reals="a b", positive="p", sizes="n m k", assume=("n <= m", "Eq(k, 2*m)"))
COVARIANCE = declared(
    reals="mu t",
    sizes="n",
    indices={"i": ("1", "n"), "j": ("1", "n"), "p": ("1", "n")},
    arrays={"u": "n", "v": "n"},
    entries={"v": Range(ZERO, lower_open=True)},
    random=(Family("u", ("p",), Symbol("mu"), Entry("v", (Symbol("p"),)), covariance=Symbol("t")),),
)


@pytest.mark.parametrize(
    ("context", "left", "right"),
    [
        (NO_INTEGERS, "n", "n + 1"),
        (NO_INTEGERS, "2*floor(n/2)", "n"),
        (NO_INTEGERS, "Max(n, m)", "n*m"),
        (NO_REALS, "x", "y"),
        (NO_REALS, "(x + 1)**2", "x**2 + 2*x + 1"),
        (QUOTIENTS, "Piecewise((5, Eq(b, 0)), (floor(a/b), True))", "Piecewise((6, Eq(b, 0)), (floor(a/b), True))"),
        (QUOTIENTS, "Piecewise((5, Eq(b, 0)), (Mod(a, b), True))", "Piecewise((6, Eq(b, 0)), (Mod(a, b), True))"),
        # What an assumption divides by in one of its alternatives may be 0 in the other.
        *[(c, "Max(m, 1)", "m") for c in EXCUSED],
        *[(c, "floor((m + 1)/2) + floor(m/2) + Max(m, 1)", "2*m") for c in EXCUSED],
        # Over nothing a sum is 0, whatever its body divides by.
        (EMPTY, "Sum(floor(n/m), (k, 1, m)) + Max(1, m)", "Sum(floor(n/m), (k, 1, m)) + m"),
        (EMPTY, "Sum(1/m, (k, 1, floor(m/2))) + Max(1, m)", "Sum(1/m, (k, 1, floor(m/2))) + m"),
        (EMPTY, "Sum(log(m), (k, 1, floor(m/2)))*2 + Max(1, m)", "Sum(2*log(m), (k, 1, floor(m/2))) + m"),
        # That an index of a statement elsewhere runs from 1 to m does not make m at least 1.
        (IDLE, "Max(1, m)", "m"),
        (IDLE, "Sum(exp(a[k])/Sum(exp(a[l]), (l, 1, m)), (k, 1, m))", "1"),
        (IDLE, "Sum(a[k]/x, (k, 1, m))*2 + sign(x)**2", "Sum(2*a[k]/x, (k, 1, m)) + 1"),
        # The end of a range may be a multiple of what is no integer.
        (IDLE, "Sum((-1)**k, (k, 1, 2*x))", "0"),
        # A normal quantity without variance is its mean.
        (NORMAL, "E(Piecewise((1, g[i] - g[j] > 0), (0, True)))", "1/2"),
        (NORMAL, "E(Piecewise((1, c*g[i] <= 0), (0, True)))", "1/2"),
        (NORMAL, "E(Piecewise((1, Abs(g[i] - g[j]) <= 0), (0, True)))", "0"),
        (NO_MAXIMA, "Maximum(a[q], (q, 1, n))", "Maximum(a[q], (q, 1, m))"),
    ],
)
def test_not_proved(context, left, right):
    sides = from_text(left, context), from_text(right, context)
    assert prove_equal(*sides, context).word == "undecided"
    assert decide(*sides, context).word != "proved"


def test_an_index_in_a_statement_is_there():
    left, right = from_text("a[i]*Max(1, m)", IDLE), from_text("m*a[i]", IDLE)
    assert prove_equal(left, right, IDLE).word == "proved"


def test_a_law_for_n_entries_is_no_law_for_every_n():
    """R[1] = 0 and R[t] = R[t - 1] + (x[1] + ... + x[t - 1] - 1): 0 at the next place only where the sum is 1."""
    context = declared(
        sizes="N",
        indices={"k": ("1", "N")},
        arrays={"x": "N", "R": "-1000000:1000000"},
        laws={"x": "simplex"},
        variables={"t": Range(Number(2), integer=True)},
    )
    step = from_text("R[t - 1] + Sum(x[k], (k, 1, t - 1)) - 1", context)
    context = replace(context, recurrences={"R": Recurrence("R", "t", 1, (ZERO,), step)})
    assert prove_equal(from_text("R[N]", context), ZERO, context).word == "undecided"
    assert decide(from_text("R[N]", context), ZERO, context).word == "refuted"


@pytest.mark.parametrize(
    ("body", "letter", "claimed"),
    [
        ("n/(a*n**2 + n)", "n", "0"),  # 1 for a = 0
        ("n/((a - b)*n**2 + 1)", "n", "0"),
        ("n/m", "n", "0"),  # n <= m
        ("m/n", "n", "0"),  # m grows with n
        ("m/k", "k", "0"),  # k = 2 m
    ],
)
def test_limit_not_proved(body, letter, claimed):
    limit = Apply("LimitAtInfinity", from_text(body, GROWING), Symbol(letter))
    assert decide(limit, from_text(claimed, GROWING), GROWING).word == "undecided"


@pytest.mark.parametrize(("body", "letter", "value"), [("m/(p*m**2 + 1)", "m", "0"), ("(a*m + 1)/(2*m)", "m", "a/2")])
def test_limit_proved(body, letter, value):
    context = declared(reals="a", positive="p", sizes="m")
    limit = Apply("LimitAtInfinity", from_text(body, context), Symbol(letter))
    assert decide(limit, from_text(value, context), context).word == "proved"


@pytest.mark.parametrize(
    ("assumption", "word"),
    [
        ("3 <= m + 2", "proved"), ("h <= 2*m + 1", "proved"), ("m >= h", "proved"), ("m <= 7", "undecided"),
        ("m <= h", "undecided"), ("h - m >= 1", "undecided"), ("m*h >= m**2", "undecided"), ("Eq(m, h)", "undecided"),
    ],
)  # fmt: skip
def test_a_size_grows_if_the_assumptions_let_it(assumption, word):
    context = declared(reals="a", sizes="m h")
    context = context.with_assumptions(from_text(assumption, context))
    limit = Apply("LimitAtInfinity", from_text("(a*m + h)/m", context), Symbol("m"))
    assert decide(limit, Symbol("a"), context).word == word


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Cov(u[i], u[j])", "t + KroneckerDelta(i, j)*(v[i] - t)"),
        ("Var(Sum(u[k], (k, 1, n)))", "Sum(v[k], (k, 1, n)) + n*(n - 1)*t"),
    ],
)
def test_covariance_beside_different_variances_is_not_refuted(left, right):
    sides = from_text(left, COVARIANCE), from_text(right, COVARIANCE)
    assert decide(*sides, COVARIANCE).word == "proved"


@pytest.mark.parametrize(("low", "high"), [("-n", "0"), ("0", "n"), ("-n", "n")])
def test_bound_indices_of_two_sums_are_two_letters_to_z3(low, high):
    p = declare("products of a bound index")
    p.size("n S K")
    p.array("x", p.size("M"))
    text = f"Sum(Sum(Piecewise((k, S*i + k >= 3), (0, True)), (k, 1, K)), (i, {low}, {high}))"
    count = f"({high} - ({low}) + 1)*Sum(k, (k, 1, K))"
    assert prove_equal(from_text(text, p.context), from_text(count, p.context), p.context).word != "proved"
