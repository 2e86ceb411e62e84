"""Sums over sets of index tuples as terms, and changes of their coordinates.

``RegionSum`` is what the normal form turns every ``Sum`` into: nested sums with guards become one sum over the integer
points of one set, so that neither the order of summation nor the name, shift or direction of an index matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from symderiv.equality.affine import Affine, Rational, affine
from symderiv.equality.index_sets import Constraint, IndexSet, constraint_condition, normal_constraint
from symderiv.equality.strides import quotients
from symderiv.language.terms import And, Binder, Entry, Symbol, Term, substitute, walk

__all__ = ["RegionSum", "bound_name", "bounds_of", "coordinate_systems", "height", "solve_for", "systems"]

MARK = "\0"
MAX_SYSTEMS = 12


class RegionSum(Term):
    """The sum of ``body`` over all integer values of ``data`` (symbol names) at which ``condition`` holds.

    Internal to the proof of an equality. The names start with a character that no declared name contains, so
    substituting free symbols never captures.
    """

    __slots__ = ()

    def __init__(self, names: tuple[str, ...], body: Term, constraints: Iterable[Constraint]):
        conditions = sorted((constraint_condition(c) for c in constraints), key=repr)
        super().__init__(names, (body, And(*conditions)))

    @property
    def names(self) -> tuple[str, ...]:
        return self.data


def bound_name(level: int, position: int = 1) -> str:
    """The canonical name of an index of a sum whose body contains sums up to ``level - 1`` deep."""
    return f"{MARK}{level}.{position}"


def height(term: Term, known: dict[Term, int]) -> int:
    """How deep sums are nested in the term."""
    if not term.args:
        return 0
    found = known.get(term)
    if found is None:
        found = max(height(a, known) for a in term.args)
        if isinstance(term, Binder):
            found += 1
        elif isinstance(term, RegionSum):
            found = max(found, *(int(n[1:].partition(".")[0]) for n in term.names))
        known[term] = found
    return found


def bounds_of(region: IndexSet) -> tuple[list[Affine], list[Affine]] | None:
    """(lower bounds, upper bounds) of the one index, if its coefficients are all 1 or -1 and there is no equation."""
    (name,) = region.names
    lower: list[Affine] = []
    upper: list[Affine] = []
    for form, equal in region.constraints:
        c = form.coefficient(name)
        if equal or abs(c) != 1:
            return None
        rest = (form - Affine({Symbol(name): c})).scaled(-c)
        if name in rest.hidden():
            return None
        (lower if c > 0 else upper).append(rest)
    return lower, upper


def solve_for(form: Affine, name: str) -> Affine | None:
    """``name`` from ``form = 0``, if its coefficient is 1 or -1 and the rest is integral."""
    c = form.coefficient(name)
    if abs(c) != 1 or not form.is_integral():
        return None
    rest = form - Affine({Symbol(name): c})
    if name in rest.symbols():
        return None
    return rest.scaled(-c)


def index_forms(body: Term, names: frozenset[str], allowed: frozenset[str]) -> list[Affine]:
    """The index expressions in ``body`` that contain one of ``names`` and no bound index outside ``allowed``.

    Those that are read first come first; how they are ordered does not depend on what the indices are called.
    """
    roles = _roles(body, names)
    found: dict[Affine, tuple[str, int, tuple[tuple[Rational, int], ...], Rational, str]] = {}
    for t in walk(body):
        if not isinstance(t, Entry):
            continue
        for axis, index in enumerate(t.indices):
            whole = affine(index)
            for form in (whole, *quotients(whole, names)):
                symbols = form.symbols()
                if symbols.isdisjoint(names) or any(s[:1] == MARK and s not in allowed for s in symbols):
                    continue
                role = tuple(sorted((form.coefficient(n), roles[n]) for n in symbols & names))
                rank = (t.name, axis, role, form.constant, repr(form))
                if form not in found or rank < found[form]:
                    found[form] = rank
    return sorted(found, key=lambda f: found[f])


def _roles(body: Term, names: frozenset[str]) -> dict[str, int]:
    """A number for each index that tells what part it plays: where in which arrays, and together with which others.

    The number is refined as that of vertices in a graph (Weisfeiler & Leman 1968), a round for every index.
    """
    places = []
    for t in walk(body):
        if isinstance(t, Entry):
            forms = [affine(i) for i in t.indices]
            if any(not f.symbols().isdisjoint(names) for f in forms):
                places.append((t.name, [[(n, f.coefficient(n)) for n in f.symbols() & names] for f in forms]))
    roles = dict.fromkeys(names, 0)
    for _ in range(len(names)):
        seen = {
            name: (
                roles[name],
                sorted(
                    (array, [sorted((c, roles[n], n == name) for n, c in axis) for axis in axes])
                    for array, axes in places
                    if any(n == name for axis in axes for n, _ in axis)
                ),
            )
            for name in names
        }
        order = sorted(map(repr, seen.values()))
        refined = {name: order.index(repr(s)) for name, s in seen.items()}
        if len(set(refined.values())) == len(set(roles.values())):
            return refined
        roles = refined
    return roles


def coordinate_systems(
    body: Term, names: tuple[str, ...], new: tuple[str, ...], allowed: frozenset[str]
) -> Iterator[dict[str, Affine]]:
    """Changes of coordinates in which index expressions of ``body`` are the new indices; all are unimodular.

    At most ``MAX_SYSTEMS``, in an order that does not depend on the old coordinates where it can be helped.
    """
    forms = index_forms(body, frozenset(names), allowed)
    for count, system in enumerate(systems(forms, names, new)):
        if count == MAX_SYSTEMS:
            return
        yield system


def systems(forms: list[Affine], names: tuple[str, ...], new: tuple[str, ...]) -> Iterator[dict[str, Affine]]:
    """The unimodular changes of coordinates in which some of the forms, or old indices, are the new indices."""
    # While solving, the new indices carry a mark of their own: they may have the same names as the old ones.
    marked = tuple(n + "'" for n in new)
    unmark = {m: Affine({Symbol(n): 1}) for m, n in zip(marked, new, strict=True)}
    forms = [*forms, *(f for n in names if (f := Affine({Symbol(n): 1})) not in forms)]

    def extend(position: int, solved: dict[str, Affine], last: int) -> Iterator[dict[str, Affine]]:
        if position == len(new):
            yield {name: form.substitute(unmark) for name, form in solved.items()}
            return
        for n, form in enumerate(forms):
            if n == last:
                continue
            try:
                reduced = form.substitute(solved)
            except ValueError:
                continue
            for name in names:
                if name in solved:
                    continue
                value = solve_for(reduced - Affine({Symbol(marked[position]): 1}), name)
                if value is not None:
                    step = {name: value}
                    try:
                        later = {k: v.substitute(step) for k, v in solved.items()}
                    except ValueError:
                        continue
                    yield from extend(position + 1, {**later, **step}, n)
                    break

    yield from extend(0, {}, -1)


def change_coordinates(
    body: Term, region: IndexSet, system: Mapping[str, Affine], new: tuple[str, ...]
) -> tuple[Term, IndexSet]:
    """The sum in new coordinates."""
    moved = substitute(body, {Symbol(n): form.term() for n, form in system.items()})
    return moved, region.substitute(system, new)


def eliminate_equalities(body: Term, region: IndexSet) -> tuple[Term, IndexSet]:
    """Solve the equalities of the region for indices, as far as coefficients of 1 and -1 allow."""
    while True:
        for form, equal in region.constraints:
            if not equal:
                continue
            name = next((n for n in region.names if solve_for(form, n) is not None), None)
            if name is None:
                continue
            value = solve_for(form, name)
            assert value is not None
            step = {name: value}
            body = substitute(body, {Symbol(name): value.term()})
            rest = region.constraints - {(form, equal)}
            moved = frozenset(normal_constraint((c.substitute(step), e)) for c, e in rest)
            region = IndexSet(tuple(n for n in region.names if n != name), moved)
            break
        else:
            return body, region
