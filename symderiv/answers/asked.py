"""What the question is about: its names tell apart what could be read in two ways."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symderiv.language.context import Context
from symderiv.language.terms import Term, symbols_of, walk
from symderiv.records import Question

__all__ = ["free_symbols", "names_of", "typed_names"]


def _terms(question: Question) -> Iterator[Term]:
    for t in (question.subject, question.expected, question.goal, question.unknown, *question.unknowns):
        if t is not None:
            yield t
    yield from (t for pair in question.given for t in pair)


def names_of(question: Question) -> frozenset[str]:
    """The names of symbols, arrays and functions in the question."""
    return frozenset(str(t.data) for term in _terms(question) for t in walk(term) if isinstance(t.data, str))


def free_symbols(question: Question) -> frozenset[str]:
    """The symbols in the question that no sum binds."""
    return frozenset(name for term in _terms(question) for name in symbols_of(term))


def typed_names(context: Context) -> dict[str, tuple[str, ...]]:
    """What may be typed for declared scalars beside their names: ``k_1`` for k1, ``d_out`` by its LaTeX."""
    out: dict[str, tuple[str, ...]] = {}
    scalars = [(v.name, v.latex) for v in context.variables.values()]
    scalars += [(d.name, d.latex) for d in context.definitions.values() if d.kind == "scalar"]
    for name, latex in scalars:
        spellings = {re.sub(r"(?<=[^\W\d_])(\d+)$", r"_\1", name), _plain(latex or "")}
        for spelling in spellings - {name, ""} - context.names():
            out[spelling] = (*out.get(spelling, ()), name)
    return out


def _plain(latex: str) -> str:
    text = re.sub(r"\\(text|mathrm|operatorname|mathit)\b|[\\{}]", "", latex)
    return text if text.isidentifier() else ""
