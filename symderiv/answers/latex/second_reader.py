"""latex2sympy2 as a second reader: it knows no declarations, so it gets every declared name as a placeholder.

``\\sum_{k=1}^{K} a_k e^{c}`` becomes ``\\sum_{qa=1}^{qb} qc e^{qd}``: what is left is structure (products, fractions,
powers, sums, functions), and in that the two readers are compared, by values at sample points. It runs in a worker of
its own with its globals reset for every text. It never overrides: it agrees, differs, or does not read the text.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from symderiv.answers.isolation import Worker, WorkerDied
from symderiv.answers.latex.statements import TracedSide, read_traced
from symderiv.answers.latex.tokens import FUNCTIONS, Token
from symderiv.errors import AnswerError
from symderiv.language.context import Context
from symderiv.language.functions import FUNCTIONS as KNOWN
from symderiv.language.terms import (
    ONE,
    Add,
    Apply,
    Condition,
    Constant,
    Mul,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    Term,
)
from symderiv.language.text import Limits
from symderiv.records import Question

__all__ = ["Opinion", "available", "second_opinion"]

SECONDS = 20.0
_SPELLED = {
    "OP": r"\cdot ", "DIV": "/", "LP": "(", "RP": ")", "LB": "(", "RB": ")", "LC": "{", "RC": "}", "SUP": "^",
    "SUB": "_", "FRAC": r"\frac", "SQRT": r"\sqrt", "LABS": "|", "RABS": "|",
    "LFLOOR": r"\lfloor ", "RFLOOR": r"\rfloor ",
    "LCEIL": r"\lceil ", "RCEIL": r"\rceil ", "COMMA": ",", "AMP": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the second reader makes of a text, and why."""

    word: Literal["agrees", "differs", "unread"]
    reason: str = ""


def available() -> bool:
    """Is latex2sympy2 installed? It needs Python before 3.13."""
    return importlib.util.find_spec("latex2sympy2") is not None


def second_opinion(
    text: str, question: Question, context: Context, *, worker: Worker | None = None, seconds: float = SECONDS
) -> Opinion:  # fmt: skip
    """Compare the second reader's structure with ours, side by side."""
    if not available():
        return Opinion("unread", "latex2sympy2 is not installed")
    try:
        sides = read_traced(text, question, context, Limits())
    except AnswerError as error:
        return Opinion("unread", str(error))
    own = worker or Worker()
    try:
        for side in sides:
            opinion = _on_side(side, context, own, seconds)
            if opinion.word != "agrees":
                return opinion
        return Opinion("agrees")
    finally:
        if worker is None:
            own.close()


def _on_side(side: TracedSide, context: Context, worker: Worker, seconds: float) -> Opinion:
    if isinstance(side.term, Condition):
        return Opinion("unread", "conditions are not given to the second reader")
    spelled = with_placeholders(side)
    if spelled is None:
        return Opinion("unread", "there is notation that the second reader does not have")
    latex, names = spelled
    try:
        tree = worker.call(parse_in_worker, (latex,), seconds)
    except WorkerDied as error:
        return Opinion("unread", error.reason)
    if isinstance(tree, str):
        return Opinion("unread", tree)
    other = _term(tree, names)
    if other == side.term:
        return Opinion("agrees")
    from symderiv.equality.instances import compare

    verdict = compare(side.term, other, context, limit=30)
    if verdict.word == "refuted":
        return Opinion("differs", f"the second reader takes it for {_shown(other)}")
    return Opinion("agrees") if verdict.instances else Opinion("unread", "the readings could not be compared")


def _shown(term: Term) -> str:
    from symderiv.language.text import to_text

    return to_text(term).replace("\0", "")[:200]


# ---------------------------------------------------------------- placeholders


def with_placeholders(side: TracedSide) -> tuple[str, dict[str, Term]] | None:
    """The LaTeX with every name as ``\\mathit{qa}``, and what those stand for; None for notation beyond its grammar."""
    names: dict[str, Term] = {}
    by_term: dict[Term, str] = {}
    out: list[str] = []
    until = -1
    before = ""
    for t in side.tokens:
        if t.start < until:
            continue
        span = max((s for s in side.spans if s[0] == t.start and s[1] <= side.end), default=None)
        if span is not None:
            term = side.spans[span]
            key = by_term.setdefault(term, _key(len(by_term)))
            names[key] = term
            out.append(f"{{\\mathit{{{key}}}}}")
            until, before = span[1], "NAME"
            continue
        text = _spell(t, before)
        if text is None:
            return None
        out.append(text)
        before = t.kind
    return "".join(out), names


def _spell(t: Token, before: str) -> str | None:
    if t.kind == "NUMBER":
        return f"{{{t.text}}}" if before in ("FRAC", "SUP", "NUMBER") else t.text
    if t.kind == "SIGN":
        return t.text
    if t.kind == "BIG":
        return "\\" + t.text
    if t.kind == "REL":
        return "=" if t.text == "=" else None
    if t.kind == "FUNC" or (t.kind in ("NAME", "TEXT") and t.text in FUNCTIONS):
        # Its \log is the one to base 10.
        return {"log": "\\ln"}.get(t.text, "\\" + t.text) + " "
    if t.kind in ("NAME", "TEXT") and t.text in ("e", "pi"):
        return "e" if t.text == "e" else "\\pi "
    return _SPELLED.get(t.kind)


def _key(n: int) -> str:
    """qa, qb, …, qba: letters only."""
    return "q" + "".join(chr(ord("a") + int(d)) for d in str(n))


# ---------------------------------------------------------------- in the worker


def parse_in_worker(latex: str) -> Any:
    """latex2sympy2's tree as nested tuples of plain values, or a sentence why there is none."""
    try:
        import latex2sympy2

        latex2sympy2.set_variances({})
        latex2sympy2.set_real(None)
        latex2sympy2.VARIABLE_VALUES = {}
        return _dump(latex2sympy2.latex2sympy(latex))
    except RecursionError:
        raise
    except Exception as error:  # it raises whatever its grammar and SymPy raise
        return f"the second reader cannot read it: {type(error).__name__}"


def _dump(expr: Any) -> Any:
    import re

    import sympy

    if isinstance(expr, sympy.Symbol):
        found = re.fullmatch(r"(?:\\mathit\{)?(q[a-j]+)\}?", expr.name)
        if found is None:
            raise ValueError(expr.name)
        return ("name", found[1])
    if isinstance(expr, (sympy.Integer, sympy.Rational, sympy.Float)):
        return ("number", str(expr) if not isinstance(expr, sympy.Float) else str(sympy.Rational(str(expr))))
    if expr in (sympy.E, sympy.pi):
        return ("constant", str(expr))
    if isinstance(expr, (sympy.Sum, sympy.Product)):
        body: Any = _dump(expr.function)
        for index, lower, upper in expr.limits:
            body = (type(expr).__name__, body, _dump(index), _dump(lower), _dump(upper))
        return body
    if isinstance(expr, (sympy.Add, sympy.Mul, sympy.Pow)):
        return (type(expr).__name__, *map(_dump, expr.args))
    if isinstance(expr, sympy.log) and len(expr.args) == 2:
        return ("Mul", ("log", _dump(expr.args[0])), ("Pow", ("log", _dump(expr.args[1])), ("number", "-1")))
    name = type(expr).__name__
    if isinstance(expr, (sympy.Function, sympy.Max, sympy.Min)) and name in KNOWN:
        return (name, *map(_dump, expr.args))
    raise ValueError(name)


def _term(tree: Sequence[Any], names: Mapping[str, Term]) -> Term:
    """The nested tuples as a term, the placeholders put back."""
    kind, *parts = tree
    if kind == "name":
        return names[parts[0]]
    if kind == "number":
        return Number(Fraction(parts[0]))
    if kind == "constant":
        return Constant("pi") if parts[0] == "pi" else Apply("exp", ONE)
    args = [_term(p, names) for p in parts]
    if kind in ("Sum", "Product"):
        body, index, lower, upper = args
        assert isinstance(index, Symbol)
        return (Sum if kind == "Sum" else Product).over(index.name, lower, upper, body)
    if kind == "Pow":
        return Power(args[0], args[1])
    if kind in ("Add", "Mul"):
        return (Add if kind == "Add" else Mul)(*args)
    return Apply(kind, *args)
