"""Terms and contexts as JSON-able values and back, exactly: what is read is equal to what was written.

A term is written as SymPy text, which people and SymPy read, wherever reading that text gives the same term again;
elsewhere (nested sums and products that text would flatten) it is written as its tree, ``["Add", null, [...]]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from symderiv.errors import AnswerError, SymderivError
from symderiv.language import terms
from symderiv.language.context import Array, Context, Definition, Range, Variable
from symderiv.language.randomness import Family
from symderiv.language.sequences import Recurrence
from symderiv.language.terms import Binder, Number, Symbol, Term, walk
from symderiv.language.text import FILE_LIMITS, from_text, to_text

__all__ = ["context_from_json", "context_to_json", "term_from_json", "term_to_json"]

_KINDS: dict[str, type[Term]] = {
    name: kind
    for name in terms.__all__
    if isinstance(kind := getattr(terms, name), type) and issubclass(kind, Term) and kind not in (Term, Binder)
}
Json = Any


def term_to_json(term: Term, context: Context) -> Json:
    """The term as text, or as a tree where the text would be read differently."""
    text = to_text(term)
    try:
        if _same(from_text(text, context, limits=FILE_LIMITS), term):
            return text
    except AnswerError:
        pass
    return _tree(term)


def term_from_json(value: Json, context: Context) -> Term:
    """The inverse of ``term_to_json``; raises SymderivError for anything else."""
    if isinstance(value, str):
        return from_text(value, context, limits=FILE_LIMITS)
    return _from_tree(value)


def _same(a: Term, b: Term) -> bool:
    """Equal, and the bound indices have the same names."""
    if a != b:
        return False
    hints = [[t.hint for t in walk(side) if isinstance(t, Binder)] for side in (a, b)]
    return hints[0] == hints[1]


def _tree(t: Term) -> Json:
    data = str(t.data) if isinstance(t, Number) else t.data
    return [type(t).__name__, data, [_tree(a) for a in t.args], *([t.hint] if isinstance(t, Binder) else [])]


def _from_tree(value: Json) -> Term:
    if not isinstance(value, list) or len(value) not in (3, 4) or not isinstance(value[0], str):
        raise SymderivError(f"{str(value)[:60]!r} is no term; the file was changed")
    if value[0] not in _KINDS or not isinstance(value[1], (str, int, type(None))):
        raise SymderivError(f"{str(value)[:60]!r} is no term; the file was changed")
    kind, data, args = _KINDS[value[0]], value[1], tuple([_from_tree(a) for a in value[2]])
    if kind is terms.Matrix and not (isinstance(data, int) and data > 0 and args and len(args) % data == 0):
        raise SymderivError("a matrix has rows of different lengths; the file was changed")
    if kind is terms.Tuple and not args:
        raise SymderivError("a list is empty; the file was changed")
    new = object.__new__(kind)
    Term.__init__(new, Fraction(str(data)) if kind is Number else data, args)
    if isinstance(new, Binder):
        new.hint = str(value[3]) if len(value) == 4 else "k"
    return new


def context_to_json(context: Context) -> dict[str, Json]:
    """All declarations; the names keep the order in which they were declared."""

    def write(t: Term | None) -> Json:
        return None if t is None else term_to_json(t, context)

    def axes(pairs: tuple[tuple[Term, Term], ...]) -> Json:
        return [[write(a), write(b)] for a, b in pairs]

    def span(r: Range) -> Json:
        return {
            "lower": write(r.lower), "upper": write(r.upper), "lower_open": r.lower_open, "upper_open": r.upper_open,
            "integer": r.integer, "nonzero": r.nonzero,
        }  # fmt: skip

    return {
        "variables": [
            {"name": v.name, "range": span(v.range), "role": v.role, "meaning": v.meaning, "latex": v.latex}
            for v in context.variables.values()
        ],
        "arrays": [
            {
                "name": a.name, "axes": axes(a.axes), "entries": span(a.entries), "law": a.law, "padded": a.padded,
                "meaning": a.meaning, "latex": a.latex,
                "values": None if a.values is None else [str(v) for v in a.values],
            }
            for a in context.arrays.values()
        ],
        "definitions": [
            {
                "name": d.name, "parameters": list(d.parameters), "body": _write_body(d, context), "kind": d.kind,
                "axes": axes(d.axes), "meaning": d.meaning, "latex": d.latex,
            }
            for d in context.definitions.values()
        ],
        "assumptions": [write(c) for c in context.assumptions],
        "random": [
            {
                "name": f.name, "parameters": list(f.parameters), "law": f.law, "entries": f.entries,
                **{key: _write_moment(getattr(f, key), f, context) for key in _MOMENTS},
            }
            for f in context.random.values()
        ],
        "recurrences": [
            {
                "name": r.name, "parameter": r.parameter, "first": r.first, "starts": [write(t) for t in r.starts],
                "step": term_to_json(r.step, _with_indices((r.parameter,), context)),
            }
            for r in context.recurrences.values()
        ],
        "independence": [[sorted(b) for b in blocks] for blocks in context.independence],
    }  # fmt: skip


_MOMENTS = ("mean", "variance", "covariance")


def _write_moment(moment: Term | None, f: Family, context: Context) -> Json:
    return None if moment is None else term_to_json(moment, _with_indices(f.parameters, context))


def _with_indices(parameters: Iterable[str], context: Context) -> Context:
    for name in parameters:
        context = context.with_variable(Variable(name, Range(integer=True), "index"))
    return context


def _with_parameters(parameters: tuple[str, ...], context: Context) -> Context:
    for name in parameters:
        if name not in context.variables:
            context = context.with_variable(Variable(name))
    return context


def _write_body(d: Definition, context: Context) -> Json:
    return term_to_json(d.body, _with_parameters(d.parameters, context))


def context_from_json(value: Mapping[str, Json]) -> Context:
    """The inverse of ``context_to_json``; raises SymderivError for a value that is not of this form."""
    try:
        return _read_context(value)
    except (KeyError, TypeError, ValueError) as error:
        raise SymderivError(
            f"these are no declarations ({error}); the file was changed or is of another version"
        ) from None


def _read_context(value: Mapping[str, Json]) -> Context:
    # Ranges may use names that are declared later (definitions), so names come first and what they mean second.
    names = Context(
        {v["name"]: Variable(v["name"], Range(integer=v["range"]["integer"])) for v in value["variables"]},
        {a["name"]: Array(a["name"], ((terms.ONE, terms.ONE),) * len(a["axes"])) for a in value["arrays"]},
        {
            d["name"]: Definition(d["name"], tuple(d["parameters"]), Symbol(d["name"]), d["kind"])
            for d in value["definitions"]
        },
    )

    def read(v: Json) -> Term:
        return term_from_json(v, names)

    def axes(pairs: Json) -> tuple[tuple[Term, Term], ...]:
        return tuple((read(a), read(b)) for a, b in pairs)

    def span(r: Json) -> Range:
        low, high = (None if r[end] is None else read(r[end]) for end in ("lower", "upper"))
        return Range(low, high, r["lower_open"], r["upper_open"], r["integer"], r["nonzero"])

    return Context(
        {
            v["name"]: Variable(v["name"], span(v["range"]), v["role"], v["meaning"], v["latex"])
            for v in value["variables"]
        },
        {
            a["name"]: Array(
                a["name"], axes(a["axes"]), span(a["entries"]), a["law"], a["padded"], a["meaning"], a["latex"],
                None if a.get("values") is None else tuple(Fraction(v) for v in a["values"]),
            )
            for a in value["arrays"]
        },
        {
            d["name"]: Definition(
                d["name"], tuple(d["parameters"]),
                term_from_json(d["body"], _with_parameters(tuple(d["parameters"]), names)),
                d["kind"], axes(d["axes"]), d["meaning"], d["latex"],
            )
            for d in value["definitions"]
        },
        tuple(read(c) for c in value["assumptions"]),
        {f["name"]: _read_family(f, names) for f in value.get("random", ())},
        tuple(tuple(frozenset(b) for b in blocks) for blocks in value.get("independence", ())),
        {r["name"]: _read_recurrence(r, names) for r in value.get("recurrences", ())},
    )  # fmt: skip


def _read_recurrence(r: Json, names: Context) -> Recurrence:
    starts = tuple(term_from_json(t, names) for t in r["starts"])
    step = term_from_json(r["step"], _with_indices((r["parameter"],), names))
    return Recurrence(r["name"], r["parameter"], int(r["first"]), starts, step)


def _read_family(f: Json, names: Context) -> Family:
    inner = _with_indices(f["parameters"], names)
    moments = [None if f[key] is None else term_from_json(f[key], inner) for key in _MOMENTS]
    return Family(f["name"], tuple(f["parameters"]), moments[0], moments[1], f["law"], f["entries"], moments[2])
