"""Sizes from first principles, also of kinds in no problem file, and size formulas that are wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from contexts import declared

from symderiv.language.context import Range
from symderiv.language.terms import ZERO, Symbol
from symderiv.language.text import from_text, to_text
from symderiv.records import Question
from symderiv.solver import solve_question
from symderiv.verification import verify_derivation

COUNT = Range(ZERO, integer=True)
SIZES = declared(
    sizes="H W K S D N B L O n",
    variables={"P": COUNT, "r": Range(ZERO, Symbol("S") - 1, integer=True), "any": COUNT},
    assume=("K <= H + 2*P", "(K - 1)*D + 1 <= H + 2*P", "O < L", "L <= n"),
)
FREE = replace(SIZES, assumptions=())


def positions(condition, high):
    return f"Sum(Piecewise((1, {condition}), (0, True)), (t, 0, {high}))"


def ask(subject, expected, kind="derive", goal="", unknown="", context=SIZES):
    def read(text):
        return from_text(text, context) if text else None

    question = Question("q", kind, read(subject), read(expected), read(goal), read(unknown))
    return verify_derivation(solve_question(question, context), context)


CONV = positions("t*S + K <= H + 2*P", "H + 2*P - 1")
DERIVED = {
    "convolution": (CONV, "floor((H + 2*P - K)/S) + 1"),
    "dilation": (positions("t*S + (K - 1)*D + 1 <= H + 2*P", "H + 2*P - 1"), "floor((H + 2*P - (K - 1)*D - 1)/S) + 1"),
    "ceil mode": (positions("(t - 1)*S + K < H + 2*P", "H + 2*P"), "ceiling((H + 2*P - K)/S) + 1"),
    "same padding": (positions("t*S + 2*P + 1 <= H + 2*P", "H + 2*P - 1"), "ceiling(H/S)"),
    "batches without the last": (positions("t*B + B <= N", "N - 1"), "floor(N/B)"),
    "batches": (positions("t*B <= N - 1", "N - 1"), "ceiling(N/B)"),
    "windows with overlap": (positions("t*(L - O) + L <= n", "n - 1"), "floor((n - L)/(L - O)) + 1"),
    "stride 2": (positions("2*t + 3 <= H + 2", "H + 1"), "floor((H - 1)/2) + 1"),
}


@pytest.mark.parametrize(("subject", "expected"), DERIVED.values(), ids=DERIVED)
def test_a_size_is_derived_and_every_line_proved(subject, expected):
    d = ask(subject, expected)
    assert not d.stop_reason and d.steps
    assert "Sum" not in to_text(d.result)
    assert {s.evidence.word for s in d.steps} == {"proved"}
    assert (d.end_to_end.word, d.expected.word) == ("proved", "proved")


def test_what_the_number_relies_on_is_a_condition():
    conditions = {name: [to_text(c) for c in ask(*row).conditions] for name, row in DERIVED.items()}
    assert conditions["convolution"] == ["K <= H + 2*P"]
    assert conditions["dilation"] == ["(K - 1)*D + 1 <= H + 2*P"]
    assert conditions["windows with overlap"] == ["O < L", "L <= n"]
    assert conditions["batches"] == []


def test_without_the_condition_the_number_may_be_none():
    d = ask(CONV, "Max(0, floor((H + 2*P - K)/S) + 1)", context=FREE)
    assert to_text(d.result) == "Max(0, floor((H + 2*P - K)/S) + 1)"
    assert d.end_to_end.word == d.expected.word == "proved"


WRONG = [
    "ceiling((H + 2*P - K)/S) + 1",
    "floor((H + 2*P - K)/S)",
    "floor((H + P - K)/S) + 1",
    "floor((H + 2*P - K + 1)/S) + 1",
]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_size_is_refuted_with_a_witness(wrong):
    d = ask(CONV, wrong)
    assert d.end_to_end.word == "proved"
    assert d.expected.word == "refuted" and d.expected.witness is not None


INVERTED = [
    ("floor((H + 2*P - K)/S) + 1", "S*(n - 1) - 2*P + K + r"),
    ("ceiling((H + 2*P - K)/S) + 1", "S*(n - 1) - 2*P + K - r"),
    ("floor((H + 2*P - (K - 1)*D - 1)/S) + 1", "S*(n - 1) - 2*P + (K - 1)*D + 1 + r"),
    ("floor(H/S)", "S*n + r"),
]


@pytest.mark.parametrize(("goal", "expected"), INVERTED)
def test_a_size_formula_is_solved_for_the_input(goal, expected):
    d = ask("n", expected, "find", goal, "H", FREE)
    assert not d.stop_reason
    assert {s.evidence.word for s in d.steps} == {"proved"}
    assert (d.end_to_end.word, d.expected.word) == ("proved", "proved")
    assert [to_text(c) for c in d.conditions] == ["0 <= r", "r <= S - 1"]


@pytest.mark.parametrize("wrong", ["S*(n - 1) - 2*P + K", "S*(n - 1) - 2*P + K - r", "S*n - 2*P + K + r"])
def test_a_wrong_remainder_is_refuted(wrong):
    d = ask("n", wrong, "find", "floor((H + 2*P - K)/S) + 1", "H", FREE)
    assert d.expected.word == "refuted" and d.expected.witness is not None


def test_a_remainder_without_its_range_is_refuted():
    d = ask("n", "S*(n - 1) - 2*P + K + r", "find", "floor((H + 2*P - K)/S) + 1", "H", FREE)
    unbounded = FREE.with_variable(replace(FREE.variables["r"], range=COUNT))
    assert verify_derivation(d, unbounded).end_to_end.word == "refuted"


def test_without_a_declared_remainder_the_hint_says_what_to_declare():
    context = replace(FREE, variables={k: v for k, v in FREE.variables.items() if k != "r"})
    d = ask("n", "H", "find", "floor((H + 2*P - K)/S) + 1", "H", context)
    assert d.stop_reason == "the remainder has no name; declare an integer from 0 to S - 1"


def test_the_query_that_proves_a_size_is_written_and_read_again():
    from symderiv.loading import load
    from symderiv.records import Solution, Verdict
    from symderiv.solver import solve_part
    from symderiv.writing.json_out import solution_from_json, solution_to_json

    problem = load(Path(__file__).parents[2] / "problems" / "output_sizes.py")
    part = solve_part(problem.part("B3.1"), problem.context)
    proved = Verdict("proved", "integer arithmetic", certificate="(declare-fun K () Int)\n(check-sat)\n")
    part = replace(part, derivations=tuple(replace(d, end_to_end=proved) for d in part.derivations))
    written = solution_to_json(Solution(problem, (part,)))
    assert written["parts"][0]["questions"][0]["end_to_end"]["certificate"] == proved.certificate
    assert solution_from_json(written).parts[0].derivations[0].end_to_end == proved
