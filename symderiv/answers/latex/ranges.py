"""What stands below a sum: the indices with their bounds, and conditions on them.

``i=1`` and ``1 \\le i \\le n`` bind an index; ``j \\ne i`` alone binds j, with that condition. After a bounded index a
further relation is a condition if it speaks of that index; whatever could be either is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from symderiv.answers.latex.names import Written, written
from symderiv.answers.latex.nodes import Chain, Group, Letter, Negation, Node, Product, Scripted, walk
from symderiv.answers.latex.scope import Key, Scope

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Resolver

__all__ = ["IndexRange", "index_ranges", "listed"]


@dataclass(frozen=True, slots=True)
class IndexRange:
    """One index as written: its name and its bounds (None: omitted)."""

    name: Written
    lower: Node | None = None
    upper: Node | None = None
    lower_open: bool = False
    upper_open: bool = False


def listed(sub: Node) -> tuple[Node, ...]:
    """The items of a subscript, also of one in ``\\substack``."""
    while isinstance(sub, Group) and sub.kind == "{" and len(sub.items) == 1 and isinstance(sub.items[0], Group):
        sub = sub.items[0]
    return sub.items if isinstance(sub, Group) and sub.kind == "{" else (sub,)


def index_ranges(
    reader: Resolver, sub: Node, sup: Node | None, scope: Scope
) -> tuple[list[IndexRange], list[Node]]:  # fmt: skip
    """The indices with their bounds, and the conditions on them."""
    ranges: list[IndexRange] = []
    guards: list[Node] = []
    waiting: list[Written] = []
    for item in listed(sub):
        if not isinstance(item, (Chain, Negation)):
            waiting += _names(reader, item)
            continue
        known = {r.name.key for r in ranges}
        found = _bound(reader, item, known, sup, scope)
        if found is not None:
            ranges += [IndexRange(w, found.lower, found.upper) for w in waiting]
            waiting = []
            ranges.append(found)
        elif _mentions(item, known | {w.key for w in waiting}):
            guards.append(item)
        elif not ranges and not waiting and isinstance(item, Chain):
            ranges.append(_from_condition(reader, item, scope))
            guards.append(item)
        else:
            raise reader.fail(item, f"I can't read {reader.text(item)!r} below the sign")
    if sup is not None and (waiting or not any(r.upper is sup for r in ranges)):
        raise reader.fail(sub if waiting else sup, "the lower bound is missing; write \\sum_{i=1}^{n}")
    ranges += [IndexRange(w) for w in waiting]
    keys = [r.name.key for r in ranges]
    if len(set(keys)) < len(keys):
        raise reader.fail(sub, "the same index stands here twice")
    return ranges, guards


def _plain(node: Node) -> Written | None:
    """A name that can be an index."""
    name = written(node)
    return name if name is not None and name.sub is None and name.sup is None else None


def _names(reader: Resolver, item: Node) -> list[Written]:
    """``i`` or ``ij`` as the names of indices."""
    parts = [f for op, negated, f in item.items if op == "" and not negated] if isinstance(item, Product) else [item]
    count = len(item.items) if isinstance(item, Product) else 1
    found = [name for name in map(_plain, parts) if name is not None]
    if len(found) != count:
        raise reader.fail(item, f"I can't read {reader.text(item)!r} as an index")
    return found


def _bound(
    reader: Resolver, item: Chain | Negation, known: set[Key], sup: Node | None, scope: Scope
) -> IndexRange | None:  # fmt: skip
    """The index that ``i = 1`` or ``1 <= i <= n`` binds; None if the item only states a condition."""
    if not isinstance(item, Chain):
        return None
    if item.ops == ("=",):
        name = _plain(item.sides[0])
        if name is None or name.key in known:
            return None
        if sup is None:
            if known:
                return None
            raise reader.fail(item, "the upper bound is missing")
        if known:
            _check_new(reader, item, name, scope)
        return IndexRange(name, item.sides[1], sup)
    if len(item.ops) == 2 and set(item.ops) <= {"<", "<="}:
        name = _plain(item.sides[1])
        if name is not None and name.key not in known:
            if known:
                _check_new(reader, item, name, scope)
            _check_fixed(reader, item, item.sides[2], scope)
            return IndexRange(name, item.sides[0], item.sides[2], item.ops[0] == "<", item.ops[1] == "<")
    return None


def _mentions(item: Node, keys: set[Key]) -> bool:
    names = (written(n) for n in walk(item) if isinstance(n, (Letter, Scripted)))
    return any(name is not None and name.key in keys for name in names)


def _from_condition(reader: Resolver, item: Chain, scope: Scope) -> IndexRange:
    """The index of ``j \\ne i``, where i is fixed."""
    name = _plain(item.sides[0])
    if len(item.ops) != 1 or item.ops[0] == "=" or name is None:
        raise reader.fail(item, f"I can't read {reader.text(item)!r} below the sign; write one index and its range")
    _check_fixed(reader, item, item.sides[1], scope)
    return IndexRange(name)


def _check_new(reader: Resolver, item: Chain, name: Written, scope: Scope) -> None:
    """In ``k=1, i=j`` the second may be a condition on i, where i means something already."""
    candidates = reader.names.candidates(name)
    variables = [scope.context.variables.get(d.name) for d in candidates]
    other = any(v is None or v.role != "index" for v in variables)
    if name.key in scope.bound or other or {d.name for d in candidates} & reader.free:
        raise reader.fail(item, f"is {reader.text(item)} a condition? write it as a factor [{reader.text(item)}]")


def _check_fixed(reader: Resolver, item: Chain, other: Node, scope: Scope) -> None:
    """In ``j != i`` the sum is over j only if i is fixed: an index of the question or of a sum around."""
    for node in walk(other):
        name = written(node) if isinstance(node, (Letter, Scripted)) else None
        if name is None or name.key in scope.bound:
            continue
        for c in reader.names.candidates(name):
            v = scope.context.variables.get(c.name)
            if v is not None and v.role == "index" and c.name not in reader.free:
                raise reader.fail(item, f"is the sum over {c.shown} too? write both ranges, such as i=1, j=1")
