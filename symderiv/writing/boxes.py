"""Notation in plain Unicode: stacked over several lines as on paper, or flat on one line."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import combining

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

__all__ = ["Box", "beside", "box_of", "cells", "flat_text"]

_SUB = dict(zip("0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
_SUP = dict(
    zip("0123456789+-−=()abcdefghijklmnoprstuvwxyz′*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ′*", strict=True)
)
_ACCENTS = {"hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304"}
_VULGAR = {"1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/8": "⅛"}
_TALL = {
    "(": "⎛⎜⎝", ")": "⎞⎟⎠", "[": "⎡⎢⎣", "]": "⎤⎥⎦", "|": "│││", "⌊": "⎢⎢⎣", "⌋": "⎥⎥⎦", "⌈": "⎡⎢⎢", "⌉": "⎤⎥⎥",
    "{": "⎧⎨⎩", "}": "⎫⎬⎭", "‖": "‖‖‖", "⟨": "⟨⟨⟨", "⟩": "⟩⟩⟩",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Box:
    """Lines of equal width; ``base`` is the one that stands on the baseline."""

    lines: tuple[str, ...]
    base: int = 0

    @property
    def width(self) -> int:
        return cells(self.lines[0])


def cells(text: str) -> int:
    """How many columns the text takes: accents stand on the letter before them."""
    return sum(not combining(c) for c in text)


def _padded(text: str, width: int) -> str:
    """The text in the middle of ``width`` columns."""
    left = (width - cells(text)) // 2
    return " " * left + text + " " * (width - cells(text) - left)


def _text(text: str) -> Box:
    return Box((text,))


def flat_text(node: Node) -> str:
    """The node on one line: ``(a + b)/c``, ``Σ[k=1..K] aₖ``."""
    return box_of(node, flat=True).lines[0]


def beside(boxes: list[Box]) -> Box:
    """Boxes side by side on a common baseline."""
    boxes = [b for b in boxes if b.width or len(boxes) == 1] or [_text("")]
    above = max(b.base for b in boxes)
    below = max(len(b.lines) - b.base for b in boxes)
    rows = [
        "".join(b.lines[n - above + b.base] if 0 <= n - above + b.base < len(b.lines) else " " * b.width for b in boxes)
        for n in range(above + below)
    ]
    return Box(tuple(rows), above)


def box_of(node: Node, *, flat: bool = False) -> Box:
    """The node as a box; ``flat`` keeps everything on one line."""
    if isinstance(node, Leaf):
        return _leaf(node)
    if isinstance(node, Name):
        spelled = read_math(node.latex)
        return box_of(spelled, flat=flat) if spelled is not None else _text(node.latex)
    if isinstance(node, Row):
        return beside(_row(node, flat))
    if isinstance(node, Scripts):
        return _scripts(node, flat)
    if isinstance(node, Fraction):
        return _fraction(node, flat)
    if isinstance(node, Root):
        root = _text("√" if node.degree is None else {"3": "∛"}.get(flat_text(node.degree), "√"))
        atom = isinstance(node.body, (Leaf, Name, Scripts))
        return beside([root, box_of(node.body if atom else Fenced(node.body), flat=flat)])
    if isinstance(node, Fenced):
        return _fenced(box_of(node.body, flat=flat), node.left, node.right)
    if isinstance(node, Big):
        return _big(node, flat)
    if isinstance(node, Stack):
        return _stack(node, flat)
    if isinstance(node, Grid):
        return _grid(node, flat)
    if isinstance(node, Accent):
        inner = box_of(node.base, flat=flat)
        mark = _ACCENTS.get(node.accent, "")
        return Box(tuple(line + mark if n == inner.base else line for n, line in enumerate(inner.lines)), inner.base)
    raise TypeError(f"no text for {type(node).__name__}")


def _leaf(node: Leaf) -> Box:
    if node.kind in ("binary", "relation"):
        return _text(f" {node.text} ")
    if node.kind == "comma":
        return _text(f"{node.text} ")
    if node.kind == "space":
        return _text(" ")
    return _text(node.text)


def _row(node: Row, flat: bool) -> list[Box]:
    """The boxes of a row; a letter needs a space after a word, a product one between things that would run together."""
    out: list[Box] = []
    previous: Node | None = None
    for item in node.items:
        box = box_of(item, flat=flat)
        if previous is not None and _needs_space(previous, item, node, box):
            out.append(_text(" "))
        out.append(box)
        previous = item
    return out


def _needs_space(left: Node, right: Node, parent: Row, box: Box) -> bool:
    if isinstance(left, Big):
        return True
    word = left.base if isinstance(left, Scripts) else left
    if isinstance(word, Leaf) and word.kind == "function":
        return not isinstance(right, Fenced)
    if isinstance(left, Leaf) or isinstance(right, Leaf):
        return False
    if parent.kind == "product":
        return not (isinstance(right, Fenced) or isinstance(left, Fenced)) or len(box.lines) > 1
    return parent.kind == "prefix" and isinstance(left, Fraction)


def _scripts(node: Scripts, flat: bool) -> Box:
    base, sub, sup = node.base, node.sub, node.sup
    spelled = read_math(base.latex) if isinstance(base, Name) else None
    if isinstance(spelled, Scripts):
        base = spelled.base
        if spelled.sub is not None:
            sub = spelled.sub if sub is None else Row((spelled.sub, Leaf(",", ",", "comma"), sub))
        sup = sup if spelled.sup is None else spelled.sup
    box = box_of(base, flat=flat)
    if sub is not None:
        text = _index_text(sub)
        small = (
            "".join(_SUB[c] for c in text)
            if all(c in _SUB for c in text)
            else f"[{text}]"
            if len(text) > 1
            else f"_{text}"
        )
        box = beside([box, _text(small)])
    return box if sup is None else _raise(box, sup, flat)


def _index_text(node: Node) -> str:
    return flat_text(node).replace(" ", "")


def _raise(box: Box, sup: Node, flat: bool) -> Box:
    text = flat_text(sup).replace(" ", "")
    if all(c in _SUP for c in text) and len(box.lines) == 1:
        return beside([box, _text("".join(_SUP[c] for c in text))])
    if flat:
        simple = len(text) == 1 or (text.startswith("(") and text.endswith(")")) or _is_word(text)
        return beside([box, _text(f"^{text}" if simple else f"^({text})")])
    raised = box_of(sup)
    lines = [" " * box.width + line for line in raised.lines]
    lines += [line + " " * raised.width for line in box.lines]
    return Box(tuple(lines), len(raised.lines) + box.base)


def _is_word(text: str) -> bool:
    return all(c.isalnum() or c in "ᵢⱼₖₗₘₙₚₛₜ" for c in text)


def _fraction(node: Fraction, flat: bool) -> Box:
    if flat or (node.small and not flat):
        above, below = flat_text(node.above), flat_text(node.below)
        if node.small and f"{above}/{below}" in _VULGAR:
            return _text(_VULGAR[f"{above}/{below}"])
        above = above if _stands(node.above) else f"({above})"
        below = below if _stands(node.below) and not isinstance(node.below, Row) else f"({below})"
        return _text(f"{above}/{below}")
    above_box, below_box = box_of(node.above), box_of(node.below)
    width = max(above_box.width, below_box.width)
    rows = [_padded(line, width) for line in above_box.lines]
    rows += ["─" * width]
    rows += [_padded(line, width) for line in below_box.lines]
    return Box(tuple(rows), len(above_box.lines))


def _stands(node: Node) -> bool:
    """May the node stand beside a slash without brackets?"""
    if isinstance(node, Row):
        return (node.kind == "product" and not any(isinstance(i, (Fraction, Big)) for i in node.items)) or (
            node.kind == "plain" and isinstance(node.items[0], Leaf) and node.items[0].text == "∂"
        )
    return not isinstance(node, (Fraction, Stack))


def _fenced(box: Box, left: str, right: str) -> Box:
    if len(box.lines) == 1:
        return beside([_text(left), box, _text(right)])
    height = len(box.lines)
    return beside([_tall(left, height, box.base), box, _tall(right, height, box.base)])


def _tall(bracket: str, height: int, base: int) -> Box:
    if not bracket:
        return Box(("",) * height, base)
    pieces = _TALL[bracket]
    top, middle, bottom = pieces[0], pieces[1], pieces[2]
    if bracket in "{}" and height > 2:
        half = height // 2
        rows = [top if n == 0 else bottom if n == height - 1 else middle if n == half else "⎪" for n in range(height)]
    else:
        rows = [top, *[middle] * (height - 2), bottom]
    return Box(tuple(rows), base)


def _big(node: Big, flat: bool) -> Box:
    sign = {"sum": "∑", "prod": "∏", "max": "max"}[node.symbol]
    lower = [flat_text(n).replace(" ", "") for n in node.lower]
    upper = flat_text(node.upper).replace(" ", "") if node.upper is not None else ""
    if flat:
        limits = ", ".join(lower) + (f"..{upper}" if upper and len(lower) == 1 else "")
        if upper and len(lower) > 1:
            limits = ", ".join([f"{lower[0]}..{upper}", *lower[1:]])
        return _text(f"{sign}[{limits}]" if limits else sign)
    rows = [*([upper] if upper else []), sign, *lower]
    width = max(cells(r) for r in rows)
    return Box(tuple(_padded(r, width) for r in rows), 1 if upper else 0)


def _stack(node: Stack, flat: bool) -> Box:
    texts = [(box_of(a, flat=True).lines[0], box_of(b, flat=True).lines[0]) for a, b in node.rows]
    if flat:
        return _text("{" + "; ".join(f"{a} {b}" for a, b in texts) + "}")
    width = max(len(a) for a, _ in texts)
    rows = [f"{a:<{width}}   {b}" for a, b in texts]
    wide = max(len(r) for r in rows)
    body = Box(tuple(r.ljust(wide) for r in rows), (len(rows) - 1) // 2)
    return beside([_tall("{", len(rows), body.base) if len(rows) > 1 else _text("{"), _text(" "), body])


def _grid(node: Grid, flat: bool) -> Box:
    texts = [[flat_text(cell) for cell in row] for row in node.rows]
    if node.plain:
        if flat:
            return _text("; ".join("  ".join(row) for row in texts))
        widths = [max(map(cells, column)) for column in zip(*texts, strict=True)]
        table = tuple("   ".join(t + " " * (w - cells(t)) for t, w in zip(row, widths, strict=True)) for row in texts)
        return Box(table, (len(table) - 1) // 2)
    if flat or len(texts) == 1:
        rows = ["[" + ", ".join(row) + "]" for row in texts]
        return _text(rows[0] if len(rows) == 1 else "[" + ", ".join(rows) + "]")
    widths = [max(map(cells, column)) for column in zip(*texts, strict=True)]
    lines = tuple("  ".join(" " * (w - cells(t)) + t for t, w in zip(row, widths, strict=True)) for row in texts)
    base = (len(lines) - 1) // 2
    return beside([_tall("[", len(lines), base), Box(lines, base), _tall("]", len(lines), base)])
