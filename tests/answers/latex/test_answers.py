"""LaTeX as an answer to a question: the label, the chain of sides, places, and names that only the question tells apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symderiv.answers.judging import judge
from symderiv.answers.latex import read_statements
from symderiv.answers.reading import read_answer
from symderiv.errors import AnswerError
from symderiv.language.context import Variable
from symderiv.language.text import from_text, to_text
from symderiv.records import Question


@pytest.fixture
def question(contexts):
    def make(name="J_ij", subject="Derivative(S[i], a[j])", expected="S[i]*(KroneckerDelta(i, j) - S[j])", **more):
        c = contexts["softmax"]
        read = {key: from_text(text, c) for key, text in more.items() if key != "kind"}
        return Question(name, more.get("kind", "derive"), from_text(subject, c), from_text(expected, c), **read)

    return make


@pytest.mark.parametrize(
    ("text", "label", "sides"),
    [
        (r"J_{ij} = S_i(\delta_{ij} - S_j)", "J_{ij}", [r"S_i(\delta_{ij} - S_j)"]),
        (r"S_i(\delta_{ij} - S_j)", "", [r"S_i(\delta_{ij} - S_j)"]),
        (r"\frac{\partial S_i}{\partial a_j} = S_i", "", [r"\frac{\partial S_i}{\partial a_j}", "S_i"]),
        (r"\frac{\partial L}{\partial w_j} = S_i", r"\frac{\partial L}{\partial w_j}", ["S_i"]),
        (r"\partial p_i/\partial a_j = S_i", r"\partial p_i/\partial a_j", ["S_i"]),
        (r"p(\mathbf{x})_i = S_i", r"p(\mathbf{x})_i", ["S_i"]),
        (r"J = S_i = \frac{S_i^2}{S_i}", "J", ["S_i", r"\frac{S_i^2}{S_i}"]),
        (r"J_{ij}: S_i", "J_{ij}", ["S_i"]),
        (r"= {S_i}", "", ["S_i"]),
        (r"\Rightarrow J_{ij} = S_i", "J_{ij}", ["S_i"]),
        (r"\begin{aligned} J_{ij} &= S_i \\ &= S_i + 0 \end{aligned}", "J_{ij}", ["S_i", "S_i + 0"]),
        (r"J_{ij} := \boxed{S_i}", "J_{ij}", ["S_i"]),
        (r"\boxed{J_{ij} = S_i}.", "J_{ij}", ["S_i"]),
        (r"J_{ij} = S_i \quad (\text{by symmetry})", "J_{ij}", ["S_i"]),
    ],
)  # fmt: skip
def test_label_and_sides(question, contexts, text, label, sides):
    reading = read_answer(text, question(), contexts["softmax"])
    assert reading.form == "latex"
    assert reading.label == label
    assert [text[s.start : s.end] for s in reading.sides] == sides


@pytest.mark.parametrize(
    ("text", "sides", "joints"),
    [
        (r"y = z \Rightarrow z = c", ["y", "z", "z", "c"], ["", "Rightarrow"]),
        (r"y > 0 \iff z > 0", ["y > 0", "z > 0"], ["", "iff"]),
        (r"y = z \quad\implies\quad z = c \Longrightarrow y = c", ["y", "z", "z", "c", "y", "c"],
         ["", "implies", "Longrightarrow"]),
        (r"\begin{aligned} y &= z \\ c &= r \end{aligned}", ["y", "z", "c", "r"], ["", ""]),
        (r"y = z; \ c = \frac{1}{3} \approx 0.33", ["y", "z", "c", r"\frac{1}{3}"], ["", ""]),
        (r"\text{First layer} = 2y; \text{Second layer} = 3y", ["2y", "3y"], ["", ""]),
        (r"H_1: 100 \times (2 \times 3)", [r"100 \times (2 \times 3)"], [""]),
    ],
)  # fmt: skip
def test_statements_keep_their_places_and_arrows(contexts, text, sides, joints):
    found = read_statements(text, contexts["softmax"])
    assert [s.joint for s in found] == joints
    assert [text[side.start : side.end] for s in found for side in s.sides] == sides


def test_the_unknown_names_the_answer(question, contexts):
    find = question("dz", "z", "y - 1", kind="find", goal="z", unknown="z")
    assert read_answer(r"z = {y - 1}", find, contexts["softmax"]).label == "z"
    derive = question("dz", "z", "y - 1")
    assert read_answer(r"z = {y - 1}", derive, contexts["softmax"]).label == ""


def test_the_question_tells_names_apart(question, contexts):
    """Both a scalar x1 and an array x may be written x_1; the question uses one of them."""
    c = contexts["softmax"]
    c = c.with_variable(Variable("x1"))
    scalar = replace(question(), subject=from_text("x1", c), expected=from_text("x1", c))
    entry = replace(question(), subject=from_text("x[1]", c), expected=from_text("x[1]", c))
    neither = question()
    assert to_text(read_answer("{x_1}", scalar, c).answer) == "x1"
    assert to_text(read_answer("{x_1}", entry, c).answer) == "x[1]"
    with pytest.raises(AnswerError, match=r"x_1 may be x or x1, both of which are declared \(at character 2\)"):
        read_answer("{x_1}", neither, c)


def test_an_index_is_fixed_if_the_question_has_it(question, contexts):
    c = contexts["softmax"]
    fixed = question("q", "a[i]", "a[i]")
    assert to_text(read_answer(r"\sum_{j \ne i} a_j", fixed, c).answer).startswith("Sum(Piecewise((a[j], Ne(j, i))")
    open_ = question("q", "K", "K")
    with pytest.raises(AnswerError, match="is the sum over i too"):
        read_answer(r"\sum_{j \ne i} a_j", open_, c)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (r"S_i(\delta_{ij} - S_j)", "proved"),
        (r"S_i\delta_{ij} - S_i S_j", "proved"),
        (r"\begin{cases} S_i(1-S_i) & \text{if } i = j \\ -S_iS_j & \text{otherwise} \end{cases}", "proved"),
        (r"S_i\left([i=j] - S_j\right)", "proved"),
        (r"\frac{e^{a_i}}{\sum_k e^{a_k}}\left(\delta_{ij} - \frac{e^{a_j}}{\sum_k e^{a_k}}\right)", "proved"),
        (r"J_{ij} = S_i(\delta_{ij} + S_j)", "refuted"),
        (r"S_j(\delta_{ij} - S_j)", "refuted"),
        (r"S_i(\delta_{ij} - S_q)", "unreadable"),
    ],
)
def test_judged(question, contexts, text, verdict):
    assert judge(question(), contexts["softmax"], text).verdict == verdict
