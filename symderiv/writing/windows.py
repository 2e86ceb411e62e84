"""A picture of a convolution: the grids that one entry of the output reads, with its window shaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symderiv.language.context import Context
from symderiv.language.ranges import Unknown, evaluate_integer
from symderiv.language.terms import (
    TRUE,
    Add,
    Binder,
    Cases,
    Entry,
    Iverson,
    Matrix,
    Mul,
    Number,
    Symbol,
    Term,
    instantiate,
    substitute,
    walk,
)
from symderiv.records import Question
from symderiv.writing.boxes import flat_text
from symderiv.writing.composing import compose
from symderiv.writing.drawing import Area, Point, Shape, Stroke, Words
from symderiv.writing.latex import latex_of

__all__ = ["Grid", "window_of", "window_shapes"]

Cell = tuple[int, ...]
CELL, GAP, MOST = 6.4, 9.0, 9
"""Millimetres of a cell and between grids; more rows or columns than this are not drawn."""


@dataclass(frozen=True, slots=True)
class Grid:
    """An array by its name, with the value of each cell, and the cells that are shaded."""

    name: str
    values: Mapping[Cell, Fraction]
    shaded: frozenset[Cell]

    @property
    def sides(self) -> tuple[int, int]:
        """(rows, columns)"""
        return self.extent(0), self.extent(1)

    def extent(self, axis: int) -> int:
        return max(c[axis] for c in self.values) - self.first(axis) + 1

    def first(self, axis: int) -> int:
        return min(c[axis] for c in self.values)


def window_of(question: Question, result: Term, context: Context) -> tuple[Grid, ...]:
    """The grids that an entry in the middle reads, and the table itself; empty for what is no sum over windows."""
    subject, axes = question.subject, question.axes
    if not isinstance(subject, Entry) or not isinstance(result, Matrix) or len(axes) != 2:
        return ()
    definition = context.definition_of(subject)
    if definition is None or tuple(Symbol(name) for name, _, _ in axes) != subject.indices:
        return ()
    place = tuple((low + high) // 2 for _, low, high in axes)
    values = {Symbol(p): Number(v) for p, v in zip(definition.parameters, place, strict=True)}
    body = substitute(definition.body, dict(values))
    try:
        read: dict[str, set[Cell]] = {}
        for name, cell in _reads(body):
            read.setdefault(name, set()).add(cell)
        grids = [Grid(name, _numbers(name, context), frozenset(cells)) for name, cells in read.items()]
    except Unknown:
        return ()
    (_, top, bottom), (_, left, right) = axes
    cells: list[Cell] = [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
    out = {c: t.value for c, t in zip(cells, result.args, strict=True) if isinstance(t, Number)}
    if len(out) != len(cells):
        return ()
    grids.append(Grid(str(subject.data), out, frozenset({place})))
    if not read or len(grids) > 3 or any(max(g.sides) > MOST for g in grids):
        return ()
    return tuple(grids)


def _reads(term: Term) -> Iterator[tuple[str, Cell]]:
    """The entries that count in a sum of products whose indices are numbers."""
    if isinstance(term, Binder):
        low, high = evaluate_integer(term.lower, {}), evaluate_integer(term.upper, {})
        for n in range(int(low), int(high) + 1):
            guard = instantiate(term.guard, Number(n))
            if guard == TRUE or evaluate_integer(Iverson(guard), {}):
                yield from _reads(instantiate(term.body, Number(n)))
    elif isinstance(term, Mul):
        if any(isinstance(a, Iverson) and not evaluate_integer(a, {}) for a in term.args):
            return
        for a in term.args:
            yield from _reads(a)
    elif isinstance(term, Add):
        for a in term.args:
            yield from _reads(a)
    elif isinstance(term, Entry) and len(term.indices) == 2:
        yield str(term.data), tuple(int(evaluate_integer(i, {})) for i in term.indices)
    elif isinstance(term, Cases) or any(isinstance(t, Entry) for t in walk(term)):
        raise Unknown


def _numbers(name: str, context: Context) -> dict[Cell, Fraction]:
    """The numbers of an array or of a definition with two indices."""
    known = context.arrays.get(name)
    definition = context.definitions.get(name)
    axes = known.axes if known is not None else definition.axes if definition is not None else ()
    if len(axes) != 2:
        raise Unknown
    (top, bottom), (left, right) = (tuple(int(evaluate_integer(t, {})) for t in axis) for axis in axes)
    cells = [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
    if known is not None:
        if known.values is None or len(known.values) != len(cells):
            raise Unknown
        return dict(zip(cells, known.values, strict=True))
    assert definition is not None
    return {
        cell: Fraction(evaluate_integer(definition.body, dict(zip(definition.parameters, cell, strict=True))))
        for cell in cells
    }


def window_shapes(grids: tuple[Grid, ...], context: Context) -> list[Shape]:
    """The grids side by side with their names below, a sign between them."""
    out: list[Shape] = []
    x, tallest = 0.0, max(g.sides[0] for g in grids) * CELL
    for n, grid in enumerate(grids):
        rows, columns = grid.sides
        top, left = grid.first(0), grid.first(1)
        y = -(tallest - rows * CELL) / 2

        def at(row: float, column: float, x: float = x, y: float = y) -> Point:
            return x + column * CELL, y - row * CELL

        for r, c in sorted(grid.shaded & set(grid.values)):
            i, j = r - top, c - left
            out.append(Area((at(i, j), at(i, j + 1), at(i + 1, j + 1), at(i + 1, j)), "tint"))
        for (r, c), value in grid.values.items():
            out.append(Words(at(r - top + 0.5, c - left + 0.5), *_shown(value)))
        out += [Stroke((at(r, 0), at(r, columns)), "hair") for r in range(rows + 1)]
        out += [Stroke((at(0, c), at(rows, c)), "hair") for c in range(columns + 1)]
        name = compose(Symbol(grid.name), context)
        out.append(Words(at(rows, columns / 2), f"${latex_of(name)}$", flat_text(name), "below"))
        x += columns * CELL
        if n < len(grids) - 1:
            sign = (r"$\longrightarrow$", "→") if n == len(grids) - 2 else (r"$\ast$", "∗")
            out.append(Words((x + GAP / 2, -tallest / 2), *sign))
            x += GAP
    return out


def _shown(value: Fraction) -> tuple[str, str]:
    """(LaTeX, text)"""
    whole = value.denominator == 1
    latex = str(value) if whole else rf"\frac{{{value.numerator}}}{{{value.denominator}}}"
    return f"${latex}$", str(value).replace("-", "−")
