"""A solution as Markdown with LaTeX formulas between dollar signs, as code hosts and notebooks show it."""

from __future__ import annotations

from collections.abc import Mapping

from symderiv.language.context import Context
from symderiv.records import Rule, Solution
from symderiv.writing.case_tables import markdown_cases
from symderiv.writing.composing import compose_chain
from symderiv.writing.conditions import RELATIONS
from symderiv.writing.document import Chain, Detail, Line, QuestionPage, all_of, lay_out
from symderiv.writing.figures import figure_of
from symderiv.writing.givens import Given
from symderiv.writing.latex import latex_of, to_latex
from symderiv.writing.wording import MARKS, answer_label, asking, condition_text, rule_name, verdict_sentence

__all__ = ["markdown_page"]

_LEGEND = (
    "Every line was compared with the line before it by code that did not derive it. "
    "■ proved: equal wherever both sides are defined, for all sizes. □ checked: equal at every instance tried, "
    "without a proof. ? undecided: neither shown nor refuted; the reason is given. × refuted: different, with a "
    "counterexample."
)


def markdown_page(solution: Solution, detail: Detail = "normal", catalogue: Mapping[str, Rule] | None = None) -> str:
    """The whole page."""
    document = lay_out(solution, detail, catalogue)
    context, problem = document.context, solution.problem
    blocks = [f"# {problem.title or problem.name}"]
    blocks += [problem.text.strip()] if problem.text else []
    if document.givens:
        table = "\n".join(_given(g, context) for g in document.givens)
        blocks.append(f"## Notation\n\n| symbol | meaning | range |\n| --- | --- | --- |\n{table}")
    for g in document.definitions:
        blocks.append(_definition(g, context))
    if document.assumptions:
        blocks.append(
            "Assumed throughout: " + ", ".join(f"${to_latex(a, context)}$" for a in document.assumptions) + "."
        )
    for page in document.parts:
        part = page.solved.part
        blocks.append(f"## {part.id} {part.title}")
        blocks += [part.text.strip()] if part.text else []
        if part.conditions:
            blocks.append(f"Assuming ${to_latex(all_of(part.conditions), context)}$.")
        for q in page.questions:
            blocks += _question(q, context, len(page.questions) > 1)
        blocks += [part.answer_text.strip()] if part.answer_text else []
        blocks += [f"**Remark.** {r.strip()}" for r in part.remarks]
    if document.rules:
        blocks.append("## Rules used\n\n" + "\n".join(_rule(r) for r in document.rules))
    return "\n\n".join([*blocks, "---", _LEGEND]) + "\n"


def _question(q: QuestionPage, context: Context, several: bool) -> list[str]:
    asked = [(words, [f"${latex_of(compose_chain(s, context))}$" for s in sides]) for words, sides in asking(q)]
    question = " ".join(f"**{words}** {', '.join(formulas)}" for words, formulas in asked)
    given = ", ".join(f"${to_latex(a, context)} = {to_latex(b, context)}$" for a, b in q.question.given)
    assumed = f", assuming ${to_latex(all_of(q.question.assuming), context)}$" if q.question.assuming else ""
    out = [question + (f" for {given}" if given else "") + assumed]
    out += [_chain(c, context) for c in q.chains]
    if q.stop_reason:
        gap = f" Left to show: ${latex_of(compose_chain(q.gap, context))}$." if q.gap else ""
        out.append(f"{MARKS['undecided']} **The derivation stops here:** {q.stop_reason.rstrip('.')}.{gap}")
    answers = "\n>\n".join(f"> $$\n> {latex_of(compose_chain(sides, context, q.sign))}\n> $$" for sides in q.answers)
    valid = f"\n>\n> valid for ${to_latex(all_of(q.conditions), context)}$" if q.conditions else ""
    label = f"> **{answer_label(q, several)}** {MARKS[q.verdict.word]}"
    out.append(f"{label}\n>\n{answers}{valid}\n>\n> {verdict_sentence(q)}")
    if (figure := figure_of(q, context)) is not None:
        if figure.markdown or not figure.tikz:
            out += [*([figure.markdown] if figure.markdown else []), f"*Figure.* {figure.caption}"]
    out += [q.question.note.strip()] if q.question.note else []
    for c in q.details:
        out.append(f"({c.label}) {rule_name(c.title.replace(';', ','))}")
        out.append(_chain(c, c.context(context)))
    return out


def _chain(chain: Chain, context: Context) -> str:
    lines: list[str] = []
    for line in chain.lines:
        if line.table is not None:
            lines.append(f"\n{markdown_cases(line.table, context)}\n\n{_reason(line, context)}\n")
            continue
        if line.before is not None:
            lines.append(f"- $\\displaystyle {to_latex(line.before, context)}$")
        sign = "" if chain.unsigned(line) else latex_of(RELATIONS[line.sign]) + " "
        lines.append(f"- $\\displaystyle {sign}{to_latex(line.after, context)}$ — {_reason(line, context)}")
    return "\n".join(lines)


def _reason(line: Line, context: Context) -> str:
    words = f"*{rule_name(', '.join(line.reasons))}*" + (f" ({line.label})" if line.label else "")
    if line.conditions:
        words += f", for ${to_latex(all_of(line.conditions), context)}$"
    return words + (f"; {line.note}" if line.note else "") + f" {MARKS[line.evidence.word]}"


def _given(g: Given, context: Context) -> str:
    heads = ", ".join(f"${_cell(to_latex(h, context))}$" for h in g.heads)
    if g.span is not None:
        low, high = (to_latex(t, context) for t in g.span)
        return f"| {heads} | {_cell(g.meaning)} | ${low}, \\dots, {high}$ |"
    shape = r"${}\times {}$ matrix".format(*(_cell(to_latex(t, context)) for t in g.shape)) if g.shape else ""
    bounds = f"${_cell(to_latex(all_of(g.conditions), context))}$" if g.conditions else ""
    return f"| {heads} | {_cell(g.meaning)} | {', '.join(x for x in (g.words, shape, bounds) if x)} |"


def _definition(g: Given, context: Context) -> str:
    assert g.body is not None
    words = g.meaning + (f" (${to_latex(all_of(g.conditions), context)}$)" if g.conditions else "")
    formula = latex_of(compose_chain((g.heads[0], g.body), context))
    return f"$$\n{formula}\n$$" + (f"\n\n{words}" if words else "")


def _rule(r: Rule) -> str:
    law = r.law if "$" in r.law else f"${r.law}$"
    condition = f", for {condition_text(r.condition)}" if r.condition else ""
    return f"- {rule_name(r.name)}: {law}{condition} ({r.source})"


def _cell(text: str) -> str:
    return text.replace("|", r"\vert ")
