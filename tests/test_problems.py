"""The problem files of the repository: every part derived, every line proved, every answer as checked by hand.

``pytest problems`` derives them, by the plugin that comes with the package; what it has found is read from the cache
here.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sympy
from processes import environment
from sympy.abc import _clash1
from test_pytest_plugin import PLUGIN

from symderiv.cache import user_cache
from symderiv.loading import load
from symderiv.pipeline import solve
from symderiv.writing import write
from symderiv.writing.pdf import find_engines

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "problems").glob("*.py"))

# Answers as SymPy text with plain symbols, by part and name; arrays with computed indices keep their brackets.
ANSWERS = {
    "newton_schulz": {"A1b.identity.p": "(3*W - W*W.T*W)/2", "A1b.values.fixed_point": "Q"},
    "spectral_steps": {
        "A2c.sup_rms": "Abs(c)*s*sqrt(d_in/d_out)",
        "A2c.bound": "sqrt(d_out/d_in)/Abs(c)",
        "A2d.sign_norm": "sqrt(n_g*n_x)",
        "A2d.alpha_max": "1/(Abs(c)*d_in)",
        "A2d.alpha_max_sparse": "sqrt(d_out/d_in)/(Abs(c)*sqrt(n_g*n_x))",
        "A2d.alpha_with_c_of_b": "1/sqrt(d_in)",
        "A2e.alpha_max": "sqrt(d_out/d_in)/Abs(c)",
        "A2e.alpha_with_c_of_b": "sqrt(d_out)",
    },
    "gradient_scale": {
        "A2f.scale_of_grad_Wm": "Product(lam[k],(k,m,N-1))",
        "A2g.factor_l2": "c_n*sqrt(d_out*d_in)",
        "A2g.factor_l2_with_c": "sqrt(d_out)",
        "A2g.beta": "1/(c_n*sqrt(d_out*d_in))",
        "A2g.factor_rms": "c_n*d_out",
        "A2g.beta_rms": "1/(c_n*d_out)",
    },
    "output_sizes": {
        "A4a.params": "K**2*C*F + F",
        "A4a.W_out": "floor((W-K+2*P)/S)+1",
        "A4a.H_out": "floor((H-K+2*P)/S)+1",
        "A4a.channels": "F",
        "A4b.W_out": "floor((W-K)/S)+1",
        "A4b.H_out": "floor((H-K)/S)+1",
        "A4b.channels": "C",
        "B3.1.H_out": "floor((H+2*P-K)/S)+1",
        "B3.1.W_out": "floor((W+2*P-K)/S)+1",
        "B4.2.K_eff": "(K-1)*D+1",
        "B4.2.H_out": "floor((H+2*P-(K-1)*D-1)/S)+1",
    },
    "transposed_sizes": {
        "B3.2.H": "S*(H_p-1)-2*P+K+P_p",
        "B3.2.W": "S*(W_p-1)-2*P+K+P_p",
        "B3.2.P_prime": "Mod(H+2*P-K,S)",
        "B4.3.H": "S*(H_p-1)-2*P+(K-1)*D+1+P_p",
        "B4.3.P_prime": "Mod(H+2*P-(K-1)*D-1,S)",
    },
    "separable_convolution": {
        "B6.1b.identity": "N*C*K**2*(1/N+1/K**2)",
        "B6.1b.difference": "C*((N-1)*(K**2-1)-1)",
        "B6.1b.condition": "(N-1)*(K**2-1) > 1",
        "B6.1c.identity": "2*B*N*H*W*C*K**2*(1/N-1/(2*N*K**2)+1/K**2)-B*N*H*W",
        "B6.1c.difference": "B*H*W*C*(2*(N-1)*(K**2-1)-1)",
        "B6.1c.condition": "2*(N-1)*(K**2-1) > 1",
    },
    "xor": {
        "B1.1.certificate": "(w1+b)+(w2+b)-(w1+w2+b)-b",
        "B1.2.f": "Abs(x1-x2)",
        "B1.2.table_01_00_10_11": "Matrix([[1,0,1,0]])",
        "B1.3.f": "Max(0,x1-x2)+Max(0,x2-x1)",
        "B1.3.table_01_00_10_11": "Matrix([[1,0,1,0]])",
    },
    "newton_schulz_cost": {
        "A1a.T_naive": "2*c*d_out**2*d_in",
        "A1b.T_gram": "2*c*d_out*d_in**2",
        "A1b.speedup": "d_out/d_in",
    },
    "receptive_field": {
        "A4c.R": "(K-1)*L+1",
        "A4d.R_new": "R+J",
        "A4d.J_new": "2*J",
        "A4d.R_after_m_convs": "R+J+2*J*(K-1)*m",
        "A4d.cost_ratio": "Rational(1,4)*r_in*r_out",
    },
    "small_cnn": {
        "A4e.params": "Matrix([[0,100,0,910,0,0,1473]])",
        "A4e.shapes": "Tuple(Tuple(28,28,1),Tuple(28,28,10),Tuple(14,14,10),Tuple(14,14,10),Tuple(7,7,10),Tuple(490),Tuple(3))",
        "A4e.total": "2483",
    },
    "cnn_shapes": {
        "B2.1.depths": "Matrix([[128,64,32]])",
        "B2.2.shapes": "Tuple(Tuple(100,128,256,256),Tuple(100,64,128,128),Tuple(100,32,64,64),Tuple(100,16,64,64),Tuple(100,16,32,32),Tuple(100,10))",
        "B2.3.params": "Matrix([[9600,204800,18432,512,0,163840]])",
        "B2.3.total": "397184",
        "B2.4.params": "Matrix([[9728,204864,18464,528,0,163850]])",
        "B2.4.total": "397434",
    },
    "parameter_counts": {
        "B5.1.params": "N*K**2*C",
        "B5.2.params": "N*K**2*C/M",
        "C4.1.shapes": "Tuple(Tuple(64,64,32),Tuple(32,32,32),Tuple(32,32,64))",
        "C4.1.scalars": "65536",
        "C4.2.params": "18432",
    },
    "separable_counts": {
        "B6.1a.params_vanilla": "N*C*K**2",
        "B6.1a.mult_vanilla": "B*N*H*W*K**2*C",
        "B6.1a.add_vanilla": "B*N*H*W*(K**2*C-1)",
        "B6.1a.ops_vanilla": "2*B*N*H*W*C*K**2-B*N*H*W",
        "B6.1a.params_depthwise": "C*K**2",
        "B6.1a.mult_depthwise": "B*C*H*W*K**2",
        "B6.1a.add_depthwise": "B*C*H*W*(K**2-1)",
        "B6.1a.params_pointwise": "C*N",
        "B6.1a.mult_pointwise": "B*H*W*N*C",
        "B6.1a.add_pointwise": "B*H*W*N*(C-1)",
        "B6.1a.params_separable": "C*K**2+C*N",
        "B6.1a.ops_separable": "2*B*H*W*C*K**2-B*H*C*W+2*B*N*H*W*C-B*N*H*W",
    },
    "losses": {
        "C1.1.g": "1/(1+exp(-a))",
        "C1.2.meaning": "g",
        "C1.3.L": "-(y*log(g)+(1-y)*log(1-g))",
        "C1.4.dLda": "g-y",
        "C1.5.L": "(y-g)**2",
        "C1.6.dLda": "2*(g-y)*g*(1-g)",
        "C1.7.CE_second_derivative": "g*(1-g)",
        "C1.7.MSE_second_derivative": "2*g*(1-g)*(g*(1-g)+(g-y)*(1-2*g))",
        "C1.7.MSE_y1": "2*g*(1-g)**2*(3*g-1)",
        "C1.7.MSE_y0": "2*g**2*(1-g)*(2-3*g)",
    },
    "softmax": {
        "C2.1.S": "exp(x_i)/Z",
        "C2.2.z": "x1-x2",
        "C2.2.z_prime_doc": "z1-z0",
        "C2.3.y_i": "x[i+1]-x[1]",
        "C2.3.S_1": "1/(1+Sum(exp(x[j]-x[1]),(j,2,K)))",
        "C2.4.J_ij": "S_i*(KroneckerDelta(i,j)-S_j)",
    },
    "tanh_sigmoid": {
        "C3.sigma_tanh": "(tanh(a/2)+1)/2",
        "C3.w1_new": "omega1_ji/2",
        "C3.w2_new": "omega2_kj/2",
        "C3.bias2_new": "omega2_k0+Sum(omega2[k,j],(j,1,M))/2",
    },
    "convolution_gradients": {
        "C5.1.a1": "d-k1+1",
        "C5.1.a2": "d-k1-k2+2",
        "C5.2.J_in": "Piecewise((w2[n-i+1], And(n>=i, n<=i+k2-1)),(0,True))",
        "C5.3.grad_n": "Sum(g[n-j+1]*w2[j],(j,1,k2))",
    },
    "convolution_gradients_full": {
        "C5.4.a1": "d+k1-1",
        "C5.4.a2": "d+k1+k2-2",
        "C5.5.J_in": "Piecewise((w2[n-i+k2], And(n<=i, i<=n+k2-1)),(0,True))",
        "C5.6.grad_n": "Sum(g[n+j-1]*w2[k2-j+1],(j,1,k2))",
    },
    "convolution_layer": {
        "A7a.dw_hl": "Sum(Sum(dy[i,j]*x[i+h-1,j+l-1],(j,1,m)),(i,1,m))",
        "A7a.update": "w_hl - eta*dw_hl",
    },
}
CONDITIONS = {"C1.3": ["g > 0", "g < 1"], "C1.4": ["g > 0", "g < 1"], "C5.1": ["d >= k1 + k2 - 1"]}


@pytest.fixture(scope="module")
def derived():
    """(exit code, output) of ``pytest problems``."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *PLUGIN, "-v", "problems"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=900,
    )
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def solved(tmp_path_factory, derived):
    """Each problem solved, verified and written once."""
    out = tmp_path_factory.mktemp("out")
    made = {}

    def get(name):
        if name not in made:
            solution = solve(ROOT / "problems" / f"{name}.py", cache=user_cache())
            write(solution, out, ["json"], "normal", store=user_cache())
            made[name] = json.loads((out / f"{name}.json").read_text(encoding="utf-8"))
        return made[name]

    return get


def lines(steps):
    for step in steps:
        yield step
        yield from lines(step["substeps"])


def test_every_question_is_a_test_that_passes(derived):
    code, out = derived
    assert code == 0, out
    for file in FILES:
        for part in load(file).parts:
            for name in [q.name for q in part.questions] or ["tex"]:
                assert f"problems/{file.name}::{part.id}::{name} PASSED" in out


@pytest.mark.parametrize("name", [f.stem for f in FILES])
def test_every_part_is_derived_and_every_line_proved(solved, name):
    problem = solved(name)
    assert problem["parts"]
    for part in problem["parts"]:
        assert part["stop_reason"] == ""
        assert part["expected_met"] is True, part["id"]
        counts = part["evidence"]
        assert (counts["checked"], counts["refuted"], counts["undecided"]) == (0, 0, 0), part["id"]
        assert counts["proved"] > 0 or not part["answers"]
        assert {s["evidence"]["word"] for s in lines(part["steps"])} <= {"proved"}


@pytest.mark.parametrize(
    ("name", "key", "text"), [(name, key, text) for name, rows in ANSWERS.items() for key, text in rows.items()]
)
def test_an_answer_checked_by_hand_is_met(name, key, text):
    from symderiv.answers.judging import check

    result = check(load(ROOT / "problems" / f"{name}.py"), key, text)
    assert result.verdict == "proved", result


@pytest.mark.parametrize("name", list(ANSWERS))
def test_answers_are_text_that_sympy_reads(solved, name):
    arrays = ("x", "omega1", "omega2", "w2", "g", "dy", "v", "flip", "h1", "w", "W", "lam")
    for part in solved(name)["parts"]:
        for text in part["answers"].values():
            # Sizes such as S and N are names of SymPy's own as well.
            names = {**_clash1, **{a: sympy.IndexedBase(a) for a in arrays if f"{a}[" in text}}
            value = sympy.sympify(text, locals=names)  # our own text, not a student's
            assert isinstance(value, (sympy.Basic, sympy.MatrixBase, bool))


@pytest.mark.parametrize(("part", "expected"), CONDITIONS.items())
def test_conditions_are_printed(solved, part, expected):
    (found,) = [p for name in ANSWERS for p in solved(name)["parts"] if p["id"] == part]
    assert [c for c in expected if c not in found["conditions"]] == []


# ---- the sets


@pytest.fixture(scope="module")
def solved_sets(derived):
    """The three sets, with the parts that were derived."""
    from symderiv.jobs import Job, solve_jobs
    from symderiv.sets import SolvedSet, load_set

    made = {}
    for path in sorted((ROOT / "problems").glob("*.toml")):
        chosen = load_set(path)
        jobs = [Job(i.part, i.problem.context) for i in chosen.items]
        parts = dict(solve_jobs(jobs, user_cache()))
        keys = [(i.problem.path, i.part.id) for i in chosen.items]
        made[path.stem] = SolvedSet(chosen, {key: parts[n] for n, key in enumerate(keys)})
    return made


SETS = sorted(p.stem for p in (ROOT / "problems").glob("*.toml"))


@pytest.mark.parametrize("name", SETS)
def test_every_answer_stands_in_the_solutions_and_in_nothing_else(solved_sets, name):
    from symderiv.writing.latex import to_latex
    from symderiv.writing.set_page import set_page

    solved = solved_sets[name]
    pages = {variant: set_page(solved, variant) for variant in ("full", "hints", "handout")}
    for item in solved.problem_set.items:
        context, texts = item.problem.context, f"{item.part.text} {item.problem.text}"
        # The only part of a question has the question's number and stands below its title.
        alone = [q for q in solved.problem_set.questions if q.items == (item,) and q.number == item.number]
        title = alone[0].title if alone else item.part.title
        assert title and title.split("$")[0] in pages["handout"]
        for d in solved.of(item).derivations:
            answer = to_latex(d.result, context)
            if len(answer) > 12 and d.question.kind != "show":
                assert answer in pages["full"] or r"\hspace" in pages["full"], item.number
                told = [v for v in ("hints", "handout") if f"= {answer}" in pages[v] and answer not in texts]
                assert not told, f"{item.number} {d.question.name}: {answer}"


@pytest.mark.skipif(not find_engines(), reason="no pdflatex here")
@pytest.mark.parametrize("name", SETS)
def test_a_set_is_typeset_within_its_margins(solved_sets, name, tmp_path):
    from symderiv.writing import pdf
    from symderiv.writing.set_page import set_page

    (tmp_path / "page.tex").write_text(set_page(solved_sets[name], "full"), encoding="utf-8")
    for _ in range(2):
        log = pdf._run(find_engines()[-1], tmp_path, 120)
    assert not re.search(r"^!|undefined|multiply defined", log, re.M)
    assert max((float(w) for w in re.findall(r"Overfull \\[hv]box \(([\d.]+)pt", log)), default=0.0) <= 5.0
