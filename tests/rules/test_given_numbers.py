"""Given numbers: inserted where the index is a number, sums over them written out; nothing else is touched."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.language.text import from_text
from symderiv.rules import find
from symderiv.rules.structure import arrange, same

CONTEXT = declared(
    reals="x y", sizes="n", indices={"i": ("1", "2")}, arrays={"v": "n"}, numbers={"w": (3, -1)}, definitions={"b": "2"}
)

FIRES = [
    ("insert the given numbers", "w[1]*x + w[2]*y", "3*x - y"),
    ("insert the given numbers", "Abs(w[2]*x) + b", "Abs(-x) + 2"),
    ("insert the given numbers", "w[2]*v[1]", "-v[1]"),
    ("write the sum out", "Sum(w[k]*v[k], (k, 1, 2))", "w[1]*v[1] + w[2]*v[2]"),
]


@pytest.mark.parametrize(("rule", "before", "after"), FIRES)
def test_fires(rule, before, after):
    wanted = arrange(from_text(after, CONTEXT))
    made = [arrange(r.term) for law in find(rule) for r in law.apply(from_text(before, CONTEXT), CONTEXT)]
    assert any(same(m, wanted) for m in made)


@pytest.mark.parametrize("text", ["w[i]*x", "v[1]*x", "x + b", "Sum(w[k]*x, (k, 1, 2))"])
def test_leaves_alone(text):
    (law,) = find("insert the given numbers")
    assert not list(law.apply(from_text(text, CONTEXT), CONTEXT))


@pytest.mark.parametrize("text", ["w[3]*x", "w[0]*x"])
def test_refuses_what_is_outside_the_axes(text):
    (law,) = find("insert the given numbers")
    assert not list(law.apply(from_text(text, CONTEXT), CONTEXT))
