"""Terms as SymPy text and back: ``to_text`` writes what ``sympy.sympify`` reads, ``from_text`` reads it without SymPy.

``from_text`` is a whitelisting reader: Python's parser makes the tree, and only the nodes and names listed here become
terms. Nothing is evaluated and nothing is imported, so it is safe on text from anybody; ``Limits`` bounds its size.
``from_text(to_text(t), context)`` gives back ``t`` up to the nesting of sums and products.
"""

from __future__ import annotations

from symderiv.language.functions import expand_function
from symderiv.language.matrix_terms import is_matrix
from symderiv.language.matrix_text import norms_as_roots, write_matrix
from symderiv.language.terms import (
    FALSE,
    HALF,
    MINUS_ONE,
    TRUE,
    Add,
    And,
    Apply,
    Binder,
    Bound,
    Cases,
    Constant,
    Delta,
    Derivative,
    Entry,
    Iverson,
    Matrix,
    MatrixProduct,
    Maximum,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Property,
    Relation,
    Symbol,
    Term,
    Tuple,
    open_binder,
)
from symderiv.language.text_reading import FILE_LIMITS, Limits, from_text

__all__ = ["FILE_LIMITS", "Limits", "from_text", "plain_entries", "to_text"]

_SUM, _PRODUCT, _UNARY, _POWER, _ATOM = 10, 20, 25, 30, 40
_RELATIONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}


def to_text(term: Term) -> str:
    """The term in SymPy's syntax: ``S[i]*(KroneckerDelta(i, j) - S[j])``."""
    return _write(term)[0]


def plain_entries(term: Term) -> Term:
    """The term with entries as plain symbols where they can be read without arrays, and in functions that SymPy has.

    ``S[i]`` with letters or digits as indices is ``S_i``; ``x[i + 1]``, ``x[1]`` and entries with a bound index keep
    their brackets. ``sigmoid(z)``, ``relu(z)``, … become what they stand for, since SymPy does not know them.
    """

    def change(t: Term) -> Term:
        t = t.with_args(tuple([change(a) for a in t.args])) if t.args else t
        if isinstance(t, Entry) and any(isinstance(i, Symbol) for i in t.indices) and all(map(_letter, t.indices)):
            return Symbol(t.name + "_" + "".join(to_text(i) for i in t.indices))
        if isinstance(t, MatrixProduct):
            return t.with_args(tuple([a if is_matrix(a) else norms_as_roots(a) for a in t.args]))
        if isinstance(t, Apply):
            meaning = 1 / (1 + Apply("exp", -t.args[0])) if t.function == "sigmoid" else expand_function(t)
            return t if meaning is None else meaning if meaning == t else change(meaning)
        return t

    return change(term)


def _letter(index: Term) -> bool:
    return isinstance(index, Symbol) or (
        isinstance(index, Number) and index.value.denominator == 1 and index.value >= 0
    )


def _paren(term: Term, least: int) -> str:
    text, level = _write(term)
    return text if level >= least else f"({text})"


def _write(t: Term) -> tuple[str, int]:
    if isinstance(t, Number):
        v = t.value
        if v.denominator != 1:
            return str(v), _PRODUCT if v > 0 else _SUM
        return str(v), _ATOM if v >= 0 else _SUM
    if isinstance(t, (Symbol, Constant)):
        return t.data, _ATOM
    if isinstance(t, Bound):
        return f"_bound{t.level}", _ATOM
    if isinstance(t, Entry):
        return f"{t.name}[{', '.join(map(to_text, t.indices))}]", _ATOM
    if isinstance(t, Add):
        return _write_add(t), _SUM
    if isinstance(t, Mul):
        return _write_mul(t)
    if isinstance(t, Power):
        if t.exponent == HALF:
            return f"sqrt({to_text(t.base)})", _ATOM
        if isinstance(t.exponent, Number) and t.exponent.value == -1:
            return f"1/{_paren(t.base, _UNARY)}", _PRODUCT
        return f"{_paren(t.base, _ATOM)}**{_paren(t.exponent, _ATOM)}", _POWER
    if isinstance(t, Apply):
        return f"{t.function}({', '.join(map(to_text, t.args))})", _ATOM
    if isinstance(t, Delta):
        return f"KroneckerDelta({to_text(t.left)}, {to_text(t.right)})", _ATOM
    if isinstance(t, Iverson):
        return f"Piecewise((1, {to_text(t.condition)}), (0, True))", _ATOM
    if isinstance(t, Binder):
        return _write_binder(t), _ATOM
    if isinstance(t, Cases):
        return "Piecewise(" + ", ".join(f"({to_text(v)}, {to_text(c)})" for v, c in t.pieces) + ")", _ATOM
    if isinstance(t, Derivative):
        return f"Derivative({to_text(t.body)}, {to_text(t.variable)})", _ATOM
    if isinstance(t, Matrix):
        rows = ", ".join("[" + ", ".join(map(to_text, row)) + "]" for row in t.rows)
        return f"Matrix([{rows}])", _ATOM
    if isinstance(t, Tuple):
        return f"Tuple({', '.join(map(to_text, t.args))})", _ATOM
    whole = write_matrix(t, to_text)
    return _write_condition(t) if whole is None else (whole, _ATOM)


def _write_add(t: Add) -> str:
    out = ""
    for n, a in enumerate(t.args):
        text, level = _write(a)
        if level < _PRODUCT and not text.startswith("-"):
            text = f"({text})"
        elif isinstance(a, Add):
            text = f"({text})"
        if n == 0:
            out = text
        elif text.startswith("-"):
            out += " - " + text[1:]
        else:
            out += " + " + text
    return out


def _write_mul(t: Mul) -> tuple[str, int]:
    args = t.args
    sign = ""
    if len(args) > 1 and args[0] == MINUS_ONE:
        sign, args = "-", args[1:]
    out = ""
    for n, a in enumerate(args):
        inverse = isinstance(a, Power) and isinstance(a.exponent, Number) and a.exponent.value < 0
        if inverse:
            e = a.exponent.value  # type: ignore[attr-defined]
            below = a.base if e == -1 else Power(a.base, Number(-e))  # type: ignore[attr-defined]
            out += ("1/" if n == 0 else "/") + _paren(below, _UNARY)
        else:
            # A fraction, a product or a sign inside a product is bracketed, so that reading gives the factors back.
            first_number = n == 0 and isinstance(a, Number) and (a.value > 0 or not sign)
            text = to_text(a) if first_number else _paren(a, _UNARY)
            if n == 0 and text.startswith("-"):
                sign, text = "-", text[1:]
            out += ("" if n == 0 else "*") + text
    return sign + out, _SUM if sign else _PRODUCT


def _write_binder(t: Binder) -> str:
    index, body, guard = open_binder(t)
    text = to_text(body)
    if guard != TRUE:
        rest = "" if isinstance(t, Maximum) else f", ({int(t.sympy_name == 'Product')}, True)"
        text = f"Piecewise(({text}, {to_text(guard)}){rest})"
    return f"{t.sympy_name}({text}, ({index.name}, {to_text(t.lower)}, {to_text(t.upper)}))"


def _write_condition(t: Term) -> tuple[str, int]:
    if t == TRUE:
        return "True", _ATOM
    if t == FALSE:
        return "False", _ATOM
    if isinstance(t, Relation):
        left, right = to_text(t.left), to_text(t.right)
        if t.op in _RELATIONS:
            return f"{left} {t.op} {right}", 0
        return f"{'Eq' if t.op == '=' else 'Ne'}({left}, {right})", _ATOM
    if isinstance(t, Property):
        return f"{t.word}({', '.join(map(to_text, t.args))})", _ATOM
    if isinstance(t, (And, Or, Not)):
        return f"{type(t).__name__}({', '.join(map(to_text, t.args))})", _ATOM
    raise TypeError(f"no text for {type(t).__name__}")
