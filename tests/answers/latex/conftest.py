"""Problems to read LaTeX in: a softmax, a two-layer network, a convolution with sizes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symderiv.answers.latex import read_statements
from symderiv.language.context import INTEGER, Array, Context, Definition, Range, Variable
from symderiv.language.terms import ONE, ZERO, Number, Symbol, Term
from symderiv.language.text import from_text, to_text


def _sized(context: Context, sizes: str) -> Context:
    for name in sizes.split():
        context = context.with_variable(Variable(name, Range(ONE, integer=True), "size"))
    return context


def _indexed(context: Context, names: str, lower: Term, upper: Term | None) -> Context:
    for name in names.split():
        context = context.with_variable(Variable(name, Range(lower, upper, integer=True), "index"))
    return context


def _arrays(context: Context, *arrays: Array) -> Context:
    return replace(context, arrays={**context.arrays, **{a.name: a for a in arrays}})


def _defined(context: Context, *definitions: Definition) -> Context:
    return replace(context, definitions={**context.definitions, **{d.name: d for d in definitions}})


def softmax() -> Context:
    """K classes, pre-activations a, a definition S of them, a sigmoid unit g and its argument z."""
    c = _sized(Context(), "K N")
    K = Symbol("K")
    c = _indexed(c, "i j k", ONE, K)
    for name, latex in (("y", None), ("z", None), ("T", None), ("z_prime", None), ("sigma_x", None), ("c", None),
                        ("eta", None), ("dw", None), ("cost", None), ("r", None)):  # fmt: skip
        c = c.with_variable(Variable(name, latex=latex))
    c = c.with_variable(Variable("n", INTEGER))
    c = _arrays(c, Array("a", ((ONE, K),)), Array("x", ((ONE, K),)), Array("t", ((ONE, K),)),
                Array("C", ((ONE, K), (ONE, K))), Array("u", ((ZERO, Symbol("N")),)))  # fmt: skip
    body = from_text("exp(a[i])/Sum(exp(a[k]), (k, 1, K))", c)
    inner = c.with_variable(Variable("s"))
    return _defined(
        c,
        Definition("S", ("i",), body, "array", ((ONE, K),)),
        Definition("g", (), from_text("sigmoid(z)", c)),
        Definition("L", (), from_text("-(y*log(sigmoid(z)) + (1 - y)*log(1 - sigmoid(z)))", c), latex=r"L_{CE}"),
        Definition("f", ("s",), from_text("s**2", inner), "function"),
        Definition("h", ("s", "q"), from_text("s*q", inner.with_variable(Variable("q"))), "function"),
    )


def layers() -> Context:
    """Two layers of weights, told apart by their superscripts, and hidden units without one."""
    c = _sized(Context(), "D M K k_1 k_2")
    D, M, K = map(Symbol, "DMK")
    c = _indexed(_indexed(_indexed(c, "i", ONE, D), "j l", ONE, M), "k", ONE, K)
    c = _indexed(c, "n p", Number(-50), Number(50))
    for name in ("b", "eta"):
        c = c.with_variable(Variable(name))
    c = c.with_variable(Variable("x_norm", latex=r"\bar{x}"))
    wide = (Number(-50), Number(50))
    return _arrays(
        c,
        Array("x", ((ONE, D),)),
        Array("v", ((ONE, M),)),
        Array("omega1", ((ONE, M), (ZERO, D)), latex=r"\omega^{(1)}"),
        Array("omega2", ((ONE, K), (ZERO, M)), latex=r"\omega^{(2)}"),
        Array("u1", ((ONE, M), (ZERO, D)), latex=r"\tilde\omega^{(1)}"),
        Array("w1", (wide,), latex="w^1"),
        Array("w2", (wide,), latex="w^2"),
        Array("h1", (wide,), latex=r"\mathbf{h}^1"),
        Array("DW", ((ONE, M), (ONE, D)), latex=r"\Delta W"),
        Array("w_new", ((ONE, M),), latex=r"w^{(\text{new})}"),
    )


def sizes() -> Context:
    """A convolution layer: sizes with primes and words in their subscripts, padded images, a kernel."""
    c = _sized(Context(), "H W K P S D B C m")
    c = c.with_variable(Variable("H_out", Range(ONE, integer=True), "size", latex="H'"))
    c = c.with_variable(Variable("d_in", Range(ONE, integer=True), "size"))
    c = c.with_variable(Variable("d_out", Range(ONE, integer=True), "size"))
    c = _indexed(c, "i j", ONE, Symbol("H"))
    c = _indexed(c, "p q", ONE, Symbol("K"))
    c = c.with_variable(Variable("mu"))
    image = ((ONE, Symbol("H")), (ONE, Symbol("H")))
    return _arrays(c, Array("X", image, padded=True), Array("w", ((ONE, Symbol("K")), (ONE, Symbol("K")))),
                   Array("y", ((ONE, Symbol("H")),), padded=True))  # fmt: skip


CONTEXTS = {"softmax": softmax(), "layers": layers(), "sizes": sizes()}


@pytest.fixture
def read():
    """Every statement of a text as "side = side", joined by semicolons."""

    def read(text: str, context: str = "softmax") -> str:
        statements = read_statements(text, CONTEXTS[context])
        return "; ".join(" = ".join(to_text(side.term) for side in s.sides) for s in statements)

    return read


@pytest.fixture(scope="session")
def contexts() -> dict[str, Context]:
    return CONTEXTS
