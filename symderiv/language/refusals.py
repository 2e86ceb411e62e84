"""Why a SymPy object has no term: one sentence, culprit first, hint last."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import sympy

from symderiv.errors import DeclarationError
from symderiv.language.extrema import Maximum
from symderiv.language.functions import FUNCTIONS

__all__ = ["check_escape", "float_refusal", "refusal"]


def check_escape(expression: Any) -> None:
    """Refuse a Piecewise with a free name in a condition that is bound by a sum in one of its values.

    That is what SymPy makes of ``Sum(x[i]*Sum(Piecewise((x[k], k <= i), (0, True)), (k, 1, n)), (i, 1, n))``: it folds
    the Piecewise out of the inner sum, and the bound index becomes another variable. Not so inside ``verbatim()``.
    """
    if not isinstance(expression, sympy.Basic):
        return
    for p in expression.atoms(sympy.Piecewise):
        bound = {index for s in p.atoms(sympy.Sum, sympy.Product, Maximum) for index in s.bound_symbols}
        asked = {name for piece in p.args for name in piece.cond.free_symbols}
        for index in sorted(bound & asked & expression.free_symbols, key=str):
            raise DeclarationError(
                f"{index} is free in a condition and bound in a value of {p}: SymPy let an index escape from a sum; "
                "build the expression inside 'with symderiv.verbatim():'"
            )


def float_refusal(value: float) -> str:
    if not math.isfinite(value):
        return f"{value!r} is no real number; all quantities are real and finite"
    near = Fraction(value).limit_denominator(1000)
    if abs(float(near) - value) > 1e-12 * max(1.0, abs(value)):
        near = Fraction(repr(value))
    exact = str(near) if near.denominator == 1 else f"Rational({near.numerator}, {near.denominator})"
    return f"{value!r} is a float; write {exact}"


def refusal(e: Any) -> str:
    name = type(e).__name__
    if isinstance(e, sympy.MatrixBase) or isinstance(e, (sympy.MatrixExpr, sympy.Tuple, sympy.NDimArray)):
        return f"{e} is a whole array; state one entry of it with index symbols"
    if isinstance(e, sympy.IndexedBase):
        return f"{e} is an array without its indices; write {e}[i]"
    if isinstance(e, sympy.Integral):
        return f"{e} is an integral; write its value"
    if isinstance(e, sympy.Subs):
        return f"{e} substitutes into a derivative; name the point with p.symbol and give={{...}} it"
    if e is sympy.I or e in (sympy.oo, -sympy.oo, sympy.zoo, sympy.nan):
        return f"{e} is no real number; all quantities are real and finite"
    if isinstance(e, sympy.Lambda):
        return f"{e} is a rule; apply it to an index or declare it with p.function"
    known = ", ".join(sorted(FUNCTIONS))
    return (
        f"{name} in {e} is not known here; use SymPy's arithmetic, Sum, Product, Piecewise, KroneckerDelta or {known}"
    )
