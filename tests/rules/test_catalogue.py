"""Every rule of the catalogue: a full record, and examples that fire and that the equality kernel proves."""

from __future__ import annotations

import re

import pytest
from rule_terms import CONTEXT, EXAMPLES

from symderiv.equality import compare, decide
from symderiv.language.text import from_text
from symderiv.rules import ALL, CATALOGUE, WHOLE, find
from symderiv.rules.structure import arrange, same
from symderiv.solver.rewriting import moves

CHECKED = {
    "derivative of a product over an index": "the normal form knows no products over an index of unknown sign",
    "product of products": "the normal form knows no products over an index of unknown sign",
    "eliminate the delta of the outer index": "the index of v is 2*k, which leaves the affine unit case",
    "geometric sum": "a number to a power of symbolic size is no kernel yet",
    "sum over the padded array": "that the condition of the sum keeps the index of v in its range is not seen",
}
"""Examples that the kernel cannot prove but checks at many instances, and why."""


def _id(example):
    return f"{example[0].name}: {example[1]}"


def test_names_are_unique_and_find_finds_them():
    names = [r.name for r in CATALOGUE]
    assert len(names) == len(set(names)) >= 90
    assert {r.name for r in (*ALL, *WHOLE)} == set(names)  # those of matrices have tests of their own
    for rule in (*ALL, *WHOLE):
        assert rule in find(rule.name)


def test_rules_that_share_a_name_state_the_same_law():
    for name in {r.name for r in ALL}:
        assert len({r.law for r in find(name)}) == 1, name


@pytest.mark.parametrize("rule", ALL, ids=lambda r: f"{r.topic}: {r.name}")
def test_the_record_is_complete(rule):
    assert re.fullmatch(r"[a-zA-Z][a-zA-Z, ]{4,60}", rule.name)
    assert rule.name[0].islower()
    # A law is an equation, or words in the LaTeX of a passage.
    assert "=" in rule.law or "\\text" in rule.law
    assert rule.law.count("{") == rule.law.count("}") and rule.law.count("$") == 0
    # Author or institution, title, and a place in it.
    assert re.search(r"(sec\.|ch\.|eq\.|ex\.|p\.|20\d\d|19\d\d)", rule.source), rule.source
    assert rule.topic and rule.level in (1, 2, 3)
    assert rule.examples


@pytest.mark.parametrize("example", EXAMPLES, ids=map(_id, EXAMPLES))
def test_the_example_fires_and_gives_what_it_says(example):
    rule, before, after = example
    line, wanted = from_text(before, CONTEXT), arrange(from_text(after, CONTEXT))
    made = [arrange(r.term) for r in rule.apply(line, CONTEXT)]
    assert any(same(m, wanted) for m in made), made
    assert any(same(m.after, wanted) for m in moves(line, CONTEXT, [rule]))


@pytest.mark.parametrize("example", EXAMPLES, ids=map(_id, EXAMPLES))
def test_the_example_is_proved_by_the_kernel(example):
    rule, before, after = example
    verdict = decide(from_text(before, CONTEXT), from_text(after, CONTEXT), CONTEXT)
    if rule.name in CHECKED:
        assert verdict.word == "proved" or (verdict.word == "checked" and verdict.instances >= 30), verdict
    else:
        assert verdict.word == "proved", verdict


def test_a_condition_that_an_example_relies_on_is_recorded():
    """What narrows or widens the domain of an example is among the conditions of its rewrite."""
    for rule, before, after in EXAMPLES:
        line, wanted = from_text(before, CONTEXT), arrange(from_text(after, CONTEXT))
        (rewrite, *_) = [r for r in rule.apply(line, CONTEXT) if same(arrange(r.term), wanted)]
        verdict = compare(line, wanted, CONTEXT)
        if "only the" in verdict.reason:
            assert rewrite.conditions, (rule.name, verdict.reason)
