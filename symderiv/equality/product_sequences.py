"""Products over a range as sequences: prod over j = a..e of f(j) is P[e] with P[a - 1] = 1 and P[j] = f(j) P[j - 1].

A product that is made like a declared sequence is an entry of that one. Below a - 1, where the product is empty and the
recurrence says nothing, P[e] is an unknown number, so that nothing false is concluded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symderiv.language.context import FAR, Array, Context, Range, Variable
from symderiv.language.sequences import Recurrence
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    TRUE,
    Add,
    Bound,
    Entry,
    Mul,
    Number,
    Product,
    Symbol,
    Term,
    instantiate,
    walk,
)
from symderiv.records import Verdict

__all__ = ["is_loose", "products_as_sequences"]

_J = Symbol("\0j")
Prove = Callable[[Term, Term, Context], Verdict]


def products_as_sequences(
    sides: tuple[Term, ...], context: Context, prove: Prove
) -> tuple[tuple[Term, ...], Context]:  # fmt: skip
    """The terms with entries for their products from a number on, and the context with these sequences."""
    found: dict[tuple[Term, Term], str] = {}
    for t in (t for side in sides for t in walk(side)):
        if _is_sequence(t):
            name = f"\0P{len(found)}"
            found.setdefault((t.args[0], t.args[2]), name)
    names: dict[tuple[Term, Term], str] = {}
    for (body, lower), name in found.items():
        new = _recurrence(name, body, int(lower.data) - 1)
        context = replace(
            context,
            arrays={**context.arrays, name: Array(name, ((Number(-FAR), Number(FAR)),))},
            recurrences={**context.recurrences, name: new},
        )
        same = [r.name for r in context.recurrences.values() if r is not new and _made_alike(r, new, context, prove)]
        names[body, lower] = same[0] if same else name

    def go(t: Term) -> Term:
        # What is a product of products is none of the sequences, also once those inside have been replaced.
        args = tuple([go(a) for a in t.args])
        return Entry(names[t.args[0], t.args[2]], (args[3],)) if _is_sequence(t) else t.with_args(args)

    return (tuple(go(t) for t in sides), context) if found else (sides, context)


def _is_sequence(t: Term) -> bool:
    if not isinstance(t, Product) or t.guard != TRUE or any(isinstance(s, Product) for s in walk(t.body)):
        return False
    return isinstance(t.lower, Number) and t.lower.value.denominator == 1 and _deepest(t.body) <= 1


def _recurrence(name: str, body: Term, first: int) -> Recurrence:
    step = Mul(instantiate(body, _J), Entry(name, (Add(_J, MINUS_ONE),)))
    return Recurrence(name, _J.name, first, (ONE,), step)


def _made_alike(r: Recurrence, new: Recurrence, context: Context, prove: Prove) -> bool:
    """Same first value, same step."""
    if (r.first, r.starts) != (new.first, new.starts):
        return False
    inner = context.with_variable(Variable(_J.name, Range(Number(new.ordinary), integer=True)))
    return prove(_renamed(r.at(_J), r.name, new.name), new.step, inner).word == "proved"


def _renamed(t: Term, old: str, new: str) -> Term:
    t = t.with_args(tuple([_renamed(a, old, new) for a in t.args])) if t.args else t
    return Entry(new, t.args) if isinstance(t, Entry) and t.name == old else t


def is_loose(t: Term) -> bool:
    """Does the term refer to an index bound outside of it?"""
    return _deepest(t) > 0


def _deepest(t: Term) -> int:
    """How many binders around it the term refers to."""
    if isinstance(t, Bound):
        return t.level + 1
    return max((_deepest(a) - (n in t.binds) for n, a in enumerate(t.args)), default=0)
