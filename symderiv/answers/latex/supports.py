"""Sums over all integers, ``\\sum_{k=-\\infty}^{\\infty} x(k) h(n - k)``, with a factor that is 0 outside of a range.

An array that is declared 0 outside of its axes bounds the index by these axes. What is left out are zeros.
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.answers.latex.nodes import Node, Sign
from symderiv.answers.latex.nodes import Sum as SumNode
from symderiv.answers.latex.ranges import IndexRange
from symderiv.language.context import Context
from symderiv.language.terms import Add, Bound, Entry, Mul, Number, Power, Sum, Symbol, Term, symbols_of, walk

__all__ = ["is_endless", "is_infinite", "support"]


def is_infinite(node: Node) -> bool:
    """``\\infty``, ``-\\infty`` or ``+\\infty``."""
    while getattr(node, "kind", "") == "{" and len(getattr(node, "items", ())) == 1:
        node = node.items[0]  # type: ignore[attr-defined]
    if isinstance(node, SumNode) and len(node.items) == 1:
        node = node.items[0][1]
    return isinstance(node, Sign) and node.kind == "INFTY"


def is_endless(r: IndexRange) -> bool:
    """Is a bound of the range infinite?"""
    return any(bound is not None and is_infinite(bound) for bound in (r.lower, r.upper))


def support(body: Term, index: Symbol, context: Context) -> tuple[Term, Term] | None:
    """The range of ``index`` outside of which a factor of ``body`` is 0; None if no factor is known to be."""
    uses = [
        (place, axis)
        for factor in _factors(body)
        if (array := context.arrays.get(factor.name)) is not None and array.padded
        for place, axis in zip(factor.indices, array.axes, strict=True)
    ]
    for place, axis in sorted(uses, key=lambda use: use[0] != index):
        found = _solved(place, index, *axis)
        if found is not None:
            return found
    return None


def _factors(body: Term) -> Iterator[Entry]:
    """The entries that the body is a multiple of, those in sums of multiples too."""
    if isinstance(body, Entry):
        yield body
    elif isinstance(body, Mul):
        for part in body.args:
            yield from _factors(part)
    elif isinstance(body, Power) and isinstance(body.exponent, Number) and body.exponent.value > 0:
        yield from _factors(body.base)
    elif isinstance(body, Sum):
        yield from _factors(body.body)


def _solved(place: Term, index: Symbol, low: Term, high: Term) -> tuple[Term, Term] | None:
    """The range of ``index`` in which low <= place <= high, for place = index + c or c - index."""
    if any(isinstance(t, Bound) for t in walk(place)):
        return None
    if place == index:
        return low, high
    parts = place.args if isinstance(place, Add) else (place,)
    own = [p for p in parts if index.name in symbols_of(p)]
    rest = [p for p in parts if index.name not in symbols_of(p)]
    if len(own) != 1:
        return None
    offset: Term = Number(0) if not rest else rest[0] if len(rest) == 1 else Add(*rest)
    if own[0] == index:
        return _minus(low, offset), _minus(high, offset)
    if own[0] == -index:
        return _minus(offset, high), _minus(offset, low)
    return None


def _minus(a: Term, b: Term) -> Term:
    if isinstance(a, Number) and isinstance(b, Number):
        return Number(a.value - b.value)
    return a if b == Number(0) else a - b
