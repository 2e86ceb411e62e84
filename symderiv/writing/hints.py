"""Hints: the way of a derivation without its lines. The rules are named; no formula of the derivation is shown."""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.language.terms import Cases, Condition, walk
from symderiv.writing.document import QuestionPage

__all__ = ["Hint", "hint_for"]


@dataclass(frozen=True, slots=True)
class Hint:
    """The names of the rules in the order of their first use, and what to look out for."""

    name: str
    rules: tuple[str, ...]
    remarks: tuple[str, ...]


def hint_for(q: QuestionPage) -> Hint:
    """The hint for a question; a question whose derivation stopped short has the steps that are known."""
    lines = [line for chain in q.chains for line in chain.lines]
    rules = tuple(dict.fromkeys(reason for line in lines for reason in line.reasons))
    return Hint(", ".join(x.name for x in q.questions), rules, tuple(_remarks(q, [bool(x.conditions) for x in lines])))


def _remarks(q: QuestionPage, conditions: list[bool]) -> list[str]:
    if q.question.kind == "evaluate":
        return ["Write one entry as a sum over its window, insert the numbers and calculate; the others go alike."]
    out = []
    if any(isinstance(t, Cases) for t in walk(q.result)):
        out.append("The answer distinguishes cases: find the boundaries.")
    elif isinstance(q.result, Condition):
        out.append("The answer is a condition: make sure that it is necessary and sufficient.")
    if any(conditions):
        out.append("One of the steps needs a condition: say which, and where it is used.")
    return out
