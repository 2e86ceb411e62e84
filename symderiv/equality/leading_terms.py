"""Limits of rational functions as a size grows without bound, from the leading terms of the normal form.

``LimitAtInfinity(body, n)`` is the limit of ``body`` for n to infinity, all other names fixed. Of a quotient of
polynomials in n whose coefficients do not depend on n it is 0 if the numerator has the lower degree and the leading
coefficient of the denominator is not 0, and the quotient of the leading coefficients if the degrees agree.
"""

from __future__ import annotations

import time
from typing import Any

from symderiv.equality.affine import NotAffine, affine
from symderiv.equality.expectations import eliminate, has_expectation
from symderiv.equality.kernels import Case, Memory, Restart, Split, Unsupported, Vacuous
from symderiv.equality.normal_form import NormalForm
from symderiv.equality.rational import Ratio, TooBig, Undefined
from symderiv.equality.signs import Unsplittable
from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import ZERO, Apply, Relation, Symbol, Term, symbols_of, walk

__all__ = ["LIMIT", "has_limit", "without_limits"]

LIMIT = "LimitAtInfinity"
ATTEMPTS = 40


def has_limit(term: Term) -> bool:
    return any(isinstance(t, Apply) and t.function == LIMIT for t in walk(term))


def without_limits(term: Term, context: Context, *, seconds: float = 3.0) -> Term:
    """The term with its limits as values. Raises ``Unsupported`` where a limit is not found."""
    if not has_limit(term):
        return term
    if isinstance(term, Apply) and term.function == LIMIT:
        return _limit(term.args[0], term.args[1], context, time.process_time() + seconds)
    return term.with_args(tuple([without_limits(a, context, seconds=seconds) for a in term.args]))


def _limit(body: Term, variable: Term, context: Context, deadline: float) -> Term:
    from symderiv.equality.proof import plain_context

    if not isinstance(variable, Symbol) or variable.name not in context.variables:
        raise Unsupported("a limit in what is no declared name")
    if context.variables[variable.name].range.upper is not None:
        raise Unsupported(f"{variable.name} is bounded")
    if has_expectation(body, context):
        (body,), context = eliminate((body,), context)
    body = unfold_all(body, context)
    if not _is_free(variable.name, symbols_of(body), context):
        raise Unsupported(f"other names in the limit depend on {variable.name}, or it is bounded")
    memory = Memory()
    for _ in range(ATTEMPTS):
        w = NormalForm(plain_context([body], context), Case(), memory, deadline)
        try:
            return _leading(w, w.normal(body), variable.name, context)
        except Restart:
            continue
        except (Split, Unsplittable, Vacuous, Undefined, TooBig):
            break
    raise Unsupported("a limit of what is no rational function of the size")


def _is_free(name: str, others: frozenset[str], context: Context) -> bool:
    """May the name grow while the other names stay what they are, by their ranges and the assumptions?"""
    grows = Symbol(name)
    for v in (context.variables[n] for n in others - {name} if n in context.variables):
        # What lies below the name, as an index does, stays in its range while the name grows.
        if v.range.lower is not None and name in symbols_of(unfold_all(v.range.lower, context)):
            return False
        if v.range.upper not in (None, grows) and name in symbols_of(unfold_all(v.range.upper, context)):
            return False
    for a in context.assumptions:
        condition = unfold_all(a, context)
        names = symbols_of(condition)
        if name not in names:
            continue
        if isinstance(condition, Relation):
            small, large = condition.args if condition.op in ("<", "<=") else condition.args[::-1]
            if condition.op in ("<", "<=", ">", ">=") and _widens(small, large, name):
                continue
        if names & (others - {name}) or names == {name}:
            return False
    return True


def _widens(small: Term, large: Term, name: str) -> bool:
    """Does large - small grow with the name, so that small <= large goes on to hold? 3 <= n + 2 and k <= n do."""
    try:
        form = affine(large) - affine(small)
    except NotAffine:
        return False
    others = (a for a in form.coefficients if a != Symbol(name))
    return form.coefficients.get(Symbol(name), 0) > 0 and not any(name in symbols_of(a) for a in others)


def _leading(w: NormalForm, r: Ratio, name: str, context: Context) -> Term:
    place = next((n for n, k in enumerate(w.kernels) if k.term == Symbol(name)), None)
    if place is None:
        return w.ratio_term(r)
    used = w.kernels_of(r) - {place}
    if any(name in symbols_of(w.kernels[n].term) for n in used):
        raise Unsupported("a limit of what is no rational function of the size")
    (above, top), (below, bottom) = (_top(w, p, place) for p in (r.num, r.den))
    if above > below:
        raise Unsupported("a limit that is not finite")
    if above == below:
        return w.ratio_term(w.make(top, bottom))
    from symderiv.equality.decision import holds

    if holds(Relation("!=", w.poly_term(bottom), ZERO), context) is not True:
        raise Unsupported("a limit whose denominator may lose its leading term")
    return ZERO


def _top(w: NormalForm, p: Any, place: int) -> tuple[int, Any]:
    """(degree in the generator, the coefficient of its highest power)."""
    degree = max((int(m[place]) for m in p.to_dict()), default=0)
    rows = {m[:place] + (0,) + m[place + 1 :]: c for m, c in p.to_dict().items() if m[place] == degree}
    return degree, w.poly(rows)
