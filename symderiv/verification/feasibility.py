"""Evidence for solutions and refutations of linear systems: the answer is put against the conditions themselves."""

from __future__ import annotations

from collections.abc import Callable

from symderiv.equality.systems import meets
from symderiv.language.context import Context
from symderiv.language.terms import Term
from symderiv.records import Derivation, Verdict

__all__ = ["judge"]


def judge(derivation: Derivation, context: Context, decide: Callable[[Term, Term, Context], Verdict]) -> Verdict:
    """Do the values satisfy all conditions, or does the certificate refute them?"""
    verdict = meets(derivation.question, (derivation.result,), context, decide)
    if verdict is not None:
        return verdict
    return Verdict("undecided", reason="the answer is neither a row of values nor a combination of the conditions")
