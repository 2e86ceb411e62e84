"""Pictures of a row of numbers: a stem plot in plain TikZ or as SVG, columns of text, a table in Markdown."""

from __future__ import annotations

from fractions import Fraction
from html import escape
from math import ceil, floor, log10

from symderiv.language.matrices import Axis, Matrix
from symderiv.language.terms import Number, Term

__all__ = ["markdown_table", "plain_columns", "stem_plot", "svg_stem_plot"]

WIDTH, HEIGHT = 136.0, 38.0
"""At most this large, in millimetres, without the labels."""


def row_of_numbers(table: Term, axes: tuple[Axis, ...]) -> list[tuple[int, Fraction]] | None:
    """(index, value) for a table with one index and numbers only, else None."""
    if not isinstance(table, Matrix) or len(axes) != 1:
        return None
    values = [t.value for t in table.args if isinstance(t, Number)]
    _, low, high = axes[0]
    return list(zip(range(low, high + 1), values, strict=True)) if len(values) == high - low + 1 else None


def stem_plot(table: Term, axes: tuple[Axis, ...], across: str, upwards: str) -> str:
    """A ``tikzpicture`` with a stem for each number; the labels of the axes are LaTeX. Empty for other tables."""
    points = row_of_numbers(table, axes)
    if points is None:
        return ""
    step = min(8.0, WIDTH / len(points))
    low, high = min(0.0, *(float(v) for _, v in points)), max(0.0, *(float(v) for _, v in points))
    ticks = _ticks(low, high)
    scale = HEIGHT / (ticks[-1] - ticks[0])

    def at(x: float, y: float) -> str:
        return f"({(x - points[0][0]) * step:.3f},{y * scale:.3f})"

    first, last = points[0][0] - 0.7, points[-1][0] + 0.7
    every = ceil(len(points) / 25)
    out = [
        r"\begin{tikzpicture}[x=1mm,y=1mm,font=\footnotesize]",
        rf"\draw[->,quiet] {at(first, 0)} -- {at(last + 0.4, 0)} node[right] {{${across}$}};",
        rf"\draw[->,quiet] {at(first, ticks[0])} -- {at(first, ticks[-1])} node[above] {{${upwards}$}};",
    ]
    out += [rf"\draw[hairline] {at(first, t)} -- ++(-1,0) node[left,black] {{${t:g}$}};" for t in ticks]
    out += [rf"\node[below] at {at(n, min(0.0, low))} {{${n}$}};" for n, _ in points[::every]]
    for n, v in points:
        out.append(rf"\draw[accent,thick] {at(n, 0)} -- {at(n, float(v))};")
        out.append(rf"\fill[accent] {at(n, float(v))} circle[radius=0.8];")
    return "\n".join([*out, r"\end{tikzpicture}"])


def svg_stem_plot(table: Term, axes: tuple[Axis, ...], across: str, upwards: str) -> str:
    """The stem plot as an ``svg`` element in the colours of the page; the labels are text. Empty for other tables.

    Every stem has its index and value as a title, which a screen reader reads and a browser shows.
    """
    points = row_of_numbers(table, axes)
    if points is None:
        return ""
    low, high = min(0.0, *(float(v) for _, v in points)), max(0.0, *(float(v) for _, v in points))
    ticks = _ticks(low, high)
    step = min(44.0, 640 / len(points))
    left, top, tall = 52.0, 24.0, 180.0
    wide = left + (len(points) + 0.4) * step
    floor_line = min(0.0, low)

    def x(n: float) -> str:
        return f"{left + (n - points[0][0] + 0.7) * step:.1f}"

    def y(v: float) -> str:
        return f"{top + (ticks[-1] - v) * tall / (ticks[-1] - ticks[0]):.1f}"

    out = [
        f'<svg class="stem" role="img" viewBox="0 0 {wide + 30:.0f} {top + tall + 34:.0f}" width="{wide + 30:.0f}">',
        f"<title>{escape(upwards)} for {escape(across)} = {points[0][0]} to {points[-1][0]}</title>",
        f'<path class="axis" d="M{left:.1f} {y(0)}H{wide:.1f}M{left:.1f} {y(ticks[0])}V{y(ticks[-1])}"/>',
        f'<text x="{wide + 6:.1f}" y="{y(0)}">{escape(across)}</text>',
        f'<text x="{left:.1f}" y="12" text-anchor="middle">{escape(upwards)}</text>',
    ]
    out += [f'<text x="{left - 6:.1f}" y="{y(t)}" dy="4" text-anchor="end">{t:g}</text>' for t in ticks]
    every = ceil(len(points) / 25)
    out += [f'<text x="{x(n)}" y="{y(floor_line)}" dy="18" text-anchor="middle">{n}</text>' for n, _ in points[::every]]
    for n, v in points:
        out.append(f"<g><title>{escape(across)} = {n}: {v}</title>")
        out.append(f'<path class="value" d="M{x(n)} {y(0)}V{y(float(v))}"/>')
        out.append(f'<circle class="value" cx="{x(n)}" cy="{y(float(v))}" r="3.5"/></g>')
    return "\n".join([*out, "</svg>"])


def markdown_table(table: Term, axes: tuple[Axis, ...], across: str, upwards: str) -> str:
    """The row as a table of two lines, index and value; the labels are Markdown. Empty for other tables."""
    points = row_of_numbers(table, axes)
    if points is None:
        return ""
    rows = [
        [across, *(str(n) for n, _ in points)],
        ["---"] * (len(points) + 1),
        [upwards, *(str(v) for _, v in points)],
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers, at most seven, from below ``low`` to above ``high``."""
    span = (high - low) or 1.0
    power = 10.0 ** floor(log10(span / 5))
    step = next(m * power for m in (1, 2, 5, 10) if span / (m * power) <= 5)
    first, last = floor(low / step), max(ceil(high / step), floor(low / step) + 1)
    return [round(n * step, 12) for n in range(first, last + 1)]


def plain_columns(table: Term, axes: tuple[Axis, ...], head: str) -> list[str]:
    """The numbers as lines of text, index and value side by side; no line for other tables."""
    points = row_of_numbers(table, axes)
    if points is None:
        return []
    cells = [(axes[0][0], head), *((str(n), str(v)) for n, v in points)]
    wide = [max(len(c[n]) for c in cells) for n in (0, 1)]
    return [f"{a:>{wide[0]}}   {b:>{wide[1]}}" for a, b in cells]
