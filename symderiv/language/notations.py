"""``p.notation``: what people write in answers for a declared name, or for a convolution of two arrays.

A notation changes nothing in the problem; it tells the reader of answers what a sign means. ``*`` and ``\\tilde *`` are
given a mode, "valid" or "full", and "correlation" (the kernel is not flipped) or "convolution" (it is).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from symderiv.errors import DeclarationError, suggest
from symderiv.language.border import base_name

if TYPE_CHECKING:
    from symderiv.language.declarations import Declaration

__all__ = ["OPERATIONS", "declare_notation"]

OPERATIONS = tuple(f"{mode} {kind}" for mode in ("valid", "full") for kind in ("correlation", "convolution"))


def declare_notation(p: Declaration, latex: str, meaning: Any) -> None:
    """``latex`` means a declared name or one of ``OPERATIONS``."""
    if not isinstance(latex, str) or not latex.strip():
        raise DeclarationError(
            'a notation is written p.notation(r"\\nabla_{y} L", g) or p.notation("*", "valid correlation")'
        )
    if isinstance(meaning, str):
        if meaning not in OPERATIONS:
            raise DeclarationError(f"{meaning!r} is no operation between arrays; {suggest(meaning, OPERATIONS)}")
        name = meaning
    else:
        name = base_name(meaning) if hasattr(meaning, "shape") else str(meaning)
        if name not in p.context.names():
            raise DeclarationError(f"the notation {latex!r} stands for {meaning}, which is not declared")
    p.context = replace(p.context, notations={**p.context.notations, latex: name})
