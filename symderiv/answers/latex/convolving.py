"""``*`` and ``\\tilde *`` between two vectors, as the declaration says what they mean.

A notation declares the mode and whether the kernel is flipped. Entry n of the result, for a kernel w of k entries:

    valid   sum over q of x[n + q] w[q]            full   sum over q of x[n + q - (k - 1)] w[q], with 0 outside of x

in offsets from the first entries; a flipped kernel is read from its other end. Source: Dumoulin & Visin, *A guide to
convolution arithmetic for deep learning*, 2016.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.answers.latex.nodes import Accent, Node, Sign
from symderiv.answers.latex.scope import Scope
from symderiv.language.terms import And, Entry, Relation, Term, close_over, walk
from symderiv.language.terms import Sum as SumTerm

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Resolver
    from symderiv.answers.latex.tensors import Axis, Tensor

__all__ = ["combine", "operator_of", "typed_operator"]


def operator_of(node: Node) -> str | None:
    """``\\tilde{*}`` as "tilde *"; None for anything else."""
    if isinstance(node, Accent):
        inner = node.body
        while getattr(inner, "kind", "") == "{" and len(getattr(inner, "items", ())) == 1:
            inner = inner.items[0]  # type: ignore[attr-defined]
        if isinstance(inner, Sign) and inner.kind == "STAR":
            return {"widetilde": "tilde", "widehat": "hat"}.get(node.accent, node.accent) + " *"
    return None


def typed_operator(reader: Resolver, before: Node, node: Node) -> str:
    """The operator between two factors as it was typed."""
    return reader.source[before.end : node.start].strip(" {}~\n\r\t")


def combine(reader: Resolver, node: Node, sign: str, left: Tensor, right: Tensor, scope: Scope) -> Tensor:
    """What the operator makes of two arrays."""
    from symderiv.answers.latex.tensors import contract

    vectors = left.rows is not None and right.rows is not None and not (left.columns or right.columns)
    if sign == "\\cdot" and vectors:
        return contract(reader, node, left.transposed(), right, scope)
    meaning = reader.operators.get("*" if sign in ("*", "\\ast", "∗") else sign)
    if meaning is None or not vectors:
        raise reader.fail(node, f"what {sign or 'this product'} means between arrays is not declared; write the sum")
    mode, _, kind = meaning.partition(" ")
    return _slide(reader, mode, kind == "convolution", left, right)


def _slide(reader: Resolver, mode: str, flipped: bool, x: Tensor, w: Tensor) -> Tensor:
    from symderiv.answers.latex.tensors import Tensor

    assert x.rows is not None and w.rows is not None
    (first, last), (low, high) = x.rows, w.rows
    reach = high - low
    end = last + reach if mode == "full" else last - reach

    def entry(n: Term | None, _: Term | None) -> Term:
        assert n is not None
        q = reader.fresh()
        offset = q - low if mode != "full" else q - low - reach
        place = n + offset
        body = x.entry(place, None) * w.entry(low + high - q if flipped else q, None)
        guard = None
        if mode == "full" and not _reads_zero_outside(reader, x.entry(place, None)):
            guard = close_over(And(Relation("<=", first, place), Relation("<=", place, last)), q.name)
        return SumTerm(close_over(body, q.name), low, high, hint="j", guard=guard)

    axis: Axis = (first, end)
    return Tensor(axis, None, entry)


def _reads_zero_outside(reader: Resolver, entry: Term) -> bool:
    names = {t.name for t in walk(entry) if isinstance(t, Entry)}
    return bool(names) and all(n in reader.padded for n in names)
