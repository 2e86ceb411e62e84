"""Differentiation: linearity, product, quotient and chain rule, entries of arrays, sums with symbolic size.

Every rule takes one ``Derivative`` node at its root one layer further, so repeated application ends: the bodies of the
derivatives that remain are proper subterms of the body they came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symderiv.language.context import Context
from symderiv.language.functions import expand_function
from symderiv.language.terms import (
    ONE,
    TWO,
    ZERO,
    Add,
    Apply,
    Cases,
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
    close_over,
    free_names,
    open_binder,
    walk,
)
from symderiv.records import Rewrite, Rule
from symderiv.rules.chain import CHAIN_RULES, OUTER
from symderiv.rules.conditions import is_nonzero, is_positive
from symderiv.rules.structure import arrange, build_product, build_sum, depends_on, factors_of, negate

__all__ = ["RULES"]

STEWART = "Stewart, Calculus: Early Transcendentals, 8th ed."
MAGNUS = "Magnus & Neudecker, Matrix Differential Calculus, 3rd ed., ch. 5"
GRAHAM = "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., ch. 2"


def _split(term: Term) -> tuple[Term, Term] | None:
    return (term.body, term.variable) if isinstance(term, Derivative) else None


def _constant(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Derivative) and not depends_on(term.body, term.variable, context):
        yield Rewrite(ZERO)


def _variable(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Derivative) and isinstance(term.body, Symbol) and term.body == term.variable:
        yield Rewrite(ONE)


def _entry(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Derivative):
        return
    body, v = term.body, term.variable
    if isinstance(body, Entry) and isinstance(v, Entry) and body.name == v.name and body.name in context.arrays:
        yield Rewrite(build_product([arrange(Delta(a, b)) for a, b in zip(body.indices, v.indices, strict=True)]))


def _linearity(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Derivative):
        return
    body, v = term.body, term.variable
    if isinstance(body, Add):
        parts = [_pull(s, v, context) for s in body.args if depends_on(s, v, context)]
        yield Rewrite(build_sum(parts))
    elif isinstance(body, Mul) and depends_on(body, v, context):
        pulled = _pull(body, v, context)
        if pulled != term:
            yield Rewrite(pulled)


def _pull(term: Term, v: Term, context: Context) -> Term:
    """d(c*f)/dv = c * df/dv with everything free of v in front."""
    fixed = [f for f in factors_of(term) if not depends_on(f, v, context)]
    moving = [f for f in factors_of(term) if depends_on(f, v, context)]
    if not fixed:
        return Derivative(term, v)
    return build_product((*fixed, Derivative(moving[0] if len(moving) == 1 else Mul(*moving), v)))


def _fraction(term: Term, v: Term, context: Context) -> tuple[list[Term], list[Term]]:
    """(numerator factors, denominator factors) of a product all of whose factors depend on v."""
    above, below = [], []
    for f in factors_of(term):
        if isinstance(f, Power) and isinstance(f.exponent, Number) and f.exponent.value < 0:
            below.append(f.base if f.exponent.value == -1 else Power(f.base, Number(-f.exponent.value)))
        else:
            above.append(f)
    return above, below


def _product(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Derivative) or not isinstance(term.body, Mul):
        return
    v, factors = term.variable, term.body.args
    above, below = _fraction(term.body, v, context)
    if (above and below) or len(factors) < 2 or not all(depends_on(f, v, context) for f in factors):
        return
    yield Rewrite(
        build_sum(
            build_product((*factors[:n], Derivative(f, v), *factors[n + 1 :])) for n, f in enumerate(factors)
        )
    )  # fmt: skip


def _quotient(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Derivative) or not isinstance(term.body, Mul):
        return
    v = term.variable
    if not all(depends_on(f, v, context) for f in term.body.args):
        return
    above, below = _fraction(term.body, v, context)
    if not above or not below:
        return
    f = above[0] if len(above) == 1 else Mul(*above)
    g = below[0] if len(below) == 1 else Mul(*below)
    numerator = build_sum((build_product((Derivative(f, v), g)), negate(build_product((f, Derivative(g, v))))))
    squared = Power(g.base, build_product((TWO, g.exponent))) if isinstance(g, Power) else Power(g, TWO)
    conditions = () if is_nonzero(g, context) else (Relation("!=", g, ZERO),)
    yield Rewrite(build_product((numerator, Power(squared.base, negate(squared.exponent)))), conditions)


def _reciprocal(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Derivative) or not isinstance(term.body, Power):
        return
    g, v = term.body.base, term.variable
    if term.body.exponent != Number(-1) or not depends_on(g, v, context):
        return
    conditions = () if is_nonzero(g, context) else (Relation("!=", g, ZERO),)
    yield Rewrite(build_product((Number(-1), Derivative(g, v), Power(g, Number(-2)))), conditions)


def _power(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Derivative) or not isinstance(term.body, Power):
        return
    base, n, v = term.body.base, term.body.exponent, term.variable
    if n == Number(-1) or depends_on(n, v, context) or not depends_on(base, v, context):
        return
    whole = isinstance(n, Number) and n.value.denominator == 1
    conditions: tuple[Term, ...] = ()
    if not whole and not is_positive(base, context):
        conditions = (Relation(">", base, ZERO),)
    elif whole and n.data < 0 and not is_nonzero(base, context):
        conditions = (Relation("!=", base, ZERO),)
    lowered = arrange(Power(base, build_sum((n, Number(-1)))))
    yield Rewrite(build_product((n, lowered, Derivative(base, v))), conditions)


def _exponential_power(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Derivative) or not isinstance(term.body, Power):
        return
    base, exponent, v = term.body.base, term.body.exponent, term.variable
    if not depends_on(exponent, v, context) or not is_positive(base, context):
        return
    if depends_on(base, v, context):
        yield Rewrite(build_product((term.body, Derivative(exponent * Apply("log", base), v))))
    else:
        yield Rewrite(build_product((Apply("log", base), term.body, Derivative(exponent, v))))


def _sum(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Derivative) or not isinstance(term.body, Sum):
        return
    s, v = term.body, term.variable
    if depends_on(s.lower, v, context) or depends_on(s.upper, v, context):
        return
    index, body, guard = open_binder(s, free_names(v))
    if depends_on(guard, v, context):
        return
    inner = Derivative(body, v)
    yield Rewrite(
        Sum(close_over(inner, index.name), s.lower, s.upper, hint=index.name, guard=close_over(guard, index.name))
    )


def _product_binder(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Derivative) or not isinstance(term.body, Product):
        return
    p, v = term.body, term.variable
    if depends_on(p.lower, v, context) or depends_on(p.upper, v, context):
        return
    outer, outer_body, guard = open_binder(p, free_names(v))
    inner, inner_body, inner_guard = open_binder(p, free_names(v) | {outer.name})
    if depends_on(guard, v, context):
        return
    from symderiv.language.terms import TRUE, And

    different = Relation("!=", inner, outer)
    rest_guard = different if inner_guard == TRUE else And(inner_guard, different)
    rest = Product.over(inner.name, p.lower, p.upper, inner_body, rest_guard)
    yield Rewrite(
        Sum.over(outer.name, p.lower, p.upper, Mul(Derivative(outer_body, v), rest), None if guard == TRUE else guard)
    )


def _cases(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Derivative) or not isinstance(term.body, Cases):
        return
    v = term.variable
    pieces = term.body.pieces
    if any(depends_on(c, v, context) for _, c in pieces):
        return
    yield Rewrite(Cases(*[(arrange(Derivative(value, v)), c) for value, c in pieces]))


def _brackets(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Derivative) and isinstance(term.body, (Delta, Iverson)):
        relations = [t for t in walk(term.body) if isinstance(t, Relation) and depends_on(t, term.variable, context)]
        yield Rewrite(ZERO, tuple(Relation("!=", r.left, r.right) for r in relations))


def _abbreviation(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Derivative) or not isinstance(term.body, Apply) or term.body.function in OUTER:
        return
    meaning = expand_function(term.body)
    if meaning is not None and depends_on(term.body, term.variable, context):
        yield Rewrite(Derivative(meaning, term.variable))


def _maximum(term: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(term, Derivative) or not isinstance(term.body, Apply) or term.body.function not in ("Max", "Min"):
        return
    if len(term.body.args) != 2 or not depends_on(term.body, term.variable, context):
        return
    a, b = term.body.args
    v = term.variable
    op = ">" if term.body.function == "Max" else "<"
    parts = [
        build_product((Iverson(Relation(op, x, y)), Derivative(x, v)))
        for x, y in ((a, b), (b, a))
        if depends_on(x, v, context)
    ]
    yield Rewrite(build_sum(parts), (Relation("!=", a, b),))


def _rule(name: str, law: str, apply: Callable, source: str, *examples: tuple[str, str], condition: str = "") -> Rule:
    return Rule(name, law, apply, "differentiation", source, condition, examples=examples)


RULES = (
    _rule("derivative of a constant", r"\partial c/\partial v = 0", _constant, f"{STEWART}, sec. 3.1", ("Derivative(y, x)", "0")),
    _rule("derivative of the variable", r"\partial v/\partial v = 1", _variable, f"{STEWART}, sec. 3.1", ("Derivative(x, x)", "1")),
    _rule(
        "derivative of an entry",
        r"\partial x_i/\partial x_j = \delta_{ij}",
        _entry,
        MAGNUS,
        ("Derivative(v[i], v[j])", "KroneckerDelta(i, j)"),
        ("Derivative(w[i, j], w[k, l])", "KroneckerDelta(i, k)*KroneckerDelta(j, l)"),
    ),
    _rule(
        "linearity of the derivative",
        r"(c f + g)' = c f' + g'",
        _linearity,
        f"{STEWART}, sec. 3.1",
        ("Derivative(y*x**2 + x + y, x)", "y*Derivative(x**2, x) + Derivative(x, x)"),
    ),
    _rule(
        "product rule", r"(f g)' = f' g + f g'", _product, f"{STEWART}, sec. 3.2",
        ("Derivative(x*exp(x), x)", "Derivative(x, x)*exp(x) + x*Derivative(exp(x), x)"),
    ),
    _rule(
        "quotient rule", r"(f/g)' = (f' g - f g')/g^2", _quotient, f"{STEWART}, sec. 3.2",
        ("Derivative(x/exp(x), x)", "(Derivative(x, x)*exp(x) - x*Derivative(exp(x), x))/exp(x)**2"), condition="g != 0",
    ),
    _rule(
        "reciprocal rule", r"(1/g)' = -g'/g^2", _reciprocal, f"{STEWART}, sec. 3.2",
        ("Derivative(1/exp(x), x)", "-Derivative(exp(x), x)/exp(x)**2"), condition="g != 0",
    ),
    _rule(
        "power rule", r"(u^n)' = n\,u^{n-1}\,u'", _power, f"{STEWART}, sec. 3.1, 3.4",
        ("Derivative((1 - x)**2, x)", "2*(1 - x)*Derivative(1 - x, x)"), condition="n free of the variable; u > 0 unless n is whole",
    ),
    _rule(
        "derivative of a power with variable exponent", r"(b^u)' = \log(b)\,b^u\,u'", _exponential_power, f"{STEWART}, sec. 3.4",
        ("Derivative(2**x, x)", "log(2)*2**x*Derivative(x, x)"), condition="base positive",
    ),
    _rule(
        "derivative of a sum over an index", r"\partial \sum_k f_k = \sum_k \partial f_k", _sum, GRAHAM,
        ("Derivative(Sum(exp(v[k]), (k, 1, n)), v[j])", "Sum(Derivative(exp(v[k]), v[j]), (k, 1, n))"),
        condition="range free of the variable",
    ),
    _rule(
        "derivative of a product over an index",
        r"\partial \prod_k f_k = \sum_m \partial f_m \prod_{k\ne m} f_k", _product_binder, GRAHAM,
        ("Derivative(Product(v[k], (k, 1, n)), v[j])",
         "Sum(Derivative(v[k], v[j])*Product(Piecewise((v[i], Ne(i, k)), (1, True)), (i, 1, n)), (k, 1, n))"), condition="range free of the variable",
    ),
    _rule("derivative case by case", r"\partial \{f \text{ if } c\} = \{\partial f \text{ if } c\}", _cases, f"{STEWART}, sec. 2.8",
        ("Derivative(Piecewise((x**2, i < j), (x, True)), x)", "Piecewise((Derivative(x**2, x), i < j), (Derivative(x, x), True))"), condition="conditions free of the variable"),
    _rule("derivative of a delta", r"\partial \delta_{ij} = 0", _brackets, MAGNUS, ("Derivative(KroneckerDelta(i, j), x)", "0")),
    _rule(
        "definition of the function", r"f(u) = \text{its definition}", _abbreviation, f"{STEWART}, sec. 1.1",
        ("Derivative(silu(x), x)", "Derivative(x*sigmoid(x), x)"),
    ),
    _rule(
        "derivative of a maximum", r"\partial\max(f,g) = [f>g]\,f' + [g>f]\,g' \quad (f\ne g)", _maximum,
        "Goodfellow, Bengio & Courville, Deep Learning, sec. 6.3",
        ("Derivative(Max(0, x), x)", "Piecewise((1, x > 0), (0, True))*Derivative(x, x)"), condition="f != g",
    ),
    *CHAIN_RULES,
)  # fmt: skip
