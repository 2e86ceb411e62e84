"""Conditions as bounds on single integers, guessed from small instances: N >= 2 and K >= 2.

What is guessed here is only a candidate; who uses it has to prove that it says the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

from symderiv.language.context import Context, Range
from symderiv.language.ranges import Unknown, evaluate_integer
from symderiv.language.terms import FALSE, TRUE, And, Iverson, Number, Or, Relation, Symbol, Term, free_names

__all__ = ["candidates", "grid"]

Values = tuple[int, ...]
_SIDE = {1: 60, 2: 12, 3: 7, 4: 5}
"""How many values of each integer are tried, by the number of integers."""
_BOXES = 3


def grid(symbols: Sequence[Symbol], context: Context) -> tuple[list[range], list[Values]] | None:
    """(the values of each integer, the points that the assumptions allow); None if one is no integer."""
    side = _SIDE.get(len(symbols))
    if side is None:
        return None
    spans: list[range] = []
    for s in symbols:
        v = context.variables.get(s.name)
        if v is None or not v.range.integer:
            return None
        spans.append(_span(v.range, side))
    names = frozenset(s.name for s in symbols)
    known = [c for c in context.integer_conditions() if free_names(c) and free_names(c) <= names]
    points = [p for p in product(*spans) if all(_allows(c, dict(zip(_names(symbols), p, strict=True))) for c in known)]
    return spans, points


def _names(symbols: Sequence[Symbol]) -> list[str]:
    return [s.name for s in symbols]


def _span(r: Range, side: int) -> range:
    low, high = _number(r.lower), _number(r.upper)
    if low is None:
        low = -(side // 2) if high is None else high - side + 1
    return range(low, low + side if high is None else min(high + 1, low + side))


def _number(end: Term | None) -> int | None:
    return int(end.value) if isinstance(end, Number) else None


def _allows(condition: Term, values: Mapping[str, int]) -> bool:
    try:
        return evaluate_integer(Iverson(condition), values) != 0  # type: ignore[arg-type]
    except (Unknown, ZeroDivisionError):
        return True


def candidates(
    symbols: Sequence[Symbol], spans: list[range], points: list[Values], holds: Callable[[Values], bool]
) -> Iterator[Term]:
    """Short conditions that agree with ``holds`` at all points, the simplest first."""
    true = {p for p in points if holds(p)}
    if len(true) == len(points):
        yield TRUE
    elif not true:
        yield FALSE
    else:
        yield from _single(symbols, points, true)
        yield from _box(symbols, spans, points, true)
        if len(symbols) == 2:
            yield from _comparison(symbols, points, true)
        yield from _staircase(symbols, spans, points, true)


def _fits(points: list[Values], true: set[Values], test: Callable[[Values], bool]) -> bool:
    return all(test(p) == (p in true) for p in points)


def _single(symbols: Sequence[Symbol], points: list[Values], true: set[Values]) -> Iterator[Term]:
    """One integer, one value: x = c, x != c."""
    for n, s in enumerate(symbols):
        inside = {p[n] for p in true}
        outside = {p[n] for p in points} - inside
        if len(inside) == 1 and _fits(points, true, lambda p, n=n, c=min(inside): p[n] == c):  # type: ignore[misc]
            yield Relation("=", s, Number(min(inside)))
        if len(outside) == 1 and _fits(points, true, lambda p, n=n, c=min(outside): p[n] != c):  # type: ignore[misc]
            yield Relation("!=", s, Number(min(outside)))


def _box(symbols: Sequence[Symbol], spans: list[range], points: list[Values], true: set[Values]) -> Iterator[Term]:
    """Bounds on each integer; or their negation: x <= 1 or y <= 1."""
    for members, negated in ((true, False), (set(points) - true, True)):
        ends = [(min(p[n] for p in members), max(p[n] for p in members)) for n in range(len(symbols))]
        if not _fits(
            points, members, lambda p, ends=ends: all(a <= x <= b for x, (a, b) in zip(p, ends, strict=True))  # type: ignore[misc]
        ):  # fmt: skip
            continue
        bounds = [c for s, span, end in zip(symbols, spans, ends, strict=True) for c in _bounds(s, span, end, negated)]
        if bounds:
            yield bounds[0] if len(bounds) == 1 else Or(*bounds) if negated else And(*bounds)


def _bounds(s: Symbol, span: range, ends: tuple[int, int], negated: bool) -> Iterator[Relation]:
    """The bounds that are not those of the grid."""
    low, high = ends
    if low > span[0]:
        yield Relation("<=", s, Number(low - 1)) if negated else Relation(">=", s, Number(low))
    if high < span[-1]:
        yield Relation(">=", s, Number(high + 1)) if negated else Relation("<=", s, Number(high))


def _comparison(symbols: Sequence[Symbol], points: list[Values], true: set[Values]) -> Iterator[Term]:
    """Two integers against each other: x > y, x = y, x >= 2*y + 1."""
    x, y = symbols
    tests: dict[str, Callable[[int, int], bool]] = {
        ">": lambda a, b: a > b, "<": lambda a, b: a < b, "=": lambda a, b: a == b, "!=": lambda a, b: a != b,
        ">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b,
    }  # fmt: skip
    for op, test in tests.items():
        if _fits(points, true, lambda p, test=test: test(*p)):  # type: ignore[misc]
            yield Relation(op, x, y)


def _staircase(
    symbols: Sequence[Symbol], spans: list[range], points: list[Values], true: set[Values]
) -> Iterator[Term]:
    """A few corners, each with all that is larger: x >= 2 and y >= 3, or x >= 3 and y >= 2."""
    corners = [p for p in true if not any(q != p and all(a <= b for a, b in zip(q, p, strict=True)) for q in true)]
    if not 1 < len(corners) <= _BOXES:
        return
    if _fits(points, true, lambda p: any(all(a <= b for a, b in zip(c, p, strict=True)) for c in corners)):
        boxes = []
        for c in sorted(corners):
            bounds = [Relation(">=", s, Number(v)) for s, span, v in zip(symbols, spans, c, strict=True) if v > span[0]]
            boxes.append(bounds[0] if len(bounds) == 1 else And(*bounds))
        yield Or(*boxes)
