"""Matrix expressions as SymPy text and back: ``MatMul(MatrixSymbol("W", m, n), Transpose(...))``, and ``W*W.T`` read.

What is written is read by ``sympy.sympify`` without declarations. What people write is read with them: a declared
matrix by its name, ``W.T``, ``Transpose(W)``, ``trace(W)``, products with ``*`` and the norms by name.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from symderiv.errors import AnswerError, DeclarationError
from symderiv.language.matrix_terms import (
    NORMS,
    Elementwise,
    Hadamard,
    MatrixIdentity,
    MatrixName,
    MatrixProduct,
    MatrixSum,
    MatrixTerm,
    MatrixZero,
    Norm,
    OneEntry,
    Supremum,
    TopVector,
    Trace,
    Transpose,
    check_shapes,
    is_matrix,
    shape,
)
from symderiv.language.nodes import HALF, MINUS_ONE, ONE, Add, Number, Power, Term

if TYPE_CHECKING:
    from symderiv.language.context import Context

__all__ = [
    "MATRIX_CALLS",
    "combine",
    "matrix_name",
    "norms_as_roots",
    "plain_matrix_text",
    "read_call",
    "read_name",
    "write_matrix",
]

Fail = Callable[[ast.AST, str], AnswerError]

_HEADS: dict[type, str] = {
    MatrixProduct: "MatMul", MatrixSum: "MatAdd", Hadamard: "HadamardProduct", Transpose: "Transpose",
    MatrixIdentity: "Identity", MatrixZero: "ZeroMatrix", TopVector: "top_vector", Trace: "Trace", OneEntry: "Trace",
    Supremum: "supremum",
}  # fmt: skip


def write_matrix(t: Term, write: Callable[[Term], str]) -> str | None:
    """The text of a matrix expression or of a number made of one, None for other terms; ``write`` does the parts."""
    parts = ", ".join(map(write, t.args)) if isinstance(t, (MatrixTerm, Trace, OneEntry, Norm, Supremum)) else ""
    if isinstance(t, MatrixName):
        return f'MatrixSymbol("{t.name}", {parts})'
    if isinstance(t, Norm):
        return f"{t.data}_norm({parts})"
    if isinstance(t, Elementwise):
        return f"{parts}.applyfunc({t.data})"
    head = _HEADS.get(type(t))
    return None if head is None else f"{head}({parts})"


def plain_matrix_text(t: Term) -> str:
    """The expression as people write it, for messages: ``W*W.T``."""
    from symderiv.language.text import to_text

    def factor(a: Term) -> str:
        text = plain_matrix_text(a)
        return f"({text})" if isinstance(a, (MatrixSum, Add)) else text

    if isinstance(t, MatrixName):
        return t.name
    if isinstance(t, MatrixProduct):
        return "*".join(factor(a) for a in t.args)
    if isinstance(t, MatrixSum):
        return " + ".join(plain_matrix_text(a) for a in t.args)
    if isinstance(t, Transpose):
        inner = t.args[0]
        return plain_matrix_text(inner) + ".T" if isinstance(inner, MatrixName) else f"({plain_matrix_text(inner)}).T"
    return to_text(t)


def norms_as_roots(t: Term) -> Term:
    """Norms as roots of traces, which SymPy takes for the factor of a matrix: |A|_F is sqrt(Trace(A.T*A))."""
    if isinstance(t, Norm) and t.data in ("l2", "frobenius"):
        return Power(Trace(MatrixProduct(Transpose(t.args[0]), t.args[0])), HALF)
    if not t.args or is_matrix(t):
        return t
    return t.with_args(tuple([norms_as_roots(a) for a in t.args]))


# ---- reading


def matrix_name(name: str, context: Context) -> MatrixName | None:
    """The whole of a declared array with two axes that start at 0, or a definition that stands for a matrix."""
    definition = context.definitions.get(name)
    if definition is not None and definition.kind == "matrix":
        return MatrixName(name, *shape(definition.body))
    array = context.arrays.get(name)
    if (
        array is None
        or array.values is not None
        or len(array.axes) != 2
        or any(low != Number(0) for low, _ in array.axes)
    ):
        return None
    return MatrixName(name, *(_one_more(high) for _, high in array.axes))


def _one_more(high: Term) -> Term:
    if isinstance(high, Number):
        return Number(high.value + 1)
    if isinstance(high, Add) and len(high.args) == 2 and high.args[1] == MINUS_ONE:
        return high.args[0]
    return Add(high, ONE)


def combine(node: ast.AST, left: Term, right: Term, fail: Fail) -> Term | None:
    """The sum, product or quotient of two terms one of which is a matrix, None otherwise."""
    if not (is_matrix(left) or is_matrix(right)):
        return None
    try:
        out = _combined("*" if isinstance(node, ast.UnaryOp) else type(node.op), left, right)  # type: ignore[attr-defined]
    except DeclarationError as error:
        raise fail(node, error.message) from None
    if out is None:
        raise fail(node, f"{ast.unparse(node)!r} is no matrix expression")
    return out


def _combined(operator: object, left: Term, right: Term) -> Term | None:
    if operator in (ast.Add, ast.Sub) and is_matrix(left) and is_matrix(right):
        summand = right if operator is ast.Add else negated(right)
        return checked(MatrixSum(*(left.args if isinstance(left, MatrixSum) else (left,)), summand))
    if operator in ("*", ast.Mult):
        flat = isinstance(left, MatrixProduct)
        return checked(MatrixProduct(*(left.args if flat else (left,)), right))
    if operator is ast.Div and not is_matrix(right):
        below = Number(1 / right.value) if isinstance(right, Number) and right.value else Power(right, MINUS_ONE)
        return MatrixProduct(below, *(left.args if isinstance(left, MatrixProduct) else (left,)))
    if operator is ast.Pow and isinstance(right, Number) and right.value in (2, 3, 4):
        return checked(MatrixProduct(*[left] * int(right.value)))
    return None


def negated(matrix: Term) -> MatrixProduct:
    """-A"""
    return MatrixProduct(MINUS_ONE, *(matrix.args if isinstance(matrix, MatrixProduct) else (matrix,)))


def checked(matrix: Term) -> Term:
    """The matrix itself; raises DeclarationError where sizes do not fit."""
    shape(matrix)
    return matrix


def _norm(kind: str) -> Callable[[Sequence[Term]], Term]:
    return lambda args: Norm(kind, *args)


MATRIX_CALLS: dict[str, tuple[int, Callable[[Sequence[Term]], Term]]] = {
    "Transpose": (1, lambda a: Transpose(*a)), "transpose": (1, lambda a: Transpose(*a)),
    "Trace": (1, lambda a: Trace(*a)), "trace": (1, lambda a: Trace(*a)), "tr": (1, lambda a: Trace(*a)),
    "Identity": (1, lambda a: MatrixIdentity(*a)), "ZeroMatrix": (2, lambda a: MatrixZero(*a)),
    "MatMul": (0, lambda a: MatrixProduct(*a)), "MatAdd": (0, lambda a: MatrixSum(*a)),
    "HadamardProduct": (0, lambda a: Hadamard(*a)), "top_vector": (1, lambda a: TopVector(*a)),
    "number": (1, lambda a: OneEntry(*a)), "supremum": (3, lambda a: Supremum(*a)),
    **{f"{kind}_norm": (1, _norm(kind)) for kind in NORMS},
}  # fmt: skip
_NEED_MATRIX = frozenset(MATRIX_CALLS) - {"Identity", "ZeroMatrix", "supremum", "MatMul"}


def read_name(
    node: ast.Call, read: Callable[[ast.AST], Term], context: Context, fail: Fail, *, trusted: bool
) -> Term | None:
    """``MatrixSymbol("W", m, n)``, as files have it; what a person writes has the declared shape (``trusted``: any)."""
    if not (isinstance(node.func, ast.Name) and node.func.id == "MatrixSymbol" and len(node.args) == 3):
        return None
    name, rows, columns = node.args
    if not isinstance(name, ast.Constant):
        return None
    out = MatrixName(str(name.value), read(rows), read(columns))
    if not trusted and out != matrix_name(out.name, context):
        raise fail(node, f"{out.name} is no matrix of this shape; write its name alone")
    return out


def read_call(node: ast.AST, name: str, args: Sequence[Term], fail: Fail) -> Term | None:
    """The term for a call with these arguments, None if the function is none of matrices."""
    if name in ("sign", "Abs") and args and is_matrix(args[0]):
        return Elementwise(name, args[0])
    if name not in MATRIX_CALLS:
        return None
    arity, build = MATRIX_CALLS[name]
    if (arity and len(args) != arity) or not args:
        raise fail(node, f"{name} takes {arity or 'some'} argument(s), not {len(args)}")
    if name in _NEED_MATRIX and not all(map(is_matrix, args)):
        raise fail(node, f"{name} takes matrices; {plain_matrix_text(args[0])} is a number")
    out = build(args)
    try:
        check_shapes(out)
    except DeclarationError as error:
        raise fail(node, error.message) from None
    return out
