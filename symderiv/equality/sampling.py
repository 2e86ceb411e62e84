"""The stream of sample points: which names matter, small integers first, real values that satisfy the assumptions.

Equations that are linear in a value are solved for it, inequalities narrow ranges or filter. Deterministic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flint import fmpq

from symderiv.equality.balls import Imprecise, OverBudget, Undefined
from symderiv.equality.evaluation import Evaluator
from symderiv.equality.grids import Assignment, boundaries, integer_points, landmarks, names_behind, thresholds
from symderiv.equality.jets import Jet
from symderiv.equality.points import STYLES, Infeasible, Point
from symderiv.language.context import Context, Range
from symderiv.language.matrix_terms import is_matrix
from symderiv.language.terms import And, Apply, Relation, Symbol, Term

__all__ = ["impose", "points"]

_ATTEMPTS = 24
_PASSES = 84
_ORDINARY = 18
"""So many passes take all styles of values in turn."""


def points(terms: Sequence[Term], context: Context, limit: int = 48) -> Iterator[Point]:
    """At most ``limit`` points for the names behind the terms; fewer if ranges and assumptions leave fewer.

    The first pass goes through the integers, small sizes first; later passes repeat them with other real values.
    """
    names, assumptions = _relevant(terms, context)
    integers = [v for v in context.variables.values() if v.name in names and v.range.integer]
    closed = {v.name for v in integers} | set(context.definitions)
    on_integers = [a for a in assumptions if _is_about(a, closed, context)]
    on_reals = [a for a in assumptions if a not in on_integers]
    context = _narrowed(context, on_reals)
    grid: list[Assignment] = []
    marks = landmarks(terms, context) if integers else ()
    edges = boundaries(terms, context) if integers else ()
    count = 0
    for turn in range(_PASSES):
        before = count
        assignments = (
            _kept(integer_points(integers, on_integers, context, limit, marks, edges), grid) if turn == 0 else grid
        )
        between = _between(terms, context, turn // 4) if turn >= _ORDINARY and turn % 8 in (2, 3, 6) else ()
        for number, assignment in enumerate(assignments):
            point = _feasible(context, assignment, on_reals, turn, number, between)
            if point is not None:
                yield point
                count += 1
                if count >= limit:
                    return
        if count == before and turn >= 2:
            return


def _narrowed(context: Context, conditions: Sequence[Term]) -> Context:
    """The context with inequalities that bound a real variable by other terms made part of its range."""
    for c in conditions:
        if not (isinstance(c, Relation) and c.op in _FLIPPED):
            continue
        # The larger side is raised above the smaller rather than the other way round: most ranges have no upper end.
        both = [(c.op, c.left, c.right), (_FLIPPED[c.op], c.right, c.left)]
        for op, side, other in both if c.op in (">", ">=") else both[::-1]:
            v = context.variables.get(side.name) if isinstance(side, Symbol) else None
            # A bound may not depend on the variable, also not through the ranges of others.
            if v is None or v.range.integer or v.name in names_behind((other,), context):
                continue
            context = context.with_variable(replace(v, range=_cut(v.range, op, other)))
            break
    return context


_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _cut(allowed: Range, op: str, end: Term) -> Range:
    is_open = op in ("<", ">")
    if op in ("<", "<="):
        upper = end if allowed.upper is None else Apply("Min", allowed.upper, end)
        return replace(allowed, upper=upper, upper_open=allowed.upper_open or is_open)
    lower = end if allowed.lower is None else Apply("Max", allowed.lower, end)
    return replace(allowed, lower=lower, lower_open=allowed.lower_open or is_open)


def _kept(assignments: Iterator[Assignment], kept: list[Assignment]) -> Iterator[Assignment]:
    for assignment in assignments:
        kept.append(assignment)
        yield assignment


def _is_about(condition: Term, names: set[str], context: Context) -> bool:
    """Is it a condition on the integers with these names, at least one of them?"""
    found = names_behind((condition,), context)
    return context.is_integer_condition(condition) and found <= names and bool(found - set(context.definitions))


def _feasible(
    context: Context, integers: Assignment, assumptions: list[Term], turn: int, number: int, pool: Sequence[fmpq] = ()
) -> Point | None:
    for attempt in range(_ATTEMPTS if assumptions else 1):
        seed = turn, number, attempt
        given = pool if attempt % 2 == 0 else ()
        style = _style(turn, number + attempt)
        if given:
            style = 2 if turn % 4 == 3 else turn // 4 // len(given) % 2
        point = Point(context, integers, style, seed, given)
        if impose(point, assumptions):
            point.read = {}
            return point
    return None


def _style(turn: int, number: int) -> int:
    """Where the integers leave few points many later ones are ends of ranges and ties, which are easily missed."""
    special = {1: "edge", 3: "tied"}.get(turn % 4) if turn >= _ORDINARY else None
    return turn + number if special is None else STYLES.index(special)


def _between(terms: Sequence[Term], context: Context, turn: int) -> tuple[fmpq, ...]:
    """Numbers between those in the terms, in a ring that turns: each of them is first once."""
    found = [fmpq(t.numerator, t.denominator) for t in thresholds(terms, context)]
    first = turn % len(found)
    return (*found[first:], *found[:first])


def _relevant(terms: Sequence[Term], context: Context) -> tuple[set[str], list[Term]]:
    """The names that matter and the assumptions that share one of them, directly or through others."""
    names = names_behind(terms, context)
    rest = [part for a in context.assumptions for part in _conjuncts(a)]
    chosen: list[Term] = []
    while True:
        linked = [a for a in rest if names_behind((a,), context) & names]
        if not linked:
            return names, chosen
        chosen += linked
        rest = [a for a in rest if a not in linked]
        names |= names_behind(linked, context)


def _conjuncts(condition: Term) -> tuple[Term, ...]:
    if isinstance(condition, And):
        return tuple(part for c in condition.args for part in _conjuncts(c))
    return (condition,)


# ---------------------------------------------------------------- assumptions


def impose(point: Point, assumptions: Sequence[Term]) -> bool:
    """Change values so that the assumptions hold; equations that are linear in one value are solved for it."""
    fixed: set[Any] = set(point.integers)
    try:
        for a in assumptions:
            if isinstance(a, Relation) and a.op == "=" and not is_matrix(a.left):
                _solve(point, a, fixed)
        inside = not fixed - set(point.integers) or all(_allows(point, key) for key in list(point.values))
        return inside and all(Evaluator(point, point.context).truth(a) for a in assumptions)
    except (Undefined, Imprecise, OverBudget, Infeasible):
        return False


def _solve(point: Point, equation: Relation, fixed: set[Any]) -> None:
    residual = equation.left - equation.right
    point.read = {}
    if Evaluator(point, point.context).value(residual) == 0:
        return
    # Scalars before entries, the last read first: mu = Sum(x)/n gives mu, Sum(y) = 1 the last y.
    latest = [k for k in point.read if k not in fixed][::-1]
    candidates = sorted(latest, key=lambda k: not isinstance(k, str))
    for key in candidates[:12]:
        if _is_bound_by_law(point, key):
            continue
        before = point.values[key]
        evaluator = Evaluator(point, point.context)
        evaluator.seeds = {key: Jet(1, before, fmpq(1))}
        r = evaluator.value(residual)
        if not (isinstance(r, Jet) and isinstance(r.value, fmpq) and isinstance(r.slope, fmpq) and r.slope != 0):
            continue
        point.values[key] = before - r.value / r.slope
        if _allows(point, key) and Evaluator(point, point.context).value(residual) == 0:
            fixed.add(key)
            return
        point.values[key] = before


def _is_bound_by_law(point: Point, key: Any) -> bool:
    array = None if isinstance(key, str) else point.context.arrays.get(key[0])
    return array is not None and (array.law != "free" or array.entries.integer)


def _allows(point: Point, key: Any) -> bool:
    if isinstance(key, str):
        variable = point.context.variables.get(key)
        allowed = variable.range if variable is not None else Range()
    else:
        array = point.context.arrays.get(key[0])
        allowed = array.entries if array is not None else Range()
    # The value stands for itself under a name of its own, since an entry's condition is on that entry alone.
    probe = Evaluator(_Probe(point, point.values[key]), point.context)
    return all(probe.truth(c) for c in allowed.conditions(Symbol("\0value")))


class _Probe:
    def __init__(self, point: Point, value: fmpq):
        self.point, self.value = point, value

    def __getitem__(self, key: Any) -> fmpq:
        return self.value if key == "\0value" else self.point[key]
