"""Advice where a derivation stopped: the weakest assumptions under which a rule would go on, and no more."""

from __future__ import annotations

import pytest
from sympy import Rational, Sum, log

from symderiv import declare
from symderiv.cache import Cache
from symderiv.jobs import Job, solve_jobs


def stopped(make, conditions=()):
    """The stop reason of a "show" question made from a declaration with two real symbols."""
    p = declare("Stuck")
    a, b = p.symbol("a"), p.symbol("b")
    left, right = make(p, a, b)
    p.part("1", "One", conditions=conditions(a, b) if conditions else ()).show("s", left, right)
    problem = p.problem()
    ((_, solved),) = solve_jobs([Job(problem.parts[0], problem.context)], Cache(None))
    return solved.stop_reason


@pytest.mark.parametrize(
    ("make", "advice"),
    [
        (lambda p, a, b: (log(a * b), log(a) + log(b)), "If a > 0 and b > 0 may be assumed, the rule 'logarithm of a product' applies"),
        (lambda p, a, b: (log(a**b), b * log(a)), "If a > 0 may be assumed, the rule 'logarithm of a power' applies"),
        (lambda p, a, b: ((a * b) ** Rational(1, 3), a ** Rational(1, 3) * b ** Rational(1, 3)), "If b > 0 may be assumed, the rule 'power of a product' applies"),
    ],
)  # fmt: skip
def test_the_assumption_that_is_missing_is_named(make, advice):
    assert advice in stopped(make)


def test_an_assumption_that_holds_already_is_not_asked_for():
    made = stopped(lambda p, a, b: (log(a * b), log(a) + log(b)), lambda a, b: [a > 0])
    assert "If b > 0 may be assumed" in made and "a > 0" not in made


def test_where_no_assumption_helps_none_is_named():
    assert stopped(lambda p, a, b: (a + b, a - b)) == "the two sides differ"


def test_what_is_derived_has_no_advice():
    def make(p, a, b):
        k = p.index("k", 1, 3)
        return Sum(a * k, (k, 1, 3)), 6 * a

    assert stopped(make) == ""
