"""Geometric sums in closed form: the sum of u**e * q**u over an interval, with the case q = 1 apart.

With S(e) the sum over low..high, comparing S(e) with its shift by one gives
(q - 1) S(e) = high**e q**(high + 1) - (low - 1)**e q**low + sum over j < e of binomial(e, j) (-1)**(e - j) S(j).
Source: Graham, Knuth & Patashnik, *Concrete Mathematics*, section 2.3 (the perturbation method).
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb

from symderiv.equality.affine import Affine
from symderiv.equality.conditions import integer_indicator, truth_of_constraint
from symderiv.equality.elementary import exponential, inverse
from symderiv.equality.index_sets import Constraint, IndexSet, normal_constraint
from symderiv.equality.kernels import Workspace
from symderiv.equality.rational import Poly, Ratio
from symderiv.equality.signs import Unsplittable, sign
from symderiv.language.terms import Symbol, Term, substitute

__all__ = ["geometric_sum"]

MAX_POWER = 6


def geometric_sum(
    w: Workspace, exponents: tuple[int, ...], below: list[tuple[Poly, int]], region: IndexSet
) -> Ratio | None:
    """The closed form of the family summed over the region, or None if it is not geometric or q may be 1 and not."""
    signed = _with_reciprocals(exponents, below)
    if len(region.names) != 1 or signed is None:
        return None
    exponents = signed
    (name,) = region.names
    found = _ratio(w, exponents, name)
    bounds = None if found is None else _bounds(w, region, name)
    if bounds is None or found is None:
        return None
    power, q, body = found
    low, high = bounds
    inside = integer_indicator(w, (high - low + 1, False))
    if not inside.num.is_constant():
        return None
    if inside.num.is_zero():
        return w.zero
    try:
        if sign(w, w.sub(q, w.one), strict=True) == 0:
            return None
    except Unsplittable:
        return None
    scale = inverse(w, w.sub(q, w.one))
    after, first = (w.normal(substitute(body, {Symbol(name): p.term()})) for p in (high + 1, low))
    top, bottom = w.normal(high.term()), w.normal((low - 1).term())
    sums: list[Ratio] = []
    for e in range(power + 1):
        value = w.sub(w.mul(w.power(top, e), after), w.mul(w.power(bottom, e), first))
        for j, s in enumerate(sums):
            value = w.add(value, w.scale(s, comb(e, j) * (-1) ** (e - j)))
        sums.append(w.mul(value, scale))
    return sums[power]


def _with_reciprocals(exponents: tuple[int, ...], below: list[tuple[Poly, int]]) -> tuple[int, ...] | None:
    """The exponents with powers of single kernels in the denominator counted negative; None for another denominator."""
    out = list(exponents)
    for p, e in below:
        terms = list(p.to_dict().items())
        if len(terms) != 1 or terms[0][1] != 1:
            return None
        for n, f in enumerate(terms[0][0]):
            if f:
                out += [0] * (n + 1 - len(out))
                out[n] -= int(f) * e
    return tuple(out)


def _bounds(w: Workspace, region: IndexSet, name: str) -> tuple[Affine, Affine] | None:
    """(low, high) of an interval; of several bounds on one side the tightest, in each case that is possible."""
    lows: list[Affine] = []
    highs: list[Affine] = []
    for form, equal in region.constraints:
        c = form.coefficient(name)
        if equal or abs(c) != 1 or name in form.hidden():
            return None
        (lows if c > 0 else highs).append((form - Affine({Symbol(name): c})).scaled(-c))
    low = _tightest(w, lows, lambda a, b: normal_constraint((a - b, False)))
    high = _tightest(w, highs, lambda a, b: normal_constraint((b - a, False)))
    return None if low is None or high is None else (low, high)


def _tightest(w: Workspace, bounds: list[Affine], beats: Callable[[Affine, Affine], Constraint]) -> Affine | None:
    """The bound that is as tight as any other. Splits where that depends on free names; None where on a bound index."""
    best = bounds[0] if bounds else None
    for other in bounds[1:]:
        assert best is not None
        constraint = beats(best, other)
        truth = truth_of_constraint(w, constraint)
        if truth is None:
            if w.index_affine(constraint[0]):
                return None
            truth = not integer_indicator(w, constraint).num.is_zero()
        best = best if truth else other
    return best


def _ratio(w: Workspace, exponents: tuple[int, ...], name: str) -> tuple[int, Ratio, Term] | None:
    """(e, q, the term q**u) if the monomial is u**e * q**u with q free of u."""
    u = w.table[("symbol", name)].index if ("symbol", name) in w.table else None
    power, q = 0, w.one
    geometric = list(exponents)
    for n, e in enumerate(exponents):
        if not e:
            continue
        k = w.kernels[n]
        if n == u and e < 0:
            return None
        if n == u:
            power, geometric[n] = int(e), 0
        elif k.kind == "exp":
            unit, m, den = k.data
            others = frozenset(o for o, f in enumerate(m) if f and o != u)
            if den is not None or u is None or m[u] != 1 or any(name in w.kernels[o].bound for o in others):
                return None
            rate = w.scale(w.monomial(m[:u] + (0,) + m[u + 1 :]), unit * int(e))
            q = w.mul(q, exponential(w, rate))
        elif k.kind == "parity" and u is not None and k.data == frozenset({u}):
            q = w.neg(q) if e % 2 else q
        else:
            return None
    if power > MAX_POWER or not any(geometric):
        return None
    return power, q, w.monomial_term(tuple(geometric))
