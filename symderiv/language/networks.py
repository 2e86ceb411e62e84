"""Networks behind an input: shapes, numbers of parameters and of multiplications, receptive fields, as definitions.

``p.network`` names what a reader of the page would name: the side or height and width after a layer, the number of its
parameters, the receptive field. Counts are sums of ones over the indices of the weights and of the outputs, so that
they are derived and not typed: a convolution has one weight for each filter f, channel c and kernel position (p, q),
and for each output as many multiplications as its filter has weights, one addition less, one more for a bias.

Receptive fields follow Araujo, Norris & Sim, *Computing receptive fields of convolutional neural networks*, Distill
2019: a layer with kernel K and stride S makes r + (K - 1)*j of r and S*j of j.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy

from symderiv.errors import DeclarationError
from symderiv.language.border import from_sympy
from symderiv.language.layers import Layer
from symderiv.language.notation import verbatim
from symderiv.language.placing import (
    Names,
    Order,
    Shape,
    author,
    check_layer,
    each,
    exact_quotient,
    input_shape,
    minus,
    output_shape,
    size_of,
)
from symderiv.language.terms import MINUS_ONE, ONE, ZERO, Add, Apply, Mul, Number, Power, Sum, Term

if TYPE_CHECKING:
    from symderiv.language.declarations import Declaration

__all__ = ["Network", "Placed", "place_layer", "place_network"]

_POSITIONS, _OFFSETS = "ijl", "pqr"


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for all layers; ``single`` for a layer on its own, whose products have a name."""

    batch: Term | None
    order: Order
    single: bool


class Placed:
    """A layer behind its input; every property is a SymPy expression to ask for.

    ``parameters``, ``weights`` (without biases), ``multiplications`` and ``additions`` for one pass over the batch,
    ``operations`` their sum, ``shape`` of the output.
    """

    def __init__(self, names: Names, layer: Layer, before: Shape, after: Shape, place: int, options: Options):
        self.names, self.layer, self.before, self.after = names, layer, before, after
        self.place, self.options = place, options
        self.words = layer.words if not place else f"layer {place}, {layer.words}"

    # ---- what the author asks for

    @property
    def parameters(self) -> Any:
        return author(self.names.named("parameters", "P", self.count_parameters(), self.words))

    @property
    def weights(self) -> Any:
        return author(self.names.named("weights", "W", self.count_parameters(bias=False), self.words))

    @property
    def multiplications(self) -> Any:
        return author(self.names.named("multiplications", "M", self.count_multiplications(), self.words))

    @property
    def additions(self) -> Any:
        window = self.window()
        sums = Add(window, MINUS_ONE)
        body = self._outputs(Add(sums, ONE) if self.layer.bias else sums, "additions")
        return author(self.names.named("additions", "A", body, self.words))

    @property
    def operations(self) -> Any:
        return self.multiplications + self.additions

    @property
    def shape(self) -> tuple[Any, ...]:
        return tuple(map(author, self.after.listed(self.options.batch, self.options.order)))

    # ---- index sums

    @property
    def counts(self) -> bool:
        """Does the layer multiply by weights?"""
        return self.layer.kind in ("conv", "depthwise", "linear")

    def window(self) -> Term:
        """The weights that make one output, a sum of ones over channels and kernel positions."""
        body = self._window()
        if not self.options.single or body == ONE:
            return body
        return self.names.named("products", "m", body, self.words, "weights of one filter, products for one output")

    def _window(self) -> Term:
        layer = self.layer
        if layer.kind == "linear":
            return _nest([("c", self.before.channels), *zip(_POSITIONS, self.before.sides, strict=False)], ONE)
        rank = len(self.before.sides) or 2
        ranges = list(zip(_OFFSETS, each(layer.kernel, rank), strict=False))
        if layer.kind == "conv":
            ranges = [("c", self.share(self.before.channels)), *ranges]
        return _nest([r for r in ranges if r[1] != ONE], ONE)

    def share(self, channels: Term) -> Term:
        """The part of the channels that belongs to one group."""
        groups = from_sympy(self.layer.groups)
        if groups == ONE:
            return channels
        exact = exact_quotient(channels, groups)
        if exact is not None:
            return exact
        return Apply("floor", Mul(channels, Power(groups, MINUS_ONE)))

    def _filters(self) -> list[tuple[str, Term]]:
        if self.layer.kind == "depthwise":
            return [("c", self.before.channels)]
        groups = from_sympy(self.layer.groups)
        count = from_sympy(self.layer.filters)
        return [("f", count)] if groups == ONE else [("g", groups), ("f", self.share(count))]

    def count_parameters(self, bias: bool | None = None) -> Term:
        if self.layer.kind == "norm":
            return _nest([("c", self.before.channels)], Add(ONE, ONE))
        if self.layer.kind == "embedding":
            return _nest([("v", from_sympy(self.layer.kernel)), ("c", self.after.channels)], ONE)
        if not self.counts:
            return ZERO
        with_bias = self.layer.bias if bias is None else bias
        return _nest(self._filters(), Add(ONE, self.window()) if with_bias else self.window())

    def count_multiplications(self) -> Term:
        return self._outputs(self.window(), "multiplications")

    def _outputs(self, body: Term, what: str) -> Term:
        if not self.counts:
            raise DeclarationError(
                f"the {what} of {self.layer.words} are not counted; ask for a convolution or a linear layer"
            )
        if not self.after.sides and self.layer.kind != "linear":
            raise DeclarationError(f"the {what} need the size of the input; write input=(C, H, W)")
        batch = [] if self.options.batch is None else [("b", self.options.batch)]
        return _nest([*batch, *self._filters(), *zip(_POSITIONS, self.after.sides, strict=False)], body)


class Shapes(tuple[Any, ...]):
    """Shapes in a tuple; ``labels`` are words for them."""

    labels: tuple[str, ...]

    def __new__(cls, shapes: Iterable[Any], labels: Iterable[str]) -> Shapes:
        new = super().__new__(cls, shapes)
        new.labels = tuple(labels)
        return new


class Column(list[Any]):
    """Numbers in a list; ``labels`` are words for them."""

    def __init__(self, numbers: Iterable[Any], labels: Iterable[str]):
        super().__init__(numbers)
        self.labels = tuple(labels)


class Network:
    """Layers one behind the other; tables to ask for with ``part.table``, numbers with ``part.count``."""

    def __init__(self, placed: Sequence[Placed], first: Shape, options: Options):
        self.layers, self.first, self.options = tuple(placed), first, options

    def shapes(self, *, input: bool = False) -> Shapes:
        """The shape after every layer; with ``input=True`` that of the input first."""
        first = [self.first] if input else []
        rows = [*first, *(p.after for p in self.layers)]
        shapes = (tuple(map(author, s.listed(self.options.batch, self.options.order))) for s in rows)
        return Shapes(shapes, self._labels(input))

    def parameters(self, *, bias: bool | None = None, input: bool = False) -> Column:
        """The number of parameters of every layer; ``bias=False`` leaves biases out, ``bias=True`` gives all some."""
        counts = (author(self._parameters(p, bias)) for p in self.layers)
        return Column([*([sympy.Integer(0)] if input else []), *counts], self._labels(input))

    def _labels(self, input: bool) -> list[str]:
        return [*(["input"] if input else []), *(p.words for p in self.layers)]

    def total(self, *, bias: bool | None = None) -> Any:
        """The number of parameters of all layers."""
        return _added([t for p in self.layers if (t := self._parameters(p, bias)) != ZERO])

    def depths(self) -> Column:
        """The depths of the kernels that were not stated."""
        open_ = [p for p in self.layers if p.layer.kind == "conv" and p.layer.depth is None]
        return Column([author(self._depth(p)) for p in open_], [p.words for p in open_])

    def scalars(self) -> Any:
        """The number of entries of the last output."""
        sizes = self.layers[-1].after.listed(self.options.batch, self.options.order)
        return author(Mul(*sizes) if len(sizes) > 1 else sizes[0])

    def multiplications(self) -> Any:
        """The multiplications of all layers with weights."""
        return _added(
            [
                p.names.numbered("m", p.place, p.count_multiplications(), f"multiplications: {p.words}")
                for p in self.layers
                if p.counts
            ]
        )

    def receptive_fields(self) -> Column:
        """How many inputs along one axis an output of each layer depends on, away from the border."""
        field: Term = ONE
        jump: Term = ONE
        out, labels = list[Any](), list[str]()
        for p in self.layers:
            if p.layer.kind in ("flatten", "linear", "global pool", "embedding"):
                break
            if p.layer.kernel is not None:
                field, jump = self._receptive(p, field, jump)
            out.append(author(field))
            labels.append(p.words)
        return Column(out, labels)

    def _parameters(self, p: Placed, bias: bool | None) -> Term:
        body = p.count_parameters(bias)
        if isinstance(body, Number):
            return body
        kind, suffix = {None: ("", ""), True: ("b", " with biases"), False: ("w", " without biases")}[bias]
        return p.names.numbered("p'" if kind == "w" else "p", p.place, body, f"parameters{suffix}: {p.words}", kind)

    def _depth(self, p: Placed) -> Term:
        meaning = f"depth of the kernels, the channels of their input: {p.words}"
        return p.names.numbered("d", p.place, p.share(p.before.channels), meaning)

    def _receptive(self, p: Placed, field: Term, jump: Term) -> tuple[Term, Term]:
        kernel, stride, dilation = (each(v, 1)[0] for v in (p.layer.kernel, p.layer.stride, p.layer.dilation))
        reach = minus(kernel, ONE) if dilation == ONE else Mul(dilation, minus(kernel, ONE))
        wider = Add(field, reach if jump == ONE else Mul(reach, jump))
        field = p.names.numbered("r", p.place, wider, f"receptive field: {p.words}")
        if stride != ONE:
            meaning = f"inputs between neighbouring outputs: {p.words}"
            jump = stride if jump == ONE else p.names.numbered("j", p.place, Mul(jump, stride), meaning)
        return field, jump


def place_layer(problem: Declaration, name: str, layer: Any, input: Any, batch: Any, order: Order) -> Placed:
    """One layer behind an input (C, H, W)."""
    check_layer(layer)
    names = Names(problem, name)
    before = input_shape(problem, input, order)
    after = output_shape(names, layer, before, 0)
    return Placed(names, layer, before, after, 0, Options(size_of(problem, batch), order, True))


def place_network(problem: Declaration, name: str, layers: Any, input: Any, batch: Any, order: Order) -> Network:
    """The layers in turn behind an input (C, H, W), or (H, W, C) with ``order="last"``."""
    if not isinstance(layers, (list, tuple)) or not layers:
        raise DeclarationError(f"the network {name!r} has no layers; write layers=[conv(10, 3), pool(2), flatten()]")
    names = Names(problem, name)
    options = Options(size_of(problem, batch), order, False)
    shape = first = input_shape(problem, input, order)
    placed: list[Placed] = []
    for n, layer in enumerate(layers, start=1):
        check_layer(layer)
        after = output_shape(names, layer, shape, n)
        placed.append(Placed(names, layer, shape, after, n, options))
        shape = after
    return Network(placed, first, options)


def _nest(ranges: list[tuple[str, Term]], body: Term) -> Term:
    """The sum over all index tuples, each index from 1, the last one innermost; no index occurs in the body."""
    for letter, size in reversed(ranges):
        body = Sum(body, ONE, size, hint=letter)
    return body


def _added(terms: list[Term]) -> Any:
    with verbatim():
        return author(terms[0]) if len(terms) == 1 else sympy.S.Zero if not terms else sympy.Add(*map(author, terms))
