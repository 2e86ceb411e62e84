"""Functions: those with a command (``\\log``), those in upright letters (``\\mathrm{ReLU}``), and ``\\sigma``.

A function without brackets takes the one factor after it, with a number before it (``\\sin 2x``); where more follows
that may or may not belong to it, the text is refused. ``f(x)^2`` is the square of f(x); for a logarithm it is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symderiv.answers.latex import entries, matrices, wholes
from symderiv.answers.latex.ambiguities import check_braces
from symderiv.answers.latex.names import Written, written
from symderiv.answers.latex.nodes import Function, Group, Letter, Node, Numeral, Scripted
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.tokens import FUNCTIONS as COMMANDS
from symderiv.answers.latex.tokens import GREEK
from symderiv.answers.latex.unsupported import refusal
from symderiv.errors import AnswerError
from symderiv.language.functions import FUNCTIONS
from symderiv.language.terms import Apply, Condition, Number, Power, Term

if TYPE_CHECKING:
    from symderiv.answers.latex.resolving import Items, Resolver

__all__ = ["application", "extremum_name", "is_extremum", "is_function", "of_entry"]

_UPRIGHT = {
    **COMMANDS, "ReLU": "relu", "relu": "relu", "softplus": "softplus", "sigmoid": "sigmoid", "sign": "sign",
    "sgn": "sign", "SiLU": "silu", "swish": "silu", "GELU": "gelu", "logit": "logit", "erf": "erf", "arsinh": "asinh",
    "arcosh": "acosh", "artanh": "atanh", "sigma": "sigmoid", "abs": "Abs", "floor": "floor", "ceil": "ceiling",
    "Log": "log", "Max": "Max", "Min": "Min", "asin": "asin", "acos": "acos", "atan": "atan",
}  # fmt: skip
"""Words (and sigma) that are functions where the problem does not declare them as something else."""


def is_function(reader: Resolver, node: Node, scope: Scope) -> bool:
    """Does a function's name stand here?"""
    return _name(reader, node, scope) is not None


def extremum_name(reader: Resolver, node: Node, scope: Scope) -> str | None:
    """Max or Min where ``\\max_k`` or ``\\mathrm{max}_k`` stands, with an index below."""
    body = node.body if isinstance(node, Scripted) else node
    if not isinstance(node, Scripted) or node.sub is None or node.primes:
        return None
    name = _name(reader, body, scope)
    return name if name in ("Max", "Min") else None


def is_extremum(reader: Resolver, node: Node, scope: Scope) -> bool:
    """Does a maximum or minimum over an index stand here?"""
    return extremum_name(reader, node, scope) is not None


def _name(reader: Resolver, node: Node, scope: Scope) -> str | None:
    body = node.body if isinstance(node, Scripted) else node
    if isinstance(body, Function):
        return COMMANDS[body.name]
    name = written(node)
    if name is None or name.accents or name.primes or name.font or not isinstance(body, Letter):
        return None
    if name.base not in _UPRIGHT or reader.names.knows(name.base) or (name.sub and _UPRIGHT[name.base] != "log"):
        return None
    if len(name.base) == 1 or name.key in scope.bound:
        return None
    if name.base in GREEK and any(d.kind == "array" for d in reader.names.by_letter.get((name.base, ()), ())):
        return None  # \sigma[c] where only \sigma^C is declared
    return _UPRIGHT[name.base]


def application(reader: Resolver, items: Items, n: int, scope: Scope) -> tuple[Term, int]:
    """The function at item ``n`` with its argument, and how many items both take."""
    node = items[n][2]
    name = _name(reader, node, scope)
    assert name is not None
    shape = written(node)
    sub, sup = (shape.sub, shape.sup) if shape else (getattr(node, "sub", None), getattr(node, "sup", None))
    shown = reader.source[node.start : _head_end(node, shape)]
    if isinstance(node, Scripted) and node.primes:
        raise reader.fail(node, f"I can't read {reader.text(node)!r}; write a derivative as \\frac{{d}}{{dx}}")
    if sub is not None and name != "log":
        raise reader.fail(sub, f"{shown} with a subscript can't be read yet")
    group = reader.group_after(items, n, ("(", "[", "set"))
    if group is not None and len(group.items) == 1 and wholes.is_tensor(reader, group.items[0], scope):
        return _of_array(reader, items, n, name, sup, scope), 2
    if group is not None:
        args = tuple(reader.number(i, scope) for i in group.items)
        used = 2
        after = items[n + 1][2]
        if name == "log" and isinstance(after, Scripted) and after.sup is not None:
            raise reader.fail(after.sup, f"write {shown}\\left((…)^2\\right) or ({shown}(…))^2: either may be meant")
    else:
        args, used = _unbracketed(reader, items, n, shown, scope)
    value = _apply(reader, node, name, shown, args)
    if name not in COMMANDS.values() and sup is None:
        last = items[n + used - 1][2]
        end = last.body.end if group is not None and isinstance(last, Scripted) else last.end
        reader.spans[node.start, end] = value
    if sub is not None:
        value = value / Apply("log", reader.number(sub, scope))
    if sup is not None:
        power = reader.power(value, sup, scope)
        negative = isinstance(power, Power) and isinstance(power.exponent, Number) and power.exponent.value < 0
        if negative or (group is not None and isinstance(items[n + 1][2], Scripted)):
            raise reader.fail(sup, f"this power of {shown} may mean its inverse; write 1/{shown}(…)")
        value = power
    elif group is not None:
        value = reader.after_call(value, items, n + 1, scope)
    return value, used


def of_entry(reader: Resolver, node: Node, entry: Term, scope: Scope) -> Term:
    """A plain function such as ``\\sigma`` of one entry of the table that stands after it."""
    name = _name(reader, node, scope)
    if name is None or isinstance(node, Scripted) or FUNCTIONS[name].arity != 1 or name in ("exp", "log"):
        raise reader.fail(node, refusal("matrix"))
    return _apply(reader, node, name, reader.text(node), (entry,))


def _of_array(reader: Resolver, items: Items, n: int, name: str, sup: Node | None, scope: Scope) -> Term:
    """``\\sigma(Wx + b)_i``: the function of every entry, at one of them."""
    after = items[n + 1][2]
    entry = entries.at_indices(reader, after, scope) if isinstance(after, Scripted) and not after.sup else None
    if entry is None or sup is not None:
        raise reader.fail(items[n][2], "write one entry of this array, such as \\sigma(x)_i")
    return _apply(reader, items[n][2], name, name, (entry,))


def _head_end(node: Node, shape: Written | None) -> int:
    return node.body.end if isinstance(node, Scripted) else node.end


def _apply(reader: Resolver, node: Node, name: str, shown: str, args: tuple[Term, ...]) -> Term:
    arity = FUNCTIONS[name].arity
    if (arity and len(args) != arity) or (not arity and len(args) < 2):
        needed = {0: "two or more arguments", 1: "one argument"}.get(arity, f"{arity} arguments")
        raise reader.fail(node, f"{shown} takes {needed}, not {len(args)}")
    if any(map(matrices.is_matrix, args)):
        return matrices.elementwise(reader, node, name, args)
    if any(isinstance(a, Condition) for a in args):
        raise reader.fail(node, "a condition stands where a number is needed")
    return Apply(name, *args)


def _unbracketed(
    reader: Resolver, items: Items, n: int, shown: str, scope: Scope
) -> tuple[tuple[Term, ...], int]:  # fmt: skip
    first = n + 1
    if first >= len(items) or items[first][0] != "":
        raise reader.fail(items[n][2], f"{shown} stands without its argument")
    last = first
    if isinstance(items[first][2], Numeral) and first + 1 < len(items) and items[first + 1][0] == "":
        last = first + 1
        follower = items[last][2]
        if isinstance(follower.body if isinstance(follower, Scripted) else follower, Group):
            raise _unclear(reader, follower, shown)
    check_braces(reader, items[last][2], alone=True)
    argument, used = reader.take(items, last, scope)
    if last > first:
        argument = reader.number(items[first][2], scope) * argument
    end = last + used
    if end < len(items) and not is_function(reader, items[end][2], scope):
        raise _unclear(reader, items[end][2], shown)
    return (argument,), end - n


def _unclear(reader: Resolver, node: Node, shown: str) -> AnswerError:
    return reader.fail(node, f"it is not clear whether {reader.text(node)} belongs to {shown}; write {shown}(…)")
