"""Signs beyond ASCII that people type or paste: Greek letters, raised and lowered digits, operators, brackets.

One table for both forms of text. Look-alikes of Latin letters and invisible signs are not in it; they are refused.
"""

from __future__ import annotations

import unicodedata

__all__ = ["LOWERED", "OPERATORS", "RAISED", "greek_name"]

RAISED: dict[str, str] = {
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)), "⁺": "+", "⁻": "-", "ⁿ": "n", "ⁱ": "i", "⁽": "(", "⁾": ")",
}  # fmt: skip
LOWERED: dict[str, str] = {
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)), "₊": "+", "₋": "-", "ᵢ": "i", "ⱼ": "j", "ₖ": "k", "ₗ": "l",
    "ₘ": "m", "ₙ": "n", "ₓ": "x", "ₐ": "a", "ₕ": "h", "ₚ": "p", "ₛ": "s", "ₜ": "t", "₍": "(", "₎": ")",
}  # fmt: skip
OPERATORS: dict[str, tuple[str, str]] = {
    "−": ("SIGN", "-"), "–": ("SIGN", "-"), "·": ("OP", "*"), "⋅": ("OP", "*"), "∙": ("OP", "*"), "×": ("OP", "*"),
    "∗": ("OP", "*"), "÷": ("DIV", "/"), "∕": ("DIV", "/"), "≤": ("REL", "<="), "≥": ("REL", ">="), "⩽": ("REL", "<="),
    "⩾": ("REL", ">="), "≠": ("REL", "!="), "≔": ("REL", "="), "≈": ("REL", "~"), "∈": ("REL", "in"),
    "’": ("PRIME", "'"), "′": ("PRIME", "'"), "∂": ("PARTIAL", "partial"), "∇": ("NABLA", "nabla"),
    "∞": ("INFTY", "infty"), "∑": ("BIG", "sum"), "∏": ("BIG", "prod"), "√": ("ROOT", "sqrt"),
    "⌊": ("LFLOOR", "lfloor"),
    "⌋": ("RFLOOR", "rfloor"), "⌈": ("LCEIL", "lceil"), "⌉": ("RCEIL", "rceil"), "‖": ("DBAR", "|"), "∥": ("DBAR", "|"),
    "∧": ("AND", "land"), "∨": ("OR", "lor"), "¬": ("NOT", "neg"), "…": ("DOTS", "dots"), "⋯": ("DOTS", "cdots"),
    "→": ("ARROW", "to"), "⟶": ("ARROW", "to"), "⇒": ("ARROW", "Rightarrow"), "⟹": ("ARROW", "Rightarrow"),
    "⇔": ("ARROW", "iff"), "⟺": ("ARROW", "iff"), "∴": ("ARROW", "therefore"), "∀": ("WORD", "all"),
}  # fmt: skip
"""The sign as a token of a formula: its kind and plain text."""


def greek_name(sign: str) -> str | None:
    """``σ`` as "sigma", ``Δ`` as "Delta"; None for any other sign."""
    if len(sign) != 1 or sign.isascii():
        return None
    if sign in _VARIANTS:
        return _VARIANTS[sign]
    words = unicodedata.name(sign, "").split()
    if len(words) != 4 or words[0] != "GREEK" or words[2] != "LETTER" or words[1] not in ("SMALL", "CAPITAL"):
        return None
    letter = words[3].lower().replace("lamda", "lambda")
    return letter if words[1] == "SMALL" else letter.capitalize()


_VARIANTS = {"ϵ": "epsilon", "ϕ": "phi", "ϑ": "vartheta", "ϱ": "varrho", "ϖ": "varpi", "ς": "varsigma"}
