"""What a count or a table must satisfy: the result is equal to what was asked for, with every definition unfolded."""

from __future__ import annotations

from collections.abc import Callable

from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import Term, substitute
from symderiv.records import Derivation, Verdict

__all__ = ["judge"]


def judge(derivation: Derivation, context: Context, decide: Callable[[Term, Term, Context], Verdict]) -> Verdict:
    """Decided entry by entry; the lines between are of no account here."""
    question = derivation.question
    subject = question.subject
    if question.given:
        subject = substitute(unfold_all(subject, context), dict(question.given))
    return decide(subject, derivation.result, context)
