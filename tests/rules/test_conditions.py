"""What the rules claim about signs and conditions holds at every sample point; unknown stays unknown."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from rule_terms import CONTEXT, LETTERS, N, conditions, terms

from symderiv.equality.balls import Imprecise, OverBudget, Undefined, precision
from symderiv.equality.evaluation import Evaluator
from symderiv.equality.instances import points
from symderiv.equality.points import Infeasible
from symderiv.language.context import binder_context
from symderiv.language.terms import ONE, And, Binder, Not, Or, Relation, Symbol, Term, number, open_binder, walk
from symderiv.language.text import from_text
from symderiv.rules.conditions import at_least, in_range, is_nonzero, is_positive, sign_of, truth

SIGNS = [
    ("2", "+"), ("-1/2", "-"), ("0", "0"), ("pi", "+"),
    ("x", None), ("r", "+"), ("-r", "-"), ("q", "+"), ("1 - q", "+"), ("q - 1", "-"), ("1 + q", "+"),
    ("n", "+"), ("m", "0+"), ("n - 1", "0+"), ("n - i", "0+"), ("i - j", None), ("n + 1 - i", "+"), ("o", "0+"), ("e", None),
    ("x**2", "0+"), ("r**2", "+"), ("x**0", "+"), ("x**3", None), ("(-r)**3", "-"), ("1/r", "+"), ("x**(-2)", "+"), ("r**y", "+"),
    ("sqrt(x)", "0+"), ("exp(x)", "+"), ("-exp(x)", "-"), ("x*exp(x)", None), ("Abs(x)", "0+"), ("Abs(r)", "+"),
    ("sigmoid(x)", "+"), ("1 - sigmoid(x)", "+"), ("tanh(x)", None), ("tanh(r)", "+"), ("1 - tanh(x)", "+"), ("log(r)", None),
    ("log(1 + r)", "+"), ("log(1 + x**2)", "0+"), ("softplus(x)", "+"), ("relu(x)", "0+"), ("Max(x, r)", "+"), ("Max(x, y)", None),
    ("u[i]", "0+"), ("hot[i]", "0+"), ("pos[i]", "+"), ("v[i]", None), ("p[i]", "+"), ("g", "+"), ("1 - g", "+"), ("a[i]", None),
    ("KroneckerDelta(i, j)", "0+"), ("Piecewise((1, x > 0), (0, True))", "0+"),
    ("Sum(exp(v[k]), (k, 1, n))", "+"), ("Sum(exp(b[k]), (k, 1, m))", "0+"), ("Sum(v[k], (k, 1, n))", None),
    ("Sum(Piecewise((exp(v[k]), Ne(k, i)), (0, True)), (k, 1, n))", "0+"), ("-Sum(pos[k], (k, i, n))", "-"),
    ("Product(pos[k], (k, 1, n))", "+"), ("Product(-pos[k], (k, 1, n))", None), ("Product(u[k], (k, 1, n))", "0+"),
    ("x**2 + r", "+"), ("x**2 - r", None), ("r*s/(r + s)", "+"), ("1/(1 + exp(x))", "+"), ("1 - 1/(1 + exp(x))", "+"),
]  # fmt: skip

TRUTHS = [
    ("1 <= i", True), ("i <= n", True), ("i <= n + 1", True), ("i < n", None), ("i > n", False), ("i < 1", False), ("i <= 0", False),
    ("0 <= o", True), ("o <= n", None), ("o <= n + 1", True), ("o > n + 1", False), ("t <= m", True), ("1 <= m", None), ("m >= 0", True),
    ("Eq(i, n + 1)", False), ("Ne(i, n + 1)", True), ("Eq(i, j)", None), ("Eq(i, i)", True), ("Ne(i, i)", False), ("Eq(o, -1)", False),
    ("And(1 <= i, i <= n)", True), ("And(1 <= i, i < j)", None), ("And(i < 1, i < j)", False), ("Or(i < 1, i >= 1)", True),
    ("Or(i < j, j <= i)", None), ("Not(i > n)", True), ("Not(i < j)", None),
    ("x > 0", None), ("r > 0", True), ("r >= 0", True), ("r < 0", False), ("r <= 0", False), ("Ne(r, 0)", True), ("Eq(r, 0)", False),
    ("q < 1", True), ("q >= 1", False), ("x**2 >= 0", True), ("x**2 > 0", None), ("x**2 < 0", False), ("exp(x) > 0", True),
    ("Ne(exp(x), 0)", True), ("u[i] >= 0", True), ("u[i] > 0", None), ("2*i >= 2", True), ("i + j >= 2", True), ("i + j > 2", None),
    ("n - i + 1 >= 1", True), ("n - i >= 1", None), ("x >= y", None), ("i >= x", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sign"), SIGNS)
def test_signs(text, sign):
    term = from_text(text, CONTEXT)
    assert sign_of(term, CONTEXT) == sign
    assert is_positive(term, CONTEXT) == {"+": True, "-": False, "0": False, "0-": False}.get(sign)
    assert is_nonzero(term, CONTEXT) == {"+": True, "-": True, "!=": True, "0": False}.get(sign)


@pytest.mark.parametrize(("text", "value"), TRUTHS)
def test_truths(text, value):
    assert truth(from_text(text, CONTEXT), CONTEXT) is value


def test_assumptions_are_believed_and_only_as_far_as_they_go():
    x = from_text("x > 0", CONTEXT)
    with_x = CONTEXT.with_assumptions(x, from_text("Ne(y, 0)", CONTEXT))
    assert truth(x, with_x) is True
    assert is_nonzero(Symbol("y"), with_x) is True
    assert truth(from_text("x > 1", CONTEXT), with_x) is None
    assert truth(from_text("y > 0", CONTEXT), with_x) is None


def test_assumptions_on_an_outer_letter_say_nothing_of_a_bound_one():
    """Below the sum the index is another one, even where it is written with the same letter."""
    outer = CONTEXT.with_assumptions(from_text("v[k] > 0", CONTEXT), from_text("Ne(v[k], 0)", CONTEXT))
    assert is_nonzero(from_text("v[k]", outer), outer) is True
    assert sign_of(from_text("Product(v[k], (k, 1, n))", outer), outer) is None
    assert sign_of(from_text("Sum(j - k, (k, 1, n))", outer), outer) is None


def test_ranges_that_name_a_letter_keep_their_meaning_below_a_sum_with_that_letter():
    """With d in 1..k, the bound k of an inner sum does not bound d."""
    inner = CONTEXT.with_index("d", ONE, Symbol("k"))
    assert truth(from_text("d <= k", inner), inner) is True
    assert sign_of(from_text("Sum(k - d + 1, (k, 1, n))", inner), inner) is None


@pytest.mark.parametrize(
    ("left", "right", "value"),
    [("n", "i", True), ("i", "n", None), ("3", "2", True), ("2", "3", False), ("x", "x", True), ("i*j", "1", None),
     ("2*n", "i + j", True), ("m", "t", True), ("n/2", "i/2", True), ("floor(n/2)", "0", None)],
)  # fmt: skip
def test_at_least(left, right, value):
    assert at_least(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT) is value


def test_in_range_is_true_or_unknown():
    assert in_range(Symbol("i"), ONE, N, CONTEXT) is True
    assert in_range(Symbol("o"), ONE, N, CONTEXT) is None
    assert in_range(Symbol("i") + 1, ONE, N + 1, CONTEXT) is True


# ---------------------------------------------------------------- against sample points

HOLDS = {
    "+": lambda v: v > 0, "-": lambda v: v < 0, "0": lambda v: v == 0,
    "0+": lambda v: v >= 0, "0-": lambda v: v <= 0, "!=": lambda v: v != 0,
}  # fmt: skip


def wrong_signs(term: Term, limit: int) -> list[str]:
    """Points at which a claimed sign of the term, or of one of its parts, does not hold."""
    out = []
    for sub in {t for t in walk(term) if not t.binds or isinstance(t, Binder)}:
        context, closed = CONTEXT, sub
        if any(type(t).__name__ == "Bound" for t in walk(sub)):
            continue
        sign = sign_of(closed, context)
        if sign is not None:
            out += [f"{sub} is said to be {sign}, but is {v}" for v in values(sub, limit) if not plausible(sign, v)]
    return out


def plausible(sign: str, value: object) -> bool:
    """Is the sign possible? Balls are compared by their ends: only what is certainly false counts."""
    if not hasattr(value, "rad"):
        return HOLDS[sign](value)
    low, high = value.lower(), value.upper()  # type: ignore[attr-defined]
    return {"+": high > 0, "-": low < 0, "0": value.contains(0), "0+": high >= 0, "0-": low <= 0, "!=": True}[sign]  # type: ignore[attr-defined]


def values(term: Term, limit: int) -> list[object]:
    out: list[object] = []
    for point in points((term,), CONTEXT, limit):
        with precision(160):
            try:
                out.append(Evaluator(point, CONTEXT, 20_000).value(term))
            except (Undefined, Imprecise, OverBudget, Infeasible):
                continue
    return out


def wrong_truths(condition: Term, limit: int) -> list[str]:
    claimed = truth(condition, CONTEXT)
    if claimed is None:
        return []
    out = []
    for point in points((condition,), CONTEXT, limit):
        with precision(160):
            try:
                found = Evaluator(point, CONTEXT, 20_000).truth(condition)
            except (Undefined, Imprecise, OverBudget, Infeasible):
                continue
        if found is not claimed:
            out.append(f"{condition} is said to be {claimed} at {point.shown()}")
    return out


@st.composite
def affine(draw):
    """An affine term in indices and sizes."""
    letters = (*LETTERS, N, Symbol("m"), Symbol("o"), Symbol("t"), Symbol("e"))
    parts = draw(st.lists(st.sampled_from(letters), min_size=1, max_size=3))
    signed = [p * draw(st.sampled_from((1, 1, -1, 2))) for p in parts]
    total = signed[0]
    for p in signed[1:]:
        total = total + p
    return total + number(draw(st.integers(-2, 2)))


@st.composite
def statements(draw):
    """Conditions on integers and reals, also combined."""
    kind = draw(st.integers(0, 6))
    if kind <= 2:
        return Relation(draw(st.sampled_from(Relation.OPERATORS)), draw(affine()), draw(affine()))
    if kind == 3:
        return draw(conditions(()))
    if kind == 4:
        return Relation(draw(st.sampled_from(Relation.OPERATORS)), draw(terms(2)), draw(terms(1)))
    parts = draw(st.lists(statements(), min_size=2, max_size=2))
    return draw(st.sampled_from((And(*parts), Or(*parts), Not(parts[0]))))


SETTINGS = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.generate],
}


@settings(max_examples=100, derandomize=True, **SETTINGS)
@given(terms(3))
def test_claimed_signs_hold_at_every_point(term):
    assert not wrong_signs(term, 6)


@settings(max_examples=150, derandomize=True, **SETTINGS)
@given(statements())
def test_claimed_truths_hold_at_every_point(condition):
    assert not wrong_truths(condition, 10)


def test_conditions_below_a_binder_use_its_range_and_guard():
    term = from_text("Sum(Piecewise((v[k], Ne(k, i)), (0, True)), (k, 2, n))", CONTEXT)
    assert isinstance(term, Binder)
    index, _, guard = open_binder(term, CONTEXT.names())
    inner = binder_context(term, index, guard, CONTEXT)
    assert truth(Relation(">=", index, number(2)), inner) is True
    assert truth(guard, inner) is True
    assert truth(Relation(">=", index, number(3)), inner) is None


def _run(seconds: float, number_: int) -> None:
    """A longer run by hand: ``PYTHONPATH=tests python tests/rules/test_conditions.py 120 1``."""
    until = time.monotonic() + seconds
    found: set[str] = set()

    @seed(number_)
    @settings(max_examples=10**6, **SETTINGS)
    @given(terms(3), statements())
    def go(term: Term, condition: Term) -> None:
        if time.monotonic() > until:
            raise KeyboardInterrupt
        found.update(wrong_signs(term, 10))
        found.update(wrong_truths(condition, 20))

    try:
        go()
    except KeyboardInterrupt:
        print("\n".join(sorted(found, key=len)[:20]) or "nothing wrong")


if __name__ == "__main__":
    _run(float(sys.argv[1]), int(sys.argv[2]))
