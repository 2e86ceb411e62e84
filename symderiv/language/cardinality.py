"""The number of integers with a property: ``how_many(t*S + K <= H + 2*P, (t, 0, H + 2*P - 1))``."""

from __future__ import annotations

from typing import Any

import sympy

from symderiv.errors import DeclarationError
from symderiv.language.notation import verbatim

__all__ = ["how_many"]


def how_many(*arguments: Any) -> sympy.Expr:
    """How many integers in the ranges (t, low, high) satisfy the conditions, as a sum of ones.

    >>> from sympy import symbols
    >>> t, n = symbols("t n", integer=True)
    >>> how_many(t <= n, (t, 1, n)).limits
    ((t, 1, n),)
    """
    conditions = [a for a in arguments if not isinstance(a, (tuple, sympy.Tuple))]
    ranges = [a for a in arguments if isinstance(a, (tuple, sympy.Tuple))]
    if not ranges or any(len(r) != 3 for r in ranges):
        raise DeclarationError("how_many() has no range; write how_many(t*S <= p, (t, 0, p))")
    if any(c in (sympy.true, sympy.false, True, False) for c in conditions):
        raise DeclarationError("SymPy has decided a condition of how_many() already; it has no index in it")
    with verbatim():
        condition = sympy.And(*conditions) if len(conditions) > 1 else conditions[0] if conditions else None
        body = sympy.Integer(1) if condition is None else sympy.Piecewise((1, condition), (0, True))
        return sympy.Sum(body, *ranges)
