"""The declaration language: what a problem file may say, and how.

A problem file is Python that declares names with their meaning, definitions and parts in SymPy. It holds no steps.

>>> from sympy import Derivative, KroneckerDelta, Sum, exp
>>> from symderiv import declare
>>> p = declare("The softmax function", "Class scores become probabilities.")
>>> K = p.size("K", "number of classes")
>>> i, j, k = p.index("i j k", 1, K)
>>> a = p.array("a", K, "scores")
>>> S = p.define("S", (i,), exp(a[i])/Sum(exp(a[k]), (k, 1, K)), "softmax of a")
>>> part = p.part("C2.4", "Jacobian of softmax", alias="jacobian")
>>> _ = part.derive("J_ij", Derivative(S[i], a[j]), expected=S[i]*(KroneckerDelta(i, j) - S[j]))
>>> p.problem().part("jacobian").questions[0].subject
<Derivative(S[i], a[j])>

Names. Every method that declares a name returns the SymPy object to write formulas with.

  p.size("K", "meaning")                an integer >= 1; ``lower=0`` or ``upper=10`` change that
  p.symbol("T", "meaning", positive=True)
                                        a real number; or positive, nonnegative, negative, nonpositive, nonzero,
                                        unit (0 < T < 1), binary (0 or 1), integer; ``lower=``, ``upper=`` are inclusive
  p.index("i j", 1, K)                  integers from 1 to K, also ``p.index("i j", K)``; ``p.index("n")``: any integer,
                                        ``p.index("n", 0, oo)``: any from 0
  p.array("a", K, "meaning")            a[1] .. a[K]; ``(M, D)`` has two indices, ``((0, D),)`` one from 0 to D,
                                        ``((1, M), (0, D))`` two; an index stands for its range. ``entries=`` is a
                                        word for symbols; ``law=`` "simplex" or "one_hot" along the last axis;
                                        ``padded=True``: 0 outside
  p.numbers("h", [[1, 2], [3, 4]])      given numbers, h[1, 1] .. h[2, 2]; ``start=0``, ``padded=True``
  p.random("w", (M, D), "meaning", mean=0, variance=v, independent=True)
                                        random entries (no shape: one random number); ``uncorrelated=True`` or
                                        ``covariance=c`` say less; ``law=`` free, symmetric, gaussian (jointly normal),
                                        bernoulli, rademacher, uniform; a moment may be an array of the same shape
  p.independent(w, x)                   these random families are jointly independent; nothing else is
  p.define("g", sigmoid(a), "meaning")  g stands for sigmoid(a) and stays g until it is unfolded
  p.define("S", (i,), body)             S[i] for every i in the range of the index i
  p.function("f", (z,), body)           f(anything)
  p.matrix("W", (m, n), "meaning")      a whole matrix as a SymPy MatrixSymbol, for W.T*W*x, Trace(W), spectral_norm(W);
                                        ``p.matrix("x", n)`` is a vector; ``law="orthonormal"``: W.T*W = Identity(n)
  p.declare(x, "meaning", ...)          a SymPy Symbol, Idx, IndexedBase or MatrixSymbol that exists already, with what
                                        its assumptions and shape say; the options above complete them
  p.recurrence("R", l, start={0: 1}, step=R[l] + K - 1, meaning="receptive field")
                                        R[0] = 1, R[l + 1] = step, for an IndexedBase R or ``step=lambda R: ...``;
                                        several together: ``p.recurrence("R J", l, start={0: (1, 1)}, step=(..., ...))``
  p.layer("conv", conv(N, K), input=(C, H, W))
                                        one layer behind its input: .parameters, .multiplications, .additions, .shape
  p.network("net", [conv(10, 3), pool(2)], input=(C, H, W))
                                        layers in turn: .shapes(), .parameters(), .total(), .receptive_fields()
  p.notation("*", "valid correlation")  what ``*`` between arrays is in an answer; also "full convolution" and the like;
                                        ``p.notation(r"\\nabla_{y} L", g)``: that stands for the declared g
  p.assume(K <= 10)                     a condition that holds throughout; also Eq(Sum(y[k], (k, 1, K)), 1), and for
                                        matrices Eq(S*Si, Identity(n)): Si is the inverse of S

All of these take ``latex=``. Several names at once ("u v w", "x1:4") give a tuple. Names are Python identifiers, Greek
letters too.

Parts. ``part = p.part(id, title, alias=, text=, answer_text=, remarks=[...], conditions=[...], points=)``, then

  part.derive(name, subject, expected=)              bring ``subject``, often a Derivative, to the form that a teacher
                                                     writes; ``wrt=a[j]`` is short for Derivative(subject, a[j])
  part.show(name, left, right)                       prove left = right; also ``show(name, Eq(left, right))``
  part.find(name, subject, goal, unknown=, expected=)  solve subject = goal for the unknown that stands in goal
  part.evaluate(name, y[i, j], rows=(i, 0, 2), columns=(j, 0, 2), expected=Matrix([...]))
                                                     the numbers at all indices; ``plot=True`` draws a row, or a window,
                                                     ``beside=[X[n, 1], h[n]]`` adds columns: a truth table
  part.bound(name, left, right, unknown=s, expected=)  the largest s for which left <= right, and no larger one
  part.closed_form(name, R[L], expected=)            a sequence without the earlier ones, proved by induction
  part.when(name, A > B, expected=And(N >= 2, K >= 2), equality=false)
                                                     the exact condition; ``equality=`` also asks when A = B
  part.separate(name, [(0, 0), (0, 1)], [0, 1], unknowns=(w1, w2, b), expected=[0, 1, 0])
                                                     weights and bias of a unit that is positive just where the label
                                                     is 1, or a certificate that there are none
  part.system(name, x + y >= 1, x < 0, unknowns=(x, y), expected=[-1, 2])
                                                     the same for any linear conditions
  part.count(name, conv.parameters, expected=)       a number: definitions opened, sums of ones counted
  part.table(name, net.shapes(), expected=((28, 28, 1), (490,)))
                                                     every entry of a list or of a tuple of shapes
  part.growth(name, Std(X), n, expected=)            the limit of the quotient as n grows: how fast the subject grows
  part.draw(name, receptive_field(repeat(L, conv(1, K))), at={K: 3, L: 3})
                                                     a figure beside the answer ``name``: the inputs that one output
                                                     depends on, for a network or for layers; ``at`` gives
                                                     numbers to symbols, else small ones are chosen
  part.draw(name, float_grid("E4M3FN", underflow=t, deviations=(w, u)), at={d: 1024})
                                                     the numbers of a floating point format on a logarithmic axis
  ``given={N: 1}`` puts values in first; ``assuming=`` holds for this question alone, a condition or
  ``p.has_law("gaussian", x)``; ``note=`` is a remark on it.

Formulas. SymPy's own, and from symderiv: how_many(t*S + K <= n, (t, 0, n)), the number of such integers t; sigmoid,
softplus, relu, silu, logit, gelu, normal_pdf, and written out as sums softmax(a, i) and logsumexp(a), for a declared
array or a rule: softmax(lambda k: a[k]/T, i, over=(1, K)). Over the axes of arrays mean(x[i, j], over=(i, j)),
variance, standard_deviation, maximum. Of random quantities E(X), Var(X), Cov(X, Y), Std(X), P(x <= t).
Of matrices number(x.T*y), the number in a 1 x 1 product, l2_norm, rms_norm, frobenius_norm, spectral_norm.

``expected`` is the answer checked by hand; the solver does not read it. Sums over an empty range are 0. Numbers are
exact: Rational(1, 2), not 0.5. SymPy keeps what is written while a file is loaded: ``diff(f, x)`` is Derivative(f, x),
``simplify`` or ``expand`` need ``with sympy.evaluate(True):`` around them.

Errors are ``DeclarationError``: one sentence with file and line, culprit first, hint last.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import sympy

from symderiv.errors import DeclarationError
from symderiv.language.border import base_name, from_sympy
from symderiv.language.context import FAR, Array
from symderiv.language.declared_names import DeclarationWarning, Names
from symderiv.language.functions import FUNCTIONS
from symderiv.language.heads import DeclaredArray
from symderiv.language.names import split_names
from symderiv.language.parts import PartDeclaration
from symderiv.language.places import caller
from symderiv.language.ranges import find_violation
from symderiv.language.terms import And, free_names
from symderiv.language.words import array_entries, number_range, sign_of_size, sympy_assumptions
from symderiv.records import Problem

__all__ = ["Declaration", "DeclarationWarning", "collect", "declare"]

_COLLECTOR: ContextVar[list[Declaration] | None] = ContextVar("collector", default=None)


@contextlib.contextmanager
def collect() -> Iterator[list[Declaration]]:
    """The declarations made inside the block; a second one is an error."""
    made: list[Declaration] = []
    token = _COLLECTOR.set(made)
    try:
        yield made
    finally:
        _COLLECTOR.reset(token)


def declare(title: str, text: str = "") -> Declaration:
    """Begin a problem; a file has exactly one."""
    path, line = caller()
    made = _COLLECTOR.get()
    if made:
        raise DeclarationError(
            f"a second declare(...) stands here; the first is in line {made[0].line}, put each problem in its own file",
            path=path,
            line=line,
        )
    if not isinstance(title, str) or not title.strip():
        raise DeclarationError('declare() has no title; write declare("The softmax function")', path=path, line=line)
    new = Declaration(title, text, path, line)
    if made is not None:
        made.append(new)
    return new


class Declaration(Names):
    """A problem in the making; see the module's text for its methods."""

    def __init__(self, title: str, text: str, path: str, line: int):
        super().__init__(title, text, path, line)
        self.parts: list[PartDeclaration] = []

    # ---- names

    def size(
        self, names: str, meaning: str = "", *, lower: Any = 1, upper: Any = None, latex: str | None = None
    ) -> Any:
        """An integer that counts: the extent of an array, the end of a sum."""
        with self._located():
            ends = number_range({"integer": True}, self._end(lower), self._end(upper))
            return self._variables(names, meaning, ends, "size", latex, {"integer": True, **sign_of_size(lower)})

    def symbol(
        self, names: str, meaning: str = "", *, lower: Any = None, upper: Any = None, latex: str | None = None,
        **kind: bool,
    ) -> Any:  # fmt: skip
        """A real number, narrowed by words such as positive=True and by inclusive ends."""
        with self._located():
            ends = number_range(kind, self._end(lower), self._end(upper))
            counts = ends.integer and ends.lower is not None and ends.upper is None
            role = "size" if counts else "variable"
            return self._variables(names, meaning, ends, role, latex, sympy_assumptions(kind))

    def index(self, names: str, *ends: Any, meaning: str = "", latex: str | None = None) -> Any:
        """Integers in an inclusive range."""
        with self._located():
            if ends and isinstance(ends[-1], str):
                *ends, meaning = ends  # type: ignore[assignment]
            if len(ends) > 2:
                raise DeclarationError(f'{names!r} has {len(ends)} ends; write p.index("{names}", 1, K)')
            lower, upper = (None, None) if not ends else (1, ends[0]) if len(ends) == 1 else ends
            span = number_range({"integer": True}, self._end(lower), self._end(upper))
            out = self._variables(names, meaning, span, "index", latex, {"integer": True})
            for name in split_names(names, None):
                self.spans[name] = (-FAR if span.lower is None else lower, FAR if span.upper is None else upper)
            return out

    def array(
        self, names: str, shape: Any, meaning: str = "", *, entries: str = "real", law: str = "free",
        padded: bool = False, latex: str | None = None,
    ) -> Any:  # fmt: skip
        """An array of independent entries."""
        with self._located():
            axes = self._axes(shape, names)
            span, assumptions = array_entries(entries, law, len(axes), names)
            out = []
            for name in split_names(names, latex):
                self._new(name, f"the array of line {caller()[1]}")
                array = Array(
                    name, tuple((from_sympy(a), from_sympy(b)) for a, b in axes), span, law, padded, meaning, latex
                )
                self.context = replace(self.context, arrays={**self.context.arrays, name: array})
                out.append(DeclaredArray(name, axes, **assumptions))
            return out[0] if len(out) == 1 else tuple(out)

    def matrix(self, names: str, shape: Any, meaning: str = "", **options: Any) -> Any:
        """A matrix without entries, or a vector, as a MatrixSymbol."""
        from symderiv.language.matrix_declaring import declare_matrix

        with self._located():
            return declare_matrix(self, names, shape, meaning, **options)

    def numbers(self, name: str, values: Any, meaning: str = "", **options: Any) -> Any:
        """An array of given numbers."""
        from symderiv.language.numbers import declare_numbers

        with self._located():
            return declare_numbers(self, name, values, meaning, **options)

    def random(self, names: str, shape: Any = None, meaning: str = "", **options: Any) -> Any:
        """A random array or number."""
        from symderiv.language.random_declarations import declare_random

        with self._located():
            return declare_random(self, names, shape, meaning, **options)

    def independent(self, *families: Any) -> None:
        """Random families that are jointly independent of each other."""
        from symderiv.language.random_declarations import declare_independent

        with self._located():
            declare_independent(self, families)

    def has_law(self, law: str, *families: Any) -> tuple[Any, ...]:
        """That random families have a law, for ``assuming=`` of a question or ``conditions=`` of a part."""
        from symderiv.language.random_declarations import state_law

        with self._located():
            return state_law(self, law, families)

    def define(self, name: Any, *args: Any, meaning: str = "", latex: str | None = None) -> Any:
        """A scalar ``define(name, body)`` or an array ``define(name, (i, j), body)``."""
        with self._located():
            if isinstance(name, sympy.Indexed):
                name, args = base_name(name.base), (name.indices, *args)
            if isinstance(name, sympy.Symbol):
                name = name.name
            if args and isinstance(args[-1], str):
                *args, meaning = args  # type: ignore[assignment]
            if len(args) not in (1, 2):
                raise DeclarationError(f'{name!r} has no body; write p.define("{name}", body, "its meaning")')
            if len(args) == 1 and isinstance(args[0], sympy.MatrixExpr):
                from symderiv.language.matrix_declaring import define_matrix

                return define_matrix(self, name, args[0], meaning, latex)
            if len(args) == 1:
                self._definition(name, (), args[0], "scalar", (), meaning, latex)
                return sympy.Symbol(name, real=True)
            parameters = args[0] if isinstance(args[0], (tuple, list, sympy.Tuple)) else (args[0],)
            axes = tuple(self._index_range(q, f"the parameter of {name}") for q in parameters)
            names = tuple(q.name for q in parameters)
            terms = tuple((from_sympy(a), from_sympy(b)) for a, b in axes)
            for q, (low, high) in zip(names, terms, strict=True):
                if crossed := (free_names(low) | free_names(high)) & set(names):
                    raise DeclarationError(
                        f"the range of {q} depends on {min(crossed)}; arrays are rectangular: give {q} its whole range "
                        "and use a Piecewise in the body"
                    )
            self._definition(name, names, args[1], "array", terms, meaning, latex)
            return DeclaredArray(name, axes, real=True)

    def function(
        self, name: str, parameters: Any, body: Any = None, meaning: str = "", *, latex: str | None = None
    ) -> Any:
        """A function that may be applied to anything; ``Lambda(z, body)`` may stand for parameters and body."""
        with self._located():
            if isinstance(parameters, sympy.Lambda):
                meaning = body if isinstance(body, str) else meaning
                parameters, body = parameters.signature, parameters.expr
            symbols = parameters if isinstance(parameters, (tuple, list, sympy.Tuple)) else (parameters,)
            if name in FUNCTIONS:
                raise DeclarationError(f"the function {name!r} is known already; use it, or choose another name")
            if not symbols or not all(isinstance(q, sympy.Symbol) for q in symbols):
                raise DeclarationError(
                    f'the parameters of {name!r} are no symbols; write p.function("{name}", (z,), body)'
                )
            self._definition(name, tuple(q.name for q in symbols), body, "function", (), meaning, latex)
            return sympy.Function(name, real=True)

    def declare(self, thing: Any, meaning: str = "", shape: Any = None, **options: Any) -> Any:
        """Make a SymPy object that exists already a name of this problem."""
        from symderiv.language.inference import adopt

        with self._located():
            return adopt(self, thing, meaning, shape, options)

    def recurrence(
        self, names: Any, index: Any, *, start: Any, step: Any, meaning: Any = "", latex: str | None = None
    ) -> Any:
        """Sequences by their first values and the next one."""
        from symderiv.language.recurrences import declare_recurrence

        with self._located():
            return declare_recurrence(self, names, index, start, step, meaning, latex)

    def layer(self, name: str, layer: Any, *, input: Any, batch: Any = None, order: Any = "first") -> Any:
        """One layer of a network behind its input."""
        from symderiv.language.networks import place_layer

        with self._located():
            return place_layer(self, name, layer, input, batch, order)

    def network(self, name: str, layers: Any, *, input: Any, batch: Any = None, order: Any = "first") -> Any:
        """Layers one behind the other."""
        from symderiv.language.networks import place_network

        with self._located():
            return place_network(self, name, layers, input, batch, order)

    def notation(self, latex: str, meaning: Any) -> None:
        """What an answer may write for a declared name, or what ``*`` means between two arrays in it."""
        from symderiv.language.notations import declare_notation

        with self._located():
            declare_notation(self, latex, meaning)

    def assume(self, *conditions: Any) -> None:
        """Conditions that hold throughout the problem."""
        with self._located():
            from symderiv.language.matrix_declaring import orthonormal

            terms = tuple(t for t in map(self.condition, conditions) if not orthonormal(self, t))
            self.context = self.context.with_assumptions(*(t for t in terms if t != And()))

    # ---- parts

    def part(self, id: str, title: str, **options: Any) -> PartDeclaration:
        """A numbered part; its questions are added by its methods."""
        with self._located():
            new = PartDeclaration(self, id, title, caller()[1], **options)
            for other in self.parts:
                for key in {new.id, new.alias} & {other.id, other.alias} - {""}:
                    raise DeclarationError(f"the part id {key!r} is used twice; line {other.line} has it already")
            self.parts.append(new)
            return new

    def problem(self, name: str = "problem", path: str = "") -> Problem:
        """The finished problem. Raises DeclarationError for what can only be seen at the end, such as index ranges."""
        if not self.parts:
            raise DeclarationError("no part is declared; add part = p.part(...)", path=self.path, line=self.line)
        for what, term, (where, line), local in self.later:
            violation = find_violation(term, self.context.with_assumptions(*local))
            if violation is not None:
                raise DeclarationError(f"{violation} in {what}; {_RANGE_HINT}", path=where, line=line)
        return Problem(
            name, self.title, self.context, tuple(part.finish() for part in self.parts), self.text, path or self.path
        )


_RANGE_HINT = (
    "change the range, say with p.assume why it fits, or declare the array with padded=True if it is 0 outside"
)
