"""Evidence for every line of a derivation, from the equality kernel alone: neither rules nor solver are imported.

A step is an equation between two lines and is decided as such; the rule's name is not believed. Lines of an equation
that is being solved are checked by inserting the value found. Besides, each derivation is checked from end to end, and
its result against the hand-checked expected form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from symderiv.equality.acceptance import accepts
from symderiv.errors import SymderivError
from symderiv.language.context import Context, Definition, unfold_all
from symderiv.language.functions import EXPECTATIONS
from symderiv.language.matrices import tabulate
from symderiv.language.terms import (
    TRUE,
    And,
    Apply,
    Cases,
    Derivative,
    Entry,
    Relation,
    Symbol,
    Term,
    free_names,
    fresh_name,
    substitute,
    walk,
)
from symderiv.records import Derivation, Solution, SolvedPart, Step, Verdict
from symderiv.verification.assumptions import CHAIN, unneeded
from symderiv.verification.kinds import KINDS, judge_of

__all__ = ["verify_derivation", "verify_part", "verify_solution"]

Progress = Callable[[SolvedPart], None]


def verify_solution(solution: Solution, *, on_progress: Progress | None = None) -> Solution:
    """The solution with fresh evidence on every step, substep and result."""
    parts = []
    for part in solution.parts:
        parts.append(verify_part(part, solution.problem.context))
        if on_progress is not None:
            on_progress(parts[-1])
    return replace(solution, parts=tuple(parts))


def verify_part(part: SolvedPart, context: Context) -> SolvedPart:
    """The part with fresh evidence."""
    inner = context.with_assumptions(*part.part.conditions) if part.part.conditions else context
    return replace(part, derivations=tuple(verify_derivation(d, inner) for d in part.derivations))


def verify_derivation(derivation: Derivation, context: Context) -> Derivation:
    """The derivation with evidence on its steps, from end to end, and on the expected form."""
    context = derivation.question.read_in(context)
    judge = _Judge(derivation, context)
    steps = tuple(judge.step(s, context) for s in derivation.steps)
    steps = tuple(_connected(a, b) for a, b in zip((None, *steps), steps, strict=False))
    checked = replace(derivation, steps=steps)
    whole = judge.end_to_end(checked)
    if context.random and whole.word == "proved":
        spare = unneeded(checked, context, lambda weaker: _Judge(derivation, weaker).end_to_end(checked))
        whole = replace(whole, unneeded=spare)
    return replace(checked, end_to_end=whole, expected=judge.expected(checked))


def _connected(previous: Step | None, step: Step) -> Step:
    """A line must start where the one before it ended; otherwise the chain is broken and says so."""
    if previous is None or previous.after == step.before or _same_up_to_order(previous.after, step.before):
        return step
    return replace(step, evidence=Verdict("undecided", reason="this line does not start where the one before it ended"))


def _same_up_to_order(left: Term, right: Term) -> bool:
    from symderiv.equality import decide

    return left == right or (
        not isinstance(left, Relation) and decide(left, right, Context(), seconds=1.0).method == "identical"
    )


class _Judge:
    """Decides the equations of one derivation, each pair once."""

    def __init__(self, derivation: Derivation, context: Context):
        self.derivation, self.context = derivation, context
        self.known: dict[tuple[Term, Term, int], tuple[Verdict, Context]] = {}
        self.given = dict(derivation.question.given)
        self.values = derivation.solution

    def decide(self, left: Term, right: Term, context: Context) -> Verdict:
        from symderiv.equality import decide

        key = (left, right, id(context))
        if key not in self.known:
            try:
                verdict = decide(left, right, context)
            except Exception as error:  # a fault of the kernel costs one line its proof, not the reader the rest
                verdict = Verdict("undecided", reason=f"the kernel failed: {type(error).__name__}: {error}")
            self.known[key] = verdict, context  # the context is kept, so that its id stays its own
        return self.known[key][0]

    def step(self, step: Step, context: Context, inner_line: bool = False) -> Step:
        """The step with evidence, its substeps too."""
        inner = context
        for letter in step.letters:
            inner = inner.with_variable(letter)
        return replace(
            step,
            evidence=self.evidence(step, context, inner_line),
            substeps=tuple(self.step(s, inner, True) for s in step.substeps),
        )

    def evidence(self, step: Step, context: Context, inner_line: bool = False) -> Verdict:
        before, after = (self.insert(line, step, context, inner_line) for line in (step.before, step.after))
        if step.relation != "=":
            return self.bound(Relation(step.relation, before, after), context)
        if self.derivation.question.kind in KINDS:
            return self.decide(before, after, context)
        if isinstance(before, Relation) and isinstance(after, Relation) and before.op == after.op == "=":
            return self.equation(before, after, context)
        return self.decide(before, after, context)

    def bound(self, claim: Relation, context: Context) -> Verdict:
        """A line that is an inequality: proved where it holds at all values that the context allows."""
        return self.decide(claim, TRUE, context)

    def insert(self, line: Term, step: Step, context: Context, inner_line: bool) -> Term:
        """The line under the equations that the step names as its conditions (N = 1).

        A line inside another may be about the one case that it names; any other needs that they hold.
        """
        values = {
            c.left: c.right
            for c in step.conditions
            if isinstance(c, Relation) and c.op == "=" and isinstance(c.left, (Symbol, Entry))
            and (inner_line or self.holds(c, context))
        }  # fmt: skip
        return substitute(line, values) if values else line

    def holds(self, equation: Relation, context: Context) -> bool:
        """Is it a value given by the question, a value found for an unknown, or true in the context?"""
        q = self.derivation.question
        left, right = equation.args
        if self.given.get(left) == right or left in q.unknowns or left == q.unknown:
            return True
        return equation in context.assumptions or self.decide(left, right, context).word == "proved"

    def equation(self, before: Relation, after: Relation, context: Context) -> Verdict:
        """A line of an equation that is being solved: equal side by side, or true for the value found.

        The value must satisfy the new equation; that the passage loses no solution is the business of the operation
        named in the step's note, which is one that can be undone.
        """
        for left, right in ((after.left, after.right), (after.right, after.left)):
            sides = (self.decide(before.left, left, context), self.decide(before.right, right, context))
            if all(v.word == "proved" for v in sides):
                return Verdict("proved", "side by side")
        left, right = (self.fill(side) for side in (after.left, after.right))
        verdict = self.decide(left, right, context)
        if verdict.word == "proved":
            return replace(verdict, method="holds for the value found")
        return verdict

    def fill(self, term: Term) -> Term:
        """The term with every unknown replaced by the value found."""
        return fill_in(term, self.values)

    def exposed(self, goal: Term) -> tuple[Term, tuple[tuple[Term, Term], ...], Context]:
        """(goal, values found, context): definitions unfolded, or expectations calculated, if an unknown hides in them.

        An expectation below a derivative is calculated too: the value is put in once the derivative is taken.
        """
        unknowns = {head.data for head, _ in self.values}
        whole = unfold_all(goal, self.context)
        if self.context.random and (not unknowns <= free_names(whole) or _differentiates_moments(whole)):
            from symderiv.equality.expectations import eliminate

            heads = [head for head, _ in self.values]
            (whole, *values), context = eliminate((whole, *(v for _, v in self.values)), self.context)
            return whole, tuple(zip(heads, values, strict=True)), context
        hidden = unknowns & (free_names(whole) - free_names(goal))
        return (whole if hidden else goal), self.values, self.context

    def end_to_end(self, derivation: Derivation) -> Verdict:
        """Is the result what was asked for?"""
        q = derivation.question
        if derivation.stop_reason:
            return self.stopped(derivation)
        if q.kind in KINDS:
            return judge_of(q.kind)(derivation, self.context, self.decide)
        if q.kind == "evaluate":
            return self.decide(tabulate(q.subject, q.axes), derivation.result, self.context)
        if q.kind == "find" and q.goal is not None:
            from symderiv.equality.kernels import Unsupported

            try:
                goal, values, context = self.exposed(q.goal)
                goal = differentiated(goal, context)
            except (SymderivError, Unsupported) as error:
                return Verdict("undecided", reason=str(error))
            verdict = self.decide(q.subject, fill_in(goal, values), context)
            if verdict.word == "refuted" and context is not self.context:
                # The point may give moments that are not declared values that no law has.
                return Verdict("undecided", reason="the equation depends on moments that are not declared")
            if verdict.word != "proved" or q.unknown is None or self.fill(q.unknown) == derivation.result:
                return verdict
            same = self.decide(self.fill(q.unknown), derivation.result, self.context)
            return verdict if same.word == "proved" else same
        right = q.goal if q.kind == "show" and q.goal is not None else derivation.result
        context = self.context
        symbols = {a: b for a, b in self.given.items() if isinstance(a, Symbol)}
        for name in dict.fromkeys(a.name for a in self.given if isinstance(a, Entry)):
            context = with_entries(context, name, self.given)
        subject = unfolded_where(q.subject, frozenset(s.name for s in symbols), context)
        verdict = self.decide(substitute(subject, symbols), substitute(right, symbols), context)
        if verdict.word in ("checked", "undecided") and _chain(derivation, right):
            return Verdict("proved", CHAIN, instances=verdict.instances)
        return verdict

    def stopped(self, derivation: Derivation) -> Verdict:
        """A derivation that stopped shows nothing; but that two sides are to be shown equal may be plainly false."""
        q = derivation.question
        if q.kind == "show" and q.goal is not None and not q.given:
            verdict = self.decide(q.subject, q.goal, self.context)
            if verdict.word == "refuted":
                return verdict
        return Verdict("undecided", reason=derivation.stop_reason)

    def expected(self, derivation: Derivation) -> Verdict:
        """Is the result the hand-checked expected form?"""
        q = derivation.question
        if derivation.stop_reason:
            return self.stopped(derivation)
        own = accepts(q, (q.expected,), self.context, self.decide)
        if own is not None:
            return own
        return self.decide(substitute(derivation.result, self.given), substitute(q.expected, self.given), self.context)


def _differentiates_moments(term: Term) -> bool:
    """Does an expectation stand below a derivative?"""
    bodies = (t.body for t in walk(term) if isinstance(t, Derivative))
    return any(isinstance(t, Apply) and t.function in EXPECTATIONS for body in bodies for t in walk(body))


def unfolded_where(term: Term, names: frozenset[str], context: Context) -> Term:
    """The term with definitions unfolded if one of the names, for which values are given, stands in a definition."""
    hidden = any(names & free_names(d.body) for d in context.definitions.values())
    return unfold_all(term, context, keep=names) if hidden else term


def with_entries(context: Context, name: str, given: Mapping[Term, Term]) -> Context:
    """The context in which the array has the given entries: Y[1] = y makes Y[i] := y if i = 1, else what it was."""
    array = context.arrays[name]
    taken = context.names()
    letters = [Symbol(fresh_name(f"index{n}", taken)) for n in range(len(array.axes))]
    rest = fresh_name(f"{name}_rest", taken)
    pieces = [
        (value, And(*(Relation("=", i, a) for i, a in zip(letters, entry.args, strict=True))))
        for entry, value in given.items()
        if isinstance(entry, Entry) and entry.name == name
    ]
    body = Cases(*pieces, (Entry(rest, tuple(letters)), TRUE))
    definition = Definition(name, tuple(i.name for i in letters), body, "array", array.axes)
    arrays = {n: a for n, a in context.arrays.items() if n != name} | {rest: replace(array, name=rest)}
    return replace(context, arrays=arrays, definitions={**context.definitions, name: definition})


def differentiated(term: Term, context: Context) -> Term:
    """The term with its derivatives carried out, so that a value may be put in for their variables."""
    from symderiv.equality.differentiation import differentiate

    term = term.with_args(tuple([differentiated(a, context) for a in term.args])) if term.args else term
    return differentiate(term.body, term.variable, context) if isinstance(term, Derivative) else term


def _chain(derivation: Derivation, right: Term) -> bool:
    """Do proved lines lead from the subject to the result without a gap?"""
    steps = derivation.steps
    return (
        bool(steps)
        and steps[0].before == derivation.question.subject
        and steps[-1].after == right
        and all(s.evidence is not None and s.evidence.word == "proved" and s.relation == "=" for s in steps)
    )


def fill_in(term: Term, values: tuple[tuple[Term, Term], ...]) -> Term:
    """Replace unknowns: ``(u[j, i], w[j, i]/2)`` stands for all letters j, i; ``(z, x - y)`` for the symbol alone.

    A head with a number among its indices, u[j, 0], stands for just these entries and goes before the family.
    """
    families: dict[str, list[tuple[Entry, Term]]] = {}
    plain: dict[Term, Term] = {}
    for head, value in values:
        if isinstance(head, Entry):
            families.setdefault(head.name, []).append((head, value))
        else:
            plain[head] = value

    def go(t: Term) -> Term:
        t = t.with_args(tuple([go(a) for a in t.args])) if t.args else t
        if t in plain:
            return plain[t]
        if isinstance(t, Entry):
            for head, value in sorted(families.get(t.name, ()), key=_letters):
                fixed = all(isinstance(h, Symbol) or h == a for h, a in zip(head.indices, t.indices, strict=True))
                if fixed:
                    letters = {h: a for h, a in zip(head.indices, t.indices, strict=True) if isinstance(h, Symbol)}
                    return substitute(value, letters)
        return t

    return go(term)


def _letters(pair: tuple[Entry, Term]) -> int:
    return sum(isinstance(i, Symbol) for i in pair[0].indices)
