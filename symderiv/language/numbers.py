"""Arrays of given numbers: ``p.numbers("h", [[-1, 2], [3, -4]], start=0)``."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy

from symderiv.errors import DeclarationError
from symderiv.language.border import from_sympy
from symderiv.language.context import REAL, Array, Range
from symderiv.language.heads import DeclaredArray
from symderiv.language.names import split_names
from symderiv.language.nodes import Number
from symderiv.language.places import caller

if TYPE_CHECKING:
    from symderiv.language.declarations import Declaration

__all__ = ["declare_numbers"]

_LARGEST = 10_000


def declare_numbers(
    problem: Declaration, name: str, values: Any, meaning: str, *, start: int | tuple[int, ...] = 1,
    padded: bool = False, latex: str | None = None,
) -> DeclaredArray:  # fmt: skip
    """Declare the array and return it; ``start`` is the first index of every axis, or of each.

    ``values`` is a list of numbers, a list of lists of the same length (to any depth), or a SymPy Matrix. Raises
    DeclarationError for anything that is no exact number and for ragged lists.
    """
    if isinstance(values, sympy.MatrixBase):
        values = values.tolist()
    shape, flat = _flatten(values, name)
    starts = (start,) * len(shape) if isinstance(start, int) else tuple(start)
    if len(starts) != len(shape) or not all(isinstance(s, int) for s in starts):
        raise DeclarationError(f"{name!r} has {len(shape)} axes, but start={start!r}; write start=0 or one for each")
    ends = [(s, s + n - 1) for s, n in zip(starts, shape, strict=True)]
    integer = all(v.denominator == 1 for v in flat)
    (name,) = split_names(name, None)
    problem._new(name, f"the array of line {caller()[1]}")
    array = Array(
        name, tuple((Number(a), Number(b)) for a, b in ends), Range(integer=True) if integer else REAL, "free", padded,
        meaning, latex, tuple(flat),
    )  # fmt: skip
    problem.context = replace(problem.context, arrays={**problem.context.arrays, name: array})
    axes = tuple((sympy.Integer(a), sympy.Integer(b)) for a, b in ends)
    return DeclaredArray(name, axes, **({"integer": True} if integer else {"real": True}))


def _flatten(values: Any, name: str) -> tuple[tuple[int, ...], list[Fraction]]:
    """The shape of nested lists and their numbers, row by row."""
    shape: list[int] = []
    level: list[Any] = [values]
    while level and all(isinstance(v, (list, tuple, sympy.Tuple)) for v in level):
        sizes = {len(v) for v in level}
        if len(sizes) != 1 or sizes == {0}:
            raise DeclarationError(
                f"the rows of {name!r} are empty or not equally long; give every row as many numbers"
            )
        shape.append(sizes.pop())
        level = [e for v in level for e in v]
        if len(level) > _LARGEST:
            raise DeclarationError(f"{name!r} has more than {_LARGEST} numbers; declare it with p.array")
    if not shape:
        raise DeclarationError(f"{name!r} has no list of numbers; write p.numbers({name!r}, [1, 2, 3])")
    return tuple(shape), [_number(v, name) for v in level]


def _number(value: Any, name: str) -> Fraction:
    with sympy.evaluate(True):
        exact = value.func(*value.args) if isinstance(value, sympy.Basic) and value.args else value
    out = from_sympy(exact)
    if not isinstance(out, Number):
        raise DeclarationError(f"{value} in {name!r} is no rational number; declare {name!r} with p.array")
    return out.value
