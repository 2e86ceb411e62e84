"""The largest value of an unknown for which left <= right: the condition is solved, each line equivalent to the next.

The left side is brought into its shortest form, positive factors are divided away, and given values are put in last.
"""

from __future__ import annotations

import re

from symderiv.language.context import Context
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Mul,
    Number,
    Power,
    Relation,
    Supremum,
    Term,
    substitute,
    walk,
)
from symderiv.language.text import plain_entries, to_text
from symderiv.records import Question, Step
from symderiv.rules import radicals, roots
from symderiv.rules.conditions import truth
from symderiv.rules.structure import arrange, build_product, build_sum, negate
from symderiv.solver.finishing import finish
from symderiv.solver.kinds import Derive
from symderiv.solver.matrices import exhaust, has_matrices, simplify_norms
from symderiv.solver.suprema import SUPREMUM, answer_supremum

__all__ = ["answer"]

DIVIDE = "divide by a positive number"
SUBTRACT = "subtract on both sides"
INSERT = "insert the given values"
SQUARES = tuple(r for r in radicals.RULES if r.name == "square out of the root")


def answer(question: Question, context: Context, derive: Derive) -> tuple[tuple[Step, ...], Term, str]:
    """(conditions, each equivalent to the one before; the largest value; stop reason)"""
    left, right, unknown = question.subject, question.goal, question.unknown
    assert right is not None and unknown is not None
    steps: list[Step] = []
    suprema = [t for t in walk(left) if isinstance(t, Supremum)]
    if suprema:
        for t in suprema:
            inner, value, reason = answer_supremum(t, context)
            if reason:
                return tuple(steps), left, reason
            after = arrange(_put(left, t, value))
            steps.append(Step(SUPREMUM, (), Relation("<=", left, right), Relation("<=", after, right), (), inner))
            left = after
    elif has_matrices(left):
        inner, left = simplify_norms(left, context)
        steps += [_on_left(s, right) for s in inner]
    else:
        inner, left = derive(left, context)
        steps += [_on_left(s, right) for s in inner]
    solved, left, right = _isolate(left, right, unknown, context)
    steps += solved
    if left != unknown:
        return tuple(steps), left, _obstacle(left, unknown, context)
    last, right = _shortest(right, context)
    steps += [_on_right(left, s) for s in last]
    if question.given:
        line, after = Relation("<=", left, right), arrange(substitute(right, dict(question.given)))
        used = tuple(Relation("=", a, b) for a, b in question.given)
        steps.append(Step(INSERT, (), line, Relation("<=", left, after), used))
        more, right = _shortest(after, context)
        steps += [_on_right(left, s) for s in more]
    return tuple(steps), right, ""


def _shortest(line: Term, context: Context) -> tuple[list[Step], Term]:
    last, line = finish(line, context)
    steps = list(last)
    for rules in (roots.RULES, SQUARES, roots.RULES):
        more, line = exhaust(line, context, rules)
        steps += more
    return steps, line


def _on_left(s: Step, right: Term) -> Step:
    substeps = tuple(_on_left(x, right) for x in s.substeps)
    before, after = Relation("<=", s.before, right), Relation("<=", s.after, right)
    return Step(s.rule, (0, *s.path), before, after, s.conditions, substeps, s.level, s.note, letters=s.letters)


def _on_right(left: Term, s: Step) -> Step:
    substeps = tuple(_on_right(left, x) for x in s.substeps)
    before, after = Relation("<=", left, s.before), Relation("<=", left, s.after)
    return Step(s.rule, (1, *s.path), before, after, s.conditions, substeps, s.level, s.note, letters=s.letters)


def _isolate(left: Term, right: Term, unknown: Term, context: Context) -> tuple[list[Step], Term, Term]:
    """left <= right solved for the unknown by subtracting and by dividing by what is known to be positive."""
    steps: list[Step] = []
    for _ in range(6):
        before = Relation("<=", left, right)
        if isinstance(left, Add):
            rest = [t for t in left.args if not _contains(t, unknown)]
            kept = [t for t in left.args if _contains(t, unknown)]
            if not rest or not kept:
                break
            left, right = build_sum(kept), build_sum((right, *map(negate, rest)))
            steps.append(Step(SUBTRACT, (), before, Relation("<=", left, right)))
            continue
        factors = left.args if isinstance(left, Mul) else (left,)
        others = [f for f in factors if f != unknown]
        if left == unknown or len(others) == len(factors) or any(_contains(f, unknown) for f in others):
            break
        used = []
        for f in others:
            if not _is_positive(f, context):
                return steps, left, right
            used.append(f)
        below = build_product(used) if used else ONE
        left, right = unknown, build_product((right, *(_inverse(f) for f in _factors(below))))
        steps.append(Step(DIVIDE, (), before, Relation("<=", left, right)))
    return steps, left, right


def _obstacle(left: Term, unknown: Term, context: Context) -> str:
    """Why the unknown does not stand alone: most often a norm that may be 0."""
    factors = left.args if isinstance(left, Mul) else (left,)
    open_ = [f for f in factors if not _contains(f, unknown) and not _is_positive(f, context)]
    if unknown in factors and open_:
        name = re.sub(r'MatrixSymbol\("(\w+)", [^()]*\)', r"\1", to_text(plain_entries(open_[0])))
        return f"{name} is not known to be positive; say so with p.assume({name} > 0) or conditions=[...]"
    return "the unknown could not be isolated by steps that can be undone"


def _is_positive(f: Term, context: Context) -> bool:
    """Known to be positive, by its sign or by an assumption about it; of a power, its base."""
    if truth(Relation(">", f, ZERO), context) is True:
        return True
    if isinstance(f, Mul):
        return all(_is_positive(a, context) for a in f.args)
    if isinstance(f, Power):
        return _is_positive(f.base, context)
    return any(
        isinstance(a, Relation)
        and a.left == f
        and isinstance(a.right, Number)
        and ((a.op == ">" and a.right.value >= 0) or (a.op == ">=" and a.right.value > 0))
        for a in context.assumptions
    )


def _factors(t: Term) -> tuple[Term, ...]:
    return t.args if isinstance(t, Mul) else (t,)


def _inverse(f: Term) -> Term:
    return (
        arrange(Power(f.base, build_product((MINUS_ONE, f.exponent)))) if isinstance(f, Power) else Power(f, MINUS_ONE)
    )


def _put(t: Term, old: Term, new: Term) -> Term:
    if t == old:
        return new
    return t.with_args(tuple([_put(a, old, new) for a in t.args])) if t.args else t


def _contains(term: Term, unknown: Term) -> bool:
    return any(t == unknown for t in walk(term))
