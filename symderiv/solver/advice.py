"""What may help where a derivation stopped: an assumption under which a rule applies that does not apply now.

Rules whose conditions are not known to hold do not fire. Here all quantities of unknown sign in the last line are
assumed positive; where a rule of the catalogue then applies, the assumptions that it does not need are dropped again,
and positive is weakened to not zero if that is enough. Nothing is derived with these assumptions: they are only named.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from symderiv.language.context import Context
from symderiv.language.terms import ZERO, Derivative, Entry, Relation, Symbol, Term, walk
from symderiv.language.text import to_text
from symderiv.records import Derivation, Rule, SolvedPart
from symderiv.rules.conditions import is_positive
from symderiv.solver.rewriting import positions

__all__ = ["advise", "with_advice"]

SECONDS = 2.0
_MOST = 3


def with_advice(part: SolvedPart, context: Context) -> SolvedPart:
    """The part with advice behind the reason of each derivation that stopped short."""
    inner = context.with_assumptions(*part.part.conditions) if part.part.conditions else context
    return replace(part, derivations=tuple(_advised(d, inner) for d in part.derivations))


def _advised(d: Derivation, context: Context) -> Derivation:
    if not d.stop_reason or d.stop_reason.startswith("the engine failed"):
        return d
    return replace(d, stop_reason=". ".join([d.stop_reason.rstrip("."), *advise(d, context)]))


def advise(derivation: Derivation, context: Context) -> list[str]:
    """Sentences, without their full stops: what no rule differentiates, and assumptions that would let a rule apply."""
    from symderiv.solver import visible_context

    line, context = derivation.result, derivation.question.read_in(visible_context(derivation.question, context))
    out = []
    left = next((t for t in walk(line) if isinstance(t, Derivative)), None)
    if left is not None:
        out.append(f"No rule of the catalogue goes on with {to_text(left)}")
    found: dict[tuple[Term, ...], list[str]] = {}
    for rule, needed in _missing(line, context, time.monotonic() + SECONDS):
        names = found.setdefault(needed, [])
        if rule.name not in names:
            names.append(rule.name)
        if len(found) == _MOST:
            break
    for needed, names in found.items():
        conditions = " and ".join(to_text(c) for c in needed)
        verb = "applies" if len(names) == 1 else "apply"
        out.append(f"If {conditions} may be assumed, {_listed(names)} {verb}")
    return out


def _listed(names: list[str]) -> str:
    shown = [f"the rule '{n}'" for n in names[:2]]
    return " and ".join(shown)


def _missing(line: Term, context: Context, until: float) -> Iterator[tuple[Rule, tuple[Term, ...]]]:
    """Rules that apply under assumptions only, with those that each needs."""
    from symderiv.rules import CATALOGUE

    quantities = [t for t in dict.fromkeys(walk(line)) if isinstance(t, (Symbol, Entry)) and _is_open(t, context)]
    assumed: dict[Term, Relation] = {q: Relation(">", q, ZERO) for q in quantities if _is_known(q, context)}
    if not assumed:
        return
    rules = [r for r in CATALOGUE if r.condition]
    richer = context.with_assumptions(*assumed.values())
    for path, sub, inner, _ in positions(line, richer):
        if time.monotonic() > until:
            return
        plain = _at(line, path, context)
        if plain is None:
            continue
        for rule in rules:
            if _fires(rule, sub, inner) and not _fires(rule, *plain):
                yield rule, _needed(rule, line, path, context, assumed)


def _needed(
    rule: Rule, line: Term, path: tuple[int, ...], context: Context, assumed: dict[Term, Relation]
) -> tuple[Term, ...]:
    """The fewest of the assumptions with which the rule still applies, each as weak as it may be."""

    def suffices(conditions: list[Relation]) -> bool:
        place = _at(line, path, context.with_assumptions(*conditions))
        return place is not None and _fires(rule, *place)

    kept = list(assumed.values())
    for condition in tuple(kept):
        without = [c for c in kept if c is not condition]
        if suffices(without):
            kept = without
    for n, condition in enumerate(kept):
        weaker = [*kept[:n], Relation("!=", condition.left, ZERO), *kept[n + 1 :]]
        if suffices(weaker):
            kept = weaker
    return tuple(kept)


def _at(line: Term, path: tuple[int, ...], context: Context) -> tuple[Term, Context] | None:
    return next(((sub, inner) for here, sub, inner, _ in positions(line, context) if here == path), None)


def _fires(rule: Rule, term: Term, context: Context) -> bool:
    try:
        return next(iter(rule.apply(term, context)), None) is not None
    except Exception:  # advice is extra; a rule that fails on an unusual line gives none
        return False


def _is_open(t: Term, context: Context) -> bool:
    return is_positive(t, context) is None


def _is_known(t: Term, context: Context) -> bool:
    """Is it a declared quantity, and no index that a sum binds?"""
    return t.data in context.variables or t.data in context.arrays or t.data in context.definitions
