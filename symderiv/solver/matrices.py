"""Matrix expressions without entries: gradients, tidying, and two sides brought to a common line.

``derive`` carries out gradients, tidies (transposes, identities, orthonormal columns, norms) and multiplies out only
where that makes the expression shorter. ``show`` brings both sides to the sum of words that they are and joins them at
the first line that they share; the right side's lines are read backwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symderiv.language.context import Context
from symderiv.language.matrix_terms import MATRIX_NODES, is_matrix, shape
from symderiv.language.terms import (
    MINUS_ONE,
    ONE,
    Derivative,
    MatrixName,
    MatrixProduct,
    MatrixSum,
    MatrixZero,
    Norm,
    Symbol,
    Term,
    walk,
)
from symderiv.records import Rule, Step
from symderiv.rules import algebra, definitions, matrices, matrix_gradients, norms
from symderiv.rules import roots as rooted
from symderiv.rules.matrix_building import build_matrix_sum, matrix_factors, scalar_factors, scaled
from symderiv.rules.structure import ac_key, arrange, build_power, build_product, build_sum
from symderiv.solver.finishing import finish
from symderiv.solver.lines import compress, join
from symderiv.solver.polynomials import NoPolynomial, Ring
from symderiv.solver.rewriting import moves, step_of

__all__ = ["derive", "exhaust", "has_matrices", "show", "simplify_norms"]

MOST_STEPS, MOST_LINES = 60, 6
_NAMED = ("distribute", "trace is cyclic", "collect like matrices")
MULTIPLYING = frozenset({
    *_NAMED, "transpose of a product", "transpose of a sum", "transpose of a transpose", "identity matrix",
    "associativity", "cancel numbers", "trace of a sum", "number out of the trace", "trace of a transpose",
    "a number is its transpose", "split the number", "number into the sum", "expand", "collect like terms",
})  # fmt: skip
"""Steps of which a row may stand in one line where a derivation has many lines."""
UNFOLDING = tuple(r for r in definitions.RULES if r.name == "unfold the definition")
FOLDING = tuple(r for r in definitions.RULES if r.name in ("recognise the definition", "write with the definition"))


def has_matrices(term: Term) -> bool:
    """Does a matrix expression stand in the term, unfolded or not?"""
    return any(isinstance(t, MATRIX_NODES) for t in walk(term))


def exhaust(line: Term, context: Context, rules: Sequence[Rule], limit: int = MOST_STEPS) -> tuple[list[Step], Term]:
    """Single steps by the first of the rules that applies, until none does or a line comes back."""
    steps: list[Step] = []
    seen = {line}
    for _ in range(limit):
        move = next((m for m in moves(line, context, rules) if m.after not in seen), None)
        if move is None:
            break
        steps.append(step_of(line, move))
        line = move.after
        seen.add(line)
    return steps, line


def derive(line: Term, context: Context) -> tuple[tuple[Step, ...], Term]:
    """The shortest form: gradients carried out, norms evaluated, like matrices collected."""
    steps: list[Step] = []
    if arrange(line) != line:
        line = arrange(line)
    if any(isinstance(t, Derivative) and isinstance(t.variable, MatrixName) for t in walk(line)):
        first, line = _differentiate(line, context)
        steps += first
    tidying, line = exhaust(line, context, (*norms.RULES, *matrices.TIDYING))
    steps += tidying
    expanding, expanded = exhaust(line, context, (*matrices.TIDYING, *matrices.EXPANDING))
    if _length(expanded) < _length(line):
        steps, line = [*steps, *expanding], expanded
    out = compress(steps)
    if is_matrix(line):
        return tuple(out), line
    last, line = finish(line, context)
    collected, line = exhaust(line, context, rooted.RULES)
    return (*out, *last, *collected), line


def _differentiate(line: Term, context: Context) -> tuple[list[Step], Term]:
    """Gradients by the rules; where none applies, names are unfolded or the body is brought into traces."""
    steps: list[Step] = []
    ladders = (
        matrix_gradients.RULES, UNFOLDING, matrices.TIDYING, matrices.EXPANDING,
        (norms.SQUARED, *matrices.TIDYING, *matrices.EXPANDING),
    )  # fmt: skip
    for _ in range(MOST_STEPS):
        if not any(isinstance(t, Derivative) for t in walk(line)):
            break
        move = next((m for rules in ladders for m in moves(line, context, rules)), None)
        if move is None:
            break
        steps.append(step_of(line, move))
        line = move.after
    return steps, line


def _length(term: Term) -> int:
    """How many letters are written."""
    return sum(isinstance(t, (MatrixName, Norm, Symbol)) for t in _written(term))


def _written(term: Term) -> list[Term]:
    out = [term]
    if not isinstance(term, MatrixName):
        for a in term.args:
            out += _written(a)
    return out


def simplify_norms(line: Term, context: Context) -> tuple[tuple[Step, ...], Term]:
    """Norms of multiples, of rank one, of orthonormal columns evaluated, then numbers in their shortest form."""
    steps, line = exhaust(line, context, (*norms.RULES, *matrices.TIDYING))
    if any(isinstance(t, Norm) for t in walk(line)) and context.definitions:
        more, unfolded = exhaust(line, context, (*norms.RULES, *matrices.TIDYING, *UNFOLDING))
        if _norms(unfolded) < _norms(line):
            steps, line = [*steps, *more], unfolded
    last, line = finish(line, context)
    roots, line = exhaust(line, context, rooted.RULES)
    return (*compress(steps), *last, *roots), line


def _norms(term: Term) -> int:
    return sum(isinstance(t, Norm) for t in walk(term))


_EXPANDING = (*matrices.TIDYING, *matrices.EXPANDING)
_NUMBERS = tuple(r for r in algebra.RULES if r.name in ("expand", "collect like terms", "cancel common factors"))


def show(left: Term, right: Term, context: Context) -> tuple[tuple[Step, ...], Term, str] | None:
    """Steps from ``left`` to ``right``, None if their normal forms differ."""
    if not (has_matrices(left) or has_matrices(right)):
        return None
    for rules in (
        (),
        _EXPANDING,
        (*UNFOLDING, *_EXPANDING),
        (*norms.RULES, *_EXPANDING),
        (*UNFOLDING, *norms.RULES, norms.SQUARED, *_EXPANDING, *_NUMBERS),
        (*UNFOLDING, norms.SQUARED, norms.ROOT, *_EXPANDING, *_NUMBERS),
    ):
        sides = []
        for side in (left, right):
            steps: list[Step] = []
            line = side
            if any(isinstance(t, Derivative) for t in walk(line)):
                steps, line = _differentiate(line, context)
            more, line = exhaust(line, context, rules)
            last = _with_numbers_together(line) if rules else None
            sides.append([*steps, *more, *([] if last is None else [last])])
        met = _meet(left, sides[0], right, sides[1])
        if met is not None:
            forward, backward = met
            from symderiv.solver.joining import BACKWARDS

            head, behind = list(compress(forward)), compress(backward)
            if len(head) + len(behind) > MOST_LINES:
                head, behind = _gathered(head), _gathered(behind)
            tail = [_reversed(s, BACKWARDS) for s in reversed(behind)]
            here = head[-1].after if head else left
            if tail and tail[0].before != here:
                tail[0] = replace(tail[0], before=here)
            elif not tail and here != right:
                if not head:
                    head = [Step("arrange", (), left, right)]
                else:
                    head[-1] = replace(head[-1], after=right)
            return (*head, *tail), right, ""
    return None


def _with_numbers_together(line: Term) -> Step | None:
    """A sum of matrices with the numbers before each of them added up as one fraction: u v^T - u v^T/(1 + k) - ..."""
    if not isinstance(line, MatrixSum):
        return None
    groups: dict[Term, list[Term]] = {}
    for a in line.args:
        factors = matrix_factors(a)
        core = factors[0] if len(factors) == 1 else MatrixProduct(*factors)
        groups.setdefault(core, []).append(build_product(scalar_factors(a) or (ONE,)))
    if len(groups) == len(line.args):
        return None
    terms = []
    for core, numbers in groups.items():
        try:
            ring = Ring(numbers)
            above, below = ring.fraction(build_sum(numbers))
        except NoPolynomial:
            return None
        number = build_product((ring.term(above), build_power(ring.term(below), MINUS_ONE)))
        terms.append(MatrixZero(*shape(core)) if above.is_zero() else scaled(number, core))
    return Step("collect like matrices", (), line, build_matrix_sum(terms))


def _gathered(steps: Sequence[Step]) -> list[Step]:
    """Runs of steps that only multiply out, as one line each; their single steps stay as its workings."""
    groups: list[list[Step]] = []
    for s in steps:
        if groups and _only_multiplies(s) and _only_multiplies(groups[-1][-1]):
            groups[-1].append(s)
        else:
            groups.append([s])
    return [_one_line(group) for group in groups]


def _only_multiplies(step: Step) -> bool:
    return set(step.rule.split("; ")) <= MULTIPLYING


def _one_line(group: list[Step]) -> Step:
    """The steps as one, named after what a reader would look for: the product, the trace, what is collected."""
    whole = join(group)
    names = [n for n in dict.fromkeys(whole.rule.split("; ")) if n in _NAMED]
    return replace(whole, rule="; ".join(names)) if names and len(group) > 1 else whole


def _meet(left: Term, forward: list[Step], right: Term, backward: list[Step]) -> tuple[list[Step], list[Step]] | None:
    """The shortest beginnings of both chains that end in the same line up to order."""
    ahead = [left, *(s.after for s in forward)]
    behind = [right, *(s.after for s in backward)]
    best: tuple[int, int, int] | None = None
    keys = [_key(t) for t in behind]
    for n, t in enumerate(ahead):
        key = _key(t)
        for m, k in enumerate(keys):
            if key == k and (best is None or n + m < best[0]):
                best = (n + m, n, m)
    return None if best is None else (forward[: best[1]], backward[: best[2]])


def _key(term: Term) -> Term:
    """The term with its summands sorted, matrix sums too."""

    def go(t: Term) -> Term:
        t = t.with_args(tuple([go(a) for a in t.args])) if t.args else t
        if isinstance(t, MatrixProduct):
            scalars = sorted((a for a in t.args if not is_matrix(a)), key=repr)
            return t.with_args((*scalars, *(a for a in t.args if is_matrix(a))))
        return t.with_args(tuple(sorted(t.args, key=repr))) if isinstance(t, MatrixSum) else t

    return ac_key(go(arrange(term)))


def _reversed(s: Step, word: str) -> Step:
    note = s.note if s.note.endswith(word) else f"{s.note} {word}".strip()
    substeps = tuple(_reversed(x, word) for x in reversed(s.substeps))
    return replace(s, before=s.after, after=s.before, substeps=substeps, note=note)
