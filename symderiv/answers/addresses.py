"""Which question a key such as ``C2.4``, ``jacobian`` or ``A7b.var`` means: PART or PART.NAME.

Ids contain dots themselves (``A7c.max``, ``B3.3.1``), so the longest id or alias that the key begins with wins. A part
that asks for one answer needs no NAME.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symderiv.errors import AnswerError, suggest
from symderiv.records import Part, Problem, Question

__all__ = ["find_part", "find_question"]


def find_part(problem: Problem, key: str) -> Part:
    """The part with this id or alias; ``AnswerError`` with the nearest one if there is none."""
    part = problem.part(key)
    if part is None:
        raise AnswerError(f"{problem.name} has no part {key!r}; {suggest(key, _keys([problem]))}")
    return part


def find_question(problems: Sequence[Problem], key: str) -> tuple[Problem, Part, Question]:
    """The problem, part and question that ``key`` means. ``AnswerError`` if it means none, or more than one."""
    found = [
        (len(name), problem, part, key[len(name) + 1 :])
        for problem in problems
        for part in problem.parts
        for name in dict.fromkeys((part.id, part.alias))
        if name and (key == name or key.startswith(name + "."))
    ]
    if not found:
        where = f"{problems[0].name} has" if len(problems) == 1 else f"these {len(problems)} problems have"
        raise AnswerError(f"{where} no part {key!r}; {suggest(key, _keys(problems))}")
    longest = max(length for length, *_ in found)
    best = [f for f in found if f[0] == longest]
    if len(best) > 1:
        places = " and ".join(f"{part.id} of {problem.name}" for _, problem, part, _ in best)
        raise AnswerError(f"{key!r} may mean {places}; name the problem file instead of the folder")
    _, problem, part, name = best[0]
    return problem, part, _question(part, name)


def _question(part: Part, name: str) -> Question:
    names = [q.name for q in part.questions]
    if not names:
        raise AnswerError(f"part {part.id} asks for no formula; there is nothing to compare an answer with")
    if not name:
        if len(names) > 1:
            listed = ", ".join(f"{part.id}.{name}" for name in names[:8]) + (", …" if len(names) > 8 else "")
            raise AnswerError(f"part {part.id} asks for {len(names)} answers; say which: {listed}")
        return part.questions[0]
    for question in part.questions:
        if question.name == name:
            return question
    raise AnswerError(f"part {part.id} has no answer {name!r}; {suggest(name, names)}")


def _keys(problems: Iterable[Problem]) -> list[str]:
    return [k for problem in problems for part in problem.parts for k in (part.id, part.alias)]
