"""What authors of problem files import; everything is loaded when it is first asked for."""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "declare": "declarations",
    "verbatim": "notation",
    "infer_context": "inference",
    "average_pool": "convolutions",
    "convolve": "convolutions",
    "correlate": "convolutions",
    "max_pool": "convolutions",
    "output_size": "convolutions",
    "transposed": "convolutions",
    "transposed_size": "convolutions",
    "gelu": "heads",
    "logit": "heads",
    "logsumexp": "heads",
    "normal_pdf": "heads",
    "relu": "heads",
    "sigmoid": "heads",
    "silu": "heads",
    "softmax": "heads",
    "softplus": "heads",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
