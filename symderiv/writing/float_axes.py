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
from symderiv.writing.drawing import Area, Place, Point, Shape, Stroke, Words

__all__ = ["Mark", "axis_shapes", "axis_table", "counted", "power_of_two"]

_WIDTH, _TALL, _BOTTOM = 146.0, 3.4, -6.0
"""Millimetres: the axis, a tick, the end of the shaded range below it."""
_SHADED, _LABEL, _NEAR = 24.0, 8.0, 30.0
"""The width of the shaded range and of a label at least; pins that are nearer than this share their room."""
_PIN, _RISE = 10.0, 4.6
"""The height of a pin, and how much higher the next one is."""


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
    """A number of the format for people: a power of two, else a decimal, which ends since the number is dyadic."""
    return power_of_two(value) or (f"{float(value):g}",) * 2


def axis_shapes(f: FloatFormat, marks: Sequence[Mark], threshold: tuple[str, str] | None) -> list[Shape]:
    """The axis with a tick for each number; up to half the smallest, which has the name ``threshold``, it is shaded."""
    numbers = positive_numbers(f)
    half = f.smallest / 2
    high = max([log2(f.largest) + 0.5, *(log2(m.value) + 0.7 for m in marks)])
    # The words in the shaded range need their room.
    low = log2(half) - _SHADED * (high - log2(half)) / (_WIDTH - _SHADED)
    low = min([low, *(log2(m.value) - 0.7 for m in marks)])
    scale = _WIDTH / (high - low)

    def at(value: float | Fraction, y: float = 0.0) -> Point:
        return (log2(value) - low) * scale, y

    out: list[Shape] = [Area(((0.0, _BOTTOM), at(half, _BOTTOM), at(half, _TALL), (0.0, _TALL)), "shade")]
    for v in numbers:
        out.append(Stroke((at(v), at(v, _TALL)), "other" if v < f.smallest_normal else "fine"))
    out.append(Stroke(((0.0, 0.0), (_WIDTH, 0.0)), "axis", arrow=True))
    out.append(Stroke((at(half, _BOTTOM), at(half, _TALL)), "mark"))
    out.append(Words((at(half)[0] / 2, _BOTTOM / 2), "rounded to 0", "rounded to 0"))
    for value in _labels(f, scale):
        out += [Stroke((at(value), at(value, -1.0)), "axis"), Words(at(value, -0.8), *spelled(value), "below")]
    name = threshold or spelled(half)
    out.append(Words(at(half, _BOTTOM), *name, "below"))
    pins = [at(m.value)[0] for m in marks]
    for words, a, b in (("subnormal", f.smallest, f.smallest_normal), ("normal", f.smallest_normal, f.largest)):
        x = _free(at(a)[0], at(b)[0], pins)
        out.append(Words((x, _TALL + 0.4), words, words, "above", quiet=True))
    return out + _pins(sorted(marks, key=lambda m: m.value), sorted(pins))


def _free(start: float, end: float, pins: Sequence[float]) -> float:
    """A place for a word between the ends, in the middle if no pin stands there."""
    places = [start + (end - start) * share for share in (0.5, 0.65, 0.8, 0.35)]
    return next((x for x in places if all(abs(x - p) > _NEAR / 3 for p in pins)), places[0])


def _pins(marks: Sequence[Mark], places: Sequence[float]) -> list[Shape]:
    """Arrows with their names; among close ones each is higher than the one before, with its name to the left."""
    out: list[Shape] = []
    top = _PIN
    for n, (m, x) in enumerate(zip(marks, places, strict=True)):
        before, after = n and x - places[n - 1] < _NEAR, n + 1 < len(places) and places[n + 1] - x < _NEAR
        top = top + _RISE if before else _PIN
        out.append(Stroke(((x, top), (x, 0.4)), "mark", arrow=True))
        side: Place = "left" if after else "right" if before else "above"
        out.append(Words((x, top), m.latex, m.text, side))
    return out


def _labels(f: FloatFormat, scale: float) -> list[Fraction]:
    """The ends of the ranges, and 1 where it has room between them."""
    ends = [f.smallest, f.smallest_normal, f.largest]
    if (log2(f.smallest_normal) - log2(f.smallest)) * scale < _LABEL:
        ends.remove(f.smallest_normal)
    if f.smallest_normal < 1 < f.largest and all(abs(log2(e)) * scale > _LABEL for e in ends):
        ends.append(Fraction(1))
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
