"""Definitions read in both directions: unfold a name, recognise it, and solve a definition for what it is made of.

Solving is what makes gradients readable: from S_i = e^{a_i}/Z follows e^{a_i} = S_i Z, so that every exponential in a
quotient turns into a probability and the Z cancel; from g = 1/(1 + e^{-a}) follows e^{-a} = 1/g - 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from symderiv.language.context import Context, Definition, binder_context, unfold
from symderiv.language.terms import (
    MINUS_ONE,
    Add,
    Apply,
    Binder,
    Entry,
    Mul,
    Number,
    Power,
    Sum,
    Symbol,
    Term,
    close_over,
    open_binder,
    substitute,
    walk,
)
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules.algebra import expand
from symderiv.rules.conditions import in_range, is_nonzero, sign_of
from symderiv.rules.matching import find_instance, match, match_part
from symderiv.rules.structure import (
    Monomial,
    ac_key,
    arrange,
    build_power,
    build_product,
    build_sum,
    factors_of,
    monomial,
    negate,
    same,
)

__all__ = ["RULES", "fold_everywhere", "in_axes", "substitute_kernel"]

SOURCE = "Suppes, Introduction to Logic, ch. 8 (theory of definition)"


def _parameters(d: Definition) -> frozenset[str]:
    return frozenset(d.parameters)


def _unfold(term: Term, context: Context) -> Iterator[Rewrite]:
    body = unfold(term, context)
    if body is not None:
        yield Rewrite(body)


def _fold(term: Term, context: Context) -> Iterator[Rewrite]:
    """The right-hand side of a definition, standing alone or among further factors or summands, becomes the name."""
    for d in context.definitions.values():
        if _trivial(d) or (d.kind == "function" and not d.parameters):
            continue
        found = find_instance(d.body, term, _parameters(d))
        if found is not None and in_axes(d, found, context):
            yield Rewrite(d.head(tuple(found[p] for p in d.parameters)))
            continue
        if isinstance(d.body, (Add, Mul)) and type(term) is type(d.body) and len(term.args) > len(d.body.args):
            part = match_part(d.body, term, _parameters(d))
            if part is not None and set(d.parameters) <= set(part[0]) and in_axes(d, part[0], context):
                head = d.head(tuple(part[0][p] for p in d.parameters))
                build = build_product if isinstance(term, Mul) else build_sum
                yield Rewrite(build((head, *part[1])))


def _fold_powers(term: Term, context: Context) -> Iterator[Rewrite]:
    """(x_i - m)/s**3 = h_i/s**2 for h_i := (x_i - m)/s, and B**(-3/2) = s**-3 for s := B**(1/2): powers of a definition."""
    if not isinstance(term, (Mul, Power)):
        return
    for whole in _with_signs(monomial(term)):
        yield from _fold_powers_of(whole, context)


def _with_signs(m: Monomial) -> Iterator[Monomial]:
    """The monomial, and with one difference turned round: (m - x)/s as -(x - m)/s."""
    yield m
    for key, (base, e) in m.powers.items():
        if isinstance(base, Add) and isinstance(e, Number) and e.value.denominator == 1:
            turned = build_sum(negate(s) for s in base.args)
            powers = {k: p for k, p in m.powers.items() if k != key}
            if ac_key(turned) not in powers:
                yield Monomial(m.coefficient * (-1) ** int(e.value), {**powers, ac_key(turned): (turned, e)})


def _fold_powers_of(whole: Monomial, context: Context) -> Iterator[Rewrite]:
    for d in context.definitions.values():
        if d.kind == "function" or not isinstance(d.body, (Mul, Power)):
            continue
        own = _rooted(d.body) or monomial(d.body)
        if own.coefficient != 1 or any(not isinstance(e, Number) for _, e in own.powers.values()):
            continue
        for found in _power_matches(list(own.powers.values()), list(whole.powers.values()), _parameters(d)):
            if not set(d.parameters) <= set(found) or not in_axes(d, found, context):
                continue
            arguments = tuple(found[p] for p in d.parameters)
            times = _times(own, whole, {Symbol(p): a for p, a in found.items()})
            if times is not None and times != 0 and _is_defined(d, arguments, times, context):
                inverse = build_power(d.instance(arguments), Number(-times))
                rest = monomial(build_product((whole.term(), inverse))).term()
                yield Rewrite(build_product((build_power(d.head(arguments), Number(times)), rest)))


def _rooted(body: Term) -> Monomial | None:
    """(a/b)**(1/2) as a**(1/2) b**(-1/2); ``_is_defined`` says when that may be used."""
    if not isinstance(body, Power) or not isinstance(body.base, Mul) or not isinstance(body.exponent, Number):
        return None
    if body.exponent.value.denominator == 1:
        return None
    inner = monomial(body.base)
    if inner.coefficient != 1 or not all(isinstance(e, Number) for _, e in inner.powers.values()):
        return None
    powers = {k: (b, build_product((e, body.exponent))) for k, (b, e) in inner.powers.items()}
    return Monomial(inner.coefficient, powers)


def _is_defined(d: Definition, arguments: tuple[Term, ...], times: int, context: Context) -> bool:
    """For a root of a product s := (a/b)**(1/2): a/b = s**2, and only where s is known to be defined."""
    if _rooted(d.body) is None:
        return True
    assert isinstance(d.body, Power) and isinstance(d.body.exponent, Number)
    if (d.body.exponent.value * times).denominator != 1:
        return False
    return sign_of(d.instance(arguments).args[0], context) in ("+", "0+")


def _power_matches(
    own: list[tuple[Term, Term]], other: list[tuple[Term, Term]], params: frozenset[str]
) -> Iterator[Mapping[str, Term]]:
    """Parameters for which every base of the definition is a base of the term with an exponent of a matching size."""

    def go(left: list[tuple[Term, Term]], b: Mapping[str, Term]) -> Iterator[Mapping[str, Term]]:
        if not left:
            yield b
            return
        for base, e in other:
            if isinstance(e, Number):
                found = match(left[0][0], base, params, b)
                if found is not None:
                    yield from go(left[1:], found)

    yield from go(own, {})


def _times(own: Monomial, whole: Monomial, found: Mapping[Term, Term]) -> int | None:
    """How often the definition goes into the term: the whole number nearest to 0 of all quotients of exponents."""
    quotients = []
    for base, e in own.powers.values():
        key = ac_key(arrange(substitute(base, found)))
        if key not in whole.powers:
            return None
        quotients.append(whole.powers[key][1].value / e.value)  # type: ignore[attr-defined]
    signs = {q > 0 for q in quotients}
    if len(signs) != 1:
        return None
    least = min(quotients, key=abs)
    return int(least)  # towards 0


def _trivial(d: Definition) -> bool:
    """A name for a single name or number is never folded: it would replace one name by another for ever."""
    return isinstance(d.body, (Symbol, Entry, Number))


def in_axes(d: Definition, found: Mapping[str, Term], context: Context) -> bool:
    """Are the indices certainly in the ranges for which the definition was declared?"""
    values = [found[p] for p in d.parameters]
    return all(in_range(v, low, high, context) for v, (low, high) in zip(values, d.axes, strict=False))


# ---------------------------------------------------------------- solving a definition for its kernel


@lru_cache(maxsize=256)
def kernel_of(d: Definition) -> tuple[Term, Term] | None:
    """(kernel, its value in terms of the name): e^{a_i} = S_i Z for S_i := e^{a_i}/Z, e^{-a} = 1/g - 1 for g := 1/(1+e^{-a}).

    Kernels are exponentials whose every parameter of the definition occurs in them.
    """
    body = d.body
    head = d.head()
    above = [f for f in factors_of(body) if not _below(f)]
    for f in above:
        if isinstance(f, Apply) and f.function == "exp" and _has_all(f, d) and len([1 for g in above if g == f]) == 1:
            return f, arrange(build_product((head, *[_inverse(g) for g in factors_of(body) if g is not f])))
    if isinstance(body, Power) and body.exponent == MINUS_ONE and isinstance(body.base, Add):
        exps = [s for s in body.base.args if isinstance(s, Apply) and s.function == "exp" and _has_all(s, d)]
        if len(exps) == 1:
            rest = [s for s in body.base.args if s is not exps[0]]
            return exps[0], arrange(build_sum((Power(head, MINUS_ONE), *[build_product((MINUS_ONE, r)) for r in rest])))
    return None


def _inverse(factor: Term) -> Term:
    if isinstance(factor, Power):
        return Power(factor.base, negate(factor.exponent))
    return Power(factor, MINUS_ONE)


def _solvable(d: Definition, context: Context) -> bool:
    """May one divide by what stands beside the kernel? Then the definition can be solved for it."""
    solved = kernel_of(d)
    if solved is None:
        return False
    inner = context
    for p, (low, high) in zip(d.parameters, d.axes, strict=False):
        inner = inner.with_index(p, low, high)
    others = [g for g in factors_of(d.body) if not _below(g) and not same(g, solved[0])]
    return all(is_nonzero(g, inner) for g in others)


def _below(term: Term) -> bool:
    return isinstance(term, Power) and isinstance(term.exponent, Number) and term.exponent.value < 0


def _has_all(term: Term, d: Definition) -> bool:
    names = {t.data for t in walk(term) if isinstance(t, Symbol)}
    return set(d.parameters) <= names


def substitute_kernel(term: Term, d: Definition, context: Context) -> Term | None:
    """Every kernel of ``d`` in ``term`` replaced by its value and cancelled; None if there is none."""
    solved = kernel_of(d)
    if solved is None or not _solvable(d, context):
        return None
    kernel, value = solved
    hit = [False]
    opposite = _opposite(kernel)

    def go(t: Term, context: Context) -> Term:
        if d.body is not t:
            for pattern, exponent in ((kernel, 1), (opposite, -1)):
                found = find_instance(pattern, t, _parameters(d))
                if found is not None and in_axes(d, found, context):
                    hit[0] = True
                    new = substitute(value, {Symbol(p): found[p] for p in d.parameters})
                    return new if exponent == 1 else arrange(Power(new, MINUS_ONE))
        if isinstance(t, Sum) and find_instance(_z(d), t, frozenset()) is not None:
            return t  # the normaliser itself stays: it is what cancels
        if isinstance(t, Binder):
            index, body, guard = open_binder(t, context.names())
            new_body = tidy_product(go(body, binder_context(t, index, guard, context)))
            return t.with_args((close_over(new_body, index.name), close_over(guard, index.name), t.lower, t.upper))
        if not t.args:
            return t
        return tidy_product(t.with_args(tuple([go(a, context) for a in t.args])))

    new = arrange(go(term, context))
    return new if hit[0] else None


@lru_cache(maxsize=256)
def _z(d: Definition) -> Term:
    """The normaliser in the definition: the first sum in the body (or a term that matches nothing)."""
    return next((t for t in walk(d.body) if isinstance(t, Sum)), Number(0))


def _opposite(kernel: Term) -> Term:
    u = kernel.args[0]
    return Apply("exp", arrange(build_sum(negate(s) for s in u.args) if isinstance(u, Add) else negate(u)))


def tidy_product(term: Term) -> Term:
    """Cancel in a product after a substitution."""
    return monomial(term).term() if isinstance(term, Mul) else term


def fold_everywhere(term: Term, d: Definition, context: Context) -> Term | None:
    """The kernel of ``d`` replaced everywhere, normalisers pulled out of sums and cancelled."""
    new = substitute_kernel(term, d, context)
    if new is None:
        return None
    z = _z(d)

    def pull(t: Term) -> Term:
        if isinstance(t, Sum) and not same(t, z):
            index, body, _ = open_binder(t)
            body = pull(body)
            factors = factors_of(tidy_product(body))
            out = [f for f in factors if not any(x == index for x in walk(f))]
            inside = [f for f in factors if any(x == index for x in walk(f))]
            if inside:
                rebuilt = t.with_args((close_over(build_product(inside), index.name), *t.args[1:]))
                return build_product((*out, rebuilt))
            return t.with_args((close_over(body, index.name), *t.args[1:]))
        if not t.args or isinstance(t, Binder):
            return t
        return tidy_product(t.with_args(tuple([pull(a) for a in t.args])))

    new = arrange(tidy_product(pull(new)))
    if not any(ac_key(t) == ac_key(z) for t in walk(new)):
        return new
    multiplied = expand(new) if isinstance(new, (Mul, Add)) else None
    return multiplied if multiplied is not None and not any(ac_key(t) == ac_key(z) for t in walk(multiplied)) else new


def _by_definition(term: Term, context: Context) -> Iterator[Rewrite]:
    """Replace the exponentials of a definition by its name, throughout the term, and cancel the normaliser."""
    if not any(isinstance(t, Apply) and t.function == "exp" for t in walk(term)):
        return
    if any(isinstance(t, Mul) and len(monomial(t).powers) < _bases(t) for t in walk(term)):
        return  # cancel first: a line should not do two things at once
    for d in context.definitions.values():
        if d.kind == "function":
            continue
        new = fold_everywhere(term, d, context)
        if new is not None and not same(new, term):
            yield Rewrite(new)


def _bases(term: Mul) -> int:
    """How many powers the product is written with; more than its monomial has if something cancels."""
    return sum(not isinstance(f, Number) for f in factors_of(term))


def _rule(name: str, law: str, apply, *examples: tuple[str, str], condition: str = "", level=DETAIL) -> Rule:  # type: ignore[no-untyped-def]
    return Rule(name, law, apply, "definitions", SOURCE, condition, level, examples)


RULES = (
    _rule("unfold the definition", r"f := \text{body}: f = \text{body}", _unfold, ("p[i]", "exp(v[i])/Sum(exp(v[k]), (k, 1, n))"), level=1),
    _rule("recognise the definition", r"f := \text{body}: \text{body} = f", _fold, ("x*exp(v[i])/Sum(exp(v[k]), (k, 1, n))", "p[i]*x"), level=1),
    _rule(
        "recognise a power of the definition", r"f := a/b: a/b^3 = f/b^2", _fold_powers,
        ("x*(v[i] - y)/r**(3/2)", "x*c[i]/r"), level=1,
    ),
    _rule(
        "write with the definition", r"p_i := e^{v_i}/Z: e^{v_i} = p_i Z", _by_definition,
        ("exp(v[i])*exp(v[j])/Sum(exp(v[k]), (k, 1, n))**2", "p[i]*p[j]"), condition="Z != 0", level=1,
    ),
)  # fmt: skip
