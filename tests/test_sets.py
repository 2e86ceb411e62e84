"""Sets: what the TOML file may say, how it is refused, and the sets of the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symderiv.errors import DeclarationError
from symderiv.sets import is_set, load_set

ROOT = Path(__file__).parent.parent
SETS = sorted((ROOT / "problems").glob("*.toml"))
PROBLEM = """
from sympy import Derivative
from symderiv import declare, sigmoid

p = declare("The sigmoid", "A function.")
a = p.symbol("a", "pre-activation")
g = p.define("g", sigmoid(a), "output")
p.part("W1", "Its derivative", alias="slope", points=2).derive("dg", Derivative(g, a), expected=g * (1 - g))
p.part("W2", "Its meaning", text="What does $g$ mean?", answer_text="A probability.")
"""
HEAD = 'title = "A set"\n[[question]]\n'


@pytest.fixture
def read(tmp_path):
    (tmp_path / "sigmoid.py").write_text(PROBLEM, encoding="utf-8")

    def call(text):
        (tmp_path / "set.toml").write_text(text, encoding="utf-8")
        return load_set(tmp_path / "set.toml")

    return call


def test_what_a_set_may_say(read):
    found = read(
        """
        title = "Homework"
        course = "Learning"
        author = "A. Author"
        date = 2026-01-02
        text = "Hand in on paper."
        numbering = "1(a)"

        [[question]]
        title = "The sigmoid"
        file = "sigmoid.py"
        text = "Let $a$ be real."
        parts = [
            { part = "slope", points = 3 },
            { part = "W2", number = "1(z)", title = "Sense", remarks = ["Think."] },
            { title = "Discuss", text = "Why?", answer = "Because.", points = 1.5 },
        ]

        [[question]]
        number = "7"
        parts = [{ text = "Nothing else." }]
        """
    )
    assert (found.name, found.title, found.course, found.author, found.date) == (
        "set", "Homework", "Learning", "A. Author", "2026-01-02",
    )  # fmt: skip
    one, seven = found.questions
    assert [(i.number, i.part.id, i.part.points) for i in one.items] == [
        ("1(a)", "W1", 3), ("1(z)", "W2", None), ("1(c)", "1(c)", 1.5),
    ]  # fmt: skip
    assert one.points == 4.5 and one.items[1].part.title == "Sense" and one.items[1].part.remarks == ("Think.",)
    assert one.items[2].part.answer_text == "Because." and not one.items[2].part.questions
    assert seven.number == "7" and seven.items[0].number == "7(a)"
    assert [p.name for p in found.problems] == ["sigmoid", "set"]
    assert [p.id for p in found.problems[0].parts] == ["W1", "W2"]


def test_points_of_a_declaration_are_kept(read):
    found = read(HEAD + 'file = "sigmoid.py"\nparts = ["W1"]')
    assert found.items[0].part.points == 2 and found.items[0].number == "1.1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "this is no TOML (Invalid value (at end of document)); mend the line"),
        ("", 'this set has no title; add title = "Homework 1"'),
        ('titel = "x"', "'titel' is no key of a set; did you mean 'title'?"),
        ('title = "x"', "this set has no question; add [[question]] with parts = [...]"),
        ('title = 3\n[[question]]\nparts = ["W1"]', 'title of a set is no text; write title = "..."'),
        ('numbering = "I"\n' + HEAD, "'I' is no numbering; there are: 1.1, 1(a), 1a"),
        (HEAD + 'file = "sigmoid.py"', 'question 1 has no parts; add parts = ["C1.1"]'),
        (HEAD + 'parts = ["W1"]', "the part 'W1' in question 1 has no file; add file = \"softmax.py\" to the question"),
        (HEAD + 'file = "none.py"\nparts = ["W1"]', "question 1 names the file 'none.py', which is not there; check the path"),
        (HEAD + 'file = "sigmoid.py"\nparts = ["W3"]', "has no part 'W3'; there are: W1, slope, W2"),
        (HEAD + 'file = "sigmoid.py"\nparts = ["slop"]', "has no part 'slop'; did you mean 'slope'?"),
        (HEAD + 'file = "sigmoid.py"\nparts = ["W1", "slope"]', "the part W1 stands under 1.1 and under 1.2; leave one out"),
        (HEAD + 'parts = [{ number = "1" }]', '1 names no part and has no text; add part = "C1.1" or text = "..."'),
        (HEAD + "parts = [3]", '3 in question 1 is no part; write "C1.1" or { part = "C1.1", points = 2 }'),
        (HEAD + 'parts = [{ text = "x", pts = 2 }]', "'pts' is no key of a part; did you mean 'points'?"),
        (HEAD + 'parts = [{ text = "x", points = "2" }]', "the points of 1.1 are '2'; write a number"),
        (HEAD + 'parts = [{ text = "x", remarks = "y" }]', "the remarks of 1.1 are no list of texts"),
    ],
)  # fmt: skip
def test_what_is_refused(read, text, message):
    with pytest.raises(DeclarationError) as caught:
        read(text)
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(caught.value.path)) and "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DeclarationError, match=r"none\.toml: no such file; check the path"):
        load_set(tmp_path / "none.toml")


@pytest.mark.parametrize(("path", "expected"), [("a.toml", True), ("A.TOML", True), ("a.py", False), ("a", False)])
def test_a_set_is_known_by_its_suffix(path, expected):
    assert is_set(path) is expected


@pytest.mark.parametrize("path", SETS, ids=[p.stem for p in SETS])
def test_the_sets_of_the_repository_load(path):
    found = load_set(path)
    numbers = [i.number for i in found.items]
    assert len(numbers) == len(set(numbers)) and found.course


def test_every_part_of_the_homeworks_stands_in_a_set():
    from symderiv.loading import find_problems, load

    known = {part.id for file in find_problems(ROOT / "problems") for part in load(file).parts}
    placed = [i.part.id for path in SETS for i in load_set(path).items]
    assert {key for key in known if re.match(r"[ABC]\d", key)} == set(placed)
    assert len(placed) == len(set(placed)) >= 68
