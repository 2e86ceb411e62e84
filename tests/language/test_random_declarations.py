"""Random declarations: what they record, what comes back from JSON, and one sentence for each mistake."""

from __future__ import annotations

import pytest
from sympy import Sum, Symbol

from symderiv import Cov, E, P, Std, Var, declare
from symderiv.errors import DeclarationError
from symderiv.language.border import from_sympy
from symderiv.language.randomness import Property, properties
from symderiv.language.serialise import context_from_json, context_to_json
from symderiv.language.terms import Apply, Iverson
from symderiv.language.text import from_text, to_text
from symderiv.writing.givens import list_givens


@pytest.fixture
def p():
    made = declare("random")
    made.n = made.size("n", "size")
    made.s = made.symbol("s", "deviation", positive=True)
    made.q = made.symbol("q", "probability", unit=True)
    return made


def test_families_are_recorded_and_survive_json(p):
    mu = p.array("mu", p.n, "means")
    p.random("w", (p.n, p.n), "weights", mean=0, variance=p.s**2, law="gaussian", independent=True)
    p.random("x", p.n, "inputs", mean=mu, variance=lambda i: p.s**2 * i, uncorrelated=True)
    p.random("u", p.n, "members", mean=0, variance=p.s**2, covariance=p.s**2 / 2)
    p.random("m", p.n, "mask", mean=p.q, law="bernoulli", independent=True)
    p.random("z", None, "noise")
    c = p.context
    assert [to_text(t) for t in (c.random["x"].at("mean", (from_text("n", c),)), c.random["m"].variance)] == [
        "mu[n]",
        "q*(1 - q)",
    ]
    assert c.random["z"].mean is None and c.arrays["m"].entries.integer
    assert [to_text(x) for x in properties(c.random, ())] == [
        "independent(w)", "gaussian(w)", "uncorrelated(x)", "independent(m)",
    ]  # fmt: skip
    assert context_from_json(context_to_json(c)) == c


def test_independence_is_between_blocks(p):
    x, y, z = p.random("x", p.n), p.random("y"), p.random("z")
    p.independent((x, y), z)
    assert p.context.independence == ((frozenset({"x", "y"}), frozenset({"z"})),)
    assert Property("independent", *(from_text(n, p.context) for n in ("y", "z"))).word == "independent"
    assert context_from_json(context_to_json(p.context)) == p.context


def test_heads_are_read_and_written(p):
    x = p.random("x", p.n, "inputs", mean=0)
    i = p.index("i", 1, p.n)
    for made, text in (
        (E(x[i]), "Expectation(x[i])"),
        (Var(Sum(x[i], (i, 1, p.n))), "Variance(Sum(x[i], (i, 1, n)))"),
        (Cov(x[i], x[1]), "Covariance(x[i], x[1])"),
        (Std(x[1]), "StandardDeviation(x[1])"),
    ):
        term = from_sympy(made)
        assert to_text(term) == text and from_text(text, p.context) == term
    probability = from_sympy(P(x[i] <= p.s))
    assert isinstance(probability, Apply) and isinstance(probability.args[0], Iverson)
    assert from_text("Var(x[i]) + E(x[1])", p.context) == from_text("Variance(x[i]) + Expectation(x[1])", p.context)


def test_givens_say_what_is_declared(p):
    p.random("x", p.n, "inputs", mean=0, variance=p.s**2, law="gaussian", independent=True)
    (row,) = [g for g in list_givens(p.context) if to_text(g.heads[0]).startswith("x")]
    assert row.words == "random, jointly normal, independent"
    assert [to_text(c) for c in row.conditions[:2]] == ["Eq(Expectation(x[i]), 0)", "Eq(Variance(x[i]), s**2)"]


MISTAKES = (
    ({"law": "poisson"}, "'x' has the law 'poisson', which does not exist"),
    (
        {"independent": True, "uncorrelated": True},
        "'x' is declared with independent and uncorrelated; keep one of them",
    ),
    ({"law": "bernoulli"}, "'x' has no probability; write mean=q with law=\"bernoulli\""),
    ({"law": "rademacher", "variance": 1}, "the variance of 'x' follows from its law; leave variance= out"),
    ({"mean": Symbol("other")}, "'other' is not declared"),
    ({"mean": 0.5}, "0.5"),
)


@pytest.mark.parametrize(("options", "message"), MISTAKES)
def test_mistakes(p, options, message):
    with pytest.raises(DeclarationError) as error:
        p.random("x", p.n, "inputs", **options)
    assert message in str(error.value)


def test_more_mistakes(p):
    x = p.random("x", p.n, "inputs")
    a = p.array("a", p.n, "numbers")
    for call, message in (
        (lambda: p.independent(x), "p.independent needs two or more random names"),
        (lambda: p.independent(x, a), 'a is not random; declare it with p.random("a", ...)'),
        (lambda: p.independent(x, x), "'x' stands twice in p.independent; name each family once"),
        (lambda: p.random("y", None, "number", independent=True), "'y' has no shape, so independent= says nothing"),
        (lambda: p.random("z", None, "number", mean=x[1]), "a moment of 'z' contains x, which is random"),
        (lambda: P(x[1] + 1), "P takes a condition such as x <= t"),
    ):
        with pytest.raises(DeclarationError) as error:
            call()
        assert message in str(error.value)
