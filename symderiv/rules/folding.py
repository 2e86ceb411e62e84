"""Names recognised across the sign of a sum: c sum_k f_k where c f_k contains the right-hand side of a definition."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context, binder_context
from symderiv.language.terms import Mul, Sum, Term, close_over, free_names, open_binder
from symderiv.records import TEXTBOOK, Rewrite, Rule
from symderiv.rules import definitions
from symderiv.rules.structure import arrange, build_product, factors_of, monomial

__all__ = ["RULES"]

_FOLD = tuple(
    r for r in definitions.RULES if r.name in ("recognise the definition", "recognise a power of the definition")
)


def _fold_across(term: Term, context: Context) -> Iterator[Rewrite]:
    """Constant factors go into the sum, the name is recognised there, and what is constant comes out again."""
    if not isinstance(term, Mul) or not context.definitions:
        return
    sums = [n for n, f in enumerate(term.args) if isinstance(f, Sum)]
    if len(sums) != 1:
        return
    s = term.args[sums[0]]
    assert isinstance(s, Sum)
    outside = [f for n, f in enumerate(term.args) if n != sums[0]]
    index, body, guard = open_binder(s, context.names())
    inner = binder_context(s, index, guard, context)
    if not any(index.name in free_names(f) for f in factors_of(body)):
        return
    whole = monomial(build_product((*outside, body))).term()
    for rule in _FOLD:
        for rewrite in rule.apply(whole, inner):
            factors = factors_of(arrange(rewrite.term))
            out = [f for f in factors if index.name not in free_names(f)]
            inside = [f for f in factors if index.name in free_names(f)]
            if inside and len(factors) < len(factors_of(whole)):
                summed = s.with_args((close_over(build_product(inside), index.name), *s.args[1:]))
                yield Rewrite(build_product((*out, summed)), rewrite.conditions)


RULES = (
    Rule(
        "recognise the definition under the sum", r"h_k := c f_k:\ c \sum_k f_k g_k = \sum_k h_k g_k", _fold_across,
        "definitions", definitions.SOURCE, "", TEXTBOOK,
        (("Sum(exp(v[k])*u[k], (k, 1, n))/Sum(exp(v[k]), (k, 1, n))", "Sum(p[k]*u[k], (k, 1, n))"),),
    ),
)  # fmt: skip
