import json
import textwrap

import pytest

from symderiv import cli

SOFTMAX = """
    from sympy import Derivative, KroneckerDelta, Sum, exp, log
    from symderiv import declare, sigmoid

    p = declare("A demonstration", "Written for the tests of the command line.")
    K = p.size("K", "number of classes")
    i, j, k = p.index("i j k", 1, K)
    x = p.array("x", K, "scores")
    S = p.define("S", (i,), exp(x[i]) / Sum(exp(x[k]), (k, 1, K)), "softmax of x")
    a = p.symbol("a", "pre-activation")
    y = p.symbol("y", "label", binary=True)
    g = p.define("g", sigmoid(a), "output")

    one = p.part("D1", "Jacobian of softmax", alias="jacobian")
    one.derive("J_ij", Derivative(S[i], x[j]), expected=S[i] * (KroneckerDelta(i, j) - S[j]))
    two = p.part("D2", "Two answers")
    two.derive("dg", Derivative(g, a), expected=g * (1 - g))
    two.derive("dL", Derivative(-(y * log(g) + (1 - y) * log(1 - g)), a), expected=g - y)
    three = p.part("D2.dg", "An id with a dot")
    three.derive("d2g", Derivative(g * (1 - g), a), expected=g * (1 - g) * (1 - 2 * g))
"""


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The path of a problem file that stands nowhere in the repository."""
    path = tmp_path_factory.mktemp("problems") / "demo.py"
    path.write_text(textwrap.dedent(SOFTMAX), encoding="utf-8")
    return path


@pytest.fixture
def run(capsys):
    """(exit code, standard output, standard error) of a command line."""

    def call(*arguments):
        code = cli.run([str(a) for a in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def check_json(run, demo):
    def call(part, answer, *options):
        code, out, _ = run("check", demo, part, answer, "--json", *options)
        return code, json.loads(out)

    return call
