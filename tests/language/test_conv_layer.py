"""Convolutional layers with a batch and channels against NumPy at random small sizes, and their gradients."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from sympy import Derivative, Mod, Piecewise, Sum

from symderiv import conv_layer, correlate, declare, global_average_pool
from symderiv.equality import decide
from symderiv.equality.instances import evaluate
from symderiv.errors import DeclarationError
from symderiv.language.border import from_sympy
from symderiv.language.terms import Number, Symbol, substitute
from symderiv.language.text import to_text
from symderiv.solver import solve_part
from symderiv.verification import verify_part


def value_at(formula, indices, place, context):
    term = substitute(from_sympy(formula), {Symbol(i.name): Number(n) for i, n in zip(indices, place, strict=True)})
    return Fraction(str(evaluate(term, {}, context)))


def table(formula, indices, context, shape):
    places = itertools.product(*(range(1, 1 + n) for n in shape))
    return np.array([value_at(formula, indices, place, context) for place in places], dtype=object).reshape(shape)


def brute_layer(x, w, b, groups, stride, padding, dilation):
    """Every output entry by loops over examples, channels and places; ``x`` padded with zeros or round the corner."""
    outputs, own, *kernel = w.shape
    each = outputs // groups
    sizes = [(n + 2 * padding - dilation * (k - 1) - 1) // stride + 1 for n, k in zip(x.shape[2:], kernel, strict=True)]
    padded = np.pad(x, ((0, 0), (0, 0), *(((padding, padding),) * len(kernel))))
    out = np.zeros((len(x), outputs, *sizes), dtype=int)
    for place in itertools.product(*map(range, out.shape)):
        e, o, *t = place
        first = (o // each) * own
        for c, *q in itertools.product(range(own), *map(range, kernel)):
            spot = tuple(stride * a + dilation * b for a, b in zip(t, q, strict=True))
            out[place] += padded[(e, first + c, *spot)] * w[(o, c, *q)]
        out[place] += b[o]
    return out


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("rank", [1, 2])
def test_layers_are_loops(seed, rank):
    rng = random.Random(100 * rank + seed)
    groups = rng.choice([1, 1, 2, 3])
    own, each = rng.randint(1, 2), rng.randint(1, 2)
    kernel = tuple(rng.randint(1, 2) for _ in range(rank))
    stride, padding, dilation = rng.randint(1, 2), rng.randint(0, 1), rng.randint(1, 2)
    spatial = tuple(dilation * (k - 1) + 1 + rng.randint(0, 2) for k in kernel)
    draw = lambda *shape: np.array([rng.randint(-4, 4) for _ in range(int(np.prod(shape)))]).reshape(shape)  # noqa: E731
    x, w, b = draw(2, groups * own, *spatial), draw(groups * each, own, *kernel), draw(groups * each)
    p = declare("a", "b")
    X, W, B = (p.numbers(name, v.tolist()) for name, v in (("x", x), ("w", w), ("b", b)))
    index = tuple(p.index(letter) for letter in "eoij"[: 2 + rank])
    options = {"groups": groups, "stride": stride, "padding": padding, "dilation": dilation}
    formula = conv_layer(X, W, index, bias=B, **options)
    want = brute_layer(x, w, b, **options)
    assert (table(formula, index, p.context, want.shape) == want).all()


@pytest.mark.parametrize("seed", range(4))
def test_circular_layers_with_padding_on_one_side(seed):
    rng = random.Random(seed)
    size, kernel, before = rng.randint(2, 4), rng.randint(1, 3), rng.randint(0, 2)
    x = np.array([rng.randint(-5, 5) for _ in range(2 * size)]).reshape(1, 2, size)
    w = np.array([rng.randint(-5, 5) for _ in range(2 * kernel)]).reshape(1, 2, kernel)
    p = declare("a", "b")
    X, W = p.numbers("x", x.tolist()), p.numbers("w", w.tolist())
    e, o, i = p.index("e"), p.index("o"), p.index("i")
    want = [
        sum(int(x[0, c, (t + q - before) % size] * w[0, c, q]) for c in range(2) for q in range(kernel))
        for t in range(size)
    ]
    formula = conv_layer(X, W, (e, o, i), mode="circular", padding=before)
    assert table(formula, (e, o, i), p.context, (1, 1, size)).ravel().tolist() == want


def test_global_average_pool():
    p = declare("a", "b")
    H, W = p.size("H"), p.size("W")
    X = p.array("X", (2, 3, H, W))
    e, c = p.index("e", 1, 2), p.index("c", 1, 3)
    text = to_text(from_sympy(global_average_pool(X, (e, c))))
    assert text == "Sum(Sum(X[e, c, i, j], (j, 1, W)), (i, 1, H))/(H*W)"


def one_dimension(groups=None):
    p = declare("a", "b")
    N, L, K = p.size("N", "examples"), p.size("L", "length"), p.size("K", "length of the kernels")
    C = p.size("C", "channels")
    p.assume(K <= L)
    outputs, own = (p.size("O"), C) if groups is None else (C, 1)
    e, f, o, q = p.index("e f", 1, N) + p.index("o q", 1, outputs)
    c, k, i, u = p.index("c", 1, own), p.index("k", 1, K), p.index("i", 1, L - K + 1), p.index("u", 1, L)
    x, w, b = p.array("x", (N, C, L)), p.array("w", (outputs, own, K)), p.array("b", outputs)
    g = p.array("g", (N, outputs, L - K + 1), padded=True)
    a = p.index("a", 1, C)
    layer = conv_layer(x, w, (e, o, i), bias=b, groups=C if groups else 1)
    y = p.define("y", (e, o, i), layer, "output")
    loss = p.define("L_0", Sum(g[e, o, i] * y[e, o, i], (i, 1, L - K + 1), (o, 1, outputs), (e, 1, N)), "loss")
    part = p.part("1", "Gradients of a layer")
    if groups is None:
        part.derive(
            "dw",
            Derivative(loss, w[q, c, k]),
            expected=Sum(g[e, q, i] * x[e, c, i + k - 1], (i, 1, L - K + 1), (e, 1, N)),
        )
        part.derive(
            "dx",
            Derivative(loss, x[f, a, u]),
            expected=Sum(g[f, o, u - k + 1] * w[o, a, k], (k, 1, K), (o, 1, outputs)),
        )
    else:
        part.derive(
            "dw",
            Derivative(loss, w[q, 1, k]),
            expected=Sum(g[e, q, i] * x[e, q, i + k - 1], (i, 1, L - K + 1), (e, 1, N)),
        )
        part.derive("dx", Derivative(loss, x[f, a, u]), expected=Sum(g[f, a, u - k + 1] * w[a, 1, k], (k, 1, K)))
    part.derive("db", Derivative(loss, b[q]), expected=Sum(g[e, q, i], (i, 1, L - K + 1), (e, 1, N)))
    return p.problem()


@pytest.mark.parametrize("kind", [None, "depthwise"])
def test_gradients_of_a_layer_for_all_sizes(kind):
    problem = one_dimension(kind)
    part = problem.parts[0]
    solved = verify_part(solve_part(part, problem.context), problem.context)
    for d in solved.derivations:
        assert not d.stop_reason, d.question.name
        assert {s.evidence.word for s in d.steps} == {"proved"}, d.question.name
        assert d.end_to_end.word == d.expected.word == "proved", d.question.name


def test_wrapping_on_both_sides_is_not_invariant_under_shifts():
    """One wrapped entry on each side makes N + 1 outputs; their sum counts some windows twice and knows the shift."""
    p = declare("a", "b")
    n = p.size("n", lower=2)
    x, w = p.array("x", ((0, n - 1),)), p.array("w", ((0, 1),))
    i, s = p.index("i", 0, n - 1), p.index("s")
    z = p.define("z", (i,), x[Mod(i + s, n)])
    window = lambda a, t: sum(a[Mod(t + q - 1, n)] * w[q] for q in (0, 1))  # noqa: E731
    both = lambda a: Sum(Piecewise((window(a, i) ** 2, window(a, i) > 0), (0, True)), (i, 0, n))  # noqa: E731
    once = lambda a: Sum(correlate(a, w, i, mode="circular", padding=1), (i, 0, n - 1))  # noqa: E731
    assert decide(from_sympy(once(z)), from_sympy(once(x)), p.context).word == "proved"
    verdict = decide(from_sympy(both(z)), from_sympy(both(x)), p.context)
    assert verdict.word == "refuted" and verdict.witness is not None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda X, W, e, o, i: conv_layer(X, W, (e, o, i), groups=2), "x has 3 channels, but 2 group(s) of 3 in w; make them 6"),
        (lambda X, W, e, o, i: conv_layer(X, W, (e, o)), "x has 3 axes, but the output has 2 indices"),
        (lambda X, W, e, o, i: conv_layer(X, W, (e, o, i), mode="full", padding=1), "mode='full' fixes the padding; leave out mode or padding"),
        (lambda X, W, e, o, i: global_average_pool(X, (e, o, i)), "x has 3 axes; with 3 indices none is left to average over"),
    ],
)  # fmt: skip
def test_refused(call, message):
    p = declare("a", "b")
    X, W = p.array("x", (2, 3, 4)), p.array("w", (5, 3, 2))
    with pytest.raises(DeclarationError) as error:
        call(X, W, *(p.index(letter) for letter in "eoi"))
    assert error.value.message == message


def test_a_condition_for_the_padding_stands_in_the_sum():
    p = declare("a", "b")
    X, W = p.array("x", (2, 3, 4)), p.array("w", (5, 3, 2))
    e, o, i = (p.index(letter) for letter in "eoi")
    text = to_text(from_sympy(conv_layer(X, W, (e, o, i), padding=1)))
    assert "And(" in text
