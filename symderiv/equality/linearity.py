"""Equality by linearity of the expectation and declared independence, whatever else the laws are.

Every expectation is multiplied out; the expectation of what is left of a product, once independent factors are parted,
is an unknown number at the indices that stand in it. Two lines are the same if they are the same sums of such unknowns
once deltas are eliminated: up to the letters of indices, the order of sums, factors and terms, and the order of equal
factors in an unknown, E[x_i x_k] = E[x_k x_i]. This takes no time where index sets would have many dimensions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from fractions import Fraction
from itertools import permutations, product
from math import factorial, gcd, prod

from symderiv.equality.accesses import excess, reads_inside
from symderiv.equality.affine import Affine, affine
from symderiv.equality.expectations import Elimination, settle, under
from symderiv.equality.kernels import Unsupported
from symderiv.equality.random_monomials import Expander, Index, Monomial
from symderiv.language.context import Context, unfold_all
from symderiv.language.randomness import are_independent
from symderiv.language.terms import (
    MINUS_ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Delta,
    Derivative,
    Entry,
    Iverson,
    Mul,
    Number,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
    substitute,
    walk,
)
from symderiv.language.text import to_text

__all__ = ["same_by_linearity", "same_sums", "same_when_calculated"]

MAX_ARRANGEMENTS = 2000
Key = tuple[object, ...]
Shapes = Mapping[str, tuple[tuple[Term, int], ...]]


def same_by_linearity(left: Term, right: Term, context: Context) -> bool:
    """Are the terms the same by linearity, the definition of the covariance and declared independence alone?

    True is a proof; False says nothing.
    """
    return _same(left, right, _Linear(context))


def same_when_calculated(left: Term, right: Term, context: Context) -> bool:
    """Are the terms the same sums once every expectation is calculated from what is declared? False says nothing."""
    return _same(left, right, Elimination(context))


def _same(left: Term, right: Term, work: Elimination) -> bool:
    left, right = (unfold_all(t, work.context) for t in (left, right))
    if not all(reads_inside(t, work.context) for t in (left, right)):
        return False
    try:
        one, other = work.go(left), work.go(right)
        if one == other:
            return True
        collect = _Collector(work.context, work.cumulants.shapes, work.expander.taken)
        return collect(one) == collect(other)
    except Unsupported:
        return False


def same_sums(left: Term, right: Term, context: Context) -> bool:
    """Are the terms, in which no expectation stands, the same sums once deltas are eliminated? False says nothing.

    Deltas stand in the terms or come from derivatives by entries of arrays.
    """
    left, right = (unfold_all(t, context) for t in (left, right))
    if not any(isinstance(t, (Delta, Sum)) for side in (left, right) for t in walk(side)):
        return False
    if not all(reads_inside(t, context) for t in (left, right)):
        return False
    collect = _Collector(context, {}, set(context.names()))
    try:
        return collect(left) == collect(right)
    except Unsupported:
        return False


class _Linear(Elimination):
    """Expectations of products fall into those of independent lots of factors, which stay unknown."""

    def covariance(self, left: Term, right: Term) -> Term:
        return Add(self.mean(Mul(left, right)), Mul(MINUS_ONE, self.mean(left), self.mean(right)))

    def _mean(self, m: Monomial, split: int | None) -> Iterator[Term]:
        sets = [self.expander.names(f) for f in m.factors]
        lots = are_independent(sets, self.context.independence) if m.factors else []
        values = [self.cumulants.moment(tuple(m.factors[n] for n in lot)) for lot in lots]
        term = under(m, values, ())
        if term is not None:
            yield term


class _Terms(Expander):
    """Multiplies out what contains an unknown, a delta, a bracket or a sum."""

    def __init__(self, context: Context, unknowns: Shapes, taken: set[str]):
        super().__init__(context)
        self.unknowns, self.taken = unknowns, taken

    def names(self, term: Term) -> frozenset[str]:
        return frozenset(
            t.data if isinstance(t, (Symbol, Entry)) else type(t).__name__
            for t in walk(term)
            if isinstance(t, (Delta, Derivative, Iverson, Sum))
            or (isinstance(t, (Symbol, Entry)) and t.data in self.unknowns)
        )

    def _derivative(self, term: Derivative) -> list[Monomial]:
        if self.unknowns:
            raise Unsupported("the derivative of an expectation")
        return super()._derivative(term)


class _Collector:
    """Terms as linear combinations of products of unknowns and other factors under sums, with their numbers."""

    def __init__(self, context: Context, shapes: Shapes, taken: set[str]):
        self.context, self.shapes = context, shapes
        self.expander = _Terms(context, shapes, taken)
        self.known = [form for c in context.integer_conditions() if (form := excess(c)) is not None]

    def __call__(self, term: Term) -> dict[Key, Fraction]:
        out: dict[Key, Fraction] = {}
        for m in self.expander.expand(term):
            deltas = [f for f in m.factors if isinstance(f, Delta) and self._is_whole(f, m.indices)]
            rest = [f for f in m.factors if f not in deltas]
            found = settle(m, rest, tuple((d.left, d.right) for d in deltas))
            if found is None:
                _check_defined([*m.coefficient, *rest])
                continue
            number, key = self._normal(*found)
            out[key] = out.get(key, Fraction(0)) + number
            if not out[key]:
                _check_defined(found[0])
        return {key: number for key, number in out.items() if number}

    def _is_whole(self, delta: Delta, indices: tuple[Index, ...]) -> bool:
        """Are both sides affine in integers, so that the delta determines an index?"""
        return all(self._is_integer(side, {i.symbol for i in indices}) for side in delta.args)

    def _is_integer(self, term: Term, letters: Container[Term]) -> bool:
        form = affine(term)
        return form.is_integral() and all(
            isinstance(a, Symbol) and (a in letters or self.context.is_integer(a)) for a in form.coefficients
        )

    def _normal(self, factors: list[Term], conditions: list[Term], indices: list[Index]) -> tuple[Fraction, Key]:
        """The number in front of a product under sums, and the rest, whatever its letters and orders are."""
        number = Fraction(1)
        unknowns: list[Entry] = []
        relations: dict[Term, None] = {}
        powers: Counter[Term] = Counter()
        letters = {i.symbol: i for i in indices}
        ranges = [r for i in indices for r in (Relation("<=", i.lower, i.symbol), Relation("<=", i.symbol, i.upper))]
        known = [*self.known, *(form for r in ranges if (form := excess(r)) is not None)]
        todo = [(f, 1) for f in (*factors, *conditions, *(i.guard for i in indices if i.guard != TRUE))]
        while todo:
            f, times = todo.pop()
            if isinstance(f, Mul):
                todo += [(a, times) for a in f.args]
            elif isinstance(f, Power) and (order := _whole(f.exponent)):
                todo.append((f.base, times * order))
            elif isinstance(f, Number):
                number *= f.value**times
            elif isinstance(f, Entry) and f.name in self.shapes:
                unknowns += [Entry(f.name, tuple(affine(a).term() for a in f.indices))] * times
            elif isinstance(f, Iverson):
                todo.append((f.condition, 1))
            elif isinstance(f, And):
                todo += [(a, 1) for a in f.args]
            elif isinstance(f, (Delta, Relation)) and all(self._is_integer(side, letters) for side in f.args):
                relations.update(dict.fromkeys(_plain(f, known)))
            else:
                powers[f] += times
        blank: dict[Term, Term] = {letter: Symbol("\3") for letter in letters}
        others = [f if n == 1 else Power(f, Number(n)) for f, n in powers.items()]
        others = sorted((*relations, *others), key=lambda f: to_text(substitute(f, blank)))
        arrangements = _arrangements(unknowns, self.shapes)
        return number, min((_named([*a, *others], letters) for a in arrangements), key=repr)


def _whole(exponent: Term) -> int:
    """The exponent if it is a positive integer, else 0."""
    whole = isinstance(exponent, Number) and exponent.value.denominator == 1 and exponent.value > 0
    return int(exponent.value) if isinstance(exponent, Number) and whole else 0


def _plain(relation: Delta | Relation, known: list[Affine]) -> list[Term]:
    """The relation between integers with one side 0, nothing if it is known to hold."""
    form = excess(relation)
    if form is not None:
        if any((form - k).is_constant() and (form - k).constant >= 0 for k in (*known, Affine({}))):
            return []
        return [Relation(">=", form.term(), ZERO)]
    if isinstance(relation, Relation) and relation.op != "=":
        return [relation]
    form = affine(relation.args[0]) - affine(relation.args[1])
    shared = gcd(*(int(c) for c in (*form.coefficients.values(), form.constant)))
    form = form.scaled(Fraction(1, shared)) if shared else form
    return [Relation("=", min(form.term(), (-form).term(), key=to_text), ZERO)]


def _check_defined(factors: list[Term]) -> None:
    """What cancels must have a value everywhere, or else something would be said of where it has none."""
    for f in factors:
        for t in walk(f):
            polynomial = isinstance(t, Power) and _whole(t.exponent)
            if not (polynomial or isinstance(t, (Symbol, Entry, Number, Add, Mul, Delta))):
                raise Unsupported(f"{to_text(t)} may be undefined")


def _arrangements(unknowns: list[Entry], known: Shapes) -> Iterator[list[Term]]:
    """The unknowns in every order that means the same: of equal unknowns, and of equal factors within one."""
    shapes = [known[u.name] for u in unknowns]
    count = factorial(len(unknowns)) * prod(factorial(len(shape)) for shape in shapes)
    if count > MAX_ARRANGEMENTS:
        raise Unsupported("too many orders of equal factors")
    choices = [list(_readings(u, shape)) for u, shape in zip(unknowns, shapes, strict=True)]
    for chosen in product(*choices):
        for order in permutations(chosen):
            if [u.name for u in order] == sorted(u.name for u in order):
                yield list(order)


def _readings(unknown: Entry, shape: tuple[tuple[Term, int], ...]) -> Iterator[Entry]:
    """The unknown with the indices of equal factors exchanged."""
    parts: list[tuple[Term, ...]] = []
    at = 0
    for _, rank in shape:
        parts.append(unknown.indices[at : at + rank])
        at += rank
    for order in permutations(range(len(parts))):
        if all(shape[n][0] == shape[k][0] for n, k in enumerate(order)):
            yield Entry(unknown.name, tuple(a for k in order for a in parts[k]))


def _named(factors: list[Term], letters: dict[Symbol, Index]) -> Key:
    """The factors and ranges with the letters of the indices in the order in which they are met."""
    met: list[Symbol] = []
    for f in factors:
        met += dict.fromkeys(t for t in walk(f) if isinstance(t, Symbol) and t in letters and t not in met)
    met += sorted((t for t in letters if t not in met), key=lambda t: to_text(letters[t].lower))
    step: dict[Term, Term] = {t: Symbol(f"\3{n}") for n, t in enumerate(met)}
    ranges = [letters[t] for t in met]
    return (
        tuple(_in_order(substitute(f, step)) for f in factors),
        tuple(tuple(_sorted_sum(substitute(t, step)) for t in (i.lower, i.upper)) for i in ranges),
    )


def _in_order(term: Term) -> Term:
    """The term with the summands of every index in one order."""
    if isinstance(term, Entry):
        return Entry(term.name, tuple(_sorted_sum(a) for a in term.indices))
    return term.with_args(tuple(_in_order(a) for a in term.args)) if term.args else term


def _sorted_sum(index: Term) -> Term:
    """An affine index with its summands in one order."""
    form = affine(index)
    if not all(isinstance(a, Symbol) for a in form.coefficients):
        return index
    terms = [a if c == 1 else Mul(Number(c), a) for a, c in form.coefficients.items()]
    terms = [*sorted(terms, key=to_text), *([Number(form.constant)] if form.constant or not terms else [])]
    return terms[0] if len(terms) == 1 else Add(*terms)
