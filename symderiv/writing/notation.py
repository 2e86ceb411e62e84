"""Notation: a formula as it stands on paper, before it becomes LaTeX, MathML or plain Unicode.

``composing`` turns a term into these nodes and decides brackets, fractions and index names once; the printers only
spell the nodes out, and ``breaking`` measures and breaks them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = [
    "BINARY", "COMMA", "Accent", "Big", "Fenced", "Fraction", "Grid", "Kind", "Leaf", "Name", "Node", "Root", "Row",
    "Scripts", "Stack", "leaf", "number_leaf", "row", "separated",
]  # fmt: skip

Kind = Literal[
    "letter", "number", "upright", "function", "sign", "binary", "times", "relation", "comma", "text", "space"
]
"""What a leaf is, which decides the space around it and the MathML element."""

BINARY: tuple[Kind, ...] = ("binary", "relation")
COMMA: Kind = "comma"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One symbol: its LaTeX, its Unicode text, its kind."""

    latex: str
    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Name:
    """A declared name by its LaTeX (``\\omega^{(1)}``); ``formulas.read_math`` spells it out for other printers."""

    latex: str


@dataclass(frozen=True, slots=True)
class Row:
    """Nodes side by side. ``kind`` says what they make up: lines break first in relations, then sums, then products.

    A "prefix" row is an operator and what it acts on, which a line break never parts.
    """

    items: tuple[Node, ...]
    kind: Literal["relation", "sum", "product", "prefix", "plain"] = "plain"


@dataclass(frozen=True, slots=True)
class Scripts:
    """``base`` with a subscript, a superscript or both."""

    base: Node
    sub: Node | None = None
    sup: Node | None = None


@dataclass(frozen=True, slots=True)
class Fraction:
    """A fraction; ``small`` for a numeric coefficient (one half)."""

    above: Node
    below: Node
    small: bool = False


@dataclass(frozen=True, slots=True)
class Root:
    """A square root, or the root of the given degree."""

    body: Node
    degree: Node | None = None


@dataclass(frozen=True, slots=True)
class Fenced:
    """``body`` in brackets; ``left`` and ``right`` are keys of ``FENCES``."""

    body: Node
    left: str = "("
    right: str = ")"


@dataclass(frozen=True, slots=True)
class Big:
    """The sign of a sum or product with the lines below it and what stands above; its body follows it in the row."""

    symbol: Literal["sum", "prod", "max"]
    lower: tuple[Node, ...] = ()
    upper: Node | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """Lines of cells after a brace: cases."""

    rows: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells in rows and columns between square brackets: a matrix; ``plain``: a table without brackets."""

    rows: tuple[tuple[Node, ...], ...]
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Accent:
    """``base`` under an accent: hat, tilde, bar, vec, dot, or bold/blackboard (``mathbf``, ``mathbb``)."""

    base: Node
    accent: str


Node: TypeAlias = "Leaf | Name | Row | Scripts | Fraction | Root | Fenced | Big | Stack | Grid | Accent"


def leaf(latex: str, text: str, kind: Kind) -> Leaf:
    """A leaf; shorter to read at the call."""
    return Leaf(latex, text, kind)


def number_leaf(digits: str) -> Leaf:
    """Digits as they are."""
    return Leaf(digits, digits, "number")


def row(*items: Node) -> Node:
    """The items side by side; one item stays itself."""
    return items[0] if len(items) == 1 else Row(items)


def separated(nodes: Iterable[Node]) -> Node:
    """The nodes with commas between them."""
    parts: list[Node] = []
    for node in nodes:
        parts += [leaf(",", ",", "comma"), node] if parts else [node]
    return row(*parts)
