"""Terms: the expressions of symderiv, exactly as a person would write them.

A term is an immutable tree that nothing rewrites behind one's back: ``2*(g - y)`` stays a product, and the order of
summands stays the order written. Binders (``Sum``, ``Product``, ``Maximum``) are locally nameless (Charguéraud, *The
Locally Nameless Representation*, J. Autom. Reasoning 49, 2012): inside the body a bound index is ``Bound(0)``,
``Bound(1)``, … counted outwards, so substitution never captures and two sums that differ only in the name of their
index are equal.
The name is kept as a hint for printing.

Semantics that every reader, printer and prover relies on
  * a sum (product) over an empty range is 0 (1); bounds are integers and inclusive; ``guard`` selects the indices taken
  * ``Delta(i, j)`` is 1 if i = j and 0 otherwise; ``Iverson(c)`` is 1 if c holds and 0 otherwise
  * ``Entry(a, (i, j))`` is an entry of a declared array, or of a definition with index parameters
  * real numbers throughout; ``log`` is natural
"""

from symderiv.language.binders import (
    BINDERS,
    Binder,
    Maximum,
    Product,
    Sum,
    close_over,
    free_names,
    fresh_name,
    instantiate,
    lift,
    open_binder,
    substitute,
    symbols_of,
    take_guard,
    walk,
)
from symderiv.language.matrices import Matrix, Tuple
from symderiv.language.matrix_terms import (
    Elementwise,
    Hadamard,
    MatrixIdentity,
    MatrixName,
    MatrixProduct,
    MatrixSum,
    MatrixTerm,
    MatrixZero,
    Norm,
    OneEntry,
    Supremum,
    TopVector,
    Trace,
    Transpose,
)
from symderiv.language.nodes import (
    FALSE,
    HALF,
    MINUS_ONE,
    ONE,
    TRUE,
    TWO,
    ZERO,
    Add,
    And,
    Apply,
    Bound,
    Cases,
    Condition,
    Constant,
    Delta,
    Derivative,
    Entry,
    Iverson,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Relation,
    Symbol,
    Term,
    number,
)
from symderiv.language.randomness import Property

__all__ = [
    "BINDERS", "FALSE", "HALF", "MINUS_ONE", "ONE", "TRUE", "TWO", "ZERO",
    "Add", "And", "Apply", "Binder", "Bound", "Cases", "Condition", "Constant", "Delta", "Derivative", "Entry",
    "Iverson", "Matrix", "Maximum", "Mul", "Not", "Number", "Or", "Power", "Product", "Property", "Relation", "Sum",
    "Symbol", "Term", "Tuple", "Elementwise", "Hadamard", "MatrixIdentity", "MatrixName", "MatrixProduct", "MatrixSum",
    "MatrixTerm", "MatrixZero",
    "Norm", "OneEntry", "Supremum", "TopVector", "Trace", "Transpose",
    "close_over", "free_names", "fresh_name", "instantiate", "lift", "number", "open_binder",
    "substitute", "symbols_of", "take_guard", "walk",
]  # fmt: skip
