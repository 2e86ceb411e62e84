"""From what a person typed to terms: a ``Reading`` keeps the source, the positions, and a chain of sides.

A statement ``p = q = r`` is a chain of sides; what names the answer (``dL/da = g - y``) is kept as its label. Each form
of text has one reader in ``READERS``.
Text comes from strangers: readers only look characters and names up, within ``Limits``; they evaluate nothing.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from symderiv.errors import AnswerError
from symderiv.language.context import Context
from symderiv.language.terms import Entry, Number, Term
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

    ``second`` says what a second reader, if one was asked, makes of the same text; it overrides nothing.
    """

    source: str
    form: Form
    sides: tuple[Side, ...]
    label: str = ""
    second: Literal["", "agrees", "differs", "unread"] = ""

    @property
    def answer(self) -> Term:
        """The last side, where a person's calculation ends."""
        return self.sides[-1].term


def form_of(text: str) -> Form:
    """The form of a text by its signs: backslash, dollar, brace and ``(a)_i`` are LaTeX, all else SymPy text."""
    return "latex" if re.search(r"[\\${}]|[)\]]_", text) else "sympy"


def read_answer(text: str, question: Question, context: Context, *, limits: Limits = Limits()) -> Reading:
    """Read ``text`` as an answer to ``question``. ``AnswerError`` with a position for whatever is not understood."""
    if len(text) > limits.length:
        raise AnswerError(f"the answer has {len(text)} characters; at most {limits.length} are read")
    if not text.strip():
        raise AnswerError("the answer is empty; write a formula such as x + 1")
    reading = READERS[form_of(text)](text, question, context, limits)
    for side in reading.sides:
        # Towers such as a**a**a need no brackets; printers and provers walk down a term by recursion.
        if _deeper_than(side.term, 3 * limits.depth):
            raise AnswerError(f"the formula is nested deeper than {3 * limits.depth} levels", position=side.start)
    return reading


def _deeper_than(term: Term, levels: int) -> bool:
    layer: tuple[Term, ...] = (term,)
    for _ in range(levels):
        layer = tuple(argument for node in layer for argument in node.args)
    return bool(layer)


# ---------------------------------------------------------------- SymPy text

# Signs that people type or paste; each becomes one character, so that positions stay.
_SAME_LENGTH = str.maketrans(
    {"−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "∗": "*", "\n": " ", "\r": " ", "\t": " "}
)
_SIGNS = frozenset("+-*/^()[],.=<>!&|~_ ")
_EQUALS = re.compile(r"(?<![=<>!])=(?!=)")
_LABEL = re.compile(r"[^\W\d][\w']*(\s*[\[(][\w\s,+-]*[\])])?(\s*/\s*[^\W\d][\w']*(\s*[\[(][\w\s,+-]*[\])])?)?")
_BARE_PRODUCT = re.compile(r"(?<![\w.])(\d[\d_]*(?:\.\d*)?)(?![eE][+-]?\d)([^\W\d_]\w*|\s*\()")
_CALL = re.compile(r"([^\W\d]\w*)\s*\(")
_WORD = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"\d[\d_]*")


def _read_sympy_text(text: str, question: Question, context: Context, limits: Limits) -> Reading:
    source = text.translate(_SAME_LENGTH)
    _check_signs(text, source, context, limits)
    pieces: list[tuple[int, int]] = []
    start = 0
    for equals in (m.start() for m in _EQUALS.finditer(source) if _depth(source, m.start()) == 0):
        pieces.append((start, equals))
        start = equals + 1
    pieces.append((start, len(source)))
    label = ""
    if len(pieces) > 1 and _names_the_answer(source[slice(*pieces[0])].strip(), question, context):
        label = source[slice(*pieces.pop(0))].strip()
    return Reading(text, "sympy", tuple(_read_side(source, *p, context, limits) for p in pieces), label)


def _check_signs(text: str, source: str, context: Context, limits: Limits) -> None:
    declared = frozenset("".join(context.names()))
    for position, sign in enumerate(source):
        if sign == "#" or not (sign in _SIGNS or (sign.isascii() and sign.isalnum()) or sign in declared):
            name = unicodedata.name(text[position], f"character {ord(sign)}").lower()
            shown = f"{text[position]!r}" if sign.isascii() else f"{text[position]!r} ({name})"
            raise AnswerError(f"I can't read the sign {shown}", position=position)
    for number in _NUMBER.finditer(source):
        if len(number.group()) > limits.digits:
            raise AnswerError(f"a number has more than {limits.digits} digits", position=number.start())
    if bare := _BARE_PRODUCT.search(source):
        left, right = bare.group(1), bare.group(2).strip()
        raise AnswerError(f"a product needs its sign: write {left}*{right}", position=bare.start())
    for word in _WORD.finditer(source):
        name = word.group()
        if keyword.iskeyword(name) and name not in ("True", "False"):
            raise AnswerError(f"{name!r} is a word of Python, no name of this problem", position=word.start())
    for call in _CALL.finditer(source):
        name = call.group(1)
        if name in context.variables or name in context.arrays or name.rpartition("_")[0] in context.arrays:
            raise AnswerError(f"{name} is no function; write {name}*(…) for a product", position=call.start())


def _depth(source: str, position: int) -> int:
    before = source[:position]
    return sum(map(before.count, "([")) - sum(map(before.count, ")]"))


def _names_the_answer(text: str, question: Question, context: Context) -> bool:
    """``J_ij`` where the question is called that, or a name such as ``dL/da`` that has no other meaning here."""
    if text == question.name:
        return True
    if not _LABEL.fullmatch(text):
        return False
    try:
        from_text(text.replace("'", "_prime"), context)
    except AnswerError:
        return True
    return False


def _read_side(source: str, start: int, end: int, context: Context, limits: Limits) -> Side:
    text = source[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    if not text:
        raise AnswerError("one side of '=' is empty", position=min(start, max(len(source) - 1, 0)))
    # Powers are also typed with ^, which Python reads as something else; both spellings mean the same here.
    spelled = text.replace("^", "**")
    try:
        term = from_text(spelled, context, limits=limits, extra=lambda name: _numbered_entry(name, context))
    except AnswerError as error:
        place = error.position
        if place is None:
            raise
        raise AnswerError(error.message, position=start + _typed_position(text, place)) from None
    except (RecursionError, MemoryError, OverflowError, ValueError):
        raise AnswerError("I can't read this: it is too large or too deep", position=start) from None
    return Side(term, start, start + len(text))


def _numbered_entry(name: str, context: Context) -> Term | None:
    """``x1`` as ``x[1]`` where only the array ``x`` is declared."""
    found = re.fullmatch(r"(\w*?[^\W\d])(\d+)", name)
    array = context.arrays.get(found.group(1)) if found else None
    return Entry(array.name, (Number(int(found.group(2))),)) if found and array and len(array.axes) == 1 else None


def _typed_position(text: str, place: int) -> int:
    """The character of ``text`` for a byte position in its spelling with ``**`` for ``^``."""
    reached = 0
    for position, sign in enumerate(text):
        if reached >= place:
            return position
        reached += 2 if sign == "^" else len(sign.encode())
    return max(len(text) - 1, 0)


# ---------------------------------------------------------------- LaTeX


def _read_latex(text: str, question: Question, context: Context, limits: Limits) -> Reading:
    from symderiv.answers.latex import read_latex

    return read_latex(text, question, context, limits)


def load_grammar() -> None:
    """Load what the first answer in LaTeX needs."""
    from symderiv.answers.latex.grammar import load_parser

    load_parser()


Reader = Callable[[str, Question, Context, Limits], Reading]
READERS: Mapping[Form, Reader] = {"sympy": _read_sympy_text, "latex": _read_latex}
