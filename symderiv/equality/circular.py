"""Sums over a full period: indices modulo the size of an axis, shifted and reversed round the corner.

The sum of f(k) over k = a .. a + n - 1 with f(k + n) = f(k) is the sum over all residues modulo n, so it stays the same
when k is replaced by k + s or s - k: both run through every residue once. With several such indices the same holds for
every whole-numbered substitution with determinant 1 or -1, since its inverse is whole-numbered too. Indices that do not
run through a full period count as constants there. Source: Graham, Knuth & Patashnik, *Concrete Mathematics*, section
3.4; Oppenheim & Schafer, *Discrete-Time Signal Processing*, section 8.6 (circular shift and circular convolution).
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.equality.affine import Affine, affine, residue, residue_parts
from symderiv.equality.conditions import settled, truth_of_constraint
from symderiv.equality.index_sets import Constraint, IndexSet, constraint_condition, normal_constraint
from symderiv.equality.kernels import Scope, Workspace
from symderiv.equality.regions import MARK, RegionSum, change_coordinates, systems
from symderiv.language.terms import Entry, Symbol, Term, symbols_of, walk

__all__ = ["turns"]

MAX_TURNS = 4


def turns(
    w: Workspace, body: Term, region: IndexSet, done: frozenset[Affine] = frozenset()
) -> Iterator[tuple[Term, IndexSet]]:
    """The same sum with the indices of full periods shifted, reversed and mixed so that residues become plain indices.

    Just the sum itself where no residue depends on an index that runs through a full period. One modulus after another;
    those that are ``done`` are left alone.
    """
    found = _full_period(w, body, region, done)
    if found is None:
        yield body, region
        return
    body, region, names, modulus = found
    integers = frozenset(n for n, v in w.context.variables.items() if v.range.integer)
    known = frozenset(region.names) | w.open_names() | integers
    forms, choices = _inner_forms(body, region, names, modulus, known)
    new = tuple(f"{MARK}t{_serial(w)}" for _ in names)
    rest = frozenset(c for c in region.constraints if c[0].symbols().isdisjoint(names) or names.isdisjoint(_bare(c[0])))
    box = frozenset(
        normal_constraint((f, False)) for n in new for u in (Affine({Symbol(n): 1}),) for f in (u, modulus - 1 - u)
    )
    others = tuple(n for n in region.names if n not in names)
    ordered = tuple(n for n in region.names if n in names)
    for count, system in enumerate(systems(forms, ordered, new)):
        if count == choices:
            return
        moved, area = change_coordinates(body, IndexSet(region.names, rest), system, (*others, *new))
        area = IndexSet(area.names, _settled(w, area.constraints, box, area.names) | box)
        yield from turns(w, moved, area, done | {modulus})


def _settled(
    w: Workspace, constraints: frozenset[Constraint], box: frozenset[Constraint], names: tuple[str, ...]
) -> frozenset[Constraint]:
    """The constraints with the residues of what the box bounds as plain indices."""
    w.scopes.append(Scope(frozenset(names), tuple(constraint_condition(c) for c in sorted(box, key=repr))))
    try:
        return frozenset(normal_constraint((settled(w, f), equal)) for f, equal in constraints)
    finally:
        w.scopes.pop()


def _bare(form: Affine) -> frozenset[str]:
    return frozenset(a.name for a in form.coefficients if isinstance(a, Symbol))


def _serial(w: Workspace) -> int:
    w.serial += 1
    return w.serial


def _full_period(
    w: Workspace, body: Term, region: IndexSet, done: frozenset[Affine]
) -> tuple[Term, IndexSet, frozenset[str], Affine] | None:
    """(body and region in residues of the names alone, the names, their modulus), for the first modulus found."""
    moduli: dict[Affine, None] = {}
    for t in (body, *(a for c, _ in region.constraints for a in c.coefficients)):
        for part in walk(t):
            parts = residue_parts(part)
            if parts is not None and not parts[0].symbols().isdisjoint(region.names):
                moduli.setdefault(parts[1])
    for modulus in moduli:
        if modulus in done or not modulus.symbols().isdisjoint(region.names):
            continue
        names: set[str] = set()
        current, area = body, region
        for name in region.names:
            turned = _periodic(w, current, area, name, modulus)
            if turned is not None:
                current, area = turned
                names.add(name)
        if names and _turns_anything(current, area, names, modulus):
            return current, area, frozenset(names), modulus
    return None


def _turns_anything(body: Term, region: IndexSet, names: set[str], modulus: Affine) -> bool:
    """Does a residue of one of the names remain that its range does not settle?"""
    plain = {f for n in names if ((f := Affine({Symbol(n): 1})), False) in region.constraints}
    return any(e not in plain for e in _residues(body, region, frozenset(names), modulus))


def _residues(body: Term, region: IndexSet, names: frozenset[str], modulus: Affine) -> Iterator[Affine]:
    for t in (body, *(a for c, _ in region.constraints for a in c.coefficients)):
        for part in walk(t):
            parts = residue_parts(part)
            if parts is not None and parts[1] == modulus and not parts[0].symbols().isdisjoint(names):
                yield parts[0]


def _periodic(w: Workspace, body: Term, region: IndexSet, name: str, modulus: Affine) -> tuple[Term, IndexSet] | None:
    """Body and region with ``name`` in residues only, if it runs through a full period and occurs nowhere else."""
    bounds = [c for c in region.constraints if name in _bare(c[0])]
    if len(bounds) != 2 or any(equal or name in c.hidden() for c, equal in bounds):
        return None
    lows = [f for f, _ in bounds if f.coefficient(name) == 1]
    highs = [f for f, _ in bounds if f.coefficient(name) == -1]
    # (name - low) + (high - name) = modulus - 1
    if len(lows) != 1 or len(highs) != 1 or lows[0] + highs[0] != modulus - 1:
        return None
    rest = region.constraints - set(bounds)
    if any(not _only_in_residues(c, name, modulus) for c, _ in rest):
        return None
    here = tuple(constraint_condition(c) for c in sorted(region.constraints, key=repr))
    w.scopes.append(Scope(frozenset(region.names), here))
    try:
        wrapped = _wrap(w, body, name, modulus)
    finally:
        w.scopes.pop()
    return None if wrapped is None else (wrapped, region)


def _only_in_residues(form: Affine, name: str, modulus: Affine) -> bool:
    """Does the form depend on ``name`` through residues by the modulus alone?"""
    if form.coefficient(name):
        return False
    for atom in form.coefficients:
        if name not in symbols_of(atom):
            continue
        parts = residue_parts(atom)
        if parts is None or parts[1] != modulus or name in parts[1].symbols():
            return False
        inner = parts[0]
        if name in inner.hidden() or inner.coefficient(name).denominator != 1:
            return False
    return True


def _wrap(w: Workspace, term: Term, name: str, modulus: Affine) -> Term | None:
    """The term with ``name`` in residues by the modulus alone, None if that can't be had.

    An index that is known to lie in low .. low + n - 1 is low + (index - low) mod n.
    """
    if name not in symbols_of(term):
        return term
    if isinstance(term, Entry):
        indices: list[Term] = []
        for position, index in enumerate(term.indices):
            form = affine(index)
            if form.coefficient(name):
                low = _start(w, term, position, modulus)
                if low is None or not _within(w, form - low, modulus):
                    return None
                form = low + residue(form - low, modulus)
            if not _only_in_residues(form, name, modulus):
                return None
            indices.append(form.term())
        return Entry(term.name, tuple(indices))
    if isinstance(term, Symbol) or (isinstance(term, RegionSum) and name in symbols_of(term.args[1])):
        return None
    args = []
    for a in term.args:
        wrapped = _wrap(w, a, name, modulus)
        if wrapped is None:
            return None
        args.append(wrapped)
    return term.with_args(tuple(args))


def _start(w: Workspace, entry: Entry, position: int, modulus: Affine) -> Affine | None:
    """The first index of the axis if its size is the modulus."""
    array = w.context.arrays.get(entry.name.rstrip(MARK))
    if array is None or position >= len(array.axes):
        return None
    low, high = (affine(t) for t in array.axes[position])
    return low if high - low == modulus - 1 else None


def _within(w: Workspace, offset: Affine, modulus: Affine) -> bool:
    ends = (offset, modulus - 1 - offset)
    return all(truth_of_constraint(w, normal_constraint((f, False))) is True for f in ends)


def _inner_forms(
    body: Term, region: IndexSet, names: frozenset[str], modulus: Affine, allowed: frozenset[str]
) -> tuple[list[Affine], int]:
    """What is reduced by the modulus and contains one of the names, without indices of sums inside; the best first.

    And how many of them may stand for the new index: several where one array is read at several places.
    """
    # A condition on a residue is a range only if the residue is an index; few indices in it make the rest simple.
    found: dict[Affine, tuple[str, int, int, str]] = {}
    for form, _ in region.constraints:
        for inner in _inner(form, names, modulus, allowed):
            found[inner] = ("", 0, 0, repr(inner))
    for t in walk(body):
        if isinstance(t, Entry):
            for axis, index in enumerate(t.indices):
                for inner in _inner(affine(index), names, modulus, allowed):
                    rank = (t.name, axis, len(inner.symbols() & set(region.names)), repr(inner))
                    found[inner] = min(rank, found.get(inner, rank))
    ranked = sorted(found, key=lambda f: found[f])
    alike = sum(found[f][:3] == found[ranked[0]][:3] for f in ranked) if ranked else 0
    return ranked, max(1, min(alike, MAX_TURNS))


def _inner(form: Affine, names: frozenset[str], modulus: Affine, allowed: frozenset[str]) -> Iterator[Affine]:
    for atom in form.coefficients:
        parts = residue_parts(atom)
        if parts is not None and parts[1] == modulus:
            visible = _visible(parts[0], allowed)
            if not visible.symbols().isdisjoint(names):
                yield visible


def _visible(form: Affine, allowed: frozenset[str]) -> Affine:
    """The form without the indices of sums further inside, which are summed over before, and what is no integer."""
    kept = {a: c for a, c in form.coefficients.items() if symbols_of(a) <= allowed}
    return Affine(kept, form.constant)
