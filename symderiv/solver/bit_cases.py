"""Two sides in letters that are 0 or 1, shown equal by a table of all their values."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

from symderiv.language.context import Context, unfold_all
from symderiv.language.functions import expand_function
from symderiv.language.ranges import Unknown, evaluate_integer
from symderiv.language.terms import ONE, ZERO, Apply, Number, Relation, Symbol, Term, free_names, substitute
from symderiv.records import DETAIL, Step
from symderiv.rules.bits import is_bit
from symderiv.rules.structure import ac_key, arrange
from symderiv.solver.kinds import Derive

__all__ = ["by_cases"]

CASES, CASE = "check every case", "insert the given values"
MOST_BITS = 4


def by_cases(left: Term, right: Term, context: Context, derive: Derive) -> Step | None:
    """One step from left to right whose workings are both sides at all values of the bits; None if they differ."""
    sides = [unfold_all(side, context) for side in (left, right)]
    bits = [Symbol(n) for n in sorted(free_names(sides[0]) | free_names(sides[1])) if is_bit(Symbol(n), context)]
    if not bits or len(bits) > MOST_BITS:
        return None
    workings: list[Step] = []
    for values in product((ZERO, ONE), repeat=len(bits)):
        case = dict(zip(bits, values, strict=True))
        lines = list(_lines(sides, case, context, derive))
        if ac_key(lines[0].after) != ac_key(lines[1].after):
            return None
        workings += lines
    return Step(CASES, (), left, right, (), tuple(workings))


def _lines(sides: list[Term], case: Mapping[Symbol, Term], context: Context, derive: Derive) -> Iterator[Step]:
    """Both sides with the values put in, in their shortest form."""
    used = tuple(Relation("=", bit, value) for bit, value in case.items())
    for side in sides:
        value = _value(arrange(substitute(side, dict(case))), context, derive)
        yield Step(CASE, (), side, value, used, level=DETAIL)


def _value(line: Term, context: Context, derive: Derive) -> Term:
    if not free_names(line):
        with contextlib.suppress(Unknown, ZeroDivisionError, OverflowError):
            return Number(Fraction(evaluate_integer(_written_out(line), {})))
    return derive(line, context)[1]


def _written_out(t: Term) -> Term:
    """Functions that stand for others as these: relu(x) is Max(0, x)."""
    t = t.with_args(tuple([_written_out(a) for a in t.args])) if t.args else t
    expansion = expand_function(t) if isinstance(t, Apply) else None
    return t if expansion is None else _written_out(expansion)
