"""Sums with a known total: probabilities that were normalised, laws that were declared, and sums over such pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symderiv.language.context import Context, Definition
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    TRUE,
    ZERO,
    Add,
    Bound,
    Entry,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
    close_over,
    free_names,
    fresh_name,
    instantiate,
    open_binder,
    substitute,
    walk,
)
from symderiv.records import DETAIL, Level, Rewrite, Rule, Step
from symderiv.rules import sums
from symderiv.rules.algebra import expand
from symderiv.rules.conditions import is_nonzero
from symderiv.rules.structure import arrange, build_product, build_sum, factors_of, same

__all__ = ["RULES"]

BISHOP = "Bishop, Pattern Recognition and Machine Learning, sec. 2.2, 4.2"
_LAWS = {r.name: r for r in sums.RULES}


def _normalised(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_k p_k = 1 for a definition p_k := f_k / sum_m f_m, summed over the range of its normaliser."""
    if not isinstance(term, Sum) or term.guard != TRUE or not isinstance(term.body, Entry):
        return
    d = context.definition_of(term.body)
    places = [n for n, a in enumerate(term.body.indices) if a == Bound(0)]
    if d is None or len(places) != 1 or sum(isinstance(t, Bound) for t in walk(term.body)) != 1:
        return
    split = _numerator_and_normaliser(d, d.parameters[places[0]])
    if split is None:
        return
    others: dict[Term, Term] = {
        Symbol(p): a for p, a in zip(d.parameters, term.body.indices, strict=True) if a != Bound(0)
    }
    z = substitute(split[1], others)
    if not isinstance(z, Sum) or not (same(z.lower, term.lower) and same(z.upper, term.upper)):
        return
    letter = Symbol(fresh_name(term.hint, free_names(term) | context.names()))
    body = d.instance(tuple(letter if a == Bound(0) else a for a in term.body.indices))
    unfolded = arrange(term.with_args((close_over(body, letter.name), *term.args[1:])))
    pulled = build_product((Power(z, MINUS_ONE), z))
    pulled = next((r.term for r in _LAWS["constant factor out of the sum"].apply(unfolded, context)), pulled)
    conditions = () if is_nonzero(z, context) else (Relation("!=", z, ZERO),)
    steps = (
        Step("unfold the definition", (0,), term, unfolded),
        Step("constant factor out of the sum", (), unfolded, pulled, level=DETAIL),
        Step("cancel common factors", (), pulled, ONE, conditions, level=DETAIL),
    )
    yield Rewrite(ONE, conditions, steps)


def _numerator_and_normaliser(d: Definition, parameter: str) -> tuple[Term, Sum] | None:
    """(f, sum of f) for a body f / sum of f, with the sum over ``parameter``."""
    factors = factors_of(d.body)
    for n, f in enumerate(factors):
        if not (isinstance(f, Power) and f.exponent == MINUS_ONE and isinstance(f.base, Sum) and f.base.guard == TRUE):
            continue
        numerator = build_product(g for m, g in enumerate(factors) if m != n)
        if parameter not in free_names(f.base) and same(instantiate(f.base.body, Symbol(parameter)), numerator):
            return numerator, f.base
    return None


def _term_by_term(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_k (a p_k + f_k) = a + sum_k f_k where the total of p is known."""
    if not isinstance(term, Sum) or term.guard != TRUE:
        return
    index, body, _ = open_binder(term, context.names())
    expanded = expand(body) or body
    if not isinstance(expanded, Add):
        return
    known: list[Term] = []
    constant: list[Term] = []
    rest: list[Term] = []
    conditions: tuple[Term, ...] = ()
    for s in expanded.args:
        piece = arrange(term.with_args((close_over(s, index.name), *term.args[1:])))
        total = _total(piece, context)
        if total is not None:
            known.append(total.term)
            conditions += total.conditions
        elif index not in set(walk(s)):
            constant.append(s)
        else:
            rest.append(s)
    if not known:
        return
    if not rest:  # then the constants are counted too
        for s in constant:
            counted = next(iter(_LAWS["sum of a constant"].apply(Sum(s, *term.args[2:]), context)), None)
            if counted is None:
                return
            known.append(counted.term)
            conditions += counted.conditions
        constant = []
    left = build_sum((*rest, *constant))
    remaining = () if left == ZERO else (arrange(term.with_args((close_over(left, index.name), *term.args[1:]))),)
    yield Rewrite(build_sum((*known, *remaining)), tuple(dict.fromkeys(conditions)))


def _total(piece: Term, context: Context) -> Rewrite | None:
    """The value of a sum of a constant times something with a known total."""
    pulled = next(iter(_LAWS["constant factor out of the sum"].apply(piece, context)), None)
    factors = factors_of(pulled.term) if pulled is not None else (piece,)
    inner = [f for f in factors if isinstance(f, Sum)]
    if not inner:
        return None
    for apply in (_normalised, _LAWS["given"].apply):
        for rewrite in apply(inner[-1], context):
            rest = [f for f in factors if f is not inner[-1]]
            return Rewrite(build_product((*rest, rewrite.term)), rewrite.conditions)
    return None


Law = Callable[[Term, Context], Iterator[Rewrite]]


def _rule(
    name: str, law: str, apply: Law, *examples: tuple[str, str], condition: str = "", level: Level = DETAIL
) -> Rule:
    return Rule(name, law, apply, "sums", BISHOP, condition, level, examples)


RULES = (
    _rule(
        "probabilities sum to one", r"p_k := f_k/\textstyle\sum_m f_m:\ \sum_k p_k = 1", _normalised,
        ("Sum(p[k], (k, 1, n))", "1"), condition="the normaliser is not 0", level=1,
    ),
    _rule(
        "sum term by term", r"\sum_k (a\,p_k + f_k) = a + \sum_k f_k", _term_by_term,
        ("Sum(p[k]*(v[k] + 1), (k, 1, n))", "1 + Sum(v[k]*p[k], (k, 1, n))"),
        ("Sum(p[k] - u[k], (k, 1, n))", "0"), condition="the total of p is known", level=1,
    ),
)  # fmt: skip
