"""Can all of these linear conditions hold? A solution in small numbers, or a combination that contradicts itself.

The certificate of a system without solution is the sum of its conditions, each with everything on its larger side and
times a positive number, which is 0 identically although it would have to be positive (Farkas' lemma). Answers questions
of the kind "feasibility".
"""

from __future__ import annotations

from fractions import Fraction

from symderiv.language.context import Context, unfold_all
from symderiv.language.matrices import Matrix
from symderiv.language.terms import FALSE, TRUE, ZERO, Add, And, Mul, Number, Relation, Term, substitute
from symderiv.language.text import to_text
from symderiv.records import Question, Step
from symderiv.rules.expansion import expand
from symderiv.rules.structure import arrange, monomial, negate, summands_of
from symderiv.solver.elimination import Row, TooLarge, refute, solve_small
from symderiv.solver.kinds import Derive

__all__ = ["answer"]

INSERT, CALCULATE, SIDES, COMBINE = (
    "insert the given values", "calculate", "everything on the larger side", "add the inequalities",
)  # fmt: skip


class _NotLinear(Exception):
    """A condition that is not linear in the unknowns."""


def answer(question: Question, context: Context, derive: Derive) -> tuple[tuple[Step, ...], Term, str]:
    """(steps, values of the unknowns as one row or the certificate, reason to stop)."""
    subject, unknowns = question.subject, question.unknowns
    conditions = subject.args if isinstance(subject, And) else (subject,)
    try:
        forms = [f for c in conditions for f in _forms(c, context)]
        rows = [_row(f, strict, unknowns) for f, strict in forms]
        point = solve_small(rows, len(unknowns))
        if point is not None:
            return *_solution(subject, unknowns, point), ""
        weights = refute(rows, len(unknowns))
    except _NotLinear as error:
        return (), subject, str(error)
    except TooLarge:
        return (), subject, "the system is too large for elimination"
    if weights is None:
        return (), subject, "neither a solution nor a contradiction was found"
    return *_contradiction(subject, forms, weights), ""


def _forms(condition: Term, context: Context) -> list[tuple[Term, bool]]:
    """(term, strict) with term > 0 or term >= 0; an equation is two of them."""
    if not isinstance(condition, Relation) or condition.op == "!=":
        raise _NotLinear(f"{to_text(condition)} is no linear inequality")
    left, right = (arrange(unfold_all(side, context)) for side in condition.args)
    above, below = _minus(left, right), _minus(right, left)
    return {
        ">": [(above, True)], ">=": [(above, False)], "<": [(below, True)], "<=": [(below, False)],
        "=": [(above, False), (below, False)],
    }[condition.op]  # fmt: skip


def _minus(left: Term, right: Term) -> Term:
    """left - right, with what is subtracted kept together: -(w1 + w2 + b)."""
    if right == ZERO:
        return left
    return negate(right) if left == ZERO else Add(*summands_of(left), negate(right))


def _row(form: Term, strict: bool, unknowns: tuple[Term, ...]) -> Row:
    coefficients = [Fraction(0)] * len(unknowns)
    constant = Fraction(0)
    for s in summands_of(expand(form) or form):
        m = monomial(s)
        if not m.powers:
            constant += m.coefficient
            continue
        bases = [b for b, e in m.powers.values() if e == Number(1)]
        if len(m.powers) != 1 or len(bases) != 1 or bases[0] not in unknowns:
            raise _NotLinear(f"{to_text(form)} is not linear in the unknowns with numbers as coefficients")
        coefficients[unknowns.index(bases[0])] += m.coefficient
    return Row(tuple(coefficients), constant, strict)


def _solution(subject: Term, unknowns: tuple[Term, ...], point: tuple[Fraction, ...]) -> tuple[tuple[Step, ...], Term]:
    values: dict[Term, Term] = {u: Number(v) for u, v in zip(unknowns, point, strict=True)}
    used = tuple(Relation("=", u, v) for u, v in values.items())
    numbers = arrange(substitute(subject, values))
    steps = [Step(INSERT, (), subject, numbers, used)]
    if numbers != TRUE:
        steps.append(Step(CALCULATE, (), numbers, TRUE))
    return tuple(steps), Matrix([list(values.values())])


def _contradiction(
    subject: Term, forms: list[tuple[Term, bool]], weights: tuple[int, ...]
) -> tuple[tuple[Step, ...], Term]:
    chosen = [(f, strict, w) for (f, strict), w in zip(forms, weights, strict=True) if w]
    chosen.sort(key=lambda c: not c[1])
    rows = [Relation(">" if strict else ">=", f, ZERO) for f, strict, _ in chosen]
    parts = [f if w == 1 else Mul(Number(w), f) for f, _, w in chosen]
    certificate: Term = Add(*parts) if len(parts) > 1 else parts[0]
    op = ">" if chosen[0][1] else ">="
    total = expand(certificate) or certificate
    lines: list[tuple[str, Term, str]] = [
        (SIDES, And(*rows) if len(rows) > 1 else rows[0], ""),
        (COMBINE, Relation(op, certificate, ZERO), "with the multipliers " + ", ".join(str(w) for _, _, w in chosen)),
        (CALCULATE, Relation(op, total, ZERO), ""),
        (CALCULATE, FALSE, ""),
    ]
    steps: list[Step] = []
    line = subject
    for rule, after, note in lines:
        if after != line:
            steps.append(Step(rule, (), line, after, note=note))
            line = after
    return tuple(steps), certificate
