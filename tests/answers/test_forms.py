"""Formulas that equal the reference and are no answer, and those that are one in another form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symderiv.answers.judging import judge
from symderiv.language.context import INTEGER, Array, Context, Definition, Range, Variable
from symderiv.language.terms import ONE, ZERO, Apply, Derivative, Symbol
from symderiv.language.text import from_text
from symderiv.records import Question

K = Symbol("K")


@pytest.fixture(scope="module")
def context():
    axes = ((ONE, K),)
    return Context(
        variables={
            "K": Variable("K", Range(ONE, integer=True), "size"),
            "i": Variable("i", Range(ONE, K, integer=True), "index"),
            "n": Variable("n", INTEGER),
            "a": Variable("a"),
            "y": Variable("y"),
            "z": Variable("z"),
        },
        arrays={"x": Array("x", axes), "w": Array("w", ((ZERO, K),))},
        definitions={
            "g": Definition("g", (), Apply("sigmoid", Symbol("a"))),
            "v": Definition("v", ("i",), from_text("2*x[i]", Context(
                variables={"i": Variable("i", Range(ONE, K, integer=True), "index")}, arrays={"x": Array("x", axes)},
            )), "array", axes),
        },
    )  # fmt: skip


def ask(context, subject, expected, **options):
    if unknown := options.pop("unknown", None):
        options.update(kind="find", unknown=from_text(unknown, context), goal=ZERO)
    kind = options.pop("kind", "derive")
    return Question("q", kind, from_text(subject, context), from_text(expected, context), **options)


LOSS = ("Derivative((y - g)**2, a)", "2*(g - y)*g*(1 - g)")
COUNT = ("Sum(1, (k, 1, K))", "K")
BRANCH = ("Sum(Piecewise((w[k], Eq(k, n)), (0, True)), (k, 0, K))", "Piecewise((w[n], And(n >= 0, n <= K)), (0, True))")


@pytest.mark.parametrize(
    ("question", "answer", "code"),
    [
        (LOSS, "Derivative((y - g)**2, a)", "restated"),
        (LOSS, "Derivative((-g + y)**2, a)", "restated"),
        (LOSS, r"\frac{\partial (y - g)^2}{\partial a}", "restated"),
        (LOSS, "-2*(y - g)*Derivative(g, a)", "unfinished"),
        (LOSS, "2*(g - y)*g*(1 - g) = -2*(y - g)*Derivative(g, a)", "unfinished"),
        (LOSS, "Derivative((y - g)**2, a) = 2*(g - y)*g*(1 - g)", None),
        (LOSS, "2*(g - y)*g*(1 - g)", None),
        (COUNT, "Sum(1, (j, 1, K))", "restated"),
        (COUNT, "K", None),
        (("v_i", "2*x_i"), "v_i", "restated"),
        (("v_i", "2*x_i"), "x_i + x_i", None),
        (("g", "g"), "g", None),
        (("g", "g"), "1/(1 + exp(-a))", None),
        (BRANCH, "Piecewise((w[n], And(n >= 0, n <= K)))", "half"),
        (BRANCH, r"w_n \text{ for } 0 \le n \le K", "half"),
        (BRANCH, r"w_n,\ 0 \le n \le K", "half"),
        (BRANCH, r"w_n \quad (0 \le n \le K)", "half"),
        (BRANCH, r"w_n\ (n \ge 0),\ n \le K", "half"),
        (("x[i]", "x[i]"), r"x_i,\quad 1 \le i \le K", None),
        (("x[i]", "x[i]"), r"x_i\ (1 \le i \le K)", None),
        (("x[i]", "x[i]"), r"x_i\ (2 \le i \le K)", "half"),
        (BRANCH, "Piecewise((w[n], And(n >= 0, n <= K)), (0, n < 0), (0, n > K))", None),
        (BRANCH, "Sum(Piecewise((w[j], Eq(n, j)), (0, True)), (j, 0, K))", None),
    ],
)
def test_an_answer_says_what_was_asked(context, question, answer, code):
    result = judge(ask(context, *question), context, answer)
    assert result.evidence is not None and result.evidence.word == "proved"
    assert (result.diagnosis.code if result.diagnosis else None) == code
    assert result.verdict == ("proved" if code is None else "undecided")
    if code is not None:
        assert result.message == result.diagnosis.text


@pytest.mark.parametrize(
    ("question", "answer", "verdict"),
    [
        (BRANCH, r"2 w_n\ (0 \le n \le K)", "refuted"),  # wrong where it is claimed
        (BRANCH, r"w_n + 1,\ 0 \le n \le K", "refuted"),
        (("x[i]", "x[i]"), r"2 \cdot x_i,\quad 1 \le i", "refuted"),
        (("x[i]", "x[i]"), r"x_i,\ y", "unreadable"),  # no condition
        (("x[i]", "x[i]"), r"x_i,\ i = 1", "unreadable"),
    ],
)
def test_the_region_of_an_answer(context, question, answer, verdict):
    assert judge(ask(context, *question), context, answer).verdict == verdict


SHAPES = ("Tuple(Tuple(64, 64, 32), Tuple(32, 32, 64), Tuple(10))",) * 2
ROW = ("Matrix([[1, 3/2, 7/4]])",) * 2


@pytest.mark.parametrize(
    ("question", "answer", "verdict"),
    [
        (SHAPES, r"64{\times}64{\times}32,\ 32{\times}32{\times}64,\ 10", "proved"),
        (SHAPES, r"64\times 64\times 32,\quad 32\times 32\times 64,\quad 10", "proved"),
        (SHAPES, r"64\times 64\times 32,\ 32\times 32\times 32,\ 10", "refuted"),
        (SHAPES, r"64\times 64\times 32,\ 10", "refuted"),
        (("Tuple(64, 64, 32)",) * 2, r"64 \times 64 \times 32", "proved"),
        (("Tuple(64, 64, 32)",) * 2, r"64,\ 8 \cdot 8,\ 32", "proved"),
        (("Tuple(64, 64, 32)",) * 2, r"64 \cdot 64 \cdot 32", "unreadable"),
        (ROW, r"1,\ \tfrac32,\ \tfrac74", "proved"),
        (ROW, r"M = 1,\ \tfrac32,\ \tfrac74", "proved"),
        (ROW, r"1,\ \tfrac74,\ \tfrac32", "refuted"),
        (ROW, r"1,\ \tfrac32", "refuted"),
        (ROW, r"1,\ \tfrac32,\ x = 2", "unreadable"),
    ],
)
def test_lists_without_brackets(context, question, answer, verdict):
    assert judge(ask(context, *question), context, answer).verdict == verdict


def test_the_unknown_is_no_answer(context):
    question = ask(context, "z + y", "-y", unknown="z")
    assert judge(question, context, "z = -y").verdict == "proved"
    assert judge(question, context, "-y = z").verdict == "proved"
    result = judge(question, context, "2*z + y")
    assert (result.verdict, result.diagnosis.code) == ("undecided", "restated")
    assert result.message == "The unknown z still stands in the answer; the part asks for its value."


@pytest.mark.parametrize(
    ("question", "answer", "remarks"),
    [
        (COUNT, "Sum(2, (k, 1, K))/2", ("a sum is left in the answer; the part's answer has a closed form",)),
        (LOSS, "2*g*(g - y) - 2*g*(g - y)*g", ("the answer is multiplied out; the part's answer is factored",)),
        (LOSS, "2*(g - y)*g*(1 - g)", ()),
        (("a - y", "a - y"), "(a**2 - y**2)/(a + y)", ()),
    ],
)
def test_right_but_in_another_form(context, question, answer, remarks):
    result = judge(ask(context, *question), context, answer)
    assert (result.verdict, result.remarks) == ("proved", remarks)


def test_a_value_given_does_not_hide_a_restatement(context):
    question = replace(ask(context, "g**y*(1 - g)**(1 - y)", "g"), given=((Symbol("y"), ONE),))
    assert judge(question, context, "g").verdict == "proved"
    assert judge(question, context, "g**y*(1 - g)**(1 - y)").diagnosis.code == "restated"


def test_a_derivative_that_the_reference_has_may_stay(context):
    question = replace(ask(context, *LOSS), expected=Derivative(Symbol("a") ** 2, Symbol("a")))
    assert judge(question, context, "Derivative(a**2, a)").verdict == "proved"
