"""What SymPy text calls by a name and terms build from others: relations, roots, reciprocal functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from symderiv.language.terms import HALF, MINUS_ONE, ONE, And, Apply, Delta, Not, Number, Or, Power, Relation, Term

__all__ = ["NAMED"]

NAMED: Mapping[str, tuple[int, Callable[[Sequence[Term]], Term]]] = {
    "KroneckerDelta": (2, lambda a: Delta(*a)),
    "Eq": (2, lambda a: Relation("=", *a)),
    "Ne": (2, lambda a: Relation("!=", *a)),
    "Le": (2, lambda a: Relation("<=", *a)),
    "Lt": (2, lambda a: Relation("<", *a)),
    "Ge": (2, lambda a: Relation(">=", *a)),
    "Gt": (2, lambda a: Relation(">", *a)),
    "Not": (1, lambda a: Not(*a)),
    "And": (0, lambda a: And(*a)),
    "Or": (0, lambda a: Or(*a)),
    "sqrt": (1, lambda a: Power(a[0], HALF)),
    "log2": (1, lambda a: Apply("log", a[0]) / Apply("log", Number(2))),
    "log10": (1, lambda a: Apply("log", a[0]) / Apply("log", Number(10))),
    "Integer": (1, lambda a: a[0]),
    "Rational": (2, lambda a: a[0] / a[1]),
    "tan": (1, lambda a: Apply("tan", a[0])),
    "sech": (1, lambda a: Power(Apply("cosh", a[0]), MINUS_ONE)),
    "coth": (1, lambda a: Power(Apply("tanh", a[0]), MINUS_ONE)),
    "sec": (1, lambda a: Power(Apply("cos", a[0]), MINUS_ONE)),
    "csc": (1, lambda a: Power(Apply("sin", a[0]), MINUS_ONE)),
    "cot": (1, lambda a: Apply("cos", a[0]) / Apply("sin", a[0])),
    "csch": (1, lambda a: Power(Apply("sinh", a[0]), MINUS_ONE)),
    "asec": (1, lambda a: Apply("acos", ONE / a[0])),
    "acsc": (1, lambda a: Apply("asin", ONE / a[0])),
    "acot": (1, lambda a: Apply("atan", ONE / a[0])),
    "acoth": (1, lambda a: Apply("atanh", ONE / a[0])),
}
"""The number of arguments (0: any) and what is built from them."""
