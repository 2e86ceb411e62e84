"""Lines broken by structure: nothing wider than asked, nothing lost, no fraction torn apart; widths against pdfTeX."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solutions import CONTEXT, NETWORK, network, term

from symderiv.language.terms import Add, Mul, Power, Term
from symderiv.writing import pdf
from symderiv.writing.breaking import break_lines
from symderiv.writing.composing import compose
from symderiv.writing.latex import fence, latex_of
from symderiv.writing.latex_page import environment
from symderiv.writing.measuring import measure
from symderiv.writing.notation import Fenced, Leaf, Row

SUM = "x[1]*x[2] + (x[1] + x[2])*(x[1] - x[2])**2 - Sum(w[j, i]*x[i], (i, 1, D))*x[3] + x[4]*x[5] - x[6]"
NESTED = "Sum(v[k, j]*sigmoid(Sum(w[j, i]*x[i], (i, 1, D)) + w[j, 0])*tanh(x[1] + x[2] + x[3]), (j, 1, M)) + v[k, 0]"
WIDE = "(x[1]*x[2] + x[2]*x[3]*x[4] - x[3]*x[4]*x[5] + x[4]*x[5]*x[6])/(x[1] + x[2])**2"
PRODUCT = "(x[1] + x[2])*(x[2] + x[3])*(x[3] + x[4])*(x[4] + x[5])*(x[5] + x[6])*(x[6] + x[7])"


def spell(node: Fenced) -> tuple[Leaf, Leaf]:
    left, right = fence(node, "display")
    return Leaf(left, node.left, "upright"), Leaf(right, node.right, "upright")


def lines(text: str, width: float) -> list[tuple[float, str, float]]:
    node = compose(term(text, NETWORK), NETWORK)
    return [(b.indent, latex_of(Row(b.nodes)).strip(), b.width) for b in break_lines(node, width, spell=spell)]


@pytest.mark.parametrize("text", [SUM, NESTED, WIDE, PRODUCT])
@pytest.mark.parametrize("width", [60.0, 24.0, 18.0, 14.0])
def test_no_line_is_wider_than_asked(text: str, width: float) -> None:
    assert all(indent + wide <= width for indent, _, wide in lines(text, width))


def test_a_line_that_fits_is_left_alone() -> None:
    assert len(lines(SUM, 100)) == 1


@pytest.mark.parametrize(("text", "sign"), [(SUM, r"[+-]"), (PRODUCT, r"\\cdot")])
def test_continuation_lines_begin_with_their_operator(text: str, sign: str) -> None:
    assert all(re.match(sign, line) for _, line, _ in lines(text, 16)[1:])


def test_sums_break_before_products_and_deeper_lines_are_indented() -> None:
    broken = lines(NESTED, 16)
    assert broken[0][0] == 0 and all(indent > 0 for indent, _, _ in broken[1:])
    assert broken[-1][1].endswith(r"+ \omega^{(2)}_{k0}")


def test_a_fraction_that_is_too_wide_becomes_a_product_in_the_same_order() -> None:
    assert [line for _, line, _ in lines(WIDE, 12)] == [
        "(x_{1}x_{2} + x_{2}x_{3}x_{4} - x_{3}x_{4}x_{5}",
        r"+ x_{4}x_{5}x_{6})\frac{1}{(x_{1} + x_{2})^{2}}",
    ]


ATOMS = st.sampled_from([term(t, NETWORK) for t in ("x[1]", "x[2]*x[3]", "tanh(x[1] + x[2])", "w[j, i]", "2", "-x[4]")])


def combine(children: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    several = st.lists(children, min_size=2, max_size=5)
    return st.one_of(
        several.map(lambda a: Add(*a)), several.map(lambda a: Mul(*a)), children.map(lambda a: Power(a, term("2")))
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.recursive(ATOMS, combine, max_leaves=25), st.sampled_from([12.0, 20.0, 30.0]))
def test_breaking_keeps_every_symbol_in_order(expression: Term, width: float) -> None:
    node = compose(expression, NETWORK)
    broken = "".join(latex_of(Row(b.nodes)) for b in break_lines(node, width, spell=spell))
    assert _symbols(broken) == _symbols(latex_of(node))


def _symbols(latex: str) -> str:
    """The formula without spaces, sizes of brackets and dots, which line breaks may add."""
    return re.sub(r"\\cdot|\\[bB]ig+[lr]|\s|\\,", "", latex)


def test_widths_are_those_of_tex_and_never_much_too_small() -> None:
    if not pdf.find_engines():
        pytest.skip("no pdflatex here")
    texts = [SUM, NESTED, WIDE, PRODUCT, "x[1]", "tanh(x[1])**2", "sigmoid(x[1])", "exp(-x[1])", "1/sqrt(x[1])"]
    nodes = [compose(term(t, NETWORK), NETWORK) for t in texts]
    nodes += [compose(s.after, NETWORK) for s in network().derivations[0].steps]
    preamble = environment(CONTEXT).get_template("preamble.tex.j2").render(title_ascii="x")
    boxes = [
        rf"\setbox0=\hbox{{$\displaystyle {latex_of(n)}$}}\typeout{{width \the\wd0}}" for n in nodes
    ]  # fmt: skip
    source = preamble + "\\begin{document}\n" + "\n".join(boxes) + "\nx\\end{document}\n"
    real = [float(w) / 10.95 for w in re.findall(r"width ([\d.]+)pt", _log(source))]
    assert len(real) == len(nodes)
    for node, wide in zip(nodes, real, strict=True):
        assert 0.95 * wide - 0.2 <= measure(node)[0] <= 1.3 * wide + 0.3


def _log(source: str) -> str:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page.tex").write_text(source, encoding="utf-8")
        return pdf._run(pdf.find_engines()[-1], Path(folder), 60)
