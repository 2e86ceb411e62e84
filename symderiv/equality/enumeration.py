"""The value of an expectation at a point, by a law with finitely many outcomes (``joint_laws``).

A polynomial in random entries is multiplied out at the sizes of the point, and its monomials are averaged over hidden
states and outcomes; where a factor is no polynomial, such as max(0, z), it is evaluated at every outcome of the entries
that it reads. This shares nothing with the cumulants by which equalities are proved. Means of what is no polynomial
under a normal or uniform law are not evaluated.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from flint import fmpq

from symderiv.equality.balls import OverBudget
from symderiv.equality.jets import Value, add, multiply, power
from symderiv.equality.joint_laws import JointLaw, Key
from symderiv.language.context import unfold_all
from symderiv.language.terms import (
    TRUE,
    Add,
    Apply,
    Entry,
    Mul,
    Number,
    Power,
    Sum,
    Symbol,
    Term,
    walk,
)

if TYPE_CHECKING:
    from symderiv.equality.evaluation import Evaluator

__all__ = ["expectation"]

MAX_TERMS = 20_000
MAX_OUTCOMES = 6_000
ZERO, ONE = fmpq(0), fmpq(1)

Powers = tuple[tuple[Key, int], ...]
Polynomial = dict[Powers, Value]


FUNCTION = "\0function"


@dataclass(slots=True)
class _Function:
    """A function of random entries where it stands: the term, the indices around it, and the entries that it reads."""

    place: tuple[Term, tuple[Any, ...]]
    frame: Any
    frame_key: Any
    reads: dict[Key, None] = field(default_factory=dict)


class _Unread(Exception):
    """A function has read an entry that was not known to be read by it."""

    def __init__(self, function: int, key: Key):
        super().__init__()
        self.function, self.key = function, key


def expectation(evaluator: Evaluator, term: Apply) -> Value:
    """The value of E, Var, Cov or Std of a random quantity."""
    mean = _Mean(evaluator)
    name, body = term.function, unfold_all(term.args[0], evaluator.context)
    if name == "Expectation":
        return mean.of(body)
    other = unfold_all(term.args[-1], evaluator.context)
    both = mean.of(Mul(body, other))
    covariance = add(both, multiply(fmpq(-1), multiply(mean.of(body), mean.of(other))))
    return power(covariance, fmpq(1, 2)) if name == "StandardDeviation" else covariance


class _Mean:
    def __init__(self, evaluator: Evaluator):
        self.evaluator, self.context = evaluator, evaluator.context
        self.number = _number_of(evaluator.point)
        self.functions: list[_Function] = []

    def law(self, degree: int) -> JointLaw:
        def evaluate(moment: Term, frame: dict[str, Value]) -> Value:
            result: Value = self.evaluator.globally(lambda: self.evaluator.value(moment), frame, object())
            return result

        law = JointLaw(self.context, self.number, evaluate)
        law.degree = degree
        return law

    def of(self, body: Term) -> Value:
        polynomial = self.expand(body)
        total: Value = ZERO
        law = self.law(max((sum(e for _, e in powers) for powers in polynomial), default=1))
        for powers, coefficient in polynomial.items():
            total = add(total, multiply(coefficient, self.moment(law, powers)))
        return total

    # ---- polynomials

    def is_random(self, term: Term) -> bool:
        random = self.context.random
        return any(isinstance(t, (Symbol, Entry)) and t.data in random for t in walk(term))

    def expand(self, term: Term) -> Polynomial:
        self.evaluator.work -= 1
        if not self.is_random(term):
            return {(): self.evaluator.value(term)}
        if isinstance(term, Symbol):
            return {(((term.name, ()), 1),): ONE}
        if isinstance(term, Entry):
            key = (term.name, tuple(self.evaluator.integer(i) for i in term.indices))
            if not self.evaluator.is_inside(term.name, self.context.arrays[term.name].axes, key[1]):
                self.evaluator.entry(term)  # says what is read outside; a padded array is 0 there
                return {}
            return {((key, 1),): ONE}
        if isinstance(term, Add):
            return _sum(self.expand(a) for a in term.args)
        if isinstance(term, Mul):
            out: Polynomial = {(): ONE}
            for a in sorted(term.args, key=self.is_random):
                out = self.times(out, self.expand(a))
                if not out or (out.get(()) == ZERO and len(out) == 1):
                    return {}
            return out
        if isinstance(term, Power) and isinstance(term.exponent, Number):
            e = term.exponent.value
            if e.denominator == 1 and 0 <= e <= 12:
                base, out = self.expand(term.base), {(): ONE}
                for _ in range(int(e)):
                    out = self.times(out, base)
                return out
        if isinstance(term, Sum) and not self.is_random(term.guard):
            return self.sum(term)
        return self.function(term)

    def sum(self, term: Sum) -> Polynomial:
        e = self.evaluator
        low, high = e.integer(term.lower), e.integer(term.upper)
        parts = []
        for i in range(low, high + 1):
            e.bound.append(fmpq(i))
            try:
                if term.guard == TRUE or e.truth(term.guard):
                    parts.append(self.expand(term.body))
            finally:
                e.bound.pop()
        return _sum(parts)

    def times(self, a: Polynomial, b: Polynomial) -> Polynomial:
        self.evaluator.work -= len(a) * len(b)
        if len(a) * len(b) > MAX_TERMS or self.evaluator.work < 0:
            raise OverBudget("an expectation of too many monomials")
        out: Polynomial = {}
        for p, c in a.items():
            for q, d in b.items():
                powers = dict(p)
                for key, e in q:
                    powers[key] = powers.get(key, 0) + e
                m = tuple(sorted(powers.items()))
                value = multiply(c, d)
                out[m] = add(out[m], value) if m in out else value
        return out

    def function(self, term: Term) -> Polynomial:
        """A quantity that is no polynomial, as one variable of the polynomial: a function of the entries it reads."""
        e = self.evaluator
        place = (term, tuple(e.bound))
        number = next((n for n, f in enumerate(self.functions) if f.place == place), len(self.functions))
        if number == len(self.functions):
            self.functions.append(_Function(place, e.frame, e.frame_key))
        return {(((FUNCTION, (number,)), 1),): ONE}

    def moment(self, law: JointLaw, powers: Powers) -> Value:
        """The mean of a monomial, lot by lot: over hidden states, and over the outcomes that functions read."""
        plain = {key: e for key, e in powers if key[0] != FUNCTION}
        functions = {key[1][0]: e for key, e in powers if key[0] == FUNCTION}
        while True:
            try:
                result: Value = ONE
                for lot, inside in self.lots(law, plain, functions):
                    result = multiply(result, self.lot_moment(law, lot, plain, inside))
                return result
            except _Unread as unread:
                self.functions[unread.function].reads.setdefault(unread.key)

    def lots(
        self, law: JointLaw, plain: dict[Key, int], functions: dict[int, int]
    ) -> list[tuple[dict[Hashable, list[Key]], dict[int, int]]]:
        """The groups of entries, those that a function links together, with these functions."""
        groups: dict[Hashable, list[Key]] = {}
        for key in dict.fromkeys((*plain, *(k for n in functions for k in self.functions[n].reads))):
            groups.setdefault(law.group(key), []).append(key)
        lots: list[tuple[dict[Hashable, list[Key]], dict[int, int]]] = [({g: keys}, {}) for g, keys in groups.items()]
        for n, e in functions.items():
            touched = {law.group(k) for k in self.functions[n].reads}
            linked = [lot for lot in lots if touched & lot[0].keys()]
            lots = [lot for lot in lots if lot not in linked]
            merged: tuple[dict[Hashable, list[Key]], dict[int, int]] = ({}, {n: e})
            for lot in linked:
                merged[0].update(lot[0])
                merged[1].update(lot[1])
            lots.append(merged)
        return lots

    def lot_moment(
        self, law: JointLaw, groups: dict[Hashable, list[Key]], plain: dict[Key, int], functions: dict[int, int]
    ) -> Value:
        read = dict.fromkeys(k for n in functions for k in self.functions[n].reads)
        if any(law.is_continuous(k) for k in read):
            raise OverBudget("the mean of no polynomial under a continuous law")
        total: Value = ZERO
        for states in product(*(law.states(g, keys) for g, keys in groups.items())):
            weight: Value = ONE
            free: list[tuple[Key, list[tuple[Value, Value]]]] = []
            for (probability, state), keys in zip(states, groups.values(), strict=True):
                weight = multiply(weight, probability)
                for k in keys:
                    outcomes = law.outcomes(k, state)
                    if k in read:
                        free.append((k, outcomes))
                    else:
                        weight = multiply(weight, _average(outcomes, plain[k]))
            count = 1
            for _, outcomes in free:
                count *= len(outcomes)
            if count > MAX_OUTCOMES:
                raise OverBudget("an expectation over too many outcomes")
            for combination in product(*(outcomes for _, outcomes in free)):
                values = {k: v for (k, _), (_, v) in zip(free, combination, strict=True)}
                term = weight
                for (k, _), (p, v) in zip(free, combination, strict=True):
                    term = multiply(term, multiply(p, power(v, fmpq(plain[k]))) if k in plain else p)
                if isinstance(term, fmpq) and term == 0:
                    continue
                for n, e in functions.items():
                    term = multiply(term, power(self.function_value(n, values), fmpq(e)))
                total = add(total, term)
        return total

    def function_value(self, number: int, values: dict[Key, Value]) -> Value:
        function, e = self.functions[number], self.evaluator

        def draw(key: Key) -> Value:
            if key not in values:
                raise _Unread(number, key)
            return values[key]

        before = e.draw, e.memo, e.bound, e.frame, e.frame_key
        e.draw, e.memo, e.bound = draw, {}, list(function.place[1])
        e.frame, e.frame_key = function.frame, function.frame_key
        try:
            return e.value(function.place[0])
        finally:
            e.draw, e.memo, e.bound, e.frame, e.frame_key = before


def _average(outcomes: list[tuple[Value, Value]], e: int) -> Value:
    total: Value = ZERO
    for p, v in outcomes:
        total = add(total, multiply(p, power(v, fmpq(e))))
    return total


def _sum(parts: Any) -> Polynomial:
    out: Polynomial = {}
    for part in parts:
        for m, c in part.items():
            out[m] = add(out[m], c) if m in out else c
    return out


def _number_of(point: Any) -> int:
    """Which law goes with the point: neighbouring points have different ones."""
    seed = getattr(point, "seed", 0)
    return sum(n for n in seed if isinstance(n, int)) if isinstance(seed, tuple) else 0
