"""Declarations for any value of a letter: what a proof by induction over n may use of what is said for one n."""

from __future__ import annotations

from dataclasses import replace

from symderiv.language.context import FAR, Array, Context, Range, unfold_all
from symderiv.language.terms import Number, Term, symbols_of

__all__ = ["for_any"]


def for_any(letter: str, first: int, context: Context) -> Context:
    """The context in which the letter is any integer from ``first`` on, and arrays have no end that depends on it."""
    for v in context.variables.values():
        own = (v.range.lower, v.range.upper)
        if v.name != letter and any(e is not None and letter in symbols_of(e) for e in own):
            # Such a variable would have another range for another value of the letter.
            context = replace(context, variables={n: w for n, w in context.variables.items() if n != v.name})
    kept = tuple(a for a in context.assumptions if letter not in symbols_of(unfold_all(a, context)))
    end = context.variables[letter].range.upper
    ends = frozenset({letter}) | (frozenset() if end is None else symbols_of(unfold_all(end, context)))
    context = replace(context, arrays={name: _for_all(a, ends, context) for name, a in context.arrays.items()})
    variable = replace(context.variables[letter], range=Range(Number(first), integer=True))
    return replace(context, assumptions=kept).with_variable(variable)


def _for_all(array: Array, letters: frozenset[str], context: Context) -> Array:
    """The array without what is said of it for one value of the letters: its end at n, that its entries add up to 1.

    What holds for all longer arrays holds for this one, at every index that it has.
    """

    def mentions(*ends: Term | None) -> bool:
        return any(e is not None and letters & symbols_of(unfold_all(e, context)) for e in ends)

    if any(mentions(*ends) for ends in array.axes):
        axes = tuple(
            (Number(-FAR) if mentions(low) else low, Number(FAR) if mentions(high) else high)
            for low, high in array.axes
        )
        array = replace(array, law="free", axes=axes)
    r = array.entries
    return replace(array, entries=Range(integer=r.integer)) if mentions(r.lower, r.upper) else array
