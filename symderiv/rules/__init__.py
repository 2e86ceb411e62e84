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
    limits,
    matrices,
    matrix_gradients,
    maxima,
    norms,
    piecewise,
    products,
    radicals,
    ranges,
    rearranging,
    reindexing,
    roots,
    rounded_indices,
    rounding,
    sums,
    totals,
    trigonometry,
)

__all__ = ["ALL", "CATALOGUE", "WHOLE", "find"]


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
    *rounding.RULES,
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
    *limits.RULES,
    *roots.RULES,
    *rounded_indices.RULES,
    *rearranging.RULES,
    *trigonometry.RULES,
)
WHOLE = (*matrices.RULES, *matrix_gradients.RULES, *norms.RULES, norms.SQUARED, norms.ROOT)
"""The laws of matrices without entries, whose expressions are no numbers."""
CATALOGUE = _unique((*ALL, *WHOLE))


def find(name: str) -> tuple[Rule, ...]:
    """The rules with this name (most names have one)."""
    return tuple(r for r in (*ALL, *WHOLE) if r.name == name)
