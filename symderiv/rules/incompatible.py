"""Deltas and brackets that cannot hold together under the assumptions."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context
from symderiv.language.terms import ZERO, Delta, Mul, Or, Relation, Term
from symderiv.records import Rewrite, Rule
from symderiv.rules.structure import ac_key

__all__ = ["RULES"]


def _excluded(term: Term, context: Context) -> Iterator[Rewrite]:
    """delta(i, k) delta(j, l) = 0 where i != k or j != l is assumed."""
    factors = term.args if isinstance(term, Mul) else (term,)
    held = {ac_key(Relation("=", f.left, f.right)) for f in factors if isinstance(f, Delta)}
    if not held:
        return
    for a in context.assumptions:
        parts = a.args if isinstance(a, Or) else (a,)
        if all(isinstance(p, Relation) and p.op == "!=" and _equation(p) & held for p in parts):
            yield Rewrite(ZERO, (a,))
            return


def _equation(p: Relation) -> set[Term]:
    return {ac_key(Relation("=", *sides)) for sides in ((p.left, p.right), (p.right, p.left))}


RULES = (
    Rule(
        "deltas excluded by a condition", r"\delta_{ik}\delta_{jl} = 0 \quad (i\ne k \text{ or } j\ne l)", _excluded,
        "sums", "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 2.1", "the condition is assumed",
        examples=(("x*KroneckerDelta(e, 7)", "0"),),
    ),
)  # fmt: skip
