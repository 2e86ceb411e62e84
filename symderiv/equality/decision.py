"""Deciding equality: proof by normal form, refutation by instances, and honest words for what is left.

Budgets are CPU seconds of this process: on a busy machine a verdict takes longer and is the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from symderiv.equality.expectations import eliminate, has_expectation, without_expectations
from symderiv.equality.given_numbers import insert_numbers
from symderiv.equality.idle_indices import without_idle_indices
from symderiv.equality.kernels import Unsupported
from symderiv.equality.leading_terms import has_limit, without_limits
from symderiv.equality.linearity import same_by_linearity, same_sums, same_when_calculated
from symderiv.equality.tables import POINTS, agree_exactly, decide_matrices
from symderiv.language.context import Context, unfold_all
from symderiv.language.functions import EXPECTATIONS
from symderiv.language.terms import (
    ONE,
    TRUE,
    ZERO,
    Apply,
    Binder,
    Cases,
    Condition,
    Derivative,
    Entry,
    Iverson,
    Matrix,
    Maximum,
    Or,
    Relation,
    Symbol,
    Term,
    Tuple,
    free_names,
)
from symderiv.records import Verdict

__all__ = ["decide", "holds", "prove_equal"]

FIRST_INSTANCES = 6
FEWEST_INSTANCES = 2
FEW_INSTANCES = 24
MORE_INSTANCES = 240
ENOUGH_INSTANCES = 3


def prove_equal(left: Term, right: Term, context: Context, *, seconds: float = 5.0) -> Verdict:
    """ "proved" (with domain differences) or "undecided" with the reason; see ``symderiv.equality.proof``."""
    from symderiv.equality import proof

    left, right = _as_number(left), _as_number(right)
    context = without_idle_indices((left, right), context)
    if _is_maximum(left) or _is_maximum(right):
        from symderiv.equality.maximisers import prove_maxima

        if (compared := prove_maxima(left, right, context)) is not None:
            return compared
    if has_expectation(left, context) or has_expectation(right, context):
        try:
            part = _prove_multiplied_out(left, right, context) or _prove_calculated(left, right, context, seconds / 4)
            if part is not None:
                return part
            (left, right), context = eliminate((left, right), context)
        except Unsupported as error:
            return Verdict("undecided", reason=str(error))
    from symderiv.equality.arithmetic import prove_arithmetic, prove_conditions

    quick = prove_conditions(left, right, context) or _prove_part(left, right, context, seconds / 4)
    if quick is not None:
        return quick
    taken = _prove_pieces(left, right, context, seconds / 2)
    if taken is not None:
        return taken
    verdict = proof.prove_equal(left, right, context, seconds=seconds)
    if verdict.word == "proved":
        return verdict
    from symderiv.equality.inequalities import prove_claim
    from symderiv.equality.monotone import prove_by_inverses

    return (
        prove_arithmetic(left, right, context)
        or _prove_sequences(left, right, context, seconds)
        or _prove_classes(left, right, context, seconds)
        or prove_claim(left, right, context, holds)
        or prove_by_inverses(left, right, context, proof.prove_equal, holds)
        or verdict
    )


def _prove_classes(left: Term, right: Term, context: Context, seconds: float) -> Verdict | None:
    """A proof class by class where something is rounded or read in steps of a fixed number."""
    from symderiv.equality import proof
    from symderiv.equality.residue_classes import prove_by_classes

    def prove(a: Term, b: Term, inner: Context) -> Verdict:
        return proof.prove_equal(a, b, inner, seconds=seconds / 4)

    return prove_by_classes(left, right, context, prove)


def _prove_sequences(left: Term, right: Term, context: Context, seconds: float) -> Verdict | None:
    """A proof by induction where entries of sequences occur, which are unknown numbers to all other proofs."""
    from symderiv.equality import proof
    from symderiv.equality.induction import mentions_sequence, prove_by_induction

    if not any(mentions_sequence(side, context) for side in (left, right)):
        return None

    def prove(a: Term, b: Term, inner: Context) -> Verdict:
        return proof.prove_equal(a, b, inner, seconds=seconds / 4)

    return prove_by_induction(left, right, context, prove, holds, seconds=seconds)


def _is_maximum(term: Term) -> bool:
    return isinstance(term, Maximum) or (
        isinstance(term, Apply) and term.function == "Max" and any(map(_is_maximum, term.args))
    )


def _prove_multiplied_out(left: Term, right: Term, context: Context) -> Verdict | None:
    """A proof of a line with expectations that needs no index sets: it multiplies out and compares."""
    from symderiv.equality.congruence import narrow

    a, b, inner = narrow(left, right, context, frozenset(EXPECTATIONS))
    if same_by_linearity(a, b, inner):
        return Verdict("proved", "linearity of the expectation")
    return Verdict("proved", "cumulants") if same_when_calculated(a, b, inner) else None


def _prove_calculated(left: Term, right: Term, context: Context, seconds: float) -> Verdict | None:
    """A proof for the part in which lines with expectations differ, the expectations in it calculated."""
    from symderiv.equality import proof
    from symderiv.equality.congruence import narrow

    a, b, inner = narrow(left, right, context, frozenset(EXPECTATIONS))
    if (a, b) == (left, right):
        return None
    (a, b), inner = eliminate((a, b), inner)
    verdict = proof.prove_equal(a, b, inner, seconds=seconds)
    return verdict if verdict.word == "proved" and not verdict.domain_differences else None


def _prove_part(left: Term, right: Term, context: Context, seconds: float) -> Verdict | None:
    """A proof for the part in which the terms differ, with names left folded where that is enough."""
    from symderiv.equality import proof
    from symderiv.equality.congruence import abstract, half_folded, narrow

    a, b, inner = narrow(left, right, context)
    if same_sums(a, b, inner):
        return Verdict("proved", "normal form")
    folded = abstract(a, b, inner)
    attempts = [] if folded is None else [folded, *half_folded(a, b, inner)]
    if (a, b) != (left, right):
        attempts.append((a, b, inner))
    for one, other, here in attempts:
        verdict = proof.prove_equal(
            one, other, here, seconds=seconds if here is folded or here is inner else seconds / 2
        )
        if verdict.word == "proved":
            return replace(verdict, domain_differences=_beyond(verdict, (left, right), context, here, seconds))
    return None


def _beyond(
    verdict: Verdict, sides: tuple[Term, Term], context: Context, folded: Context, seconds: float
) -> tuple[Term, ...]:
    """The domain differences of a proof with folded names that the declarations leave open.

    A folded name has forgotten its sign and its range: the whole terms say whether anything is needed at all.
    """
    from symderiv.equality import proof

    outside = folded.names() - context.names()
    found = tuple(c for c in verdict.domain_differences if not free_names(c) & outside)
    if len(found) < len(verdict.domain_differences) or any(not _is_about_a_name(c) for c in found):
        whole = proof.prove_equal(*sides, context, seconds=seconds)
        if whole.word == "proved" and not whole.domain_differences:
            return ()
    return tuple(c for c in found if _known(c, context) is not True)


def _is_about_a_name(condition: Term) -> bool:
    return isinstance(condition, Relation) and isinstance(condition.left, (Symbol, Entry))


_KNOWN: dict[tuple[Term, int], tuple[bool | None, Context]] = {}
MOST_KNOWN = 256


def _known(condition: Term, context: Context) -> bool | None:
    """``holds``, remembered: the lines of a derivation ask the same of the same context."""
    key = condition, id(context)
    if key not in _KNOWN:
        if len(_KNOWN) >= MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = holds(condition, context, seconds=0.5), context  # the context is kept, so its id stays its own
    return _KNOWN[key][0]


def _prove_pieces(left: Term, right: Term, context: Context, seconds: float) -> Verdict | None:
    """A proof piece by piece, each where its condition holds."""
    from symderiv.equality.congruence import pieces

    parts = pieces(left, right, context)
    if not parts or len(parts) > 8:
        return None
    verdicts = []
    for a, b, inner in parts:
        verdict = Verdict("proved") if a == b else prove_equal(a, b, inner, seconds=seconds / len(parts))
        if verdict.word != "proved":
            return None
        verdicts.append(verdict)
    differences = tuple(dict.fromkeys(c for v in verdicts for c in v.domain_differences))
    return Verdict("proved", "case by case", domain_differences=differences)


def decide(left: Term, right: Term, context: Context, *, seconds: float = 10.0) -> Verdict:
    """Are the two terms equal wherever both are defined, at all values that the context allows?

    proved     by the normal form or by integer reasoning, with domain differences
    refuted    with the smallest witness found
    checked    equal at every instance tried (at least three), no proof; ``instances`` counts them, ``reason`` says why
               there is no proof
    undecided  none of these; ``reason`` says why
    """
    if left == right:
        return Verdict("proved", "identical")
    if has_limit(left) or has_limit(right):
        try:
            left, right = (without_limits(t, context) for t in (left, right))
        except Unsupported as error:
            return Verdict("undecided", reason=str(error))
    if isinstance(left, (Matrix, Tuple)) or isinstance(right, (Matrix, Tuple)):
        return decide_matrices(left, right, lambda a, b, share: decide(a, b, context, seconds=share), seconds)
    from symderiv.equality.matrices import concerns_matrices, decide_matrix_terms

    if concerns_matrices(left, right, context):
        return _side_by_side(left, right, context, seconds) or decide_matrix_terms(left, right, context, seconds)
    verdict = _side_by_side(left, right, context, seconds) or _decide(left, right, context, seconds)
    if verdict.word != "proved":
        return verdict
    needed = _not_implied(verdict.domain_differences, context)
    return replace(verdict, domain_differences=(*needed, *_missing_cases(left, right, context)))


def _side_by_side(left: Term, right: Term, context: Context, seconds: float) -> Verdict | None:
    """Two conditions a <= b and c <= d are the same if a = c and b = d; None if that is not proved."""
    if not (isinstance(left, Relation) and isinstance(right, Relation) and left.op == right.op):
        return None
    sides = []
    for a, b in zip(left.args, right.args, strict=True):
        sides.append(decide(a, b, context, seconds=seconds / 4))
        if sides[-1].word != "proved":
            return None
    differences = tuple(dict.fromkeys(c for v in sides for c in v.domain_differences))
    return Verdict("proved", "side by side", instances=max(v.instances for v in sides), domain_differences=differences)


def _not_implied(conditions: tuple[Term, ...], context: Context) -> tuple[Term, ...]:
    """The conditions without those that follow from the other ones."""
    kept = list(conditions)
    for c in conditions if len(conditions) > 1 else ():
        others = [o for o in kept if o != c]
        if holds(c, context.with_assumptions(*others), seconds=0.5) is True:
            kept = others
    return tuple(kept)


def _missing_cases(left: Term, right: Term, context: Context) -> tuple[Term, ...]:
    """The conditions outside of which a case distinction of one side alone has no value."""
    sides = [dict.fromkeys(_covered(unfold_all(side, context))) for side in (left, right)]
    only = [c for a, b in (sides, sides[::-1]) for c in a if c not in b]
    return tuple(c for c in only if holds(c, context) is not True)


def _covered(term: Term) -> Iterator[Term]:
    """For each case distinction without an otherwise, outside of binders: one of its conditions holds."""
    if isinstance(term, Cases):
        conditions = [c for _, c in term.pieces]
        if TRUE not in conditions:
            yield conditions[0] if len(conditions) == 1 else Or(*conditions)
    if not isinstance(term, (Binder, Derivative)):
        for a in term.args:
            yield from _covered(a)


def _decide(left: Term, right: Term, context: Context, seconds: float) -> Verdict:
    start = time.process_time()
    left, right = _as_number(left), _as_number(right)
    if agree_exactly(left, right, context):
        return Verdict("proved", "exact arithmetic", instances=1)
    # An expectation is averaged anew at every point; where there is a proof a few of them will do.
    costly = has_expectation(left, context) or has_expectation(right, context)
    quick = _prove_multiplied_out(left, right, context) if costly else None
    points = FIRST_INSTANCES if quick is None else FEWEST_INSTANCES
    first = _instances(left, right, context, points, seconds / (20 if costly else 5))
    if first.word == "refuted":
        return first
    proof = quick or prove_equal(
        left, right, context, seconds=max(seconds - (time.process_time() - start), seconds / 2)
    )
    if proof.word == "proved" and first.instances:
        return replace(proof, instances=first.instances)
    if proof.word != "proved" and agree_exactly(left, right, context, limit=POINTS):
        return Verdict("proved", "all index values")
    if proof.word != "proved":
        separated = _prove_separated(left, right, context)
        proof = separated or _prove_with_numbers(left, right, context, seconds / 4) or proof
    left_over = max(seconds - (time.process_time() - start), seconds / 5)
    if costly and proof.word == "proved":
        more = _instances(left, right, context, FEW_INSTANCES, seconds / 20)
    else:
        more = _instances(left, right, context, MORE_INSTANCES, left_over)
    if more.word == "refuted":
        return more
    if proof.word == "proved":
        if more.instances or "defined" not in more.reason:
            return replace(proof, instances=more.instances)
        return Verdict("undecided", "", f"no point was found at which both sides are defined: {more.reason}")
    if more.instances >= ENOUGH_INSTANCES:
        return Verdict("checked", "instances", proof.reason, instances=more.instances)
    if not more.instances and (nowhere := _refute_nowhere_defined(left, right, context, seconds / 5)) is not None:
        return nowhere
    reason = "; ".join(r for r in (proof.reason, more.reason) if r)
    return Verdict("undecided", "", reason, instances=more.instances)


def _refute_nowhere_defined(left: Term, right: Term, context: Context, seconds: float) -> Verdict | None:
    """Refuted where one side is proved to have no value anywhere and the other one has values."""
    from symderiv.equality.definedness import never_defined
    from symderiv.equality.instances import compare

    for side, term in (("left", left), ("right", right)):
        needed = never_defined(term, context, lambda c, inner: holds(c, inner, seconds=seconds / 8))
        if needed is not None:
            found = compare(left, right, context, FEW_INSTANCES, seconds=seconds, one_sided=True)
            what = f"the {side} side is defined nowhere: {needed!r} never holds"
            return replace(found, reason=what) if found.word == "refuted" else None
    return None


def _prove_separated(left: Term, right: Term, context: Context) -> Verdict | None:
    """A proof for two algebraic numbers that are too near to each other to differ."""
    if free_names(left) or free_names(right):
        return None
    from symderiv.equality.separation import are_equal_numbers

    return Verdict("proved", "separation bound") if are_equal_numbers(left, right, context) else None


def _prove_with_numbers(left: Term, right: Term, context: Context, seconds: float) -> Verdict | None:
    """A proof with the numbers of given arrays in the place of their entries."""
    a, b = insert_numbers(left, context), insert_numbers(right, context)
    if a is left and b is right:
        return None
    verdict = prove_equal(a, b, context, seconds=seconds)
    return verdict if verdict.word == "proved" else None


def _instances(left: Term, right: Term, context: Context, limit: int, seconds: float) -> Verdict:
    from symderiv.equality.instances import compare

    verdict = compare(left, right, context, limit, seconds=seconds)
    if verdict.word == "refuted" or verdict.instances:
        return verdict
    calculated = without_expectations((left, right), context)
    if calculated is None:
        return verdict
    (left, right), context = calculated
    return compare(left, right, context, limit, seconds=seconds)


def _as_number(term: Term) -> Term:
    return Iverson(term) if isinstance(term, Condition) else term


def holds(condition: Term, context: Context, *, seconds: float = 2.0) -> bool | None:
    """Does the condition hold at all values that the context allows (True), at none (False), or is that unknown (None)?

    Integer conditions by integer sets, or z3 where they are not affine; conditions on reals by their signs, by cases
    where a sign is open. What the condition needs in order to be defined is taken for granted.
    """
    from symderiv.equality import proof

    goal = _as_number(condition)
    value, by_cases = proof.constant_value(goal, context, seconds=seconds)
    if value is not None or not by_cases:
        return None if value is None else value == 1
    for truth in (True, False):
        if proof.prove_equal(goal, ONE if truth else ZERO, context, seconds=seconds / 2).word == "proved":
            return truth
    return None
