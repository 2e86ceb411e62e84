"""What several commands share: reading problem files, messages, progress."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from symderiv.errors import DeclarationError
from symderiv.records import Problem

__all__ = ["Progress", "load_all", "say"]


def say(message: str) -> None:
    """A message to the user, on standard error."""
    print(f"symderiv: {message}", file=sys.stderr)


def load_all(paths: Iterable[str]) -> tuple[list[Problem], int]:
    """The problems of these files and folders, and how many could not be loaded; each of those is reported."""
    from symderiv.loading import find_problems, load

    problems: list[Problem] = []
    failures = 0
    for path in paths:
        try:
            files = list(find_problems(path))
        except DeclarationError as error:
            say(str(error))
            failures += 1
            continue
        if not files:
            say(f"{path}: no problem file in this folder; a problem file calls declare(...)")
            failures += 1
        for file in files:
            try:
                problems.append(load(file))
            except DeclarationError as error:
                say(str(error))
                failures += 1
    return problems, failures


class Progress:
    """One line on standard error that is overwritten, and only if that is a terminal."""

    def __init__(self, title: str = "") -> None:
        self.title, self.shown = title, sys.stderr.isatty()

    def __call__(self, message: object = "") -> None:
        """Show what is being done now; nothing clears the line."""
        if self.shown:
            text = f"{self.title}: {message}"[:110] if message else ""
            print(f"\r\x1b[2K{text}", end="", file=sys.stderr, flush=True)
