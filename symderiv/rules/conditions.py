"""Three-valued conditions for rules: True, False, or None when it is not known. Unknown never fires.

This is the rules' own judgement; verification has another one (symderiv.equality) and does not rely on this.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symderiv.language.context import Context, Range, binder_context, unfold
from symderiv.language.functions import expand_function
from symderiv.language.terms import (
    TRUE,
    Add,
    And,
    Apply,
    Binder,
    Condition,
    Constant,
    Delta,
    Entry,
    Iverson,
    Mul,
    Norm,
    Not,
    Number,
    Or,
    Power,
    Product,
    Relation,
    Symbol,
    Term,
    open_binder,
)
from symderiv.rules.residues import never_zero
from symderiv.rules.structure import arrange, build_sum, monomial, negate, summands_of

__all__ = ["affine_form", "at_least", "in_range", "is_nonzero", "is_positive", "sign_of", "truth"]

Sign = str | None  # "+", "-", "0", "0+" (at least 0), "0-" (at most 0), "!=" (not 0), None (unknown)

_TIMES = {("+", "+"): "+", ("-", "-"): "+", ("+", "-"): "-"}


def _product(a: Sign, b: Sign) -> Sign:
    if a == "0" or b == "0":
        return "0"
    if a is None or b is None:
        return None
    if a == "!=" or b == "!=":
        return "!=" if {a, b} <= {"!=", "+", "-"} else None
    weak = "0" in a or "0" in b
    positive = ("-" in a) == ("-" in b)
    return ("0+" if positive else "0-") if weak else ("+" if positive else "-")


def _plus(a: Sign, b: Sign) -> Sign:
    if a == "0":
        return b
    if b == "0":
        return a
    if a is None or b is None or "!=" in (a, b):
        return None
    if ("-" in a) != ("-" in b):
        return None
    side = "-" if "-" in a else "+"
    return side if side in (a, b) else "0" + side


def _of_range(r: Range, context: Context) -> Sign:
    low = sign_of(r.lower, context) if r.lower is not None else None
    high = sign_of(r.upper, context) if r.upper is not None else None
    if low == "+" or (low in ("0", "0+") and (r.lower_open or r.nonzero)):
        return "+"
    if high == "-" or (high in ("0", "0-") and (r.upper_open or r.nonzero)):
        return "-"
    if low in ("0", "0+"):
        return "0+"
    if high in ("0", "0-"):
        return "0-"
    return "!=" if r.nonzero else None


def sign_of(term: Term, context: Context) -> Sign:
    """The sign of a real term as far as ranges, sums of like signs and a few function ranges tell."""
    if isinstance(term, Number):
        return "+" if term.value > 0 else "-" if term.value < 0 else "0"
    if isinstance(term, Constant):
        return "+"
    body = unfold(term, context)
    if body is not None:
        return sign_of(body, context)
    if isinstance(term, Symbol):
        v = context.variables.get(term.name)
        return _of_range(v.range, context) if v is not None else None
    if isinstance(term, Entry):
        a = context.arrays.get(term.name)
        if a is None:
            return None
        return "0+" if a.law in ("simplex", "one_hot") else _of_range(a.entries, context)
    if isinstance(term, Add):
        out: Sign = "0"
        for t in term.args:
            out = _plus(out, sign_of(t, context))
        return out if out is not None else _affine_sign(term, context)
    if isinstance(term, Mul):
        out = "+"
        for t in term.args:
            out = _product(out, sign_of(t, context))
        return out
    if isinstance(term, Power):
        return _power_sign(term, context)
    if isinstance(term, (Delta, Iverson, Norm)):
        return "0+"
    if isinstance(term, Apply):
        return _function_sign(term, context)
    if isinstance(term, Binder):
        index, opened, guard = open_binder(term, context.names())
        inner = sign_of(opened, binder_context(term, index, guard, context))
        if isinstance(term, Product):
            return inner if inner in ("+", "0+") else None
        if inner in ("+", "-") and not (guard == TRUE and at_least(term.upper, term.lower, context)):
            return "0" + inner
        return None if inner == "!=" else inner
    return None


def _power_sign(term: Power, context: Context) -> Sign:
    base, e = sign_of(term.base, context), term.exponent
    if base == "+":
        return "+"
    if isinstance(e, Number) and e.value.denominator == 1:
        if e.value == 0:
            return "+"
        if e.value % 2 == 0:
            return "+" if base in ("-", "!=") or e.value < 0 else ("0" if base == "0" else "0+")
        return base if base in ("-", "!=") else ("+" if base == "0+" and e.value < 0 else base)
    return "0+" if isinstance(e, Number) and e.value > 0 else ("+" if isinstance(e, Number) else None)


def _function_sign(term: Apply, context: Context) -> Sign:
    f, args = term.function, term.args
    if f in ("exp", "cosh", "sigmoid"):
        return "+"
    if f == "Abs":
        return "+" if sign_of(args[0], context) in ("+", "-", "!=") else "0+"
    if f in ("tanh", "sinh", "atan", "asinh", "erf", "sign"):
        return sign_of(args[0], context)
    if f == "log":
        return sign_of(build_sum((args[0], Number(-1))), context)
    if f == "Max" and any(sign_of(a, context) == "+" for a in args):
        return "+"
    if f == "Max" and any(sign_of(a, context) in ("0", "0+") for a in args):
        return "0+"
    expansion = expand_function(term)
    return sign_of(expansion, context) if expansion is not None else None


def is_positive(term: Term, context: Context) -> bool | None:
    """term > 0?"""
    s = sign_of(term, context)
    if s in ("-", "0", "0-"):
        return False
    return True if s == "+" or Relation(">", term, Number(0)) in context.assumptions else None


def is_nonzero(term: Term, context: Context) -> bool | None:
    """term != 0?"""
    s = sign_of(term, context)
    if s in ("+", "-", "!="):
        return True
    if s == "0":
        return False
    given = (Relation(op, term, Number(0)) for op in ("!=", ">", "<"))
    return True if any(c in context.assumptions for c in given) else None


# ---------------------------------------------------------------- affine comparisons of integers


def _affine(term: Term) -> dict[Term | None, Fraction] | None:
    """{atom: coefficient, None: constant}, or None if a coefficient is not a number."""
    out: dict[Term | None, Fraction] = {}
    for s in summands_of(arrange(term)):
        m = monomial(s)
        if not m.powers:
            out[None] = out.get(None, Fraction(0)) + m.coefficient
            continue
        if len(m.powers) != 1:
            return None
        ((base, exponent),) = m.powers.values()
        if exponent != Number(1) or isinstance(base, Add):
            return None
        out[base] = out.get(base, Fraction(0)) + m.coefficient
    return {a: c for a, c in out.items() if c or a is None}


def _expanded_difference(left: Term, right: Term) -> Term:
    pieces: list[Term] = list(summands_of(left))
    pieces += [negate(s) for s in summands_of(right)]
    flat: list[Term] = []
    for p in pieces:  # distribute number * (a + b), the only product that indices have
        if isinstance(p, Mul) and len(p.args) == 2 and isinstance(p.args[0], Number) and isinstance(p.args[1], Add):
            flat += [arrange(Mul(p.args[0], s)) for s in p.args[1].args]
        else:
            flat.append(p)
    return arrange(build_sum(flat))


def at_least(left: Term, right: Term, context: Context, depth: int = 6) -> bool | None:
    """left >= right for all values in range? Affine terms, by replacing symbols with their bounds."""
    form = affine_form(left, right)
    if form is None:
        return None
    known = frozenset((v.name, v.range) for v in context.variables.values() if v.range.integer)
    key = (frozenset(form.items()), known, context.assumptions, depth)
    if key not in _answers:
        if len(_answers) > 50_000:
            _answers.clear()
        _answers[key] = _Search(context).nonnegative(form, depth)
    return _answers[key]


_answers: dict[object, bool | None] = {}


def affine_form(left: Term, right: Term) -> dict[Term | None, Fraction] | None:
    """left - right as {atom: coefficient, None: constant}, or None if it is not affine."""
    return _affine(_expanded_difference(left, right))


class _Search:
    """Shows that an affine form is at least 0 by replacing symbols with their bounds and taking assumptions away.

    Every form is looked at once, and at most ``BUDGET`` of them, so that the search stays short; giving up is unknown.
    """

    BUDGET = 40

    def __init__(self, context: Context):
        self.context, self.seen = context, set[frozenset[tuple[Term | None, Fraction]]]()
        self.assumed: list[dict[Term | None, Fraction]] | None = None

    def nonnegative(self, form: Mapping[Term | None, Fraction], depth: int) -> bool | None:
        form = {a: x for a, x in form.items() if x}
        atoms = [a for a in form if a is not None]
        if not atoms:
            return form.get(None, Fraction(0)) >= 0
        key = frozenset(form.items())
        if depth <= 0 or key in self.seen or len(self.seen) >= self.BUDGET:
            return None
        self.seen.add(key)
        # Indices are eliminated before the sizes that bound them.
        atoms.sort(key=lambda a: 0 if isinstance(a, Symbol) and _role(a, self.context) == "index" else 1)
        for atom in atoms:
            v = self.context.variables.get(atom.name) if isinstance(atom, Symbol) else None
            bound = None if v is None else (v.range.lower if form[atom] > 0 else v.range.upper)
            if isinstance(atom, Apply) and atom.function == "Mod" and is_positive(atom.args[1], self.context):
                # 0 <= e mod n <= n - 1 for whole e and n
                whole = self.context.is_integer(atom)
                bound = None if not whole else Number(0) if form[atom] > 0 else build_sum((atom.args[1], Number(-1)))
            inner = None if bound is None else _affine(bound)
            if inner is None:
                continue
            merged = {a: x for a, x in form.items() if a != atom}
            for a, x in inner.items():
                merged[a] = merged.get(a, Fraction(0)) + form[atom] * x
            if self.nonnegative(merged, depth - 1):
                return True
        if self.assumed is None:
            self.assumed = _assumed(self.context)
        for known in self.assumed:  # form = known + rest with known >= 0
            if any(form.get(a, Fraction(0)) * x > 0 for a, x in known.items() if a is not None):
                rest = dict(form)
                for a, x in known.items():
                    rest[a] = rest.get(a, Fraction(0)) - x
                if self.nonnegative(rest, depth - 1):
                    return True
        return None


def _assumed(context: Context) -> list[dict[Term | None, Fraction]]:
    """The assumptions on integers as affine forms that are at least 0."""
    out = []
    for a in (p for c in context.assumptions for p in (c.args if isinstance(c, And) else (c,))):
        if not isinstance(a, Relation) or a.op not in ("<", "<=", ">", ">=") or not context.is_integer_condition(a):
            continue
        left, right = (a.right, a.left) if a.op in ("<", "<=") else (a.left, a.right)
        form = affine_form(left, right)
        if form is not None:
            if a.op in ("<", ">"):
                form[None] = form.get(None, Fraction(0)) - 1
            out.append(form)
    return out


def _role(symbol: Symbol, context: Context) -> str:
    v = context.variables.get(symbol.name)
    return v.role if v is not None else ""


def _affine_sign(term: Term, context: Context) -> Sign:
    if at_least(term, Number(1), context):
        return "+"
    unit = _unit_sign(term, context)
    if unit is not None:
        return unit
    return "0+" if at_least(term, Number(0), context) else None


def _unit_sign(term: Term, context: Context) -> Sign:
    """1 - g and g - 1 for g below 1: the one strict inequality between reals that losses need."""
    parts = summands_of(term)
    if len(parts) != 2:
        return None
    for flip in (False, True):
        a, b = (negate(p) for p in parts) if flip else parts
        for one, other in ((a, b), (b, a)):
            if one == Number(1) and _below_one(negate(other), context):
                return "-" if flip else "+"
    return None


def _below_one(term: Term, context: Context) -> bool:
    body = unfold(term, context)
    if body is not None:
        return _below_one(body, context)
    if isinstance(term, Apply):
        return term.function in ("sigmoid", "tanh", "erf")
    if isinstance(term, Symbol):
        v = context.variables.get(term.name)
        return v is not None and v.range.upper == Number(1) and v.range.upper_open
    if isinstance(term, Entry):
        a = context.arrays.get(term.name)
        return a is not None and a.entries.upper == Number(1) and a.entries.upper_open
    if isinstance(term, Power) and isinstance(term.exponent, Number) and term.exponent.value < 0:
        return any(isinstance(s, Number) and s.value >= 1 for s in summands_of(term.base)) and all(
            sign_of(s, context) in ("+", "0+") for s in summands_of(term.base)
        ) and isinstance(term.base, Add) and any(sign_of(s, context) == "+" and not isinstance(s, Number) for s in term.base.args)  # fmt: skip
    return False


def in_range(index: Term, lower: Term, upper: Term, context: Context) -> bool | None:
    """lower <= index <= upper?"""
    return True if at_least(index, lower, context) and at_least(upper, index, context) else None


def truth(condition: Term, context: Context) -> bool | None:
    """The truth of a condition on integers or signs."""
    if isinstance(condition, And):
        values = [truth(c, context) for c in condition.args]
        return False if False in values else None if None in values else True
    if isinstance(condition, Or):
        values = [truth(c, context) for c in condition.args]
        return True if True in values else None if None in values else False
    if isinstance(condition, Not):
        inner = truth(condition.args[0], context)
        return None if inner is None else not inner
    if condition in context.assumptions:
        return True
    if not isinstance(condition, Relation):
        return None
    left, right = condition.left, condition.right
    integer = context.is_integer(left) and context.is_integer(right)
    one = Number(1)
    if condition.op in ("<", "<=", ">", ">="):
        if condition.op in ("<", "<="):
            left, right = right, left
        strict = condition.op in ("<", ">")
        if at_least(left, build_sum((right, one)) if strict and integer else right, context) and (
            integer or not strict
        ):
            return True
        opposite = build_sum((left, one)) if integer else left
        if integer and at_least(right, left if strict else opposite, context):
            return False
        s = sign_of(build_sum((left, negate(right))), context)
        if s == "+" or (s in ("0+", "0") and not strict):
            return True
        return False if s == "-" or (s in ("0-", "0") and strict) else None
    if integer:
        apart = at_least(left, build_sum((right, one)), context) or at_least(right, build_sum((left, one)), context)
        equal = at_least(left, right, context) and at_least(right, left, context)
        if apart or equal:
            return bool(equal) == (condition.op == "=")
        form = affine_form(left, right)
        if form is not None and all(a is None or context.is_integer(a) for a in form) and never_zero(form):
            return condition.op == "!="
    s = sign_of(build_sum((left, negate(right))), context)
    if s in ("+", "-", "!="):
        return condition.op == "!="
    return condition.op == "=" if s == "0" else None


def is_condition_known(condition: Condition, context: Context) -> bool:
    return truth(condition, context) is True
