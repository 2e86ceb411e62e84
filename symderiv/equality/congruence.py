"""Only what differs needs a proof: two lines that agree but for a part are equal if the parts are.

``narrow`` walks both terms together and keeps the smallest pair of subterms that differ, below binders with the index's
range in the context. ``abstract`` reads declared names as unknowns of their own: what holds for all their values holds
for the ones they stand for. Both lose information, so a failure says nothing and the whole terms are tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from symderiv.language.context import Array, Context, Definition, Variable, binder_context, unfold_all
from symderiv.language.terms import (
    TRUE,
    Add,
    Apply,
    Binder,
    Cases,
    Condition,
    Derivative,
    Entry,
    Iverson,
    Mul,
    Relation,
    Symbol,
    Term,
    free_names,
    fresh_name,
    instantiate,
    walk,
)

__all__ = ["abstract", "half_folded", "narrow", "pieces"]

MOST_OPENED = 3


def narrow(
    left: Term, right: Term, context: Context, whole: frozenset[str] = frozenset()
) -> tuple[Term, Term, Context]:
    """A pair of subterms whose equality implies that of the terms, with the context in which they are read.

    Functions named in ``whole`` are not entered: what stands in them is no number.
    """
    while True:
        closed = any(isinstance(t, Apply) and t.function in whole for t in (left, right))
        step = None if closed else _inside(left, right, context)
        if step is None:
            return left, right, context
        left, right, context = step


def _inside(left: Term, right: Term, context: Context) -> tuple[Term, Term, Context] | None:
    if type(left) is not type(right) or left.data != right.data:
        return None
    if isinstance(left, (Add, Mul)):
        return _operands(left, right, context)
    if len(left.args) != len(right.args):
        return None
    if isinstance(left, Binder) and isinstance(right, Binder):
        return _below(left, right, context)
    if isinstance(left, Derivative) and _tied(left.variable, context):
        return None  # bodies that are equal only under an equation may have different derivatives
    different = [n for n, (a, b) in enumerate(zip(left.args, right.args, strict=True)) if a != b]
    if len(different) != 1 or (isinstance(left, Derivative) and different != [0]):
        return None
    a, b = left.args[different[0]], right.args[different[0]]
    # A factor of a case or of a bracket is only needed where its condition holds, which is not tracked here.
    return (
        None if isinstance(a, Condition) or isinstance(b, Condition) or isinstance(left, Iverson) else (a, b, context)
    )


def _tied(variable: Term, context: Context) -> bool:
    """May an assumed equation, or the law of its array, tie the variable to others?"""
    array = context.arrays.get(variable.name) if isinstance(variable, Entry) else None
    if array is not None and array.law != "free":
        return True
    return any(isinstance(t, Relation) and t.op == "=" for a in context.assumptions for t in walk(a))


def _operands(left: Term, right: Term, context: Context) -> tuple[Term, Term, Context] | None:
    """The summands (factors) that are not on both sides."""
    common = Counter(left.args) & Counter(right.args)
    if not common or any(isinstance(t, Iverson) for t in common):
        return None
    rest = []
    for side in (left, right):
        spare = Counter(common)
        kept = []
        for a in side.args:
            if spare[a]:
                spare[a] -= 1
            else:
                kept.append(a)
        if not kept:
            return None
        rest.append(kept[0] if len(kept) == 1 else type(left)(*kept))  # type: ignore[arg-type]
    return rest[0], rest[1], context


def _below(left: Binder, right: Binder, context: Context) -> tuple[Term, Term, Context] | None:
    if left.args[1:] != right.args[1:]:
        return None
    index = Symbol(fresh_name(left.hint, free_names(left) | free_names(right) | context.names()))
    guard = instantiate(left.guard, index)
    inner = binder_context(left, index, guard, context)
    return instantiate(left.body, index), instantiate(right.body, index), inner


def abstract(left: Term, right: Term, context: Context) -> tuple[Term, Term, Context] | None:
    """The terms in a context with scalar and array definitions as free names, None where nothing is left to be free.

    Derivatives are carried out; the derivative of a defined name by the variable is a free array of its own.
    """
    from symderiv.equality.folded import NotFolded, without_derivatives

    used = {d.name for t in (left, right) for s in walk(t) if (d := context.definition_of(s)) is not None}
    if not used or any(context.definitions[name].kind == "function" for name in used):
        return None
    try:
        left, right, slopes = without_derivatives(left, right, context)
    except NotFolded:
        return None
    variables, arrays = dict(context.variables), dict(context.arrays)
    for name in used:
        d = context.definitions[name]
        if d.kind == "scalar":
            variables[name] = Variable(name)
        else:
            arrays[name] = Array(name, d.axes)
    for array in slopes:
        arrays[array.name] = array
    kept = {n: d for n, d in context.definitions.items() if n not in used}
    return left, right, replace(context, variables=variables, arrays=arrays, definitions=kept)


def half_folded(left: Term, right: Term, context: Context) -> Iterator[tuple[Term, Term, Context]]:
    """The terms with one name unfolded and all others as free names, for each name that stands for other names too.

    Variance in terms of a mean that stays folded: what is written with both need not go down to the data.
    """
    used = {d.name: d for t in (left, right) for s in walk(t) if (d := context.definition_of(s)) is not None}
    opened = [d for d in used.values() if len(used) > 1 or _uses_names(d, context)][:MOST_OPENED]
    for d in opened:
        keep = context.definitions.keys() - {d.name}
        a, b = (unfold_all(t, context, keep) for t in (left, right))
        folded = abstract(a, b, context)
        if folded is not None:
            yield folded


def _uses_names(definition: Definition, context: Context) -> bool:
    return any(context.definition_of(s) is not None for s in walk(definition.body))


_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def pieces(left: Term, right: Term, context: Context) -> list[tuple[Term, Term, Context]] | None:
    """One pair for each piece of a case distinction on integers, in the context in which the piece is taken.

    The other side is a case distinction with the same conditions, or anything else, which is then read in every piece.
    None if there is no case distinction, or a condition whose negation is not a single relation.
    """
    if not isinstance(right, Cases):
        left, right = right, left
    if not isinstance(right, Cases) or any(not _splits(c, context) for _, c in right.pieces[:-1]):
        return None
    same = isinstance(left, Cases) and [c for _, c in left.pieces] == [c for _, c in right.pieces]
    out, before = [], context
    for n, (value, condition) in enumerate(right.pieces):
        other = left.pieces[n][0] if same and isinstance(left, Cases) else left
        taken = before if condition == TRUE else before.with_assumptions(condition)
        out.append((other, value, taken))
        if isinstance(condition, Relation) and condition.op in _OPPOSITE:
            opposite = Relation(_OPPOSITE[condition.op], condition.left, condition.right)
            before = before.with_assumptions(opposite)
    return out if right.pieces[-1][1] == TRUE or same else None


def _splits(condition: Term, context: Context) -> bool:
    return isinstance(condition, Relation) and condition.op in _OPPOSITE and context.is_integer_condition(condition)
