"""Gradients by a whole matrix X, in the layout of X: the entry (i, j) is the derivative by X[i, j].

Sources: Magnus & Neudecker, *Matrix Differential Calculus*, 3rd ed., ch. 9; Petersen & Pedersen, *The Matrix Cookbook*,
section 2. All follow from d tr(P X Q) = tr(Q P dX), whose gradient is (Q P)^T.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symderiv.language.context import Context
from symderiv.language.matrix_terms import is_matrix, shape
from symderiv.language.terms import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Add,
    Apply,
    Derivative,
    MatrixIdentity,
    MatrixName,
    MatrixProduct,
    MatrixSum,
    MatrixZero,
    Mul,
    Norm,
    Number,
    OneEntry,
    Power,
    Relation,
    Term,
    Trace,
    Transpose,
    free_names,
)
from symderiv.records import Level, Rewrite, Rule
from symderiv.rules.matrix_building import (
    build_matrix_product,
    build_matrix_sum,
    matrix_factors,
    scalar_factors,
    summands,
    transposed,
)
from symderiv.rules.structure import build_product

__all__ = ["RULES"]


def _parts(t: Term) -> tuple[Term, MatrixName] | None:
    if isinstance(t, Derivative) and isinstance(t.variable, MatrixName):
        return t.body, t.variable
    return None


def _free(term: Term, x: MatrixName, context: Context) -> bool:
    from symderiv.language.context import unfold_all

    return x.name not in free_names(unfold_all(term, context))


def _constant(t: Term, context: Context) -> Iterator[Rewrite]:
    if (parts := _parts(t)) and _free(parts[0], parts[1], context):
        yield Rewrite(MatrixZero(*shape(parts[1])))


def _sum(t: Term, context: Context) -> Iterator[Rewrite]:
    if (parts := _parts(t)) and isinstance(parts[0], Add):
        yield Rewrite(MatrixSum(*[_derivative_of(a, parts[1]) for a in parts[0].args]))


def _derivative_of(body: Term, x: MatrixName) -> Term:
    """The derivative with a number in front of it, so that -f is subtracted."""
    if isinstance(body, Mul) and isinstance(body.args[0], Number):
        return build_matrix_product(body.args[0], Derivative(build_product(body.args[1:]), x))
    return Derivative(body, x)


def _factor(t: Term, context: Context) -> Iterator[Rewrite]:
    parts = _parts(t)
    if not parts or not isinstance(parts[0], Mul):
        return
    body, x = parts
    constant = [f for f in body.args if _free(f, x, context)]
    rest = [f for f in body.args if not _free(f, x, context)]
    if constant and rest:
        yield Rewrite(build_matrix_product(*constant, Derivative(build_product(rest), x)))


def _product(t: Term, context: Context) -> Iterator[Rewrite]:
    parts = _parts(t)
    if not parts or not isinstance(parts[0], Mul) or any(_free(f, parts[1], context) for f in parts[0].args):
        return
    factors = parts[0].args
    yield Rewrite(
        build_matrix_sum(
            build_matrix_product(*factors[:n], *factors[n + 1 :], Derivative(f, parts[1]))
            for n, f in enumerate(factors)
        )
    )


def _squared_norm(t: Term, context: Context) -> Iterator[Rewrite]:
    """d|M|^2 = 2 tr(M^T dM) for M = sum of P X Q, P X^T Q and what does not depend on X."""
    parts = _parts(t)
    if not parts:
        return
    body, x = parts
    if not (isinstance(body, Power) and body.exponent == TWO and isinstance(body.base, Norm)):
        return
    if body.base.data not in ("l2", "frobenius"):
        return
    inner = body.base.args[0]
    gradients = []
    for term in summands(inner):
        if _free(term, x, context):
            continue
        places = list(_occurrences(term, x))
        if len(places) != 1:
            return
        gradients.append(_adjoint(term, places[0], inner, TWO))
    if gradients:
        yield Rewrite(build_matrix_sum(gradients))


def _norm(t: Term, context: Context) -> Iterator[Rewrite]:
    """d|M| = d(|M|^2)/(2 |M|), where M is not 0."""
    parts = _parts(t)
    if parts and isinstance(parts[0], Norm):
        for r in _squared_norm(Derivative(Power(parts[0], TWO), parts[1]), context):
            half = build_matrix_product(HALF, Power(parts[0], MINUS_ONE), r.term)
            yield Rewrite(half, (Relation("!=", parts[0], ZERO),))


def _occurrences(term: Term, x: MatrixName) -> Iterator[int]:
    """The places of X and X^T among the factors; raises nothing, yields -1 for an X deeper inside."""
    for n, f in enumerate(matrix_factors(term)):
        if f in (x, Transpose(x)):
            yield n
        elif x.name in free_names(f):
            yield -1
    if any(x.name in free_names(f) for f in scalar_factors(term)):
        yield -1


def _adjoint(term: Term, place: int, weight: Term | None, factor: Term) -> Term:
    """The gradient of factor * tr(weight^T P X Q), of tr(P X Q) without weight, by the X at this place."""
    factors = matrix_factors(term)
    left, right = factors[:place], factors[place + 1 :]
    front = (factor, *scalar_factors(term))
    middle = () if weight is None else (weight,)
    if isinstance(factors[place], Transpose):
        pieces = (*right, *(transposed(w) for w in middle), *left)
    else:
        pieces = (*map(transposed, reversed(left)), *middle, *map(transposed, reversed(right)))
    if not pieces:
        return build_matrix_product(*front, MatrixIdentity(shape(factors[place])[0]))
    return build_matrix_product(*front, *pieces)


def _trace(t: Term, context: Context) -> Iterator[Rewrite]:
    """The gradient of tr(P X Q) is P^T Q^T, of tr(P X^T Q) it is Q P, one summand for every X."""
    parts = _parts(t)
    if not parts or not isinstance(parts[0], (Trace, OneEntry)) or isinstance(parts[0].args[0], MatrixSum):
        return
    m, x = parts[0].args[0], parts[1]
    places = list(_occurrences(m, x))
    if not places or -1 in places:
        return
    yield Rewrite(build_matrix_sum(_trace_at(m, n) for n in places))


def _trace_at(m: Term, place: int) -> Term:
    """tr(P X Q) = tr(Q P X) has the gradient (Q P)^T = P^T Q^T."""
    factors = matrix_factors(m)
    left, right = factors[:place], factors[place + 1 :]
    if isinstance(factors[place], Transpose):
        pieces = (*right, *left)
    else:
        pieces = (*map(transposed, reversed(left)), *map(transposed, reversed(right)))
    front = scalar_factors(m)
    if not pieces:
        return build_matrix_product(*front, MatrixIdentity(shape(factors[place])[0]))
    return build_matrix_product(*front, *pieces)


def _quadratic_form(t: Term, context: Context) -> Iterator[Rewrite]:
    """The gradient of x^T A x is (A + A^T) x."""
    parts = _parts(t)
    if not parts or not isinstance(parts[0], (Trace, OneEntry)) or scalar_factors(parts[0].args[0]):
        return
    factors, x = matrix_factors(parts[0].args[0]), parts[1]
    if len(factors) < 3 or factors[0] != Transpose(x) or factors[-1] != x or shape(x)[1] != ONE:
        return
    middle = factors[1:-1]
    if any(x.name in free_names(f) for f in middle):
        return
    a = middle[0] if len(middle) == 1 else MatrixProduct(*middle)
    b = transposed(a)
    yield Rewrite(build_matrix_product(TWO, a, x) if a == b else MatrixProduct(MatrixSum(a, b), x))


def _chain(t: Term, context: Context) -> Iterator[Rewrite]:
    """The gradient of f(u) is f'(u) times that of u."""
    parts = _parts(t)
    if not parts:
        return
    body, x = parts
    if isinstance(body, Power) and _free(body.exponent, x, context) and not isinstance(body.base, Norm):
        slope: Term = build_product((body.exponent, Power(body.base, body.exponent - 1)))
        if isinstance(body.exponent, Number):
            slope = build_product((body.exponent, Power(body.base, Number(body.exponent.value - 1))))
        inner = body.base
    elif isinstance(body, Apply) and body.function in ("exp", "log") and not is_matrix(body.args[0]):
        inner = body.args[0]
        slope = body if body.function == "exp" else Power(inner, Number(-1))
    else:
        return
    yield Rewrite(build_matrix_product(slope, Derivative(inner, x)))


def _rule(name: str, law: str, apply: Laws, *examples: tuple[str, str], source: str = "", level: Level = 1) -> Rule:
    return Rule(name, law, apply, "matrices", source or _MAGNUS, "", level, examples)


Laws = Callable[[Term, Context], Iterator[Rewrite]]
_MAGNUS = "Magnus & Neudecker, Matrix Differential Calculus, 3rd ed., ch. 9"
_COOKBOOK = "Petersen & Pedersen, The Matrix Cookbook, "
RULES = (
    _rule(
        "gradient of a constant", r"\nabla_X c = 0", _constant, ("Derivative(trace(A*B), C)", "ZeroMatrix(n, n)"), level=2
    ),
    _rule(
        "gradient of a sum", r"\nabla_X (f+g) = \nabla_X f + \nabla_X g", _sum,
        ("Derivative(trace(A) - trace(A*B), A)", "Derivative(trace(A), A) - Derivative(trace(A*B), A)"),
    ),
    _rule(
        "constant factor out of the gradient", r"\nabla_X (c f) = c\,\nabla_X f", _factor,
        ("Derivative(a*trace(A*B), A)", "a*Derivative(trace(A*B), A)"), level=2,
    ),
    _rule(
        "gradient of a product", r"\nabla_X (f g) = g\,\nabla_X f + f\,\nabla_X g", _product,
        ("Derivative(trace(A)*trace(A*B), A)", "trace(A*B)*Derivative(trace(A), A) + trace(A)*Derivative(trace(A*B), A)"),
    ),
    _rule(
        "gradient of a squared norm", r"\nabla_X \|AXB+C\|^2 = 2A^\top(AXB+C)B^\top", _squared_norm,
        ("Derivative(l2_norm(A*x - y)**2, x)", "2*A.T*(A*x - y)"),
        ("Derivative(frobenius_norm(A*B + C)**2, B)", "2*A.T*(A*B + C)"), source=_COOKBOOK + "sec. 2.5",
    ),
    _rule(
        "gradient of a norm", r"\nabla_X \|M\| = \frac{\nabla_X \|M\|^2}{2\|M\|}", _norm,
        ("Derivative(l2_norm(x), x)", "1/l2_norm(x)*x"), source=_COOKBOOK + "sec. 2.6",
    ),
    _rule(
        "gradient of a quadratic form", r"\nabla_x\, x^\top A x = (A+A^\top)x", _quadratic_form,
        ("Derivative(number(x.T*A*x), x)", "(A + A.T)*x"), source=_COOKBOOK + "eq. 81",
    ),
    _rule(
        "gradient of a trace", r"\nabla_X \operatorname{tr}(AXB) = A^\top B^\top,\ \nabla_X \operatorname{tr}(AX^\top B) = BA",
        _trace, ("Derivative(trace(A*B*C), B)", "A.T*C.T"), ("Derivative(trace(A*B.T*C), B)", "C*A"),
        ("Derivative(trace(A*B*A), A)", "A.T*B.T + B.T*A.T"), source=_COOKBOOK + "eq. 101",
    ),
    _rule(
        "chain rule for a gradient", r"\nabla_X f(u) = f'(u)\,\nabla_X u", _chain,
        ("Derivative(exp(trace(A*B)), A)", "exp(trace(A*B))*Derivative(trace(A*B), A)"),
    ),
)  # fmt: skip
