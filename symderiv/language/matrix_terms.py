"""Matrices without entries: what a matrix expression is made of, and the shape of each.

A ``MatrixName`` stands for the whole of a declared array with two axes that start at 0; it carries its shape, so that
every matrix expression knows its own. Products of matrices do not commute and are never ``Mul``; a ``MatrixProduct``
may have scalars among its factors and keeps its nesting as written, so that associativity is a step. A vector is a
matrix with one column.

  shape(term)          (rows, columns); raises DeclarationError where inner sizes or summands differ
  Trace, OneEntry      numbers: the sum of the diagonal; the entry of a 1 x 1 matrix
  Norm                 ``l2`` (of a vector), ``rms`` = l2/sqrt(rows), ``frobenius``, ``spectral`` = largest of the
                       singular values
  Supremum             the largest value of ``body`` over all matrices ``variable`` with ``condition``
  TopVector            a unit vector v with |A v| = |A|_2: the right singular vector of the largest singular value
"""

from __future__ import annotations

from symderiv.errors import DeclarationError
from symderiv.language.nodes import ONE, Add, Apply, Condition, Derivative, Mul, Number, Power, Term

__all__ = [
    "MATRIX_NODES", "Elementwise", "Hadamard", "MatrixIdentity", "MatrixName", "MatrixProduct", "MatrixSum",
    "MatrixTerm", "MatrixZero", "Norm", "OneEntry", "Supremum", "TopVector", "Trace", "Transpose", "as_number",
    "axes_of", "check_shapes", "is_matrix", "shape",
]  # fmt: skip

Shape = tuple[Term, Term]
NORMS = ("l2", "rms", "frobenius", "spectral")


class MatrixTerm(Term):
    """A term that stands for a whole matrix."""

    __slots__ = ()


class MatrixName(MatrixTerm):
    """A declared matrix, or a definition that stands for one; ``args`` is its shape."""

    __slots__ = ()

    def __init__(self, name: str, rows: Term, columns: Term):
        super().__init__(name, (rows, columns))

    @property
    def name(self) -> str:
        return self.data


class MatrixIdentity(MatrixTerm):
    """The identity matrix of this size."""

    __slots__ = ()

    def __init__(self, size: Term):
        super().__init__(None, (size,))


class MatrixZero(MatrixTerm):
    """The zero matrix of this shape."""

    __slots__ = ()

    def __init__(self, rows: Term, columns: Term):
        super().__init__(None, (rows, columns))


class MatrixProduct(MatrixTerm):
    """A product as written; scalars may stand among the factors, at least one of which is a matrix."""

    __slots__ = ()

    def __init__(self, *args: Term):
        super().__init__(None, args)


class MatrixSum(MatrixTerm):
    """A sum of matrices of one shape, as written; a summand -A is ``MatrixProduct(-1, A)``."""

    __slots__ = ()

    def __init__(self, *args: Term):
        super().__init__(None, args)


class Transpose(MatrixTerm):
    """The transpose."""

    __slots__ = ()

    def __init__(self, matrix: Term):
        super().__init__(None, (matrix,))


class Elementwise(MatrixTerm):
    """A function of one number applied to every entry; ``data`` is its name."""

    __slots__ = ()

    def __init__(self, function: str, matrix: Term):
        super().__init__(function, (matrix,))


class Hadamard(MatrixTerm):
    """The product entry by entry."""

    __slots__ = ()

    def __init__(self, *args: Term):
        super().__init__(None, args)


class TopVector(MatrixTerm):
    """A unit vector that the matrix stretches most."""

    __slots__ = ()

    def __init__(self, matrix: Term):
        super().__init__(None, (matrix,))


class Trace(Term):
    """The sum of the diagonal entries of a square matrix."""

    __slots__ = ()

    def __init__(self, matrix: Term):
        super().__init__(None, (matrix,))


class OneEntry(Term):
    """The entry of a 1 x 1 matrix, printed as the matrix."""

    __slots__ = ()

    def __init__(self, matrix: Term):
        super().__init__(None, (matrix,))


class Norm(Term):
    """A norm of a matrix; ``data`` is one of ``NORMS``."""

    __slots__ = ()

    def __init__(self, kind: str, matrix: Term):
        super().__init__(kind, (matrix,))


class Supremum(Term):
    """The supremum of ``body`` over the matrices ``variable`` that satisfy ``condition``."""

    __slots__ = ()

    def __init__(self, body: Term, variable: Term, condition: Term):
        super().__init__(None, (body, variable, condition))

    @property
    def body(self) -> Term:
        return self.args[0]

    @property
    def variable(self) -> Term:
        return self.args[1]

    @property
    def condition(self) -> Term:
        return self.args[2]


MATRIX_NODES = (MatrixTerm, Trace, OneEntry, Norm, Supremum)


def is_matrix(term: Term) -> bool:
    """Does the term stand for a matrix (and not for a number)?"""
    if isinstance(term, Derivative):
        return isinstance(term.variable, MatrixName)
    return isinstance(term, MatrixTerm)


def shape(term: Term) -> Shape:
    """(rows, columns) of a matrix expression; raises DeclarationError where sizes do not fit."""
    if isinstance(term, Derivative):
        return shape(term.variable)
    if isinstance(term, (MatrixName, MatrixZero)):
        return term.args[0], term.args[1]
    if isinstance(term, MatrixIdentity):
        return term.args[0], term.args[0]
    if isinstance(term, Transpose):
        rows, columns = shape(term.args[0])
        return columns, rows
    if isinstance(term, TopVector):
        return shape(term.args[0])[1], ONE
    if isinstance(term, Elementwise):
        return shape(term.args[0])
    if isinstance(term, (MatrixSum, Hadamard)):
        first, *rest = [shape(a) for a in term.args]
        for a, other in zip(term.args[1:], rest, strict=True):
            if other != first:
                what = "added to" if isinstance(term, MatrixSum) else "multiplied entry by entry with"
                raise DeclarationError(
                    f"{_show(a)} is {_times(other)} and cannot be {what} {_show(term.args[0])}, which is "
                    f"{_times(first)}; transpose one of them or change a shape"
                )
        return first
    if isinstance(term, MatrixProduct):
        return _product_shape(term)
    raise DeclarationError(f"{_show(term)} is a number where a matrix is needed; write it as a factor, x*Identity(n)")


def _product_shape(term: MatrixProduct) -> Shape:
    matrices = [a for a in term.args if is_matrix(a)]
    shapes = [shape(a) for a in matrices]
    for a, b, left, right in zip(matrices, matrices[1:], shapes, shapes[1:], strict=False):
        if left[1] != right[0]:
            raise DeclarationError(
                f"{_show(a)} is {_times(left)} and cannot be multiplied by {_show(b)}, which is {_times(right)}; the "
                "inner sizes differ: transpose one of them or change a shape"
            )
    return shapes[0][0], shapes[-1][1]


def as_number(term: Term) -> Term:
    """A 1 x 1 matrix as the number in it; other terms as they are."""
    return OneEntry(term) if is_matrix(term) and shape(term) == (ONE, ONE) else term


def check_shapes(term: Term) -> None:
    """Raise DeclarationError for sizes that do not fit, for traces of what is not square and the like."""
    for a in term.args:
        check_shapes(a)
    if isinstance(term, (Add, Mul, Power, Apply)):
        for a in term.args:
            if is_matrix(a):
                raise DeclarationError(
                    f"{_show(a)} is a matrix where a number is needed; take its trace, a norm, or one entry W[i, j]"
                )
    if is_matrix(term):
        shape(term)
    if isinstance(term, (Trace, OneEntry)):
        rows, columns = shape(term.args[0])
        if rows != columns:
            raise DeclarationError(
                f"{_show(term.args[0])} is {_times((rows, columns))} and has no trace; it is not square"
            )
        if isinstance(term, OneEntry) and rows != ONE:
            raise DeclarationError(f"{_show(term.args[0])} is {_times((rows, columns))} and is no number")
    if isinstance(term, Norm):
        columns = shape(term.args[0])[1]
        if term.data in ("l2", "rms") and columns != ONE:
            hint = "use frobenius_norm or spectral_norm"
            raise DeclarationError(f"{_show(term.args[0])} is {_times(shape(term.args[0]))} and no vector; {hint}")
    if isinstance(term, Supremum) and not (
        isinstance(term.variable, MatrixName) and isinstance(term.condition, Condition)
    ):
        raise DeclarationError("a supremum is written supremum(body, x, Eq(rms_norm(x), 1)) with a declared vector x")


def axes_of(rows: Term, columns: Term) -> tuple[tuple[Term, Term], tuple[Term, Term]]:
    """The axes of the array behind a matrix: both indices count from 0."""
    return (Number(0), _less_one(rows)), (Number(0), _less_one(columns))


def _less_one(size: Term) -> Term:
    return Number(size.value - 1) if isinstance(size, Number) else Add(size, Number(-1))


def _times(s: Shape) -> str:
    from symderiv.language.text import to_text

    return f"{to_text(s[0])} by {to_text(s[1])}"


def _show(term: Term) -> str:
    from symderiv.language.matrix_text import plain_matrix_text

    return plain_matrix_text(term)
