"""Pictures of a row of numbers: a stem plot in plain TikZ."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, log10

from symderiv.language.matrices import Axis, Matrix
from symderiv.language.terms import Number, Term

__all__ = ["plain_columns", "stem_plot"]

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
