"""A solution as a LaTeX document: chains of lines set in align*, each with its reason and mark, and a boxed answer."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from symderiv.language.context import Context
from symderiv.language.terms import Relation, Symbol, Term
from symderiv.records import Solution, Verdict
from symderiv.writing.breaking import Line as Broken
from symderiv.writing.breaking import break_lines
from symderiv.writing.composing import compose, compose_chain
from symderiv.writing.conditions import RELATIONS
from symderiv.writing.document import Chain, Detail, Document, Line, QuestionPage, all_of, lay_out
from symderiv.writing.givens import Given
from symderiv.writing.latex import fence, latex_of, to_latex
from symderiv.writing.measuring import measure
from symderiv.writing.notation import Fenced, Leaf, Node, Row
from symderiv.writing.plots import stem_plot
from symderiv.writing.prose import escape_latex, latex_prose
from symderiv.writing.wording import answer_label, asking, condition_text, rule_name, verdict_sentence

if TYPE_CHECKING:
    from jinja2 import Environment

    from symderiv.records import Rule

__all__ = ["chain_rows", "latex_page"]

TEXT = 43.0
"""The text width in ems of the 11 point type that the preamble chooses."""
FORMULA = 28.0
"""What is left of it for a formula beside its reason."""
_EQUALS = 1.4
_OWN_LINE = "&{}"
"""How a row begins that belongs to a left-hand side with lines of its own; its reason stands at the sign below."""
_LONG_LEFT = 10.0
"""A left-hand side wider than this has a line of its own."""


def latex_page(solution: Solution, detail: Detail = "normal", catalogue: Mapping[str, Rule] | None = None) -> str:
    """The whole .tex file; the same solution gives the same bytes."""
    document = lay_out(solution, detail, catalogue)
    context = document.context
    parts = _parts(document)
    template = environment(context).get_template("solution.tex.j2")
    return template.render(
        problem=solution.problem,
        title=solution.problem.title or solution.problem.name,
        title_ascii=_ascii(solution.problem.title or solution.problem.name),
        givens=[_given(g, context) for g in document.givens],
        definitions=_definitions(document.definitions, context),
        assumptions=document.assumptions,
        parts=parts,
        plots=any(q.plot for part in parts for q in part.questions),
        rules=document.rules,
    )


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
            conditions=_conditions(part.conditions, context) if part.conditions else "",
            questions=[_question(q, context, several) for q in page.questions],
            answer_text=part.answer_text,
            remarks=part.remarks,
        )
        out.append(view)
    return out


def _question(q: QuestionPage, context: Context, several: bool) -> Any:
    heading = _heading(q, context)
    if q.question.given:
        given = [f"${to_latex(a, context)} = {to_latex(b, context)}$" for a, b in q.question.given]
        heading += " for " + ", ".join(given)
    return SimpleNamespace(
        heading=heading,
        chains=[aligned(c, context) for c in q.chains],
        details=[
            SimpleNamespace(label=f"({c.label})", title=c.title, lines=aligned(c, c.context(context)))
            for c in q.details
        ],
        stop_reason=q.stop_reason.rstrip("."),
        answer_label=answer_label(q, several),
        answers=[_display(sides, context, TEXT - 3, q.sign) for sides in q.answers],
        conditions=_conditions(q.conditions, context) if q.conditions else "",
        mark=mark(q.verdict),
        verdict=verdict_sentence(q),
        note=q.question.note,
        plot=_plot(q, context) if q.question.plot and q.answered else "",
    )


def _plot(q: QuestionPage, context: Context) -> str:
    across = to_latex(Symbol(q.question.axes[0][0]), context)
    return stem_plot(q.result, q.question.axes, across, to_latex(q.question.subject, context))


def _heading(q: QuestionPage, context: Context) -> str:
    """What is asked, on one line if it fits; else the last formula has lines of its own."""
    asked = [(words, [compose_chain(s, context) for s in sides]) for words, sides in asking(q)]
    total = sum(0.6 * len(words) + 1.4 + sum(measure(n)[0] + 1 for n in nodes) for words, nodes in asked)
    out: list[str] = []
    for n, (words, nodes) in enumerate(asked):
        own_line = total > TEXT - 2 and n == len(asked) - 1
        out.append(rf"\lead{{{words}}}" + (r"\par\nobreak\hspace{\mathindent}" if own_line else r"\hspace{0.7em}"))
        out[-1] += r",\hspace{0.5em}".join(_inline(node) for node in nodes)
    return r"\hspace{0.7em}".join(out)


def _detail(chain: Chain, context: Context) -> Any:
    return SimpleNamespace(label=f"({chain.label})", title=chain.title, lines=aligned(chain, context))


def _given(g: Given, context: Context) -> Any:
    head = "$" + ",\\ ".join(to_latex(h, context) for h in g.heads) + "$"
    if g.span is not None:
        low, high = (to_latex(t, context) for t in g.span)
        return SimpleNamespace(head=head, meaning=g.meaning, range=rf"${low},\ \dots,\ {high}$")
    parts = [g.words] if g.words else []
    if g.conditions:
        parts.append(_conditions(g.conditions, context))
    return SimpleNamespace(head=head, meaning=g.meaning, range=", ".join(parts))


def _definitions(givens: tuple[Given, ...], context: Context) -> str:
    """All definitions, aligned at their signs, with the meaning where a derivation has its reasons."""
    rows: list[str] = []
    for g in givens:
        assert g.body is not None
        new = _relation_rows(compose(g.heads[0], context), compose(g.body, context), RELATIONS["="], FORMULA)
        words = latex_prose(g.meaning)
        if g.conditions:
            words += (r"\\" if words else "") + _conditions(g.conditions, context)
        rows += [new[0] + (rf" \reason{{{words}}}{{}}" if words else ""), *new[1:]]
    return _align(rows) if rows else ""


# ---- chains


def aligned(chain: Chain, context: Context) -> str:
    """A chain as an align* environment."""
    return _align(chain_rows(chain, context))


def _align(rows: list[str]) -> str:
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def chain_rows(chain: Chain, context: Context) -> list[str]:
    """The rows of a chain: ``lhs &= rhs \\reason{...}{mark}``, continuation lines moved right."""
    rows: list[str] = []
    left: Node | None = None
    for line in chain.lines:
        after = line.after
        if isinstance(after, Relation) and chain.unsigned(line):
            rows += _relation_line(line, after, context)
            continue
        left = compose(line.before, context) if line.before is not None else None
        body = compose(after, context)
        new = _relation_rows(left, body, RELATIONS[line.sign], FORMULA)
        rows += _with_reason(new, line, context)
    return rows


def _relation_line(line: Line, after: Relation, context: Context) -> list[str]:
    rows: list[str] = []
    if isinstance(line.before, Relation):
        b = line.before
        rows += _relation_rows(compose(b.left, context), compose(b.right, context), RELATIONS[b.op], FORMULA)
    new = _relation_rows(compose(after.left, context), compose(after.right, context), RELATIONS[after.op], FORMULA)
    return rows + _with_reason(new, line, context)


def _relation_rows(left: Node | None, body: Node, sign: Leaf, width: float) -> list[str]:
    """``left &= body``; a long left-hand side has its own lines; without one the row begins at the sign."""
    rows: list[str] = []
    start = ""
    room = width - _EQUALS - 2.0
    if left is not None:
        wide = measure(left)[0]
        if wide > _LONG_LEFT:
            rows += [_row(_OWN_LINE, b) for b in break_lines(left, width, width, spell=_spell)]
        else:
            start, room = latex_of(left), width - _EQUALS - wide
    first, *more = break_lines(body, room, room, spell=_spell)
    sign_latex = sign.latex
    rows.append(f"{start} &{sign_latex} {_nodes(first.nodes)}".strip())
    rows += [_row("&", m, extra=_EQUALS - 1.0) for m in more]
    return rows


def _row(start: str, line: Broken, extra: float = 0.0) -> str:
    indent = line.indent + extra if line.indent else 0.0
    space = rf"\hspace{{{indent:.1f}em}}" if indent else ""
    return f"{start}{space}{_nodes(line.nodes)}"


def _nodes(nodes: tuple[Node, ...]) -> str:
    """The nodes of a line; an operator at its start keeps the space of an operator between terms."""
    text = latex_of(Row(nodes)).strip()
    first = nodes[0]
    return "{} " + text if isinstance(first, Leaf) and first.kind in ("binary", "times", "relation") else text


def _spell(node: Fenced) -> tuple[Leaf, Leaf]:
    left, right = fence(node, "display")
    return Leaf(left, node.left, "upright"), Leaf(right, node.right, "upright")


def _with_reason(rows: list[str], line: Line, context: Context) -> list[str]:
    words = latex_prose(rule_name(", ".join(line.reasons)))
    if line.label:
        words += f" ({line.label})"
    if line.conditions:
        words += rf"\\ for {_conditions(line.conditions, context)}"
    if line.note:
        words += r"\\ " + latex_prose(line.note)
    if line.evidence.word in ("refuted", "undecided") and line.evidence.reason:
        words += r"\\ " + latex_prose(line.evidence.reason)
    place = next((n for n, r in enumerate(rows) if "&" in r and not r.startswith(_OWN_LINE)), 0)
    # Beside a formula of several lines the reason may run down next to them instead of pushing them apart.
    command = "runningreason" if place < len(rows) - 1 else "reason"
    reason = rf" \{command}{{{words}}}{{{mark(line.evidence)}}}"
    return [r + reason if n == place else r for n, r in enumerate(rows)]


def _conditions(conditions: tuple[Term, ...], context: Context) -> str:
    """Conditions in one formula, neighbours joined to chains (1 <= j <= K); a long list may break between them."""
    return f"${to_latex(all_of(conditions), context)}$".replace(r"\text{ and }", "$, $")


def mark(verdict: Verdict) -> str:
    """The macro that draws the mark."""
    return rf"\{verdict.word}mark"


# ---- formulas on their own


def _inline(node: Node) -> str:
    return _lines(node, TEXT - 4)


def _lines(node: Node, width: float) -> str:
    """A formula in the text, broken into lines of at most ``width``."""
    if measure(node)[0] <= width:
        return rf"$\displaystyle {latex_of(node)}$"
    lines = break_lines(node, width, width, spell=_spell)
    return r"$\begin{aligned}" + r" \\ ".join(_row("&", b) for b in lines) + r"\end{aligned}$"


def _display(sides: tuple[Term, ...], context: Context, width: float, sign: str) -> str:
    return _lines(compose_chain(sides, context, sign) if len(sides) > 1 else compose(sides[0], context), width)


def _law(law: str) -> str:
    if "$" in law:
        return latex_prose(law)
    high = any(command in law for command in (r"\frac", r"\sum", r"\prod"))
    return rf"$\displaystyle {law}$\lawstrut" if high else f"${law}$"


def _ascii(text: str) -> str:
    """A title for the PDF's own record: letters, digits and spaces that need no encoding."""
    return "".join(c for c in text if c.isascii() and (c.isalnum() or c in " -.,:"))
