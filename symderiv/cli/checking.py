"""``symderiv check``: one answer against its reference."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from symderiv.answers.isolation import shared_worker
from symderiv.answers.judging import CheckResult, check
from symderiv.answers.reading import form_of, load_grammar
from symderiv.cli.inputs import load_all, say
from symderiv.errors import AnswerError
from symderiv.language.terms import Relation, Term
from symderiv.language.text import Limits, to_text
from symderiv.records import Problem

__all__ = ["EXIT_CODES", "check_answer", "to_json"]

EXIT_CODES = {"proved": 0, "refuted": 1, "undecided": 3, "unreadable": 2}
_COLOURS = {"proved": "green", "refuted": "red", "undecided": "yellow", "unreadable": "red"}


def check_answer(
    problem: str, part: str, answer: str, as_json: bool, seconds: float, reveal: bool = False
) -> int:  # fmt: skip
    """Judge the answer, print the verdict, and return the exit code; with ``reveal`` the right answer too."""
    # The worker imports the judges while this process imports SymPy and reads the problem.
    worker = shared_worker()
    if answer == "-":
        answer = sys.stdin.read(Limits().length + 2).rstrip("\r\n")
    if form_of(answer) == "latex":
        worker.prepare(load_grammar)
    problems, _ = load_all([problem])
    if not problems:
        return EXIT_CODES["unreadable"]
    try:
        result = check(problems, part, answer, seconds=seconds, worker=worker)
    except AnswerError as error:
        if as_json:
            click.echo(json.dumps({"error": str(error)}, ensure_ascii=False))
        say(str(error))
        return EXIT_CODES["unreadable"]
    owner = next(p for p in problems if any(x.id == result.part for x in p.parts))
    revealed = _revealed(result, owner) if reveal and not result else {}
    if as_json:
        click.echo(json.dumps({**to_json(result, owner), **revealed}, indent=2, ensure_ascii=False))
    else:
        _show(result, answer)
        for label, text in revealed.items():
            click.echo(f"  {label:<10}  {text}")
    return EXIT_CODES[result.verdict]


def _revealed(result: CheckResult, problem: Problem) -> dict[str, str]:
    """The slip in full and the reference answer."""
    part = next(p for p in problem.parts if p.id == result.part)
    question = next(q for q in part.questions if q.name == result.name)
    detail = result.diagnosis.reveal if result.diagnosis is not None else ""
    return {**({"detail": detail} if detail else {}), "reference": to_text(question.expected)}


def to_json(result: CheckResult, problem: Problem) -> dict[str, Any]:
    """The result in the keys that scripts rely on."""
    from symderiv.writing.latex import to_latex

    evidence, witness, reading = result.evidence, result.witness, result.reading
    return {
        "part": result.part,
        "name": result.name,
        "verdict": result.verdict,
        "message": result.message,
        "position": result.position,
        "evidence": None if evidence is None else {
            "word": evidence.word,
            "method": evidence.method,
            "instances": evidence.instances,
            "reason": evidence.reason,
        },
        "counterexample": None if witness is None else {
            **witness.values, "yours": witness.left, "reference": witness.right,
        },
        "diagnosis": None if result.diagnosis is None else {
            "code": result.diagnosis.code, "text": result.diagnosis.text,
        },
        "remarks": list(result.remarks),
        "read_as": None if reading is None else " = ".join(to_latex(s.term, problem.context) for s in reading.sides),
        "domain_differences": [to_text(c) for c in result.domain_differences],
        "conditions": [to_text(c) for c in result.conditions],
        "seconds": round(result.seconds, 4),
    }  # fmt: skip


def _show(result: CheckResult, answer: str) -> None:
    click.secho(result.verdict, fg=_COLOURS[result.verdict], bold=True, nl=False)
    click.echo(f": {result.message}")
    if result.position is not None:
        line = " ".join(answer.splitlines()) if len(answer.splitlines()) > 1 else answer
        if len(line) <= 200:
            click.echo(f"  {line}\n  {' ' * result.position}^")
    rows: list[tuple[str, str]] = []
    if result.reading is not None:
        rows.append(("read as", " = ".join(to_text(side.term) for side in result.reading.sides)))
    if result.witness is not None:
        point = ", ".join(f"{name} = {value}" for name, value in result.witness.values.items())
        rows.append(("differs at", f"{point}: yours is {result.witness.left}, the reference {result.witness.right}"))
    if result.diagnosis is not None:
        rows.append(("diagnosis", result.diagnosis.text))
    if result.evidence is not None and result.evidence.word == "proved" and result.evidence.method:
        rows.append(("proved by", result.evidence.method))
    if result.conditions:
        rows.append(("provided", " and ".join(map(_condition, result.conditions))))
    if result.domain_differences:
        needs = " and ".join(map(_condition, result.domain_differences))
        rows.append(("domain", f"one of the two is only defined where {needs}, the other elsewhere too"))
    rows.extend(("note", remark) for remark in result.remarks)
    for label, text in rows:
        click.echo(f"  {label:<10}  {text}")


def _condition(condition: Term) -> str:
    """A condition as a person types it: ``x != 0``, not ``Ne(x, 0)``."""
    if isinstance(condition, Relation):
        return f"{to_text(condition.left)} {condition.op} {to_text(condition.right)}"
    return to_text(condition)
