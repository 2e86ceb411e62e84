"""Zero padding as a range, and deltas that fix an outer index: the passages from scatter to gather form of a gradient."""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context
from symderiv.language.terms import (
    TRUE,
    ZERO,
    And,
    Delta,
    Entry,
    Iverson,
    Relation,
    Sum,
    Symbol,
    Term,
    close_over,
    free_names,
    instantiate,
    open_binder,
    walk,
)
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules.conditions import affine_form, sign_of, truth
from symderiv.rules.expansion import expand
from symderiv.rules.ranges import affine_term, change_index, tidy_indices
from symderiv.rules.structure import arrange, build_product, build_sum, factors_of, negate, same, summands_of
from symderiv.rules.sums import RULES as SUMS
from symderiv.rules.sums import solve_delta

__all__ = ["RULES", "vanishes_unless"]

DUMOULIN = "Dumoulin & Visin, A guide to convolution arithmetic for deep learning, 2016"
GKP = "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 2.4"


def _parts(condition: Term) -> tuple[Term, ...]:
    return tuple(p for c in condition.args for p in _parts(c)) if isinstance(condition, And) else (condition,)


def _equivalent(a: Term, b: Term) -> bool:
    """The same inequality between integers, up to moving summands."""
    if not (isinstance(a, Relation) and isinstance(b, Relation) and a.op == b.op == "<="):
        return False
    first, second = affine_form(a.right, a.left), affine_form(b.right, b.left)
    return first is not None and first == second


def vanishes_unless(term: Term, condition: Term, context: Context) -> bool:
    """Is the product 0 wherever the condition fails, because a zero-padded factor is read outside its array?"""
    for f in factors_of(term):
        if isinstance(f, Sum):
            _, body, _ = open_binder(f, free_names(condition))
            if vanishes_unless(body, condition, context):
                return True
        array = context.arrays.get(f.name) if isinstance(f, Entry) else None
        if array is None or not array.padded:
            continue
        for index, (low, high) in zip(f.args, array.axes, strict=True):
            if _equivalent(condition, Relation("<=", low, index)) or _equivalent(
                condition, Relation("<=", index, high)
            ):
                return True
    return False


def _zero_padding(term: Term, context: Context) -> Iterator[Rewrite]:
    """[1 <= e <= n] x_e = x_e for an array that is 0 outside 1..n; also as the condition of a sum."""
    if isinstance(term, Sum) and term.guard != TRUE:
        index, body, guard = open_binder(term)
        kept = [p for p in _parts(guard) if not vanishes_unless(body, p, context)]
        if len(kept) < len(_parts(guard)):
            yield Rewrite(term.with_args((term.body, close_over(_all(kept), index.name), *term.args[2:])))
        return
    factors = factors_of(term)
    for n, f in enumerate(factors):
        if not isinstance(f, Iverson) or len(factors) < 2:
            continue
        rest = build_product(factors[:n] + factors[n + 1 :])
        kept = [p for p in _parts(f.condition) if not vanishes_unless(rest, p, context)]
        if len(kept) < len(_parts(f.condition)):
            yield Rewrite(build_product((*factors[:n], *([Iverson(_all(kept))] if kept else []), *factors[n + 1 :])))
            return


def _all(conditions: list[Term]) -> Term:
    return TRUE if not conditions else conditions[0] if len(conditions) == 1 else And(*conditions)


def _outer_delta(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_i f_i sum_j g_j delta(i + h_j, e) = sum_j g_j f_{e - h_j} [e - h_j in range]: the delta fixes the outer index."""
    if not isinstance(term, Sum):
        return
    outer, body, guard = open_binder(term)
    factors = factors_of(body)
    for n, f in enumerate(factors):
        if not isinstance(f, Sum) or outer in set(walk(f.lower)) | set(walk(f.upper)):
            continue
        inner, deep, narrowed = open_binder(f, free_names(term) | context.names() | {outer.name})
        found = _fixed(outer, deep, () if narrowed == TRUE else _parts(narrowed))
        if found is None:
            continue
        value, others, held = found
        new = _put(build_product((*factors[:n], *factors[n + 1 :], *others)), outer, value)
        conditions: list[Term] = [Relation("<=", term.lower, value), Relation("<=", value, term.upper)]
        conditions += [] if guard == TRUE else [_put(p, outer, value) for p in _parts(guard)]
        here = context.with_index(inner.name, f.lower, f.upper)
        left = [c for c in conditions if not _follows(c, here) and not vanishes_unless(new, c, context)]
        if left:
            new = build_product((Iverson(_all(left)), new))
        kept = _all([_put(p, outer, value) for p in held])
        yield Rewrite(Sum.over(inner.name, f.lower, f.upper, new, kept))
        return


def _delta_inside(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_i sum_j delta(i, e) f_ij = sum_j f_ej: a delta that no inner index is in stands before the inner sums."""
    if not isinstance(term, Sum) or not any(isinstance(f, Sum) for f in factors_of(term.body)):
        return
    outer, body, guard = open_binder(term)
    found = _taken_out(body, outer, free_names(term) | {outer.name})
    if found is not None:
        delta, rest = found
        closed = close_over(build_product((delta, rest)), outer.name), close_over(guard, outer.name)
        yield from _ELIMINATE.apply(term.with_args((closed[0], closed[1], *term.args[2:])), context)


def _taken_out(body: Term, index: Symbol, taken: frozenset[str]) -> tuple[Delta, Term] | None:
    """(the delta that fixes the index, the rest), from the factors of the body and those inside its sums."""
    factors = factors_of(body)
    for n, f in enumerate(factors):
        if isinstance(f, Delta) and solve_delta(index, f) is not None:
            return f, build_product((*factors[:n], *factors[n + 1 :]))
    for n, f in enumerate(factors):
        if isinstance(f, Sum):
            inner, deep, guard = open_binder(f, taken)
            found = _taken_out(deep, index, taken | {inner.name})
            if found is not None and inner not in set(walk(found[0])):
                closed = close_over(found[1], inner.name), close_over(guard, inner.name)
                rest = f.with_args((closed[0], closed[1], *f.args[2:]))
                return found[0], build_product((*factors[:n], rest, *factors[n + 1 :]))
    return None


_ELIMINATE = next(r for r in SUMS if r.name == "eliminate the delta")


def _follows(condition: Term, context: Context, depth: int = 4) -> bool:
    """Is a <= b known? With products such as S (i - 1) an index is put to the end of its range that makes b - a smallest."""
    if truth(condition, context) is True:
        return True
    if not isinstance(condition, Relation) or condition.op != "<=" or not depth:
        return False
    gap = _multiplied_out(build_sum((condition.right, negate(condition.left))))
    for symbol in sorted({t for t in walk(gap) if isinstance(t, Symbol)}, key=repr):
        v = context.variables.get(symbol.name)
        slopes = [factors_of(s) for s in summands_of(gap) if symbol in set(walk(s))]
        if v is None or v.role != "index" or any(fs.count(symbol) != 1 for fs in slopes):
            continue
        rests = [tuple(f for f in fs if f != symbol) for fs in slopes]
        slope = build_sum(build_product(fs) for fs in rests)
        sign = None if any(symbol in set(walk(f)) for fs in rests for f in fs) else sign_of(slope, context)
        end = v.range.lower if sign in ("+", "0+") else v.range.upper if sign in ("-", "0-") else None
        if end is None:
            continue
        others = [s for s in summands_of(gap) if symbol not in set(walk(s))]
        smallest = _multiplied_out(build_sum((*others, *[build_product((*fs, end)) for fs in rests])))
        if _follows(Relation("<=", ZERO, smallest), context, depth - 1):
            return True
    return False


def _multiplied_out(term: Term) -> Term:
    expanded = expand(term)
    return arrange(term if expanded is None else expanded)


def _fixed(outer: Symbol, body: Term, guard: tuple[Term, ...]) -> tuple[Term, tuple[Term, ...], list[Term]] | None:
    """(value of the outer index, factors of the body, parts of the guard) without the delta or equation that fixes it."""
    factors = factors_of(body)
    for m, d in enumerate(factors):
        value = solve_delta(outer, d) if isinstance(d, Delta) else None
        if value is not None:
            return value, (*factors[:m], *factors[m + 1 :]), list(guard)
    for m, c in enumerate(guard):
        value = solve_delta(outer, Delta(c.left, c.right)) if isinstance(c, Relation) and c.op == "=" else None
        if value is not None:
            return value, factors, [*guard[:m], *guard[m + 1 :]]
    return None


def _put(term: Term, index: Symbol, value: Term) -> Term:
    return arrange(instantiate(close_over(term, index.name), value))


def _padded_index(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_j x_{n-j+1} w_j = sum_r x_r w_{n-r+1} over the range of the zero-padded x."""
    if not isinstance(term, Sum):
        return
    index, body, guard = open_binder(term)
    for f in factors_of(body):
        array = context.arrays.get(f.name) if isinstance(f, Entry) else None
        if array is None or not array.padded:
            continue
        for e, (low, high) in zip(f.args, array.axes, strict=True):
            form = affine_form(e, low) if index in set(walk(e)) and not same(e, index) else None
            if form is not None and abs(form.get(index, 0)) == 1:
                own = [Relation("<=", low, e), Relation("<=", e, high)]
                yield from change_index(term, index, body, [*own, *([] if guard == TRUE else _parts(guard))], context)


def _reverse(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_{k=a}^{b} f(k) = sum_{k=a}^{b} f(a + b - k)."""
    if not isinstance(term, Sum):
        return
    index, body, guard = open_binder(term)
    value = affine_term(build_sum((term.lower, term.upper)), index)
    if value is not None:
        new, condition = tidy_indices(_put(body, index, value)), _put(guard, index, value)
        yield Rewrite(term.with_args((close_over(new, index.name), close_over(condition, index.name), *term.args[2:])))


RULES = (
    Rule(
        "reverse the order of summation", r"\sum_{k=a}^{b} f_k = \sum_{k=a}^{b} f_{a+b-k}", _reverse, "ranges", GKP, "", DETAIL,
        (("Sum(v[n - k + 1]*u[k], (k, 1, n))", "Sum(v[k]*u[n - k + 1], (k, 1, n))"),),
    ),
    Rule(
        "zero padding", r"[1\le e\le n]\,x_e = x_e", _zero_padding, "ranges", DUMOULIN,
        "x is 0 outside 1..n by declaration", DETAIL,
        (("Piecewise((1, And(1 <= i + 1, i + 1 <= n)), (0, True))*z[i + 1]", "z[i + 1]"),),
    ),
    Rule(
        _ELIMINATE.name, _ELIMINATE.law, _delta_inside, _ELIMINATE.topic, _ELIMINATE.source, _ELIMINATE.condition, 1,
        (("Sum(Sum(KroneckerDelta(i, j)*w[i, k], (k, 1, n)), (i, 1, n))", "Sum(w[j, k], (k, 1, n))"),),
    ),
    Rule(
        "eliminate the delta of the outer index", r"\sum_i f_i\sum_j g_j\delta_{i+h_j,\,e} = \sum_j g_j f_{e-h_j}", _outer_delta,
        "ranges", GKP, "the bracket for the old range stays unless it is implied or the array is zero-padded", 1,
        (("Sum(z[i]*Sum(KroneckerDelta(i + 2*k, j)*v[k], (k, 1, n)), (i, 1, n))", "Sum(z[j - 2*k]*v[k], (k, 1, n))"),),
    ),
    Rule(
        "sum over the padded array", r"\sum_j x_{n-j+1}w_j = \sum_r x_r w_{n-r+1}", _padded_index, "ranges", DUMOULIN,
        "x is 0 outside its range by declaration", 1,
        (("Sum(z[j - k + 1]*v[k], (k, 1, n))", "Sum(Piecewise((z[i]*v[j - i + 1], 1 <= j - i + 1), (0, True)), (i, 1, n))"),),
    ),
)  # fmt: skip
