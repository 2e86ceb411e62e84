"""Matrices and stem plots in every format."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import symderiv
from symderiv import load
from symderiv.language.context import Context
from symderiv.language.text import from_text
from symderiv.writing import pdf
from symderiv.writing.boxes import box_of, flat_text
from symderiv.writing.composing import compose
from symderiv.writing.html import html_page
from symderiv.writing.latex import to_latex
from symderiv.writing.latex_page import latex_page
from symderiv.writing.markdown import markdown_page
from symderiv.writing.mathml import mathml_of
from symderiv.writing.plots import stem_plot
from symderiv.writing.terminal import show

FOLDER = Path(symderiv.__file__).parent.parent / "problems"
SQUARE = from_text("[[1, -2], [1/2, 40]]", Context())
ROW = from_text("[1, -2, 1/2]", Context())


@cache
def sobel():
    return symderiv.solve(FOLDER / "numeric_convolutions.py", parts=["A3c"])


@cache
def boxcar():
    """The table with the plot alone."""
    problem = load(FOLDER / "filters.py")
    part = problem.part("A3a")
    plotted = replace(part, questions=tuple(q for q in part.questions if q.plot))
    return symderiv.solve(replace(problem, parts=(plotted,)))


def test_latex():
    assert to_latex(SQUARE) == r"\begin{bmatrix} 1 & -2 \\ \frac{1}{2} & 40 \end{bmatrix}"
    assert to_latex(ROW) == r"\bigl[1, -2, \tfrac{1}{2}\bigr]"


def test_unicode():
    assert box_of(compose(SQUARE)).lines == ("⎡1  −2⎤", "⎣½  40⎦")
    assert flat_text(compose(SQUARE)) == "[[1, −2], [½, 40]]"
    assert flat_text(compose(ROW)) == "[1, −2, ½]"


def test_mathml():
    text = mathml_of(compose(SQUARE))
    assert text.count("<mtr>") == 2 and text.count("<mtd>") == 4 and "<mtable>" in text


def test_the_plot_has_a_stem_for_each_number():
    picture = stem_plot(ROW, (("n", -1, 1),), "n", "y_{n}")
    assert picture.count("circle") == 3 and picture.count(r"\draw[accent,thick]") == 3
    for label in ("$-1$", "$0$", "$1$", "$y_{n}$"):
        assert label in picture


@pytest.mark.parametrize(
    ("text", "axes"), [("[[1, 2], [3, 4]]", (("i", 0, 1), ("j", 0, 1))), ("[1, exp(1)]", (("i", 0, 1),))]
)
def test_other_tables_are_not_plotted(text, axes):
    assert stem_plot(from_text(text, Context()), axes, "n", "y") == ""


def test_a_row_of_equal_numbers_is_plotted():
    assert "circle" in stem_plot(from_text("[0, 0]", Context()), (("n", 0, 1),), "n", "y")


def test_the_page_draws_only_what_is_asked_for():
    page = latex_page(boxcar())
    assert page.count(r"\begin{tikzpicture}") == 1 and r"\usepackage{tikz}" in page
    assert latex_page(sobel()).count(r"\begin{tikzpicture}") == 1  # the window of one entry
    assert "tikz" not in latex_page(symderiv.solve(FOLDER / "numeric_convolutions.py", parts=["C4.3.valid"]))


@pytest.mark.parametrize(("detail", "windows"), [("brief", 0), ("normal", 3), ("full", 9)])
def test_the_level_of_detail_chooses_the_windows(detail, windows):
    assert markdown_page(sobel(), detail).count("Write the sum out with its numbers") == windows


def test_the_terminal_has_the_table():
    out = io.StringIO()
    show(boxcar(), file=out, width=100)
    lines = [" ".join(line.split()) for line in out.getvalue().splitlines()]
    assert "n yₙ" in lines and "-6 0" in lines and "12 127/4096" in lines


def test_html_and_markdown_hold_the_matrix():
    assert "<mtable>" in html_page(sobel())
    assert r"\begin{bmatrix} -40 & -40 & -40" in markdown_page(sobel())


@pytest.mark.skipif(not pdf.find_engines(), reason="no pdflatex here")
@pytest.mark.parametrize("name", ["numeric_convolutions", "boxcar"])
def test_tables_and_plots_compile_and_nothing_sticks_out(name, tmp_path):
    solved = (
        boxcar() if name == "boxcar" else symderiv.solve(FOLDER / f"{name}.py", parts=["A3d.i", "B3.3.2", "C4.3.full"])
    )
    (tmp_path / "page.tex").write_text(latex_page(solved, "full"), encoding="utf-8")
    log = pdf._run(pdf.find_engines()[-1], tmp_path, 60)
    assert not re.search(r"^!", log, re.M)
    assert max((float(w) for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)), default=0.0) <= 5.0
    assert not re.search(r"Overfull \\vbox", log)
