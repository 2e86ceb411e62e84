"""Thousands of random pairs of sums over indices, equal and unequal: counts the verdicts and prints every wrong one.

Run by hand, pytest does not collect it:

    python tests/fuzz_sums.py --pairs 2000 --seed 0

Half of the pairs are a random sum and a rewriting of it (shift, reversal, splitting, swapped order, deltas, padding,
counting, squares); the other half are a sum and a mutated rewriting that a judge in plain Python sees to differ. An
equal pair that is refuted and an unequal pair that is proved are wrong; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from random import Random

from random_sums import CONTEXT, differ, mutated, random_sum, rewritten

from symderiv.equality import decide
from symderiv.language.terms import Term
from symderiv.language.text import to_text

WRONG = {"equal": ("refuted",), "unequal": ("proved",)}


def pair(rng: Random) -> tuple[str, Term, Term] | None:
    """(equal or unequal, left, right); None where a mutation changes nothing that the judge can see."""
    left = random_sum(rng)
    right = rewritten(rng, left, rng.randint(1, 4))
    if rng.random() < 0.5:
        return ("equal", left, right) if left != right else None
    right = mutated(rng, right)
    return ("unequal", left, right) if differ(left, right, rng) else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=2.0, help="time for one pair")
    parser.add_argument("--show", action="store_true", help="also print what is equal and not proved")
    arguments = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    reasons: Counter[str] = Counter()
    wrong, done, number, spent = 0, 0, arguments.seed, 0.0
    while done < arguments.pairs:
        made = pair(Random(number))
        number += 1
        if made is None:
            continue
        kind, left, right = made
        start = time.monotonic()
        verdict = decide(left, right, CONTEXT, seconds=arguments.seconds)
        spent += time.monotonic() - start
        done += 1
        counts[kind, verdict.word] += 1
        if verdict.word in WRONG[kind]:
            wrong += 1
            print(
                f"WRONG, seed {number - 1}: {kind} and {verdict.word}\n  {to_text(left)}\n  {to_text(right)}",
                flush=True,
            )
        elif verdict.word not in ("proved", "refuted"):
            if kind == "equal":
                reasons[verdict.reason[:60]] += 1
            if arguments.show or kind == "unequal":
                print(
                    f"seed {number - 1}: {kind} and {verdict.word}, {verdict.reason}\n  {to_text(left)}\n  {to_text(right)}",
                    flush=True,
                )
    for (kind, word), count in sorted(counts.items()):
        print(f"{count:8} {kind}: {word}")
    for reason, count in reasons.most_common(6):
        print(f"{count:8} not proved: {reason}")
    print(f"{wrong} wrong verdicts in {done} pairs, {spent / max(done, 1):.3f} s a pair")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
