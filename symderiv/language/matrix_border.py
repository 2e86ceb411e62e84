"""SymPy's matrix expressions as terms: products as written, sizes checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import sympy
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from symderiv.errors import DeclarationError
from symderiv.language.matrix_heads import frobenius_norm, l2_norm, number, rms_norm, spectral_norm, supremum
from symderiv.language.matrix_terms import (
    Elementwise,
    Hadamard,
    MatrixIdentity,
    MatrixName,
    MatrixProduct,
    MatrixSum,
    MatrixZero,
    Norm,
    OneEntry,
    Supremum,
    Trace,
    Transpose,
    check_shapes,
    is_matrix,
    shape,
)
from symderiv.language.nodes import ONE, Mul, Number, Term

__all__ = ["MATRIX_READERS"]

Scope = Mapping[Any, Term]
_NORMS = {l2_norm: "l2", rms_norm: "rms", frobenius_norm: "frobenius", spectral_norm: "spectral"}


def _checked(t: Term) -> Term:
    check_shapes(t)
    return t


def _name(b: Any, e: Any, s: Scope) -> Term:
    return MatrixName(str(e.name), *b.many(e.shape, s))


def _product(b: Any, e: Any, s: Scope) -> Term:
    """Numbers first, then the matrices as written: (A B) C reads A B C, and A (B C) keeps its brackets."""
    scalars: list[Term] = []
    matrices: list[Term] = []
    for a in e.args:
        t = b.read(a, s)
        if is_matrix(t) and matrices:
            # A product of 1 x 1 matrices that stands where only a number fits is a number: (x^T x) W.
            before = MatrixProduct(*matrices) if len(matrices) > 1 else matrices[0]
            if shape(before) == (ONE, ONE) != shape(t) and shape(t)[0] != ONE:
                scalars.append(OneEntry(before))
                matrices = []
            elif shape(t) == (ONE, ONE) and shape(before)[1] != ONE:
                t = OneEntry(t)
        if not is_matrix(t):
            scalars += t.args if isinstance(t, Mul) else (t,)
        elif isinstance(t, MatrixProduct) and not matrices:
            scalars += [f for f in t.args if not is_matrix(f)]
            matrices += [f for f in t.args if is_matrix(f)]
        elif isinstance(t, MatrixProduct) and not is_matrix(t.args[0]) and len(t.args) == 2:
            scalars.append(t.args[0])
            matrices.append(t.args[1])
        else:
            matrices.append(t)
    coefficient = Fraction(1)
    for t in scalars:
        coefficient *= t.data if isinstance(t, Number) else 1
    front = [t for t in scalars if not isinstance(t, Number)]
    if coefficient != 1:
        front.insert(0, Number(coefficient))
    return _checked(MatrixProduct(*front, *matrices)) if len(front) + len(matrices) > 1 else matrices[0]


def _sum(b: Any, e: Any, s: Scope) -> Term:
    terms: list[Term] = []
    for n, a in enumerate(e.args):
        t = b.read(a, s)
        terms.extend(t.args if isinstance(t, MatrixSum) and n == 0 else (t,))
    return _checked(MatrixSum(*terms)) if len(terms) > 1 else terms[0]


def _power(b: Any, e: Any, s: Scope) -> Term:
    if not (e.exp.is_Integer and 1 <= int(e.exp) <= 9):
        raise DeclarationError(f"{e} is no product; write a whole power of a square matrix, inverses are not known")
    return _checked(MatrixProduct(*[b.read(e.base, s)] * int(e.exp))) if int(e.exp) > 1 else b.read(e.base, s)


def _elementwise(b: Any, e: Any, s: Scope) -> Term:
    body = e.function.expr
    if not (isinstance(body, sympy.Function) and body.args == tuple(e.function.variables)):
        raise DeclarationError(f"{e} applies a formula to every entry; write A.applyfunc(sign), a function by its name")
    return Elementwise(type(body).__name__, b.read(e.expr, s))


def _refused(b: Any, e: Any, s: Scope) -> Term:
    raise DeclarationError(
        f"{e} is an inverse, which is not known here; declare it as a matrix of its own and say what it is with "
        f"p.assume(Eq({e.arg}*{e.arg if e.arg.is_symbol else 'A'}i, Identity(n)))"
    )


def _norm(b: Any, e: Any, s: Scope) -> Term:
    inner = b.read(e.args[0], s)
    if not is_matrix(inner):
        raise DeclarationError(f"{e} takes a matrix; {e.args[0]} is a number, whose size is Abs({e.args[0]})")
    return _checked(Norm(_NORMS[type(e)], inner))


MATRIX_READERS: dict[type, Callable[[Any, Any, Scope], Term]] = {
    sympy.MatrixSymbol: _name,
    sympy.MatMul: _product,
    sympy.MatAdd: _sum,
    sympy.MatPow: _power,
    sympy.Inverse: _refused,
    sympy.Transpose: lambda b, e, s: Transpose(b.read(e.arg, s)),
    sympy.Identity: lambda b, e, s: MatrixIdentity(b.read(e.shape[0], s)),
    sympy.ZeroMatrix: lambda b, e, s: MatrixZero(*b.many(e.shape, s)),
    sympy.HadamardProduct: lambda b, e, s: _checked(Hadamard(*b.many(e.args, s))),
    ElementwiseApplyFunction: _elementwise,
    sympy.Trace: lambda b, e, s: _checked(Trace(b.read(e.arg, s))),
    number: lambda b, e, s: _checked(OneEntry(b.read(e.args[0], s))),
    supremum: lambda b, e, s: _checked(Supremum(*b.many(e.args, s))),
    **dict.fromkeys(_NORMS, _norm),
}
