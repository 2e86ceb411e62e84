"""Slips in formulas of whole matrices: sign, factor, transposition, terms."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symderiv.answers.slips import everywhere
from symderiv.errors import DeclarationError
from symderiv.language.matrix_terms import check_shapes, is_matrix, shape
from symderiv.language.matrix_text import negated
from symderiv.language.terms import MatrixProduct, MatrixSum, Number, Term, Transpose

__all__ = ["matrix_slips"]

_CONSTANTS = tuple(
    Number(Fraction(p, q)) for p, q in ((2, 1), (1, 2), (3, 1), (1, 3), (4, 1), (1, 4), (-2, 1), (-1, 2))
)


def matrix_slips(answer: Term, expected: Term) -> Iterator[tuple[str, Term, Term]]:
    """(slip, left, right): the slip explains the answer if left = right. Only pairs whose sizes fit."""
    for code, left, right in _candidates(answer, expected):
        try:
            check_shapes(left)
            check_shapes(right)
            fits = shape(left) == shape(right)
        except DeclarationError:
            continue
        if fits:
            yield code, left, right


def _candidates(answer: Term, expected: Term) -> Iterator[tuple[str, Term, Term]]:
    yield "sign", negated(answer), expected
    for slip in everywhere(expected, _flip_summand):
        yield "sign of a term", answer, slip.term
    for constant in _CONSTANTS:
        yield "constant factor", MatrixProduct(constant, answer), expected
    yield "transposed", Transpose(answer), expected
    for slip in everywhere(expected, _drop_summand):
        yield "missing term", answer, slip.term
    for slip in everywhere(answer, _drop_summand):
        yield "extra term", slip.term, expected
    for slip in everywhere(expected, _drop_factor):
        yield "missing factor", answer, slip.term
    for slip in everywhere(answer, _drop_factor):
        yield "extra factor", slip.term, expected
    for slip in everywhere(expected, _transpose_factor):
        yield "transposed", answer, slip.term


def _flip_summand(term: Term) -> Iterator[Term]:
    if isinstance(term, MatrixSum):
        for n, a in enumerate(term.args):
            yield MatrixSum(*term.args[:n], negated(a), *term.args[n + 1 :])


def _drop_summand(term: Term) -> Iterator[Term]:
    if isinstance(term, MatrixSum) and len(term.args) > 1:
        for n in range(len(term.args)):
            rest = term.args[:n] + term.args[n + 1 :]
            yield rest[0] if len(rest) == 1 else MatrixSum(*rest)


def _drop_factor(term: Term) -> Iterator[Term]:
    if isinstance(term, MatrixProduct) and len(term.args) > 1:
        for n in range(len(term.args)):
            rest = term.args[:n] + term.args[n + 1 :]
            if any(map(is_matrix, rest)):
                yield rest[0] if len(rest) == 1 else MatrixProduct(*rest)


def _transpose_factor(term: Term) -> Iterator[Term]:
    if isinstance(term, MatrixProduct):
        for n, a in enumerate(term.args):
            turned = a.args[0] if isinstance(a, Transpose) else Transpose(a)
            yield MatrixProduct(*term.args[:n], turned, *term.args[n + 1 :])
