"""Long formulas in several lines, broken by structure: at relations, then at + and -, then between factors.

A formula is flattened into tokens; each token says at which depth of the tree a line may end before it. A line that
is too wide breaks at the shallowest depth that has a break, and only what is still too wide is broken deeper.
Fractions and exponents stay whole: a fraction that is wider than the line is written as its numerator times one over
its denominator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from symderiv.writing.measuring import measure
from symderiv.writing.notation import Big, Fenced, Fraction, Leaf, Node, Root, Row, Scripts, number_leaf

__all__ = ["Line", "Spelling", "Token", "break_lines"]

INDENT = 2.0
"""How far a continuation line is moved right for each depth, in ems."""
_LAST_RESORT = 1000
"""The depth of a break between the sign of a sum and what is summed: only where nothing else would do."""
TIMES = Leaf(r"\cdot", "·", "times")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece that stays whole: nodes side by side, the brackets among them, and the depth of the break before it.

    ``depth`` is None where no line may end before the token. ``joint`` is written only if the token begins a line.
    """

    node: Node
    width: float
    depth: int | None = None
    joint: Leaf | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line: how far it is moved right in ems, and its nodes from left to right."""

    indent: float
    nodes: tuple[Node, ...]
    width: float


Spelling = Callable[[Fenced], tuple[Leaf, Leaf]]
"""The brackets of a fence as two leaves, for brackets that open in one line and close in another."""
Width = Callable[[Node], float]


def _ems(node: Node) -> float:
    return measure(node)[0]


def break_lines(
    node: Node, first: float, rest: float | None = None, *, spell: Spelling, width: Width = _ems, tear: bool = True
) -> list[Line]:
    """The lines of ``node``: the first at most ``first`` wide, the others at most ``rest``, if the structure allows.

    With ``tear`` the sign of a sum may be torn from what is summed where nothing else makes the line fit.
    """
    rest = first if rest is None else rest
    if width(node) <= first:
        return [Line(0.0, (node,), width(node))]
    tokens = list(_Tokens(min(first, rest) - 2 * INDENT, spell, width).flatten(node, 0))
    if not tear:
        tokens = [replace(t, depth=None) if t.depth is not None and t.depth >= _LAST_RESORT else t for t in tokens]
    lines = _fill(tokens, first, rest, 0, 0)
    return [line for line in lines if line.nodes]


class _Tokens:
    def __init__(self, limit: float, spell: Spelling, width: Width):
        self.limit, self.spell, self.width = limit, spell, width

    def whole(self, node: Node) -> list[Token]:
        return [Token(node, self.width(node))]

    def flatten(self, node: Node, depth: int) -> list[Token]:
        """The tokens of a node; whatever fits in a third of a line and stands inside something stays whole."""
        if depth and self.width(node) <= self.limit / 3:
            return self.whole(node)
        if isinstance(node, Row):
            return self.row(node, depth)
        if isinstance(node, Fenced) and node.left and node.right:
            left, right = self.spell(node)
            inner = list(self.flatten(node.body, depth + 2))
            return [Token(left, self.width(left)), *inner, Token(right, self.width(right))]
        if isinstance(node, Fraction) and self.width(node) > self.limit:
            return self.fraction(node, depth)
        if isinstance(node, Scripts) and isinstance(node.base, Fenced):
            *opened, closing = self.flatten(node.base, depth)
            raised = Scripts(closing.node, node.sub, node.sup)
            return [*opened, Token(raised, self.width(raised))] if opened else self.whole(node)
        if isinstance(node, Root) and node.degree is None and self.width(node) > self.limit:
            half = Row((number_leaf("1"), Leaf("/", "/", "upright"), number_leaf("2")))
            return self.flatten(Scripts(Fenced(node.body), None, half), depth)
        return self.whole(node)

    def row(self, node: Row, depth: int) -> list[Token]:
        out: list[Token] = []
        for n, item in enumerate(node.items):
            tokens = self.flatten(item, depth + 1)
            if n and node.kind == "product" and not isinstance(item, Leaf) and not _glued(node.items[n - 1]):
                tokens[0] = replace(tokens[0], depth=depth + 1, joint=TIMES)
            elif n and isinstance(item, Leaf) and item.kind in ("binary", "relation", "times") and node.kind != "plain":
                tokens[0] = replace(tokens[0], depth=depth)
            elif n and node.kind == "prefix" and isinstance(node.items[n - 1], Big):
                tokens[0] = replace(tokens[0], depth=depth + _LAST_RESORT)
            elif n and node.kind == "plain" and (_is_comma(node.items[n - 1]) or _joins(item)):
                tokens[0] = replace(tokens[0], depth=depth)
            out += tokens
        return out

    def fraction(self, node: Fraction, depth: int) -> list[Token]:
        above = node.above
        if isinstance(above, Row) and above.kind == "sum":
            above = Fenced(above)
        below: Node = Fraction(number_leaf("1"), node.below)
        tail = self.whole(below)
        if self.width(below) > self.limit:
            slash = Leaf("/", "/", "binary")
            tail = [Token(slash, self.width(slash), depth + 1), *self.flatten(Fenced(node.below), depth + 1)]
        else:
            tail[0] = replace(tail[0], depth=depth + 1, joint=TIMES)
        return [*self.flatten(above, depth + 1), *tail]


def _glued(before: Node) -> bool:
    """May no line end after this node: the sign of a sum, or an operator already written?"""
    loose = ("letter", "number", "space")
    return isinstance(before, (Big, Leaf)) and not (isinstance(before, Leaf) and before.kind in loose)


def _is_comma(node: Node) -> bool:
    return isinstance(node, Leaf) and node.kind == "comma"


def _joins(node: Node) -> bool:
    """Is this the word between two conditions?"""
    return isinstance(node, Leaf) and node.kind == "text" and node.text.strip() in ("and", "or")


def _chunks(tokens: list[Token], depth: int) -> Iterator[list[Token]]:
    chunk: list[Token] = []
    for token in tokens:
        if chunk and token.depth == depth:
            yield chunk
            chunk = []
        chunk.append(token)
    yield chunk


def _total(tokens: list[Token]) -> float:
    return sum(t.width for t in tokens)


def _fill(tokens: list[Token], first: float, rest: float, depth: int, level: int) -> list[Line]:
    """Fill lines with the chunks of this depth, in order; a chunk that fits in no line is filled one depth deeper."""
    depths = [t.depth for t in tokens[1:] if t.depth is not None and t.depth >= depth]
    if not depths:
        return [Line(0.0, tuple(t.node for t in tokens), _total(tokens))]
    depth = min(depths)
    indent = INDENT * (level + 1)
    lines: list[Line] = [Line(0.0, (), 0.0)]
    for chunk in _chunks(tokens, depth):
        last = lines[-1]
        room = (first if len(lines) == 1 else rest) - last.indent - last.width
        if _total(chunk) <= room:
            lines[-1] = replace(last, nodes=(*last.nodes, *(t.node for t in chunk)), width=last.width + _total(chunk))
        elif _total(chunk) <= rest - indent:
            lines.append(_line(chunk, indent))
        else:
            lines += _spread(chunk, lines, first, rest, depth, level)
    return lines


def _spread(
    chunk: list[Token], lines: list[Line], first: float, rest: float, depth: int, level: int
) -> list[Line]:  # fmt: skip
    """A chunk that needs several lines: it goes on in the current line if that line is empty or mostly free."""
    indent = INDENT * (level + 1)
    last = lines[-1]
    room = (first if len(lines) == 1 else rest) - last.indent - last.width
    if last.nodes and room < 0.5 * rest:
        start, *more = _fill(_with_joint(chunk), rest - indent, rest - indent, depth + 1, level)
        return [replace(start, indent=indent), *(replace(m, indent=m.indent + indent) for m in more)]
    lines.pop()
    start, *more = _fill(chunk, room, rest - last.indent, depth + 1, level)
    joined = Line(last.indent, (*last.nodes, *start.nodes), last.width + start.width)
    return [joined, *(replace(m, indent=m.indent + last.indent) for m in more)]


def _with_joint(chunk: list[Token]) -> list[Token]:
    joint = chunk[0].joint
    return [Token(joint, _ems(joint)), *chunk] if joint is not None else chunk


def _line(chunk: list[Token], indent: float) -> Line:
    tokens = _with_joint(chunk)
    return Line(indent, tuple(t.node for t in tokens), _total(tokens))
