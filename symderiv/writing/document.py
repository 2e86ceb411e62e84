"""What a solution page says, before it is set in any format: givens, parts, lines with their reasons, verdicts.

Levels of detail
  brief   the first line, lines that rely on a condition, and the last; the reasons of what is left out are named
  normal  the steps of level 1; smaller steps are merged into the next line and named there; of a table that was
          evaluated the first window, a middle one and the last
  full    every step, with substeps as derivations of their own
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from symderiv.language.context import Context, Variable
from symderiv.language.figures import Figure
from symderiv.language.randomness import properties
from symderiv.language.terms import ZERO, And, Apply, Condition, Entry, Matrix, Relation, Symbol, Term, Tuple
from symderiv.records import TEXTBOOK, Derivation, Question, Rule, Solution, SolvedPart, Step, Verdict
from symderiv.writing.case_tables import take_cases
from symderiv.writing.givens import Given, list_definitions, list_givens, shown_declarations

__all__ = ["Chain", "Detail", "Document", "Line", "PartPage", "QuestionPage", "all_of", "describe_word", "lay_out"]

Detail = Literal["brief", "normal", "full"]
_WORKED = frozenset({"evaluate", "table", "closed form"})
"""Kinds of question whose workings, windows of a sum or a proof by induction, are shown at normal detail."""
_STRENGTH = {"refuted": 0, "undecided": 1, "checked": 2, "proved": 3}
_UNVERIFIED = Verdict("undecided", reason="not verified")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: ``after``, the names of the rules that lead to it, what they relied on, and the evidence.

    ``before`` is given where a chain starts; ``label`` refers to a chain of substeps printed below. A ``table`` of all
    cases, with its head, is printed in place of the line.
    """

    after: Term
    reasons: tuple[str, ...]
    evidence: Verdict
    before: Term | None = None
    conditions: tuple[Term, ...] = ()
    note: str = ""
    label: str = ""
    relation: str = "="
    table: Matrix | None = None

    @property
    def sign(self) -> str:
        """What stands between the line before and this one: "=", "<=", …; "iff" between conditions."""
        return "iff" if isinstance(self.after, Condition) and self.relation == "=" else self.relation


@dataclass(frozen=True, slots=True)
class Chain:
    """Lines that belong together; ``label`` and ``title`` name the step whose substeps they are.

    ``solving``: the lines are equations, each transformed into the next.
    """

    lines: tuple[Line, ...]
    label: str = ""
    title: str = ""
    letters: tuple[Variable, ...] = ()
    solving: bool = False

    def unsigned(self, line: Line) -> bool:
        """Does the line stand without a sign before it? So it does where an equation is transformed to solve it."""
        return self.solving and isinstance(line.after, Relation)

    def context(self, outer: Context) -> Context:
        """The declarations that hold in the chain."""
        for letter in self.letters:
            outer = outer.with_variable(letter)
        return outer


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question with its derivation as printed, or several "find" questions that one derivation answers."""

    questions: tuple[Question, ...]
    chains: tuple[Chain, ...]
    details: tuple[Chain, ...]
    result: Term
    solution: tuple[tuple[Term, Term], ...]
    conditions: tuple[Term, ...]
    end_to_end: Verdict
    expected: Verdict | None
    stop_reason: str
    figure: Figure | None = None

    @property
    def question(self) -> Question:
        return self.questions[0]

    @property
    def answered(self) -> bool:
        return not self.stop_reason

    @property
    def answers(self) -> tuple[tuple[Term, ...], ...]:
        """The answer as equations, each by its sides, with ``sign`` between them."""
        return self.solution if self.solution and self.answered else (self._sides(),)

    @property
    def gap(self) -> tuple[Term, ...]:
        """The sides of the equation that is left where a derivation stopped; empty if there is none."""
        goal = self.question.goal
        if self.answered or goal is None or isinstance(self.result, Condition) or self.result == goal:
            return ()
        return (self.result, goal)

    @property
    def sign(self) -> str:
        """What stands between the sides of the answer; a key of ``RELATIONS``."""
        if (self.solution and self.answered) or self.question.kind == "feasibility":
            return "="
        if isinstance(self.result, Condition):
            return "iff"
        if self.question.kind == "bound" and self.answered:
            return "<="
        lines = [line for chain in self.chains for line in chain.lines]
        if lines and lines[-1].after == self.question.subject:
            return "="  # a <= b = c <= a: the lines lead back to where they began
        return joined_relation(line.relation for line in lines)

    def _sides(self) -> tuple[Term, ...]:
        q = self.question
        if q.kind == "growth" and q.goal is not None:
            return Apply("LimitAtInfinity", q.subject / q.goal, q.unknowns[0]), self.result
        if q.kind == "find" and q.unknown is not None:
            return (self.result,) if isinstance(self.result, Relation) else (q.unknown, self.result)
        if q.kind == "bound" and q.unknown is not None and self.answered:
            return (q.unknown, self.result)
        if q.kind == "evaluate":
            letters = tuple(Symbol(name) for name, _, _ in q.axes)
            named = isinstance(q.subject, Entry) and q.subject.indices == letters
            return (Symbol(q.subject.data), self.result) if named else (self.result,)
        if q.kind == "feasibility" and self.answered:
            return (Matrix([q.unknowns]), self.result) if isinstance(self.result, Matrix) else (self.result, ZERO)
        if q.kind == "table":
            rows = self.result.args
            return (Tuple(*rows, labels=q.labels),) if len(q.labels) == len(rows) else (self.result,)
        if q.kind == "show" and q.goal is not None and self.answered:
            return (q.subject, q.goal)
        return (q.subject, self.result) if self.result != q.subject else (self.result,)

    @property
    def verdict(self) -> Verdict:
        """The weakest evidence of the whole question: every line, the end against the start, the expected form."""
        lines = [line.evidence for chain in (*self.chains, *self.details) for line in chain.lines]
        return weakest([*lines, self.end_to_end, *([self.expected] if self.expected is not None else [])])


@dataclass(frozen=True, slots=True)
class PartPage:
    """One part as printed."""

    solved: SolvedPart
    questions: tuple[QuestionPage, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole solution as printed."""

    solution: Solution
    givens: tuple[Given, ...]
    definitions: tuple[Given, ...]
    assumptions: tuple[Term, ...]
    parts: tuple[PartPage, ...]
    rules: tuple[Rule, ...]
    detail: Detail

    @property
    def context(self) -> Context:
        return self.solution.problem.context


def lay_out(solution: Solution, detail: Detail = "normal", catalogue: Mapping[str, Rule] | None = None) -> Document:
    """The printed form of a solution; ``catalogue`` maps rule names to rules, for the appendix."""
    context = solution.problem.context
    parts = tuple(PartPage(p, tuple(_pages(p, detail))) for p in solution.parts)
    used = dict.fromkeys(r for p in parts for q in p.questions for c in (*q.chains, *q.details) for r in _reasons(c))
    rules = tuple(catalogue[r] for r in used if r in catalogue) if catalogue and detail != "brief" else ()
    shown = shown_declarations(solution)
    across = properties({}, shown.independence)
    return Document(
        solution,
        tuple(list_givens(shown)),
        tuple(list_definitions(shown)),
        (*context.assumptions, *across),
        parts,
        rules,
        detail,
    )


def describe_word(verdict: Verdict) -> str:
    """The evidence in a few words: "proved", "checked at 120 instances", "undecided (out of time)"."""
    if verdict.word == "checked" and verdict.instances:
        return f"checked at {verdict.instances} instances"
    if verdict.word == "undecided" and verdict.reason:
        return f"undecided ({verdict.reason})"
    if verdict.word == "refuted" and verdict.witness is not None:
        at = ", ".join(f"{k} = {v}" for k, v in verdict.witness.values.items())
        return f"refuted at {at or 'every point'}: {verdict.witness.left} against {verdict.witness.right}"
    return verdict.word


def _seen(verdict: Verdict | None) -> Verdict:
    return _UNVERIFIED if verdict is None else verdict


def all_of(conditions: Iterable[Term]) -> And:
    """The conditions as one, nested ones side by side, so that 1 <= j and j <= K print as a chain."""
    flat: list[Term] = []
    for c in conditions:
        flat += all_of(c.args).args if isinstance(c, And) else [c]
    return And(*dict.fromkeys(flat))


def weakest(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict that says least; "undecided" if there is none."""
    return min(verdicts, key=lambda v: (_STRENGTH[v.word], v.instances or 10**9), default=_UNVERIFIED)


def joined_relation(relations: Iterable[str]) -> str:
    """What follows for first and last line: "<=" from "=" and "<=", "<" where one of them is strict."""
    different = [r for r in dict.fromkeys(relations) if r != "="]
    return min(different, key=len) if different else "="


# ---- derivations


def _pages(solved: SolvedPart, detail: Detail) -> list[QuestionPage]:
    """One page for each question; unknowns of the same equation that were found together share one."""
    out: list[QuestionPage] = []
    last: Derivation | None = None
    figures = {f.answer: f for f in solved.part.figures}
    for d in solved.derivations:
        page = replace(_question(d, detail), figure=figures.get(d.question.name))
        if last is not None and d.solution and _key(d) == _key(last) and _answers_all(d, out[-1]):
            expected = [v for v in (out[-1].expected, page.expected) if v is not None]
            out[-1] = replace(
                page,
                questions=(*out[-1].questions, d.question),
                figure=out[-1].figure or page.figure,
                end_to_end=weakest([out[-1].end_to_end, page.end_to_end]),
                expected=weakest(expected) if expected else None,
            )
        else:
            out.append(page)
        last = d
    return out


def _key(d: Derivation) -> object:
    return d.question.kind, d.question.subject, d.question.goal, d.question.given, d.stop_reason


def _answers_all(d: Derivation, page: QuestionPage) -> bool:
    """Does the derivation give the same values to the unknowns of the page's questions?"""
    found, known = dict(d.solution), dict(page.solution)
    return found.keys() == known.keys() and all(
        q.unknown in found and found[q.unknown] == known[q.unknown] for q in page.questions
    )


def _question(d: Derivation, detail: Detail) -> QuestionPage:
    steps, table, proof = take_cases(d)
    lines = [_line(s) for s in steps]
    details = _Details(d.question.kind == "find")
    if detail == "full" or (detail == "normal" and d.question.kind in _WORKED):
        lines = details.lines(steps if detail == "full" else tuple(_main_substeps(s) for s in steps))
    else:
        lines = _merge(lines, [s.level == 1 for s in steps])
        if detail == "brief":
            lines = _merge(lines, _key_lines(lines))
    if proof is not None:
        line = lines[0]
        reasons = (*line.reasons, *_line(proof).reasons)
        lines[0] = replace(line, table=table, reasons=reasons, evidence=weakest([line.evidence, _seen(proof.evidence)]))
    end = _seen(d.end_to_end)
    return QuestionPage(
        questions=(d.question,),
        chains=tuple(_chains(lines, d.question.kind == "find")),
        details=tuple(details.chains),
        result=d.result,
        solution=d.solution,
        conditions=(*d.question.assuming, *d.conditions, *end.conditions),
        end_to_end=end,
        expected=d.expected,
        stop_reason=d.stop_reason,
    )


def _main_substeps(s: Step) -> Step:
    """The step with its substeps of level 1 only."""
    return replace(s, substeps=tuple(x for x in s.substeps if x.level == TEXTBOOK))


def _line(s: Step) -> Line:
    reasons = tuple(r.strip() for r in s.rule.split(";"))
    evidence = _seen(s.evidence)
    conditions = (*s.conditions, *evidence.conditions)
    return Line(s.after, reasons, evidence, s.before, conditions, s.note, relation=s.relation)


def _merge(lines: list[Line], keep: list[bool]) -> list[Line]:
    """Lines that are not kept go into the next one that is, with their reasons and conditions; the last one stays."""
    out: list[Line] = []
    waiting: list[Line] = []
    for n, (line, kept) in enumerate(zip(lines, keep, strict=True)):
        following = lines[n + 1] if n + 1 < len(lines) else None
        waiting.append(line)
        if kept or following is None or following.before != line.after:
            out.append(_merged(waiting))
            waiting = []
    return out


def _merged(lines: list[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    return replace(
        lines[-1],
        before=lines[0].before,
        reasons=tuple(dict.fromkeys(r for line in lines for r in line.reasons)),
        conditions=tuple(dict.fromkeys(c for line in lines for c in line.conditions)),
        note=" ".join(dict.fromkeys(line.note for line in lines if line.note)),
        evidence=weakest(line.evidence for line in lines),
        relation=joined_relation(line.relation for line in lines),
    )


def _key_lines(lines: list[Line]) -> list[bool]:
    last = len(lines) - 1
    return [n in (0, last) or bool(line.conditions) for n, line in enumerate(lines)]


class _Details:
    """The chains of substeps, labelled (a), (b), … in the order of their first use; the same chain is printed once."""

    def __init__(self, solving: bool = False) -> None:
        self.solving = solving
        self.chains: list[Chain] = []
        self.labels: dict[tuple[Step, ...], str] = {}

    def lines(self, steps: tuple[Step, ...], letters: tuple[Variable, ...] = ()) -> list[Line]:
        """The lines of the steps, each with the label of its substeps."""
        return [replace(_line(s), label=self.label(s, letters)) if s.substeps else _line(s) for s in steps]

    def label(self, s: Step, letters: tuple[Variable, ...]) -> str:
        if s.substeps not in self.labels:
            place = len(self.chains)
            chain = Chain((), _letter(place), s.rule, (*letters, *s.letters), self.solving)
            self.labels[s.substeps] = chain.label
            self.chains.append(chain)
            self.chains[place] = replace(chain, lines=tuple(_starts(self.lines(s.substeps, chain.letters))))
        return self.labels[s.substeps]


def _letter(n: int) -> str:
    return chr(ord("a") + n) if n < 26 else _letter(n // 26 - 1) + chr(ord("a") + n % 26)


def _starts(lines: list[Line]) -> list[Line]:
    """``before`` only where it is not the line above."""
    return [
        replace(line, before=None) if n and lines[n - 1].after == line.before else line for n, line in enumerate(lines)
    ]


def _chains(lines: list[Line], solving: bool) -> list[Chain]:
    out: list[list[Line]] = []
    for line in _starts(lines):
        if line.before is not None:
            out.append([])
        out[-1].append(line)
    return [Chain(tuple(c), solving=solving) for c in out]


def _reasons(chain: Chain) -> list[str]:
    return [r for line in chain.lines for r in line.reasons]
