"""Numbers that are 0 or 1: b^n = b."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context
from symderiv.language.terms import ONE, ZERO, Entry, Number, Power, Symbol, Term
from symderiv.records import DETAIL, Rewrite, Rule

__all__ = ["RULES", "is_bit"]


def is_bit(term: Term, context: Context) -> bool:
    """Is it a declared letter, or an entry of one-hot labels, that is 0 or 1?"""
    if isinstance(term, Entry):
        array = context.arrays.get(term.name)
        return array is not None and array.law == "one_hot" and not array.padded
    v = context.variables.get(term.name) if isinstance(term, Symbol) else None
    return v is not None and v.range.integer and (v.range.lower, v.range.upper) == (ZERO, ONE)


def _power(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Power) or not isinstance(term.exponent, Number):
        return
    n = term.exponent.value
    if n.denominator == 1 and n > 1 and is_bit(term.base, context):
        yield Rewrite(term.base)


RULES = (
    Rule(
        "power of a bit", r"b^n = b", _power, "algebra", "Rosen, Discrete Mathematics and Its Applications, 8th ed., sec. 12.1",
        "b is 0 or 1, n >= 1", DETAIL, (("hot[i]**2", "hot[i]"),),
    ),
)  # fmt: skip
