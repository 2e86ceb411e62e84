"""Accesses outside the declared index ranges, found by trying all small sizes.

``find_violation`` walks over every array access with the ranges of the sums around it, the guards, the conditions of
the cases and the assumptions, and looks for integers that satisfy them and read outside. It needs no prover, so that a
wrong declaration is refused at once; a violation that only large sizes show is left to the evaluator.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil, floor

from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import (
    TRUE,
    Add,
    And,
    Apply,
    Binder,
    Cases,
    Delta,
    Entry,
    Iverson,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Relation,
    Symbol,
    Term,
    free_names,
    instantiate,
    symbols_of,
)
from symderiv.language.text import to_text

__all__ = ["Unknown", "evaluate_integer", "find_violation"]

Value = int | Fraction
Env = Mapping[str, int]
Scope = Mapping[str, tuple[Term | None, Term | None]]
BUDGET = 10_000
_RELATION = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class Unknown(Exception):
    """The term has no integer value that can be computed here."""


def find_violation(term: Term, context: Context) -> str | None:
    """``x[k + 1] reads x[4], but x has indices 1..3 (for K = 3)``, or None if no small sizes show such an access."""
    free: Scope = {n: (v.range.lower, v.range.upper) for n, v in context.variables.items() if v.range.integer}
    for entry, scope, conditions in _accesses(term, free, context.assumptions):
        array = context.arrays.get(entry.name)
        definition = context.definitions.get(entry.name)
        if (array is not None and array.padded) or (array is None and definition is None):
            continue
        axes = array.axes if array is not None else definition.axes  # type: ignore[union-attr]
        if len(axes) != len(entry.indices):
            continue
        for axis, (low, high) in enumerate(axes):
            found = _outside(entry.indices[axis], low, high, scope, conditions, context)
            if found is not None:
                return _message(entry, axis, len(axes), *found, context)
    return None


def _accesses(t: Term, scope: Scope, conditions: tuple[Term, ...]) -> Iterator[tuple[Entry, Scope, tuple[Term, ...]]]:
    """Every entry in ``t`` with the integer names in scope there and the conditions under which it is read."""
    if isinstance(t, Entry):
        yield t, scope, conditions
    if isinstance(t, Binder):
        # A mark behind the name keeps it apart from a free index of the same name.
        index = Symbol(f"{t.hint}\0{len(scope)}")
        body, guard = instantiate(t.body, index), instantiate(t.guard, index)
        for end in (t.lower, t.upper):
            yield from _accesses(end, scope, conditions)
        inner = {**scope, index.name: (t.lower, t.upper)}
        yield from _accesses(guard, inner, conditions)
        yield from _accesses(body, inner, (*conditions, guard))
    elif isinstance(t, Cases):
        before: tuple[Term, ...] = ()
        for value, condition in t.pieces:
            yield from _accesses(condition, scope, (*conditions, *before))
            yield from _accesses(value, scope, (*conditions, *before, condition))
            before = (*before, Not(condition))
    elif isinstance(t, Mul):
        # A factor that is 0 or 1 by its indices selects the entries that are read beside it.
        switches = tuple(f for f in t.args if isinstance(f, (Delta, Iverson)))
        for a in t.args:
            others = tuple(_as_condition(f) for f in switches if f is not a)
            yield from _accesses(a, scope, (*conditions, *others))
    else:
        for a in t.args:
            yield from _accesses(a, scope, conditions)


def _as_condition(switch: Term) -> Term:
    return Relation("=", *switch.args) if isinstance(switch, Delta) else switch.args[0]


def _outside(
    index: Term, low: Term, high: Term, scope: Scope, conditions: tuple[Term, ...], context: Context
) -> tuple[int, int, int, Env] | None:
    """(index read, lower, upper, names) for an access outside ``low..high``."""
    if isinstance(index, Symbol) and scope.get(index.name) == (low, high):
        return None
    index, low, high = (unfold_all(t, context) for t in (index, low, high))
    known = [c for c in (unfold_all(c, context) for c in _conjuncts(conditions)) if free_names(c) <= set(scope)]
    names = set(symbols_of(index) | symbols_of(low) | symbols_of(high))
    # With fewer conditions there are more assignments: where those read inside, the other conditions do not matter.
    found = None
    for wide in (False, True):
        names, relevant = _dependencies(names, known, scope, context, wide)
        if not names <= set(scope):
            return None
        found = _search(index, low, high, names, relevant, scope, context)
        if found is None:
            return None
    return found


def _dependencies(
    names: set[str], known: list[Term], scope: Scope, context: Context, wide: bool
) -> tuple[set[str], list[Term]]:
    """The names that the ranges of ``names`` depend on, and the conditions on them; ``wide``: on any of them."""
    while True:
        grown = set(names)
        for n in names:
            for end in scope.get(n, (None, None)):
                grown |= symbols_of(unfold_all(end, context)) if end is not None else set()
        for c in known:
            if wide and symbols_of(c) & names:
                grown |= symbols_of(c)
        if grown == names:
            return names, [c for c in known if symbols_of(c) <= names]
        names = grown


def _search(
    index: Term, low: Term, high: Term, names: set[str], relevant: list[Term], scope: Scope, context: Context
) -> tuple[int, int, int, Env] | None:
    for env in itertools.islice(_assignments(sorted(names), scope, context), BUDGET):
        try:
            value, bottom, top = (evaluate_integer(t, env) for t in (index, low, high))
            if bottom <= value <= top or not all(_holds(c, env) for c in relevant):
                continue
        except Unknown:
            continue
        if value.denominator == bottom.denominator == top.denominator == 1:
            return int(value), int(bottom), int(top), env
    return None


def _conjuncts(conditions: tuple[Term, ...]) -> Iterator[Term]:
    for c in conditions:
        if isinstance(c, And):
            yield from _conjuncts(c.args)
        elif c != TRUE:
            yield c


def _assignments(names: list[str], scope: Scope, context: Context) -> Iterator[dict[str, int]]:
    """Small values for the names; a name comes after those that its range depends on; sizes around 3 come first."""
    ends = {n: tuple(None if e is None else unfold_all(e, context) for e in scope[n]) for n in names}
    order: list[str] = []

    def place(n: str, seen: frozenset[str]) -> None:
        if n in order or n in seen:
            return
        for e in ends[n]:
            for m in sorted(symbols_of(e)) if e is not None else ():
                if m in ends:
                    place(m, seen | {n})
        order.append(n)

    # What the context declares comes first, so that the indices of sums vary fastest.
    for n in sorted(names, key=lambda n: (n not in context.variables, n)):
        place(n, frozenset())

    def go(position: int, env: dict[str, int]) -> Iterator[dict[str, int]]:
        if position == len(order):
            yield dict(env)
            return
        n = order[position]
        try:
            low, high = (None if e is None else evaluate_integer(e, env) for e in ends[n])
        except Unknown:
            return
        for value in _candidates(None if low is None else ceil(low), None if high is None else floor(high)):
            env[n] = value
            yield from go(position + 1, env)
            del env[n]

    yield from go(0, {})


def _candidates(low: int | None, high: int | None) -> list[int]:
    if low is not None and high is not None:
        return list(range(low, high + 1)) if high - low < 12 else [*range(low, low + 6), *range(high - 5, high + 1)]
    if low is not None:
        return [low + 2, low + 1, low, low + 3, low + 4]
    if high is not None:
        return [high, high - 1, high - 2, high - 3, high - 4]
    return [0, 1, 2, 3, -1, -2, -3, 4]


def evaluate_integer(t: Term, env: Env) -> Value:
    """The exact value of integer arithmetic; raises Unknown for anything else."""
    if isinstance(t, Number):
        return t.value.numerator if t.value.denominator == 1 else t.value
    if isinstance(t, Symbol):
        if t.name in env:
            return env[t.name]
        raise Unknown
    if isinstance(t, Add):
        return sum(evaluate_integer(a, env) for a in t.args)
    if isinstance(t, Mul):
        out: Value = 1
        for a in t.args:
            out *= evaluate_integer(a, env)
        return out
    if isinstance(t, Power):
        base, exponent = evaluate_integer(t.base, env), evaluate_integer(t.exponent, env)
        n = int(exponent)
        if n == exponent and abs(n) <= 64 and (base != 0 or n >= 0):
            return Fraction(base) ** n
        raise Unknown
    if isinstance(t, Delta):
        return int(evaluate_integer(t.left, env) == evaluate_integer(t.right, env))
    if isinstance(t, Iverson):
        return int(_holds(t.condition, env))
    if isinstance(t, Cases):
        for value, condition in t.pieces:
            if _holds(condition, env):
                return evaluate_integer(value, env)
    if isinstance(t, Apply):
        return _apply(t.function, [evaluate_integer(a, env) for a in t.args])
    raise Unknown


def _apply(function: str, args: list[Value]) -> Value:
    if function == "floor":
        return floor(args[0])
    if function == "ceiling":
        return ceil(args[0])
    if function == "Mod" and args[1] != 0:
        return args[0] % args[1]
    if function == "Abs":
        return abs(Fraction(args[0]))
    if function in ("Max", "Min"):
        ordered = sorted(args, key=Fraction)
        return ordered[-1 if function == "Max" else 0]
    raise Unknown


def _holds(c: Term, env: Env) -> bool:
    if isinstance(c, Relation):
        return _RELATION[c.op](evaluate_integer(c.left, env), evaluate_integer(c.right, env))
    if isinstance(c, And):
        return all(_holds(a, env) for a in c.args)
    if isinstance(c, Or):
        return any(_holds(a, env) for a in c.args)
    if isinstance(c, Not):
        return not _holds(c.args[0], env)
    raise Unknown


def _message(entry: Entry, axis: int, rank: int, value: int, low: int, high: int, env: Env, context: Context) -> str:
    place = "indices" if rank == 1 else f"{('first', 'second', 'third')[axis] if axis < 3 else axis + 1} indices"
    indices = ", ".join(str(value) if n == axis else "..." for n in range(rank))
    shown = re.sub("\0[0-9]+", "", to_text(entry))
    reads = f"{shown} reads {entry.name}[{indices}]"
    span = f"{low}..{high}" if low <= high else "none"
    sizes = [f"{n} = {v}" for n, v in env.items() if n in context.variables and context.variables[n].role != "index"]
    return f"{reads}, but {entry.name} has {place} {span}" + (f" (for {', '.join(sizes)})" if sizes else "")
