"""What went wrong in an answer: the one slip that, made in the reference, gives exactly this answer.

A diagnosis is only given with proof: the slip is made in the reference form (or undone in the answer) and ``decide``
proves the two equal. The sentence says what kind of slip it is and does not give the right answer away.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations

from symderiv.language.context import Context
from symderiv.language.terms import (
    ONE,
    ZERO,
    Add,
    Binder,
    Condition,
    Delta,
    Entry,
    Mul,
    Number,
    Power,
    Symbol,
    Term,
    free_names,
    substitute,
)

__all__ = ["Diagnosis", "find_diagnosis"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """``code`` for programs, ``text`` one sentence for the person who gave the answer."""

    code: str
    text: str


TEXTS = {
    "sign": "The answer has the wrong sign.",
    "sign of a term": "One term has the wrong sign.",
    "constant factor": "The answer is off by a constant factor.",
    "swapped indices": "Two indices are swapped.",
    "missing term": "A term is missing.",
    "extra term": "There is a term too many.",
    "missing factor": "A factor is missing.",
    "extra factor": "There is a factor too many.",
    "inverted factor": "A factor stands on the wrong side of the fraction bar.",
    "bound": "A bound of a sum is off by one.",
    "index": "An index of an array is off.",
}
_CONSTANTS = tuple(Fraction(s * p, q) for p, q in ((2, 1), (1, 2), (3, 1), (1, 3), (4, 1), (1, 4)) for s in (1, -1))
_SECONDS_EACH = 0.5

Change = Callable[[Term], Iterator[Term]]


def find_diagnosis(answer: Term, expected: Term, context: Context, *, seconds: float) -> Diagnosis | None:
    """The first slip that is proved to explain the answer, the likely ones first; None if none is found in time."""
    from symderiv.equality import decide

    end = time.monotonic() + seconds
    tried = {(answer, expected)}
    for code, left, right in _explanations(answer, expected, context):
        if time.monotonic() > end:
            return None
        if (left, right) in tried:
            continue
        tried.add((left, right))
        if decide(left, right, context, seconds=_SECONDS_EACH).word == "proved":
            return Diagnosis(code, TEXTS[code])
    return None


def _explanations(answer: Term, expected: Term, context: Context) -> Iterator[tuple[str, Term, Term]]:
    """(code, left, right): the slip explains the answer if left = right."""
    yield "sign", -answer, expected
    for slip in _everywhere(expected, _flip_summand):
        yield "sign of a term", answer, slip
    for constant in _CONSTANTS:
        yield "constant factor", Number(constant) * answer, expected
    for slip in _swap_indices(expected, context):
        yield "swapped indices", answer, slip
    for slip in chain(_everywhere(expected, _drop_factor), _drop_two_factors(expected)):
        yield "missing factor", answer, slip
    for slip in _everywhere(expected, _drop_summand):
        yield "missing term", answer, slip
    for repaired in chain(_everywhere(answer, _drop_factor), _drop_two_factors(answer)):
        yield "extra factor", repaired, expected
    for repaired in _everywhere(answer, _drop_summand):
        yield "extra term", repaired, expected
    for slip in _everywhere(expected, _invert_factor):
        yield "inverted factor", answer, slip
    for slip in _everywhere(expected, _move_bound):
        yield "bound", answer, slip
    for slip in _everywhere(expected, _shift_index):
        yield "index", answer, slip


def _everywhere(term: Term, change: Change) -> Iterator[Term]:
    """``term`` with ``change`` made at one place, for every place; indices, bounds and conditions are left alone."""
    yield from change(term)
    if isinstance(term, (Entry, Delta, Condition)):
        return
    for n, argument in enumerate(term.args[:1] if isinstance(term, Binder) else term.args):
        for new in _everywhere(argument, change):
            yield _replace(term, n, new)


def _replace(term: Term, n: int, new: Term) -> Term:
    return term.with_args((*term.args[:n], new, *term.args[n + 1 :]))


def _join(kind: type[Add] | type[Mul], args: tuple[Term, ...]) -> Term:
    if len(args) > 1:
        return kind(*args)
    return args[0] if args else (ZERO if kind is Add else ONE)


def _flip_summand(term: Term) -> Iterator[Term]:
    if isinstance(term, Add):
        for n, a in enumerate(term.args):
            yield _replace(term, n, -a)


def _drop_summand(term: Term) -> Iterator[Term]:
    if isinstance(term, Add):
        for n in range(len(term.args)):
            yield _join(Add, term.args[:n] + term.args[n + 1 :])


def _drop_factor(term: Term) -> Iterator[Term]:
    if isinstance(term, Mul):
        for n in range(len(term.args)):
            yield _join(Mul, term.args[:n] + term.args[n + 1 :])
    if isinstance(term, Power) and isinstance(term.exponent, Number) and term.exponent.value > 1:
        yield Power(term.base, Number(term.exponent.value - 1))


def _drop_two_factors(term: Term) -> Iterator[Term]:
    """Two at once, such as a derivative g*(1 - g) that the chain rule brings or does not."""
    if isinstance(term, Mul):
        for m, n in combinations(range(len(term.args)), 2):
            yield _join(Mul, term.args[:m] + term.args[m + 1 : n] + term.args[n + 1 :])


def _invert_factor(term: Term) -> Iterator[Term]:
    if isinstance(term, Mul):
        for n, a in enumerate(term.args):
            if isinstance(a, Power) and isinstance(a.exponent, Number):
                yield _replace(term, n, Power(a.base, Number(-a.exponent.value)))
            elif not isinstance(a, (Number, Delta)):
                yield _replace(term, n, ONE / a)


def _swap_indices(term: Term, context: Context) -> Iterator[Term]:
    """Two free indices of the same range exchanged, or the indices of one kind of array."""
    names = [n for n in sorted(free_names(term)) if n in context.variables and context.variables[n].role == "index"]
    for a, b in combinations(names, 2):
        if context.variables[a].range == context.variables[b].range:
            yield substitute(term, {Symbol(a): Symbol(b), Symbol(b): Symbol(a)})
    yield from _everywhere(term, _transpose_entry)


def _transpose_entry(term: Term) -> Iterator[Term]:
    if isinstance(term, Entry) and len(term.indices) == 2:
        yield Entry(term.name, term.indices[::-1])


def _move_bound(term: Term) -> Iterator[Term]:
    if isinstance(term, Binder):
        for n, by in ((2, 1), (2, -1), (3, 1), (3, -1)):
            yield _replace(term, n, term.args[n] + by)


def _shift_index(term: Term) -> Iterator[Term]:
    if isinstance(term, Entry):
        for n, index in enumerate(term.indices):
            for by in (1, -1):
                yield _replace(term, n, index + by)
