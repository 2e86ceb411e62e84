"""Layers, networks, costs and recurrences in declarations: shapes and counts against loops, and what is refused."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from sympy import Eq, IndexedBase, MatrixSymbol, Mod, Symbol

from symderiv import (
    activation,
    association_orders,
    conv,
    declare,
    depthwise,
    embedding,
    flatten,
    global_pool,
    linear,
    norm,
    pointwise,
    pool,
    product_cost,
)
from symderiv.equality.evaluation import evaluate
from symderiv.errors import DeclarationError
from symderiv.language.border import from_sympy
from symderiv.language.text import to_text


@pytest.fixture
def p():
    return declare("A problem")


def numbers(p, terms):
    """The values of SymPy expressions without free names."""
    return [int(str(evaluate(from_sympy(t), {}, p.context))) for t in terms]


# ---------------------------------------------------------------- counts against a loop


class Layer:
    """A convolution as loops over arrays, with a counter for every multiplication and addition."""

    def __init__(self, filters, channels, kernel, stride=1, padding=0, dilation=1, groups=1, bias=True):
        self.stride, self.padding, self.dilation, self.groups = stride, padding, dilation, groups
        self.weight = np.ones((filters, channels // groups, kernel, kernel), dtype=int)
        self.bias = np.ones(filters, dtype=int) if bias else None
        self.multiplications = self.additions = 0

    @property
    def parameters(self):
        return self.weight.size + (0 if self.bias is None else self.bias.size)

    def __call__(self, x):
        x = np.pad(x, ((0, 0), (0, 0), (self.padding,) * 2, (self.padding,) * 2))
        count, depth, kernel, _ = self.weight.shape
        reach = self.dilation * (kernel - 1) + 1
        rows, columns = ((n - reach) // self.stride + 1 for n in x.shape[2:])
        out = np.zeros((len(x), count, rows, columns), dtype=int)
        for b, f, i, j in np.ndindex(out.shape):
            group = f // (count // self.groups)
            products = [
                x[b, group * depth + c, self.stride * i + self.dilation * s, self.stride * j + self.dilation * t]
                * self.weight[f, c, s, t]
                for c, s, t in np.ndindex(depth, kernel, kernel)
            ]
            self.multiplications += len(products)
            terms = products + ([] if self.bias is None else [self.bias[f]])
            self.additions += len(terms) - 1
            out[b, f, i, j] = sum(terms)
        return out


@pytest.mark.parametrize("batch", [None, 2])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"padding": 1},
        {"stride": 2, "padding": 2},
        {"dilation": 2},
        {"groups": 2},
        {"bias": False},
        {"groups": 4, "bias": False, "stride": 3},
    ],
)
def test_a_convolution_is_counted_as_the_loop_counts(p, options, batch):
    loops = Layer(4, 4, 3, **options)
    out = loops(np.ones((batch or 1, 4, 7, 6), dtype=int))
    layer = p.layer("conv", conv(4, 3, **options), input=(4, 7, 6), batch=batch)
    asked = (layer.parameters, layer.multiplications, layer.additions, *layer.shape)
    shape = out.shape if batch else out.shape[1:]
    assert numbers(p, asked) == [loops.parameters, loops.multiplications, loops.additions, *shape]


def test_a_depthwise_convolution_is_one_with_a_group_for_each_channel(p):
    loops = Layer(5, 5, 3, groups=5)
    loops(np.ones((2, 5, 6, 6), dtype=int))
    layer = p.layer("deep", depthwise(3), input=(5, 6, 6), batch=2)
    asked = (layer.parameters, layer.multiplications, layer.additions)
    assert numbers(p, asked) == [loops.parameters, loops.multiplications, loops.additions]


@pytest.mark.parametrize(
    ("layer", "input", "parameters", "shape"),
    [
        (linear(3), 490, 1473, (3,)),
        (linear(3, bias=False), 490, 1470, (3,)),
        (linear(10, flatten=True), (16, 32, 32), 163850, (10,)),
        (pointwise(8, bias=False), (4, 5, 5), 32, (8, 5, 5)),
        (norm(), (64, 8, 8), 128, (64, 8, 8)),
        (embedding(1000, 16), 20, 16000, (16,)),
        (conv(2, (3, 5), padding=(1, 2)), (4, 6, 7), 122, (2, 6, 7)),
        (conv(2, 3), (4, 9), 26, (2, 7)),
    ],
)
def test_parameters_and_shapes(p, layer, input, parameters, shape):
    placed = p.layer("a", layer, input=input)
    assert numbers(p, (placed.parameters, *placed.shape)) == [parameters, *shape]


def test_shapes_of_a_network(p):
    layers = [
        conv(6, 5), activation(), pool(2), conv(16, 3, stride=2, padding=1), pool(3, stride=2, ceil=True),
        global_pool(), flatten(), linear(10),
    ]  # fmt: skip
    net = p.network("net", layers, input=(3, 32, 40))
    found = [tuple(numbers(p, shape)) for shape in net.shapes(input=True)]
    expected = [(3, 32, 40), (6, 28, 36), (6, 28, 36), (6, 14, 18), (16, 7, 9), (16, 3, 4), (16, 1, 1), (16,), (10,)]
    assert found == expected
    assert numbers(p, net.parameters()) == [456, 0, 0, 880, 0, 0, 0, 170]
    assert numbers(p, [net.total(), net.total(bias=False), net.scalars()]) == [1506, 1474, 10]


def test_the_batch_stands_first_and_the_order_is_the_declared_one(p):
    last = p.network("last", [conv(2, 3)], input=(8, 8, 3), batch=5, order="last")
    assert numbers(p, last.shapes()[0]) == [5, 6, 6, 2]


@pytest.mark.parametrize(("kernels", "strides"), [((3, 3, 3), (1, 1, 1)), ((5, 2, 3, 2), (2, 2, 1, 2)), ((7,), (4,))])
def test_receptive_fields_are_the_inputs_that_matter(p, kernels, strides):
    layers = [conv(1, k, stride=s) if k > 2 else pool(k, stride=s) for k, s in zip(kernels, strides, strict=True)]
    fields = p.network("net", layers, input=(1, 99)).receptive_fields()
    for depth, field in enumerate(numbers(p, fields), start=1):
        reached = {0}
        for k, s in reversed(list(zip(kernels[:depth], strides[:depth], strict=True))):
            reached = {s * t + offset for t in reached for offset in range(k)}
        assert field == len(reached) == max(reached) + 1


# ---------------------------------------------------------------- matrix products


def test_orders_of_a_product_cost_what_the_loops_multiply(p):
    sizes = (2, 3, 4, 5, 6)
    matrices = [MatrixSymbol(f"A{n}", a, b) for n, (a, b) in enumerate(pairwise(sizes))]
    n, m, q = Symbol("n"), Symbol("m"), Symbol("q")
    cost = p.function("cost", (n, m, q), n * m * q)
    orders = association_orders(*matrices)
    assert len(orders) == 5

    def multiplied(order):
        if isinstance(order, tuple):
            (a, left), (b, right) = map(multiplied, order)
            return a + b + left[0] * left[1] * right[1], (left[0], right[1])
        return 0, tuple(map(int, order.shape))

    assert numbers(p, [product_cost(o, cost) for o in orders]) == [multiplied(o)[0] for o in orders]


def test_declared_arrays_and_transposes_have_shapes(p):
    W = p.array("W", (2, 3), "weights")
    V = MatrixSymbol("V", 3, 4)
    n, m, q = Symbol("n"), Symbol("m"), Symbol("q")
    cost = p.function("cost", (n, m, q), 100 * n + 10 * m + q)
    assert numbers(p, [product_cost((W, V), cost), product_cost((V.T, V), cost)]) == [234, 434]


# ---------------------------------------------------------------- refusals

A, B = MatrixSymbol("A", 2, 3), MatrixSymbol("B", 2, 3)


@pytest.mark.parametrize(
    ("declaration", "message"),
    [
        (lambda p: conv(0, 3), "the number of filters is 0, which is no size; write a number such as 3 or a declared size"),
        (lambda p: pool("2"), "the window is '2', which is no size; write a number such as 3 or a declared size"),
        (lambda p: p.layer("a b", conv(2, 3), input=3), "'a b' is no name; write letters, digits and '_', such as \"net\""),
        (lambda p: p.layer("a", 3, input=3), "3 is no layer; write conv(10, 3), pool(2), flatten() or linear(3)"),
        (lambda p: p.layer("a", conv(2, 3), input=()), "the input () is no shape; write input=(C, H, W)"),
        (
            lambda p: p.layer("a", conv(2, 3), input=3, order="CHW"),
            "the order 'CHW' is none; write order=\"first\" for (C, H, W) or order=\"last\"",
        ),
        (
            lambda p: p.layer("a", conv(4, 3, groups=3), input=6),
            "the 3 groups of 3 × 3 convolution may not divide its 4 filters; assume p.assume(Eq(Mod(4, 3), 0)), or "
            "change a number",
        ),
        (
            lambda p: p.layer("a", conv(4, 3, depth=2), input=3),
            "the kernels of 3 × 3 convolution have the depth 2, but their input has 3",
        ),
        (
            lambda p: p.layer("a", conv(4, 3, stride=2, padding="same"), input=(3, 8, 8)),
            "3 × 3 convolution has padding 'same' and a stride; write the padding as a number",
        ),
        (
            lambda p: p.network("n", [pool(2), conv(4, 5)], input=(3, 8, 8)),
            "the window of layer 2, 5 × 5 convolution does not fit into its input; make the input or the padding larger",
        ),
        (
            lambda p: p.layer("a", conv(4, (3, 3)), input=(3, 8)),
            "(3, 3) has 2 entries for 1 axes; give one for each axis",
        ),
        (
            lambda p: p.layer("a", conv(4, 3), input=3).additions,
            "the additions need the size of the input; write input=(C, H, W)",
        ),
        (
            lambda p: p.layer("a", pool(2), input=(3, 4, 4)).multiplications,
            "the multiplications of 2 × 2 pooling are not counted; ask for a convolution or a linear layer",
        ),
        (
            lambda p: p.network("n", [conv(2, 3), linear(3)], input=(3, 8, 8)),
            "layer 2, linear layer has an input with axes; put flatten() before it",
        ),
        (
            lambda p: p.network("n", [], input=3),
            "the network 'n' has no layers; write layers=[conv(10, 3), pool(2), flatten()]",
        ),
        (
            lambda p: p.layer("a", conv(2, 3), input=(p.symbol("c"), 8, 8)),
            "the size c is not known to be an integer; declare it with p.size, or write floor(n/m) for a quotient and "
            "say p.assume(Eq(Mod(n, m), 0))",
        ),
        (
            lambda p: product_cost((A, B), max),
            "a 2 x 3 and a 2 x 3 matrix can't be multiplied, 3 is not 2; change the order or transpose one with .T",
        ),
        (lambda p: product_cost(A, max), "A is no product; write (A, B) or ((A, B), C)"),
        (
            lambda p: product_cost((A, 3), max),
            "3 is no matrix; write a MatrixSymbol, its transpose or a declared array",
        ),
        (
            lambda p: p.recurrence("R", Symbol("l"), start={0: 1}, step=lambda R: R[0]),
            'the index l of the recurrence is none; declare it: l = p.index("l", 0, oo)',
        ),
        (
            lambda p: p.recurrence("R", p.index("l"), start=1, step=lambda R: R[0]),
            "a recurrence has first values by their index; write start={0: 1}",
        ),
        (
            lambda p: p.recurrence("R", p.index("l"), start={0: 1, 2: 1}, step=lambda R: R[0]),
            "the first values stand at [0, 2]; give them at indices that follow one another",
        ),
        (
            lambda p: p.recurrence("R J", p.index("l"), start={0: 1}, step=lambda R, J: (R[0], J[0])),
            "2 sequences have 1 values at 0; give one for each",
        ),
        (
            lambda p: p.recurrence("R J", p.index("l"), start={0: (1, 1)}, step=lambda R, J: R[0]),
            "2 sequences have 1 steps; give one for each: step=(..., ...)",
        ),
        (
            lambda p: p.recurrence("R", p.index("l"), start={0: 1}, step=IndexedBase("R")[Symbol("l") + 1]),
            "the step of R uses R[l + 1]; write what comes before R[l + 1] as R[l], with first values for all that it "
            "needs",
        ),
        (
            lambda p: p.recurrence("R", p.index("l"), start={0: p.index("m")}, step=lambda R: R[0] / 2),
            "the step of R uses R[0]; write what comes before R[l + 1] as R[l], with first values for all that it needs",
        ),
        (
            lambda p: p.part("1", "a").table("x", (), expected=(1,)),
            "the table 'x' is empty; give its entries",
        ),
        (
            lambda p: p.part("1", "a").table("x", [[1, 2], [3]], expected=[1]),
            "the rows of 'x' are not equally long; write a tuple of tuples for shapes",
        ),
    ],
)  # fmt: skip
def test_refused(p, declaration, message):
    with pytest.raises(DeclarationError, match=re.escape(message)):
        declaration(p)


@pytest.mark.parametrize(("times", "groups"), [(4, 4), (4, 2), (6, 3)])
def test_groups_that_are_seen_to_divide_need_none(p, times, groups):
    d = p.size("d")
    layer = p.layer("a", conv(times * d, 3, groups=groups, bias=False), input=times * d)
    part = p.part("1", "Count").count("n", layer.parameters, expected=9 * times**2 * d**2 / groups)
    assert part.problem.problem().part("1").questions


@pytest.mark.parametrize(("times", "groups"), [(4, 3), (1, 2)])
def test_groups_that_need_not_divide_are_refused(p, times, groups):
    d = p.size("d")
    with pytest.raises(DeclarationError, match="may not divide"):
        p.layer("a", conv(times * d, 3, groups=groups), input=times * d)


def test_symbolic_groups_need_an_assumption(p):
    C, N, M = p.size("C N M")
    with pytest.raises(DeclarationError, match=re.escape("assume p.assume(Eq(Mod(C, M), 0))")):
        p.layer("a", conv(N, 3, groups=M), input=C)
    p.assume(Eq(Mod(C, M), 0), Eq(Mod(N, M), 0))
    p.layer("b", conv(N, 3, groups=M), input=C)


def test_a_window_of_unknown_size_is_assumed_to_fit(p):
    C, H, K, P = p.size("C H K P")
    p.network("net", [conv(2, K, padding=P), conv(2, 3, dilation=2), conv(2, 1)], input=(C, H))
    assert [to_text(a) for a in p.context.assumptions] == ["K <= H + 2*P", "2*2 + 1 <= net_n1"]


def test_sizes_may_have_any_letter(p):
    """A size that is called like the index of a sum is not caught by it."""
    f, c, q = p.size("f c q")
    layer = p.layer("a", conv(f, q), input=c)
    point = {"f": 5, "c": 2, "q": 3}
    assert evaluate(from_sympy(layer.parameters), point, p.context) == 5 * (2 * 9 + 1)
