"""Inequalities without a polynomial way out: square roots as letters, tangents of exp and log, induction.

u + v - 2 sqrt(u v) is (sqrt(u) - sqrt(v))^2; log(u) <= u - 1 is the tangent of
the logarithm at 1; (1 + y)^n >= 1 + n y is shown by induction over n.
"""

from __future__ import annotations

from symderiv.equality import holds
from symderiv.equality.inequalities import find_induction, tangent_bounds
from symderiv.language.context import Context
from symderiv.language.terms import (
    HALF,
    TRUE,
    TWO,
    ZERO,
    Apply,
    Number,
    Power,
    Relation,
    Symbol,
    Term,
    walk,
)
from symderiv.records import DETAIL, Step
from symderiv.rules.structure import arrange, build_power, build_product, build_sum, factors_of, negate, summands_of
from symderiv.solver.kinds import Derive

__all__ = ["grounds", "with_roots"]

TANGENTS = {
    frozenset({"log"}): "tangent of the logarithm", frozenset({"exp"}): "tangent of the exponential",
    frozenset({"exp", "log"}): "tangents of exponential and logarithm",
}  # fmt: skip
INDUCTION, BASE, STEP, LEFT = "proof by induction", "base case", "induction step", "what is left"


# ---- square roots


def with_roots(line: Relation, context: Context) -> Relation:
    """sqrt(u v) as sqrt(u) sqrt(v) and u as sqrt(u)^2, for letters below a root that are not negative."""
    halves = [t for t in walk(line) if _is_half(t)]
    letters = {f for t in halves if isinstance(t, Power) for f in factors_of(t.base)}
    if not letters or not all(isinstance(f, Symbol) and _not_negative(f, context) for f in letters):
        return line
    alone = [t for t in halves if isinstance(t, Power) and isinstance(t.base, Symbol)]
    if len(alone) == len(halves) and not any(t in letters for t in _outside(line)):
        return line

    def go(t: Term) -> Term:
        if isinstance(t, Power) and _is_half(t) and isinstance(t.exponent, Number):
            powers = [build_power(Power(f, HALF), Number(2 * t.exponent.value)) for f in factors_of(t.base)]
            return build_product(powers)
        if t in letters:
            return Power(Power(t, HALF), TWO)
        return t.with_args(tuple([go(a) for a in t.args])) if t.args else t

    left, right = map(go, line.args)
    return Relation(line.op, left, right)


def _is_half(t: Term) -> bool:
    return isinstance(t, Power) and isinstance(t.exponent, Number) and t.exponent.value.denominator == 2


def _outside(t: Term) -> list[Term]:
    """The terms that do not stand below a root."""
    return [] if _is_half(t) else [t, *(s for a in t.args for s in _outside(a))]


def _not_negative(t: Term, context: Context) -> bool:
    return holds(Relation(">=", t, ZERO), context) is True


# ---- tangents and induction


def grounds(line: Relation, context: Context, derive: Derive) -> tuple[str, tuple[Step, ...]] | None:
    """(name, workings) of a proof that the line holds always, by tangents or by induction; None if there is none."""
    less, more = line.args if line.op in ("<", "<=") else line.args[::-1]
    op = {"<": ">", "<=": ">="}.get(line.op, line.op)
    if op not in (">", ">="):
        return None
    difference = arrange(build_sum((*summands_of(more), *map(negate, summands_of(less)))))
    functions = frozenset(t.function for t in walk(difference) if isinstance(t, Apply) and t.function in ("exp", "log"))
    for bound in tangent_bounds(difference, context, holds):
        if holds(Relation(op, bound, ZERO), context) is True:
            shown = arrange(bound)
            steps = [Step(TANGENTS[functions], (), difference, shown, level=DETAIL, relation=">=")]
            _, value = derive(shown, context)
            if value != shown:
                steps.append(Step(LEFT, (), shown, value, level=DETAIL))
            return TANGENTS[functions], tuple(steps)
    found = find_induction(Relation(op, difference, ZERO), context, holds)
    if found is None:
        return None
    base = arrange(found.at(Number(found.first)))
    return INDUCTION, (
        Step(BASE, (), Relation(op, base, ZERO), TRUE, level=DETAIL),
        Step(STEP, (), arrange(found.following), arrange(found.hypothesis), level=DETAIL, relation=">="),
    )
