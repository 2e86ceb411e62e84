"""JSON: what scripts rely on, the way back, and one sentence for every damaged file."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from solutions import CHECKED, NETWORK, REFUTED, jacobian, network, solution, stopped, term

from symderiv.errors import SymderivError
from symderiv.language.context import Range, Variable
from symderiv.language.terms import ONE, Add, Mul, Symbol
from symderiv.records import Derivation, Question, Solution, Step
from symderiv.writing.json_out import read_solution, solution_from_json, solution_to_json

BOTH = solution(jacobian(), stopped())


def through_json(value: Solution) -> Solution:
    return solution_from_json(json.loads(json.dumps(solution_to_json(value))))


@pytest.mark.parametrize("value", [BOTH, solution(network(), context=NETWORK, name="net")], ids=["softmax", "net"])
def test_round_trip(value: Solution) -> None:
    assert through_json(value) == value


def test_round_trip_of_the_rarer_fields() -> None:
    part = jacobian()
    (d,) = part.derivations
    inner = Step("nested", (), Add(ONE, Add(ONE, Symbol("m"))), Mul(ONE, Mul(ONE, Symbol("m"))), evidence=REFUTED)
    letter = Variable("m", Range(ONE, Symbol("K"), integer=True), "index")
    step = Step(
        "lemma", (0, 1), term("c"), Add(term("c"), Add(term("c"), term("c"))), (term("c > 0"),), (inner,), 2,
        "a note", CHECKED, (letter,),
    )  # fmt: skip
    question = Question(
        "u", "find", term("K"), term("c"), term("c + a[1]"), term("a[1]"), ((term("c"), ONE),), "note", None, ("S",)
    )
    found = Derivation(
        question, (step,), term("c"), solution=((term("c"), ONE),), stop_reason="why", end_to_end=REFUTED
    )
    value = solution(replace(part, part=replace(part.part, questions=(question, d.question)), derivations=(found, d)))
    assert through_json(value) == value


def test_the_fields_that_scripts_rely_on() -> None:
    value = solution_to_json(BOTH)
    assert (value["problem"], value["title"]) == ("softmax", "The softmax function")
    first, second = value["parts"]
    assert first["answers"] == {"J_ij": "S_i*(KroneckerDelta(i, j) - S_j)"}
    assert first["evidence"] == {"proved": 7, "checked": 0, "refuted": 0, "undecided": 0}
    assert (first["kind"], first["expected_met"], first["stop_reason"], first["seconds"]) == ("derive", True, "", 0.12)
    assert second["expected_met"] is False and second["stop_reason"].startswith("no rule of the catalogue")
    step = first["steps"][5]
    assert step["rule"] == "factor out" and step["path"] == []
    assert step["before"] == "S[i]*KroneckerDelta(i, j) - S[i]*S[j]"
    assert step["after"] == "S[i]*(KroneckerDelta(i, j) - S[j])"
    assert step["latex"] == r"S_{i}(\delta_{ij} - S_{j})"
    assert step["evidence"]["word"] == "proved" and step["evidence"]["method"] == "normal form"


def test_answers_are_read_by_sympy() -> None:
    import sympy

    text = solution_to_json(BOTH)["parts"][0]["answers"]["J_ij"]
    i, j, s_i, s_j = sympy.symbols("i j S_i S_j")
    assert sympy.sympify(text) == s_i * (sympy.KroneckerDelta(i, j) - s_j)  # the file was written above


def damaged(tmp_path: Path, change: object) -> str:
    file = tmp_path / "x.json"
    file.write_text(change if isinstance(change, str) else json.dumps(change), encoding="utf-8")
    with pytest.raises(SymderivError) as caught:
        read_solution(file)
    assert str(caught.value).startswith(f"{file}: ")
    return str(caught.value).removeprefix(f"{file}: ")


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SymderivError, match=r"none\.json: No such file or directory; give the path"):
        read_solution(tmp_path / "none.json")


def test_damaged_files(tmp_path: Path) -> None:
    good = solution_to_json(BOTH)
    again = "; write it again with symderiv solve"
    assert damaged(tmp_path, "{") == (
        "this is no JSON (line 1: Expecting property name enclosed in double quotes)" + again
    )
    assert damaged(tmp_path, "[]") == "this is no solution, it has no parts or no declarations" + again
    assert damaged(tmp_path, {**good, "version": 9}) == "this file has version 9, this symderiv reads version 1" + again
    first = good["parts"][0]
    assert damaged(tmp_path, {**good, "parts": [{k: v for k, v in first.items() if k != "steps"}]}) == (
        "the entry 'steps' is missing" + again
    )
    step = {**first["steps"][0], "after": "__import__('os')"}
    assert "I can't read" in damaged(tmp_path, {**good, "parts": [{**first, "steps": [step]}]})
    assert "wrong form" in damaged(tmp_path, {**good, "parts": 7})
    evidence = {**first["steps"][0]["evidence"], "word": "certain"}
    step = {**first["steps"][0], "evidence": evidence}
    assert (
        damaged(tmp_path, {**good, "parts": [{**first, "steps": [step]}]}) == "'certain' is no word of evidence" + again
    )


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SymderivError, match="this is no text file"):
        read_solution(file)
