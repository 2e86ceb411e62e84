"""Reading off unknowns: families over letters, lone summands and factors, and shapes that do not fit."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.language.terms import Symbol
from symderiv.language.text import from_text, to_text
from symderiv.solver.unifying import unify

CONTEXT = declared(
    reals="x y z t b", sizes="n m", indices={"i": ("1", "n"), "j": ("1", "m"), "k": ("1", "m")},
    arrays={"w": "0:m 0:n", "v": "n", "u": "m 0:n", "c": "m", "h": "m"},
)  # fmt: skip


def read(text):
    return from_text(text, CONTEXT)


FOUND = [
    # (goal, line, unknowns, {name: (letters, value)})
    ("sigmoid(z)", "sigmoid(x - y)", "z", {"z": ("", "x - y")}),
    ("x + b", "x + 2*y + 1", "b", {"b": ("", "2*y + 1")}),
    ("x + b", "x", "b", {"b": ("", "0")}),
    ("x*b", "x*y*3", "b", {"b": ("", "3*y")}),
    ("x*b", "x", "b", {"b": ("", "1")}),
    ("b*tanh(z) + t", "2*tanh(x) + y", "bzt", {"b": ("", "2"), "z": ("", "x"), "t": ("", "y")}),
    ("c[j]", "w[j, 0]/2", "c", {"c": ("j", "1/2*w[j, 0]")}),
    ("Sum(u[j, i]*v[i], (i, 1, n)) + c[j]", "Sum(w[j, i]*v[i], (i, 1, n)) + x", "uc", {"u": ("ji", "w[j, i]"), "c": ("j", "x")}),
    ("Sum(u[j, i]*v[i], (i, 1, n))", "y*Sum(w[j, i]*v[i], (i, 1, n))", "u", {"u": ("ji", "y*w[j, i]")}),
    ("Sum(h[j]*tanh(c[j]), (j, 1, m))", "Sum(x*w[j, 0]*tanh(w[j, 1]/2), (j, 1, m))", "hc",
     {"h": ("j", "x*w[j, 0]"), "c": ("j", "1/2*w[j, 1]")}),
]  # fmt: skip

NOT_FOUND = [
    # (goal, line, unknowns, why)
    ("sigmoid(z)", "tanh(x)", "z", "another function"),
    ("z + z*x", "y + t*x", "z", "two values for z"),
    ("x + b", "y + 1", "b", "x is no summand of the line"),
    ("x*b", "y/x", "b", "x stands below the bar"),
    ("Sum(b*v[i], (i, 1, n))", "Sum(w[1, i]*v[i], (i, 1, n))", "b", "a scalar cannot depend on the bound index"),
    ("Sum(c[j]*v[i], (i, 1, n))", "Sum(w[j, i]*v[i], (i, 1, n))", "c", "c does not depend on i"),
    ("Sum(u[j, i]*v[i], (i, 1, n))", "Sum(w[j, i]*v[i], (i, 2, n))", "u", "another range"),
    ("b + t", "x + y", "bt", "which summand is which is not determined"),
]  # fmt: skip


@pytest.mark.parametrize(("goal", "line", "unknowns", "values"), FOUND)
def test_unknowns_are_read_off(goal, line, unknowns, values):
    found = unify(read(goal), read(line), frozenset(unknowns))
    assert found is not None
    for name, (letters, value) in values.items():
        family = found[name]
        assert len(family.parameters) == len(letters)
        assert to_text(family.at(tuple(Symbol(a) for a in letters))) == value


@pytest.mark.parametrize(("goal", "line", "unknowns", "why"), NOT_FOUND)
def test_shapes_that_do_not_fit(goal, line, unknowns, why):
    assert unify(read(goal), read(line), frozenset(unknowns)) is None, why
