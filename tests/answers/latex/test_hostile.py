"""What strangers may send: macros, files, floods, depth, look-alikes. All refused or read at once, nothing executed."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symderiv.answers.latex import read_statements
from symderiv.errors import AnswerError
from symderiv.language.text import to_text

MACROS = [
    r"\input{/etc/passwd}", r"\include{secret}", r"\InputIfFileExists{a}{b}{c}", r"\openin5=/etc/passwd", r"\read5 to\x",
    r"\write18{touch pwned}", r"\immediate\write18{touch pwned}", r"\openout3=pwned", r"\ShellEscape{touch pwned}",
    r"\def\x{\x}\x", r"\def\x{\x\x}\x", r"\newcommand{\x}{y}\x", r"\renewcommand{\log}{\exp}\log y", r"\let\log=\exp",
    r"\gdef\y{1}", r"\edef\y{1}", r"\xdef\y{1}", r"\catcode`\@=11", r"\catcode`\^=\active", r"\csname input\endcsname{y}",
    r"\expandafter\input y", r"\loop y\repeat", r"\uppercase{y}", r"\lccode`\a=`\b", r"\special{ps: y}", r"\pdfobj{y}",
    r"\usepackage{y}", r"\documentclass{article}", r"\begin{document}y\end{document}", r"\href{file:///etc}{y}",
    r"\url{http://a.b}", r"\includegraphics{a.png}", r"\verb|y|", r"\begin{verbatim}y\end{verbatim}", r"\footnote{y}",
    r"\begin{filecontents}{pwned}y\end{filecontents}", r"\directlua{os.execute('touch pwned')}", r"\special{y}",
    r"\everymath{y}", r"\aftergroup y", r"\futurelet\x\y z", r"\afterassignment\x", r"\the\year", r"\jobname", r"\meaning y",
    r"\romannumeral 3", r"\char`\y", r"^^41", r"y^^M", r"\mathchardef\x=1", r"\DeclareMathOperator{\x}{y}", r"\ensuremath{y}",
    r"\hbox{y}", r"\vbox{y}", r"\kern1pt y", r"\rule{1em}{1em}", r"\phantom{y}", r"\color{red} y", r"\textcolor{red}{y}",
    r"\cancel{y}", r"\ifnum1=1 y\fi", r"\@ifnextchar", r"\makeatletter", r"\endinput", r"\end", r"\begin", r"\begin{}",
    r"\text{\input{a}}", r"\operatorname{__import__('os')}", r"\mathrm{y}\mathrm", r"\text", r"\text{",
    r"\underbrace{y", r"\underbrace{y}_", r"\tag{", r"y % comment", r"y # z", r"y & z & c = & \\ \\ & = ~",
]  # fmt: skip

BROKEN = [
    "\\", "{", "}", "$", "$$", r"\[", r"\]", r"\(", "^", "_", "'", "&", r"\\", ",", "{}", "()", "[]", r"\{\}", "||", r"\|\|", "=",
    "= =", "==", "y^", "y_", "^y", "_y", "y^{}", "y_{}", r"\frac", r"\frac{}{}", r"\frac{y}", r"\sqrt", r"\sqrt[]{y}", r"\sum",
    r"\sum_{}^{} y", r"\sum_{=}^{=} y", r"\left", r"\right)", r"\left(y", r"\left.y\right|", r"\left(y\right.", r"\bigl", r"\hat",
    r"\log", r"\log_{} y", r"\begin{cases}\end{cases}", r"\begin{cases} y & \end{cases}", r"\end{cases}", r"\begin{cases} y",
    r"\begin{matrix} y", r"\begin{cases} y \end{matrix}", r"\partial", r"\frac{\partial}{\partial}", r"\frac{\partial y}{\partial}",
    r"\frac{\partial^{99} g}{\partial z^{99}}", r"\frac{\partial^{9999999999} g}{\partial z^{9999999999}}", r"|y", r"\|y", r"y|z",
    r"\lfloor y", r"y\rfloor", r"\delta_{}", r"\delta_{i}", r"\delta_{ijk}", r"\mathbb{1}", r"\mathbb", r"\mathbb{", r"\mathbf{}",
    r"[y, z", r"y \text{ if }", r"\frac{\partial | }", r"\frac{y}{z |}", "(|)", r"\text{if } y", r"y \text{ otherwise}", r"y, \text{if}", r"\quad", r"\Rightarrow", ";",
]  # fmt: skip

FLOODS = [
    "y" * 2001, "{" * 500 + "y" + "}" * 500, "(" * 500 + "y" + ")" * 500, r"\left(" * 200 + "y" + r"\right)" * 200,
    r"\sqrt{" * 200 + "y" + "}" * 200, r"\frac{y}{" * 150 + "y" + "}" * 150, "y^{" * 400 + "2" + "}" * 400,
    "x_{" * 400 + "1" + "}" * 400, r"\log " * 300 + "y", r"\sin" * 400, r"\sqrt" * 300, r"\hat" * 300 + "y", "-" * 1900 + "y",
    "- " * 900 + "y", "y" + "'" * 1900, "9" * 41 + "{}", "9" * 1900 + r"\cdot", "0." + "9" * 100 + "{}", r"9^{9^{9^{9^{9^{9}}}}}",
    r"y^{10001}", r"y^{-99999999999}", r"\sum_{i}" * 200 + "x_i", r"\sum_{i=1}^{99999999999999999999} x_i", r"\prod_{k}" * 200 + "x_k",
    r"\text{" * 200, r"\mathbf{" * 200, r"\underbrace{" * 120 + "y" + "}" * 120, r"\boxed{" * 120 + "y" + "}" * 120,
    r"\begin{pmatrix}y&z\\z&y\end{pmatrix}" * 50, r"\begin{pmatrix}1&2\\3&4\end{pmatrix}" * 50,
    r"\begin{cases}" * 100, r"|" * 1000, r"\|" * 900, r"\partial " * 200, "y/" * 900 + "y", "y=" * 900 + "y", "y," * 900 + "y",
    r"S(" * 300 + "a" + ")" * 300, "S(" * 25 + "a" + ")_i" * 25, "f(" * 55 + "y" + ")" * 55, r"\|" * 2 + "x" * 400 + r"\|",
    r"\left\{\begin{array}{l}" * 60, r"\left\{\begin{array}{l}y" * 40 + r"\end{array}\right." * 40, "y=y," * 450, "K!" * 900,
    r"\binom{" * 150, "K" + "!" * 1500, "√" * 1500, "y" + "²" * 1900, r"\text{if $" * 150, r"\text{$" * 60 + "y" + "$}" * 60,
    r"10000!", r"99999!", r"\binom{99999999}{12}", r"\max_i" * 300 + "x_i", r"y \in \{" * 100, r"|" * 300 + "y" + "|" * 300,
    r"\left." * 300, r"y \approx " * 200, r"y \iff " * 200, "i=1," * 400 + r"\dots,K", r"\stackrel{" * 100, "1.." * 500,
    r"y \text{ where } " + "p=y," * 200, "x_{" + "1" * 40 + "}", "C_{" + "i" * 500 + "}", "C_{" + "1" * 39 + "}", r"\\" * 900, "&" * 1900, r"\,".join("y" * 500),
]  # fmt: skip

CHARACTERS = [
    "{y}\x00", "{y}\x1b[2J", "{y}\u202e", "{y}\u200b", "{\u0430}", "{\u03bf}", "{\uff59}", "{\U0001d49a}", "{\u0663}",
    "{y}\u2212\u2212\u2212\u2212z", "{y}\u00a0z", "{y}\ufeff", "{\u2211}", "{\u221e}", "\\\u0441os y", "\\\x00", "{y}\ud800",
    "{y}\u2028z", "{\u212f}", "{y}\x7f", "{\u2202}",
]  # fmt: skip


@pytest.mark.parametrize("text", [*MACROS, *BROKEN, *CHARACTERS], ids=lambda t: ascii(t)[:30])
def test_refused(contexts, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AnswerError) as caught:
        found = read_statements(text, contexts["softmax"])
        raise AssertionError([to_text(s.term) for statement in found for s in statement.sides])
    assert caught.value.position is not None and 0 <= caught.value.position < max(len(text), 1)
    assert len(str(caught.value)) < 400
    assert str(caught.value).isprintable()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", FLOODS, ids=lambda t: t[:16])
def test_floods_end_quickly(contexts, text):
    read_statements("{y}", contexts["softmax"])  # the grammar is loaded
    started = time.perf_counter()
    try:
        for statement in read_statements(text, contexts["softmax"]):
            assert all(to_text(side.term) for side in statement.sides)
    except AnswerError as error:
        assert error.position is not None or "at most" in str(error)
        assert len(str(error)) < 400
    assert time.perf_counter() - started < 1


PIECES = r"""
a_i x_{ij} C_{ij} S_i S(a)_i y z z' g f( h( ( ) [ ] { } , + - * / ^ ^2 _ _i = < \le | \| \left( \right) \frac{ }{ } \sum_{k=1}^{K}
\sum_k \sum_{j\ne i} \prod_k \log \exp \sigma \max \partial \frac{\partial \sqrt{ \begin{cases} \end{cases} & \\ \text{if } \text{else}
\delta_{ij} \mathbb{1} \mathbf{ \hat{ ' 1 2 0.5 9,600 e^ \pi \lfloor \rfloor \quad \Rightarrow ; $ \boxed{ \underbrace{ \foo \top ! :
"""


@given(st.one_of(st.lists(st.sampled_from(PIECES.split()), max_size=25).map(" ".join), st.text(max_size=60)))
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_is_read_or_refused_with_its_place(contexts, text):
    try:
        found = read_statements(text, contexts["softmax"])
    except AnswerError as error:
        assert error.position is not None and 0 <= error.position <= len(text)
        return
    for statement in found:
        assert statement.sides
        for side in statement.sides:
            assert 0 <= side.start < side.end <= len(text)
            assert to_text(side.term)


def test_lark_loads_with_the_first_answer_in_latex():
    code = "import symderiv.answers.latex, sys; assert 'lark' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
