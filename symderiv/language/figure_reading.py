"""Figures read from their declaration: numbers for all symbols, and nothing that contradicts the question.

What can be counted in a figure is compared with the hand-checked answer here, so that a wrong declaration is refused at
once; the printers compare it with the derived answer again before they draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

import sympy

from symderiv.errors import DeclarationError, suggest
from symderiv.language.context import Context, unfold_all
from symderiv.language.figures import Drawing, Figure, FloatGrid, ReceptiveField, Repeat, Window, fields
from symderiv.language.float_formats import read_format
from symderiv.language.layers import Layer
from symderiv.language.matrices import Matrix, Tuple
from symderiv.language.ranges import Unknown, evaluate_integer
from symderiv.language.terms import ONE, Iverson, Symbol, Term, free_names

if TYPE_CHECKING:
    from symderiv.language.declarations import Declaration
    from symderiv.records import Question

__all__ = ["read_figure"]

WIDEST, MOST_LAYERS = 45, 7
"""More inputs or layers than this make no picture."""
_CHOSEN_WIDTH = 31
_CANDIDATES = {"kernel": (3, 2, 4, 5, 1), "stride": (2, 1, 3), "dilation": (2, 1, 3), "count": (3, 2, 1, 4)}
_WORDS = {"kernel": "kernel", "stride": "stride", "dilation": "dilation", "count": "number of layers"}
_Role = Literal["kernel", "stride", "dilation", "count"]


def read_figure(problem: Declaration, question: Question, drawing: Any, at: Any) -> Figure:
    """The figure with its numbers; raises DeclarationError for what cannot be drawn or contradicts the question."""
    if not isinstance(drawing, Drawing):
        raise DeclarationError(
            f"{drawing!r} is no figure; write part.draw({question.name!r}, receptive_field(conv(1, 3)))"
        )
    given = _instance(problem, at)
    if drawing.kind == "receptive field":
        return _read_cone(problem, question, drawing, given)
    return _read_grid(problem, question, drawing, given)


def _instance(problem: Declaration, at: Any) -> dict[str, int]:
    out: dict[str, int] = {}
    for key, value in dict(at).items() if isinstance(at, Mapping) else at:
        name = problem.term(key, "the numbers of a figure")
        if not isinstance(name, Symbol) or name.name not in problem.context.variables:
            raise DeclarationError(f"at= gives a number to {key}, which is no declared symbol; write at={{K: 3}}")
        if isinstance(value, bool) or not isinstance(value, (int, sympy.Integer)):
            raise DeclarationError(f"{value!r} for {key} is no whole number; write at={{{key}: 3}}")
        out[name.name] = int(value)
    if bad := _excluded(problem.context, out):
        raise DeclarationError(f"{bad} = {out[bad]} is outside what is declared of {bad}; choose another number")
    return out


def _excluded(context: Context, env: Mapping[str, int]) -> str:
    """The name whose number its declaration or an assumption excludes, or nothing."""
    for name in env:
        if any(_is_false(c, env) for c in context.variables[name].range.conditions(Symbol(name))):
            return name
    for c in context.assumptions:
        names = sorted(free_names(c))
        if names and set(names) <= set(env) and _is_false(c, env):
            return names[-1]
    return ""


def _is_false(condition: Term, env: Mapping[str, int]) -> bool:
    try:
        return not evaluate_integer(Iverson(condition), env)
    except Unknown:
        return False


# ---- receptive fields


def _read_cone(problem: Declaration, question: Question, drawing: Drawing, given: dict[str, int]) -> ReceptiveField:
    steps = list(_steps(problem, drawing.layers))
    if not steps:
        raise DeclarationError(
            "receptive_field() has no layer with a window; write receptive_field(conv(1, 3), pool(2))"
        )
    roles: dict[str, _Role] = {}
    for sizes in steps:
        for role, size in sizes.items():
            for name in sorted(free_names(size)):
                if name not in problem.context.variables:
                    raise DeclarationError(f"the {_WORDS[role]} {size!r} in a figure is no number and no declared size")
                roles.setdefault(name, role)
    answer = unfold_all(question.expected, problem.context)
    if unused := sorted(set(given) - set(roles) - free_names(answer)):
        raise DeclarationError(f"at= gives a number to {unused[0]}, which neither the layers nor the answer depend on")
    if missing := sorted(free_names(answer) - set(roles) - set(given)):
        raise DeclarationError(
            f"the answer {question.name!r} depends on {missing[0]}, which the layers do not show; "
            f"give its number: at={{{missing[0]}: 1}}"
        )
    windows, env = _choose(problem, steps, {n: r for n, r in roles.items() if n not in given}, given)
    figure = ReceptiveField(question.name, windows, tuple(env.items()))
    _compare(question.name, answer, figure)
    return figure


def _steps(problem: Declaration, layers: Sequence[Any]) -> Iterator[dict[_Role, Term]]:
    """The sizes of each layer along one axis; ``count`` says how often the layer comes."""
    from symderiv.language.networks import Network

    for item in layers:
        if isinstance(item, Network):
            yield from _steps(problem, [p.layer for p in item.layers])
            continue
        layer, times = (item.layer, item.times) if isinstance(item, Repeat) else (item, 1)
        if not isinstance(layer, Layer):
            raise DeclarationError(f"{layer!r} is no layer; write receptive_field(conv(1, 3), pool(2)), or a network")
        if layer.kind in ("flatten", "linear", "global pool", "embedding"):
            return
        sizes: dict[_Role, Any] = {"count": times}
        if layer.kernel is not None:
            roles: tuple[_Role, ...] = ("kernel", "stride", "dilation")
            values = map(_along_one_axis, (layer.kernel, layer.stride, layer.dilation))
            sizes |= dict(zip(roles, values, strict=True))
        yield {role: problem.term(size, f"the {_WORDS[role]} in a figure") for role, size in sizes.items()}


def _along_one_axis(size: Any) -> Any:
    return size[0] if isinstance(size, (tuple, list, sympy.Tuple)) else size


def _choose(
    problem: Declaration, steps: list[dict[_Role, Term]], open_: dict[str, _Role], given: dict[str, int]
) -> tuple[tuple[Window, ...], dict[str, int]]:
    """The windows with the given numbers, and with the first small ones that the declarations allow and that fit."""
    too_large = ""
    for values in product(*(_CANDIDATES[role] for role in open_.values())):
        env = {**dict(zip(open_, values, strict=True)), **given}
        if _excluded(problem.context, env):
            continue
        windows = _windows(steps, env)
        layers = sum(w.kernel is not None for w in windows)
        widest = fields(windows)[-1] if 0 < layers <= MOST_LAYERS else 0
        if layers and 0 < widest <= (_CHOSEN_WIDTH if open_ else WIDEST):
            order = [n for n in problem.context.variables if n in env]
            return windows, {n: env[n] for n in order}
        too_large = too_large or (f"{widest} inputs wide" if widest else f"{layers} layers high")
    raise DeclarationError(
        f"the figure would be {too_large or 'empty'}, which is no picture; draw fewer layers or choose the numbers: at="
    )


def _windows(steps: list[dict[_Role, Term]], env: Mapping[str, int]) -> tuple[Window, ...]:
    out: list[Window] = []
    for sizes in steps:
        numbers: dict[str, int] = {}
        for role, size in sizes.items():
            try:
                value = evaluate_integer(size, env)
            except Unknown:
                raise DeclarationError(
                    f"the {_WORDS[role]} {size!r} in a figure comes to no number; give at="
                ) from None
            if value.denominator != 1 or value < (role != "count"):
                raise DeclarationError(f"the {_WORDS[role]} in a figure comes to {value}, which is no size")
            numbers[role] = int(value)
        times = min(numbers.pop("count"), 10 * MOST_LAYERS)
        out += [Window(**numbers) if numbers else Window(None)] * times  # type: ignore[arg-type]
    return tuple(out)


def _compare(name: str, answer: Term, figure: ReceptiveField) -> None:
    """The hand-checked answer agrees with what is counted, for one number or for a list with one for each layer."""
    counted = fields(figure.windows)
    entries = answer.args if isinstance(answer, (Matrix, Tuple)) else (answer,)
    if len(entries) > 1 and len(entries) != len(counted):
        raise DeclarationError(
            f"{name!r} has {len(entries)} entries and the figure {len(counted)} layers; draw as many"
        )
    for entry, count in zip(entries, counted[-len(entries) :], strict=True):
        try:
            value = evaluate_integer(entry, dict(figure.at))
        except Unknown:
            raise DeclarationError(
                f"{name!r} does not come to a number, so a receptive field does not show it; draw it beside a count"
            ) from None
        if value != count:
            at = ", ".join(f"{n} = {v}" for n, v in figure.at)
            raise DeclarationError(
                f"the layers of the figure have a receptive field of {count}, the expected form of {name!r} is {value}"
                f"{f' at {at}' if at else ''}; draw the layers that are asked about"
            )


# ---- grids of numbers


def _read_grid(problem: Declaration, question: Question, drawing: Drawing, given: dict[str, int]) -> FloatGrid:
    context = problem.context
    underflow = ""
    if drawing.underflow is not None:
        symbol = problem.term(drawing.underflow, "underflow=")
        if not isinstance(symbol, Symbol) or symbol.name not in context.variables:
            raise DeclarationError(f"underflow={drawing.underflow} is no declared symbol; write underflow=t")
        underflow = symbol.name
        if underflow in given:
            raise DeclarationError(f"at= gives a number to {underflow}, which the format already fixes; leave it out")
    families: list[str] = []
    for random in drawing.deviations:
        name = str(getattr(random, "name", getattr(random, "base", random)))
        family = context.random.get(name)
        if family is None or family.variance is None:
            raise DeclarationError(
                f"{name} is no random family with a declared variance; {suggest(name, context.random)}"
            )
        missing = sorted(free_names(family.variance) - set(given))
        if missing:
            raise DeclarationError(
                f"the variance of {name} depends on {missing[0]}; give its number: at={{{missing[0]}: 1024}}"
            )
        families.append(name)
    used = {n for f in families for n in free_names(context.random[f].variance or ONE)} | free_names(question.expected)
    if unused := sorted(set(given) - used):
        raise DeclarationError(f"at= gives a number to {unused[0]}, which neither the grid nor the answer depends on")
    return FloatGrid(question.name, read_format(drawing.format), underflow, tuple(families), tuple(given.items()))
