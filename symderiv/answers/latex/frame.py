"""Words around a formula that say nothing of it: "Hence", "Answer:", "as required"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from symderiv.answers.latex.tokens import Token

__all__ = ["without_frame"]

_BEFORE = frozenset(
    "hence thus therefore so then finally answer result solution final the my our we i get have obtain find conclude "
    "and that is it follows gives giving yields now also consequently accordingly".split()
)
_AFTER = frozenset("as required desired claimed expected wanted stated above qed q.e.d done".split())


def without_frame(tokens: Sequence[Token], knows: Callable[[str], bool]) -> list[Token]:
    """The tokens without such words at their ends; ``knows`` tells declared names."""
    out = _without_braces(tokens)
    while len(out) > 1 and _says_nothing(out[0], _BEFORE, knows) and out[1].kind != "REL":
        out = out[1:]
        while len(out) > 1 and out[0].kind in ("COMMA", "COLON", "QUAD"):
            out = out[1:]
    while (shorter := _without_stops(out)) and _says_nothing(shorter[-1], _AFTER, knows) and len(shorter) > 1:
        out = _without_stops(shorter[:-1])
    return _without_braces(out)


def _without_stops(tokens: list[Token]) -> list[Token]:
    end = len(tokens)
    while end and tokens[end - 1].kind in ("COMMA", "QUAD", "DOT", "SEMI"):
        end -= 1
    return tokens[:end]


def _without_braces(tokens: Sequence[Token]) -> list[Token]:
    """What stands in ``\\boxed{…}`` around the whole."""
    if any(t.kind == "CHOOSE" for t in tokens):
        return list(tokens)
    while len(tokens) > 2 and tokens[0].kind == "LC" and tokens[-1].kind == "RC":
        depth = 0
        for n, t in enumerate(tokens):
            depth += (t.kind == "LC") - (t.kind == "RC")
            if depth == 0 and n + 1 < len(tokens):
                return list(tokens)
        tokens = tokens[1:-1]
    return list(tokens)


def _says_nothing(t: Token, words: frozenset[str], knows: Callable[[str], bool]) -> bool:
    if t.kind not in ("PROSE", "TEXT") or knows(t.text):
        return False
    found = re.findall(r"[A-Za-z.]+", t.text.lower())
    plain = bool(found) and re.fullmatch(r"[A-Za-z .,:()]+", t.text) is not None
    return plain and all(word.strip(".") in words or word in words for word in found)
