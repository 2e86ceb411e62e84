"""Brackets with their partners: bars become opening and closing ones, the signs around a whole formula go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symderiv.answers.latex.one_sided import as_cases
from symderiv.answers.latex.tokens import Token
from symderiv.answers.latex.unsupported import refusal
from symderiv.errors import AnswerError
from symderiv.language.text import Limits

__all__ = ["CLOSING", "OPENING", "pair"]

OPENING = {
    "LP": "RP", "LB": "RB", "LC": "RC", "LSET": "RSET", "LFLOOR": "RFLOOR", "LCEIL": "RCEIL", "LABS": "RABS",
    "LNORM": "RNORM", "LNONE": "RNONE", "BMATRIX": "EMATRIX", "BCASES": "ECASES", "BLAYOUT": "ELAYOUT",
}  # fmt: skip
CLOSING = {close: opening for opening, close in OPENING.items()}
_AWAITING = frozenset(
    "SIGN OP REL DIV SUB SUP COMMA AMP NL FRAC BINOM SQRT BIG FUNC QUAD ARROW SEMI PARTIAL AND OR WORD COLON "
    "MID".split()
)


def pair(tokens: Iterable[Token], source: str, limits: Limits) -> list[Token]:
    """Every bracket with its partner; bars become opening and closing ones; the signs around a formula go."""
    out: list[Token] = []
    stack: list[Token] = []
    lists: list[Token] = []  # the braces of \substack, in which a new line is a comma
    stacked = False
    places: list[int] = []  # of the brackets on the stack, in ``out``
    for t in _without_math_signs(as_cases(_double_bars(tokens))):
        kind = t.kind
        if kind == "STACK":
            stacked = True
            continue
        if kind == "LC" and stacked:
            lists.append(t)
        elif kind == "NL" and stack and stack[-1] in lists:
            t = replace(t, kind="COMMA")
        stacked = False
        if kind in ("BAR", "DBAR"):
            name = "ABS" if kind == "BAR" else "NORM"
            inner = stack[-1].kind if stack else ""
            awaits = not out or out[-1].kind in _AWAITING or out[-1].kind in OPENING
            kind = ("R" if inner == "L" + name and not awaits else "L") + name
            t = replace(t, kind=kind)
        if kind in OPENING:
            stack.append(t)
            places.append(len(out))
            if len(stack) > limits.depth:
                raise AnswerError(f"brackets are nested deeper than {limits.depth}", position=t.start)
        elif kind in CLOSING:
            shown = source[t.start : t.end].strip()
            if not stack:
                raise AnswerError(f"{shown!r} closes nothing", position=t.start)
            begun, place = stack.pop(), places.pop()
            if begun.kind == "LABS" and kind != "RABS" and stack and OPENING[stack[-1].kind] == kind:
                # A bar without a partner in brackets parts a condition off: P(y | x).
                if out[place + 1 : place + 2] and out[place + 1].kind == "SUB":
                    raise AnswerError(refusal("point"), position=begun.start)
                out[place] = replace(begun, kind="MID")
                begun, place = stack.pop(), places.pop()
            if "NONE" in begun.kind + kind:
                at = t if begun.kind == "LNONE" else begun
                raise AnswerError(
                    refusal("point") if kind == "RABS" else f"'{source[at.start : at.end].strip()}' has no partner",
                    position=at.start,
                )
            if OPENING[begun.kind] != kind or (kind[0] == "E" and begun.text != t.text):
                opened = source[begun.start : begun.end].strip()
                raise AnswerError(f"{opened!r} is closed by {shown!r}", position=t.start)
        out.append(t)
    if stack:
        opened = source[stack[-1].start : stack[-1].end].strip()
        after = out[places[-1] + 1 : places[-1] + 2]
        if stack[-1].kind == "LABS" and after and after[0].kind == "SUB":
            raise AnswerError(refusal("point"), position=stack[-1].start)
        raise AnswerError(f"{opened!r} is never closed", position=stack[-1].start)
    return out


def _double_bars(tokens: Iterable[Token]) -> list[Token]:
    """``||x||`` as a norm: two pairs of bars that follow each other outside of single ones; ``||x| - |y||`` stays."""
    given = list(tokens)
    runs: list[list[int]] = []
    for n, t in enumerate(given):
        if t.kind == "BAR":
            touching = bool(runs) and len(runs[-1]) < 2 and runs[-1][-1] == n - 1 and given[n - 1].end == t.start
            runs.append([*runs.pop(), n] if touching else [n])
    inside = False
    seconds: set[int] = set()
    n = 0
    while n < len(runs):
        if not inside and [len(run) for run in runs[n : n + 2]] == [2, 2]:
            seconds |= {runs[n][1], runs[n + 1][1]}
            n += 2
        else:
            inside ^= len(runs[n]) == 1
            n += 1
    doubled = {second - 1 for second in seconds}
    return [
        replace(t, kind="DBAR", end=given[n + 1].end) if n in doubled else t
        for n, t in enumerate(given) if n not in seconds
    ]  # fmt: skip


def _without_math_signs(tokens: list[Token]) -> list[Token]:
    """Without ``$ … $``, ``\\[ … \\]`` around the whole, and a full stop after it."""
    while tokens and tokens[-1].kind in ("DOT", "COMMA", "SEMI"):
        tokens = tokens[:-1]
    if len(tokens) >= 2 and tokens[0].kind == "MATH" == tokens[-1].kind:
        ends = tokens[0].text + tokens[-1].text
        widths = tokens[0].end - tokens[0].start == tokens[-1].end - tokens[-1].start
        if ends in ("$$", "()", "[]") and widths:
            tokens = tokens[1:-1]
    for t in tokens:
        if t.kind == "MATH":
            raise AnswerError("give one formula; a $ or \\( stands only around the whole answer", position=t.start)
    return tokens
