"""A solution in the terminal: stacked formulas, reasons in a column of their own, marks, the answer in a box.

Colour only where the output is a terminal; narrow terminals get reasons below the lines and flat formulas; an output
that cannot show Unicode gets LaTeX for formulas and ASCII for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from symderiv.language.context import Context
from symderiv.language.terms import Term
from symderiv.language.text import to_text
from symderiv.records import Solution, Verdict
from symderiv.writing.boxes import Box, beside, box_of, cells, flat_text
from symderiv.writing.breaking import break_lines
from symderiv.writing.case_tables import text_cases
from symderiv.writing.composing import compose, compose_chain
from symderiv.writing.conditions import RELATIONS
from symderiv.writing.document import Chain, Detail, Line, QuestionPage, all_of, lay_out
from symderiv.writing.figures import figure_of
from symderiv.writing.formulas import read_math, split_prose
from symderiv.writing.notation import Fenced, Leaf, Row
from symderiv.writing.wording import MARKS, answer_label, asking, rule_name, verdict_sentence

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["show"]

_COLOURS = {"proved": "green", "checked": "blue", "undecided": "yellow", "refuted": "red"}
_ASCII = {"proved": "#", "checked": "o", "undecided": "?", "refuted": "x"}
_PLAIN = {"iff": "<=>"}
_PLAIN_FIGURE = str.maketrans({"●": "#", "○": ".", "…": "-", "·": "*", "−": "-", "≈": "~"})
_REASON = 30
_WIDEST = 112
_TALLEST = 9
"""Formulas that would be higher than this are written flat."""


def show(
    solution: Solution, detail: Detail = "normal", *, file: IO[str] | None = None, width: int | None = None
) -> None:
    """Print the derivations of a solution."""
    from rich.console import Console

    console = Console(file=file, width=width, highlight=False, soft_wrap=False)
    _Page(console, solution.problem.context).print(solution, detail)


class _Page:
    def __init__(self, console: Console, context: Context):
        self.console, self.context = console, context
        self.unicode = _shows(console, "∑ₖ■")
        self.width = min(console.width, _WIDEST)
        self.beside = self.width >= 84

    def print(self, solution: Solution, detail: Detail) -> None:
        document = lay_out(solution, detail)
        problem = solution.problem
        self.say(problem.title or problem.name, "bold")
        self.say()
        for g in document.definitions:
            assert g.body is not None
            tail = f"   for {self.inline(all_of(g.conditions), self.context)}" if g.conditions else ""
            for line in self.formula((g.heads[0], g.body), self.context, self.width - 6, tail=tail):
                self.say("  " + line)
        for page in document.parts:
            part = page.solved.part
            self.rule()
            self.say(f"{part.id}  {self.prose(part.title)}", "bold")
            if part.text:
                self.say(self.prose(part.text))
            if part.conditions:
                self.say(f"Assuming {self.inline(all_of(part.conditions), self.context)}.")
            for q in page.questions:
                self.question(q, len(page.questions) > 1)
            for remark in part.remarks:
                self.say(f"Remark: {self.prose(remark)}", "dim")
        self.say()

    # ---- lines

    def say(self, text: str = "", style: str | None = None) -> None:
        from rich.text import Text

        self.console.print(Text(text, style=style or ""), overflow="fold")

    def rule(self) -> None:
        self.say()
        self.say(("─" if self.unicode else "-") * self.width, "dim")

    def question(self, q: QuestionPage, several: bool) -> None:
        self.say()
        for words, formulas in asking(q):
            for n, sides in enumerate(formulas):
                label = f"{words if n == 0 else ' ' * len(words)}  "
                self.block(label, self.formula(sides, self.context, self.width - len(label) - 4))
        if q.question.assuming:
            self.say(f"assuming {self.inline(all_of(q.question.assuming), self.context)}")
        for chain in q.chains:
            self.chain(chain, self.context)
        if q.stop_reason:
            self.say(f"The derivation stops here: {self.prose(q.stop_reason).rstrip('.')}.", "yellow")
            if q.gap:
                self.block("Left to show  ", self.formula(q.gap, self.context, self.width - 18))
        self.answer(q, several)
        if (figure := figure_of(q, self.context)) is not None:
            for text in figure.text:
                self.say("    " + (text if self.unicode else text.translate(_PLAIN_FIGURE)))
            if figure.text or not figure.tikz:  # a caption alone would speak of what cannot be seen
                self.say(self.prose(figure.caption), "dim")
        for c in q.details:
            self.say(f"({c.label}) {rule_name(c.title.replace(';', ','))}", "dim")
            self.chain(c, c.context(self.context))

    def chain(self, chain: Chain, context: Context) -> None:
        for line in chain.lines:
            room = self.width - (_REASON + 6 if self.beside else 6)
            if line.table is not None:
                table = text_cases(line.table, lambda t: self.inline(t, context), "─" if self.unicode else "-")
                self.reasoned(["  " + row for row in table], line, context, room)
                continue
            if line.before is not None:
                for text in self.formula((line.before,), context, room):
                    self.say("    " + text)
            sign = "" if chain.unsigned(line) else line.sign
            self.reasoned(self.formula((line.after,), context, room, sign=sign), line, context, room)

    def reasoned(self, rows: list[str], line: Line, context: Context, room: int) -> None:
        """The rows of a formula with the reason in the column beside them, or below on a narrow terminal."""
        from rich.text import Text

        words = rule_name(", ".join(line.reasons)) + (f" ({line.label})" if line.label else "")
        if line.conditions:
            words += f", for {self.inline(all_of(line.conditions), context)}"
        if line.note:
            words += f"; {self.prose(line.note)}"
        if not self.beside or any(len(row) > room + 2 for row in rows):
            for row in rows:
                self.say("  " + row)
            self.console.print(Text("      "), self.mark(line.evidence), Text(" " + words, style="dim"), sep="")
            return
        reasons = list(_wrap(words, _REASON - 2))
        start = max(0, (len(rows) - len(reasons)) // 2)
        if len(rows) > 1:
            self.say()
        for n in range(max(len(rows), start + len(reasons))):
            row = rows[n] if n < len(rows) else ""
            text = Text(("  " + row.ljust(room + 2)) if start <= n < start + len(reasons) else "  " + row)
            if n == start:
                text.append_text(self.mark(line.evidence))
            if start <= n < start + len(reasons):
                text.append((" " if n == start else "  ") + reasons[n - start], style="dim")
            self.console.print(text, overflow="fold", no_wrap=len(text) <= self.width)

    def answer(self, q: QuestionPage, several: bool) -> None:
        from rich import box
        from rich.panel import Panel
        from rich.text import Text

        rows: list[str] = []
        for sides in q.answers:
            rows += self.formula(sides, self.context, self.width - 6, between=q.sign)
        if q.conditions:
            rows.append(f"valid for {self.inline(all_of(q.conditions), self.context)}")
        text = Text("\n".join(rows))
        text.append(f"\n{verdict_sentence(q)}", style="dim")
        title = Text(f"{answer_label(q, several)} ").append_text(self.mark(q.verdict))
        style = _COLOURS[q.verdict.word]
        shape = box.ROUNDED if self.unicode else box.ASCII
        self.console.print(Panel(text, title=title, title_align="left", box=shape, border_style=style, expand=False))

    def block(self, label: str, rows: list[str]) -> None:
        """A label beside the middle row of a formula."""
        middle = len(rows) // 2
        for n, row in enumerate(rows):
            self.say((label if n == middle else " " * len(label)) + row)

    def mark(self, verdict: Verdict) -> Any:
        from rich.text import Text

        mark = (MARKS if self.unicode else _ASCII)[verdict.word]
        return Text(mark, style=_COLOURS[verdict.word])

    # ---- formulas

    def formula(
        self,
        sides: tuple[Term, ...],
        context: Context,
        room: int,
        *,
        sign: str = "",
        between: str = "=",
        tail: str = "",
    ) -> list[str]:
        """The rows of ``a = b``: stacked if it fits, else broken and flat; ``sign`` stands in front."""
        if not self.unicode:
            words = f" {_PLAIN.get(between, between)} ".join(map(to_text, sides))
            return list(_wrap((f"{_PLAIN.get(sign, sign)} " if sign else "") + words + tail, room))
        node = compose_chain(sides, context, between) if len(sides) > 1 else compose(sides[0], context)
        node = Row((RELATIONS[sign], node), "relation") if sign else node
        stacked = box_of(node)
        if stacked.width + len(tail) <= room and len(stacked.lines) <= _TALLEST:
            return [line.rstrip() for line in beside([stacked, Box((tail,))]).lines]
        lines = break_lines(node, room, room - 4, spell=_spell, width=lambda n: float(cells(flat_text(n))))
        rows = [" " * int(line.indent * 2) + flat_text(Row(line.nodes, "product")) for line in lines]
        return [*rows[:-1], rows[-1] + tail]

    def inline(self, term: Term, context: Context) -> str:
        """A condition inside words; its spaces do not break."""
        return flat_text(compose(term, context)).replace(" ", "\u00a0") if self.unicode else to_text(term)

    def prose(self, text: str) -> str:
        """Prose with its formulas spelled out where that is possible."""
        out = ""
        for kind, content in split_prose(text):
            node = read_math(content) if kind != "text" and self.unicode else None
            out += flat_text(node) if node is not None else content if kind == "text" else f"${content}$"
        return " ".join(out.split()) if "\n\n" not in out else out


def _shows(console: Console, text: str) -> bool:
    try:
        text.encode(console.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def _spell(node: Fenced) -> tuple[Leaf, Leaf]:
    return Leaf(node.left, node.left, "upright"), Leaf(node.right, node.right, "upright")


def _wrap(text: str, width: int) -> Iterator[str]:
    import textwrap

    yield from textwrap.wrap(text, width) or [""]
