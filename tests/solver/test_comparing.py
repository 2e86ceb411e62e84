"""When does A > B hold: conditions in their shortest form, every line an equivalence, and where the claim fails."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from contexts import declared
from mutation import mutants

from symderiv.equality import decide
from symderiv.language.context import Range
from symderiv.language.ranges import evaluate_integer
from symderiv.language.terms import ONE, Condition, Iverson, symbols_of
from symderiv.language.text import from_text, to_text
from symderiv.records import Question
from symderiv.solver import solve_question
from symderiv.verification import verify_derivation

SIZES = declared(
    sizes="N K C B H W d_in d_out n m k p q r s",
    reals="x y",
    positive="a b c eta lam",
    variables={"e": Range(integer=True), "g": Range(ONE, from_text("9", declared()), integer=True)},
    definitions={"vanilla": "N*C*K**2", "separable": "C*K**2 + C*N"},
)


def solve(text, expected="", context=SIZES):
    subject = from_text(text, context)
    question = Question("condition", "when", subject, from_text(expected or text, context))
    return verify_derivation(solve_question(question, context), context)


CONDITIONS = [
    # which convolution, which order of products, which form of an iteration is cheaper
    ("(vanilla > separable)", "And(N >= 2, K >= 2)"),
    ("(N*C*K**2 > C*K**2 + C*N)", "And(N >= 2, K >= 2)"),
    ("(2*N*C*K**2 - N > 2*C*K**2 - C + 2*N*C - N)", "And(N >= 2, K >= 2)"),
    ("(2*c*d_out**2*d_in > 2*c*d_out*d_in**2)", "d_out > d_in"),
    ("(18*C**2 < 25*C**2)", "True"),
    ("(10*100*5 + 10*5*s > 100*5*s + 10*100*s)", "s <= 3"),
    ("(n*q*r + n*r*s > q*r*s + n*q*s)", "n*r*(q + s) > q*s*(n + r)"),
    ("(9*k*m + 9*m*n < 25*k*n)", "25*n*k > 9*m*(k + n)"),
    ("(1/n + 1/k < 1)", "Or(And(n >= 2, k >= 3), And(n >= 3, k >= 2))"),
    ("(n*k > n + k)", "Or(And(n >= 2, k >= 3), And(n >= 3, k >= 2))"),
    ("(n**2 > n)", "n >= 2"),
    ("(n*k > k)", "n >= 2"),
    ("(n*k <= k)", "Eq(n, 1)"),
    ("(n*m >= n + m - 1)", "True"),
    ("(n*m < n)", "False"),
    ("(e**2 - 3*e + 2 > 0)", "Or(e <= 0, e >= 3)"),
    ("(2*g > 7)", "g >= 4"),
    # equality
    ("Eq(2*c*d_out**2*d_in, 2*c*d_out*d_in**2)", "Eq(d_out, d_in)"),
    ("Eq(N*C*K**2, C*K**2 + C*N)", "False"),
    ("Eq(4*a*b, (a + b)**2)", "Eq(a, b)"),
    ("Eq((x - 1)*(y + 2), 0)", "Or(Eq(x, 1), Eq(y, -2))"),
    # what holds always is told as such, also where a root stands on one side
    ("(sqrt(a*b) <= (a + b)/2)", "True"),
    # reals
    ("(x*(1 - x) <= 1/4)", "True"),
    ("(x*(1 - x) < 1/4)", "Ne(x, 1/2)"),
    ("(x*y <= (x**2 + y**2)/2)", "True"),
    ("(x**2 - 3*x + 2 > 0)", "Or(x < 1, x > 2)"),
    ("(x**3 > x)", "Or(And(x > -1, x < 0), x > 1)"),
    ("((1 - 2*y)*x**2 > 0)", "And(Ne(x, 0), y < 1/2)"),
    ("(x**2 < 2)", "And(x > -sqrt(2), x < sqrt(2))"),
    ("(a*(1 - a) > 0)", "a < 1"),
    ("(Abs(1 - eta*lam) < 1)", "eta*lam < 2"),
    # increasing functions
    ("(exp(x) > 1)", "x > 0"),
    ("(exp(-a*x) < 1/2)", "a*x > log(2)"),
    ("(sigmoid(x) >= 1/2)", "x >= 0"),
    ("(sigmoid(x - y) > sigmoid(y - x))", "x > y"),
    ("Eq(sigmoid(x)*(1 - sigmoid(x)), 1/4)", "Eq(x, 0)"),
    ("(sqrt(a) < a)", "a > 1"),
    ("Eq((a + b)/2, sqrt(a*b))", "Eq(a, b)"),
    ("((1 - eta*lam)**2 <= 1)", "eta*lam <= 2"),
]


@pytest.mark.parametrize(("text", "wanted"), CONDITIONS)
def test_the_condition_in_its_shortest_form(text, wanted):
    d = solve(text, wanted if wanted in ("True", "False") else f"({wanted})")
    assert not d.stop_reason
    assert all(s.evidence.word == "proved" for s in d.steps), [(s.rule, s.evidence) for s in d.steps]
    assert d.end_to_end.word == "proved"
    assert d.expected.word == "proved"
    if wanted in ("True", "False"):
        assert to_text(d.result) == wanted


EXACT = {
    "(N*C*K**2 > C*K**2 + C*N)": "And(N >= 2, K >= 2)",
    "(2*c*d_out**2*d_in > 2*c*d_out*d_in**2)": "d_out > d_in",
    "(10*100*5 + 10*5*s > 100*5*s + 10*100*s)": "s <= 3",
    "(x*(1 - x) < 1/4)": "Ne(x, 1/2)",
    "(Abs(1 - eta*lam) < 1)": "eta*lam < 2",
    "(n*q*r + n*r*s > q*r*s + n*q*s)": "n*r*(q + s) > q*s*(n + r)",
}


@pytest.mark.parametrize(("text", "wanted"), EXACT.items())
def test_the_form_is_the_one_a_person_writes(text, wanted):
    assert to_text(solve(text).result) == wanted


WRONG = [
    ("(N*C*K**2 > C*K**2 + C*N)", "True"),  # always fewer parameters
    ("(N*C*K**2 > C*K**2 + C*N)", "And(N >= 2, K >= 1)"),
    ("(N*C*K**2 > C*K**2 + C*N)", "(N*K > 2)"),
    ("(2*c*d_out**2*d_in > 2*c*d_out*d_in**2)", "(d_out >= d_in)"),
    ("(2*c*d_out**2*d_in > 2*c*d_out*d_in**2)", "(d_out < d_in)"),
    ("(10*100*5 + 10*5*s > 100*5*s + 10*100*s)", "(s <= 4)"),
    ("(x*(1 - x) < 1/4)", "True"),
    ("(1/n + 1/k < 1)", "And(n >= 2, k >= 2)"),
]


@pytest.mark.parametrize(("text", "wrong"), WRONG)
def test_a_wrong_condition_is_refuted_with_a_witness(text, wrong):
    d = solve(text, wrong)
    assert d.end_to_end.word == "proved"
    assert d.expected.word == "refuted"
    assert d.expected.witness is not None


def test_the_unconditional_claim_has_a_counterexample():
    d = solve("(N*C*K**2 > C*K**2 + C*N)")
    w = d.end_to_end.witness
    values = {name: int(v) for name, v in w.values.items()}
    n, k, c = values["N"], values["K"], values["C"]
    assert set(values) == {"N", "K", "C"}
    assert (int(w.left), int(w.right)) == (n * c * k**2, c * k**2 + c * n)
    assert not int(w.left) > int(w.right)
    assert solve("(x*(1 - x) <= 1/4)").end_to_end.witness is None


def test_both_directions_are_shown():
    step = solve("(N*C*K**2 > C*K**2 + C*N)").steps[-1]
    assert [s.rule for s in step.substeps] == ["smallest value", "one less is too small", "one less is too small"]
    assert all(s.evidence.word == "proved" for s in step.substeps)
    assert to_text(step.substeps[0].after) == "3"


def test_what_is_no_comparison_of_fractions_of_polynomials_says_so():
    assert solve("And(n > 1, n > 2)").stop_reason == "only a single inequality or equation is solved"
    # a cosine is a letter like any other, and nothing more is claimed of it
    assert to_text(solve("(cos(x) > 1/2)").result) == "cos(x) > 1/2"


ALWAYS = [
    # the last line, and the rules of its workings
    ("(log(a) <= a - 1)", "tangent of the logarithm", ["tangent of the logarithm", "what is left"]),
    ("(exp(x) >= 1 + x)", "tangent of the exponential", ["tangent of the exponential", "what is left"]),
    ("((1 + a)**n >= 1 + n*a)", "proof by induction", ["base case", "induction step"]),
    ("(2**n > n)", "proof by induction", ["base case", "induction step"]),
    ("(2*a*b/(a + b) <= sqrt(a*b))", "a square is never negative", []),
]


@pytest.mark.parametrize(("text", "rule", "workings"), ALWAYS)
def test_what_holds_always_is_shown(text, rule, workings):
    d = solve(text, "True")
    last = d.steps[-1]
    assert (last.rule, [s.rule for s in last.substeps]) == (rule, workings)
    assert {s.evidence.word for s in (*d.steps, *last.substeps)} == {"proved"}
    assert (d.end_to_end.word, d.expected.word) == ("proved", "proved")


def truths(condition):
    """The truth of a condition at a grid of points, by nothing but arithmetic."""
    names = ("N", "K", "C", "n", "k", "x")
    used = [name for name in names if name in symbols_of(condition)]
    spans = [[Fraction(v, 2) for v in range(-3, 9)] if name == "x" else range(1, 5) for name in used]
    return tuple(evaluate_integer(Iverson(condition), dict(zip(used, p, strict=True))) for p in product(*spans)), used


@pytest.mark.parametrize("text", ["(N*C*K**2 > C*K**2 + C*N)", "(x**2 - 3*x + 2 > 0)", "(1/n + 1/k < 1)"])
def test_a_line_that_says_something_else_is_objected_to(text):
    d = solve(text)
    changed = 0
    for step in d.steps:
        for description, wrong in list(mutants(step.after))[::4]:
            if not isinstance(wrong, Condition) or truths(wrong) == truths(step.after):
                continue
            if truths(wrong)[1] != truths(step.after)[1]:
                continue
            changed += 1
            assert decide(step.before, wrong, SIZES).word == "refuted", description
    assert changed >= 3
