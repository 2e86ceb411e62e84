"""The notation of expectations, probabilities and limits."""

from __future__ import annotations

from collections.abc import Callable

from symderiv.language.context import Context
from symderiv.language.terms import Apply, Iverson, Term
from symderiv.writing.conditions import Composed
from symderiv.writing.heads import head
from symderiv.writing.notation import Fenced, Row, Scripts, leaf

__all__ = ["compose_expectation", "compose_limit"]


def compose_expectation(t: Apply, compose: Callable[[Term], Composed], context: Context) -> Row:
    """E[X], and P(c) for the expectation of a bracket."""
    body = t.args[0]
    if isinstance(body, Iverson):
        return Row((leaf("P", "P", "letter"), Fenced(compose(body.condition)[0])), "prefix")
    return Row((head("Expectation", context), Fenced(compose(body)[0], "[", "]")), "prefix")


def compose_limit(t: Apply, compose: Callable[[Term], Composed], least: int) -> Row:
    """lim body, with the size that grows below; ``least`` is how tightly the body must bind."""
    body, variable = t.args
    arrow, infinity = leaf(r"\to", "→", "relation"), leaf(r"\infty", "∞", "letter")
    below = Row((compose(variable)[0], arrow, infinity), "relation")
    node, level = compose(body)
    return Row((Scripts(leaf(r"\lim", "lim", "function"), below), node if level >= least else Fenced(node)), "prefix")
