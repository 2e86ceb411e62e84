"""Lines that are the same once expectations are multiplied out and deltas eliminated, and lines that only look so."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from contexts import declared

from symderiv.equality import decide
from symderiv.equality.decision import prove_equal
from symderiv.equality.linearity import same_by_linearity, same_sums, same_when_calculated
from symderiv.language.randomness import Family
from symderiv.language.terms import ONE, ZERO, Symbol
from symderiv.language.text import from_text

PLAIN = declared(
    reals="a b r",
    sizes="n m",
    indices={"k": ("1", "n"), "l": ("1", "n"), "h": ("1", "m")},
    arrays={"u": "n", "w": "n", "B": "n n"},
)
SAME_SUMS = [
    ("Sum(KroneckerDelta(i, k)*u[i + 1], (i, 1, n - 1))", "Piecewise((1, k <= n - 1), (0, True))*u[k + 1]"),
    ("Sum(KroneckerDelta(i, k)*u[i], (i, 1, n))", "u[k]"),
    ("Sum(Sum(KroneckerDelta(i, j)*u[i]*w[j], (j, 1, n)), (i, 1, n))", "Sum(u[j]*w[j], (j, 1, n))"),
    ("Sum(Sum((KroneckerDelta(i, j) + a)*u[i]*w[j], (j, 1, n)), (i, 1, n))",
     "Sum(u[j]*w[j], (j, 1, n)) + Sum(Sum(a*u[j]*w[i], (j, 1, n)), (i, 1, n))"),
    ("Sum(KroneckerDelta(i, k)*u[i], (i, 1, l))", "Piecewise((1, k <= l), (0, True))*u[k]"),
    ("Sum(KroneckerDelta(i, k)*KroneckerDelta(i, l)*u[i]**2, (i, 1, n))", "KroneckerDelta(k, l)*u[k]*u[k]"),
    ("KroneckerDelta(2*k, 2*l)*a", "KroneckerDelta(k, l)*a"),
    ("Sum(Sum(KroneckerDelta(i, j)*B[i, j], (j, 1, i)), (i, 1, n))", "Sum(B[i, i], (i, 1, n))"),
    ("Derivative(Sum(u[i]**2*w[i], (i, 1, n)), u[k])", "2*u[k]*w[k]"),
    ("Derivative(Sum(Sum(B[i, j]*u[i]*w[j], (j, 1, n)), (i, 1, n)), B[k, l])", "u[k]*w[l]"),
    ("Derivative(Sum(sin(u[i])*w[i], (i, 1, l)), u[k])", "Piecewise((1, k <= l), (0, True))*cos(u[k])*w[k]"),
    ("a*KroneckerDelta(k, l) - b*KroneckerDelta(k, l) + b*KroneckerDelta(l, k)", "a*KroneckerDelta(l, k)"),
]  # fmt: skip
OTHER_SUMS = [
    ("Sum(KroneckerDelta(i, k)*u[i], (i, 1, l))", "u[k]"),  # l may be less than k
    ("Sum(KroneckerDelta(i, k)*u[i], (i, 1, m))", "Piecewise((1, k <= m), (0, True))*u[k]"),  # reads u[m], m > n
    ("Sum(KroneckerDelta(i, k)*u[i], (i, 0, n))", "u[k]"),  # reads u[0]
    ("Sum(KroneckerDelta(i, k)*u[i + 1], (i, 1, n - 1))", "Piecewise((1, k <= n), (0, True))*u[k + 1]"),
    ("Sum(KroneckerDelta(i, k)*u[i + 1], (i, 1, n))", "u[k + 1]"),
    ("Sum(KroneckerDelta(i, r)*a, (i, 1, n))", "Piecewise((1, And(1 <= r, r <= n)), (0, True))*a"),  # r = 3/2
    ("KroneckerDelta(k, l)*a*a", "KroneckerDelta(k, l)*a"),
    ("KroneckerDelta(k, l)*u[k]", "KroneckerDelta(k, l)*u[k]*u[l]"),
    ("Sum(Sum(KroneckerDelta(i, 2*j)*B[i, j], (j, 1, i)), (i, 1, n))", "Sum(B[2*j, j], (j, 1, n))"),
    ("Sum(Sum(KroneckerDelta(i, j)*a, (j, 1, m)), (i, 1, n))", "n*a"),
    ("Sum(Sum((1 - KroneckerDelta(i, j))*B[i, j], (j, 1, n)), (i, 1, n))", "Sum(Sum(B[i, j], (j, 1, n)), (i, 1, n))"),
    ("KroneckerDelta(k, l)/a - KroneckerDelta(k, l)/a", "0*KroneckerDelta(k, l)"),  # a = 0
    ("Sum(KroneckerDelta(i, k)*B[i, l], (i, 1, n))", "B[l, k]"),
    ("Derivative(Sum(u[i]**2*w[i], (i, 1, n)), u[k])", "2*u[k]*w[l]"),
    ("Derivative(Sum(Sum(B[i, j]*u[i]*w[j], (j, 1, n)), (i, 1, n)), B[k, l])", "u[l]*w[k]"),
    ("Derivative(Sum(sin(u[i])*w[i], (i, 1, l)), u[k])", "cos(u[k])*w[k]"),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), SAME_SUMS)
def test_sums_that_are_the_same_once_deltas_are_eliminated(left, right):
    left, right = from_text(left, PLAIN), from_text(right, PLAIN)
    assert same_sums(left, right, PLAIN)
    assert decide(left, right, PLAIN).word == "proved"


@pytest.mark.parametrize(("left", "right"), OTHER_SUMS)
def test_sums_that_only_look_the_same(left, right):
    assert not same_sums(from_text(left, PLAIN), from_text(right, PLAIN), PLAIN)


RANDOM = declared(
    positive="v s",
    sizes="n m",
    indices={"k": ("1", "n"), "l": ("1", "n")},
    arrays={"x": "n", "y": "n", "z": "2*n", "G": "n"},
    random=(
        Family("x", ("p",)),
        Family("y", ("p",)),
        Family("z", ("p",), ZERO, Symbol("v"), "free", "independent"),
        Family("G", ("p",), ZERO, Symbol("s") ** 2, "gaussian", "independent"),
    ),
    independent=("x G", "y G"),
)
BY_LINEARITY = [
    ("E(x[k]*x[l])", "E(x[l]*x[k])"),
    ("Sum(Sum(KroneckerDelta(i, j)*E(x[i]*x[j]), (j, 1, n)), (i, 1, n))", "Sum(E(x[i]**2), (i, 1, n))"),
    ("E(Sum(x[i], (i, 1, n))**2)", "Sum(Sum(E(x[j]*x[i]), (j, 1, n)), (i, 1, n))"),
    ("E(Sum(x[i], (i, 1, n))**3)", "Sum(Sum(Sum(E(x[a]*x[b]*x[c]), (c, 1, n)), (a, 1, n)), (b, 1, n))"),
    ("E(x[k]*x[l]*G[k])", "E(x[l]*x[k])*E(G[k])"),
    ("Cov(x[k], y[l])", "E(y[l]*x[k]) - E(y[l])*E(x[k])"),
    ("Sum(Sum((KroneckerDelta(i, k) + KroneckerDelta(j, k))*E(x[i]*x[j]), (j, 1, n)), (i, 1, n))",
     "2*Sum(E(x[j]*x[k]), (j, 1, n))"),
]  # fmt: skip
NOT_BY_LINEARITY = [
    ("E(x[k]*y[l])", "E(x[l]*y[k])"),
    ("E(x[k]*y[l])", "E(x[k])*E(y[l])"),
    ("E(x[k]**2*x[l])", "E(x[k]*x[l]**2)"),
    ("E(x[k])*E(x[l]*x[l])", "E(x[l])*E(x[k]*x[l])"),
    ("Sum(Sum(KroneckerDelta(i, j)*E(x[i]*x[j]), (j, 1, m)), (i, 1, n))", "Sum(E(x[i]**2), (i, 1, n))"),
    ("E(Sum(x[i], (i, 1, n))**2)", "Sum(E(x[i]**2), (i, 1, n))"),
    ("Sum(Sum(KroneckerDelta(i, k)*E(x[i]*x[j]), (j, 1, n)), (i, 1, n))", "Sum(E(x[j]**2), (j, 1, n))"),
    ("E(G[k]**2)", "s**2"),  # by the law, not by linearity
]
BY_THE_DECLARATIONS = [
    ("E(G[k]**2*G[l]**2)", "s**4 + 2*s**4*KroneckerDelta(k, l)"),
    ("E(G[k]*G[l]*G[i]*G[j])",
     "s**4*(KroneckerDelta(k, l)*KroneckerDelta(i, j) + KroneckerDelta(k, i)*KroneckerDelta(l, j)"
     " + KroneckerDelta(j, k)*KroneckerDelta(i, l))"),
    ("E(Sum(Sum(z[i]*z[j], (j, 1, n)), (i, 1, n)))", "Sum(v, (i, 1, n))"),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), BY_LINEARITY)
def test_lines_that_are_the_same_by_linearity(left, right):
    left, right = from_text(left, RANDOM), from_text(right, RANDOM)
    assert same_by_linearity(left, right, RANDOM)
    assert prove_equal(left, right, RANDOM).method == "linearity of the expectation"


@pytest.mark.parametrize(("left", "right"), NOT_BY_LINEARITY)
def test_lines_that_are_not_the_same_by_linearity(left, right):
    assert not same_by_linearity(from_text(left, RANDOM), from_text(right, RANDOM), RANDOM)


@pytest.mark.parametrize(("left", "right"), BY_THE_DECLARATIONS)
def test_lines_that_are_the_same_by_the_declared_moments(left, right):
    context = RANDOM.with_index("i", ONE, Symbol("n")).with_index("j", ONE, Symbol("n"))
    left, right = from_text(left, context), from_text(right, context)
    assert same_when_calculated(left, right, context) or left == right
    assert not same_when_calculated(left, right + Symbol("v"), context)


def test_an_outer_index_is_not_replaced_by_an_inner_one_whose_range_depends_on_it():
    """sum_i sum_{j <= i} E[z_i z_{2j}]: i = 2j gives no value to i; the pairs are j <= n/2."""
    subject = from_text("E(Sum(Sum(z[i]*z[2*j], (j, 1, i)), (i, 1, n)))", RANDOM)
    assert decide(subject, from_text("v*floor(n/2)", RANDOM), RANDOM).word in ("proved", "checked")
    for wrong in ("v*n", "v*floor((n + 1)/2)", "v*(2*k - 1)", "0"):
        assert decide(subject, from_text(wrong, RANDOM), RANDOM).word == "refuted"


def _value(factors, ranges, env):
    """sum over the ranges of the product of (name, offset) pairs, deltas and numbers; exact."""
    if not ranges:
        out = Fraction(1)
        for kind, *data in factors:
            if kind == "delta":
                out *= env[data[0]] + data[2] == env[data[1]]
            else:
                out *= (env[data[0]] + 1) ** data[1]
        return out
    (letter, upper), rest = ranges[0], ranges[1:]
    return sum((_value(factors, rest, {**env, letter: i}) for i in range(1, env[upper] + 1)), Fraction(0))


@pytest.mark.parametrize("seed", range(30))
def test_random_sums_with_deltas_against_enumeration(seed):
    """What is called the same has the same value at all small sizes; each sum against others of its kind."""
    rng = random.Random(seed)
    context = declared(sizes="n m p")
    made = []
    for _ in range(8):
        ranges = [(letter, rng.choice("nmp")) for letter in "abcd"[: rng.randint(1, 4)]]
        letters = [letter for letter, _ in ranges]
        factors = [("delta", rng.choice(letters), rng.choice(letters), rng.choice((0, 0, 0, 1))) for _ in letters[1:]]
        factors += [("power", rng.choice(letters), rng.choice((1, 1, 2)))]
        text = "*".join(
            f"KroneckerDelta({d[0]} + {d[2]}, {d[1]})" if kind == "delta" else f"({d[0]} + 1)**{d[1]}"
            for kind, *d in factors
        )
        for letter, upper in reversed(ranges):
            text = f"Sum({text}, ({letter}, 1, {upper}))"
        made.append((text, factors, ranges))
    pairs = 0
    for one, f, r in made:
        for other, g, q in made:
            if same_sums(from_text(one, context), from_text(other, context), context):
                pairs += 1
                for n in range(1, 4):
                    for m in range(1, 4):
                        env = {"n": n, "m": m, "p": 2}
                        assert _value(f, r, env) == _value(g, q, env), (one, other, env)
    assert pairs >= sum("Delta" in one for one, _, _ in made)  # each with itself
