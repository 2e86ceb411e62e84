"""Algebra of sums, products and fractions: expand, collect, cancel, factor, common denominator, signs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import gcd, isqrt

from symderiv.language.context import Context
from symderiv.language.terms import (
    MINUS_ONE,
    ZERO,
    Add,
    Apply,
    Delta,
    Iverson,
    Mul,
    Number,
    Power,
    Relation,
    Term,
    walk,
)
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules import bits, homogeneous, signs
from symderiv.rules.conditions import is_nonzero, is_positive
from symderiv.rules.expansion import collect, expand, rewrite, small_power_of_sum
from symderiv.rules.structure import (
    Monomial,
    ac_key,
    build_power,
    build_product,
    build_sum,
    factors_of,
    is_negative_looking,
    monomial,
    negate,
    same,
    summands_of,
)

__all__ = ["RULES", "expand"]

WAERDEN = "van der Waerden, Algebra I, sec. 1.3-1.6"


def _cancelled(term: Mul) -> tuple[Term, tuple[Term, ...], bool, bool]:
    """(collected product, conditions, did something cancel, were powers joined)."""
    bases = [(b, e) for f in factors_of(term) for b, e in monomial(f).powers.values()]
    keys = Counter(ac_key(b) for b, _ in bases)
    above = {ac_key(b) for b, e in bases if not (isinstance(e, Number) and e.value < 0)}
    below = {ac_key(b): b for b, e in bases if isinstance(e, Number) and e.value < 0}
    cancelled = [b for k, b in below.items() if k in above]
    joined = any(n > 1 for n in keys.values())
    return monomial(term).term(), tuple(Relation("!=", b, ZERO) for b in cancelled), bool(cancelled), joined


# ---------------------------------------------------------------- laws


def _cancel(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Mul):
        return
    new, conditions, cancels, _ = _cancelled(term)
    # A delta is 0 more often than not, so a fraction of deltas is no common factor.
    if cancels and not any(isinstance(c.args[0], (Delta, Iverson)) for c in conditions):
        yield Rewrite(new, tuple(c for c in conditions if not is_nonzero(c.args[0], context)))


def _powers(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Mul):
        new, _, cancels, joined = _cancelled(term)
        if joined and not cancels:
            yield rewrite(term, new, context)
    if isinstance(term, Power) and isinstance(term.base, (Mul, Power)):
        m = monomial(term)
        new = m.term()
        if not same(new, term):
            yield rewrite(term, new, context)


def _power_of_product(term: Term, context: Context) -> Iterator[Rewrite]:
    """(a b)^r = a^r b^r for real r where the factors taken out are positive."""
    if not isinstance(term, Power) or not isinstance(term.base, Mul):
        return
    if isinstance(term.exponent, Number) and term.exponent.value.denominator == 1:
        return
    out = [f for f in term.base.args if is_positive(f, context)]
    rest = [f for f in term.base.args if not is_positive(f, context)]
    if out and (len(out) > 1 or rest):
        parts = [build_power(f, term.exponent) for f in out]
        yield Rewrite(build_product((*parts, Power(build_product(rest), term.exponent)) if rest else parts))


def _expand(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, (Mul, Power)) or (isinstance(term, Add) and any(_expandable(s) for s in term.args)):
        if not isinstance(term, Add) and not _expandable(term):
            return
        new = expand(term)
        if new is not None and not same(new, term):
            yield rewrite(term, new, context)


def _expandable(term: Term) -> bool:
    if isinstance(term, Mul):
        return any(isinstance(f, Add) or small_power_of_sum(f) for f in term.args)
    return small_power_of_sum(term)


def _like_terms(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Add):
        monomials = [monomial(s) for s in term.args]
        if len({m.key() for m in monomials}) < len(monomials):
            yield rewrite(term, collect(monomials), context)


def _numeric_content(coefficients: list[Fraction]) -> Fraction:
    top = 0
    bottom = 1
    for c in coefficients:
        top = gcd(top, abs(c.numerator))
        bottom = bottom * c.denominator // gcd(bottom, c.denominator)
    return Fraction(top, bottom) if top else Fraction(1)


def _take_out(monomials: list[Monomial], shared: dict[Term, tuple[Term, Term]], content: Fraction) -> Term:
    """content * shared * (the rest of each monomial)."""
    rests = []
    for m in monomials:
        powers = dict(m.powers)
        for k, (base, e) in shared.items():
            left = _difference(powers[k][1], e)
            if left == ZERO:
                del powers[k]
            else:
                powers[k] = (base, left)
        rests.append(Monomial(m.coefficient / content, powers).term())
    inside = build_sum(rests)
    return build_product((Monomial(content, shared).term(), inside))


def _shared(monomials: list[Monomial]) -> dict[Term, tuple[Term, Term]]:
    """Bases in every monomial with the smallest exponent (numbers of one sign, or u, u + 1, ...)."""
    out: dict[Term, tuple[Term, Term]] = {}
    for k, (base, first) in monomials[0].powers.items():
        exponents = [m.powers[k][1] if k in m.powers else ZERO for m in monomials]
        steps = [] if isinstance(first, Number) else [_difference(e, first) for e in exponents]
        if steps and all(isinstance(s, Number) for s in steps):
            lowest = min(s.value for s in steps)  # type: ignore[attr-defined]
            out[k] = (base, build_sum((first, Number(lowest))))
        elif all(e == first for e in exponents):
            out[k] = (base, first)
        elif all(isinstance(e, Number) for e in exponents):
            values = [e.value for e in exponents]  # type: ignore[attr-defined]
            if min(values) > 0:
                out[k] = (base, Number(min(values)))
            elif max(values) < 0:
                out[k] = (base, Number(max(values)))
    return out


def _difference(left: Term, right: Term) -> Term:
    """left - right with like terms collected."""
    difference = build_sum((*summands_of(left), *[negate(s) for s in summands_of(right)]))
    return expand(difference) or difference


def _factor(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Add):
        return
    monomials = [monomial(s) for s in term.args]
    shared = _shared(monomials)
    content = _numeric_content([m.coefficient for m in monomials])
    if shared or content != 1:
        if all(m.coefficient < 0 for m in monomials):
            content = -content
        yield rewrite(term, _take_out(monomials, shared, content), context)


def _factor_some(term: Term, context: Context) -> Iterator[Rewrite]:
    """Take a factor out of some summands: a b + a c + d = a (b + c) + d."""
    if not isinstance(term, Add) or len(term.args) < 3:
        return
    monomials = [monomial(s) for s in term.args]
    counts = Counter(k for m in monomials for k in m.powers)
    seen: set[tuple[int, ...]] = set()
    for k, n in counts.most_common():
        chosen = tuple(i for i, m in enumerate(monomials) if k in m.powers)
        if n < 2 or n == len(monomials) or chosen in seen:
            continue
        seen.add(chosen)
        group = [monomials[i] for i in chosen]
        shared = _shared(group)
        if k not in shared:
            continue
        content = _numeric_content([m.coefficient for m in group])
        if all(m.coefficient < 0 for m in group):
            content = -content
        taken = _take_out(group, shared, content)
        rest = [s for i, s in enumerate(term.args) if i not in chosen]
        yield rewrite(term, build_sum((*term.args[: chosen[0]], taken, *rest[chosen[0] :])), context)


def _common_denominator(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Add):
        return
    monomials = [monomial(s) for s in term.args]
    below: dict[Term, tuple[Term, Fraction]] = {}
    number = 1
    for m in monomials:
        number = number * m.coefficient.denominator // gcd(number, m.coefficient.denominator)
        for k, (base, e) in m.powers.items():
            if isinstance(e, Number) and e.value < 0 and (k not in below or below[k][1] < -e.value):
                below[k] = (base, -e.value)
    if not below and number == 1:
        return
    if not below and not any(isinstance(s, Number) or len(monomial(s).powers) for s in term.args):
        return
    numerators = []
    for m in monomials:
        missing: list[Term] = [Number(m.coefficient * number)]
        powers = dict(m.powers)
        for k, (base, top) in below.items():
            have = powers.pop(k)[1] if k in powers else ZERO
            missing.append(build_power(base, build_sum((Number(top), have))))
        numerators.append(build_product((*[Monomial(Fraction(1), powers).term()], *missing)))
    denominator = [build_power(base, Number(-top)) for base, top in below.values()]
    new = build_product((build_sum(numerators), Number(Fraction(1, number)), *denominator))
    yield rewrite(term, new, context)


def _split_fraction(term: Term, context: Context) -> Iterator[Rewrite]:
    """(a + b)/c = a/c + b/c, with the summands left as they are."""
    if not isinstance(term, Mul):
        return
    sums = [n for n, f in enumerate(term.args) if isinstance(f, Add)]
    below = [f for f in term.args if isinstance(f, Power) and isinstance(f.exponent, Number) and f.exponent.value < 0]
    if len(sums) == 1 and below:
        rest = [f for n, f in enumerate(term.args) if n != sums[0]]
        yield Rewrite(build_sum(monomial(build_product((s, *rest))).term() for s in term.args[sums[0]].args))


def _divide_through(term: Term, context: Context) -> Iterator[Rewrite]:
    """t/(t + s) = 1/(1 + s/t): divide numerator and denominator by a summand of the denominator."""
    parts = [(n, f) for n, f in enumerate(factors_of(term)) if _reciprocal_of_sum(f)]
    for n, f in parts:
        e: Fraction = f.exponent.value  # type: ignore[attr-defined]
        allowed = is_nonzero if e.denominator == 1 else is_positive
        rest = [g for m, g in enumerate(factors_of(term)) if m != n]
        for s in f.base.args:  # type: ignore[attr-defined]
            if isinstance(s, Number) or not allowed(s, context):
                continue
            new_base = build_sum(monomial(build_product((t, Power(s, MINUS_ONE)))).term() for t in f.base.args)  # type: ignore[attr-defined]
            new_top = monomial(build_product((*rest, build_power(s, Number(e))))).term()
            yield Rewrite(build_product((new_top, Power(new_base, Number(e)))))


def _reciprocal_of_sum(term: Term) -> bool:
    return (
        isinstance(term, Power)
        and isinstance(term.base, Add)
        and isinstance(term.exponent, Number)
        and term.exponent.value < 0
        and any(isinstance(t, Apply) for t in walk(term.base))
    )


def _difference_of_squares(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Add) or len(term.args) != 2:
        return
    roots = []
    for s in term.args:
        negative = is_negative_looking(s)
        root = _square_root(negate(s) if negative else s)
        if root is None:
            return
        roots.append((negative, root))
    if roots[0][0] == roots[1][0]:
        return
    (a,) = [r for negative, r in roots if not negative]
    (b,) = [r for negative, r in roots if negative]
    yield Rewrite(build_product((build_sum((a, b)), build_sum((a, negate(b))))))


def _square_root(term: Term) -> Term | None:
    m = monomial(term)
    if m.coefficient <= 0:
        return None
    top, bottom = (isqrt(v) for v in (m.coefficient.numerator, m.coefficient.denominator))
    if Fraction(top, bottom) ** 2 != m.coefficient:
        return None
    powers: dict[Term, tuple[Term, Term]] = {}
    for k, (base, e) in m.powers.items():
        if not isinstance(e, Number) or e.value % 2:
            return None
        powers[k] = (base, Number(e.value / 2))
    return Monomial(Fraction(top, bottom), powers).term()


def _factor_polynomial(term: Term, context: Context) -> Iterator[Rewrite]:
    """Factors of a polynomial with rational coefficients in at most four bases, by FLINT."""
    if not isinstance(term, Add) or not 3 <= len(term.args) <= 20:
        return
    monomials = [monomial(s) for s in (expand(term) or term).args] if isinstance(expand(term), Add) else []
    bases: dict[Term, Term] = {}
    for m in monomials:
        for k, (base, e) in m.powers.items():
            if not isinstance(e, Number) or e.value.denominator != 1 or not 0 < e.value <= 12:
                return
            bases[k] = base
    if not monomials or not 1 <= len(bases) <= 4:
        return
    from flint import Ordering, fmpq, fmpq_mpoly_ctx

    ring = fmpq_mpoly_ctx.get([f"x{n}" for n in range(len(bases))], Ordering.lex)
    poly = ring.from_dict(
        {
            tuple(int(m.powers[k][1].value) if k in m.powers else 0 for k in bases): fmpq(m.coefficient.numerator, m.coefficient.denominator)  # type: ignore[attr-defined]
            for m in monomials
        }
    )  # fmt: skip
    content, factors = poly.factor()
    if len(factors) == 1 and int(factors[0][1]) == 1:
        return
    names = list(bases.values())
    out: list[Term] = [Number(Fraction(int(content.p), int(content.q)))]
    for factor, multiplicity in factors:
        parts = []
        for exponents, c in factor.to_dict().items():
            powers = [build_power(names[n], Number(int(x))) for n, x in enumerate(exponents) if int(x)]
            parts.append(build_product((Number(Fraction(int(c.p), int(c.q))), *powers)))
        out.append(build_power(build_sum(parts), Number(int(multiplicity))))
    yield rewrite(term, monomial(build_product(out)).term(), context)


def _rule(name: str, law: str, apply, *examples: tuple[str, str], condition: str = "", level=DETAIL) -> Rule:  # type: ignore[no-untyped-def]
    return Rule(name, law, apply, "algebra", WAERDEN, condition, level, examples)


def _sum_times_difference(term: Term, context: Context) -> Iterator[Rewrite]:
    """(a + b)(a - b) = a^2 - b^2, beside other factors."""
    if not isinstance(term, Mul):
        return
    pairs = combinations([n for n, f in enumerate(term.args) if isinstance(f, Add) and len(f.args) == 2], 2)
    for n, m in pairs:
        new = expand(Mul(term.args[n], term.args[m]))
        if isinstance(new, Add) and len(new.args) == 2:
            rest = [f for k, f in enumerate(term.args) if k not in (n, m)]
            yield Rewrite(build_product((*rest[:n], new, *rest[n:])))


RULES = (
    _rule("cancel common factors", r"\frac{ac}{bc} = \frac ab", _cancel, ("x*y/x", "y"), condition="c != 0"),
    _rule("collect powers", r"x^a x^b = x^{a+b}", _powers, ("x*y*x", "x**2*y")),
    _rule("power of a product", r"(ab)^r = a^r b^r", _power_of_product, ("(r*s)**(1/2)", "r**(1/2)*s**(1/2)"), condition="a, b > 0"),
    _rule("expand", r"a(b+c) = ab + ac", _expand, ("x*(y - x)", "x*y - x**2"), ("(x + 1)*y + x", "x*y + y + x")),
    _rule("collect like terms", r"ax + bx = (a+b)x", _like_terms, ("x + y - 2*x", "-x + y")),
    _rule("factor out", r"ab + ac = a(b+c)", _factor, ("x*y - x**2", "x*(y - x)")),
    _rule("factor out of some summands", r"ab + ac + d = a(b+c) + d", _factor_some, ("x*y - x*r + 1", "x*(y - r) + 1")),
    _rule("factor the polynomial", r"a^2 + 2ab + b^2 = (a+b)^2", _factor_polynomial, ("x**2 + 2*x*y + y**2", "(x + y)**2")),
    _rule("common denominator", r"\frac ab + \frac cd = \frac{ad + cb}{bd}", _common_denominator, ("x/r + y/s", "(x*s + y*r)/r/s")),
    _rule("split the fraction", r"\frac{a+b}{c} = \frac ac + \frac bc", _split_fraction, ("(x + y*(x + 1))/r", "x/r + y*(x + 1)/r")),
    _rule(
        "divide numerator and denominator", r"\frac{t}{t+s} = \frac{1}{1 + s/t}", _divide_through,
        ("exp(x)/(exp(x) + 1)", "1/(1 + 1/exp(x))"), condition="t != 0",
    ),
    *signs.RULES,
    *bits.RULES,
    *homogeneous.RULES,
    _rule("difference of squares", r"a^2 - b^2 = (a+b)(a-b)", _difference_of_squares, ("1 - x**2", "(1 + x)*(1 - x)")),
    _rule("sum times difference", r"(a+b)(a-b) = a^2 - b^2", _sum_times_difference, ("y*(1 + x)*(1 - x)", "y*(1 - x**2)")),
)  # fmt: skip
