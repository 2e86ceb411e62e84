"""The cache: the same questions are found again, other ones are not, and damage is no harm."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Derivative

from symderiv import declare, sigmoid
from symderiv.cache import Cache, part_key, user_cache
from symderiv.pipeline import solve
from symderiv.records import Verdict


def problem(expected=lambda g: g * (1 - g), meaning="output", note=""):
    p = declare("The sigmoid")
    a = p.symbol("a", "pre-activation")
    g = p.define("g", sigmoid(a), meaning)
    p.part("W1", "Its derivative").derive("dg", Derivative(g, a), expected=expected(g), note=note)
    return p.problem()


@pytest.fixture(scope="module")
def solution():
    return solve(problem())


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def files(cache):
    return sorted(f for f in cache.folder.rglob("*") if f.is_file())


def test_a_part_comes_back_as_it_was(cache, solution):
    solved, context = solution.parts[0], solution.problem.context
    assert cache.get_part(solved.part, context) is None
    cache.put_part(solved, context)
    found = cache.get_part(solved.part, context)
    assert replace(found, seconds=0) == replace(
        solved, seconds=0, derivations=tuple(replace(d, seconds=e.seconds) for d, e in zip(solved.derivations, found.derivations, strict=True))
    )  # fmt: skip


def test_texts_and_notes_are_those_of_the_file(cache, solution):
    solved, context = solution.parts[0], solution.problem.context
    cache.put_part(solved, context)
    part = problem(note="mind the sign").parts[0]
    found = cache.get_part(replace(part, title="Another title", text="A text"), context)
    assert found.part.title == "Another title" and found.derivations[0].question.note == "mind the sign"


def test_other_questions_have_other_keys(solution):
    part, context = solution.parts[0].part, solution.problem.context
    other = problem(expected=lambda g: g * (1 + g))
    assert part_key(part, context) != part_key(other.parts[0], other.context)
    assert part_key(part, context) == part_key(replace(part, title="x", text="y", points=3), context)
    assert part_key(part, context) != part_key(
        replace(part, conditions=(solution.parts[0].derivations[0].result,)), context
    )


def test_another_engine_has_other_keys(solution, monkeypatch):
    part, context = solution.parts[0].part, solution.problem.context
    before = part_key(part, context)
    monkeypatch.setattr("symderiv.cache.engine_fingerprint", lambda: "another")
    assert part_key(part, context) != before


@pytest.mark.parametrize(
    "damage",
    [lambda b: b"", lambda b: b[:-1], lambda b: b[: len(b) // 2], lambda b: b + b"x", lambda b: b"\0" * len(b),
     lambda b: b.replace(b"symderiv", b"symderin", 1)],
)  # fmt: skip
def test_a_damaged_entry_is_no_entry(cache, solution, damage):
    solved, context = solution.parts[0], solution.problem.context
    cache.put_part(solved, context)
    (file,) = files(cache)
    file.write_bytes(damage(file.read_bytes()))
    assert cache.get_part(solved.part, context) is None
    cache.put_part(solved, context)
    assert cache.get_part(solved.part, context) is not None


def test_an_entry_of_another_form_is_no_entry(cache, solution):
    part, context = solution.parts[0].part, solution.problem.context
    for content in (b"{}", b"[]", b'{"steps": 3}', b"\xff"):
        cache.put(part_key(part, context), content)
        assert cache.get_part(part, context) is None


@pytest.mark.parametrize(
    "verdict",
    [Verdict("undecided", reason="no proof"), Verdict("checked", instances=9, reason="out of time after 5 s"), None],
)
def test_what_another_run_could_settle_is_not_kept(cache, solution, verdict):
    solved, context = solution.parts[0], solution.problem.context
    d = solved.derivations[0]
    cache.put_part(replace(solved, derivations=(replace(d, expected=verdict),)), context)
    cache.put_part(replace(solved, derivations=(replace(d, stop_reason="the budget is spent"),)), context)
    assert cache.get_part(solved.part, context) is None


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path, solution):
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put("ab" * 32, b"x")
    assert cache.get("ab" * 32) is None


def test_what_was_unused_for_longest_goes_first(cache, monkeypatch):
    import os

    for n, key in enumerate(("aa", "bb", "cc")):
        cache.put(key, os.urandom(1000))
        os.utime(cache.folder / key / key, (n, n))
    monkeypatch.setattr("symderiv.cache._MOST", 2500)
    cache.tidy()
    assert [f.name for f in files(cache)] == ["bb", "cc"]


def test_the_place_of_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("SYMDERIV_CACHE", str(tmp_path))
    assert user_cache().folder == tmp_path
    monkeypatch.setenv("SYMDERIV_CACHE", "")
    assert user_cache().folder is None
    assert user_cache().get("ab") is None
