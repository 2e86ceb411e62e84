"""Plain text with its signs spelled in ASCII: ``σ_x²`` as ``sigma_x**(2)``, ``√d_in`` as ``sqrt(d_in)``.

Every character of the result remembers the place it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Collection
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
    return sign in _SPELLED or sign in _MEANINGS or sign in RAISED or sign in LOWERED or greek_name(sign) is not None


def to_ascii(text: str, declared: Collection[str]) -> AsciiText:
    """``text`` in ASCII, but for letters of ``declared`` names; ``AnswerError`` for a sign without a plain spelling."""
    out = AsciiText()
    n = 0
    while n < len(text):
        sign = text[n]
        if sign.isascii() or any(sign in name for name in declared):
            out.add(sign, n)
            n += 1
        elif sign in _HINTS:
            raise AnswerError(_HINTS[sign], position=n)
        elif sign in RAISED or sign in LOWERED:
            n = _script(text, n, out)
        elif sign == "√":
            n = _root(text, n, out, declared)
        else:
            _letter(text, n, out)
            n += 1
    return out


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


def _root(text: str, n: int, out: AsciiText, declared: Collection[str]) -> int:
    """``√(x)`` and ``√d_in``: the brackets, name or number after the sign."""
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
    inner = to_ascii(text[found.start(1) : end], declared)
    out.add("(", n)
    for character, origin in zip(inner.text, inner.origins, strict=True):
        out.add(character, found.start(1) + origin)
    out.add(")", end - 1)
    return end


def _letter(text: str, n: int, out: AsciiText) -> None:
    """One sign: an operator, or a Greek letter, which is a factor of its own beside other letters."""
    sign = text[n]
    spelled = _SPELLED.get(sign) or _MEANINGS.get(sign)
    name = greek_name(sign) if spelled is None or sign == "µ" else None
    if spelled is None and name is None:
        out.add(sign, n)  # refused where signs are looked at
        return
    if name is not None or sign == "µ":
        if out.text and (out.text[-1].isalpha() or out.text[-1].isdigit()):
            out.add(" ", n)
        out.add(name or "mu", n)
        after = text[n + 1 : n + 2]
        if after.isalpha() and after not in LOWERED:
            out.add(" ", n)
        return
    out.add(spelled or "", n)
