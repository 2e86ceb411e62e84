"""Prose that authors wrote, with formulas between dollar signs, for each format.

Inside a formula LaTeX is LaTeX. Outside, every special character is text: ``50% of x_1 & y`` prints as it stands, and
only ``\\emph``, ``\\textbf``, ``\\textit`` and ``\\texttt`` keep their meaning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from symderiv.writing.formulas import split_prose
from symderiv.writing.names import GREEK

__all__ = ["escape_latex", "latex_prose"]

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}",
}  # fmt: skip
_SIGNS = {
    "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "→": r"\to", "←": r"\leftarrow", "∂": r"\partial", "∑": r"\sum",
    "∏": r"\prod", "∞": r"\infty", "∈": r"\in", "∉": r"\notin", "×": r"\times", "·": r"\cdot", "−": "-", "±": r"\pm",
    "√": r"\surd", "≈": r"\approx", "≡": r"\equiv", "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow", "∇": r"\nabla",
    "ℓ": r"\ell", "′": "'", "∘": r"\circ", "⊙": r"\odot", "⊤": r"\top", "∀": r"\forall", "∃": r"\exists", "∫": r"\int",
    "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil", "‖": r"\|", "⋯": r"\cdots", "∼": r"\sim",
    "∝": r"\propto", "²": "{}^2", "³": "{}^3", "¹": "{}^1", "⁻": "{}^-", "₀": "{}_0", "₁": "{}_1", "₂": "{}_2",
    "₃": "{}_3", "ᵢ": "{}_i", "ⱼ": "{}_j", "ℝ": r"\mathbb{R}", "ℕ": r"\mathbb{N}", "ℤ": r"\mathbb{Z}",
    "𝔼": r"\mathbb{E}", "µ": r"\mu",
}  # fmt: skip
_UNICODE = {**{character: "\\" + name for name, character in GREEK.items()}, **_SIGNS}
_TEXT = {
    "…": r"\dots{}", "–": "--", "—": "---", "“": "``", "”": "''", "‘": "`", "’": "'", "\u00a0": "~",
    "•": r"\textbullet{}",
}  # fmt: skip
_KEPT = re.compile(r"\\(emph|textbf|textit|texttt)\{([^{}$\\]*)\}|\\([%&#$_{}])")


def latex_prose(text: str, words: Mapping[str, str] | None = None) -> str:
    """Prose for LaTeX: formulas stay, text is escaped; blank lines separate paragraphs.

    ``words`` are set in a way of their own, such as the ids of parts as references.
    """
    out = ""
    known = sorted(words or (), key=len, reverse=True)
    split = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, known))})(?!\w|\.\w)") if words else None
    for kind, content in split_prose(text.strip()):
        if kind == "text":
            for n, piece in enumerate(split.split(content) if split is not None else [content]):
                out += words[piece] if words and n % 2 else _text(piece)
        else:
            formula = _formula(content.strip())
            out += f"\\[{formula}\\]" if kind == "display" else f"${formula}$"
    return out


def escape_latex(text: str) -> str:
    """Plain text for LaTeX: nothing in it is a command."""
    return "".join(_character(c) for c in unicodedata.normalize("NFC", text))


def _text(text: str) -> str:
    out, end = "", 0
    for m in _KEPT.finditer(text):
        out += escape_latex(text[end : m.start()])
        out += rf"\{m[1]}{{{escape_latex(m[2])}}}" if m[1] else escape_latex(m[3])
        end = m.end()
    out += escape_latex(text[end:])
    return re.sub(r"\n\s*\n", "\n\n", out)


def _formula(latex: str) -> str:
    """A formula with Unicode letters spelled out; a blank line would end it, so there is none."""
    latex = re.sub(r"\s*\n\s*", " ", latex)
    return "".join(_UNICODE[c] + " " if c in _UNICODE else c if ord(c) < 0x250 else _fallback(c) for c in latex)


def _character(c: str) -> str:
    if c in _SPECIAL:
        return _SPECIAL[c]
    if c in _TEXT:
        return _TEXT[c]
    if c in _UNICODE:
        return rf"\ensuremath{{{_UNICODE[c]}}}"
    if c in "\n\t" or " " <= c <= "~":
        return c
    # T1 has the letters of Latin-1 and Latin Extended-A; the control characters and anything else has no glyph there.
    if "\u00a1" <= c <= "\u017f" and unicodedata.category(c).startswith(("L", "P")):
        return c
    return _fallback(c)


def _fallback(c: str) -> str:
    """The nearest ASCII, or nothing: an unknown character must not stop the page."""
    return "".join(d for d in unicodedata.normalize("NFKD", c) if d.isalnum() and d.isascii()) or "?" * (c > "\u009f")
