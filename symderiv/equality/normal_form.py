"""The normal form of terms: rational functions over kernels, with sums of symbolic size, and proofs of equality by it.

Two terms with the same normal form are equal wherever both are defined. The converse does not hold, so nothing is ever
refuted here. Where the form depends on the sign of something or on whether two indices agree, the proof is by cases
that cover everything, the boundary included.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symderiv.equality.affine import Affine, affine
from symderiv.equality.conditions import constraints_of, indicator, is_integer
from symderiv.equality.elementary import (
    exponential,
    integer_power,
    inverse,
    log_abs,
    rational_power,
)
from symderiv.equality.index_sets import IndexSet
from symderiv.equality.kernels import (
    NONNEGATIVE,
    Case,
    Interval,
    Memory,
    Scope,
    Unsupported,
    Vacuous,
    Workspace,
)
from symderiv.equality.rational import Poly, Ratio, Undefined, as_fraction
from symderiv.equality.regions import MARK, RegionSum, bound_name, height
from symderiv.equality.signs import Unsplittable, assume, range_interval, require, sign, signs_of
from symderiv.equality.sums import region_sum
from symderiv.language.context import Context
from symderiv.language.functions import expand_function
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    TRUE,
    Add,
    And,
    Apply,
    Cases,
    Condition,
    Constant,
    Delta,
    Derivative,
    Entry,
    Iverson,
    Mul,
    Not,
    Number,
    Power,
    Product,
    Relation,
    Sum,
    Symbol,
    Term,
    instantiate,
)

__all__ = ["NormalForm"]


class NormalForm(Workspace):
    """Terms without definitions or derivatives to rational functions, in one case."""

    def __init__(self, context: Context, case: Case, memory: Memory, deadline: float):
        super().__init__(context, case, memory, deadline)
        self.bound_names: dict[Term, frozenset[str]] = {}

    def prepare(self) -> None:
        """Make the facts of the case and the equations among the assumptions known."""
        for term in list(self.memory.heavy.values()):
            self._make_base(self.normal(term).num)
        for fact in self.case.facts:
            if fact.term is not None:
                r = self.normal(fact.term)
                if r.num.is_constant():
                    if not (signs_of(self, r) if not r.num.is_zero() else {0}) & fact.signs:
                        raise Vacuous("the case contradicts itself")
                    continue
                scale, p = self.primitive(r.num)
                assume(self, p, fact.signs if scale > 0 else frozenset(-s for s in fact.signs), everywhere=True)
                if fact.signs == {0}:
                    self.equate(p)

    def equate(self, p: Poly) -> bool:
        """Use ``p = 0`` to eliminate a kernel that occurs linearly with a constant coefficient, and nowhere else."""
        p = self.reduce(p)
        candidates: list[tuple[int, int]] = []
        inside: dict[int, int] = {}
        for m, _ in p.to_dict().items():
            for n, e in enumerate(m):
                if e:
                    inside[n] = inside.get(n, 0) + (1 if e == 1 and sum(m) == 1 else 2)
        rank = {"cell": 0, "symbol": 1, "entry": 1, "function": 2}
        for n, uses in inside.items():
            k = self.kernels[n]
            if uses == 1 and k.kind in rank and n not in self.relations:
                others = [self.kernels[o] for o in inside if o != n]
                if not any(_mentions(o.key, k.key) for o in others):
                    candidates.append((rank[k.kind], n))
        if not candidates:
            return False
        n = min(candidates)[1]
        terms = p.to_dict()
        lead = next(c for m, c in terms.items() if m[n])
        rest = self.poly({m: -c / lead for m, c in terms.items() if not m[n]})
        self.relations[n] = (1, rest)
        self.memos_clear()
        return True

    def memos_clear(self) -> None:
        for s in self.scopes:
            s.memo.clear()

    def _make_base(self, p: Poly) -> None:
        """A kernel for a sum that is raised to a large power; a symbol of it is expressed by the new kernel."""
        p = self.primitive(p)[1]
        k = self.kernel("base", self.poly_key(p), lambda: self.poly_term(p), self.kernels_in(p))
        self.equate(p - self.gens[k.index])

    # ---- terms

    def normal(self, term: Term) -> Ratio:
        """The normal form of a term."""
        level = self._level_of(term)
        for scope in self.scopes[level:]:
            found = scope.memo.get(term)
            if found is not None:
                return found
        result = self._convert(term)
        while level < len(self.scopes) - 1 and any(s.signs for s in self.scopes[level + 1 :]):
            level += 1
        if term.args:
            self.scopes[level].memo[term] = result
        return result

    def _level_of(self, term: Term) -> int:
        """The outermost scope in which the term has a meaning."""
        if len(self.scopes) == 1:
            return 0
        names = self._bound(term)
        if not names:
            return 0
        return max((n for n, s in enumerate(self.scopes) if not s.names.isdisjoint(names)), default=0)

    def _bound(self, term: Term) -> frozenset[str]:
        found = self.bound_names.get(term)
        if found is None:
            if isinstance(term, Symbol):
                found = frozenset({term.name}) if term.name[:1] == MARK else frozenset()
            else:
                found = frozenset().union(*(self._bound(a) for a in term.args))
                if isinstance(term, RegionSum):
                    found -= set(term.names)
            self.bound_names[term] = found
        return found

    def _convert(self, term: Term) -> Ratio:
        if isinstance(term, Number):
            return self.constant(term.value)
        handler = _HANDLERS.get(type(term))
        if handler is None:
            raise Unsupported(f"{type(term).__name__} is not covered")
        return handler(self, term)

    def _constant_kernel(self, term: Constant) -> Ratio:
        if term.name != "pi":
            raise Unsupported(f"the constant {term.name} is not covered")
        known = Interval(Fraction(3), False, Fraction(22, 7), False)
        return self.generator(self.kernel("constant", "pi", lambda: term, interval=known, data="pi").index)

    def _symbol(self, term: Symbol) -> Ratio:
        if term.name[:1] == MARK:
            k = self.kernel("symbol", term.name, lambda: term, bound=frozenset({term.name}), data="integer")
            return self.generator(k.index)
        v = self.context.variables.get(term.name)
        if v is None:
            raise Unsupported(f"{term.name} is not declared")
        k = self.kernel(
            "symbol", term.name, lambda: term, interval=range_interval(v.range),
            data="integer" if v.range.integer else "real",
        )  # fmt: skip
        if v.range.nonzero:
            assume(self, self.gens[k.index], frozenset({1, -1}), everywhere=True)
        return self.generator(k.index)

    def _entry(self, term: Entry) -> Ratio:
        array = self.context.arrays.get(term.name)
        if array is None or len(array.axes) != len(term.indices):
            raise Unsupported(f"{term.name} is not declared")
        forms = tuple(affine(i) for i in term.indices)
        inside = self.one
        if array.padded:
            for form, (low, high) in zip(forms, array.axes, strict=True):
                index = form.term()
                within = And(Relation(">=", index, low), Relation("<=", index, high))
                inside = self.mul(inside, indicator(self, within))
            if inside.num.is_zero():
                return self.zero
        if array.law == "one_hot":
            return self._one_hot(term, forms)
        bound = frozenset().union(*(self.index_affine(f) for f in forms))
        interval = NONNEGATIVE if array.law == "simplex" else range_interval(array.entries)
        k = self.kernel(
            "entry", (term.name, forms), lambda: Entry(term.name, tuple(f.term() for f in forms)),
            interval=interval, bound=bound,
        )  # fmt: skip
        r = self.generator(k.index)
        if array.entries.nonzero:
            assume(self, self.gens[k.index], frozenset({1, -1}), everywhere=True)
        return r if inside is self.one else self.mul(inside, r)

    def _one_hot(self, term: Entry, forms: tuple[Affine, ...]) -> Ratio:
        """A one-hot vector is Kronecker's delta with the index of its 1, an unknown integer within the axis."""
        hot = Symbol(hot_name(term.name))
        return indicator(self, Relation("=", forms[0].term(), hot))

    def _add(self, term: Add) -> Ratio:
        out = self.zero
        for a in term.args:
            out = self.add(out, self.normal(a))
        return out

    def _mul(self, term: Mul) -> Ratio:
        """Indicators come first: where one is 0 the other factors need not be defined."""
        out, rest, conditions = self.one, [], []
        for a in term.args:
            if isinstance(a, (Delta, Iverson)):
                value = self.normal(a)
                if value.num.is_zero():
                    return self.zero
                if not value.num.is_constant():
                    conditions.append(_condition_of(a))
                out = self.mul(out, value)
            else:
                rest.append(a)
        if conditions:
            inner = tuple(c for c in conditions if constraints_of(c) is not None and self._affine_condition(c))
            return self.mul(out, self.within(inner, lambda: self._product(self.one, rest)))
        return self._product(out, rest)

    def _product(self, out: Ratio, factors: list[Term]) -> Ratio:
        for a in factors:
            out = self.mul(out, self.normal(a))
        return out

    def _affine_condition(self, c: Term) -> bool:
        return all(is_integer(self, side) for side in _sides(c))

    def within(self, conditions: tuple[Term, ...], compute: Callable[[], Ratio]) -> Ratio:
        """What is computed where the conditions hold for some of the bound indices."""
        self.scopes.append(Scope(frozenset(), conditions))
        try:
            return compute()
        except (Undefined, Vacuous) as error:
            raise Unsupported("a term that is defined for some of the indices only") from error
        finally:
            self.scopes.pop()

    def _indicator(self, term: Delta | Iverson) -> Ratio:
        return indicator(self, _condition_of(term))

    def _power(self, term: Power) -> Ratio:
        base, exponent = term.base, term.exponent
        if isinstance(exponent, Number):
            e = exponent.value
            r = self.normal(base)
            if e == -1:
                return inverse(self, r)
            return integer_power(self, r, int(e)) if e.denominator == 1 else rational_power(self, r, e)
        if isinstance(base, Apply) and base.function == "exp" and base.args[0] == ONE:
            return exponential(self, self.normal(exponent))
        x = self.normal(exponent)
        value = self.rational_value(x)
        if value is not None:
            return self._power(Power(base, Number(value)))
        r = self.normal(base)
        if is_integer(self, exponent):
            return self._integer_exponent(r, x)
        require(self, r, ">")
        return exponential(self, self.mul(x, log_abs(self, r)))

    def _integer_exponent(self, r: Ratio, x: Ratio) -> Ratio:
        """``r**x`` for an integer x that is not a number."""
        if r.num.is_zero():
            s = sign(self, x, strict=True)
            if s < 0:
                raise Undefined("a negative power of 0")
            return self.zero if s > 0 else self.one
        try:
            s = sign(self, r, strict=True)
        except Unsplittable:
            raise Unsupported("a power whose base changes sign with an index") from None
        if s == 0:
            return self._integer_exponent(self.zero, x)
        size = exponential(self, self.mul(x, log_abs(self, r)))
        return size if s > 0 else self.mul(self._minus_one(x), size)

    def _minus_one(self, x: Ratio) -> Ratio:
        """(-1)**x for an integer polynomial x."""
        out = self.one
        if not x.den.is_constant():
            raise Unsupported("a power of a negative number")
        for m, c in x.num.to_dict().items():
            c = as_fraction(c)
            if c.denominator != 1 or any(self.kernels[n].data != "integer" for n, e in enumerate(m) if e):
                raise Unsupported("a power of a negative number")
            if c.numerator % 2 == 0:
                continue
            if not any(m):
                out = self.neg(out)
                continue
            key = frozenset(self.kernels[n].key for n, e in enumerate(m) if e)
            parts = frozenset(n for n, e in enumerate(m) if e)
            odd = tuple(1 if e else 0 for e in m)
            k = self.kernel(
                "parity", key, lambda odd=odd: Power(MINUS_ONE, self.monomial_term(odd)), parts,  # type: ignore[misc]
                Interval(Fraction(-1), True, Fraction(1), True),
            )  # fmt: skip
            self.relations.setdefault(k.index, (2, self.one_poly))
            out = self.mul(out, self.generator(k.index))
        return out

    def _cases(self, term: Cases) -> Ratio:
        total, left, partial = self.zero, self.one, False
        for value, condition in term.pieces:
            here = self.mul(left, indicator(self, condition))
            if not here.num.is_zero():
                if here.num.is_constant():
                    return self.add(total, self.mul(here, self.normal(value)))
                known = (condition,) if constraints_of(condition) and self._affine_condition(condition) else ()
                total = self.add(total, self.mul(here, self.within(known, lambda v=value: self.normal(v))))  # type: ignore[misc]
                partial = True
            left = self.mul(left, self.sub(self.one, indicator(self, condition)))
            if left.num.is_zero():
                return total
        if partial:
            raise Unsupported("cases that leave some indices out")
        raise Vacuous("no case applies")

    # ---- binders

    def _sum(self, term: Sum) -> Ratio:
        name = bound_name(height(term, self.heights))
        index = Symbol(name)
        body, guard = instantiate(term.body, index), instantiate(term.guard, index)
        if guard != TRUE:
            body = Mul(Iverson(guard), body)
        bounds = And(Relation(">=", index, term.lower), Relation("<=", index, term.upper))
        return self._region((name,), body, bounds)

    def _region_sum(self, term: RegionSum) -> Ratio:
        return self._region(term.names, term.args[0], term.args[1])

    def _region(self, names: tuple[str, ...], body: Term, condition: Term) -> Ratio:
        constraints = constraints_of(condition)
        assert constraints is not None
        for form, _ in constraints:
            if not all(isinstance(a, Symbol) or self._bound(a).isdisjoint(names) for a in form.coefficients):
                raise Unsupported("a range that is not affine in its index")
        return region_sum(self, body, IndexSet(names, frozenset(constraints)))

    def _product_binder(self, term: Product) -> Ratio:
        """A product of positive factors is the exponential of the sum of their logarithms."""
        name = bound_name(height(term, self.heights))
        index = Symbol(name)
        low, high = affine(term.lower), affine(term.upper)
        body, guard = instantiate(term.body, index), instantiate(term.guard, index)
        gap = high - low
        if gap.is_constant() and gap.constant < 24:
            out = self.one
            for n in range(int(gap.constant) + 1):
                point = (low + n).term()
                factor = Cases((instantiate(term.body, point), instantiate(term.guard, point)), (ONE, TRUE))
                out = self.mul(out, self.normal(factor))
            return out
        if guard != TRUE:
            body = Cases((body, guard), (ONE, TRUE))
        bounds = And(Relation(">=", index, term.lower), Relation("<=", index, term.upper))
        self.scopes.append(Scope(frozenset({name}), (bounds,)))
        try:
            if sign(self, self.normal(body), strict=True) != 1:
                raise Unsupported("a product of factors that may be negative")
        except Unsplittable:
            raise Unsupported("a product of factors of unknown sign") from None
        finally:
            self.scopes.pop()
        return exponential(self, self._region((name,), Apply("log", body), bounds))

    def _derivative(self, term: Derivative) -> Ratio:
        from symderiv.equality.differentiation import NotDifferentiable, differentiate

        try:
            return self.normal(differentiate(term.body, term.variable, self.context))
        except NotDifferentiable as error:
            raise Unsupported(str(error)) from None

    def _apply(self, term: Apply) -> Ratio:
        from symderiv.equality.special import apply_function

        expansion = expand_function(term)
        if expansion is not None:
            return self.normal(expansion)
        return apply_function(self, term)


def hot_name(array: str) -> str:
    """The name of the index of the 1 in a one-hot array."""
    return f"{array}\1hot"


def _condition_of(term: Term) -> Condition:
    if isinstance(term, Delta):
        return Relation("=", term.left, term.right)
    assert isinstance(term, Iverson)
    return term.condition  # type: ignore[return-value]


def _sides(condition: Term) -> list[Term]:
    if isinstance(condition, (And, Not)):
        return [s for c in condition.args for s in _sides(c)]
    return list(condition.args)


def _mentions(key: object, inner: object) -> bool:
    if key == inner:
        return True
    return isinstance(key, (tuple, frozenset)) and any(_mentions(k, inner) for k in key)


_HANDLERS: dict[type, Callable[[NormalForm, Term], Ratio]] = {
    Constant: NormalForm._constant_kernel,
    Symbol: NormalForm._symbol,
    Entry: NormalForm._entry,
    Add: NormalForm._add,
    Mul: NormalForm._mul,
    Power: NormalForm._power,
    Delta: NormalForm._indicator,
    Iverson: NormalForm._indicator,
    Cases: NormalForm._cases,
    Sum: NormalForm._sum,
    RegionSum: NormalForm._region_sum,
    Product: NormalForm._product_binder,
    Derivative: NormalForm._derivative,
    Apply: NormalForm._apply,
}  # type: ignore[dict-item]
