"""What products of matrices cost, from a cost of one product that is declared once.

>>> from sympy import MatrixSymbol
>>> from symderiv import declare, product_cost
>>> p = declare("Two orders")
>>> n, m, q = p.size("n m q")
>>> A, B, v = MatrixSymbol("A", n, m), MatrixSymbol("B", m, q), MatrixSymbol("v", q, 1)
>>> cost = p.function("cost", (n, m, q), n*m*q)
>>> product_cost((A, (B, v)), cost)
cost(m, q, 1) + cost(n, m, 1)
>>> [product_cost(order, cost) for order in association_orders(A, B, v)]
[cost(m, q, 1) + cost(n, m, 1), cost(n, m, q) + cost(n, q, 1)]

A product is written as a tuple of its factors, calculated from left to right; brackets are tuples inside it. A factor
is a MatrixSymbol, its transpose, or a declared array with two indices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sympy

from symderiv.errors import DeclarationError
from symderiv.language.heads import DeclaredArray
from symderiv.language.notation import verbatim

__all__ = ["association_orders", "product_cost"]

Cost = Callable[[Any, Any, Any], Any]


def product_cost(product: Any, cost: Cost) -> Any:
    """The sum of ``cost(rows, inner size, columns)`` over the products of two matrices that are calculated."""
    _, costs = _calculate(product, cost)
    if not costs:
        raise DeclarationError(f"{product} is no product; write (A, B) or ((A, B), C)")
    with verbatim():
        return costs[0] if len(costs) == 1 else sympy.Add(*costs)


def association_orders(*factors: Any) -> list[Any]:
    """All ways to bracket the product of the factors, as nested pairs."""
    if len(factors) == 1:
        return [factors[0]]
    return [
        (left, right)
        for cut in range(1, len(factors))
        for left in association_orders(*factors[:cut])
        for right in association_orders(*factors[cut:])
    ]


def _calculate(product: Any, cost: Cost) -> tuple[tuple[Any, Any], list[Any]]:
    """(shape, costs of the products in the order in which they are calculated)."""
    if not isinstance(product, (tuple, list)):
        return _shape(product), []
    if not product:
        raise DeclarationError("a product has no factors; write (A, B)")
    shape, costs = _calculate(product[0], cost)
    for factor in product[1:]:
        other, more = _calculate(factor, cost)
        if not _equal(shape[1], other[0]):
            left, right = (f"{r} x {c}" for r, c in (shape, other))
            raise DeclarationError(
                f"a {left} and a {right} matrix can't be multiplied, {shape[1]} is not {other[0]}; change the order or "
                "transpose one with .T"
            )
        costs = [*costs, *more, cost(shape[0], shape[1], other[1])]
        shape = shape[0], other[1]
    return shape, costs


def _shape(factor: Any) -> tuple[Any, Any]:
    if isinstance(factor, DeclaredArray):
        sizes = tuple(_extents(factor.ranges))
        if len(sizes) == 2:
            return sizes[0], sizes[1]
        raise DeclarationError(f"{factor} has {len(sizes)} indices; a factor of a matrix product has two")
    if isinstance(factor, sympy.MatrixExpr) or isinstance(factor, sympy.MatrixBase):
        rows, columns = factor.shape
        return rows, columns
    raise DeclarationError(f"{factor} is no matrix; write a MatrixSymbol, its transpose or a declared array")


def _extents(ranges: tuple[tuple[Any, Any], ...]) -> Iterator[Any]:
    with sympy.evaluate(True):
        for low, high in ranges:
            yield sympy.S(high) - sympy.S(low) + 1


def _equal(a: Any, b: Any) -> bool:
    with sympy.evaluate(True):
        return a == b or sympy.expand(sympy.S(a) - sympy.S(b)) == 0
