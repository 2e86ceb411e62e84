"""What is printed at each level of detail, whatever the format."""

from dataclasses import replace

import pytest
from solutions import CHECKED, CONTEXT, PROVED, REFUTED, RULES, UNDECIDED, jacobian, network, solution, stopped, term

from symderiv.language.terms import And
from symderiv.records import Derivation, Question, SolvedPart, Verdict
from symderiv.writing.document import Detail, QuestionPage, all_of, describe_word, lay_out, weakest
from symderiv.writing.wording import asking, verdict_sentence


def page(detail: Detail, part: SolvedPart | None = None) -> QuestionPage:
    return lay_out(solution(part or jacobian()), detail, RULES).parts[0].questions[0]


def reasons(q: QuestionPage) -> list[str]:
    return [", ".join(line.reasons) for chain in q.chains for line in chain.lines]


def test_normal_merges_smaller_steps_into_the_next_line_and_names_them() -> None:
    assert reasons(page("normal")) == [
        "unfold the definition",
        "quotient rule",
        "derivative of the exponential, derivative of a sum over an index",
        "eliminate the delta",
        "write with the definition, factor out",
    ]


def test_brief_keeps_the_first_line_conditions_and_the_last() -> None:
    assert reasons(page("brief")) == [
        "unfold the definition",
        "quotient rule, derivative of the exponential, derivative of a sum over an index, eliminate the delta",
        "write with the definition, factor out",
    ]


def test_full_prints_every_step_and_the_substeps_below_with_a_label() -> None:
    q = page("full")
    assert len(reasons(q)) == 6
    assert [line.label for line in q.chains[0].lines] == ["", "", "a", "", "", ""]
    (detail,) = q.details
    assert (detail.label, [line.reasons[0] for line in detail.lines]) == (
        "a", ["derivative of the exponential", "derivative of a sum over an index"],
    )  # fmt: skip


def test_no_line_is_lost_between_first_and_last() -> None:
    for detail in ("brief", "normal", "full"):
        lines = [line for chain in page(detail).chains for line in chain.lines]
        assert lines[0].before == term("Derivative(S[i], a[j])") and lines[-1].after == term(
            "S[i]*(KroneckerDelta(i, j) - S[j])"
        )


def test_a_merged_line_is_as_weak_as_its_weakest_step() -> None:
    part = jacobian()
    (d,) = part.derivations
    weak = replace(d, steps=(*d.steps[:4], replace(d.steps[4], evidence=CHECKED), d.steps[5]))
    assert page("normal", replace(part, derivations=(weak,))).chains[0].lines[-1].evidence == CHECKED


def test_a_step_that_nobody_verified_is_undecided() -> None:
    part = jacobian()
    (d,) = part.derivations
    bare = replace(d, steps=(replace(d.steps[0], evidence=None), *d.steps[1:]))
    q = page("normal", replace(part, derivations=(bare,)))
    assert q.chains[0].lines[0].evidence == Verdict("undecided", reason="not verified")
    assert q.verdict.word == "undecided"


def test_a_break_in_the_chain_starts_a_new_one() -> None:
    part = jacobian()
    (d,) = part.derivations
    q = page("full", replace(part, derivations=(replace(d, steps=(d.steps[0], *d.steps[3:])),)))
    assert [len(c.lines) for c in q.chains] == [1, 3]
    assert q.chains[1].lines[0].before == d.steps[3].before


def test_unknowns_found_together_share_one_derivation() -> None:
    x, y = term("c"), term("a[1]")
    pair = ((x, term("1")), (y, term("2")))

    def find(unknown: object, value: str) -> Derivation:
        q = Question("q", "find", term("K"), term(value), goal=term("c + a[1]"), unknown=unknown)  # type: ignore[arg-type]
        return Derivation(q, (), term(value), solution=pair, end_to_end=PROVED, expected=CHECKED)

    part = replace(jacobian(), derivations=(find(x, "1"), find(y, "2")))
    (q,) = lay_out(solution(part)).parts[0].questions
    assert q.answers == pair
    assert asking(q) == [("Find", [(x,), (y,)]), ("such that", [(term("K"), term("c + a[1]"))])]


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (PROVED, "proved"),
        (CHECKED, "checked at 240 instances"),
        (UNDECIDED, "undecided (out of time after 5 s)"),
        (REFUTED, "refuted at K = 2, i = 1: 0 against 1/4"),
    ],
)
def test_evidence_in_words(verdict: Verdict, words: str) -> None:
    assert describe_word(verdict) == words


def test_weakest() -> None:
    assert weakest([PROVED, CHECKED, UNDECIDED, REFUTED]) == REFUTED
    assert weakest([PROVED, replace(CHECKED, instances=7), CHECKED]).instances == 7
    assert weakest([]).word == "undecided"


def test_verdict_sentences() -> None:
    assert verdict_sentence(page("normal")) == (
        "5 lines proved; first line = last line: proved; expected form: proved."
    )
    assert verdict_sentence(page("normal", stopped())) == (
        "1 line checked; first line = last line: checked at 240 instances; "
        "expected form: undecided (out of time after 5 s)."
    )


def test_only_an_answered_question_claims_its_goal() -> None:
    q = page("normal", stopped())
    assert not q.answered and q.answers == ((q.question.subject, q.result),)


def test_givens_group_indices_and_arrays_take_a_fitting_letter() -> None:
    givens = lay_out(solution(jacobian())).givens
    assert [tuple(str(h) for h in g.heads) for g in givens] == [
        ("<K>",), ("<i>", "<j>", "<k>"), ("<c>",), ("<a[i]>",),
    ]  # fmt: skip


def test_rules_of_the_appendix_are_those_used() -> None:
    assert [r.name for r in lay_out(solution(jacobian()), "normal", RULES).rules] == ["quotient rule", "factor out"]
    assert lay_out(solution(jacobian()), "brief", RULES).rules == ()
    assert lay_out(solution(network(), context=CONTEXT)).rules == ()


def test_conditions_join_to_one() -> None:
    both = all_of((term("(1 <= j) & (j <= K)"), term("1 <= j"), term("i < j")))
    assert both == And(term("1 <= j"), term("j <= K"), term("i < j"))
