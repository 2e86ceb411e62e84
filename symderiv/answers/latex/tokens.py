"""LaTeX as tokens with their place in the source. A command that is not listed here is refused: there are no macros.

Spaces, sizes (``\\bigl``) and styles (``\\displaystyle``) vanish; ``\\left`` and ``\\right`` make the bracket after
them an opening or a closing one; words in ``\\text`` become a name or one of the words that join conditions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symderiv.answers.latex.commands import (
    COMMANDS,
    CONNECTIVES,
    ESCAPED,
    FONTS,
    FUNCTIONS,
    GREEK,
    LAYOUTS,
    MATRICES,
    RELATIONS,
    SINGLE,
    SPACES,
    WORDS,
)
from symderiv.answers.latex.unsupported import COMMANDS as UNSUPPORTED
from symderiv.answers.typed_signs import LOWERED, OPERATORS, RAISED, greek_name
from symderiv.errors import AnswerError
from symderiv.language.text import Limits

__all__ = ["FUNCTIONS", "GREEK", "Token", "tokenize"]

_SPACE = re.compile(r"(?:[ \t\r\n~]|\\[,;:!> \t\r\n])+")
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")
_BRACED_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\{,\}\d{3})+(?!\d)")
_SCIENTIFIC = re.compile(r"[eE][+\-−]?\d")
_SPACED_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\\,\d{3})+(?![\d.])")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?")
_LETTERS = re.compile(r"[A-Za-z]+")
_ONE_NAME = re.compile(r"\s*(?:\{\s*(?:\\([A-Za-z]+)|([A-Za-z0-9]))\s*\}|\\([A-Za-z]+)|([A-Za-z0-9]))")
_ENVIRONMENT = re.compile(r"\s*\{([A-Za-z]+)\*?\}")
_END_MARKS = frozenset("blacksquare square Box qed qedsymbol qedhere".split())
_DROPPED_ARGUMENT = {"tag", "label", "hspace", "vspace", "mspace"}


@dataclass(frozen=True, slots=True)
class Token:
    """``source[start:end]`` as a grammar symbol ``kind`` with its plain ``text`` and, for a letter, its ``font``."""

    kind: str
    text: str
    start: int
    end: int
    font: str = ""


def tokenize(source: str, limits: Limits = Limits()) -> list[Token]:
    """The tokens of a formula; ``AnswerError`` with a position for whatever is no mathematics."""
    if len(source) > limits.length:
        raise AnswerError(f"the formula has {len(source)} characters; at most {limits.length} are read")
    out = _Lexer(source, limits).run()
    if len(out) > limits.nodes:
        raise AnswerError(f"the formula has more than {limits.nodes} signs; write it in a shorter form")
    return out


class _Lexer:
    def __init__(self, source: str, limits: Limits):
        self.source, self.limits, self.at = source, limits, 0
        self.out: list[Token] = []
        self.open: list[str] = []  # brackets in which a comma separates

    def run(self) -> list[Token]:
        while self.at < len(self.source):
            self.step()
        return self.out

    def emit(self, kind: str, text: str, end: int, font: str = "") -> None:
        self.out.append(Token(kind, text, self.at, end, font))
        self.at = end

    def step(self) -> None:
        source, at = self.source, self.at
        if space := _SPACE.match(source, at):
            self.at = space.end()
            return
        sign = source[at]
        if sign == "\\":
            self.command()
        elif sign.isascii() and (sign.isdigit() or (sign == "." and _NUMBER.match(source, at))):
            self.number()
        elif sign.isascii() and sign.isalpha():
            self.letters()
        elif sign == "$":
            self.emit("MATH", "$", at + (2 if source.startswith("$$", at) else 1))
        elif source.startswith("..", at):
            self.listing(at + (3 if source.startswith("...", at) else 2))
        elif source.startswith("!=", at) and re.match(r"[\w)\]}]", source[at - 1 : at]):
            raise AnswerError("this may be a factorial or \\ne; write it with a space, n! = 6, or as \\ne", position=at)
        elif source.startswith((":=", "<=", ">=", "!="), at):
            self.emit("REL", {":=": "="}.get(source[at : at + 2], source[at : at + 2]), at + 2)
        elif sign in SINGLE:
            self.bracket(SINGLE[sign], sign)
            self.emit(SINGLE[sign], sign, at + 1)
        elif sign in OPERATORS:
            self.emit(*OPERATORS[sign], at + 1)
        elif greek_name(sign) in GREEK:
            self.emit("NAME", greek_name(sign) or "", at + 1)
        elif sign in RAISED or sign in LOWERED:
            self.scripts(RAISED if sign in RAISED else LOWERED)
        else:
            name = unicodedata.name(sign, f"character {ord(sign)}").lower()
            shown = f"{sign!r}" if sign.isascii() else f"{sign!r} ({name})"
            raise AnswerError(f"I can't read the sign {shown}", position=at)

    def bracket(self, kind: str, sign: str) -> None:
        """Keep count of the brackets, so that 9,600 is one number outside lists only."""
        if kind in ("LP", "LB", "LC"):
            before = self.out[-1].kind if self.out else ""
            self.open.append("list" if kind != "LC" or before in ("SUB", "SUP") else "group")
            if len(self.open) > self.limits.depth:
                raise AnswerError(f"brackets are nested deeper than {self.limits.depth}", position=self.at)
        elif kind in ("RP", "RB", "RC") and self.open:
            self.open.pop()

    def number(self) -> None:
        found = _BRACED_THOUSANDS.match(self.source, self.at) or _SPACED_THOUSANDS.match(self.source, self.at)
        if found is None and "list" not in self.open:
            found = _THOUSANDS.match(self.source, self.at)
        if found is None:
            found = _NUMBER.match(self.source, self.at)
            assert found is not None
        if _SCIENTIFIC.match(self.source, found.end()):
            raise AnswerError("write powers of ten as \\cdot 10^{…}", position=self.at)
        text = re.sub(r"[{},\\]", "", found.group())
        after_comma = bool(self.out) and self.out[-1].kind == "COMMA" and self.out[-1].end == self.at
        if after_comma and re.fullmatch(r"0\d+", text) and not self.lowered():
            raise AnswerError("a number begins with 0; leave the comma between thousands out", position=self.at)
        if len(text) > self.limits.digits:
            raise AnswerError(f"a number has more than {self.limits.digits} digits", position=self.at)
        self.emit("NUMBER", text, found.end())

    def lowered(self) -> bool:
        """Does a subscript in braces stand open here?"""
        depth = 0
        for n in range(len(self.out) - 1, 0, -1):
            depth += (self.out[n].kind == "RC") - (self.out[n].kind == "LC")
            if depth < 0:
                return self.out[n - 1].kind == "SUB"
        return False

    def listing(self, end: int) -> None:
        """``1..n`` is short for ``1, \\dots, n``."""
        between = bool(self.out) and self.out[-1].kind in ("NUMBER", "NAME", "RC")
        if between:
            self.out.append(Token("COMMA", ",", self.at, self.at))
        self.emit("DOTS", "..", end)
        if between and re.compile(r"\s*[\w\\{]").match(self.source, end):
            self.out.append(Token("COMMA", ",", end, end))

    def scripts(self, table: Mapping[str, str]) -> None:
        """``²`` and ``ᵢⱼ`` as a superscript or subscript in braces."""
        source, start = self.source, self.at
        end = start
        while end < len(source) and source[end] in table:
            end += 1
        self.out.append(Token("SUP" if table is RAISED else "SUB", "", start, start))
        self.out.append(Token("LC", "{", start, start))
        while self.at < end:
            sign = table[source[self.at]]
            kind = "NUMBER" if sign.isdigit() else SINGLE.get(sign, "NAME")
            if kind == "NUMBER":
                stop = self.at
                while stop < end and table[source[stop]].isdigit():
                    stop += 1
                self.emit(kind, "".join(table[c] for c in source[self.at : stop]), stop)
            else:
                self.emit(kind, sign, self.at + 1)
        self.out.append(Token("RC", "}", end, end))

    def letters(self) -> None:
        run = _LETTERS.match(self.source, self.at)
        assert run is not None
        for letter in run.group():
            self.emit("NAME", letter, self.at + 1)

    def command(self) -> None:
        source, at = self.source, self.at
        found = _COMMAND.match(source, at)
        if found is None:
            self.escaped()
            return
        name, end = found.group(1), at + 1 + len(found.group(1))
        if name in ("left", "right", "middle"):
            self.fence(name, end)
        elif name in FONTS:
            self.font(name, end)
        elif name in WORDS:
            self.words(name, found.end())
        elif name in ("begin", "end"):
            self.environment(name, end)
        elif name in FUNCTIONS:
            self.emit("FUNC", name, end)
        elif name in GREEK:
            self.emit("NAME", name, end)
        elif name == "Pr":
            self.emit("TEXT", name, end)
        elif name in RELATIONS:
            self.emit("REL", RELATIONS[name], end)
        elif name in COMMANDS:
            plain = {"OP": "*", "FRAC": "frac"}.get(COMMANDS[name], "all" if name == "forall" else name)
            self.emit(COMMANDS[name], plain, end)
        elif name in SPACES:
            self.arrangement(name, end)
        elif name in _END_MARKS and not re.search(r"[\w+\-*/^]", source[end:]):
            self.at = end
        elif name in ("stackrel", "overset", "not"):
            self.decorated(name, end)
        elif name in _DROPPED_ARGUMENT:
            self.at = self.argument(end)[1]
        elif name in UNSUPPORTED:
            raise AnswerError(UNSUPPORTED[name], position=at)
        else:
            raise AnswerError(f"I don't know the command \\{name}", position=at)

    def escaped(self) -> None:
        source, at = self.source, self.at
        sign = source[at + 1 : at + 2]
        if sign == "\\":
            skip = re.compile(r"\\\\\*?(?:\[-?\d*\.?\d*\s*(?:pt|em|ex|mm|cm)\])?").match(source, at)
            assert skip is not None
            self.emit("NL", "\\\\", skip.end())
        elif sign in ESCAPED:
            self.emit(ESCAPED[sign], sign, at + 2)
        elif sign == "%" and self.out and self.out[-1].kind == "NUMBER" and self.out[-1].end == at:
            last = self.out.pop()
            self.out.append(Token("NUMBER", str(Fraction(last.text) / 100), last.start, at + 2))
            self.at = at + 2
        elif sign == "%":
            raise AnswerError("write \\bmod for a remainder", position=at)
        elif sign and sign in "()[]":
            self.emit("MATH", sign, at + 2)
        else:
            shown = repr("\\" + sign)[1:-1].replace("\\\\", "\\") if sign.isprintable() else repr(sign)
            raise AnswerError(f"I can't read {shown}" if sign else "the formula ends in a backslash", position=at)

    def fence(self, name: str, end: int) -> None:
        """``\\left`` and ``\\right`` with the bracket that follows."""
        space = _SPACE.match(self.source, end)
        start = space.end() if space else end
        sign = self.source[start : start + 1]
        bars = {"|": ("ABS", start + 1)}
        bars |= {"\\": ("NORM", start + 2)} if self.source.startswith("\\|", start) else {}
        if name == "middle" and sign == "|":
            self.emit("MID", "|", start + 1)
            return
        if name == "middle" or not sign:
            raise AnswerError(f"I can't read \\{name}{sign}; every bracket needs its partner", position=self.at)
        if sign == ".":
            self.emit("LNONE" if name == "left" else "RNONE", ".", start + 1)
            return
        if sign in bars:
            kind, stop = bars[sign]
            self.emit(("L" if name == "left" else "R") + kind, sign, stop)
            return
        self.at = start
        before = len(self.out)
        self.step()
        kinds = "LP LB LC LSET LFLOOR LCEIL LABS LNORM" if name == "left" else "RP RB RC RSET RFLOOR RCEIL RABS RNORM"
        if len(self.out) != before + 1 or self.out[-1].kind not in (*kinds.split(), "BAR", "DBAR"):
            raise AnswerError(f"\\{name} stands before no bracket", position=end - len(name) - 1)
        if self.out[-1].kind in ("BAR", "DBAR"):
            last = self.out.pop()
            kind = ("L" if name == "left" else "R") + ("ABS" if last.kind == "BAR" else "NORM")
            self.out.append(Token(kind, last.text, last.start, last.end))

    def font(self, name: str, end: int) -> None:
        found = _ONE_NAME.match(self.source, end)
        if found is None:
            self.at = end  # a bold group: \mathbf{x_i}
            return
        greek = found.group(1) or found.group(3)
        if greek and greek not in GREEK:
            self.at = end
            return
        text = greek or found.group(2) or found.group(4)
        self.emit("NAME", text, found.end(), FONTS[name])

    def decorated(self, name: str, end: int) -> None:
        """``\\stackrel{(1)}{=}`` is a relation with a remark above; ``\\not=`` is another relation."""
        rest = re.compile(r"\s*(=)" if name == "not" else r"\s*\{\s*(=|<|>|\\(?:le|leq|ge|geq|ne|neq)\b)\s*\}")
        start = end if name == "not" else self.argument(end)[1]
        found = rest.match(self.source, start)
        if found is None:
            raise AnswerError(f"I can't read \\{name} here", position=self.at)
        sign = found.group(1).removeprefix("\\")
        self.emit("REL", "!=" if name == "not" else RELATIONS.get(sign, sign), found.end())

    def words(self, name: str, end: int) -> None:
        content, stop = self.argument(end)
        if content.count("$") and content.count("$") % 2 == 0:
            self.words_with_formulas(name, end, stop)
            return
        self.phrase(name, content, stop)

    def phrase(self, name: str, content: str, stop: int) -> None:
        """The words as one token."""
        plain = " ".join(content.replace("\\_", "_").replace("\\ ", " ").split()).strip(" .,;:")
        if not plain or not re.fullmatch(r"[A-Za-z0-9 _.,:'()/-]+", plain):
            raise AnswerError(f"I can't read the words {content[:30]!r} in \\{name}", position=self.at)
        word = CONNECTIVES.get(plain.lower()) if name not in ("mathrm", "operatorname", "mathit") else None
        if word:
            self.emit("WORD", word, stop)
        elif " " in plain:
            self.emit("PROSE", plain, stop)
        else:
            self.emit("TEXT", plain, stop)

    def words_with_formulas(self, name: str, end: int, stop: int) -> None:
        """``\\text{if $n \\ge 7$}``: words and formulas in turn."""
        start = self.source.index("{", end) + 1
        for n, piece in enumerate(self.source[start : stop - 1].split("$")):
            inner = _Lexer(self.source[: start + len(piece)], self.limits)
            inner.at = start
            if n % 2:
                inner.open = ["list"]
                inner.run()
            elif piece.strip(" .,;:~"):
                self.at = start
                self.phrase(name, piece, start + len(piece))
            self.out.extend(inner.out)
            start += len(piece) + 1
        self.at = stop

    def argument(self, at: int) -> tuple[str, int]:
        """The text in the braces from ``at`` on, and where they end."""
        space = _SPACE.match(self.source, at)
        start = space.end() if space else at
        if self.source[start : start + 1] != "{":
            raise AnswerError("a brace { is missing here", position=min(start, len(self.source) - 1))
        depth = 0
        for n in range(start, len(self.source)):
            if self.source[n] in "{}" and self.source[n - 1] != "\\":
                depth += 1 if self.source[n] == "{" else -1
                if depth == 0:
                    return self.source[start + 1 : n], n + 1
        raise AnswerError("this brace is never closed", position=start)

    def arrangement(self, name: str, end: int) -> None:
        if name in ("underbrace", "overbrace"):
            # The label below or above the brace is a remark.
            _, stop = self.argument(end)
            label = re.compile(r"\s*[_^]").match(self.source, stop)
            if label and self.source[label.end() :].lstrip().startswith("{"):
                _, label_end = self.argument(label.end())
                self.source = self.source[:stop] + " " * (label_end - stop) + self.source[label_end:]
            elif label and self.source[label.end() :].strip():
                self.source = self.source[:stop] + " " * (label.end() + 1 - stop) + self.source[label.end() + 1 :]
        self.at = end

    def environment(self, name: str, end: int) -> None:
        found = _ENVIRONMENT.match(self.source, end)
        kind = found.group(1) if found else ""
        if kind in MATRICES or kind == "array":
            symbol = "MATRIX"
        elif kind in ("cases", "dcases"):
            symbol = "CASES"
        elif kind in LAYOUTS:
            symbol = "LAYOUT"
        else:
            raise AnswerError(f"I don't know the environment {kind!r}", position=self.at)
        assert found is not None
        if name == "begin":
            self.open.append("list" if symbol != "LAYOUT" else "group")
            if len(self.open) > self.limits.depth:
                raise AnswerError(f"brackets are nested deeper than {self.limits.depth}", position=self.at)
        elif self.open:
            self.open.pop()
        end = self.argument(found.end())[1] if kind == "array" and name == "begin" else found.end()
        self.emit(("B" if name == "begin" else "E") + symbol, kind, end)
