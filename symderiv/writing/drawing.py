"""Line drawings in millimetres, written as plain TikZ or as SVG: strokes, areas, dots and words.

The y axis points upwards. Styles have names of their own, so that both spellings take the colours of their page; words
carry their LaTeX beside their text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

__all__ = ["Area", "Drawn", "Place", "Point", "Shape", "Stroke", "Words", "svg", "tikz"]

Point = tuple[float, float]
Place = Literal["center", "left", "right", "above", "below"]

_TIKZ = {
    "axis": "quiet", "hair": "hairline", "line": "accent,thick", "fine": "accent", "other": "checkedink",
    "mark": "undecidedink,thick",
    "cell": "fill=white,draw=hairline", "inside": "fill=accent!28,draw=accent", "shade": "fill=accent!9",
    "tint": "fill=accent!22",
}  # fmt: skip
_SCALE = 4.2
"""Pixels of a millimetre in SVG."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through the points; ``arrow``: with a tip at its end."""

    points: tuple[Point, ...]
    style: str = "axis"
    arrow: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon, with a border where its style has one."""

    points: tuple[Point, ...]
    style: str = "shade"


@dataclass(frozen=True, slots=True)
class Words:
    """A few words beside a point; ``place`` is where they stand, ``quiet`` sets them in grey."""

    at: Point
    latex: str
    text: str
    place: Place = "center"
    quiet: bool = False


Shape = Stroke | Area | Words
Drawn = Sequence[Shape]


def tikz(shapes: Drawn) -> str:
    """A ``tikzpicture`` that needs no TikZ library."""
    return "\n".join(
        [r"\begin{tikzpicture}[x=1mm,y=1mm,font=\footnotesize]", *map(_command, shapes), r"\end{tikzpicture}"]
    )


def _command(shape: Shape) -> str:
    if isinstance(shape, Words):
        options = [] if shape.place == "center" else [shape.place, "inner sep=1.5pt"]
        options += ["quiet"] if shape.quiet else []
        listed = f"[{','.join(options)}]" if options else ""
        return rf"\node{listed} at {_at(shape.at)} {{{shape.latex}}};"
    path = " -- ".join(map(_at, shape.points))
    style = _TIKZ[shape.style]
    if isinstance(shape, Area):
        return rf"\path[{style}] {path} -- cycle;"
    return rf"\draw[{'->,' if shape.arrow else ''}{style}] {path};"


def _at(point: Point) -> str:
    return f"({_number(point[0])},{_number(point[1])})"


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def svg(shapes: Drawn, title: str) -> str:
    """An ``svg`` element in the colours of the page; ``title`` says what it shows, for a screen reader."""
    xs, ys = zip(*(p for s in shapes for p in _extent(s)), strict=True)
    left, top = min(xs) - 2, max(ys) + 2
    wide, high = (max(xs) + 2 - left) * _SCALE, (top - min(ys) + 2) * _SCALE

    def at(point: Point) -> str:
        return f"{(point[0] - left) * _SCALE:.1f} {(top - point[1]) * _SCALE:.1f}"

    out = [
        f'<svg class="figure" role="img" viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}">',
        f"<title>{escape(title)}</title>",
    ]
    for shape in shapes:
        if isinstance(shape, Words):
            x, y = at(shape.at).split()
            shift = {"above": ("0", "-5"), "below": ("0", "14"), "left": ("-5", "4"), "right": ("5", "4")}
            dx, dy = shift.get(shape.place, ("0", "4"))
            anchor = {"left": "end", "right": "start"}.get(shape.place, "middle")
            quiet = ' class="quiet"' if shape.quiet else ""
            out.append(
                f'<text{quiet} x="{x}" y="{y}" dx="{dx}" dy="{dy}" text-anchor="{anchor}">{escape(shape.text)}</text>'
            )
            continue
        path = "M" + "L".join(map(at, shape.points)) + ("Z" if isinstance(shape, Area) else "")
        out.append(f'<path class="{shape.style}" d="{path}"/>')
    return "\n".join([*out, "</svg>"])


def _extent(shape: Shape) -> tuple[Point, ...]:
    """Points that stand for what the shape covers; words are taken to be 1.9 mm wide for each letter."""
    if not isinstance(shape, Words):
        return shape.points
    (x, y), wide = shape.at, 1.9 * len(shape.text)
    if shape.place in ("left", "right"):
        return (shape.at, (x - wide, y) if shape.place == "left" else (x + wide, y))
    rise = {"above": 4.0, "below": -4.0}.get(shape.place, 0.0)
    return ((x - wide / 2, y + rise), (x + wide / 2, y + rise))
