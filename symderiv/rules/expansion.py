"""Multiplying out and collecting like terms, and what an algebraic rewrite owes to the denominators that it removes."""

from __future__ import annotations

from itertools import product as cartesian

from symderiv.language.context import Context
from symderiv.language.terms import ZERO, Add, Binder, Mul, Number, Power, Relation, Term
from symderiv.records import Rewrite
from symderiv.rules.conditions import is_nonzero
from symderiv.rules.structure import (
    Monomial,
    ac_key,
    build_power,
    build_product,
    build_sum,
    factors_of,
    monomial,
)

__all__ = ["cancel_summands", "collect", "expand", "rewrite", "small_power_of_sum"]

MAX_TERMS = 60
"""Expansion stops where a person would: at this many summands."""


def expand(term: Term) -> Term | None:
    """The term multiplied out and with like terms collected at the root (not inside functions or binders)."""
    monomials = _monomials(term)
    return None if monomials is None else collect(monomials)


def _monomials(term: Term) -> list[Monomial] | None:
    if isinstance(term, Add):
        out: list[Monomial] = []
        for s in term.args:
            part = _monomials(s)
            if part is None or len(out) + len(part) > MAX_TERMS:
                return None
            out += part
        return out
    if isinstance(term, Mul) or small_power_of_sum(term):
        choices: list[tuple[Term, ...]] = []
        size = 1
        for f in _flat_factors(term):
            if isinstance(f, Add):
                part = _monomials(f)
                if part is None:
                    return None
                choices.append(tuple(m.term() for m in part))
            else:
                choices.append((f,))
            size *= len(choices[-1])
            if size > MAX_TERMS:
                return None
        return [monomial(build_product(c)) for c in cartesian(*choices)]
    return [monomial(term)]


def small_power_of_sum(term: Term) -> bool:
    """Is it a square, cube or fourth power of a sum or product?"""
    return (
        isinstance(term, Power)
        and isinstance(term.base, (Add, Mul))
        and isinstance(term.exponent, Number)
        and term.exponent.value in (2, 3, 4)
    )


def _flat_factors(term: Term) -> list[Term]:
    """The factors of a product with like bases merged, and small powers of sums written out."""
    m = monomial(term)
    out: list[Term] = [Number(m.coefficient)]
    for base, exponent in m.powers.values():
        small = isinstance(base, Add) and isinstance(exponent, Number) and exponent.value in (1, 2, 3, 4)
        out += [base] * int(exponent.value) if small else [build_power(base, exponent)]  # type: ignore[attr-defined]
    return out


def collect(monomials: list[Monomial]) -> Term:
    """The sum of the monomials, like ones added up."""
    merged: dict[object, Monomial] = {}
    for m in monomials:
        k = m.key()
        if k in merged:
            merged[k] = Monomial(merged[k].coefficient + m.coefficient, merged[k].powers)
        else:
            merged[k] = m
    return build_sum(m.term() for m in merged.values() if m.coefficient)


def _below(term: Term) -> dict[Term, Term]:
    """What stands below a fraction bar in sums, products and powers: key -> base."""
    out: dict[Term, Term] = {}
    stack = [term]
    while stack:
        t = stack.pop()
        if isinstance(t, Power):
            if isinstance(t.exponent, Number) and t.exponent.value < 0:
                out |= {ac_key(b): b for f in factors_of(t.base) for b, _ in monomial(f).powers.values()}
            stack.append(t.base)
        elif isinstance(t, (Add, Mul)):
            stack += t.args
    return out


def rewrite(before: Term, after: Term, context: Context) -> Rewrite:
    """The rewrite with a condition c != 0 for every denominator c that has gone."""
    left = _below(after)
    gone = [b for k, b in _below(before).items() if k not in left]
    return Rewrite(after, tuple(Relation("!=", b, ZERO) for b in gone if not is_nonzero(b, context)))


def cancel_summands(term: Term) -> Term:
    """The term with like summands collected, as in x[1] - x[1], outside of binders."""
    if not isinstance(term, Binder) and term.args:
        term = term.with_args(tuple([cancel_summands(a) for a in term.args]))
    if not isinstance(term, Add):
        return term
    like = [monomial(s) for s in term.args]
    return collect(like) if len({m.key() for m in like}) < len(like) else term
