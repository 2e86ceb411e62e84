"""Matrix identities, gradients, suprema and bounds that no problem file has: derived, every line proved, met."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy as sp
from sympy import Abs, Derivative, Eq, Identity, Ne, Rational, Trace, sqrt

from symderiv import declare, frobenius_norm, l2_norm, load, number, rms_norm, spectral_norm, supremum
from symderiv.language.notation import verbatim
from symderiv.language.terms import Relation
from symderiv.rules import WHOLE, find
from symderiv.rules.structure import same
from symderiv.solver import bounds, solve_part, suprema
from symderiv.verification import verify_part

PROBLEMS = Path(__file__).parent.parent.parent / "problems"
FILES = ("newton_schulz", "spectral_steps", "gradient_scale")
OWN = {
    suprema.BOUND, suprema.LENGTH, suprema.CONSTANT, suprema.ATTAINED, suprema.FEASIBLE, suprema.SUPREMUM, suprema.INSERT,
    bounds.DIVIDE, bounds.SUBTRACT, "arrange",
}  # fmt: skip


def unseen():
    with verbatim():
        p = declare("Unseen")
        N, D, K, r = p.size("N D K r")
        lam = p.symbol("lam", positive=True)
        eta = p.symbol("eta", positive=True)
        a = p.symbol("a")
        t = p.symbol("t", nonnegative=True)
        X, W, B, C = p.matrix("X", (N, D)), p.matrix("W", (K, D)), p.matrix("B", (D, D)), p.matrix("C", (D, D))
        w, y, x, g = p.matrix("w", D), p.matrix("y", N), p.matrix("x", D), p.matrix("g", K)
        U, V = p.matrix("U", (K, r), law="orthonormal"), p.matrix("V", (D, r), law="orthonormal")
        u, v = p.matrix("u", K, law="orthonormal"), p.matrix("v", D, law="orthonormal")
        Q = p.matrix("Q", (D, D), law="orthonormal")
        R = p.define("R", Identity(D) - 2 * v * v.T, "reflection")
        part = p.part("1", "Unseen")
        ridge = l2_norm(X * w - y) ** 2 + lam * l2_norm(w) ** 2
        part.derive("ridge", Derivative(ridge, w), expected=2 * X.T * (X * w - y) + 2 * lam * w)
        part.derive("linear_layer", Derivative(number(g.T * W * x), W), expected=g * x.T)
        part.derive("input_gradient", Derivative(number(g.T * W * x), x), expected=W.T * g)
        part.derive("matrix_loss", Derivative(frobenius_norm(X * B - X) ** 2, B), expected=2 * X.T * (X * B - X))
        part.derive("energy", Derivative(number(x.T * B * x) / 2, x), expected=Rational(1, 2) * (B + B.T) * x)
        part.derive("trace_of_square", Derivative(Trace(B * B), B), expected=2 * B.T)
        part.show("normal_equations", X.T * (X * w - y), X.T * X * w - X.T * y)
        part.show("cyclic", Trace(B * C * B.T), Trace(B.T * B * C))
        part.show("outer_product", Trace(g * x.T * W.T), number(g.T * W * x))
        part.show("symmetric_gram", (X.T * X).T, X.T * X)
        part.show("projector", (Identity(K) - U * U.T) * (Identity(K) - U * U.T), Identity(K) - U * U.T)
        Ci = p.matrix("Ci", (D, D))
        c, d = p.matrix("c d", D)
        p.assume(Eq(C * Ci, Identity(D)), Ne(1 + number(d.T * Ci * c), 0))
        updated = Ci - Ci * c * d.T * Ci / (1 + number(d.T * Ci * c))
        part.show("sherman_morrison", (C + c * d.T) * updated, Identity(D))
        part.show("change_of_basis", Trace(C * B * Ci), Trace(B))
        part.show("rotation", l2_norm(Q * x), l2_norm(x))
        part.show("rotated_back", l2_norm(Q.T * x), l2_norm(x))
        part.show("rotated_weights", frobenius_norm(W * Q), frobenius_norm(W))
        part.show("rotated_stretch", spectral_norm(W * Q), spectral_norm(W))
        part.show("rotation_rows", Q * B * Q.T * Q * C * Q.T, Q * B * C * Q.T)
        part.show("norm_by_trace", frobenius_norm(X) ** 2, Trace(X * X.T))
        part.derive("low_rank", frobenius_norm(eta * U * V.T), expected=eta * sqrt(r))
        part.derive("low_rank_spectral", spectral_norm(eta * U * V.T), expected=eta)
        part.derive("outer", spectral_norm(g * x.T), expected=l2_norm(g) * l2_norm(x))
        part.derive("stretch", supremum(l2_norm(W * x), x, Eq(l2_norm(x), t)), expected=t * spectral_norm(W))
        part.derive("lipschitz", supremum(l2_norm(a * Q * x) / l2_norm(x), x, Ne(l2_norm(x), 0)), expected=Abs(a))
        part.bound("lora", spectral_norm(a * u * v.T), eta, unknown=Abs(a), expected=eta)
        part.bound("clip", supremum(rms_norm(W * x), x, Eq(rms_norm(x), 1)), 2, unknown=spectral_norm(W),
                   expected=2 * sqrt(K / D))  # fmt: skip
        part.show("reflection", l2_norm(R * x), l2_norm(x))
        part.show("involution", R * R, Identity(D))
        part.derive(
            "largest_logit", supremum(Abs(number(w.T * x)) / sqrt(D), x, Eq(rms_norm(x), 1)), expected=l2_norm(w)
        )
        part.derive("length", Derivative(l2_norm(x), x), expected=x / l2_norm(x))
        part.derive("energy_law", Derivative(sp.exp(-number(x.T * B * x)), x),
                    expected=-sp.exp(-number(x.T * B * x)) * (B + B.T) * x)  # fmt: skip
        part.show("newton_schulz_fixed", Rational(1, 2) * (3 * Identity(D) - Q * Q.T) * Q, Q)
    return p.problem()


PROBLEM = unseen()
PART = verify_part(solve_part(PROBLEM.parts[0], PROBLEM.context), PROBLEM.context)


@pytest.mark.parametrize("derivation", PART.derivations, ids=lambda d: d.question.name)
def test_an_unseen_question_is_answered_and_proved(derivation):
    assert derivation.stop_reason == ""
    assert [s.rule for s in derivation.steps if s.evidence.word != "proved"] == []
    assert derivation.end_to_end.word == "proved" and derivation.expected.word == "proved"


def steps_of(steps):
    for s in steps:
        yield s
        yield from steps_of(s.substeps)


@pytest.fixture(scope="module")
def derivations():
    out = list(PART.derivations)
    for name in FILES:
        problem = load(PROBLEMS / f"{name}.py")
        out += [d for part in problem.parts for d in solve_part(part, problem.context).derivations]
    return out


def test_lines_connect_and_lead_to_the_result(derivations):
    for d in derivations:
        for before, after in zip(d.steps, d.steps[1:], strict=False):
            assert same(before.after, after.before), d.question.name
        last = d.steps[-1].after if d.steps else d.question.subject
        ends = (d.result, d.question.subject, Relation("<=", d.question.unknown or d.result, d.result))
        assert any(same(last, end) for end in ends), d.question.name


def test_every_name_is_a_rule_or_a_step_of_a_tactic(derivations):
    names = {n for d in derivations for s in steps_of(d.steps) for n in s.rule.split("; ")}
    assert {n for n in names if not find(n)} <= OWN


NEVER_USED = {
    "gradient of a constant": "no question here has a summand without the matrix",
    "gradient of a product": "no question here multiplies two traces",
    "norm of zero": "no question here has a zero matrix",
    "stretch of the top singular vector": "the tactic for suprema states the attained case as a line of its own",
    "trace of a sum": "no question here has a sum below a trace",
    "trace of a transpose": "no question here has a bare transpose below a trace",
    "transpose of a sum": "no question here transposes a sum",
    "transpose of a transpose": "no question here transposes twice",
    "norm of a vector": "no question here takes the spectral norm of a column",
}
"""Laws that a question may do without, and why they are in the catalogue all the same."""


def test_every_law_is_used_or_listed_with_a_reason(derivations):
    used = {n for d in derivations for s in steps_of(d.steps) for n in s.rule.split("; ")}
    assert {r.name for r in WHOLE} - used <= set(NEVER_USED)


def test_a_bound_on_a_body_that_is_not_linear_stops_with_a_reason():
    with verbatim():
        p = declare("Not linear")
        n = p.size("n")
        A, b, x = p.matrix("A", (n, n)), p.matrix("b", n), p.matrix("x", n)
        part = p.part("1", "Affine")
        part.derive("sup", supremum(l2_norm(A * x + b), x, Eq(l2_norm(x), 1)), expected=spectral_norm(A))
    problem = p.problem()
    (d,) = verify_part(solve_part(problem.parts[0], problem.context), problem.context).derivations
    assert d.stop_reason == "the body is no multiple of |A x|"
    assert d.end_to_end.word == "undecided"


@pytest.mark.parametrize("change", ["upside_down", "factor", "norm"])
def test_a_wrong_bound_is_objected_to(change):
    """A line with the ratio upside down, a factor too much or another norm is refuted, and so is its result."""
    from dataclasses import replace

    problem = load(PROBLEMS / "spectral_steps.py")
    part = solve_part(problem.parts[0], problem.context)
    d = part.derivations[0]
    wrong = {"upside_down": "Abs(c)*s*sqrt(d_out/d_in)", "factor": "2*Abs(c)*s*sqrt(d_in/d_out)", "norm":
             'Abs(c)*frobenius_norm(MatrixSymbol("DW", d_out, d_in))*sqrt(d_in/d_out)'}[change]  # fmt: skip
    from symderiv.language.text import from_text

    value = from_text(wrong, problem.context)
    last = next(n for n, s in enumerate(d.steps) if same(s.after, d.result))
    steps = (*d.steps[:last], replace(d.steps[last], after=value), *d.steps[last + 1 :])
    made = verify_part(
        replace(part, derivations=(replace(d, steps=steps, result=value),)), problem.context
    ).derivations[0]
    assert made.end_to_end.word == "refuted" and made.expected.word == "refuted"
    assert made.steps[last].evidence.word == "refuted"
