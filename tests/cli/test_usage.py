"""What a user gets wrong on the command line: one sentence, a hint, exit code 2, never a traceback."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

import symderiv
from symderiv import cli


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], "'chek' is no command; did you mean 'check'?"),
        (["foo"], "'foo' is no command; there are: solve, check, list, rules, verify"),
        (["Solve"], "'Solve' is no command; did you mean 'solve'?"),
        (["solve"], "PROBLEM is missing; 'symderiv solve -h' shows how it is used"),
        (["check"], "PROBLEM is missing; 'symderiv check -h' shows how it is used"),
        (["check", "p.py"], "PART[.NAME] is missing; 'symderiv check -h' shows how it is used"),
        (["check", "p.py", "C1"], "ANSWER is missing; 'symderiv check -h' shows how it is used"),
        (["verify"], "FILE is missing; 'symderiv verify -h' shows how it is used"),
        (["solve", "p.py", "--prat", "C1"], "--prat is no option of symderiv solve; did you mean '--part'?"),
        (["check", "p.py", "C1", "x", "--jsn"], "--jsn is no option of symderiv check; did you mean '--json'?"),
        (["--verbos"], "--verbos is no option of symderiv; did you mean '--version'?"),
        (["solve", "p.py", "--format", "pfd"], "'pfd' is no format; did you mean 'pdf'?"),
        (["solve", "p.py", "--format", ","], "--format names no format; there are: tex, pdf, html, json, md"),
        (["solve", "p.py", "--detail", "ful"], "'ful' is no level of detail; did you mean 'full'?"),
        (["check", "p.py", "C1", "x", "--seconds", "soon"],
         "invalid value for '--seconds': 'soon' is not a valid float range; 'symderiv check -h' shows how it is used"),
        (["list", "p.py", "q.py"], "got unexpected extra argument (q.py); 'symderiv list -h' shows how it is used"),
    ],
)  # fmt: skip
def test_wrong_usage(arguments, message, capsys):
    assert cli.run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"symderiv: {message}\n"


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"]])
def test_help_shows_the_commands_and_examples(arguments, capsys):
    assert cli.run(arguments) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("solve", "check", "list", "rules", "verify", "Examples:"))


@pytest.mark.parametrize("command", ["solve", "check", "list", "rules", "verify"])
def test_every_command_has_help_with_examples(command, capsys):
    assert cli.run([command, "-h"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"Usage: symderiv {command}")
    assert f"symderiv {command}" in out.split("Examples:")[1]


def test_version(capsys):
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out == f"symderiv {symderiv.__version__}\n"


def test_a_fault_of_our_own_is_one_line(monkeypatch, capsys):
    from symderiv.cli import listing

    def fail(*_):
        raise RuntimeError("a\nb")

    monkeypatch.setattr(listing, "list_rules", fail)
    monkeypatch.delenv("SYMDERIV_DEBUG", raising=False)
    assert cli.run(["rules"]) == 70
    err = capsys.readouterr().err
    assert err == f"symderiv: internal error: RuntimeError: a b; {cli.REPORT}\n"
    monkeypatch.setenv("SYMDERIV_DEBUG", "1")
    assert cli.run(["rules"]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_interruption_ends_with_130(monkeypatch, capsys):
    from symderiv.cli import listing

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(listing, "list_rules", interrupt)
    assert cli.run(["rules"]) == 130
    assert capsys.readouterr().err == "symderiv: interrupted; files that are finished are whole\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_ctrl_c_in_a_real_process(tmp_path):
    problem = tmp_path / "slow.py"
    problem.write_text("import time\nprint('loading', flush=True)\ntime.sleep(60)\n")
    # What a problem file prints goes to standard error.
    process = subprocess.Popen(
        [sys.executable, "-m", "symderiv", "list", str(problem)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A test run in the background ignores the signal, and so would its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stderr is not None
    process.stderr.read(7)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in err


def test_a_closed_pipe_is_no_error():
    process = subprocess.Popen(
        [sys.executable, "-m", "symderiv", "rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    assert process.wait(timeout=60) == 0
    assert err == b""


def test_python_dash_m_is_the_same_command():
    out = subprocess.run([sys.executable, "-m", "symderiv", "--version"], capture_output=True, text=True, check=True)
    assert out.stdout == f"symderiv {symderiv.__version__}\n"
