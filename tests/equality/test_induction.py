"""Sequences by recurrence: values by unrolling, equalities by induction, and no slip that is proved."""

from __future__ import annotations

from fractions import Fraction

import pytest
from mutation import mutants
from sympy import Product, Sum

from symderiv import declare
from symderiv.equality import decide
from symderiv.equality.decision import holds
from symderiv.equality.evaluation import evaluate, fmpq
from symderiv.equality.induction import prove_by_induction
from symderiv.equality.instances import compare
from symderiv.equality.proof import prove_equal
from symderiv.language.border import from_sympy
from symderiv.language.serialise import context_from_json, context_to_json
from symderiv.language.terms import Derivative, Entry, Number, Symbol

p = declare("Sequences")
K, S = p.size("K S")
L, T = p.size("L T", lower=0)
n = p.index("n", 0, 1000)
i, j = p.index("i j", 1, 1000)
a, b, c, x0, G = p.symbol("a b c x0 G")
u = p.symbol("u", unit=True)
g, k, s = p.array("g k s", 10**6)
R, J = p.recurrence("R J", n, start={0: (1, 1)}, step=lambda R, J: (R[n] + (K - 1) * J[n], S * J[n]))
m = p.recurrence("m", n, start={0: 0}, step=lambda m: a * m[n] + (1 - a) * g[n + 1])
q = p.recurrence("q", n, start={0: 0}, step=lambda q: u * q[n] + (1 - u) * G)
x = p.recurrence("x", n, start={0: x0}, step=lambda x: x[n] - a * b * x[n])
y = p.recurrence("y", n, start={1: 1}, step=lambda y: y[n] ** 2)
F = p.recurrence("F", n, start={0: 0, 1: 1}, step=lambda F: F[n] + F[n - 1])
D = p.recurrence("D", n, start={0: 0}, step=lambda D: D[n] + n + 1)
w = p.recurrence("w", n, start={1: c}, step=lambda w: (n + 1) * w[n])
V, P = p.recurrence(("V", "P"), n, start={0: (1, 1)}, step=lambda V, P: (V[n] + k[n + 1] * P[n], s[n + 1] * P[n]))
CONTEXT = p.context

TRUE = [
    (R[3], 1 + (K - 1) * (1 + S + S**2)),
    (J[L], S**L),
    (R[L], 1 + Sum((K - 1) * J[n], (n, 0, L - 1))),
    (R[L], 1 + (K - 1) * Sum(S**n, (n, 0, L - 1))),
    (R[L], 1 + (K - 1) * (S**L - 1) / (S - 1)),
    (R[L + 1] - R[L], (K - 1) * J[L]),
    (1 + Sum((K - 1) * J[n], (n, 0, L - 1)), 1 + Sum((K - 1) * S**n, (n, 0, L - 1))),
    (m[T], (1 - a) * Sum(a ** (T - i) * g[i], (i, 1, T))),
    (m[T], (1 - a) * Sum(a ** (T - 1 - i) * g[i + 1], (i, 0, T - 1))),
    (q[T], (1 - u**T) * G),
    (q[T] / (1 - u**T), G),
    (q[T] / (1 - u**T), (1 - u**T) * G / (1 - u**T)),
    (x[T], (1 - a * b) ** T * x0),
    (D[T], T * (T + 1) / 2),
    (Sum(D[n], (n, 0, T)), T * (T + 1) * (T + 2) / 6),
    (y[T + 1], 1),
    (Sum(F[i], (i, 1, T)), F[T + 2] - 1),
    (F[T + 2], F[T + 1] + F[T]),
    (w[T + 1], c * Product(j, (j, 2, T + 1))),
    (P[L], Product(s[j], (j, 1, L))),
    (V[L], 1 + Sum(k[i] * Product(s[j], (j, 1, i - 1)), (i, 1, L))),
    (s[L + 1] * Product(s[j], (j, 1, L)), Product(s[j], (j, 1, L + 1))),
]
TERMS = [(from_sympy(left), from_sympy(right)) for left, right in TRUE]
NAMES = [f"{left} = {right}" for left, right in TRUE]


def plain(left, right, context):
    return prove_equal(left, right, context, seconds=2.0)


@pytest.mark.parametrize(("left", "right"), TERMS, ids=NAMES)
def test_proved(left, right):
    assert decide(left, right, CONTEXT).word == "proved"


@pytest.mark.parametrize(("left", "right"), TERMS, ids=NAMES)
def test_no_slip_is_proved(left, right):
    """Induction proves no wrong variant; what it proves of the variants is equal at all instances."""
    tried = [mutant for _, mutant in mutants(right)]
    for mutant in tried[:: max(1, len(tried) // 12)]:
        proved = prove_by_induction(left, mutant, CONTEXT, plain, holds)
        if proved is not None:
            assert compare(left, mutant, CONTEXT, 60).word != "refuted", mutant


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (R[L], K * L),
        (R[L], (K - 1) * L + 1),
        (m[T], Sum(a ** (T - i) * g[i], (i, 1, T))),
        (q[T], (1 - u ** (T + 1)) * G),
        (x[T], (1 - a * b) ** (T + 1) * x0),
        (D[T], T * (T - 1) / 2),
        (F[T], T),
        (V[L], 1 + Sum(k[i] * Product(s[j], (j, 1, i)), (i, 1, L))),
        (P[L], Product(s[j], (j, 2, L))),
    ],
)
def test_refuted(left, right):
    verdict = decide(from_sympy(left), from_sympy(right), CONTEXT)
    assert verdict.word == "refuted"
    assert verdict.witness is not None


def test_a_condition_that_only_one_side_needs_is_reported():
    verdict = decide(*TERMS[4], CONTEXT)
    assert [str(condition) for condition in verdict.domain_differences] == ["<Ne(S - 1, 0)>"]


def test_claims_that_hold_by_assumption_only_are_not_proved_by_it():
    """The assumption L <= 1 speaks of one L; the step of an induction may not use it."""
    only = CONTEXT.with_assumptions(from_sympy(L <= 1))
    assert prove_by_induction(*map(from_sympy, (D[L], L)), only, plain, holds) is None


@pytest.mark.parametrize("steps", range(6))
def test_values_by_unrolling(steps):
    field, jump = Fraction(1), Fraction(1)
    for _ in range(steps):
        field, jump = field + 4 * jump, 3 * jump
    point = {"K": fmpq(5), "S": fmpq(3)}
    found = [evaluate(Entry(name, (Number(steps),)), point, CONTEXT) for name in "RJ"]
    assert [Fraction(str(v)) for v in found] == [field, jump]


def test_a_long_sequence_needs_no_deep_recursion():
    assert evaluate(Entry("D", (Number(900),)), {}, CONTEXT) == 900 * 901 // 2


def test_below_the_first_value_there_is_nothing():
    verdict = compare(from_sympy(D[T]), Entry("D", (Symbol("T") - 1,)), CONTEXT, 20)
    assert verdict.word == "refuted"
    assert "outside" in str(verdict.witness)


def test_the_derivative_of_a_sequence_is_not_that_of_a_constant():
    """R depends on what its recurrence is made of."""
    slope = Derivative(from_sympy(x[2]), Symbol("a"))
    assert decide(slope, Number(0), CONTEXT).word == "refuted"
    assert decide(slope, from_sympy(-2 * b * (1 - a * b) * x0), CONTEXT).word in ("proved", "checked")


def test_written_and_read():
    assert context_from_json(context_to_json(CONTEXT)) == CONTEXT


def test_no_proof_where_the_hypothesis_may_be_undefined():
    """1/(T - 2) has no value at T = 2, so that the step from there to 3 is open."""
    left = from_sympy(D[T] + 1 / (T - 2))
    right = from_sympy(T * (T + 1) / 2 + 1 / (T - 2))
    assert prove_by_induction(left, right, CONTEXT, plain, holds) is None
