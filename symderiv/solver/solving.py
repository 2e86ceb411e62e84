"""Finding unknowns: bring the subject into the shape of the goal and read them off, or isolate the unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from symderiv.language.context import Context
from symderiv.language.functions import FUNCTIONS, expand_function
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Apply,
    Entry,
    Mul,
    Number,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
    walk,
)
from symderiv.records import Rewrite, Rule, Step
from symderiv.rules import algebra, exponentials, sums
from symderiv.rules.conditions import is_nonzero, is_positive
from symderiv.rules.structure import (
    ac_key,
    arrange,
    build_power,
    build_product,
    build_sum,
    depends_on,
    factors_of,
    monomial,
    negate,
    same,
    summands_of,
)
from symderiv.solver.finishing import ALGEBRA, finish
from symderiv.solver.inverting import DIVISION, undo_rounding
from symderiv.solver.joining import exhausted
from symderiv.solver.lines import compress
from symderiv.solver.search import Costs, _Side
from symderiv.solver.unifying import Bindings, special_key, unify

__all__ = ["isolate", "on_right", "shape"]

CONVERSIONS = tuple(
    r
    for r in exponentials.RULES
    if r.name in (
        "sigmoid by tanh", "tanh by the sigmoid", "definition of the sigmoid", "definition of tanh",
        "definition of the function",
    )
)  # fmt: skip
SHAPING = (
    *ALGEBRA,
    *CONVERSIONS,
    *(r for r in sums.RULES if r.name in ("split off the first term", "shift the index", "write the sum out")),
)
_SPREAD = (
    *(r for r in sums.RULES if r.name in ("sum of a constant", "constant factor out of the sum", "split the sum")),
    *(r for r in algebra.RULES if r.name == "expand"),
)
_PULLED = tuple(r for r in sums.RULES if r.name == "constant factor out of the sum")
_POWERS = next(r for r in algebra.RULES if r.name == "collect powers")
EQUATION = "do the same on both sides"


def _heads(term: Term) -> frozenset[str]:
    return frozenset(t.function for t in walk(term) if isinstance(t, Apply))


def shape(
    subject: Term, goal: Term, unknowns: frozenset[str], context: Context, *, budget: int = 150
) -> tuple[list[Step], Term, Bindings] | None:
    """Rewrite ``subject`` until ``goal`` fits: functions that the goal does not contain are expensive."""
    unwanted = frozenset(FUNCTIONS) - _heads(goal) - {"Max", "Min"}
    side = _Side(subject, context, SHAPING, Costs(unwanted))
    found = unify(goal, subject, unknowns)
    if found is not None:
        return [], subject, found
    while side.queue and side.done < budget:
        for key in side.grow():
            line = side.seen[key][2]
            found = unify(goal, line, unknowns)
            if found is None and isinstance(line, (Add, Mul)):
                expanded = algebra.expand(line)
                found = unify(goal, expanded, unknowns) if expanded is not None and same(expanded, line) else None
            if found is not None:
                return list(compress(side.steps_to(key))), line, found
    return None


# ---------------------------------------------------------------- isolating one unknown


def isolate(subject: Term, goal: Term, unknown: Term, context: Context) -> tuple[list[Step], Term] | None:
    """Solve subject = goal(unknown) by inverse operations; every line is an equation with the unknown on the left.

    Handles one occurrence under invertible functions, and the unknown in a fraction or several summands if the equation
    is linear in it after clearing denominators. Terminates: each operation takes one layer off the unknown's side.
    """
    steps: list[Step] = []
    left, right = goal, subject
    line: Term = Relation("=", subject, goal)
    turned = Relation("=", left, right)
    steps.append(Step("swap the sides", (), line, turned))
    line = turned
    for _ in range(30):
        if left == unknown and not depends_on(right, unknown, context):
            finishing, result = finish(right, context, rearranging=all(s.note != DIVISION for s in steps))
            for s in finishing:
                steps.append(on_right(unknown, s))
            return steps, result
        for rules in ((*_PULLED, _powers_of(unknown)), _SPREAD):
            if any(isinstance(t, Sum) and _count(t.body, unknown) for t in walk(left)):
                spread, left = exhausted(left, context, rules)
                steps += [_on_left(right, s) for s in spread]
                line = Relation("=", left, right)
        move = _peel(left, right, unknown, context)
        if move is None:
            return None
        left, right, what, conditions = move
        left, right = arrange(left), arrange(right)
        new = Relation("=", left, right)
        if new == line:
            return None
        steps.append(Step(EQUATION, (), line, new, conditions, note=what))
        line = new
    return None


def _powers_of(unknown: Term) -> Rule:
    """(x/s)**2 = x**2/s**2 where the unknown stands in it, so that it can leave a sum."""

    def apply(term: Term, context: Context) -> Iterator[Rewrite]:
        if isinstance(term, Power) and _count(term, unknown):
            yield from _POWERS.apply(term, context)

    return replace(_POWERS, apply=apply)


def on_right(left: Term, step: Step) -> Step:
    """The step on the right side of an equation."""
    return _on_side(step, 1, lambda t: Relation("=", left, t))


def _on_left(right: Term, step: Step) -> Step:
    return _on_side(step, 0, lambda t: Relation("=", t, right))


def _on_side(step: Step, side: int, wrap: Callable[[Term], Term]) -> Step:
    substeps = tuple(_on_side(s, side, wrap) for s in step.substeps) if _is_chain(step) else step.substeps
    return replace(step, path=(side, *step.path), before=wrap(step.before), after=wrap(step.after), substeps=substeps)


def _is_chain(step: Step) -> bool:
    return bool(step.substeps) and step.substeps[0].before == step.before


def _count(term: Term, unknown: Term) -> int:
    return sum(t == unknown for t in walk(term))


def _peel(left: Term, right: Term, unknown: Term, context: Context) -> tuple[Term, Term, str, tuple[Term, ...]] | None:
    """(new left, new right, what was done, conditions) with one layer less around the unknown."""
    operands = [a for a in left.args if _count(a, unknown)] if isinstance(left, (Add, Mul)) else [left]
    if not _count(left, unknown):
        return None
    if _count(right, unknown) or len(operands) > 1 or (isinstance(left, Power) and _count(left.exponent, unknown)):
        return _linear(left, right, unknown, context)
    if isinstance(left, Add):
        moved = [s for s in left.args if not _count(s, unknown)]
        (kept,) = [s for s in left.args if _count(s, unknown)]
        return kept, build_sum((right, *map(negate, moved))), "subtract", ()
    if isinstance(left, Mul):
        known = [f for f in left.args if not _count(f, unknown)]
        (kept,) = [f for f in left.args if _count(f, unknown)]
        if any(is_nonzero(f, context) is False for f in known):
            return None
        conditions = tuple(Relation("!=", f, ZERO) for f in known if not is_nonzero(f, context))
        return kept, build_product((right, *[build_power(f, MINUS_ONE) for f in known])), "divide", conditions
    if isinstance(left, Power) and isinstance(left.exponent, Number) and not _count(left.exponent, unknown):
        n = left.exponent.value
        if n == -1:
            conditions = () if is_nonzero(right, context) else (Relation("!=", right, ZERO),)
            return left.base, build_power(right, MINUS_ONE), "take reciprocals", conditions
        whole_odd = n.denominator == 1 and n.numerator % 2 == 1
        if is_positive(left.base, context) or (whole_odd and n > 0 and is_positive(right, context)):
            # s**-2 = 1/v gives s = v**(1/2), not (1/v)**(-1/2).
            root = right if n > 0 else monomial(build_power(right, MINUS_ONE)).term()
            return left.base, build_power(root, Number(1 / abs(n))), "take the root", (Relation(">", left.base, ZERO),)
        return None
    if isinstance(left, Apply) and left.function in ("floor", "ceiling"):
        return undo_rounding(left, right, context)
    if isinstance(left, Apply) and len(left.args) == 1:
        inverse = _INVERSES.get(left.function)
        if inverse is None:
            meaning = expand_function(left)
            return (meaning, right, f"the definition of {left.function}", ()) if meaning is not None else None
        if left.function == "log":
            parts = factors_of(left.args[0])
            if len(parts) > 1 and not all(is_positive(p, context) for p in parts):
                return left.args[0], Apply("exp", right), "apply exp", ()
        return left.args[0], inverse(right), f"apply the inverse of {left.function}", ()
    return None


_INVERSES = {
    "log": lambda t: Apply("exp", t),
    "exp": lambda t: Apply("log", t),
    "sigmoid": lambda t: Apply("log", build_product((t, Power(build_sum((ONE, negate(t))), MINUS_ONE)))),
    "tanh": lambda t: Apply("atanh", t),
    "logit": lambda t: Apply("sigmoid", t),
    "atanh": lambda t: Apply("tanh", t),
    "sinh": lambda t: Apply("asinh", t),
    "atan": lambda t: Apply("tan", t),
}


def _linear(
    left: Term, right: Term, unknown: Term, context: Context
) -> tuple[Term, Term, str, tuple[Term, ...]] | None:
    """Clear denominators that contain the unknown, then collect it: a u + b = 0 gives u = -b/a."""
    below = [f for side in (left, right) for s in summands_of(side) for f in factors_of(s) if _is_below(f, unknown)]
    if below:
        b = below[0]
        assert isinstance(b, Power)
        cleared = build_power(b.base, negate(b.exponent))
        conditions = () if is_nonzero(b.base, context) else (Relation("!=", b.base, ZERO),)
        new_left, new_right = (_times(side, cleared) for side in (left, right))
        return new_left, new_right, "multiply by the denominator", conditions
    both = (*summands_of(left), *[negate(s) for s in summands_of(right) if s != ZERO])
    if len(both) == 2 and all(any(_is_exponential(f, unknown) for f in factors_of(s)) for s in both):
        return _logarithms(both[0], both[1], context)
    difference = algebra.expand(build_sum((left, *[negate(s) for s in summands_of(right)])))
    if difference is None:
        return None
    with_u = [s for s in summands_of(difference) if _count(s, unknown)]
    free = [s for s in summands_of(difference) if not _count(s, unknown)]
    if not with_u or any(_degree(s, unknown) != 1 for s in with_u):
        return None
    slope = build_sum(monomial(build_product((s, Power(unknown, MINUS_ONE)))).term() for s in with_u)
    rest = build_sum(negate(s) for s in free)
    if slope == ONE:
        return unknown, rest, "collect the unknown", ()
    product = build_product((unknown, slope))
    if not (ac_key(product) == ac_key(left) and same(rest, right)):
        return product, rest, "collect the unknown", ()
    if is_nonzero(slope, context) is False:
        return None
    conditions = () if is_nonzero(slope, context) else (Relation("!=", slope, ZERO),)
    return unknown, build_product((rest, build_power(slope, MINUS_ONE))), "divide", conditions


def _is_exponential(factor: Term, unknown: Term) -> bool:
    return isinstance(factor, Apply) and factor.function == "exp" and bool(_count(factor, unknown))


def _logarithms(first: Term, second: Term, context: Context) -> tuple[Term, Term, str, tuple[Term, ...]] | None:
    """a e^u - b e^v = 0 as u + log(a) = v + log(b), for positive a and b."""
    for one, other in ((first, second), (second, first)):
        left = _logarithm(one, context)
        right = next((t for o in _opposites(other) if (t := _logarithm(o, context)) is not None), None)
        if left is not None and right is not None:
            return left, right, "take logarithms", ()
    return None


def _opposites(term: Term) -> Iterator[Term]:
    """-t, and with the sign taken into a difference: -(q - 1) x is (1 - q) x."""
    yield monomial(negate(term)).term()
    factors = factors_of(term)
    for n, f in enumerate(factors):
        if isinstance(f, Add):
            yield build_product((*factors[:n], build_sum(map(negate, f.args)), *factors[n + 1 :]))


def _logarithm(term: Term, context: Context) -> Term | None:
    """The logarithm of a product of exponentials and positive numbers, summand by summand."""
    out: list[Term] = []
    for f in factors_of(term):
        if isinstance(f, Apply) and f.function == "exp":
            out.append(f.args[0])
        elif is_positive(f, context):
            out.append(Apply("log", f))
        else:
            return None
    return build_sum(out)


def _is_below(f: Term, unknown: Term) -> bool:
    return (
        isinstance(f, Power)
        and isinstance(f.exponent, Number)
        and f.exponent.value < 0
        and bool(_count(f.base, unknown))
    )


def _times(side: Term, factor: Term) -> Term:
    return build_sum(monomial(build_product((s, factor))).term() for s in summands_of(side))


def _degree(term: Term, unknown: Term) -> int | None:
    m = monomial(term)
    for base, e in m.powers.values():
        if base == unknown:
            return int(e.value) if isinstance(e, Number) and e.value.denominator == 1 else None
    return None


def value_of(found: Bindings, unknown: Term) -> Term | None:
    """The value of the asked unknown; a value found for just these numbers as indices goes before the family's."""
    if isinstance(unknown, Entry):
        special = found.get(special_key(unknown))
        if special is not None:
            return special.at(tuple(a for a in unknown.args if isinstance(a, Symbol)))
        return found[unknown.name].at(unknown.indices) if unknown.name in found else None
    return found[unknown.data].body if unknown.data in found else None


def fill_in(goal: Term, found: Bindings) -> Term:
    """The goal with the unknowns replaced by what was found."""

    def go(t: Term) -> Term:
        t = t.with_args(tuple([go(a) for a in t.args])) if t.args else t
        value = value_of(found, t) if isinstance(t, (Symbol, Entry)) else None
        return t if value is None else value

    return go(goal)


def heads_and_values(goal: Term, found: Bindings, unknowns: frozenset[str]) -> tuple[tuple[Term, Term], ...]:
    """(head, value) of every unknown: the head with the letters that the value is written in."""
    out: dict[Term, Term] = {}
    for t in walk(goal):
        if isinstance(t, (Symbol, Entry)) and t.data in unknowns:
            family = found.get(t.data)
            if isinstance(t, Entry) and (family is None or special_key(t) in found):
                value = value_of(found, t)
                if value is not None:
                    out[t] = value
            elif family is not None:
                out[Entry(t.data, family.parameters) if isinstance(t, Entry) else t] = family.body
    return tuple(out.items())


def with_value(solution: tuple[tuple[Term, Term], ...], unknown: Term, value: Term) -> tuple[tuple[Term, Term], ...]:
    """The solution with ``value`` for the heads that ask for the same entries as ``unknown``, in any letters."""

    def asks(head: Term) -> bool:
        if type(head) is not type(unknown) or head.data != unknown.data or len(head.args) != len(unknown.args):
            return False
        return all(
            a == b or (isinstance(a, Symbol) and isinstance(b, Symbol))
            for a, b in zip(head.args, unknown.args, strict=True)
        )

    return tuple((unknown, value) if asks(head) else (head, old) for head, old in solution)
