"""Equality of terms: ``decide``, ``prove_equal``, ``holds``, ``compare``; loaded when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symderiv.equality.decision import decide, holds, prove_equal
    from symderiv.equality.instances import compare

__all__ = ["compare", "decide", "holds", "prove_equal"]

_HOMES = {"compare": "instances", "decide": "decision", "holds": "decision", "prove_equal": "decision"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"symderiv.equality.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
