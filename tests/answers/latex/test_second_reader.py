"""The second reader sees structure only: it agrees, differs or does not read, and nothing it leaves behind matters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symderiv.answers.isolation import Worker
from symderiv.answers.judging import check
from symderiv.answers.latex import second_reader
from symderiv.answers.latex.second_reader import parse_in_worker, second_opinion, with_placeholders
from symderiv.answers.latex.statements import read_traced
from symderiv.language.terms import Delta, Derivative, Entry, Symbol
from symderiv.language.text import Limits, from_text
from symderiv.records import Part, Problem, Question

pytest.importorskip("latex2sympy2")
i, j = Symbol("i"), Symbol("j")


@pytest.fixture
def question():
    softmax = Entry("S", (i,)), Entry("S", (j,))
    return Question("J_ij", "derive", Derivative(softmax[0], Entry("a", (j,))), softmax[0] * (Delta(i, j) - softmax[1]))


@pytest.fixture(scope="module")
def worker():
    worker = Worker().start()
    yield worker
    worker.close()


def test_placeholders(question, contexts):
    text = r"\frac{e^{a_i}}{\sum_{k=1}^{K} e^{a_k}} + 2\sigma(z)^2 \log_2 y"
    (side,) = read_traced(text, question, contexts["softmax"], Limits())
    spelled = with_placeholders(side)
    assert spelled is not None
    latex, names = spelled
    assert latex == (
        r"\frac{e^{{\mathit{qa}}}}{\sum_{{\mathit{qb}}=1}^{{\mathit{qc}}}e^{{\mathit{qd}}}}"
        r"+2{\mathit{qe}}^{2}\ln _2{\mathit{qf}}"
    )
    assert names["qa"] == Entry("a", (i,)) and names["qc"] == Symbol("K")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (r"S_i(\delta_{ij} - S_j)", "agrees"),
        (r"\frac{e^{a_i}}{\sum_{k=1}^{K} e^{a_k}}", "agrees"),
        (r"\sum_{k=1}^{K} a_k x_k + c", "agrees"),
        (r"-y\log g - (1-y)\log(1-g)", "agrees"),
        (r"\frac12 y z^2", "agrees"),
        (r"\sum_{k=1}^{K} \sum_{l=1}^{K} C_{kl}", "agrees"),
        (r"\begin{cases} y & i = j \\ z & \text{otherwise} \end{cases}", "unread"),
        (r"x_n \text{ for } 1 \le n \le K", "unread"),
        (r"\frac{\partial g}{\partial z}", "unread"),
        (r"S_i(\delta_{ij} - q)", "unread"),
    ],
)
def test_opinions(question, contexts, worker, text, word):
    assert second_opinion(text, question, contexts["softmax"], worker=worker).word == word


def test_a_disagreement_is_said(question, contexts, worker, monkeypatch):
    context = contexts["softmax"]
    (side,) = read_traced(r"{y + z}", question, context, Limits())
    other = replace(side, term=from_text("y - z", context))
    monkeypatch.setattr(second_reader, "read_traced", lambda *_: (other,))
    opinion = second_opinion("{y + z}", question, context, worker=worker)
    assert (opinion.word, opinion.reason) == ("differs", "the second reader takes it for y + z")


def test_what_a_text_leaves_behind_is_reset():
    import latex2sympy2

    latex2sympy2.set_variances({Symbol("x"): 3})
    latex2sympy2.VARIABLE_VALUES = {"x": 3}
    assert parse_in_worker(r"{\mathit{qa}} + 1") == ("Add", ("name", "qa"), ("number", "1"))
    assert latex2sympy2.var == latex2sympy2.variances == latex2sympy2.VARIABLE_VALUES == {}


def test_the_verdict_stays(question, contexts, monkeypatch):
    problem = Problem("p", "p", contexts["softmax"], (Part("A", "a", (question,)),))
    plain = check(problem, "A", r"S_i(\delta_{ij} - S_j)")
    asked = check(problem, "A", r"S_i(\delta_{ij} - S_j)", second_reader=True)
    assert plain.verdict == asked.verdict == "proved"
    assert (plain.reading.second, asked.reading.second) == ("", "agrees")
    differs = second_reader.Opinion("differs", "the second reader takes it for y")
    monkeypatch.setattr(second_reader, "second_opinion", lambda *_: differs)
    flagged = check(problem, "A", r"S_i(\delta_{ij} - S_j)", second_reader=True)
    assert flagged.verdict == "proved"
    assert flagged.remarks == ("the second reader takes it for y; brackets would make it clear",)


def test_without_latex2sympy2(question, contexts, monkeypatch):
    monkeypatch.setattr(second_reader, "available", lambda: False)
    opinion = second_opinion("{y}", question, contexts["softmax"])
    assert (opinion.word, opinion.reason) == ("unread", "latex2sympy2 is not installed")
