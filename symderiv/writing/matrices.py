"""Matrix expressions as notation: W W^T x, tr(A), norms with their index, suprema with their condition below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.language.matrix_terms import is_matrix
from symderiv.language.terms import (
    Elementwise,
    Hadamard,
    MatrixIdentity,
    MatrixName,
    MatrixProduct,
    MatrixSum,
    MatrixTerm,
    MatrixZero,
    Norm,
    Number,
    OneEntry,
    Supremum,
    Term,
    TopVector,
    Trace,
    Transpose,
)
from symderiv.writing.conditions import Composed
from symderiv.writing.derivatives import CALL, FACTOR, OPEN
from symderiv.writing.heads import head
from symderiv.writing.names import name_latex
from symderiv.writing.notation import Fenced, Name, Node, Row, Scripts, leaf, number_leaf
from symderiv.writing.shapes import has_superscript

if TYPE_CHECKING:
    from symderiv.writing.composing import _Composer

__all__ = ["compose_matrix", "is_matrix_node"]

SUM, PRODUCT, ATOM = 10, 20, 40
_TOP = leaf(r"\top", "⊤", "upright")
_TRACE = leaf(r"\operatorname{tr}", "tr", "function")
_SUP = leaf(r"\sup", "sup", "function")
_ODOT = leaf(r"\odot", "⊙", "binary")
_PLUS, _MINUS, _NEGATIVE = leaf("+", "+", "binary"), leaf("-", "−", "binary"), leaf("-", "−", "sign")
_INDEX = {
    "l2": number_leaf("2"), "spectral": number_leaf("2"), "frobenius": leaf("F", "F", "letter"),
    "rms": leaf(r"\text{RMS}", "RMS", "text"),
}  # fmt: skip


def is_matrix_node(t: Term) -> bool:
    """Is the term set by ``compose_matrix``?"""
    return isinstance(t, (MatrixTerm, Trace, OneEntry, Norm, Supremum))


def compose_matrix(t: Term, c: _Composer) -> Composed:
    """The notation of a matrix expression, or of a trace, norm or supremum."""
    if isinstance(t, MatrixName):
        return Name(name_latex(t.name, c.context)), ATOM
    if isinstance(t, MatrixIdentity):
        return Scripts(leaf("I", "I", "letter"), c.compose(t.args[0])[0]), ATOM
    if isinstance(t, MatrixZero):
        return number_leaf("0"), ATOM
    if isinstance(t, Transpose):
        node, level = c.compose(t.args[0])
        plain = level >= CALL and not has_superscript(node) and level != FACTOR
        return Scripts(node if plain else Fenced(node), None, _TOP), FACTOR
    if isinstance(t, MatrixProduct):
        return _product(t.args, c)
    if isinstance(t, MatrixSum):
        return _sum(t, c)
    if isinstance(t, Hadamard):
        items: list[Node] = []
        for a in t.args:
            items += ([_ODOT] if items else []) + [c.fenced(a, FACTOR)]
        return Row(tuple(items), "product"), PRODUCT
    if isinstance(t, Elementwise):
        return Row((head(t.data, c.context), Fenced(c.compose(t.args[0])[0])), "prefix"), CALL
    if isinstance(t, TopVector):
        return Row(
            (Scripts(leaf("v", "v", "letter"), number_leaf("1")), Fenced(c.compose(t.args[0])[0])), "prefix"
        ), CALL
    if isinstance(t, Trace):
        return Row((_TRACE, Fenced(c.compose(t.args[0])[0])), "prefix"), CALL
    if isinstance(t, OneEntry):
        return c.compose(t.args[0])
    if isinstance(t, Norm):
        return Scripts(Fenced(c.compose(t.args[0])[0], "‖", "‖"), _INDEX[t.data]), CALL
    assert isinstance(t, Supremum)
    node, level = c.compose(t.body)
    below = Scripts(_SUP, c.compose(t.condition)[0])
    return Row((below, node if level >= PRODUCT else Fenced(node)), "prefix"), OPEN


def _signed(t: Term, c: _Composer) -> tuple[bool, Node, int]:
    """(is a minus written in front, the rest, its level)"""
    if isinstance(t, MatrixProduct) and isinstance(t.args[0], Number) and t.args[0].value < 0:
        first = t.args[0].value
        rest = t.args[1:] if first == -1 else (Number(-first), *t.args[1:])
        return True, *(_product(rest, c) if len(rest) > 1 else c.compose(rest[0]))
    return False, *c.compose(t)


def _product(args: tuple[Term, ...], c: _Composer) -> Composed:
    first = args[0]
    if isinstance(first, Number) and first.value < 0:
        _, node, level = _signed(MatrixProduct(*args), c)
        return Row((_NEGATIVE, node if level >= PRODUCT else Fenced(node)), "sum"), SUM
    scalars = tuple(a for a in args if not is_matrix(a))
    nodes: list[Node] = []
    if scalars:
        node, level = c.product(scalars)
        nodes.append(node if level >= PRODUCT else Fenced(node))
    nodes += [c.factor(a, False)[0] for a in args if is_matrix(a)]
    return c.juxtapose(nodes), PRODUCT


def _sum(t: MatrixSum, c: _Composer) -> Composed:
    items: list[Node] = []
    for n, a in enumerate(t.args):
        negative, node, level = _signed(a, c)
        if n or negative:
            items.append((_MINUS if n else _NEGATIVE) if negative else _PLUS)
        items.append(node if level >= PRODUCT else Fenced(node))
    return Row(tuple(items), "sum"), SUM
