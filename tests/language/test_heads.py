"""The logistic family as SymPy functions."""

from __future__ import annotations

import pytest
import sympy

from symderiv.language import heads
from symderiv.language.functions import FUNCTIONS


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "relu", "silu", "logit", "gelu", "normal_pdf"])
def test_heads_stay_as_written(name):
    head, z = getattr(heads, name), sympy.Symbol("z", real=True)
    assert name in FUNCTIONS
    assert head(z).func is head and head(0).func is head
    assert head(z).subs(z, 1) == head(1) and sympy.simplify(head(z)) == head(z)
    with pytest.raises(TypeError):
        head(z, z)


def test_derivatives_that_sympy_may_take():
    z = sympy.Symbol("z", real=True)
    assert sympy.diff(heads.sigmoid(2 * z), z) == 2 * heads.sigmoid(2 * z) * (1 - heads.sigmoid(2 * z))
    assert sympy.diff(heads.softplus(z), z) == heads.sigmoid(z)


def test_an_array_knows_its_ranges():
    v = heads.DeclaredArray("v", ((0, 3),))
    assert v == sympy.IndexedBase("v") or isinstance(v, sympy.IndexedBase)
    assert heads.logsumexp(v).args[0].limits[0][1:] == (0, 3)
    assert v[1].subs(v[1], 2) == 2
