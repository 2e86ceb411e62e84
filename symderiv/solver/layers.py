"""Showing by layers: the names declared last are unfolded first, and the sides compared after each layer.

So a name that need not be known stays: that a standardised variable has variance 1 follows from what its deviation is,
not from what its mean is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symderiv.language.context import Context
from symderiv.language.terms import Term, walk
from symderiv.records import Step
from symderiv.rules import definitions
from symderiv.solver.rewriting import moves, step_of

__all__ = ["layers", "named", "unfolded"]

_UNFOLD = tuple(r for r in definitions.RULES if r.name == "unfold the definition")
Lines = tuple[list[Step], Term]


def layers(left: Term, right: Term, context: Context) -> Iterator[tuple[Lines, Lines, Context]]:
    """Both sides with one more name unfolded each time, the latest declared first; the last name is left folded.

    With each layer the context in which to go on: without the names unfolded so far, which would only be folded again.

    Ends: each layer removes a name, and what it stands for only uses earlier ones.
    """
    kept = dict(context.definitions)
    a: Lines = ([], left)
    b: Lines = ([], right)
    for name in reversed(list(context.definitions)):
        if name in named(a[1], context) | named(b[1], context):
            a, b = unfolded(a, name, context), unfolded(b, name, context)
            if not named(a[1], context) | named(b[1], context):
                return
            del kept[name]
            yield a, b, replace(context, definitions=dict(kept))


def named(term: Term, context: Context) -> frozenset[str]:
    """The defined names in the term."""
    found = (context.definition_of(t) for t in walk(term))
    return frozenset(d.name for d in found if d is not None)


def unfolded(side: Lines, name: str, context: Context) -> Lines:
    """The line with the name unfolded wherever it stands, behind the steps so far."""
    alone = replace(context, definitions={name: context.definitions[name]})
    steps, line = list(side[0]), side[1]
    while (move := next(iter(moves(line, alone, _UNFOLD)), None)) is not None:
        steps.append(step_of(line, move))
        line = move.after
    return steps, line
