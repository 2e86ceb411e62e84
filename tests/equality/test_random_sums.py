"""A few random pairs of sums in every run of the tests; ``tests/fuzz_sums.py`` tries thousands."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from random_sums import CONTEXT, differ, mutated, random_sum, rewritten

from symderiv.equality import decide


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_a_rewriting_is_never_refuted(seed: int) -> None:
    rng = Random(seed)
    left = random_sum(rng, depth=2)
    right = rewritten(rng, left, 2)
    assert not differ(left, right, rng, 20)
    assert decide(left, right, CONTEXT, seconds=1).word != "refuted"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_what_differs_is_never_proved(seed: int) -> None:
    rng = Random(seed)
    left = random_sum(rng, depth=2)
    right = mutated(rng, rewritten(rng, left, 1))
    if differ(left, right, rng, 30):  # "checked" says that the instances tried agree, which they may
        assert decide(left, right, CONTEXT, seconds=1).word != "proved"
