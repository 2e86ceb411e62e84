"""Blocks: maxima, and sums, of the same thing over ranges that adjoin are one over the whole range.

Each rule leaves one binder less, so repeated application ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context
from symderiv.language.terms import (
    TRUE,
    Add,
    Apply,
    Binder,
    Entry,
    Maximum,
    Number,
    Sum,
    Symbol,
    Term,
    close_over,
    free_names,
    fresh_name,
    instantiate,
    open_binder,
    substitute,
)
from symderiv.records import Rewrite, Rule
from symderiv.rules.algebra import expand
from symderiv.rules.conditions import affine_form
from symderiv.rules.structure import arrange, build_product, build_sum, factors_of, negate, same

__all__ = ["RULES"]

DAVEY = "Davey & Priestley, Introduction to Lattices and Order, 2nd ed., sec. 2.4"
GRAHAM = "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 2.4"


def _join_maxima(term: Term, context: Context) -> Iterator[Rewrite]:
    """Two maxima of the same thing over ranges that adjoin are one maximum."""
    if not isinstance(term, Apply) or term.function != "Max":
        return
    for n, a in enumerate(term.args):
        for m, b in enumerate(term.args):
            joined = _joined(a, b) if n != m else None
            if joined is not None:
                rest = [joined if k == n else t for k, t in enumerate(term.args) if k != m]
                yield Rewrite(rest[0] if len(rest) == 1 else Apply("Max", *rest))
                return


def _join_sums(term: Term, context: Context) -> Iterator[Rewrite]:
    """Two sums of the same thing over ranges that adjoin, with the same factor, are one sum."""
    if not isinstance(term, Add):
        return
    split = [_sum_and_factor(s) for s in term.args]
    for n, a in enumerate(split):
        for m, b in enumerate(split):
            if n == m or a is None or b is None or not same(a[1], b[1]):
                continue
            joined = _joined(a[0], b[0])
            if joined is not None:
                summands = [build_product((a[1], joined)) if k == n else t for k, t in enumerate(term.args) if k != m]
                yield Rewrite(build_sum(summands))
                return


def _flatten(term: Term, context: Context) -> Iterator[Rewrite]:
    """A sum over blocks of S neighbours and within each block is one sum over all of them."""
    if not isinstance(term, Sum) or term.guard != TRUE:
        return
    outer, block, _ = open_binder(term, context.names())
    factors = factors_of(block)
    inner = next((f for f in factors if isinstance(f, Sum) and f.guard == TRUE), None)
    if inner is None or any(outer.name in free_names(f) for f in (*inner.args[2:], *factors) if f is not inner):
        return
    index, body, _ = open_binder(inner, context.names() | {outer.name} | free_names(term))
    length = affine_form(_sum(inner.upper, Number(1)), inner.lower)
    if length is None or any(x for a, x in length.items() if a is not None) or length.get(None, 0) < 2:
        return
    size = Number(length[None])
    place = _sum(index, negate(build_product((size, outer))))
    moved = _with_places(substitute(body, {index: place}))
    if outer.name in free_names(moved):
        return
    first = _sum(build_product((size, term.lower)), inner.lower)
    last = _sum(build_product((size, term.upper)), inner.upper)
    whole = Sum.over(index.name, first, last, moved)
    yield Rewrite(build_product(whole if f is inner else f for f in factors))


def _with_places(term: Term) -> Term:
    """The term with the indices of its entries collected."""
    args = tuple(_with_places(a) for a in term.args)
    return term.with_args(tuple(map(_sum, args)) if isinstance(term, Entry) else args) if args else term


def _sum_and_factor(term: Term) -> tuple[Sum, Term] | None:
    sums = [f for f in factors_of(term) if isinstance(f, Sum)]
    return (sums[0], build_product(f for f in factors_of(term) if f is not sums[0])) if len(sums) == 1 else None


def _joined(a: Term, b: Term) -> Term | None:
    """One binder for two over ranges that adjoin and are equally long, in whichever of their indices they do."""
    if not isinstance(a, (Maximum, Sum)) or type(a) is not type(b) or a.guard != TRUE or b.guard != TRUE:  # type: ignore[attr-defined]
        return None
    assert isinstance(b, (Maximum, Sum))
    name = fresh_name(a.hint, free_names(a) | free_names(b))
    index = Symbol(name)
    body = instantiate(a.body, index)
    if _equal(a.lower, b.lower) and _equal(a.upper, b.upper):
        inner = _joined(body, instantiate(b.body, index))
        if inner is not None:
            return a.with_args((close_over(inner, name), *a.args[1:]))
    # b runs on where a ends: b's body at its first index is a's body behind a's last one.
    step = _sum(a.upper, Number(1), negate(b.lower))
    if not _alike(substitute(body, {index: _sum(index, step)}), instantiate(b.body, index)):
        return None
    if not _counts(a, b):
        return None
    return a.with_args((a.body, a.guard, a.lower, _sum(b.upper, step)))


def _counts(a: Binder, b: Binder) -> bool:
    """Is one of the ranges as long as the other? Then neither is empty where the other has something to compare."""
    return _equal(_sum(a.upper, negate(a.lower)), _sum(b.upper, negate(b.lower)))


def _sum(*terms: Term) -> Term:
    total = arrange(build_sum(terms))
    return expand(total) or total


def _equal(left: Term, right: Term) -> bool:
    """Are the affine terms equal?"""
    form = affine_form(left, right)
    return form is not None and not any(form.values())


def _alike(a: Term, b: Term) -> bool:
    """Equal up to the way in which the indices of entries are written."""
    if a == b:
        return True
    if type(a) is not type(b) or a.data != b.data or len(a.args) != len(b.args):
        return False
    if isinstance(a, Entry):
        return all(_equal(i, j) for i, j in zip(a.args, b.args, strict=True))
    return all(_alike(x, y) for x, y in zip(a.args, b.args, strict=True))


RULES = (
    Rule(
        "maximum of maxima",
        r"\max(\max_{k\le m} f_k, \max_{k\le m} f_{m+k}) = \max_{k\le 2m} f_k",
        _join_maxima,
        "maxima",
        DAVEY,
        "the ranges adjoin and are equally long",
        examples=(
            ("Max(Maximum(v[k], (k, 1, 3)), Maximum(v[k], (k, 4, 6)))", "Maximum(v[k], (k, 1, 6))"),
            (
                "Max(Maximum(w[i, k], (k, 1, 2)), Maximum(w[i, k + 2], (k, 1, 2)))",
                "Maximum(w[i, k], (k, 1, 4))",
            ),
        ),
    ),
    Rule(
        "sum over blocks",
        r"\sum_{i=1}^{n} \sum_{k=0}^{S-1} f_{Si+k} = \sum_{t=S}^{Sn+S-1} f_t",
        _flatten,
        "sums",
        GRAHAM,
        "blocks of S neighbours, S a number",
        examples=(
            ("Sum(Sum(v[3*t + k - 2], (k, 0, 2)), (t, 1, 2))", "Sum(v[k - 2], (k, 3, 8))"),
            ("Sum(x*Sum(z[2*i + l], (l, 1, 2)), (i, 0, n))", "x*Sum(z[l], (l, 1, 2*n + 2))"),
        ),
    ),
    Rule(
        "sum of sums over adjoining ranges",
        r"\sum_{k\le m} f_k + \sum_{k\le m} f_{m+k} = \sum_{k\le 2m} f_k",
        _join_sums,
        "sums",
        GRAHAM,
        "the ranges adjoin and are equally long",
        examples=(
            ("Sum(v[k], (k, 1, 3)) + Sum(v[k + 3], (k, 1, 3))", "Sum(v[k], (k, 1, 6))"),
            ("x*Sum(w[i, k], (k, 1, 2)) + x*Sum(w[i, k], (k, 3, 4))", "x*Sum(w[i, k], (k, 1, 4))"),
        ),
    ),
)
