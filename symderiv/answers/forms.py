"""Is an equal formula an answer? A restatement of the question, an unfinished or a half answer is none."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.answers.diagnosis import Diagnosis
from symderiv.language.context import Context
from symderiv.language.terms import (
    ONE,
    TRUE,
    Add,
    Apply,
    Binder,
    Cases,
    Derivative,
    Iverson,
    Mul,
    Or,
    Product,
    Sum,
    Term,
    free_names,
    substitute,
    walk,
)
from symderiv.records import Question

__all__ = ["form_remarks", "shortcoming", "unknown_left"]

_OPERATORS = {"Expectation": "E", "Variance": "Var", "Covariance": "Cov", "StandardDeviation": "Std"}
"""Heads that a question asks to be carried out."""


def shortcoming(answer: Term, question: Question, context: Context) -> Diagnosis | None:
    """Why a formula that equals the reference is still no answer; None if it is one."""
    given = dict(question.given)
    subject, expected = (_sorted(substitute(t, given)) for t in (question.subject, question.expected))
    answer = substitute(answer, given)
    if _sorted(answer) == subject != expected:
        return Diagnosis("restated", "This restates the question; the part asks to work it out.")
    for what in _left_over(answer, expected):
        return Diagnosis("unfinished", f"{what} is left in the answer; the part asks to carry it out.")
    if _is_half(answer, expected, context):
        return Diagnosis("half", "Right where it says something, but not all cases are covered; what holds otherwise?")
    return None


def unknown_left(answer: Term, question: Question) -> Diagnosis | None:
    """Does the unknown itself stand in the answer to "what is it"? Then there is nothing to judge."""
    unknowns = {u.data for u in (question.unknown, *question.unknowns) if u is not None and isinstance(u.data, str)}
    left = sorted(unknowns & free_names(answer) - free_names(question.expected))
    if not left:
        return None
    return Diagnosis("restated", f"The unknown {left[0]} still stands in the answer; the part asks for its value.")


def _left_over(answer: Term, expected: Term) -> Iterator[str]:
    if _has(answer, Derivative) and not _has(expected, Derivative):
        yield "A derivative"
    there, wanted = _operators(answer), _operators(expected)
    if there and not wanted:
        yield f"{min(there)}(…)"


def _has(term: Term, kind: type[Term]) -> bool:
    return any(isinstance(t, kind) for t in walk(term))


def _operators(term: Term) -> frozenset[str]:
    return frozenset(_OPERATORS[t.function] for t in walk(term) if isinstance(t, Apply) and t.function in _OPERATORS)


def _sorted(term: Term) -> Term:
    """The term with summands and factors in one order and brackets within sums and products opened."""
    args = tuple([_sorted(a) for a in term.args])
    if isinstance(term, (Add, Mul)):
        kind = type(term)
        flat = [p for a in args for p in (a.args if isinstance(a, kind) else (a,))]
        return kind(*sorted(flat, key=repr))
    return term.with_args(args) if args else term


def _is_half(answer: Term, expected: Term, context: Context) -> bool:
    """Is a case distinction without an otherwise left open somewhere where the reference has a value?"""
    from symderiv.equality import decide

    if any(True for _ in _open_cases(expected)):
        return False
    for conditions in _open_cases(answer):
        covered = conditions[0] if len(conditions) == 1 else Or(*conditions)
        if decide(Iverson(covered), ONE, context, seconds=2.0).word != "proved":
            return True
    return False


def _open_cases(term: Term) -> Iterator[tuple[Term, ...]]:
    """The conditions of every case distinction without an otherwise, outside of binders."""
    if isinstance(term, Cases):
        conditions = tuple(c for _, c in term.pieces)
        if TRUE not in conditions:
            yield conditions
    if not isinstance(term, (Binder, Derivative)):
        for a in term.args:
            yield from _open_cases(a)


def form_remarks(answer: Term, question: Question) -> tuple[str, ...]:
    """What is right but not in the form that the part's answer has."""
    out: list[str] = []
    for kind, word in ((Sum, "sum"), (Product, "product")):
        if _has(answer, kind) and not _has(question.expected, kind):
            out.append(f"a {word} is left in the answer; the part's answer has a closed form")
    if _expanded(answer) and not _expanded(question.expected):
        out.append("the answer is multiplied out; the part's answer is factored")
    return tuple(out)


def _expanded(term: Term) -> bool:
    """Is it a sum whose terms all share a factor that could stand outside?"""
    if not isinstance(term, Add):
        return False
    shared: set[Term] | None = None
    for a in term.args:
        factors = {f for f in (a.args if isinstance(a, Mul) else (a,)) if free_names(f)}
        shared = factors if shared is None else shared & factors
    return bool(shared)
