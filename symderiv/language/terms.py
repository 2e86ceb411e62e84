"""Terms: the expressions of symderiv, exactly as a person would write them.

A term is an immutable tree that nothing rewrites behind one's back: ``2*(g - y)`` stays a product, and the order of
summands stays the order written. Binders (``Sum``, ``Product``) are locally nameless (Charguéraud, *The Locally
Nameless Representation*, J. Autom. Reasoning 49, 2012): inside the body a bound index is ``Bound(0)``, ``Bound(1)``, …
counted outwards, so substitution never captures and two sums that differ only in the name of their index are equal.
The name is kept as a hint for printing.

Semantics that every reader, printer and prover relies on
  * a sum (product) over an empty range is 0 (1); bounds are integers and inclusive; ``guard`` selects the indices taken
  * ``Delta(i, j)`` is 1 if i = j and 0 otherwise; ``Iverson(c)`` is 1 if c holds and 0 otherwise
  * ``Entry(a, (i, j))`` is an entry of a declared array, or of a definition with index parameters
  * real numbers throughout; ``log`` is natural
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar, Union

__all__ = [
    "FALSE", "HALF", "MINUS_ONE", "ONE", "TRUE", "TWO", "ZERO",
    "Add", "And", "Apply", "Binder", "Bound", "Cases", "Condition", "Constant", "Delta", "Derivative", "Entry",
    "Iverson", "Mul", "Not", "Number", "Or", "Power", "Product", "Relation", "Sum", "Symbol", "Term",
    "close_over", "free_names", "fresh_name", "instantiate", "lift", "number", "open_binder",
    "substitute", "symbols_of", "walk",
]  # fmt: skip

Scalar = Union[int, Fraction, "Term"]


class Term:
    """A node: its class, ``data`` (what is not a term: a name, a number) and ``args`` (its subterms)."""

    __slots__ = ("_hash", "args", "data")
    binds: ClassVar[frozenset[int]] = frozenset()
    data: Any
    args: tuple[Term, ...]

    def __init__(self, data: Any, args: tuple[Term, ...]):
        self.data, self.args = data, args
        self._hash = hash((type(self).__name__, data, args))

    def with_args(self, args: tuple[Term, ...]) -> Term:
        """The same node with other subterms; ``self`` if they are the same objects."""
        if len(args) == len(self.args) and all(a is b for a, b in zip(args, self.args, strict=True)):
            return self
        new = object.__new__(type(self))
        Term.__init__(new, self.data, args)
        return new

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            type(self) is type(other)
            and self._hash == other._hash  # type: ignore[attr-defined]
            and self.data == other.data  # type: ignore[attr-defined]
            and self.args == other.args  # type: ignore[attr-defined]
        )

    def __repr__(self) -> str:
        from symderiv.language.text import to_text

        return f"<{to_text(self)}>"

    def __reduce__(self) -> Any:
        return _restore, (type(self), self.data, self.args, getattr(self, "hint", None))

    # Building terms in Python: operators flatten sums and products one level and do nothing else.
    def __add__(self, other: Scalar) -> Term:
        return Add(*_summands(self), *_summands(number(other)))

    def __radd__(self, other: Scalar) -> Term:
        return number(other) + self

    def __neg__(self) -> Term:
        return number(-self.data) if isinstance(self, Number) else Mul(MINUS_ONE, *_factors(self))

    def __sub__(self, other: Scalar) -> Term:
        return self + (-number(other))

    def __rsub__(self, other: Scalar) -> Term:
        return number(other) - self

    def __mul__(self, other: Scalar) -> Term:
        return Mul(*_factors(self), *_factors(number(other)))

    def __rmul__(self, other: Scalar) -> Term:
        return number(other) * self

    def __truediv__(self, other: Scalar) -> Term:
        return Mul(*_factors(self), Power(number(other), MINUS_ONE))

    def __rtruediv__(self, other: Scalar) -> Term:
        return number(other) / self

    def __pow__(self, other: Scalar) -> Term:
        return Power(self, number(other))


class Number(Term):
    """An exact rational number."""

    __slots__ = ()
    data: Fraction

    def __init__(self, value: int | Fraction):
        super().__init__(Fraction(value), ())

    @property
    def value(self) -> Fraction:
        return self.data


class Constant(Term):
    """A named real constant: ``pi``."""

    __slots__ = ()

    def __init__(self, name: str):
        super().__init__(name, ())

    @property
    def name(self) -> str:
        return self.data


class Symbol(Term):
    """A free scalar: a variable, a size, an index or a named scalar definition. What it is, the context says."""

    __slots__ = ()

    def __init__(self, name: str):
        super().__init__(name, ())

    @property
    def name(self) -> str:
        return self.data


class Bound(Term):
    """The index of the ``level``-th binder outwards (0: the nearest). Only occurs inside a binder."""

    __slots__ = ()

    def __init__(self, level: int):
        super().__init__(level, ())

    @property
    def level(self) -> int:
        return self.data


class Entry(Term):
    """``name[indices]``: an entry of a declared array or of a definition with index parameters."""

    __slots__ = ()

    def __init__(self, name: str, indices: tuple[Term, ...]):
        super().__init__(name, tuple(indices))

    @property
    def name(self) -> str:
        return self.data

    @property
    def indices(self) -> tuple[Term, ...]:
        return self.args


class Add(Term):
    """A sum of finitely many written summands, in the order written. ``Add()`` does not occur; use ``ZERO``."""

    __slots__ = ()

    def __init__(self, *args: Term):
        super().__init__(None, args)


class Mul(Term):
    """A product of finitely many written factors, in the order written; a quotient a/b is ``Mul(a, Power(b, -1))``."""

    __slots__ = ()

    def __init__(self, *args: Term):
        super().__init__(None, args)


class Power(Term):
    """``base ** exponent``."""

    __slots__ = ()

    def __init__(self, base: Term, exponent: Term):
        super().__init__(None, (base, exponent))

    @property
    def base(self) -> Term:
        return self.args[0]

    @property
    def exponent(self) -> Term:
        return self.args[1]


class Apply(Term):
    """A function applied to arguments: ``exp``, ``log``, ``tanh``, ``sigmoid``, … or a declared function."""

    __slots__ = ()

    def __init__(self, function: str, *args: Term):
        super().__init__(function, args)

    @property
    def function(self) -> str:
        return self.data


class Condition(Term):
    """A statement that holds or not: relations and their combinations."""

    __slots__ = ()


class Relation(Condition):
    """``left op right`` with op one of = != < <= > >=."""

    __slots__ = ()
    OPERATORS: ClassVar[tuple[str, ...]] = ("=", "!=", "<", "<=", ">", ">=")

    def __init__(self, op: str, left: Term, right: Term):
        if op not in self.OPERATORS:
            raise ValueError(f"{op!r} is no relation; use one of {' '.join(self.OPERATORS)}")
        super().__init__(op, (left, right))

    @property
    def op(self) -> str:
        return self.data

    @property
    def left(self) -> Term:
        return self.args[0]

    @property
    def right(self) -> Term:
        return self.args[1]


class And(Condition):
    """All of the conditions; ``And()`` is true."""

    __slots__ = ()

    def __init__(self, *args: Term):
        super().__init__(None, args)


class Or(Condition):
    """At least one of the conditions; ``Or()`` is false."""

    __slots__ = ()

    def __init__(self, *args: Term):
        super().__init__(None, args)


class Not(Condition):
    """The negation of a condition."""

    __slots__ = ()

    def __init__(self, condition: Term):
        super().__init__(None, (condition,))


class Delta(Term):
    """Kronecker's delta of two integers."""

    __slots__ = ()

    def __init__(self, left: Term, right: Term):
        super().__init__(None, (left, right))

    @property
    def left(self) -> Term:
        return self.args[0]

    @property
    def right(self) -> Term:
        return self.args[1]


class Iverson(Term):
    """``[condition]``: 1 where the condition holds, 0 elsewhere (Knuth, *Two Notes on Notation*, 1992)."""

    __slots__ = ()

    def __init__(self, condition: Term):
        super().__init__(None, (condition,))

    @property
    def condition(self) -> Term:
        return self.args[0]


class Cases(Term):
    """``((value, condition), ...)``: the value of the first condition that holds; undefined where none does."""

    __slots__ = ()

    def __init__(self, *pieces: tuple[Term, Term]):
        super().__init__(None, tuple(part for piece in pieces for part in piece))

    @property
    def pieces(self) -> tuple[tuple[Term, Term], ...]:
        return tuple(zip(self.args[::2], self.args[1::2], strict=True))


class Derivative(Term):
    """The partial derivative of ``body`` with respect to ``variable``, a free symbol or an entry of an array.

    Definitions in the body are functions of what they unfold to: for g := sigma(a), d(g - y)/da is g(1 - g).
    """

    __slots__ = ()

    def __init__(self, body: Term, variable: Term):
        super().__init__(None, (body, variable))

    @property
    def body(self) -> Term:
        return self.args[0]

    @property
    def variable(self) -> Term:
        return self.args[1]


class Binder(Term):
    """An operator over ``lower <= index <= upper`` (inclusive) with ``guard``; the index is nameless, ``hint`` its name.

    ``args`` is (body, guard, lower, upper); the index is bound in the first two only.
    """

    __slots__ = ("hint",)
    binds = frozenset({0, 1})
    sympy_name: ClassVar[str]

    def __init__(self, body: Term, lower: Term, upper: Term, *, hint: str = "k", guard: Term | None = None):
        super().__init__(None, (body, TRUE if guard is None else guard, lower, upper))
        self.hint = hint

    @classmethod
    def over(cls, index: str, lower: Scalar, upper: Scalar, body: Scalar, guard: Term | None = None) -> Binder:
        """The binder over the free symbol ``index``: ``Sum.over("k", 1, n, Entry("x", (Symbol("k"),)))``."""
        return cls(
            close_over(number(body), index),
            number(lower),
            number(upper),
            hint=index,
            guard=None if guard is None else close_over(guard, index),
        )

    def with_args(self, args: tuple[Term, ...]) -> Term:
        new = super().with_args(args)
        if new is not self:
            new.hint = self.hint  # type: ignore[attr-defined]
        return new

    @property
    def body(self) -> Term:
        return self.args[0]

    @property
    def guard(self) -> Term:
        return self.args[1]

    @property
    def lower(self) -> Term:
        return self.args[2]

    @property
    def upper(self) -> Term:
        return self.args[3]


class Sum(Binder):
    """The sum of ``body`` over the indices; 0 if there are none."""

    __slots__ = ()
    sympy_name = "Sum"


class Product(Binder):
    """The product of ``body`` over the indices; 1 if there are none."""

    __slots__ = ()
    sympy_name = "Product"


ZERO, ONE, TWO, MINUS_ONE, HALF = Number(0), Number(1), Number(2), Number(-1), Number(Fraction(1, 2))
TRUE, FALSE = And(), Or()


def _restore(cls: type, data: Any, args: tuple[Term, ...], hint: str | None) -> Term:
    new = object.__new__(cls)
    Term.__init__(new, data, args)
    if hint is not None:
        new.hint = hint
    return new


def number(value: Scalar) -> Term:
    """A Python number as a term; a term is returned as it is."""
    return value if isinstance(value, Term) else Number(value)


def _summands(term: Term) -> tuple[Term, ...]:
    return term.args if isinstance(term, Add) else (term,)


def _factors(term: Term) -> tuple[Term, ...]:
    return term.args if isinstance(term, Mul) else (term,)


# ---- binders


def _map_bound(term: Term, depth: int, change: Callable[[Term, int], Term | None]) -> Term:
    """Rebuild ``term``; ``change(leaf, depth)`` may replace a leaf that stands below ``depth`` binders."""
    replaced = change(term, depth)
    if replaced is not None:
        return replaced
    if not term.args:
        return term
    binds = term.binds
    return term.with_args(
        tuple([_map_bound(a, depth + 1 if n in binds else depth, change) for n, a in enumerate(term.args)])
    )


def instantiate(body: Term, value: Term) -> Term:
    """The body of a binder with its index replaced by ``value``."""

    def change(leaf: Term, depth: int) -> Term | None:
        if isinstance(leaf, Bound):
            if leaf.level == depth:
                return lift(value, depth)
            if leaf.level > depth:
                return Bound(leaf.level - 1)
        return None

    return _map_bound(body, 0, change)


def close_over(term: Term, index: str) -> Term:
    """The inverse of ``instantiate``: the free symbol ``index`` becomes the index of a new binder around ``term``."""

    def change(leaf: Term, depth: int) -> Term | None:
        if isinstance(leaf, Symbol) and leaf.name == index:
            return Bound(depth)
        if isinstance(leaf, Bound) and leaf.level >= depth:
            return Bound(leaf.level + 1)
        return None

    return _map_bound(term, 0, change)


def free_names(term: Term) -> frozenset[str]:
    """The names of free symbols and of arrays in ``term``."""
    return frozenset(t.data for t in walk(term) if isinstance(t, (Symbol, Entry)))


def symbols_of(term: Term) -> frozenset[str]:
    """The names of the free symbols in ``term`` (arrays left out)."""
    return frozenset(t.data for t in walk(term) if isinstance(t, Symbol))


def fresh_name(hint: str, taken: frozenset[str] | set[str]) -> str:
    """``hint`` or the first of hint1, hint2, … that is not in ``taken``."""
    if hint not in taken:
        return hint
    stem = hint.rstrip("0123456789") or hint
    n = 1
    while f"{stem}{n}" in taken:
        n += 1
    return f"{stem}{n}"


def open_binder(term: Binder, taken: frozenset[str] | set[str] = frozenset()) -> tuple[Symbol, Term, Term]:
    """(index, body, guard) with the index as a free symbol whose name occurs neither in the binder nor in ``taken``."""
    name = fresh_name(term.hint, free_names(term) | taken)
    index = Symbol(name)
    return index, instantiate(term.body, index), instantiate(term.guard, index)


def lift(term: Term, by: int) -> Term:
    """``term`` as it reads below ``by`` more binders: its loose indices count that much further outwards."""

    def change(leaf: Term, depth: int) -> Term | None:
        return Bound(leaf.level + by) if isinstance(leaf, Bound) and leaf.level >= depth else None

    return _map_bound(term, 0, change) if by else term


def substitute(term: Term, replacements: Mapping[Term, Term]) -> Term:
    """Replace free symbols or entries, all at once; nothing is captured, since bound indices have no names."""

    def change(leaf: Term, depth: int) -> Term | None:
        new = replacements.get(leaf)
        return None if new is None else lift(new, depth)

    return _map_bound(term, 0, change) if replacements else term


def walk(term: Term) -> Iterator[Term]:
    """Every subterm, parents first."""
    stack = [term]
    while stack:
        t = stack.pop()
        yield t
        stack.extend(reversed(t.args))
