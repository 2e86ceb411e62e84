"""Parametric integer sets: which conditions on indices hold, and how ranges of one sum split into disjoint cells.

A thin layer over islpy (Verdoolaege, *isl: An Integer Set Library for the Polyhedral Model*, ICMS 2010). Where islpy is
not installed every question that needs it raises ``NeedsIslpy``, and the proof that asked comes back as undecided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symderiv.equality.affine import Affine, NotAffine, Rational, affine
from symderiv.language.terms import And, Condition, Not, Or, Relation, Symbol, Term

__all__ = ["IndexSet", "NeedsIslpy", "NotAffine", "Writer", "implied", "implied_equations", "points_of", "refine"]

MAX_OPERATIONS = 2_000_000
MAX_CELLS = 48
MAX_POINTS = 24

Constraint = tuple[Affine, bool]
"""``(e, False)`` says e >= 0, ``(e, True)`` says e = 0."""


class NeedsIslpy(Exception):
    """islpy is not installed."""

    def __init__(self) -> None:
        super().__init__("islpy is not installed, so index ranges can't be compared")


@dataclass(frozen=True, slots=True)
class IndexSet:
    """The integer points ``names`` that satisfy every constraint; all other symbols are parameters."""

    names: tuple[str, ...]
    constraints: frozenset[Constraint]

    def substitute(self, values: Mapping[str, Affine], names: tuple[str, ...]) -> IndexSet:
        """The same set in other coordinates: every old name as an affine form of the new ``names``."""
        changed = frozenset((c.substitute(values), equal) for c, equal in self.constraints)
        return IndexSet(names, frozenset(normal_constraint(c) for c in changed))

    def parameters(self) -> frozenset[str]:
        """The names of the symbols that are not indices."""
        return frozenset().union(*(c.symbols() for c, _ in self.constraints)) - set(self.names)


def normal_constraint(constraint: Constraint) -> Constraint:
    """The constraint with coprime integer coefficients, the constant tightened; equalities in a fixed orientation."""
    form, equal = constraint
    if form.is_constant():
        return constraint
    if not equal:
        return form.at_least_zero(), False
    form = form.primitive()
    return (form if form.leading_sign() > 0 else -form), True


def isl_module() -> Any:
    """islpy, with its work bounded."""
    try:
        import islpy
    except ImportError:
        raise NeedsIslpy from None
    context = islpy.DEFAULT_CONTEXT
    context.set_max_operations(MAX_OPERATIONS)
    context.reset_operations()
    return islpy


class Writer:
    """Names for atoms in isl's text, and the text itself."""

    def __init__(self, indices: Sequence[str]):
        self.indices = {name: f"x{n}" for n, name in enumerate(indices)}
        self.parameters: dict[Term, str] = {}

    def name(self, atom: Term) -> str:
        if isinstance(atom, Symbol):
            if atom.name in self.indices:
                return self.indices[atom.name]
        elif not Affine({atom: 1}).symbols().isdisjoint(self.indices):
            raise NotAffine("an index occurs in a product or a function")
        return self.parameters.setdefault(atom, f"p{len(self.parameters)}")

    def form(self, form: Affine) -> str:
        whole = form.primitive() if not form.is_integral() else form
        if not whole.is_integral():
            raise NotAffine("a fraction in an index condition")
        parts = [f"{c.numerator}*{self.name(a)}" for a, c in whole.coefficients.items()]
        return " + ".join([*parts, str(whole.constant.numerator)])

    def constraint(self, constraint: Constraint) -> str:
        form, equal = constraint
        if equal and not form.primitive().is_integral():
            return "false"
        return f"{self.form(form if equal else form.at_least_zero())} {'=' if equal else '>='} 0"

    def condition(self, condition: Term, positive: bool = True) -> str:
        """A condition (or its negation) as isl text."""
        if isinstance(condition, Not):
            return self.condition(condition.args[0], not positive)
        if isinstance(condition, (And, Or)):
            word = " and " if isinstance(condition, And) == positive else " or "
            empty = "true" if word == " and " else "false"
            return "(" + (word.join(self.condition(a, positive) for a in condition.args) or empty) + ")"
        if not isinstance(condition, Relation):
            raise NotAffine("not a condition")
        op = condition.op if positive else _NEGATED[condition.op]
        difference = affine(condition.left) - affine(condition.right)
        whole = difference.primitive()
        if not whole.is_integral():
            if op in ("=", "!="):
                return "false" if op == "=" else "true"
            whole = difference.scaled(Fraction(whole.constant.denominator) * _ratio(whole, difference))
        text = self.form(whole)
        return f"({text} < 0 or {text} > 0)" if op == "!=" else f"{text} {op} 0"

    def context(self, conditions: Iterable[Term]) -> str:
        parts = []
        for c in conditions:
            try:
                parts.append(self.condition(c))
            except NotAffine:
                continue
        return " and ".join(parts) or "true"

    def labels(self) -> dict[str, Term]:
        """The atoms by the names that they have in isl's text."""
        return {p: a for a, p in self.parameters.items()}

    def set(self, isl: Any, text: str, indices: bool = True) -> Any:
        parameters = ", ".join(self.parameters.values())
        space = f"[{', '.join(self.indices.values())}]" if indices else ""
        return isl.Set(f"[{parameters}] -> {{ {space} : {text} }}")


_NEGATED = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def _ratio(whole: Affine, original: Affine) -> Rational:
    atom = next(iter(whole.coefficients))
    return Fraction(whole.coefficients[atom]) / original.coefficients[atom]


def implied(condition: Condition, known: Iterable[Term]) -> bool | None:
    """Does the condition hold (True) or fail (False) at all integer points that satisfy ``known``? None: neither.

    Conditions in ``known`` that are not affine are left out, which can only make the answer None.
    """
    isl = isl_module()
    writer = Writer(())
    try:
        holds, fails = writer.condition(condition), writer.condition(condition, False)
    except NotAffine:
        return None
    base = writer.context(known)
    try:
        if writer.set(isl, f"({base}) and ({fails})", False).is_empty():
            return True
        if writer.set(isl, f"({base}) and ({holds})", False).is_empty():
            return False
    except isl.Error:
        return None
    return None


def implied_equations(known: Iterable[Term]) -> list[Affine]:
    """Forms that are 0 at all integer points that satisfy ``known``: L <= M and M <= L together say L - M = 0.

    None where isl is missing or gives up. Conditions that are not affine are left out.
    """
    try:
        isl = isl_module()
    except NeedsIslpy:
        return []
    writer = Writer(())
    text = writer.context(known)
    if not writer.parameters:
        return []
    try:
        hull = writer.set(isl, text, False).affine_hull()
        if hull.is_empty() or hull.dim(isl.dim_type.div):
            return []
        return [form for form, equal in _constraints(isl, hull, (), writer.labels()) if equal and form.is_integral()]
    except isl.Error:
        return []


def refine(sets: Sequence[IndexSet], known: Iterable[Term]) -> tuple[list[IndexSet], list[list[int]]]:
    """Disjoint cells and, for each set, which cells make it up, at all parameters that satisfy ``known``.

    Cells may be empty for some parameters; empty for all are left out. Raises NotAffine where a cell is not a finite
    union of affine sets or there are too many.
    """
    isl = isl_module()
    writer = Writer(sets[0].names)
    texts = [" and ".join(writer.constraint(c) for c in s.constraints) or "true" for s in sets]
    base = writer.context(known)
    try:
        whole = [writer.set(isl, f"({t}) and ({base})") for t in texts]
        cells: list[tuple[Any, frozenset[int]]] = []
        for n, s in enumerate(whole):
            rest = s
            split: list[tuple[Any, frozenset[int]]] = []
            for cell, members in cells:
                rest = rest.subtract(cell)
                inside, outside = cell.intersect(s), cell.subtract(s)
                split += [(part, m) for part, m in ((inside, members | {n}), (outside, members)) if not part.is_empty()]
            if not rest.is_empty():
                split.append((rest, frozenset({n})))
            cells = split
            if len(cells) > MAX_CELLS:
                raise NotAffine("too many ranges")
        out: list[IndexSet] = []
        membership: list[list[int]] = [[] for _ in sets]
        parameters = writer.labels()
        region = writer.set(isl, base)
        for cell, members in cells:
            for piece in cell.make_disjoint().coalesce().make_disjoint().get_basic_sets():
                simple = piece.gist(region.simple_hull()) if _same_gist(isl, piece, region) else piece
                out.append(_read(isl, simple, sets[0].names, parameters))
                for n in members:
                    membership[n].append(len(out) - 1)
        return out, membership
    except isl.Error as error:
        raise NotAffine(f"isl gave up: {str(error)[:60]}") from None


def _same_gist(isl: Any, piece: Any, region: Any) -> bool:
    """Is it exact to drop from ``piece`` what the convex hull of the region already says?"""
    simple = isl.Set.from_basic_set(piece.gist(region.simple_hull()))
    return bool(simple.intersect(region).is_equal(isl.Set.from_basic_set(piece)))


def _read(isl: Any, piece: Any, names: tuple[str, ...], parameters: Mapping[str, Term]) -> IndexSet:
    kind = isl.dim_type
    if piece.dim(kind.div):
        raise NotAffine("a range with a stride")
    return IndexSet(names, frozenset(_constraints(isl, piece, names, parameters)))


def _constraints(isl: Any, piece: Any, names: tuple[str, ...], parameters: Mapping[str, Term]) -> Iterator[Constraint]:
    kind = isl.dim_type
    labels: list[tuple[Any, int, Term]] = [(kind.set, n, Symbol(name)) for n, name in enumerate(names)]
    for n in range(piece.dim(kind.param)):
        labels.append((kind.param, n, parameters[piece.get_dim_name(kind.param, n)]))
    for c in piece.get_constraints():
        values = {atom: Fraction(c.get_coefficient_val(k, n).to_python()) for k, n, atom in labels}
        form = Affine(values, Fraction(c.get_constant_val().to_python()))
        yield normal_constraint((form, bool(c.is_equality())))


def points_of(cell: IndexSet) -> list[tuple[Affine, tuple[Constraint, ...]]] | None:
    """The points of a one-dimensional cell that has a fixed finite number of candidates, else None.

    Each with the conditions on the parameters under which it is in the cell.
    """
    (name,) = cell.names
    lower: list[Affine] = []
    upper: list[Affine] = []
    for form, equal in cell.constraints:
        c = form.coefficient(name)
        if abs(c) != 1:
            continue
        rest = (form - Affine({Symbol(name): c})).scaled(-c)
        if name in rest.hidden():
            continue
        if equal or c > 0:
            lower.append(rest)
        if equal or c < 0:
            upper.append(rest)
    best: tuple[int, Affine] | None = None
    for low in lower:
        for high in upper:
            gap = high - low
            if gap.is_constant() and isinstance(gap.constant, int) and (best is None or gap.constant < best[0]):
                best = gap.constant, low
    if best is None or best[0] >= MAX_POINTS:
        return None
    out = []
    for n in range(best[0] + 1):
        point = best[1] + n
        inside = [(form.substitute({name: point}), equal) for form, equal in cell.constraints]
        out.append((point, tuple(normal_constraint(c) for c in inside)))
    return out


def constraint_condition(constraint: Constraint) -> Condition:
    """The constraint as a condition with both sides positive: ``k <= K`` rather than ``K - k >= 0``."""
    form, equal = constraint
    left = Affine({a: c for a, c in form.coefficients.items() if c > 0}, max(form.constant, 0))
    right = left - form
    return Relation("=" if equal else ">=", left.term(), right.term())
