"""Plain text as SymPy's syntax: the product signs that people leave out, put in where nothing else can be meant.

    2xy -> 2*x*y    S_i(1 - S_j) -> S_i*(1 - S_j)    K^2CF + F -> K**2*C*F + F    y(n-1) -> y[n-1]

After a fraction bar (``1/2x``), after a power that is no plain number (``2^nk``) and before a number the sign is asked
for. Words are taken apart only into single letters and names with an index (``S_iS_j``), in one way.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass, field

from symderiv.answers.asked import typed_names
from symderiv.errors import AnswerError
from symderiv.language.context import Context, unfold_all
from symderiv.language.functions import FUNCTIONS
from symderiv.language.matrix_text import MATRIX_CALLS, matrix_name
from symderiv.language.terms import ONE, Apply, Delta, Entry, Number, Symbol, Term, free_names
from symderiv.language.text_reading import from_text, own_indices

__all__ = ["Names", "Spelled", "spell"]

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<word>[^\W\d]\w*)|(?P<power>\*\*|\^)"
    r"|(?P<sign><=|>=|==|!=|.)"
)
_RANGED = re.compile(r"\(\s*([^\W\d]\w*)\s*,")
_CALLS = frozenset(
    "Sum Product Derivative Piecewise KroneckerDelta Eq Ne Le Lt Ge Gt Not And Or sqrt Integer Rational Log ln "
    "sech coth sec csc cot csch abs ReLU sigma max min arctan arcsin arccos ceil Matrix ImmutableMatrix Tuple".split()
) | frozenset(MATRIX_CALLS)
_LONGEST_SPLIT = 24
_NO_PRODUCTS = frozenset("nan oo inf zoo NaN".split())
_HINTS = {
    "sum": "a sum as Sum(x[i], (i, 1, n))", "prod": "a product as Product(x[i], (i, 1, n))",
    "product": "a product as Product(x[i], (i, 1, n))", "argmax": "the index by a condition",
}  # fmt: skip
_CLOSING = {"(": ")", "[": "]"}
_OPERANDS = ("number", "word", "close")


@dataclass(slots=True)
class Spelled:
    """A text in SymPy's syntax; ``origins`` has the place in the typed text for every byte."""

    text: str = ""
    origins: list[int] = field(default_factory=list)

    def add(self, piece: str, typed: int) -> None:
        for offset, character in enumerate(piece):
            self.origins.extend([typed + offset] * len(character.encode()))
        self.text += piece

    def typed(self, place: int) -> int:
        """The place in the typed text of a byte position in this one."""
        return self.origins[min(place, len(self.origins) - 1)] if self.origins else 0


class Names:
    """What names mean that from_text does not know: ``x1``, ``k_1``, ``e``, ``delta_ij``."""

    def __init__(self, context: Context, preferred: frozenset[str] = frozenset()):
        self.context, self.preferred = context, preferred
        self.typed = typed_names(context)

    def __call__(self, name: str) -> Term | None:
        return self._typed(name) or _meaning(name, self.context)

    def _typed(self, name: str) -> Term | None:
        """``k_1`` where ``k1`` is declared; not where it may as well be an entry of an array ``k``."""
        found = self.typed.get(name, ())
        base = name.partition("_")[0]
        entry = base in self.context.arrays or base in self.context.definitions
        asked = [n for n in found if n in self.preferred] or list(found)
        if not asked or (entry and base in self.preferred and asked[0] not in self.preferred):
            return None
        if len(asked) > 1 or (entry and (asked[0] in self.preferred) == (base in self.preferred)):
            names = " or ".join([*asked, *([f"an entry of {base}"] if entry else [])])
            raise AnswerError(f"{name} may be {names}; write it as it is declared")
        return Symbol(asked[0])


def spell(text: str, context: Context, names: Names) -> Spelled:
    """``text`` with its product signs; ``AnswerError`` where it is not clear what belongs together."""
    return _Speller(text, context, names).run()


def _meaning(name: str, context: Context) -> Term | None:
    """``x1`` as ``x[1]`` where only the array ``x`` is declared; ``e`` and ``delta_ij`` where they are not declared."""
    if name == "e":
        return Apply("exp", ONE)
    if name.startswith("delta_") and "delta" not in context.names():
        letters = name[6:].split("_") if "_" in name[6:] else list(name[6:])
        indices = [v for v in letters if v in context.variables and context.variables[v].range.integer]
        if len(indices) == len(letters) == 2:
            left, right = (from_text(v, context) for v in letters)
            return Delta(left, right)
    found = re.fullmatch(r"(\w*?[^\W\d])(\d+)", name)
    array = context.arrays.get(found.group(1)) if found else None
    return Entry(array.name, (Number(int(found.group(2))),)) if found and array and len(array.axes) == 1 else None


class _Speller:
    """Puts the product signs in and refuses where they are not clear."""

    def __init__(self, text: str, context: Context, names: Names):
        self.text, self.context, self.names = text, context, names
        self.bound = set(_RANGED.findall(text))
        self.out = Spelled()
        self.before = ""  # the kind of what stands before: number, word, close, or "" where an operand is awaited
        self.slashed = False  # does a fraction bar stand before this run of factors?
        self.exponent = ""  # "": no exponent before; else whether one may go on after it: "plain" or "unclear"
        self.base = ""
        self.states: list[tuple[bool, str]] = []  # what was known before each open bracket
        self.open: list[tuple[str, str]] = []  # for each open bracket what closes it, as typed and as spelled

    def run(self) -> Spelled:
        tokens = [m for m in _TOKEN.finditer(self.text) if m.lastgroup != "space"]
        for n, token in enumerate(tokens):
            if n and tokens[n - 1].end() < token.start():
                self.out.add(" ", token.start() - 1)
            kind, sign = token.lastgroup, token.group()
            if kind == "power":
                self.base = tokens[n - 1].group() if n else ""
                self.out.add("**", token.start())
                self.before, self.exponent = "power", ""
            elif sign in _CLOSING:
                self._open(token, tokens[n - 1] if n else None)
            elif kind in ("number", "word"):
                self._operand(token, tokens[n + 1].group() if n + 1 < len(tokens) else "")
            elif sign in ")]":
                self._close(sign, token.start())
            elif sign == "+" and n and tokens[n - 1].group() in ("*", "/"):
                raise AnswerError("something is missing before '+' here", position=token.start())
            else:
                self.out.add(sign, token.start())
                if not (sign in "+-" and self.before == "power"):  # the sign of an exponent
                    self.before, self.exponent, self.slashed = "", "", sign == "/"
        return self.out

    def _operand(self, token: re.Match[str], after: str) -> None:
        kind, shown = token.lastgroup or "", token.group()
        raised = self.before == "power"
        if self.before in _OPERANDS:
            self._juxtapose(token)
        if kind == "word":
            self._word(shown, token.start(), after)
        else:
            self.out.add(shown, token.start())
        self.before = kind
        if raised:
            plain = kind == "number" and self.base not in ("e", "E") and not self.base[:1].isdigit()
            self.exponent = "plain" if plain else "unclear"

    def _open(self, token: re.Match[str], last: re.Match[str] | None) -> None:
        sign = token.group()
        called = last is not None and self._calls(last, sign)
        if self.before in _OPERANDS and not called and (sign == "(" or self.before == "number"):
            self._juxtapose(token)
        opening = "[" if called and last is not None and self._is_array(last.group()) else sign
        if called and last is not None and self._is_function(last.group()):
            opening = "("  # y[n - 5] of a signal
        self.open.append((_CLOSING[sign], _CLOSING[opening]))
        self.states.append((self.slashed, self.exponent))
        self.out.add(opening, token.start())
        self.slashed, self.exponent, self.before = False, "", ""

    def _close(self, sign: str, place: int) -> None:
        typed, spelled = self.open.pop() if self.open else (sign, sign)
        if typed != sign:
            raise AnswerError(f"{typed!r} is missing before {sign!r}", position=place)
        self.out.add(spelled, place)
        self.slashed, self.exponent = self.states.pop() if self.states else (False, "")
        self.before = "close"

    def _juxtapose(self, token: re.Match[str]) -> None:
        shown, place = token.group(), token.start()
        if self.before == "number" and re.fullmatch(r"[xXbBoO]\d\w*", shown) and self.out.text.endswith("0"):
            raise AnswerError("only decimal numbers are read", position=place)
        if token.lastgroup == "number":
            raise AnswerError(f"write * before {shown}, or ^ if it is a power", position=place)
        if self.slashed:
            message = f"it is not clear whether {shown} stands below the line; write brackets, a/(b*c) or (a/b)*c"
            raise AnswerError(message, position=place)
        if self.exponent == "unclear":
            message = f"it is not clear whether {shown} belongs to the exponent; write brackets"
            raise AnswerError(message, position=place)
        self.out.add("*", place)
        self.exponent = ""

    # ---- words

    def _calls(self, before: re.Match[str], bracket: str) -> bool:
        """Is the bracket after this word that of a call or of an index? If not, it begins another factor."""
        name = before.group()
        if before.lastgroup != "word" or bracket == "[":
            return before.lastgroup == "word"
        if self._is_array(name) or name in FUNCTIONS or name in _CALLS or not self.is_known(name):
            return not self._splits(name)
        definition = self.context.definitions.get(name)
        if definition is not None and definition.kind == "function":
            return True
        self._check_argument(name, before.end())
        self._check_entry(name, before.end())
        return False

    def _check_entry(self, name: str, place: int) -> None:
        """``x_2(n)`` is no entry times n but a signal x_2 that is not declared; ``S_i(1 - S_j)`` is a product."""
        inside = re.match(r"\s*\(([^()\[\]]*)\)", self.text[place:])
        try:
            entry = from_text(name, self.context, extra=self.names)
            index = from_text(inside.group(1), self.context, extra=self.names) if inside else ONE
        except AnswerError:
            return
        if not isinstance(entry, Entry) or not free_names(index) or not self.context.is_integer(index):
            return
        if isinstance(index, Symbol) or all(isinstance(i, Number) for i in entry.indices):
            message = f"{name} is no function here; write * before the bracket if a product is meant"
            raise AnswerError(message, position=place)

    def _check_argument(self, name: str, place: int) -> None:
        """``g(a)`` may be g times a, or g with what it depends on."""
        definition = self.context.definitions.get(name)
        inside = re.match(r"\s*\(\s*([^\W\d]\w*)\s*\)", self.text[place:])
        if definition is None or inside is None:
            return
        if inside.group(1) in free_names(unfold_all(definition.body, self.context)):
            raise AnswerError(f"write {name} alone, or {name}*({inside.group(1)}) for a product", position=place)

    def _is_array(self, name: str) -> bool:
        found = self.context.definitions.get(name)
        if matrix_name(name, self.context) is not None:
            return False  # it may stand for the whole
        return name in self.context.arrays or (found is not None and found.kind == "array")

    def _is_function(self, name: str) -> bool:
        found = self.context.definitions.get(name)
        return found is not None and found.kind == "function"

    def is_known(self, name: str) -> bool:
        if name in self.bound or name in self.context.names():
            return True
        try:
            from_text(name, self.context, extra=self.names)
        except AnswerError:
            return False
        return True

    def _splits(self, name: str) -> bool:
        return name not in _CALLS and name not in FUNCTIONS and not self.is_known(name) and len(self._parts(name)) > 1

    def _word(self, name: str, place: int, after: str) -> None:
        if name in _HINTS and name not in self.context.names() and after == "(":
            raise AnswerError(f"I don't know {name}(…); write {_HINTS[name]}", position=place)
        if keyword.iskeyword(name) and name not in ("True", "False"):
            raise AnswerError(f"{name!r} is a word of Python, no name of this problem", position=place)
        if after != "(" and (name in FUNCTIONS or name in _CALLS) and name not in self.context.names() and (
            not self.is_known(name)
        ):  # fmt: skip
            raise AnswerError(f"{name} stands without its argument; write {name}(…)", position=place)
        bare = self._is_array(name) and name not in self.bound and after[:1] not in ("(", "[")
        if bare and own_indices(name, self.context) is None:
            raise AnswerError(f"{name} stands without its index; write one entry, such as {name}[i]", position=place)
        parts = self._parts(name) if self._splits(name) else [name]
        for n, part in enumerate(parts):
            if n:
                if self.slashed or (self.before == "power"):
                    raise AnswerError(
                        f"it is not clear what belongs together in {name}; write brackets", position=place
                    )
                self.out.add("*", place)
            self.out.add(part, place)
            place += len(part)

    def _parts(self, name: str) -> list[str]:
        """The one way to take a word apart into declared letters and names with an index; itself if there is none."""
        if len(name) > _LONGEST_SPLIT or name in _NO_PRODUCTS or (name[0] == "d" and self.is_known(name[1:])):
            return [name]
        ways: dict[int, list[list[str]]] = {len(name): [[]]}
        for begin in range(len(name) - 1, -1, -1):
            found = []
            for end in range(begin + 1, len(name) + 1):
                piece = name[begin:end]
                if "_" in piece and end < len(name) and "_" not in name[end:]:
                    continue  # sigma_xy is another name than sigma_x times y
                short = len(piece) == 1 or "_" in piece[1:-1] or piece[1:].isdigit()
                if ways.get(end) and short and not piece[0].isdigit() and piece[0] != "_" and self.is_known(piece):
                    found += [[piece, *rest] for rest in ways[end]]
            ways[begin] = found[:3]
        return ways[0][0] if len(ways[0]) == 1 else [name]
