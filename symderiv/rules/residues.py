"""Equations that no integers solve, by what divides their coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd

from symderiv.language.terms import Term

__all__ = ["never_zero"]


def never_zero(form: Mapping[Term | None, Fraction]) -> bool:
    """Do the coefficients, whole numbers of integers, share a factor that the constant lacks? So 2 i - 1 is never 2 j."""
    whole = [c for a, c in form.items() if a is not None and c]
    constant = form.get(None, Fraction(0))
    if not whole or any(c.denominator != 1 for c in whole):
        return False
    return bool((constant / gcd(*(int(c) for c in whole))).denominator != 1)
