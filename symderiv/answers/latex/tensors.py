"""Vectors and tables of declared entries in formulas, read entry by entry.

    w^\\top x + b   (W x + b)_i   \\sigma(Wx)_i   \\nabla_x L   (h * w)_n   \\operatorname{diag}(p) - p p^\\top

A product contracts the inner index to a sum whose range is that of the arrays; sizes have to fit by the declarations.
What is left with an index is read at the indices of the question (``J_ij``: i and j), or as a table if its size is a
number. ``*`` between arrays means what the declaration says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from symderiv.answers.differentials import objection
from symderiv.answers.latex import convolving, functions
from symderiv.answers.latex.matrices import is_transposed
from symderiv.answers.latex.names import Declared, Written, written
from symderiv.answers.latex.nodes import Frac, Group, Letter, Node, Product, Scripted, Sign, Sum
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.unsupported import bare_array
from symderiv.errors import AnswerError
from symderiv.language.matrix_text import matrix_name
from symderiv.language.terms import (
    Add,
    Delta,
    Derivative,
    Entry,
    Matrix,
    Mul,
    Number,
    Symbol,
    Term,
    close_over,
    symbols_of,
)
from symderiv.language.terms import Sum as SumTerm

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Items, Resolver

__all__ = ["Axis", "Tensor", "at_indices", "is_tensor", "product_as_number", "side", "tensor"]

Axis = tuple[Term, Term]
_LARGEST_TABLE = 400


@dataclass(frozen=True)
class Tensor:
    """``entry(i, j)`` for a row index on ``rows`` and a column index on ``columns``; an axis that is not there is None.

    A vector is a column; transposed it has ``columns`` only.
    """

    rows: Axis | None
    columns: Axis | None
    entry: Callable[[Term | None, Term | None], Term]

    @property
    def axes(self) -> tuple[Axis, ...]:
        return tuple(a for a in (self.rows, self.columns) if a is not None)

    def at(self, indices: tuple[Term, ...]) -> Term:
        """The entry at as many indices as there are axes."""
        rest = iter(indices)
        return self.entry(next(rest) if self.rows else None, next(rest) if self.columns else None)

    def map(self, change: Callable[[Term], Term]) -> Tensor:
        """The same with every entry changed."""
        return replace(self, entry=lambda i, j: change(self.entry(i, j)))

    def transposed(self) -> Tensor:
        return Tensor(self.columns, self.rows, lambda i, j: self.entry(j, i))


# ---------------------------------------------------------------- where arrays stand for themselves


def _array(reader: Resolver, node: Node, scope: Scope) -> tuple[Declared, Written] | None:
    """The declared array with entries that the node names without its indices, perhaps transposed."""
    name = written(node)
    if name is None or name.key in scope.bound:
        return None
    found = []
    for d in reader.names.candidates(name):
        labelled = (not name.sub and not d.sub) or (name.sub is not None and _label(name.sub) == d.sub)
        sup = not d.sup and (name.sup is None or is_transposed(name.sup) or _is_t(reader, name.sup))
        own = bool(d.sup) and name.sup is not None and _label(name.sup).strip("()") == d.sup.strip("()")
        if labelled and (sup or own):
            found.append(d)
    arrays = [d for d in found if d.kind == "array" and d.rank in (1, 2) and matrix_name(d.name, scope.context) is None]
    return (arrays[0], name) if len(arrays) == 1 and len(found) == 1 else None


def _label(node: Node) -> str:
    from symderiv.answers.latex.names import label

    return label(node)


def _is_t(reader: Resolver, sup: Node) -> bool:
    while isinstance(sup, Group) and sup.kind == "{" and len(sup.items) == 1:
        sup = sup.items[0]
    return isinstance(sup, Letter) and sup.text == "T" and not reader.names.knows("T")


def _inner(node: Node) -> Node | None:
    """What stands in brackets, perhaps transposed."""
    if isinstance(node, Scripted):
        if node.sub is not None or node.primes:
            return None
        return _inner(node.body)
    return node.items[0] if isinstance(node, Group) and len(node.items) == 1 and node.kind in "([{" else None


def is_tensor(reader: Resolver, node: Node, scope: Scope) -> bool:
    """Is the node an array without all of its indices?"""
    if scope.position is not None:
        return False
    if _array(reader, node, scope) is not None:
        return True
    if isinstance(node, Sum):
        return any(is_tensor(reader, s, scope) for _, s in node.items)
    if isinstance(node, Product):
        return _is_tensor_product(reader, node.items, scope)
    if isinstance(node, Frac):
        return is_tensor(reader, node.above, scope)
    inner = _inner(node)
    return inner is not None and is_tensor(reader, inner, scope)


def _is_tensor_product(reader: Resolver, items: Items, scope: Scope) -> bool:
    n = 0
    while n < len(items):
        found = _factor_kind(reader, items, n, scope)
        if found:
            return True
        # The brackets after a name belong to it: y(n), S(a)_i, f(x).
        called = reader.group_after(items, n) is not None and written(items[n][2]) is not None
        n += 2 if called else 1
    return False


def _factor_kind(reader: Resolver, items: Items, n: int, scope: Scope) -> str:
    node = items[n][2]
    name = written(node)
    called = reader.group_after(items, n)
    if called is not None and functions.is_function(reader, node, scope) and not isinstance(items[n + 1][2], Scripted):
        plain = not isinstance(node, Scripted) and len(called.items) == 1
        return "map" if plain and is_tensor(reader, called.items[0], scope) else ""
    if isinstance(_body(node), Sign) and _body(node).kind == "NABLA":  # type: ignore[attr-defined]
        return "gradient"
    if name is not None and called is not None:
        after = items[n + 1][2]
        if isinstance(after, Scripted) and after.sub is not None:
            return ""
        if name.base in ("diag", "Diag") and not reader.names.knows(name.base):
            return "diagonal"
        if _of_own_array(reader, name, called, scope) is not None:
            return "function"
        if _array(reader, node, scope) is not None and not is_tensor(reader, called.items[0], scope):
            declared = _array(reader, node, scope)
            assert declared is not None
            return "" if len(called.items) == declared[0].rank else "array"
    return "array" if is_tensor(reader, node, scope) else ""


def _of_own_array(reader: Resolver, name: Written, group: Group, scope: Scope) -> Declared | None:
    """``\\operatorname{flip}(w)`` for a definition ``flip`` of entries of ``w``."""
    from symderiv.language.context import unfold_all
    from symderiv.language.terms import free_names

    inside = _array(reader, group.items[0], scope) if len(group.items) == 1 else None
    if inside is None:
        return None
    for d in reader.names.candidates(name):
        definition = scope.context.definitions.get(d.name)
        if definition is not None and d.kind == "array" and d.rank == 1:
            used = free_names(unfold_all(definition.body, scope.context)) & scope.context.arrays.keys()
            if used == {inside[0].name}:
                return d
    return None


def _body(node: Node) -> Node:
    return node.body if isinstance(node, Scripted) else node


# ---------------------------------------------------------------- values


def tensor(reader: Resolver, node: Node, scope: Scope) -> Tensor:
    """The node as a tensor; a number is one without axes."""
    if not is_tensor(reader, node, scope):
        value = reader.number(node, scope)
        return Tensor(None, None, lambda i, j: value)
    found = _array(reader, node, scope)
    if found is not None:
        return _declared(reader, *found, scope)
    if isinstance(node, Sum):
        return _sum(reader, node, scope)
    if isinstance(node, Product):
        return _product(reader, node.items, scope)
    if isinstance(node, Frac):
        below = reader.number(node.below, scope)
        return tensor(reader, node.above, scope).map(lambda t: reader.quotient(t, below, node))
    inner = _inner(node)
    assert inner is not None
    out = tensor(reader, inner, scope)
    sup = node.sup if isinstance(node, Scripted) else None
    if sup is None:
        return out
    if is_transposed(sup) or _is_t(reader, sup):
        return out.transposed()
    if out.axes:
        raise reader.fail(sup, "a power of an array can't be read; write the entries with their indices")
    value = reader.power(out.at(()), sup, scope)
    return Tensor(None, None, lambda i, j: value)


def _declared(reader: Resolver, d: Declared, name: Written, scope: Scope) -> Tensor:
    from symderiv.answers.latex.vectors import axes_of

    axes = axes_of(d, scope)
    if d.rank == 1:
        out = Tensor(axes[0], None, lambda i, j: Entry(d.name, (_given(i),)))
    else:
        out = Tensor(axes[0], axes[1], lambda i, j: Entry(d.name, (_given(i), _given(j))))
    turned = name.sup is not None and not d.sup
    return out.transposed() if turned else out


def _given(index: Term | None) -> Term:
    assert index is not None
    return index


def _sum(reader: Resolver, node: Sum, scope: Scope) -> Tensor:
    parts = [(negated, tensor(reader, s, scope), s) for negated, s in node.items]
    first = parts[0][1]
    for _, part, place in parts:
        if (part.rows is None, part.columns is None) != (first.rows is None, first.columns is None):
            raise reader.fail(place, "a number and an array, or arrays of different kinds, can't be added")
        for a, b in zip(first.axes, part.axes, strict=True):
            _check_same(reader, place, a, b, scope)

    def entry(i: Term | None, j: Term | None) -> Term:
        shifted = [(n, _shifted(p, first, i, j)) for n, p, _ in parts]
        return Add(*(-t if n else t for n, t in shifted))

    return Tensor(first.rows, first.columns, entry)


def _shifted(part: Tensor, first: Tensor, i: Term | None, j: Term | None) -> Term:
    """The entry of ``part`` at the place where ``first`` has i, j."""
    row = None if i is None else _moved(i, first.rows, part.rows)
    column = None if j is None else _moved(j, first.columns, part.columns)
    return part.entry(row, column)


def _moved(index: Term, from_: Axis | None, to: Axis | None) -> Term:
    assert from_ is not None and to is not None
    return index if from_[0] == to[0] else index - from_[0] + to[0]


def _check_same(reader: Resolver, node: Node, a: Axis, b: Axis, scope: Scope) -> None:
    from symderiv.equality import decide

    if a == b:
        return
    lengths = (a[1] - a[0], b[1] - b[0])
    if decide(*lengths, scope.context, seconds=1.0).word != "proved":
        raise reader.fail(node, "the sizes do not fit here by the declarations")


def _product(reader: Resolver, items: Items, scope: Scope) -> Tensor:
    result: Tensor | None = None
    operator: str | None = None
    n = 0
    while n < len(items):
        op, negated, node = items[n]
        decorated = convolving.operator_of(node)
        if decorated is not None:
            if op != "" or operator is not None or result is None or n + 1 == len(items):
                raise reader.fail(node, "an array is missing beside this operator")
            operator = decorated
            n += 1
            continue
        if op == "/":
            raise reader.fail(node, "an array can't stand beside a fraction bar; write \\frac{…}{…}")
        if op == "" and n > 0 and operator is None:
            reader.check_juxtaposed(items, n, False)
        part, used = _factor(reader, items, n, scope)
        if negated:
            part = part.map(lambda t: -t)
        if result is None:
            result = part
        elif operator is not None or (op == "*" and result.axes and part.axes):
            sign = operator or convolving.typed_operator(reader, items[n - 1][2], node)
            result = convolving.combine(reader, node, sign, result, part, scope)
        else:
            result = _times(reader, node, result, part, scope)
        operator = None
        n += used
    assert result is not None
    return result


def _factor(reader: Resolver, items: Items, n: int, scope: Scope) -> tuple[Tensor, int]:
    kind = _factor_kind(reader, items, n, scope)
    node = items[n][2]
    if kind == "gradient":
        return _gradient(reader, items, n, scope)
    if kind == "map":
        argument = reader.group_after(items, n)
        assert argument is not None
        array = tensor(reader, argument.items[0], scope)
        return array.map(lambda t: functions.of_entry(reader, node, t, scope)), 2
    if kind in ("diagonal", "function"):
        group = reader.group_after(items, n)
        assert group is not None
        inside = tensor(reader, group.items[0], scope) if len(group.items) == 1 else None
        if kind == "diagonal":
            if inside is None or inside.rows is None or inside.columns is not None:
                raise reader.fail(group, "a diagonal matrix is made of one vector")
            return Tensor(
                inside.rows, inside.rows, lambda i, j: Mul(Delta(_given(i), _given(j)), inside.entry(i, None))
            ), 2
        name = written(node)
        d = _of_own_array(reader, name, group, scope) if name is not None else None
        assert d is not None
        return _declared(reader, d, Written(d.base, node.start, node.end), scope), 2
    if kind == "array":
        return tensor(reader, node, scope), 1
    value, used = reader.take(items, n, scope)
    return Tensor(None, None, lambda i, j: value), used


def _times(reader: Resolver, node: Node, left: Tensor, right: Tensor, scope: Scope) -> Tensor:
    """Matrix product, outer product, or multiplication by a number."""
    if not right.axes:
        return left.map(lambda t: t * right.at(()))
    if not left.axes:
        return right.map(lambda t: left.at(()) * t)
    if left.columns is None and right.rows is None:
        return Tensor(left.rows, right.columns, lambda i, j: left.entry(i, None) * right.entry(None, j))
    if left.columns is None or right.rows is None:
        raise reader.fail(node, "a product of vectors needs a transposition sign: x^\\top y is their inner product")
    return contract(reader, node, left, right, scope)


def contract(reader: Resolver, node: Node, left: Tensor, right: Tensor, scope: Scope) -> Tensor:
    """The sum over the inner index."""
    assert left.columns is not None and right.rows is not None
    _check_same(reader, node, left.columns, right.rows, scope)
    inner = left.columns

    def entry(i: Term | None, j: Term | None) -> Term:
        k = reader.fresh()
        body = left.entry(i, k) * right.entry(_moved(k, inner, right.rows), j)
        return SumTerm(close_over(body, k.name), *inner, hint=_hint(i, j))

    return Tensor(left.rows, right.columns, entry)


def _hint(*used: Term | None) -> str:
    taken = {t.name for t in used if isinstance(t, Symbol)}
    return next(letter for letter in "klmpqr" if letter not in taken)


def _gradient(reader: Resolver, items: Items, n: int, scope: Scope) -> tuple[Tensor, int]:
    """``\\nabla_x L``: the derivatives by all entries of x."""
    node = items[n][2]
    sub = node.sub if isinstance(node, Scripted) else None
    if sub is None or not isinstance(node, Scripted) or node.sup is not None or n + 1 >= len(items):
        raise reader.fail(node, "write by what the gradient is taken, and of what: \\nabla_x L")
    while isinstance(sub, Group) and sub.kind == "{" and len(sub.items) == 1:
        sub = sub.items[0]
    body, used = reader.take(items, n + 1, scope)
    by = tensor(reader, sub, scope)

    def derivative(variable: Term) -> Term:
        message = objection(body, variable, scope.context)
        if message:
            raise reader.fail(node, message)
        return Derivative(body, variable)

    return by.map(derivative), used + 1


# ---------------------------------------------------------------- back to numbers


def product_as_number(reader: Resolver, items: Items, scope: Scope) -> Term | None:
    """A product of arrays that is a number, such as ``w^\\top x``; None if there are no arrays in it."""
    if scope.position is not None or not _is_tensor_product(reader, items, scope):
        return None
    out = _product(reader, items, scope)
    if out.axes:
        raise reader.fail(items[0][2], "this is an array, not a number; write one entry with its indices")
    return out.at(())


def at_indices(reader: Resolver, node: Scripted, scope: Scope) -> Term | None:
    """``(W x)_i``; None if there is no array in the brackets."""
    inner = _inner(node.body)
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
    name = _array(reader, node, scope)
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
