"""The records that flow through symderiv, all frozen: problem -> derivation -> evidence -> verdict.

Four words are used for evidence and never mixed
  proved     equal wherever both sides are defined, for all sizes, by a normal form or an integer-set certificate
  checked    equal at every instance tried, no proof; the number of instances is kept
  refuted    different, with a witness
  undecided  none of these; the reason is kept
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from symderiv.language.context import Context, Variable
from symderiv.language.figures import Figure
from symderiv.language.matrices import Axis
from symderiv.language.terms import Term

Word = Literal["proved", "checked", "refuted", "undecided"]
Level = Literal[1, 2, 3]
StepRelation = Literal["=", "<=", ">=", "<", ">"]
TEXTBOOK: Level = 1
DETAIL: Level = 2
ARITHMETIC: Level = 3


@dataclass(frozen=True, slots=True)
class Witness:
    """Where two terms differ: exact values of names (``K``, ``i``, ``x[2]``), and what each side is there."""

    values: Mapping[str, str]
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What ``decide`` found out about two terms.

    ``method`` names the certificate ("identical", "normal form", "index sets", "ball arithmetic", …), ``instances``
    counts the points at which both sides were compared, ``conditions`` are what the proof assumed beyond the
    declarations, ``domain_differences`` are the conditions that one side needs to be defined and the other does not,
    ``unneeded`` declared properties of random quantities without which the proof succeeds too.
    ``certificate`` is what a program that is not ours can check: the SMT-LIB text of a query that has no solution.
    """

    word: Word
    method: str = ""
    reason: str = ""
    instances: int = 0
    witness: Witness | None = None
    conditions: tuple[Term, ...] = ()
    domain_differences: tuple[Term, ...] = ()
    unneeded: tuple[Term, ...] = ()
    certificate: str = ""

    def __bool__(self) -> bool:
        """True only if proved."""
        return self.word == "proved"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One application of a rule: the new term, what it relied on, and smaller steps that justify it, if any."""

    term: Term
    conditions: tuple[Term, ...] = ()
    substeps: tuple[Step, ...] = ()
    note: str = ""
    letters: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A law of the catalogue.

    ``apply`` yields the rewrites of a term at its root, none where the law does not apply or where a condition is not
    known to hold: unknown never fires. ``examples`` are (before, after) pairs in SymPy text, used by the documentation
    and by the test that runs over the whole catalogue.
    """

    name: str
    law: str
    apply: Callable[[Term, Context], Iterable[Rewrite]]
    topic: str
    source: str
    condition: str = ""
    level: Level = TEXTBOOK
    examples: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a derivation: ``rule`` changes the subterm of ``before`` at ``path``, and the line becomes ``after``.

    ``path`` lists child positions from the root. ``conditions`` are what the step relied on. ``substeps`` are the same
    passage in smaller steps (level 2: detail, level 3: arithmetic). ``letters`` are index letters that the substeps use
    beyond the declarations. ``evidence`` is filled in by verification. ``relation`` says what is claimed of the lines:
    ``before <= after`` for a bound; for conditions "=" means that each implies the other.
    """

    rule: str
    path: tuple[int, ...]
    before: Term
    after: Term
    conditions: tuple[Term, ...] = ()
    substeps: tuple[Step, ...] = ()
    level: Level = TEXTBOOK
    note: str = ""
    evidence: Verdict | None = None
    letters: tuple[Variable, ...] = ()
    relation: StepRelation = "="


QuestionKind = str
"""derive, show, find, evaluate; further kinds are in ``solver.kinds`` and ``verification.kinds``, one entry each."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked under one answer name.

    derive  rewrite ``subject`` (often a Derivative) to the form a teacher would write
    show    prove ``subject`` = ``goal``; only here is the goal known to the solver
    find    solve ``subject`` = ``goal`` for ``unknown`` (a Symbol, or an Entry with index symbols for a family), where
            the unknown occurs in ``goal``
    evaluate  the numbers that ``subject`` is at all indices of ``axes``, as a matrix; ``plot`` asks for a picture

    ``expected`` is the hand-checked answer; the solver never reads it. ``given`` replaces symbols first (N = 1).
    ``assuming`` are conditions that hold for this question alone.
    ``unknowns`` are the symbols that a kind of question is about, where there are several. ``labels`` are words for the
    rows of a table.
    ``visible`` are the definitions that stand before the question; later ones do not help to answer it (None: all do).
    """

    name: str
    kind: QuestionKind
    subject: Term
    expected: Term
    goal: Term | None = None
    unknown: Term | None = None
    given: tuple[tuple[Term, Term], ...] = ()
    note: str = ""
    line: int | None = None
    visible: tuple[str, ...] | None = None
    axes: tuple[Axis, ...] = ()
    plot: bool = False
    unknowns: tuple[Term, ...] = ()
    assuming: tuple[Term, ...] = ()

    def read_in(self, context: Context) -> Context:
        """The context in which the question is asked, and its answers are judged."""
        return context.with_assumptions(*self.assuming) if self.assuming else context

    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part of a problem with its questions; ``text`` is the statement in prose (LaTeX allowed)."""

    id: str
    title: str
    questions: tuple[Question, ...]
    alias: str = ""
    text: str = ""
    answer_text: str = ""
    remarks: tuple[str, ...] = ()
    conditions: tuple[Term, ...] = ()
    points: float | None = None
    line: int | None = None
    figures: tuple[Figure, ...] = ()
    """What is drawn beside the answers; of no account for what is derived."""

    @property
    def kind(self) -> str:
        return "+".join(dict.fromkeys(q.kind for q in self.questions)) or "text"


@dataclass(frozen=True, slots=True)
class Problem:
    """A declared problem: what the names mean, and the parts. Never contains steps."""

    name: str
    title: str
    context: Context
    parts: tuple[Part, ...]
    text: str = ""
    path: str = ""

    def part(self, key: str) -> Part | None:
        """The part with this id or alias."""
        return next((p for p in self.parts if key in (p.id, p.alias) and key), None)


@dataclass(frozen=True, slots=True)
class Derivation:
    """The answer to one question: lines from ``question.subject`` to ``result``.

    ``stop_reason`` is empty when the question was answered; otherwise it says what was reached, and ``result`` is that.
    ``solution`` lists every unknown of a "find" question with its value: (u[j, i], w[j, i]/2).
    ``expected`` is the verdict on result = expected form, ``end_to_end`` that on subject = result; both and the steps'
    evidence are filled in by verification.
    """

    question: Question
    steps: tuple[Step, ...]
    result: Term
    conditions: tuple[Term, ...] = ()
    stop_reason: str = ""
    seconds: float = 0.0
    solution: tuple[tuple[Term, Term], ...] = ()
    end_to_end: Verdict | None = None
    expected: Verdict | None = None


@dataclass(frozen=True, slots=True)
class SolvedPart:
    """A part with its derivations, one for each question, in order."""

    part: Part
    derivations: tuple[Derivation, ...]
    seconds: float = 0.0

    @property
    def stop_reason(self) -> str:
        return "; ".join(d.stop_reason for d in self.derivations if d.stop_reason)

    @property
    def expected_met(self) -> bool:
        """Every expected form was met, with proof or by check; False for undecided."""
        return all(d.expected is not None and d.expected.word in ("proved", "checked") for d in self.derivations)

    def counts(self) -> dict[str, int]:
        """How many lines (steps, end-to-end comparisons) carry each word of evidence."""
        out = {"proved": 0, "checked": 0, "refuted": 0, "undecided": 0}
        for d in self.derivations:
            for e in (*(s.evidence for s in d.steps), d.end_to_end):
                if e is not None:
                    out[e.word] += 1
        return out


@dataclass(frozen=True, slots=True)
class Solution:
    """A problem with all its solved parts."""

    problem: Problem
    parts: tuple[SolvedPart, ...] = field(default_factory=tuple)
