"""Identities between sums of symbolic size: proved for all sizes; the nearest wrong ones are refuted, never proved."""

from __future__ import annotations

import pytest
from contexts import declared

from symderiv.equality import decide, prove_equal
from symderiv.language.context import UNIT, Context
from symderiv.language.text import from_text

Z = "Sum(exp(a[k]), (k, 1, K))"


def softmax(index: str) -> str:
    return f"(exp(a[{index}])/{Z})"


S_I, S_J, S_N, S_1 = softmax("i"), softmax("j"), softmax("n"), softmax("1")
CROSS_ENTROPY = f"-Sum(y[n]*log({S_N}), (n, 1, K))"
ONE_HOT_LOSS = f"-Sum(h[n]*log({S_N}), (n, 1, K))"
SMOOTHED = f"-Sum(((1 - eps)*y[n] + eps/K)*log({S_N}), (n, 1, K))"
HIDDEN = "tanh(Sum(W[l, k]*X[k], (k, 1, D)) + B[l])"
NETWORK = f"Sum(V[c, l]*{HIDDEN}, (l, 1, M))"
HIDDEN_M = "tanh(Sum(W[m, k]*X[k], (k, 1, D)) + B[m])"
MEAN = "(Sum(a[l], (l, 1, K))/K)"
VARIANCE = f"(Sum((a[l] - {MEAN})**2, (l, 1, K))/K)"

CONTEXT = declared(
    reals="x z mu g",
    positive="T eps sigma q",
    sizes="K D M N>=0",
    indices={"i": ("1", "K"), "j": ("1", "K"), "c": ("1", "K"), "d": ("1", "D"), "m": ("1", "M"), "e": ("1", "D")},
    arrays={"a": "K", "b": "K", "p": "K", "y": "K", "h": "K", "X": "D", "B": "M", "W": "M D", "V": "K M", "u": "N",
            "w": "0:K", "pad": "K"},
    laws={"y": "simplex", "h": "one_hot"},
    entries={},
    padded="pad",
    variables={"r": UNIT},
)  # fmt: skip

TRUE = [
    # softmax
    ("exp(a[i] + x)/Sum(exp(a[k] + x), (k, 1, K))", S_I),
    (f"Sum({S_N}, (n, 1, K))", "1"),
    (f"Derivative({S_I}, a[j])", f"{S_I}*(KroneckerDelta(i, j) - {S_J})"),
    (f"Derivative({S_I}, a[j])", f"{S_J}*(KroneckerDelta(i, j) - {S_I})"),
    (f"Derivative({S_I}, a[j])", f"KroneckerDelta(i, j)*{S_I} - {S_I}*{S_J}"),
    (f"Derivative({S_I}, a[j])", f"Piecewise(({S_I}*(1 - {S_I}), Eq(i, j)), (-{S_I}*{S_J}, True))"),
    (f"Derivative({S_I}, a[i])", f"{S_I}*(1 - {S_I})"),
    (f"Sum({S_I}*(KroneckerDelta(i, n) - {S_N}), (n, 1, K))", "0"),
    (f"Derivative(log({S_I}), a[j])", f"KroneckerDelta(i, j) - {S_J}"),
    (f"Derivative(log({Z}), a[i])", S_I),
    (f"Derivative(log({Z}), a[i], a[j])", f"{S_I}*(KroneckerDelta(i, j) - {S_J})"),
    ("Derivative(exp(a[i]/T)/Sum(exp(a[k]/T), (k, 1, K)), T)",
     "exp(a[i]/T)/Sum(exp(a[k]/T), (k, 1, K))/T**2"
     "*(Sum(a[n]*exp(a[n]/T), (n, 1, K))/Sum(exp(a[k]/T), (k, 1, K)) - a[i])"),
    ("1/(1 + Sum(exp(a[k] - a[1]), (k, 2, K)))", S_1),
    (f"Sum(Piecewise(({S_N}, Ne(n, i)), (0, True)), (n, 1, K))", f"1 - {S_I}"),
    (f"-Sum({S_N}*log({S_N}), (n, 1, K))", f"log({Z}) - Sum({S_N}*a[n], (n, 1, K))"),
    (f"Sum(g*b[n]*{S_N}*(KroneckerDelta(n, i) - {S_I}), (n, 1, K))", f"g*{S_I}*(b[i] - Sum(b[n]*{S_N}, (n, 1, K)))"),
    # cross-entropy
    (f"Derivative({CROSS_ENTROPY}, a[j])", f"{S_J} - y[j]"),
    (f"Derivative({ONE_HOT_LOSS}, a[j])", f"{S_J} - h[j]"),
    (f"Derivative({CROSS_ENTROPY}, a[j], a[i])", f"{S_J}*(KroneckerDelta(i, j) - {S_I})"),
    (f"Derivative({SMOOTHED}, a[j])", f"{S_J} - (1 - eps)*y[j] - eps/K"),
    (CROSS_ENTROPY, f"log({Z}) - Sum(y[n]*a[n], (n, 1, K))"),
    # laws of arrays
    ("Sum(y[k]*x, (k, 1, K))", "x"),
    ("Sum(y[k], (k, 2, K))", "1 - y[1]"),
    ("Sum(h[k], (k, 1, K))", "1"),
    ("h[i]*h[j]", "KroneckerDelta(i, j)*h[i]"),
    ("Sum(h[k]*a[k], (k, 1, K))**2", "Sum(h[k]*a[k]**2, (k, 1, K))"),
    ("exp(Sum(h[k]*a[k], (k, 1, K)))", "Sum(h[k]*exp(a[k]), (k, 1, K))"),
    # networks
    ("Sum(V[c, l]*sigmoid(Sum(W[l, k]*X[k], (k, 1, D)) + B[l]), (l, 1, M))",
     "Sum(V[c, l]*tanh((Sum(W[l, k]*X[k], (k, 1, D)) + B[l])/2)/2, (l, 1, M)) + Sum(V[c, l], (l, 1, M))/2"),
    (f"Derivative({NETWORK}, W[m, d])", f"V[c, m]*(1 - {HIDDEN_M}**2)*X[d]"),
    (f"Derivative({NETWORK}, V[i, m])", f"KroneckerDelta(c, i)*{HIDDEN_M}"),
    (f"Derivative({NETWORK}, B[m])", f"V[c, m]*(1 - {HIDDEN_M}**2)"),
    (f"Derivative({NETWORK}, X[d])", f"Sum(V[c, l]*(1 - {HIDDEN}**2)*W[l, d], (l, 1, M))"),
    ("Derivative(Sum(V[c, l]*relu(B[l]), (l, 1, M)), B[m])", "V[c, m]*Heaviside(B[m])"),
    ("Derivative(Sum((X[k] - Sum(W[l, k]*B[l], (l, 1, M)))**2, (k, 1, D))/2, B[m])",
     "-Sum(W[m, k]*(X[k] - Sum(W[l, k]*B[l], (l, 1, M))), (k, 1, D))"),
    # moments
    (f"{VARIANCE}", f"Sum(a[k]**2, (k, 1, K))/K - {MEAN}**2"),
    ("Sum((a[k] - mu)**2, (k, 1, K))", "Sum(a[k]**2, (k, 1, K)) - 2*mu*Sum(a[k], (k, 1, K)) + K*mu**2"),
    (f"Sum(a[k] - {MEAN}, (k, 1, K))", "0"),
    ("Sum(Sum((a[k] - a[n])**2, (n, 1, K)), (k, 1, K))", f"2*K**2*{VARIANCE}"),
    (f"Derivative((a[i] - {MEAN})/sqrt({VARIANCE} + eps), a[j])",
     f"(KroneckerDelta(i, j) - 1/K - (a[i] - {MEAN})*(a[j] - {MEAN})/(K*({VARIANCE} + eps)))/sqrt({VARIANCE} + eps)"),
    ("-Sum(log(exp(-(a[k] - mu)**2/(2*sigma**2))/sqrt(2*pi*sigma**2)), (k, 1, K))",
     "Sum((a[k] - mu)**2, (k, 1, K))/(2*sigma**2) + K*log(sigma) + K*log(2*pi)/2"),
    # shifting, reversing, splitting, peeling, swapping
    ("Sum(a[k], (k, 1, K))", "Sum(a[k + 1], (k, 0, K - 1))"),
    ("Sum(a[k], (k, 1, K))", "Sum(a[K + 1 - k], (k, 1, K))"),
    ("Sum(a[k]*b[K + 1 - k], (k, 1, K))", "Sum(a[K + 1 - k]*b[k], (k, 1, K))"),
    ("Sum(a[k], (k, 1, K))", "Sum(a[k], (k, 1, i)) + Sum(a[k], (k, i + 1, K))"),
    ("Sum(a[k], (k, 1, K))", "a[1] + Sum(a[k], (k, 2, K))"),
    ("Sum(a[k], (k, 1, K))", "a[K] + Sum(a[k], (k, 1, K - 1))"),
    ("Sum(a[k] - a[k - 1], (k, 2, K))", "a[K] - a[1]"),
    ("Sum(u[k], (k, 1, N))", "Sum(u[k], (k, 1, N - 1)) + Piecewise((u[N], N >= 1), (0, True))"),
    ("Sum(Sum(W[l, k]*B[l]*X[k], (l, 1, M)), (k, 1, D))", "Sum(B[l]*Sum(W[l, k]*X[k], (k, 1, D)), (l, 1, M))"),
    ("Sum(Sum(a[k], (k, n, K)), (n, 1, K))", "Sum(k*a[k], (k, 1, K))"),
    ("Sum(Sum(W[l, k]*X[k], (k, 1, D))**2, (l, 1, M))",
     "Sum(Sum(Sum(W[l, k]*W[l, n]*X[k]*X[n], (l, 1, M)), (k, 1, D)), (n, 1, D))"),
    # guards and deltas
    ("Sum(KroneckerDelta(i, k)*a[k], (k, 1, K))", "a[i]"),
    ("Sum(Sum(KroneckerDelta(k, n)*a[k]*b[n], (k, 1, K)), (n, 1, K))", "Sum(a[k]*b[k], (k, 1, K))"),
    ("Sum(Piecewise((a[k], Ne(k, i)), (0, True)), (k, 1, K))", "Sum(a[k], (k, 1, K)) - a[i]"),
    ("Sum(KroneckerDelta(N, k)*a[k], (k, 1, K))", "Piecewise((a[N], And(N >= 1, N <= K)), (0, True))"),
    ("Sum(a[k], (k, Max(1, i - 2), Min(K, i + 2)))", "Sum(Piecewise((a[k], And(k >= i - 2, k <= i + 2)), (0, True)), (k, 1, K))"),
    ("Sum(pad[k], (k, 0, K + 3))", "Sum(pad[k], (k, 1, K))"),
    ("Sum(Piecewise((a[k]/(k - i), Ne(k, i)), (0, True)), (k, 1, K))",
     "Sum(a[k]/(k - i), (k, 1, i - 1)) + Sum(a[k]/(k - i), (k, i + 1, K))"),
    ("Sum(a[2*k], (k, 1, floor(K/2)))", "Sum(Piecewise((a[2*k], 2*k <= K), (0, True)), (k, 1, K))"),
    ("Sum(exp(KroneckerDelta(i, k)*x)*a[k], (k, 1, K))", "Sum(a[k], (k, 1, K)) + (exp(x) - 1)*a[i]"),
    ("Sum(a[k]/(1 + KroneckerDelta(i, k)), (k, 1, K))", "Sum(a[k], (k, 1, K)) - a[i]/2"),
    # squares
    ("Sum(a[k], (k, 1, K))**2", "Sum(a[k]**2, (k, 1, K)) + 2*Sum(Sum(a[k]*a[n], (n, k + 1, K)), (k, 1, K))"),
    ("Sum(Sum(Piecewise((a[k]*a[n], Ne(k, n)), (0, True)), (k, 1, K)), (n, 1, K))",
     "Sum(a[k], (k, 1, K))**2 - Sum(a[k]**2, (k, 1, K))"),
    ("Sum(Sum(a[k]*a[n], (n, 1, k)), (k, 1, K))", "Sum(Sum(a[k]*a[n], (n, k, K)), (k, 1, K))"),
    ("Sum(Sum(a[k]*b[n] - a[n]*b[k], (n, 1, K)), (k, 1, K))", "0"),
    ("Sum(exp(u[k])/Sum(exp(u[l]), (l, 1, N)), (k, 1, N))", "Piecewise((1, N >= 1), (0, True))"),
    ("Sum(u[k]/x, (k, 1, N))*x", "Sum(u[k], (k, 1, N))"),
    ("Sum(a[k]/Sum(exp(a[n]), (n, 1, k)), (k, 1, K))", "a[1]*exp(-a[1]) + Sum(a[k]/Sum(exp(a[n]), (n, 1, k)), (k, 2, K))"),
    # closed forms
    ("Sum(x, (k, 1, K))", "K*x"),
    ("Sum(1, (k, 1, N))", "N"),
    ("Sum(k, (k, 1, K))", "K*(K + 1)/2"),
    ("Sum(k**3, (k, 1, K))", "(K*(K + 1)/2)**2"),
    ("Sum(k*(K - k), (k, 0, K))", "(K - 1)*K*(K + 1)/6"),
    ("Sum(Sum(1, (l, 1, k)), (k, 1, K))", "K*(K + 1)/2"),
    ("Sum(r**k, (k, 0, K))", "(1 - r**(K + 1))/(1 - r)"),
    ("Sum(k*r**k, (k, 0, K))", "r*(1 - (K + 1)*r**K + K*r**(K + 1))/(1 - r)**2"),
    ("Sum(x**k, (k, 0, N))", "Piecewise(((1 - x**(N + 1))/(1 - x), Ne(x, 1)), (N + 1, True))"),
    ("(exp(x) - 1)*Sum(exp(k*x), (k, 0, K))", "exp((K + 1)*x) - 1"),
    ("Sum((-1)**k, (k, 1, 2*K))", "0"),
    # functions inside sums
    ("Sum(sigmoid(a[k]), (k, 1, K))", "K - Sum(1/(exp(a[k]) + 1), (k, 1, K))"),
    ("Sum(sigmoid(a[k])*(1 - sigmoid(a[k])), (k, 1, K))", "Sum(sigmoid(a[k]), (k, 1, K)) - Sum(sigmoid(a[k])**2, (k, 1, K))"),
    ("Sum(relu(a[k]), (k, 1, K))", "Sum((a[k] + Abs(a[k]))/2, (k, 1, K))"),
    ("Sum(sqrt(a[k]**2), (k, 1, K))", "Sum(Abs(a[k]), (k, 1, K))"),
    ("Sum(Piecewise((a[k], a[k] > 0), (0, True)), (k, 1, K))", "Sum(Heaviside(a[k])*a[k], (k, 1, K))"),
    ("Sum(sign(a[k])*a[k], (k, 1, K))", "Sum(Abs(a[k]), (k, 1, K))"),
    ("log(Product(exp(a[k]), (k, 1, K)))", "Sum(a[k], (k, 1, K))"),
    ("Product(exp(a[k]), (k, 1, N - N + 2))", "exp(a[1] + a[2])"),
    ("exp(Sum(log(q), (k, 1, K)))", "q**K"),
]  # fmt: skip

FALSE = [
    (f"Derivative({S_I}, a[j])", f"{S_I}*(KroneckerDelta(i, j) + {S_J})"),
    (f"Derivative({S_I}, a[j])", f"{S_I}*(KroneckerDelta(i, j) - {S_I})"),
    (f"Derivative({S_I}, a[j])", f"{S_I}*(1 - {S_J})"),
    (f"Derivative({S_I}, a[j])", f"{S_J}*(KroneckerDelta(i, j) - {S_J})"),
    (f"Derivative(log({S_I}), a[j])", f"KroneckerDelta(i, j) - {S_I}"),
    (f"Derivative(log({Z}), a[i], a[j])", f"{S_I}*(KroneckerDelta(i, j) - 1)"),
    ("exp(2*a[i])/Sum(exp(2*a[k]), (k, 1, K))", f"{S_I}**2"),
    ("1/(1 + Sum(exp(a[k] - a[1]), (k, 1, K)))", S_1),
    ("1/(1 + Sum(exp(a[k] - a[1]), (k, 3, K)))", S_1),
    (f"Derivative({CROSS_ENTROPY}, a[j])", f"{S_J} + y[j]"),
    (f"Derivative({CROSS_ENTROPY}, a[j])", f"{S_J} - y[i]"),
    (f"Derivative({CROSS_ENTROPY}, a[j])", f"y[j] - {S_J}"),
    (f"Derivative({SMOOTHED}, a[j])", f"{S_J} - (1 - eps)*y[j]"),
    (f"Derivative({NETWORK}, W[m, d])", f"V[c, m]*(1 - {HIDDEN_M}**2)"),
    (f"Derivative({NETWORK}, W[m, d])", f"V[c, m]*(1 - {HIDDEN_M})*X[d]"),
    (f"Derivative({NETWORK}, W[m, d])", f"V[c, m]*(1 - {HIDDEN_M}**2)*X[e]"),
    (f"Derivative({NETWORK}, V[i, m])", HIDDEN_M),
    (VARIANCE, f"Sum(a[k]**2, (k, 1, K))/K - {MEAN}"),
    (VARIANCE, f"Sum(a[k]**2, (k, 1, K)) - K*{MEAN}**2"),
    ("Sum(a[k], (k, 1, K))", "Sum(a[k], (k, 1, K - 1))"),
    ("Sum(a[k], (k, 1, K))", "Sum(a[k], (k, 2, K))"),
    ("Sum(a[k], (k, 1, K))", "Sum(a[k], (k, 1, i)) + Sum(a[k], (k, i, K))"),
    ("Sum(w[k], (k, 0, K))", "Sum(w[k], (k, 1, K))"),
    ("Sum(a[k]*b[k], (k, 1, K))", "Sum(a[k], (k, 1, K))*Sum(b[k], (k, 1, K))"),
    ("Sum(a[k]*b[K + 1 - k], (k, 1, K))", "Sum(a[k]*b[k], (k, 1, K))"),
    ("Sum(Sum(a[k]*b[n], (n, 1, k)), (k, 1, K))", "Sum(Sum(a[k]*b[n], (n, k, K)), (k, 1, K))"),
    ("Sum(a[k], (k, 1, K))**2", "Sum(a[k]**2, (k, 1, K)) + Sum(Sum(a[k]*a[n], (n, k + 1, K)), (k, 1, K))"),
    ("Sum(u[k], (k, 1, N))", "u[1] + Sum(u[k], (k, 2, N))"),
    # nothing is summed for N = 0, so the summand tells nothing about x, and its sum may vanish
    ("Sum(log(x), (k, 1, N)) + Abs(x)", "Sum(log(x), (k, 1, N)) + x"),
    ("Sum(1/x, (k, 1, N)) + x**0", "Sum(1/x, (k, 1, N)) + Abs(sign(x))"),
    ("sign(Sum(exp(u[k]), (k, 1, N)))", "1"),
    ("Sum(exp(u[k])/Sum(exp(u[l]), (l, 1, N)), (k, 1, N))", "1"),
    ("Sum(Piecewise((1, N >= 1), (0, True)), (k, 1, N)) + Piecewise((1, N >= 1), (0, True))", "N + 1"),
    ("Sum(1, (k, 1, N - K))", "N - K"),
    (
        "Sum(Piecewise((a[k]/(k - i), Ne(k, i)), (0, True)), (k, 2, K))",
        "Sum(a[k]/(k - i), (k, 1, i - 1)) + Sum(a[k]/(k - i), (k, i + 1, K))",
    ),
    ("Sum(k, (k, 1, K))", "K*(K - 1)/2"),
    ("Sum(x**k, (k, 0, N))", "(1 - x**N)/(1 - x)"),
    ("Sum(1, (k, N, K))", "K - N + 1"),
    ("Sum(relu(a[k]), (k, 1, K))", "relu(Sum(a[k], (k, 1, K)))"),
    ("Sum(sign(a[k])**2, (k, 1, K))", "K"),
    ("Sum(Abs(a[k]), (k, 1, K))", "Sum(a[k], (k, 1, K))"),
    ("Sum(y[k], (k, 1, K - 1))", "1"),
    ("Sum(h[k]*a[k], (k, 1, K))**2", "Sum(h[k]*a[k], (k, 1, K))"),
    ("Product(exp(a[k]), (k, 1, K))", "Sum(exp(a[k]), (k, 1, K))"),
]


def short(row: tuple[str, str]) -> str:
    return " = ".join(side.replace(Z, "Z").replace(" ", "")[:40] for side in row)


@pytest.mark.parametrize("row", TRUE, ids=short)
def test_true_identities_are_proved_for_all_sizes(row: tuple[str, str]) -> None:
    left, right = (from_text(side, CONTEXT) for side in row)
    verdict = prove_equal(left, right, CONTEXT)
    assert verdict.word == "proved", verdict.reason
    assert decide(left, right, CONTEXT).word == "proved"


@pytest.mark.parametrize("row", FALSE, ids=short)
def test_wrong_identities_are_refuted_and_never_proved(row: tuple[str, str]) -> None:
    left, right = (from_text(side, CONTEXT) for side in row)
    assert prove_equal(left, right, CONTEXT).word == "undecided"
    assert decide(left, right, CONTEXT).word == "refuted"


OUTSIDE = [
    ("Sum(a[k], (k, 0, K))", "a[0] + Sum(a[k], (k, 1, K))"),
    ("Sum(a[k], (k, 1, K + 1))", "Sum(a[k], (k, 1, K)) + a[K + 1]"),
    ("Sum(KroneckerDelta(N, k)*a[k], (k, 1, K))", "a[N]"),
    ("Sum(h[k], (k, 0, K))", "1"),
    ("a[0]*0", "0"),
    ("Derivative(Sum(a[k]**2, (k, 0, K)), a[i])", "2*a[i]"),
]


@pytest.mark.parametrize("row", OUTSIDE, ids=short)
def test_reading_an_array_outside_its_axes_is_never_proved_equal(row: tuple[str, str]) -> None:
    left, right = (from_text(side, CONTEXT) for side in row)
    assert prove_equal(left, right, CONTEXT).word == "undecided"
    assert decide(left, right, CONTEXT).word in ("refuted", "undecided")


def assuming(*conditions: str) -> Context:
    return CONTEXT.with_assumptions(*(from_text(c, CONTEXT) for c in conditions))


@pytest.mark.parametrize(
    ("assumption", "left", "right"),
    [
        ("Eq(Sum(b[k], (k, 1, K)), 1)", f"-Sum(b[n]*log({S_N}), (n, 1, K))", f"log({Z}) - Sum(b[n]*a[n], (n, 1, K))"),
        ("Eq(Sum(b[k], (k, 1, K)), 0)", "Sum(b[k]*(a[k] + x), (k, 1, K))", "Sum(b[k]*a[k], (k, 1, K))"),
        ("N <= K", "Sum(a[k], (k, 1, K))", "Sum(a[k], (k, 1, N)) + Sum(a[k], (k, N + 1, K))"),
        ("Eq(x, z)", "x*z", "z**2"),
        ("N >= 1", "Sum(u[k], (k, 1, N))", "u[1] + Sum(u[k], (k, 2, N))"),
    ],
)
def test_assumptions_are_used_and_needed(assumption: str, left: str, right: str) -> None:
    context = assuming(assumption)
    a, b = from_text(left, context), from_text(right, context)
    assert prove_equal(a, b, context).word == "proved"
    assert prove_equal(a, b, CONTEXT).word == "undecided"


def test_without_islpy_what_needs_it_is_undecided_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "islpy", None)
    left, right = (from_text(t, CONTEXT) for t in ("Sum(a[k], (k, 1, K))", "a[1] + Sum(a[k], (k, 2, K))"))
    verdict = prove_equal(left, right, CONTEXT)
    assert (verdict.word, verdict.reason) == (
        "undecided", "islpy is not installed, so index ranges can't be compared"
    )  # fmt: skip
    assert decide(left, right, CONTEXT).word == "checked"
    same_range = from_text(f"exp(a[i] + x)/Sum(exp(a[k] + x), (k, 1, K)) - {S_I}", CONTEXT)
    assert prove_equal(same_range, from_text("0", CONTEXT), CONTEXT).word == "proved"


def test_the_time_allowed_is_kept() -> None:
    from time import monotonic

    start = monotonic()
    nested = from_text("Sum(Sum(Sum(W[l, k]*W[m, k]*tanh(a[n]*B[l]), (k, 1, D)), (l, 1, M)), (n, 1, K))", CONTEXT)
    assert prove_equal(nested, from_text("0", CONTEXT), CONTEXT, seconds=0.05).word == "undecided"
    assert monotonic() - start < 2
