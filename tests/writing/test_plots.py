"""The row of numbers that is plotted: TikZ in the PDF, SVG on the page, a table in Markdown."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from fractions import Fraction

import pytest

from symderiv.language.terms import Matrix, Number, Symbol
from symderiv.loading import load
from symderiv.solver import solve_problem
from symderiv.verification import verify_solution
from symderiv.writing.html import html_page
from symderiv.writing.markdown import markdown_page
from symderiv.writing.plots import markdown_table, plain_columns, stem_plot, svg_stem_plot

VALUES = [0, Fraction(3, 2), Fraction(-1, 4), 2]
ROW = Matrix([[Number(v) for v in VALUES]])
AXES = (("n", -1, 2),)


def test_every_number_has_a_stem_from_the_axis_to_its_value():
    tree = ElementTree.fromstring(svg_stem_plot(ROW, AXES, "n", "y<n>"))
    titles = [t.text for t in tree.findall("./g/title")]
    assert titles == ["n = -1: 0", "n = 0: 3/2", "n = 1: -1/4", "n = 2: 2"]
    dots = [(float(c.get("cx")), float(c.get("cy"))) for c in tree.iter("circle")]
    stems = [re.fullmatch(r"M([\d.]+) ([\d.]+)V([\d.]+)", p.get("d")).groups() for p in tree.findall("./g/path")]
    assert [(float(x), float(end)) for x, _, end in stems] == dots
    assert len({start for _, start, _ in stems}) == 1
    zero = float(stems[0][1])
    # Heights are in proportion to the values, upwards on the page.
    heights = [zero - y for _, y in dots]
    assert heights == pytest.approx([float(v) / 2 * heights[3] for v in VALUES], abs=0.1)
    assert [x for x, _ in dots] == sorted(x for x, _ in dots)
    width, height = map(float, tree.get("viewBox").split()[2:])
    assert all(0 < x < width and 0 < y < height for x, y in dots)


def test_the_same_row_as_a_table_and_as_text():
    assert markdown_table(ROW, AXES, "$n$", "$y_n$").splitlines() == [
        "| $n$ | -1 | 0 | 1 | 2 |",
        "| --- | --- | --- | --- | --- |",
        "| $y_n$ | 0 | 3/2 | -1/4 | 2 |",
    ]
    assert plain_columns(ROW, AXES, "y[n]")[1:] == ["-1      0", " 0    3/2", " 1   -1/4", " 2      2"]


@pytest.mark.parametrize("table", [Matrix([[Symbol("x"), Number(1), Number(2), Number(3)]]), Number(1)])
def test_nothing_is_drawn_of_what_is_no_row_of_numbers(table):
    assert svg_stem_plot(table, AXES, "n", "y") == markdown_table(table, AXES, "n", "y") == ""
    assert stem_plot(table, AXES, "n", "y") == ""


def test_a_constant_row_has_a_scale():
    ElementTree.fromstring(svg_stem_plot(Matrix([[Number(0), Number(0)]]), (("n", 0, 1),), "n", "y"))


def test_the_plot_stands_on_the_page_and_in_markdown():
    problem = load("problems/filters.py")
    solution = verify_solution(solve_problem(problem, parts=["A3a"]))
    page = html_page(solution)
    assert page.count('<svg class="stem"') == 1 and "n = 6: 127/64" in page
    assert "127/4096 |" in markdown_page(solution)
