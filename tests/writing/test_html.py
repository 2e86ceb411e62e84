"""The HTML page: well-formed, self-contained, formulas as MathML."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from solutions import CONTEXT, NETWORK, RULES, jacobian, network, solution, stopped, term

from symderiv.writing.composing import compose
from symderiv.writing.html import html_page, html_prose
from symderiv.writing.mathml import math_element, mathml_of

PAGE = html_page(solution(jacobian(), stopped()), "full", RULES)


@pytest.mark.parametrize(
    ("text", "mathml"),
    [
        ("c", "<mi>c</mi>"),
        ("a[i]", "<msub><mi>a</mi><mi>i</mi></msub>"),
        ("c**2", "<msup><mi>c</mi><mn>2</mn></msup>"),
        ("1/c", "<mfrac><mn>1</mn><mi>c</mi></mfrac>"),
        ("sqrt(c)", "<msqrt><mi>c</mi></msqrt>"),
        ("2*c", "<mrow><mn>2</mn><mo>&#x2062;</mo><mi>c</mi></mrow>"),
        ("-c", '<mrow><mo form="prefix">−</mo><mi>c</mi></mrow>'),
        ("c < 1", "<mrow><mi>c</mi><mo>&lt;</mo><mn>1</mn></mrow>"),
    ],
)
def test_mathml(text: str, mathml: str) -> None:
    assert mathml_of(compose(term(text), CONTEXT)) == mathml


def test_an_entry_of_an_array_with_a_superscript_has_one_base() -> None:
    assert mathml_of(compose(term("w[j, i]", NETWORK), NETWORK)).startswith("<msubsup><mi>ω</mi>")


def test_every_formula_is_well_formed() -> None:
    pages = [PAGE, html_page(solution(network(), context=NETWORK))]
    formulas = [f for page in pages for f in re.findall(r"<math.*?</math>", page, re.S)]
    assert len(formulas) > 30
    for formula in formulas:
        ElementTree.fromstring(formula)


def test_the_page_needs_nothing_from_outside() -> None:
    assert not re.findall(r"""(?:src|href|url)\s*[=(]""", PAGE)
    assert "<script" not in PAGE and set(re.findall(r"https?://[^\s\"<]+", PAGE)) == {
        "http://www.w3.org/1998/Math/MathML"
    }


def test_tags_are_closed() -> None:
    inner = PAGE[PAGE.index("<body>") : PAGE.index("</html>")]
    for tag in ("div", "table", "tr", "td", "p", "span", "details", "math", "mrow"):
        assert len(re.findall(rf"<{tag}[\s>]", inner)) == inner.count(f"</{tag}>"), tag


def test_what_people_wrote_is_text() -> None:
    part = jacobian()
    odd = replace(part, part=replace(part.part, title="<script>alert(1)</script>", text="a < b & $x_1 < 2$"))
    page = html_page(solution(odd))
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "a &lt; b &amp; <math" in page


def test_a_formula_that_cannot_be_spelled_out_is_shown_as_source() -> None:
    assert html_prose(r"see $\xymatrix{a<b}$") == r"see <code>\xymatrix{a&lt;b}</code>"
    assert html_prose("$x$") == math_element(compose(term("c"))).replace("<mi>c</mi>", "<mi>x</mi>")


def test_marks_and_the_stop_reason_are_there() -> None:
    for piece in ("■", "□", 'class="stop"', "Shift invariance", "checked at 240 instances", "Rules used"):
        assert piece in PAGE
