"""The convolution vocabulary against NumPy at random small sizes, and its formulas at symbolic sizes."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
import sympy

from symderiv import average_pool, convolve, correlate, declare, max_pool, output_size, transposed, transposed_size
from symderiv.equality import decide
from symderiv.equality.instances import evaluate
from symderiv.errors import DeclarationError
from symderiv.language.border import from_sympy
from symderiv.language.terms import Number, Symbol, substitute
from symderiv.language.text import to_text

SEEDS = range(6)


def declared(arrays, rank):
    """The declaration of the arrays, each (name, values, first index), and free output indices."""
    p = declare("a", "b")
    out = [p.numbers(name, values.tolist(), "values", start=start) for name, values, start in arrays]
    return p, out, tuple(p.index(letter) for letter in "nm"[:rank])


def value_at(formula, indices, place, context):
    term = substitute(from_sympy(formula), {Symbol(i.name): Number(n) for i, n in zip(indices, place, strict=True)})
    return Fraction(str(evaluate(term, {}, context)))


def table(formula, indices, context, shape, start):
    places = itertools.product(*(range(start, start + n) for n in shape))
    return np.array([value_at(formula, indices, place, context) for place in places], dtype=object).reshape(shape)


def brute_correlation(x, w, stride, padding, dilation):
    """Cross-correlation by the loop over all windows of the padded input."""
    x = np.pad(x, padding)
    sizes = [(n - dilation * (k - 1) - 1) // stride + 1 for n, k in zip(x.shape, w.shape, strict=True)]
    out = np.zeros(sizes, dtype=int)
    for t in itertools.product(*map(range, sizes)):
        window = tuple(
            slice(stride * a, stride * a + dilation * (k - 1) + 1, dilation) for a, k in zip(t, w.shape, strict=True)
        )
        out[t] = (x[window] * w).sum()
    return out


def sample(seed, rank):
    rng = random.Random(seed)
    size = lambda low, high: tuple(rng.randint(low, high) for _ in range(rank))  # noqa: E731
    k = size(1, 3)
    stride, padding, dilation = rng.randint(1, 3), rng.randint(0, 2), rng.randint(1, 2)
    n = tuple(dilation * (b - 1) + 1 + e for b, e in zip(k, size(0, 3), strict=True))
    draw = lambda shape: np.array([rng.randint(-5, 5) for _ in range(int(np.prod(shape)))]).reshape(shape)  # noqa: E731
    return draw(n), draw(k), stride, padding, dilation, rng.randint(-1, 1), rng.randint(-1, 1)


@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("flipped", [False, True])
def test_stride_padding_and_dilation(seed, rank, flipped):
    x, w, stride, padding, dilation, first, other = sample(seed, rank)
    p, (X, W), n = declared([("x", x, first), ("w", w, other)], rank)
    formula = (convolve if flipped else correlate)(X, W, n, stride=stride, padding=padding, dilation=dilation)
    want = brute_correlation(x, np.flip(w) if flipped else w, stride, padding, dilation)
    sizes = [
        output_size(a, b, stride=stride, padding=padding, dilation=dilation)
        for a, b in zip(x.shape, w.shape, strict=True)
    ]
    assert tuple(map(int, sizes)) == want.shape
    assert (table(formula, n, p.context, want.shape, first) == want).all()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mode", ["valid", "full", "same"])
def test_modes_in_one_dimension_are_those_of_numpy(seed, mode):
    rng = random.Random(seed)
    k = rng.randint(1, 4)
    x, h = (
        np.array([rng.randint(-5, 5) for _ in range(k + rng.randint(0, 4))]),
        np.array([rng.randint(-5, 5) for _ in range(k)]),
    )
    first = rng.randint(-1, 1)
    p, (X, H), n = declared([("x", x, first), ("h", h, 0)], 1)
    want = np.convolve(x, h, mode)
    assert (table(convolve(X, H, n, mode=mode), n, p.context, want.shape, first) == want).all()
    if mode != "same" or k % 2:
        want = np.correlate(x, h, mode)
        assert (table(correlate(X, H, n, mode=mode), n, p.context, want.shape, first) == want).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_circular(seed):
    rng = random.Random(seed)
    x, h = (np.array([rng.randint(-5, 5) for _ in range(rng.randint(2, 5))]) for _ in "xh")
    p, (X, H), n = declared([("x", x, 1), ("h", h, 0)], 1)
    size = len(x)
    true = [sum(x[(t - q) % size] * h[q] for q in range(len(h))) for t in range(size)]
    cross = [sum(x[(t + q) % size] * h[q] for q in range(len(h))) for t in range(size)]
    assert table(convolve(X, H, n, mode="circular"), n, p.context, (size,), 1).tolist() == true
    assert table(correlate(X, H, n, mode="circular"), n, p.context, (size,), 1).tolist() == cross


@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("seed", SEEDS)
def test_transposed_adds_copies_of_the_kernel(seed, rank):
    y, w, stride, padding, dilation, first, other = sample(seed, rank)
    padding = min(padding, min(dilation * (k - 1) for k in w.shape))
    p, (Y, W), n = declared([("y", y, first), ("w", w, other)], rank)
    whole = tuple(stride * (a - 1) + dilation * (b - 1) + 1 for a, b in zip(y.shape, w.shape, strict=True))
    want = np.zeros(whole, dtype=int)
    for place in itertools.product(*map(range, y.shape)):
        window = tuple(
            slice(stride * a, stride * a + dilation * (k - 1) + 1, dilation)
            for a, k in zip(place, w.shape, strict=True)
        )
        want[window] += y[place] * w
    want = want[tuple(slice(padding, n - padding) for n in whole)]
    sizes = [
        transposed_size(a, b, stride=stride, padding=padding, dilation=dilation)
        for a, b in zip(y.shape, w.shape, strict=True)
    ]
    assert tuple(map(int, sizes)) == want.shape
    formula = transposed(Y, W, n, stride=stride, padding=padding, dilation=dilation)
    assert (table(formula, n, p.context, want.shape, first) == want).all()


@pytest.mark.parametrize("stride", [None, 1, 2])
@pytest.mark.parametrize("size", [(2,), (3,), (2, 2), (2, 3)])
def test_pooling(size, stride):
    rng = np.random.default_rng(len(size))
    x = rng.integers(-9, 9, tuple(2 * k for k in size))
    p, (X,), n = declared([("x", x, 1)], len(size))
    steps = size if stride is None else (stride,) * len(size)
    counts = tuple((a - k) // s + 1 for a, k, s in zip(x.shape, size, steps, strict=True))
    windows = {
        t: x[tuple(slice(s * a, s * a + k) for a, s, k in zip(t, steps, size, strict=True))]
        for t in itertools.product(*map(range, counts))
    }
    means = np.array([Fraction(int(v.sum()), v.size) for v in windows.values()], dtype=object).reshape(counts)
    largest = np.array([v.max() for v in windows.values()]).reshape(counts)
    assert (table(average_pool(X, n, size, stride=stride), n, p.context, counts, 1) == means).all()
    assert (table(max_pool(X, n, size, stride=stride), n, p.context, counts, 1) == largest).all()


@pytest.fixture
def symbolic():
    """An input of N entries and a kernel of K, both counted from 1."""
    p = declare("a", "b")
    N, K = p.size("N", "input"), p.size("K", "kernel")
    p.assume(K <= N)
    n = p.index("n", 1, N)
    return SimpleNamespace(p=p, x=p.array("x", N, "input"), w=p.array("w", K, "kernel"), n=n, N=N, K=K)


def written(formula):
    return to_text(from_sympy(formula, written=True))


def test_symbolic_sizes_unfold_to_the_sums_of_the_textbook(symbolic):
    x, w, n = symbolic.x, symbolic.w, symbolic.n
    assert written(correlate(x, w, n)) == "Sum(x[n + k - 1]*w[k], (k, 1, K))"
    assert written(convolve(x, w, n)) == "Sum(x[K + n - k]*w[k], (k, 1, K))"
    full = "Sum(Piecewise((x[n - k + 1]*w[k], And(1 <= n - k + 1, n - k + 1 <= N)), (0, True)), (k, 1, K))"
    assert written(convolve(x, w, n, mode="full")) == full
    scattered = "Sum(Sum(Piecewise((x[i]*w[k], Eq(i + k - 1, n)), (0, True)), (k, 1, K)), (i, 1, N))"
    assert written(transposed(x, w, n)) == scattered


def test_a_flipped_kernel_makes_one_of_the_other_for_all_sizes(symbolic):
    x, w, n, K = symbolic.x, symbolic.w, symbolic.n, symbolic.K
    k = sympy.Symbol("k", integer=True)
    flipped = from_sympy(sympy.Sum(x[n + k - 1] * w[K - k + 1], (k, 1, K)))
    context = symbolic.p.context.with_assumptions(from_sympy(n <= symbolic.N - K + 1))
    assert decide(from_sympy(convolve(x, w, n)), flipped, context).word == "proved"
    assert decide(from_sympy(correlate(x, w, n)), flipped, context).word == "refuted"


def test_the_full_convolution_scatters_the_input_for_all_sizes(symbolic):
    x, w, n = symbolic.x, symbolic.w, symbolic.n
    full, scattered = from_sympy(convolve(x, w, n, mode="full")), from_sympy(transposed(x, w, n))
    assert decide(full, scattered, symbolic.p.context).word == "proved"


def test_padding_by_a_symbol_carries_its_range(symbolic):
    P, S = symbolic.p.size("P", "padding", lower=0), symbolic.p.size("S", "stride")
    place = "S*(n - 1) + k - P"
    body = f"Piecewise((x[{place}]*w[k], And(1 <= {place}, {place} <= N)), (0, True))"
    assert written(correlate(symbolic.x, symbolic.w, symbolic.n, stride=S, padding=P)) == f"Sum({body}, (k, 1, K))"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda x, w, n: convolve(x, w, n, mode="inner"), "'inner' is no mode of a convolution"),
        (lambda x, w, n: convolve(x, w, n, mode="full", padding=1), "fixes the padding"),
        (lambda x, w, n: convolve(x, w, (n, n)), "has 1 axes, but the output has 2 indices"),
        (lambda x, w, n: convolve(sympy.Symbol("x"), w, n), "is no declared array"),
        (lambda x, w, n: correlate(x, w, n, stride=(1, 2)), "has 2 entries for 1 axes"),
        (lambda x, w, n: max_pool(x, n, sympy.Symbol("K")), "a Max has a fixed length"),
    ],
)
def test_what_is_no_convolution_is_refused(symbolic, make, message):
    with pytest.raises(DeclarationError) as error:
        make(symbolic.x, symbolic.w, symbolic.n)
    assert message in str(error.value)
