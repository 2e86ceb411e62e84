"""Inverting a rounded quotient: q = floor(p/S) holds for S values of p, one for each remainder.

For integers and S > 0: q = floor(p/S) if and only if p = S q + r with 0 <= r <= S - 1, and q = ceiling(p/S) if and only
if p = S q - r. The remainder is a declared integer with just this range, so that its name and its range are printed.
Source: Graham, Knuth & Patashnik, *Concrete Mathematics*, 2nd ed., section 3.4.
"""

from __future__ import annotations

from symderiv.errors import DerivationError
from symderiv.language.context import Context
from symderiv.language.terms import ONE, ZERO, Apply, Relation, Symbol, Term, free_names
from symderiv.language.text import to_text
from symderiv.rules.conditions import is_positive
from symderiv.rules.floors import numerator_and_denominator
from symderiv.rules.structure import build_product, build_sum, negate, same

__all__ = ["DIVISION", "undo_rounding"]

DIVISION = "division with remainder"


def undo_rounding(left: Apply, right: Term, context: Context) -> tuple[Term, Term, str, tuple[Term, ...]] | None:
    """p = S right + r for floor(p/S) = right, as (left, right, what was done, conditions); None where p is no integer.

    Raises DerivationError if no remainder is declared.
    """
    above, below = numerator_and_denominator(left.args[0])
    if below == ONE or not (context.is_integer(above) and context.is_integer(below) and is_positive(below, context)):
        return None
    taken = free_names(left) | free_names(right)
    remainder = _remainder(below, taken, context)
    if remainder is None:
        raise DerivationError(
            f"the remainder has no name; declare an integer from 0 to {to_text(build_sum((below, negate(ONE))))}"
        )
    signed = remainder if left.function == "floor" else negate(remainder)
    conditions = (Relation("<=", ZERO, remainder), Relation("<=", remainder, build_sum((below, negate(ONE)))))
    return above, build_sum((build_product((below, right)), signed)), DIVISION, conditions


def _remainder(below: Term, taken: frozenset[str], context: Context) -> Symbol | None:
    """A declared integer from 0 to S - 1 that does not occur yet."""
    last = build_sum((below, negate(ONE)))
    for v in context.variables.values():
        r = v.range
        if v.name not in taken and r.integer and r.lower == ZERO and r.upper is not None and same(r.upper, last):
            return Symbol(v.name)
    return None
