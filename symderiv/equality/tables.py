"""Matrices and lists entry by entry, and arithmetic of given numbers.

``agree_exactly`` proves two terms equal that are made of numbers only, or whose free names are indices between numbers:
both are evaluated exactly at every point. It never refutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from math import ceil, floor, prod

from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import Matrix, Number, Term, Tuple, symbols_of
from symderiv.records import Verdict, Witness

__all__ = ["agree_exactly", "decide_matrices"]

POINTS = 400
"""How many index tuples are tried."""
Decide = Callable[[Term, Term, float], Verdict]


def decide_matrices(left: Term, right: Term, decide: Decide, seconds: float) -> Verdict:
    """Equal if the shapes are and all entries are; the first entry that differs is the witness.

    ``decide`` judges two entries within a number of seconds. Rows, columns and places in a list count from 1.
    """
    if _layout(left) != _layout(right):
        reason = "the shapes differ"
        return Verdict("refuted", "shapes", reason, witness=Witness({}, _describe(left), _describe(right)))
    entries = list(_entries(left))
    share = max(seconds / len(entries), 0.5)
    verdicts: list[Verdict] = []
    for (place, a), (_, b) in zip(entries, _entries(right), strict=True):
        verdict = decide(a, b, share)
        if verdict.word == "refuted":
            witness = verdict.witness
            if witness is not None:
                witness = replace(witness, values={**place, **witness.values})
            return replace(verdict, witness=witness)
        verdicts.append(verdict)
    worst = min(verdicts, key=lambda v: ("undecided", "checked", "proved").index(v.word))
    method = "entry by entry" if worst.word == "proved" else worst.method
    return replace(
        worst,
        method=method,
        instances=min(v.instances for v in verdicts),
        conditions=tuple(dict.fromkeys(c for v in verdicts for c in v.conditions)),
        domain_differences=tuple(dict.fromkeys(c for v in verdicts for c in v.domain_differences)),
    )


def _layout(term: Term) -> object:
    """How a table is divided; two tables with the same layout have entries at the same places."""
    if isinstance(term, Matrix):
        return term.shape
    return [_layout(a) for a in term.args] if isinstance(term, Tuple) else None


def _entries(term: Term) -> Iterator[tuple[dict[str, str], Term]]:
    """(place, entry) in order: row and column of a matrix, position in a list, list and position in nested ones."""
    if isinstance(term, Matrix):
        for n, entry in enumerate(term.args):
            yield {"row": str(n // term.data + 1), "column": str(n % term.data + 1)}, entry
        return
    for n, part in enumerate(term.args, start=1):
        if isinstance(part, Tuple):
            for place, entry in _entries(part):
                yield {"list": ".".join((str(n), *filter(None, (place.get("list"),)))), "entry": place["entry"]}, entry
        else:
            yield {"entry": str(n)}, part


def _describe(term: Term) -> str:
    if isinstance(term, Matrix):
        return "a {} × {} matrix".format(*term.shape)
    if not isinstance(term, Tuple):
        return "a single number"
    nested = [len(a.args) for a in term.args if isinstance(a, Tuple)]
    if nested:
        return f"{len(term.args)} lists of lengths {', '.join(map(str, nested))}"
    return f"a list of {len(term.args)}"


def agree_exactly(left: Term, right: Term, context: Context, *, limit: int = 1) -> bool:
    """Are both terms defined, rational and equal at every point, of which there are at most ``limit``?

    Free names must be integers between two numbers, and all of their values are tried, whatever is assumed of them.
    Entries of arrays count only where they are given numbers.
    """
    from symderiv.equality.evaluation import Evaluator, fmpq

    ranges = _ranges(left, right, context)
    if ranges is None or not 1 <= prod(len(r) for r in ranges.values()) <= limit:
        return False
    for values in product(*ranges.values()):
        point = dict(zip(ranges, map(fmpq, values), strict=True))
        try:
            a, b = (Evaluator(point, context).value(t) for t in (left, right))
        except (ArithmeticError, KeyError, RecursionError):
            return False
        if not (isinstance(a, fmpq) and isinstance(b, fmpq) and a == b):
            return False
    return True


def _ranges(left: Term, right: Term, context: Context) -> dict[str, range] | None:
    """The values of every free name of the terms, also of those in definitions; None if one has no number as end."""
    written = symbols_of(left) | symbols_of(right)
    if any(name in context.variables and _range(name, context) is None for name in written):
        return None
    names = symbols_of(unfold_all(left, context)) | symbols_of(unfold_all(right, context))
    ranges = {name: _range(name, context) for name in sorted(names)}
    known = {name: r for name, r in ranges.items() if r is not None}
    return known if len(known) == len(ranges) else None


def _range(name: str, context: Context) -> range | None:
    variable = context.variables.get(name)
    if variable is None or not variable.range.integer or variable.range.lower_open or variable.range.upper_open:
        return None
    low, high = variable.range.lower, variable.range.upper
    if not (isinstance(low, Number) and isinstance(high, Number)):
        return None
    return range(ceil(low.value), floor(high.value) + 1)
