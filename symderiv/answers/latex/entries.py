"""From arrays back to numbers: inner products, one entry, the entry at the question's indices, a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.answers.latex.nodes import Group, Node, Product, Scripted
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.tensors import Axis, Tensor, multiplied, tensor
from symderiv.answers.latex.unsupported import bare_array
from symderiv.answers.latex.wholes import inside_brackets, is_tensor, is_tensor_product, named_array
from symderiv.errors import AnswerError
from symderiv.language.terms import Matrix, Number, Symbol, Term, symbols_of

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Items, Resolver

__all__ = ["at_indices", "product_as_number", "side"]

_LARGEST_TABLE = 400


def product_as_number(reader: Resolver, items: Items, scope: Scope) -> Term | None:
    """A product of arrays that is a number, such as ``w^\\top x``; None if there are no arrays in it."""
    if scope.position is not None or not is_tensor_product(reader, items, scope):
        return None
    out = multiplied(reader, items, scope)
    if out.axes:
        raise reader.fail(items[0][2], "this is an array, not a number; write one entry with its indices")
    return out.at(())


def at_indices(reader: Resolver, node: Scripted, scope: Scope) -> Term | None:
    """``(W x)_i``; None if there is no array in the brackets."""
    inner = inside_brackets(node.body)
    if inner is None or node.sub is None or node.primes or not is_tensor(reader, inner, scope):
        return None
    out = tensor(reader, inner, scope)
    sub = node.sub
    items = sub.items if isinstance(sub, Group) and sub.kind == "{" else (sub,)
    if len(items) == 1 and len(out.axes) == 2 and isinstance(items[0], Product):
        items = tuple(f for _, _, f in items[0].items)
    if len(items) != len(out.axes):
        raise reader.fail(sub, f"{len(out.axes)} {'index is' if len(out.axes) == 1 else 'indices are'} needed here")
    value = out.at(tuple(reader.integer(item, scope, "the index") for item in items))
    return reader.power(value, node.sup, scope)


def side(reader: Resolver, node: Node, scope: Scope) -> Term:
    """A side of a statement that is an array: its entry at the question's indices, or a table of numbers."""
    out = tensor(reader, node, scope)
    if not out.axes:
        return out.at(())
    if len(reader.frame) == len(out.axes):
        return _framed(reader, node, out)
    ranges = [_numbers(a) for a in out.axes]
    if all(r is not None for r in ranges) and _size(ranges) <= _LARGEST_TABLE:  # type: ignore[arg-type]
        rows = ranges[0] if out.rows else range(1)
        columns = ranges[-1] if out.columns else range(1)
        assert rows is not None and columns is not None
        return Matrix([[out.entry(_at(out.rows, i), _at(out.columns, j)) for j in columns] for i in rows])
    name = named_array(reader, node, scope)
    if name is not None:
        raise reader.fail(node, bare_array(name[0].shown, name[0].rank))
    if not reader.frame:
        raise reader.fail(node, "this is an array; write one entry with its indices")
    raise AnswerError("this array has other indices than the answer; write one entry", position=node.start)


def _framed(reader: Resolver, node: Node, out: Tensor) -> Term:
    """The entry at the question's indices, none of which may have a meaning in the formula already."""
    value = out.at(tuple(reader.fresh() for _ in out.axes))
    used = symbols_of(value) & {t.name for t in reader.frame if isinstance(t, Symbol)}
    if used:
        raise reader.fail(node, f"an index is missing: {min(used)} stands here beside an array without one")
    return out.at(reader.frame)


def _at(axis: Axis | None, index: int) -> Term | None:
    return None if axis is None else Number(index)


def _numbers(axis: Axis) -> range | None:
    low, high = axis
    if isinstance(low, Number) and isinstance(high, Number):
        return range(int(low.value), int(high.value) + 1)
    return None


def _size(ranges: list[range]) -> int:
    total = 1
    for r in ranges:
        total *= len(r)
    return total
