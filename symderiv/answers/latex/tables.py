"""Matrices and lists as an answer: ``\\begin{bmatrix} … \\end{bmatrix}``, ``[5, 8]``, their sums and products.

A matrix stands for itself only as a whole side; products of matrices side by side are carried out entry by entry.
``\\cdot`` and ``*`` between two matrices have more than one meaning and are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from symderiv.answers.latex import functions
from symderiv.answers.latex.nodes import Frac, Group, Letter, Node, Product, Scripted, Sign, Sum
from symderiv.answers.latex.nodes import Matrix as MatrixNode
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.unsupported import refusal
from symderiv.language.terms import ONE, Add, Condition, Matrix, Number, Term, Tuple, walk

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Resolver

__all__ = ["is_table", "table"]


def is_table(node: Node) -> bool:
    """Is the whole node a matrix, a list, or made of matrices by sums and products?"""
    return (isinstance(node, Group) and node.kind == "[" and len(node.items) > 1) or _is_list(node) or _has_matrix(node)


def _is_list(node: Node) -> bool:
    """``(28, 28, 10)``, or a column written ``(0, 1)^\\top``."""
    body = node.body if isinstance(node, Scripted) and node.sub is None and not node.primes else node
    return isinstance(body, Group) and body.kind == "(" and len(body.items) > 1


def _list(reader: Resolver, node: Group, scope: Scope) -> Tuple:
    """A list, perhaps of lists."""
    return Tuple(*(
        _list(reader, item, scope) if isinstance(item, Group) and item.kind == "(" and len(item.items) > 1
        else reader.number(item, scope) for item in node.items
    ))  # fmt: skip


def _has_matrix(node: Node) -> bool:
    if isinstance(node, MatrixNode):
        return True
    if isinstance(node, Group):
        return len(node.items) == 1 and _has_matrix(node.items[0])
    if isinstance(node, Sum):
        return any(_has_matrix(s) for _, s in node.items)
    if isinstance(node, Product):
        return any(_has_matrix(f) for _, _, f in node.items)
    if isinstance(node, Frac):
        return _has_matrix(node.above)
    return isinstance(node, Scripted) and _has_matrix(node.body)


def table(reader: Resolver, node: Node, scope: Scope) -> Term:
    """The matrix or list that the node stands for."""
    if isinstance(node, Group) and _is_list(node):
        return _list(reader, node, scope)
    out = _table(reader, node, scope)
    # A row times a column is a number.
    return out.args[0] if out.shape == (1, 1) and isinstance(node, (Sum, Product)) else out


def _table(reader: Resolver, node: Node, scope: Scope) -> Matrix:
    if isinstance(node, MatrixNode):
        return _from_rows(reader, node, node.rows, scope)
    if isinstance(node, Group) and len(node.items) > 1:
        return _from_rows(reader, node, (node.items,), scope)
    if isinstance(node, Group):
        return _table(reader, node.items[0], scope)
    if isinstance(node, Sum):
        return _sum(reader, node, scope)
    if isinstance(node, Product):
        return _product(reader, node, scope)
    if isinstance(node, Frac):
        return _scaled(reader.quotient(ONE, reader.number(node.below, scope), node), _table(reader, node.above, scope))
    assert isinstance(node, Scripted)
    return _transposed(reader, node, scope)


def _from_rows(reader: Resolver, node: Node, rows: Sequence[Sequence[Node]], scope: Scope) -> Matrix:
    if any(len(row) != len(rows[0]) for row in rows):
        raise reader.fail(node, "the rows of the matrix are not equally long")
    entries = [[reader.number(entry, scope) for entry in row] for row in rows]
    if any(isinstance(entry, Condition) for row in entries for entry in row):
        raise reader.fail(node, "a condition stands where a number is needed")
    return Matrix(entries)


def _sum(reader: Resolver, node: Sum, scope: Scope) -> Matrix:
    total: Matrix | None = None
    for negated, summand in node.items:
        if is_table(summand):
            part = _table(reader, summand, scope)
        elif total is not None and total.shape == (1, 1) and isinstance(node.items[0][1], Product):
            part = Matrix([[reader.number(summand, scope)]])
        else:
            raise reader.fail(summand, "a number can't be added to a matrix")
        part = _scaled(Number(-1), part) if negated else part
        if total is not None and total.shape != part.shape:
            raise reader.fail(summand, f"a {_shape(total)} and a {_shape(part)} matrix can't be added")
        pairs = zip(total.args, part.args, strict=True) if total is not None else ()
        total = part if total is None else _like(total, [_plus(pair) for pair in pairs])
    assert total is not None
    return total


def _product(reader: Resolver, node: Product, scope: Scope) -> Matrix:
    """Numbers scale; matrices side by side multiply from left to right."""
    result: Matrix | None = None
    factors: list[Term] = []
    run: list[tuple[str, bool, Node]] = []
    joined = True
    for operator, negated, factor in (*node.items, ("end", False, node)):
        matrix = operator != "end" and _has_matrix(factor)
        if not matrix and operator != "end":
            run.append((operator if run or operator == "/" else "", negated, factor))
            joined = operator == ""
            continue
        applied = matrix and bool(run) and functions.is_function(reader, run[-1][2], scope)
        function = run.pop()[2] if applied else None
        if run:
            if run[0][0] == "/":
                run[0] = ("", *run[0][1:])
                factors.append(reader.quotient(ONE, reader.product(tuple(run[:1]), scope), run[0][2]))
                run = run[1:]
            if run:
                factors.append(reader.product(tuple(run), scope))
            run = []
        if operator == "end":
            break
        if operator == "/" or (operator == "*" and result is not None and joined):
            raise reader.fail(factor, "it is not clear which product of matrices this is; write them side by side")
        part = _table(reader, factor, scope)
        if function is not None:
            part = _like(part, [functions.of_entry(reader, function, entry, scope) for entry in part.args])
        part = _scaled(Number(-1), part) if negated else part
        if result is not None and result.data != part.shape[0]:
            raise reader.fail(factor, f"a {_shape(result)} and a {_shape(part)} matrix can't be multiplied")
        result = part if result is None else _times(result, part)
        if any(next(islice(walk(t), reader.limits.nodes, None), None) is not None for t in result.args):
            raise reader.fail(factor, "the product of these matrices is too large")
        joined = True
    assert result is not None
    for number in factors:
        result = _scaled(number, result)
    return result


def _transposed(reader: Resolver, node: Scripted, scope: Scope) -> Matrix:
    inner = _table(reader, node.body, scope)
    sup = node.sup
    while isinstance(sup, Group) and sup.kind == "{" and len(sup.items) == 1:
        sup = sup.items[0]
    is_sign = isinstance(sup, Sign) and sup.kind == "TOP"
    is_letter = isinstance(sup, Letter) and sup.text == "T" and not reader.names.knows("T")
    if node.sub is not None or node.primes or not (is_sign or is_letter):
        raise reader.fail(node, refusal("matrix"))
    return Matrix(zip(*inner.rows, strict=True))


def _times(left: Matrix, right: Matrix) -> Matrix:
    columns = list(zip(*right.rows, strict=True))
    return Matrix([[_plus([_by(a, b) for a, b in zip(row, c, strict=True)]) for c in columns] for row in left.rows])


def _by(a: Term, b: Term) -> Term:
    return Number(a.value * b.value) if isinstance(a, Number) and isinstance(b, Number) else a * b


def _plus(terms: Sequence[Term]) -> Term:
    """The sum; numbers alone are added up."""
    if all(isinstance(t, Number) for t in terms):
        return Number(sum(t.value for t in terms if isinstance(t, Number)))
    return terms[0] if len(terms) == 1 else Add(*terms)


def _scaled(factor: Term, matrix: Matrix) -> Matrix:
    return _like(matrix, [_by(factor, t) for t in matrix.args])


def _like(matrix: Matrix, entries: list[Term]) -> Matrix:
    return Matrix(entries[n : n + matrix.data] for n in range(0, len(entries), matrix.data))


def _shape(matrix: Matrix) -> str:
    return "{}×{}".format(*matrix.shape)
