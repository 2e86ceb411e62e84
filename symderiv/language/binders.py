"""Sums and products over an index, and what changes terms without capturing one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

from symderiv.language.matrix_terms import MatrixName
from symderiv.language.nodes import ONE, TRUE, ZERO, Bound, Cases, Entry, Iverson, Scalar, Symbol, Term, number

__all__ = [
    "BINDERS",
    "Binder",
    "Maximum",
    "Product",
    "Sum",
    "close_over",
    "free_names",
    "fresh_name",
    "instantiate",
    "lift",
    "open_binder",
    "substitute",
    "symbols_of",
    "take_guard",
    "walk",
]

Leaf = TypeVar("Leaf", bound=Term)


class Binder(Term):
    """An operator over ``lower <= index <= upper`` with ``guard``; the index is nameless, ``hint`` is its name.

    ``args`` is (body, guard, lower, upper); the index is bound in the first two only.
    """

    __slots__ = ("hint",)
    binds = frozenset({0, 1})
    sympy_name: ClassVar[str]
    empty: ClassVar[Term | None]
    """The value over no indices, None if there is none."""

    def __init__(self, body: Term, lower: Term, upper: Term, *, hint: str = "k", guard: Term | None = None):
        super().__init__(None, (body, TRUE if guard is None else guard, lower, upper))
        self.hint = hint

    @classmethod
    def over(cls, index: str, lower: Scalar, upper: Scalar, body: Scalar, guard: Term | None = None) -> Binder:
        """The binder over the free symbol ``index``: ``Sum.over("k", 1, n, Entry("x", (Symbol("k"),)))``."""
        return cls(
            close_over(number(body), index),
            number(lower),
            number(upper),
            hint=index,
            guard=None if guard is None else close_over(guard, index),
        )

    def with_args(self, args: tuple[Term, ...]) -> Term:
        new = super().with_args(args)
        if new is not self:
            new.hint = self.hint  # type: ignore[attr-defined]
        return new

    @property
    def body(self) -> Term:
        return self.args[0]

    @property
    def guard(self) -> Term:
        return self.args[1]

    @property
    def lower(self) -> Term:
        return self.args[2]

    @property
    def upper(self) -> Term:
        return self.args[3]


class Sum(Binder):
    """The sum of ``body`` over the indices; 0 if there are none."""

    __slots__ = ()
    sympy_name = "Sum"
    empty = ZERO


class Product(Binder):
    """The product of ``body`` over the indices; 1 if there are none."""

    __slots__ = ()
    sympy_name = "Product"
    empty = ONE


class Maximum(Binder):
    """The largest value of ``body`` over the indices; undefined if there are none, save right inside another maximum,
    where an empty range has no part: so a maximum over a triangle is one over its rows."""

    __slots__ = ()
    sympy_name = "Maximum"
    empty = None


BINDERS: dict[str, type[Binder]] = {kind.sympy_name: kind for kind in (Sum, Product, Maximum)}


def take_guard(kind: type[Binder], body: Term) -> tuple[Term, Term]:
    """(body, guard) of what is written below a binder: a Piecewise that outside of its condition adds nothing."""
    if isinstance(body, Iverson) and kind is Sum:
        return ONE, body.condition
    if isinstance(body, Cases) and kind.empty is None and len(body.pieces) == 1:
        return body.pieces[0]
    if isinstance(body, Cases) and len(body.pieces) == 2 and body.pieces[1] == (kind.empty, TRUE):
        return body.pieces[0]
    return body, TRUE


def _map_bound(term: Term, depth: int, change: Callable[[Term, int], Term | None]) -> Term:
    """Rebuild ``term``; ``change(leaf, depth)`` may replace a leaf that stands below ``depth`` binders."""
    replaced = change(term, depth)
    if replaced is not None:
        return replaced
    if not term.args:
        return term
    binds = term.binds
    return term.with_args(
        tuple([_map_bound(a, depth + 1 if n in binds else depth, change) for n, a in enumerate(term.args)])
    )


def instantiate(body: Term, value: Term) -> Term:
    """The body of a binder with its index replaced by ``value``."""

    def change(leaf: Term, depth: int) -> Term | None:
        if isinstance(leaf, Bound):
            if leaf.level == depth:
                return lift(value, depth)
            if leaf.level > depth:
                return Bound(leaf.level - 1)
        return None

    return _map_bound(body, 0, change)


def close_over(term: Term, index: str) -> Term:
    """The inverse of ``instantiate``: the free symbol ``index`` becomes the index of a new binder around ``term``."""

    def change(leaf: Term, depth: int) -> Term | None:
        if isinstance(leaf, Symbol) and leaf.name == index:
            return Bound(depth)
        if isinstance(leaf, Bound) and leaf.level >= depth:
            return Bound(leaf.level + 1)
        return None

    return _map_bound(term, 0, change)


def free_names(term: Term) -> frozenset[str]:
    """The names of free symbols, of arrays and of matrices in ``term``."""
    return frozenset(t.data for t in walk(term) if isinstance(t, (Symbol, Entry, MatrixName)))


def symbols_of(term: Term) -> frozenset[str]:
    """The names of the free symbols in ``term`` (arrays left out)."""
    return frozenset(t.data for t in walk(term) if isinstance(t, Symbol))


def fresh_name(hint: str, taken: frozenset[str] | set[str]) -> str:
    """``hint`` or the first of hint1, hint2, … that is not in ``taken``."""
    if hint not in taken:
        return hint
    stem = hint.rstrip("0123456789") or hint
    n = 1
    while f"{stem}{n}" in taken:
        n += 1
    return f"{stem}{n}"


def open_binder(term: Binder, taken: frozenset[str] | set[str] = frozenset()) -> tuple[Symbol, Term, Term]:
    """(index, body, guard) with the index as a free symbol whose name occurs neither in the binder nor in ``taken``."""
    name = fresh_name(term.hint, free_names(term) | taken)
    index = Symbol(name)
    return index, instantiate(term.body, index), instantiate(term.guard, index)


def lift(term: Term, by: int) -> Term:
    """``term`` as it reads below ``by`` more binders: its loose indices count that much further outwards."""

    def change(leaf: Term, depth: int) -> Term | None:
        return Bound(leaf.level + by) if isinstance(leaf, Bound) and leaf.level >= depth else None

    return _map_bound(term, 0, change) if by else term


def substitute(term: Term, replacements: Mapping[Leaf, Term]) -> Term:
    """Replace free symbols or entries, all at once; nothing is captured, since bound indices have no names."""
    table: Mapping[Any, Term] = replacements

    def change(leaf: Term, depth: int) -> Term | None:
        new = table.get(leaf)
        return None if new is None else lift(new, depth)

    return _map_bound(term, 0, change) if replacements else term


def walk(term: Term) -> Iterator[Term]:
    """Every subterm, parents first."""
    stack = [term]
    while stack:
        t = stack.pop()
        yield t
        stack.extend(reversed(t.args))
