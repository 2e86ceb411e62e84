"""Counts and tables: definitions opened with what they mean, sums of ones counted from the inside out, then arithmetic.

For P := sum over f = 1..N of m with m := sum over c = 1..C, p = 1..K, q = 1..K of 1 the lines are: the definition, the
products for one output in their place, K*K*C of them, N times as many. Values that were found for one entry of a table
are inserted in the next ones. Answers questions of the kinds "count" and "table".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from symderiv.equality import holds
from symderiv.errors import DerivationError
from symderiv.language.context import Context, unfold, unfold_all
from symderiv.language.matrices import Matrix, Tuple
from symderiv.language.ranges import Unknown, evaluate_integer
from symderiv.language.terms import (
    ONE,
    TRUE,
    ZERO,
    Add,
    Apply,
    Binder,
    Bound,
    Mul,
    Number,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
    free_names,
    substitute,
    walk,
)
from symderiv.language.text import to_text
from symderiv.records import ARITHMETIC, Question, Step
from symderiv.rules import algebra
from symderiv.rules.conditions import at_least
from symderiv.rules.structure import arrange, build_product, build_sum, negate
from symderiv.solver.lines import QUIET, join
from symderiv.solver.rewriting import moves, step_of

__all__ = ["COUNT", "answer", "concerns", "count_terms"]

UNFOLD, COUNT, INSERT, CALCULATE, COLLECT, GIVEN, WHOLE = (
    "unfold the definition", "count the terms", "insert what was found", "calculate", "work out every entry",
    "insert the given values", "division without remainder",
)  # fmt: skip
_COLLECTING = tuple(r for r in algebra.RULES if r.name in ("expand", "collect powers", "collect like terms"))
_PLAIN = (Add, Apply, Mul, Number, Power, Sum, Symbol)
"""What counts are made of: no index is used, no entry read."""
_SHOWN = 12
"""A table with more entries to work out shows the first, a middle one and the last at normal detail."""
Derive = Callable[[Term, Context], tuple[tuple[Step, ...], Term]]


class _Stuck(DerivationError):
    """What keeps a count from going on."""


def concerns(term: Term, context: Context) -> bool:
    """Is the term made of declared counts: names whose definitions are sums of ones, and nothing else to sum?"""
    if context.definition_of(term) is None and not any(True for _ in _instances(term, context)):
        return False
    whole = unfold_all(term, context)
    sums = [t for t in walk(whole) if isinstance(t, Sum)]
    plain = all(isinstance(t, _PLAIN) or t == TRUE for t in walk(whole))
    return bool(sums) and plain and all(s.guard == TRUE for s in sums)


def answer(question: Question, context: Context, derive: Derive) -> tuple[tuple[Step, ...], Term, str]:
    """(steps, result, reason to stop)."""
    worker = _Worker(context, derive, question.given)
    try:
        if isinstance(question.subject, (Matrix, Tuple)):
            return *worker.table(question.subject), ""
        steps, result = worker.work(question.subject)
    except _Stuck as stuck:
        return (), question.subject, str(stuck)
    return tuple(steps), result, ""


class _Worker:
    """Holds the values of definitions that were found already."""

    def __init__(self, context: Context, derive: Derive, given: tuple[tuple[Term, Term], ...]):
        self.context, self.derive, self.given = context, derive, given
        self.values: dict[Term, Term] = {}

    # ---- tables

    def table(self, table: Matrix | Tuple) -> tuple[tuple[Step, ...], Term]:
        """One step from the entries to their values; its substeps are the workings."""
        workings: list[list[Step]] = []
        values: dict[Term, Term] = {}
        for entry in _entries(table):
            if entry not in values:
                steps, values[entry] = self.work(entry)
                workings += [steps] if steps else []
        result = _filled(table, values)
        if result == table:
            return (), table
        shown = range(len(workings)) if len(workings) <= _SHOWN else {0, len(workings) // 2, len(workings) - 1}
        substeps = [s if n in shown else replace(s, level=ARITHMETIC) for n, w in enumerate(workings) for s in w]
        return (Step(COLLECT, (), table, result, (), tuple(substeps)),), result

    # ---- one number

    def work(self, line: Term) -> tuple[list[Step], Term]:
        """The steps from a term to its value, which is kept."""
        if line in self.values:
            return [], self.values[line]
        start, steps = line, list[Step]()

        def add(rule: str, after: Term, conditions: tuple[Term, ...] = (), note: str = "") -> None:
            nonlocal line
            if after != line:
                steps.append(Step(rule, (), line, after, conditions, note=note))
                line = after

        opened = unfold(line, self.context)
        if opened is not None:
            add(UNFOLD, opened, note=self._meaning([line]))
        while calls := [t for t in dict.fromkeys(_instances(line, self.context)) if isinstance(t, Apply)]:
            bodies: dict[Term, Term] = {t: body for t in calls if (body := unfold(t, self.context)) is not None}
            add(UNFOLD, _put(line, bodies), note=self._meaning(calls))
        inner = list(dict.fromkeys(_instances(line, self.context)))
        known = {t: self.values[t] for t in inner if t in self.values}
        if known:
            add(INSERT, _put(line, known))
        workings = {t: self.work(t) for t in inner if t not in known}
        if len(workings) == 1 and not any(isinstance(value, Number) for _, value in workings.values()):
            (name, (found, _)), whole = workings.popitem(), line
            for s in found:
                add(s.rule, _put(whole, {name: s.after}), s.conditions, s.note)
        elif workings:
            after = _put(line, {t: value for t, (_, value) in workings.items()})
            substeps = tuple(s for found, _ in workings.values() for s in found)
            steps.append(Step(INSERT, (), line, after, (), substeps))
            line = after
        if self.given:
            add(GIVEN, arrange(substitute(line, dict(self.given))), self._givens(line))
        for _ in range(20):
            counted = count_terms(line, self.context)
            if counted == line:
                break
            add(COUNT, counted)
        for after, conditions in self._whole(line):
            add(WHOLE, after, conditions)
        if not free_names(line):
            add(CALCULATE, Number(_number(line)))
        else:
            more, line = self._simplified(line)
            steps += more
        self.values[start] = line
        return _with_quiet(steps), line

    def _simplified(self, line: Term) -> tuple[Sequence[Step], Term]:
        """The shortest form; a sum of several counts is a polynomial, multiplied out and collected: 12*d**2 + 13*d."""
        bare = replace(self.context, definitions={})
        if not isinstance(line, Add) or any(isinstance(t, Binder) or _divides(t) for t in walk(line)):
            return self.derive(line, bare)
        steps: list[Step] = []
        for _ in range(20):
            move = next(iter(moves(line, bare, _COLLECTING)), None)
            if move is None:
                break
            steps.append(step_of(line, move))
            line = move.after
        return ([join(steps)] if steps else []), line

    def _meaning(self, heads: Sequence[Term]) -> str:
        found = [d.meaning for t in heads if (d := self.context.definition_of(t)) is not None and d.meaning]
        return "; ".join(dict.fromkeys(found))

    def _givens(self, line: Term) -> tuple[Term, ...]:
        return tuple(Relation("=", a, b) for a, b in self.given if any(t == a for t in walk(line)))

    def _whole(self, line: Term) -> Iterator[tuple[Term, tuple[Term, ...]]]:
        """Floors of quotients that leave no remainder, by assumption."""
        for a in self.context.assumptions:
            if isinstance(a, Relation) and a.op == "=" and a.right == ZERO and isinstance(a.left, Apply):
                if a.left.function == "Mod":
                    over, below = a.left.args
                    floor = Apply("floor", over / below)
                    after = _put(line, {floor: over / below})
                    if after != line:
                        yield (line := arrange(after)), (a,)


def count_terms(t: Term, context: Context) -> Term:
    """The innermost sums whose terms are all the same, counted: one run of sums directly inside each other.

    Raises DerivationError where a range may be reversed.
    """
    if isinstance(t, Sum):
        run, core = [t], t.body
        while isinstance(core, Sum):
            run.append(core)
            core = core.body
        if not any(isinstance(s, Binder) for s in walk(core)):
            return _counted(run, core, context)
    return t.with_args(tuple([count_terms(a, context) for a in t.args]))


def _counted(run: list[Sum], core: Term, context: Context) -> Term:
    if any(isinstance(s, Bound) for s in walk(core)) or any(s.guard != TRUE for s in run):
        return run[0]
    numbers: list[Term] = []
    for s in run:
        if any(isinstance(b, Bound) for end in (s.lower, s.upper) for b in walk(end)):
            return run[0]
        size = arrange(build_sum((s.upper, negate(s.lower), ONE)))
        if not (at_least(size, ZERO, context) or holds(Relation(">=", size, ZERO), context)):
            raise _Stuck(
                f"it is not known that the range from {to_text(s.lower)} to {to_text(s.upper)} is not reversed"
            )
        numbers.append(size)
    factors = [f for n in (*numbers, core) for f in (n.args if isinstance(n, Mul) else (n,)) if f != ONE]
    if all(isinstance(f, Number) or not free_names(f) for f in factors):
        return Mul(*factors) if len(factors) > 1 else factors[0] if factors else ONE
    return build_product(factors)


def _divides(t: Term) -> bool:
    return isinstance(t, Power) and not (isinstance(t.exponent, Number) and t.exponent.value > 0)


def _with_quiet(steps: list[Step]) -> list[Step]:
    """Steps that need no line of their own joined to the one before."""
    out: list[Step] = []
    for s in steps:
        if out and s.rule in QUIET:
            out[-1] = join([out[-1], s])
        else:
            out.append(s)
    return out


def _entries(table: Term) -> Iterator[Term]:
    for a in table.args:
        if isinstance(a, Tuple):
            yield from _entries(a)
        else:
            yield a


def _filled(table: Term, values: dict[Term, Term]) -> Term:
    return table.with_args(tuple(_filled(a, values) if isinstance(a, Tuple) else values[a] for a in table.args))


def _instances(line: Term, context: Context) -> Iterator[Term]:
    """Names and calls that have a definition, outermost first, those below an index left out."""
    if context.definition_of(line) is not None and not any(isinstance(t, Bound) for t in walk(line)):
        yield line
        return
    for a in line.args:
        yield from _instances(a, context)


def _put(line: Term, values: dict[Term, Term]) -> Term:
    """The line with terms replaced; sums and products that meet are joined."""
    if line in values:
        return values[line]
    args = tuple([_put(a, values) for a in line.args])
    if args == line.args:
        return line
    if isinstance(line, (Add, Mul)):
        kind = type(line)
        args = tuple(p for a, old in zip(args, line.args, strict=True) for p in _parts(a, kind if a != old else None))
        return kind(*args)
    return line.with_args(args)


def _parts(a: Term, kind: type[Term] | None) -> tuple[Term, ...]:
    return a.args if kind is not None and isinstance(a, kind) else (a,)


def _number(line: Term) -> Fraction:
    try:
        return Fraction(evaluate_integer(line, {}))
    except (Unknown, ZeroDivisionError, OverflowError):
        raise _Stuck(f"{to_text(line)} is no number that can be calculated here") from None
