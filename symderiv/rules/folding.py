"""Names recognised where the parts of their right-hand side stand apart.

Across the sign of a sum: c sum_k f_k where c f_k contains the right-hand side of a definition; in a summand over a
denominator that all summands share: ((x - m) u + v)/s for h := (x - m)/s.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symderiv.language.context import Context, Definition, binder_context
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    Add,
    Mul,
    Number,
    Sum,
    Symbol,
    Term,
    close_over,
    free_names,
    open_binder,
    substitute,
)
from symderiv.records import TEXTBOOK, Rewrite, Rule
from symderiv.rules import definitions
from symderiv.rules.conditions import is_nonzero
from symderiv.rules.definitions import in_axes
from symderiv.rules.matching import find_instance
from symderiv.rules.structure import (
    Monomial,
    arrange,
    build_power,
    build_product,
    build_sum,
    factors_of,
    monomial,
    negate,
    summands_of,
)

__all__ = ["RULES"]

_FOLD = tuple(
    r for r in definitions.RULES if r.name in ("recognise the definition", "recognise a power of the definition")
)


def _fold_across(term: Term, context: Context) -> Iterator[Rewrite]:
    """Constant factors go into the sum, the name is recognised there, and what is constant comes out again."""
    if not isinstance(term, Mul) or not context.definitions:
        return
    sums = [n for n, f in enumerate(term.args) if isinstance(f, Sum)]
    if len(sums) != 1:
        return
    s = term.args[sums[0]]
    assert isinstance(s, Sum)
    outside = [f for n, f in enumerate(term.args) if n != sums[0]]
    index, body, guard = open_binder(s, context.names())
    inner = binder_context(s, index, guard, context)
    if not any(index.name in free_names(f) for f in factors_of(body)):
        return
    whole = monomial(build_product((*outside, body))).term()
    for rule in _FOLD:
        for rewrite in rule.apply(whole, inner):
            factors = factors_of(arrange(rewrite.term))
            out = [f for f in factors if index.name not in free_names(f)]
            inside = [f for f in factors if index.name in free_names(f)]
            if inside and len(factors) < len(factors_of(whole)):
                summed = s.with_args((close_over(build_product(inside), index.name), *s.args[1:]))
                yield Rewrite(build_product((*out, summed)), rewrite.conditions)


def _fold_in_summand(term: Term, context: Context) -> Iterator[Rewrite]:
    """((x_i - m) u + v)/s**2 = (h_i s u + v)/s**2 for h_i := (x_i - m)/s; then s may cancel."""
    if not isinstance(term, Mul) or not context.definitions:
        return
    whole = monomial(term)
    below = {k for k, (_, e) in whole.powers.items() if isinstance(e, Number) and e.value < 0}
    above = [(k, b) for k, (b, e) in whole.powers.items() if isinstance(b, Add) and e == ONE]
    if not below or not above:
        return
    for d in context.definitions.values():
        parts = _difference_over(d)
        if parts is None:
            continue
        difference, divisor = parts
        for key, total in above:
            for n, summand in enumerate(summands_of(total)):
                for new in _named_in(summand, d, difference, divisor, below, context):
                    changed = build_sum((*total.args[:n], new, *total.args[n + 1 :]))
                    powers = {k: (changed, ONE) if k == key else p for k, p in whole.powers.items()}
                    yield Rewrite(Monomial(whole.coefficient, powers).term())


def _difference_over(d: Definition) -> tuple[Add, Term] | None:
    """(a, b) for a definition a/b with a sum a above and a root or a name b below."""
    if d.kind == "function" or not isinstance(d.body, Mul):
        return None
    own = monomial(d.body)
    above = [b for b, e in own.powers.values() if not (isinstance(e, Number) and e.value < 0)]
    if own.coefficient != 1 or len(above) != 1 or not isinstance(above[0], Add):
        return None
    below = {k: (b, negate(e)) for k, (b, e) in own.powers.items() if b is not above[0]}
    return above[0], Monomial(Fraction(1), below).term()


def _named_in(
    summand: Term, d: Definition, difference: Add, divisor: Term, below: set[Term], context: Context
) -> Iterator[Term]:
    factors = factors_of(summand)
    for n, f in enumerate(factors):
        for sign, candidate in ((ONE, f), (MINUS_ONE, build_sum(map(negate, summands_of(f))))):
            found = find_instance(difference, candidate, frozenset(d.parameters)) if isinstance(f, Add) else None
            if found is None or not in_axes(d, found, context):
                continue
            arguments = tuple(found[p] for p in d.parameters)
            b = substitute(divisor, {Symbol(p): a for p, a in found.items()})
            if monomial(b).powers.keys() <= below:
                yield build_product((sign, *factors[:n], d.head(arguments), b, *factors[n + 1 :]))
                break


def _by_mean(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_k x_k = n m for m := (sum_k x_k)/n."""
    if not isinstance(term, Sum):
        return
    for d in context.definitions.values():
        factors = factors_of(d.body) if d.kind != "function" and isinstance(d.body, Mul) else ()
        sums = [f for f in factors if isinstance(f, Sum)]
        others = [f for f in factors if not isinstance(f, Sum)]
        if len(sums) != 1 or not all(is_nonzero(f, context) for f in others):
            continue
        found = find_instance(sums[0], term, frozenset(d.parameters))
        if found is not None and set(d.parameters) <= set(found) and in_axes(d, found, context):
            values: dict[Symbol, Term] = {Symbol(p): a for p, a in found.items()}
            times = substitute(build_power(build_product(others), MINUS_ONE), values)
            yield Rewrite(build_product((times, d.head(tuple(found[p] for p in d.parameters)))))


RULES = (
    Rule(
        "sum by the mean", r"m := \frac1n\sum_k x_k:\ \sum_k x_k = n\,m", _by_mean, "definitions", definitions.SOURCE,
        "n != 0", TEXTBOOK, (("Sum(v[k], (k, 1, n))", "n*vbar"),),
    ),
    Rule(
        "recognise the definition under the sum", r"h_k := c f_k:\ c \sum_k f_k g_k = \sum_k h_k g_k", _fold_across,
        "definitions", definitions.SOURCE, "", TEXTBOOK,
        (("Sum(exp(v[k])*u[k], (k, 1, n))/Sum(exp(v[k]), (k, 1, n))", "Sum(p[k]*u[k], (k, 1, n))"),),
    ),
    Rule(
        "recognise the definition in a summand", r"h := a/b:\ (a u + v)/b = (h b u + v)/b", _fold_in_summand,
        "definitions", definitions.SOURCE, "", TEXTBOOK,
        (("(u[i]*(v[i] - y) + x)/sqrt(r)", "(u[i]*c[i]*sqrt(r) + x)/sqrt(r)"),),
    ),
)  # fmt: skip
