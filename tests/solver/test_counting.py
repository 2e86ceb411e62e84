"""Counts, tables and closed forms as a stranger would ask for them: derived, every line proved, wrong answers refuted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from mutation import mutants

from symderiv.answers.judging import judge
from symderiv.equality import decide
from symderiv.language.terms import Relation, Tuple
from symderiv.language.text import to_text
from symderiv.loading import load
from symderiv.records import Solution, Step
from symderiv.solver import solve_part
from symderiv.verification import verify_derivation, verify_part
from symderiv.writing.json_out import solution_from_json, solution_to_json

HEAD = """
from sympy import *
from symderiv import *
p = declare("Counts")
d, C, H, W, N, K, S, V = p.size("d C H W N K S V")
L, T = p.size("L T", lower=0)
l, t = p.index("l t", 0, oo)
i = p.index("i", 1, T)
part = p.part("1", "Counts")
"""

COUNTS = {
    "transformer block": (
        """
layers = [p.layer(n, linear(d), input=d) for n in ("query", "key", "value", "out")]
layers += [p.layer("up", linear(4*d), input=d), p.layer("down", linear(d), input=4*d)]
layers += [p.layer(n, norm(), input=d) for n in ("before", "after")]
part.count("n", sum(x.parameters for x in layers), expected=12*d**2 + 13*d)""",
        "12*d**2 + 12*d",
    ),
    "ResNet bottleneck": (
        """
net = p.network("net", [conv(C, 1, bias=False), norm(), activation(), conv(C, 3, padding=1, bias=False), norm(),
                        activation(), conv(4*C, 1, bias=False), norm()], input=(4*C, H, W))
part.count("n", net.total(), expected=17*C**2 + 12*C)""",
        "17*C**2 + 9*C",
    ),
    "multiplications of the bottleneck": (
        """
net = p.network("net", [conv(C, 1), conv(C, 3, padding=1), conv(4*C, 1)], input=(4*C, H, W))
part.count("n", net.multiplications(), expected=17*C**2*H*W)""",
        "17*C**2*H*W + 1",
    ),
    "LeNet": (
        """
net = p.network("net", [conv(6, 5), pool(2), conv(16, 5), pool(2), flatten(), linear(120), linear(84), linear(10)],
                input=(1, 32, 32))
part.count("n", net.total(), expected=61706)""",
        "61705",
    ),
    "three matrices from the right": (
        """
A, B, x = MatrixSymbol("A", N, K), MatrixSymbol("B", K, S), MatrixSymbol("x", S, 1)
a, b, c = symbols("a b c")
cost = p.function("cost", (a, b, c), a*b*c)
part.count("n", product_cost((A, (B, x)), cost), expected=K*S + N*K)""",
        "N*K*S + N*S",
    ),
    "four matrices, the middle first": (
        """
A, B, D, E = MatrixSymbol("A", N, K), MatrixSymbol("B", K, S), MatrixSymbol("D", S, d), MatrixSymbol("E", d, V)
a, b, c = symbols("a b c")
cost = p.function("cost", (a, b, c), a*b*c)
part.count("n", product_cost((A, (B, D), E), cost), expected=K*S*d + N*K*d + N*d*V)""",
        "N*K*S + N*S*d + N*d*V",
    ),
    "low rank": (
        """
whole = p.layer("whole", linear(d, bias=False), input=d)
down, up = p.layer("down", linear(K, bias=False), input=d), p.layer("up", linear(d, bias=False), input=K)
part.count("n", (down.parameters + up.parameters)/whole.parameters, expected=2*K/d)""",
        "K/d",
    ),
    "two kernels of 3 against one of 5": (
        """
small, big = p.layer("small", conv(C, 3, bias=False), input=C), p.layer("big", conv(C, 5, bias=False), input=C)
part.count("n", 2*small.parameters/big.parameters, expected=Rational(18, 25))""",
        "9/25",
    ),
    "grouped multiplications": (
        """
M = p.size("M")
p.assume(Eq(Mod(C, M), 0), Eq(Mod(N, M), 0))
layer = p.layer("layer", conv(N, K, groups=M, padding="same", bias=False), input=(C, H, W))
part.count("n", layer.multiplications, expected=H*W*N*C*K**2/M)""",
        "H*W*N*C*K**2",
    ),
    "multiplications with a stride": (
        """
P = p.size("P")
layer = p.layer("layer", conv(N, K, stride=S, padding=P), input=(C, H, W))
part.count("n", layer.multiplications,
           expected=N*C*K**2*(floor((H - K + 2*P)/S) + 1)*(floor((W - K + 2*P)/S) + 1))""",
        "N*C*K**2*floor((H - K + 2*P)/S)*floor((W - K + 2*P)/S)",
    ),
    "given values": (
        """
layer = p.layer("layer", conv(N, K), input=C)
part.count("n", layer.parameters, given={K: 3}, expected=9*C*N + N)""",
        "9*C*N",
    ),
    "shapes": (
        """
net = p.network("net", [pool(3, stride=2, ceil=True), pool(3, stride=2)], input=(8, 32, 32), batch=4)
part.table("n", net.shapes(), expected=((4, 8, 16, 16), (4, 8, 7, 7)))""",
        "((4, 8, 16, 16), (4, 8, 8, 8))",
    ),
    "symbolic shapes": (
        """
P = p.size("P")
net = p.network("net", [conv(N, K, stride=S, padding=P), global_pool(), flatten()], input=(C, H, W))
part.table("n", net.shapes(), expected=((N, floor((H + 2*P - K)/S) + 1, floor((W + 2*P - K)/S) + 1), (N, 1, 1), (N,)))""",
        "((N, floor((H + 2*P - K)/S), floor((W + 2*P - K)/S) + 1), (N, 1, 1), (N,))",
    ),
    "receptive fields": (
        """
net = p.network("net", [conv(8, 7, stride=2), pool(3, stride=2), conv(8, 3), conv(8, 3, dilation=2)], input=(3, 64, 64))
part.table("n", net.receptive_fields(), expected=[7, 11, 19, 35])""",
        "[7, 11, 19, 27]",
    ),
    "momentum": (
        """
b, g = p.symbol("b", unit=True), p.array("g", ((1, oo),))
m = p.recurrence("m", t, start={0: 0}, step=lambda m: b*m[t] + (1 - b)*g[t + 1])
part.closed_form("n", m[T], expected=(1 - b)*Sum(b**(T - i)*g[i], (i, 1, T)))""",
        "(1 - b)*Sum(b**(T - i + 1)*g[i], (i, 1, T))",
    ),
    "Adam's correction": (
        """
b, G = p.symbol("b", unit=True), p.symbol("G")
m = p.recurrence("m", t, start={0: 0}, step=lambda m: b*m[t] + (1 - b)*G)
M = p.define("M", m[T]/(1 - b**T), "corrected")
part.closed_form("n", M, expected=G)""",
        "G*(1 - b**T)",
    ),
    "gradient descent on a quadratic": (
        """
eta, lam, x0 = p.symbol("eta lambda_ x0")
x = p.recurrence("x", t, start={0: x0}, step=lambda x: x[t] - eta*lam*x[t])
part.closed_form("n", x[T], expected=(1 - eta*lam)**T*x0)""",
        "(1 - eta*lambda_*T)*x0",
    ),
    "moving average towards a target": (
        """
eta, c, x0 = p.symbol("eta c x0")
x = p.recurrence("x", t, start={0: x0}, step=lambda x: (1 - eta)*x[t] + eta*c)
part.closed_form("n", x[T], expected=c + (1 - eta)**T*(x0 - c))""",
        "c + (1 - eta)**T*(c - x0)",
    ),
    "receptive field with stride": (
        """
R, J = p.recurrence("R J", l, start={0: (1, 1)}, step=lambda R, J: (R[l] + (K - 1)*J[l], S*J[l]))
part.closed_form("n", R[L], expected=1 + (K - 1)*(S**L - 1)/(S - 1))""",
        "K*L",
    ),
    "receptive field at stride 1": (
        """
R, J = p.recurrence("R J", l, start={0: (1, 1)}, step=lambda R, J: (R[l] + (K - 1)*J[l], S*J[l]))
part.closed_form("n", R[L], given={S: 1}, expected=(K - 1)*L + 1)""",
        "K*L",
    ),
    "kernels and strides of every layer": (
        """
k, s, j = p.array("k", ((1, oo),)), p.array("s", ((1, oo),)), p.index("j", 1, oo)
R, J = p.recurrence("R J", l, start={0: (1, 1)}, step=lambda R, J: (R[l] + (k[l + 1] - 1)*J[l], s[l + 1]*J[l]))
part.closed_form("n", R[L], expected=1 + Sum((k[l] - 1)*Product(s[j], (j, 1, l - 1)), (l, 1, L)))""",
        "1 + Sum((k[l] - 1)*Product(s[j], (j, 1, l)), (l, 1, L))",
    ),
    "fewer parameters": (
        """
whole = p.layer("whole", conv(N, K, bias=False), input=C)
deep, point = p.layer("deep", depthwise(K, bias=False), input=C), p.layer("point", pointwise(N, bias=False), input=C)
part.when("n", deep.parameters + point.parameters < whole.parameters, expected=And(N >= 2, K >= 2))""",
        "And(N >= 1, K >= 2)",
    ),
    "the cheaper order": (
        """
W = MatrixSymbol("W", N, C)
a, b, c = symbols("a b c")
cost = p.function("cost", (a, b, c), a*b*c)
part.when("n", product_cost((W, (W.T, W)), cost) < product_cost(((W, W.T), W), cost), expected=C < N)""",
        "C <= N",
    ),
    "the third layer": (
        """
R, J = p.recurrence("R J", l, start={0: (1, 1)}, step=lambda R, J: (R[l] + (K - 1)*J[l], S*J[l]))
part.closed_form("n", R[3], expected=1 + (K - 1)*(1 + S + S**2))""",
        "1 + (K - 1)*(1 + S + S**3)",
    ),
    "Newton's method for a root": (
        """
y = p.symbol("y", positive=True)
x = p.recurrence("x", t, start={0: 1}, step=lambda x: (x[t] + y/x[t])/2)
part.closed_form("n", x[2], expected=(1 + 6*y + y**2)/(4*(1 + y)))""",
        "(1 + y)/4",
    ),
    "asked for as a form": (
        """
R = p.recurrence("R", l, start={0: 1}, step=lambda R: R[l] + K - 1)
part.derive("n", R[L], expected=(K - 1)*L + 1)""",
        "K*L",
    ),
    "asked for as a proof": (
        """
R, J = p.recurrence("R J", l, start={0: (1, 1)}, step=lambda R, J: (R[l] + (K - 1)*J[l], S*J[l]))
part.show("n", R[2], K + (K - 1)*S)""",
        "K + K*S",
    ),
    "a count asked for as a form": (
        """
layer = p.layer("layer", conv(N, K), input=C)
part.derive("n", layer.parameters, expected=N*(C*K**2 + 1))""",
        "N*C*K**2",
    ),
    "warm-up steps": (
        """
n = p.recurrence("n_", t, start={0: 0}, step=lambda n: n[t] + 2*t + 1)
part.closed_form("n", n[T], expected=T**2)""",
        "T**2 + T",
    ),
}


@pytest.fixture(scope="module")
def problems(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("counts")
    out = {}
    for number, (name, (text, _)) in enumerate(COUNTS.items()):
        path = folder / f"count{number}.py"
        path.write_text(HEAD + text + "\n", encoding="utf-8")
        out[name] = load(path)
    return out


@pytest.fixture(scope="module")
def solved(problems):
    return {name: verify_part(solve_part(q.parts[0], q.context), q.context) for name, q in problems.items()}


def every(steps: tuple[Step, ...]):
    for s in steps:
        yield s
        yield from every(s.substeps)


@pytest.mark.parametrize("name", COUNTS)
def test_derived_and_proved(solved, name):
    (d,) = solved[name].derivations
    assert not d.stop_reason
    assert [to_text(s.after) for s in every(d.steps) if s.evidence.word != "proved"] == []
    assert (d.end_to_end.word, d.expected.word) == ("proved", "proved")


@pytest.mark.parametrize("name", COUNTS)
def test_wrong_answers_are_refuted(problems, name):
    question = problems[name].parts[0].questions[0]
    wrong = judge(question, problems[name].context, COUNTS[name][1])
    assert wrong.verdict == "refuted"
    assert wrong.evidence.witness is not None
    assert judge(question, problems[name].context, to_text(question.expected)).verdict == "proved"


@pytest.mark.parametrize("name", COUNTS)
def test_slips_in_lines_are_objected_to(problems, solved, name):
    """A slip that is another number somewhere is not proved; the lines that follow from it neither."""
    (d,) = solved[name].derivations
    context = problems[name].context
    for n, s in enumerate(d.steps[:3]):
        slips = [m for _, m in mutants(s.after) if not isinstance(m, (Relation, Tuple))]
        for mutant in slips[:: max(1, len(slips) // 3)][:3]:
            if decide(s.after, mutant, context, seconds=2.0).word == "proved":
                continue
            made = Step(s.rule, s.path, s.before, mutant, s.conditions, (), s.level, letters=s.letters)
            changed = type(d)(d.question, (*d.steps[:n], made), mutant, d.conditions)
            assert verify_derivation(changed, context).steps[-1].evidence.word != "proved", to_text(mutant)


def test_files_are_verified_alone(problems, solved):
    """What is written is read again, and gives the same evidence."""
    for name in ("receptive field with stride", "shapes", "Adam's correction"):
        written = solution_to_json(Solution(problems[name], (solved[name],)))
        again = solution_from_json(written)
        (d,) = verify_part(again.parts[0], again.problem.context).derivations
        assert d.end_to_end.word == "proved"
        assert d.question == replace(solved[name].derivations[0].question, line=None)


STOPS = {
    "third order": (
        "F = p.recurrence('F', t, start={0: 0, 1: 0, 2: 1}, step=lambda F: F[t] + F[t - 1] + F[t - 2])\n"
        "part.closed_form('n', F[T], expected=T)",
        "F starts with 3 values; only sequences of first and second order are solved here",
    ),
    "coefficients that change": (
        "F = p.recurrence('F', t, start={0: 0, 1: 1}, step=lambda F: t*F[t] + F[t - 1])\n"
        "part.closed_form('n', F[T], expected=T)",
        "the step of F has coefficients that change with t, or other sequences",
    ),
    "roots that are not real": (
        "F = p.recurrence('F', t, start={0: 0, 1: 1}, step=lambda F: F[t] - F[t - 1])\n"
        "part.closed_form('n', F[T], expected=T)",
        "the characteristic equation of F has no real root; only real ones are used",
    ),
    "roots that may not be real": (
        "G = p.symbol('G')\nF = p.recurrence('F', t, start={0: 0, 1: 1}, step=lambda F: G*F[t] - F[t - 1])\n"
        "part.closed_form('n', F[T], expected=T)",
        "the characteristic equation of F has the discriminant G**2 - 4; its sign is not known, say with p.assume that "
        "it is positive",
    ),
    "not linear": (
        "F = p.recurrence('F', t, start={0: 2}, step=lambda F: F[t]**2)\npart.closed_form('n', F[T], expected=2**(2**T))",
        "the step of F is not linear in F[t - 1]",
    ),
    "each needs the other": (
        "a, b, c = p.recurrence('a b c', t, start={0: (1, 0, 0)}, step=lambda a, b, c: (b[t], c[t], a[t]))\n"
        "part.closed_form('n', a[T], expected=1)",
        "a and b and c need each other; only recurrences that build up are solved here",
    ),
    "no sequence": (
        "part.closed_form('n', K + 1, expected=K + 1)",
        "there is no entry of a sequence in the question",
    ),
    "a range that may be reversed": (
        "part.count('n', Sum(1, (i, 1, K - 3)), expected=K - 3)",
        "it is not known that the range from 1 to K - 3 is not reversed",
    ),
}


@pytest.mark.parametrize("name", STOPS)
def test_what_is_not_derived_says_why(tmp_path, name):
    text, reason = STOPS[name]
    path = tmp_path / "stop.py"
    path.write_text(HEAD + text + "\n", encoding="utf-8")
    problem = load(path)
    (d,) = verify_part(solve_part(problem.parts[0], problem.context), problem.context).derivations
    assert d.stop_reason == reason
    assert d.end_to_end.word in ("undecided", "refuted")
