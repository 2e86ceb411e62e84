"""The intersection of two ranges, a <= k <= b and l <= k <= u, case by case: which of the ends counts where.

A boxcar of length L through a filter of length M sums over max(0, n - M + 1) <= k <= min(n, L - 1). As n grows both
ends of the window pass those of the boxcar, and every time that one does the formula changes. The cases come in that
order, each with its condition solved for n; what the declarations rule out is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symderiv.language.context import Context
from symderiv.language.terms import TRUE, And, Number, Relation, Symbol, Term
from symderiv.rules.conditions import affine_form, truth
from symderiv.rules.ranges import solve_relation

__all__ = ["Ends"]

Case = tuple[tuple[Term, Term] | None, Term]
"""The range that is summed over, None for an empty one, and the condition if no earlier case applies."""


@dataclass(frozen=True, slots=True)
class Ends:
    """``first <= k <= last`` cut by ``low <= k`` and ``k <= high``, either of which may be absent."""

    first: Term
    last: Term
    low: Term | None
    high: Term | None

    def cases(self, context: Context) -> list[Case] | None:
        """The cases in order; None if the range can be narrowed instead, or if there is nothing to tell apart."""
        if self.low is None or self.high is None:
            return self._one_sided(context)
        letter = self._letter(context)
        ascending = letter is None or (affine_form(self.high, Number(0)) or {}).get(letter, Fraction(0)) > 0
        return self._in_order(letter, ascending, context)

    def _one_sided(self, context: Context) -> list[Case] | None:
        a, b = self.first, self.last
        if self.high is not None:
            conditions = (Relation("<", self.high, a), Relation("<=", self.high, b))
            part = (a, self.high)
        elif self.low is not None:
            conditions = (Relation(">", self.low, b), Relation(">=", self.low, a))
            part = (self.low, b)
        else:
            return None
        if any(truth(c, context) is not None for c in conditions):
            return None
        return [(None, conditions[0]), (part, conditions[1]), ((a, b), TRUE)]

    def _in_order(self, letter: Symbol | None, ascending: bool, context: Context) -> list[Case] | None:
        """The window enters, one of its ends passes the range, then it leaves; ``ascending``: its upper end comes first."""
        a, b, low, high = self.first, self.last, self.low, self.high
        assert low is not None and high is not None
        enters = Relation("<", high, a) if ascending else Relation(">", low, b)
        leaves = Relation("<=", low, b) if ascending else Relation(">=", high, a)
        from_first, to_last = Relation("<=", low, a), Relation(">=", high, b)
        past_first, before_last = Relation(">=", low, a), Relation("<=", high, b)
        if any(truth(c, context) is not None for c in (enters, leaves)):
            return None
        near, far = ((a, high), (low, b)) if ascending else ((low, b), (a, high))
        held, other = (before_last, from_first) if ascending else (past_first, to_last)
        # ``held``: the end that moves first is still inside; ``other``: the end that follows has not come in yet.
        cases: list[Case] = [(None, enters)]
        narrow_first = truth(other, context.with_assumptions(held))
        wide_first = truth(held, context.with_assumptions(other))
        if narrow_first and wide_first:
            cases.append((near, held))
        elif narrow_first:
            cases += [(near, held), ((a, b), other)]
        elif wide_first:
            cases += [(near, other), ((low, high), held)]
        else:
            cases += [(near, And(held, other)), ((low, high), held), ((a, b), other)]
        cases += [(far, leaves), (None, TRUE)]
        return [(ends, _solved(c, letter, context)) for ends, c in cases]

    def _letter(self, context: Context) -> Symbol | None:
        """The integer, no size, that moves both ends of the window in the same direction, if there is one."""
        assert self.low is not None and self.high is not None
        low, high = affine_form(self.low, Number(0)) or {}, affine_form(self.high, Number(0)) or {}
        for atom in low:
            v = context.variables.get(atom.name) if isinstance(atom, Symbol) else None
            moving = v is not None and v.range.integer and v.role != "size"
            if moving and abs(low[atom]) == 1 and high.get(atom) == low[atom]:
                return atom  # type: ignore[return-value]
        return None


def _solved(condition: Term, letter: Symbol | None, context: Context) -> Term:
    """The condition with the letter alone on its left: n - 6 <= 0 as n <= 6, with strict signs kept."""
    if isinstance(condition, And):
        return And(*(_solved(c, letter, context) for c in condition.args))
    if not isinstance(condition, Relation) or letter is None or condition.left == letter:
        return condition
    weak = Relation({"<": "<=", ">": ">="}.get(condition.op, condition.op), condition.left, condition.right)
    solved = solve_relation(weak, letter, context)
    if solved is None:
        return condition
    strict = condition.op in ("<", ">")
    if solved.left == letter:
        return Relation("<" if strict else "<=", letter, solved.right)
    return Relation(">" if strict else ">=", letter, solved.left)
