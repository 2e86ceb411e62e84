"""Showing that two sides are equal: search from both until they share a line.

First both sides as they stand, then with every name unfolded. The steps of the right side are printed backwards; each
step is an equation, so it may be read in either direction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symderiv.equality.instances import compare
from symderiv.language.context import Context
from symderiv.language.terms import Derivative, Sum, Term, walk
from symderiv.records import Rule, Step
from symderiv.rules import (
    algebra,
    blocks,
    definitions,
    exponentials,
    fractions,
    piecewise,
    rearranging,
    reindexing,
    rounded_indices,
    rounding,
    sums,
)
from symderiv.rules.structure import ac_key, arrange
from symderiv.solver.finishing import ALGEBRA, settle
from symderiv.solver.layers import layers
from symderiv.solver.lines import compress
from symderiv.solver.rewriting import moves, step_of
from symderiv.solver.search import connect, improve

__all__ = ["EXPANDED", "NO_WAY", "backwards", "exhausted", "show"]

NO_WAY = "the two sides could not be brought to a common line within the budget"
FEW_INSTANCES = 6
"""Points at which the sides are compared first: no search is made for a way to what is false."""

Derive = Callable[[Term, Context], tuple[tuple[Step, ...], Term]]

_MORE = (
    *(r for r in exponentials.RULES if r.name in (
        "symmetry of the sigmoid", "sigmoid by tanh", "tanh by the sigmoid", "definition of the sigmoid",
        "definition of tanh", "definition of the function",
        "definition of sinh and cosh", "exponential of a sum over an index",
    )),
    *(r for r in sums.RULES if r.name in (
        "split off the first term", "split off the last term", "shift the index", "write the sum out", "swap the sums",
        "constant factor into the sum",
    )),
    *blocks.RULES,
    *(r for r in rearranging.RULES if r.name == "swap the sums of a triangle"),
    *(r for r in rounded_indices.RULES if r.name == "terms in pairs"),
    *(r for r in reindexing.RULES if r.name in (
        "sum over the padded array", "reverse the order of summation",
    )),
    *(r for r in rounding.RULES if r.name in (
        "ceiling by the floor", "definition of the remainder", "rounding a negative number",
    )),
)  # fmt: skip
BACKWARDS = "(read backwards)"
_UNFOLD = tuple(r for r in definitions.RULES if r.name == "unfold the definition")
_SOFTPLUS = tuple(r for r in exponentials.RULES if r.name in (
    "logarithm of the sigmoid", "recognise softplus", "reflection of softplus",
))  # fmt: skip
_ABSOLUTE = (
    *_SOFTPLUS,
    *(r for r in exponentials.RULES if r.name == "softplus without overflow"),
    *(r for r in piecewise.RULES if r.name in ("maximum by the absolute value", "absolute value of the negative")),
)
_SPREAD = tuple(
    r for r in sums.RULES if r.name in ("sum of a constant", "constant factor out of the sum", "split the sum")
)
EXPANDED = (
    *_SPREAD,
    *(r for r in algebra.RULES if r.name in ("expand", "collect like terms", "collect powers")),
)
_ORDERED = (
    *EXPANDED,
    *(r for r in sums.RULES if r.name == "swap the sums"),
    *(r for r in rearranging.RULES if r.name == "swap the sums of a triangle"),
)
_EXPONENTIALS = tuple(r for r in exponentials.RULES if r.name in (
    "definition of the sigmoid", "definition of tanh", "definition of sinh and cosh", "definition of the function",
))  # fmt: skip


def show(left: Term, right: Term, context: Context, derive: Derive) -> tuple[tuple[Step, ...], Term, str]:
    """(steps, last line, stop reason): steps lead from ``left`` to ``right``."""
    if compare(left, right, context, FEW_INSTANCES, seconds=1.0).word == "refuted":
        return (), left, "the two sides differ"
    first, start = derive(left, context) if _needs(left) else ((), left)
    last, goal = derive(right, context) if _needs(right) else ((), right)
    head, tail = list(first), list(last)
    wide = (*ALGEBRA, *_MORE)
    joined = (
        connect(start, goal, context, wide, budget=16)
        or connect(start, goal, context, ALGEBRA, budget=30)
        or _by_shortest_form(start, goal, context, derive)
    )
    if joined is None:
        joined = _by_layers(start, goal, context, derive) or _by_spreading(start, goal, context)
    if joined is None:
        more, start = _unfolded(start, context)
        head += more
        more, goal = _unfolded(goal, context)
        tail += more
        joined = (
            connect(start, goal, context, wide, budget=40)
            or _by_shortest_form(start, goal, context, derive)
            or _by_conversion(start, goal, context, derive)
            or _by_one_fraction(start, goal, context)
            or connect(start, goal, context, wide, budget=150)
        )
    folded = arrange(right)
    if joined is None and folded != right:  # H/4 and (1/4) H are one line
        chain, _, reason = show(left, folded, context, derive)
        if not reason:
            return chain, folded, ""
    if joined is not None:
        forward = [*head, *compress(joined[0])]
        backward = [*tail, *compress(joined[1])]
        return (*forward, *backwards(forward, backward, left)), right, ""
    steps, line = derive(start, context)
    return (*head, *steps), line, NO_WAY


def _unfolded(line: Term, context: Context) -> tuple[list[Step], Term]:
    """Every name unfolded, and what cancels at once cancelled."""
    unfolding, line = exhausted(line, context, _UNFOLD)
    tidying, line = settle(line, context)
    return [*unfolding, *compress(tidying)], line


Chain = tuple[Step, ...]


def _by_shortest_form(left: Term, right: Term, context: Context, derive: Derive) -> tuple[Chain, Chain] | None:
    """Both sides in their shortest form, if that is the same."""
    forward, line = derive(left, context)
    backward, goal = derive(right, context)
    return (forward, backward) if ac_key(line) == ac_key(goal) else None


def _by_layers(left: Term, right: Term, context: Context, derive: Derive) -> tuple[Chain, Chain] | None:
    """With as few names unfolded as possible: the sides are compared after each layer of definitions."""
    for (first, start), (last, goal), here in layers(left, right, context):
        joined = _by_shortest_form(start, goal, here, derive)
        for rules in (_SPREAD, EXPANDED):
            if joined is None:
                forward, line = exhausted(start, here, rules)
                backward, aim = exhausted(goal, here, rules)
                rest = _by_shortest_form(line, aim, here, derive)
                if rest is not None:
                    joined = (*forward, *rest[0]), (*backward, *rest[1])
        if joined is None:
            joined = connect(start, goal, here, ALGEBRA, budget=12)
        if joined is not None:
            return (*compress(first), *joined[0]), (*compress(last), *joined[1])
    return None


def _by_spreading(left: Term, right: Term, context: Context) -> tuple[Chain, Chain] | None:
    """Both sides as sums of monomials, each nested in the order in which most of it stands outside."""
    if not any(isinstance(t.body, Sum) for side in (left, right) for t in walk(side) if isinstance(t, Sum)):
        return None
    sides = []
    for line in (left, right):
        first, line = _unfolded(line, context)
        second, line = exhausted(line, context, EXPANDED)
        outcome = improve(line, context, _ORDERED, budget=60)
        sides.append(((*first, *second, *compress(outcome.steps)), outcome.line))
    (forward, line), (backward, goal) = sides
    return (forward, backward) if ac_key(line) == ac_key(goal) else None


def _by_conversion(left: Term, right: Term, context: Context, derive: Derive) -> tuple[Chain, Chain] | None:
    """Both sides in terms of the same few functions, then in their shortest form."""
    for rules in (_SOFTPLUS, _ABSOLUTE, EXPANDED):
        first, start = exhausted(left, context, rules)
        last, goal = exhausted(right, context, rules)
        if not first and not last:
            continue
        if ac_key(start) == ac_key(goal):
            return tuple(first), tuple(last)
        joined = _by_shortest_form(start, goal, context, derive) or connect(start, goal, context, ALGEBRA, budget=20)
        if joined is not None:
            return (*first, *joined[0]), (*last, *joined[1])
    return None


def _by_one_fraction(left: Term, right: Term, context: Context) -> tuple[Chain, Chain] | None:
    """Both sides as one reduced fraction in exponentials."""
    sides = []
    for line in (left, right):
        steps, line = exhausted(line, context, _EXPONENTIALS)
        for move in moves(line, context, fractions.RULES):
            if move.path == ():
                steps.append(step_of(line, move))
                line = move.after
                break
        sides.append((tuple(steps), line))
    (forward, line), (backward, goal) = sides
    return (forward, backward) if ac_key(line) == ac_key(goal) else None


def _needs(term: Term) -> bool:
    return any(isinstance(t, Derivative) for t in walk(term))


def exhausted(line: Term, context: Context, rules: tuple[Rule, ...], limit: int = 20) -> tuple[list[Step], Term]:
    """Lines by the first of the rules that applies, until none does."""
    steps: list[Step] = []
    for _ in range(limit):
        move = next(iter(moves(line, context, rules)), None)
        if move is None:
            break
        steps.append(step_of(line, move))
        line = move.after
    return list(compress(steps)), line


def backwards(forward: list[Step], backward: list[Step], left: Term) -> list[Step]:
    """The steps of the right side read from the common line to the right side itself.

    Where the meeting lines differ in order only, the first backward line starts from the forward one.
    """
    out = []
    for s in reversed(backward):
        substeps = tuple(backwards([], list(s.substeps), left)) if _is_chain(s) else s.substeps
        note = s.note if s.note.endswith(BACKWARDS) else f"{s.note} {BACKWARDS}".strip()
        out.append(replace(s, before=s.after, after=s.before, substeps=substeps, note=note))
    if out:
        here = forward[-1].after if forward else left
        if out[0].before != here and ac_key(out[0].before) == ac_key(here):
            out[0] = replace(out[0], before=here)
    return out


def _is_chain(step: Step) -> bool:
    return bool(step.substeps) and step.substeps[0].before == step.before
