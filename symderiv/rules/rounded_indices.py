"""Indices that are read in steps or rounded: what a delta of a floor leaves of a range, the one index of a window.

With stride 2 output i reads the inputs 2 i - 1 and 2 i; backwards input j belongs to output ceiling(j/2) alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm

from symderiv.language.context import Context, binder_context
from symderiv.language.terms import (
    ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Apply,
    Delta,
    Iverson,
    Mul,
    Number,
    Relation,
    Sum,
    Symbol,
    Term,
    close_over,
    instantiate,
    open_binder,
    walk,
)
from symderiv.records import Rewrite, Rule
from symderiv.rules import sums
from symderiv.rules.conditions import affine_form, truth
from symderiv.rules.expansion import expand
from symderiv.rules.ranges import solve_relation, written
from symderiv.rules.reindexing import vanishes_unless
from symderiv.rules.structure import ac_key, arrange, build_power, build_product, build_sum, factors_of

__all__ = ["RULES"]

GKP = "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 3.1-3.2"
LONGEST = 4

Form = dict[Term | None, Fraction]


def _parts(condition: Term) -> tuple[Term, ...]:
    if condition == TRUE:
        return ()
    return tuple(p for c in condition.args for p in _parts(c)) if isinstance(condition, And) else (condition,)


def _all(conditions: list[Term]) -> Term:
    return TRUE if not conditions else conditions[0] if len(conditions) == 1 else And(*conditions)


def _over(term: Sum, index: Symbol, body: Term, guard: list[Term]) -> Sum:
    closed = close_over(body, index.name), close_over(_all(guard), index.name)
    return Sum(closed[0], term.lower, term.upper, hint=term.hint, guard=closed[1])


def _plus(form: Form, number: int) -> Form:
    return {**form, None: form.get(None, Fraction(0)) + number}


def _scaled(form: Form, by: Fraction | int) -> Form:
    return {a: c * by for a, c in form.items()}


# ---- deltas of rounded indices


def _delta_of_floor(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_k delta(floor(k/d), e) f(k) = the sum of f(k) over d e <= k <= d e + d - 1."""
    if not isinstance(term, Sum):
        return
    index, body, guard = open_binder(term, context.names())
    inner = binder_context(term, index, TRUE, context)
    factors = factors_of(body)
    for n, f in enumerate(factors):
        window = _window(f, index, inner) if isinstance(f, Delta) else None
        if window is not None:
            low, high = window
            inside = [Relation("<=", low, index), Relation("<=", index, high)]
            rest = build_product((*factors[:n], *factors[n + 1 :]))
            yield Rewrite(_over(term, index, rest, [*inside, *_parts(guard)]))
            return
    deltas = [d for f in factors if isinstance(f, Add) for d in walk(f) if isinstance(d, Delta)]
    if any(_window(d, index, inner) for d in deltas):
        expanded = expand(body)
        if isinstance(expanded, Add):
            yield Rewrite(build_sum(_over(term, index, s, list(_parts(guard))) for s in expanded.args))


def _window(delta: Delta, index: Symbol, context: Context) -> tuple[Term, Term] | None:
    """From where to where the index makes the rounded quotient what the other side is, if its slope is 1 or -1."""
    form = affine_form(delta.left, delta.right)
    rounded = [a for a in form or () if isinstance(a, Apply) and a.function in ("floor", "ceiling")]
    rounded = [a for a in rounded if index in set(walk(a))]
    if form is None or len(rounded) != 1 or abs(form[rounded[0]]) != 1:
        return None
    others = {a: -c * form[rounded[0]] for a, c in form.items() if a != rounded[0]}
    if not _whole(others, context) or any(a is not None and index in set(walk(a)) for a in others):
        return None
    inside = affine_form(rounded[0].args[0], Number(0))
    if inside is None:
        return None
    d = _common(inside)
    inside = _scaled(inside, d)
    if d < 2 or abs(inside.get(index, Fraction(0))) != 1:
        return None
    if not _whole(inside, context) or any(a not in (None, index) and index in set(walk(a)) for a in inside if a):
        return None
    first = _scaled(others, d) if rounded[0].function == "floor" else _plus(_scaled(others, d), 1 - d)
    slope = inside.pop(index)
    ends = [_moved(_plus(first, by), inside, slope) for by in (0, d - 1)]
    return (ends[0], ends[1]) if slope > 0 else (ends[1], ends[0])


def _whole(form: Form, context: Context) -> bool:
    """Is the form an integer, made of integers?"""
    return all(c.denominator == 1 and (a is None or context.is_integer(a)) for a, c in form.items())


def _common(form: Form) -> int:
    """The smallest number that makes all coefficients whole."""
    return lcm(*(c.denominator for c in form.values()))


def _moved(total: Form, rest: Form, slope: Fraction) -> Term:
    """(total - rest)/slope for a slope of 1 or -1."""
    out = dict(total)
    for a, c in rest.items():
        out[a] = out.get(a, Fraction(0)) - c
    return written({a: c for a, c in _scaled(out, slope).items() if c})


def _neighbours(term: Term, context: Context) -> Iterator[Rewrite]:
    """c delta(e, j) + c delta(e + 1, j) = c [e <= j <= e + 1]."""
    if not isinstance(term, Add):
        return
    found = [(n, *parts) for n, s in enumerate(term.args) if (parts := _only_delta(s, context)) is not None]
    for n, rest, form in found:
        row = {form.get(None, Fraction(0)): n}
        for m, other, shifted in found:
            gap = {
                a: shifted.get(a, Fraction(0)) - form.get(a, Fraction(0)) for a in {*form, *shifted} if a is not None
            }
            if m != n and ac_key(other) == ac_key(rest) and not any(gap.values()):
                row[shifted.get(None, Fraction(0))] = m
        first, last = min(row), max(row)
        if len(row) == last - first + 1 > 1 and last == form.get(None, Fraction(0)):
            # form = e - j + number: it is 0 for one of the numbers if 0 is between the smallest and the largest of them.
            low, high = _two_sides({**form, None: first}), _two_sides({**form, None: last})
            inside = And(Relation("<=", *low), Relation("<=", *high[::-1]))
            kept = [s for k, s in enumerate(term.args) if k not in row.values()]
            yield Rewrite(build_sum((build_product((Iverson(inside), rest)), *kept)))
            return


def _only_delta(summand: Term, context: Context) -> tuple[Term, Form] | None:
    """(the other factors, left - right) of a product with one delta between integers, in a fixed orientation."""
    factors = factors_of(summand)
    deltas = [f for f in factors if isinstance(f, Delta)]
    form = affine_form(deltas[0].left, deltas[0].right) if len(deltas) == 1 else None
    if form is None or not _whole(form, context):
        return None
    atoms = sorted((a for a in form if a is not None), key=repr)
    if atoms and form[atoms[0]] < 0:
        form = _scaled(form, -1)
    return build_product(f for f in factors if f is not deltas[0]), form


def _two_sides(form: Form) -> tuple[Term, Term]:
    """(a, b) with form = a - b, nothing negative in front of a letter, the number on the side with more letters."""
    plus: Form = {a: c for a, c in form.items() if a is not None and c > 0}
    minus: Form = {a: -c for a, c in form.items() if a is not None and c < 0}
    number = form.get(None, Fraction(0))
    if any(c != 1 for c in plus.values()):
        plus[None] = number
    else:
        minus[None] = -number
    return written(plus), written(minus)


# ---- windows with room for one index


def _one_index(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum over i with a <= c i <= a + c - 1 of f(i) = f(ceiling(a/c)): one multiple of c lies in c places."""
    if not isinstance(term, Sum) or term.guard == TRUE:
        return
    index, body, guard = open_binder(term, context.names())
    inner = binder_context(term, index, TRUE, context)
    sides = [(p, *found) for p in _parts(guard) if (found := _multiple(p, index, inner)) is not None]
    for p, c, low, is_low in sides:
        for q, other, high, is_high in sides:
            if not is_low or is_high or c != other or c < 2 or not _fits_one(low, high, c):
                continue
            value, ends = _rounded(low, high, c)
            conditions = [
                _at_least(low, term.lower, c),
                Relation("<=", written(low), build_product((Number(c), term.upper))),
            ]
            conditions += [_put(x, index, value) for x in _parts(guard) if x is not p and x is not q]
            left = [x for x in conditions if truth(x, context) is not True]
            new = _put(body, index, value)
            brackets = (Iverson(_all(left)),) if left else ()
            yield Rewrite(build_product((*brackets, new)), () if left else ends(term))
            return


def _multiple(part: Term, index: Symbol, context: Context) -> tuple[int, Form, bool] | None:
    """(c, e, True) for c i >= e, (c, e, False) for c i <= e, with c > 0; None for what is no such condition."""
    if not isinstance(part, Relation) or part.op not in ("<=", ">=", "<", ">"):
        return None
    if not context.is_integer_condition(part):
        return None
    less, more = part.args if part.op in ("<=", "<") else part.args[::-1]
    form = affine_form(more, less)
    if form is None or any(a is not None and a != index and index in set(walk(a)) for a in form):
        return None
    form = _plus(form, -1 if part.op in ("<", ">") else 0)
    c = form.pop(index, Fraction(0))
    if c.denominator != 1 or not c:
        return None
    return (int(c), _scaled(form, -1), True) if c > 0 else (int(-c), form, False)


def _fits_one(low: Form, high: Form, c: int) -> bool:
    gap = {a: high.get(a, Fraction(0)) - low.get(a, Fraction(0)) for a in {*low, *high}}
    return gap.pop(None, Fraction(0)) == c - 1 and not any(gap.values())


def _rounded(low: Form, high: Form, c: int):  # type: ignore[no-untyped-def]
    """(the multiple of c from low to high, divided by c; that it lies in a range, as conditions)."""
    exact = next((f for f in (low, high) if all((x / c).denominator == 1 for x in f.values())), None)
    if exact is not None:
        value = written(_scaled(exact, Fraction(1, c)))
    elif not high.get(None, Fraction(0)) and low.get(None, Fraction(0)):
        value = Apply("floor", build_product((written(high), build_power(Number(c), Number(-1)))))
    else:
        value = Apply("ceiling", build_product((written(low), build_power(Number(c), Number(-1)))))
    return value, lambda term: (Relation("<=", term.lower, value), Relation("<=", value, term.upper))


def _at_least(low: Form, lower: Term, c: int) -> Term:
    """ceiling(low/c) >= lower as c (lower - 1) + 1 <= low, with all numbers on the left."""
    number = low.get(None, Fraction(0))
    start = build_sum((build_product((Number(c), build_sum((lower, Number(-1))))), Number(1 - number)))
    form = affine_form(start, Number(0))
    return Relation("<=", start if form is None else written(form), written(_plus(low, -int(number))))


def _put(term: Term, index: Symbol, value: Term) -> Term:
    return arrange(instantiate(close_over(term, index.name), value))


# ---- equations in the range, short ranges


def _equation(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum over k with k = e of f(k) = f(e), if e is in the range."""
    if not isinstance(term, Sum) or term.guard == TRUE:
        return
    index, body, guard = open_binder(term, context.names())
    parts = _parts(guard)
    for n, p in enumerate(parts):
        value = sums.solve_delta(index, Delta(p.left, p.right)) if isinstance(p, Relation) and p.op == "=" else None
        form = None if value is None else affine_form(value, Number(0))
        if form is not None:
            once = Mul(Delta(index, written({a: c for a, c in form.items() if c})), body)
            yield from _ELIMINATE.apply(_over(term, index, once, [*parts[:n], *parts[n + 1 :]]), context)
            return


_ELIMINATE = next(r for r in sums.RULES if r.name == "eliminate the delta")


def _never(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum over k with a condition that no k satisfies = 0."""
    if isinstance(term, Sum) and term.guard != TRUE:
        index, _, guard = open_binder(term, context.names())
        inner = binder_context(term, index, TRUE, context)
        if any(truth(p, inner) is False for p in _parts(guard)):
            yield Rewrite(ZERO)


def _in_pairs(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_{k=1}^{2n} f(k) = sum_{k=1}^{n} (f(2k-1) + f(2k))."""
    if not isinstance(term, Sum) or term.guard != TRUE or term.lower != ONE:
        return
    form = affine_form(term.upper, Number(0))
    if form is None or not form or not all((c / 2).denominator == 1 for c in form.values()):
        return
    index, body, _ = open_binder(term, context.names())
    double = build_product((Number(2), index))
    pair = build_sum(_put(body, index, at) for at in (build_sum((double, Number(-1))), double))
    half = written(_scaled(form, Fraction(1, 2)))
    yield Rewrite(Sum(close_over(pair, index.name), ONE, half, hint=term.hint))


def _padded_range(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_{k=1, k>=a}^{b} x_k f_k = sum_{k=a}^{b} x_k f_k where x is 0 before 1; and likewise at the other end."""
    if not isinstance(term, Sum) or term.guard == TRUE:
        return
    index, body, guard = open_binder(term, context.names())
    inner = binder_context(term, index, TRUE, context)
    lower, upper, rest = term.lower, term.upper, []
    for p in _parts(guard):
        solved = solve_relation(p, index, inner) if isinstance(p, Relation) else None
        if solved is not None and solved.right == index and lower == term.lower:
            if vanishes_unless(body, Relation("<=", lower, index), context):
                lower = solved.left
                continue
        elif solved is not None and solved.left == index and upper == term.upper:
            if vanishes_unless(body, Relation("<=", index, upper), context):
                upper = solved.right
                continue
        rest.append(p)
    if (lower, upper) != (term.lower, term.upper):
        yield Rewrite(
            _over(term, index, body, rest).with_args(
                (close_over(body, index.name), close_over(_all(rest), index.name), lower, upper)
            )
        )


def _short(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_{k=e}^{e+1} f(k) = f(e) + f(e + 1): as many terms as a window of fixed length has."""
    if not isinstance(term, Sum) or term.guard != TRUE or isinstance(term.lower, Number):
        return
    length = affine_form(term.upper, term.lower)
    if length is None or any(c for a, c in length.items() if a is not None):
        return
    last = length.get(None, Fraction(0))
    if last.denominator == 1 and 1 <= last < LONGEST:
        places = [arrange(build_sum((term.lower, Number(n)))) for n in range(int(last) + 1)]
        yield Rewrite(build_sum(arrange(instantiate(term.body, at)) for at in places))


def _rule(name: str, law: str, apply, *examples: tuple[str, str], condition: str = "") -> Rule:  # type: ignore[no-untyped-def]
    return Rule(name, law, apply, "ranges", GKP, condition, 1, examples)


RULES = (
    _rule(
        "delta of a floor", r"\sum_k \delta_{\lfloor k/d\rfloor,\,e}\,f_k = \sum_{k=de}^{de+d-1} f_k", _delta_of_floor,
        ("Sum(KroneckerDelta(ceiling(k/2), i)*v[k], (k, 1, n))",
         "Sum(Piecewise((v[k], And(2*i - 1 <= k, k <= 2*i)), (0, True)), (k, 1, n))"),
        condition="the old range stays",
    ),
    _rule(
        "deltas of neighbours", r"\delta_{e,\,j} + \delta_{e+1,\,j} = [e\le j\le e+1]", _neighbours,
        ("KroneckerDelta(2*i - 1, j) + KroneckerDelta(2*i, j)", "Piecewise((1, And(2*i - 1 <= j, j <= 2*i)), (0, True))"),
    ),
    _rule(
        "the one index of the window", r"\sum_{i:\,a\le ci\le a+c-1} f_i = f_{\lceil a/c\rceil}", _one_index,
        ("Sum(Piecewise((v[k], And(2*k - 1 <= j, j <= 2*k)), (0, True)), (k, 1, n))", "v[ceiling(j/2)]"),
        condition="the index is in the range, else the bracket for it stays",
    ),
    _rule(
        "equation in the range", r"\sum_{k:\,k=e} f_k = f_e", _equation,
        ("Sum(Piecewise((v[k], Eq(k + 1, j + 1)), (0, True)), (k, 1, n))", "v[j]"),
        condition="e in range, else the bracket for it stays",
    ),
    _rule(
        "condition that never holds", r"\sum_{k:\,\text{false}} f_k = 0", _never,
        ("Sum(Piecewise((v[k], Eq(2*k, 2*j - 1)), (0, True)), (k, 1, n))", "0"),
    ),
    _rule(
        "terms in pairs", r"\sum_{k=1}^{2n} f_k = \sum_{k=1}^{n} (f_{2k-1} + f_{2k})", _in_pairs,
        ("Sum(x**k, (k, 1, 2*n))", "Sum(x**(2*k - 1) + x**(2*k), (k, 1, n))"),
    ),
    _rule(
        "zero padding of the range", r"\sum_{k=1,\;k\ge a}^{b} x_k = \sum_{k=a}^{b} x_k", _padded_range,
        ("Sum(Piecewise((z[k], k >= j - 2), (0, True)), (k, 1, n))", "Sum(z[k], (k, j - 2, n))"),
        condition="x is 0 outside the old range by declaration",
    ),
    _rule(
        "write out the window", r"\sum_{k=e}^{e+1} f_k = f_e + f_{e+1}", _short,
        ("Sum(z[k], (k, 2*j - 1, 2*j))", "z[2*j - 1] + z[2*j]"), condition="at most four terms",
    ),
)  # fmt: skip
