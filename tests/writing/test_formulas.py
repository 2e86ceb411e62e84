"""LaTeX that people wrote, spelled out for other printers, and prose around it."""

import pytest

from symderiv.writing.boxes import flat_text
from symderiv.writing.formulas import read_math, split_prose
from symderiv.writing.prose import latex_prose


@pytest.mark.parametrize(
    ("latex", "flat"),
    [
        (r"\omega^{(1)}", "ω⁽¹⁾"),
        (r"d_{\text{out}}", "dₒᵤₜ"),
        ("x'", "x′"),
        (r"\hat{x}", "x\u0302"),
        ("x_i^2", "xᵢ²"),
        (r"\frac{a+b}{c}", "(a + b)/c"),
        (r"\tfrac12 x", "½x"),
        (r"\sum_{k=1}^{K} a_k", "∑[k=1..K] aₖ"),
        (r"\sqrt{2\pi}", "√(2π)"),
        (r"x \le y \in \mathbb{R}", "x ≤ y ∈ R"),
        (r"\left(\frac{u}{v}\right)'", "(u/v)′"),
        (r"\{0, 1\}", "{0, 1}"),
        ("-x", "−x"),
        (r"\sigma(z)", "σ(z)"),
    ],
)
def test_read_math(latex: str, flat: str) -> None:
    node = read_math(latex)
    assert node is not None
    assert flat_text(node) == flat


@pytest.mark.parametrize(
    "latex", [r"\unknown{x}", "{x", "x}", r"\frac{a}", "(x", r"\left(x", r"\text{a \emph{b}}", "x_"]
)
def test_what_it_does_not_know_it_does_not_guess(latex: str) -> None:
    assert read_math(latex) is None


def test_prose_is_split_at_formulas() -> None:
    assert split_prose(r"for $x_1$ costs \$5 and \(y\): $$z$$") == [
        ("text", "for "), ("math", "x_1"), ("text", r" costs \$5 and "), ("math", "y"), ("text", ": "),
        ("display", "z"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("50% of x_1 & #2 {y} ~z^2", r"50\% of x\_1 \& \#2 \{y\} \textasciitilde{}z\textasciicircum{}2"),
        (r"keep $x_1 \le 50\%$ & rest", r"keep $x_1 \le 50\%$ \& rest"),
        (r"already \& escaped, \emph{so} it stays", r"already \& escaped, \emph{so} it stays"),
        (r"\input{/etc/passwd}", r"\textbackslash{}input\{/etc/passwd\}"),
        ("a < b > c | d", r"a \textless{} b \textgreater{} c \textbar{} d"),
        ("one $ sign", r"one \$ sign"),
        ("≤ and ∂ and é and “q” – …", "\\ensuremath{\\le} and \\ensuremath{\\partial} and é and ``q'' -- \\dots{}"),
        ("$α ≤ β$", r"$\alpha  \le  \beta $"),
        ("first\n\nsecond", "first\n\nsecond"),
        ("a 漢 b", "a ? b"),
        ("$x\n\ny$", "$x y$"),
    ],
)
def test_latex_prose(text: str, latex: str) -> None:
    assert latex_prose(text) == latex
