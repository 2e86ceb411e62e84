"""The kinds of node that a term is made of, save the binders; ``symderiv.language.terms`` says what they mean."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, ClassVar, Union

__all__ = [
    "FALSE",
    "HALF",
    "MINUS_ONE",
    "ONE",
    "TRUE",
    "TWO",
    "ZERO",
    "Add",
    "And",
    "Apply",
    "Bound",
    "Cases",
    "Condition",
    "Constant",
    "Delta",
    "Derivative",
    "Entry",
    "Iverson",
    "Mul",
    "Not",
    "Number",
    "Or",
    "Power",
    "Relation",
    "Symbol",
    "Term",
    "number",
]

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

        try:
            return f"<{to_text(self)}>"
        except TypeError:
            # A node that only lives inside a prover has no text.
            return f"<{type(self).__name__} {self.data} {self.args}>"

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
        super().__init__(value if type(value) is Fraction else Fraction(value), ())

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


ZERO, ONE, TWO, MINUS_ONE, HALF = Number(0), Number(1), Number(2), Number(-1), Number(Fraction(1, 2))
TRUE, FALSE = And(), Or()


def _restore(cls: type, data: Any, args: tuple[Term, ...], hint: str | None) -> Term:
    new: Any = object.__new__(cls)
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
