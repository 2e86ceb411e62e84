"""A solution as one self-contained HTML page: formulas as MathML, no script, no font, no network."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from symderiv.language.context import Context
from symderiv.language.terms import Matrix, Term
from symderiv.records import Rule, Solution
from symderiv.writing.boxes import flat_text
from symderiv.writing.composing import compose, compose_chain
from symderiv.writing.conditions import RELATIONS
from symderiv.writing.document import Chain, Detail, Line, PartPage, QuestionPage, all_of, describe_word, lay_out
from symderiv.writing.figures import figure_of
from symderiv.writing.formulas import read_math, split_prose
from symderiv.writing.givens import Given
from symderiv.writing.mathml import math_element
from symderiv.writing.notation import Node, Row
from symderiv.writing.wording import MARKS, answer_label, asking, condition_text, rule_name, verdict_sentence

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["html_page", "html_prose"]


def html_page(solution: Solution, detail: Detail = "normal", catalogue: Mapping[str, Rule] | None = None) -> str:
    """The whole page; the same solution gives the same text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    document = lay_out(solution, detail, catalogue)
    context = document.context
    env = Environment(
        loader=PackageLoader("symderiv.writing"), undefined=StrictUndefined, autoescape=True, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    env.filters.update(prose=html_prose, math=lambda term: _math(compose(term, context)), rule_name=rule_name)
    env.filters.update(condition=lambda text: html_prose(condition_text(text)))
    env.filters.update(law=lambda law: html_prose(law if "$" in law else f"${law}$"))
    return env.get_template("solution.html.j2").render(
        problem=solution.problem,
        givens=[_given(g, context) for g in document.givens],
        definitions=[_definition(g, context) for g in document.definitions],
        assumptions=document.assumptions,
        parts=[_part(page, context) for page in document.parts],
        rules=document.rules,
        marks=MARKS,
        Markup=Markup,
    )


def html_prose(text: str) -> Markup:
    """Prose with its formulas; a formula that this program cannot spell out is shown as LaTeX."""
    from markupsafe import Markup

    out = ""
    for kind, content in split_prose(text.strip()):
        if kind == "text":
            out += escape(content).replace("\n\n", "<br><br>")
            continue
        node = read_math(content)
        out += math_element(node, display=kind == "display") if node is not None else f"<code>{escape(content)}</code>"
    return Markup(out)


def _math(node: Node, *, display: bool = False) -> Markup:
    from markupsafe import Markup

    return Markup(math_element(node, display=display))


def _part(page: PartPage, context: Context) -> Any:
    several = len(page.questions) > 1
    part = page.solved.part
    return SimpleNamespace(
        part=part,
        conditions=_math(compose(all_of(part.conditions), context)) if part.conditions else None,
        questions=[_question(q, context, several) for q in page.questions],
    )


def _question(q: QuestionPage, context: Context, several: bool) -> Any:
    return SimpleNamespace(
        asking=[(words, [_math(compose_chain(s, context)) for s in sides]) for words, sides in asking(q)],
        given=[_math(compose_chain(pair, context)) for pair in q.question.given],
        assumed=_math(compose(all_of(q.question.assuming), context)) if q.question.assuming else None,
        chains=[_rows(c, context) for c in q.chains],
        details=[
            SimpleNamespace(label=c.label, title=c.title.replace(";", ","), rows=_rows(c, c.context(context)))
            for c in q.details
        ],
        stop_reason=q.stop_reason.rstrip("."),
        gap=_math(compose_chain(q.gap, context)) if q.gap else None,
        label=answer_label(q, several),
        answers=[_math(compose_chain(sides, context, q.sign), display=True) for sides in q.answers],
        conditions=_math(compose(all_of(q.conditions), context)) if q.conditions else None,
        word=q.verdict.word,
        verdict=verdict_sentence(q),
        note=q.question.note,
        figure=_figure(q, context),
    )


def _figure(q: QuestionPage, context: Context) -> Any:
    from markupsafe import Markup

    shown = figure_of(q, context)
    # The drawing holds nothing but numbers and text that it has escaped itself.
    return SimpleNamespace(svg=Markup(shown.svg), caption=shown.caption) if shown is not None else None


def _rows(chain: Chain, context: Context) -> list[Any]:
    out: list[Any] = []
    for line in chain.lines:
        if line.table is not None:
            out.append(_row((None, _cases(line.table, context)), line, context))
            continue
        after = _after(line, context, sign="" if chain.unsigned(line) else line.sign)
        if line.before is not None and (chain.unsigned(line) or _is_long(line.before)):
            out.append(_row(_sides(line.before, context), None, context))
            out.append(_row((None, after), line, context))
        else:
            left = _math(compose(line.before, context)) if line.before is not None else None
            out.append(_row((left, after), line, context))
    return out


def _cases(table: Matrix, context: Context) -> Markup:
    from markupsafe import Markup

    head, *rows = ([_math(compose(t, context)) for t in row] for row in table.rows)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    return Markup(f'<table class="cases"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>')


def _after(line: Line, context: Context, sign: str) -> Markup:
    node = compose(line.after, context)
    return _math(Row((RELATIONS[sign], node), "relation") if sign else node, display=True)


def _sides(term: Term, context: Context) -> tuple[Markup | None, Markup]:
    return None, _math(compose(term, context), display=True)


def _is_long(term: Term) -> bool:
    from symderiv.writing.measuring import measure

    return measure(compose(term))[0] > 8


def _row(sides: tuple[Markup | None, Markup], line: Line | None, context: Context) -> Any:
    if line is None:
        return SimpleNamespace(left=sides[0], right=sides[1], reason="", conditions=None, note="", word="", title="")
    return SimpleNamespace(
        left=sides[0],
        right=sides[1],
        reason=rule_name(", ".join(line.reasons)) + (f" ({line.label})" if line.label else ""),
        conditions=_math(compose(all_of(line.conditions), context)) if line.conditions else None,
        note=line.note,
        word=line.evidence.word,
        title=describe_word(line.evidence),
    )


def _given(g: Given, context: Context) -> Any:
    low_high = [_math(compose(t, context)) for t in g.span] if g.span is not None else []
    return SimpleNamespace(
        heads=[_math(compose(h, context)) for h in g.heads],
        meaning=g.meaning,
        span=low_high,
        words=" × ".join(flat_text(compose(t, context)) for t in g.shape) + " matrix" if g.shape else g.words,
        conditions=_math(compose(all_of(g.conditions), context)) if g.conditions else None,
    )


def _definition(g: Given, context: Context) -> Any:
    assert g.body is not None
    return SimpleNamespace(
        formula=_math(compose_chain((g.heads[0], g.body), context), display=True),
        meaning=g.meaning,
        conditions=_math(compose(all_of(g.conditions), context)) if g.conditions else None,
    )
