"""Numbers in the place of the entries of given arrays, so that a proof can use them.

Entries at numbers become the numbers; a sum between numbers over such entries is written out first. Every change is an
equality by definition; reads outside the axes of an array stay as they are.
"""

from __future__ import annotations

from fractions import Fraction

from symderiv.language.context import Context, unfold_all
from symderiv.language.ranges import Unknown, evaluate_integer
from symderiv.language.terms import TRUE, ZERO, Add, Binder, Entry, Number, Sum, Term, instantiate, walk

__all__ = ["insert_numbers"]

_LONGEST = 64


def insert_numbers(term: Term, context: Context) -> Term:
    """The term with the numbers of the context's arrays; the same object if there are none in it."""
    given = frozenset(name for name, a in context.arrays.items() if a.values is not None)
    if not given:
        return term
    whole = unfold_all(term, context)
    return _insert(whole, context, given) if _reads(whole, given) else term


def _reads(term: Term, given: frozenset[str]) -> bool:
    return any(isinstance(t, Entry) and t.name in given for t in walk(term))


def _insert(t: Term, context: Context, given: frozenset[str]) -> Term:
    if isinstance(t, Sum) and _reads(t.body, given) and t.guard == TRUE:
        low, high = _integer(t.lower), _integer(t.upper)
        if low is not None and high is not None and high - low < _LONGEST:
            terms = [_insert(instantiate(t.body, Number(i)), context, given) for i in range(low, high + 1)]
            return Add(*terms) if len(terms) > 1 else terms[0] if terms else ZERO
    if isinstance(t, Binder):
        return t.with_args(tuple(_insert(a, context, given) for a in t.args))
    if isinstance(t, Entry) and t.name in given:
        return _number(t, context)
    return t.with_args(tuple(_insert(a, context, given) for a in t.args)) if t.args else t


def _number(t: Entry, context: Context) -> Term:
    array = context.arrays[t.name]
    indices = [_integer(i) for i in t.indices]
    known = [i for i in indices if i is not None]
    if len(known) != len(indices) or len(known) != len(array.axes):
        return t
    ends = [(_integer(low), _integer(high)) for low, high in array.axes]
    if all(
        low is not None and high is not None and low <= i <= high for i, (low, high) in zip(known, ends, strict=True)
    ):
        value = array.value_at(tuple(known))
        return t if value is None else Number(value)
    return ZERO if array.padded else t


def _integer(t: Term) -> int | None:
    """The value of a term without names, if it is an integer."""
    try:
        value = Fraction(evaluate_integer(t, {}))
    except (Unknown, ArithmeticError):
        return None
    return int(value) if value.denominator == 1 else None
