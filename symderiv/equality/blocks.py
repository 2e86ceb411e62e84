"""Sums over blocks of neighbours and within each block as one sum over all of them.

For a block of S indices, sum_i sum_{k=c}^{c+S-1} f(S*i + k) runs through every place from S*a + c to S*b + c + S - 1
exactly once, for i from a to b; where there is no block (b < a) there is no place either.
"""

from __future__ import annotations

from symderiv.equality.affine import NotAffine, affine
from symderiv.language.terms import (
    TRUE,
    Entry,
    Mul,
    Number,
    Sum,
    Symbol,
    Term,
    free_names,
    instantiate,
    substitute,
)

__all__ = ["flattened"]

_BLOCK, _PLACE = Symbol("\0block"), Symbol("\0place")


def flattened(term: Sum) -> Term | None:
    """The same sum over all places, None if the term is no sum over blocks of a fixed size of at least 2."""
    if term.guard != TRUE:
        return None
    block = instantiate(term.body, _BLOCK)
    factors = block.args if isinstance(block, Mul) else (block,)
    inner = next((f for f in factors if isinstance(f, Sum)), None)
    if inner is None or inner.guard != TRUE:
        return None
    outside = [f for f in factors if f is not inner]
    if any(_BLOCK.name in free_names(t) for t in (*outside, inner.lower, inner.upper)):
        return None
    try:
        length = affine(inner.upper) - affine(inner.lower) + 1
        if not length.is_constant() or length.constant < 2:
            return None
        size = Number(length.constant)
        body = _collected(substitute(instantiate(inner.body, _PLACE), {_PLACE: _PLACE - size * _BLOCK}))
    except NotAffine:
        return None
    if _BLOCK.name in free_names(body):
        return None
    whole = Sum.over(_PLACE.name, size * term.lower + inner.lower, size * term.upper + inner.upper, body)
    return Mul(*outside, whole) if outside else whole


def _collected(term: Term) -> Term:
    """The term with the indices of its entries as affine forms, in which S*i - S*i is gone."""
    if isinstance(term, Entry):
        return term.with_args(tuple([affine(i).term() for i in term.indices]))
    return term.with_args(tuple([_collected(a) for a in term.args])) if term.args else term
