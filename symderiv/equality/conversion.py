"""From terms to rational functions over kernels: one function for each kind of node."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symderiv.equality.affine import Affine, affine
from symderiv.equality.binders import of_product, of_region_sum, of_sum
from symderiv.equality.conditions import constraints_of, indicator, is_integer, settled, truth_of_integers, within
from symderiv.equality.elementary import (
    exponential,
    integer_power,
    inverse,
    log_abs,
    minus_one,
    rational_power,
)
from symderiv.equality.kernels import NONNEGATIVE, Interval, Unsupported, Vacuous, Workspace
from symderiv.equality.rational import Ratio, ReadOutside, Undefined
from symderiv.equality.regions import MARK, RegionSum
from symderiv.equality.signs import Unsplittable, assume, range_interval, require, sign
from symderiv.equality.special import apply_function
from symderiv.language.context import FAR
from symderiv.language.functions import expand_function
from symderiv.language.terms import (
    ONE,
    ZERO,
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
    Maximum,
    Mul,
    Not,
    Number,
    Power,
    Product,
    Relation,
    Sum,
    Symbol,
    Term,
    walk,
)

__all__ = ["convert", "hot_name"]


def of_constant(w: Workspace, term: Constant) -> Ratio:
    if term.name != "pi":
        raise Unsupported(f"the constant {term.name} is not covered")
    known = Interval(Fraction(3), False, Fraction(22, 7), False)
    return w.generator(w.kernel("constant", "pi", lambda: term, interval=known, data="pi").index)


def of_symbol(w: Workspace, term: Symbol) -> Ratio:
    if term.name[:1] == MARK:
        k = w.kernel("symbol", term.name, lambda: term, bound=frozenset({term.name}), data="integer")
        return w.generator(k.index)
    v = w.context.variables.get(term.name)
    if v is None:
        raise Unsupported(f"{term.name} is not declared")
    k = w.kernel(
        "symbol", term.name, lambda: term, interval=range_interval(v.range),
        data="integer" if v.range.integer else "real",
    )  # fmt: skip
    if v.range.nonzero:
        assume(w, w.gens[k.index], frozenset({1, -1}))
    return w.generator(k.index)


UNPADDED = "\0"
NO_END = (Number(-FAR), Number(FAR))


def of_entry(w: Workspace, term: Entry) -> Ratio:
    """An entry of a padded array is an unknown that exists everywhere, times the bracket of being inside the axes.

    The unknown has a name of its own, so that the bracket is not put on it again when a sum over it is taken apart.
    """
    unpadded = term.name.endswith(UNPADDED)
    array = w.context.arrays.get(term.name.removesuffix(UNPADDED))
    if array is None or len(array.axes) != len(term.indices):
        raise Unsupported(f"{term.name} is not declared")
    forms = tuple(settled(w, affine(i)) for i in term.indices)
    inside = w.one
    for form, (low, high) in zip(forms, array.axes, strict=True):
        index = form.term()
        ends = (Relation(">=", index, low), Relation("<=", index, high))
        within_axis = tuple(c for c in ends if c.right not in NO_END)
        if unpadded:
            continue
        if array.padded:
            inside = w.mul(inside, indicator(w, And(*within_axis)))
        else:
            for c in within_axis:
                _require_inside(w, c, term.name)
    if inside.num.is_zero():
        return w.zero
    if array.law == "one_hot" and len(forms) == 1:
        return _one_hot(w, term, forms)
    name = term.name if unpadded or not array.padded else term.name + UNPADDED
    bound = frozenset().union(*(w.index_affine(f) for f in forms))
    interval = NONNEGATIVE if array.law in ("simplex", "one_hot") else range_interval(array.entries)
    k = w.kernel(
        "entry", (name, forms), lambda: Entry(name, tuple(f.term() for f in forms)),
        interval=interval, bound=bound,
    )  # fmt: skip
    r = w.generator(k.index)
    if array.entries.nonzero:
        assume(w, w.gens[k.index], frozenset({1, -1}))
    return r if inside is w.one else w.mul(inside, r)


def _require_inside(w: Workspace, condition: Relation, name: str) -> None:
    """An array is only defined on its axes: a free index may be assumed to be there, a bound one has to be."""
    if w.trusted or (truth := truth_of_integers(w, condition)):
        return
    if not w.bound_indices(condition).isdisjoint(w.open_names()):
        raise Unsupported(f"an index of {name} may leave its range")
    if truth is False:
        raise ReadOutside(f"{name} is read outside its range")
    w.accesses[w.side].setdefault(condition, name)


def _one_hot(w: Workspace, term: Entry, forms: tuple[Affine, ...]) -> Ratio:
    """A one-hot vector is Kronecker's delta with the index of its 1, an unknown integer within the axis."""
    hot = Symbol(hot_name(term.name))
    return indicator(w, Relation("=", forms[0].term(), hot))


def of_add(w: Workspace, term: Add) -> Ratio:
    out = w.zero
    for a in term.args:
        out = w.add(out, w.normal(a))
    return out


def of_mul(w: Workspace, term: Mul) -> Ratio:
    """Indicators come first: where one is 0 the other factors need not be defined."""
    out, rest, conditions = w.one, [], []
    for a in term.args:
        if isinstance(a, (Delta, Iverson)):
            value = w.normal(a)
            if value.num.is_zero():
                return w.zero
            if not value.num.is_constant():
                conditions.append(_condition_of(a))
            out = w.mul(out, value)
        else:
            rest.append(a)
    if conditions:
        inner = tuple(c for c in conditions if constraints_of(c) is not None and _affine_condition(w, c))
        return w.mul(out, within(w, inner, lambda: _product(w, w.one, rest)))
    return _product(w, out, rest)


def _product(w: Workspace, out: Ratio, factors: list[Term]) -> Ratio:
    for a in factors:
        out = w.mul(out, w.normal(a))
    return out


def _affine_condition(w: Workspace, c: Term) -> bool:
    return all(is_integer(w, side) for side in _sides(c))


def of_indicator(w: Workspace, term: Delta | Iverson) -> Ratio:
    return indicator(w, _condition_of(term))


def of_power(w: Workspace, term: Power) -> Ratio:
    base, exponent = term.base, term.exponent
    if isinstance(exponent, Number):
        e = exponent.value
        r = w.normal(base)
        if e == -1:
            return inverse(w, r)
        return integer_power(w, r, int(e)) if e.denominator == 1 else rational_power(w, r, e)
    if isinstance(base, Apply) and base.function == "exp" and base.args[0] == ONE:
        return exponential(w, w.normal(exponent))
    x = w.normal(exponent)
    value = w.rational_value(x)
    if value is not None:
        return of_power(w, Power(base, Number(value)))
    r = w.normal(base)
    if is_integer(w, exponent):
        return _integer_exponent(w, r, x, exponent)
    return _real_exponent(w, r, x, exponent)


def _real_exponent(w: Workspace, r: Ratio, x: Ratio, exponent: Term) -> Ratio:
    """``r**x`` for a real x: exp(x log(r)), defined for r > 0, and 0 where r = 0 < x."""
    letters = [t for t in walk(exponent) if isinstance(t, (Symbol, Entry, Derivative))]
    continuous = not all(map(w.context.is_integer, letters))
    try:
        if continuous:
            require(w, r, ">=")
        elif sign(w, r, strict=True) < 0:
            raise Unsupported("a power of a negative number whose exponent may be a fraction")
        if sign(w, r, strict=True) > 0:
            return exponential(w, w.mul(x, log_abs(w, r)))
        if continuous:
            require(w, x, ">")
            return w.zero
        if sign(w, x, strict=True) > 0:
            return w.zero
    except Unsplittable:
        raise Unsupported("a power whose base changes sign with an index") from None
    raise Undefined("a power of 0 whose exponent is not positive")


def _integer_exponent(w: Workspace, r: Ratio, x: Ratio, exponent: Term) -> Ratio:
    """``r**x`` for an integer x that is not a number; 0**0 is 1."""
    try:
        s = sign(w, r, strict=True)
    except Unsplittable:
        raise Unsupported("a power whose base changes sign with an index") from None
    if s == 0:
        if indicator(w, Relation("<", exponent, ZERO)).num.is_zero():
            return indicator(w, Relation("=", exponent, ZERO))
        if w.bound_in(x.num):
            raise Unsupported("a power of 0 that is defined for some of the indices only")
        raise Undefined("a negative power of 0")
    size = exponential(w, w.mul(x, log_abs(w, r)))
    return size if s > 0 else w.mul(minus_one(w, x), size)


def of_cases(w: Workspace, term: Cases) -> Ratio:
    total, left, partial = w.zero, w.one, False
    for value, condition in term.pieces:
        here = w.mul(left, indicator(w, condition))
        if not here.num.is_zero():
            if here.num.is_constant():
                return w.add(total, w.mul(here, w.normal(value)))
            known = (condition,) if constraints_of(condition) and _affine_condition(w, condition) else ()
            total = w.add(total, w.mul(here, within(w, known, lambda v=value: w.normal(v))))  # type: ignore[misc]
            partial = True
        left = w.mul(left, w.sub(w.one, indicator(w, condition)))
        if left.num.is_zero():
            return total
    if partial:
        # Undefined for the indices that are left, so any value will do for them.
        return total
    raise Vacuous("no case applies")


# ---- binders


def of_derivative(w: Workspace, term: Derivative) -> Ratio:
    from symderiv.equality.differentiation import NotDifferentiable, differentiate

    # What the body needs in order to be defined, its derivative needs too, though it may not show there.
    w.normal(term.body)
    try:
        return w.normal(differentiate(term.body, term.variable, w.context))
    except NotDifferentiable as error:
        raise Unsupported(str(error)) from None


def of_maximum(w: Workspace, term: Maximum) -> Ratio:
    """A maximum as a number of which no more is known, if it has a value and does not vary with a bound index."""
    from symderiv.equality.maximisers import is_over_something

    if w.bound_indices(term) or not is_over_something(term, w.context):
        raise Unsupported("a maximum whose range may be empty or that changes with a bound index")
    return w.generator(w.kernel("maximum", term, lambda: term).index)


def of_apply(w: Workspace, term: Apply) -> Ratio:
    expansion = expand_function(term)
    if expansion is not None:
        return w.normal(expansion)
    return apply_function(w, term)


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


_HANDLERS: dict[type, Callable[[Workspace, Any], Ratio]] = {
    Constant: of_constant,
    Symbol: of_symbol,
    Entry: of_entry,
    Add: of_add,
    Mul: of_mul,
    Power: of_power,
    Delta: of_indicator,
    Iverson: of_indicator,
    Cases: of_cases,
    Sum: of_sum,
    RegionSum: of_region_sum,
    Product: of_product,
    Maximum: of_maximum,
    Derivative: of_derivative,
    Apply: of_apply,
}


def convert(w: Workspace, term: Term) -> Ratio:
    """The normal form of a term from those of its parts."""
    if isinstance(term, Number):
        return w.constant(term.value)
    handler = _HANDLERS.get(type(term))
    if handler is None:
        raise Unsupported(f"{type(term).__name__} is not covered")
    return handler(w, term)
