"""Proofs of equality: the normal form in every case, with what they relied on."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from symderiv.equality.affine import affine
from symderiv.equality.conditions import truth_of_integers
from symderiv.equality.constant_sums import counted
from symderiv.equality.conversion import hot_name
from symderiv.equality.index_sets import NeedsIslpy, NotAffine, constraint_condition, implied_equations
from symderiv.equality.kernels import Case, Fact, Memory, Restart, Split, Unsupported, Vacuous
from symderiv.equality.matrix_entries import without_matrices
from symderiv.equality.normal_form import NormalForm
from symderiv.equality.quotients import exact_quotients
from symderiv.equality.rational import Ratio, ReadOutside, TooBig, Undefined
from symderiv.equality.regions import solve_for
from symderiv.equality.reports import readable
from symderiv.equality.signs import Unsplittable, suppose
from symderiv.equality.sums import multiply_out
from symderiv.language.context import Context, Range, Variable, unfold_all
from symderiv.language.terms import (
    FALSE,
    ONE,
    ZERO,
    Entry,
    Not,
    Or,
    Relation,
    Sum,
    Symbol,
    Term,
    substitute,
    symbols_of,
    walk,
)
from symderiv.language.text import to_text
from symderiv.records import Verdict

__all__ = ["constant_value", "plain_context", "prove_equal"]

MAX_CASES = 96
MAX_RESTARTS = 80


@dataclass(slots=True)
class _Outcome:
    """What the cases of one proof have shown so far."""

    proved: int = 0
    vacuous: int = 0
    islpy: bool = False
    left: dict[object, Term] = field(default_factory=dict)
    right: dict[object, Term] = field(default_factory=dict)


def prove_equal(left: Term, right: Term, context: Context, *, seconds: float = 5.0) -> Verdict:
    """ "proved" if the normal forms agree in every case, with domain differences, else "undecided" with the reason.

    "proved" means: equal at all values in the declared ranges at which both sides are defined. Never "refuted".
    """
    deadline = time.process_time() + seconds
    try:
        left, right = (counted(exact_quotients(unfold_all(t, context), context), context) for t in (left, right))
        context = plain_context([left, right], without_matrices(context))
        return _prove(left, right, context, deadline)
    except RecursionError:
        return Verdict("undecided", reason="the terms are nested too deep")


def constant_value(term: Term, context: Context, *, seconds: float) -> tuple[Fraction | None, bool]:
    """(the value if the term is a rational number without any case split, might a case split help?)"""
    memory = Memory()
    deadline = time.process_time() + seconds
    for _ in range(MAX_RESTARTS):
        try:
            term = unfold_all(term, context)
            w = NormalForm(plain_context([term], context), Case(), memory, deadline)
            _use_assumptions(w, w.context)
            return w.rational_value(w.normal(term)), False
        except Restart:
            continue
        except Split:
            return None, True
        except (Unsplittable, Unsupported, Vacuous, Undefined, TooBig, NotAffine, NeedsIslpy, RecursionError):
            return None, False
    return None, False


def _prove(left: Term, right: Term, context: Context, deadline: float) -> Verdict:
    outcome = _Outcome()
    stack = [(Case(), left, right, context)]
    while stack:
        case, a, b, here = stack.pop()
        if outcome.proved + outcome.vacuous + len(stack) > MAX_CASES:
            return Verdict("undecided", reason=f"more than {MAX_CASES} cases")
        try:
            _prove_case(a, b, here, case, deadline, outcome)
        except Split as split:
            stack += [_branch(case, fact, a, b, here) for fact in reversed(split.facts)]
        except (Vacuous, Undefined):
            outcome.vacuous += 1
            if _one_sided(a, b, here, case, deadline):
                outcome.left["case", case] = _outside(case)
        except Unsplittable:
            return Verdict("undecided", reason="a sign that changes with a bound index")
        except (TooBig, Unsupported, NotAffine, NeedsIslpy) as error:
            return Verdict("undecided", reason=str(error))
        except _NotShown as error:
            return Verdict("undecided", reason=str(error))
    if not outcome.proved:
        return Verdict("undecided", reason="one of the sides is defined nowhere")
    differences = [t for k, t in outcome.left.items() if k not in outcome.right]
    differences += [t for k, t in outcome.right.items() if k not in outcome.left]
    method = "normal form and index sets" if outcome.islpy else "normal form"
    shown = [t for t in map(readable, differences) if t is not None]
    return Verdict("proved", method, domain_differences=tuple(dict.fromkeys(shown)))


def _one_sided(left: Term, right: Term, context: Context, case: Case, deadline: float) -> bool:
    """Is exactly one of the sides defined in the case, as far as one reading of each tells?"""
    if not case.facts:
        return False
    defined = []
    for side in (left, right):
        w = NormalForm(context, case, Memory(), deadline)
        try:
            w.prepare()
            _use_assumptions(w, context)
        except (Restart, Split, *_GIVE_UP):
            return False
        try:
            w.normal(side)
            defined.append(True)
        except (Vacuous, Undefined):
            defined.append(False)
        except (Restart, Split, *_OBSTACLES):
            return False
    return defined[0] != defined[1]


def _outside(case: Case) -> Term:
    """That the case does not occur."""
    negated = [_denied(f) for f in case.facts]
    return negated[0] if len(negated) == 1 else Or(*negated)


def _denied(fact: Fact) -> Term:
    c = fact.condition
    if isinstance(c, Relation):
        return Relation(_NEGATED[c.op], c.left, c.right)
    if c is not None:
        return Not(c)
    return Relation(_OUTSIDE[fact.signs], fact.term, ZERO) if fact.term is not None else FALSE


_NEGATED = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_OUTSIDE = {
    frozenset({0}): "!=", frozenset({1}): "<=", frozenset({-1}): ">=",
    frozenset({0, 1}): "<", frozenset({0, -1}): ">", frozenset({1, -1}): "=",
}  # fmt: skip
_OBSTACLES = (Unsplittable, Unsupported, TooBig, NotAffine, NeedsIslpy)
_GIVE_UP = (Vacuous, Undefined, *_OBSTACLES)


class _NotShown(Exception):
    """The normal forms differ in some case."""


def _prove_case(left: Term, right: Term, context: Context, case: Case, deadline: float, outcome: _Outcome) -> None:
    memory = Memory()
    for _ in range(MAX_RESTARTS):
        w = NormalForm(context, case, memory, deadline)
        w.check_time()
        try:
            w.prepare()
            _use_assumptions(w, context)
            a, b = _both_sides(w, left, right)
            difference = w.reduce(a.num * b.den - b.num * a.den)
            shown = difference.is_zero() or _vanishes(w, difference) or _vanishes_multiplied_out(w, difference)
        except Restart:
            continue
        if not shown:
            _use_implied_equation(w, left, right)
            raise _NotShown("the normal forms differ" + (" in a case" if case.facts else ""))
        for condition in w.accesses[0].keys() ^ w.accesses[1].keys():
            name = {**w.accesses[0], **w.accesses[1]}[condition]
            raise _NotShown(f"one side reads {name} outside its range unless {to_text(condition)}")
        outcome.proved += 1
        outcome.islpy |= w.used_islpy
        outcome.left.update(w.requirements[0])
        outcome.right.update(w.requirements[1])
        return
    raise TooBig("too many restarts")


def _use_implied_equation(w: NormalForm, left: Term, right: Term) -> None:
    """Go on with an equation between integers that follows from what holds here: L <= M and M <= L make L = M.

    The one case that is left covers everything.
    """
    present = symbols_of(left) | symbols_of(right)
    for form in implied_equations(w.conditions()):
        name = next((n for n in form.symbols() if solve_for(form, n) is not None and n in present), None)
        equation = constraint_condition((form, True))
        if name is not None and equation not in w.case.conditions():
            raise Split((Fact(condition=equation),))


def _both_sides(w: NormalForm, left: Term, right: Term) -> tuple[Ratio, Ratio]:
    """The normal forms; to read an array outside its axes is an error unless both sides do."""
    try:
        a = w.normal(left)
    except ReadOutside as error:
        try:
            w.normal(right)
        except ReadOutside:
            raise Vacuous("both sides read an array outside its axes") from None
        raise _NotShown(str(error)) from None
    w.side = 1
    # Results computed for the left side would hide what the right side needs to be defined.
    w.memos_clear()
    try:
        return a, w.normal(right)
    except ReadOutside as error:
        raise _NotShown(str(error)) from None


def _vanishes(w: NormalForm, difference: Any) -> bool:
    """Is the difference a multiple of a polynomial that is 0 in this case?"""
    for fact in w.case.facts:
        if fact.term is not None and fact.signs == {0}:
            p = w.normal(fact.term).num
            if not p.is_zero() and divmod(difference, p)[1].is_zero():
                return True
    return False


def _vanishes_multiplied_out(w: NormalForm, difference: Any) -> bool:
    """Is the difference 0 when products of sums are written as sums over pairs of indices?"""
    cells = [w.kernels[n] for n in w.kernels_in(difference) if w.kernels[n].kind == "cell"]
    if not any(len(k.data[0]) > 1 for k in cells):
        return False
    return bool(multiply_out(w, difference).num.is_zero())


def _use_assumptions(w: NormalForm, context: Context) -> None:
    """Equations among the assumptions eliminate a kernel each, inequalities tell signs; integer sets have their own."""
    for a in context.assumptions:
        if not isinstance(a, Relation) or context.is_integer_condition(a):
            continue
        if a.op == "=":
            difference = w.sub(w.normal(a.left), w.normal(a.right))
            if not difference.num.is_constant():
                w.equate(difference.num)
            elif not difference.num.is_zero():
                raise Vacuous("the assumptions contradict each other")
            continue
        low, high = (a.right, a.left) if a.op in (">", ">=") else (a.left, a.right)
        with contextlib.suppress(Unsupported, Unsplittable, NotAffine):  # to know less is no error
            suppose(w, w.sub(w.normal(high), w.normal(low)), _UPWARDS[a.op])


_UPWARDS = {"<": ">", "<=": ">=", ">": ">", ">=": ">=", "!=": "!="}


def _branch(case: Case, fact: Fact, left: Term, right: Term, context: Context) -> tuple[Case, Term, Term, Context]:
    """The case with one more fact; an equation between indices is solved and substituted."""
    fact = _as_equation(case, fact, context)
    extended = Case((*case.facts, fact))
    c = fact.condition
    if isinstance(c, Relation) and c.op == "=":
        form = affine(c.left) - affine(c.right)
        for name in sorted(form.symbols(), key=lambda n: _substitution_order(n, context)):
            value = solve_for(form, name)
            if value is not None:
                step: dict[Term, Term] = {Symbol(name): value.term()}
                facts = tuple(
                    f if f.term is None else Fact(term=substitute(f.term, step), signs=f.signs) for f in case.facts
                )
                extended = Case((*facts, fact))
                assumptions = tuple(
                    a if context.is_integer_condition(a) else substitute(a, step) for a in context.assumptions
                )
                moved = replace(context, assumptions=assumptions)
                return extended, substitute(left, step), substitute(right, step), moved
    return extended, left, right, context


def _as_equation(case: Case, fact: Fact, context: Context) -> Fact:
    """The fact as an equation if it leaves no other choice: K <= 1 where K >= 1 is known."""
    c = fact.condition
    if isinstance(c, Relation) and c.op == ">=":
        w = NormalForm(context, Case((*case.facts, fact)), Memory(), time.process_time() + 1)
        equation = Relation("=", c.left, c.right)
        if truth_of_integers(w, equation):
            return Fact(condition=equation)
    return fact


def _substitution_order(name: str, context: Context) -> tuple[int, str]:
    """Indices are replaced before sizes."""
    v = context.variables.get(name)
    roles = {"index": 0, "variable": 1, "constant": 2, "size": 3}
    return roles.get(v.role if v is not None else "index", 1), name


def plain_context(terms: list[Term], context: Context) -> Context:
    """The context with laws of arrays as equations, one-hot arrays by the index of their 1, definitions unfolded."""
    assumptions = [unfold_all(a, context) for a in context.assumptions]
    arrays = {t.name for s in (*terms, *assumptions) for t in walk(s) if isinstance(t, Entry)}
    variables = dict(context.variables)
    for name in sorted(arrays & set(context.arrays)):
        array = context.arrays[name]
        if len(array.axes) != 1:
            continue
        low, high = (unfold_all(t, context) for t in array.axes[0])
        if array.law == "simplex":
            total = Sum.over("k", low, high, Entry(name, (Symbol("k"),)))
            assumptions.append(Relation("=", total, ONE))
        elif array.law == "one_hot":
            variables[hot_name(name)] = Variable(hot_name(name), Range(low, high, integer=True), "index")
    return Context(variables, context.arrays, {}, tuple(assumptions), recurrences=context.recurrences)
