"""Which declared properties of random quantities an answer does not need.

A property that no step names is a candidate; it is reported only if the equation is proved again in a context that has
forgotten all candidates, so "not needed" is a theorem and no remark about how the derivation happened to go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symderiv.language.context import Context
from symderiv.language.randomness import Property, properties, restricted
from symderiv.language.terms import Apply, Entry, Symbol, Term, walk
from symderiv.records import Derivation, Verdict

__all__ = ["CHAIN", "unneeded"]

CHAIN = "chain of proved lines"
"""The method of an equation that follows from the lines alone; it says nothing about other contexts."""


def unneeded(derivation: Derivation, context: Context, end_to_end: Callable[[Context], Verdict]) -> tuple[Term, ...]:
    """The declared properties without which the derivation's equation, ``end_to_end`` in a context, is proved too."""
    asked = [t for t in (derivation.question.subject, derivation.question.goal) if t is not None]
    names = _names_behind(asked, context)
    families = {n: f for n, f in context.random.items() if n in names}
    used = [c for c in derivation.conditions if isinstance(c, Property)]
    blocks = [b for b in context.independence if len([s for s in b if s & families.keys()]) > 1]
    spare = [p for p in properties(families, blocks) if not _is_used(p, used)]
    if not spare:
        return ()
    kept = tuple(b for b in context.independence if properties({}, (b,))[0] not in spare)
    weaker = replace(context, random=restricted(context.random, spare), independence=kept)
    verdict = end_to_end(weaker)
    return tuple(spare) if verdict.word == "proved" and verdict.method != CHAIN else ()


def _is_used(declared: Property, used: list[Property]) -> bool:
    """Does a step name the property, or one about some of its families?"""
    if len(declared.args) == 1:
        return declared in used
    return any(u.word == declared.word and len(u.args) > 1 and set(u.args) <= set(declared.args) for u in used)


def _names_behind(terms: list[Term], context: Context) -> set[str]:
    """The names in the terms and in the definitions that they use."""
    found: set[str] = set()
    todo = list(terms)
    while todo:
        for t in walk(todo.pop()):
            if isinstance(t, (Symbol, Entry, Apply)) and t.data not in found:
                found.add(t.data)
                d = context.definitions.get(t.data)
                todo += [d.body] if d is not None else []
    return found
