"""``n!``, ``\\binom{n}{k}`` and ``{n \\choose k}``, where the declarations make them whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.answers.latex.nodes import Binomial, Factorial
from symderiv.answers.latex.scope import Scope
from symderiv.language.combinatorics import COUNTING, binomial, factorial
from symderiv.language.terms import Term

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Resolver

__all__ = ["read_binomial", "read_factorial"]


def read_factorial(reader: Resolver, node: Factorial, scope: Scope) -> Term:
    """``n!``; ``n!!`` is another function and refused."""
    if isinstance(node.body, Factorial):
        raise reader.fail(node, "double factorials can't be read; write a product")
    value = factorial(reader.number(node.body, scope), scope.context)
    if value is None:
        raise reader.fail(node, COUNTING["factorial"])
    return value


def read_binomial(reader: Resolver, node: Binomial, scope: Scope) -> Term:
    """``\\binom{n}{k}``."""
    value = binomial(reader.number(node.above, scope), reader.number(node.below, scope), scope.context)
    if value is None:
        raise reader.fail(node, COUNTING["binomial"])
    return value
