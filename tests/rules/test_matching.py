"""Patterns with parameters: what matches, with which values, and what does not; a bound index is never taken out."""

from __future__ import annotations

import pytest
from rule_terms import CONTEXT

from symderiv.language.text import from_text, to_text
from symderiv.rules.matching import find_instance, match, match_part
from symderiv.rules.structure import same


def read(text):
    return from_text(text, CONTEXT)


FOUND = [
    # (pattern, parameters, term, values)
    ("exp(v[i])", "i", "exp(v[j])", {"i": "j"}),
    ("exp(v[i])", "i", "exp(v[1])", {"i": "1"}),
    ("exp(v[i])", "i", "exp(v[n - 1])", {"i": "n - 1"}),
    ("x*y", "x", "y*(r + 1)", {"x": "r + 1"}),
    ("x + exp(x)", "x", "exp(y**2) + y**2", {"x": "y**2"}),
    ("x**2 - r*x", "x", "y**2 - r*y", {"x": "y"}),
    ("exp(v[i])/Sum(exp(v[k]), (k, 1, n))", "i", "exp(v[j])/Sum(exp(v[l]), (l, 1, n))", {"i": "j"}),
    ("Sum(w[i, k]*v[k], (k, 1, n))", "i", "Sum(v[i]*w[j, i], (i, 1, n))", {"i": "j"}),
    ("KroneckerDelta(i, j)", "i", "KroneckerDelta(j, k)", {"i": "k"}),
    ("v[i + 1]", "i", "v[j]", {"i": "j - 1"}),
    ("v[i + 1]", "i", "v[j + 1]", {"i": "j"}),
    ("w[i, j]", "ij", "w[j, i]", {"i": "j", "j": "i"}),
    ("Sum(w[i, k], (k, 1, n))", "i", "Sum(w[k, l], (l, 1, n))", {"i": "k"}),
    ("sigmoid(x)", "", "sigmoid(x)", {}),
]  # fmt: skip

NOT_FOUND = [
    # (pattern, parameters, term, why)
    ("exp(v[i])", "i", "exp(b[1])", "another array"),
    ("exp(v[i])", "i", "exp(v[i] + 1)", "one summand more"),
    ("exp(v[i])", "", "exp(v[j])", "i is no parameter"),
    ("x + exp(x)", "x", "y + exp(y + 1)", "two values for x"),
    ("x*x", "x", "r*s", "two values for x"),
    ("Sum(x*v[k], (k, 1, n))", "x", "Sum(v[k]*v[k], (k, 1, n))", "x would be an entry at the bound index"),
    ("Sum(w[i, k], (k, 1, n))", "i", "Sum(w[k, k], (k, 1, n))", "i would be the bound index"),
    ("Sum(w[i, k], (k, 1, n))", "i", "Sum(w[j, k], (k, 1, m))", "another range"),
    ("Sum(v[k], (k, 1, n))", "", "Sum(Piecewise((v[k], Ne(k, i)), (0, True)), (k, 1, n))", "a guard"),
    ("w[i, i]", "i", "w[j, k]", "two values for i"),
    ("x**2", "x", "y**3", "another exponent"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "parameters", "term", "values"), FOUND)
def test_match(pattern, parameters, term, values):
    found = match(read(pattern), read(term), frozenset(parameters))
    assert found is not None
    assert {k: to_text(v) for k, v in found.items()} == values


@pytest.mark.parametrize(("pattern", "parameters", "term", "why"), NOT_FOUND)
def test_no_match(pattern, parameters, term, why):
    assert match(read(pattern), read(term), frozenset(parameters)) is None, why


def test_every_parameter_needs_a_value():
    assert match(read("exp(v[1])"), read("exp(v[1])"), frozenset("i")) is not None
    assert find_instance(read("exp(v[1])"), read("exp(v[1])"), frozenset("i")) is None


@pytest.mark.parametrize(
    ("pattern", "term", "value", "rest"),
    [
        ("exp(v[i])/r", "2*exp(v[j])*y/r", "j", ["2", "y"]),
        ("exp(v[i]) + r", "y + r + exp(v[k])", "k", ["y"]),
        ("exp(v[i])*r", "exp(v[k])*r", "k", []),
    ],
)
def test_a_part_of_a_product_or_sum_matches(pattern, term, value, rest):
    found = match_part(read(pattern), read(term), frozenset("i"))
    assert found is not None
    assert to_text(found[0]["i"]) == value
    assert all(any(same(r, read(w)) for w in rest) for r in found[1]) and len(found[1]) == len(rest)


def test_the_budget_ends_hopeless_searches():
    many = read("+".join(f"exp(v[{n}])*sin(x*{n})" for n in range(1, 12)))
    other = read("+".join(f"exp(v[{n}])*sin(y*{n})" for n in range(1, 12)))
    assert match(many, other, frozenset()) is None
