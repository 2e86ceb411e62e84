"""The declarations as a reader meets them: a table of symbols with meaning and range, and the definitions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from symderiv.language.context import FAR, Array, Context, Definition, Range, Variable
from symderiv.language.letters import index_letters
from symderiv.language.matrix_text import matrix_name
from symderiv.language.sequences import Recurrence
from symderiv.language.terms import (
    ONE,
    ZERO,
    Apply,
    Entry,
    Matrix,
    MatrixIdentity,
    MatrixName,
    MatrixProduct,
    Norm,
    Number,
    Relation,
    Symbol,
    Term,
    Transpose,
    free_names,
    walk,
)
from symderiv.records import Derivation, Solution

__all__ = ["Given", "declarations_used", "list_definitions", "list_givens", "shown_declarations"]


@dataclass(frozen=True, slots=True)
class Given:
    """One row of the notation table: what is declared, in words, with its range; a definition has a ``body``.

    The ``shape`` is that of a matrix.
    """

    heads: tuple[Term, ...]
    meaning: str
    words: str = ""
    conditions: tuple[Term, ...] = ()
    span: tuple[Term, Term] | None = None
    body: Term | None = None
    shape: tuple[Term, ...] = ()


def shown_declarations(solution: Solution) -> Context:
    """All declarations, or for a selection of parts those that its formulas use, directly or through other ones."""
    context = solution.problem.context
    if len(solution.parts) >= len(solution.problem.parts):
        return context
    terms = [t for p in solution.parts for d in p.derivations for t in _terms_of(d)]
    return declarations_used([*terms, *(t for p in solution.parts for t in p.part.conditions)], context)


def declarations_used(terms: Iterable[Term], context: Context, names: Iterable[str] = ()) -> Context:
    """The declarations of what stands in the terms or is named, directly or through other declarations."""
    waiting = list(terms)
    used: set[str] = set()
    for name in names:
        used.add(name)
        waiting += _declaration(name, context)
    while waiting:
        t = waiting.pop()
        names = free_names(t) | {a.function for a in walk(t) if isinstance(a, Apply)}
        for name in names - used:
            used.add(name)
            waiting += _declaration(name, context)
    return Context(
        {n: v for n, v in context.variables.items() if n in used},
        {n: a for n, a in context.arrays.items() if n in used},
        {n: d for n, d in context.definitions.items() if n in used},
        random={n: f for n, f in context.random.items() if n in used},
        recurrences={n: r for n, r in context.recurrences.items() if n in used},
        independence=tuple(b for b in context.independence if sum(bool(names & used) for names in b) > 1),
    )


def _terms_of(d: Derivation) -> list[Term]:
    q = d.question
    asked = [t for t in (q.subject, q.goal, q.unknown, d.result) if t is not None]
    return [*asked, *(s.after for s in d.steps), *(t for pair in (*q.given, *d.solution) for t in pair)]


def _declaration(name: str, context: Context) -> list[Term]:
    """The terms in the declaration of the name: bounds and bodies."""
    out: list[Term] = []
    if name in context.variables:
        r = context.variables[name].range
        out += [t for t in (r.lower, r.upper) if t is not None]
    if name in context.arrays:
        out += [t for axis in context.arrays[name].axes for t in axis]
    if name in context.recurrences:
        out.append(context.recurrences[name].body)
    if name in context.random:
        f = context.random[name]
        out += [t for t in (f.mean, f.variance, f.covariance) if t is not None]
    if name in context.definitions:
        d = context.definitions[name]
        out += [d.body, *(t for axis in d.axes for t in axis)]
    return out


def list_givens(context: Context) -> list[Given]:
    """Symbols and arrays in the order of declaration; what differs in the name only shares a row."""
    out: list[Given] = []
    grouped: dict[tuple[Range, str, str], int] = {}
    for v in context.variables.values():
        # Indices over the same range, and plain variables with the same meaning, share a row.
        key = (v.range, v.role, v.meaning)
        if (
            key in grouped
            and v.name not in context.random
            and (v.role == "index" or (v.meaning and not v.range.conditions(Symbol(v.name))))
        ):
            place = grouped[key]
            out[place] = replace(out[place], heads=(*out[place].heads, Symbol(v.name)))
            continue
        grouped[key] = len(out)
        out.append(_random(_variable(v), v.name, context))
    return out + [_array(a, context) for a in context.arrays.values() if a.name not in context.recurrences]


def _variable(v: Variable) -> Given:
    head, r = Symbol(v.name), v.range
    meaning = v.meaning or ("index" if v.role == "index" else "")
    if v.role == "index" and r.lower is not None and r.upper is not None:
        return Given((head,), meaning, span=(r.lower, r.upper))
    return Given((head,), meaning, "integer" if r.integer else "real", r.conditions(head))


def _array(a: Array, context: Context) -> Given:
    if is_whole(a, context):
        return _matrix(a, context)
    indices = index_letters(a.axes, context)
    head = Entry(a.name, indices)
    bounds = tuple(c for i, (low, high) in zip(indices, a.axes, strict=True) for c in _between(low, i, high))
    words = {"simplex": "nonnegative, summing to 1", "one_hot": "one entry 1, the others 0"}.get(a.law, "")
    own = () if a.law != "free" else a.entries.conditions(head)
    words = words or ("integer" if a.entries.integer else "real")
    row = Given((head,), a.meaning, words + (", 0 outside its range" if a.padded else ""), (*own, *bounds))
    return _random(row, a.name, context)


def is_whole(a: Array, context: Context) -> bool:
    """Is the array a matrix by its name: both axes count from 0, and no declared index runs along one of them?"""
    if len(a.axes) != 2 or a.values is not None or a.padded or any(low != ZERO for low, _ in a.axes):
        return False
    spans = {(v.range.lower, v.range.upper) for v in context.variables.values() if v.role == "index"}
    named = any(
        isinstance(t, MatrixName) and t.name == a.name for d in context.definitions.values() for t in walk(d.body)
    )
    return named or a.law == "orthonormal" or a.axes[1] == (ZERO, ZERO) or not all(axis in spans for axis in a.axes)


def _matrix(a: Array, context: Context) -> Given:
    """A matrix by its name, with its shape; U^T U = I where its columns are orthonormal."""
    head = matrix_name(a.name, context)
    assert head is not None
    conditions: tuple[Term, ...] = ()
    if a.law == "orthonormal" and head.args[1] == ONE:
        conditions = (Relation("=", Norm("l2", head), ONE),)
    elif a.law == "orthonormal":
        conditions = (Relation("=", MatrixProduct(Transpose(head), head), MatrixIdentity(head.args[1])),)
    return _random(Given((head,), a.meaning, "", conditions, shape=head.args), a.name, context)


_LAW_WORDS = {
    "free": "",
    "gaussian": "jointly normal",
    "bernoulli": "Bernoulli",
    "rademacher": "1 or -1, equally likely",
}


def _random(given: Given, name: str, context: Context) -> Given:
    """The row of a random array or symbol: its law in words, its moments as equations."""
    family = context.random.get(name)
    if family is None:
        return given
    (head,) = given.heads
    said = (_LAW_WORDS.get(family.law, family.law), "" if family.entries == "any" else family.entries)
    moments = [("Expectation", family.at("mean", head.args)), ("Variance", family.at("variance", head.args))]
    if family.law in ("bernoulli", "rademacher"):
        moments = moments[: family.law == "bernoulli"]
    equations = tuple(Relation("=", Apply(f, head), value) for f, value in moments if value is not None)
    if family.covariance is not None:
        pair = tuple(Entry(name, tuple(Symbol(f"{i.data}'") for i in head.args)) for _ in "x")
        equations += (Relation("=", Apply("Covariance", head, *pair), family.at("covariance", head.args)),)  # type: ignore[arg-type]
    words = ", ".join(w for w in ("random", *said) if w)
    return replace(given, words=words, conditions=(*equations, *given.conditions))


def _between(low: Term, index: Term, high: Term) -> tuple[Term, ...]:
    below = () if low == Number(-FAR) else (Relation("<=", low, index),)
    return below if high == Number(FAR) else (*below, Relation("<=", index, high))


def list_definitions(context: Context) -> list[Given]:
    """The arrays of numbers, and the definitions, each after those that it uses."""
    numbers = [_numbers(a) for a in context.arrays.values() if a.values is not None and len(a.axes) <= 2]
    sequences = [_sequence(r, context) for r in context.recurrences.values()]
    return numbers + [_definition(d) for d in context.definitions.values()] + sequences


def _sequence(r: Recurrence, context: Context) -> Given:
    """A recurrence as a case distinction between its first values and the others."""
    letter = Symbol(r.parameter)
    bounds = (Relation("<=", Number(r.first), letter),)
    return Given((Entry(r.name, (letter,)),), context.arrays[r.name].meaning, "", bounds, None, r.body)


def _numbers(a: Array) -> Given:
    """An array of given numbers as a matrix."""
    assert a.values is not None
    low, high = a.axes[-1]
    columns = int(high.data - low.data) + 1
    cells = [Number(v) for v in a.values]
    body = Matrix(cells[n : n + columns] for n in range(0, len(cells), columns))
    return Given((Symbol(a.name),), a.meaning, body=body)


def _definition(d: Definition) -> Given:
    bounds = tuple(
        c for p, (low, high) in zip(d.parameters, d.axes, strict=False) for c in _between(low, Symbol(p), high)
    )
    return Given((d.head(),), d.meaning, "", bounds, None, d.body)
