"""Random answers, typed in plain text and in LaTeX, against random references: the judge is never wrong.

Every formula is made together with what it is worth, by Python's floats; the judge sees only the texts. Where the values
differ plainly it must not say proved, where they agree at all points it must not say refuted.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symderiv.answers.judging import judge
from symderiv.language.context import Array, Context, Range, Variable
from symderiv.language.terms import ONE, Symbol
from symderiv.language.text import from_text
from symderiv.records import Question

SIZE = Range(ONE, integer=True)
CONTEXT = Context(
    variables={
        "K": Variable("K", SIZE, "size"),
        **{name: Variable(name) for name in "uv"},
        "s": Variable("s", Range(nonzero=True)),
    },
    arrays={name: Array(name, ((ONE, Symbol("K")),)) for name in "xw"},
)
Value = Callable[[dict], float]


@dataclass(frozen=True)
class Formula:
    """One formula in both forms, and its value at a point."""

    plain: str
    latex: str
    value: Value


def leaf(name: str) -> Formula:
    return Formula(name, name, lambda p: p[name])


def number(n: int) -> Formula:
    return Formula(str(n), str(n), lambda p: float(n))


def total(name: str, other: str, shift: int) -> Formula:
    """A sum over an index, with its range shifted or not."""
    k = f"k + {shift}" if shift else "k"
    low, high = 1 - shift, f"K - {shift}" if shift else "K"
    return Formula(
        f"Sum({name}[{k}]*{other}[{k}], (k, {low}, {high}))",
        rf"\sum_{{k={low}}}^{{{high}}} {name}_{{{k}}} {other}_{{{k}}}",
        lambda p: sum(a * b for a, b in zip(p[name], p[other], strict=True)),
    )


def binary(sign: str) -> Callable[[Formula, Formula], Formula]:
    def make(a: Formula, b: Formula) -> Formula:
        if sign == "/":
            return Formula(
                f"({a.plain})/({b.plain})", rf"\frac{{{a.latex}}}{{{b.latex}}}", lambda p: a.value(p) / b.value(p)
            )
        shown = {"*": r"\cdot"}.get(sign, sign)
        ops = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y}
        return Formula(
            f"({a.plain}) {sign} ({b.plain})", rf"\left({a.latex}\right) {shown} \left({b.latex}\right)",
            lambda p: ops[sign](a.value(p), b.value(p)),
        )  # fmt: skip

    return make


def applied(name: str) -> Callable[[Formula], Formula]:
    functions = {"exp": math.exp, "tanh": math.tanh, "sigmoid": lambda t: 1 / (1 + math.exp(-t)), "abs": abs}
    shown = {"exp": r"\exp({})", "tanh": r"\tanh({})", "sigmoid": r"\sigma({})", "abs": r"\left|{}\right|"}[name]
    return lambda a: Formula(f"{name}({a.plain})", shown.replace("{}", a.latex), lambda p: functions[name](a.value(p)))


def square(a: Formula) -> Formula:
    return Formula(f"({a.plain})^2", rf"\left({a.latex}\right)^{{2}}", lambda p: a.value(p) ** 2)


LEAVES = st.one_of(
    st.sampled_from([leaf(n) for n in "uvs"]),
    st.integers(1, 4).map(number),
    st.builds(total, st.sampled_from("xw"), st.sampled_from("xw"), st.integers(0, 1)),
)
FORMULAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        *(st.builds(binary(sign), inner, inner) for sign in "+-*/"),
        *(st.builds(applied(name), inner) for name in ("exp", "tanh", "sigmoid", "abs")),
        st.builds(square, inner),
    ),
    max_leaves=5,
)


def rewritten(a: Formula, b: Formula, law: int) -> tuple[Formula, Formula]:
    """Two forms of one thing made of a and b; or of nearly one thing, where the last law is no law."""
    plus, minus, times = (binary(sign) for sign in "+-*")
    laws = [
        (plus(a, b), plus(b, a)),
        (square(minus(a, b)), plus(minus(square(a), times(number(2), times(a, b))), square(b))),
        (times(plus(a, b), minus(a, b)), minus(square(a), square(b))),
        (plus(applied("sigmoid")(a), applied("sigmoid")(minus(number(0), a))), number(1)),
        (square(applied("abs")(a)), square(a)),
        (times(applied("exp")(a), applied("exp")(b)), applied("exp")(plus(a, b))),
        (square(plus(a, b)), plus(square(a), square(b))),
        (applied("abs")(plus(a, b)), plus(applied("abs")(a), applied("abs")(b))),
        (minus(a, minus(b, a)), minus(minus(a, b), a)),
        (a, b),
    ]
    return laws[law]


PAIRS = st.builds(rewritten, FORMULAS, FORMULAS, st.integers(0, 9))

_POINTS = [
    {"u": u, "v": v, "s": s, "x": x, "w": w}
    for u, v, s, x, w in [
        (0.7, -1.3, 0.9, [0.4], [-1.1]), (-0.6, 0.8, -1.4, [0.3, -0.9], [1.2, 0.7]), (1.9, 1.1, 0.35, [2.0], [0.5]),
        (-1.7, -0.4, 1.2, [0.6, 0.2, -1.5], [0.9, -0.8, 0.1]), (0.2, 0.5, -0.7, [-0.8, 1.7], [-0.3, 0.6]),
        (2.4, -2.2, 1.8, [1.3], [1.6]), (-0.1, -0.9, -0.2, [0.5, 0.5], [-0.5, 0.4]), (0.33, 1.47, 2.6, [-2.1], [0.7]),
    ]
]  # fmt: skip


def at_witness(values) -> dict:
    """The point that a counterexample names; what it does not name does not matter."""
    exact = {name: float(Fraction(value)) for name, value in values.items()}
    size = int(exact.get("K", 1))
    arrays = {name: [exact.get(f"{name}[{k}]", 0.5) for k in range(1, size + 1)] for name in "xw"}
    return {"u": 0.5, "v": 0.5, "s": 0.5, **exact, **arrays}


def relation(a: Formula, b: Formula, points=_POINTS) -> str:
    """ "equal" at all points, "different" at one, or "unknown" where too few points could be evaluated."""
    seen = 0
    for point in points:
        try:
            left, right = a.value(point), b.value(point)
        except (ArithmeticError, ValueError):
            continue
        scale = max(abs(left), abs(right), 1.0)
        if not math.isfinite(left) or not math.isfinite(right) or scale > 1e6:
            continue
        if abs(left - right) > 1e-6 * scale:
            return "different"
        if abs(left - right) < 1e-11 * scale:
            seen += 1
    return "equal" if seen >= 4 else "unknown"


def check_pair(pair: tuple[Formula, Formula], form: str) -> str:
    """The verdict on the second as an answer where the first is right, which is not wrong."""
    right, answer = pair
    question = Question(
        "q", "derive", from_text("u + v + s", CONTEXT), from_text(right.plain.replace("^", "**"), CONTEXT)
    )
    text = answer.plain if form == "plain" else f"{{{answer.latex}}}"
    result = judge(question, CONTEXT, text, 5.0)
    assert result.verdict != "unreadable", (text, result.message)
    truth = relation(right, answer)
    assert not (result.verdict == "proved" and truth == "different"), (right.plain, text, result)
    if result.verdict == "refuted" and truth == "equal":  # the few points may have missed it: does the witness hold?
        assert relation(right, answer, [at_witness(result.witness.values)]) == "different", (right.plain, text, result)
    return result.verdict


@given(PAIRS, st.sampled_from(["plain", "latex"]))
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_verdict_is_wrong(pair, form):
    check_pair(pair, form)


def test_few_pairs_stay_open():
    counts: Counter[str] = Counter()

    @given(PAIRS)
    @settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def run(pair):
        counts[check_pair(pair, "plain")] += 1

    run()
    assert counts["undecided"] <= 0.05 * counts.total(), counts
    assert counts["proved"] and counts["refuted"]
