"""Expectations: ``\\mathbb{E}[X]``, ``\\operatorname{Var}(X)``, ``Cov(X, Y)``, ``Std(X)``, ``P(X \\le t)``.

Something random has to stand in them by its declaration. ``\\mathbb{E}[X]^2`` is the square of the mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.answers.latex import conditions
from symderiv.answers.latex.names import Written
from symderiv.answers.latex.nodes import Chain, Fence, Given, Node, Scripted
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.unsupported import refusal
from symderiv.language.context import unfold_all
from symderiv.language.terms import Apply, Iverson, Term, free_names

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Items, Resolver

__all__ = ["expectation", "is_expectation"]

_HEADS = {
    "E": "Expectation", "Var": "Variance", "var": "Variance", "Cov": "Covariance", "cov": "Covariance",
    "Std": "StandardDeviation", "std": "StandardDeviation", "SD": "StandardDeviation", "P": "Probability",
    "Pr": "Probability", "V": "Variance",
}  # fmt: skip
_ARITY = {"Covariance": 2}


def is_expectation(reader: Resolver, name: Written, items: Items, n: int) -> bool:
    """Does the head of an expectation stand here? A single letter only with its brackets, or in blackboard type."""
    if name.base not in _HEADS or name.accents or name.primes:
        return False
    if name.base in ("P", "V") and name.font != "bb":
        return name.base == "P" and reader.group_after(items, n) is not None
    return name.font == "bb" or len(name.base) > 1 or reader.group_after(items, n) is not None


def expectation(reader: Resolver, name: Written, items: Items, n: int, scope: Scope) -> tuple[Term, int]:
    """The expectation at item ``n``, and how many items it takes."""
    node = items[n][2]
    head = _HEADS[name.base]
    if name.sub is not None:
        raise reader.fail(name.sub, "the law is that of the declaration; leave the subscript out")
    if name.sup is not None:
        raise reader.fail(name.sup, f"write the power after the brackets, {name.base}[…]^2")
    group = reader.group_after(items, n, ("(", "[", "set"))
    if group is None:
        argument = _bars(items, n)
        if argument is None:
            raise reader.fail(node, f"write what it is taken of in brackets, {reader.text(node)}[…]")
        return _checked(reader, node, Apply(head, reader.number(argument, scope)), scope), 2
    if head == "Probability":
        value: Term = Apply("Expectation", _event(reader, group.items, node, scope))
    else:
        needed = _ARITY.get(head, 1)
        if len(group.items) != needed:
            raise reader.fail(group, f"{name.base} takes {needed} argument{'s' * (needed > 1)}, not {len(group.items)}")
        value = Apply(head, *(reader.number(item, scope) for item in group.items))
    return reader.after_call(_checked(reader, node, value, scope), items, n + 1, scope), 2


def _bars(items: Items, n: int) -> Node | None:
    """``\\mathbb{E} \\|g\\|^2``, where nothing follows that may or may not belong to it."""
    if n + 2 != len(items) or items[n + 1][0] != "":
        return None
    node = items[n + 1][2]
    return node if isinstance(node.body if isinstance(node, Scripted) else node, Fence) else None


def _event(reader: Resolver, parts: tuple[Node, ...], node: Node, scope: Scope) -> Term:
    if any(isinstance(part, Given) for part in parts):
        raise reader.fail(node, refusal("given"))
    if len(parts) != 1 or not isinstance(parts[0], Chain):
        raise reader.fail(node, "a probability is that of a condition, such as P(x \\le t)")
    return Iverson(conditions.condition(reader, parts[0], scope))


def _checked(reader: Resolver, node: Node, value: Term, scope: Scope) -> Term:
    if not free_names(unfold_all(value, scope.context)) & scope.context.random.keys():
        raise reader.fail(node, "nothing random stands here by its declaration")
    return value
