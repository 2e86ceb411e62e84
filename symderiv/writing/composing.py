"""Terms as notation: brackets by precedence, quotients as fractions, index names, and nothing else.

The same summands and factors stand in the same order as in the term; nothing is regrouped, merged or simplified. Each
method returns a node and its level, which tells how tightly it binds:

  SUM      a + b, -a             needs brackets in a product
  PRODUCT  a b
  OPEN     log x, sum over k, d/dx f: takes in what stands to its right, so only the last factor may be open
  FACTOR   fractions, powers, e^x: may stand anywhere in a product
  CALL     f(x), |x|, [i = j]: may carry an exponent
  ATOM     letters, entries, numbers
"""

from __future__ import annotations

from fractions import Fraction as Ratio
from typing import Literal

from symderiv.language.context import Context
from symderiv.language.terms import (
    ONE,
    Add,
    Apply,
    Binder,
    Bound,
    Cases,
    Condition,
    Constant,
    Delta,
    Derivative,
    Entry,
    Iverson,
    Matrix,
    Maximum,
    Mul,
    Number,
    Power,
    Symbol,
    Term,
    Tuple,
    free_names,
    instantiate,
)  # fmt: skip
from symderiv.writing.conditions import RELATIONS, Composed, compose_cases, compose_condition, compose_guard
from symderiv.writing.derivatives import CALL, FACTOR, OPEN, compose_derivative, set_apart
from symderiv.writing.expectations import compose_expectation, compose_limit
from symderiv.writing.heads import BARE, FENCE_FUNCTIONS, RAISED, call_letters, head, letters
from symderiv.writing.matrices import compose_matrix, is_matrix_node
from symderiv.writing.names import latex_name, name_latex
from symderiv.writing.notation import (
    Big,
    Fenced,
    Fraction,
    Grid,
    Leaf,
    Name,
    Node,
    Root,
    Row,
    Scripts,
    leaf,
    number_leaf,
    row,
    separated,
)
from symderiv.writing.shapes import (
    first_kind,
    has_superscript,
    is_numeric,
    is_single,
    is_word,
    towers,
)  # fmt: skip
from symderiv.writing.slashes import SLASH, with_slashes

__all__ = ["compose", "compose_chain"]

SUM, PRODUCT, ATOM = 10, 20, 40

PLUS, MINUS = leaf("+", "+", "binary"), leaf("-", "−", "binary")
NEGATIVE = leaf("-", "−", "sign")
TIMES = leaf(r"\cdot", "·", "times")
CROSS = leaf(r"\times", "×", "binary")
THIN = leaf(r"\,", "\u2009", "space")
_SIGNS: dict[str, Literal["sum", "prod", "max"]] = {"Sum": "sum", "Product": "prod", "Maximum": "max"}
_SPARE_INDICES = "k l m n p q r s t u v".split()


def compose(term: Term, context: Context | None = None) -> Node:
    """The notation of a term or condition. Raises TypeError for a kind of node it does not know."""
    context = context if context is not None else Context()
    return with_slashes(_Composer(context, free_names(term)).compose(term)[0])


def compose_chain(sides: tuple[Term, ...], context: Context | None = None, sign: str = "=") -> Node:
    """``a = b = c`` as one row; ``sign`` is a key of ``RELATIONS``."""
    nodes: list[Node] = []
    for n, side in enumerate(sides):
        nodes += ([RELATIONS[sign]] if n else []) + [compose(side, context)]
    return Row(tuple(nodes), "relation")


class _Composer:
    def __init__(self, context: Context, taken: frozenset[str]):
        self.context, self.taken = context, set(taken)

    # ---- atoms

    def compose(self, t: Term) -> Composed:
        if isinstance(t, Number):
            return self.number(t.value)
        if isinstance(t, Symbol):
            return Name(name_latex(t.name, self.context)), ATOM
        if isinstance(t, Constant):
            return Name(latex_name(t.name)), ATOM
        if isinstance(t, Entry):
            return Scripts(Name(name_latex(t.name, self.context)), self.indices(t.indices)), ATOM
        if isinstance(t, Bound):
            return leaf(rf"\langle{t.level}\rangle", f"⟨{t.level}⟩", "upright"), ATOM
        if isinstance(t, Add):
            return self.add(t)
        if isinstance(t, Mul):
            return self.mul(t)
        if isinstance(t, Power):
            return self.power(t)
        if isinstance(t, Apply):
            return self.apply(t)
        if isinstance(t, Delta):
            return Scripts(leaf(r"\delta", "δ", "letter"), self.indices(t.args)), ATOM
        if isinstance(t, Iverson):
            return Fenced(self.compose(t.condition)[0], "[", "]"), CALL
        if isinstance(t, Binder):
            return self.binder(t)
        if isinstance(t, Cases):
            return compose_cases(t, self.compose), 0
        if isinstance(t, Derivative):
            return self.derivative(t)
        if isinstance(t, Matrix):
            return self.matrix(t), ATOM
        if isinstance(t, Tuple):
            return self.list_of(t), PRODUCT
        if is_matrix_node(t):
            return compose_matrix(t, self)
        if isinstance(t, Condition):
            return compose_condition(t, self.compose)
        raise TypeError(f"no notation for {type(t).__name__}")

    def fenced(self, t: Term, least: int) -> Node:
        node, level = self.compose(t)
        return node if level >= least else Fenced(node)

    def number(self, value: Ratio) -> Composed:
        if value < 0:
            return Row((NEGATIVE, self.number(-value)[0]), "sum"), SUM
        if value.denominator == 1:
            return number_leaf(str(value)), ATOM
        return Fraction(number_leaf(str(value.numerator)), number_leaf(str(value.denominator)), small=True), FACTOR

    def indices(self, indices: tuple[Term, ...]) -> Node:
        """Indices run together when each is one letter or digit, else they are separated by commas."""
        nodes = [self.compose(i)[0] for i in indices]
        if all(is_single(n) for n in nodes):
            return row(*nodes)
        return separated(nodes)

    def matrix(self, t: Matrix) -> Node:
        """A single row is a list between brackets, which may break at its commas."""
        rows = tuple(tuple(self.compose(entry)[0] for entry in row) for row in t.rows)
        return Grid(rows) if len(rows) > 1 else Fenced(separated(rows[0]), "[", "]")

    def list_of(self, t: Tuple) -> Node:
        """A shape is a product of sizes that is not carried out, 28 × 28 × 10; shapes stand beside one another.

        With words beside its entries the list is a table.
        """
        if t.data:
            words = [leaf(r"\text{" + w.replace("×", r"$\times$") + "}", w, "text") for w in t.data]
            return Grid(tuple((w, self.compose(a)[0]) for w, a in zip(words, t.args, strict=True)), plain=True)
        if any(isinstance(a, Tuple) for a in t.args):
            return Fenced(separated([self.compose(a)[0] for a in t.args]))
        nodes = [self.fenced(a, FACTOR) for a in t.args]
        return Row(tuple(n for i, node in enumerate(nodes) for n in ((CROSS, node) if i else (node,))), "product")

    # ---- sums, products, powers

    def signed(self, t: Term) -> tuple[bool, Node, int]:
        """(is a minus written in front, the rest, its level)"""
        if isinstance(t, Number) and t.value < 0:
            return True, *self.number(-t.value)
        if isinstance(t, Mul) and len(t.args) > 1 and isinstance(t.args[0], Number) and t.args[0].value < 0:
            head = t.args[0].value
            rest = t.args[1:] if head == -1 else (Number(-head), *t.args[1:])
            return True, *self.product(rest)
        return False, *self.compose(t)

    def add(self, t: Add) -> Composed:
        items: list[Node] = []
        for n, a in enumerate(t.args):
            negative, node, level = self.signed(a)
            if n:
                items.append(MINUS if negative else PLUS)
            elif negative:
                items.append(NEGATIVE)
            items.append(node if level >= PRODUCT else Fenced(node))
        return Row(tuple(items), "sum"), SUM

    def mul(self, t: Mul) -> Composed:
        head = t.args[0]
        if len(t.args) == 1 or not (isinstance(head, Number) and head.value < 0):
            return self.product(t.args)
        _, node, level = self.signed(t)
        return Row((NEGATIVE, node if level >= PRODUCT else Fenced(node)), "sum"), SUM

    def product(self, factors: tuple[Term, ...]) -> Composed:
        """Runs of factors over runs of divisors: a, b, 1/c, d is (ab/c) d."""
        if len(factors) == 1:
            return self.compose(factors[0])
        groups: list[tuple[list[Term], list[Term]]] = []
        for n, f in enumerate(factors):
            if n == 0 and isinstance(f, Number) and f.value.denominator != 1 and f.value > 0:
                groups.append(([f], []))
                continue
            divisor = _divisor(f)
            if divisor is not None:
                coefficient = len(groups) == 1 and not groups[0][1] and _is_fraction(groups[0][0][0])
                if not groups or coefficient:
                    groups.append(([], []))
                groups[-1][1].append(divisor)
            elif not groups or groups[-1][1] or (n == 1 and _is_fraction(groups[-1][0][0])):
                groups.append(([f], []))
            else:
                groups[-1][0].append(f)
        parts: list[Composed] = []
        for n, (above, below) in enumerate(groups):
            last = n == len(groups) - 1
            if below:
                # A derivative is a fraction itself: it stands beside the others, not on top of them.
                ahead, over, behind = set_apart(above, self.context)
                parts += [self.factor(f, False) for f in ahead]
                parts.append((self.quotient(over, below), FACTOR))
                parts += [self.factor(f, last and f is behind[-1]) for f in behind]
            else:
                parts += [self.factor(f, last and f is above[-1]) for f in above]
        if len(parts) == 1:
            return parts[0]
        return self.juxtapose([p[0] for p in parts]), PRODUCT

    def quotient(self, above: list[Term], below: list[Term]) -> Node:
        over = self.run(above) if above else number_leaf("1")
        return Fraction(over, self.run(below))

    def run(self, factors: list[Term]) -> Node:
        if len(factors) == 1:
            return self.compose(factors[0])[0]
        return self.juxtapose([self.factor(f, n == len(factors) - 1)[0] for n, f in enumerate(factors)])

    def factor(self, t: Term, last: bool) -> Composed:
        if isinstance(t, Apply) and t.function in BARE and not last:
            return self.call(t, bare=False)
        if isinstance(t, Derivative) and not last:
            return self.derivative(t, closed=True)
        node, level = self.compose(t)
        return (node, level) if level >= (OPEN if last else FACTOR) else (Fenced(node), FACTOR)

    def juxtapose(self, nodes: list[Node]) -> Node:
        items: list[Node] = []
        for node in nodes:
            if items:
                separator = self.separator(items[-1], node)
                items += [separator] if separator else []
            items.append(node)
        return Row(tuple(items), "product")

    def separator(self, left: Node, right: Node) -> Leaf | None:
        if first_kind(right) == "number" or (
            isinstance(right, Fraction) and (right.small or (is_numeric(left) and is_numeric(right.above)))
        ):
            return TIMES
        if isinstance(right, Fenced):
            if isinstance(left, Name) and left.latex in call_letters(self.context):
                return TIMES
            return THIN if right.left == "[" else None
        if is_word(left) or is_word(right):
            return THIN
        return THIN if isinstance(left, Fraction) and isinstance(right, Fraction) and not left.small else None

    def power(self, t: Power) -> Composed:
        divisor = _divisor(t)
        if divisor is not None:
            return self.quotient([], [divisor]), FACTOR
        base, e = t.base, t.exponent
        if isinstance(e, Number) and e.value.numerator == 1 and e.value.denominator in (2, 3):
            degree = None if e.value.denominator == 2 else number_leaf(str(e.value.denominator))
            return Root(self.compose(base)[0], degree), FACTOR
        sup = self.exponent(e)
        if isinstance(base, Apply) and base.function in RAISED and isinstance(e, Number) and e.value > 1:
            return self.call(base, bare=True, sup=sup)
        node, level = self.compose(base)
        raised = level >= CALL and not has_superscript(node)
        return Scripts(node if raised else Fenced(node), None, sup), FACTOR

    def exponent(self, e: Term) -> Node:
        """In an exponent a numeric fraction is written with a slash."""
        if isinstance(e, Number) and e.value.denominator != 1:
            sign = (NEGATIVE,) if e.value < 0 else ()
            v = abs(e.value)
            return Row((*sign, number_leaf(str(v.numerator)), SLASH, number_leaf(str(v.denominator))))
        return self.compose(e)[0]

    # ---- functions

    def apply(self, t: Apply) -> Composed:
        if t.function == "exp":
            return self.exponential(t.args[0])
        if t.function in FENCE_FUNCTIONS:
            left, right = FENCE_FUNCTIONS[t.function]
            return Fenced(self.compose(t.args[0])[0], left, right), CALL
        if t.function == "Expectation":
            return compose_expectation(t, self.compose, self.context), CALL
        if t.function == "LimitAtInfinity":
            return compose_limit(t, self.compose, PRODUCT), OPEN
        if t.function == "Mod":
            mod = leaf(r"\bmod", "mod", "binary")
            return Row((self.fenced(t.args[0], PRODUCT), mod, self.fenced(t.args[1], FACTOR)), "plain"), 0
        return self.call(t, bare=t.function in BARE)

    def exponential(self, e: Term) -> Composed:
        """e^x for exponents that stay readable when raised, exp(x) for others and where e is a declared letter."""
        if e == ONE:
            return leaf(r"\mathrm{e}", "e", "upright") if "e" in letters(self.context) else leaf(
                "e", "e", "letter"
            ), ATOM
        node = self.exponent(e)
        if "e" in letters(self.context) or towers(node):
            return Row((leaf(r"\exp", "exp", "function"), Fenced(node)), "prefix"), CALL
        return Scripts(leaf("e", "e", "letter"), None, node), FACTOR

    def call(self, t: Apply, *, bare: bool, sup: Node | None = None) -> Composed:
        name: Node = head(t.function, self.context)
        if sup is not None:
            name = Scripts(name, None, sup)
        nodes = [self.compose(a) for a in t.args]
        if bare and len(nodes) == 1 and self.stands_bare(*nodes[0]):
            return Row((name, nodes[0][0]), "prefix"), OPEN
        return Row(
            (name, Fenced(separated([node for node, _ in nodes]))), "prefix"
        ), FACTOR if sup is not None else CALL

    @staticmethod
    def stands_bare(node: Node, level: int) -> bool:
        if isinstance(node, Scripts) and isinstance(node.base, (Leaf, Name)):
            return level == ATOM
        return isinstance(node, (Name, Leaf, Fraction))

    # ---- binders, derivatives, cases, conditions

    def binder(self, t: Binder) -> Composed:
        name = self.index_name(t)
        index = Symbol(name)
        body, guard = instantiate(t.body, index), instantiate(t.guard, index)
        self.taken.add(name)
        lower: list[Node] = [Row((self.compose(index)[0], RELATIONS["="], self.compose(t.lower)[0]), "relation")]
        lower += compose_guard(guard, self.compose)
        above = self.compose(t.upper)[0]
        if isinstance(t, Maximum):
            at_most = RELATIONS["<="]
            lower[0] = Row((self.compose(t.lower)[0], at_most, self.compose(index)[0], at_most, above), "relation")
        big = Big(_SIGNS[t.sympy_name], tuple(lower), None if isinstance(t, Maximum) else above)
        node, level = self.compose(body)
        self.taken.discard(name)
        return Row((big, node if level >= PRODUCT else Fenced(node)), "prefix"), OPEN

    def index_name(self, t: Binder) -> str:
        """The hint, or a letter that neither this formula nor the declarations use, or the hint with primes."""
        stem = t.hint.rstrip("0123456789") or t.hint
        if t.hint not in self.taken:
            return t.hint
        for letter in (stem, *_SPARE_INDICES):
            if letter not in self.taken and (letter == stem or letter not in self.context.names()):
                return letter
        while stem in self.taken:
            stem += "'"
        return stem

    def derivative(self, t: Derivative, *, closed: bool = False) -> Composed:
        return compose_derivative(t, self.compose, closed=closed)


def _divisor(t: Term) -> Term | None:
    """What the factor divides by, if it is a power with a negative number as exponent."""
    if not (isinstance(t, Power) and isinstance(t.exponent, Number) and t.exponent.value < 0):
        return None
    return t.base if t.exponent.value == -1 else Power(t.base, Number(-t.exponent.value))


def _is_fraction(t: Term) -> bool:
    return isinstance(t, Number) and t.value.denominator != 1
