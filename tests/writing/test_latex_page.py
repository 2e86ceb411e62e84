"""The .tex file: golden bodies that were read by hand, text with special characters, stopped derivations."""

from dataclasses import replace
from pathlib import Path

import pytest
from solutions import NETWORK, REFUTED, RULES, jacobian, network, solution, stopped

from symderiv.records import Solution
from symderiv.writing.document import Detail
from symderiv.writing.latex_page import latex_page

GOLDEN = Path(__file__).parent / "golden"


def body(value: Solution, detail: Detail = "normal") -> str:
    page = latex_page(value, detail, RULES)
    return page[page.index(r"\begin{document}") :]


@pytest.mark.parametrize(
    ("name", "value", "detail"),
    [("jacobian", solution(jacobian()), "normal"), ("stopped", solution(stopped()), "full")],
)
def test_golden(name: str, value: Solution, detail: Detail) -> None:
    # These files were checked by a person line by line; change one only after doing that again.
    assert body(value, detail) == (GOLDEN / f"{name}.tex").read_text(encoding="utf-8")


def test_the_same_solution_gives_the_same_text() -> None:
    assert latex_page(solution(jacobian())) == latex_page(solution(jacobian()))


def test_every_word_of_evidence_has_its_mark() -> None:
    part = jacobian()
    (d,) = part.derivations
    wrong = replace(d, steps=(replace(d.steps[0], evidence=REFUTED), *d.steps[1:]), expected=REFUTED)
    text = body(solution(replace(part, derivations=(wrong,)), stopped()))
    chains = text[text.index(r"\parthead") : text.index(r"\subhead{Rules used}")]
    for word in ("proved", "checked", "undecided", "refuted"):
        assert rf"\{word}mark" in chains
    assert "refuted at K = 2, i = 1: 0 against 1/4" in text


def test_special_characters_in_titles_and_names_are_text() -> None:
    part = jacobian()
    odd = replace(part, part=replace(part.part, id="C_1&2", title="50% of #1 & {x}_y ~ ^ \\ <a>"))
    text = body(solution(odd))
    assert r"\parthead{C\_1\&2}{50\% of \#1 \& \{x\}\_y \textasciitilde{} \textasciicircum{} \textbackslash{}" in text


def test_substeps_are_printed_below_with_their_label() -> None:
    text = body(solution(jacobian()), "full")
    assert r"derivative of a sum over an index (a)}{\provedmark}" in text
    assert r"\textbf{(a)}" in text and r"\lead{Substeps}" in text
    assert r"\lead{Substeps}" not in body(solution(jacobian()), "normal")


def test_long_lines_are_broken_at_the_sign() -> None:
    text = body(solution(network(), context=NETWORK))
    assert r"\runningreason{Insert twice}{\provedmark}" in text
    assert r" &\hspace{2.4em}{} + " in text or "&\\hspace{2.4em}{} + " in text


def test_a_part_without_anything_else_is_a_page() -> None:
    part = jacobian()
    bare = replace(part, part=replace(part.part, text="", remarks=(), title=""), derivations=())
    assert r"\parthead{C2.4}{}" in body(solution(bare))
