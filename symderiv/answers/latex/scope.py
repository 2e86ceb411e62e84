"""What a name may refer to at one place of a formula: the declarations, and the indices of the sums around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from symderiv.language.context import Context
from symderiv.language.terms import Symbol, Term

__all__ = ["Key", "Scope"]

Key = tuple[str, tuple[str, ...], int, str]
"""``Written.key``: letter, accents, primes, label."""


@dataclass(frozen=True)
class Scope:
    """``bound`` has the indices of the sums around; ``position`` is the index that arrays without one take, if any.

    ``sums`` counts the sums around. ``sized``: a number of entries is needed here, so that ``|a|`` is a length.
    """

    context: Context
    bound: Mapping[Key, Symbol] = field(default_factory=dict)
    position: tuple[Symbol, Term, Term] | None = None
    sums: int = 0
    sized: bool = False

    def bind(self, key: Key, symbol: Symbol, lower: Term, upper: Term) -> Scope:
        """Inside a sum over ``symbol``."""
        return replace(self, context=self.context.with_index(symbol.name, lower, upper),
                       bound={**self.bound, key: symbol})  # fmt: skip

    def elementwise(self, symbol: Symbol, lower: Term, upper: Term) -> Scope:
        """Where a vector stands for its entry at ``symbol``."""
        return replace(self, context=self.context.with_index(symbol.name, lower, upper),
                       position=(symbol, lower, upper))  # fmt: skip
