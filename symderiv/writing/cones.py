"""The receptive field of one output as a picture: layers as rows of cells, the cone from the output to its inputs.

Every row has its cells where their windows lie, so a stride spreads the cells of the rows above it. Cells inside the
cone are counted one by one (``language.figures.cone``), which knows nothing of the formula in the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product

from symderiv.language.figures import Window, cone
from symderiv.writing.drawing import Area, Point, Shape, Stroke, Words

__all__ = ["cone_rows", "cone_shapes", "cone_text"]

_WIDTH, _CELL, _HIGH, _GAP = 112.0, 5.0, 3.4, 8.6
"""Millimetres: the row of inputs at most, a cell at most, its height, between rows."""
_MOST_EDGES = 160
_SPARE = 2
"""Cells of the input that are shown on both sides of the cone."""

Row = tuple[float, float, list[int], list[int]]
"""(place of cell 0, distance of neighbours, cells in the cone, all cells that are shown), in cells of the input."""


def cone_rows(windows: Sequence[Window]) -> list[Row]:
    """The rows from the input upwards, without layers that read one cell at their own place."""
    steps = [w for w in windows if w.kernel is not None]
    sets = cone(steps)
    start, jump = 0.0, 1.0
    first, last = sets[0][0] - _SPARE, sets[0][-1] + _SPARE
    rows: list[Row] = [(start, jump, sets[0], list(range(first, last + 1)))]
    for w, cells in zip(steps, sets[1:], strict=True):
        reach = w.dilation * ((w.kernel or 1) - 1)
        start, jump = start + jump * reach / 2, jump * w.stride
        # Those outputs are shown whose window lies in what is shown of the row below, and those of the cone.
        low, high = rows[-1][3][0], rows[-1][3][-1]
        whole = range(-(-low // w.stride), (high - reach) // w.stride + 1)
        rows.append((start, jump, cells, sorted({*whole, *cells})))
    return rows


def cone_shapes(windows: Sequence[Window]) -> list[Shape]:
    """The drawing; names of rows on the left, the number of cells in the cone on the right."""
    steps = [w for w in windows if w.kernel is not None]
    rows, names = cone_rows(windows), row_names(windows)
    cell = min(_CELL, _WIDTH / len(rows[0][3]))
    left = min(start + jump * cells[0] for start, jump, _, cells in rows)

    def at(row: int, place: float, dy: float = 0.0) -> Point:
        return (place - left) * cell, row * (_HIGH + _GAP) + dy

    out: list[Shape] = []
    hulls = [(start + jump * c[0] - 0.5, start + jump * c[-1] + 0.5) for start, jump, c, _ in rows]
    out += [Area((at(n, a), at(n, b), at(n, b, _HIGH), at(n, a, _HIGH)), "shade") for n, (a, b) in enumerate(hulls)]
    for n, ((a, b), (c, d)) in enumerate(pairwise(hulls)):
        out.append(Area((at(n, a, _HIGH), at(n, b, _HIGH), at(n + 1, d), at(n + 1, c)), "shade"))
    edges: list[Shape] = []
    for n, (w, (up, distance, outputs, _)) in enumerate(zip(steps, rows[1:], strict=True)):
        for o, k in product(outputs, range(w.kernel or 1)):
            read = rows[n][0] + rows[n][1] * (o * w.stride + w.dilation * k)
            edges.append(Stroke((at(n, read, _HIGH), at(n + 1, up + distance * o)), "hair"))
    out += edges if len(edges) <= _MOST_EDGES else []
    right = max(start + jump * cells[-1] for start, jump, _, cells in rows) + 1.0
    for n, (start, jump, inside, cells) in enumerate(rows):
        for c in cells:
            x = start + jump * c
            corners = (at(n, x - 0.42), at(n, x + 0.42), at(n, x + 0.42, _HIGH), at(n, x - 0.42, _HIGH))
            out.append(Area(corners, "inside" if c in set(inside) else "cell"))
        name, count = names[n], row_count(n, inside)
        out.append(Words(at(n, left - 1.0, _HIGH / 2), name, name, "left"))
        out.append(Words(at(n, right, _HIGH / 2), count, count, "right"))
        if n:
            words = layer_words(steps[n - 1])
            out.append(Words(at(n, left - 1.0, -_GAP / 2), words, words, "left", quiet=True))
    return out


def cone_text(windows: Sequence[Window]) -> list[str]:
    """The rows as lines of text, the output first: a full circle inside the cone, an empty one outside."""
    rows = cone_rows(windows)
    left = min(start + jump * cells[0] for start, jump, _, cells in rows)
    names = row_names(windows)
    wide, out = max(map(len, names)), list[str]()
    width = 2 * round(max(start + jump * cells[-1] for start, jump, _, cells in rows) - left) + 1
    for n, (start, jump, inside, cells) in reversed(list(enumerate(rows))):
        line = [" "] * (width + 1)
        for c in cells:
            line[round(2 * (start + jump * c - left))] = "●" if c in set(inside) else "○"
        out.append(f"{names[n]:>{wide}}  {''.join(line)}  {row_count(n, inside)}")
    return out


def row_names(windows: Sequence[Window]) -> list[str]:
    """What the rows hold: the input, the outputs of layers, with their numbers among all layers."""
    *inner, last = [f"layer {n}" for n, w in enumerate(windows, start=1) if w.kernel is not None]
    return ["input", *inner, f"output, {last}" if len(windows) > 1 else "output"]


def row_count(n: int, inside: Sequence[int]) -> str:
    """How many cells of the row are in the cone; for the input how far they reach, which is the receptive field."""
    reach = inside[-1] - inside[0] + 1
    if n == 0:
        words = f"{reach} input{'' if reach == 1 else 's'}"
        return words if reach == len(inside) else f"{words} ({len(inside)} read)"
    return str(len(inside))


def layer_words(w: Window) -> str:
    """The layer in a few words, without what is 1."""
    extra = [f"{name} {value}" for name, value in (("stride", w.stride), ("dilation", w.dilation)) if value != 1]
    return ", ".join([f"window {w.kernel}", *extra])
