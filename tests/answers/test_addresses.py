import pytest

from symderiv.answers.addresses import find_part, find_question
from symderiv.errors import AnswerError, suggest


@pytest.mark.parametrize(
    ("key", "part", "name"),
    [
        ("D1", "D1", "J_ij"),
        ("jacobian", "D1", "J_ij"),
        ("D1.J_ij", "D1", "J_ij"),
        ("jacobian.J_ij", "D1", "J_ij"),
        ("D3.dy", "D3", "dy"),
        ("D3.dg", "D3.dg", "n"),  # the longest id wins over D3's answer dg
        ("D3.dg.n", "D3.dg", "n"),
    ],
)
def test_keys(problem, key, part, name):
    found = find_question([problem], key)
    assert (found[0].name, found[1].id, found[2].name) == ("demo", part, name)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("D9", "demo has no part 'D9'; there are: D1, jacobian, D2, loss, D3, D3.dg, D4"),
        ("jacobain", "demo has no part 'jacobain'; did you mean 'jacobian'?"),
        ("JACOBIAN", "demo has no part 'JACOBIAN'; did you mean 'jacobian'?"),
        ("zzzz", "demo has no part 'zzzz'; there are: D1, jacobian, D2, loss, D3, D3.dg, D4"),
        ("", "demo has no part ''; there are: D1, jacobian, D2, loss, D3, D3.dg, D4"),
        ("D1.J", "part D1 has no answer 'J'; there is: J_ij"),
        ("D3", "part D3 asks for 2 answers; say which: D3.dg, D3.dy"),
        ("D3.x", "part D3 has no answer 'x'; there are: dg, dy"),
        ("D3.dg.dg", "part D3.dg has no answer 'dg'; there is: n"),
        ("D4", "part D4 asks for no formula; there is nothing to compare an answer with"),
        ("D12", "demo has no part 'D12'; did you mean 'D2'?"),
    ],
)
def test_wrong_keys_are_named_and_hinted(problem, key, message):
    with pytest.raises(AnswerError) as caught:
        find_question([problem], key)
    assert str(caught.value) == message


def test_a_key_that_two_problems_have_is_refused(problem):
    with pytest.raises(AnswerError) as caught:
        find_question([problem, problem], "loss")
    assert str(caught.value) == "'loss' may mean D2 of demo and D2 of demo; name the problem file instead of the folder"


def test_find_part_takes_ids_and_aliases_only(problem):
    assert find_part(problem, "loss").id == "D2"
    with pytest.raises(AnswerError, match=r"^demo has no part 'D1\.J_ij'; there are: D1, "):
        find_part(problem, "D1.J_ij")


def test_suggest():
    assert suggest("tes", ["tex", "pdf"]) == "did you mean 'tex'?"
    assert suggest("q", []) == "there are none"
    assert suggest("q", [f"name{n}" for n in range(30)]).endswith("name19, …")
