"""Wrong variants of a term, each by one slip that people make; a checker must refute all that are not equivalent.

``mutants(term)`` yields (description, mutated term): a sign, a dropped summand, factor or function, an index swapped or
shifted by one, a bound, exponent or number off by one, a strict relation made weak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Apply,
    Binder,
    Bound,
    Delta,
    Entry,
    Mul,
    Number,
    Power,
    Relation,
    Symbol,
    Term,
    walk,
)
from symderiv.language.text import to_text

Slip = tuple[str, Term]


def mutants(term: Term) -> Iterator[Slip]:
    """Every term that differs from ``term`` by one slip at one place, without repetitions."""
    seen = {term}
    letters = sorted(
        {i for t in walk(term) if isinstance(t, (Entry, Delta)) for i in t.args if isinstance(i, Symbol)}, key=to_text
    )
    for description, mutant in (("sign of the whole", -term), *_everywhere(term, letters, 0)):
        if mutant not in seen:
            seen.add(mutant)
            yield f"{description}: {to_text(mutant)}", mutant


def _everywhere(term: Term, letters: list[Symbol], depth: int) -> Iterator[Slip]:
    """Slips at the root of the term, then those inside each of its parts."""
    for kind, slips in SLIPS.items():
        if isinstance(term, kind):
            yield from slips(term, letters, depth)
    for n, part in enumerate(term.args):
        for description, mutant in _everywhere(part, letters, depth + (n in term.binds)):
            yield description, term.with_args((*term.args[:n], mutant, *term.args[n + 1 :]))


def _collected(cls: type[Term], parts: tuple[Term, ...], empty: Term) -> Term:
    return empty if not parts else parts[0] if len(parts) == 1 else cls(*parts)


def _add(term: Add, letters: list[Symbol], depth: int) -> Iterator[Slip]:
    for n, summand in enumerate(term.args):
        before, after = term.args[:n], term.args[n + 1 :]
        yield "sign of a summand", Add(*before, -summand, *after)
        yield "dropped summand", _collected(Add, before + after, ZERO)


def _mul(term: Mul, letters: list[Symbol], depth: int) -> Iterator[Slip]:
    for n, factor in enumerate(term.args):
        rest = _collected(Mul, term.args[:n] + term.args[n + 1 :], ONE)
        yield ("dropped sign" if factor == MINUS_ONE else "dropped factor"), rest


def _entry(term: Entry, letters: list[Symbol], depth: int) -> Iterator[Slip]:
    yield from _indices(term, letters, depth)
    for n, index in enumerate(term.indices):
        for shift in (1, -1):
            yield "index off by one", _replace(term, n, index + shift)


def _indices(term: Term, letters: list[Symbol], depth: int) -> Iterator[Slip]:
    """Indices swapped, or one replaced by another index in scope."""
    args = term.args
    for n in range(len(args) - 1):
        yield "swapped indices", term.with_args((*args[:n], args[n + 1], args[n], *args[n + 2 :]))
    for n, index in enumerate(args):
        if isinstance(index, (Symbol, Bound)):
            for other in (*letters, *(Bound(level) for level in range(depth))):
                yield "another index", _replace(term, n, other)


def _binder(term: Binder, letters: list[Symbol], depth: int) -> Iterator[Slip]:
    for n, name in ((2, "lower"), (3, "upper")):
        for shift in (1, -1):
            yield f"{name} bound off by one", _replace(term, n, term.args[n] + shift)


def _power(term: Power, letters: list[Symbol], depth: int) -> Iterator[Slip]:
    yield "dropped exponent", term.base
    if term.exponent != MINUS_ONE:
        yield "exponent off by one", Power(term.base, term.exponent + 1)


def _number(term: Number, letters: list[Symbol], depth: int) -> Iterator[Slip]:
    if term.value not in (0, -1):
        yield "number off by one", Number(term.value + 1)


def _apply(term: Apply, letters: list[Symbol], depth: int) -> Iterator[Slip]:
    if len(term.args) == 1:
        yield "dropped function", term.args[0]


_WEAKER = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "="}


def _relation(term: Relation, letters: list[Symbol], depth: int) -> Iterator[Slip]:
    yield "another relation", Relation(_WEAKER[term.op], term.left, term.right)


def _replace(term: Term, n: int, part: Term) -> Term:
    return term.with_args((*term.args[:n], part, *term.args[n + 1 :]))


SLIPS: dict[type[Term], Callable[..., Iterator[Slip]]] = {
    Add: _add,
    Mul: _mul,
    Entry: _entry,
    Delta: _indices,
    Binder: _binder,
    Power: _power,
    Number: _number,
    Apply: _apply,
    Relation: _relation,
}
