"""Maxima over index ranges in proofs: when there is something to compare, and equality by what is compared.

A maximum only depends on the set of the entries that are compared: repetition, order and grouping do not matter. So two
maxima of entries are equal if they read the same index tuples of each array, which integer sets decide for all sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from symderiv.equality.affine import affine
from symderiv.equality.index_sets import NeedsIslpy, NotAffine, Writer, implied, isl_module
from symderiv.language.context import Context, unfold_all
from symderiv.language.maximisers import flat_maximum
from symderiv.language.terms import TRUE, And, Apply, Entry, Maximum, Relation, Symbol, Term, free_names, fresh_name
from symderiv.records import Verdict

__all__ = ["is_over_something", "prove_maxima"]

Reading = tuple[tuple[str, ...], tuple[Term, ...], Entry]


def is_over_something(term: Maximum, context: Context) -> bool:
    """Is every range of the maximum, and of the maxima right inside it, certainly not empty?"""
    limits, _ = flat_maximum(term)
    known = [*context.integer_conditions()]
    for index, low, high, guard in limits:
        try:
            if guard != TRUE or implied(Relation("<=", low, high), known) is not True:
                return False
        except NeedsIslpy:
            return False
        known += [Relation("<=", low, index), Relation("<=", index, high)]
    return True


def prove_maxima(left: Term, right: Term, context: Context) -> Verdict | None:
    """ "proved" if both sides are maxima of the same entries; None if that is not known."""
    try:
        isl = isl_module()
        parameters: dict[Term, str] = {}
        sides = [_entries(unfold_all(side, context), context, isl, parameters) for side in (left, right)]
    except (NotAffine, NeedsIslpy):
        return None
    except isl.Error:
        return None
    if sides[0].keys() != sides[1].keys():
        return None
    same = all(sides[0][name].is_equal(sides[1][name]) for name in sides[0])
    if all(region.is_empty() for region in sides[0].values()):
        return None  # neither has a value, or the assumptions contradict each other
    return Verdict("proved", "index sets") if same else None


def _entries(term: Term, context: Context, isl: Any, parameters: dict[Term, str]) -> dict[str, Any]:
    """The set of the index tuples that the maximum compares, for each array.

    ``parameters`` names what the sets depend on, the same for all of them. Raises NotAffine for a maximum of anything
    but entries, and for places or ranges that are not affine.
    """
    out: dict[str, Any] = {}
    known = context.integer_conditions()
    for names, conditions, entry in _readings(term, (), (), set(context.names()) | free_names(term)):
        if context.definition_of(entry) is not None:
            raise NotAffine("a name that is not unfolded")
        places = tuple(fresh_name(f"place{n}", set(names)) for n in range(len(entry.indices)))
        writer = Writer((*places, *names))
        writer.parameters = parameters
        pairs = zip(places, entry.indices, strict=True)
        texts = [writer.form(affine(Symbol(p)) - affine(i)) + " = 0" for p, i in pairs]
        texts.append(writer.condition(And(*conditions)))
        base = writer.context(known)
        region = writer.set(isl, f"{base} and {' and '.join(texts)}")
        region = region.project_out(isl.dim_type.set, len(places), len(names))
        out[entry.name] = region if entry.name not in out else out[entry.name].union(region)
    return out


def _readings(term: Term, names: tuple[str, ...], conditions: tuple[Term, ...], taken: set[str]) -> Iterator[Reading]:
    """(indices, conditions on them, entry) for every entry among which the maximum is taken."""
    if isinstance(term, Entry):
        yield names, conditions, term
    elif isinstance(term, Apply) and term.function == "Max":
        for a in term.args:
            yield from _readings(a, names, conditions, taken)
    elif isinstance(term, Maximum):
        limits, body = flat_maximum(term, tuple(_fresh(term, taken)))
        inside = [c for i, low, high, g in limits for c in (Relation("<=", low, i), Relation("<=", i, high), g)]
        found = tuple(i.name for i, *_ in limits)
        yield from _readings(body, (*names, *found), (*conditions, *inside), taken)
    else:
        raise NotAffine("a maximum of something that is no entry")


def _fresh(term: Term, taken: set[str]) -> Iterator[str]:
    while isinstance(term, Maximum):
        name = fresh_name(term.hint, taken)
        taken.add(name)
        yield name
        term = term.body
