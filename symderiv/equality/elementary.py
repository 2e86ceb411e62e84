"""Exponentials, logarithms, powers and angles as kernels.

exp      exponents are split into rational multiples of monomials; multiples of one monomial share a unit, so that
         exp(x/2)**2 and exp(x) are powers of one kernel (a finer unit restarts the attempt)
log      log|p| for irreducible p; products, powers and exponentials come apart
powers   |p|**(1/d) with the relation that its d-th power is |p|

Every function takes the indicator kernels out first: f(a + [c] b) = [not c] f(a) + [c] f(a + b).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from symderiv.equality.conditions import INDICATORS, sign_indicators
from symderiv.equality.kernels import POSITIVE, Interval, Kernel, Restart, Scope, Unsupported, Vacuous, Workspace
from symderiv.equality.radicals import denest
from symderiv.equality.rational import Poly, Ratio, TooBig, Undefined, as_fraction
from symderiv.equality.signs import Unsplittable, require, sign_of_factor
from symderiv.language.terms import MINUS_ONE, Apply, Mul, Number, Power, Term

__all__ = [
    "exponential",
    "integer_power",
    "inverse",
    "log_abs",
    "logarithm",
    "minus_one",
    "rational_power",
    "split_brackets",
]

MAX_RADICAND = 10**24
MAX_EXPONENT = 100_000


# ---- indicators


def split_brackets(w: Workspace, r: Ratio, f: Callable[[Ratio], Ratio]) -> Ratio:
    """``f(r)`` with every indicator kernel of r taken out of the argument."""
    found = next((n for n in sorted(w.kernels_of(r)) if w.kernels[n].kind in INDICATORS), None)
    if found is None:
        return f(r)
    values = []
    for bit in (0, 1):
        w.scopes.append(Scope(frozenset(), ()))
        try:
            values.append(split_brackets(w, put(w, r, found, bit), f))
        except (Undefined, Vacuous) as error:
            raise Unsupported("a term that is defined for some of the indices only") from error
        finally:
            w.scopes.pop()
    bracket = w.generator(found)
    return w.add(w.mul(w.sub(w.one, bracket), values[0]), w.mul(bracket, values[1]))


def put(w: Workspace, r: Ratio, kernel: int, bit: int) -> Ratio:
    """``r`` with an indicator kernel replaced by 0 or 1."""

    def change(p: Poly) -> Poly:
        out: dict[tuple[int, ...], Any] = {}
        for m, c in p.to_dict().items():
            if m[kernel] and not bit:
                continue
            m = m[:kernel] + (0,) + m[kernel + 1 :]
            out[m] = out.get(m, 0) + c
        return w.poly(out)

    return w.make(change(r.num), change(r.den))


def inverse(w: Workspace, r: Ratio) -> Ratio:
    """1/r; what is divided by becomes a domain condition."""

    def invert(s: Ratio) -> Ratio:
        if s.num.is_zero():
            raise Undefined("division by an expression that is 0")
        if not s.num.is_constant():
            require(w, s, "!=")
        return w.inverse(s)

    return split_brackets(w, r, invert)


# ---- exponents


def decompose(w: Workspace, r: Ratio) -> list[tuple[Fraction, tuple[int, ...], Poly | None]]:
    """``r`` as a sum of c * (Laurent monomial) / (denominator): what exponents and angles are split into."""
    out: list[tuple[Fraction, tuple[int, ...], Poly | None]] = []
    if len(r.den) == 1:
        ((down, c),) = r.den.to_dict().items()
        for up, d in r.num.to_dict().items():
            out.append((as_fraction(d / c), tuple([a - b for a, b in zip(up, down, strict=True)]), None))
        return out
    quotient, rest = divmod(r.num, r.den)
    out += [(as_fraction(c), m, None) for m, c in quotient.to_dict().items()]
    return out + [(as_fraction(c), m, r.den) for m, c in rest.to_dict().items()]


def part_key(w: Workspace, m: tuple[int, ...], den: Poly | None) -> Hashable:
    return w.monomial_key(m), None if den is None else w.poly_key(den)


def part_term(w: Workspace, unit: Fraction, m: tuple[int, ...], den: Poly | None) -> Term:
    top = w.monomial_term(m, unit)
    return top if den is None else Mul(top, Power(w.poly_term(den), Number(-1)))


def part_ratio(w: Workspace, unit: Fraction, m: tuple[int, ...], den: Poly | None) -> Ratio:
    top = w.scale(w.monomial(m), unit)
    return top if den is None else w.make(top.num, top.den * den)


def part_kernels(w: Workspace, m: tuple[int, ...], den: Poly | None) -> frozenset[int]:
    inner = frozenset(n for n, e in enumerate(m) if e)
    return inner if den is None else inner | w.kernels_in(den)


def common_unit(table: dict[Hashable, Fraction], key: Hashable, c: Fraction) -> Fraction:
    """The unit of which ``c`` is a multiple; a finer one than before restarts the attempt."""
    known = table.get(key)
    if known is None:
        table[key] = abs(c)
        return abs(c)
    if (c / known).denominator == 1:
        return known
    bottom = lcm(c.denominator, known.denominator)
    table[key] = Fraction(gcd(int(c * bottom), int(known * bottom)), bottom)
    raise Restart


def exponential(w: Workspace, r: Ratio) -> Ratio:
    """exp(r)."""
    return split_brackets(w, r, lambda s: _exponential(w, s))


def _exponential(w: Workspace, r: Ratio) -> Ratio:
    out = w.one
    for c, m, den in decompose(w, r):
        single = [(n, e) for n, e in enumerate(m) if e]
        if den is None and len(single) == 1 and single[0][1] == 1 and w.kernels[single[0][0]].kind == "log":
            out = w.mul(out, _abs_power(w, w.kernels[single[0][0]].data, c))
            continue
        key = part_key(w, m, den)
        unit = common_unit(w.memory.exponent_units, key, c)
        times = int(c / unit)
        if abs(times) > MAX_EXPONENT:
            raise TooBig("an exponent is too large")
        k = w.kernel(
            "exp",
            (key, unit),
            lambda unit=unit, m=m, den=den: Apply("exp", part_term(w, unit, m, den)),  # type: ignore[misc]
            part_kernels(w, m, den),
            POSITIVE,
            data=(unit, m, den),
        )
        out = w.mul(out, w.power(w.generator(k.index), times))
    return out


# ---- logarithms


def logarithm(w: Workspace, r: Ratio) -> Ratio:
    """log(r), defined where r > 0."""

    def log(s: Ratio) -> Ratio:
        if s.num.is_zero():
            raise Undefined("the logarithm of 0")
        require(w, s, ">")
        return log_abs(w, s)

    return split_brackets(w, r, log)


def log_abs(w: Workspace, r: Ratio) -> Ratio:
    """log|r| for r != 0."""
    c, factors = w.factor(r)
    out = w.zero
    for n, s in ((abs(c.numerator), 1), (c.denominator, -1)):
        for prime, e in _prime_factors(n):
            key = ("number", prime)
            k = w.kernel("log", key, lambda n=prime: Apply("log", Number(n)), interval=POSITIVE, data=prime)  # type: ignore[misc]
            out = w.add(out, w.scale(w.generator(k.index), s * e))
    for p, e in factors:
        out = w.add(out, w.scale(_log_factor(w, p), e))
    return out


def _log_factor(w: Workspace, p: Poly) -> Ratio:
    alone = _single_kernel(w, p)
    if alone is not None:
        if alone.kind == "exp":
            return part_ratio(w, *alone.data)
        if alone.kind == "root":
            degree, value = w.relations[alone.index]
            return w.scale(log_abs(w, Ratio(value, w.one_poly)), Fraction(1, degree))
    k = w.kernel(
        "log", w.poly_key(p), lambda: Apply("log", Apply("Abs", w.poly_term(p))), w.kernels_in(p), _log_interval(w, p),
        data=p,
    )  # fmt: skip
    return w.generator(k.index)


def _log_interval(w: Workspace, p: Poly) -> Interval:
    from symderiv.equality.signs import interval_of

    i = interval_of(w, p)
    if i.low is not None and i.low >= 1:
        return Interval(Fraction(0), i.low_closed)
    if i.low is not None and i.low >= 0 and i.high is not None and i.high <= 1:
        return Interval(None, False, Fraction(0), i.high_closed)
    return Interval()


def _single_kernel(w: Workspace, p: Poly) -> Kernel | None:
    """The kernel if the polynomial is just that kernel."""
    if len(p) != 1:
        return None
    ((m, c),) = p.to_dict().items()
    used = [(n, e) for n, e in enumerate(m) if e]
    return w.kernels[used[0][0]] if c == 1 and len(used) == 1 and used[0][1] == 1 else None


def _prime_factors(n: int) -> list[tuple[int, int]]:
    """(prime, exponent) pairs; a part without small factors is kept whole, which is sound, if less complete."""
    from flint import fmpz

    if n == 1:
        return []
    if n > MAX_RADICAND:
        return [(n, 1)]
    return [(int(p), int(e)) for p, e in fmpz(n).factor()]


# ---- powers


def integer_power(w: Workspace, r: Ratio, exponent: int) -> Ratio:
    """``r**exponent``; large powers of sums stay factored, with the base as a kernel of its own."""
    if exponent < 0:
        return integer_power(w, inverse(w, r), -exponent)
    if exponent == 0:
        return w.one
    if exponent > 4 and not INDICATORS.isdisjoint(w.kernels[n].kind for n in w.kernels_of(r)):
        return split_brackets(w, r, lambda s: integer_power(w, s, exponent))
    try:
        return w.power(r, exponent)
    except TooBig:
        if w.bound_in(r.num) or w.bound_in(r.den):
            raise
    c, factors = w.factor(r)
    if abs(c) != 1 and exponent * max(c.numerator.bit_length(), c.denominator.bit_length()) > 100_000:
        raise TooBig("a number raised to a large power")
    out = w.constant(c**exponent)
    for p, e in factors:
        base = Ratio(p, w.one_poly)
        if len(p) > 1:
            key = w.poly_key(p)
            known = w.table.get(("base", key))
            if known is None:
                if key in w.memory.heavy or len(w.memory.heavy) > 8:
                    raise TooBig("a sum raised to a large power")
                w.memory.heavy[key] = w.poly_term(p)
                raise Restart
            base = w.generator(known.index)
        out = w.mul(out, w.power(base, e * exponent))
    return out


def rational_power(w: Workspace, r: Ratio, exponent: Fraction) -> Ratio:
    """``r**exponent`` for a fraction that is not an integer; defined for r >= 0 (r > 0 if the exponent is negative)."""

    def root(s: Ratio) -> Ratio:
        if s.num.is_zero():
            if exponent > 0:
                return w.zero
            raise Undefined("a negative power of 0")
        require(w, s, ">=" if exponent > 0 else ">")
        return _magnitude_power(w, s, exponent)

    return split_brackets(w, r, root)


def _magnitude_power(w: Workspace, r: Ratio, exponent: Fraction) -> Ratio:
    """``|r|**exponent``."""
    c, factors = w.factor(r)
    out = w.one
    for n, s in ((abs(c.numerator), 1), (c.denominator, -1)):
        if n > MAX_RADICAND:
            raise TooBig("the root of a large number")
        for prime, e in _prime_factors(n):
            out = w.mul(out, _abs_power(w, prime, exponent * e * s))
    for p, e in factors:
        alone = _single_kernel(w, p)
        if alone is not None and alone.kind == "exp":
            out = w.mul(out, _exponential(w, w.scale(part_ratio(w, *alone.data), exponent * e)))
        elif alone is not None and alone.kind == "root":
            degree, value = w.relations[alone.index]
            out = w.mul(out, _magnitude_power(w, Ratio(value, w.one_poly), exponent * e / degree))
        else:
            out = w.mul(out, _abs_power(w, p, exponent * e))
    return out


def _abs_power(w: Workspace, base: int | Poly, exponent: Fraction) -> Ratio:
    """``|base|**exponent`` for a prime number or an irreducible polynomial."""
    if isinstance(base, int):
        if exponent.denominator == 1:
            return w.power(w.constant(base), exponent.numerator)
        key: Hashable = base
        sign, value, parts = 1, w.ring.constant(base), frozenset[int]()
    else:
        if exponent.denominator == 1 and exponent.numerator % 2 == 0:
            return w.power(Ratio(base, w.one_poly), exponent.numerator)
        try:
            sign = sign_of_factor(w, base, strict=False, invertible=exponent < 0)
        except Unsplittable:
            if exponent.denominator != 1:
                raise Unsupported("the root of a term whose sign changes with an index") from None
            above, _ = sign_indicators(w, Ratio(base, w.one_poly), strict=False)
            size = w.mul(Ratio(base, w.one_poly), w.sub(w.scale(above, 2), w.one))
            return w.power(size, exponent.numerator)
        if sign == 0:
            if exponent > 0:
                return w.zero
            raise Undefined("a negative power of 0")
        value, parts = base * sign, w.kernels_in(base)
        if exponent.denominator == 1:
            return w.power(Ratio(value, w.one_poly), exponent.numerator)
        if exponent.denominator == 2:
            plain = denest(
                w, value, lambda r: _magnitude_power(w, r, Fraction(1, 2)) if not r.num.is_zero() else w.zero
            )
            if plain is not None:
                return w.power(plain, exponent.numerator)
        key = (w.poly_key(base), sign)
    degree = w.memory.root_degrees.get(key, 1)
    if degree % exponent.denominator:
        w.memory.root_degrees[key] = lcm(degree, exponent.denominator)
        if degree != 1:
            raise Restart
        degree = exponent.denominator
    k = w.kernel(
        "root", (key, degree), lambda: Power(w.poly_term(value), Number(Fraction(1, degree))), parts,
        POSITIVE if isinstance(base, int) else Interval(Fraction(0), True),
    )  # fmt: skip
    w.relations.setdefault(k.index, (degree, value))
    return w.power(w.generator(k.index), int(exponent * degree))


def minus_one(w: Workspace, x: Ratio) -> Ratio:
    """(-1)**x for an integer polynomial x."""
    out = w.one
    if not x.den.is_constant():
        raise Unsupported("a power of a negative number")
    for m, c in x.num.to_dict().items():
        c = as_fraction(c)
        if c.denominator != 1 or not _is_integral(w, m):
            raise Unsupported("a power of a negative number")
        if c.numerator % 2 == 0:
            continue
        if not any(m):
            out = w.neg(out)
            continue
        key = frozenset(w.kernels[n].key for n, e in enumerate(m) if e)
        odd = tuple(1 if e else 0 for e in m)
        out = w.mul(out, _parity(w, key, w.monomial(odd)))
    return out


def _is_integral(w: Workspace, m: tuple[int, ...]) -> bool:
    return all(w.kernels[n].data == "integer" for n, e in enumerate(m) if e)


def _parity(w: Workspace, key: Hashable, x: Ratio) -> Ratio:
    term = Power(MINUS_ONE, w.ratio_term(x))
    k = w.kernel(
        "parity", key, lambda: term, w.kernels_of(x), Interval(Fraction(-1), True, Fraction(1), True),
        data=w.kernels_of(x),
    )  # fmt: skip
    w.relations.setdefault(k.index, (2, w.one_poly))
    return w.generator(k.index)
