"""Letters for the indices of an array, as a reader expects them."""

from __future__ import annotations

from symderiv.language.context import Context
from symderiv.language.terms import Entry, Symbol, Term, free_names

__all__ = ["index_letters"]

_SPARE = "ijklmnpqrs"


def index_letters(
    axes: tuple[tuple[Term, Term], ...], context: Context, avoid: tuple[Term, ...] = ()
) -> tuple[Term, ...]:
    """A letter for each axis: a declared index with that range if there is one, else a free one of i, j, k, …"""
    taken = set(free_names(Entry("", (*avoid, *(b for axis in axes for b in axis)))))
    out: list[Term] = []
    for low, high in axes:
        declared = [
            v.name for v in context.variables.values()
            if v.role == "index" and (v.range.lower, v.range.upper) == (low, high) and v.name not in taken
        ]  # fmt: skip
        spare = [n for n in _SPARE if n not in taken and n not in context.names()]
        spare += [n for n in _SPARE if n not in taken]
        name = (declared + spare)[0]
        taken.add(name)
        out.append(Symbol(name))
    return tuple(out)
