"""Chains of lines as align* environments, each line with reason and mark; formulas broken to the width they have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from symderiv.language.context import Context
from symderiv.language.terms import Relation, Term
from symderiv.records import Verdict
from symderiv.writing.breaking import Line as Broken
from symderiv.writing.breaking import break_lines
from symderiv.writing.case_tables import latex_cases
from symderiv.writing.composing import compose, compose_chain
from symderiv.writing.conditions import RELATIONS
from symderiv.writing.document import Chain, Line, all_of
from symderiv.writing.latex import fence, latex_of
from symderiv.writing.measuring import measure
from symderiv.writing.notation import Fenced, Leaf, Node, Row
from symderiv.writing.prose import latex_prose
from symderiv.writing.slashes import with_slashes
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
_LONG_LEFT, _SHORT_LEFT = 10.0, 3.0
"""A left-hand side wider than this has a line of its own; one that is not short has it too where room is lacking."""
_EMPTY_LEFT = 2.0
"""What is taken for the left-hand side of rows that have none."""
_TALL = 5
"""Rows of one formula that stay on a page together."""

Reasons = Callable[[Sequence[str]], str]
"""How the names of the rules that lead to a line are set."""


def plain_reasons(names: Sequence[str]) -> str:
    """The names as words."""
    return latex_prose(rule_name(", ".join(names)))


def aligned(chain: Chain, context: Context, reasons: Reasons = plain_reasons) -> str:
    """A chain as an align* environment."""
    return align(chain_rows(chain, context, reasons))


def align(rows: list[str], *, together: bool = False) -> str:
    """Rows as an align* environment; no page break within a formula of several lines, nowhere if ``together``."""
    joined = [before.startswith(_OWN_LINE) or row.startswith(_MORE) for before, row in pairwise(rows)]
    ends = [-1, *(n for n, kept in enumerate(joined) if not kept), len(joined)]
    # A page may end inside a very tall formula, two rows from its ends.
    inner = {n for a, b in pairwise(ends) if b - a > _TALL for n in range(a + 2, b - 1)}
    breaks = ends[1:-1]
    # A long chain leaves no single line behind or ahead, unless its lines are high.
    if together:
        breaks, inner = [], set()
    elif len(breaks) > 1:
        club, widow = len(breaks) > 2 and ends[2] < _TALL, ends[-1] - ends[-3] < _TALL
        breaks = breaks[club : len(breaks) - widow]
    body = rows[0]
    for n, row in enumerate(rows[1:]):
        body += (r" \\" if n in breaks or n in inner else r" \\*") + f"\n{row}"
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"


def chain_rows(chain: Chain, context: Context, reasons: Reasons = plain_reasons) -> list[str]:
    """The rows of a chain: ``lhs &= rhs \\reason{...}{mark}``, continuation lines moved right."""
    rows: list[str] = []
    left: Node | None = None
    plain = [x for x in chain.lines if x.table is None and not chain.unsigned(x)]
    lefts = [compose(x.before, context) for x in plain if x.before is not None]
    column = _left_column(lefts, [compose(x.after, context) for x in plain])
    for line in chain.lines:
        after = line.after
        if line.table is not None:
            rows += _with_reason([f"&{latex_cases(line.table, context)}"], line, context, reasons)
            continue
        if isinstance(after, Relation) and chain.unsigned(line):
            rows += _relation_line(line, after, context, reasons)
            continue
        left = compose(line.before, context) if line.before is not None else None
        body = compose(after, context)
        new = relation_rows(left, body, RELATIONS[line.sign], FORMULA, column)
        rows += _with_reason(new, line, context, reasons)
    return rows


def _relation_line(line: Line, after: Relation, context: Context, reasons: Reasons) -> list[str]:
    rows: list[str] = []
    if isinstance(line.before, Relation):
        b = line.before
        rows += relation_rows(compose(b.left, context), compose(b.right, context), RELATIONS[b.op], FORMULA)
    new = relation_rows(compose(after.left, context), compose(after.right, context), RELATIONS[after.op], FORMULA)
    return rows + _with_reason(new, line, context, reasons)


def relation_rows(left: Node | None, body: Node, sign: Leaf, width: float, beside: float | None = None) -> list[str]:
    """``left &= body``; a long left-hand side has its own lines; without one the row begins at the sign.

    ``beside`` is the width of the column of left-hand sides; what is wider than that has its own lines.
    """
    rows: list[str] = []
    start = ""
    column = beside or 0.0
    if left is not None:
        wide = measure(left)[0]
        if wide > (_LONG_LEFT if beside is None else beside):
            rows += [_row(_OWN_LINE, b) for b in break_lines(left, width, width, spell=_spell)]
        else:
            start, column = latex_of(left), max(column, wide)
    room = _room(width, column if start else max(column, _EMPTY_LEFT))
    first, *more = break_lines(body, room, room, spell=_spell)
    sign_latex = sign.latex
    rows.append(f"{start} &{sign_latex} {_nodes(first.nodes)}".strip())
    rows += [_row("&", m, extra=_EQUALS - 1.0) for m in more]
    return rows


def _room(width: float, column: float) -> float:
    """What is left for a formula beside left-hand sides of that width."""
    return width - _EQUALS - column


def _left_column(lefts: list[Node], bodies: list[Node]) -> float:
    """The width of the column of left-hand sides, 0 if the formulas need fewer rows below than beside them."""
    column = max((w for left in lefts if (w := measure(left)[0]) <= _LONG_LEFT), default=0.0)
    if column <= _SHORT_LEFT:
        return column
    beside, below = _room(FORMULA, column), _room(FORMULA, _EMPTY_LEFT)
    return column if _rows(bodies, beside) <= _rows(bodies, below) + 1 else 0.0


def _rows(bodies: list[Node], room: float) -> int:
    """How many rows the formulas need; one that has to be torn counts for many."""
    broken = [break_lines(b, room, room, spell=_spell, tear=False) for b in bodies]
    return sum(len(b) + (9 if any(x.indent + x.width > room for x in b) else 0) for b in broken)


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
    return f"${latex_of(with_slashes(compose(all_of(conditions), context), True), 'text')}$".replace(
        r"\text{ and }", "$, $"
    )


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
