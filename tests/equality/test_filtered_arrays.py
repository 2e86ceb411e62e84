"""Recurrences that read an array of symbolic length: proved for all lengths, and no slip that is proved."""

from __future__ import annotations

import pytest
from sympy import Expr, Sum

from symderiv import declare
from symderiv.equality import decide
from symderiv.equality.decision import prove_equal
from symderiv.errors import DeclarationError
from symderiv.language.border import from_sympy
from symderiv.language.terms import ONE

p = declare("Filters")
T = p.size("T")
t, s = p.index("t", 0, T), p.index("s", 1, T)
n = p.index("n", 0, T - 1)
a, b, h0 = p.symbol("a b h0")
x = p.array("x", T)
z = p.array("z", T, padded=True)
q = p.array("q", T, law="simplex")
h = p.recurrence("h", t, start={0: h0}, step=lambda h: a * h[t] + b * x[t + 1])
g = p.recurrence("g", t, start={0: 0}, step=lambda g: g[t] + z[t + 1])
c = p.recurrence("c", t, start={0: 0}, step=lambda c: c[t] + q[t + 1])
CONTEXT = p.context

TRUE = [
    (h[T], a**T * h0 + b * Sum(a ** (T - s) * x[s], (s, 1, T))),
    (h[n + 1], a ** (n + 1) * h0 + Sum(a ** (n + 1 - s) * b * x[s], (s, 1, n + 1))),
    (g[T], Sum(z[s], (s, 1, T))),
    (c[n], Sum(q[s], (s, 1, n))),
]
FALSE = [
    (h[T], a**T * h0 + b * Sum(a ** (T - s) * x[s], (s, 1, T - 1))),
    (h[T], a**T * h0 + b * Sum(a ** (T - s + 1) * x[s], (s, 1, T))),
    (h[T], a**T * h0 - b * Sum(a ** (T - s) * x[s], (s, 1, T))),
    (h[n + 1], a**n * h0 + Sum(a ** (n + 1 - s) * b * x[s], (s, 1, n + 1))),
    (g[T], Sum(z[s + 1], (s, 1, T))),
    (c[n], 1),
]


@pytest.mark.parametrize(("left", "right"), TRUE)
def test_what_holds_for_all_lengths_is_proved(left: Expr, right: Expr) -> None:
    assert decide(from_sympy(left), from_sympy(right), CONTEXT).word == "proved"


@pytest.mark.parametrize(("left", "right"), FALSE)
def test_what_is_wrong_is_refuted(left: Expr, right: Expr) -> None:
    assert prove_equal(from_sympy(left), from_sympy(right), CONTEXT).word != "proved"
    assert decide(from_sympy(left), from_sympy(right), CONTEXT).word == "refuted"


def test_the_whole_of_a_simplex_is_1() -> None:
    """c[T] = 1 holds since the entries of q up to its end add up to 1; it must not be shown for other ends."""
    assert decide(from_sympy(c[T]), ONE, CONTEXT).word in ("proved", "checked")


def test_the_index_of_a_recurrence_may_run_to_the_last_entry() -> None:
    r = declare("A filter")
    size = r.size("T")
    time = r.index("time", 0, size)
    inputs = r.array("u", size)
    state = r.recurrence("h", time, start={0: 0}, step=lambda h: h[time] + inputs[time + 1])
    r.part("1", "Last").derive("h", state[size], expected=state[size])
    assert r.problem().context.arrays["h"].axes[0][1] == from_sympy(size)


@pytest.mark.parametrize(
    ("ahead", "asked", "message"),
    [
        (2, 0, "inputs[time + 2] reads inputs[4], but inputs has indices 1..3"),
        (1, 1, "h[T + 1] reads h[4], but h has indices 0..3"),
    ],
)
def test_what_is_beyond_the_last_entry_is_refused(ahead: int, asked: int, message: str) -> None:
    r = declare("A filter")
    size = r.size("T")
    time = r.index("time", 0, size)
    inputs = r.array("inputs", size)
    state = r.recurrence("h", time, start={0: 0}, step=lambda h: h[time] + inputs[time + ahead])
    r.part("1", "Last").derive("h", state[size + asked], expected=1)
    with pytest.raises(DeclarationError) as error:
        r.problem()
    assert message in str(error.value)
