"""Was the largest value found? left <= right and unknown <= value must be the same condition, both ways."""

from __future__ import annotations

from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import Relation, walk
from symderiv.records import Derivation, Verdict
from symderiv.verification.kinds import Decide

__all__ = ["judge"]


def judge(derivation: Derivation, context: Context, decide: Decide) -> Verdict:
    """Equivalence of the conditions, directly or through lines each of which is proved to be equivalent to the next."""
    q = derivation.question
    assert q.goal is not None and q.unknown is not None
    if q.unknown in set(walk(unfold_all(derivation.result, context))):
        return Verdict("undecided", reason="the value found contains the unknown itself")
    asked = Relation("<=", q.subject, q.goal)
    found = Relation("<=", q.unknown, derivation.result)
    if not q.given:
        verdict = decide(asked, found, context)
        if verdict.word in ("proved", "refuted"):
            return verdict
    steps = derivation.steps
    proved = all(s.evidence is not None and s.evidence.word == "proved" and s.relation == "=" for s in steps)
    if steps and proved and steps[0].before == asked and steps[-1].after == found:
        return Verdict("proved", "chain of proved lines")
    return Verdict("undecided", reason="the lines from the condition to the value found are not all proved")
