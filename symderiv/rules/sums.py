"""Sums over an index with exact ranges: linearity, constants, Kronecker deltas, single terms, shifts, merging.

Index conditions are decided by ``conditions.at_least``; where a guard is not known to hold it stays in the result as an
Iverson bracket, so no range is ever lost.
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context
from symderiv.language.terms import (
    ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Binder,
    Bound,
    Cases,
    Delta,
    Entry,
    Iverson,
    Mul,
    Number,
    Product,
    Relation,
    Sum,
    Symbol,
    Term,
    close_over,
    free_names,
    instantiate,
    open_binder,
    walk,
)
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules.algebra import expand
from symderiv.rules.conditions import at_least, in_range, truth
from symderiv.rules.expansion import cancel_summands
from symderiv.rules.linear_equations import solved
from symderiv.rules.structure import ac_key, arrange, build_product, build_sum, factors_of, monomial, negate, same

__all__ = ["RULES", "solve_delta"]

GKP = "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 2.3-2.4"


def _mentions(term: Term, level: int = 0) -> bool:
    """Does the body of a binder use the binder's own index?"""

    def go(t: Term, depth: int) -> bool:
        if isinstance(t, Bound):
            return t.level == depth
        return any(go(a, depth + 1 if n in t.binds else depth) for n, a in enumerate(t.args))

    return go(term, level)


def _same_range(a: Binder, b: Binder) -> bool:
    return same(a.lower, b.lower) and same(a.upper, b.upper) and a.guard == b.guard


def _rebind(s: Sum, index: Symbol, body: Term) -> Term:
    """The same sum with another body, given with the opened index."""
    return s.with_args((close_over(body, index.name), *s.args[1:]))


def _constant_factor(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Sum):
        return
    index, body, _ = open_binder(term)
    outside = [f for f in factors_of(body) if not _uses(f, index)]
    inside = [f for f in factors_of(body) if _uses(f, index)]
    if outside and inside:
        yield Rewrite(build_product((*outside, _rebind(term, index, build_product(inside)))))


def _uses(term: Term, index: Symbol) -> bool:
    return any(t == index for t in walk(term))


def _into_sum(term: Term, context: Context) -> Iterator[Rewrite]:
    """c * sum f = sum c f, the other way round."""
    if not isinstance(term, Mul):
        return
    sums = [n for n, f in enumerate(term.args) if isinstance(f, Sum)]
    if len(sums) != 1:
        return
    s = term.args[sums[0]]
    assert isinstance(s, Sum)
    rest = [f for n, f in enumerate(term.args) if n != sums[0]]
    index, body, _ = open_binder(s, frozenset().union(*[_names(f) for f in rest]))
    yield Rewrite(_rebind(s, index, monomial(build_product((*rest, body))).term()))


def _names(term: Term) -> frozenset[str]:
    return frozenset(t.data for t in walk(term) if isinstance(t, (Symbol, Entry)))


def _split(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Sum) and isinstance(term.body, Add):
        yield Rewrite(build_sum(term.with_args((s, *term.args[1:])) for s in term.body.args))


def _merge(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum f + sum g = sum (f + g) over the same range."""
    if not isinstance(term, Add):
        return
    for n, a in enumerate(term.args):
        for m in range(n + 1, len(term.args)):
            b = term.args[m]
            (ca, sa), (cb, sb) = _as_sum(a), _as_sum(b)
            if sa is None or sb is None or not _same_range(sa, sb):
                continue
            body = build_sum((build_product((*ca, sa.body)), build_product((*cb, sb.body))))
            merged = sa.with_args((body, *sa.args[1:]))
            yield Rewrite(build_sum((*term.args[:n], merged, *term.args[n + 1 : m], *term.args[m + 1 :])))


def _as_sum(term: Term) -> tuple[tuple[Term, ...], Sum | None]:
    """(factors, sum) of a product with one sum; factors must not be sums."""
    parts = factors_of(term)
    sums = [f for f in parts if isinstance(f, Sum)]
    if len(sums) != 1:
        return (), None
    return tuple(f for f in parts if f is not sums[0]), sums[0]


def _constant_body(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Sum) or term.guard != TRUE or _mentions(term.body):
        return
    count = build_sum((term.upper, negate(term.lower), ONE))
    if at_least(arrange(count), ZERO, context):
        yield Rewrite(build_product((arrange(count), instantiate(term.body, ZERO))))


def _delta(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_k delta(k, j) f(k) = f(j) [lower <= j <= upper]."""
    if not isinstance(term, Sum):
        return
    index, body, guard = open_binder(term)
    if isinstance(body, Add) or not any(isinstance(f, Delta) and solve_delta(index, f) for f in factors_of(body)):
        yield from _delta_in_summands(term, index, body, context)
        return
    factors = factors_of(body)
    for n, f in enumerate(factors):
        if not isinstance(f, Delta):
            continue
        value = solve_delta(index, f)
        if value is None:
            continue
        rest = build_product(factors[:n] + factors[n + 1 :])
        new = _replace(rest, index, value)
        brackets: list[Term] = []
        if not in_range(value, term.lower, term.upper, context):
            brackets += [Relation("<=", term.lower, value), Relation("<=", value, term.upper)]
        if guard != TRUE:
            brackets.append(_replace(guard, index, value))
        known = [b for b in brackets if truth(b, context) is not True]
        if known:
            new = build_product((Iverson(known[0] if len(known) == 1 else And(*known)), new))
        used = (Relation("<=", term.lower, value), Relation("<=", value, term.upper)) if not known else ()
        yield Rewrite(new, used)
        return


def _delta_in_summands(term: Sum, index: Symbol, body: Term, context: Context) -> Iterator[Rewrite]:
    """sum_k f_k (delta(k, j) + g_k) = f_j + sum_k f_k g_k: the summands with the delta are summed on their own."""
    parts: tuple[Term, ...] = factors_of(body) if isinstance(body, Mul) else (body,)
    if not any(isinstance(d, Delta) and solve_delta(index, d) for p in parts if isinstance(p, Add) for d in walk(p)):
        return
    expanded = expand(body)
    if not isinstance(expanded, Add):
        return
    with_delta = [
        s for s in expanded.args if any(isinstance(f, Delta) and solve_delta(index, f) for f in factors_of(s))
    ]
    rest = [s for s in expanded.args if s not in with_delta]
    done: list[Term] = []
    conditions: tuple[Term, ...] = ()
    for s in with_delta:
        for rewrite in _delta(_rebind(term, index, s), context):
            done.append(rewrite.term)
            conditions += rewrite.conditions
    if len(done) == len(with_delta) and done:
        left = [_pulled(_rebind(term, index, build_sum(rest)), context)] if rest else []
        yield Rewrite(build_sum((*done, *left)), tuple(dict.fromkeys(conditions)))


def _pulled(term: Term, context: Context) -> Term:
    """The sum with constant factors in front, where there are any."""
    return next((r.term for r in _constant_factor(term, context)), term)


def _replace(term: Term, index: Symbol, value: Term) -> Term:
    return arrange(instantiate(close_over(term, index.name), value))


def solve_delta(index: Symbol, delta: Delta) -> Term | None:
    """The value of ``index`` forced by the delta, if it occurs once and what it is multiplied by divides the rest."""
    for own, other in ((delta.left, delta.right), (delta.right, delta.left)):
        parts = own.args if isinstance(own, Add) else (own,)
        mine = [p for p in parts if _uses(p, index)]
        if len(mine) == 1 and not _uses(other, index):
            value = solved(other, build_sum(p for p in parts if p is not mine[0]), mine[0], index)
            if value is not None:
                return value
    return None


def _single(term: Term, context: Context) -> Iterator[Rewrite]:
    """A sum over one index, or over none."""
    if not isinstance(term, Binder) or term.guard != TRUE:
        return
    count = arrange(build_sum((term.upper, negate(term.lower))))
    if count == ZERO or same(term.upper, term.lower):
        yield Rewrite(arrange(instantiate(term.body, term.lower)))
    elif isinstance(count, Number) and count.value < 0:
        yield Rewrite(ZERO if isinstance(term, Sum) else ONE)


def _written_out(term: Term, context: Context) -> Iterator[Rewrite]:
    """A sum over a range of two to six numbers as its terms."""
    if not isinstance(term, Binder) or not isinstance(term.lower, Number) or not isinstance(term.upper, Number):
        return
    low, high = int(term.lower.value), int(term.upper.value)
    if not 1 <= high - low <= 5:
        return
    terms = []
    for n in range(low, high + 1):
        value = arrange(instantiate(term.body, Number(n)))
        if term.guard != TRUE:
            guard = instantiate(term.guard, Number(n))
            value = (
                build_product((Iverson(guard), value)) if isinstance(term, Sum) else Cases((value, guard), (ONE, TRUE))
            )
        terms.append(value)
    yield Rewrite(build_sum(terms) if isinstance(term, Sum) else build_product(terms))


def _term_at(term: Sum, index: Term) -> Term:
    """The term of the sum at one index, without what is taken away from itself there."""
    return arrange(cancel_summands(arrange(instantiate(term.body, index))))


def _peel_first(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Sum) and term.guard == TRUE and at_least(term.upper, term.lower, context):
        rest = term.with_args((*term.args[:2], arrange(build_sum((term.lower, ONE))), term.upper))
        yield Rewrite(build_sum((_term_at(term, term.lower), rest)))


def _peel_last(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Sum) and term.guard == TRUE and at_least(term.upper, term.lower, context):
        rest = term.with_args((*term.args[:3], arrange(build_sum((term.upper, Number(-1))))))
        yield Rewrite(build_sum((rest, _term_at(term, term.upper))))


def _unguard(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum over k != i of f(k) = (sum of f) - f(i) for i in range."""
    if not isinstance(term, Sum) or not isinstance(term.guard, Relation) or term.guard.op != "!=":
        return
    index, body, guard = open_binder(term)
    assert isinstance(guard, Relation)
    value = solve_delta(index, Delta(guard.left, guard.right))
    if value is not None and in_range(value, term.lower, term.upper, context):
        whole = term.with_args((term.body, TRUE, term.lower, term.upper))
        yield Rewrite(build_sum((whole, negate(_replace(body, index, value)))))


def _shift(term: Term, context: Context) -> Iterator[Rewrite]:
    """Move the range so that it starts at 1: sum_{k=2}^{n} f(k) = sum_{k=1}^{n-1} f(k+1)."""
    if isinstance(term, Sum) and isinstance(term.lower, Number) and term.lower.value != 1:
        by = Number(term.lower.value - 1)
        index, body, guard = open_binder(term)
        moved = build_sum((index, by))
        yield Rewrite(
            Sum(
                close_over(_replace(body, index, moved), index.name),
                ONE,
                arrange(build_sum((term.upper, negate(by)))),
                hint=index.name,
                guard=close_over(_replace(guard, index, moved), index.name),
            )
        )


def _swap(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_i sum_j = sum_j sum_i for ranges and guards that do not depend on the other index."""
    if not isinstance(term, Sum):
        return
    outer, body, guard = open_binder(term)
    if not isinstance(body, Sum):
        return
    inner, deep, inner_guard = open_binder(body, free_names(term) | {outer.name})
    if _uses(body.lower, outer) or _uses(body.upper, outer) or _uses(inner_guard, outer):
        return
    swapped = Sum.over(outer.name, term.lower, term.upper, deep, guard)
    yield Rewrite(Sum.over(inner.name, body.lower, body.upper, swapped, inner_guard))


def _factor_products(term: Term, context: Context) -> Iterator[Rewrite]:
    """A product over an index of a product is the product of the products."""
    if isinstance(term, Product) and isinstance(term.body, Mul):
        yield Rewrite(build_product(term.with_args((f, *term.args[1:])) for f in term.body.args))


def _given(term: Term, context: Context) -> Iterator[Rewrite]:
    """An equation that was assumed, read from left to right; laws of arrays count as such equations."""
    for condition in _equations(term, context):
        if ac_key(condition.left) == ac_key(term) and not isinstance(condition.left, Number):
            yield Rewrite(condition.right, (condition,))


def _equations(term: Term, context: Context) -> Iterator[Relation]:
    for a in context.assumptions:
        if isinstance(a, Relation) and a.op == "=":
            yield a
    if isinstance(term, Sum) and isinstance(term.body, Entry):
        array = context.arrays.get(term.body.name)
        if array is not None and array.law in ("simplex", "one_hot"):
            # The law holds along the last axis, for all values of the other indices.
            index, body, _ = open_binder(term)
            if body.args[-1] == index and not any(_uses(i, index) for i in body.args[:-1]):
                low, high = array.axes[-1]
                yield Relation("=", term.with_args((term.body, TRUE, low, high)), ONE)


def _iverson(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Iverson):
        value = truth(term.condition, context)
        if value is not None:
            yield Rewrite(ONE if value else ZERO, (term.condition,))


def _delta_value(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Delta):
        value = truth(Relation("=", term.left, term.right), context)
        if value is not None:
            yield Rewrite(ONE if value else ZERO)


def _delta_factor(term: Term, context: Context) -> Iterator[Rewrite]:
    """delta(i, j) f(i) = delta(i, j) f(j): write products with a delta in one of the two indices."""
    if not isinstance(term, Mul):
        return
    for n, f in enumerate(term.args):
        if not isinstance(f, Delta):
            continue
        for own, other in ((f.right, f.left), (f.left, f.right)):
            if isinstance(own, Symbol) and isinstance(other, (Symbol, Number)):
                rest = [g for m, g in enumerate(term.args) if m != n]
                moved = [_replace(g, own, other) for g in rest]
                if moved != rest:
                    yield Rewrite(build_product((*moved[:n], f, *moved[n:])))
    deltas = [f for f in term.args if isinstance(f, (Delta, Iverson))]
    if len({ac_key(d) for d in deltas}) < len(deltas):
        seen: set[Term] = set()
        kept = []
        for f in term.args:
            if isinstance(f, (Delta, Iverson)):
                if ac_key(f) in seen:
                    continue
                seen.add(ac_key(f))
            kept.append(f)
        yield Rewrite(build_product(kept))


def _rule(name: str, law: str, apply, *examples: tuple[str, str], condition: str = "", level=DETAIL) -> Rule:  # type: ignore[no-untyped-def]
    return Rule(name, law, apply, "sums", GKP, condition, level, examples)


RULES = (
    _rule("eliminate the delta", r"\sum_k \delta_{kj} f_k = f_j", _delta, ("Sum(KroneckerDelta(k, j)*v[k], (k, 1, n))", "v[j]"), condition="j in range, else the bracket [lower <= j <= upper] stays", level=1),
    _rule("constant factor out of the sum", r"\sum_k c f_k = c \sum_k f_k", _constant_factor, ("Sum(x*v[k], (k, 1, n))", "x*Sum(v[k], (k, 1, n))")),
    _rule("constant factor into the sum", r"c \sum_k f_k = \sum_k c f_k", _into_sum, ("x*Sum(v[k], (k, 1, n))", "Sum(x*v[k], (k, 1, n))")),
    _rule("split the sum", r"\sum_k (f_k + g_k) = \sum_k f_k + \sum_k g_k", _split, ("Sum(v[k] + 1, (k, 1, n))", "Sum(v[k], (k, 1, n)) + Sum(1, (k, 1, n))")),
    _rule("merge the sums", r"\sum_k f_k + \sum_k g_k = \sum_k (f_k + g_k)", _merge, ("Sum(v[k], (k, 1, n)) + Sum(v[k]**2, (k, 1, n))", "Sum(v[k] + v[k]**2, (k, 1, n))")),
    _rule("sum of a constant", r"\sum_{k=a}^{b} c = (b-a+1)\,c", _constant_body, ("Sum(x, (k, 1, n))", "n*x"), condition="b >= a - 1"),
    _rule("sum over one index", r"\sum_{k=a}^{a} f_k = f_a", _single, ("Sum(v[k], (k, j, j))", "v[j]"), ("Sum(v[k], (k, 3, 2))", "0")),
    _rule("write the sum out", r"\sum_{k=1}^{2} f_k = f_1 + f_2", _written_out, ("Sum(v[k], (k, 1, 2))", "v[1] + v[2]")),
    _rule("split off the first term", r"\sum_{k=a}^{b} f_k = f_a + \sum_{k=a+1}^{b} f_k", _peel_first, ("Sum(v[k], (k, 1, n))", "v[1] + Sum(v[k], (k, 2, n))"), condition="a <= b"),
    _rule("split off the last term", r"\sum_{k=a}^{b} f_k = \sum_{k=a}^{b-1} f_k + f_b", _peel_last, ("Sum(v[k], (k, 1, n))", "Sum(v[k], (k, 1, n - 1)) + v[n]"), condition="a <= b"),
    _rule("complete the sum", r"\sum_{k\ne i} f_k = \sum_k f_k - f_i", _unguard, ("Sum(Piecewise((v[k], Ne(k, i)), (0, True)), (k, 1, n))", "Sum(v[k], (k, 1, n)) - v[i]"), condition="i in range"),
    _rule("shift the index", r"\sum_{k=a}^{b} f_k = \sum_{k=1}^{b-a+1} f_{k+a-1}", _shift, ("Sum(v[k], (k, 2, n))", "Sum(v[k + 1], (k, 1, n - 1))")),
    _rule("swap the sums", r"\sum_i\sum_j f_{ij} = \sum_j\sum_i f_{ij}", _swap, ("Sum(Sum(v[i]*b[j], (j, 1, m)), (i, 1, n))", "Sum(Sum(v[i]*b[j], (i, 1, n)), (j, 1, m))"), condition="ranges independent"),
    _rule("product of products", r"\prod_k f_k g_k = \prod_k f_k \prod_k g_k", _factor_products, ("Product(x*v[k], (k, 1, n))", "Product(x, (k, 1, n))*Product(v[k], (k, 1, n))")),
    _rule("given", r"\text{as assumed}", _given, ("Sum(u[k], (k, 1, n))", "1"), condition="the assumption", level=1),
    _rule("truth of the bracket", r"[\text{true}] = 1,\ [\text{false}] = 0", _iverson, ("Piecewise((1, i <= n), (0, True))", "1"), condition="condition known"),
    _rule("value of the delta", r"\delta_{ij} = 0 \text{ for } i \ne j", _delta_value, ("KroneckerDelta(i, n + 1)", "0"), condition="i = j or i != j known"),
    _rule("index under a delta", r"\delta_{ij} f_i = \delta_{ij} f_j", _delta_factor, ("KroneckerDelta(i, j)*v[j]", "KroneckerDelta(i, j)*v[i]")),
)  # fmt: skip
