"""Integer conditions beyond affine ones (products of sizes, floors, symbolic strides), proved by z3.

The translation is exact: floor and ceiling of a quotient by a positive number, Mod, Max, Min and Abs become integer
arithmetic. Whatever z3 does not settle within its time stays undecided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import Any

from symderiv.language.context import Context
from symderiv.language.terms import (
    Add,
    And,
    Apply,
    Condition,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Relation,
    Symbol,
    Term,
)

__all__ = ["implied", "real_names"]

MILLISECONDS = 500


class _NotCovered(Exception):
    """A term that has no translation."""


class _Translation:
    """Terms to z3's integers and reals; every floor gets a fresh integer with its defining inequalities."""

    def __init__(self, z3: Any, reals: Collection[str]):
        self.z3, self.reals = z3, reals
        self.symbols: dict[str, Any] = {}
        self.sides: list[Any] = []
        self.count = 0

    def symbol(self, name: str) -> Any:
        make = self.z3.Real if name in self.reals else self.z3.Int
        return self.symbols.setdefault(name, make(f"v{len(self.symbols)}"))

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
        raise _NotCovered

    def product(self, t: Mul) -> Any:
        out = self.term(t.args[0])
        for a in t.args[1:]:
            out = out * self.term(a)
        return out

    def power(self, base: Term, exponent: Fraction) -> Any:
        if exponent.denominator != 1 or abs(exponent) > 6 or exponent == 0:
            raise _NotCovered
        b = self.term(base)
        out = b
        for _ in range(abs(int(exponent)) - 1):
            out = out * b
        if exponent > 0:
            return out
        self.sides.append(out != 0)
        return self.z3.ToReal(self.z3.IntVal(1)) / (self.z3.ToReal(out) if out.is_int() else out)

    def function(self, t: Apply) -> Any:
        z3 = self.z3
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
            q, r = self.fresh(), self.fresh()
            self.sides.append(
                z3.And(b != 0, a == b * q + r, z3.If(b > 0, z3.And(0 <= r, r < b), z3.And(b < r, r <= 0)))
            )
            return r
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
        return self.z3.Int(f"w{self.count}")

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
    try:
        import z3
    except ImportError:
        return None
    translation = _Translation(z3, reals)
    try:
        goal = translation.condition(condition)
    except _NotCovered:
        return None
    facts = []
    for k in known:
        before = len(translation.sides)
        try:
            facts.append(translation.condition(k))
        except _NotCovered:
            del translation.sides[before:]
    for negated, verdict in ((z3.Not(goal), True), (goal, False)):
        solver = z3.Solver()
        solver.set("timeout", milliseconds)
        solver.add(*facts, *translation.sides, negated)
        if solver.check() == z3.unsat:
            return verdict
    return None
