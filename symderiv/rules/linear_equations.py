"""Linear equations between integers, solved for one letter where its coefficient divides the rest."""

from __future__ import annotations

from symderiv.language.terms import ONE, Number, Symbol, Term
from symderiv.rules.expansion import collect
from symderiv.rules.structure import arrange, build_product, build_sum, monomial, negate, summands_of

__all__ = ["solved"]


def solved(total: Term, less: Term, product: Term, letter: Symbol) -> Term | None:
    """The letter from product = total - less, a multiple c of the letter, if c is 1, -1 or divides every summand."""
    m = monomial(product)
    if [(base, e) for base, e in m.powers.values()] != [(letter, ONE)]:
        return None
    if m.coefficient < 0:
        total, less = less, total
    parts = [*summands_of(total), *map(negate, summands_of(less))]
    if abs(m.coefficient) == 1:
        return arrange(build_sum(parts))
    quotients = [build_product((Number(1 / abs(m.coefficient)), p)) for p in parts]
    if not all(map(_is_whole, quotients)):
        return None
    whole = build_sum(quotients)
    return arrange(collect([monomial(q) for q in summands_of(whole)]) or whole)


def _is_whole(term: Term) -> bool:
    """Is the number in front of the term whole, and nothing below a fraction bar?"""
    m = monomial(term)
    ends = [e for _, e in m.powers.values()]
    return m.coefficient.denominator == 1 and all(isinstance(e, Number) and e.value > 0 for e in ends)
