"""Vectors and tables of declared entries in formulas, read entry by entry.

    w^\\top x + b   (W x + b)_i   \\sigma(Wx)_i   \\nabla_x L   (h * w)_n   \\operatorname{diag}(p) - p p^\\top

A product contracts the inner index to a sum whose range is that of the arrays; sizes have to fit by the declarations.
``*`` between arrays means what the declaration says. ``entries`` reads what is left at indices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from symderiv.answers.differentials import objection
from symderiv.answers.latex import convolving, functions
from symderiv.answers.latex.ambiguities import check_juxtaposed
from symderiv.answers.latex.matrices import is_transposed
from symderiv.answers.latex.names import Declared, Written, written
from symderiv.answers.latex.nodes import Frac, Group, Node, Product, Scripted, Sum
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.wholes import (
    factor_kind,
    inside_brackets,
    is_letter_t,
    is_tensor,
    named_array,
    of_own_array,
)
from symderiv.language.terms import Add, Delta, Derivative, Entry, Mul, Symbol, Term, close_over
from symderiv.language.terms import Sum as SumTerm

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Items, Resolver

__all__ = ["Axis", "Tensor", "contract", "multiplied", "tensor"]

Axis = tuple[Term, Term]


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


def tensor(reader: Resolver, node: Node, scope: Scope) -> Tensor:
    """The node as a tensor; a number is one without axes."""
    if not is_tensor(reader, node, scope):
        value = reader.number(node, scope)
        return Tensor(None, None, lambda i, j: value)
    found = named_array(reader, node, scope)
    if found is not None:
        return _declared(reader, *found, scope)
    if isinstance(node, Sum):
        return _sum(reader, node, scope)
    if isinstance(node, Product):
        return multiplied(reader, node.items, scope)
    if isinstance(node, Frac):
        below = reader.number(node.below, scope)
        return tensor(reader, node.above, scope).map(lambda t: reader.quotient(t, below, node))
    inner = inside_brackets(node)
    assert inner is not None
    out = tensor(reader, inner, scope)
    sup = node.sup if isinstance(node, Scripted) else None
    if sup is None:
        return out
    if is_transposed(sup) or is_letter_t(reader, sup):
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


def multiplied(reader: Resolver, items: Items, scope: Scope) -> Tensor:
    """A product from left to right, of arrays and numbers."""
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
            check_juxtaposed(reader, items, n, False)
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
    at = _at_place(reader, items, n, scope)
    if at is not None:
        return at, 2
    kind = factor_kind(reader, items, n, scope)
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
        d = of_own_array(reader, name, group, scope) if name is not None else None
        assert d is not None
        return _declared(reader, d, Written(d.base, node.start, node.end), scope), 2
    if kind == "array":
        return tensor(reader, node, scope), 1
    value, used = reader.take(items, n, scope)
    return Tensor(None, None, lambda i, j: value), used


def _at_place(reader: Resolver, items: Items, n: int, scope: Scope) -> Tensor | None:
    """``(x * h)(n)``: entry n of what an operator between signals makes; None for anything else."""
    node, group = items[n][2], reader.group_after(items, n, ("(", "["))
    if not isinstance(node, Group) or node.kind != "(" or len(node.items) != 1 or group is None:
        return None
    inside = node.items[0]
    operated = isinstance(inside, Product) and len(inside.items) > 1 and all(
        op in ("*", "") and named_array(reader, factor, scope) is not None for op, _, factor in inside.items
    )  # fmt: skip
    if not operated or len(group.items) != 1 or not is_tensor(reader, inside, scope):
        return None
    signal = tensor(reader, inside, scope)
    if len(signal.axes) != 1:
        return None
    value = reader.after_call(signal.at((reader.integer(group.items[0], scope, "the index"),)), items, n + 1, scope)
    return Tensor(None, None, lambda i, j: value)


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
