"""Declarations of kinds that the problem files have, but not these: every answer derived, as expected, line by line.

The files of tests/unseen are written with the README and the text of declarations.py alone. Wrong claims are refuted.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from symderiv.answers.judging import judge
from symderiv.loading import load
from symderiv.records import Problem, Step
from symderiv.solver import solve_part
from symderiv.verification import verify_part

FOLDER = Path(__file__).parent / "unseen"
FILES = (
    "learning_and_signals",
    "index_sums", "sizes_and_counts", "probability_and_matrices", "architectures_and_recurrences",
    "moments_and_projections",
)  # fmt: skip


@cache
def _problem(name: str) -> Problem:
    return load(FOLDER / f"{name}.py")


def _parts() -> list[tuple[str, str]]:
    return [(name, part.id) for name in FILES for part in _problem(name).parts]


def _unproved(steps: tuple[Step, ...]) -> list[Step]:
    return [u for s in steps for u in ([s] if not s.evidence else []) + _unproved(s.substeps)]


@pytest.mark.parametrize(("name", "part"), _parts())
def test_a_part_is_derived_and_every_line_proved(name: str, part: str) -> None:
    problem = _problem(name)
    solved = verify_part(solve_part(problem.part(part), problem.context), problem.context)
    assert solved.derivations
    for d in solved.derivations:
        assert not d.stop_reason, d.question.name
        assert not _unproved(d.steps), d.question.name
        assert (d.end_to_end.word, d.expected.word) == ("proved", "proved"), d.question.name


WRONG = [
    # file, part, question, wrong answer
    ("index_sums", "stride", "dw", "Sum(g[i]*x[i + l - 1], (i, 1, M))"),
    ("index_sums", "stride", "dw", "Sum(g[i]*x[2*i + l - 2], (i, 1, M - 1))"),
    ("index_sums", "dilation", "dw", "Sum(g[i]*x[i + l - 1], (i, 1, M))"),
    ("index_sums", "plane", "dI", "Sum(G[a - u + 1, b - v + 1]*F[K1 - u + 1, K2 - v + 1], (v, 1, K2), (u, 1, K1))"),
    ("index_sums", "plane", "dI", "Sum(G[a - u + 1, b - v + 1]*F[u, K2 - v + 1], (v, 1, K2), (u, 1, K1))"),
    ("index_sums", "depthwise", "dD", "Sum(Gd[n, c, q]*X[n, c, q + l - 1], (q, 1, T - k), (n, 1, B))"),
    ("index_sums", "grouped", "dW", "Sum(Gg[n, o, q]*Xg[n, c, q + l - 1], (q, 1, T - k + 1), (n, 1, B))"),
    ("index_sums", "circular", "dh", "Sum(gc[m]*xc[Mod(m + d, P)], (m, 0, P - 1))"),
    ("index_sums", "boxcar", "y", "Piecewise((0, time < 0), ((1 - rho**(time + 1))/(1 - rho), True))"),
    ("index_sums", "layer_norm", "dx", "gf[kb]*gam[kb]/sqrt(var + eps)"),
    ("index_sums", "rms_norm", "dx", "gf[kb]/rms - xf[kb]*Sum(gf[ka]*xf[ka], (ka, 1, dim))/(dim*rms**2)"),
    ("index_sums", "batch_norm", "dX", "(Gb[n2, c] - Sum(Gb[n, c], (n, 1, B))/B)/sqrt(varb[c] + eps)"),
    ("index_sums", "attention", "dZ", "A2[qb, cb]*(1 - A2[qb, cb])*U[qb, cb]"),
    ("index_sums", "linear", "dX", "Sum(Gl[n2, oa]*Wl[oa, ib], (oa, 1, dout - 1))"),
    ("index_sums", "bilinear", "dB", "left[ob]"),
    ("learning_and_signals", "free_energy", "dT", "log(Sum(exp(a[k]/T), (k, 1, K))) + Sum(P[k]*a[k], (k, 1, K))/T"),
    ("learning_and_signals", "focal", "dz", "(1 - g)**gamma*(gamma*log(g) + g - 1)"),
    ("learning_and_signals", "huber", "dr", "Piecewise((r, Abs(r) <= delta), (delta, True))"),
    ("learning_and_signals", "word2vec", "dneg", "-sigmoid(Sum(neg[r2, d]*v[d], (d, 1, D)))*v[e]"),
    ("learning_and_signals", "info_nce", "ds", "(Q[m1, m2] - KroneckerDelta(m1, m2))/tau"),
    ("learning_and_signals", "pairs", "sum", "2*N*Sum(x[n]**2, (n, 1, N)) - Sum(x[n], (n, 1, N))**2"),
    ("learning_and_signals", "pooling", "average", "up[floor((t + 2)/2)]/2"),
    ("learning_and_signals", "laplacian", "form", "Sum(both[n, n2]*(x[n] - x[n2])**2, (n2, 1, N), (n, 1, N))"),
    ("learning_and_signals", "pooling", "average", "up[ceiling(t/2)]"),
    ("learning_and_signals", "pooling", "maximum", "up[s2]"),
    ("learning_and_signals", "upsampling", "repeated", "G[2*s] + G[2*s + 1]"),
    ("learning_and_signals", "upsampling", "interpolated", "G[2*s - 1] + (G[2*s] + G[2*s + 1])/2"),
    ("learning_and_signals", "upsampling", "transposed", "up[s]*two[1]"),
    ("learning_and_signals", "signals", "moving_average", "(q[time] - q[time - M + 1])/M"),
    ("learning_and_signals", "signals", "moving_average", "q[time] - q[time - M]"),
    ("learning_and_signals", "signals", "step_response", "Piecewise((Sum(hf[o], (o, 0, Min(time, M) - 1)), time >= 0), (0, True))"),
    ("learning_and_signals", "signals", "total", "per*Sum(xc[m], (m, 0, per - 1))*Sum(hc[b], (b, 0, per - 1))"),
    ("learning_and_signals", "recurrent", "state", "rho**S*h0 + beta*Sum(rho**(S - f + 1)*yr[f], (f, 1, S))"),
    ("learning_and_signals", "recurrent", "state", "rho**S*h0 + beta*Sum(rho**(S - f)*yr[f], (f, 1, S - 1))"),
    ("learning_and_signals", "padding", "dx", "Sum(go[f - l + 1]*w[l], (l, 1, L))"),
    ("learning_and_signals", "causal_attention", "dV", "Sum(C[f, f4]*dO[f, e], (f, 1, f4))"),
    ("learning_and_signals", "weight_norm", "dv", "gain/norm*(u[e] - v[e]*Sum(u[d]*v[d], (d, 1, D)))"),
    ("learning_and_signals", "rows", "dx", "Sum(gr[f], (f, 1, f2))"),
    ("sizes_and_counts", "transformer", "params", "12*d**2 + 12*d"),
    ("sizes_and_counts", "bottleneck", "total", "17*C**2 + 17*C"),
    ("sizes_and_counts", "orders", "left", "a*b*c + a*b*e"),
    ("sizes_and_counts", "orders", "left_wins", "a < e"),
    ("sizes_and_counts", "receptive_field", "R", "1 + (K - 1)*(S**(L - 1) - 1)/(S - 1)"),
    ("sizes_and_counts", "receptive_field", "stride_2", "1 + (K - 1)*L"),
    ("sizes_and_counts", "ceil", "outputs", "floor((N + 2*P - K)/S) + 1"),
    ("sizes_and_counts", "ceil", "shapes", "((C, 15, 15),)"),
    ("sizes_and_counts", "momentum", "constant", "G*(1 - mu**T)"),
    ("sizes_and_counts", "adam", "v", "G*(1 - mu**T)"),
    ("sizes_and_counts", "descent", "theta", "(1 - eta*h)**T*(theta0 - vertex)"),
    ("sizes_and_counts", "descent", "closer", "eta < 1/h"),
    ("sizes_and_counts", "gates", "and", "[1, 1, -Rational(1, 2)]"),
    ("sizes_and_counts", "gates", "xnor_table", "[0, 1, 1, 0]"),
    ("probability_and_matrices", "he", "variance", "n*c**2*tau**2"),
    ("probability_and_matrices", "he", "scale", "sqrt(1/n)"),
    ("probability_and_matrices", "dropout", "variance", "h[i]**2*q*(1 - q)"),
    ("probability_and_matrices", "minibatch", "variance", "sigma**2"),
    ("probability_and_matrices", "minibatch", "variance", "sigma**2/B**2"),
    ("probability_and_matrices", "dot", "variance", "dk**2"),
    ("probability_and_matrices", "correlated", "variance", "sigma**2/B"),
    ("probability_and_matrices", "score", "score", "1 - pi_[t]"),
    ("probability_and_matrices", "kl", "kl", "log(s2/s1) + (s1**2 + (mu1 - mu2)**2)/(2*s2**2)"),
    ("probability_and_matrices", "kl", "dmu1", "(mu2 - mu1)/s2**2"),
    ("probability_and_matrices", "bias_variance", "risk", "(truth - mu1)**2 + s1**2"),
    ("probability_and_matrices", "ridge", "gradient", "2*A.T*(A*v + y) + 2*lam*v"),
    ("probability_and_matrices", "ridge", "gradient", "2*A.T*(A*v - y) + lam*v"),
    ("probability_and_matrices", "newton_schulz", "orthogonal", "(alpha + beta_)*Q"),
    ("architectures_and_recurrences", "output_padding", "round_trip", "n + 1"),
    ("architectures_and_recurrences", "same", "P", "K/2"),
    ("architectures_and_recurrences", "same", "strided", "ceiling((H - 1)/S)"),
    ("architectures_and_recurrences", "windows", "count", "floor((H - D*K)/S) + 1"),
    ("architectures_and_recurrences", "halving", "twice", "floor(H/2)"),
    ("architectures_and_recurrences", "halving", "steps", "floor(N/B)"),
    ("architectures_and_recurrences", "recurrent", "lstm", "4*m*(d + m + 2)"),
    ("architectures_and_recurrences", "gqa", "params", "4*d*dh*hq"),
    ("architectures_and_recurrences", "gqa", "smaller", "g <= hq"),
    ("architectures_and_recurrences", "mobilenet", "ratio", "1/N + 1/K"),
    ("architectures_and_recurrences", "lora", "ratio", "r*(d + m)"),
    ("architectures_and_recurrences", "unet", "weights", "18*C**2*(2**L - 1)"),
    ("architectures_and_recurrences", "vgg", "fewer", "L >= 1"),
    ("architectures_and_recurrences", "first_order", "wavenet", "1 + (K - 1)*2**U"),
    ("architectures_and_recurrences", "first_order", "weight_decay", "(1 - eta*lam)**U*x0 - eta*G"),
    ("architectures_and_recurrences", "first_order", "decaying", "G*(beta**U - gamma**U)/(beta - gamma)"),
    ("architectures_and_recurrences", "first_order", "strassen", "18*(7**U - 4**U)"),
    ("architectures_and_recurrences", "first_order", "heap", "2**U - U - 1"),
    ("architectures_and_recurrences", "second_order", "distinct", "3**U - 2**U + 1"),
    ("architectures_and_recurrences", "second_order", "binet", "(((1 + sqrt(5))/2)**U + ((1 - sqrt(5))/2)**U)/sqrt(5)"),
    ("architectures_and_recurrences", "second_order", "two_states", "(1 + 2*(7/10)**U)/3"),
    ("architectures_and_recurrences", "inequalities", "means_equality", "Eq(u, 2*v)"),
    ("architectures_and_recurrences", "inequalities", "jensen_equality", "Eq(x, -y)"),
    ("architectures_and_recurrences", "boundaries", "logistic", "u*x + bias > 1/2"),
    ("architectures_and_recurrences", "boundaries", "half_life", "u*x > 2"),
    ("architectures_and_recurrences", "gates", "xor_square", "b1 + b2 - b1*b2"),
    ("architectures_and_recurrences", "gates", "or", "b1 + b2"),
    ("moments_and_projections", "sample", "variance", "sig**2"),
    ("moments_and_projections", "sample", "unbiased", "(n - 1)*sig**2/n"),
    ("moments_and_projections", "sample", "residual", "sig**2"),
    ("moments_and_projections", "forms", "product", "sig**2*tau**2"),
    ("moments_and_projections", "forms", "weighting", "sig**2/(sig**2 + tau**2)"),
    ("moments_and_projections", "shrinkage", "risk", "c**2*sig**2 + (1 - c)*mu**2"),
    ("moments_and_projections", "quadratic", "chi_square", "n"),
    ("moments_and_projections", "quadratic", "hutchinson", "Sum(Sum(A[i, j], (j, 1, n)), (i, 1, n))"),
    ("moments_and_projections", "laws", "fourth", "mu**4 + 6*mu**2*sig**2 + sig**4"),
    ("moments_and_projections", "laws", "lognormal", "exp(2*mu + sig**2)"),
    ("moments_and_projections", "laws", "quantisation", "step**4/12"),
    ("moments_and_projections", "importance", "coins", "(s - t)/(t*(1 - t))"),
    ("moments_and_projections", "projectors", "complement", "B*B.T"),
    ("moments_and_projections", "projectors", "rotated", "frobenius_norm(W)"),
    ("moments_and_projections", "inverses", "hat", "Identity(N)"),
    ("moments_and_projections", "norms", "parallelogram", "l2_norm(u)**2 + l2_norm(v)**2"),
    ("moments_and_projections", "norms", "rank_one", "l2_norm(u) + l2_norm(v)"),
    ("moments_and_projections", "norms", "relu", "factor*relu(c)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "part", "question", "wrong"), WRONG, ids=[f"{p}-{w[:30]}" for _, p, _, w in WRONG])
def test_a_wrong_claim_is_refuted(name: str, part: str, question: str, wrong: str) -> None:
    problem = _problem(name)
    asked = next(q for q in problem.part(part).questions if q.name == question)
    result = judge(asked, problem.context, wrong)
    assert result.verdict == "refuted", result
