"""What several commands share: reading problem files and sets, messages, progress."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from symderiv.errors import DeclarationError
from symderiv.records import Problem

if TYPE_CHECKING:
    from symderiv.sets import ProblemSet

__all__ = ["Progress", "load_all", "load_sources", "say"]


def say(message: str) -> None:
    """A message to the user, on standard error."""
    print(f"symderiv: {message}", file=sys.stderr)


def load_sources(paths: Iterable[str]) -> tuple[list[Problem | ProblemSet], int]:
    """The problems and sets at these paths, and how many could not be loaded; each of those is reported.

    A folder stands for its problem files; a set is named by its own path.
    """
    from symderiv.loading import find_problems, load
    from symderiv.sets import is_set, load_set

    found: list[Problem | ProblemSet] = []
    failures = 0
    for path in paths:
        try:
            files = [path] if is_set(path) else list(find_problems(path))
        except DeclarationError as error:
            say(str(error))
            failures += 1
            continue
        if not files:
            say(f"{path}: no problem file in this folder; a problem file calls declare(...)")
            failures += 1
        for file in files:
            try:
                found.append(load_set(file) if is_set(file) else load(file))
            except DeclarationError as error:
                say(str(error))
                failures += 1
    return found, failures


def load_all(paths: Iterable[str]) -> tuple[list[Problem], int]:
    """The problems at these paths, those of a set one by one, and how many files could not be loaded."""
    sources, failures = load_sources(paths)
    return [p for source in sources for p in ([source] if isinstance(source, Problem) else source.problems)], failures


class Progress:
    """A bar on standard error, only if that is a terminal: steps done of ``total``, and what is at work."""

    def __init__(self, total: int):
        self.bar: Any = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            columns = (BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
            self.bar = Bar(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
            self.task = self.bar.add_task("", total=total)

    def __enter__(self) -> Progress:
        if self.bar is not None:
            self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.stop()

    def __call__(self, message: str = "", done: int = 0) -> None:
        """Show what is at work now, and count ``done`` more steps."""
        if self.bar is not None:
            self.bar.update(self.task, advance=done, description=message[:80].replace("[", r"\["), refresh=True)
