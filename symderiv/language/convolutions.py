"""Convolutions and pooling as index sums, for arrays of any rank with numbers or symbols as sizes.

Every function returns the formula of one output entry, a SymPy ``Sum`` with exact ranges, for ``p.define``:

    y = p.define("y", (n,), convolve(x, h, n, mode="full"), "full convolution, kernel flipped")

Conventions
  * ``x`` and ``w`` are declared arrays; their ranges give the sizes N and K and where indices start. The output starts
    to count where the input does: for the offset t = n - (first index of x) the window covers the padded input from
    S*t to S*t + D*(K - 1), with stride S and dilation D
  * ``correlate`` does not flip the kernel (deep learning), ``convolve`` flips it on every axis (signal processing)
  * what lies outside ``x`` counts as 0: where the window can leave ``x`` the sum carries the range as its condition
  * mode "valid" pads by 0, "full" by D*(K - 1), "same" so that stride 1 keeps the size; "circular" reads ``x`` round
    the corner and keeps the size too, with ``padding=P`` from P entries further to the front. Otherwise ``padding=P``
    puts P zeros before the input; how many stand behind it only decides the number of outputs
  * for a kernel of even size "same" has its extra zero behind the input for ``correlate`` (as PyTorch) and before it
    for ``convolve`` (as NumPy)

  * ``conv_layer`` has a batch and channels: x[n, c, ...], w[o, c, ...], output (n, o, ...), in every channel a
    cross-correlation, summed over the channels of the group

Stride, padding and dilation are one for all axes or a tuple.
Source: Dumoulin & Visin, *A guide to convolution arithmetic for deep learning*, 2016; Oppenheim & Schafer, ch. 2.
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import And, Dummy, Eq, Expr, IndexedBase, Integer, Le, Max, Mod, Mul, Piecewise, Sum, floor

from symderiv.errors import DeclarationError
from symderiv.language.notation import verbatim

__all__ = [
    "average_pool", "conv_layer", "convolve", "correlate", "global_average_pool", "max_pool", "output_size",
    "transposed", "transposed_size",
]  # fmt: skip

MODES = ("valid", "full", "same", "circular")
_LETTERS = "klrstuv"
_SPREAD = "ijmnpq"


def correlate(
    x: Any, w: Any, index: Any, *, mode: str = "valid", stride: Any = 1, padding: Any = None, dilation: Any = 1
) -> Expr:
    """Cross-correlation at ``index``: sum over p of x[S*t + D*p - P] w[p], in offsets. The kernel is not flipped."""
    return _slide(x, w, index, mode, stride, padding, dilation, flipped=False)


def convolve(
    x: Any, h: Any, index: Any, *, mode: str = "valid", stride: Any = 1, padding: Any = None, dilation: Any = 1
) -> Expr:
    """True convolution at ``index``: sum over p of x[S*t + D*(K - 1 - p) - P] h[p], in offsets. The kernel is flipped.

    In mode "full" that is the sum of x[t - p] h[p], and "circular" the same with indices modulo N.
    """
    return _slide(x, h, index, mode, stride, padding, dilation, flipped=True)


def conv_layer(
    x: Any, w: Any, index: Any, *, bias: Any = None, groups: Any = 1, mode: str = "valid", stride: Any = 1,
    padding: Any = None, dilation: Any = 1,
) -> Expr:  # fmt: skip
    """A convolutional layer at ``index`` = (example, output channel, place...); the kernel is not flipped.

    ``x`` has axes (example, channel, place...), ``w`` (output channel, channel of the group, place...). Output channel
    number q (from 0) reads the channels of group number floor(q/(O/groups)); ``groups`` = O is a depthwise layer.
    """
    indices = tuple(index) if isinstance(index, (tuple, list, sympy.Tuple)) else (index,)
    _ranks(indices, x, w)
    if len(indices) < 3:
        raise DeclarationError(f"conv_layer has {len(indices)} indices; give example, output channel and a place")
    example, channel, *place = indices
    (first, last), (first_out, last_out), (low, high) = x.ranges[1], w.ranges[0], w.ranges[1]
    with sympy.evaluate(True):
        groups = sympy.S(groups)
        inputs, outputs, own = last - first + 1, last_out - first_out + 1, high - low + 1
        if sympy.expand(inputs - groups * own) != 0:
            raise DeclarationError(
                f"{x} has {inputs} channels, but {groups} group(s) of {own} in {w}; make them {groups * own}"
            )
        each = sympy.cancel(outputs / groups)
        q = Dummy("c", integer=True)
        group = floor((channel - first_out) / each) if groups != 1 else Integer(0)
        source = _ordered(first + group * own + q - low)
        k, places, inside = _window(
            place, x.ranges[2:], w.ranges[2:], mode, stride, padding, dilation, flipped=False
        )  # fmt: skip
        limits = [*_limits(k, w.ranges[2:]), (q, low, high)]
    total = _sum(_times(x[(example, source, *places)], w[(channel, q, *k)]), inside, limits)
    return total if bias is None else sympy.Add(total, bias[channel], evaluate=False)


def global_average_pool(x: Any, index: Any) -> Expr:
    """The mean over all axes of ``x`` after those of ``index``: for (example, channel), over all places."""
    indices = tuple(index) if isinstance(index, (tuple, list, sympy.Tuple)) else (index,)
    ranges = tuple(getattr(x, "ranges", None) or ())
    if len(ranges) <= len(indices):
        raise DeclarationError(f"{x} has {len(ranges)} axes; with {len(indices)} indices none is left to average over")
    rest = ranges[len(indices) :]
    with sympy.evaluate(True):
        k = _dummies(_SPREAD, len(rest))
        count = Mul(*[high - low + 1 for low, high in rest])
    return Sum(x[(*indices, *k)], *_limits(k, rest)) / count


def transposed(y: Any, w: Any, index: Any, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1) -> Expr:
    """Transposed convolution at ``index``: the sum of y[i] w[p] over all i, p with S*i + D*p - P = t, in offsets.

    Every entry of ``y`` adds a copy of the kernel, not flipped, at steps of S; P entries are cropped on each side. The
    output starts to count where ``y`` does and has ``transposed_size`` entries.
    """
    indices, ys, ws = _ranks(index, y, w)
    with sympy.evaluate(True):
        rank = len(indices)
        s, d, p = (_each(v, rank) for v in (stride, dilation, padding))
        i, k = _dummies(_SPREAD, rank), _dummies(_LETTERS, rank)
        meets = []
        for a in range(rank):
            first = ys[a][0]
            reached = first + s[a] * (i[a] - first) + d[a] * (k[a] - ws[a][0]) - p[a]
            meets.append(Eq(_ordered(reached), indices[a]))
        limits = [*_limits(k, ws), *_limits(i, ys)]
    return _sum(_times(y[tuple(i)], w[tuple(k)]), meets, limits)


def average_pool(x: Any, index: Any, size: Any, *, stride: Any = None) -> Expr:
    """The mean of the window of ``size`` entries; without ``stride`` windows do not overlap. No padding."""
    indices, xs = _ranks(index, x)
    rank = len(indices)
    with sympy.evaluate(True):
        k, sizes = _dummies(_LETTERS, rank), _each(size, rank)
        steps = sizes if stride is None else _each(stride, rank)
        places = [_ordered(a + s * (n - a) + q) for n, (a, _), s, q in zip(indices, xs, steps, k, strict=True)]
        limits = [(q, Integer(0), n - 1) for q, n in reversed(list(zip(k, sizes, strict=True)))]
        count = Mul(*sizes)
    return Sum(x[tuple(places)], *limits) / count


def max_pool(x: Any, index: Any, size: Any, *, stride: Any = None) -> Expr:
    """The largest entry of the window, as ``Max``; ``size`` is a number. No padding."""
    indices, xs = _ranks(index, x)
    rank = len(indices)
    sizes = _each(size, rank)
    if not all(n.is_Integer and n > 0 for n in sizes):
        raise DeclarationError(f"the window of max_pool has size {size}; give a number, a Max has a fixed length")
    from itertools import product

    with sympy.evaluate(True):
        steps = sizes if stride is None else _each(stride, rank)
        entries = [
            x[tuple(_ordered(a + s * (n - a) + q) for n, (a, _), s, q in zip(indices, xs, steps, offsets, strict=True))]
            for offsets in product(*(range(int(n)) for n in sizes))
        ]
    return entries[0] if len(entries) == 1 else Max(*entries, evaluate=False)


def output_size(size: Any, kernel: Any, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1) -> Expr:
    """The number of windows on one axis: floor((N + 2*P - D*(K - 1) - 1)/S) + 1."""
    with sympy.evaluate(True):
        n, k, s, p, d = map(sympy.S, (size, kernel, stride, padding, dilation))
        return floor((n + 2 * p - d * (k - 1) - 1) / s) + 1


def transposed_size(
    size: Any, kernel: Any, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1, output_padding: Any = 0
) -> Expr:
    """The number of outputs on one axis: S*(M - 1) - 2*P + D*(K - 1) + 1 + P'."""
    with sympy.evaluate(True):
        m, k, s, p, d, extra = map(sympy.S, (size, kernel, stride, padding, dilation, output_padding))
        return s * (m - 1) - 2 * p + d * (k - 1) + 1 + extra


def _slide(
    x: Any, w: Any, index: Any, mode: str, stride: Any, padding: Any, dilation: Any, *, flipped: bool
) -> Expr:  # fmt: skip
    indices, xs, ws = _ranks(index, x, w)
    with sympy.evaluate(True):
        k, places, inside = _window(indices, xs, ws, mode, stride, padding, dilation, flipped=flipped)
        limits = _limits(k, ws)
    return _sum(_times(x[tuple(places)], w[tuple(k)]), inside, limits)


def _window(
    indices: Any, xs: Any, ws: Any, mode: str, stride: Any, padding: Any, dilation: Any, *, flipped: bool
) -> tuple[tuple[Any, ...], list[Any], list[Any]]:  # fmt: skip
    """(the indices of the kernel, the places of the input that they meet, the conditions under which they do)."""
    if mode not in MODES:
        raise DeclarationError(f"{mode!r} is no mode of a convolution; use one of {', '.join(MODES)}")
    if padding is not None and mode not in ("valid", "circular"):
        raise DeclarationError(f"mode={mode!r} fixes the padding; leave out mode or padding")
    rank = len(indices)
    with sympy.evaluate(True):
        s, d = _each(stride, rank), _each(dilation, rank)
        p = _each(0 if padding is None else padding, rank)
        k = _dummies(_LETTERS, rank)
        places: list[Any] = []
        inside: list[Any] = []
        for a in range(rank):
            first, last = xs[a]
            reach = d[a] * (ws[a][1] - ws[a][0])
            before = {"full": reach, "same": (floor((reach + 1) / 2) if flipped else floor(reach / 2))}.get(mode, p[a])
            offset = s[a] * (indices[a] - first)
            if mode == "circular":
                turn = d[a] * (k[a] - ws[a][0])
                turned = offset - turn + p[a] if flipped else offset + turn - p[a]
                place = first + Mod(_ordered(turned), last - first + 1)
            else:
                step = ws[a][1] - k[a] if flipped else k[a] - ws[a][0]
                place = _ordered(first + offset - before + d[a] * step)
                if before != 0:
                    inside.append(
                        And(Le(first, place, evaluate=False), Le(place, last, evaluate=False), evaluate=False)
                    )
            places.append(place)
    return k, places, inside


def _ranks(index: Any, *arrays: Any) -> tuple[Any, ...]:
    """The indices as a tuple and the ranges of the arrays, all of one length."""
    indices = tuple(index) if isinstance(index, (tuple, list, sympy.Tuple)) else (index,)
    ranges = []
    for array in arrays:
        found = getattr(array, "ranges", None) if isinstance(array, IndexedBase) else None
        if found is None:
            raise DeclarationError(f"{array} is no declared array; declare it with p.array, p.numbers or p.define")
        if len(found) != len(indices):
            raise DeclarationError(f"{array} has {len(found)} axes, but the output has {len(indices)} indices")
        ranges.append(tuple(found))
    return (indices, *ranges)


def _each(value: Any, rank: int) -> tuple[Any, ...]:
    values = tuple(value) if isinstance(value, (tuple, list, sympy.Tuple)) else (value,) * rank
    if len(values) != rank:
        raise DeclarationError(f"{value} has {len(values)} entries for {rank} axes; give one for each axis")
    return tuple(map(sympy.S, values))


def _dummies(letters: str, rank: int) -> tuple[Any, ...]:
    return tuple(Dummy(c, integer=True) for c in letters[:rank])


def _limits(indices: tuple[Any, ...], ranges: tuple[Any, ...]) -> list[tuple[Any, Any, Any]]:
    """The ranges of a Sum, whose first one is the innermost."""
    return [(i, low, high) for i, (low, high) in reversed(list(zip(indices, ranges, strict=True)))]


def _times(left: Any, right: Any) -> Any:
    return Mul(left, right, evaluate=False)


def _sum(body: Any, conditions: list[Any], limits: list[tuple[Any, Any, Any]]) -> Expr:
    held = [c for c in conditions if c is not sympy.true]
    with verbatim():
        if held:
            body = Piecewise((body, held[0] if len(held) == 1 else And(*held)), (Integer(0), True))
        return Sum(body, *limits)


def _ordered(expression: Any) -> Any:
    """The summands as they are read: what is added, the bound index last, what is subtracted, the number."""
    if isinstance(expression, Mul):
        return Mul(*map(_ordered, expression.args), evaluate=False)
    if not isinstance(expression, sympy.Add):
        return expression
    return sympy.Add(*map(_ordered, sorted(expression.as_ordered_terms(), key=_rank)), evaluate=False)


def _rank(summand: Any) -> int:
    return 3 if summand.is_number else 2 if summand.could_extract_minus_sign() else int(summand.has(Dummy))
