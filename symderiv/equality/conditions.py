"""Truth of conditions inside a proof, and indicators ``[condition]`` as 0, 1 or an idempotent kernel.

A condition that is not settled and only concerns free names is split on; one that concerns a bound index becomes a
bracket kernel, which the sum over that index turns into a constraint on its range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from symderiv.equality.affine import Affine, affine, residue_parts
from symderiv.equality.differences import DifferenceBounds
from symderiv.equality.index_sets import (
    Constraint,
    IndexSet,
    NeedsIslpy,
    constraint_condition,
    implied,
    normal_constraint,
)
from symderiv.equality.kernels import Fact, Interval, Kernel, Scope, Split, Unsupported, Vacuous, Workspace
from symderiv.equality.rational import Poly, Ratio, Undefined
from symderiv.equality.relations import constraints_of, plain_relation, relation_constraint
from symderiv.equality.signs import Unsplittable, sign, signs_of_factor
from symderiv.equality.strides import Known, product_facts, without_floor
from symderiv.language.terms import (
    ZERO,
    Add,
    And,
    Apply,
    Condition,
    Entry,
    Iverson,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Relation,
    Symbol,
    Term,
    walk,
)

__all__ = [
    "INDICATORS", "constraints_of", "indicator", "integer_indicator", "is_integer", "integers_known", "products_known",
    "settled", "sign_indicators", "truth_of_constraint", "truth_of_integers",
    "without_implied",
]  # fmt: skip

UNIT = Interval(Fraction(0), True, Fraction(1), True)
MAX_SETTLED = 2
INDICATORS = frozenset({"bracket", "positive", "negative"})


def is_integer(w: Workspace, term: Term) -> bool:
    """Is the term certainly an integer, bound indices included?"""
    if isinstance(term, Symbol):
        return term.name in w.open_names() or w.context.is_integer(term)
    if isinstance(term, (Add, Mul)):
        return all(is_integer(w, a) for a in term.args)
    if isinstance(term, Power):
        e = term.exponent
        return is_integer(w, term.base) and isinstance(e, Number) and e.value.denominator == 1 and e.value >= 0
    if isinstance(term, Apply) and term.function in ("Max", "Min", "Abs", "Mod"):
        return all(is_integer(w, a) for a in term.args)
    return w.context.is_integer(term)


def truth_of_integers(w: Workspace, condition: Condition) -> bool | None:
    """Three-valued truth of a relation between integers under everything assumed here."""
    if not isinstance(condition, Relation):
        return None
    if condition.op == "!=":
        found = truth_of_integers(w, Relation("=", condition.left, condition.right))
        return None if found is None else not found
    form, equal = relation_constraint(condition.op, affine(condition.left) - affine(condition.right))
    return truth_of_constraint(w, (form, equal))


def truth_of_constraint(w: Workspace, constraint: Constraint) -> bool | None:
    form, equal = constraint
    if form.is_constant():
        return form.constant == 0 if equal else form.constant >= 0
    if equal and not form.primitive().is_integral():
        return False
    scopes = tuple(s.conditions for s in w.scopes if s.conditions)
    key = (form, equal, scopes)
    if key not in w.memory.implied:
        w.memory.implied[key] = _truth(w, form, equal)
    return w.memory.implied[key]


def _truth(w: Workspace, form: Affine, equal: bool) -> bool | None:
    known = (*w.relevant_conditions(form.symbols()), *_residue_ranges(w, form))
    symbolic = all(isinstance(a, Symbol) for a in form.coefficients)
    if not known and symbolic:
        return None
    bounds, excluded = _bounds(w, known)
    above = bounds.truth(form)
    if not equal:
        if above is not None:
            return above
    else:
        below = bounds.truth(-form)
        if above is False or below is False or form in excluded or -form in excluded:
            return False
        if above and below:
            return True
    if bounds.settles(form) and not excluded:
        return None
    condition = constraint_condition((form, equal))
    if not symbolic:
        known = (*known, *products_known(w, (form,), known))
    w.used_islpy = True
    try:
        found = implied(condition, known)
    except NeedsIslpy:
        found = None
    if found is None and not symbolic and not _in_residues(form):
        from symderiv.equality.integers import implied as implied_by_z3
        from symderiv.equality.integers import real_names

        found = implied_by_z3(condition, known, reals=real_names(w.context))
    return found


def _in_residues(form: Affine) -> bool:
    """Symbols and residues by a symbol only: beyond their ranges, which are among the conditions, z3 finds nothing."""
    parts = [p for a in form.coefficients if not isinstance(a, Symbol) for p in (residue_parts(a),)]
    return all(p is not None and not p[1].is_constant() for p in parts)


def _residue_ranges(w: Workspace, form: Affine) -> Iterator[Relation]:
    """0 <= e mod n <= n - 1 for the residues in the form, where n >= 1 is known."""
    for atom in form.coefficients:
        parts = residue_parts(atom)
        if (
            parts is not None
            and is_integer(w, atom)
            and truth_of_constraint(w, normal_constraint((parts[1] - 1, False)))
        ):
            yield Relation(">=", atom, ZERO)
            yield Relation("<=", atom, (parts[1] - 1).term())


def settled(w: Workspace, form: Affine) -> Affine:
    """The form with residues e mod n as e, e + n or e - n where the range of e tells which."""
    for atom, c in list(form.coefficients.items()):
        parts = residue_parts(atom)
        if parts is None or not is_integer(w, atom):
            continue
        inner, modulus = parts
        if len(inner.symbols() - modulus.symbols()) > MAX_SETTLED:
            continue
        for value in (inner, inner + modulus, inner - modulus):
            ends = (value, modulus - 1 - value)
            if all(truth_of_constraint(w, normal_constraint((f, False))) is True for f in ends):
                form = form - Affine({atom: c}) + value.scaled(c)
                break
    return form


def products_known(w: Workspace, forms: Iterable[Affine], known: Iterable[Term]) -> list[Relation]:
    """What is known of the products of symbols in the forms."""
    constraints = [c for k in known for c in constraints_of(k) or ()]
    return product_facts(integers_known(w), forms, constraints)


def integers_known(w: Workspace) -> Known:
    """Which integers are known to be positive here, and which terms to be integers."""
    return Known(
        lambda f: truth_of_constraint(w, normal_constraint((f - 1, False))) is True,
        lambda t: is_integer(w, t) and all(is_integer(w, s) for s in walk(t) if isinstance(s, (Symbol, Entry))),
    )


def without_implied(w: Workspace, region: IndexSet) -> IndexSet:
    """The range without inequalities in products of its indices that follow from the others, as S (i - 1) >= 0 does."""
    names = frozenset(region.names)
    products = frozenset(c for c in region.constraints if not c[1] and not c[0].hidden().isdisjoint(names))
    if not products:
        return region
    others = sorted(region.constraints - products, key=repr)
    w.scopes.append(Scope(names, tuple(constraint_condition(c) for c in others)))
    try:
        needless = frozenset(c for c in products if truth_of_constraint(w, c) is True)
    finally:
        w.scopes.pop()
    return IndexSet(region.names, region.constraints - needless)


def _bounds(w: Workspace, known: tuple[Term, ...]) -> tuple[DifferenceBounds, frozenset[Affine]]:
    """What is known as difference bounds, and the forms that are known not to be 0."""
    found = w.memory.bounds.get(known)
    if found is None:
        constraints: list[Constraint] = []
        excluded: set[Affine] = set()
        complete = True
        for k in known:
            if isinstance(k, Relation) and k.op == "!=":
                excluded.add(affine(k.left) - affine(k.right))
                continue
            part = constraints_of(k)
            complete = complete and part is not None
            constraints += part or []
        bounds = DifferenceBounds(constraints)
        bounds.complete = bounds.complete and complete
        found = w.memory.bounds[known] = bounds, frozenset(excluded)
    return found


# ---- indicators


def indicator(w: Workspace, condition: Term) -> Ratio:
    """``[condition]`` as a rational function of kernels; splits where it depends on free names only."""
    if isinstance(condition, And):
        out = w.one
        for c in condition.args:
            out = w.mul(out, indicator(w, c))
            if out.num.is_zero():
                return out
        return out
    if isinstance(condition, Or):
        return w.sub(w.one, indicator(w, And(*(Not(c) for c in condition.args)))) if condition.args else w.zero
    if isinstance(condition, Not):
        return w.sub(w.one, indicator(w, condition.args[0]))
    if not isinstance(condition, Relation):
        raise Unsupported("a condition of an unknown kind")
    if is_integer(w, condition.left) and is_integer(w, condition.right):
        # The floor of a real number is an integer of its own: floor(2*x) > 2*floor(x) may hold.
        made_of_integers = all(is_integer(w, t) for t in walk(condition) if isinstance(t, (Symbol, Entry)))
        return _of_integers(w, plain_relation(condition) if made_of_integers else condition)
    return _real_indicator(w, condition)


def _of_integers(w: Workspace, condition: Term) -> Ratio:
    """The indicator of relations whose solutions are integers, joined by And and Or."""
    if isinstance(condition, Relation):
        difference = affine(condition.left) - affine(condition.right)
        if condition.op == "!=":
            return w.sub(w.one, integer_indicator(w, relation_constraint("=", difference)))
        return integer_indicator(w, relation_constraint(condition.op, difference))
    out = w.one
    for c in condition.args:
        part = _of_integers(w, c)
        out = w.mul(out, w.sub(w.one, part) if isinstance(condition, Or) else part)
    return w.sub(w.one, out) if isinstance(condition, Or) else out


def integer_indicator(w: Workspace, constraint: Constraint) -> Ratio:
    """``[e >= 0]`` or ``[e = 0]``."""
    form, equal = settled(w, constraint[0]), constraint[1]
    if not equal and w.index_affine(form) & form.hidden():
        form = without_floor(integers_known(w), form)
    constraint = normal_constraint((form, equal))
    truth = truth_of_constraint(w, constraint)
    if truth is not None:
        return w.one if truth else w.zero
    form, equal = constraint
    bound = w.index_affine(form)
    if not bound:
        condition = constraint_condition(constraint)
        raise Split((Fact(condition=condition), Fact(condition=_negation(constraint))))
    if not equal and form.leading_sign() < 0:
        return w.sub(w.one, integer_indicator(w, (-form - 1, False)))
    return w.generator(_bracket(w, (form, equal), bound).index)


def _negation(constraint: Constraint) -> Condition:
    form, equal = constraint
    if equal:
        relation = constraint_condition(constraint)
        return Relation("!=", relation.args[0], relation.args[1])
    return constraint_condition((-form - 1, False))


def _bracket(w: Workspace, constraint: Constraint, bound: frozenset[str]) -> Kernel:
    k = w.kernel(
        "bracket", constraint, lambda: Iverson(constraint_condition(constraint)), interval=UNIT, bound=bound,
        data=constraint,
    )  # fmt: skip
    w.relations.setdefault(k.index, (2, w.gens[k.index]))
    return k


def _real_indicator(w: Workspace, condition: Relation) -> Ratio:
    r = w.sub(w.normal(condition.left), w.normal(condition.right))
    above, below = sign_indicators(w, r)
    zero = w.sub(w.sub(w.one, above), below)
    return {
        ">": above,
        "<": below,
        "=": zero,
        "!=": w.add(above, below),
        ">=": w.sub(w.one, below),
        "<=": w.sub(w.one, above),
    }[condition.op]


def sign_indicators(w: Workspace, r: Ratio, *, strict: bool = True) -> tuple[Ratio, Ratio]:
    """([r > 0], [r < 0]), as 0 and 1 in the case at hand, or as kernels where the sign varies with a bound index.

    Without ``strict`` the first may stand for [r >= 0] or the second for [r <= 0]: enough for |r| and Max.
    """
    if r.num.is_zero():
        return w.zero, w.zero
    try:
        s = sign(w, r, strict=strict)
        return (w.one if s > 0 else w.zero), (w.one if s < 0 else w.zero)
    except Unsplittable:
        pass
    if not INDICATORS.isdisjoint(w.kernels[n].kind for n in w.kernels_of(r)):
        raise Unsupported("the sign of a term with an indicator in it")
    c, factors = w.factor(r)
    flip = c < 0
    poly = w.one_poly
    for p, e in factors:
        known = signs_of_factor(w, p)
        if known == {1}:
            continue
        if known == {-1}:
            flip ^= bool(e % 2)
            continue
        poly = poly * p ** (1 if e % 2 else 2)
    positive = w.generator(_half_line(w, poly, "positive").index)
    if not strict:
        return (w.sub(w.one, positive), positive) if flip else (positive, w.sub(w.one, positive))
    negative = w.generator(_half_line(w, poly, "negative").index)
    return (negative, positive) if flip else (positive, negative)


def _half_line(w: Workspace, p: Poly, kind: str) -> Kernel:
    op = ">" if kind == "positive" else "<"
    k = w.kernel(
        kind, w.poly_key(p), lambda: Iverson(Relation(op, w.poly_term(p), ZERO)), w.kernels_in(p), UNIT, data=p
    )
    w.relations.setdefault(k.index, (2, w.gens[k.index]))
    if kind == "negative":
        positive = w.table[("positive", w.poly_key(p))]
        w.pairs[k.index, positive.index] = w.zero_poly
        if len(p) == 1 and p.total_degree() == 1:
            # [g < 0] g = g - [g > 0] g, since g vanishes where neither holds.
            (g,) = w.kernels_in(p)
            w.pairs[k.index, g] = w.gens[g] - w.gens[positive.index] * w.gens[g]
    return k


def within(w: Workspace, conditions: tuple[Term, ...], compute: Callable[[], Ratio]) -> Ratio:
    """What is computed where the conditions hold for some of the bound indices."""
    w.scopes.append(Scope(frozenset(), conditions))
    try:
        return compute()
    except (Undefined, Vacuous) as error:
        raise Unsupported("a term that is defined for some of the indices only") from error
    finally:
        w.scopes.pop()
