"""Figures beside answers: what is drawn in every format, and that nothing is drawn against the verified answer."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from io import StringIO
from itertools import pairwise

import pytest

from symderiv.language.figures import FloatGrid, Window
from symderiv.language.float_formats import positive_numbers, read_format
from symderiv.language.terms import Number
from symderiv.loading import load
from symderiv.records import Solution
from symderiv.solver import solve_problem
from symderiv.verification import verify_solution
from symderiv.writing import cones, float_axes
from symderiv.writing.cones import cone_shapes, cone_text
from symderiv.writing.document import lay_out
from symderiv.writing.drawing import Area, Stroke, Words, svg, tikz
from symderiv.writing.figures import figure_of
from symderiv.writing.float_axes import Mark, axis_shapes, counted
from symderiv.writing.html import html_page
from symderiv.writing.latex_page import latex_page
from symderiv.writing.markdown import markdown_page
from symderiv.writing.terminal import show


@lru_cache(maxsize=4)
def solved(name: str, part: str) -> Solution:
    return verify_solution(solve_problem(load(f"problems/{name}.py"), parts=[part]))


@pytest.mark.parametrize(
    ("windows", "lines"),
    [
        (
            [Window(3)] * 2,
            [
                "output, layer 2    ○ ○ ● ○ ○      1",
                "        layer 1   ○ ○ ● ● ● ○ ○    3",
                "          input  ○ ○ ● ● ● ● ● ○ ○   5 inputs",
            ],
        ),
        ([Window(2, 2)], ["output   ○   ●   ○   1", " input  ○ ○ ● ● ○ ○   2 inputs"]),
        ([Window(2, 1, 3)], ["output     ○ ○ ● ○ ○     1", " input  ○ ○ ● ○ ○ ● ○ ○   4 inputs (2 read)"]),
        (
            [Window(None), Window(3), Window(None)],
            ["output, layer 2    ○ ○ ● ○ ○    1", " input  ○ ○ ● ● ● ○ ○   3 inputs"],
        ),
    ],
    ids=["stack", "pooling", "dilated", "activations"],
)
def test_rows_of_cells(windows, lines):
    tidy = [re.sub(r"\s+", " ", line) for line in cone_text(windows)]
    assert tidy == [re.sub(r"\s+", " ", line) for line in lines]


@pytest.mark.parametrize(("windows", "inside"), [([Window(3)] * 3, 1 + 3 + 5 + 7), ([Window(3, 2)] * 2, 1 + 3 + 7)])
def test_the_drawing_has_the_cells_of_the_cone_where_their_windows_are(windows, inside):
    shapes = cone_shapes(windows)
    cells = [s for s in shapes if isinstance(s, Area) and s.style == "inside"]
    assert len(cells) == inside
    middles = [(sum(x for x, _ in s.points) / 4, sum(y for _, y in s.points) / 4) for s in cells]
    rows = sorted({round(y, 6) for _, y in middles})
    for low, high in pairwise(rows):
        below, above = ([x for x, y in middles if round(y, 6) == row] for row in (low, high))
        width = (below[1] - below[0]) / 2
        # Every cell stands over the middle of the three that it reads.
        assert all(sum(abs(b - x) <= 2 * width + 1e-6 for b in below) == 3 for x in above)
        assert sum(above) / len(above) == pytest.approx(sum(below) / len(below))
    reading = [m for m in middles if round(m[1], 6) != rows[0]]
    assert len([s for s in shapes if isinstance(s, Stroke)]) == 3 * len(reading)


def test_many_lines_are_left_out(monkeypatch):
    monkeypatch.setattr(cones, "_MOST_EDGES", 5)
    assert not [s for s in cone_shapes([Window(3)] * 2) if isinstance(s, Stroke)]


@pytest.mark.parametrize("part", ["A4c", "A4d", "strides"])
def test_receptive_fields_stand_in_every_format(part):
    solution = solved("receptive_field", part)
    text = latex_page(solution)
    assert text.count(r"\begin{tikzpicture}") == 1 and r"\usepackage{tikz}" in text
    assert html_page(solution).count('<svg class="figure"') == 1
    count = {"A4c": 7, "A4d": 10, "strides": 15}[part]
    assert f"depends on {count} neighbouring inputs" in text
    assert f"{count} inputs" in markdown_page(solution)
    said = StringIO()
    show(solution, file=said, width=100)
    assert f"{count} inputs" in said.getvalue() and "●" in said.getvalue()


def test_nothing_is_drawn_that_contradicts_the_answer():
    (page,) = lay_out(solved("receptive_field", "A4c")).parts
    (q,) = page.questions
    context = solved("receptive_field", "A4c").problem.context
    assert figure_of(q, context).tikz
    wrong = figure_of(replace(q, result=q.result + Number(1)), context)
    assert wrong.tikz == wrong.svg == wrong.markdown == "" and wrong.text == ()
    assert wrong.caption == "The picture is left out: 7 inputs are counted in it, and the answer comes to 8."
    assert figure_of(replace(q, stop_reason="out of steps"), context) is None
    refuted = replace(q.end_to_end, word="undecided", reason="out of time")
    assert figure_of(replace(q, end_to_end=refuted), context) is None


def test_the_grid_of_eight_bit_numbers():
    f = read_format("E4M3FN")
    shapes = axis_shapes(f, [Mark(1.0, "$s = 1$", "s = 1")], ("$t$", "t"))
    ticks = [s for s in shapes if isinstance(s, Stroke) and s.style in ("fine", "other")]
    assert len(ticks) == len(positive_numbers(f)) == sum(counted(f))
    assert len([s for s in ticks if s.style == "other"]) == 7
    xs = [s.points[0][0] for s in ticks]
    assert xs == sorted(xs)
    # Ticks of an octave repeat in every other one.
    octave = [b - a for a, b in pairwise(xs[7:16])]
    assert [b - a for a, b in pairwise(xs[15:24])] == pytest.approx(octave)
    (shade,) = [s for s in shapes if isinstance(s, Area)]
    assert max(x for x, _ in shade.points) == pytest.approx(xs[0] - (xs[1] - xs[0])), "half the smallest number"
    assert max(x for x, _ in shade.points) > 23.9, "room for the words"
    words = {s.text for s in shapes if isinstance(s, Words)}
    assert {"2^−9", "2^−6", "448", "1", "t", "s = 1", "rounded to 0", "subnormal", "normal"} == words
    ElementTree.fromstring(svg(shapes, "a < b"))
    assert tikz(shapes).count("\n") == len(shapes) + 1


@pytest.mark.parametrize("name", ["E5M2", "E2M1FN", "E3M4", "E4M3FNUZ", "E3M2FN"])
def test_words_of_a_grid_do_not_meet(name):
    """Names of pins, and labels below the axis, keep apart; a letter is taken to be 1.5 mm wide."""
    marks = [Mark(v, f"$a = {v}$", f"a = {v}") for v in (0.9, 1.0, 1.7)]
    shapes = axis_shapes(read_format(name), marks, ("$t$", "t"))
    boxes = []
    for s in shapes:
        if isinstance(s, Words):
            (x, y), wide = s.at, 1.5 * len(s.text)
            left = x - {"left": wide, "right": 0.0}.get(s.place, wide / 2)
            bottom = y + {"above": 0.0, "below": -3.5}.get(s.place, -1.7)
            boxes.append((left, left + wide, bottom, bottom + 3.4, s.text))
    for n, (a, b, low, high, text) in enumerate(boxes):
        for c, d, under, over, other in boxes[n + 1 :]:
            assert b <= c or d <= a or high <= under or over <= low, (text, other)


def test_the_caption_of_the_grid_has_the_verified_fraction():
    solution = solved("float8", "A2a")
    text = latex_page(solution)
    assert r"this is a fraction of 2.49\%" in text and "7 subnormal and 119 normal ones" in text
    assert r"\operatorname{Std}(w) = 2^{-5}" in text and r"\operatorname{Std}(u) = 1" in text
    assert "| subnormal | 2^−9 | 7 · 2^−9 | 7 |" in markdown_page(solution)
    said = StringIO()
    show(solution, file=said, width=100)
    assert "fraction of 2.49%" in " ".join(said.getvalue().split())


def test_a_format_whose_codes_are_others_is_not_drawn(monkeypatch):
    f = read_format("E5M2")
    assert counted(f) == (3, 120)
    numbers = positive_numbers(f)
    monkeypatch.setattr(float_axes, "positive_numbers", lambda f: (*numbers[:-1], numbers[-1] + Fraction(1)))
    assert counted(f) is None
    solution = solved("float8", "A2a")
    (page,) = lay_out(solution).parts
    shown = figure_of(replace(page.questions[0], figure=FloatGrid("q", f)), solution.problem.context)
    assert shown.tikz == "" and shown.caption.startswith("The picture is left out")


def test_a_window_has_a_caption_where_it_is_drawn() -> None:
    solution = solved("numeric_convolutions", "A3c")
    caption = "The shaded entry of $V$ is made of the shaded entries of $X$ and $s$."
    assert caption in latex_page(solution) and html_page(solution).count('<svg class="figure"') == 1
    said = StringIO()
    show(solution, file=said, width=100)
    assert "shaded" not in said.getvalue() and "shaded" not in markdown_page(solution)
