"""From the tokens of a text to the tokens of its statements: brackets paired, line breaks and remarks taken off.

Nothing that carries meaning is dropped. A new line begins a new statement unless it plainly continues the last one; a
remark goes only if it is words in brackets after a space; a condition ("for i < n") stays, as a statement's clause.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from symderiv.answers.latex.commands import SPELLED
from symderiv.answers.latex.commas import before_members, ends_premise, in_clause, in_listing
from symderiv.answers.latex.pairing import CLOSING, OPENING
from symderiv.answers.latex.tokens import Token
from symderiv.errors import AnswerError

__all__ = ["Line", "brace_labels", "merge_phrases", "merge_words", "says_more", "split_digits", "statements"]

_TABLES = ("BMATRIX", "BCASES")
_AFTER_STOP = frozenset("NL QUAD ARROW ELAYOUT".split())
_CONTINUES = frozenset("REL SIGN OP DIV AND OR".split())


@dataclass(frozen=True, slots=True)
class Line:
    """The tokens of one statement, and those of its condition ("for i < n") if it has one.

    ``joint`` is the arrow before it ("iff", "to"), if one stands there.
    """

    tokens: tuple[Token, ...]
    clause: tuple[Token, ...] = ()
    joint: str = ""

    @property
    def start(self) -> int:
        return self.tokens[0].start


def split_digits(tokens: Sequence[Token]) -> list[Token]:
    """TeX takes one digit after ``\\frac``; after ``_`` and ``^`` it would too, which is never what was meant."""
    out: list[Token] = []
    awaited = 0  # arguments of \frac still to come at this depth
    stack: list[int] = []
    for t in tokens:
        before = out[-1].kind if out else ""
        if t.kind == "NUMBER" and len(t.text) > 1:
            if before in ("SUB", "SUP"):
                sign = "_" if before == "SUB" else "^"
                raise AnswerError(f"write {sign}{{{t.text}}} with braces", position=t.start)
            if awaited and t.end - t.start == len(t.text):
                cut = min(awaited, len(t.text))
                for n in range(cut):
                    out.append(Token("NUMBER", t.text[n], t.start + n, t.start + n + 1))
                if t.text[cut:]:
                    out.append(Token("NUMBER", t.text[cut:], t.start + cut, t.end))
                awaited -= cut
                continue
        out.append(t)
        if t.kind in ("FRAC", "BINOM"):
            stack.append(max(awaited - 1, 0))
            awaited = 2
        elif t.kind in OPENING:
            stack.append(max(awaited - 1, 0))
            awaited = 0
        elif t.kind in CLOSING:
            awaited = stack.pop() if stack else 0
        elif awaited:
            awaited -= 1
    return out


def merge_words(tokens: Sequence[Token], words: dict[tuple[str, ...], str]) -> list[Token]:
    """Letters that spell a declared name of several letters (``dw``, ``\\Delta W``) become one name.

    ``words`` maps the letters to the name. The longest wins; between letters of a Latin word there is no space.
    """
    out: list[Token] = []
    n = 0
    longest = max(map(len, words), default=0)
    while n < len(tokens):
        for length in range(min(longest, len(tokens) - n), 1, -1):
            piece = tokens[n : n + length]
            name = words.get(tuple(t.text for t in piece))
            if name is None or any(t.kind != "NAME" or t.font for t in piece):
                continue
            latin = all(len(t.text) == 1 for t in piece)
            if latin and any(a.end != b.start for a, b in pairwise(piece)):
                continue
            if name in SPELLED and _is_inside_a_run(tokens, n, n + length):
                continue
            out.append(Token("NAME", name, piece[0].start, piece[-1].end))
            n += length
            break
        else:
            out.append(tokens[n])
            n += 1
    return out


def brace_labels(tokens: Sequence[Token], labels: Collection[tuple[str, str]]) -> list[Token]:
    """``d_out`` as ``d_{out}`` where a name with this label is declared; TeX would lower one letter only."""
    out: list[Token] = []
    n = 0
    while n < len(tokens):
        out.append(tokens[n])
        n += 1
        if out[-1].kind != "SUB" or len(out) < 2 or n >= len(tokens):
            continue
        end = n
        while (
            end < len(tokens)
            and _is_plain_letter(tokens[end])
            and (end == n or tokens[end - 1].end == tokens[end].start)
        ):
            end += 1
        word = "".join(t.text for t in tokens[n:end])
        if len(word) > 1 and (out[-2].text, word) in labels:
            first, last = tokens[n], tokens[end - 1]
            out.append(Token("LC", "{", first.start, first.start))
            out.append(Token("TEXT", word, first.start, last.end))
            out.append(Token("RC", "}", last.end, last.end))
            n = end
    return out


def _is_plain_letter(t: Token) -> bool:
    return t.kind == "NAME" and len(t.text) == 1 and not t.font


def merge_phrases(tokens: Sequence[Token], phrases: Mapping[tuple[Token, ...], str]) -> list[Token]:
    """Whole notations such as ``\\frac{\\partial L}{\\partial y}`` become one name, the longest first.

    Braces around one sign and fonts make no difference.
    """
    if not phrases:
        return list(tokens)
    spelled = sorted(((_signs(p), name) for p, name in phrases.items()), key=lambda item: -len(item[0]))
    signs = _signs(tokens)
    out: list[Token] = []
    n = 0
    while n < len(signs):
        for phrase, name in spelled:
            piece = signs[n : n + len(phrase)]
            if [key for key, _, _ in piece] == [key for key, _, _ in phrase]:
                first, last = tokens[piece[0][1]], tokens[piece[-1][2]]
                out.append(Token("NAME", name, first.start, last.end))
                n += len(phrase)
                break
        else:
            out.extend(tokens[signs[n][1] : signs[n][2] + 1])
            n += 1
    return out


def _signs(tokens: Sequence[Token]) -> list[tuple[tuple[str, str], int, int]]:
    """Each token by what it shows, with its first and last place; braces around a single one belong to it."""
    out: list[tuple[tuple[str, str], int, int]] = []
    n = 0
    while n < len(tokens):
        t = tokens[n]
        single = t.kind == "LC" and n + 2 < len(tokens) and tokens[n + 2].kind == "RC"
        shown = tokens[n + 1] if single else t
        last = n + 2 if single else n
        out.append(((shown.kind, "" if shown.kind in OPENING or shown.kind in CLOSING else shown.text), n, last))
        n = last + 1
    return out


def _is_inside_a_run(tokens: Sequence[Token], begin: int, end: int) -> bool:
    """Do more letters stand directly before or after these? ``cos`` in ``cost`` is no function."""
    before = begin > 0 and tokens[begin - 1].kind == "NAME" and tokens[begin - 1].end == tokens[begin].start
    after = end < len(tokens) and tokens[end].kind == "NAME" and tokens[end].start == tokens[end - 1].end
    return before or after


def statements(tokens: Sequence[Token]) -> list[Line]:
    """The statements of a text, parted by arrows, semicolons, commas, wide spaces and new lines."""
    lines: list[list[Token]] = [[]]
    joints: list[str] = [""]
    depth = tables = 0
    n = 0
    while n < len(tokens):
        t = tokens[n]
        if t.kind in ("BLAYOUT", "ELAYOUT"):
            n += 1
            continue
        if t.kind in OPENING:
            depth += 1
            tables += t.kind in _TABLES
        elif t.kind in CLOSING:
            depth -= 1
            tables -= CLOSING[t.kind] in _TABLES
        if t.kind == "QUAD":
            remark = _remark(tokens, n + 1) if depth == 0 else None
            if remark is not None:
                n = remark
                continue
            if depth == 0 and _parts(tokens, n):
                lines.append([])
                joints.append("")
        elif tables == 0 and t.kind == "AMP":
            pass
        elif tables == 0 and t.kind == "NL":
            if depth == 0 and not _continued(tokens, n):
                lines.append([])
                joints.append("")
        elif depth == 0 and (t.kind in ("ARROW", "SEMI", "COMMA") or ends_premise(t, lines[-1])):
            listed = in_clause(lines[-1]) or in_listing(tokens, n) or before_members(tokens, n, lines[-1])
            if t.kind == "COMMA" and listed:
                lines[-1].append(t)
            else:
                lines.append([])
                joints.append(t.text if t.kind == "ARROW" else "")
        elif depth == 0 and t.kind == "DOT" and (n + 1 == len(tokens) or tokens[n + 1].kind in _AFTER_STOP):
            pass
        else:
            lines[-1].append(t)
        n += 1
    joined = [(line, _joint(joints, lines, n)) for n, line in enumerate(lines) if line]
    return _with_clauses(joined)


def _joint(joints: Sequence[str], lines: Sequence[Sequence[Token]], n: int) -> str:
    """The arrow before line ``n``, over the empty lines that spaces and commas beside it made."""
    found = joints[n]
    while not found and n > 0 and not lines[n - 1]:
        n -= 1
        found = joints[n]
    return found


def _remark(tokens: Sequence[Token], n: int) -> int | None:
    """The position after ``(\\text{independent})`` at ``n``; None if no remark in words stands there."""
    if n < len(tokens) and tokens[n].kind in ("PROSE", "TEXT") and re.fullmatch(r"\(.*\)", tokens[n].text):
        ends = n + 1 == len(tokens) or tokens[n + 1].kind in ("NL", "DOT", "COMMA", "QUAD", "ELAYOUT")
        return n + 1 if ends and not says_more(tokens[n].text.strip("( ")) else None
    if n + 1 < len(tokens) and tokens[n].kind == "LP" and tokens[n + 1].kind in ("PROSE", "TEXT"):
        depth = 0
        for m in range(n, len(tokens)):
            depth += (tokens[m].kind in OPENING) - (tokens[m].kind in CLOSING)
            if depth == 0:
                after = tokens[m + 1].kind if m + 1 < len(tokens) else "NL"
                plain = not says_more(tokens[n + 1].text)
                return m + 1 if plain and after in ("NL", "DOT", "COMMA", "QUAD", "ELAYOUT", "REL") else None
    return None


_LIMITING = frozenset(
    "for if when where only unless provided assuming with without up modulo except but approximately roughly about "
    "plus minus times divided per mod".split()
)


def says_more(words: str) -> bool:
    """Do the words limit or change the formula before them?"""
    return words.split()[0].lower().strip(",.;:") in _LIMITING


def _parts(tokens: Sequence[Token], n: int) -> bool:
    """Does the wide space at ``n`` part two statements? Next to an operator, a comma or an arrow it is only space."""
    if n == 0 or n + 1 == len(tokens):
        return False
    before, after = tokens[n - 1].kind, tokens[n + 1].kind
    joints = _CONTINUES | {"COMMA", "ARROW", "SEMI", "QUAD", "NL", "AMP", "WORD"}
    return before not in joints and after not in joints | {"ELAYOUT", "DOT"}


def _continued(tokens: Sequence[Token], n: int) -> bool:
    """Does the line after the break at ``n`` go on with the statement before it?"""
    rest = tokens[n + 1 :]
    stop = next((m for m, t in enumerate(rest) if t.kind == "NL"), len(rest))
    line = rest[:stop]
    shown = [t for t in line if t.kind not in ("AMP", "QUAD", "BLAYOUT", "ELAYOUT")]
    before = next((t for t in reversed(tokens[:n]) if t.kind not in ("AMP", "QUAD", "BLAYOUT")), None)
    if not shown or before is None:
        return True
    if shown[0].kind == "REL" or before.kind in _CONTINUES:
        return True
    aligned = next((m for m, t in enumerate(line) if t.kind == "AMP"), 0)
    own_left_side = aligned > 0 and _kind(line, aligned + 1) == "REL"
    return shown[0].kind in _CONTINUES and not own_left_side


def _kind(line: Sequence[Token], n: int) -> str:
    return line[n].kind if n < len(line) else ""


def _with_clauses(lines: list[tuple[list[Token], str]]) -> list[Line]:
    out: list[Line] = []
    for line, joint in lines:
        depth = 0
        cut = len(line)
        for n, t in enumerate(line):
            depth += (t.kind in OPENING) - (t.kind in CLOSING)
            if depth == 0 and t.kind == "WORD" and (n == 0 or t.text not in ("and", "or")):
                cut = n
                break
        if cut == 0 and out and not out[-1].clause:
            out[-1] = replace(out[-1], clause=tuple(line))
        elif cut == 0:
            raise AnswerError(f"I can't read {line[0].text!r} here", position=line[0].start)
        else:
            out.append(Line(tuple(line[:cut]), tuple(line[cut:]), joint))
    return out
