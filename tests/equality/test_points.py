"""Sample points satisfy the declarations, cover small sizes and boundaries, and are the same every time."""

from __future__ import annotations

import pytest
from contexts import declared
from flint import fmpq

from symderiv.equality.evaluation import evaluate
from symderiv.equality.grids import integer_points
from symderiv.equality.sampling import points
from symderiv.language.context import BINARY, INTEGER, NONNEGATIVE, POSITIVE, UNIT, Context, Range
from symderiv.language.terms import ONE, Number, Symbol
from symderiv.language.text import from_text


def sampled(context: Context, *texts: str, limit: int = 60):
    terms = [from_text(t, context) for t in texts]
    out = []
    for point in points(terms, context, limit):
        for t in terms:
            evaluate(t, point, context)
        out.append(point)
    return out


def values(found, key):
    return [p[key] for p in found]


def total(point, name):
    return sum(point[name, (k,)] for k in range(1, int(point["K"].p) + 1))


def test_sizes_start_at_the_smallest_allowed_and_grow():
    context = declared(sizes="K n>=0 m>=3", arrays={"a": "K", "b": "n"})
    found = sampled(context, "Sum(a[k], (k, 1, K)) + Sum(b[k], (k, 1, n)) + m")
    assert {int(v.p) for v in values(found, "K")} == {1, 2, 3, 4}
    assert {int(v.p) for v in values(found, "n")} == {0, 1, 2, 3, 4}
    assert {int(v.p) for v in values(found, "m")} >= {3, 4, 5}
    first = found[: found.index(next(p for p in found if p is not found[0] and p.integers == found[0].integers))]
    totals = [p["K"] + p["n"] + p["m"] for p in first]
    assert totals == sorted(totals) and totals[0] == 4


def test_indices_take_boundaries_equal_and_different_values():
    context = declared(sizes="K", indices={"i": ("1", "K"), "j": ("1", "K")}, arrays={"a": "K"})
    found = sampled(context, "a[i] + a[j]")
    pairs = {(int(p["K"].p), int(p["i"].p), int(p["j"].p)) for p in found}
    assert {(1, 1, 1), (2, 1, 1), (2, 1, 2), (2, 2, 1), (2, 2, 2), (3, 1, 3), (4, 4, 4)} <= pairs
    assert all(1 <= i <= k and 1 <= j <= k for k, i, j in pairs)


def test_only_names_behind_the_terms_are_chosen():
    context = declared(reals="x y", sizes="K n", indices={"i": ("1", "K")}, arrays={"a": "K"})
    assert set(sampled(context, "x + i")[0].values) == {"K", "i", "x"}
    assert set(sampled(context, "x")[0].values) == {"x"}


def test_values_have_both_signs_ties_and_scales():
    context = declared(reals="x y", positive="T")
    found = sampled(context, "x + y + T")
    x, y = values(found, "x"), values(found, "y")
    assert min(x) < -20 and max(x) > 20 and any(0 < abs(v) < fmpq(1, 8) for v in x) and fmpq(0) in x
    assert any(u == v for u, v in zip(x, y, strict=True)) and any(u != v for u, v in zip(x, y, strict=True))
    assert any(v.q > 1 for v in x) and all(v > 0 for v in values(found, "T"))


@pytest.mark.parametrize(
    "allowed, holds, attained",
    [
        (POSITIVE, lambda v: v > 0, None),
        (NONNEGATIVE, lambda v: v >= 0, 0),
        (UNIT, lambda v: 0 < v < 1, None),
        (Range(Number(-2), Number(3)), lambda v: -2 <= v <= 3, -2),
        (Range(Number(-2), Number(3)), lambda v: -2 <= v <= 3, 3),
        (Range(upper=ONE), lambda v: v <= 1, 1),
        (Range(nonzero=True), lambda v: v != 0, None),
        (INTEGER, lambda v: v.q == 1, 0),
        (BINARY, lambda v: v in (0, 1), 1),
        (Range(Symbol("x"), lower_open=True), lambda v: True, None),
    ],
)
def test_scalars_and_entries_stay_in_their_range(allowed, holds, attained):
    context = declared(reals="x", sizes="n", variables={"z": allowed}, arrays={"e": "n"}, entries={"e": allowed})
    for key in ("z", ("e", (1,))):
        found = sampled(context, "z + e[1] + x", limit=200)
        assert found and all(holds(v) for v in values(found, key))
        assert len(set(values(found, key))) > 1
        if attained is not None:
            assert fmpq(attained) in values(found, key)
        if allowed.lower == Symbol("x"):
            assert all(p[key] > p["x"] for p in found)


def test_laws_of_arrays():
    context = declared(
        sizes="K", arrays={"y": "K", "q": "K", "r": "K"}, laws={"y": "one_hot", "q": "simplex", "r": "simplex"},
        entries={"r": POSITIVE},
    )  # fmt: skip
    found = sampled(context, "Sum(y[k]*q[k]*r[k], (k, 1, K))")
    hot = set()
    for p in found:
        size = int(p["K"].p)
        y, q, r = ([p[name, (k,)] for k in range(1, size + 1)] for name in "yqr")
        assert sorted(y) == [0] * (size - 1) + [1]
        assert sum(q) == sum(r) == 1 and min(q) >= 0 and min(r) > 0
        hot.add((size, y.index(fmpq(1)) + 1))
    assert {(3, 1), (3, 2), (3, 3)} <= hot
    assert any(p["q", (1,)] == 0 for p in found)


def test_a_law_that_an_empty_array_cannot_meet_gives_no_point():
    context = declared(sizes="K>=0", arrays={"y": "K"}, laws={"y": "one_hot"}, assume=("Eq(Sum(y[k], (k, 1, K)), 1)",))
    assert all(p["K"] > 0 for p in sampled(context, "K + Sum(y[k], (k, 1, K))"))


@pytest.mark.parametrize(
    "assume, holds",
    [
        (("K <= n + 2*P",), lambda p: p["K"] <= p["n"] + 2 * p["P"]),
        (("Eq(n, 3*P + K)",), lambda p: p["n"] == 3 * p["P"] + p["K"]),
        (("Eq(Mod(n - K, 2), 0)", "K < n"), lambda p: (p["n"] - p["K"]).p % 2 == 0 and p["K"] < p["n"]),
        (("Ne(i, j)",), lambda p: p["i"] != p["j"]),
        (("And(i < j, j < n)",), lambda p: p["i"] < p["j"] < p["n"]),
        (("Eq(i, j + 1)",), lambda p: p["i"] == p["j"] + 1),
    ],
)
def test_conditions_on_integers(assume, holds):
    context = declared(sizes="n K P>=0", indices={"i": ("1", "n"), "j": ("1", "n")}, assume=assume)
    found = sampled(context, "n + K + P + i + j")
    assert len(found) >= 20 and all(holds(p) for p in found)
    assert len({tuple(p.integers.values()) for p in found}) > 5


@pytest.mark.parametrize(
    "assume, holds",
    [
        (("Eq(Sum(y[k], (k, 1, K)), 1)",), lambda p: total(p, "y") == 1),
        (("Eq(mu, Sum(x[k], (k, 1, K))/K)",), lambda p: p["mu"] * p["K"] == total(p, "x")),
        (("Eq(Sum(x[k], (k, 1, K)), 0)", "Eq(mu, x[1]**2)"), lambda p: p["mu"] == p["x", (1,)] ** 2),
        (("mu > 2", "mu < 5/2"), lambda p: 2 < p["mu"] < fmpq(5, 2)),
        (("mu > x[1]", "2*x[1] + 1 > mu"), lambda p: p["x", (1,)] < p["mu"] < 2 * p["x", (1,)] + 1),
        (("Ne(mu, 1)",), lambda p: p["mu"] != 1),
        (("Abs(mu) < 1",), lambda p: abs(p["mu"]) < 1),
        (("Eq(mu*x[1], 1)",), lambda p: p["mu"] * p["x", (1,)] == 1),
    ],
)  # fmt: skip
def test_conditions_on_reals_are_solved_or_filter(assume, holds):
    context = declared(reals="mu", sizes="K", arrays={"y": "K", "x": "K"}, entries={"y": UNIT}, assume=assume)
    found = sampled(context, "mu + Sum(y[k] + x[k], (k, 1, K))")
    # For K = 1 an open unit interval has no element whose sum is 1.
    assert len(found) >= 20 and all(holds(p) for p in found)
    assert all(0 < p["y", (1,)] < 1 for p in found)


def test_an_assumption_counts_if_it_shares_a_name():
    context = declared(reals="x y z", assume=("Eq(x, y + 1)", "Eq(y, 2)", "Eq(z, 7)"))
    found = sampled(context, "x")
    assert set(values(found, "x")) == {fmpq(3)} and "z" not in found[0].values


def test_inequalities_between_variables_narrow_their_ranges():
    context = declared(reals="x y z", assume=("x < y", "y < z", "5 < x"))
    found = sampled(context, "x + y + z")
    assert len(found) >= 40
    assert all(5 < p["x"] < p["y"] < p["z"] for p in found)


def test_assumptions_that_contradict_give_no_point():
    assert sampled(declared(reals="x", assume=("x < 0", "x > 1")), "x") == []
    assert sampled(declared(sizes="n", assume=("n < 1",)), "n") == []


def test_the_stream_is_the_same_every_time():
    context = declared(reals="x", sizes="n", arrays={"a": "n"})
    one, two = (sampled(context, "x*Sum(a[k], (k, 1, n))") for _ in range(2))
    assert [p.values for p in one] == [p.values for p in two]


def test_many_sizes_are_searched_in_bounded_time_and_small_first():
    names = "A B C D E F G H"
    context = declared(sizes=names, assume=("Eq(A*B, C*D)", "E <= F - G", "Eq(H, floor((F + 2*G - E)/A) + 1)"))
    variables = list(context.variables.values())
    found = list(integer_points(variables, context.assumptions, context, 48))
    assert len(found) >= 20
    assert all(v["A"] * v["B"] == v["C"] * v["D"] and v["E"] <= v["F"] - v["G"] for v in found)
    sums = [sum(v[n] for n in names.split()) for v in found]
    assert sums[0] == min(sums) and sum(sums[:12]) < sum(sums[-12:])
