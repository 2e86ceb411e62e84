"""Derivatives carried out with defined names left folded: d/dx (y g(x)) is y g'(x) whatever g stands for.

Two lines that agree for every differentiable g agree for the one that is declared, so a passage such as the linearity
of the derivative needs no formula for g. The derivative of a definition by an entry x[i, j] is an entry of a new array
with the indices of the definition followed by i, j.
"""

from __future__ import annotations

from symderiv.equality.differentiation import Differentiation, NotDifferentiable
from symderiv.language.context import Array, Context, Definition
from symderiv.language.terms import ONE, Derivative, Entry, Term, walk

__all__ = ["NotFolded", "without_derivatives"]


class NotFolded(Exception):
    """A derivative cannot be carried out with folded names."""


def without_derivatives(left: Term, right: Term, context: Context) -> tuple[Term, Term, tuple[Array, ...]]:
    """The terms with their derivatives carried out, and the arrays of the derivatives of names. Raises NotFolded."""
    if not any(isinstance(s, Derivative) for t in (left, right) for s in walk(t)):
        return left, right, ()
    folding = _Folding(context)
    try:
        return folding.carry_out(left), folding.carry_out(right), tuple(folding.slopes.values())
    except NotDifferentiable as error:
        raise NotFolded from error


class _Folding(Differentiation):
    """Differentiation that stops at the names of definitions."""

    def __init__(self, context: Context):
        super().__init__(context)
        self.slopes: dict[tuple[str, str], Array] = {}

    def carry_out(self, term: Term) -> Term:
        if isinstance(term, Derivative):
            if any(isinstance(s, Derivative) for s in walk(term.body)):
                raise NotFolded("the derivative of a derivative of a name has no name")
            return self.of(term.body, term.variable)
        return term.with_args(tuple([self.carry_out(a) for a in term.args])) if term.args else term

    def of_definition(self, term: Term, definition: Definition, variable: Term) -> Term:
        key = (definition.name, variable.data)
        if key not in self.slopes:
            name = f"{definition.name}'{variable.data}"
            if isinstance(variable, Entry):
                outer = self.context.arrays.get(variable.name)
                if outer is None or len(outer.axes) != len(variable.indices):
                    raise NotFolded(f"{variable.name} is not declared")
                axes = (*definition.axes, *outer.axes)
            else:
                axes = definition.axes
            self.slopes[key] = Array(name, axes or ((ONE, ONE),))
        array = self.slopes[key]
        if definition.kind == "function":
            raise NotFolded("a function is not folded")
        indices = (*term.args, *(variable.args if isinstance(variable, Entry) else ()))
        return Entry(array.name, indices or (ONE,))
