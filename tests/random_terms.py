"""Random terms over fixed declarations, for property tests and fuzzing; and rewritings that keep their value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from contexts import declared
from hypothesis import strategies as st

from symderiv.language.context import BINARY, POSITIVE, UNIT, Range
from symderiv.language.terms import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Add,
    And,
    Apply,
    Bound,
    Cases,
    Delta,
    Derivative,
    Entry,
    Iverson,
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
    instantiate,
    lift,
)

CONTEXT = declared(
    reals="x y",
    positive="T",
    sizes="n m>=0",
    indices={"i": ("1", "n"), "j": ("1", "n")},
    arrays={"a": "n", "w": "n n", "p": "n"},
    padded="p",
    definitions={
        "S[i]": "exp(a[i])/Sum(exp(a[k]), (k, 1, n))",
        "r[i]": "Sum(w[i, k]*a[k], (k, 1, n))",
        "f(z)": "z**2 - T*z",
        "g": "tanh(x)*y",
    },
)
ASSUMING = declared(
    reals="x y",
    positive="T s",
    sizes="n m>=0",
    variables={"u": UNIT, "b": BINARY, "z": Range(nonzero=True)},
    indices={"i": ("1", "n"), "j": ("1", "n")},
    arrays={"a": "n", "w": "n n", "p": "n", "t": "n", "q": "n", "e": "n"},
    laws={"t": "one_hot", "q": "simplex"},
    entries={"e": POSITIVE},
    padded="p",
    definitions={
        "S[i]": "exp(a[i])/Sum(exp(a[k]), (k, 1, n))",
        "r[i]": "Sum(w[i, k]*t[k], (k, 1, n))",
        "f(z)": "z**2 - T*z",
        "g": "sigmoid(x)*u + b",
    },
    assume=("x < y", "m <= n", "Ne(i, j)", "Eq(Sum(e[k], (k, 1, n)), s)"),
)
"""The same names, more of them, with laws and assumptions."""
SMOOTH = ("exp", "sin", "cos", "tanh", "sigmoid", "atan", "sinh")
ROUGH = ("log", "Abs", "sign", "relu", "softplus", "floor", "Heaviside", "ceiling")
N, M = Symbol("n"), Symbol("m")
LETTERS = (Symbol("i"), Symbol("j"))
SCALARS = (Symbol("x"), Symbol("y"), Symbol("T"))
MORE_SCALARS = tuple(map(Symbol, ("s", "u", "b", "z", "n", "m")))
VARIABLES = (Symbol("x"), Symbol("T"), Entry("a", (Symbol("j"),)), Entry("w", (Symbol("i"), Symbol("j"))))


@st.composite
def terms(draw: Callable, depth: int = 3, below: int = 0, rough: bool = True, assuming: bool = False) -> Term:
    """A real term below ``below`` binders, all indices in 1..n; ``rough`` adds kinks, cases and floors.

    With ``assuming`` the term is read in ``ASSUMING``, else in ``CONTEXT``.
    """
    inner = terms(depth - 1, below, rough, assuming)
    indices = st.sampled_from((*LETTERS, *(Bound(level) for level in range(below))))
    if depth <= 0:
        return draw(leaves(indices, assuming))
    kind = draw(st.sampled_from((0, 1, 2, 3, 4, 5, 6, 7, 6, 8, 8, 8, 9, 10, 11) if rough else (0, 1, 2, 3, 4, 5, 6, 7)))
    if kind <= 1:
        return Add(*draw(st.lists(inner, min_size=2, max_size=3)))
    if kind <= 3:
        return Mul(*draw(st.lists(inner, min_size=2, max_size=3)))
    if kind == 4:
        whole = (TWO, TWO, Number(3), MINUS_ONE, Number(-2))
        other = (HALF, -HALF, N, Symbol("T"), Number(Fraction(1, 3)))
        return Power(draw(inner), draw(st.sampled_from((*whole, *other) if rough else whole)))
    if kind == 5:
        return Apply(draw(st.sampled_from(SMOOTH)), draw(inner))
    if kind <= 7:
        below_one = terms(depth - 1, below + 1, rough, assuming)
        cls = Sum if draw(st.integers(0, 5)) else Product
        half = Apply("floor", N / 2)
        ends = (
            (ONE, N),
            (ONE, LETTERS[0]),
            (LETTERS[1], N),
            (LETTERS[0] + 1, N),
            (ONE, N - 1),
            (ONE, ZERO),
            (ONE, half),
        )
        lower, upper = draw(st.sampled_from((*ends, (Bound(below - 1), N), (ONE, Bound(0))) if below else ends))
        guard = draw(conditions(below + 1)) if draw(st.integers(0, 3)) == 0 else None
        return cls(draw(below_one), lower, upper, guard=guard)
    if kind == 8:
        return Apply(draw(st.sampled_from(ROUGH)), draw(inner))
    if kind == 9:
        rounded = Apply(draw(st.sampled_from(("floor", "ceiling"))), draw(inner))
        sides = (rounded, draw(indices)) if draw(st.integers(0, 2)) == 0 else (draw(inner), draw(inner))
        pieces = ((draw(inner), Relation(draw(st.sampled_from(Relation.OPERATORS)), *sides)),)
        return Cases(*pieces, (draw(inner), And()))
    if kind == 10:
        return Apply(draw(st.sampled_from(("Max", "Min"))), draw(inner), draw(inner))
    return Apply("f", draw(inner))


@st.composite
def leaves(draw: Callable, indices: st.SearchStrategy, assuming: bool = False) -> Term:
    kind = draw(st.integers(0, 10 if assuming else 8))
    if kind == 10:
        return draw(st.sampled_from(MORE_SCALARS))
    if kind == 9:
        return Entry(draw(st.sampled_from(("t", "q", "e"))), (draw(indices),))
    if kind <= 1:
        return draw(st.sampled_from(SCALARS))
    if kind == 2:
        return Number(draw(st.sampled_from((1, 2, 3, -1, Fraction(1, 2), Fraction(-2, 3)))))
    if kind == 3:
        return Delta(draw(indices), draw(indices))
    if kind == 4:
        return Symbol("g")
    if kind == 5:
        return Entry("w", (draw(indices), draw(indices)))
    if kind == 6:
        return Entry("p", (draw(indices) + draw(st.sampled_from((1, -1, 0))),))
    return Entry(draw(st.sampled_from(("a", "a", "S", "r"))), (draw(indices),))


@st.composite
def conditions(draw: Callable, below: int = 0) -> Term:
    """A condition on indices."""
    indices = st.sampled_from((*LETTERS, N, ONE, *(Bound(level) for level in range(below))))
    relation = Relation(draw(st.sampled_from(Relation.OPERATORS)), draw(indices), draw(indices))
    return draw(st.sampled_from((relation, Not(relation), Iverson(relation).condition)))


@st.composite
def rewritten(draw: Callable, term: Term) -> Term:
    """The term after a few rewritings, here and there, that keep its value wherever both are defined."""
    parts = tuple([draw(rewritten(a)) if _is_real(a) else a for a in term.args])
    term = term.with_args(parts)
    if draw(st.integers(0, 2)):
        return term
    choices = [rewrite(term) for kinds, rewrite in REWRITINGS if isinstance(term, kinds)]
    return draw(st.sampled_from(choices)) if choices else term


def _is_real(term: Term) -> bool:
    """Is it certainly a real expression and no index, condition or derivative variable?"""
    return isinstance(term, (Add, Mul, Power, Apply, Sum, Product, Cases, Derivative, Delta, Iverson))


def _split_last(term: Term) -> Term:
    """Sum_{l}^{u} f = Sum_{l}^{u-1} f + f(u) where the range is not empty."""
    assert isinstance(term, Sum)
    last = Mul(Iverson(instantiate(term.guard, term.upper)), instantiate(term.body, term.upper))
    short = term.with_args((term.body, term.guard, term.lower, term.upper - 1))
    return Cases((short + last, Relation("<=", term.lower, term.upper)), (ZERO, And()))


def _shifted(term: Term) -> Term:
    """Sum_{k=l}^{u} f(k) = Sum_{k=l+1}^{u+1} f(k - 1)."""
    assert isinstance(term, (Sum, Product))
    k = Bound(0) - 1
    body, guard = (instantiate(_under(t), k) for t in (term.body, term.guard))
    return term.with_args((body, guard, term.lower + 1, term.upper + 1))


def _reversed(term: Term) -> Term:
    """Sum_{k=l}^{u} f(k) = Sum_{k=l}^{u} f(l + u - k)."""
    assert isinstance(term, (Sum, Product))
    k = lift(term.lower, 1) + lift(term.upper, 1) - Bound(0)
    body, guard = (instantiate(_under(t), k) for t in (term.body, term.guard))
    return term.with_args((body, guard, term.lower, term.upper))


def _under(body: Term) -> Term:
    """A body ready for its index to be replaced by an expression in a new index: outer indices move out by one."""
    return lift(Sum(body, ZERO, ZERO), 1).args[0]


def _guarded(term: Term) -> Term:
    assert isinstance(term, Sum)
    return term.with_args((Mul(Iverson(term.guard), term.body), And(), term.lower, term.upper))


def _distributed(term: Term) -> Term:
    for n, a in enumerate(term.args):
        if isinstance(a, Add):
            return Add(*(Mul(*term.args[:n], b, *term.args[n + 1 :]) for b in a.args))
    return Mul(*term.args, ONE)


def _factor_moved(term: Term) -> Term:
    assert isinstance(term, Sum)
    return Mul(MINUS_ONE, term.with_args((-term.body, *term.args[1:])))


@st.composite
def nearly(draw: Callable, term: Term) -> Term:
    """The term with one law applied that holds under a condition only, or nowhere: a bait for a careless prover."""
    places = [(path, t) for path, t in _places(term, ()) if any(isinstance(t, kinds) for kinds, _ in BAITS)]
    if not places:
        return term
    path, part = draw(st.sampled_from(places))
    bait = draw(st.sampled_from([b for kinds, b in BAITS if isinstance(part, kinds)]))
    return _put(term, path, bait(part))


def _places(term: Term, path: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Term]]:
    yield path, term
    for n, part in enumerate(term.args):
        yield from _places(part, (*path, n))


def _put(term: Term, path: tuple[int, ...], new: Term) -> Term:
    if not path:
        return new
    n, *rest = path
    return term.with_args((*term.args[:n], _put(term.args[n], tuple(rest), new), *term.args[n + 1 :]))


def _wrong_function(term: Term) -> Term:
    assert isinstance(term, Apply)
    z = term.args[0]
    other = {
        "sign": (ONE, z / Apply("Abs", z), 2 * Apply("Heaviside", z) - 1),
        "Heaviside": (Iverson(Relation(">=", z, ZERO)), (1 + Apply("sign", z)) / 2),
        "Abs": (z, Power(Power(z, TWO), HALF), Mul(z, Apply("sign", z)), 2 * Apply("relu", z) - z),
        "relu": (z, Mul(z, Apply("Heaviside", z)), Mul(z, Iverson(Relation(">=", z, ZERO)))),
        "log": (Apply("log", Apply("Abs", z)), Apply("log", Power(z, TWO)) / 2, z - 1),
        "floor": (z, Apply("ceiling", z) - 1, -Apply("ceiling", -z)),
        "ceiling": (z, Apply("floor", z) + 1),
        "Max": (term.args[-1], sum(term.args[1:], term.args[0]), Apply("Min", *term.args)),
        "Min": (z, Apply("Max", *term.args)),
        "exp": (1 + z, Apply("exp", Apply("Abs", z))),
        "f": (Power(z, TWO) + Symbol("T") * z,),
    }.get(term.function, (z,))
    return other[hash(term) % len(other)]


BAITS: tuple[tuple[type | tuple[type, ...], Callable[[Term], Term]], ...] = (
    (Apply, _wrong_function),
    (Power, lambda t: Power(Apply("Abs", t.args[0]), t.args[1])),
    (Power, lambda t: Power(Power(t.args[0], TWO), t.args[1] / 2)),
    (Power, lambda t: Apply("exp", t.args[1] * Apply("log", t.args[0]))),
    (Mul, lambda t: Mul(*(Power(Power(a, TWO), HALF) for a in t.args))),
    # Swapping a sum with what it does not commute with, or forgetting its edges.
    (Sum, lambda t: Mul(t.args[3] - t.args[2] + 1, instantiate(t.args[0], t.args[3]))),
    (Sum, lambda t: Add(t.with_args((*t.args[:3], t.args[3] - 1)), instantiate(t.args[0], t.args[3]))),
    (Sum, lambda t: t.with_args((t.args[0], And(), *t.args[2:]))),
    (Sum, lambda t: t.with_args((t.args[0], And(t.args[1], Relation("!=", Bound(0), ONE)), *t.args[2:]))),
    (Sum, lambda t: t.with_args((t.args[0], And(t.args[1], Relation("<=", Bound(0), N)), *t.args[2:]))),
    (Product, lambda t: Power(instantiate(t.args[0], t.args[3]), t.args[3] - t.args[2] + 1)),
    (Product, lambda t: Apply("exp", Sum(Apply("log", t.args[0]), t.args[2], t.args[3], guard=t.args[1]))),
    (Relation, lambda t: Relation({"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<=", "!=": "<"}[t.data], *t.args)),
    (Delta, lambda t: Iverson(Relation("<=", *t.args))),
    (Cases, lambda t: t.args[0]),
    (Cases, lambda t: Add(Mul(t.args[0], Iverson(t.args[1])), Mul(t.args[2], Iverson(Not(t.args[1]))))),
    (Entry, lambda t: Entry(t.data, t.args[::-1])),
    ((Add, Mul, Apply, Sum), lambda t: Power(Power(t, TWO), HALF)),
    ((Add, Mul, Apply, Sum), lambda t: Mul(t, t, Power(t, MINUS_ONE))),
    ((Add, Mul, Apply, Sum), lambda t: Apply("log", Apply("exp", t))),
    ((Add, Mul, Apply, Sum), lambda t: Apply("exp", Apply("log", t))),
    (Add, lambda t: Apply("log", Mul(*(Apply("exp", a) for a in t.args)))),
)
REWRITINGS: tuple[tuple[type | tuple[type, ...], Callable[[Term], Term]], ...] = (
    ((Add, Mul), lambda t: t.with_args(t.args[::-1])),
    (Mul, _distributed),
    (Power, lambda t: Mul(t.args[0], Power(t.args[0], t.args[1] - 1)) if t.args[1] == TWO else t),
    (Sum, _shifted),
    (Product, _shifted),
    (Sum, _reversed),
    (Sum, _split_last),
    (Sum, _guarded),
    (Sum, _factor_moved),
    (Delta, lambda t: Delta(t.args[1], t.args[0])),
    (Delta, lambda t: Iverson(Relation("=", *t.args))),
    (Cases, lambda t: t),
    (Apply, lambda t: _other_function(t)),
    ((Add, Mul, Apply), lambda t: Add(t, t, -t)),
    (Iverson, lambda t: Cases((ONE, t.args[0]), (ZERO, Or(And())))),
)


def _other_function(term: Term) -> Term:
    assert isinstance(term, Apply)
    z = term.args[0]
    other = {
        "tanh": lambda: 2 * Apply("sigmoid", 2 * z) - 1,
        "sigmoid": lambda: 1 / (1 + Apply("exp", -z)),
        "exp": lambda: Power(Apply("exp", z / 2), TWO),
        "sinh": lambda: (Apply("exp", z) - Apply("exp", -z)) / 2,
        "relu": lambda: (z + Apply("Abs", z)) / 2,
        "Abs": lambda: Apply("Max", z, -z),
        "log": lambda: Apply("log", Power(z, MINUS_ONE)) * -1,
        "softplus": lambda: Apply("softplus", -z) + z,
        "cos": lambda: 1 - 2 * Power(Apply("sin", z / 2), TWO),
        "floor": lambda: Apply("floor", z + 1) - 1,
        "f": lambda: Power(z, TWO) - Symbol("T") * z,
    }.get(term.function)
    return other() if other is not None else term
