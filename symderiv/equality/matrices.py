"""Deciding about matrix expressions: matrix normal form, norms in normal form, entries, and rigorous values at points.

Two matrices are equal if their shapes are and their entries at a generic place; the normal form of the matrices is a
quicker proof of the same. Numbers made of matrices (traces, norms, suprema) are brought into normal form; what is left
of them are kernels, about which only their sign is known, then their entries. A bound is proved by replacing a norm on
its smaller side by what it does not exceed. Refutation is by values alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from symderiv.equality.matrix_entries import NoEntries, by_entries, entry, has_matrices
from symderiv.equality.matrix_form import Form, NoForm, Word, reverse
from symderiv.equality.norms import in_norms, norm_of, upper_bounds
from symderiv.language.context import Context, Range, Variable, unfold_all
from symderiv.language.matrix_terms import is_matrix, shape
from symderiv.language.terms import (
    TRUE,
    ZERO,
    Apply,
    Binder,
    Derivative,
    Iverson,
    MatrixProduct,
    Norm,
    OneEntry,
    Relation,
    Supremum,
    Symbol,
    Term,
    TopVector,
    Trace,
    Transpose,
    free_names,
    fresh_name,
    walk,
)
from symderiv.records import Verdict

__all__ = ["Kernels", "concerns_matrices", "decide_matrix_terms"]

FIRST, MORE, ENOUGH = 6, 60, 3
_DEEPEST = 3


def concerns_matrices(left: Term, right: Term, context: Context) -> bool:
    """Do matrix expressions stand in the terms or in the definitions that they use?"""
    if has_matrices(left) or has_matrices(right):
        return True
    names = free_names(left) | free_names(right)
    return any(d.name in names and has_matrices(unfold_all(d.body, context)) for d in context.definitions.values())


def decide_matrix_terms(left: Term, right: Term, context: Context, seconds: float) -> Verdict:
    """The verdict on two matrix expressions, two numbers made of matrices, or a bound and TRUE."""
    left, right = _unfolded(left, context), _unfolded(right, context)
    if is_matrix(left) or is_matrix(right):
        if not (is_matrix(left) and is_matrix(right)):
            return Verdict("undecided", reason="one side is a matrix, the other a number")
        return _Matrices(left, right, context, seconds).decide()
    return _Numbers(left, right, context, seconds).decide()


def _unfolded(term: Term, context: Context) -> Term:
    return unfold_all(term, context)


# ---- matrices


class _Matrices:
    def __init__(self, left: Term, right: Term, context: Context, seconds: float):
        self.left, self.right, self.context, self.seconds = left, right, context, seconds

    def decide(self) -> Verdict:
        from symderiv.equality.decision import decide

        for a, b in zip(shape(self.left), shape(self.right), strict=True):
            sizes = decide(a, b, self.context, seconds=self.seconds / 4)
            if sizes.word == "refuted":
                return replace(sizes, reason="the shapes differ")
            if sizes.word != "proved":
                return replace(sizes, word="undecided", reason="the shapes are not known to be equal")
        proved = self.by_words()
        try:
            a, b, inner = self.entries()
        except NoEntries as error:
            return Verdict("proved", "matrix normal form") if proved else Verdict("undecided", reason=str(error))
        if proved:
            from symderiv.equality.instances import compare

            at_points = compare(a, b, inner, FIRST, seconds=self.seconds / 4)
            if at_points.word == "refuted":
                return at_points
            return Verdict("proved", "matrix normal form", instances=at_points.instances)
        return decide(a, b, inner, seconds=self.seconds)

    def by_words(self) -> bool:
        """Do the normal forms agree, coefficient by coefficient?"""
        from symderiv.equality.decision import decide

        form = Form(self.context, norm_of)
        try:
            a, b = form.words(self.left), form.words(self.right)
        except NoForm:
            return False
        for word in dict.fromkeys((*a, *b)):
            c, d = a.get(word, ZERO), b.get(word, ZERO)
            if c != d and decide(c, d, self.context, seconds=self.seconds / 4).word != "proved":
                return False
        return True

    def entries(self) -> tuple[Term, Term, Context]:
        """Both sides at a generic place, with the context in which it lies inside the shape."""
        taken = set(self.context.names())
        rows, columns = shape(self.left)
        inner, places = self.context, []
        for hint, size in (("i", rows), ("j", columns)):
            name = fresh_name(hint, taken)
            taken.add(name)
            places.append(Symbol(name))
            inner = inner.with_index(name, ZERO, size - 1)
        i, j = places
        return entry(self.left, i, j, inner), entry(self.right, i, j, inner), inner


# ---- numbers


class _Numbers:
    def __init__(self, left: Term, right: Term, context: Context, seconds: float):
        self.left, self.right, self.context, self.seconds = left, right, context, seconds
        self.until = time.process_time() + seconds

    def decide(self) -> Verdict:
        first = self.at_points(FIRST)
        if first.word == "refuted":
            return first
        proof = self.proof()
        if proof is not None:
            return replace(proof, instances=first.instances)
        more = self.at_points(MORE)
        if more.word == "refuted":
            return more
        if more.instances >= ENOUGH:
            return Verdict("checked", "instances", "no proof for these matrix expressions", instances=more.instances)
        return Verdict(
            "undecided", "", "; ".join(r for r in ("no proof for these matrix expressions", more.reason) if r)
        )

    def at_points(self, limit: int) -> Verdict:
        """Comparison of values; suprema and singular vectors by their norms first."""
        from symderiv.equality.instances import compare

        sides = []
        for side in (self.left, self.right):
            if any(isinstance(t, (Supremum, TopVector)) for t in walk(side)):
                try:
                    side = in_norms(side, self.context)
                except NoForm as error:
                    return Verdict("undecided", reason=str(error))
            sides.append(side if not _is_condition(side) else Iverson(side))
        return compare(sides[0], sides[1], self.context, limit, seconds=self.seconds / 4)

    def proof(self) -> Verdict | None:
        for expanded in (False, True):
            try:
                a, b = (in_norms(side, self.context, expanded=expanded) for side in (self.left, self.right))
            except NoForm:
                break
            verdict = self.with_kernels(a, b)
            if verdict is not None:
                return verdict
        for a, b in self.written_out():
            verdict = self.with_kernels(a, b)
            if verdict is not None:
                return verdict
        return self.by_bounds()

    def written_out(self) -> Iterator[tuple[Term, Term]]:
        """Both sides by entries, in normal form first where they have one."""
        for prepare in (lambda t: in_norms(t, self.context), lambda t: t):
            try:
                yield tuple(by_entries(prepare(side), self.context) for side in (self.left, self.right))  # type: ignore[misc]
            except (NoForm, NoEntries):
                continue

    def with_kernels(self, a: Term, b: Term) -> Verdict | None:
        """A proof that takes what is left of matrices for unknown numbers."""
        from symderiv.equality.decision import decide

        if a == b:
            return Verdict("proved", "matrix normal form")
        kernels = Kernels(self.context)
        try:
            a, b = kernels.abstract(a), kernels.abstract(b)
        except NoForm:
            return None
        left = max(self.until - time.process_time(), self.seconds / 8)
        verdict = decide(a, b, kernels.context(), seconds=left / 3)
        if verdict.word != "proved":
            return None
        back = tuple(kernels.restore(c) for c in verdict.domain_differences)
        method = "index sums" if verdict.method.endswith("index sets") else "matrix normal form"
        return Verdict("proved", method, domain_differences=back)

    def by_bounds(self) -> Verdict | None:
        """left <= right, by a norm on the left that is replaced by an upper bound of it."""
        claim = self.left if isinstance(self.left, Relation) else None
        if claim is None or self.right != TRUE or claim.op not in ("<=", ">="):
            return None
        small, large = (claim.left, claim.right) if claim.op == "<=" else (claim.right, claim.left)
        try:
            small, large = (in_norms(t, self.context, expanded=False) for t in (small, large))
        except NoForm:
            return None
        return self.bounded(small, large, _DEEPEST)

    def bounded(self, small: Term, large: Term, depth: int) -> Verdict | None:
        known = set(_atoms(large))
        for atom in dict.fromkeys(_atoms(small)):
            if atom in known or depth == 0 or time.process_time() > self.until:
                continue
            for bound in upper_bounds(atom, self.context):
                gap = Norm("l2", OneEntry(Symbol(f"gap{depth}")))  # a number of which only that it is >= 0 is known
                lower = _replaced(small, atom, bound - gap)
                verdict = self.with_kernels(Relation("<=", lower, large), TRUE) or self.bounded(lower, large, depth - 1)
                if verdict is not None:
                    return replace(verdict, method="bounds of norms")
        return None


def _is_condition(term: Term) -> bool:
    from symderiv.language.terms import Condition

    return isinstance(term, Condition)


def _atoms(term: Term) -> Iterator[Term]:
    if isinstance(term, Norm) or (
        isinstance(term, Apply) and term.function == "Abs" and isinstance(term.args[0], OneEntry)
    ):
        yield term
        return
    for a in term.args:
        yield from _atoms(a)


def _replaced(term: Term, old: Term, new: Term) -> Term:
    if term == old:
        return new
    return term.with_args(tuple([_replaced(a, old, new) for a in term.args])) if term.args else term


class Kernels:
    """Traces, bilinear forms and norms as unknown numbers; of norms and Gram forms it is known that they are >= 0."""

    def __init__(self, context: Context):
        self.outer = context
        self.names: dict[Term, Symbol] = {}
        self.taken = set(context.names())

    def abstract(self, t: Term) -> Term:
        if isinstance(t, (Trace, OneEntry, Norm)):
            return self.name(t)
        if isinstance(t, (Binder, Derivative)) and has_matrices(t):
            raise NoForm("a matrix expression below a sum or a derivative")
        if is_matrix(t) or isinstance(t, Supremum):
            raise NoForm("a matrix expression where a number is needed")
        return t.with_args(tuple([self.abstract(a) for a in t.args])) if t.args else t

    def name(self, kernel: Term) -> Symbol:
        if kernel not in self.names:
            name = fresh_name(f"kernel{len(self.names)}", self.taken)
            self.taken.add(name)
            self.names[kernel] = Symbol(name)
        return self.names[kernel]

    def context(self, *, assumptions: bool = True) -> Context:
        """The declarations with the kernels; assumptions about matrices in the same normal form, if they have one."""
        known: list[Term] = []
        for a in self.outer.assumptions:
            if not has_matrices(unfold_all(a, self.outer)):
                known.append(a)
                continue
            if not assumptions:
                continue
            try:
                known.append(self.abstract(in_norms(unfold_all(a, self.outer), self.outer, expanded=False)))
            except NoForm:
                continue
        context = replace(self.outer, assumptions=tuple(known))
        for kernel, symbol in self.names.items():
            span = Range(ZERO) if _is_nonnegative(kernel) else Range()
            context = context.with_variable(Variable(symbol.name, span))
        return context

    def restore(self, t: Term) -> Term:
        """The term with the kernels themselves."""
        back = {symbol: kernel for kernel, symbol in self.names.items()}

        def go(s: Term) -> Term:
            if isinstance(s, Symbol) and s in back:
                return back[s]
            return s.with_args(tuple([go(a) for a in s.args])) if s.args else s

        return go(t)


def _is_nonnegative(kernel: Term) -> bool:
    """Is the kernel a norm, or a trace or form of A^T A?"""
    if isinstance(kernel, Norm):
        return True
    m = kernel.args[0]
    letters: Word = tuple(
        (a.args[0], True) if isinstance(a, Transpose) else (a, False)
        for a in (m.args if isinstance(m, MatrixProduct) else (m,))
    )
    turns = range(len(letters)) if isinstance(kernel, Trace) else (0,)
    for n in turns:
        word = letters[n:] + letters[:n]
        half = len(word) // 2
        if len(word) % 2 == 0 and word[:half] == reverse(word[half:]):
            return True
    return False
