"""The figure beside an answer, spelled for every format: TikZ, SVG, Markdown and lines of text, with a caption.

A figure is drawn only if it stands on numbers that were verified, and not by the figure itself
  stem plot, window   the numbers of the answer, whose every entry was compared with its definition
  receptive field     cells are counted from the windows of the layers; their number is compared with the answer, which
                      was derived and verified as a formula
  floating point      the numbers are decoded from their codes and compared with the closed forms of the format; the
                      fraction that is rounded to 0 is the verified answer at the numbers of the figure
Where that fails the caption says so, and nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symderiv.language.context import Context
from symderiv.language.figures import FloatGrid, Instance, ReceptiveField, cone, fields
from symderiv.language.matrices import Matrix, Tuple
from symderiv.language.terms import Apply, Symbol, Term
from symderiv.writing.boxes import flat_text
from symderiv.writing.composing import compose
from symderiv.writing.cones import cone_shapes, cone_text
from symderiv.writing.document import QuestionPage
from symderiv.writing.drawing import svg, tikz
from symderiv.writing.float_axes import Mark, axis_shapes, axis_table, counted, power_of_two, spelled
from symderiv.writing.latex import to_latex
from symderiv.writing.plots import markdown_table, plain_columns, stem_plot, svg_stem_plot
from symderiv.writing.windows import window_of, window_shapes

__all__ = ["Shown", "figure_of"]

_SOUND = ("proved", "checked")


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure in every spelling; ``caption`` is prose with formulas between dollar signs."""

    caption: str
    tikz: str = ""
    svg: str = ""
    markdown: str = ""
    text: tuple[str, ...] = ()


def figure_of(q: QuestionPage, context: Context) -> Shown | None:
    """The figure of a question; None if it has none, or if its answer was not found and verified."""
    if not q.answered or q.verdict.word not in _SOUND:
        return None
    if isinstance(q.figure, ReceptiveField):
        return _receptive_field(q, q.figure, context)
    if isinstance(q.figure, FloatGrid):
        return _float_grid(q, q.figure, context)
    return _plot(q, context) if q.question.plot else None


# ---- plots of tables


def _plot(q: QuestionPage, context: Context) -> Shown | None:
    subject, axes = q.question.subject, q.question.axes
    if len(axes) == 2:
        grids = window_of(q.question, q.result, context)
        if not grids:
            return None
        *read, made = (f"${to_latex(Symbol(g.name), context)}$" for g in grids)
        shapes = window_shapes(grids, context)
        caption = f"The shaded entry of {made} is made of the shaded entries of {' and '.join(read)}."
        return Shown(caption, tikz(shapes), svg(shapes, f"The window of an entry of {grids[-1].name}"))
    (letter, low, high) = axes[0]
    across, upwards = to_latex(Symbol(letter), context), to_latex(subject, context)
    drawn = stem_plot(q.result, axes, across, upwards)
    if not drawn:
        return None
    heading = flat_text(compose(subject, context))
    return Shown(
        rf"${upwards}$ for ${low}\le {across}\le {high}$.",
        drawn,
        svg_stem_plot(q.result, axes, letter, heading),
        markdown_table(q.result, axes, f"${letter}$", f"${upwards.replace('|', chr(92) + 'vert ')}$"),
        tuple(plain_columns(q.result, axes, heading)),
    )


# ---- receptive fields


def _receptive_field(q: QuestionPage, figure: ReceptiveField, context: Context) -> Shown:
    counts = fields(figure.windows)
    answers = q.result.args if isinstance(q.result, (Matrix, Tuple)) else (q.result,)
    values = [_value(t, {n: Fraction(v) for n, v in figure.at}, context) for t in answers]
    expected = counts if len(values) == len(counts) else counts[-1:]
    if values != [str(c) for c in expected]:
        said, drawn = ", ".join(v or "no number" for v in values), ", ".join(map(str, expected))
        return Shown(f"The picture is left out: {drawn} inputs are counted in it, and the answer comes to {said}.")
    inputs = cone(figure.windows)[0]
    at = _instance(figure.at, context)
    reach = f"{counts[-1]} neighbouring input{'s' if counts[-1] > 1 else ''}"
    depends = (
        f"depends on {reach}" if len(inputs) == counts[-1] else f"reaches over {reach} and reads {len(inputs)} of them"
    )
    many = len(values) > 1
    caption = (
        (f"An instance, {at}: one" if at else "One")
        + f" output of the last layer {depends}. "
        + ("The cells were counted for every layer" if many else "The cells were counted one by one")
        + (", and their numbers are those of the answer." if many else ", and their number is that of the answer.")
    )
    shapes = cone_shapes(figure.windows)
    title = f"{counts[-1]} inputs below one output, layer by layer"
    lines = cone_text(figure.windows)
    return Shown(caption, tikz(shapes), svg(shapes, title), _block(lines), tuple(lines))


def _instance(at: Instance, context: Context) -> str:
    """``$K = 3$ and $L = 3$``"""
    parts = [f"${to_latex(Symbol(name), context)} = {value}$" for name, value in at]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


# ---- floating point formats


def _float_grid(q: QuestionPage, figure: FloatGrid, context: Context) -> Shown:
    f, found = figure.format, counted(figure.format)
    if found is None:
        return Shown(f"The picture is left out: the codes of {f.name} are not what its name says.")
    at = {n: Fraction(v) for n, v in figure.at}
    marks = [_mark(name, at, context) for name in figure.families]
    half = f.smallest / 2
    symbol = to_latex(Symbol(figure.underflow), context) if figure.underflow else ""
    latex, text = spelled(half)
    threshold = (
        f"${symbol} = {latex.strip('$')}$",
        f"{flat_text(compose(Symbol(figure.underflow), context))} = {text}",
    )
    shapes = axis_shapes(f, marks, threshold if symbol else None)
    caption = (
        f"The positive numbers of {f.name} on a logarithmic axis: {found[0]} subnormal and {found[1]} normal ones. "
        f"Up to {threshold[0] if symbol else latex}, half the smallest, numbers are rounded to 0"
    )
    share = _value(q.result, {**at, **({figure.underflow: half} if symbol else {})}, context, digits=3, percent=True)
    if symbol and share:
        when = f" at {_instance(figure.at, context)}" if figure.at else ""
        caption += f"; by the answer{when} this is a fraction of {share}%"
    rows = axis_table(f)
    lines = tuple(f"{what:<14}{low:>6} … {high:<10}{count}".rstrip() for what, low, high, count in rows)
    table = ["| numbers | from | to | how many |", "| --- | --- | --- | --- |"]
    table += ["| " + " | ".join(row) + " |" for row in rows]
    said = tuple(f"{m.text}" for m in marks)
    return Shown(
        caption + ".", tikz(shapes), svg(shapes, f"The numbers of {f.name}"), "\n".join(table), (*lines, *said)
    )


def _mark(name: str, at: Mapping[str, Fraction], context: Context) -> Mark:
    """The standard deviation of a family, exact where it is rational."""
    from symderiv.language.terms import Number, Power

    variance = context.random[name].variance
    assert variance is not None
    deviation = Power(variance, Number(Fraction(1, 2)))
    exact = _value(deviation, at, context)
    head = Apply("Std", Symbol(name))
    spelling = power_of_two(Fraction(exact)) if exact.replace("/", "").isdigit() else None
    latex, text = spelling or (f"${_value(deviation, at, context, digits=3)}$",) * 2
    value = float(_value(deviation, at, context, digits=12))
    sign = (" = ", " = ") if spelling else (r" \approx ", " ≈ ")
    return Mark(
        value,
        f"${to_latex(head, context)}{sign[0]}{latex.strip('$')}$",
        f"{flat_text(compose(head, context))}{sign[1]}{text.strip('$')}",
    )


# ---- numbers


def _value(term: Term, at: Mapping[str, Fraction], context: Context, *, digits: int = 0, percent: bool = False) -> str:
    """The number that the term is at the point, exactly or with so many digits; empty where it has none."""
    from flint import arb, fmpq

    from symderiv.equality.balls import Imprecise, OverBudget, Undefined, precision
    from symderiv.equality.evaluation import evaluate

    point = {name: fmpq(v.numerator, v.denominator) for name, v in at.items()}
    try:
        with precision(160):
            value = evaluate(term, point, context)
            if not digits:
                return str(value) if isinstance(value, fmpq) else ""
            return str(arb(value * 100 if percent else value).str(digits, radius=False))
    except (Imprecise, OverBudget, Undefined, KeyError):
        return ""


def _block(lines: list[str]) -> str:
    return "\n".join(["```text", *lines, "```"])
