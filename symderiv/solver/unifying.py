"""Reading off unknowns: a goal with unknown symbols or unknown families of entries against a derived line.

An unknown family w[j, i] whose indices are bound or free letters takes the whole expression at that place as a function
of these letters (Miller, *Unification under a mixed prefix*, 1992: the pattern fragment, where the answer is unique).
Sums and products are matched up to order; a lone unknown summand (factor) takes all that is left over. The result is
only a candidate: the caller proves goal(candidate) = line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Binder,
    Entry,
    Mul,
    Number,
    Power,
    Sum,
    Symbol,
    Term,
    close_over,
    free_names,
    instantiate,
    open_binder,
    substitute,
    walk,
)
from symderiv.rules.structure import arrange, build_product, build_sum, factors_of, monomial, same, summands_of

__all__ = ["Family", "special_key", "unify"]


@dataclass(frozen=True, slots=True)
class Family:
    """The value of an unknown: ``body`` as a function of ``parameters`` (none for a scalar)."""

    parameters: tuple[Symbol, ...]
    body: Term

    def at(self, arguments: tuple[Term, ...]) -> Term:
        return arrange(substitute(self.body, dict(zip(self.parameters, arguments, strict=True))))


Bindings = dict[str, Family]


def unify(goal: Term, line: Term, unknowns: frozenset[str]) -> Bindings | None:
    """Values of the unknowns for which ``goal`` is ``line``, or None if the shapes do not fit."""
    return next(_unify(goal, line, unknowns, {}, [3_000]), None)


def _is_unknown(term: Term, unknowns: frozenset[str]) -> bool:
    return isinstance(term, (Symbol, Entry)) and term.data in unknowns


def _has_unknown(term: Term, unknowns: frozenset[str]) -> bool:
    return any(_is_unknown(t, unknowns) for t in walk(term))


def special_key(head: Term) -> str:
    """The name under which a value for entries with numbers as indices is kept: w[*, 0]."""
    return f"{head.data}[{', '.join('*' if isinstance(a, Symbol) else repr(a.data) for a in head.args)}]"


def _bind(head: Term, value: Term, b: Bindings) -> Iterator[Bindings]:
    letters = tuple(a for a in head.args if isinstance(a, Symbol))
    # w[j, 0] beside w[j, i] is an unknown of its own; the caller proves what was read off.
    key = head.data if len(letters) == len(head.args) else special_key(head)
    if key in b:
        arguments = head.args if key == head.data else letters
        if same(b[key].at(arguments), arrange(value)):
            yield b
    elif len(set(letters)) == len(letters):
        yield {**b, key: Family(letters, arrange(value))}


def _unify(p: Term, t: Term, unknowns: frozenset[str], b: Bindings, budget: list[int]) -> Iterator[Bindings]:
    budget[0] -= 1
    if budget[0] < 0:
        return
    if _is_unknown(p, unknowns):
        yield from _bind(p, t, b)
        return
    if not _has_unknown(p, unknowns):
        if same(p, t):
            yield b
        return
    if isinstance(p, Add):
        yield from _operands(summands_of(p), summands_of(t), unknowns, b, budget, build_sum, ZERO)
        return
    if isinstance(p, Mul):
        yield from _product(p, t, unknowns, b, budget)
        return
    if isinstance(p, Sum):
        yield from _sum(p, t, unknowns, b, budget)
        return
    if type(p) is type(t) and p.data == t.data and len(p.args) == len(t.args) and not isinstance(p, Binder):
        yield from _pairs(list(zip(p.args, t.args, strict=True)), unknowns, b, budget)


def _pairs(
    pairs: list[tuple[Term, Term]], unknowns: frozenset[str], b: Bindings, budget: list[int]
) -> Iterator[Bindings]:
    if not pairs:
        yield b
        return
    for found in _unify(*pairs[0], unknowns, b, budget):
        yield from _pairs(pairs[1:], unknowns, found, budget)


def _operands(own, other, unknowns, b, budget, build, neutral) -> Iterator[Bindings]:  # type: ignore[no-untyped-def]
    """Known operands meet their equals, structured ones are tried in turn, one lone unknown takes the rest."""
    lone = [p for p in own if _is_unknown(p, unknowns)]
    fixed = [p for p in own if not _has_unknown(p, unknowns)]
    structured = [p for p in own if p not in lone and p not in fixed]
    rest = list(other)
    for p in fixed:
        partner = next((t for t in rest if same(t, p)), None)
        if partner is None:
            return
        rest.remove(partner)
    if len(lone) > 1:
        return

    def assign(left: list[Term], remaining: list[Term], b: Bindings) -> Iterator[Bindings]:
        if not left:
            if lone:
                yield from _bind(lone[0], build(remaining) if remaining else neutral, b)
            elif not remaining:
                yield b
            return
        for t in remaining:
            for found in _unify(left[0], t, unknowns, b, budget):
                others = list(remaining)
                others.remove(t)
                yield from assign(left[1:], others, found)

    yield from assign(structured, rest, b)


def _product(p: Mul, t: Term, unknowns: frozenset[str], b: Bindings, budget: list[int]) -> Iterator[Bindings]:
    known = [f for f in p.args if not _has_unknown(f, unknowns)]
    open_factors = tuple(f for f in p.args if _has_unknown(f, unknowns))
    quotient = monomial(build_product((t, *[Power(k, MINUS_ONE) for k in known]))) if known else monomial(t)
    term = quotient.term()
    if known and any(
        same(k, base) for k in known for base, e in quotient.powers.values() if isinstance(e, Number) and e.value < 0
    ):
        return  # a known factor of the goal is no factor of the line
    yield from _operands(open_factors, factors_of(term), unknowns, b, budget, build_product, ONE)


def _sum(p: Sum, t: Term, unknowns: frozenset[str], b: Bindings, budget: list[int]) -> Iterator[Bindings]:
    """A sum against a sum over the same range; a factor in front of the line's sum goes inside first."""
    factors = factors_of(t)
    sums = [f for f in factors if isinstance(f, Sum)]
    if len(sums) != 1:
        return
    s = sums[0]
    if not (same(s.lower, p.lower) and same(s.upper, p.upper)) or s.guard != p.guard:
        return
    index, pattern, _ = open_binder(p, free_names(t))
    inside = build_product((*[f for f in factors if f is not s], instantiate(s.body, index)))
    for found in _unify(pattern, inside, unknowns, b, budget):
        if all(index not in _leaks(f) for n, f in found.items() if n not in b):
            yield found


def _leaks(family: Family) -> set[Term]:
    """Letters in the body that are no parameters: a bound index must not be among them."""
    return {t for t in walk(close_all(family)) if isinstance(t, Symbol)}


def close_all(family: Family) -> Term:
    body = family.body
    for p in family.parameters:
        body = close_over(body, p.name)
    return body
