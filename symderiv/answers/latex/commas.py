"""Commas and colons that part no statements: in a listed range, before a set, in a condition."""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.answers.latex.tokens import Token

_TABLES = ("BMATRIX", "BCASES", "BLAYOUT")
__all__ = ["before_members", "ends_premise", "in_clause", "in_listing"]


def ends_premise(t: Token, line: Sequence[Token]) -> bool:
    """Is it the colon in ``y = 1: g^2``?"""
    return t.kind == "COLON" and any(token.kind == "REL" for token in line)


def in_listing(tokens: Sequence[Token], n: int) -> bool:
    """Is the comma at ``n`` one of ``i = 0, 1, \\dots, K``, after a relation and beside the dots or single numbers?"""
    begin = n
    while begin > 0 and tokens[begin - 1].kind in ("NUMBER", "COMMA", "NAME", "SIGN", "DOTS"):
        begin -= 1
    if begin == 0 or tokens[begin - 1].kind != "REL" or tokens[begin - 1].text != "=":
        return False
    if tokens[n - 1].kind == "DOTS":
        return True
    end = n
    while end < len(tokens) and tokens[end].kind in ("NUMBER", "COMMA", "NAME", "SIGN"):
        end += 1
    return end < len(tokens) and tokens[end].kind == "DOTS" and tokens[end - 1].kind == "COMMA"


def before_members(tokens: Sequence[Token], n: int, line: Sequence[Token]) -> bool:
    """Is the comma at ``n`` one of ``\\mu, \\sigma \\in \\mathbb{R}``, after a name alone and before more of them?"""
    parts = frozenset("NAME TEXT NUMBER SUB SUP LC RC COMMA PRIME".split())
    if not line or line[0].kind not in ("NAME", "TEXT") or any(t.kind not in parts for t in line):
        return False
    end = n
    while end < len(tokens) and tokens[end].kind in parts:
        end += 1
    return end < len(tokens) and tokens[end].kind == "REL" and tokens[end].text == "in"


def in_clause(line: Sequence[Token]) -> bool:
    depth = 0
    for t in line:
        depth += (t.kind[0] == "B" and t.kind in _TABLES) - (t.kind[0] == "E" and f"B{t.kind[1:]}" in _TABLES)
        if depth == 0 and t.kind == "WORD" and t.text not in ("and", "or"):
            return True
    return False
