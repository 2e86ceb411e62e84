"""Verdicts and diagnoses, judged in this process; and what the worker adds: limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symderiv.answers.isolation import Worker, WorkerDied
from symderiv.answers.judging import check, diagnose, judge
from symderiv.errors import AnswerError
from symderiv.language.context import INTEGER, Array, Context, Range, Variable
from symderiv.language.terms import ONE, Relation, Symbol
from symderiv.language.text import from_text
from symderiv.records import Part, Problem, Question

K = Symbol("K")


@pytest.fixture(scope="module")
def signals():
    """A valid cross-correlation, a matrix product, and scalars."""
    size = Range(ONE, integer=True)
    return Context(
        variables={
            "K": Variable("K", size, "size"),
            "N": Variable("N", size, "size"),
            "i": Variable("i", Range(ONE, Symbol("N"), integer=True), "index"),
            "j": Variable("j", Range(ONE, Symbol("N"), integer=True), "index"),
            "n": Variable("n", Range(ONE, Symbol("N"), integer=True), "index"),
            "m": Variable("m", INTEGER),
            "u": Variable("u"),
            "v": Variable("v"),
            "s": Variable("s", Range(nonzero=True)),
        },
        arrays={
            "x": Array("x", ((ONE, Symbol("N") + K - 1),)),
            "w": Array("w", ((ONE, K),)),
            "A": Array("A", ((ONE, Symbol("N")), (ONE, Symbol("N")))),
            "B": Array("B", ((ONE, Symbol("N")), (ONE, Symbol("N")))),
        },
    )


def ask(context, expected, **options):
    term = from_text(expected, context)
    return Question("q", "derive", term, term, **options)


CONVOLUTION = "Sum(x[n + k - 1]*w[k], (k, 1, K))"
PRODUCT = "Sum(A[i, k]*B[k, j], (k, 1, N))"


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        ("u**2 - v**2", "(u - v)*(u + v)"),
        ("u/v", "u*v/v^2"),
        (CONVOLUTION, "Sum(w[l]*x[n + l - 1], (l, 1, K))"),
        (CONVOLUTION, "Sum(x[n + k]*w[k + 1], (k, 0, K - 1))"),
        (CONVOLUTION, "Sum(w[K - k + 1]*x[n + K - k], (k, 1, K))"),
        (PRODUCT, "Sum(B[k, j]*A[i, k], (k, 1, N))"),
        ("tanh(u)", "2/(1 + exp(-2*u)) - 1"),
    ],
)
def test_other_forms_are_proved(signals, expected, answer):
    result = judge(ask(signals, expected), signals, answer)
    assert (result.verdict, bool(result)) == ("proved", True)


@pytest.mark.parametrize(
    ("expected", "answer", "code"),
    [
        ("u - v", "v - u", "sign"),
        ("u - v", "u + v", "sign of a term"),
        ("u/2 - v", "u - 2*v", "constant factor"),
        ("u*v**2", "u*v", "missing factor"),
        ("u*v", "u*v**2", "extra factor"),
        ("u*v + 1", "u*v", "missing term"),
        ("u*v", "u*v + u", "extra term"),
        ("u/v", "u*v", "inverted factor"),
        ("u*(1 - u)*v", "v", "missing factor"),
        (CONVOLUTION, "Sum(x[n + k - 1]*w[k], (k, 1, K - 1))", "bound"),
        (CONVOLUTION, "Sum(x[n + k - 1]*w[k], (k, 2, K))", "bound"),
        ("Sum(u**k, (k, 0, K))", "Sum(u**k, (k, 0, K - 1))", "bound"),
        (PRODUCT, "Sum(A[k, i]*B[k, j], (k, 1, N))", "swapped indices"),
        (PRODUCT, "Sum(A[j, k]*B[k, i], (k, 1, N))", "swapped indices"),
        ("A[i, j] - u", "A[j, i] - u", "swapped indices"),
        ("x[n]*u", "x[n + 1]*u", "index"),
        ("u**2 + v", "exp(u)", None),
    ],
)
def test_one_slip_is_named(signals, expected, answer, code):
    question = ask(signals, expected)
    result = judge(question, signals, answer)
    assert result.verdict == "refuted"
    assert result.witness is not None and result.witness.left != result.witness.right
    found = diagnose(question, signals, result.reading.answer)
    assert (found.code if found else None) == code


def test_a_diagnosis_does_not_give_the_answer_away(signals):
    from symderiv.answers.diagnosis import TEXTS

    assert all(text.count(" ") < 14 and not set("+*/^=") & set(text) for text in TEXTS.values())


def test_a_chain_is_as_good_as_its_worst_side(signals):
    question = ask(signals, "u - v")
    assert judge(question, signals, "(u**2 - v**2)/(u + v) = u - v").verdict == "proved"
    result = judge(question, signals, "u + v = u - v")
    assert (result.verdict, result.remarks) == ("refuted", ("refuted is the side u + v",))


def test_given_values_may_stand_in_the_answer_or_not(signals):
    question = replace(ask(signals, "Sum(x[k], (k, 1, 1))"), given=((Symbol("K"), ONE),))
    assert judge(question, signals, "x[1]").verdict == "proved"
    assert judge(question, signals, "Sum(x[k], (k, 1, K))").verdict == "proved"


def test_conditions_and_numbers_are_not_compared(signals):
    result = judge(ask(signals, "u"), signals, "u <= v")
    assert (result.verdict, result.message) == (
        "unreadable", "this is a condition; the part asks for a number (at character 1)",
    )  # fmt: skip
    result = judge(ask(signals, "u"), signals, "[[u, v]]")
    assert result.message == "this is a matrix; the part asks for a number (at character 1)"
    result = judge(ask(signals, "[[1, 2]]"), signals, "u")
    assert result.message == "this is a number; the part asks for a matrix such as [[1, 2], [3, 4]] (at character 1)"
    assert judge(ask(signals, "[[1, 2]]"), signals, "[[2, 4]]/2").verdict == "proved"
    assert judge(ask(signals, "[[1, 2]]"), signals, "[[1], [2]]").verdict == "refuted"
    result = judge(ask(signals, "m <= 2"), signals, "m")
    assert result.message == "this is a number; the part asks for a condition such as k <= n (at character 1)"


def test_conditions_of_the_part_are_taken_for_granted(signals):
    question = ask(signals, "Abs(u)")
    plain = Problem("p", "P", signals, (Part("1", "Plain", (question,)),))
    positive = Part("1", "Positive", (question,), conditions=(Relation(">", Symbol("u"), ONE),))
    assert check(plain, "1", "u").verdict == "refuted"
    assert check(replace(plain, parts=(positive,)), "1", "u").verdict != "refuted"


def test_agreement_without_proof_is_undecided(signals, monkeypatch):
    import symderiv.equality
    from symderiv.records import Verdict

    monkeypatch.setattr(symderiv.equality, "decide", lambda *a, **k: Verdict("checked", instances=48), raising=False)
    result = judge(ask(signals, "u"), signals, "v")
    assert (result.verdict, bool(result), result.evidence.word) == ("undecided", False, "checked")
    assert result.message == "agrees with the reference answer at all 48 points tried, but this is no proof"


class Fails(Worker):
    """A worker that dies at the n-th call."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.left = at

    def call(self, function, arguments, seconds):
        self.left -= 1
        if self.left == 0:
            raise WorkerDied("no verdict within 1 s")
        return function(*arguments)


def test_a_worker_that_dies_is_an_undecided_answer(problem):
    result = check(problem, "loss", "g - y", worker=Fails(1))
    assert (result.verdict, result.message, result.part, result.name) == (
        "undecided", "no verdict within 1 s", "D2", "dL",
    )  # fmt: skip


def test_a_verdict_outlives_its_diagnosis(problem):
    result = check(problem, "loss", "y - g", worker=Fails(2))
    assert (result.verdict, result.diagnosis) == ("refuted", None)
    assert check(problem, "loss", "y - g", worker=Fails(0)).diagnosis.code == "sign"


def test_an_unknown_part_is_an_error_and_no_verdict(problem):
    with pytest.raises(AnswerError):
        check(problem, "nothing", "g - y")


def test_public_check_decide(demo_path):
    import sympy

    import symderiv

    assert symderiv.check(demo_path, "1", "2*u").verdict == "proved"
    assert symderiv.check(symderiv.load(demo_path), "square", "u").diagnosis.code == "constant factor"
    x = sympy.Symbol("x")
    assert symderiv.decide(sympy.sin(x) ** 2, 1 - sympy.cos(x) ** 2).word == "proved"
    assert symderiv.decide(x, x + 1).word == "refuted"


@pytest.fixture
def demo_path(tmp_path):
    path = tmp_path / "square.py"
    path.write_text(
        "from sympy import Derivative\n"
        "from symderiv import declare\n"
        "p = declare('A square')\n"
        "u = p.symbol('u', 'a number')\n"
        "p.part('1', 'Derivative', alias='square').derive('d', Derivative(u**2, u), expected=2*u)\n"
    )
    return path
