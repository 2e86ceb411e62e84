"""The numbers that problems/float8.py prints, against the grids of the eight-bit formats."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from flint import arb

from symderiv.answers.judging import check
from symderiv.equality import decide
from symderiv.language.context import Context
from symderiv.language.terms import TRUE
from symderiv.language.text import from_text
from symderiv.loading import load

ml_dtypes = pytest.importorskip("ml_dtypes")
FILE = Path(__file__).parent.parent / "problems" / "float8.py"
FORMATS = {
    "float8_e4m3fn": (10, 253),
    "float8_e4m3fnuz": (11, 255),
    "float8_e5m2": (17, 247),
    "float8_e5m2fnuz": (18, 255),
}


def grid(name: str) -> np.ndarray:
    """The distinct finite values of the format, from all 256 codes."""
    codes = np.arange(256, dtype=np.uint8).view(getattr(ml_dtypes, name)).astype(np.float64)
    return np.unique(codes[np.isfinite(codes)])


@pytest.mark.parametrize(("name", "exponent", "count"), [(n, *v) for n, v in FORMATS.items()])
def test_half_the_smallest_number_is_where_rounding_to_zero_ends(name, exponent, count):
    values, kind = grid(name), getattr(ml_dtypes, name)
    smallest = values[values > 0].min()
    assert len(values) == count
    assert smallest / 2 == 2.0**-exponent
    below, above = np.float32(smallest / 2), np.nextafter(np.float32(smallest / 2), np.float32(1))
    assert float(np.asarray(below).astype(kind)) == 0 and float(np.asarray(above).astype(kind)) == smallest
    assert f"2^{{-{exponent}}}" in load(FILE).text


@pytest.mark.parametrize(("percent", "width"), [("2.49", 1024), ("4.98", 4096), ("9.95", 16384)])
def test_the_printed_fractions_are_those_of_the_formula(percent, width):
    fraction = (arb(2) ** -10 * (arb(width) / 2).sqrt()).erf()
    assert f"{float(fraction) * 100:.2f}" == percent
    assert re.search(rf"{re.escape(percent)}\\% at (\$d_{{\\text{{in}}}}=)?{width}", load(FILE).part("A2a").answer_text)
    most = from_text(f"erf(sqrt({width}/2)/1024) > 1/2", Context())
    assert decide(most, TRUE, Context()).word == "refuted"


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ("erf(t*sqrt(d_in/2))", "proved"),
        ("erf(t*sqrt(d_in))", "refuted"),
        ("erf(t/sqrt(2*d_in))", "refuted"),
        ("1/2", "refuted"),
    ],
)
def test_answers(answer, word):
    assert check(load(FILE), "A2a.underflow_fraction", answer).verdict == word
