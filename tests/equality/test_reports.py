import pytest
from sympy import Sum, exp

from symderiv import declare, sigmoid
from symderiv.equality import decide
from symderiv.equality.regions import MARK, RegionSum
from symderiv.equality.reports import readable
from symderiv.language.context import Array, Context, Range, Variable
from symderiv.language.terms import ONE, And, Entry, Relation, Symbol
from symderiv.language.text import from_text, to_text

k, m, n = Symbol(MARK + "1.1"), Symbol(MARK + "1.2"), Symbol("n")
LOW, HIGH = Relation(">=", k, ONE), Relation(">=", n, k)
LOW2, HIGH2 = Relation(">=", m, ONE), Relation(">=", n, m)


def region(names, body, *conditions):
    made = RegionSum(tuple(s.name for s in names), body, ())
    return made.with_args((body, And(*conditions)))


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (region([k], Entry("x", (k,)), LOW, HIGH), "Sum(x[k], (k, 1, n))"),
        (region([k, m], Entry("x", (k,)) * Entry("x", (m,)), LOW, LOW2, HIGH, HIGH2),
         "Sum(Sum(x[k]*x[l], (l, 1, n)), (k, 1, n))"),
        (region([k], Entry("x", (k,)), LOW, HIGH, Relation("!=", k, Symbol("j"))),
         "Sum(Piecewise((x[k], Ne(k, j)), (0, True)), (k, 1, n))"),
        (Entry("x", (n,)) + 1, "x[n] + 1"),
    ],
)  # fmt: skip
def test_regions_become_sums(term, text):
    assert to_text(readable(term)) == text


def test_an_index_without_a_range_has_no_sum():
    assert readable(region([k], Entry("x", (k,)), LOW)) is None


def test_domain_differences_can_be_written():
    context = Context(
        variables={"n": Variable("n", Range(ONE, integer=True), "size")}, arrays={"x": Array("x", ((ONE, n),))}
    )
    root = from_text("sqrt(Sum(x[i]**2, (i, 1, n)))", context)
    verdict = decide(from_text("Sum(x[i]**2, (i, 1, n))", context) / root, root, context)
    assert verdict.word == "proved"
    assert [to_text(c) for c in verdict.domain_differences] == ["Ne(sqrt(Sum(x[k]**2, (k, 1, n))), 0)"]


SOFTMAX = declare("softmax")
_K = SOFTMAX.size("K")
_i, _j, _k = SOFTMAX.index("i j k", 1, _K)
_a = SOFTMAX.array("a", _K)
_S = SOFTMAX.define("S", (_i,), exp(_a[_i]) / Sum(exp(_a[_k]), (_k, 1, _K)))
_g = SOFTMAX.define("g", sigmoid(_a[1]))
SOFTMAX.symbol("x")


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("S[i]*S[j]/S[i]", "S[j]", []),
        ("log(g**2)", "2*log(g)", []),
        ("log(S[i]*S[j])", "log(S[i]) + log(S[j])", []),
        ("log(x**2)", "2*log(x)", ["x > 0"]),
        ("x*S[i]/x", "S[i]", ["Ne(x, 0)"]),
    ],
)
def test_only_conditions_that_may_fail_are_domain_differences(left, right, expected):
    verdict = decide(from_text(left, SOFTMAX.context), from_text(right, SOFTMAX.context), SOFTMAX.context)
    assert verdict.word == "proved"
    assert [to_text(c) for c in verdict.domain_differences] == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("sign(x)", "x/Abs(x)", ["Ne(x, 0)"]),
        ("Piecewise((1/x, Ne(x, 0)), (0, True))", "1/x", ["Ne(x, 0)"]),
        ("Max(x, 0)", "(x + Abs(x))/2", []),
        ("Abs(x)*Abs(x)", "x**2", []),
    ],
)
def test_a_case_in_which_one_side_alone_is_defined_is_told(left, right, expected):
    verdict = decide(from_text(left, SOFTMAX.context), from_text(right, SOFTMAX.context), SOFTMAX.context)
    assert verdict.word == "proved"
    assert [to_text(c) for c in verdict.domain_differences] == expected
