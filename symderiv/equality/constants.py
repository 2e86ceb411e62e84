"""The sign of a constant expression such as ``sqrt(2) - 1``, rigorously, by ball arithmetic."""

from __future__ import annotations

from symderiv.equality.kernels import Workspace
from symderiv.equality.rational import Poly

__all__ = ["constant_sign"]


def constant_sign(w: Workspace, p: Poly) -> int | None:
    """1 or -1 if a ball excludes 0, else None: that a constant is 0 is never concluded from balls."""
    from symderiv.equality.balls import PRECISIONS, Imprecise, OverBudget, Undefined, precision, sign_of, to_ball
    from symderiv.equality.evaluation import evaluate

    term = w.poly_term(p)
    for bits in PRECISIONS:
        try:
            with precision(bits):
                value = evaluate(term, {}, w.context)
                return sign_of(to_ball(value)) or None
        except Imprecise:
            continue
        except (Undefined, OverBudget, KeyError, ValueError, RecursionError):
            return None
    return None
