"""Matrices without entries: SymPy's expressions as written, sizes checked, text and JSON back and forth."""

from __future__ import annotations

import pytest
import sympy
from sympy import Derivative, Eq, HadamardProduct, Identity, MatrixSymbol, Rational, Symbol, Trace, sign, symbols

from symderiv import declare, frobenius_norm, l2_norm, number, rms_norm, spectral_norm, supremum
from symderiv.errors import AnswerError, DeclarationError
from symderiv.language.border import from_sympy
from symderiv.language.matrix_terms import is_matrix, shape
from symderiv.language.matrix_text import plain_matrix_text
from symderiv.language.notation import verbatim
from symderiv.language.serialise import context_from_json, context_to_json, term_from_json, term_to_json
from symderiv.language.terms import Number
from symderiv.language.terms import Symbol as Name
from symderiv.language.text import from_text, to_text

m, n = symbols("m n", integer=True, positive=True)
c = Symbol("c")
W, V = MatrixSymbol("W", m, n), MatrixSymbol("V", m, n)
A = MatrixSymbol("A", n, n)
x, y = MatrixSymbol("x", n, 1), MatrixSymbol("y", m, 1)

AS_WRITTEN = [
    (lambda: Rational(1, 2) * (3 * Identity(m) - W * W.T) * W, "1/2*(3*Identity(m) + -1*W*W.T)*W"),
    (lambda: W * (W.T * W), "W*W.T*W"),
    (lambda: (W * W.T) * W, "W*W.T*W"),
    (lambda: (W + W).T, "(W + W).T"),
    (lambda: c * W * x, "c*W*x"),
    (lambda: W * x / 3, "1/3*W*x"),
    (lambda: W - V * 2, "W + -2*V"),
    (lambda: -W, "-1*W"),
    (lambda: A**2, "A*A"),
    (lambda: c * (x.T * x) * W, "c*Trace(MatMul(Transpose(MatrixSymbol(\"x\", n, 1)), MatrixSymbol(\"x\", n, 1)))*W"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "text"), AS_WRITTEN, ids=[t for _, t in AS_WRITTEN])
def test_a_matrix_expression_stays_as_written(make, text):
    with verbatim():
        assert plain_matrix_text(from_sympy(make())) == text


def test_brackets_to_the_right_stay():
    with verbatim():
        nested, flat = from_sympy(W * (W.T * W)), from_sympy(W * W.T * W)
    assert len(nested.args) == 2 and len(flat.args) == 3


SHAPES = [
    (lambda: W * W.T, ("m", "m")),
    (lambda: (W * A).T, ("n", "m")),
    (lambda: W.applyfunc(sign), ("m", "n")),
    (lambda: HadamardProduct(W, V), ("m", "n")),
    (lambda: Derivative(Trace(W * W.T), W), ("m", "n")),
]


@pytest.mark.parametrize(("make", "size"), SHAPES)
def test_shapes(make, size):
    with verbatim():
        term = from_sympy(make())
    assert is_matrix(term) and shape(term) == tuple(map(Name, size))


REFUSED = [
    (lambda: W * V, "W is m by n and cannot be multiplied by V, which is m by n; the inner sizes differ"),
    (lambda: W + V.T, "V.T is n by m and cannot be added to W, which is m by n"),
    (lambda: Trace(A) * 2 + sympy.exp(W), "W is a matrix where a number is needed"),
    (lambda: Trace(W), "W is m by n and has no trace; it is not square"),
    (lambda: l2_norm(W), "W is m by n and no vector; use frobenius_norm or spectral_norm"),
    (lambda: spectral_norm(c), "spectral_norm(c) takes a matrix; c is a number"),
    (lambda: number(W), "W is m by n and has no trace; it is not square"),
    (lambda: A.inv(), "is an inverse, which is not known here"),
    (lambda: W.applyfunc(lambda t: t**2), "applies a formula to every entry"),
    (lambda: supremum(l2_norm(x), c, Eq(l2_norm(x), 1)), "a supremum is written supremum(body, x, Eq(rms_norm(x), 1))"),
]


@pytest.mark.parametrize(("make", "text"), REFUSED, ids=[t[:40] for _, t in REFUSED])
def test_what_does_not_fit_is_refused(make, text):
    with verbatim():
        try:
            made = make()
        except Exception as error:  # SymPy refuses some sizes itself
            assert "square" in str(error) or "Matri" in type(error).__name__
            return
        with pytest.raises(DeclarationError) as caught:
            from_sympy(made)
    assert text in caught.value.message


def problem():
    with verbatim():
        p = declare("Matrices")
        rows, columns, rank = p.size("m n r")
        scale = p.symbol("c", nonzero=True)
        weights = p.matrix("W", (rows, columns), "weights")
        vector = p.matrix("x", columns, "input")
        left = p.matrix("U", (rows, rank), law="orthonormal")
        gram = p.define("G", weights.T * weights, "Gram matrix")
        s = p.define("s", spectral_norm(weights), "largest singular value")
        part = p.part("1", "Norms")
        body = rms_norm(scale * weights * vector)
        part.derive("sup", supremum(body, vector, Eq(rms_norm(vector), 1)), expected=abs(scale) * s)
        part.show("gram", gram, weights.T * weights)
        part.derive("trace", Trace(gram), expected=frobenius_norm(weights) ** 2)
        part.derive("sign", weights.applyfunc(sign) * vector, expected=weights * vector)
        part.derive("left", left.T * left, expected=Identity(rank))
    return p


def test_declared_matrices_are_in_the_context():
    made = problem().problem()
    array = made.context.arrays["W"]
    assert [to_text(high) for _, high in array.axes] == ["m - 1", "n - 1"]
    assert made.context.arrays["U"].law == "orthonormal"
    assert "r <= m" in [to_text(a) for a in made.context.assumptions]
    assert made.context.definitions["G"].kind == "matrix"
    assert shape(made.context.definitions["G"].head()) == (Name("n"), Name("n"))


def test_an_assumed_gram_matrix_is_a_law():
    with verbatim():
        p = declare("Orthonormal")
        rows, rank = p.size("m r")
        U = p.matrix("U", (rows, rank))
        p.assume(Eq(U.T * U, Identity(rank)))
    assert p.context.arrays["U"].law == "orthonormal"
    assert [to_text(a) for a in p.context.assumptions] == ["r <= m"]


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda p: p.matrix("Q", (Rational(1, 2), 3)), "the shape of 'Q' has 1/2, which is no integer"),
        (
            lambda p: p.matrix("Q", (2, 3), law="unit"),
            "'Q' has the law 'unit'; a matrix is \"free\" or \"orthonormal\"",
        ),
        (lambda p: p.matrix("W", (2, 3)), "'W' is declared twice"),
    ],
)
def test_wrong_declarations_are_one_sentence(make, text):
    with pytest.raises(DeclarationError) as caught:
        make(problem())
    assert caught.value.message.startswith(text)


def test_terms_and_context_survive_text_and_json():
    made = problem().problem()
    context = context_from_json(context_to_json(made.context))
    assert context == made.context
    for question in made.parts[0].questions:
        for term in (question.subject, question.expected):
            assert term_from_json(term_to_json(term, context), context) == term
            assert isinstance(sympy.sympify(to_text(term)), sympy.Basic)  # our own text, not a student's


READ = [
    ("(3*W - W*W.T*W)/2", "1/2*(3*W + -1*W*W.T*W)"),
    ("W*Transpose(W)", "W*W.T"),
    ("-W", "-1*W"),
    ("trace(G)*W", 'Trace(MatrixSymbol("G", n, n))*W'),
    ("c*W*x", "c*W*x"),
]


@pytest.mark.parametrize(("text", "read"), READ)
def test_what_people_write_is_read(text, read):
    assert plain_matrix_text(from_text(text, problem().context)) == read


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("W*W", "W is m by n and cannot be multiplied by W, which is m by n"),
        ("W + 1", "'W + 1' is no matrix expression"),
        ("1/W", "'1 / W' is no matrix expression"),
        ("spectral_norm(c)", "spectral_norm takes matrices; c is a number"),
        ("Trace(W)", "W is m by n and has no trace"),
        ("l2_norm(W, x)", "l2_norm takes 1 argument(s), not 2"),
    ],
)
def test_what_has_no_meaning_is_unreadable(text, message):
    with pytest.raises(AnswerError) as caught:
        from_text(text, problem().context)
    assert message in caught.value.message


def test_numbers_are_sizes_too():
    assert shape(from_sympy(MatrixSymbol("K", 3, 4))) == (Number(3), Number(4))
