"""Tokens -> tree, by an LALR parser that lark makes from ``formula.lark`` when the first LaTeX answer arrives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from symderiv.answers.latex.nodes import (
    Accent,
    Big,
    Binomial,
    CasesTable,
    Chain,
    Factorial,
    Fence,
    Frac,
    Function,
    Given,
    Group,
    Letter,
    Matrix,
    Negation,
    Node,
    Numeral,
    Product,
    Root,
    Row,
    Scripted,
    Sign,
    Sum,
)
from symderiv.answers.latex.tokens import Token
from symderiv.errors import AnswerError

__all__ = ["load_parser", "parse"]

_CLOSING = {
    "RP": ")", "RB": "]", "RC": "}", "RSET": "\\}", "RABS": "|", "RNORM": "\\|", "RFLOOR": "\\rfloor",
    "RCEIL": "\\rceil", "EMATRIX": "\\end", "ECASES": "\\end",
}  # fmt: skip


def parse(tokens: Sequence[Token], source: str, start: str = "start") -> Node:
    """The tree of one formula, or of a "condition"; ``AnswerError`` at the first token that does not fit."""
    from lark.exceptions import UnexpectedInput, VisitError

    if not tokens:
        raise AnswerError("there is no formula here", position=max(len(source) - 1, 0))
    try:
        return load_parser().parse(list(tokens), start)  # type: ignore[arg-type,return-value]
    except VisitError as error:
        raise error.orig_exc from None
    except UnexpectedInput as error:
        token = getattr(error, "token", None)
        found: Token | None = getattr(token, "value", None) if token is not None else None
        raise _misfit(found if isinstance(found, Token) else None, tokens, source) from None


def _misfit(found: Token | None, tokens: Sequence[Token], source: str) -> AnswerError:
    if found is None:
        return AnswerError("the formula ends too early", position=tokens[-1].end - 1)
    if found.kind == "PROSE":
        return AnswerError(f"I can't read the words {found.text!r}; give the formula alone", position=found.start)
    if found.kind == "WORD":
        return AnswerError(f"I can't read {found.text!r} here; write cases for a condition", position=found.start)
    before = [t for t in tokens if t.start < found.start]
    what = "something is missing before" if before and before[-1].kind in _OPEN_ENDED else "I can't read"
    shown = _CLOSING.get(found.kind) or source[found.start : found.end].strip() or found.text
    return AnswerError(f"{what} '{shown}' here", position=found.start)


_OPEN_ENDED = frozenset("REL SIGN OP DIV SUB SUP FRAC SQRT ACCENT LP LB LC LABS LNORM LFLOOR LCEIL COMMA AMP".split())


@cache
def load_parser() -> Any:
    """The parser, made once in a process."""
    from lark import Lark
    from lark import Token as LarkToken
    from lark.lexer import Lexer

    class Given(Lexer):
        """The tokens are made already; lark only needs their kinds."""

        def __init__(self, configuration: Any):
            pass

        def lex(self, data: Any) -> Iterator[LarkToken]:  # type: ignore[override]
            for token in data:
                yield LarkToken(token.kind, token)

    grammar = Path(__file__).with_name("formula.lark").read_text(encoding="utf-8")
    return Lark(
        grammar, parser="lalr", start=["start", "condition"], lexer=Given, transformer=_builder(), keep_all_tokens=True
    )


def _builder() -> Any:
    """lark calls the method of a rule's name with what its parts became."""
    from lark import Transformer

    namespace: dict[str, Callable[..., Any]] = {
        name: (lambda self, children, make=make: make([_plain(c) for c in children])) for name, make in _BUILD.items()
    }
    return type("Builder", (Transformer,), namespace)()


def _plain(child: Any) -> Any:
    """A lark token carries ours as its value."""
    value = getattr(child, "value", None)
    return value if isinstance(value, Token) else child


def _simple(parts: list[Token]) -> Node:
    t = parts[0]
    if t.kind == "NUMBER":
        return Numeral(t.start, t.end, t.text)
    if t.kind in ("NAME", "TEXT"):
        return Letter(t.start, t.end, t.text, t.font)
    if t.kind == "FUNC":
        return Function(t.start, t.end, t.text)
    return Sign(t.start, t.end, t.kind, t.text)


def _star(parts: list[Token]) -> Node:
    return Sign(parts[0].start, parts[0].end, "STAR", "*")


def _prime_sign(parts: list[Token]) -> Node:
    return Sign(parts[0].start, parts[-1].end, "PRIME", "'" * len(parts))


def _chain(parts: list[Any]) -> Node:
    if len(parts) == 1:
        return parts[0]
    return Chain(parts[0].start, parts[-1].end, tuple(parts[1::2]), tuple(parts[::2]))


def _sum(parts: list[Any]) -> Node:
    items: list[tuple[bool, Node]] = []
    negated, start = False, None
    for part in parts:
        if isinstance(part, tuple):
            negated, place, _ = part
            start = place if start is None else start
        else:
            items.append((negated, part))
            start = part.start if start is None else start
            negated = False
    if len(items) == 1 and not items[0][0]:
        return items[0][1]
    return Sum(start or 0, items[-1][1].end, tuple(items))


def _signs(parts: list[Token]) -> tuple[bool, int, bool]:
    """(negative, place, is a plus among them?)"""
    if len(parts) > 2:
        raise AnswerError("too many signs in a row", position=parts[2].start)
    return sum(p.text == "-" for p in parts) % 2 == 1, parts[0].start, any(p.text == "+" for p in parts)


def _term(parts: list[Any]) -> Node:
    first, *rest = parts
    return Product(first.start, rest[-1][2].end, (("", False, first), *rest)) if rest else first


def _next(operator: str) -> Callable[[list[Any]], tuple[str, bool, Node]]:
    def make(parts: list[Any]) -> tuple[str, bool, Node]:
        signs = next((p for p in parts if isinstance(p, tuple)), None)
        if signs and signs[2]:
            raise AnswerError("something is missing before '+' here", position=signs[1])
        return operator, bool(signs and signs[0]), parts[-1]

    return make


def _factor(parts: list[Any]) -> Node:
    body, *posts = parts
    sub: Node | None = None
    sup: Node | None = None
    primes = 0
    end = body.end
    for kind, token, script in posts:
        end = script.end if script is not None else token.end
        if kind == "sub":
            if sub is not None:
                raise AnswerError("two subscripts in a row; use braces", position=token.start)
            sub = script
        elif kind == "prime" or _is_prime(script):
            primes += 1 if script is None else len(_prime_text(script))
        elif kind == "bang":
            if sub is not None or sup is not None or primes:
                body = Scripted(body.start, end - 1, body, sub, sup, primes)
            body, sub, sup, primes = Factorial(body.start, end, body), None, None, 0
        else:
            if sup is not None:
                raise AnswerError("two superscripts in a row; use braces", position=token.start)
            sup = script
    if sub is None and sup is None and not primes:
        return body
    return Scripted(body.start, end, body, sub, sup, primes)


def _is_prime(script: Node | None) -> bool:
    inner = script.items[0] if isinstance(script, Group) and len(script.items) == 1 else script
    return isinstance(inner, Sign) and inner.kind == "PRIME"


def _prime_text(script: Node) -> str:
    inner = script.items[0] if isinstance(script, Group) else script
    return "'" if getattr(inner, "text", "") == "prime" else getattr(inner, "text", "'")


def _post(kind: str) -> Callable[[list[Any]], tuple[str, Token, Node | None]]:
    return lambda parts: (kind, parts[0], parts[1] if len(parts) > 1 else None)


def _group(kind: str) -> Callable[[list[Any]], Node]:
    return lambda parts: Group(parts[0].start, parts[-1].end, kind, tuple(parts[1]))


def _fence(kind: str) -> Callable[[list[Any]], Node]:
    return lambda parts: Fence(parts[0].start, parts[-1].end, kind, parts[1])


def _root(parts: list[Any]) -> Node:
    return Root(parts[0].start, parts[-1].end, parts[-1], parts[2] if len(parts) > 2 else None)


def _rooted(parts: list[Any]) -> Node:
    """``√x``: of a power it is not clear what stands below the sign."""
    body = parts[1]
    if isinstance(body, Scripted) and body.sup is not None:
        raise AnswerError("write brackets after √, so that it is clear what stands below it", position=parts[0].start)
    return Root(parts[0].start, body.end, body, None)


def _rows(parts: list[Any]) -> list[Any]:
    return [p for p in parts[1:-1] if not isinstance(p, Token)]


def _case(parts: list[Any]) -> tuple[Node, Row | None]:
    return parts[0], next((p for p in parts[1:] if isinstance(p, Row)), None)


def _piece(parts: list[Any]) -> Node:
    p = parts[0]
    return Sign(p.start, p.end, p.kind, p.text) if isinstance(p, Token) else p


_BUILD: dict[str, Callable[[list[Any]], Any]] = {
    "start": lambda p: p[0],
    "chain": _chain,
    "relation": lambda p: p[0].text,
    "sum": _sum,
    "signs": _signs,
    "term": _term,
    "juxtaposed": _next(""),
    "times": _next("*"),
    "over": _next("/"),
    "modulo": _next("mod"),
    "factor": _factor,
    "sub": _post("sub"),
    "sup": _post("sup"),
    "prime": _post("prime"),
    "bang": _post("bang"),
    "simple": _simple,
    "simple_atom": _simple,
    "star": _star,
    "prime_sign": _prime_sign,
    "lone_sign": lambda p: Sign(p[0].start, p[0].end, "SIGN", p[0].text),
    "big": lambda p: Big(p[0].start, p[0].end, p[0].text),
    "parens": _group("("),
    "brackets": _group("["),
    "braces": _group("{"),
    "set": _group("set"),
    "abs": _fence("abs"),
    "norm": _fence("norm"),
    "floor": _fence("floor"),
    "ceiling": _fence("ceiling"),
    "frac": lambda p: Frac(p[0].start, p[2].end, p[1], p[2]),
    "binomial": lambda p: Binomial(p[0].start, p[2].end, p[1], p[2]),
    "chosen": lambda p: Binomial(p[0].start, p[4].end, p[1], p[3]),
    "given": lambda p: Given(p[0].start, p[2].end, p[0], p[2]),
    "sqrt": _root,
    "rooted": _rooted,
    "root": _root,
    "accent": lambda p: Accent(p[0].start, p[1].end, p[0].text, p[1]),
    "negation": lambda p: Negation(p[0].start, p[-1].end, tuple(p[2])),
    "matrix": lambda p: Matrix(p[0].start, p[-1].end, tuple(_rows(p))),
    "cases": lambda p: CasesTable(p[0].start, p[-1].end, tuple(_rows(p))),
    "list": lambda p: [c for c in p if not isinstance(c, Token)],
    "cells": lambda p: tuple(c for c in p if not isinstance(c, Token)),
    "case": _case,
    "condition": lambda p: Row(p[0].start, p[-1].end, tuple(p)),
    "piece": _piece,
}
