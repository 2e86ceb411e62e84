"""By what a derivative in an answer may be taken, in whatever form it was typed."""

from __future__ import annotations

from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import Entry, Symbol, Term, free_names

__all__ = ["objection"]


def objection(body: Term, variable: Term, context: Context) -> str:
    """Why the derivative of ``body`` by ``variable`` is none that a person means; empty if nothing is wrong with it.

    A name that stands for a formula is no variable: the derivative by it would be 0. Nor is an integer, nor a name
    that does not occur.
    """
    if not isinstance(variable, (Symbol, Entry)):
        return "a derivative is taken by a symbol or an entry of an array"
    name = str(variable.data)
    if name in context.definitions:
        return f"{name} is defined by other names; write the derivative by one of those"
    if isinstance(variable, Symbol) and context.is_integer(variable):
        return f"{name} is an integer; there is no derivative by it"
    if name not in free_names(unfold_all(body, context)):
        return f"what is differentiated here does not depend on {name} by its declaration"
    return ""
