"""Declaring matrices as wholes: names with a shape, definitions that stand for a matrix, orthonormal columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sympy

from symderiv.errors import DeclarationError
from symderiv.language.border import from_sympy
from symderiv.language.context import Array, Definition
from symderiv.language.matrix_terms import (
    MatrixIdentity,
    MatrixName,
    MatrixProduct,
    Transpose,
    axes_of,
    is_matrix,
    shape,
)
from symderiv.language.names import split_names
from symderiv.language.nodes import ONE, Relation, Term
from symderiv.language.places import caller
from symderiv.language.words import array_entries

if TYPE_CHECKING:
    from symderiv.language.declarations import Declaration

__all__ = ["declare_matrix", "define_matrix", "orthonormal"]

ORTHONORMAL = "orthonormal"


def declare_matrix(
    p: Declaration, names: str, size: Any, meaning: str = "", *, entries: str = "real", law: str = "free",
    latex: str | None = None,
) -> Any:  # fmt: skip
    """MatrixSymbols of the shape ``(rows, columns)``, or vectors with that many rows; ``law`` may be "orthonormal"."""
    rows, columns = size if isinstance(size, (tuple, list, sympy.Tuple)) else (size, 1)
    ends = [from_sympy(rows), from_sympy(columns)]
    for end, given in zip(ends, (rows, columns), strict=True):
        if not p.context.is_integer(end):
            raise DeclarationError(f"the shape of {names!r} has {given}, which is no integer; declare it with p.size")
    if law not in ("free", ORTHONORMAL):
        raise DeclarationError(
            f'{names!r} has the law {law!r}; a matrix is "free" or "{ORTHONORMAL}" (U.T*U = Identity)'
        )
    span, _ = array_entries(entries, "free", 2, names)
    out = []
    for name in split_names(names, latex):
        p._new(name, f"the matrix of line {caller()[1]}")
        array = Array(name, axes_of(*ends), span, law, False, meaning, latex)
        p.context = replace(p.context, arrays={**p.context.arrays, name: array})
        if law == ORTHONORMAL:
            _at_most(p, ends)
        out.append(sympy.MatrixSymbol(name, rows, columns))
    return out[0] if len(out) == 1 else tuple(out)


def _at_most(p: Declaration, ends: list[Term]) -> None:
    """There are at most as many orthonormal columns as rows."""
    if ends[1] != ONE and ends[0] != ends[1]:
        p.context = p.context.with_assumptions(Relation("<=", ends[1], ends[0]))


def define_matrix(p: Declaration, name: str, body: Any, meaning: str, latex: str | None) -> Any:
    """A name for a matrix expression; what is returned is a MatrixSymbol of its shape."""
    out = from_sympy(body)
    if not is_matrix(out):
        raise DeclarationError(f"the definition of {name!r} is no matrix")
    p._new(name, f"the definition of line {caller()[1]}")
    p.scrutinise(out)
    new = Definition(name, (), out, "matrix", (), meaning, latex)
    p.context = replace(p.context, definitions={**p.context.definitions, name: new})
    return sympy.MatrixSymbol(name, *body.shape)


def orthonormal(p: Declaration, condition: Term) -> bool:
    """U^T U = I for a declared matrix U becomes a law of U; False for any other condition."""
    if not (isinstance(condition, Relation) and condition.op == "="):
        return False
    product, identity = condition.args
    if not (isinstance(product, MatrixProduct) and len(product.args) == 2 and isinstance(identity, MatrixIdentity)):
        return False
    left, right = product.args
    if not (isinstance(right, MatrixName) and left == Transpose(right) and right.name in p.context.arrays):
        return False
    array = replace(p.context.arrays[right.name], law=ORTHONORMAL)
    p.context = replace(p.context, arrays={**p.context.arrays, right.name: array})
    _at_most(p, list(shape(right)))
    return True
