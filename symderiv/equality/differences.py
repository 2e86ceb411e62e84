"""Difference bounds: what follows from conditions such as ``i <= K`` and ``j >= i + 1``, without a solver.

Most conditions on indices bound one symbol or the difference of two. For these, shortest paths decide what follows,
exactly (Cormen et al., *Introduction to Algorithms*, section "Difference constraints and shortest paths").
"""

from __future__ import annotations

from collections.abc import Iterable

from symderiv.equality.affine import Affine
from symderiv.equality.index_sets import Constraint
from symderiv.language.terms import Symbol, Term

__all__ = ["DifferenceBounds"]

_Node = Term | None
"""An atom, or None for the number 0."""


class DifferenceBounds:
    """The tightest bounds on differences of atoms that follow from constraints.

    ``complete``: every constraint was a bound on a symbol or on a difference of symbols, so that what does not follow
    from the bounds does not follow at all.
    """

    def __init__(self, constraints: Iterable[Constraint]):
        self.complete = True
        self.upper: dict[tuple[_Node, _Node], int] = {}
        """(x, y) -> c with y - x <= c"""
        nodes: dict[_Node, None] = {None: None}
        for form, equal in constraints:
            for side in (form, -form) if equal else (form,):
                edge = _edge(side)
                if edge is None:
                    self.complete = False
                    continue
                x, y, c = edge
                nodes[x] = nodes[y] = None
                self.upper[x, y] = min(c, self.upper.get((x, y), c))
        self.complete = self.complete and all(n is None or isinstance(n, Symbol) for n in nodes)
        self._close(list(nodes))

    def _close(self, nodes: list[_Node]) -> None:
        upper = self.upper
        for k in nodes:
            into = [(x, upper[x, k]) for x in nodes if (x, k) in upper]
            out = [(y, upper[k, y]) for y in nodes if (k, y) in upper]
            for x, c in into:
                for y, d in out:
                    if c + d < upper.get((x, y), c + d + 1):
                        upper[x, y] = c + d

    def truth(self, form: Affine) -> bool | None:
        """Does ``form >= 0`` follow (True), does its negation (False), or neither? Also None if it is no difference."""
        edge = _edge(form)
        if edge is None:
            return None
        x, y, c = edge
        known = self.upper.get((x, y))
        if known is not None and known <= c:
            return True
        opposite = self.upper.get((y, x))
        return False if opposite is not None and opposite <= -1 - c else None

    def settles(self, form: Affine) -> bool:
        """Is the answer of ``truth`` final?"""
        return self.complete and _edge(form) is not None and all(isinstance(a, Symbol) for a in form.coefficients)


def _edge(form: Affine) -> tuple[_Node, _Node, int] | None:
    """(x, y, c) if ``form >= 0`` says y - x <= c."""
    if not form.is_integral() or len(form.coefficients) > 2:
        return None
    x: _Node = None
    y: _Node = None
    for atom, coefficient in form.coefficients.items():
        if coefficient == 1 and x is None:
            x = atom
        elif coefficient == -1 and y is None:
            y = atom
        else:
            return None
    return x, y, int(form.constant)
