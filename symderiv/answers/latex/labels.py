"""What names the answer before ``=`` or a colon: its own name, a name without another meaning, words."""

from __future__ import annotations

from symderiv.answers.latex.ambiguities import unbraced
from symderiv.answers.latex.grammar import parse
from symderiv.answers.latex.names import plain, written
from symderiv.answers.latex.nodes import Chain, Fence, Frac, Group, Node, Product, Scripted, Sign, Sum
from symderiv.answers.latex.resolving import Resolver
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.tokens import Token
from symderiv.errors import AnswerError
from symderiv.language.terms import Symbol, Term
from symderiv.records import Question

__all__ = ["before_colon", "is_name", "names_the_answer", "words_before_equals"]


def words_before_equals(reader: Resolver, tokens: tuple[Token, ...]) -> bool:
    """``\\text{Output size} = …``: words name the answer, unless they are a declared name or a function."""
    first, second = tokens[:2]
    if second.kind != "REL" or second.text != "=":
        return False
    if first.kind == "PROSE":
        return True
    known = reader.names.knows(first.text) or first.text in reader.names.words.values()
    return first.kind == "TEXT" and first.text.isalpha() and len(first.text) > 2 and not known


def before_colon(
    reader: Resolver, tokens: tuple[Token, ...], scope: Scope, question: Question | None
) -> tuple[str, tuple[Token, ...]]:  # fmt: skip
    """The label in ``J_{ij}: S_i``, and what follows it."""
    at = next((n for n, t in enumerate(tokens) if t.kind == "COLON"), 0)
    if at == 0 or at + 1 == len(tokens) or written(parse(tokens[:at], reader.source)) is None:
        return "", tokens
    label = reader.source[tokens[0].start : tokens[at].start].strip()
    ratio = len(tokens) - at <= 2  # K : N
    if ratio and not names_the_answer(reader, unbraced(parse(tokens[:at], reader.source)), scope, question, colon=True):
        raise AnswerError(
            f"is {label} a name of the answer? write = for it, or \\frac for a ratio", position=tokens[at].start
        )
    return label, tokens[at + 1 :]


def names_the_answer(
    reader: Resolver, node: Node, scope: Scope, question: Question | None, *, colon: bool = False
) -> bool:  # fmt: skip
    """``J_{ij} = …`` where the question is called J_ij or asks for that unknown, or the name has no other meaning."""
    if question is not None and _spelled(node) == _letters(question.name):
        return True
    try:
        term: Term = reader.term(node, scope)
    except AnswerError:
        return (colon or question is not None) and is_name(node)
    if question is None or question.unknown is None:
        return False
    if isinstance(term, Symbol) or term.args:
        return term == question.unknown
    return False


def _letters(name: str) -> str:
    return "".join(c for c in name if c.isalnum())


def _spelled(node: Node) -> str:
    return _letters(plain(node)) if written(node) is not None else ""


def is_name(node: Node) -> bool:
    """A name with scripts or arguments, or a quotient of two such as dL/da; the names may be unknown."""
    if written(node) is not None:
        return True
    if isinstance(node, Scripted) and isinstance(node.body, Group) and len(node.body.items) == 1 and node.sup is None:
        return is_name(unbraced(node.body.items[0]))  # one entry of it, (\\nabla_x L)_n
    if isinstance(node, Scripted) and isinstance(node.body, Fence) and node.sup is None:
        return node.body.kind == "abs" and is_name(unbraced(node.body.body))  # |\\alpha|_{\\max}
    if isinstance(node, Fence):
        return node.kind == "abs" and is_name(unbraced(node.body))  # the length |a^1| of an array
    if isinstance(node, Frac):
        return all(is_name(unbraced(part)) for part in (node.above, node.below))
    if isinstance(node, Product):
        return len(node.items) <= 6 and not any(negated or op == "*" for op, negated, _ in node.items) and all(
            _is_head(factor) for _, _, factor in node.items)  # fmt: skip
    return False


def _is_head(node: Node) -> bool:
    """A part of a label: a name, a differential sign, or arguments in brackets that are no formulas."""
    body = node.body if isinstance(node, Scripted) else node
    if isinstance(body, Sign):
        return body.kind in ("PARTIAL", "NABLA")
    if isinstance(body, Group):
        return not any(isinstance(i, (Chain, Sum)) for i in body.items)
    return written(body) is not None
