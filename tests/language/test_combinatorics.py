"""Factorials and binomial coefficients against their numbers, and where they are refused."""

from __future__ import annotations

import math

import pytest

from symderiv.equality import decide
from symderiv.errors import AnswerError
from symderiv.language.combinatorics import binomial, factorial
from symderiv.language.context import Context, Range, Variable
from symderiv.language.terms import ONE, ZERO, Number, Symbol, substitute
from symderiv.language.text import from_text, to_text

CONTEXT = Context(
    variables={
        "n": Variable("n", Range(ZERO, integer=True), "size"),
        "k": Variable("k", Range(ZERO, integer=True), "index"),
        "K": Variable("K", Range(ONE, integer=True), "size"),
        "m": Variable("m", Range(integer=True), "index"),
        "x": Variable("x"),
    }
)
n, k, K, m, x = map(Symbol, "n k K m x".split())


@pytest.mark.parametrize("value", [0, 1, 2, 5, 34])
def test_given_factorials(value):
    assert factorial(Number(value), CONTEXT) == Number(math.factorial(value))


@pytest.mark.parametrize("value", [Number(-1), Number(1) / 2, Number(10_001), x, x + 1, Number(10) ** 9])
def test_factorials_of_what_is_no_whole_number(value):
    assert factorial(value, CONTEXT) is None


@pytest.mark.parametrize(
    ("upper", "lower"), [(x, k), (m, k), (n, x), (n, Number(-1)), (n, Number(1) / 2), (n, Number(13)), (K - 2, k)]
)
def test_binomials_that_the_declarations_do_not_settle(upper, lower):
    assert binomial(upper, lower, CONTEXT) is None


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("factorial(n + 1)", "(n + 1)*factorial(n)"),
        ("factorial(K)/factorial(K - 1)", "K"),
        ("binomial(n, 2)", "n*(n - 1)/2"),
        ("binomial(x, 3)", "x*(x - 1)*(x - 2)/6"),
        ("binomial(n, 0)", "1"),
        ("binomial(n, k)", "binomial(n, n - k)"),
        ("binomial(n + 1, k + 1)", "binomial(n, k) + binomial(n, k + 1)"),
        ("k*binomial(K, k)", "K*binomial(K - 1, k - 1)"),
    ],
)
def test_identities_are_proved(left, right):
    assert decide(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT).word == "proved"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("factorial(n + 1)", "n*factorial(n)"),
        ("factorial(2*n)", "factorial(n)**2"),
        ("binomial(n, k)", "binomial(n, k + 1)"),
        ("binomial(n, 2)", "n*(n + 1)/2"),
        ("Sum(binomial(n, k), (k, 0, n))", "2**n - 1"),
    ],
)
def test_what_is_wrong_is_refuted(left, right):
    assert decide(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT).word == "refuted"


def test_the_rows_of_pascals_triangle():
    """Every entry for n, k up to 6, those beside the triangle too."""
    for upper in range(7):
        for lower in range(7):
            given = {n: Number(upper), k: Number(lower)}
            value = substitute(from_text("binomial(n, k)", CONTEXT), given)
            assert decide(value, Number(math.comb(upper, lower)), CONTEXT).word in ("proved", "checked"), given


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("factorial(x)", "a factorial is read for a whole number, such as a declared size (at character 1)"),
        ("1 + factorial(n, 2)", "factorial takes 1 argument, not 2 (at character 5)"),
        ("binomial(n)", "binomial takes 2 arguments, not 1 (at character 1)"),
        (
            "2*binomial(x, k)",
            "a binomial coefficient is read for whole numbers n >= 0 and k, or for a given small number k (at character 3)",
        ),
    ],
)
def test_refused_with_its_place(text, message):
    with pytest.raises(AnswerError) as caught:
        from_text(text, CONTEXT)
    assert str(caught.value) == message


def test_text_is_read_back():
    for text in ("factorial(n)", "binomial(n, k)", "binomial(x, 2)"):
        term = from_text(text, CONTEXT)
        assert from_text(to_text(term), CONTEXT) == term
