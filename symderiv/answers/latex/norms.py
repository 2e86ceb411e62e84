"""Norms of vectors and the Frobenius norm of a matrix, as the sums that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.answers.latex.names import label, written
from symderiv.answers.latex.nodes import Fence, Node
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.unsupported import refusal
from symderiv.answers.latex.vectors import axes_of, elementwise, is_vector
from symderiv.language.terms import HALF, ONE, TWO, Apply, Entry, Power, Sum, Symbol, Term, close_over

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Resolver

__all__ = ["norm"]


def norm(reader: Resolver, node: Fence, sub: Node | None, scope: Scope) -> Term:
    """``\\|v\\|``, ``\\|v\\|_2``: sqrt(sum v_k^2); ``_1``: sum |v_k|; ``_{RMS}``: root of the mean; ``\\|W\\|_F``."""
    kind = label(sub)
    if is_vector(reader, node.body, scope) and kind in ("", "2", "1", "RMS"):
        entry, (lower, upper) = elementwise(reader, node.body, scope)
        k = Symbol("\0k")
        part = entry(k)
        part = Apply("Abs", part) if kind == "1" else Power(part, TWO)
        total = Sum(close_over(part, k.name), lower, upper, hint="k")
        if kind == "RMS":
            return Power(total / (upper if lower == ONE else upper - lower + 1), HALF)
        return total if kind == "1" else Power(total, HALF)
    name = written(node.body)
    if name is not None and name.sub is None and name.sup is None and kind == "F":
        matrices = [d for d in reader.names.candidates(name) if d.kind == "array" and d.rank == 2 and not d.sub + d.sup]
        if len(matrices) == 1:
            (low1, up1), (low2, up2) = axes_of(matrices[0], scope)
            i, j = Symbol("\0i"), Symbol("\0j")
            inner = Sum(close_over(Power(Entry(matrices[0].name, (i, j)), TWO), j.name), low2, up2, hint="j")
            return Power(Sum(close_over(inner, i.name), low1, up1, hint="i"), HALF)
    raise reader.fail(node, refusal("norm"))
