"""Letters that clash: bound, free, parameters of definitions and lemmas with one and the same letter; nothing is captured.

Each question is solved and its derivation verified line by line; the expected form is written with other letters.
"""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality.instances import compare
from symderiv.language.text import from_text
from symderiv.records import Question
from symderiv.rules import ALL
from symderiv.rules.structure import arrange
from symderiv.solver import solve_question
from symderiv.solver.rewriting import moves
from symderiv.verification import verify_derivation

CONTEXT = declared(
    reals="x y t",
    positive="r",
    sizes="K M",
    indices={"i": ("1", "K"), "j": ("1", "K"), "k": ("1", "K"), "m": ("1", "M")},
    arrays={"a": "K", "b": "K", "w": "K K"},
    definitions={
        "S[j]": "exp(a[j])/Sum(exp(a[i]), (i, 1, K))",
        "f(x)": "x**2 + t*x + a[j]",
        "h(y)": "f(x*y)",
        "q[k]": "Sum(w[k, j]*a[j], (j, 1, K))",
        "T[i]": "S[i]*q[i]",
        "g": "Sum(a[k]*b[k], (k, 1, K)) + a[i]",
    },
)

QUESTIONS = [
    # (subject, expected)
    ("Derivative(Sum(exp(a[j]), (j, 1, K)), a[j])", "exp(a[j])"),
    ("Derivative(Sum(Sum(a[j], (j, 1, K))*b[j], (j, 1, K)), a[j])", "Sum(b[i], (i, 1, K))"),
    ("Derivative(Sum(a[j]*Sum(a[j]**2, (j, 1, K)), (j, 1, K)), a[j])", "Sum(a[i]**2, (i, 1, K)) + 2*a[j]*Sum(a[i], (i, 1, K))"),
    ("Derivative(S[i], a[j])", "S[i]*(KroneckerDelta(i, j) - S[j])"),
    ("Derivative(S[j], a[j])", "S[j]*(1 - S[j])"),
    ("Derivative(S[j], a[i])", "S[j]*(KroneckerDelta(i, j) - S[i])"),
    ("Derivative(Sum(S[j], (j, 1, K)), a[j])", "0"),
    ("Derivative(Sum(b[j]*S[j], (j, 1, K)), a[j])", "S[j]*(b[j] - Sum(b[i]*S[i], (i, 1, K)))"),
    ("Derivative(Sum(b[i]*S[i], (i, 1, K)), a[i])", "S[i]*(b[i] - Sum(b[k]*S[k], (k, 1, K)))"),
    ("Derivative(q[j], a[j])", "w[j, j]"),
    ("Derivative(q[k], a[j])", "w[k, j]"),
    ("Derivative(q[j], a[k])", "w[j, k]"),
    ("Derivative(Sum(q[k]*b[k], (k, 1, K)), a[k])", "Sum(w[i, k]*b[i], (i, 1, K))"),
    ("Derivative(T[i], b[j])", "0"),
    ("Derivative(T[j], w[j, k])", "S[j]*a[k]"),
    ("Derivative(T[k], w[j, i])", "KroneckerDelta(j, k)*S[k]*a[i]"),
    ("Derivative(f(x), x)", "2*x + t"),
    ("Derivative(f(y), x)", "0"),
    ("Derivative(f(x*y), x)", "2*x*y**2 + t*y"),
    ("Derivative(f(x), t)", "x"),
    ("Derivative(f(t), t)", "4*t"),
    ("Derivative(f(a[j]), a[j])", "2*a[j] + t + 1"),
    ("Derivative(f(a[i]), a[k])", "(2*a[i] + t)*KroneckerDelta(i, k) + KroneckerDelta(j, k)"),
    ("Derivative(Sum(f(a[j]), (j, 1, K)), a[j])", "2*a[j] + t + K"),
    ("Derivative(h(y), x)", "2*x*y**2 + t*y"),
    ("Derivative(h(x), x)", "4*x**3 + 2*t*x"),
    ("Derivative(h(x), y)", "0"),
    ("Derivative(g, a[k])", "b[k] + KroneckerDelta(i, k)"),
    ("Derivative(g, a[i])", "b[i] + 1"),
    ("Derivative(Sum(g, (i, 1, K)), a[k])", "K*(b[k] + KroneckerDelta(i, k))"),
    ("Derivative(Sum(g*b[k], (k, 1, K)), a[k])", "Sum(b[j], (j, 1, K))*(b[k] + KroneckerDelta(i, k))"),
    ("Sum(Sum(w[i, j]*KroneckerDelta(i, j), (j, 1, K)), (i, 1, K))", "Sum(w[k, k], (k, 1, K))"),
    ("Sum(w[i, j]*KroneckerDelta(j, i), (j, 1, K))", "w[i, i]"),
    ("Derivative(Derivative(Sum(exp(a[j]), (j, 1, K)), a[j]), a[i])", "exp(a[j])*KroneckerDelta(i, j)"),
    ("Derivative(Sum(Sum(w[k, k]*a[j], (k, 1, K))*a[j], (j, 1, K)), w[j, j])", "Sum(a[i]**2, (i, 1, K))"),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "expected"), QUESTIONS)
def test_nothing_is_captured(subject, expected):
    question = Question("q", "derive", from_text(subject, CONTEXT), from_text(expected, CONTEXT))
    derivation = verify_derivation(solve_question(question, CONTEXT), CONTEXT)
    assert not derivation.stop_reason
    assert {s.evidence.word for s in derivation.steps} <= {"proved"}
    assert derivation.end_to_end.word == "proved"
    assert derivation.expected.word == "proved", derivation.result


@pytest.mark.parametrize("subject", [s for s, _ in QUESTIONS])
def test_no_rule_captures(subject):
    term = arrange(from_text(subject, CONTEXT))
    for move in moves(term, CONTEXT, ALL):
        verdict = compare(term, move.after, CONTEXT, 4, seconds=0.3)
        assert verdict.word != "refuted", (move.rule.name, move.after, verdict.witness)
