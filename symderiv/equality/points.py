"""A sample point: sizes and indices as given, real numbers and array entries invented when they are first read.

Real values are exact rationals in several styles (small, generic, tied, at the ends of their range, tiny, large), so
that both signs, equal entries and boundaries occur. Laws of arrays hold exactly. Everything is deterministic.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

from flint import fmpq

from symderiv.equality.balls import Imprecise, Real, Undefined
from symderiv.equality.evaluation import evaluate
from symderiv.equality.grids import Assignment
from symderiv.language.context import Array, Context, Range
from symderiv.language.terms import Term

__all__ = ["STYLES", "Infeasible", "Point"]

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
STYLES = tuple(name for name, _, _ in _STYLES)


class Infeasible(ValueError):
    """A range, law or assumption can't be met with this choice."""


class Point:
    """``point["n"]`` is an integer or a scalar, ``point["x", (2,)]`` an entry; values are invented when first read.

    ``pool`` are magnitudes to be used in the place of those of a style, the first ones of them: positive, negative or
    all the same, as ``style`` says.
    """

    def __init__(
        self, context: Context, integers: Assignment, style: int = 0, seed: object = 0, pool: Sequence[fmpq] = ()
    ):
        self.context, self.integers, self.seed = context, integers, seed
        self.style, self.pool, self.scale = _STYLES[style % len(_STYLES)]
        self.given = bool(pool)
        if pool:
            self.style, self.pool, self.scale = ("positive", "negative", "tied")[style % 3], list(pool), ONE
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
        if self.given:
            return 0 if self.style == "tied" else zlib.crc32(str(key).encode()) % 3
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
        if array.law == "orthonormal":
            from symderiv.equality.orthonormal import orthonormal_columns

            rows, columns = (int(_rational(self._number(high), up=False)) + 1 for _, high in array.axes)
            if columns > rows:
                raise Infeasible(f"{name} has more columns than rows")
            table = orthonormal_columns(rows, columns, self._hash((name, "columns")))
            self.values.update({(name, (i, j)): v for i, row in enumerate(table) for j, v in enumerate(row)})
            return table[indices[0]][indices[1]]
        if len(indices) == 2 and self.context.assumptions and (known := self._inverse(name)) is not None:
            self.values.update({(name, (i, j)): v for i, row in enumerate(known) for j, v in enumerate(row)})
            return known[indices[0]][indices[1]]
        if array.law == "simplex":
            _, low, high = self._row(array, indices)
            weights = {n: self._weight(array, (*indices[:-1], n)) for n in range(low, high + 1)}
            total = sum(weights.values(), ZERO)
            return weights[indices[-1]] / total if total else fmpq(1, high - low + 1)
        return self._within(array.entries, key)

    def _inverse(self, name: str) -> list[list[fmpq]] | None:
        """The table of a matrix that is declared to be an inverse."""
        from symderiv.equality.inverse_points import inverse_table

        def table(other: str) -> list[list[fmpq]]:
            rows, columns = (
                int(_rational(self._number(end), up=False)) + 1 for _, end in self.context.arrays[other].axes
            )
            return [[self[other, (i, j)] for j in range(columns)] for i in range(rows)]

        try:
            return inverse_table(name, self.context, table)
        except ZeroDivisionError:
            raise Infeasible(f"{name} would be the inverse of a singular matrix") from None

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
        """An end of a range or axis."""
        try:
            return evaluate(term, self, self.context)
        except Undefined as error:
            raise Infeasible("an end of a range is undefined") from error

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
            share = size / (1 + size)
            if edge and not (allowed.lower_open and allowed.upper_open):
                at_top = allowed.lower_open or (not allowed.upper_open and (h >> 12) % 2 == 1)
                share = ONE if at_top else ZERO
            value = low + (high - low) * share
        elif low is not None:
            value = low if edge and not allowed.lower_open else low + size
        elif high is not None:
            value = high if edge and not allowed.upper_open else high - size
        else:
            mixed = self.style not in ("positive", "negative")
            below = self.style == "negative" or (mixed and (h >> 5) % 2 == 1)
            value = ZERO if edge else -size if below else size
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


def _rational(value: Real, up: bool) -> fmpq:
    """An exact rational not below (above) the number."""
    if isinstance(value, fmpq):
        return value
    if not value.is_finite():
        raise Imprecise
    man, exp = (value.upper() if up else value.lower()).man_exp()
    return fmpq(man) * (fmpq(2) ** int(exp))
