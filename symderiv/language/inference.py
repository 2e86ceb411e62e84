"""Contexts for SymPy objects that nobody declared with our words: their assumptions and shapes become ranges.

``infer_context`` serves ``decide(a, b)`` on plain SymPy expressions. It takes for granted what SymPy does not say:

  * every quantity is real (a symbol that is said not to be is refused)
  * a symbol that stands in an index, in the range of a sum or in a KroneckerDelta is an integer; one that is the upper
    end of a range and has no sign by assumption is a size >= 0, so that sums never run backwards
  * an IndexedBase without shape has entries at every integer index (in practice from -10**6 to 10**6); one with
    ``shape=(n,)`` has the same, since SymPy does not say whether it counts from 0 or from 1
  * a MatrixSymbol has rows 0..m-1 and columns 0..n-1, as in SymPy
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sympy
from sympy.matrices.expressions.matexpr import MatrixElement

from symderiv.errors import DeclarationError
from symderiv.language.border import base_name, from_sympy, spell
from symderiv.language.context import FAR, Array, Context, Range, Variable
from symderiv.language.extrema import Maximum
from symderiv.language.refusals import check_escape
from symderiv.language.terms import ONE, TWO, ZERO, Apply, Number, Relation, Symbol, Term
from symderiv.language.words import WORDS, with_closed_ends

if TYPE_CHECKING:
    from symderiv.language.declarations import Declaration

__all__ = ["UNBOUNDED", "adopt", "infer_context"]

UNBOUNDED = (Number(-FAR), Number(FAR))
"""The range of an axis of which nothing is known."""


def infer_context(*expressions: Any) -> Context:
    """The context in which plain SymPy expressions are meant; raises DeclarationError for what has no meaning here."""
    context = Context()
    spelled = [spell(e) for e in expressions]
    integers: set[str] = set()
    sizes: set[str] = set()
    free: dict[str, Any] = {}
    for e in spelled:
        check_escape(e)
        _collect_integers(e, integers, sizes)
        for s in sorted(e.free_symbols, key=str):
            if isinstance(s, sympy.Symbol) and not isinstance(s, sympy.Dummy):
                free.setdefault(s.name, s)
    for node in sorted({n for e in spelled for n in e.atoms(sympy.Indexed, MatrixElement)}, key=str):
        name, array = _array_of(node)
        known = context.arrays.get(name)
        if known is not None and len(known.axes) != len(array.axes):
            raise DeclarationError(f"{name} has {len(known.axes)} and {len(array.axes)} indices; use two names")
        context = Context(context.variables, {**context.arrays, name: array})
    for name, symbol in free.items():
        if name not in context.arrays:
            context = context.with_variable(_variable(symbol, name in integers, name in sizes))
            context = context.with_assumptions(*_parity(symbol))
    return context


def _collect_integers(e: Any, integers: set[str], sizes: set[str]) -> None:
    for node in sympy.preorder_traversal(e):
        if isinstance(node, (sympy.Sum, sympy.Product, Maximum)):
            for limit in node.limits:
                for end in limit[1:]:
                    integers |= {s.name for s in end.free_symbols}
                if len(limit) == 3:
                    sizes |= {s.name for s in limit[2].free_symbols}
        elif isinstance(node, (sympy.Indexed, MatrixElement)):
            integers |= {s.name for index in node.args[1:] for s in index.free_symbols}
        elif isinstance(node, sympy.KroneckerDelta):
            integers |= {s.name for s in node.free_symbols}


def _array_of(node: Any) -> tuple[str, Array]:
    if isinstance(node, MatrixElement):
        if not isinstance(node.parent, sympy.MatrixSymbol):
            raise DeclarationError(f"{node} is an entry of {node.parent}; only entries of a MatrixSymbol can be read")
        return base_name(node.parent), Array(base_name(node.parent), _matrix_axes(node.parent))
    span = _range_of(node.base.label)
    return base_name(node.base), Array(base_name(node.base), (UNBOUNDED,) * len(node.indices), span)


def _matrix_axes(matrix: Any) -> tuple[tuple[Term, Term], ...]:
    return tuple((ZERO, from_sympy(n - 1, written=False) if n.is_number else from_sympy(n) - 1) for n in matrix.shape)


def _variable(symbol: Any, integer: bool, size: bool) -> Variable:
    span = _range_of(symbol)
    if integer and symbol.is_integer is False:
        raise DeclarationError(f"{symbol} stands for an index but is no integer; declare it with integer=True")
    if integer and not span.integer:
        span = Range(span.lower, span.upper, span.lower_open, span.upper_open, True, span.nonzero)
    if size and span.lower is None:
        span = Range(ZERO, span.upper, False, span.upper_open, True, span.nonzero)
    role = "size" if size else "index" if integer else "variable"
    return Variable(symbol.name, with_closed_ends(span), role)


def _parity(symbol: Any) -> tuple[Term, ...]:
    """What SymPy assumes of a symbol beside its range: even or odd."""
    if not (symbol.is_even or symbol.is_odd):
        return ()
    remainder = ZERO if symbol.is_even else ONE
    return (Relation("=", Apply("Mod", Symbol(symbol.name), TWO), remainder),)


def _range_of(symbol: Any) -> Range:
    """What SymPy assumes of a symbol, as a range."""
    if symbol.is_extended_real is False or symbol.is_real is False:
        raise DeclarationError(f"{symbol} is not real by its assumptions; all quantities are real")
    for word in ("prime", "composite", "irrational", "transcendental", "infinite"):
        if getattr(symbol, f"is_{word}"):
            raise DeclarationError(f"{symbol} is {word} by its assumptions, which means nothing here; leave it out")
    if symbol.is_zero:
        return Range(ZERO, ZERO, integer=True)
    span = Range(integer=bool(symbol.is_integer))
    for word in ("positive", "negative", "nonnegative", "nonpositive"):
        if getattr(symbol, f"is_{word}"):
            w = WORDS[word]
            return Range(w.lower, w.upper, w.lower_open, w.upper_open, span.integer)
    return Range(integer=span.integer, nonzero=bool(symbol.is_nonzero))


def adopt(p: Declaration, thing: Any, meaning: str, shape: Any, options: Mapping[str, Any]) -> Any:
    """Declare an existing SymPy object in ``p``: what its assumptions and shape say, completed by ``options``."""
    if isinstance(thing, (tuple, list)):
        return tuple(adopt(p, t, meaning, shape, options) for t in thing)
    if isinstance(thing, sympy.IndexedBase):
        shape = shape if shape is not None else thing.shape
        if shape is None:
            raise DeclarationError(f'{thing} has no shape; write p.declare({thing}, "its meaning", shape=K)')
        p.array(base_name(thing), shape, meaning, **_entries(thing, options))
        return thing
    if isinstance(thing, sympy.MatrixSymbol):
        axes = tuple((0, n - 1) for n in thing.shape) if shape is None else shape
        p.array(base_name(thing), axes, meaning, **options)
        return thing
    if isinstance(thing, sympy.Idx):
        ends = (thing.lower, thing.upper) if thing.upper is not None else ()
        p.index(thing.name, *ends, meaning=meaning, **options)
        return thing
    if isinstance(thing, sympy.Symbol) and not isinstance(thing, sympy.Dummy):
        if shape is not None:
            raise DeclarationError(f"{thing} is a symbol and has no shape; use IndexedBase or p.array")
        _adopt_symbol(p, thing, meaning, dict(options))
        return thing
    raise DeclarationError(
        f"p.declare takes a Symbol, Idx, IndexedBase or MatrixSymbol, not {type(thing).__name__}; "
        "for a formula use p.define"
    )


def _entries(array: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(options)
    span = _range_of(array.label)
    word = next((w for w in ("positive", "nonnegative", "negative", "nonpositive") if WORDS[w] == span), None)
    if word is not None:
        out.setdefault("entries", word)
    return out


def _adopt_symbol(p: Declaration, symbol: Any, meaning: str, options: dict[str, Any]) -> None:
    if not symbol.name.isidentifier():
        raise DeclarationError(
            f"{symbol.name!r} is no plain name; use letters, digits and _, and give latex= for how it is printed"
        )
    span = _range_of(symbol)
    ends = options.pop("range", None)
    if ends is not None:
        p.index(symbol.name, *ends, meaning=meaning, **options)
    else:
        _adopt_number(p, symbol, span, meaning, options)
    p.context = p.context.with_assumptions(*_parity(symbol))


def _adopt_number(p: Declaration, symbol: Any, span: Range, meaning: str, options: dict[str, Any]) -> None:
    if (
        span.integer
        and span.lower == ZERO
        and span.nonzero is False
        and not (options.keys() - {"latex", "lower", "upper"})
    ):
        options.setdefault("lower", 1 if span.lower_open else 0)
        p.size(symbol.name, meaning, **options)
        return
    words = ("positive", "negative", "nonnegative", "nonpositive")
    word = next((w for w in words if getattr(symbol, f"is_{w}")), None)
    if word is not None and "unit" not in options and "binary" not in options:
        options.setdefault(word, True)
    if span.integer and not options.get("binary"):
        options.setdefault("integer", True)
    if span.nonzero:
        options.setdefault("nonzero", True)
    p.symbol(symbol.name, meaning, **options)
