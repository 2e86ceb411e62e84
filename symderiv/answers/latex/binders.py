"""Sums and products over an index, with the range as people write it.

    \\sum_{i=1}^{n}   \\sum_{i,j=1}^{n}   \\sum_{i,j}   \\sum_{j \\ne i}   \\sum_{1 \\le j < i}  \\sum_{k=1, k \\ne i}^K

An omitted range is that of the declared index, or else of the arrays that the index stands at. The body is the rest of
the product; a sum ends at the next plus or minus sign.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.answers.latex import functions
from symderiv.answers.latex.ambiguities import check_braces, unbraced
from symderiv.answers.latex.conditions import condition
from symderiv.answers.latex.names import Written, written
from symderiv.answers.latex.nodes import Big, Chain, Letter, Node, Product, Scripted, walk
from symderiv.answers.latex.nodes import Sum as SumNode
from symderiv.answers.latex.ranges import IndexRange, index_ranges, listed
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.supports import is_endless, is_infinite, support
from symderiv.answers.latex.unsupported import refusal
from symderiv.errors import AnswerError
from symderiv.language.context import INTEGER, Variable
from symderiv.language.terms import (
    TRUE,
    And,
    Binder,
    Condition,
    Entry,
    Maximum,
    Number,
    Relation,
    Sum,
    Symbol,
    Term,
    close_over,
)
from symderiv.language.terms import Product as ProductTerm
from symderiv.language.terms import walk as subterms

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Items, Resolver

__all__ = ["binder", "check_scope", "extremum"]


def binder(reader: Resolver, items: Items, n: int, scope: Scope) -> Term:
    """The sum or product at item ``n`` over all items after it."""
    node = items[n][2]
    big = node.body if isinstance(node, Scripted) else node
    assert isinstance(big, Big)
    if not isinstance(node, Scripted) or node.sub is None or node.primes:
        raise reader.fail(node, f"\\{big.name} needs its index below, such as \\{big.name}_{{i=1}}^{{n}}")
    body_items = items[n + 1 :]
    if not body_items or body_items[0][0] != "":
        raise reader.fail(node, f"nothing stands after \\{big.name}")
    check_braces(reader, body_items[0][2], alone=False)
    ranges, guards = index_ranges(reader, node.sub, node.sup, scope)
    if big.name == "prod":
        _check_body(reader, body_items, ranges, scope, "product")
    cls = Sum if big.name == "sum" else ProductTerm
    return _bind(reader, cls, ranges, guards, body_items, scope)


def extremum(reader: Resolver, items: Items, n: int, scope: Scope) -> Term:
    """``\\max_k x_k``: the largest value over the index. A minimum is that of the negated values, negated."""
    node = items[n][2]
    assert isinstance(node, Scripted) and node.sub is not None
    least = functions.extremum_name(reader, node, scope) == "Min"
    what = "minimum" if least else "maximum"
    body_items = items[n + 1 :]
    if not body_items or body_items[0][0] != "":
        raise reader.fail(node, f"nothing stands after this {what}")
    check_braces(reader, body_items[0][2], alone=False)
    ranges, guards = index_ranges(reader, node.sub, node.sup, scope)
    _check_body(reader, body_items, ranges, scope, what)
    if not least:
        return _bind(reader, Maximum, ranges, guards, body_items, scope)
    first, *rest = body_items
    return -_bind(reader, Maximum, ranges, guards, ((first[0], not first[1], first[2]), *rest), scope)


def _bind(
    reader: Resolver, cls: type[Binder], ranges: list[IndexRange], guards: list[Node], body_items: Items, scope: Scope
) -> Term:  # fmt: skip
    if scope.sums >= reader.limits.depth:
        raise reader.fail(body_items[0][2], f"sums are nested deeper than {reader.limits.depth}")
    inner = replace(scope, sums=scope.sums + 1)
    opened: list[tuple[Symbol, Term | None, Term | None, IndexRange]] = []
    for r in ranges:
        symbol = Symbol(f"\0{len(inner.bound)}.{_hint(r.name)}")
        reader.spans[r.name.start, r.name.end] = symbol
        lower, upper = _bounds(reader, r, inner)
        if is_endless(r) and cls is not Sum:
            raise reader.fail(unbraced(r.upper or body_items[0][2]), refusal("infinity"))
        # Where the range is still open the index is only known to be an integer.
        inner = inner.bind(r.name.key, symbol, lower or Number(0), upper or Number(0))
        if lower is None or upper is None:
            inner = _unbounded(inner, symbol)
        opened.append((symbol, lower, upper, r))
    body = reader.product(body_items, inner)
    if isinstance(body, Condition):
        raise reader.fail(body_items[0][2], "a condition stands where a number is needed")
    guard: Term = TRUE
    if guards:
        parts = [condition(reader, g, inner) for g in guards]
        guard = parts[0] if len(parts) == 1 else And(*parts)
    for symbol, lower, upper, r in reversed(opened):
        if is_endless(r):
            limits = [Relation("<=", lower, symbol)] if lower is not None else []
            limits += [Relation("<=", symbol, upper)] if upper is not None else []
            lower, upper = _endless(reader, r, symbol, body, scope)
            guard = And(*limits, *(() if guard == TRUE else (guard,))) if len(limits) + (guard != TRUE) > 1 else (
                limits[0] if limits else guard)  # fmt: skip
        elif lower is None or upper is None:
            lower, upper = _implied(reader, r, symbol, body, scope, cls)
        body = cls(close_over(body, symbol.name), lower, upper, hint=_hint(r.name),
                   guard=None if guard == TRUE else close_over(guard, symbol.name))  # fmt: skip
        guard = TRUE
    return body


def _unbounded(scope: Scope, symbol: Symbol) -> Scope:
    return replace(scope, context=scope.context.with_variable(Variable(symbol.name, INTEGER, "index")))


def _hint(name: Written) -> str:
    return name.base + "_".join(("", *name.accents)) + "_prime" * bool(name.primes)


def _bounds(reader: Resolver, r: IndexRange, scope: Scope) -> tuple[Term | None, Term | None]:
    lower = None if r.lower is None or is_infinite(r.lower) else reader.integer(r.lower, scope, "the bound")
    upper = None if r.upper is None or is_infinite(r.upper) else reader.integer(r.upper, scope, "the bound")
    if lower is not None and r.lower_open:
        lower = Number(lower.value + 1) if isinstance(lower, Number) else lower + 1
    if upper is not None and r.upper_open:
        upper = Number(upper.value - 1) if isinstance(upper, Number) else upper - 1
    return lower, upper


# ---------------------------------------------------------------- where a product ends


def _is_call(reader: Resolver, items: Items) -> bool:
    """Is it a declared function, or an array such as x(n), with its brackets?"""
    name = written(items[0][2])
    found = reader.names.candidates(name) if name is not None and name.sub is None else []
    return reader.group_after(items, 0) is not None and bool(found) and all(d.kind != "scalar" for d in found)


def _check_body(reader: Resolver, items: Items, ranges: list[IndexRange], scope: Scope, what: str) -> None:
    """A factor that is free of the index may stand outside the product: that is not for us to say."""
    letters = {r.name.base for r in ranges}
    rest = items
    while len(rest) > 1 and rest[1][0] == "" and (_takes_what_follows(reader, rest[0][2], scope)):
        rest = rest[1:]
    if len(rest) == 1 or (len(rest) == 2 and _is_call(reader, rest)):
        return
    if len(rest) < len(items) or any(
        op == "/" or not any(isinstance(n, Letter) and n.text in letters for n in walk(factor))
        for op, _, factor in items
    ):
        raise reader.fail(items[1][2], f"it is not clear where the {what} ends; put its body in brackets")


def _takes_what_follows(reader: Resolver, node: Node, scope: Scope) -> bool:
    body = node.body if isinstance(node, Scripted) else node
    return isinstance(body, Big) or functions.is_function(reader, node, scope)


# ---------------------------------------------------------------- ranges that are not written


def _endless(reader: Resolver, r: IndexRange, symbol: Symbol, body: Term, scope: Scope) -> tuple[Term, Term]:
    """The part of an infinite range in which a factor of the body is not 0."""
    found = support(body, symbol, scope.context)
    if found is None:
        end = r.upper if r.upper is not None and is_infinite(r.upper) else r.lower
        raise AnswerError(refusal("infinity"), position=unbraced(end).start if end is not None else r.name.start)
    return found


def _implied(
    reader: Resolver, r: IndexRange, symbol: Symbol, body: Term, scope: Scope, cls: type[Binder]
) -> tuple[Term, Term]:  # fmt: skip
    """The range of the declared index, which has to lie in the arrays it stands at; else the range of those arrays."""
    uses = {
        axis
        for t in subterms(body) if isinstance(t, Entry)
        for index, axis in zip(t.indices, _axes(t.name, scope), strict=False) if index == symbol
    }  # fmt: skip
    for d in reader.names.candidates(r.name):
        v = scope.context.variables.get(d.name)
        if v is not None and v.role == "index" and v.range.lower is not None and v.range.upper is not None:
            lower, upper = v.range.lower, v.range.upper
            if any(_outside(lower, upper, low, high) for low, high in uses):
                raise AnswerError(f"the range of {d.shown} does not fit here; write its bounds", position=r.name.start)
            return lower, upper
    if len(uses) == 1:
        return next(iter(uses))
    found = support(body, symbol, scope.context) if cls is Sum and not uses else None
    if found is not None:
        return found
    shown = reader.source[r.name.start : r.name.end]
    raise AnswerError(f"the range of {shown} is not known; write its bounds", position=r.name.start)


def _axes(name: str, scope: Scope) -> tuple[tuple[Term, Term], ...]:
    array = scope.context.arrays.get(name)
    if array is not None:
        return () if array.padded else array.axes
    definition = scope.context.definitions.get(name)
    return definition.axes if definition is not None else ()


def _outside(lower: Term, upper: Term, low: Term, high: Term) -> bool:
    """Does lower..upper plainly leave low..high?"""
    below = isinstance(lower, Number) and isinstance(low, Number) and lower.value < low.value
    above = isinstance(upper, Number) and isinstance(high, Number) and upper.value > high.value
    return below or above or (isinstance(upper, Symbol) and isinstance(high, Symbol) and upper != high)


# ---------------------------------------------------------------- where a sum ends


def check_scope(reader: Resolver, node: SumNode, scope: Scope) -> None:
    """``\\sum_i x_i + y_i`` ends before the plus sign; where its index goes on after it, the brackets are missing."""
    bound: dict[str, Node] = {}
    for _, summand in node.items:
        own = _indices_of(summand)
        for n in walk(summand):
            if isinstance(n, Letter) and n.text in bound and n.text not in own:
                name = written(n)
                if name is None or name.key not in scope.bound:
                    raise reader.fail(n, f"{n.text} stands outside its sum; put the body of the sum in brackets")
        factors = summand.items if isinstance(summand, Product) else (("", False, summand),)
        for _, _, factor in factors:
            if isinstance(factor, Scripted) and isinstance(factor.body, Big) and factor.sub is not None:
                bound |= dict.fromkeys(_bound_letters(factor.sub), factor)


def _indices_of(node: Node) -> set[str]:
    return {
        letter
        for n in walk(node) if isinstance(n, Scripted) and isinstance(n.body, Big) and n.sub is not None
        for letter in _bound_letters(n.sub)
    }  # fmt: skip


def _bound_letters(sub: Node) -> set[str]:
    items = listed(sub)
    out: set[str] = set()
    assigned = any(isinstance(item, Chain) and item.ops == ("=",) for item in items)
    for item in items:
        if isinstance(item, Chain) and assigned and item.ops != ("=",):
            continue
        heads = item.sides[1:2] if isinstance(item, Chain) and len(item.ops) == 2 else (
            item.sides[:1] if isinstance(item, Chain) else (item,))  # fmt: skip
        for head in heads:
            out |= {n.text for n in walk(head) if isinstance(n, Letter)}
    return out
