"""That every array is read within its axes, for terms whose indices are affine: bounds by bounds, without index sets.

An index expression is smallest where every index in it is at the end of its range that the sign of its coefficient
says. Brackets and guards count where one of them is the very bound in question; what deltas and cases exclude is read
all the same here. So False says nothing.
"""

from __future__ import annotations

from symderiv.equality.affine import Affine, affine
from symderiv.language.context import Context
from symderiv.language.terms import And, Binder, Entry, Iverson, Mul, Relation, Symbol, Term, fresh_name, instantiate

__all__ = ["excess", "reads_inside"]

Ranges = dict[str, tuple[Term | None, Term | None]]
MAX_STEPS = 40


def reads_inside(term: Term, context: Context) -> bool:
    """Is every array in the term, definitions unfolded, read within its axes at all values that the context allows?"""
    ranges: Ranges = {n: (v.range.lower, v.range.upper) for n, v in context.variables.items() if v.range.integer}
    known = [form for c in context.integer_conditions() if (form := excess(c)) is not None]
    return _inside(term, context, ranges, known)


def _inside(term: Term, context: Context, ranges: Ranges, known: list[Affine]) -> bool:
    if isinstance(term, Binder):
        name = fresh_name(term.hint, context.names() | ranges.keys())
        body, guard = (instantiate(t, Symbol(name)) for t in (term.body, term.guard))
        inner = {**ranges, name: (term.lower, term.upper)}
        return (
            _inside(body, context, inner, [*known, *_stated(guard)])
            and _inside(guard, context, inner, known)
            and all(_inside(t, context, ranges, known) for t in (term.lower, term.upper))
        )
    if isinstance(term, Mul) and any(isinstance(f, Iverson) for f in term.args):
        stated = [*known, *(form for f in term.args if isinstance(f, Iverson) for form in _stated(f.condition))]
        return all(_inside(f, context, ranges, known if isinstance(f, Iverson) else stated) for f in term.args)
    if isinstance(term, Entry) and (array := context.arrays.get(term.name)) is not None and not array.padded:
        if len(array.axes) != len(term.indices):
            return False
        for at, (low, high) in zip(term.indices, array.axes, strict=True):
            index = affine(at)
            if not all(_is_at_least_zero(f, ranges, known) for f in (index - affine(low), affine(high) - index)):
                return False
    return all(_inside(a, context, ranges, known) for a in term.args)


def _is_at_least_zero(form: Affine, ranges: Ranges, known: list[Affine]) -> bool:
    """Is the form at least 0 where every index is at its worse end, innermost first?"""
    if not form.is_integral():
        return False
    for _ in range(MAX_STEPS):
        if any((form - k).is_constant() and (form - k).constant >= 0 for k in (*known, Affine({}))):
            return True
        for name in reversed(ranges):
            c = form.coefficient(name)
            end = ranges[name][0 if c > 0 else 1] if c else None
            if end is not None:
                form = form - Affine({Symbol(name): c}) + affine(end).scaled(c)
                break
        else:
            return False
    return False


def _stated(condition: Term) -> list[Affine]:
    """What is at least 0 where the condition holds."""
    conditions = condition.args if isinstance(condition, And) else (condition,)
    return [form for c in conditions if (form := excess(c)) is not None]


def excess(condition: Term) -> Affine | None:
    """What has to be at least 0 for a condition ``a <= b`` or ``a >= b`` to hold."""
    if isinstance(condition, Relation) and condition.op in ("<=", ">="):
        difference = affine(condition.right) - affine(condition.left)
        return difference if condition.op == "<=" else -difference
    return None
