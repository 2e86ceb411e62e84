"""The functions that terms may apply, one record each: name, arity, LaTeX, and what the name abbreviates, if anything.

Real functions with their usual domains. ``expansion`` is the definition for functions that are only abbreviations;
provers may rely on it. Functions without one (exp, log, tanh, …) are primitive. ``sigmoid`` is primitive with
sigmoid(z) = 1/(1 + exp(-z)).
"""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.language.terms import HALF, ONE, TWO, ZERO, Apply, Constant, Power, Symbol, Term, substitute

__all__ = ["EXPECTATIONS", "FUNCTIONS", "Function", "expand_function"]

_Z = Symbol("z")


def _sigmoid(z: Term) -> Term:
    return Apply("sigmoid", z)


@dataclass(frozen=True, slots=True)
class Function:
    """``arity`` 0 means two or more arguments (Max, Min). ``latex`` takes the printed argument for ``#``."""

    name: str
    arity: int
    latex: str
    expansion: Term | None = None
    source: str = ""


FUNCTIONS: dict[str, Function] = {
    f.name: f
    for f in (
        Function("exp", 1, r"e^{#}"),
        Function("log", 1, r"\log #"),
        Function("sin", 1, r"\sin #"),
        Function("cos", 1, r"\cos #"),
        Function("tan", 1, r"\tan #"),
        Function("asin", 1, r"\arcsin #"),
        Function("acos", 1, r"\arccos #"),
        Function("atan", 1, r"\arctan #"),
        Function("sinh", 1, r"\sinh #"),
        Function("cosh", 1, r"\cosh #"),
        Function("tanh", 1, r"\tanh #"),
        Function("asinh", 1, r"\operatorname{arsinh} #"),
        Function("acosh", 1, r"\operatorname{arcosh} #"),
        Function("atanh", 1, r"\operatorname{artanh} #"),
        Function("erf", 1, r"\operatorname{erf} #"),
        Function("gamma", 1, r"\Gamma #"),
        Function("Abs", 1, r"\left|#\right|"),
        Function("sign", 1, r"\operatorname{sign} #"),
        Function("Heaviside", 1, r"\theta #", source="0 for z < 0, 1 for z > 0; undefined at 0"),
        Function("floor", 1, r"\left\lfloor #\right\rfloor"),
        Function("ceiling", 1, r"\left\lceil #\right\rceil"),
        Function("Mod", 2, r"# \bmod #"),
        Function("Max", 0, r"\max #"),
        Function("Min", 0, r"\min #"),
        Function("sigmoid", 1, r"\sigma #", source="1/(1 + exp(-z)), the logistic function"),
        Function("relu", 1, r"\operatorname{ReLU} #", Apply("Max", ZERO, _Z)),
        Function("softplus", 1, r"\operatorname{softplus} #", Apply("log", ONE + Apply("exp", _Z))),
        Function("silu", 1, r"\operatorname{SiLU} #", _Z * _sigmoid(_Z), "Elfwing, Uchibe & Doya 2018 (also: swish)"),
        Function("logit", 1, r"\operatorname{logit} #", Apply("log", _Z / (ONE - _Z))),
        Function(
            "gelu", 1, r"\operatorname{GELU} #",
            HALF * _Z * (ONE + Apply("erf", _Z / Power(TWO, HALF))), "Hendrycks & Gimpel 2016",
        ),
        Function(
            "normal_pdf", 1, r"\varphi #",
            Apply("exp", -(_Z**2) / TWO) / Power(TWO * Constant("pi"), HALF), "standard normal density",
        ),
        Function("LimitAtInfinity", 2, r"\lim #", source="of the first argument as the second, a size, grows"),
        Function("Expectation", 1, r"\mathbb{E} #", source="the mean of a random quantity"),
        Function("Variance", 1, r"\operatorname{Var} #", source="E[X^2] - E[X]^2"),
        Function("Covariance", 2, r"\operatorname{Cov} #", source="E[X Y] - E[X] E[Y]"),
        Function("StandardDeviation", 1, r"\operatorname{Std} #", source="the root of the variance"),
    )
}  # fmt: skip

EXPECTATIONS = ("Expectation", "Variance", "Covariance", "StandardDeviation")
"""Heads whose arguments are random quantities; their value is a number."""


def expand_function(term: Apply) -> Term | None:
    """What the abbreviation stands for, or None if the function is primitive or not known here."""
    f = FUNCTIONS.get(term.function)
    if f is None or f.expansion is None:
        return None
    return substitute(f.expansion, {_Z: term.args[0]})
