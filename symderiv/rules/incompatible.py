"""Deltas and brackets: which cannot hold together, which say the same more simply, how often they hold."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd

from symderiv.equality.affine import affine
from symderiv.language.context import Context
from symderiv.language.terms import (
    ONE,
    TRUE,
    ZERO,
    And,
    Apply,
    Delta,
    Iverson,
    Mul,
    Number,
    Or,
    Relation,
    Sum,
    Term,
    open_binder,
    walk,
)
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules.conditions import at_least
from symderiv.rules.structure import ac_key, build_product, build_sum, negate, summands_of

__all__ = ["RULES"]


def _excluded(term: Term, context: Context) -> Iterator[Rewrite]:
    """delta(i, k) delta(j, l) = 0 where i != k or j != l is assumed."""
    factors = term.args if isinstance(term, Mul) else (term,)
    held = {ac_key(Relation("=", f.left, f.right)) for f in factors if isinstance(f, Delta)}
    if not held:
        return
    for a in context.assumptions:
        parts = a.args if isinstance(a, Or) else (a,)
        if all(isinstance(p, Relation) and p.op == "!=" and _equation(p) & held for p in parts):
            yield Rewrite(ZERO, (a,))
            return


def _simplified(term: Term, context: Context) -> Iterator[Rewrite]:
    """delta(i + 2*h - l, i + l) = delta(h, l): what both sides share is taken away, a common factor divided out."""
    if not isinstance(term, Delta):
        return
    form = affine(term.left) - affine(term.right)
    factor = gcd(*(int(c) for c in form.coefficients.values())) if form.is_integral() and form.coefficients else 1
    if not factor or int(form.constant) % factor:
        return
    sides: list[list[Term]] = [[], []]
    for atom, c in form.scaled(Fraction(1, factor)).coefficients.items():
        sides[c < 0].append(build_product((Number(abs(Fraction(c))), atom)))
    constant = Fraction(form.constant) / factor
    if constant:
        sides[constant < 0].append(Number(abs(constant)))
    new = Delta(build_sum(sides[0]), build_sum(sides[1]))
    if len(list(walk(new))) < len(list(walk(term))):
        yield Rewrite(new)


def _overlap(term: Term, context: Context) -> Iterator[Rewrite]:
    """The number of i from 1 to m with i + d from 1 to m is max(0, m - |d|)."""
    if not isinstance(term, Sum) or term.lower != ONE or (term.guard != TRUE and term.body != ONE):
        return
    index, body, guard = open_binder(term, context.names())
    condition = body.condition if isinstance(body, Iverson) else guard if body == ONE else None
    if not isinstance(condition, And) or len(condition.args) != 2:
        return
    low, high = condition.args
    if not (isinstance(low, Relation) and isinstance(high, Relation) and (low.op, high.op) == ("<=", "<=")):
        return
    shift = affine(low.right) - affine(index)
    whole = low.left == ONE and high.left == low.right and ac_key(high.right) == ac_key(term.upper)
    if not whole or index.name in shift.symbols() or not at_least(term.upper, ZERO, context):
        return
    parts = [s for s in summands_of(low.right) if s != index]
    yield Rewrite(Apply("Max", ZERO, build_sum((term.upper, negate(Apply("Abs", build_sum(parts)))))))


def _equation(p: Relation) -> set[Term]:
    return {ac_key(Relation("=", *sides)) for sides in ((p.left, p.right), (p.right, p.left))}


RULES = (
    Rule(
        "deltas excluded by a condition", r"\delta_{ik}\delta_{jl} = 0 \quad (i\ne k \text{ or } j\ne l)", _excluded,
        "sums", "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 2.1", "the condition is assumed",
        examples=(("x*KroneckerDelta(e, 7)", "0"),),
    ),
    Rule(
        "simplify the delta", r"\delta_{i+2h-l,\,i+l} = \delta_{hl}", _simplified, "sums",
        "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 2.1", "", DETAIL,
        (("KroneckerDelta(i + 2*k - l, i + l)", "KroneckerDelta(k, l)"),),
    ),
    Rule(
        "overlap of two ranges", r"\sum_{i=1}^m [1 \le i + d \le m] = \max(0, m - |d|)", _overlap, "sums",
        "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 3.1", "m >= 0",
        examples=(("Sum(Piecewise((1, And(1 <= k + i - j, k + i - j <= n)), (0, True)), (k, 1, n))", "Max(0, n - Abs(i - j))"),),
    ),
)  # fmt: skip
