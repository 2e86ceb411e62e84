"""Floors: how many positions satisfy a linear condition, division with remainder, whole parts.

A window at position t that starts at S t and covers K entries fits into n entries if S t + K <= n. These rules solve
such a condition for t, turn it into the end of a range, and count the range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symderiv.language.context import Context, binder_context, unfold_all
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Apply,
    Bound,
    Number,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
    close_over,
    instantiate,
    open_binder,
    walk,
)
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules.conditions import affine_form, at_least, is_positive, sign_of
from symderiv.rules.expansion import cancel_summands, collect, expand
from symderiv.rules.structure import (
    arrange,
    build_power,
    build_product,
    build_sum,
    factors_of,
    is_negative_looking,
    monomial,
    negate,
    same,
    summands_of,
)

__all__ = ["RULES", "nonnegative", "numerator_and_denominator", "upwards"]

GKP = "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 3.1-3.4"
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NONNEGATIVE = ("+", "0", "0+")


# ---- what is known


def nonnegative(term: Term, context: Context) -> tuple[Term, ...] | None:
    """The assumptions by which the integer ``term`` is at least 0, () if its range says so; None if it is not known."""
    term = unfold_all(term, context)
    bare = Context(context.variables, context.arrays, context.definitions)
    if _ranges_say_so(term, bare):
        return ()
    for a in context.assumptions:
        for part in a.args if isinstance(a, And) else (a,):
            if not isinstance(part, Relation) or part.op not in _MIRROR or not context.is_integer_condition(part):
                continue
            less, more = part.args if part.op in ("<", "<=") else part.args[::-1]
            rest = [term, *map(negate, summands_of(unfold_all(more, context)))]
            rest += [*summands_of(unfold_all(less, context)), ONE if part.op in ("<", ">") else ZERO]
            if _ranges_say_so(build_sum(rest), bare):
                return (part,)
    return (upwards(term),) if at_least(term, ZERO, context) else None


def _ranges_say_so(term: Term, bare: Context) -> bool:
    like = collect([monomial(s) for s in summands_of(arrange(term))])
    forms = [like, expand(like)]
    return any(f is not None and (sign_of(f, bare) in _NONNEGATIVE or at_least(f, ZERO, bare)) for f in forms)


def upwards(term: Term) -> Relation:
    """term >= 0 with nothing negative: H + 2 P - K >= 0 is K <= H + 2 P."""
    below = [negate(s) for s in summands_of(term) if is_negative_looking(s)]
    above = [s for s in summands_of(term) if not is_negative_looking(s)]
    return Relation("<=", arrange(build_sum(below)), arrange(build_sum(above)))


def _above_zero(term: Term) -> Relation:
    """term > 0 with nothing negative: L - O > 0 is O < L."""
    weak = upwards(term)
    return Relation("<", weak.left, weak.right)


# ---- counting positions


def _conditions(guard: Term) -> tuple[Term, ...]:
    return tuple(p for c in guard.args for p in _conditions(c)) if isinstance(guard, And) else (guard,)


def _each_condition(term: Term, context: Context, change) -> Iterator[Rewrite]:  # type: ignore[no-untyped-def]
    """Rewrite the first condition of a sum of ones that ``change`` knows what to do with."""
    if not isinstance(term, Sum) or term.guard == TRUE or Bound(0) in set(walk(term.body)):
        return
    index, _, guard = open_binder(term, context.names())
    inner = binder_context(term, index, TRUE, context)
    parts = _conditions(guard)
    for n, part in enumerate(parts):
        if not isinstance(part, Relation) or part.op not in _MIRROR:
            continue
        found = change(part, index, inner)
        if found is not None:
            new, used = found
            changed = [*parts[:n], new, *parts[n + 1 :]]
            guard = changed[0] if len(changed) == 1 else And(*changed)
            yield Rewrite(term.with_args((term.body, close_over(guard, index.name), *term.args[2:])), used)
            return


def _alone(part: Relation, index: Symbol) -> tuple[str, Term, Term] | None:
    """(op, a t, b) with a t op b, the index on the left with a positive look; None if it stands in no one summand."""
    sides = [(s, 1) for s in _opened(part.left, index)] + [(s, -1) for s in _opened(part.right, index)]
    with_index = [(s, side) for s, side in sides if index in set(walk(s))]
    if len(with_index) != 1:
        return None
    (product, side), others = with_index[0], [(s, d) for s, d in sides if index not in set(walk(s))]
    m = monomial(product)
    if [e for b, e in m.powers.values() if b == index] != [ONE] or sum(t == index for t in walk(product)) != 1:
        return None
    rest = build_sum([negate(s) if d > 0 else s for s, d in sorted(others, key=lambda pair: pair[1])])
    if side < 0:
        product = negate(product)
    op = part.op
    if is_negative_looking(product):
        product, rest, op = negate(product), _negated_sum(rest), _MIRROR[op]
    return op, product, cancel_summands(arrange(rest))


def _opened(side: Term, index: Symbol) -> tuple[Term, ...]:
    """The summands, a product with the index in a sum multiplied out: S (t - 1) is S t - S."""
    out: list[Term] = []
    for s in summands_of(arrange(side)):
        nested = any(isinstance(f, Add) and index in set(walk(f)) for f in factors_of(s))
        out += summands_of(expand(s) or s) if nested and not isinstance(s, Add) else (s,)
    return tuple(out)


def _negated_sum(term: Term) -> Term:
    return build_sum(negate(s) for s in summands_of(term))


def _collect_index(term: Term, context: Context) -> Iterator[Rewrite]:
    """[S t + K <= n] = [S t <= n - K]."""

    def change(part: Relation, index: Symbol, inner: Context) -> tuple[Term, tuple[Term, ...]] | None:
        found = _alone(part, index)
        if found is None or (found[1] == index and affine_form(part.left, part.right) is not None):
            return None  # an affine condition is solved for the index by the ranges
        new = Relation(*found)
        return None if new == part or (part.left, part.op) == (new.left, new.op) else (new, ())

    yield from _each_condition(term, context, change)


def _floor_of_quotient(term: Term, context: Context) -> Iterator[Rewrite]:
    """[S t <= p] = [t <= floor(p/S)] for S > 0."""

    def change(part: Relation, index: Symbol, inner: Context) -> tuple[Term, tuple[Term, ...]] | None:
        product, rest = part.left, part.right
        if index not in set(walk(product)) or index in set(walk(rest)) or product == index:
            return None
        m = monomial(product)
        if [e for b, e in m.powers.values() if b == index] != [ONE] or sum(t == index for t in walk(product)) != 1:
            return None
        slope = monomial(build_product((product, Power(index, MINUS_ONE)))).term()
        if not is_positive(slope, inner):
            return None
        bare = Context(inner.variables, inner.arrays, inner.definitions)
        used = () if is_positive(slope, bare) else (_above_zero(slope),)
        name, more = {"<=": ("floor", 0), "<": ("ceiling", -1), ">=": ("ceiling", 0), ">": ("floor", 1)}[part.op]
        value: Term = Apply(name, build_product((rest, build_power(slope, MINUS_ONE))))
        value = next((r.term for r in _whole_part(value, inner)), value)
        return Relation("<=" if "<" in part.op else ">=", index, build_sum((value, Number(more)))), used

    yield from _each_condition(term, context, change)


def _narrow(term: Term, context: Context) -> Iterator[Rewrite]:
    """A guard t <= floor(p/S) that lies within the range becomes the end of the range."""
    if not isinstance(term, Sum) or term.guard == TRUE:
        return
    index, _, guard = open_binder(term, context.names())
    lower, upper, rest = term.lower, term.upper, []
    used: list[Term] = []
    for part in _conditions(guard):
        known = None
        if isinstance(part, Relation) and part.left == index and _is_open(part, term):
            if part.op == "<=":
                known = _stays_below(part.right, upper, context)
                upper = part.right if known is not None else upper
            elif part.op == ">=" and term.lower == lower:
                known = _stays_below(_negated(part.right), _negated(lower), context)
                lower = part.right if known is not None else lower
        if known is None:
            rest.append(part)
        else:
            used += known
    if (lower, upper) != (term.lower, term.upper):
        guard = TRUE if not rest else close_over(rest[0] if len(rest) == 1 else And(*rest), index.name)
        yield Rewrite(term.with_args((term.body, guard, lower, upper)), tuple(used))


def _negated(term: Term) -> Term:
    """-t for an end of a range, a floor as the ceiling of what it negates."""
    parts: list[Term] = []
    for s in summands_of(term):
        inside = _rounding(s)
        if inside is not None and s == inside[1]:
            name, apply = inside
            parts.append(Apply("ceiling" if name == "floor" else "floor", negate(apply.args[0])))
        else:
            parts.append(negate(s))
    return build_sum(parts)


def _rounding(term: Term) -> tuple[str, Apply] | None:
    if isinstance(term, Apply) and term.function in ("floor", "ceiling"):
        return term.function, term
    return None


def _is_open(part: Relation, old: Sum) -> bool:
    """Do the rules for affine ranges leave this end alone?"""
    return _is_rounded(part.right) or affine_form(part.right, old.upper if "<" in part.op else old.lower) is None


def _is_rounded(term: Term) -> bool:
    """floor(x) or ceiling(x), plus a number."""
    parts = [s for s in summands_of(term) if not isinstance(s, Number)]
    return len(parts) == 1 and _rounding(parts[0]) is not None


def _bounds(term: Term, context: Context) -> tuple[Term, Term, Term, str] | None:
    """(numerator, positive denominator, number, floor or ceiling) of a rounded quotient plus a number."""
    rounded = [s for s in summands_of(term) if not isinstance(s, Number)]
    if len(rounded) != 1 or (found := _rounding(rounded[0])) is None:
        return None
    above, below = numerator_and_denominator(found[1].args[0])
    if not is_positive(below, context) or not context.is_integer(above):
        return None
    return above, below, build_sum(s for s in summands_of(term) if isinstance(s, Number)), found[0]


def _stays_below(rounded: Term, upper: Term, context: Context) -> tuple[Term, ...] | None:
    """The assumptions by which floor(p/S) + n <= u: p <= S (u - n), or, S being at least 1, p <= u - n >= 0."""
    if not _is_rounded(rounded):
        return nonnegative(build_sum((*summands_of(upper), *map(negate, summands_of(rounded)))), context)
    found = _bounds(rounded, context)
    if found is None:
        return None
    above, below, number, _ = found
    room = build_sum((upper, negate(number)))
    whole = nonnegative(build_sum((build_product((below, room)), *map(negate, summands_of(above)))), context)
    if whole is not None:
        return whole
    enough = nonnegative(build_sum((*summands_of(room), *map(negate, summands_of(above)))), context)
    some = nonnegative(build_sum((*summands_of(room), ZERO)), context)
    return None if enough is None or some is None or not context.is_integer(below) else (*enough, *some)


def _number_in_range(term: Term, context: Context) -> Iterator[Rewrite]:
    """From a to b there are b - a + 1 integers, for products and floors as ends; none if that is negative."""
    if not isinstance(term, Sum) or term.guard != TRUE or Bound(0) in set(walk(term.body)):
        return
    if not context.is_integer(term.upper) or not context.is_integer(term.lower):
        return
    count = arrange(build_sum((term.upper, *map(negate, summands_of(term.lower)), ONE)))
    if at_least(count, ZERO, context):
        return  # the sum of a constant
    rounded = _is_rounded(term.upper) or _is_rounded(term.lower)
    known = None if rounded else nonnegative(count, context)
    found = _bounds(count, context) if _is_rounded(count) else None
    if found is not None:
        above, below, number, name = (
            found  # floor(p/S) + n >= 0 if p + S n >= 0; for the ceiling p + S n > -S is enough
        )
        more = (build_product((below, number)), *((below, MINUS_ONE) if name == "ceiling" else ()))
        enough = sign_of(number, context) in _NONNEGATIVE
        known = nonnegative(above, context) if enough else None
        if known is None:
            known = nonnegative(cancel_summands(build_sum((*summands_of(above), *more))), context)
    body = instantiate(term.body, ZERO)
    if known is not None:
        yield Rewrite(build_product((count, body)), known)
    elif rounded:
        yield Rewrite(build_product((Apply("Max", ZERO, count), body)))


# ---- laws of single floors


def numerator_and_denominator(term: Term) -> tuple[Term, Term]:
    """a and b of a/b as written; b is 1 if nothing stands below a fraction bar."""
    above: list[Term] = []
    below: list[Term] = []
    for f in factors_of(term):
        if isinstance(f, Number):
            above.append(Number(f.value.numerator))
            below.append(Number(f.value.denominator))
        elif isinstance(f, Power) and isinstance(f.exponent, Number) and f.exponent.value < 0:
            below.append(build_power(f.base, Number(-f.exponent.value)))
        else:
            above.append(f)
    return build_product(above), build_product(below)


def _whole_part(term: Term, context: Context) -> Iterator[Rewrite]:
    """floor((a + S b)/S) = floor(a/S) + b for integers b; floor(n) = n."""
    if not isinstance(term, Apply) or term.function not in ("floor", "ceiling"):
        return
    (inside,) = term.args
    if context.is_integer(inside):
        yield Rewrite(inside)
        return
    above, below = numerator_and_denominator(inside)
    out: list[Term] = []
    left: list[Term] = []
    for s in summands_of(above):
        quotient = monomial(build_product((s, build_power(below, MINUS_ONE)))).term()
        (out if context.is_integer(quotient) else left).append(quotient if context.is_integer(quotient) else s)
    if out:
        rest = build_product((build_sum(left), build_power(below, MINUS_ONE)))
        yield Rewrite(build_sum((Apply(term.function, rest), *out) if left else out))


def _remainder(term: Term, context: Context) -> Iterator[Rewrite]:
    """n - S floor(n/S) = n mod S."""
    if not isinstance(term, Add):
        return
    for m, s in enumerate(term.args):
        floors = [f for f in factors_of(s) if isinstance(f, Apply) and f.function == "floor"]
        if len(floors) != 1:
            continue
        above, below = numerator_and_denominator(floors[0].args[0])
        others = build_product(f for f in factors_of(s) if f is not floors[0])
        for sign in (1, -1):
            if below == ONE or not same(arrange(others), arrange(negate(below) if sign > 0 else below)):
                continue
            wanted = [arrange(p if sign > 0 else negate(p)) for p in summands_of(above)]
            rest = [a for n, a in enumerate(term.args) if n != m]
            if _take_away(rest, wanted):
                value = Apply("Mod", above, below)
                yield Rewrite(build_sum((*rest, value if sign > 0 else negate(value))))


def _take_away(parts: list[Term], wanted: Iterable[Term]) -> bool:
    """Remove the wanted summands from ``parts``; False if one is missing."""
    for w in wanted:
        place = next((n for n, p in enumerate(parts) if same(p, w)), None)
        if place is None:
            return False
        del parts[place]
    return True


def _rule(name: str, law: str, apply, *examples: tuple[str, str], condition: str = "", level=DETAIL) -> Rule:  # type: ignore[no-untyped-def]
    return Rule(name, law, apply, "floors", GKP, condition, level, examples)


RULES = (
    _rule(
        "collect the index", r"[St+K\le n] = [St\le n-K]", _collect_index,
        ("Sum(Piecewise((1, h*k + 3 <= n), (0, True)), (k, 0, n))", "Sum(Piecewise((1, h*k <= n - 3), (0, True)), (k, 0, n))"),
    ),
    _rule(
        "floor of a quotient", r"[St\le p] = [t\le\lfloor p/S\rfloor]", _floor_of_quotient,
        ("Sum(Piecewise((1, h*k <= n), (0, True)), (k, 0, n))", "Sum(Piecewise((1, k <= floor(n/h)), (0, True)), (k, 0, n))"),
        condition="S > 0, t an integer", level=1,
    ),
    _rule(
        "narrow the range", r"\sum_{k=a,\;k\le c}^{b} f_k = \sum_{k=a}^{c} f_k", _narrow,
        ("Sum(Piecewise((1, k <= floor(n/h)), (0, True)), (k, 0, n))", "Sum(1, (k, 0, floor(n/h)))"), condition="c <= b",
    ),
    _rule(
        "number of integers in a range", r"|\{a,\dots,b\}| = \max(0, b-a+1)", _number_in_range,
        ("Sum(1, (k, 0, floor(n/h)))", "floor(n/h) + 1"), level=1,
    ),
    _rule(
        "whole part out of the floor", r"\lfloor (a+Sb)/S\rfloor = \lfloor a/S\rfloor + b", _whole_part,
        ("floor((n + h*m)/h)", "floor(n/h) + m"), condition="b an integer",
    ),
    _rule(
        "division with remainder", r"n - S\lfloor n/S\rfloor = n \bmod S", _remainder,
        ("n - h*floor(n/h)", "Mod(n, h)"), condition="S != 0", level=1,
    ),
)  # fmt: skip
