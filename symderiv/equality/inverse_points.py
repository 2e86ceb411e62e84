"""Values for a matrix that a product of others times is declared to be the identity: the inverse of that product."""

from __future__ import annotations

from collections.abc import Callable

from flint import fmpq, fmpq_mat

from symderiv.language.context import Context
from symderiv.language.inverse_pairs import identity_words

__all__ = ["inverse_table"]

Table = Callable[[str], list[list[fmpq]]]


def inverse_table(name: str, context: Context, table: Table) -> list[list[fmpq]] | None:
    """The entries of the matrix from those of the others, ``table`` gives; None if no declaration says so.

    Of the matrices of a product the one that is declared last is calculated. Raises ZeroDivisionError where the product
    of the others is singular or not square.
    """
    if not context.assumptions:
        return None
    places = {n: k for k, n in enumerate(context.arrays)}
    for word in identity_words(context):
        names = [m.data for m, _ in word]
        if names[-1] != name or word[-1][1] or names.count(name) > 1:
            continue
        if any(places.get(n, -1) >= places[name] for n in names[:-1]):
            continue
        product: fmpq_mat | None = None
        for m, transposed in word[:-1]:
            factor = fmpq_mat(table(m.data))
            factor = factor.transpose() if transposed else factor
            product = factor if product is None else product * factor
        if product is None or product.nrows() != product.ncols():
            raise ZeroDivisionError
        found = product.inv()
        return [[found[i, j] for j in range(found.ncols())] for i in range(found.nrows())]
    return None
