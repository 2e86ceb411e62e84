"""What rules share: building readable terms, comparing them up to order, and the monomials of a sum.

``arrange`` is the only clean-up that happens after every rule without a step of its own: numbers are folded, nested sums
and products flattened, 0 and 1 dropped, a sign moved to the front. It never cancels, expands or reorders what a person
wrote, except that a sum does not start with a minus sign if another summand can stand first.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Apply,
    Binder,
    Condition,
    Constant,
    Delta,
    Derivative,
    Entry,
    Iverson,
    MatrixProduct,
    MatrixSum,
    Mul,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    Term,
    walk,
)

__all__ = [
    "Monomial", "ac_key", "arrange", "build_product", "build_sum", "depends_on", "factors_of", "is_number", "monomial",
    "negate", "same", "summands_of",
]  # fmt: skip

# ---------------------------------------------------------------- comparing

_keys: dict[Term, Term] = {}


def ac_key(term: Term) -> Term:
    """The term with the operands of sums, products, deltas and equations sorted: equal keys mean equal up to order."""
    found = _keys.get(term)
    if found is not None:
        return found
    if not term.args:
        return term
    args = tuple([ac_key(a) for a in term.args])
    if isinstance(term, (Add, Mul, Delta)):
        args = tuple(sorted(args, key=_sort_key))
    key = term.with_args(args)
    if len(_keys) > 200_000:
        _keys.clear()
    _keys[term] = key
    return key


_texts: dict[Term, str] = {}


def _sort_key(term: Term) -> str:
    text = _texts.get(term)
    if text is None:
        text = type(term).__name__ + repr(term.data) + "(" + ",".join(_sort_key(a) for a in term.args) + ")"
        if len(_texts) > 200_000:
            _texts.clear()
        _texts[term] = text
    return text


def same(left: Term, right: Term) -> bool:
    """Equal up to the order of summands and factors."""
    return left == right or ac_key(left) == ac_key(right)


def depends_on(term: Term, variable: Term, context: Context) -> bool:
    """Can the value of ``term`` change with ``variable``? Definitions count as what they unfold to.

    For an entry of an array any access to that array counts.
    """
    if context.definitions and any(context.definition_of(t) is not None for t in walk(term)):
        term = unfold_all(term, context)
    if context.recurrences and any(isinstance(t, Entry) and t.name in context.recurrences for t in walk(term)):
        return True
    terms = [term]
    if context.random:
        # An expectation depends on the parameters of the law.
        families = {t.data for t in walk(term) if isinstance(t, (Symbol, Entry))} & context.random.keys()
        laws = [context.random[name] for name in sorted(families)]
        terms += [m for f in laws for m in (f.mean, f.variance, f.covariance) if m is not None]
    if isinstance(variable, Entry):
        return any(isinstance(t, Entry) and t.name == variable.name for s in terms for t in walk(s))
    return any(t == variable for s in terms for t in walk(s))


def is_number(term: Term) -> bool:
    return isinstance(term, Number)


# ---------------------------------------------------------------- building


def summands_of(term: Term) -> tuple[Term, ...]:
    return term.args if isinstance(term, Add) else (term,)


def factors_of(term: Term) -> tuple[Term, ...]:
    return term.args if isinstance(term, Mul) else (term,)


def negate(term: Term) -> Term:
    """-term, with the sign at the front and no double sign."""
    if isinstance(term, Number):
        return Number(-term.value)
    if isinstance(term, Mul) and isinstance(term.args[0], Number):
        return build_product((Number(-term.args[0].value), *term.args[1:]))
    return build_product((MINUS_ONE, term))


def is_negative_looking(term: Term) -> bool:
    """Is the term printed with a leading minus sign?"""
    if isinstance(term, Number):
        return term.value < 0
    return isinstance(term, Mul) and isinstance(term.args[0], Number) and term.args[0].value < 0


def build_sum(terms: Iterable[Term]) -> Term:
    """A flat sum; numbers are added up (the number stands where the first one stood), zeros dropped."""
    out: list[Term] = []
    total, place = Fraction(0), None
    for t in terms:
        for s in summands_of(t):
            if isinstance(s, Number):
                total += s.value
                place = len(out) if place is None else place
            else:
                out.append(s)
    if total:
        out.insert(place or 0, Number(total))
    if not out:
        return ZERO
    if len(out) == 1:
        return out[0]
    if is_negative_looking(out[0]):
        first = next((n for n, t in enumerate(out) if not is_negative_looking(t)), None)
        if first is not None:
            out.insert(0, out.pop(first))
    return Add(*out)


def build_product(factors: Iterable[Term]) -> Term:
    """A flat product; numbers are multiplied and stand first, ones dropped, a zero makes it 0."""
    out: list[Term] = []
    coefficient = Fraction(1)
    stack = list(factors)
    while stack:
        f = stack.pop(0)
        if isinstance(f, Number):
            coefficient *= f.value
        elif isinstance(f, Mul):
            stack[:0] = f.args
        elif isinstance(f, Power) and isinstance(f.base, Number) and isinstance(f.exponent, Number):
            value = _number_power(f.base.value, f.exponent.value)
            if value is None:
                out.append(f)
            else:
                coefficient *= value
        else:
            out.append(f)
    if coefficient == 0:
        return ZERO
    if coefficient != 1 or not out:
        out.insert(0, Number(coefficient))
    return out[0] if len(out) == 1 else Mul(*out)


def _number_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    if exponent.denominator != 1 or abs(exponent) > 64 or (base == 0 and exponent <= 0):
        return None
    return base ** int(exponent)


def build_power(base: Term, exponent: Term) -> Term:
    """A power; exponents 0 and 1, and numbers to small whole exponents, are evaluated."""
    if exponent == ONE:
        return base
    if exponent == ZERO and base != ZERO:
        return ONE
    if isinstance(base, Number) and isinstance(exponent, Number):
        value = _number_power(base.value, exponent.value)
        if value is not None:
            return Number(value)
    if isinstance(base, Power) and _whole(exponent):
        return build_power(base.base, build_product((base.exponent, exponent)))
    return Power(base, exponent)


def _whole(term: Term) -> bool:
    return isinstance(term, Number) and term.value.denominator == 1


_SPECIAL: dict[tuple[str, Term], Term] = {
    ("exp", ZERO): ONE,
    ("log", ONE): ZERO,
    ("tanh", ZERO): ZERO,
    ("sin", ZERO): ZERO,
    ("cos", ZERO): ONE,
    ("erf", ZERO): ZERO,
    ("Abs", ZERO): ZERO,
}


def arrange(term: Term) -> Term:
    """Fold numbers and drop what does nothing, everywhere in ``term`` (see the module's docstring)."""
    if not term.args:
        return term
    args = tuple([arrange(a) for a in term.args])
    if isinstance(term, Add):
        return build_sum(args)
    if isinstance(term, Mul):
        return build_product(args)
    if isinstance(term, Power):
        return build_power(*args)
    if isinstance(term, Apply) and len(args) == 1 and (term.function, args[0]) in _SPECIAL:
        return _SPECIAL[term.function, args[0]]
    if isinstance(term, Delta):
        if args[0] == args[1]:
            return ONE
        if isinstance(args[0], Number) and isinstance(args[1], Number):
            return ZERO
    if isinstance(term, (MatrixProduct, MatrixSum)):
        from symderiv.rules.matrix_building import arrange_product, arrange_sum

        return arrange_product(args) if isinstance(term, MatrixProduct) else arrange_sum(args)
    if isinstance(term, Sum) and args[0] == ZERO:
        return ZERO
    if isinstance(term, Product) and args[0] == ONE:
        return ONE
    return term.with_args(args)


# ---------------------------------------------------------------- monomials


class Monomial:
    """coefficient * product of base ** exponent; bases in order of appearance, exponents are terms (mostly numbers)."""

    __slots__ = ("coefficient", "powers")

    def __init__(self, coefficient: Fraction, powers: dict[Term, tuple[Term, Term]]):
        self.coefficient, self.powers = coefficient, powers  # key -> (base, exponent)

    def key(self) -> frozenset[tuple[Term, Term]]:
        """What two like terms share."""
        return frozenset((k, ac_key(e)) for k, (_, e) in self.powers.items())

    def term(self) -> Term:
        """The monomial as a product in the order in which a teacher writes it."""
        return build_product((Number(self.coefficient), *ordered_factors(self.powers.values())))


def monomial(term: Term) -> Monomial:
    """Collect equal bases of a product: x*y*x/y**3 has powers x: 2, y: -2. Exponentials keep their exponents apart."""
    coefficient = Fraction(1)
    powers: dict[Term, tuple[Term, Term]] = {}
    stack: list[tuple[Term, Term]] = [(term, ONE)]
    while stack:
        t, e = stack.pop(0)
        if isinstance(t, Mul) and _whole(e):
            stack[:0] = [(a, e) for a in t.args]
            continue
        if isinstance(t, Power) and (_whole(e) or _whole(t.exponent)) and (_whole(e) or e == ONE):
            stack.insert(0, (t.base, build_product((t.exponent, e))))
            continue
        if isinstance(t, Number) and isinstance(e, Number):
            value = _number_power(t.value, e.value)
            if value is not None:
                coefficient *= value
                continue
        if isinstance(t, (Delta, Iverson)) and isinstance(e, Number) and e.value < 0:
            # Never cancelled: where the delta is 0 so is all that it multiplies, and its reciprocal is not 1 there.
            t, e = Power(t, MINUS_ONE), Number(-e.value)
        k = ac_key(t)
        if k in powers:
            base, old = powers[k]
            new = build_sum((old, e))
            if new == ZERO:
                del powers[k]
            else:
                powers[k] = (base, new)
        else:
            powers[k] = (t, e)
    return Monomial(coefficient, powers)


def _rank(base: Term, exponent: Term) -> int:
    below = isinstance(exponent, Number) and exponent.value < 0
    if below:
        return 9
    if isinstance(base, (Constant, Number)):
        return 0
    if isinstance(base, Symbol):
        return 1
    if isinstance(base, Entry):
        return 2
    if isinstance(base, (Delta, Iverson)):
        return 4
    if isinstance(base, Apply):
        return 3
    if isinstance(base, Add):
        return 5
    if isinstance(base, Binder):
        return 6
    if isinstance(base, Derivative):
        return 7
    return 5


def ordered_factors(powers: Iterable[tuple[Term, Term]]) -> list[Term]:
    """Numbers, symbols, entries, functions, deltas, brackets, sums, derivatives, then what is below the fraction bar."""
    ranked = sorted(powers, key=lambda p: _rank(*p))
    return [build_power(b, e) for b, e in ranked]


def contains(term: Term, kinds: type[Term] | tuple[type[Term], ...]) -> bool:
    return any(isinstance(t, kinds) for t in walk(term))


def is_condition(term: Term) -> bool:
    return isinstance(term, Condition)
