"""The normal form of terms: rational functions over kernels, with sums of symbolic size, and proofs of equality by it.

Two terms with the same normal form are equal wherever both are defined. The converse does not hold, so nothing is ever
refuted here. Where the form depends on the sign of something or on whether two indices agree, the proof is by cases
that cover everything, the boundary included.
"""

from __future__ import annotations

from symderiv.equality.conversion import convert
from symderiv.equality.kernels import Fact, Scope, Split, Vacuous, Workspace
from symderiv.equality.rational import Poly, Ratio
from symderiv.equality.signs import assume, signs_of
from symderiv.language.terms import Term

__all__ = ["NormalForm"]


class NormalForm(Workspace):
    """Terms without definitions or derivatives to rational functions, in one case."""

    def prepare(self) -> None:
        """Make the facts of the case and the equations among the assumptions known."""
        for term in list(self.memory.heavy.values()):
            self._make_base(self.normal(term).num)
        waiting = [f for f in self.case.facts if f.term is not None]
        while waiting:
            # What one fact says may be what another needs in order to be read: |x| in terms of x >= 0.
            later: list[Fact] = []
            split: Split | None = None
            for fact in waiting:
                try:
                    self._assume(fact)
                except Split as error:
                    later.append(fact)
                    split = error
            if split is not None and len(later) == len(waiting):
                raise split
            waiting = later

    def _assume(self, fact: Fact) -> None:
        assert fact.term is not None
        r = self.normal(fact.term)
        if r.num.is_constant():
            if not (signs_of(self, r) if not r.num.is_zero() else {0}) & fact.signs:
                raise Vacuous("the case contradicts itself")
            return
        scale, p = self.primitive(r.num)
        assume(self, p, fact.signs if scale > 0 else frozenset(-s for s in fact.signs))
        if fact.signs == {0}:
            self.equate(p)

    def equate(self, p: Poly) -> bool:
        """Use ``p = 0`` to eliminate a kernel that occurs linearly with a constant coefficient, and nowhere else."""
        p = self.reduce(p)
        candidates: list[tuple[int, int]] = []
        inside: dict[int, int] = {}
        for m, _ in p.to_dict().items():
            for n, e in enumerate(m):
                if e:
                    inside[n] = inside.get(n, 0) + (1 if e == 1 and sum(m) == 1 else 2)
        rank = {"cell": 0, "symbol": 1, "entry": 1, "function": 2}
        for n, uses in inside.items():
            k = self.kernels[n]
            if uses == 1 and k.kind in rank and n not in self.relations:
                others = [self.kernels[o] for o in inside if o != n and self.kernels[o].kind != "base"]
                if not any(_mentions(o.key, k.key) for o in others):
                    candidates.append((rank[k.kind], n))
        if not candidates:
            return False
        n = min(candidates)[1]
        terms = p.to_dict()
        lead = next(c for m, c in terms.items() if m[n])
        rest = self.poly({m: -c / lead for m, c in terms.items() if not m[n]})
        self.relations[n] = (1, rest)
        self.memos_clear()
        return True

    def memos_clear(self) -> None:
        for s in self.scopes:
            s.memo.clear()

    def _make_base(self, p: Poly) -> None:
        """A kernel for a sum that is raised to a large power; a symbol of it is expressed by the new kernel."""
        p = self.primitive(p)[1]
        term = self.poly_term(p)
        k = self.kernel("base", self.poly_key(p), lambda: term, self.kernels_in(p))
        self.equate(p - self.gens[k.index])

    # ---- terms

    def normal(self, term: Term) -> Ratio:
        """The normal form of a term."""
        level = self._level_of(term)
        key = (term,) if self.trusted else term
        for scope in self.scopes[level:]:
            found = scope.memo.get(key)
            if found is not None:
                return found
        if any(s.conditions for s in self.scopes[level + 1 :]):
            # The result is kept for use outside of the binders that the term does not depend on, so what holds only
            # inside of them must not be used.
            inner = self.scopes[level + 1 :]
            self.scopes = [*self.scopes[: level + 1], Scope(frozenset(), ())]
            try:
                result = convert(self, term)
            finally:
                self.scopes = [*self.scopes[: level + 1], *inner]
        else:
            result = convert(self, term)
            while level < len(self.scopes) - 1 and any(s.signs or s.domain for s in self.scopes[level + 1 :]):
                level += 1
        if term.args:
            self.scopes[level].memo[key] = result
        return result

    def _level_of(self, term: Term) -> int:
        """The outermost scope in which the term has a meaning."""
        if len(self.scopes) == 1:
            return 0
        names = self.bound_indices(term)
        if not names:
            return 0
        return max((n for n, s in enumerate(self.scopes) if not s.about.isdisjoint(names)), default=0)


def _mentions(key: object, inner: object) -> bool:
    if key == inner:
        return True
    return isinstance(key, (tuple, frozenset)) and any(_mentions(k, inner) for k in key)
