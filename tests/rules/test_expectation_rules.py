"""Rules on expectations: where they fire, what they leave alone, and what they must refuse for lack of a declaration."""

from __future__ import annotations

import pytest
from rule_terms import CONTEXT

from symderiv.equality import decide
from symderiv.language.text import from_text, to_text
from symderiv.rules import find
from symderiv.rules.structure import arrange, same

# In CONTEXT: R and G independent; Q only has its mean x; G is normal with independent entries, B Bernoulli.
FIRES = (
    ("linearity of the expectation", "E(2*R - x*Q + 3)", "2*E(R) - x*E(Q) + 3"),
    ("linearity of the expectation", "E(Sum(v[k]*G[k], (k, 1, n)))", "Sum(v[k]*E(G[k]), (k, 1, n))"),
    ("constant factor out of the expectation", "E(v[i]*R)", "v[i]*E(R)"),
    ("constant factor out of the variance", "Var(-R)", "Var(R)"),
    ("constant factor out of the variance", "Cov(2*R, 3*Q)", "6*Cov(R, Q)"),
    ("constant summand in the variance", "Cov(R + x, Q - 1)", "Cov(R, Q)"),
    ("expectation of a product of independent quantities", "E(R**2*G[i]*G[j])", "E(R**2)*E(G[i]*G[j])"),
    ("expectation of a product of independent quantities", "E((R*G[i])**2)", "E(R**2)*E(G[i]**2)"),
    ("covariance of independent quantities", "Cov(R**2, Sum(G[k], (k, 1, n)))", "0"),
    ("variance of a sum", "Var(R + Q + G[i])", "Var(R) + Var(Q) + Var(G[i]) + 2*Cov(R, Q) + 2*Cov(R, G[i]) + 2*Cov(Q, G[i])"),
    ("multiply out below the expectation", "E(Sum(G[k], (k, 1, n))*Sum(B[k], (k, 1, m)))", "E(Sum(Sum(G[k]*B[l], (l, 1, m)), (k, 1, n)))"),
    ("covariance by expectations", "Var(R*Q)", "E((R*Q)**2) - E(R*Q)**2"),
    ("covariance of two entries", "E(G[i]*G[1])", "r*KroneckerDelta(i, 1)"),
    ("covariance of two entries", "E(B[i]*B[j])", "q*(1 - q)*KroneckerDelta(i, j) + q*q"),
    ("moment of the law", "E(G[i]**3)", "0"),
    ("moment of the law", "E(G[i]**6)", "15*r**3"),
    ("moments of a normal family", "E(G[i]*G[j]*G[k])", "0"),
    ("positive part of a symmetric quantity", "E(Max(0, G[i]))", "sqrt(r/(2*pi))"),
    ("exponential of a normal quantity", "E(exp(G[i])**2*exp(x))", None),
    ("exponential of a normal quantity", "E(exp(2*(x + y*G[i])))", None),
    ("exponential of a normal quantity", "E(exp(2*G[i])*exp(G[i]))", "exp(E(2*G[i] + G[i]) + Var(2*G[i] + G[i])/2)"),
    ("probability under a normal law", "E(Piecewise((1, G[i] <= x), (0, True)))", "(1 + erf((x - E(G[i]))/sqrt(2*Var(G[i]))))/2"),
    ("simplify the delta", "KroneckerDelta(2*i + 2, 2*j)", "KroneckerDelta(i + 1, j)"),
    ("deltas excluded by a condition", "KroneckerDelta(7, e)", "0"),
    ("root of a reciprocal", "sqrt(1/r**3)", "1/sqrt(r**3)"),
    ("square out of the root", "sqrt(4*r**2*s)", None),
    ("limit by the leading terms", "LimitAtInfinity((r*n**2 + n)/(n**2 + 1), n)", "r"),
)  # fmt: skip
LEAVES_ALONE = (
    ("linearity of the expectation", "E(R*Q)"),
    ("constant factor out of the expectation", "E(R*Q)"),
    ("expectation of a constant", "E(R)"),
    ("expectation of a constant", "Var(E(R) + Q)"),
    ("multiply out below the expectation", "E(R*Q)"),
    ("second moment by the variance", "E(B[i]**2)"),
    ("covariance by expectations", "Cov(R, Q)"),
    ("covariance by expectations", "Var(R)"),
    ("square out of the root", "sqrt(r*s)"),
    ("simplify the delta", "KroneckerDelta(i, j)"),
    ("overlap of two ranges", "Sum(Piecewise((1, k + 1 <= n), (0, True)), (k, 1, n))"),
)
MUST_REFUSE = (
    ("expectation of a product of independent quantities", "E(R*Q)"),  # nothing is declared
    ("expectation of a product of independent quantities", "E(G[i]*B[j])"),
    ("expectation of a product of independent quantities", "E(G[i]*G[j])"),  # they may be the same entry
    ("covariance of independent quantities", "Cov(Q, G[i])"),
    ("covariance of independent quantities", "Cov(R + G[i], G[i])"),
    ("covariance of two entries", "E(R*Q)"),
    ("declared mean", "E(R)"),
    ("declared variance", "Var(Q)"),
    ("moment of the law", "E(Q**4)"),
    ("moment of the law", "E(R**2)"),
    ("moments of a normal family", "E(B[i]*B[j]*B[1])"),
    ("positive part of a symmetric quantity", "E(relu(Q)**2)"),
    ("positive part of a symmetric quantity", "E(relu(G[i] + x)**2)"),
    ("exponential of a normal quantity", "E(exp(R))"),
    ("exponential of a normal quantity", "E(exp(G[i]**2))"),
    ("exponential of a normal quantity", "E(exp(R*G[i]))"),
    ("exponential of a normal quantity", "E(exp(G[i]*(1 + G[i])))"),
    ("exponential of a normal quantity", "E(exp(2*(R + G[i])))"),
    ("probability under a normal law", "E(Piecewise((1, Abs(G[i]) <= x), (0, True)))"),  # x may be negative
    ("probability under a normal law", "E(Piecewise((1, Abs(G[i] + x) <= s), (0, True)))"),  # not centred
    ("deltas excluded by a condition", "KroneckerDelta(i, j)"),
    ("simplify the delta", "KroneckerDelta(2*i + 1, 2*j)"),
    ("overlap of two ranges", "Sum(Piecewise((1, And(1 <= 2*k, 2*k <= n)), (0, True)), (k, 1, n))"),
    ("limit by the leading terms", "LimitAtInfinity(n*x, n)"),
    ("limit by the leading terms", "LimitAtInfinity((n - n + x)/n**2 + (n*x - n*x), n)"),
    ("limit by the leading terms", "LimitAtInfinity(exp(n)/n, n)"),
    ("root of a reciprocal", "sqrt(1/x**2)"),
)


def rewrites(name: str, text: str):
    term = from_text(text, CONTEXT)
    return [arrange(r.term) for rule in find(name) for r in rule.apply(term, CONTEXT)]


@pytest.mark.parametrize(("name", "before", "after"), FIRES)
def test_fires(name, before, after):
    made = rewrites(name, before)
    if after is None:
        made = made or [from_text(before, CONTEXT)]
        assert decide(from_text(before, CONTEXT), made[0], CONTEXT).word == "proved"
        return
    assert any(same(m, arrange(from_text(after, CONTEXT))) for m in made), list(map(to_text, made))
    assert decide(from_text(before, CONTEXT), made[0], CONTEXT).word == "proved"


@pytest.mark.parametrize(("name", "text"), [*LEAVES_ALONE, *MUST_REFUSE])
def test_leaves_alone_or_refuses(name, text):
    assert [to_text(m) for m in rewrites(name, text) if not same(m, from_text(text, CONTEXT))] == []
