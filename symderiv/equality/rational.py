"""Rational functions over Q in numbered generators, modulo relations ``generator**degree = polynomial``.

Polynomials are FLINT's sparse multivariate ones. Every rewriting here is an identity of rational functions or an
instance of a relation, so a result is equal to what was put in wherever both are defined.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

__all__ = ["Field", "Ratio", "ReadOutside", "TooBig", "Undefined"]

Poly = Any  # flint.fmpq_mpoly has no stubs
MAX_TERMS = 6_000
MAX_POWER_TERMS = 1_000
MAX_POWER = 1_000_000


class TooBig(Exception):
    """The expression outgrows the limits; the caller answers "undecided"."""


class Undefined(Exception):
    """A division by an expression that is identically zero."""


class ReadOutside(Undefined):
    """An entry is read outside the axes of its array."""


class Ratio:
    """``num / den`` with ``den`` monic in its leading term."""

    __slots__ = ("den", "num")

    def __init__(self, num: Poly, den: Poly):
        self.num, self.den = num, den


class Field:
    """Arithmetic of ``Ratio`` in at most ``size`` generators."""

    def __init__(self, size: int):
        from flint import Ordering, fmpq, fmpq_mpoly_ctx

        self.size = size
        self.fmpq = fmpq
        self.ring = fmpq_mpoly_ctx.get([("g", size)], Ordering.degrevlex)
        self.gens = self.ring.gens()
        self.zero_poly, self.one_poly = self.ring.constant(0), self.ring.constant(1)
        self.zero, self.one = Ratio(self.zero_poly, self.one_poly), Ratio(self.one_poly, self.one_poly)
        self.relations: dict[int, tuple[int, Poly]] = {}
        """generator -> (degree, polynomial): ``generator**degree`` is the polynomial."""
        self.pairs: dict[tuple[int, int], Poly] = {}
        """(generator, generator) -> polynomial: their product is the polynomial, of lower degree in the first."""

    # ---- building

    def constant(self, value: Fraction | int) -> Ratio:
        return Ratio(self.ring.constant(self.rational(value)), self.one_poly)

    def rational(self, value: Fraction | int) -> Any:
        return self.fmpq(value.numerator, value.denominator)

    def generator(self, index: int) -> Ratio:
        poly = self.gens[index]
        return Ratio(self.reduce(poly) if index in self.relations else poly, self.one_poly)

    def monomial(self, exponents: tuple[int, ...]) -> Ratio:
        """The Laurent monomial with these exponents."""
        up = self.ring.from_dict({tuple([max(e, 0) for e in exponents]): 1})
        down = self.ring.from_dict({tuple([max(-e, 0) for e in exponents]): 1})
        return Ratio(up, down)

    def poly(self, terms: dict[tuple[int, ...], Any]) -> Poly:
        return self.ring.from_dict(terms)

    # ---- arithmetic

    def reduce(self, p: Poly) -> Poly:
        """Rewrite by the relations until none applies; ends because each lowers the degree in a later generator."""
        if not self.relations:
            return p
        for _ in range(400):
            degrees = p.degrees()
            todo = [g for g, (d, _) in self.relations.items() if degrees[g] >= d]
            if not todo:
                pair = next((q for q in self.pairs if degrees[q[0]] > 0 and degrees[q[1]] > 0), None)
                reduced = p if pair is None else self._reduce_pairs(p)
                if pair is None or reduced == p:
                    return p
                p = reduced
                continue
            g = max(todo)
            degree, value = self.relations[g]
            parts: dict[int, dict[tuple[int, ...], Any]] = {}
            for exponents, c in p.to_dict().items():
                times, rest = divmod(exponents[g], degree)
                parts.setdefault(int(times), {})[exponents[:g] + (rest,) + exponents[g + 1 :]] = c
            p = self.zero_poly
            for times, part in parts.items():
                self.check_power(value, times)
                p = p + (self.poly(part) * value**times if times else self.poly(part))
                self.check_size(p)
        raise TooBig("the relations between radicals and trigonometric functions do not settle")

    def _reduce_pairs(self, p: Poly) -> Poly:
        for (a, b), value in self.pairs.items():
            kept, changed = {}, {}
            for m, c in p.to_dict().items():
                if m[a] and m[b]:
                    lower = list(m)
                    lower[a] -= 1
                    lower[b] -= 1
                    changed[tuple(lower)] = c
                else:
                    kept[m] = c
            if changed:
                p = self.poly(kept) + self.poly(changed) * value
        return p

    def check_size(self, p: Poly) -> None:
        if len(p) > MAX_TERMS:
            raise TooBig(f"a polynomial of more than {MAX_TERMS} terms")

    def check_power(self, p: Poly, exponent: int) -> None:
        terms = len(p)
        if exponent > MAX_POWER or (terms > 1 and exponent > 1 and _expanded(terms, exponent) > MAX_POWER_TERMS):
            raise TooBig(f"a sum raised to the power {exponent}")

    def make(self, num: Poly, den: Poly, *, cancel: bool = True) -> Ratio:
        """``num / den`` in lowest terms; raises Undefined if the denominator is zero."""
        if self.relations:
            num, den = self.reduce(num), self.reduce(den)
        if den.is_zero():
            raise Undefined("division by an expression that is 0")
        if num.is_zero():
            return self.zero
        if cancel and not den.is_constant():
            g = num.gcd(den)
            if not g.is_constant():
                num, den = num / g, den / g
        lead = den.leading_coefficient()
        if lead != 1:
            num, den = num / lead, den / lead
        self.check_size(num)
        self.check_size(den)
        return Ratio(num, den)

    def add(self, a: Ratio, b: Ratio) -> Ratio:
        if a.num.is_zero():
            return b
        if b.num.is_zero():
            return a
        if a.den == b.den:
            return self.make(a.num + b.num, a.den)
        self.check_product(a.num, b.den)
        self.check_product(b.num, a.den)
        g = a.den.gcd(b.den)
        if g.is_constant():
            return self.make(a.num * b.den + b.num * a.den, a.den * b.den, cancel=bool(self.relations))
        left, right = a.den / g, b.den / g
        return self.make(a.num * right + b.num * left, a.den * right)

    def check_product(self, p: Poly, q: Poly) -> None:
        if len(p) * len(q) > 20 * MAX_TERMS:
            raise TooBig("a product of large sums")

    def neg(self, a: Ratio) -> Ratio:
        return Ratio(-a.num, a.den)

    def sub(self, a: Ratio, b: Ratio) -> Ratio:
        return self.add(a, self.neg(b))

    def mul(self, a: Ratio, b: Ratio) -> Ratio:
        self.check_product(a.num, b.num)
        self.check_product(a.den, b.den)
        return self.make(a.num * b.num, a.den * b.den)

    def scale(self, a: Ratio, factor: Fraction | int) -> Ratio:
        return Ratio(a.num * self.rational(factor), a.den) if factor else self.zero

    def inverse(self, a: Ratio) -> Ratio:
        if a.num.is_zero():
            raise Undefined("division by an expression that is 0")
        return self.make(a.den, a.num, cancel=bool(self.relations))

    def power(self, a: Ratio, exponent: int) -> Ratio:
        if exponent < 0:
            return self.power(self.inverse(a), -exponent)
        self.check_power(a.num, exponent)
        self.check_power(a.den, exponent)
        return self.make(a.num**exponent, a.den**exponent, cancel=bool(self.relations))

    # ---- reading

    def rational_value(self, a: Ratio) -> Fraction | None:
        """The value if the ratio is a rational number."""
        if not (a.num.is_constant() and a.den.is_constant()):
            return None
        if a.num.is_zero():
            return Fraction(0)
        return as_fraction(a.num.leading_coefficient()) / as_fraction(a.den.leading_coefficient())

    def factor(self, a: Ratio) -> tuple[Fraction, list[tuple[Poly, int]]]:
        """(c, [(p, e)]) with a = c * product of p**e, every p irreducible, primitive and with a positive lead."""
        constant = Fraction(1)
        out: list[tuple[Poly, int]] = []
        for p, sign in ((a.num, 1), (a.den, -1)):
            if p.is_constant():
                constant *= as_fraction(p.leading_coefficient()) ** sign
                continue
            c, factors = self.factor_poly(p)
            constant *= c**sign
            out += [(f, e * sign) for f, e in factors]
        return constant, out

    def factor_poly(self, p: Poly) -> tuple[Fraction, list[tuple[Poly, int]]]:
        c, factors = p.factor()
        constant = as_fraction(c)
        out = []
        for f, e in factors:
            scale, primitive = self.primitive(f)
            constant *= scale ** int(e)
            out.append((primitive, int(e)))
        return constant, out

    def primitive(self, p: Poly) -> tuple[Fraction, Poly]:
        """(c, q) with p = c*q and q with coprime integer coefficients, the leading one positive."""
        from math import gcd, lcm

        coefficients = [as_fraction(c) for c in p.coeffs()]
        scale = Fraction(gcd(*(c.numerator for c in coefficients)), lcm(*(c.denominator for c in coefficients)))
        if as_fraction(p.leading_coefficient()) < 0:
            scale = -scale
        return scale, p / self.rational(scale)


def as_fraction(value: Any) -> Fraction:
    q = int(value.q)
    return Fraction(int(value.p)) if q == 1 else Fraction(int(value.p), q)


def _expanded(terms: int, exponent: int) -> int:
    """The number of monomials in the power of a sum, at most."""
    from math import comb

    return comb(min(exponent + terms - 1, 10**6), min(terms - 1, 20))
