"""Conditions and cases as notation: chains of relations, and, or, not, a brace with cases."""

from __future__ import annotations

from collections.abc import Callable

from symderiv.language.terms import FALSE, TRUE, And, Cases, Condition, Not, Or, Property, Relation, Term
from symderiv.writing.notation import Fenced, Leaf, Node, Row, Stack, leaf, row, separated

__all__ = ["RELATIONS", "Composed", "compose_cases", "compose_condition", "compose_guard", "relation_row"]

Composed = tuple[Node, int]
"""A node and how tightly it binds; conditions bind least (0), words and negations stand like atoms (40)."""
_LOOSE, _ATOM = 0, 40

RELATIONS = {
    "=": leaf("=", "=", "relation"), "!=": leaf(r"\ne", "≠", "relation"), "<": leaf("<", "<", "relation"),
    "<=": leaf(r"\le", "≤", "relation"), ">": leaf(">", ">", "relation"), ">=": leaf(r"\ge", "≥", "relation"),
    "iff": leaf(r"\iff", "⟺", "relation"),
}  # fmt: skip


def compose_condition(t: Condition, compose: Callable[[Term], Composed]) -> Composed:
    """A condition; ``compose`` sets the terms in it."""
    if t == TRUE or t == FALSE:
        word = "true" if t == TRUE else "false"
        return leaf(rf"\text{{{word}}}", word, "text"), _ATOM
    if isinstance(t, Relation):
        return relation_row((t,), compose), _LOOSE
    if isinstance(t, Not):
        return Row((leaf(r"\lnot", "¬", "sign"), Fenced(compose(t.args[0])[0]))), _ATOM
    if isinstance(t, And):
        nodes = [relation_row(c, compose) if isinstance(c, tuple) else _inside(c, Or, compose) for c in _chains(t.args)]
        return _joined(nodes, leaf(r"\text{ and }", " and ", "text")), _LOOSE
    if isinstance(t, Or):
        nodes = [_inside(c, And, compose) for c in t.args]
        return _joined(nodes, leaf(r"\text{ or }", " or ", "text")), _LOOSE
    if isinstance(t, Property):
        return _property(t, compose), _LOOSE
    raise TypeError(f"no notation for {type(t).__name__}")


_WORDS = {"gaussian": "jointly normal"}
_OF_ENTRIES = ("independent", "uncorrelated")


def _property(t: Property, compose: Callable[[Term], Composed]) -> Node:
    """ "x uncorrelated", "w independent of x", "w, x, z independent"."""
    names = [compose(a)[0] for a in t.args]
    word = _WORDS.get(t.word, t.word) + (" of " if len(names) == 2 else "")
    text = leaf(rf"\text{{ {word}}}", f" {word}", "text")
    if len(names) == 2:
        return Row((names[0], text, names[1]))
    entries = (leaf(r"\text{entries of }", "entries of ", "text"),) if len(names) == 1 and t.word in _OF_ENTRIES else ()
    return Row((*entries, separated(names), text))


def relation_row(chain: tuple[Relation, ...], compose: Callable[[Term], Composed]) -> Node:
    """``a <= b <= c`` as one row."""

    def side(t: Term) -> Node:
        node, level = compose(t)
        return node if level > _LOOSE else Fenced(node)

    items: list[Node] = [side(chain[0].left)]
    for r in chain:
        items += [RELATIONS[r.op], side(r.right)]
    return Row(tuple(items), "relation")


def compose_guard(guard: Term, compose: Callable[[Term], Composed]) -> list[Node]:
    """The conditions below a sum, one for each line; a <= b and b <= c share a line wherever they stand."""
    waiting = list(guard.args) if isinstance(guard, And) else [] if guard == TRUE else [guard]
    ordered: list[Term] = []
    while waiting:
        c = waiting.pop(0)
        ordered.append(c)
        if isinstance(c, Relation) and c.op[0] in "<>":
            after = [d for d in waiting if isinstance(d, Relation) and d.left == c.right and d.op[0] == c.op[0]]
            for d in after[:1]:
                waiting.remove(d)
                waiting.insert(0, d)
    chains = _chains(tuple(ordered))
    return [relation_row(c, compose) if isinstance(c, tuple) else compose(c)[0] for c in chains]


def compose_cases(t: Cases, compose: Callable[[Term], Composed]) -> Node:
    """A brace with a line for each case; the last one reads "otherwise" where its condition is true."""
    rows: list[tuple[Node, Node]] = []
    for n, (value, condition) in enumerate(t.pieces):
        word = leaf(r"\text{otherwise}", "otherwise", "text")
        when = leaf(r"\text{if }", "if ", "text")
        otherwise = condition == TRUE and n > 0
        rows.append((compose(value)[0], word if otherwise else Row((when, compose(condition)[0]))))
    return Stack(tuple(rows))


def _inside(t: Term, bracketed: type[Condition], compose: Callable[[Term], Composed]) -> Node:
    node = compose(t)[0]
    return Fenced(node) if isinstance(t, bracketed) else node


def _joined(nodes: list[Node], word: Leaf) -> Node:
    items: list[Node] = []
    for n in nodes:
        items += [word, n] if items else [n]
    return row(*items)


def _chains(conditions: tuple[Term, ...]) -> list[Term | tuple[Relation, ...]]:
    """Neighbours a <= b, b <= c are written a <= b <= c."""
    out: list[Term | tuple[Relation, ...]] = []
    for c in conditions:
        if not isinstance(c, Relation):
            out.append(c)
            continue
        last = out[-1] if out else None
        if isinstance(last, tuple) and last[-1].right == c.left and last[-1].op[0] == c.op[0] and c.op[0] in "<>":
            out[-1] = (*last, c)
        else:
            out.append((c,))
    return out
