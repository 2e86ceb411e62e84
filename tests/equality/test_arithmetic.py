"""Statements of integers that z3 proves: floors with a symbolic stride, numbers of positions, products of sizes."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.equality.arithmetic import count_members
from symderiv.language.context import Range
from symderiv.language.terms import TRUE, ZERO, Symbol
from symderiv.language.text import from_text

COUNT = Range(ZERO, integer=True)
SIZES = declared(
    sizes="H K S D N C B W m n",
    variables={"P": COUNT, "p": COUNT, "r": Range(ZERO, Symbol("S") - 1, integer=True)},
    reals="x y",
)
FITS = SIZES.with_assumptions(from_text("K <= H + 2*P", SIZES))
POSITIONS = "Sum(Piecewise((1, t*S + K <= H + 2*P), (0, True)), (t, 0, H + 2*P - 1))"


def verdict(left, right, context=FITS):
    sides = [from_text(t, context) if isinstance(t, str) else t for t in (left, right)]
    return decide(*sides, context)


PROVED = [
    # positions of a window, with nothing but the meaning of the floor
    (POSITIONS, "floor((H + 2*P - K)/S) + 1"),
    ("Sum(Piecewise((1, t*S <= p), (0, True)), (t, 0, p))", "floor(p/S) + 1"),
    ("Sum(Piecewise((1, t*S < p), (0, True)), (t, 0, p))", "ceiling(p/S)"),
    ("Sum(Piecewise((1, p >= t*S + (K - 1)*D), (0, True)), (t, 0, p))", "Max(0, floor((p - (K - 1)*D)/S) + 1)"),
    ("Sum(Piecewise((1, And(1 <= S*t, S*t <= p)), (0, True)), (t, -p, p))", "floor(p/S)"),
    ("Sum(Piecewise((1, p - S*t >= 0), (0, True)), (t, 0, p))", "floor(p/S) + 1"),
    ("Sum(Sum(Piecewise((1, t*S <= p), (0, True)), (t, 0, p)), (s, 1, N))", "N*(floor(p/S) + 1)"),
    ("Sum(3, (t, 0, floor(p/S)))", "3*floor(p/S) + 3"),
    # sizes
    ("floor((S*(n - 1) + r)/S) + 1", "n"),
    ("ceiling(p/S)", "floor((p + S - 1)/S)"),
    ("floor(floor(p/m)/n)", "floor(p/(m*n))"),
    ("floor((H - 1)/S) + 1", "ceiling(H/S)"),
    ("floor((H + 2*P - (2*P + 1))/S) + 1", "ceiling(H/S)"),
    ("floor((p + S*n)/S)", "floor(p/S) + n"),
    ("floor((H + S + 2*P - K)/S)", "floor((H + 2*P - K)/S) + 1"),
    ("Mod(p, S)", "p - S*floor(p/S)"),
    # conditions
    ("(N*C*K**2 > C*K**2 + C*N)", "And(N >= 2, K >= 2)"),
    ("((N - 1)*(K**2 - 1) > 1)", "And(N >= 2, K >= 2)"),
    ("(n <= floor(p/S))", "(n*S <= p)"),
    ("(S*(n - 1) + r >= S*(m - 1))", "(n >= m)"),
]


@pytest.mark.parametrize(("left", "right"), PROVED)
def test_proved(left, right):
    assert verdict(left, right).word == "proved"


REFUTED = [
    (POSITIONS, "ceiling((H + 2*P - K)/S) + 1"),
    (POSITIONS, "floor((H + 2*P - K)/S)"),
    (POSITIONS, "floor((H + 2*P - K + 1)/S) + 1"),
    ("floor((p + m)/S)", "floor(p/S) + floor(m/S)"),
    ("H", "S*floor((H + 2*P - K)/S) - 2*P + K"),
    ("ceiling(p/S)", "floor(p/S) + 1"),
    ("floor((H + 2*P - 2*P)/S) + 1", "ceiling(H/S)"),
    ("(N*C*K**2 > C*K**2 + C*N)", TRUE),
    ("((N - 1)*(K**2 - 1) > 1)", "And(N >= 2, K >= 3)"),
    ("((N - 1)*(K**2 - 1) > 1)", "(N*K >= 2)"),
    # what a quotient needs is not taken for granted where a bracket excuses it
    ("Piecewise((1, Ne(p, 0)), (0, True))/p*p", "1"),
]


@pytest.mark.parametrize(("left", "right"), REFUTED)
def test_refuted(left, right):
    found = verdict(left, right)
    assert found.word == "refuted" and found.witness is not None


def test_without_the_condition_the_size_may_be_wrong():
    found = verdict(POSITIONS, "floor((H + 2*P - K)/S) + 1", SIZES)
    assert found.word == "refuted"
    assert verdict(POSITIONS, "Max(0, floor((H + 2*P - K)/S) + 1)", SIZES).word == "proved"


def test_the_certificate_is_a_query_that_another_solver_finds_unsatisfiable():
    z3 = pytest.importorskip("z3")
    certificate = verdict(POSITIONS, "floor((H + 2*P - K)/S) + 1").certificate
    assert "(declare-fun S () Int)" in certificate
    solver = z3.Solver()
    solver.from_string(certificate)
    assert solver.check() == z3.unsat


@pytest.mark.parametrize(
    "text",
    [
        "Sum(Piecewise((1, t*t <= p), (0, True)), (t, 0, p))",  # not linear in t
        "Sum(t, (t, 0, p))",  # not constant
        "Sum(Sum(1, (s, 0, t)), (t, 0, p))",  # a triangle
        "Sum(Piecewise((1, Eq(Mod(t, S), 0)), (0, True)), (t, 0, p))",
        "Sum(Piecewise((1, t*(S - K) <= p), (0, True)), (t, 0, p))",  # the sign of S - K is not known
    ],
)
def test_other_sums_are_left_alone(text):
    term = from_text(text, SIZES)
    assert count_members(term, SIZES) == term
