"""A solution as a LaTeX document: chains of lines set in align*, each with its reason and mark, and a boxed answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from symderiv.language.context import Context
from symderiv.language.terms import Symbol
from symderiv.records import Solution
from symderiv.writing.composing import compose, compose_chain
from symderiv.writing.conditions import RELATIONS
from symderiv.writing.document import Detail, Document, QuestionPage, lay_out
from symderiv.writing.figures import figure_of
from symderiv.writing.givens import Given
from symderiv.writing.latex import to_latex
from symderiv.writing.latex_chains import (
    FORMULA,
    TEXT,
    Reasons,
    align,
    aligned,
    conditions_text,
    display,
    inline,
    mark,
    plain_reasons,
    relation_rows,
)  # fmt: skip
from symderiv.writing.measuring import measure
from symderiv.writing.prose import escape_latex, latex_prose
from symderiv.writing.room import lines_needed
from symderiv.writing.wording import answer_label, asking, condition_text, rule_name, verdict_sentence

if TYPE_CHECKING:
    from jinja2 import Environment

    from symderiv.records import Rule

__all__ = [
    "ascii_title", "asking_view", "definitions_view", "environment", "given_view", "latex_page", "part_page",
    "question_view",
]  # fmt: skip


_SHORT_TABLE, _TABLE_END = 10, 3
"""Rows of a table that never breaks, and those that stay together at the ends of a longer one."""
_TOGETHER = 19.0
"""Definitions that are together less high than this, in ems, stand on one page."""


def latex_page(solution: Solution, detail: Detail = "normal", catalogue: Mapping[str, Rule] | None = None) -> str:
    """The whole .tex file; the same solution gives the same bytes."""
    document = lay_out(solution, detail, catalogue)
    context = document.context
    parts = _parts(document)
    template = environment(context).get_template("solution.tex.j2")
    return template.render(
        problem=solution.problem,
        title=solution.problem.title or solution.problem.name,
        title_ascii=ascii_title(solution.problem.title or solution.problem.name),
        givens=[given_view(g, context) for g in document.givens],
        definitions=definitions_view(document.definitions, context),
        assumptions=document.assumptions,
        parts=parts,
        figures=any(q.figure for part in parts for q in part.questions),
        rules=document.rules,
    )


def part_page(solution: Solution, detail: Detail = "normal") -> str:
    """The LaTeX of the parts alone, without preamble, symbols and rules."""
    document = lay_out(solution, detail)
    template = environment(document.context).get_template("part.tex.j2")
    parts = _parts(document)
    for part in parts:
        part.need = 0  # how high a part is says nothing about its form
    return "".join(template.render(part=part) for part in parts)


def environment(context: Context) -> Environment:
    """Jinja2 with delimiters that LaTeX leaves alone, and the filters that set terms and prose."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(
        loader=PackageLoader("symderiv.writing"), undefined=StrictUndefined, autoescape=False, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True, block_start_string="<%", block_end_string="%>",
        variable_start_string="<<", variable_end_string=">>", comment_start_string="<#", comment_end_string="#>",
    )  # fmt: skip
    env.filters.update(
        prose=latex_prose,
        escape=escape_latex,
        tex=lambda term: to_latex(term, context),
        rule_name=lambda name: latex_prose(rule_name(name)),
        law=_law,
        between=_between,
        condition=lambda text: latex_prose(condition_text(text)),
    )
    return env


def _parts(document: Document) -> list[Any]:
    context = document.context
    out = []
    for page in document.parts:
        part = page.solved.part
        several = len(page.questions) > 1
        view = SimpleNamespace(
            id=part.id,
            title=part.title,
            text=part.text,
            conditions=conditions_text(part.conditions, context) if part.conditions else "",
            questions=[question_view(q, context, several) for q in page.questions],
            answer_text=part.answer_text,
            remarks=part.remarks,
            need=lines_needed((), part.text, page.questions, context),
        )
        out.append(view)
    return out


def question_view(q: QuestionPage, context: Context, several: bool, reasons: Reasons = plain_reasons) -> Any:
    """A question with its chains and answer, ready for the template."""
    return SimpleNamespace(
        heading=asking_view(q, context),
        chains=[aligned(c, context, reasons) for c in q.chains],
        details=[
            SimpleNamespace(label=f"({c.label})", title=c.title, lines=aligned(c, c.context(context), reasons))
            for c in q.details
        ],
        stop_reason=q.stop_reason.rstrip("."),
        gap=display(q.gap, context, TEXT - 3, "=") if q.gap else "",
        answer_label=answer_label(q, several),
        name=", ".join(x.name for x in q.questions) if several else "",
        answers=[display(sides, context, TEXT - 3, q.sign) for sides in q.answers],
        conditions=conditions_text(q.conditions, context) if q.conditions else "",
        mark=mark(q.verdict),
        verdict=verdict_sentence(q, lambda equation: _equation(equation, context)),
        note=q.question.note,
        figure=figure_of(q, context),
    )


def _equation(text: str, context: Context) -> str:
    """``name = value`` as a formula where the name is declared and the value a number."""
    name, _, value = text.partition(" = ")
    if name not in context.names() or not re.fullmatch(r"-?[\d./]+", value):
        return text
    return f"${to_latex(Symbol(name), context)} = {value}$"


def asking_view(q: QuestionPage, context: Context) -> str:
    """What is asked, on one line if it fits; else the last formula has lines of its own."""
    asked = [(words, [compose_chain(s, context) for s in sides]) for words, sides in asking(q)]
    total = sum(0.6 * len(words) + 1.4 + sum(measure(n)[0] + 1 for n in nodes) for words, nodes in asked)
    out: list[str] = []
    for n, (words, nodes) in enumerate(asked):
        own_line = total > TEXT - 2 and n == len(asked) - 1
        out.append(rf"\lead{{{words}}}" + (r"\par\nobreak\hspace{\mathindent}" if own_line else r"\hspace{0.7em}"))
        out[-1] += r",\hspace{0.5em}".join(inline(node) for node in nodes)
    given = [f"${to_latex(a, context)} = {to_latex(b, context)}$" for a, b in q.question.given]
    assumed = f", assuming {conditions_text(q.question.assuming, context)}" if q.question.assuming else ""
    return r"\hspace{0.7em}".join(out) + (" for " + ", ".join(given) if given else "") + assumed


def given_view(g: Given, context: Context) -> Any:
    """A row of the table of symbols."""
    head = "$" + ",\\ ".join(to_latex(h, context) for h in g.heads) + "$"
    if "^" in head and "_" in head:
        head += r"\rule[-1.4ex]{0pt}{4.2ex}"  # scripts above and below would touch those of the next row
    if g.span is not None:
        low, high = (to_latex(t, context) for t in g.span)
        return SimpleNamespace(head=head, meaning=g.meaning, range=rf"${low},\ \dots,\ {high}$")
    parts = [g.words] if g.words else []
    if g.shape:
        parts.append(r"${}\times {}$ matrix".format(*(to_latex(t, context) for t in g.shape)))
    if g.conditions:
        parts.append(conditions_text(g.conditions, context))
    return SimpleNamespace(head=head, meaning=g.meaning, range=", ".join(parts))


def definitions_view(givens: Sequence[Given], context: Context) -> str:
    """All definitions, aligned at their signs, with the meaning where a derivation has its reasons."""
    rows: list[str] = []
    height = 0.0
    column = max((measure(compose(g.heads[0], context))[0] for g in givens), default=0.0)
    for g in givens:
        assert g.body is not None
        body = compose(g.body, context)
        new = relation_rows(compose(g.heads[0], context), body, RELATIONS["="], FORMULA, column)
        height += measure(body)[1] * len(new)
        words = latex_prose(g.meaning)
        if g.conditions:
            words += (r"\\" if words else "") + conditions_text(g.conditions, context)
        rows += [new[0] + (rf" \reason{{{words}}}{{}}" if words else ""), *new[1:]]
    return align(rows, together=height < _TOGETHER) if rows else ""


def _between(loop: Any) -> str:
    """What stands after a row of a table: a short table stays together, a long one keeps its ends."""
    short = loop.length <= _SHORT_TABLE
    return r"\nobreak" if short or loop.index < _TABLE_END or loop.revindex <= _TABLE_END else r"\penalty0 "


def _law(law: str) -> str:
    if "$" in law:
        return latex_prose(law)
    high = any(command in law for command in (r"\frac", r"\sum", r"\prod"))
    return rf"$\displaystyle {law}$\lawstrut" if high else f"${law}$"


def ascii_title(text: str) -> str:
    """A title for the PDF's own record: letters, digits and spaces that need no encoding."""
    return "".join(c for c in text if c.isascii() and (c.isalnum() or c in " -.,:"))
