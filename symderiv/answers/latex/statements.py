"""A text as statements, and an answer as one statement: a chain of sides with their places in the source.

``read_statements`` keeps every statement of a text apart, as a worked solution has them; an answer is the one statement
that ``read_latex`` insists on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from symderiv.answers.asked import free_symbols, names_of
from symderiv.answers.latex.abbreviations import explained, put_in
from symderiv.answers.latex.conditions import clause, joined, relations
from symderiv.answers.latex.frame import without_frame
from symderiv.answers.latex.grammar import parse
from symderiv.answers.latex.labels import before_colon, is_name, names_the_answer, words_before_equals
from symderiv.answers.latex.layout import (
    Line,
    brace_labels,
    merge_phrases,
    merge_words,
    says_more,
    split_digits,
    statements,
)
from symderiv.answers.latex.lists import closed_up, list_elements, list_of, with_regions
from symderiv.answers.latex.names import name_table
from symderiv.answers.latex.nodes import (
    Chain,
    Fence,
    Group,
    Node,
    Numeral,
    Row,
    Sum,
    walk,
)
from symderiv.answers.latex.pairing import CLOSING, OPENING, pair
from symderiv.answers.latex.resolving import Resolver
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.tokens import Token, tokenize
from symderiv.answers.reading import Reading, Side
from symderiv.errors import AnswerError
from symderiv.language.context import Context
from symderiv.language.terms import TRUE, Cases, Condition, Entry, Matrix, Symbol, Term, Tuple, substitute
from symderiv.language.terms import walk as walk_terms
from symderiv.language.text import Limits
from symderiv.records import Question

__all__ = ["Statement", "TracedSide", "read_latex", "read_statements", "read_traced"]


_MOST_PREMISES = 8


@dataclass(frozen=True, slots=True)
class Statement:
    """``sides`` of one statement, equal to each other by its claim; ``label`` names the answer, if the first side does.

    A statement with another relation than ``=`` has one side, a condition. ``continues``: it begins with ``=``.
    ``rounded`` is the decimal after ``\\approx``; ``joint`` is the arrow before the statement.
    """

    sides: tuple[Side, ...]
    label: str = ""
    continues: bool = False
    rounded: Side | None = None
    joint: str = ""


def read_latex(text: str, question: Question, context: Context, limits: Limits) -> Reading:
    """Read LaTeX as an answer. ``AnswerError`` with a position for whatever is not understood."""
    found: Sequence[Statement] = read_statements(text, context, question=question, limits=limits)
    if equivalent := _equivalent(found, question):
        return Reading(text, "latex", equivalent)
    found = _without_premises(found, question, context)
    if len(found) > 1:
        start = found[1].sides[0].start
        raise AnswerError("this is more than one statement; give the last one alone", position=start)
    statement = found[0]
    return Reading(text, "latex", statement.sides, statement.label, rounded=statement.rounded)


def _equivalent(found: Sequence[Statement], question: Question) -> tuple[Side, ...]:
    """``A \\iff B`` as sides that say the same, where the part asks for a condition."""
    if len(found) < 2 or not isinstance(question.expected, Condition):
        return ()
    if any(s.joint not in ("iff", "Leftrightarrow", "Longleftrightarrow") for s in found[1:]):
        return ()
    out = []
    for s in found:
        terms = [side.term for side in s.sides]
        term = terms[0] if len(terms) == 1 else relations(["="] * (len(terms) - 1), terms)
        if not isinstance(term, Condition):
            return ()
        out.append(Side(term, s.sides[0].start, s.sides[-1].end))
    return tuple(out)


def _without_premises(found: Sequence[Statement], question: Question, context: Context) -> Sequence[Statement]:
    """Without the statements that say again what is given: ``y = 1: …``, ``c = 2 \\Rightarrow …``, ``…, N = n^2``."""
    if not 2 <= len(found) <= _MOST_PREMISES:
        return found
    given = {frozenset((a, b)) for a, b in question.given}
    unknown = question.unknown if question.kind == "find" else None
    if isinstance(unknown, Symbol) and found[-1].sides:
        # What leads to the value of the unknown holds for this value.
        solution = {unknown: found[-1].sides[-1].term}
        leads = [
            replace(s, sides=tuple(replace(x, term=substitute(x.term, solution)) for x in s.sides)) for s in found[:-1]
        ]
        kept = [s for s, lead in zip(found[:-1], leads, strict=True) if s.label or not _is_known(lead, given, context)]
        return [*kept, found[-1]]
    kept = [s for s in found if s.label or len(s.sides) < 2 or not _is_known(s, given, context)]
    return kept or found


def _is_known(statement: Statement, given: set[frozenset[Term]], context: Context) -> bool:
    """Does the equation hold by the declarations, or is it given?"""
    from symderiv.equality import decide

    if frozenset(s.term for s in statement.sides) in given:
        return True
    if len(statement.sides) < 2:
        return False
    numbers = not any(isinstance(s.term, (Condition, Matrix, Tuple)) for s in statement.sides)
    return numbers and all(
        decide(a.term, b.term, context, seconds=0.5).word == "proved" for a, b in pairwise(statement.sides)
    )


def read_statements(
    text: str, context: Context, *, question: Question | None = None, limits: Limits = Limits()
) -> tuple[Statement, ...]:  # fmt: skip
    """All statements of a text, in their order."""
    return tuple(statement for _, statement in _read(text, context, question, limits)[1])


@dataclass(frozen=True, slots=True)
class TracedSide(Side):
    """A side with its tokens, and what each name among them was read as, by its place in the source."""

    tokens: tuple[Token, ...]
    spans: Mapping[tuple[int, int], Term]


def read_traced(text: str, question: Question, context: Context, limits: Limits) -> tuple[TracedSide, ...]:
    """The sides of an answer as ``read_latex`` reads them, for a second look."""
    reader, read = _read(text, context, question, limits)
    sides: list[TracedSide] = []
    for line, statement in read:
        for side in statement.sides:
            inside = tuple(t for t in line.tokens if side.start <= t.start < side.end)
            sides.append(TracedSide(side.term, side.start, side.end, (*inside, *line.clause), reader.spans))
    return tuple(sides)


def _read(
    text: str, context: Context, question: Question | None, limits: Limits
) -> tuple[Resolver, list[tuple[Line, Statement]]]:  # fmt: skip
    table = name_table(context)
    raw = brace_labels(split_digits(tokenize(text, limits)), table.labels())
    tokens = merge_words(pair(raw, text, limits), table.words)
    lines = statements(without_frame(closed_up(merge_phrases(tokens, table.phrases)), table.knows))
    if not lines:
        raise AnswerError("there is no formula; the answer is empty", position=0)
    preferred, free = _asked(question, context)
    reader = Resolver(text, table, limits, preferred, free, _frame(question, context), context)
    try:
        if question is not None and isinstance(question.expected, (Matrix, Tuple)):
            if elements := list_elements(lines, question.expected, text):
                term = list_of(reader, elements, question.expected, Scope(context))
                side = Side(term, elements[0][0].start, elements[-1][-1].end)
                return reader, [(Line(tuple(t for line in lines for t in line.tokens)), Statement((side,)))]
        elif question is not None and not isinstance(question.expected, Condition):
            lines = with_regions(lines, text)
        read = [(line, _statement(reader, line, Scope(context), question)) for line in lines]
        # What a declaration says already, x \in \mathbb{R}^n, is no statement of its own.
        kept = [(line, s) for line, s in read if tuple(side.term for side in s.sides) != (TRUE,)]
        return reader, kept or read
    except RecursionError:
        raise AnswerError("the formula is nested too deeply", position=0) from None


def _asked(question: Question | None, context: Context) -> tuple[frozenset[str], frozenset[str]]:
    """The names that the question uses, and its free indices."""
    if question is None:
        return frozenset(), frozenset(v.name for v in context.variables.values() if v.role == "index")
    return names_of(question), free_symbols(question)


def _frame(question: Question | None, context: Context) -> tuple[Symbol, ...]:
    """The indices in the name of the question, ``J_ij``, in their order; else its one free index."""
    if question is None:
        return ()
    free = sorted(n for n in free_symbols(question) if n in context.variables and context.variables[n].role == "index")
    tail = question.name.rpartition("_")[2]
    if tail and len(tail) < len(question.name) and all(letter in free for letter in tail):
        return tuple(map(Symbol, tail))
    if len(free) == 1:
        return (Symbol(free[0]),)
    # The entries in the answer may all have these indices in one order: w[h, l] - eta dw[h, l].
    indices = set(map(Symbol, free))
    orders = {t.args for t in walk_terms(question.expected) if isinstance(t, Entry) and len(t.args) == len(free)}
    found = [tuple(a for a in order if isinstance(a, Symbol)) for order in orders if set(order) == indices]
    return found[0] if len(found) == 1 else ()


def _statement(reader: Resolver, line: Line, scope: Scope, question: Question | None) -> Statement:
    line, scope, values = explained(reader, line, scope)
    label, tokens = before_colon(reader, _without_remark(reader, line.tokens), scope, question)
    if len(tokens) > 2 and words_before_equals(reader, tokens) and not label:
        label, tokens = tokens[0].text, tokens[2:]
    if _joins_conditions(tokens) and not line.clause:
        row = parse(tokens, reader.source, "condition")
        assert isinstance(row, Row)
        return Statement((Side(joined(reader, row, scope), row.start, row.end),), label, joint=line.joint)
    continues = len(tokens) > 1 and tokens[0].kind == "REL" and tokens[0].text == "="
    node = _bare(parse(tokens[1:] if continues else tokens, reader.source))
    node, rounded = _without_decimal(reader, node, scope)
    names_it = isinstance(node, Chain) and node.ops[0] == "=" and not continues and not label
    if names_it and isinstance(node, Chain) and names_the_answer(reader, node.sides[0], scope, question):
        label = reader.source[node.sides[0].start : node.sides[0].end].strip()
        rest = node.sides[1:]
        node = rest[0] if len(rest) == 1 else Chain(rest[0].start, node.end, node.ops[1:], rest)
    if isinstance(node, Chain) and set(node.ops) == {"="}:
        nodes: tuple[Node, ...] = node.sides
    else:
        nodes = (node,)
    counted = question is not None and bool(label) and scope.context.is_integer(question.expected)
    sides = _sides(reader, [_bare(n) for n in nodes], scope, counted)
    if line.clause:
        sides = _with_clause(reader, sides, line, scope)
    sides = [replace(s, term=put_in(reader, node, s.term, values)) for s in sides]
    return Statement(tuple(sides), label, continues, rounded, line.joint)


def _without_remark(reader: Resolver, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Without words in brackets at the end, ``(\\text{aligned})``, that are no declared name and limit nothing."""
    if len(tokens) < 4 or [t.kind for t in tokens[-3:]] not in (["LP", "PROSE", "RP"], ["LP", "TEXT", "RP"]):
        return tokens
    words = tokens[-2]
    named = words.kind == "TEXT" and ((words.text, ()) in reader.names.by_letter or len(words.text) < 3)
    return tokens if named or says_more(words.text) else tokens[:-3]


def _without_decimal(reader: Resolver, node: Node, scope: Scope) -> tuple[Node, Side | None]:
    """``127/128 \\approx 0.992`` without its end, and the decimal; other approximations are refused."""
    if not isinstance(node, Chain) or "~" not in node.ops:
        return node, None
    *before, last = node.sides
    number = last.items[0][1] if isinstance(last, Sum) and len(last.items) == 1 else last
    named = len(before) == 1 and is_name(before[0])
    if node.ops.index("~") != len(node.ops) - 1 or not isinstance(number, Numeral) or named:
        return node, None  # refused with the place of the sign
    exact = before[0] if len(before) == 1 else Chain(before[0].start, before[-1].end, node.ops[:-1], tuple(before))
    return exact, Side(reader.number(last, scope), last.start, last.end)


def _sides(reader: Resolver, nodes: list[Node], scope: Scope, counted: bool) -> list[Side]:
    """The terms of the sides. ``|a|`` is the length of a vector where all sides are whole numbers then."""
    try:
        return [Side(reader.term(n, scope), n.start, n.end) for n in nodes]
    except AnswerError:
        if not (counted or len(nodes) > 1) or not any(
            isinstance(n, Fence) and n.kind == "abs" for side in nodes for n in walk(side)
        ):
            raise
        try:
            found = [Side(reader.term(n, reader.sized(scope)), n.start, n.end) for n in nodes]
        except AnswerError:
            found = []
        if not found or not all(scope.context.is_integer(side.term) for side in found):
            raise
        return found


def _joins_conditions(tokens: tuple[Token, ...]) -> bool:
    """Do relations stand here that "and" or "or" joins, outside of brackets, or a listed range ``i = 1, \\dots, n``?"""
    depth = 0
    comma = False
    for t in tokens:
        depth += (t.kind in OPENING) - (t.kind in CLOSING)
        if depth == 0 and (t.kind in ("AND", "OR") or (t.kind == "WORD" and t.text in ("and", "or"))):
            return True
        comma = comma or (depth == 0 and t.kind == "COMMA")
        if depth == 0 and comma and (t.kind == "DOTS" or (t.kind == "REL" and t.text == "in")):
            return True
    return False


def _bare(node: Node) -> Node:
    """What stands in ``\\boxed{…}`` or braces around the whole."""
    while isinstance(node, Group) and node.kind == "{" and len(node.items) == 1:
        node = node.items[0]
    return node


def _with_clause(reader: Resolver, sides: list[Side], line: Line, scope: Scope) -> list[Side]:
    """ "for i <= n, and 0 otherwise" after a formula: the formula there, and that value elsewhere."""
    row = parse(line.clause, reader.source, "condition")
    assert isinstance(row, Row)
    holds, elsewhere = clause(reader, row, scope)
    if holds == TRUE and elsewhere is None:
        return sides
    if elsewhere is not None and len(sides) > 1:
        raise AnswerError("write cases, so that it is clear which side they belong to", position=row.start)
    out = []
    for side in sides:
        if isinstance(side.term, (Condition, Matrix)):
            raise AnswerError("this condition can't be read; give the formula alone", position=row.start)
        pieces = [(side.term, holds)] + ([(elsewhere, TRUE)] if elsewhere is not None else [])
        out.append(Side(Cases(*pieces), side.start, row.end if side is sides[-1] else side.end))
    return out
