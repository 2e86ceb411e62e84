"""Tables of all cases: every number was proved, the head names the columns, each format has its rules."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from io import StringIO

import pytest
from sympy import Sum

from symderiv import declare
from symderiv.records import Solution
from symderiv.solver import solve_problem
from symderiv.verification import verify_solution
from symderiv.writing.case_tables import take_cases
from symderiv.writing.document import Detail, lay_out
from symderiv.writing.html import html_page
from symderiv.writing.latex_page import latex_page
from symderiv.writing.markdown import markdown_page
from symderiv.writing.terminal import show


@lru_cache(maxsize=1)
def conjunction() -> Solution:
    """AND as a sum over two components: a row for each of four inputs."""
    p = declare("And")
    n = p.index("n", 1, 4)
    i = p.index("i", 1, 2)
    x = p.numbers("x", [[0, 0], [0, 1], [1, 0], [1, 1]], "inputs")
    h = p.define("h", (n,), Sum(x[n, i], (i, 1, 2)) - 1, "hidden value")
    y = p.define("y", (n,), (h[n] + abs(h[n])) / 2, "output")
    part = p.part("1", "And")
    part.evaluate("y", y[n], columns=(n, 1, 4), expected=[0, 0, 0, 1], beside=[x[n, 1], x[n, 2], h[n]])
    part.evaluate("h", h[n], columns=(n, 1, 4), expected=[-1, 0, 0, 1])
    return verify_solution(solve_problem(p.problem()))


ROWS = [("1", "0", "0", "-1", "0"), ("2", "0", "1", "0", "0"), ("3", "1", "0", "0", "0"), ("4", "1", "1", "1", "1")]


def test_the_table_is_taken_out_of_the_substeps_with_its_evidence():
    d, other = conjunction().parts[0].derivations
    steps, table, proof = take_cases(d)
    assert [tuple(str(t.value) for t in row) for row in table.rows[1:]] == ROWS
    assert [len(s.substeps) for s in steps] == [len(s.substeps) - 1 for s in d.steps]
    assert proof is d.steps[0].substeps[0] and proof.evidence.word == "proved"
    assert take_cases(other) == (other.steps, None, None)


@pytest.mark.parametrize("detail", ["brief", "normal", "full"])
def test_it_stands_in_the_line_of_the_answer(detail: Detail):
    first, second = lay_out(conjunction(), detail).parts[0].questions
    (line,) = first.chains[0].lines
    assert line.table is not None and line.evidence.word == "proved"
    assert second.chains[0].lines[0].table is None
    shown = [x for c in first.details for x in c.lines]
    assert not any(x.table is not None or "table of all cases" in x.reasons for x in shown)


def test_a_table_that_was_not_proved_has_no_mark_of_one():
    d = conjunction().parts[0].derivations[0]
    (step,) = d.steps
    doubted = replace(step.substeps[0], evidence=replace(step.substeps[0].evidence, word="undecided"))
    part = conjunction().parts[0]
    wrong = replace(d, steps=(replace(step, substeps=(doubted, *step.substeps[1:])),))
    solution = replace(conjunction(), parts=(replace(part, derivations=(wrong,)),))
    text = latex_page(solution)
    row = next(line for line in text.splitlines() if r"\toprules n" in line)
    assert r"\undecidedmark" in row and r"\provedmark" not in row


def test_latex():
    text = latex_page(conjunction())
    (row,) = (line for line in text.splitlines() if r"\begin{array}" in line and r"\toprules" in line)
    assert r"\toprules n & x_{n1} & x_{n2} & h_{n} & y_{n} \\ \midrules 1 & 0 & 0 & -1 & 0 \\ 2 & 0 & 1" in row
    assert r"4 & 1 & 1 & 1 & 1 \\ \bottomrules \end{array}" in row
    assert "table of all cases" in row and r"\provedmark" in row
    assert r"\newcommand{\toprules}" in text


def test_markdown_html_and_terminal():
    assert "| $n$ | $x_{n1}$ | $x_{n2}$ | $h_{n}$ | $y_{n}$ |\n| :---: |" in markdown_page(conjunction())
    assert "| $1$ | $0$ | $0$ | $-1$ | $0$ |" in markdown_page(conjunction())
    page = html_page(conjunction())
    assert page.count('<table class="cases">') == 1 and page.count('<th scope="col">') == 5
    said = StringIO()
    show(conjunction(), file=said, width=100)
    lines = [line.split() for line in said.getvalue().splitlines()]
    head = next(n for n, line in enumerate(lines) if line[:2] == ["n", "xₙ₁"])
    assert set("".join(lines[head + 1])) == {"─"}
    assert [tuple(line[:5]) for line in lines[head + 2 : head + 6]] == [
        tuple(cell.replace("-", "−") for cell in row) for row in ROWS
    ]
