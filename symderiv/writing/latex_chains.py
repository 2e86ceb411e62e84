"""Chains of lines as align* environments, each line with reason and mark; formulas broken to the width they have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from symderiv.language.context import Context
from symderiv.language.terms import Relation, Term
from symderiv.records import Verdict
from symderiv.writing.breaking import Line as Broken
from symderiv.writing.breaking import break_lines
from symderiv.writing.composing import compose, compose_chain
from symderiv.writing.conditions import RELATIONS
from symderiv.writing.document import Chain, Line, all_of
from symderiv.writing.latex import fence, latex_of, to_latex
from symderiv.writing.measuring import measure
from symderiv.writing.notation import Fenced, Leaf, Node, Row
from symderiv.writing.prose import latex_prose
from symderiv.writing.wording import rule_name

__all__ = [
    "FORMULA", "TEXT", "Reasons", "align", "aligned", "chain_rows", "conditions_text", "display", "inline", "mark",
    "plain_reasons", "relation_rows",
]  # fmt: skip

TEXT = 43.0
"""The text width in ems of the 11 point type that the preamble chooses."""
FORMULA = 28.0
"""What is left of it for a formula beside its reason."""
_EQUALS = 1.4
_OWN_LINE = "&{}"
"""How a row begins that belongs to a left-hand side with lines of its own; its reason stands at the sign below."""
_MORE = r"&\hspace"
"""How a row begins that continues the one above."""
_LONG_LEFT = 10.0
"""A left-hand side wider than this has a line of its own."""

Reasons = Callable[[Sequence[str]], str]
"""How the names of the rules that lead to a line are set."""


def plain_reasons(names: Sequence[str]) -> str:
    """The names as words."""
    return latex_prose(rule_name(", ".join(names)))


def aligned(chain: Chain, context: Context, reasons: Reasons = plain_reasons) -> str:
    """A chain as an align* environment."""
    return align(chain_rows(chain, context, reasons))


def align(rows: list[str]) -> str:
    """Rows as an align* environment; no page break within a formula of several lines."""
    body = rows[0]
    for before, row in pairwise(rows):
        kept = before.startswith(_OWN_LINE) or row.startswith(_MORE)
        body += (r" \\*" if kept else r" \\") + f"\n{row}"
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"


def chain_rows(chain: Chain, context: Context, reasons: Reasons = plain_reasons) -> list[str]:
    """The rows of a chain: ``lhs &= rhs \\reason{...}{mark}``, continuation lines moved right."""
    rows: list[str] = []
    left: Node | None = None
    for line in chain.lines:
        after = line.after
        if isinstance(after, Relation) and chain.unsigned(line):
            rows += _relation_line(line, after, context, reasons)
            continue
        left = compose(line.before, context) if line.before is not None else None
        body = compose(after, context)
        new = relation_rows(left, body, RELATIONS[line.sign], FORMULA)
        rows += _with_reason(new, line, context, reasons)
    return rows


def _relation_line(line: Line, after: Relation, context: Context, reasons: Reasons) -> list[str]:
    rows: list[str] = []
    if isinstance(line.before, Relation):
        b = line.before
        rows += relation_rows(compose(b.left, context), compose(b.right, context), RELATIONS[b.op], FORMULA)
    new = relation_rows(compose(after.left, context), compose(after.right, context), RELATIONS[after.op], FORMULA)
    return rows + _with_reason(new, line, context, reasons)


def relation_rows(left: Node | None, body: Node, sign: Leaf, width: float) -> list[str]:
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


def _with_reason(rows: list[str], line: Line, context: Context, reasons: Reasons) -> list[str]:
    words = reasons(line.reasons)
    if line.label:
        words += f" ({line.label})"
    if line.conditions:
        words += rf"\\ for {conditions_text(line.conditions, context)}"
    if line.note:
        words += r"\\ " + latex_prose(line.note)
    if line.evidence.word in ("refuted", "undecided") and line.evidence.reason:
        words += r"\\ " + latex_prose(line.evidence.reason)
    place = next((n for n, r in enumerate(rows) if "&" in r and not r.startswith(_OWN_LINE)), 0)
    # Beside a formula of several lines the reason may run down next to them instead of pushing them apart.
    command = "runningreason" if place < len(rows) - 1 else "reason"
    reason = rf" \{command}{{{words}}}{{{mark(line.evidence)}}}"
    return [r + reason if n == place else r for n, r in enumerate(rows)]


def conditions_text(conditions: tuple[Term, ...], context: Context) -> str:
    """Conditions in one formula, neighbours joined to chains (1 <= j <= K); a long list may break between them."""
    return f"${to_latex(all_of(conditions), context)}$".replace(r"\text{ and }", "$, $")


def mark(verdict: Verdict) -> str:
    """The macro that draws the mark."""
    return rf"\{verdict.word}mark"


# ---- formulas on their own


def inline(node: Node) -> str:
    """A formula in the text."""
    return _lines(node, TEXT - 4)


def _lines(node: Node, width: float) -> str:
    """A formula in the text, broken into lines of at most ``width``."""
    if measure(node)[0] <= width:
        return rf"$\displaystyle {latex_of(node)}$"
    lines = break_lines(node, width, width, spell=_spell)
    return r"$\begin{aligned}" + r" \\ ".join(_row("&", b) for b in lines) + r"\end{aligned}$"


def display(sides: tuple[Term, ...], context: Context, width: float, sign: str) -> str:
    """The sides of an answer as one formula, broken if it is wider than ``width``."""
    return _lines(compose_chain(sides, context, sign) if len(sides) > 1 else compose(sides[0], context), width)
