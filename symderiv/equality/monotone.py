"""Inequalities between values of an increasing function: f(a) < f(b) is a < b, and f(a) < r is a < f^-1(r).

Wherever both sides have a value the two say the same, provided that f takes the value r. Two inequalities are the same
if they are after their increasing functions have been taken away.

Source: Spivak, *Calculus*, 4th ed., ch. 12.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Apply,
    Iverson,
    Mul,
    Number,
    Power,
    Relation,
    Term,
    symbols_of,
    walk,
)
from symderiv.records import Verdict

__all__ = ["inverted", "prove_by_inverses"]

Holds = Callable[[Term, Context], bool | None]
Prove = Callable[[Term, Term, Context], Verdict]
MOST_INVERSES = 3
_TURNED = {">": "<", ">=": "<=", "=": "=", "!=": "!=", "<": ">", "<=": ">="}


def prove_by_inverses(left: Term, right: Term, context: Context, prove: Prove, holds: Holds) -> Verdict | None:
    """ "proved" for two brackets of inequalities that agree without their increasing functions, else None."""
    if not isinstance(left, Iverson) or not isinstance(right, Iverson):
        return None
    one, other = (unfold_all(side.condition, context) for side in (left, right))
    if not isinstance(one, Relation) or not isinstance(other, Relation):
        return None
    for a in _forms(one, context, holds):
        for b in _forms(other, context, holds):
            if (a, b) == (one, other):
                continue
            verdict = prove(Iverson(a), Iverson(b), context)
            if verdict.word == "proved":
                return replace(verdict, method="inverses of increasing functions")
    return None


def _forms(line: Relation, context: Context, holds: Holds) -> list[Relation]:
    """The inequality, and what it is without its outermost increasing functions."""
    out = [line]
    for _ in range(MOST_INVERSES):
        found = inverted(out[-1], context, holds)
        if found is None:
            break
        out.append(found)
    return out


def inverted(line: Relation, context: Context, holds: Holds) -> Relation | None:
    """f(a) op r as a op f^-1(r), f(a) op f(b) as a op b, for an increasing f that takes the value r, else None."""
    left, right = line.args
    for a, b, op in ((left, right, line.op), (right, left, _TURNED[line.op])):
        name, inside = _call(a)
        if not name or not symbols_of(inside):
            continue  # log(2) is a number
        other, beyond = _call(b)
        if other == name:
            return Relation(op, inside, beyond)
        takes, inverse = _INVERSES[name]
        again = any(_call(t)[0] == name for t in walk(b))
        if not again and takes(b, lambda c: holds(c, context) is True):
            return Relation(op, inside, inverse(b))
    return None


def _call(t: Term) -> tuple[str, Term]:
    if isinstance(t, Apply) and t.function in _INVERSES:
        return t.function, t.args[0]
    if isinstance(t, Power) and t.exponent == HALF:
        return "sqrt", t.base
    return "", t


def _log(r: Term) -> Term:
    if r == ONE:
        return ZERO
    if isinstance(r, Number) and 0 < r.value < 1:
        return Mul(MINUS_ONE, Apply("log", Number(1 / r.value)))
    return Apply("log", r)


def _logit(r: Term) -> Term:
    return _log(Number(r.value / (1 - r.value))) if isinstance(r, Number) else Apply("logit", r)


_Known = Callable[[Term], bool]
_INVERSES: dict[str, tuple[Callable[[Term, _Known], bool], Callable[[Term], Term]]] = {
    "exp": (lambda r, known: known(Relation(">", r, ZERO)), _log),
    "log": (lambda r, known: True, lambda r: ONE if r == ZERO else Apply("exp", r)),
    "sigmoid": (lambda r, known: isinstance(r, Number) and 0 < r.value < 1, _logit),
    "tanh": (
        lambda r, known: isinstance(r, Number) and -1 < r.value < 1,
        lambda r: ZERO if r == ZERO else Apply("atanh", r),
    ),
    "sqrt": (
        lambda r, known: known(Relation(">=", r, ZERO)),
        lambda r: Number(r.value**2) if isinstance(r, Number) else Power(r, TWO),
    ),
}
"""For increasing functions: which values they are known to take, and where they take them."""
