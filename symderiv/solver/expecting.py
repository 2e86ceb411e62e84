"""The tactic for expectations: definitions unfolded, variances as covariances, these as expectations, and so down.

One rule at a time, in a fixed order, each at the outermost place where it applies. Deltas are eliminated as soon as
they arise, since an entry that meets itself needs weaker assumptions than two entries; and where a choice is left,
entries that are declared independent go first, so that no more is assumed of the others than has to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from symderiv.language.context import Context
from symderiv.language.functions import EXPECTATIONS
from symderiv.language.terms import TWO, Apply, Entry, Iverson, Power, Sum, Symbol, Term, free_names, substitute, walk
from symderiv.records import Rewrite, Rule, Step
from symderiv.rules import (
    algebra,
    declared_moments,
    definitions,
    expectations,
    exponentials,
    incompatible,
    radicals,
    reindexing,
    sums,
)
from symderiv.rules.randomness import families_in, is_random
from symderiv.rules.structure import arrange
from symderiv.solver.lines import compress, join
from symderiv.solver.rewriting import Move, moves, positions, step_of

__all__ = ["EARLIER", "concerns", "expect", "tidy_roots", "unknown_moments"]

_BY_NAME = {r.name: r for r in (*expectations.RULES, *declared_moments.RULES)}
_DELTAS = (
    *(r for r in sums.RULES if r.name in ("eliminate the delta", "value of the delta", "truth of the bracket")),
    *(r for r in reindexing.RULES if r.name == "eliminate the delta of the outer index"),
    *(r for r in incompatible.RULES if r.name in ("simplify the delta", "deltas excluded by a condition")),
)
Known = Mapping[Term, tuple[Term, tuple[Term, ...]]]
"""Expectations that earlier questions have answered: their values and what these rely on."""
EARLIER = Rule(
    "result of an earlier question", r"\text{the value derived above}", lambda term, context: (), "probability",
    "the same part of the problem, ch. 1",
)  # fmt: skip
_SPREAD = tuple(
    r for r in (*sums.RULES, *algebra.RULES) if r.name in ("split the sum", "constant factor out of the sum", "expand")
)
_OVERLAP = tuple(r for r in incompatible.RULES if r.name == "overlap of two ranges")
_CONSTANT = tuple(r for r in sums.RULES if r.name in ("sum of a constant", "constant factor out of the sum"))
_COLLECT = tuple(r for r in algebra.RULES if r.name == "collect powers")
_UNFOLD = tuple(r for r in definitions.RULES if r.name == "unfold the definition")
_ORDER = (
    "expectation of a constant",
    "definition of the standard deviation",
    "constant factor out of the variance",
    "constant summand in the variance",
    "covariance with itself",
    "declared mean",
    "declared variance",
    "covariance of independent quantities",
    "variance of a sum",
    "covariance of sums",
    "constant factor out of the expectation",
    "expectation of a product of independent quantities",
    "covariance of two entries",
    "moment of the law",
    "second moment by the variance",
    "positive part of a symmetric quantity",
    "exponential of a normal quantity",
    "probability under a normal law",
    "moments of a normal family",
    "linearity of the expectation",
    "covariance by expectations",
    "multiply out below the expectation",
)
_WITH_SQUARES = {"Expectation": "second moment by the variance", "Covariance": "covariance by expectations"}
_LOGARITHMS = tuple(r for r in exponentials.RULES if r.name in (
    "logarithm of a product", "logarithm of an exponential", "logarithm of a power",
))  # fmt: skip
MAX_STEPS = 120


def concerns(line: Term, context: Context) -> bool:
    """Does an expectation stand in the line or in a definition that it uses?"""
    if not context.random:
        return False
    for t in walk(line):
        if isinstance(t, Apply) and t.function in EXPECTATIONS:
            return True
        d = context.definition_of(t) if isinstance(t, (Symbol, Entry, Apply)) else None
        if d is not None and concerns(d.body, context):
            return True
    return False


def expect(line: Term, context: Context, known: Known = MappingProxyType({})) -> tuple[list[Step], Term]:
    """Lines until no expectation is left, or until no rule applies to those that are left; ``known`` are results."""
    steps: list[Step] = []
    for _ in range(MAX_STEPS):
        move = _by_result(line, context, known) or _next(line, context, known)
        if move is None:
            break
        steps.append(_without_bound_letters(step_of(line, move), context))
        line = move.after
    if _counts(line):
        counted, line = _count(line, context)
        steps += counted
    roots, line = tidy_roots(line, context)
    return compress([*steps, *roots]), line


def _counts(line: Term) -> bool:
    """Does a bracket stand below a sum?"""
    return any(isinstance(t, Sum) and any(isinstance(b, Iverson) for b in walk(t.body)) for t in walk(line))


def _count(line: Term, context: Context) -> tuple[list[Step], Term]:
    """Sums over brackets as the numbers of their terms: taken apart, counted, and what is constant summed up."""
    steps: list[Step] = []
    for rules in (_SPREAD, _OVERLAP, _CONSTANT):
        phase: list[Step] = []
        for _ in range(MAX_STEPS):
            move = next(
                (m for m in moves(line, context, rules) if rules is not _SPREAD or _below_a_count(line, m)), None
            )
            move = move or next(iter(moves(line, context, _COLLECT)), None)
            if move is None:
                break
            phase.append(step_of(line, move))
            line = move.after
        steps += [join(phase)] if phase else []
    return steps, line


def _below_a_count(line: Term, move: Move) -> bool:
    """Is the place a sum over brackets, or below one?"""
    term = line
    for n in move.path:
        if isinstance(term, Sum) and _counts(term):
            return True
        term = term.args[n]
    return isinstance(term, Sum) and _counts(term)


def tidy_roots(line: Term, context: Context) -> tuple[list[Step], Term]:
    """Squares out of roots, and 1/sqrt(a) for sqrt(1/a)."""
    steps: list[Step] = []
    while (root := next(iter(moves(line, context, radicals.RULES)), None)) is not None:
        steps.append(step_of(line, root))
        line = root.after
    return steps, line


def _without_bound_letters(step: Step, context: Context) -> Step:
    """A condition on the index of a sum holds by its range; it is not one of the reader's."""
    names = context.names()
    return replace(step, conditions=tuple(c for c in step.conditions if free_names(c) <= names or _is_moment(c)))


def _is_moment(condition: Term) -> bool:
    return any(isinstance(t, Apply) and t.function in EXPECTATIONS for t in walk(condition))


def _by_result(line: Term, context: Context, known: Known) -> Move | None:
    """An expectation that an earlier question of the part has answered, or that follows from two that have been."""
    places = [p for p in positions(line, context) if isinstance(p[1], Apply) and p[1].function in EXPECTATIONS]
    for path, sub, inner, rebuild in places:
        squares = any(_is_square_of_known(Apply("Expectation", a), inner, known) for a in sub.args)
        if squares and sub.data in _WITH_SQUARES:
            rule = _BY_NAME[_WITH_SQUARES[sub.data]]
            for rewrite in rule.apply(sub, inner):
                return Move(rule, path, rewrite, arrange(rebuild(rewrite.term)))
    for path, sub, inner, rebuild in places:
        found = earlier(sub, inner, known)
        if found is not None:
            return Move(EARLIER, path, Rewrite(*found), arrange(rebuild(found[0])))
    return None


def _is_square_of_known(term: Apply, context: Context, known: Known) -> bool:
    """Is it E[X^2] for a quantity X whose mean and variance have been derived?"""
    body = term.args[0]
    if term.function != "Expectation" or not (isinstance(body, Power) and body.exponent == TWO):
        return False
    return all(earlier(Apply(head, body.base), context, known) for head in ("Variance", "Expectation"))


def earlier(term: Term, context: Context, known: Known) -> tuple[Term, tuple[Term, ...]] | None:
    """The value of a moment that was derived before, and what it relies on; for other indices with the same ranges too.

    What was derived under a condition on its indices holds for these indices only.
    """
    if term in known:
        return known[term]
    for subject, (value, conditions) in known.items():
        letters = _letters_for(subject, term, context)
        if letters is None or any(free_names(c) & {s.data for s in letters} for c in conditions if not _is_moment(c)):
            continue
        return substitute(value, letters), tuple(c if _is_moment(c) else substitute(c, letters) for c in conditions)
    return None


def _letters_for(pattern: Term, term: Term, context: Context) -> dict[Term, Term] | None:
    """Indices with the same ranges that make the pattern the term; None if there are none."""
    letters: dict[Term, Term] = {}
    todo = [(pattern, term)]
    while todo:
        p, t = todo.pop()
        if isinstance(p, Symbol) and isinstance(t, Symbol):
            ours, theirs = context.variables.get(p.name), context.variables.get(t.name)
            if p != t and (ours is None or theirs is None or ours.role != "index" or ours.range != theirs.range):
                return None
            if letters.setdefault(p, t) != t:
                return None
        elif type(p) is not type(t) or p.data != t.data or len(p.args) != len(t.args):
            return None
        else:
            todo += zip(p.args, t.args, strict=True)
    return letters


def _next(line: Term, context: Context, known: Known) -> Move | None:
    if isinstance(line, Apply) and line.function == "StandardDeviation" and Apply("Variance", *line.args) in known:
        return next(iter(moves(line, context, (_BY_NAME["definition of the standard deviation"],))))
    for move in moves(line, context, _UNFOLD):
        if _is_needed(move, line, context):
            return move
    tidy = next(iter(moves(line, context, _DELTAS)), None)
    tidy = tidy or _inside(line, context, _COLLECT) or _inside(line, context, _LOGARITHMS)
    if tidy is not None:
        return tidy
    if not any(isinstance(t, Apply) and t.function in EXPECTATIONS for t in walk(line)):
        return None
    for name in _ORDER:
        found = list(moves(line, context, (_BY_NAME[name],)))
        if found:
            return min(found, key=lambda m: _assumed(m, context))
    return None


def _inside(line: Term, context: Context, rules: tuple[Rule, ...]) -> Move | None:
    """The first move below an expectation."""
    for move in moves(line, context, rules):
        term = line
        for n in move.path:
            if isinstance(term, Apply) and term.function in EXPECTATIONS:
                return move
            term = term.args[n]
    return None


def _assumed(move: Move, context: Context) -> int:
    """How much the move assumes: 0 if it names no property but independence within a family."""
    words = [c.data for c in move.rewrite.conditions if isinstance(c.data, str) and c.args]
    return 1 if "uncorrelated" in words else 0


def _is_needed(move: Move, line: Term, context: Context) -> bool:
    """Is a definition unfolded that hides an expectation, or a random quantity below one?"""
    inside = False
    term = line
    for n in move.path:
        if isinstance(term, Apply) and term.function in EXPECTATIONS:
            inside = True
        term = term.args[n]
    d = context.definition_of(term)
    if d is None:
        return False
    return concerns(d.body, context) or (inside and is_random(d.body, context))


def unknown_moments(line: Term, context: Context) -> str:
    """Why an expectation is left: the first one, and what is not declared about it."""
    for t in walk(line):
        if isinstance(t, Apply) and t.function in EXPECTATIONS:
            if all(isinstance(a, (Symbol, Entry)) for a in t.args):
                continue  # a moment of a name is as good as a name
            names = sorted(families_in(t.args[0], context).union(*(families_in(a, context) for a in t.args)))
            from symderiv.language.text import to_text

            return f"{to_text(t)} does not follow from what is declared about {' and '.join(names)}"
    return ""
