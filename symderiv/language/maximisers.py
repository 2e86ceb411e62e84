"""Where a maximum is attained: the unique maximiser that an assumption declares.

The assumption f[s] > Maximum(f[k] for k != s) says that f[s] is larger than all other values. Where it holds the
maximum is f[s], and, if f is continuous, it is f[s] at all nearby points too: both have the same derivative (Danskin's
theorem for a finite family: Danskin, *The Theory of Max-Min*, 1967).
"""

from __future__ import annotations

from symderiv.language.context import Context
from symderiv.language.terms import (
    TRUE,
    Add,
    And,
    Apply,
    Bound,
    Constant,
    Entry,
    Maximum,
    Mul,
    Number,
    Or,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
    free_names,
    fresh_name,
    instantiate,
    substitute,
    walk,
)

__all__ = ["flat_maximum", "is_continuous", "largest_value", "unique_maximisers"]

_CONTINUOUS = frozenset("exp sin cos tanh sigmoid softplus silu relu Abs Max Min erf".split())
Limit = tuple[Symbol, Term, Term, Term]


def flat_maximum(term: Term, names: tuple[str, ...] = ()) -> tuple[list[Limit], Term]:
    """The indices (symbol, lower, upper, guard) of a maximum of maxima, outermost first, and the body.

    The first indices take the ``names`` given, the others fresh ones.
    """
    limits: list[Limit] = []
    taken = set(free_names(term)) | set(names)
    while isinstance(term, Maximum):
        n = len(limits)
        name = names[n] if n < len(names) else fresh_name(f"{term.hint}\0", taken)
        taken.add(name)
        index = Symbol(name)
        limits.append((index, term.lower, term.upper, instantiate(term.guard, index)))
        term = instantiate(term.body, index)
    return limits, term


def largest_value(term: Maximum, context: Context) -> Term | None:
    """The value of the maximum at its unique maximiser, None if no assumption declares one."""
    found = unique_maximisers(term, context)
    return found[0] if found else None


def unique_maximisers(term: Maximum, context: Context) -> tuple[Term, tuple[Term, ...]] | None:
    """(the largest value, the assumption that says so); no assumption is needed where there is nothing else."""
    limits, body = flat_maximum(term)
    if any(guard != TRUE for *_, guard in limits):
        return None
    names = tuple(i.name for i, *_ in limits)
    if all(low == high and not free_names(low) & set(names) for _, low, high, _ in limits):
        return substitute(body, {i: low for i, low, *_ in limits}), ()
    for a in context.assumptions:
        for c in a.args if isinstance(a, And) else (a,):
            if not isinstance(c, Relation) or c.op not in ("<", ">"):
                continue
            larger, others = (c.left, c.right) if c.op == ">" else (c.right, c.left)
            if isinstance(others, Maximum) and not free_names(larger) & set(names):
                place = _left_out(others, limits, body, names)
                if place is None:
                    continue
                at = dict(zip((i for i, *_ in limits), place, strict=True))
                ends = [(low, high) for _, low, high, _ in limits]
                inside = all(_in_range(s, *e, context) for s, e in zip(place, ends, strict=True))
                if inside and substitute(body, at) == larger:
                    return larger, (c,)
    return None


def _left_out(others: Maximum, limits: list[Limit], body: Term, names: tuple[str, ...]) -> tuple[Term, ...] | None:
    """The one place s that is left out of the other maximum, which is the same but for that."""
    again, other_body = flat_maximum(others, names)
    if len(again) != len(limits) or other_body != body:
        return None
    if any(a[:3] != b[:3] for a, b in zip(again, limits, strict=True)):
        return None
    guards = [g for *_, g in again if g != TRUE]
    if len(guards) != 1:
        return None
    parts = guards[0].args if isinstance(guards[0], Or) else (guards[0],)
    place: dict[Term, Term] = {}
    indices = [i for i, *_ in limits]
    for part in parts:
        if not isinstance(part, Relation) or part.op != "!=":
            return None
        for one, other in ((part.left, part.right), (part.right, part.left)):
            if one in indices and one not in place and not set(walk(other)) & set(indices):
                place[one] = other
                break
        else:
            return None
    return tuple(place[i] for i in indices) if len(place) == len(indices) else None


def _in_range(place: Term, low: Term, high: Term, context: Context) -> bool:
    """Is the place certainly in the range? It is a name declared with this range, or a number in a range of numbers."""
    if isinstance(place, Symbol):
        v = context.variables.get(place.name)
        return v is not None and v.range.integer and (v.range.lower, v.range.upper) == (low, high)
    if isinstance(place, Number) and isinstance(low, Number) and isinstance(high, Number):
        return low.value <= place.value <= high.value
    return False


def is_continuous(term: Term) -> bool:
    """Made of sums, products, whole powers and continuous functions only; definitions are unfolded before."""
    for t in walk(term):
        if isinstance(t, Power):
            e = t.exponent
            if not (isinstance(e, Number) and e.value.denominator == 1 and e.value >= 0):
                return False
        elif isinstance(t, Apply):
            if t.function not in _CONTINUOUS:
                return False
        elif not isinstance(t, (Number, Constant, Symbol, Bound, Entry, Add, Mul, Sum, Maximum)) and t != TRUE:
            return False
    return True
