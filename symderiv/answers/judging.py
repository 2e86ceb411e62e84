"""Is a student's closed form equal to the hand-checked one?

``check`` reads and judges in a worker process with limits on time and memory, so that a hostile or unlucky text costs
one ``undecided`` and nothing else; ``judge`` and ``diagnose`` are the same work in this process.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from symderiv.answers.addresses import find_question
from symderiv.answers.claims import judged_claims
from symderiv.answers.diagnosis import Diagnosis, Reference, find_diagnosis
from symderiv.answers.forms import form_remarks, shortcoming, unknown_left
from symderiv.answers.isolation import Worker, WorkerDied, shared_worker
from symderiv.answers.reading import Reading, read_answer
from symderiv.equality.acceptance import accepts
from symderiv.errors import AnswerError
from symderiv.language.context import Context
from symderiv.language.matrices import like_table
from symderiv.language.terms import Condition, Matrix, Term, Tuple, substitute
from symderiv.records import Part, Problem, Question, Verdict, Witness

__all__ = ["CheckResult", "check", "diagnose", "judge", "other_answers", "warm_up"]

Judgement = Literal["proved", "refuted", "undecided", "unreadable"]
SECONDS = 10.0
"""How long the judging of one answer may take; past it the verdict is ``undecided``."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The verdict on one answer and all that was found out on the way.

    ``verdict`` is proved, refuted, undecided or unreadable; agreement at instances without proof is ``undecided``, and
    ``evidence`` has the count. ``message`` is one sentence for the person who gave the answer, with ``position`` in the
    text if it could not be read. ``remarks`` say what is right but not what was asked for; a formula that is equal and
    no answer (a restatement of the question, half of the cases) is ``undecided``, with its reason as ``diagnosis``.
    ``wrong`` is the side of a chain that the verdict is about.
    """

    verdict: Judgement
    part: str = ""
    name: str = ""
    message: str = ""
    position: int | None = None
    reading: Reading | None = None
    evidence: Verdict | None = None
    diagnosis: Diagnosis | None = None
    remarks: tuple[str, ...] = ()
    seconds: float = 0.0
    wrong: Term | None = None

    def __bool__(self) -> bool:
        """True only if proved."""
        return self.verdict == "proved"

    @property
    def witness(self) -> Witness | None:
        """The smallest point found at which the answer differs from the reference."""
        return self.evidence.witness if self.evidence is not None else None

    @property
    def conditions(self) -> tuple[Term, ...]:
        """What the verdict assumed beyond the declarations."""
        return self.evidence.conditions if self.evidence is not None else ()

    @property
    def domain_differences(self) -> tuple[Term, ...]:
        """Where exactly one of answer and reference is defined."""
        return self.evidence.domain_differences if self.evidence is not None else ()


def check(
    problem: Problem | Sequence[Problem],
    part_key: str,
    text: str,
    *,
    seconds: float = SECONDS,
    worker: Worker | None = None,
    second_reader: bool = False,
) -> CheckResult:
    """Judge ``text`` as an answer to the question that ``part_key`` means (``C2.4``, ``jacobian``, ``A7b.var``).

    Never hangs and never raises for a text, however strange: what cannot be read is ``unreadable``, what takes longer
    than ``seconds`` is ``undecided``. Raises ``AnswerError`` if there is no such question. With ``second_reader`` an
    answer in LaTeX is also read by latex2sympy2 and a disagreement becomes a remark; the verdict stays as it is.
    """
    started = time.perf_counter()
    problems = [problem] if isinstance(problem, Problem) else list(problem)
    found, part, question = find_question(problems, part_key)
    context = question.read_in(found.context.with_assumptions(*part.conditions))
    helper = worker or shared_worker()
    try:
        result = helper.call(judge, (question, context, text, 0.8 * seconds), seconds)
    except WorkerDied as end:
        result = CheckResult("undecided", message=end.reason)
    if result.verdict == "refuted" and result.reading is not None:
        others = other_answers(found, part, question)
        try:
            arguments = (question, context, result.wrong, 0.4 * seconds, others)
            result = replace(result, diagnosis=helper.call(diagnose, arguments, 0.5 * seconds))
        except WorkerDied:
            pass  # the verdict stands without a diagnosis
    if second_reader and result.reading is not None and result.reading.form == "latex":
        result = _with_second_opinion(result, question, context)
    return replace(result, part=part.id, name=question.name, seconds=time.perf_counter() - started)


def _with_second_opinion(result: CheckResult, question: Question, context: Context) -> CheckResult:
    from symderiv.answers.latex.second_reader import second_opinion

    assert result.reading is not None
    opinion = second_opinion(result.reading.source, question, context)
    result = replace(result, reading=replace(result.reading, second=opinion.word))
    if opinion.word != "differs":
        return result
    return replace(result, remarks=(*result.remarks, f"{opinion.reason}; brackets would make it clear"))


def judge(question: Question, context: Context, text: str, seconds: float = SECONDS) -> CheckResult:
    """Read and judge in this process, with no limit but what ``decide`` keeps by itself."""
    try:
        reading = read_answer(text, question, context)
        sides = tuple(replace(side, term=like_table(side.term, question.expected)) for side in reading.sides)
        reading = replace(reading, sides=sides)
        for side in reading.sides:
            _check_kind(side.term, question.expected, side.start)
    except AnswerError as error:
        return CheckResult("unreadable", message=str(error), position=error.position)
    reading = _without_the_unknown(reading, question)
    open_ = unknown_left(reading.answer, question)
    if open_ is not None:
        return CheckResult("undecided", message=open_.text, reading=reading, diagnosis=open_)
    from symderiv.equality import decide

    own = accepts(question, tuple(side.term for side in reading.sides), context, decide)
    verdicts: list[Verdict] = [] if own is None else [own]
    judged = _without_the_subject(reading, question)
    for side in judged.sides if own is None else ():
        share = seconds / len(judged.sides)
        left, right = _with_givens(side.term, question), _with_givens(question.expected, question)
        verdicts.append(decide(left, right, context, seconds=share))
    result = replace(_summarise(judged, verdicts, is_chain=len(reading.sides) > 1), reading=reading)
    if result.verdict != "proved":
        return result
    remarks = judged_claims(reading, question, context, seconds)
    result = replace(result, remarks=(*result.remarks, *remarks))
    found = shortcoming(reading.answer, question, context)
    if found is not None:
        return replace(result, verdict="undecided", message=found.text, diagnosis=found)
    return replace(result, remarks=(*result.remarks, *form_remarks(reading.answer, question)))


def _without_the_subject(reading: Reading, question: Question) -> Reading:
    """What is claimed to be the answer: ``Var(w) = ...`` says what is asked for and then what it is."""
    sides = tuple(side for side in reading.sides if question.kind != "derive" or side.term != question.subject)
    return replace(reading, sides=sides or reading.sides[-1:])


def _without_the_unknown(reading: Reading, question: Question) -> Reading:
    """``y - 1 = z`` names the unknown last; the answer is what stands before it."""
    if len(reading.sides) > 1 and question.unknown is not None and reading.answer == question.unknown:
        return replace(reading, sides=reading.sides[:-1])
    return reading


def diagnose(
    question: Question, context: Context, answer: Term, seconds: float = SECONDS, others: Sequence[Reference] = ()
) -> Diagnosis | None:
    """What one change would make a refuted answer right, proved; None if no change that is tried does."""
    reference = Reference(_with_givens(question.expected, question), question)
    return find_diagnosis(_with_givens(answer, question), reference, context, seconds=seconds, others=others)


def other_answers(problem: Problem, part: Part, question: Question) -> tuple[Reference, ...]:
    """The answers to all other questions of the problem, this part's first, named as one asks for them."""
    out = []
    for other in sorted(problem.parts, key=lambda p: p is not part):
        for q in other.questions:
            if q is not question:
                name = other.id if len(other.questions) == 1 else f"{other.id}.{q.name}"
                out.append(Reference(_with_givens(q.expected, q), q, name))
    return tuple(out)


def warm_up() -> None:
    """Import what a verdict needs, before the clock of the first one runs."""
    import symderiv.equality

    symderiv.equality.decide  # noqa: B018 (the package loads its judge when the name is first used)


def _with_givens(term: Term, question: Question) -> Term:
    return substitute(term, dict(question.given))


_KINDS: tuple[tuple[type[Term], str], ...] = (
    (Condition, "a condition such as k <= n"),
    (Matrix, "a matrix such as [[1, 2], [3, 4]]"),
    (Tuple, "a list such as (28, 28, 10)"),
    (Term, "a number"),
)


def _check_kind(term: Term, expected: Term, position: int) -> None:
    """A number is not compared with a matrix or a condition: that would be a misunderstanding and no wrong answer."""
    is_, asked = (next(name for kind, name in _KINDS if isinstance(side, kind)) for side in (term, expected))
    if is_ != asked:
        raise AnswerError(f"this is {is_.partition(' such')[0]}; the part asks for {asked}", position=position)


def _summarise(reading: Reading, verdicts: list[Verdict], *, is_chain: bool) -> CheckResult:
    """The verdict on a chain is that on its worst side: a statement that is wrong somewhere is wrong."""
    order = ("refuted", "undecided", "checked", "proved")
    worst = min(range(len(verdicts)), key=lambda n: order.index(verdicts[n].word))
    verdict = verdicts[worst]
    remarks: tuple[str, ...] = ()
    if is_chain and len(verdicts) == len(reading.sides) and verdict.word != "proved":
        side = reading.sides[worst]
        remarks = (f"{verdict.word} is the side {reading.source[side.start : side.end]}",)
    messages = {
        "proved": "equal to the reference answer",
        "refuted": "not equal to the reference answer",
        "checked": f"agrees with the reference answer at all {verdict.instances} points tried, but this is no proof",
        "undecided": verdict.reason or "neither a proof nor a counterexample was found",
    }
    judgement: Judgement = "undecided" if verdict.word == "checked" else verdict.word
    return CheckResult(
        judgement, message=messages[verdict.word], reading=reading, evidence=verdict, remarks=remarks,
        wrong=reading.sides[worst].term,
    )  # fmt: skip
