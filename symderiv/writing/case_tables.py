"""Tables of all cases, such as truth tables: a row for each index, columns for what stands beside the subject.

The solver proves such a table as an equation between two matrices, the entries by name and their numbers. On the page
the names are the head of a table with rules above, below and between, as books set it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symderiv.language.context import Context
from symderiv.language.matrices import Matrix
from symderiv.language.terms import Number, Symbol, Term
from symderiv.records import Derivation, Step
from symderiv.writing.latex import to_latex

__all__ = ["latex_cases", "markdown_cases", "take_cases", "text_cases"]


def take_cases(d: Derivation) -> tuple[tuple[Step, ...], Matrix | None, Step | None]:
    """(the steps without the one that proves the table, the table with its head, that step), or the steps as they are.

    The head is the index, what stands beside the subject, the subject; its rows have the verified numbers.
    """
    q = d.question
    if q.kind != "evaluate" or not q.unknowns or len(q.axes) != 1:
        return d.steps, None, None
    name, low, high = q.axes[0]
    for n, step in enumerate(d.steps):
        first = step.substeps[0] if step.substeps else None
        if first is None or not isinstance(first.before, Matrix) or not isinstance(first.after, Matrix):
            continue
        if first.before.shape == first.after.shape == (high - low + 1, len(q.unknowns) + 1):
            rows = [(Number(low + i), *row) for i, row in enumerate(first.after.rows)]
            table = Matrix([(Symbol(name), *q.unknowns, q.subject), *rows])
            rest = replace(step, substeps=step.substeps[1:])
            return (*d.steps[:n], rest, *d.steps[n + 1 :]), table, first
    return d.steps, None, None


def latex_cases(table: Matrix, context: Context) -> str:
    """An array with rules; the index and the subject stand a little apart."""
    head, *rows = (" & ".join(to_latex(t, context) for t in row) for row in table.rows)
    apart = r"@{\hspace{1.8em}}"
    columns = f"c{apart}{'c' * (table.data - 2)}{apart}c"
    body = r" \\ ".join(rows)
    return (
        rf"\begin{{array}}{{@{{\hspace{{0.4em}}}}{columns}@{{\hspace{{0.4em}}}}}} \toprules {head} \\ \midrules {body} "
        r"\\ \bottomrules \end{array}"
    )


def text_cases(table: Matrix, spell: Callable[[Term], str], rule: str) -> list[str]:
    """The table as lines of text, with a line of ``rule`` below the head."""
    cells = [[spell(t) for t in row] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["   ".join(f"{c:^{w}}" for c, w in zip(row, widths, strict=True)) for row in cells]
    return [lines[0], rule * len(lines[0]), *lines[1:]]


def markdown_cases(table: Matrix, context: Context) -> str:
    """The table in Markdown."""
    head, *rows = (["$" + to_latex(t, context).replace("|", r"\vert ") + "$" for t in row] for row in table.rows)
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, [":---:"] * table.data, *rows])
