"""Where in a formula an array stands as a whole, without all of its indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.answers.latex import functions
from symderiv.answers.latex.matrices import is_transposed
from symderiv.answers.latex.names import Declared, Written, label, written
from symderiv.answers.latex.nodes import Fence, Frac, Group, Letter, Node, Product, Scripted, Sign, Sum
from symderiv.answers.latex.scope import Scope
from symderiv.language.context import FAR, unfold_all
from symderiv.language.matrix_text import matrix_name
from symderiv.language.terms import ONE, Number, Term, free_names

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Items, Resolver

__all__ = [
    "factor_kind", "inside_brackets", "is_letter_t", "is_tensor", "is_tensor_product", "length", "named_array",
    "of_own_array",
]  # fmt: skip


def named_array(reader: Resolver, node: Node, scope: Scope) -> tuple[Declared, Written] | None:
    """The declared array with entries that the node names without its indices, perhaps transposed."""
    name = written(node)
    if name is None or name.key in scope.bound:
        return None
    found = []
    for d in reader.names.candidates(name):
        labelled = (not name.sub and not d.sub) or (name.sub is not None and label(name.sub) == d.sub)
        sup = not d.sup and (name.sup is None or is_transposed(name.sup) or is_letter_t(reader, name.sup))
        own = bool(d.sup) and name.sup is not None and label(name.sup).strip("()") == d.sup.strip("()")
        if labelled and (sup or own):
            found.append(d)
    arrays = [d for d in found if d.kind == "array" and d.rank in (1, 2) and matrix_name(d.name, scope.context) is None]
    return (arrays[0], name) if len(arrays) == 1 and len(found) == 1 else None


def length(reader: Resolver, node: Fence, scope: Scope) -> Term | None:
    """``|a|`` as the number of entries of a declared vector, where such a number is needed; None elsewhere."""
    found = named_array(reader, node.body, scope) if scope.sized and node.kind == "abs" else None
    if found is None or found[0].rank != 1:
        return None
    name = found[0].name
    array = scope.context.arrays.get(name)
    low, high = array.axes[0] if array is not None else scope.context.definitions[name].axes[0]
    if any(isinstance(end, Number) and abs(end.value) >= FAR for end in (low, high)):
        return None  # declared without a range
    return high if low == ONE else high - low + 1


def is_letter_t(reader: Resolver, sup: Node) -> bool:
    while isinstance(sup, Group) and sup.kind == "{" and len(sup.items) == 1:
        sup = sup.items[0]
    return isinstance(sup, Letter) and sup.text == "T" and not reader.names.knows("T")


def inside_brackets(node: Node) -> Node | None:
    """What stands in brackets, perhaps transposed."""
    if isinstance(node, Scripted):
        if node.sub is not None or node.primes:
            return None
        return inside_brackets(node.body)
    return node.items[0] if isinstance(node, Group) and len(node.items) == 1 and node.kind in "([{" else None


def is_tensor(reader: Resolver, node: Node, scope: Scope) -> bool:
    """Is the node an array without all of its indices?"""
    if scope.position is not None:
        return False
    if named_array(reader, node, scope) is not None:
        return True
    if isinstance(node, Sum):
        return any(is_tensor(reader, s, scope) for _, s in node.items)
    if isinstance(node, Product):
        return is_tensor_product(reader, node.items, scope)
    if isinstance(node, Frac):
        return is_tensor(reader, node.above, scope)
    inner = inside_brackets(node)
    return inner is not None and is_tensor(reader, inner, scope)


def is_tensor_product(reader: Resolver, items: Items, scope: Scope) -> bool:
    n = 0
    while n < len(items):
        found = factor_kind(reader, items, n, scope)
        if found:
            return True
        # The brackets after a name belong to it: y(n), S(a)_i, f(x).
        called = reader.group_after(items, n) is not None and written(items[n][2]) is not None
        n += 2 if called else 1
    return False


def factor_kind(reader: Resolver, items: Items, n: int, scope: Scope) -> str:
    node = items[n][2]
    name = written(node)
    called = reader.group_after(items, n)
    if called is not None and functions.is_function(reader, node, scope) and not isinstance(items[n + 1][2], Scripted):
        plain = not isinstance(node, Scripted) and len(called.items) == 1
        return "map" if plain and is_tensor(reader, called.items[0], scope) else ""
    if isinstance(_body(node), Sign) and _body(node).kind == "NABLA":  # type: ignore[attr-defined]
        return "gradient"
    if name is not None and called is not None:
        after = items[n + 1][2]
        if isinstance(after, Scripted) and after.sub is not None:
            return ""
        if name.base in ("diag", "Diag") and not reader.names.knows(name.base):
            return "diagonal"
        if of_own_array(reader, name, called, scope) is not None:
            return "function"
        if named_array(reader, node, scope) is not None and not is_tensor(reader, called.items[0], scope):
            declared = named_array(reader, node, scope)
            assert declared is not None
            return "" if called.kind == "[" or len(called.items) == declared[0].rank else "array"
    return "array" if is_tensor(reader, node, scope) else ""


def of_own_array(reader: Resolver, name: Written, group: Group, scope: Scope) -> Declared | None:
    """``\\operatorname{flip}(w)`` for a definition ``flip`` of entries of ``w``."""
    inside = named_array(reader, group.items[0], scope) if len(group.items) == 1 else None
    if inside is None:
        return None
    for d in reader.names.candidates(name):
        definition = scope.context.definitions.get(d.name)
        if definition is not None and d.kind == "array" and d.rank == 1:
            used = free_names(unfold_all(definition.body, scope.context)) & scope.context.arrays.keys()
            if used == {inside[0].name}:
                return d
    return None


def _body(node: Node) -> Node:
    return node.body if isinstance(node, Scripted) else node
