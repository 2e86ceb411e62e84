"""Products of equal factors, and powers of numbers.

Each rule leaves a product or a factor of an exponent less, so repeated application ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.language.context import Context
from symderiv.language.terms import (
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


RULES = (
    Rule(
        "product of a constant", r"\prod_{k=a}^{b} c = c^{\,b-a+1}", _constant_factor, "products", GRAHAM, "b >= a - 1",
        DETAIL, (("Product(r, (k, 1, n))", "r**n"), ("Product(1/4, (k, 1, n))", "(1/4)**n")),
    ),
    Rule(
        "number to a multiple", r"c^{mu} = (c^m)^u", _number_to_a_multiple, "algebra", GRAHAM, "c > 0, m whole", DETAIL,
        (("2**(-2*n)", "(1/4)**n"),),
    ),
)  # fmt: skip
