"""Equality of terms with sequences that are given by recurrences, by induction over an integer.

A claim C(n) = 0, n >= a, is shown by C(a) = 0 and by C(n + 1) = 0 where C(n) = 0 is used. Two ways to use it
  * R[n] = T(n): the step of R with T for the earlier entries has to be T(n + 1) (strong induction for higher orders)
  * C(n) linear in an entry R[n], with R[n + 1] = s R[n] + ...: C(n + 1) - s C(n) no longer contains R[n]. It has to be
    0, and is a claim of its own if entries of other sequences are left: J[n] = S**n on the way to R[n]
A sum up to n + 1 is the sum up to n and its last term. Sums over entries count as unknown numbers, entries too; every
equation between such terms is left to the normal form. Nothing is concluded where C(n) may be undefined for some n.

Terminates: every claim has fewer sequences outside of sums, and there are at most ``DEPTH`` in a row.
Source: Graham, Knuth & Patashnik, *Concrete Mathematics*, 2nd ed., ch. 1 and sec. 2.2.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

from symderiv.equality.affine import NotAffine, affine
from symderiv.equality.generalising import for_any
from symderiv.equality.product_sequences import is_loose, products_as_sequences
from symderiv.language.context import Context, Range, Variable, unfold_all
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    TRUE,
    ZERO,
    Add,
    Apply,
    Binder,
    Bound,
    Entry,
    Mul,
    Number,
    Power,
    Product,
    Relation,
    Sum,
    Symbol,
    Term,
    instantiate,
    substitute,
    symbols_of,
    walk,
)
from symderiv.records import Verdict

__all__ = ["mentions_sequence", "prove_by_induction"]

DEPTH = 4
_WRITTEN_OUT = 30
_PARTIAL = frozenset({"log", "tan", "asin", "acos", "acosh", "atanh", "logit", "Mod"})
Prove = Callable[[Term, Term, Context], Verdict]
Holds = Callable[[Term, Context], bool | None]


def mentions_sequence(term: Term, context: Context) -> bool:
    """Is there an entry of a sequence or a product over a range in the term, also behind definitions?"""
    return any(
        isinstance(t, Product) or (isinstance(t, Entry) and t.name in context.recurrences)
        for t in walk(unfold_all(term, context))
    )


def prove_by_induction(
    left: Term, right: Term, context: Context, prove: Prove, holds: Holds, *, seconds: float = 5.0
) -> Verdict | None:
    """ "proved", or None; ``prove`` decides equations in which entries of sequences are unknown numbers."""
    sides = tuple(unfold_all(t, context) for t in (left, right))
    original = context
    (first_side, second_side), context = products_as_sequences(sides, context, prove)
    deadline = time.process_time() + seconds
    left, right = (_at_numbers(t, context, prove, holds, deadline) for t in (first_side, second_side))
    forms = dict.fromkeys(((left, right), _without_quotient(left, right)))
    if not any(isinstance(t, Entry) and t.name in context.recurrences for s in (left, right) for t in walk(s)):
        verdict = prove(left, right, context)
        return replace(verdict, method="first entries") if verdict.word == "proved" else None
    for (a, b), (letter, first) in product(forms, _candidates(left, right, context)):
        inner = for_any(letter, first, context)
        if inner is None:
            continue
        try:
            if _Induction(letter, first, inner, prove, holds, deadline).shows(a, b):
                needs = [prove(_minus(t, t), ZERO, original).domain_differences for t in sides]
                only = tuple(c for x, y in (needs, needs[::-1]) for c in x if c not in y)
                return Verdict("proved", f"induction over {letter}", domain_differences=only)
        except (NotAffine, RecursionError, TimeoutError):
            continue
    return None


def _at_numbers(term: Term, context: Context, prove: Prove, holds: Holds, deadline: float) -> Term:
    """Entries at numbers as their values."""
    worker = _Induction("\0", 0, context, prove, holds, deadline)
    return worker.resolved(worker.tidy(term))


def _without_quotient(left: Term, right: Term) -> tuple[Term, Term]:
    """a/d = b/d as a = b, a/d = b as a = b d: equal wherever both sides are defined, if these are."""
    (over, below), (other, beneath) = _fraction(left), _fraction(right)
    for d in list(below):
        if d in beneath:
            below.remove(d)
            beneath.remove(d)
    return Mul(over, *beneath) if beneath else over, Mul(other, *below) if below else other


def _fraction(t: Term) -> tuple[Term, list[Term]]:
    """(numerator, divisors) of a product; what is none has no divisors."""
    if not isinstance(t, Mul):
        return t, []
    below = [f.args[0] for f in t.args if isinstance(f, Power) and f.exponent == MINUS_ONE]
    rest = [f for f in t.args if not (isinstance(f, Power) and f.exponent == MINUS_ONE)]
    return Mul(*rest) if len(rest) > 1 else rest[0] if rest else ONE, below


def _candidates(left: Term, right: Term, context: Context) -> Iterator[tuple[str, int]]:
    """(integer symbol with a number as lower end, that number): symbols in indices of sequences and ends of sums."""
    found: dict[str, int] = {}
    for t in (*walk(left), *walk(right)):
        places = t.indices if isinstance(t, Entry) and t.name in context.recurrences else ()
        places = (t.upper,) if isinstance(t, Binder) else places
        for name in sorted(n for p in places for n in symbols_of(p)):
            v = context.variables.get(name)
            low = v.range.lower if v is not None and v.range.integer and not v.range.lower_open else None
            if isinstance(low, Number):
                found.setdefault(name, -((-low.value.numerator) // low.value.denominator))
    yield from found.items()


class _Induction:
    """Claims for all n from ``first`` on."""

    def __init__(self, letter: str, first: int, context: Context, prove: Prove, holds: Holds, deadline: float):
        self.n, self.first, self.context = Symbol(letter), first, context
        self.prove, self.holds, self.deadline = prove, holds, deadline
        self.sequences = context.recurrences
        self.assumed: list[Term] = []

    def equal(self, left: Term, right: Term, context: Context | None = None) -> bool:
        if time.process_time() > self.deadline:
            raise TimeoutError
        known = self.context.names()
        if not {n for t in (left, right) for n in symbols_of(t)} <= known | {"\0z"}:
            return False
        return left == right or self.prove(left, right, context or self.context).word == "proved"

    def shows(self, left: Term, right: Term) -> bool:
        left, right = self.tidy(left), self.tidy(right)
        if not (self.always_defined(left) and self.always_defined(right)):
            return False
        for entry, value in ((left, right), (right, left)):
            if isinstance(entry, Entry) and entry.name in self.sequences and self.by_substitution(entry, value):
                return True
        return self.claim(_minus(left, right), 0)

    # ---- two ways to use the hypothesis

    def by_substitution(self, entry: Entry, value: Term) -> bool:
        """R[n + c] = T(n), by putting T for the earlier entries into the step of R."""
        r = self.sequences[entry.name]
        offset = self.offset(entry.indices[0])
        if offset is None or any(isinstance(t, Entry) and t.name == r.name for t in walk(value)):
            return False
        # Now R[m] = T(m - c) for m >= first + c; the entries that the step needs have to be among these.
        step = self.tidy(r.at(_plus(self.n, offset + 1)))
        own = [self.offset(t.indices[0]) for t in walk(step) if isinstance(t, Entry) and t.name == r.name]
        if any(o is None for o in own):
            return False
        reach = max((offset + 1 - o for o in own if o is not None), default=1)
        base = max(self.first + reach, r.ordinary - offset)
        for m in range(self.first, base):
            if not self.equal(self.resolved(self.at(entry, m)), self.resolved(self.at(value, m))):
                return False
        later = self.context.with_variable(
            replace(self.context.variables[self.n.name], range=Range(Number(base - 1), integer=True))
        )
        earlier = {
            t: self.tidy(substitute(value, {self.n: _plus(self.n, o - offset)}))
            for t in set(walk(step))
            if isinstance(t, Entry) and t.name == r.name and (o := self.offset(t.indices[0])) is not None
        }
        made, wanted = substitute(step, earlier), self.next(value)
        if self.equal(made, wanted, later):
            return True
        if not any(self.is_entry(t) for side in (made, wanted) for t in walk(side)):
            return False
        inner = _Induction(self.n.name, base - 1, later, self.prove, self.holds, self.deadline)
        inner.assumed.append(self.tidy(_minus(entry, value)))
        return inner.claim(_minus(made, wanted), 1)

    def claim(self, c: Term, depth: int) -> bool:
        """C(n) = 0 for all n from ``first`` on."""
        c = self.tidy(c)
        lowest = min((o for t in walk(c) if self.is_entry(t) and (o := self.offset(t.args[0])) is not None), default=0)
        c = self.lowered(c, lowest)
        if self.equal(c, ZERO) or any(self.follows(c, known) for known in self.assumed):
            return True
        if depth >= DEPTH or not any(self.is_entry(t) for t in walk(c)):
            return False
        if not self.equal(self.resolved(self.at(c, self.first)), ZERO):
            return False
        following = self.lowered(self.peeled(self.next(c)), lowest)
        heads = list(dict.fromkeys(t for t in walk(c) if self.is_entry(t) and self.offset(t.args[0]) is not None))
        rests = [self.eliminated(c, following, entry) for entry in heads] if heads else [_minus(following, c)]
        self.assumed.append(c)
        shown = any(rest is not None and self.remains(rest, depth) for rest in rests)
        self.assumed.pop()
        return shown

    def follows(self, c: Term, known: Term) -> bool:
        """c = 0 where known = 0: a known = b c with a, b the slopes in the same entry, b never 0.

        Two sequences that use each other lead from one claim to a second and back; both hold at n in the step to n + 1.
        """
        for entry in dict.fromkeys(t for t in walk(known) if self.is_entry(t)):
            here, there = self.linear(c, entry), self.linear(known, entry)
            if here is not None and there is not None and self.never_zero(there[0]):
                return self.equal(_times(c, there[0]), _times(known, here[0]))
        return False

    def eliminated(self, c: Term, following: Term, entry: Term) -> Term | None:
        """C(n + 1) - s C(n), which no longer depends on the entry R[n]; None if it does."""
        assert isinstance(entry, Entry)
        offset = self.offset(entry.indices[0])
        assert offset is not None
        step = self.tidy(self.sequences[entry.name].at(_plus(self.n, offset + 1)))
        parts = [self.linear(t, entry) for t in (c, following, step)]
        if any(p is None for p in parts):
            return None
        (a, c0), (b, f0), (s, _) = (p for p in parts if p is not None)
        if self.equal(b, _times(s, a)):
            return _minus(f0, _times(s, c0))
        # a C(n + 1) - b C(n) is free of R[n] whatever its step is: a[n] + z[n] stays 1.
        return _minus(_times(a, f0), _times(b, c0)) if self.never_zero(a) else None

    def linear(self, t: Term, entry: Term) -> tuple[Term, Term] | None:
        """(a, b) with t = a R[n] + b, both free of R[n]."""
        z = Symbol("\0z")
        opened = substitute(t, {entry: z})
        rest, whole = (substitute(opened, {z: v}) for v in (ZERO, ONE))
        slope = _minus(whole, rest)
        if z not in set(walk(opened)):
            return ZERO, t
        context = self.context.with_variable(Variable("\0z"))
        return (slope, rest) if self.equal(opened, Add(_times(slope, z), rest), context) else None

    def remains(self, rest: Term, depth: int) -> bool:
        """The rest is 0; sums over entries that cancel are left out first."""
        if self.equal(rest, ZERO):
            return True
        for s in dict.fromkeys(t for t in walk(rest) if isinstance(t, Sum) and self.has_entry(t) and not is_loose(t)):
            z = Symbol("\0z")
            opened = _replaced(rest, s, z)
            without = substitute(opened, {z: ZERO})
            if self.equal(opened, without, self.context.with_variable(Variable("\0z"))):
                rest = without
        return self.claim(rest, depth + 1)

    # ---- terms at n, at n + 1 and at a number

    def is_entry(self, t: Term) -> bool:
        return isinstance(t, Entry) and t.name in self.sequences

    def has_entry(self, t: Term) -> bool:
        return any(self.is_entry(s) for s in walk(t))

    def offset(self, index: Term) -> int | None:
        """c for the index n + c."""
        form = affine(index) - affine(self.n)
        return int(form.constant) if not form.coefficients and form.constant == int(form.constant) else None

    def tidy(self, t: Term) -> Term:
        """Indices of sequences and ends of sums as affine forms, so that equal ones are written alike."""
        args = tuple([self.tidy(a) for a in t.args])
        t = t.with_args(args)
        if isinstance(t, Entry) and t.name in self.sequences and not any(isinstance(b, Bound) for b in walk(t)):
            return Entry(t.name, tuple(affine(i).term() for i in t.indices))
        if isinstance(t, Binder) and not any(isinstance(b, Bound) for e in (t.lower, t.upper) for b in walk(e)):
            return t.with_args((t.body, t.guard, affine(t.lower).term(), affine(t.upper).term()))
        return t

    def next(self, t: Term) -> Term:
        return self.tidy(substitute(t, {self.n: _plus(self.n, 1)}))

    def at(self, t: Term, value: int) -> Term:
        return self.tidy(substitute(t, {self.n: Number(value)}))

    def lowered(self, t: Term, lowest: int) -> Term:
        """Entries R[n + c] unfolded until none of them stands above n + ``lowest``."""
        for _ in range(8):
            high = {
                s: self.tidy(self.sequences[s.name].at(s.indices[0]))
                for s in set(walk(t))
                if isinstance(s, Entry) and s.name in self.sequences
                and (o := self.offset(s.indices[0])) is not None and o > lowest
                and self.first + o >= self.sequences[s.name].ordinary
            }  # fmt: skip
            if not high:
                return t
            t = substitute(t, high)
        return t

    def peeled(self, t: Term) -> Term:
        """Sums over entries up to n + c + 1 as sums up to n + c and the last term."""
        args = tuple([self.peeled(a) for a in t.args])
        t = t.with_args(args)
        if not isinstance(t, Sum) or t.guard != TRUE or not self.has_entry(t) or is_loose(t):
            return t
        offset, low = self.offset(t.upper), t.lower
        if offset is None or not isinstance(low, Number) or self.first + offset < low.value:
            return t
        shorter = t.with_args((t.body, t.guard, low, affine(_plus(t.upper, -1)).term()))
        return self.tidy(Add(shorter, instantiate(t.body, t.upper)))

    def resolved(self, t: Term) -> Term:
        """Entries at numbers as their values, short sums between numbers written out."""
        if isinstance(t, Sum) and isinstance(t.lower, Number) and isinstance(t.upper, Number) and t.guard == TRUE:
            low, high = int(t.lower.value), int(t.upper.value)
            if high - low < _WRITTEN_OUT:
                terms = [self.resolved(self.tidy(instantiate(t.body, Number(k)))) for k in range(low, high + 1)]
                return Add(*terms) if len(terms) > 1 else terms[0] if terms else ZERO
        if isinstance(t, Entry) and t.name in self.sequences and isinstance(t.indices[0], Number):
            r, index = self.sequences[t.name], t.indices[0]
            if r.first <= index.value < r.first + _WRITTEN_OUT:
                return self.resolved(self.tidy(r.at(index)))
        return t.with_args(tuple([self.resolved(a) for a in t.args])) if t.args else t

    def always_defined(self, t: Term) -> bool:
        """Nothing in the term is undefined for some n only, by what can be seen of it."""
        for s in walk(t):
            if isinstance(s, Power) and self.n in set(walk(s)):
                e = s.exponent
                if isinstance(e, Number) and e.value.denominator == 1 and e.value >= 0:
                    continue
                if isinstance(e, Number) and not (e.value.denominator == 1 and self.never_zero(s.base)):
                    return False
                if not isinstance(e, Number) and not self.raises(s.base, e):
                    return False
            if isinstance(s, Apply) and s.function in _PARTIAL and self.n in set(walk(s)):
                return False
        return True

    def never_zero(self, t: Term) -> bool:
        return not is_loose(t) and self.holds(Relation("!=", t, ZERO), self.context) is True

    def raises(self, base: Term, exponent: Term) -> bool:
        """A power with the exponent n + c: not negative, or of a base that is never 0; below an index both count."""
        if any(isinstance(b, Bound) for b in walk(exponent)):
            return True
        if not self.context.is_integer(exponent):
            return False
        return self.holds(Relation(">=", exponent, ZERO), self.context) is True or self.never_zero(base)


def _plus(t: Term, by: int) -> Term:
    return affine(Add(t, Number(by))).term()


def _minus(a: Term, b: Term) -> Term:
    return a if b == ZERO else Add(a, Mul(MINUS_ONE, b))


def _times(a: Term, b: Term) -> Term:
    return b if a == ONE else a if b == ONE else ZERO if ZERO in (a, b) else Mul(a, b)


def _replaced(t: Term, old: Term, new: Term) -> Term:
    if t == old:
        return new
    return t.with_args(tuple([_replaced(a, old, new) for a in t.args])) if t.args else t
