"""Moments of given entries: mean, variance and standard deviation over index ranges, written out as sums.

    mu = p.define("mu", (c,), mean(X[b, c, h, w], over=(b, h, w)), "mean of a channel")
    s = p.define("s", (c,), standard_deviation(X[b, c, h, w], over=(b, h, w), about=mu[c]), "its deviation")

``over`` lists the averaged indices. Each runs over the axis at which it stands by itself in an entry of a declared
array; another range is given as ``over=[(b, 1, B)]``. What is averaged over is a bound index of the sum.

Conventions: the divisor is the number of averaged entries (the biased variance), so that a variance is the mean of the
squared deviations. ``about`` is what deviations are taken from: without it the mean over the same indices, written out.
Source: Bickel & Doksum, *Mathematical Statistics*, sec. 2.1; Ioffe & Szegedy, *Batch Normalization*, 2015.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Dummy, Expr, Indexed, Integer, Mul, Sum, Tuple, sqrt

from symderiv.errors import DeclarationError

__all__ = ["index_ranges", "mean", "standard_deviation", "variance"]

Limit = tuple[Any, Any, Any]


def mean(body: Any, over: Any) -> Expr:
    """The sum of ``body`` over the indices, divided by how many there are."""
    return _mean(sympy.S(body), index_ranges(body, over, "mean"))


def variance(body: Any, over: Any, about: Any = None) -> Expr:
    """The mean of ``(body - about)**2`` over the indices."""
    body = sympy.S(body)
    limits = index_ranges(body, over, "variance")
    if about is None:
        letters = {i: Dummy(i.name, integer=True) for i, _, _ in limits}
        about = _mean(body.xreplace(letters), [(letters[i], low, high) for i, low, high in limits])
    return _mean((body - about) ** 2, limits)


def standard_deviation(body: Any, over: Any, about: Any = None) -> Expr:
    """The square root of the variance."""
    return sqrt(variance(body, over, about))


def _mean(body: Any, limits: list[Limit]) -> Expr:
    with sympy.evaluate(True):
        count = Mul(*[high - low + 1 for _, low, high in limits])
    total = Sum(body, *reversed(limits))
    return total if count == 1 else total / count


def index_ranges(body: Any, over: Any, name: str) -> list[Limit]:
    """The ranges of the indices, outermost first."""
    listed = list(over) if isinstance(over, (tuple, list, Tuple)) else [over]
    out: list[Limit] = []
    for item in listed:
        if isinstance(item, (tuple, list, Tuple)) and len(item) == 3:
            out.append((item[0], sympy.S(item[1]), sympy.S(item[2])))
            continue
        found = {(low, high) for i, low, high in _axes(body) if i == item}
        if len(found) != 1:
            which = "no range" if not found else "two ranges"
            raise DeclarationError(f"{item} has {which} in the {name}; write over=[({item}, 1, n)] with its ends")
        out.append((item, *found.pop()))
    if not out:
        raise DeclarationError(f"the {name} has no index; add over=(b, h, w)")
    if len({i for i, _, _ in out}) < len(out):
        raise DeclarationError(f"an index stands twice in over= of the {name}; list each index once")
    return out


def _axes(body: Any) -> list[Limit]:
    """Every index that stands by itself in an entry of a declared array, with the ends of its axis."""
    out = []
    for entry in sympy.S(body).atoms(Indexed):
        for i, (low, high) in zip(entry.indices, getattr(entry.base, "ranges", None) or (), strict=False):
            if isinstance(i, sympy.Symbol):
                out.append((i, Integer(low) if isinstance(low, int) else low, high))
    return out
