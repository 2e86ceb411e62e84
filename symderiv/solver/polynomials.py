"""Polynomials with rational coefficients over whatever a term is made of, by FLINT: fractions, factors, a trick.

Every subterm that is no sum, product or whole power is an atom; the atoms keep the order in which they were met.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from symderiv.language.terms import Add, Bound, Condition, Mul, Number, Power, Term
from symderiv.rules.structure import ac_key, build_power, build_product, build_sum

__all__ = ["NoPolynomial", "Ring"]

_DEGREE = 12
_SHIFTS = tuple(s * n for n in range(1, 25) for s in (1, -1))


class NoPolynomial(Exception):
    """The term has no polynomials above and below its fraction bar."""


class Ring:
    """The polynomials in the atoms of some terms."""

    def __init__(self, terms: Iterable[Term]):
        from flint import Ordering, fmpq_mpoly_ctx

        found: dict[Term, Term] = {}
        for t in terms:
            _collect(t, found)
        self.atoms = tuple(found.values())
        self.places = {key: n for n, key in enumerate(found)}
        self.ring = fmpq_mpoly_ctx.get([f"x{n}" for n in range(len(self.atoms))], Ordering.deglex)

    def fraction(self, t: Term) -> tuple[Any, Any]:
        """Numerator and denominator, without what both have in common."""
        above, below = self._fraction(t)
        if below.is_zero():
            raise NoPolynomial
        shared = above.gcd(below)
        return (above, below) if shared.is_one() or shared.is_zero() else (above / shared, below / shared)

    def _fraction(self, t: Term) -> tuple[Any, Any]:
        one = self.ring.constant(1)
        if isinstance(t, Number):
            return self.number(t.value), one
        if isinstance(t, Add):
            above, below = self.ring.constant(0), one
            for a in t.args:
                x, y = self._fraction(a)
                above, below = (above + x, below) if y == below else (above * y + x * below, below * y)
            return above, below
        if isinstance(t, Mul):
            above, below = one, one
            for a in t.args:
                x, y = self._fraction(a)
                above, below = above * x, below * y
            return above, below
        exponent = _whole(t)
        if isinstance(t, Power) and exponent is not None:
            x, y = self._fraction(t.base)
            return (x**exponent, y**exponent) if exponent >= 0 else (y**-exponent, x**-exponent)
        return self.ring.gen(self.places[ac_key(t)]), one

    def number(self, value: Fraction) -> Any:
        from flint import fmpq

        return self.ring.constant(fmpq(value.numerator, value.denominator))

    # ---- back to terms

    def term(self, p: Any) -> Term:
        """The polynomial with its monomials in falling degree."""
        parts = []
        for exponents, c in p.to_dict().items():
            powers = [build_power(self.atoms[n], Number(int(e))) for n, e in enumerate(exponents) if int(e)]
            parts.append(build_product((Number(Fraction(int(c.p), int(c.q))), *powers)))
        return build_sum(parts)

    def used(self, p: Any) -> frozenset[int]:
        """The places of the atoms that occur."""
        return frozenset(n for exponents in p.to_dict() for n, e in enumerate(exponents) if int(e))

    # ---- factors

    def factors(self, p: Any) -> tuple[Fraction, list[tuple[Any, int]]]:
        """(content, [(primitive factor with a positive first coefficient, multiplicity)])."""
        content, found = p.factor()
        value = Fraction(int(content.p), int(content.q))
        out: list[tuple[Any, int]] = []
        for factor, multiplicity in found:
            leading = next(iter(factor.to_dict().values()))
            if leading < 0:
                factor, value = -factor, -value if int(multiplicity) % 2 else value
            out.append((factor, int(multiplicity)))
        return value, out

    def grouped(self, p: Any) -> tuple[Fraction, list[Any]]:
        """(content, factors), those in the same atoms multiplied: 2 (N - 1) (K**2 - 1)."""
        content, found = self.factors(p)
        groups: dict[frozenset[int], Any] = {}
        for factor, multiplicity in found:
            key = self.used(factor)
            groups[key] = groups.get(key, self.ring.constant(1)) * factor**multiplicity
        return content, [groups[k] for k in sorted(groups, key=min)]

    def grouped_factors(self, t: Term) -> tuple[Fraction, list[Any]]:
        """(content, factors) of a term that is a polynomial, powers multiplied out: 2 n r (q + s)."""
        content, found = self.factors(self.fraction(t)[0])
        return content, [factor**multiplicity for factor, multiplicity in found]

    def shifted(self, p: Any) -> tuple[Fraction, list[Any], int] | None:
        """(content, factors, c) with p = content * factors - c, the factors in different atoms; None if there is no c.

        Simon's favourite factoring trick: N K**2 - K**2 - N = (N - 1) (K**2 - 1) - 1.
        """
        everything = self.used(p)
        if len(everything) < 2 or p.total_degree() < 2:
            return None
        for c in _SHIFTS:
            content, groups = self.grouped(p + c)
            parts = [self.used(g) for g in groups]
            apart = sum(map(len, parts)) == len(everything)
            if len(groups) > 1 and apart and any(len(g.to_dict()) > 1 for g in groups):
                return content, groups, c
        return None

    def product(self, content: Fraction, factors: Sequence[Any]) -> Term:
        """The product as a person writes it: number, single atoms, sums."""
        ordered = sorted(factors, key=lambda f: (len(f.to_dict()) > 1, min(self.used(f))))
        return build_product((Number(content), *map(self.term, ordered)))


def _whole(t: Term) -> int | None:
    if isinstance(t, Power) and isinstance(t.exponent, Number) and t.exponent.value.denominator == 1:
        n = int(t.exponent.value)
        return n if abs(n) <= _DEGREE else None
    return None


def _collect(t: Term, found: dict[Term, Term]) -> None:
    if isinstance(t, (Add, Mul)) or _whole(t) is not None:
        for a in t.args[:1] if isinstance(t, Power) else t.args:
            _collect(a, found)
    elif isinstance(t, (Bound, Condition)):
        raise NoPolynomial
    elif not isinstance(t, Number):
        found.setdefault(ac_key(t), t)
