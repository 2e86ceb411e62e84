"""Comparison at instances: two terms at many sample points, rigorously.

A difference is reported only from exact rationals, from a ball that excludes 0, or from a read outside an array's axes;
agreement is evidence, never proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import process_time

from flint import arb, fmpq

from symderiv.equality.balls import (
    PRECISIONS,
    Imprecise,
    OutOfRange,
    OverBudget,
    Real,
    Undefined,
    decimal,
    precision,
    to_ball,
)
from symderiv.equality.evaluation import WORK, Evaluator, evaluate
from symderiv.equality.grids import names_behind
from symderiv.equality.points import Infeasible, Point
from symderiv.equality.sampling import points
from symderiv.language.context import Context
from symderiv.language.terms import Term
from symderiv.records import Verdict, Witness

__all__ = ["OutOfRange", "Point", "Screen", "compare", "evaluate", "points"]

_TINY = fmpq(1, 2**200)
_MOST_TOO_LONG = 4


@dataclass(frozen=True, slots=True)
class _Side:
    """One side at a point: its value, or why it has none; ``outside`` if it reads an array outside its axes."""

    value: Real | None = None
    undefined: str = ""
    outside: bool = False


def compare(
    left: Term,
    right: Term,
    context: Context,
    limit: int = 48,
    *,
    seconds: float = 10.0,
    work: int = WORK,
    one_sided: bool = False,
) -> Verdict:
    """Compare two terms (or conditions) at up to ``limit`` points.

    "refuted" with a witness of the smallest sizes at which they differ: both values are exact, or their balls exclude
    each other, or one side has a value and the other reads an array outside its axes, an error by declaration. Else
    "undecided" with ``instances``: the number of points where both sides are defined and agree, exactly or by balls of
    400 bits whose difference contains 0 and is at most 2**-200 wide (relative to the values, unless both may be 0).
    That is never a proof. ``reason`` says what else was seen: points where only one side is defined (1/0, the
    logarithm of a negative number), points that could not be evaluated, or that there are none.

    With ``one_sided`` a point where exactly one side is defined refutes as well: for callers who know that the sides
    are nowhere defined together.
    """
    until = process_time() + seconds
    seen = {"agree": 0, "left only": 0, "right only": 0, "neither": 0, "open": 0, "too long": 0, "infeasible": 0}
    notes: dict[str, str] = {}
    start = 0
    for point in points((left, right), context, limit):
        outcome, detail, start = _compare_at(left, right, context, point, work, start)
        if outcome in ("differ", "outside") or (one_sided and outcome in ("left only", "right only")):
            method = {"differ": "ball arithmetic", "outside": "index ranges"}.get(outcome, "domain")
            witness = _witness(left, right, context, point)
            return Verdict("refuted", method, detail, seen["agree"], witness)
        seen[outcome] += 1
        if detail and outcome not in notes:
            notes[outcome] = f"{detail} at {_describe(point)}"
        if process_time() > until or seen["too long"] >= _MOST_TOO_LONG:
            break
    return Verdict("undecided", "instances", _reason(seen, notes), instances=seen["agree"])


class Screen:
    """A few points for two terms, at which many pairs made of the same names are compared, each at little cost."""

    def __init__(self, terms: tuple[Term, ...], context: Context, count: int = 12):
        self.context = context
        self.names = names_behind(terms, context)
        # Not the very first ones: where sizes are 0 or 1 much is equal by accident.
        self.points = list(points(terms, context, 4 * count))[::-4][:count]

    def differ(self, left: Term, right: Term) -> bool:
        """Are they seen to differ? False says nothing, nor does it where other names come in."""
        if not names_behind((left, right), self.context) <= self.names:
            return False
        return any(_compare_at(left, right, self.context, p, WORK, 0)[0] == "differ" for p in self.points)


def _compare_at(left: Term, right: Term, context: Context, point: Point, work: int, start: int) -> tuple[str, str, int]:
    """(outcome, detail, index of the precision to start with at the next point)."""
    for n, bits in list(enumerate(PRECISIONS))[start:]:
        with precision(bits):
            try:
                a, b = (_side(t, context, point, work) for t in (left, right))
                if a.value is None or b.value is None:
                    return *_one_sided(a, b), start
                difference = a.value - b.value
                if isinstance(difference, fmpq):
                    return ("agree" if difference == 0 else "differ"), "", start
                if not difference.is_finite():
                    continue
                if not difference.contains(0):
                    return "differ", "", start
                if bits == PRECISIONS[-1]:
                    # Where they agree once they probably do again: the lower precisions would be wasted.
                    if _is_tiny(difference, a.value, b.value):
                        return "agree", "", n
            except Imprecise:
                continue
            except OverBudget as error:
                return "too long", str(error), start
            except RecursionError:
                return "too long", "the terms are nested too deep", start
            except Infeasible:
                return "infeasible", "", start
    return "open", f"{PRECISIONS[-1]} bits do not decide", start


def _one_sided(a: _Side, b: _Side) -> tuple[str, str]:
    if a.value is None and b.value is None:
        return "neither", a.undefined
    missing = a if a.value is None else b
    if missing.outside:
        return "outside", f"the {'left' if missing is a else 'right'} side reads what is not there: {missing.undefined}"
    return ("right only" if missing is a else "left only"), missing.undefined


def _is_tiny(difference: arb, a: Real, b: Real) -> bool:
    """Is a difference that contains 0 so narrow, relative to the values, that it counts as agreement?"""
    left, right = to_ball(a), to_ball(b)
    if left.contains(0) and right.contains(0):
        return bool(difference.rad() < _TINY)
    return bool(difference.rad() < (abs(left) + abs(right)).upper() * _TINY)


def _side(term: Term, context: Context, point: Point, work: int) -> _Side:
    try:
        value = Evaluator(point, context, work).value(term)
    except Undefined as error:
        return _Side(undefined=str(error), outside=isinstance(error, OutOfRange))
    return _Side(value)  # type: ignore[arg-type]


def _witness(left: Term, right: Term, context: Context, point: Point) -> Witness:
    with precision(PRECISIONS[-1]):
        point.read = {}
        a, b = (_side(t, context, point, WORK * 4) for t in (left, right))
        # With more and more digits, until the sides can be told apart.
        for digits in (12, 24, 48, 96):
            texts = _text(a, digits), _text(b, digits)
            if texts[0] != texts[1]:
                break
    return Witness(point.shown(), *texts)


def _text(side: _Side, digits: int) -> str:
    return f"undefined: {side.undefined}" if side.value is None else decimal(side.value, digits)


def _describe(point: Point) -> str:
    return ", ".join(f"{k} = {v}" for k, v in list(point.shown().items())[:8]) or "the only point"


def _reason(seen: dict[str, int], notes: dict[str, str]) -> str:
    if not any(seen[outcome] for outcome in seen if outcome != "infeasible"):
        return "no sample point satisfies the ranges and assumptions"
    parts = []
    for outcome, text in (
        ("left only", "only the left side is defined at {}"),
        ("right only", "only the right side is defined at {}"),
        ("neither", "neither side is defined at {}"),
        ("open", "{} could not be decided"),
        ("too long", "{} could not be evaluated"),
    ):
        if seen[outcome]:
            note = f" ({notes[outcome]})" if outcome in notes else ""
            parts.append(text.format(f"{seen[outcome]} point{'s' * (seen[outcome] > 1)}") + note)
    return "; ".join(parts)
