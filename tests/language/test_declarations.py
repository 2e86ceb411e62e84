"""What declarations mean: names, ranges, shapes, definitions, parts."""

from __future__ import annotations

import doctest

import pytest
import sympy
from sympy import Derivative, Eq, Idx, IndexedBase, MatrixSymbol, Piecewise, Rational, Sum, Symbol, exp, oo, symbols

from symderiv import declare, sigmoid
from symderiv.errors import DeclarationError
from symderiv.language import declarations
from symderiv.language.context import BINARY, NONNEGATIVE, POSITIVE, REAL, UNIT, Range, Variable
from symderiv.language.notation import verbatim
from symderiv.language.terms import HALF, MINUS_ONE, ONE, ZERO, Number
from symderiv.language.terms import Symbol as SymbolTerm
from symderiv.language.text import to_text


@pytest.fixture
def p():
    return declare("A problem")


def range_text(span):
    return " and ".join(to_text(c) for c in span.conditions(SymbolTerm("t")))


def axes(p, name):
    return [(to_text(a), to_text(b)) for a, b in (p.context.arrays.get(name) or p.context.definitions[name]).axes]


def test_the_reference_runs():
    assert doctest.testmod(declarations).failed == 0


SYMBOLS = [
    ({}, REAL), ({"positive": True}, POSITIVE), ({"nonnegative": True}, NONNEGATIVE), ({"unit": True}, UNIT),
    ({"binary": True}, BINARY), ({"integer": True}, Range(integer=True)), ({"nonzero": True}, Range(nonzero=True)),
    ({"positive": False}, REAL), ({"real": True}, REAL),
    ({"negative": True}, Range(None, ZERO, upper_open=True)), ({"nonpositive": True}, Range(None, ZERO)),
    ({"lower": 0, "upper": 1}, Range(ZERO, ONE)), ({"lower": -1}, Range(Number(-1))),
    ({"positive": True, "upper": 2}, Range(ZERO, Number(2), lower_open=True)),
    ({"positive": True, "lower": 0}, Range(ZERO, lower_open=True)),
    ({"positive": True, "integer": True}, Range(ONE, integer=True)),
    ({"negative": True, "integer": True}, Range(None, MINUS_ONE, integer=True)),
    ({"upper": Rational(1, 2), "nonzero": True}, Range(None, HALF, nonzero=True)),
]  # fmt: skip


@pytest.mark.parametrize(("options", "span"), SYMBOLS)
def test_words_are_ranges(p, options, span):
    symbol = p.symbol("t", "a number", **options)
    v = p.context.variables["t"]
    role = "size" if span == Range(ONE, integer=True) else "variable"
    assert (v.range, v.role, v.meaning) == (span, role, "a number")
    assert isinstance(symbol, sympy.Symbol) and symbol.is_real


def test_sizes_and_indices(p):
    K = p.size("K", "classes")
    assert p.size("P", lower=0).is_nonnegative and p.size("Q", upper=10).is_positive
    i, j = p.index("i, j", 1, K - 1)
    p.index("m", K, "a row"), p.index("n"), p.index("q", 0, oo), p.index("r", -oo, K, meaning="down")
    spans = {n: range_text(v.range) for n, v in p.context.variables.items()}
    assert spans == {
        "K": "t >= 1", "P": "t >= 0", "Q": "t >= 1 and t <= 10", "i": "t >= 1 and t <= K - 1",
        "j": "t >= 1 and t <= K - 1",
        "m": "t >= 1 and t <= K", "n": "", "q": "t >= 0", "r": "t <= K",
    }  # fmt: skip
    assert all(v.range.integer for v in p.context.variables.values())
    assert {v.role for v in p.context.variables.values()} == {"size", "index"}
    assert p.context.variables["m"].meaning == "a row" and (i, j) == symbols("i j", integer=True)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (lambda K, i: K, [("1", "K")]),
        (lambda K, i: 3, [("1", "3")]),
        (lambda K, i: K - 1, [("1", "K - 1")]),
        (lambda K, i: (K, 2), [("1", "K"), ("1", "2")]),
        (lambda K, i: ((0, K),), [("0", "K")]),
        (lambda K, i: ((1, K), (0, 4)), [("1", "K"), ("0", "4")]),
        (lambda K, i: [(0, K), K], [("0", "K"), ("1", "K")]),
        (lambda K, i: i, [("0", "K")]),
        (lambda K, i: (i, K, i), [("0", "K"), ("1", "K"), ("0", "K")]),
        (lambda K, i: ((-oo, oo),), [("-1000000", "1000000")]),
        (lambda K, i: K // 2 + 1, [("1", "floor(K/2) + 1")]),
    ],
)
def test_shapes(p, shape, expected):
    with verbatim():
        K = p.size("K")
        i = p.index("i", 0, K)
        p.array("a", shape(K, i), "entries")
    assert axes(p, "a") == expected


def test_laws_and_entries(p):
    K = p.size("K")
    p.array("s", K, law="simplex"), p.array("t", K, law="one_hot", padded=True), p.array("u v", K, entries="unit")
    assert [p.context.arrays[n].entries for n in "stuv"] == [NONNEGATIVE, BINARY, UNIT, UNIT]
    assert p.context.arrays["t"].padded and p.context.arrays["s"].law == "simplex"
    assert p.array("w", K, entries="positive")[1].is_positive


def test_definitions(p):
    K, z = p.size("K"), p.symbol("z")
    i, j = p.index("i j", 1, K)
    a = p.array("a", K)
    g = p.define("g", sigmoid(z), "output", latex="g")
    E = p.define("E", i, exp(a[i]), "exponential")
    Q = p.define(IndexedBase("Q")[i, j], E[i] * E[j])
    f = p.function("f", (Symbol("s"), Symbol("t")), Symbol("s") ** 2 + Symbol("t"), "a rule")
    h = p.define("h", f(g, z) + Q[1, 1])
    d = p.context.definitions
    assert [d[n].kind for n in "gEQfh"] == ["scalar", "array", "array", "function", "scalar"]
    assert to_text(d["Q"].body) == "E[i]*E[j]" and axes(p, "Q") == [("1", "K"), ("1", "K")]
    assert to_text(d["h"].body) == "f(g, z) + Q[1, 1]" and d["f"].parameters == ("s", "t")
    assert d["g"].latex == "g" and d["E"].meaning == "exponential" and isinstance(h, sympy.Symbol)


def test_an_unbounded_index_gives_an_unbounded_definition(p):
    n = p.index("n")
    y = p.define("y", (n,), 2**n)
    p.part("1", "t").derive("A", y(n - 5), expected=y[n - 5])
    assert axes(p, "y") == [("-1000000", "1000000")]
    assert to_text(p.problem().parts[0].questions[0].subject) == "y[n - 5]"


def test_sympy_objects_are_adopted(p):
    n = p.declare(symbols("n", integer=True, positive=True), "length")
    x, t = p.declare((Symbol("x"), Symbol("t", positive=True)), "numbers")
    k, c = p.declare(Symbol("k", integer=True), range=(0, n)), p.declare(Symbol("c"), unit=True)
    p.declare(Idx("i", n))
    a = p.declare(IndexedBase("a", shape=(n, 2)), "table")
    b = p.declare(IndexedBase("b"), shape=((0, n),), entries="positive")
    W = p.declare(MatrixSymbol("W", n, 3), "weights")
    v = p.context.variables
    assert (v["n"].role, range_text(v["n"].range), v["n"].meaning) == ("size", "t >= 1", "length")
    assert v["x"].range == REAL and v["t"].range == POSITIVE and v["c"].range == UNIT
    assert range_text(v["k"].range) == "t >= 0 and t <= n" and range_text(v["i"].range) == "t >= 0 and t <= n - 1"
    assert axes(p, "a") == [("1", "n"), ("1", "2")] and axes(p, "b") == [("0", "n")]
    assert axes(p, "W") == [("0", "n - 1"), ("0", "2")]
    p.part("1", "t").derive("A", Derivative(a[1, 2] * x * t * c, x), expected=a[1, 2] * t * c * W[0, 0] / W[0, 0])
    assert p.problem().parts[0].questions[0].name == "A" and b.is_Symbol is False and k.is_integer


def test_names_are_read_whatever_their_assumptions(p):
    p.symbol("x", positive=True)
    p.part("1", "t").derive("A", Symbol("x") + Symbol("x", real=True), expected=2 * Symbol("x"))
    p.problem()


def test_many_names(p):
    assert [s.name for s in p.symbol("x1:4, y z")] == ["x1", "x2", "x3", "y", "z"]
    assert p.size("N,").name == "N" and list(p.context.variables)[-1] == "N"


def test_a_function_may_be_a_lambda(p):
    u, x = Symbol("u"), p.symbol("x")
    f = p.function("f", sympy.Lambda(u, u**2), "square")
    p.part("1", "t").derive("A", f(x + 1), expected=(x + 1) ** 2)
    d = p.context.definitions["f"]
    assert (d.parameters, to_text(d.body), d.meaning) == (("u",), "u**2", "square")


def test_greek_names_are_normalised(p):
    # Python reads the letters ϕ and µ as φ and μ; so do declared names and the texts of answers.
    p.symbol("ϕ µ")
    assert set(p.context.variables) == {"φ", "μ"}


def test_assumptions(p):
    K = p.size("K")
    y, k = p.array("y", K), p.index("k", 1, K)
    p.assume(K <= 10, Eq(Sum(y[k], (k, 1, K)), 1), True)
    assert [to_text(c) for c in p.context.assumptions] == ["K <= 10", "Eq(Sum(y[k], (k, 1, K)), 1)"]


def test_parts(p):
    x, z, N = p.symbol("x"), p.symbol("z"), p.size("N")
    part = p.part(
        "A1.a", "First", alias="first", text="Why?", answer_text="Because.", remarks="one remark",
        conditions=x > 0, points=2,
    )  # fmt: skip
    chained = part.derive("d", x**2, wrt=x, expected=2 * x, note="power rule").derive(
        "dd", x**3, wrt=(x, x), expected=6 * x
    )
    assert chained is part
    part.show("s", Eq(x + z, 2 * x)).show("t", x * N, N * x, given={N: 1})
    part.find("u", x, 2 * z, unknown=z, expected=x / 2).find("w", Eq(x, 3 * z), unknown=z, expected=x / 3)
    p.part("A1.b", "Prose", text="Discuss.")
    first, second = p.problem("demo").parts
    assert (first.alias, first.text, first.answer_text, first.points) == ("first", "Why?", "Because.", 2)
    assert first.remarks == ("one remark",) and [to_text(c) for c in first.conditions] == ["x > 0"]
    assert first.kind == "derive+show+find" and second.kind == "text"
    texts = {
        q.name: (to_text(q.subject), to_text(q.goal) if q.goal else None, to_text(q.expected)) for q in first.questions
    }
    assert texts == {
        "d": ("Derivative(x**2, x)", None, "2*x"),
        "dd": ("Derivative(Derivative(x**3, x), x)", None, "6*x"),
        "s": ("x + z", "2*x", "2*x"),
        "t": ("N*x", "N*x", "N*x"),
        "u": ("x", "2*z", "x/2"),
        "w": ("x", "3*z", "x/3"),
    }  # fmt: skip
    assert first.questions[3].given == ((SymbolTerm("N"), ONE),) and first.questions[0].note == "power rule"
    assert first.questions[4].unknown == SymbolTerm("z")


def test_an_unknown_may_be_a_family(p):
    K = p.size("K")
    i, k = p.index("i k", 1, K)
    a, u = p.array("a u", K)
    p.part("1", "t").find("u", Sum(a[k] ** 2, (k, 1, K)), Sum(a[k] * u[k], (k, 1, K)), unknown=u[i], expected=a[i])
    assert to_text(p.problem().parts[0].questions[0].unknown) == "u[i]"


def test_lines_are_those_of_the_author(p):
    x = p.symbol("x")
    with pytest.raises(DeclarationError) as error:
        p.symbol("x")
    line = error.traceback[0].lineno + 1
    assert str(error.value) == f"{__file__}:{line}: 'x' is declared twice; it is the symbol of line {line - 2} already"
    assert x.name == "x"


def test_a_mangled_sum_is_refused(p):
    n = p.size("n")
    i, k = p.index("i k", 1, n)
    x = p.array("x", n)
    mangled = Sum(x[i] * Sum(Piecewise((x[k], k <= i), (0, True)), (k, 1, n)), (i, 1, n))
    with pytest.raises(DeclarationError, match="k is free in a condition and bound in a value of"):
        p.part("1", "t").derive("A", mangled, expected=mangled)


def test_an_assumed_symmetry_says_how_to_declare_it():
    p = declare("Symmetric")
    n = p.size("n")
    i, j = p.index("i j", n)
    w = p.array("w", (n, n))
    with pytest.warns(
        declarations.DeclarationWarning, match=r'write p.define\("w", \(i, j\), m\[i, j\] \+ m\[j, i\]\)'
    ):
        p.assume(Eq(w[i, j], w[j, i]))


def test_an_equation_assumed_for_one_free_index_warns():
    p = declare("targets")
    N, K = p.size("N K")
    n, k = p.index("n", N), p.index("k", K)
    T = p.array("T", (N, K))
    with pytest.warns(
        declarations.DeclarationWarning, match=r"is assumed for this n alone; for all n, declare the array with law="
    ):
        p.assume(sympy.Eq(sympy.Sum(T[n, k], (k, 1, K)), 1))


@pytest.mark.parametrize("law", ["simplex", "one_hot"])
def test_a_law_holds_along_the_last_axis(law):
    from symderiv.equality import decide
    from symderiv.language.text import from_text

    p = declare("targets")
    N, K = p.size("N K")
    p.index("n", N), p.index("k", K)
    p.array("T", (N, K), law=law)
    c = p.context
    inner = c.with_variable(Variable("x"))
    rows = from_text("Sum(x*Sum(T[n, k], (k, 1, K)), (n, 1, N))", inner)
    assert decide(rows, from_text("N*x", inner), inner).word == "proved"
    assert decide(from_text("Sum(T[n, k], (n, 1, N))", c), from_text("1", c), c).word == "refuted"
    assert decide(from_text("Sum(T[n, k], (k, 2, K))", c), from_text("1", c), c).word == "refuted"
