"""Norms of vectors and the Frobenius norm of a matrix, as the sums that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.answers.latex import matrices, tensors, wholes
from symderiv.answers.latex.names import label
from symderiv.answers.latex.nodes import Fence, Node
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.unsupported import refusal
from symderiv.answers.latex.vectors import elementwise, is_vector
from symderiv.errors import AnswerError
from symderiv.language.terms import HALF, ONE, TWO, Apply, Power, Sum, Term, close_over

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Resolver

__all__ = ["norm"]


def norm(reader: Resolver, node: Fence, sub: Node | None, scope: Scope) -> Term:
    """``\\|v\\|``, ``\\|v\\|_2``: sqrt(sum v_k^2); ``_1``: sum |v_k|; ``_{RMS}``: root of the mean; ``\\|W\\|_F``."""
    kind = label(sub)
    if wholes.is_tensor(reader, node.body, scope):
        return _of_tensor(reader, node, kind, scope)
    body = reader.number(node.body, scope)
    if matrices.is_matrix(body):
        return matrices.norm(reader, node, sub, body)
    if kind in ("", "1", "2"):
        return Apply("Abs", body)  # of a number
    raise reader.fail(node, refusal("norm"))


def _of_tensor(reader: Resolver, node: Fence, kind: str, scope: Scope) -> Term:
    """The norm of a vector such as W x, or Frobenius' norm of a table, by its entries."""
    array = _array(reader, node, scope)
    if len(array.axes) != (2 if kind == "F" else 1) or kind not in ("", "2", "1", "RMS", "F"):
        raise reader.fail(node, refusal("norm"))
    indices = tuple(reader.fresh() for _ in array.axes)
    total = array.at(indices)
    total = Apply("Abs", total) if kind == "1" else Power(total, TWO)
    count: Term = ONE
    for index, hint, (lower, upper) in reversed(list(zip(indices, "ij", array.axes, strict=False))):
        total = Sum(close_over(total, index.name), lower, upper, hint=hint if len(indices) > 1 else "k")
        count = upper if lower == ONE else upper - lower + 1
    if kind == "1":
        return total
    return Power(total / count if kind == "RMS" else total, HALF)


def _array(reader: Resolver, node: Fence, scope: Scope) -> tensors.Tensor:
    """The array between the bars; a number beside a vector is added to every entry, as in ``\\|x - c\\|``."""
    try:
        return tensors.tensor(reader, node.body, scope)
    except AnswerError as error:
        if not is_vector(reader, node.body, scope):
            raise
        try:
            entry, axis = elementwise(reader, node.body, scope)
        except AnswerError:
            raise error from None
        return tensors.Tensor(axis, None, lambda i, j: entry(i or ONE))
