"""Sums and products over an index range, as sums over integer sets."""

from __future__ import annotations

from symderiv.equality.affine import affine
from symderiv.equality.blocks import flattened
from symderiv.equality.conditions import constraints_of, is_integer
from symderiv.equality.elementary import exponential
from symderiv.equality.index_sets import IndexSet
from symderiv.equality.kernels import Scope, Unsupported, Vacuous, Workspace
from symderiv.equality.rational import Ratio, Undefined
from symderiv.equality.regions import RegionSum, bound_name, height
from symderiv.equality.signs import Unsplittable, sign
from symderiv.equality.sums import region_sum
from symderiv.language.terms import (
    ONE,
    TRUE,
    And,
    Apply,
    Cases,
    Iverson,
    Mul,
    Product,
    Relation,
    Sum,
    Symbol,
    Term,
    instantiate,
)

__all__ = ["of_product", "of_region_sum", "of_sum"]


def of_sum(w: Workspace, term: Sum) -> Ratio:
    whole = flattened(term)
    if whole is not None:
        return w.normal(whole)
    name = bound_name(height(term, w.heights))
    index = Symbol(name)
    body, guard = instantiate(term.body, index), instantiate(term.guard, index)
    bounds = And(Relation(">=", index, term.lower), Relation("<=", index, term.upper))
    total = w.zero
    for part in _without_unequal(guard) if w.memory.guards_split else (guard,):
        # Bounds among the guards narrow the range; what is left of them stays a factor.
        conditions = part.args if isinstance(part, And) else (part,)
        narrow = [c for c in conditions if _is_bound(w, c, index)]
        rest = [c for c in conditions if c not in narrow]
        guarded = Mul(Iverson(And(*rest)), body) if rest else body
        total = w.add(total, _region(w, (name,), guarded, And(bounds, *narrow)))
    return total


def _is_bound(w: Workspace, condition: Term, index: Symbol) -> bool:
    """Is the condition an inequality between integers that are affine in the index?"""
    if not isinstance(condition, Relation) or condition.op in ("=", "!=") or constraints_of(condition) is None:
        return False
    w.scopes.append(Scope(frozenset({index.name}), ()))
    try:
        whole = is_integer(w, condition.left) and is_integer(w, condition.right)
    finally:
        w.scopes.pop()
    forms = [form for form, _ in constraints_of(condition) or ()]
    return whole and all(isinstance(a, Symbol) for form in forms for a in form.coefficients)


def _without_unequal(guard: Term) -> list[Term]:
    """Guards that exclude each other and together are ``guard``, with < and > for each !=."""
    conditions = guard.args if isinstance(guard, And) else (guard,)
    out: list[tuple[Term, ...]] = [()]
    for c in conditions:
        options: tuple[Term, ...] = (c,)
        if isinstance(c, Relation) and c.op == "!=":
            options = (Relation("<", c.left, c.right), Relation(">", c.left, c.right))
        out = [(*chosen, o) for chosen in out for o in options]
    return [And(*chosen) for chosen in out]


def of_region_sum(w: Workspace, term: RegionSum) -> Ratio:
    with w.unchecked():
        return _region(w, term.names, term.args[0], term.args[1])


def _region(w: Workspace, names: tuple[str, ...], body: Term, condition: Term) -> Ratio:
    constraints = constraints_of(condition)
    if constraints is None:
        raise Unsupported("a range that is not an interval")
    for form, _ in constraints:
        if not all(isinstance(a, Symbol) or w.bound_indices(a).isdisjoint(names) for a in form.coefficients):
            raise Unsupported("a range that is not affine in its index")
    return region_sum(w, body, IndexSet(names, frozenset(constraints)))


def of_product(w: Workspace, term: Product) -> Ratio:
    """A product of positive factors is the exponential of the sum of their logarithms."""
    name = bound_name(height(term, w.heights))
    index = Symbol(name)
    low, high = affine(term.lower), affine(term.upper)
    body, guard = instantiate(term.body, index), instantiate(term.guard, index)
    gap = high - low
    if gap.is_constant() and gap.constant < 24:
        out = w.one
        for n in range(int(gap.constant) + 1):
            point = (low + n).term()
            factor = Cases((instantiate(term.body, point), instantiate(term.guard, point)), (ONE, TRUE))
            out = w.mul(out, w.normal(factor))
        return out
    if guard != TRUE:
        body = Cases((body, guard), (ONE, TRUE))
    bounds = And(Relation(">=", index, term.lower), Relation("<=", index, term.upper))
    w.scopes.append(Scope(frozenset({name}), (bounds,)))
    try:
        if sign(w, w.normal(body), strict=True) != 1:
            raise Unsupported("a product of factors that may be negative")
    except Unsplittable:
        raise Unsupported("a product of factors of unknown sign") from None
    except (Vacuous, Undefined):
        raise Unsupported("a factor that is not defined, in a range that may be empty") from None
    finally:
        w.scopes.pop()
    return exponential(w, _region(w, (name,), Apply("log", body), bounds))
