"""Plain text with signs beyond ASCII: the same reading as its spelling, and places in the text as it was typed."""

from __future__ import annotations

import pytest

from symderiv.answers.reading import read_answer
from symderiv.answers.transliteration import to_ascii
from symderiv.errors import AnswerError
from symderiv.language.context import POSITIVE, Variable
from symderiv.language.text import to_text


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("σ(a)", "sigma(a)"),
        ("2σ(a)", "2 sigma(a)"),
        ("xσ", "x sigma"),
        ("σ_x²", "sigma_x**(2)"),
        ("x₁₂", "x_12"),
        ("xᵢy", "x_i y"),
        ("a⁻¹b", "a**(-1) b"),
        ("√a", "sqrt(a)"),
        ("√(a + b)", "sqrt(a + b)"),
        ("2√d_in", "2 sqrt(d_in)"),
        ("√σ_x", "sqrt(sigma_x)"),
        ("⌊n/2⌋ + ⌈n/2⌉", "floor(n/2) + ceiling(n/2)"),
        ("a≤b", "a<=b"),
        ("a÷b·c−d", "a/b*c-d"),
        ("50%", "(50/100)"),
        ("a*2.5% + 1", "a*(2.5/100) + 1"),
        ("π", "pi"),
        ("µ", "mu"),
        ("θ_1", "theta_1"),
    ],
)
def test_spelled_in_ascii(typed, plain):
    found = to_ascii(typed, ())
    assert found.text == plain
    assert len(found.origins) == len(plain)
    assert found.origins == sorted(found.origins)


def test_declared_letters_stay():
    assert to_ascii("σ + 1", ("σ",)).text == "σ + 1"
    assert to_ascii("λ + 1", (), {"lambda": "lam"}).text == "lam + 1"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("a + ∑ x_i", "write a sum as Sum(x[i], (i, 1, n)) (at character 5)"),
        ("√y²", "write brackets after √, so that it is clear what stands below it (at character 1)"),
        ("√-y", "write brackets after √ (at character 1)"),
        ("a % y", "write Mod(a, b) for a remainder, a/100 for percent (at character 3)"),
        ("σ_xy", "I don't know 'sigma_xy'; the names declared here are: K, S, a, g, i, j, lam, n, r, sigma_x, w, x, y (at character 1)"),
        ("a + β", "I don't know 'beta'; the names declared here are: K, S, a, g, i, j, lam, n, r, sigma_x, w, x, y (at character 5)"),
        ("a²y + +", "I can't read what stands here; is a sign missing or too many? (at character 7)"),
        ("a ⊕ y", "I can't read the sign '⊕' (circled plus) (at character 3)"),
        ("аy", "I can't read the sign 'а' (cyrillic small letter a) (at character 1)"),
        ("Αy", "I don't know 'Alpha'; the names declared here are: K, S, a, g, i, j, lam, n, r, sigma_x, w, x, y (at character 1)"),
    ],
)  # fmt: skip
def test_refused_with_its_place(asked, names, typed, message):
    with pytest.raises(AnswerError) as caught:
        read_answer(typed, asked, names)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("σ(a)(1 − σ(a))", "sigmoid(a)*(1 - sigmoid(a))"),
        ("λ·σ_x²", "lam*sigma_x**2"),
        ("xᵢ − x₁", "x[i] - x[1]"),
        ("S_i(δ_ij − S_j)", "S[i]*(KroneckerDelta(i, j) - S[j])"),
        ("√r/2", "sqrt(r)/2"),
        ("e^(−a)", "exp(-a)"),
        ("a ≔ y", "a = y"),
        ("= a + y", "a + y"),
        ("a + y.", "a + y"),
        ("a + y,", "a + y"),
        ("`a + y`", "a + y"),
        ("```latex\n\\frac{a}{y}\n```", "a/y"),
        ("log2(r)", "log(r)/log(2)"),
        ("K!", "gamma(K + 1)"),
        ("1,000", "1000"),
        ("1,000 + 20,000a", "1000 + 20000*a"),
        ("Output size = a + y", "a + y"),
        ("Answer: a + y", "a + y"),
        ("the final answer is a + y", "a + y"),
    ],
)
def test_read(asked, names, typed, meaning):
    reading = read_answer(typed, asked, names)
    assert " = ".join(to_text(side.term) for side in reading.sides) == meaning


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("x_i(j)", "x_i is no function here; write * before the bracket if a product is meant (at character 4)"),
        ("x_2(n)", "x_2 is no function here; write * before the bracket if a product is meant (at character 4)"),
        ("x_2(n - 1)", "x_2 is no function here; write * before the bracket if a product is meant (at character 4)"),
        ("S_iy", "I don't know 'S_iy'; the names declared here are: K, S, a, g, i, j, lam, n, r, sigma_x, w, x, y (at character 1)"),
        ("a*+y", "something is missing before '+' here (at character 3)"),
        ("a/ + y", "something is missing before '+' here (at character 4)"),
        ("max(1,000, a)", "a number begins with 0; leave the comma between thousands out (at character 7)"),
        ("0x10", "only decimal numbers are read (at character 2)"),
        ("max(x_i)", "max and min take two or more numbers; over an index write Maximum(x[i], (i, 1, n)) (at character 1)"),
        ("a + sum(x_i)", "I don't know sum(…); write a sum as Sum(x[i], (i, 1, n)) (at character 5)"),
        ("a ≈ 0.5", "this is no equality; an answer is an exact formula (at character 3)"),
        ("a + 1 ≈ y", "this is no equality; an answer is an exact formula (at character 7)"),
        ("0,5", "write a decimal point in a number (at character 2)"),
        ("homework/answer.tex", "homework/answer.tex is the name of a file; give what stands in it: … - < homework/answer.tex"),
    ],
)  # fmt: skip
def test_not_guessed(asked, names, typed, message):
    with pytest.raises(AnswerError) as caught:
        read_answer(typed, asked, names)
    assert str(caught.value).startswith(message)


@pytest.fixture(scope="module")
def asked(problem):
    return problem.part("D1").questions[0]


@pytest.fixture(scope="module")
def names(problem):
    return problem.context.with_variable(Variable("sigma_x", POSITIVE)).with_variable(Variable("lam", latex=r"\lambda"))
