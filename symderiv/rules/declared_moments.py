"""Moments of random entries from what is declared: means, second moments, those that a law gives.

Second moments of two entries of one family carry a Kronecker delta, so that double sums become single ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import comb, factorial

from symderiv.language.context import Context
from symderiv.language.randomness import Family
from symderiv.language.terms import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Apply,
    Constant,
    Delta,
    Entry,
    Iverson,
    Number,
    Power,
    Relation,
    Symbol,
    Term,
)  # fmt: skip
from symderiv.records import Rewrite, Rule
from symderiv.rules.algebra import expand
from symderiv.rules.randomness import families_in, family_of, is_random, mean, moment_is, said, variance, whole_powers
from symderiv.rules.structure import build_power, build_product, build_sum, factors_of, negate, summands_of

__all__ = ["RULES", "second_moment"]

CASELLA = "Casella & Berger, Statistical Inference, 2nd ed., "
TOPIC = "probability"


def _body(term: Term, head: str = "Expectation") -> Term | None:
    return term.args[0] if isinstance(term, Apply) and term.function == head else None


def _mean(term: Term, context: Context) -> Iterator[Rewrite]:
    body = _body(term)
    family = family_of(body, context) if body is not None else None
    if body is not None and family is not None:
        value = family.at("mean", body.args)
        if value is not None:
            yield Rewrite(
                value, () if family.law in ("bernoulli", "rademacher") else (moment_is("mean", family, context),)
            )


def _variance(term: Term, context: Context) -> Iterator[Rewrite]:
    body = _body(term, "Variance")
    family = family_of(body, context) if body is not None else None
    if body is not None and family is not None:
        value = family.at("variance", body.args)
        if value is not None:
            yield Rewrite(value, (moment_is("variance", family, context),))


def _square(term: Term, context: Context) -> Iterator[Rewrite]:
    """E[x^2] = Var(x) + E[x]^2."""
    body = _body(term)
    powers = whole_powers(body) if body is not None else None
    if powers is None or len(powers) != 1 or powers[0][1] != 2:
        return
    entry = powers[0][0]
    if context.definition_of(entry) is not None and is_random(entry, context):
        yield Rewrite(build_sum((variance(entry), build_power(mean(entry), TWO))))
    family = family_of(entry, context)
    if family is None or family.law == "bernoulli":
        return
    m, v = family.at("mean", entry.args), family.at("variance", entry.args)
    used = [moment_is(h, family, context) for h, value in (("mean", m), ("variance", v)) if value is not None]
    m, v = m if m is not None else mean(entry), v if v is not None else variance(entry)
    yield Rewrite(build_sum((v, build_power(m, TWO))), tuple(used))


def second_moment(term: Term, context: Context) -> Iterator[Rewrite]:
    """E[x_i x_k], or Cov(x_i, x_k), of two entries of one family whose entries are uncorrelated or have a covariance."""
    if not isinstance(term, Apply) or term.function not in ("Expectation", "Covariance"):
        return
    if term.function == "Covariance":
        pair = list(term.args)
        if pair[0] == pair[1]:
            return
    else:
        powers = whole_powers(term.args[0])
        if powers is None or [e for _, e in powers] != [1, 1]:
            return
        pair = [b for b, _ in powers]
    family = family_of(pair[0], context)
    if family is None or family_of(pair[1], context) is not family or not pair[0].args:
        return
    a, b = pair
    v, m, n = family.at("variance", a.args), family.at("mean", a.args), family.at("mean", b.args)
    if v is None or (family.entries == "any" and family.covariance is None):
        return
    same = _equal(a, b)
    out: list[Term] = [build_product((v, *same))]
    conditions: list[Term] = [moment_is("variance", family, context)]
    if family.covariance is not None and family.entries == "any":
        c = family.at("covariance", a.args)
        assert c is not None
        out += [c, negate(build_product((c, *same)))] if same else []
        conditions.append(moment_is("covariance", family, context))
    else:
        conditions.append(said(family.entries, (family.name,)))
    if term.function == "Expectation":
        if m is None or n is None:
            return
        out.append(build_product((m, n)))
        conditions.append(moment_is("mean", family, context))
    yield Rewrite(build_sum(out), tuple(conditions))


def _equal(a: Term, b: Term) -> list[Term]:
    """The deltas of two entries being the same, without what the indices share: delta(i + h, i + l) is delta(h, l)."""
    out: list[Term] = []
    for i, k in zip(a.args, b.args, strict=True):
        left, right = list(summands_of(i)), list(summands_of(k))
        for s in summands_of(i):
            if s in right:
                left.remove(s)
                right.remove(s)
        if left or right:
            out.append(Delta(build_sum(left), build_sum(right)))
    return out


def _own_covariance(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Apply) and term.function == "Covariance" and term.args[0] == term.args[1]:
        yield Rewrite(variance(term.args[0]))


# ---- laws


def _by_law(term: Term, context: Context) -> Iterator[Rewrite]:
    """E[x^k] where the law determines it."""
    body = _body(term)
    powers = whole_powers(body) if body is not None else None
    if powers is None or len(powers) != 1 or powers[0][1] < 2:
        return
    entry, k = powers[0]
    family = family_of(entry, context)
    if family is None:
        return
    value = _raw_moment(family, entry, k)
    if value is not None:
        yield Rewrite(value, (said(family.law, (family.name,)),))


def _raw_moment(family: Family, entry: Term, k: int) -> Term | None:
    m, v = family.at("mean", entry.args), family.at("variance", entry.args)
    if family.law == "bernoulli":
        return m
    if family.law == "rademacher":
        return Number((k + 1) % 2)
    if family.symmetric and m == ZERO and k % 2:
        return ZERO
    if k < 3 or m is None or v is None or family.law not in ("gaussian", "uniform"):
        return None
    out: list[Term] = []
    for j in range(0, k + 1, 2):
        # The central moment of order j, in units of the deviation.
        central = (
            Fraction(factorial(j), 2 ** (j // 2) * factorial(j // 2))
            if family.law == "gaussian"
            else Fraction(3 ** (j // 2), j + 1)
        )
        coefficient = Number(comb(k, j) * central)
        if m == ZERO and j < k:
            continue
        mean_power = build_power(m, Number(k - j)) if j < k else ONE
        out.append(build_product((coefficient, mean_power, build_power(v, Number(j // 2)))))
    return build_sum(out)


def _isserlis(term: Term, context: Context) -> Iterator[Rewrite]:
    """E of a product of entries of a centred normal family: over all pairings, the product of the covariances."""
    body = _body(term)
    powers = whole_powers(body) if body is not None else None
    if powers is None or len(powers) < 2:
        return
    entries = [b for b, e in powers for _ in range(e)]
    family = family_of(entries[0], context)
    if family is None or family.law != "gaussian" or not 3 <= len(entries) <= 8:
        return
    if any(family_of(e, context) is not family for e in entries) or not (family.independent or family.covariance):
        return
    if any(family.at("mean", e.args) != ZERO for e in entries) or family.variance is None:
        return
    conditions = (
        said("gaussian", (family.name,)),
        said(family.entries, (family.name,)),
        moment_is("mean", family, context),
    )
    if len(entries) % 2:
        yield Rewrite(ZERO, conditions)
        return
    terms = []
    for pairing in _pairings(entries):
        factors = [f for a, b in pairing for f in factors_of(_covariance(family, a, b))]
        deltas = [f for f in dict.fromkeys(factors) if isinstance(f, Delta)]
        terms.append(build_product((*(f for f in factors if not isinstance(f, Delta)), *deltas)))
    total = build_sum(terms)
    yield Rewrite(expand(total) or total, conditions if family.entries != "any" else (conditions[0], conditions[2]))


def _pairings(items: list[Term]) -> Iterator[list[tuple[Term, Term]]]:
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for n, other in enumerate(rest):
        for pairing in _pairings(rest[:n] + rest[n + 1 :]):
            yield [(first, other), *pairing]


def _covariance(family: Family, a: Term, b: Term) -> Term:
    v, c = family.at("variance", a.args), family.at("covariance", a.args)
    assert v is not None
    same = _equal(a, b)
    if c is None or not same:
        return build_product((v, *same))
    return build_sum((build_product((v, *same)), c, negate(build_product((c, *same)))))


def _positive_part(term: Term, context: Context) -> Iterator[Rewrite]:
    """E[max(0, z)^2] = E[z^2]/2 for z symmetric about 0; E[max(0, z)] of a centred normal z."""
    body = _body(term)
    powers = whole_powers(body) if body is not None else None
    if powers is None or len(powers) != 1 or powers[0][1] > 2:
        return
    z = _kink(powers[0][0])
    family = family_of(z, context) if z is not None else None
    if z is None or family is None or not family.symmetric or family.at("mean", z.args) != ZERO:
        return
    word = said(family.law, (family.name,))
    centred = moment_is("mean", family, context)
    v = family.at("variance", z.args)
    if powers[0][1] == 2:
        yield Rewrite(build_product((HALF, mean(build_power(z, TWO)))), (word, centred))
    elif family.law == "gaussian" and v is not None:
        root = Power(build_product((v, Power(build_product((TWO, Constant("pi"))), Number(-1)))), HALF)
        yield Rewrite(root, (word, centred, moment_is("variance", family, context)))


def _kink(term: Term) -> Term | None:
    """z in relu(z) or max(0, z)."""
    if isinstance(term, Apply) and term.function == "relu" and isinstance(term.args[0], (Entry, Symbol)):
        return term.args[0]
    if isinstance(term, Apply) and term.function == "Max" and len(term.args) == 2 and ZERO in term.args:
        z = term.args[0] if term.args[1] == ZERO else term.args[1]
        return z if isinstance(z, (Entry, Symbol)) else None
    return None


def _exponential(term: Term, context: Context) -> Iterator[Rewrite]:
    """E[exp(u)] = exp(E[u] + Var(u)/2) for a normal u; exp(v)**k exp(w) is exp(k v + w)."""
    body = _body(term)
    powers = whole_powers(body) if body is not None else None
    if powers is None or not all(isinstance(b, Apply) and b.function == "exp" for b, _ in powers):
        return
    u = build_sum(build_product((Number(e), b.args[0])) for b, e in powers)
    words = _normal(u, context)
    if words is not None:
        yield Rewrite(Apply("exp", build_sum((mean(u), build_product((HALF, variance(u)))))), words)


def _normal(u: Term, context: Context) -> tuple[Term, ...] | None:
    """Why the quantity is normal: an affine function of one normal entry, or of entries of independent normal families."""
    names: list[str] = []
    for s in summands_of(expand(u) or u):
        random = [f for f in factors_of(s) if is_random(f, context)]
        if len(random) > 1 or any(family_of(f, context) is None for f in random):
            return None
        names += [n for f in random for n in families_in(f, context)]
    unique = list(dict.fromkeys(names))
    if not unique or any(context.random[n].law != "gaussian" for n in unique):
        return None
    words: tuple[Term, ...] = tuple(said("gaussian", (n,)) for n in unique)
    if len(unique) > 1:
        from symderiv.rules.randomness import independent_lots

        if len(independent_lots([Symbol(n) for n in unique], context)) != len(unique):
            return None
        words = (*words, said("independent", unique))
    return words


def _probability(term: Term, context: Context) -> Iterator[Rewrite]:
    """P(u <= t) and P(|u| <= t) for a normal u, by the error function."""
    body = _body(term)
    condition = body.condition if isinstance(body, Iverson) else None
    if not isinstance(condition, Relation) or condition.op in ("=", "!="):
        return
    small, large = condition.left, condition.right
    if condition.op in (">", ">="):
        small, large = large, small
    if isinstance(small, Apply) and small.function == "Abs" and not is_random(large, context):
        u = small.args[0]
        words = _normal(u, context)
        from symderiv.rules.conditions import is_positive

        if words is not None and is_positive(large, context) and _centred(u, context):
            yield Rewrite(Apply("erf", _standard(large, u)), (*words, Relation("=", mean(u), ZERO)))
        return
    for u, t, sign in ((small, large, 1), (large, small, -1)):
        words = _normal(u, context)
        if words is None or is_random(t, context):
            continue
        inside = _standard(build_sum((t, negate(mean(u)))), u)
        yield Rewrite(
            build_product((HALF, build_sum((ONE, build_product((Number(sign), Apply("erf", inside))))))), words
        )


def _centred(u: Term, context: Context) -> bool:
    """Is the mean of the affine quantity 0 by declaration?"""
    out: list[Term] = []
    for s in summands_of(u):
        random = [f for f in factors_of(s) if is_random(f, context)]
        family = family_of(random[0], context) if random else None
        value = family.at("mean", random[0].args) if family is not None else ONE
        if value is None:
            return False
        out.append(build_product((*(f for f in factors_of(s) if f not in random), value)))
    return expand(build_sum(out)) == ZERO


def _standard(t: Term, u: Term) -> Term:
    return build_product((t, Power(Power(build_product((TWO, variance(u))), HALF), Number(-1))))  # t/sqrt(2 Var(u))


RULES = (
    Rule(
        "declared mean", r"\mathbb{E}[x_i] = \mu", _mean, TOPIC, CASELLA + "sec. 2.2", "the mean is declared",
        examples=(("E(G[i])", "0"), ("E(Q)", "x")),
    ),
    Rule(
        "declared variance", r"\operatorname{Var}(x_i) = \sigma^2", _variance, TOPIC, CASELLA + "sec. 2.3",
        "the variance is declared", examples=(("Var(G[i])", "r"),),
    ),
    Rule(
        "covariance with itself", r"\operatorname{Cov}(X, X) = \operatorname{Var}(X)", _own_covariance, TOPIC,
        CASELLA + "sec. 4.5", examples=(("Cov(R, R)", "Var(R)"),),
    ),
    Rule(
        "moment of the law", r"\mathbb{E}[x^k] = m_k", _by_law, TOPIC, CASELLA + "ch. 3 and ex. 2.3.5, sec. 2.3",
        "the law of x is declared", examples=(("E(G[i]**4)", "3*r**2"), ("E(B[i]**3)", "q")),
    ),
    Rule(
        "second moment by the variance", r"\mathbb{E}[X^2] = \operatorname{Var}(X) + \mathbb{E}[X]^2", _square, TOPIC,
        CASELLA + "thm. 2.3.4, sec. 2.3", examples=(("E(G[i]**2)", "r"), ("E(R**2)", "Var(R) + E(R)**2")),
    ),
    Rule(
        "covariance of two entries",
        r"\operatorname{Cov}(x_i, x_k) = \sigma^2\delta_{ik},\ \mathbb{E}[x_i x_k] = \sigma^2\delta_{ik} + \mu_i\mu_k",
        second_moment, TOPIC, CASELLA + "sec. 4.5", "entries uncorrelated, or with a declared covariance",
        examples=(("E(G[i]*G[j])", "r*KroneckerDelta(i, j)"), ("Cov(G[i], G[j])", "r*KroneckerDelta(i, j)")),
    ),
    Rule(
        "moments of a normal family",
        r"\mathbb{E}[x_1x_2x_3x_4] = c_{12}c_{34} + c_{13}c_{24} + c_{14}c_{23},\ c_{ij} = \operatorname{Cov}(x_i,x_j)",
        _isserlis, TOPIC, "Isserlis, On a formula for the product-moment coefficient, Biometrika 12, 1918",
        "jointly normal with mean 0",
        examples=(("E(G[i]**2*G[j]**2)", "r**2 + 2*r**2*KroneckerDelta(i, j)"),),
    ),
    Rule(
        "positive part of a symmetric quantity", r"\mathbb{E}[\max(0,z)^2] = \tfrac12\mathbb{E}[z^2]", _positive_part,
        TOPIC, "He, Zhang, Ren & Sun, Delving Deep into Rectifiers, ICCV 2015, eq. (8)", "z symmetric about 0",
        examples=(("E(relu(G[i])**2)", "E(G[i]**2)/2"),),
    ),
    Rule(
        "exponential of a normal quantity", r"\mathbb{E}[e^u] = e^{\mathbb{E}[u] + \operatorname{Var}(u)/2}",
        _exponential, TOPIC, CASELLA + "sec. 3.3", "u normal", examples=(("E(exp(x*G[i]))", "exp(E(x*G[i]) + Var(x*G[i])/2)"),),
    ),
    Rule(
        "probability under a normal law",
        r"P(|u| \le t) = \operatorname{erf}\!\Big(\frac{t}{\sqrt{2\operatorname{Var}(u)}}\Big)",
        _probability, TOPIC, "Abramowitz & Stegun, Handbook of Mathematical Functions, eq. 26.2.29",
        "u normal, with mean 0 for |u|, and t > 0",
        examples=(("E(Piecewise((1, Abs(G[i]) <= s), (0, True)))", "erf(s/sqrt(2*Var(G[i])))"),),
    ),
)  # fmt: skip
