"""Tangents, induction and inverse functions: what is proved, and that nothing false is, with no instance to help."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide, holds
from symderiv.equality.inequalities import prove_inequality
from symderiv.equality.monotone import prove_by_inverses
from symderiv.equality.proof import prove_equal
from symderiv.language.context import Range
from symderiv.language.terms import TRUE, ZERO, Iverson, Number
from symderiv.language.text import from_text

CONTEXT = declared(
    reals="a x w", positive="u v", sizes="K m",
    arrays={"p": "K", "q": "K", "f": "K", "g": "K"}, laws={"p": "simplex", "q": "simplex"},
    entries={"p": Range(ZERO, lower_open=True), "q": Range(ZERO, lower_open=True), "f": Range(ZERO, lower_open=True)},
    variables={"n": Range(ZERO, integer=True), "y": Range(Number(-1)), "e": Range(integer=True)},
)  # fmt: skip
ENTROPY = "-Sum(p[k]*log(p[k]), (k, 1, K))"
TRUE_CLAIMS = [
    ("log(u) <= u - 1", "tangents of exp and log"),
    ("log(1 + u) >= u/(1 + u)", "tangents of exp and log"),
    ("u*log(u/v) >= u - v", "tangents of exp and log"),
    ("exp(a) >= 1 + a", "tangents of exp and log"),
    ("exp(-u) >= 1 - u", "tangents of exp and log"),
    ("Sum(p[k]*log(p[k]/q[k]), (k, 1, K)) >= 0", "tangents of exp and log"),
    (f"-Sum(p[k]*log(q[k]), (k, 1, K)) >= {ENTROPY}", "tangents of exp and log"),
    (f"{ENTROPY} <= log(K)", "tangents of exp and log"),
    ("(1 + y)**n >= 1 + n*y", "induction"),
    ("2**n > n", "induction"),
    ("3**n >= 1 + 2*n", "induction"),
    ("2**m >= 2*m", "induction"),
]
FALSE_CLAIMS = [
    "log(u) <= u - 2", "log(u) >= u - 1", "log(u) < u - 1", "exp(a) >= 2 + a", "exp(a) > 1 + a", "exp(a) <= 1 + a",
    "u*log(u/v) >= u + v", "-u*log(u) >= 1 - u", "Sum(p[k]*log(p[k]/q[k]), (k, 1, K)) > 0",
    "Sum(p[k]*log(p[k]/f[k]), (k, 1, K)) >= 0",  # f does not sum to 1
    "Sum(g[k]*log(p[k]/q[k]), (k, 1, K)) >= 0",  # g has no sign
    f"{ENTROPY} >= log(K)", f"{ENTROPY} < log(K)", f"{ENTROPY} <= log(K) - 1",
    "2**n > n + 1", "2**n >= 2*n + 1", "2**n >= n**2", "(1 + a)**n >= 1 + n*a", "(1 + y)**n > 1 + n*y", "(-2)**n >= 0",
    "2**n/(3 - n) >= 0",  # the step from n = 2 to n = 3 has no value to stand on
    "2**e >= 1",  # e has no first value
    "2**n >= 3**n", "2**m > 2*m",
]  # fmt: skip


@pytest.mark.parametrize(("claim", "method"), TRUE_CLAIMS)
def test_proves(claim, method):
    relation = from_text(claim, CONTEXT)
    assert prove_inequality(relation, CONTEXT, holds) == method
    assert decide(relation, TRUE, CONTEXT).word == "proved"


@pytest.mark.parametrize("claim", FALSE_CLAIMS)
def test_proves_nothing_false(claim):
    relation = from_text(claim, CONTEXT)
    assert prove_inequality(relation, CONTEXT, holds) == ""
    assert decide(relation, TRUE, CONTEXT).word == "refuted"


def test_an_induction_over_the_size_of_an_array_is_not_made():
    sized = declared(sizes="n", positive="u", arrays={"c": "n"}, entries={"c": Range(Number(1))})
    assert prove_inequality(from_text("c[1]**n >= 0*u", sized), sized, holds) == ""


def test_an_induction_needs_a_letter_that_nothing_else_depends_on():
    bounded = CONTEXT.with_assumptions(from_text("n <= 3", CONTEXT))
    assert prove_inequality(from_text("2**n >= n + 1", bounded), bounded, holds) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sigmoid(w*x + a) > 1/2", "w*x + a > 0"), ("sigmoid(a) >= 3/4", "a >= log(3)"),
        ("exp(-u*x) < 1/2", "u*x > log(2)"), ("tanh(a) > tanh(x)", "a > x"), ("log(u) < 0", "u < 1"),
        ("sqrt(u) >= v", "u >= v**2"), ("Eq(sqrt(u), sqrt(v))", "Eq(u, v)"), ("sigmoid(a) > sigmoid(-a)", "a > 0"),
    ],
)  # fmt: skip
def test_inequalities_agree_without_their_increasing_functions(one, other):
    sides = [from_text(t, CONTEXT) for t in (one, other)]
    assert decide(*sides, CONTEXT).word == "proved"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sigmoid(a) > 1/2", "a >= 0"), ("sigmoid(a) > 3/4", "a > 2"), ("sigmoid(a) > 1/2", "a < 0"),
        ("sqrt(u) < a", "u < a**2"),  # a may be negative
        ("exp(-x) < 1/2", "x < log(2)"), ("log(u) < 1", "u < 1"), ("tanh(a) > tanh(x)", "a < x"),
        ("exp(a) > x", "a > x"), ("a**2 > x**2", "a > x"),
    ],
)  # fmt: skip
def test_inequalities_that_differ_are_not_proved(one, other):
    sides = [from_text(t, CONTEXT) for t in (one, other)]
    assert prove_by_inverses(*map(Iverson, sides), CONTEXT, prove_equal, holds) is None
    assert decide(*sides, CONTEXT).word == "refuted"
