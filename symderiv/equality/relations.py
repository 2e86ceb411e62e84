"""Relations between integers as constraints: without floors, maxima and minima where these can be moved away."""

from __future__ import annotations

from functools import lru_cache

from symderiv.equality.affine import Affine, affine
from symderiv.equality.index_sets import Constraint, normal_constraint
from symderiv.language.terms import And, Apply, Condition, Number, Or, Power, Relation, Term, walk

__all__ = ["constraints_of", "plain_relation", "relation_constraint"]


@lru_cache(maxsize=20_000)
def constraints_of(condition: Term) -> tuple[Constraint, ...] | None:
    """A conjunction of <, <=, >, >=, = on integers as constraints; None for anything else."""
    if isinstance(condition, And):
        out: list[Constraint] = []
        for c in condition.args:
            part = constraints_of(c)
            if part is None:
                return None
            out += part
        return tuple(out)
    if isinstance(condition, Relation) and condition.op != "!=":
        plain = plain_relation(condition)
        if isinstance(plain, Relation):
            return (relation_constraint(plain.op, affine(plain.left) - affine(plain.right)),)
        return constraints_of(plain) if isinstance(plain, And) else None
    return None


def plain_relation(relation: Relation) -> Condition:
    """The relation between integers without Max, Min, floor or ceiling at the top of a side.

    a >= max(b, c) is a >= b and a >= c; n >= ceiling(x) is n >= x; n >= floor(x) is n + 1 > x.
    Source: Graham, Knuth & Patashnik, *Concrete Mathematics*, section 3.2.
    """
    op, left, right = relation.op, relation.left, relation.right
    if op in ("<", "<="):
        return plain_relation(Relation({"<": ">", "<=": ">="}[op], right, left))
    if op not in (">", ">="):
        return relation
    for side, function, joined in (
        (right, "Max", And), (left, "Min", And), (right, "Min", Or), (left, "Max", Or),
    ):  # fmt: skip
        if isinstance(side, Apply) and side.function == function:
            parts = [Relation(op, a, right) if side is left else Relation(op, left, a) for a in side.args]
            return joined(*map(plain_relation, parts))
    function = right.function if isinstance(right, Apply) else left.function if isinstance(left, Apply) else ""
    if function not in ("floor", "ceiling") or (isinstance(left, Apply) and isinstance(right, Apply)):
        return relation
    if isinstance(right, Apply):
        x = right.args[0]
        if _has_symbol_below(x):
            return relation
        return {
            (">=", "ceiling"): Relation(">=", left, x),
            (">", "floor"): Relation(">", left, x),
            (">", "ceiling"): Relation(">=", left - 1, x),
            (">=", "floor"): Relation(">", left + 1, x),
        }[op, function]
    assert isinstance(left, Apply)
    x = left.args[0]
    if _has_symbol_below(x):
        return relation
    return {
        (">=", "floor"): Relation(">=", x, right),
        (">", "ceiling"): Relation(">", x, right),
        (">", "floor"): Relation(">=", x, right + 1),
        (">=", "ceiling"): Relation(">", x, right - 1),
    }[op, function]


def _has_symbol_below(term: Term) -> bool:
    """Is something divided by a symbol, so that the fraction is no affine form of integers?"""
    return any(isinstance(t, Power) and not isinstance(t.base, Number) for t in walk(term))


def relation_constraint(op: str, difference: Affine) -> Constraint:
    """``difference op 0`` between integers as a constraint."""
    if op in ("<", "<="):
        difference = -difference
    if op in ("<", ">"):
        whole = difference if difference.is_constant() else difference.primitive()
        difference = Affine(whole.coefficients, -((-whole.constant).__floor__()) - 1)
    return normal_constraint((difference, op == "="))
