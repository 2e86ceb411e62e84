"""The workspace of one attempt at a proof: kernels (what polynomials are made of), scopes of bound indices, memory.

A kernel is a generator with a meaning: a symbol, an entry ``a[k]``, ``exp(u)``, ``log|p|``, a cell of a sum, … Two
kernels with the same key are the same function, so an identity between rational functions of kernels is an identity
between the functions. Nothing is refuted by it: kernels need not be independent.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symderiv.equality.affine import Affine
from symderiv.equality.index_sets import IndexSet
from symderiv.equality.rational import Field, Poly, Ratio, TooBig, as_fraction
from symderiv.language.context import Context
from symderiv.language.terms import ONE, ZERO, Add, Mul, Number, Power, Symbol, Term, symbols_of

__all__ = [
    "Case",
    "Fact",
    "Interval",
    "Kernel",
    "Memory",
    "Restart",
    "Scope",
    "Split",
    "Unsupported",
    "Vacuous",
    "Workspace",
]

MAX_KERNELS = 384
Signs = frozenset[int]
ANY: Signs = frozenset({-1, 0, 1})


class Restart(Exception):
    """The attempt learned something (a finer unit of exponents, a new range) and begins again with it."""


class Vacuous(Exception):
    """In this case one of the sides is not defined, so there is nothing to prove."""


class Unsupported(Exception):
    """The normal form does not cover this; the answer is undecided."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a case assumes: a condition on integers, or the possible signs of a term."""

    condition: Term | None = None
    term: Term | None = None
    signs: Signs = ANY


class Split(Exception):
    """The proof goes on in each of these cases, which together cover everything."""

    def __init__(self, facts: tuple[Fact, ...]):
        super().__init__("case split")
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Case:
    """The facts assumed in one branch, in the order in which they were split on."""

    facts: tuple[Fact, ...] = ()

    def conditions(self) -> tuple[Term, ...]:
        return tuple(f.condition for f in self.facts if f.condition is not None)


@dataclass(slots=True)
class Memory:
    """What survives a restart within one case."""

    size: int = 12
    exponent_units: dict[Hashable, Fraction] = field(default_factory=dict)
    angle_units: dict[Hashable, Fraction] = field(default_factory=dict)
    root_degrees: dict[Hashable, int] = field(default_factory=dict)
    ranges: dict[Hashable, list[Any]] = field(default_factory=dict)
    guards_split: bool = False
    heavy: dict[Hashable, Term] = field(default_factory=dict)
    implied: dict[Any, bool | None] = field(default_factory=dict)
    symbols: dict[Term, frozenset[str]] = field(default_factory=dict)
    bounds: dict[tuple[Term, ...], Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds on a real number; None is infinite, a closed end may be attained."""

    low: Fraction | None = None
    low_closed: bool = False
    high: Fraction | None = None
    high_closed: bool = False

    @property
    def signs(self) -> Signs:
        out = set()
        if self.high is None or self.high > 0:
            out.add(1)
        if self.low is None or self.low < 0:
            out.add(-1)
        above = self.low is None or self.low < 0 or (self.low == 0 and self.low_closed)
        below = self.high is None or self.high > 0 or (self.high == 0 and self.high_closed)
        if above and below:
            out.add(0)
        return frozenset(out)


POSITIVE = Interval(Fraction(0))
NONNEGATIVE = Interval(Fraction(0), True)
EVERYWHERE = Interval()


@dataclass(slots=True)
class Kernel:
    """A generator: ``kind``, structural ``key``, the ``term`` it stands for, its range, the bound indices in it."""

    kind: str
    key: Hashable
    index: int
    make: Callable[[], Term]
    interval: Interval
    bound: frozenset[str]
    height: int
    data: Any = None
    made: Term | None = None

    @property
    def term(self) -> Term:
        if self.made is None:
            self.made = self.make()
        return self.made


@dataclass(slots=True)
class Scope:
    """The inside of a binder: its indices, what is known about them, and results that hold only here."""

    names: frozenset[str]
    conditions: tuple[Term, ...]
    signs: dict[Hashable, Signs] = field(default_factory=dict)
    """Signs by declaration or in this case."""
    domain: dict[Hashable, Signs] = field(default_factory=dict)
    """Signs that follow from being defined."""
    memo: dict[Term | tuple[Term], Ratio] = field(default_factory=dict)
    about: frozenset[str] = frozenset()
    """The bound indices that the scope says something about: its own, or those in its conditions if it has none."""

    def __post_init__(self) -> None:
        if self.names:
            self.about = self.names
        elif self.conditions:
            symbols = frozenset[str]().union(*map(symbols_of, self.conditions))
            self.about = frozenset(n for n in symbols if n[:1] == "\0")


class Workspace(Field):
    """Kernels on top of the field of rational functions, for one case and one attempt."""

    def __init__(self, context: Context, case: Case, memory: Memory, deadline: float):
        super().__init__(memory.size)
        self.context, self.case, self.memory, self.deadline = context, case, memory, deadline
        self.kernels: list[Kernel] = []
        self.table: dict[Hashable, Kernel] = {}
        self.scopes: list[Scope] = [Scope(frozenset(), ())]
        self.side = 0
        self.requirements: tuple[dict[Hashable, Term], dict[Hashable, Term]] = ({}, {})
        self.accesses: tuple[dict[Term, str], dict[Term, str]] = ({}, {})
        """Conditions without which a side reads an array outside its axes, with the array's name."""
        self.used_islpy = False
        self._base: tuple[Term, ...] | None = None
        self.serial = 0
        self.trusted = 0
        self.domain_counts = True
        self.families: set[Hashable] = set()
        self.partitions: dict[Hashable, tuple[list[IndexSet], list[list[int]]]] = {}
        self.heights: dict[Term, int] = {}
        self.bound_memo: dict[Term, frozenset[str]] = {}

    def check_time(self) -> None:
        if time.process_time() > self.deadline:
            raise TooBig("the time allowed ran out")

    # ---- kernels

    def kernel(
        self,
        kind: str,
        key: Hashable,
        make: Callable[[], Term],
        parts: frozenset[int] | None = None,
        interval: Interval = EVERYWHERE,
        *,
        bound: frozenset[str] = frozenset(),
        height: int = 0,
        data: Any = None,
    ) -> Kernel:
        """The kernel with this key; ``parts`` are the kernels inside it, ``bound`` further bound indices."""
        found = self.table.get((kind, key))
        if found is not None:
            return found
        index = len(self.kernels)
        if index >= self.size:
            if self.memory.size >= MAX_KERNELS:
                raise TooBig(f"more than {MAX_KERNELS} different kernels")
            self.memory.size *= 2
            raise Restart
        for p in parts or ():
            bound = bound | self.kernels[p].bound
            height = max(height, self.kernels[p].height)
        new = Kernel(kind, (kind, key), index, make, interval, bound, height, data)
        self.kernels.append(new)
        self.table[(kind, key)] = new
        return new

    def kernels_in(self, p: Poly) -> frozenset[int]:
        return frozenset(n for n, d in enumerate(p.degrees()) if d > 0)

    def kernels_of(self, r: Ratio) -> frozenset[int]:
        return self.kernels_in(r.num) | self.kernels_in(r.den)

    def bound_in(self, p: Poly) -> frozenset[str]:
        """The bound indices that a polynomial depends on."""
        out: frozenset[str] = frozenset()
        for n in self.kernels_in(p):
            out |= self.kernels[n].bound
        return out

    def bound_of_part(self, exponents: tuple[int, ...], below: Iterable[tuple[Poly, int]]) -> frozenset[str]:
        """The bound indices in a monomial and in polynomials below it."""
        out = frozenset[str]().union(*(self.kernels[n].bound for n, e in enumerate(exponents) if e))
        return out.union(*(self.bound_in(p) for p, _ in below))

    # ---- structural keys: independent of the numbering of kernels, so that they survive restarts

    def monomial_key(self, exponents: tuple[int, ...]) -> Hashable:
        return frozenset((self.kernels[n].key, int(e)) for n, e in enumerate(exponents) if e)

    def poly_key(self, p: Poly) -> Hashable:
        return frozenset((self.monomial_key(m), as_fraction(c)) for m, c in p.to_dict().items())

    def ratio_key(self, r: Ratio) -> Hashable:
        return self.poly_key(r.num), self.poly_key(r.den)

    # ---- back to terms

    def monomial_term(self, exponents: tuple[int, ...], coefficient: Fraction = Fraction(1)) -> Term:
        factors: list[Term] = []
        for n, e in enumerate(exponents):
            if e:
                base = self.kernels[n].term
                factors.append(base if e == 1 else Power(base, Number(int(e))))
        if coefficient != 1 or not factors:
            factors.insert(0, Number(coefficient))
        return factors[0] if len(factors) == 1 else Mul(*factors)

    def poly_term(self, p: Poly) -> Term:
        parts = [self.monomial_term(m, as_fraction(c)) for m, c in p.to_dict().items()]
        return ZERO if not parts else parts[0] if len(parts) == 1 else Add(*parts)

    def ratio_term(self, r: Ratio) -> Term:
        top = self.poly_term(r.num)
        if r.den.is_constant():
            return top
        below = Power(self.poly_term(r.den), Number(-1))
        return below if top == ONE else Mul(top, below)

    def bound_indices(self, term: Term) -> frozenset[str]:
        """The bound indices that occur free in a term."""
        found = self.bound_memo.get(term)
        if found is None:
            if isinstance(term, Symbol):
                found = frozenset({term.name}) if term.name[:1] == "\0" else frozenset()
            else:
                found = frozenset().union(*(self.bound_indices(a) for a in term.args))
                if type(term).__name__ == "RegionSum":
                    found -= set(term.data)
            self.bound_memo[term] = found
        return found

    # ---- scopes

    def conditions(self) -> tuple[Term, ...]:
        """Everything assumed about integers here: declarations, the case, and the ranges of bound indices."""
        inner = tuple(c for s in self.scopes for c in s.conditions)
        return (*self.base_conditions(), *self.case.conditions(), *inner)

    def base_conditions(self) -> tuple[Term, ...]:
        if self._base is None:
            self._base = self.context.integer_conditions()
        return self._base

    def open_names(self) -> frozenset[str]:
        """The bound indices of all binders that we are inside of."""
        return frozenset().union(*(s.names for s in self.scopes))

    @contextmanager
    def unchecked(self) -> Iterator[None]:
        """Inside, entries may be read anywhere: for terms made from others whose entries have been checked.

        A guard that is taken apart, [c] = 1 - [not c], leaves parts in which an index runs out of its axis.
        """
        self.trusted += 1
        try:
            yield
        finally:
            self.trusted -= 1

    @contextmanager
    def only_scopes_of(self, names: frozenset[str]) -> Iterator[tuple[tuple[Term, ...], ...]]:
        """Inside, only the outermost scope and those of the named indices exist; gives the conditions of these."""
        kept = [s for s in self.scopes[1:] if not s.about.isdisjoint(names)]
        before = self.scopes
        self.scopes = [before[0], *kept] if len(kept) == len(before) - 1 else [before[0], *kept, Scope(frozenset(), ())]
        try:
            yield tuple(s.conditions for s in kept)
        finally:
            self.scopes = before

    def relevant_conditions(self, symbols: Iterable[str]) -> tuple[Term, ...]:
        """The conditions assumed here that are connected to the symbols, directly or through other symbols."""
        wanted = set(symbols)
        rest = [(c, self._symbols(c)) for c in self.conditions()]
        out: list[Term] = []
        while True:
            near = [(c, s) for c, s in rest if not wanted.isdisjoint(s)]
            if not near:
                return tuple(out)
            rest = [(c, s) for c, s in rest if wanted.isdisjoint(s)]
            for c, s in near:
                out.append(c)
                wanted |= s

    def _symbols(self, condition: Term) -> frozenset[str]:
        found = self.memory.symbols.get(condition)
        if found is None:
            found = self.memory.symbols[condition] = symbols_of(condition)
        return found

    def index_affine(self, form: Affine) -> frozenset[str]:
        """The bound indices in an affine form."""
        return form.symbols() & self.open_names()

    def normal(self, term: Term) -> Ratio:
        """The normal form of a term; given by ``NormalForm``."""
        raise NotImplementedError
