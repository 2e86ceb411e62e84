"""What a declaration says of whole matrices beside SymPy's MatrixSymbol: norms and suprema, kept as written.

``l2_norm(v)``, ``rms_norm(v)`` of a vector (a matrix with one column), ``frobenius_norm(A)``, ``spectral_norm(A)``, and
``supremum(body, x, Eq(rms_norm(x), 1))``: the largest value of body over all x with that norm. ``number(x.T*A*x)`` is
the entry of a 1 x 1 matrix. ``frobenius_norm`` is the root of the sum of all squared entries, ``spectral_norm`` the
largest singular value; a function of every entry is SymPy's ``A.applyfunc(sign)``.
"""

from __future__ import annotations

from sympy import Function

__all__ = ["frobenius_norm", "l2_norm", "number", "rms_norm", "spectral_norm", "supremum"]


class l2_norm(Function):
    """The Euclidean length of a vector."""

    nargs = 1
    is_real = True
    is_nonnegative = True


class rms_norm(Function):
    """The length of a vector divided by the root of its dimension."""

    nargs = 1
    is_real = True
    is_nonnegative = True


class frobenius_norm(Function):
    """The root of the sum of the squared entries."""

    nargs = 1
    is_real = True
    is_nonnegative = True


class spectral_norm(Function):
    """The largest singular value."""

    nargs = 1
    is_real = True
    is_nonnegative = True


class number(Function):
    """The entry of a 1 x 1 matrix."""

    nargs = 1
    is_real = True


class supremum(Function):
    """The largest value of a body over the vectors with a given norm: ``supremum(body, x, condition)``."""

    nargs = 3
    is_real = True
