"""Plain text with its signs spelled in ASCII: ``σ_x²`` as ``sigma_x**(2)``, ``√d_in`` as ``sqrt(d_in)``.

Every character of the result remembers the place it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from symderiv.answers.typed_signs import LOWERED, OPERATORS, RAISED, greek_name
from symderiv.errors import AnswerError

__all__ = ["AsciiText", "readable", "to_ascii"]

_WORD = re.compile(r"\s*([^\W\d]\w*|\d+(?:\.\d+)?)")
_SPELLED = {"∞": "oo", "⌊": "floor(", "⌋": ")", "⌈": "ceiling(", "⌉": ")", "√": "sqrt(", "µ": "mu", "≈": "≈"}
_MEANINGS = {sign: text for sign, (kind, text) in OPERATORS.items() if kind in ("REL", "SIGN", "OP", "DIV")}
_HINTS = {
    "∑": "write a sum as Sum(x[i], (i, 1, n))", "∏": "write a product as Product(x[i], (i, 1, n))",
    "Σ": "write a sum as Sum(x[i], (i, 1, n))",
}  # fmt: skip


@dataclass(slots=True)
class AsciiText:
    """``origins[n]`` is where character ``n`` of ``text`` comes from."""

    text: str = ""
    origins: list[int] = field(default_factory=list)

    def add(self, piece: str, origin: int) -> None:
        self.text += piece
        self.origins.extend([origin] * len(piece))

    def typed(self, place: int) -> int:
        return self.origins[min(place, len(self.origins) - 1)] if self.origins else 0


def readable(sign: str) -> bool:
    """Is it a sign that ``to_ascii`` spells?"""
    spelled = (_SPELLED, _MEANINGS, RAISED, LOWERED, _HINTS)
    return sign == "%" or any(sign in table for table in spelled) or greek_name(sign) is not None


def to_ascii(text: str, declared: Collection[str], letters: Mapping[str, str] | None = None) -> AsciiText:
    """``text`` in ASCII, but for letters of ``declared`` names; ``AnswerError`` for a sign without a plain spelling."""
    out = AsciiText()
    letters = letters or {}
    n = 0
    while n < len(text):
        sign = text[n]
        if sign == "%":
            _percent(text, n, out)
            n += 1
        elif sign.isascii() or any(sign in name for name in declared):
            out.add(sign, n)
            n += 1
        elif sign in _HINTS:
            raise AnswerError(_HINTS[sign], position=n)
        elif sign in RAISED or sign in LOWERED:
            n = _script(text, n, out)
        elif sign == "√":
            n = _root(text, n, out, declared, letters)
        else:
            _letter(text, n, out, letters)
            n += 1
    return out


def _percent(text: str, n: int, out: AsciiText) -> None:
    """``50%`` as (50/100); between two operands it is another language's remainder."""
    number = re.search(r"(?<![\w.])\d+(?:\.\d+)?$", out.text)
    if number is None or re.match(r"\s*[\w(]", text[n + 1 :]):
        raise AnswerError("write Mod(a, b) for a remainder, a/100 for percent", position=n)
    origin = out.origins[number.start()]
    out.text = out.text[: number.start()]
    del out.origins[number.start() :]
    out.add(f"({number.group()}/100)", origin)


def _script(text: str, n: int, out: AsciiText) -> int:
    """``⁻¹`` as a power, ``₁₂`` as an index."""
    table = RAISED if text[n] in RAISED else LOWERED
    end = n
    while end < len(text) and text[end] in table:
        end += 1
    plain = "".join(table[c] for c in text[n:end])
    out.add(f"**({plain})" if table is RAISED else f"_{plain}", n)
    if end < len(text) and (text[end].isalnum() or text[end] == "_"):
        out.add(" ", end)
    return end


def _root(text: str, n: int, out: AsciiText, declared: Collection[str], letters: Mapping[str, str]) -> int:
    """``√(x)`` and ``√d_in``: the brackets, name or number after the sign."""
    _part(out, n)
    out.add("sqrt", n)
    rest = text[n + 1 :].lstrip()
    if rest.startswith("("):
        return n + 1
    found = _WORD.match(text, n + 1)
    if found is None:
        raise AnswerError("write brackets after √", position=n)
    end = next((m for m in range(found.start(1), found.end()) if text[m] in RAISED), found.end())
    if (end < len(text) and (text[end] in RAISED or text[end] in "^[(")) or text.startswith("**", end):
        raise AnswerError("write brackets after √, so that it is clear what stands below it", position=n)
    inner = to_ascii(text[found.start(1) : end], declared, letters)
    out.add("(", n)
    for character, origin in zip(inner.text, inner.origins, strict=True):
        out.add(character, found.start(1) + origin)
    out.add(")", end - 1)
    return end


def _part(out: AsciiText, n: int) -> None:
    """A space, so that what follows is no part of the word before."""
    if out.text and (out.text[-1].isalpha() or out.text[-1].isdigit()):
        out.add(" ", n)


def _letter(text: str, n: int, out: AsciiText, letters: Mapping[str, str]) -> None:
    """One sign: an operator, or a Greek letter, which is a factor of its own beside other letters."""
    sign = text[n]
    spelled = _SPELLED.get(sign) or _MEANINGS.get(sign)
    name = greek_name(sign) if spelled is None or sign == "µ" else None
    if spelled is None and name is None:
        out.add(sign, n)  # refused where signs are looked at
        return
    if name is not None or sign == "µ":
        _part(out, n)
        out.add(letters.get(name or "mu", name or "mu"), n)
        after = text[n + 1 : n + 2]
        if after.isalpha() and after not in LOWERED:
            out.add(" ", n)
        return
    out.add(spelled or "", n)
