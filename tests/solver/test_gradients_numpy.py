"""Derived gradients against NumPy: the loss computed by array code, differentiated by central differences.

Nothing of symderiv computes the reference. Each row declares a loss, derives one gradient for symbolic sizes, and the
derived formula is then evaluated at random sizes and numbers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from sympy import Derivative, Mod, Rational, Sum, exp, sqrt

from symderiv import declare
from symderiv.language.context import Context, unfold_all
from symderiv.language.convolutions import average_pool, correlate, transposed
from symderiv.language.terms import (
    Add,
    And,
    Apply,
    Cases,
    Delta,
    Entry,
    Iverson,
    Mul,
    Number,
    Power,
    Relation,
    Symbol,
    Term,
    open_binder,
)
from symderiv.language.terms import (
    Sum as SumTerm,
)
from symderiv.solver import solve_question

Arrays = Mapping[str, np.ndarray]
Sizes = Mapping[str, int]


@dataclass(frozen=True)
class Gradient:
    """``build`` declares and returns (problem, the derivative's index letters); the rest is NumPy."""

    name: str
    build: Callable[[], tuple[Any, tuple[str, ...]]]
    sizes: Callable[[np.random.Generator], Sizes]
    shapes: Callable[[Sizes], Mapping[str, tuple[int, ...]]]
    loss: Callable[[Arrays, Sizes], float]
    by: str
    base: int = 1


# ---- the reference


def conv(x: np.ndarray, w: np.ndarray, stride: int = 1, dilation: int = 1, pad: int = 0) -> np.ndarray:
    """Cross-correlation over all axes of ``x``."""
    x = np.pad(x, pad)
    reach = [dilation * (k - 1) + 1 for k in w.shape]
    out = [(n - r) // stride + 1 for n, r in zip(x.shape, reach, strict=True)]
    y = np.zeros(out)
    for at in np.ndindex(*out):
        window = tuple(slice(stride * a, stride * a + r, dilation) for a, r in zip(at, reach, strict=True))
        y[at] = (x[window] * w).sum()
    return y


def scatter(y: np.ndarray, w: np.ndarray, stride: int, crop: int, size: int) -> np.ndarray:
    out = np.zeros(size + 2 * crop)
    for i, v in enumerate(y):
        out[stride * i : stride * i + len(w)] += v * w
    return out[crop : crop + size]


def softmax(a: np.ndarray) -> np.ndarray:
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def differences(loss: Callable[[Arrays, Sizes], float], arrays: Arrays, sizes: Sizes, by: str) -> np.ndarray:
    out = np.zeros(arrays[by].shape)
    for at in np.ndindex(*out.shape):
        values = []
        for step in (1e-5, -1e-5):
            moved = {n: a.copy() for n, a in arrays.items()}
            moved[by][at] += step
            values.append(loss(moved, sizes))
        out[at] = (values[0] - values[1]) / 2e-5
    return out


# ---- the derived formula in floating point


class Numbers:
    """The value of a term for given sizes, indices and arrays; arrays count from ``base``."""

    def __init__(self, context: Context, sizes: Sizes, arrays: Arrays, base: int):
        self.context, self.sizes, self.arrays, self.base = context, sizes, arrays, base

    def value(self, term: Term, names: Mapping[str, int]) -> float:
        if isinstance(term, Number):
            return float(term.value)
        if isinstance(term, Symbol):
            return names[term.name]
        if isinstance(term, Entry):
            return self.entry(term, names)
        if isinstance(term, SumTerm):
            return self.total(term, names)
        if isinstance(term, Cases):
            return next(self.value(v, names) for v, c in term.pieces if self.holds(c, names))
        if isinstance(term, Mul):
            # What a bracket makes 0 need not be defined.
            if any(isinstance(a, (Iverson, Delta)) and not self.value(a, names) for a in term.args):
                return 0.0
            return math.prod(self.value(a, names) for a in term.args)
        if isinstance(term, Iverson):
            return float(self.holds(term.condition, names))
        args = [self.value(a, names) for a in term.args]
        if isinstance(term, Add):
            return sum(args)
        if isinstance(term, Power):
            return args[0] ** args[1]
        if isinstance(term, Delta):
            return float(args[0] == args[1])
        assert isinstance(term, Apply), term
        functions: dict[str, Callable[..., float]] = {
            "exp": math.exp, "log": math.log, "Max": max, "Min": min, "floor": math.floor, "ceiling": math.ceil,
            "Mod": lambda a, b: a % b,
        }  # fmt: skip
        return functions[term.function](*args)

    def entry(self, term: Entry, names: Mapping[str, int]) -> float:
        array = self.arrays[term.name]
        at = tuple(round(self.value(i, names)) - self.base for i in term.args)
        inside = all(0 <= a < n for a, n in zip(at, array.shape, strict=True))
        assert inside or self.context.arrays[term.name].padded, f"{term} is read outside its range at {names}"
        return float(array[at]) if inside else 0.0

    def total(self, term: SumTerm, names: Mapping[str, int]) -> float:
        index, body, guard = open_binder(term, frozenset(names))
        low, high = (round(self.value(e, names)) for e in (term.lower, term.upper))
        cases = ({**names, index.name: k} for k in range(low, high + 1))
        return sum(self.value(body, here) for here in cases if self.holds(guard, here))

    def holds(self, condition: Term, names: Mapping[str, int]) -> bool:
        if isinstance(condition, And):
            return all(self.holds(c, names) for c in condition.args)
        assert isinstance(condition, Relation), condition
        a, b = (self.value(s, names) for s in condition.args)
        return {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[condition.op]


# ---- the losses


def _convolution(by: str, stride: int = 1, dilation: int = 1, padding: int = 0, rank: int = 1) -> Gradient:
    letters = "uvz"[:rank]

    def build() -> tuple[Any, tuple[str, ...]]:
        p = declare("convolution")
        n, k, m = p.size("N", "inputs"), p.size("K", "kernel"), p.size("M", "outputs")
        p.assume(stride * (m - 1) + dilation * (k - 1) + 1 <= n + 2 * padding)
        i = p.index("i j"[: 2 * rank - 1], 1, m)
        i = i if isinstance(i, tuple) else (i,)
        at = p.index(" ".join(letters), 1, n if by == "x" else k)
        at = at if isinstance(at, tuple) else (at,)
        x = p.array("x", (n,) * rank, "input", padded=padding > 0)
        w, g = p.array("w", (k,) * rank, "kernel"), p.array("g", (m,) * rank, "upstream gradient")
        y = p.define("y", i, correlate(x, w, i, stride=stride, dilation=dilation, padding=padding))
        loss = Sum(g[i] * y[i], *[(t, 1, m) for t in i])
        p.part("a", "gradient").derive("d", Derivative(loss, {"x": x, "w": w}[by][at]), expected=0)
        return p, tuple(letters)

    def sizes(rng: np.random.Generator) -> Sizes:
        k, m = int(rng.integers(1, 4)), int(rng.integers(1, 4 if rank == 1 else 3))
        fits = stride * (m - 1) + dilation * (k - 1) + 1 - 2 * padding
        return {"K": k, "M": m, "N": max(1, fits)}

    def loss(a: Arrays, s: Sizes) -> float:
        y = conv(a["x"], a["w"], stride, dilation, padding)
        return float((a["g"] * y[(slice(0, s["M"]),) * rank]).sum())

    shapes = lambda s: {"x": (s["N"],) * rank, "w": (s["K"],) * rank, "g": (s["M"],) * rank}  # noqa: E731
    name = f"d{by} of a {rank}-D correlation, stride {stride}, dilation {dilation}, padding {padding}"
    return Gradient(name, build, sizes, shapes, loss, by)


def _strided(by: str) -> Gradient:
    """Stride and dilation are symbols."""

    def build() -> tuple[Any, tuple[str, ...]]:
        p = declare("strides")
        n, k, m, s, d = p.size("N"), p.size("K"), p.size("M"), p.size("S", "stride"), p.size("D", "dilation")
        p.assume(s * (m - 1) + d * (k - 1) + 1 <= n)
        i, at = p.index("i", m), p.index("u", n if by == "x" else k)
        x, w, g = p.array("x", n, "input"), p.array("w", k, "kernel"), p.array("g", m, "upstream gradient")
        y = p.define("y", (i,), correlate(x, w, i, stride=s, dilation=d))
        loss = Sum(g[i] * y[i], (i, 1, m))
        p.part("a", "gradient").derive("d", Derivative(loss, {"x": x, "w": w}[by][at]), expected=0)
        return p, ("u",)

    def sizes(rng: np.random.Generator) -> Sizes:
        k, m, s, d = (int(v) for v in rng.integers(1, 4, size=4))
        return {"K": k, "M": m, "S": s, "D": d, "N": s * (m - 1) + d * (k - 1) + 1}

    loss = lambda a, s: float(a["g"] @ conv(a["x"], a["w"], s["S"], s["D"]))  # noqa: E731
    shapes = lambda s: {"x": (s["N"],), "w": (s["K"],), "g": (s["M"],)}  # noqa: E731
    return Gradient(f"d{by} of a correlation with any stride and dilation", build, sizes, shapes, loss, by)


def _channels(by: str, depthwise: bool) -> Gradient:
    def build() -> tuple[Any, tuple[str, ...]]:
        p = declare("channels")
        n, k, c, o, b = p.size("N"), p.size("K"), p.size("C"), p.size("O"), p.size("B")
        p.assume(k <= n)
        m = n - k + 1
        x, g = p.array("x", (b, c, n), "input"), p.array("g", (b, c if depthwise else o, m), "gradient")
        w = p.array("w", (c, k) if depthwise else (o, c, k), "kernel")
        e, i, q, a, t = p.index("e", b), p.index("i", m), p.index("q", k), p.index("a", c), p.index("t", o)
        f, r, s, u, v = p.index("f", b), p.index("r", c), p.index("s", n), p.index("u", o), p.index("v", k)
        if depthwise:
            y = Sum(x[e, a, i + q - 1] * w[a, q], (q, 1, k))
            loss = Sum(g[e, a, i] * y, (i, 1, m), (a, 1, c), (e, 1, b))
            target, at = (x[f, r, s], "f r s") if by == "x" else (w[r, v], "r v")
        else:
            y = Sum(x[e, a, i + q - 1] * w[t, a, q], (q, 1, k), (a, 1, c))
            loss = Sum(g[e, t, i] * y, (i, 1, m), (t, 1, o), (e, 1, b))
            target, at = (x[f, r, s], "f r s") if by == "x" else (w[u, r, v], "u r v")
        p.part("a", "gradient").derive("d", Derivative(loss, target), expected=0)
        return p, tuple(at.split())

    def sizes(rng: np.random.Generator) -> Sizes:
        k = int(rng.integers(1, 3))
        return {"K": k, "N": k + int(rng.integers(0, 3)), **{n: int(rng.integers(1, 3)) for n in "COB"}}

    def shapes(s: Sizes) -> Mapping[str, tuple[int, ...]]:
        out = s["C"] if depthwise else s["O"]
        w = (s["C"], s["K"]) if depthwise else (s["O"], s["C"], s["K"])
        return {"x": (s["B"], s["C"], s["N"]), "w": w, "g": (s["B"], out, s["N"] - s["K"] + 1)}

    def loss(a: Arrays, s: Sizes) -> float:
        total = 0.0
        for b, c in itertools.product(range(s["B"]), range(s["C"])):
            for o in (c,) if depthwise else range(s["O"]):
                total += (a["g"][b, o] * conv(a["x"][b, c], a["w"][c] if depthwise else a["w"][o, c])).sum()
        return float(total)

    return Gradient(f"d{by} {'depthwise' if depthwise else 'over batch and channels'}", build, sizes, shapes, loss, by)


def _transposed(by: str) -> Gradient:
    def build() -> tuple[Any, tuple[str, ...]]:
        p = declare("transposed")
        m, k = p.size("M"), p.size("K")
        n = 2 * (m - 1) + k
        t, q, r = p.index("t", n), p.index("q", m), p.index("r", k)
        y, w, g = p.array("y", m, "input"), p.array("w", k, "kernel"), p.array("g", n, "gradient")
        z = p.define("z", (t,), transposed(y, w, t, stride=2))
        loss = Sum(g[t] * z[t], (t, 1, n))
        p.part("a", "gradient").derive("d", Derivative(loss, y[q] if by == "y" else w[r]), expected=0)
        return p, ("q",) if by == "y" else ("r",)

    shapes = lambda s: {"y": (s["M"],), "w": (s["K"],), "g": (2 * (s["M"] - 1) + s["K"],)}  # noqa: E731
    loss = lambda a, s: float(a["g"] @ scatter(a["y"], a["w"], 2, 0, 2 * (s["M"] - 1) + s["K"]))  # noqa: E731
    sizes = lambda rng: {"M": int(rng.integers(1, 4)), "K": int(rng.integers(1, 5))}  # noqa: E731
    return Gradient(f"d{by} of a transposed convolution, stride 2", build, sizes, shapes, loss, by)


def _circular(by: str) -> Gradient:
    def build() -> tuple[Any, tuple[str, ...]]:
        p = declare("circular")
        n, k = p.size("N"), p.size("K")
        p.assume(k <= n)
        t, s, r, q = p.index("t", 0, n - 1), p.index("s", 0, n - 1), p.index("r", 0, k - 1), p.index("q", 0, k - 1)
        x, g = p.array("x g", ((0, n - 1),), "signals")
        w = p.array("w", ((0, k - 1),), "kernel")
        loss = Sum(g[t] * Sum(x[Mod(t - q, n)] * w[q], (q, 0, k - 1)), (t, 0, n - 1))
        p.part("a", "gradient").derive("d", Derivative(loss, x[s] if by == "x" else w[r]), expected=0)
        return p, ("s",) if by == "x" else ("r",)

    def loss(a: Arrays, s: Sizes) -> float:
        return float(a["g"] @ sum(v * np.roll(a["x"], q) for q, v in enumerate(a["w"])))

    def sizes(rng: np.random.Generator) -> Sizes:
        k = int(rng.integers(1, 4))
        return {"K": k, "N": k + int(rng.integers(0, 3))}

    shapes = lambda s: {"x": (s["N"],), "g": (s["N"],), "w": (s["K"],)}  # noqa: E731
    return Gradient(f"d{by} of a circular convolution", build, sizes, shapes, loss, by, base=0)


def _pooling() -> Gradient:
    def build() -> tuple[Any, tuple[str, ...]]:
        p = declare("pooling")
        m, k = p.size("M"), p.size("K")
        i, t = p.index("i", m), p.index("t", m * k)
        x, g = p.array("x", m * k, "input"), p.array("g", m, "gradient")
        loss = Sum(g[i] * average_pool(x, i, k), (i, 1, m))
        p.part("a", "gradient").derive("d", Derivative(loss, x[t]), expected=0)
        return p, ("t",)

    loss = lambda a, s: float(a["g"] @ a["x"].reshape(s["M"], s["K"]).mean(axis=1))  # noqa: E731
    sizes = lambda rng: {"M": int(rng.integers(1, 4)), "K": int(rng.integers(1, 4))}  # noqa: E731
    shapes = lambda s: {"x": (s["M"] * s["K"],), "g": (s["M"],)}  # noqa: E731
    return Gradient("dx of average pooling", build, sizes, shapes, loss, "x")


def _norm(kind: str) -> Gradient:
    """Batch norm along the first axis, layer and RMS norm along the last, with an upstream gradient."""

    def build() -> tuple[Any, tuple[str, ...]]:
        p = declare("normalisation")
        n, d = p.size("N", "batch"), p.size("D", "features")
        i, j, a, b = p.index("i", n), p.index("j", d), p.index("a", n), p.index("b", d)
        x, g = p.array("x g", (n, d), "input and gradient")
        small = Rational(1, 10)
        k = p.index("k", n if kind == "batch" else d)
        at, size = (lambda q: x[q, j] if kind == "batch" else x[i, q]), n if kind == "batch" else d
        mean = Sum(at(k), (k, 1, size)) / size if kind != "RMS" else 0
        square = Sum((at(k) - mean) ** 2, (k, 1, size)) / size
        y = (x[i, j] - mean) / sqrt(square + small)
        loss = Sum(g[i, j] * y, (j, 1, d), (i, 1, n))
        p.part("a", "gradient").derive("d", Derivative(loss, x[a, b]), expected=0)
        return p, ("a", "b")

    def loss(v: Arrays, s: Sizes) -> float:
        axis = 0 if kind == "batch" else 1
        mean = v["x"].mean(axis=axis, keepdims=True) if kind != "RMS" else 0
        square = ((v["x"] - mean) ** 2).mean(axis=axis, keepdims=True)
        return float((v["g"] * (v["x"] - mean) / np.sqrt(square + 0.1)).sum())

    sizes = lambda rng: {"N": int(rng.integers(1, 4)), "D": int(rng.integers(1, 4))}  # noqa: E731
    shapes = lambda s: {"x": (s["N"], s["D"]), "g": (s["N"], s["D"])}  # noqa: E731
    return Gradient(f"dx of {kind} norm", build, sizes, shapes, loss, "x")


def _attention(by: str) -> Gradient:
    def build() -> tuple[Any, tuple[str, ...]]:
        p = declare("attention")
        t, d = p.size("T", "tokens"), p.size("D", "width")
        i, j, k, a = p.index("i j k a", t)
        c, e = p.index("c e", d)
        q, m, v, g = p.array("q m v g", (t, d), "queries, keys, values, gradient")
        score = lambda r: Sum(q[i, c] * m[r, c], (c, 1, d))  # noqa: E731
        weight = exp(score(j)) / Sum(exp(score(k)), (k, 1, t))
        out = Sum(weight * v[j, e], (j, 1, t))
        loss = Sum(g[i, e] * out, (e, 1, d), (i, 1, t))
        f = p.index("f", d)
        p.part("a", "gradient").derive("d", Derivative(loss, {"q": q, "m": m, "v": v}[by][a, f]), expected=0)
        return p, ("a", "f")

    loss = lambda a, s: float((a["g"] * (softmax(a["q"] @ a["m"].T) @ a["v"])).sum())  # noqa: E731
    sizes = lambda rng: {"T": int(rng.integers(1, 4)), "D": int(rng.integers(1, 3))}  # noqa: E731
    shapes = lambda s: dict.fromkeys("qmvg", (s["T"], s["D"]))  # noqa: E731
    return Gradient(f"d{by} of attention", build, sizes, shapes, loss, by)


GRADIENTS = (
    *(_convolution(by) for by in "xw"),
    *(_convolution(by, stride=2) for by in "xw"),
    *(_convolution(by, stride=3, dilation=2) for by in "xw"),
    *(_convolution(by, padding=1) for by in "xw"),
    *(_convolution(by, stride=2, padding=1, dilation=2) for by in "xw"),
    *(_convolution(by, rank=2) for by in "xw"),
    *(_channels(by, depthwise) for by in "xw" for depthwise in (False, True)),
    *(_strided(by) for by in "xw"),
    *(_transposed(by) for by in "yw"),
    *(_circular(by) for by in "xw"),
    _pooling(),
    *(_norm(kind) for kind in ("batch", "layer", "RMS")),
    *(_attention(by) for by in "qmv"),
)


@pytest.mark.parametrize("gradient", GRADIENTS, ids=[g.name for g in GRADIENTS])
def test_the_derived_gradient_is_what_finite_differences_give(gradient: Gradient) -> None:
    p, letters = gradient.build()
    problem = p.problem()
    derivation = solve_question(problem.parts[0].questions[0], problem.context)
    assert not derivation.stop_reason
    formula = unfold_all(derivation.result, problem.context)
    rng = np.random.default_rng(len(gradient.name))
    for _ in range(4):
        sizes = gradient.sizes(rng)
        arrays = {n: rng.normal(size=shape) for n, shape in gradient.shapes(sizes).items()}
        wanted = differences(gradient.loss, arrays, sizes, gradient.by)
        numbers = Numbers(problem.context, sizes, arrays, gradient.base)
        for at in np.ndindex(*wanted.shape):
            names = {**sizes, **{n: a + gradient.base for n, a in zip(letters, at, strict=True)}}
            assert numbers.value(formula, names) == pytest.approx(wanted[at], rel=1e-5, abs=1e-6), (sizes, at)
