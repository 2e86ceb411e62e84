"""Conditions: relations, listed ranges (``n = 0, 1, \\dots, 6``), cases, and the clause after a formula ("for i<n")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from symderiv.answers.latex.membership import members
from symderiv.answers.latex.names import written
from symderiv.answers.latex.nodes import CasesTable, Chain, Group, Negation, Node, Row, Sign
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.unsupported import refusal
from symderiv.errors import AnswerError
from symderiv.language.terms import TRUE, And, Cases, Condition, Not, Number, Or, Relation, Term

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Resolver

__all__ = ["cases", "clause", "condition", "joined", "relations"]


def condition(reader: Resolver, node: Node, scope: Scope) -> Term:
    """The node as a condition."""
    while isinstance(node, Group) and len(node.items) == 1:
        node = node.items[0]
    if isinstance(node, Negation) and len(node.items) == 1:
        return Not(condition(reader, node.items[0], scope))
    if not isinstance(node, Chain):
        raise reader.fail(node, "a condition is needed here, such as i = j or n \\ge 1")
    if "~" in node.ops:
        raise AnswerError(refusal("approximate"), position=_sign_after(reader, node, node.ops.index("~")))
    if "in" in node.ops:
        if node.ops.index("in") != len(node.ops) - 1:
            raise reader.fail(node.sides[-1], "another relation stands after the set; write them apart")
        inside = members(reader, (node.sides[-2],), node.sides[-1], scope)
        if len(node.ops) == 1:
            return inside
        before = condition(reader, replace(node, ops=node.ops[:-1], sides=node.sides[:-1]), scope)
        return And(*(before.args if isinstance(before, And) else (before,)), inside)
    pairs = _of_lists(reader, node, scope)
    if pairs is not None:
        return pairs
    sides = [reader.number(side, scope) for side in node.sides]
    return relations(node.ops, sides)


def _of_lists(reader: Resolver, node: Chain, scope: Scope) -> Term | None:
    """``(i, j) = (p, q)`` and ``(i, j) \\ne (p, q)``, entry by entry; None if no lists stand there."""
    lists = [side.items for side in node.sides if isinstance(side, Group) and side.kind == "(" and len(side.items) > 1]
    if len(lists) != 2 or len(node.sides) != 2 or len(lists[0]) != len(lists[1]) or node.ops[0] not in ("=", "!="):
        return None
    parts = [
        Relation(node.ops[0], reader.number(a, scope), reader.number(b, scope)) for a, b in zip(*lists, strict=True)
    ]
    return And(*parts) if node.ops[0] == "=" else Or(*parts)


def _sign_after(reader: Resolver, node: Chain, n: int) -> int:
    """The place of relation ``n`` of the chain."""
    between = reader.source[node.sides[n].end : node.sides[n + 1].start]
    found = [at for sign in ("\\approx", "≈") if (at := between.find(sign)) >= 0]
    return node.sides[n].end + (found[0] if found else 0)


def joined(reader: Resolver, row: Row, scope: Scope) -> Term:
    """``N \\ge 2 \\wedge K \\ge 2`` as a statement."""
    return _combined(reader, row.items, scope)


def relations(ops: Sequence[str], sides: Sequence[Term]) -> Term:
    """``sides[0] ops[0] sides[1] …`` as one condition."""
    parts = [Relation(op, left, right) for op, left, right in zip(ops, sides, sides[1:], strict=False)]
    return parts[0] if len(parts) == 1 else And(*parts)


def _is(piece: Node, *kinds: str) -> bool:
    return isinstance(piece, Sign) and piece.kind in kinds


def _is_word(piece: Node, word: str) -> bool:
    return isinstance(piece, Sign) and piece.kind == "WORD" and piece.text == word


def _trim(pieces: Sequence[Node]) -> list[Node]:
    out = list(pieces)
    while out and _is(out[-1], "COMMA", "DOT"):
        out.pop()
    while out and (_is(out[0], "COMMA") or _is_word(out[0], "if") or _is_word(out[0], "all")):
        out.pop(0)
    return out


def _combined(reader: Resolver, pieces: Sequence[Node], scope: Scope) -> Term:
    """Relations joined by words, commas or signs; the pieces stand between one "if" and the end."""
    pieces = _trim(pieces)
    if not pieces:
        raise AnswerError("a condition is missing", position=0)
    ranged = _listed_range(reader, pieces, scope) or _all_in_one_set(reader, pieces, scope)
    if ranged is not None:
        return ranged
    parts: list[Term] = []
    joints: set[str] = set()
    expects = True
    for piece in pieces:
        if _is(piece, "AND", "OR", "COMMA") or _is_word(piece, "and") or _is_word(piece, "or"):
            if expects:
                raise reader.fail(piece, f"I can't read {reader.text(piece)!r} here")
            joints.add("or" if _is(piece, "OR") or _is_word(piece, "or") else "and")
            expects = True
        elif isinstance(piece, Sign) or not expects:
            raise reader.fail(piece, f"I can't read {reader.text(piece)!r} in a condition")
        else:
            parts.append(condition(reader, piece, scope))
            expects = False
    if expects or len(joints) > 1:
        raise reader.fail(pieces[-1], "I can't read this condition; join parts by one kind of word")
    if len(parts) == 1:
        return parts[0]
    return Or(*parts) if joints == {"or"} else And(*(q for p in parts for q in (p.args if isinstance(p, And) else [p])))


def _listed_range(reader: Resolver, pieces: Sequence[Node], scope: Scope) -> Term | None:
    """``n = 0, 1, 2, \\dots, L - 1`` as 0 <= n and n <= L - 1; the numbers before the dots count up by one."""
    if not any(_is(p, "DOTS") for p in pieces):
        return None
    first = pieces[0]
    values = [p for p in pieces if not _is(p, "COMMA")]
    if not (isinstance(first, Chain) and first.ops == ("=",) and len(values) >= 3 and _is(values[-2], "DOTS")):
        raise reader.fail(pieces[0], refusal("dots"))
    index, lower = (
        reader.integer(first.sides[0], scope, "the index"),
        reader.integer(first.sides[1], scope, "the bound"),
    )
    for n, value in enumerate(values[1:-2], start=1):
        term = reader.number(value, scope)
        step = Number(lower.value + n) if isinstance(lower, Number) else lower + n
        if term != step:
            raise reader.fail(value, "the numbers before the dots should count up by one")
    upper = reader.integer(values[-1], scope, "the bound")
    return And(Relation(">=", index, lower), Relation("<=", index, upper))


def _all_in_one_set(reader: Resolver, pieces: Sequence[Node], scope: Scope) -> Term | None:
    """``i, j \\in \\{1, \\dots, n\\}``: the names before the last stand in the same set."""
    parts = [p for p in pieces if not _is(p, "COMMA")]
    *names, last = parts
    if not names or len(parts) != (len(pieces) + 1) // 2 or not isinstance(last, Chain) or last.ops != ("in",):
        return None
    if any(written(p) is None for p in names):
        return None
    return members(reader, (*names, last.sides[0]), last.sides[1], scope)


def _everywhere(reader: Resolver, pieces: Sequence[Node], scope: Scope) -> bool:
    """``i, j`` after "for all": integers that the problem declares, so that nothing is left out."""
    names = [p for p in pieces if not _is(p, "COMMA") and not _is_word(p, "and")]
    if not names or any(written(p) is None for p in names):
        return False
    for p in names:
        reader.integer(p, scope, "the index")
    return True


def cases(reader: Resolver, node: CasesTable, scope: Scope) -> Term:
    """A brace with rows of values and conditions; "otherwise" may only stand last."""
    pieces: list[tuple[Term, Term]] = []
    for n, (value, row) in enumerate(node.rows):
        if row is None:
            raise reader.fail(value, "this case has no condition; write & and the condition, or \\text{otherwise}")
        inner = _trim(row.items)
        if len(inner) == 1 and _is_word(inner[0], "else"):
            if n + 1 < len(node.rows):
                raise reader.fail(row, "\\text{otherwise} stands in the last case")
            holds: Term = TRUE
        else:
            holds = _combined(reader, inner, scope) if inner else _missing(reader, row)
        number = reader.number(value, scope)
        if isinstance(number, Condition):
            raise reader.fail(value, "a condition stands where a number is needed")
        pieces.append((number, holds))
    return Cases(*pieces)


def _missing(reader: Resolver, row: Row) -> Term:
    raise reader.fail(row, "a condition is missing here")


def clause(reader: Resolver, row: Row, scope: Scope) -> tuple[Term, Term | None]:
    """(condition, value elsewhere) of "for i <= n, and 0 otherwise" after a formula."""
    pieces = _trim(row.items)
    if _is_word(row.items[0], "all") and _everywhere(reader, pieces, scope):
        return TRUE, None
    places = [n for n, p in enumerate(pieces) if _is_word(p, "else")]
    if not places:
        return _combined(reader, pieces, scope), None
    (at,) = places if len(places) == 1 else (None,)
    if at is None or at == 0:
        raise reader.fail(row, "I can't read this condition; write cases")
    rest = _trim(pieces[at + 1 :])
    before = pieces[:at]
    if not rest:
        rest, before = before[-1:], before[:-1]
    while before and (_is(before[-1], "COMMA") or _is_word(before[-1], "and")):
        before = before[:-1]
    if len(rest) != 1 or isinstance(rest[0], Sign) or not before:
        raise reader.fail(row, "I can't read this condition; write cases")
    return _combined(reader, before, scope), reader.number(rest[0], scope)
