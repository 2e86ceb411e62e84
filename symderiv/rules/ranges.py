"""Exact index ranges: brackets solved for an index, brackets into ranges, new indices of summation, zero padding.

Where a delta was eliminated a bracket such as [1 <= n - i + 1 <= k] tells for which indices the term is there. These
rules turn it into what is printed: a case distinction, the guard of a sum, or a sum over another index.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symderiv.language.context import Context, binder_context
from symderiv.language.terms import (
    ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Cases,
    Entry,
    Iverson,
    Number,
    Relation,
    Sum,
    Symbol,
    Term,
    close_over,
    free_names,
    fresh_name,
    instantiate,
    open_binder,
    walk,
)
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules.conditions import affine_form, at_least, truth
from symderiv.rules.structure import arrange, build_product, build_sum, factors_of, same

__all__ = ["RULES", "affine_term", "change_index", "solve_relation", "tidy_indices", "written"]

GKP = "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 2.1-2.4"


def _parts(condition: Term) -> tuple[Term, ...]:
    if isinstance(condition, And):
        return tuple(p for c in condition.args for p in _parts(c))
    return (condition,)


def _all(conditions: list[Term]) -> Term:
    return conditions[0] if len(conditions) == 1 else And(*conditions)


def _normal(relation: Relation) -> Relation | None:
    """The relation as lower <= upper, for integers; None if it is of another kind."""
    left, right = relation.left, relation.right
    if relation.op in (">", ">="):
        left, right = right, left
    if relation.op in ("<", ">"):
        left = build_sum((left, ONE))
    return Relation("<=", left, right) if relation.op in ("<", ">", "<=", ">=") else None


def solve_relation(relation: Relation, letter: Symbol, context: Context) -> Relation | None:
    """lower <= letter or letter <= upper, if the letter has coefficient 1 or -1; only for integers."""
    normal = _normal(relation)
    if normal is None or not context.is_integer_condition(relation):
        return None
    form = affine_form(normal.right, normal.left)
    if form is None or abs(form.get(letter, Fraction(0))) != 1:
        return None
    c = form[letter]
    rest = written({a: x * -c for a, x in form.items() if a != letter})
    return Relation("<=", rest, letter) if c > 0 else Relation("<=", letter, rest)


def written(form: dict[Term | None, Fraction]) -> Term:
    """The affine form as a person writes it: what is added, what is taken away, the number last."""
    ordered = sorted(form.items(), key=lambda pair: (pair[0] is None, pair[1] < 0, not _is_letter(pair[0])))
    return arrange(build_sum(_scaled(a, x) for a, x in ordered))


def _is_letter(atom: Term | None) -> bool:
    """Indices, single letters mostly, are written before the sizes."""
    return isinstance(atom, Symbol) and len(atom.name) == 1 and atom.name.islower()


def affine_term(total: Term, less: Symbol) -> Term | None:
    """total - less as a person writes it, or None if ``total`` is not affine."""
    form = affine_form(total, ZERO)
    return None if form is None else written({**form, less: form.get(less, Fraction(0)) - 1})


def _scaled(atom: Term | None, c: Fraction) -> Term:
    return Number(c) if atom is None else build_product((Number(c), atom))


def _letters(conditions: tuple[Term, ...], context: Context) -> list[Symbol]:
    """Indices in all of the conditions, those written first in the first one first."""
    names = [t for t in walk(And(*conditions)) if isinstance(t, Symbol)]
    return [
        s for s in dict.fromkeys(names)
        if (v := context.variables.get(s.name)) is not None and v.role == "index" and all(s in set(walk(c)) for c in conditions)
    ]  # fmt: skip


def _solve_bracket(term: Term, context: Context) -> Iterator[Rewrite]:
    """[1 <= n - i + 1 and n - i + 1 <= k] = [i <= n and n <= i + k - 1]."""
    if not isinstance(term, Iverson):
        return
    parts = _parts(term.condition)
    if len(parts) < 2 or not all(isinstance(p, Relation) for p in parts):
        return
    letters = _letters(parts, context)
    if any(all(isinstance(p, Relation) and letter in (p.left, p.right) for p in parts) for letter in letters):
        return
    for letter in letters:
        solved = [solve_relation(p, letter, context) for p in parts if isinstance(p, Relation)]
        if all(s is not None for s in solved):
            new = Iverson(_all([s for s in solved if s is not None]))
            if new != term:
                yield Rewrite(new)
            return


def _known_conditions(term: Term, context: Context) -> Iterator[Rewrite]:
    """Leave out of a bracket what the ranges imply anyway."""
    if isinstance(term, Iverson):
        parts = _parts(term.condition)
        open_parts = [p for p in parts if truth(p, context) is not True]
        if open_parts and len(open_parts) < len(parts):
            yield Rewrite(Iverson(_all(open_parts)), tuple(p for p in parts if p not in open_parts))


def _as_cases(term: Term, context: Context) -> Iterator[Rewrite]:
    """[c] f is f where c holds and 0 elsewhere."""
    factors = factors_of(term)
    brackets = [f for f in factors if isinstance(f, Iverson)]
    if brackets:
        rest = build_product(f for f in factors if not isinstance(f, Iverson))
        condition = _all([p for b in brackets for p in _parts(b.condition)])
        yield Rewrite(Cases((rest, condition), (ZERO, TRUE)))


def _guard(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_k [c] f = the sum of f over the k for which c holds."""
    if not isinstance(term, Sum):
        return
    index, body, guard = open_binder(term)
    factors = factors_of(body)
    inside = [f for f in factors if isinstance(f, Iverson) and index in set(walk(f))]
    if inside:
        rest = build_product(f for f in factors if f not in inside)
        conditions = [p for b in inside for p in _parts(b.condition)] + ([] if guard == TRUE else list(_parts(guard)))
        yield Rewrite(_sum(index, rest, _all(conditions), term.lower, term.upper))


def _sum(index: Symbol, body: Term, guard: Term, lower: Term, upper: Term) -> Sum:
    return Sum(close_over(body, index.name), lower, upper, hint=index.name, guard=close_over(guard, index.name))


def _narrow(term: Term, context: Context) -> Iterator[Rewrite]:
    """A guard lower' <= k <= upper' that lies within the range becomes the range."""
    if not isinstance(term, Sum) or term.guard == TRUE:
        return
    index, _, guard = open_binder(term, context.names())
    inner = binder_context(term, index, TRUE, context)
    lower, upper, rest = term.lower, term.upper, []
    for p in _parts(guard):
        solved = solve_relation(p, index, inner) if isinstance(p, Relation) else None
        if solved is not None and solved.right == index and at_least(solved.left, lower, context):
            lower = solved.left
        elif solved is not None and solved.left == index and at_least(upper, solved.right, context):
            upper = solved.right
        elif truth(p, inner) is not True:
            rest.append(p)
    if (lower, upper) != (term.lower, term.upper) or len(rest) < len(_parts(guard)):
        new_guard = close_over(_all(rest), index.name) if rest else TRUE
        yield Rewrite(term.with_args((term.body, new_guard, lower, upper)))


def _new_index(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum over i with a <= i <= b = sum_{j=1}^{b-a+1} with j = b - i + 1 or j = i - a + 1; the old range stays as a guard."""
    if not isinstance(term, Sum):
        return
    index, body, guard = open_binder(term)
    factors = factors_of(body)
    brackets = [f for f in factors if isinstance(f, Iverson) and index in set(walk(f))]
    conditions = [p for b in brackets for p in _parts(b.condition)] + ([] if guard == TRUE else list(_parts(guard)))
    rest = build_product(f for f in factors if f not in brackets)
    yield from change_index(term, index, rest, conditions, context)


def change_index(term: Sum, index: Symbol, body: Term, conditions: list[Term], context: Context) -> Iterator[Rewrite]:
    """The sum of ``body`` over the ``conditions``, by an index that counts from 1 through a range they give.

    What of the conditions and the old range is not implied, nor made needless by zero padding, stays as a guard.
    """
    from symderiv.rules.reindexing import vanishes_unless

    for low, high, others in _bounds(conditions, index, binder_context(term, index, TRUE, context)):
        count = affine_form(build_sum((high, ONE)), low)
        if count is None:
            continue
        length = written(count)
        letter = _letter(ONE, length, free_names(term), context)
        for anchor, sign in ((high, -1), (low, 1)):
            value = _moved(anchor, sign, letter)
            if value is None:
                continue
            new_body = tidy_indices(_put(body, index, value))
            ends = (Relation("<=", term.lower, value), Relation("<=", value, term.upper))
            moved = [_put(c, index, value) for c in others] + list(ends)
            inner = context.with_index(letter.name, ONE, length)
            left = [c for c in moved if truth(c, inner) is not True and not vanishes_unless(new_body, c, context)]
            yield Rewrite(_sum(letter, new_body, _all(left) if left else TRUE, ONE, length))


def tidy_indices(term: Term) -> Term:
    """Affine indices written out: w[n - (n - j + 1) + 1] is w[j]."""
    term = term.with_args(tuple([tidy_indices(a) for a in term.args])) if term.args else term
    if not isinstance(term, Entry):
        return arrange(term)
    indices = []
    for i in term.indices:
        form = affine_form(i, ZERO)
        indices.append(i if form is None or not _nested(i) else written(form))
    return Entry(term.name, tuple(indices))


def _nested(index: Term) -> bool:
    names = [t for t in walk(index) if isinstance(t, Symbol)]
    return len(names) > len(set(names)) or any(isinstance(t, Add) for a in index.args for t in walk(a))


def _bounds(conditions: list[Term], index: Symbol, context: Context) -> Iterator[tuple[Term, Term, list[Term]]]:
    """(low, high, other conditions) for the pairs of conditions that say low <= index <= high."""
    solved = [
        (c, s) for c in conditions if isinstance(c, Relation) and (s := solve_relation(c, index, context)) is not None
    ]
    for c, lower in solved:
        for d, upper in solved:
            if lower.right == index and upper.left == index:
                yield lower.left, upper.right, [x for x in conditions if x is not c and x is not d]


def _moved(anchor: Term, sign: int, letter: Symbol) -> Term | None:
    """anchor + 1 - letter (sign -1) or anchor - 1 + letter (sign 1)."""
    form = affine_form(anchor, Number(sign))
    return None if form is None else written({**form, letter: Fraction(sign)})


def _letter(low: Term, high: Term, taken: frozenset[str], context: Context) -> Symbol:
    """A declared index with this range if one is free, else a fresh j."""
    for v in context.variables.values():
        fits = v.range.lower is not None and v.range.upper is not None and v.role == "index"
        if fits and v.name not in taken and same(v.range.lower, low) and same(v.range.upper, high):  # type: ignore[arg-type]
            return Symbol(v.name)
    return Symbol(fresh_name("j", taken | context.names()))


def _put(term: Term, index: Symbol, value: Term) -> Term:
    return arrange(instantiate(close_over(term, index.name), value))


def _rule(name: str, law: str, apply, *examples: tuple[str, str], condition: str = "", level=DETAIL) -> Rule:  # type: ignore[no-untyped-def]
    return Rule(name, law, apply, "ranges", GKP, condition, level, examples)


RULES = (
    _rule(
        "solve the range for the index", r"[1\le n-i+1\le m] = [i\le n\le i+m-1]", _solve_bracket,
        ("Piecewise((1, And(1 <= i - j + 1, i - j + 1 <= m)), (0, True))", "Piecewise((1, And(j <= i, i <= m + j - 1)), (0, True))"),
    ),
    _rule(
        "conditions that hold anyway", r"[c \wedge \text{true}] = [c]", _known_conditions,
        ("Piecewise((1, And(1 <= i, i <= j)), (0, True))", "Piecewise((1, i <= j), (0, True))"), condition="the ranges imply what is left out",
    ),
    _rule(
        "case by case", r"[c]\,f = \begin{cases} f & c\\ 0 & \text{otherwise}\end{cases}", _as_cases,
        ("Piecewise((1, i <= j), (0, True))*v[i]", "Piecewise((v[i], i <= j), (0, True))"), level=1,
    ),
    _rule(
        "bracket as a condition of the sum", r"\sum_k [c_k]\,f_k = \sum_{k:\,c_k} f_k", _guard,
        ("Sum(Piecewise((1, k <= j), (0, True))*v[k], (k, 1, n))", "Sum(Piecewise((v[k], k <= j), (0, True)), (k, 1, n))"),
    ),
    _rule(
        "narrow the range", r"\sum_{k=a,\;k\le c}^{b} f_k = \sum_{k=a}^{c} f_k", _narrow,
        ("Sum(Piecewise((v[k], k <= j), (0, True)), (k, 1, n))", "Sum(v[k], (k, 1, j))"), condition="c <= b",
    ),
    _rule(
        "new index of summation", r"\sum_i [a\le e-i\le b] f_i = \sum_{j=a}^{b} f_{e-j}", _new_index,
        ("Sum(Piecewise((1, And(1 <= j - k + 1, j - k + 1 <= m)), (0, True))*v[k]*x, (k, 1, n))",
         "Sum(Piecewise((v[j - q + 1]*x, 1 <= j - q + 1), (0, True)), (q, 1, m))"),
        condition="the old range stays as a condition unless it is implied or the array is zero-padded", level=1,
    ),
)  # fmt: skip
