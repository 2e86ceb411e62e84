"""What a formula looks like before anybody asks what its names mean: the tree the grammar makes, with places.

``start`` and ``end`` are characters of the source. A list, product, sum or chain with one plain member is that member.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

__all__ = [
    "Accent", "Big", "Binomial", "CasesTable", "Chain", "Factorial", "Fence", "Frac", "Function", "Given", "Group",
    "Letter", "Matrix", "Negation",
    "Node", "Numeral", "Product", "Root", "Row", "Scripted", "Sign", "Sum", "children", "walk",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of ``source[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Numeral(Node):
    """Digits, perhaps with a decimal point."""

    text: str


@dataclass(frozen=True, slots=True)
class Letter(Node):
    """A letter, a Greek letter by its name, or a word in upright type."""

    text: str
    font: str = ""


@dataclass(frozen=True, slots=True)
class Sign(Node):
    """A sign with a meaning of its own: kind PARTIAL, NABLA, TOP, INFTY, DOTS, STAR, PRIME, or a lone SIGN + or -."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Function(Node):
    """A function's name such as ``\\log``; its argument is the next factor."""

    name: str


@dataclass(frozen=True, slots=True)
class Big(Node):
    """``\\sum`` or ``\\prod``; the scripts stand around it, the body is what follows."""

    name: str


@dataclass(frozen=True, slots=True)
class Accent(Node):
    """``\\tilde{x}``."""

    accent: str
    body: Node


@dataclass(frozen=True, slots=True)
class Scripted(Node):
    """``body`` with a subscript, a superscript, primes."""

    body: Node
    sub: Node | None = None
    sup: Node | None = None
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Group(Node):
    """Items in brackets ``(``, ``[``, ``{`` (invisible) or ``set``, parted by commas."""

    kind: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Fence(Node):
    """``body`` between bars or floors: abs, norm, floor, ceiling."""

    kind: str
    body: Node


@dataclass(frozen=True, slots=True)
class Frac(Node):
    """``\\frac{above}{below}``."""

    above: Node
    below: Node


@dataclass(frozen=True, slots=True)
class Binomial(Node):
    """``\\binom{above}{below}``."""

    above: Node
    below: Node


@dataclass(frozen=True, slots=True)
class Factorial(Node):
    """``body!``."""

    body: Node


@dataclass(frozen=True, slots=True)
class Given(Node):
    """``body | condition`` in brackets."""

    body: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Root(Node):
    """A square root, or the root of ``degree``."""

    body: Node
    degree: Node | None


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Factors as (operator, negated, factor); the operator is "" for juxtaposition, else "*" or "/"."""

    items: tuple[tuple[str, bool, Node], ...]


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """Summands as (negated, summand)."""

    items: tuple[tuple[bool, Node], ...]


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Sides between relations: ``sides[0] ops[0] sides[1] ops[1] …``."""

    ops: tuple[str, ...]
    sides: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Row(Node):
    """Pieces side by side that are no product: a condition in words, such as ``if i = j``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class CasesTable(Node):
    """Rows of a value and its condition; the condition is None where the row has none."""

    rows: tuple[tuple[Node, Row | None], ...]


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """``\\lnot(…)``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Matrix(Node):
    """Rows of entries."""

    rows: tuple[tuple[Node, ...], ...]


def children(node: Node) -> list[Node]:
    """The nodes directly inside."""
    out: list[Node] = []

    def collect(value: object) -> None:
        if isinstance(value, Node):
            out.append(value)
        elif isinstance(value, tuple):
            for part in value:
                collect(part)

    for field in fields(node):
        collect(getattr(node, field.name))
    return out


def walk(node: Node) -> Iterator[Node]:
    """The node and all inside, outermost first."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(children(top)))
