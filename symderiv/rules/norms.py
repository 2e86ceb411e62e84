"""Laws of norms: multiples, rank one, orthonormal columns, signs, and the bound that the spectral norm is.

Sources: Golub & Van Loan, *Matrix Computations*, 4th ed., sections 2.2-2.4; Horn & Johnson, *Matrix Analysis*, 2nd
ed., section 5.6. The lemmas on spectral norms are tested at random shapes against singular values (tests/rules).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from symderiv.language.context import Context
from symderiv.language.matrix_terms import shape
from symderiv.language.terms import (
    HALF,
    ONE,
    TWO,
    ZERO,
    Apply,
    Elementwise,
    Entry,
    MatrixIdentity,
    MatrixName,
    MatrixProduct,
    MatrixSum,
    MatrixZero,
    Norm,
    Number,
    OneEntry,
    Power,
    Relation,
    Sum,
    Symbol,
    Term,
    TopVector,
    Trace,
    Transpose,
)
from symderiv.records import Level, Rewrite, Rule
from symderiv.rules.conditions import at_least, truth
from symderiv.rules.matrix_building import build_matrix_product, matrix_factors, scalar_factors, transposed
from symderiv.rules.structure import build_power, build_product

__all__ = ["KEEPING_VECTORS", "RULES", "bounded_by_spectral_norm", "factors_of_norm"]


def _rms(t: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(t, Norm) and t.data == "rms":
        m = t.args[0]
        yield Rewrite(build_product((Norm("l2", m), Power(build_power(shape(m)[0], HALF), Number(Fraction(-1))))))


def _multiple(t: Term, context: Context) -> Iterator[Rewrite]:
    """|c A| = |c| |A|, and |c| = c for c >= 0."""
    if not isinstance(t, Norm) or not scalar_factors(t.args[0]):
        return
    sizes: list[Term] = []
    used: list[Term] = []
    for f in scalar_factors(t.args[0]):
        if isinstance(f, Number):
            sizes.append(Number(abs(f.value)))
        elif truth(Relation(">=", f, ZERO), context) is True:
            sizes.append(f)
        else:
            sizes.append(Apply("Abs", f))
    core = matrix_factors(t.args[0])
    yield Rewrite(build_product((*sizes, Norm(t.data, build_matrix_product(*core)))), tuple(used))


def _rank_one(t: Term, context: Context) -> Iterator[Rewrite]:
    """|a b^T| = |a| |b|: |a b^T x| = |a| |b^T x| <= |a| |b| |x| by Cauchy-Schwarz, with equality at x = b/|b|."""
    if not isinstance(t, Norm) or t.data not in ("spectral", "frobenius") or scalar_factors(t.args[0]):
        return
    factors = matrix_factors(t.args[0])
    for n in range(1, len(factors)):
        if shape(factors[n])[0] == ONE:
            column, row = factors[:n], factors[n:]
            other = [transposed(f) for f in reversed(row)]
            yield Rewrite(
                build_product((Norm("l2", build_matrix_product(*column)), Norm("l2", build_matrix_product(*other))))
            )
            return


def _of_vector(t: Term, context: Context) -> Iterator[Rewrite]:
    """For one column the Frobenius and the spectral norm are the length."""
    if isinstance(t, Norm) and t.data in ("spectral", "frobenius") and ONE in shape(t.args[0]):
        m = t.args[0] if shape(t.args[0])[1] == ONE else transposed(t.args[0])
        yield Rewrite(Norm("l2", m))


def _transpose(t: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(t, Norm) and t.data in ("spectral", "frobenius"):
        m = t.args[0]
        factors = matrix_factors(m)
        if isinstance(m, Transpose):
            yield Rewrite(Norm(t.data, m.args[0]))
        elif len(factors) > 1 and all(isinstance(f, Transpose) for f in factors) and not scalar_factors(m):
            yield Rewrite(Norm(t.data, transposed(m)))


def _orthonormal(m: Term, context: Context) -> bool:
    array = context.arrays.get(m.name) if isinstance(m, MatrixName) else None
    return isinstance(m, TopVector) or (array is not None and array.law == "orthonormal")


def _keeps_lengths(t: Term, context: Context) -> Iterator[Rewrite]:
    """|U x|^2 = x^T U^T U x = |x|^2, so that U in front, and V^T behind, changes no stretch."""
    if not isinstance(t, Norm) or t.data not in ("spectral", "l2", "frobenius") or scalar_factors(t.args[0]):
        return
    factors = matrix_factors(t.args[0])
    first, last = factors[0], factors[-1]
    if len(factors) > 1 and _keeps_length(first, context):
        used = (Relation("=", MatrixProduct(transposed(first), first), MatrixIdentity(shape(first)[1])),)
        yield Rewrite(Norm(t.data, build_matrix_product(*factors[1:])), used)
    elif len(factors) > 1 and t.data != "l2" and _keeps_length(transposed(last), context):
        used = (Relation("=", MatrixProduct(last, transposed(last)), MatrixIdentity(shape(last)[0])),)
        yield Rewrite(Norm(t.data, build_matrix_product(*factors[:-1])), used)


def _keeps_length(m: Term, context: Context) -> bool:
    """Orthonormal columns; of a square matrix its transpose has them too."""
    if isinstance(m, Transpose):
        return shape(m)[0] == shape(m)[1] and _orthonormal(m.args[0], context)
    return _orthonormal(m, context)


def _of_orthonormal(t: Term, context: Context) -> Iterator[Rewrite]:
    """|U|_2 = 1 and |U|_F = sqrt(r) for r orthonormal columns; a unit vector has the length 1."""
    if not isinstance(t, Norm):
        return
    m = t.args[0].args[0] if isinstance(t.args[0], Transpose) else t.args[0]
    if not (_orthonormal(m, context) or isinstance(m, MatrixIdentity)):
        return
    columns = shape(m)[1]
    if t.data in ("spectral", "l2") and at_least(columns, ONE, context) is True:
        yield Rewrite(ONE)
    elif t.data == "frobenius":
        yield Rewrite(build_power(columns, HALF))


def _of_sign(t: Term, context: Context) -> Iterator[Rewrite]:
    """The squares of signs are 1 or 0: |sign(v)|^2 is the number of entries that are not 0."""
    if not (isinstance(t, Norm) and t.data == "l2" and isinstance(t.args[0], Elementwise) and t.args[0].data == "sign"):
        return
    v = t.args[0].args[0]
    if not isinstance(v, MatrixName):
        return
    array = context.arrays.get(v.name)
    if array is not None and truth(Relation("!=", Entry(v.name, (ZERO, ZERO)), ZERO), context) is True:
        yield Rewrite(build_power(v.args[0], HALF))
        return
    nonzero = Relation("!=", Entry(v.name, (Symbol("k"), ZERO)), ZERO)
    yield Rewrite(build_power(Sum.over("k", ZERO, v.args[0] - 1, ONE, guard=nonzero), HALF))


def _zero(t: Term, context: Context) -> Iterator[Rewrite]:
    if isinstance(t, Norm) and isinstance(t.args[0], MatrixZero):
        yield Rewrite(ZERO)


def _attained(t: Term, context: Context) -> Iterator[Rewrite]:
    """|A v_1(A)| = |A|_2"""
    if isinstance(t, Norm) and t.data == "l2" and isinstance(t.args[0], MatrixProduct):
        *rest, last = t.args[0].args
        if isinstance(last, TopVector) and rest and build_matrix_product(*rest) == last.args[0]:
            yield Rewrite(Norm("spectral", last.args[0]))


def _squared(t: Term, context: Context) -> Iterator[Rewrite]:
    """|v|^2 = v^T v and |A|_F^2 = tr(A^T A)"""
    if isinstance(t, Power) and t.exponent == TWO and isinstance(t.base, Norm) and t.base.data in ("l2", "frobenius"):
        m = t.base.args[0]
        other = Transpose(m) if isinstance(m, (MatrixProduct, MatrixSum, Elementwise, TopVector)) else transposed(m)
        product = MatrixProduct(other, m)
        yield Rewrite(OneEntry(product) if shape(product)[1] == ONE else Trace(product))


def _rule(
    name: str, law: str, apply: Laws, *examples: tuple[str, str], section: str = "2.3", condition: str = "", level: Level = 1
) -> Rule:  # fmt: skip
    return Rule(name, law, apply, "norms", _GOLUB + section, condition, level, examples)


Laws = Callable[[Term, Context], Iterator[Rewrite]]
_GOLUB = "Golub & Van Loan, Matrix Computations, 4th ed., sec. "

KEEPING_VECTORS = (
    _rule(
        "definition of the RMS norm", r"\|v\|_{\text{RMS}} = \|v\|_2/\sqrt{\dim v}", _rms,
        ("rms_norm(x)", "l2_norm(x)/sqrt(n)"), section="2.2",
    ),
    _rule(
        "norm of a multiple", r"\|cA\| = |c|\,\|A\|", _multiple, ("spectral_norm(-2*a*A)", "2*Abs(a)*spectral_norm(A)"),
        ("l2_norm(s*x)", "s*l2_norm(x)"), section="2.2",
    ),
)  # fmt: skip
"""Rules that leave the vector of a supremum in its place."""

RULES = (
    *KEEPING_VECTORS,
    _rule("norm of zero", r"\|0\| = 0", _zero, ("spectral_norm(ZeroMatrix(n, m))", "0"), section="2.2", level=2),
    _rule(
        "stretch of the top singular vector", r"\|Av_1(A)\|_2 = \|A\|_2", _attained,
        ("l2_norm(A*top_vector(A))", "spectral_norm(A)"), section="2.4",
    ),
    _rule(
        "norm of a matrix of rank one", r"\|ab^\top\|_2 = \|ab^\top\|_F = \|a\|_2\|b\|_2", _rank_one,
        ("spectral_norm(x*u.T)", "l2_norm(x)*l2_norm(u)"), ("frobenius_norm(A*x*u.T)", "l2_norm(A*x)*l2_norm(u)"),
    ),
    _rule(
        "norm of orthonormal columns", r"\|U\|_2 = 1,\ \|U\|_F = \sqrt r", _of_orthonormal, ("spectral_norm(U)", "1"),
        ("frobenius_norm(U)", "sqrt(r)"), condition="orthonormal columns of U, r >= 1",
    ),
    _rule(
        "orthonormal columns keep lengths", r"\|UA\|_2 = \|A\|_2 = \|AV^\top\|_2", _keeps_lengths,
        ("spectral_norm(U*R)", "spectral_norm(R)"), ("spectral_norm(A*V*V.T)", "spectral_norm(A*V)"),
        condition="orthonormal columns of U and of V",
    ),
    _rule("norm of a vector", r"\|v\|_F = \|v\|_2", _of_vector, ("frobenius_norm(A*x)", "l2_norm(A*x)"), level=2),
    _rule("norm of a transpose", r"\|A^\top\| = \|A\|", _transpose, ("spectral_norm(A.T)", "spectral_norm(A)")),
    _rule(
        "norm of a vector of signs", r"\|\operatorname{sign}(v)\|_2^2 = \sum_k [v_k \ne 0]", _of_sign,
        ("l2_norm(sign(x))", "sqrt(Sum(Piecewise((1, Ne(x[k, 0], 0)), (0, True)), (k, 0, n - 1)))"), section="2.2",
    ),
)  # fmt: skip
SQUARED = _rule(
    "squared norm", r"\|v\|_2^2 = v^\top v,\ \|A\|_F^2 = \operatorname{tr}(A^\top A)", _squared,
    ("l2_norm(x)**2", "number(x.T*x)"), ("frobenius_norm(A)**2", "trace(A.T*A)"),
)  # fmt: skip


def _root_of_square(t: Term, context: Context) -> Iterator[Rewrite]:
    """|v| = sqrt(v^T v)"""
    if isinstance(t, Norm) and t.data in ("l2", "frobenius"):
        for r in _squared(Power(t, TWO), context):
            yield Rewrite(Power(r.term, HALF))


ROOT = _rule(
    "norm as a root", r"\|v\|_2 = \sqrt{v^\top v},\ \|A\|_F = \sqrt{\operatorname{tr}(A^\top A)}", _root_of_square,
    ("l2_norm(x)", "sqrt(number(x.T*x))"),
)  # fmt: skip


def bounded_by_spectral_norm(t: Term, x: Term) -> Term | None:
    """|A|_2 |x|_2, which |A x|_2 does not exceed, nor |a^T x| for a row; None for another term."""
    if not _is_length(t):
        return None
    matrix = factors_of_norm(t, x)
    return None if matrix is None else build_product((Norm("spectral", matrix), Norm("l2", x)))


def _is_length(t: Term) -> bool:
    number = isinstance(t, Apply) and t.function == "Abs" and isinstance(t.args[0], OneEntry)
    return number or (isinstance(t, Norm) and t.data == "l2")


def factors_of_norm(t: Term, x: Term) -> Term | None:
    """A of |A x|; None if the vector is not written so."""
    m = t.args[0] if isinstance(t, Norm) else t.args[0].args[0]
    if not isinstance(m, MatrixProduct) or m.args[-1] != x or scalar_factors(m):
        return None
    return build_matrix_product(*m.args[:-1])
