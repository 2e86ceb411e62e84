"""How long, deep and large a text may be before anybody reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symderiv.errors import AnswerError

__all__ = ["FILE_LIMITS", "Limits", "check_size"]

_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on a text: characters, nesting, digits of a number, size of a literal exponent, number of nodes."""

    length: int = 2_000
    depth: int = 60
    digits: int = 40
    exponent: int = 10_000
    nodes: int = 2_000


FILE_LIMITS = Limits(200_000, 200, 2_000, 10**9, 100_000)
"""For texts that symderiv wrote itself."""


def check_size(text: str, limits: Limits) -> None:
    """Raise AnswerError for a text that is empty or over the limits."""
    if not text.strip():
        raise AnswerError("there is no formula; the answer is empty")
    if len(text) > limits.length:
        raise AnswerError(f"the formula has {len(text)} characters; at most {limits.length} are read")
    depth = 0
    for position, character in enumerate(text):
        if character in "([{":
            depth += 1
            if depth > limits.depth:
                raise AnswerError(f"brackets are nested deeper than {limits.depth}", position=position)
        elif character in ")]}":
            depth -= 1
    for run in _DIGITS.finditer(text):
        if len(run.group()) > limits.digits:
            raise AnswerError(f"a number has more than {limits.digits} digits", position=run.start())
    if re.search(rf"([-+~]\s*){{{limits.depth},}}", text):
        raise AnswerError("too many signs in a row")
