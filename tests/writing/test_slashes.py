"""Fractions inside fractions: one line, the same value, brackets just where they are needed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symderiv.answers.judging import check
from symderiv.language.context import POSITIVE, Array, Context, Variable
from symderiv.language.terms import ONE, Add, Mul, Number, Power, Symbol, Term
from symderiv.language.text import from_text
from symderiv.records import Part, Problem, Question
from symderiv.writing.boxes import flat_text
from symderiv.writing.composing import compose
from symderiv.writing.latex import to_latex
from symderiv.writing.mathml import mathml_of

NAMES = ("x", "y", "z", "c", "d")
CONTEXT = Context(
    variables={n: Variable(n, POSITIVE) for n in NAMES}, arrays={"a": Array("a", ((ONE, Number(3)),))}
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("x/sqrt(2/d)", r"\frac{x}{\sqrt{2/d}}"),
        ("sqrt(y/z)/Abs(c)", r"\frac{\sqrt{y/z}}{|c|}"),
        ("1/Abs(1/sqrt(d))", r"\frac{1}{|1/\sqrt{d}|}"),
        ("x/(y/(c*d))", r"\frac{x}{y/(cd)}"),
        ("x/(y/(c + d))", r"\frac{x}{y/(c + d)}"),
        ("x/((y + c)/d)", r"\frac{x}{(y + c)/d}"),
        ("(1 + y/z)/x", r"\frac{1 + y/z}{x}"),
        ("(1 - y/z*c)/x", r"\frac{1 - (y/z)c}{x}"),
        ("c*(y/z)/x", r"\frac{cy/z}{x}"),
        ("1/x/(1/z)", r"\frac{1}{x(1/z)}"),
        ("x/(c*log(y/z))", r"\frac{x}{c\log(y/z)}"),
        ("x/(y/z)**2", r"\frac{x}{(y/z)^{2}}"),
        # these stay: no fraction around it, a sum, a derivative, a numeric coefficient
        ("sqrt(y/z)", r"\sqrt{\frac{y}{z}}"),
        ("x + y/z", r"x + \frac{y}{z}"),
        ("x/(Sum(a[k], (k, 1, 3))/z)", r"\frac{x}{\frac{\sum_{k=1}^{3}a_{k}}{z}}"),
        ("(Derivative(x, y) + x)/z", r"\frac{\frac{\partial x}{\partial y} + x}{z}"),
        ("x/(1/2*y)", r"\frac{x}{\frac{1}{2}y}"),
    ],
)
def test_latex(text: str, latex: str) -> None:
    assert to_latex(from_text(text, CONTEXT), CONTEXT) == latex


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("Derivative(x, y)/z", r"\frac{1}{z}\,\frac{\partial x}{\partial y}"),
        ("c*Derivative(x, y)/z", r"\frac{c}{z}\,\frac{\partial x}{\partial y}"),
        ("Derivative(x, y)*c/z", r"\frac{\partial x}{\partial y}\,\frac{c}{z}"),
        ("c*Derivative(x*y, y)/z", r"\frac{c}{z}\frac{\partial}{\partial y}(xy)"),
        ("c*Derivative(x*y, y)/z*d", r"\frac{c}{z}\,\frac{\partial(xy)}{\partial y}d"),
    ],
)
def test_a_derivative_stands_beside_a_fraction(text: str, latex: str) -> None:
    assert to_latex(from_text(text, CONTEXT), CONTEXT) == latex


def test_every_format_has_the_slash() -> None:
    node = compose(from_text("x/sqrt(2/d)", CONTEXT), CONTEXT)
    assert flat_text(node) == "x/√(2/d)"
    assert mathml_of(node).count("<mfrac>") == 1


LEAVES = st.sampled_from([*map(Symbol, NAMES[:4]), Number(2), Number(3)])
TERMS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda a, b: Mul(a, Power(b, Number(-1))), inner, inner),
        st.builds(lambda a, b, c: Mul(a, Power(b, Number(-1)), c), inner, inner, inner),
        st.builds(Add, inner, inner),
        st.builds(lambda a: Power(a, Number(-1)), inner),
        st.builds(lambda a: Power(a, Number(2)), inner),
    ),
    max_leaves=7,
)


@settings(max_examples=60, deadline=None)
@given(TERMS)
def test_what_is_printed_reads_as_the_same_number(term: Term) -> None:
    question = Question("q", "derive", term, term)
    problem = Problem("slashes", "Slashes", CONTEXT, (Part("1", "One", (question,)),))
    found = check(problem, "1", to_latex(term, CONTEXT))
    assert found.verdict == "proved", (to_latex(term, CONTEXT), found)
