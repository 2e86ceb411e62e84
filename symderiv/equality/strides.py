"""Conditions with products and floors in the ranges of sums: a stride or a dilation that is a symbol.

S*i <= p is i <= floor(p/S) for S > 0, and the floor is an integer of its own, so that the range stays an interval. What
cannot be solved for one index like that (S*i + D*j = t) stays a factor of the summand.
Source: Graham, Knuth & Patashnik, *Concrete Mathematics*, section 3.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from symderiv.equality.affine import Affine, affine
from symderiv.equality.index_sets import Constraint, IndexSet, constraint_condition, normal_constraint
from symderiv.language.terms import ZERO, Apply, Iverson, Mul, Number, Power, Relation, Symbol, Term, symbols_of

__all__ = ["affine_region", "product_facts", "quotients", "without_floor"]

MINUS_ONE = Number(-1)
MAX_FACTS = 24


class Known(NamedTuple):
    """What a proof knows about integers."""

    positive: Callable[[Affine], bool]
    """Is the form known to be at least 1?"""
    whole: Callable[[Term], bool]
    """Is the term certainly an integer?"""


def affine_region(known: Known, body: Term, region: IndexSet) -> tuple[Term, IndexSet]:
    """The sum with a range that is affine in the indices."""
    names = set(region.names)
    kept: set[Constraint] = set()
    factors: list[Term] = []
    for form, equal in sorted(region.constraints, key=repr):
        if form.hidden().isdisjoint(names):
            kept.add(normal_constraint((_oriented(known, form), equal)))
            continue
        solved = None if equal else _solved(known, form, names)
        if solved is not None:
            kept.add(normal_constraint((_oriented(known, solved), False)))
        else:
            factors.append(Iverson(constraint_condition((form, equal))))
    return (Mul(*factors, body) if factors else body), IndexSet(region.names, frozenset(kept))


def _solved(known: Known, form: Affine, names: set[str]) -> Affine | None:
    """``factor * index + rest >= 0`` as a bound on the index, if it has one and the sign of the factor is known."""
    found = form.symbols() & names
    if len(found) != 1:
        return None
    (name,) = found
    factor, rest = Affine({}), Affine({}, form.constant)
    for atom, c in form.coefficients.items():
        if name not in symbols_of(atom):
            rest = rest + Affine({atom: c})
            continue
        cofactor = _cofactor(atom, name)
        if cofactor is None or name in symbols_of(cofactor):
            return None
        factor = factor + affine(cofactor).scaled(c)
    if known.positive(factor):
        return Affine({Symbol(name): 1}) + _floor(rest, factor)
    return _floor(rest, -factor) - Affine({Symbol(name): 1}) if known.positive(-factor) else None


def _cofactor(atom: Term, name: str) -> Term | None:
    """The other factors of a product with the index as one factor."""
    if atom == Symbol(name):
        return Number(1)
    if not isinstance(atom, Mul) or atom.args.count(Symbol(name)) != 1:
        return None
    rest = tuple(a for a in atom.args if a != Symbol(name))
    return rest[0] if len(rest) == 1 else Mul(*rest)


def _floor(above: Affine, below: Affine) -> Affine:
    return affine(Apply("floor", Mul(above.term(), Power(below.term(), MINUS_ONE))))


def _oriented(known: Known, form: Affine) -> Affine:
    """Floors of p/q and of -p/q by one of the two: floor(-p/q) = -floor((p - 1)/q) - 1 for whole p and q > 0."""
    for atom, c in list(form.coefficients.items()):
        if not isinstance(atom, Apply) or atom.function != "floor":
            continue
        fraction = affine(atom.args[0])
        below = _denominator(fraction)
        if below is None or not known.positive(affine(below)):
            continue
        above = affine(Mul(below, fraction.term()))
        if (
            above.is_constant()
            or not known.whole(above.term())
            or not above.is_integral()
            or _denominator(above) is not None
        ):
            continue
        if above.leading_sign() < 0:
            form = form - Affine({atom: c}) + (-_floor(-above - 1, affine(below)) - 1).scaled(c)
    return form


def without_floor(known: Known, form: Affine) -> Affine:
    """``form >= 0`` without the floor of a fraction p/q, where it has one, times 1 or -1, and q > 0 is known.

    floor(p/q) + r >= 0 is p + q r >= 0, and r - floor(p/q) >= 0 is q (r + 1) - p - 1 >= 0.
    """
    floors = [a for a in form.coefficients if isinstance(a, Apply) and a.function == "floor"]
    if len(floors) != 1 or abs(form.coefficients[floors[0]]) != 1 or not form.is_integral():
        return form
    fraction = affine(floors[0].args[0])
    below = _denominator(fraction)
    if below is None or not known.positive(affine(below)):
        return form
    above = affine(Mul(below, fraction.term()))
    c = form.coefficients[floors[0]]
    rest = form - Affine({floors[0]: c})
    if not known.whole(above.term()) or not above.is_integral() or _denominator(above) is not None:
        return form
    times = affine(Mul(below, rest.term()))
    return above + times if c == 1 else times + affine(below) - above - 1


def quotients(form: Affine, names: frozenset[str]) -> list[Affine]:
    """What a stride is multiplied by in an index, with an index of the sum in it: i - 1 for S (i - 1) + j.

    With it as the new index S (i - 1) + 1 and, counted from the other end, S (m - i) + 1 read alike. A stride that is a
    number counts the same way: i + 1 for 2 i + 3.
    """
    out: list[Affine] = []
    coefficients = [form.coefficient(n) for n in names]
    sizes = {abs(int(c)) for c in coefficients} - {0, 1}
    for size in sorted(sizes) if form.is_integral() else ():
        out.append(Affine({a: int(c) // size for a, c in form.coefficients.items()}, int(form.constant) // size))
    strides = {f for a in form.coefficients if isinstance(a, Mul) and symbols_of(a) & names for f in a.args}
    for stride in sorted((f for f in strides if isinstance(f, Symbol) and f.name not in names), key=repr):
        divided = Affine({})
        for atom, c in form.coefficients.items():
            cofactor = _cofactor(atom, stride.name)
            if cofactor is not None:
                divided = divided + affine(cofactor).scaled(c)
        if not divided.symbols().isdisjoint(names) and divided.hidden().isdisjoint(names):
            out.append(divided)
    return out


def product_facts(known: Known, forms: Iterable[Affine], constraints: Iterable[Constraint]) -> list[Relation]:
    """What follows for products u*v in the forms when conditions on u are multiplied by a v that is known positive."""
    conditions = [c for c in constraints if all(isinstance(a, Symbol) for a in c[0].coefficients)]
    out: dict[Relation, None] = {}
    for atom in dict.fromkeys(a for f in forms for a in f.coefficients):
        factors = atom.args if isinstance(atom, Mul) and len(atom.args) == 2 else ()
        for u, v in (factors, factors[::-1]) if factors else ():
            if not (isinstance(u, Symbol) and isinstance(v, Symbol) and u != v and known.positive(Affine({v: 1}))):
                continue
            for form, equal in conditions:
                if form.coefficient(u.name):
                    product = affine(Mul(v, form.term()))
                    out.setdefault(Relation("=" if equal else ">=", product.term(), ZERO))
    return list(out)[:MAX_FACTS]


def _denominator(form: Affine) -> Term | None:
    """The symbol that the form, or a part of it, is divided by, if there is one and only one."""
    below = {
        f.base
        for a in form.coefficients
        for f in (a.args if isinstance(a, Mul) else (a,))
        if isinstance(f, Power) and isinstance(f.exponent, Number) and f.exponent.value < 0
    }
    return below.pop() if len(below) == 1 else None
