"""Closed forms of sequences: the recurrence unrolled to a sum, other sequences put in, the sum closed, then induction.

R[l + 1] = a R[l] + b(l) with R[m] = r gives R[n] = a**(n - m) r + sum over k = m..n-1 of a**(n - 1 - k) b(k), with a
product instead of the power where a depends on l (Graham, Knuth & Patashnik, *Concrete Mathematics*, sec. 2.2).
Sequences in b have their closed forms found first, so that coupled recurrences are solved one after the other if each
uses those before it only; two that use each other, and one that goes back two entries, are of second order: see
``second_order``. The last line carries the proof by induction: the first values, and the step from n to n + 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symderiv.equality import prove_equal
from symderiv.language.context import Context, Range, Variable, unfold, unfold_all
from symderiv.language.sequences import Recurrence, tidy
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Derivative,
    Entry,
    Number,
    Power,
    Product,
    Relation,
    Sum,
    Symbol,
    Term,
    free_names,
    fresh_name,
    substitute,
    walk,
)
from symderiv.language.text import to_text
from symderiv.records import DETAIL, TEXTBOOK, Question, Step
from symderiv.rules.structure import arrange, build_product, build_sum, negate
from symderiv.solver.second_order import NotSolved, SecondOrder, partner_of

__all__ = ["answer", "concerns"]

UNFOLD, UNROLL, INSERT, GIVEN, CLOSED, INDUCTION = (
    "unfold the definition", "unroll the recurrence", "insert the closed form", "insert the given values",
    "insert what was found", "proof by induction",
)  # fmt: skip
FIRST, BASE, RECURRENCE, HYPOTHESIS, CALCULATE = (
    "the first value", "base case", "the recurrence", "induction hypothesis", "calculate",
)  # fmt: skip
_NEAR = 6
"""Up to so many steps from its first value an entry is calculated, not looked up in the closed form."""
_IDLE = frozenset({"expand", "absorb the sign", "turn two differences round"})
"""Last steps that are left out where they make a line no shorter."""
Derive = Callable[[Term, Context], tuple[tuple[Step, ...], Term]]


class _Stuck(Exception):
    """What keeps a recurrence from being solved here."""


def concerns(term: Term, context: Context) -> bool:
    """Does the term stand on sequences, and is it not to be differentiated first?"""
    if not context.recurrences:
        return False
    whole = unfold_all(term, context)
    return bool(_entries(whole, context)) and not any(isinstance(t, Derivative) for t in walk(whole))


def answer(question: Question, context: Context, derive: Derive) -> tuple[tuple[Step, ...], Term, str]:
    """(steps, closed form, reason to stop)."""
    line, steps = question.subject, list[Step]()
    while (opened := unfold(line, context)) is not None:
        definition = context.definition_of(line)
        steps.append(Step(UNFOLD, (), line, opened, note=definition.meaning if definition is not None else ""))
        line = opened
    entries = _entries(line, context)
    if not entries:
        return tuple(steps), line, "there is no entry of a sequence in the question"
    solver = _Solver(replace(context, definitions={}), derive, question.given)
    try:
        if all(_is_near(e, context) for e in entries) and not question.given:
            more, line = solver.step_by_step(line)
            return (*steps, *more), line, ""
        if line == entries[0]:
            more, line = solver.solve(entries[0])
            return (*steps, *solver.with_induction(entries[0], more, line)), line, ""
        for entry in entries:
            found, value = solver.solve(entry)
            after = arrange(substitute(line, {entry: value}))
            steps.append(Step(CLOSED, (), line, after, _conditions(found), tuple(found)))
            line = after
    except (_Stuck, NotSolved) as stuck:
        return tuple(steps), line, str(stuck)
    more_steps, line = derive(line, solver.context)
    return (*steps, *more_steps), line, ""


def _entries(term: Term, context: Context) -> list[Entry]:
    return list(dict.fromkeys(t for t in walk(term) if isinstance(t, Entry) and t.name in context.recurrences))


def _is_near(entry: Entry, context: Context) -> bool:
    """Is the index a number that is reached in a few steps?"""
    (index,) = entry.indices
    return isinstance(index, Number) and index.value - context.recurrences[entry.name].first <= _NEAR


def _conditions(steps: list[Step]) -> tuple[Term, ...]:
    return tuple(dict.fromkeys(c for s in steps for c in s.conditions))


class _Solver:
    def __init__(self, context: Context, derive: Derive, given: tuple[tuple[Term, Term], ...]):
        self.context, self.derive, self.given = context, derive, given
        self.open: list[str] = []

    # ---- one sequence

    def step_by_step(self, line: Term) -> tuple[list[Step], Term]:
        """Entries at small numbers by the recurrence itself, back to the first values."""
        steps: list[Step] = []
        for _ in range(4 * _NEAR):
            made = {e: self.context.recurrences[e.name].at(e.indices[0]) for e in _entries(line, self.context)}
            if not made:
                break
            after = arrange(_put_all(line, made))
            steps.append(Step(RECURRENCE, (), line, after))
            line = after
        more, line = self.derive(line, self.context)
        return [*steps, *more], line

    def solve(self, entry: Entry) -> tuple[list[Step], Term]:
        """The lines from R[n] to a formula without sequences."""
        r = self.context.recurrences[entry.name]
        if r.name in self.open:
            raise _Stuck(f"{' and '.join(self.open)} need each other; only recurrences that build up are solved here")
        self.open.append(r.name)
        try:
            second = self.second_order(r)
            if second is not None:
                steps = [second.solve(entry.indices[0], self.context, self.shortest)]
            else:
                steps = [Step(UNROLL, (), entry, self.unrolled(r, entry.indices[0]))]
            line = steps[0].after
            for name in dict.fromkeys(e.name for e in _entries(line, self.context)):
                steps.append(self.inserted(line, name))
                line = steps[-1].after
            if self.given:
                after = arrange(_without_unit_powers(substitute(line, dict(self.given))))
                used = tuple(Relation("=", a, b) for a, b in self.given)
                steps, line = [*steps, *([Step(GIVEN, (), line, after, used)] if after != line else [])], after
            more, line = self.derive(line, self.context)
            more = tuple(replace(s, substeps=tuple(replace(x, level=DETAIL) for x in s.substeps)) for s in more)
            while more and more[-1].rule in _IDLE and _leaves(more[-1].before) <= _leaves(line):
                more, line = more[:-1], more[-1].before  # (K - 1)*L + 1 reads better than K*L - L + 1
            return [*steps, *more], line
        finally:
            self.open.pop()

    def second_order(self, r: Recurrence) -> SecondOrder | None:
        """The recurrence as one of second order, if the step goes back two entries or to a sequence that needs this."""
        before = Entry(r.name, (Add(Symbol(r.parameter), MINUS_ONE),))
        if any(isinstance(t, Entry) and t.name == r.name and t != before for t in walk(r.step)):
            return SecondOrder.of(r, self.context, self.shortest)
        other = partner_of(r, self.context)
        return None if other is None else SecondOrder.of_pair(r, other, self.context, self.shortest)

    def shortest(self, term: Term, context: Context) -> Term:
        return self.derive(arrange(term), context)[1]

    def unrolled(self, r: Recurrence, index: Term) -> Term:
        slope, rest = self.linear(r)
        letter, last = Symbol(r.parameter), r.ordinary - 1
        at_last = Number(last)
        length = arrange(build_sum((index, Number(-last))))
        taken = free_names(rest) | free_names(slope) | free_names(index)
        k = fresh_name(r.parameter, taken - ({r.parameter} - _names(index)))
        # From l - 1 alone (J[l - 1], S**(l - 1)) the sum is counted by that index, from the first one on.
        earlier = Add(letter, MINUS_ONE)
        by_earlier = letter not in set(walk(_put(rest, earlier, ONE))) and letter in set(walk(rest))
        low, high = (at_last, _less(index)) if by_earlier else (Number(last + 1), index)
        made = tidy(substitute(rest, {letter: Add(Symbol(k), ONE)})) if by_earlier else _put(rest, letter, Symbol(k))
        constant = letter not in set(walk(slope))
        if constant:
            carried = arrange(Power(slope, length)) if slope != ONE else ONE
            left = arrange(build_sum((index if not by_earlier else _less(index), negate(Symbol(k)))))
            weight: Term = Power(slope, left) if slope != ONE else ONE
        else:
            j = fresh_name("j", taken | {k})
            factor = substitute(slope, {letter: Symbol(j)})
            carried = Product.over(j, Number(last + 1), index, factor)
            after_k = tidy(Add(Symbol(k), Number(2 if by_earlier else 1)))
            weight = Product.over(j, after_k, index, factor)
        first = build_product((carried, r.starts[-1])) if r.starts[-1] != ZERO else ZERO
        total = Sum.over(k, low, high, build_product((weight, made))) if made != ZERO else ZERO
        return arrange(build_sum((first, total)))

    def linear(self, r: Recurrence) -> tuple[Term, Term]:
        """(a, b) for the step a R[l - 1] + b."""
        letter = Symbol(r.parameter)
        before = Entry(r.name, (Add(letter, MINUS_ONE),))
        rest, whole = (arrange(substitute(r.step, {before: v})) for v in (ZERO, ONE))
        _, slope = self.derive(arrange(build_sum((whole, negate(rest)))), self.inside(r))
        linear = build_sum((build_product((slope, before)), rest))
        if prove_equal(linear, r.step, self.inside(r)).word != "proved":
            raise _Stuck(f"the step of {r.name} is not linear in {to_text(before)}")
        return slope, rest

    def inside(self, r: Recurrence) -> Context:
        """The context of a step."""
        return self.context.with_variable(Variable(r.parameter, Range(Number(r.ordinary), integer=True), "index"))

    def inserted(self, line: Term, name: str) -> Step:
        """The line with the closed form of another sequence, which the substeps derive for any index."""
        r = self.context.recurrences[name]
        letter = fresh_name("n", self.context.names())
        variable = Variable(letter, Range(Number(r.first), integer=True), "index")
        inner = _Solver(self.context.with_variable(variable), self.derive, ())
        inner.open = self.open
        head = Entry(name, (Symbol(letter),))
        found, value = inner.solve(head)
        found = inner.with_induction(head, found, value)
        values = {
            e: arrange(tidy(substitute(value, {Symbol(letter): e.indices[0]}))) for e in _bound_entries(line, name)
        }
        after = arrange(_put_all(line, values))
        return Step(INSERT, (), line, after, _conditions(found), tuple(found), letters=(variable,))

    # ---- proof by induction

    def with_induction(self, entry: Entry, steps: list[Step], value: Term) -> list[Step]:
        """The last line with the base case and the step as its substeps; only for a letter as index."""
        index = entry.indices[0]
        r = self.context.recurrences[entry.name]
        if not isinstance(index, Symbol) or not steps or self.given or _entries(value, self.context):
            return steps
        letter, whole, letters = self.any_index(entry, value)
        following = tidy(Add(letter, ONE))
        lines: list[Step] = []

        def add(rule: str, before: Term, after: Term) -> None:
            if after != before:
                lines.append(Step(rule, (), before, after, level=TEXTBOOK))

        for n, start in enumerate(r.starts):
            first = Number(r.first + n)
            add(FIRST, Entry(r.name, (first,)), start)
            add(BASE, substitute(whole, {letter: first}), start)
        made = r.at(following)
        add(RECURRENCE, Entry(r.name, (following,)), made)
        own = [t for t in _entries(made, self.context) if t.name == r.name]
        hypothesis = substitute(made, {t: tidy(substitute(whole, {letter: t.indices[0]})) for t in own})
        others = {}
        for other in _entries(hypothesis, self.context):
            _, others[other] = self.solve(other)
        line = _put_all(hypothesis, others)
        add(HYPOTHESIS, made, line)
        add(CALCULATE, line, tidy(substitute(whole, {letter: following})))
        last = steps[-1]
        old = tuple(replace(s, level=DETAIL) for s in last.substeps)
        rule = f"{last.rule}; {INDUCTION}"
        letters = (*last.letters, *letters)
        if len(r.starts) > 1:  # what the step goes back to is there from the last first value on
            variable = self.context.variables[index.name]
            letters = (*letters, replace(variable, range=replace(variable.range, lower=Number(r.ordinary - 1))))
        return [*steps[:-1], replace(last, rule=rule, substeps=(*old, *lines), letters=letters)]

    def any_index(self, entry: Entry, value: Term) -> tuple[Symbol, Term, tuple[Variable, ...]]:
        """(letter, closed form at the letter, its declaration) for the step of the induction.

        The index itself, unless arrays end there: then the step goes from R[n] to R[n + 1] for n + 1 up to the index.
        """
        index, r = entry.indices[0], self.context.recurrences[entry.name]
        assert isinstance(index, Symbol)
        arrays = [
            self.context.arrays[t.name] for t in walk(r.step) if isinstance(t, Entry) and t.name in self.context.arrays
        ]
        if not any(index in set(walk(end)) for a in arrays for ends in a.axes for end in ends):
            return index, value, ()
        letter = fresh_name("n", self.context.names() | {index.name})
        variable = Variable(letter, Range(Number(r.ordinary - 1), tidy(Add(index, MINUS_ONE)), integer=True), "index")
        inner = _Solver(self.context.with_variable(variable), self.derive, ())
        inner.open = [name for name in self.open if name != r.name]
        _, whole = inner.solve(Entry(entry.name, (Symbol(letter),)))
        return Symbol(letter), whole, (variable,)


def _leaves(term: Term) -> int:
    return sum(not t.args for t in walk(term))


def _without_unit_powers(t: Term) -> Term:
    """1**l is 1."""
    t = t.with_args(tuple([_without_unit_powers(a) for a in t.args])) if t.args else t
    return ONE if isinstance(t, Power) and t.base == ONE else t


def _names(term: Term) -> frozenset[str]:
    return frozenset(t.name for t in walk(term) if isinstance(t, Symbol))


def _less(index: Term) -> Term:
    return arrange(build_sum((index, MINUS_ONE)))


def _bound_entries(line: Term, name: str) -> list[Entry]:
    return list(dict.fromkeys(t for t in walk(line) if isinstance(t, Entry) and t.name == name))


def _put(t: Term, old: Term, new: Term) -> Term:
    return _put_all(t, {old: new})


def _put_all(t: Term, values: dict[Term, Term] | dict[Entry, Term]) -> Term:
    """Replace subterms, also those with bound indices, whose values mention the same indices."""
    if t in values:
        return values[t]  # type: ignore[index]
    return t.with_args(tuple([_put_all(a, values) for a in t.args])) if t.args else t
