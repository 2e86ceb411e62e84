"""Small values for the integers of a problem: sizes from the smallest allowed, every index in its range, small first.

Sizes are enumerated by how far they are above their smallest values in total, so that the first point at which two
terms differ has the smallest sizes. Conditions on integers filter; an equation that leaves one integer open gives it.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from flint import fmpq

from symderiv.equality.balls import Imprecise, OverBudget, Undefined
from symderiv.equality.evaluation import Evaluator, evaluate
from symderiv.language.context import Context, Variable, unfold_all
from symderiv.language.terms import (
    Apply,
    Bound,
    Delta,
    Entry,
    MatrixName,
    Number,
    Relation,
    Symbol,
    Term,
    substitute,
    walk,
)

__all__ = ["boundaries", "integer_points", "landmarks", "names_behind", "thresholds"]

LARGEST_SIZE = 4
_LEVELS = 9
_NODES = 20_000
_LONGEST_INDEX_RANGE = 7
_LANDMARK_COST = 4
_EDGE_COST = 1
_MOST_BOUNDARIES = 12
_LANDMARKS = (4, 64, 18)
"""The smallest and the largest number that counts as one, and how many values around them are tried."""
_BEYOND = 7
_LARGEST_THRESHOLD = 10**6
_MOST_THRESHOLDS = 16

Assignment = dict[str, int]


def _shuffled(items: Iterable[int], key: object) -> list[int]:
    """A fixed but patternless order."""
    return sorted(items, key=lambda item: zlib.crc32(f"{key}|{item}".encode()))


def names_behind(terms: Iterable[Term], context: Context) -> set[str]:
    """Every name that the value of the terms depends on: through definitions, ranges of variables and shapes."""
    found: set[str] = set()
    todo = list(terms)
    while todo:
        for t in walk(todo.pop()):
            if not isinstance(t, (Symbol, Entry, Apply, MatrixName)) or t.data in found:
                continue
            if not isinstance(t, Apply):
                found.add(t.data)
            definition = context.definitions.get(t.data)
            if definition is not None:
                found.add(t.data)
                todo.append(definition.body)
                todo.extend(end for axis in definition.axes for end in axis)
            variable = context.variables.get(t.data)
            if variable is not None:
                todo.extend(end for end in (variable.range.lower, variable.range.upper) if end is not None)
            array = context.arrays.get(t.data)
            if array is not None:
                todo.extend(end for axis in array.axes for end in axis)
                todo.extend(end for end in (array.entries.lower, array.entries.upper) if end is not None)
            recurrence = context.recurrences.get(t.data)
            if recurrence is not None:
                todo.append(substitute(recurrence.body, {Symbol(recurrence.parameter): Number(recurrence.first)}))
            family = context.random.get(t.data)
            if family is not None:
                todo.extend(m for m in (family.mean, family.variance, family.covariance) if m is not None)
    return found


def landmarks(terms: Iterable[Term], context: Context) -> tuple[int, ...]:
    """Numbers around the constants of the terms, at which something may happen: n <= 6, x[n - 5]; and far from them."""
    smallest, largest, count = _LANDMARKS
    found = {
        abs(int(t.value))
        for term in terms
        for t in walk(unfold_all(term, context))
        if isinstance(t, Number) and t.value.denominator == 1 and smallest <= abs(t.value) <= largest
    }
    near = (sign * c + by for c in sorted(found) for sign in (1, -1) for by in (0, 1, -1))
    far = (max(found) + _BEYOND, -max(found) - _BEYOND) if found else ()
    return (*itertools.islice(dict.fromkeys(near), count), *far)


def thresholds(terms: Iterable[Term], context: Context) -> tuple[Fraction, ...]:
    """Positive numbers between the constants of the terms and beyond them, where real conditions tell apart.

    2*x > 1 and x >= 1 differ between 1/2 and 1 only.
    """
    constants = {
        abs(t.value)
        for term in terms
        for t in walk(unfold_all(term, context))
        if isinstance(t, Number) and 0 < abs(t.value) <= _LARGEST_THRESHOLD
    }
    found = sorted({Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2), *constants, *(1 / c for c in constants)})
    middle = [(a + b) / 2 for a, b in itertools.pairwise(found)]
    return tuple(itertools.islice(dict.fromkeys((*middle, *sorted(constants), found[-1] * 2)), _MOST_THRESHOLDS))


def boundaries(terms: Iterable[Term], context: Context) -> tuple[Term, ...]:
    """Differences of integers that change their sign where something may happen: t - (L + M - 2) for t <= L + M - 2."""
    found: dict[Term, None] = {}
    for term in terms:
        for t in walk(unfold_all(term, context)):
            sides = t.args if isinstance(t, (Relation, Delta)) else ()
            if sides and all(map(context.is_integer, sides)) and not any(isinstance(x, Bound) for x in walk(t)):
                found.setdefault(sides[0] - sides[1])
    return tuple(itertools.islice(found, _MOST_BOUNDARIES))


def integer_points(
    variables: Sequence[Variable], conditions: Sequence[Term], context: Context, limit: int,
    marks: Sequence[int] = (), edges: Sequence[Term] = (),
) -> Iterator[Assignment]:  # fmt: skip
    """About ``limit`` assignments that satisfy ranges and conditions, small sizes first.

    ``conditions`` are conditions on integers only. Integers without an end also take the values ``marks`` and those at
    which one of the ``edges``, affine in them, is 0. Terminates: the search visits a bounded number of nodes.
    """
    grid = _Grid(variables, conditions, context, marks, edges)
    levels = min(LARGEST_SIZE * len(grid.extents) + 1, _LEVELS)
    left = limit
    for level in range(levels):
        sizes = list(itertools.islice(grid.sizes(level), 400))
        quota = max(3, left // (levels - level))
        for number, size in enumerate(_spread(sizes, quota, level)):
            share = max(1, (quota + number) // min(len(sizes), quota))
            chosen = _spread(list(itertools.islice(grid.indices(size), 300)), share, level)
            left -= len(chosen)
            yield from chosen


def _spread(items: list[Assignment], count: int, key: object) -> list[Assignment]:
    """``count`` of the items in their order, the first and the last among them."""
    if len(items) <= count:
        return items
    ends = [0, len(items) - 1][:count]
    middle = _shuffled(range(1, len(items) - 1), key)[: max(count - 2, 0)]
    return [items[n] for n in sorted(ends + middle)]


class _Grid:
    """The search: ``extents`` (sizes, unbounded integers) are enumerated by level, ``inner`` (indices) through."""

    def __init__(
        self, variables: Sequence[Variable], conditions: Sequence[Term], context: Context, marks: Sequence[int],
        edges: Sequence[Term] = (),
    ):  # fmt: skip
        self.context, self.marks = context, marks
        ordered = self._in_order(variables)
        # Integers without an end come after the sizes, which may set their edges.
        free = {v.name for v in ordered if _is_open(v) and not any(_ends_mention(w, v.name, context) for w in ordered)}
        self.extents = sorted((v for v in ordered if _is_extent(v)), key=lambda v: v.name in free)
        self.edges = [(e, names_behind((e,), context) & {v.name for v in ordered}) for e in edges]
        self.inner = [v for v in ordered if not _is_extent(v)]
        names = {v.name for v in ordered}
        self.conditions = [(c, names_behind((c,), context) & names) for c in conditions]
        self.nodes = _NODES

    def _in_order(self, variables: Sequence[Variable]) -> list[Variable]:
        """Every variable after those that its range mentions."""
        by_name = {v.name: v for v in variables}
        out: dict[str, Variable] = {}

        def visit(v: Variable, open_: frozenset[str]) -> None:
            if v.name in out or v.name in open_:
                return
            ends = [e for e in (v.range.lower, v.range.upper) if e is not None]
            for name in sorted(names_behind(ends, self.context) & set(by_name)):
                visit(by_name[name], open_ | {v.name})
            out[v.name] = v

        for v in variables:
            visit(v, frozenset())
        return list(out.values())

    def sizes(self, level: int) -> Iterator[Assignment]:
        """Assignments of the extents with total excess ``level``."""
        self.nodes = _NODES
        yield from self._sizes({}, self.extents, level)

    def _sizes(self, known: Assignment, rest: Sequence[Variable], level: int) -> Iterator[Assignment]:
        if not rest:
            if level == 0:
                yield known
            return
        v = rest[0]
        solved = self._solve(v, known)
        if solved is not None:
            yield from self._with(v, solved, known, rest, level, 0)
            return
        small = self._candidates(v, known)
        for cost, value in enumerate(small):
            if cost > level:
                break
            yield from self._with(v, value, known, rest, level, cost)
        if v.range.lower is None or v.range.upper is None:
            at_edges = [n for n in self._edges_of(v, known) if n not in small] if level >= _EDGE_COST else []
            for value in at_edges:
                yield from self._with(v, value, known, rest, level, _EDGE_COST)
            for value in self.marks if level >= _LANDMARK_COST else ():
                if value not in small and value not in at_edges:
                    yield from self._with(v, value, known, rest, level, _LANDMARK_COST)

    def _edges_of(self, v: Variable, known: Assignment) -> list[int]:
        """The values at which an edge with ``v`` as the only open integer is 0."""
        roots = (self._root(e, v, known) for e, names in self.edges if v.name in names and names <= {*known, v.name})
        return list(dict.fromkeys(r for r in roots if r is not None))

    def _with(
        self, v: Variable, value: int, known: Assignment, rest: Sequence[Variable], level: int, cost: int
    ) -> Iterator[Assignment]:
        self.nodes -= 1
        new = {**known, v.name: value}
        if self.nodes > 0 and self._allowed(v, new):
            yield from self._sizes(new, rest[1:], level - cost)

    def indices(self, known: Assignment) -> Iterator[Assignment]:
        """All ways to complete the sizes by indices in their ranges."""
        self.nodes = _NODES
        yield from self._indices(known, self.inner)

    def _indices(self, known: Assignment, rest: Sequence[Variable]) -> Iterator[Assignment]:
        if not rest:
            yield known
            return
        v = rest[0]
        solved = self._solve(v, known)
        for value in self._candidates(v, known) if solved is None else [solved]:
            new = {**known, v.name: value}
            self.nodes -= 1
            if self.nodes > 0 and self._allowed(v, new):
                yield from self._indices(new, rest[1:])

    def _candidates(self, v: Variable, known: Assignment) -> list[int]:
        low, high = (None if e is None else self._evaluate(e, known) for e in (v.range.lower, v.range.upper))
        low_open, high_open = v.range.lower_open, v.range.upper_open
        first = None if low is None else (low.floor() + 1 if low_open else low.ceil())
        last = None if high is None else (high.ceil() - 1 if high_open else high.floor())
        if first is None:
            return [0, 1, -1, 2, -2, 3] if last is None else [int(last) - n for n in range(LARGEST_SIZE + 1)]
        if last is None:
            return [int(first) + n for n in range(max(LARGEST_SIZE - int(first), 2) + 1)]
        a, b = int(first), int(last)
        if _is_extent(v):
            return list(range(a, min(b, max(LARGEST_SIZE, a + 2)) + 1))
        if b - a < _LONGEST_INDEX_RANGE:
            return list(range(a, b + 1))
        return [a, a + 1, a + 2, (a + b) // 2, b - 1, b]

    def _evaluate(self, term: Term, known: Assignment) -> fmpq:
        """The value of an end of a range; 0 if it has none here, which ``_allowed`` finds out."""
        try:
            value = evaluate(term, known, self.context)
        except (Undefined, Imprecise, OverBudget, KeyError):
            return fmpq(0)
        return value if isinstance(value, fmpq) else fmpq(0)

    def _solve(self, v: Variable, known: Assignment) -> int | None:
        """The value that an equation with ``v`` as the only open integer gives it, if it is affine in ``v``."""
        for c, names in self.conditions:
            if isinstance(c, Relation) and c.op == "=" and v.name in names and names <= known.keys() | {v.name}:
                root = self._root(c.left - c.right, v, known)
                if root is not None:
                    return root
        return None

    def _root(self, difference: Term, v: Variable, known: Assignment) -> int | None:
        """The integer at which a term that is affine in ``v`` is 0."""
        try:
            at = [evaluate(difference, {**known, v.name: n}, self.context) for n in (0, 1, 2)]
        except (Undefined, Imprecise, OverBudget, KeyError):  # floor(x) - n is an integer, x is no value of the grid
            return None
        slope = at[1] - at[0]
        if isinstance(slope, fmpq) and slope != 0 and at[2] - at[1] == slope:
            root = -at[0] / slope
            if isinstance(root, fmpq) and root.q == 1:
                return int(root.p)
        return None

    def _allowed(self, v: Variable, known: Assignment) -> bool:
        """Do the range of ``v`` and every condition that has just become closed hold?"""
        new = [c for c, names in self.conditions if v.name in names and names <= known.keys()]
        try:
            evaluator = Evaluator(known, self.context)
            return all(evaluator.truth(c) for c in (*v.range.conditions(Symbol(v.name)), *new))
        except (Undefined, Imprecise, OverBudget, KeyError):
            return False


def _is_open(v: Variable) -> bool:
    return v.role != "size" and (v.range.lower is None or v.range.upper is None)


def _is_extent(v: Variable) -> bool:
    return v.role == "size" or _is_open(v)


def _ends_mention(v: Variable, name: str, context: Context) -> bool:
    return name in names_behind([e for e in (v.range.lower, v.range.upper) if e is not None], context)
