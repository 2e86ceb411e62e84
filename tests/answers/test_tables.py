"""Answers as students write them, to every formal question of three homeworks: no wrong verdict, the right diagnosis.

The rows are in ``tables/*.txt``; a diagnosis may be one of several words, parted by "/".
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import symderiv
from symderiv.answers.addresses import find_question
from symderiv.answers.judging import diagnose, judge, other_answers
from symderiv.language.context import Context
from symderiv.records import Part, Problem, Question

HERE = Path(__file__).parent
PROBLEMS = HERE.parents[1] / "problems"
SECONDS = 5.0


def rows() -> list[tuple[str, str, str]]:
    """(problem and question, "+" or the slip, answer)"""
    out = []
    for path in sorted((HERE / "tables").glob("*.txt")):
        key = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                key = line.strip("[]")
            elif line.startswith("+ "):
                out.append((key, "+", line[2:]))
            elif line.startswith("- "):
                slip, answer = line[2:].split(" | ", 1)
                out.append((key, slip, answer))
            else:
                assert not line.strip() or line.startswith("#"), line
    return out


ROWS = rows()
RIGHT = [(key, answer) for key, slip, answer in ROWS if slip == "+"]
WRONG = [(key, slip, answer) for key, slip, answer in ROWS if slip != "+"]


@cache
def load(name: str) -> Problem:
    return symderiv.load(PROBLEMS / f"{name}.py")


@cache
def find(key: str) -> tuple[Problem, Part, Question, Context]:
    name, question = key.split(" ", 1)
    problem, part, found = find_question([load(name)], question)
    return problem, part, found, found.read_in(problem.context.with_assumptions(*part.conditions))


@pytest.mark.parametrize(("key", "answer"), RIGHT)
def test_right(key, answer):
    _, _, question, context = find(key)
    result = judge(question, context, answer, SECONDS)
    assert result.verdict == "proved", (result.message, result.witness)


@pytest.mark.parametrize(("key", "slip", "answer"), WRONG)
def test_wrong(key, slip, answer):
    problem, part, question, context = find(key)
    result = judge(question, context, answer, SECONDS)
    assert result.verdict == "refuted", result.message
    found = diagnose(question, context, result.wrong, 2 * SECONDS, other_answers(problem, part, question))
    assert (found.code if found else "none") in slip.split("/"), found


def test_every_question_has_its_rows():
    """At least four right answers and six wrong ones, of three kinds or more."""
    right = Counter(key for key, _ in RIGHT)
    wrong = Counter(key for key, _, _ in WRONG)
    few = [key for key in {k for k, _, _ in ROWS} if right[key] < 4 or wrong[key] < 6]
    assert not few
    kinds = {key: {slip for k, slip, _ in WRONG if k == key} for key in wrong}
    assert not [key for key, found in kinds.items() if len(found) < 3]
    assert len(ROWS) == len(set(ROWS))
