"""Matrix expressions entry by entry: products as sums over the inner index, norms as roots of sums of squares.

Two matrices are equal if their shapes are and their entries at generic places i, j; so the provers for index sums
decide matrix expressions of every size. A spectral norm is no index sum and stays.
"""

from __future__ import annotations

from dataclasses import replace

from symderiv.language.context import Context
from symderiv.language.matrix_terms import is_matrix, shape
from symderiv.language.terms import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Apply,
    Delta,
    Derivative,
    Elementwise,
    Entry,
    Hadamard,
    MatrixIdentity,
    MatrixName,
    MatrixProduct,
    MatrixSum,
    MatrixTerm,
    MatrixZero,
    Mul,
    Norm,
    OneEntry,
    Power,
    Sum,
    Supremum,
    Symbol,
    Term,
    TopVector,
    Trace,
    Transpose,
    fresh_name,
    walk,
)

__all__ = ["NoEntries", "by_entries", "entry", "has_matrices", "without_matrices"]


class NoEntries(Exception):
    """The entries of this matrix are no expression in the entries of others."""


def has_matrices(term: Term) -> bool:
    """Does a matrix expression occur in the term?"""
    return any(isinstance(t, (MatrixTerm, Trace, OneEntry, Norm, Supremum)) for t in walk(term))


def entry(matrix: Term, row: Term, column: Term, context: Context) -> Term:
    """The entry at a place, counted from 0; raises NoEntries for a singular vector."""
    return _Entries(context).at(matrix, row, column)


def by_entries(term: Term, context: Context) -> Term:
    """The number with every trace and norm written out; spectral norms and suprema stay as they are."""
    return _Entries(context).number(term)


def without_matrices(context: Context) -> Context:
    """The context with what is assumed of matrices said of their entries; what has no entries is not used in proofs."""
    if not any(has_matrices(a) for a in context.assumptions):
        return context
    known: list[Term] = []
    for a in context.assumptions:
        try:
            a = by_entries(a, context)
        except NoEntries:
            continue
        if not has_matrices(a):
            known.append(a)
    return replace(context, assumptions=tuple(known))


class _Entries:
    def __init__(self, context: Context):
        self.context = context
        self.taken = set(context.names())

    def letter(self) -> Symbol:
        name = fresh_name("index1", self.taken)
        self.taken.add(name)
        return Symbol(name)

    def total(self, size: Term, hint: Symbol, body: Term) -> Term:
        """The sum over all places of an axis; an axis of length 1 has one."""
        if size == ONE:
            from symderiv.language.terms import substitute

            return substitute(body, {hint: ZERO})
        return Sum.over(hint.name, ZERO, size - 1, body)

    def at(self, m: Term, i: Term, j: Term) -> Term:
        if isinstance(m, MatrixName):
            definition = self.context.definition_of(m)
            return self.at(definition.body, i, j) if definition is not None else Entry(m.name, (i, j))
        if isinstance(m, MatrixIdentity):
            return Delta(i, j)
        if isinstance(m, MatrixZero):
            return ZERO
        if isinstance(m, Transpose):
            return self.at(m.args[0], j, i)
        if isinstance(m, MatrixSum):
            terms = [self.at(a, i, j) for a in m.args]
            out = terms[0]
            for t in terms[1:]:
                out = out + t
            return out
        if isinstance(m, Hadamard):
            return Mul(*[self.at(a, i, j) for a in m.args])
        if isinstance(m, Elementwise):
            return Apply(m.data, self.at(m.args[0], i, j))
        if isinstance(m, Derivative):
            assert isinstance(m.variable, MatrixName)
            return Derivative(self.number(m.body), Entry(m.variable.name, (i, j)))
        if isinstance(m, MatrixProduct):
            return self.product(m, i, j)
        if isinstance(m, TopVector):
            raise NoEntries("a singular vector has no entries in closed form")
        raise NoEntries(f"no entries of {type(m).__name__}")

    def product(self, m: Term, i: Term, j: Term) -> Term:
        scalars = [self.number(a) for a in m.args if not is_matrix(a)]
        matrices = [a for a in m.args if is_matrix(a)]
        inner = [(self.letter(), shape(a)[1]) for a in matrices[:-1]]
        places = [i, *(k for k, _ in inner), j]
        factors = [self.at(a, p, q) for a, p, q in zip(matrices, places, places[1:], strict=False)]
        body: Term = Mul(*factors) if len(factors) > 1 else factors[0]
        for k, size in reversed(inner):
            body = self.total(size, k, body)
        return Mul(*scalars, body) if scalars else body

    def number(self, t: Term) -> Term:
        if isinstance(t, Trace):
            k = self.letter()
            return self.total(shape(t.args[0])[0], k, self.at(t.args[0], k, k))
        if isinstance(t, OneEntry):
            return self.at(t.args[0], ZERO, ZERO)
        if isinstance(t, Norm) and t.data != "spectral":
            return self.norm(t)
        if isinstance(t, (Norm, Supremum)) or not t.args:
            return t
        return t.with_args(tuple([self.number(a) for a in t.args]))

    def norm(self, t: Norm) -> Term:
        """The root of the sum of squares; of the mean of squares for the RMS norm."""
        rows, columns = shape(t.args[0])
        i, j = self.letter(), self.letter()
        square = self.total(rows, i, self.total(columns, j, Power(self.at(t.args[0], i, j), TWO)))
        return Power(square / rows if t.data == "rms" else square, HALF)
