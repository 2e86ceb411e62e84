"""Indices that a statement is not about: they say nothing of the sizes in their ranges.

That k runs from 1 to m, for use in sums, does not make m at least 1: a statement without k is one about m = 0 too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symderiv.equality.grids import names_behind
from symderiv.language.context import Context
from symderiv.language.terms import Term

__all__ = ["without_idle_indices"]

MOST_KNOWN = 256
_KNOWN: dict[tuple[int, frozenset[str]], tuple[Context, Context]] = {}


def without_idle_indices(terms: Iterable[Term], context: Context) -> Context:
    """The context without indices that occur neither in the terms nor in the assumptions; the same one each time."""
    indices = {name for name, v in context.variables.items() if v.role == "index"}
    idle = frozenset(indices - names_behind((*terms, *context.assumptions), context)) if indices else frozenset()
    if not idle:
        return context
    key = id(context), idle
    if key not in _KNOWN:
        if len(_KNOWN) >= MOST_KNOWN:
            _KNOWN.clear()
        kept = {name: v for name, v in context.variables.items() if name not in idle}
        _KNOWN[key] = replace(context, variables=kept), context  # the context is kept, so its id stays its own
    return _KNOWN[key][0]
