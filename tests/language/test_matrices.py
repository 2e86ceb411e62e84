"""Matrices as text, terms and JSON; arrays of given numbers as declarations."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from sympy import Matrix as SymPyMatrix
from sympy import Rational, sqrt, sympify

from symderiv import declare
from symderiv.errors import AnswerError, DeclarationError, SymderivError
from symderiv.language.context import Context
from symderiv.language.matrices import Matrix, tabulate
from symderiv.language.serialise import context_from_json, context_to_json, term_from_json, term_to_json
from symderiv.language.terms import Entry, Number, Symbol
from symderiv.language.text import from_text, to_text

READ = [
    ("Matrix([[1, 2], [3, 4]])", "Matrix([[1, 2], [3, 4]])"),
    ("[[1, 2], [3, 4]]", "Matrix([[1, 2], [3, 4]])"),
    ("[5, 8]", "Matrix([[5, 8]])"),
    ("Matrix([5, 8])", "Matrix([[5], [8]])"),
    ("-40*Matrix([[1, 1], [1, 1]])", "Matrix([[-40, -40], [-40, -40]])"),
    ("Matrix([[1, 2]])/2", "Matrix([[1/2, 1]])"),
    ("[[1, 2]] - [[3, 4]]", "Matrix([[1 - 3, 2 - 4]])"),
    ("-[x, 1]", "Matrix([[-x, -1]])"),
    ("Matrix([[1, 2**3]])", "Matrix([[1, 2**3]])"),
]
UNREADABLE = [
    ("Matrix([[1, 2], [3]])", "the rows of the matrix are empty or not equally long"),
    ("Matrix([])", "the rows of the matrix are empty or not equally long"),
    ("[1, [2]]", "the rows of a matrix are all lists, or all entries stand in one list"),
    ("Matrix(3, 3, [1])", "a matrix is written Matrix([[1, 2], [3, 4]])"),
    ("[1, 2] + [3]", "a 1×2 and a 1×1 matrix cannot be added"),
    ("[1, 2]*[3, 4]", "matrices are added, and multiplied by numbers"),
    ("[1, 2]**2", "matrices are added, and multiplied by numbers"),
    ("sin([1, 2])", "as mathematics"),
    ("[1 < 2]", "an entry of the matrix is a condition"),
]


def context() -> Context:
    p = declare("a", "b")
    p.symbol("x", "a number")
    return p.context


@pytest.mark.parametrize(("text", "written"), READ)
def test_matrices_are_read(text, written):
    term = from_text(text, context())
    assert isinstance(term, Matrix)
    assert to_text(term) == written


@pytest.mark.parametrize(("text", "message"), UNREADABLE)
def test_other_lists_are_refused(text, message):
    with pytest.raises(AnswerError) as error:
        from_text(text, context())
    assert message in str(error.value)


@pytest.mark.parametrize(("text", "written"), READ)
def test_text_and_json_round_trips(text, written):
    term = from_text(text, context())
    assert from_text(to_text(term), context()) == term
    assert term_from_json(json.loads(json.dumps(term_to_json(term, context()))), context()) == term
    assert sympify(to_text(term)).shape == term.shape  # the written form is SymPy's own


def test_a_tree_of_a_ragged_matrix_is_refused():
    with pytest.raises(SymderivError, match="rows of different lengths"):
        term_from_json(["Matrix", 2, [["Number", "1", []]] * 3], context())


def test_rows_and_shape():
    m = Matrix([[Number(1), Number(2), Number(3)], [Number(4), Number(5), Number(6)]])
    assert m.shape == (2, 3)
    assert m.rows[1] == (Number(4), Number(5), Number(6))
    with pytest.raises(ValueError):
        Matrix([[Number(1)], []])


def test_tabulate_counts_rows_by_the_first_index():
    entry = Entry("y", (Symbol("i"), Symbol("j")))
    assert to_text(tabulate(entry, (("i", 0, 1), ("j", 1, 3)))) == "Matrix([[y[0, 1], y[0, 2], y[0, 3]], [y[1, 1], y[1, 2], y[1, 3]]])"  # fmt: skip
    assert tabulate(Symbol("t"), (("t", -1, 1),)).shape == (1, 3)


def test_numbers_keep_their_shape_start_and_values():
    p = declare("a", "b")
    h = p.numbers("h", [[-1, 2, Rational(1, 2)], [3, -4, 0]], "kernel", start=0, padded=True)
    array = p.context.arrays["h"]
    assert [(to_text(a), to_text(b)) for a, b in array.axes] == [("0", "1"), ("0", "2")]
    assert array.value_at((0, 2)) == Fraction(1, 2) and array.value_at((1, 1)) == -4
    assert array.padded and not array.entries.integer and str(h[0, 1]) == "h[0, 1]"
    p.numbers("g", SymPyMatrix([[1, 2], [3, 4]]), start=(1, -1))
    assert p.context.arrays["g"].value_at((2, -1)) == 3 and p.context.arrays["g"].entries.integer
    p.numbers("c", [[[1, 2], [3, 4]], [[5, 6], [7, 8]]])
    assert p.context.arrays["c"].value_at((2, 1, 2)) == 6
    again = context_from_json(json.loads(json.dumps(context_to_json(p.context))))
    assert again.arrays == dict(p.context.arrays)


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([[1, 2], [3]], {}, "not equally long"),
        ([], {}, "empty"),
        (3, {}, "has no list of numbers"),
        ([0.5], {}, "0.5"),
        ([sqrt(2)], {}, "no rational number"),
        ([1, 2], {"start": (0, 0)}, "has 1 axes, but start=(0, 0)"),
    ],
)
def test_what_is_no_array_of_numbers_is_refused(values, options, message):
    with pytest.raises(DeclarationError) as error:
        declare("a", "b").numbers("h", values, "kernel", **options)
    assert message in str(error.value)


def question(p, **options):
    i = p.index("i", 0, 3)
    f = p.numbers("f", [1, 2, 3, 4], start=0)
    y = p.define("y", (i,), 2 * f[i])
    return p.part("A", "a").evaluate("y", y[i], **{"columns": (i, 0, 3), "expected": [2, 4, 6, 8]} | options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": None}, "has no indices; add rows="),
        ({"expected": [2, 4]}, "is a 1 by 2 matrix; the indices make 1 by 4"),
        ({"expected": [[2, 4], [6]]}, "not equally long"),
        ({"expected": 5}, "expects a table"),
    ],
)
def test_questions_that_make_no_table_are_refused(options, message):
    with pytest.raises(DeclarationError) as error:
        question(declare("a", "b"), **options)
    assert message in str(error.value)


def test_a_table_that_reads_outside_its_definition_is_refused():
    p = declare("a", "b")
    i = p.index("i", 0, 9)
    n = p.index("n", 0, 3)
    f = p.numbers("f", [1, 2, 3, 4], start=0)
    y = p.define("y", (n,), f[n])
    p.part("A", "a").evaluate("y", y[i], columns=(i, 0, 4), expected=[1, 2, 3, 4, 0])
    with pytest.raises(DeclarationError, match=r"y\[i\] reads y\[4\]"):
        p.problem()
