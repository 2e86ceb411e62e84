"""What a layer makes of the shape of its input, with a name for every size that has to be calculated.

A window of K entries at stride S, padding P and dilation D fits floor((n + 2P - D(K - 1) - 1)/S) + 1 times into n
entries (Dumoulin & Visin, *A guide to convolution arithmetic for deep learning*, 2016). Nothing is calculated here: the
page shows the formula with its numbers, then what it comes to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import sympy

from symderiv.errors import DeclarationError
from symderiv.language.border import from_sympy
from symderiv.language.context import Definition, unfold_all
from symderiv.language.layers import Layer
from symderiv.language.notation import verbatim
from symderiv.language.places import caller
from symderiv.language.ranges import Unknown, evaluate_integer
from symderiv.language.terms import MINUS_ONE, ONE, TWO, ZERO, Add, Apply, Mul, Number, Power, Relation, Symbol, Term
from symderiv.language.text import to_text

if TYPE_CHECKING:
    from symderiv.language.declarations import Declaration

__all__ = [
    "Names", "Order", "Shape", "author", "check_layer", "each", "input_shape", "minus", "output_shape", "size_of",
]  # fmt: skip

Order = Literal["first", "last"]
_SIDES = {"s": "side", "h": "height", "w": "width", "d": "depth", "n": "length"}


@dataclass(frozen=True, slots=True)
class Shape:
    """Channels and sizes of the axes; no axes after flattening."""

    channels: Term
    sides: tuple[Term, ...] = ()

    def listed(self, batch: Term | None, order: Order) -> tuple[Term, ...]:
        inner = (self.channels, *self.sides) if order == "first" else (*self.sides, self.channels)
        return inner if batch is None else (batch, *inner)


class Names:
    """The definitions of one network, each declared when it is first asked for."""

    def __init__(self, problem: Declaration, prefix: Any):
        if not isinstance(prefix, str) or not prefix.isidentifier():
            raise DeclarationError(f"{prefix!r} is no name; write letters, digits and '_', such as \"net\"")
        self.problem, self.prefix = problem, prefix

    def numbered(self, letter: str, place: int, body: Term, meaning: str, kind: str = "") -> Term:
        """``net_h2``, printed h with the index 2, or with the name of the network if that is taken already."""
        latex = rf"{letter}_{{{place}}}"
        if any(latex == d.latex for d in self.problem.context.definitions.values()) or letter in self.problem.places:
            latex = rf"{letter}^{{\mathrm{{{self.prefix}}}}}_{{{place}}}"
        return self.define(f"{self.prefix}_{letter.strip(chr(39))}{kind}{place}", body, meaning, latex)

    def named(self, what: str, letter: str, body: Term, words: str, meaning: str = "") -> Term:
        """``conv_parameters``, printed P with the name of the layer as index."""
        name = self.prefix.replace("_", r"\ ")
        meaning = f"{meaning or what}: {words}"
        return self.define(f"{self.prefix}_{what}", body, meaning, rf"{letter}_{{\mathrm{{{name}}}}}")

    def define(self, name: str, body: Term, meaning: str, latex: str) -> Term:
        p = self.problem
        if name not in p.context.definitions:
            with p._located():
                p._new(name, f"the definition of line {caller()[1]}")
                new = Definition(name, (), body, "scalar", (), meaning, latex)
                p.context = replace(p.context, definitions={**p.context.definitions, name: new})
        return Symbol(name)


def author(term: Term) -> Any:
    """The term as the SymPy expression that an author goes on with; sizes are names, numbers or simple arithmetic."""
    if isinstance(term, Number):
        return sympy.Rational(term.value.numerator, term.value.denominator)
    if isinstance(term, Symbol):
        return sympy.Symbol(term.name, real=True)
    parts = [author(t) for t in term.args]
    with verbatim():
        if isinstance(term, Apply):
            return (sympy.floor if term.function == "floor" else sympy.ceiling)(*parts)
        return {Add: sympy.Add, Mul: sympy.Mul, Power: sympy.Pow}[type(term)](*parts)


def output_shape(names: Names, layer: Layer, before: Shape, place: int) -> Shape:
    """The shape of the output; ``place`` counts the layers of a network and is 0 for a layer on its own."""
    words = f"layer {place}, {layer.words}" if place else layer.words
    if layer.kind in ("activation", "norm"):
        return before
    if layer.kind == "embedding":
        return Shape(from_sympy(layer.filters), before.sides)
    if layer.kind == "linear":
        if before.sides and not layer.flatten:
            raise DeclarationError(f"{words} has an input with axes; put flatten() before it")
        return Shape(from_sympy(layer.filters))
    if layer.kind == "flatten":
        if not before.sides:
            return before
        return Shape(names.numbered("n", place, Mul(*before.sides, before.channels), f"entries: {words}"))
    if layer.kind == "global pool":
        return Shape(before.channels, (ONE,) * len(before.sides))
    if layer.kind in ("conv", "depthwise"):
        _check_channels(names.problem, layer, before.channels, words)
    channels = from_sympy(layer.filters) if layer.kind == "conv" else before.channels
    return Shape(channels, _sides(names, layer, before.sides, place, words))


def _sides(names: Names, layer: Layer, before: tuple[Term, ...], place: int, words: str) -> tuple[Term, ...]:
    rank = len(before)
    if layer.padding == "same":
        if each(layer.stride, rank) != (ONE,) * rank:
            raise DeclarationError(f"{words} has padding 'same' and a stride; write the padding as a number")
        return before
    options = [each(v, rank) for v in (layer.kernel, layer.stride, layer.padding, layer.dilation)]
    for n, kernel, padding, dilation in zip(before, options[0], options[2], options[3], strict=True):
        _check_room(names.problem, n, kernel, padding, dilation, words)
    bodies = [_fitting(n, *o, ceil=layer.ceil) for n, *o in zip(before, *options, strict=True)]
    square = rank > 1 and all(b == bodies[0] for b in bodies)
    letters = "s" * rank if square else "n" if rank == 1 else "hwd"
    return tuple(
        body if isinstance(body, (Number, Symbol)) else names.numbered(c, place, body, f"{_SIDES[c]}: {words}")
        for c, body in zip(letters, bodies, strict=False)
    )


def _fitting(n: Term, kernel: Term, stride: Term, padding: Term, dilation: Term, *, ceil: bool) -> Term:
    """floor((n - K + 2P)/S) + 1, or with D(K - 1) + 1 for K; no floor for the stride 1."""
    reach: Term = kernel if dilation == ONE else Add(Mul(dilation, minus(kernel, ONE)), ONE)
    padded = () if padding == ZERO else (Mul(TWO, padding),)
    if reach == ONE == stride and not padded:
        return n
    free = Add(n, *_subtracted(reach), *padded)
    if stride == ONE:
        return Add(*free.args, ONE)
    return Add(Apply("ceiling" if ceil else "floor", Mul(free, Power(stride, MINUS_ONE))), ONE)


def _check_room(problem: Declaration, n: Term, kernel: Term, padding: Term, dilation: Term, words: str) -> None:
    """At least one window fits: refused for numbers, assumed for sizes that are not known, K <= n + 2P."""
    reach: Term = kernel if dilation == ONE else Add(Mul(dilation, minus(kernel, ONE)), ONE)
    room: Term = n if padding == ZERO else Add(n, Mul(TWO, padding))
    fits = Relation("<=", reach, room)
    try:
        needed, there = (evaluate_integer(unfold_all(t, problem.context), {}) for t in (reach, room))
    except Unknown:
        if fits not in problem.context.assumptions and not (reach == ONE and padding == ZERO):
            problem.context = problem.context.with_assumptions(fits)
        return
    if needed > there:
        raise DeclarationError(
            f"the window of {words} does not fit into its input; make the input or the padding larger"
        )


def minus(a: Term, b: Term) -> Term:
    """a - b, carried out for numbers."""
    if isinstance(a, Number) and isinstance(b, Number):
        return Number(a.value - b.value)
    return Add(a, *_subtracted(b))


def _subtracted(t: Term) -> tuple[Term, ...]:
    """The summands of -t."""
    parts = t.args if isinstance(t, Add) else (t,)
    return tuple(Number(-a.value) if isinstance(a, Number) else Mul(MINUS_ONE, a) for a in parts)


# ---------------------------------------------------------------- reading what the author wrote


def check_layer(layer: Any) -> None:
    """Raise DeclarationError for what is no layer."""
    if not isinstance(layer, Layer):
        raise DeclarationError(f"{layer!r} is no layer; write conv(10, 3), pool(2), flatten() or linear(3)")


def _check_channels(problem: Declaration, layer: Layer, channels: Term, words: str) -> None:
    groups = from_sympy(layer.groups)
    if groups != ONE and layer.kind == "conv":
        for what, count in (("channels", channels), ("filters", from_sympy(layer.filters))):
            if not _divides(problem, groups, count):
                raise DeclarationError(
                    f"the {to_text(groups)} groups of {words} may not divide its {to_text(count)} {what}; "
                    f"assume p.assume(Eq(Mod({to_text(count)}, {to_text(groups)}), 0)), or change a number"
                )
    depth = None if layer.depth is None else from_sympy(layer.depth)
    if isinstance(depth, Number) and isinstance(channels, Number) and isinstance(groups, Number):
        found = channels.value / groups.value
        if depth.value != found:
            raise DeclarationError(f"the kernels of {words} have the depth {depth.value}, but their input has {found}")


def _divides(problem: Declaration, divisor: Term, count: Term) -> bool:
    if exact_quotient(count, divisor) is not None:
        return True
    return Relation("=", Apply("Mod", count, divisor), ZERO) in problem.context.assumptions


def exact_quotient(count: Term, divisor: Term) -> Term | None:
    """count/divisor where the divisor is seen in the product: 4 d/4 is d, h k/h is k; None if it is not."""
    if count == divisor:
        return ONE
    if isinstance(count, Number) and isinstance(divisor, Number):
        return Number(count.value / divisor.value) if count.value % divisor.value == 0 else None
    if not isinstance(count, Mul):
        return None
    for n, factor in enumerate(count.args):
        part = exact_quotient(factor, divisor) if not isinstance(factor, Mul) else None
        if part is not None:
            rest = (*count.args[:n], *(() if part == ONE else (part,)), *count.args[n + 1 :])
            return Mul(*rest) if len(rest) > 1 else rest[0]
    return None


def input_shape(problem: Declaration, input: Any, order: Order) -> Shape:
    """(C, H, W), or (H, W, C) with the order "last"; channels alone are a shape too."""
    if order not in ("first", "last"):
        raise DeclarationError(f'the order {order!r} is none; write order="first" for (C, H, W) or order="last"')
    sizes = tuple(input) if isinstance(input, (tuple, list, sympy.Tuple)) else (input,)
    terms = [t for v in sizes if (t := size_of(problem, v)) is not None]
    if not terms or len(terms) > 4:
        raise DeclarationError(f"the input {input} is no shape; write input=(C, H, W)")
    if order == "first":
        return Shape(terms[0], tuple(terms[1:]))
    return Shape(terms[-1], tuple(terms[:-1]))


def size_of(problem: Declaration, value: Any) -> Term | None:
    """A declared size or a number."""
    out = problem._end(value)
    if out is not None and not problem.context.is_integer(out):
        raise DeclarationError(
            f"the size {value} is not known to be an integer; declare it with p.size, or write floor(n/m) for a "
            "quotient and say p.assume(Eq(Mod(n, m), 0))"
        )
    return out


def each(value: Any, rank: int) -> tuple[Term, ...]:
    """One value for each axis."""
    if isinstance(value, (tuple, list, sympy.Tuple)):
        if len(value) != rank:
            raise DeclarationError(f"{value} has {len(value)} entries for {rank} axes; give one for each axis")
        return tuple(map(from_sympy, value))
    return (from_sympy(value),) * rank
