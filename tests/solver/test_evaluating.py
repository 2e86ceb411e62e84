"""Tables of given numbers: the homework's convolutions, their windows line by line, wrong tables, and where it stops."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from sympy import Matrix, Rational, Sum, exp, sympify

import symderiv
from symderiv import check, declare, load
from symderiv.language.text import from_text, to_text
from symderiv.records import Solution
from symderiv.solver import solve_part
from symderiv.verification import verify_derivation, verify_part
from symderiv.writing.json_out import solution_from_json, solution_to_json

FOLDER = Path(symderiv.__file__).parent.parent / "problems"
PROBLEMS = [load(FOLDER / name) for name in ("numeric_convolutions.py", "filters.py")]
TABLES = [(p, part.id) for p in PROBLEMS for part in p.parts if any(q.kind == "evaluate" for q in part.questions)]

ANSWERS = {
    "A3a.table_0_12": "Matrix([[1, Rational(3,2), Rational(7,4), Rational(15,8), Rational(31,16), Rational(63,32), Rational(127,64), Rational(127,128), Rational(127,256), Rational(127,512), Rational(127,1024), Rational(127,2048), Rational(127,4096)]])",
    "A3c.y": "Matrix([[-40,-40,-40],[-40,-40,-40],[-40,-40,-40]])",
    "A3d.i.y": "Matrix([[-19,-28,-32,-36,-29],[-30,-40,-40,-40,-30],[-30,-40,-40,-40,-30],[-30,-40,-40,-40,-30],[49,68,72,76,59]])",
    "A3d.ii.y": "Matrix([[-19,-32,-29],[-30,-40,-30],[49,72,59]])",
    "B3.3.1.X": "Matrix([[-4,5,6],[10,-4,-10],[6,-5,-4]])",
    "B3.3.2.X": "Matrix([[-18,35,-16,31,-14,21],[30,-8,26,-6,22,-19],[-12,23,-10,19,-8,12],[18,-2,14,0,10,-7],[-6,11,-4,7,-2,3],[6,3,4,1,2,-1]])",
    "B4.1.Y": "Matrix([[0,25,10],[8,-10,24],[-4,12,-8]])",
    "C4.3.valid.y": "Matrix([[5,8]])",
    "C4.3.full.y": "Matrix([[1,2,5,8,6,8]])",
    "C4.3.same.y": "Matrix([[2,5,8,6]])",
}  # fmt: skip


def problem(key):
    return next(p for p in PROBLEMS if p.part(key))


@cache
def solved(key):
    """The questions of a part that ask for a table, solved and verified."""
    context, part = problem(key).context, problem(key).part(key)
    tables = tuple(q for q in part.questions if q.kind == "evaluate")
    return verify_part(solve_part(replace(part, questions=tables), context), context)


@pytest.mark.parametrize("address", ANSWERS)
def test_the_tables_are_those_of_the_homework(address):
    key, _, name = address.rpartition(".")
    found = next(d for d in solved(key).derivations if d.question.name == name)
    assert sympify(to_text(found.result)) == sympify(ANSWERS[address])
    assert found.stop_reason == "" and found.end_to_end.word == found.expected.word == "proved"


@pytest.mark.parametrize("part", [key for _, key in TABLES])
def test_every_line_is_proved(part):
    whole = solved(part)
    assert whole.expected_met and whole.counts()["proved"] == 2 * len(whole.derivations)
    for d in whole.derivations:
        assert all(s.evidence.word == "proved" for step in d.steps for s in (step, *step.substeps))
        windows = [s for s in d.steps[0].substeps if s.rule == "unfold the definition"]
        assert len(windows) == len(d.result.args), "every entry has its window"
        assert sum(s.level == 1 for s in windows) == min(3, len(windows)), "the first, one in the middle, the last"


def test_a_window_shows_its_numbers():
    lines = [to_text(s.after) for s in solved("A3d.i").derivations[0].steps[0].substeps[:3]]
    assert lines[1:] == ["7*(-1) + 6*(-2) + 2*0 + 1*0", "-19"]
    assert lines[0].startswith("Sum(Sum(Piecewise((X[1 - k, 1 - l]*s[k, l], And(")


WRONG = [
    ("A3c", "Matrix([[40,40,40],[40,40,40],[40,40,40]])", "row", "1"),  # the kernel not flipped
    ("A3c", "Matrix([[-40,-40],[-40,-40]])", None, None),  # one row and column too few
    ("A3d.i", "Matrix([[19,28,32,36,29],[-30,-40,-40,-40,-30],[-30,-40,-40,-40,-30],[-30,-40,-40,-40,-30],[-49,-68,-72,-76,-59]])", "row", "1"),  # the borders not flipped
    ("A3d.ii", "Matrix([[-28,-36],[-40,-40]])", None, None),  # begins at the wrong place
    ("B3.3.1", "Matrix([[-4,5,6],[10,-4,-10],[6,-5,4]])", "column", "3"),
    ("B4.1", "Matrix([[0,25,10],[8,-10,24],[-4,12,8]])", "row", "3"),
    ("C4.3.valid", "Matrix([[7,10]])", "column", "1"),  # the kernel not flipped
    ("C4.3.full", "Matrix([[1,2,5,8,6,8,0]])", None, None),  # a range one too long
    ("C4.3.same", "Matrix([[5,8,6,8]])", "column", "1"),  # shifted
    ("C4.3.same", "Matrix([[2],[5],[8],[6]])", None, None),
    ("A3a.table_0_12", "[1, 2, 3]", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("key", "answer", "what", "place"), WRONG)
def test_wrong_tables_are_refuted(key, answer, what, place):
    result = check(problem(key.split(".table")[0]), key, answer)
    assert result.verdict == "refuted", result
    if what is None:
        assert "matrix" in result.witness.left and "matrix" in result.witness.right
    else:
        assert result.witness.values[what] == place


def test_every_changed_entry_is_refuted():
    d = solved("B3.3.1").derivations[0]
    for n, entry in enumerate(d.result.args):
        wrong = d.result.with_args((*d.result.args[:n], entry + 1, *d.result.args[n + 1 :]))
        checked = verify_derivation(replace(d, result=wrong), problem("B3.3.1").context)
        assert checked.end_to_end.word == checked.expected.word == "refuted"


def test_a_wrong_window_is_refuted():
    d = solved("A3c").derivations[0]
    step = d.steps[0]
    wrong = replace(step.substeps[1], after=from_text("13*1 + 12*2 + 11 - 3 - 2*2 - 1", problem("A3c").context))
    steps = (replace(step, substeps=(step.substeps[0], wrong, *step.substeps[2:])),)
    checked = verify_derivation(replace(d, steps=steps), problem("A3c").context)
    assert checked.steps[0].substeps[1].evidence.word == "refuted"


@pytest.mark.parametrize("key", ["A3d.ii", "A3a"])
def test_the_solution_survives_its_file(key):
    solution = Solution(problem(key), (solved(key),))
    again = solution_from_json(json.loads(json.dumps(solution_to_json(solution))))
    (before,), (after,) = solution.parts, again.parts
    assert [d.result for d in after.derivations] == [d.result for d in before.derivations]
    assert [(d.question.axes, d.question.plot) for d in after.derivations] == [
        (d.question.axes, d.question.plot) for d in before.derivations
    ]
    verified = symderiv.verify(again).parts[0]
    assert verified.expected_met and verified.counts()["proved"] == 2 * len(verified.derivations)


def derivation(body, *, conditions=()):
    p = declare("a", "b")
    i = p.index("i", 0, 2)
    f = p.numbers("f", [1, Rational(1, 2), 3], start=0)
    x = p.array("x", 3, "unknown")
    N = p.size("N", "a size")
    y = p.define("y", (i,), body(f, i, x, N))
    part = p.part("A", "a", conditions=list(conditions))
    part.evaluate("y", y[i], columns=(i, 0, 2), expected=[0, 0, 0])
    whole = p.problem()
    return verify_part(solve_part(whole.parts[0], whole.context), whole.context).derivations[0]


def test_functions_of_definitions_of_numbers():
    found = derivation(lambda f, i, x, N: f[i] ** 2 / 3 - 1)
    assert to_text(found.result) == "Matrix([[-2/3, -11/12, 2]])"
    assert found.end_to_end.word == "proved" and found.expected.word == "refuted"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (lambda f, i, x, N: x[i + 1], "x is no array of numbers; declare it with p.numbers"),
        (lambda f, i, x, N: f[i] + N, "N has no value; evaluate needs numbers for every name"),
        (lambda f, i, x, N: exp(f[i]), "is not a rational number that can be calculated here"),
        (lambda f, i, x, N: 1 / i, "is not a rational number that can be calculated here"),
    ],
)
def test_what_has_no_number_stops_and_says_why(body, reason):
    found = derivation(body)
    assert reason in found.stop_reason and found.steps == ()
    assert found.end_to_end.word == "undecided" and found.expected.word == "undecided"


def test_a_table_of_one_column_and_a_convolution_written_by_hand():
    p = declare("a", "b")
    i, k = p.index("i", 0, 1), p.index("k", 0, 1)
    f, g = p.numbers("f", [1, 2, 3], start=0), p.numbers("g", Matrix([[1], [-1]]), start=0)
    zero = p.index("z", 0, 0)
    y = p.define("y", (i, zero), Sum(f[i + k] * g[k, 0], (k, 0, 1)))
    p.part("A", "a").evaluate("y", y[i, zero], rows=(i, 0, 1), columns=(zero, 0, 0), expected=[[-1], [-1]])
    whole = p.problem()
    assert verify_part(solve_part(whole.parts[0], whole.context), whole.context).expected_met
