"""Questions about notation that decide how it is bracketed and spaced."""

from __future__ import annotations

from symderiv.writing.measuring import measure
from symderiv.writing.notation import Big, Fenced, Fraction, Grid, Leaf, Name, Node, Root, Row, Scripts, Stack

__all__ = [
    "contains_big", "first_kind", "fits", "has_superscript", "is_numeric", "is_single", "is_word", "towers",
]  # fmt: skip


def is_single(node: Node) -> bool:
    """One letter, with primes at most, or one digit: such indices run together."""
    if isinstance(node, Name):
        plain = node.latex.rstrip("'")
        return len(plain) == 1 or (plain.startswith("\\") and plain[1:].isalpha())
    return isinstance(node, Leaf) and len(node.text) == 1


def has_superscript(node: Node) -> bool:
    """Does the node already carry a superscript or prime, so that another one needs brackets?"""
    if isinstance(node, Name):
        return "^" in node.latex or "'" in node.latex
    return isinstance(node, Scripts) and (node.sup is not None or has_superscript(node.base))


def is_word(node: Node) -> bool:
    """A name of several letters, which needs space beside other factors."""
    base = node.base if isinstance(node, Scripts) else node
    return isinstance(base, Name) and base.latex.startswith((r"\mathrm", r"\text", r"\operatorname"))


def is_numeric(node: Node) -> bool:
    """A number or a numeric fraction, beside which another fraction would read as a mixed number."""
    return (isinstance(node, Leaf) and node.kind == "number") or (isinstance(node, Fraction) and node.small)


def first_kind(node: Node) -> str:
    """The kind of the leftmost leaf."""
    if isinstance(node, Leaf):
        return node.kind
    if isinstance(node, Scripts):
        return first_kind(node.base)
    return first_kind(node.items[0]) if isinstance(node, Row) else ""


def fits(node: Node, width: float, height: float) -> bool:
    """Is the node at most that wide and high, in ems of text style?"""
    w, h = measure(node, "text")
    return w < width and h < height


def towers(node: Node) -> bool:
    """Would the node be hard to read as an exponent: sums, cases, fractions in fractions, or very long?"""
    return not fits(node, 8, 2.4) or contains_big(node)


def contains_big(node: Node) -> bool:
    """Does a sum, a product or a brace stand in the node?"""
    if isinstance(node, (Big, Stack, Grid)):
        return True
    if isinstance(node, Row):
        return any(contains_big(i) for i in node.items)
    if isinstance(node, Scripts):
        return any(contains_big(n) for n in (node.base, node.sub, node.sup) if n is not None)
    if isinstance(node, Fraction):
        return contains_big(node.above) or contains_big(node.below)
    return isinstance(node, (Fenced, Root)) and contains_big(node.body)
