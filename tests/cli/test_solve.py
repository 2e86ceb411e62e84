"""``symderiv solve`` and ``verify``: files, summaries and exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

WRONG = """
from sympy import Derivative
from symderiv import declare, sigmoid

p = declare("A wrong expectation")
a = p.symbol("a", "pre-activation")
g = p.define("g", sigmoid(a), "output")
part = p.part("W1", "Derivative of the sigmoid")
part.derive("dg", Derivative(g, a), expected=g * (1 + g))
"""


@pytest.fixture(scope="module")
def solved(demo, tmp_path_factory):
    """The demonstration, solved into a folder once: (folder, completed process)."""
    out = tmp_path_factory.mktemp("out")
    command = [sys.executable, "-m", "symderiv", "solve", str(demo), "--out", str(out), "--format", "tex,json,md,html"]
    return out, subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300)


def test_everything_is_derived_and_proved(solved):
    out, done = solved
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads((out / "demo.json").read_text(encoding="utf-8"))
    assert record["problem"] == "demo" and record["title"] == "A demonstration"
    for part in record["parts"]:
        assert part["expected_met"] is True
        assert not part["stop_reason"]
        assert part["evidence"]["proved"] > 0
        assert part["evidence"]["refuted"] == part["evidence"]["undecided"] == 0


def test_the_files_are_named(solved):
    out, done = solved
    assert {f.name for f in out.iterdir()} == {"demo.tex", "demo.json", "demo.md", "demo.html"}
    for name in ("demo.tex", "demo.json", "demo.md", "demo.html"):
        assert f"  {out / name}\n" in done.stdout


def test_answers_are_sympy_text(solved):
    import sympy

    out, _ = solved
    record = json.loads((out / "demo.json").read_text(encoding="utf-8"))
    answers = {name: text for part in record["parts"] for name, text in part["answers"].items()}
    assert set(answers) == {"J_ij", "dg", "dL", "d2g"}
    g, y = sympy.symbols("g y")
    assert sympy.expand(sympy.sympify(answers["dL"]) - (g - y)) == 0


def test_verify_reads_the_file_again(solved, run):
    out, done = solved
    code, text, err = run("verify", out / "demo.json")
    assert (code, err) == (0, "")
    assert text.splitlines()[0] == "demo: A demonstration"
    # What the file says is what was found when it was made.
    assert all(line in done.stdout for line in text.splitlines())


def test_verify_finds_a_line_that_was_changed(solved, run, tmp_path):
    out, _ = solved
    text = (out / "demo.json").read_text(encoding="utf-8")
    record = json.loads(text)
    step = record["parts"][1]["steps"][0]
    step["after"] = f"({step['after']}) + 1"
    (tmp_path / "demo.json").write_text(json.dumps(record), encoding="utf-8")
    code, text, _ = run("verify", tmp_path / "demo.json")
    assert code == 1
    assert "refuted" in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file or directory; give the path of an out/*.json file"),
        ("", "this is no JSON"),
        ("{}", "this is no solution, it has no parts or no declarations"),
        ("[1]", "this is no solution, it has no parts or no declarations"),
        ("\x00", "this is no JSON"),
    ],
)  # fmt: skip
def test_verify_refuses_what_is_no_solution(run, tmp_path, content, message):
    path = tmp_path / "x.json"
    if content is not None:
        path.write_text(content)
    code, out, err = run("verify", path)
    assert (code, out) == (2, "")
    assert err.startswith("symderiv: ") and err.count("\n") == 1
    assert message in err


def test_a_wrong_expected_form_is_refuted(run, tmp_path):
    (tmp_path / "wrong.py").write_text(WRONG)
    code, out, _ = run("solve", tmp_path / "wrong.py", "--out", tmp_path / "out", "--format", "json", "--quiet")
    assert code == 1
    assert "dg: expected form refuted" in out


def test_a_single_part(run, demo, tmp_path):
    code, out, _ = run("solve", demo, "--part", "jacobian", "--out", tmp_path, "--format", "json", "-q")
    assert code == 0
    assert [p["id"] for p in json.loads((tmp_path / "demo.json").read_text())["parts"]] == ["D1"]
    assert out.splitlines()[1].startswith("  D1  ok  ")


def test_an_unknown_part(run, demo, tmp_path):
    message = "symderiv: demo has no part 'jacobain'; did you mean 'jacobian'?\n"
    assert run("solve", demo, "--part", "jacobain", "--out", tmp_path / "out") == (2, "", message)
    assert not (tmp_path / "out").exists()


def test_a_folder_and_a_bad_file_in_it(run, tmp_path):
    (tmp_path / "wrong.py").write_text(WRONG)
    (tmp_path / "bad.py").write_text("from symderiv import declare\ndeclare(\n")
    code, out, err = run("solve", tmp_path, "--out", tmp_path / "out", "--format", "json", "-q")
    assert code == 2
    assert "wrong: A wrong expectation" in out
    assert "bad.py:2" in err


def test_pdf(run, demo, tmp_path):
    code, _, err = run("solve", demo, "--part", "D2", "--out", tmp_path, "--format", "pdf", "-q")
    assert (code, err) == (0, "")
    assert (tmp_path / "demo.pdf").read_bytes().startswith(b"%PDF-")


def test_without_an_engine_the_tex_is_written_and_the_code_is_3(run, demo, tmp_path, monkeypatch):
    from symderiv.writing import pdf

    monkeypatch.setattr(pdf, "find_engines", lambda: ())
    code, _, err = run("solve", demo, "--part", "D2", "--out", tmp_path, "--format", "pdf", "-q")
    assert code == 3
    assert err.startswith(
        "symderiv: demo.pdf was not made: no working pdflatex was found; install one with: pip install"
    )
    assert (tmp_path / "demo.tex").exists() and not (tmp_path / "demo.pdf").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(run, demo, tmp_path):
    tmp_path.chmod(0o500)
    code, _, err = run("solve", demo, "--part", "D2", "--out", tmp_path / "out", "--format", "json", "-q")
    assert code == 2
    assert err.endswith("check the path and its permissions\n")


def test_an_out_folder_that_is_a_file(run, demo, tmp_path):
    (tmp_path / "out").write_text("")
    code, _, err = run("solve", demo, "--part", "D2", "--out", tmp_path / "out", "--format", "json", "-q")
    assert code == 2
    assert err.startswith(f"symderiv: {tmp_path / 'out'}")
    assert err.count("\n") == 1


# ---- sets, workers, cache


@pytest.fixture
def week(demo, tmp_path):
    """A set beside the demonstration, and a folder for what is written."""
    (tmp_path / "demo.py").write_text(demo.read_text(encoding="utf-8"), encoding="utf-8")
    text = 'title = "Week 1"\n[[question]]\ntitle = "Derivatives"\nfile = "demo.py"\nparts = ["D1", "D2"]\n'
    (tmp_path / "week.toml").write_text(text, encoding="utf-8")
    return tmp_path / "week.toml"


def test_a_set_is_written_in_its_variants(run, week, tmp_path):
    code, out, err = run("solve", week, "--variant", "all", "--format", "tex,json", "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "week: Week 1"
    assert lines[1].startswith("  1.1 D1  ok  ") and lines[2].startswith("  1.2 D2  ok  ")
    names = ["week.json", "week.tex", "week-hints.tex", "week-handout.tex"]
    assert lines[3:] == [f"  {tmp_path / 'out' / name}" for name in names]
    code, out, _ = run("verify", tmp_path / "out/week.json")
    assert code == 0 and out.startswith("demo: A demonstration")


def test_a_part_of_a_set_is_named_by_its_number(run, week, tmp_path):
    code, out, _ = run("solve", week, "--part", "1.2", "--format", "json", "--out", tmp_path / "out")
    assert code == 0
    assert "1.2 D2  ok" in out and "D1" not in out
    code, _, err = run("solve", week, "--part", "1.9", "--format", "json", "--out", tmp_path / "out")
    assert (code, err) == (2, "symderiv: this set has no part '1.9'; did you mean '1.2'?\n")


def test_a_set_can_be_listed_and_checked_against(run, week):
    code, out, _ = run("list", week)
    assert code == 0 and "D2" in out
    code, out, _ = run("check", week, "D2.dg", "g*(1 - g)")
    assert code == 0 and out.startswith("proved")


def test_a_folder_stands_for_its_problem_files_only(run, week, tmp_path):
    code, out, _ = run("solve", tmp_path, "--format", "json", "--out", tmp_path / "out", "-q")
    assert code == 0
    assert "demo: A demonstration" in out and "Week 1" not in out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--variant", "solutions"], "'solutions' is no variant; there are: full, hints, handout, all"),
        (["--variant", ","], "'' is no variant; there are: full, hints, handout, all"),
        (["--jobs", "0"], "invalid value for '-j' / '--jobs': 0 is not in the range x>=1"),
    ],
)
def test_wrong_options(run, week, options, message):
    code, _, err = run("solve", week, *options)
    assert code == 2
    assert err.startswith(f"symderiv: {message}")


def test_what_was_solved_comes_from_the_cache(run, demo, tmp_path, monkeypatch):
    command = ("solve", demo, "--format", "json,tex", "--out", tmp_path / "out", "-q")
    assert run(*command)[0] == 0
    first = {f.name: f.read_text(encoding="utf-8") for f in (tmp_path / "out").iterdir()}

    def fail(part, context):
        raise AssertionError("solved again")

    monkeypatch.setattr("symderiv.solver.solve_part", fail)
    assert run(*command)[0] == 0
    assert {f.name: f.read_text(encoding="utf-8") for f in (tmp_path / "out").iterdir()} == first
    code, out, _ = run(*command, "--no-cache", "--jobs", "1")
    assert code == 1 and "AssertionError: solved again" in out


def test_progress_is_shown_on_a_terminal_only(demo, tmp_path, monkeypatch):
    import io

    from symderiv.cli import inputs

    class Screen(io.StringIO):
        def isatty(self):
            return True

    for stream, shown in ((Screen(), True), (io.StringIO(), False)):
        monkeypatch.setattr(inputs.sys, "stderr", stream)
        with inputs.Progress(3) as progress:
            progress("deriving D1 [x]", done=1)
        assert ("deriving D1 [x]" in stream.getvalue()) is shown
