import pytest

from symderiv.language.context import INTEGER, POSITIVE, Array, Context, Definition, Range, Variable
from symderiv.language.terms import ONE, Apply, Delta, Derivative, Entry, Sum, Symbol
from symderiv.records import Part, Problem, Question

i, j, K, a, g, y = map(Symbol, "i j K a g y".split())


def S(index):
    return Entry("S", (index,))


@pytest.fixture(scope="session")
def context():
    """Softmax, a sigmoid unit and a few scalars."""
    index = Range(ONE, K, integer=True)
    exponentials = Apply("exp", Entry("x", (i,))) / Sum.over("k", 1, K, Apply("exp", Entry("x", (Symbol("k"),))))
    return Context(
        variables={
            "K": Variable("K", Range(ONE, integer=True), "size"),
            "i": Variable("i", index, "index"),
            "j": Variable("j", index, "index"),
            "n": Variable("n", INTEGER),
            "a": Variable("a"),
            "y": Variable("y"),
            "r": Variable("r", POSITIVE),
        },
        arrays={"x": Array("x", ((ONE, K),)), "w": Array("w", ((ONE, K), (ONE, K)))},
        definitions={
            "S": Definition("S", ("i",), exponentials, "array", ((ONE, K),)),
            "g": Definition("g", (), Apply("sigmoid", a)),
        },
    )


@pytest.fixture(scope="session")
def problem(context):
    jacobian = Question("J_ij", "derive", Derivative(S(i), Entry("x", (j,))), S(i) * (Delta(i, j) - S(j)))
    loss = -(y * Apply("log", g) + (1 - y) * Apply("log", 1 - g))
    return Problem(
        "demo",
        "A demonstration",
        context,
        (
            Part("D1", "Jacobian", (jacobian,), alias="jacobian"),
            Part("D2", "Cross-entropy", (Question("dL", "derive", Derivative(loss, a), g - y),), alias="loss"),
            Part("D3", "Two answers", (Question("dg", "derive", Derivative(g, a), g * (1 - g)),
                                       Question("dy", "derive", Derivative(y, a), ONE - ONE))),
            Part("D3.dg", "An id with a dot", (Question("n", "derive", Symbol("n"), Symbol("n")),)),
            Part("D4", "Words only", ()),
        ),
    )  # fmt: skip
