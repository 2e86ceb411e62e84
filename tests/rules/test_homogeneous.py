"""Positive factors: where they pass through a function, what is left alone, where they must not."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.language.text import from_text, to_text
from symderiv.rules import find
from symderiv.rules.structure import arrange, same

CONTEXT = declared(reals="x y", positive="r s", sizes="n", variables={}, assume=("y > 2",))
FIRES = [
    ("relu(r*x)", "r*relu(x)"), ("relu(2*x)", "2*relu(x)"), ("relu(r*s*x)", "r*s*relu(x)"), ("Max(0, n*x)", "n*Max(0, x)"),
    ("Max(r*x, r*y)", "r*Max(x, y)"), ("Min(r*x, 2*r*y)", "r*Min(x, 2*y)"), ("Abs(r*x)", "r*Abs(x)"), ("sign(r*x)", "sign(x)"),
    ("sign(x/r)", "sign(x)"),
]  # fmt: skip
SILENT = [
    "relu(x)", "relu(r + x)", "Max(r*x, s*y)", "Max(r*x, 1)", "sigmoid(r*x)", "tanh(r*x)", "floor(r*x)",
    "relu(x*y - x)", "relu(-x)",
]  # fmt: skip


def rewrites(text):
    (rule,) = find("positive factor out of a maximum")
    return list(rule.apply(arrange(from_text(text, CONTEXT)), CONTEXT))


@pytest.mark.parametrize(("before", "after"), FIRES)
def test_fires(before, after):
    wanted = arrange(from_text(after, CONTEXT))
    (found,) = rewrites(before)
    assert same(arrange(found.term), wanted), to_text(found.term)
    assert decide(from_text(before, CONTEXT), wanted, CONTEXT).word == "proved"


@pytest.mark.parametrize("text", SILENT)
def test_leaves_alone_or_refuses(text):
    assert not rewrites(text)


@pytest.mark.parametrize(
    ("left", "right"), [("relu(x*x)", "x*relu(x)"), ("relu(-x)", "-relu(x)"), ("relu(r*x)", "relu(x)"), ("Max(r*x, 1)", "r*Max(x, 1)")]
)  # fmt: skip
def test_what_no_positive_factor_allows_is_refuted(left, right):
    assert decide(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT).word == "refuted"
