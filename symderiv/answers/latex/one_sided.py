"""``\\left\\{ \\begin{array}{ll} … \\end{array} \\right.``: case distinctions without the environment for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symderiv.answers.latex.tokens import Token

__all__ = ["as_cases"]

_TABLES = {"BMATRIX": "EMATRIX", "BLAYOUT": "ELAYOUT"}


def as_cases(tokens: Sequence[Token]) -> list[Token]:
    """A table between an opening brace and ``\\right.`` as cases; the columns after the first are the condition."""
    out: list[Token] = []
    n = 0
    while n < len(tokens):
        end = _end(tokens, n)
        if end is None:
            out.append(tokens[n])
            n += 1
            continue
        first, last = tokens[n + 1], tokens[end - 1]
        out.append(replace(first, kind="BCASES"))
        out.extend(as_cases(_rows(tokens[n + 2 : end - 1])))
        out.append(replace(last, kind="ECASES"))
        n = end + 1
    return out


def _end(tokens: Sequence[Token], n: int) -> int | None:
    """The place of the ``\\right.`` that ends the cases beginning at ``n``; None if none begin there."""
    if tokens[n].kind != "LSET" or n + 1 >= len(tokens) or tokens[n + 1].kind not in _TABLES:
        return None
    opening, closing = tokens[n + 1].kind, _TABLES[tokens[n + 1].kind]
    depth = 0
    for m in range(n + 1, len(tokens)):
        depth += (tokens[m].kind == opening) - (tokens[m].kind == closing)
        if depth == 0:
            followed = m + 1 < len(tokens) and tokens[m + 1].kind == "RNONE"
            return m + 1 if followed else None
    return None


def _rows(tokens: Sequence[Token]) -> list[Token]:
    """Every row with at most one column sign, the one before its condition."""
    out: list[Token] = []
    depth = 0
    begun = parted = False
    for t in tokens:
        depth += (t.kind[0] == "B" and t.kind in ("BMATRIX", "BCASES", "BLAYOUT")) - (
            t.kind in ("EMATRIX", "ECASES", "ELAYOUT")
        )
        if depth == 0 and t.kind == "NL":
            begun = parted = False
        elif depth == 0 and t.kind == "AMP":
            if not begun or parted:
                continue
            parted = True
        elif t.kind != "QUAD":
            begun = True
        out.append(t)
    return out
