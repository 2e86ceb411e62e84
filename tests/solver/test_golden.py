"""Derivations that were checked by hand, line by line; a change in one is looked at before its file is changed.

There is no switch that writes the files: whoever changes a line writes it, and so reads it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from questions import NAMES, solved

from symderiv.language.text import to_text

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.txt"))


def written(name: str) -> str:
    """The name, the first line, and below each rule the line that it leads to."""
    derivation = solved(name).derivation
    lines = [name, "  " + to_text(derivation.question.subject)]
    for step in derivation.steps:
        conditions = f" ({', '.join(map(to_text, step.conditions))})" if step.conditions else ""
        lines += [f"{step.rule}{' ' + step.note if step.note else ''}{conditions}", "= " + to_text(step.after)]
    return "\n".join([*lines, "result", "  " + to_text(derivation.result)]) + "\n"


@pytest.mark.parametrize("path", GOLDEN, ids=[p.stem for p in GOLDEN])
def test_the_derivation_is_the_one_that_was_checked_by_hand(path):
    text = path.read_text(encoding="utf-8")
    name = text.splitlines()[0]
    assert name in NAMES
    assert written(name) == text


def test_the_core_questions_are_among_them():
    assert {"C1.4.dLda", "C2.1.S", "C2.4.J_ij", "C3.bias2_new", "log-softmax Jacobian"} <= {
        p.read_text(encoding="utf-8").splitlines()[0] for p in GOLDEN
    }
