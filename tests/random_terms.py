"""Random terms over fixed declarations, for property tests and fuzzing; and rewritings that keep their value."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from contexts import declared
from hypothesis import strategies as st

from symderiv.language.terms import (
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
SMOOTH = ("exp", "sin", "cos", "tanh", "sigmoid", "atan", "sinh")
ROUGH = ("log", "Abs", "sign", "relu", "softplus", "floor")
N, M = Symbol("n"), Symbol("m")
LETTERS = (Symbol("i"), Symbol("j"))
SCALARS = (Symbol("x"), Symbol("y"), Symbol("T"))
VARIABLES = (Symbol("x"), Symbol("T"), Entry("a", (Symbol("j"),)), Entry("w", (Symbol("i"), Symbol("j"))))


@st.composite
def terms(draw: Callable, depth: int = 3, below: int = 0, rough: bool = True, sums: bool = True) -> Term:
    """A real term below ``below`` binders, all indices in 1..n; ``rough`` adds kinks, cases and floors."""
    inner = terms(depth - 1, below, rough, sums)
    indices = st.sampled_from((*LETTERS, *(Bound(level) for level in range(below))))
    if depth <= 0 or draw(st.integers(0, 9)) == 0:
        return draw(leaves(indices))
    kind = draw(st.integers(0, 11 if rough else 7))
    if kind <= 1:
        return Add(*draw(st.lists(inner, min_size=2, max_size=3)))
    if kind <= 3:
        return Mul(*draw(st.lists(inner, min_size=2, max_size=3)))
    if kind == 4:
        return Power(draw(inner), Number(draw(st.sampled_from((2, 3, -1, -2)))))
    if kind == 5:
        return Apply(draw(st.sampled_from(SMOOTH)), draw(inner))
    if kind <= 7 and sums:
        below_one = terms(depth - 1, below + 1, rough, sums)
        cls = Sum if draw(st.integers(0, 5)) else Product
        lower, upper = draw(st.sampled_from(((ONE, N), (ONE, LETTERS[0]), (LETTERS[1], N), (ONE, ZERO))))
        guard = draw(conditions(below + 1)) if draw(st.integers(0, 3)) == 0 else None
        return cls(draw(below_one), lower, upper, guard=guard)
    if kind == 8:
        return Apply(draw(st.sampled_from(ROUGH)), draw(inner))
    if kind == 9:
        pieces = ((draw(inner), Relation(draw(st.sampled_from(Relation.OPERATORS)), draw(inner), draw(inner))),)
        return Cases(*pieces, (draw(inner), And()))
    if kind == 10:
        return Apply(draw(st.sampled_from(("Max", "Min"))), draw(inner), draw(inner))
    return Apply("f", draw(inner))


@st.composite
def leaves(draw: Callable, indices: st.SearchStrategy) -> Term:
    kind = draw(st.integers(0, 8))
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
