"""Answers in plain text: SymPy's syntax, and what people leave out of it where nothing else can be meant.

Product signs left out are put in by ``spelling``; ``e^(-x)`` is an exponential. The reading is shown back with every
verdict.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from symderiv.answers.differentials import objection
from symderiv.answers.spelling import Names, spell
from symderiv.answers.transliteration import readable, to_ascii
from symderiv.errors import AnswerError
from symderiv.language.context import Context
from symderiv.language.limits import Limits
from symderiv.language.terms import ONE, Apply, Derivative, Power, Term, walk
from symderiv.language.text_reading import from_text

__all__ = ["read_side", "split_at_equals", "split_rounded"]

_SAME_LENGTH = str.maketrans({"≔": "=", "\n": " ", "\r": " ", "\t": " "})
_SIGNS = frozenset("+-*/^()[],.=<>!&|~_ ")
_EQUALS = re.compile(r"(?<![=<>!])=(?!=)")
_NUMBER = re.compile(r"\d[\d_]*")


def split_at_equals(text: str, context: Context, limits: Limits) -> tuple[str, list[tuple[int, int]]]:
    """The text with plain signs, and the places of its sides; ``AnswerError`` for a sign that is no mathematics."""
    source = text.translate(_SAME_LENGTH).replace(":=", " =")
    source = re.sub(r"^(\s*)=(?!=)", r"\1 ", source)  # a line that goes on: = g - y
    _check_signs(text, source, context, limits)
    pieces: list[tuple[int, int]] = []
    start = 0
    for equals in (m.start() for m in _EQUALS.finditer(source) if _depth(source, m.start()) == 0):
        pieces.append((start, equals))
        start = equals + 1
    return source, [*pieces, (start, len(source))]


_ROUNDED = re.compile(r"\s*(?:≈|~=)\s*([-−]?(?:\d+(?:\.\d*)?|\.\d+))\s*\.?\s*$")


def split_rounded(text: str) -> tuple[str, tuple[Fraction, int, int] | None]:
    """``127/128 ≈ 0.992`` as the exact text, and the decimal with its place."""
    found = _ROUNDED.search(text)
    exact = text[: found.start()].strip(" =") if found is not None else ""
    if found is None or re.fullmatch(r"(?:[^\W\d]\w*)?", exact):
        if "≈" in text or "~=" in text:
            raise AnswerError("this is no equality; an answer is an exact formula", position=_first(text, "≈", "~="))
        return text, None
    return text[: found.start()], (Fraction(found[1].replace("−", "-")), found.start(1), found.end(1))


def _first(text: str, *signs: str) -> int:
    return min(text.find(sign) for sign in signs if sign in text)


def _check_signs(text: str, source: str, context: Context, limits: Limits) -> None:
    declared = frozenset("".join(context.names()))
    for position, sign in enumerate(source):
        plain = sign in _SIGNS or (sign.isascii() and sign.isalnum()) or sign in declared or readable(sign)
        if sign == "#" or not plain:
            name = unicodedata.name(text[position], f"character {ord(sign)}").lower()
            shown = f"{text[position]!r}" if sign.isascii() else f"{text[position]!r} ({name})"
            raise AnswerError(f"I can't read the sign {shown}", position=position)
    for number in _NUMBER.finditer(source):
        if len(number.group()) > limits.digits:
            raise AnswerError(f"a number has more than {limits.digits} digits", position=number.start())
        after_point = source[: number.start()].endswith(".")
        if re.fullmatch(r"0\d+", number.group()) and not after_point and _starts_number(source, number.start()):
            raise AnswerError("a number begins with 0; leave the comma between thousands out", position=number.start())


def _starts_number(source: str, place: int) -> bool:
    """Is what stands here no part of a name such as x_01, nor the exponent of 1e-05?"""
    return re.search(r"[\w.]$|[eE][+-]$", source[:place]) is None


def _depth(source: str, position: int) -> int:
    before = source[:position]
    return sum(map(before.count, "([")) - sum(map(before.count, ")]"))


def read_side(
    source: str, place: tuple[int, int], context: Context, limits: Limits, preferred: frozenset[str] = frozenset()
) -> tuple[Term, int, int]:
    """The term of the text at ``place``, and where it stands without the space around it.

    Of names that fit one spelling the ``preferred`` are meant.
    """
    start, end = place
    text = source[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    if not text:
        raise AnswerError("one side of '=' is empty", position=min(start, max(len(source) - 1, 0)))
    names = Names(context, preferred)
    try:
        plain = to_ascii(text, context.names(), _greek_letters(context))
    except AnswerError as error:
        raise AnswerError(error.message, position=start + (error.position or 0)) from None
    try:
        spelled = spell(plain.text, context, names)
    except AnswerError as error:
        raise AnswerError(error.message, position=start + plain.typed(error.position or 0)) from None
    try:
        term = from_text(spelled.text, context, limits=limits, extra=names)
        term = _with_exponentials(term)
        _check_derivatives(term, spelled.text, context)
        _check_extrema(term, 0)
    except AnswerError as error:
        if error.position is None:
            raise
        typed = start + plain.typed(spelled.typed(error.position))
        raise AnswerError(_worded(error.message), position=typed) from None
    except (RecursionError, MemoryError, OverflowError, ValueError):
        raise AnswerError("I can't read this: it is too large or too deep", position=start) from None
    return term, start, start + len(text)


def _greek_letters(context: Context) -> dict[str, str]:
    """The declared names that a Greek letter stands for: lam for λ."""
    shown = [(v.name, v.latex) for v in context.variables.values()]
    shown += [(a.name, a.latex) for a in context.arrays.values()]
    shown += [(d.name, d.latex) for d in context.definitions.values()]
    out = {latex[1:]: name for name, latex in shown if latex and latex[1:].isalpha() and latex[0] == "\\"}
    spoken = [name for name, _ in shown if name in ("lam", "lamda")]
    return {"lambda": spoken[0], **out} if spoken else out


def _check_extrema(term: Term, start: int) -> None:
    """``max(x_i)`` is no maximum of one number."""
    for t in walk(term):
        if isinstance(t, Apply) and t.function in ("Max", "Min") and len(t.args) == 1:
            raise AnswerError("max and min take two or more numbers; over an index write Maximum(x[i], (i, 1, n))",
                              position=start)  # fmt: skip


def _worded(message: str) -> str:
    """What Python says of its syntax, for people who do not write Python."""
    if message.startswith("I can't read this: invalid syntax"):
        return "I can't read what stands here; is a sign missing or too many?"
    return message


def _check_derivatives(term: Term, text: str, context: Context) -> None:
    for t in walk(term):
        if isinstance(t, Derivative) and (message := objection(t.body, t.variable, context)):
            raise AnswerError(message, position=max(text.encode().find(b"Derivative"), 0))


def _with_exponentials(term: Term) -> Term:
    """``e**t`` is ``exp(t)``."""
    args = tuple([_with_exponentials(a) for a in term.args])
    term = term.with_args(args) if args else term
    if isinstance(term, Power) and term.base == Apply("exp", ONE):
        return Apply("exp", term.exponent)
    return term
