"""Lists of shapes: read and written as tuples, compared place by place, printed with crosses or as a table."""

from __future__ import annotations

import json

import pytest
from sympy import sympify

from symderiv import declare
from symderiv.equality import decide
from symderiv.errors import AnswerError, SymderivError
from symderiv.language.matrices import has_matrix, like_table
from symderiv.language.serialise import term_from_json, term_to_json
from symderiv.language.terms import Number, Tuple
from symderiv.language.text import from_text, to_text
from symderiv.writing.boxes import flat_text
from symderiv.writing.composing import compose
from symderiv.writing.latex import latex_of, to_latex
from symderiv.writing.mathml import mathml_of

SHAPES = "Tuple(Tuple(28, 28, 1), Tuple(490), Tuple(3))"
p = declare("a", "b")
p.size("C H W")
CONTEXT = p.context


def read(text):
    return from_text(text, CONTEXT)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("(64, 64, 32)", "Tuple(64, 64, 32)"),
        ("((28, 28, 1), (490,), (3,))", SHAPES),
        (SHAPES, SHAPES),
        ("(C, (H - 1, W))", "Tuple(C, Tuple(H - 1, W))"),
    ],
)
def test_read_and_written(text, written):
    term = read(text)
    assert isinstance(term, Tuple)
    assert to_text(term) == written
    assert read(to_text(term)) == term
    assert term_from_json(json.loads(json.dumps(term_to_json(term, CONTEXT))), CONTEXT) == term
    assert str(sympify(written)) == str(sympify(written).func(*sympify(written).args))  # SymPy reads it too
    assert has_matrix(term)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("()", "the list is empty"),
        ("Tuple()", "the list is empty"),
        ("(1, C < 2)", "an entry of the list is a condition, not a number"),
        ("(1, 2) + (3, 4)", "I can't read '(1, 2)' as mathematics"),
    ],
)
def test_refused(text, message):
    with pytest.raises(AnswerError) as error:
        read(text)
    assert message in str(error.value)


def test_an_empty_list_in_a_file_is_refused():
    with pytest.raises(SymderivError, match="a list is empty; the file was changed"):
        term_from_json(["Tuple", None, []], CONTEXT)


@pytest.mark.parametrize(
    ("left", "right", "word", "place"),
    [
        ("(C, H)", "(C, H)", "proved", {}),
        ("((C + C, H), (3,))", "((2*C, H), (3,))", "proved", {}),
        ("(C, H)", "(H, C)", "refuted", {"entry": "1"}),
        ("((1, 2), (3,))", "((1, 2), (4,))", "refuted", {"list": "2", "entry": "1"}),
        ("(((1,), (2,)), (3,))", "(((1,), (5,)), (3,))", "refuted", {"list": "1.2", "entry": "1"}),
        ("((1, 2), (3,))", "((1, 2, 3),)", "refuted", {}),
        ("(1, 2)", "[1, 2]", "refuted", {}),
        ("(1, 2)", "3", "refuted", {}),
    ],
)
def test_compared_place_by_place(left, right, word, place):
    verdict = decide(read(left), read(right), CONTEXT)
    assert verdict.word == word
    found = {} if verdict.witness is None else verdict.witness.values
    assert {k: v for k, v in found.items() if k in ("list", "entry")} == place


@pytest.mark.parametrize(
    ("answer", "other", "expected"),
    [
        ("(1, 2)", "[3, 4]", "Matrix([[1, 2]])"),
        ("[[1, 2], [3, 4]]", "((5, 6), (7, 8))", "Tuple(Tuple(1, 2), Tuple(3, 4))"),
        ("[1, 2]", "(3, 4)", "Tuple(1, 2)"),
        ("((1, 2), 3)", "((1, 2), (3,))", "Tuple(Tuple(1, 2), Tuple(3))"),
        ("(1, 2)", "5", "Tuple(1, 2)"),
        ("7", "(3, 4)", "7"),
    ],
)
def test_an_answer_takes_the_form_that_is_asked_for(answer, other, expected):
    assert to_text(like_table(read(answer), read(other))) == expected


def test_printed():
    assert to_latex(read("(C, H - 1, 3)"), CONTEXT) == r"C \times (H - 1) \times 3"
    assert flat_text(compose(read(SHAPES), CONTEXT)) == "(28 × 28 × 1, 490, 3)"
    table = Tuple(read("(C, 2)"), Number(3), labels=("1 × 1 filter", "sum"))
    node = compose(table, CONTEXT)
    assert (
        latex_of(node)
        == r"\begin{array}{@{}ll@{}} \text{1 $\times$ 1 filter} & C \times 2 \\ \text{sum} & 3 \end{array}"
    )
    assert flat_text(node) == "1 × 1 filter  C × 2; sum  3"
    assert "<mtable" in mathml_of(node) and "[" not in mathml_of(node)
