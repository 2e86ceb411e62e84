"""How wide and how high a formula will be, from its notation: enough to choose brackets and to break lines.

Units are ems of the text size. Letter widths are those of Computer Modern; the estimate is meant to be a little too
large rather than too small, since a line that is estimated to fit must fit.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from symderiv.writing.formulas import read_math
from symderiv.writing.notation import (
    Accent,
    Big,
    Fenced,
    Fraction,
    Grid,
    Leaf,
    Name,
    Node,
    Root,
    Row,
    Scripts,
    Stack,
)

__all__ = ["Style", "measure"]

Style = Literal["display", "text", "script"]
Size = tuple[float, float]

_GROUPS = {
    "l": 0.32, "ijI()[]": 0.43, "tκ": 0.44, "brsvyz": 0.5, "0123456789": 0.5, "acdefgknpqux": 0.59, "ho": 0.6,
    "δ": 0.5, "γεζηθλνξοπρστφχψϕ": 0.59, "αβμω": 0.66, "wϖ": 0.75, "m": 0.9, "ABCDEFGHKLNOPQRSTUVXYZJ": 0.84,
    "MW": 1.05, "ΓΔΘΛΞΠΣΥΦΨΩ": 0.86, ",;.:!'′": 0.3, "|‖⌊⌋⌈⌉": 0.45, "{}": 0.5, "/": 0.5, "∂": 0.58, "…⋯": 1.2,
}  # fmt: skip
_WIDTHS = {character: width for characters, width in _GROUPS.items() for character in characters}
_SPACE_AROUND = {"binary": 0.46, "relation": 0.58, "comma": 0.18, "function": 0.2, "times": 0.46}
_SCRIPT = 0.76
_FENCE = {1: 0.4, 2: 0.48, 3: 0.62, 4: 0.76}
_NULL = 0.26
"""The space that TeX leaves on both sides of a fraction, with a margin."""


@lru_cache(maxsize=65536)
def measure(node: Node, style: Style = "display") -> Size:
    """(width, height) of the node in ems; the height of plain letters is 1."""
    if isinstance(node, Leaf):
        return _leaf(node, style)
    if isinstance(node, Name):
        spelled = read_math(node.latex)
        return measure(spelled, style) if spelled is not None else (0.5 * len(node.latex), 1.2)
    if isinstance(node, Row):
        sizes = [measure(i, style) for i in node.items]
        return sum(w for w, _ in sizes), max((h for _, h in sizes), default=1.0)
    if isinstance(node, Scripts):
        spelled = read_math(node.base.latex) if isinstance(node.base, Name) else None
        if isinstance(spelled, Scripts) and spelled.sub is None and node.sup is None:
            # The index of an entry stands below the superscript that its name already has.
            return measure(Scripts(spelled.base, node.sub, spelled.sup), style)
        width, height = measure(node.base, style)
        subs = [measure(n, "script") for n in (node.sub, node.sup) if n is not None]
        wide = max((w for w, _ in subs), default=0.0) * _shrink(style)
        return width + wide + 0.06, height + sum(0.28 * h for _, h in subs) - (0.1 if len(subs) == 2 else 0)
    if isinstance(node, Fraction):
        return _fraction(node, style)
    if isinstance(node, Root):
        width, height = measure(node.body, "text" if style == "display" else style)
        return width + (1.0 if height < 2 else 1.15), height + 0.2
    if isinstance(node, Fenced):
        width, height = measure(node.body, style)
        return width + 2 * _FENCE[min(4, max(1, round(height / 0.8)))], height + 0.2
    if isinstance(node, Big):
        return _big(node, style)
    if isinstance(node, Stack):
        rows = [(measure(a, "text"), measure(b, "text")) for a, b in node.rows]
        width = max(a[0] for a, _ in rows) + max(b[0] for _, b in rows) + 2.2
        return width, sum(max(a[1], b[1]) + 0.25 for a, b in rows)
    if isinstance(node, Grid):
        cells = [[measure(cell, "text") for cell in row] for row in node.rows]
        columns = [max(w for w, _ in column) for column in zip(*cells, strict=True)]
        return sum(columns) + 0.92 * len(columns) + 0.9, sum(max(h for _, h in row) + 0.25 for row in cells)
    if isinstance(node, Accent):
        width, height = measure(node.base, style)
        return width * (1.15 if node.accent.startswith(("math", "b")) else 1.0), height + 0.1
    raise TypeError(f"no size for {type(node).__name__}")


def _shrink(style: Style) -> float:
    return _SCRIPT if style != "script" else 0.85


def _leaf(node: Leaf, style: Style) -> Size:
    around = _SPACE_AROUND.get(node.kind, 0.0) if style != "script" or node.kind == "comma" else 0.0
    if node.kind == "space":
        return {"\u2009": 0.17, "\u2005": 0.28, "": 0.0, " ": 0.33}.get(node.text, 1.0 * len(node.text)), 1.0
    if node.kind in ("binary", "relation", "sign", "times"):
        glyph = 0.28 if node.kind == "times" else 0.8 if len(node.text) == 1 else 0.5 * len(node.text) + 0.3
        return glyph + around, 1.0
    if node.kind in ("text", "function"):
        return sum(0.8 if c in "mwMW" else 0.75 if c.isupper() else 0.47 for c in node.text) + around, 1.0
    return sum(_WIDTHS.get(c, 0.75) for c in node.text) + around, 1.0


def _fraction(node: Fraction, style: Style) -> Size:
    inner: Style = "text" if style == "display" and not node.small else "script"
    above, below = measure(node.above, inner), measure(node.below, inner)
    scale = 1.0 if inner == "text" else _shrink(style)
    height = scale * (above[1] + below[1]) + (0.3 if inner == "text" else 0.1)
    return scale * max(above[0], below[0]) + _NULL, height


def _big(node: Big, style: Style) -> Size:
    lower = [measure(n, "script") for n in node.lower]
    upper = measure(node.upper, "script") if node.upper is not None else (0.0, 0.0)
    limits = _SCRIPT * max([w for w, _ in lower] + [upper[0]])
    if style == "display":
        return max(1.45, limits) + 0.2, 1.4 + 0.9 * len(lower) + (0.9 if node.upper is not None else 0)
    return 1.1 + limits + 0.2, 1.3 + 0.15 * len(lower)
