"""``m^2 \\sigma^2, \\text{ where } m = n - k + 1``: names that an answer explains itself.

Only names without indices that mean nothing else; where the explanation uses the index of a sum in the formula, it is
not clear which index is meant, and the text is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symderiv.answers.latex.grammar import parse
from symderiv.answers.latex.layout import Line
from symderiv.answers.latex.names import Written, written
from symderiv.answers.latex.nodes import Chain, Node
from symderiv.answers.latex.pairing import CLOSING, OPENING
from symderiv.answers.latex.resolving import Resolver
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.tokens import Token
from symderiv.errors import AnswerError
from symderiv.language.context import Variable
from symderiv.language.terms import Binder, Condition, Symbol, Term, substitute, symbols_of, walk

__all__ = ["Explained", "explained", "put_in"]

Explained = dict[Symbol, Term]
"""The placeholder of every explained name, and what it stands for."""


def explained(reader: Resolver, line: Line, scope: Scope) -> tuple[Line, Scope, Explained]:
    """The line without its explanations, the scope in which it is read, and what they say."""
    if not line.clause or _word(reader, line.clause[0]) not in ("where", "with"):
        return line, scope, {}
    values: Explained = {}
    rest: list[Token] = []
    for piece in _pieces(line.clause[1:]):
        name, value = _explanation(reader, piece, scope)
        if name is None or value is None:
            rest += [*piece, Token("COMMA", ",", piece[-1].end, piece[-1].end)]
            continue
        term = put_in(reader, value, reader.number(value, scope), values)
        if isinstance(term, Condition):
            raise reader.fail(value, "a condition stands where a number is needed")
        symbol = Symbol(f"\0w{len(values)}")
        values[symbol] = term
        scope = _with_name(scope, name, symbol, term)
    clause = (line.clause[0], *rest[:-1]) if rest else ()
    return replace(line, clause=clause), scope, values


def put_in(reader: Resolver, node: Node, term: Term, values: Explained) -> Term:
    """``term`` with the explanations in the place of the names; refused where an index would change its meaning."""
    if not values:
        return term
    used = {name for symbol, value in values.items() if symbol.name in symbols_of(term) for name in symbols_of(value)}
    bound = {t.hint for t in walk(term) if isinstance(t, Binder)}
    if used & bound:
        letter = min(used & bound)
        raise reader.fail(node, f"is {letter} the index of the sum in the explanation too? write the formula out")
    for symbol, value in reversed(values.items()):
        term = substitute(term, {symbol: value})
    return term


def _word(reader: Resolver, t: Token) -> str:
    return "".join(c for c in reader.source[t.start : t.end].rpartition("{")[2] if c.isalpha()).lower()


def _pieces(tokens: Sequence[Token]) -> list[list[Token]]:
    out: list[list[Token]] = [[]]
    depth = 0
    for t in tokens:
        depth += (t.kind in OPENING) - (t.kind in CLOSING)
        if depth == 0 and (t.kind == "COMMA" or (t.kind == "WORD" and t.text == "and")):
            out.append([])
        else:
            out[-1].append(t)
    return [piece for piece in out if piece]


def _explanation(reader: Resolver, piece: list[Token], scope: Scope) -> tuple[Written | None, Node | None]:
    """(name, value) of ``m = n - k + 1`` for a name that means nothing yet."""
    if any(t.kind in ("WORD", "DOTS", "AND", "OR", "DOT") for t in piece):
        return None, None
    try:
        node = parse(piece, reader.source)
    except AnswerError:
        return None, None
    if not isinstance(node, Chain) or node.ops != ("=",):
        return None, None
    name = written(node.sides[0])
    plain = name is not None and name.sub is None and name.sup is None and name.key not in scope.bound
    if name is None or not plain or reader.names.candidates(name) or name.base in ("e", "pi"):
        return None, None
    return name, node.sides[1]


def _with_name(scope: Scope, name: Written, symbol: Symbol, value: Term) -> Scope:
    if scope.context.is_integer(value):
        return scope.bind(name.key, symbol, value, value)
    context = scope.context.with_variable(Variable(symbol.name))
    return replace(scope, context=context, bound={**scope.bound, name.key: symbol})
