"""A short way to declare contexts in tests."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symderiv.language.context import POSITIVE, REAL, Array, Context, Definition, Range, Variable
from symderiv.language.randomness import Family
from symderiv.language.terms import ONE, Number, Term
from symderiv.language.text import from_text


def declared(
    reals: str = "",
    positive: str = "",
    sizes: str = "",
    indices: dict[str, tuple[str, str]] | None = None,
    arrays: dict[str, str] | None = None,
    laws: dict[str, str] | None = None,
    padded: str = "",
    entries: dict[str, Range] | None = None,
    definitions: dict[str, str] | None = None,
    assume: tuple[str, ...] = (),
    variables: dict[str, Range] | None = None,
    numbers: dict[str, tuple[int, ...]] | None = None,
    random: tuple[Family, ...] = (),
    independent: tuple[str, ...] = (),
) -> Context:
    """``arrays`` maps a name to its upper bounds ("K", "M D") or its ranges ("0:D"); ``indices`` to (lower, upper).

    ``numbers`` are given, counted from 1. ``random`` are families among the names; ``independent`` lists families that are jointly independent: "w x".
    ``definitions`` maps a head ("S[i]", "f(z)", "g") to its body; parameters of arrays range over their index's range.
    """
    context = Context()
    for names, allowed, role in ((reals, REAL, "variable"), (positive, POSITIVE, "variable")):
        for name in names.split():
            context = context.with_variable(Variable(name, allowed, role))
    for name in sizes.split():
        # "n>=0" sets the smallest size.
        name, _, lower = name.partition(">=")
        context = context.with_variable(Variable(name, Range(from_text(lower or "1", context), integer=True), "size"))
    for name, allowed in (variables or {}).items():
        context = context.with_variable(Variable(name, allowed))
    for name, (low, high) in (indices or {}).items():
        context = context.with_index(name, from_text(low, context), from_text(high, context))
    for name, shape in (arrays or {}).items():
        axes = []
        for axis in shape.split():
            low, _, high = axis.rpartition(":")
            axes.append((from_text(low, context) if low else ONE, from_text(high, context)))
        array = Array(
            name, tuple(axes), (entries or {}).get(name, REAL), (laws or {}).get(name, "free"), name in padded.split()
        )
        context = replace(context, arrays={**context.arrays, name: array})
    for name, values in (numbers or {}).items():
        given = Array(name, ((ONE, Number(len(values))),), values=tuple(map(Fraction, values)))
        context = replace(context, arrays={**context.arrays, name: given})
    blocks = tuple(tuple(frozenset({name}) for name in line.split()) for line in independent)
    context = replace(context, random={f.name: f for f in random}, independence=blocks)
    for head, body in (definitions or {}).items():
        context = _defined(context, head, body)
    return context.with_assumptions(*(from_text(a, context) for a in assume))


def _defined(context: Context, head: str, body: str) -> Context:
    name, bracket, rest = head.partition("[" if "[" in head else "(")
    parameters = tuple(p.strip() for p in rest.rstrip("])").split(",")) if bracket else ()
    kind = {"[": "array", "(": "function", "": "scalar"}[bracket]
    inner = context
    if kind == "function":
        for p in parameters:
            inner = inner.with_variable(Variable(p))
    axes = tuple(_ends(context, p) for p in parameters) if kind == "array" else ()
    definition = Definition(name, parameters, from_text(body, inner), kind, axes)
    return replace(context, definitions={**context.definitions, name: definition})


def _ends(context: Context, index: str) -> tuple[Term, Term]:
    allowed = context.variables[index].range
    assert allowed.lower is not None and allowed.upper is not None
    return allowed.lower, allowed.upper
