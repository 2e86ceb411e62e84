"""Statements of arithmetic that the normal form leaves open, proved by z3, with the query as their certificate.

Both sides are integers, among them brackets of conditions, or they contain floors. Sums that count the integers in
a range are replaced by their number first: a condition a t <= b with a > 0 means t <= floor(b/a), and from l to h there
are max(0, h - l + 1) integers.
Source: Graham, Knuth & Patashnik, *Concrete Mathematics*, 2nd ed., section 3.2.
"""

from __future__ import annotations

from symderiv.equality.definedness import always_defined
from symderiv.equality.integers import certify, real_names
from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import (
    ONE,
    ZERO,
    Add,
    And,
    Apply,
    Binder,
    Entry,
    Iverson,
    Mul,
    Number,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
    open_binder,
    symbols_of,
    walk,
)
from symderiv.records import Verdict

__all__ = ["count_members", "prove_arithmetic", "prove_conditions"]

MINUS_ONE = Number(-1)


def prove_arithmetic(left: Term, right: Term, context: Context) -> Verdict | None:
    """ "proved" with the certificate, or None. Reals without a floor are left to the normal form."""
    sides = [count_members(unfold_all(side, context), context) for side in (left, right)]
    parts = [t for side in sides for t in walk(side)]
    whole = all(context.is_integer(side) for side in sides)
    if any(isinstance(t, Binder) for t in parts) or not (whole or any(map(_is_rounded, parts))):
        return None
    known = _relevant(sides, [*context.integer_conditions(), *_real_conditions(sides, context)])
    certificate = certify(Relation("=", *sides), known, reals=real_names(context))
    if certificate is None:
        return None
    return Verdict("proved", "integer arithmetic", certificate=certificate)


def prove_conditions(left: Term, right: Term, context: Context) -> Verdict | None:
    """Conditions with the same difference of their sides, or with products of integers; None for others.

    z3 is quicker there than the many cases of the normal form. Quotients are left to the normal form, which says where
    they are defined.
    """
    if not isinstance(left, Iverson) or not isinstance(right, Iverson):
        return None
    one, other = (unfold_all(side.condition, context) for side in (left, right))
    parts = [t for c in (one, other) for t in walk(c)]
    if any(isinstance(t, (Binder, Apply, Entry)) or _is_quotient(t) for t in parts):
        return None
    if not any(isinstance(t, Mul) and sum(isinstance(a, (Symbol, Add)) for a in t.args) > 1 for t in parts):
        return None
    if isinstance(one, Relation) and isinstance(other, Relation):
        from symderiv.equality import proof

        (op, difference), (op_of_other, difference_of_other) = _turned(one), _turned(other)
        if op == op_of_other:
            verdict = proof.prove_equal(difference, difference_of_other, context, seconds=1.0)
            if verdict.word == "proved":
                return verdict
    if not all(context.is_integer_condition(c) for c in (one, other)):
        return None
    return prove_arithmetic(Iverson(one), Iverson(other), context)


def _turned(relation: Relation) -> tuple[str, Term]:
    """a < b as (">", b - a), a > b as (">", a - b)."""
    less, more = relation.args if relation.op in ("<", "<=") else relation.args[::-1]
    return {"<": ">", "<=": ">="}.get(relation.op, relation.op), Add(more, Mul(MINUS_ONE, less))


def _is_quotient(term: Term) -> bool:
    return isinstance(term, Power) and not (isinstance(term.exponent, Number) and term.exponent.value > 0)


def _is_rounded(term: Term) -> bool:
    return isinstance(term, Apply) and term.function in ("floor", "ceiling", "Mod")


def _relevant(sides: list[Term], known: list[Term]) -> list[Term]:
    """The conditions that share letters with the sides, or with other such conditions."""
    names = frozenset(n for side in sides for n in symbols_of(side))
    kept: list[Term] = []
    rest = known
    while found := [c for c in rest if symbols_of(c) & names]:
        kept += found
        rest = [c for c in rest if c not in found]
        names = names.union(*(symbols_of(c) for c in found))
    return kept


def _real_conditions(sides: list[Term], context: Context) -> list[Term]:
    """The ranges of the reals that occur, and the assumptions on them."""
    names = {t.name for side in sides for t in walk(side) if isinstance(t, Symbol)}
    reals = [v for n, v in context.variables.items() if n in names and not v.range.integer]
    ranges = [c for v in reals for c in v.range.conditions(Symbol(v.name))]
    others = [unfold_all(a, context) for a in context.assumptions if not context.is_integer_condition(a)]
    return [*ranges, *(a for a in others if not any(isinstance(t, Binder) for t in walk(a)))]


# ---- counting


def count_members(term: Term, context: Context) -> Term:
    """The term with every sum of a constant over an interval of integers replaced by a product; other sums stay."""
    if isinstance(term, Sum):
        return _count(term, context) or term
    if isinstance(term, Binder) or not term.args:
        return term
    return term.with_args(tuple([count_members(a, context) for a in term.args]))


def _count(term: Sum, context: Context) -> Term | None:
    """c max(0, h - l + 1) for a body c without the index and conditions on it that are linear; None otherwise."""
    index, body, guard = open_binder(term, context.names())
    inner = context.with_index(index.name, term.lower, term.upper)
    body = count_members(body, inner)
    if index in set(walk(body)) or any(isinstance(t, Binder) for t in walk(body)):
        return None
    lows, highs = [term.lower], [term.upper]
    for part in _parts(guard):
        ends = _ends(part, index, inner)
        if ends is None:
            return None
        low, high = ends
        lows += [low] if low is not None else []
        highs += [high] if high is not None else []
    if not all(context.is_integer(e) for e in (*lows, *highs)):
        return None
    if not _may_stand_alone(body, context):
        return None
    low = lows[0] if len(lows) == 1 else Apply("Max", *lows)
    high = highs[0] if len(highs) == 1 else Apply("Min", *highs)
    number = Apply("Max", ZERO, Add(high, Mul(MINUS_ONE, low), ONE))
    return number if body == ONE else Mul(body, number)


def _may_stand_alone(body: Term, context: Context) -> bool:
    """Over an empty range the sum is 0, also where its body has no value, as 1/m in a sum over k = 1..m has none."""
    from symderiv.equality.decision import holds

    return always_defined(body, context, holds)


def _parts(condition: Term) -> tuple[Term, ...]:
    if isinstance(condition, And):
        return tuple(p for c in condition.args for p in _parts(c))
    return (condition,)


def _ends(condition: Term, index: Symbol, context: Context) -> tuple[Term | None, Term | None] | None:
    """(lower, upper) end that a linear inequality sets to the index; None if it is no such inequality."""
    from symderiv.equality.decision import holds

    if not isinstance(condition, Relation) or condition.op not in ("<", "<=", ">", ">="):
        return None
    less, more = condition.args if condition.op in ("<", "<=") else condition.args[::-1]
    form = _linear(Add(more, Mul(MINUS_ONE, less)), index)  # slope * index + rest >= 0, or > 0
    if form is None:
        return None
    slope, rest = form
    strict = condition.op in ("<", ">")
    if holds(Relation(">", slope, ZERO), context) is True:
        quotient = Mul(MINUS_ONE, rest, Power(slope, MINUS_ONE))
        return (Add(Apply("floor", quotient), ONE) if strict else Apply("ceiling", quotient)), None
    if holds(Relation("<", slope, ZERO), context) is True:
        quotient = Mul(rest, Power(Mul(MINUS_ONE, slope), MINUS_ONE))
        return None, (Add(Apply("ceiling", quotient), MINUS_ONE) if strict else Apply("floor", quotient))
    return None


def _linear(t: Term, index: Symbol) -> tuple[Term, Term] | None:
    """(a, b) with t = a index + b, both without the index; None where it is not linear."""
    if t == index:
        return ONE, ZERO
    if index not in set(walk(t)):
        return ZERO, t
    if isinstance(t, Add):
        parts = [_linear(a, index) for a in t.args]
        if any(p is None for p in parts):
            return None
        slopes, rests = zip(*(p for p in parts if p is not None), strict=True)
        return _sum(slopes), _sum(rests)
    if isinstance(t, Mul):
        with_index = [a for a in t.args if index in set(walk(a))]
        others = [a for a in t.args if index not in set(walk(a))]
        inner = _linear(with_index[0], index) if len(with_index) == 1 else None
        if inner is None:
            return None
        return _product((*others, inner[0])), _product((*others, inner[1]))
    return None


def _sum(terms: tuple[Term, ...]) -> Term:
    kept = [t for t in terms if t != ZERO]
    return Add(*kept) if len(kept) > 1 else kept[0] if kept else ZERO


def _product(factors: tuple[Term, ...]) -> Term:
    if ZERO in factors:
        return ZERO
    kept = [f for f in factors if f != ONE]
    return Mul(*kept) if len(kept) > 1 else kept[0] if kept else ONE
