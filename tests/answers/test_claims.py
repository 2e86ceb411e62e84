"""What stands around a closed form: bounds, tails of relations, decimals, premises, equivalences, words for a name."""

from __future__ import annotations

from functools import cache

import pytest
from sympy import Abs, And, Derivative, Eq, Integer, Ne, Rational, Sum, exp, sqrt

from symderiv import declare, rms_norm, sigmoid
from symderiv.answers.addresses import find_question
from symderiv.answers.judging import judge


@cache
def problem():
    p = declare("A layer")
    n = p.size("n")
    d = p.size("d", latex=r"d_{\text{in}}")
    c = p.symbol("c", positive=True)
    a = p.symbol("a")
    alpha = p.symbol("alpha")
    y = p.symbol("y", binary=True)
    i, j = p.index("i j", 1, n)
    w, v = p.array("w", (n, n)), p.array("v", (n, n))
    x = p.array("x", n)
    h = p.array("h", ((0, n - 1),), padded=True)
    s = p.array("s", ((0, n - 1),), padded=True)
    p.notation("*", "full convolution")
    k, t = p.index("k"), p.index("t")
    g = p.define("g", sigmoid(a))
    z = p.matrix("z", d)
    p.define("size", rms_norm(z), latex=r"\|z\|_{\text{RMS}}")
    loss = p.define("L", (y - g) ** 2)
    part = p.part("P", "All")
    part.derive("slope", Derivative(g, a), expected=g * (1 - g))
    part.derive("chain", Derivative(loss, a), expected=2 * (g - y) * g * (1 - g))
    part.bound("step", Abs(alpha) * c, 1, unknown=Abs(alpha), expected=1 / c)
    part.bound("step_given", Abs(alpha) * c, 1, unknown=Abs(alpha), given={c: sqrt(d)}, expected=1 / sqrt(d))
    part.derive("number", Sum(Integer(1) / 2**k, (k, 0, 6)), expected=Rational(127, 64))
    part.derive("at_one", g**y, given={y: 1}, expected=g)
    part.when("larger", (n - 1) * (d - 1) > 0, expected=And(n >= 2, d >= 2))
    part.derive("new", w[i, j] - c * v[i, j], expected=w[i, j] - c * v[i, j])
    part.derive("output", Sum(s[k] * h[t - k], (k, 0, n - 1)), expected=Sum(s[t - k] * h[k], (k, 0, n - 1)))
    part.derive("total", Sum(x[i], (i, 1, n)), expected=Sum(x[j], (j, 1, n)))
    part.find("solved", 1, c**2 * d, unknown=c, expected=1 / sqrt(d))
    part.derive("big", Integer(1000) + Integer(2000), expected=Integer(3000))
    part.derive("length", Sum(Integer(1), (k, 0, n - 1)), expected=n)
    part.derive("shares", exp(x[i]) / exp(x[i]), expected=Integer(1))
    part.derive(
        "pairs", Sum(Sum(Integer(1), (j, i + 1, n)), (i, 1, n)), expected=n * (n - 1) / 2, assuming=Ne(n, 0) & Eq(0, 0)
    )
    return p.problem()


def ask(name, text):
    problem_, part, question = find_question([problem()], f"P.{name}")
    context = question.read_in(problem_.context.with_assumptions(*part.conditions))
    return judge(question, context, text, 5.0)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        # a bound as an inequality, a size, the choice itself
        ("step", r"|\alpha| \le \frac{1}{c}"),
        ("step", r"\frac{1}{c} \ge |\alpha|"),
        ("step", "abs(alpha) <= 1/c"),
        ("step", "1/c"),
        ("step", r"\alpha = \frac{1}{c}"),
        ("step", r"|\alpha| \leq \frac{2}{2c} = c^{-1}"),
        ("step", r"|\alpha|_{\max} = \frac{1}{c}"),
        ("solved", r"c^2 d_{\text{in}} = 1 \Rightarrow c^2 = 1/d_in \Rightarrow c = \frac{1}{\sqrt{d_{\text{in}}}}"),
        ("solved", r"c = \frac{1}{\sqrt{d_in}}"),
        ("big", "1,000 + 2,000 = 3,000"),
        ("big", r"3\,000"),
        ("length", r"|s| = n"),
        ("length", r"|q| = |s|"),
        ("step_given", r"c = \sqrt{d_{\text{in}}} \Rightarrow |\alpha| \le 1/\sqrt{d_{\text{in}}}"),
        ("step_given", r"|\alpha| \le \frac{1}{\sqrt{d_in}}"),
        # a tail
        ("slope", r"\frac{\partial g}{\partial a} = g(1 - g) \ge 0"),
        ("slope", r"g' = g(1-g) > 0"),
        ("slope", "dg/da = g*(1 - g) <= 1/4"),
        ("slope", r"\frac{dg}{da} = g(1-g) \in [0, 1]"),
        # the chain rule by what is defined by other names
        ("chain", r"\frac{\partial L}{\partial a} = \frac{\partial L}{\partial g}\frac{\partial g}{\partial a} = 2(g-y)g(1-g)"),
        ("chain", r"\frac{\partial (y - g)^2}{\partial g} \cdot g(1-g)"),
        # decimals after ≈
        ("number", r"\frac{127}{64} \approx 1.984"),
        ("number", r"2 - 2^{-6} = \frac{127}{64} \approx 1.98"),
        ("number", "127/64 ≈ 1.98"),
        ("number", "= 127/64"),
        # what is given, said again
        ("at_one", r"y = 1:\ g"),
        ("at_one", r"y = 1 \implies g"),
        ("at_one", r"g \quad (\text{the output})"),
        # equivalences
        ("larger", r"(n-1)(d_{\text{in}}-1) > 0 \iff n \ge 2 \wedge d_{\text{in}} \ge 2"),
        ("larger", r"n > 1 \text{ and } d_{\text{in}} > 1"),
        # arrays without their indices
        ("new", r"w - c\, v"),
        ("new", r"w^{\text{new}} = w - cv"),
        # signals
        ("output", r"(s * h)(t)"),
        ("output", r"\sum_{k=-\infty}^{\infty} h(k) s(t - k)"),
        ("output", r"\text{The output} = \sum_{k} h(k) s(t-k)"),
        # words and sets beside the formula
        ("total", r"\text{Sum of the inputs} = \sum_i x_i, \quad x \in \mathbb{R}^n"),
        ("total", r"\sum_{j=1}^{|x|} x_j"),
        ("shares", r"1 \quad \forall i"),
        ("shares", r"1, \quad i \in \{1, \dots, n\}"),
        ("shares", r"1\ \ (i = 1, \dots, n)"),
        ("pairs", r"\binom{n}{2}"),
        ("pairs", r"\frac{n!}{2!\,(n-2)!} \text{ if } n \ge 2, \text{ else } 0"),
        ("pairs", "binomial(n, 2)"),
    ],
)  # fmt: skip
def test_right(name, text):
    result = ask(name, text)
    assert result.verdict == "proved", (result.message, result.witness)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("step", r"|\alpha| \le \frac{2}{c}"),
        ("step", r"|\alpha| \le c"),
        ("step_given", r"c = \sqrt{d_{\text{in}}} \Rightarrow |\alpha| \le \sqrt{d_{\text{in}}}"),
        ("slope", r"\frac{\partial g}{\partial a} = g(1 + g) \ge 0"),
        ("chain", r"\frac{\partial L}{\partial g} = 2(g-y)"),
        ("chain", r"\frac{\partial L}{\partial g}\frac{\partial g}{\partial a} = 2(y-g)g(1-g)"),
        ("number", r"\frac{127}{128} \approx 0.99"),
        ("number", "1.98"),
        ("at_one", r"y = 1:\ 1 - g"),
        ("larger", r"(n-1)(d_{\text{in}}-1) > 0 \iff n \ge 1 \wedge d_{\text{in}} \ge 2"),
        ("larger", r"n \ge 2 \iff d_{\text{in}} \ge 2"),
        ("new", r"w + c v"),
        ("output", r"(s * h)(t - 1)"),
        ("total", r"\max_i x_i"),
        ("solved", r"c = \frac{1}{d_{\text{in}}}"),
        ("big", "1,000 + 3,000"),
        ("pairs", r"\binom{n}{3}"),
        ("pairs", r"\frac{n!}{(n-1)!}"),
    ],
)
def test_wrong(name, text):
    assert ask(name, text).verdict == "refuted", text


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("step", r"|\alpha| \ge \frac{1}{c}", "this bounds it from below; the part asks how large it may be (at character 1)"),
        ("step", r"c < 1", "this is a condition; the part asks for a number (at character 1)"),
        ("step", r"\alpha \le \frac{1}{c}",
         "the part asks how large Abs(alpha) may be; write Abs(alpha) <= … (at character 1)"),
        ("slope", r"g(1-g) \ge 0", "this is a condition; the part asks for a number (at character 1)"),
        ("number", r"\approx 1.98", "I can't read '\\approx' here (at character 1)"),
        ("number", "≈ 1.98", "this is no equality; an answer is an exact formula (at character 1)"),
        ("number", r"y \approx 1.98", "this is no equality; an answer is an exact formula (at character 3)"),
        ("at_one", r"y = 0:\ g", "this is more than one statement; give the last one alone (at character 9)"),
        ("larger", r"n \ge 3 \Rightarrow d_{\text{in}} \ge 2", "this is more than one statement; give the last one alone (at character 21)"),
        ("solved", r"c^2 = 2/d_in \Rightarrow c = \frac{1}{\sqrt{d_in}}",
         "this is more than one statement; give the last one alone (at character 30)"),
        ("slope", r"g(1-g),\ \frac{1}{4}", "this is more than one statement; give the last one alone (at character 10)"),
        ("number", "1,98", "write a decimal point in a number (at character 2)"),
        ("chain", r"\frac{\partial a L}{\partial g}",
         "what is differentiated here depends on a beside g; write the derivative by a (at character 1)"),
    ],
)  # fmt: skip
def test_refused(name, text, message):
    result = ask(name, text)
    assert (result.verdict, result.message) == ("unreadable", message)


@pytest.mark.parametrize(
    ("name", "text", "remarks"),
    [
        ("step", r"|\alpha| < 1/c", ("the bound itself is allowed: <= instead of <",)),
        ("number", r"\frac{127}{64} \approx 1.97", ("1.97 is not this number rounded",)),
        ("number", r"\frac{127}{64} \approx 1.99", ()),
        ("slope", r"\frac{\partial g}{\partial a} = g(1 - g) \ge 1", ("g*(1 - g) >= 1 does not hold everywhere",)),
        ("slope", r"g' = g(1-g) \approx 0.2", ("0.2 was not compared: the exact form is no single number",)),
    ],
)
def test_remarks(name, text, remarks):
    result = ask(name, text)
    assert (result.verdict, result.remarks) == ("proved", remarks)
