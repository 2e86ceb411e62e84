"""Proofs by residue classes: every integer is d q + r with one r from 0 to d - 1.

A stride or a rounded index, g[ceiling(j/2)], becomes affine in q, class by class: a free integer gives d cases, the
index of a sum d sums, f[1] + ... + f[2 n] = (f[1] + f[3] + ...) + (f[2] + f[4] + ...), which signal processing calls
the polyphase components. Only for one fixed d from 2 to 6.
Source: Graham, Knuth & Patashnik, *Concrete Mathematics*, sec. 3.4; Oppenheim & Schafer, *Discrete-Time Signal
Processing*, sec. 4.7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from math import lcm

from symderiv.equality.affine import Affine, affine
from symderiv.language.context import Context, Range, Variable, unfold_all
from symderiv.language.terms import (
    MINUS_ONE,
    TRUE,
    Add,
    Apply,
    Binder,
    Delta,
    Entry,
    Number,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
    free_names,
    fresh_name,
    open_binder,
    substitute,
    walk,
)
from symderiv.records import Verdict

__all__ = ["prove_by_classes"]

MODULI = range(2, 7)
MAX_CLASSES = 16
MAX_SUMS = 24

Prove = Callable[[Term, Term, Context], Verdict]


def prove_by_classes(left: Term, right: Term, context: Context, prove: Prove) -> Verdict | None:
    """ "proved" if ``prove`` proves every class, else None; None too where nothing depends on a class."""
    left, right = (unfold_all(t, context) for t in (left, right))
    try:
        return _prove(left, right, context, prove)
    except _Whole:
        return None


class _Whole(Exception):
    """The terms cannot be taken apart into classes."""


def _prove(left: Term, right: Term, context: Context, prove: Prove) -> Verdict | None:
    d = _modulus((left, right))
    if d is None:
        return None
    taken = set(context.names()) | free_names(left) | free_names(right)
    split = _Splitting(d, context, _strided((left, right), d), taken)
    split.find_free((left, right))
    if not split.free and not split.bound:
        return None
    if d ** len(split.free) > MAX_CLASSES:
        return None
    differences: list[Term] = []
    for remainders in product(range(d), repeat=len(split.free)):
        inner, values = split.case(remainders)
        a, b = (split.opened(substitute(t, values), inner) for t in (left, right))
        verdict = prove(a, b, inner)
        if verdict.word != "proved" or any(free_names(c) - context.names() for c in verdict.domain_differences):
            return None
        differences += verdict.domain_differences
    return Verdict("proved", "residue classes", domain_differences=tuple(dict.fromkeys(differences)))


def _modulus(sides: tuple[Term, Term]) -> int | None:
    """The d that rounded quotients, remainders and strides of the indices have in common; None if it is too large."""
    found = 1
    for t in (t for side in sides for t in walk(side)):
        for n in _moduli(t):
            found = lcm(found, n)
    return found if found in MODULI else None


def _moduli(t: Term) -> Iterator[int]:
    if isinstance(t, Apply) and t.function in ("floor", "ceiling"):
        yield from (Fraction(c).denominator for c in affine(t.args[0]).coefficients.values())
    elif isinstance(t, Apply) and t.function == "Mod" and isinstance(t.args[1], Number):
        yield int(abs(t.args[1].value)) if t.args[1].value.denominator == 1 else 1
    elif isinstance(t, Power) and t.base == MINUS_ONE and not isinstance(t.exponent, Number):
        yield 2
    elif isinstance(t, (Entry, Relation, Delta)):
        for form in _index_forms(t):
            yield from (abs(int(c)) for c in form.coefficients.values() if c.denominator == 1 and c)


def _index_forms(t: Term) -> list[Affine]:
    if isinstance(t, Entry):
        return [affine(i) for i in t.indices]
    return [affine(t.args[0]) - affine(t.args[1])]


def _strided(sides: tuple[Term, Term], d: int) -> frozenset[tuple[str, int]]:
    """The axes (array, place) that are read in steps: all reads of them have to be of one class each."""
    out = set()
    for t in (t for side in sides for t in walk(side) if isinstance(t, Entry)):
        for place, form in enumerate(_index_forms(t)):
            if any(c.denominator == 1 and int(c) % d == 0 for c in form.coefficients.values()):
                out.add((t.data, place))
    return frozenset(out)


class _Splitting:
    """The integers that are written as d q + r, and what terms become by it."""

    def __init__(self, d: int, context: Context, strided: frozenset[tuple[str, int]], taken: set[str]):
        self.d, self.context, self.strided, self.taken = d, context, strided, taken
        self.free: dict[str, str] = {}
        self.bound = False
        self.sums = 0

    def find_free(self, sides: tuple[Term, Term]) -> None:
        """The free integers whose class matters, with a letter for the quotient of each."""
        wanted: set[str] = set()
        for side in sides:
            wanted |= self._wanted(side)
        for name in sorted(wanted):
            v = self.context.variables.get(name)
            if v is None or not v.range.integer:
                raise _Whole
            self.free[name] = fresh_name("q", self.taken)
            self.taken.add(self.free[name])

    def _wanted(self, term: Term) -> set[str]:
        """Free names whose class is asked for in the term, also by the ends of sums that are taken apart."""
        out = self._asked(term) if not isinstance(term, Binder) else set()
        if isinstance(term, Binder):
            index, body, guard = open_binder(term, self.taken)
            inside = self._wanted(body) | self._wanted(guard)
            if index.name in inside:
                if not isinstance(term, Sum):
                    raise _Whole
                self.bound = True
                inside -= {index.name}
                for end in (term.lower, term.upper):
                    inside |= self._odd_names(affine(end))
            return inside | self._wanted(term.lower) | self._wanted(term.upper)
        for a in term.args:
            out |= self._wanted(a)
        return out

    def _asked(self, t: Term) -> set[str]:
        """The names whose class decides what this very node is."""
        if isinstance(t, Apply) and t.function in ("floor", "ceiling"):
            return self._odd_names(affine(t.args[0]).scaled(self.d))
        if isinstance(t, Apply) and t.function == "Mod" and isinstance(t.args[1], Number):
            return self._odd_names(affine(t.args[0]))
        if isinstance(t, Power) and t.base == MINUS_ONE and not isinstance(t.exponent, Number):
            return self._odd_names(affine(t.exponent))
        if isinstance(t, Entry):
            out: set[str] = set()
            for place, form in enumerate(_index_forms(t)):
                if (t.data, place) in self.strided:
                    out |= self._odd_names(form)
            return out
        if isinstance(t, (Relation, Delta)):
            (form,) = _index_forms(t)
            if any(abs(int(c)) > 1 and c.denominator == 1 for c in form.coefficients.values()) and self._whole(form):
                return self._odd_names(form)
        return set()

    def _whole(self, form: Affine) -> bool:
        """Is this a condition on indices, a form in integer symbols?"""
        known = self.context.variables
        return form.is_integral() and all(
            isinstance(a, Symbol) and (a.name not in known or known[a.name].range.integer) for a in form.coefficients
        )

    def _odd_names(self, form: Affine) -> set[str]:
        """The symbols of the form that are not there a multiple of d times."""
        out = set()
        for atom, c in form.coefficients.items():
            if Fraction(c).denominator == 1 and int(c) % self.d == 0:
                continue
            if not isinstance(atom, Symbol):
                continue  # a product or a function: an integer of its own, in no class
            out.add(atom.name)
        return out

    def case(self, remainders: tuple[int, ...]) -> tuple[Context, dict[Term, Term]]:
        """The context with n = d q + r for the free integers, and these equations as replacements."""
        inner = self.context
        values: dict[Term, Term] = {}
        for (name, letter), r in zip(self.free.items(), remainders, strict=True):
            inner = inner.with_variable(Variable(letter, Range(integer=True), "index"))
            values[Symbol(name)] = self._value(letter, r)
        equations = tuple(Relation("=", n, value) for n, value in values.items())
        return inner.with_assumptions(*equations), values

    def _value(self, letter: str, r: int) -> Term:
        return affine(Add(Number(self.d) * Symbol(letter), Number(r))).term()

    def opened(self, term: Term, context: Context) -> Term:
        """The term with the sums taken apart whose index has a class, and what is rounded in each class."""
        if isinstance(term, Binder):
            index, body, guard = open_binder(term, self.taken)
            if index.name not in self._wanted_here(body, guard):
                self.taken.add(index.name)
                inner = context.with_index(index.name, term.lower, term.upper)
                opened = None if guard == TRUE else self.opened(guard, inner)
                low, high = (self.opened(e, context) for e in (term.lower, term.upper))
                return type(term).over(index.name, low, high, self.opened(body, inner), opened)
            return self._taken_apart(term, index, body, guard, context)
        if term.args:
            term = term.with_args(tuple([self.opened(a, context) for a in term.args]))
        return self._rounded(term, context)

    def _wanted_here(self, body: Term, guard: Term) -> set[str]:
        return self._wanted(body) | self._wanted(guard)

    def _taken_apart(self, term: Binder, index: Symbol, body: Term, guard: Term, context: Context) -> Term:
        if not isinstance(term, Sum):
            raise _Whole
        self.sums += self.d
        if self.sums > MAX_SUMS:
            raise _Whole
        letter = fresh_name("q", self.taken | {index.name})
        self.taken.add(letter)
        ends = [affine(self.opened(e, context)) for e in (term.lower, term.upper)]
        parts: list[Term] = []
        for r in range(self.d):
            low = self._quotient(ends[0] - r, up=True)
            high = self._quotient(ends[1] - r, up=False)
            inner = context.with_index(letter, low, high)
            value: dict[Term, Term] = {index: self._value(letter, r)}
            condition = None if guard == TRUE else self.opened(substitute(guard, value), inner)
            parts.append(Sum.over(letter, low, high, self.opened(substitute(body, value), inner), condition))
        return Add(*parts)

    def _quotient(self, form: Affine, up: bool) -> Term:
        """The end of a range divided by d and rounded, where its class is known."""
        # Half of 2 x is whole only if x is: an end 2 x with x = 1/2 would be lost.
        if self._odd_names(form) or not self._whole(form):
            raise _Whole
        rest = Fraction(form.constant, self.d)
        whole = Affine(form.coefficients).scaled(Fraction(1, self.d))
        return (whole + (rest.__ceil__() if up else rest.__floor__())).term()

    def _rounded(self, term: Term, context: Context) -> Term:
        """Floors, remainders and signs of a known class as what they are."""
        if isinstance(term, Apply) and term.function in ("floor", "ceiling"):
            form = affine(term.args[0])
            whole = Affine(form.coefficients)
            if whole.is_integral() and all(context.is_integer(a) for a in form.coefficients):
                rest = Fraction(form.constant)
                return (whole + (rest.__floor__() if term.function == "floor" else rest.__ceil__())).term()
        if isinstance(term, Apply) and term.function == "Mod" and isinstance(term.args[1], Number):
            form, n = affine(term.args[0]), term.args[1].value
            if n.denominator == 1 and form.is_integral() and all(
                int(c) % int(n) == 0 and context.is_integer(a) for a, c in form.coefficients.items()
            ):  # fmt: skip
                return Number(int(form.constant) % int(n))
        if isinstance(term, Power) and term.base == MINUS_ONE:
            form = affine(term.exponent)
            if form.is_integral() and all(c % 2 == 0 and context.is_integer(a) for a, c in form.coefficients.items()):
                return Number(-1 if form.constant % 2 else 1)
        return term
