"""Declared names: from the text "u v w" to the names in it."""

from __future__ import annotations

import keyword
import unicodedata
from typing import Any

import sympy

from symderiv.errors import DeclarationError

__all__ = ["split_names"]


def split_names(names: Any, latex: str | None) -> list[str]:
    """The names in "u v w" or "x1:4" (SymPy's way), each normalised as Python normalises identifiers."""
    if not isinstance(names, str):
        raise DeclarationError(
            f"the name {names!r} is no text; write it in quotes, or use p.declare for a SymPy object"
        )
    if not names.strip(" ,"):
        raise DeclarationError('a name is empty; write one, such as "x"')
    out = [unicodedata.normalize("NFKC", s.name) for s in sympy.symbols(names, seq=True)]
    if latex is not None and len(out) > 1:
        raise DeclarationError(f"{names!r} are {len(out)} names with one latex=; declare them one by one")
    for name in out:
        if not name.isidentifier() or keyword.iskeyword(name):
            why = "is a word of Python" if keyword.iskeyword(name) else "is no plain name"
            raise DeclarationError(f"{name!r} {why}; use letters, digits and _, and give latex= for how it is printed")
    return out
