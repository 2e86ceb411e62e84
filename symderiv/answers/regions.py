"""The regions in which a wrong answer may still be right: one case, one sign, one size, equal indices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import (
    ONE,
    TRUE,
    TWO,
    ZERO,
    And,
    Apply,
    Bound,
    Cases,
    Condition,
    Delta,
    Iverson,
    Not,
    Number,
    Or,
    Relation,
    Symbol,
    Term,
    free_names,
    symbols_of,
    walk,
)
from symderiv.language.text import to_text

__all__ = ["Region", "regions", "spoken"]


@dataclass(frozen=True, slots=True)
class Region:
    """``conditions`` hold in it and ``values`` may be put in; ``named`` says so in one condition.

    ``is_case``: it is one case of the reference, and not what the answer took for granted.
    """

    named: Term
    conditions: tuple[Term, ...] = ()
    values: Mapping[Symbol, Term] = field(default_factory=dict)
    is_case: bool = False


def spoken(condition: Term) -> str:
    """A condition in words: ``x != 0``, ``1 <= n and n <= k``."""
    if isinstance(condition, Relation):
        return f"{to_text(condition.left)} {condition.op} {to_text(condition.right)}"
    if isinstance(condition, (And, Or)) and condition.args:
        return (" and " if isinstance(condition, And) else " or ").join(map(spoken, condition.args))
    if isinstance(condition, Not):
        return f"not ({spoken(condition.args[0])})"
    return to_text(condition)


def regions(answer: Term, expected: Term, context: Context) -> Iterator[Region]:
    """The regions that the two formulas themselves suggest, cases first; those that cannot occur are left out."""
    from symderiv.equality import holds

    whole = (unfold_all(expected, context), unfold_all(answer, context))
    for region in (*_cases(expected, context), *_signs(whole, context), *_sizes(whole, context)):
        if all(holds(c, context, seconds=0.5) is not False for c in region.conditions):
            yield region


def _closed(term: Term) -> bool:
    return not any(isinstance(t, Bound) for t in walk(term))


def _cases(expected: Term, context: Context) -> Iterator[Region]:
    seen: set[Term] = set()
    for t in walk(expected):
        if not _closed(t) or t in seen:
            continue
        seen.add(t)
        if isinstance(t, Cases):
            before: list[Term] = []
            for _, condition in t.pieces:
                here = tuple(_not(c) for c in before) + (() if condition == TRUE else (condition,))
                yield Region(here[0] if len(here) == 1 else And(*here), here, is_case=True)
                before.append(condition)
        elif isinstance(t, Delta):
            same, other = Relation("=", t.left, t.right), Relation("!=", t.left, t.right)
            values = {t.left: t.right} if isinstance(t.left, Symbol) else {}
            yield Region(same, (same,), values, is_case=True)
            yield Region(other, (other,), is_case=True)
        elif isinstance(t, Iverson):
            yield Region(t.condition, (t.condition,), is_case=True)
            yield Region(_not(t.condition), (_not(t.condition),), is_case=True)


_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def _not(condition: Term) -> Condition:
    if isinstance(condition, Relation):
        return Relation(_OPPOSITE[condition.op], condition.left, condition.right)
    return Not(condition)


def _signs(terms: tuple[Term, ...], context: Context) -> Iterator[Region]:
    pairs: dict[tuple[Term, Term], None] = {}
    for t in (t for term in terms for t in walk(term) if isinstance(t, Apply) and _closed(t)):
        if t.function in ("Abs", "sign", "relu", "Heaviside"):
            pairs[t.args[0], ZERO] = None
        elif t.function in ("Max", "Min") and len(t.args) == 2:
            pairs[t.args[0], t.args[1]] = None
    names = sorted(set().union(*map(symbols_of, terms)))
    for name in names:
        v = context.variables.get(name)
        if v is not None and not v.range.integer and v.range.lower is None and v.range.upper is None:
            pairs[Symbol(name), ZERO] = None
    for a, b in pairs:
        for op in (">=", "<=", ">", "<"):
            yield Region(Relation(op, a, b), (Relation(op, a, b),))


def _sizes(terms: tuple[Term, ...], context: Context) -> Iterator[Region]:
    """One size or index a small number, or two of a kind equal."""
    names = [n for n in sorted(set().union(*map(free_names, terms))) if n in context.variables]
    counted = [n for n in names if context.variables[n].range.integer]
    for n in counted:
        for value in (ZERO, ONE, TWO):
            yield _equal(n, value)
    for n in names:
        if n not in counted:
            yield _equal(n, ONE)
    for a, b in combinations(counted, 2):
        if context.variables[a].role == context.variables[b].role:
            yield _equal(a, Symbol(b))


def _equal(name: str, value: Term) -> Region:
    symbol = Symbol(name)
    return Region(Relation("=", symbol, value), _allowed(symbol, value), {symbol: value})


def _allowed(symbol: Symbol, value: Term) -> tuple[Term, ...]:
    """What has to be possible: numbers are tried in the ranges themselves, by whoever asks."""
    return (Relation("=", symbol, value),) if isinstance(value, (Number, Symbol)) else ()
