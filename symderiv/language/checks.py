"""What is wrong with a declared term, in one sentence: unknown names, wrong numbers of indices, indices lost in a sum.

Every function raises ``DeclarationError`` without a place; ``declare`` adds file and line.
"""

from __future__ import annotations

from collections.abc import Iterator

from symderiv.errors import DeclarationError, did_you_mean
from symderiv.language.context import Context, unfold_all
from symderiv.language.functions import FUNCTIONS
from symderiv.language.terms import (
    Apply,
    Binder,
    Bound,
    Delta,
    Derivative,
    Entry,
    Relation,
    Symbol,
    Term,
    free_names,
    symbols_of,
    walk,
)
from symderiv.language.text import to_text

__all__ = [
    "check_integers",
    "check_names",
    "check_captures",
    "check_variables",
    "constant_derivatives",
    "fixed_equations",
]


def check_names(term: Term, context: Context, parameters: frozenset[str] = frozenset()) -> None:
    """Every symbol, array and function is declared, and every array has as many indices as declared."""
    for t in walk(term):
        if isinstance(t, Symbol) and t.name not in parameters:
            _check_symbol(t.name, context)
        elif isinstance(t, Entry):
            _check_entry(t, context)
        elif isinstance(t, Apply):
            _check_function(t, context)


def _check_symbol(name: str, context: Context) -> None:
    definition = context.definitions.get(name)
    if name in context.variables or (definition is not None and definition.kind == "scalar"):
        return
    if name in context.arrays or definition is not None:
        rank = len(context.arrays[name].axes) if name in context.arrays else len(definition.parameters)  # type: ignore[union-attr]
        what = "a function" if definition is not None and definition.kind == "function" else "an array"
        slots = ", ".join("ijklmn"[:rank])
        use = f"{name}({slots})" if what == "a function" else f"{name}[{slots}]"
        raise DeclarationError(f"{name!r} is {what}; write {use}")
    hint = did_you_mean(name, context.names()) or f'declare it: {_plain(name)} = p.symbol("{name}", "its meaning")'
    raise DeclarationError(f"{name!r} is not declared; {hint}")


def _check_entry(t: Entry, context: Context) -> None:
    definition = context.definitions.get(t.name)
    if t.name in context.arrays:
        rank = len(context.arrays[t.name].axes)
    elif definition is not None and definition.kind == "array":
        rank = len(definition.parameters)
    elif t.name in context.names():
        raise DeclarationError(f"{t.name!r} has no indices, but {_show(t)} gives it some; declare it with p.array")
    else:
        hint = did_you_mean(t.name, context.names())
        slots = "K" if len(t.indices) == 1 else "(" + ", ".join("MDKN"[n % 4] for n in range(len(t.indices))) + ")"
        hint = hint or f'declare it: {_plain(t.name)} = p.array("{t.name}", {slots}, "its meaning")'
        raise DeclarationError(f"the array {t.name!r} is not declared; {hint}")
    if rank != len(t.indices):
        slots = ", ".join("ijklmn"[:rank])
        raise DeclarationError(
            f"{_show(t)} has {_count(len(t.indices))}, but {t.name} is declared with {rank}; write {t.name}[{slots}]"
        )


def _check_function(t: Apply, context: Context) -> None:
    definition = context.definitions.get(t.function)
    if definition is not None and definition.kind == "function":
        if len(definition.parameters) != len(t.args):
            raise DeclarationError(
                f"{_show(t)} has {len(t.args)} argument{'s' * (len(t.args) != 1)}, but {t.function} is declared with "
                f"{len(definition.parameters)}; write {t.function}({', '.join(definition.parameters)})"
            )
    elif t.function not in FUNCTIONS:
        known = [n for n, d in context.definitions.items() if d.kind == "function"]
        hint = did_you_mean(t.function, [*known, *FUNCTIONS]) or (
            f'declare it: {_plain(t.function)} = p.function("{t.function}", (z,), body)'
        )
        raise DeclarationError(f"the function {t.function!r} is not declared; {hint}")


def check_integers(term: Term, context: Context, parameters: frozenset[str] = frozenset()) -> None:
    """Indices, the ends of sums and the sides of a delta are integers."""
    for t in walk(term):
        if isinstance(t, Entry):
            places, what = t.indices, f"the index of {_show(t)}"
        elif isinstance(t, Binder):
            places, what = (t.lower, t.upper), f"the range of {t.hint}"
        elif isinstance(t, Delta):
            places, what = t.args, f"a side of {_show(t)}"
        else:
            continue
        for place in places:
            if context.is_integer(place) or symbols_of(place) & parameters:
                continue
            if isinstance(place, Symbol):
                hint = f'declare it: {_plain(place.name)} = p.index("{place.name}", 1, K)'
                raise DeclarationError(f"{what} is {_show(place)}, which is no integer; {hint}")
            raise DeclarationError(f"{what} is {_show(place)}, which may be no integer; use floor or ceiling")


def check_variables(term: Term, context: Context) -> None:
    """A derivative is taken with respect to a free real variable: no definition, no size, no index."""
    for t in walk(term):
        if not isinstance(t, Derivative):
            continue
        v = t.variable
        if isinstance(v, Bound):
            raise DeclarationError("a derivative by the index of a sum has no meaning; use a declared symbol")
        name = v.data
        if context.definition_of(v) is not None:
            raise DeclarationError(
                f"{_show(v)} in the derivative is a definition; declare {name} with "
                f"{'p.array' if isinstance(v, Entry) else 'p.symbol'} to differentiate with respect to it"
            )
        variable = context.variables.get(name) if isinstance(v, Symbol) else None
        if variable is not None and variable.range.integer:
            raise DeclarationError(f"{name!r} in the derivative is an integer; a derivative needs a real symbol")


def check_captures(term: Term, context: Context, parameters: frozenset[str] = frozenset()) -> None:
    """No definition that depends on a free index stands where an index of that name is bound: in a sum over it, or in
    a definition with it as a parameter. There it would keep its free index."""
    _refuse_dependent(term, parameters & set(context.variables), "stands in a definition for every", context)
    for t in walk(term):
        if isinstance(t, Binder) and t.hint in context.variables:
            _refuse_dependent(t.body, frozenset({t.hint}), "stands in a sum over", context)


def _refuse_dependent(term: Term, indices: frozenset[str], where: str, context: Context) -> None:
    for t in walk(term) if indices else ():
        d = context.definition_of(t)
        if d is None:
            continue
        for name in sorted(indices & symbols_of(unfold_all(d.body, context)) - set(d.parameters)):
            parameters = ", ".join([*d.parameters, name]) + ("" if d.parameters else ",")
            raise DeclarationError(
                f"{_show(t)} depends on {name} and {where} {name}; make {name} a parameter: "
                f'p.define("{d.name}", ({parameters}), ...)'
            )


def constant_derivatives(term: Term, context: Context) -> list[str]:
    """Warnings: derivatives that are zero because the variable does not occur."""
    out = []
    for t in walk(term):
        if isinstance(t, Derivative) and t.variable.data not in free_names(unfold_all(t.body, context)):
            out.append(f"{_show(t)} is zero, since {_show(t.variable)} does not occur in it")
    return out


def _show(t: Term) -> str:
    """The term as text, bound indices by a letter."""
    import re

    return re.sub(r"_bound(\d+)", lambda m: "kmnrst"[int(m.group(1)) % 6], to_text(t))


def _plain(name: str) -> str:
    return name if name.isidentifier() else "x"


def _count(n: int) -> str:
    return "1 index" if n == 1 else f"{n} indices"


def fixed_equations(term: Term, context: Context) -> Iterator[str]:
    """Warn of an assumed equation between entries that is only read for the one value of a free index."""
    if not isinstance(term, Relation) or term.op != "=" or not any(isinstance(t, Entry) for t in walk(term)):
        return
    left, right = term.args
    if isinstance(left, Entry) and isinstance(right, Entry) and left.name == right.name:
        if left != right and sorted(map(repr, left.indices)) == sorted(map(repr, right.indices)):
            wide = ", ".join(map(to_text, left.indices))
            turned = ", ".join(map(to_text, right.indices))
            yield (
                f"the equation {to_text(term)} is assumed for these indices alone; for a symmetric array write"
                f' p.define("{left.name}", ({wide}), m[{wide}] + m[{turned}]) with an array m'
            )
            return
    for name in sorted(symbols_of(term)):
        v = context.variables.get(name)
        if v is not None and v.role == "index":
            yield (
                f"the equation {to_text(term)} is assumed for this {name} alone; for all {name}, declare the array with"
                ' law="simplex" or law="one_hot", which hold along the last axis, or write a definition'
            )
