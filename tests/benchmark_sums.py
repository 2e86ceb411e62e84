"""How long derivations and proofs about sums take, and how that grows with the number of nested sums.

Run by hand, pytest does not collect it:

    python tests/benchmark_sums.py [--problems problems/filters.py ...]

First sums nested 1 to 6 deep: an equality by renaming, shifting and swapped order. Then the gradients of convolutions in
1 to 3 dimensions, with and without batch and channels: the time of the solver, and that of the proof of every line.
With ``--problems`` the parts of these files.
"""

from __future__ import annotations

import argparse
import time
from itertools import pairwise
from typing import Any

from contexts import declared
from sympy import Derivative, Sum

from symderiv import declare
from symderiv.equality import decide
from symderiv.language.text import from_text
from symderiv.loading import load
from symderiv.records import Part, Problem, SolvedPart
from symderiv.solver import solve_part
from symderiv.verification import verify_part

LETTERS = "abcdef"


def nested(depth: int) -> tuple[float, str]:
    """Seconds and verdict for a sum over w[a, b] w[b, c] ... x[last] against itself, shifted and with swapped order."""
    context = declared(sizes="n m", arrays={"w": "-50:n+50 -50:n+50", "x": "-50:n+50"})
    names = LETTERS[:depth]
    factors = [f"w[{a}, {b}]" for a, b in pairwise(names)]
    left = "*".join([*factors, f"x[{names[-1]}]"])
    right = left
    for name in names:
        right = (
            right.replace(f"{name},", f"{name} - 1,")
            .replace(f" {name}]", f" {name} - 1]")
            .replace(f"[{name}]", f"[{name} - 1]")
        )
    sums = ", ".join(f"({c}, 1, n)" for c in names), ", ".join(f"({c}, 2, n + 1)" for c in reversed(names))
    start = time.perf_counter()
    verdict = decide(
        from_text(f"Sum({left}, {sums[0]})", context),
        from_text(f"Sum({right}, {sums[1]})", context),
        context,
        seconds=30,
    )
    return time.perf_counter() - start, verdict.word


def gradient(rank: int, channels: bool, by: str) -> Problem:
    """The gradient of a valid correlation in ``rank`` dimensions, for batches and channels or without."""
    p = declare("gradient")
    n, k = p.size("N", "input"), p.size("K", "kernel")
    p.assume(k <= n)
    m = n - k + 1
    batch, inner, outer = (p.size(s) for s in ("B", "C", "O")) if channels else ((), (), ())
    lead = ((batch, inner), (outer, inner), (batch, outer)) if channels else ((), (), ())
    x = p.array("x", (*lead[0], *(n,) * rank), "input")
    w = p.array("w", (*lead[1], *(k,) * rank), "kernel")
    g = p.array("g", (*lead[2], *(m,) * rank), "upstream gradient")
    out = _indices(p, "ijh"[:rank], m)
    taps = _indices(p, "pqr"[:rank], k)
    at = _indices(p, "stu"[:rank], n if by == "x" else k)
    e, c, o, e2, c2, o2 = (
        (p.index("e", batch), p.index("c", inner), p.index("o", outer), p.index("f", batch), p.index("d", inner), p.index("z", outer))
        if channels else (None,) * 6
    )  # fmt: skip
    heads = ((e, c), (o, c), (e, o), (e2, c2), (o2, c2)) if channels else ((),) * 5
    place = tuple(a + q - 1 for a, q in zip(out, taps, strict=True))
    body = g[(*heads[2], *out)] * x[(*heads[0], *place)] * w[(*heads[1], *taps)]
    ranges = [(t, 1, k) for t in taps] + [(a, 1, m) for a in out]
    ranges += [(c, 1, inner), (o, 1, outer), (e, 1, batch)] if channels else []
    target = x[(*heads[3], *at)] if by == "x" else w[(*heads[4], *at)]
    p.part("a", "gradient").derive("d", Derivative(Sum(body, *ranges), target), expected=0)
    return p.problem()


def _indices(p: Any, names: str, upper: Any) -> tuple[Any, ...]:
    found = p.index(" ".join(names), upper)
    return found if isinstance(found, tuple) else (found,)


def timed(part: Part, problem: Problem) -> tuple[SolvedPart, float, float]:
    start = time.perf_counter()
    solved = solve_part(part, problem.context)
    middle = time.perf_counter()
    verified = verify_part(solved, problem.context)
    return verified, middle - start, time.perf_counter() - middle


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--problems", nargs="*", default=[])
    arguments = parser.parse_args()
    nested(1)  # imports
    print("nested sums    seconds   verdict")
    for depth in range(1, 7):
        seconds, word = nested(depth)
        print(f"{depth:11} {seconds:10.2f}   {word}", flush=True)
    print("gradient of a correlation            sums   solve    prove   lines")
    for by in "wx":
        for channels in (False, True):
            for rank in (1, 2, 3):
                problem = gradient(rank, channels, by)
                solved, solving, proving = timed(problem.parts[0], problem)
                counts = ", ".join(f"{n} {word}" for word, n in solved.counts().items() if n)
                what = f"d{by}, {rank}-D{', batch and channels' if channels else ''}"
                print(f"{what:36} {2 * rank + 3 * channels:4} {solving:7.2f} {proving:8.2f}   {counts}", flush=True)
    for path in arguments.problems:
        loaded = load(path)
        for part in loaded.parts:
            solved, solving, proving = timed(part, loaded)
            counts = ", ".join(f"{n} {word}" for word, n in solved.counts().items() if n)
            print(f"{loaded.name} {part.id:10} {solving:7.2f} {proving:8.2f}   {counts}", flush=True)


if __name__ == "__main__":
    main()
