"""From the tree of a formula to a term: what each sign means here, by the declarations.

Where a person could have meant two things (``1/2x``, ``\\log a b``, a name that fits two declarations) the text is
refused and the sentence says how to write either; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import ClassVar

from symderiv.answers.latex import (
    binders,
    conditions,
    counting,
    derivatives,
    entries,
    functions,
    matrices,
    naming,
    tables,
    wholes,
)
from symderiv.answers.latex.ambiguities import check_braces, check_juxtaposed, unbraced, unscripted
from symderiv.answers.latex.names import NameTable, label, operators, written
from symderiv.answers.latex.nodes import (
    Accent,
    Big,
    Binomial,
    CasesTable,
    Chain,
    Factorial,
    Fence,
    Frac,
    Function,
    Given,
    Group,
    Letter,
    Matrix,
    Negation,
    Node,
    Numeral,
    Product,
    Root,
    Scripted,
    Sign,
    Sum,
    walk,
)
from symderiv.answers.latex.norms import norm
from symderiv.answers.latex.scope import Scope
from symderiv.answers.latex.unsupported import refusal
from symderiv.errors import AnswerError
from symderiv.language.context import Context
from symderiv.language.terms import (
    HALF,
    MINUS_ONE,
    ZERO,
    Add,
    Apply,
    Condition,
    Iverson,
    Mul,
    Number,
    Power,
    Symbol,
    Term,
)
from symderiv.language.text import Limits

__all__ = ["Items", "Resolver"]

Items = tuple[tuple[str, bool, Node], ...]
"""Factors of a product, as in ``nodes.Product``."""

_SIGNS = {
    "NABLA": "gradient", "TOP": "transpose", "INFTY": "infinity", "DOTS": "dots", "STAR": "star", "PRIME": "star",
}  # fmt: skip


class Resolver:
    """Reads the formulas of one text. ``preferred`` are the names that the question uses, ``free`` its free indices."""

    def __init__(
        self, source: str, names: NameTable, limits: Limits,
        preferred: frozenset[str] = frozenset(), free: frozenset[str] = frozenset(), frame: tuple[Term, ...] = (),
        context: Context | None = None,
    ):  # fmt: skip
        self.source, self.names, self.limits, self.preferred, self.free = source, names, limits, preferred, free
        self.frame = frame
        """The indices of the question's answer, in the order of its name."""
        self.operators = operators(context) if context is not None else {}
        self.padded = {a.name for a in context.arrays.values() if a.padded} if context is not None else set()
        self.spans: dict[tuple[int, int], Term] = {}
        """What the pieces of the source that are names (with their indices or arguments) were read as."""
        self._fresh = 0
        self._sized: dict[int, tuple[Scope, Scope]] = {}
        self._known: dict[tuple[int, int], tuple[Node, Scope, Term | AnswerError]] = {}

    # ---- entry points

    def term(self, node: Node, scope: Scope) -> Term:
        """A side of a statement: a number, a matrix, or a condition where relations stand."""
        if isinstance(node, (Chain, Negation)):
            return conditions.condition(self, node, scope)
        if tables.is_table(node):
            return tables.table(self, node, scope)
        if wholes.is_tensor(self, node, scope):
            return entries.side(self, node, scope)
        return matrices.checked(self, node, self.number(node, scope))

    def number(self, node: Node, scope: Scope) -> Term:
        """The node as a number. Read once for each scope, however many names try it as their index."""
        key = (id(node), id(scope))
        found = self._known.get(key)
        if found is None:
            try:
                found = (node, scope, self._number(node, scope))
            except AnswerError as error:
                found = (node, scope, error)
            self._known[key] = found
        if isinstance(found[2], AnswerError):
            raise found[2]
        return found[2]

    def fresh(self) -> Symbol:
        """A symbol for an index that has no name yet."""
        self._fresh += 1
        return Symbol(f"\0t{self._fresh}")

    def fail(self, node: Node, message: str) -> AnswerError:
        return AnswerError(message, position=node.start)

    def text(self, node: Node) -> str:
        """The node as it stands in the source, shortened."""
        text = " ".join(self.source[node.start : node.end].split())
        return text if len(text) <= 40 else text[:37] + "…"

    # ---- numbers

    def _number(self, node: Node, scope: Scope) -> Term:
        read = self._READERS.get(type(node))
        if read is not None:
            return read(self, node, scope)
        return self.product((("", False, node),), scope)

    def _numeral(self, node: Numeral, scope: Scope) -> Term:
        return Number(Fraction(node.text))

    def _sum(self, node: Sum, scope: Scope) -> Term:
        binders.check_scope(self, node, scope)
        for negated, summand in node.items:
            if isinstance(summand, Product) and any(op == "mod" for op, _, _ in summand.items):
                raise self.fail(summand, "it is not clear what \\bmod divides here; put brackets around it")
            if negated:
                check_braces(self, summand, alone=False)
        terms = [
            matrices.negate(self.number(s, scope)) if negated else self.number(s, scope) for negated, s in node.items
        ]  # fmt: skip
        if len(terms) == 1:
            return terms[0]
        if any(map(matrices.is_matrix, terms)):
            return matrices.add(self, [s for _, s in node.items], terms)
        return Add(*terms)

    def _product(self, node: Product, scope: Scope) -> Term:
        return self.product(node.items, scope)

    def _chain(self, node: Node, scope: Scope) -> Term:
        raise self.fail(node, "a condition stands where a number is needed")

    def _group(self, node: Group, scope: Scope) -> Term:
        if node.kind == "set":
            raise self.fail(node, refusal("set"))
        if len(node.items) != 1:
            raise self.fail(node, "a list stands where a number is needed")
        inner = node.items[0]
        if isinstance(inner, (Chain, Negation)) and node.kind in "([":
            return Iverson(conditions.condition(self, inner, scope))
        return self.number(inner, scope)

    def _fence(self, node: Fence, scope: Scope) -> Term:
        if node.kind == "norm":
            return norm(self, node, None, scope)
        name = {"abs": "Abs", "floor": "floor", "ceiling": "ceiling"}[node.kind]
        length = wholes.length(self, node, scope)
        if length is not None:
            return length
        if node.kind == "abs" and scope.position is None and wholes.named_array(self, node.body, scope) is not None:
            raise self.fail(node.body, f"write \\|{self.text(node.body)}\\| for a norm, or the number of entries")
        body = self.number(node.body, scope)
        return matrices.elementwise(self, node, name, [body]) if matrices.is_matrix(body) else Apply(name, body)

    def _frac(self, node: Frac, scope: Scope) -> Term:
        found = derivatives.fraction(self, node, scope)
        return found if found is not None else self.quotient(
            self.number(node.above, scope), self.number(node.below, scope), node)  # fmt: skip

    def _root(self, node: Root, scope: Scope) -> Term:
        body = self.number(node.body, scope)
        if node.degree is None:
            return Power(body, HALF)
        degree = self.number(node.degree, scope)
        if not isinstance(degree, Number) or degree.value <= 0:
            raise self.fail(node.degree, "the degree of a root is a positive number")
        return Power(body, Number(1 / degree.value))

    def _cases(self, node: CasesTable, scope: Scope) -> Term:
        return conditions.cases(self, node, scope)

    def _matrix(self, node: Matrix, scope: Scope) -> Term:
        raise self.fail(node, refusal("matrix"))

    def _given(self, node: Given, scope: Scope) -> Term:
        raise AnswerError(refusal("given"), position=self.source.find("|", node.body.end, node.condition.start))

    def _accent(self, node: Accent, scope: Scope) -> Term:
        if written(node) is not None:
            return self.product((("", False, node),), scope)
        raise self.fail(node, f"I can't read the accent over {self.text(node.body)!r}")

    def _sign(self, node: Sign, scope: Scope) -> Term:
        if node.kind in _SIGNS:
            raise self.fail(node, refusal(_SIGNS[node.kind]))
        raise self.fail(node, f"I can't read {self.text(node)!r} here")

    def _function(self, node: Function, scope: Scope) -> Term:
        raise self.fail(node, f"{self.text(node)} stands without its argument")

    _READERS: ClassVar[dict[type, Callable[..., Term]]] = {
        Accent: _accent, Numeral: _numeral, Sum: _sum, Product: _product, Chain: _chain, Group: _group, Fence: _fence,
        Frac: _frac,
        Negation: _chain, Given: _given, Factorial: counting.read_factorial, Binomial: counting.read_binomial,
        Root: _root, CasesTable: _cases, Matrix: _matrix, Sign: _sign, Function: _function,
    }  # fmt: skip

    # ---- products

    def product(self, items: Items, scope: Scope) -> Term:
        """Factors from left to right; a function takes the brackets after it, a sum all that follows it."""
        if len(items) > 1 and any(op == "mod" for op, _, _ in items):
            return self._remainder(items, scope)
        arrays = entries.product_as_number(self, items, scope) if len(items) > 1 else None
        if arrays is not None:
            return arrays
        result: Term | None = None
        n = 0
        slash = False
        while n < len(items):
            operator, negated, node = items[n]
            if len(items) > 1 or negated:
                check_braces(self, node, alone=operator == "/")
            if operator == "" and n > 0:
                check_juxtaposed(self, items, n, slash)
            if operator == "/" and isinstance(unscripted(node), Big) and len(items) > n + 2:
                raise self.fail(node, "it is not clear what stands below the line; write \\frac{…}{…}")
            factor, used = self.take(items, n, scope)
            if negated:
                factor = matrices.negate(factor)
            if result is None:
                result = factor
            elif operator == "/":
                result = self.quotient(result, factor, node)
            elif matrices.is_matrix(result) or matrices.is_matrix(factor):
                if operator == "*" and matrices.is_matrix(result) and matrices.is_matrix(factor):
                    raise self.fail(node, "it is not clear which product of matrices this is; write them side by side")
                result = matrices.multiply(self, node, result, factor, flat=n > 1)
            else:
                result = Mul(*(result.args if isinstance(result, Mul) else (result,)), factor)
            slash = any(op == "/" for op, _, _ in items[n : n + used])
            n += used
        assert result is not None
        return matrices.scalar(result)

    def _remainder(self, items: Items, scope: Scope) -> Term:
        """``(a + b) \\bmod n``, with one factor on each side."""
        (_, negated, above), (op, _, below) = items if len(items) == 2 else (items[0], items[-1])
        if len(items) != 2 or op != "mod" or negated:
            raise self.fail(items[0][2], "it is not clear what \\bmod divides here; put brackets around it")
        return Apply("Mod", self.number(above, scope), self.number(below, scope))

    def quotient(self, above: Term, below: Term, node: Node) -> Term:
        """above/below in the form that SymPy text has: numbers make a fraction, 1/b is a power."""
        if matrices.is_matrix(below):
            raise self.fail(node, "a matrix can't stand below a line")
        if matrices.is_matrix(above):
            return matrices.multiply(self, node, self.quotient(Number(1), below, node), above)
        if isinstance(below, Number):
            if below.value == 0:
                raise self.fail(node, "division by zero")
            if isinstance(above, Number):
                return Number(above.value / below.value)
        counts = isinstance(below, Power) and isinstance(below.exponent, Number) and below.exponent.value > 0
        inverse = Power(below.base, Number(-below.exponent.value)) if counts else Power(below, MINUS_ONE)  # type: ignore[attr-defined]
        if above == Number(1):
            return inverse
        return Mul(*(above.args if isinstance(above, Mul) else (above,)), inverse)

    def take(self, items: Items, n: int, scope: Scope) -> tuple[Term, int]:
        """The factor that begins at item ``n``, and how many items it takes."""
        node = items[n][2]
        body = unscripted(node)
        if isinstance(body, Big):
            return binders.binder(self, items, n, scope), len(items) - n
        if isinstance(body, Sign) and body.kind == "PARTIAL":
            return derivatives.slashed(self, items, n, scope)
        if isinstance(body, Frac) and body is node and derivatives.is_operator(self, body, scope):
            return derivatives.operator(self, items, n, scope)
        if functions.is_extremum(self, node, scope):
            return binders.extremum(self, items, n, scope), len(items) - n
        if isinstance(body, Numeral) and body.text == "1" and naming.is_indicator(self, items, n):
            return naming.indicator(self, items, n, scope)
        if functions.is_function(self, node, scope):
            return functions.application(self, items, n, scope)
        name = written(node)
        if name is not None:
            return naming.resolve(self, name, items, n, scope)
        if isinstance(node, Scripted):
            return self._scripted(node, scope), 1
        return self.number(node, scope), 1

    def _scripted(self, node: Scripted, scope: Scope) -> Term:
        if node.primes:
            raise self.fail(node, f"I can't read the prime on {self.text(node.body)!r}")
        if node.sup is not None:
            check_braces(self, node, alone=True)
        body = unbraced(node.body)
        if isinstance(body, Sign):
            return self._sign(body, scope)
        if isinstance(body, Fence) and body.kind == "norm":
            return self.power(norm(self, body, node.sub, scope), node.sup, scope)
        sign = unbraced(node.sub) if node.sub is not None else None
        if isinstance(sign, Sign) and sign.kind == "SIGN" and isinstance(body, Group) and body.kind in ("(", "["):
            inner = self.number(body, scope)
            return self.power(Apply("Max", ZERO, inner if sign.text == "+" else -inner), node.sup, scope)
        if node.sub is not None:
            entry = entries.at_indices(self, node, scope)
            if entry is not None:
                return entry
            raise self.fail(node.sub, f"I can't read the subscript of {self.text(node.body)!r}")
        return self.power(self.number(node.body, scope), node.sup, scope)

    def power(self, base: Term, sup: Node | None, scope: Scope) -> Term:
        """``base`` to the power that its superscript says."""
        if sup is None:
            return base
        bare = unbraced(sup)
        transposes = isinstance(bare, Letter) and bare.text == "T" and not self.names.knows("T")
        if (isinstance(bare, Sign) and bare.kind == "TOP") or transposes:
            if matrices.is_matrix(base):
                return matrices.transposed(base)
            raise self.fail(sup, refusal("transpose"))
        exponent = self.number(sup, scope)
        if matrices.is_matrix(base):
            return matrices.power(self, sup, base, exponent)
        if isinstance(exponent, Number) and abs(exponent.value) > self.limits.exponent:
            raise self.fail(sup, f"an exponent is larger than {self.limits.exponent}")
        if isinstance(exponent, Condition):
            raise self.fail(sup, "a condition stands where a number is needed")
        return Power(base, exponent)

    def integer(self, node: Node, scope: Scope, what: str) -> Term:
        """The node as an integer, for indices and bounds."""
        node = unbraced(node)
        if any(isinstance(n, Fence) and n.kind == "abs" for n in walk(node)):
            scope = self.sized(scope)
        term = self.number(node, scope)
        if not scope.context.is_integer(term):
            raise self.fail(node, f"{what} {self.text(node)} is not an integer here")
        return term

    def sized(self, scope: Scope) -> Scope:
        """The scope where a number of entries is needed; one object for each scope, as ``number`` remembers by it."""
        found = self._sized.get(id(scope))
        if found is None:
            self._sized[id(scope)] = found = (scope, replace(scope, sized=True))
        return found[1]

    def group_after(self, items: Items, n: int, kinds: tuple[str, ...] = ("(", "[")) -> Group | None:
        """The bracket that stands directly after item ``n``, without its scripts."""
        if n + 1 < len(items) and items[n + 1][0] == "":
            body = unscripted(items[n + 1][2])
            if isinstance(body, Group) and body.kind in kinds:
                return body
        return None

    def after_call(self, value: Term, items: Items, n: int, scope: Scope) -> Term:
        """``value`` is a call whose brackets are item ``n``: its scripts may be a power."""
        node = items[n][2]
        if not isinstance(node, Scripted):
            return value
        if node.sub is not None or node.primes:
            raise self.fail(node, f"I can't read what stands at the brackets {label(node.sub) or 'here'!r}")
        return self.power(value, node.sup, scope)
