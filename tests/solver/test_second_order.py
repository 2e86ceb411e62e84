"""Sequences of second order and pairs that use each other: closed forms derived, every line proved, slips objected to."""

from __future__ import annotations

import pytest

from symderiv.equality import decide
from symderiv.language.text import from_text
from symderiv.loading import load
from symderiv.solver import solve_part
from symderiv.verification import verify_part

HEAD = """
from sympy import Rational, oo, sqrt
from symderiv import declare
p = declare("Second order")
T = p.size("T", lower=0)
t = p.index("t", 0, oo)
x0, x1, c = p.symbol("x0 x1 c")
r, s = p.symbol("r s", nonzero=True)
p.assume(r > s)
b = p.symbol("b", unit=True)
part = p.part("1", "Closed form")
"""
CASES = {
    # name: (declaration, entry, closed form, slips that are refuted)
    "two whole roots": (
        "a = p.recurrence('a', t, start={0: 0, 1: 1}, step=lambda a: 5*a[t] - 6*a[t - 1])", "a[T]", "3**T - 2**T",
        ["3**T + 2**T", "3**T - 2**(T + 1)", "3**T - T"],
    ),
    "one root twice": (
        "a = p.recurrence('a', t, start={0: 1, 1: 3}, step=lambda a: 4*a[t] - 4*a[t - 1])", "a[T]", "2**T*(1 + T/2)",
        ["2**T", "2**T*(1 + T)"],
    ),
    "the root 1 twice": (
        "a = p.recurrence('a', t, start={0: 1, 1: 3}, step=lambda a: 2*a[t] - a[t - 1])", "a[T]", "2*T + 1", ["2*T"],
    ),
    "with a constant": (
        "a = p.recurrence('a', t, start={0: 0, 1: 0}, step=lambda a: 5*a[t] - 6*a[t - 1] + c)", "a[T]",
        "c*(1 - 2*2**T + 3**T)/2", ["c*(1 - 2**T + 3**T)/2"],
    ),
    "a constant beside the root 1": (
        "a = p.recurrence('a', t, start={0: 0, 1: 1}, step=lambda a: 3*a[t] - 2*a[t - 1] + 1)", "a[T]",
        "2*2**T - T - 2", ["2*2**T - 2"],
    ),
    "Fibonacci": (
        "a = p.recurrence('a', t, start={0: 0, 1: 1}, step=lambda a: a[t] + a[t - 1])", "a[T]",
        "(((1 + sqrt(5))/2)**T - ((1 - sqrt(5))/2)**T)/sqrt(5)", ["(((1 + sqrt(5))/2)**T + ((1 - sqrt(5))/2)**T)/sqrt(5)"],
    ),
    "roots that are letters": (
        "a = p.recurrence('a', t, start={0: x0, 1: x1}, step=lambda a: (r + s)*a[t] - r*s*a[t - 1])", "a[T]",
        "((x1 - s*x0)*r**T - (x1 - r*x0)*s**T)/(r - s)", [],
    ),
    "counted from 1": (
        "a = p.recurrence('a', t, start={1: 1, 2: 5}, step=lambda a: 5*a[t] - 6*a[t - 1])", "a[T + 1]",
        "3**(T + 1) - 2**(T + 1)", ["3**T - 2**T"],
    ),
    "two states": (
        "a, z = p.recurrence('a z', t, start={0: (1, 0)}, "
        "step=lambda a, z: (Rational(9, 10)*a[t] + z[t]/5, a[t]/10 + Rational(4, 5)*z[t]))",
        "a[T]", "(2 + (7/10)**T)/3", ["(2 - (7/10)**T)/3", "(1 + 2*(7/10)**T)/3"],
    ),
    "critically damped momentum": (
        "v, a = p.recurrence('v a', t, start={0: (0, x0)}, "
        "step=lambda v, a: (v[t]/4 - a[t]/4, a[t] + v[t]/4 - a[t]/4))",
        "a[T]", "x0*(1 + T/2)/2**T", ["x0*(1 + T)/2**T", "x0/2**T"],
    ),
    "its velocity": (
        "v, a = p.recurrence('v a', t, start={0: (0, x0)}, "
        "step=lambda v, a: (v[t]/4 - a[t]/4, a[t] + v[t]/4 - a[t]/4))",
        "v[T]", "-x0*T/2**(T + 1)", ["-x0*T/2**T"],
    ),
    "a particle that coasts": (
        "a = p.recurrence('a', t, start={0: x0, 1: x1}, step=lambda a: (1 + b)*a[t] - b*a[t - 1])", "a[T]",
        "x0 + (x1 - x0)*(1 - b**T)/(1 - b)", ["x1 + (x1 - x0)*(1 - b**T)/(1 - b)"],
    ),
}  # fmt: skip


def solved(tmp_path, name):
    declaration, entry, answer, _ = CASES[name]
    path = tmp_path / "second.py"
    path.write_text(f"{HEAD}{declaration}\npart.closed_form('n', {entry}, expected={answer})\n", encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("(7/10)", "Rational(7, 10)"), encoding="utf-8")
    problem = load(path)
    return problem, verify_part(solve_part(problem.parts[0], problem.context), problem.context).derivations[0]


def unproved(steps):
    return [s for step in steps for s in ([step] if step.evidence.word != "proved" else []) + unproved(step.substeps)]


@pytest.mark.parametrize("name", CASES)
def test_closed_form_is_derived_and_slips_are_refuted(tmp_path, name):
    problem, d = solved(tmp_path, name)
    assert not d.stop_reason
    assert not unproved(d.steps)
    assert (d.end_to_end.word, d.expected.word) == ("proved", "proved")
    rules = {s.rule for step in d.steps for s in step.substeps}
    assert "root of the characteristic equation" in rules
    for slip in CASES[name][3]:
        assert decide(d.question.subject, from_text(slip, problem.context), problem.context).word == "refuted", slip


def test_a_formula_that_fits_the_first_values_only_is_refuted(tmp_path):
    """The induction over both sequences at once needs both first values, and the step of both."""
    problem, _ = solved(tmp_path, "two states")
    context = problem.context
    for wrong in ("1 - T/10", "(9/10)**T", "1 - T*(T + 1)/20"):
        assert decide(from_text("a[T]", context), from_text(wrong, context), context).word == "refuted", wrong
    for claim, word in (("a[T] + z[T]", "proved"), ("a[T] - 2*z[T]", "refuted")):
        assert decide(from_text(claim, context), from_text("1", context), context).word == word
    assert decide(from_text("a[T] - 2*z[T]", context), from_text("(7/10)**T", context), context).word == "proved"
