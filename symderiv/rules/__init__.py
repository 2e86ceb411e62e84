"""The catalogue: every rule the solver may use, one record each, grouped by topic.

To add a rule, write its law as a function that yields the rewrites of a term at its root, put a ``Rule`` record with
name, law, source, condition and examples into the topic's ``RULES``; ``tests/rules/test_catalogue.py`` then checks its
examples against the equality kernel, which does not know the rules.
"""

from __future__ import annotations

from symderiv.records import Rule
from symderiv.rules import (
    algebra,
    blocks,
    circular,
    closed_forms,
    declared_moments,
    definitions,
    derivatives,
    expectations,
    exponentials,
    floors,
    folding,
    fractions,
    given_numbers,
    incompatible,
    maxima,
    piecewise,
    products,
    radicals,
    ranges,
    reindexing,
    sums,
    totals,
)

__all__ = ["CATALOGUE", "find"]


def _unique(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """One record a name in the listing; two rules may share a name where the law is the same for another head."""
    return tuple({r.name: r for r in reversed(rules)}.values())[::-1]


ALL = (
    *derivatives.RULES,
    *piecewise.DERIVATIVES,
    *maxima.DERIVATIVES,
    *definitions.RULES,
    *folding.RULES,
    *sums.RULES,
    *totals.RULES,
    *ranges.RULES,
    *reindexing.RULES,
    *circular.RULES,
    *closed_forms.RULES,
    *floors.RULES,
    *given_numbers.RULES,
    *exponentials.RULES,
    *piecewise.RULES,
    *blocks.RULES,
    *products.RULES,
    *algebra.RULES,
    *fractions.RULES,
    *expectations.RULES,
    *declared_moments.RULES,
    *radicals.RULES,
    *incompatible.RULES,
)
CATALOGUE = _unique(ALL)


def find(name: str) -> tuple[Rule, ...]:
    """The rules with this name (most names have one)."""
    return tuple(r for r in ALL if r.name == name)
