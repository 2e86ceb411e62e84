"""The chain rule, one rule for each function: name of the function, outer derivative, law, source, domain, example."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symderiv.language.context import Context
from symderiv.language.terms import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Apply,
    Constant,
    Derivative,
    Iverson,
    Number,
    Power,
    Relation,
    Term,
)
from symderiv.records import Rewrite, Rule
from symderiv.rules.conditions import truth
from symderiv.rules.structure import build_product, depends_on, negate

__all__ = ["CHAIN_RULES", "OUTER"]

STEWART = "Stewart, Calculus: Early Transcendentals, 8th ed., sec. "
GOODFELLOW = "Goodfellow, Bengio & Courville, Deep Learning, "


@dataclass(frozen=True, slots=True)
class Outer:
    """f'(z), and the conditions on z under which f is differentiable there."""

    derivative: Callable[[Term], Term]
    law: str
    source: str
    example: str
    domain: Callable[[Term], tuple[Relation, ...]] = lambda z: ()
    condition: str = ""


def _square(z: Term) -> Term:
    return Power(z, TWO)


def _not_zero(z: Term) -> tuple[Relation, ...]:
    return (Relation("!=", z, ZERO),)


def _positive(z: Term) -> tuple[Relation, ...]:
    return (Relation(">", z, ZERO),)


def _unit(z: Term) -> tuple[Relation, ...]:
    return (Relation(">", z, ZERO), Relation("<", z, ONE))


def _within_one(z: Term) -> tuple[Relation, ...]:
    return (Relation(">", ONE - _square(z), ZERO),)


OUTER: dict[str, Outer] = {
    "exp": Outer(lambda z: Apply("exp", z), r"(e^u)' = e^u\,u'", STEWART + "3.1", "exp(2*x)*Derivative(2*x, x)"),
    "log": Outer(
        lambda z: Power(z, Number(-1)), r"(\log u)' = u'/u", STEWART + "3.6",
        "Derivative(2*x, x)/(2*x)", _positive, "u > 0",
    ),
    "sin": Outer(lambda z: Apply("cos", z), r"(\sin u)' = \cos(u)\,u'", STEWART + "3.3", "cos(2*x)*Derivative(2*x, x)"),
    "cos": Outer(
        lambda z: negate(Apply("sin", z)), r"(\cos u)' = -\sin(u)\,u'", STEWART + "3.3",
        "-sin(2*x)*Derivative(2*x, x)",
    ),
    "tan": Outer(
        lambda z: ONE + _square(Apply("tan", z)), r"(\tan u)' = (1+\tan^2 u)\,u'", STEWART + "3.3",
        "(1 + tan(2*x)**2)*Derivative(2*x, x)",
    ),
    "asin": Outer(
        lambda z: Power(ONE - _square(z), negate(HALF)), r"(\arcsin u)' = u'/\sqrt{1-u^2}", STEWART + "3.5",
        "Derivative(2*x, x)/sqrt(1 - (2*x)**2)", _within_one, "|u| < 1",
    ),
    "acos": Outer(
        lambda z: negate(Power(ONE - _square(z), negate(HALF))), r"(\arccos u)' = -u'/\sqrt{1-u^2}", STEWART + "3.5",
        "-Derivative(2*x, x)/sqrt(1 - (2*x)**2)", _within_one, "|u| < 1",
    ),
    "atan": Outer(
        lambda z: Power(ONE + _square(z), Number(-1)), r"(\arctan u)' = u'/(1+u^2)", STEWART + "3.5",
        "Derivative(2*x, x)/(1 + (2*x)**2)",
    ),
    "sinh": Outer(
        lambda z: Apply("cosh", z), r"(\sinh u)' = \cosh(u)\,u'", STEWART + "3.11", "cosh(2*x)*Derivative(2*x, x)"
    ),
    "cosh": Outer(
        lambda z: Apply("sinh", z), r"(\cosh u)' = \sinh(u)\,u'", STEWART + "3.11", "sinh(2*x)*Derivative(2*x, x)"
    ),
    "tanh": Outer(
        lambda z: ONE - _square(Apply("tanh", z)), r"(\tanh u)' = (1-\tanh^2 u)\,u'", STEWART + "3.11",
        "(1 - tanh(2*x)**2)*Derivative(2*x, x)",
    ),
    "asinh": Outer(
        lambda z: Power(ONE + _square(z), negate(HALF)), r"(\operatorname{arsinh} u)' = u'/\sqrt{1+u^2}",
        STEWART + "3.11", "Derivative(2*x, x)/sqrt(1 + (2*x)**2)",
    ),
    "atanh": Outer(
        lambda z: Power(ONE - _square(z), Number(-1)), r"(\operatorname{artanh} u)' = u'/(1-u^2)", STEWART + "3.11",
        "Derivative(2*x, x)/(1 - (2*x)**2)", _within_one, "|u| < 1",
    ),
    "erf": Outer(
        lambda z: build_product((TWO, Power(Constant("pi"), negate(HALF)), Apply("exp", negate(_square(z))))),
        r"(\operatorname{erf} u)' = \tfrac{2}{\sqrt\pi}e^{-u^2}\,u'", STEWART + "5.3",
        "2/sqrt(pi)*exp(-(2*x)**2)*Derivative(2*x, x)",
    ),
    "sigmoid": Outer(
        lambda z: build_product((Apply("sigmoid", z), ONE - Apply("sigmoid", z))),
        r"\sigma(u)' = \sigma(u)\,(1-\sigma(u))\,u'",
        "Bishop, Pattern Recognition and Machine Learning, eq. (4.88)",
        "sigmoid(2*x)*(1 - sigmoid(2*x))*Derivative(2*x, x)",
    ),
    "softplus": Outer(
        lambda z: Apply("sigmoid", z), r"\operatorname{softplus}(u)' = \sigma(u)\,u'", GOODFELLOW + "eq. (3.42)",
        "sigmoid(2*x)*Derivative(2*x, x)",
    ),
    "logit": Outer(
        lambda z: Power(z * (ONE - z), Number(-1)), r"\operatorname{logit}(u)' = u'/(u(1-u))", STEWART + "3.6",
        "Derivative(2*x, x)/(2*x*(1 - 2*x))", _unit, "0 < u < 1",
    ),
    "Abs": Outer(
        lambda z: Apply("sign", z), r"|u|' = \operatorname{sign}(u)\,u' \quad (u\ne0)", STEWART + "2.8",
        "sign(2*x)*Derivative(2*x, x)", _not_zero, "u != 0",
    ),
    "relu": Outer(
        lambda z: Iverson(Relation(">", z, ZERO)), r"\operatorname{ReLU}(u)' = [u>0]\,u' \quad (u\ne0)",
        GOODFELLOW + "sec. 6.3", "Piecewise((1, 2*x > 0), (0, True))*Derivative(2*x, x)", _not_zero, "u != 0",
    ),
}  # fmt: skip
_NAMES = {"exp": "the exponential", "log": "the logarithm", "sigmoid": "the sigmoid", "Abs": "the absolute value"}


def _chain(function: str) -> Callable[[Term, Context], Iterator[Rewrite]]:
    outer = OUTER[function]

    def apply(term: Term, context: Context) -> Iterator[Rewrite]:
        if not isinstance(term, Derivative) or not isinstance(term.body, Apply) or term.body.function != function:
            return
        u, v = term.body.args[0], term.variable
        if function in context.definitions or not depends_on(u, v, context):
            return
        conditions = tuple(c for c in outer.domain(u) if not truth(c, context))
        inner = ONE if u == v else Derivative(u, v)
        # u'/u is written with the derivative above the bar.
        parts = (inner, outer.derivative(u)) if function == "log" else (outer.derivative(u), inner)
        yield Rewrite(build_product(parts), conditions)

    return apply


CHAIN_RULES = tuple(
    Rule(
        f"derivative of {_NAMES.get(f, f)}", o.law, _chain(f), "differentiation", o.source,
        ", ".join(c for c in ("u differentiable", o.condition) if c), examples=((f"Derivative({f}(2*x), x)", o.example),),
    )
    for f, o in OUTER.items()
)  # fmt: skip
