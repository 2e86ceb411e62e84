"""Small floating point formats by their names: E4M3FN, E5M2, E4M3FNUZ, E2M1FN, …, and the numbers that they hold.

ExMy has x bits of exponent and y of mantissa beside the sign. With the field c of the exponent and the mantissa k a
code stands for (1 + k/2^y) 2^(c - bias), and for k/2^y 2^(1 - bias) where c = 0: the subnormal numbers. The bias is
2^(x - 1) - 1, or what follows a ``B`` in the name. The largest c is kept for infinities and NaN as in IEEE 754, unless
the name says otherwise: ``FN`` is finite with one NaN, the code of ones, or none below eight bits; ``FNUZ`` has its NaN
in place of the negative zero and a bias that is one larger.

Sources: IEEE 754-2019, sec. 3.4; Micikevicius et al., *FP8 formats for deep learning*, 2022; Open Compute Project,
*Microscaling formats specification*, 2023.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from symderiv.errors import DeclarationError

__all__ = ["FloatFormat", "positive_numbers", "read_format"]

_NAME = re.compile(r"(?:FLOAT\d+_)?E(\d)M(\d)(?:B(\d+))?(FNUZ|FN)?")
_MOST_BITS = 8


@dataclass(frozen=True, slots=True)
class FloatFormat:
    """Bits of exponent and mantissa, the bias, and which of the codes are no numbers."""

    name: str
    exponent: int
    mantissa: int
    bias: int
    special: Literal["IEEE", "last", "none"]

    @property
    def smallest(self) -> Fraction:
        """The smallest positive number, which is subnormal."""
        return Fraction(2) ** (1 - self.bias - self.mantissa)

    @property
    def smallest_normal(self) -> Fraction:
        return Fraction(2) ** (1 - self.bias)

    @property
    def largest(self) -> Fraction:
        top = 2**self.exponent - (2 if self.special == "IEEE" else 1) - self.bias
        unused = 2 if self.special == "last" else 1
        return (2 - Fraction(unused, 2**self.mantissa)) * Fraction(2) ** top


def read_format(name: object) -> FloatFormat:
    """The format of this name, upper or lower case; raises DeclarationError for a name that says nothing here."""
    found = _NAME.fullmatch(name.upper()) if isinstance(name, str) else None
    if found is None or int(found[1]) < 2 or int(found[2]) < 1:
        raise DeclarationError(f"{name!r} is no floating point format that is known; write a name such as 'E4M3FN'")
    exponent, mantissa, suffix = int(found[1]), int(found[2]), found[4] or ""
    bits = 1 + exponent + mantissa
    if bits > _MOST_BITS:
        raise DeclarationError(f"{name} has {bits} bits, too many numbers to draw; take a format of at most 8 bits")
    bias = int(found[3]) if found[3] else 2 ** (exponent - 1) - (suffix != "FNUZ")
    special: Literal["IEEE", "last", "none"] = "IEEE" if not suffix else "none"
    if suffix == "FN" and bits == _MOST_BITS:
        special = "last"
    return FloatFormat(found[0].partition("_")[2] or found[0], exponent, mantissa, bias, special)


def positive_numbers(f: FloatFormat) -> tuple[Fraction, ...]:
    """The positive finite numbers in order, each from its code."""
    steps = 2**f.mantissa
    codes = range(1, 2**f.exponent * steps)
    if f.special == "last":
        codes = codes[:-1]
    elif f.special == "IEEE":
        codes = codes[:-steps]
    return tuple(_decode(f, *divmod(code, steps)) for code in codes)


def _decode(f: FloatFormat, field: int, mantissa: int) -> Fraction:
    share = Fraction(mantissa, 2**f.mantissa)
    return share * Fraction(2) ** (1 - f.bias) if field == 0 else (1 + share) * Fraction(2) ** (field - f.bias)
