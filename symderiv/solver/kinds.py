"""Kinds of question beyond derive, show, find and evaluate: the module of ``symderiv.solver`` that answers each.

Such a module has ``answer(question, context, derive)``, which returns the steps, the result and the stop reason ("" if
it is complete); ``derive(line, context)`` brings a term into its shortest form with steps. What the answer must satisfy
stands under the same name in ``symderiv.verification.kinds``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from symderiv.language.context import Context
from symderiv.language.terms import Term
from symderiv.records import Question, Step

__all__ = ["KINDS", "Tactic", "tactic_of"]

Derive = Callable[[Term, Context], tuple[tuple[Step, ...], Term]]
Tactic = Callable[[Question, Context, Derive], tuple[tuple[Step, ...], Term, str]]

KINDS: dict[str, str] = {
    "count": "counting",
    "table": "counting",
    "closed form": "unrolling",
    "when": "comparing",
    "feasibility": "feasibility",
    "bound": "bounds",
    "growth": "growing",
}


def tactic_of(kind: str) -> Tactic:
    """The tactic for this kind of question; its module is imported when first needed."""
    tactic: Tactic = import_module(f"symderiv.solver.{KINDS[kind]}").answer
    return tactic
