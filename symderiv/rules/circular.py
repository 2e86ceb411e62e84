"""Indices modulo the size of an axis: residues, sums over a full period, deltas of residues.

The circular convolution reads its input at (n - k) mod N. Its gradients, its shifts and its commutativity all come down
to three laws: a residue inside a residue by the same number may be left out, a number from 0 to N - 1 is its own residue,
and a sum over all residues may be taken in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symderiv.language.context import Context, binder_context
from symderiv.language.terms import (
    ONE,
    TRUE,
    ZERO,
    And,
    Apply,
    Binder,
    Cases,
    Delta,
    Entry,
    Iverson,
    Number,
    Relation,
    Sum,
    Symbol,
    Term,
    close_over,
    open_binder,
    substitute,
    walk,
)
from symderiv.records import DETAIL, Rewrite, Rule
from symderiv.rules.conditions import affine_form, at_least, in_range, truth
from symderiv.rules.ranges import written
from symderiv.rules.structure import ac_key, arrange, build_product, build_sum, factors_of, negate, same

__all__ = ["RULES"]

GKP = "Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., sec. 3.4"
OPPENHEIM = "Oppenheim & Schafer, Discrete-Time Signal Processing, 3rd ed., sec. 8.6"
Form = dict[Term | None, Fraction]


def _modulus(term: Term) -> Term | None:
    return term.args[1] if isinstance(term, Apply) and term.function == "Mod" else None


def residue(form: Form, modulus: Term, context: Context) -> Term:
    """``form mod modulus`` without residues and multiples of the modulus inside, plain where its range allows that."""
    out = _reduced(form, modulus)
    shortest = written(out)
    for shift in (ZERO, modulus, negate(modulus)):
        value = arrange(build_sum((shortest, shift)))
        if in_range(value, ZERO, arrange(build_sum((modulus, Number(-1)))), context):
            return value
    return Apply("Mod", shortest, modulus)


def _reduced(form: Form, modulus: Term) -> Form:
    out: Form = {}
    for atom, c in form.items():
        inner = affine_form(atom.args[0], ZERO) if atom is not None and _is_residue(atom, modulus) else None
        for a, x in (inner or {atom: Fraction(1)}).items() if c.denominator == 1 else ((atom, Fraction(1)),):
            out[a] = out.get(a, Fraction(0)) + c * x
    whole = affine_form(modulus, ZERO) or {}
    if isinstance(modulus, Number) and modulus.value > 0:
        out[None] = out.get(None, Fraction(0)) % modulus.value
    elif lead := next((a for a in whole if a is not None), None):
        times = (out.get(lead, Fraction(0)) / whole[lead]).__floor__()
        for a, x in whole.items():
            out[a] = out.get(a, Fraction(0)) - times * x
    return {a: x for a, x in out.items() if x}


def _is_residue(term: Term, modulus: Term) -> bool:
    own = _modulus(term)
    return own is not None and same(own, modulus)


def settle(term: Term, context: Context) -> Term:
    """The term with every residue in it in its shortest form."""
    if isinstance(term, Binder):
        index, body, guard = open_binder(term, context.names())
        inner = binder_context(term, index, guard, context)
        args = (close_over(settle(body, inner), index.name), close_over(settle(guard, inner), index.name))
        return term.with_args((*args, *(settle(a, context) for a in term.args[2:])))
    term = term.with_args(tuple([settle(a, context) for a in term.args])) if term.args else term
    modulus = _modulus(term)
    form = None if modulus is None else affine_form(term.args[0], ZERO)
    return term if form is None or modulus is None else residue(form, modulus, context)


def _residue(term: Term, context: Context) -> Iterator[Rewrite]:
    """(a mod n + b) mod n = (a + b) mod n, and e mod n = e for 0 <= e <= n - 1."""
    modulus = _modulus(term)
    form = None if modulus is None else affine_form(term.args[0], ZERO)
    if form is not None and modulus is not None:
        new = residue(form, modulus, context)
        if ac_key(new) != ac_key(term):
            yield Rewrite(new)


# ---------------------------------------------------------------- full periods


def _full_period(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_{k=a}^{a+n-1} f((k + s) mod n) = sum_k f(k mod n), also reversed: the residue becomes the index."""
    if not isinstance(term, Sum):
        return
    index, body, guard = open_binder(term, context.names())
    inner = binder_context(term, index, TRUE, context)
    whole = body if guard == TRUE else build_product((Iverson(guard), body))
    for modulus in dict.fromkeys(m for t in walk(whole) if (m := _modulus(t)) is not None):
        if not same(arrange(build_sum((term.upper, negate(term.lower), ONE))), modulus):
            continue
        if not _periodic(whole, index, modulus, inner):
            continue
        for sign, rest in _places(whole, index, modulus):
            # e = sign*index + rest becomes the new index, counted from where the range starts.
            form: Form = {index: Fraction(sign)}
            for a, x in (*rest.items(), *((a, x) for a, x in (affine_form(term.lower, ZERO) or {}).items())):
                form[a] = form.get(a, Fraction(0)) - sign * x
            moved = arrange(settle(substitute(_wrapped(whole, index, modulus, inner), {index: written(form)}), inner))
            new = Sum(close_over(moved, index.name), term.lower, term.upper, hint=term.hint)
            if new != term:
                yield Rewrite(new)


def _periodic(term: Term, index: Symbol, modulus: Term, context: Context) -> bool:
    """Does the index occur in residues by the modulus only, or as the index of an axis of that length?"""
    if index not in set(walk(term)):
        return True
    if _is_residue(term, modulus):
        form = affine_form(term.args[0], ZERO)
        hidden = form is None or any(a is not None and a != index and index in set(walk(a)) for a in form)
        return not hidden and form is not None and form.get(index, Fraction(0)).denominator == 1
    if isinstance(term, Entry):
        return all(
            _on_axis(term, n, index, modulus, context) or _periodic(i, index, modulus, context)
            for n, i in enumerate(term.indices)
        )
    if isinstance(term, (Symbol, Cases)):
        return False
    if isinstance(term, Binder) and any(index in set(walk(a)) for a in term.args[1:]):
        return False
    return all(_periodic(a, index, modulus, context) for a in term.args)


def _on_axis(term: Entry, position: int, index: Symbol, modulus: Term, context: Context) -> bool:
    """Is the index itself here, on an axis of the length of the modulus that it does not leave?"""
    if term.indices[position] != index:
        return False
    source = context.arrays.get(term.name) or context.definitions.get(term.name)
    if source is None or position >= len(source.axes):
        return False
    low, high = source.axes[position]
    return same(arrange(build_sum((high, negate(low), ONE))), modulus) and bool(in_range(index, low, high, context))


def _wrapped(term: Term, index: Symbol, modulus: Term, context: Context) -> Term:
    """Indices on an axis of the length of the modulus as residues: x[k] = x[low + (k - low) mod n]."""
    if isinstance(term, Entry):
        axes = getattr(context.arrays.get(term.name) or context.definitions.get(term.name), "axes", ())
        indices = []
        for n, i in enumerate(term.indices):
            if _on_axis(term, n, index, modulus, context):
                low = axes[n][0]
                i = arrange(build_sum((Apply("Mod", build_sum((index, negate(low))), modulus), low)))
            indices.append(_wrapped(i, index, modulus, context))
        return Entry(term.name, tuple(indices))
    return term.with_args(tuple([_wrapped(a, index, modulus, context) for a in term.args])) if term.args else term


def _places(term: Term, index: Symbol, modulus: Term) -> Iterator[tuple[int, Form]]:
    """(sign, rest) for the different e = sign*index + rest that are reduced by the modulus; no indices from inside."""
    seen: list[tuple[int, Form]] = []
    for t in walk(term):
        form = affine_form(t.args[0], ZERO) if _is_residue(t, modulus) else None
        if form is None or abs(form.get(index, Fraction(0))) != 1:
            continue
        rest: Form = {a: x for a, x in form.items() if x and a != index and (a is None or isinstance(a, Symbol))}
        place = int(form[index]), rest
        if place not in seen:
            seen.append(place)
            yield place


# ---------------------------------------------------------------- deltas


def _delta(term: Term, context: Context) -> Iterator[Rewrite]:
    """sum_k delta((k + c) mod n, m) f(k) = f((m - c) mod n) for a range within one period."""
    if not isinstance(term, Sum):
        return
    index, body, guard = open_binder(term, context.names())
    factors = factors_of(body)
    for n, f in enumerate(factors):
        found = _solved(index, f, term, context) if isinstance(f, Delta) else None
        if found is None:
            continue
        value, brackets = found
        rest = build_product(factors[:n] + factors[n + 1 :])
        new = settle(arrange(substitute(rest, {index: value})), context)
        if guard != TRUE:
            brackets.append(arrange(substitute(guard, {index: value})))
        left = [b for b in brackets if truth(b, context) is not True]
        if left:
            new = build_product((Iverson(left[0] if len(left) == 1 else And(*left)), new))
        yield Rewrite(new, tuple(b for b in brackets if b not in left))
        return


def _solved(index: Symbol, delta: Delta, term: Sum, context: Context) -> tuple[Term, list[Term]] | None:
    """(the one index in the range at which the delta is 1, the conditions for it to be there)."""
    form = affine_form(delta.left, delta.right)
    atoms = [a for a in form or {} if a is not None and index in set(walk(a))]
    modulus = _modulus(atoms[0]) if len(atoms) == 1 else None
    if form is None or modulus is None or abs(form[atoms[0]]) != 1:
        return None
    inner = affine_form(atoms[0].args[0], ZERO)
    if inner is None or abs(inner.get(index, Fraction(0))) != 1:
        return None
    if any(a is not None and a != index and index in set(walk(a)) for a in inner):
        return None
    last = arrange(build_sum((term.lower, modulus, Number(-1))))
    if not at_least(last, term.upper, context):
        return None
    result = {a: -x * form[atoms[0]] for a, x in form.items() if a != atoms[0]}
    sign = inner[index]
    offset: Form = {a: sign * x for a, x in result.items()}
    for a, x in inner.items():
        if a != index:
            offset[a] = offset.get(a, Fraction(0)) - sign * x
    for a, x in (affine_form(term.lower, ZERO) or {}).items():
        offset[a] = offset.get(a, Fraction(0)) - x
    value = arrange(build_sum((residue(offset, modulus, context), term.lower)))
    r = written(result)
    brackets: list[Term] = [Relation("<=", ZERO, r), Relation("<=", r, arrange(build_sum((modulus, Number(-1)))))]
    if not same(last, term.upper):
        brackets.append(Relation("<=", value, term.upper))
    return value, brackets


RULES = (
    Rule(
        "residue of a residue", r"(a \bmod n + b) \bmod n = (a + b) \bmod n,\ e \bmod n = e \text{ for } 0 \le e < n",
        _residue, "ranges", GKP, "the same modulus; the range of e is known", DETAIL,
        (("Mod(Mod(i + e, n) + j, n)", "Mod(i + j + e, n)"), ("Mod(i - 1, n)", "i - 1")),
    ),
    Rule(
        "sum over a full period", r"\sum_{k=0}^{n-1} f_{(k+s) \bmod n} = \sum_{k=0}^{n-1} f_k", _full_period, "ranges",
        OPPENHEIM, "the index runs through one period and occurs in residues only", 1,
        (("Sum(v[Mod(k + e, n) + 1], (k, 0, n - 1))", "Sum(v[k + 1], (k, 0, n - 1))"),
         ("Sum(v[Mod(e - k, n) + 1]*u[k], (k, 1, n))", "Sum(v[k]*u[Mod(e - k, n) + 1], (k, 1, n))")),
    ),
    Rule(
        "eliminate the delta of a residue", r"\sum_{k=0}^{n-1} \delta_{(e-k) \bmod n,\,j} f_k = f_{(e-j) \bmod n}", _delta,
        "ranges", OPPENHEIM, "the range lies within one period; else the bracket stays", 1,
        (("Sum(KroneckerDelta(Mod(e - k, n), j - 1)*v[k], (k, 1, n))", "v[Mod(e - j, n) + 1]"),),
    ),
)  # fmt: skip
