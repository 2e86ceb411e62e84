"""Every step of every derivation is replayed: its rule at its place gives its next line, and the lines connect.

Kinds of steps that are no rule of the catalogue have a check of their own here, exact or by the kernel.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from questions import NAMES, all_steps, rule_names, solved

from symderiv.equality import decide
from symderiv.language.context import Context
from symderiv.language.terms import ONE, TRUE, ZERO, And, Apply, Derivative, Mul, Power, Relation, Term, substitute
from symderiv.records import Step
from symderiv.rules import ALL, find
from symderiv.rules.structure import arrange, same
from symderiv.solver.rewriting import apply_at, positions

BACKWARDS = "(read backwards)"
EACH = pytest.mark.parametrize("name", NAMES)


def replayed(step: Step, context: Context) -> bool:
    """Does the step's rule at its path, or its chain of substeps, or the check of its kind give its next line?"""
    if step.note.endswith(BACKWARDS):
        # The steps of the right-hand side are read from their last line to their first, the substeps too.
        forward = tuple(replace(s, before=s.after, after=s.before, note="") for s in reversed(step.substeps))
        return replayed(replace(step, before=step.after, after=step.before, note="", substeps=forward), context)
    if step.rule in OWN_CHECKS:
        return OWN_CHECKS[step.rule](step, context) or is_chain(step, context)
    moves = (m for rule in find(step.rule) for m in apply_at(step.before, step.path, rule, context))
    if any(same(m.after, step.after) for m in moves):
        return True
    return is_chain(step, context)


def is_chain(step: Step, context: Context) -> bool:
    """Do the substeps lead from the line to the next one, each of them replayed?"""
    if not step.substeps:
        return False
    lines = (step.before, *(s.after for s in step.substeps))
    starts = tuple(s.before for s in step.substeps)
    connected = all(same(a, b) for a, b in zip(lines, starts, strict=False)) and same(lines[-1], step.after)
    return connected and all(replayed(s, context) for s in step.substeps)


# ---------------------------------------------------------------- kinds of steps that are no rule


def lemma(step: Step, context: Context) -> bool:
    """The derivative of a defined name: derived in the substeps for letters, inserted for the indices that stand here."""
    (node, inner), *_ = [(sub, c) for path, sub, c, _ in positions(step.before, context) if path == step.path]
    if not isinstance(node, Derivative):
        return False
    if not step.substeps:  # a function that hides the variable is unfolded
        return proves(step.before, step.after, context)
    head, by = step.substeps[0].before.args
    values: dict[Term, Term] = dict(zip(head.args, node.body.args, strict=True))
    if head.data != node.body.data:
        return False
    value = substitute(step.substeps[-1].after, values)
    if isinstance(head, Apply):
        value = Mul(value, *(Derivative(a, node.variable) for a in node.body.args))
    elif by != node.variable:
        return False
    letters = inner
    for letter in step.letters:
        letters = letters.with_variable(letter)
    lines = [step.substeps[0].before, *(s.after for s in step.substeps)]
    chain = all(same(a, s.before) for a, s in zip(lines, step.substeps, strict=False))
    rebuilt = [arrange(rebuild(value)) for path, _, _, rebuild in positions(step.before, context) if path == step.path]
    return chain and same(rebuilt[0], step.after) and all(replayed(s, letters) for s in step.substeps)


def insertion(step: Step, context: Context) -> bool:
    values = {c.left: c.right for c in step.conditions if isinstance(c, Relation) and c.op == "="}
    return same(arrange(substitute(step.before, values)), step.after)


def comparison(step: Step, context: Context) -> bool:
    """The line in the form asked for differs in its order only, or in numbers that were folded."""
    return same(arrange(step.before), step.after) or proves(step.before, step.after, context)


def swap(step: Step, context: Context) -> bool:
    b, a = step.before, step.after
    return isinstance(b, Relation) and isinstance(a, Relation) and (b.left, b.right, "=") == (a.right, a.left, a.op)


def both_sides(step: Step, context: Context) -> bool:
    """The operation that the note names, done on both sides; each can be undone."""
    b, a = step.before, step.after
    if not (isinstance(b, Relation) and isinstance(a, Relation) and b.op == a.op == "="):
        return False
    if step.note in ("subtract", "collect the unknown"):
        return proves(b.left - b.right, a.left - a.right, context)
    if step.note in ("divide", "multiply by the denominator"):
        return proves(b.left * a.right, b.right * a.left, context)
    if step.note == "take reciprocals":
        return proves(b.left * a.left, ONE, context) and proves(b.right * a.right, ONE, context)
    if step.note == "take the root":
        assert isinstance(b.left, Power)
        return b.left.base == a.left and proves(Power(a.right, b.left.exponent), b.right, context)
    if step.note == "division with remainder":
        return both_roundings(b, a, context)
    name = "log" if step.note == "apply exp" else step.note.removeprefix("apply the inverse of ")
    return b.left == Apply(name, a.left) and proves(Apply(name, a.right), b.right, context)


def both_roundings(b: Relation, a: Relation, context: Context) -> bool:
    """floor(p/S) = q from p = S q + r, and for every p there is a remainder in its range."""
    assert isinstance(b.left, Apply)
    (quotient,) = b.left.args
    assert isinstance(quotient, Mul) and quotient.args[0] == a.left
    below = Mul(*(Power(f, -ONE) for f in quotient.args[1:]), ONE)
    rest = (a.left - below * b.left) if b.left.function == "floor" else (below * b.left - a.left)
    within = And(Relation("<=", ZERO, rest), Relation("<", rest, below))
    back = Apply(b.left.function, a.right / below)
    return proves(back, b.right, context) and proves(within, TRUE, context)


def proves(left: Term, right: Term, context: Context) -> bool:
    return decide(left, right, context).word == "proved"


OWN_CHECKS = {
    "derivative of a definition": lemma,
    "insert the given values": insertion,
    "compare with the form asked for": comparison,
    "swap the sides": swap,
    "do the same on both sides": both_sides,
}

NEVER_USED = {
    "root of a reciprocal": "for bounds on step sizes, which have problems of their own",
    "limit by the leading terms": "for questions of growth, whose tactic applies it by itself",
    "overlap of two ranges": "for covariances of squares, whose questions stand in tests/solver/test_expectations.py",
    "simplify the delta": "for covariances of shifted arrays, whose questions stand in tests/solver/test_expectations.py",
    "absolute value of a positive number": "for norms, which have problem files of their own",
    "collect roots": "for norms, which have problem files of their own",
    "absorb the factor into the product": "for cascades of factors, which have a problem file of their own",
    "empty product": "for cascades of factors, which have a problem file of their own",
    "conditions that hold anyway": "for convolutions with stride, which have problems of their own",
    "new index of summation": "for convolutions with stride, which have problems of their own",
    "constant factor into the sum": "the search takes factors out; this is for goals that have them inside",
    "derivative of a maximum over an index": "for pooling, which has a problem file of its own",
    "maximum of maxima": "for pooling, which has a problem file of its own",
    "sum of sums over adjoining ranges": "for pooling, which has a problem file of its own",
    "sum over blocks": "for pooling, whose windows do not overlap",
    "product of a constant": "for pooling, which has a problem file of its own",
    "number to a multiple": "for pooling, which has a problem file of its own",
    "derivative of a delta": "linearity leaves out what does not depend on the variable",
    "logarithm of the sigmoid": "the definition of the sigmoid is as short",
    "one reduced fraction": "a wide search finds a shorter way for the questions here",
    "product of products": "no question here multiplies over an index of a product",
    "square of a negative": "another form is as short",
    "sum of logarithms": "the logarithm of a product is read backwards instead",
    "symmetry of the sigmoid": "reflection is read backwards instead",
    "tanh by the sigmoid": "both sides are written with exponentials instead",
}
"""Rules that no derivation here needs, and why they are in the catalogue all the same."""


@EACH
def test_every_question_is_answered(name):
    d = solved(name).derivation
    assert not d.stop_reason
    assert d.steps or d.result == d.question.subject


@EACH
def test_lines_connect(name):
    d = solved(name).derivation
    line = d.question.subject
    for step in d.steps:
        if step.rule == "swap the sides":
            assert isinstance(step.before, Relation)
            line = Relation("=", line, step.before.right)
        assert same(line, step.before), step.rule
        line = step.after
    if d.question.kind != "find":
        assert same(line, d.result)


@EACH
def test_every_step_is_replayed(name):
    steps, context = solved(name).derivation.steps, solved(name).context
    missed = [s for s in steps if not replayed(s, context)]
    assert not missed, [(s.rule, s.path, s.before, s.after) for s in missed]


@EACH
def test_every_name_is_a_rule_or_a_kind_of_its_own(name):
    steps = all_steps(solved(name).derivation.steps, solved(name).context)
    names = {n for s, _ in steps for n in rule_names(s)}
    assert all(find(n) or n in OWN_CHECKS for n in names)


def test_every_rule_is_used_somewhere_or_listed_with_a_reason():
    used: Counter[str] = Counter()
    for name in NAMES:
        for step, _ in all_steps(solved(name).derivation.steps, solved(name).context):
            used.update(rule_names(step))
    unused = {r.name for r in ALL} - set(used)
    assert unused <= set(NEVER_USED)


def test_no_step_is_replayed_once_its_next_line_is_changed():
    """The check itself can fail: with one more summand in the next line no step passes."""
    passed = []
    for name in NAMES[::4]:
        for step in solved(name).derivation.steps:
            wrong = None if isinstance(step.after, Relation) else replace(step, after=step.after + 1)
            if wrong is not None and replayed(wrong, solved(name).context):
                passed.append((name, step.rule))
    assert not passed
