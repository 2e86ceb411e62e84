"""The positive numbers of a small floating point format on a logarithmic axis, and what is rounded to 0 beside them.

The numbers come from their codes (``language.float_formats.positive_numbers``); nothing is drawn unless the closed
forms for the smallest, the smallest normal and the largest number agree with them, and rounding to the nearest number,
ties to even, sends half the smallest to 0 and everything above it not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log2

from symderiv.language.float_formats import FloatFormat, positive_numbers
from symderiv.writing.drawing import Area, Point, Shape, Stroke, Words

__all__ = ["Mark", "axis_shapes", "axis_table", "counted", "power_of_two"]

_WIDTH, _TALL = 146.0, 3.4
_BOTTOM, _TOP = -5.6, 6.5
"""Millimetres: the axis, a tick, the ends of the shaded range below and above it."""
_MARGIN = 3.0
"""Octaves that are shown below the smallest number."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A number that is marked on the axis, with its name."""

    value: float
    latex: str
    text: str


def counted(f: FloatFormat) -> tuple[int, int] | None:
    """(subnormal, normal) positive numbers; None if the codes and the closed forms of the format disagree."""
    numbers = positive_numbers(f)
    subnormal = [v for v in numbers if v < f.smallest_normal]
    sound = (
        numbers[0] == f.smallest
        and numbers[-1] == f.largest
        and f.smallest_normal in numbers
        and len(subnormal) == 2**f.mantissa - 1
        and list(numbers) == sorted(set(numbers))
        and _round(f.smallest / 2, numbers) == 0
        and _round(f.smallest / 2 * Fraction(10**9 + 1, 10**9), numbers) == f.smallest
    )
    return (len(subnormal), len(numbers) - len(subnormal)) if sound else None


def _round(value: Fraction, numbers: Sequence[Fraction]) -> Fraction:
    """The nearest of 0 and the numbers; of two that are equally near the one whose code is even."""
    candidates = list(enumerate([Fraction(0), *numbers]))
    return min(candidates, key=lambda c: (abs(c[1] - value), c[0] % 2))[1]


def power_of_two(value: Fraction) -> tuple[str, str] | None:
    """(LaTeX, text) of a power of two, None for other numbers."""
    if value <= 0 or Fraction(2) ** round(log2(value)) != value:
        return None
    n = round(log2(value))
    if 0 <= n <= 6:
        return str(value), str(value)
    return f"$2^{{{n}}}$", f"2^{n}".replace("-", "−")


def spelled(value: Fraction) -> tuple[str, str]:
    """A number of the format for people: a power of two, a whole number, else a fraction."""
    return power_of_two(value) or (str(value), str(value))


def axis_shapes(f: FloatFormat, marks: Sequence[Mark], threshold: tuple[str, str] | None) -> list[Shape]:
    """The axis with a tick for each number; up to half the smallest, which has the name ``threshold``, it is shaded."""
    numbers = positive_numbers(f)
    low = min([log2(f.smallest / 2) - _MARGIN, *(log2(m.value) - 0.7 for m in marks)])
    high = max([log2(f.largest) + 0.5, *(log2(m.value) + 0.7 for m in marks)])
    scale = _WIDTH / (high - low)

    def at(value: float | Fraction, y: float = 0.0) -> Point:
        return (log2(value) - low) * scale, y

    half, right = f.smallest / 2, (high - low) * scale
    out: list[Shape] = [Area(((0.0, _BOTTOM), at(half, _BOTTOM), at(half, _TOP), (0.0, _TOP)), "shade")]
    for v in numbers:
        out.append(Stroke((at(v), at(v, _TALL)), "other" if v < f.smallest_normal else "fine"))
    out.append(Stroke(((0.0, 0.0), (right, 0.0)), "axis", arrow=True))
    out.append(Stroke((at(half, _BOTTOM), at(half, _TOP)), "mark"))
    out.append(Words((at(half)[0] / 2, 4.6), "rounded to 0", "rounded to 0"))
    for value in _labels(f, scale):
        out += [Stroke((at(value), at(value, -1.0)), "axis"), Words(at(value, -0.8), *spelled(value), "below")]
    name = threshold or spelled(half)
    out.append(Words(at(half, _BOTTOM), *name, "below"))
    for words, a, b in (("subnormal", f.smallest, f.smallest_normal), ("normal", f.smallest_normal, f.largest)):
        (x, _), (end, _) = at(a), at(b)
        out.append(Words(((x + end) / 2, _TALL + 0.4), words, words, "above", quiet=True))
    for n, m in enumerate(sorted(marks, key=lambda m: m.value)):
        top = 10.5 + 4.6 * (n % 2)
        out.append(Stroke((at(m.value, top), at(m.value, 0.4)), "mark", arrow=True))
        out.append(Words(at(m.value, top), m.latex, m.text, "above"))
    return out


def _labels(f: FloatFormat, scale: float) -> list[Fraction]:
    """The ends of the ranges, and 1 where it has room between them."""
    ends = [f.smallest, f.smallest_normal, f.largest]
    one = Fraction(1)
    if all(abs(log2(e)) * scale > 8 for e in ends) and f.smallest_normal < 1 < f.largest:
        ends.append(one)
    return ends


def axis_table(f: FloatFormat) -> list[tuple[str, str, str, str]]:
    """(what, from, to, how many) for the ranges of the format, as text."""
    subnormal, normal = counted(f) or (0, 0)
    numbers = positive_numbers(f)
    last = numbers[subnormal - 1]
    return [
        ("rounded to 0", "0", spelled(f.smallest / 2)[1], ""),
        ("subnormal", spelled(f.smallest)[1], _multiple(last, f.smallest), str(subnormal)),
        ("normal", spelled(f.smallest_normal)[1], spelled(f.largest)[1], str(normal)),
    ]


def _multiple(value: Fraction, unit: Fraction) -> str:
    times = value / unit
    return spelled(value)[1] if times == 1 else f"{times} · {spelled(unit)[1]}"
