"""The border: SymPy expressions become terms here, and nowhere else.

``from_sympy`` keeps what was written. Inside ``verbatim()`` the order of summands and factors is the author's; outside,
where SymPy has sorted them already, it is the order in which SymPy prints them. Only artefacts go: 1*x, x**1, x + 0,
(x**2)**-1 for x**-2. Every ``Sum`` becomes a binder with a nameless index (several ranges: the first is the innermost,
as in SymPy), a body that is a Piecewise with 0 otherwise becomes its guard. A node that is not listed raises
``DeclarationError``; nothing is skipped. All numbers are real; ``E**x`` is exp(x); floats are refused.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import sympy
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanFalse, BooleanTrue
from sympy.matrices.expressions.matexpr import MatrixElement

from symderiv.errors import DeclarationError
from symderiv.language.expansions import EXPANSIONS
from symderiv.language.extrema import Maximum
from symderiv.language.functions import FUNCTIONS
from symderiv.language.matrix_border import MATRIX_READERS
from symderiv.language.matrix_terms import MatrixTerm, as_number, check_shapes
from symderiv.language.notation import is_verbatim
from symderiv.language.refusals import float_refusal, refusal
from symderiv.language.terms import (
    BINDERS,
    FALSE,
    MINUS_ONE,
    ONE,
    TRUE,
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
    MatrixName,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Relation,
    Symbol,
    Term,
    close_over,
    take_guard,
    walk,
)

__all__ = ["base_name", "from_sympy", "spell", "symbol_name"]

Scope = Mapping[Any, Term]
_RELATIONS = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def from_sympy(expression: Any, *, written: bool | None = None) -> Term:
    """The term for a SymPy expression, number or condition; names are not looked up.

    ``written`` keeps the order of summands and factors (default: inside ``verbatim()``), otherwise SymPy's printing
    order is taken. Raises DeclarationError, without a place, for anything that has no term.
    """
    order = is_verbatim() if written is None else written
    term = _Border(order).read(spell(expression), {})
    if any(isinstance(t, MatrixTerm) for t in walk(term)):
        check_shapes(term)
    return term


def spell(expression: Any) -> Any:
    """The SymPy object for what an author may pass: a SymPy object itself, an integer, a fraction or a bool."""
    if isinstance(expression, (sympy.Basic, sympy.MatrixBase)):
        return expression
    if isinstance(expression, bool):
        return sympy.true if expression else sympy.false
    if isinstance(expression, numbers.Rational):
        return sympy.Rational(int(expression.numerator), int(expression.denominator))
    if isinstance(expression, numbers.Real):
        raise DeclarationError(float_refusal(float(expression)))
    if isinstance(expression, str):
        raise DeclarationError(f"{expression!r} is text; write the SymPy expression itself, without quotes")
    raise DeclarationError(f"{expression!r} is no SymPy expression; write a formula")


def symbol_name(symbol: Any) -> Any:
    """What identifies a SymPy symbol: its name, whatever its assumptions; a Dummy only itself."""
    return symbol if isinstance(symbol, sympy.Dummy) else symbol.name


def base_name(base: Any) -> str:
    """The name of an IndexedBase or MatrixSymbol."""
    return str(base.label) if isinstance(base, sympy.IndexedBase) else str(base.name)


class _Border:
    def __init__(self, written: bool):
        self.written = written

    def read(self, e: Any, scope: Scope) -> Term:
        for kind in type(e).__mro__:
            if kind in _READERS:
                return _READERS[kind](self, e, scope)
        if type(e) in EXPANSIONS:
            return EXPANSIONS[type(e)](e, self.many(e.args, scope))
        if isinstance(e, sympy.Function) and type(e).__name__ in FUNCTIONS:
            return self.function(e, scope)
        raise DeclarationError(refusal(e))

    def many(self, args: Iterable[Any], scope: Scope) -> tuple[Term, ...]:
        return tuple([self.read(a, scope) for a in args])

    # ---- atoms

    def rational(self, e: Any, scope: Scope) -> Term:
        return Number(Fraction(int(e.p), int(e.q)))

    def symbol(self, e: Any, scope: Scope) -> Term:
        key = symbol_name(e)
        if key in scope:
            return scope[key]
        if isinstance(e, sympy.Dummy):
            raise DeclarationError(f"the Dummy {e} stands outside its sum; use a declared symbol")
        if not e.is_commutative:
            raise DeclarationError(f"{e} does not commute; all quantities are real numbers")
        return Symbol(e.name)

    def refuse_float(self, e: Any, scope: Scope) -> Term:
        raise DeclarationError(float_refusal(float(e)))

    # ---- arithmetic

    def add(self, e: Any, scope: Scope) -> Term:
        args = _spine(e) if self.written else e.as_ordered_terms()
        terms = [t for t in self.many(args, scope) if t != ZERO]
        if self.written and terms and isinstance(terms[0], Add):
            terms[:1] = terms[0].args
        terms[1:] = [_subtracted(t) for t in terms[1:]]
        return Add(*terms) if len(terms) > 1 else terms[0] if terms else ZERO

    def mul(self, e: Any, scope: Scope) -> Term:
        if not self.written:
            return self.printed_product(e, scope)
        factors: list[Term] = []
        for n, a in enumerate(_spine(e)):
            # A half that is written second is a division by 2.
            half = n > 0 and isinstance(a, sympy.Pow) and a.base.is_Integer and a.exp == -1
            t = Power(self.read(a.base, scope), MINUS_ONE) if half else self.read(a, scope)
            if t == ONE:
                continue
            flat = isinstance(t, Mul) and (not factors or factors == [MINUS_ONE])
            factors.extend(t.args if flat else (t,))
        if factors[:1] == [MINUS_ONE] and len(factors) == 2 and isinstance(factors[1], Number):
            return Number(-factors[1].value)
        return Mul(*factors) if len(factors) > 1 else factors[0] if factors else ONE

    def printed_product(self, e: Any, scope: Scope) -> Term:
        """Sign and numerator first, one denominator last: -a*b/(2*c)."""
        coefficient = Fraction(1)
        above: list[Term] = []
        below: list[Term] = []
        for a in e.as_ordered_factors():
            t = self.read(a, scope)
            if isinstance(t, Number):
                coefficient *= t.value
            elif isinstance(t, Power) and isinstance(t.exponent, Number) and t.exponent.value < 0:
                below.append(_power(t.base, Number(-t.exponent.value)))
            else:
                above.append(t)
        if coefficient.numerator != 1 or not above:
            above.insert(0, Number(coefficient.numerator))
        if coefficient.denominator != 1:
            below.insert(0, Number(coefficient.denominator))
        if below:
            if above[-1] == ONE:
                above.pop()
            above.append(_inverse(Mul(*below) if len(below) > 1 else below[0]))
        return Mul(*above) if len(above) > 1 else above[0]

    def power(self, e: Any, scope: Scope) -> Term:
        if e.base is sympy.E:
            return Apply("exp", self.read(e.exp, scope))
        base, exponent = self.read(e.base, scope), self.read(e.exp, scope)
        if isinstance(base, Number) and exponent == MINUS_ONE and base.value != 0:
            return Number(1 / base.value)
        return _inverse(base) if exponent == MINUS_ONE else _power(base, exponent)

    # ---- arrays, sums, cases

    def indexed(self, e: Any, scope: Scope) -> Term:
        base, indices = (e.base, e.indices) if isinstance(e, sympy.Indexed) else (e.parent, (e.i, e.j))
        plain = isinstance(base, sympy.MatrixSymbol) or isinstance(getattr(base, "label", None), sympy.Symbol)
        if not plain:
            raise DeclarationError(f"{e} is an entry of {base}; only entries of declared arrays can be read")
        return Entry(base_name(base), tuple([_fold_integers(i) for i in self.many(indices, scope)]))

    def binder(self, e: Any, scope: Scope) -> Term:
        cls = BINDERS[e.func.__name__]
        # SymPy's first range is the innermost: open the outer ones first, so that their indices are known inside.
        opened: list[tuple[str, Symbol, Term, Term]] = []
        inner = dict(scope)
        for index, *ends in reversed([tuple(limit) for limit in e.limits]):
            if len(ends) != 2:
                raise DeclarationError(f"the range of {index} in {e} has no two ends; write ({index}, 1, n)")
            low, high = (_fold_integers(self.bound(end, e, inner)) for end in ends)
            placeholder = Symbol(f"\0{len(inner)}.{len(opened)}.{index.name}")
            hint = index.name.strip("_") or "k" if isinstance(index, sympy.Dummy) else index.name
            opened.append((hint, placeholder, low, high))
            inner[symbol_name(index)] = placeholder
        body = self.read(e.function, inner)
        for name, placeholder, low, high in reversed(opened):
            body, guard = take_guard(cls, body)
            body = cls(
                close_over(body, placeholder.name), low, high, hint=name, guard=close_over(guard, placeholder.name)
            )
        return body

    def bound(self, end: Any, e: Any, scope: Scope) -> Term:
        if end.is_infinite:
            raise DeclarationError(
                f"{e} runs to infinity; sums are finite: give a declared size as the end of the range"
            )
        return self.read(end, scope)

    def piecewise(self, e: Any, scope: Scope) -> Term:
        pieces = [(self.read(p.expr, scope), self.truth(p.cond, scope)) for p in e.args]
        if len(pieces) == 1 and pieces[0][1] == TRUE:
            return pieces[0][0]
        if len(pieces) == 2 and pieces[0][0] == ONE and pieces[1] == (ZERO, TRUE):
            return Iverson(pieces[0][1])
        return Cases(*pieces)

    def delta(self, e: Any, scope: Scope) -> Term:
        if len(e.args) > 2:
            raise DeclarationError(
                f"{e} has a range of its own; write KroneckerDelta(i, j) and a Piecewise for the range"
            )
        return Delta(*self.many(e.args, scope))

    def trace(self, e: Any, scope: Scope) -> Term:
        k = sympy.Dummy("k", integer=True)
        return self.read(sympy.Sum(e.arg[k, k], (k, 0, e.arg.shape[0] - 1)), scope)

    def derivative(self, e: Any, scope: Scope) -> Term:
        body = as_number(self.read(e.expr, scope))
        for variable, count in e.variable_count:
            with sympy.evaluate(True):  # verbatim, SymPy leaves the order 1 + 1
                times = count.func(*count.args) if count.args else count
            if not times.is_Integer:
                raise DeclarationError(f"the order of {e} is {times}; write a derivative of a fixed order")
            term = self.read(variable, scope)
            if not isinstance(term, (Symbol, Entry, MatrixName)):
                raise DeclarationError(
                    f"{variable} in {e} is no symbol and no entry of an array; name it first with p.symbol"
                )
            for _ in range(int(times)):
                body = Derivative(body, term)
        return body

    # ---- functions

    def function(self, e: Any, scope: Scope) -> Term:
        f = FUNCTIONS[type(e).__name__]
        args = self.many(e.args, scope)
        if f.arity and len(args) != f.arity:
            raise DeclarationError(f"{e} has {len(args)} arguments; {f.name} takes {f.arity}")
        return Apply(f.name, *args)

    def declared_function(self, e: Any, scope: Scope) -> Term:
        return Apply(e.func.__name__, *self.many(e.args, scope))

    # ---- conditions

    def relation(self, e: Any, scope: Scope) -> Term:
        sides = self.many((e.lhs, e.rhs), scope)
        if any(isinstance(t, Condition) for t in sides):
            raise DeclarationError(f"{e} compares conditions; write And, Or and Not")
        return Relation(_RELATIONS[e.rel_op], *sides)

    def truth(self, e: Any, scope: Scope) -> Term:
        t = self.read(e, scope)
        if not isinstance(t, Condition):
            raise DeclarationError(f"{e} is a number where a condition is needed; write Eq({e}, 1) or {e} > 0")
        return t

    def boolean(self, e: Any, scope: Scope) -> Term:
        cls = {sympy.And: And, sympy.Or: Or, sympy.Not: Not}[type(e)]
        # And and Or forget the order written; a bound from below before one from above reads best.
        args = sorted(e.args, key=_reading_order) if not isinstance(e, sympy.Not) else e.args
        return cls(*[self.truth(a, scope) for a in args])

    def if_then_else(self, e: Any, scope: Scope) -> Term:
        c, yes, no = (self.truth(a, scope) for a in e.args)
        return Or(And(c, yes), And(Not(c), no))


def _spine(e: Any) -> list[Any]:
    """The operands of ``((a + b) + c) + d`` in order; a loop, since sum([...]) nests as deep as it is long."""
    last: list[Any] = []
    while e.args and type(e.args[0]) is type(e):
        last.extend(reversed(e.args[1:]))
        e = e.args[0]
    return [*e.args, *reversed(last)]


def _subtracted(t: Term) -> Term:
    """The summand -2*x after the first, as the subtraction of 2*x."""
    if isinstance(t, Mul) and isinstance(t.args[0], Number) and t.args[0].value < 0 and t.args[0] != MINUS_ONE:
        return Mul(MINUS_ONE, Number(-t.args[0].value), *t.args[1:])
    return t


def _power(base: Term, exponent: Term) -> Term:
    """base**exponent without the artefacts x**1 and x**0 of sums such as sum(a[n]*x**n for n in range(3))."""
    return base if exponent == ONE else ONE if exponent == ZERO else Power(base, exponent)


def _inverse(below: Term) -> Term:
    """1/below, with (x**2)**-1 written x**-2."""
    if isinstance(below, Power) and isinstance(below.exponent, Number) and below.exponent.value > 0:
        return Power(below.base, Number(-below.exponent.value))
    return Power(below, MINUS_ONE)


def _fold_integers(t: Term) -> Term:
    """Fold numbers that meet in an index or a bound: x[1 + 1] is x[2]."""
    if isinstance(t, Add) and all(isinstance(a, Number) for a in t.args):
        return Number(sum((a.data for a in t.args), Fraction(0)))
    if isinstance(t, Mul) and all(isinstance(a, Number) for a in t.args):
        value = Fraction(1)
        for a in t.args:
            value *= a.data
        return Number(value)
    return t


def _reading_order(condition: Any) -> tuple[int, Any]:
    kinds = {">=": 0, ">": 0, "==": 1, "!=": 1, "<": 2, "<=": 2}
    return kinds.get(getattr(condition, "rel_op", ""), 3), sympy.default_sort_key(condition)


_READERS: dict[type, Callable[[_Border, Any, Scope], Term]] = {
    sympy.Rational: _Border.rational,
    sympy.Float: _Border.refuse_float,
    sympy.Symbol: _Border.symbol,
    sympy.Idx: lambda b, e, s: b.read(e.label, s),
    type(sympy.pi): lambda b, e, s: Constant("pi"),
    type(sympy.E): lambda b, e, s: Apply("exp", ONE),
    sympy.Add: _Border.add,
    sympy.Mul: _Border.mul,
    sympy.Pow: _Border.power,
    sympy.Indexed: _Border.indexed,
    MatrixElement: _Border.indexed,
    sympy.Sum: _Border.binder,
    sympy.Product: _Border.binder,
    Maximum: _Border.binder,
    sympy.Piecewise: _Border.piecewise,
    sympy.KroneckerDelta: _Border.delta,
    sympy.Trace: _Border.trace,
    sympy.Derivative: _Border.derivative,
    AppliedUndef: _Border.declared_function,
    Relational: _Border.relation,
    sympy.And: _Border.boolean,
    sympy.Or: _Border.boolean,
    sympy.Not: _Border.boolean,
    sympy.ITE: _Border.if_then_else,
    BooleanTrue: lambda b, e, s: TRUE,
    BooleanFalse: lambda b, e, s: FALSE,
    **MATRIX_READERS,
}
