"""Steps into lines: several small steps become one line with its substeps, and detours are dropped.

Levels of detail need both: the lines are what a teacher writes, the substeps are each a single rule at a single place.
"""

from __future__ import annotations

from collections.abc import Sequence

from symderiv.language.terms import Term
from symderiv.records import TEXTBOOK, Level, Step
from symderiv.rules.structure import ac_key

__all__ = ["compress", "drop_detours", "fuse", "join"]

QUIET = frozenset({
    "derivative of a constant", "derivative of the variable", "derivative of a delta", "collect powers",
    "collect like terms", "absorb the sign", "square of a negative", "sum over one index", "value of the delta",
    "truth of the bracket",
})  # fmt: skip
"""Rules that need not be named beside others in the same line."""


def join(steps: Sequence[Step]) -> Step:
    """One line for several steps; its rule names theirs, quiet ones left out where another is named."""
    if len(steps) == 1:
        return steps[0]
    names = list(dict.fromkeys(n for s in steps for n in s.rule.split("; ")))
    loud = [n for n in names if n not in QUIET] or names
    conditions = tuple(dict.fromkeys(c for s in steps for c in s.conditions))
    level: Level = min(s.level for s in steps)
    flat = tuple(sub for s in steps for sub in (s.substeps if ";" in s.rule or _is_joined(s) else (s,)))
    notes = "; ".join(dict.fromkeys(s.note for s in steps if s.note))
    letters = tuple(dict.fromkeys(v for s in steps for v in s.letters))
    return Step("; ".join(loud), (), steps[0].before, steps[-1].after, conditions, flat, level, notes, letters=letters)


def _is_joined(step: Step) -> bool:
    """Was the line made by ``join``: its substeps lead from its first to its last line?"""
    return bool(step.substeps) and step.substeps[0].before == step.before and step.substeps[-1].after == step.after


def fuse(steps: Sequence[Step]) -> list[Step]:
    """One layer of differentiation as one line."""
    return [join(steps)] if steps else []


def drop_detours(steps: Sequence[Step]) -> list[Step]:
    """Leave out every loop: if a line comes back up to order, what lies between was a detour.

    The line that comes back must be written the same way, since the next step acts on it at a path.
    """
    out: list[Step] = []
    seen: dict[Term, int] = {}
    for s in steps:
        seen.setdefault(s.before, len(out))
        out.append(s)
        if s.after in seen:
            out = out[: seen[s.after]]
            seen = {t: n for t, n in seen.items() if n <= len(out)}
    return out


def compress(steps: Sequence[Step], limit: int = 3) -> list[Step]:
    """Neighbouring steps by the same rule, or by quiet rules, become one line of at most ``limit`` named rules."""
    out: list[list[Step]] = []
    for s in drop_detours(steps):
        if out and _belongs(out[-1], s, limit):
            out[-1].append(s)
        else:
            out.append([s])
    return [join(group) for group in out]


def _belongs(group: list[Step], step: Step, limit: int) -> bool:
    loud = {n for s in group for n in s.rule.split("; ")} - QUIET
    new = set(step.rule.split("; ")) - QUIET
    if not new or not loud:
        return True
    if new <= loud:
        return True
    small = all(s.level > TEXTBOOK for s in (*group, step))
    return small and len(loud | new) <= 2 and len(group) < limit


def same_line(left: Term, right: Term) -> bool:
    return ac_key(left) == ac_key(right)
