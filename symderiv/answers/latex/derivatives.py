"""Derivatives, of higher orders too, with \\partial or with a straight d where the problem declares no d.

    \\frac{\\partial f}{\\partial x}   \\frac{\\partial}{\\partial x} f   \\partial f/\\partial x   \\frac{d^2 f}{dx^2}

The body has to depend on the variable by its declaration, and the variable must not be defined by other names:
otherwise the derivative would be 0 where a person means something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.answers.differentials import objection
from symderiv.answers.latex.indices import index_nodes, indices
from symderiv.answers.latex.intermediate import by_defined_name
from symderiv.answers.latex.names import differential, label, written
from symderiv.answers.latex.nodes import Frac, Group, Letter, Node, Product, Scripted, Sign
from symderiv.answers.latex.scope import Scope
from symderiv.language.terms import Derivative, Entry, Symbol, Term

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Items, Resolver

__all__ = ["fraction", "is_operator", "operator", "slashed"]

_MAX_ORDER = 9


def _factors(node: Node) -> Items:
    while isinstance(node, Group) and node.kind == "{" and len(node.items) == 1:
        node = node.items[0]
    return node.items if isinstance(node, Product) else (("", False, node),)


def _is_d(reader: Resolver, node: Node) -> bool:
    body = node.body if isinstance(node, Scripted) else node
    if isinstance(body, Sign):
        return body.kind == "PARTIAL"
    return isinstance(body, Letter) and body.text == "d" and not body.font and not reader.names.knows("d")


def _order(reader: Resolver, node: Node) -> int:
    """The order in ``\\partial^2``."""
    if not isinstance(node, Scripted):
        return 1
    text = label(node.sup)
    if node.sub is not None:
        raise reader.fail(node, "write this derivative as \\frac{\\partial f}{\\partial x}")
    if node.primes or not text.isdigit() or not 1 <= int(text) <= _MAX_ORDER:
        raise reader.fail(node, f"the order of a derivative is a number from 1 to {_MAX_ORDER}")
    return int(text)


def _is_below(reader: Resolver, node: Node) -> bool:
    """Is the node ``\\partial x``, perhaps more than once?"""
    items = _factors(node)
    return len(items) > 1 and _is_d(reader, items[0][2]) and not isinstance(items[0][2], Scripted)


def is_operator(reader: Resolver, node: Frac, scope: Scope) -> bool:
    """Is it ``\\frac{\\partial}{\\partial x}``, with the function still to come?"""
    above = _factors(node.above)
    return len(above) == 1 and _is_d(reader, above[0][2]) and _is_below(reader, node.below)


def fraction(reader: Resolver, node: Frac, scope: Scope) -> Term | None:
    """``\\frac{\\partial f}{\\partial x}``; None if the fraction is a quotient."""
    declared = _declared(reader, node, scope)
    if declared is not None:
        return declared
    above = _factors(node.above)
    if not (len(above) > 1 and _is_d(reader, above[0][2]) and _is_below(reader, node.below)):
        _check_no_quotient(reader, node)
        return None
    order = _order(reader, above[0][2])
    body = reader.product(_plain(reader, above[1:]), scope)
    return _differentiate(reader, node, body, order, _factors(node.below), scope)


def _declared(reader: Resolver, node: Frac, scope: Scope) -> Term | None:
    """An entry of an array that is declared as ``\\frac{\\partial L}{\\partial y}``."""
    above, below = differential(node.above), differential(node.below)
    name = written(below) if below is not None else None
    if above is None or name is None or name.sub is None:
        return None
    for of, by, d in reader.names.quotients:
        same = (by.base, by.accents, by.primes, label(by.sup)) == (
            name.base,
            name.accents,
            name.primes,
            label(name.sup),
        )
        if same and of == label(above):
            nodes = index_nodes(reader, d, name, scope)
            return Entry(d.name, indices(reader, d, nodes, scope))
    return None


def _check_no_quotient(reader: Resolver, node: Frac) -> None:
    """With a declared d, ``\\frac{d L}{d a}`` may be either."""
    above, below = _factors(node.above), _factors(node.below)
    heads = [f[0][2] for f in (above, below)]
    if len(below) == 2 and len(above) <= 2 and all(isinstance(h, Letter) and h.text == "d" for h in heads):
        raise reader.fail(node, "is this a derivative? d is declared here; write \\partial for a derivative")


def _plain(reader: Resolver, items: Items) -> Items:
    if items[0][0] != "":
        raise reader.fail(items[0][2], "a function is needed after \\partial")
    return items


def operator(reader: Resolver, items: Items, n: int, scope: Scope) -> tuple[Term, int]:
    """``\\frac{\\partial}{\\partial x}`` acting on the one factor after it."""
    node = items[n][2]
    assert isinstance(node, Frac)
    if n + 1 >= len(items) or items[n + 1][0] != "":
        raise reader.fail(node, "nothing stands after this derivative")
    body, used = reader.take(items, n + 1, scope)
    if n + 1 + used < len(items):
        raise reader.fail(items[n + 1 + used][2], "it is not clear what is differentiated; put it in brackets")
    order = _order(reader, _factors(node.above)[0][2])
    return _differentiate(reader, node, body, order, _factors(node.below), scope), 1 + used


def slashed(reader: Resolver, items: Items, n: int, scope: Scope) -> tuple[Term, int]:
    """``\\partial f/\\partial x`` in one line."""
    node = items[n][2]
    slash = next((m for m in range(n + 1, len(items)) if items[m][0] == "/"), None)
    if slash is None or not _is_d(reader, items[slash][2]) or slash + 1 >= len(items) or slash == n + 1:
        raise reader.fail(node, "write this derivative as \\frac{\\partial f}{\\partial x}")
    body = reader.product(_plain(reader, items[n + 1 : slash]), scope)
    order = _order(reader, node)
    name = written(items[slash + 1][2])
    if order > 1 or name is None or items[slash + 1][0] != "":
        raise reader.fail(node, "write this derivative as \\frac{\\partial f}{\\partial x}")
    variable, used = reader.take(items, slash + 1, scope)
    return _derivative(reader, node, body, variable, scope), slash + 1 + used - n


def _differentiate(reader: Resolver, node: Node, body: Term, order: int, below: Items, scope: Scope) -> Term:
    pieces: list[Items] = []
    for op, negated, factor in below:
        if op or negated:
            raise reader.fail(factor, "below a derivative stand only \\partial and the variables")
        if _is_d(reader, factor):
            if isinstance(factor, Scripted):
                raise reader.fail(factor, "write the order at the variable: \\partial x^2")
            pieces.append(())
        else:
            pieces[-1] = (*pieces[-1], (op, negated, factor))
    variables: list[Term] = []
    plainly = len(pieces) == order
    for piece in pieces:
        if not piece:
            raise reader.fail(node, "a variable is missing after \\partial")
        head, times = (piece[0][2], 1) if plainly else _without_order(reader, piece[0][2])
        variable, used = reader.take((("", False, head), *piece[1:]), 0, scope)
        if used != len(piece):
            raise reader.fail(piece[used][2], "one variable stands after each \\partial")
        variables += [variable] * times
    if len(variables) != order:
        raise reader.fail(node, f"the orders above and below do not agree: {order} and {len(variables)}")
    for variable in reversed(variables):
        body = _derivative(reader, node, body, variable, scope)
    return body


def _without_order(reader: Resolver, node: Node) -> tuple[Node, int]:
    """``x`` and 2 from ``x^2`` below a second derivative."""
    if isinstance(node, Scripted) and node.sup is not None and label(node.sup).isdigit():
        times = int(label(node.sup))
        if not 1 <= times <= _MAX_ORDER:
            raise reader.fail(node, f"the order of a derivative is a number from 1 to {_MAX_ORDER}")
        rest: Node = node.body
        if node.sub is not None or node.primes:
            rest = Scripted(node.start, node.end, node.body, node.sub, None, node.primes)
        return rest, times
    return node, 1


def _derivative(reader: Resolver, node: Node, body: Term, variable: Term, scope: Scope) -> Term:
    if isinstance(variable, (Symbol, Entry)) and str(variable.data) in scope.context.definitions:
        found, reason = by_defined_name(body, variable, scope.context)
        if found is None:
            raise reader.fail(node, reason)
        return found
    message = objection(body, variable, scope.context)
    if message:
        raise reader.fail(node, message)
    return Derivative(body, variable)
