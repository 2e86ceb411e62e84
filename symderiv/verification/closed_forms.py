"""What a closed form of a sequence must satisfy: it is equal to the entry asked for, which is proved by induction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import Term, substitute
from symderiv.records import Derivation, Verdict

__all__ = ["judge"]


def judge(derivation: Derivation, context: Context, decide: Callable[[Term, Term, Context], Verdict]) -> Verdict:
    """Decided for all indices; values that are given hold in the recurrences too."""
    question = derivation.question
    subject = unfold_all(question.subject, context)
    if question.given:
        values = dict(question.given)
        found = {
            name: replace(
                r, starts=tuple(substitute(t, values) for t in r.starts), step=substitute(r.step, values)
            )
            for name, r in context.recurrences.items()
        }  # fmt: skip
        context = replace(context, recurrences=found)
        subject = substitute(subject, values)
    return decide(subject, derivation.result, context)
