"""symderiv: derivations with named steps, checked line by line, and a judge for closed forms.

>>> from symderiv import decide
>>> from sympy import Symbol, exp, tanh
>>> x = Symbol("x", real=True)
>>> decide(1 / (1 + exp(-2 * x)), tanh(x) / 2 + 1 / 2).word
'proved'

Everything here is loaded when it is first used, so that ``import symderiv`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "load": "symderiv.loading",
    "solve": "symderiv.pipeline",
    "verify": "symderiv.pipeline",
    "check": "symderiv.pipeline",
    "decide": "symderiv.pipeline",
}
_DECLARATION_HOME = "symderiv.language.declare"
_DECLARATION = (
    "declare", "sigmoid", "softplus", "relu", "silu", "gelu", "logit", "softmax", "logsumexp",
)  # fmt: skip

__all__ = ["__version__", *_HOME, *_DECLARATION]

if TYPE_CHECKING:
    from symderiv.language.declare import declare as declare
    from symderiv.loading import load as load
    from symderiv.pipeline import check as check
    from symderiv.pipeline import decide as decide
    from symderiv.pipeline import solve as solve
    from symderiv.pipeline import verify as verify


def __getattr__(name: str) -> Any:
    home = _HOME.get(name) or (_DECLARATION_HOME if name in _DECLARATION else None)
    if home is None:
        raise AttributeError(f"module 'symderiv' has no attribute {name!r}; it offers {', '.join(__all__)}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
