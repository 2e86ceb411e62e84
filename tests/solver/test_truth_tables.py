"""Networks with given weights on all inputs: the table with its hidden values, and tables that are wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Abs, Max, Sum

from symderiv.language.declarations import declare
from symderiv.language.matrices import Matrix
from symderiv.language.terms import Number
from symderiv.solver import solve_part
from symderiv.verification import verify_part

INPUTS = [[0, 1], [0, 0], [1, 0], [1, 1]]


def solved(first, bias, second, offset, activation, expected, inputs=INPUTS):
    p = declare("A network")
    n = p.index("n", 1, len(inputs))
    i, j = p.index("i j", 1, len(first))
    X, W, b, w = p.numbers("X", inputs), p.numbers("W", first), p.numbers("b", bias), p.numbers("w", second)
    m = len(inputs[0])
    h = p.define("h", (n, j), activation(Sum(W[j, i] * X[n, i], (i, 1, m)) + b[j]))
    y = p.define("y", (n,), Sum(w[j] * h[n, j], (j, 1, len(first))) + offset)
    part = p.part("1", "Table")
    columns = [X[n, k] for k in range(1, m + 1)] + [h[n, k] for k in range(1, len(first) + 1)]
    part.evaluate("y", y[n], columns=(n, 1, len(inputs)), expected=expected, beside=columns)
    problem = p.problem()
    (d,) = verify_part(solve_part(problem.parts[0], problem.context), problem.context).derivations
    return d, problem.context


def relu(z):
    return Max(0, z)


NETWORKS = [
    ("XOR with |.|", ([[1, -1], [1, 1]], [0, 0], [1, 0], 0, Abs), [1, 0, 1, 0]),
    ("XOR with ReLU", ([[1, -1], [-1, 1]], [0, 0], [1, 1], 0, relu), [1, 0, 1, 0]),
    ("XNOR with ReLU", ([[1, -1], [-1, 1]], [0, 0], [-1, -1], 1, relu), [0, 1, 0, 1]),
    ("AND with ReLU", ([[1, 1], [1, 1]], [-1, -1], [1, 0], 0, relu), [0, 0, 0, 1]),
    ("ReLU with the weights of |.|", ([[1, -1], [1, 1]], [0, 0], [1, 0], 0, relu), [0, 0, 1, 0]),
]


@pytest.mark.parametrize(("network", "row"), [n[1:] for n in NETWORKS], ids=[n[0] for n in NETWORKS])
def test_the_table_is_met_and_every_line_proved(network, row):
    d, _ = solved(*network, row)
    assert d.expected.word == d.end_to_end.word == "proved"
    (step,) = d.steps
    assert [s.evidence.word for s in step.substeps] == ["proved"] * len(step.substeps)
    table = step.substeps[0]
    assert table.rule == "table of all cases"
    assert [int(r[-1].value) for r in table.after.rows] == row


def test_a_majority_of_three():
    inputs = [[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    row = [int(sum(x) >= 2) for x in inputs]
    first, bias, second = [[1, 1, 1]] * 3, [-1, -2, -3], [1, -1, 0]
    d, _ = solved(first, bias, second, 0, relu, row, inputs)
    assert d.expected.word == "proved"


@pytest.mark.parametrize("wrong", [[0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 1, 1]])
def test_rows_that_are_swapped_are_refuted_with_the_place(wrong):
    d, _ = solved([[1, -1], [1, 1]], [0, 0], [1, 0], 0, Abs, wrong)
    assert d.end_to_end.word == "proved"
    assert d.expected.word == "refuted"
    assert d.expected.witness is not None


def test_a_wrong_hidden_value_is_objected_to():
    from symderiv.verification import verify_derivation

    d, context = solved([[1, -1], [1, 1]], [0, 0], [1, 0], 0, Abs, [1, 0, 1, 0])
    (step,) = d.steps
    rows = [list(r) for r in step.substeps[0].after.rows]
    rows[0][2] = Number(5)
    table = replace(step.substeps[0], after=Matrix(rows))
    wrong = replace(d, steps=(replace(step, substeps=(table, *step.substeps[1:])),))
    assert verify_derivation(wrong, context).steps[0].substeps[0].evidence.word == "refuted"
