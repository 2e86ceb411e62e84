"""From what a person typed to terms: a ``Reading`` keeps the source, the positions, and a chain of sides.

A statement ``p = q = r`` is a chain of sides; what names the answer (``dL/da = g - y``) is kept as its label. Each form
of text has one reader in ``READERS``.
Text comes from strangers: readers only look characters and names up, within ``Limits``; they evaluate nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from symderiv.answers.asked import names_of
from symderiv.answers.plain import read_side, split_at_equals, split_rounded
from symderiv.errors import AnswerError
from symderiv.language.context import Context
from symderiv.language.functions import FUNCTIONS
from symderiv.language.terms import Matrix, Number, Term, Tuple
from symderiv.language.text import Limits, from_text
from symderiv.records import Question

__all__ = ["READERS", "Form", "Reading", "Side", "form_of", "load_grammar", "read_answer"]

Form = Literal["sympy", "latex"]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a statement: its term and where it stands in the source, ``source[start:end]``."""

    term: Term
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """How an answer was understood. ``label`` is the text before the first ``=`` if that only names the answer.

    ``claims`` are relations that the statement adds to the form (``… >= 0``), ``rounded`` is a decimal after ``≈``, and
    ``notes`` say what is better written otherwise.

    ``second`` says what a second reader, if one was asked, makes of the same text; it overrides nothing.
    """

    source: str
    form: Form
    sides: tuple[Side, ...]
    label: str = ""
    second: Literal["", "agrees", "differs", "unread"] = ""
    claims: tuple[Side, ...] = ()
    rounded: Side | None = None
    notes: tuple[str, ...] = ()

    @property
    def answer(self) -> Term:
        """The last side, where a person's calculation ends."""
        return self.sides[-1].term


def form_of(text: str) -> Form:
    """The form of a text by its signs: backslash, dollar, brace, ``(a)_i``, ``H'``, ``|x|`` are LaTeX; else plain."""
    if re.search(r"[\\${}∂∇∀]|[)\]]_|[A-Za-z]'|!(?!=)", text):
        return "latex"
    bars = text.count("|")
    return "latex" if bars and bars % 2 == 0 and not re.search("[<>&~]|==|!=", text) else "sympy"


def read_answer(text: str, question: Question, context: Context, *, limits: Limits = Limits()) -> Reading:
    """Read ``text`` as an answer to ``question``. ``AnswerError`` with a position for whatever is not understood."""
    if len(text) > limits.length:
        raise AnswerError(f"the answer has {len(text)} characters; at most {limits.length} are read")
    if not text.strip():
        raise AnswerError("the answer is empty; write a formula such as x + 1")
    if _FILE.fullmatch(text.strip()):
        raise AnswerError(f"{text.strip()} is the name of a file; give what stands in it: … - < {text.strip()}")
    text = _unwrapped(text)
    if re.fullmatch(r"\W*\d+,(?!\d{3}\b)\d+\W*", text) and not isinstance(question.expected, (Matrix, Tuple)):
        raise AnswerError("write a decimal point in a number", position=text.index(","))
    if form_of(text) == "sympy" and not isinstance(question.expected, (Matrix, Tuple)):
        text = _THOUSANDS.sub(lambda found: _joined(text, found), text)
    from symderiv.answers.claims import settled

    reading = settled(_read(text, question, context, limits), question, context)
    for side in reading.sides:
        # Towers such as a**a**a need no brackets; printers and provers walk down a term by recursion.
        if _deeper_than(side.term, 3 * limits.depth):
            raise AnswerError(f"the formula is nested deeper than {3 * limits.depth} levels", position=side.start)
    return reading


_FILE = re.compile(r"[\w./\\:-]+\.(?:py|tex|txt|md|pdf|ipynb|json)")
_LEAD = re.compile(r"^\s*(?:(?:the|my|our|final)\s+)*(?:answer|result|solution)\s*(?:is|:|=)\s*(?=\S)", re.IGNORECASE)
_CODE = re.compile(r"\s*(`+)(?:latex|tex|math|python|sympy)?\s*(.*?)\s*\1\s*", re.DOTALL)


def _unwrapped(text: str) -> str:
    """Without the marks of code around it, and the comma or full stop after it; what is taken off becomes space."""
    text = _LEAD.sub(lambda found: " " * len(found.group()), text)
    found = _CODE.fullmatch(text)
    if found is not None and "`" not in found[2]:
        text = " " * found.start(2) + found[2]
    bare = text.rstrip()
    while bare.endswith((".", ",", ";")) and not bare.endswith("..") and form_of(text) == "sympy":
        bare = bare[:-1].rstrip()
    return bare if bare != text.rstrip() else text


_THOUSANDS = re.compile(r"(?<![\w.,])[1-9]\d{0,2}(,\d{3})+(?![\d,])")


def _joined(text: str, found: re.Match[str]) -> str:
    """9_600 for ``9,600``, but not between brackets, where a comma parts arguments."""
    before = text[: found.start()]
    inside = sum(map(before.count, "([")) > sum(map(before.count, ")]"))
    return found.group() if inside else found.group().replace(",", "_")


def _read(text: str, question: Question, context: Context, limits: Limits) -> Reading:
    """By the reader of the text's form; what is no plain text may be LaTeX without its signs: ``Wx + b``."""
    try:
        return READERS[form_of(text)](text, question, context, limits)
    except AnswerError as error:
        about_arrays = "stands without its index" in error.message or error.message.startswith("I don't know '")
        if form_of(text) == "latex" or not about_arrays or not _may_be_latex(text, context):
            raise
        try:
            return _read_latex(text, question, context, limits)
        except AnswerError:
            raise error from None


def _may_be_latex(text: str, context: Context) -> bool:
    """Are there only single letters, with an array in every run of them? ``2alpha`` and ``nan`` stay what they are."""
    from symderiv.answers.latex.tokens import GREEK

    words = set(re.findall(r"[A-Za-z]{2,}", text))
    spelled_out = {*FUNCTIONS, *GREEK, *context.names(), "ln", "sqrt", "sum", "max", "min", "abs"}
    plain = re.fullmatch(r"[\w\s+*\-/^=(),.]+", text) is not None and not words & spelled_out
    plain = plain and not re.search(r"_\w{2}", text)  # TeX would lower one letter only
    return plain and all(set(word) & context.names() - context.variables.keys() for word in words)


def _deeper_than(term: Term, levels: int) -> bool:
    layer: tuple[Term, ...] = (term,)
    for _ in range(levels):
        layer = tuple(argument for node in layer for argument in node.args)
    return bool(layer)


# ---------------------------------------------------------------- plain text

_LABEL = re.compile(r"[^\W\d][\w']*(\s*[\[(][\w\s,+-]*[\])])?(\s*/\s*[^\W\d][\w']*(\s*[\[(][\w\s,+-]*[\])])?)?")


def _read_plain(text: str, question: Question, context: Context, limits: Limits) -> Reading:
    exact, rounded = split_rounded(text)
    source, pieces = split_at_equals(exact, context, limits)
    label = ""
    if len(pieces) > 1 and _names_the_answer(source[slice(*pieces[0])].strip(), question, context):
        label = source[slice(*pieces.pop(0))].strip()
    names = names_of(question)
    sides = tuple(Side(*read_side(source, place, context, limits, names)) for place in pieces)
    decimal = None if rounded is None else Side(Number(rounded[0]), rounded[1], rounded[2])
    return Reading(text, "sympy", sides, label, rounded=decimal)


def _names_the_answer(text: str, question: Question, context: Context) -> bool:
    """``J_ij`` where the question is called that, or a name such as ``dL/da`` that has no other meaning here."""
    if text == question.name:
        return True
    words = text.split()
    if len(words) > 1 and all(
        re.fullmatch(r"[A-Za-z]{2,}", w) and w not in context.names() | FUNCTIONS.keys() for w in words
    ):
        return True  # Output size = …
    try:
        term = from_text(text, context)
    except AnswerError:
        return _LABEL.fullmatch(text) is not None
    return question.unknown is not None and term == question.unknown


# ---------------------------------------------------------------- LaTeX


def _read_latex(text: str, question: Question, context: Context, limits: Limits) -> Reading:
    from symderiv.answers.latex import read_latex

    return read_latex(text, question, context, limits)


def load_grammar() -> None:
    """Load what the first answer in LaTeX needs."""
    from symderiv.answers.latex.grammar import load_parser

    load_parser()


Reader = Callable[[str, Question, Context, Limits], Reading]
READERS: Mapping[Form, Reader] = {"sympy": _read_plain, "latex": _read_latex}
