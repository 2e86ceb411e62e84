"""What the names in a term mean: symbols with their range, arrays with their shape, definitions, assumptions.

A ``Context`` is all that a prover, printer or reader knows beside the term itself; it is written into every
``out/*.json`` so that a derivation can be checked again from the file alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from symderiv.language.matrix_terms import shape
from symderiv.language.randomness import Blocks, Family, Property, of_law
from symderiv.language.sequences import Recurrence
from symderiv.language.terms import (
    ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Apply,
    Binder,
    Bound,
    Condition,
    Delta,
    Entry,
    Iverson,
    MatrixName,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Relation,
    Symbol,
    Term,
    substitute,
    walk,
)

__all__ = ["Array", "Context", "Definition", "Range", "Variable", "binder_context", "unfold", "unfold_all"]


@dataclass(frozen=True, slots=True)
class Range:
    """Values from ``lower`` to ``upper``; an end that is None is unbounded, an open end is not attained."""

    lower: Term | None = None
    upper: Term | None = None
    lower_open: bool = False
    upper_open: bool = False
    integer: bool = False
    nonzero: bool = False

    def conditions(self, term: Term) -> tuple[Condition, ...]:
        """The range as conditions on ``term``."""
        out: list[Condition] = []
        if self.lower is not None:
            out.append(Relation(">" if self.lower_open else ">=", term, self.lower))
        if self.upper is not None:
            out.append(Relation("<" if self.upper_open else "<=", term, self.upper))
        if self.nonzero:
            out.append(Relation("!=", term, ZERO))
        return tuple(out)


FAR = 10**6
"""An axis that ends at -FAR or FAR has no end there: signals on all integers, arrays of which nothing is known."""

REAL = Range()
POSITIVE = Range(ZERO, lower_open=True)
NONNEGATIVE = Range(ZERO)
INTEGER = Range(integer=True)
UNIT = Range(ZERO, ONE, lower_open=True, upper_open=True)
BINARY = Range(ZERO, ONE, integer=True)


@dataclass(frozen=True, slots=True)
class Variable:
    """A free scalar. ``role``: "variable" (a real unknown), "size" (an array extent), "index" or "constant"."""

    name: str
    range: Range = REAL
    role: str = "variable"
    meaning: str = ""
    latex: str | None = None


@dataclass(frozen=True, slots=True)
class Array:
    """An array of independent entries with inclusive index ranges ``axes`` = ((lower, upper), ...).

    ``entries`` is the range of each entry. ``law``, along the last axis: "free", "simplex" (entries >= 0 with sum 1)
    or "one_hot" (one entry is 1, the rest are 0). ``padded``: reading outside the axes gives 0 and is no error.
    An end of an axis that is -FAR or FAR stands for none. ``values`` are the entries of an array of given numbers, row
    by row; its axes end in numbers.
    """

    name: str
    axes: tuple[tuple[Term, Term], ...]
    entries: Range = REAL
    law: str = "free"
    padded: bool = False
    meaning: str = ""
    latex: str | None = None
    values: tuple[Fraction, ...] | None = None

    def value_at(self, indices: tuple[int, ...]) -> Fraction | None:
        """The given number at these indices, which lie inside the axes; None if the entries are unknowns."""
        if self.values is None:
            return None
        place = 0
        for i, (low, high) in zip(indices, self.axes, strict=True):
            assert isinstance(low, Number) and isinstance(high, Number)
            place = place * int(high.value - low.value + 1) + i - int(low.value)
        return self.values[place]


@dataclass(frozen=True, slots=True)
class Definition:
    """``name := body``. ``kind``: "scalar" (a Symbol), "array" (an Entry with index parameters), "function" (an Apply),
    "matrix" (a MatrixName).

    ``axes`` are the ranges of the parameters of an array definition. Definitions use earlier ones, never themselves.
    """

    name: str
    parameters: tuple[str, ...]
    body: Term
    kind: str = "scalar"
    axes: tuple[tuple[Term, Term], ...] = ()
    meaning: str = ""
    latex: str | None = None

    def head(self, arguments: tuple[Term, ...] | None = None) -> Term:
        """The left-hand side, with the parameters themselves or with ``arguments``."""
        args = arguments if arguments is not None else tuple(Symbol(p) for p in self.parameters)
        if self.kind == "scalar":
            return Symbol(self.name)
        if self.kind == "matrix":
            return MatrixName(self.name, *shape(self.body))
        return Entry(self.name, args) if self.kind == "array" else Apply(self.name, *args)

    def instance(self, arguments: tuple[Term, ...]) -> Term:
        """The right-hand side for these arguments; a matrix has none."""
        if self.kind == "matrix":
            return self.body
        return substitute(self.body, {Symbol(p): a for p, a in zip(self.parameters, arguments, strict=True)})


@dataclass(frozen=True, slots=True)
class Context:
    """All declarations of a problem. Never mutated: ``with_…`` returns a new one."""

    variables: Mapping[str, Variable] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    assumptions: tuple[Term, ...] = ()
    """Conditions taken for granted: ``K <= H + 2*P``, or equations such as ``Sum(y[k], (k, 1, K)) = 1``."""
    random: Mapping[str, Family] = field(default_factory=dict)
    """The random arrays and symbols; everything else is a number."""
    independence: tuple[Blocks, ...] = ()
    recurrences: Mapping[str, Recurrence] = field(default_factory=dict)
    """The arrays whose entries are made of earlier ones."""
    notations: Mapping[str, str] = field(default_factory=dict)
    """What people may write for a declared name, or for an operation between arrays; for reading only."""

    def names(self) -> frozenset[str]:
        """Every declared name."""
        return frozenset(self.variables) | frozenset(self.arrays) | frozenset(self.definitions)

    def with_variable(self, variable: Variable) -> Context:
        return replace(self, variables={**self.variables, variable.name: variable})

    def with_index(self, name: str, lower: Term, upper: Term) -> Context:
        """The context inside a binder whose index runs from ``lower`` to ``upper``."""
        return self.with_variable(Variable(name, Range(lower, upper, integer=True), "index"))

    def with_assumptions(self, *conditions: Term) -> Context:
        """The context in which the conditions hold too; what is said of random families makes them more special."""
        said = [c for c in conditions if isinstance(c, Property)]
        more = tuple(c for c in conditions if not isinstance(c, Property))
        random = of_law(self.random, said) if said else self.random
        return replace(self, assumptions=(*self.assumptions, *more), random=random)

    def definition_of(self, term: Term) -> Definition | None:
        """The definition that ``term`` is an instance of, if any."""
        if isinstance(term, Symbol):
            d = self.definitions.get(term.name)
            return d if d is not None and d.kind == "scalar" else None
        if isinstance(term, Entry):
            d = self.definitions.get(term.name)
            return d if d is not None and d.kind == "array" and len(d.parameters) == len(term.indices) else None
        if isinstance(term, Apply):
            d = self.definitions.get(term.function)
            return d if d is not None and d.kind == "function" and len(d.parameters) == len(term.args) else None
        if isinstance(term, MatrixName):
            d = self.definitions.get(term.name)
            return d if d is not None and d.kind == "matrix" else None
        return None

    def integer_conditions(self) -> tuple[Term, ...]:
        """What is known about the integer symbols: their ranges and the assumptions that are conditions on integers."""
        known = [c for v in self.variables.values() if v.range.integer for c in v.range.conditions(Symbol(v.name))]
        return (*known, *(a for a in self.assumptions if self.is_integer_condition(a)))

    def is_integer_condition(self, condition: Term) -> bool:
        """Does the condition relate integer terms that are made of integers? (``floor(x) <= n`` for real x is none.)"""
        if isinstance(condition, Relation):
            names = (t for t in walk(condition) if isinstance(t, (Symbol, Entry)))
            return (
                self.is_integer(condition.left)
                and self.is_integer(condition.right)
                and all(map(self.is_integer, names))
            )
        if isinstance(condition, (And, Or, Not)):
            return all(self.is_integer_condition(c) for c in condition.args)
        return False

    def is_integer(self, term: Term) -> bool:
        """Is the term certainly an integer? (False also when that is not known.)"""
        if isinstance(term, Number):
            return term.value.denominator == 1
        if isinstance(term, Symbol):
            if term.name in self.variables:
                return self.variables[term.name].range.integer
            d = self.definition_of(term)
            return d is not None and self.is_integer(d.body)
        if isinstance(term, (Bound, Delta, Iverson)):
            return True
        if isinstance(term, (Add, Mul)):
            return all(self.is_integer(a) for a in term.args)
        if isinstance(term, Power):
            e = term.exponent
            return self.is_integer(term.base) and isinstance(e, Number) and e.value.denominator == 1 and e.value >= 0
        if isinstance(term, Apply) and term.function in ("floor", "ceiling"):
            return True
        if isinstance(term, Apply) and term.function in ("Max", "Min", "Abs", "Mod"):
            return all(self.is_integer(a) for a in term.args)
        if isinstance(term, Entry):
            a = self.arrays.get(term.name)
            return a is not None and a.entries.integer
        return False


def unfold(term: Term, context: Context) -> Term | None:
    """The right-hand side of the definition that ``term`` is an instance of, or None."""
    d = context.definition_of(term)
    return None if d is None else d.instance(term.args)


def unfold_all(term: Term, context: Context, keep: Iterable[str] = ()) -> Term:
    """Replace every defined name, also in definitions, until none is left; names in ``keep`` stay.

    Terminates because definitions only use earlier ones.
    """
    kept = frozenset(keep)

    def go(t: Term) -> Term:
        t = t.with_args(tuple([go(a) for a in t.args])) if t.args else t
        d = context.definition_of(t)
        if d is None or d.name in kept:
            return t
        return go(d.instance(t.args))

    return go(term) if context.definitions else term


def binder_context(term: Binder, index: Symbol, guard: Term, context: Context) -> Context:
    """The context in which the opened body of ``term`` is read: the index with its range, and the guard."""
    inner = context.with_index(index.name, term.lower, term.upper)
    return inner if guard == TRUE else inner.with_assumptions(guard)
