"""Rational matrices with orthonormal columns, for sample points at which U^T U = I holds exactly."""

from __future__ import annotations

from flint import fmpq

__all__ = ["orthonormal_columns"]

_ROTATIONS = ((fmpq(3, 5), fmpq(4, 5)), (fmpq(5, 13), fmpq(12, 13)), (fmpq(-8, 17), fmpq(15, 17)))
"""Cosines and sines from Pythagorean triples."""


def orthonormal_columns(rows: int, columns: int, seed: int) -> list[list[fmpq]]:
    """``columns <= rows`` orthonormal columns: a signed permutation, then rotations of pairs of rows.

    Different seeds give different signs, permutations and numbers of rotations; none of these keeps a permutation.
    """
    order = list(range(rows))
    for n in range(rows - 1, 0, -1):
        k = (seed >> n) % (n + 1)
        order[n], order[k] = order[k], order[n]
    table = [[fmpq(0)] * columns for _ in range(rows)]
    for j in range(columns):
        table[order[j]][j] = fmpq(-1) if (seed >> (j + 3)) % 2 else fmpq(1)
    for n in range((seed >> 5) % (rows + 1) if rows > 1 else 0):
        p, q = n % rows, (n + 1) % rows
        c, s = _ROTATIONS[(seed + n) % len(_ROTATIONS)]
        for j in range(columns):
            a, b = table[p][j], table[q][j]
            table[p][j], table[q][j] = c * a - s * b, s * a + c * b
    return table
