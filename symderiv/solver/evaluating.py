"""Definitions at given indices: the window of every entry with its numbers, and what it comes to.

For y[m, n] := sum over i, j of x[m - i, n - j]*h[i, j] the entry y[0, 0] becomes the sum at these indices, then the sum
written out with the numbers that x and h have there, then a number. Terms that a guard excludes (reads outside a
padded array) are left out.
"""

from __future__ import annotations

from fractions import Fraction

from symderiv.language.context import Context
from symderiv.language.functions import expand_function
from symderiv.language.matrices import Axis, Matrix, index_tuples, instance_at, tabulate
from symderiv.language.ranges import Unknown, evaluate_integer
from symderiv.language.terms import (
    ONE,
    ZERO,
    Add,
    And,
    Apply,
    Binder,
    Cases,
    Delta,
    Derivative,
    Entry,
    Iverson,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
    instantiate,
)
from symderiv.language.text import to_text
from symderiv.records import ARITHMETIC, TEXTBOOK, Level, Step

__all__ = ["evaluate"]

UNFOLD, WINDOW, CALCULATE, COLLECT, BESIDE = (
    "unfold the definition", "write the sum out with its numbers", "calculate", "evaluate every entry",
    "table of all cases",
)  # fmt: skip
_TERMS = 400
"""The longest sum that is written out."""


class _Stuck(Exception):
    """No number: a name without a value, a function without rational values, a division by 0."""


def evaluate(
    subject: Term, axes: tuple[Axis, ...], context: Context, beside: tuple[Term, ...] = ()
) -> tuple[tuple[Step, ...], Term, str]:
    """(steps, table, reason to stop): one step from the entries to their numbers; its substeps are the windows.

    The windows of the first, of a middle and of the last entry have level 1, the others level 3. Before them stands a
    table with the terms ``beside`` and the subject as its columns, if there are such terms: inputs, hidden values.
    """
    table = tabulate(subject, axes)
    places = list(index_tuples(axes))
    shown = {0, _middle(axes), len(places) - 1}
    substeps: list[Step] = []
    values: list[Term] = []
    arithmetic = _Arithmetic(context)
    for n, indices in enumerate(places):
        try:
            steps, value = arithmetic.window(
                instance_at(subject, axes, indices), TEXTBOOK if n in shown else ARITHMETIC
            )
        except _Stuck as stuck:
            return (), table, str(stuck)
        substeps += steps
        values.append(value)
    result = table.with_args(tuple(values))
    assert isinstance(result, Matrix)
    if beside:
        try:
            substeps.insert(0, arithmetic.columns((*beside, subject), axes))
        except _Stuck as stuck:
            return (), table, str(stuck)
    return (Step(COLLECT, (), table, result, (), tuple(substeps)),), result, ""


def _middle(axes: tuple[Axis, ...]) -> int:
    """The place of the entry in the middle of the table."""
    place = 0
    for _, low, high in axes:
        size = high - low + 1
        place = place * size + size // 2
    return place


class _Arithmetic:
    """Exact values of closed terms in one context; entries that occur again are looked up."""

    def __init__(self, context: Context):
        self.context = context
        self.entries: dict[Term, Term] = {}

    def window(self, entry: Term, level: Level) -> tuple[list[Step], Term]:
        """The lines from an entry to its number."""
        lines: list[tuple[str, Term]] = []
        definition = self.context.definition_of(entry)
        if definition is not None:
            lines.append((UNFOLD, fold(definition.instance(entry.args))))
        written = self.write_out(lines[-1][1] if lines else entry)
        lines += [(WINDOW, written), (CALCULATE, Number(self.number(written)))]
        steps: list[Step] = []
        line = entry
        for rule, after in lines:
            if after != line:
                steps.append(Step(rule, (), line, after, level=level))
                line = after
        return steps, line

    def columns(self, terms: tuple[Term, ...], axes: tuple[Axis, ...]) -> Step:
        """All the terms at all indices, one row for each."""
        rows = [[instance_at(t, axes, place) for t in terms] for place in index_tuples(axes)]
        numbers = [[Number(self.number(self.write_out(t))) for t in row] for row in rows]
        return Step(BESIDE, (), Matrix(rows), Matrix(numbers), level=TEXTBOOK)

    def number(self, t: Term) -> Fraction:
        """The value of rational arithmetic without names."""
        try:
            return Fraction(evaluate_integer(t, {}))
        except (Unknown, ZeroDivisionError, OverflowError):
            raise _Stuck(f"the value of {to_text(t)} is not a rational number that can be calculated here") from None

    def write_out(self, t: Term) -> Term:
        """The term with its sums written out, its cases decided and numbers for its entries; products stay."""
        if isinstance(t, Entry):
            return self.entry(t)
        if isinstance(t, Symbol):
            definition = self.context.definition_of(t)
            if definition is None:
                raise _Stuck(f"{t.name} has no value; evaluate needs numbers for every name")
            return Number(self.number(self.write_out(definition.body)))
        if isinstance(t, Sum):
            return self.sum(t)
        if isinstance(t, Mul):
            return self.product(t)
        if isinstance(t, Cases):
            for value, condition in t.pieces:
                if self.truth(condition):
                    return self.write_out(value)
            raise _Stuck("no case applies")
        if isinstance(t, Iverson):
            return Number(int(self.truth(t.condition)))
        if isinstance(t, Power):
            return Number(self.number(t.with_args(tuple(self.write_out(a) for a in t.args))))
        if isinstance(t, Apply) and (definition := self.context.definition_of(t)) is not None:
            return self.write_out(definition.instance(t.args))
        if isinstance(t, Apply) and (meaning := expand_function(t)) is not None:
            return self.write_out(meaning)
        if isinstance(t, (Binder, Derivative)):
            raise _Stuck(f"{to_text(t)} is not written out with numbers")
        return t.with_args(tuple(self.write_out(a) for a in t.args))

    def truth(self, condition: Term) -> bool:
        """``and`` and ``or`` stop at the first part that settles them, as guards of what may be read."""
        if isinstance(condition, And):
            return all(self.truth(c) for c in condition.args)
        if isinstance(condition, Or):
            return any(self.truth(c) for c in condition.args)
        if isinstance(condition, Not):
            return not self.truth(condition.args[0])
        if isinstance(condition, Relation):
            sides = tuple(Number(self.number(self.write_out(a))) for a in condition.args)
            return self.number(Iverson(Relation(condition.op, *sides))) == 1
        raise _Stuck(f"{to_text(condition)} is not decided here")

    def entry(self, t: Entry) -> Term:
        indices = tuple(self.number(self.write_out(i)) for i in t.indices)
        key = Entry(t.name, tuple(Number(i) for i in indices))
        if key not in self.entries:
            self.entries[key] = self.look_up(key, indices)
        return self.entries[key]

    def look_up(self, t: Entry, indices: tuple[Fraction, ...]) -> Term:
        array = self.context.arrays.get(t.name)
        definition = self.context.definition_of(t)
        axes = array.axes if array is not None else definition.axes if definition is not None else ()
        ends = [(self.number(self.write_out(low)), self.number(self.write_out(high))) for low, high in axes]
        if not all(low <= i <= high for i, (low, high) in zip(indices, ends, strict=True)):
            if array is not None and array.padded:
                return ZERO
            raise _Stuck(f"{to_text(t)} is outside the range of {t.name}")
        if definition is not None:
            return Number(self.number(self.write_out(definition.instance(t.args))))
        value = array.value_at(tuple(int(i) for i in indices)) if array is not None else None
        if value is None:
            raise _Stuck(f"{t.name} is no array of numbers; declare it with p.numbers")
        return Number(value)

    def sum(self, t: Sum) -> Term:
        low, high = (self.number(self.write_out(end)) for end in (t.lower, t.upper))
        if high - low >= _TERMS:
            raise _Stuck(f"a sum has more than {_TERMS} terms")
        terms: list[Term] = []
        for i in range(int(low), int(high) + 1):
            index = Number(i)
            if self.truth(instantiate(t.guard, index)):
                term = self.write_out(instantiate(t.body, index))
                terms += term.args if isinstance(term, Add) else [] if term == ZERO else [term]
        return Add(*terms) if len(terms) > 1 else terms[0] if terms else ZERO

    def product(self, t: Mul) -> Term:
        """A factor that is 0 or 1 by its indices selects what stands beside it, and is not written."""
        switches = [a for a in t.args if isinstance(a, (Delta, Iverson))]
        if not all(self.number(self.write_out(s)) == 1 for s in switches):
            return ZERO
        factors = [self.write_out(a) for a in t.args if not isinstance(a, (Delta, Iverson))]
        return Mul(*factors) if len(factors) > 1 else factors[0] if factors else ONE


def fold(t: Term) -> Term:
    """Numbers that meet in sums and products of integers become one: x[0 + 2 - k] is x[2 - k]."""
    args = tuple(fold(a) for a in t.args)
    if isinstance(t, Add) and any(isinstance(a, Number) for a in args):
        total = sum((a.value for a in args if isinstance(a, Number)), Fraction(0))
        place = next(n for n, a in enumerate(args) if isinstance(a, Number))
        rest = [a for a in args if not isinstance(a, Number)]
        if total or not rest:
            rest.insert(min(place, len(rest)), Number(total))
        return Add(*rest) if len(rest) > 1 else rest[0]
    if isinstance(t, Mul) and len(args) > 1 and all(isinstance(a, Number) for a in args):
        value = Fraction(1)
        for a in args:
            value *= a.data
        return Number(value)
    return t.with_args(args) if args else t
