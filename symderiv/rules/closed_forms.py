"""Closed forms of finite sums: powers of the index (Faulhaber) and geometric sums, with their conditions.

The range must not be reversed (upper >= lower - 1), since a sum over an empty range is 0 while a closed form may not be.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import comb

from symderiv.language.context import Context, binder_context
from symderiv.language.terms import (
    ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Apply,
    Cases,
    Number,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
    open_binder,
    walk,
)
from symderiv.records import Rewrite, Rule
from symderiv.rules.conditions import affine_form, at_least, is_nonzero
from symderiv.rules.range_ends import Ends
from symderiv.rules.ranges import solve_relation
from symderiv.rules.structure import arrange, build_power, build_product, build_sum, factors_of, negate, same

__all__ = ["RULES"]

GKP = "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 2.3, 6.5"
MAX_POWER = 8


def _uses(term: Term, index: Symbol) -> bool:
    return any(t == index for t in walk(term))


def _regular(term: Sum, context: Context) -> bool:
    """No guard, and the range is not reversed."""
    return term.guard == TRUE and bool(at_least(arrange(build_sum((term.upper, ONE))), term.lower, context))


def bernoulli(n: int) -> list[Fraction]:
    """Bernoulli numbers B_0 .. B_n with B_1 = 1/2."""
    numbers = [Fraction(1)]
    for m in range(1, n + 1):
        numbers.append(1 - sum((comb(m, k) * numbers[k] / (m - k + 1) for k in range(m)), Fraction(0)))
    return numbers


def faulhaber(p: int, n: Term) -> Term:
    """1^p + 2^p + ... + n^p as a polynomial in n."""
    b = bernoulli(p)
    terms = []
    for k in range(p + 1):
        c = Fraction(comb(p + 1, k)) * b[k] / (p + 1)
        if c:
            terms.append(build_product((Number(c), build_power(n, Number(p + 1 - k)))))
    return build_sum(terms)


_NEAT = {
    1: lambda n: build_product((n, build_sum((n, ONE)), Power(Number(2), Number(-1)))),
    2: lambda n: build_product((n, build_sum((n, ONE)), build_sum((build_product((Number(2), n)), ONE)), Power(Number(6), Number(-1)))),
    3: lambda n: build_product((Power(build_product((n, build_sum((n, ONE)), Power(Number(2), Number(-1)))), Number(2)),)),
}  # fmt: skip


def _powers_of_index(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_{k=1}^{n} k^p."""
    if not isinstance(term, Sum) or term.lower not in (ONE, ZERO) or not _regular(term, context):
        return
    index, body, _ = open_binder(term)
    p = 1 if body == index else 0
    if isinstance(body, Power) and body.base == index and isinstance(body.exponent, Number):
        e = body.exponent.value
        p = int(e) if e.denominator == 1 and 1 <= e <= MAX_POWER else 0
    if p:
        yield Rewrite(arrange(_NEAT[p](term.upper) if p in _NEAT else faulhaber(p, term.upper)))


def _geometric(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_{k=a}^{b} c r^k = c (r^a - r^{b+1})/(1 - r) for r != 1, turned round for r >= 1."""
    if not isinstance(term, Sum) or not _regular(term, context):
        return
    index, body, _ = open_binder(term)
    fixed = [f for f in factors_of(body) if not _uses(f, index)]
    moving = [f for f in factors_of(body) if _uses(f, index)]
    if len(moving) != 1:
        return
    parts = _ratio(moving[0], index)
    if parts is None:
        return
    ratio, at = parts
    first, after_last = at(term.lower), at(arrange(build_sum((term.upper, ONE))))
    if _falling(moving[0], index):  # r^(n-k) summed from its last term backwards, with the ratio r
        ratio = build_power(ratio, Number(-1))
        first, after_last = at(term.upper), at(arrange(build_sum((term.lower, Number(-1)))))
    difference = build_sum((ONE, negate(ratio)))
    if isinstance(arrange(difference), Number) and arrange(difference) == ZERO:
        return
    conditions = () if is_nonzero(difference, context) else (Relation("!=", ratio, ONE),)
    numerator = build_sum((first, negate(after_last)))
    if at_least(ratio, ONE, context):  # 2^n - 1 over 2 - 1, where both are not negative
        numerator, difference = build_sum((after_last, negate(first))), build_sum((ratio, negate(ONE)))
    yield Rewrite(arrange(build_product((*fixed, numerator, Power(arrange(difference), Number(-1))))), conditions)


def _two_ratios(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_{k=a}^{b} P(k) Q(k) = (P(a-1) Q(a) - P(b) Q(b+1))/(p - q), where P(k-1) = p P(k), Q(k+1) = q Q(k), p != q.

    So sum_{k=0}^{n-1} p^{n-1-k} q^k is (p^n - q^n)/(p - q). It is the telescope of P(k-1) Q(k) - P(k) Q(k+1).
    """
    if not isinstance(term, Sum) or not _regular(term, context):
        return
    index, body, _ = open_binder(term)
    fixed = [f for f in factors_of(body) if not _uses(f, index)]
    moving = [(f, _ratio(f, index)) for f in factors_of(body) if _uses(f, index)]
    if len(moving) < 2 or any(parts is None for _, parts in moving):
        return
    falling = [(f, parts) for f, parts in moving if _falling(f, index)]
    rising = [(f, parts) for f, parts in moving if not _falling(f, index)]
    p = build_product(build_power(ratio, Number(-1)) for _, (ratio, _) in falling)
    q = build_product(ratio for _, (ratio, _) in rising)
    difference = arrange(build_sum((p, negate(q))))
    if same(p, q) or difference == ZERO:
        return
    before, after = (arrange(build_sum((end, Number(c)))) for end, c in ((term.lower, -1), (term.upper, 1)))
    first = build_product((*(at(before) for _, (_, at) in falling), *(at(term.lower) for _, (_, at) in rising)))
    last = build_product((*(at(term.upper) for _, (_, at) in falling), *(at(after) for _, (_, at) in rising)))
    numerator = build_sum((first, negate(last)))
    if at_least(q, p, context):
        numerator, difference = build_sum((last, negate(first))), arrange(build_sum((q, negate(p))))
    conditions = () if is_nonzero(difference, context) else (Relation("!=", *((q, p) if p == ONE else (p, q))),)
    yield Rewrite(arrange(build_product((*fixed, numerator, Power(difference, Number(-1))))), conditions)


def _by_parts(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_{k=a}^{b} k t(k) for t(k+1) = r t(k), r != 1: (b t(b+1) - (a-1) t(a) - sum_{k=a}^{b} t(k))/(r - 1).

    For a falling t, t(k-1) = p t(k): ((a-1) t(a-1) - b t(b) + sum_{k=a}^{b} t(k-1))/(p - 1).
    """
    if not isinstance(term, Sum) or not _regular(term, context):
        return
    index, body, _ = open_binder(term)
    fixed = [f for f in factors_of(body) if not _uses(f, index)]
    moving = [f for f in factors_of(body) if _uses(f, index) and f != index]
    if len(moving) != 1 or len(fixed) + 2 != len(factors_of(body)) or (parts := _ratio(moving[0], index)) is None:
        return
    ratio, at = parts
    fall = _falling(moving[0], index)
    r = build_power(ratio, Number(-1)) if fall else ratio
    slope = arrange(build_sum((r, negate(ONE))))
    if slope == ZERO:
        return
    before, after = (arrange(build_sum((end, Number(c)))) for end, c in ((term.lower, -1), (term.upper, 1)))
    plain: Term = Sum.over(
        index.name, term.lower, term.upper, at(build_sum((index, Number(-1)))) if fall else moving[0]
    )
    if fall:
        parts_of = (plain, build_product((before, at(before))), negate(build_product((term.upper, at(term.upper)))))
    else:
        parts_of = (
            build_product((term.upper, at(after))),
            negate(build_product((before, at(term.lower)))),
            negate(plain),
        )
    conditions = () if is_nonzero(slope, context) else (Relation("!=", r, ONE),)
    yield Rewrite(arrange(build_product((*fixed, build_sum(parts_of), Power(slope, Number(-1))))), conditions)


def _falling(term: Term, index: Symbol) -> bool:
    """Is it r**(c - k) or the like, so that the sum reads best backwards?"""
    form = affine_form(term.exponent, ZERO) if isinstance(term, Power) else None
    return form is not None and form.get(index, Fraction(0)) < 0


def _ratio(term: Term, index: Symbol):  # type: ignore[no-untyped-def]
    """(r, function giving the term at an index) for r**(k + c) or exp(u*k + c) with r, u, c free of the index."""
    if isinstance(term, Power) and not _uses(term.base, index):
        form = affine_form(term.exponent, ZERO)
        if form is None or index not in form or form[index].denominator != 1:
            return None
        return build_power(term.base, Number(form[index])), lambda v: _at(term, index, v)
    if isinstance(term, Apply) and term.function == "exp":
        u = term.args[0]
        summands = u.args if isinstance(u, Add) else (u,)
        moving = [s for s in summands if _uses(s, index)]
        if len(moving) != 1:
            return None
        rate = [f for f in factors_of(moving[0]) if f != index]
        if any(_uses(f, index) for f in rate) or len(rate) == len(factors_of(moving[0])):
            return None
        return Apply("exp", build_product(rate)), lambda v: _at(term, index, v)
    return None


def _at(term: Term, index: Symbol, value: Term) -> Term:
    from symderiv.language.terms import substitute

    new = arrange(substitute(term, {index: value}))
    if isinstance(new, Power):
        form = affine_form(new.exponent, ZERO)
        if form is not None and set(form) <= {None}:
            return arrange(build_power(new.base, Number(form.get(None, Fraction(0)))))
    return new


def _arithmetic(term: Term, context: Context) -> Iterator[Rewrite]:
    """The index moved so that a power of it sums from 1: sum_{k=a}^{b} k = sum_1^b k - sum_1^{a-1} k for whole a >= 1."""
    if not isinstance(term, Sum) or not isinstance(term.lower, Number) or not _regular(term, context):
        return
    index, body, _ = open_binder(term)
    simple = body == index or (isinstance(body, Power) and body.base == index and isinstance(body.exponent, Number))
    if simple and term.lower.value > 1:
        whole = term.with_args((*term.args[:2], ONE, term.upper))
        head = term.with_args((*term.args[:2], ONE, Number(term.lower.value - 1)))
        yield Rewrite(build_sum((whole, negate(head))))


def _piecewise(term: Term, context: Context) -> Iterator[Rewrite]:
    """A sum over k = a..b with k <= u, with l <= k, or with both, case by case."""
    if not isinstance(term, Sum) or term.guard == TRUE:
        return
    index, _, guard = open_binder(term, context.names())
    inner = binder_context(term, index, TRUE, context)
    lows: list[Term] = []
    highs: list[Term] = []
    for part in guard.args if isinstance(guard, And) else (guard,):
        bound = solve_relation(part, index, inner) if isinstance(part, Relation) else None
        if bound is None:
            return
        if bound.left == index:
            highs.append(bound.right)
        else:
            lows.append(bound.left)
    closed = (rule(_over(term, term.lower, term.upper), context) for rule in (_geometric, _powers_of_index, _plain))
    if len(lows) > 1 or len(highs) > 1 or not any(True for found in closed for _ in found):
        return
    cases = Ends(term.lower, term.upper, lows[0] if lows else None, highs[0] if highs else None).cases(context)
    if cases is not None:
        yield Rewrite(Cases(*((ZERO if ends is None else _over(term, *ends), condition) for ends, condition in cases)))


def _over(term: Sum, lower: Term, upper: Term) -> Sum:
    """The sum over another range, without its guard."""
    whole = term.with_args((term.body, TRUE, lower, upper))
    assert isinstance(whole, Sum)
    return whole


def _plain(term: Term, context: Context) -> Iterator[Rewrite]:
    """A body free of the index."""
    if isinstance(term, Sum):
        index, body, _ = open_binder(term)
        if not _uses(body, index):
            yield Rewrite(term)


RULES = (
    Rule(
        "cases of the range", r"\sum_{k=a,\,k\le c}^{b} f_k = \{0,\ \sum_{k=a}^{c} f_k,\ \sum_{k=a}^{b} f_k\}", _piecewise,
        "closed forms", GKP, "the cases are c < a, a <= c <= b, c > b; with l <= k too, in the order in which both ends pass a and b", 1,
        (("Sum(Piecewise(((1/2)**k, k <= e), (0, True)), (k, 0, n))",
          "Piecewise((0, e < 0), (Sum((1/2)**k, (k, 0, e)), e <= n), (Sum((1/2)**k, (k, 0, n)), True))"),
         ("Sum(Piecewise(((1/2)**k, And(e - 3 <= k, k <= e)), (0, True)), (k, 0, 3))",
          "Piecewise((0, e < 0), (Sum((1/2)**k, (k, 0, e)), e <= 3), (Sum((1/2)**k, (k, e - 3, 3)), e <= 6), (0, True))")),
    ),
    Rule(
        "sum of powers", r"\sum_{k=1}^n k = \frac{n(n+1)}2,\ \sum_{k=1}^n k^2 = \frac{n(n+1)(2n+1)}6,\ \dots", _powers_of_index,
        "closed forms", GKP + " (Faulhaber)", "n >= 0", 1, (("Sum(k, (k, 1, n))", "n*(n + 1)/2"), ("Sum(k**2, (k, 1, n))", "n*(n + 1)*(2*n + 1)/6")),
    ),
    Rule(
        "geometric sum", r"\sum_{k=a}^{b} r^k = \frac{r^a - r^{b+1}}{1-r}", _geometric, "closed forms", GKP, "r != 1, b >= a - 1", 1,
        (("Sum((1/2)**k, (k, 0, n))", "(1 - (1/2)**(n + 1))/(1/2)"),),
    ),
    Rule(
        "geometric sum of two ratios", r"\sum_{k=0}^{n-1} p^{n-1-k}q^k = \frac{p^n - q^n}{p - q}", _two_ratios, "closed forms",
        GKP + " (telescoping)", "p != q, b >= a - 1", 1,
        (("Sum(3**(n - k)*2**k, (k, 1, n))", "(3**n*2 - 2**(n + 1))/1"),),
    ),
    Rule(
        "summation by parts", r"\sum_{k=a}^{b} k\,r^k = \frac{b\,r^{b+1} - (a-1)\,r^a - \sum_{k=a}^{b} r^k}{r-1}", _by_parts,
        "closed forms", GKP + " (perturbation, eq. 2.26)", "r != 1, b >= a - 1", 1,
        (("Sum(k*2**k, (k, 1, n))", "n*2**(n + 1) - Sum(2**k, (k, 1, n))"),),
    ),
    Rule(
        "complete the range", r"\sum_{k=a}^{b} k = \sum_{k=1}^{b} k - \sum_{k=1}^{a-1} k", _arithmetic, "closed forms", GKP,
        "a >= 1, b >= a - 1", 2, (("Sum(k, (k, 3, n + 2))", "Sum(k, (k, 1, n + 2)) - Sum(k, (k, 1, 2))"),),
    ),
)  # fmt: skip
