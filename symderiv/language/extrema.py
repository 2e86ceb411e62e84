"""The largest entry over index ranges, as a SymPy head: ``maximum(x[i, j], over=(i, j))``.

It is a binder like ``Sum``: ``over`` lists its indices, each over the axis at which it stands or with its ends as
``(i, 1, n)``, and ``where`` leaves out indices. Over nothing it has no value. An entry that is larger than all others,

    p.assume(x[s, t] > maximum(x[i, j], over=(i, j), where=Or(Ne(i, s), Ne(j, t))))

makes s, t the unique maximiser, and there the maximum can be differentiated: its derivative is that of x[s, t].
"""

from __future__ import annotations

from typing import Any

import sympy
from sympy import Expr, Piecewise
from sympy.concrete.expr_with_limits import ExprWithLimits

__all__ = ["Maximum", "maximum"]


class Maximum(ExprWithLimits):
    """``Maximum(body, (i, 1, n))``; of several ranges the first is the innermost, as in a Sum."""

    is_commutative = True
    is_real = True

    def _eval_is_zero(self) -> None:
        return None


def maximum(body: Any, over: Any, where: Any = None) -> Expr:
    """The largest value of ``body`` over the indices for which ``where`` holds."""
    from symderiv.language.moments import index_ranges
    from symderiv.language.notation import verbatim

    body = sympy.S(body)
    limits = index_ranges(body, over, "maximum")
    with verbatim():
        if where is not None and where is not sympy.true:
            body = Piecewise((body, where))
        return Maximum(body, *reversed(limits))
