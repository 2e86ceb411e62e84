"""Sets as documents: numbers, references, definitions before use, and what hints and handouts keep back."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from solutions import RULES, jacobian, solution, stopped

from symderiv.records import Part, SolvedPart
from symderiv.sets import ProblemSet, SetItem, SetQuestion, SolvedSet
from symderiv.writing import VARIANTS, pdf, write_set
from symderiv.writing.json_out import read_solutions
from symderiv.writing.set_page import set_page

PROBLEM = replace(solution(jacobian(), stopped()).problem, path="softmax.py")


def solved_set(*parts: SolvedPart, **changes: object) -> SolvedSet:
    items = tuple(SetItem(f"1({'abc'[n]})", PROBLEM, p.part) for n, p in enumerate(parts))
    text = "The notation of C2.4 is used, not that of C2.40."
    values = {"course": "Learning 101", "author": "A. Author", "date": "2 January", "text": text, **changes}
    chosen = ProblemSet("week1", "Week 1", (SetQuestion("1", "Softmax & co.", items),), **values)  # type: ignore[arg-type]
    return SolvedSet(chosen, {(PROBLEM.path, p.part.id): p for p in parts})


def page(*parts: SolvedPart, variant: str = "full", **changes: object) -> str:
    return set_page(solved_set(*parts, **changes), variant, "normal", RULES)


def body(text: str) -> str:
    return text[text.index(r"\begin{document}") :]


def test_title_numbers_points_and_references() -> None:
    one = jacobian()
    text = body(page(replace(one, part=replace(one.part, points=2.5)), stopped()))
    for piece in (
        "Learning 101", "Week 1", "A. Author", "2 January", r"\questionhead{1}{Softmax \& co.}{2.5 points}",
        r"\itemhead{C2-4}{1(a)}{Jacobian of the softmax}{2.5 points}", r"\itemhead{C2-1}{1(b)}{Shift invariance}{}",
        r"The notation of \partlink{C2-4}{1(a)} is used, not that of C2.40.", r"\contents",
    ):  # fmt: skip
        assert piece in text


def test_a_rule_leads_to_the_appendix_and_back() -> None:
    text = body(page(jacobian()))
    assert r"\reason{\rulelink{quotient-rule}{Quotient rule}}{\provedmark}" in text
    appendix = text[text.index("Appendix: rules used") :]
    assert r"\rulename{quotient-rule}{Quotient rule}" in appendix
    assert r"used in \partlink{C2-4}{1(a)}" in appendix
    assert appendix.count(r"\rulename") == 2, "only the rules that were used"


def test_a_definition_stands_once_before_the_first_part_that_needs_it() -> None:
    text = body(page(stopped(), jacobian()))
    assert text.count(r"S_{i} &= \frac") == 1
    assert text.index(r"S_{i} &= \frac") < text.index("Shift invariance}{}") + 400
    assert text.index(r"number of classes") < text.index(r"S_{i} &= \frac")


def test_marks_are_explained_once_and_only_those_that_occur() -> None:
    assert body(page(jacobian())).count("What the marks mean") == 1
    assert "checked: equal at every instance" not in body(page(jacobian()))
    assert "checked: equal at every instance" in body(page(stopped()))


@pytest.mark.parametrize("variant", ["hints", "handout"])
def test_no_answer_stands_in_hints_and_handouts(variant: str) -> None:
    text = body(page(jacobian(), stopped(), variant=variant))
    assert "Differentiate $S_i$ by $a_j$" in text
    for told in (r"\delta", "answerbox", "Remark", r"\provedmark", "e^{c}"):
        assert told not in text


def test_hints_name_the_rules_in_order_and_no_line() -> None:
    text = " ".join(body(page(jacobian(), variant="hints")).split())
    assert r"Begin with: Unfold the definition. Then, in this order: \rulelink{quotient-rule}{quotient rule};" in text
    assert "One of the steps needs a condition" in text
    assert r"\begin{align*} \frac" not in text


def test_parts_that_were_left_out_are_not_mentioned() -> None:
    whole = solved_set(jacobian(), stopped())
    only = SolvedSet(whole.problem_set, {k: v for k, v in whole.parts.items() if k[1] == "C2.4"})
    assert "Shift invariance" not in set_page(only, "full", "normal", RULES)


def test_text_parts_have_their_answer_in_the_solution_only() -> None:
    part = Part("T1", "Words", (), text="Why $x$?", answer_text="Because.", remarks=("See C2.4.",))
    words = SolvedPart(part, ())
    assert r"\lead{Answer}\hspace{0.7em}Because." in page(words)
    assert "Because." not in page(words, variant="handout") and "Why $x$?" in page(words, variant="hints")


def test_the_same_set_gives_the_same_text() -> None:
    assert page(jacobian(), stopped()) == page(jacobian(), stopped())


@pytest.mark.skipif(not pdf.find_engines(), reason="no pdflatex here")
@pytest.mark.parametrize("variant", VARIANTS)
def test_pages_compile_with_contents_links_and_nothing_sticking_out(variant: str, tmp_path: Path) -> None:
    from pypdf import PdfReader

    files = write_set(solved_set(jacobian(), stopped()), tmp_path, ["pdf", "json"], [variant])
    name = "week1" if variant == "full" else f"week1-{variant}"
    assert [f.name for f in files] == ["week1.json", f"{name}.tex", f"{name}.pdf"]
    reader = PdfReader(tmp_path / f"{name}.pdf")
    text = " ".join(p.extract_text() for p in reader.pages)
    for token in ("Contents", "1(a)", "Jacobian", "Learning 101"):
        assert token in text
    assert re.search(r"1\(b\)\s+Shift invariance[ .]+\d", text), "the contents have page numbers"
    (tmp_path / "page.tex").write_bytes((tmp_path / f"{name}.tex").read_bytes())
    for _ in range(3):
        log = pdf._run(pdf.find_engines()[-1], tmp_path, 60)
    assert not re.search(r"^!|undefined|has been referenced but does not exist|multiply defined", log, re.M)
    assert max((float(w) for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)), default=0.0) <= 5.0


def test_the_json_of_a_set_has_its_solutions(tmp_path: Path) -> None:
    (file,) = write_set(solved_set(jacobian(), stopped()), tmp_path, ["json"])
    (found,) = read_solutions(file)
    assert [p.part.id for p in found.parts] == ["C2.4", "C2.1"]


def test_formats_that_sets_have_not_are_named(tmp_path: Path) -> None:
    said: list[str] = []
    assert write_set(solved_set(jacobian()), tmp_path, ["html"], report=said.append) == []
    assert said == ["week1.html was not made: a set is written as tex, pdf and json"]


def test_pages_need_no_second_run_to_be_the_same(tmp_path: Path) -> None:
    if not pdf.find_engines():
        pytest.skip("no pdflatex here")
    value = solved_set(jacobian(), stopped())
    first = write_set(value, tmp_path / "a", ["pdf"])[-1].read_bytes()
    assert write_set(value, tmp_path / "b", ["pdf"])[-1].read_bytes() == first
    assert not list(tmp_path.rglob(".*.part"))
