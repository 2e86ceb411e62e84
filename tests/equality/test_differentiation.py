"""Two derivations that know nothing of each other, by jets and by structural recursion, and SymPy's diff as a third."""

from __future__ import annotations

import pytest
import sympy
from contexts import declared
from flint import arb
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from random_terms import CONTEXT, VARIABLES, terms

from symderiv.equality.balls import Imprecise, OverBudget, Undefined, precision, to_ball
from symderiv.equality.differentiation import NotDifferentiable, differentiate
from symderiv.equality.evaluation import evaluate
from symderiv.equality.instances import compare
from symderiv.equality.sampling import points
from symderiv.language.terms import (
    Add,
    And,
    Apply,
    Cases,
    Delta,
    Derivative,
    Entry,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Product,
    Relation,
    Sum,
    Symbol,
    Term,
    free_names,
    instantiate,
    walk,
)  # fmt: skip
from symderiv.language.text import from_text, to_text

SLOW = settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=list(HealthCheck))


@given(term=terms(depth=3), variable=st.sampled_from(VARIABLES))
@SLOW
def test_both_ways_agree_wherever_both_are_defined(term, variable):
    verdict = compare(Derivative(term, variable), differentiate(term, variable, CONTEXT), CONTEXT, 10, seconds=2)
    assert verdict.word != "refuted", verdict


@given(term=terms(depth=2), first=st.sampled_from(VARIABLES), second=st.sampled_from(VARIABLES))
@SLOW
def test_second_derivatives_agree_too(term, first, second):
    twice = Derivative(Derivative(term, first), second)
    mechanical = differentiate(twice.body, second, CONTEXT)
    assert not any(isinstance(t, Derivative) for t in walk(mechanical))
    verdict = compare(twice, mechanical, CONTEXT, 8, seconds=2)
    assert verdict.word != "refuted", verdict


@given(term=terms(depth=3, rough=False), variable=st.sampled_from(VARIABLES), turn=st.integers(0, 15))
@SLOW
def test_sympy_agrees_at_fixed_sizes(term, variable, turn):
    *_, point = points((term, variable), CONTEXT, turn + 1)
    assume(point["n"] <= 2)
    try:
        with precision(160):
            ours = to_ball(evaluate(Derivative(term, variable), point, CONTEXT))
    except (Undefined, Imprecise, OverBudget):
        assume(False)
    flat = Flat(point)
    expression, by = flat.convert(term), flat.convert(variable)
    theirs = sympy.diff(expression, by)
    values = {s: sympy.Rational(str(v)) for s, v in flat.values.items()}
    number = theirs.subs(values).evalf(40)
    assume(number.is_Float or number.is_Rational)
    with precision(160):
        reference = arb(str(number))
        assert abs(ours - reference) < arb(10) ** -25 * (1 + abs(reference)), (to_text(term), ours, number)


class Flat:
    """A term at given sizes as a SymPy expression in plain symbols, written without symderiv's evaluator."""

    def __init__(self, point):
        self.point, self.values = point, {}

    def symbol(self, name, value):
        s = sympy.Symbol(name, real=True)
        self.values[s] = value
        return s

    def integer(self, term: Term) -> int:
        if isinstance(term, Number):
            return int(term.value)
        if isinstance(term, Symbol):
            return int(self.point[term.name].p)
        if isinstance(term, Apply):
            assert to_text(term) == "floor(n/2)"
            return int(self.point["n"].p) // 2
        assert isinstance(term, Add), term
        return sum(self.integer(a) for a in term.args)

    def holds(self, c: Term) -> bool:
        if isinstance(c, Not):
            return not self.holds(c.args[0])
        if isinstance(c, (And, Or)):
            return (all if isinstance(c, And) else any)(self.holds(a) for a in c.args)
        assert isinstance(c, Relation)
        d = self.integer(c.left) - self.integer(c.right)
        return {"=": d == 0, "!=": d != 0, "<": d < 0, "<=": d <= 0, ">": d > 0, ">=": d >= 0}[c.op]

    def convert(self, term: Term) -> sympy.Expr:
        if isinstance(term, Number):
            return sympy.Rational(term.value.numerator, term.value.denominator)
        if isinstance(term, Symbol) and term.name == "g":
            return sympy.tanh(self.convert(Symbol("x"))) * self.convert(Symbol("y"))
        if isinstance(term, Symbol):
            return self.symbol(term.name, self.point[term.name])
        if isinstance(term, Entry):
            return self.entry(term.name, [self.integer(i) for i in term.indices])
        if isinstance(term, Add):
            return sympy.Add(*map(self.convert, term.args))
        if isinstance(term, Mul):
            return sympy.Mul(*map(self.convert, term.args))
        if isinstance(term, Power):
            return self.convert(term.base) ** self.convert(term.exponent)
        if isinstance(term, Delta):
            return sympy.Integer(self.integer(term.left) == self.integer(term.right))
        if isinstance(term, (Sum, Product)):
            indices = range(self.integer(term.lower), self.integer(term.upper) + 1)
            kept = [Number(k) for k in indices if self.holds(instantiate(term.guard, Number(k)))]
            parts = [self.convert(instantiate(term.body, k)) for k in kept]
            return (sympy.Add if isinstance(term, Sum) else sympy.Mul)(*parts)
        assert isinstance(term, Apply), term
        z = self.convert(term.args[0])
        return 1 / (1 + sympy.exp(-z)) if term.function == "sigmoid" else getattr(sympy, term.function)(z)

    def entry(self, name: str, indices: list[int]) -> sympy.Expr:
        n = range(1, int(self.point["n"].p) + 1)
        if name == "S":
            return sympy.exp(self.entry("a", indices)) / sum(sympy.exp(self.entry("a", [k])) for k in n)
        if name == "r":
            return sum(self.entry("w", [indices[0], k]) * self.entry("a", [k]) for k in n)
        if name == "p" and indices[0] not in n:
            return sympy.Integer(0)
        return self.symbol(f"{name}_{'_'.join(map(str, indices))}", self.point[name, tuple(indices)])


D = declared(
    reals="x y",
    positive="T",
    sizes="n",
    indices={"i": ("1", "n"), "j": ("1", "n"), "l": ("1", "n")},
    arrays={"a": "n", "w": "n n", "b": "n"},
    definitions={"S[i]": "exp(a[i])/Sum(exp(a[k]), (k, 1, n))", "f(z)": "z**2*T", "g": "f(x)*b[1]"},
)


@pytest.mark.parametrize(
    "body, variable, expected",
    [
        ("a[i]", "a[j]", "KroneckerDelta(i, j)"),
        ("a[j]", "a[j]", "1"),
        ("w[i, l]", "w[j, l]", "KroneckerDelta(i, j)"),
        ("b[i]", "a[j]", "0"),
        ("x*T*y", "x", "T*y"),
        ("x**3", "x", "3*x**2"),
        ("2**x", "x", "2**x*log(2)"),
        ("x**T", "x", "T*x**(T - 1)"),
        ("Sum(a[k]**2, (k, 1, n))", "a[i]", "Sum(2*a[k]*KroneckerDelta(k, i), (k, 1, n))"),
        ("Sum(b[k]**2, (k, 1, n))", "a[i]", "0"),
        ("g", "x", "((2*x)*T)*b[1]"),
        ("g", "a[1]", "0"),
        ("Derivative(x**2*y, y)", "x", "2*x"),
        ("Abs(x)", "x", "Piecewise((1, x > 0), (-1, x < 0))"),
        ("Max(x, y)", "x", "Piecewise((1, x > y), (0, y > x))"),
        ("Piecewise((x**2, x >= 0), (y, True))", "x", "Piecewise((2*x, x > 0), (0, x < 0))"),
        ("Piecewise((x**2, i >= j), (y, True))", "x", "Piecewise((2*x, i >= j), (0, True))"),
    ],
)
def test_the_derivative_as_written(body, variable, expected):
    got = differentiate(from_text(body, D), from_text(variable, D), D)
    if isinstance(got, Cases):
        assert compare(got, from_text(expected, D), D).word == "undecided"
    else:
        assert to_text(got) == expected


@pytest.mark.parametrize(
    "body, variable, message",
    [
        ("x", "n", "n is an integer; no derivative is taken by it"),
        ("g", "g", "<g> is no variable; differentiate by a symbol or by an entry of an array"),
        ("Derivative(x, S[i])", "x", "<S[i]> is no variable; differentiate by a symbol or by an entry of an array"),
        ("gamma(x)", "x", "no derivative of gamma is known"),
        ("Sum(x, (k, 1, floor(x)))", "x", "the range of <Sum(x, (k, 1, floor(x)))> depends on <x>"),
        ("a[floor(x)]", "x", "an index of <a[floor(x)]> depends on <x>"),
    ],
)
def test_what_has_no_mechanical_derivative_is_refused(body, variable, message):
    with pytest.raises(NotDifferentiable) as error:
        differentiate(from_text(body, D), from_text(variable, D), D)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "body",
    ["sign(x)**2*x", "Piecewise((0, Eq(x, 0)), (x, True))", "Piecewise((1, Eq(x, 0)), (0, True))*x", "floor(x)*x"],
)
def test_at_a_jump_the_mechanical_derivative_has_no_value(body):
    """Dropping the derivative of a step as 0 would be wrong there: sign(x)**2*x is x, with slope 1 at 0 and not 0."""
    slope = differentiate(from_text(body, D), Symbol("x"), D)
    with pytest.raises(Undefined):
        evaluate(slope, {"x": 0}, D)


def test_indices_of_the_variable_are_never_captured():
    term = from_text("Sum(w[i, k]*a[k], (k, 1, n))", D)
    for name in ("i", "j"):
        by = Entry("a", (Symbol(name),))
        slope = differentiate(term, by, D)
        assert name in free_names(slope)
        assert compare(slope, from_text(f"w[i, {name}]", D), D).instances == 48
    squares = from_text("Sum(a[k]**2, (k, 1, n))", D)
    inside = Sum.over("k", 1, Symbol("n"), Derivative(squares, Entry("a", (Symbol("k"),))))
    assert compare(inside, from_text("2*Sum(a[k], (k, 1, n))", D), D).instances == 48
