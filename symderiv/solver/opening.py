"""Lines on which no rule makes progress as they stand: names are unfolded one by one, squares of sums multiplied out.

A moving average y[n] - y[n - 1] says nothing while y is folded; sum_ij (x_i - x_j)^2 is as short as it gets, and yet
2 n sum x_i^2 - 2 (sum x_i)^2, with one sum less around each term, is what a teacher asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symderiv.language.context import Context
from symderiv.language.terms import Binder, Term
from symderiv.records import Step
from symderiv.rules import rearranging, sums
from symderiv.rules.structure import ac_key
from symderiv.solver.finishing import finish
from symderiv.solver.joining import EXPANDED, backwards, exhausted, show
from symderiv.solver.layers import named, unfolded
from symderiv.solver.rewriting import moves, step_of

__all__ = ["opened", "show_opened"]

Derive = Callable[[Term, Context], tuple[tuple[Step, ...], Term]]
Lines = tuple[tuple[Step, ...], Term]
_SWAP = (*rearranging.RULES[1:], *(r for r in sums.RULES if r.name == "swap the sums"))


def opened(line: Term, context: Context) -> Lines:
    """Steps to the first form that is simpler than the line with the same names unfolded; none where there is none.

    Ends: each layer removes a name, and what it stands for only uses earlier ones.
    """
    found, result = _unfolded(line, context)
    if found:
        again, folded = finish(result, context)  # a name may stand for what is there now
        return ((*found, *again), folded) if ac_key(folded) != ac_key(line) else (found, result)
    return _multiplied_out(line, context)


def _unfolded(line: Term, context: Context) -> Lines:
    kept = dict(context.definitions)
    steps: list[Step] = []
    here, start = context, line
    for name in reversed(list(context.definitions)):
        if name not in named(start, here):
            continue
        more, start = unfolded(([], start), name, here)
        steps += more
        del kept[name]
        here = replace(context, definitions=dict(kept))
        last, result = finish(start, here)
        if last:
            return (*steps, *last), result
        swapped, result = _swapped(start, here)
        if swapped:
            return (*steps, *swapped), result
    return (), line


def _swapped(line: Term, context: Context) -> Lines:
    """Nested sums in the other order, if fewer of them are nested in the end."""
    for move in moves(line, context, _SWAP) if nesting(line) > 1 else ():
        last, result = finish(move.after, context)
        if nesting(result) < nesting(line):
            return (step_of(line, move), *last), result
    return (), line


def _multiplied_out(line: Term, context: Context) -> Lines:
    """The line with its sums spread out, if fewer of them are nested then."""
    if nesting(line) < 2:
        return (), line
    steps, spread = exhausted(line, context, EXPANDED)
    last, result = finish(spread, context)
    return ((*steps, *last), result) if nesting(result) < nesting(line) else ((), line)


def show_opened(left: Term, right: Term, context: Context, derive: Derive) -> tuple[tuple[Step, ...], Term, str] | None:
    """(steps, right, "") from left to right by the opened form of each side; None where that does not help."""
    sides = []
    for side in (left, right):
        steps, line = derive(side, context)
        sides.append((steps, line) if steps else opened(side, context))
    (first, start), (last, goal) = sides
    if not first and not last:
        return None
    middle: tuple[Step, ...] = ()
    if ac_key(start) != ac_key(goal):
        middle, _, reason = show(start, goal, context, derive)
        if reason:
            return None
    forward = [*first, *middle]
    return (*forward, *backwards(forward, list(last), left)), right, ""


def nesting(term: Term) -> int:
    """How deep sums and products over an index stand in each other."""
    return isinstance(term, Binder) + max((nesting(a) for a in term.args), default=0)
