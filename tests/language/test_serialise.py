"""Terms and contexts as JSON and back: exactly the same."""

from __future__ import annotations

import json

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from symderiv.errors import SymderivError
from symderiv.language.context import BINARY, POSITIVE, UNIT, Array, Context, Definition, Range, Variable
from symderiv.language.serialise import context_from_json, context_to_json, term_from_json, term_to_json
from symderiv.language.terms import (
    HALF,
    MINUS_ONE,
    ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Apply,
    Cases,
    Constant,
    Delta,
    Derivative,
    Entry,
    Iverson,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Product,
    Relation,
    Sum,
    Symbol,
)  # fmt: skip

K, i, j, x, y = (Symbol(n) for n in "Kijxy")
CONTEXT = Context(
    {
        "K": Variable("K", Range(ONE, integer=True), "size", "classes", "K"),
        "i": Variable("i", Range(ONE, K, integer=True), "index"),
        "j": Variable("j", Range(ONE, Symbol("m"), integer=True), "index"),
        "x": Variable("x", POSITIVE, meaning="a number"),
        "y": Variable("y", Range(HALF, upper=None, nonzero=True), latex=r"\upsilon"),
    },
    {
        "a": Array("a", ((ONE, K), (ZERO, K - 1)), UNIT, padded=True, meaning="entries", latex="A"),
        "b": Array("b", ((ZERO, Symbol("m")),), BINARY, law="one_hot"),
    },
    {
        "m": Definition("m", (), K + 1),
        "S": Definition(
            "S", ("i",), Sum.over("k", 1, K, Entry("a", (i, Symbol("k") - 1))), "array", ((ONE, K),), "sums"
        ),
        "f": Definition("f", ("s", "t"), Symbol("s") * Symbol("t") ** 2, "function", latex="F"),
    },
    (Relation("<=", K, Number(10)), Relation("=", Sum.over("k", 0, Symbol("m"), Entry("b", (Symbol("k"),))), ONE)),
)


def through_json(value):
    return json.loads(json.dumps(value))


def test_contexts_come_back():
    back = context_from_json(through_json(context_to_json(CONTEXT)))
    assert back == CONTEXT and list(back.variables) == list(CONTEXT.variables)
    assert context_from_json(through_json(context_to_json(Context()))) == Context()


TERMS = [
    x + y, x - y, -(x + y), 2 * x / 3, Add(x, Add(y, x)), Mul(x, Mul(y, x)), Add(Add(x, y), x),
    Mul(MINUS_ONE, TRUE and x),
    Power(Power(x, Number(2)), MINUS_ONE), Mul(Number(-2), x), Mul(MINUS_ONE, Number(2), x), Number(-3), HALF,
    Constant("pi"),
    Add(x), Mul(x), Mul(ONE, x), Add(x, ZERO), Power(x, ONE), Power(x, HALF), Apply("exp", ONE), Apply("f", x, y),
    Apply("Max", ZERO, x), Entry("a", (i, j - 1)), Delta(i, j), Iverson(Relation("!=", i, j)), TRUE, Or(),
    And(Relation("<", x, y), Not(Relation("=", i, j))), Cases((x, Relation(">", x, ZERO)), (ZERO, TRUE)),
    Cases((ONE, Relation(">", x, ZERO)), (ZERO, TRUE)), Derivative(Derivative(x**2, x), x),
    Derivative(x, Entry("b", (i,))),
    Sum.over("k", 1, K, Entry("b", (Symbol("k"),)), Relation("!=", Symbol("k"), i)),
    Product.over("k", 1, K, Entry("b", (Symbol("k"),)), Relation("!=", Symbol("k"), i)),
    Sum.over("i", 1, K, Sum.over("i", 1, i, Entry("a", (i, j)))),
    Sum.over("k", 1, K, Iverson(Relation("<", Symbol("k"), i))),
    Sum.over("x", 1, K, ONE), Symbol("undeclared"), Relation("<=", x, y),
]  # fmt: skip


def hints(term):
    return [getattr(t, "hint", None) for t in _walk(term)]


def _walk(term):
    yield term
    for a in term.args:
        yield from _walk(a)


@pytest.mark.parametrize("term", TERMS, ids=repr)
def test_terms_come_back_exactly(term):
    back = term_from_json(through_json(term_to_json(term, CONTEXT)), CONTEXT)
    assert back == term and hints(back) == hints(term)


def test_what_people_write_is_text():
    assert (
        term_to_json(Entry("S", (i,)) * (Delta(i, j) - Entry("S", (j,))), CONTEXT)
        == "S[i]*(KroneckerDelta(i, j) - S[j])"
    )


@pytest.mark.parametrize(
    "value", ["x +", "nope", 3, None, ["Nope", None, []], ["Number", [], []], ["Symbol"], {"a": 1}]
)
def test_what_is_no_term_is_refused(value):
    with pytest.raises(SymderivError):
        term_from_json(value, CONTEXT)


@pytest.mark.parametrize("change", [{"variables": None}, {"arrays": [{}]}, {"definitions": [{"name": "g"}]}])
def test_what_is_no_context_is_refused(change):
    with pytest.raises(SymderivError, match="these are no declarations"):
        context_from_json({**context_to_json(CONTEXT), **change})


leaves = st.sampled_from([x, y, K, Number(2), HALF, MINUS_ONE, Entry("b", (i,)), Delta(i, j), Constant("pi")])
terms = st.recursive(
    leaves,
    lambda t: st.one_of(
        st.lists(t, min_size=1, max_size=3).map(lambda a: Add(*a)),
        st.lists(t, min_size=1, max_size=3).map(lambda a: Mul(*a)),
        st.tuples(t, t).map(lambda p: Power(*p)),
        t.map(lambda a: Apply("exp", a)),
        t.map(lambda a: Sum.over("k", 1, K, a * Entry("b", (Symbol("k"),)))),
        t.map(lambda a: Product.over("i", 1, K, a)),
        st.tuples(t, t).map(lambda p: Cases((p[0], Relation("<", p[1], ZERO)), (ONE, TRUE))),
    ),
    max_leaves=12,
)


@given(terms)
@settings(max_examples=200, deadline=None)
def test_any_term_comes_back(term):
    assert term_from_json(through_json(term_to_json(term, CONTEXT)), CONTEXT) == term
