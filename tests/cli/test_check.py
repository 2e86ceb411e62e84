"""``symderiv check``: verdicts, exit codes and the keys that scripts rely on."""

from __future__ import annotations

import io
import json

import pytest

KEYS = {
    "part", "name", "verdict", "message", "position", "evidence", "counterexample", "diagnosis", "remarks", "read_as",
    "domain_differences", "conditions", "seconds",
}  # fmt: skip


@pytest.mark.parametrize(
    ("part", "answer"),
    [
        ("D1", "S_i*(KroneckerDelta(i, j) - S_j)"),
        ("jacobian", "S[i]*KroneckerDelta(i,j) - S[i]*S[j]"),
        ("D1.J_ij", "-S_i*(S_j - KroneckerDelta(j, i))"),
        ("D1", "Piecewise((S_i*(1 - S_i), Eq(i, j)), (-S_i*S_j, True))"),
        ("D1", "J_ij = exp(x_i)/Sum(exp(x[k]), (k, 1, K))*(KroneckerDelta(i, j) - S_j)"),
        ("D2.dL", "g - y"),
        ("D2.dL", "-y + 1/(1 + exp(-a))"),
        ("D2.dL", "y*(g - 1) + (1 - y)*g"),
        ("D2.dL", "dL/da = y*(g - 1) + (1 - y)*g = g - y"),
        ("D2.dg", "g*(1 - g)*(1 - 2*g)"),
        ("D2.dg.d2g", "g - 3*g^2 + 2*g^3"),
    ],
)
def test_right_answers_are_proved(check_json, part, answer):
    code, result = check_json(part, answer)
    assert set(result) == KEYS
    assert (code, result["verdict"], result["evidence"]["word"]) == (0, "proved", "proved")
    assert result["counterexample"] is None
    assert result["read_as"]


@pytest.mark.parametrize(
    ("part", "answer", "diagnosis"),
    [
        ("D2.dL", "y - g", "sign"),
        ("D2.dL", "g + y", "sign of a term"),
        ("D2.dL", "2*(g - y)", "constant factor"),
        ("D2.dL", "g", "missing term"),
        ("D2.dL", "g - y + 1", "extra term"),
        ("D2.dL", "(g - y)*g*(1 - g)", "extra factor"),
        ("D1", "S_i*(1 - S_j)", "missing case"),
        ("D1", "-S_i*S_j", "missing term"),
        ("D1", "S_i*KroneckerDelta(i, j)", "missing term"),
        ("D1", "KroneckerDelta(i, j) - S_j", "missing factor"),
        ("D1", "S_i*(KroneckerDelta(i, j) + S_j)", "sign of a term"),
        ("D1", "S_j*(KroneckerDelta(i, j) - S_j)", "case"),
        ("D2.dg.d2g", "g*(1 - g)", "missing factor"),
        ("D2.dL", "a + a = g - y", None),
    ],
)
def test_wrong_answers_are_refuted_and_explained(check_json, part, answer, diagnosis):
    code, result = check_json(part, answer)
    assert (code, result["verdict"]) == (1, "refuted")
    assert {"yours", "reference"} < set(result["counterexample"])
    assert result["counterexample"]["yours"] != result["counterexample"]["reference"]
    assert (result["diagnosis"] or {}).get("code") == diagnosis


def test_the_counterexample_is_the_smallest(check_json):
    _, result = check_json("jacobian", "S_i*(1 - S_j)")
    assert result["counterexample"]["K"] == "2"
    assert result["counterexample"]["i"] != result["counterexample"]["j"]


@pytest.mark.parametrize(
    ("part", "answer", "message"),
    [
        ("D1", "S_i*(", "I can't read this: '(' was never closed (at character 5)"),
        ("D1", "T_i", "I don't know 'T_i'; the names declared here are: K, S, a, g, i, j, k, x, y (at character 1)"),
        ("D1", "i < j", "this is a condition; the part asks for a number (at character 1)"),
        ("D1", "", "the answer is empty; write a formula such as x + 1"),
        ("D1", "S_i + +", "I can't read what stands here; is a sign missing or too many? (at character 7)"),
        (
            "D1",
            "J = S_q",
            "I don't know 'S_q'; the names declared here are: K, S, a, g, i, j, k, x, y (at character 5)",
        ),
        ("D1", "J = S_i ≈ S_j", "this is no equality; an answer is an exact formula (at character 9)"),
        ("D1", "answer.tex", "answer.tex is the name of a file; give what stands in it: … - < answer.tex"),
        ("D1", "$S_i$ and $S_j$", "give one formula; a $ or \\( stands only around the whole answer (at character 5)"),
        ("D1", "S_i; S_j", "I can't read the sign ';' (at character 4)"),
        ("D1", "{S_i}; S_j", "this is more than one statement; give the last one alone (at character 8)"),
        ("D1", "0,5", "write a decimal point in a number (at character 2)"),
    ],
)
def test_unreadable_answers(check_json, part, answer, message):
    code, result = check_json(part, answer)
    assert (code, result["verdict"], result["message"]) == (2, "unreadable", message)
    assert result["evidence"] is None and result["read_as"] is None


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("jacobain", "demo has no part 'jacobain'; did you mean 'jacobian'?"),
        ("D2", "part D2 asks for 2 answers; say which: D2.dg, D2.dL"),
        ("D2.x", "part D2 has no answer 'x'; there are: dg, dL"),
    ],
)
def test_unknown_parts(run, demo, part, message):
    assert run("check", demo, part, "x") == (2, "", f"symderiv: {message}\n")
    code, out, err = run("check", demo, part, "x", "--json")
    assert (code, json.loads(out), err) == (2, {"error": message}, f"symderiv: {message}\n")


def test_an_answer_may_begin_with_a_minus_sign(run, demo):
    assert run("check", demo, "D2.dL", "-y + g")[0] == 0
    assert run("check", demo, "D2.dL", "--", "-y + g")[0] == 0
    assert run("check", "--json", demo, "D2.dL", "-(y - g)")[0] == 0


@pytest.mark.parametrize(
    "answer",
    [
        "J = S_i*(KroneckerDelta(i,j) - S_j)", "J_ij = S_i(δ_ij − S_j).", "S_i·δ_ij − S_iS_j", "`S_i(δ_ij - S_j)`",
        r"$S_i(\delta_{ij} - S_j)$", r"$$S_i(\delta_{ij} - S_j).$$", r"\[ S_i(\delta_{ij} - S_j), \]",
        "\\begin{align*}\n J_{ij} &= S_i\\delta_{ij} - S_iS_j \\\\\n &= S_i(\\delta_{ij} - S_j).\n\\end{align*}",
        r"\text{Hence } \boxed{J_{ij} = S_i(\delta_{ij} - S_j)} \quad\blacksquare", "S_i*(KroneckerDelta(i, j)\n  - S_j)",
    ],
)  # fmt: skip
def test_answers_typed_by_hand(run, demo, answer):
    code, out, err = run("check", demo, "jacobian", answer)
    assert (code, out.splitlines()[0], err) == (0, "proved: equal to the reference answer", "")


def test_an_answer_from_standard_input(run, demo, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("g - y\n"))
    assert run("check", demo, "D2.dL", "-")[0] == 0


def test_a_derivative_that_is_left_is_no_answer(check_json):
    code, result = check_json("D2.dg.d2g", "Derivative(g*(1 - g), a)")
    assert (code, result["verdict"], result["evidence"]["word"]) == (3, "undecided", "proved")
    assert result["diagnosis"]["code"] == "restated"
    assert result["message"] == "This restates the question; the part asks to work it out."


def test_what_the_terminal_shows(run, demo):
    code, out, err = run("check", demo, "D2.dL", "y - g")
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert lines[0] == "refuted: not equal to the reference answer"
    assert lines[1].split() == ["read", "as", "y", "-", "g"]
    assert lines[2].startswith("  differs at")
    assert lines[3] == "  diagnosis   The answer has the wrong sign."
    code, out, _ = run("check", demo, "D2.dL", "g - z")
    assert out.splitlines()[1:] == ["  g - z", "      ^"]


def test_a_folder_is_searched_for_the_part(run, demo):
    assert run("check", demo.parent, "D2.dL", "g - y")[0] == 0


HARD = [
    "exp(exp(exp(exp(exp(a)))))",
    "a**9999",
    "(a + y + 1)**9999 - g",
    "9**9**9**9",
    "Sum(k, (k, 1, 10**30))*g",
    "gamma(10**9*a)",
    "exp(9**9**9)",
    "(a**9999 + 1)**9999",
    "Product(k, (k, 1, 10**9))",
    "Sum(Sum(Sum(Sum(x[k], (k, 1, K)), (k, 1, K)), (k, 1, K)), (k, 1, K))",
    "1/(g - g)",
    "log(-1)",
    "0**0 + g - y",
    "floor(a*10**30)",
    "sin(10**30)",
    "tanh(a)**9999",
    "+".join(["exp(a)"] * 250),
    "*".join(["(1 + a)"] * 250),
]


@pytest.mark.parametrize("answer", HARD, ids=lambda a: a[:24])
def test_hard_texts_end_in_time_and_are_never_proved(check_json, answer):
    code, result = check_json("D2.dL", answer, "--seconds", "1.5")
    assert code in (1, 3)
    assert result["verdict"] in ("refuted", "undecided")
    assert result["seconds"] < 5


def test_reveal_shows_the_slip_and_the_reference(run, check_json, demo):
    code, out, _ = run("check", demo, "D2.dL", "g + y", "--reveal")
    assert code == 1
    assert out.splitlines()[-2:] == [
        "  detail      Yours has g + y where g - y is right.",
        "  reference   g - y",
    ]
    _, plain, _ = run("check", demo, "D2.dL", "g + y")
    assert "g - y" not in plain
    _, result = check_json("D2.dL", "a + a", "--reveal")
    assert result["reference"] == "g - y" and "detail" not in result
    _, result = check_json("D2.dL", "g - y", "--reveal")
    assert set(result) == KEYS
