"""Laws of rounded quotients: proper fractions, rounding twice, a ceiling as a floor.

Sizes after several layers are floors of floors: floor(floor(H/2)/2) = floor(H/4).
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context
from symderiv.language.terms import MINUS_ONE, ONE, ZERO, Apply, Number, Term
from symderiv.records import DETAIL, Level, Rewrite, Rule
from symderiv.rules.conditions import is_positive
from symderiv.rules.floors import nonnegative, numerator_and_denominator
from symderiv.rules.structure import build_power, build_product, build_sum, is_negative_looking, negate, summands_of

__all__ = ["RULES"]

GKP = "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., eq. "


def _rounded(term: Term, context: Context) -> tuple[str, Term, Term] | None:
    """(floor or ceiling, integer a, positive integer b) for the rounded quotient a/b."""
    if not isinstance(term, Apply) or term.function not in ("floor", "ceiling"):
        return None
    above, below = numerator_and_denominator(term.args[0])
    if below == ONE or not context.is_integer(above) or not context.is_integer(below):
        return None
    return (term.function, above, below) if is_positive(below, context) else None


def _proper_fraction(term: Term, context: Context) -> Iterator[Rewrite]:
    """floor(a/b) = 0 for 0 <= a < b; ceiling(a/b) = 1 for 0 < a <= b."""
    found = _rounded(term, context)
    if found is None:
        return
    name, above, below = found
    shift = ZERO if name == "floor" else MINUS_ONE
    start = build_sum((*summands_of(above), shift))
    room = build_sum((*summands_of(below), *map(negate, summands_of(start)), MINUS_ONE))
    low, high = nonnegative(start, context), nonnegative(room, context)
    if low is not None and high is not None:
        yield Rewrite(ZERO if name == "floor" else ONE, (*low, *high))


def _twice(term: Term, context: Context) -> Iterator[Rewrite]:
    """floor((floor(a/m) + k)/n) = floor((a + m k)/(m n)) for integers k and n > 0; the same for the ceiling."""
    found = _rounded(term, context)
    if found is None:
        return
    name, above, below = found
    parts = summands_of(above)
    inner = [n for n, s in enumerate(parts) if isinstance(s, Apply) and s.function == name]
    for n in inner:
        rounded = _rounded(parts[n], context)
        if rounded is None:
            continue
        _, a, m = rounded
        others = [build_product((m, s)) for k, s in enumerate(parts) if k != n]
        whole = build_sum((*summands_of(a), *others))
        yield Rewrite(Apply(name, build_product((whole, build_power(build_product((m, below)), MINUS_ONE)))))
        return


def _ceiling(term: Term, context: Context) -> Iterator[Rewrite]:
    """ceiling(a/b) = floor((a - 1)/b) + 1 for integers a and b > 0."""
    found = _rounded(term, context)
    if found is not None and found[0] == "ceiling":
        _, above, below = found
        less = build_sum((*summands_of(above), MINUS_ONE))
        yield Rewrite(build_sum((Apply("floor", build_product((less, build_power(below, MINUS_ONE)))), Number(1))))


def _of_negative(term: Term, context: Context) -> Iterator[Rewrite]:
    """floor(-x) = -ceiling(x), and the same the other way round."""
    if isinstance(term, Apply) and term.function in ("floor", "ceiling") and is_negative_looking(term.args[0]):
        other = "ceiling" if term.function == "floor" else "floor"
        yield Rewrite(negate(Apply(other, negate(term.args[0]))))


def _remainder(term: Term, context: Context) -> Iterator[Rewrite]:
    """a mod b = a - b floor(a/b) for b > 0."""
    if isinstance(term, Apply) and term.function == "Mod" and is_positive(term.args[1], context):
        a, b = term.args
        floor = Apply("floor", build_product((a, build_power(b, MINUS_ONE))))
        yield Rewrite(build_sum((*summands_of(a), negate(build_product((b, floor))))))


def _rule(  # type: ignore[no-untyped-def]
    name: str, law: str, apply, number: str, *examples: tuple[str, str], condition: str, level: Level = DETAIL
) -> Rule:
    return Rule(name, law, apply, "floors", GKP + number, condition, level, examples)


RULES = (
    _rule(
        "definition of the remainder", r"a \bmod b = a - b\lfloor a/b\rfloor", _remainder, "(3.21)",
        ("Mod(n, h)", "n - h*floor(n/h)"), condition="b > 0", level=1,
    ),
    _rule(
        "floor of a proper fraction", r"\lfloor a/b\rfloor = 0,\quad 0\le a<b", _proper_fraction, "(3.5)",
        ("floor(n/(n + 1))", "0"), condition="0 <= a < b; for the ceiling 0 < a <= b",
    ),
    _rule(
        "rounding twice", r"\lfloor(\lfloor a/m\rfloor+k)/n\rfloor = \lfloor(a+mk)/(mn)\rfloor", _twice, "(3.11)",
        ("floor((floor(n/2) + m)/3)", "floor((n + 2*m)/(2*3))"), condition="k and n > 0 integers", level=1,
    ),
    _rule(
        "rounding a negative number", r"\lfloor -x\rfloor = -\lceil x\rceil", _of_negative, "(3.4)",
        ("floor(-n/h)", "-ceiling(n/h)"), condition="any real x",
    ),
    _rule(
        "ceiling by the floor", r"\lceil a/b\rceil = \lfloor(a-1)/b\rfloor + 1", _ceiling, "ex. 3.12",
        ("ceiling(n/h)", "floor((n - 1)/h) + 1"), condition="a and b > 0 integers", level=1,
    ),
)  # fmt: skip
