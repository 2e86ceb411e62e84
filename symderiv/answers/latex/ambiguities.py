"""Products that a person could mean in two ways: refused, with the sentence that says how to write either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.answers.latex.nodes import Big, Fence, Frac, Group, Letter, Node, Numeral, Product, Root, Scripted, Sum

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Items, Resolver

__all__ = ["check_braces", "check_juxtaposed", "unbraced", "unscripted"]


def check_braces(reader: Resolver, node: Node, *, alone: bool) -> None:
    """Braces do not show: ``{y+z}c`` looks like y + zc. ``alone``: a product in them would look different too."""
    outer = unscripted(node)
    inner = unbraced(outer)
    if inner is not outer and isinstance(inner, (Sum, Product) if alone else Sum):
        raise reader.fail(node, "the braces { } do not show; write ( ) for brackets")


def check_juxtaposed(reader: Resolver, items: Items, n: int, slash: bool) -> None:
    """Refuse a factor without its sign where it may be something else; ``slash``: a fraction bar stands before."""
    before, node = items[n - 1][2], items[n][2]
    stands_apart = isinstance(unscripted(before), (Frac, Group, Fence, Root)) and not isinstance(
        unbraced(before), Letter
    )
    if isinstance(unscripted(node), Numeral) and not (stands_apart and isinstance(node, Scripted) and node.sup):
        raise reader.fail(node, f"write \\cdot before {reader.text(node)}, or _ or ^ if it is an index or a power")
    if slash and not (isinstance(unscripted(node), Big) and items[n - 1][0] == "/"):
        # 1/n \\sum_i x_i is a mean.
        raise reader.fail(
            node, f"it is not clear whether {reader.text(node)} stands below the line; write \\frac{{…}}{{…}}"
        )
    if isinstance(before, Numeral) and isinstance(node, Frac) and all(
        isinstance(unbraced(part), Numeral) for part in (node.above, node.below)
    ):  # fmt: skip
        raise reader.fail(node, "this may be a sum or a product; write + or \\cdot before the fraction")


def unscripted(node: Node) -> Node:
    """The node without its scripts."""
    return node.body if isinstance(node, Scripted) else node


def unbraced(node: Node) -> Node:
    """The node without invisible braces."""
    while isinstance(node, Group) and node.kind == "{" and len(node.items) == 1:
        node = node.items[0]
    return node
