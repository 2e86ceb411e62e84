"""The errors of symderiv, split by who can mend them.

Every message names the culprit first and ends with a hint: ``problems/x.py:12: ...; hint``.
"""

from __future__ import annotations

from collections.abc import Iterable


class SymderivError(Exception):
    """Base of every error that symderiv raises on purpose."""


class DeclarationError(SymderivError):
    """The author of a problem file can mend this: an undeclared symbol, an index out of range, no expected form."""

    def __init__(self, message: str, *, path: str | None = None, line: int | None = None):
        self.message, self.path, self.line = message, path, line
        place = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
        super().__init__(place + message)


class AnswerError(SymderivError):
    """The person who typed an answer can mend this; ``position`` counts characters from 0 in the text as given."""

    def __init__(self, message: str, *, position: int | None = None):
        self.message, self.position = message, position
        super().__init__(message if position is None else f"{message} (at character {position + 1})")


class DerivationError(SymderivError):
    """The engine cannot go on: the message says what was reached and what is missing."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The hint ``did you mean 'alpha'?``, or nothing where no known name is near."""
    import difflib

    folded = {n.casefold(): n for n in sorted(known)}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    if len(name) < 3 and close and close[0] != name.casefold():
        return ""
    return f"did you mean {folded[close[0]]!r}?" if close else ""


def suggest(name: str, known: Iterable[str]) -> str:
    """The nearest known name or, where none is near, all of them."""
    names = [n for n in dict.fromkeys(known) if n]
    if hint := did_you_mean(name, names):
        return hint
    if not names:
        return "there are none"
    shown = ", ".join(names[:20])
    return f"there are: {shown}, …" if len(names) > 20 else f"there {'is' if len(names) == 1 else 'are'}: {shown}"
