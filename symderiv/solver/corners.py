"""Both directions of an answer such as n >= 2 and k >= 3, for the reader: the least value inside, failures outside."""

from __future__ import annotations

from dataclasses import replace

from symderiv.equality import decide
from symderiv.language.context import Context, Variable
from symderiv.language.terms import FALSE, TRUE, And, Number, Relation, Symbol, Term, substitute
from symderiv.records import ARITHMETIC, DETAIL, Step
from symderiv.rules.structure import arrange

__all__ = ["directions", "narrowed"]


def directions(line: Term, candidate: Term, context: Context) -> tuple[Step, ...]:
    """Within the bounds the product is at least what it is at their corner; at the last value outside it fails."""
    bounds = _lower_bounds(candidate)
    if not bounds or not isinstance(line, Relation) or line.op not in (">", ">=") or len(bounds) < 2:
        return ()
    corner: dict[Term, Term] = dict(bounds)
    least = arrange(substitute(line.left, corner))
    inner = context
    for v in narrowed(candidate, context):
        inner = inner.with_variable(v)
    if not isinstance(least, Number) or decide(Relation(">=", line.left, least), TRUE, inner).word != "proved":
        return ()
    steps = [Step("smallest value", (), line.left, least, level=DETAIL, relation=">=")]
    for s, low in bounds:
        outside = Number(low.value - 1)
        at = arrange(substitute(line, {s: outside}))
        if decide(at, FALSE, context).word != "proved":
            return ()
        used = (Relation("=", s, outside),)
        steps.append(Step("one less is too small", (), line, at, used, level=ARITHMETIC))
    return tuple(steps)


def narrowed(candidate: Term, context: Context) -> tuple[Variable, ...]:
    """The letters with the bounds as their ranges."""
    out = []
    for s, low in _lower_bounds(candidate):
        v = context.variables[s.name]
        out.append(replace(v, range=replace(v.range, lower=low)))
    return tuple(out)


def _lower_bounds(candidate: Term) -> list[tuple[Symbol, Number]]:
    """The pairs of x >= 2 and y >= 3; none if there is anything else."""
    out: list[tuple[Symbol, Number]] = []
    for c in candidate.args if isinstance(candidate, And) else (candidate,):
        if not (
            isinstance(c, Relation) and c.op == ">=" and isinstance(c.left, Symbol) and isinstance(c.right, Number)
        ):
            return []
        out.append((c.left, c.right))
    return out
