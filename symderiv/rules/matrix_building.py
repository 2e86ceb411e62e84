"""What rules on matrices share: the factors and summands of a matrix expression, and putting them together again."""

from __future__ import annotations

from collections.abc import Iterable

from symderiv.language.matrix_terms import is_matrix, shape
from symderiv.language.terms import (
    ONE,
    ZERO,
    MatrixIdentity,
    MatrixName,
    MatrixProduct,
    MatrixSum,
    MatrixZero,
    Mul,
    Number,
    Term,
    Transpose,
    free_names,
)

__all__ = [
    "arrange_product", "arrange_sum", "build_matrix_product", "build_matrix_sum", "has_names", "is_letter",
    "matrix_factors", "scalar_factors", "scaled", "summands", "transposed",
]  # fmt: skip


def scalar_factors(m: Term) -> tuple[Term, ...]:
    """The numbers before a product of matrices."""
    return tuple(a for a in m.args if not is_matrix(a)) if isinstance(m, MatrixProduct) else ()


def matrix_factors(m: Term) -> tuple[Term, ...]:
    """The matrices of a product, or the matrix itself."""
    return tuple(a for a in m.args if is_matrix(a)) if isinstance(m, MatrixProduct) else (m,)


def summands(m: Term) -> tuple[Term, ...]:
    return m.args if isinstance(m, MatrixSum) else (m,)


def is_letter(m: Term) -> bool:
    """Is it a matrix by name or the transpose of one?"""
    return isinstance(m, MatrixName) or (isinstance(m, Transpose) and isinstance(m.args[0], MatrixName))


def has_names(term: Term, name: str) -> bool:
    return name in free_names(term)


def arrange_product(args: tuple[Term, ...]) -> Term:
    """Numbers gathered in front, a product in the first place opened, ones dropped; the nesting stays otherwise."""
    from symderiv.rules.structure import build_product

    scalars: list[Term] = []
    matrices: list[Term] = []
    for a in args:
        if not is_matrix(a):
            scalars.append(a)
        elif isinstance(a, MatrixProduct) and not matrices:
            scalars += scalar_factors(a)
            matrices += matrix_factors(a)
        elif isinstance(a, MatrixProduct) and scalar_factors(a):
            scalars += scalar_factors(a)
            inner = matrix_factors(a)
            matrices.append(inner[0] if len(inner) == 1 else MatrixProduct(*inner))
        else:
            matrices.append(a)
    if not matrices:
        return build_product(scalars)
    factor = build_product(scalars) if scalars else ONE
    if factor == ZERO or any(isinstance(m, MatrixZero) for m in matrices):
        return MatrixZero(shape(matrices[0])[0], shape(matrices[-1])[1])
    front = () if factor == ONE else factor.args if isinstance(factor, Mul) else (factor,)
    return MatrixProduct(*front, *matrices) if len(front) + len(matrices) > 1 else matrices[0]


def arrange_sum(args: tuple[Term, ...]) -> Term:
    """A sum without zeros whose first summand has no minus sign if another can stand first."""
    terms = [t for a in args for t in summands(a) if not isinstance(t, MatrixZero)]
    if not terms:
        return MatrixZero(*shape(args[0]))
    if _is_negative(terms[0]):
        first = next((n for n, t in enumerate(terms) if not _is_negative(t)), None)
        if first is not None:
            terms.insert(0, terms.pop(first))
    return terms[0] if len(terms) == 1 else MatrixSum(*terms)


def _is_negative(m: Term) -> bool:
    first = m.args[0] if isinstance(m, MatrixProduct) else m
    return isinstance(first, Number) and first.value < 0


def build_matrix_product(*args: Term) -> Term:
    return arrange_product(args)


def build_matrix_sum(args: Iterable[Term]) -> Term:
    return arrange_sum(tuple(args))


def scaled(factor: Term, m: Term) -> Term:
    return arrange_product((factor, m))


def transposed(m: Term) -> Term:
    """The transpose, pushed to the letters of a product."""
    if isinstance(m, Transpose):
        return m.args[0]
    if isinstance(m, MatrixIdentity):
        return m
    if isinstance(m, MatrixZero):
        return MatrixZero(m.args[1], m.args[0])
    if isinstance(m, MatrixSum):
        return MatrixSum(*[transposed(a) for a in m.args])
    if isinstance(m, MatrixProduct):
        return arrange_product((*scalar_factors(m), *[transposed(a) for a in reversed(matrix_factors(m))]))
    return Transpose(m)
