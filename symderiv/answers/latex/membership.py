"""``i \\in \\{1, \\dots, n\\}``, ``t \\in [0, 1]``, ``x \\in \\mathbb{R}``, ``W \\in \\mathbb{R}^{m \\times n}``.

What a declaration says already is the condition True; what contradicts it, or says more than terms can, is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.answers.latex.names import Written, label, written
from symderiv.answers.latex.nodes import Group, Node, Product, Scripted, Sign
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.unsupported import refusal
from symderiv.language.context import Context
from symderiv.language.matrix_text import matrix_name
from symderiv.language.terms import ONE, TRUE, And, Number, Or, Relation, Term

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Resolver

__all__ = ["member", "members"]


def members(reader: Resolver, nodes: tuple[Node, ...], where: Node, scope: Scope) -> Term:
    """Every one of the ``nodes`` in the set ``where``."""
    parts = [member(reader, node, where, scope) for node in nodes]
    kept = [p for p in parts if p != TRUE]
    return TRUE if not kept else kept[0] if len(kept) == 1 else And(*kept)


def member(reader: Resolver, node: Node, where: Node, scope: Scope) -> Term:
    """``node \\in where``."""
    power = where.sup if isinstance(where, Scripted) and where.sub is None and not where.primes else None
    body = where.body if isinstance(where, Scripted) and power is not None else where
    if isinstance(node, Group) and node.kind == "(" and len(node.items) > 1:
        if power is None or reader.number(power, scope) != Number(len(node.items)):
            raise reader.fail(where, "this set has other elements; write one condition for each index")
        return members(reader, node.items, body, scope)
    if isinstance(body, Group) and body.kind == "set" and power is None:
        return _listed(reader, node, body, scope)
    if isinstance(body, Group) and body.kind in "([" and len(body.items) == 2 and power is None:
        return _interval(reader, node, body, scope)
    name = written(body)
    if name is not None and name.font == "bb" and name.sub is None and not name.accents and not name.primes:
        return _numbers(reader, node, name, power if power is not None else name.sup, where, scope)
    raise reader.fail(where, refusal("set"))


def _listed(reader: Resolver, node: Node, where: Group, scope: Scope) -> Term:
    """``\\{0, 1\\}`` and ``\\{1, \\dots, n\\}``, whose numbers before the dots count up by one."""
    value = reader.number(node, scope)
    dots = [n for n, item in enumerate(where.items) if _is_dots(item)]
    if not dots:
        parts = [Relation("=", value, reader.number(item, scope)) for item in where.items]
        return parts[0] if len(parts) == 1 else Or(*parts)
    index = reader.integer(node, scope, "the index")
    if dots != [len(where.items) - 2] or dots == [0]:
        raise reader.fail(where.items[dots[0]], refusal("dots"))
    numbers = [reader.integer(item, scope, "the bound") for item in where.items[: dots[0]]]
    for n, (number, item) in enumerate(zip(numbers, where.items, strict=False)):
        if number != _after(numbers[0], n):
            raise reader.fail(item, "the numbers before the dots should count up by one")
    last = reader.integer(where.items[-1], scope, "the bound")
    return And(Relation("<=", numbers[0], index), Relation("<=", index, last))


def _after(first: Term, n: int) -> Term:
    if isinstance(first, Number):
        return Number(first.value + n)
    return first + n if n else first


def _is_dots(node: Node) -> bool:
    return isinstance(node, Sign) and node.kind == "DOTS"


def _interval(reader: Resolver, node: Node, where: Group, scope: Scope) -> Term:
    value = reader.number(node, scope)
    low, high = where.items
    op = "<=" if where.kind == "[" else "<"
    ends = [None if _is_infinite(end) else reader.number(end, scope) for end in (low, high)]
    parts = [Relation(op, ends[0], value)] if ends[0] is not None else []
    parts += [Relation(op, value, ends[1])] if ends[1] is not None else []
    return TRUE if not parts else parts[0] if len(parts) == 1 else And(*parts)


def _is_infinite(node: Node) -> bool:
    from symderiv.answers.latex.nodes import Sum

    if isinstance(node, Sum) and len(node.items) == 1:
        node = node.items[0][1]
    return isinstance(node, Sign) and node.kind == "INFTY"


def _numbers(reader: Resolver, node: Node, name: Written, power: Node | None, where: Node, scope: Scope) -> Term:
    """``\\mathbb{R}``, ``\\mathbb{Z}`` and ``\\mathbb{R}^{m \\times n}``, where the declaration says so."""
    declared = _array_axes(reader, node, scope)
    if power is not None and name.base == "R" and declared is not None:
        sizes = [reader.number(part, scope) for part in _sizes(power)]
        while len(sizes) > len(declared) and sizes[-1] == ONE:
            sizes.pop()
        if len(sizes) == len(declared) and all(map(lambda a, b: _same(a, b, scope.context), sizes, declared)):
            return TRUE
        raise reader.fail(where, f"{reader.text(node)} is declared with other sizes")
    if declared is None and power is not None:
        reader.number(node, scope)
    if declared is None and power is None and name.base in ("R", "Z"):
        value = reader.number(node, scope)
        if name.base == "R" or scope.context.is_integer(value):
            return TRUE
    raise reader.fail(where, refusal("set"))


def _array_axes(reader: Resolver, node: Node, scope: Scope) -> tuple[Term, ...] | None:
    """The sizes of the whole array that the node names; None for anything else."""
    name = written(node)
    found = reader.names.candidates(name) if name is not None and name.sup is None else []
    for d in found:
        if name is None or label(name.sub) != d.sub:
            continue
        whole = matrix_name(d.name, scope.context)
        if whole is not None:
            rows, columns = whole.args[:2]
            return (rows,) if columns == ONE else (rows, columns)
        array = scope.context.arrays.get(d.name)
        if array is not None:
            return tuple(high if low == ONE else high - low + 1 for low, high in array.axes)
    return None


def _sizes(power: Node) -> tuple[Node, ...]:
    while isinstance(power, Group) and power.kind == "{" and len(power.items) == 1:
        power = power.items[0]
    if isinstance(power, Product) and all(op in ("", "*") for op, _, _ in power.items):
        operators = [op for op, _, _ in power.items[1:]]
        if all(op == "*" for op in operators):
            return tuple(factor for _, _, factor in power.items)
    return (power,)


def _same(a: Term, b: Term, context: Context) -> bool:
    from symderiv.equality import decide

    return a == b or decide(a, b, context, seconds=1.0).word == "proved"
