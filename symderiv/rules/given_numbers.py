"""Arrays of given numbers: their entries inserted, and sums over them written out."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context
from symderiv.language.terms import Binder, Entry, Number, Sum, Symbol, Term, walk
from symderiv.records import Rewrite, Rule
from symderiv.rules import sums
from symderiv.rules.structure import arrange

__all__ = ["RULES"]

SOURCE = "Velleman, How to Prove It, 2nd ed., sec. 3.1 (givens and goals)"
_WRITE_OUT = next(r for r in sums.RULES if r.name == "write the sum out")


def _insert(term: Term, context: Context) -> Iterator[Rewrite]:
    """All entries of given arrays as their numbers, and beside such entries also names that are defined as numbers."""
    new = _with_numbers(term, context)
    if new is not term and any(isinstance(t, Entry) and _value(t, context) is not None for t in walk(term)):
        yield Rewrite(arrange(new))


def _with_numbers(t: Term, context: Context) -> Term:
    if isinstance(t, Entry):
        return _value(t, context) or t
    if isinstance(t, Symbol):
        d = context.definition_of(t)
        return d.body if d is not None and isinstance(d.body, Number) else t
    return t.with_args(tuple([_with_numbers(a, context) for a in t.args])) if t.args else t


def _value(t: Entry, context: Context) -> Number | None:
    array = context.arrays.get(t.name)
    if array is None or array.values is None or len(array.axes) != len(t.indices):
        return None
    places: list[int] = []
    for i, (low, high) in zip(t.indices, array.axes, strict=True):
        if not (isinstance(i, Number) and isinstance(low, Number) and isinstance(high, Number)):
            return None
        if i.value.denominator != 1 or not low.value <= i.value <= high.value:
            return None
        places.append(int(i.value))
    value = array.value_at(tuple(places))
    return None if value is None else Number(value)


def _write_out(term: Term, context: Context) -> Iterator[Rewrite]:
    """A short sum with entries of given arrays."""
    if isinstance(term, Sum) and any(_is_given(t, context) for t in walk(term.body)):
        if not any(isinstance(t, Binder) for t in walk(term.body)):
            yield from _WRITE_OUT.apply(term, context)


def _is_given(t: Term, context: Context) -> bool:
    array = context.arrays.get(t.name) if isinstance(t, Entry) else None
    return array is not None and array.values is not None


RULES = (
    Rule(
        _WRITE_OUT.name, _WRITE_OUT.law, _write_out, "given numbers", _WRITE_OUT.source,
        examples=(("Sum(num[k]*x**k, (k, 1, 2))", "num[1]*x + num[2]*x**2"),),
    ),
    Rule(
        "insert the given numbers", r"w_2 x = -3x \text{ for the given } w_2 = -3", _insert, "given numbers", SOURCE,
        examples=(("num[1]*x + num[2]", "3*x - 1"),),
    ),
)  # fmt: skip
