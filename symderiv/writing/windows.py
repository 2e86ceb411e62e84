"""A picture of a convolution in plain TikZ: the grids that one entry of the output reads, with its window shaded."""

from __future__ import annotations

from collections.abc import Iterator
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
from symderiv.writing.latex import to_latex

__all__ = ["window_picture"]

Cell = tuple[int, ...]
CELL, GAP, MOST = 6.4, 9.0, 9
"""Millimetres of a cell and between grids; more rows or columns than this are not drawn."""


def window_picture(question: Question, result: Term, context: Context) -> str:
    """A ``tikzpicture`` for a table with two indices whose entries are sums over windows; empty for anything else."""
    subject, axes = question.subject, question.axes
    if not isinstance(subject, Entry) or not isinstance(result, Matrix) or len(axes) != 2:
        return ""
    definition = context.definition_of(subject)
    if definition is None or tuple(Symbol(name) for name, _, _ in axes) != subject.indices:
        return ""
    place = tuple((low + high) // 2 for _, low, high in axes)
    values = {Symbol(p): Number(v) for p, v in zip(definition.parameters, place, strict=True)}
    body = substitute(definition.body, dict(values))
    try:
        read: dict[str, set[Cell]] = {}
        for name, cell in _reads(body):
            read.setdefault(name, set()).add(cell)
        grids = [(name, _grid(name, context), cells) for name, cells in read.items()]
    except Unknown:
        return ""
    (_, top, bottom), (_, left, right) = axes
    cells: list[Cell] = [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
    out = {c: _shown(t.value) for c, t in zip(cells, result.args, strict=True) if isinstance(t, Number)}
    if len(out) != len(cells):
        return ""
    grids.append((str(subject.data), out, {place}))
    if not read or len(grids) > 3 or any(_size(values) > MOST for _, values, _ in grids):
        return ""
    return _picture(grids, context)


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


def _grid(name: str, context: Context) -> dict[Cell, str]:
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
        return {cell: _shown(v) for cell, v in zip(cells, known.values, strict=True)}
    assert definition is not None
    return {
        cell: _shown(Fraction(evaluate_integer(definition.body, dict(zip(definition.parameters, cell, strict=True)))))
        for cell in cells
    }


def _shown(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else rf"\frac{{{value.numerator}}}{{{value.denominator}}}"


def _size(values: dict[Cell, str]) -> int:
    return max(max(c[n] for c in values) - min(c[n] for c in values) + 1 for n in (0, 1))


def _picture(grids: list[tuple[str, dict[Cell, str], set[Cell]]], context: Context) -> str:
    out = [r"\begin{tikzpicture}[x=1mm,y=1mm,font=\scriptsize]"]
    x, tallest = 0.0, max(max(c[0] for c in v) - min(c[0] for c in v) + 1 for _, v, _ in grids) * CELL
    for n, (name, values, shaded) in enumerate(grids):
        top, left = min(c[0] for c in values), min(c[1] for c in values)
        rows, columns = max(c[0] for c in values) - top + 1, max(c[1] for c in values) - left + 1
        y = -(tallest - rows * CELL) / 2

        def at(row: float, column: float, x: float = x, y: float = y) -> str:
            return f"({x + column * CELL:.2f},{y - row * CELL:.2f})"

        for r, c in sorted(shaded):
            if (r, c) in values:
                out.append(rf"\fill[accent!22] {at(r - top, c - left)} rectangle {at(r - top + 1, c - left + 1)};")
        for (r, c), text in values.items():
            out.append(rf"\node at {at(r - top + 0.5, c - left + 0.5)} {{${text}$}};")
        for r in range(rows + 1):
            out.append(rf"\draw[hairline] {at(r, 0)} -- {at(r, columns)};")
        for c in range(columns + 1):
            out.append(rf"\draw[hairline] {at(0, c)} -- {at(rows, c)};")
        out.append(rf"\node[below,font=\small] at {at(rows, columns / 2)} {{${to_latex(Symbol(name), context)}$}};")
        x += columns * CELL
        if n < len(grids) - 1:
            sign = r"\longrightarrow" if n == len(grids) - 2 else r"\ast"
            out.append(rf"\node[font=\normalsize] at ({x + GAP / 2:.2f},{-tallest / 2:.2f}) {{${sign}$}};")
            x += GAP
    return "\n".join([*out, r"\end{tikzpicture}"])
