"""The context in which the examples of the rules are read, and random terms that rules apply to."""

from __future__ import annotations

from collections.abc import Callable

from contexts import declared
from hypothesis import strategies as st

from symderiv.language.context import Range
from symderiv.language.randomness import Family
from symderiv.language.terms import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Add,
    And,
    Apply,
    Bound,
    Delta,
    Derivative,
    Entry,
    Iverson,
    Mul,
    Number,
    Power,
    Product,
    Relation,
    Sum,
    Symbol,
    Term,
    number,
    substitute,
)
from symderiv.language.text import from_text
from symderiv.rules import ALL

CONTEXT = declared(
    reals="x y R Q",
    positive="r s",
    sizes="n m>=0 h",
    indices={"i": ("1", "n"), "j": ("1", "n"), "k": ("1", "n"), "l": ("1", "n"), "t": ("1", "m"), "o": ("0", "n + 1")},
    arrays={"v": "n", "w": "n n", "u": "n", "hot": "n", "b": "m", "z": "n", "pos": "n", "G": "n", "B": "n"},
    laws={"u": "simplex", "hot": "one_hot"},
    padded="z",
    entries={"pos": Range(ZERO, lower_open=True)},
    numbers={"num": (3, -1)},
    variables={"e": Range(integer=True), "q": Range(ZERO, ONE, lower_open=True, upper_open=True)},
    definitions={
        "p[i]": "exp(v[i])/Sum(exp(v[k]), (k, 1, n))",
        "g": "sigmoid(x)",
        "a[i]": "Sum(w[i, k]*v[k], (k, 1, n)) + x",
        "f(x)": "x**2 - r*x",
        "c[i]": "(v[i] - y)/sqrt(r)",
        "vbar": "Sum(v[k], (k, 1, n))/n",
        "L": "-Sum(hot[k]*log(p[k]), (k, 1, n))",
    },
    random=(
        Family("R"),
        Family("Q", mean=Symbol("x")),
        Family("G", ("a1",), ZERO, Symbol("r"), "gaussian", "independent"),
        Family("B", ("a1",), Symbol("q"), Symbol("q") * (ONE - Symbol("q")), "bernoulli", "independent"),
    ),
    independent=("R G",),
    assume=("Ne(e, 7)",),
)
"""Letters clash on purpose: parameters of definitions are also free letters, bound letters and variables."""

N, M = Symbol("n"), Symbol("m")
LETTERS = tuple(Symbol(name) for name in "ijkl")
SCALARS = tuple(Symbol(name) for name in ("x", "y", "r", "s", "q", "g"))
ENTRIES = ("v", "v", "p", "a", "c", "u", "hot", "pos", "z")
VARIABLES = (
    Symbol("x"), Symbol("r"), Symbol("y"), Entry("v", (Symbol("j"),)), Entry("v", (Symbol("k"),)),
    Entry("w", (Symbol("i"), Symbol("k"))), Entry("pos", (Symbol("i"),)), Entry("v", (ONE,)),
)  # fmt: skip
FUNCTIONS = (
    "exp",
    "exp",
    "log",
    "tanh",
    "sigmoid",
    "sigmoid",
    "softplus",
    "relu",
    "Abs",
    "sinh",
    "cosh",
    "silu",
    "logit",
    "f",
)
WITHIN = ((ONE, N), (ONE, N), (number(2), N), (Symbol("i"), N), (ONE, Symbol("j")), (ONE, ZERO), (ONE, ONE))
"""Ranges within 1..n, on which the entries of the arrays may be read."""
BEYOND = ((ONE, M), (ZERO, N), (number(2), number(4)), (number(-1), Symbol("e")))

Scope = tuple[bool, ...]
"""For each binder outwards, the nearest last: does its index stay within 1..n?"""


def _letters(scope: Scope, safe: bool) -> st.SearchStrategy:
    bound = [Bound(n) for n, within in enumerate(reversed(scope)) if within or not safe]
    return st.sampled_from((*LETTERS, *(b for b in bound for _ in range(3))))


@st.composite
def indices(draw: Callable, scope: Scope) -> Term:
    """Any index, also off by one, for deltas, conditions and padded arrays."""
    base = draw(_letters(scope, safe=False) | st.sampled_from((Symbol("o"), Symbol("t"))))
    return draw(st.sampled_from((base, base, base, base, base + 1, base - 1)))


@st.composite
def leaves(draw: Callable, scope: Scope = ()) -> Term:
    kind = draw(st.integers(0, 9))
    if kind <= 2:
        return draw(st.sampled_from(SCALARS))
    if kind == 3:
        return number(draw(st.sampled_from((1, 2, 3, -1, -2)))) if draw(st.booleans()) else HALF
    if kind <= 5:
        return Delta(draw(indices(scope)), draw(indices(scope)))
    plain = _letters(scope, safe=True)
    if kind == 6:
        return Entry("w", (draw(plain), draw(plain)))
    name = draw(st.sampled_from(ENTRIES))
    return Entry(name, (draw(indices(scope) if name == "z" else plain),))


@st.composite
def conditions(draw: Callable, scope: Scope) -> Term:
    one = Relation(draw(st.sampled_from(("=", "!=", "<=", "<", ">="))), draw(indices(scope)), draw(indices(scope)))
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return Relation(draw(st.sampled_from(("<", "<=", ">"))), draw(indices(scope)), draw(st.sampled_from(SCALARS)))
    if kind > 2:
        return one
    return And(one, Relation("<=", draw(indices(scope)), draw(st.sampled_from((*LETTERS, N)))))


@st.composite
def terms(draw: Callable, depth: int = 3, scope: Scope = ()) -> Term:
    """A real term below the binders in ``scope`` that reads every array inside its axes."""
    if depth <= 0 or draw(st.integers(0, 9)) == 0:
        return draw(leaves(scope))
    inner = terms(depth - 1, scope)
    kind = draw(st.integers(0, 14))
    if kind <= 2:
        parts = draw(st.lists(inner, min_size=2, max_size=3))
        return Add(*[draw(st.sampled_from((p, p, -p))) for p in parts])
    if kind <= 5:
        return Mul(*draw(st.lists(inner, min_size=2, max_size=3)))
    if kind == 6:
        return draw(inner) / draw(inner)
    if kind == 7:
        exponent = draw(
            st.sampled_from((TWO, TWO, number(3), number(-1), number(-2), HALF, -HALF, Symbol("y"), Symbol("e")))
        )
        return Power(draw(inner), exponent)
    if kind <= 9:
        return Apply(draw(st.sampled_from(FUNCTIONS)), draw(inner))
    if kind <= 12:
        within = draw(st.integers(0, 3)) > 0
        lower, upper = draw(st.sampled_from(WITHIN if within else BEYOND))
        guard = draw(conditions((*scope, within))) if draw(st.integers(0, 3)) == 0 else None
        cls = Sum if draw(st.integers(0, 5)) else Product
        body = draw(terms(depth - 1, (*scope, within)))
        return cls(body, lower, upper, guard=guard, hint=draw(st.sampled_from(("i", "j", "k"))))
    if kind == 13:
        return draw(st.sampled_from((Iverson(draw(conditions(scope))), Apply("Max", draw(inner), draw(inner)))))
    return Derivative(draw(inner), draw(st.sampled_from(VARIABLES)))


EXAMPLES = tuple((rule, before, after) for rule in ALL for before, after in rule.examples)


@st.composite
def instances_of_examples(draw: Callable, depth: int = 1) -> Term:
    """An example of a rule with its letters replaced by random terms, standing somewhere in a larger term."""
    _, before, _ = draw(st.sampled_from(EXAMPLES))
    term = from_text(before, CONTEXT)
    values: dict[Term, Term] = {}
    for name in "xyrs":
        if draw(st.booleans()) and not any(
            isinstance(t, Derivative) and t.variable == Symbol(name) for t in _walk(term)
        ):
            value = draw(terms(depth))
            values[Symbol(name)] = Apply("exp", value) if name in "rs" else value
    for name in "ijk":
        if draw(st.booleans()):
            values[Symbol(name)] = draw(st.sampled_from(LETTERS))
    return draw(surrounded(substitute(term, values)))


def _walk(term: Term) -> list[Term]:
    from symderiv.language.terms import walk

    return list(walk(term))


@st.composite
def surrounded(draw: Callable, term: Term) -> Term:
    kind = draw(st.integers(0, 6))
    if kind <= 2:
        return term
    if kind == 3:
        return Add(term, draw(terms(1)))
    if kind == 4:
        return Mul(draw(terms(1)), term)
    if kind == 5:
        letter = draw(st.sampled_from("ijk"))
        lower, upper = draw(st.sampled_from(((1, N), (2, N), (Symbol("l"), N))))
        return Sum.over(letter, lower, upper, term)
    return Derivative(term, draw(st.sampled_from(VARIABLES))) if not _has_derivative(term) else term


def _has_derivative(term: Term) -> bool:
    return any(isinstance(t, Derivative) for t in _walk(term))


__all__ = ["CONTEXT", "EXAMPLES", "Number", "instances_of_examples", "terms"]
