"""Fractions inside fractions and in small print as a/b, where they would be hard to read otherwise.

The value stays what it was: sums get brackets, a product below the slash too, and so does the whole where another
factor follows it.
"""

from __future__ import annotations

from dataclasses import replace

from symderiv.writing.notation import Big, Fenced, Fraction, Leaf, Node, Root, Row, Scripts, leaf
from symderiv.writing.shapes import contains_big, first_kind

__all__ = ["SLASH", "with_slashes"]

SLASH = leaf("/", "/", "upright")


def with_slashes(node: Node, inside: bool = False) -> Node:
    """The notation with fractions in fractions and below sums on one line; ``inside``: it is part of such a one."""
    if isinstance(node, Fraction):
        inner = replace(node, above=with_slashes(node.above, True), below=with_slashes(node.below, True))
        return _slashed(inner) if inside and _is_plain(inner) else inner
    if isinstance(node, Row):
        items = (_item(n, node) for n in range(len(node.items))) if inside else map(with_slashes, node.items)
        return replace(node, items=tuple(items))
    if isinstance(node, Big):
        upper = with_slashes(node.upper, True) if node.upper is not None else None
        return replace(node, lower=tuple(with_slashes(n, True) for n in node.lower), upper=upper)
    if isinstance(node, Root):
        return replace(node, body=with_slashes(node.body, inside))
    if isinstance(node, Fenced):
        return replace(node, body=with_slashes(node.body, inside))
    if isinstance(node, Scripts) and isinstance(node.base, (Fenced, Root)):
        return replace(node, base=with_slashes(node.base, inside))
    return node


def _item(n: int, row: Row) -> Node:
    """A piece of a row: what follows a slash would be read as divided by too, what it follows as its numerator."""
    node = row.items[n]
    new = with_slashes(node, True)
    if not isinstance(node, Fraction) or isinstance(new, Fraction):
        return new
    following = row.items[n + 1] if n + 1 < len(row.items) else None
    apart = following is None or _parts(following)
    called = row.kind == "prefix" and not isinstance(row.items[0], Big)
    before = row.items[n - 1] if n else None
    runs_on = before is not None and not _parts(before) and first_kind(new) == "number"
    return new if apart and not called and not runs_on else Fenced(new)


def _parts(node: Node) -> bool:
    """Does the node keep its neighbours apart, so that no product runs across it?"""
    return isinstance(node, Leaf) and node.kind in ("binary", "relation", "comma", "sign")


def _slashed(f: Fraction) -> Node:
    above = Fenced(f.above) if _is_sum(f.above) else f.above
    below = f.below if _is_one(f.below) else Fenced(f.below)
    return Row((above, SLASH, below), "product")


def _is_plain(f: Fraction) -> bool:
    """No sum or brace, no fraction that had to stay one, no derivative, and no numeric coefficient such as 1/2."""
    return not f.small and not any(
        contains_big(n) or _holds_fraction(n) or _begins_partial(n) for n in (f.above, f.below)
    )


def _holds_fraction(node: Node) -> bool:
    if isinstance(node, Fraction):
        return True
    if isinstance(node, Row):
        return any(map(_holds_fraction, node.items))
    if isinstance(node, Scripts):
        return _holds_fraction(node.base)
    return isinstance(node, (Root, Fenced)) and _holds_fraction(node.body)


def _begins_partial(node: Node) -> bool:
    """Is this the upper or lower half of a derivative?"""
    first = node.items[0] if isinstance(node, Row) and node.items else node
    first = first.base if isinstance(first, Scripts) else first
    return isinstance(first, Leaf) and first.text == "∂"


def _is_sum(node: Node) -> bool:
    return isinstance(node, Row) and node.kind in ("sum", "relation", "plain")


def _is_one(node: Node) -> bool:
    """One letter, number, power, root or pair of brackets."""
    return not isinstance(node, Row) or (node.kind == "prefix" and isinstance(node.items[-1], Fenced))
