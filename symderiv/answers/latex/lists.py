"""What an answer alone may be: a list without brackets, and a formula with the region for which it is claimed.

``128,\\ 64,\\ 32`` and ``64\\times64\\times32,\\ 32\\times32\\times32`` are lists where the part asks for one;
``2^{L-n},\\ n \\ge L`` and ``2^{L-n}\\ (n \\ge L)`` claim the formula for these n only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from symderiv.answers.latex.grammar import parse
from symderiv.answers.latex.layout import Line
from symderiv.answers.latex.pairing import CLOSING, OPENING
from symderiv.answers.latex.resolving import Resolver
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.tables import is_table, table
from symderiv.answers.latex.tokens import Token
from symderiv.language.terms import Term, Tuple

__all__ = ["closed_up", "list_elements", "list_of", "with_regions"]

_JOINTS = frozenset("OP SIGN DIV REL SUB SUP COMMA FUNC TEXT BIG PARTIAL NABLA LP LB LC".split())


def closed_up(tokens: Sequence[Token]) -> list[Token]:
    """Without the braces in ``64{\\times}64``, which only set the space around a sign."""
    out: list[Token] = []
    n = 0
    while n < len(tokens):
        kinds = [t.kind for t in tokens[n : n + 3]]
        sign = kinds in (["LC", "OP", "RC"], ["LC", "REL", "RC"], ["LC", "COLON", "RC"])
        if sign and (not out or out[-1].kind not in ("SUB", "SUP")):
            out.append(tokens[n + 1])
            n += 3
        else:
            out.append(tokens[n])
            n += 1
    return out


# ---------------------------------------------------------------- regions


def with_regions(lines: Sequence[Line], source: str) -> list[Line]:
    """The lines of an answer, with conditions that follow a formula made its clause, as "for n >= L" would be."""
    if not lines or _has_order(lines[0].tokens):
        return list(lines)
    out: list[Line] = []
    for line in lines:
        region = _region(line.tokens)
        if out and region and not line.joint and not line.clause and not _otherwise(out[-1].clause):
            before = out[-1].clause
            comma = (Token("COMMA", ",", region[0].start, region[0].start),) if before else ()
            out[-1] = replace(out[-1], clause=(*before, *comma, *region))
        else:
            out.append(_with_bracket(line, source))
    return out


def _region(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens if they are a condition, ``n \\ge L`` or ``(n \\ge L)``, without its brackets; else nothing."""
    if tokens and tokens[0].kind == "LP" and _opening(tokens) == 0:
        tokens = tokens[1:-1]
    return tokens if _has_order(tokens) else ()


def _has_order(tokens: Sequence[Token]) -> bool:
    """Does a relation other than an equation stand outside of brackets, or a listed range ``i = 0, \\dots, K``?"""
    outside = list(_outside(tokens))
    relations = [t.text for t in outside if t.kind == "REL"]
    return any(r not in ("=", "~") for r in relations) or (bool(relations) and any(t.kind == "DOTS" for t in outside))


def _outside(tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for t in tokens:
        depth -= t.kind in CLOSING
        if depth == 0:
            yield t
        depth += t.kind in OPENING


def _opening(tokens: Sequence[Token]) -> int:
    """The place of the bracket that the last token closes; -1 if it closes none."""
    depth = 0
    for n in range(len(tokens) - 1, -1, -1):
        depth += (tokens[n].kind in CLOSING) - (tokens[n].kind in OPENING)
        if depth == 0:
            return n if tokens[n].kind in OPENING else -1
    return -1


def _with_bracket(line: Line, source: str) -> Line:
    """``2^{L-n}\\ (n \\ge L)``: the bracket is the formula's clause, unless it is an argument or a factor."""
    tokens = line.tokens
    at = _opening(tokens)
    if line.clause or at < 1 or tokens[at].kind != "LP" or not _has_order(tokens[at + 1 : -1]):
        return line
    before = tokens[at - 1]
    spaced = source[before.end : tokens[at].start].strip("{}") != ""
    named = before.kind == "NAME" and (not spaced or before.font != "" or before.text in ("P", "E"))
    if before.kind in _JOINTS or named:
        return line
    return Line(tokens[:at], tokens[at + 1 : -1], line.joint)


def _otherwise(clause: Sequence[Token]) -> bool:
    return any(t.kind == "WORD" and t.text == "else" for t in clause)


# ---------------------------------------------------------------- lists


def list_elements(lines: Sequence[Line], expected: Term, source: str) -> list[tuple[Token, ...]]:
    """The tokens of the elements if these are a list without brackets; else nothing. A label before ``=`` goes."""
    if not lines or any(line.clause or _has_order(line.tokens) for line in lines):
        return []
    lines = [_without_name(line) for line in lines]
    first = lines[0].tokens
    equals = [n for n, t in enumerate(first) if t.kind == "REL" and t in tuple(_outside(first))]
    if len(equals) > 1 or any(t.kind == "REL" for line in lines[1:] for t in _outside(line.tokens)):
        return []
    elements = [first[equals[0] + 1 :] if equals else first, *(line.tokens for line in lines[1:])]
    single = len(elements) == 1 and isinstance(expected, Tuple) and len(_sizes(elements[0], source)) > 1
    return elements if all(elements) and (single or len(elements) > 1) else []


def _without_name(line: Line) -> Line:
    """``H_1: 100 \\times 128`` without the name of the row before the colon."""
    outside = {id(t) for t in _outside(line.tokens)}
    colon = next((n for n, t in enumerate(line.tokens) if t.kind == "COLON" and id(t) in outside), 0)
    named = 0 < colon + 1 < len(line.tokens) and line.tokens[0].kind in ("NAME", "TEXT", "PROSE")
    return replace(line, tokens=line.tokens[colon + 1 :]) if colon and named else line


def _sizes(tokens: tuple[Token, ...], source: str) -> list[tuple[Token, ...]]:
    """The factors of ``64\\times64\\times32``, written with this sign."""
    outside = {id(t) for t in _outside(tokens)}
    cuts = [
        n for n, t in enumerate(tokens)
        if id(t) in outside and t.kind == "OP" and source[t.start : t.end].strip() in ("\\times", "×")
    ]  # fmt: skip
    return [tokens[a + 1 : b] for a, b in pairwise((-1, *cuts, len(tokens)))]


def list_of(reader: Resolver, elements: Sequence[tuple[Token, ...]], expected: Term, scope: Scope) -> Term:
    """The list with these elements, sizes joined by ``\\times`` as lists where lists are asked for."""
    nested = isinstance(expected, Tuple) and isinstance(expected.args[0], Tuple)
    if len(elements) == 1 and not nested:
        return Tuple(*(_number(reader, part, scope) for part in _sizes(elements[0], reader.source)))
    out: list[Term] = []
    for tokens in elements:
        sizes = _sizes(tokens, reader.source) if nested else [tokens]
        one = len(sizes) == 1
        out.append(_number(reader, sizes[0], scope) if one else Tuple(*(_number(reader, s, scope) for s in sizes)))
    return Tuple(*out)


def _number(reader: Resolver, tokens: tuple[Token, ...], scope: Scope) -> Term:
    node = parse(tokens, reader.source)
    return table(reader, node, scope) if is_table(node) else reader.number(node, scope)
