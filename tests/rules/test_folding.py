"""Names in the place of what they stand for a multiple of; deltas before inner sums: fires, leaves alone, must refuse."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.language.text import from_text, to_text
from symderiv.rules import find
from symderiv.rules.structure import same

CONTEXT = declared(
    reals="x c", sizes="n m", indices={"i": ("1", "n"), "j": ("1", "n"), "l": ("1", "m")},
    arrays={"v": "n", "w": "n m", "u": "n"},
    definitions={"vbar": "Sum(v[k], (k, 1, n))/n", "wbar[i]": "Sum(w[i, k], (k, 1, m))/m", "s": "c*Sum(u[k], (k, 1, n))"},
)  # fmt: skip

FIRES = [
    ("sum by the mean", "Sum(v[k], (k, 1, n))", "n*vbar"),
    ("sum by the mean", "Sum(w[j, k], (k, 1, m))", "m*wbar[j]"),
    ("eliminate the delta", "Sum(Sum(KroneckerDelta(i, j)*w[i, k], (k, 1, m)), (i, 1, n))", "Sum(w[j, k], (k, 1, m))"),
    ("eliminate the delta", "Sum(v[i]*Sum(x*Sum(KroneckerDelta(i, j)*w[i, k]*u[q], (q, 1, i)), (k, 1, m)), (i, 1, n))",
     "v[j]*Sum(x*Sum(w[j, k]*u[q], (q, 1, j)), (k, 1, m))"),
    ("eliminate the delta", "Sum(Sum(KroneckerDelta(i, j + 1)*w[i, k], (k, 1, m)), (i, 1, n))",
     "Piecewise((1, j + 1 <= n), (0, True))*Sum(w[j + 1, k], (k, 1, m))"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "before", "after"), FIRES)
def test_fires(rule: str, before: str, after: str) -> None:
    term, wanted = from_text(before, CONTEXT), from_text(after, CONTEXT)
    found = [w.term for r in find(rule) for w in r.apply(term, CONTEXT)]
    assert any(same(t, wanted) for t in found), [to_text(t) for t in found]
    assert decide(term, wanted, CONTEXT).word == "proved"


NOT = [
    # leaves alone
    ("sum by the mean", "Sum(v[k]**2, (k, 1, n))"),
    ("eliminate the delta", "Sum(Sum(w[i, k], (k, 1, m)), (i, 1, n))"),
    # must refuse
    ("sum by the mean", "Sum(v[k], (k, 2, n))"),  # one term less
    ("sum by the mean", "Sum(v[k], (k, 1, m))"),
    ("sum by the mean", "Sum(w[l, k], (k, 1, m))"),  # l may be beyond n
    ("sum by the mean", "Sum(u[k], (k, 1, n))"),  # c may be 0
    ("eliminate the delta", "Sum(Sum(KroneckerDelta(i, k)*KroneckerDelta(j, l), (k, 1, m)), (i, 1, n))"),  # k is inner
    ("eliminate the delta", "Sum(exp(Sum(KroneckerDelta(i, j)*w[i, k], (k, 1, m))), (i, 1, n))"),
    ("eliminate the delta", "Sum(Sum(KroneckerDelta(i, j) + w[i, k], (k, 1, m)), (i, 1, n))"),
]


@pytest.mark.parametrize(("rule", "text"), NOT)
def test_leaves_alone_and_refuses(rule: str, text: str) -> None:
    assert not [to_text(w.term) for r in find(rule) for w in r.apply(from_text(text, CONTEXT), CONTEXT)]
