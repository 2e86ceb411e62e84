"""Sums with symbolic sizes as kernels.

The body of a sum is a rational function; what does not depend on the indices leaves the sum, and what is left is a
combination of *families*: monomials in kernels (over a denominator) closed over the indices. All ranges over which one
family is summed in a proof are refined into disjoint cells, and each cell is a kernel. So splitting a range, peeling
off a term, shifting, reversing or renaming an index and swapping the order of sums all give the same normal form.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from symderiv.equality.affine import Affine
from symderiv.equality.circular import turns
from symderiv.equality.conditions import constraints_of, integer_indicator, integers_known, within, without_implied
from symderiv.equality.counting import sum_of_powers
from symderiv.equality.families import Part, family_of, family_sum, unrolled
from symderiv.equality.index_sets import (
    IndexSet,
    constraint_condition,
    normal_constraint,
)
from symderiv.equality.kernels import Kernel, Restart, Scope, Unsupported, Vacuous, Workspace
from symderiv.equality.rational import Poly, Ratio, Undefined
from symderiv.equality.regions import (
    MARK,
    bound_name,
    bounds_of,
    change_coordinates,
    coordinate_systems,
    eliminate_equalities,
    height,
)
from symderiv.equality.residues import solve_residues
from symderiv.equality.signs import signs_of_factor
from symderiv.equality.strides import affine_region
from symderiv.language.terms import (
    ONE,
    And,
    Entry,
    Iverson,
    Mul,
    Number,
    Power,
    Relation,
    Symbol,
    Term,
    substitute,
    symbols_of,
)

__all__ = ["multiply_out", "region_sum"]

MAX_DEPTH = 40
MAX_INDICES = 8


def region_sum(w: Workspace, body: Term, region: IndexSet, depth: int = 0) -> Ratio:
    """The sum of ``body`` over the points of ``region``."""
    w.check_time()
    if depth > MAX_DEPTH or len(region.names) > MAX_INDICES:
        raise Unsupported("sums nested too deep")
    body, region = solve_residues(w, *eliminate_equalities(body, region))
    outside = frozenset(c for c in region.constraints if c[0].symbols().isdisjoint(region.names))
    factor = w.one
    for c in sorted(outside, key=repr):
        factor = w.mul(factor, integer_indicator(w, c))
        if factor.num.is_zero():
            return w.zero
    region = IndexSet(region.names, region.constraints - outside)
    if not region.names:
        if factor.num.is_constant():
            return w.mul(factor, w.normal(body))
        here = tuple(constraint_condition(c) for c in sorted(outside, key=repr))
        return w.mul(factor, within(w, here, lambda: w.normal(body)))
    body, region = next(turns(w, body, region))
    explicit = unrolled(w, body, region)
    if explicit is not None:
        return w.mul(factor, explicit)
    body, region = affine_region(integers_known(w), body, without_implied(w, region))
    r = _inside(w, body, region)
    if _may_vanish_outside(w, r.den, frozenset(region.names)):
        factor = w.mul(factor, _inhabited(w, region, "a denominator that may be 0"))
        if factor.num.is_zero():
            return w.zero
    return w.mul(factor, _sum_of_parts(w, split(w, r, frozenset(region.names)), region, depth))


def _sum_of_parts(w: Workspace, parts: list[Part], region: IndexSet, depth: int) -> Ratio:
    """The parts are made from a body that is defined; that one of them is not says nothing about the sum.

    Of a sum over k != i of a[k]/(k - i) the guard is taken apart, 1 - [k = i], and 1/(k - i) has no value at k = i.
    The next attempt sums over k < i and over k > i instead.
    """
    total = w.zero
    try:
        with w.unchecked():
            for part in parts:
                total = w.add(total, _part_sum(w, part, region, depth))
    except (Undefined, Vacuous):
        if w.memory.guards_split:
            raise Unsupported("a summand that is defined for some of the indices only") from None
        w.memory.guards_split = True
        raise Restart from None
    return total


def _may_vanish_outside(w: Workspace, den: Poly, names: frozenset[str]) -> bool:
    """May a denominator that leaves the sum be 0 where the sum is empty?

    There the sum is 0, while the denominator and the sum may cancel: the sum of exp(a[k])/Z over k = 1..n is 1 only
    for n >= 1.
    """
    if den.is_constant():
        return False
    w.domain_counts = False
    try:
        return any(not w.bound_in(p) & names and 0 in signs_of_factor(w, p) for p, _ in w.factor_poly(den)[1])
    finally:
        w.domain_counts = True


def _inside(w: Workspace, body: Term, region: IndexSet) -> Ratio:
    """The normal form of the body, where the indices are known to be in the region."""
    conditions = tuple(constraint_condition(c) for c in sorted(region.constraints, key=repr))
    w.scopes.append(Scope(frozenset(region.names), conditions))
    try:
        return w.normal(body)
    except (Vacuous, Undefined) as error:
        undefined = error
    finally:
        w.scopes.pop()
    inside = _inhabited(w, region, "a summand that is not defined")
    if inside.num.is_zero():
        return w.zero
    if inside.num.is_constant():
        raise undefined
    raise Unsupported("a summand that is not defined, in a range that may be empty")


def _inhabited(w: Workspace, region: IndexSet, trouble: str) -> Ratio:
    """1 if there is anything to sum, 0 if not, for ranges that do not need each other. Splits where that is open."""
    inside = w.one
    for name in region.names:
        others = frozenset(region.names) - {name}
        own = frozenset(c for c in region.constraints if name in c[0].symbols())
        bounds = bounds_of(IndexSet((name,), own)) if all(c.symbols().isdisjoint(others) for c, _ in own) else None
        if bounds is None:
            raise Unsupported(f"{trouble}, in a range that may be empty")
        for low in bounds[0]:
            for high in bounds[1]:
                inside = w.mul(inside, integer_indicator(w, (high - low, False)))
    return inside


# ---- from a rational function to families


def split(w: Workspace, r: Ratio, names: frozenset[str]) -> list[Part]:
    """``r`` as a combination of monomials and fractions in what depends on ``names``.

    A power of one denominator is expanded in that denominator, N/f**e = sum of R_i/f**i, so that E/(E+1)**2 and
    1/(E+1) - 1/(E+1)**2 have the same parts.
    """
    dependent = [bool(k.bound & names) for k in w.kernels]
    free_den, below = w.one_poly, []
    if not r.den.is_constant():
        c, factors = w.factor_poly(r.den)
        free_den = w.ring.constant(w.rational(c))
        for p, e in factors:
            if any(dependent[n] for n in w.kernels_in(p)):
                below.append((p, e))
            else:
                free_den = free_den * p**e
    if len(below) == 1:
        (f, e), num, pieces = below[0], r.num, []
        while e > 0 and not num.is_zero():
            quotient, rest = divmod(num, f)
            pieces.append((rest, [(f, e)]))
            num, e = quotient, e - 1
        pieces.append((num, []))
    elif below:
        whole = w.one_poly
        for p, e in below:
            whole = whole * p**e
        quotient, rest = divmod(r.num, whole)
        pieces = [(quotient, []), (rest, below)]
    else:
        pieces = [(r.num, [])]
    out: list[Part] = []
    for num, den in pieces:
        groups: dict[tuple[int, ...], dict[tuple[int, ...], Any]] = {}
        for m, c in num.to_dict().items():
            inner = tuple([e if n < len(dependent) and dependent[n] else 0 for n, e in enumerate(m)])
            outer = tuple([a - b for a, b in zip(m, inner, strict=True)])
            groups.setdefault(inner, {})[outer] = c
        for inner, coefficient in groups.items():
            out.append((w.make(w.poly(coefficient), free_den), inner, den))
    return out


def _part_sum(w: Workspace, part: Part, region: IndexSet, depth: int) -> Ratio:
    """The sum of one part: brackets become constraints, inner sums are merged, unused indices are summed out."""
    coefficient, exponents, below = part
    if not below and _is_whole_row(w, exponents, region):
        return coefficient
    if any(n for n in exponents) or below:
        body, region = _merge(w, exponents, below, region)
    else:
        body = ONE
    body, solved = solve_residues(w, *eliminate_equalities(body, region))
    if solved.names != region.names or any(c[0].symbols().isdisjoint(solved.names) for c in solved.constraints):
        return w.mul(coefficient, region_sum(w, body, solved, depth + 1))
    body, solved = next(turns(w, body, solved))
    explicit = unrolled(w, body, solved)
    if explicit is not None:
        return w.mul(coefficient, explicit)
    body, solved = affine_region(integers_known(w), body, without_implied(w, solved))
    kernels, powers = _without_powers(body, solved.names)
    used = symbols_of(kernels)
    idle = [n for n in solved.names if n not in used]
    if idle:
        return w.mul(coefficient, _sum_out(w, kernels, powers, idle, solved, depth))
    return w.mul(coefficient, _canonical_sum(w, body, solved, depth))


def _is_whole_row(w: Workspace, exponents: tuple[int, ...], region: IndexSet) -> bool:
    """Is the sum one over the whole last axis of an array whose rows add up to 1 by declaration?"""
    used = [n for n, e in enumerate(exponents) if e]
    if len(used) != 1 or exponents[used[0]] != 1 or len(region.names) != 1:
        return False
    entry, (name,) = w.kernels[used[0]].term, region.names
    array = w.context.arrays.get(entry.name) if isinstance(entry, Entry) else None
    if array is None or array.law not in ("simplex", "one_hot") or len(array.axes) == 1:
        return False
    if entry.args[-1] != Symbol(name):
        return False
    if any(name in symbols_of(i) for i in entry.args[:-1]):
        return False
    low, high = array.axes[-1]
    ends = And(Relation(">=", Symbol(name), low), Relation("<=", Symbol(name), high))
    return region.constraints == frozenset(constraints_of(ends) or ())


def _merge(
    w: Workspace, exponents: tuple[int, ...], below: list[tuple[Poly, int]], region: IndexSet
) -> tuple[Term, IndexSet]:
    """The part as a term, its brackets and inner sums moved into the region."""
    factors: list[Term] = []
    constraints = set(region.constraints)
    names = list(region.names)
    for n, e in enumerate(exponents):
        if not e:
            continue
        k = w.kernels[n]
        if k.kind == "bracket":
            constraints.add(k.data)
        elif k.kind == "cell" and len(names) + e <= MAX_INDICES:
            inner_names, inner_body, inner_constraints = k.data
            for _ in range(e):
                fresh = tuple(f"{MARK}t{_serial(w)}" for _ in inner_names)
                step = {old: Affine({Symbol(new): 1}) for old, new in zip(inner_names, fresh, strict=True)}
                moved = substitute(inner_body, {Symbol(o): f.term() for o, f in step.items()})
                for part in moved.args if isinstance(moved, Mul) else (moved,):
                    found = constraints_of(part.condition) if isinstance(part, Iverson) else None
                    # A condition that was not affine in the inner indices may be so in the outer ones.
                    constraints |= set(found or ())
                    factors += [] if found else [part]
                constraints |= {normal_constraint((c.substitute(step), equal)) for c, equal in inner_constraints}
                names += fresh
        else:
            factors.append(k.term if e == 1 else Power(k.term, Number(int(e))))
    for p, e in below:
        factors.append(Power(w.poly_term(p), Number(-e)))
    body = ONE if not factors else factors[0] if len(factors) == 1 else Mul(*factors)
    return body, IndexSet(tuple(names), frozenset(constraints))


def _serial(w: Workspace) -> int:
    w.serial += 1
    return w.serial


def _without_powers(body: Term, names: tuple[str, ...]) -> tuple[Term, dict[str, int]]:
    """(the factors that are no bare powers of an index, the exponents of those that are)."""
    powers: dict[str, int] = {}
    rest: list[Term] = []
    for f in body.args if isinstance(body, Mul) else (body,):
        base, e = (f.base, f.exponent) if isinstance(f, Power) else (f, ONE)
        if isinstance(base, Symbol) and base.name in names and isinstance(e, Number) and e.value > 0:
            powers[base.name] = powers.get(base.name, 0) + int(e.value)
        else:
            rest.append(f)
    return (ONE if not rest else rest[0] if len(rest) == 1 else Mul(*rest)), powers


def _sum_out(
    w: Workspace, kernels: Term, powers: dict[str, int], idle: list[str], region: IndexSet, depth: int
) -> Ratio:
    """Sum over an index that occurs in no kernel: powers of it give polynomials in the bounds."""
    name = next((n for n in idle if _has_unit_bounds(region, n)), None)
    if name is None:
        raise Unsupported("a range whose length is not an affine form")
    others = tuple(n for n in region.names if n != name)
    rest = frozenset(c for c in region.constraints if not c[0].coefficient(name))
    factors: list[Term] = [] if kernels == ONE else [kernels]
    factors += [Power(Symbol(n), Number(e)) for n, e in powers.items() if n != name]
    total = w.zero
    for conditions, value in sum_of_powers(powers.get(name, 0), name, region.constraints, frozenset(others)):
        inner = IndexSet(others, rest | conditions)
        total = w.add(total, region_sum(w, Mul(value, *factors) if factors else value, inner, depth + 1))
    return total


def _has_unit_bounds(region: IndexSet, name: str) -> bool:
    signs = [c.coefficient(name) for c, equal in region.constraints]
    equations = any(equal for _, equal in region.constraints)
    return not equations and 1 in signs and -1 in signs and all(c in (-1, 0, 1) for c in signs)


def multiply_out(w: Workspace, p: Poly) -> Ratio:
    """The polynomial with every product of sums as one sum over tuples of indices.

    So the square of a sum of x[k] is the sum of x[k]*x[l] over all pairs, as are its triangles and its diagonal.
    """
    groups: dict[tuple[int, ...], dict[tuple[int, ...], Any]] = {}
    cells = [k.kind == "cell" and not k.bound for k in w.kernels]
    for m, c in p.to_dict().items():
        sums = tuple([e if n < len(cells) and cells[n] else 0 for n, e in enumerate(m)])
        rest = tuple([a - b for a, b in zip(m, sums, strict=True)])
        groups.setdefault(sums, {})[rest] = c
    total = w.zero
    nowhere = IndexSet((), frozenset())
    for sums, coefficient in groups.items():
        value = Ratio(w.poly(coefficient), w.one_poly)
        if sum(sums) > 1:
            body, region = _merge(w, sums, [], nowhere)
            with w.unchecked():
                value = w.mul(value, region_sum(w, body, region))
        else:
            value = w.mul(value, w.monomial(sums))
        total = w.add(total, value)
    return total


def _dissolves(kernel: Kernel, names: tuple[str, ...]) -> bool:
    """Does the kernel become a part of the range? Conditions that are not affine in the indices stay factors."""
    return kernel.kind == "cell" or (kernel.kind == "bracket" and kernel.data[0].hidden().isdisjoint(names))


# ---- canonical coordinates


def _arrangements(
    w: Workspace, body: Term, region: IndexSet, new: tuple[str, ...], allowed: frozenset[str]
) -> Iterator[tuple[Term, IndexSet]]:
    """The sum in other coordinates, also round the corner where indices run through full periods."""
    for turned, area in turns(w, body, region):
        for system in coordinate_systems(turned, area.names, new, allowed | frozenset(area.names)):
            yield change_coordinates(turned, area, system, new)


def _canonical_sum(w: Workspace, body: Term, region: IndexSet, depth: int) -> Ratio:
    """The sum in coordinates made from the index expressions of the body; a system met before is preferred."""
    level = 1 + height(body, w.heights)
    new = tuple(bound_name(level, n + 1) for n in range(len(region.names)))
    allowed = frozenset(region.names) | w.open_names()
    chosen: tuple[list[Part], IndexSet] | None = None
    for moved, area in _arrangements(w, body, region, new, allowed):
        w.check_time()
        parts = split(w, _inside(w, moved, area), frozenset(new))
        if chosen is None:
            chosen = parts, area
        if len(parts) == 1 and family_of(w, parts[0]) in w.families:
            chosen = parts, area
            break
        if len(parts) != 1:
            break
    if chosen is None:
        raise Unsupported("no coordinates for a sum")
    parts, area = chosen
    total = w.zero
    for part in parts:
        coefficient, exponents, below = part
        bare = tuple([0 if w.kernels[n].kind == "symbol" else e for n, e in enumerate(exponents[: len(w.kernels)])])
        used = w.bound_of_part(bare, below)
        if not set(new) <= used or any(e and _dissolves(w.kernels[n], new) for n, e in enumerate(exponents)):
            if depth > MAX_DEPTH:
                raise Unsupported("sums nested too deep")
            total = w.add(total, _part_sum(w, part, area, depth + 1))
            continue
        w.families.add(family_of(w, part))
        total = w.add(total, w.mul(coefficient, family_sum(w, part, area, depth, region_sum)))
    return total
