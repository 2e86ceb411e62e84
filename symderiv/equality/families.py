"""Families of summands, the ranges over which they are summed, and the disjoint cells of these ranges as kernels."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from fractions import Fraction
from itertools import pairwise, permutations

from symderiv.equality.affine import Affine
from symderiv.equality.conditions import integer_indicator, products_known, truth_of_constraint, within
from symderiv.equality.geometric import geometric_sum
from symderiv.equality.index_sets import (
    IndexSet,
    NeedsIslpy,
    NotAffine,
    constraint_condition,
    normal_constraint,
    points_of,
    refine,
)
from symderiv.equality.kernels import EVERYWHERE, Interval, Restart, Scope, Unsupported, Workspace
from symderiv.equality.rational import Poly, Ratio, TooBig
from symderiv.equality.regions import RegionSum, bounds_of, eliminate_equalities
from symderiv.equality.signs import interval_of
from symderiv.language.terms import Mul, Number, Power, Symbol, Term, substitute

__all__ = ["Part", "family_of", "family_sum", "unrolled"]

MAX_RANGES = 24
MAX_ALIKE = 3

Part = tuple[Ratio, tuple[int, ...], list[tuple[Poly, int]]]
"""coefficient free of the indices, exponents of the kernels that depend on them, denominator (polynomial, power)"""

SumAgain = Callable[[Workspace, Term, IndexSet, int], Ratio]


def unrolled(w: Workspace, body: Term, region: IndexSet) -> Ratio | None:
    """A range of fixed length, such as 1..3 or i..i+1, term by term."""
    points = points_of(region) if len(region.names) == 1 else None
    if points is None:
        return None
    total = w.zero
    for point, conditions in points:
        inside = w.one
        for c in conditions:
            inside = w.mul(inside, integer_indicator(w, c))
        if inside.num.is_zero():
            continue
        value = substitute(body, {Symbol(region.names[0]): point.term()})
        if inside.num.is_constant():
            total = w.add(total, w.normal(value))
        else:
            here = tuple(constraint_condition(c) for c in conditions)
            total = w.add(total, w.mul(inside, within(w, here, lambda v=value: w.normal(v))))  # type: ignore[misc]
    return total


def family_of(w: Workspace, part: Part) -> Hashable:
    _, exponents, below = part
    return w.monomial_key(exponents), frozenset((w.poly_key(p), e) for p, e in below)


def family_sum(w: Workspace, part: Part, region: IndexSet, depth: int, sum_again: SumAgain) -> Ratio:
    """The sum of a family over a region as the sum of the cells that the region consists of.

    ``sum_again`` sums a cell with an equation in it, which has one index less.
    """
    _, exponents, below = part
    outer = w.bound_of_part(exponents, below).union(*(w.index_affine(c) for c, _ in region.constraints))
    factors = [w.monomial_term(exponents)] + [Power(w.poly_term(p), Number(-e)) for p, e in below]
    body = factors[0] if len(factors) == 1 else Mul(*factors)
    # What is found here is kept beyond the binders that we happen to be inside of, so only those that the sum itself
    # depends on may be taken for granted.
    with w.unchecked(), w.only_scopes_of(outer - set(region.names)) as conditions:
        closed = geometric_sum(w, exponents, below, region)
        if closed is not None:
            return closed
        total = w.zero
        for piece in fold(w, part, body, region):
            total = w.add(total, _cells_sum(w, part, body, piece, conditions, depth, sum_again))
        return total


def _cells_sum(
    w: Workspace,
    part: Part,
    body: Term,
    region: IndexSet,
    conditions: tuple[tuple[Term, ...], ...],
    depth: int,
    sum_again: SumAgain,
) -> Ratio:
    key = (family_of(w, part), conditions)
    ranges = w.memory.ranges.setdefault(key, [])
    if region not in ranges:
        if len(ranges) > MAX_RANGES:
            raise TooBig("too many ranges of one sum")
        ranges.append(region)
        if len(ranges) > 1:
            raise Restart
    if len(ranges) == 1:
        return w.zero if _is_empty(w, region) else _cell(w, body, part, region)
    if key not in w.partitions:
        w.used_islpy = True
        try:
            known = w.relevant_conditions(_parameters(ranges))
            facts = products_known(w, (c for r in ranges for c, _ in r.constraints), known)
            w.partitions[key] = refine(ranges, (*known, *facts))
        except (NotAffine, NeedsIslpy) as error:
            raise Unsupported(str(error)) from None
    cells, membership = w.partitions[key]
    total = w.zero
    for n in membership[ranges.index(region)]:
        total = w.add(total, _cell_value(w, body, part, cells[n], depth, sum_again))
    return total


def fold(w: Workspace, part: Part, body: Term, region: IndexSet) -> list[IndexSet]:
    """The region cut so that a body that is symmetric in some indices is only summed over u <= v <= ...

    The sums of x[u]*x[v] over u < v and over u > v are the same, and half of what the square leaves beside u = v.
    """
    names = region.names
    first = next((n for n in names[:-1] if _partners(w, part, body, names, n)), None)
    if first is None:
        return [region]
    alike = [first, *_partners(w, part, body, names, first)][:MAX_ALIKE]
    out: list[IndexSet] = []
    for order in permutations(range(len(alike))):
        ordered = set(region.constraints)
        for a, b in pairwise(order):
            gap = Affine({Symbol(alike[b]): 1}) - Affine({Symbol(alike[a]): 1})
            ordered.add(normal_constraint((gap if a < b else gap - 1, False)))
        sorted_names = {alike[position]: alike[n] for n, position in enumerate(order)}
        system = {n: Affine({Symbol(sorted_names.get(n, n)): 1}) for n in names}
        out.append(IndexSet(names, frozenset(ordered)).substitute(system, names))
    return out


def _partners(w: Workspace, part: Part, body: Term, names: tuple[str, ...], first: str) -> list[str]:
    """The later indices that can be swapped with ``first`` without changing the body."""
    out = []
    for second in names[names.index(first) + 1 :]:
        swap: dict[Term, Term] = {Symbol(first): Symbol(second), Symbol(second): Symbol(first)}
        if _same_family(w, part, substitute(body, swap), names):
            out.append(second)
    return out


def _same_family(w: Workspace, part: Part, swapped: Term, names: tuple[str, ...]) -> bool:
    """Is the body with two indices swapped the same function?"""
    w.scopes.append(Scope(frozenset(names), ()))
    try:
        r = w.normal(swapped)
    finally:
        w.scopes.pop()
    _, exponents, below = part
    den = w.one_poly
    for p, e in below:
        den = den * p**e
    original = w.make(w.poly({exponents: 1}), den)
    return bool(r.num == original.num and r.den == original.den)


def _parameters(regions: list[IndexSet]) -> frozenset[str]:
    return frozenset[str]().union(*(r.parameters() for r in regions))


def _cell_value(w: Workspace, body: Term, part: Part, cell: IndexSet, depth: int, sum_again: SumAgain) -> Ratio:
    explicit = unrolled(w, body, cell)
    if explicit is not None:
        return explicit
    if any(equal for _, equal in cell.constraints):
        moved, smaller = eliminate_equalities(body, cell)
        if smaller.names != cell.names:
            return sum_again(w, moved, smaller, depth + 1)
    return _cell(w, body, part, cell)


def _cell(w: Workspace, body: Term, part: Part, cell: IndexSet) -> Ratio:
    """The kernel of a family summed over one cell."""
    _, exponents, below = part
    names = frozenset(cell.names)
    bound = frozenset().union(*(w.index_affine(c) for c, _ in cell.constraints))
    level = int(cell.names[0][1:].partition(".")[0])
    bound |= w.bound_of_part(exponents, below)
    constraints = cell.constraints
    k = w.kernel(
        "cell",
        (family_of(w, part), constraints),
        lambda: RegionSum(cell.names, body, constraints),
        interval=_cell_interval(w, exponents, below, cell, closed=not bound - names),
        bound=bound - names,
        height=level,
        data=(cell.names, body, constraints),
    )
    return w.generator(k.index)


def _cell_interval(
    w: Workspace, exponents: tuple[int, ...], below: list[tuple[Poly, int]], cell: IndexSet, *, closed: bool
) -> Interval:
    """Positive if the body is and the cell is not empty, wherever the kernel is used."""
    signs = interval_of(w, w.poly({exponents: 1})).signs
    for p, e in below:
        if e % 2:
            inner = interval_of(w, p).signs
            signs = frozenset(a * b for a in signs for b in inner - {0})
    if -1 not in signs:
        empty = 0 in signs or not (closed and _inhabited(w, cell))
        return Interval(Fraction(0), empty)
    if 1 not in signs:
        return Interval(None, False, Fraction(0), True)
    return EVERYWHERE


def _is_empty(w: Workspace, cell: IndexSet) -> bool:
    """Is the range of one of the indices certainly empty here?"""
    for name in cell.names:
        others = frozenset(cell.names) - {name}
        own = frozenset(c for c in cell.constraints if name in c[0].symbols() and c[0].symbols().isdisjoint(others))
        lower, upper = bounds_of(IndexSet((name,), own)) or ([], [])
        for low in lower:
            if any(truth_of_constraint(w, normal_constraint((high - low, False))) is False for high in upper):
                return True
    return False


def _inhabited(w: Workspace, cell: IndexSet) -> bool:
    """Is a one-dimensional interval certainly not empty?"""
    if len(cell.names) != 1:
        return False
    bounds = bounds_of(cell)
    if bounds is None:
        return False
    return all(truth_of_constraint(w, (high - low, False)) is True for low in bounds[0] for high in bounds[1])
