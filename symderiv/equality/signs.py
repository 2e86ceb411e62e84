"""What is known about the sign of a rational function, and the case splits where it is not.

Three sources, all rigorous: interval arithmetic from the declared ranges, facts of the case at hand, and what being
defined implies (``log(p)`` is only defined where p > 0). A sign that stays unknown is split on; inside a binder, where
the sign may differ from index to index, ``Unsplittable`` is raised and the caller uses an indicator kernel instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product

from symderiv.equality.kernels import ANY, EVERYWHERE, Fact, Interval, Signs, Split, Vacuous, Workspace
from symderiv.equality.rational import Poly, Ratio, as_fraction
from symderiv.language.context import Range
from symderiv.language.terms import ZERO, Number, Relation, Term

__all__ = ["Unsplittable", "assume", "range_interval", "require", "sign", "sign_of_factor", "signs_of", "suppose"]


class Unsplittable(Exception):
    """The sign depends on a bound index, so it cannot be the subject of a case split."""


def range_interval(r: Range) -> Interval:
    """The declared range as an interval; ends that are not numbers are left open."""
    low = r.lower.value if isinstance(r.lower, Number) else None
    high = r.upper.value if isinstance(r.upper, Number) else None
    return Interval(low, not r.lower_open, high, not r.upper_open)


MAX_EXPONENT = 24

# ---- intervals

_End = tuple[Fraction | None, bool]


def _times(a: _End, b: _End, sign_a: int, sign_b: int) -> tuple[Fraction | int, bool, bool]:
    """The product of two ends as (value or sign of infinity, is infinite, is attained)."""
    (x, closed_x), (y, closed_y) = a, b
    if (x == 0 and closed_x) or (y == 0 and closed_y):
        return Fraction(0), False, True
    if x == 0 or y == 0:
        return Fraction(0), False, False
    if x is None or y is None:
        s = (sign_a if x is None else (1 if x > 0 else -1)) * (sign_b if y is None else (1 if y > 0 else -1))
        return s, True, False
    return x * y, False, closed_x and closed_y


def multiply(a: Interval, b: Interval) -> Interval:
    """The set of products of the members of two intervals, at most."""
    if a is EVERYWHERE or b is EVERYWHERE:
        return EVERYWHERE
    if a.high is None and b.high is None and a.low is not None and b.low is not None and a.low >= 0 and b.low >= 0:
        zero = (a.low == 0 and a.low_closed) or (b.low == 0 and b.low_closed)
        return Interval(a.low * b.low, zero or (a.low_closed and b.low_closed))
    ends = [
        _times(x, y, s, t)
        for (x, s), (y, t) in product(
            (((a.low, a.low_closed), -1), ((a.high, a.high_closed), 1)),
            (((b.low, b.low_closed), -1), ((b.high, b.high_closed), 1)),
        )
    ]
    if any(infinite and v < 0 for v, infinite, _ in ends):
        low, low_closed = None, False
    else:
        low = min(Fraction(v) for v, infinite, _ in ends if not infinite)
        low_closed = any(closed for v, infinite, closed in ends if not infinite and v == low)
    if any(infinite and v > 0 for v, infinite, _ in ends):
        high, high_closed = None, False
    else:
        high = max(Fraction(v) for v, infinite, _ in ends if not infinite)
        high_closed = any(closed for v, infinite, closed in ends if not infinite and v == high)
    return Interval(low, low_closed, high, high_closed)


def add(a: Interval, b: Interval) -> Interval:
    low = None if a.low is None or b.low is None else a.low + b.low
    high = None if a.high is None or b.high is None else a.high + b.high
    return Interval(low, a.low_closed and b.low_closed, high, a.high_closed and b.high_closed)


def power(a: Interval, exponent: int) -> Interval:
    """The powers of the members; for large exponents only their signs."""
    base = _magnitude(a) if exponent % 2 == 0 else a
    if exponent > MAX_EXPONENT:
        return Interval(*_sign_only(base))
    out = base
    for _ in range(exponent - 1):
        out = multiply(out, base)
    return out


def _sign_only(a: Interval) -> tuple[Fraction | None, bool, Fraction | None, bool]:
    s = a.signs
    return (
        None if -1 in s else Fraction(0), 0 in s, None if 1 in s else Fraction(0), 0 in s,
    )  # fmt: skip


def _magnitude(a: Interval) -> Interval:
    if a.low is not None and a.low >= 0:
        return a
    if a.high is not None and a.high <= 0:
        return Interval(-a.high, a.high_closed, None if a.low is None else -a.low, a.low_closed)
    if a.low is None or a.high is None:
        return Interval(Fraction(0), True)
    low, high = -a.low, a.high
    closed = (a.low_closed and low >= high) or (a.high_closed and high >= low)
    return Interval(Fraction(0), True, max(low, high), closed)


def interval_of(w: Workspace, p: Poly) -> Interval:
    """Bounds on a polynomial from the bounds on its kernels."""
    total: Interval | None = None
    for exponents, c in p.to_dict().items():
        part = Interval(v := as_fraction(c), True, v, True)
        for n, e in enumerate(map(int, exponents)):
            if e:
                part = multiply(part, power(w.kernels[n].interval, e))
                if part is EVERYWHERE:
                    return EVERYWHERE
        total = part if total is None else add(total, part)
        if total.low is None and total.high is None:
            return EVERYWHERE
    return total if total is not None else Interval(Fraction(0), True, Fraction(0), True)


# ---- facts


def _facts(w: Workspace, p: Poly) -> Signs:
    key, opposite = w.poly_key(p), w.poly_key(-p)
    known = ANY
    for scope in w.scopes:
        for facts in (scope.signs, scope.domain) if w.domain_counts else (scope.signs,):
            if facts:
                known &= facts.get(key, ANY) & frozenset(-s for s in facts.get(opposite, ANY))
    return known


def assume(w: Workspace, p: Poly, signs: Signs) -> None:
    """Record the signs of a primitive polynomial, by declaration or in the case at hand."""
    facts, key = w.scopes[0].signs, w.poly_key(p)
    facts[key] = facts.get(key, ANY) & signs


def _follows(w: Workspace, p: Poly, signs: Signs) -> None:
    """Record the signs of a primitive polynomial that follow from being defined, here and inside."""
    facts, key = w.scopes[-1].domain, w.poly_key(p)
    facts[key] = facts.get(key, ANY) & signs


def signs_of_factor(w: Workspace, p: Poly) -> Signs:
    """The possible signs of an irreducible polynomial."""
    known = interval_of(w, p).signs
    if len(known) > 1:
        known &= _facts(w, p)
    if len(known) > 1 and (e := _exponent(w, p)) is not None:
        known &= signs_of(w, e)
    if len(known) > 1:
        known &= _integer_signs(w, p)
    if len(known) > 1:
        known &= _constant_signs(w, p)
    if not known:
        raise Vacuous("contradictory signs")
    return known


def _exponent(w: Workspace, p: Poly) -> Ratio | None:
    """x where the polynomial is exp(x) - 1, which has the sign of x."""
    if len(p) != 2 or p.total_degree() != 1 or len(inside := w.kernels_in(p)) != 1:
        return None
    (n,) = inside
    if w.kernels[n].kind != "exp" or p != w.gens[n] - 1:
        return None
    from symderiv.equality.elementary import part_ratio

    return part_ratio(w, *w.kernels[n].data)


def _integer_signs(w: Workspace, p: Poly) -> Signs:
    """Signs of an affine form in integer symbols, from the conditions on them."""
    from symderiv.equality.conditions import truth_of_integers

    kinds = [w.kernels[n] for n in w.kernels_in(p)]
    if not kinds or p.total_degree() > 2 or not all(k.kind == "symbol" and k.data == "integer" for k in kinds):
        return ANY
    term = w.poly_term(p)
    out = ANY
    for op, signs in ((">=", {0, 1}), ("<=", {0, -1}), ("!=", {1, -1})):
        if truth_of_integers(w, Relation(op, term, ZERO)):
            out &= frozenset(signs)
    return out


def _constant_signs(w: Workspace, p: Poly) -> Signs:
    """The sign of a combination of constants such as sqrt(2) - 1, by ball arithmetic."""
    from symderiv.equality.constants import constant_sign

    if any(w.kernels[n].kind in ("symbol", "entry", "cell", "bracket", "product") for n in w.kernels_in(p)):
        return ANY
    s = constant_sign(w, p)
    return ANY if s is None else frozenset({s})


def signs_of(w: Workspace, r: Ratio) -> Signs:
    """The possible signs of a rational function where it is defined."""
    whole = _product(_poly_signs(w, r.num), _poly_signs(w, r.den) - {0})
    if len(whole) == 1:
        return whole
    c, factors = w.factor(r)
    out: Signs = frozenset({1 if c > 0 else -1}) if c else frozenset({0})
    for p, e in factors:
        out = _product(out, _power(signs_of_factor(w, p), e))
    return out & whole


def _poly_signs(w: Workspace, p: Poly) -> Signs:
    return frozenset({0}) if p.is_zero() else interval_of(w, p).signs


def _product(a: Signs, b: Signs) -> Signs:
    return frozenset(x * y for x in a for y in b)


def _power(s: Signs, e: int) -> Signs:
    s = s - {0} if e < 0 else s
    return frozenset(x * x for x in s) if e % 2 == 0 else s


def sign(w: Workspace, r: Ratio, *, strict: bool) -> int:
    """The sign of ``r``; without ``strict`` 1 may also stand for >= 0 and -1 for <= 0. Splits where it is unknown."""
    if r.num.is_zero():
        return 0
    found = _single(signs_of(w, r), strict)
    if found is not None:
        return found
    c, factors = w.factor(r)
    out = 1 if c > 0 else -1
    for p, e in factors:
        if e % 2 == 0 and (not strict or e < 0):
            continue
        s = _single(_power(signs_of_factor(w, p), e), strict)
        if s is None:
            s = sign_of_factor(w, p, strict=strict, invertible=e < 0)
        if s == 0:
            return 0
        out *= s**e if e > 0 else s ** (-e)
    return out


def _single(s: Signs, strict: bool) -> int | None:
    if len(s) == 1:
        return next(iter(s))
    if not strict and s == {0, 1}:
        return 1
    if not strict and s == {0, -1}:
        return -1
    return None


def sign_of_factor(w: Workspace, p: Poly, *, strict: bool, invertible: bool = False) -> int:
    """The sign of an irreducible polynomial, by a case split if necessary; ``invertible``: it is not 0 here."""
    known = signs_of_factor(w, p)
    if invertible:
        known = known - {0}
    found = _single(known, strict)
    if found is not None:
        return found
    if w.bound_in(p):
        raise Unsplittable
    if (exponent := _exponent(w, p)) is not None:
        return sign(w, exponent, strict=strict)
    term = w.poly_term(p)
    if strict or len(known) == 2:
        raise Split(tuple(Fact(term=term, signs=frozenset({s})) for s in sorted(known, reverse=True)))
    raise Split((Fact(term=term, signs=frozenset({0, 1})), Fact(term=term, signs=frozenset({0, -1}))))


# ---- domain


def require(w: Workspace, r: Ratio, op: str, origin: Term | None = None) -> None:
    """The domain condition ``r op 0`` with op one of > >= !=; raises Vacuous where it cannot hold.

    What it implies is assumed from here on: both sides are compared only where both are defined.
    """
    note(w, r, op, ALLOWED[op])
    _conclude(w, r, op, _follows)


def suppose(w: Workspace, r: Ratio, op: str) -> None:
    """The declared condition ``r op 0`` with op one of > >= !=; raises Vacuous where it cannot hold."""
    _conclude(w, r, op, assume)
    if op != "!=" and r.den.is_constant():
        _narrow(w, r.num * (1 if as_fraction(r.den.leading_coefficient()) > 0 else -1), closed=op == ">=")


def _narrow(w: Workspace, p: Poly, closed: bool) -> None:
    """Cut the interval of a kernel at the bound that p >= 0 (or p > 0) sets, where p is affine in it alone."""
    inside = w.kernels_in(p)
    if len(inside) != 1 or p.total_degree() != 1:
        return
    (n,) = inside
    kernel, old = w.kernels[n], w.kernels[n].interval
    slope, bound = _affine(p)
    if slope > 0 and (old.low is None or old.low < bound or (old.low == bound and old.low_closed)):
        kernel.interval = replace(old, low=bound, low_closed=closed)
    if slope < 0 and (old.high is None or old.high > bound or (old.high == bound and old.high_closed)):
        kernel.interval = replace(old, high=bound, high_closed=closed)


def _affine(p: Poly) -> tuple[Fraction, Fraction]:
    """(slope, zero) of a polynomial of degree 1 in one kernel."""
    slope = constant = Fraction(0)
    for exponents, c in p.to_dict().items():
        if any(exponents):
            slope = as_fraction(c)
        else:
            constant = as_fraction(c)
    return slope, -constant / slope


ALLOWED: dict[str, Signs] = {">": frozenset({1}), ">=": frozenset({0, 1}), "!=": frozenset({1, -1})}


def _conclude(w: Workspace, r: Ratio, op: str, record: Callable[[Workspace, Poly, Signs], None]) -> None:
    """Record the signs of factors that ``r op 0`` implies."""
    allowed = ALLOWED[op]
    known = signs_of(w, r) if not r.num.is_zero() else frozenset({0})
    if not known & allowed:
        raise Vacuous("not defined here")
    if known <= allowed:
        return
    c, factors = w.factor(r)
    if op == "!=":
        for p, e in factors:
            if e > 0:
                record(w, p, frozenset({1, -1}))
        return
    outer = 1 if c > 0 else -1
    unknown: list[tuple[Poly, int]] = []
    for p, e in factors:
        if e % 2 == 0:
            if op == ">" and e > 0:
                record(w, p, frozenset({1, -1}))
            continue
        s = signs_of_factor(w, p) - ({0} if op == ">" or e < 0 else frozenset())
        if len(s) == 1 or s == {0, 1} or s == {0, -1}:
            outer *= 1 if 1 in s else -1
        else:
            unknown.append((p, e))
        if op == ">":
            record(w, p, s)
    if len(unknown) == 1 and (op == ">" or all(e % 2 for _, e in factors)):
        p, e = unknown[0]
        zero = frozenset({0}) if op == ">=" and e > 0 else frozenset()
        if op == ">" or len(factors) == 1 or _others_positive(w, factors, p):
            record(w, p, frozenset({outer}) | zero)


def _others_positive(w: Workspace, factors: list[tuple[Poly, int]], p: Poly) -> bool:
    """Are all factors but ``p`` different from 0, so that the sign of p follows even where others might vanish?"""
    return all(q is p or 0 not in signs_of_factor(w, q) for q, _ in factors)


def note(w: Workspace, r: Ratio, op: str, allowed: Signs) -> None:
    """Keep a domain condition that neither declarations nor the case imply, for the report on domain differences."""
    if len(w.scopes) > 1 or w.bound_in(r.num) or w.bound_in(r.den):
        return
    w.domain_counts = False
    try:
        if r.num.is_zero() or signs_of(w, r) <= allowed:
            return
        target = w.requirements[w.side]
        c, factors = w.factor(r)
        odd = w.ring.constant(1 if c > 0 else -1)
        for p, e in factors:
            known = signs_of_factor(w, p)
            if op == "!=" or (op == ">" and e % 2 == 0):
                if e > 0 and 0 in known:
                    target[("!=", w.poly_key(p))] = Relation("!=", w.poly_term(p), ZERO)
            elif e % 2 and known != {1}:
                odd = odd * p
        if op != "!=" and not odd.is_constant():
            target[(op, w.poly_key(odd))] = Relation(op, w.poly_term(odd), ZERO)
    finally:
        w.domain_counts = True
