"""Equalities that hold class by class: rounded indices, strides of a fixed number, alternating signs, remainders."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable

import pytest
from contexts import declared

from symderiv.equality import decide, proof
from symderiv.equality.decision import prove_equal
from symderiv.equality.instances import compare
from symderiv.equality.residue_classes import prove_by_classes
from symderiv.language.context import Context
from symderiv.language.terms import Term
from symderiv.language.text import from_text
from symderiv.records import Verdict

CONTEXT = declared(
    reals="x", sizes="n m k", indices={"i": ("1", "n"), "j": ("1", "2*n"), "t": ("1", "3*n")},
    arrays={"f": "1:2*n", "g": "n", "h": "m", "a": "3*n", "p": "-2:2*n+3"}, padded="p",
)  # fmt: skip

EQUAL = [
    ("Sum(f[k], (k, 1, 2*n))", "Sum(f[2*k - 1] + f[2*k], (k, 1, n))"),
    ("Sum(h[k], (k, 1, m))", "Sum(h[2*k], (k, 1, floor(m/2))) + Sum(h[2*k - 1], (k, 1, ceiling(m/2)))"),
    ("Sum(a[k], (k, 1, 3*n))", "Sum(a[3*k - 2] + a[3*k - 1] + a[3*k], (k, 1, n))"),
    ("Sum(f[k]*g[ceiling(k/2)], (k, 1, 2*n))", "Sum(g[k]*(f[2*k - 1] + f[2*k]), (k, 1, n))"),
    ("Sum(f[k]*KroneckerDelta(ceiling(k/2), i), (k, 1, 2*n))", "f[2*i - 1] + f[2*i]"),
    ("Sum(f[k]*KroneckerDelta(floor(k/2), i), (k, 1, 2*n))", "f[2*i] + Piecewise((f[2*i + 1], i < n), (0, True))"),
    ("Sum(Piecewise((g[k], And(2*k - 1 <= j, j <= 2*k)), (0, True)), (k, 1, n))", "g[ceiling(j/2)]"),
    ("Sum(Piecewise((g[k], And(3*k - 2 <= t, t <= 3*k)), (0, True)), (k, 1, n))", "g[floor((t + 2)/3)]"),
    ("Sum(g[k]*KroneckerDelta(2*k, j), (k, 1, n))", "Piecewise((g[j/2], Eq(Mod(j, 2), 0)), (0, True))"),
    ("Sum(Piecewise((f[k], Eq(Mod(k, 2), 0)), (0, True)), (k, 1, 2*n))", "Sum(f[2*k], (k, 1, n))"),
    ("Sum((-1)**k*f[k], (k, 1, 2*n))", "Sum(f[2*k] - f[2*k - 1], (k, 1, n))"),
    ("Sum(Sum(f[k]*f[l], (l, 1, k)), (k, 1, 2*n))",
     "Sum(Sum(f[2*k]*(f[2*l - 1] + f[2*l]), (l, 1, k)) + Sum(f[2*k - 1]*f[2*l - 1], (l, 1, k))"
     " + Sum(f[2*k - 1]*f[2*l], (l, 1, k - 1)), (k, 1, n))"),
    ("g[ceiling(j/2)]", "g[floor((j + 1)/2)]"),
    ("floor(m/2) + ceiling(m/2)", "m"),
    ("Sum(p[j - 2*k]*g[k], (k, 1, n))", "Sum(p[k]*Sum(g[l]*KroneckerDelta(2*l + k, j), (l, 1, n)), (k, -2, 2*n + 3))"),
]  # fmt: skip

DIFFERENT = [
    ("Sum(f[k], (k, 1, 2*n))", "Sum(f[2*k - 1] - f[2*k], (k, 1, n))"),
    ("Sum(f[k], (k, 1, 2*n))", "Sum(f[2*k - 1] + f[2*k], (k, 1, n - 1))"),
    ("Sum(h[k], (k, 1, m))", "Sum(h[2*k], (k, 1, floor(m/2))) + Sum(h[2*k - 1], (k, 1, floor(m/2)))"),
    ("Sum(a[k], (k, 1, 3*n))", "Sum(a[3*k - 2] + a[3*k - 2] + a[3*k], (k, 1, n))"),
    ("Sum(f[k]*g[ceiling(k/2)], (k, 1, 2*n))", "Sum(g[k]*(f[2*k - 1] + 2*f[2*k]), (k, 1, n))"),
    ("Sum(f[k]*KroneckerDelta(ceiling(k/2), i), (k, 1, 2*n))", "f[2*i - 1] - f[2*i]"),
    ("Sum(f[k]*KroneckerDelta(ceiling(k/2), i), (k, 1, 2*n))", "f[2*i]"),
    ("Sum(f[k]*KroneckerDelta(floor(k/2), i), (k, 1, 2*n))", "f[2*i] + Piecewise((f[2*i + 1], i <= n - 2), (0, True))"),
    ("Sum(Piecewise((g[k], And(2*k - 1 <= j, j <= 2*k)), (0, True)), (k, 1, n))", "2*g[ceiling(j/2)]"),
    ("Sum(Piecewise((g[k], And(3*k - 2 <= t, t <= 3*k)), (0, True)), (k, 1, n))", "Piecewise((g[floor((t + 1)/3)], t >= 2), (0, True))"),
    ("Sum(Piecewise((g[k], And(2*k - 1 <= j, j <= 2*k - 1)), (0, True)), (k, 1, n))", "g[ceiling(j/2)]"),
    ("Sum(g[k]*KroneckerDelta(2*k, j), (k, 1, n))", "Piecewise((g[(j + 1)/2], Eq(Mod(j, 2), 1)), (0, True))"),
    ("Sum(Piecewise((f[k], Eq(Mod(k, 2), 1)), (0, True)), (k, 1, 2*n))", "Sum(f[2*k], (k, 1, n))"),
    ("Sum((-1)**k*f[k], (k, 1, 2*n))", "Sum(f[2*k - 1] - f[2*k], (k, 1, n))"),
    ("floor(m/2) + floor(m/2)", "m"),
    ("floor(x/2) + ceiling(x/2)", "x"),
    ("floor(x/2 + n)", "floor((x + 1)/2 + n)"),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_equal_in_every_class(left: str, right: str) -> None:
    verdict = decide(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT)
    assert verdict.word == "proved", verdict


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different_in_one_class(left: str, right: str) -> None:
    a, b = from_text(left, CONTEXT), from_text(right, CONTEXT)
    assert prove_equal(a, b, CONTEXT).word != "proved"
    verdict = decide(a, b, CONTEXT)
    assert verdict.word == "refuted"
    assert verdict.witness is not None and all(abs(int(verdict.witness.values.get(s, "1"))) <= 4 for s in "nm")


def _random_sum(rng: random.Random) -> str:
    """A sum over reads in steps, with a rounded weight or a remainder as its condition."""
    d = rng.choice((2, 2, 3))
    low, high = rng.choice((("1", "2*n"), ("1", "2*n"), ("1", "2*n"), ("1", "n"), ("1", "m")))
    index = rng.choice((f"{d}*k - {rng.randrange(3)}", "k", f"k + {rng.randrange(2)}", f"j - {d}*k"))
    rounded = rng.choice(("1", f"p[floor(k/{d})]", f"p[ceiling((k + 1)/{d})]", "(-1)**k"))
    guard = rng.choice(("", f"Eq(Mod(k, {d}), {rng.randrange(d)})", f"{d}*k <= j", f"k <= floor(j/{d})"))
    body = f"q[{index}]*{rounded}"
    return f"Sum({f'Piecewise(({body}, {guard}), (0, True))' if guard else body}, (k, {low}, {high}))"


def _apart(text: str, rng: random.Random) -> str:
    """The sum over even and over odd k; right where the number of terms is even and the first index is 1."""
    body, _, ends = text.removeprefix("Sum(").rpartition(", (k, ")
    low, high = ends.removesuffix("))").split(", ")
    parts = [re.sub(r"\bk\b", f"(2*k - {r})", body) for r in rng.choice(((0, 1), (0, 1), (1, 2)))]
    return " + ".join(f"Sum({part}, (k, {low}, floor(({high})/2)))" for part in parts)


WIDE = declared(
    sizes="n m", indices={"j": ("1", "2*n")}, arrays={"p": "-50:50", "q": "-50:50"}, padded="p q",
)  # fmt: skip


def _prove(left: Term, right: Term, context: Context) -> Verdict:
    return proof.prove_equal(left, right, context, seconds=0.4)


def random_pairs(seeds: Iterable[int]) -> tuple[int, list[tuple[str, str]]]:
    """(how many pairs were proved by classes, those of them that differ at a point)."""
    proved, wrong = 0, []
    for seed in seeds:
        rng = random.Random(seed)
        first = _random_sum(rng)
        second = _apart(first, rng) if rng.random() < 0.7 else _random_sum(rng)
        a, b = from_text(first, WIDE), from_text(second, WIDE)
        verdict = prove_by_classes(a, b, WIDE, _prove)
        if verdict is not None:
            proved += 1
            if compare(a, b, WIDE, 200, seconds=2.0).word == "refuted":
                wrong.append((first, second))
    return proved, wrong


def test_nothing_that_differs_at_a_point_is_proved() -> None:
    proved, wrong = random_pairs(range(12))
    assert proved and not wrong
