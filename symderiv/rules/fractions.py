"""A rational expression as one reduced fraction of polynomials in what it is made of.

What it is made of: names, entries, sums, functions; exponentials are split so that e^(x + 2y) is e^x (e^y)^2. This is
the last resort for identities between fractions; python-flint does the polynomial arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm
from typing import Any

from symderiv.language.context import Context
from symderiv.language.terms import (
    MINUS_ONE,
    ZERO,
    Add,
    Apply,
    Condition,
    Delta,
    Iverson,
    Mul,
    Number,
    Power,
    Relation,
    Term,
)
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules.conditions import is_nonzero
from symderiv.rules.structure import (
    ac_key,
    arrange,
    build_power,
    build_product,
    build_sum,
    contains,
    monomial,
    same,
    summands_of,
)

__all__ = ["RULES"]

GCL = "Geddes, Czapor & Labahn, Algorithms for Computer Algebra, sec. 3.2"
MAX_POWER = 12
MAX_ATOMS = 8
MAX_TERMS = 80


class _TooBig(Exception):
    """More than a person would multiply out."""


def _one_fraction(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, (Add, Mul, Power)) or contains(term, (Delta, Iverson)):
        return  # a delta is never cancelled: where it is 0 so is all that it multiplies
    try:
        conversion = _Conversion(term)
        top, bottom = conversion.fraction(term)
        if bottom == 0:
            return
        top, bottom = conversion.reduce(top, bottom)
        if len(top.to_dict()) + len(bottom.to_dict()) > MAX_TERMS:
            return
    except (_TooBig, ZeroDivisionError):
        return
    scale = bottom.leading_coefficient()
    new = build_product((conversion.back(top / scale), Power(conversion.back(bottom / scale), MINUS_ONE)))
    cancelled = dict.fromkeys(conversion.back(c) for c in conversion.cancelled)
    conditions = tuple(Relation("!=", c, ZERO) for c in cancelled if not is_nonzero(c, context))
    new = arrange(new)
    if not same(new, term):
        yield Rewrite(new, conditions)


class _Conversion:
    """Between terms and polynomials over the atoms of one term."""

    def __init__(self, term: Term):
        self.atoms: dict[Term, Term] = {}
        self.cancelled: list[Any] = []
        self.steps: dict[Term, int] = {}  # exponent -> common denominator of its coefficients
        self._collect(term)
        if not 1 <= len(self.atoms) + len(self.steps) <= MAX_ATOMS:
            raise _TooBig
        from flint import Ordering, fmpq_mpoly_ctx

        self.keys = [*self.atoms, *(_exponential(u, n) for u, n in self.steps.items())]
        self.terms = [*self.atoms.values(), *(_exponential(u, n) for u, n in self.steps.items())]
        self.ring = fmpq_mpoly_ctx.get([f"x{n}" for n in range(len(self.keys))], Ordering.lex)

    def _collect(self, term: Term) -> None:
        if isinstance(term, Condition):
            raise _TooBig
        if isinstance(term, (Add, Mul)):
            for a in term.args:
                self._collect(a)
        elif isinstance(term, Power) and _whole(term.exponent):
            self._collect(term.base)
        elif isinstance(term, Apply) and term.function == "exp":
            for c, u in _exponents(term.args[0]):
                self.steps[u] = lcm(self.steps.get(u, 1), c.denominator)
        elif not isinstance(term, Number):
            self.atoms.setdefault(ac_key(term), term)

    def fraction(self, term: Term) -> tuple[Any, Any]:
        one = self.ring.constant(1)
        if isinstance(term, Number):
            return self.ring.constant(_fmpq(term.value)), one
        if isinstance(term, (Add, Mul)):
            top, bottom = (self.ring.constant(0) if isinstance(term, Add) else one), one
            for a in term.args:
                n, d = self.fraction(a)
                top, bottom = (top * d + n * bottom if isinstance(term, Add) else top * n), bottom * d
                top, bottom = self.reduce(top, bottom)
                if len(top.to_dict()) > 4 * MAX_TERMS:
                    raise _TooBig
            return top, bottom
        if isinstance(term, Power) and _whole(term.exponent):
            e = int(term.exponent.value)  # type: ignore[attr-defined]
            n, d = self.fraction(term.base)
            if abs(e) > MAX_POWER or (e < 0 and n == 0):
                raise _TooBig
            return (n**e, d**e) if e >= 0 else (d**-e, n**-e)
        if isinstance(term, Apply) and term.function == "exp":
            top, bottom = one, one
            for c, u in _exponents(term.args[0]):
                power = c * self.steps[u]
                if abs(power) > MAX_POWER:
                    raise _TooBig
                x = self.ring.gen(self.keys.index(_exponential(u, self.steps[u])))
                top, bottom = (top * x ** int(power), bottom) if power > 0 else (top, bottom * x ** int(-power))
            return top, bottom
        return self.ring.gen(self.keys.index(ac_key(term))), one

    def reduce(self, top: Any, bottom: Any) -> tuple[Any, Any]:
        """Cancel what both share, and remember it."""
        shared = top.gcd(bottom)
        if not shared.is_constant():
            self.cancelled.append(shared)
        return top / shared, bottom / shared

    def back(self, polynomial: Any) -> Term:
        summands = []
        for exponents, c in polynomial.to_dict().items():
            powers = [_power(self.terms[n], int(e)) for n, e in enumerate(exponents) if int(e)]
            summands.append(monomial(build_product((Number(Fraction(int(c.p), int(c.q))), *powers))).term())
        return build_sum(summands)


def _whole(term: Term) -> bool:
    return isinstance(term, Number) and term.value.denominator == 1


def _fmpq(value: Fraction) -> Any:
    from flint import fmpq

    return fmpq(value.numerator, value.denominator)


def _exponents(u: Term) -> list[tuple[Fraction, Term]]:
    """[(coefficient, exponent without it)] of e^u as a product of exponentials."""
    out = []
    for s in summands_of(u):
        m = monomial(s)
        c, m.coefficient = m.coefficient, Fraction(1)
        if c:
            out.append((c, ac_key(m.term())))
    return out


def _exponential(u: Term, steps: int) -> Term:
    """e^(u/steps)."""
    return arrange(Apply("exp", build_product((Number(Fraction(1, steps)), u))))


def _power(base: Term, e: int) -> Term:
    if isinstance(base, Apply) and base.function == "exp":
        return arrange(Apply("exp", build_product((Number(e), base.args[0]))))
    return build_power(base, Number(e))


RULES = (
    Rule(
        "one reduced fraction", r"\frac ab + \frac cd = \frac{ad+cb}{bd}, \text{ multiplied out and reduced}", _one_fraction,
        "algebra", GCL, "what is cancelled is not 0", DETAIL,
        (("(x**2 - 1)/(x - 1) + 1/x", "(x**2 + x + 1)/x"), ("1/(1 + exp(-x))", "exp(x)/(1 + exp(x))")),
    ),
)  # fmt: skip
