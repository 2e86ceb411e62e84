"""The slips that people make, each as one change at one place of a formula.

A slip yields what a piece of the right formula becomes when it is made. The same changes undo a slip in an answer:
what is dropped from the one is too many in the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import prod

from symderiv.language.context import Context
from symderiv.language.terms import (
    ONE,
    TWO,
    ZERO,
    Add,
    And,
    Apply,
    Binder,
    Cases,
    Condition,
    Delta,
    Entry,
    Iverson,
    Mul,
    Number,
    Power,
    Relation,
    Symbol,
    Term,
    free_names,
    substitute,
)

__all__ = [
    "Change", "Slip", "change_base", "change_bound", "change_order", "change_rounding", "change_strictness",
    "drop_factor", "drop_guard", "drop_outer_summand", "drop_summand", "drop_two_factors", "everywhere", "expanded",
    "flip_arrays", "flip_relation", "flip_summand", "flip_two_summands", "invert_factor", "reciprocal", "shift_index",
    "swap_indices", "take_other_names", "transpose_entry", "turn_index",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slip:
    """``term`` is the whole formula with the slip in it: ``wrong`` stands where ``right`` should."""

    term: Term
    wrong: Term
    right: Term


Change = Callable[[Term], Iterator[Term]]


def everywhere(term: Term, change: Change) -> Iterator[Slip]:
    """``change`` made at one place, for every place; indices, bounds and conditions are left alone."""
    for new in change(term):
        yield Slip(new, new, term)
    if isinstance(term, (Entry, Delta, Condition)):
        return
    for n, argument in enumerate(term.args[:1] if isinstance(term, Binder) else term.args):
        for slip in everywhere(argument, change):
            yield Slip(_with(term, n, slip.term), slip.wrong, slip.right)


def _with(term: Term, n: int, new: Term) -> Term:
    return term.with_args((*term.args[:n], new, *term.args[n + 1 :]))


def _join(kind: type[Add] | type[Mul], args: tuple[Term, ...]) -> Term:
    if len(args) > 1:
        return kind(*args)
    return args[0] if args else (ZERO if kind is Add else ONE)


# ---------------------------------------------------------------- sums and products


def _negated(term: Term) -> Term:
    if isinstance(term, Mul) and isinstance(term.args[0], Number):
        factor = Number(-term.args[0].value)
        return _join(Mul, term.args[1:] if factor == ONE else (factor, *term.args[1:]))
    return -term


def flip_summand(term: Term) -> Iterator[Term]:
    if isinstance(term, Add):
        for n, a in enumerate(term.args):
            yield _with(term, n, _negated(a))


def drop_summand(term: Term) -> Iterator[Term]:
    if isinstance(term, Add):
        for n in range(len(term.args)):
            yield _join(Add, term.args[:n] + term.args[n + 1 :])


def flip_two_summands(term: Term) -> Iterator[Term]:
    """``d + k - 1`` for ``d - k + 1``: the brackets around k - 1 were not kept."""
    if isinstance(term, Add):
        for m, n in combinations(range(len(term.args)), 2):
            yield Add(*(_negated(a) if k in (m, n) else a for k, a in enumerate(term.args)))


def drop_factor(term: Term) -> Iterator[Term]:
    if isinstance(term, Mul):
        for n in range(len(term.args)):
            left = _join(Mul, term.args[:n] + term.args[n + 1 :])
            if not (isinstance(left, Number) and len(term.args) > 1):  # 2*g without g is no slip that people make
                yield left
    if isinstance(term, Power) and isinstance(term.exponent, Number) and term.exponent.value > 1:
        yield Power(term.base, Number(term.exponent.value - 1))


def drop_two_factors(term: Term) -> Iterator[Term]:
    """Two at once, such as a derivative g*(1 - g) that the chain rule brings or does not."""
    if isinstance(term, Mul):
        for m, n in combinations(range(len(term.args)), 2):
            left = _join(Mul, term.args[:m] + term.args[m + 1 : n] + term.args[n + 1 :])
            if left == ONE or not isinstance(left, Number):
                yield left


def invert_factor(term: Term) -> Iterator[Term]:
    if isinstance(term, Mul):
        for n, a in enumerate(term.args):
            if isinstance(a, Power) and isinstance(a.exponent, Number):
                yield _with(term, n, Power(a.base, Number(-a.exponent.value)))
            elif not isinstance(a, (Number, Delta)):
                yield _with(term, n, ONE / a)
    if isinstance(term, Power) and isinstance(term.exponent, Number) and isinstance(term.base, Mul):
        yield Power(term.base, Number(-term.exponent.value))
        for inner in invert_factor(term.base):
            yield Power(inner, term.exponent)


def drop_outer_summand(term: Term) -> Iterator[Term]:
    """A whole term of the answer left out."""
    if isinstance(term, Mul) and len(term.args) == 2 and isinstance(term.args[0], Number):
        for inner in drop_outer_summand(term.args[1]):
            yield term.args[0] * inner
    else:
        yield from drop_summand(term)


def expanded(term: Term) -> Term:
    """Products and small powers of sums multiplied out; the term itself where that becomes long."""
    args = tuple([expanded(a) for a in term.args]) if isinstance(term, (Add, Mul)) else term.args
    if isinstance(term, Add):
        return Add(*(t for a in args for t in (a.args if isinstance(a, Add) else (a,))))
    if isinstance(term, Power) and isinstance(term.exponent, Number) and term.exponent.value in (2, 3, 4):
        return expanded(Mul(*[term.base] * int(term.exponent.value))) if isinstance(term.base, Add) else term
    if not isinstance(term, Mul):
        return term
    if prod(len(a.args) for a in args if isinstance(a, Add)) > _MANY:
        return term
    terms: list[tuple[Term, ...]] = [()]
    for a in args:
        terms = [(*t, b) for t in terms for b in (a.args if isinstance(a, Add) else (a,))]
    return Add(*(_join(Mul, t) for t in terms)) if len(terms) > 1 else _join(Mul, terms[0])


_MANY = 24


def reciprocal(term: Term) -> Iterator[Term]:
    yield ONE / term


# ---------------------------------------------------------------- functions


def change_base(base: int) -> Change:
    """Natural logarithms as logarithms to another base."""

    def change(term: Term) -> Iterator[Term]:
        if isinstance(term, Apply) and term.function == "log":
            yield term / Apply("log", Number(base))

    return change


def change_rounding(term: Term) -> Iterator[Term]:
    """A floor left out, or taken for the ceiling, and the other way round."""
    if isinstance(term, Apply) and term.function in ("floor", "ceiling"):
        yield term.args[0]
        yield Apply("ceiling" if term.function == "floor" else "floor", term.args[0])


# ---------------------------------------------------------------- ranges and conditions


def change_bound(term: Term) -> Iterator[Term]:
    """A bound of a sum one too far or too near; the same for the ends of cases."""
    if isinstance(term, Binder):
        for n, by in ((2, 1), (2, -1), (3, 1), (3, -1)):
            yield _with(term, n, term.args[n] + by)
        for guard in _moved(term.guard):
            yield _with(term, 1, guard)
    if isinstance(term, Cases):
        for n in range(1, len(term.args), 2):
            for condition in _moved(term.args[n]):
                yield _with(term, n, condition)
    if isinstance(term, Iverson):
        for condition in _moved(term.condition):
            yield Iverson(condition)


def _moved(condition: Term) -> Iterator[Term]:
    """The condition with one end of an inequality moved by one."""
    if isinstance(condition, Relation) and condition.op in ("<", "<=", ">", ">="):
        for by in (1, -1):
            yield Relation(condition.op, condition.left, condition.right + by)
    elif isinstance(condition, And):
        for n, part in enumerate(condition.args):
            for new in _moved(part):
                yield _with(condition, n, new)


def drop_guard(term: Term) -> Iterator[Term]:
    """A sum without the condition on its index."""
    if isinstance(term, Binder) and term.guard != And():
        yield _with(term, 1, And())


def flip_relation(term: Term) -> Iterator[Term]:
    if isinstance(term, Relation) and term.op in _FLIPPED:
        yield Relation(_FLIPPED[term.op], term.left, term.right)
    elif isinstance(term, And):
        for n, part in enumerate(term.args):
            for new in flip_relation(part):
                yield _with(term, n, new)


def change_strictness(term: Term) -> Iterator[Term]:
    if isinstance(term, Relation) and term.op in _STRICTNESS:
        yield Relation(_STRICTNESS[term.op], term.left, term.right)
    elif isinstance(term, And):
        for n, part in enumerate(term.args):
            for new in change_strictness(part):
                yield _with(term, n, new)


_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_STRICTNESS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


def change_order(term: Term) -> Iterator[Term]:
    """A square forgotten under a root, or a root or a square too many."""
    yield Power(term, TWO)
    yield Power(term, ONE / TWO)


# ---------------------------------------------------------------- indices


def swap_indices(term: Term, context: Context) -> Iterator[Slip]:
    """Two free indices or sizes of the same range exchanged, or the indices of one kind of array."""
    known = context.variables
    names = [n for n in sorted(free_names(term)) if n in known and known[n].role in ("index", "size")]
    for a, b in combinations(names, 2):
        one, other = known[a], known[b]
        if one.role == other.role and one.range == other.range:
            yield Slip(substitute(term, {Symbol(a): Symbol(b), Symbol(b): Symbol(a)}), Symbol(b), Symbol(a))


def take_other_names(term: Term, context: Context) -> Iterator[Slip]:
    """One symbol in the place of another one of its kind: the width for the height."""
    known = context.variables
    for a in sorted(free_names(term) & known.keys()):
        for b in sorted(known.keys() - free_names(term)):
            one, other = known[a], known[b]
            if (one.role, one.range.integer) == (other.role, other.range.integer):
                yield Slip(substitute(term, {Symbol(a): Symbol(b)}), Symbol(b), Symbol(a))


def transpose_entry(term: Term) -> Iterator[Term]:
    if isinstance(term, Entry) and len(term.indices) == 2:
        yield Entry(term.name, term.indices[::-1])


def shift_index(term: Term) -> Iterator[Term]:
    if isinstance(term, Entry):
        for n, index in enumerate(term.indices):
            for by in (1, -1):
                yield _with(term, n, index + by)


def turn_index(term: Term) -> Iterator[Term]:
    """``g[n + j - 1]`` for ``g[n - j + 1]``: the array is walked through the other way from n."""
    if isinstance(term, Entry):
        for n, index in enumerate(term.indices):
            for part in index.args if isinstance(index, Add) else ():
                if isinstance(part, Symbol):
                    yield _with(term, n, Number(2) * part - index)


def flip_arrays(term: Term, context: Context) -> Iterator[Slip]:
    """One array read from its other end, along all its axes: a kernel flipped where none is, or not where it is."""
    for name in sorted({n for n in free_names(term) if n in context.arrays}):
        axes = context.arrays[name].axes

        def mirrored(t: Term, name: str = name, axes: tuple[tuple[Term, Term], ...] = axes) -> Term:
            args = tuple([mirrored(a) for a in t.args])
            new = t.with_args(args) if args else t
            if isinstance(new, Entry) and new.name == name:
                return Entry(name, tuple(a + b - i for i, (a, b) in zip(new.indices, axes, strict=True)))
            return new

        yield Slip(mirrored(term), Symbol(name), Symbol(name))
