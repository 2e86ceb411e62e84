"""A worker survives what is done in it, or is replaced; either way the caller goes on."""

from __future__ import annotations

import ctypes
import operator
import os
import subprocess
import sys
import threading
import time

import pytest

from symderiv.answers.isolation import Worker, WorkerDied


@pytest.fixture(scope="module")
def worker():
    made = Worker()
    yield made
    made.close()


def test_values_come_back(worker):
    assert worker.call(operator.add, (1, 2), 5) == 3
    assert worker.call(sorted, ([3, 1, 2],), 5) == [1, 2, 3]


def test_a_second_call_costs_next_to_nothing(worker):
    worker.call(abs, (1,), 5)
    started = time.perf_counter()
    for _ in range(100):
        worker.call(abs, (1,), 5)
    assert (time.perf_counter() - started) / 100 < 0.02


@pytest.mark.parametrize(
    ("function", "arguments", "reason"),
    [
        (time.sleep, (60,), "no verdict within 0.3 s"),
        (os._exit, (3,), "the worker process ended unexpectedly; it may have run out of memory"),
        (os.abort, (), "the worker process ended unexpectedly; it may have run out of memory"),
        (ctypes.string_at, (0,), "the worker process ended unexpectedly; it may have run out of memory"),
        (operator.truediv, (1, 0), "internal error: ZeroDivisionError: division by zero"),
        pytest.param(
            bytearray, (8 * 2**30,), "the answer needs more memory than is allowed",
            marks=pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits memory only on Linux"),
        ),
    ],
    ids=["sleeps", "exits", "aborts", "crashes", "raises", "wants memory"],
)  # fmt: skip
def test_a_worker_that_fails_costs_one_answer(worker, function, arguments, reason):
    with pytest.raises(WorkerDied) as caught:
        worker.call(function, arguments, 0.3)
    assert caught.value.reason == reason
    assert worker.call(operator.add, (1, 2), 5) == 3


def test_a_loop_inside_c_is_ended_in_time(worker):
    worker.call(abs, (1,), 5)
    started = time.perf_counter()
    with pytest.raises(WorkerDied):
        worker.call(operator.pow, (9, 9**9), 0.3)
    assert time.perf_counter() - started < 2


def test_output_of_a_library_does_not_disturb_the_replies(worker):
    assert worker.call(os.system, ("echo noise",), 5) == 0
    assert worker.call(print, ("noise",), 5) is None
    assert worker.call(abs, (-1,), 5) == 1


def test_calls_from_several_threads_wait_for_each_other(worker):
    results: list[int] = []
    threads = [threading.Thread(target=lambda n=n: results.append(worker.call(abs, (-n,), 5))) for n in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(results) == list(range(8))


def test_the_worker_ends_with_its_caller():
    code = (
        "from symderiv.answers.isolation import shared_worker\n"
        "w = shared_worker(); w.call(abs, (1,), 30); print(w._process.pid)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert out.stderr == ""
    with pytest.raises(OSError):
        os.kill(int(out.stdout), 0)


def test_preparation_goes_on_in_the_background():
    worker = Worker()
    try:
        worker.prepare(_fail)
        worker.prepare(_nothing)
        assert worker.call(abs, (-1,), 30) == 1
    finally:
        worker.close()


def _nothing() -> None:
    pass


def _fail() -> None:
    raise ValueError
