"""Texts that are read and cost too much: towers, huge sums, floods. The judge ends in time and goes on."""

from __future__ import annotations

import time

import pytest

from symderiv.answers.isolation import Worker
from symderiv.answers.judging import check, warm_up

HEAVY = [
    "9**9**9**9",
    "2**9999 + a",
    "a**9999 - a**9998",
    "(a + y)**500",
    "(a + y + g + r)**60",
    "exp(" * 50 + "a" + ")" * 50,
    "Sum(k**9, (k, 1, 10**39))",
    "Sum(Sum(Sum(x[i]*x[j]*x[k], (k, 1, K)), (j, 1, K)), (i, 1, K))",
    "Sum(" * 12 + "a" + "".join(f", (k{n}, 1, 99))" for n in range(12)),
    "Product(k + a, (k, 1, 10**9))",
    "Sum(exp(k), (k, 1, 10**9))",
    "gamma(10**9)",
    "gamma(10**39)",
    "exp(10**39)",
    "exp(exp(exp(exp(100))))",
    "tanh(10**39*a)",
    "sin(10**38)",
    "+".join(["a"] * 400),
    "*".join(["(a + 1)"] * 120),
    "1/(" * 40 + "a" + "+1)" * 40,
    "sqrt(" * 50 + "a**2" + ")" * 50,
    "Abs(" * 40 + "a" + ")" * 40,
    "Max(" + ",".join(f"a + {n}*y" for n in range(150)) + ")",
    "Piecewise(" + ",".join(f"({n}, a < {n})" for n in range(60)) + ", (0, True))",
    "floor(10**38*a)",
    "Mod(10**39, n)",
    r"9^{9^{9^{9}}}",
    r"\sum_{k=1}^{99999999999999999999} k^{k}",
    r"\prod_{k=1}^{10^{9}} (1 + \frac{a}{k})",
    r"\frac{a}{" * 20 + "y" + "}" * 20,
    r"\sqrt{1 + " * 30 + "a" + "}" * 30,
    r"e^{" * 25 + "a" + "}" * 25,
    "0.3333333333333333333333333333333333333*a",
    "a = " * 60 + "a",
]


@pytest.fixture(scope="module")
def worker():
    made = Worker().start()
    made.call(warm_up, (), 60)
    yield made
    made.close()


@pytest.mark.parametrize("text", HEAVY, ids=lambda t: t[:24])
def test_heavy_texts_end_in_time(problem, worker, tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    started = time.perf_counter()
    result = check(problem, "loss", text, seconds=1.0, worker=worker)
    # The limit for the verdict, half of it again for the diagnosis, and the time in which a worker is ended.
    assert time.perf_counter() - started < 6
    assert result.verdict in ("refuted", "undecided", "unreadable")
    assert result.message
    assert not list(tmp_path.iterdir())


def test_the_worker_goes_on_after_all_of_them(problem, worker):
    assert check(problem, "loss", "g - y", seconds=30, worker=worker).verdict == "proved"
