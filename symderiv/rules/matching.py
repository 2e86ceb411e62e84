"""One-way matching of a pattern with parameters against a term, up to the order of summands and factors.

Parameters are free symbols of the pattern. Sums and products match with a remainder where asked, so that the pattern
e^{a_i}/Z is found inside 2*e^{a_j}*y/Z. The search is depth-first with a budget; it ends because every call is on a
proper subterm or on one factor less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symderiv.language.terms import (
    Add,
    Binder,
    Delta,
    Mul,
    Symbol,
    Term,
    free_names,
    instantiate,
    open_binder,
    substitute,
    walk,
)
from symderiv.rules.structure import arrange, build_sum, factors_of, negate, same, summands_of

__all__ = ["find_instance", "match", "match_part"]

Bindings = Mapping[str, Term]
_BUDGET = 2_000


def match(pattern: Term, term: Term, parameters: frozenset[str], bindings: Bindings | None = None) -> Bindings | None:
    """Values of the parameters that make ``pattern`` equal to ``term`` up to order, or None."""
    return next(_match(pattern, term, parameters, dict(bindings or {}), [_BUDGET]), None)


def match_part(
    pattern: Term, term: Term, parameters: frozenset[str], bindings: Bindings | None = None
) -> tuple[Bindings, tuple[Term, ...]] | None:
    """Match ``pattern`` against some factors (summands) of ``term``: (bindings, the other factors (summands))."""
    split = factors_of if isinstance(pattern, Mul) else summands_of
    own, other = list(split(pattern)), list(split(term))
    if len(own) > len(other) or (len(own) == 1 and len(other) == 1):
        found = match(pattern, term, parameters, bindings)
        return (found, ()) if found is not None else None
    return next(_assign(own, other, parameters, dict(bindings or {}), [_BUDGET]), None)


def find_instance(pattern: Term, term: Term, parameters: frozenset[str]) -> Bindings | None:
    """``match`` that also demands a value for every parameter."""
    found = match(pattern, term, parameters)
    return found if found is not None and parameters <= set(found) else None


def _match(
    p: Term, t: Term, params: frozenset[str], b: dict[str, Term], budget: list[int]
) -> Iterator[dict[str, Term]]:
    budget[0] -= 1
    if budget[0] < 0:
        return
    if isinstance(p, Symbol) and p.name in params:
        if p.name in b:
            if same(b[p.name], t):
                yield b
        else:
            yield {**b, p.name: t}
        return
    if isinstance(p, (Add, Mul)) and type(p) is type(t) and len(p.args) == len(t.args):
        for found, rest in _assign(list(p.args), list(t.args), params, b, budget):
            if not rest:
                yield found
        return
    if isinstance(p, Add) and params:
        # An index k + 1 matched against j gives k = j - 1 when the parameter stands alone.
        free = [a for a in p.args if isinstance(a, Symbol) and a.name in params and a.name not in b]
        if len(free) == 1 and all(not _has_parameter(a, params - set(b)) for a in p.args if a is not free[0]):
            fixed = [substitute(a, {Symbol(k): v for k, v in b.items()}) for a in p.args if a is not free[0]]
            yield {**b, free[0].name: arrange(build_sum((*summands_of(t), *[negate(f) for f in fixed])))}
            return
    if type(p) is not type(t) or p.data != t.data or len(p.args) != len(t.args):
        return
    if isinstance(p, Binder) and isinstance(t, Binder):
        # A name that stands for a parameter already is no name for the index.
        index, body, guard = open_binder(p, free_names(t).union(params, *map(free_names, b.values())))
        pairs = [(body, instantiate(t.body, index)), (guard, instantiate(t.guard, index))]
        pairs += [(p.lower, t.lower), (p.upper, t.upper)]
        for found in _all(pairs, params, b, budget):
            if not any(_uses_symbol(v, index) for v in found.values()):
                yield found
        return
    orders = [t.args, t.args[::-1]] if isinstance(p, Delta) else [t.args]
    for order in orders:
        yield from _all(list(zip(p.args, order, strict=True)), params, b, budget)


def _all(pairs: list[tuple[Term, Term]], params: frozenset[str], b: dict[str, Term], budget: list[int]) -> Iterator[dict[str, Term]]:  # fmt: skip
    if not pairs:
        yield b
        return
    (p, t), rest = pairs[0], pairs[1:]
    for found in _match(p, t, params, b, budget):
        yield from _all(rest, params, found, budget)


def _assign(
    own: list[Term], other: list[Term], params: frozenset[str], b: dict[str, Term], budget: list[int]
) -> Iterator[tuple[dict[str, Term], tuple[Term, ...]]]:
    """Give every pattern operand its own operand of the term; yields bindings and the operands left over."""
    if not own:
        yield b, tuple(other)
        return
    # Operands without parameters first: they have at most one partner up to order.
    position = next((n for n, p in enumerate(own) if not _has_parameter(p, params)), None)
    if position is None:
        position = next((n for n, p in enumerate(own) if not isinstance(p, Symbol)), 0)
    p, rest = own[position], own[:position] + own[position + 1 :]
    for n, t in enumerate(other):
        for found in _match(p, t, params, b, budget):
            yield from _assign(rest, other[:n] + other[n + 1 :], params, found, budget)


def _has_parameter(term: Term, params: frozenset[str]) -> bool:
    return any(isinstance(t, Symbol) and t.name in params for t in walk(term))


def _uses_symbol(term: Term, symbol: Symbol) -> bool:
    return any(t == symbol for t in walk(term))
