"""Sequences given by their first values and by what the next one is made of."""

from __future__ import annotations

from dataclasses import dataclass

from symderiv.language.binders import substitute
from symderiv.language.nodes import TRUE, Add, Cases, Mul, Number, Relation, Symbol, Term

__all__ = ["Recurrence", "shifted", "tidy"]


@dataclass(frozen=True, slots=True)
class Recurrence:
    """``name[first], name[first + 1], …`` are ``starts``; after them ``name[parameter]`` is ``step``.

    ``step`` uses earlier entries only: of the sequence itself, and of other sequences. The name is that of an array
    of real numbers too, which is what a proof sees of it; its values come from here.
    """

    name: str
    parameter: str
    first: int
    starts: tuple[Term, ...]
    step: Term

    def at(self, index: Term) -> Term:
        """What ``name[index]`` is made of, for an index beyond the first values."""
        if isinstance(index, Number) and 0 <= index.value - self.first < len(self.starts):
            return self.starts[int(index.value) - self.first]
        return tidy(substitute(self.step, {Symbol(self.parameter): index}))

    @property
    def body(self) -> Term:
        """The entry at ``parameter``, case by case."""
        letter = Symbol(self.parameter)
        pieces = [(t, Relation("=", letter, Number(self.first + n))) for n, t in enumerate(self.starts)]
        return Cases(*pieces, (self.step, TRUE))

    @property
    def ordinary(self) -> int:
        """The first index that is made of earlier ones."""
        return self.first + len(self.starts)


def shifted(term: Term, name: str, by: int) -> Term:
    """The term with name + by for the name, its sums of integers tidied: R[l + 1] is R[l] for by = -1."""
    return tidy(substitute(term, {Symbol(name): Add(Symbol(name), Number(by))}))


def tidy(t: Term) -> Term:
    """Nested sums opened and their numbers added: (l - 1) + 1 is l. Products of numbers alone are carried out."""
    args = tuple([tidy(a) for a in t.args])
    if isinstance(t, Add):
        parts = [p for a in args for p in (a.args if isinstance(a, Add) else (a,))]
        numbers = [p.value for p in parts if isinstance(p, Number)]
        rest = [p for p in parts if not isinstance(p, Number)]
        if len(numbers) < 2 and len(parts) == len(args) and 0 not in numbers:
            return t.with_args(args)
        total = sum(numbers)
        rest += [Number(total)] if total or not rest else []
        return Add(*rest) if len(rest) > 1 else rest[0]
    if isinstance(t, Mul) and len(args) > 1 and all(isinstance(a, Number) for a in args):
        out = Number(1)
        for a in args:
            out = Number(out.value * a.data)
        return out
    return t.with_args(args) if args else t
