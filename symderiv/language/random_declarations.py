"""``p.random`` and ``p.independent``: random arrays and symbols, their moments and laws."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sympy

from symderiv.errors import DeclarationError, did_you_mean
from symderiv.language import checks
from symderiv.language.border import base_name, from_sympy
from symderiv.language.heads import DeclaredArray
from symderiv.language.names import split_names
from symderiv.language.randomness import LAWS, SYMMETRIC, Family, Property, implied_moments
from symderiv.language.terms import Condition, Symbol, Term, free_names

if TYPE_CHECKING:
    from symderiv.language.declarations import Declaration

__all__ = ["declare_independent", "declare_random", "state_law"]

STATED = ("symmetric", "gaussian", "uniform")
"""Laws that leave mean and variance to the declaration."""
OTHER_WORDS = {"normal": "gaussian", "any": "free"}


def declare_random(
    p: Declaration, names: str, shape: Any, meaning: str, *, mean: Any = None, variance: Any = None,
    law: str = "free", independent: bool = False, uncorrelated: bool = False, covariance: Any = None,
    latex: str | None = None,
) -> Any:  # fmt: skip
    """Declare the names as arrays or symbols, and as families of random variables."""
    if isinstance(shape, str):
        shape, meaning = None, shape
    law = OTHER_WORDS.get(law, law)
    if law not in LAWS:
        hint = did_you_mean(law, LAWS) or f"the laws are {', '.join(LAWS)}"
        raise DeclarationError(f"{names!r} has the law {law!r}, which does not exist; {hint}")
    said = [w for w, on in (("independent", independent), ("uncorrelated", uncorrelated)) if on]
    said += ["covariance"] if covariance is not None else []
    if len(said) > 1:
        raise DeclarationError(f"{names!r} is declared with {' and '.join(said)}; keep one of them")
    if shape is None and said:
        raise DeclarationError(f"{names!r} has no shape, so {said[0]}= says nothing; use p.independent(x, y)")
    if law == "bernoulli" and mean is None:
        raise DeclarationError(f'{names!r} has no probability; write mean=q with law="bernoulli"')
    if law in ("bernoulli", "rademacher") and variance is not None:
        raise DeclarationError(f"the variance of {names!r} follows from its law; leave variance= out")
    kind = {"binary": True} if law == "bernoulli" else {}
    if shape is None:
        made = p.symbol(names, meaning, latex=latex, **kind)
    else:
        made = p.array(names, shape, meaning, entries="binary" if kind else "real", latex=latex)
    for name in split_names(names, latex):
        rank = 0 if shape is None else len(p.context.arrays[name].axes)
        letters = tuple(f"index_{n + 1}" for n in range(rank))
        moments = [_moment(p, v, letters, name) for v in (mean, variance, covariance)]
        m, v = implied_moments(law, moments[0], moments[1])
        entries = said[0] if said and said[0] != "covariance" else "any"
        family = Family(name, letters, m, v, law, entries, moments[2])
        p.context = replace(p.context, random={**p.context.random, name: family})
    return made


def _moment(p: Declaration, value: Any, letters: tuple[str, ...], name: str) -> Term | None:
    """A declared moment, in the letters of the entry; an array of the same shape gives it entry by entry."""
    if value is None:
        return None
    symbols = [sympy.Symbol(letter, integer=True) for letter in letters]
    if isinstance(value, DeclaredArray):
        value = value[tuple(symbols)] if symbols else value
    elif callable(value) and not isinstance(value, sympy.Expr):
        value = value(*symbols)
    out = from_sympy(value)
    if isinstance(out, Condition):
        raise DeclarationError(f"a moment of {name!r} is the condition {value}; write a number")
    inner = p.context
    for letter in letters:
        inner = inner.with_index(letter, Symbol(letter), Symbol(letter))
    checks.check_names(out, inner)
    for other in sorted(free_names(out) & p.context.random.keys()):
        raise DeclarationError(f"a moment of {name!r} contains {other}, which is random; moments are numbers")
    return out


def declare_independent(p: Declaration, families: tuple[Any, ...]) -> None:
    """Families, or tuples of them, that are jointly independent of each other."""
    blocks = tuple(frozenset(_names(p, f)) for f in families)
    if len(blocks) < 2:
        raise DeclarationError("p.independent needs two or more random names; independent=True is about one family")
    taken: set[str] = set()
    for b in blocks:
        if twice := sorted(b & taken):
            raise DeclarationError(f"{twice[0]!r} stands twice in p.independent; name each family once")
        taken |= b
    p.context = replace(p.context, independence=(*p.context.independence, blocks))


def state_law(p: Declaration, law: str, families: tuple[Any, ...]) -> tuple[Property, ...]:
    """That the families have a law, as conditions; a law may only say more than what is declared."""
    law = OTHER_WORDS.get(law, law)
    if law not in STATED:
        hint = did_you_mean(law, STATED) or f"write one of {', '.join(STATED)}"
        raise DeclarationError(f"the law {law!r} cannot be assumed; {hint}")
    names = [name for f in families for name in _names(p, f)]
    if not names:
        raise DeclarationError(f'p.has_law("{law}") names no random quantity; write p.has_law("{law}", x)')
    for name in names:
        declared = p.context.random[name].law
        if declared not in ("free", law, *(("symmetric",) if law in SYMMETRIC else ())):
            raise DeclarationError(f"{name} is declared with the law {declared}; it cannot be {law} too")
    return tuple(Property(law, Symbol(name)) for name in dict.fromkeys(names))


def _names(p: Declaration, thing: Any) -> list[str]:
    if isinstance(thing, (tuple, list, sympy.Tuple)):
        return [name for t in thing for name in _names(p, t)]
    base = thing.base if isinstance(thing, sympy.Indexed) else thing
    name = base_name(base) if isinstance(base, sympy.IndexedBase) else str(base)
    if name not in p.context.random:
        raise DeclarationError(f'{name} is not random; declare it with p.random("{name}", ...)')
    return [name]
