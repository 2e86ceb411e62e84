"""From a raw result to the form a teacher would write: deltas eliminated, names folded back, shortest form found."""

from __future__ import annotations

from symderiv.language.context import Context
from symderiv.language.terms import ONE, Apply, Binder, Condition, Delta, Entry, Sum, Term
from symderiv.records import Rule, Step
from symderiv.rules import (
    algebra,
    circular,
    closed_forms,
    definitions,
    expectations,
    exponentials,
    floors,
    folding,
    given_numbers,
    piecewise,
    products,
    ranges,
    rearranging,
    reindexing,
    rounded_indices,
    rounding,
    sums,
    totals,
    trigonometry,
)
from symderiv.solver.lines import compress
from symderiv.solver.rewriting import moves, step_of
from symderiv.solver.search import Costs, Outcome, improve

__all__ = ["ALGEBRA", "as_cases", "finish", "settle"]


def _named(rules: tuple[Rule, ...], *names: str) -> tuple[Rule, ...]:
    chosen = tuple(r for r in rules if r.name in names)
    assert {r.name for r in chosen} == set(names), set(names) - {r.name for r in chosen}
    return chosen


SETTLING = (
    *given_numbers.RULES,
    *_named(
        sums.RULES,
        "eliminate the delta",
        "truth of the bracket",
        "value of the delta",
        "sum over one index",
        "given",
        "sum of a constant",
    ),
    *_named(algebra.RULES, "cancel common factors", "collect like terms"),
    *_named(reindexing.RULES, "zero padding", "eliminate the delta"),
    *_named(circular.RULES, "residue of a residue", "eliminate the delta of a residue"),
    *_named(ranges.RULES, "narrow the range"),
    *_named(
        floors.RULES,
        "collect the index",
        "floor of a quotient",
        "narrow the range",
        "number of integers in a range",
        "division with remainder",
    ),
    *_named(rounding.RULES, "floor of a proper fraction", "rounding twice"),
    *_named(
        rounded_indices.RULES,
        "delta of a floor",
        "deltas of neighbours",
        "condition that never holds",
        "the one index of the window",
        "zero padding of the range",
        "write out the window",
    ),
    *_named(
        closed_forms.RULES,
        "sum of powers",
        "geometric sum",
        "geometric sum of two ratios",
        "summation by parts",
        "cases of the range",
    ),
    *_named(rearranging.RULES, "telescoping sum"),
    *_named(totals.RULES, "probabilities sum to one"),
    *_named(expectations.RULES, "expectation of a constant"),
    *_named(piecewise.RULES, "number times its sign", "bracket of a maximum"),
)
"""Rules that always help: they remove a delta, a bracket, a sum or a factor."""

ALGEBRA = (
    *SETTLING,
    *_named(
        sums.RULES, "constant factor out of the sum", "split the sum", "merge the sums", "complete the sum",
        "index under a delta",
    ),
    *_named(
        exponentials.RULES, "product of exponentials", "exponential of a sum", "exponential of a logarithm",
        "logarithm of an exponential",
        "logarithm of a product", "logarithm of a power", "recognise the sigmoid", "reflection of the sigmoid",
        "recognise softplus", "odd and even functions", "root of a square", "recognise tanh",
    ),
    *_named(totals.RULES, "sum term by term"),
    *trigonometry.RULES,
    *products.RULES,
    *folding.RULES,
    *_named(piecewise.RULES, "square of an absolute value", "simplify the condition"),
    *(r for r in ranges.RULES if r.name not in ("case by case", "narrow the range")),
    *_named(reindexing.RULES, "eliminate the delta of the outer index"),
    *_named(rounded_indices.RULES, "equation in the range"),
    *_named(circular.RULES, "sum over a full period"),
    *_named(closed_forms.RULES, "complete the range"),
    *_named(floors.RULES, "whole part out of the floor"),
    *_named(definitions.RULES, "recognise the definition", "recognise a power of the definition",
            "write with the definition"),
    *(r for r in algebra.RULES if r not in SETTLING),
)  # fmt: skip
"""The rules of the search for the shortest form."""


SIZES = (
    *SETTLING,
    *_named(floors.RULES, "whole part out of the floor"),
    *_named(algebra.RULES, "collect powers"),
)
ROUNDING = frozenset({"floor", "ceiling", "Mod"})
CASES = (*_named(ranges.RULES, "case by case"), *_named(piecewise.RULES, "opposite brackets as cases"))


def settle(line: Term, context: Context) -> tuple[list[Step], Term]:
    """Apply the rules that always help until none applies.

    Each removes a delta, a bracket, a sum or a factor, so this ends.
    """
    steps: list[Step] = []
    for _ in range(50):
        move = next(iter(moves(line, context, SETTLING)), None)
        if move is None:
            break
        steps.append(step_of(line, move))
        line = move.after
    return steps, line


def finish(
    line: Term, context: Context, *, costs: Costs = Costs(), budget: int = 60, rearranging: bool = True
) -> tuple[list[Step], Term]:
    """Settle, then search for the shortest form; returns compressed lines.

    Without ``rearranging``, in counts and where there are floors, products of sizes such as S (n - 1) stay as they are.
    """
    counting = isinstance(line, Sum) and line.body == ONE
    first, line = settle(line, context)
    sizes = counting or _rounds(line)
    rearranging = rearranging and not sizes
    rules = ALGEBRA if rearranging else SIZES
    outcome: Outcome = improve(line, context, rules, budget=budget, costs=costs)
    again, line = settle(outcome.line, context)
    if not again:
        return [*compress(first), *compress(outcome.steps)], line
    last = improve(line, context, rules, budget=budget, costs=costs)
    return [*compress(first), *compress(outcome.steps), *compress(again), *compress(last.steps)], last.line


def _rounds(term: Term) -> bool:
    """Is something rounded in the term, other than in an index, in a condition or at the end of a range?"""
    if isinstance(term, Apply) and term.function in ROUNDING:
        return True
    if isinstance(term, Binder):
        return _rounds(term.body)
    return not isinstance(term, (Entry, Delta, Condition)) and any(map(_rounds, term.args))


def as_cases(line: Term, context: Context) -> tuple[list[Step], Term]:
    """A bracket in front of the whole answer is printed as a case distinction."""
    for move in moves(line, context, CASES):
        if move.path == ():
            return [step_of(line, move)], move.after
    return [], line
