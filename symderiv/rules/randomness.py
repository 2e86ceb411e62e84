"""What the rules on expectations ask about random quantities: which families, which are independent, what was used."""

from __future__ import annotations

from collections.abc import Iterable

from symderiv.language.context import Context
from symderiv.language.functions import EXPECTATIONS
from symderiv.language.letters import index_letters
from symderiv.language.randomness import Family, Property, are_independent
from symderiv.language.terms import ONE, Apply, Entry, Number, Power, Relation, Symbol, Term
from symderiv.rules.structure import factors_of

__all__ = [
    "covariance", "deviation", "families_in", "family_of", "independent_lots", "is_random", "mean", "moment_is",
    "said", "variance", "whole_powers",
]  # fmt: skip


def families_in(term: Term, context: Context) -> frozenset[str]:
    """The random families on which the value depends; an expectation is a number and depends on none."""
    if not context.random:
        return frozenset()
    if isinstance(term, Apply) and term.function in EXPECTATIONS:
        return frozenset()
    own = frozenset({term.data}) if isinstance(term, (Symbol, Entry)) and term.data in context.random else frozenset()
    d = context.definition_of(term)
    if d is not None:
        own |= families_in(d.body, context)
    return own.union(*(families_in(a, context) for a in term.args))


def is_random(term: Term, context: Context) -> bool:
    return bool(families_in(term, context))


def family_of(term: Term, context: Context) -> Family | None:
    """The family of a single random entry or symbol."""
    return context.random.get(term.data) if isinstance(term, (Symbol, Entry)) else None


def independent_lots(terms: list[Term], context: Context) -> list[list[int]]:
    """The places of the terms in lots that are jointly independent by declaration."""
    return are_independent([families_in(t, context) for t in terms], context.independence)


def said(word: str, names: Iterable[str]) -> Property:
    """The declared property as a condition of a step."""
    return Property(word, *(Symbol(n) for n in names))


def mean(term: Term) -> Term:
    return Apply("Expectation", term)


def variance(term: Term) -> Term:
    return Apply("Variance", term)


def covariance(left: Term, right: Term) -> Term:
    return Apply("Covariance", left, right)


def deviation(term: Term) -> Term:
    return Apply("StandardDeviation", term)


def moment_is(head: str, family: Family, context: Context) -> Relation:
    """The declared mean, variance or covariance of a family as a condition of a step, in letters of the declaration."""
    array = context.arrays.get(family.name)
    letters = index_letters(array.axes, context) if array is not None else ()
    entry: Term = Entry(family.name, letters) if array is not None else Symbol(family.name)
    value = family.at(head, letters)
    assert value is not None
    if head != "covariance":
        return Relation("=", mean(entry) if head == "mean" else variance(entry), value)
    assert array is not None
    others = index_letters(array.axes, context, letters)
    return Relation("=", covariance(entry, Entry(family.name, others)), value)


def whole_powers(term: Term) -> list[tuple[Term, int]] | None:
    """A product of whole powers as (base, exponent), equal bases collected; None for anything else."""
    out: dict[Term, int] = {}
    for f in factors_of(term):
        base, e = (f.base, f.exponent) if isinstance(f, Power) else (f, ONE)
        if not (isinstance(e, Number) and e.value.denominator == 1 and e.value > 0):
            return None
        out[base] = out.get(base, 0) + int(e.value)
    return list(out.items())
