"""Tables of terms: the matrix of an answer, and a formula written out at all its indices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product

from symderiv.language.binders import substitute, walk
from symderiv.language.nodes import Number, Symbol, Term

__all__ = ["Axis", "Matrix", "has_matrix", "index_tuples", "instance_at", "tabulate"]

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


def has_matrix(term: Term) -> bool:
    """Does a matrix occur in the term?"""
    return any(isinstance(t, Matrix) for t in walk(term))


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
