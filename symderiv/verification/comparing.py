"""Evidence for "when does A > B hold?": both directions at once, and where the claim fails if it is no law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from symderiv.language.context import Context, unfold_all
from symderiv.language.ranges import Unknown, evaluate_integer
from symderiv.language.terms import FALSE, TRUE, Relation, Term, symbols_of
from symderiv.records import Derivation, Verdict, Witness

__all__ = ["judge"]


def judge(derivation: Derivation, context: Context, decide: Callable[[Term, Term, Context], Verdict]) -> Verdict:
    """Is the condition found the one asked about? With a counterexample to the claim that it always holds."""
    subject = derivation.question.subject
    verdict = decide(subject, derivation.result, context)
    steps = derivation.steps
    if verdict.word in ("checked", "undecided") and steps and steps[0].before == subject:
        chain = all(s.evidence is not None and s.evidence.word == "proved" and s.relation == "=" for s in steps)
        if chain and steps[-1].after == derivation.result:
            verdict = Verdict("proved", "chain of proved lines", instances=verdict.instances)
    if verdict.word != "proved" or derivation.result in (TRUE, FALSE):
        return verdict
    if not isinstance(subject, Relation) or subject.op == "=":
        return verdict
    always = decide(subject, TRUE, context)
    return (
        verdict
        if always.witness is None
        else replace(verdict, witness=counterexample(subject, always.witness, context))
    )


def counterexample(claim: Relation, witness: Witness, context: Context) -> Witness:
    """The point with the values of both sides there, and only the letters that occur."""
    whole = unfold_all(claim, context)
    names = symbols_of(whole)
    values = {name: value for name, value in witness.values.items() if name in names}
    try:
        point = {name: Fraction(value) for name, value in values.items()}
        left, right = (str(Fraction(evaluate_integer(side, point))) for side in whole.args)  # type: ignore[arg-type]
    except (Unknown, ValueError, ZeroDivisionError):
        return replace(witness, values=values)
    return Witness(values, left, right)
