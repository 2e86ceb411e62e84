"""Products of equal factors, and powers of numbers.

Each rule leaves a product or a factor of an exponent less, so repeated application ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    TRUE,
    ZERO,
    Mul,
    Number,
    Power,
    Product,
    Term,
    free_names,
    instantiate,
    open_binder,
)
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules.conditions import at_least
from symderiv.rules.structure import arrange, build_power, build_product, build_sum, negate

__all__ = ["RULES"]

GRAHAM = "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 2.1"


def _constant_factor(term: Term, context: Context) -> Iterator[Rewrite]:
    """A product of equal factors is a power."""
    if not isinstance(term, Product) or term.guard != TRUE:
        return
    index, body, _ = open_binder(term, context.names())
    count = arrange(build_sum((term.upper, negate(term.lower), ONE)))
    if index.name not in free_names(body) and at_least(count, ZERO, context):
        yield Rewrite(build_power(instantiate(term.body, ZERO), count))


def _number_to_a_multiple(term: Term, context: Context) -> Iterator[Rewrite]:
    """2**(-2*r) = (1/4)**r: the whole factor of an exponent goes into a positive number."""
    if not isinstance(term, Power) or not isinstance(term.base, Number) or term.base.value <= 0:
        return
    e = term.exponent
    if isinstance(e, Mul) and isinstance(e.args[0], Number) and e.args[0].value.denominator == 1:
        if 2 <= abs(e.args[0].value) <= 12 or e.args[0].value == -1:
            base = Number(term.base.value ** int(e.args[0].value))
            yield Rewrite(Power(base, build_product(e.args[1:])))


def _absorb(term: Term, context: Context) -> Iterator[Rewrite]:
    """The factor next to the range joins it: f(a-1) times the product over k = a..b is that over k = a-1..b."""
    if not isinstance(term, Mul):
        return
    for n, p in enumerate(term.args):
        if not isinstance(p, Product) or p.guard != TRUE:
            continue
        before, after = (arrange(build_sum((end, step))) for end, step in ((p.lower, MINUS_ONE), (p.upper, ONE)))
        if not at_least(after, p.lower, context):
            continue
        for m, f in enumerate(term.args):
            for place, ends in ((before, (before, p.upper)), (after, (p.lower, after))):
                if m != n and f == arrange(instantiate(p.body, place)):
                    longer = Product(p.body, *ends, hint=p.hint)
                    yield Rewrite(build_product(longer if i == n else g for i, g in enumerate(term.args) if i != m))
                    return


def _empty(term: Term, context: Context) -> Iterator[Rewrite]:
    """A product over no indices is 1."""
    if isinstance(term, Product) and at_least(term.lower, arrange(build_sum((term.upper, ONE))), context):
        yield Rewrite(ONE)


RULES = (
    Rule(
        "product of a constant", r"\prod_{k=a}^{b} c = c^{\,b-a+1}", _constant_factor, "products", GRAHAM, "b >= a - 1",
        DETAIL, (("Product(r, (k, 1, n))", "r**n"), ("Product(1/4, (k, 1, n))", "(1/4)**n")),
    ),
    Rule(
        "absorb the factor into the product", r"f_{a-1}\prod_{k=a}^{b} f_k = \prod_{k=a-1}^{b} f_k", _absorb, "products",
        GRAHAM, "a - 1 <= b", DETAIL, (("pos[1]*Product(pos[k], (k, 2, n))", "Product(pos[k], (k, 1, n))"),),
    ),
    Rule(
        "empty product", r"\prod_{k=a}^{b} f_k = 1", _empty, "products", GRAHAM, "b < a", DETAIL,
        (("Product(v[k], (k, n + 1, n))", "1"),),
    ),
    Rule(
        "number to a multiple", r"c^{mu} = (c^m)^u", _number_to_a_multiple, "algebra", GRAHAM, "c > 0, m whole", DETAIL,
        (("2**(-2*n)", "(1/4)**n"),),
    ),
)  # fmt: skip
