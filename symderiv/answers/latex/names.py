"""How the declared names are written in LaTeX, and which of them a written name may be.

A declaration says it by ``latex=`` (``\\omega^{(1)}``, ``w^2``, ``H'``, ``\\Delta W``); otherwise the Python name does:
``sigma_x`` is \\sigma_x, ``d_out`` d_{\\text{out}}, ``x_hat`` \\hat{x}, ``H_prime`` H', ``omega1`` \\omega_1. A written
name is a letter with accents, a font, primes and labels; what else stands in its scripts are indices or a power.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from symderiv.answers.latex.commands import GREEK, SPELLED
from symderiv.answers.latex.grammar import parse
from symderiv.answers.latex.layout import merge_words
from symderiv.answers.latex.nodes import (
    Accent,
    Chain,
    Frac,
    Function,
    Group,
    Letter,
    Node,
    Numeral,
    Product,
    Scripted,
    Sign,
    Sum,
)
from symderiv.answers.latex.pairing import pair
from symderiv.answers.latex.tokens import Token, tokenize
from symderiv.errors import AnswerError
from symderiv.language.context import Context
from symderiv.language.text import Limits

__all__ = ["Declared", "NameTable", "Written", "differential", "name_table", "operators", "plain", "written"]

_ACCENTS = {"widetilde": "tilde", "widehat": "hat", "overline": "bar"}
_SPOKEN_ACCENTS = frozenset("hat tilde bar dot".split())
_SPOKEN = {"lam": "lambda", "lamda": "lambda", "eps": "varepsilon"}
_STEM = re.compile(r"([A-Za-z]+?)(\d*)$")


@dataclass(frozen=True, slots=True)
class Written:
    """A name on paper: its letter, what decorates it, and its scripts as nodes."""

    base: str
    start: int
    end: int
    font: str = ""
    accents: tuple[str, ...] = ()
    primes: int = 0
    sub: Node | None = None
    sup: Node | None = None

    @property
    def key(self) -> tuple[str, tuple[str, ...], int, str]:
        """What tells one bound index from another."""
        return self.base, self.accents, self.primes, label(self.sub)


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared name and how it is written. ``kind``: scalar, array or function; ``rank``: indices or arguments."""

    name: str
    kind: str
    rank: int
    base: str
    font: str = ""
    accents: tuple[str, ...] = ()
    primes: int = 0
    sub: str = ""
    sup: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class NameTable:
    """All declared names by the letter they are written with, and the words of several letters among them."""

    by_letter: Mapping[tuple[str, tuple[str, ...]], tuple[Declared, ...]]
    words: dict[tuple[str, ...], str] = field(default_factory=dict)
    phrases: dict[tuple[Token, ...], str] = field(default_factory=dict)
    """Notations that are no plain names, and the made-up letter that each stands for."""
    quotients: tuple[tuple[str, Written, Declared], ...] = ()
    """Arrays written ``\\frac{\\partial L}{\\partial y}``: what stands above, the name below, and the array."""

    def candidates(self, name: Written) -> list[Declared]:
        """The declared names with this letter, accents and primes; a font tells names apart only if one is declared."""
        found = [d for d in self.by_letter.get((name.base, name.accents), ()) if d.primes == name.primes]
        same = [d for d in found if d.font == name.font]
        return same or [d for d in found if "bb" not in (d.font, name.font)]

    def knows(self, base: str) -> bool:
        """Is a name declared that may stand with this letter alone, or with indices?"""
        return any(not d.sub and not d.sup and not d.primes for d in self.by_letter.get((base, ()), ()))

    def labels(self) -> frozenset[tuple[str, str]]:
        """(letter, label) of the names with a word below them: (d, out)."""
        return frozenset((d.base, d.sub) for group in self.by_letter.values() for d in group if d.sub.isalpha())

    def shown(self) -> list[str]:
        """All names as they are written."""
        return sorted({d.shown for group in self.by_letter.values() for d in group})


def plain(node: Node | None) -> str:
    """What stands in a label, without braces: ``{\\text{out}}`` is "out", ``{(2)}`` is "(2)"."""
    if node is None:
        return ""
    if isinstance(node, (Letter, Numeral, Sign)):
        return node.text
    if isinstance(node, Function):
        return node.name
    if isinstance(node, Group):
        inner = ",".join(plain(i) for i in node.items)
        return inner if node.kind == "{" else f"({inner})" if node.kind == "(" else f"[{inner}]"
    if isinstance(node, Product):
        return "".join(op + ("-" if negated else "") + plain(factor) for op, negated, factor in node.items)
    if isinstance(node, Sum):
        return "".join(("-" if negated else "+" if n else "") + plain(s) for n, (negated, s) in enumerate(node.items))
    if isinstance(node, Chain):
        return "".join(plain(side) + op for side, op in zip(node.sides, (*node.ops, ""), strict=True))
    if isinstance(node, Accent):
        return node.accent + plain(node.body)
    if isinstance(node, Scripted):
        return plain(node.body) + "'" * node.primes + (f"_{plain(node.sub)}" if node.sub else "") + (
            f"^{plain(node.sup)}" if node.sup else "")  # fmt: skip
    return f"<{node.start}>"


def label(node: Node | None) -> str:
    """A label in the form in which labels are compared."""
    return plain(node).replace(",", "").replace(" ", "")


def written(node: Node) -> Written | None:
    """The name that the node is, with its scripts; None if it is something else."""
    if isinstance(node, Letter):
        return Written(node.text, node.start, node.end, node.font)
    if isinstance(node, Group) and node.kind == "{" and len(node.items) == 1:
        return written(node.items[0])
    if isinstance(node, Accent):
        inner = written(node.body)
        if inner is None or inner.sup is not None:
            return None
        if node.accent == "vec":
            return _with(inner, node, font=inner.font or "bf")
        accents = (_ACCENTS.get(node.accent, node.accent), *inner.accents)
        return _with(inner, node, accents=accents)
    if isinstance(node, Scripted):
        inner = written(node.body)
        if inner is None or (node.sub and inner.sub) or (node.sup and inner.sup):
            return None
        if isinstance(node.body, Group) and node.sup and inner.sub:
            return None  # {x_i}^2 is a power
        return _with(
            inner, node, primes=inner.primes + node.primes, sub=node.sub or inner.sub, sup=node.sup or inner.sup
        )
    return None


def _with(inner: Written, node: Node, **changes: object) -> Written:
    fields = {n: getattr(inner, n) for n in ("base", "font", "accents", "primes", "sub", "sup")}
    return Written(**{**fields, **changes, "start": node.start, "end": node.end})  # type: ignore[arg-type]


# ---------------------------------------------------------------- from declarations


def name_table(context: Context) -> NameTable:
    """The names of a context as they are written."""
    entries = list(_declared(context))
    words: dict[tuple[str, ...], str] = {}
    for name, latex, _, _ in entries:
        words.update(_words(name, latex))
    by_letter: dict[tuple[str, tuple[str, ...]], tuple[Declared, ...]] = {}
    for name, latex, kind, rank in entries:
        d = _from_latex(name, latex, kind, rank, words) if latex else _from_name(name, kind, rank)
        key = (d.base, d.accents)
        by_letter[key] = (*by_letter.get(key, ()), d)
    phrases: dict[tuple[Token, ...], str] = {}
    kinds = {name: (kind, rank) for name, _, kind, rank in entries}
    also = [(name, latex) for latex, name in context.notations.items() if name in kinds]
    for name, latex in [*((n, latex) for n, latex, _, _ in entries), *also]:
        tokens = _phrase(latex, words) if latex else ()
        if tokens:
            base = f"\0{name}"
            phrases[tokens] = base
            by_letter[base, ()] = (Declared(name, *kinds[name], base, shown=latex or name),)
    quotients = tuple(
        (*found, by_letter[base, ()][0])
        for tokens, base in phrases.items()
        if by_letter[base, ()][0].kind == "array" and (found := _quotient(tokens)) is not None
    )
    table = NameTable(by_letter, words, phrases, quotients)
    # Functions are also typed without a backslash; where every letter is declared it may be a product.
    words.update({tuple(f): f for f in SPELLED if not all(map(table.knows, f))})
    return table


def operators(context: Context) -> dict[str, str]:
    """What ``*`` and its like mean between arrays: "valid correlation", "full convolution"."""
    out = {}
    for latex, meaning in getattr(context, "notations", {}).items():
        words = [w for w in re.findall(r"[A-Za-z]+|\*", latex) if w not in ("ast",)]
        if meaning not in context.names():
            out["*" if not words or words == ["*"] else f"{words[0]} *"] = meaning
    return out


def _declared(context: Context) -> Iterable[tuple[str, str | None, str, int]]:
    for v in context.variables.values():
        yield v.name, v.latex, "scalar", 0
    for a in context.arrays.values():
        yield a.name, a.latex, "array", len(a.axes)
    for d in context.definitions.values():
        yield d.name, d.latex, d.kind, len(d.parameters)


def _words(name: str, latex: str | None) -> Iterable[tuple[tuple[str, ...], str]]:
    if latex is None:
        stem = _stem(name)[0]
        if len(stem) > 1 and stem not in GREEK:
            yield tuple(stem), stem
        return
    try:
        tokens = tokenize(latex)
    except AnswerError:
        return
    run = []
    for t in tokens:
        if t.kind != "NAME" or t.font:
            break
        run.append(t.text)
    if len(run) > 1:
        yield tuple(run), "".join(run) if all(len(r) == 1 for r in run) else " ".join(run)
    elif len(tokens) >= 1 and tokens[0].kind == "TEXT" and tokens[0].text.isalpha() and len(tokens[0].text) > 1:
        yield tuple(tokens[0].text), tokens[0].text


def _from_latex(name: str, latex: str, kind: str, rank: int, words: dict[tuple[str, ...], str]) -> Declared:
    try:
        shape = written(parse(merge_words(pair(tokenize(latex), latex, Limits()), words), latex))
    except AnswerError:
        shape = None
    if shape is None:
        return _from_name(name, kind, rank)  # notation beyond names, such as S^{-1}: the Python name is left
    return Declared(name, kind, rank, shape.base, shape.font, shape.accents, shape.primes, label(shape.sub),
                    label(shape.sup), latex)  # fmt: skip


def _phrase(latex: str, words: dict[tuple[str, ...], str]) -> tuple[Token, ...]:
    """The tokens of a notation that is no plain name; none for a name and for what cannot be told apart."""
    try:
        tokens = merge_words(pair(tokenize(latex), latex, Limits()), words)
        plain_name = written(parse(tokens, latex)) is not None
    except AnswerError:
        plain_name = False
        try:
            tokens = pair(tokenize(latex), latex, Limits())
        except AnswerError:
            return ()
    return () if plain_name or len(tokens) < 3 else tuple(tokens)


def _quotient(tokens: tuple[Token, ...]) -> tuple[str, Written] | None:
    """(L, y) of ``\\frac{\\partial L}{\\partial y}``."""
    try:
        node = parse(tokens, "")
    except AnswerError:
        return None
    if not isinstance(node, Frac):
        return None
    parts = [differential(part) for part in (node.above, node.below)]
    if parts[0] is None or parts[1] is None:
        return None
    below = written(parts[1])
    return (label(parts[0]), below) if below is not None and below.sub is None else None


def differential(node: Node) -> Node | None:
    """L of ``\\partial L``; None for anything else."""
    while isinstance(node, Group) and node.kind == "{" and len(node.items) == 1:
        node = node.items[0]
    items = node.items if isinstance(node, Product) else ()
    if len(items) != 2 or not isinstance(items[0][2], Sign) or items[0][2].kind != "PARTIAL" or items[1][0] != "":
        return None
    return items[1][2]


def _stem(name: str) -> tuple[str, str, list[str]]:
    """(letters, digits, parts after underscores) of a Python name."""
    first, *rest = [p for p in name.rstrip("'").split("_") if p] or [name]
    match = _STEM.match(first)
    letters, digits = (match[1], match[2]) if match else (_greek(first), "")
    return _SPOKEN.get(letters, letters), digits, rest


def _greek(text: str) -> str:
    """``σ`` as "sigma"."""
    if len(text) != 1:
        return text
    found = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", unicodedata.name(text, ""))
    if not found:
        return text
    letter = found[2].lower().replace("lamda", "lambda")
    return letter if found[1] == "SMALL" else letter.capitalize()


def _from_name(name: str, kind: str, rank: int) -> Declared:
    letters, digits, rest = _stem(name)
    primes = len(name) - len(name.rstrip("'"))
    accents: list[str] = []
    subs, sup, font = [digits] if digits else [], "", ""
    for part in rest:
        if part in _SPOKEN_ACCENTS and not subs:
            accents.insert(0, part)
        elif part == "vec" and not subs:
            font = "bf"
        elif part == "prime" and not primes:
            primes = 1
        elif part in ("new", "star") and not sup:
            sup = "new" if part == "new" else "*"
        else:
            subs.append(_SPOKEN.get(part, part))
    return Declared(name, kind, rank, letters, font, tuple(accents), primes, "".join(subs), sup, name)
