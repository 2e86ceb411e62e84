"""Which declared name a written one is, and what its scripts and brackets are: indices, arguments, power."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.answers.latex import conditions, matrices, vectors
from symderiv.answers.latex.expectations import expectation, is_expectation
from symderiv.answers.latex.indices import index_nodes, indices
from symderiv.answers.latex.names import Declared, Written, label, plain, written
from symderiv.answers.latex.nodes import Chain, Group, Letter, Negation, Node, Numeral, Scripted, Sign
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.unsupported import NAMES, bare_array
from symderiv.errors import AnswerError
from symderiv.language.context import unfold_all
from symderiv.language.matrix_text import matrix_name
from symderiv.language.terms import (
    ONE,
    Apply,
    Constant,
    Delta,
    Entry,
    Iverson,
    Symbol,
    Term,
    free_names,
)
from symderiv.language.text_reading import own_indices

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Items, Resolver

__all__ = ["indicator", "is_indicator", "resolve"]

Found = tuple[Term, int]
"""A term and how many items of the product it takes."""


def resolve(reader: Resolver, name: Written, items: Items, n: int, scope: Scope) -> Found:
    """The name at item ``n``; ``AnswerError`` if it is not declared, or may be two declared ones."""
    bound = scope.bound.get(name.key)
    if bound is not None:
        return _powered(reader, name, bound, scope), 1
    ranked: list[tuple[int, Declared, Found]] = []
    errors: list[AnswerError] = []
    for d in reader.names.candidates(name):
        rank = _fit(reader, d, name, items, n, scope)
        if rank is None:
            continue
        try:
            ranked.append((rank, d, _attempt(reader, d, name, items, n, scope)))
        except AnswerError as error:
            errors.append(error)
    if ranked:
        return _choose(reader, name, ranked)
    if errors:
        raise errors[0]
    return _undeclared(reader, name, items, n, scope)


def _choose(reader: Resolver, name: Written, ranked: list[tuple[int, Declared, Found]]) -> Found:
    best = min(rank for rank, _, _ in ranked)
    left = [(d, found) for rank, d, found in ranked if rank == best]
    asked = [(d, found) for d, found in left if d.name in reader.preferred]
    if len(asked) == 1:
        left = asked
    if len(left) > 1:
        names = " or ".join(sorted(d.shown for d, _ in left))
        shown = reader.source[name.start : name.end]
        raise AnswerError(f"{shown} may be {names}, both of which are declared", position=name.start)
    return left[0][1]


def _fit(reader: Resolver, d: Declared, name: Written, items: Items, n: int, scope: Scope) -> int | None:
    """0: the declared superscript stands there; 1: none is declared; 2: it stands there but for brackets.

    3: it is left out, but the name ends in its own index letters and these stand there: ``\\mu[c]`` for ``mu_c[c]``.
    """
    if not d.sup:
        return 1
    there = label(name.sup)
    if there == d.sup:
        return 0
    if there.strip("()") == d.sup.strip("()"):
        return 2
    own = own_indices(d.name, scope.context) if name.sup is None and not d.sub else None
    return 3 if own is not None and _indices_typed(reader, name, items, n) == own else None


def _indices_typed(reader: Resolver, name: Written, items: Items, n: int) -> str:
    """The letters in ``_{c,h}`` or ``[c, h]`` after the name."""
    group = reader.group_after(items, n, ("[",))
    nodes = (name.sub,) if name.sub is not None else group.items if group is not None else ()
    return "".join(label(node) for node in nodes)


def _attempt(reader: Resolver, d: Declared, name: Written, items: Items, n: int, scope: Scope) -> Found:
    sup = None if d.sup else name.sup
    if sup is not None and _is_label(sup):
        shown = reader.source[name.start : name.end]
        raise AnswerError(
            f"I don't know {shown}; if ^{{{plain(sup)}}} is a power, leave its brackets out", position=name.start
        )
    if d.kind == "array":
        term, used = _entry(reader, d, name, items, n, scope)
    elif label(name.sub) != d.sub:
        raise _unknown(reader, name)
    elif d.kind == "matrix":
        whole = matrix_name(d.name, scope.context)
        assert whole is not None
        term, used = whole, 1
    elif d.kind == "function":
        return _call(reader, d, name, items, n, sup, scope)
    elif _depends(reader, items, n):
        reader.spans[name.start, name.end] = Symbol(d.name)
        return reader.after_call(Symbol(d.name), items, n + 1, scope), 2
    else:
        _check_product(reader, d, items, n, scope)
        term, used = Symbol(d.name), 1
    if used > 1:
        if _applied(items[n + 1][2]):
            reader.spans[name.start, items[n + 1][2].end] = term
            return term, used
        if sup is not None:
            raise reader.fail(sup, "write the power after the brackets")
        reader.spans[name.start, _body(items[n + 1][2]).end] = term
        return reader.after_call(term, items, n + 1, scope), used
    if sup is None:
        reader.spans[name.start, name.end] = term
        return term, used
    return _powered(reader, name, term, scope), used


def _powered(reader: Resolver, name: Written, base: Term, scope: Scope) -> Term:
    """The name to the power that its superscript says; what stands before it was read as ``base``."""
    end = name.end if name.sup is None else reader.source.rfind("^", name.start, name.sup.start)
    if name.sup is None or name.sub is None or name.sub.end <= end:
        reader.spans[name.start, end] = base
    return reader.power(base, name.sup, scope)


def _body(node: Node) -> Node:
    return node.body if isinstance(node, Scripted) else node


def _applied(node: Node) -> bool:
    """``(a)_i`` after a name: an entry of a vector function."""
    return isinstance(node, Scripted) and node.sub is not None


def _is_label(sup: Node) -> bool:
    """``^{(2)}``: nobody writes a power like that."""
    inner = sup.items[0] if isinstance(sup, Group) and sup.kind == "{" and len(sup.items) == 1 else sup
    return isinstance(inner, Group) and inner.kind == "(" and all(isinstance(i, (Letter, Numeral)) for i in inner.items)


def _entry(reader: Resolver, d: Declared, name: Written, items: Items, n: int, scope: Scope) -> Found:
    nodes = index_nodes(reader, d, name, scope)
    if nodes:
        _check_no_call(reader, name, items, n, scope)
        return Entry(d.name, indices(reader, d, nodes, scope)), 1
    whole = matrix_name(d.name, scope.context)
    group = reader.group_after(items, n)
    if whole is not None and (group is None or len(group.items) != d.rank):
        return whole, 1
    if group is not None:
        after = items[n + 1][2]
        if isinstance(after, Scripted) and _applied(after):
            return vectors.applied(reader, d, group, after, scope), 2
        if vectors.is_argument(reader, d, group, scope):
            raise reader.fail(group, f"which entry is meant? write {d.shown}{reader.text(group)}_i")
        if len(group.items) != d.rank:
            raise reader.fail(group, _count(d, len(group.items)))
        return Entry(d.name, indices(reader, d, group.items, scope)), 2
    if scope.position is not None and d.rank == 1:
        return vectors.entry_at_position(reader, d, name, scope), 1
    raise AnswerError(bare_array(d.shown, d.rank), position=name.start)


def _check_no_call(reader: Resolver, name: Written, items: Items, n: int, scope: Scope) -> None:
    """``x_2(n)`` is no entry times n but a signal x_2 that is not declared; ``S_i(1 - S_j)`` is a product."""
    group = reader.group_after(items, n)
    if group is None or len(group.items) != 1 or isinstance(group.items[0], (Chain, Negation)):
        return
    inside = group.items[0]
    numbered = isinstance(plain_index(name.sub), Numeral)
    if written(inside) is None and not numbered and group.kind == "(":
        return
    if group.kind == "(" and isinstance(inside, Numeral):
        return
    if scope.context.is_integer(reader.number(inside, scope)):
        shown = reader.source[name.start : name.end]
        raise reader.fail(group, f"{shown} is no function here; write \\cdot before the bracket if a product is meant")


def plain_index(node: Node | None) -> Node | None:
    """The index without invisible braces."""
    while isinstance(node, Group) and node.kind == "{" and len(node.items) == 1:
        node = node.items[0]
    return node


def _count(d: Declared, given: int) -> str:
    return f"{d.shown} has {d.rank} {'index' if d.rank == 1 else 'indices'}, not {given}"


def _call(
    reader: Resolver, d: Declared, name: Written, items: Items, n: int, sup: Node | None, scope: Scope
) -> Found:  # fmt: skip
    group = reader.group_after(items, n)
    if group is None:
        raise AnswerError(f"{d.shown} is a function; write its argument in brackets", position=name.start)
    if sup is not None:
        raise reader.fail(sup, f"write the power of {d.shown} after its brackets")
    if len(group.items) != d.rank:
        raise reader.fail(group, f"{d.shown} takes {d.rank} argument{'s' * (d.rank > 1)}, not {len(group.items)}")
    value = Apply(d.name, *(reader.number(i, scope) for i in group.items))
    reader.spans[name.start, group.end] = value
    return reader.after_call(value, items, n + 1, scope), 2


def _check_product(reader: Resolver, d: Declared, items: Items, n: int, scope: Scope) -> None:
    """``g(a)`` may be g times a, or g with what it depends on; ``a(g - y)`` can only be a product."""
    group = reader.group_after(items, n)
    if group is None:
        return
    if len(group.items) != 1:
        raise reader.fail(group, f"{d.shown} is no function here")
    if group.kind == "[" and written(group.items[0]) is not None:
        raise reader.fail(group, f"{d.shown} has no index here; write \\cdot before the bracket if a product is meant")
    inside = group.items[0]
    argument = written(inside)
    if group.kind == "(" and argument is not None and (
        _is_matrix(reader, argument, scope) or _is_index(reader, argument, scope)
    ):  # fmt: skip
        message = f"{d.shown} is no function here; write \\cdot before the bracket if a product is meant"
        raise reader.fail(group, message)
    definition = scope.context.definitions.get(d.name)
    if definition is None:
        return
    body = _body(inside)
    if isinstance(body, Letter) and not isinstance(items[n + 1][2], Scripted):
        used = {c.name for c in reader.names.by_letter.get((body.text, ()), ())}
        if used & free_names(unfold_all(definition.body, scope.context)):
            shown = reader.text(group)
            raise reader.fail(group, f"write {d.shown} alone, or {d.shown} \\cdot {shown} for a product")


def _depends(reader: Resolver, items: Items, n: int) -> bool:
    """Is ``f(x, \\theta)`` the declared number f with what it depends on, names that are declared nowhere?"""
    group = reader.group_after(items, n, ("(",))
    names = [written(i) for i in group.items] if group is not None else []
    return bool(names) and all(
        name is not None and name.base not in ("e", "pi") and not reader.names.candidates(name) for name in names
    )


def _is_index(reader: Resolver, name: Written, scope: Scope) -> bool:
    """Is it the index of a sum around, or one that is declared?"""
    if name.key in scope.bound:
        return True
    found = [scope.context.variables.get(d.name) for d in reader.names.candidates(name) if label(name.sub) == d.sub]
    return any(v is not None and v.role == "index" for v in found)


def _is_matrix(reader: Resolver, name: Written, scope: Scope) -> bool:
    """Is it the name of a whole matrix?"""
    return name.sub is None and any(matrix_name(d.name, scope.context) for d in reader.names.candidates(name))


# ---------------------------------------------------------------- names with a meaning of their own


def _undeclared(reader: Resolver, name: Written, items: Items, n: int, scope: Scope) -> Found:
    plain_name = not name.accents and not name.primes
    if plain_name and name.base == "e" and not name.font and name.sub is None:
        if name.sup is None:
            return Apply("exp", ONE), 1
        inner = name.sup.items[0] if isinstance(name.sup, Group) and len(name.sup.items) == 1 else name.sup
        if not isinstance(inner, Sign):
            return Apply("exp", reader.number(name.sup, scope)), 1
    if plain_name and name.base == "pi" and name.sub is None:
        return _powered(reader, name, Constant("pi"), scope), 1
    if plain_name and name.base in ("tr", "Tr", "trace") and name.sub is None:
        return matrices.trace(reader, items, n, scope)
    entry = _identity_entry(reader, name, scope) if plain_name and name.base == "I" else None
    if entry is not None:
        return _powered(reader, name, entry, scope), 1
    if plain_name and name.base == "I" and not name.font and _has_matrices(scope):
        return reader.power(matrices.identity(reader, name.sub, scope), name.sup, scope), 1
    if plain_name and name.base == "delta" and name.sub is not None and not reader.names.knows("delta"):
        pair = index_nodes(reader, Declared("delta", "array", 2, "delta", shown="\\delta"), name, scope)
        left, right = (reader.integer(p, scope, "the index") for p in pair)
        return _powered(reader, name, Delta(left, right), scope), 1
    if plain_name and name.base in ("1", "I") and name.font in ("bb", "bf"):
        return _indicator(reader, name, items, n, scope)
    if is_expectation(reader, name, items, n):
        return expectation(reader, name, items, n, scope)
    if plain_name and name.base in NAMES and (name.font == "bb" or len(name.base) > 1 or reader.group_after(items, n)):
        raise AnswerError(NAMES[name.base], position=name.start)
    if plain_name and name.base == "softmax" and reader.group_after(items, n) is not None:
        return vectors.softmax(reader, items, n, scope), 2
    raise _unknown(reader, name)


def _identity_entry(reader: Resolver, name: Written, scope: Scope) -> Term | None:
    """``I_{ij}`` for two indices: an entry of the identity matrix."""
    if name.sub is None or reader.names.knows("I"):
        return None
    try:
        pair = index_nodes(reader, Declared("I", "array", 2, "I", shown="I"), name, scope)
    except AnswerError:
        return None
    both = [written(node) for node in pair]
    if len(pair) != 2 or not all(w is not None and _is_index(reader, w, scope) for w in both):
        return None
    left, right = (reader.integer(p, scope, "the index") for p in pair)
    return Delta(left, right)


def _has_matrices(scope: Scope) -> bool:
    return any(matrix_name(name, scope.context) is not None for name in scope.context.names())


def is_indicator(reader: Resolver, items: Items, n: int) -> bool:
    """Is the number 1 at item ``n`` an indicator, as in ``1_{i=j}`` and ``1\\{i=j\\}``?"""
    node = items[n][2]
    if isinstance(node, Scripted):
        return node.sub is not None
    return reader.group_after(items, n, ("set",)) is not None


def indicator(reader: Resolver, items: Items, n: int, scope: Scope) -> Found:
    """The indicator whose plain 1 is item ``n``."""
    node = items[n][2]
    sub, sup = (node.sub, node.sup) if isinstance(node, Scripted) else (None, None)
    return _indicator(reader, Written("1", node.start, node.end, sub=sub, sup=sup), items, n, scope)


def _indicator(reader: Resolver, name: Written, items: Items, n: int, scope: Scope) -> Found:
    """``\\mathbb{1}[i = j]``, ``\\mathbb{1}_{i = j}``."""
    inside = name.sub
    used = 1
    if inside is None:
        group = reader.group_after(items, n, ("(", "[", "set"))
        if group is None:
            raise _unknown(reader, name)
        inside, used = group, 2
    if not isinstance(inside, Group) or len(inside.items) != 1:
        raise reader.fail(inside, "the condition of an indicator is needed here, such as i = j")
    value = Iverson(conditions.condition(reader, inside.items[0], scope))
    return (
        (reader.power(value, name.sup, scope), 1) if used == 1 else (reader.after_call(value, items, n + 1, scope), 2)
    )


def _unknown(reader: Resolver, name: Written) -> AnswerError:
    # A superscript after all else is more likely a power than a part of the name.
    sup, sub = name.sup, name.sub
    powered = sup is not None and (sub is None or sup.start > sub.start)
    end = sup.start if sup is not None and powered else name.end
    shown = reader.source[name.start : end].rstrip("^ ")
    shown = shown if len(shown) <= 40 else shown[:37] + "…"
    known = [d for group in reader.names.by_letter.values() for d in group]
    close = [d for d in known if d.base == name.base] or [d for d in known if d.base.lower() == name.base.lower()]
    listed = sorted({d.shown for d in close or known})
    names = ", ".join(listed[:20]) + (", …" if len(listed) > 20 else "")
    return AnswerError(f"I don't know {shown}; the names declared here are: {names or 'none'}" if not close
                       else f"I don't know {shown}; declared here: {names}", position=name.start)  # fmt: skip
