"""Affine forms over integer atoms: the index expressions, bounds and guards that integer sets understand.

An atom is a symbol, or a term that is not affine (``K*D``, ``floor(n/2)``) and then counts as an integer of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm

from symderiv.language.terms import Add, Apply, Mul, Number, Power, Symbol, Term, substitute, symbols_of

__all__ = ["Affine", "NotAffine", "Rational", "affine", "residue", "residue_parts"]

Rational = int | Fraction
_Monomial = frozenset[tuple[Term, int]]


class NotAffine(ValueError):
    """Something cannot be described by affine conditions (a product of an index with a size, say)."""


class Affine:
    """``constant + sum of coefficient * atom``; immutable, compared by value."""

    __slots__ = ("_hash", "coefficients", "constant")

    def __init__(self, coefficients: Mapping[Term, Rational], constant: Rational = 0):
        # Whole numbers are kept as int, which is several times faster than Fraction.
        self.coefficients: dict[Term, Rational] = {a: _plain(c) for a, c in coefficients.items() if c}
        self.constant: Rational = _plain(constant)
        self._hash = hash((frozenset(self.coefficients.items()), self.constant))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Affine) and self.constant == other.constant and self.coefficients == other.coefficients

    def __repr__(self) -> str:
        return f"Affine({self.term()!r})"

    def __add__(self, other: Affine | int) -> Affine:
        if isinstance(other, int):
            return Affine(self.coefficients, self.constant + other)
        out = dict(self.coefficients)
        for atom, c in other.coefficients.items():
            out[atom] = out.get(atom, 0) + c
        return Affine(out, self.constant + other.constant)

    def __neg__(self) -> Affine:
        return self.scaled(-1)

    def __sub__(self, other: Affine | int) -> Affine:
        if isinstance(other, int):
            return Affine(self.coefficients, self.constant - other)
        out = dict(self.coefficients)
        for atom, c in other.coefficients.items():
            out[atom] = out.get(atom, 0) - c
        return Affine(out, self.constant - other.constant)

    def scaled(self, factor: Rational) -> Affine:
        return Affine({a: c * factor for a, c in self.coefficients.items()}, self.constant * factor)

    def is_constant(self) -> bool:
        return not self.coefficients

    def is_integral(self) -> bool:
        """Are all coefficients integers?"""
        return self.constant.denominator == 1 and all(c.denominator == 1 for c in self.coefficients.values())

    def symbols(self) -> frozenset[str]:
        """The names of all symbols, also of those inside atoms that are not symbols."""
        out: set[str] = set()
        for a in self.coefficients:
            if isinstance(a, Symbol):
                out.add(a.name)
            else:
                out |= symbols_of(a)
        return frozenset(out)

    def coefficient(self, name: str) -> Rational:
        return self.coefficients.get(Symbol(name), 0)

    def hidden(self) -> frozenset[str]:
        """The names of the symbols inside atoms that are not symbols themselves."""
        return frozenset[str]().union(*(symbols_of(a) for a in self.coefficients if not isinstance(a, Symbol)))

    def substitute(self, values: Mapping[str, Affine]) -> Affine:
        """Replace symbols, also inside atoms, which may become affine by it: S*i with i = j + 1 is S*j + S."""
        out = Affine({}, self.constant)
        terms: dict[Term, Term] | None = None
        for atom, c in self.coefficients.items():
            if isinstance(atom, Symbol):
                out = out + (values[atom.name].scaled(c) if atom.name in values else Affine({atom: c}))
            elif symbols_of(atom).isdisjoint(values):
                out = out + Affine({atom: c})
            else:
                terms = {Symbol(n): f.term() for n, f in values.items()} if terms is None else terms
                out = out + affine(substitute(atom, terms)).scaled(c)
        return out

    def at_least_zero(self) -> Affine:
        """The strongest integral form with the same integer solutions of ``self >= 0``."""
        if not self.coefficients:
            return self
        scale = lcm(*(c.denominator for c in self.coefficients.values()))
        whole = [int(c * scale) for c in self.coefficients.values()]
        g = gcd(*whole)
        if scale == 1 and g == 1:
            return self if type(self.constant) is int else Affine(self.coefficients, self.constant.__floor__())
        out = self.scaled(Fraction(scale, g))
        return Affine(out.coefficients, out.constant.__floor__())

    def primitive(self) -> Affine:
        """Scaled so that the coefficients are coprime integers (the constant may stay a fraction)."""
        if not self.coefficients:
            return self
        scale = lcm(*(c.denominator for c in self.coefficients.values()))
        g = gcd(*(int(c * scale) for c in self.coefficients.values()))
        return self if scale == 1 and g == 1 else self.scaled(Fraction(scale, g))

    def leading_sign(self) -> int:
        """The sign of the coefficient of the first atom in alphabetic order: a canonical orientation."""
        atom = min(self.coefficients, key=_order)
        return 1 if self.coefficients[atom] > 0 else -1

    def term(self) -> Term:
        """The form as a term."""
        parts: list[Term] = []
        for a in sorted(self.coefficients, key=_order):
            c = self.coefficients[a]
            parts.append(a if c == 1 else Mul(Number(c), a))
        if self.constant or not parts:
            parts.append(Number(self.constant))
        return parts[0] if len(parts) == 1 else Add(*parts)


def _plain(value: Rational) -> Rational:
    return value if type(value) is int or value.denominator != 1 else value.numerator


def _order(atom: Term) -> str:
    return atom.name if isinstance(atom, Symbol) else "~" + repr(atom)


@lru_cache(maxsize=20_000)
def affine(term: Term) -> Affine:
    """Any real term as an affine form; products and functions of symbols become atoms of their own."""
    if isinstance(term, Symbol):
        return Affine({term: 1})
    if isinstance(term, Number):
        return Affine({}, term.value)
    return _collect(_polynomial(term))


def _collect(poly: Mapping[_Monomial, Fraction]) -> Affine:
    coefficients: dict[Term, Rational] = {}
    constant: Rational = 0
    for monomial, c in poly.items():
        if monomial:
            atom = _atom(monomial)
            coefficients[atom] = coefficients.get(atom, 0) + c
        else:
            constant += c
    return Affine(coefficients, constant)


def _atom(monomial: _Monomial) -> Term:
    factors = [(a if e == 1 else Power(a, Number(e))) for a, e in sorted(monomial, key=lambda p: _order(p[0]))]
    return factors[0] if len(factors) == 1 else Mul(*factors)


def _polynomial(term: Term) -> dict[_Monomial, Fraction]:
    if isinstance(term, Number):
        return {frozenset(): term.value}
    if isinstance(term, Add):
        return _sum(_polynomial(a) for a in term.args)
    if isinstance(term, Mul):
        out: dict[_Monomial, Fraction] = {frozenset(): Fraction(1)}
        for a in term.args:
            out = _product(out, _polynomial(a))
        return out
    if isinstance(term, Power) and isinstance(term.exponent, Number):
        e = term.exponent.value
        base = _polynomial(term.base)
        if e.denominator == 1 and 0 <= e <= 8 and len(base) <= 4:
            out = {frozenset(): Fraction(1)}
            for _ in range(int(e)):
                out = _product(out, base)
            return out
        if e == -1 and set(base) == {frozenset()} and base[frozenset()]:
            return {frozenset(): 1 / base[frozenset()]}
        if e == -1 and isinstance(term.base, Symbol):
            return {frozenset({(term.base, -1)}): Fraction(1)}
    if isinstance(term, Apply) and term.function == "Mod":
        return _as_polynomial(residue(affine(term.args[0]), affine(term.args[1])))
    if isinstance(term, Apply) and term.function in ("floor", "ceiling"):
        return _as_polynomial(_rounded(affine(term.args[0]), term.function))
    if isinstance(term, Apply):
        term = Apply(term.function, *(affine(a).term() for a in term.args))
    return {frozenset({(term, 1)}): Fraction(1)}


def residue(form: Affine, modulus: Affine) -> Affine:
    """``form mod modulus`` as an atom, without multiples of the modulus and residues by it inside.

    (a + c n) mod n = a mod n and (a mod n + b) mod n = (a + b) mod n for whole c. Source: Graham, Knuth & Patashnik,
    *Concrete Mathematics*, section 3.4.
    """
    for atom, c in list(form.coefficients.items()):
        inner = residue_parts(atom)
        if inner is not None and inner[1] == modulus and c.denominator == 1:
            form = form - Affine({atom: c}) + inner[0].scaled(c)
    if modulus.is_constant():
        n = modulus.constant
        if not n:
            return Affine({Apply("Mod", form.term(), modulus.term()): 1})
        form = Affine(form.coefficients, form.constant - n * Fraction(form.constant, n).__floor__())
        if form.is_constant():
            return form
    else:
        lead = min(modulus.coefficients, key=_order)
        times = Fraction(form.coefficients.get(lead, 0)) / modulus.coefficients[lead]
        form = form - modulus.scaled(times.__floor__())
        if form == Affine({}):
            return form
    return Affine({Apply("Mod", form.term(), modulus.term()): 1})


def _rounded(form: Affine, function: str) -> Affine:
    """The floor without the whole part of its constant, the ceiling as a floor: ceiling(x) = -floor(-x)."""
    if function == "ceiling":
        return -_rounded(-form, "floor")
    whole = Fraction(form.constant).__floor__()
    rest = Affine(form.coefficients, form.constant - whole)
    return Affine({}, whole) if rest.is_constant() else Affine({Apply("floor", rest.term()): 1}, whole)


def residue_parts(atom: Term) -> tuple[Affine, Affine] | None:
    """(e, n) of an atom ``e mod n``."""
    if isinstance(atom, Apply) and atom.function == "Mod":
        return affine(atom.args[0]), affine(atom.args[1])
    return None


def _as_polynomial(form: Affine) -> dict[_Monomial, Fraction]:
    out: dict[_Monomial, Fraction] = {frozenset({(a, 1)}): Fraction(c) for a, c in form.coefficients.items()}
    if form.constant:
        out[frozenset()] = Fraction(form.constant)
    return out


def _sum(parts: Iterable[dict[_Monomial, Fraction]]) -> dict[_Monomial, Fraction]:
    out: dict[_Monomial, Fraction] = {}
    for part in parts:
        for m, c in part.items():
            out[m] = out.get(m, Fraction(0)) + c
    return {m: c for m, c in out.items() if c}


def _product(left: dict[_Monomial, Fraction], right: dict[_Monomial, Fraction]) -> dict[_Monomial, Fraction]:
    def times(m: _Monomial, n: _Monomial) -> _Monomial:
        powers = dict(m)
        for a, e in n:
            powers[a] = powers.get(a, 0) + e
        return frozenset((a, e) for a, e in powers.items() if e)

    return _sum({times(m, n): c * d} for m, c in left.items() for n, d in right.items())
