"""Derivatives as notation: the body in the numerator if it is short, else after the operator."""

from __future__ import annotations

from collections.abc import Callable

from symderiv.language.context import Context
from symderiv.language.terms import Derivative, Symbol, Term
from symderiv.writing.conditions import Composed
from symderiv.writing.names import name_latex
from symderiv.writing.notation import Fenced, Fraction, Node, Row, Scripts, leaf, number_leaf
from symderiv.writing.shapes import fits, has_superscript

__all__ = ["CALL", "FACTOR", "OPEN", "compose_derivative", "set_apart"]

OPEN, FACTOR, CALL = 22, 30, 35
PARTIAL = leaf(r"\partial", "∂", "upright")


def compose_derivative(t: Derivative, compose: Callable[[Term], Composed], *, closed: bool) -> Composed:
    """The body in the numerator if it is short, else after the operator; ``closed``: other factors follow."""
    variables: list[Term] = [t.variable]
    body = t.body
    while isinstance(body, Derivative):
        variables.append(body.variable)
        body = body.body
    order: Node | None = number_leaf(str(len(variables))) if len(variables) > 1 else None
    top: Node = Scripts(PARTIAL, None, order) if order else PARTIAL
    below: list[Node] = []
    runs: list[tuple[Term, int]] = []
    for v in variables:
        if runs and runs[-1][0] == v:
            runs[-1] = (v, runs[-1][1] + 1)
        else:
            runs.append((v, 1))
    for v, times in runs:
        node = compose(v)[0]
        raised = Fenced(node) if has_superscript(node) else node
        below += [PARTIAL, Scripts(raised, None, number_leaf(str(times))) if times > 1 else node]
    node, level = compose(body)
    if level >= FACTOR and fits(node, 3.5, 1.9) and not isinstance(node, Fraction):
        return Fraction(Row((top, node)), Row(tuple(below))), FACTOR
    if closed and fits(node, 14, 2.2):
        return Fraction(Row((top, node if level >= CALL else Fenced(node))), Row(tuple(below))), FACTOR
    operator = Row((Fraction(top, Row(tuple(below))), node if level >= OPEN else Fenced(node)), "prefix")
    return (Fenced(operator), FACTOR) if closed else (operator, OPEN)


def set_apart(factors: list[Term], context: Context) -> tuple[list[Term], list[Term], list[Term]]:
    """Derivatives at the beginning, what stands between, derivatives at the end or alone; names written so too."""
    quotient = [
        isinstance(f, Derivative) or (isinstance(f, Symbol) and name_latex(f.name, context).startswith(r"\frac"))
        for f in factors
    ]
    first = quotient.index(False) if False in quotient else 0
    last = len(factors) - quotient[::-1].index(False) if False in quotient else 0
    return factors[:first], factors[first:last], factors[last:]
