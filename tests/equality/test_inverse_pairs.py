"""Products that are declared to be the identity: what follows is proved, what does not is refuted at a point."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symderiv.equality import decide
from symderiv.language.context import Array, Context, Range, Variable
from symderiv.language.inverse_pairs import identity_words
from symderiv.language.matrix_terms import axes_of
from symderiv.language.terms import ONE, Number, Symbol
from symderiv.language.text import from_text

SHAPES = {"S": "n n", "X": "m n", "u": "n 1", "v": "n 1", "Si": "n n", "G": "n n", "F": "n m"}


def declared() -> Context:
    context = Context()
    for name in "nm":
        context = context.with_variable(Variable(name, Range(ONE, integer=True), "size"))
    for name, shape in SHAPES.items():
        rows, columns = (Number(1) if part == "1" else Symbol(part) for part in shape.split())
        context = replace(context, arrays={**context.arrays, name: Array(name, axes_of(rows, columns))})
    return context


BARE = declared()
CONTEXT = BARE.with_assumptions(
    from_text("Eq(S*Si, Identity(n))", BARE), from_text("Eq(X.T*X*G, Identity(n))", BARE),
    from_text("Ne(1 + number(v.T*Si*u), 0)", BARE),
)  # fmt: skip


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Si*S", "Identity(n)"), ("Si.T*S.T", "Identity(n)"), ("S*Si*S", "S"), ("trace(S*X.T*X*Si)", "trace(X.T*X)"),
        ("X*G*X.T*X*G*X.T", "X*G*X.T"), ("G*X.T*X", "Identity(n)"), ("trace(X*G*X.T)", "n"),
        ("(S + u*v.T)*(Si - Si*u*v.T*Si/(1 + number(v.T*Si*u)))", "Identity(n)"),
    ],
)  # fmt: skip
def test_what_follows_is_proved(left, right):
    verdict = decide(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT)
    assert verdict.word == "proved"
    assert verdict.instances


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("S*Si.T", "Identity(n)"), ("Si*Si", "Identity(n)"), ("S*Si*S", "Si"), ("S*G", "Identity(n)"),
        ("X*G*X.T", "Identity(m)"), ("trace(X*G*X.T)", "m"), ("Si.T", "Si"),
        ("(S + u*v.T)*(Si - Si*u*v.T*Si)", "Identity(n)"),
        ("(S + u*v.T)*(Si + Si*u*v.T*Si/(1 + number(v.T*Si*u)))", "Identity(n)"),
    ],
)  # fmt: skip
def test_what_does_not_follow_is_refuted(left, right):
    assert decide(from_text(left, CONTEXT), from_text(right, CONTEXT), CONTEXT).word == "refuted"


def test_a_left_inverse_of_a_matrix_that_is_not_square_is_no_right_inverse():
    context = BARE.with_assumptions(from_text("Eq(F*X, Identity(n))", BARE))
    words = identity_words(context)
    assert {tuple((m.data, t) for m, t in w) for w in words} == {
        (("F", False), ("X", False)), (("X", True), ("F", True)),
    }  # fmt: skip
    assert decide(from_text("X*F", context), from_text("Identity(m)", context), context).word != "proved"


SQUARE = replace(
    BARE,
    arrays={
        **BARE.arrays,
        "Q": Array("Q", axes_of(Symbol("n"), Symbol("n")), law="orthonormal"),
        "U": Array("U", axes_of(Symbol("m"), Symbol("n")), law="orthonormal"),
    },
).with_assumptions(from_text("n <= m", BARE))


@pytest.mark.parametrize(
    ("left", "right", "word"),
    [
        ("Q*Q.T", "Identity(n)", "proved"), ("S*Q*Q.T", "S", "proved"), ("U.T*X*Q*Q.T*X.T*U", "U.T*X*X.T*U", "proved"),
        ("trace(Q.T*S*Q)", "trace(S)", "proved"), ("frobenius_norm(X*Q)", "frobenius_norm(X)", "proved"),
        ("spectral_norm(Q.T*S)", "spectral_norm(S)", "proved"), ("l2_norm(Q.T*u)", "l2_norm(u)", "proved"),
        ("U*U.T", "Identity(m)", "refuted"), ("Q*Q", "Identity(n)", "refuted"), ("Q.T", "Q", "refuted"),
        ("frobenius_norm(U.T*X)", "frobenius_norm(X)", "refuted"), ("spectral_norm(U.T*X)", "spectral_norm(X)", "refuted"),
        ("trace(U.T*X*S)", "trace(U.T*X)", "refuted"),
    ],
)  # fmt: skip
def test_a_square_matrix_with_orthonormal_columns_has_orthonormal_rows(left, right, word):
    assert decide(from_text(left, SQUARE), from_text(right, SQUARE), SQUARE).word == word
