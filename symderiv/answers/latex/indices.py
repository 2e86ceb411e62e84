"""The indices in a subscript: ``_{i,j}``, ``_{ij}``, ``_{i+h-1,j}``, with the label of the name taken off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symderiv.answers.latex.names import Declared, Written, label, written
from symderiv.answers.latex.nodes import Group, Node, Numeral, Product
from symderiv.answers.latex.scope import Scope
from symderiv.errors import AnswerError
from symderiv.language.terms import Number, Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from symderiv.answers.latex.resolving import Resolver

__all__ = ["index_nodes", "indices"]

_MAX_SPLIT = 8


def index_nodes(reader: Resolver, d: Declared, name: Written, scope: Scope) -> tuple[Node, ...]:
    """The nodes of the ``d.rank`` indices; none where the subscript is missing or only the name's label."""
    if name.sub is None:
        if d.sub:
            raise AnswerError(f"I don't know {reader.source[name.start : name.end]}; declared here: {d.shown}",
                              position=name.start)  # fmt: skip
        return ()
    sub = name.sub
    items = sub.items if isinstance(sub, Group) and sub.kind == "{" else (sub,)
    if d.sub:
        if label(sub) == d.sub:
            return ()
        items = _without_label(reader, d, name, items)
    if len(items) == d.rank:
        if d.rank == 1:
            _check_single(reader, d, items[0], scope)
        return items
    if len(items) == 1:
        parts = _split(items[0], d.rank)
        if parts is not None:
            return parts
    given = len(items) if len(items) > 1 else _length(items[0])
    raise AnswerError(
        f"{d.shown} has {d.rank} {'index' if d.rank == 1 else 'indices'}, not {given}"
        + ("; part them by commas" if d.rank > 1 and len(items) == 1 and given >= d.rank else ""),
        position=sub.start,
    )  # fmt: skip


def indices(reader: Resolver, d: Declared, nodes: Sequence[Node], scope: Scope) -> tuple[Term, ...]:
    """The indices as integers; a literal one that lies outside the declared axis is refused."""
    out = tuple(reader.integer(node, scope, "the index") for node in nodes)
    array = scope.context.arrays.get(d.name)
    definition = scope.context.definitions.get(d.name)
    axes = array.axes if array is not None else definition.axes if definition is not None else ()
    padded = array is not None and array.padded
    for index, (lower, upper), node in zip(out, axes, nodes, strict=False):
        if isinstance(index, Number) and not padded:
            low = isinstance(lower, Number) and index.value < lower.value
            high = isinstance(upper, Number) and index.value > upper.value
            if low or high:
                raise reader.fail(node, f"{d.shown} has no entry {reader.text(node)}")
    return out


def _without_label(reader: Resolver, d: Declared, name: Written, items: tuple[Node, ...]) -> tuple[Node, ...]:
    if len(items) > 1 and label(items[0]) == d.sub:
        return items[1:]
    if len(items) > 1 and label(items[-1]) == d.sub:
        return items[:-1]
    if len(items) == 1 and isinstance(items[0], Product):
        factors = items[0].items
        for rest, factor in ((factors[1:], factors[0][2]), (factors[:-1], factors[-1][2])):
            if label(factor) == d.sub and all(op == "" and not negated for op, negated, _ in rest):
                kept = rest if len(rest) > 1 else ()
                return (Product(items[0].start, items[0].end, kept),) if kept else (rest[0][2],)
    raise AnswerError(f"I don't know {reader.source[name.start : name.end]}; declared here: {d.shown}",
                      position=name.start)  # fmt: skip


def _letters(node: Node) -> list[Node] | None:
    """The names and digits side by side in ``ij``, ``j0``; None if anything else stands there."""
    if isinstance(node, Product):
        if any(op != "" or negated for op, negated, _ in node.items):
            return None
        parts = [f for _, _, f in node.items]
    else:
        parts = [node]
    for part in parts:
        name = written(part)
        if not isinstance(part, Numeral) and (name is None or name.sub is not None or name.sup is not None):
            return None
    return parts


def _length(node: Node) -> int:
    parts = _letters(node)
    return 1 if parts is None else sum(len(p.text) if isinstance(p, Numeral) else 1 for p in parts)


def _split(node: Node, rank: int) -> tuple[Node, ...] | None:
    """The one way to read letters and digits side by side as ``rank`` indices; None if there are none or several."""
    parts = _letters(node)
    if parts is None or len(parts) > _MAX_SPLIT:
        return None
    ways: list[tuple[Node, ...]] = [()]
    for part in parts:
        if isinstance(part, Numeral) and re.fullmatch(r"\d{1,8}", part.text):
            pieces = [_cut(part, mask) for mask in range(2 ** (len(part.text) - 1))]
        else:
            pieces = [(part,)]
        ways = [way + piece for way in ways for piece in pieces if len(way) + len(piece) <= rank]
    fitting = [way for way in ways if len(way) == rank]
    return fitting[0] if len(fitting) == 1 else None


def _cut(part: Numeral, mask: int) -> tuple[Node, ...]:
    """The digits cut after every place whose bit is set."""
    out: list[Node] = []
    begin = 0
    for n in range(1, len(part.text) + 1):
        if n == len(part.text) or mask >> (n - 1) & 1:
            out.append(Numeral(part.start + begin, part.start + n, part.text[begin:n]))
            begin = n
    return tuple(out)


def _check_single(reader: Resolver, d: Declared, node: Node, scope: Scope) -> None:
    """``x_{ij}`` is no entry of a vector, though i times j is an integer."""
    parts = _letters(node)
    if parts is None or len(parts) < 2:
        return
    names = [written(p) for p in parts]
    roles = [
        n is not None and (n.key in scope.bound or any(
            scope.context.variables[c.name].role == "index"
            for c in reader.names.candidates(n) if c.name in scope.context.variables))
        for n in names
    ]  # fmt: skip
    if sum(roles) > 1:
        raise reader.fail(node, f"{d.shown} has 1 index, not {len(parts)}; write i \\cdot j if a product is meant")
