"""Labelled points as linear conditions on the weights of a threshold unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symderiv.errors import DeclarationError
from symderiv.language.border import from_sympy
from symderiv.language.terms import ONE, ZERO, Add, Mul, Number, Relation, Term

__all__ = ["half_spaces"]


def half_spaces(points: Sequence[Sequence[Any]], labels: Sequence[Any], unknowns: Sequence[Any]) -> tuple[Term, ...]:
    """w . x + b > 0 for a positive label, w . x + b <= 0 for the others; the last unknown is b.

    Source: Minsky & Papert, *Perceptrons*, 1969, ch. 1.
    """
    *weights, bias = (from_sympy(u) for u in unknowns)
    out: list[Term] = []
    for point, label in zip(points, labels, strict=True):
        numbers = [from_sympy(x) for x in point]
        if not all(isinstance(x, Number) for x in numbers):
            raise DeclarationError(f"the point {tuple(point)} is not made of numbers; write (0, 1)")
        products = [w if x == ONE else Mul(x, w) for x, w in zip(numbers, weights, strict=True) if x != ZERO]
        total = Add(*products, bias) if products else bias
        out.append(Relation(">" if label > 0 else "<=", total, ZERO))
    return tuple(out)
