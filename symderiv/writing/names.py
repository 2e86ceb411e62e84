"""Names as LaTeX: ``sigma_x`` is \\sigma_{x}, ``omega1`` \\omega_{1}, ``d_out`` d_{\\text{out}}, ``x_hat`` \\hat{x}.

A declaration may give its own LaTeX; otherwise the name is read as letters, digits, and subscripts after underscores.
"""

from __future__ import annotations

import re
from functools import lru_cache

from symderiv.language.context import Context

__all__ = ["GREEK", "latex_name", "name_latex"]

GREEK: dict[str, str] = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "ϕ", "varphi": "φ", "chi": "χ",
    "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
    "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "nabla": "∇", "partial": "∂",
}  # fmt: skip
"""Names of letters that LaTeX knows, with their Unicode."""

_SPOKEN = {"lam": "lambda", "lamda": "lambda", "eps": "varepsilon"}
_ACCENTS = {"hat": r"\hat{%s}", "tilde": r"\tilde{%s}", "bar": r"\bar{%s}", "dot": r"\dot{%s}", "vec": r"\vec{%s}"}
_PRIMES = {"prime": "'", "new": r"^{\text{new}}", "star": r"^{*}"}
_STEM = re.compile(r"([A-Za-z]+?)(\d*)$")


def name_latex(name: str, context: Context) -> str:
    """The LaTeX of a name: the declared one, or the one that ``latex_name`` makes."""
    for declared in (context.variables, context.arrays, context.definitions):
        if name in declared and declared[name].latex:  # type: ignore[index]
            return declared[name].latex  # type: ignore[index,return-value]
    return latex_name(name, frozenset(n for n, v in context.variables.items() if v.range.integer))


@lru_cache(maxsize=4096)
def latex_name(name: str, indices: frozenset[str] = frozenset()) -> str:
    """LaTeX for an undeclared or plainly declared name.

    A subscript of several letters is upright text (d_out), unless each letter is the name of an index (J_ij).
    """
    primes = len(name) - len(name.rstrip("'"))
    stem, *rest = [p for p in name.rstrip("'").split("_") if p] or [name]
    match = _STEM.match(stem)
    letters, digits = (match[1], match[2]) if match else (stem, "")
    base = _letters(letters)
    subscripts = [digits] if digits else []
    sup = "'" * primes
    for part in rest:
        if part in _ACCENTS and not subscripts:
            base = _ACCENTS[part] % base
        elif part in _PRIMES and not sup:
            sup = _PRIMES[part]
        else:
            subscripts.append(_subscript(part, indices))
    sub = "_{" + ",".join(subscripts) + "}" if subscripts else ""
    return base + sub + sup


def _letters(letters: str) -> str:
    letters = _SPOKEN.get(letters, letters)
    if letters in GREEK:
        return "\\" + letters
    if len(letters) == 1:
        return letters
    return r"\mathrm{" + _escape(letters) + "}"


def _subscript(part: str, indices: frozenset[str]) -> str:
    spoken = _SPOKEN.get(part, part)
    if spoken in GREEK:
        return "\\" + spoken
    if len(part) == 1 or part.isdigit():
        return part
    if all(c in indices or c.isdigit() for c in part):
        return part
    return r"\text{" + _escape(part) + "}"


def _escape(text: str) -> str:
    return re.sub(r"([%&#$_{}])", r"\\\1", text.replace("\\", ""))
