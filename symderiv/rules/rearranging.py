"""Sums whose terms or ranges lean on each other: telescoping sums, and triangles summed by columns instead of rows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symderiv.language.context import Context
from symderiv.language.terms import (
    ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Number,
    Relation,
    Sum,
    Symbol,
    Term,
    close_over,
    free_names,
    instantiate,
    open_binder,
    walk,
)
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules import ranges
from symderiv.rules.conditions import affine_form, at_least
from symderiv.rules.ranges import tidy_indices, written
from symderiv.rules.structure import arrange, build_sum, negate, same

__all__ = ["RULES"]

GKP = "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 2.4, 2.6"


def _telescoping(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_{k=a}^{b} (f(k) - f(k+1)) = f(a) - f(b+1) for b >= a - 1; what else stands in the sum stays there."""
    if not isinstance(term, Sum) or term.guard != TRUE or not isinstance(term.body, Add):
        return
    if not at_least(arrange(build_sum((term.upper, ONE))), term.lower, context):
        return
    index, body, _ = open_binder(term, context.names())
    parts = body.args
    for n, first in enumerate(parts):
        if index not in set(walk(first)):
            continue
        after = _at(first, index, build_sum((index, ONE)))
        for m, second in enumerate(parts):
            if m != n and same(after, tidy_indices(arrange(negate(second)))):
                begin, end = term.lower, arrange(build_sum((term.upper, ONE)))
                ends = (_at(first, index, begin), negate(_at(first, index, end)))
                rest = [p for q, p in enumerate(parts) if q not in (n, m)]
                left = [_over(term.hint, index, term.lower, term.upper, build_sum(rest), TRUE)] if rest else []
                yield Rewrite(build_sum((*ends, *left)))
                return


def _at(term: Term, index: Symbol, value: Term) -> Term:
    return tidy_indices(arrange(instantiate(close_over(term, index.name), value)))


def _swap(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_{i=a}^{b} sum_{j=l(i)}^{u(i)} f = sum_j sum_{i: l(i) <= j <= u(i)} f, for ends that move with i by at most one."""
    if not isinstance(term, Sum) or term.guard != TRUE:
        return
    outer, body, _ = open_binder(term, context.names())
    if not isinstance(body, Sum) or body.guard != TRUE:
        return
    inner, deep, _ = open_binder(body, free_names(term) | context.names() | {outer.name})
    low, high = _extreme(body.lower, outer, term, 1), _extreme(body.upper, outer, term, -1)
    if low is None or high is None or not any(outer in set(walk(e)) for e in (body.lower, body.upper)):
        return
    moving = [Relation("<=", body.lower, inner)] if outer in set(walk(body.lower)) else []
    moving += [Relation("<=", inner, body.upper)] if outer in set(walk(body.upper)) else []
    here = context.with_index(inner.name, low, high)
    known = here.with_index(outer.name, term.lower, term.upper)
    conditions = [ranges.solve_relation(c, outer, known) or c for c in moving]
    guard = conditions[0] if len(conditions) == 1 else And(*conditions)
    column: Term = _over(term.hint, outer, term.lower, term.upper, deep, guard)
    column = next((r.term for r in _NARROW.apply(column, here)), column)
    yield Rewrite(_over(body.hint, inner, low, high, column, TRUE))


def _over(hint: str, index: Symbol, lower: Term, upper: Term, body: Term, guard: Term) -> Sum:
    """The sum over the index, which is printed as the hint."""
    return Sum(close_over(body, index.name), lower, upper, hint=hint, guard=close_over(guard, index.name))


def _extreme(end: Term, outer: Symbol, term: Sum, sign: int) -> Term | None:
    """The smallest (sign 1) or largest (sign -1) value of an end of the inner range."""
    form = affine_form(end, ZERO)
    if form is None or any(a not in (None, outer) and outer in set(walk(a)) for a in form if a is not None):
        return None
    slope = form.pop(outer, Fraction(0)) * sign
    if abs(slope) > 1 or slope.denominator != 1:
        return None
    if not slope:
        return end
    at = affine_form(term.lower if slope > 0 else term.upper, ZERO)
    if at is None:
        return None
    for a, c in at.items():
        form[a] = form.get(a, Fraction(0)) + c * slope * sign
    return written({a: c for a, c in form.items() if c}) if any(form.values()) else Number(0)


_NARROW = next(r for r in ranges.RULES if r.name == "narrow the range")

RULES = (
    Rule(
        "telescoping sum", r"\sum_{k=a}^{b} (f_k - f_{k+1}) = f_a - f_{b+1}", _telescoping, "sums", GKP, "b >= a - 1",
        examples=(("Sum(v[k]**2 - z[k] + z[k + 1], (k, 1, n - 1))", "-z[1] + z[n] + Sum(v[k]**2, (k, 1, n - 1))"),),
    ),
    Rule(
        "swap the sums of a triangle", r"\sum_{i=1}^{n}\sum_{j=1}^{i} f_{ij} = \sum_{j=1}^{n}\sum_{i=j}^{n} f_{ij}", _swap,
        "sums", GKP, "the ends of the inner range move by at most one with each step of the outer index", DETAIL,
        (("Sum(Sum(v[i]*u[j], (j, 1, i)), (i, 1, n))", "Sum(Sum(v[i]*u[j], (i, j, n)), (j, 1, n))"),),
    ),
)  # fmt: skip
