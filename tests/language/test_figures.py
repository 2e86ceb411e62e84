"""Figures in declarations: what is read, the numbers that are chosen, and what is refused in one sentence."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import oo, symbols

from symderiv import P, conv, declare, flatten, float_grid, linear, pool, receptive_field, repeat
from symderiv.errors import DeclarationError
from symderiv.language.figures import FloatGrid, ReceptiveField, Window, cone, fields
from symderiv.language.float_formats import positive_numbers, read_format

K, L, S, t, d = symbols("K L S t d")


def declared(draw):
    """The figure of a part about a stack of L convolutions, made by ``draw(part, p)``."""
    p = declare("Figures")
    p.size("K", "kernel")
    p.size("S", "stride")
    p.size("L", "layers", lower=0)
    n = p.index("n", 0, oo)
    r = p.recurrence("r", n, start={0: 1}, step=lambda r: r[n] + (K - 1))
    f = p.recurrence(("F", "D"), n, start={0: (1, 1)}, step=lambda F, D: (F[n] + (K - 1) * D[n], S * D[n]))[0]
    p.size("d", "width")
    p.symbol("t", "threshold", positive=True)
    w = p.random("w", None, "a weight", mean=0, variance=1 / d, law="gaussian")
    p.assume(K <= 5)
    part = p.part("1", "One")
    part.closed_form("R", r[L], expected=(K - 1) * L + 1)
    part.closed_form("RS", f[L], expected=1 + (K - 1) * (S**L - 1) / (S - 1))
    part.closed_form("J", r[L] + S, expected=(K - 1) * L + 1 + S)
    part.derive("p", P(abs(w) <= t), expected=t)
    net = p.network("net", [conv(4, 3), pool(2), conv(4, 3, dilation=2), flatten(), linear(2)], input=(1, 28, 28))
    part.table("fields", net.receptive_fields(), expected=[3, 4, 12])
    part.table("two", [1, 2], expected=[1, 2])
    draw(part, net)
    return p.problem().parts[0].figures[0]


@pytest.mark.parametrize(
    ("draw", "windows", "at"),
    [
        (lambda part, net: part.draw("R", receptive_field(repeat(L, conv(1, K)))), [Window(3)] * 3, {"K": 3, "L": 3}),
        (lambda part, net: part.draw("R", receptive_field(repeat(L, conv(1, K))), at={K: 5, L: 2}), [Window(5)] * 2, {"K": 5, "L": 2}),
        (lambda part, net: part.draw("RS", receptive_field(repeat(L, conv(1, K, stride=S)))), [Window(3, 2)] * 3, {"K": 3, "L": 3, "S": 2}),
        (lambda part, net: part.draw("fields", receptive_field(net)), [Window(3), Window(2, 2), Window(3, 1, 2)], {}),
        (lambda part, net: part.draw("fields", receptive_field([conv(1, 3), pool(2), conv(1, (3, 5), dilation=2)])), [Window(3), Window(2, 2), Window(3, 1, 2)], {}),
    ],
    ids=["small numbers", "given numbers", "stride", "network", "layers"],
)  # fmt: skip
def test_receptive_fields(draw, windows, at):
    figure = declared(draw)
    assert isinstance(figure, ReceptiveField)
    assert list(figure.windows) == windows and dict(figure.at) == at


def test_float_grids():
    figure = declared(
        lambda part, net: part.draw("p", float_grid("e5m2", underflow=t, deviations=[symbols("w")]), at={d: 4})
    )
    assert figure == FloatGrid("p", read_format("E5M2"), "t", ("w",), (("d", 4),))


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda part, net: part.draw("Q", receptive_field(net)), "the part '1' has no answer 'Q' to draw; there are: R, RS, J, p, fields, two"),
        (lambda part, net: part.draw("R", "cone"), "'cone' is no figure; write part.draw('R', receptive_field(conv(1, 3)))"),
        (lambda part, net: part.draw("R", receptive_field()), "receptive_field() has no layer with a window; write receptive_field(conv(1, 3), pool(2))"),
        (lambda part, net: part.draw("R", receptive_field(linear(3))), "receptive_field() has no layer with a window; write receptive_field(conv(1, 3), pool(2))"),
        (lambda part, net: part.draw("R", receptive_field(3)), "3 is no layer; write receptive_field(conv(1, 3), pool(2)), or a network"),
        (lambda part, net: part.draw("R", receptive_field(repeat(L, 3))), "3 in repeat() is no layer; write repeat(L, conv(1, K))"),
        (lambda part, net: part.draw("R", receptive_field(repeat(L, conv(1, symbols("Q"))))), "'Q' is not declared; declare it: Q = p.symbol"),
        (lambda part, net: part.draw("R", receptive_field(repeat(L, conv(1, K, stride=2)))), "the layers of the figure have a receptive field of 15, the expected form of 'R' is 7 at K = 3, L = 3; draw the layers that are asked about"),
        (lambda part, net: part.draw("fields", receptive_field(conv(1, 3))), "'fields' has 3 entries and the figure 1 layers; draw as many"),
        (lambda part, net: part.draw("J", receptive_field(repeat(L, conv(1, K)))), "the answer 'J' depends on S, which the layers do not show; give its number: at={S: 1}"),
        (lambda part, net: part.draw("p", receptive_field(repeat(2, conv(1, 3)))), "the answer 'p' depends on t, which the layers do not show; give its number: at={t: 1}"),
        (lambda part, net: part.draw("R", receptive_field(repeat(L, conv(1, K))), at={K: 3, S: 2}), "at= gives a number to S, which neither the layers nor the answer depend on"),
        (lambda part, net: part.draw("R", receptive_field(repeat(L, conv(1, K))), at={K: 7}), "K = 7 is outside what is declared of K; choose another number"),
        (lambda part, net: part.draw("R", receptive_field(repeat(L, conv(1, K))), at={K: 0}), "K = 0 is outside what is declared of K; choose another number"),
        (lambda part, net: part.draw("R", receptive_field(repeat(L, conv(1, K))), at={K: 2.5}), "2.5 for K is no whole number; write at={K: 3}"),
        (lambda part, net: part.draw("R", receptive_field(repeat(L, conv(1, K))), at={K + 1: 2}), "at= gives a number to K + 1, which is no declared symbol; write at={K: 3}"),
        (lambda part, net: part.draw("R", receptive_field(repeat(L, conv(1, K))), at={L: 30}), "the figure would be 30 layers high, which is no picture; draw fewer layers or choose the numbers: at="),
        (lambda part, net: part.draw("R", receptive_field(repeat(2, conv(1, 40))), at={K: 3, L: 3}), "the figure would be 79 inputs wide, which is no picture; draw fewer layers or choose the numbers: at="),
        (lambda part, net: part.draw("R", receptive_field(repeat(L - 5, conv(1, K)))), "the number of layers in a figure comes to -2, which is no size"),
        (lambda part, net: part.draw("R", receptive_field(repeat(L, conv(1, K)))).draw("R", receptive_field(net)), "the answer 'R' has a figure already; draw one for each answer"),
        (lambda part, net: part.draw("p", float_grid("E9M9")), "E9M9 has 19 bits, too many numbers to draw; take a format of at most 8 bits"),
        (lambda part, net: part.draw("p", float_grid("fp8")), "'fp8' is no floating point format that is known; write a name such as 'E4M3FN'"),
        (lambda part, net: part.draw("p", float_grid(8)), "8 is no floating point format that is known; write a name such as 'E4M3FN'"),
        (lambda part, net: part.draw("p", float_grid("E4M3FN", underflow=t + 1)), "underflow=t + 1 is no declared symbol; write underflow=t"),
        (lambda part, net: part.draw("p", float_grid("E4M3FN", underflow=t), at={t: 1}), "at= gives a number to t, which the format already fixes; leave it out"),
        (lambda part, net: part.draw("p", float_grid("E4M3FN", deviations=t)), "t is no random family with a declared variance; there is: w"),
        (lambda part, net: part.draw("p", float_grid("E4M3FN", deviations=symbols("w"))), "the variance of w depends on d; give its number: at={d: 1024}"),
        (lambda part, net: part.draw("p", float_grid("E4M3FN"), at={K: 3}), "at= gives a number to K, which neither the grid nor the answer depends on"),
    ],
)  # fmt: skip
def test_refusals(draw, message):
    with pytest.raises(DeclarationError) as found:
        declared(draw)
    assert message in str(found.value)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize("seed", range(12))
def test_the_cone_is_what_changes_the_output(seed):
    """Against a network that is run: an input counts if and only if the output changes with it."""
    rng = np.random.default_rng(seed)
    windows = [Window(*map(int, (rng.integers(1, 5), rng.integers(1, 4), rng.integers(1, 3)))) for _ in range(3)]
    rows = cone(windows)
    size = rows[0][-1] + 1

    def output(x):
        for w in windows:
            count = (len(x) - w.dilation * (w.kernel - 1) - 1) // w.stride + 1
            x = np.array(
                [sum((k + 2) * x[o * w.stride + w.dilation * k] for k in range(w.kernel)) for o in range(count)]
            )
        return x[0]

    base = output(np.ones(size))
    assert rows[0] == [i for i in range(size) if output(np.ones(size) + (np.arange(size) == i)) != base]
    field, jump = 1, 1
    for w in windows:  # Araujo, Norris & Sim 2019
        field, jump = field + (w.kernel - 1) * w.dilation * jump, jump * w.stride
    assert fields(windows)[-1] == field == rows[0][-1] - rows[0][0] + 1


FORMATS = [
    "float8_e3m4", "float8_e4m3", "float8_e4m3b11fnuz", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2",
    "float8_e5m2fnuz", "float4_e2m1fn", "float6_e2m3fn", "float6_e3m2fn",
]  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_formats_have_the_numbers_of_another_implementation(name):
    ml_dtypes = pytest.importorskip("ml_dtypes")
    f = read_format(name)
    codes = np.arange(2 ** (1 + f.exponent + f.mantissa), dtype=np.uint8).view(getattr(ml_dtypes, name))
    values = codes.astype(np.float64)
    values = np.unique(values[np.isfinite(values) & (values > 0)])
    assert list(map(float, positive_numbers(f))) == values.tolist()
    assert (float(f.smallest), float(f.largest)) == (values[0], values[-1])
