"""Reading SymPy text without SymPy: Python's parser makes the tree, a whitelist of nodes and names makes the term."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from symderiv.errors import AnswerError
from symderiv.language.combinatorics import COUNTING, binomial, factorial
from symderiv.language.context import Context
from symderiv.language.functions import FUNCTIONS
from symderiv.language.limits import FILE_LIMITS, Limits, check_size
from symderiv.language.matrix_reading import read_matrix, read_tuple
from symderiv.language.matrix_text import combine, matrix_name, read_call, read_name
from symderiv.language.named_functions import NAMED
from symderiv.language.terms import (
    BINDERS,
    FALSE,
    MINUS_ONE,
    ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Apply,
    Cases,
    Condition,
    Constant,
    Derivative,
    Entry,
    Iverson,
    MatrixName,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Relation,
    Symbol,
    Term,
    Transpose,
    close_over,
    take_guard,
)

__all__ = ["FILE_LIMITS", "Limits", "from_text"]


_DIGITS = re.compile(r"[0-9]+")
_ALIASES = {
    "Log": "log", "ln": "log", "abs": "Abs", "ReLU": "relu", "sigma": "sigmoid", "max": "Max", "min": "Min",
    "arctan": "atan", "arcsin": "asin", "arccos": "acos", "ceil": "ceiling",
    "E": "Expectation", "Var": "Variance", "Cov": "Covariance", "Std": "StandardDeviation",
}  # fmt: skip


def from_text(
    text: str, context: Context, *, limits: Limits = Limits(), extra: Callable[[str], Term | None] | None = None
) -> Term:
    """Read SymPy text with the names of ``context``.

    ``extra`` may resolve names that the context does not declare. Raises ``AnswerError`` with the position for an
    unknown name, a wrong number of indices, anything that is not mathematics, or a text over the limits. A matrix,
    ``Matrix([[1, 2], [3, 4]])`` or a list, may only stand as the whole text or in sums and multiples of it, a tuple
    only as the whole text.
    """
    check_size(text, limits)
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        last = len(text.strip()) - 1  # Python says 0 for the end of the text
        place = (error.offset or last + 1) - 1
        raise AnswerError(f"I can't read this: {error.msg}", position=max(min(place, last), 0)) from None
    except (ValueError, RecursionError, MemoryError, OverflowError):
        raise AnswerError("I can't read this: not a formula in SymPy's syntax") from None
    if sum(1 for _ in ast.walk(tree)) > limits.nodes:
        raise AnswerError(f"the formula has more than {limits.nodes} parts; write it in a shorter form")
    reader = _Reader(text.strip(), context, limits, extra)
    table = read_matrix(tree.body, reader.read, reader.fail) or read_tuple(tree.body, reader.read, reader.fail)
    return table or reader.read(tree.body, {})


class _Reader:
    def __init__(self, source: str, context: Context, limits: Limits, extra: Callable[[str], Term | None] | None):
        self.source, self.context, self.limits, self.extra = source, context, limits, extra

    def fail(self, node: ast.AST, message: str) -> AnswerError:
        return AnswerError(message, position=getattr(node, "col_offset", None))

    def read(self, node: ast.AST, bound: Mapping[str, Term]) -> Term:
        if isinstance(node, ast.Constant):
            return self.constant(node)
        if isinstance(node, ast.Name):
            return self.name(node, bound)
        if isinstance(node, ast.UnaryOp):
            return self.unary(node, bound)
        if isinstance(node, ast.BinOp):
            return self.binary(node, bound)
        if isinstance(node, ast.Compare):
            return self.comparison(node, bound)
        if isinstance(node, ast.Subscript):
            return self.entry(node, bound)
        if isinstance(node, ast.Call):
            return self.call(node, bound)
        if isinstance(node, ast.Attribute) and node.attr == "T":
            return Transpose(self.read(node.value, bound))
        raise self.fail(node, f"I can't read {ast.unparse(node)!r} as mathematics")

    def constant(self, node: ast.Constant) -> Term:
        if node.value is True or node.value is False:
            return TRUE if node.value else FALSE
        if isinstance(node.value, int):
            return Number(node.value)
        if isinstance(node.value, float):
            text = ast.get_source_segment(self.source, node) or ""
            if "e" not in text.lower() or abs(int(re.split("e", text.lower())[1] or 0)) <= self.limits.digits:
                return Number(Fraction(text.replace("_", "")))
        raise self.fail(node, f"I can't read {ast.unparse(node)!r} as a number")

    def name(self, node: ast.Name, bound: Mapping[str, Term]) -> Term:
        if node.id in bound:
            return bound[node.id]
        found = self.plain_name(node.id, bound)
        if found is None:
            known = ", ".join(sorted(self.context.names())) or "none"
            raise self.fail(node, f"I don't know {node.id!r}; the names declared here are: {known}")
        return found

    def plain_name(self, name: str, bound: Mapping[str, Term]) -> Term | None:
        c = self.context
        if name in c.variables or (name in c.definitions and c.definitions[name].kind == "scalar"):
            return Symbol(name)
        if name == "pi":
            return Constant("pi")
        if name == "E":
            return Apply("exp", ONE)
        if (whole := matrix_name(name, c)) is not None:
            return whole
        if (letters := own_indices(name, c)) is not None:
            return self.entry_name(f"{name}_{letters}", bound)
        if self.extra is not None and (found := self.extra(name)) is not None:
            return found
        return self.entry_name(name, bound)

    def entry_name(self, name: str, bound: Mapping[str, Term]) -> Term | None:
        """``S_i`` for ``S[i]``, ``omega1_j0`` for ``omega1[j, 0]``: a declared array and declared indices or digits."""
        for cut in [m.start() for m in re.finditer("_", name)][::-1]:
            base, rest = name[:cut], name[cut + 1 :]
            rank = self.rank(base)
            if rank is None or not rest:
                continue
            indices = self.split_indices(rest.replace("_", ""), rank, bound)
            if indices is not None:
                return Entry(base, indices)
        return None

    def rank(self, name: str) -> int | None:
        if name in self.context.arrays:
            return len(self.context.arrays[name].axes)
        d = self.context.definitions.get(name)
        return len(d.parameters) if d is not None and d.kind == "array" else None

    def split_indices(self, text: str, rank: int, bound: Mapping[str, Term]) -> tuple[Term, ...] | None:
        """The one way to cut ``text`` into ``rank`` index names or digits; None if there is none or more than one."""
        found: list[tuple[Term, ...]] = []

        def cut(rest: str, sofar: tuple[Term, ...]) -> None:
            if len(sofar) == rank:
                if not rest:
                    found.append(sofar)
                return
            for n in range(1, len(rest) + 1):
                index = self.index_name(rest[:n], bound)
                if index is not None:
                    cut(rest[n:], (*sofar, index))

        cut(text, ())
        return found[0] if len(found) == 1 else None

    def index_name(self, name: str, bound: Mapping[str, Term]) -> Term | None:
        if name in bound:
            return bound[name]
        v = self.context.variables.get(name)
        if v is not None and v.range.integer:
            return Symbol(name)
        return Number(int(name)) if _DIGITS.fullmatch(name) else None

    def unary(self, node: ast.UnaryOp, bound: Mapping[str, Term]) -> Term:
        inner = self.read(node.operand, bound)
        if isinstance(node.op, ast.USub):
            return combine(node, MINUS_ONE, inner, self.fail) or -inner
        if isinstance(node.op, ast.UAdd):
            return inner
        if isinstance(node.op, (ast.Invert, ast.Not)) and isinstance(inner, Condition):
            return Not(inner)
        raise self.fail(node, f"I can't read {ast.unparse(node)!r} as mathematics")

    def binary(self, node: ast.BinOp, bound: Mapping[str, Term]) -> Term:
        left, right = self.read(node.left, bound), self.read(node.right, bound)
        if isinstance(node.op, (ast.BitAnd, ast.BitOr)):
            if isinstance(left, Condition) and isinstance(right, Condition):
                return And(left, right) if isinstance(node.op, ast.BitAnd) else Or(left, right)
            raise self.fail(node, "'&' and '|' join conditions, not numbers")
        if isinstance(left, Condition) or isinstance(right, Condition):
            raise self.fail(node, "a condition stands where a number is needed")
        if (whole := combine(node, left, right, self.fail)) is not None:
            return whole
        if isinstance(node.op, ast.Add):
            return _flat_add(left, right, node.left)
        if isinstance(node.op, ast.Sub):
            return _flat_add(left, -right, node.left)
        if isinstance(node.op, ast.Mult):
            return _flat_mul(left, right, node.left)
        if isinstance(node.op, ast.Div):
            if isinstance(left, Number) and isinstance(right, Number):
                if right.value == 0:
                    raise self.fail(node, "division by zero")
                return Number(left.value / right.value)
            below = Power(right.base, Number(-right.exponent.value)) if _counts(right) else Power(right, MINUS_ONE)  # type: ignore[attr-defined]
            return below if left == ONE else _flat_mul(left, below, node.left)
        if isinstance(node.op, ast.Pow):
            for part in (left, right):
                if isinstance(part, Number) and abs(part.value) > self.limits.exponent and part is right:
                    raise self.fail(node, f"an exponent is larger than {self.limits.exponent}")
            return Power(left, right)
        raise self.fail(node, f"I can't read {ast.unparse(node)!r} as mathematics")

    def comparison(self, node: ast.Compare, bound: Mapping[str, Term]) -> Term:
        symbols = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=", ast.NotEq: "!="}
        sides = [self.read(n, bound) for n in (node.left, *node.comparators)]
        parts: list[Term] = []
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if type(op) not in symbols:
                raise self.fail(node, f"I can't read {ast.unparse(node)!r} as a condition")
            parts.append(Relation(symbols[type(op)], left, right))
        return parts[0] if len(parts) == 1 else And(*parts)

    def entry(self, node: ast.Subscript, bound: Mapping[str, Term]) -> Term:
        if not isinstance(node.value, ast.Name):
            raise self.fail(node, "only a declared array can have an index")
        name = node.value.id
        rank = self.rank(name)
        if rank is None:
            raise self.fail(node, f"I don't know an array {name!r}")
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if len(parts) != rank:
            raise self.fail(node, f"{name} has {rank} {'index' if rank == 1 else 'indices'}, not {len(parts)}")
        return Entry(name, tuple(self.read(p, bound) for p in parts))

    def call(self, node: ast.Call, bound: Mapping[str, Term]) -> Term:
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise self.fail(node, f"I can't read {ast.unparse(node)!r} as a function")
        name = node.func.id
        if name in BINDERS:
            return self.binder(node, bound)
        if name == "Derivative":
            return self.derivative(node, bound)
        if name == "Piecewise":
            return self.piecewise(node, bound)
        trusted = self.limits is FILE_LIMITS
        whole = read_name(node, lambda a: self.read(a, bound), self.context, self.fail, trusted=trusted)
        if whole is not None:
            return whole
        args = [self.read(a, bound) for a in node.args]
        if (whole := read_call(node, name, args, self.fail)) is not None:
            return whole
        d = self.context.definitions.get(name)
        if d is not None and d.kind == "function":
            if len(args) != len(d.parameters):
                raise self.fail(node, f"{name} takes {len(d.parameters)} arguments, not {len(args)}")
            return Apply(name, *args)
        if name in NAMED:
            arity, build = NAMED[name]
            if arity and len(args) != arity:
                raise self.fail(node, f"{name} takes {arity} argument{'s' if arity > 1 else ''}, not {len(args)}")
            if name == "Rational" and all(isinstance(a, Number) for a in args) and args[1] != ZERO:
                return Number(args[0].value / args[1].value)  # type: ignore[attr-defined]
            return build(args)
        if name in ("factorial", "binomial"):
            return self.counting(node, name, args)
        if name == "log" and len(args) == 2:
            return Apply("log", args[0]) / Apply("log", args[1])
        f = FUNCTIONS.get(_ALIASES.get(name, name))
        if f is None:
            raise self.fail(node, f"I don't know the function {name!r}")
        if (f.arity and len(args) != f.arity) or not args:
            raise self.fail(node, f"{name} takes {f.arity or 'two or more'} argument(s), not {len(args)}")
        return Apply(f.name, *args)

    def counting(self, node: ast.Call, name: str, args: list[Term]) -> Term:
        needed = 1 if name == "factorial" else 2
        if len(args) != needed:
            raise self.fail(node, f"{name} takes {needed} argument{'s' * (needed > 1)}, not {len(args)}")
        value = factorial(args[0], self.context) if needed == 1 else binomial(args[0], args[1], self.context)
        if value is None:
            raise self.fail(node, COUNTING[name])
        return value

    def binder(self, node: ast.Call, bound: Mapping[str, Term]) -> Term:
        cls = BINDERS[node.func.id]  # type: ignore[attr-defined]
        if len(node.args) < 2:
            raise self.fail(node, f"{cls.sympy_name} needs a range such as (k, 1, n)")
        limits: list[tuple[str, ast.expr, ast.expr]] = []
        for part in node.args[1:]:
            if not (isinstance(part, ast.Tuple) and len(part.elts) == 3 and isinstance(part.elts[0], ast.Name)):
                raise self.fail(part, "a range is written (k, 1, n)")
            limits.append((part.elts[0].id, part.elts[1], part.elts[2]))
        # SymPy's order: the first range is the innermost. Indices become placeholders, so an index may shadow a name.
        inner = dict(bound)
        opened: list[tuple[str, Symbol, Term, Term]] = []
        for name, low, high in reversed(limits):
            placeholder = Symbol(f"\0{len(inner)}.{len(opened)}.{name}")
            opened.append((name, placeholder, self.read(low, inner), self.read(high, inner)))
            inner = {**inner, name: placeholder}
        body: Term = self.read(node.args[0], inner)
        for name, placeholder, low_term, high_term in reversed(opened):
            body, guard = take_guard(cls, body)
            body = cls(
                close_over(body, placeholder.name), low_term, high_term, hint=name,
                guard=close_over(guard, placeholder.name),
            )  # fmt: skip
        return body

    def derivative(self, node: ast.Call, bound: Mapping[str, Term]) -> Term:
        if len(node.args) < 2:
            raise self.fail(node, "Derivative needs a variable: Derivative(f, x)")
        body = self.read(node.args[0], bound)
        parts = list(node.args[1:])
        for n, part in enumerate(parts):
            if n and isinstance(part, ast.Constant):
                continue  # the order of the variable before it: Derivative(f, x, 2)
            times = 1
            if n + 1 < len(parts) and isinstance(parts[n + 1], ast.Constant):
                part = ast.copy_location(ast.Tuple([part, parts[n + 1]], ast.Load()), part)
            if isinstance(part, ast.Tuple) and len(part.elts) == 2:
                part, count = part.elts
                if not (isinstance(count, ast.Constant) and isinstance(count.value, int) and 0 < count.value < 10):
                    raise self.fail(part, "the order of a derivative is a number from 1 to 9")
                times = count.value
            variable = self.read(part, bound)
            if not isinstance(variable, (Symbol, Entry, MatrixName)):
                raise self.fail(part, "a derivative is taken with respect to a symbol or an entry of an array")
            for _ in range(times):
                body = Derivative(body, variable)
        return body

    def piecewise(self, node: ast.Call, bound: Mapping[str, Term]) -> Term:
        pieces: list[tuple[Term, Term]] = []
        for part in node.args:
            if not (isinstance(part, ast.Tuple) and len(part.elts) == 2):
                raise self.fail(part, "a piece is written (value, condition)")
            value, condition = (self.read(p, bound) for p in part.elts)
            if not isinstance(condition, Condition):
                raise self.fail(part, "the second part of a piece is a condition")
            pieces.append((value, condition))
        if not pieces:
            raise self.fail(node, "Piecewise has no pieces")
        if len(pieces) == 2 and pieces[0][0] == ONE and pieces[1] == (ZERO, TRUE):
            return Iverson(pieces[0][1])
        return Cases(*pieces)


def _counts(term: Term) -> bool:
    """Is the term a power with a positive number as exponent, so that dividing by it negates the exponent?"""
    return isinstance(term, Power) and isinstance(term.exponent, Number) and term.exponent.value > 0


def _flat_add(left: Term, right: Term, node: ast.AST) -> Term:
    flat = isinstance(left, Add) and isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))
    return Add(*(left.args if flat else (left,)), right)


def _flat_mul(left: Term, right: Term, node: ast.AST) -> Term:
    flat = isinstance(left, Mul) and (
        (isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div))) or isinstance(node, ast.UnaryOp)
    )
    return Mul(*(left.args if flat else (left,)), right)


def own_indices(name: str, context: Context) -> str | None:
    """The index letters in the name of a defined array: mu_c, defined as mu_c[c], stands for that entry."""
    d = context.definitions.get(name)
    letters = "".join(d.parameters) if d is not None and d.kind == "array" else ""
    return letters if letters and name.endswith(f"_{letters}") else None
