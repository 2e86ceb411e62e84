"""Best-first search over algebra rules for the line that reads best, and for a line that two expressions share.

``cost`` is the length of an expression as a reader feels it. The search is bounded by the number of lines looked at;
the best line found so far is always available, so running out of budget never loses anything.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from symderiv.language.context import Context
from symderiv.language.terms import (
    MINUS_ONE,
    Add,
    Apply,
    Binder,
    Cases,
    Delta,
    Derivative,
    Entry,
    Iverson,
    Mul,
    Number,
    Power,
    Symbol,
    Term,
    walk,
)
from symderiv.records import Rule, Step
from symderiv.rules.structure import ac_key
from symderiv.solver.rewriting import Memory, Move, moves, step_of

__all__ = ["Costs", "Outcome", "connect", "cost", "improve"]


@dataclass(frozen=True, slots=True)
class Costs:
    """Extra cost of heads that an answer should not contain, on top of the length."""

    unwanted: frozenset[str] = frozenset()
    penalty: float = 6.0


def cost(term: Term, context: Context, costs: Costs = Costs()) -> float:
    """The length of the term: names are short, derivatives very long, everything under a sum counts more."""
    return _cost(ac_key(term), context, costs, {})


def _cost(t: Term, context: Context, costs: Costs, memo: dict[Term, float]) -> float:
    found = memo.get(t)
    if found is None:
        found = memo[t] = _cost_of(t, context, costs, memo)
    return found


def _cost_of(t: Term, context: Context, costs: Costs, memo: dict[Term, float]) -> float:
    inner = sum(_cost(a, context, costs, memo) for a in t.args)
    extra = costs.penalty if isinstance(t, (Apply, Symbol, Entry)) and t.data in costs.unwanted else 0.0
    if isinstance(t, Number):
        return 1.0 + 0.4 * (t.value.denominator != 1) + 1.0 * (t.value < 0)
    if isinstance(t, Symbol):
        return 1.0 + extra
    if isinstance(t, Entry):
        return 1.2 + 0.1 * inner + extra
    if isinstance(t, Add):
        nested = sum(isinstance(a, Mul) and any(isinstance(f, Add) for f in a.args) for a in t.args)
        return inner + 0.8 * (len(t.args) - 1) + 0.9 * nested + 0.8 * _has_common_factor(t)
    if isinstance(t, Mul):
        repeated = len(t.args) - len(set(t.args))
        return inner + 0.2 * (len(t.args) - 1) - 1.4 * (MINUS_ONE in t.args) + repeated
    if isinstance(t, Power):
        if isinstance(t.exponent, Number) and t.exponent.value > 0:
            return _cost(t.base, context, costs, memo) + 1.5
        return inner + 0.9
    if isinstance(t, Apply):
        crowded = t.function == "log" and isinstance(t.args[0], (Mul, Power))
        return 1.5 + inner + extra + 4.0 * crowded
    if isinstance(t, Delta):
        return 1.5
    if isinstance(t, Iverson):
        return 2.5 + 0.5 * inner
    if isinstance(t, Derivative):
        return 60 + inner
    if isinstance(t, Binder):
        guard = _cost(t.guard, context, costs, memo)
        ends = sum(_cost(a, context, costs, memo) for a in t.args[2:])
        return 4.0 + 1.3 * _cost(t.body, context, costs, memo) + 0.3 * ends + 0.5 * guard
    if isinstance(t, Cases):
        return 2.0 + inner
    return 0.5 + inner


def _has_common_factor(total: Add) -> bool:
    """Do all summands share a factor that could stand in front?"""
    shared: set[Term] | None = None
    for s in total.args:
        bases = {f.base if isinstance(f, Power) else f for f in (s.args if isinstance(s, Mul) else (s,))}
        shared = bases if shared is None else shared & bases
        if not shared:
            return False
    return any(not isinstance(b, Number) for b in shared or ())


@dataclass(frozen=True, slots=True)
class Outcome:
    """Steps from the first line to ``line``; ``reached`` says whether the search found what it looked for."""

    steps: tuple[Step, ...]
    line: Term
    looked_at: int
    reached: bool = True


def _heads(term: Term) -> Counter[object]:
    return Counter((type(t), t.data) for t in walk(term))


class _Side:
    """One frontier of a search: lines seen, how they were reached, and the queue by cost."""

    def __init__(self, start: Term, context: Context, rules: Iterable[Rule], costs: Costs, aim: Term | None = None):
        self.context, self.rules, self.costs = context, tuple(rules), costs
        self.aim = None if aim is None else _heads(aim)
        self.seen: dict[Term, tuple[Term | None, Move | None, Term, int]] = {ac_key(start): (None, None, start, 0)}
        self.ticket = count()
        self.memo: dict[Term, float] = {}
        self.memory = Memory()
        self.queue: list[tuple[float, int, Term]] = [(self.price(start), next(self.ticket), ac_key(start))]
        self.done = 0

    def price(self, term: Term) -> float:
        return _cost(ac_key(term), self.context, self.costs, self.memo)

    def distance(self, term: Term) -> float:
        """How many nodes of the line and of the aim have no partner in the other."""
        if self.aim is None:
            return 0.0
        own = _heads(term)
        return 0.5 * ((own - self.aim).total() + (self.aim - own).total())

    def grow(self) -> list[Term]:
        """Take the cheapest line and add its neighbours; the keys of the new lines."""
        _, _, key = heapq.heappop(self.queue)
        line, depth = self.seen[key][2], self.seen[key][3]
        self.done += 1
        new = []
        for move in moves(line, self.context, self.rules, self.memory):
            k = ac_key(move.after)
            if k in self.seen:
                continue
            self.seen[k] = (key, move, move.after, depth + 1)
            urgency = self.price(move.after) + 0.25 * (depth + 1) + self.distance(move.after)
            heapq.heappush(self.queue, (urgency, next(self.ticket), k))
            new.append(k)
        return new

    def steps_to(self, key: Term) -> tuple[Step, ...]:
        out: list[Step] = []
        while True:
            parent, move, _, _ = self.seen[key]
            if parent is None or move is None:
                break
            out.append(step_of(self.seen[parent][2], move))
            key = parent
        return tuple(reversed(out))


def improve(
    term: Term, context: Context, rules: Iterable[Rule], *, budget: int = 60, patience: int = 25, costs: Costs = Costs()
) -> Outcome:
    """The cheapest line found after looking at ``budget`` lines, or ``patience`` lines after the last improvement."""
    side = _Side(term, context, rules, costs)
    best_key = ac_key(term)
    best = side.price(term)
    since = 0
    while side.queue and side.done < budget and since < patience:
        since += 1
        for k in side.grow():
            price = side.price(side.seen[k][2])
            if price < best - 1e-9:
                best, best_key, since = price, k, 0
    return Outcome(side.steps_to(best_key), side.seen[best_key][2], side.done)


def connect(
    left: Term, right: Term, context: Context, rules: Iterable[Rule], *, budget: int = 120, costs: Costs = Costs()
) -> tuple[tuple[Step, ...], tuple[Step, ...]] | None:
    """Steps from ``left`` and from ``right`` that end in lines equal up to order, or None within the budget."""
    rules = tuple(rules)
    sides = (_Side(left, context, rules, costs, right), _Side(right, context, rules, costs, left))
    if ac_key(left) == ac_key(right):
        return (), ()
    turn = 0
    while any(s.queue for s in sides) and sum(s.done for s in sides) < budget:
        own, other = sides[turn % 2], sides[1 - turn % 2]
        turn += 1
        if not own.queue:
            continue
        for k in own.grow():
            if k in other.seen:
                return sides[0].steps_to(k), sides[1].steps_to(k)
    return None
