"""Equations between residues, e mod n = r, in the ranges of sums: from derivatives of circular convolutions."""

from __future__ import annotations

from symderiv.equality.affine import Affine, residue, residue_parts
from symderiv.equality.conditions import truth_of_constraint
from symderiv.equality.index_sets import Constraint, IndexSet, normal_constraint
from symderiv.equality.kernels import Workspace
from symderiv.language.terms import Symbol, Term, substitute

__all__ = ["solve_residues"]


def solve_residues(w: Workspace, body: Term, region: IndexSet) -> tuple[Term, IndexSet]:
    """Equations ``e mod n = r`` solved for an index of the region that runs through at most one period.

    For a <= k <= b with b < a + n there is at most one such k: the one with k = a + ((r - e + k) mod n - a) mod n, if
    that is at most b and r is a residue.
    """
    while True:
        step = _solution(w, region)
        if step is None:
            return body, region
        name, value, constraints = step
        body = substitute(body, {Symbol(name): value.term()})
        kept = frozenset(normal_constraint((c.substitute({name: value}), equal)) for c, equal in constraints)
        region = IndexSet(tuple(n for n in region.names if n != name), kept)


def _solution(w: Workspace, region: IndexSet) -> tuple[str, Affine, frozenset[Constraint]] | None:
    """(index, its value, the constraints left) for the first equation that can be solved, full periods first."""
    options: list[tuple[str, Affine, frozenset[Constraint]]] = []
    for constraint in sorted(region.constraints, key=repr):
        form, equal = constraint
        if not equal or not form.hidden() & set(region.names):
            continue
        for atom, c in form.coefficients.items():
            parts = residue_parts(atom)
            if parts is None or abs(c) != 1:
                continue
            inner, modulus = parts
            result = (form - Affine({atom: c})).scaled(-c)
            for name in region.names:
                sign = inner.coefficient(name)
                busy = inner.hidden() | result.symbols() | modulus.symbols()
                if abs(sign) != 1 or name in busy:
                    continue
                rest = inner - Affine({Symbol(name): sign})
                solved = _in_period(w, region, constraint, name, (result - rest).scaled(sign), modulus)
                if solved is None:
                    continue
                start, whole, kept = solved
                value = start + residue((result - rest).scaled(sign) - start, modulus)
                ends = {normal_constraint((f, False)) for f in (result, modulus - 1 - result)}
                if whole:
                    return name, value, kept | ends
                options.append((name, value, kept | ends))
    return options[0] if options else None


def _in_period(
    w: Workspace, region: IndexSet, equation: Constraint, name: str, value: Affine, modulus: Affine
) -> tuple[Affine, bool, frozenset[Constraint]] | None:
    """(lower end of the name, does it run through a full period, the constraints but for the equation and that end)."""
    rest = region.constraints - {equation}
    if any(name in c.hidden() for c, _ in rest):
        return None
    for constraint in sorted(rest, key=repr):
        form, equal = constraint
        if equal or form.coefficient(name) != 1:
            continue
        start = (form - Affine({Symbol(name): 1})).scaled(-1)
        for other in sorted(rest, key=repr):
            end, equal = other
            if equal or end.coefficient(name) != -1:
                continue
            length = form + end  # last - first
            if length == modulus - 1:
                return start, True, rest - {constraint, other}
            if truth_of_constraint(w, normal_constraint((modulus - 1 - length, False))) is True:
                return start, False, rest - {constraint}
    return None
