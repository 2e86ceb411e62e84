"""Maxima over index ranges: the derivative at a unique maximiser.

The rule takes the derivative of one entry instead of that of the maximum, so repeated application ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context, unfold_all
from symderiv.language.maximisers import is_continuous, unique_maximisers
from symderiv.language.terms import (
    Derivative,
    Maximum,
    Term,
)
from symderiv.records import Rewrite, Rule
from symderiv.rules.structure import depends_on

__all__ = ["DERIVATIVES"]

DANSKIN = "Danskin, The Theory of Max-Min, 1967; Goodfellow, Bengio & Courville, Deep Learning, sec. 9.3"
DAVEY = "Davey & Priestley, Introduction to Lattices and Order, 2nd ed., sec. 2.4"


def _derivative(term: Term, context: Context) -> Iterator[Rewrite]:
    """The derivative of the largest value, where an assumption says which one that is."""
    if not isinstance(term, Derivative) or not isinstance(term.body, Maximum):
        return
    m, v = term.body, term.variable
    if depends_on(m, v, context) and is_continuous(unfold_all(m.body, context)):
        found = unique_maximisers(m, context)
        if found is not None and not _ends_depend(m, v, context):
            yield Rewrite(Derivative(found[0], v), found[1])


def _ends_depend(term: Term, v: Term, context: Context) -> bool:
    while isinstance(term, Maximum):
        if depends_on(term.lower, v, context) or depends_on(term.upper, v, context):
            return True
        term = term.body
    return False


DERIVATIVES = (
    Rule(
        "derivative of a maximum over an index",
        r"\partial \max_k f_k = \partial f_s \quad (f_s > f_k \text{ for all } k \ne s)",
        _derivative,
        "differentiation",
        DANSKIN,
        "a unique maximiser s is assumed, f continuous",
        examples=(("Derivative(Maximum(v[k], (k, j, j)), v[i])", "Derivative(v[j], v[i])"),),
    ),
)
