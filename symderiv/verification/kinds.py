"""Kinds of question beyond derive, show, find and evaluate: what their answers must satisfy.

A module named here has ``judge(derivation, context, decide)``, the evidence from end to end: that the result is what
was asked for. ``decide(left, right, context)`` is that of ``symderiv.equality``, each pair once.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from symderiv.language.context import Context
from symderiv.language.terms import Term
from symderiv.records import Derivation, Verdict

__all__ = ["KINDS", "judge_of"]

Decide = Callable[[Term, Term, Context], Verdict]
Judge = Callable[[Derivation, Context, Decide], Verdict]

KINDS: dict[str, str] = {
    "count": "counting",
    "table": "counting",
    "closed form": "closed_forms",
    "when": "comparing",
    "feasibility": "feasibility",
    "bound": "bounds",
    "growth": "growing",
}


def judge_of(kind: str) -> Judge:
    """The judge for this kind of question; its module is imported when first needed."""
    judge: Judge = import_module(f"symderiv.verification.{KINDS[kind]}").judge
    return judge
