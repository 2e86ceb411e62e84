"""From a question to a derivation: choose the tactic, run it, compress the lines. Never reads ``expected``.

    derive   derivatives from the inside out, then the shortest form
    show     both sides to a common line, the right side's steps read backwards
    find     bring the subject into the goal's shape and read the unknown off, else isolate it
    evaluate the window of every entry, written out with its numbers and calculated

Running out of budget returns what there is, with ``stop_reason``; a jump is never printed as a step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from symderiv.errors import DerivationError
from symderiv.language.context import Context
from symderiv.language.terms import Derivative, Entry, Relation, Supremum, Symbol, Term, substitute, walk
from symderiv.records import TEXTBOOK, Derivation, Part, Problem, Question, Solution, SolvedPart, Step
from symderiv.rules import definitions
from symderiv.rules.structure import arrange, same
from symderiv.solver import counting, differentiating, expecting, finishing, matrices, solving, suprema, unrolling
from symderiv.solver.bit_cases import by_cases
from symderiv.solver.evaluating import evaluate
from symderiv.solver.joining import NO_WAY, show
from symderiv.solver.kinds import KINDS, tactic_of
from symderiv.solver.opening import opened, show_opened
from symderiv.solver.rewriting import positions

__all__ = ["solve_part", "solve_problem", "solve_question"]


def solve_problem(
    problem: Problem, *, parts: Iterable[str] | None = None, on_progress: Callable[[Part], None] | None = None
) -> Solution:
    """Solve the parts with these ids or aliases, or all."""
    wanted = None if parts is None else {p.id for p in (problem.part(k) for k in parts) if p is not None}
    solved = []
    for part in problem.parts:
        if wanted is not None and part.id not in wanted:
            continue
        if on_progress is not None:
            on_progress(part)
        solved.append(solve_part(part, problem.context))
    return Solution(problem, tuple(solved))


def solve_part(part: Part, context: Context) -> SolvedPart:
    """Solve the questions of a part in order; lemmas found for one serve the next."""
    start = time.perf_counter()
    inner = context.with_assumptions(*part.conditions) if part.conditions else context
    engine = Engine(frozenset(q.unknown.data for q in part.questions if q.unknown is not None))
    derivations = tuple(engine.solve(q, inner) for q in part.questions)
    return SolvedPart(part, derivations, time.perf_counter() - start)


def solve_question(question: Question, context: Context) -> Derivation:
    """Solve one question on its own."""
    return Engine().solve(question, context)


def visible_context(question: Question, context: Context) -> Context:
    """The context without the definitions that are declared after the question."""
    if question.visible is None:
        return context
    seen = {n: d for n, d in context.definitions.items() if n in question.visible}
    return replace(context, definitions=seen)


INSERT = "insert the given values"


class Engine:
    """Holds what the questions of one part share: lemmas, and the names that they ask for."""

    def __init__(self, asked: frozenset[str] = frozenset()) -> None:
        self.asked = asked
        self.lemmas = differentiating.Lemmas(self.derive)
        self.expectations: dict[Term, tuple[Term, tuple[Term, ...]]] = {}

    def solve(self, question: Question, context: Context) -> Derivation:
        start = time.perf_counter()
        context = question.read_in(visible_context(question, context))
        stop_reason = ""
        self.solution: tuple[tuple[Term, Term], ...] = ()
        try:
            steps, result, stop_reason = self._run(question, context)
        except RecursionError:
            steps, result, stop_reason = (), question.subject, "the expression is nested too deeply"
        except DerivationError as error:
            steps, result, stop_reason = (), question.subject, str(error)
        except Exception as error:  # a fault of one rule costs one question, not the reader the rest
            steps, result = (), question.subject
            stop_reason = f"the engine failed, please report it: {type(error).__name__}: {error}"
        steps = tuple(replace(s, level=TEXTBOOK) for s in steps)  # what is left after compression is a line of its own
        conditions = tuple(dict.fromkeys(c for s in steps for c in s.conditions))
        if steps and not stop_reason and question.kind == "derive" and not (question.given or question.assuming):
            self.expectations[question.subject] = (result, conditions)
        return Derivation(question, steps, result, conditions, stop_reason, time.perf_counter() - start, self.solution)

    def _run(self, question: Question, context: Context) -> tuple[tuple[Step, ...], Term, str]:
        if question.kind == "show":
            assert question.goal is not None
            shown = matrices.show(question.subject, question.goal, context)
            return shown or self._show(question, question.subject, question.goal, context)
        if question.kind == "evaluate":
            return evaluate(question.subject, question.axes, context, question.unknowns)
        if question.kind == "find":
            return self._find(question, context)
        if question.kind in KINDS:
            return tactic_of(question.kind)(question, context, self.derive)
        line = question.subject
        steps: tuple[Step, ...] = ()
        for tactic in (unrolling, counting):
            if tactic.concerns(line, context):
                found, result, reason = tactic.answer(question, context, self.derive)
                if not reason or tactic is unrolling:
                    return found, result, reason
        if isinstance(line, Supremum):
            return suprema.answer(line, question.given, context)
        if question.given:
            line, steps = self._insert(line, question.given)
            if context.definition_of(line) is not None:
                return steps, line, ""
        more, result = self.derive(line, context)
        if not more and not question.given and not matrices.has_matrices(line):
            more, result = opened(result, context)
        roots, result = expecting.tidy_roots(result, context) if expecting.concerns(line, context) else ([], result)
        last, result = finishing.as_cases(result, context)
        steps = (*steps, *more, *roots, *last)
        if question.given:  # an entry may only stand in the line once a sum has been written out
            result, more = self._insert(result, question.given)
            steps = (*steps, *more)
        left = [t for t in walk(result) if isinstance(t, Derivative)]
        reason = f"{len(left)} derivative(s) are left that no rule applies to" if left else ""
        return steps, result, reason or expecting.unknown_moments(result, context)

    def _show(
        self, question: Question, left: Term, right: Term, context: Context
    ) -> tuple[tuple[Step, ...], Term, str]:  # fmt: skip
        """Sequences on the left have their closed form found first."""
        if not unrolling.concerns(left, context) or unrolling.concerns(right, context):
            found = show(left, right, context, self.derive)
            cases = by_cases(left, right, context, self.derive) if found[2] else None
            if cases is not None:
                return (cases,), right, ""
            return show_opened(left, right, context, self.derive) or found if found[2] == NO_WAY else found
        steps, closed, reason = unrolling.answer(question, context, self.derive)
        reached = next((n for n, s in enumerate(steps, start=1) if s.after == right), None)
        if reason or reached is not None:
            return steps[:reached], closed if reached is None else right, reason
        more, result, reason = show(closed, right, context, self.derive)
        return (*steps, *more), result, reason

    def _insert(self, line: Term, given: tuple[tuple[Term, Term], ...]) -> tuple[Term, tuple[Step, ...]]:
        after = arrange(substitute(line, dict(given)))
        if after == line:
            return line, ()
        used = tuple(Relation("=", a, b) for a, b in given)
        return after, (Step(INSERT, (), line, after, used),)

    def derive(self, line: Term, context: Context) -> tuple[tuple[Step, ...], Term]:
        """Differentiate from the inside out, then bring into the shortest form."""
        if matrices.has_matrices(line):
            return matrices.derive(line, context)
        steps: list[Step] = []
        if expecting.concerns(line, context):
            steps, line = expecting.expect(line, context, self.expectations)
        for _ in range(12):
            nested = _innermost_nested(line, context)
            if nested is None:
                break
            path, inner, inner_context, rebuild = nested
            sub_steps, _ = self.derive(inner, inner_context)
            if not sub_steps:
                break
            lifted = [_lift(s, path, rebuild) for s in sub_steps]
            if lifted[-1].after == line:
                break
            steps += lifted
            line = lifted[-1].after
        if any(isinstance(t, Derivative) for t in walk(line)):
            more, line = differentiating.differentiate(line, context, self.lemmas)
            steps += more
            if expecting.concerns(line, context):  # a derivative below an expectation
                more, line = expecting.expect(line, context, self.expectations)
                steps += more
        elif not steps and context.definition_of(line) is not None:
            folded = context
            context = _without(line, context)
            more, line = _unfold(line, folded)
            steps += more
            if matrices.has_matrices(line):
                inner, line = matrices.derive(line, context)
                return (*steps, *inner), line
            last, after = finishing.finish(line, context)
            return (*steps, *last), after
        last, line = finishing.finish(line, context)
        return (*steps, *last), line

    def _find(self, question: Question, context: Context) -> tuple[tuple[Step, ...], Term, str]:
        goal, unknown = question.goal, question.unknown
        assert goal is not None and unknown is not None
        unknowns = frozenset(t.data for t in walk(goal) if isinstance(t, (Symbol, Entry))) & (
            self.asked | {unknown.data}
        )
        steps, line = (
            self.derive(question.subject, context) if _has_derivative(question.subject) else ((), question.subject)
        )
        if context.definition_of(line) is not None and not _mentions_name(goal, line):
            more, line = _unfold(line, context)
            steps = (*steps, *more)
        found = None
        if _has_derivative(goal) or expecting.concerns(goal, context):
            layers, derived = self.derive(goal, context)
            steps = (*steps, *(solving.on_right(line, s) for s in layers))
            goal = derived
        else:
            found = solving.shape(line, goal, unknowns, context)
        if found is not None:
            shaped, line, bindings = found
            value = solving.value_of(bindings, unknown)
            if value is not None:
                filled = arrange(solving.fill_in(goal, bindings))
                _, result = finishing.finish(value, context)
                # The value as it is printed is the one that verification puts into the goal.
                self.solution = solving.with_value(solving.heads_and_values(goal, bindings, unknowns), unknown, result)
                seen = same(filled, line) and bool(shaped or steps)
                reading = () if seen else (Step("compare with the form asked for", (), line, filled),)
                return (*steps, *shaped, *reading), result, ""
        isolated = solving.isolate(line, goal, unknown, context)
        if isolated is not None:
            last, result = expecting.tidy_roots(isolated[1], context)
            self.solution = ((unknown, result),)
            return (*steps, *isolated[0], *(solving.on_right(unknown, s) for s in last)), result, ""
        return steps, line, "the subject could not be brought into the form asked for, nor the unknown isolated"


def _has_derivative(term: Term) -> bool:
    return any(isinstance(t, Derivative) for t in walk(term))


def _mentions_name(goal: Term, line: Term) -> bool:
    return any(t.data == line.data for t in walk(goal) if isinstance(t, (Symbol, Entry)))


def _without(head: Term, context: Context) -> Context:
    """The context without the name that was unfolded, which would only be folded again."""
    definition = context.definition_of(head)
    kept = {n: d for n, d in context.definitions.items() if definition is None or n != definition.name}
    return replace(context, definitions=kept)


def _unfold(line: Term, context: Context) -> tuple[list[Step], Term]:
    for rule in definitions.RULES:
        if rule.name == "unfold the definition":
            for rewrite in rule.apply(line, context):
                after = arrange(rewrite.term)
                return [Step(rule.name, (), line, after)], after
    return [], line


def _innermost_nested(line: Term, context: Context):  # type: ignore[no-untyped-def]
    """The position of a body below a derivative that itself contains a derivative (the whole inner derivative)."""
    for path, sub, inner, rebuild in positions(line, context):
        if isinstance(sub, Derivative) and path and _below_derivative(line, path, context):
            if not any(isinstance(t, Derivative) for t in walk(sub.body)):
                return path, sub, inner, rebuild
    return None


def _below_derivative(line: Term, path: tuple[int, ...], context: Context) -> bool:
    for here, sub, _, _ in positions(line, context):
        if len(here) < len(path) and path[: len(here)] == here and isinstance(sub, Derivative):
            return True
    return False


def _lift(step: Step, path: tuple[int, ...], rebuild: Callable[[Term], Term]) -> Step:
    """The step of a part as a step of the whole line."""
    return replace(
        step,
        path=(*path, *step.path),
        before=arrange(rebuild(step.before)),
        after=arrange(rebuild(step.after)),
        substeps=tuple(_lift(s, path, rebuild) for s in step.substeps) if _joined(step) else step.substeps,
    )


def _joined(step: Step) -> bool:
    return bool(step.substeps) and step.substeps[0].before == step.before
