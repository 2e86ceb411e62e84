"""Expectations, variances and covariances as terms without them: what the prover of equalities then compares.

The body is multiplied out into monomials in random entries (``random_monomials``); the mean of a monomial is a sum over
partitions of its factors into blocks, of products of joint cumulants (``cumulants``); their deltas are eliminated
against the indices that the monomial stands under. A covariance leaves out the partitions in which no block joins the
two sides. Nothing here is taken from the rules that derive the steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from symderiv.equality.affine import Affine, affine
from symderiv.equality.cumulants import Cumulants, Pairs, Part
from symderiv.equality.kernels import Unsupported
from symderiv.equality.random_monomials import Expander, Index, Monomial
from symderiv.equality.regions import solve_for
from symderiv.language.context import Context, unfold_all
from symderiv.language.functions import EXPECTATIONS
from symderiv.language.randomness import are_independent
from symderiv.language.terms import (
    HALF,
    MINUS_ONE,
    ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Apply,
    Binder,
    Delta,
    Derivative,
    Entry,
    Iverson,
    Mul,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
    close_over,
    free_names,
    fresh_name,
    instantiate,
    substitute,
    walk,
)

__all__ = ["Elimination", "eliminate", "has_expectation", "settle", "under", "without_expectations"]

MAX_FACTORS = 8
MAX_COMBINATIONS = 3000


def has_expectation(term: Term, context: Context) -> bool:
    """Does an expectation stand in the term or in a definition that it uses?"""
    seen: set[str] = set()
    todo = [term]
    while todo:
        for t in walk(todo.pop()):
            if isinstance(t, Apply) and t.function in EXPECTATIONS:
                return True
            d = context.definitions.get(t.data) if isinstance(t, (Symbol, Entry, Apply)) else None
            if d is not None and d.name not in seen:
                seen.add(d.name)
                todo.append(d.body)
    return False


def eliminate(terms: tuple[Term, ...], context: Context) -> tuple[tuple[Term, ...], Context]:
    """The terms with every expectation calculated, and the context that declares the unknown cumulants left in them.

    Raises ``Unsupported`` where an expectation is not calculated.
    """
    work = Elimination(context)
    out = tuple(work.go(unfold_all(t, context)) for t in terms)
    return out, work.cumulants.extended(context)


def without_expectations(terms: tuple[Term, ...], context: Context) -> tuple[tuple[Term, ...], Context] | None:
    """The terms with every expectation calculated from the declarations alone; None if that leaves an unknown.

    For laws that are not enumerated: there the formula of the expectation is compared at points.
    """
    if not any(has_expectation(t, context) for t in terms):
        return None
    try:
        out, extended = eliminate(terms, context)
    except Unsupported:
        return None
    return None if extended.names() != context.names() else (out, extended)


class Elimination:
    def __init__(self, context: Context):
        self.context = context
        self.expander = Expander(context)
        self.cumulants = Cumulants(self.expander, self.moments)

    def go(self, term: Term) -> Term:
        if not any(isinstance(t, Apply) and t.function in EXPECTATIONS for t in walk(term)):
            return term
        if isinstance(term, Binder):
            name = fresh_name(term.hint, self.expander.taken)
            self.expander.taken.add(name)
            index = Symbol(name)
            body, guard = (close_over(self.go(instantiate(t, index)), name) for t in (term.body, term.guard))
            return term.with_args((body, guard, self.go(term.lower), self.go(term.upper)))
        args = tuple(self.go(a) for a in term.args)
        if isinstance(term, Derivative):
            self._check_constant(args[0], term.variable)
        if not isinstance(term, Apply) or term.function not in EXPECTATIONS:
            return term.with_args(args)
        if term.function == "Expectation":
            return self.mean(args[0])
        if term.function == "Covariance":
            return self.covariance(args[0], args[1])
        variance = self.covariance(args[0], args[0])
        return variance if term.function == "Variance" else Power(variance, HALF)

    def _check_constant(self, body: Term, variable: Term) -> None:
        """An unknown cumulant may not be differentiated by what it depends on."""
        for t in walk(body):
            unknown = self.cumulants.unknowns.get(t.data) if isinstance(t, (Entry, Symbol)) else None
            if unknown is not None and variable.data in unknown[1]:
                raise Unsupported("the derivative of a moment that is not declared")

    # ---- moments

    def moments(self, body: Term) -> tuple[Term, Term]:
        return self.mean(body), self.covariance(body, body)

    def mean(self, body: Term) -> Term:
        return _total(t for m in self.expander.expand(body) for t in self._mean(m, None))

    def covariance(self, left: Term, right: Term) -> Term:
        out: list[Term] = []
        for a in self.expander.expand(left):
            for b in self.expander.expand(right):
                if not a.factors or not b.factors:
                    continue
                if _has_exp(a) and _has_exp(b):
                    out += self._mean(a.times(b), None)
                    out.append(Mul(MINUS_ONE, _total(self._mean(a, None)), _total(self._mean(b, None))))
                    continue
                out += self._mean(a.times(b), len(a.factors))
        return _total(out)

    def _mean(self, m: Monomial, split: int | None) -> Iterator[Term]:
        """The mean of a monomial; with ``split`` without the partitions that part the first factors from the rest."""
        factors = m.factors
        sets = [self.expander.names(f) for f in factors]
        lots = are_independent(sets, self.context.independence) if factors else []
        choices: list[list[tuple[bool, tuple[Part, ...]]]] = []
        for lot in lots:
            if len(lot) > MAX_FACTORS:
                raise Unsupported(f"a moment of more than {MAX_FACTORS} factors")
            choices.append(list(self._partitions(tuple(lot), factors, split)))
        count = 1
        for c in choices:
            count *= len(c)
        if count > MAX_COMBINATIONS:
            raise Unsupported("a moment with too many partitions")
        for chosen in product(*choices):
            if split is not None and not any(joined for joined, _ in chosen):
                continue
            parts = [p for _, ps in chosen for p in ps]
            term = under(m, [p.value for p in parts], tuple(pair for p in parts for pair in p.equal))
            if term is not None:
                yield term

    def _partitions(
        self, places: tuple[int, ...], factors: tuple[Term, ...], split: int | None
    ) -> Iterator[tuple[bool, tuple[Part, ...]]]:
        """(does a block join the two sides?, the parts of the cumulants) for the partitions whose product is not 0."""
        if not places:
            yield False, ()
            return
        first, rest = places[0], places[1:]
        for mask in range(2 ** len(rest)):
            others = tuple(p for n, p in enumerate(rest) if mask >> n & 1)
            block = (first, *others)
            parts = self.cumulants.of(tuple(factors[p] for p in block))
            if not parts:
                continue
            joins = split is not None and first < split and any(p >= split for p in block)
            left = tuple(p for p in rest if p not in others)
            for joined, more in self._partitions(left, factors, split):
                for part in parts:
                    yield joins or joined, (part, *more)


def _has_exp(m: Monomial) -> bool:
    return any(isinstance(f, Apply) and f.function == "exp" for f in m.factors)


def _total(terms: object) -> Term:
    out = [t for t in terms if t != ZERO]  # type: ignore[attr-defined]
    return ZERO if not out else out[0] if len(out) == 1 else Add(*out)


def under(m: Monomial, values: list[Term], equal: Pairs) -> Term | None:
    """The product under the binders of the monomial, with equal indices identified; None if it is 0."""
    found = settle(m, values, equal)
    if found is None:
        return None
    factors, conditions, indices = found
    deltas = [Delta(c.left, c.right) for c in conditions if isinstance(c, Relation) and c.op == "="]
    rest = [c for c in conditions if not (isinstance(c, Relation) and c.op == "=")]
    body = _product((*deltas, *((Iverson(And(*rest)),) if rest else ()), *factors))
    for i in reversed(indices):
        body = Sum(
            close_over(body, i.symbol.name), i.lower, i.upper, hint=i.hint, guard=close_over(i.guard, i.symbol.name)
        )
    return body


def settle(m: Monomial, values: list[Term], equal: Pairs) -> tuple[list[Term], list[Term], list[Index]] | None:
    """(factors, conditions, indices) of the product where the pairs of indices agree; None if they nowhere do.

    An index that a pair determines is replaced by its value, which then has to lie in the range of the index.
    """
    indices = list(m.indices)
    conditions: list[Term] = []
    factors = [*m.coefficient, *values]
    pairs = list(equal)
    while pairs:
        left, right = pairs.pop(0)
        form = affine(left) - affine(right)
        if form.is_constant():
            if form.constant:
                return None
            continue
        found = _determined(form, indices)
        if found is None:
            conditions.append(Relation("=", left, right))
            continue
        place, at = found
        index = indices.pop(place)
        step: dict[Term, Term] = {index.symbol: at}
        factors = [substitute(f, step) for f in factors]
        pairs = [(substitute(a, step), substitute(b, step)) for a, b in pairs]
        conditions = [substitute(c, step) for c in conditions] + _range_of(index, at, indices)
        indices = [i.moved(step) for i in indices]
    return factors, conditions, indices


def _determined(form: Affine, indices: list[Index]) -> tuple[int, Term] | None:
    """(place, value) of the innermost index that ``form = 0`` determines by what stands before all that depends on it.

    In sum_i sum_{j <= i} the equation i = 2j does not give i a value: the range of j would mention j.
    """
    for place in range(len(indices) - 1, -1, -1):
        index = indices[place]
        value = solve_for(form, index.symbol.name)
        if value is None:
            continue
        at = value.term()
        inner = {i.symbol.name for i in indices[place + 1 :]}
        depend = any(index.symbol.name in free_names(t) for i in indices for t in (i.lower, i.upper, i.guard))
        if not depend or inner.isdisjoint(free_names(at)):
            return place, at
    return None


def _range_of(index: Index, at: Term, others: list[Index]) -> list[Term]:
    """What says that the value lies in the range of the index; nothing if it is an index with the same range."""
    if any(o.symbol == at and (o.lower, o.upper, o.guard) == (index.lower, index.upper, TRUE) for o in others):
        return [] if index.guard == TRUE else [substitute(index.guard, {index.symbol: at})]
    out: list[Term] = [Relation("<=", index.lower, at), Relation("<=", at, index.upper)]
    return out if index.guard == TRUE else [*out, substitute(index.guard, {index.symbol: at})]


def _product(factors: tuple[Term, ...]) -> Term:
    out = [f for f in factors if f != ONE]
    return ONE if not out else out[0] if len(out) == 1 else Mul(*out)
