"""Tables in declarations: a list or a matrix of numbers, or tuples of shapes that need not be equally long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy

from symderiv.errors import DeclarationError
from symderiv.language.terms import Matrix, Term, Tuple

if TYPE_CHECKING:
    from symderiv.language.declarations import Declaration

__all__ = ["read_table"]


def read_table(problem: Declaration, table: Any, name: str) -> Term:
    """A list or a SymPy Matrix as a matrix (a list is one row), a tuple as a list whose entries may be tuples again."""
    if isinstance(table, (tuple, sympy.Tuple)):
        if not table:
            raise DeclarationError(f"the table {name!r} is empty; give its entries")
        nested = (tuple, sympy.Tuple)
        return Tuple(
            *(read_table(problem, t, name) if isinstance(t, nested) else _entry(problem, t, name) for t in table)
        )
    rows = table.tolist() if isinstance(table, sympy.MatrixBase) else table
    if not isinstance(rows, list) or not rows:
        raise DeclarationError(f"the question {name!r} needs a table; write a list, a Matrix or a tuple of shapes")
    lists = rows if isinstance(rows[0], (list, tuple)) else [rows]
    if any(not isinstance(r, (list, tuple)) or len(r) != len(lists[0]) or not r for r in lists):
        raise DeclarationError(f"the rows of {name!r} are not equally long; write a tuple of tuples for shapes")
    return Matrix([_entry(problem, t, name) for t in r] for r in lists)


def _entry(problem: Declaration, entry: Any, name: str) -> Term:
    return problem.term(entry, f"an entry of {name!r}")
