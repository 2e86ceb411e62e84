"""Expectations: proved by cumulants, refuted by joint laws, both against an enumeration that shares no code with them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.equality.decision import prove_equal
from symderiv.equality.enumeration import expectation
from symderiv.equality.evaluation import Evaluator
from symderiv.equality.expectations import eliminate
from symderiv.equality.joint_laws import WORLDS, JointLaw
from symderiv.equality.kernels import Unsupported
from symderiv.language.context import Range
from symderiv.language.randomness import Family, are_independent
from symderiv.language.terms import ONE, ZERO, Symbol
from symderiv.language.text import from_text

SIGMA = Symbol("s") ** 2
CONTEXT = declared(
    reals="mu t X Y R Q a b", positive="s c v", sizes="n m",
    indices={"i": ("1", "n"), "j": ("1", "n"), "k": ("1", "n"), "h": ("1", "m")},
    arrays={"w": "m n", "x": "n", "y": "n", "u": "n", "z": "n", "B": "n", "S": "n", "G": "n", "U": "n", "mus": "n", "g": "n"},
    variables={"rho": Range(ZERO, ONE), "q": Range(ZERO, ONE, lower_open=True)},
    random=(
        Family("w", ("p", "r"), ZERO, ONE, "free", "independent"),
        Family("x", ("p",), ZERO, Symbol("v")),
        Family("y", ("p",), Symbol("mu"), SIGMA, "free", "uncorrelated"),
        Family("u", ("p",), Symbol("mu"), SIGMA, covariance=Symbol("rho") * SIGMA),
        Family("z", ("p",), ZERO, SIGMA, "symmetric"),
        Family("B", ("p",), Symbol("q"), Symbol("q") * (ONE - Symbol("q")), "bernoulli", "independent"),
        Family("S", ("p",), ZERO, ONE, "rademacher", "independent"),
        Family("G", ("p",), ZERO, SIGMA, "gaussian", "independent"),
        Family("U", ("p",), ZERO, SIGMA, "uniform", "independent"),
        Family("g", ("p",), from_text("mus[p]", declared(indices={"p": ("1", "1")}, arrays={"mus": "1"})), SIGMA, "free", "independent"),
        Family("X", (), Symbol("mu"), SIGMA, "gaussian"),
        Family("Y"),
        Family("R", (), ZERO),
        Family("Q", (), None, ONE),
    ),
    independent=("w x", "w z", "B u", "X Y", "w y"),
)  # fmt: skip


def read(text: str):
    return from_text(text, CONTEXT)


TRUE_CLAIMS = (
    # moments that are declared, linearity
    ("E(x[i])", "0"),
    ("E(Sum(c*y[k], (k, 1, n)))", "c*n*mu"),
    ("Var(t + c*Y)", "c**2*Var(Y)"),
    ("E(g[i])", "mus[i]"),
    ("Var(Sum(g[k], (k, 1, n)))", "n*s**2"),
    ("E(Sum(g[k], (k, 1, n))**2)", "n*s**2 + Sum(mus[k], (k, 1, n))**2"),
    # independence, within and across
    ("Var(Sum(w[h, k]*x[k], (k, 1, n)))", "n*v"),
    ("E(w[h, i]*w[h, j])", "KroneckerDelta(i, j)"),
    ("E(w[h, i]*w[h, j]*w[h, k])", "KroneckerDelta(i, j)*KroneckerDelta(j, k)*E(w[h, i]**3)"),
    ("E(X*Y)", "mu*E(Y)"),
    ("Cov(X, Y)", "0"),
    ("Var(X + Y)", "s**2 + Var(Y)"),
    # less than independence
    ("Var(Sum(y[k], (k, 1, n))/n)", "s**2/n"),
    ("Var(Sum(u[k], (k, 1, n))/n)", "s**2*(rho + (1 - rho)/n)"),
    ("Var(R + Q)", "Var(R) + 1 + 2*Cov(R, Q)"),
    ("Cov(R + Q, R - Q)", "Var(R) - 1"),
    ("E(R*Q)", "Cov(R, Q)"),
    ("Cov(x[i], x[j])", "Cov(x[j], x[i])"),
    ("Var(Sum(x[k], (k, 1, n)))", "Sum(Sum(Cov(x[k], x[i]), (i, 1, n)), (k, 1, n))"),
    ("E((t - Y)**2)", "(t - E(Y))**2 + Var(Y)"),
    # laws
    ("E(B[i]**5)", "q"),
    ("Var(B[i]*u[i]/q)", "(s**2 + mu**2)/q - mu**2"),
    ("Var(Sum(B[k], (k, 1, n)))", "n*q*(1 - q)"),
    ("E(S[i]**3 + S[j]**2)", "1"),
    ("E(z[i]**3)", "0"),
    ("E(relu(z[i])**2)", "s**2/2"),
    ("E(Abs(z[i])**2)", "s**2"),
    ("E(Abs(z[i]))", "2*E(relu(z[i]))"),
    ("Var(Sum(w[h, k]*relu(z[k]), (k, 1, n)))", "n*s**2/2"),
    ("E(X**4)", "mu**4 + 6*mu**2*s**2 + 3*s**4"),
    ("E(G[i]**2*G[j]**2)", "s**4*(1 + 2*KroneckerDelta(i, j))"),
    ("Var(Sum(G[k]**2, (k, 1, n)))", "2*n*s**4"),
    ("E(U[i]**4)", "9*s**4/5"),
    ("E(U[i]**6)", "27*s**6/7"),
    ("E(exp(t*X))", "exp(t*mu + t**2*s**2/2)"),
    ("Var(exp(X))", "(exp(s**2) - 1)*exp(2*mu + s**2)"),
    ("E(relu(G[i]))", "s/sqrt(2*pi)"),
    ("E(Piecewise((1, Abs(G[i]) <= c), (0, True)))", "erf(c/(s*sqrt(2)))"),
    ("E(Piecewise((1, X > t), (0, True)))", "(1 - erf((t - mu)/(s*sqrt(2))))/2"),
    # derivatives in and around
    ("Derivative(E((X - t)**2), t)", "2*(t - mu)"),
    ("E(Derivative((X - t)**2, t))", "2*(t - mu)"),
    ("Derivative(E(X**2), mu)", "2*mu"),
    ("E(X*E(X))", "mu**2"),
)  # fmt: skip
FALSE_CLAIMS = (
    ("Var(Sum(w[h, k]*x[k], (k, 1, n)))", "n*sqrt(v)"),
    ("Var(Sum(w[h, k]*x[k], (k, 1, n)))", "n**2*v"),
    ("E(R*Q)", "E(R)*E(Q)"),
    ("Var(R + Q)", "Var(R) + Var(Q)"),
    ("Var(Q + Y)", "Var(Q) + Var(Y)"),
    ("E(x[i]*x[j])", "v*KroneckerDelta(i, j)"),
    ("E(y[i]**2*y[j]**2)", "E(y[i]**2)*E(y[j]**2)"),
    ("E(y[1]*y[i]*y[j])", "E(y[1])*E(y[i])*E(y[j])"),
    ("Var(Sum(u[k], (k, 1, n))/n)", "s**2/n"),
    ("E(1/X)", "1/E(X)"),
    ("E(w[h, i]**4)", "3"),
    ("E(w[h, i]**3)", "0"),
    ("E(Abs(z[i]))", "s"),
    ("E(relu(z[i])**2)", "s**2"),
    ("E(X**4)", "3*s**4"),
    ("E(U[i]**4)", "3*s**4"),
    ("E(exp(t*X))", "exp(t*mu)"),
    ("Var(B[i])", "q"),
    ("Cov(X, R)", "0"),
    ("Cov(x[i], w[h, i]*x[i])", "v"),
    ("E(Piecewise((1, Abs(G[i]) <= c), (0, True)))", "erf(c/s)"),
    ("Derivative(E(X**2), mu)", "0"),
)


@pytest.mark.parametrize(("left", "right"), TRUE_CLAIMS)
def test_what_holds_is_proved(left, right):
    verdict = decide(read(left), read(right), CONTEXT)
    assert verdict.word == "proved", verdict


@pytest.mark.parametrize(("left", "right"), FALSE_CLAIMS)
def test_what_fails_for_some_law_is_refuted_or_at_least_not_proved(left, right):
    verdict = decide(read(left), read(right), CONTEXT)
    assert verdict.word == ("undecided" if left == "E(1/X)" else "refuted"), verdict


@pytest.mark.parametrize(("left", "right"), [c for c in TRUE_CLAIMS if "Derivative(E(X**2)" not in c[0]])
def test_a_claim_with_a_summand_more_is_not_proved(left, right):
    assert prove_equal(read(left), read(right) + 1, CONTEXT).word == "undecided"


def test_an_unknown_moment_is_not_differentiated_by_what_it_may_depend_on():
    with pytest.raises(Unsupported, match="the derivative of a moment that is not declared"):
        eliminate((read("Derivative(E(exp(t*Y)), t)"),), CONTEXT)
    assert decide(read("Derivative(E(exp(t*Y)), t)"), ZERO, CONTEXT).word != "proved"


@pytest.mark.parametrize(
    ("sets", "declared_blocks", "lots"),
    [
        (["w", "x"], [["w", "x"]], [[0], [1]]),
        (["w", "x", "w"], [["w", "x"]], [[0, 2], [1]]),
        (["w", "x", "y"], [["w", "x"], ["x", "y"], ["w", "y"]], [[0, 1, 2]]),  # pairwise is not jointly
        (["w", "x", "y"], [["w x", "y"]], [[0, 1], [2]]),
        (["w x", "y"], [["w", "x", "y"]], [[0], [1]]),
    ],
)
def test_independent_lots(sets, declared_blocks, lots):
    groups = [frozenset(s.split()) for s in sets]
    blocks = [tuple(frozenset(b.split()) for b in d) for d in declared_blocks]
    assert are_independent(groups, blocks) == lots


# ---------------------------------------------------------------- the laws have the declared moments


def _law(number: int) -> JointLaw:
    from flint import fmpq

    values = {"s": fmpq(3, 2), "mu": fmpq(1, 3), "v": fmpq(4), "q": fmpq(1, 4), "rho": fmpq(1, 5)}
    point = {**values, **{("mus", (i,)): fmpq(i, 2) for i in (1, 2, 3)}, "n": fmpq(3), "m": fmpq(2)}
    evaluator = Evaluator(point, CONTEXT)
    law = JointLaw(
        CONTEXT, number, lambda term, frame: evaluator.globally(lambda: evaluator.value(term), frame, object())
    )
    law.degree = 4
    return law


def _mean(law: JointLaw, keys: list):
    """The mean of the product of the entries, by summing over everything, group after group."""
    from flint import arb

    groups: dict = {}
    for key in keys:
        groups.setdefault(law.group(key), []).append(key)
    result = arb(1)
    for group, members in groups.items():
        distinct = list(dict.fromkeys(members))
        total = arb(0)
        for p, state in law.states(group, distinct):
            for outcome in product(*(law.outcomes(k, state) for k in distinct)):
                term = arb(p)
                for key, (weight, value) in zip(distinct, outcome, strict=True):
                    term = term * weight * arb(value) ** members.count(key)
                total = total + term
        result = result * total
    return result


@pytest.mark.parametrize("number", range(2 * len(WORLDS)))
def test_every_law_has_the_declared_moments(number):
    """Means, variances and what is declared about pairs hold exactly in each law; weights add up to 1."""
    law = _law(number)
    mean = {"w": 0, "x": 0, "y": "1/3", "u": "1/3", "z": 0, "B": "1/4", "S": 0, "G": 0, "U": 0}
    variance = {"w": 1, "x": 4, "y": "9/4", "u": "9/4", "z": "9/4", "B": "3/16", "S": 1, "G": "9/4", "U": "9/4"}
    between = {"w": 0, "y": 0, "u": "9/20", "B": 0, "S": 0, "G": 0, "U": 0}
    for name, m in mean.items():
        first, second = ((1, 1), (1, 2)) if name == "w" else ((1,), (2,))
        a, b = (name, first), (name, second)
        m = Fraction(m)
        assert close(_mean(law, [a]), m)
        assert close(_mean(law, [a, a]), Fraction(variance[name]) + m * m)
        if name in between:
            assert close(_mean(law, [a, b]), Fraction(between[name]) + m * m)
    for one, other in (("w", "x"), ("w", "z"), ("B", "u")):
        a, b = ((n, (1, 2) if n == "w" else (2,)) for n in (one, other))
        assert close(
            _mean(law, [a, b, b]), Fraction(mean[one]) * (Fraction(variance[other]) + Fraction(mean[other]) ** 2)
        )
    assert close(_mean(law, [("z", (1,))] * 3), 0)
    assert close(_mean(law, [("G", (1,))] * 4), Fraction(3 * 81, 16))


def close(value, wanted) -> bool:
    from flint import arb, fmpq

    w = Fraction(wanted)
    difference = arb(value) - arb(fmpq(w.numerator, w.denominator))
    return difference.contains(0) and difference.rad() < 1e-8


def test_some_law_lets_undeclared_pairs_depend_on_each_other():
    covariances = [
        _mean(_law(n), [("R", ()), ("Q", ())]) - _mean(_law(n), [("R", ())]) * _mean(_law(n), [("Q", ())])
        for n in range(40)
    ]
    assert any(not c.contains(0) for c in covariances) and any(c.contains(0) for c in covariances)


# ---------------------------------------------------------------- against plain enumeration


TWO_POINTS = {  # mean 0 and the variance of CONTEXT at v = 4, s = 3/2
    "w": [(Fraction(1, 5), Fraction(2)), (Fraction(4, 5), Fraction(-1, 2))],
    "x": [(Fraction(1, 5), Fraction(4)), (Fraction(4, 5), Fraction(-1))],
}


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize(
    "body", ["Sum(w[1, k]*x[k], (k, 1, n))", "Sum(w[1, k]*x[k], (k, 1, n))**2", "x[1]*x[n]*w[1, 1]**2"]
)
def test_evaluation_agrees_with_an_enumeration_in_plain_python(n, body):
    from flint import fmpq

    keys = [("w", (1, k)) for k in range(1, n + 1)] + [("x", (k,)) for k in range(1, n + 1)]
    total = Fraction(0)
    for outcome in product(*(TWO_POINTS[name] for name, _ in keys)):
        p, values = Fraction(1), {}
        for key, (weight, value) in zip(keys, outcome, strict=True):
            p, values[key] = p * weight, value
        inner = sum((values["w", (1, k)] * values["x", (k,)] for k in range(1, n + 1)), Fraction(0))
        plain = {
            "Sum(w[1, k]*x[k], (k, 1, n))": inner,
            "Sum(w[1, k]*x[k], (k, 1, n))**2": inner**2,
            "x[1]*x[n]*w[1, 1]**2": values["x", (1,)] * values["x", (n,)] * values["w", (1, 1)] ** 2,
        }[body]
        total += p * plain
    point = {"n": fmpq(n), "m": fmpq(1), "v": fmpq(4)}
    value = expectation(Evaluator(point, CONTEXT), read(f"E({body})"))
    assert value == fmpq(total.numerator, total.denominator)


def test_dropping_independence_makes_a_proof_fail():
    weaker = replace(CONTEXT, independence=())
    claim = read("Var(Sum(w[h, k]*x[k], (k, 1, n)))"), read("n*v")
    assert decide(*claim, CONTEXT).word == "proved"
    assert decide(*claim, weaker).word == "refuted"


def test_no_function_is_averaged_over_points_that_stand_for_a_continuous_law():
    """R may copy the normal X in some law; what is no polynomial in R is then not evaluated, never wrongly refuted."""
    for left, right in (("E(relu(R)**2) + E(relu(-R)**2)", "Var(R)"), ("E(Abs(R)**2)", "E(R**2)")):
        assert decide(read(left), read(right), CONTEXT).word in ("proved", "checked", "undecided"), (left, right)
    assert (
        decide(read("E(Piecewise((1, X > 0), (0, True)))"), read("E(Piecewise((1, X >= 0), (0, True)))"), CONTEXT).word
        == "proved"
    )


@pytest.mark.parametrize(
    ("bracket", "word"), [("m**2 + Max(0, m - Abs(h - h2))*Max(0, m - Abs(l - l2))", "proved"), ("m**2", "undecided")]
)
def test_the_covariance_of_two_squares_of_convolution_sums(bracket, word):
    """Eight indices, two normal families: entries that meet are counted by the overlaps of shifted ranges."""
    context = declared(
        positive="sx sg", sizes="n k",
        indices={"h": ("1", "k"), "l": ("1", "k"), "h2": ("1", "k"), "l2": ("1", "k")},
        arrays={"X": "n n", "D": "n-k+1 n-k+1"},
        random=(
            Family("X", ("p", "r"), ZERO, Symbol("sx") ** 2, "gaussian", "independent"),
            Family("D", ("p", "r"), ZERO, Symbol("sg") ** 2, "gaussian", "independent"),
        ),
        independent=("X D",),
        assume=("k <= n", "Or(Ne(h, h2), Ne(l, l2))"),
        definitions={"w[h, l]": "Sum(Sum(D[i, j]*X[i + h - 1, j + l - 1], (j, 1, n - k + 1)), (i, 1, n - k + 1))"},
    )  # fmt: skip
    claim = "2*sx**4*sg**4*(" + bracket.replace("m ", "(n - k + 1) ").replace("m**2", "(n - k + 1)**2") + ")"
    left, right = from_text("Cov(w[h, l]**2, w[h2, l2]**2)", context), from_text(claim, context)
    assert prove_equal(left, right, context, seconds=60).word == word


@pytest.mark.parametrize(
    ("left", "right", "method"),
    [
        ("E(Sum(w[j, k]*x[k], (k, 1, d))**4)",
         "Sum(Sum(Sum(Sum(E(w[j, k]*x[k]*w[j, l]*x[l]*w[j, p]*x[p]*w[j, q]*x[q]), (q, 1, d)), (p, 1, d)), (l, 1, d)), (k, 1, d))",
         "linearity of the expectation"),
        ("Cov(R**2, X*R)", "E(R**2*X*R) - E(R**2)*E(X*R)", "linearity of the expectation"),
        ("E(R**2*X**2)", "E(R**2)*E(X**2)", "linearity of the expectation"),
        ("E(R*fh)", "E(R)*E(fh)", ""),
        ("Cov(R**2, R)", "E(R**3) + E(R**2)*E(R)", ""),
    ],
)  # fmt: skip
def test_lines_that_are_the_same_by_linearity(left, right, method):
    """Expectations of products stay unknown; only what is declared independent is parted."""
    from tests.questions import RANDOM

    verdict = prove_equal(from_text(left, RANDOM), from_text(right, RANDOM), RANDOM)
    assert verdict.method == method
    assert verdict.word == ("proved" if method else "undecided")
