"""The value of a term at a point: exact rational where possible, else a ball; derivatives by forward mode.

The semantics of ``language/terms.py``, read literally
  * a sum over an empty or reversed range is 0, a product 1; a guard that fails skips the index
  * a factor ``Delta`` or ``Iverson`` that is 0 makes the product 0 whatever the other factors are (Knuth's strong zero)
  * base**exponent with an exponent that is neither a number nor made of integers is exp(exponent*log(base)), so the
    base must be positive (or 0, with a positive exponent), also where the exponent happens to be an integer
  * only the case that holds is evaluated; where none holds the value is undefined
  * entries are read inside their axes only; outside they are 0 if the array is padded, else ``OutOfRange``
  * definitions are functions of what they unfold to, so that a derivative sees through them

A point maps names of free symbols to exact numbers and ``(array, index tuple)`` to the entries.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

from flint import arb, fmpq

from symderiv.equality.balls import OverBudget, Real, Undefined, sign_of
from symderiv.equality.environment import Environment, PointLike
from symderiv.equality.jets import Jet, Value, add, apply, compare_values, extreme, modulo, multiply, power, real_part
from symderiv.language.context import Context
from symderiv.language.functions import EXPECTATIONS, FUNCTIONS, expand_function
from symderiv.language.matrix_terms import is_matrix
from symderiv.language.terms import (
    TRUE,
    Add,
    And,
    Apply,
    Binder,
    Bound,
    Cases,
    Condition,
    Constant,
    Delta,
    Derivative,
    Entry,
    Iverson,
    Matrix,
    MatrixTerm,
    Maximum,
    Mul,
    Norm,
    Not,
    Number,
    OneEntry,
    Or,
    Power,
    Product,
    Relation,
    Sum,
    Supremum,
    Symbol,
    Term,
    Trace,
    Tuple,
    walk,
)

__all__ = ["Evaluator", "evaluate"]

ZERO, ONE = fmpq(0), fmpq(1)
WORK = 200_000
"""Nodes that one evaluation may visit."""


def evaluate(term: Term, point: PointLike, context: Context, *, work: int = WORK) -> Real:
    """The value of ``term`` (1 or 0 for a condition) at ``point``, at the current precision.

    Raises ``Undefined`` (``OutOfRange`` for a read outside an array's axes) where the term has no value,
    ``Imprecise`` if more bits are needed and ``OverBudget`` if more than ``work`` nodes are visited.
    """
    result = Evaluator(point, context, work).value(term)
    assert not isinstance(result, Jet)
    return result


@lru_cache(maxsize=50_000)
def _loose(term: Term) -> int:
    """How many enclosing binders the term refers to: 0 if it is closed."""
    if isinstance(term, Bound):
        return term.level + 1
    return max((_loose(a) - (n in term.binds) for n, a in enumerate(term.args)), default=0)


@lru_cache(maxsize=10_000)
def _expansion(term: Apply) -> Term | None:
    return expand_function(term)


@lru_cache(maxsize=20_000)
def _factors(term: Mul) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The deltas and brackets among the factors, also those in products inside the product, and the other factors."""
    indicators: list[Term] = []
    rest: list[Term] = []
    for a in term.args:
        if isinstance(a, (Delta, Iverson)):
            indicators.append(a)
        elif isinstance(a, Mul):
            inner, others = _factors(a)
            indicators += inner
            rest += others
        else:
            rest.append(a)
    return tuple(indicators), tuple(rest)


class NothingToCompare(Undefined):
    """The range of a maximum is empty; right inside another maximum it has no part, elsewhere no value."""


class Evaluator(Environment):
    """Evaluates terms at one point; keeps values of definitions, sums and function calls that occur again."""

    def __init__(self, point: PointLike, context: Context, work: int = WORK):
        super().__init__(point, context)
        self.work = work

    def value(self, term: Term) -> Value:
        self.work -= 1
        if self.work < 0:
            raise OverBudget("evaluating takes too much work")
        return self.HANDLERS[type(term)](self, term)

    def _remembered(self, term: Term, compute: Callable[[Any], Value]) -> Value:
        depth = _loose(term)
        key = (term, self.frame_key, *self.bound[-depth:]) if depth else (term, self.frame_key)
        found = self.memo.get(key)
        if found is None:
            found = self.memo[key] = compute(term)
        return found

    # ---------------------------------------------------------------- leaves

    def _number(self, term: Number) -> Value:
        return fmpq(term.value.numerator, term.value.denominator)

    def _constant(self, term: Constant) -> Value:
        if term.name == "pi":
            return arb.pi()
        raise Undefined(f"no value is known for the constant {term.name}")

    def _bound(self, term: Bound) -> Value:
        return self.bound[-1 - term.level]

    # ---------------------------------------------------------------- operations

    def _add(self, term: Add) -> Value:
        total: Value = ZERO
        for a in term.args:
            total = add(total, self.value(a))
        return total

    def _mul(self, term: Mul) -> Value:
        indicators, rest = _factors(term)
        product: Value = ONE
        for a in indicators:
            product = multiply(product, self.value(a))
            if isinstance(product, fmpq) and product == 0:
                return ZERO
        for a in rest:
            product = multiply(product, self.value(a))
        return product

    def _power(self, term: Power) -> Value:
        return self._remembered(term, self._raise)

    def _raise(self, term: Power) -> Value:
        base, exponent = self.value(term.base), self.value(term.exponent)
        if not self._is_discrete(term.exponent):
            # Also where the real exponent happens to be an integer: (x**2)**T is not x**(2*T) at x = -1, T = 1/2.
            sign = sign_of(real_part(base))
            if sign < 0 or (sign == 0 and sign_of(real_part(exponent)) <= 0):
                raise Undefined("a power of a number that is not positive")
        return power(base, exponent)

    def _is_discrete(self, exponent: Term) -> bool:
        """Is the exponent a number, or made of integers only? Otherwise the power is defined by exp and log."""
        if isinstance(exponent, Number):
            return True
        return all(self.context.is_integer(t) for t in walk(exponent) if isinstance(t, (Symbol, Entry, Derivative)))

    def _apply(self, term: Apply) -> Value:
        return self._remembered(term, self._call)

    def _call(self, term: Apply) -> Value:
        definition = self.context.definition_of(term)
        if definition is not None:
            return self.unfold(definition, tuple([self.value(a) for a in term.args]))
        name = term.function
        if name in ("Max", "Min"):
            values = [self.value(a) for a in term.args]
            best = values[0]
            for v in values[1:]:
                best = extreme(best, v, name == "Max")
            return best
        if name == "Mod":
            return modulo(self.value(term.args[0]), self.value(term.args[1]))
        if name in EXPECTATIONS:
            from symderiv.equality.enumeration import expectation

            return expectation(self, term)
        if name not in FUNCTIONS:
            raise Undefined(f"no value is known for the function {name}")
        expansion = _expansion(term)
        return self.value(expansion) if expansion is not None else apply(name, self.value(term.args[0]))

    def _binder(self, term: Binder) -> Value:
        return self._remembered(term, self._iterate)

    def _iterate(self, term: Binder) -> Value:
        low, high = self.integer(term.lower), self.integer(term.upper)
        is_sum = isinstance(term, Sum)
        combine: Callable[[Value, Value], Value] = add if is_sum else multiply
        result: Value = ZERO if is_sum else ONE
        guard, body = term.guard, term.body
        if high - low > self.work:
            raise OverBudget("a range is too long")
        for i in range(low, high + 1):
            self.bound.append(fmpq(i))
            try:
                if guard == TRUE or self.truth(guard):
                    result = combine(result, self.value(body))
            finally:
                self.bound.pop()
        return result

    def _largest(self, term: Maximum) -> Value:
        return self._remembered(term, self._search)

    def _search(self, term: Maximum) -> Value:
        low, high = self.integer(term.lower), self.integer(term.upper)
        if high - low > self.work:
            raise OverBudget("a range is too long")
        best: Value | None = None
        for i in range(low, high + 1):
            self.bound.append(fmpq(i))
            try:
                if term.guard == TRUE or self.truth(term.guard):
                    value = self.value(term.body)
                    best = value if best is None else extreme(best, value, True)
            except NothingToCompare:
                if not isinstance(term.body, Maximum):
                    raise
            finally:
                self.bound.pop()
        if best is None:
            raise NothingToCompare("the maximum over nothing")
        return best

    def _delta(self, term: Delta) -> Value:
        return ONE if compare_values(self.value(term.left), self.value(term.right)) == 0 else ZERO

    def _iverson(self, term: Iverson) -> Value:
        return ONE if self.truth(term.condition) else ZERO

    def _condition(self, term: Condition) -> Value:
        return ONE if self.truth(term) else ZERO

    def _cases(self, term: Cases) -> Value:
        for value, condition in term.pieces:
            if self.truth(condition):
                return self.value(value)
        raise Undefined("no case applies")

    def truth(self, condition: Term) -> bool:
        """Does the condition hold? ``and`` and ``or`` stop at the first part that settles them."""
        if isinstance(condition, And):
            return all(self.truth(c) for c in condition.args)
        if isinstance(condition, Or):
            return any(self.truth(c) for c in condition.args)
        if isinstance(condition, Not):
            return not self.truth(condition.args[0])
        if isinstance(condition, Relation):
            self.work -= 1
            if condition.op in ("=", "!=") and is_matrix(condition.left):
                return self._same_tables(*condition.args) == (condition.op == "=")
            sign = compare_values(self.value(condition.left), self.value(condition.right))
            return _HOLDS[condition.op](sign)
        raise Undefined(f"{condition!r} is no condition")

    def _same_tables(self, left: Term, right: Term) -> bool:
        """Have two matrices the same entries?"""
        from symderiv.equality.matrix_values import matrix_value

        rows, others = matrix_value(self, left), matrix_value(self, right)
        pairs = (p for a, b in zip(rows, others, strict=True) for p in zip(a, b, strict=True))
        return all(compare_values(x, y) == 0 for x, y in pairs)

    def _of_matrices(self, term: Term) -> Value:
        from symderiv.equality.matrix_values import number_value

        return number_value(self, term)

    def _matrix(self, term: Term) -> Value:
        raise Undefined("a table is no single number; its entries are compared one by one")

    HANDLERS: ClassVar[dict[type, Callable[[Any, Any], Value]]] = {
        Number: _number,
        Constant: _constant,
        Bound: _bound,
        Symbol: Environment.symbol,
        Entry: Environment.entry,
        Add: _add,
        Mul: _mul,
        Power: _power,
        Apply: _apply,
        Sum: _binder,
        Product: _binder,
        Maximum: _largest,
        Delta: _delta,
        Iverson: _iverson,
        Cases: _cases,
        Matrix: _matrix,
        Tuple: _matrix,
        **dict.fromkeys((*MatrixTerm.__subclasses__(), Supremum), _matrix),
        **dict.fromkeys((Norm, Trace, OneEntry), _of_matrices),
        Derivative: Environment.derivative,
        Relation: _condition,
        And: _condition,
        Or: _condition,
        Not: _condition,
    }


_HOLDS: dict[str, Callable[[int], bool]] = {
    "=": lambda sign: sign == 0,
    "!=": lambda sign: sign != 0,
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}
