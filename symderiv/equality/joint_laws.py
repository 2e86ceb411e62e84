"""Joint laws with the declared moments, for refuting: finitely many outcomes, exact probabilities.

A claim about expectations must hold for every law that the declarations admit, so one law that breaks it refutes it.
There are several: entries independent, with different skewness and kurtosis; and, where independence is not declared,
copies of each other, copies with alternating signs, uncorrelated but dependent ones (a common random scale; characters
of a few common bits, which are pairwise independent and no more). A family with a declared covariance is a mixture of
one shared draw and independent ones. A normal (uniform) law stands for the Gauss-Hermite (Gauss-Legendre) points that
give its moments exactly up to the degree at hand.

Every entry is mean + deviation*e with a standardised e. Entries of one ``group`` share a hidden state, given which they
are independent; different groups are independent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from math import factorial
from typing import Any

from flint import arb, fmpq, fmpz_poly

from symderiv.equality.balls import Real, Undefined, sign_of
from symderiv.equality.jets import Value, add, divide, multiply, power, real_part
from symderiv.language.context import Context
from symderiv.language.randomness import Family
from symderiv.language.terms import Term

__all__ = ["WORLDS", "JointLaw", "Key", "Outcomes"]

Key = tuple[str, tuple[int, ...]]
Outcomes = list[tuple[Value, Value]]
"""Pairs of probability and value."""
WORLDS = ("independent", "copies", "skewed", "paired", "alternating", "scale", "characters", "peaked")

ZERO, ONE, HALF = fmpq(0), fmpq(1), fmpq(1, 2)
_SKEWED = [(fmpq(1, 5), fmpq(2)), (fmpq(4, 5), fmpq(-1, 2))]
_OTHER = [(fmpq(1, 10), fmpq(-3)), (fmpq(9, 10), fmpq(1, 3))]
_SIGNS = [(HALF, ONE), (HALF, -ONE)]
_PEAKED = [(fmpq(3, 4), ZERO), (fmpq(1, 8), fmpq(2)), (fmpq(1, 8), fmpq(-2))]
_SCALES = [(HALF, fmpq(1, 5)), (HALF, fmpq(7, 5))]
_BITS = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """What is needed of a random entry: its family, place, mean and deviation."""

    family: Family
    key: Key
    mean: Value
    deviation: Value

    def at(self, e: Value) -> Value:
        return add(self.mean, multiply(self.deviation, e))


class JointLaw:
    """One law for all random entries; ``number`` chooses it. ``evaluate(term, frame)`` gives declared moments."""

    def __init__(self, context: Context, number: int, evaluate: Callable[[Term, dict[str, Value]], Value]):
        self.context, self.number, self.evaluate = context, number, evaluate
        self.world = WORLDS[number % len(WORLDS)]
        self.entries: dict[Key, Entry] = {}
        self.degree = 1
        self.characters: dict[Key, int] = {}
        self.components: list[list[Family]] = []

    # ---- entries

    def entry(self, key: Key) -> Entry:
        found = self.entries.get(key)
        if found is None:
            family = self.context.random[key[0]]
            mean = self._moment(family, family.mean, key, fmpq((len(key[0]) + self.number) % 5 - 1, 2))
            variance = self._moment(family, family.variance, key, fmpq(9, 4))
            if sign_of(real_part(variance)) < 0:
                raise Undefined(f"the variance of {family.name} is negative")
            deviation = ZERO if _is_zero(variance) else power(variance, HALF)
            found = self.entries[key] = Entry(family, key, mean, deviation)
        return found

    def _moment(self, family: Family, moment: Term | None, key: Key, otherwise: Value) -> Value:
        """A declared moment; one that is not declared may be any number."""
        if moment is None:
            return otherwise
        frame: dict[str, Value] = {p: fmpq(i) for p, i in zip(family.parameters, key[1], strict=True)}
        return self.evaluate(moment, frame)

    # ---- groups

    def group(self, key: Key) -> Hashable:
        """What the entry shares its hidden state with: entries of the same group."""
        family = self.context.random[key[0]]
        if family.covariance is not None:
            return key[0], "covariance"
        if family.law == "bernoulli" and _varies(family):
            return key
        if self.world == "paired":
            return self._component(family), _without_leading_ones(key[1])
        if family.independent or self.world in ("independent", "skewed", "peaked"):
            return key
        if self.world in ("scale", "characters") and family.law in ("free", "symmetric"):
            return self._component(family), self.world
        if self.world in ("copies", "alternating") and family.entries == "any":
            return self._component(family), self.world
        return key

    def _component(self, family: Family) -> int:
        """Families that are nowhere declared independent and have the same kind of law may depend on each other.

        Which of them do, where not all can, differs from law to law.
        """
        if not self.components:
            for f in sorted(self.context.random.values(), key=lambda f: _mixed(f"{self.number}|{f.name}")):
                free = [c for c in self.components if all(self._may_depend(f, g) for g in c)]
                if free:
                    free[0].append(f)
                else:
                    self.components.append([f])
        return next(n for n, c in enumerate(self.components) if family in c)

    def _may_depend(self, f: Family, g: Family) -> bool:
        if f.covariance is not None or g.covariance is not None or not _compatible(f.law, g.law):
            return False
        for blocks in self.context.independence:
            places = [{n for n, b in enumerate(blocks) if name in b} for name in (f.name, g.name)]
            if places[0] and places[1] and places[0] != places[1]:
                return False
        return True

    # ---- hidden states and outcomes

    def states(self, group: Hashable, keys: list[Key]) -> list[tuple[Value, Any]]:
        """The hidden states of a group with their probabilities."""
        entry = self.entry(keys[0])
        if isinstance(group, tuple) and group[-1] == "covariance":
            if len(keys) > 1 and (_varies(entry.family, "variance") or _varies(entry.family, "covariance")):
                raise Undefined(f"a covariance of {entry.family.name} beside variances that differ is not tried")
            return self._mixture(entry)
        if group == keys[0]:
            return [(ONE, None)]
        if isinstance(group, tuple) and group[-1] == "scale":
            return [(p, ("scale", s)) for p, s in _SCALES]
        if isinstance(group, tuple) and group[-1] == "characters":
            return [(fmpq(1, 2**_BITS), ("bits", n)) for n in range(2**_BITS)]
        return [(p, ("copy", e)) for p, e in self._shared(entry.family)]

    def is_continuous(self, key: Key) -> bool:
        """Does the entry have a law that its outcomes stand for only up to the degree?"""
        family = self.context.random[key[0]]
        place = self._component(family)
        laws = [family.law] if self.group(key) == key else [f.law for f in self.components[place]]
        return family.law in CONTINUOUS or any(law in CONTINUOUS for law in laws)

    def _shared(self, family: Family) -> Outcomes:
        """The standardised law of a draw that families share: the most special of their laws."""
        component = self.components[self._component(family)]
        chosen = max(component, key=lambda f: (_SPECIAL.index(f.law), f.name))
        law = self._marginal(self.entry((chosen.name, (1,) * len(chosen.parameters))))
        if chosen.law != "bernoulli":
            return law
        (q, _), (rest, _) = law
        if _is_zero(q) or _is_zero(rest):
            raise Undefined(f"{chosen.name} is constant")
        return [(q, power(divide(rest, q), HALF)), (rest, multiply(fmpq(-1), power(divide(q, rest), HALF)))]

    def outcomes(self, key: Key, state: Any) -> Outcomes:
        """The values of an entry with their probabilities, given the hidden state of its group."""
        entry = self.entry(key)
        if state is None or state == ("own",):
            return self._values(entry, self._marginal(entry))
        kind, shared = state[0], state[1]
        if kind == "scale":
            return self._values(entry, [(p, multiply(shared, e)) for p, e in _SIGNS])
        if kind == "bits":
            c = self.characters.setdefault(key, len(self.characters) + 1)
            if c >= 2**_BITS:
                return self._values(entry, self._marginal(entry))
            return self._values(entry, [(ONE, ONE if bin(c & shared).count("1") % 2 == 0 else -ONE)])
        if kind == "share":
            rest = power(add(ONE, multiply(fmpq(-1), state[2])), HALF)
            own = multiply(power(state[2], HALF), shared)
            return self._values(entry, [(p, add(own, multiply(rest, e))) for p, e in self._marginal(entry)])
        if entry.family.law == "bernoulli":
            return [(ONE, ONE if sign_of(real_part(shared)) > 0 else ZERO)]
        flipped = kind == "copy" and self.world == "alternating" and sum(key[1]) % 2 == 1
        return self._values(entry, [(ONE, multiply(fmpq(-1), shared) if flipped else shared)])

    def _values(self, entry: Entry, law: Outcomes) -> Outcomes:
        if entry.family.law == "bernoulli":
            return law
        return [(p, entry.at(e)) for p, e in law]

    def _marginal(self, entry: Entry) -> Outcomes:
        """The standardised law of an entry; for a Bernoulli variable its law itself."""
        law = entry.family.law
        if law == "bernoulli":
            q = entry.mean
            if sign_of(real_part(q)) < 0 or sign_of(real_part(add(ONE, multiply(fmpq(-1), q)))) < 0:
                raise Undefined(f"the mean of {entry.family.name} is no probability")
            return [(q, ONE), (add(ONE, multiply(fmpq(-1), q)), ZERO)]
        if law == "rademacher":
            return list(_SIGNS)
        if law == "gaussian":
            return list(_hermite(self.degree // 2 + 1))
        if law == "uniform":
            return list(_legendre(self.degree // 2 + 1))
        if law == "symmetric":
            return list(_PEAKED if self.world in ("skewed", "peaked", "copies") else _SIGNS)
        return list({"skewed": _OTHER, "peaked": _PEAKED, "alternating": _OTHER}.get(self.world, _SKEWED))

    def _mixture(self, entry: Entry) -> list[tuple[Value, Any]]:
        """One shared draw with probability rho = covariance/variance, else a draw for each entry."""
        family = entry.family
        covariance = self._moment(family, family.covariance, entry.key, ZERO)
        if _is_zero(entry.deviation):
            raise Undefined(f"{family.name} has variance 0 and a covariance")
        rho = divide(covariance, multiply(entry.deviation, entry.deviation))
        rest = add(ONE, multiply(fmpq(-1), rho))
        if sign_of(real_part(rho)) < 0 or sign_of(real_part(rest)) < 0:
            raise Undefined(f"this covariance of {family.name} is not tried")
        law = self._marginal(entry)
        if family.law == "gaussian":
            return [(p, ("share", e, rho)) for p, e in law]
        return [*((multiply(rho, p), ("same", e)) for p, e in law), (rest, ("own",))]


def _mixed(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


CONTINUOUS = ("gaussian", "uniform")
_SPECIAL = ("free", "symmetric", "uniform", "rademacher", "gaussian", "bernoulli")


def _compatible(one: str, other: str) -> bool:
    """Can two families with these laws share a standardised draw?"""
    low, high = sorted((one, other), key=_SPECIAL.index)
    if low == "free":
        return True
    return low == high != "bernoulli" or (low == "symmetric" and high != "bernoulli")


def _without_leading_ones(indices: tuple[int, ...]) -> tuple[int, ...]:
    """w[1, k] and x[k] go together, and x[1] and a single number; no two entries of one family do."""
    while indices and indices[0] == 1:
        indices = indices[1:]
    return indices


def _is_zero(v: Value) -> bool:
    return isinstance(v, fmpq) and v == 0


def _varies(family: Family, moment: str = "mean") -> bool:
    """Does the declared moment depend on the indices of the entry?"""
    value = getattr(family, moment)
    return value is not None and any(t.data in family.parameters for t in _leaves(value))


def _leaves(term: Term) -> list[Term]:
    from symderiv.language.terms import walk

    return [t for t in walk(term) if not t.args]


@lru_cache(maxsize=64)
def _hermite_at(n: int, precision: int) -> tuple[tuple[Real, Real], ...]:
    older, he = fmpz_poly([1]), fmpz_poly([0, 1])
    for k in range(1, n):
        older, he = he, fmpz_poly([0, 1]) * he - k * older
    out: list[tuple[Real, Real]] = []
    roots: Any = he.complex_roots()
    for root, _ in roots:
        x = root.real
        out.append((arb(factorial(n)) / (n * n * _at(older, x) ** 2), x))
    return tuple(out)


def _at(p: fmpz_poly, x: arb) -> arb:
    value = arb(0)
    for c in reversed(p.coeffs()):
        value = value * x + arb(c)
    return value


def _hermite(n: int) -> tuple[tuple[Real, Real], ...]:
    """Gauss-Hermite weights and nodes for the standard normal law, exact up to degree 2n - 1."""
    from flint import ctx

    return ((ONE, ZERO),) if n == 1 else _hermite_at(n, ctx.prec)


def _legendre(n: int) -> list[tuple[Real, Real]]:
    """Gauss-Legendre weights and nodes for the uniform law on [-sqrt(3), sqrt(3)]."""
    pairs = [arb.legendre_p_root(n, k, weight=True) for k in range(n)]
    return [(w / 2, x * arb(3).sqrt()) for x, w in pairs]
