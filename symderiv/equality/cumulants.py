"""Joint cumulants of random factors, from what is declared and nothing else.

E[X1 … Xn] is the sum, over all partitions of the factors, of the products of the joint cumulants of the blocks; a
joint cumulant is 0 if its block falls into two independent lots (Leonov & Shiryaev, *Theory Probab. Appl.* 4, 1959;
McCullagh, *Tensor Methods in Statistics*, ch. 2-3). So independence is used at one place only, and entries of an
independent family enter with Kronecker deltas: cum(x_i, x_j) = var * delta_ij. A cumulant that the declarations do not
determine is an unknown of its own, an entry of an array named after the factors, at the indices that stand in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import comb

from symderiv.equality.random_monomials import Expander
from symderiv.language.context import FAR, Array, Context, Variable
from symderiv.language.randomness import Family, are_independent
from symderiv.language.terms import (
    HALF,
    MINUS_ONE,
    TWO,
    ZERO,
    Add,
    Apply,
    Bound,
    Constant,
    Entry,
    Iverson,
    Mul,
    Number,
    Power,
    Symbol,
    Term,
    free_names,
    walk,
)
from symderiv.language.text import to_text

__all__ = ["Cumulants", "Part"]

Pairs = tuple[tuple[Term, Term], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """``value`` where all ``equal`` pairs of indices agree, else 0."""

    value: Term
    equal: Pairs = ()


@dataclass
class Cumulants:
    """Cumulants of blocks of factors; ``unknowns`` are those that nothing determines, with what they may depend on."""

    expander: Expander
    moments: Callable[[Term], tuple[Term, Term]]
    """Mean and variance of a random quantity."""
    known: dict[tuple[Term, ...], list[Part]] = field(default_factory=dict)
    unknowns: dict[str, tuple[int, frozenset[str]]] = field(default_factory=dict)
    shapes: dict[str, tuple[tuple[Term, int], ...]] = field(default_factory=dict)
    """For each unknown its factors, with holes for their indices, and how many these are."""

    @property
    def context(self) -> Context:
        return self.expander.context

    def extended(self, context: Context) -> Context:
        """The context in which the unknown cumulants are declared."""
        for name, (rank, _) in self.unknowns.items():
            if rank == 0:
                context = context.with_variable(Variable(name))
            else:
                axes = ((Number(-FAR), Number(FAR)),) * rank
                context = replace(context, arrays={**context.arrays, name: Array(name, axes)})
        return context

    def of(self, block: tuple[Term, ...]) -> list[Part]:
        """The joint cumulant as a sum of parts, none if it is 0."""
        if block not in self.known:
            self.known[block] = [p for p in self._compute(block) if p.value != ZERO]
        return self.known[block]

    def _compute(self, block: tuple[Term, ...]) -> list[Part]:
        sets = [self.expander.names(f) for f in block]
        if len(are_independent(sets, self.context.independence)) > 1:
            return []
        closed = self._normal(block)
        if closed is not None:
            return [Part(closed)]
        names = frozenset().union(*sets)
        points = [self._entries(f) for f in block]
        if len(names) > 1 or any(len(p) != 1 for p in points):
            return [self._unknown(block)]
        family = self.context.random[min(names)]
        entries = [p[0] for p in points]
        if family.independent or not entries[0].args:
            first, *rest = (e.args for e in entries)
            equal = tuple((a, b) for other in rest for a, b in zip(first, other, strict=True) if a != b)
            value = self._at_one_point(family, block, entries[0])
            return [Part(p.value, (*equal, *p.equal)) for p in value]
        if block != tuple(entries):
            return self._functions_of_dependent(family, block, entries)
        if len(block) == 1:
            return [self._mean(family, entries[0])]
        if len(block) == 2:
            return self._pair(family, entries[0], entries[1])
        if all(e == entries[0] for e in entries):
            return self._at_one_point(family, block, entries[0])
        return [] if family.law == "gaussian" else [self._unknown(block)]

    def _entries(self, factor: Term) -> list[Term]:
        random = self.context.random
        return list(dict.fromkeys(t for t in walk(factor) if isinstance(t, (Entry, Symbol)) and t.data in random))

    # ---- one family

    def _mean(self, family: Family, entry: Term) -> Part:
        mean = family.at("mean", entry.args)
        return self._unknown((entry,)) if mean is None else Part(mean)

    def _variance(self, family: Family, entry: Term) -> Part:
        variance = family.at("variance", entry.args)
        return self._unknown((entry, entry)) if variance is None else Part(variance)

    def _pair(self, family: Family, a: Term, b: Term) -> list[Part]:
        """The covariance of two entries: the variance if they are the same one."""
        equal = tuple((i, j) for i, j in zip(a.args, b.args, strict=True) if i != j)
        own = Part(self._variance(family, a).value, equal)
        if not equal or family.entries == "uncorrelated":
            return [own]
        if family.covariance is not None:
            between = family.at("covariance", a.args)
            assert between is not None
        else:
            # Symmetrised, so that it does not matter which entry is written first.
            between = Mul(HALF, Add(self._unknown((a, b)).value, self._unknown((b, a)).value))
        return [own, Part(between), Part(Mul(MINUS_ONE, between), equal)]

    def _functions_of_dependent(self, family: Family, block: tuple[Term, ...], entries: Sequence[Term]) -> list[Part]:
        """Moments of one entry need no independence."""
        if len(block) == 1 or all(e == entries[0] for e in entries):
            return self._at_one_point(family, block, entries[0])
        if len(block) > 2:
            return [self._unknown(block)]
        equal = tuple((i, j) for i, j in zip(entries[0].args, entries[1].args, strict=True) if i != j)
        own, apart = self._at_one_point(family, block, entries[0]), self._unknown(block)
        return [*(Part(p.value, equal) for p in own), apart, Part(Mul(MINUS_ONE, apart.value), equal)]

    def _at_one_point(self, family: Family, block: tuple[Term, ...], entry: Term) -> list[Part]:
        """The joint cumulant of functions of one and the same entry."""
        if all(isinstance(f, (Entry, Symbol)) for f in block):
            if len(block) <= 2:
                return [self._mean(family, entry) if len(block) == 1 else self._variance(family, entry)]
            value = _higher(family, len(block), family.at("mean", entry.args), family.at("variance", entry.args))
            return [self._unknown((entry,) * len(block)) if value is None else Part(value)]
        kink = self._positive_part(family, block, entry)
        return [self._unknown(block) if kink is None else Part(kink)]

    def _positive_part(self, family: Family, block: tuple[Term, ...], entry: Term) -> Term | None:
        """Cumulants of z+ = max(0, z) for z symmetric about 0: E[z+ z+] = E[z+ z] = var/2."""
        variance, mean = family.at("variance", entry.args), family.at("mean", entry.args)
        if not family.symmetric or mean != ZERO or variance is None or len(block) > 2:
            return None
        parts = [f for f in block if isinstance(f, Apply) and f.function == "Max" and f.args[0] == ZERO]
        if any(f not in parts and not isinstance(f, (Entry, Symbol)) for f in block):
            return None
        if any(not isinstance(p.args[1], (Entry, Symbol)) for p in parts):
            return None
        if len(block) == 1:
            if family.law != "gaussian":
                return None
            return Power(Mul(variance, Power(Mul(TWO, Constant("pi")), MINUS_ONE)), HALF)
        half = Mul(HALF, variance)
        if len(parts) == 1:
            return half
        mean_of_part = self.of((Apply("Max", ZERO, entry),))[0].value
        return Add(half, Mul(MINUS_ONE, Power(mean_of_part, TWO)))

    # ---- jointly normal quantities

    def _normal(self, block: tuple[Term, ...]) -> Term | None:
        """exp(u), [u <= t] and x*exp(u) for jointly normal u, x."""
        special = [f for f in block if isinstance(f, Iverson) or (isinstance(f, Apply) and f.function == "exp")]
        if len(special) != 1 or len(block) > 2:
            return None
        names = sorted(frozenset().union(*(self.expander.names(f) for f in block)))
        families = [self.context.random[n] for n in names]
        joint = are_independent([frozenset({n}) for n in names], self.context.independence)
        if any(f.law != "gaussian" for f in families) or len(joint) != len(names):
            return None
        (f,) = special
        if isinstance(f, Iverson):
            from symderiv.equality.normal_law import probability

            return probability(f.condition, self.moments, self.is_linear) if len(block) == 1 else None
        u = f.args[0]
        others = [x for x in block if x != f]
        if not self.is_linear(u) or not all(isinstance(x, (Entry, Symbol)) for x in others):
            return None
        mean, variance = self.moments(u)
        value: Term = Apply("exp", Add(mean, Mul(HALF, variance)))
        for x in others:
            # Stein: Cov(x, exp(u)) = Cov(x, u) E[exp(u)], and Cov(x, u) by polarisation.
            both, apart = self.moments(Add(u, x))[1], self.moments(Add(u, Mul(MINUS_ONE, x)))[1]
            value = Mul(Number(Fraction(1, 4)), Add(both, Mul(MINUS_ONE, apart)), value)
        return value

    def is_linear(self, u: Term) -> bool:
        """Is the quantity an affine function of random entries?"""
        return all(
            len(m.factors) <= 1 and all(isinstance(f, (Entry, Symbol)) for f in m.factors)
            for m in self.expander.expand(u)
        )

    # ---- unknowns

    def moment(self, block: tuple[Term, ...]) -> Term:
        """The expectation of the product of the factors as an unknown, whatever is declared about it."""
        return self._unknown(block, "moment").value

    def _unknown(self, block: tuple[Term, ...], word: str = "cumulant") -> Part:
        """The cumulant as an unknown; the indices in the factors are its arguments."""
        templates = sorted((self._template(f) for f in block), key=lambda pair: to_text(pair[0]))
        text = "; ".join(to_text(t) for t, _ in templates)
        name = f"\3{word}({text})"
        arguments = tuple(a for _, args in templates for a in args)
        depends: set[str] = set()
        for f in block:
            depends |= free_names(f)
            for n in self.expander.names(f):
                family = self.context.random[n]
                for m in (family.mean, family.variance, family.covariance):
                    depends |= free_names(m) if m is not None else set()
        old = self.unknowns.get(name, (0, frozenset()))[1]
        self.unknowns[name] = (len(arguments), frozenset(depends) | old)
        self.shapes[name] = tuple((t, len(args)) for t, args in templates)
        return Part(Entry(name, arguments) if arguments else Symbol(name))

    def _template(self, factor: Term) -> tuple[Term, tuple[Term, ...]]:
        """The factor with holes for indices, and the indices."""
        arguments: list[Term] = []
        variables = self.context.variables

        def is_index(t: Term) -> bool:
            if not isinstance(t, Symbol) or t.name in self.context.random:
                return False
            return t.name not in variables or variables[t.name].role == "index"

        def go(t: Term, inside: bool) -> Term:
            loose = any(isinstance(s, Bound) for s in walk(t))
            if not loose and (inside or is_index(t)):
                arguments.append(t)
                return Symbol(f"#{len(arguments)}")
            return t.with_args(tuple(go(a, isinstance(t, Entry)) for a in t.args)) if t.args else t

        return go(factor, False), tuple(arguments)


# ---- cumulants of the third order and above


def _higher(family: Family, order: int, mean: Term | None, variance: Term | None) -> Term | None:
    """The cumulant of this order, 3 or more, if the law determines it."""
    if family.law == "gaussian" or (family.symmetric and order % 2):
        return ZERO
    if family.law == "rademacher":
        return _from_moments(order, lambda k: Number(1 - k % 2))
    if family.law == "bernoulli" and mean is not None:
        return _from_moments(order, lambda k: mean)
    if family.law == "uniform" and variance is not None:
        # On an interval of length l the cumulant is B_n l**n / n with Bernoulli's number B_n, and the variance l**2/12.
        factor = _bernoulli_number(order) * Fraction(12) ** (order // 2) / order
        return Mul(Number(factor), Power(variance, Number(order // 2)))
    return None


def _from_moments(order: int, moment: Callable[[int], Term]) -> Term:
    """k_n = m_n - sum of C(n-1, j-1) k_j m_(n-j) over j < n (Smith, *American Statistician* 49, 1995)."""
    cumulants: list[Term] = []
    for n in range(1, order + 1):
        terms: list[Term] = [moment(n)]
        for j in range(1, n):
            terms.append(Mul(Number(-comb(n - 1, j - 1)), cumulants[j - 1], moment(n - j)))
        cumulants.append(Add(*terms) if len(terms) > 1 else terms[0])
    return cumulants[-1]


def _bernoulli_number(n: int) -> Fraction:
    numbers = [Fraction(1)]
    for m in range(1, n + 1):
        numbers.append(-sum((comb(m + 1, k) * numbers[k] for k in range(m)), Fraction(0)) / (m + 1))
    return numbers[n]
