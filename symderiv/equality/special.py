"""Functions as kernels: by exponentials, logarithms or signs where they have such a form, else opaque with parity."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symderiv.equality.affine import affine, residue_parts
from symderiv.equality.angles import angle
from symderiv.equality.conditions import is_integer, settled, sign_indicators
from symderiv.equality.elementary import exponential, inverse, log_abs, logarithm, rational_power, split_brackets
from symderiv.equality.kernels import EVERYWHERE, Interval, Unsupported, Vacuous, Workspace
from symderiv.equality.rational import Ratio, Undefined, as_fraction
from symderiv.equality.signs import require, signs_of
from symderiv.language.terms import Apply, Term

__all__ = ["apply_function"]

HALF = Fraction(1, 2)


def apply_function(w: Workspace, term: Apply) -> Ratio:
    """The normal form of a function applied to arguments."""
    name, args = term.function, term.args
    if name in ("Max", "Min"):
        return _extreme(w, args, name == "Max")
    if name == "Mod":
        return _modulo(w, args[0], args[1])
    if name in ("floor", "ceiling") and is_integer(w, args[0]):
        return w.normal(args[0])
    if name == "log" and isinstance(args[0], Apply) and args[0].function == "Abs":
        return split_brackets(w, w.normal(args[0].args[0]), lambda r: _log_of_size(w, r))
    handler = _FUNCTIONS.get(name)
    if handler is not None and len(args) == 1:
        return handler(w, w.normal(args[0]))
    if name in _PARITY and len(args) == 1:
        return split_brackets(w, w.normal(args[0]), lambda r: opaque(w, name, r))
    raise Unsupported(f"the function {name} is not covered")


def _log_of_size(w: Workspace, r: Ratio) -> Ratio:
    """log|r|, which needs no sign."""
    if r.num.is_zero():
        raise Undefined("the logarithm of 0")
    require(w, r, "!=")
    return log_abs(w, r)


def _sigmoid(w: Workspace, r: Ratio) -> Ratio:
    e = exponential(w, r)
    return w.make(e.num, e.num + e.den)


def _tanh(w: Workspace, r: Ratio) -> Ratio:
    e = exponential(w, w.scale(r, 2))
    return w.make(e.num - e.den, e.num + e.den)


def _hyperbolic(w: Workspace, r: Ratio, sign: int) -> Ratio:
    e = exponential(w, r)
    return w.scale(w.add(e, w.scale(inverse(w, e), sign)), HALF)


def _abs(w: Workspace, r: Ratio) -> Ratio:
    above, _ = sign_indicators(w, r, strict=False)
    return w.mul(r, w.sub(w.scale(above, 2), w.one))


def _sign(w: Workspace, r: Ratio) -> Ratio:
    above, below = sign_indicators(w, r)
    return w.sub(above, below)


def _heaviside(w: Workspace, r: Ratio) -> Ratio:
    above, _ = sign_indicators(w, r)
    if 0 in signs_of(w, r) and not w.bound_in(r.num):
        _require_nonzero(w, r)
    return above


def _require_nonzero(w: Workspace, r: Ratio) -> None:
    if r.num.is_zero():
        raise Vacuous("undefined at 0")
    require(w, r, "!=")


def _extreme(w: Workspace, args: tuple[Term, ...], largest: bool) -> Ratio:
    best = w.normal(args[0])
    for a in args[1:]:
        other = w.normal(a)
        gap = w.sub(best, other) if largest else w.sub(other, best)
        above, _ = sign_indicators(w, gap, strict=False)
        best = w.add(other, w.mul(above, w.sub(best, other)))
    return best


def _atanh(w: Workspace, r: Ratio) -> Ratio:
    return w.scale(logarithm(w, w.mul(w.add(w.one, r), inverse(w, w.sub(w.one, r)))), HALF)


def _asinh(w: Workspace, r: Ratio) -> Ratio:
    root = rational_power(w, w.add(w.mul(r, r), w.one), HALF)
    return split_brackets(w, w.add(r, root), lambda s: log_abs(w, s))


def _acosh(w: Workspace, r: Ratio) -> Ratio:
    below, above = (rational_power(w, w.add(r, w.constant(c)), HALF) for c in (-1, 1))
    return logarithm(w, w.add(r, w.mul(below, above)))


def _acos(w: Workspace, r: Ratio) -> Ratio:
    from symderiv.language.terms import Constant

    half_pi = w.scale(w.normal(Constant("pi")), HALF)
    return w.sub(half_pi, split_brackets(w, r, lambda s: opaque(w, "asin", s)))


def _gamma(w: Workspace, r: Ratio) -> Ratio:
    """Gamma(x + n) = x (x + 1) ... (x + n - 1) Gamma(x) moves the argument to a constant part in [0, 1)."""
    value = w.rational_value(r)
    shift = 0
    if value is not None:
        if value.denominator == 1:
            if value <= 0:
                raise Vacuous("a pole of gamma")
            shift = int(value) - 1
        else:
            shift = value.__floor__()
    elif r.den.is_constant():
        constant = as_fraction(r.num.to_dict().get((0,) * w.size, w.fmpq(0)))
        shift = constant.__floor__()
    if abs(shift) > 40:
        raise Unsupported("gamma of a large shift")
    base = w.sub(r, w.constant(shift))
    out = w.one if value == shift + 1 else opaque(w, "gamma", base)
    for n in range(abs(shift)):
        step = w.add(base, w.constant(n if shift > 0 else -n - 1))
        out = w.mul(out, step) if shift > 0 else w.mul(out, inverse(w, step))
    return out


def _floor(w: Workspace, r: Ratio) -> Ratio:
    """floor(x + n) = floor(x) + n: the part that is certainly an integer leaves the floor."""
    value = w.rational_value(r)
    if value is not None:
        return w.constant(value.__floor__())
    if not r.den.is_constant():
        return opaque(w, "floor", r)
    whole = {
        m: c for m, c in r.num.to_dict().items()
        if as_fraction(c).denominator == 1 and all(w.kernels[n].data == "integer" for n, e in enumerate(m) if e)
    }  # fmt: skip
    constant = r.num.to_dict().get((0,) * w.size)
    if constant is not None:
        whole[(0,) * w.size] = w.fmpq(as_fraction(constant).__floor__())
    integral = Ratio(w.poly(whole), w.one_poly)
    rest = w.sub(r, integral)
    if (value := w.rational_value(rest)) is not None:
        return w.add(integral, w.constant(value.__floor__()))
    return w.add(integral, opaque(w, "floor", rest))


def _ceiling(w: Workspace, r: Ratio) -> Ratio:
    return w.neg(_floor(w, w.neg(r)))


def _modulo(w: Workspace, left: Term, right: Term) -> Ratio:
    """a mod b = a - b floor(a/b), without residues by b inside a."""
    form = settled(w, affine(Apply("Mod", left, right)))
    parts = residue_parts(form.term())
    if parts is None:
        return w.normal(form.term())
    a, b = w.normal(parts[0].term()), w.normal(parts[1].term())
    return w.sub(a, w.mul(b, _floor(w, w.mul(a, inverse(w, b)))))


def opaque(w: Workspace, name: str, r: Ratio) -> Ratio:
    """A function about which nothing is used but its parity."""
    r = _without_roots_below(w, r)
    parity, interval = _PARITY[name]
    sign = 1
    if parity and not r.num.is_zero():
        scale, _ = w.primitive(r.num)
        if scale < 0:
            r, sign = w.neg(r), parity
    if parity == -1 and r.num.is_zero():
        return w.zero
    k = w.kernel("function", (name, w.ratio_key(r)), lambda: Apply(name, w.ratio_term(r)), w.kernels_of(r), interval)
    return w.scale(w.generator(k.index), sign)


def _without_roots_below(w: Workspace, r: Ratio) -> Ratio:
    """1/sqrt(a) as sqrt(a)/a, so that equal arguments have one form."""
    for n in w.kernels_in(r.den):
        if w.kernels[n].kind == "root" and divmod(r.den, w.gens[n])[1].is_zero():
            factor = w.gens[n] ** (w.relations[n][0] - 1)
            r = w.make(w.reduce(r.num * factor), w.reduce(r.den * factor))
    return r


_PARITY: dict[str, tuple[int, Interval]] = {
    "erf": (-1, Interval(Fraction(-1), False, Fraction(1), False)),
    "asin": (-1, EVERYWHERE),
    "atan": (-1, EVERYWHERE),
    "gamma": (0, EVERYWHERE),
    "floor": (0, EVERYWHERE),
}

_FUNCTIONS: dict[str, Callable[[Workspace, Ratio], Ratio]] = {
    "exp": exponential,
    "log": logarithm,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "sinh": lambda w, r: _hyperbolic(w, r, -1),
    "cosh": lambda w, r: _hyperbolic(w, r, 1),
    "sin": lambda w, r: angle_of(w, r, 1),
    "cos": lambda w, r: angle_of(w, r, 0),
    "tan": lambda w, r: split_brackets(w, r, lambda s: _tangent(w, s)),
    "Abs": _abs,
    "sign": _sign,
    "Heaviside": _heaviside,
    "atanh": _atanh,
    "asinh": _asinh,
    "acosh": _acosh,
    "acos": _acos,
    "gamma": lambda w, r: split_brackets(w, r, lambda s: _gamma(w, s)),
    "floor": lambda w, r: split_brackets(w, r, lambda s: _floor(w, s)),
    "ceiling": lambda w, r: split_brackets(w, r, lambda s: _ceiling(w, s)),
}


def angle_of(w: Workspace, r: Ratio, which: int) -> Ratio:
    """The cosine (0) or sine (1)."""
    return split_brackets(w, r, lambda s: angle(w, s)[which])


def _tangent(w: Workspace, r: Ratio) -> Ratio:
    cosine, sine = angle(w, r)
    return w.mul(sine, inverse(w, cosine))
