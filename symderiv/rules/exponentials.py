"""Exponentials, logarithms and the functions made from them: sigmoid, tanh, softplus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symderiv.language.context import Context, binder_context
from symderiv.language.functions import expand_function
from symderiv.language.terms import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Add,
    Apply,
    Mul,
    Number,
    Power,
    Product,
    Relation,
    Sum,
    Term,
    open_binder,
)
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules.conditions import is_positive, sign_of
from symderiv.rules.structure import (
    arrange,
    build_power,
    build_product,
    build_sum,
    factors_of,
    is_negative_looking,
    negate,
)

__all__ = ["RULES"]

NIST = "NIST Digital Library of Mathematical Functions, sec. 4.8, 4.35"
GOODFELLOW = "Goodfellow, Bengio & Courville, Deep Learning, sec. 3.10"


def _positive(terms: Iterable[Term], context: Context) -> tuple[Term, ...]:
    """What must be positive and is not known to be."""
    return tuple(Relation(">", t, ZERO) for t in terms if not is_positive(t, context))


def _exp(u: Term) -> Term:
    return arrange(Apply("exp", u))


def _is(term: Term, function: str) -> bool:
    return isinstance(term, Apply) and term.function == function


def _negated(term: Term) -> Term:
    """-term, with the sign distributed over a sum."""
    return build_sum(negate(s) for s in term.args) if isinstance(term, Add) else negate(term)


def _scaled(term: Term, c: Term) -> Term:
    return build_sum(build_product((c, s)) for s in term.args) if isinstance(term, Add) else build_product((c, term))


# ---------------------------------------------------------------- exponentials


def _join(term: Term, context: Context) -> Iterator[Rewrite]:
    """e^u e^v = e^(u+v), (e^u)^n = e^(nu), 1/e^u = e^(-u)."""
    if isinstance(term, Power) and _is(term.base, "exp") and isinstance(term.exponent, Number):
        yield Rewrite(_exp(_scaled(term.base.args[0], term.exponent)))
    if not isinstance(term, Mul):
        return
    exponents: list[Term] = []
    rest: list[Term] = []
    place = 0
    for f in term.args:
        if _is(f, "exp"):
            place = place if exponents else len(rest)
            exponents.append(f.args[0])
        elif isinstance(f, Power) and _is(f.base, "exp") and isinstance(f.exponent, Number):
            place = place if exponents else len(rest)
            exponents.append(_scaled(f.base.args[0], f.exponent))
        else:
            rest.append(f)
    if len(exponents) > 1:
        rest.insert(place, _exp(build_sum(exponents)))
        yield Rewrite(build_product(rest))


def _separate(term: Term, context: Context) -> Iterator[Rewrite]:
    """e^(u+v) = e^u e^v."""
    if isinstance(term, Apply) and term.function == "exp" and isinstance(term.args[0], Add):
        yield Rewrite(build_product(_exp(s) for s in term.args[0].args))


def _exp_of_log(term: Term, context: Context) -> Iterator[Rewrite]:
    """e^(log u) = u, e^(n log u) = u^n."""
    if not (isinstance(term, Apply) and term.function == "exp"):
        return
    u = term.args[0]
    if isinstance(u, Apply) and u.function == "log":
        yield Rewrite(u.args[0], _positive((u.args[0],), context))
    elif isinstance(u, Mul):
        logs = [f for f in u.args if isinstance(f, Apply) and f.function == "log"]
        if len(logs) == 1 and is_positive(logs[0].args[0], context):
            yield Rewrite(Power(logs[0].args[0], build_product(f for f in u.args if f is not logs[0])))


def _exp_sum(term: Term, context: Context) -> Iterator[Rewrite]:
    """e^(sum_k u_k) = prod_k e^(u_k)."""
    if isinstance(term, Apply) and term.function == "exp" and isinstance(term.args[0], Sum):
        s = term.args[0]
        yield Rewrite(Product(Apply("exp", s.body), s.lower, s.upper, hint=s.hint, guard=s.guard))


# ---------------------------------------------------------------- logarithms


def _log_product(term: Term, context: Context) -> Iterator[Rewrite]:
    """log(ab) = log a + log b, log(a/b) = log a - log b, for positive a, b."""
    if not (isinstance(term, Apply) and term.function == "log"):
        return
    u = term.args[0]
    factors = factors_of(u)
    if isinstance(u, Mul):
        positive = [f for f in factors if is_positive(f, context)]
        if len(positive) != len(factors):
            return
        parts = []
        for f in factors:
            if isinstance(f, Power) and isinstance(f.exponent, Number) and f.exponent.value < 0:
                parts.append(negate(arrange(Apply("log", build_power(f.base, negate(f.exponent))))))
            else:
                parts.append(arrange(Apply("log", f)))
        yield Rewrite(build_sum(parts))
    elif isinstance(u, Product):
        index, body, guard = open_binder(u, context.names())
        if is_positive(body, binder_context(u, index, guard, context)):
            yield Rewrite(Sum(Apply("log", u.body), u.lower, u.upper, hint=u.hint, guard=u.guard))


def _log_power(term: Term, context: Context) -> Iterator[Rewrite]:
    """log(a^n) = n log a for positive a; log(1/a) = -log a."""
    if isinstance(term, Apply) and term.function == "log" and isinstance(term.args[0], Power):
        base, n = term.args[0].base, term.args[0].exponent
        if is_positive(base, context):
            yield Rewrite(build_product((n, arrange(Apply("log", base)))))


def _log_exp(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Apply) and term.function == "log" and _is(term.args[0], "exp"):
        yield Rewrite(term.args[0].args[0])


def _log_join(term: Term, context: Context) -> Iterator[Rewrite]:
    """log a + log b = log(ab), log a - log b = log(a/b)."""
    if not isinstance(term, Add):
        return
    logs = []
    for n, s in enumerate(term.args):
        positive, body = (False, negate(s)) if is_negative_looking(s) else (True, s)
        if _is(body, "log"):
            logs.append((n, positive, body.args[0]))
    if len(logs) >= 2:
        inside = build_product(u if positive else Power(u, MINUS_ONE) for _, positive, u in logs)
        chosen = {n for n, _, _ in logs}
        rest = [s for n, s in enumerate(term.args) if n not in chosen]
        joined = build_sum((*rest[: logs[0][0]], Apply("log", inside), *rest[logs[0][0] :]))
        yield Rewrite(joined, _positive([u for _, _, u in logs], context))


# ---------------------------------------------------------------- sigmoid, tanh, softplus


def _sigmoid_fold(term: Term, context: Context) -> Iterator[Rewrite]:
    """1/(1 + e^u) = sigma(-u), also as a factor."""
    for n, f in enumerate(factors_of(term)):
        if not (isinstance(f, Power) and f.exponent == MINUS_ONE and isinstance(f.base, Add) and len(f.base.args) == 2):
            continue
        for one, e in (f.base.args, f.base.args[::-1]):
            u = _exponent_of(e)
            if one == ONE and u is not None:
                folded = Apply("sigmoid", arrange(_negated(u)))
                rest = [g for m, g in enumerate(factors_of(term)) if m != n]
                yield Rewrite(build_product((*rest[:n], folded, *rest[n:])))


def _exponent_of(term: Term) -> Term | None:
    """u with term = e^u for a product of exponentials, else None."""
    total: list[Term] = []
    for f in factors_of(term):
        if isinstance(f, Apply) and f.function == "exp":
            total.append(f.args[0])
        elif isinstance(f, Power) and _is(f.base, "exp") and isinstance(f.exponent, Number):
            total.append(_scaled(f.base.args[0], f.exponent))
        else:
            return None
    return build_sum(total) if total else None


def _sigmoid_unfold(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Apply) and term.function == "sigmoid":
        yield Rewrite(Power(ONE + _exp(_negated(term.args[0])), MINUS_ONE))


def _sigmoid_symmetry(term: Term, context: Context) -> Iterator[Rewrite]:
    """1 - sigma(u) = sigma(-u)."""
    if isinstance(term, Add) and len(term.args) == 2:
        for one, s in (term.args, term.args[::-1]):
            if one == ONE and is_negative_looking(s) and _is(negate(s), "sigmoid"):
                yield Rewrite(Apply("sigmoid", _negated(negate(s).args[0])))


def _sigmoid_reflect(term: Term, context: Context) -> Iterator[Rewrite]:
    """sigma(-u) = 1 - sigma(u)."""
    if isinstance(term, Apply) and term.function == "sigmoid":
        u = term.args[0]
        if is_negative_looking(u) or (isinstance(u, Add) and is_negative_looking(u.args[0])):
            yield Rewrite(ONE - Apply("sigmoid", _negated(u)))


def _sigmoid_tanh(term: Term, context: Context) -> Iterator[Rewrite]:
    """sigma(u) = (1 + tanh(u/2))/2."""
    if isinstance(term, Apply) and term.function == "sigmoid":
        half = arrange(_scaled(term.args[0], HALF))
        yield Rewrite(build_product((HALF, Add(Apply("tanh", half), ONE))))


def _tanh_sigmoid(term: Term, context: Context) -> Iterator[Rewrite]:
    """tanh(u) = 2 sigma(2u) - 1."""
    if isinstance(term, Apply) and term.function == "tanh":
        double = arrange(_scaled(term.args[0], TWO))
        yield Rewrite(build_sum((build_product((TWO, Apply("sigmoid", double))), MINUS_ONE)))


def _tanh_unfold(term: Term, context: Context) -> Iterator[Rewrite]:
    """tanh u = (e^u - e^-u)/(e^u + e^-u)."""
    if isinstance(term, Apply) and term.function == "tanh":
        a, b = _exp(term.args[0]), _exp(_negated(term.args[0]))
        yield Rewrite(build_product((build_sum((a, negate(b))), Power(build_sum((a, b)), MINUS_ONE))))


def _hyperbolic_unfold(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Apply) and term.function in ("sinh", "cosh"):
        a, b = _exp(term.args[0]), _exp(_negated(term.args[0]))
        yield Rewrite(build_product((HALF, build_sum((a, b if term.function == "cosh" else negate(b))))))


def _softplus_fold(term: Term, context: Context) -> Iterator[Rewrite]:
    """log(1 + e^u) = softplus(u)."""
    if isinstance(term, Apply) and term.function == "log" and isinstance(term.args[0], Add):
        parts = term.args[0].args
        if len(parts) == 2:
            for one, e in (parts, parts[::-1]):
                u = _exponent_of(e)
                if one == ONE and u is not None:
                    yield Rewrite(Apply("softplus", u))


def _log_sigmoid(term: Term, context: Context) -> Iterator[Rewrite]:
    """log sigma(u) = -softplus(-u), log(1 - sigma(u)) = -softplus(u)."""
    if not _is(term, "log"):
        return
    if _is(term.args[0], "sigmoid"):
        yield Rewrite(negate(Apply("softplus", _negated(term.args[0].args[0]))))
    for r in _sigmoid_symmetry(term.args[0], context):
        yield Rewrite(negate(Apply("softplus", _negated(r.term.args[0]))))


def _softplus_reflect(term: Term, context: Context) -> Iterator[Rewrite]:
    """softplus(-u) = softplus(u) - u."""
    if _is(term, "softplus") and not _is(factors_of(term.args[0])[-1], "Abs"):
        u = term.args[0]
        if is_negative_looking(u) or (isinstance(u, Add) and is_negative_looking(u.args[0])):
            yield Rewrite(build_sum((Apply("softplus", _negated(u)), u)))


def _softplus_stable(term: Term, context: Context) -> Iterator[Rewrite]:
    """softplus(u) = max(0, u) + softplus(-|u|)."""
    if _is(term, "softplus") and not _is(factors_of(term.args[0])[-1], "Abs"):
        u = term.args[0]
        yield Rewrite(Apply("Max", ZERO, u) + Apply("softplus", negate(Apply("Abs", u))))


def _recognise_tanh(term: Term, context: Context) -> Iterator[Rewrite]:
    """sinh u / cosh u = tanh u."""
    if not isinstance(term, Mul):
        return
    below = [
        f.base.args[0] for f in term.args if isinstance(f, Power) and f.exponent == MINUS_ONE and _is(f.base, "cosh")
    ]
    for n, f in enumerate(term.args):
        if _is(f, "sinh") and f.args[0] in below:
            u = f.args[0]
            own = next(m for m, g in enumerate(term.args) if g == Power(Apply("cosh", u), MINUS_ONE))
            rest = [g for m, g in enumerate(term.args) if m not in (n, own)]
            yield Rewrite(build_product((*rest, Apply("tanh", u))))


def _abbreviation(term: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(term, Apply) and (meaning := expand_function(term)) is not None:
        yield Rewrite(arrange(meaning))


def _parity(term: Term, context: Context) -> Iterator[Rewrite]:
    """tanh(-u) = -tanh(u) and the like."""
    if not isinstance(term, Apply) or len(term.args) != 1:
        return
    u = term.args[0]
    if is_negative_looking(u):
        if term.function in ("tanh", "sinh", "sin", "tan", "atan", "asinh", "erf", "asin", "atanh"):
            yield Rewrite(negate(Apply(term.function, _negated(u))))
        elif term.function in ("cosh", "cos", "Abs"):
            yield Rewrite(Apply(term.function, _negated(u)))


def _roots(term: Term, context: Context) -> Iterator[Rewrite]:
    """sqrt(u^2) = u for u >= 0, |u| in general."""
    if isinstance(term, Power) and term.exponent == HALF and isinstance(term.base, Power) and term.base.exponent == TWO:
        u = term.base.base
        known = is_positive(u, context) or sign_of(u, context) == "0+"
        yield Rewrite(u if known else Apply("Abs", u))


def _rule(name: str, law: str, apply, *examples: tuple[str, str], condition: str = "", source: str = NIST) -> Rule:  # type: ignore[no-untyped-def]
    return Rule(name, law, apply, "exponentials", source, condition, DETAIL, examples)


RULES = (
    _rule("product of exponentials", r"e^u e^v = e^{u+v}", _join, ("exp(x)*exp(y)", "exp(x + y)"), ("1/exp(x)", "exp(-x)")),
    _rule("exponential of a sum", r"e^{u+v} = e^u e^v", _separate, ("exp(x + y)", "exp(x)*exp(y)")),
    _rule("exponential of a logarithm", r"e^{n\log u} = u^n", _exp_of_log, ("exp(log(r))", "r"), ("exp(y*log(r))", "r**y"), condition="u > 0"),
    _rule("exponential of a sum over an index", r"e^{\sum_k u_k} = \prod_k e^{u_k}", _exp_sum, ("exp(Sum(v[k], (k, 1, n)))", "Product(exp(v[k]), (k, 1, n))")),
    _rule("logarithm of a product", r"\log(ab) = \log a + \log b", _log_product, ("log(r*s)", "log(r) + log(s)"), ("log(r/s)", "log(r) - log(s)"), condition="a, b > 0"),
    _rule("logarithm of a power", r"\log a^n = n\log a", _log_power, ("log(r**x)", "x*log(r)"), condition="a > 0"),
    _rule("logarithm of an exponential", r"\log e^u = u", _log_exp, ("log(exp(x))", "x")),
    _rule("sum of logarithms", r"\log a + \log b = \log(ab)", _log_join, ("log(r) - log(s)", "log(r/s)")),
    _rule("definition of the sigmoid", r"\sigma(u) = \frac{1}{1+e^{-u}}", _sigmoid_unfold, ("sigmoid(x)", "1/(1 + exp(-x))"), source=GOODFELLOW),
    _rule("recognise the sigmoid", r"\frac{1}{1+e^{-u}} = \sigma(u)", _sigmoid_fold, ("1/(1 + exp(-x))", "sigmoid(x)"), source=GOODFELLOW),
    _rule("symmetry of the sigmoid", r"1-\sigma(u) = \sigma(-u)", _sigmoid_symmetry, ("1 - sigmoid(x)", "sigmoid(-x)"), source=GOODFELLOW),
    _rule("reflection of the sigmoid", r"\sigma(-u) = 1-\sigma(u)", _sigmoid_reflect, ("sigmoid(-x)", "1 - sigmoid(x)"), source=GOODFELLOW),
    _rule("sigmoid by tanh", r"\sigma(u) = \tfrac12\left(\tanh\tfrac u2 + 1\right)", _sigmoid_tanh, ("sigmoid(x)", "1/2*(tanh(1/2*x) + 1)"), source="Bishop, Pattern Recognition and Machine Learning, ex. 3.1"),
    _rule("tanh by the sigmoid", r"\tanh u = 2\sigma(2u) - 1", _tanh_sigmoid, ("tanh(x)", "2*sigmoid(2*x) - 1"), source="Bishop, Pattern Recognition and Machine Learning, ex. 3.1"),
    _rule("definition of tanh", r"\tanh u = \frac{e^u-e^{-u}}{e^u+e^{-u}}", _tanh_unfold, ("tanh(x)", "(exp(x) - exp(-x))/(exp(x) + exp(-x))")),
    _rule("definition of sinh and cosh", r"\cosh u = \tfrac12(e^u+e^{-u})", _hyperbolic_unfold, ("cosh(x)", "1/2*(exp(x) + exp(-x))")),
    _rule("recognise softplus", r"\log(1+e^u) = \operatorname{softplus}(u)", _softplus_fold, ("log(1 + exp(x))", "softplus(x)"), source=GOODFELLOW),
    _rule("logarithm of the sigmoid", r"\log\sigma(u) = -\operatorname{softplus}(-u)", _log_sigmoid, ("log(sigmoid(x))", "-softplus(-x)"), ("log(1 - sigmoid(x))", "-softplus(x)"), source=GOODFELLOW),
    _rule("reflection of softplus", r"\operatorname{softplus}(-u) = \operatorname{softplus}(u) - u", _softplus_reflect, ("softplus(-x)", "softplus(x) - x"), source=GOODFELLOW),
    _rule("softplus without overflow", r"\operatorname{softplus}(u) = \max(0,u) + \operatorname{softplus}(-|u|)", _softplus_stable, ("softplus(x)", "Max(0, x) + softplus(-Abs(x))"), source=GOODFELLOW),
    _rule("recognise tanh", r"\sinh u/\cosh u = \tanh u", _recognise_tanh, ("y*sinh(x)/cosh(x)", "y*tanh(x)")),
    _rule("definition of the function", r"f(u) = \text{its definition}", _abbreviation, ("silu(x)", "x*sigmoid(x)"), source=GOODFELLOW),
    _rule("odd and even functions", r"\tanh(-u) = -\tanh u", _parity, ("tanh(-x)", "-tanh(x)"), ("cosh(-x)", "cosh(x)")),
    _rule("root of a square", r"\sqrt{u^2} = |u|", _roots, ("sqrt(r**2)", "r"), ("sqrt(x**2)", "Abs(x)")),
)  # fmt: skip
