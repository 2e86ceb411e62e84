"""Declarations as tests: ``pytest problems/`` derives every part and fails where one no longer holds.

A Python file with a declaration at the margin of a line (``p = declare("...")``) is collected, unless it is a test
module; each question of a part is a test of its own:

    problems/softmax.py::C2.4::J_ij     derived to the end, every line holds, the expected form is met
    problems/softmax.py::C2.4::tex      typeset as in golden/softmax.C2.4.tex, beside the problem or in ``golden``

``--update-expected`` shows how the typeset form has changed and then writes it, also for parts that have none yet.

Settings: ``symderiv_files``, patterns of the files to collect instead of looking into them; ``symderiv_evidence``,
``proved`` where a line that is only checked shall fail (default: ``checked``). Solved parts come from the cache of
``symderiv solve`` where nothing has changed; ``SYMDERIV_CACHE=`` (empty) solves all of them anew.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from symderiv.records import Part, Problem, Solution, SolvedPart

__all__ = ["PageItem", "PartCollector", "ProblemFile", "QuestionItem"]

_DECLARES = re.compile(rb"^(?:\w+\s*=\s*)?(?:\w+\.)?declare\s*\(", re.MULTILINE)
_IMPORTS = re.compile(rb"^\s*(?:from|import)\s+symderiv\b", re.MULTILINE)
_UPDATE = "symderiv_update"
_LONGEST = 2 * 2**20


class Failure(Exception):
    """What is wrong with a part, in lines for the reader of the report."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("symderiv")
    group.addoption(
        "--update-expected", action="store_true", help="Show how typeset parts have changed, then keep the new form."
    )
    parser.addini("symderiv_files", "Patterns of problem files; without any, files are looked into.", "args", [])
    parser.addini("symderiv_evidence", "The least evidence that a line needs: proved or checked.", default="checked")


def pytest_configure(config: pytest.Config) -> None:
    if config.getini("symderiv_evidence") not in ("proved", "checked"):
        raise pytest.UsageError(f"symderiv_evidence is {config.getini('symderiv_evidence')!r}; write proved or checked")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ProblemFile | None:
    # What pytest would take for a module of tests comes to pytest_pycollect_makemodule.
    taken = parent.session.isinitpath(file_path) or _matches(file_path, parent.config.getini("python_files"))
    if taken or not _is_problem(file_path, parent.config):
        return None
    return ProblemFile.from_parent(parent, path=file_path)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> ProblemFile | None:
    return ProblemFile.from_parent(parent, path=module_path) if _is_problem(module_path, parent.config) else None


def _is_problem(path: Path, config: pytest.Config) -> bool:
    if path.suffix != ".py" or path.name == "conftest.py" or _matches(path, ("test_*.py", "*_test.py")):
        return False
    patterns = config.getini("symderiv_files")
    if patterns:
        return _matches(path, patterns) or _matches(path, [str(config.rootpath / p) for p in patterns])
    try:
        if path.stat().st_size > _LONGEST:
            return False
        text = path.read_bytes()
    except OSError:
        return False
    return _DECLARES.search(text) is not None and _IMPORTS.search(text) is not None


def _matches(path: Path, patterns: Iterable[str]) -> bool:
    return any(path.match(pattern) for pattern in patterns)


class ProblemFile(pytest.File):
    """A problem file; its parts are below it."""

    problem: Problem

    def collect(self) -> Iterator[PartCollector]:
        from symderiv.errors import SymderivError
        from symderiv.loading import load

        try:
            self.problem = load(self.path)
        except SymderivError as error:
            raise self.CollectError(str(error)) from None
        for part in self.problem.parts:
            yield PartCollector.from_parent(self, name=part.id, part=part)


class PartCollector(pytest.Collector):
    """A part; its questions are the tests, and its typeset form if one is kept."""

    def __init__(self, name: str, parent: ProblemFile, part: Part) -> None:
        super().__init__(name, parent)
        self.problem, self.part = parent.problem, part

    def collect(self) -> Iterator[pytest.Item]:
        for n, question in enumerate(self.part.questions):
            yield QuestionItem.from_parent(self, name=question.name, place=n)
        golden = self.golden()
        if golden.exists() or self.config.getoption("--update-expected") or not self.part.questions:
            yield PageItem.from_parent(self, name="tex", golden=golden)

    def golden(self) -> Path:
        """Where the typeset form of the part is kept: beside the file if it is there, else in ``golden``."""
        name = f"{self.path.stem}.{self.part.id}.tex"
        beside = self.path.with_name(name)
        return beside if beside.exists() else self.path.parent / "golden" / name

    @cached_property
    def solved(self) -> SolvedPart:
        """The part, solved and verified once for all its tests."""
        from symderiv.cache import user_cache
        from symderiv.jobs import Job, solve_jobs

        ((_, solved),) = solve_jobs([Job(self.part, self.problem.context)], user_cache())
        return solved

    @property
    def solution(self) -> Solution:
        from symderiv.records import Solution

        return Solution(self.problem, (self.solved,))


class _Item(pytest.Item):
    parent: PartCollector

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        line = self.line
        return self.path, None if line is None else line - 1, f"{self.parent.name} {self.name}"

    @property
    def line(self) -> int | None:
        return self.parent.part.line

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Failure):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class QuestionItem(_Item):
    """One question: derived to the end, every line holds, the expected form is met."""

    def __init__(self, name: str, parent: PartCollector, place: int) -> None:
        super().__init__(name, parent)
        self.place = place

    @property
    def line(self) -> int | None:
        return self.parent.part.questions[self.place].line

    def runtest(self) -> None:
        from symderiv.writing.outcome import explain_derivation

        derivation = self.parent.solved.derivations[self.place]
        found = explain_derivation(derivation, least=self.config.getini("symderiv_evidence"))
        if found:
            raise Failure("\n\n".join([f"{self.path.name} {self.parent.part.id}.{self.name}", *found]))


class PageItem(_Item):
    """The part as it is typeset, against the form that was checked by hand."""

    def __init__(self, name: str, parent: PartCollector, golden: Path) -> None:
        super().__init__(name, parent)
        self.golden = golden

    def runtest(self) -> None:
        from symderiv.writing.latex_page import part_page

        now = part_page(self.parent.solution)
        before = self.golden.read_text(encoding="utf-8") if self.golden.exists() else None
        if now == before:
            return
        if self.config.getoption("--update-expected"):
            # Reports travel to the process that shows them, which writes what it has shown.
            self.user_properties.append((_UPDATE, [str(self.golden), now]))
        elif before is not None:
            change = _difference(before, now, self.golden.name)
            raise Failure(f"{self.golden}: the typeset form differs; --update-expected keeps the new one\n\n{change}")


def _difference(before: str, now: str, name: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(), now.splitlines(), f"{name} as kept", f"{name} as typeset now", lineterm="", n=2
    )
    return "\n".join(lines)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show every change of a typeset form, and then write it."""
    changes: dict[str, str] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for key, value in getattr(report, "user_properties", ()):
                if key == _UPDATE:
                    changes[value[0]] = value[1]
    if not changes:
        return
    terminalreporter.section("typeset forms that have changed")
    for place, now in sorted(changes.items()):
        path = Path(place)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        terminalreporter.write_line(_difference(before, now, path.name))
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        part.write_text(now, encoding="utf-8", newline="\n")
        os.replace(part, path)
        terminalreporter.write_line(f"{'replaced' if before else 'new'}: {path}; read it before you keep it")
