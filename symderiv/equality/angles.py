"""Angles as kernels: cos and sin of a unit angle with sin**2 = 1 - cos**2; multiples by the addition theorems."""

from __future__ import annotations

from fractions import Fraction

from symderiv.equality.elementary import (
    common_unit,
    decompose,
    minus_one,
    part_kernels,
    part_key,
    part_term,
    rational_power,
)
from symderiv.equality.kernels import Interval, Workspace
from symderiv.equality.rational import Poly, Ratio, TooBig
from symderiv.language.terms import Apply

__all__ = ["angle"]

MAX_MULTIPLE = 48

_SPECIAL = {1: (-1, 0), 2: (0, 1)}


def angle(w: Workspace, r: Ratio) -> tuple[Ratio, Ratio]:
    """(cos r, sin r)."""
    cosine, sine = w.one, w.zero
    for c, m, den in decompose(w, r):
        half_turns = _half_turns(w, c, m, den)
        if half_turns is not None:
            parity = minus_one(w, half_turns)
            cosine, sine = w.mul(cosine, parity), w.mul(sine, parity)
            continue
        key = part_key(w, m, den)
        unit = common_unit(w.memory.angle_units, key, c)
        times = int(c / unit)
        if abs(times) > MAX_MULTIPLE:
            raise TooBig("a large multiple of an angle")
        c1, s1 = _unit_angle(w, unit, m, den)
        ck, sk = w.one, w.zero
        for _ in range(abs(times)):
            ck, sk = w.sub(w.mul(ck, c1), w.mul(sk, s1)), w.add(w.mul(sk, c1), w.mul(ck, s1))
        sk = sk if times > 0 else w.neg(sk)
        cosine, sine = (
            w.sub(w.mul(cosine, ck), w.mul(sine, sk)),
            w.add(w.mul(cosine, sk), w.mul(sine, ck)),
        )
    return cosine, sine


def _unit_angle(w: Workspace, unit: Fraction, m: tuple[int, ...], den: Poly | None) -> tuple[Ratio, Ratio]:
    used = [(w.kernels[n], e) for n, e in enumerate(m) if e]
    if den is None and len(used) == 1 and used[0][1] == 1 and used[0][0].data == "pi" and unit.numerator == 1:
        exact = _angle_of_pi(w, unit.denominator)
        if exact is not None:
            return exact
    key, parts = (part_key(w, m, den), unit), part_kernels(w, m, den)
    interval = Interval(Fraction(-1), True, Fraction(1), True)
    c = w.kernel("cos", key, lambda: Apply("cos", part_term(w, unit, m, den)), parts, interval)
    s = w.kernel("sin", key, lambda: Apply("sin", part_term(w, unit, m, den)), parts, interval)
    w.relations.setdefault(s.index, (2, w.one_poly - w.gens[c.index] ** 2))
    return w.generator(c.index), w.generator(s.index)


def _angle_of_pi(w: Workspace, n: int) -> tuple[Ratio, Ratio] | None:
    """(cos, sin) of pi/n where they are radicals of rational numbers."""
    if n in _SPECIAL:
        c, s = _SPECIAL[n]
        return w.constant(c), w.constant(s)
    half = w.constant(Fraction(1, 2))
    if n in (3, 6):
        root = w.mul(half, rational_power(w, w.constant(3), Fraction(1, 2)))
        return (half, root) if n == 3 else (root, half)
    if n in (4,):
        root = w.mul(half, rational_power(w, w.constant(2), Fraction(1, 2)))
        return root, root
    return None


def _half_turns(w: Workspace, c: Fraction, m: tuple[int, ...], den: Poly | None) -> Ratio | None:
    """n where the angle is n * pi with n certainly an integer that is not a number."""
    used = [n for n, e in enumerate(m) if e]
    kinds = [w.kernels[n].data for n in used]
    if den is not None or c.denominator != 1 or min(m) < 0 or kinds.count("pi") != 1 or len(used) < 2:
        return None
    pi = next(n for n in used if w.kernels[n].data == "pi")
    if m[pi] != 1 or any(w.kernels[n].data != "integer" for n in used if n != pi):
        return None
    return w.scale(w.monomial(m[:pi] + (0,) + m[pi + 1 :]), c)
