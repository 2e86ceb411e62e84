"""Vectors that stand without an index, where that has one meaning: norms, ``S(x + c)_i``, ``\\mathrm{softmax}(a)_i``.

There a vector means its entry at one position. Only linear formulas are read so: a sum, a multiple, a fraction with a
number below; a product of two vectors has more than one meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from symderiv.answers.latex.names import Declared, Written, written
from symderiv.answers.latex.nodes import Frac, Group, Letter, Node, Product, Scripted, Sum, walk
from symderiv.answers.latex.scope import Scope
from symderiv.errors import AnswerError
from symderiv.language.context import unfold_all
from symderiv.language.terms import Apply, Entry, Symbol, Term, close_over, instantiate
from symderiv.language.terms import Sum as SumTerm
from symderiv.language.terms import walk as subterms

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Items, Resolver

__all__ = ["applied", "elementwise", "entry_at_position", "is_argument", "is_vector", "softmax"]

_POSITION = Symbol("\0position")


def axes_of(d: Declared, scope: Scope) -> tuple[tuple[Term, Term], ...]:
    """The ranges of the indices of a declared array or array definition."""
    array = scope.context.arrays.get(d.name)
    return array.axes if array is not None else scope.context.definitions[d.name].axes


def _vector(reader: Resolver, node: Node, scope: Scope) -> Declared | None:
    """The declared array with one index that the node names without its index."""
    name = written(node)
    if name is None or name.sub is not None or name.sup is not None or name.key in scope.bound:
        return None
    found = [d for d in reader.names.candidates(name) if d.kind == "array" and d.rank == 1 and not d.sub and not d.sup]
    others = [d for d in reader.names.candidates(name) if d.kind != "array" and not d.sub and not d.sup]
    return found[0] if len(found) == 1 and not others else None


def is_vector(reader: Resolver, node: Node, scope: Scope) -> bool:
    """Does a vector without its index stand anywhere in the node?"""
    if isinstance(node, (Letter, Scripted)) or written(node) is not None:
        return _vector(reader, node, scope) is not None
    return any(is_vector(reader, n, scope) for n in _direct(node))


def _direct(node: Node) -> list[Node]:
    if isinstance(node, Sum):
        return [s for _, s in node.items]
    if isinstance(node, Product):
        return [f for _, _, f in node.items]
    if isinstance(node, Group):
        return list(node.items)
    return [node.above, node.below] if isinstance(node, Frac) else []


def is_argument(reader: Resolver, d: Declared, group: Group, scope: Scope) -> bool:
    """Is ``(a)`` after the array ``d`` a vector rather than an index?"""
    return len(group.items) == 1 and is_vector(reader, group.items[0], scope)


def elementwise(reader: Resolver, node: Node, scope: Scope) -> tuple[Callable[[Term], Term], tuple[Term, Term]]:
    """The entry of a vector formula as a function of its index, and the range of the index."""
    if scope.position is not None:
        raise reader.fail(node, "a vector inside a vector can't be read; write the entries with their indices")
    _check_linear(reader, node, scope)
    found = next((d for n in walk(node) if (d := _vector(reader, n, scope)) is not None), None)
    if found is None:
        raise reader.fail(node, f"no vector stands in {reader.text(node)}")
    lower, upper = axes_of(found, scope)[0]
    body = close_over(reader.number(node, scope.elementwise(_POSITION, lower, upper)), _POSITION.name)
    return (lambda index: instantiate(body, index)), (lower, upper)


def _check_linear(reader: Resolver, node: Node, scope: Scope) -> None:
    if not is_vector(reader, node, scope) or written(node) is not None:
        return
    parts = _direct(node)
    if isinstance(node, Product):
        vectors = [(op, f) for op, _, f in node.items if is_vector(reader, f, scope)]
        if len(vectors) > 1 or vectors[0][0] == "/":
            raise reader.fail(node, "a product of vectors can't be read; write the entries with their indices")
    if isinstance(node, Frac) and is_vector(reader, node.below, scope):
        raise reader.fail(node, "a vector can't stand below a line; write the entries with their indices")
    for part in parts:
        _check_linear(reader, part, scope)


def entry_at_position(reader: Resolver, d: Declared, name: Written, scope: Scope) -> Term:
    """A vector in a vector formula: its entry at the formula's position."""
    assert scope.position is not None
    symbol, lower, upper = scope.position
    if axes_of(d, scope)[0] != (lower, upper):
        raise AnswerError(f"{d.shown} is not as long as the vectors beside it", position=name.start)
    return Entry(d.name, (symbol,))


def _subscript(reader: Resolver, after: Scripted, scope: Scope) -> Term:
    """The index of ``(…)_i``."""
    assert after.sub is not None
    items = after.sub.items if isinstance(after.sub, Group) and after.sub.kind == "{" else (after.sub,)
    if len(items) != 1 or after.primes:
        raise reader.fail(after.sub, "one index is needed here")
    return reader.integer(items[0], scope, "the index")


def applied(reader: Resolver, d: Declared, group: Group, after: Scripted, scope: Scope) -> Term:
    """``S(v)_i`` for a definition ``S`` that depends on one vector: the definition with ``v`` in its place."""
    definition = scope.context.definitions.get(d.name)
    if definition is None or d.rank != 1 or len(group.items) != 1:
        raise reader.fail(group, f"{d.shown} is no function of a vector here")
    body = unfold_all(definition.body, scope.context)
    arrays = {t.name for t in subterms(body) if isinstance(t, Entry)}
    if len(arrays) != 1:
        raise reader.fail(group, f"{d.shown} does not depend on one vector alone; write {d.shown}_i")
    (name,) = arrays
    index = _subscript(reader, after, scope)
    argument = _vector(reader, group.items[0], scope)
    if argument is not None and argument.name == name:
        return reader.power(Entry(d.name, (index,)), after.sup, scope)
    entry, span = elementwise(reader, group.items[0], scope)
    if scope.context.arrays[name].axes != (span,):
        raise reader.fail(group, f"{d.shown} takes a vector as long as {name}")
    instance = unfold_all(definition.instance((index,)), scope.context)
    return reader.power(_replaced(instance, name, entry), after.sup, scope)


def _replaced(term: Term, name: str, entry: Callable[[Term], Term]) -> Term:
    """``term`` with every entry ``name[e]`` as ``entry(e)``; the binders of ``term`` bind nothing in ``entry``."""
    args = tuple([_replaced(a, name, entry) for a in term.args])
    new = term.with_args(args) if args else term
    return entry(new.args[0]) if isinstance(new, Entry) and new.name == name else new


def softmax(reader: Resolver, items: Items, n: int, scope: Scope) -> Term:
    """``\\mathrm{softmax}(v)_i`` written out."""
    after = items[n + 1][2]
    if not isinstance(after, Scripted) or after.sub is None or not isinstance(after.body, Group):
        raise reader.fail(after, "write one entry of the softmax, such as \\mathrm{softmax}(a)_i")
    if len(after.body.items) != 1:
        raise reader.fail(after, "softmax takes one vector")
    entry, (lower, upper) = elementwise(reader, after.body.items[0], scope)
    index = _subscript(reader, after, scope)
    k = Symbol("\0k")
    total = SumTerm(close_over(Apply("exp", entry(k)), k.name), lower, upper, hint="k")
    return reader.power(Apply("exp", entry(index)) / total, after.sup, scope)
