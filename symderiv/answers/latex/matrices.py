"""Matrices without entries in formulas: ``(W W^\\top) x``, ``3I - W W^\\top``, ``\\|\\Delta W\\|_2``, ``\\nabla_W L``.

A declared matrix without its indices stands for the whole; products keep their order and their brackets. The size of a
plain ``I`` is that of what stands beside it. Sizes that do not fit are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from symderiv.answers.latex.names import label
from symderiv.answers.latex.nodes import Fence, Group, Node, Sign
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.unsupported import refusal
from symderiv.errors import DeclarationError
from symderiv.language.matrix_terms import (
    Elementwise,
    MatrixIdentity,
    MatrixProduct,
    MatrixSum,
    Norm,
    Trace,
    Transpose,
    as_number,
    check_shapes,
    is_matrix,
    shape,
)
from symderiv.language.matrix_text import negated
from symderiv.language.terms import ONE, Mul, Number, Symbol, Term, substitute, walk

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Items, Resolver

__all__ = [
    "add", "checked", "elementwise", "identity", "is_matrix", "is_transposed", "multiply", "negate", "norm", "power",
    "scalar", "trace", "transposed",
]  # fmt: skip

_OPEN = Symbol("\0size")
"""The size of an identity matrix that nothing beside it has told yet."""


def is_transposed(sup: Node | None) -> bool:
    """Is the superscript a transposition sign?"""
    while isinstance(sup, Group) and sup.kind == "{" and len(sup.items) == 1:
        sup = sup.items[0]
    return isinstance(sup, Sign) and sup.kind == "TOP"


def _sized(reader: Resolver, node: Node, work: Callable[[], Term]) -> Term:
    try:
        return work()
    except DeclarationError as error:
        raise reader.fail(node, error.message.partition("; ")[0]) from None


def _is_open(term: Term) -> bool:
    return any(t == _OPEN for t in walk(term))


def _closed(term: Term, size: Term) -> Term:
    return substitute(term, {_OPEN: size}) if _is_open(term) else term


def identity(reader: Resolver, sub: Node | None, scope: Scope) -> Term:
    """``I`` or ``I_n``."""
    return MatrixIdentity(_OPEN if sub is None else reader.integer(sub, scope, "the size"))


def negate(term: Term) -> Term:
    return negated(term) if is_matrix(term) else -term


def add(reader: Resolver, nodes: Sequence[Node], terms: Sequence[Term]) -> Term:
    """The sum of matrices, which ``nodes`` stand for."""
    for node, t in zip(nodes, terms, strict=True):
        if not is_matrix(t):
            raise reader.fail(node, "a number can't be added to a matrix")
    known = next((t for t in terms if not _is_open(t)), None)
    if known is not None:
        rows = _sized(reader, nodes[0], lambda: shape(known)[0])  # type: ignore[arg-type,return-value]
        terms = [_closed(t, rows) for t in terms]
    flat = [p for t in terms for p in (t.args if isinstance(t, MatrixSum) and t is terms[0] else (t,))]
    return _checked(reader, nodes[0], MatrixSum(*flat))


def _checked(reader: Resolver, node: Node, term: Term) -> Term:
    if not _is_open(term):
        _sized(reader, node, lambda: shape(term) and term)  # type: ignore[return-value]
    return term


def multiply(reader: Resolver, node: Node, left: Term, right: Term, *, flat: bool = False) -> Term:
    """The product with ``right``, which is written at ``node``, at least one of which is a matrix.

    ``flat``: ``left`` is a product without brackets around it.
    """
    if is_matrix(left) and is_matrix(right) and not _is_open(left):
        left = scalar(left)
    if is_matrix(left) and is_matrix(right):
        if _is_open(left) and not _is_open(right):
            left = _closed(left, shape(right)[0])
        elif _is_open(right) and not _is_open(left):
            right = _closed(right, _sized(reader, node, lambda: shape(left)[1]))
    factors = left.args if flat and isinstance(left, (MatrixProduct, Mul)) else (left,)
    return _checked(reader, node, MatrixProduct(*factors, right))


def power(reader: Resolver, node: Node, base: Term, exponent: Term) -> Term:
    """A small power of a square matrix."""
    if not (isinstance(exponent, Number) and exponent.value in (2, 3, 4)):
        raise reader.fail(node, "this power of a matrix can't be read")
    return _checked(reader, node, MatrixProduct(*[base] * int(exponent.value)))


def elementwise(reader: Resolver, node: Node, function: str, args: Sequence[Term]) -> Term:
    """A function of every entry: sign and |·| only, others are written with their indices."""
    if len(args) != 1 or function not in ("sign", "Abs"):
        raise reader.fail(node, refusal("matrix"))
    return Elementwise(function, args[0])


def norm(reader: Resolver, node: Fence, sub: Node | None, matrix: Term) -> Term:
    """``\\|W\\|_F``, ``\\|W\\|_2`` (spectral; of a vector Euclid's), ``\\|v\\|_{RMS}``."""
    columns = _sized(reader, node, lambda: shape(matrix)[1])
    of_vectors = {"": "l2", "2": "l2", "RMS": "rms"}
    kinds = of_vectors if columns == ONE else {"F": "frobenius", "2": "spectral", "op": "spectral"}
    kind = kinds.get(label(sub))
    if kind is None and not label(sub):
        raise reader.fail(node, "which norm of a matrix is this? write \\|…\\|_2 or \\|…\\|_F")
    if kind is None:
        raise reader.fail(node, refusal("norm"))
    return Norm(kind, matrix)


def trace(reader: Resolver, items: Items, n: int, scope: Scope) -> tuple[Term, int]:
    """``\\operatorname{tr}(W)``"""
    group = reader.group_after(items, n, ("(", "["))
    inside = reader.number(group.items[0], scope) if group is not None and len(group.items) == 1 else None
    if inside is None or not is_matrix(inside):
        raise reader.fail(items[n][2], "a trace is taken of a matrix in brackets")
    value = _sized(reader, items[n][2], lambda: _whole(Trace(inside)))
    return reader.after_call(value, items, n + 1, scope), 2


def transposed(matrix: Term) -> Term:
    """A transposed; of a transposed matrix the matrix."""
    return matrix.args[0] if isinstance(matrix, Transpose) else Transpose(matrix)


def _whole(term: Term) -> Term:
    check_shapes(term)
    return term


def checked(reader: Resolver, node: Node, term: Term) -> Term:
    """The side of a statement, with all sizes checked; a 1 x 1 product is a number."""
    if _is_open(term):
        raise reader.fail(node, "the size of I is not known here; write I_n")
    return _sized(reader, node, lambda: as_number(_whole(term)))


def scalar(term: Term) -> Term:
    """A product of a row and a column as the number that it is."""
    return as_number(term) if is_matrix(term) and not _is_open(term) else term
