"""Solution sets: one document from the parts of many problem files, in an order and numbering of its own.

A set is a TOML file beside the problem files:

    title = "Homework 1"                  # the document
    course = "Representation learning"    # author, date, text: optional
    numbering = "1.1"                     # or "1(a)", "1a": how parts are numbered that have no number of their own

    [[question]]                          # numbered 1, 2, … unless it has a number
    title = "Losses"                      # text: optional
    file = "losses.py"                    # where its parts stand
    parts = [
        "C1.1",                           # by id or alias
        { part = "C1.2", number = "1.2", points = 2 },
        { part = "C5.4", file = "convolution_gradients_full.py" },
        { title = "Discussion", text = "Why?", answer = "Because." },
    ]

Paths are relative to the set. A part has the points that it is given here, else those of its declaration.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from symderiv.errors import DeclarationError, suggest
from symderiv.language.context import Context
from symderiv.loading import load
from symderiv.records import Part, Problem, Solution, SolvedPart

__all__ = ["ProblemSet", "SetItem", "SetQuestion", "SolvedSet", "is_set", "load_set"]

_TOP = ("title", "course", "author", "date", "text", "numbering", "question")
_QUESTION = ("number", "title", "text", "file", "parts")
_ITEM = ("part", "file", "number", "points", "title", "text", "answer", "remarks")
_NUMBERINGS = {"1.1": "{0}.{1}", "1(a)": "{0}({2})", "1a": "{0}{2}"}


@dataclass(frozen=True, slots=True)
class SetItem:
    """A part under its number in the set; what is written in the set itself stands in a problem of its own."""

    number: str
    problem: Problem
    part: Part


@dataclass(frozen=True, slots=True)
class SetQuestion:
    """Parts under one heading."""

    number: str
    title: str
    items: tuple[SetItem, ...]
    text: str = ""

    @property
    def points(self) -> float:
        """The sum of the points of its parts."""
        return sum(item.part.points or 0 for item in self.items)


@dataclass(frozen=True, slots=True)
class ProblemSet:
    """A loaded set."""

    name: str
    title: str
    questions: tuple[SetQuestion, ...]
    course: str = ""
    author: str = ""
    date: str = ""
    text: str = ""
    path: str = ""

    @property
    def items(self) -> tuple[SetItem, ...]:
        return tuple(item for question in self.questions for item in question.items)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems, each with the parts that stand in the set, in the order in which they are met."""
        chosen: dict[str, list[Part]] = {}
        whole: dict[str, Problem] = {}
        for item in self.items:
            whole[item.problem.path] = item.problem
            chosen.setdefault(item.problem.path, []).append(item.part)
        return tuple(replace(whole[path], parts=tuple(parts)) for path, parts in chosen.items())


@dataclass(frozen=True, slots=True)
class SolvedSet:
    """A set with what was found for its parts, by problem path and part id; some may be left out."""

    problem_set: ProblemSet
    parts: Mapping[tuple[str, str], SolvedPart]

    def of(self, item: SetItem) -> SolvedPart | None:
        """What was found for the item, None if it was left out."""
        return self.parts.get((item.problem.path, item.part.id))

    @property
    def solutions(self) -> tuple[Solution, ...]:
        """The solutions of the problems, each with the parts that stand in the set."""
        out = []
        for problem in self.problem_set.problems:
            found = [self.parts[key] for p in problem.parts if (key := (problem.path, p.id)) in self.parts]
            if any(s.derivations for s in found):
                out.append(Solution(problem, tuple(found)))
        return tuple(out)


def is_set(path: str | Path) -> bool:
    """Is this the path of a set?"""
    return Path(path).suffix.lower() == ".toml"


def load_set(path: str | Path) -> ProblemSet:
    """The set in the file, with its problems loaded. Raises DeclarationError, one sentence with the file."""
    return _Reader(Path(path)).read()


class _Reader:
    def __init__(self, file: Path):
        self.file = file
        self.loaded: dict[Path, Problem] = {}
        self.seen: dict[tuple[str, str], str] = {}

    def fail(self, message: str) -> DeclarationError:
        return DeclarationError(message, path=str(self.file))

    def read(self) -> ProblemSet:
        try:
            value = tomllib.loads(self.file.read_text(encoding="utf-8"))
        except OSError as error:
            hint = "no such file; check the path" if not self.file.exists() else f"{error.strerror}; check the path"
            raise self.fail(hint) from None
        except UnicodeDecodeError:
            raise self.fail("this is not UTF-8; save the file as UTF-8") from None
        except tomllib.TOMLDecodeError as error:
            raise self.fail(f"this is no TOML ({error}); mend the line") from None
        self.check_keys(value, _TOP, "a set")
        self.numbering = self.text_of(value, "numbering", "a set") or "1.1"
        if self.numbering not in _NUMBERINGS:
            raise self.fail(f"{self.numbering!r} is no numbering; {suggest(self.numbering, _NUMBERINGS)}")
        words = {key: self.text_of(value, key, "a set") for key in ("title", "course", "author", "date", "text")}
        if not words["title"]:
            raise self.fail('this set has no title; add title = "Homework 1"')
        tables = value.get("question")
        if not isinstance(tables, list) or not tables or not all(isinstance(t, dict) for t in tables):
            raise self.fail("this set has no question; add [[question]] with parts = [...]")
        questions = tuple(self.question(t, str(n)) for n, t in enumerate(tables, 1))
        return ProblemSet(self.file.stem, questions=questions, path=str(self.file), **words)

    def question(self, table: Mapping[str, Any], number: str) -> SetQuestion:
        self.check_keys(table, _QUESTION, "a question")
        number = self.text_of(table, "number", "a question") or number
        here = f"question {number}"
        parts = table.get("parts")
        if not isinstance(parts, list) or not parts:
            raise self.fail(f'{here} has no parts; add parts = ["C1.1"]')
        file = self.text_of(table, "file", here)
        items = tuple(self.item(p, number, place, file, here) for place, p in enumerate(parts))
        return SetQuestion(number, self.text_of(table, "title", here), items, self.text_of(table, "text", here))

    def item(self, entry: Any, number: str, place: int, file: str, here: str) -> SetItem:
        if isinstance(entry, str):
            entry = {"part": entry}
        if not isinstance(entry, dict):
            raise self.fail(f'{entry!r} in {here} is no part; write "C1.1" or {{ part = "C1.1", points = 2 }}')
        self.check_keys(entry, _ITEM, "a part")
        letters = chr(ord("a") + place % 26)
        own = self.text_of(entry, "number", here)
        label = own or _NUMBERINGS[self.numbering].format(number, place + 1, letters)
        points = entry.get("points")
        if points is not None and (isinstance(points, bool) or not isinstance(points, (int, float)) or points < 0):
            raise self.fail(f"the points of {label} are {points!r}; write a number")
        key = self.text_of(entry, "part", here)
        if not key:
            return self.written(entry, label, points, here)
        problem = self.problem(self.text_of(entry, "file", here) or file, key, here)
        part = problem.part(key)
        if part is None:
            known = [name for p in problem.parts for name in (p.id, p.alias)]
            raise self.fail(f"{problem.path} has no part {key!r}; {suggest(key, known)}")
        if (other := self.seen.setdefault((problem.path, part.id), label)) != label:
            raise self.fail(f"the part {part.id} stands under {other} and under {label}; leave one out")
        title = self.text_of(entry, "title", here) or part.title
        text = self.text_of(entry, "text", here) or part.text
        answer = self.text_of(entry, "answer", here) or part.answer_text
        remarks = (*part.remarks, *self.remarks(entry, label))
        points = part.points if points is None else points
        part = replace(part, title=title, text=text, answer_text=answer, remarks=remarks, points=points)
        return SetItem(label, problem, part)

    def written(self, entry: Mapping[str, Any], label: str, points: float | None, here: str) -> SetItem:
        """A part that stands in the set itself: prose only."""
        title, text = self.text_of(entry, "title", here), self.text_of(entry, "text", here)
        if not text:
            raise self.fail(f'{label} names no part and has no text; add part = "C1.1" or text = "..."')
        answer, remarks = self.text_of(entry, "answer", here), self.remarks(entry, label)
        part = Part(label, title, (), text=text, answer_text=answer, remarks=remarks, points=points)
        return SetItem(label, Problem(self.file.stem, "", Context(), (part,), path=str(self.file)), part)

    def remarks(self, entry: Mapping[str, Any], label: str) -> tuple[str, ...]:
        found = entry.get("remarks", [])
        if not isinstance(found, list) or not all(isinstance(r, str) for r in found):
            raise self.fail(f'the remarks of {label} are no list of texts; write remarks = ["..."]')
        return tuple(found)

    def problem(self, file: str, key: str, here: str) -> Problem:
        if not file:
            raise self.fail(f'the part {key!r} in {here} has no file; add file = "softmax.py" to the question')
        path = self.file.parent / file
        if path not in self.loaded:
            if not path.is_file():
                raise self.fail(f"{here} names the file {file!r}, which is not there; check the path")
            self.loaded[path] = load(path)
        return self.loaded[path]

    def check_keys(self, table: Mapping[str, Any], known: Iterable[str], what: str) -> None:
        for key in table:
            if key not in known:
                raise self.fail(f"{key!r} is no key of {what}; {suggest(key, known)}")

    def text_of(self, table: Mapping[str, Any], key: str, here: str) -> str:
        found = table.get(key, "")
        if key in ("number", "date") and not isinstance(found, (str, bool)):
            found = str(found)
        if not isinstance(found, str):
            raise self.fail(f'{key} of {here} is no text; write {key} = "..."')
        return found.strip()
