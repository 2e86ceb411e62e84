"""Random sums over indices, rewritings that keep their value, mutations that change it, and a judge of its own.

The judge is plain Python over random whole numbers, so that neither the kernel nor its evaluator is asked.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

from symderiv.language.context import FAR, Array, Context, Range, Variable
from symderiv.language.terms import (
    ONE,
    TRUE,
    TWO,
    ZERO,
    Add,
    And,
    Delta,
    Entry,
    Iverson,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
    free_names,
    fresh_name,
    number,
    open_binder,
    walk,
)

__all__ = ["CONTEXT", "differ", "mutated", "random_sum", "rewritten"]

SIZES = ("n", "m")
LETTERS = ("i", "j")
EVERYWHERE = (number(-FAR), number(FAR))
N, M = Symbol("n"), Symbol("m")

CONTEXT = Context(
    variables={
        **{s: Variable(s, Range(ONE, integer=True), "size") for s in SIZES},
        **{t: Variable(t, Range(integer=True), "index") for t in LETTERS},
    },
    arrays={
        "x": Array("x", (EVERYWHERE,)),
        "y": Array("y", (EVERYWHERE,)),
        "w": Array("w", (EVERYWHERE, EVERYWHERE)),
        "p": Array("p", ((ONE, N),), padded=True),
    },
)


# ---- terms


def _affine(rng: Random, letters: list[str], wild: bool = True) -> Term:
    """A letter or two, each times 1 or -1 (now and then 2), and a small number."""
    chosen = rng.sample(letters, min(len(letters), rng.choice((1, 1, 1, 2))))
    out: Term = number(rng.choice((0, 0, 0, 1, -1, 2)))
    for c in chosen:
        factor = rng.choice((1, 1, 1, -1, -1, 2)) if wild else rng.choice((1, 1, -1))
        out = out + number(factor) * Symbol(c)
    return out + rng.choice((ZERO, ZERO, ZERO, N, M)) if wild else out


def _factor(rng: Random, letters: list[str]) -> Term:
    kind = rng.randrange(12)
    if kind < 4:
        return Entry(rng.choice("xxyp"), (_affine(rng, letters),))
    if kind < 7:
        return Entry("w", (_affine(rng, letters), _affine(rng, letters)))
    if kind == 7:
        return Symbol(rng.choice(letters))
    if kind == 8:
        return Delta(Symbol(letters[-1]), _affine(rng, letters[:-1], False))
    if kind == 9:
        op = rng.choice(("<=", "<", ">=", "=", "!="))
        return Iverson(Relation(op, Symbol(letters[-1]), _affine(rng, letters[:-1], False)))
    return number(rng.choice((1, 2, -1, 3)))


def random_sum(rng: Random, depth: int = 3) -> Term:
    """A sum nested up to ``depth`` deep; every summand is defined everywhere."""
    return _nest(rng, list(LETTERS), rng.randint(1, depth))


def _nest(rng: Random, letters: list[str], depth: int) -> Term:
    name = f"k{len(letters)}"
    inner = [*letters, name]
    lower = rng.choice((ONE, ONE, ONE, ZERO, TWO, Symbol(rng.choice(letters))))
    upper = rng.choice((N, N, M, N - 1, N + 1, Symbol(rng.choice(letters)), Symbol(letters[-1]) + 1))
    guard = None
    if rng.randrange(4) == 0:
        guard = Relation(rng.choice(("<=", "<", ">=", "!=", "=")), Symbol(name), _affine(rng, letters, False))
    factors = [_factor(rng, inner) for _ in range(rng.randint(1, 3))]
    if depth > 1:
        factors.insert(rng.randrange(len(factors) + 1), _nest(rng, inner, depth - 1))
    body = factors[0] if len(factors) == 1 else Mul(*factors)
    if rng.randrange(5) == 0:
        body = body + _factor(rng, inner)
    return Sum.over(name, lower, upper, body, guard)


# ---- rewritings


def rewritten(rng: Random, term: Term, count: int = 3) -> Term:
    """The term after ``count`` rewritings that keep its value, each somewhere in it."""
    for _ in range(count):
        term = _somewhere(rng, term, _rewrite)
    return term


def _somewhere(rng: Random, term: Term, change, chance: float = 0.5) -> Term:  # type: ignore[no-untyped-def]
    """``change`` applied to a random real subterm, with binders opened on the way."""
    inner = [n for n, a in enumerate(term.args) if isinstance(a, (Sum, Mul, Add, Power))]
    if isinstance(term, Sum):
        if rng.random() < chance:
            return change(rng, term)
        index, body, guard = open_binder(term, _taken(term))
        return Sum.over(index.name, term.lower, term.upper, _somewhere(rng, body, change, chance), guard)
    if not inner or rng.random() < chance / 2:
        return change(rng, term)
    n = rng.choice(inner)
    return term.with_args((*term.args[:n], _somewhere(rng, term.args[n], change, chance), *term.args[n + 1 :]))


def _taken(term: Term) -> frozenset[str]:
    return free_names(term) | frozenset(CONTEXT.variables)


def _rewrite(rng: Random, term: Term) -> Term:
    laws = [law for kinds, law in LAWS if isinstance(term, kinds)]
    return rng.choice(laws)(rng, term) if laws else term


def _over(term: Sum, index: Symbol, value: Term, lower: Term, upper: Term) -> Term:
    """The sum over ``lower .. upper`` of what stands at the old index ``value``."""
    from symderiv.language.terms import substitute

    _, body, guard = open_binder(term, _taken(term))
    step = {index: value}
    return Sum.over(index.name, lower, upper, substitute(body, step), substitute(guard, step))


def _shift(rng: Random, term: Term) -> Term:
    assert isinstance(term, Sum)
    index, _, _ = open_binder(term, _taken(term))
    by = rng.choice((ONE, -ONE, TWO, N, M))
    return _over(term, index, index - by, term.lower + by, term.upper + by)


def _reverse(rng: Random, term: Term) -> Term:
    assert isinstance(term, Sum)
    index, _, _ = open_binder(term, _taken(term))
    return _over(term, index, term.lower + term.upper - index, term.lower, term.upper)


def _mirror(rng: Random, term: Term) -> Term:
    assert isinstance(term, Sum)
    index, _, _ = open_binder(term, _taken(term))
    return _over(term, index, -index, -term.upper, -term.lower)


def _split(rng: Random, term: Term) -> Term:
    assert isinstance(term, Sum)
    index, body, guard = open_binder(term, _taken(term))
    at = rng.choice((ONE, N - 1, M, Symbol("i"), Symbol("j") + 1))
    op, other = rng.choice((("<=", ">"), ("=", "!="), ("<", ">=")))
    held = () if guard == TRUE else (guard,)
    return Add(
        *(Sum.over(index.name, term.lower, term.upper, body, And(*held, Relation(o, index, at))) for o in (op, other))
    )


def _cut(rng: Random, term: Term) -> Term:
    """The range cut in two ranges, at a place that may lie outside of it."""
    from symderiv.language.terms import Apply

    assert isinstance(term, Sum)
    index, body, guard = open_binder(term, _taken(term))
    at = rng.choice((ONE, M, Symbol("i")))
    first = Sum.over(index.name, term.lower, Apply("Min", term.upper, at), body, guard)
    second = Sum.over(index.name, Apply("Max", term.lower, at + 1), term.upper, body, guard)
    return first + second


def _guarded(rng: Random, term: Term) -> Term:
    assert isinstance(term, Sum)
    index, body, guard = open_binder(term, _taken(term))
    return Sum.over(index.name, term.lower, term.upper, Mul(Iverson(guard), body))


def _ends_as_guard(rng: Random, term: Term) -> Term:
    assert isinstance(term, Sum)
    index, body, guard = open_binder(term, _taken(term))
    ends = And(
        *(() if guard == TRUE else (guard,)), Relation("<=", term.lower, index), Relation(">=", term.upper, index)
    )
    return Sum.over(index.name, term.lower - 1, term.upper + 2, body, ends)


def _swap(rng: Random, term: Term) -> Term:
    assert isinstance(term, Sum)
    outer, body, guard = open_binder(term, _taken(term))
    factors = body.args if isinstance(body, Mul) else (body,)
    inner = next((f for f in factors if isinstance(f, Sum)), None)
    if inner is None or outer.name in free_names(inner.lower) | free_names(inner.upper):
        return term
    index, deep, condition = open_binder(inner, _taken(term) | {outer.name} | free_names(body))
    rest = [f for f in factors if f is not inner]
    if outer.name in free_names(condition):
        deep, condition = Mul(Iverson(condition), deep), TRUE
    swapped = Sum.over(outer.name, term.lower, term.upper, Mul(*rest, deep), guard)
    return Sum.over(index.name, inner.lower, inner.upper, swapped, condition)


def _linear(rng: Random, term: Term) -> Term:
    assert isinstance(term, Sum)
    index, body, guard = open_binder(term, _taken(term))
    third = Number(Fraction(1, 3))
    parts = (Mul(third, body), Mul(TWO, third, body))
    return Add(*(Sum.over(index.name, term.lower, term.upper, b, guard) for b in parts))


def _by_delta(rng: Random, term: Term) -> Term:
    """A factor x[e] as the sum of delta(q, e) x[q] over a range that contains e."""
    entries = [n for n, f in enumerate(term.args) if isinstance(f, Entry) and len(f.args) == 1]
    if not entries:
        return term
    n = rng.choice(entries)
    f = term.args[n]
    assert isinstance(f, Entry)
    q = Symbol(fresh_name("q", _taken(term)))
    e = f.args[0]
    low, high = rng.choice(((e - 1, e + M), (e, e), (e - N, e + 2)))
    new = Sum.over(q.name, low, high, Mul(Delta(q, e), Entry(f.name, (q,))))
    return term.with_args((*term.args[:n], new, *term.args[n + 1 :]))


def _padding(rng: Random, term: Term) -> Term:
    for f in term.args:
        if isinstance(f, Entry) and f.name == "p":
            inside = Iverson(And(Relation("<=", ONE, f.args[0]), Relation("<=", f.args[0], N)))
            return Mul(inside, *term.args)
    return term


def _counted(rng: Random, term: Term) -> Term:
    q = fresh_name("q", _taken(term))
    return Mul(term, Sum.over(q, ONE, N, ONE), Power(N, number(-1)))


def _squared(rng: Random, term: Term) -> Term:
    """(sum f)^2 as a double sum, less the double sum of f_k f_l over unordered pairs, twice, and the diagonal."""
    assert isinstance(term, Sum)
    k, body, guard = open_binder(term, _taken(term))
    other, copy, condition = open_binder(term, _taken(term) | {k.name})
    if any(isinstance(t, Sum) for t in walk(body)):
        return term
    below = And(condition, Relation("<", other, k)) if condition != TRUE else Relation("<", other, k)
    pairs = Sum.over(
        k.name, term.lower, term.upper, Mul(body, Sum.over(other.name, term.lower, term.upper, copy, below)), guard
    )
    diagonal = Sum.over(k.name, term.lower, term.upper, Mul(body, body), guard)
    return Add(term, Mul(term, term), Mul(number(-2), pairs), Mul(number(-1), diagonal))


LAWS = (
    (Sum, _shift),
    (Sum, _shift),
    (Sum, _reverse),
    (Sum, _mirror),
    (Sum, _split),
    (Sum, _cut),
    (Sum, _guarded),
    (Sum, _ends_as_guard),
    (Sum, _swap),
    (Sum, _swap),
    (Sum, _linear),
    (Sum, _squared),
    (Mul, _by_delta),
    (Mul, _padding),
    ((Mul, Sum), _counted),
    ((Mul, Add), lambda rng, t: t.with_args(t.args[::-1])),
)


# ---- mutations


def mutated(rng: Random, term: Term) -> Term:
    """The term with one bound, index, coefficient or condition changed."""
    return _somewhere(rng, term, _mutate, 0.4)


def _mutate(rng: Random, term: Term) -> Term:
    if isinstance(term, Sum) and rng.random() < 0.6:
        index, body, guard = open_binder(term, _taken(term))
        off = rng.choice((1, -1))
        kind = rng.randrange(4)
        if kind == 0:
            return Sum.over(index.name, term.lower + off, term.upper, body, guard)
        if kind == 1:
            return Sum.over(index.name, term.lower, term.upper + off, body, guard)
        if kind == 2 and isinstance(guard, Relation):
            ops = [o for o in ("<=", "<", ">=", "!=", "=") if o != guard.op]
            return Sum.over(index.name, term.lower, term.upper, body, Relation(rng.choice(ops), *guard.args))
        return Sum.over(index.name, term.lower, term.upper, _mutate(rng, body), guard)
    args = list(term.args)
    entries = [n for n, a in enumerate(args) if isinstance(a, (Entry, Delta))]
    if isinstance(term, Mul) and entries and rng.random() < 0.8:
        n = rng.choice(entries)
        inside = list(args[n].args)
        m = rng.randrange(len(inside))
        inside[m] = rng.choice((inside[m] + 1, inside[m] - 1, -inside[m]))
        args[n] = args[n].with_args(tuple(inside))
        return term.with_args(tuple(args))
    if isinstance(term, Entry):
        return term.with_args((term.args[0] + 1, *term.args[1:]))
    return Mul(number(rng.choice((2, -1))), term)


# ---- the judge


def differ(left: Term, right: Term, rng: Random, points: int = 60) -> bool:
    """Do the terms differ at one of some random points with small sizes?"""
    for _ in range(points):
        names = {**{s: rng.randint(1, 4) for s in SIZES}, **{t: rng.randint(-2, 5) for t in LETTERS}}
        seed = rng.randrange(10**6)
        if _value(left, names, seed) != _value(right, names, seed):
            return True
    return False


def _value(term: Term, names: dict[str, int], seed: int) -> Fraction:
    if isinstance(term, Number):
        return term.value
    if isinstance(term, Symbol):
        return Fraction(names[term.name])
    if isinstance(term, Entry):
        at = tuple(_value(i, names, seed) for i in term.args)
        if term.name == "p" and not 1 <= at[0] <= names["n"]:
            return Fraction(0)
        return Fraction(Random(f"{seed} {term.name} {at}").randint(-3, 3))
    if isinstance(term, Add):
        return sum((_value(a, names, seed) for a in term.args), Fraction(0))
    if isinstance(term, Mul):
        out = Fraction(1)
        for a in term.args:
            out *= _value(a, names, seed)
            if not out:
                break
        return out
    if isinstance(term, Power):
        return _value(term.base, names, seed) ** int(_value(term.exponent, names, seed))
    if isinstance(term, Delta):
        return Fraction(_value(term.left, names, seed) == _value(term.right, names, seed))
    if isinstance(term, Iverson):
        return Fraction(_holds(term.condition, names, seed))
    if isinstance(term, Sum):
        return _total(term, names, seed)
    values = [_value(a, names, seed) for a in term.args]
    return max(values) if term.data == "Max" else min(values)


def _total(term: Sum, names: dict[str, int], seed: int) -> Fraction:
    index, body, guard = open_binder(term, frozenset(names))
    low, high = (_value(e, names, seed) for e in (term.lower, term.upper))
    out = Fraction(0)
    for k in range(int(low), int(high) + 1):
        here = {**names, index.name: k}
        if _holds(guard, here, seed):
            out += _value(body, here, seed)
    return out


def _holds(condition: Term, names: dict[str, int], seed: int) -> bool:
    if isinstance(condition, And):
        return all(_holds(c, names, seed) for c in condition.args)
    if isinstance(condition, Or):
        return any(_holds(c, names, seed) for c in condition.args)
    if isinstance(condition, Not):
        return not _holds(condition.args[0], names, seed)
    assert isinstance(condition, Relation)
    a, b = (_value(s, names, seed) for s in condition.args)
    return {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[condition.op]
