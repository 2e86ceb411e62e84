"""Hunts for wrong verdicts: whatever is proved must agree at every instance, and no true rewriting may be refuted.

Run by hand, pytest does not collect it:

    python tests/fuzz_equality.py --minutes 5 --seed 0

Random terms are compared with a wrong variant, with a rewriting that keeps the value, and with their mechanical
derivative. A pair that ``prove_equal`` proves and an instance refutes is shrunk and printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import islice

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from mutation import mutants
from random_terms import ASSUMING, CONTEXT, VARIABLES, conditions, nearly, rewritten, terms

from symderiv.equality import compare, decide, holds, prove_equal
from symderiv.equality.balls import Imprecise, OverBudget, Undefined
from symderiv.equality.differentiation import differentiate
from symderiv.equality.evaluation import Evaluator
from symderiv.equality.sampling import points
from symderiv.language.context import Context, unfold
from symderiv.language.terms import And, Derivative, Not, Or, Term, free_names, walk
from symderiv.language.text import to_text

POINTS = 80
limits = argparse.Namespace(seconds=0.7)
counts: Counter[str] = Counter()
slowest: list[tuple[float, str]] = []


class Wrong(AssertionError):
    """Two independent judges contradict each other, or one of them crashes."""


def judged(left: Term, right: Term, kind: str, context: Context = CONTEXT) -> None:
    """Raises ``Wrong`` if the pair is proved and yet differs at an instance."""
    if left == right:
        return
    start = time.monotonic()
    try:
        proof = prove_equal(left, right, context, seconds=limits.seconds)
    except Exception as error:
        name = type(error).__name__
        raise Wrong(f"{kind}: {name} {error}\n  {to_text(left)}\n  {to_text(right)}") from error
    slowest.append((time.monotonic() - start, f"{to_text(left)} == {to_text(right)}"))
    counts[f"{kind}: {proof.word}"] += 1
    if proof.word != "proved":
        return
    found = compare(left, right, context, POINTS, seconds=5)
    # A read outside the axes is refused by instances; proofs are about the points where both sides are defined.
    if found.word == "refuted" and found.method != "index ranges":
        raise Wrong(
            f"{kind}: proved by {proof.method}, and yet\n  {to_text(left)}\n  {to_text(right)}\n  {found.witness}"
        )


def a_term(data: st.DataObject, depth: int = 3) -> tuple[Term, Context]:
    assuming = data.draw(st.booleans())
    term = data.draw(terms(depth=data.draw(st.integers(1, depth)), assuming=assuming))
    return term, ASSUMING if assuming else CONTEXT


def a_mutant(data: st.DataObject, term: Term) -> Term:
    found = [m for _, m in islice(mutants(term), 60)]
    return data.draw(st.sampled_from(found)) if found else term


def check_mutant(data: st.DataObject) -> None:
    term, context = a_term(data)
    judged(term, a_mutant(data, term), "mutant", context)


def check_nearly(data: st.DataObject) -> None:
    term, context = a_term(data)
    judged(term, data.draw(nearly(term)), "nearly", context)


def check_nearly_rewriting(data: st.DataObject) -> None:
    term, context = a_term(data, 2)
    judged(term, data.draw(nearly(data.draw(rewritten(term)))), "nearly a rewriting", context)


def check_rewriting(data: st.DataObject) -> None:
    term, context = a_term(data)
    other = data.draw(rewritten(term))
    judged(term, other, "rewriting", context)
    found = decide(term, other, context, seconds=limits.seconds)
    if found.word == "refuted" and found.method != "index ranges":
        raise Wrong(f"rewriting: refuted\n  {to_text(term)}\n  {to_text(other)}\n  {found.witness}")


def check_mutated_rewriting(data: st.DataObject) -> None:
    term, context = a_term(data, 2)
    judged(term, a_mutant(data, data.draw(rewritten(term))), "mutated rewriting", context)


def check_derivative(data: st.DataObject) -> None:
    term, context = a_term(data, 2)
    names = {name for t in walk(term) for name in (free_names(t) | free_names(unfold(t, context) or t))}
    variable = data.draw(st.sampled_from([v for v in VARIABLES if free_names(v) & names] or VARIABLES))
    slope = differentiate(term, variable, context)
    judged(Derivative(term, variable), slope, "derivative", context)
    judged(Derivative(term, variable), a_mutant(data, slope), "mutated derivative", context)


def check_pair(data: st.DataObject) -> None:
    assuming = data.draw(st.booleans())
    left, right = (data.draw(terms(depth=data.draw(st.integers(0, 2)), assuming=assuming)) for _ in range(2))
    judged(left, right, "pair", ASSUMING if assuming else CONTEXT)


def check_condition(data: st.DataObject) -> None:
    some = [data.draw(conditions()) for _ in range(3)]
    condition = data.draw(st.sampled_from((some[0], And(*some), Or(*some), Or(some[0], Not(some[1])))))
    claimed = holds(condition, CONTEXT)
    counts[f"condition: {claimed}"] += 1
    for point in points((condition,), CONTEXT, POINTS):
        try:
            truth = Evaluator(point, CONTEXT).truth(condition)
        except (Undefined, Imprecise, OverBudget):
            continue
        if claimed is not None and truth != claimed:
            raise Wrong(f"condition: said to be {claimed}\n  {to_text(condition)}\n  {point.shown()}")


CHECKS: tuple[Callable[[st.DataObject], None], ...] = (
    check_mutant,
    check_nearly,
    check_nearly_rewriting,
    check_rewriting,
    check_mutated_rewriting,
    check_derivative,
    check_pair,
    check_condition,
)


def run(check: Callable[[st.DataObject], None], number: int, examples: int) -> str | None:
    """The message of a minimal failing example, if any."""

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
    @given(st.data())
    def attempt(data: st.DataObject) -> None:
        check(data)

    try:
        attempt()
    except Wrong as error:
        return str(error)
    except Exception as error:
        return f"{check.__name__} raised {type(error).__name__}: {error}"
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--examples", type=int, default=100, help="examples for each check and seed")
    parser.add_argument("--seconds", type=float, default=limits.seconds, help="time for one proof")
    parser.add_argument("--only", default="", help="only the checks with this in their name")
    arguments = parser.parse_args()
    limits.seconds = arguments.seconds
    until = time.monotonic() + 60 * arguments.minutes
    number, wrong = arguments.seed, set()
    chosen = [c for c in CHECKS if arguments.only in c.__name__]
    while time.monotonic() < until:
        for check in chosen:
            message = run(check, number, arguments.examples)
            if message is not None and message not in wrong:
                wrong.add(message)
                print(message, flush=True)
        number += 1
    for kind, count in sorted(counts.items()):
        print(f"{count:8} {kind}")
    for seconds, text in sorted(slowest, reverse=True)[:5]:
        print(f"{seconds:8.2f} s {text[:300]}")
    print(f"{len(wrong)} contradictions in seeds {arguments.seed} to {number - 1}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
