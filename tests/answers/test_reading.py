"""Reading answers: what is understood, what is refused and where, and what strangers may try."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symderiv import declare
from symderiv.answers.reading import form_of, read_answer
from symderiv.errors import AnswerError
from symderiv.language.text import from_text, to_text


@pytest.fixture
def read(problem, context):
    question = problem.parts[0].questions[0]
    return lambda text: read_answer(text, question, context)


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("S_i*(KroneckerDelta(i, j) - S_j)", "S[i]*(KroneckerDelta(i, j) - S[j])"),
        ("S[i]*(KroneckerDelta(i,j)-S[j])", "S[i]*(KroneckerDelta(i, j) - S[j])"),
        ("  a + 1\n", "a + 1"),
        ("a^2", "a**2"),
        ("a ^ -2", "a**(-2)"),
        ("−a·y", "-a*y"),
        ("1.5*a", "3/2*a"),
        ("ln(r)", "log(r)"),
        ("Sum(x[k]**2, (k, 1, K))", "Sum(x[k]**2, (k, 1, K))"),
        ("Piecewise((a, i < j), (0, True))", "Piecewise((a, i < j), (0, True))"),
        ("w_ij", "w[i, j]"),
        ("x1 - x2", "x[1] - x[2]"),
        ("1e3*a", "1000*a"),
        ("a\n+ 1", "a + 1"),
        ("2ay", "2*a*y"),
        ("2a y", "2*a*y"),
        ("ay^2", "a*y**2"),
        ("K^2aK + a", "K**2*a*K + a"),
        ("a^(n)y", "a**n*y"),
        ("a(y + 1)", "a*(y + 1)"),
        ("x_i(y + 1)", "x[i]*(y + 1)"),
        ("(a + 1)(a - 1)", "(a + 1)*(a - 1)"),
        ("S_iS_j", "S[i]*S[j]"),
        ("S_i(delta_ij - S_j)", "S[i]*(KroneckerDelta(i, j) - S[j])"),
        ("x(n - 1)", "x[n - 1]"),
        ("2log(r)a", "2*log(r)*a"),
        ("e^(-a)", "exp(-a)"),
        ("1/(1 + e**-a)", "1/(1 + exp(-a))"),
        ("-2a(1 - y)/r", "-2*a*(1 - y)/r"),
        ("a/2 y", None),
        ("2j", "2*j"),
    ],
)
def test_understood(read, text, understood):
    if understood is None:
        with pytest.raises(AnswerError):
            read(text)
    else:
        assert to_text(read(text).answer) == understood


@pytest.mark.parametrize(
    ("text", "label", "sides"),
    [
        ("J_ij = S_i", "J_ij", ["S_i"]),
        ("dS/dx = S_i", "dS/dx", ["S_i"]),
        ("dS[i]/dx[j] = S_i", "dS[i]/dx[j]", ["S_i"]),
        ("a + a = 2*a", "", ["a + a", "2*a"]),
        ("g = a", "", ["g", "a"]),  # g has a meaning here, so this claims something
        ("J_ij = a + a = 2*a", "J_ij", ["a + a", "2*a"]),
        ("Sum(x[k], (k, 1, K))", "", ["Sum(x[k], (k, 1, K))"]),
        ("a <= y", "", ["a <= y"]),
    ],
)
def test_a_statement_is_a_chain_of_sides(read, text, label, sides):
    reading = read(text)
    assert reading.label == label
    assert [text[s.start : s.end] for s in reading.sides] == sides


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the answer is empty; write a formula such as x + 1"),
        ("   ", "the answer is empty; write a formula such as x + 1"),
        ("2x", "x stands without its index; write one entry, such as x[i] (at character 2)"),
        ("1/2a", "it is not clear whether a stands below the line; write brackets, a/(b*c) or (a/b)*c (at character 4)"),
        ("1/(2)a", "it is not clear whether a stands below the line; write brackets, a/(b*c) or (a/b)*c (at character 6)"),
        ("r/ay", "it is not clear what belongs together in ay; write brackets (at character 4)"),
        ("r^ay", "it is not clear what belongs together in ay; write brackets (at character 4)"),
        ("2^n a", "it is not clear whether a belongs to the exponent; write brackets (at character 5)"),
        ("e^2a", "it is not clear whether a belongs to the exponent; write brackets (at character 4)"),
        ("2^2a", "it is not clear whether a belongs to the exponent; write brackets (at character 4)"),
        ("a 2", "write * before 2, or ^ if it is a power (at character 3)"),
        ("(a + 1)2", "write * before 2, or ^ if it is a power (at character 8)"),
        ("g(a)", "write g alone, or g*(a) for a product (at character 2)"),
        ("sqrt a", "sqrt stands without its argument; write sqrt(…) (at character 1)"),
        ("log", "log stands without its argument; write log(…) (at character 1)"),
        ("(a]", "')' is missing before ']' (at character 3)"),
        ("ab", "I don't know 'ab'; the names declared here are: K, S, a, g, i, j, n, r, w, x, y (at character 1)"),
        ("da", "I don't know 'da'; the names declared here are: K, S, a, g, i, j, n, r, w, x, y (at character 1)"),
        ("Derivative(a**2, g)", "g is defined by other names; write the derivative by one of those (at character 1)"),
        ("a + Derivative(a**2, y)", "what is differentiated here does not depend on y by its declaration (at character 5)"),
        ("Derivative(n**2, n)", "n is an integer; there is no derivative by it (at character 1)"),
        ("a = ", "one side of '=' is empty (at character 4)"),
        ("lambda*a", "'lambda' is a word of Python, no name of this problem (at character 1)"),
        ("a # and more", "I can't read the sign '#' (at character 3)"),
        ("a ' b", "I can't read the sign \"'\" (at character 3)"),
        ("а + 1", "I can't read the sign 'а' (cyrillic small letter a) (at character 1)"),
        ("a + b", "I don't know 'b'; the names declared here are: K, S, a, g, i, j, n, r, w, x, y (at character 5)"),
        ("a^2 + b", "I don't know 'b'; the names declared here are: K, S, a, g, i, j, n, r, w, x, y (at character 7)"),
        ("J_ij = b", "I don't know 'b'; the names declared here are: K, S, a, g, i, j, n, r, w, x, y (at character 8)"),
        ("a**" * 300 + "a", "the formula is nested deeper than 180 levels (at character 1)"),
        ("w1", "I don't know 'w1'; the names declared here are: K, S, a, g, i, j, n, r, w, x, y (at character 1)"),
        ("w[i]", "w has 2 indices, not 1 (at character 1)"),
    ],
)  # fmt: skip
def test_refused_with_its_place(read, text, message):
    with pytest.raises(AnswerError) as caught:
        read(text)
    assert str(caught.value) == message


def test_forms():
    assert form_of("x**2") == form_of("x^2") == form_of("x_1") == "sympy"
    assert form_of(r"\sigma") == form_of("x^{2}") == form_of("$x$") == form_of("S(x)_i") == "latex"
    assert form_of("H'") == form_of("|x - y|") == "latex"
    assert form_of("(a < b) | (b < c) | (c < d)") == "sympy"


HOSTILE = [
    "__import__('os').system('touch pwned')",
    "().__class__.__bases__[0].__subclasses__()",
    "a.__class__",
    "a.__class__.__mro__",
    "exec('1')",
    "eval(a)",
    "open(a)",
    "globals()",
    "lambda: a",
    "[a for a in a]",
    "[k for k in range(10**9)]",
    "{a: 1}",
    "(a := 1)",
    "f'{a}'",
    "'a'",
    '"a"',
    "b'a'",
    "...",
    "await a",
    "yield a",
    "import os",
    "a; y",
    "a, y, (a, y",
    "a if y else g",
    "a and y",
    "not a",
    "a is y",
    "a in y",
    "*a",
    "exp(*a)",
    "exp(**a)",
    "exp(x=a)",
    "exp",
    "exp()",
    "exp(a, a)",
    "sympify(a)",
    "parse_expr(a)",
    "Symbol(a)",
    "Function(a)",
    "Lambda(a, a)",
    "factorial(10**9)",
    "S",
    "x",
    "x[1:2]",
    "x[a, a]",
    "S.free_symbols",
    "a" * 2001,
    "(" * 5000 + "a" + ")" * 5000,
    "(" * 61 + "a" + ")" * 61,
    "[" * 100,
    "-" * 1900 + "a",
    "- " * 900 + "a",
    "~" * 1000 + "a",
    "9" * 41,
    "1_" * 500 + "1",
    "1e999",
    "1e-999",
    "0x" + "f" * 100,
    "1J",
    "a\x00",
    "a\x1b[2J",
    "a\u202e",
    "a\u200b",
    "ａ + 1",
    "ℯ",
    "∑",
    "٣*a",
    "𝒂",
    "\\input{/etc/passwd}",
    "\\write18{touch pwned}",
    "\\def\\x{\\x}\\x",
    "nan",
    "oo",
    "zoo",
    "I",
    "None",
    "Ellipsis",
    "a = = y",
    "a =",
    "==",
    "=",
    "Sum(a)",
    "Sum(a, a)",
    "Sum(a, (k, 1))",
    "Sum(a, (1, 1, 2))",
    "Sum(a, (k[1], 1, 2))",
    "Derivative(a)",
    "Derivative(a, 1)",
    "Derivative(a, (a, 10**6))",
    "Piecewise()",
    "Piecewise(a)",
    "Piecewise((a, y))",
    "KroneckerDelta(i)",
    "a**(10**99999)",
    "a**99999",
    "1/0",
    "@a",
    "a @ y",
    "a // y",
    "a % y",
    "a << y",
    "a & y",
    "(a < y) + 1",
    "(a < y) & a",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda t: repr(t[:24]))
def test_hostile_texts_are_refused_quickly(read, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    started = time.perf_counter()
    with pytest.raises(AnswerError) as caught:
        read(text)
    assert time.perf_counter() - started < 3
    assert len(str(caught.value)) < 400
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text",
    ["9**9**9**9", "exp(" * 50 + "a" + ")" * 50, "+".join(["a"] * 300), "*".join(["a"] * 300), "a**9999", "2**9999"],
    ids=lambda t: t[:12],
)
def test_large_but_plain_texts_are_read(read, text):
    assert read(text).answer.args


WORDS = r"""
a y g i j K S_i S[i] x[k] x1 w[i,j] Sum( Piecewise( KroneckerDelta( Derivative( exp( log( ( ) [ ] , + - * / ** ^ = <
<= & | ~ 0 1 2 1/2 1.5 True k (k,1,K) (0,True) __class__ . ' " # \ { } lambda if for − а
"""
TOKENS = st.sampled_from([*WORDS.split(), "\n", "\0"])


@given(st.one_of(st.lists(TOKENS, max_size=25).map("".join), st.lists(TOKENS, max_size=25).map(" ".join), st.text()))
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_or_refused_with_a_sentence(read, text):
    try:
        reading = read(text)
    except AnswerError as error:
        assert str(error) and (error.position is None or 0 <= error.position <= len(text))
    else:
        assert reading.sides
        assert all(0 <= side.start < side.end <= len(text) for side in reading.sides)
        assert to_text(reading.answer)


NORMED = declare("indices in names")
_C = NORMED.size("C")
_c, _k = NORMED.index("c k", 1, _C)
_x = NORMED.array("x", _C)
NORMED.define("mu_c", (_c,), 2 * _x[_c])
NORMED.define("nu", (_c,), 3 * _x[_c])


def test_a_name_that_ends_in_its_index_stands_for_that_entry():
    assert to_text(from_text("mu_c + mu_c[k] + nu_k", NORMED.context)) == "mu_c[c] + mu_c[k] + nu[k]"


def test_other_arrays_need_their_index():
    with pytest.raises(AnswerError):
        from_text("nu + 1", NORMED.context)
