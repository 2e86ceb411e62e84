"""When does A > B hold? The difference, factored, without its positive factors, then bounds on what is left.

Every line is a condition, and each says the same as the one before it. Over the integers the last line is a
conjunction or disjunction of bounds on single letters, where one is found and proved to say the same; otherwise the
polynomial condition is the answer. Answers questions of the kind "when".
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from symderiv.equality import decide, holds
from symderiv.equality.monotone import inverted
from symderiv.language.context import Context, unfold_all
from symderiv.language.terms import (
    FALSE,
    TRUE,
    TWO,
    ZERO,
    And,
    Apply,
    Number,
    Or,
    Relation,
    Symbol,
    Term,
    free_names,
    walk,
)
from symderiv.language.text import to_text
from symderiv.records import Question, Step
from symderiv.rules.conditions import sign_of
from symderiv.rules.expansion import cancel_summands
from symderiv.rules.structure import (
    arrange,
    build_power,
    build_product,
    build_sum,
    is_negative_looking,
    negate,
    same,
    summands_of,
)
from symderiv.solver.boxes import candidates, grid
from symderiv.solver.corners import directions, narrowed
from symderiv.solver.counting import COUNT, count_terms
from symderiv.solver.intervals import sign_chart
from symderiv.solver.kinds import Derive
from symderiv.solver.monotone import grounds, with_roots
from symderiv.solver.polynomials import NoPolynomial, Ring

__all__ = ["answer"]

UNFOLD, SUBTRACT, FRACTION, FACTOR, DIVIDE, MOVE, INTEGERS, REALS, ROOTS, SQUARE = (
    "unfold the definition", "subtract one side", "common denominator", "factor", "divide by what is positive",
    "move to the other side", "solve over the integers", "known signs", "signs between the roots",
    "a square is never negative",
)  # fmt: skip
WITH_ROOTS, INVERSE = "squares of square roots", "apply the inverse function"
SQUARE_BOTH, POWER, ALWAYS = "square both sides", "a power is 0 where its base is", "true or false at all values"
_MIRROR = {"<": ">", "<=": ">="}
_TURNED = {">": "<", ">=": "<=", "=": "=", "!=": "!=", "<": ">", "<=": ">="}


def answer(question: Question, context: Context, derive: Derive) -> tuple[tuple[Step, ...], Term, str]:
    """(steps, condition, reason to stop)."""
    comparison = _Comparison(question.subject, context, derive)
    try:
        reason = comparison.solve()
    except NoPolynomial:
        reason = "the sides are no fractions of polynomials"
    comparison.settle()
    if comparison.line in (TRUE, FALSE):
        reason = ""
    return tuple(comparison.steps), comparison.line, reason


class _Comparison:
    """The lines so far."""

    def __init__(self, line: Term, context: Context, derive: Derive):
        self.line, self.context, self.derive = line, context, derive
        self.steps: list[Step] = []
        self.undone = False

    def go(self, rule: str, after: Term, conditions: tuple[Term, ...] = (), substeps: tuple[Step, ...] = ()) -> None:
        """The next line, if it is another one."""
        if not _same(after, self.line):
            self.steps.append(Step(rule, (), self.line, after, conditions, substeps))
            self.line = after

    def settle(self) -> None:
        """A condition that holds always, or never, is told as such."""
        if self.line in (TRUE, FALSE):
            return
        for constant in (TRUE, FALSE):
            if decide(self.line, constant, self.context, seconds=3.0).word == "proved":
                return self.go(ALWAYS, constant)

    def solve(self) -> str:
        """Lines until nothing is left to do; what an inverse function makes simpler is solved in turn."""
        direct = isinstance(self.line, Relation) and any(not free_names(side) for side in self.line.args)
        if not (direct and self.undo()):
            reason = self.reduce()
            if reason or not self.undo():
                return reason
        return "" if _is_bound(self.line) else self.solve()

    def undo(self) -> bool:
        """f(a) < r as a < f^-1(r); a line with as many functions as before is made once only."""
        found = inverted(self.line, self.context, holds) if isinstance(self.line, Relation) else None
        if found is None or (self.undone and _calls(found) >= _calls(self.line)):
            return False
        self.undone |= _calls(found) >= _calls(self.line)
        self.go(INVERSE, found)
        return True

    def reduce(self) -> str:
        unfolded = unfold_all(self.line, self.context)
        if unfolded != self.line:
            self.go(UNFOLD, unfolded)
        line = self.without_modulus(arrange(unfolded))
        for _ in range(8):  # sums of ones, a layer inside the other
            counted = count_terms(line, self.context)
            if counted == line:
                break
            line = arrange(counted)
            self.go(COUNT, line)
        if not isinstance(line, Relation):
            return "only a single inequality or equation is solved"
        if (rooted := with_roots(line, self.context)) != line:
            self.go(WITH_ROOTS, line := rooted)
        op, left, right = line.op, line.left, line.right
        if op in _MIRROR:
            op, left, right = _MIRROR[op], right, left
        ring = Ring((left, right))
        above, below = ring.fraction(build_sum((left, *map(negate, summands_of(right)))))
        if right != ZERO:
            difference = build_sum((*summands_of(left), *map(negate, summands_of(right))))
            self.go(SUBTRACT, Relation(op, cancel_summands(difference), ZERO))
        if self.shown_at_once():
            return ""
        if not below.is_constant():
            whole = build_product((ring.term(above), build_power(ring.term(below), Number(-1))))
            self.go(FRACTION, Relation(op, whole, ZERO))
        return self.factor(ring, op, above, below)

    def shown_at_once(self) -> bool:
        """Is the line proved by tangents or by induction, before its summands are sorted?"""
        proof = grounds(self.line, self.context, self.derive) if isinstance(self.line, Relation) else None
        if proof is not None:
            self.go(proof[0], TRUE, substeps=proof[1])
        return proof is not None

    def without_modulus(self, line: Term) -> Term:
        """|u| < v is u**2 < v**2 for v >= 0."""
        if not isinstance(line, Relation):
            return line
        sides = line.args
        moduli = [isinstance(s, Apply) and s.function == "Abs" for s in sides]
        if not any(moduli) or not all(m or self.sign(s) > 0 or s == ZERO for m, s in zip(moduli, sides, strict=True)):
            return line
        squares = [build_power(s.args[0] if m else s, TWO) for m, s in zip(moduli, sides, strict=True)]
        self.go(SQUARE_BOTH, Relation(line.op, *squares))
        return self.line

    def factor(self, ring: Ring, op: str, above: Any, below: Any) -> str:
        """Factor the difference and leave out the factors whose sign is known."""
        if above.is_zero():
            self.go(SUBTRACT, TRUE if op in (">=", "=") else FALSE)
            return ""
        content, factors = ring.factors(above)
        bottom, under = ring.factors(below)
        content /= bottom
        open_: list[tuple[Any, int]] = []
        closed: list[tuple[Any, int]] = []
        sign = 1 if content > 0 else -1
        for factor, power in (*factors, *((f, -n) for f, n in under)):
            s = self.sign(ring.term(factor))
            if s:
                sign *= s if power % 2 else 1
                closed.append((factor, power))
            elif power < 0:
                return f"the sign of {to_text(ring.term(factor))} is not known"
            else:
                open_.append((factor, power))
        shift = 0
        rest: Term
        if len(open_) == 1 and open_[0][1] == 1 and (trick := ring.shifted(open_[0][0])) is not None:
            number, groups, shift = trick
            product = ring.product(number, groups)
            rest = build_sum((product, Number(-shift)))
        else:
            product = rest = build_product(build_power(ring.term(f), Number(n)) for f, n in open_)
        closed.sort(key=lambda pair: min(ring.used(pair[0])))
        known = [build_power(ring.term(f), Number(n)) for f, n in closed]
        if content == -1 and not closed and len(open_) == 1 and open_[0][1] == 1 and not shift:
            open_ = [(-open_[0][0], 1)]  # nothing to factor but a sign
            return self.finish(ring, op, open_)
        self.go(FACTOR, Relation(op, build_product((Number(content), *known, rest)), ZERO))
        op = op if sign > 0 else _TURNED[op]
        used = tuple(c for f, _ in closed if (c := self.assumed(ring.term(f))) is not None)
        if not open_:
            self.go(REALS, TRUE if {">": True, ">=": True, "!=": True}.get(op, False) else FALSE, used)
            return ""
        self.go(DIVIDE, Relation(op, rest, ZERO), used)
        if shift:
            op, product, right = (op, product, Number(shift))
            if is_negative_looking(product):
                op, product, right = _TURNED[op], negate(product), Number(-shift)
            self.go(MOVE, Relation(op, product, right))
        return self.finish(ring, op, open_)

    def sign(self, term: Term) -> int:
        """1 or -1 for a term that is never 0, else 0."""
        s = sign_of(term, self.context)
        if s in ("+", "-"):
            return 1 if s == "+" else -1
        if holds(Relation(">", term, ZERO), self.context) is True:
            return 1
        return -1 if holds(Relation("<", term, ZERO), self.context) is True else 0

    def assumed(self, term: Term) -> Term | None:
        """The condition that a sign relies on, if the ranges alone do not say so."""
        bare = Context(self.context.variables, self.context.arrays, self.context.definitions)
        positive = Relation(">", term, ZERO)
        return None if sign_of(term, bare) in ("+", "-") or holds(positive, bare) is not None else positive

    # ---- what is left

    def finish(self, ring: Ring, op: str, factors: list[tuple[Any, int]]) -> str:
        (first, power), *others = factors
        square = not others and power % 2 == 0
        if square and op in (">=", "<"):
            self.go(SQUARE, TRUE if op == ">=" else FALSE)
            return ""
        truth = holds(self.line, self.context)  # type: ignore[arg-type]
        if truth is None and self.shown_at_once():
            return ""
        if truth is not None:
            whole = self.context.is_integer_condition(self.line)
            self.go(SQUARE if square else INTEGERS if whole else REALS, TRUE if truth else FALSE)
            return ""
        if square or (not others and op in ("=", "!=")):
            reason, op, power = SQUARE if op in (">", "<=") else POWER, {">": "!=", "<=": "="}.get(op, op), 1
            self.go(reason, Relation(op, ring.term(first), ZERO))
        if op == "=" and others:
            parts = [self.linear(ring, "=", f) or Relation("=", ring.term(f), ZERO) for f, _ in factors]
            self.go(ROOTS, Or(*parts))
        if op in (">", "<") and self.squares(ring, op, factors):
            return ""
        linear = self.linear(ring, op, first) if not others and power == 1 else None
        if linear is not None:
            self.go(MOVE, linear)
            self.whole_numbers()
            return ""
        product = build_product(build_power(ring.term(f), Number(n)) for f, n in factors)
        symbols = [a for n, a in enumerate(ring.atoms) if any(n in ring.used(f) for f, _ in factors)]
        if all(isinstance(s, Symbol) for s in symbols):
            self.bounds([s for s in symbols if isinstance(s, Symbol)], op, ring, factors)
            if len(symbols) == 1 and self.steps and not _is_bound(self.line):
                chart = sign_chart(symbols[0], op, product, [(ring.term(f), n) for f, n in factors])
                if chart is not None and self.proves(chart):
                    self.go(ROOTS, chart)
        self.balance()
        return ""

    def squares(self, ring: Ring, op: str, factors: list[tuple[Any, int]]) -> bool:
        """x**2 f > 0 is x != 0 and f > 0."""
        even = [ring.term(f) for f, n in factors if n % 2 == 0]
        odd = [f for f, n in factors if n % 2]
        if not even or len(odd) != 1:
            return False
        rest = self.linear(ring, op, odd[0]) or Relation(op, ring.term(odd[0]), ZERO)
        self.go(SQUARE, And(*(Relation("!=", e, ZERO) for e in even), rest))
        return True

    def balance(self) -> None:
        """Where nothing shorter is found: what is added on one side, what is subtracted on the other, both factored."""
        line = self.line
        if not isinstance(line, Relation) or line.right != ZERO:
            return
        parts = summands_of(line.left)
        sides = (
            build_sum(s for s in parts if not is_negative_looking(s)),
            build_sum(negate(s) for s in parts if is_negative_looking(s)),
        )
        if sides[1] == ZERO:
            return
        if sides[0] == ZERO:
            line, sides = Relation(_TURNED[line.op], ZERO, ZERO), sides[::-1]
        ring = Ring(sides)
        self.go(MOVE, Relation(line.op, *(ring.product(*ring.grouped_factors(s)) for s in sides)))

    def linear(self, ring: Ring, op: str, p: Any) -> Relation | None:
        """a x + ... > 0 with what is subtracted on the other side; a single letter alone."""
        if p.total_degree() != 1:
            return None
        parts = summands_of(ring.term(p))
        above = [s for s in parts if not is_negative_looking(s)]
        below = [negate(s) for s in parts if is_negative_looking(s)]
        used = ring.used(p)
        if len(used) == 1:
            (n,) = used
            slope, rest = (_coefficient(p, degree) for degree in (1, 0))
            return Relation(op if slope > 0 else _TURNED[op], ring.atoms[n], Number(-rest / slope))
        return Relation(op, build_sum(above), build_sum(below))

    def whole_numbers(self) -> None:
        """n > 3 is n >= 4, n > 25/7 is n >= 4."""
        line = self.line
        if not (isinstance(line, Relation) and isinstance(line.right, Number) and self.context.is_integer(line.left)):
            return
        v = line.right.value
        new = {
            ">": Relation(">=", line.left, Number(v.__floor__() + 1)),
            ">=": Relation(">=", line.left, Number(v.__ceil__())),
            "<": Relation("<=", line.left, Number(v.__ceil__() - 1)),
            "<=": Relation("<=", line.left, Number(v.__floor__())),
        }.get(line.op)
        if new is not None:
            self.go(INTEGERS, new)
        elif v.denominator != 1:
            self.go(INTEGERS, FALSE if line.op == "=" else TRUE)

    def bounds(self, symbols: list[Symbol], op: str, ring: Ring, factors: list[tuple[Any, int]]) -> None:
        """Bounds on the letters that agree with the line at small instances, if they are proved to say the same."""
        found = grid(symbols, self.context)
        if found is None:
            return
        spans, points = found
        places = {s: n for n, s in enumerate(symbols)}
        order = [places.get(a) if isinstance(a, Symbol) else None for a in ring.atoms]

        def true(point: tuple[int, ...]) -> bool:
            values = [0 if n is None else point[n] for n in order]
            product = Fraction(1)
            for f, n in factors:
                v = f(*values)
                product *= Fraction(int(v.p), int(v.q)) ** n
            return {
                ">": product > 0, ">=": product >= 0, "=": product == 0, "!=": product != 0,
                "<": product < 0, "<=": product <= 0,
            }[op]  # fmt: skip

        for candidate in candidates(symbols, spans, points, true):
            if self.proves(candidate):
                self.go(INTEGERS, candidate, substeps=directions(self.line, candidate, self.context))
                if self.steps and self.steps[-1].substeps:
                    self.steps[-1] = replace(self.steps[-1], letters=narrowed(candidate, self.context))
                return

    def proves(self, candidate: Term) -> bool:
        return decide(self.line, candidate, self.context, seconds=3.0).word == "proved"


def _same(a: Term, b: Term) -> bool:
    """Equal up to the order of summands and factors on each side."""
    if isinstance(a, Relation) and isinstance(b, Relation):
        return a.op == b.op and same(a.left, b.left) and same(a.right, b.right)
    return a == b


def _coefficient(p: Any, degree: int) -> Fraction:
    """The coefficient of the only monomial of this degree, 0 if there is none."""
    found = (c for e, c in p.to_dict().items() if sum(map(int, e)) == degree)
    return next((Fraction(int(c.p), int(c.q)) for c in found), Fraction(0))


def _calls(line: Term) -> int:
    return sum(isinstance(t, Apply) for t in walk(line))


def _is_bound(line: Term) -> bool:
    """Is it put together from bounds on single letters?"""
    if isinstance(line, (And, Or)):
        return all(map(_is_bound, line.args))
    return isinstance(line, Relation) and isinstance(line.left, Symbol) and isinstance(line.right, (Number, Symbol))
