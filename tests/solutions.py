"""Solutions made by hand, for tests of writing: no solver, no verification."""

from symderiv.language.context import INTEGER, Array, Context, Definition, Range, Variable
from symderiv.language.terms import ONE, ZERO, Symbol, Term
from symderiv.language.text import from_text
from symderiv.records import (
    Derivation,
    Part,
    Problem,
    Question,
    Rule,
    Solution,
    SolvedPart,
    Step,
    Verdict,
    Witness,
)

PROVED = Verdict("proved", "normal form")
CHECKED = Verdict("checked", "ball arithmetic", instances=240)
UNDECIDED = Verdict("undecided", reason="out of time after 5 s")
REFUTED = Verdict("refuted", "ball arithmetic", witness=Witness({"K": "2", "i": "1"}, "0", "1/4"))

K = Symbol("K")
INDEX = Range(ONE, K, integer=True)
_BASE = Context(
    variables={
        "K": Variable("K", Range(ONE, integer=True), "size", "number of classes"),
        **{n: Variable(n, INDEX, "index") for n in "ijk"},
        "c": Variable("c", meaning="a shift"),
    },
    arrays={"a": Array("a", ((ONE, K),), meaning="pre-activations")},
)
CONTEXT = Context(
    _BASE.variables,
    _BASE.arrays,
    {
        "S": Definition(
            "S", ("i",), from_text("exp(a[i])/Sum(exp(a[k]), (k, 1, K))", _BASE), "array", ((ONE, K),), "softmax of $a$"
        )
    },
)
D, M = Symbol("D"), Symbol("M")
NETWORK = Context(
    variables={
        **{n: Variable(n, Range(ONE, integer=True), "size", m) for n, m in (("D", "inputs"), ("M", "hidden units"))},
        **{n: Variable(n, INTEGER, "index") for n in "ijk"},
    },
    arrays={
        "x": Array("x", ((ONE, D),), meaning="input"),
        "w": Array("w", ((ONE, M), (ZERO, D)), latex=r"\omega^{(1)}", meaning="first layer"),
        "v": Array("v", ((ONE, M), (ZERO, M)), latex=r"\omega^{(2)}", meaning="second layer"),
    },
)


def term(text: str, context: Context = CONTEXT) -> Term:
    return from_text(text, context)


def steps(
    start: Term, *lines: tuple[str, str], context: Context = CONTEXT, evidence: Verdict = PROVED
) -> tuple[Step, ...]:
    """A chain of steps given as (rule, next line)."""
    out: list[Step] = []
    for rule, text in lines:
        before = out[-1].after if out else start
        out.append(Step(rule, (), before, from_text(text, context), evidence=evidence))
    return tuple(out)


_E, _Z = "exp(a[i])", "Sum(exp(a[k]), (k, 1, K))"
JACOBIAN = term("Derivative(S[i], a[j])")
JACOBIAN_STEPS = steps(
    JACOBIAN,
    ("unfold the definition", f"Derivative({_E}/{_Z}, a[j])"),
    ("quotient rule", f"(Derivative({_E}, a[j])*{_Z} - {_E}*Derivative({_Z}, a[j]))/{_Z}**2"),
    (
        "derivative of the exponential; derivative of a sum over an index",
        f"({_E}*KroneckerDelta(i, j)*{_Z} - {_E}*Sum(exp(a[k])*KroneckerDelta(k, j), (k, 1, K)))/{_Z}**2",
    ),
    ("eliminate the delta", f"({_E}*KroneckerDelta(i, j)*{_Z} - {_E}*exp(a[j]))/{_Z}**2"),
    ("write with the definition", "S[i]*KroneckerDelta(i, j) - S[i]*S[j]"),
    ("factor out", "S[i]*(KroneckerDelta(i, j) - S[j])"),
)


def _detailed(chain: tuple[Step, ...]) -> tuple[Step, ...]:
    """The third step with substeps, the fourth with a condition, the fifth on level 2."""
    from dataclasses import replace

    middle = f"({_E}*KroneckerDelta(i, j)*{_Z} - {_E}*Derivative({_Z}, a[j]))/{_Z}**2"
    substeps = steps(chain[2].before, ("derivative of the exponential", middle))
    substeps += (Step("derivative of a sum over an index", (), substeps[0].after, chain[2].after, evidence=PROVED),)
    return (
        *chain[:2],
        replace(chain[2], substeps=substeps),
        replace(chain[3], conditions=(term("(1 <= j) & (j <= K)"),)),
        replace(chain[4], level=2),
        chain[5],
    )


def jacobian() -> SolvedPart:
    question = Question("J_ij", "derive", JACOBIAN, term("S[i]*(KroneckerDelta(i, j) - S[j])"))
    chain = _detailed(JACOBIAN_STEPS)
    derivation = Derivation(question, chain, chain[-1].after, seconds=0.12, end_to_end=PROVED, expected=PROVED)
    part = Part(
        "C2.4",
        "Jacobian of the softmax",
        (question,),
        alias="jacobian",
        text="Differentiate $S_i$ by $a_j$ for all $i, j$.",
        remarks=(r"As a matrix this is $\mathrm{diag}(S) - S S^{\top}$; it is symmetric.",),
    )
    return SolvedPart(part, (derivation,), 0.12)


def stopped() -> SolvedPart:
    """A derivation that stopped short, with a line that is only checked and an expected form that is undecided."""
    start = term("exp(a[i] + c)/Sum(exp(a[j] + c), (j, 1, K))")
    question = Question("S_shift", "show", start, term("S[i]"), goal=term("S[i]"))
    chain = steps(
        start, ("exponential of a sum", "exp(a[i])*exp(c)/Sum(exp(a[j])*exp(c), (j, 1, K))"), evidence=CHECKED
    )
    derivation = Derivation(
        question,
        chain,
        chain[-1].after,
        stop_reason="no rule of the catalogue brings the two sides closer within 2,000 terms",
        end_to_end=CHECKED,
        expected=UNDECIDED,
    )
    part = Part("C2.1", "Shift invariance", (question,), text="A constant on 100% of the inputs & x_1 changes nothing.")
    return SolvedPart(part, (derivation,), 0.3)


def network() -> SolvedPart:
    """Lines that are wider than the page."""
    inner = "Sum(w[j, i]*x[i], (i, 1, D)) + w[j, 0]"
    start = term(f"Sum(v[k, j]*sigmoid({inner}), (j, 1, M)) + v[k, 0]", NETWORK)
    tanh = f"tanh(({inner})/2)"
    chain = steps(
        start,
        ("sigmoid by tanh", f"Sum(v[k, j]*((1/2)*({tanh} + 1)), (j, 1, M)) + v[k, 0]"),
        ("expand; split the sum", f"Sum((1/2)*v[k, j]*{tanh}, (j, 1, M)) + Sum((1/2)*v[k, j], (j, 1, M)) + v[k, 0]"),
        (
            "insert twice",
            f"Sum((1/2)*v[k, j]*{tanh}*{tanh}*(1 - {tanh}**2)*(1 + {tanh}), (j, 1, M)) + Sum((1/2)*v[k, j], (j, 1, M))"
            f" + (Sum(v[k, j]*sigmoid({inner}), (j, 1, M)) + v[k, 0])*(1 - Sum(v[k, j]*sigmoid({inner}), (j, 1, M)))",
        ),
        context=NETWORK,
    )
    question = Question("y", "derive", start, chain[-1].after)
    derivation = Derivation(question, chain, chain[-1].after, end_to_end=PROVED, expected=REFUTED)
    return SolvedPart(Part("C3", "A network", (question,)), (derivation,))


def solution(*parts: SolvedPart, context: Context = CONTEXT, name: str = "softmax") -> Solution:
    problem = Problem(
        name,
        "The softmax function",
        context,
        tuple(p.part for p in parts),
        text="Softmax turns $K$ real numbers into probabilities.",
    )
    return Solution(problem, parts)


RULES = {
    r.name: r
    for r in (
        Rule(
            "quotient rule",
            r"(u/v)' = \frac{u'v - uv'}{v^2}",
            lambda t, c: (),
            "calculus",
            "Stewart, sec. 3.2",
            "v != 0",
        ),
        Rule("factor out", "ab + ac = a(b + c)", lambda t, c: (), "algebra", "van der Waerden, Algebra I"),
    )
}
