"""Random quantities as sums of monomials: numbers times entries of random families, under sums with symbolic ranges.

A monomial has ``coefficient``, factors that are not random; ``factors``, each an entry of a random family or a function
of such entries that is no polynomial; and ``indices``, the binders that it stands under, outermost first. Their letters
are fresh everywhere, so that monomials may be multiplied.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symderiv.equality.kernels import Unsupported
from symderiv.language.context import Context
from symderiv.language.functions import expand_function
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    TRUE,
    TWO,
    ZERO,
    Add,
    Apply,
    Cases,
    Derivative,
    Entry,
    Iverson,
    Mul,
    Number,
    Power,
    Sum,
    Symbol,
    Term,
    fresh_name,
    instantiate,
    substitute,
    walk,
)

__all__ = ["Expander", "Index", "Monomial"]

MAX_MONOMIALS = 400
MAX_POWER = 12


@dataclass(frozen=True, slots=True)
class Index:
    """A binder: ``symbol`` runs over lower..upper where ``guard`` holds."""

    symbol: Symbol
    lower: Term
    upper: Term
    guard: Term
    hint: str

    def moved(self, step: dict[Term, Term]) -> Index:
        lower, upper, guard = (substitute(t, step) for t in (self.lower, self.upper, self.guard))
        return Index(self.symbol, lower, upper, guard, self.hint)


@dataclass(frozen=True, slots=True)
class Monomial:
    """A product under binders; the module's text says what the fields mean."""

    coefficient: tuple[Term, ...] = ()
    factors: tuple[Term, ...] = ()
    indices: tuple[Index, ...] = ()

    def times(self, other: Monomial) -> Monomial:
        factors = _merged((*self.factors, *other.factors))
        return Monomial((*self.coefficient, *other.coefficient), factors, (*self.indices, *other.indices))


class Expander:
    """Multiplies random quantities out, with letters that occur nowhere else."""

    def __init__(self, context: Context):
        self.context = context
        self.taken: set[str] = set(context.names())

    def names(self, term: Term) -> frozenset[str]:
        """The random families in the term."""
        random = self.context.random
        return frozenset(t.data for t in walk(term) if isinstance(t, (Symbol, Entry)) and t.data in random)

    def fresh(self, hint: str) -> Symbol:
        name = fresh_name(hint, self.taken)
        self.taken.add(name)
        return Symbol(name)

    def expand(self, term: Term) -> list[Monomial]:
        """The monomials whose sum the term is. Raises ``Unsupported`` if there are too many."""
        if not self.names(term):
            return [Monomial((term,))] if term != ZERO else []
        if isinstance(term, Add):
            out = [m for a in term.args for m in self.expand(a)]
        elif isinstance(term, Mul):
            out = self._product(self.expand(a) for a in term.args)
        elif isinstance(term, Power):
            out = self._power(term)
        elif isinstance(term, Sum):
            out = self._sum(term)
        elif isinstance(term, Derivative):
            out = self._derivative(term)
        elif isinstance(term, Cases):
            out = self._cases(term)
        elif isinstance(term, Apply):
            out = self._function(term)
        else:
            out = [Monomial((), (term,))]
        if len(out) > MAX_MONOMIALS:
            raise Unsupported(f"an expectation of more than {MAX_MONOMIALS} monomials")
        return out

    def _product(self, operands: Iterable[list[Monomial]]) -> list[Monomial]:
        out = [Monomial()]
        for monomials in operands:
            out = [a.times(b) for a in out for b in monomials]
            if len(out) > MAX_MONOMIALS:
                raise Unsupported(f"an expectation of more than {MAX_MONOMIALS} monomials")
        return out

    def _power(self, term: Power) -> list[Monomial]:
        base, e = term.base, term.exponent
        if isinstance(e, Number) and e.value.denominator == 1 and 0 < e.value <= MAX_POWER:
            if isinstance(base, Apply) and base.function == "Abs" and e.value % 2 == 0:
                base = base.args[0]
            # Each factor is expanded anew, since its indices must have letters of their own.
            return self._product(self.expand(base) for _ in range(int(e.value)))
        if isinstance(base, Apply) and base.function == "exp" and not self.names(e):
            return self.expand(Apply("exp", Mul(e, base.args[0])))
        if isinstance(base, Mul) and isinstance(e, Number) and e.value == -1:
            return self.expand(Mul(*(Power(b, e) for b in base.args)))
        return [Monomial((), (term,))]

    def _sum(self, term: Sum) -> list[Monomial]:
        if self.names(term.lower) or self.names(term.upper):
            raise Unsupported("a sum with a random number of terms")
        index = self.fresh(term.hint)
        body, guard = instantiate(term.body, index), instantiate(term.guard, index)
        if self.names(guard):
            body, guard = Mul(Iverson(guard), body), TRUE
        outer = Index(index, term.lower, term.upper, guard, term.hint)
        return [Monomial(m.coefficient, m.factors, (outer, *m.indices)) for m in self.expand(body)]

    def _derivative(self, term: Derivative) -> list[Monomial]:
        from symderiv.equality.differentiation import NotDifferentiable, differentiate

        try:
            return self.expand(differentiate(term.body, term.variable, self.context))
        except NotDifferentiable as error:
            raise Unsupported(str(error)) from None

    def _cases(self, term: Cases) -> list[Monomial]:
        if term.pieces[-1][1] != TRUE:
            raise Unsupported("the expectation of a case distinction without an otherwise")
        out: list[Monomial] = []
        before: tuple[Term, ...] = ()
        for value, condition in term.pieces:
            taken = () if condition == TRUE else (Iverson(condition),)
            out += self.expand(Mul(*before, *taken, value))
            before = (*before, ONE - Iverson(condition))
        return out

    def _function(self, term: Apply) -> list[Monomial]:
        """Kinks of one entry are written with the positive part, logarithms of densities as sums; others stay."""
        expansion = expand_function(term)
        if expansion is not None:
            return self.expand(expansion)
        if term.function == "Abs":
            part = self._positive_part(term.args[0])
            if part is not None:
                return self.expand(Mul(TWO, part) - term.args[0])
        if term.function == "Max" and len(term.args) == 2 and ZERO in term.args:
            u = term.args[0] if term.args[1] == ZERO else term.args[1]
            part = self._positive_part(u)
            if part is not None and part != Apply("Max", ZERO, u):
                return self.expand(part)
            return [Monomial((), (Apply("Max", ZERO, u),))]
        if term.function == "log":
            return self._logarithm(term)
        return [Monomial((), (term,))]

    def _positive_part(self, u: Term) -> Term | None:
        """max(0, u) by max(0, z) for u = c*z with a number c and an entry z."""
        c, z = (u.args[0], u.args[1]) if isinstance(u, Mul) and len(u.args) == 2 else (ONE, u)
        if not (isinstance(c, Number) and isinstance(z, (Entry, Symbol)) and z.data in self.context.random):
            return None
        positive = Apply("Max", ZERO, z)
        if c.value > 0:
            return positive if c == ONE else Mul(c, positive)
        return Mul(Number(-c.value), Add(positive, Mul(MINUS_ONE, z)))

    def _logarithm(self, term: Apply) -> list[Monomial]:
        """log(c*exp(u)) = log(c) + u, which needs no sign: exp(u) is positive."""
        body = term.args[0]
        factors = body.args if isinstance(body, Mul) else (body,)
        exponents = [f.args[0] for f in factors if isinstance(f, Apply) and f.function == "exp"]
        rest = [f for f in factors if not (isinstance(f, Apply) and f.function == "exp")]
        if not exponents or any(self.names(f) for f in rest):
            return [Monomial((), (term,))]
        logs = [Apply("log", rest[0] if len(rest) == 1 else Mul(*rest))] if rest else []
        return self.expand(Add(*exponents, *logs) if len(exponents) + len(logs) > 1 else exponents[0])


def _merged(factors: tuple[Term, ...]) -> tuple[Term, ...]:
    """exp(u)*exp(v) as exp(u + v)."""
    exponents = [f.args[0] for f in factors if isinstance(f, Apply) and f.function == "exp"]
    if len(exponents) < 2:
        return factors
    rest = [f for f in factors if not (isinstance(f, Apply) and f.function == "exp")]
    return (*rest, Apply("exp", Add(*exponents)))
