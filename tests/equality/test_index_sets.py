"""Affine forms, difference bounds and integer sets, checked against enumeration of small boxes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from contexts import declared
from hypothesis import given, settings
from hypothesis import strategies as st

from symderiv.equality import holds
from symderiv.equality.affine import Affine, NotAffine, Rational, affine
from symderiv.equality.conditions import constraints_of, plain_relation
from symderiv.equality.counting import faulhaber, sum_of_powers
from symderiv.equality.differences import DifferenceBounds
from symderiv.equality.evaluation import evaluate
from symderiv.equality.index_sets import IndexSet, constraint_condition, implied, normal_constraint, points_of, refine
from symderiv.equality.integers import implied as implied_by_z3
from symderiv.language.context import Context
from symderiv.language.terms import Relation, Symbol, Term
from symderiv.language.text import from_text, to_text

CONTEXT = declared(sizes="K n m s", indices={"i": ("1", "K"), "j": ("1", "K")}, reals="x")
NAMES = ("i", "j", "K")
BOX = range(-3, 4)


def read(text: str) -> Term:
    return from_text(text, CONTEXT)


def value(form: Affine, point: dict[str, int]) -> Rational:
    return form.constant + sum(c * point[a.name] for a, c in form.coefficients.items())  # type: ignore[attr-defined]


def box(names: tuple[str, ...] = NAMES) -> Iterator[dict[str, int]]:
    for values in product(BOX, repeat=len(names)):
        yield dict(zip(names, values, strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2*(i + 1) - i", "i + 2"),
        ("i*(j + 1) - i", "i*j"),
        ("(i + j)**2 - 2*i*j", "i**2 + j**2"),
        ("floor((n + n)/2) + i", "floor(n) + i"),
        ("i/2 + i/2", "i"),
        ("i - i", "0"),
        ("Mod(i + 3*n, n)", "Mod(i, n)"),
        ("Mod(Mod(i, n) - j, n)", "Mod(i - j, n)"),
        ("Mod(i - n - 1, n + 1)", "Mod(i, n + 1)"),
        ("Mod(i + 9, 8)", "Mod(i + 1, 8)"),
        ("Mod(-3, 8) + i", "i + 5"),
    ],
)
def test_equal_forms_are_equal_whatever_way_they_are_written(text: str, expected: str) -> None:
    assert affine(read(text)) == affine(read(expected))


@pytest.mark.parametrize(
    ("left", "right"), [("Mod(2*i, n)", "Mod(i, n)"), ("Mod(i, n)", "Mod(i, n + 1)"), ("Mod(i/2, 1)", "0")]
)
def test_other_residues_are_other_forms(left: str, right: str) -> None:
    assert affine(read(left)) != affine(read(right))


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("i*j", "n*j + j"),
        ("i*j - i", "n*j + j - n - 1"),
        ("Mod(i + j, n)", "Mod(j + 1, n)"),
        ("floor(i/2)", "floor((n + 1)/2)"),
    ],
)
def test_substitution_reaches_into_products_and_functions(form: str, expected: str) -> None:
    assert affine(read(form)).substitute({"i": affine(read("n + 1"))}) == affine(read(expected))


forms = st.builds(
    lambda coefficients, constant: Affine({Symbol(n): c for n, c in zip(NAMES, coefficients, strict=True)}, constant),
    st.tuples(*[st.integers(-2, 2)] * 3),
    st.integers(-3, 3),
)
constraints = st.builds(lambda form, equal: normal_constraint((form, equal)), forms, st.booleans())


@given(forms)
def test_tightening_keeps_the_integer_solutions(form: Affine) -> None:
    tight = form.at_least_zero()
    assert all((value(form, p) >= 0) == (value(tight, p) >= 0) for p in box())


@given(forms)
def test_a_form_as_a_term_is_the_form(form: Affine) -> None:
    assert affine(form.term()) == form


def satisfied(constraint: tuple[Affine, bool], point: dict[str, int]) -> bool:
    v = value(constraint[0], point)
    return v == 0 if constraint[1] else v >= 0


differences = st.builds(
    lambda a, b, c: Affine({Symbol(a): 1}, c) - (Affine({Symbol(b): 1}) if b else 0),
    st.sampled_from(NAMES), st.sampled_from((*NAMES, "")), st.integers(-3, 3),
)  # fmt: skip
signed = st.builds(lambda form, negative: -form if negative else form, differences, st.booleans())


@settings(max_examples=150)
@given(st.lists(signed, max_size=5), signed)
def test_difference_bounds_agree_with_isl(known: list[Affine], form: Affine) -> None:
    bounds = DifferenceBounds([(k, False) for k in known if not k.is_constant()])
    if form.is_constant():
        return
    conditions = [constraint_condition((k, False)) for k in known if not k.is_constant()]
    expected = implied(constraint_condition((form, False)), conditions)
    found = bounds.truth(form)
    feasible = implied(Relation("<", Symbol("i"), Symbol("i")), conditions) is not True
    if feasible:
        assert found == expected or (found is None and not bounds.settles(form))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(constraints, min_size=1, max_size=3), min_size=1, max_size=3))
def test_cells_are_disjoint_and_make_up_the_ranges(ranges: list[list[tuple[Affine, bool]]]) -> None:
    sets = [IndexSet(("i", "j"), frozenset(r)) for r in ranges]
    try:
        cells, membership = refine(sets, [])
    except NotAffine:
        return
    for p in box():
        inside = [n for n, cell in enumerate(cells) if all(satisfied(c, p) for c in cell.constraints)]
        assert len(inside) <= 1
        for s, members in zip(sets, membership, strict=True):
            assert all(satisfied(c, p) for c in s.constraints) == bool(set(inside) & set(members))


@given(st.lists(constraints, min_size=1, max_size=4))
def test_points_are_all_the_points(given_constraints: list[tuple[Affine, bool]]) -> None:
    cell = IndexSet(("i",), frozenset(given_constraints))
    points = points_of(cell)
    if points is None:
        return
    for p in box():
        listed = any(value(q, p) == p["i"] and all(satisfied(c, p) for c in conditions) for q, conditions in points)
        assert listed == all(satisfied(c, p) for c in cell.constraints)


@pytest.mark.parametrize("power", range(7))
def test_faulhaber_is_the_sum_of_powers(power: int) -> None:
    for n in range(6):
        assert sum(c * n**e for e, c in enumerate(faulhaber(power))) == sum(k**power for k in range(1, n + 1))


@settings(max_examples=60)
@given(st.integers(0, 3), st.lists(st.sampled_from(["i - 1", "i - j", "i + 2"]), min_size=1, max_size=2, unique=True),
       st.lists(st.sampled_from(["K - i", "j + 2 - i", "3 - i"]), min_size=1, max_size=2, unique=True))  # fmt: skip
def test_sums_of_powers_over_intervals_with_several_bounds(power: int, lower: list[str], upper: list[str]) -> None:
    conditions = [(affine(read(t)), False) for t in lower + upper]
    pieces = list(sum_of_powers(power, "i", conditions, frozenset()))
    for p in box(("j", "K")):
        expected = sum(i**power for i in range(-9, 12) if all(satisfied(c, {**p, "i": i}) for c in conditions))
        found = [evaluate(term, p, Context()) for where, term in pieces if all(satisfied(c, p) for c in where)]
        assert sum(found, 0) == expected


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        ("i <= floor(n/2)", "n/2 >= i"),
        ("i < floor(n/2)", "n/2 >= i + 1"),
        ("i >= floor(n/2)", "i + 1 > n/2"),
        ("i > ceiling(n/2)", "i - 1 >= n/2"),
        ("i >= Max(1, j)", "And(i >= 1, i >= j)"),
        ("i <= Min(K, j)", "And(K >= i, j >= i)"),
        ("i >= Min(1, j)", "Or(i >= 1, i >= j)"),
        ("i >= floor(floor(n/2)/2)", "i + 1 > floor(n/2)/2"),
    ],
)
def test_floors_and_extremes_leave_relations(relation: str, expected: str) -> None:
    relation_term = read(relation)
    assert isinstance(relation_term, Relation)
    assert to_text(plain_relation(relation_term)) == expected


@pytest.mark.parametrize(
    "relation",
    ["i <= floor((j - 1)/2)", "i >= ceiling(j/3)", "i > floor(j/2)", "ceiling(j/2) > i", "floor(j/3) >= i",
     "i < ceiling((j + 1)/2)", "i >= Max(j, 2 - j)"],
)  # fmt: skip
def test_constraints_have_the_same_integer_solutions(relation: str) -> None:
    found = constraints_of(read(relation))
    assert found is not None
    for p in box(("i", "j")):
        truth = evaluate(read(relation), p, CONTEXT) == 1
        assert truth == all(satisfied(c, p) for c in found)


@pytest.mark.parametrize(
    ("condition", "known", "truth"),
    [
        ("floor(n/2) + ceiling(n/2) <= n", [], True),
        ("floor((n + m*s)/s) >= floor(n/s) + m", ["s >= 1"], True),
        ("n*m >= n", ["n >= 1", "m >= 1"], True),
        ("Mod(n, 2) >= 2", [], False),
        ("n*m >= 0", [], None),
    ],
)
def test_z3_beyond_affine_conditions(condition: str, known: list[str], truth: bool | None) -> None:
    relation = read(condition)
    assert isinstance(relation, Relation)
    assert implied_by_z3(relation, [read(k) for k in known], reals=set()) is truth


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("i <= K", True),
        ("i <= K - 1", None),
        ("i > K", False),
        ("And(i >= 1, K >= 1)", True),
        ("Or(i < j, i >= j)", True),
        ("Eq(i, K + 1)", False),
        ("Ne(i, K + 1)", True),
        ("Not(i > K)", True),
        ("n*m >= 1", True),
        ("floor(n/2) <= n", True),
        ("x**2 + 1 > 0", True),
        ("x**2 >= 0", True),
        ("x > 0", None),
        ("exp(x) > 0", True),
        ("Eq(exp(x), 0)", False),
        ("exp(x) + 1 > 1", True),
        ("K > 0", True),
    ],
)
def test_truth_of_conditions_is_three_valued(condition: str, truth: bool | None) -> None:
    assert holds(read(condition), CONTEXT) is truth


def test_guards_and_assumptions_count() -> None:
    context = CONTEXT.with_assumptions(read("n <= m"), read("x > 0"))
    assert holds(read("n <= m + 1"), context) is True
    assert holds(read("n > m"), context) is False
