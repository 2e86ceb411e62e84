"""Values of matrix expressions at a point: tables of numbers, and the largest singular value by rigorous roots.

The spectral norm of a table of rationals is the root of the largest root of the characteristic polynomial of A^T A,
which FLINT isolates rigorously; of balls, an enclosure of the eigenvalues.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flint import acb_mat, arb, arb_mat, fmpq, fmpq_mat

from symderiv.equality.balls import Undefined, to_ball
from symderiv.equality.jets import Jet, Value, add, apply, multiply, power
from symderiv.language.matrix_terms import is_matrix, shape
from symderiv.language.terms import (
    Derivative,
    Elementwise,
    Hadamard,
    MatrixIdentity,
    MatrixName,
    MatrixProduct,
    MatrixSum,
    MatrixZero,
    Norm,
    OneEntry,
    Term,
    Transpose,
)

if TYPE_CHECKING:
    from symderiv.equality.evaluation import Evaluator

__all__ = ["matrix_value", "number_value"]

ZERO, ONE = fmpq(0), fmpq(1)
Table = list[list[Value]]


def matrix_value(w: Evaluator, m: Term) -> Table:
    """The table of a matrix expression; Undefined for singular vectors."""
    w.work -= 1
    if isinstance(m, MatrixName):
        return _named(w, m)
    if isinstance(m, MatrixIdentity):
        n = w.integer(m.args[0])
        return [[ONE if i == j else ZERO for j in range(n)] for i in range(n)]
    if isinstance(m, MatrixZero):
        rows, columns = (w.integer(a) for a in m.args)
        return [[ZERO] * columns for _ in range(rows)]
    if isinstance(m, Transpose):
        inner = matrix_value(w, m.args[0])
        return _transposed(inner, w.integer(shape(m.args[0])[1]))
    if isinstance(m, MatrixSum):
        return _entrywise(add, [matrix_value(w, a) for a in m.args])
    if isinstance(m, Hadamard):
        return _entrywise(multiply, [matrix_value(w, a) for a in m.args])
    if isinstance(m, Elementwise):
        return [[apply(m.data, v) for v in row] for row in matrix_value(w, m.args[0])]
    if isinstance(m, MatrixProduct):
        return _product(w, m)
    if isinstance(m, Derivative) and isinstance(m.variable, MatrixName):
        return _gradient(w, m)
    raise Undefined(f"no value is known for {type(m).__name__}")


def _named(w: Evaluator, m: MatrixName) -> Table:
    from symderiv.language.terms import Entry, Number

    definition = w.context.definition_of(m)
    if definition is not None:
        return w.globally(lambda: matrix_value(w, definition.body))  # type: ignore[no-any-return]
    rows, columns = (w.integer(a) for a in m.args)
    return [[w.value(Entry(m.name, (Number(i), Number(j)))) for j in range(columns)] for i in range(rows)]


def _gradient(w: Evaluator, m: Derivative) -> Table:
    from symderiv.language.terms import Entry, Number

    rows, columns = (w.integer(a) for a in m.variable.args)
    name = m.variable.data
    return [
        [w.value(Derivative(m.body, Entry(name, (Number(i), Number(j))))) for j in range(columns)] for i in range(rows)
    ]


def _transposed(table: Table, columns: int) -> Table:
    return [[row[j] for row in table] for j in range(columns)]


def _entrywise(operation, tables: list[Table]) -> Table:  # type: ignore[no-untyped-def]
    out = tables[0]
    for t in tables[1:]:
        out = [[operation(a, b) for a, b in zip(r, s, strict=True)] for r, s in zip(out, t, strict=True)]
    return out


def _product(w: Evaluator, m: MatrixProduct) -> Table:
    factor: Value = ONE
    out: Table | None = None
    width = 0
    for a in m.args:
        if not is_matrix(a):
            factor = multiply(factor, w.value(a))
            continue
        table = matrix_value(w, a)
        columns = w.integer(shape(a)[1])
        if out is None:
            out, width = table, columns
            continue
        w.work -= len(out) * width * columns
        out = [[_dot(row, [table[k][j] for k in range(width)]) for j in range(columns)] for row in out]
        width = columns
    assert out is not None
    return [[multiply(factor, v) for v in row] for row in out]


def _dot(left: list[Value], right: list[Value]) -> Value:
    total: Value = ZERO
    for a, b in zip(left, right, strict=True):
        total = add(total, multiply(a, b))
    return total


def number_value(w: Evaluator, t: Term) -> Value:
    """The value of a trace, of the entry of a 1 x 1 matrix or of a norm."""
    if isinstance(t, Norm):
        return norm_value(w, t)
    table = matrix_value(w, t.args[0])
    if isinstance(t, OneEntry):
        return table[0][0]
    total: Value = ZERO
    for i, row in enumerate(table):
        total = add(total, row[i])
    return total


def norm_value(w: Evaluator, t: Norm) -> Value:
    """A norm at the point, a ball where it is a root."""
    table = matrix_value(w, t.args[0])
    if t.data == "spectral":
        return largest_singular_value(table)
    total: Value = ZERO
    for row in table:
        for v in row:
            total = add(total, multiply(v, v))
    if t.data == "rms":
        if not table:
            raise Undefined("the RMS norm of a vector without entries")
        total = multiply(total, fmpq(1, len(table)))
    return power(total, fmpq(1, 2))


def largest_singular_value(table: Table) -> Value:
    """The spectral norm; 0 for a matrix without entries."""
    if not table or not table[0]:
        return ZERO
    if any(isinstance(v, Jet) for row in table for v in row):
        raise Undefined("a derivative through a spectral norm")
    if len(table) < len(table[0]):
        table = _transposed(table, len(table[0]))
    columns = [list(c) for c in zip(*table, strict=True)]
    gram = [[_dot(a, b) for b in columns] for a in columns]
    if len(gram) == 1:
        return power(gram[0][0], fmpq(1, 2))
    rationals = [[v for v in row if isinstance(v, fmpq)] for row in gram]
    if all(len(row) == len(gram) for row in rationals):
        return _root_of(fmpq_mat(rationals))
    balls = [[to_ball(v) for v in row if not isinstance(v, Jet)] for row in gram]
    values = acb_mat(arb_mat(balls)).eig(multiple=True)
    best = values[0].real
    for v in values[1:]:
        best = best.max(v.real)
    return arb(0).max(best).sqrt()


def _root_of(gram: fmpq_mat) -> Value:
    """The root of the largest eigenvalue of a positive semidefinite matrix of rationals."""
    factors = [f for f, _ in gram.charpoly().numer().factor()[1]]
    rational = [fmpq(-int(f[0]), int(f[1])) for f in factors if f.degree() == 1]
    if len(rational) == len(factors):
        return power(max(rational), fmpq(1, 2))
    best = arb(max(rational)) if rational else arb(0)
    for f in factors:
        if f.degree() > 1:
            roots: Any = f.complex_roots()
            for root, _ in roots:
                best = best.max(root.real)
    return best.sqrt()
