"""What went wrong in an answer: the one slip that, made in the reference, gives exactly this answer.

A diagnosis is only given with proof: the slip is made in the reference (or undone in the answer) and ``decide`` proves
the two equal. ``text`` says what kind of slip it is and does not give the right answer away; ``reveal`` does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from symderiv.answers import slips
from symderiv.answers.matrix_slips import matrix_slips
from symderiv.answers.regions import regions, spoken
from symderiv.answers.slips import Slip, everywhere
from symderiv.answers.table_slips import table_slips
from symderiv.language.context import Context, unfold_all
from symderiv.language.matrix_terms import is_matrix
from symderiv.language.terms import (
    ONE,
    ZERO,
    Apply,
    Bound,
    Cases,
    Condition,
    Constant,
    Delta,
    Derivative,
    Iverson,
    Matrix,
    Number,
    Symbol,
    Term,
    Tuple,
    free_names,
    substitute,
    walk,
)
from symderiv.language.text import to_text
from symderiv.records import Question

__all__ = ["TEXTS", "Diagnosis", "Reference", "find_diagnosis"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """``code`` for programs, ``text`` one sentence for the person who gave the answer.

    ``reveal`` says what stands where in the place of what, for those who ask; empty if that cannot be said.
    """

    code: str
    text: str
    reveal: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A right answer: the form expected, and the question it belongs to (the answer to another part has another)."""

    expected: Term
    question: Question | None = None
    part: str = ""


TEXTS = {
    "sign": "The answer has the wrong sign.",
    "sign of a term": "One term has the wrong sign.",
    "signs": "Two terms have the wrong sign.",
    "wrong name": "One name stands in the place of another.",
    "log base": "The logarithm has another base; the natural one is meant.",
    "chain rule": "A factor that the chain rule brings is missing.",
    "constant factor": "The answer is off by a constant factor.",
    "swapped indices": "Two indices are swapped.",
    "transposed": "The matrix is transposed.",
    "flipped": "An array is walked through the other way: a kernel flipped, or not.",
    "missing term": "A term is missing.",
    "extra term": "There is a term too many.",
    "missing factor": "A factor is missing.",
    "extra factor": "There is a factor too many.",
    "inverted": "The answer is upside down.",
    "inverted factor": "A factor stands on the wrong side of the fraction bar.",
    "bound": "A bound of a range is off by one.",
    "range": "A condition on an index is missing.",
    "index": "An index of an array is off.",
    "rounding": "The rounding is missing or goes the wrong way.",
    "power": "The answer is off by a square or a square root.",
    "off by one": "The answer is off by one.",
    "direction": "The inequality points the wrong way.",
    "strictness": "It is not the same whether the ends are equal or not.",
    "other part": "This is the answer to another part: ",
    "missing case": "A case is missing; this is right only where ",
    "case": "One case is wrong; this is right only where ",
    "condition": "This is right only where ",
    "shape": "The table has another shape than asked for.",
    "swapped entries": "Two entries are swapped.",
    "entry": "Not all entries are wrong: ",
}
_CONSTANTS = tuple(Fraction(s * p, q) for p, q in ((2, 1), (1, 2), (3, 1), (1, 3), (4, 1), (1, 4)) for s in (1, -1))
_SECONDS_EACH = 0.5


@dataclass(frozen=True, slots=True)
class _Explanation:
    """The slip ``code`` explains the answer if ``left = right`` where ``context`` holds."""

    code: str
    left: Term
    right: Term
    context: Context
    more: str = ""
    slip: Slip | None = None


def find_diagnosis(
    answer: Term, reference: Reference, context: Context, *, seconds: float, others: Sequence[Reference] = ()
) -> Diagnosis | None:
    """The first slip that is proved to explain the answer, the likely ones first; None if none is found in time."""
    from symderiv.equality import decide
    from symderiv.equality.instances import Screen

    end = time.monotonic() + seconds
    plain = not isinstance(reference.expected, (Matrix, Tuple)) and not is_matrix(reference.expected)
    screen = None if not plain else Screen((answer, reference.expected), context)
    tried = {(answer, reference.expected, context.assumptions)}
    for e in _explanations(answer, reference, context, others):
        if time.monotonic() > end:
            break
        key = (e.left, e.right, e.context.assumptions)
        if key in tried:
            continue
        tried.add(key)
        if screen is not None and e.context is context and screen.differ(e.left, e.right):
            continue
        if decide(e.left, e.right, e.context, seconds=_SECONDS_EACH).word == "proved":
            if e.code == "condition" and decide(e.right, ZERO, e.context, seconds=_SECONDS_EACH).word == "proved":
                continue  # both vanish there; that says nothing
            return Diagnosis(e.code, TEXTS[e.code] + e.more, _place(e.slip))
    return None


def _place(slip: Slip | None) -> str:
    """ "Yours has x where y is right", where the pieces stand outside of binders and are short."""
    if slip is None or any(isinstance(t, Bound) for piece in (slip.wrong, slip.right) for t in walk(piece)):
        return ""
    wrong, right = to_text(slip.wrong), to_text(slip.right)
    return f"Yours has {wrong} where {right} is right." if wrong != right and len(wrong) + len(right) < 200 else ""


def _explanations(
    answer: Term, reference: Reference, context: Context, others: Sequence[Reference]
) -> Iterator[_Explanation]:
    expected, question = reference.expected, reference.question
    if isinstance(expected, (Matrix, Tuple)):
        for code, left, right, more in table_slips(answer, expected, question, context):
            yield _Explanation(code, left, right, context, more)
        return

    if is_matrix(expected) or is_matrix(answer):
        for code, left, right in matrix_slips(answer, expected) if is_matrix(expected) and is_matrix(answer) else ():
            yield _Explanation(code, left, right, context)
        return

    def made(code: str, found: Iterator[Slip]) -> Iterator[_Explanation]:
        """The slips made in the reference."""
        return (_Explanation(code, answer, s.term, context, slip=s) for s in found)

    def undone(code: str, found: Iterator[Slip]) -> Iterator[_Explanation]:
        """The slips undone in the answer."""
        return (
            _Explanation(code, s.term, expected, context, slip=Slip(s.term, s.right, s.wrong)) for s in found
        )  # fmt: skip

    if isinstance(expected, Condition):
        yield from made("direction", (Slip(t, t, expected) for t in slips.flip_relation(expected)))
        yield from made("strictness", (Slip(t, t, expected) for t in slips.change_strictness(expected)))
        return
    whole = unfold_all(expected, context)
    forms = [expected] if whole == expected else [expected, whole]
    yield _Explanation("sign", -answer, expected, context)
    yield from _chain_rule(answer, reference, context)
    outer = (t for form in (expected, slips.expanded(expected)) for t in slips.drop_outer_summand(form))
    yield from made("missing term", (Slip(t, t, expected) for t in outer))
    yield from made("sign of a term", everywhere(expected, slips.flip_summand))
    for base in (2, 10):
        yield _Explanation("log base", answer, _all_at_once(expected, slips.change_base(base)), context)
    for constant in dict.fromkeys([*_ratio(answer, expected, context), *map(Number, _CONSTANTS), *_IRRATIONAL]):
        yield _Explanation("constant factor", constant * answer, expected, context)
    yield from made("swapped indices", chain(slips.swap_indices(expected, context),
                                             everywhere(expected, slips.transpose_entry)))  # fmt: skip
    for change in (slips.drop_factor, slips.drop_two_factors):
        yield from made("missing factor", everywhere(expected, change))
    yield from made("missing term", everywhere(expected, slips.drop_summand))
    for change in (slips.drop_factor, slips.drop_two_factors):
        yield from undone("extra factor", everywhere(answer, change))
    yield from undone("extra term", everywhere(answer, slips.drop_summand))
    yield from made("inverted", (Slip(t, t, expected) for t in slips.reciprocal(expected)))
    yield from made("inverted factor", everywhere(expected, slips.invert_factor))
    for form in forms:
        yield from made("bound", everywhere(form, slips.change_bound))
        yield from made("range", everywhere(form, slips.drop_guard))
        yield from made("flipped", slips.flip_arrays(form, context))
        yield from made("flipped", everywhere(form, slips.turn_index))
        yield from made("index", everywhere(form, slips.shift_index))
    yield from made("rounding", everywhere(expected, slips.change_rounding))
    yield from made("power", (Slip(t, t, expected) for t in slips.change_order(expected)))
    yield from made("wrong name", slips.take_other_names(expected, context))
    yield from made("signs", everywhere(expected, slips.flip_two_summands))
    if context.is_integer(whole):
        yield _Explanation("off by one", answer + 1, expected, context)
        yield _Explanation("off by one", answer - 1, expected, context)
    for other in others:
        if other.expected != expected and _telling(other.expected):
            yield _Explanation("other part", answer, other.expected, context, f"{other.part}.")
    yield from made("sign of a term", everywhere(slips.expanded(expected), slips.flip_summand))
    yield from _conditional(answer, expected, context)


_IRRATIONAL = (Constant("pi"), ONE / Constant("pi"), Number(2) * Constant("pi"))


def _ratio(answer: Term, expected: Term, context: Context) -> Iterator[Number]:
    """The quotient of both at the first point at which they differ."""
    from symderiv.equality import compare

    witness = compare(answer, expected, context, 240, seconds=_SECONDS_EACH).witness
    try:
        left, right = (Fraction(side) for side in (witness.left, witness.right))  # type: ignore[union-attr]
    except (ValueError, AttributeError, ZeroDivisionError):
        return
    largest = 1000 if free_names(expected) else 12  # two numbers always have a quotient
    if left and right and max(abs((right / left).numerator), (right / left).denominator) <= largest:
        yield Number(right / left)


def _telling(expected: Term) -> bool:
    """Is it so special that an equal answer can hardly be an accident?"""
    return not isinstance(expected, (Number, Symbol, Constant, Matrix, Tuple, Condition))


def _all_at_once(term: Term, change: Callable[[Term], Iterator[Term]]) -> Term:
    args = tuple([_all_at_once(a, change) for a in term.args])
    term = term.with_args(args) if args else term
    return next(change(term), term)


def _chain_rule(answer: Term, reference: Reference, context: Context) -> Iterator[_Explanation]:
    """The answer lacks the derivative of an inner function or of a name that the question's formula is made of."""
    question = reference.question
    subject = question.subject if question is not None else None
    if not isinstance(subject, Derivative):
        return
    variable = subject.variable
    inner: dict[Term, None] = {}
    for t in (*walk(subject.body), *walk(unfold_all(subject.body, context))):
        if any(isinstance(s, Bound) for s in walk(t)):
            continue
        if context.definition_of(t) is not None:
            inner[t] = None
        elif isinstance(t, Apply) and len(t.args) == 1:
            inner[t.args[0]] = None
            inner[t] = None
    for t in inner:
        if t not in (variable, subject.body) and variable.data in free_names(unfold_all(t, context)):
            yield _Explanation("chain rule", answer * Derivative(t, variable), reference.expected, context)


def _conditional(answer: Term, expected: Term, context: Context) -> Iterator[_Explanation]:
    """Equal in one region of all: one case, one sign of what stands in |…|, one size, one pair of indices."""
    divided = any(isinstance(t, (Cases, Delta, Iverson)) for t in walk(answer))
    for region in regions(answer, expected, context):
        left, right = substitute(answer, region.values), substitute(expected, region.values)
        code = "condition" if not region.is_case else "case" if divided else "missing case"
        yield _Explanation(code, left, right, context.with_assumptions(*region.conditions),
                           f"{spoken(region.named)}.")  # fmt: skip
