"""Recurrences in declarations: ``p.recurrence("R", l, start={0: 1}, step=R[l] + (K - 1)*J[l])``.

``step`` is the value at l + 1; it may use R[l], R[l - 1] as far as first values are given, and other sequences.
Sequences that use each other are declared together: ``p.recurrence(("R", "J"), l, start={0: (1, 1)}, step=(...))``.
Inside ``step`` a sequence is an IndexedBase of its name, or ``step`` is a function of the sequences:
``step=lambda R: R[l] + K - 1``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sympy

from symderiv.errors import DeclarationError
from symderiv.language.border import base_name, from_sympy, spell
from symderiv.language.context import FAR, Array, Range, unfold_all
from symderiv.language.heads import DeclaredArray
from symderiv.language.names import split_names
from symderiv.language.places import caller
from symderiv.language.ranges import find_violation
from symderiv.language.sequences import Recurrence, shifted
from symderiv.language.terms import Add, Derivative, Entry, Number, Relation, Symbol, Term, free_names, walk
from symderiv.language.text import to_text

if TYPE_CHECKING:
    from symderiv.language.declarations import Declaration

__all__ = ["declare_recurrence"]


def declare_recurrence(
    problem: Declaration, names: Any, index: Any, start: Any, step: Any, meaning: Any, latex: str | None
) -> Any:
    """Declare the sequences and return them as arrays to write formulas with, a tuple if there are several."""
    listed = _names(names)
    together = isinstance(names, (tuple, list)) or len(listed) > 1
    first, starts = _starts(start, len(listed), together)
    letter = index.name if isinstance(index, (sympy.Symbol, sympy.Idx)) else None
    if letter is None or problem._role(letter) != "index":
        raise DeclarationError(f'the index {index} of the recurrence is none; declare it: l = p.index("l", 0, oo)')
    bases = []
    meanings = meaning if isinstance(meaning, (tuple, list)) else (meaning,) * len(listed)
    for name, words in zip(listed, meanings, strict=True):
        problem._new(name, f"the recurrence of line {caller()[1]}")
        axes = ((Number(first), Number(FAR)),)
        array = Array(name, axes, Range(), meaning=words, latex=latex)
        problem.context = replace(problem.context, arrays={**problem.context.arrays, name: array})
        bases.append(DeclaredArray(name, ((sympy.Integer(first), sympy.Integer(FAR)),), real=True))
    written = step(*bases) if callable(step) and not isinstance(step, sympy.Basic) else step
    steps = tuple(written) if together and isinstance(written, (tuple, list, sympy.Tuple)) else (written,)
    if len(steps) != len(listed):
        raise DeclarationError(f"{len(listed)} sequences have {len(steps)} steps; give one for each: step=(..., ...)")
    made = []
    last = None
    for n, (name, expression) in enumerate(zip(listed, steps, strict=True)):
        values = tuple(_value(problem, s[n], name, letter) for s in starts)
        problem.local = (Relation(">=", Symbol(letter), Number(first + len(starts) - 1)),)
        try:
            body = problem.term(spell(expression), f"the step of {name}", frozenset({letter}))
        finally:
            problem.local = ()
        last = _last_index(problem, letter, body) or last
        _check_step(problem, name, letter, body, frozenset(listed), first, len(values))
        made.append(Recurrence(name, letter, first, values, shifted(body, letter, -1)))
    found = {**problem.context.recurrences, **{r.name: r for r in made}}
    problem.context = replace(problem.context, recurrences=found)
    if last is not None:
        ends = tuple(replace(problem.context.arrays[r.name], axes=((Number(first), from_sympy(last)),)) for r in made)
        problem.context = replace(problem.context, arrays={**problem.context.arrays, **{a.name: a for a in ends}})
        bases = [DeclaredArray(r.name, ((sympy.Integer(first), last),), real=True) for r in made]
    return tuple(bases) if together else bases[0]


def _last_index(problem: Declaration, letter: str, body: Term) -> Any:
    """The end of the letter's range, if the step makes sense for all of it but the last one; None where it always does.

    A recurrence that reads x[l + 1] for l = 0..T and an x of T entries means R[0], ..., R[T].
    """
    upper = problem.spans[letter][1]
    what, term, place, local = problem.later[-1]
    if upper == FAR or term != body or find_violation(term, problem.context.with_assumptions(*local)) is None:
        return None
    local = (*local, Relation("<", Symbol(letter), from_sympy(upper)))
    if find_violation(term, problem.context.with_assumptions(*local)) is not None:
        return None
    problem.later[-1] = what, term, place, local
    return sympy.Integer(upper) if isinstance(upper, int) else upper


def _names(names: Any) -> list[str]:
    parts = names if isinstance(names, (tuple, list)) else (names,)
    out: list[str] = []
    for part in parts:
        out += [base_name(part)] if isinstance(part, sympy.IndexedBase) else split_names(part, None)
    return out


def _starts(start: Any, count: int, together: bool) -> tuple[int, list[tuple[Any, ...]]]:
    """(first index, for each of the first indices one value a sequence)."""
    if not isinstance(start, Mapping) or not start or not all(isinstance(k, (int, sympy.Integer)) for k in start):
        raise DeclarationError("a recurrence has first values by their index; write start={0: 1}")
    keys = sorted(map(int, start))
    if keys != list(range(keys[0], keys[0] + len(keys))):
        raise DeclarationError(f"the first values stand at {keys}; give them at indices that follow one another")
    rows = []
    for key in keys:
        row = start[key] if together else (start[key],)
        row = tuple(row) if isinstance(row, (tuple, list, sympy.Tuple)) else (row,)
        if len(row) != count:
            raise DeclarationError(f"{count} sequences have {len(row)} values at {key}; give one for each")
        rows.append(row)
    return keys[0], rows


def _value(problem: Declaration, value: Any, name: str, letter: str) -> Term:
    out = problem.term(spell(value), f"a first value of {name}")
    if letter in free_names(out):
        raise DeclarationError(f"a first value of {name} depends on {letter}; write a number or a symbol")
    return out


def _check_step(
    problem: Declaration, name: str, letter: str, body: Term, group: frozenset[str], first: int, count: int
) -> None:
    """Only entries that come before the one that is made, no derivatives, nothing random."""
    unfolded = unfold_all(body, problem.context)
    if random := sorted(free_names(unfolded) & set(problem.context.random)):
        raise DeclarationError(f"{random[0]} in the step of {name} is random; a recurrence is one of numbers")
    if any(isinstance(t, Derivative) for t in walk(unfolded)):
        raise DeclarationError(f"the step of {name} contains a derivative; carry it out first")
    for offset, entry in _entries(unfolded, letter, group | set(problem.context.recurrences)):
        reach = count - 1 if entry.name == name else 10**6
        newest = 0 if entry.name in group else 1
        if offset is None or not -reach <= offset <= newest:
            raise DeclarationError(
                f"the step of {name} uses {to_text(entry)}; write what comes before {name}[{letter} + 1] as "
                f"{name}[{letter}], with first values for all that it needs"
            )


def _entries(term: Term, letter: str, names: frozenset[str]) -> Iterator[tuple[int | None, Entry]]:
    """(distance of the index from the letter, entry) for entries of sequences."""
    for t in walk(term):
        if isinstance(t, Entry) and t.name in names:
            yield _offset(t.indices[0], letter), t


def _offset(index: Term, letter: str) -> int | None:
    if index == Symbol(letter):
        return 0
    if isinstance(index, Add) and len(index.args) == 2 and index.args[0] == Symbol(letter):
        by = index.args[1]
        return int(by.value) if isinstance(by, Number) and by.value.denominator == 1 else None
    return None
