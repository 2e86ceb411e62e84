"""Applying rules somewhere in a line: positions, moves, replay.

A path lists child positions from the root. Going below a binder opens it with a fresh index whose range joins the
context, so that rules may use it; the index is closed again when the line is rebuilt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from symderiv.language.context import Context, binder_context
from symderiv.language.terms import (
    TRUE,
    And,
    Binder,
    Cases,
    Condition,
    Derivative,
    MatrixName,
    Relation,
    Term,
    close_over,
    open_binder,
)
from symderiv.records import Rewrite, Rule, Step
from symderiv.rules.structure import arrange

__all__ = ["Move", "apply_at", "moves", "positions", "replay", "step_of"]

Rebuild = Callable[[Term], Term]


@dataclass(frozen=True, slots=True)
class Move:
    """One rule applied at one place: ``after`` is the whole next line."""

    rule: Rule
    path: tuple[int, ...]
    rewrite: Rewrite
    after: Term


class Memory:
    """What a search need not do twice: binders opened, and the rewrites of subterms that many lines share.

    Contexts are told apart by identity, so a memory keeps those that it has made.
    """

    def __init__(self) -> None:
        self.opened: dict[tuple[Term, str, int], tuple[str, Term, Context]] = {}
        self.rewrites: dict[tuple[Term, int], tuple[tuple[Rule, Rewrite], ...]] = {}

    def open(self, term: Binder, context: Context) -> tuple[str, Term, Context]:
        """(index, body, context of the body) of a binder."""
        key = (term, term.hint, id(context))
        found = self.opened.get(key)
        if found is None:
            index, body, guard = open_binder(term, context.names())
            found = self.opened[key] = (index.name, body, binder_context(term, index, guard, context))
        return found


def positions(
    term: Term, context: Context, memory: Memory | None = None
) -> Iterator[tuple[tuple[int, ...], Term, Context, Rebuild]]:
    """(path, subterm with binders opened, context there, function that puts a new subterm back), parents first.

    Conditions, bounds of binders and the variables of derivatives are not visited.
    """
    yield (), term, context, _itself
    for n, child, inner, put in _children(term, context, memory or Memory()):
        for path, sub, deep, rebuild in positions(child, inner, memory):
            yield (n, *path), sub, deep, _composed(put, rebuild)


def _itself(new: Term) -> Term:
    return new


def _composed(outer: Rebuild, inner: Rebuild) -> Rebuild:
    return lambda new: outer(inner(new))


def _children(term: Term, context: Context, memory: Memory) -> Iterator[tuple[int, Term, Context, Rebuild]]:
    if isinstance(term, MatrixName):
        return  # its shape is no part of the formula
    if isinstance(term, Binder):
        name, body, inner = memory.open(term, context)
        yield 0, body, inner, lambda new: term.with_args((close_over(new, name), *term.args[1:]))
        return
    if isinstance(term, Cases):
        before: tuple[Term, ...] = ()
        for n, (value, condition) in enumerate(term.pieces):
            yield 2 * n, value, context.with_assumptions(*before, *_known(condition)), _child_put(term, 2 * n)
            before = (*before, *_denied(condition))
        return
    count = 1 if isinstance(term, Derivative) else len(term.args)
    for n in range(count):
        if not isinstance(term.args[n], Condition):
            yield n, term.args[n], context, _child_put(term, n)


_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


def _known(condition: Term) -> tuple[Term, ...]:
    """What holds where a piece with this condition is taken."""
    return () if condition == TRUE else condition.args if isinstance(condition, And) else (condition,)


def _denied(condition: Term) -> tuple[Term, ...]:
    """What holds where the pieces after this one are taken, as far as it is a single relation."""
    if isinstance(condition, Relation):
        return (Relation(_OPPOSITE[condition.op], condition.left, condition.right),)
    return ()


def _child_put(term: Term, n: int) -> Rebuild:
    return lambda new: term.with_args((*term.args[:n], new, *term.args[n + 1 :]))


def moves(term: Term, context: Context, rules: Iterable[Rule], memory: Memory | None = None) -> Iterator[Move]:
    """Every rewrite of every subterm by every rule; a ``memory`` is for one set of rules and one context."""
    rules = tuple(rules)
    for path, sub, inner, rebuild in positions(term, context, memory):
        if not sub.args:
            if not inner.definitions or inner.definition_of(sub) is None:
                continue
        for rule, rewrite in _rewrites(sub, inner, rules, memory):
            after = arrange(rebuild(rewrite.term))
            if after != term:
                yield Move(rule, path, rewrite, after)


def _rewrites(
    sub: Term, context: Context, rules: tuple[Rule, ...], memory: Memory | None
) -> Iterable[tuple[Rule, Rewrite]]:
    if memory is None:
        return ((rule, rewrite) for rule in rules for rewrite in rule.apply(sub, context))
    key = (sub, id(context))
    found = memory.rewrites.get(key)
    if found is None:
        found = memory.rewrites[key] = tuple((rule, r) for rule in rules for r in rule.apply(sub, context))
    return found


def apply_at(term: Term, path: tuple[int, ...], rule: Rule, context: Context) -> Iterator[Move]:
    """The rewrites by one rule at one place."""
    for here, sub, inner, rebuild in positions(term, context):
        if here == path:
            for rewrite in rule.apply(sub, inner):
                yield Move(rule, path, rewrite, arrange(rebuild(rewrite.term)))
            return


def step_of(before: Term, move: Move) -> Step:
    """The step that a move makes on the line ``before``."""
    r = move.rewrite
    return Step(
        move.rule.name,
        move.path,
        before,
        move.after,
        r.conditions,
        r.substeps,
        move.rule.level,
        r.note,
        letters=r.letters,
    )


def replay(step: Step, context: Context, find: Callable[[str], Iterable[Rule]]) -> bool:
    """Does applying the step's rule (or, for a compound step, its substeps in turn) give its next line exactly?"""
    if any(m.after == step.after for rule in find(step.rule) for m in apply_at(step.before, step.path, rule, context)):
        return True
    if not step.substeps:
        return False
    line = step.before
    if step.substeps[0].before != line:
        return False
    for sub in step.substeps:
        if sub.before != line or not replay(sub, context, find):
            return False
        line = sub.after
    return line == step.after
