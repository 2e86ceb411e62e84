"""Notation as MathML Core, which browsers set without any script or network."""

from __future__ import annotations

from html import escape

from symderiv.writing.formulas import read_math
from symderiv.writing.notation import (
    Accent,
    Big,
    Fenced,
    Fraction,
    Grid,
    Leaf,
    Name,
    Node,
    Root,
    Row,
    Scripts,
    Stack,
)

__all__ = ["math_element", "mathml_of"]

_ACCENTS = {
    "hat": "^",
    "widehat": "^",
    "tilde": "~",
    "widetilde": "~",
    "bar": "¯",
    "overline": "¯",
    "vec": "→",
    "dot": "˙",
}
_SYMBOLS = {"sum": "∑", "prod": "∏", "max": "max"}


def math_element(node: Node, *, display: bool = False) -> str:
    """A whole ``<math>`` element."""
    style = ' display="block"' if display else ""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML"{style}>{mathml_of(node)}</math>'


def mathml_of(node: Node) -> str:
    """One MathML element for the node."""
    if isinstance(node, Leaf):
        return _leaf(node)
    if isinstance(node, Name):
        spelled = read_math(node.latex)
        return mathml_of(spelled) if spelled is not None else f"<mtext>{escape(node.latex)}</mtext>"
    if isinstance(node, Row):
        return "<mrow>" + "".join(_item(n, node) for n in node.items) + "</mrow>"
    if isinstance(node, Scripts):
        return _scripts(node)
    if isinstance(node, Fraction):
        return f"<mfrac>{mathml_of(node.above)}{mathml_of(node.below)}</mfrac>"
    if isinstance(node, Root):
        if node.degree is not None:
            return f"<mroot>{mathml_of(node.body)}{mathml_of(node.degree)}</mroot>"
        return f"<msqrt>{mathml_of(node.body)}</msqrt>"
    if isinstance(node, Fenced):
        left, right = (
            f'<mo fence="true" form="{form}">{escape(c)}</mo>' if c else ""
            for form, c in (("prefix", node.left), ("postfix", node.right))
        )
        return f"<mrow>{left}{mathml_of(node.body)}{right}</mrow>"
    if isinstance(node, Big):
        return _big(node)
    if isinstance(node, Stack):
        rows = "".join(f"<mtr><mtd>{mathml_of(a)}</mtd><mtd>{mathml_of(b)}</mtd></mtr>" for a, b in node.rows)
        return f'<mrow><mo fence="true" form="prefix">{{</mo><mtable class="cases">{rows}</mtable></mrow>'
    if isinstance(node, Grid):
        rows = "".join(
            "<mtr>" + "".join(f"<mtd>{mathml_of(cell)}</mtd>" for cell in cells) + "</mtr>" for cells in node.rows
        )
        if node.plain:
            return f'<mtable class="cases">{rows}</mtable>'
        left, right = (f'<mo fence="true" form="{form}">{c}</mo>' for form, c in (("prefix", "["), ("postfix", "]")))
        return f"<mrow>{left}<mtable>{rows}</mtable>{right}</mrow>"
    if isinstance(node, Accent):
        if node.accent in _ACCENTS:
            return f'<mover accent="true">{mathml_of(node.base)}<mo>{_ACCENTS[node.accent]}</mo></mover>'
        return f'<mstyle class="{escape(node.accent)}">{mathml_of(node.base)}</mstyle>'
    raise TypeError(f"no MathML for {type(node).__name__}")


def _item(node: Node, parent: Row) -> str:
    """In a product an invisible operator tells a screen reader that letters are multiplied."""
    invisible = "<mo>&#x2062;</mo>"
    first = parent.items[0] is node
    return (invisible if parent.kind == "product" and not first and not isinstance(node, Leaf) else "") + mathml_of(
        node
    )


def _leaf(node: Leaf) -> str:
    text = escape(node.text)
    if node.kind == "number":
        return f"<mn>{text}</mn>"
    if node.kind == "letter":
        return f"<mi>{text}</mi>"
    if node.kind == "upright":
        return f'<mi mathvariant="normal">{text}</mi>'
    if node.kind == "function":
        return f"<mi>{text}</mi><mo>&#x2061;</mo>"
    if node.kind == "text":
        return f"<mtext>{text.replace(' ', '&#xa0;')}</mtext>"
    if node.kind == "space":
        return '<mspace width="0.17em"></mspace>' if node.text == "\u2009" else '<mspace width="1em"></mspace>'
    form = ' form="prefix"' if node.kind == "sign" else ' form="infix"' if node.kind == "binary" else ""
    return f"<mo{form}>{text}</mo>"


def _scripts(node: Scripts) -> str:
    base, sub, sup = node.base, node.sub, node.sup
    if isinstance(base, Name):
        spelled = read_math(base.latex)
        # The index of an entry goes below a superscript, and beside a subscript, that the name already has.
        if isinstance(spelled, Scripts) and sub is not None:
            base, sup = spelled.base, sup if spelled.sup is None else spelled.sup
            if spelled.sub is not None:
                sub = Row((spelled.sub, Leaf(",", ",", "comma"), sub))
    inner = mathml_of(base)
    if sub is not None and sup is not None:
        return f"<msubsup>{inner}{mathml_of(sub)}{mathml_of(sup)}</msubsup>"
    if sub is not None:
        return f"<msub>{inner}{mathml_of(sub)}</msub>"
    return f"<msup>{inner}{mathml_of(sup)}</msup>" if sup is not None else inner


def _big(node: Big) -> str:
    symbol = f'<mo largeop="true" movablelimits="false">{_SYMBOLS[node.symbol]}</mo>'
    lines = [mathml_of(n) for n in node.lower]
    below = (
        lines[0] if len(lines) == 1 else "<mtable>" + "".join(f"<mtr><mtd>{n}</mtd></mtr>" for n in lines) + "</mtable>"
    )
    if lines and node.upper is not None:
        return f"<munderover>{symbol}{below}{mathml_of(node.upper)}</munderover>"
    if lines:
        return f"<munder>{symbol}{below}</munder>"
    return f"<mover>{symbol}{mathml_of(node.upper)}</mover>" if node.upper is not None else symbol
