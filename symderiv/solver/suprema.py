"""The supremum of a norm over all vectors of a given length: bounded from above, and attained.

    sup f(x) = sup c |A x|_2 <= sup c |A|_2 |x|_2 = c |A|_2 r = f(r v_1(A)) <= sup f(x)

so that all of them are equal: the bound is the supremum, and no smaller number is a bound.
"""

from __future__ import annotations

from symderiv.language.context import Context
from symderiv.language.terms import (
    HALF,
    ONE,
    ZERO,
    MatrixName,
    Mul,
    Norm,
    Number,
    Power,
    Relation,
    Supremum,
    Term,
    TopVector,
    free_names,
    substitute,
    walk,
)
from symderiv.records import Step
from symderiv.rules import matrices, norms
from symderiv.rules.matrix_building import build_matrix_product
from symderiv.rules.structure import arrange, build_power, build_product
from symderiv.solver.lines import compress
from symderiv.solver.matrices import UNFOLDING, exhaust, simplify_norms

__all__ = ["SUPREMUM", "answer", "answer_supremum"]

_KEEPING = (*norms.KEEPING_VECTORS, *(r for r in matrices.TIDYING if r.name in ("associativity", "identity matrix")))
SUPREMUM, INSERT = "the supremum", "insert the given values"
BOUND = "bound by the spectral norm"
LENGTH = "length of the vector"
CONSTANT = "supremum of a constant"
ATTAINED = "attained at the top singular vector"
FEASIBLE = "the vector satisfies the condition"


def answer(
    subject: Supremum, given: tuple[tuple[Term, Term], ...], context: Context
) -> tuple[tuple[Step, ...], Term, str]:
    """The supremum; with given values these are put in where it is known."""
    steps, value, reason = answer_supremum(subject, context)
    if reason or not given:
        return steps, value, reason
    after = arrange(substitute(value, dict(given)))
    whole = Step(SUPREMUM, (), subject, value, (), steps)
    inserted = Step(INSERT, (), value, after, tuple(Relation("=", a, b) for a, b in given))
    more, result = simplify_norms(after, context)
    return (whole, inserted, *more), result, ""


def answer_supremum(subject: Supremum, context: Context) -> tuple[tuple[Step, ...], Term, str]:
    """(lines that lead back to the subject, the supremum, stop reason)"""
    x, condition = subject.variable, subject.condition
    assert isinstance(x, MatrixName) and isinstance(condition, Relation)
    radius = _radius(condition, x)
    if radius is None:
        return (), subject, "the condition is no length of the vector; write Eq(rms_norm(x), 1) or Ne(l2_norm(x), 0)"
    steps, line = exhaust(subject, context, _KEEPING)
    more, line = _unfolded(line, x, context)
    steps += more
    bound = _bounded(line, x)
    if bound is None:
        return (*compress(steps),), line, "the body is no multiple of |A x|"
    above, matrix = bound
    lines = [*compress(steps), Step(BOUND, (), line, above, relation="<=")]
    assert isinstance(above, Supremum)
    flat = arrange(_with_length(above.body, x, radius))
    if x.name in free_names(flat):
        return tuple(lines), above, "the bound depends on the vector"
    if condition.op == "=":
        constant = Supremum(flat, x, condition)
        lines.append(Step(LENGTH, (), above, constant))
        lines.append(Step(CONSTANT, (), constant, flat))
    else:
        lines.append(Step(LENGTH, (), above, flat))
    finishing, result = simplify_norms(flat, context)
    lines += finishing
    top = build_matrix_product(*(() if radius == ONE else (radius,)), TopVector(matrix))
    at_top = _put(subject.body, x, top)
    lines.append(Step(ATTAINED, (), result, at_top))
    lines.append(Step(FEASIBLE, (), at_top, subject, relation="<="))
    return tuple(lines), result, ""


def _unfolded(line: Term, x: MatrixName, context: Context) -> tuple[list[Step], Term]:
    """Names in the body unfolded where the vector hides behind one of them."""
    assert isinstance(line, Supremum)
    if x.name in free_names(line.body):
        return [], line
    return exhaust(line, context, (*UNFOLDING, *_KEEPING))


def _radius(condition: Relation, x: MatrixName) -> Term | None:
    """The length of the vectors allowed; 1 where every vector but 0 is."""
    left, right = condition.left, condition.right
    if not (isinstance(left, Norm) and left.args[0] == x):
        return None
    if condition.op in ("!=", ">") and right == ZERO:
        return ONE
    if condition.op != "=":
        return None
    return arrange(build_product((right, build_power(x.args[0], HALF)))) if left.data == "rms" else right


def _bounded(line: Term, x: MatrixName) -> tuple[Term, Term] | None:
    """(the line with |A x| replaced by |A| |x|, A); None if there is no such norm, or more than one."""
    assert isinstance(line, Supremum)
    found = [t for t in walk(line.body) if norms.bounded_by_spectral_norm(t, x) is not None]
    if len(found) != 1:
        return None
    atom = found[0]
    above, matrix = norms.bounded_by_spectral_norm(atom, x), norms.factors_of_norm(atom, x)
    assert above is not None and matrix is not None

    def go(t: Term) -> Term:
        if t == atom:
            return above
        return t.with_args(tuple([go(a) for a in t.args])) if t.args else t

    body = go(line.body)
    return Supremum(build_product(body.args) if isinstance(body, Mul) else body, x, line.condition), matrix


def _with_length(body: Term, x: MatrixName, radius: Term) -> Term:
    """The body with the length of x put in; what stays of it in numerator and denominator cancels."""
    length = Norm("l2", x)
    degree: Term = ZERO
    rest: list[Term] = []
    for f in _factors(body):
        base, exponent = (f.args[0], f.args[1]) if isinstance(f, Power) else (f, ONE)
        if base == length:
            degree = arrange(degree + exponent)
        else:
            rest.append(f)
    if degree != ZERO:
        place = next((n for n, f in enumerate(rest) if isinstance(f, Power) and sign_of_exponent(f) < 0), len(rest))
        rest.insert(place, build_power(radius, degree))
    return build_product(rest)


def _factors(t: Term) -> list[Term]:
    """The factors, also those of products in the numerator and the denominator."""
    if isinstance(t, Mul):
        return [f for a in t.args for f in _factors(a)]
    if isinstance(t, Power) and isinstance(t.base, Mul) and isinstance(t.exponent, Number):
        return [build_power(f, t.exponent) for f in _factors(t.base)] if t.exponent.value.denominator == 1 else [t]
    return [t]


def sign_of_exponent(f: Power) -> int:
    """-1 for a divisor, else 1."""
    return -1 if isinstance(f.exponent, Number) and f.exponent.value < 0 else 1


def _put(body: Term, x: MatrixName, value: Term) -> Term:
    if body == x:
        return value
    return arrange(body.with_args(tuple([_put(a, x, value) for a in body.args]))) if body.args else body
