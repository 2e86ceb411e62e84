"""What people write and terms cannot say yet: refused with its place. A head that is added is taken off here."""

from __future__ import annotations

__all__ = ["COMMANDS", "NAMES", "bare_array", "refusal"]

_LIMIT = "limits, infima and suprema can't be read"
_MUCH = "much larger and much smaller are no exact conditions; write > or <"
_SUBSET = "sets can't be read; write the range as i \\le n"
_APPROXIMATE = "this is no equality; an answer is an exact formula"

COMMANDS: dict[str, str] = {
    "sim": _APPROXIMATE, "simeq": _APPROXIMATE, "cong": _APPROXIMATE, "propto": _APPROXIMATE,
    "equiv": "I can't tell an identity from a congruence; write =", "lim": _LIMIT, "sup": _LIMIT, "inf": _LIMIT,
    "limsup": _LIMIT, "liminf": _LIMIT, "arg": "argmax and argmin can't be read", "argmax": "argmax can't be read",
    "argmin": "argmin can't be read", "int": "integrals can't be read yet", "iint": "integrals can't be read yet",
    "oint": "integrals can't be read yet", "det": "determinants can't be read yet",
    "hline": "a table with rules can't be read; give the formula alone", "gg": _MUCH, "ll": _MUCH,
    "asymp": _APPROXIMATE,
    "because": "I can't read reasons; give the formula alone",
    "pm": "an answer has one sign; ± can't be read", "mp": "an answer has one sign; ∓ can't be read",
    "notin": _SUBSET, "subset": _SUBSET, "subseteq": _SUBSET, "cup": _SUBSET, "cap": _SUBSET, "setminus": _SUBSET,
    "exists": "quantifiers can't be read", "otimes": "this product can't be read yet",
    "odot": "elementwise products can't be read yet; write the entries with their indices",
    "circ": "this product can't be read yet", "star": "convolutions can't be read yet; write the sum",
    "circledast": "convolutions can't be read yet; write the sum", "langle": "inner products can't be read yet; "
    "write the sum", "rangle": "inner products can't be read yet; write the sum", "lg": "the base of \\lg is not "
    "clear; write \\log_2 or \\log_{10}", "log10": "write \\log_{10}", "pmod": "write \\bmod for a remainder",
    "mod": "write \\bmod for a remainder", "over": "write \\frac{a}{b} for a fraction",
    "underset": "write the index below the sign, \\max_{i}", "color": "colours can't be read",
    "cot": "write \\cos x/\\sin x", "sec": "write 1/\\cos x", "csc": "write 1/\\sin x",
}  # fmt: skip

NAMES: dict[str, str] = {
    "Corr": "correlations can't be read yet; write the covariance and the variances",
    "diag": "matrices can't be read yet; write one entry with its indices",
    "Diag": "matrices can't be read yet; write one entry with its indices",
    "O": "orders of growth can't be read; give the exact formula",
    "Theta": "orders of growth can't be read; give the exact formula",
    "N": "laws can't be read; give the formula alone",
    "flip": "flipped arrays can't be read yet; write the entry with its index, such as w_{k-j+1}",
    "argmax": "argmax can't be read", "argmin": "argmin can't be read",
}  # fmt: skip
"""Words and letters that mean one of these where the problem does not declare them."""

_KINDS = {
    "matrix": "a matrix can't stand inside a formula; write one entry with its indices",
    "transpose": "transposes can't be read yet; write one entry with its indices",
    "gradient": "gradients can't be read yet; write one partial derivative",
    "dots": "I can't tell what the dots stand for; write \\sum",
    "infinity": "an infinite range is read only where a factor is an array that is 0 outside of its range",
    "norm": "this norm can't be read yet; write it as a sum of the entries",
    "star": "a star alone can't be read; if it is part of a name, the problem has to declare it",
    "point": "a formula at a point, |_{x=a}, can't be read; put the value in",
    "given": "conditions behind a bar can't be read; give the formula alone",
    "approximate": _APPROXIMATE,
    "set": "sets can't be read",
}


def refusal(kind: str) -> str:
    """The sentence for a construction of this kind."""
    return _KINDS[kind]


def bare_array(shown: str, rank: int) -> str:
    """The sentence for an array that stands without its indices."""
    letters = ",".join("ijklmnpq"[:rank])
    missing = "index" if rank == 1 else "indices"
    example = f"{shown}_i" if rank == 1 else f"{shown}_{{{letters}}}"
    return f"{shown} stands without its {missing}; write one entry, such as {example}"
