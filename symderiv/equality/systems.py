"""Answers to linear systems: values inserted into the conditions, or a combination that refutes them, recomputed.

A certificate is believed only if each of its summands is a positive multiple of a condition with everything on the
larger side, and their sum is a number that is too small (Farkas' lemma). How it was found is not looked at.
Source: Schrijver, *Theory of Linear and Integer Programming*, 1986, sec. 7.3.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symderiv.language.context import Context, unfold_all
from symderiv.language.matrices import Matrix
from symderiv.language.terms import (
    MINUS_ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Mul,
    Number,
    Power,
    Relation,
    Symbol,
    Term,
    substitute,
)
from symderiv.records import Question, Verdict

__all__ = ["meets"]

Decide = Callable[[Term, Term, Context], Verdict]
Form = dict[str, Fraction]


def meets(question: Question, sides: tuple[Term, ...], context: Context, decide: Decide) -> Verdict | None:
    """The verdict on an answer by the conditions themselves: many are right. None if it has another form.

    An equation such as (w1 + b) + (w2 + b) = (w1 + w2 + b) + b stands for the difference of its sides.
    """
    answer = sides[0]
    if isinstance(answer, Matrix):
        if len(sides) > 1 or len(answer.args) != len(question.unknowns):
            return None
        values = dict(zip(question.unknowns, answer.args, strict=True))
        return decide(substitute(question.subject, values), TRUE, context)
    if len(sides) > 2:
        return None
    differences = [answer] if len(sides) == 1 else [_minus(*sides), _minus(*sides[::-1])]
    if any(_refutes(question.subject, d, context) for d in differences):
        return Verdict("proved", "Farkas certificate")
    total = _linear(unfold_all(differences[0], context))
    if total is not None and (total.keys() - {""} or (len(sides) == 1 and total.get("", Fraction(0)) > 0)):
        return decide(differences[0], ZERO, context)  # it is no constant, or not too small
    return Verdict("undecided", reason="this is no sum of the conditions as they stand, times positive numbers")


def _minus(left: Term, right: Term) -> Term:
    """left - right, summand by summand."""
    parts = [left.args if isinstance(left, Add) else (left,), right.args if isinstance(right, Add) else (right,)]
    return Add(*parts[0], *(Mul(MINUS_ONE, s) for s in parts[1]))


def _refutes(subject: Term, certificate: Term, context: Context) -> bool:
    """Is the certificate a combination of the conditions with positive multipliers that cannot be positive?

    A condition may be written as several summands in a row, since brackets at the start of a sum are not kept.
    """
    conditions = subject.args if isinstance(subject, And) else (subject,)
    rows = [r for c in conditions for r in _rows(c, context)]
    parts = certificate.args if isinstance(certificate, Add) else (certificate,)
    forms = [_linear(unfold_all(part, context)) for part in parts]
    total: Form = {}
    for form in forms:
        if form is None:
            return False
        total = _plus(total, form)
    constant = total.pop("", Fraction(0))
    if total or constant > 0:
        return False
    reached = _partitions([f for f in forms if f is not None], rows)
    return bool(reached) if constant < 0 else True in reached


def _partitions(forms: list[Form], rows: list[tuple[Form, bool]]) -> set[bool]:
    """For the ways to cut the summands into multiples of rows: is a strict row among them?"""
    reached: list[set[bool]] = [{False}, *(set[bool]() for _ in forms)]
    for end in range(1, len(forms) + 1):
        part: Form = {}
        for start in range(end - 1, -1, -1):
            part = _plus(part, forms[start])
            for row, strict in rows:
                if _is_multiple(part, row):
                    reached[end] |= {strict or before for before in reached[start]}
    return reached[-1]


def _rows(condition: Term, context: Context) -> list[tuple[Form, bool]]:
    """(form, strict) with form > 0 or form >= 0."""
    if not isinstance(condition, Relation):
        return []
    sides = [_linear(unfold_all(side, context)) for side in condition.args]
    left, right = sides
    if left is None or right is None:
        return []
    above, below = _plus(left, _times(right, -1)), _plus(right, _times(left, -1))
    return {
        ">": [(above, True)], ">=": [(above, False)], "<": [(below, True)], "<=": [(below, False)],
        "=": [(above, False), (below, False)],
    }.get(condition.op, [])  # fmt: skip


def _is_multiple(form: Form, row: Form) -> bool:
    if not row or form.keys() != row.keys():
        return False
    key = next(iter(row))
    factor = form[key] / row[key]
    return factor > 0 and all(form[k] == factor * row[k] for k in row)


def _linear(t: Term) -> Form | None:
    """The coefficients of a linear term, the constant under ""; zeros are left out."""
    if isinstance(t, Number):
        return {"": t.value} if t.value else {}
    if isinstance(t, Symbol):
        return {t.name: Fraction(1)}
    if isinstance(t, Add):
        total: Form = {}
        for a in t.args:
            part = _linear(a)
            if part is None:
                return None
            total = _plus(total, part)
        return total
    if isinstance(t, Mul):
        factor = Fraction(1)
        rest: Form | None = None
        for a in t.args:
            part = _linear(a)
            if part is None or (part.keys() - {""} and rest is not None):
                return None
            if part.keys() - {""}:
                rest = part
            else:
                factor *= part.get("", Fraction(0))
        return _times({"": Fraction(1)} if rest is None else rest, factor)
    if isinstance(t, Power) and isinstance(t.base, Number) and t.exponent == Number(-1) and t.base.value:
        return {"": 1 / t.base.value}
    return None


def _plus(a: Form, b: Form) -> Form:
    total = {k: a.get(k, Fraction(0)) + b.get(k, Fraction(0)) for k in a.keys() | b.keys()}
    return {k: v for k, v in total.items() if v}


def _times(a: Form, factor: Fraction | int) -> Form:
    return {k: v * factor for k, v in a.items() if v * factor}
