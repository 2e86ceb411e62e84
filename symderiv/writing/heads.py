"""How the names of functions are printed, and which letters they take."""

from __future__ import annotations

from symderiv.language.context import Context
from symderiv.language.functions import FUNCTIONS
from symderiv.writing.names import latex_name, name_latex
from symderiv.writing.notation import Name, Node, leaf

__all__ = ["BARE", "FENCE_FUNCTIONS", "RAISED", "call_letters", "head", "letters"]

BARE = frozenset("log sin cos tan asin acos atan sinh cosh tanh".split())
"""Functions that textbooks write without brackets before a single letter."""
RAISED = BARE - {"log"}
"""Functions whose square is written on the name: tanh² a."""
_SINGLE_LETTER = {"sigmoid": r"\sigma", "Heaviside": r"\theta", "gamma": r"\Gamma", "normal_pdf": r"\varphi"}
_HEAD_TEXT = {r"\sigma": "σ", r"\theta": "θ", r"\Gamma": "Γ", r"\varphi": "φ", r"\mathbb{E}": "𝔼"}
FENCE_FUNCTIONS = {"Abs": ("|", "|"), "floor": ("⌊", "⌋"), "ceiling": ("⌈", "⌉")}
"""Functions that are written as brackets."""


def letters(context: Context) -> frozenset[str]:
    """The LaTeX of every declared name."""
    return frozenset(name_latex(n, context) for n in context.names())


def call_letters(context: Context) -> frozenset[str]:
    """LaTeX of names that are also functions, before which a bracket would read as a call."""
    functions = [d.latex or latex_name(d.name) for d in context.definitions.values() if d.kind == "function"]
    return frozenset((*functions, *_SINGLE_LETTER.values()))


def head(function: str, context: Context) -> Node:
    """The name before the argument; spelled out where its usual letter is a declared name (sigma)."""
    d = context.definitions.get(function)
    if d is not None and d.kind == "function":
        return Name(name_latex(function, context))
    f = FUNCTIONS.get(function)
    latex = f.latex.replace("#", "").strip() if f is not None else rf"\operatorname{{{function}}}"
    if function in _SINGLE_LETTER and latex in letters(context):
        latex = rf"\operatorname{{{function}}}"
    if latex in _HEAD_TEXT:
        return leaf(latex, _HEAD_TEXT[latex], "letter")
    text = latex.removeprefix(r"\operatorname{").rstrip("}").lstrip("\\")
    return leaf(latex, text, "function")
