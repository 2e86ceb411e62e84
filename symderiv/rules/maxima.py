"""Maxima over index ranges: the derivative at a unique maximiser, and maxima of maxima over adjoining ranges.

Each rule takes a derivative one layer further or leaves one maximum less, so repeated application ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context, unfold_all
from symderiv.language.maximisers import is_continuous, unique_maximisers
from symderiv.language.terms import (
    TRUE,
    Apply,
    Derivative,
    Entry,
    Maximum,
    Number,
    Symbol,
    Term,
    close_over,
    free_names,
    fresh_name,
    instantiate,
    substitute,
)
from symderiv.records import Rewrite, Rule
from symderiv.rules.algebra import expand
from symderiv.rules.conditions import affine_form
from symderiv.rules.structure import arrange, build_sum, depends_on, negate

__all__ = ["DERIVATIVES", "RULES"]

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
            yield Rewrite(Derivative(found[0], v), (found[1],))


def _ends_depend(term: Term, v: Term, context: Context) -> bool:
    while isinstance(term, Maximum):
        if depends_on(term.lower, v, context) or depends_on(term.upper, v, context):
            return True
        term = term.body
    return False


def _join(term: Term, context: Context) -> Iterator[Rewrite]:
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


def _joined(a: Term, b: Term) -> Term | None:
    if not isinstance(a, Maximum) or not isinstance(b, Maximum) or a.guard != TRUE or b.guard != TRUE:
        return None
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


def _counts(a: Maximum, b: Maximum) -> bool:
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


DERIVATIVES = (
    Rule(
        "derivative of a maximum over an index",
        r"\partial \max_k f_k = \partial f_s \quad (f_s > f_k \text{ for all } k \ne s)",
        _derivative,
        "differentiation",
        DANSKIN,
        "a unique maximiser s is assumed, f continuous",
    ),
)
RULES = (
    Rule(
        "maximum of maxima",
        r"\max(\max_{k\le m} f_k, \max_{k\le m} f_{m+k}) = \max_{k\le 2m} f_k",
        _join,
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
)
