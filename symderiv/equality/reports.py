"""What a proof says about itself in the language of its reader: internal sums over regions as sums over ranges."""

from __future__ import annotations

from symderiv.equality.regions import MARK, RegionSum
from symderiv.language.terms import TRUE, And, Binder, Relation, Sum, Symbol, Term, symbols_of

__all__ = ["readable"]


def readable(term: Term) -> Term | None:
    """``term`` with every ``RegionSum`` as sums with ranges and a guard; None if an index of one has no range.

    >>> from symderiv.language.terms import Entry
    >>> k, n = Symbol(MARK + "1.1"), Symbol("n")
    >>> region = RegionSum((k.name,), Entry("x", (k,)), ())
    >>> readable(region.with_args((region.args[0], And(Relation(">=", k, Symbol("a")), Relation(">=", n, k)))))
    <Sum(x[k], (k, a, n))>
    """
    args = [readable(a) for a in term.args]
    if any(a is None for a in args):
        return None
    if not isinstance(term, RegionSum):
        return term.with_args(tuple(a for a in args if a is not None))
    body, region = (a for a in args if a is not None)
    left_over = list(region.args)
    ranges: list[tuple[str, Term, Term]] = []
    for name in term.names:
        lower = _end(left_over, Symbol(name), side=0)
        upper = _end(left_over, Symbol(name), side=1)
        if lower is None or upper is None:
            return None
        ranges.append((name, lower, upper))
    guard = left_over[0] if len(left_over) == 1 else And(*left_over)
    for position, (name, lower, upper) in reversed(list(enumerate(ranges))):
        body = _sum(name, "klmpqrst"[position % 8], lower, upper, body, guard)
        guard = TRUE
    return body


def _end(conditions: list[Term], index: Symbol, *, side: int) -> Term | None:
    """Take from ``conditions`` one that bounds the index from below (side 0) or above (side 1); its other side."""
    for n, condition in enumerate(conditions):
        if isinstance(condition, Relation) and condition.op == ">=" and condition.args[side] == index:
            end = condition.args[1 - side]
            if not any(name.startswith(MARK) for name in symbols_of(end)):
                del conditions[n]
                return end
    return None


def _sum(name: str, hint: str, lower: Term, upper: Term, body: Term, guard: Term) -> Binder:
    made = Sum.over(name, lower, upper, body, None if guard == TRUE else guard)
    made.hint = hint
    return made
