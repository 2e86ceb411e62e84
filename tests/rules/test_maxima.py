"""Maxima over index ranges: what they are worth, their derivative at a unique maximiser, maxima of maxima."""

from __future__ import annotations

import pytest
from sympy import And, Derivative, Eq, Max, Ne, Or, Piecewise

from symderiv import declare, maximum
from symderiv.equality import decide
from symderiv.equality.evaluation import NothingToCompare, evaluate
from symderiv.language.border import from_sympy
from symderiv.language.serialise import term_from_json, term_to_json
from symderiv.language.terms import Derivative as TermDerivative
from symderiv.language.text import from_text, to_text
from symderiv.rules import blocks, maxima


def declared(unique=True):
    p = declare("a", "b")
    n, m = p.size("n"), p.size("m")
    i, j, s, t = p.index("i j s t", 1, n)
    x = p.array("x", (n, n))
    if unique:
        p.assume(x[s, t] > maximum(x[i, j], over=(i, j), where=Or(Ne(i, s), Ne(j, t))))
    return p, x, (i, j, s, t), n, m


def term(expression):
    return from_sympy(expression)


def test_as_text_and_back():
    p, x, (i, j, s, _), _n, _m = declared()
    for e in (maximum(x[i, j], over=(i, j)), maximum(x[i, s], over=i, where=Ne(i, s)), 2 * maximum(x[i, j], over=j)):
        t = term(e)
        assert from_text(to_text(t), p.context) == t
        assert term_from_json(term_to_json(t, p.context), p.context) == t


def test_values():
    p = declare("a", "b")
    h = p.numbers("h", [[-4, -2], [-3, -7]])
    i, j = p.index("i j", 1, 2)
    assert str(evaluate(term(maximum(h[i, j], over=(i, j))), {}, p.context)) == "-2"
    assert str(evaluate(term(maximum(h[i, j], over=(i, j), where=i > j)), {}, p.context)) == "-3"
    with pytest.raises(NothingToCompare):
        evaluate(term(maximum(h[i, j], over=(i, j), where=i > 2)), {}, p.context)


def test_the_derivative_at_a_unique_maximiser_is_that_of_the_largest_entry():
    p, x, (i, j, s, t), _n, _m = declared()
    slope = Derivative(maximum(x[i, j], over=(i, j)), x[i, j])
    (found,) = maxima.DERIVATIVES[0].apply(term(slope), p.context)
    assert found.term == TermDerivative(term(x[s, t]), term(x[i, j])) and len(found.conditions) == 1
    one = Piecewise((1, And(Eq(i, s), Eq(j, t))), (0, True))
    verdict = decide(term(slope), term(one), p.context)
    assert verdict.word == "proved" and verdict.instances > 0
    for wrong in (1, 0, Piecewise((1, Eq(i, s)), (0, True))):
        assert decide(term(slope), term(one * 0 + wrong), p.context).word == "refuted"


@pytest.mark.parametrize("case", ["no assumption", "another array", "a weak inequality", "outside", "not continuous"])
def test_no_derivative_without_a_unique_maximiser(case):
    p, x, (i, j, s, t), n, _m = declared(unique=False)
    y, far = p.array("y", (n, n)), p.index("far")
    others = Or(Ne(i, s), Ne(j, t))
    if case == "another array":
        p.assume(y[s, t] > maximum(y[i, j], over=(i, j), where=others))
    elif case == "a weak inequality":
        p.assume(x[s, t] >= maximum(x[i, j], over=(i, j), where=others))
    elif case == "outside":
        p.assume(x[far, t] > maximum(x[i, j], over=(i, j), where=Or(Ne(i, far), Ne(j, t))))
    jump = Piecewise((1, x[i, j] > 0), (0, True)) if case == "not continuous" else x[i, j]
    if case == "not continuous":
        p.assume(jump.subs({i: s, j: t}) > maximum(jump, over=[(i, 1, n), (j, 1, n)], where=others))
    slope = Derivative(maximum(jump, over=[(i, 1, n), (j, 1, n)]), x[i, j])
    assert list(maxima.DERIVATIVES[0].apply(term(slope), p.context)) == []
    assert decide(term(slope), term(Piecewise((1, And(Eq(i, s), Eq(j, t))), (0, True))), p.context).word != "proved"


def squares(p, n, m):
    z = p.array("z", ((1, 4 * n), (1, 4 * n)))
    a, b = p.index("a b", 1, n)
    return lambda u, v, size: maximum(z[u + a, v + b], over=[(a, 1, size), (b, 1, size)])


def test_the_maximum_of_four_blocks_is_the_maximum_of_all_for_every_size():
    p, *_, n, m = declared(unique=False)
    block = squares(p, n, m)
    four = Max(block(0, 0, n), block(n, 0, n), block(0, n, n), block(n, n, n))
    assert decide(term(four), term(block(0, 0, 2 * n)), p.context).word == "proved"
    for wrong in (block(0, 0, 2 * n - 1), block(1, 0, 2 * n), block(0, 0, 2 * n + 1)):
        assert decide(term(four), term(wrong), p.context).word == "refuted"
    three = Max(block(0, 0, n), block(n, 0, n), block(0, n, n))
    assert decide(term(three), term(block(0, 0, 2 * n)), p.context).word == "refuted"


def test_ranges_that_do_not_adjoin_are_left_alone():
    p, *_, n, m = declared(unique=False)
    block = squares(p, n, m)
    rule = blocks.RULES[0]
    for pair in (Max(block(0, 0, n), block(n + 1, 0, n)), Max(block(0, 0, n), block(n, n, n))):
        assert list(rule.apply(term(pair), p.context)) == []


def test_a_softmax_may_be_shifted_by_the_largest_score():
    from sympy import Sum, exp

    p = declare("a", "b")
    K = p.size("K")
    i, k = p.index("i k", 1, K)
    a = p.array("a", K)
    top = p.define("top", maximum(a[k], over=k))
    shifted = exp(a[i] - top) / Sum(exp(a[k] - top), (k, 1, K))
    plain = exp(a[i]) / Sum(exp(a[k]), (k, 1, K))
    assert decide(term(shifted), term(plain), p.context).word == "proved"
    assert decide(term(shifted), term(plain * exp(top)), p.context).word == "refuted"
