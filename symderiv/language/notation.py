"""SymPy as written: inside ``verbatim()`` SymPy neither evaluates nor rearranges what an author writes.

``sympy.evaluate(False)`` does most of it. Five habits of SymPy 1.14 survive it, would silently change the meaning of a
declaration, and are switched off here for the time that a file is read:

  * ``Sum`` and ``Product`` fold a Piecewise to the top when they are built, through the sums inside, so that a bound
    index escapes: ``Sum(x[i]*Sum(Piecewise((x[k], k <= i), (0, True)), (k, 1, n)), (i, 1, n))``
  * ``diff`` evaluates, and captures: ``diff(Sum(x[i]**2, (i, 1, n)), x[i])`` is not 2*x[i]; here it is ``Derivative``
  * ``.subs`` captures: ``Sum(x[i]*y[j], (i, 1, n)).subs(j, i)``; here the bound index is renamed first
  * an ``Integral`` of a Piecewise is folded likewise
  * products and sums of matrices are evaluated, and numbers get lost: ``(W + W).T`` is ``W.T``, and in ``V*W`` with
    ``V = Rational(1, 2)*(A + B)`` the half is gone

``with sympy.evaluate(True):`` inside a file gives SymPy's usual behaviour back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["is_verbatim", "verbatim"]

_LOCK = threading.RLock()


def is_verbatim() -> bool:
    """Does SymPy keep expressions as they are written at this moment?"""
    from sympy.core.parameters import global_parameters

    return not global_parameters.evaluate


@contextmanager
def verbatim() -> Iterator[None]:
    """Switch SymPy's evaluation and the habits named above off; one thread at a time, nesting allowed."""
    import sympy.concrete.expr_with_limits as sums
    import sympy.core.expr as expressions
    import sympy.core.function as functions
    from sympy import HadamardProduct, MatAdd, MatMul, MatPow, Transpose, evaluate

    patches: list[tuple[Any, str, Callable[..., Any]]] = [
        (sums, "piecewise_fold", _unless_verbatim(sums.piecewise_fold, lambda expr, *_, **__: expr)),
        (expressions, "_derivative_dispatch", _unevaluated(expressions._derivative_dispatch)),
        (functions, "_derivative_dispatch", _unevaluated(functions._derivative_dispatch)),
        (sums.ExprWithLimits, "_eval_subs", _without_capture(sums.ExprWithLimits._eval_subs)),
    ]
    for kind in (MatMul, MatAdd, MatPow, Transpose, HadamardProduct):
        patches.append((kind, "doit", _unless_verbatim(kind.doit, lambda self, *_, **__: self)))
    with _LOCK:
        originals = [(owner, name, getattr(owner, name)) for owner, name, _ in patches]
        for owner, name, replacement in patches:
            setattr(owner, name, replacement)
        try:
            with evaluate(False):
                yield
        finally:
            for owner, name, original in originals:
                setattr(owner, name, original)


def _unless_verbatim(original: Callable[..., Any], instead: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **options: (instead if is_verbatim() else original)(*args, **options)


def _unevaluated(original: Callable[..., Any]) -> Callable[..., Any]:
    def dispatch(expr: Any, *variables: Any, **options: Any) -> Any:
        if is_verbatim():
            options["evaluate"] = False
        return original(expr, *variables, **options)

    return dispatch


def _without_capture(original: Callable[..., Any]) -> Callable[..., Any]:
    def substitute(self: Any, old: Any, new: Any) -> Any:
        from sympy import Dummy

        bound = [limit[0] for limit in self.limits]
        caught = [index for index in bound if index in new.free_symbols and index != old]
        renamed = self.xreplace({index: Dummy(index.name, integer=True) for index in caught}) if caught else self
        result = original(renamed, old, new)
        return renamed if result is None and caught else result

    return substitute
