"""Linear systems: separating lines in small numbers, certificates where there is none, and wrong ones of both."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Eq, Rational

from symderiv.answers.judging import judge
from symderiv.language.declarations import declare
from symderiv.language.matrices import Matrix
from symderiv.language.notation import verbatim
from symderiv.language.terms import FALSE, TRUE, Number
from symderiv.language.text import to_text
from symderiv.solver import solve_part
from symderiv.solver.elimination import Row, refute, solve_small
from symderiv.verification import verify_derivation, verify_part

TWO = [(0, 0), (0, 1), (1, 0), (1, 1)]
THREE = list(product((0, 1), repeat=3))
W1, W2, W3, B = "w1", "w2", "w3", "b"


def asked(add):
    """The derivation of the one question that ``add(part, w1, w2, w3, b)`` declares, and its context."""
    p = declare("A threshold unit")
    letters = p.symbol("w1 w2 w3 b")
    part = p.part("1", "Separate")
    with verbatim():  # as in a problem file
        add(part, *letters)
    problem = p.problem()
    (d,) = verify_part(solve_part(problem.parts[0], problem.context), problem.context).derivations
    return d, problem.context


def separated(points, labels, expected=(1, 1, -1)):
    def add(part, w1, w2, w3, b):
        unknowns = (w1, w2, w3)[: len(points[0])]
        part.separate("q", points, labels, unknowns=(*unknowns, b), expected=list(expected))

    return asked(add)


SEPARABLE = [
    ("AND", TWO, [0, 0, 0, 1], [1, 1, -1]),
    ("OR", TWO, [0, 1, 1, 1], [1, 1, 0]),
    ("NAND", TWO, [1, 1, 1, 0], [-1, -1, 2]),
    ("NOR", TWO, [1, 0, 0, 0], [-1, -1, 1]),
    ("implication", TWO, [1, 1, 0, 1], [-1, 1, 1]),
    ("majority", THREE, [int(sum(x) >= 2) for x in THREE], [1, 1, 1, -1]),
    ("at least one of three", THREE, [int(sum(x) >= 1) for x in THREE], [1, 1, 1, 0]),
]


@pytest.mark.parametrize(("points", "labels", "weights"), [s[1:] for s in SEPARABLE], ids=[s[0] for s in SEPARABLE])
def test_a_separating_line_in_small_numbers(points, labels, weights):
    d, _ = separated(points, labels, weights)
    assert isinstance(d.result, Matrix)
    assert [int(v.value) for v in d.result.args] == weights
    assert d.steps[-1].after == TRUE
    assert {s.evidence.word for s in d.steps} == {d.end_to_end.word} == {d.expected.word} == {"proved"}


INSEPARABLE = [
    ("XOR", TWO, [0, 1, 1, 0]),
    ("XNOR", TWO, [1, 0, 0, 1]),
    ("parity of three", THREE, [sum(x) % 2 for x in THREE]),
    ("between two points", [(-1,), (2,), (Rational(7, 2),)], [0, 1, 0]),
]


@pytest.mark.parametrize(("points", "labels"), [s[1:] for s in INSEPARABLE], ids=[s[0] for s in INSEPARABLE])
def test_labels_that_no_line_separates_have_a_certificate(points, labels):
    d, _ = separated(points, labels, [0] * (len(points[0]) + 1))
    assert d.steps[-1].after == FALSE
    assert [s.evidence.word for s in d.steps] == ["proved"] * 4
    assert (d.end_to_end.word, d.end_to_end.method) == ("proved", "Farkas certificate")
    assert d.expected.word == "refuted"  # weights for labels that have none


def test_the_certificate_of_xor():
    def add(part, w1, w2, w3, b):
        expected = (w1 + b) + (w2 + b) - (w1 + w2 + b) - b
        part.separate(
            "certificate", [(1, 0), (0, 1), (1, 1), (0, 0)], [1, 1, 0, 0], unknowns=(w1, w2, b), expected=expected
        )

    d, _ = asked(add)
    assert to_text(d.result) == "(w1 + b) + (w2 + b) - (w1 + w2 + b) - b"
    assert d.expected.word == "proved"


def test_a_system_of_equations_and_bounds():
    d, _ = asked(
        lambda part, w1, w2, w3, b: part.system(
            "q", Eq(w1 + w2, 1), w1 > 0, w2 > 0, unknowns=(w1, w2), expected=[Rational(1, 2)] * 2
        )
    )
    assert [v.value for v in d.result.args] == [Fraction(1, 2)] * 2
    d, _ = asked(
        lambda part, w1, w2, w3, b: part.system(
            "q", w1 + w2 >= 3, w1 <= 1, w2 <= 1, unknowns=(w1, w2), expected=(w1 + w2 - 3) + (1 - w1) + (1 - w2)
        )
    )
    assert d.end_to_end.word == d.expected.word == "proved"


def test_what_is_not_linear_stops():
    d, _ = asked(lambda part, w1, w2, w3, b: part.system("q", w1 * w2 > 1, unknowns=(w1, w2), expected=[1, 2]))
    assert "not linear" in d.stop_reason


@pytest.mark.parametrize("weights", [[0, 0, 0], [1, 1, 0], [1, 1, -2], [-1, -1, 1]])
def test_weights_that_miss_a_label_are_refuted(weights):
    d, context = separated(TWO, [0, 0, 0, 1])
    row = Matrix([[Number(w) for w in weights]])
    wrong = verify_derivation(replace(d, result=row), context)
    assert wrong.end_to_end.word == "refuted"
    assert separated(TWO, [0, 0, 0, 1], weights)[0].expected.word == "refuted"


@pytest.mark.parametrize(
    "slip", ["(w1 + b) + (w2 + b) - (w1 + w2 + b)", "(w1 + b) - (w1 + w2 + b) + (w2 + b) + b", "w1 - w1"]
)
def test_a_combination_that_is_none_is_no_certificate(slip):
    from symderiv.language.text import from_text

    d, context = separated([(1, 0), (0, 1), (1, 1), (0, 0)], [1, 1, 0, 0])
    wrong = verify_derivation(replace(d, result=from_text(slip, context)), context)
    assert wrong.end_to_end.word != "proved"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [("[[1, 1, -1]]", "proved"), ("[[2, 2, -3]]", "proved"), ("[[1, 1, 0]]", "refuted"), ("[[3, 1/2, -3]]", "proved")],
)
def test_every_separating_line_is_a_right_answer(answer, verdict):
    d, context = separated(TWO, [0, 0, 0, 1])
    assert judge(d.question, context, answer).verdict == verdict


CERTIFICATES = [
    ("(w1 + b) + (w2 + b) - (w1 + w2 + b) - b", "proved"),
    ("(w_1+b)+(w_2+b)=(w_1+w_2+b)+b", "proved"),
    ("b + (w1 + w2 + b) = (w1 + b) + (w2 + b)", "proved"),
    ("2*(w1 + b) + 2*(w2 + b) - 2*(w1 + w2 + b) - 2*b", "proved"),
    ("(w1 + b) + (w2 + b) - (w1 + w2 + b)", "refuted"),
    ("(w1 + b) + (w2 + b) = (w1 + w2 + b)", "refuted"),
    ("0", "undecided"),
    ("w1 - w1", "undecided"),
    ("(w1 + b) - (w1 + b)", "undecided"),
]


@pytest.mark.parametrize(("answer", "verdict"), CERTIFICATES)
def test_a_certificate_is_judged_by_the_conditions(answer, verdict):
    d, context = separated([(1, 0), (0, 1), (1, 1), (0, 0)], [1, 1, 0, 0])
    certificate = replace(d.question, expected=d.result)
    assert judge(certificate, context, answer).verdict == verdict


NUMBERS = st.integers(-3, 3).map(Fraction)
ROWS = st.lists(st.builds(Row, st.tuples(NUMBERS, NUMBERS), NUMBERS, st.booleans()), min_size=1, max_size=6)


@given(ROWS)
def test_either_a_solution_or_a_refutation(rows):
    point, weights = solve_small(rows, 2), refute(rows, 2)
    assert (point is None) == (weights is not None)
    if point is not None:
        assert all(r.holds(point) for r in rows)
        return
    assert min(weights) >= 0 and any(weights)
    total = [sum(w * r.coefficients[n] for w, r in zip(weights, rows, strict=True)) for n in range(2)]
    constant = sum(w * r.constant for w, r in zip(weights, rows, strict=True))
    strict = any(w and r.strict for w, r in zip(weights, rows, strict=True))
    assert total == [0, 0] and (constant < 0 or (constant == 0 and strict))
