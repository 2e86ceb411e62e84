"""Squares of the circular and the hyperbolic functions."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context
from symderiv.language.terms import Add, Apply, Number, Term
from symderiv.records import Rewrite, Rule
from symderiv.rules.structure import Monomial, build_sum, monomial

__all__ = ["RULES"]

STEWART = "Stewart, Calculus: Early Transcendentals, 8th ed., app. D and sec. 3.11"
SQUARES = (("cos", "sin", 1), ("cosh", "sinh", -1))


def _pythagoras(term: Term, context: Context) -> Iterator[Rewrite]:
    """c cos(u)^2 + c sin(u)^2 = c, c cosh(u)^2 - c sinh(u)^2 = c."""
    if not isinstance(term, Add):
        return
    parts = [monomial(s) for s in term.args]
    for function, other, sign in SQUARES:
        for n, p in enumerate(parts):
            for argument, rest in _without_square(p, function):
                for m, q in enumerate(parts):
                    for second, remains in _without_square(q, other) if m != n else ():
                        equal = remains.coefficient == sign * rest.coefficient and remains.key() == rest.key()
                        if equal and second == argument:
                            kept = [s for k, s in enumerate(term.args) if k not in (n, m)]
                            yield Rewrite(build_sum((rest.term(), *kept)))
                            return


def _without_square(m: Monomial, function: str) -> Iterator[tuple[Term, Monomial]]:
    """(u, the other factors) for each square f(u)^2 among the factors."""
    for key, (base, exponent) in m.powers.items():
        if isinstance(base, Apply) and base.function == function and exponent == Number(2):
            yield base.args[0], Monomial(m.coefficient, {k: v for k, v in m.powers.items() if k != key})


RULES = (
    Rule(
        "squares of sine and cosine", r"\cos^2 u + \sin^2 u = 1,\quad \cosh^2 u - \sinh^2 u = 1", _pythagoras, "functions", STEWART,
        examples=(
            ("x*cos(y)**2 + x*sin(y)**2 + r", "x + r"),
            ("cosh(x)**2 - sinh(x)**2", "1"),
        ),
    ),
)  # fmt: skip
