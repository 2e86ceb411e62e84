"""Tables of terms: the matrix or the list of shapes of an answer, and a formula written out at all its indices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product

from symderiv.language.binders import substitute, walk
from symderiv.language.nodes import Number, Symbol, Term

__all__ = ["Axis", "Matrix", "Tuple", "has_matrix", "index_tuples", "instance_at", "like_table", "tabulate"]

Axis = tuple[str, int, int]
"""An index with its inclusive ends, both numbers."""


class Matrix(Term):
    """A table of terms, row by row; ``data`` is the number of columns. A list of numbers is a table of one row.

    Two matrices are equal if they have the same shape and their entries are equal. A matrix only stands as a whole
    line or answer, never inside another term.
    """

    __slots__ = ()
    data: int

    def __init__(self, rows: Iterable[Iterable[Term]]):
        lists = [tuple(r) for r in rows]
        if not lists or not lists[0] or any(len(r) != len(lists[0]) for r in lists):
            raise ValueError("the rows of a matrix are not empty and equally long")
        super().__init__(len(lists[0]), tuple(t for r in lists for t in r))

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)"""
        return len(self.args) // self.data, self.data

    @property
    def rows(self) -> tuple[tuple[Term, ...], ...]:
        return tuple(self.args[n : n + self.data] for n in range(0, len(self.args), self.data))


class Tuple(Term):
    """A list of terms or of further lists, not all of one length: (28, 28, 10), or the shapes of all layers.

    Two lists are equal if they nest alike and their entries are equal. Like a matrix it only stands as a whole.
    ``data`` are the words that stand beside the entries where the list is printed as a table.
    """

    __slots__ = ()
    data: tuple[str, ...] | None

    def __init__(self, *args: Term, labels: tuple[str, ...] | None = None):
        if not args:
            raise ValueError("a list of terms is not empty")
        super().__init__(labels, args)


def has_matrix(term: Term) -> bool:
    """Does a matrix or a list occur in the term?"""
    return any(isinstance(t, (Matrix, Tuple)) for t in walk(term))


def like_table(term: Term, other: Term) -> Term:
    """A list as the one-row matrix or the rows of a matrix as the lists that ``other`` is, where that is possible."""
    if isinstance(other, Matrix) and isinstance(term, Tuple) and not any(isinstance(a, Tuple) for a in term.args):
        return Matrix([term.args])
    if isinstance(other, Tuple) and isinstance(term, Matrix):
        nested = isinstance(other.args[0], Tuple)
        return Tuple(*(Tuple(*r) for r in term.rows)) if nested else Tuple(*term.args)
    if isinstance(other, Tuple) and isinstance(term, Tuple) and len(term.args) == len(other.args):
        pairs = zip(term.args, other.args, strict=True)
        return term.with_args(tuple(_wrapped(a, b) for a, b in pairs))
    return term


def _wrapped(entry: Term, other: Term) -> Term:
    """A number as the list of one that it is in the other list: 490 for (490,)."""
    if isinstance(other, Tuple) and not isinstance(entry, Tuple):
        return Tuple(entry)
    return like_table(entry, other)


def index_tuples(axes: tuple[Axis, ...]) -> Iterator[tuple[int, ...]]:
    """All index tuples, the last index fastest."""
    return product(*(range(low, high + 1) for _, low, high in axes))


def instance_at(subject: Term, axes: tuple[Axis, ...], indices: tuple[int, ...]) -> Term:
    """The formula with numbers for its indices."""
    letters = zip(axes, indices, strict=True)
    return substitute(subject, {Symbol(name): Number(Fraction(n)) for (name, _, _), n in letters})


def tabulate(subject: Term, axes: tuple[Axis, ...]) -> Matrix:
    """The formula at all indices: one axis gives a row, of two the first counts the rows."""
    entries = [instance_at(subject, axes, n) for n in index_tuples(axes)]
    _, low, high = axes[-1]
    width = high - low + 1
    return Matrix(entries[n : n + width] for n in range(0, len(entries), width))
