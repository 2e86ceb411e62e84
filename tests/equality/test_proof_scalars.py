"""Identities without sums: proved, or not proved where they are wrong; with the conditions under which they hold."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide, prove_equal
from symderiv.language.context import UNIT
from symderiv.language.text import from_text, to_text

CONTEXT = declared(
    reals="x y z a b c t mu u1 u2 u3",
    positive="p q s eps sigma tau",
    sizes="n m",
    indices={"i": ("1", "n"), "j": ("1", "n")},
    arrays={"A": "n"},
    variables={"r": UNIT},
)

TRUE = [
    # the logistic function and its relatives
    ("1/(1 + exp(-x))", "sigmoid(x)"),
    ("(1 + tanh(x/2))/2", "sigmoid(x)"),
    ("2*sigmoid(2*x) - 1", "tanh(x)"),
    ("1 - 2/(exp(2*x) + 1)", "tanh(x)"),
    ("sigmoid(-x)", "1 - sigmoid(x)"),
    ("Derivative(sigmoid(x), x)", "sigmoid(x)*(1 - sigmoid(x))"),
    ("Derivative(sigmoid(x), x, x)", "sigmoid(x)*(1 - sigmoid(x))*(1 - 2*sigmoid(x))"),
    ("Derivative(tanh(x), x)", "1 - tanh(x)**2"),
    ("1 - tanh(x)**2", "1/cosh(x)**2"),
    ("logit(sigmoid(x))", "x"),
    ("sigmoid(logit(r))", "r"),
    ("softplus(x) - softplus(-x)", "x"),
    ("Derivative(softplus(x), x)", "sigmoid(x)"),
    ("softplus(x)", "Max(x, 0) + log(1 + exp(-Abs(x)))"),
    ("Derivative(silu(x), x)", "silu(x) + sigmoid(x)*(1 - silu(x))"),
    ("Derivative(gelu(x), x)", "(1 + erf(x/sqrt(2)))/2 + x*normal_pdf(x)"),
    ("gelu(x) - gelu(-x)", "x"),
    ("x*tanh(softplus(x))", "x*(exp(2*x) + 2*exp(x))/(exp(2*x) + 2*exp(x) + 2)"),
    ("exp(u1)/(exp(u1) + exp(u2))", "sigmoid(u1 - u2)"),
    ("exp(u1 + c)/(exp(u1 + c) + exp(u2 + c) + exp(u3 + c))", "exp(u1)/(exp(u1) + exp(u2) + exp(u3))"),
    ("Derivative(exp(u1)/(exp(u1) + exp(u2)), u2)", "-sigmoid(u1 - u2)*sigmoid(u2 - u1)"),
    # losses
    ("Derivative(-(y*log(sigmoid(a)) + (1 - y)*log(1 - sigmoid(a))), a)", "sigmoid(a) - y"),
    ("-(y*log(sigmoid(a)) + (1 - y)*log(1 - sigmoid(a)))", "softplus(a) - y*a"),
    ("Derivative((y - sigmoid(a))**2, a)", "2*(sigmoid(a) - y)*sigmoid(a)*(1 - sigmoid(a))"),
    ("-log(exp(-(x - mu)**2/(2*sigma**2))/(sigma*sqrt(2*pi)))", "(x - mu)**2/(2*sigma**2) + log(2*pi*sigma**2)/2"),
    ("Derivative(log(exp(-(x - mu)**2/(2*sigma**2))/sigma), sigma)", "((x - mu)**2 - sigma**2)/sigma**3"),
    ("log(s/p) + (p**2 + (mu - x)**2)/(2*s**2)", "log(s) - log(p) + p**2/(2*s**2) + (x - mu)**2/(2*s**2)"),
    ("Derivative(r*log(r/q) + (1 - r)*log((1 - r)/(1 - q)), q)", "(q - r)/(q*(1 - q))"),
    ("-(sigmoid(x)*log(sigmoid(x)) + sigmoid(-x)*log(sigmoid(-x)))", "softplus(x) - x*sigmoid(x)"),
    ("Derivative(-(1 - sigmoid(x))**2*log(sigmoid(x)), x)",
     "2*(1 - sigmoid(x))**2*sigmoid(x)*log(sigmoid(x)) - (1 - sigmoid(x))**3"),
    # powers and roots
    ("sqrt(x**2)", "Abs(x)"),
    ("sqrt(x**2 - 2*x + 1)", "Abs(x - 1)"),
    ("sqrt(p*q)", "sqrt(p)*sqrt(q)"),
    ("1/(sqrt(p + 1) + sqrt(p))", "sqrt(p + 1) - sqrt(p)"),
    ("(p**3 + 3*p**2*q + 3*p*q**2 + q**3)**(1/3)", "p + q"),
    ("(x - y)/sqrt((x - y)**2 + 4*eps)", "(x - (x + y)/2)/sqrt(((x - (x + y)/2)**2 + (y - (x + y)/2)**2)/2 + eps)"),
    ("Derivative(x/sqrt((x**2 + y**2)/2 + eps), y)", "-x*y/(2*sqrt((x**2 + y**2)/2 + eps)**3)"),
    ("sqrt(3 + 2*sqrt(2))", "1 + sqrt(2)"),
    ("sqrt(5 - 2*sqrt(6))", "sqrt(3) - sqrt(2)"),
    ("sqrt(p + q + 2*sqrt(p*q))", "sqrt(p) + sqrt(q)"),
    ("sqrt(2*x*sqrt(x**2 + 1) + 2*x**2 + 1)", "x + sqrt(x**2 + 1)"),
    ("y**log(x)", "exp(log(x)*log(y))"),
    ("exp(x/2)**2", "exp(x)"),
    ("exp(x/2)*exp(x/3)", "exp(5*x/6)"),
    ("exp(x*y/sqrt(n))**2", "exp(2*x*y/sqrt(n))"),
    ("exp(3*log(p))", "p**3"),
    ("exp(n*log(p))", "p**n"),
    ("4**n", "2**n*2**n"),
    ("(-2)**n", "(-1)**n*2**n"),
    ("(-1)**n*(-1)**(n + 1)", "-1"),
    ("x**(n + m)", "x**n*x**m"),
    ("(x*y)**n", "x**n*y**n"),
    ("x**y*x**z", "x**(y + z)"),
    ("x**(2*n)", "Abs(x)**(2*n)"),
    ("Derivative(x**n, x)", "n*x**(n - 1)"),
    ("(1 - p**(n + 1))/(1 - p) - p**n", "(1 - p**n)/(1 - p)"),
    ("5999*(x - a)**5999", "5999*(x - a)*(a - x)**5998"),
    ("(x + y + z + 1)**6", "(1 + z + y + x)**6"),
    # logarithms
    ("log(sqrt(x**2 + 1))", "log(x**2 + 1)/2"),
    ("log(p**3/q)", "3*log(p) - log(q)"),
    ("log(12)", "2*log(2) + log(3)"),
    ("log(Abs(x**2 - 9))", "log(Abs(x - 3)) + log(Abs(x + 3))"),
    ("log(p**x)", "x*log(p)"),
    # angles and hyperbolic functions
    ("cos(2*x)", "1 - 2*sin(x)**2"),
    ("sin(a + b)*cos(a) - cos(a + b)*sin(a)", "sin(b)"),
    ("tan(x/2)", "sin(x)/(1 + cos(x))"),
    ("sin(3*x)", "3*sin(x) - 4*sin(x)**3"),
    ("cos(pi/3) + sin(pi/6)", "1"),
    ("sin(pi*n)", "0"),
    ("cos(pi*n)", "(-1)**n"),
    ("asinh(x)", "log(x + sqrt(x**2 + 1))"),
    ("atanh(tanh(x))", "x"),
    ("cosh(x)**2 - sinh(x)**2", "1"),
    ("acos(x) + asin(x)", "pi/2"),
    ("gamma(p + 2)", "p*(p + 1)*gamma(p)"),
    # signs, cases, boundaries
    ("relu(x)", "(x + Abs(x))/2"),
    ("relu(x) - relu(-x)", "x"),
    ("Max(x, y) + Min(x, y)", "x + y"),
    ("Max(x, y)", "(x + y + Abs(x - y))/2"),
    ("Max(x, Min(x, y))", "x"),
    ("Max(x, x/10)", "Piecewise((x, x > 0), (x/10, True))"),
    ("Piecewise((x, x >= 0), (-x, True))", "Abs(x)"),
    ("Abs(x)*sign(x)", "x"),
    ("sign(x)", "Piecewise((1, x > 0), (-1, x < 0), (0, True))"),
    ("sign(x - y)**3", "sign(x - y)"),
    ("Abs(x*y)", "Abs(x)*Abs(y)"),
    ("Abs(Abs(x) - 1)", "Piecewise((Abs(x) - 1, Abs(x) >= 1), (1 - Abs(x), True))"),
    ("Heaviside(x) + Heaviside(-x)", "1"),
    # Kronecker deltas and integers
    ("KroneckerDelta(i, j)*A[i]", "KroneckerDelta(i, j)*A[j]"),
    ("KroneckerDelta(i, j)**2*A[i]*A[j]", "KroneckerDelta(i, j)*A[i]**2"),
    ("Derivative(A[i]**2, A[j])", "2*A[i]*KroneckerDelta(i, j)"),
    ("KroneckerDelta(i, j) + Piecewise((1, Ne(i, j)), (0, True))", "1"),
    ("Piecewise((x, i <= j), (y, True))", "Piecewise((y, i > j), (x, True))"),
    ("floor(n/2) + ceiling(n/2)", "n"),
    ("floor((n + 2)/2)", "floor(n/2) + 1"),
    ("Mod(n + 2, 2)", "Mod(n, 2)"),
]  # fmt: skip

FALSE = [
    ("tanh(x)", "2*sigmoid(x) - 1"),
    ("tanh(x)", "1 - 2*sigmoid(2*x)"),
    ("Derivative(sigmoid(x), x)", "sigmoid(x)*(1 + sigmoid(x))"),
    ("Derivative((y - sigmoid(a))**2, a)", "(sigmoid(a) - y)*sigmoid(a)*(1 - sigmoid(a))"),
    ("Derivative(x*sigmoid(x), x)", "sigmoid(x) + x*sigmoid(x)"),
    ("gelu(x)", "x*sigmoid(1702*x/1000)"),
    ("sqrt(x**2)", "x"),
    ("Abs(x + y)", "Abs(x) + Abs(y)"),
    ("log(p + q)", "log(p) + log(q)"),
    ("sign(x - y)**2", "1"),
    ("Piecewise((1, x > 0), (0, True))", "Piecewise((1, x >= 0), (0, True))"),
    ("relu(x + y)", "relu(x) + relu(y)"),
    ("relu(x - 50)", "0"),
    ("sigmoid(x) + 1/10**30", "sigmoid(x)"),
    ("exp(x)", "exp(x)*(1 + 1/10**60)"),
    ("exp(pi*sqrt(163))", "262537412640768744"),
    ("pi", "355/113"),
    ("sqrt(2) + sqrt(3)", "sqrt(10)"),
    ("sqrt(3 - 2*sqrt(2))", "1 - sqrt(2)"),
    ("sqrt(2*x*sqrt(x**2 + 1) + 2*x**2 + 1)", "Abs(x) + sqrt(x**2 + 1)"),
    ("sin(pi*x)", "0"),
    ("(-1)**n", "1"),
    ("x**n*x**m", "x**(n*m)"),
    ("5999*(x - a)**5999", "6000*(x - a)**5999"),
    ("KroneckerDelta(i, j)*A[i]", "A[j]"),
    ("KroneckerDelta(i, j)", "KroneckerDelta(i, j + 1)"),
    ("floor(n/2)", "n/2"),
    ("floor((n + 1)/2)", "floor(n/2) + 1"),
    ("Max(x, y)", "(x + y - Abs(x - y))/2"),
    ("0**n", "1"),
]


@pytest.mark.parametrize(("left", "right"), TRUE, ids=[f"{a} = {b}" for a, b in TRUE])
def test_true_identities_are_proved(left: str, right: str) -> None:
    verdict = prove_equal(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT)
    assert verdict.word == "proved", verdict.reason


@pytest.mark.parametrize(("left", "right"), FALSE, ids=[f"{a} != {b}" for a, b in FALSE])
def test_wrong_identities_are_refuted_and_never_proved(left: str, right: str) -> None:
    a, b = from_text(left, CONTEXT), from_text(right, CONTEXT)
    assert prove_equal(a, b, CONTEXT).word == "undecided"
    verdict = decide(a, b, CONTEXT)
    assert verdict.word == "refuted" and verdict.witness is not None


@pytest.mark.parametrize(
    ("left", "right", "differences"),
    [
        ("(x**2 - 1)/(x - 1)", "x + 1", {"Ne(x - 1, 0)"}),
        ("x/x", "1", {"Ne(x, 0)"}),
        ("2*log(x)", "log(x**2)", {"x > 0", "Ne(x, 0)"}),
        ("exp(log(x))", "x", {"x > 0"}),
        ("sqrt(x)*sqrt(y)", "sqrt(x*y)", {"x >= 0", "y >= 0", "x*y >= 0"}),
        ("log(p)/log(p)", "1", {"Ne(log(Abs(p)), 0)"}),
        ("x/p", "x*p**(-1)", set()),
        ("1/x + 1/x", "2/x", set()),
        ("0**x", "0", {"x > 0"}),
        ("0**(x**2)", "(z - z)**(y**2)", {"Ne(x, 0)", "Ne(y, 0)"}),
    ],
)
def test_domain_differences_stand_beside_the_verdict(left: str, right: str, differences: set[str]) -> None:
    verdict = prove_equal(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT)
    assert verdict.word == "proved"
    assert {to_text(d) for d in verdict.domain_differences} <= differences
    assert bool(verdict.domain_differences) == bool(differences)


def test_nothing_is_claimed_where_neither_side_is_defined() -> None:
    verdict = decide(from_text("log(-p)", CONTEXT), from_text("log(-p) + 1", CONTEXT), CONTEXT)
    assert verdict.word == "undecided"
    assert verdict.reason.startswith("one of the sides is defined nowhere")


def test_a_power_with_a_real_exponent_needs_a_base_that_is_not_negative() -> None:
    for left, right in (("x**t", "Abs(x)**t"), ("(x**2)**p", "x**(2*p)")):
        assert prove_equal(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT).word == "proved"
    for left, right in (("x**(n/2)", "Abs(x)**(n/2)"), ("x**n", "Abs(x)**n")):
        assert prove_equal(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT).word == "undecided"


def test_identical_terms_need_no_proof() -> None:
    term = from_text("gamma(x)/x", CONTEXT)
    assert decide(term, term, CONTEXT).method == "identical"


def test_conditions_are_compared_by_their_truth() -> None:
    a, b = from_text("And(i <= j, j <= i)", CONTEXT), from_text("Eq(i, j)", CONTEXT)
    assert decide(a, b, CONTEXT).word == "proved"
    assert decide(a, from_text("i <= j", CONTEXT), CONTEXT).word == "refuted"


RELATED = CONTEXT.with_assumptions(from_text("x > y", CONTEXT), from_text("z >= 2", CONTEXT))


@pytest.mark.parametrize(
    ("left", "right", "word"),
    [
        ("Abs(x - y)", "x - y", "proved"),
        ("Max(x, y)", "x", "proved"),
        ("sqrt((y - x)**2)", "x - y", "proved"),
        ("sign(y - x)", "-1", "proved"),
        ("Abs(z - 2)", "z - 2", "proved"),
        ("Max(0, z - 1)", "z - 1", "proved"),
        ("sign(z - 2)", "1", "refuted"),
        ("Max(x, y)", "y", "refuted"),
        ("Abs(x)", "x", "refuted"),
        ("Max(0, z - 3)", "z - 3", "refuted"),
    ],
)
def test_declared_inequalities_tell_signs(left, right, word):
    assert decide(from_text(left, RELATED), from_text(right, RELATED), RELATED).word == word
