"""Random terms: every rewrite of every subterm by every rule is compared with what it came from, at instances.

A longer run: ``PYTHONPATH=tests python tests/rules/test_soundness.py 300 7`` (seconds, seed) prints what it finds.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator

from hypothesis import HealthCheck, Phase, given, seed, settings
from rule_terms import CONTEXT, instances_of_examples, terms

from symderiv.equality.instances import compare
from symderiv.language.context import Context
from symderiv.language.terms import Term
from symderiv.language.text import to_text
from symderiv.records import Rewrite, Rule, Verdict
from symderiv.rules import ALL
from symderiv.rules.structure import arrange
from symderiv.solver.rewriting import moves, positions

MAX_A_RULE = 2
"""Rewrites compared of one rule in one term."""


def rewrites_of(term: Term) -> Iterator[tuple[Rule, Term, Rewrite, Context]]:
    """(rule, subterm, rewrite, context there) for every rule at every position."""
    seen: Counter[str] = Counter()
    for _, sub, inner, _ in positions(term, CONTEXT):
        if not sub.args and inner.definition_of(sub) is None:
            continue
        for rule in ALL:
            for rewrite in rule.apply(sub, inner):
                seen[rule.name] += 1
                if seen[rule.name] <= MAX_A_RULE:
                    yield rule, sub, rewrite, inner


def compared(left: Term, right: Term, context: Context, limit: int) -> Verdict | None:
    """The verdict, or None where the term itself reads an array outside its axes and so means nothing."""
    verdict = compare(left, right, context, limit, seconds=0.5)
    return None if "the left side reads" in verdict.reason else verdict


def faults(term: Term, limit: int) -> Iterator[str]:
    """What is wrong with the rewrites of the term: a value that changes, or a domain that shrinks unsaid."""
    term = arrange(term)
    for rule, sub, rewrite, context in rewrites_of(term):
        verdict = compared(sub, arrange(rewrite.term), context, limit)
        if verdict is not None and verdict.word == "refuted":
            yield f"{rule.name}: {to_text(sub)} -> {to_text(rewrite.term)} is refuted at {verdict.witness}"
    for n, move in enumerate(moves(term, CONTEXT, ALL)):
        if move.path and n % 11 == 0:
            verdict = compared(term, move.after, CONTEXT, limit)
            if verdict is not None and verdict.word == "refuted":
                yield f"{move.rule.name} in a line: {to_text(term)} -> {to_text(move.after)} at {verdict.witness}"


@settings(
    max_examples=30, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck), phases=[Phase.generate],
)  # fmt: skip
@given(terms(3) | instances_of_examples())
def test_no_rewrite_changes_a_value(term):
    assert not list(faults(term, limit=5))


def _run(seconds: float, number: int) -> None:
    until = time.monotonic() + seconds
    found: dict[str, str] = {}

    @seed(number)
    @settings(
        max_examples=10**6, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(terms(3) | instances_of_examples())
    def go(term: Term) -> None:
        if time.monotonic() > until:
            raise KeyboardInterrupt
        for fault in faults(term, limit=8):
            name = fault.partition(":")[0]
            if len(fault) < len(found.get(name, fault + " ")):
                found[name] = fault

    try:
        go()
    except KeyboardInterrupt:
        print("\n".join(found.values()) or "no fault")


if __name__ == "__main__":
    _run(float(sys.argv[1]), int(sys.argv[2]))
