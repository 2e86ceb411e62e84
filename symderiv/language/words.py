"""The words of declarations (positive, unit, one_hot, …) as ranges of numbers and as SymPy assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symderiv.errors import DeclarationError, did_you_mean
from symderiv.language.context import BINARY, INTEGER, NONNEGATIVE, POSITIVE, REAL, UNIT, Range
from symderiv.language.terms import ZERO, Add, Number, Term

__all__ = ["array_entries", "number_range", "sign_of_size", "sympy_assumptions", "with_closed_ends"]

WORDS: dict[str, Range] = {
    "real": REAL,
    "positive": POSITIVE,
    "nonnegative": NONNEGATIVE,
    "negative": Range(None, ZERO, upper_open=True),
    "nonpositive": Range(None, ZERO),
    "nonzero": Range(nonzero=True),
    "unit": UNIT,
    "binary": BINARY,
    "integer": INTEGER,
}
LAWS = ("free", "simplex", "one_hot")
_SYMPY: dict[str, dict[str, bool]] = {
    "unit": {"positive": True},
    "binary": {"integer": True, "nonnegative": True},
    "integer": {"integer": True},
}


def number_range(kind: Mapping[str, bool], lower: Term | None = None, upper: Term | None = None) -> Range:
    """The range that words and inclusive ends describe together; ends that are given win."""
    out = REAL
    for word in chosen(kind):
        w = WORDS[word]
        out = Range(
            w.lower if w.lower is not None else out.lower,
            w.upper if w.upper is not None else out.upper,
            w.lower_open or out.lower_open,
            w.upper_open or out.upper_open,
            w.integer or out.integer,
            w.nonzero or out.nonzero,
        )
    if lower is not None:
        # A positive number with lower=0 stays positive.
        out = Range(lower, out.upper, out.lower_open and lower == out.lower, out.upper_open, out.integer, out.nonzero)
    if upper is not None:
        out = Range(out.lower, upper, out.lower_open, out.upper_open and upper == out.upper, out.integer, out.nonzero)
    return with_closed_ends(out)


def with_closed_ends(span: Range) -> Range:
    """Open ends of integers made inclusive: n > 0 is n >= 1."""
    if not span.integer or not (span.lower_open or span.upper_open):
        return span
    lower = span.lower + 1 if span.lower is not None and span.lower_open else span.lower
    upper = span.upper - 1 if span.upper is not None and span.upper_open else span.upper
    return Range(_folded(lower), _folded(upper), False, False, True, span.nonzero)


def _folded(end: Term | None) -> Term | None:
    """The number that 0 + 1 is."""
    if isinstance(end, Add) and all(isinstance(a, Number) for a in end.args):
        return Number(sum(a.data for a in end.args))
    return end


def chosen(kind: Mapping[str, bool]) -> list[str]:
    """The words that are set; raises DeclarationError for an unknown word or two that exclude each other."""
    for word in kind:
        if word not in WORDS:
            hint = did_you_mean(word, WORDS) or f"the words are {', '.join(WORDS)}"
            raise DeclarationError(f"{word!r} is no kind of number; {hint}")
    words = [w for w, on in kind.items() if on]
    signs = {w: ("+" if WORDS[w].lower is not None else "-") for w in words if _one_sided(WORDS[w])}
    if len(set(signs.values())) > 1:
        raise DeclarationError(f"{' and '.join(signs)} exclude each other; keep one of them")
    return words


def _one_sided(span: Range) -> bool:
    return span.lower is not None or span.upper is not None


def sympy_assumptions(kind: Mapping[str, bool]) -> dict[str, bool]:
    """What SymPy should assume of the symbol."""
    out: dict[str, bool] = {"real": True}
    for word in chosen(kind):
        out.update(_SYMPY.get(word, {word: True}))
    return out


def array_entries(entries: str, law: str, rank: int, name: str) -> tuple[Range, dict[str, bool]]:
    """The range and SymPy assumptions of the entries of an array with this law."""
    if law not in LAWS:
        hint = did_you_mean(law, LAWS) or f"the laws are {', '.join(LAWS)}"
        raise DeclarationError(f"{name!r} has the law {law!r}, which does not exist; {hint}")
    if entries not in WORDS:
        hint = did_you_mean(entries, WORDS) or f"the words are {', '.join(WORDS)}"
        raise DeclarationError(f"{name!r} has entries {entries!r}, which do not exist; {hint}")
    if entries == "real" and law != "free":
        entries = "binary" if law == "one_hot" else "nonnegative"
    return WORDS[entries], sympy_assumptions({entries: True})


def sign_of_size(lower: Any) -> dict[str, bool]:
    """What SymPy should assume of the sign of a size that begins at ``lower``."""
    return {"positive": True} if lower == 1 else {"nonnegative": True} if lower == 0 else {}
