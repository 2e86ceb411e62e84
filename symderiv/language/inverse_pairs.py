"""Products of matrices that are declared to be the identity: S*Si = I, X.T*X*G = I."""

from __future__ import annotations

from symderiv.language.context import Context
from symderiv.language.matrix_terms import shape
from symderiv.language.terms import MatrixIdentity, MatrixName, MatrixProduct, Relation, Term, Transpose

__all__ = ["Letter", "identity_words"]

Letter = tuple[Term, bool]
"""A matrix, and whether it is transposed."""


def identity_words(context: Context) -> dict[tuple[Letter, ...], Relation]:
    """Words that are I, each with the assumption that says so.

    With A B = I for square A and B also B A = I, and with every word its transpose.
    """
    out: dict[tuple[Letter, ...], Relation] = {}
    for a in context.assumptions:
        if not (isinstance(a, Relation) and a.op == "="):
            continue
        product, identity = a.args if isinstance(a.right, MatrixIdentity) else a.args[::-1]
        if not (isinstance(product, MatrixProduct) and isinstance(identity, MatrixIdentity)):
            continue
        letters = tuple(_letter(f) for f in product.args)
        word = tuple(x for x in letters if x is not None)
        if len(word) < len(letters) or any(context.definition_of(m) is not None for m, _ in word):
            continue
        for turned in _turned(word):
            out.setdefault(turned, a)
            out.setdefault(tuple((m, not t) for m, t in reversed(turned)), a)
    return out


def _letter(factor: Term) -> Letter | None:
    inner, transposed = (factor.args[0], True) if isinstance(factor, Transpose) else (factor, False)
    return (inner, transposed) if isinstance(inner, MatrixName) else None


def _turned(word: tuple[Letter, ...]) -> list[tuple[Letter, ...]]:
    """The word, and v u for every way to write it as u v with square u and v."""
    sizes = [shape(m)[1 if t else 0] for m, t in word]
    return [word[n:] + word[:n] for n, size in enumerate(sizes) if size == sizes[0]]
