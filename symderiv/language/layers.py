"""The layers that a network is written with: ``conv(10, 3, padding=1)``, ``pool(2)``, ``flatten()``, ``linear(3)``.

A layer says what it does to any input; ``p.layer`` and ``p.network`` put it behind an input. Sizes are numbers or
declared sizes; a kernel, stride, padding or dilation is one for all axes or a tuple.

  conv(F, K, stride=1, padding=0, dilation=1, groups=1, bias=True, depth=None)
                            F filters of size K x K that reach through all channels of their group; ``padding="same"``
                            keeps the size; ``depth`` is the stated depth of the filters, which is checked
  depthwise(K, ...)         one filter for each channel
  pointwise(F, ...)         a convolution with K = 1
  pool(K, stride=None, padding=0, ceil=False)
                            maximum or average over windows, which do not overlap without a stride
  global_pool()             one value for each channel
  norm()                    batch or layer normalisation: a scale and a shift for each channel
  embedding(V, d)           a table of V rows with d entries
  activation("ReLU")        entry by entry
  flatten(), linear(F, bias=True, flatten=False)

Source: Dumoulin & Visin, *A guide to convolution arithmetic for deep learning*, 2016.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from symderiv.errors import DeclarationError

__all__ = [
    "Layer", "activation", "conv", "depthwise", "embedding", "flatten", "global_pool", "linear", "norm", "pointwise",
    "pool",
]  # fmt: skip

Kind = Literal[
    "conv", "depthwise", "pool", "global pool", "activation", "norm", "embedding", "flatten", "linear"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layer:
    """What one layer does; sizes as the author wrote them, None where the kind of layer has none."""

    kind: Kind
    filters: Any = None
    kernel: Any = None
    stride: Any = 1
    padding: Any = 0
    dilation: Any = 1
    groups: Any = 1
    bias: bool = False
    depth: Any = None
    ceil: bool = False
    flatten: bool = False
    words: str = ""


def conv(
    filters: Any, kernel: Any, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: Any = 1,
    bias: bool = True, depth: Any = None,
) -> Layer:  # fmt: skip
    """A convolution with ``filters`` kernels."""
    _positive(filters, "the number of filters")
    _positive(kernel, "the kernel")
    words = f"{_times(kernel)} convolution"
    return Layer("conv", filters, kernel, stride, padding, dilation, groups, bias, depth, words=words)


def depthwise(kernel: Any, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1, bias: bool = True) -> Layer:
    """One kernel for each channel."""
    _positive(kernel, "the kernel")
    words = f"{_times(kernel)} depthwise convolution"
    return Layer("depthwise", None, kernel, stride, padding, dilation, bias=bias, words=words)


def pointwise(filters: Any, *, bias: bool = True) -> Layer:
    """A convolution with kernels of size 1."""
    _positive(filters, "the number of filters")
    return Layer("conv", filters, 1, bias=bias, words="pointwise convolution")


def pool(kernel: Any, *, stride: Any = None, padding: Any = 0, ceil: bool = False) -> Layer:
    """Maximum or average over windows."""
    _positive(kernel, "the window")
    stride = kernel if stride is None else stride
    return Layer("pool", kernel=kernel, stride=stride, padding=padding, ceil=ceil, words=f"{_times(kernel)} pooling")


def global_pool() -> Layer:
    """One value for each channel, the maximum or the average over all positions."""
    return Layer("global pool", words="global pooling")


def activation(name: str = "ReLU") -> Layer:
    """A function of every entry; sizes stay, nothing is learned."""
    return Layer("activation", words=name)


def norm() -> Layer:
    """Normalisation with a learned scale and shift for each channel."""
    return Layer("norm", words="normalisation")


def embedding(rows: Any, size: Any) -> Layer:
    """A learned row of ``size`` entries for each of ``rows`` symbols; its input is what it is looked up by."""
    _positive(rows, "the number of rows")
    _positive(size, "the size of a row")
    return Layer("embedding", size, rows, words="embedding")


def flatten() -> Layer:
    """All entries in one row."""
    return Layer("flatten", words="flattening")


def linear(outputs: Any, *, bias: bool = True, flatten: bool = False) -> Layer:
    """A fully connected layer, of all entries of its input with ``flatten=True``."""
    _positive(outputs, "the number of outputs")
    return Layer("linear", outputs, bias=bias, flatten=flatten, words="linear layer")


def _times(kernel: Any) -> str:
    parts = kernel if isinstance(kernel, (tuple, list)) else (kernel, kernel)
    return " × ".join(map(str, parts))


def _positive(value: Any, what: str) -> None:
    for v in value if isinstance(value, (tuple, list)) else (value,):
        if isinstance(v, bool) or isinstance(v, (float, str)) or (isinstance(v, int) and v < 1):
            raise DeclarationError(
                f"{what} is {value!r}, which is no size; write a number such as 3 or a declared size"
            )
