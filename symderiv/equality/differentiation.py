"""Mechanical differentiation of terms: the derivative by structural recursion, with no simplification.

The result has the value of the derivative wherever the result is defined, so that it may replace the derivative in a
proof of equality wherever both sides are defined. At kinks and jumps the result has no value: conditions on reals that
depend on the variable are narrowed to their interior, and ``sign`` and its like become cases that leave out the jump.

Nothing here looks at ``jets.py``, which takes derivatives of numbers: each checks the other.
"""

from __future__ import annotations

from collections.abc import Callable

from symderiv.errors import SymderivError
from symderiv.language.context import Context, Definition, unfold_all
from symderiv.language.functions import expand_function
from symderiv.language.maximisers import is_continuous, largest_value
from symderiv.language.terms import (
    FALSE,
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Add,
    And,
    Apply,
    Binder,
    Bound,
    Cases,
    Constant,
    Delta,
    Derivative,
    Entry,
    Iverson,
    Maximum,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Product,
    Relation,
    Sum,
    Symbol,
    Term,
    lift,
    substitute,
)

__all__ = ["Differentiation", "NotDifferentiable", "differentiate"]


class NotDifferentiable(SymderivError):
    """No rule gives the derivative: a bound or an index that depends on the variable, an unknown function."""


def differentiate(term: Term, variable: Term, context: Context) -> Term:
    """The derivative of ``term`` by ``variable``, a free symbol or an entry; derivatives inside are carried out too.

    Definitions that depend on the variable are unfolded, others stay. An entry by an entry of the same array gives
    Kronecker deltas, one for each pair of indices. Raises ``NotDifferentiable``. Terminates: every call is on a smaller
    term or unfolds a definition, and definitions use earlier ones only.
    """
    _check_variable(variable, context)
    return Differentiation(context).of(term, variable)


def _check_variable(variable: Term, context: Context) -> None:
    if context.definition_of(variable) is not None or not isinstance(variable, (Symbol, Entry)):
        raise NotDifferentiable(f"{variable!r} is no variable; differentiate by a symbol or by an entry of an array")
    if isinstance(variable, Symbol) and context.is_integer(variable):
        raise NotDifferentiable(f"{variable.name} is an integer; no derivative is taken by it")


_Z = Symbol("z")
_SLOPES: dict[str, Term] = {
    "exp": Apply("exp", _Z),
    "log": Power(_Z, MINUS_ONE),
    "sin": Apply("cos", _Z),
    "cos": -Apply("sin", _Z),
    "tan": ONE + Apply("tan", _Z) ** 2,
    "asin": Power(ONE - _Z**2, -HALF),
    "acos": -Power(ONE - _Z**2, -HALF),
    "atan": Power(ONE + _Z**2, MINUS_ONE),
    "sinh": Apply("cosh", _Z),
    "cosh": Apply("sinh", _Z),
    "tanh": ONE - Apply("tanh", _Z) ** 2,
    "asinh": Power(_Z**2 + ONE, -HALF),
    # sqrt(z - 1)*sqrt(z + 1) has the domain of arcosh, sqrt(z**2 - 1) would be wider.
    "acosh": Power(_Z - ONE, -HALF) * Power(_Z + ONE, -HALF),
    "atanh": Power(ONE - _Z**2, MINUS_ONE),
    "erf": TWO * Power(Constant("pi"), -HALF) * Apply("exp", -(_Z**2)),
    "sigmoid": Apply("sigmoid", _Z) * (ONE - Apply("sigmoid", _Z)),
    "Abs": Cases((ONE, Relation(">", _Z, ZERO)), (MINUS_ONE, Relation("<", _Z, ZERO))),
    "sign": Cases((ZERO, Relation("!=", _Z, ZERO))),
    "Heaviside": Cases((ZERO, Relation("!=", _Z, ZERO))),
    "floor": Cases((ZERO, Relation("!=", Apply("floor", _Z), _Z))),
    "ceiling": Cases((ZERO, Relation("!=", Apply("ceiling", _Z), _Z))),
}
"""The derivative of each primitive function at z."""


class Differentiation:
    """The rules; ``of`` is the derivative of a term by a variable."""

    def __init__(self, context: Context):
        self.context = context
        self.reached: dict[Term, frozenset[str]] = {}

    # ---------------------------------------------------------------- dependence

    def _names(self, term: Term) -> frozenset[str]:
        """Names of symbols and arrays that the value of the term depends on, through definitions."""
        found = self.reached.get(term)
        if found is None:
            if isinstance(term, Entry) and term.name in self.context.recurrences:
                raise NotDifferentiable(f"{term!r} is made of earlier entries; find its closed form first")
            definition = self.context.definition_of(term)
            out = {term.data} if isinstance(term, (Symbol, Entry)) and definition is None else set()
            out.update(*(self._names(a) for a in term.args))
            if definition is not None:
                out |= self._names(definition.body) - set(definition.parameters)
            found = self.reached[term] = frozenset(out)
        return found

    def depends(self, term: Term, variable: Term) -> bool:
        return variable.data in self._names(term)

    # ---------------------------------------------------------------- rules

    def of_definition(self, term: Term, definition: Definition, variable: Term) -> Term:
        """The derivative of a name that depends on the variable."""
        return self.of(definition.instance(term.args), variable)

    def of(self, term: Term, variable: Term) -> Term:
        if not self.depends(term, variable):
            return ZERO
        rule: Callable[[Differentiation, Term, Term], Term] | None = _RULES.get(type(term))
        if rule is None:
            raise NotDifferentiable(f"{term!r} has no derivative")
        return rule(self, term, variable)

    def _symbol(self, term: Term, variable: Term) -> Term:
        definition = self.context.definition_of(term)
        return ONE if definition is None else self.of_definition(term, definition, variable)

    def _entry(self, term: Entry, variable: Term) -> Term:
        definition = self.context.definition_of(term)
        if any(self.depends(i, variable) for i in term.indices):
            raise NotDifferentiable(f"an index of {term!r} depends on {variable!r}")
        if definition is not None:
            return self.of_definition(term, definition, variable)
        if not isinstance(variable, Entry) or len(variable.indices) != len(term.indices):
            return ZERO
        pairs = zip(term.indices, variable.indices, strict=True)
        return _product(*(ONE if i == j else Delta(i, j) for i, j in pairs))

    def _add(self, term: Add, variable: Term) -> Term:
        return _sum(*(self.of(a, variable) for a in term.args))

    def _mul(self, term: Mul, variable: Term) -> Term:
        factors = term.args
        slopes = [self.of(f, variable) for f in factors]
        return _sum(
            *(_product(*factors[:n], d, *factors[n + 1 :]) for n, d in enumerate(slopes) if d != ZERO),
        )

    def _power(self, term: Power, variable: Term) -> Term:
        base, exponent = term.base, term.exponent
        by_base: Term = ZERO
        by_exponent: Term = ZERO
        if self.depends(base, variable):
            by_base = _product(exponent, _one_less(base, exponent), self.of(base, variable))
            if self.depends(exponent, variable):
                # Only where the base is positive, and there the power is exp(exponent * log(base)).
                by_exponent = _product(term, Apply("log", base), self.of(exponent, variable))
        else:
            by_exponent = _product(term, Apply("log", base), self.of(exponent, variable))
        return _sum(by_base, by_exponent)

    def _apply(self, term: Apply, variable: Term) -> Term:
        definition = self.context.definition_of(term)
        if definition is not None:
            return self.of_definition(term, definition, variable)
        expansion = expand_function(term)
        if expansion is not None:
            return self.of(expansion, variable)
        if term.function in ("Max", "Min"):
            return self._extreme(term, variable)
        if term.function == "Mod":
            a, m = term.args
            return self.of(a - m * Apply("floor", a / m), variable)
        slope = _SLOPES.get(term.function)
        if slope is None:
            raise NotDifferentiable(f"no derivative of {term.function} is known")
        return _product(substitute(slope, {_Z: term.args[0]}), self.of(term.args[0], variable))

    def _extreme(self, term: Apply, variable: Term) -> Term:
        op = ">" if term.function == "Max" else "<"
        pieces = []
        for n, a in enumerate(term.args):
            others = [*term.args[:n], *term.args[n + 1 :]]
            wins = [Relation(op, a, b) for b in others]
            pieces.append((self.of(a, variable), wins[0] if len(wins) == 1 else And(*wins)))
        return Cases(*pieces)

    def _constant_on_pieces(self, term: Term, variable: Term) -> Term:
        """An Iverson bracket or a delta: 0, except where its condition may change."""
        condition = term.condition if isinstance(term, Iverson) else Relation("=", *term.args)
        inside, outside = self._interior(condition, variable), self._interior(Not(condition), variable)
        return Cases((ZERO, inside), (ZERO, outside))

    def _cases(self, term: Cases, variable: Term) -> Term:
        pieces: list[tuple[Term, Term]] = []
        before: list[Term] = []
        for value, condition in term.pieces:
            inside = self._interior(condition, variable)
            if not self.depends(condition, variable):
                inside = condition
            parts = (*before, inside)
            pieces.append((self.of(value, variable), parts[0] if len(parts) == 1 else And(*parts)))
            if self.depends(condition, variable):
                before.append(self._interior(Not(condition), variable))
        return Cases(*pieces)

    def _interior(self, condition: Term, variable: Term, holds: bool = True) -> Term:
        """A condition that implies this one (its negation) also for all nearby values of the variable."""
        if isinstance(condition, Not):
            return self._interior(condition.args[0], variable, not holds)
        if isinstance(condition, (And, Or)):
            parts = tuple(self._interior(c, variable, holds) for c in condition.args)
            return And(*parts) if isinstance(condition, And) == holds else Or(*parts)
        if not self.depends(condition, variable):
            return condition if holds else Not(condition)
        if not isinstance(condition, Relation):
            raise NotDifferentiable(f"{condition!r} depends on {variable!r}")
        op = condition.op if holds else _NEGATED[condition.op]
        return FALSE if op == "=" else Relation(op.rstrip("=") if op != "!=" else op, condition.left, condition.right)

    def _binder(self, term: Binder, variable: Term) -> Term:
        if any(self.depends(t, variable) for t in (term.lower, term.upper, term.guard)):
            raise NotDifferentiable(f"the range of {term!r} depends on {variable!r}")
        if isinstance(term, Maximum):
            return self._maximum(term, variable)
        below = lift(variable, 1)
        slope = self.of(term.body, below)
        if slope == ZERO:
            return ZERO
        if isinstance(term, Sum):
            return Sum(slope, term.lower, term.upper, hint=term.hint, guard=term.guard)
        # The product rule: the sum over j of the slope of factor j times the product of the other factors.
        body, guard, *bounds = lift(term, 1).args
        others = term.with_args((body, And(Relation("!=", Bound(0), Bound(1)), guard), *bounds))
        return Sum(_product(slope, others), term.lower, term.upper, hint=term.hint, guard=term.guard)

    def _maximum(self, term: Maximum, variable: Term) -> Term:
        """At a unique maximiser: the derivative of the largest value, the others stay smaller nearby."""
        if not is_continuous(unfold_all(term.body, self.context)):
            raise NotDifferentiable("the maximum of something that may jump")
        largest = largest_value(term, self.context)
        if largest is None:
            raise NotDifferentiable("no unique maximiser is declared for a maximum")
        return self.of(largest, variable)

    def _derivative(self, term: Derivative, variable: Term) -> Term:
        _check_variable(term.variable, self.context)
        if isinstance(term.variable, Entry) and any(self.depends(i, variable) for i in term.variable.indices):
            raise NotDifferentiable(f"an index of {term.variable!r} depends on {variable!r}")
        return self.of(self.of(term.body, term.variable), variable)


_NEGATED = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_RULES: dict[type, Callable[..., Term]] = {
    Symbol: Differentiation._symbol,
    Entry: Differentiation._entry,
    Add: Differentiation._add,
    Mul: Differentiation._mul,
    Power: Differentiation._power,
    Apply: Differentiation._apply,
    Iverson: Differentiation._constant_on_pieces,
    Delta: Differentiation._constant_on_pieces,
    Cases: Differentiation._cases,
    Sum: Differentiation._binder,
    Product: Differentiation._binder,
    Maximum: Differentiation._binder,
    Derivative: Differentiation._derivative,
}


def _one_less(base: Term, exponent: Term) -> Term:
    """base ** (exponent - 1)."""
    if isinstance(exponent, Number):
        e = exponent.value - 1
        return ONE if e == 0 else base if e == 1 else Power(base, Number(e))
    return Power(base, exponent - ONE)


def _sum(*terms: Term) -> Term:
    kept = [t for t in terms if t != ZERO]
    return ZERO if not kept else kept[0] if len(kept) == 1 else Add(*kept)


def _product(*factors: Term) -> Term:
    if ZERO in factors:
        return ZERO
    kept = [f for f in factors if f != ONE]
    return ONE if not kept else kept[0] if len(kept) == 1 else Mul(*kept)
