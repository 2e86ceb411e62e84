"""Notation as LaTeX, for amsmath; ``to_latex`` is the way from a term."""

from __future__ import annotations

import re

from symderiv.language.context import Context
from symderiv.language.terms import Term
from symderiv.writing.composing import compose
from symderiv.writing.measuring import Style, measure
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

__all__ = ["FENCES", "fence", "join", "latex_of", "to_latex"]

FENCES = {
    "(": "(", ")": ")", "[": "[", "]": "]", "{": r"\{", "}": r"\}", "|": "|", "‖": r"\|",
    "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil", "⟨": r"\langle", "⟩": r"\rangle", "": ".",
}  # fmt: skip
"""Brackets in LaTeX by their Unicode character."""

_SIZES = ("", r"\big", r"\Big", r"\bigg", r"\Bigg")
_ENDS_IN_WORD = re.compile(r"\\[A-Za-z]+$")


def to_latex(term: Term, context: Context | None = None) -> str:
    """The term or condition in LaTeX, for display style: same summands and factors in the same order."""
    return latex_of(compose(term, context))


def latex_of(node: Node, style: Style = "display") -> str:
    """The LaTeX of a piece of notation."""
    if isinstance(node, (Leaf, Name)):
        return node.latex
    if isinstance(node, Row):
        return join([_spaced(item, style) for item in node.items])
    if isinstance(node, Scripts):
        return _scripts(node, style)
    if isinstance(node, Fraction):
        inner: Style = "text" if style == "display" and not node.small else "script"
        command = r"\tfrac" if node.small and style == "display" else r"\frac"
        return f"{command}{{{latex_of(node.above, inner)}}}{{{latex_of(node.below, inner)}}}"
    if isinstance(node, Root):
        degree = f"[{latex_of(node.degree, 'script')}]" if node.degree is not None else ""
        return rf"\sqrt{degree}{{{latex_of(node.body, style)}}}"
    if isinstance(node, Fenced):
        left, right = fence(node, style)
        return join([left, latex_of(node.body, style), right])
    if isinstance(node, Big):
        return _big(node)
    if isinstance(node, Stack):
        rows = r" \\ ".join(f"{latex_of(a, 'text')} & {latex_of(b, 'text')}" for a, b in node.rows)
        return rf"\begin{{cases}} {rows} \end{{cases}}"
    if isinstance(node, Grid):
        body = r" \\ ".join(" & ".join(latex_of(cell, "text") for cell in cells) for cells in node.rows)
        if node.plain:
            return rf"\begin{{array}}{{@{{}}{'l' * len(node.rows[0])}@{{}}}} {body} \end{{array}}"
        return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
    if isinstance(node, Accent):
        return rf"\{node.accent}{{{latex_of(node.base, style)}}}"
    raise TypeError(f"no LaTeX for {type(node).__name__}")


def join(pieces: list[str]) -> str:
    """The pieces one after the other, with a space only where a command would run into a letter."""
    out = ""
    for piece in pieces:
        if piece[:1].isalpha() and _ENDS_IN_WORD.search(out):
            out += " "
        out += piece
    return out


def fence(node: Fenced, style: Style) -> tuple[str, str]:
    """The two brackets, in a fixed size that suits the body; fixed, so that a line may be broken between them."""
    left, right = FENCES[node.left], FENCES[node.right]
    size = _SIZES[min(4, _fence_size(node.body, style))]
    if not node.left or not node.right or (style == "script" and size):
        return rf"\left{left}", rf"\right{right}"
    return (f"{size}l{left}", f"{size}r{right}") if size else (left, right)


def _fence_size(body: Node, style: Style) -> int:
    """By the height of the body; among flat brackets the outer ones are a size larger than those inside."""
    height = measure(body, style)[1]
    size = 4 if height > 2.9 else 3 if height > 1.95 else 2 if height > 1.65 else 1 if height > 1.3 else 0
    inner = _largest_inside(body, style)
    return max(size, inner + 1 if inner < 2 else inner)


def _largest_inside(node: Node, style: Style) -> int:
    """The size of the largest round brackets in the body, -1 if there are none."""
    if isinstance(node, Fenced):
        return _fence_size(node.body, style)
    if isinstance(node, Row):
        return max((_largest_inside(i, style) for i in node.items), default=-1)
    return _largest_inside(node.base, style) if isinstance(node, Scripts) else -1


def _spaced(item: Node, style: Style) -> str:
    """Spaces in the source around operators, for people who read it; TeX does not need them."""
    latex = latex_of(item, style)
    if style != "script":
        if isinstance(item, Leaf) and item.kind in ("binary", "relation", "times"):
            return f" {latex} "
        if (isinstance(item, Leaf) and item.kind == "comma") or isinstance(item, Big):
            return f"{latex} "
    return latex


def _scripts(node: Scripts, style: Style) -> str:
    base = latex_of(node.base, style)
    sub = latex_of(node.sub, "script") if node.sub is not None else ""
    sup = latex_of(node.sup, "script") if node.sup is not None else ""
    if sub and isinstance(node.base, Name):
        head, own = _own_subscript(base)
        base, sub = (head, f"{own},{sub}") if own else (base, sub)
    return base + (f"_{{{sub}}}" if sub else "") + (f"^{{{sup}}}" if sup else "")


def _own_subscript(latex: str) -> tuple[str, str]:
    """(the name without its subscript, the subscript): an entry of d_{out} gets one subscript, not two."""
    depth = 0
    for n, c in enumerate(latex):
        depth += (c == "{") - (c == "}")
        if c == "_" and depth == 0 and (n == 0 or latex[n - 1] != "\\"):
            rest = latex[n + 1 :]
            if not rest.startswith("{"):
                match = re.match(r"\\[A-Za-z]+|.", rest)
                cut = match.end() if match else 0
                return latex[:n] + rest[cut:], rest[:cut]
            inner = 0
            for m, d in enumerate(rest):
                inner += (d == "{") - (d == "}")
                if inner == 0:
                    return latex[:n] + rest[m + 1 :], rest[1:m]
    return latex, ""


def _big(node: Big) -> str:
    lines = [latex_of(n, "script") for n in node.lower]
    below = lines[0] if lines else ""
    for line in lines[1:]:
        below += (r"\\[3pt] " if r"\frac" in line else r"\\ ") + line  # a fraction would reach into the line above
    below = rf"\substack{{{below}}}" if len(lines) > 1 else below
    above = latex_of(node.upper, "script") if node.upper is not None else ""
    return rf"\{node.symbol}" + (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")
