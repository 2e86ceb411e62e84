"""Sequences of second order with constant coefficients by their characteristic equation.

For R[n] = a R[n-1] + b R[n-2] + c the roots r and s of x^2 = a x + b give R[n] = A r^n + B s^n + P, for r = s they give
(A + B n) r^n + P. P is the constant, or the multiple of n, that solves the recurrence itself; A and B follow from the
first two values. Two sequences of first order that use each other make one of second order each: x' = p x + q v + e and
v' = g x + h v + f have a = p + h and b = q g - p h. The roots are real; that they differ is known, or a condition.

Source: Graham, Knuth & Patashnik, *Concrete Mathematics*, 2nd ed., sec. 7.3; Elaydi, *An Introduction to Difference
Equations*, 3rd ed., sec. 2.3-2.4 and 3.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symderiv.equality import holds, prove_equal
from symderiv.errors import DerivationError
from symderiv.language.context import Context, Range, Variable
from symderiv.language.sequences import Recurrence, tidy
from symderiv.language.terms import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Add,
    Entry,
    Mul,
    Number,
    Power,
    Relation,
    Symbol,
    Term,
    free_names,
    fresh_name,
    substitute,
    walk,
)
from symderiv.language.text import to_text
from symderiv.records import DETAIL, Step
from symderiv.rules.conditions import is_nonzero
from symderiv.rules.structure import arrange, build_power, build_product, build_sum, negate, same
from symderiv.solver.polynomials import NoPolynomial, Ring

__all__ = ["NotSolved", "SecondOrder", "partner_of"]

CHARACTERISTIC, ROOT, PARTICULAR, ELIMINATE = (
    "solve by the characteristic equation", "root of the characteristic equation", "particular solution",
    "eliminate the other sequence",
)  # fmt: skip
Shorten = Callable[[Term, Context], Term]


class NotSolved(DerivationError):
    """Why a sequence has no closed form here."""


def partner_of(r: Recurrence, context: Context) -> Recurrence | None:
    """The one other sequence that the step uses and that uses this one, both made of entries one step back."""
    others = {t.name for t in walk(r.step) if isinstance(t, Entry) and t.name in context.recurrences} - {r.name}
    if len(others) != 1:
        return None
    other = context.recurrences[others.pop()]
    used = {t.name for t in walk(other.step) if isinstance(t, Entry) and t.name in context.recurrences}
    return other if r.name in used <= {r.name, other.name} and r.first == other.first else None


@dataclass(frozen=True, slots=True)
class SecondOrder:
    """R[n] = a R[n-1] + b R[n-2] + c from the index ``first`` + 2 on, with the first two values."""

    name: str
    first: int
    a: Term
    b: Term
    c: Term
    start: Term
    second: Term
    eliminated: str = ""

    @classmethod
    def of(cls, r: Recurrence, context: Context, shorten: Shorten) -> SecondOrder:
        """A step that goes back two entries of the sequence itself. Raises ``NotSolved``."""
        if len(r.starts) != 2:
            raise NotSolved(
                f"{r.name} starts with {len(r.starts)} values; only sequences of first and second order are solved here"
            )
        letter = Symbol(r.parameter)
        one, two = (Entry(r.name, (Add(letter, Number(-n)),)) for n in (1, 2))
        (a, b), c = _linear(r, (one, two), context, shorten)
        return cls(r.name, r.first, a, b, c, *r.starts)

    @classmethod
    def of_pair(cls, r: Recurrence, other: Recurrence, context: Context, shorten: Shorten) -> SecondOrder:
        """Two sequences of first order that use each other. Raises ``NotSolved``."""
        if len(r.starts) != 1 or len(other.starts) != 1:
            raise NotSolved(f"{r.name} and {other.name} use each other and go back further than one entry")
        rows = []
        for s in (r, other):
            back = Add(Symbol(s.parameter), MINUS_ONE)
            rows.append(_linear(s, (Entry(r.name, (back,)), Entry(other.name, (back,))), context, shorten))
        ((p, q), e), ((g, h), f) = rows
        minus_determinant = build_sum((build_product((q, g)), negate(build_product((p, h)))))
        shift = build_sum((e, negate(build_product((h, e))), build_product((q, f))))
        second = build_sum((build_product((p, r.starts[0])), build_product((q, other.starts[0])), e))
        a, b, c, second = (shorten(t, context) for t in (build_sum((p, h)), minus_determinant, shift, second))
        return cls(r.name, r.first, a, b, c, r.starts[0], second, other.name)

    def solve(self, index: Term, context: Context, shorten: Shorten) -> Step:
        """The line from R[index] to the solution; its substeps are roots, particular solution and first values."""
        r, s, conditions = self.roots(context, shorten)
        n = arrange(build_sum((index, Number(-self.first))))
        p, slope = self.particular(context, shorten)
        at_start, at_second = (build_sum((p, build_product((slope, Number(self.first + k))))) for k in (0, 1))
        low, high = (
            shorten(build_sum((v, negate(t))), context) for v, t in ((self.start, at_start), (self.second, at_second))
        )
        if same(r, s):
            ratio = shorten(build_product((high, build_power(r, MINUS_ONE))), context)
            by_n = shorten(build_sum((ratio, negate(low))), context)
            whole = build_product((build_sum((low, build_product((by_n, n)))), _to(r, n)))
        else:
            below = build_power(build_sum((r, negate(s))), MINUS_ONE)
            above = (
                build_sum((high, negate(build_product((s, low))))),
                build_sum((build_product((r, low)), negate(high))),
            )
            first, last = (shorten(build_product((t, below)), context) for t in above)
            whole = build_sum((build_product((first, _to(r, n))), build_product((last, _to(s, n)))))
        extra = build_sum((p, build_product((slope, index))))
        after = arrange(build_sum((whole, extra)))
        lines = [*self._origin(context), *self._checks(r, s, p, slope, conditions, context)]
        letters = tuple(self._letters(context))
        return Step(CHARACTERISTIC, (), Entry(self.name, (index,)), after, conditions, tuple(lines), letters=letters)

    # ---- roots

    def roots(self, context: Context, shorten: Shorten) -> tuple[Term, Term, tuple[Term, ...]]:
        """(r, s, conditions), the larger root first where that is known."""
        x = Symbol(fresh_name("x", context.names() | free_names(self.a) | free_names(self.b)))
        quadratic = build_sum((Power(x, TWO), negate(build_product((self.a, x))), negate(self.b)))
        try:
            found = [shorten(t, context) for t in _rational_roots(quadratic, x)]
        except NoPolynomial:
            found = []
        apart = not found
        if apart:
            discriminant = shorten(build_sum((build_power(self.a, TWO), build_product((Number(4), self.b)))), context)
            if holds(Relation("<", discriminant, ZERO), context) is True:
                raise NotSolved(f"the characteristic equation of {self.name} has no real root; only real ones are used")
            if holds(Relation(">", discriminant, ZERO), context) is not True:
                raise NotSolved(
                    f"the characteristic equation of {self.name} has the discriminant {to_text(discriminant)}; its "
                    "sign is not known, say with p.assume that it is positive"
                )
            root = build_power(discriminant, HALF)
            found = [shorten(build_product((HALF, build_sum((self.a, t)))), context) for t in (root, negate(root))]
        r, s = found if len(found) == 2 else found * 2
        if same(r, s):
            return r, s, () if is_nonzero(r, context) else (Relation("!=", r, ZERO),)
        if holds(Relation("<", r, s), context) is True or _place(s, self.a) < _place(r, self.a):
            r, s = s, r
        apart = apart or is_nonzero(build_sum((r, negate(s))), context) or holds(Relation("!=", r, s), context) is True
        return r, s, () if apart else (Relation("!=", r, s),)

    def particular(self, context: Context, shorten: Shorten) -> tuple[Term, Term]:
        """(P, 0) for a constant, (0, k) for k n, by which the recurrence with its constant is solved."""
        if self.c == ZERO:
            return ZERO, ZERO
        room = shorten(build_sum((ONE, negate(self.a), negate(self.b))), context)
        if room != ZERO:
            if not (is_nonzero(room, context) or holds(Relation("!=", room, ZERO), context) is True):
                raise NotSolved(
                    f"{self.name} has a constant solution only if {to_text(room)} is not 0, which is not known"
                )
            return shorten(build_product((self.c, build_power(room, MINUS_ONE))), context), ZERO
        below = shorten(build_sum((TWO, negate(self.a))), context)
        if below == ZERO or not is_nonzero(below, context):
            raise NotSolved(f"the constant in the step of {self.name} needs a solution of higher degree than n")
        return ZERO, shorten(build_product((self.c, build_power(below, MINUS_ONE))), context)

    # ---- workings

    def _origin(self, context: Context) -> Iterator[Step]:
        """The recurrence of second order that takes the place of two of first order."""
        if self.eliminated:
            n = self._letter(context)
            entries = [Entry(self.name, (tidy(build_sum((n, Number(k)))),)) for k in (2, 1, 0)]
            made = build_sum((build_product((self.a, entries[1])), build_product((self.b, entries[2])), self.c))
            yield self._line(ELIMINATE, entries[0], made)

    def _checks(
        self, r: Term, s: Term, p: Term, slope: Term, conditions: tuple[Term, ...], context: Context
    ) -> Iterator[Step]:
        for root in dict.fromkeys((r, s)):
            yield self._line(ROOT, Power(root, TWO), _written(self.a, root, self.b))
        if p != ZERO:
            made = build_sum((build_product((self.a, p)), build_product((self.b, p)), self.c))
            yield self._line(PARTICULAR, p, made)
        elif slope != ZERO:
            n = self._letter(context)
            back = [build_product((slope, build_sum((n, Number(k))))) for k in (2, 1, 0)]
            made = build_sum((build_product((self.a, back[1])), build_product((self.b, back[2])), self.c))
            yield self._line(PARTICULAR, back[0], made)

    def _line(self, rule: str, before: Term, after: Term) -> Step:
        return Step(rule, (), before, after, level=DETAIL)

    def _letter(self, context: Context) -> Symbol:
        return Symbol(fresh_name("n", context.names()))

    def _letters(self, context: Context) -> Iterator[Variable]:
        yield Variable(self._letter(context).name, Range(Number(self.first), integer=True), "index")


def _written(a: Term, root: Term, b: Term) -> Term:
    """a r + b as it is said, also for numbers: 5*3 - 6."""
    product = root if a == ONE else a if root == ONE else Mul(a, root)
    return b if a == ZERO else product if b == ZERO else Add(product, b)


def _place(root: Term, a: Term) -> int:
    """Where the root, or its first letter, is written first; numbers keep their order."""
    letters = [t for t in walk(root) if isinstance(t, Symbol)]
    written = [t for t in walk(a) if isinstance(t, Symbol)]
    return written.index(letters[0]) if letters and letters[0] in written else 0


def _to(root: Term, n: Term) -> Term:
    return ONE if root == ONE else build_power(root, n)


def _linear(
    r: Recurrence, entries: tuple[Entry, Entry], context: Context, shorten: Shorten
) -> tuple[tuple[Term, Term], Term]:
    """((a, b), c) for the step a * entries[0] + b * entries[1] + c, all three free of the index and of sequences."""
    inner = context.with_variable(Variable(r.parameter, Range(Number(r.ordinary), integer=True), "index"))
    rest, one, other = (
        arrange(substitute(r.step, dict(zip(entries, values, strict=True))))
        for values in ((ZERO, ZERO), (ONE, ZERO), (ZERO, ONE))
    )
    a, b = (shorten(build_sum((t, negate(rest))), inner) for t in (one, other))
    c = shorten(rest, inner)
    names = {r.parameter, *context.recurrences}
    if any(isinstance(t, Entry) and t.name in names for s in (a, b, c) for t in walk(s)) or any(
        r.parameter in free_names(t) for t in (a, b, c)
    ):
        raise NotSolved(f"the step of {r.name} has coefficients that change with {r.parameter}, or other sequences")
    linear = build_sum((*(build_product((f, e)) for f, e in zip((a, b), entries, strict=True)), c))
    if prove_equal(linear, r.step, inner).word != "proved":
        raise NotSolved(f"the step of {r.name} is not linear in {' and '.join(map(repr, entries))}")
    return (a, b), c


def _rational_roots(quadratic: Term, x: Symbol) -> Iterator[Term]:
    """The roots of the factors of degree 1 in x; none unless it falls into such factors."""
    ring = Ring((quadratic,))
    above, _ = ring.fraction(quadratic)
    place = ring.atoms.index(x)
    out: list[Term] = []
    for factor, multiplicity in ring.factors(above)[1]:
        degrees = {int(e[place]) for e in factor.to_dict()}
        if degrees == {0}:
            continue
        if max(degrees) > 1:
            return
        rest = arrange(substitute(ring.term(factor), {x: ZERO}))
        slope = ring.term(factor.derivative(place))
        out += [build_product((negate(rest), build_power(slope, MINUS_ONE)))] * multiplicity
    yield from out
