"""Verification refutes every line that a slip made wrong, and calls nothing proved that is not.

Slips (tests/mutation.py): a sign, a dropped summand, factor or function, indices swapped or shifted, bounds, exponents and
numbers off by one. They are made in lines, in the result, and in the expected form.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from contexts import declared
from mutation import mutants
from questions import NAMES, RANDOM, SPINE, Solved, solved, solved_problem

from symderiv.language.context import Context
from symderiv.language.terms import TRUE, Cases, Derivative, Relation, Symbol, Term, walk
from symderiv.language.text import from_text
from symderiv.records import Derivation, Question, Step, Verdict
from symderiv.verification import _chain, verify_derivation

EACH = pytest.mark.parametrize(("number", "name"), [(sum(map(ord, name)), name) for name in NAMES], ids=NAMES)
"""The number chooses the line and the slips; it depends on the name alone."""
A_LINE, A_RESULT = 4, 3
"""Slips tried for one line, and for one result, of each derivation."""

EQUIVALENT = {
    "logsumexp Hessian": {"KroneckerDelta(j, i)": "a delta is symmetric"},
    "softmax with temperature": {"KroneckerDelta(j, i)": "a delta is symmetric"},
    "cross-entropy Hessian": {
        "KroneckerDelta(j, i)": "a delta is symmetric",
    },
    "log-softmax Jacobian": {"KroneckerDelta(j, i)": "a delta is symmetric"},
    "C2.4.J_ij": {"KroneckerDelta(j, i)": "a delta is symmetric"},
    "bracket of indices": {"KroneckerDelta(j, i)": "a delta is symmetric"},
    "output layer": {"KroneckerDelta(q, c), (q, 1 - 1, K)": "the delta is 0 beyond the range"},
    "a convolution is symmetric": {"(i, 1 - 1, n)": "x is 0 beyond its range", "(i, 1, n + 1)": "x is 0 there"},
    "absolute value": {"dropped factor: sign(x - y)": "the derivative that was dropped is 1"},
    "step": {
        "sign(y) - Derivative(sign(x), x)": "that derivative is 0",
        "dropped summand: sign(y)": "the dropped derivative is 0",
    },
    "ReLU": {"a*x >= 0": "at the kink there is no derivative to compare with"},
    "maximum": {"x**2 >= y": "at the kink there is no derivative to compare with"},
    "standard error": {
        "KroneckerDelta(k1, k)": "a delta is symmetric",
        "(k1, 1 - 1, d)": "the delta is 0 beyond the range",
        "(k1, 1, d + 1)": "the delta is 0 beyond the range",
    },
    "covariance of a sum": {
        "dropped summand: s**2": "the covariance that was dropped is 0",
        "-Covariance(R, X)": "that covariance is 0",
    },
    "square of ReLU": {"dropped factor: 2*relu(x)": "the bracket is 1 where relu(x) is not 0"},
}
"""Pieces of the text of slips that are right after all, with the reason."""
REDUNDANT = {"full convolution by its input"}
"""Where a slip in a bracket is none, since what it guards is 0 beyond the range anyway."""


def slips(name: str, term: Term, count: int, place: int = 0) -> list[tuple[str, Term]]:
    """At most ``count`` slips, spread over all there are; ``place`` shifts the choice. Equivalent ones are left out."""
    if isinstance(term, Relation):
        made = [(d, Relation(term.op, term.left, m)) for d, m in mutants(term.right)]
    else:
        made = list(mutants(term))
    made = [(d, m) for d, m in made if not any(piece in d for piece in EQUIVALENT.get(name, ()))]
    # A slip in a summand free of the variable is none; what stands below a derivative is tried where it has been taken.
    made = [(d, m) for d, m in made if derivatives(m) <= derivatives(term)]
    if name in REDUNDANT or any(isinstance(t, Cases) and t.pieces[-1][1] != TRUE for t in walk(term)):
        # Cases without an else say nothing where no case holds, so a slip in a condition may only make them say less.
        made = [(d, m) for d, m in made if relations(m) == relations(term)]
    step = max(1, len(made) // count)
    return made[place % step :: step][:count]


def derivatives(term: Term) -> set[Term]:
    return {t for t in walk(term) if isinstance(t, Derivative)}


def relations(term: Term) -> list[Term]:
    return [t for t in walk(term) if isinstance(t, Relation)]


def words(derivation: Derivation) -> list[str]:
    return [s.evidence.word for s in derivation.steps if s.evidence is not None]


def is_refuted(verdict: Verdict | None) -> bool:
    """Refuted, or undecided because the mutant has no value anywhere, such as log(-sigmoid(a))."""
    assert verdict is not None
    return verdict.word == "refuted" or (verdict.word == "undecided" and "is defined nowhere" in verdict.reason)


def short(solved: Solved, steps: tuple[Step, ...]) -> Derivation:
    """A derivation of nothing but these lines; what they were found for is kept."""
    first, last = steps[0].before, steps[-1].after
    d = solved.derivation
    question = replace(d.question, kind="derive", subject=first, expected=last, goal=None, unknown=None, given=())
    return replace(d, question=question, steps=tuple(replace(s, substeps=()) for s in steps), result=last)


@pytest.mark.parametrize("name", SPINE)
def test_every_line_of_the_problem_files_is_proved(name):
    for s in solved_problem(name):
        checked = verify_derivation(s.derivation, s.context)
        assert set(words(checked)) <= {"proved"}, (s.name, words(checked))
        assert checked.end_to_end is not None and checked.end_to_end.word == "proved", s.name
        assert checked.expected is not None and checked.expected.word == "proved", s.name


@EACH
def test_a_slip_in_a_line_is_refuted_there_and_in_the_next_line(number, name):
    steps = solved(name).derivation.steps
    if not steps:
        pytest.skip("the answer stands in the question")
    n = number % len(steps)
    for slip, mutant in slips(name, steps[n].after, A_LINE, number):
        wrong = (replace(steps[n], after=mutant), *(replace(s, before=mutant) for s in steps[n + 1 : n + 2]))
        checked = verify_derivation(short(solved(name), wrong), solved(name).context)
        found = words(checked)
        assert is_refuted(checked.steps[0].evidence), (slip, found)
        # A line of an equation is judged by what it says of the value found, which the next line says again.
        assert "proved" not in found or isinstance(mutant, Relation), (slip, found)


@EACH
def test_a_slip_in_the_result_or_in_the_expected_form_is_refuted(number, name):
    context = solved(name).context
    d = replace(solved(name).derivation, steps=())
    for slip, mutant in slips(name, d.result, A_RESULT, number):
        checked = verify_derivation(replace(d, result=mutant), context)
        assert is_refuted(checked.expected), slip
        assert d.question.kind != "derive" or is_refuted(checked.end_to_end), slip
    for slip, mutant in slips(name, d.question.expected, A_RESULT, number + 1):
        wrong = replace(d, question=replace(d.question, expected=mutant))
        assert is_refuted(verify_derivation(wrong, context).expected), slip


def test_a_slip_in_the_value_of_an_unknown_is_refuted():
    for name in NAMES:
        d = solved(name).derivation
        for n, (head, value) in enumerate(d.solution):
            for slip, mutant in slips(name, value, 2):
                values = (*d.solution[:n], (head, mutant), *d.solution[n + 1 :])
                checked = verify_derivation(replace(d, steps=(), solution=values), solved(name).context)
                assert is_refuted(checked.end_to_end), (name, head, slip)


# ---------------------------------------------------------------- derivations made by hand

CONTEXT = declared(reals="x y u", positive="r", sizes="n", arrays={"v": "n"})


def derivation(*lines: str, context: Context = CONTEXT, expected: str = "", stop_reason: str = "") -> Derivation:
    terms = [from_text(t, context) for t in lines]
    steps = tuple(Step("as you like it", (), a, b) for a, b in pairwise(terms))
    question = Question("q", "derive", terms[0], from_text(expected or lines[-1], context))
    return Derivation(question, steps, terms[-1], stop_reason=stop_reason)


def test_the_name_of_a_rule_is_not_believed():
    checked = verify_derivation(derivation("x + x", "3*x", "2*x"), CONTEXT)
    assert words(checked) == ["refuted", "refuted"]
    assert checked.end_to_end is not None and checked.end_to_end.word == "proved"


def test_a_gap_between_two_lines_is_no_proof():
    d = derivation("x + x", "2*x", "x*2")
    other = derivation("y", "y + 0").steps[0]
    checked = verify_derivation(replace(d, steps=(d.steps[0], other)), CONTEXT)
    assert words(checked) == ["proved", "undecided"]
    assert checked.steps[1].evidence.reason == "this line does not start where the one before it ended"


def test_a_stopped_derivation_is_undecided_with_its_reason():
    checked = verify_derivation(derivation("x + x", "2*x", stop_reason="no rule applies"), CONTEXT)
    for verdict in (checked.end_to_end, checked.expected):
        assert (verdict.word, verdict.reason) == ("undecided", "no rule applies")


def test_a_result_that_is_right_but_not_what_was_expected_is_refuted():
    checked = verify_derivation(derivation("x + x", "2*x", expected="3*x"), CONTEXT)
    assert checked.end_to_end.word == "proved" and checked.expected.word == "refuted"
    assert checked.expected.witness is not None


def test_a_result_that_is_not_the_value_inserted_is_refuted():
    for name in NAMES:
        d = solved(name).derivation
        if d.question.kind == "find" and d.solution:
            wrong = replace(d, steps=(), result=d.result + 1)
            checked = verify_derivation(wrong, solved(name).context)
            assert checked.end_to_end.word == "refuted", name


@pytest.mark.parametrize("op", ["Ne", "Le", "Gt"])
def test_an_equation_that_becomes_another_relation_is_not_proved(op):
    before, after = from_text("Eq(2*u, x)", CONTEXT), from_text(f"{op}(u, x/2)", CONTEXT)
    question = Question("q", "find", Symbol("x"), Symbol("x") / 2, goal=2 * Symbol("u"), unknown=Symbol("u"))
    d = Derivation(
        question, (Step("a", (), before, after),), Symbol("x") / 2, solution=((Symbol("u"), Symbol("x") / 2),)
    )
    assert words(verify_derivation(d, CONTEXT)) != ["proved"]


@pytest.mark.parametrize(("value", "word"), [("x/2", "proved"), ("u + x - 2*u", "undecided"), ("x", "refuted")])
def test_a_largest_value_is_free_of_the_unknown(value, word):
    """2 u <= x is u <= x/2; that it is u <= x - u too is no answer."""
    question = Question("q", "bound", 2 * Symbol("u"), Symbol("x") / 2, goal=Symbol("x"), unknown=Symbol("u"))
    checked = verify_derivation(Derivation(question, (), from_text(value, CONTEXT)), CONTEXT)
    assert checked.end_to_end.word == word


def test_lines_that_are_bounds_make_no_equation():
    """f <= g proves the line, not that the first and the last line are equal."""
    claim = Step("a", (), Symbol("x"), Symbol("x"), relation="<=")
    claims = Derivation(Question("q", "derive", Symbol("x"), Symbol("x")), (claim,), Symbol("x"))
    proved = replace(claims, steps=(replace(claim, evidence=Verdict("proved")),))
    assert not _chain(proved, Symbol("x"))
    assert _chain(replace(proved, steps=(replace(proved.steps[0], relation="="),)), Symbol("x"))


def test_substeps_are_verified_in_the_letters_of_their_step():
    inner = CONTEXT.with_index("k", from_text("1", CONTEXT), Symbol("n"))
    good = Step("a", (), from_text("v[k] + v[k]", inner), from_text("2*v[k]", inner))
    bad = replace(good, after=from_text("3*v[k]", inner))
    d = derivation("x + x", "2*x")
    step = replace(d.steps[0], substeps=(good, bad), letters=(inner.variables["k"],))
    (checked,) = verify_derivation(replace(d, steps=(step,)), CONTEXT).steps
    assert [s.evidence.word for s in checked.substeps] == ["proved", "refuted"]


@pytest.mark.parametrize(
    ("before", "after", "value", "word"),
    [
        ("Eq(2*u, x)", "Eq(u, x/2)", "x/2", "proved"),
        ("Eq(2*u, x)", "Eq(u, x)", "x/2", "refuted"),
        ("Eq(2*u, x)", "Eq(x, 2*u)", "x/2", "proved"),
        ("Eq(exp(u), r)", "Eq(u, log(r))", "log(r)", "proved"),
        ("Eq(exp(u), r)", "Eq(u, log(2*r))", "log(r)", "refuted"),
    ],
)
def test_lines_of_an_equation_hold_for_the_value_found(before, after, value, word):
    b, a = from_text(before, CONTEXT), from_text(after, CONTEXT)
    unknown, found = Symbol("u"), from_text(value, CONTEXT)
    question = Question("u", "find", b.right, found, goal=b.left, unknown=unknown)
    d = Derivation(question, (Step("solve", (), b, a),), found, solution=((unknown, found),))
    assert words(verify_derivation(d, CONTEXT)) == [word]


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("Cov(R, fh)/Var(fh)", "proved"), ("Cov(fh, R)/Var(fh)", "proved"), ("Cov(R, fh)/Var(R)", "undecided"),
        ("Cov(R, fh)", "undecided"), ("0", "undecided"),
    ],
)  # fmt: skip
def test_a_value_is_put_into_the_derivative_of_a_variance(value, word):
    """The best coefficient of a control variate; moments that are not declared may not serve as witnesses."""
    context = RANDOM.with_assumptions(from_text("Var(fh) > 0", RANDOM), from_text("Var(R) > 0", RANDOM))
    goal, unknown, found = from_text("Derivative(Var(R - t*fh), t)", context), Symbol("t"), from_text(value, context)
    question = Question("t", "find", from_text("0", context), found, goal=goal, unknown=unknown)
    checked = verify_derivation(Derivation(question, (), found, solution=((unknown, found),)), context)
    assert checked.end_to_end.word == word


def test_given_values_hold_only_on_the_line_that_inserts_them():
    given = ((Symbol("x"), from_text("2", CONTEXT)),)
    before, after = from_text("x*y", CONTEXT), from_text("2*y", CONTEXT)
    step = Step("insert the given values", (), before, after, (Relation("=", *given[0]),))
    plain = replace(step, conditions=())
    for made, word in ((step, "proved"), (plain, "refuted")):
        question = Question("q", "derive", before, after, given=given)
        checked = verify_derivation(Derivation(question, (made,), after), CONTEXT)
        assert words(checked) == [word]
        assert checked.end_to_end.word == "proved"


def test_an_equation_that_a_line_names_as_its_condition_is_not_believed():
    before, after = from_text("x*y", CONTEXT), from_text("0", CONTEXT)
    step = Step("insert the given values", (), before, after, (Relation("=", Symbol("x"), from_text("0", CONTEXT)),))
    checked = verify_derivation(Derivation(Question("q", "derive", before, after), (step,), after), CONTEXT)
    assert words(checked) == ["refuted"]
    assert checked.end_to_end.word == "refuted"
