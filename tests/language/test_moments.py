"""Means and variances over index ranges: the sums they stand for, NumPy as the oracle, and what is refused."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from sympy import Derivative, Sum

from symderiv import declare, mean, standard_deviation, variance
from symderiv.equality import decide
from symderiv.equality.instances import evaluate
from symderiv.errors import DeclarationError
from symderiv.language.border import from_sympy
from symderiv.language.terms import Number, Symbol, substitute
from symderiv.language.text import to_text


def batch(sizes=None):
    p = declare("a", "b")
    sizes = sizes or (p.size("B"), p.size("C"), p.size("H"))
    indices = tuple(p.index(name, 1, n) for name, n in zip("bch", sizes, strict=True))
    return p, indices, sizes


def test_the_indices_run_over_the_axes_at_which_they_stand():
    p, (b, c, h), (B, C, H) = batch()
    X = p.array("X", (B, C, H))
    assert to_text(from_sympy(mean(X[b, c, h], over=(b, h)))) == "Sum(Sum(X[b, c, h], (h, 1, H)), (b, 1, B))/(B*H)"
    assert to_text(from_sympy(mean(X[b, c, h], over=[(b, 2, B)]))) == "Sum(X[b, c, h], (b, 2, B))/(B - 1)"
    assert to_text(from_sympy(mean(X[b, c, h], over=b))) == "Sum(X[b, c, h], (b, 1, B))/B"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("axes", [(0,), (0, 2), (0, 1, 2)])
def test_moments_are_those_of_numpy(seed, axes):
    rng = random.Random(seed)
    sizes = tuple(rng.randint(1, 3) for _ in "bch")
    x = np.array([rng.randint(-5, 5) for _ in range(int(np.prod(sizes)))]).reshape(sizes)
    p, indices, _ = batch(sizes)
    X = p.numbers("X", x.tolist())
    over = tuple(indices[a] for a in axes)
    place = tuple(rng.randrange(n) for n in sizes)
    at = {Symbol(i.name): Number(n + 1) for i, n in zip(indices, place, strict=True)}
    kept = tuple(0 if a in axes else n for a, n in enumerate(place))
    for formula, oracle in ((mean, np.mean), (variance, np.var)):
        value = evaluate(substitute(from_sympy(formula(X[indices], over=over)), at), {}, p.context)
        assert float(Fraction(str(value))) == pytest.approx(oracle(x, axis=axes, keepdims=True)[kept])


def test_the_variance_is_the_mean_square_less_the_squared_mean_for_all_sizes():
    p, (b, c, h), (B, C, H) = batch()
    X = p.array("X", (B, C, H))
    over = (b, h)
    left = from_sympy(variance(X[b, c, h], over=over))
    right = from_sympy(mean(X[b, c, h] ** 2, over=over) - mean(X[b, c, h], over=over) ** 2)
    assert decide(left, right, p.context).word == "proved"


def test_a_deviation_from_the_mean_over_other_axes_is_refuted():
    """Centred with the mean over examples and channels, which is not that of the entry (batch norm, case 4)."""
    p, (b, c, h), (B, C, H) = batch()
    X = p.array("X", (B, C, H))
    right = p.define("mu_ch", (c, h), mean(X[b, c, h], over=b))
    wrong = p.define("mu_h", (h,), mean(X[b, c, h], over=(b, c)))
    true = standard_deviation(X[b, c, h], over=b)
    for about, word in ((right[c, h], "proved"), (wrong[h], "refuted")):
        verdict = decide(from_sympy(standard_deviation(X[b, c, h], over=b, about=about)), from_sympy(true), p.context)
        assert verdict.word == word
    assert verdict.witness is not None


def test_the_derivative_of_a_mean_counts_its_own_entries():
    p, (b, c, h), (B, C, H) = batch()
    X = p.array("X", (B, C, H))
    d = p.index("d", 1, C)
    slope = from_sympy(Derivative(mean(X[b, c, h], over=(b, h)), X[1, d, 1]))
    p.assume(c < d)
    assert decide(slope, Number(0), p.context).word == "proved"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda X, b: mean(X[b, 1, 1] + X[1, 1, b], over=b), "b has two ranges in the mean; write over=[(b, 1, n)] with its ends"),
        (lambda X, b: variance(X[1, 1, 1], over=b), "b has no range in the variance; write over=[(b, 1, n)] with its ends"),
        (lambda X, b: mean(X[b, 1, 1], over=()), "the mean has no index; add over=(b, h, w)"),
        (lambda X, b: mean(X[b, 1, 1], over=(b, b)), "an index stands twice in over= of the mean; list each index once"),
    ],
)  # fmt: skip
def test_refused(call, message):
    p, (b, *_), sizes = batch()
    X = p.array("X", sizes)
    with pytest.raises(DeclarationError) as error:
        call(X, b)
    assert error.value.message == message


def test_other_sums_keep_their_letters():
    p, (b, c, h), (B, C, H) = batch()
    X = p.array("X", (B, C, H))
    nested = mean(Sum(X[b, c, h], (c, 1, C)), over=b)
    assert to_text(from_sympy(nested)) == "Sum(Sum(X[b, c, h], (c, 1, C)), (b, 1, B))/B"
