"""Workers: the same results as without them, a lost worker costs one part, an end ends them all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from sympy import Derivative

from symderiv import declare, sigmoid
from symderiv.cache import Cache
from symderiv.jobs import Job, default_jobs, solve_jobs

DEMO = """
from sympy import Derivative
from symderiv import declare, sigmoid

p = declare("Many parts")
a = p.symbol("a", "pre-activation")
g = p.define("g", sigmoid(a), "output")
for n in range(2, 14):
    p.part(f"W{n}", "A power").derive("d", Derivative(g**n, a), expected=n * g**n * (1 - g))
"""


@pytest.fixture(scope="module")
def jobs():
    p = declare("Some parts")
    a = p.symbol("a", "pre-activation")
    g = p.define("g", sigmoid(a), "output")
    p.part("T", "Text", text="Words.")
    for n in (2, 3, 4):
        p.part(f"W{n}", "A power").derive("d", Derivative(g**n, a), expected=n * g**n * (1 - g))
    problem = p.problem()
    return [Job(part, problem.context) for part in problem.parts]


def plain(solved):
    return replace(solved, seconds=0, derivations=tuple(replace(d, seconds=0) for d in solved.derivations))


def test_several_workers_find_what_one_finds(jobs, tmp_path):
    alone = dict(solve_jobs(jobs, Cache(None), 1))
    begun = []
    together = dict(solve_jobs(jobs, Cache(tmp_path), 3, begun.append))
    assert {n: plain(p) for n, p in alone.items()} == {n: plain(p) for n, p in together.items()}
    assert sorted(begun) == sorted(together) == [0, 1, 2, 3]
    again = dict(solve_jobs(jobs, Cache(tmp_path), 3, begun.append))
    assert {n: plain(p) for n, p in again.items()} == {n: plain(p) for n, p in alone.items()}
    assert begun[4:] == [0], "what has questions comes from the cache"


def test_a_worker_that_dies_costs_one_part(jobs, monkeypatch):
    import symderiv.solver

    solve_part = symderiv.solver.solve_part

    def die_at_three(part, context):
        if part.id == "W3":
            os._exit(1)
        return solve_part(part, context)

    monkeypatch.setattr("symderiv.solver.solve_part", die_at_three)
    monkeypatch.setattr("threading.active_count", lambda: 1)  # a fork, so that the worker has the patch
    if sys.platform != "linux":
        pytest.skip("workers are not forked here")
    found = dict(solve_jobs(jobs, Cache(None), 2))
    stopped = {jobs[n].part.id: p.stop_reason for n, p in found.items()}
    assert stopped == {
        "T": "", "W2": "", "W4": "",
        "W3": "the process that worked on this part ended unexpectedly; it may have run out of memory",
    }  # fmt: skip


def test_a_fault_of_the_engine_costs_one_part(jobs, monkeypatch):
    def fail(part, context):
        raise ValueError("no such thing")

    monkeypatch.setattr("symderiv.solver.solve_part", fail)
    (_, solved), *_ = solve_jobs(jobs[1:], Cache(None), 1)
    assert solved.stop_reason == "the engine failed, please report it: ValueError: no such thing"


def test_default_jobs():
    assert default_jobs() >= 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_leaves_whole_files_and_no_worker(tmp_path, blow):
    (tmp_path / "demo.py").write_text(DEMO, encoding="utf-8")
    environment = {**os.environ, "SYMDERIV_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "symderiv", "solve", "demo.py", "--jobs", "2", "--format", "tex,json", "-q"]
    run = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("cache/??/*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    if blow == signal.SIGINT:
        os.killpg(run.pid, blow)  # what a terminal sends for Ctrl-C
    else:
        run.kill()
    _, said = run.communicate(timeout=60)
    if blow == signal.SIGINT and run.returncode != 0:
        assert (run.returncode, said) == (130, "symderiv: interrupted; files that are finished are whole\n")
    kept = len(list(tmp_path.glob("cache/??/[!.]*")))
    assert kept >= 1, "what was finished is kept"
    assert not list(tmp_path.glob("out/.*.part"))
    while True:  # workers of a parent that is gone finish their part and end
        try:
            os.killpg(run.pid, 0)
        except ProcessLookupError:
            break
        assert time.monotonic() < deadline
        time.sleep(0.05)
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("  ok  ") == 12
