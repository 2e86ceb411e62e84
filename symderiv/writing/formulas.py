"""Formulas that people wrote in LaTeX (names, laws, prose), read into notation for printers other than LaTeX.

Covers what such texts contain: letters, scripts, fractions, roots, sums, accents, fonts, brackets, cases. Anything
else makes ``read_math`` answer None, and the printer shows the source instead. Purely typographic: nothing is
understood here; answers of students are read elsewhere.
"""

from __future__ import annotations

import re
from functools import lru_cache

from symderiv.writing.names import GREEK
from symderiv.writing.notation import Accent, Big, Fenced, Fraction, Kind, Leaf, Node, Root, Row, Scripts, Stack, row

__all__ = ["read_math", "split_prose"]

_SYMBOLS: dict[str, tuple[str, Kind]] = {
    "le": ("≤", "relation"), "leq": ("≤", "relation"), "ge": ("≥", "relation"), "geq": ("≥", "relation"),
    "ne": ("≠", "relation"), "neq": ("≠", "relation"), "in": ("∈", "relation"), "approx": ("≈", "relation"),
    "equiv": ("≡", "relation"), "sim": ("∼", "relation"), "to": ("→", "relation"), "mapsto": ("↦", "relation"),
    "Rightarrow": ("⇒", "relation"), "Leftrightarrow": ("⇔", "relation"), "iff": ("⇔", "relation"),
    "implies": ("⇒", "relation"), "propto": ("∝", "relation"), "mid": ("|", "relation"), "subset": ("⊂", "relation"),
    "rightarrow": ("→", "relation"), "ll": ("≪", "relation"), "gg": ("≫", "relation"), "notin": ("∉", "relation"),
    "cdot": ("·", "times"), "times": ("×", "binary"), "pm": ("±", "binary"), "mp": ("∓", "binary"),
    "circ": ("∘", "binary"), "odot": ("⊙", "binary"), "ast": ("∗", "binary"), "setminus": ("∖", "binary"),
    "cup": ("∪", "binary"), "cap": ("∩", "binary"), "bmod": ("mod", "binary"), "otimes": ("⊗", "binary"),
    "wedge": ("∧", "binary"), "vee": ("∨", "binary"), "land": ("∧", "binary"), "lor": ("∨", "binary"),
    "lnot": ("¬", "sign"), "neg": ("¬", "sign"), "infty": ("∞", "letter"), "dots": ("…", "upright"),
    "ldots": ("…", "upright"), "cdots": ("⋯", "upright"), "forall": ("∀", "upright"), "exists": ("∃", "upright"),
    "int": ("∫", "upright"), "top": ("⊤", "upright"), "prime": ("′", "upright"), "colon": (":", "comma"),
    "langle": ("⟨", "upright"), "rangle": ("⟩", "upright"), "lfloor": ("⌊", "upright"), "rfloor": ("⌋", "upright"),
    "lceil": ("⌈", "upright"), "rceil": ("⌉", "upright"), "vert": ("|", "upright"), "Vert": ("‖", "upright"),
    "lvert": ("|", "upright"), "rvert": ("|", "upright"), "lVert": ("‖", "upright"), "rVert": ("‖", "upright"),
    "quad": ("\u2003", "space"), "qquad": ("\u2003\u2003", "space"),
}  # fmt: skip
_SPACES = {",": "\u2009", ":": "\u2005", ";": "\u2005", " ": " ", "!": ""}
_FUNCTIONS = "log ln exp sin cos tan sinh cosh tanh arcsin arccos arctan max min sup inf lim det dim Pr arg".split()
_ACCENTS = "hat tilde bar vec dot widehat widetilde overline mathbf mathbb mathcal boldsymbol bm".split()
_SIZES = {"left", "right", "big", "Big", "bigg", "Bigg"} | {
    s + e for s in ("big", "Big", "bigg", "Bigg") for e in "lrm"
}
_PLAIN: dict[str, tuple[str, Kind]] = {
    "+": ("+", "binary"), "-": ("−", "binary"), "*": ("∗", "binary"), "=": ("=", "relation"), "<": ("<", "relation"),
    ">": (">", "relation"), ",": (",", "comma"), ";": (";", "comma"), ":": (":", "relation"), "/": ("/", "upright"),
    "|": ("|", "upright"), "!": ("!", "upright"), "~": (" ", "space"), ".": (".", "upright"), "?": ("?", "upright"),
}  # fmt: skip
_TOKEN = re.compile(r"\\([A-Za-z]+)\*?|\\(.)|([0-9]+(?:\.[0-9]+)?)|(\s+)|(.)", re.S)
_PROSE = re.compile(r"(?<!\\)\$\$(.+?)(?<!\\)\$\$|(?<!\\)\$(.+?)(?<!\\)\$|\\\((.+?)\\\)|\\\[(.+?)\\\]", re.S)


class _Unknown(Exception):
    """A command that this reader does not spell out."""


@lru_cache(maxsize=2048)
def read_math(latex: str) -> Node | None:
    """The notation of a LaTeX formula, or None if it contains anything that this reader does not know."""
    reader = _Reader(latex)
    try:
        node = reader.sequence(())
        return node if reader.position == len(reader.tokens) else None
    except (_Unknown, RecursionError):
        return None


def split_prose(text: str) -> list[tuple[str, str]]:
    """Prose with formulas as ("text" | "math" | "display", content) in order; formulas as ``$...$``, ``\\[...\\]``."""
    out: list[tuple[str, str]] = []
    end = 0
    for m in _PROSE.finditer(text):
        if m.start() > end:
            out.append(("text", text[end : m.start()]))
        display, inline, round_, square = m.groups()
        kind = "display" if display is not None or square is not None else "math"
        out.append((kind, next(g for g in (display, inline, round_, square) if g is not None)))
        end = m.end()
    if end < len(text):
        out.append(("text", text[end:]))
    return out


class _Reader:
    def __init__(self, latex: str):
        self.tokens = [
            "\\" + m[1] if m[1] else "\\" + m[2] if m[2] else m[3] or m[5] for m in _TOKEN.finditer(latex) if not m[4]
        ]
        self.position = 0

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise _Unknown
        self.position += 1
        return token

    def sequence(self, ends: tuple[str, ...]) -> Node:
        items: list[Node] = []
        while self.peek() and self.peek() not in ends:
            node = self.scripted()
            if isinstance(node, Leaf) and node.text in "+−" and node.kind == "binary" and _opens(items):
                node = Leaf(node.latex, node.text, "sign")
            if node != Row(()):
                items.append(node)
        return row(*items) if items else Row(())

    def scripted(self) -> Node:
        base = self.atom()
        sub: Node | None = None
        sup: Node | None = None
        while self.peek() in ("_", "^", "'"):
            mark = self.take()
            if mark == "_":
                sub = self.argument()
            elif mark == "^":
                sup = self.argument()
            else:
                prime = Leaf("'", "′", "upright")
                sup = prime if sup is None else row(sup, prime)
        if isinstance(base, Big):
            return Big(base.symbol, (sub,) if sub is not None else (), sup)
        return base if sub is None and sup is None else Scripts(base, sub, sup)

    def argument(self) -> Node:
        if self.peek() == "{":
            self.take()
            node = self.sequence(("}",))
            self.close("}")
            return node
        token = self.peek()
        if token.isdigit() and len(token) > 1:
            # Without braces only the first digit is meant: \\tfrac12 is one half.
            self.tokens[self.position : self.position + 1] = [token[0], token[1:]]
        return self.atom()

    def close(self, token: str) -> None:
        if self.take() != token:
            raise _Unknown

    def atom(self) -> Node:
        token = self.peek()
        if token == "{":
            return self.argument()
        self.take()
        if token in ("}", "&", "_", "^", r"\\", "\\right", "\\end"):
            raise _Unknown
        if token.startswith("\\"):
            return self.command(token[1:])
        if token in "([":
            closing = ")" if token == "(" else "]"
            body = self.sequence((")", "]", "}", r"\right"))
            if self.peek() in (")", "]"):
                return Fenced(body, token, self.take() or closing)
            raise _Unknown
        if token in _PLAIN:
            text, kind = _PLAIN[token]
            return Leaf(token, text, kind)
        if token in ")]":
            raise _Unknown
        return Leaf(token, token, "number" if token[0].isdigit() else "letter")

    def command(self, name: str) -> Node:
        if name in GREEK:
            return Leaf("\\" + name, GREEK[name], "letter")
        if name in _SYMBOLS:
            text, kind = _SYMBOLS[name]
            return Leaf("\\" + name, text, kind)
        if name in _FUNCTIONS:
            return Leaf("\\" + name, name, "function")
        if name in ("sum", "prod"):
            return Big(name)  # type: ignore[arg-type]
        if name in ("frac", "tfrac", "dfrac"):
            return Fraction(self.argument(), self.argument(), small=name == "tfrac")
        if name == "sqrt":
            return self.root()
        if name in ("text", "mathrm", "operatorname", "textbf", "textit"):
            return self.words(name)
        if name in _ACCENTS:
            return Accent(self.argument(), name)
        if name in _SPACES:
            return Leaf("\\" + name, _SPACES[name], "space") if _SPACES[name] else Row(())
        if name in ("{", "}", "%", "_", "&", "#", "$", "|"):
            return Leaf("\\" + name, "‖" if name == "|" else name, "upright")
        if name == "left":
            return self.brackets()
        if name in _SIZES:
            return Row(())
        if name == "begin":
            return self.cases()
        if name in ("displaystyle", "textstyle", "limits", "nolimits"):
            return Row(())
        raise _Unknown

    def root(self) -> Node:
        if self.peek() != "[":
            return Root(self.argument())
        self.take()
        degree = self.sequence(("]",))
        self.close("]")
        return Root(self.argument(), degree)

    def words(self, command: str) -> Node:
        self.close("{")
        parts: list[str] = []
        while self.peek() and self.peek() != "}":
            parts.append(self.take())
        self.close("}")
        if any(p.startswith("\\") or p in "{$" for p in parts):
            raise _Unknown
        text = "".join(parts)
        kind: Kind = "function" if command == "operatorname" else "text"
        return Leaf(rf"\{command}{{{text}}}", text, kind)

    def brackets(self) -> Node:
        left = self.delimiter()
        body = self.sequence((r"\right",))
        self.close(r"\right")
        return Fenced(body, left, self.delimiter())

    def delimiter(self) -> str:
        token = self.take()
        named = _SYMBOLS.get(token[1:]) if token.startswith("\\") else None
        return named[0] if named else {"\\{": "{", "\\}": "}", "\\|": "‖", ".": ""}.get(token, token)

    def cases(self) -> Node:
        if self.words("text") != Leaf(r"\text{cases}", "cases", "text"):
            raise _Unknown
        rows: list[tuple[Node, Node]] = []
        while True:
            value = self.sequence(("&", r"\\", r"\end"))
            when: Node = Row(())
            if self.peek() == "&":
                self.take()
                when = self.sequence((r"\\", r"\end"))
            rows.append((value, when))
            if self.take() == r"\end":
                break
        self.words("text")
        return Stack(tuple(rows))


def _opens(items: list[Node]) -> bool:
    """Does a sign that comes next belong to what follows it?"""
    last = items[-1] if items else None
    return last is None or (isinstance(last, Leaf) and last.kind in ("binary", "relation", "comma", "times", "sign"))
