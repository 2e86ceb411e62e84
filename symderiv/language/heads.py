"""What SymPy lacks for declarations: the logistic family as unevaluated functions, and softmax and logsumexp as sums.

``sigmoid``, ``softplus``, ``relu``, ``silu``, ``logit``, ``gelu`` and ``normal_pdf`` are SymPy functions that stay as
written; what they stand for is in ``functions.py``. ``softmax(v, i)`` and ``logsumexp(v)`` write out

    softmax(v)_i = exp(v_i) / sum_k exp(v_k)        logsumexp(v) = log sum_k exp(v_k)

with a bound index that clashes with no name. ``v`` is a declared array or definition with one index; or a rule such
as ``Lambda(k, a[k]/T)`` or ``lambda k: a[k]/T`` together with the range of its index, ``over=(1, K)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Dummy, Expr, Function, Indexed, IndexedBase, Integer, Lambda, Sum, exp, log

from symderiv.errors import DeclarationError

__all__ = [
    "DeclaredArray", "gelu", "logit", "logsumexp", "normal_pdf", "relu", "sigmoid", "silu", "softmax", "softplus",
]  # fmt: skip


class sigmoid(Function):
    """The logistic function 1/(1 + exp(-z)), with values strictly between 0 and 1."""

    nargs = 1
    is_real = True
    is_positive = True

    def fdiff(self, argindex: int = 1) -> Expr:
        return self * (1 - self)


class softplus(Function):
    """log(1 + exp(z))."""

    nargs = 1
    is_real = True
    is_positive = True

    def fdiff(self, argindex: int = 1) -> Expr:
        return sigmoid(self.args[0])


class relu(Function):
    """Max(0, z)."""

    nargs = 1
    is_real = True
    is_nonnegative = True


class silu(Function):
    """z*sigmoid(z), also called swish (Elfwing, Uchibe & Doya 2018)."""

    nargs = 1
    is_real = True


class logit(Function):
    """log(z/(1 - z)), the inverse of sigmoid, for 0 < z < 1."""

    nargs = 1
    is_real = True


class gelu(Function):
    """z*(1 + erf(z/sqrt(2)))/2 (Hendrycks & Gimpel 2016)."""

    nargs = 1
    is_real = True


class normal_pdf(Function):
    """The density of the standard normal distribution, exp(-z**2/2)/sqrt(2*pi)."""

    nargs = 1
    is_real = True
    is_positive = True


class DeclaredArray(IndexedBase):
    """An IndexedBase that knows the inclusive ranges of its indices; what ``p.array`` and ``p.define`` return."""

    ranges: tuple[tuple[Expr, Expr], ...]

    def __new__(cls, name: str, ranges: tuple[tuple[Any, Any], ...], **assumptions: bool) -> DeclaredArray:
        new = super().__new__(cls, name, **assumptions)
        new.ranges = ranges
        return new

    @property
    def func(self) -> Callable[..., IndexedBase]:
        return lambda *args: self if args == self.args else IndexedBase(*args)

    def __call__(self, *indices: Any) -> Indexed:
        """``y(n)`` is ``y[n]``."""
        return self[indices]


def softmax(vector: Any, index: Any, over: tuple[Any, Any] | None = None) -> Expr:
    """exp(v_i)/sum_k exp(v_k) as a SymPy expression."""
    entry, (lower, upper) = _rule(vector, over, "softmax")
    k = Dummy("k", integer=True)
    return exp(entry(index)) / Sum(exp(entry(k)), (k, lower, upper))


def logsumexp(vector: Any, over: tuple[Any, Any] | None = None) -> Expr:
    """log(sum_k exp(v_k)) as a SymPy expression."""
    entry, (lower, upper) = _rule(vector, over, "logsumexp")
    k = Dummy("k", integer=True)
    return log(Sum(exp(entry(k)), (k, lower, upper)))


def _rule(vector: Any, over: tuple[Any, Any] | None, name: str) -> tuple[Callable[[Any], Expr], tuple[Any, Any]]:
    """The entries of ``vector`` as a function of the index, and the range of the index."""
    if isinstance(vector, IndexedBase):
        shape = getattr(vector, "ranges", None) or ([(Integer(1), n) for n in vector.shape] if vector.shape else None)
        if over is None and shape is None:
            raise DeclarationError(
                f"{name} of {vector} has no range; declare {vector} with p.array or give over=(1, K)"
            )
        if shape is not None and len(shape) != 1:
            raise DeclarationError(
                f"{vector} has {len(shape)} indices; {name} needs one: {name}(lambda k: {vector}[i, k], ...)"
            )
        return (lambda i: vector[i]), over or shape[0]  # type: ignore[index]
    if isinstance(vector, Lambda) or callable(vector):
        if over is None:
            raise DeclarationError(f"{name} of a rule needs the range of its index; add over=(1, K)")
        return vector, over
    raise DeclarationError(
        f"{name} takes an array with one index, or Lambda(k, ...) with over=(1, K); this is {type(vector).__name__}"
    )
