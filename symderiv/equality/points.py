"""Sample points: sizes, indices, real numbers and array entries that satisfy the declarations, small first.

Real values are exact rationals in several styles (small, generic, tied, at the ends of their range, tiny, large), so
that both signs, equal entries and boundaries occur. Entries are invented when they are first read and then kept.
The stream is deterministic.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flint import fmpq

from symderiv.equality.balls import Imprecise, OverBudget, Real, Undefined
from symderiv.equality.evaluation import Evaluator
from symderiv.equality.grids import Assignment, integer_points, names_behind
from symderiv.equality.jets import Jet
from symderiv.language.context import Array, Context, Range
from symderiv.language.terms import And, Apply, Relation, Symbol, Term

__all__ = ["Infeasible", "Point", "points"]

ZERO, ONE = fmpq(0), fmpq(1)
_SMALL = [fmpq(*v) for v in ((1, 1), (2, 1), (1, 2), (3, 1), (3, 2), (1, 3))]
_GENERIC = [
    fmpq(*v)
    for v in ((5, 3), (7, 4), (3, 5), (9, 7), (11, 5), (2, 7), (13, 4), (1, 5), (17, 6), (4, 11), (19, 8), (23, 13))
]  # fmt: skip
_STYLES: tuple[tuple[str, list[fmpq], fmpq], ...] = (
    ("small", _SMALL, ONE),
    ("generic", _GENERIC, ONE),
    ("tied", _SMALL[:2], ONE),
    ("positive", _GENERIC, ONE),
    ("generic", _GENERIC, fmpq(1, 40)),
    ("edge", _SMALL, ONE),
    ("positive", _GENERIC, fmpq(25)),
    ("generic", _GENERIC, fmpq(25)),
    ("positive", _GENERIC, fmpq(1, 14)),
)
"""What values are like: name, magnitudes, scale. Signs are mixed unless they are "positive"."""
_ATTEMPTS = 24
_PASSES = 60


class Infeasible(ValueError):
    """A range, law or assumption can't be met with this choice."""


class Point:
    """``point["n"]`` is an integer or a scalar, ``point["x", (2,)]`` an entry; values are invented when first read."""

    def __init__(self, context: Context, integers: Assignment, style: int = 0, seed: object = 0):
        self.context, self.integers, self.seed = context, integers, seed
        self.style, self.pool, self.scale = _STYLES[style % len(_STYLES)]
        self.values: dict[Any, fmpq] = {name: fmpq(v) for name, v in integers.items()}
        self.read: dict[Any, None] = {}

    def __getitem__(self, key: Any) -> fmpq:
        self.read[key] = None
        value = self.values.get(key)
        if value is None:
            value = self.values[key] = self._invent(key)
        return value

    def shown(self) -> dict[str, str]:
        """The values read, by name: integers first, then scalars, then entries."""
        entries = sorted((k for k in self.read if not isinstance(k, str)), key=lambda k: (k[0], k[1]))
        scalars = [k for k in self.read if isinstance(k, str) and k not in self.integers]
        keys = [*self.integers, *scalars, *entries]
        return {k if isinstance(k, str) else f"{k[0]}[{', '.join(map(str, k[1]))}]": str(self.values[k]) for k in keys}

    def _hash(self, key: Any) -> int:
        # Mixed, since the low bits of a CRC of similar texts are not independent.
        h = zlib.crc32(f"{self.seed}|{key}".encode()) * 2654435761 % 2**32
        h = (h >> 7) ^ (h >> 19)
        return h if self.style != "tied" or h % 4 == 0 or key == "" else self._hash("")

    def _invent(self, key: Any) -> fmpq:
        if isinstance(key, str):
            variable = self.context.variables.get(key)
            return self._within(variable.range if variable is not None else Range(), key)
        name, indices = key
        array = self.context.arrays.get(name)
        if array is None:
            return self._within(Range(), key)
        if array.law == "one_hot":
            hot, *_ = self._row(array, indices)
            return ONE if indices[-1] == hot else ZERO
        if array.law == "simplex":
            _, low, high = self._row(array, indices)
            weights = {n: self._weight(array, (*indices[:-1], n)) for n in range(low, high + 1)}
            total = sum(weights.values(), ZERO)
            return weights[indices[-1]] / total if total else fmpq(1, high - low + 1)
        return self._within(array.entries, key)

    def _row(self, array: Array, indices: tuple[int, ...]) -> tuple[int, int, int]:
        """(position of the one, first, last index) along the last axis, on which the law holds."""
        ends = [self._number(end) for end in array.axes[-1]]
        low, high = (int(e.floor()) for e in ends if isinstance(e, fmpq))
        if high < low:
            raise Infeasible(f"{array.name} is empty")
        return low + self._hash((array.name, indices[:-1])) % (high - low + 1), low, high

    def _weight(self, array: Array, indices: tuple[int, ...]) -> fmpq:
        h = self._hash((array.name, indices))
        may_vanish = not array.entries.lower_open and not array.entries.nonzero
        return ZERO if self.style == "edge" and may_vanish and h % 3 == 0 else self.pool[h % len(self.pool)]

    def _number(self, term: Term) -> Real:
        value = Evaluator(self, self.context).value(term)
        if isinstance(value, Jet):
            raise Infeasible("an end of a range depends on a perturbation")
        return value

    def _within(self, allowed: Range, key: Any) -> fmpq:
        h = self._hash(key)
        low = None if allowed.lower is None else _rational(self._number(allowed.lower), up=True)
        high = None if allowed.upper is None else _rational(self._number(allowed.upper), up=False)
        if allowed.integer:
            return self._integer_within(allowed, low, high, h)
        size = self.pool[h % len(self.pool)] * self.scale
        edge = self.style == "edge" and (h >> 9) % 2 == 0
        if low is not None and high is not None:
            if low > high or (low == high and (allowed.lower_open or allowed.upper_open)):
                raise Infeasible(f"the range of {key} is empty")
            share = (
                ZERO
                if edge and not allowed.lower_open
                else ONE
                if edge and not allowed.upper_open
                else size / (1 + size)
            )
            value = low + (high - low) * share
        elif low is not None:
            value = low if edge and not allowed.lower_open else low + size
        elif high is not None:
            value = high if edge and not allowed.upper_open else high - size
        else:
            value = ZERO if edge else -size if (h >> 5) % 2 and self.style != "positive" else size
        if allowed.nonzero and value == 0:
            value = size if high is None or size < high else -size
        return value

    def _integer_within(self, allowed: Range, low: fmpq | None, high: fmpq | None, h: int) -> fmpq:
        first = None if low is None else int(low.floor()) + 1 if allowed.lower_open else int(low.ceil())
        last = None if high is None else int(high.ceil()) - 1 if allowed.upper_open else int(high.floor())
        if first is None:
            first = -3 if last is None else last - 4
        if last is None:
            last = first + (6 if low is None else 4)
        choices = [n for n in range(first, min(last, first + 50) + 1) if n or not allowed.nonzero]
        if not choices:
            raise Infeasible("an integer range is empty")
        return fmpq(choices[h % len(choices)])

    def impose(self, assumptions: Sequence[Term]) -> bool:
        """Change values so that the assumptions hold; equations that are linear in one value are solved for it."""
        fixed: set[Any] = set(self.integers)
        try:
            for a in assumptions:
                if isinstance(a, Relation) and a.op == "=":
                    self._solve(a, fixed)
            inside = not fixed - set(self.integers) or all(self._allows(key) for key in list(self.values))
            return inside and all(Evaluator(self, self.context).truth(a) for a in assumptions)
        except (Undefined, Imprecise, OverBudget, Infeasible):
            return False

    def _solve(self, equation: Relation, fixed: set[Any]) -> None:
        residual = equation.left - equation.right
        self.read = {}
        if Evaluator(self, self.context).value(residual) == 0:
            return
        # Scalars before entries, the last read first: mu = Sum(x)/n gives mu, Sum(y) = 1 the last y.
        latest = [k for k in self.read if k not in fixed][::-1]
        candidates = sorted(latest, key=lambda k: not isinstance(k, str))
        for key in candidates[:12]:
            if self._is_bound_by_law(key):
                continue
            before = self.values[key]
            evaluator = Evaluator(self, self.context)
            evaluator.seeds = {key: Jet(1, before, ONE)}
            r = evaluator.value(residual)
            if not (isinstance(r, Jet) and isinstance(r.value, fmpq) and isinstance(r.slope, fmpq) and r.slope != 0):
                continue
            self.values[key] = before - r.value / r.slope
            if self._allows(key) and Evaluator(self, self.context).value(residual) == 0:
                fixed.add(key)
                return
            self.values[key] = before

    def _is_bound_by_law(self, key: Any) -> bool:
        array = None if isinstance(key, str) else self.context.arrays.get(key[0])
        return array is not None and (array.law != "free" or array.entries.integer)

    def _allows(self, key: Any) -> bool:
        if isinstance(key, str):
            variable = self.context.variables.get(key)
            allowed = variable.range if variable is not None else Range()
        else:
            array = self.context.arrays.get(key[0])
            allowed = array.entries if array is not None else Range()
        # The value stands for itself under a name of its own, since an entry's condition is on that entry alone.
        probe = Evaluator(_Probe(self, self.values[key]), self.context)
        return all(probe.truth(c) for c in allowed.conditions(Symbol("\0value")))


class _Probe:
    def __init__(self, point: Point, value: fmpq):
        self.point, self.value = point, value

    def __getitem__(self, key: Any) -> fmpq:
        return self.value if key == "\0value" else self.point[key]


def _rational(value: Real, up: bool) -> fmpq:
    """An exact rational not below (above) the number."""
    if isinstance(value, fmpq):
        return value
    if not value.is_finite():
        raise Imprecise
    man, exp = (value.upper() if up else value.lower()).man_exp()
    return fmpq(man) * (fmpq(2) ** int(exp))


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
    count = 0
    for turn in range(_PASSES):
        before = count
        assignments = _kept(integer_points(integers, on_integers, context, limit), grid) if turn == 0 else grid
        for number, assignment in enumerate(assignments):
            point = _feasible(context, assignment, on_reals, turn, number)
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


def _feasible(context: Context, integers: Assignment, assumptions: list[Term], turn: int, number: int) -> Point | None:
    for attempt in range(_ATTEMPTS if assumptions else 1):
        point = Point(context, integers, style=turn + number + attempt, seed=(turn, number, attempt))
        if point.impose(assumptions):
            point.read = {}
            return point
    return None


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
