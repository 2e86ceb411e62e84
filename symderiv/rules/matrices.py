"""Laws of matrix algebra without entries: products, transposes, traces, rank one, orthonormal columns.

Sources: Petersen & Pedersen, *The Matrix Cookbook* (2012); Golub & Van Loan, *Matrix Computations*, 4th ed., ch. 1-2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise

from symderiv.language.context import Context
from symderiv.language.inverse_pairs import identity_words
from symderiv.language.matrix_terms import is_matrix, shape
from symderiv.language.terms import (
    ONE,
    Add,
    Apply,
    Elementwise,
    MatrixIdentity,
    MatrixName,
    MatrixProduct,
    MatrixSum,
    MatrixZero,
    Mul,
    Number,
    OneEntry,
    Relation,
    Term,
    TopVector,
    Trace,
    Transpose,
)
from symderiv.records import Level, Rewrite, Rule
from symderiv.rules import algebra
from symderiv.rules.conditions import truth
from symderiv.rules.matrix_building import (
    build_matrix_product,
    build_matrix_sum,
    matrix_factors,
    scalar_factors,
    scaled,
    transposed,
)
from symderiv.rules.structure import ac_key, build_product, build_sum, monomial

_CANCELLING = tuple(r for r in algebra.RULES if r.name in ("cancel common factors", "collect powers"))

__all__ = ["EXPANDING", "RULES", "TIDYING"]

Laws = Callable[[Term, Context], Iterator[Rewrite]]

_COOKBOOK = "Petersen & Pedersen, The Matrix Cookbook, sec. 1"


def _distribute(t: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(t, MatrixProduct):
        return
    for n, a in enumerate(t.args):
        if isinstance(a, MatrixSum) and len(matrix_factors(t)) > 1:
            before = [f for f in t.args[:n] if is_matrix(f)]
            total = build_matrix_sum(build_matrix_product(*before, b, *t.args[n + 1 :]) for b in a.args)
            yield Rewrite(build_matrix_product(*scalar_factors(t), total))
            return


def _number_into_sum(t: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(t, MatrixProduct) and len(matrix_factors(t)) == 1 and isinstance(matrix_factors(t)[0], MatrixSum):
        front = scalar_factors(t)
        yield Rewrite(build_matrix_sum(build_matrix_product(*front, b) for b in matrix_factors(t)[0].args))


def _split_number(t: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(t, MatrixProduct):
        return
    for n, a in enumerate(t.args):
        if isinstance(a, Add):
            yield Rewrite(build_matrix_sum(build_matrix_product(*t.args[:n], b, *t.args[n + 1 :]) for b in a.args))
            return


def _drop_identity(t: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(t, MatrixProduct) or len(matrix_factors(t)) < 2:
        return
    for n, a in enumerate(t.args):
        if isinstance(a, MatrixIdentity):
            yield Rewrite(build_matrix_product(*t.args[:n], *t.args[n + 1 :]))
            return


def _associativity(t: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(t, MatrixProduct):
        return
    for n, a in enumerate(t.args):
        if isinstance(a, MatrixProduct):
            yield Rewrite(build_matrix_product(*t.args[:n], *a.args, *t.args[n + 1 :]))
            return


def _transpose_of_product(t: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(t, Transpose) and isinstance(t.args[0], MatrixProduct):
        yield Rewrite(transposed(t.args[0]))


def _transpose_of_sum(t: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(t, Transpose) and isinstance(t.args[0], MatrixSum):
        yield Rewrite(MatrixSum(*[Transpose(a) if not isinstance(a, Transpose) else a.args[0] for a in t.args[0].args]))


def _double_transpose(t: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(t, Transpose) and isinstance(t.args[0], (Transpose, MatrixIdentity, MatrixZero)):
        yield Rewrite(transposed(t.args[0]))
    if isinstance(t, Transpose) and shape(t.args[0]) == (ONE, ONE):
        yield Rewrite(t.args[0])


def _is_orthonormal(m: Term, context: Context) -> bool:
    array = context.arrays.get(m.name) if isinstance(m, MatrixName) else None
    return isinstance(m, TopVector) or (array is not None and array.law == "orthonormal")


def _orthonormal_columns(t: Term, context: Context) -> Iterator[Rewrite]:
    if not isinstance(t, MatrixProduct):
        return
    for n, (a, b) in enumerate(zip(t.args, t.args[1:], strict=False)):
        columns = isinstance(a, Transpose) and a.args[0] == b and _is_orthonormal(b, context)
        rows = isinstance(b, Transpose) and b.args[0] == a and _is_orthonormal(a, context) and _is_square(a)
        if columns or rows:
            identity = MatrixIdentity(shape(b)[1])
            keep = len(matrix_factors(t)) == 2
            middle = (identity,) if keep else ()
            yield Rewrite(
                build_matrix_product(*t.args[:n], *middle, *t.args[n + 2 :]),
                (Relation("=", MatrixProduct(a, b), identity),),
            )
            return


def _is_square(m: Term) -> bool:
    return shape(m)[0] == shape(m)[1]


def _declared_identity(t: Term, context: Context) -> Iterator[Rewrite]:
    """A run of factors whose product is declared to be the identity, S S' = I."""
    if not isinstance(t, MatrixProduct):
        return
    factors = [(a.args[0], True) if isinstance(a, Transpose) else (a, False) for a in t.args]
    for known, assumption in identity_words(context).items():
        for n in range(len(factors) - len(known) + 1):
            if tuple(factors[n : n + len(known)]) == known:
                whole = len(matrix_factors(t)) == len(known)
                middle = (MatrixIdentity(shape(t.args[n])[0]),) if whole else ()
                yield Rewrite(build_matrix_product(*t.args[:n], *middle, *t.args[n + len(known) :]), (assumption,))
                return


def _inner_product_out(t: Term, context: Context) -> Iterator[Rewrite]:
    """A run of factors between two axes of length 1 is a number."""
    matrices = matrix_factors(t) if isinstance(t, MatrixProduct) else ()
    for start in range(len(matrices)):
        if shape(matrices[start])[0] != ONE:
            continue
        for end in range(start + 1, len(matrices) + 1):
            whole = end - start == len(matrices)
            if shape(matrices[end - 1])[1] == ONE and not whole and end - start > 1:
                run = OneEntry(MatrixProduct(*matrices[start:end]))
                rest = (*matrices[:start], *matrices[end:])
                yield Rewrite(build_matrix_product(*scalar_factors(t), run, *rest))
                return


def _cancel_numbers(t: Term, context: Context) -> Iterator[Rewrite]:
    """What cancels among the numbers before a product of matrices."""
    if not isinstance(t, MatrixProduct) or len(scalar_factors(t)) < 2:
        return
    number = Mul(*scalar_factors(t))
    for rule in _CANCELLING:
        for r in rule.apply(number, context):
            yield Rewrite(build_matrix_product(r.term, *matrix_factors(t)), r.conditions)
            return


def _collect_like(t: Term, context: Context) -> Iterator[Rewrite]:
    """Numbers before the same matrices, and before the same other factors: 4/s A - 2/s A is 2/s A."""
    if not isinstance(t, MatrixSum):
        return
    groups: dict[tuple[Term, Term], list[Number]] = {}
    for a in t.args:
        core = matrix_factors(a)
        front = build_product(scalar_factors(a)) if scalar_factors(a) else ONE
        value = monomial(front).coefficient
        rest = build_product((Number(1 / value), front)) if value else ONE
        groups.setdefault((core[0] if len(core) == 1 else MatrixProduct(*core), ac_key(rest)), []).append(Number(value))
    if len(groups) == len(t.args):
        return
    terms = []
    for (key, rest), values in groups.items():
        factor = build_product((build_sum(values), rest))
        terms.append(MatrixZero(*shape(key)) if factor == Number(0) else scaled(factor, key))
    yield Rewrite(build_matrix_sum(terms))


# ---- numbers made of matrices


def _trace_of_sum(t: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(t, (Trace, OneEntry)) and isinstance(t.args[0], MatrixSum):
        yield Rewrite(build_sum(_number_of(type(t), a) for a in t.args[0].args))


def _number_of(kind: type[Term], m: Term) -> Term:
    front, core = scalar_factors(m), matrix_factors(m)
    inner = core[0] if len(core) == 1 else MatrixProduct(*core)
    return build_product((*front, kind(inner)))  # type: ignore[call-arg]


def _number_out_of_trace(t: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(t, (Trace, OneEntry)) and scalar_factors(t.args[0]):
        yield Rewrite(_number_of(type(t), t.args[0]))


def _trace_of_identity(t: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(t, (Trace, OneEntry)) and isinstance(t.args[0], MatrixIdentity):
        yield Rewrite(t.args[0].args[0])
    if isinstance(t, (Trace, OneEntry)) and isinstance(t.args[0], MatrixZero):
        yield Rewrite(Number(Fraction(0)))


def _trace_of_transpose(t: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(t, (Trace, OneEntry)) and isinstance(t.args[0], Transpose):
        yield Rewrite(type(t)(t.args[0].args[0]))  # type: ignore[call-arg]


def _trace_is_cyclic(t: Term, context: Context) -> Iterator[Rewrite]:
    """The rotation or transpose that comes first in a fixed order; one that brings U^T to U counts as first."""
    if not isinstance(t, Trace) or not isinstance(t.args[0], MatrixProduct):
        return
    factors = matrix_factors(t.args[0])
    if any(isinstance(f, (MatrixProduct, MatrixSum)) for f in factors) or scalar_factors(t.args[0]):
        return
    turns = [factors[n:] + factors[:n] for n in range(len(factors))]
    turns += [tuple(transposed(f) for f in reversed(turn)) for turn in turns]

    def rank(turn: tuple[Term, ...]) -> tuple[bool, str]:
        useful = any(a == Transpose(b) and _is_orthonormal(b, context) for a, b in pairwise(turn))
        return not useful, repr(turn)

    best = min(turns, key=rank)
    if best != factors:
        yield Rewrite(Trace(MatrixProduct(*best)))


def _trace_of_outer_product(t: Term, context: Context) -> Iterator[Rewrite]:
    """Where an axis of length 1 stands between two factors of the cycle, the trace is a number x^T A y."""
    if not isinstance(t, Trace) or not isinstance(t.args[0], MatrixProduct) or scalar_factors(t.args[0]):
        return
    factors = matrix_factors(t.args[0])
    for n, f in enumerate(factors):
        if shape(f)[0] == ONE:
            yield Rewrite(OneEntry(MatrixProduct(*factors[n:], *factors[:n])))
            return


def _form_is_symmetric(t: Term, context: Context) -> Iterator[Rewrite]:
    """x^T A y = y^T A^T x"""
    if not isinstance(t, OneEntry) or not isinstance(t.args[0], MatrixProduct) or scalar_factors(t.args[0]):
        return
    factors = matrix_factors(t.args[0])
    if any(isinstance(f, (MatrixProduct, MatrixSum)) for f in factors):
        return
    other = tuple(transposed(f) for f in reversed(factors))
    if repr(other) < repr(factors):
        yield Rewrite(OneEntry(MatrixProduct(*other)))


def _sign_of_rank_one(t: Term, context: Context) -> Iterator[Rewrite]:
    """sign(c a b^T) = sign(c) sign(a) sign(b)^T, entry by entry sign(c a_i b_j)."""
    if not isinstance(t, Elementwise) or t.data not in ("sign", "Abs") or not isinstance(t.args[0], MatrixProduct):
        return
    front, core = scalar_factors(t.args[0]), matrix_factors(t.args[0])
    signs: list[Term] = []
    used: list[Term] = []
    for f in front:
        positive = Relation(">", f, Number(Fraction(0)))
        if t.data == "sign" and truth(positive, context) is True:
            used.append(positive)
        else:
            signs.append(Apply(t.data, f))
    place = next((n for n in range(1, len(core)) if shape(core[n])[0] == ONE), None)
    if place is None:
        if front:
            inner = core[0] if len(core) == 1 else MatrixProduct(*core)
            yield Rewrite(build_matrix_product(*signs, Elementwise(t.data, inner)), tuple(used))
        return
    column, row = (MatrixProduct(*c) if len(c) > 1 else c[0] for c in (core[:place], core[place:]))
    right = Transpose(Elementwise(t.data, row.args[0])) if isinstance(row, Transpose) else Elementwise(t.data, row)
    yield Rewrite(build_matrix_product(*signs, Elementwise(t.data, column), right), tuple(used))


def _rule(name: str, law: str, apply: Laws, *examples: tuple[str, str], condition: str = "", level: Level = 1) -> Rule:
    return Rule(name, law, apply, "matrices", _SOURCES.get(name, _COOKBOOK), condition, level, examples)


_GOLUB = "Golub & Van Loan, Matrix Computations, 4th ed., sec. "
_SOURCES = {
    "orthonormal columns": _GOLUB + "2.1",
    "an inner product is a number": _GOLUB + "1.1",
    "sign of a product of entries": "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., p. 502",
    "cancel numbers": "van der Waerden, Algebra I, sec. 3.1",
}

TIDYING = (
    _rule("transpose of a product", r"(AB)^\top = B^\top A^\top", _transpose_of_product, ("(A*B).T", "B.T*A.T")),
    _rule("transpose of a sum", r"(A+B)^\top = A^\top + B^\top", _transpose_of_sum, ("(A + B).T", "A.T + B.T")),
    _rule("transpose of a transpose", r"(A^\top)^\top = A", _double_transpose, ("A.T.T", "A"), level=2),
    _rule("identity matrix", r"IA = AI = A", _drop_identity, ("Identity(n)*A", "A"), ("A*Identity(n)*B", "A*B")),
    _rule("associativity", r"A(BC) = (AB)C", _associativity, ("A*(B*C)", "A*B*C")),
    _rule(
        "orthonormal columns", r"U^\top U = I", _orthonormal_columns, ("U.T*U", "Identity(r)"), ("U*(U.T*U)", "U*Identity(r)"), ("A*O*O.T", "A"),
        condition="the columns of U are orthonormal",
    ),
    _rule(
        "an inner product is a number", r"(a b^\top)(c d^\top) = (b^\top c)\, a d^\top", _inner_product_out,
        ("x*y.T*z*u.T", "number(y.T*z)*x*u.T"), condition="b and c are vectors",
    ),
    _rule(
        "product declared to be the identity", r"S S^{-1} = I", _declared_identity, ("S*J", "Identity(n)"), ("A.T*S*J", "A.T"),
        condition="it is an assumption that the product is I",
    ),
    _rule("cancel numbers", r"\tfrac{ab}{ac}A = \tfrac bc A", _cancel_numbers, ("s/s*a*A", "a*A"), level=2),
    _rule("collect like matrices", r"\alpha A + \beta A = (\alpha+\beta) A", _collect_like, ("3*A + B - A", "2*A + B")),
    _rule(
        "trace of a sum", r"\operatorname{tr}(A+B) = \operatorname{tr}A + \operatorname{tr}B", _trace_of_sum,
        ("trace(A + 2*B)", "trace(A) + 2*trace(B)"),
    ),
    _rule(
        "number out of the trace", r"\operatorname{tr}(cA) = c\operatorname{tr}A", _number_out_of_trace,
        ("trace(a*A)", "a*trace(A)"), level=2,
    ),
    _rule("trace of the identity", r"\operatorname{tr}I_n = n", _trace_of_identity, ("trace(Identity(n))", "n")),
    _rule(
        "trace of a transpose", r"\operatorname{tr}A^\top = \operatorname{tr}A", _trace_of_transpose,
        ("trace(A.T)", "trace(A)"),
    ),
    _rule(
        "trace of an outer product", r"\operatorname{tr}(A\,xy^\top) = y^\top A\,x", _trace_of_outer_product,
        ("trace(A*x*y.T)", "number(y.T*A*x)"), condition="x and y are vectors",
    ),
    _rule(
        "trace is cyclic", r"\operatorname{tr}(AB) = \operatorname{tr}(BA)", _trace_is_cyclic,
        ("trace(B*A)", "trace(A*B)"), ("trace(U*U.T)", "trace(U.T*U)"),
    ),
    _rule(
        "a number is its transpose", r"x^\top A y = y^\top A^\top x", _form_is_symmetric,
        ("number(y.T*A*x)", "number(x.T*A.T*y)"), level=2,
    ),
    _rule(
        "sign of a product of entries",
        r"\operatorname{sign}(c\,ab^\top) = \operatorname{sign}(c)\operatorname{sign}(a)\operatorname{sign}(b)^\top",
        _sign_of_rank_one, ("sign(s*x*y.T)", "sign(x)*sign(y).T"), ("sign(a*A)", "sign(a)*sign(A)"),
    ),
)  # fmt: skip
"""Rules that end and keep an expression as short as it was."""

EXPANDING = (
    _rule("distribute", r"A(B+C) = AB + AC", _distribute, ("A*(B + C)", "A*B + A*C"), ("a*(A + B)*C", "a*(A*C + B*C)")),
    _rule("split the number", r"(a+b)A = aA + bA", _split_number, ("(a + s)*A", "a*A + s*A"), level=2),
    _rule("number into the sum", r"c(A+B) = cA + cB", _number_into_sum, ("a*(A + B)", "a*A + a*B"), level=2),
)  # fmt: skip
RULES = (*TIDYING, *EXPANDING)
