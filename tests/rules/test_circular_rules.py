"""Rules for sums round the corner and for windows that enter and leave a range: fire, leave alone, refuse."""

from __future__ import annotations

import pytest
from rule_terms import CONTEXT

from symderiv.language.terms import Term
from symderiv.language.text import from_text, to_text
from symderiv.rules import find
from symderiv.rules.structure import arrange, same

FIRES = [
    ("residue of a residue", "Mod(e + n, n)", "Mod(e, n)", ()),
    ("residue of a residue", "Mod(Mod(e, n) - j, n)", "Mod(e - j, n)", ()),
    ("residue of a residue", "Mod(e + 11, 8)", "Mod(e + 3, 8)", ()),
    ("residue of a residue", "Mod(i + n - 1, n)", "i - 1", ()),
    ("sum over a full period", "Sum(exp(v[Mod(e - k, n) + 1]), (k, 1, n))", "Sum(exp(v[k]), (k, 1, n))", ()),
    ("sum over a full period", "Sum(g*v[Mod(k + i + e, n) + 1], (k, 0, n - 1))", "Sum(g*v[k + 1], (k, 0, n - 1))", ()),
    ("sum over a full period", "Sum(Piecewise((v[Mod(k + e, n) + 1], Mod(k + e, n) < m), (0, True)), (k, 0, n - 1))",
     "Sum(Piecewise((1, k < m), (0, True))*v[k + 1], (k, 0, n - 1))", ()),
    ("sum over a full period", "Sum(Sum(v[Mod(k + e + l, n) + 1]*b[l], (l, 1, m)), (k, 0, n - 1))",
     "Sum(Sum(v[Mod(k + l, n) + 1]*b[l], (l, 1, m)), (k, 0, n - 1))", ()),
    ("eliminate the delta of a residue", "Sum(KroneckerDelta(Mod(k + e, n), j - 1)*v[k + 1], (k, 0, n - 1))",
     "v[Mod(j - e - 1, n) + 1]", ("0 <= j - 1", "j - 1 <= n - 1")),
    ("eliminate the delta of a residue", "Sum(KroneckerDelta(Mod(k, n), e)*v[k], (k, 1, n))",
     "Piecewise((1, And(0 <= e, e <= n - 1)), (0, True))*v[Mod(e - 1, n) + 1]", ()),
    ("eliminate the delta of a residue", "Sum(KroneckerDelta(Mod(k - i, n), j - 1)*x, (k, 1, i))",
     "Piecewise((1, Mod(j + i - 2, n) + 1 <= i), (0, True))*x", ("0 <= j - 1", "j - 1 <= n - 1")),
    ("cases of the range", "Sum(Piecewise((r**k, And(-e <= k, k <= 4 - e)), (0, True)), (k, 0, n))",
     "Piecewise((0, e < -n), (Sum(r**k, (k, -e, n)), And(e <= 0, e <= 4 - n)), (Sum(r**k, (k, -e, 4 - e)), e <= 0),"
     " (Sum(r**k, (k, 0, n)), e <= 4 - n), (Sum(r**k, (k, 0, 4 - e)), e <= 4), (0, True))", ()),
]  # fmt: skip

LEAVES_ALONE = [
    ("residue of a residue", "Mod(e, n)"),
    ("residue of a residue", "Mod(Mod(e, n), m + 1)"),
    ("sum over a full period", "Sum(v[k], (k, 1, n))"),
    ("eliminate the delta of a residue", "Sum(KroneckerDelta(k, j)*v[k], (k, 1, n))"),
    ("cases of the range", "Sum(r**k, (k, 0, n))"),
]

REFUSES = [
    ("residue of a residue", "Mod(2*i, n)", "a multiple of an index"),
    ("residue of a residue", "Mod(e + x, n)*Mod(i, m + 1)", "nothing to leave out"),
    ("sum over a full period", "Sum(v[Mod(k + e, n) + 1], (k, 1, n - 1))", "the range is one short"),
    ("sum over a full period", "Sum(v[Mod(k + e, n) + 1], (k, 0, n))", "the range is one long"),
    ("sum over a full period", "Sum(k*v[Mod(k + e, n) + 1], (k, 1, n))", "the index itself is a factor"),
    ("sum over a full period", "Sum(Sum(v[Mod(k + e, n) + 1], (l, 1, k)), (k, 1, n))", "the index ends an inner range"),
    ("sum over a full period", "Sum(v[Mod(k + e, n) + 1]*z[k + 1], (k, 1, n))", "k + 1 leaves the axis"),
    ("sum over a full period", "Sum(v[Mod(2*k + e, n) + 1], (k, 1, n))", "2 k does not run through all residues"),
    ("eliminate the delta of a residue", "Sum(KroneckerDelta(Mod(k, n), j - 1)*x, (k, 1, n + 1))", "two k may fit"),
    ("eliminate the delta of a residue", "Sum(KroneckerDelta(Mod(2*k, n), j - 1)*x, (k, 1, n))", "two k may fit"),
    ("eliminate the delta of a residue", "Sum(KroneckerDelta(Mod(k, n), k - 1)*x, (k, 1, n))", "k on both sides"),
    ("cases of the range", "Sum(Piecewise((r**k, Ne(k, e)), (0, True)), (k, 0, n))", "no interval"),
    ("cases of the range", "Sum(Piecewise((r**k, 2*k <= e), (0, True)), (k, 0, n))", "no whole bound"),
    ("cases of the range", "Sum(Piecewise((v[k], And(e <= k, k <= e + 2)), (0, True)), (k, 1, n))", "no closed form"),
]


def rewrites(rule: str, before: str) -> list[tuple[Term, tuple[str, ...]]]:
    line = from_text(before, CONTEXT)
    return [
        (arrange(r.term), tuple(map(to_text, r.conditions))) for law in find(rule) for r in law.apply(line, CONTEXT)
    ]


@pytest.mark.parametrize(("rule", "before", "after", "conditions"), FIRES)
def test_fires(rule: str, before: str, after: str, conditions: tuple[str, ...]) -> None:
    wanted = arrange(from_text(after, CONTEXT))
    found = rewrites(rule, before)
    assert [c for term, c in found if same(term, wanted)][:1] == [conditions], found


@pytest.mark.parametrize(("rule", "before"), LEAVES_ALONE)
def test_leaves_alone(rule: str, before: str) -> None:
    assert rewrites(rule, before) == []


@pytest.mark.parametrize(("rule", "before", "why"), REFUSES)
def test_refuses(rule: str, before: str, why: str) -> None:
    assert rewrites(rule, before) == [], why
