"""Integer conditions beyond affine ones (products of sizes, floors, symbolic strides), proved by z3.

The translation is exact: the floor of a quotient of integers becomes their quotient q with n = d q + r and its range
of r, other floors an integer between its bounds; Mod, Max, Min, Abs, brackets and cases become arithmetic too. What a
quotient needs to be defined is taken for granted, as everywhere; where a bracket or a case could excuse it, it must be
shown, else the statement is not covered. Whatever z3 does not settle stays undecided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import Any

from symderiv.language.context import Context
from symderiv.language.terms import (
    ONE,
    TRUE,
    Add,
    And,
    Apply,
    Cases,
    Condition,
    Delta,
    Iverson,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Relation,
    Symbol,
    Term,
    walk,
)

__all__ = ["certify", "implied", "real_names"]

MILLISECONDS = 500
STEPS = 6_000_000
"""z3's own measure of work, about two seconds: unlike time it is the same on a busy machine."""


class _NotCovered(Exception):
    """A term that has no translation."""


class _Translation:
    """Terms to z3's integers and reals; every floor gets a fresh integer with its defining inequalities."""

    def __init__(self, z3: Any, reals: Collection[str]):
        self.z3, self.reals = z3, reals
        self.symbols: dict[str, Any] = {}
        self.sides: list[Any] = []
        self.needs: list[Any] = []
        self.count = 0

    def symbol(self, name: str) -> Any:
        make = self.z3.Real if name in self.reals else self.z3.Int
        # A C string ends at its first NUL: bound indices, which are marked with one, would all be the same letter.
        return self.symbols.setdefault(name, make(name.replace("\0", "index!")))

    def term(self, t: Term) -> Any:
        z3 = self.z3
        if isinstance(t, Number):
            v = t.value
            return z3.IntVal(v.numerator) if v.denominator == 1 else z3.RealVal(str(v))
        if isinstance(t, Symbol):
            return self.symbol(t.name)
        if isinstance(t, Add):
            return sum((self.term(a) for a in t.args[1:]), self.term(t.args[0]))
        if isinstance(t, Mul):
            return self.product(t)
        if isinstance(t, Power) and isinstance(t.exponent, Number):
            return self.power(t.base, t.exponent.value)
        if isinstance(t, Apply):
            return self.function(t)
        if isinstance(t, Iverson):
            return z3.If(self.condition(t.condition), z3.IntVal(1), z3.IntVal(0))
        if isinstance(t, Delta):
            return z3.If(self.term(t.left) == self.term(t.right), z3.IntVal(1), z3.IntVal(0))
        if isinstance(t, Cases) and t.pieces[-1][1] == TRUE:
            out = self.term(t.pieces[-1][0])
            for value, condition in reversed(t.pieces[:-1]):
                out = z3.If(self.condition(condition), self.term(value), out)
            return out
        raise _NotCovered

    def product(self, t: Mul) -> Any:
        out = self.term(t.args[0])
        for a in t.args[1:]:
            out = out * self.term(a)
        return out

    def power(self, base: Term, exponent: Fraction) -> Any:
        if exponent.denominator == 2:
            return self.power_of(self.root(base), exponent * 2)
        if exponent.denominator != 1:
            raise _NotCovered
        return self.power_of(self.term(base), exponent)

    def root(self, base: Term) -> Any:
        """The square root as a number that is not negative, with its square."""
        z3, b = self.z3, self.term(base)
        self.count += 1
        root = z3.Real(f"q!{self.count}")
        self.needs.append(b >= 0)
        self.sides.append(z3.And(root >= 0, z3.Implies(b >= 0, root * root == b)))
        return root

    def power_of(self, b: Any, exponent: Fraction) -> Any:
        if abs(exponent) > 6:
            raise _NotCovered
        if exponent == 0:
            return self.z3.IntVal(1)
        out = b
        for _ in range(abs(int(exponent)) - 1):
            out = out * b
        if exponent > 0:
            return out
        self.needs.append(out != 0)
        return self.z3.ToReal(self.z3.IntVal(1)) / (self.z3.ToReal(out) if out.is_int() else out)

    def divide(self, a: Any, b: Any) -> tuple[Any, Any]:
        """(q, r) with a = b q + r and r from 0 to b - 1, for b < 0 from b + 1 to 0."""
        z3 = self.z3
        q, r = self.fresh(), self.fresh()
        self.needs.append(b != 0)
        # With b = 0 there is no q: said without the implication, it would exclude b = 0 behind a bracket too.
        fits = z3.And(a == b * q + r, z3.If(b > 0, z3.And(0 <= r, r < b), z3.And(b < r, r <= 0)))
        self.sides.append(z3.Implies(b != 0, fits))
        return q, r

    def function(self, t: Apply) -> Any:
        z3 = self.z3
        if t.function in ("floor", "ceiling"):
            above, below = _quotient(t.args[0])
            a, b = self.term(above), self.term(below)
            if below != ONE and a.is_int() and b.is_int():
                return self.divide(a, b)[0] if t.function == "floor" else -self.divide(-a, b)[0]
        args = [self.term(a) for a in t.args]
        if t.function in ("floor", "ceiling"):
            (x,) = args
            if x.is_int():
                return x
            n = self.fresh()
            low, high = (n, n + 1) if t.function == "floor" else (n - 1, n)
            if t.function == "floor":
                self.sides.append(z3.And(z3.ToReal(low) <= x, x < z3.ToReal(high)))
            else:
                self.sides.append(z3.And(z3.ToReal(low) < x, x <= z3.ToReal(high)))
            return n
        if t.function == "Mod":
            a, b = args
            if not (a.is_int() and b.is_int()):
                raise _NotCovered
            return self.divide(a, b)[1]
        if t.function in ("Max", "Min"):
            out = args[0]
            for a in args[1:]:
                out = z3.If(out >= a, out, a) if t.function == "Max" else z3.If(out <= a, out, a)
            return out
        if t.function == "Abs":
            return z3.If(args[0] >= 0, args[0], -args[0])
        raise _NotCovered

    def fresh(self) -> Any:
        self.count += 1
        return self.z3.Int(f"q!{self.count}")

    def condition(self, c: Term) -> Any:
        z3 = self.z3
        if isinstance(c, Relation):
            a, b = self.term(c.left), self.term(c.right)
            return {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[c.op]
        if isinstance(c, And):
            return z3.And([self.condition(a) for a in c.args])
        if isinstance(c, Or):
            return z3.Or([self.condition(a) for a in c.args])
        if isinstance(c, Not):
            return z3.Not(self.condition(c.args[0]))
        raise _NotCovered


def real_names(context: Context) -> frozenset[str]:
    """The declared symbols that are not certainly integers."""
    return frozenset(v.name for v in context.variables.values() if not v.range.integer)


def implied(
    condition: Condition, known: Iterable[Term], milliseconds: int = MILLISECONDS, *, reals: Collection[str]
) -> bool | None:
    """Is the condition true (or false) at all integers that satisfy ``known`` and at which its quotients are defined?

    Symbols whose names are in ``reals`` are real numbers, all others integers.
    None if neither is shown in the time allowed, or z3 is not installed.
    """
    query = _query(condition, known, reals)
    if query is None:
        return None
    z3, facts, goal = query
    for negated, verdict in ((z3.Not(goal), True), (goal, False)):
        solver = z3.Solver()
        solver.set("timeout", milliseconds)
        solver.add(*facts, negated)
        if solver.check() == z3.unsat:
            return verdict
    return None


def certify(condition: Condition, known: Iterable[Term], *, reals: Collection[str]) -> str | None:
    """The SMT-LIB text of a query that z3 found unsatisfiable: ``known`` and the negation of the condition.

    None if the condition is not shown, or if what is known contradicts itself, so that everything would follow. The
    text can be given to any solver that knows SMT-LIB 2.6.
    """
    query = _query(condition, known, reals)
    if query is None:
        return None
    z3, facts, goal = query
    if _is_contradictory(z3, facts):
        return None
    solver = z3.Solver()
    solver.set("rlimit", STEPS)
    solver.add(*facts, z3.Not(goal))
    if solver.check() != z3.unsat:
        return None
    text: str = solver.to_smt2()
    return text


def _is_contradictory(z3: Any, facts: list[Any]) -> bool:
    solver = z3.Solver()
    solver.set("rlimit", STEPS)
    solver.add(*facts)
    return bool(solver.check() == z3.unsat)


def _query(condition: Condition, known: Iterable[Term], reals: Collection[str]) -> tuple[Any, list[Any], Any] | None:
    """(z3, what is known, the condition), or None where it is not covered or z3 is not installed."""
    try:
        import z3
    except ImportError:
        return None
    translation = _Translation(z3, reals)
    facts = []
    for k in known:
        before = len(translation.sides), len(translation.needs)
        try:
            facts.append(translation.condition(k))
            if _may_skip(k):
                # m = 0 or n/m >= 1: that this holds does not say that m is not 0.
                del translation.needs[before[1] :]
        except _NotCovered:
            del translation.sides[before[0] :], translation.needs[before[1] :]
    given = len(translation.needs)
    try:
        goal = translation.condition(condition)
    except _NotCovered:
        return None
    facts += [*translation.needs[:given], *translation.sides]
    needs = translation.needs[given:]
    if _may_skip(condition):
        # [d != 0]/d is 0 at d = 0: what a quotient beside a bracket needs may not be taken for granted.
        solver = z3.Solver()
        solver.set("rlimit", STEPS)
        solver.add(*facts, z3.Or([z3.Not(n) for n in needs]))
        if needs and solver.check() != z3.unsat:
            return None
    return z3, [*facts, *needs], goal


def _may_skip(condition: Term) -> bool:
    """Are there parts that need not be defined for the condition to hold, beside a bracket or in an alternative?"""
    return any(
        isinstance(t, (Iverson, Delta, Cases, Or)) or (isinstance(t, Not) and not isinstance(t.args[0], Relation))
        for t in walk(condition)
    )


def _quotient(t: Term) -> tuple[Term, Term]:
    """Numerator and denominator of a fraction as it is written; the denominator of anything else is 1."""
    above: list[Term] = []
    below: list[Term] = []
    for f in t.args if isinstance(t, Mul) else (t,):
        if isinstance(f, Number):
            above.append(Number(f.value.numerator))
            if f.value.denominator != 1:
                below.append(Number(f.value.denominator))
        elif isinstance(f, Power) and isinstance(f.exponent, Number) and f.exponent.value < 0:
            below.append(Power(f.base, Number(-f.exponent.value)))
        else:
            above.append(f)
    return _product(above), _product(below)


def _product(factors: list[Term]) -> Term:
    return Mul(*factors) if len(factors) > 1 else factors[0] if factors else ONE
