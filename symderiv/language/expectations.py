"""Expectations in declarations: E, Var, Cov, Std and P as SymPy functions that stay as written.

E(X), Var(X), Cov(X, Y), Std(X)     of anything made of random arrays and symbols
P(w[i] <= t)                        the probability of a condition, E of its bracket
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr, Function, Piecewise

from symderiv.errors import DeclarationError

__all__ = ["Cov", "E", "P", "Std", "Var"]


class Expectation(Function):
    """The mean of a random quantity."""

    nargs = 1
    is_real = True


class Variance(Function):
    """E[X^2] - E[X]^2."""

    nargs = 1
    is_real = True
    is_nonnegative = True


class Covariance(Function):
    """E[X Y] - E[X] E[Y]."""

    nargs = 2
    is_real = True


class StandardDeviation(Function):
    """The root of the variance."""

    nargs = 1
    is_real = True
    is_nonnegative = True


E, Var, Cov, Std = Expectation, Variance, Covariance, StandardDeviation


def P(condition: Any) -> Expr:
    """The probability that the condition holds."""
    if not isinstance(condition, (sympy.logic.boolalg.Boolean, bool)):
        raise DeclarationError(f"P takes a condition such as x <= t; {condition} is none")
    return Expectation(Piecewise((1, condition), (0, True), evaluate=False))
