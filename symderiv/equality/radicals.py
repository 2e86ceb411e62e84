"""Square roots of a + b*sqrt(c): sqrt(3 + 2*sqrt(2)) = 1 + sqrt(2).

If a > 0 and a**2 - b**2*c = d**2 then, with d >= 0, sqrt(a + b*sqrt(c)) = sqrt((a + d)/2) + sign(b)*sqrt((a - d)/2):
both radicands are at least 0 because d <= a, and squaring gives a + 2*sign(b)*sqrt((a**2 - d**2)/4) = a + b*sqrt(c).
Source: A. Borodin, R. Fagin, J. Hopcroft & M. Tompa, *Decreasing the nesting depth of expressions involving square
roots*, J. Symbolic Computation 1, 1985.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isqrt
from typing import Any

from symderiv.equality.kernels import Workspace
from symderiv.equality.rational import Poly, Ratio
from symderiv.equality.signs import Unsplittable, sign, signs_of

__all__ = ["denest"]

Root = Callable[[Ratio], Ratio]


def denest(w: Workspace, p: Poly, root: Root) -> Ratio | None:
    """The square root of ``p`` > 0 without a square root inside it, or None; ``root`` takes plain square roots."""
    for n in sorted(w.kernels_in(p), reverse=True):
        k = w.kernels[n]
        if k.kind == "root" and w.relations[n][0] == 2 and p.degrees()[n] == 1:
            found = _denest_by(w, p, n, root)
            if found is not None:
                return found
    return None


def _denest_by(w: Workspace, p: Poly, n: int, root: Root) -> Ratio | None:
    with_root: dict[tuple[int, ...], Any] = {}
    without: dict[tuple[int, ...], Any] = {}
    for m, c in p.to_dict().items():
        (with_root if m[n] else without)[m[:n] + (0,) + m[n + 1 :]] = c
    a, b, c = w.poly(without), w.poly(with_root), w.relations[n][1]
    d = _square_root(w, w.reduce(a * a - b * b * c))
    if d is None or a.is_zero() or signs_of(w, Ratio(a, w.one_poly)) != {1}:
        return None
    half = Fraction(1, 2)
    try:
        s = sign(w, Ratio(b, w.one_poly), strict=False)
        # For a sum of the two roots the sign of d does not matter.
        if s < 0 and sign(w, Ratio(d, w.one_poly), strict=False) < 0:
            d = -d
    except Unsplittable:
        return None
    big, small = (root(w.scale(Ratio(x, w.one_poly), half)) for x in (a + d, a - d))
    return w.add(big, small) if s >= 0 else w.sub(big, small)


def _square_root(w: Workspace, p: Poly) -> Poly | None:
    """The polynomial whose square is ``p``, if there is one."""
    if p.is_zero():
        return p
    c, factors = (
        w.factor_poly(p) if not p.is_constant() else (w.rational_value(Ratio(p, w.one_poly)) or Fraction(0), [])
    )
    if c < 0 or isqrt(c.numerator) ** 2 != c.numerator or isqrt(c.denominator) ** 2 != c.denominator:
        return None
    out = w.ring.constant(w.rational(Fraction(isqrt(c.numerator), isqrt(c.denominator))))
    for f, e in factors:
        if e % 2:
            return None
        out = out * f ** (e // 2)
    return out
