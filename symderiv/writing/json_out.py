"""Solutions as JSON for scripts, and back: ``symderiv verify`` needs nothing but the file.

    {problem, title, text, version, declarations, parts: [{
        id, title, alias, kind, answers: {name: SymPy text}, conditions, steps: [{
            answer, rule, path, before, after, latex, evidence, level, note, conditions, letters, substeps}],
        evidence: {proved, checked, refuted, undecided}, expected_met, stop_reason, seconds,
        questions: [{name, kind, subject, goal, unknown, expected, given, note, visible, axes, plot, result, solution,
                     conditions, stop_reason, seconds, end_to_end, expected_verdict}]}]}

``answers`` are texts for ``sympy.sympify`` with plain symbols (``S_i*(KroneckerDelta(i, j) - S_j)``). Everywhere else
terms keep their brackets (``S[i]``); a term that SymPy's grammar would flatten has its exact form beside it
(``after_tree``). ``letters`` are declarations that hold in the substeps of a step only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from symderiv.errors import SymderivError
from symderiv.language.context import Context, Variable
from symderiv.language.serialise import context_from_json, context_to_json, term_from_json, term_to_json
from symderiv.language.terms import Term
from symderiv.language.text import plain_entries, to_text
from symderiv.records import (
    Derivation,
    Part,
    Problem,
    Question,
    Solution,
    SolvedPart,
    Step,
    StepRelation,
    Verdict,
    Witness,
)
from symderiv.verification.kinds import KINDS
from symderiv.writing.latex import to_latex

if TYPE_CHECKING:
    from symderiv.sets import SolvedSet

__all__ = [
    "part_identity",
    "read_solution",
    "read_solutions",
    "set_to_json",
    "solution_from_json",
    "solution_to_json",
    "solved_part_from_json",
    "solved_part_to_json",
]

VERSION = 1
Json = Any
T = TypeVar("T")


def solution_to_json(solution: Solution) -> dict[str, Json]:
    """The solution as a value for ``json.dumps``."""
    problem = solution.problem
    return {
        "problem": problem.name,
        "title": problem.title,
        "text": problem.text,
        "version": VERSION,
        "declarations": context_to_json(problem.context),
        "parts": [solved_part_to_json(p, problem.context) for p in solution.parts],
    }


def set_to_json(solved: SolvedSet) -> dict[str, Json]:
    """A set: the numbers of its parts, and the solutions of its problems."""
    chosen = solved.problem_set
    items = [i for i in chosen.items if solved.of(i) is not None]
    return {
        "set": chosen.name,
        "title": chosen.title,
        "course": chosen.course,
        "version": VERSION,
        "parts": [
            {"number": i.number, "problem": i.problem.name, "part": i.part.id, "points": i.part.points} for i in items
        ],
        "problems": [solution_to_json(s) for s in solved.solutions],
    }


def solved_part_to_json(solved: SolvedPart, context: Context) -> dict[str, Json]:
    """One part of ``solution_to_json``."""
    part = solved.part
    return {
        "id": part.id,
        "title": part.title,
        "alias": part.alias,
        "kind": part.kind,
        "text": part.text,
        "answer_text": part.answer_text,
        "remarks": list(part.remarks),
        "points": part.points,
        "answers": {d.question.name: to_text(plain_entries(d.result)) for d in solved.derivations},
        "conditions": _terms(part.conditions, context),
        "steps": [{"answer": d.question.name, **_step(s, context)} for d in solved.derivations for s in d.steps],
        "evidence": solved.counts(),
        "expected_met": solved.expected_met,
        "stop_reason": solved.stop_reason,
        "seconds": round(solved.seconds, 4),
        "questions": [_derivation(d, context) for d in solved.derivations],
    }


def _step(s: Step, context: Context) -> dict[str, Json]:
    inner = with_letters(context, s.letters)
    return {
        "rule": s.rule,
        "path": list(s.path),
        **_term("before", s.before, context),
        **_term("after", s.after, context),
        "latex": to_latex(s.after, context),
        "evidence": _verdict(s.evidence, context),
        "level": s.level,
        "note": s.note,
        "relation": s.relation,
        "conditions": _terms(s.conditions, context),
        "letters": context_to_json(Context({v.name: v for v in s.letters}))["variables"],
        "substeps": [_step(x, inner) for x in s.substeps],
    }


def part_identity(part: Part, context: Context) -> Json:
    """All that a derivation of the part depends on, without prose: its questions and the declarations."""
    asked = [{k: v for k, v in _question(q, context).items() if k != "note"} for q in part.questions]
    if not _written or _written[0][0] is not context:  # the parts of a problem come one after another
        _written[:] = [(context, context_to_json(context))]
    return [_written[0][1], _terms(part.conditions, context), asked]


_written: list[tuple[Context, Json]] = []
"""The declarations that were written last."""


def _question(q: Question, context: Context) -> dict[str, Json]:
    return {
        "name": q.name,
        "kind": q.kind,
        **_term("subject", q.subject, context),
        **_term("expected", q.expected, context),
        **(_term("goal", q.goal, context) if q.goal is not None else {"goal": None}),
        **(_term("unknown", q.unknown, context) if q.unknown is not None else {"unknown": None}),
        "given": [[term_to_json(a, context), term_to_json(b, context)] for a, b in q.given],
        "note": q.note,
        "visible": None if q.visible is None else list(q.visible),
        "assuming": _terms(q.assuming, context),
        "axes": [list(axis) for axis in q.axes],
        "plot": q.plot,
        "unknowns": _terms(q.unknowns, context),
        "labels": list(q.labels),
    }


def _derivation(d: Derivation, context: Context) -> dict[str, Json]:
    return {
        **_question(d.question, context),
        **_term("result", d.result, context),
        "solution": [_terms(pair, context) for pair in d.solution],
        "latex": to_latex(d.result, context),
        "conditions": _terms(d.conditions, context),
        "stop_reason": d.stop_reason,
        "seconds": round(d.seconds, 4),
        "end_to_end": _verdict(d.end_to_end, context),
        "expected_verdict": _verdict(d.expected, context),
    }


def _term(key: str, term: Term, context: Context) -> dict[str, Json]:
    """``{key: SymPy text}``, and the exact tree where reading that text gives another tree."""
    exact = term_to_json(term, context)
    return {key: exact} if isinstance(exact, str) else {key: to_text(term), f"{key}_tree": exact}


def with_letters(context: Context, letters: Iterable[Variable]) -> Context:
    """The context in which the substeps of a step are read."""
    for letter in letters:
        context = context.with_variable(letter)
    return context


def _terms(terms: tuple[Term, ...], context: Context) -> list[Json]:
    return [term_to_json(t, context) for t in terms]


def _verdict(v: Verdict | None, context: Context) -> dict[str, Json] | None:
    if v is None:
        return None
    witness = None
    if v.witness is not None:
        witness = {"values": dict(v.witness.values), "left": v.witness.left, "right": v.witness.right}
    return {
        "word": v.word,
        "method": v.method,
        "instances": v.instances,
        "witness": witness,
        "reason": v.reason,
        "conditions": _terms(v.conditions, context),
        "domain_differences": _terms(v.domain_differences, context),
        **({"certificate": v.certificate} if v.certificate else {}),
        **({"unneeded": _terms(v.unneeded, context)} if v.unneeded else {}),
    }


# ---- reading


def read_solution(path: str | PathLike[str]) -> Solution:
    """The solution in the file. Raises ``SymderivError`` with one sentence if the file is no readable solution."""
    return _read(Path(path), solution_from_json)


def read_solutions(path: str | PathLike[str]) -> tuple[Solution, ...]:
    """The solution in the file, or those of the set in it."""

    def read(value: Json) -> tuple[Solution, ...]:
        if isinstance(value, dict) and isinstance(value.get("problems"), list):
            return tuple(solution_from_json(v) for v in value["problems"])
        return (solution_from_json(value),)

    return _read(Path(path), read)


def _read(file: Path, make: Callable[[Json], T]) -> T:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SymderivError(f"{file}: {error.strerror or error}; give the path of an out/*.json file") from None
    except UnicodeDecodeError:
        raise SymderivError(f"{file}: this is no text file; give the path of an out/*.json file") from None
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise SymderivError(f"{file}: this is no JSON ({where}); write it again with symderiv solve") from None
    try:
        return make(value)
    except SymderivError as error:
        raise SymderivError(f"{file}: {error}; write it again with symderiv solve") from None


def solution_from_json(value: Json) -> Solution:
    """The inverse of ``solution_to_json``; texts of rules and statements are kept, nothing is executed."""
    try:
        if not isinstance(value, dict) or "parts" not in value or "declarations" not in value:
            raise SymderivError("this is no solution, it has no parts or no declarations")
        if value.get("version", VERSION) != VERSION:
            raise SymderivError(f"this file has version {value['version']}, this symderiv reads version {VERSION}")
        context = context_from_json(value["declarations"])
        parts = tuple(_read_part(p, context) for p in value["parts"])
        problem = Problem(
            value["problem"], value["title"], context, tuple(p.part for p in parts), value.get("text", "")
        )
        return Solution(problem, parts)
    except KeyError as error:
        raise SymderivError(f"the entry {error} is missing") from None
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        raise SymderivError(f"an entry has the wrong form ({str(error)[:100]})") from None


def solved_part_from_json(value: Json, context: Context) -> SolvedPart:
    """The inverse of ``solved_part_to_json``; raises SymderivError for a value that is not of this form."""
    try:
        return _read_part(value, context)
    except KeyError as error:
        raise SymderivError(f"the entry {error} is missing") from None
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        raise SymderivError(f"an entry has the wrong form ({str(error)[:100]})") from None


def _read_part(value: Mapping[str, Json], context: Context) -> SolvedPart:
    steps: dict[str, list[Step]] = {}
    for s in value["steps"]:
        steps.setdefault(s["answer"], []).append(_read_step(s, context))
    derivations = tuple(_read_derivation(q, tuple(steps.get(q["name"], ())), context) for q in value["questions"])
    part = Part(
        id=value["id"],
        title=value["title"],
        questions=tuple(d.question for d in derivations),
        alias=value["alias"],
        text=value["text"],
        answer_text=value["answer_text"],
        remarks=tuple(value["remarks"]),
        conditions=_read_terms(value["conditions"], context),
        points=value["points"],
    )
    return SolvedPart(part, derivations, value["seconds"])


def _read_step(value: Mapping[str, Json], context: Context) -> Step:
    empty: list[Json] = []
    declared = {"variables": value["letters"], "arrays": empty, "definitions": empty, "assumptions": empty}
    letters = tuple(context_from_json(declared).variables.values())
    inner = with_letters(context, letters)
    return Step(
        rule=value["rule"],
        path=tuple(int(n) for n in value["path"]),
        before=_read_term(value, "before", context),
        after=_read_term(value, "after", context),
        conditions=_read_terms(value["conditions"], context),
        substeps=tuple(_read_step(s, inner) for s in value["substeps"]),
        level=value["level"],
        note=value["note"],
        evidence=_read_verdict(value["evidence"], context),
        letters=letters,
        relation=_relation(value.get("relation", "=")),
    )


def _read_derivation(value: Mapping[str, Json], steps: tuple[Step, ...], context: Context) -> Derivation:
    if value["kind"] not in ("derive", "show", "find", "evaluate", *KINDS):
        raise SymderivError(f"{value['kind']!r} is no kind of question")
    question = Question(
        name=value["name"],
        kind=value["kind"],
        subject=_read_term(value, "subject", context),
        expected=_read_term(value, "expected", context),
        goal=_read_optional(value, "goal", context),
        unknown=_read_optional(value, "unknown", context),
        given=tuple((term_from_json(a, context), term_from_json(b, context)) for a, b in value["given"]),
        note=value["note"],
        visible=None if value["visible"] is None else tuple(value["visible"]),
        assuming=_read_terms(value.get("assuming", ()), context),
        axes=tuple((str(name), int(low), int(high)) for name, low, high in value.get("axes", ())),
        plot=bool(value.get("plot", False)),
        unknowns=_read_terms(value.get("unknowns", ()), context),
        labels=tuple(map(str, value.get("labels", ()))),
    )
    return Derivation(
        question=question,
        steps=steps,
        result=_read_term(value, "result", context),
        conditions=_read_terms(value["conditions"], context),
        stop_reason=value["stop_reason"],
        seconds=value["seconds"],
        solution=tuple((term_from_json(a, context), term_from_json(b, context)) for a, b in value["solution"]),
        end_to_end=_read_verdict(value["end_to_end"], context),
        expected=_read_verdict(value["expected_verdict"], context),
    )


def _read_term(value: Mapping[str, Json], key: str, context: Context) -> Term:
    return term_from_json(value.get(f"{key}_tree", value[key]), context)


def _read_optional(value: Mapping[str, Json], key: str, context: Context) -> Term | None:
    return None if value[key] is None else _read_term(value, key, context)


def _relation(value: Json) -> StepRelation:
    if value not in get_args(StepRelation):
        raise SymderivError(f"{value!r} is no relation between lines")
    relation: StepRelation = value
    return relation


def _read_terms(values: Json, context: Context) -> tuple[Term, ...]:
    return tuple(term_from_json(v, context) for v in values)


def _read_verdict(value: Json, context: Context) -> Verdict | None:
    if value is None:
        return None
    if value["word"] not in ("proved", "checked", "refuted", "undecided"):
        raise SymderivError(f"{value['word']!r} is no word of evidence")
    w = value["witness"]
    return Verdict(
        word=value["word"],
        method=value["method"],
        reason=value["reason"],
        instances=value["instances"],
        witness=None if w is None else Witness(dict(w["values"]), w["left"], w["right"]),
        conditions=_read_terms(value["conditions"], context),
        domain_differences=_read_terms(value["domain_differences"], context),
        certificate=str(value.get("certificate", "")),
        unneeded=_read_terms(value.get("unneeded", []), context),
    )
