"""Figures that belong to an answer: ``part.draw("R", receptive_field(repeat(L, conv(1, K))), at={K: 3, L: 3})``.

  receptive_field(net)                  one output of the last layer and all that it depends on, down to the inputs
  receptive_field(pool(2), repeat(m, conv(1, K)))
                                        the same for layers that are no network, the first one next to the input
  float_grid("E4M3FN", underflow=t, deviations=(w, u))
                                        the positive numbers of a floating point format; ``underflow`` is the symbol for
                                        half the smallest of them, up to which numbers are rounded to 0; the standard
                                        deviations of random families are marked

Sizes may be symbols: ``at`` gives them numbers, and where it does not, small ones are chosen that the declarations
allow. A figure is drawn from these numbers alone, never from the answer; then what can be counted in it is compared
with the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from symderiv.errors import DeclarationError
from symderiv.language.float_formats import FloatFormat
from symderiv.language.layers import Layer

__all__ = [
    "Drawing", "Figure", "FloatGrid", "Instance", "ReceptiveField", "Repeat", "Window", "cone", "fields", "float_grid",
    "receptive_field", "repeat",
]  # fmt: skip

Instance = tuple[tuple[str, int], ...]
"""The numbers that stand for the symbols of a figure, by name."""


# ---- what the author writes


@dataclass(frozen=True, slots=True)
class Repeat:
    """A layer that comes several times."""

    times: Any
    layer: Layer


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as the author asked for it, before its names are read."""

    kind: Literal["receptive field", "float grid"]
    layers: tuple[Any, ...] = ()
    format: Any = None
    underflow: Any = None
    deviations: tuple[Any, ...] = ()


def repeat(times: Any, layer: Any) -> Repeat:
    """``times`` layers of the same kind, one behind the other."""
    if not isinstance(layer, Layer):
        raise DeclarationError(f"{layer!r} in repeat() is no layer; write repeat(L, conv(1, K))")
    return Repeat(times, layer)


def receptive_field(*layers: Any) -> Drawing:
    """The cone of inputs that one output depends on, for a network or for layers from the input upwards."""
    if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
        layers = tuple(layers[0])
    return Drawing("receptive field", layers)


def float_grid(format: Any, *, underflow: Any = None, deviations: Any = ()) -> Drawing:
    """The positive numbers of a floating point format on a logarithmic axis."""
    families = tuple(deviations) if isinstance(deviations, (tuple, list)) else (deviations,)
    return Drawing("float grid", format=format, underflow=underflow, deviations=families)


# ---- what the printers draw


@dataclass(frozen=True, slots=True)
class Window:
    """One layer: output o reads the inputs o*stride + dilation*k for 0 <= k < kernel; a kernel of None reads one."""

    kernel: int | None
    stride: int = 1
    dilation: int = 1


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """The layers from the input upwards, with the numbers that stand for symbols."""

    answer: str
    windows: tuple[Window, ...]
    at: Instance = ()


@dataclass(frozen=True, slots=True)
class FloatGrid:
    """A format, the symbol for half its smallest number, the random families whose deviations are marked."""

    answer: str
    format: FloatFormat
    underflow: str = ""
    families: tuple[str, ...] = ()
    at: Instance = ()


Figure = ReceptiveField | FloatGrid


def cone(windows: Sequence[Window]) -> list[list[int]]:
    """What output 0 of the last layer depends on: the cells of the input, then of the output of each layer."""
    rows = [[0]]
    for w in reversed(windows):
        rows.append(sorted({o * w.stride + w.dilation * k for o in rows[-1] for k in range(w.kernel or 1)}))
    return rows[::-1]


def fields(windows: Sequence[Window]) -> list[int]:
    """The receptive field of each layer: how far the inputs reach that one of its outputs depends on, counted."""
    inputs = [cone(windows[: n + 1])[0] for n in range(len(windows))]
    return [cells[-1] - cells[0] + 1 for cells in inputs]
