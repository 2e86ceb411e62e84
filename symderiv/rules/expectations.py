"""Expectation, variance and covariance: linearity, products of independent quantities, sums, definitions.

Which families are random and independent is declared; a rule that uses a declaration names it among its conditions.
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context
from symderiv.language.terms import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Add,
    Apply,
    Entry,
    Mul,
    Number,
    Power,
    Sum,
    Symbol,
    Term,
    close_over,
    open_binder,
)
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules.algebra import expand
from symderiv.rules.randomness import (
    covariance,
    families_in,
    independent_lots,
    is_random,
    mean,
    said,
    variance,
)
from symderiv.rules.structure import build_power, build_product, build_sum, factors_of, monomial, negate, summands_of

__all__ = ["RULES"]

CASELLA = "Casella & Berger, Statistical Inference, 2nd ed., "
TOPIC = "probability"


def _is(term: Term, head: str) -> bool:
    return isinstance(term, Apply) and term.function == head


def _rebind(s: Sum, name: str, body: Term) -> Sum:
    new = s.with_args((close_over(body, name), *s.args[1:]))
    assert isinstance(new, Sum)
    return new


# ---- expectation


def _constant(term: Term, context: Context) -> Iterator[Rewrite]:
    if _is(term, "Expectation") and not is_random(term.args[0], context):
        yield Rewrite(term.args[0])
    elif _is(term, "Variance") and not is_random(term.args[0], context):
        yield Rewrite(ZERO)
    elif _is(term, "Covariance") and not all(is_random(a, context) for a in term.args):
        yield Rewrite(ZERO)


def _scaled(term: Term, context: Context) -> tuple[Term, Term] | None:
    """(the factors that are numbers, the random rest) of a product, or None if one of them is empty."""
    factors = factors_of(term)
    known = [f for f in factors if not is_random(f, context)]
    rest = [f for f in factors if is_random(f, context)]
    return (build_product(known), build_product(rest)) if known and rest else None


def _constant_out(term: Term, context: Context) -> Iterator[Rewrite]:
    if _is(term, "Expectation") and (parts := _scaled(term.args[0], context)):
        yield Rewrite(build_product((parts[0], mean(parts[1]))))


def _constant_out_of_variance(term: Term, context: Context) -> Iterator[Rewrite]:
    if _is(term, "Variance") and (parts := _scaled(term.args[0], context)):
        square = [build_power(f, TWO) for f in factors_of(parts[0])]
        yield Rewrite(build_product((*square, variance(parts[1]))))
    elif _is(term, "Covariance"):
        scaled = [_scaled(a, context) or (ONE, a) for a in term.args]
        if any(c != ONE for c, _ in scaled):
            (c, x), (d, y) = scaled
            yield Rewrite(build_product((monomial(build_product((c, d))).term(), covariance(x, y))))


def _shifted(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Apply) or term.function not in ("Variance", "Covariance"):
        return
    args = []
    for a in term.args:
        random = [s for s in summands_of(a) if is_random(s, context)]
        args.append(build_sum(random) if random and len(random) < len(summands_of(a)) else a)
    if args != list(term.args):
        yield Rewrite(Apply(term.function, *args))


def _linear(term: Term, context: Context) -> Iterator[Rewrite]:
    if not _is(term, "Expectation"):
        return
    body = term.args[0]
    if isinstance(body, Add):
        yield Rewrite(build_sum(_mean(s, context) for s in body.args))
    elif isinstance(body, Sum) and _is_fixed(body, context):
        index, inner, _ = open_binder(body, context.names())
        yield Rewrite(_rebind(body, index.name, _mean(inner, context)))


def _mean(term: Term, context: Context) -> Term:
    """The expectation, with factors that are no random quantities in front."""
    if not is_random(term, context):
        return term
    known, rest = _scaled(term, context) or (ONE, term)
    return build_product((known, mean(rest)))


def _is_fixed(s: Sum, context: Context) -> bool:
    """Are the range and the guard of the sum no random quantities?"""
    return not any(is_random(t, context) for t in s.args[1:])


def _independent_product(term: Term, context: Context) -> Iterator[Rewrite]:
    """E[X Y] = E[X] E[Y] for factors whose families are declared independent."""
    if not _is(term, "Expectation"):
        return
    factors = [f for f in factors_of(_bases(term.args[0], context)) if is_random(f, context)]
    if len(factors) < 2 or len(factors) != len(factors_of(_bases(term.args[0], context))):
        return
    lots = independent_lots(factors, context)
    if len(lots) < 2:
        return
    means = [mean(monomial(build_product(factors[n] for n in lot)).term()) for lot in lots]
    names = dict.fromkeys(n for f in factors for n in sorted(families_in(f, context)))
    yield Rewrite(build_product(means), (said("independent", names),))


def _bases(term: Term, context: Context) -> Term:
    """(X Y)**2 as X**2 Y**2."""
    out: list[Term] = []
    for f in factors_of(term):
        whole = isinstance(f, Power) and isinstance(f.exponent, Number) and f.exponent.value.denominator == 1
        if isinstance(f, Power) and whole and isinstance(f.base, Mul):
            out += [build_power(g, f.exponent) for g in f.base.args]
        else:
            out.append(f)
    return build_product(out)


# ---- multiplying out


def _multiply_out(term: Term, context: Context) -> Iterator[Rewrite]:
    """Products of sums below an expectation as sums of products."""
    if not _is(term, "Expectation"):
        return
    body = term.args[0]
    if not isinstance(body, (Mul, Power)):
        return
    flat = _bases(body, context)
    pulled = _sums_outside(flat, context)
    if pulled is not None:
        yield Rewrite(mean(pulled))
        return
    expanded = expand(flat)
    if expanded is not None and expanded not in (body, flat):
        yield Rewrite(mean(expanded))
    elif flat != body:
        yield Rewrite(mean(flat))


def _sums_outside(term: Term, context: Context) -> Term | None:
    """(sum a_i)(sum b_k) as the sum over i and k of a_i b_k, each sum with an index of its own."""
    pieces: list[Term] = []
    for f in factors_of(term):
        square = isinstance(f, Power) and isinstance(f.base, Sum) and isinstance(f.exponent, Number)
        if isinstance(f, Power) and square and f.exponent.data in (2, 3, 4):
            pieces += [f.base] * int(f.exponent.data)
        else:
            pieces.append(f)
    if not any(isinstance(p, Sum) and is_random(p, context) and _is_fixed(p, context) for p in pieces):
        return None
    taken = set(context.names())
    opened: list[tuple[str, Sum, Term]] = []
    rest: list[Term] = []
    for p in pieces:
        body: Term = p
        while isinstance(body, Sum) and is_random(body, context) and _is_fixed(body, context):
            index, inner, guard = open_binder(body, taken)
            taken.add(index.name)
            opened.append((index.name, body, guard))
            body = inner
        rest.append(body)
    out: Term = monomial(build_product(rest)).term()
    for name, s, guard in reversed(opened):
        out = Sum(close_over(out, name), s.lower, s.upper, hint=s.hint, guard=close_over(guard, name))
    return out


# ---- variance and covariance


def _deviation(term: Term, context: Context) -> Iterator[Rewrite]:
    if _is(term, "StandardDeviation"):
        yield Rewrite(Power(variance(term.args[0]), HALF))


def _variance_of_sum(term: Term, context: Context) -> Iterator[Rewrite]:
    """Var(sum of X_i) = sum over i and k of Cov(X_i, X_k)."""
    if not _is(term, "Variance"):
        return
    body = term.args[0]
    if isinstance(body, Sum) and _is_fixed(body, context):
        yield Rewrite(_double(body, body, context))
    elif isinstance(body, Add):
        own = [variance(s) for s in body.args]
        pairs = [(a, b) for n, a in enumerate(body.args) for b in body.args[n + 1 :]]
        yield Rewrite(build_sum((*own, *(build_product((TWO, covariance(a, b))) for a, b in pairs))))


def _double(left: Term, right: Term, context: Context) -> Term:
    """The covariances of all pairs of terms of two sums over indices, nested ones at once."""
    taken = set(context.names())
    opened: list[tuple[str, Sum, Term]] = []
    bodies = []
    for side in (left, right):
        body = side
        while isinstance(body, Sum) and _is_fixed(body, context):
            index, inner, guard = open_binder(body, taken)
            taken.add(index.name)
            opened.append((index.name, body, guard))
            body = inner
        bodies.append(body)
    out = covariance(*bodies)
    for name, s, guard in reversed(opened):
        out = Sum(close_over(out, name), s.lower, s.upper, hint=s.hint, guard=close_over(guard, name))
    return out


def _covariance_of_sums(term: Term, context: Context) -> Iterator[Rewrite]:
    if not _is(term, "Covariance"):
        return
    left, right = term.args
    if isinstance(left, Add) or isinstance(right, Add):
        yield Rewrite(build_sum(covariance(a, b) for a in summands_of(left) for b in summands_of(right)))
    elif (isinstance(left, Sum) and _is_fixed(left, context)) or (isinstance(right, Sum) and _is_fixed(right, context)):
        yield Rewrite(_double(left, right, context))


def _independent_covariance(term: Term, context: Context) -> Iterator[Rewrite]:
    if not _is(term, "Covariance"):
        return
    left, right = (families_in(a, context) for a in term.args)
    if left and right and not left & right and len(independent_lots(list(term.args), context)) == 2:
        yield Rewrite(ZERO, (said("independent", (*sorted(left), *sorted(right))),))


def _covariance_by_means(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Apply) and all(isinstance(a, (Symbol, Entry)) for a in term.args):
        return  # the covariance of two names is what they are known by
    if _is(term, "Covariance"):
        x, y = term.args
        product = mean(monomial(build_product((x, y))).term())
        yield Rewrite(build_sum((product, negate(build_product((mean(x), mean(y)))))))
    elif _is(term, "Variance"):
        x = term.args[0]
        yield Rewrite(build_sum((mean(build_power(x, TWO)), negate(build_power(mean(x), TWO)))))


RULES = (
    Rule(
        "expectation of a constant", r"\mathbb{E}[c] = c", _constant, TOPIC, CASELLA + "thm. 2.2.5, sec. 2.2",
        "c not random", DETAIL, (("E(2*x)", "2*x"), ("Var(x)", "0")),
    ),
    Rule(
        "constant factor out of the expectation", r"\mathbb{E}[cX] = c\,\mathbb{E}[X]", _constant_out, TOPIC,
        CASELLA + "thm. 2.2.5, sec. 2.2", "c not random", DETAIL, (("E(x*R)", "x*E(R)"),),
    ),
    Rule(
        "constant factor out of the variance",
        r"\operatorname{Var}(cX) = c^2\operatorname{Var}(X),\ \operatorname{Cov}(cX,dY) = cd\operatorname{Cov}(X,Y)",
        _constant_out_of_variance, TOPIC, CASELLA + "thm. 2.3.4, sec. 2.3", "c, d not random",
        examples=(("Var(x*R)", "x**2*Var(R)"), ("Cov(2*R, Q)", "2*Cov(R, Q)")),
    ),
    Rule(
        "constant summand in the variance", r"\operatorname{Var}(X + c) = \operatorname{Var}(X)", _shifted, TOPIC,
        CASELLA + "thm. 2.3.4, sec. 2.3", "c not random", examples=(("Var(R + x)", "Var(R)"),),
    ),
    Rule(
        "linearity of the expectation", r"\mathbb{E}\Big[\sum_i c_i X_i\Big] = \sum_i c_i\,\mathbb{E}[X_i]", _linear, TOPIC,
        CASELLA + "thm. 4.6.6, sec. 4.6", "the range is not random",
        examples=(("E(R - 2*Q)", "E(R) - 2*E(Q)"), ("E(Sum(G[k], (k, 1, n)))", "Sum(E(G[k]), (k, 1, n))")),
    ),
    Rule(
        "expectation of a product of independent quantities", r"\mathbb{E}[XY] = \mathbb{E}[X]\,\mathbb{E}[Y]",
        _independent_product, TOPIC, CASELLA + "thm. 4.2.10, sec. 4.2", "X and Y independent",
        examples=(("E(R*G[i]**2)", "E(R)*E(G[i]**2)"),),
    ),
    Rule(
        "multiply out below the expectation", r"\Big(\sum_i a_i\Big)\Big(\sum_k b_k\Big) = \sum_i\sum_k a_i b_k",
        _multiply_out, TOPIC, "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., eq. (2.28)", "", DETAIL,
        (("E((R - x)**2)", "E(R**2 - 2*x*R + x**2)"),
         ("E(Sum(G[k], (k, 1, n))**2)", "E(Sum(Sum(G[k]*G[l], (l, 1, n)), (k, 1, n)))")),
    ),
    Rule(
        "definition of the standard deviation", r"\operatorname{Std}(X) = \sqrt{\operatorname{Var}(X)}", _deviation,
        TOPIC, CASELLA + "def. 2.3.2, sec. 2.3", examples=(("Std(R)", "sqrt(Var(R))"),),
    ),
    Rule(
        "variance of a sum",
        r"\operatorname{Var}\Big(\sum_i X_i\Big) = \sum_i\sum_k \operatorname{Cov}(X_i, X_k)",
        _variance_of_sum, TOPIC, CASELLA + "thm. 4.5.6, sec. 4.5",
        examples=(("Var(R + Q)", "Var(R) + Var(Q) + 2*Cov(R, Q)"),
                  ("Var(Sum(G[k], (k, 1, n)))", "Sum(Sum(Cov(G[k], G[l]), (l, 1, n)), (k, 1, n))")),
    ),
    Rule(
        "covariance of sums",
        r"\operatorname{Cov}\Big(\sum_i X_i, \sum_k Y_k\Big) = \sum_i\sum_k \operatorname{Cov}(X_i, Y_k)",
        _covariance_of_sums, TOPIC, CASELLA + "sec. 4.5",
        examples=(("Cov(R + Q, Q)", "Cov(R, Q) + Cov(Q, Q)"),),
    ),
    Rule(
        "covariance of independent quantities", r"\operatorname{Cov}(X, Y) = 0", _independent_covariance, TOPIC,
        CASELLA + "thm. 4.5.5, sec. 4.5", "X and Y independent", examples=(("Cov(R, G[i])", "0"),),
    ),
    Rule(
        "covariance by expectations",
        r"\operatorname{Cov}(X,Y) = \mathbb{E}[XY] - \mathbb{E}[X]\,\mathbb{E}[Y],\ "
        r"\operatorname{Var}(X) = \mathbb{E}[X^2] - \mathbb{E}[X]^2",
        _covariance_by_means, TOPIC, CASELLA + "thm. 4.5.3, sec. 4.5",
        examples=(("Cov(R*Q, Q)", "E(R*Q**2) - E(R*Q)*E(Q)"), ("Var(R*Q)", "E((R*Q)**2) - E(R*Q)**2")),
    ),
)  # fmt: skip
