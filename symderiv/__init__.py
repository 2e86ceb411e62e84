"""symderiv: derivations with named steps, checked line by line, and a judge for closed forms.

>>> from symderiv import decide
>>> from sympy import Symbol, exp, tanh
>>> x = Symbol("x", real=True)
>>> decide(1/(1 + exp(-2*x)), (tanh(x) + 1)/2).word
'proved'

Everything here is loaded when it is first used, so that ``import symderiv`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "symderiv.loading": ("load",),
    "symderiv.pipeline": ("solve", "verify", "check", "decide"),
    "symderiv.language.declarations": ("declare",),
    "symderiv.language.heads": (
        "sigmoid", "softplus", "relu", "silu", "gelu", "logit", "normal_pdf", "softmax", "logsumexp",
    ),
    "symderiv.language.expectations": ("E", "Var", "Cov", "Std", "P"),
    "symderiv.language.extrema": ("maximum",),
    "symderiv.language.moments": ("mean", "variance", "standard_deviation"),
    "symderiv.language.cardinality": ("how_many",),
    "symderiv.language.layers": (
        "conv", "depthwise", "pointwise", "pool", "global_pool", "activation", "norm", "embedding",
        "flatten", "linear",
    ),
    "symderiv.language.figures": ("receptive_field", "repeat", "float_grid"),
    "symderiv.language.costs": ("product_cost", "association_orders"),
    "symderiv.language.matrix_heads": (
        "frobenius_norm", "l2_norm", "number", "rms_norm", "spectral_norm", "supremum",
    ),
    "symderiv.language.convolutions": (
        "correlate", "convolve", "conv_layer", "transposed", "average_pool", "global_average_pool",
        "max_pool", "output_size", "transposed_size",
    ),
}  # fmt: skip
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *_HOME]

if TYPE_CHECKING:
    from symderiv.language.declarations import declare as declare
    from symderiv.loading import load as load
    from symderiv.pipeline import check as check
    from symderiv.pipeline import decide as decide
    from symderiv.pipeline import solve as solve
    from symderiv.pipeline import verify as verify


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'symderiv' has no attribute {name!r}; it offers {', '.join(__all__)}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
