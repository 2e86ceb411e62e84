"""Matrices in SymPy text: ``Matrix([[1, 2], [3, 4]])``, lists, and their sums and multiples, entry by entry; tuples."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from symderiv.errors import AnswerError
from symderiv.language.matrices import Matrix, Tuple
from symderiv.language.nodes import MINUS_ONE, ONE, Condition, Number, Term

__all__ = ["read_matrix", "read_tuple"]

Read = Callable[[ast.AST, Mapping[str, Term]], Term]
Fail = Callable[[ast.AST, str], AnswerError]


def read_matrix(node: ast.AST, read: Read, fail: Fail) -> Matrix | None:
    """The matrix that the syntax tree stands for, None if there is none in it; ``read`` reads the entries.

    ``[5, 8]`` is one row and ``Matrix([5, 8])`` one column, as in SymPy. Raises what ``fail`` makes for rows of
    different lengths and for an operation that is none on matrices.
    """
    if isinstance(node, ast.List):
        return _from_list(node, read, fail, column=False)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Matrix", "ImmutableMatrix"):
        if len(node.args) != 1 or not isinstance(node.args[0], ast.List):
            raise fail(node, "a matrix is written Matrix([[1, 2], [3, 4]])")
        return _from_list(node.args[0], read, fail, column=True)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inner = read_matrix(node.operand, read, fail)
        return _scaled(inner, MINUS_ONE) if inner is not None and isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        left, right = (read_matrix(side, read, fail) for side in (node.left, node.right))
        if left is not None or right is not None:
            return _combined(node, left, right, read, fail)
    return None


def read_tuple(node: ast.AST, read: Read, fail: Fail) -> Tuple | None:
    """The list that ``(64, 64, 32)`` or ``Tuple(Tuple(7, 7, 10), Tuple(490))`` stands for, None if it is none."""
    if isinstance(node, ast.Tuple):
        parts = node.elts
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Tuple":
        parts = node.args
    else:
        return None
    if not parts:
        raise fail(node, "the list is empty")
    entries = [read_tuple(p, read, fail) or read(p, {}) for p in parts]
    if any(isinstance(t, Condition) for t in entries):
        raise fail(node, "an entry of the list is a condition, not a number")
    return Tuple(*entries)


def _from_list(node: ast.List, read: Read, fail: Fail, *, column: bool) -> Matrix:
    nested = [isinstance(e, (ast.List, ast.Tuple)) for e in node.elts]
    if any(nested) and not all(nested):
        raise fail(node, "the rows of a matrix are all lists, or all entries stand in one list")
    lists: list[list[ast.expr]]
    if any(nested):
        lists = [list(e.elts) for e in node.elts if isinstance(e, (ast.List, ast.Tuple))]
    else:
        lists = [[e] for e in node.elts] if column else [list(node.elts)]
    if not lists or not lists[0] or any(len(r) != len(lists[0]) for r in lists):
        raise fail(node, "the rows of the matrix are empty or not equally long")
    rows = [[read(e, {}) for e in r] for r in lists]
    if any(isinstance(t, Condition) for r in rows for t in r):
        raise fail(node, "an entry of the matrix is a condition, not a number")
    return Matrix(rows)


def _combined(node: ast.BinOp, left: Matrix | None, right: Matrix | None, read: Read, fail: Fail) -> Matrix:
    if left is not None and right is not None and isinstance(node.op, (ast.Add, ast.Sub)):
        if left.shape != right.shape:
            raise fail(node, f"a {_shape(left)} and a {_shape(right)} matrix cannot be added")
        minus = isinstance(node.op, ast.Sub)
        pairs = [(a, b) for a, b in zip(left.args, right.args, strict=True)]
        return _like(left, [a - b if minus else a + b for a, b in pairs])
    if left is not None and right is None and isinstance(node.op, (ast.Mult, ast.Div)):
        factor = read(node.right, {})
        if isinstance(node.op, ast.Div):
            known = isinstance(factor, Number) and factor.value != 0
            factor = Number(1 / factor.data) if known else ONE / factor
        return _scaled(left, factor)
    if right is not None and left is None and isinstance(node.op, ast.Mult):
        return _scaled(right, read(node.left, {}))
    raise fail(node, f"I can't read {ast.unparse(node)!r}: matrices are added, and multiplied by numbers")


def _scaled(matrix: Matrix, factor: Term) -> Matrix:
    """The multiple; numbers are multiplied out, so that ``-Matrix([[1]])`` has the entry -1."""
    known = isinstance(factor, Number)
    entries = [Number(factor.data * t.data) if known and isinstance(t, Number) else factor * t for t in matrix.args]
    return _like(matrix, entries)


def _like(matrix: Matrix, entries: list[Term]) -> Matrix:
    out = matrix.with_args(tuple(entries))
    assert isinstance(out, Matrix)
    return out


def _shape(matrix: Matrix) -> str:
    rows, columns = matrix.shape
    return f"{rows}×{columns}"
