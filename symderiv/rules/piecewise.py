"""Piecewise functions: derivatives between kinks, absolute values, signs, maxima, brackets of conditions on reals.

Derivatives hold where no condition changes its truth; the kinks are excluded by the conditions u != v of the step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import (
    HALF,
    ZERO,
    Add,
    And,
    Apply,
    Cases,
    Derivative,
    Iverson,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Relation,
    Term,
    walk,
)
from symderiv.language.text import to_text
from symderiv.records import DETAIL, Level, Rewrite, Rule
from symderiv.rules.algebra import expand
from symderiv.rules.conditions import is_nonzero, sign_of
from symderiv.rules.structure import (
    arrange,
    build_power,
    build_product,
    build_sum,
    depends_on,
    factors_of,
    is_negative_looking,
    monomial,
    negate,
    same,
    summands_of,
)

__all__ = ["DERIVATIVES", "RULES"]

STEWART = "Stewart, Calculus: Early Transcendentals, 8th ed., sec. 1.1, 2.8"
GKP = "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 2.1"
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_JUMPS = frozenset({"sign", "Heaviside", "floor", "ceiling", "Mod"})


# ---------------------------------------------------------------- derivatives


def _derivative_of_cases(term: Term, context: Context) -> Iterator[Rewrite]:
    """Each piece on its own where conditions depend on the variable; their boundaries are excluded."""
    if not isinstance(term, Derivative) or not isinstance(term.body, Cases):
        return
    v = term.variable
    moving = [c for _, c in term.body.pieces if depends_on(c, v, context)]
    boundaries = [b for c in moving for b in _boundaries(unfold_all(c, context))]
    if not moving or not all(_continuous(b) for b in boundaries):
        return
    kinks = [Relation("!=", b.left, b.right) for b in boundaries if depends_on(b, v, context)]
    pieces = [(arrange(Derivative(value, v)), c) for value, c in term.body.pieces]
    yield Rewrite(Cases(*pieces), tuple(dict.fromkeys(kinks)))


def _derivative_of_step(term: Term, context: Context) -> Iterator[Rewrite]:
    """sign and the unit step are constant away from their jump."""
    if not isinstance(term, Derivative) or not isinstance(term.body, Apply):
        return
    if term.body.function in ("sign", "Heaviside") and term.body.function not in context.definitions:
        u = term.body.args[0]
        yield Rewrite(ZERO, () if is_nonzero(u, context) else (Relation("!=", u, ZERO),))


def _boundaries(condition: Term) -> list[Relation]:
    """The relations that a condition is made of."""
    if isinstance(condition, Relation):
        return [condition]
    return [b for c in condition.args for b in _boundaries(c)] if isinstance(condition, (And, Or, Not)) else []


def _continuous(relation: Relation) -> bool:
    """Are both sides free of heads that jump, so that the truth changes only where the sides are equal?"""
    return not any(
        isinstance(t, (Iverson, Cases)) or (isinstance(t, Apply) and t.function in _JUMPS) for t in walk(relation)
    )


# ---------------------------------------------------------------- absolute values, signs, maxima


def _times_sign(term: Term, context: Context) -> Iterator[Rewrite]:
    """u sign(u) = |u|, |u| sign(u) = u."""
    if not isinstance(term, Mul):
        return
    for n, f in enumerate(term.args):
        if not (isinstance(f, Apply) and f.function == "sign"):
            continue
        u = f.args[0]
        for m, g in enumerate(term.args):
            rest = [x for k, x in enumerate(term.args) if k not in (n, m)]
            if m != n and same(g, u):
                yield Rewrite(build_product((*rest, Apply("Abs", u))))
            elif m != n and same(g, Apply("Abs", u)):
                yield Rewrite(build_product((*rest, u)))


def _even_power_of_abs(term: Term, context: Context) -> Iterator[Rewrite]:
    """|u|^2 = u^2."""
    if isinstance(term, Power) and isinstance(term.base, Apply) and term.base.function == "Abs":
        if isinstance(term.exponent, Number) and term.exponent.value % 2 == 0:
            yield Rewrite(build_power(term.base.args[0], term.exponent))


def _positive_part(term: Term) -> Term | None:
    """u with term = max(0, u)."""
    if isinstance(term, Apply) and term.function == "relu":
        return term.args[0]
    if isinstance(term, Apply) and term.function == "Max" and len(term.args) == 2 and ZERO in term.args:
        return term.args[0] if term.args[1] == ZERO else term.args[1]
    return None


def _bracket_of_maximum(term: Term, context: Context) -> Iterator[Rewrite]:
    """max(0, u) [u > 0] = max(0, u)."""
    if not isinstance(term, Mul):
        return
    parts = [u for u in map(_positive_part, map(_base, term.args)) if u is not None]
    for n, f in enumerate(term.args):
        if isinstance(f, Iverson) and any(_says_positive(f.condition, u) for u in parts):
            yield Rewrite(build_product(g for m, g in enumerate(term.args) if m != n))


def _base(factor: Term) -> Term:
    """The base of a power with positive exponent."""
    positive = isinstance(factor, Power) and isinstance(factor.exponent, Number) and factor.exponent.value > 0
    return factor.base if positive else factor  # type: ignore[attr-defined]


def _says_positive(condition: Term, u: Term) -> bool:
    """Is the condition u > 0 or u >= 0?"""
    if not isinstance(condition, Relation) or condition.op not in ("<", "<=", ">", ">="):
        return False
    left, right = condition.left, condition.right
    if condition.op in ("<", "<="):
        left, right = right, left
    return same(_expanded(build_sum((left, negate(right)))), _expanded(u))


def _maximum_by_abs(term: Term, context: Context) -> Iterator[Rewrite]:
    """max(a, b) = (a + b + |a - b|)/2, min with a minus sign; max(0, u) = (u + |u|)/2."""
    u = _positive_part(term)
    if u is not None:
        yield Rewrite(build_product((HALF, build_sum((u, Apply("Abs", u))))))
    elif isinstance(term, Apply) and term.function in ("Max", "Min") and len(term.args) == 2:
        a, b = term.args
        distance = Apply("Abs", build_sum((a, *map(negate, summands_of(b)))))
        yield Rewrite(
            build_product((HALF, build_sum((a, b, distance if term.function == "Max" else negate(distance)))))
        )


def _abs_of_negative(term: Term, context: Context) -> Iterator[Rewrite]:
    """|b - a| = |a - b|: the summand that comes first in the alphabet gets the plus sign."""
    if isinstance(term, Apply) and term.function == "Abs" and isinstance(term.args[0], Add):
        first = min(term.args[0].args, key=lambda s: to_text(negate(s) if is_negative_looking(s) else s))
        if is_negative_looking(first):
            yield Rewrite(Apply("Abs", build_sum(map(negate, term.args[0].args))))


# ---------------------------------------------------------------- brackets of conditions on reals


def _expanded(term: Term) -> Term:
    new = expand(term)
    return term if new is None else new


def _simplify_bracket(term: Term, context: Context) -> Iterator[Rewrite]:
    """[z > z/100] = [z > 0]: everything on one side, without factors of known sign."""
    if isinstance(term, Iverson) and isinstance(term.condition, Relation):
        new = _simplified(term.condition, context)
        if new is not None:
            yield Rewrite(Iverson(new))


def _simplified(relation: Relation, context: Context) -> Relation | None:
    """A shorter relation that says the same, or None."""
    if relation.op not in ("<", "<=", ">", ">=") or context.is_integer_condition(relation):
        return None
    difference = _expanded(build_sum((relation.left, *map(negate, summands_of(relation.right)))))
    monomials = [monomial(s) for s in summands_of(difference)]
    if not monomials[0].powers and len(monomials) == 1:
        return None
    op, divided = relation.op, difference
    shared = [k for k in monomials[0].powers if all(m.powers.get(k) == monomials[0].powers[k] for m in monomials)]
    for k in shared:
        factor = build_power(*monomials[0].powers[k])
        sign = sign_of(factor, context)
        if sign in ("+", "-") and len(monomials[0].powers) + len(monomials) > 2:
            divided = _expanded(build_sum(build_product((s, Power(factor, Number(-1)))) for s in summands_of(divided)))
            divided = build_sum(monomial(s).term() for s in summands_of(divided))
            op = op if sign == "+" else _MIRRORED[op]
    if len(summands_of(divided)) == 1:
        m = monomial(divided)
        if m.coefficient < 0:
            op = _MIRRORED[op]
        m.coefficient = m.coefficient / m.coefficient
        new = Relation(op, m.term(), ZERO)
    else:
        positive = build_sum(s for s in summands_of(divided) if not is_negative_looking(s))
        negative = build_sum(negate(s) for s in summands_of(divided) if is_negative_looking(s))
        new = Relation(_MIRRORED[op], negative, positive) if positive == ZERO else Relation(op, positive, negative)
    return new if _size(new) < _size(relation) else None


def _size(term: Term) -> int:
    return sum(1 for _ in walk(term))


def _brackets_as_cases(term: Term, context: Context) -> Iterator[Rewrite]:
    """[u > v] f + [v > u] g is f where u > v and g where v > u (the line u = v is no part of either)."""
    if not isinstance(term, Add) or len(term.args) != 2:
        return
    pieces = []
    for s in term.args:
        brackets = [f for f in factors_of(s) if isinstance(f, Iverson)]
        if len(brackets) != 1 or not isinstance(brackets[0].condition, Relation):
            return
        pieces.append((build_product(f for f in factors_of(s) if f is not brackets[0]), brackets[0].condition))
    (f, first), (g, second) = pieces
    if first.op not in ("<", ">"):
        return
    opposites = (Relation(_MIRRORED[first.op], first.left, first.right), Relation(first.op, first.right, first.left))
    if any(same(second, o) for o in opposites):
        yield Rewrite(Cases((f, first), (g, second)), (Relation("!=", first.left, first.right),))


Law = Callable[[Term, Context], Iterator[Rewrite]]


def _rule(
    name: str, law: str, apply: Law, source: str, *examples: tuple[str, str], condition: str = "", level: Level = DETAIL
) -> Rule:
    return Rule(name, law, apply, "piecewise functions", source, condition, level, examples)


DERIVATIVES = (
    _rule(
        "derivative between the boundaries", r"\partial\{f \text{ if } u>v\} = \{\partial f \text{ if } u>v\} \quad (u\ne v)",
        _derivative_of_cases, STEWART,
        ("Derivative(Piecewise((x, x > 0), (y, True)), x)", "Piecewise((Derivative(x, x), x > 0), (Derivative(y, x), True))"),
        condition="not on a boundary, u != v", level=1,
    ),
    _rule(
        "derivative of a step", r"(\operatorname{sign} u)' = 0 \quad (u\ne0)", _derivative_of_step, STEWART,
        ("Derivative(sign(x), x)", "0"), ("Derivative(Heaviside(x), x)", "0"), condition="u != 0", level=1,
    ),
)  # fmt: skip

RULES = (
    _rule("number times its sign", r"u\operatorname{sign}u = |u|", _times_sign, STEWART, ("x*sign(x)", "Abs(x)"), ("y*Abs(x)*sign(x)", "y*x")),
    _rule("square of an absolute value", r"|u|^2 = u^2", _even_power_of_abs, STEWART, ("Abs(x)**2", "x**2")),
    _rule("bracket of a maximum", r"\max(0,u)\,[u>0] = \max(0,u)", _bracket_of_maximum, GKP, ("Max(0, x)*Piecewise((1, x > 0), (0, True))", "Max(0, x)")),
    _rule("maximum by the absolute value", r"\max(a,b) = \tfrac12(a+b+|a-b|)", _maximum_by_abs, STEWART, ("Max(x, y)", "1/2*(x + y + Abs(x - y))"), ("relu(x)", "1/2*(x + Abs(x))")),
    _rule("absolute value of the negative", r"|b-a| = |a-b|", _abs_of_negative, STEWART, ("Abs(y - x)", "Abs(x - y)")),
    _rule("simplify the condition", r"[cu>cv] = [u>v] \quad (c>0)", _simplify_bracket, GKP, ("Piecewise((1, 2*x > x), (0, True))", "Piecewise((1, x > 0), (0, True))"), condition="factors left out have a known sign"),
    _rule(
        "opposite brackets as cases", r"[u>v]\,f + [v>u]\,g = \begin{cases} f & u>v\\ g & v>u\end{cases}", _brackets_as_cases, GKP,
        ("Piecewise((1, x > y), (0, True))*r + Piecewise((1, y > x), (0, True))*s", "Piecewise((r, x > y), (s, y > x))"),
        condition="u != v", level=1,
    ),
)  # fmt: skip
