"""Indices that are read in steps or rounded: where the rules fire, what they leave alone, where they must refuse."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.language.context import Range
from symderiv.language.text import from_text, to_text
from symderiv.rules import find
from symderiv.rules.conditions import truth
from symderiv.rules.structure import same

CONTEXT = declared(
    reals="x", sizes="n m",
    indices={"i": ("1", "n"), "j": ("1", "2*n"), "t": ("1", "3*n"), "o": ("0", "2*n + 1")},
    arrays={"f": "1:2*n", "g": "n", "a": "3*n", "z": "2*n"}, padded="z", variables={"e": Range(integer=True)},
)  # fmt: skip


def sum_of(body: str, condition: str, high: str = "n") -> str:
    return f"Sum(Piecewise(({body}, {condition}), (0, True)), (k, 1, {high}))"


FIRES = [
    # (rule, before, after)
    ("delta of a floor", "Sum(f[k]*KroneckerDelta(ceiling(k/2), i), (k, 1, 2*n))", sum_of("f[k]", "And(2*i - 1 <= k, k <= 2*i)", "2*n")),
    ("delta of a floor", "Sum(f[k]*KroneckerDelta(i, floor(k/2)), (k, 1, 2*n))", sum_of("f[k]", "And(2*i <= k, k <= 2*i + 1)", "2*n")),
    ("delta of a floor", "Sum(f[k]*KroneckerDelta(floor((k - 1)/2) + 1, i), (k, 1, 2*n))", sum_of("f[k]", "And(2*i - 1 <= k, k <= 2*i)", "2*n")),
    ("delta of a floor", "Sum(a[k]*KroneckerDelta(floor((t - k)/3), i), (k, 1, 3*n))", sum_of("a[k]", "And(t - 3*i - 2 <= k, k <= t - 3*i)", "3*n")),
    ("delta of a floor", "Sum(x*f[k]*(KroneckerDelta(ceiling(k/2), i) + 1), (k, 1, 2*n))",
     "Sum(x*f[k]*KroneckerDelta(ceiling(k/2), i), (k, 1, 2*n)) + Sum(x*f[k], (k, 1, 2*n))"),
    ("deltas of neighbours", "x*KroneckerDelta(2*i - 1, j) + x*KroneckerDelta(2*i, j)", "Piecewise((1, And(2*i - 1 <= j, j <= 2*i)), (0, True))*x"),
    ("deltas of neighbours", "KroneckerDelta(j, 3*i) + x + KroneckerDelta(3*i - 2, j) + KroneckerDelta(j, 3*i - 1)",
     "Piecewise((1, And(3*i - 2 <= j, j <= 3*i)), (0, True)) + x"),
    ("the one index of the window", sum_of("g[k]", "And(2*k - 1 <= j, j <= 2*k)"), "g[ceiling(1/2*j)]"),
    ("the one index of the window", sum_of("x*g[k]", "And(3*k > t - 1, t + 2 >= 3*k)"), "x*g[ceiling(1/3*t)]"),
    ("the one index of the window", sum_of("g[k]", "And(2*k <= 2*i, 2*i - 1 <= 2*k)"), "g[i]"),
    ("the one index of the window", sum_of("g[k]", "And(2*k <= o, o <= 2*k + 1)"), "Piecewise((1, 2 <= o), (0, True))*g[floor(1/2*o)]"),
    ("the one index of the window", sum_of("g[k]", "And(2*k - 1 <= j, j <= 2*k, k <= m)"), "Piecewise((1, ceiling(1/2*j) <= m), (0, True))*g[ceiling(1/2*j)]"),
    ("equation in the range", sum_of("f[k]", "Eq(k + i, 2*i)", "2*n"), "f[i]"),
    ("equation in the range", sum_of("f[k]", "Eq(2*k, 2*i + 2)", "2*n"), "f[i + 1]"),
    ("condition that never holds", sum_of("g[k]", "Eq(2*k, 2*i - 1)"), "0"),
    ("condition that never holds", sum_of("g[k]", "And(k <= m, k > n)"), "0"),
    ("terms in pairs", "Sum(f[k], (k, 1, 2*n))", "Sum(f[2*k - 1] + f[2*k], (k, 1, n))"),
    ("zero padding of the range", sum_of("x*z[k]", "k >= 2*i - 2", "2*n"), "Sum(x*z[k], (k, 2*i - 2, 2*n))"),
    ("zero padding of the range", sum_of("z[k]", "And(e <= k, k <= e + 1)", "2*n"), "Sum(z[k], (k, e, e + 1))"),
    ("write out the window", "Sum(f[k], (k, 2*i - 1, 2*i))", "f[2*i - 1] + f[2*i]"),
    ("write out the window", "Sum(k*z[k], (k, e, e + 3))", "e*z[e] + (e + 1)*z[e + 1] + (e + 2)*z[e + 2] + (e + 3)*z[e + 3]"),
    ("eliminate the delta", "Sum(g[k]*KroneckerDelta(2*k, 2*i), (k, 1, n))", "g[i]"),
    ("eliminate the delta", "Sum(g[k]*KroneckerDelta(4*i - 2*k, 2*i), (k, 1, n))", "g[i]"),
    ("value of the delta", "KroneckerDelta(2*i - 1, 2*j)", "0"),
    ("value of the delta", "KroneckerDelta(3*i + 1, 3*j - 3*t)", "0"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "before", "after"), FIRES)
def test_fires(rule: str, before: str, after: str) -> None:
    term = from_text(before, CONTEXT)
    found = [w.term for r in find(rule) for w in r.apply(term, CONTEXT)]
    assert after in [to_text(t) for t in found]
    assert decide(term, from_text(after, CONTEXT), CONTEXT).word == "proved"


LEAVES_ALONE = [
    ("delta of a floor", "Sum(f[k]*KroneckerDelta(k, i), (k, 1, 2*n))"),
    ("delta of a floor", "Sum(f[k]*KroneckerDelta(ceiling(j/2), i), (k, 1, 2*n))"),  # no index in it
    ("deltas of neighbours", "KroneckerDelta(i, j) + x"),
    ("the one index of the window", sum_of("g[k]", "And(k <= j, j <= k)")),
    ("the one index of the window", sum_of("g[k]", "2*k <= j")),
    ("equation in the range", sum_of("g[k]", "k <= i")),
    ("condition that never holds", sum_of("g[k]", "Eq(2*k, 2*i)")),
    ("terms in pairs", "Sum(g[k], (k, 1, n))"),  # n may be odd
    ("terms in pairs", "Sum(f[k], (k, 0, 2*n))"),
    ("terms in pairs", sum_of("f[k]", "k <= m", "2*n")),
    ("zero padding of the range", sum_of("f[k]", "k >= 2*i - 2", "2*n")),  # not zero-padded
    ("write out the window", "Sum(f[k], (k, 1, 2))"),  # numbers: "write the sum out"
    ("write out the window", "Sum(f[k], (k, i, n))"),
]

REFUSES = [
    ("deltas of neighbours", "KroneckerDelta(2*i - 2, j) + KroneckerDelta(2*i, j)"),  # what lies between is left out
    ("deltas of neighbours", "KroneckerDelta(2*i - 1, j) + KroneckerDelta(2*i - 1, j)"),  # the same one twice
    ("deltas of neighbours", "x*KroneckerDelta(2*i - 1, j) + KroneckerDelta(2*i, j)"),  # other factors
    ("deltas of neighbours", "KroneckerDelta(i, j) - KroneckerDelta(i + 1, j)"),
    ("delta of a floor", "Sum(f[k]*KroneckerDelta(floor(3*k/2), i), (k, 1, n))"),  # every third is left out
    ("delta of a floor", "Sum(f[k]*KroneckerDelta(floor((k + x)/2), i), (k, 1, 2*n))"),  # x is no integer
    ("delta of a floor", "Sum(f[k]*KroneckerDelta(floor(k/2), k), (k, 1, 2*n))"),  # the index on both sides
    ("the one index of the window", sum_of("g[k]", "And(2*k - 2 <= j, j <= 2*k)")),  # one or two
    ("the one index of the window", sum_of("g[k]", "And(2*k <= j, j <= 2*k)")),  # one or none
    ("the one index of the window", sum_of("g[k]", "And(2*k - 1 <= x, x <= 2*k)")),  # x is no integer
    ("condition that never holds", sum_of("g[k]", "Eq(2*k, j)")),
    ("condition that never holds", sum_of("g[k]", "Eq(2*k, 2*x - 1)")),  # x is no integer
    ("equation in the range", sum_of("g[k]", "Eq(2*k, j)")),  # j may be odd
    ("eliminate the delta", "Sum(g[k]*KroneckerDelta(2*k, j), (k, 1, n))"),
    ("eliminate the delta", "Sum(g[k]*KroneckerDelta(2*k, 2*i + 1), (k, 1, n))"),
    ("zero padding of the range", sum_of("z[k + 1]", "k >= 2*i - 2", "2*n")),  # z[1] stands at k = 0
    ("zero padding of the range", sum_of("z[k] + 1", "k >= 2*i - 2", "2*n")),
    ("write out the window", "Sum(f[k], (k, i, i + n))"),
    ("write out the window", "Sum(f[k], (k, i, i + 5))"),
    ("value of the delta", "KroneckerDelta(2*i, 2*j)"),
    ("value of the delta", "KroneckerDelta(2*i + 1, 3*j)"),
]


@pytest.mark.parametrize(("rule", "text"), LEAVES_ALONE + REFUSES)
def test_leaves_alone_and_refuses(rule: str, text: str) -> None:
    term = from_text(text, CONTEXT)
    assert not [to_text(w.term) for r in find(rule) for w in r.apply(term, CONTEXT) if not same(w.term, term)]


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("Eq(2*i - 1, 2*j)", False),
        ("Ne(2*i - 1, 2*j)", True),
        ("Eq(2*i, 4*j)", None),
        ("Eq(2*x - 1, 2*i)", None),
        ("Eq(6*i + 3*j, 2)", False),
        ("Eq(6*i + 3*j, 9)", None),
    ],
)
def test_equations_that_no_integers_solve(condition: str, value: bool | None) -> None:
    assert truth(from_text(condition, CONTEXT), CONTEXT) is value
