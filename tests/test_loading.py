"""Problem files: what loads, and the full text of every error an author may meet."""

from __future__ import annotations

import sys
import textwrap
import warnings

import pytest

from symderiv.errors import DeclarationError
from symderiv.language.declarations import DeclarationWarning
from symderiv.language.text import to_text
from symderiv.loading import find_problems, load

SOFTMAX = """\
from sympy import Derivative, KroneckerDelta, Sum, exp
from symderiv import declare

p = declare("The softmax function", "Scores become probabilities.")
K = p.size("K", "number of classes")
i, j, k = p.index("i j k", 1, K)
a = p.array("a", K, "scores")
S = p.define("S", (i,), exp(a[i])/Sum(exp(a[k]), (k, 1, K)), "softmax of a")
part = p.part("C2.4", "Jacobian", alias="jacobian")
part.derive("J_ij", Derivative(S[i], a[j]), expected=S[i]*(KroneckerDelta(i, j) - S[j]))
"""

# What most of the wrong files begin with: 8 lines, so that the body starts in line 9.
PREAMBLE = """\
from sympy import *
from symderiv import declare, sigmoid, softmax, logsumexp
p = declare("A problem")
K = p.size("K", "classes")
D = p.size("D", "inputs")
i, j, k = p.index("i j k", 1, K)
a = p.array("a", K, "scores"); w = p.array("w", (K, D), "weights")
x, y = p.symbol("x y"); part = p.part("1", "A part")
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(source, name="problem.py"):
        (tmp_path / name).write_text(textwrap.dedent(source), encoding="utf-8")
        return name

    return write


def message(path):
    with pytest.raises(DeclarationError) as error:
        load(path)
    return str(error.value)


def test_a_problem_loads(write):
    problem = load(write(SOFTMAX, "softmax.py"))
    assert (problem.name, problem.title, problem.path) == ("softmax", "The softmax function", "softmax.py")
    part = problem.part("jacobian")
    assert (part.id, part.line, part.kind) == ("C2.4", 9, "derive")
    (question,) = part.questions
    assert to_text(question.subject) == "Derivative(S[i], a[j])"
    assert to_text(question.expected) == "S[i]*(KroneckerDelta(i, j) - S[j])"
    assert to_text(problem.context.definitions["S"].body) == "exp(a[i])/Sum(exp(a[k]), (k, 1, K))"
    assert problem.context.arrays["a"].meaning == "scores"


def test_loading_leaves_no_trace(write):
    import sympy

    from symderiv.language.notation import is_verbatim

    write("offset = 1\n", "shared_names.py")
    before, path = set(sys.modules), list(sys.path)
    load(write("from shared_names import offset\n" + SOFTMAX))
    assert not is_verbatim() and sys.path == path
    assert "shared_names" not in set(sys.modules) - before
    x = sympy.Symbol("x")
    assert sympy.diff(x**2, x) == 2 * x


def test_a_file_that_fails_leaves_no_trace(write):
    from symderiv.language.notation import is_verbatim

    path = list(sys.path)
    message(write(SOFTMAX + "1/0\n"))
    assert not is_verbatim() and sys.path == path
    load(write(SOFTMAX))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", 'problem.py: this file is empty; begin with p = declare("its title")'),
        ("x = 1\n", 'problem.py: this file declares no problem; begin with p = declare("its title")'),
        ("x = (1,\n", "problem.py:1: Python can't read this ('(' was never closed); mend the line"),
        ("x = 1\ny = = 2\n", "problem.py:2: Python can't read this (invalid syntax); mend the line"),
        ("x = 1\n  y = 2\n", "problem.py:2: Python can't read this (unexpected indent); mend the line"),
        ("x = '\0'\n", None),
        ("import sys\nsys.exit(1)\n",
         "problem.py:2: the file leaves Python with sys.exit(); a problem file only declares"),
        ("import nosuchmodule\n", "problem.py:1: No module named 'nosuchmodule'; check the import"),
        ("x = 1\nx / 0\n", "problem.py:2: a number is divided by zero; mend the formula"),
        ("x = [1]\nx[3]\n", "problem.py:2: list index out of range (IndexError); mend the line"),
        ("def f():\n    return [][0]\n\nf()\n", "problem.py:2: list index out of range (IndexError); mend the line"),
        (
            'from symderiv import declare\np = declare("A")\n',
            "problem.py:2: no part is declared; add part = p.part(...)",
        ),
        (
            'from symderiv import declare\np = declare("A")\nq = declare("B")\n',
            "problem.py:3: a second declare(...) stands here; the first is in line 2, put each problem in its own file",
        ),
        (
            'from symderiv import declare\np = declare("")\n',
            'problem.py:2: declare() has no title; write declare("The softmax function")',
        ),
        (
            'from symderiv import declare\np = declare("A")\nx = p.symbol("x")\np.part("1", "T").derive("y", exp(x))\n',
            "problem.py:4: the name 'exp' is not defined; add from sympy import exp",
        ),
        ("declare('A')\n", "problem.py:1: the name 'declare' is not defined; add from symderiv import declare"),
        (
            'from symderiv import declare\np = declare("A")\nsize = 3\nsiez + 1\n',
            "problem.py:4: the name 'siez' is not defined; did you mean 'size'?",
        ),
        (
            'from symderiv import declare\np = declare("A")\nqqq + 1\n',
            "problem.py:3: the name 'qqq' is not defined; declare it: qqq = p.symbol(\"qqq\", \"its meaning\")",
        ),
    ],
)  # fmt: skip
def test_files_that_are_no_problem(write, source, expected):
    text = message(write(source))
    assert text.startswith("problem.py") if expected is None else text == expected


def test_paths_that_are_no_file(write, tmp_path):
    assert message("missing.py") == "missing.py: no such file; check the path"
    (tmp_path / "folder").mkdir()
    assert message("folder") == "folder: this is a folder; name one problem file in it"
    (tmp_path / "latin.py").write_bytes("x = 1\ny = 'café'\n".encode("latin-1"))
    assert message("latin.py") == "latin.py:2: a byte here is not UTF-8; save the file as UTF-8"
    with pytest.raises(DeclarationError, match=r"^nowhere: no such file or folder; check the path$"):
        find_problems("nowhere")


def test_find_problems_takes_the_files_that_declare(write, tmp_path):
    (tmp_path / "more").mkdir()
    write(SOFTMAX, "softmax.py"), write("x = 1\n", "helpers.py"), write(SOFTMAX, "more/again.py")
    write(SOFTMAX, "__init__.py"), write(SOFTMAX, ".hidden.py")
    assert [str(f.relative_to(tmp_path)) for f in find_problems(tmp_path)] == ["more/again.py", "softmax.py"]
    assert [str(f) for f in find_problems("softmax.py")] == ["softmax.py"]


DERIVE = 'part.derive("A", {}, expected=x)\n'
WRONG = [
    # names
    (DERIVE.format("Symbol('T')*x"),
     "9: 'T' is not declared; declare it: T = p.symbol(\"T\", \"its meaning\")"),
    ('alpha = p.symbol("alpha")\n' + DERIVE.format("Symbol('alhpa')"),
     "10: 'alhpa' is not declared; did you mean 'alpha'?"),
    ('part.derive("A", x, expected=Symbol("z1"))\n',
     "9: 'z1' is not declared; declare it: z1 = p.symbol(\"z1\", \"its meaning\")"),
    (DERIVE.format("IndexedBase('b')[i]"),
     "9: the array 'b' is not declared; declare it: b = p.array(\"b\", K, \"its meaning\")"),
    ('weights = p.array("weights", K)\n' + DERIVE.format("IndexedBase('weihgts')[i]"),
     "10: the array 'weihgts' is not declared; did you mean 'weights'?"),
    (DERIVE.format("w[i]"), "9: w[i] has 1 index, but w is declared with 2; write w[i, j]"),
    (DERIVE.format("a[i, j]"), "9: a[i, j] has 2 indices, but a is declared with 1; write a[i]"),
    (DERIVE.format("Symbol('a')"), "9: 'a' is an array; write a[i]"),
    (DERIVE.format("IndexedBase('x')[i]"), "9: 'x' has no indices, but x[i] gives it some; declare it with p.array"),
    (DERIVE.format("a"), "9: a is an array without its indices; write a[i]"),
    (DERIVE.format("Function('f')(x)"),
     "9: the function 'f' is not declared; declare it: f = p.function(\"f\", (z,), body)"),
    ('f = p.function("f", (x,), x**2)\n' + DERIVE.format("f(x, y)"),
     "10: f(x, y) has 2 arguments, but f is declared with 1; write f(x)"),
    ('K = p.size("K")\n', "9: 'K' is declared twice; it is the size of line 4 already"),
    ('p.define("x", y)\n', "9: 'x' is declared twice; it is the symbol of line 8 already"),
    ('i = p.index("i", 1, D)\n', "9: 'i' is declared twice; it is the index of line 6 already"),
    ('p.symbol("lambda")\n',
     "9: 'lambda' is a word of Python; use letters, digits and _, and give latex= for how it is printed"),
    ("p.symbol(r'\\alpha')\n",
     "9: '\\\\alpha' is no plain name; use letters, digits and _, and give latex= for how it is printed"),
    ('p.symbol("")\n', '9: a name is empty; write one, such as "x"'),
    ("p.symbol(x)\n", "9: the name x is no text; write it in quotes, or use p.declare for a SymPy object"),
    ('p.symbol("u v", latex="U")\n', "9: 'u v' are 2 names with one latex=; declare them one by one"),
    # definitions
    ('p.define("g", Symbol("g") + 1)\n', "9: the definition of g uses g itself; a definition uses earlier names only"),
    ('p.define("g", (i,), IndexedBase("g")[i])\n',
     "9: the definition of g uses g itself; a definition uses earlier names only"),
    ('p.define("g")\n', '9: \'g\' has no body; write p.define("g", body, "its meaning")'),
    ('p.define("g", (x,), x + 1)\n',
     '9: the parameter of g, x, is no index; declare it: x = p.index("x", 1, K)'),
    ('p.function("f", 2, x)\n', '9: the parameters of \'f\' are no symbols; write p.function("f", (z,), body)'),
    ('m = p.index("m", 1, i)\np.define("g", (i, m), a[i])\n',
     "10: the range of m depends on i; arrays are rectangular: give m its whole range and use a Piecewise in the body"),
    ('z = p.define("z", w[j, 1]*x)\n' + DERIVE.format("Sum(z, (j, 1, K))"),
     '10: z depends on j and stands in a sum over j; make j a parameter: p.define("z", (j,), ...)'),
    ('z = p.define("z", w[i, 1]*x)\np.define("S", (i,), exp(z))\n',
     '10: z depends on i and stands in a definition for every i; make i a parameter: p.define("z", (i,), ...)'),
    ('z = p.define("z", (j,), w[i, 1]*a[j])\np.define("S", (i,), exp(z[1]))\n',
     '10: z[1] depends on i and stands in a definition for every i; make i a parameter: p.define("z", (j, i), ...)'),
    ('p.size("b", 3)\n', "9: the meaning of 'b' is 3, which is no text; write lower= or upper= for ends"),
    ('p.function("relu", (x,), Max(0, x))\n',
     "9: the function 'relu' is known already; use it, or choose another name"),
    ('with evaluate(True):\n    e = Sum(a[i]*Sum(Piecewise((a[k], k <= i), (0, True)), (k, 1, K)), (i, 1, K))\n'
     + DERIVE.format("e"), None),
    # ranges
    (DERIVE.format("Sum(a[k + 1], (k, 1, K))"),
     "9: a[k + 1] reads a[4], but a has indices 1..3 (for K = 3) in the question 'A'; "
     "change the range, say with p.assume why it fits, or declare the array with padded=True if it is 0 outside"),
    ('p.define("g", (i,), a[i - 1])\npart.derive("A", x, expected=x)\n',
     "9: a[i - 1] reads a[0], but a has indices 1..3 (for K = 3) in the definition of g; "
     "change the range, say with p.assume why it fits, or declare the array with padded=True if it is 0 outside"),
    (DERIVE.format("w[1, i]"),
     "9: w[1, i] reads w[..., 4], but w has second indices 1..3 (for D = 3, K = 4) in the question 'A'; "
     "change the range, say with p.assume why it fits, or declare the array with padded=True if it is 0 outside"),
    (DERIVE.format("Sum(a[k], (k, 0, K))"),
     "9: a[k] reads a[0], but a has indices 1..3 (for K = 3) in the question 'A'; "
     "change the range, say with p.assume why it fits, or declare the array with padded=True if it is 0 outside"),
    # shapes
    ('p.array("b", 0)\n', "9: 'b' has an axis of size 0; for indices 0..D write ((0, D),)"),
    ('p.array("b", (0, D))\n', "9: 'b' has an axis of size 0; for indices 0..D write ((0, D),)"),
    ('p.array("b", ((1, 2, 3),))\n', "9: 'b' has the range (1, 2, 3); a range is (lower, upper)"),
    ('p.array("b", x)\n', "9: the shape of 'b' has x, which is no integer; declare it with p.size"),
    ('p.array("b", Symbol("n"))\n', "9: 'n' is not declared; declare it: n = p.symbol(\"n\", \"its meaning\")"),
    ('p.array("b", ())\n', "9: 'b' has no shape; write p.array(\"b\", K) or use p.symbol"),
    ('p.array("b", K, law="simplexx")\n',
     "9: 'b' has the law 'simplexx', which does not exist; did you mean 'simplex'?"),
    ('p.array("b", K, entries="positiv")\n',
     "9: 'b' has entries 'positiv', which do not exist; did you mean 'positive'?"),
    ('p.symbol("b", postive=True)\n', "9: 'postive' is no kind of number; did you mean 'positive'?"),
    ('p.symbol("b", positive=True, negative=True)\n', "9: positive and negative exclude each other; keep one of them"),
    ('p.index("b", 1, K, D)\n', "9: 'b' has 3 ends; write p.index(\"b\", 1, K)"),
    ("softmax(w, i)\n", "9: w has 2 indices; softmax needs one: softmax(lambda k: w[i, k], ...)"),
    ("logsumexp(lambda k: a[k])\n", "9: logsumexp of a rule needs the range of its index; add over=(1, K)"),
    ("softmax(x, i)\n",
     "9: softmax takes an array with one index, or Lambda(k, ...) with over=(1, K); this is Symbol"),
    # integers
    (DERIVE.format("a[x]"), "9: the index of a[x] is x, which is no integer; declare it: x = p.index(\"x\", 1, K)"),
    (DERIVE.format("a[K/2]"), "9: the index of a[K/2] is K/2, which may be no integer; use floor or ceiling"),
    (DERIVE.format("Sum(a[k], (k, 1, K/2))"),
     "9: the range of k is K/2, which may be no integer; use floor or ceiling"),
    (DERIVE.format("Sum(a[k], (k, 1, x))"),
     "9: the range of k is x, which is no integer; declare it: x = p.index(\"x\", 1, K)"),
    (DERIVE.format("KroneckerDelta(i, x)"),
     "9: a side of KroneckerDelta(i, x) is x, which is no integer; declare it: x = p.index(\"x\", 1, K)"),
    # methods and options
    ('p.xyz("T")\n',
     "9: a declaration has no method 'xyz'; there are: size, symbol, index, array, matrix, numbers, random, "
     "independent, has_law, define, function, declare, recurrence, layer, network, notation, assume, part"),
    ('p.symbl("T")\n', "9: a declaration has no method 'symbl'; did you mean 'symbol'?"),
    ("part.derivee(x)\n", "9: a part has no method 'derivee'; did you mean 'derive'?"),
    ('p.part("2", "T", txt="")\n', "9: there is no option 'txt' here; did you mean 'text'?"),
    ('part.derive("A", x, expect=x)\n', "9: there is no option 'expect' here; did you mean 'expected'?"),
    # parts
    ('p.part("1", "Again")\n', "9: the part id '1' is used twice; line 8 has it already"),
    ('p.part("2", "Again", alias="1")\n', "9: the part id '1' is used twice; line 8 has it already"),
    ('p.part("", "Again")\n', "9: '' is no part id; use letters, digits, '.', '_' and '-', such as \"C2.4\""),
    ('part.derive("A", x, expected=x)\np.part("2", "Empty")\n',
     "10: the part '2' has no question and no text; add part.derive(...) or text="),
    ('part.derive("A", x)\n', "9: the question 'A' has no expected form; add expected=..."),
    ('part.derive("A", x, expected=x)\npart.derive("A", y, expected=y)\n',
     "10: the answer name 'A' is used twice in the part '1'; choose another"),
    ('part.derive("A b", x, expected=x)\n',
     '9: \'A b\' is no answer name; use letters, digits and "_", such as "J_ij"'),
    ('part.derive("A", Eq(x, y), expected=x)\n',
     "9: the question 'A' is the condition Eq(x, y); write a number, or use part.show for an equation"),
    ('part.show("A", x)\n', "9: the right-hand side is missing; write part.show('A', left, right)"),
    ('part.find("A", x, y, expected=x)\n', "9: the question 'A' has no unknown; add unknown=z"),
    ('part.bound("A", x, 1, expected=1)\n', "9: the question 'A' has no unknown; add unknown=eta"),
    ('part.separate("A", [(0, 0)], [1], expected=[1, 1, 1])\n', "9: the question 'A' has no unknowns; add unknowns=(w1, w2, b)"),
    ('part.system("A", x > 1, expected=[1])\n', "9: the question 'A' has no unknowns; add unknowns=(w1, w2, b)"),
    ('part.find("A", y, 2*y, unknown=x, expected=y)\n',
     "9: the unknown x does not occur in the goal of 'A'; write goal with it"),
    ('part.find("A", x, 2*y, unknown=y, expected=y)\n',
     "9: the expected form of 'A' contains the unknown y; solve for it"),
    ('part.find("A", x, 2*y, unknown=y, expected=x/2, given={2: x})\n',
     "9: given= replaces 2, which is no symbol; write given={N: 1}"),
    ("p.assume(K + 1)\n", "9: K + 1 is no condition; write K <= 10 or Eq(left, right)"),
    # what SymPy makes of it
    (DERIVE.format("0.5*x"), "9: 0.5 is a float; write Rational(1, 2)"),
    (DERIVE.format("x**(1/3)"), "9: 0.3333333333333333 is a float; write Rational(1, 3)"),
    (DERIVE.format("1e-8*x"), "9: 1e-08 is a float; write Rational(1, 100000000)"),
    ('p.symbol("b", lower=0.1)\n', "9: 0.1 is a float; write Rational(1, 10)"),
    (DERIVE.format("'x + 1'"), "9: 'x + 1' is text; write the SymPy expression itself, without quotes"),
    (DERIVE.format("[x, y]"), "9: [x, y] is no SymPy expression; write a formula"),
    (DERIVE.format("Matrix([x, y])"),
     "9: Matrix([[x], [y]]) is a whole array; state one entry of it with index symbols"),
    (DERIVE.format("I*x"), "9: I is no real number; all quantities are real and finite"),
    (DERIVE.format("oo"), "9: oo is no real number; all quantities are real and finite"),
    (DERIVE.format("Sum(a[k], (k, 1, oo))"),
     "9: Sum(1*a[k], (k, 1, oo)) runs to infinity; sums are finite: give a declared size as the end of the range"),
    (DERIVE.format("Integral(x, (x, 0, 1))"), "9: Integral(1*x, (x, 0, 1)) is an integral; write its value"),
    (DERIVE.format("Sum(a[k], k)"), "9: a sum has no range; write Sum(body, (k, 1, K))"),
    (DERIVE.format("Derivative(x*a[i], a)"), "9: a is an array without its indices; differentiate by an entry, a[j]"),
    (DERIVE.format("a[i][j]"), "9: an entry is indexed twice; write all its indices together, x[n, k]"),
    (DERIVE.format("Derivative(x*y, x + y)"), "9: Can't calculate derivative wrt x + y; name it first with p.symbol"),
    (DERIVE.format("Derivative(x**2, (x, K))"),
     "9: the order of Derivative(x**2, (x, K)) is K; write a derivative of a fixed order"),
    ('g = p.define("g", x**2)\n' + DERIVE.format("Derivative(g**2, g)"),
     "10: g in the derivative is a definition; declare g with p.symbol to differentiate with respect to it"),
    (DERIVE.format("Derivative(K*x, K)"), "9: 'K' in the derivative is an integer; a derivative needs a real symbol"),
    (DERIVE.format("Sum(Derivative(x**k, k), (k, 1, K))"),
     "9: a derivative by the index of a sum has no meaning; use a declared symbol"),
    (DERIVE.format("Sum(Derivative(x**2, K), (k, 1, K))"),
     "9: 'K' in the derivative is an integer; a derivative needs a real symbol"),
    (DERIVE.format("factor(x**2 - 1)"),
     "9: SymPy's factor does not work here, since formulas are kept as written; "
     "write the result, or put it in 'with sympy.evaluate(True):'"),
    (DERIVE.format("Sum(a[k], (k, 1, 2, 3, 4))"),
     "9: Invalid limits given: ((k, 1, 2, 3, 4),); a range is written (k, 1, K)"),
    (DERIVE.format("limit(sin(x)/x, x, 0)"),
     "9: SymPy's limit does not work here, since formulas are kept as written; "
     "write the result, or put it in 'with sympy.evaluate(True):'"),
    (DERIVE.format("(Matrix([[1, 2], [3, 4]])**2)[0, 0]"),
     "9: ceiling(2) is not an integer (ValueError); "
     "if SymPy is to compute here, write 'with sympy.evaluate(True):'"),
    (DERIVE.format("x if x > 0 else y"),
     "9: a condition is used as a Python truth value; write (0 < x) & (x < 1) or And(...), and Piecewise for a case"),
    (DERIVE.format("max(0, x)"), "9: Python's max compares numbers; write Max(...) of SymPy"),
    (DERIVE.format("sum(a[k] for k in range(1, K))"),
     "9: range() takes numbers; write a sum over symbols as Sum(body, (k, 1, K))"),
    ("import math\n" + DERIVE.format("math.exp(x)"), "10: math.exp takes numbers; write exp of SymPy"),
    ("import numpy as np\n" + DERIVE.format("np.tanh(x)"), "10: np.tanh takes numbers; write tanh of SymPy"),
    (DERIVE.format("LambertW(x)"), None),
    # declare
    ("p.declare(IndexedBase('b'), 'm')\n", '9: b has no shape; write p.declare(b, "its meaning", shape=K)'),
    ("p.declare(Symbol('b', imaginary=True))\n",
     "9: b is not real by its assumptions; all quantities are real"),
    ("p.declare(Symbol('hat x'))\n",
     "9: 'hat x' is no plain name; use letters, digits and _, and give latex= for how it is printed"),
    ("p.declare(x + y)\n",
     "9: p.declare takes a Symbol, Idx, IndexedBase or MatrixSymbol, not Add; for a formula use p.define"),
    ("p.declare(Symbol('b'), shape=K)\n", "9: b is a symbol and has no shape; use IndexedBase or p.array"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "expected"), WRONG, ids=[f"{n}-{b.split(chr(10))[0][:40]}" for n, (b, _) in enumerate(WRONG)]
)
def test_wrong_declarations(write, body, expected):
    text = message(write(PREAMBLE + body))
    if expected is None and "evaluate" in body:
        assert text.startswith("problem.py:11: k is free in a condition and bound in a value of Piecewise(")
    elif expected is None:
        assert text.startswith("problem.py:9: LambertW in LambertW(x) is not known here; use SymPy's arithmetic, Sum,")
    else:
        assert text == "problem.py:" + expected


def test_what_a_file_prints_goes_to_standard_error(write, capsys):
    load(write(SOFTMAX + "print('hello')\n"))
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "hello\n")


def test_a_long_sum_loads(write):
    path = write(PREAMBLE + 'part.derive("A", sum(x**n for n in range(700)), expected=prod([x]*700))\n')
    (question,) = load(path).parts[0].questions
    assert len(question.subject.args) == 700 and len(question.expected.args) == 700


def test_a_derivative_that_is_zero_is_a_warning(write):
    path = write(PREAMBLE + 'part.derive("A", Derivative(x**2, y), expected=S.Zero)\n')
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load(path)
    (warning,) = [c for c in caught if issubclass(c.category, DeclarationWarning)]
    assert str(warning.message) == "Derivative(x**2, y) is zero, since y does not occur in it"
    assert (warning.filename, warning.lineno) == ("problem.py", 9)
