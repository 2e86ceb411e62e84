"""Kinds of question with many right answers: each answer is judged by what was asked, not by the expected form.

A module named here has ``meets(question, sides, context, decide)``, the verdict on an answer with these sides (one, or
several of an equation); None means that the answer has another form and is compared with the expected one.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from symderiv.language.context import Context
from symderiv.language.terms import Term
from symderiv.records import Question, Verdict

__all__ = ["MODULES", "accepts"]

Decide = Callable[[Term, Term, Context], Verdict]

MODULES: dict[str, str] = {"feasibility": "systems"}


def accepts(question: Question, sides: tuple[Term, ...], context: Context, decide: Decide) -> Verdict | None:
    """The verdict on an answer to a question of such a kind; None for the other kinds and forms."""
    if question.kind not in MODULES:
        return None
    module = import_module(f"symderiv.equality.{MODULES[question.kind]}")
    verdict: Verdict | None = module.meets(question, sides, context, decide)
    return verdict
