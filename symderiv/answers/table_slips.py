"""Slips in tables: transposed, mirrored, a kernel flipped, single entries."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symderiv.answers import slips
from symderiv.language.context import Context, unfold_all
from symderiv.language.matrices import tabulate
from symderiv.language.terms import Matrix, Number, Term, Tuple
from symderiv.records import Question

__all__ = ["table_slips"]

Explained = tuple[str, Term, Term, str]
"""The slip, the two tables that are equal if it explains the answer, and what follows its sentence."""


def table_slips(answer: Term, expected: Term, question: Question | None, context: Context) -> Iterator[Explained]:
    """What may have gone wrong, the whole table first, then its entries."""
    if isinstance(answer, Matrix) and isinstance(expected, Matrix):
        yield "transposed", _transposed(answer), expected, ""
        if answer.shape == expected.shape:
            for ratio in _ratios(answer, expected, context):
                scaled = answer.with_args(tuple(_times(ratio, t) for t in answer.args))
                yield "sign" if ratio.value == -1 else "constant factor", scaled, expected, ""
        yield from _other_ends(answer, question, context)
    if type(answer) is not type(expected) or _places(answer) != _places(expected):
        same = type(answer) is type(expected)
        if same:
            yield "shape", expected, expected, ""
        return
    yield from _entries(answer, expected, context)


def _ratios(answer: Matrix, expected: Matrix, context: Context) -> Iterator[Number]:
    """-1, and the quotient of the first entries that are known to differ."""
    from symderiv.equality import decide

    yield Number(-1)
    for a, b in zip(answer.args, expected.args, strict=True):
        witness = decide(a, b, context, seconds=0.5).witness
        if witness is None:
            continue
        try:
            left, right = Fraction(witness.left), Fraction(witness.right)
        except ValueError:
            return
        if left and right:
            yield Number(right / left)
        return


def _transposed(table: Matrix) -> Matrix:
    return Matrix(zip(*table.rows, strict=True))


def _times(factor: Number, entry: Term) -> Term:
    return Number(factor.value * entry.value) if isinstance(entry, Number) else factor * entry


def _other_ends(answer: Matrix, question: Question | None, context: Context) -> Iterator[Explained]:
    """The question's formula with one array read from its other end, at all its indices."""
    if question is None or not question.axes:
        return
    formula = unfold_all(question.subject, context)
    for slip in slips.flip_arrays(formula, context):
        yield "flipped", answer, tabulate(slip.term, question.axes), ""


def _flat(term: Term) -> list[Term]:
    if isinstance(term, (Matrix, Tuple)):
        return [t for a in term.args for t in _flat(a)]
    return [term]


def _places(term: Term) -> object:
    if isinstance(term, Matrix):
        return term.shape
    return [_places(a) for a in term.args] if isinstance(term, Tuple) else None


def _entries(answer: Term, expected: Term, context: Context) -> Iterator[Explained]:
    """Two entries exchanged, or some entries wrong while the others are right."""
    from symderiv.equality import decide

    pairs = list(zip(_flat(answer), _flat(expected), strict=True))
    wrong = [n for n, (a, b) in enumerate(pairs) if decide(a, b, context, seconds=0.5).word != "proved"]
    if len(wrong) == 2:
        (a, b), (c, d) = (pairs[n] for n in wrong)
        yield "swapped entries", Matrix([[a, c]]), Matrix([[d, b]]), ""
    if 0 < len(wrong) < len(pairs):
        count = len(wrong)
        more = f"{count} of {len(pairs)} {'is' if count == 1 else 'are'}."
        yield "entry", expected, expected, more
