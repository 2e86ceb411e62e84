"""Laws of matrices: full records, examples that fire and are proved, places where they must not; lemmas on norms at
random shapes against NumPy's singular values, by code that knows neither rules nor the equality kernel."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from symderiv.equality import decide
from symderiv.language.context import Array, Context, Range, Variable
from symderiv.language.matrix_terms import axes_of, is_matrix
from symderiv.language.terms import ONE, ZERO, Elementwise, MatrixName, Number, Symbol, Term, walk
from symderiv.language.text import from_text
from symderiv.rules import WHOLE
from symderiv.rules.structure import arrange, same
from symderiv.solver.rewriting import moves

SHAPES = {
    "A": "n n", "B": "n n", "C": "n n", "R": "r n", "X": "m n", "x": "n 1", "y": "n 1", "z": "n 1", "u": "m 1",
    "w": "m 1", "U": "m r", "V": "n r", "e": "n 1", "S": "n n", "J": "n n", "O": "n n",
}  # fmt: skip
ORTHONORMAL = ("U", "V", "e", "O")


def declared() -> Context:
    context = Context()
    for name in "nmr":
        context = context.with_variable(Variable(name, Range(ONE, integer=True), "size"))
    context = context.with_variable(Variable("a")).with_variable(Variable("s", Range(ZERO, lower_open=True)))
    for name, shape in SHAPES.items():
        rows, columns = (Number(1) if part == "1" else Symbol(part) for part in shape.split())
        law = "orthonormal" if name in ORTHONORMAL else "free"
        array = Array(name, axes_of(rows, columns), law=law)
        context = replace(context, arrays={**context.arrays, name: array})
    known = ("r <= m", "r <= n", "Eq(S*J, Identity(n))")
    return context.with_assumptions(*(from_text(t, context) for t in known))


CONTEXT = declared()
EXAMPLES = [(rule, before, after) for rule in WHOLE for before, after in rule.examples]


def term(text: str) -> Term:
    return from_text(text, CONTEXT)


@pytest.mark.parametrize("rule", WHOLE, ids=lambda r: r.name)
def test_the_record_is_complete(rule):
    assert re.fullmatch(r"[a-zA-Z][a-zA-Z, ]{4,60}", rule.name)
    assert "=" in rule.law and rule.law.count("{") == rule.law.count("}")
    assert re.search(r"(sec\.|ch\.|eq\.|p\.)", rule.source), rule.source
    assert rule.examples


@pytest.mark.parametrize(("rule", "before", "after"), EXAMPLES, ids=[f"{r.name}: {b}" for r, b, _ in EXAMPLES])
def test_the_example_fires_and_is_proved(rule, before, after):
    line, wanted = term(before), arrange(term(after))
    made = [m.after for m in moves(arrange(line), CONTEXT, [rule])] + [
        arrange(r.term) for r in rule.apply(line, CONTEXT)
    ]
    assert any(same(m, wanted) for m in made), made
    assert decide(line, wanted, CONTEXT).word == "proved"


LEFT_ALONE = [
    ("transpose of a product", "(A + B).T"),
    ("distribute", "A*B*C"),
    ("associativity", "A*B*C"),
    ("orthonormal columns", "U*U.T"),
    ("orthonormal columns", "X.T*X"),
    ("orthonormal columns keep lengths", "frobenius_norm(X*A)"),
    ("an inner product is a number", "x*u.T"),
    ("an inner product is a number", "x.T*A*y"),
    ("collect like matrices", "A + A.T"),
    ("collect like matrices", "a*A + s*A"),
    ("product declared to be the identity", "S*A*J"),
    ("product declared to be the identity", "S*J.T"),
    ("product declared to be the identity", "J*J"),
    ("product declared to be the identity", "A*B"),
    ("trace is cyclic", "trace(A*B)"),
    ("trace of an outer product", "trace(A*B)"),
    ("trace of an outer product", "trace(a*A*x*y.T)"),
    ("norm of a matrix of rank one", "spectral_norm(A*B)"),
    ("norm of a matrix of rank one", "spectral_norm(x*u.T + y*u.T)"),
    ("norm of orthonormal columns", "spectral_norm(X)"),
    ("orthonormal columns keep lengths", "spectral_norm(X*V)"),
    ("orthonormal columns keep lengths", "spectral_norm(U.T*X)"),
    ("stretch of the top singular vector", "l2_norm(B*top_vector(A))"),
    ("norm of a multiple", "spectral_norm(A*B)"),
    ("sign of a product of entries", "sign(A*B)"),
    ("gradient of a constant", "Derivative(trace(A*B), A)"),
    ("gradient of a squared norm", "Derivative(l2_norm(A*x), x)"),
    ("gradient of a trace", "Derivative(trace(A)**2, A)"),
    ("gradient of a quadratic form", "Derivative(number(x.T*A*y), x)"),
]


@pytest.mark.parametrize(("name", "text"), LEFT_ALONE)
def test_where_the_law_does_not_hold_it_does_not_fire(name, text):
    (rule,) = [r for r in WHOLE if r.name == name]
    line = arrange(term(text))
    assert list(rule.apply(line, CONTEXT)) == []


# ---------------------------------------------------------------- lemmas, numerically


def numbers(seed: int) -> dict[str, np.ndarray | float | int]:
    """Random sizes and matrices; the orthonormal ones by QR."""
    draw = np.random.default_rng(seed)
    m, n = (int(k) for k in draw.integers(1, 7, 2))
    r = int(draw.integers(1, min(m, n) + 1))
    sizes = {"m": m, "n": n, "r": r, "1": 1}
    out: dict[str, np.ndarray | float | int] = {**sizes, "a": float(draw.normal()), "s": float(draw.uniform(0.2, 3))}
    for name, shape in SHAPES.items():
        rows, columns = (sizes[part] for part in shape.split())
        matrix = draw.normal(size=(rows, columns))
        if name == "y":
            matrix[draw.integers(0, rows)] = 0.0
        out[name] = np.linalg.qr(matrix)[0] if name in ORTHONORMAL else matrix
    out["J"] = np.linalg.inv(out["S"])
    return out


def value(t: Term, at: dict) -> np.ndarray | float:
    """The value of a term in floating point."""
    kind, args = type(t).__name__, t.args
    if kind == "MatrixName" or kind == "Symbol":
        return at[t.data]
    if kind == "Number":
        return float(t.data)
    if kind == "MatrixIdentity":
        return np.eye(int(value(args[0], at)))
    if kind == "MatrixZero":
        return np.zeros([int(value(a, at)) for a in args])
    if kind in ("MatrixSum", "Add"):
        return sum(value(a, at) for a in args)
    if kind == "MatrixProduct":
        out, started = 1.0, False
        for a in args:
            v = value(a, at)
            out = out @ v if started and is_matrix(a) else out * v
            started = started or is_matrix(a)
        return out
    if kind == "Mul":
        return np.prod([value(a, at) for a in args])
    if kind == "Power":
        return value(args[0], at) ** value(args[1], at)
    if kind == "Transpose":
        return value(args[0], at).T
    if kind == "Trace":
        return float(np.trace(value(args[0], at)))
    if kind == "OneEntry":
        return float(value(args[0], at)[0, 0])
    if kind == "TopVector":
        return np.linalg.svd(value(args[0], at))[2][:1].T
    if isinstance(t, Elementwise) or kind == "Apply":
        return {"sign": np.sign, "Abs": np.abs, "exp": np.exp}[t.data](value(args[0], at))
    if kind == "Norm":
        matrix = value(args[0], at)
        if t.data == "spectral":
            return float(np.linalg.svd(matrix, compute_uv=False).max())
        size = float(np.sqrt((matrix**2).sum()))
        return size / np.sqrt(len(matrix)) if t.data == "rms" else size
    if kind == "Sum":  # of ones over the places where x is not 0
        return float(np.count_nonzero(at["x"]))
    raise TypeError(kind)


def plain(t: Term) -> bool:
    return not any(type(s).__name__ == "Derivative" for s in walk(t))


@pytest.mark.parametrize(("rule", "before", "after"), EXAMPLES, ids=[f"{r.name}: {b}" for r, b, _ in EXAMPLES])
def test_the_lemma_holds_at_random_shapes(rule, before, after):
    left, right = term(before), term(after)
    if not plain(left):
        pytest.skip("a gradient; by differences below")
    for seed in range(25):
        at = numbers(seed)
        assert np.allclose(value(left, at), value(right, at), atol=1e-9), seed


GRADIENTS = [(b, a) for r, b, a in EXAMPLES if not plain(term(b)) and plain(term(a))]


@pytest.mark.parametrize(("before", "after"), GRADIENTS)
def test_a_gradient_agrees_with_differences(before, after):
    line, right = term(before), term(after)
    body, variable = line.args
    assert isinstance(variable, MatrixName)
    for seed in range(8):
        at = numbers(seed)
        made = np.zeros_like(at[variable.name])
        for place in np.ndindex(made.shape):
            ends = []
            for step in (1e-6, -1e-6):
                moved = at[variable.name].copy()
                moved[place] += step
                ends.append(value(body, {**at, variable.name: moved}))
            made[place] = (ends[0] - ends[1]) / 2e-6
        assert np.allclose(made, value(right, at), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("seed", range(12))
def test_the_largest_stretch_is_the_spectral_norm(seed):
    """No vector is stretched more, and the top singular vector as much: the bound is sharp."""
    at = numbers(seed)
    top = value(term("top_vector(X)"), at)
    largest = value(term("spectral_norm(X)"), at)
    assert np.isclose(np.linalg.norm(at["X"] @ top), largest) and np.isclose(np.linalg.norm(top), 1)
    draw = np.random.default_rng(seed + 100)
    for _ in range(50):
        v = draw.normal(size=top.shape)
        assert np.linalg.norm(at["X"] @ v) <= largest * np.linalg.norm(v) + 1e-9


def test_a_changed_law_is_refuted():
    """The numeric oracle can fail, and so does the kernel, where a transpose, a factor or a norm is wrong."""
    wrong = [
        ("(A*B).T", "A.T*B.T"), ("trace(A*B)", "trace(A)*trace(B)"), ("spectral_norm(x*u.T)", "l2_norm(x) + l2_norm(u)"),
        ("rms_norm(x)", "sqrt(n)*l2_norm(x)"), ("spectral_norm(A)", "frobenius_norm(A)"), ("U*U.T", "Identity(m)"),
    ]  # fmt: skip
    for before, after in wrong:
        left, right = term(before), term(after)
        assert decide(left, right, CONTEXT).word == "refuted", before
        assert any(not np.allclose(value(left, numbers(s)), value(right, numbers(s))) for s in range(25))
