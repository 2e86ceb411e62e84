"""The pytest plugin, run on files of a user in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest
from processes import environment

PROBLEM = """
from sympy import Derivative
from symderiv import declare, sigmoid

p = declare("The sigmoid")
a = p.symbol("a", "pre-activation")
g = p.define("g", sigmoid(a), "output")
part = p.part("W1", "Its derivative")
part.derive("dg", Derivative(g, a), expected=g * (1 - g))
part.derive("d2g", Derivative(g * (1 - g), a), expected=g * (1 - g) * (1 - 2 * g))
p.part("W2", "Its meaning", text="What does $g$ mean?", answer_text="A probability.")
"""
ORDINARY = """
def declare(x):
    return x

p = declare("x")

def test_x():
    assert p == "x"
"""
# An editable install that is older than the entry point has to be told of the plugin.
PLUGIN = [] if [e for e in entry_points(group="pytest11") if e.name == "symderiv"] else ["-p", "symderiv.pytest_plugin"]


@pytest.fixture
def run(tmp_path):
    """(exit code, output) of pytest in a folder with one problem file."""
    (tmp_path / "problems").mkdir()
    (tmp_path / "problems/mine.py").write_text(PROBLEM, encoding="utf-8")

    def call(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *PLUGIN, *arguments],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )
        return done.returncode, done.stdout + done.stderr

    return call


def change(folder, old, new):
    file = folder / "problems/mine.py"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_every_question_is_a_test_and_ordinary_files_stay_what_they_are(run, tmp_path):
    (tmp_path / "test_ordinary.py").write_text(ORDINARY)
    (tmp_path / "helper.py").write_text('"""p = declare("no problem")"""\n')
    (tmp_path / "other.py").write_text('from elsewhere import declare\n\np = declare("no problem either")\n')
    code, out = run("-v")
    assert code == 0, out
    for test in ("mine.py::W1::dg", "mine.py::W1::d2g", "mine.py::W2::tex", "test_ordinary.py::test_x"):
        assert f"{test} PASSED" in out
    assert "4 passed" in out


@pytest.mark.parametrize("arguments", [["problems/mine.py"], ["problems/mine.py::W1"], ["problems", "-k", "W1"]])
def test_files_and_parts_may_be_named(run, arguments):
    code, out = run("-q", *arguments)
    assert code == 0, out
    assert f"{3 if arguments == ['problems/mine.py'] else 2} passed" in out


def test_a_wrong_expected_form_fails_with_both_forms_and_a_point(run, tmp_path):
    change(tmp_path, "expected=g * (1 - g))", "expected=g * (1 + g))")
    code, out = run("-q")
    assert code == 1
    assert "the answer and the expected form: refuted\n  derived:  g*(1 - g)\n  expected: g*(1 + g)\n  at a = " in out
    assert "1 failed, 2 passed" in out


def test_an_error_in_a_declaration_is_one_sentence(run, tmp_path):
    change(tmp_path, "p.part(", "q.part(")
    code, out = run("-q")
    assert code == 2
    assert "mine.py:8: the name 'q' is not defined" in out
    assert "Traceback" not in out


def test_the_typeset_form_is_kept_shown_and_compared(run, tmp_path):
    golden = tmp_path / "problems/golden/mine.W1.tex"
    code, out = run("-q", "--update-expected")
    assert code == 0
    assert r"+\parthead{W1}{Its derivative}" in out and f"new: {golden}" in out
    kept = golden.read_text(encoding="utf-8")
    code, out = run("-q")
    assert code == 0 and "4 passed" in out

    change(tmp_path, "Its derivative", "The derivative")
    code, out = run("-q")
    assert code == 1
    assert "-\\parthead{W1}{Its derivative}\n+\\parthead{W1}{The derivative}" in out
    assert golden.read_text(encoding="utf-8") == kept, "only --update-expected writes"

    code, out = run("-q", "--update-expected")
    assert code == 0
    assert "-\\parthead{W1}{Its derivative}\n+\\parthead{W1}{The derivative}" in out and f"replaced: {golden}" in out
    assert golden.read_text(encoding="utf-8") == kept.replace("Its derivative", "The derivative")


def test_the_files_to_collect_may_be_set(run, tmp_path):
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts/draft.py").write_text(PROBLEM.replace("W1", "D1"), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nsymderiv_files = drafts/*.py\n")
    code, out = run("-v")
    assert code == 0, out
    assert "draft.py::D1::dg PASSED" in out and "mine.py" not in out


def test_a_setting_that_is_no_evidence_is_refused(run, tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\nsymderiv_evidence = true\n")
    code, out = run()
    assert code == 4
    assert "symderiv_evidence is 'true'; write proved or checked" in out
