"""What is declared about random variables: families with their moments and laws, and which are independent.

A family is a declared array (or symbol) whose entries are random. ``mean`` and ``variance`` are those of an entry, with
``parameters`` for its indices; None: not declared. ``entries`` says how different entries of one family hang together

  independent   jointly independent
  uncorrelated  the covariance of two different entries is 0
  any           nothing is known, but for ``covariance``, that of every two different entries, if it is declared

and ``law`` what is known beyond two moments: "free" (nothing), "symmetric" (about the mean), "gaussian" (all entries
together are jointly normal, so uncorrelated ones are independent), "bernoulli" (1 with probability ``mean``, else 0),
"rademacher" (1 or -1 with probability 1/2) or "uniform" (on the interval that mean and variance determine). Different
families are independent of each other only if that is declared.

Source: Casella & Berger, *Statistical Inference*, 2nd ed., ch. 2-4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from symderiv.language.binders import substitute
from symderiv.language.nodes import ONE, ZERO, Condition, Symbol, Term

__all__ = ["LAWS", "Family", "Property", "are_independent", "implied_moments", "of_law", "properties", "restricted"]

LAWS = ("free", "symmetric", "gaussian", "bernoulli", "rademacher", "uniform")
SYMMETRIC = ("symmetric", "gaussian", "rademacher", "uniform")

Blocks = tuple[frozenset[str], ...]
"""Sets of families that are jointly independent of each other."""


class Property(Condition):
    """What is known of random families: independent(w, x), uncorrelated(x), gaussian(x), …; ``args`` are their names.

    ``independent`` with one name is about the entries of that family, with several about the families.
    """

    __slots__ = ()

    def __init__(self, word: str, *families: Term):
        super().__init__(word, families)

    @property
    def word(self) -> str:
        return self.data


@dataclass(frozen=True, slots=True)
class Family:
    """A declared family of random variables; the module's text says what the fields mean."""

    name: str
    parameters: tuple[str, ...] = ()
    mean: Term | None = None
    variance: Term | None = None
    law: str = "free"
    entries: str = "any"
    covariance: Term | None = None

    @property
    def independent(self) -> bool:
        """Are the entries jointly independent?"""
        return self.entries == "independent" or (self.law == "gaussian" and self.entries == "uncorrelated")

    def at(self, moment: str, indices: tuple[Term, ...]) -> Term | None:
        """The mean, variance or covariance for these indices; None if it is not declared."""
        value: Term | None = getattr(self, moment)
        letters = {Symbol(letter): i for letter, i in zip(self.parameters, indices, strict=True)}
        return value if value is None or not letters else substitute(value, letters)

    @property
    def symmetric(self) -> bool:
        """Is the law of each entry symmetric about its mean?"""
        return self.law in SYMMETRIC


def are_independent(groups: Iterable[frozenset[str]], independence: Iterable[Blocks]) -> list[list[int]]:
    """The places in ``groups``, sets of families, sorted into lots that are jointly independent by declaration.

    Lots are as small as one declaration shows them to be.
    """
    sets = list(groups)
    best = [list(range(len(sets)))]
    for blocks in independence:
        lots: list[tuple[set[int], list[int]]] = []
        covered = frozenset().union(*blocks)
        if not all(s <= covered for s in sets):
            continue
        for n, names in enumerate(sets):
            touched = {m for m, b in enumerate(blocks) if b & names}
            together = [lot for lot in lots if lot[0] & touched]
            rest = [lot for lot in lots if lot not in together]
            merged = (touched.union(*(t for t, _ in together)), sorted([n, *(i for _, p in together for i in p)]))
            lots = [*rest, merged]
        if len(lots) > len(best):
            best = [places for _, places in sorted(lots, key=lambda lot: lot[1])]
    return best


def properties(families: Mapping[str, Family], independence: Iterable[Blocks]) -> list[Property]:
    """What is declared beyond moments, one statement each."""
    out = []
    for f in families.values():
        if f.entries != "any":
            out.append(Property(f.entries, Symbol(f.name)))
        if f.law not in ("free", "bernoulli", "rademacher"):
            out.append(Property(f.law, Symbol(f.name)))
    for blocks in independence:
        out.append(Property("independent", *(Symbol(name) for b in blocks for name in sorted(b))))
    return out


def restricted(families: Mapping[str, Family], dropped: Iterable[Term]) -> dict[str, Family]:
    """The families without the properties ``dropped``; a law that is dropped leaves mean and variance."""
    out = dict(families)
    for p in dropped:
        if not isinstance(p, Property) or len(p.args) != 1:
            continue
        f = out[p.args[0].data]
        if p.word in ("independent", "uncorrelated"):
            out[f.name] = replace(f, entries="any")
        elif p.word == f.law:
            kept = "uncorrelated" if f.law == "gaussian" and f.entries == "uncorrelated" else f.entries
            out[f.name] = replace(f, law="free", entries=kept)
    return out


def of_law(families: Mapping[str, Family], said: Iterable[Property]) -> dict[str, Family]:
    """The families with the laws that are ``said`` of them: gaussian(x)."""
    out = dict(families)
    for p in said:
        for name in p.args:
            out[name.data] = replace(out[name.data], law=p.word)
    return out


def implied_moments(law: str, mean: Term | None, variance: Term | None) -> tuple[Term | None, Term | None]:
    """Mean and variance where the law determines them."""
    if law == "rademacher":
        return ZERO, ONE
    if law == "bernoulli" and mean is not None:
        return mean, mean * (ONE - mean)
    return mean, variance
