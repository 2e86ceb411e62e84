"""Inequalities beyond the signs of polynomials: tangents of exp and log, and induction over an integer.

Tangents. exp(t) >= 1 + t, and c + 1 - ... : log(t) <= log(c) + t/c - 1, log(t) >= log(c) + 1 - c/t for c > 0, wherever
the logarithm is defined. A term is bounded from below summand by summand, and below a sum over an index for each of its
values, where the signs of the other factors are known; what is left has to be nonnegative by itself. With c = 1 this
gives log(t) <= t - 1 and the divergence of two distributions, with c = 1/K that the entropy is at most log(K).

Induction. D(n) >= 0 for n >= a follows from D(a) >= 0 and D(n + 1) >= s D(n) for some s >= 0, of which 1 and the bases
of powers that depend on n are tried: (1 + y)^n >= 1 + n y has s = 1 + y.

Source: Hardy, Littlewood & Polya, *Inequalities*, 2nd ed., sec. 2.4, 2.5 and 3.1; Cover & Thomas, *Elements of
Information Theory*, 2nd ed., theorems 2.6.3 and 2.6.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from symderiv.equality.definedness import always_defined
from symderiv.language.context import Context, Range, binder_context, unfold_all
from symderiv.language.terms import (
    FALSE,
    MINUS_ONE,
    ONE,
    TRUE,
    ZERO,
    Add,
    Apply,
    Binder,
    Bound,
    Entry,
    Iverson,
    Mul,
    Number,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
    close_over,
    open_binder,
    substitute,
    symbols_of,
    walk,
)
from symderiv.records import Verdict

__all__ = ["Induction", "find_induction", "prove_claim", "prove_inequality", "tangent_bounds"]

Holds = Callable[[Term, Context], bool | None]
TANGENT, INDUCTION = "tangents of exp and log", "induction"
_VALUES: dict[Term, bool] = {ONE: True, Iverson(TRUE): True, ZERO: False, Iverson(FALSE): False}
_NEGATED = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_FLIPPED = {"<": ">", "<=": ">="}


def prove_claim(left: Term, right: Term, context: Context, holds: Holds) -> Verdict | None:
    """ "proved" for a bracket of an inequality that is 1, or 0, at all values; None if it is not proved."""
    for side, truth in ((left, right), (right, left)):
        if isinstance(side, Iverson) and isinstance(side.condition, Relation) and truth in _VALUES:
            claim = side.condition
            if not _VALUES[truth]:
                claim = Relation(_NEGATED[claim.op], claim.left, claim.right)
            method = prove_inequality(claim, context, holds)
            return Verdict("proved", method) if method else None
    return None


def prove_inequality(claim: Relation, context: Context, holds: Holds) -> str:
    """By what the claim is proved at all values at which it is defined; "" if it is not."""
    claim = _upwards(claim)
    if claim.op not in (">", ">="):
        return ""
    difference = _difference(claim, context)
    for bound in tangent_bounds(difference, context, holds):
        if holds(Relation(claim.op, bound, ZERO), context) is True:
            return TANGENT
    return INDUCTION if find_induction(claim, context, holds) is not None else ""


def _difference(claim: Relation, context: Context) -> Term:
    """left - right, one sum."""
    left, right = (unfold_all(side, context) for side in claim.args)
    parts = [*_summands(left, 1), *_summands(right, -1)]
    return Add(*parts) if len(parts) > 1 else parts[0] if parts else ZERO


def _summands(t: Term, sign: int) -> Iterator[Term]:
    """The summands of t or -t, sums in sums opened."""
    own, inner = _signed(t)
    if isinstance(inner, Add):
        for a in inner.args:
            yield from _summands(a, own * sign)
    elif inner != ZERO:
        yield inner if own * sign > 0 else _negative(inner)


def _upwards(claim: Relation) -> Relation:
    """a < b as b > a."""
    return Relation(_FLIPPED[claim.op], claim.right, claim.left) if claim.op in _FLIPPED else claim


# ---- tangents


def tangent_bounds(term: Term, context: Context, holds: Holds) -> Iterator[Term]:
    """Terms without some of the exp and log of this one that are never larger, wherever this one is defined."""
    kernels = [t for t in walk(term) if isinstance(t, Apply) and _is_open(t)]
    if not kernels:
        return
    logs = (t for t in walk(term) if isinstance(t, Apply) and t.function == "log")
    fixed = [t.args[0] for t in logs if not any(isinstance(b, Bound) for b in walk(t))]
    points = [ONE, *(p for a in dict.fromkeys(fixed) for p in (a, Power(a, MINUS_ONE)))]
    for form in dict.fromkeys((term, _merged(term))):
        for c in points:
            if c == ONE or holds(Relation(">", c, ZERO), context) is True:
                bound = _Tangents(c, holds).bound(form, context, 1)
                if bound is not None and bound != form:
                    yield bound


def _is_open(t: Term) -> bool:
    """An exponential or a logarithm of something that varies; log(2) is a number."""
    if not (isinstance(t, Apply) and t.function in ("exp", "log")):
        return False
    return any(isinstance(s, (Bound, Entry, Symbol)) for s in walk(t))


def _merged(t: Term) -> Term:
    """Sums over the same range as one, f log(a) - f log(b) in it as f log(a/b): the same where all logs have values."""
    if not isinstance(t, Add):
        return t
    bodies: dict[tuple[Term, ...], list[Term]] = {}
    rest: list[Term] = []
    for a in _summands(t, 1):
        sign, inner = _signed(a)
        if isinstance(inner, Sum):
            bodies.setdefault(inner.args[1:], []).append(inner.body if sign > 0 else _negative(inner.body))
        else:
            rest.append(a)
    sums = [Sum(_one_logarithm(parts), *ends[1:], guard=ends[0]) for ends, parts in bodies.items()]
    terms = [*rest, *sums]
    return Add(*terms) if len(terms) > 1 else terms[0]


def _one_logarithm(parts: list[Term]) -> Term:
    found: dict[tuple[Term, ...], list[Term]] = {}
    others: list[Term] = []
    for part in parts:
        sign, inner = _signed(part)
        factors = inner.args if isinstance(inner, Mul) else (inner,)
        logs = [f for f in factors if isinstance(f, Apply) and f.function == "log"]
        if len(logs) == 1:
            (a,) = logs[0].args
            rest = tuple(f for f in factors if f is not logs[0])
            found.setdefault(rest, []).append(a if sign > 0 else Power(a, MINUS_ONE))
        else:
            others.append(part)
    for rest, inside in found.items():
        log = Apply("log", Mul(*inside) if len(inside) > 1 else inside[0])
        others.append(Mul(*rest, log) if rest else log)
    return Add(*others) if len(others) > 1 else others[0]


def _signed(t: Term) -> tuple[int, Term]:
    """(1, t) or (-1, t) for +t and -t."""
    if isinstance(t, Mul) and t.args[0] == MINUS_ONE and len(t.args) > 1:
        sign, inner = _signed(Mul(*t.args[1:]) if len(t.args) > 2 else t.args[1])
        return -sign, inner
    return 1, t


@dataclass(frozen=True, slots=True)
class _Tangents:
    """Bounds by tangents that touch the logarithm at ``c`` and the exponential at 0; None where a sign is not known."""

    c: Term
    holds: Holds

    def bound(self, t: Term, context: Context, side: int) -> Term | None:
        """A term that is never larger (side 1) or never smaller (side -1)."""
        if not any(map(_is_open, walk(t))):
            return t
        if isinstance(t, Add):
            parts = [self.bound(a, context, side) for a in t.args]
            return None if any(p is None for p in parts) else Add(*(p for p in parts if p is not None))
        if isinstance(t, Mul):
            return self._product(t, context, side)
        if isinstance(t, Sum):
            return self._sum(t, context, side)
        if isinstance(t, Apply) and t.function == "log":
            return self._logarithm(t, side)
        if isinstance(t, Apply) and t.function == "exp" and side > 0:
            return Add(ONE, t.args[0])
        return None

    def _product(self, t: Mul, context: Context, side: int) -> Term | None:
        """One factor is bounded, the sign of the others is known."""
        open_ = [a for a in t.args if any(map(_is_open, walk(a)))]
        if len(open_) != 1:
            return None
        others = [a for a in t.args if a is not open_[0]]
        rest = Mul(*others) if len(others) > 1 else others[0]
        for sign, op in ((1, ">="), (-1, "<=")):
            if self.holds(Relation(op, rest, ZERO), context) is True:
                inner = self.bound(open_[0], context, side * sign)
                return None if inner is None else Mul(rest, inner)
        return None

    def _sum(self, t: Sum, context: Context, side: int) -> Term | None:
        index, body, guard = open_binder(t, context.names())
        inner = self.bound(body, binder_context(t, index, guard, context), side)
        return None if inner is None else t.with_args((close_over(inner, index.name), *t.args[1:]))

    def _logarithm(self, t: Apply, side: int) -> Term:
        """log(c) - 1 + t/c above, log(c) + 1 - c/t below; the logarithm of c itself stays."""
        (a,) = t.args
        if self.c != ONE and (a == self.c or Power(a, MINUS_ONE) == self.c):
            return t
        offset = ZERO if self.c == ONE else _logarithm_of(self.c)
        over = Mul(a, _reciprocal(self.c)) if side < 0 else Mul(MINUS_ONE, self.c, _reciprocal(a))
        return Add(offset, MINUS_ONE if side < 0 else ONE, over)


def _reciprocal(t: Term) -> Term:
    """1/t, of a quotient p/q as q/p."""
    if isinstance(t, Mul):
        return Mul(*map(_reciprocal, t.args))
    if isinstance(t, Power) and isinstance(t.exponent, Number):
        return t.base if t.exponent == MINUS_ONE else Power(t.base, Number(-t.exponent.value))
    return Power(t, MINUS_ONE)


def _logarithm_of(c: Term) -> Term:
    """log(c), for c = 1/a as -log(a)."""
    if isinstance(c, Power) and c.exponent == MINUS_ONE:
        return _negative(Apply("log", c.base))
    return Apply("log", c)


# ---- induction


@dataclass(frozen=True, slots=True)
class Induction:
    """D(first) >= 0 and D(n + 1) >= factor D(n), with factor >= 0, from n = first on."""

    letter: str
    first: int
    factor: Term
    difference: Term
    op: str

    def at(self, n: Term) -> Term:
        return substitute(self.difference, {Symbol(self.letter): n})

    @property
    def following(self) -> Term:
        return self.at(Add(Symbol(self.letter), ONE))

    @property
    def hypothesis(self) -> Term:
        return self.difference if self.factor == ONE else Mul(self.factor, self.difference)


def find_induction(claim: Relation, context: Context, holds: Holds) -> Induction | None:
    """An induction that proves the claim for every integer from the lower end of its range on."""
    claim = _upwards(claim)
    if claim.op not in (">", ">="):
        return None
    difference = _difference(claim, context)
    for name in sorted(symbols_of(difference)):
        powers = [t for t in walk(difference) if isinstance(t, Power) and Symbol(name) in set(walk(t.exponent))]
        v = context.variables.get(name)
        if not powers or v is None or not v.range.integer or any(isinstance(t, Binder) for t in walk(difference)):
            continue
        low = v.range.lower
        depends = any(name in symbols_of(a) for a in context.assumptions) or _shapes_another(name, difference, context)
        if not isinstance(low, Number) or low.value.denominator != 1 or v.range.lower_open or depends:
            continue
        inner = context.with_variable(replace(v, range=Range(low, integer=True)))
        if not always_defined(difference, inner, holds):
            continue  # a step from or to where D has no value shows nothing
        for factor in dict.fromkeys((*(p.base for p in powers if name not in symbols_of(p.base)), ONE)):
            found = Induction(name, int(low.value), factor, difference, claim.op)
            if _works(found, low, inner, holds):
                return found
    return None


def _works(found: Induction, low: Number, context: Context, holds: Holds) -> bool:
    """The first value, the sign of the factor, the step; a strict claim needs a positive factor."""
    step = Add(found.following, _negative(found.hypothesis))
    return (
        holds(Relation(found.op, found.at(low), ZERO), context) is True
        and (found.factor == ONE or holds(Relation(found.op, found.factor, ZERO), context) is True)
        and holds(Relation(">=", step, ZERO), context) is True
    )


def _shapes_another(name: str, term: Term, context: Context) -> bool:
    """Does the range of another letter depend on this one, or an entry, by its index or by the shape of its array?"""
    ends = [e for v in context.variables.values() for e in (v.range.lower, v.range.upper) if e is not None]
    for t in walk(term):
        if isinstance(t, Entry):
            array = context.arrays.get(t.name)
            ends += [*t.indices, *(e for axis in (array.axes if array is not None else ()) for e in axis)]
    return any(name in symbols_of(e) for e in ends)


def _negative(t: Term) -> Term:
    return Mul(MINUS_ONE, t)
