"""How many lines of a page a piece will take, so that a heading goes to the next page with what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from symderiv.language.context import Context
from symderiv.writing.composing import compose
from symderiv.writing.document import QuestionPage
from symderiv.writing.givens import Given
from symderiv.writing.measuring import measure

__all__ = ["lines_needed"]

_HEADING, _ASKED, _HINT = 3.0, 2.4, 2.4
_LEAST, _MOST = 8, 17
"""A heading asks for at least so many lines, and leaves no more of a page empty."""
_LETTERS = 88
_LINE, _SKIP = 0.82, 0.6
"""A formula one em high in lines, and the space around it."""


def lines_needed(
    definitions: Sequence[Given],
    text: str,
    questions: Sequence[QuestionPage],
    context: Context,
    *,
    hints: int = 0,
    most: int = _MOST,
) -> int:
    """The lines of a heading with its definitions and text, the first question and the first line of its derivation."""
    lines = _HEADING + ceil(len(text) / _LETTERS) + _HINT * hints
    for g in definitions:
        assert g.body is not None
        lines += _LINE * measure(compose(g.body, context))[1] + _SKIP
    if questions:
        lines += _ASKED
        first = next((line for chain in questions[0].chains for line in chain.lines), None)
        for term in (first.before, first.after) if first is not None else ():
            lines += _LINE * measure(compose(term, context))[1] + _SKIP if term is not None else 0.0
    return min(most, max(_LEAST, ceil(lines)))
