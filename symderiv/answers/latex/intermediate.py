"""Derivatives by what is defined by other names: the factors of the chain rule, ``dL/dg`` and ``dL/dy_{ij}``.

Such a derivative is carried out as it is read: the defined name becomes a variable of its own, the derivative by that
is taken, and the name put back. It has one meaning only where nothing else in the function depends on the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symderiv.language.context import Array, Context, Variable, unfold_all
from symderiv.language.terms import Entry, Symbol, Term, free_names

__all__ = ["by_defined_name"]

_FRESH = "\0own"


def by_defined_name(body: Term, variable: Term, context: Context) -> tuple[Term | None, str]:
    """(derivative, "") of ``body`` by a defined scalar, or by one entry of a defined array; (None, why not)."""
    from symderiv.equality.differentiation import NotDifferentiable, differentiate

    name = str(variable.data)
    definition = context.definitions[name]
    opened = unfold_all(body, context, keep=(name,))
    if name not in free_names(opened):
        return None, f"what is differentiated here does not depend on {name} by its declaration"
    below = free_names(unfold_all(definition.body, context))
    direct = sorted((free_names(opened) - {name}) & below - _integers(context))
    if direct:
        return (
            None,
            f"what is differentiated here depends on {direct[0]} beside {name}; write the derivative by {direct[0]}",
        )
    if isinstance(variable, Entry):
        array = Array(_FRESH, definition.axes)
        inner = replace(context, arrays={**context.arrays, _FRESH: array})
    else:
        inner = context.with_variable(Variable(_FRESH))
    try:
        found = differentiate(_renamed(opened, {name: _FRESH}), _renamed(variable, {name: _FRESH}), inner)
    except NotDifferentiable:
        return None, f"the derivative by {name} can't be taken here; write it by what {name} is made of"
    return _renamed(found, {_FRESH: name}), ""


def _integers(context: Context) -> frozenset[str]:
    return frozenset(v.name for v in context.variables.values() if v.range.integer)


def _renamed(term: Term, names: Mapping[str, str]) -> Term:
    """``term`` with symbols and arrays under other names."""
    args = tuple([_renamed(a, names) for a in term.args])
    if isinstance(term, Symbol) and term.name in names:
        return Symbol(names[term.name])
    if isinstance(term, Entry) and term.name in names:
        return Entry(names[term.name], args)
    return term.with_args(args) if args else term
