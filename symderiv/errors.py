"""The errors of symderiv, split by who can mend them.

Every message names the culprit first and ends with a hint: ``problems/x.py:12: ...; hint``.
"""


class SymderivError(Exception):
    """Base of every error that symderiv raises on purpose."""


class DeclarationError(SymderivError):
    """The author of a problem file can mend this: an undeclared symbol, an index outside its range, no expected form."""

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
